/*
 * Sending one operation, once, and saying how it ended. The journal is armed inside
 * before_send, which the transport calls when the first byte is about to leave; whatever happens after that is settled
 * by an answer that is final, or by looking.
 */
#include <stdio.h>
#include <string.h>

#include "apply_priv.h"
#include "mirror.h"

#include "numdesk/core/reactor.h"
#include "numdesk/core/session.h"
#include "numdesk/model/fault.h"
#include "numdesk/twilio/numbers.h"
#include "numdesk/util/clock.h"
#include "numdesk/util/json.h"
#include "numdesk/util/log.h"
#include "numdesk/util/text.h"

enum { PARAMS_MAX = 16, WANT_BYTES = 64 << 10 };

/* --- how it ended ----------------------------------------------------------------------------------------------- */

static void outcome(struct apply *a, enum op_state state, const char *message, const struct err *why)
{
	a->out.state = state;
	text_clean(a->out.message, sizeof a->out.message, message, strlen(message));
	if (why)
		a->out.err = *why;
}

static void set_unknown(struct apply *a, const struct err *why)
{
	struct err e = *why;

	if (e.kind == ERR_NONE)
		err_set(&e, ERR_UNSURE, "sent, no usable answer");
	e.kind = ERR_UNSURE;
	outcome(a, OP_UNKNOWN, e.msg, &e);
}

/* The plain case: 201 or 204 and nothing to doubt. */
static void set_done(struct apply *a, const struct number *n)
{
	const struct operation *op = apply_op(a);

	if (op->kind == OP_RELEASE) {
		outcome(a, OP_DONE, "released", NULL);
		mirror_gone(a->s, op->account_sid, op->phone_sid);
		return;
	}
	outcome(a, OP_DONE, "bought", NULL);
	text_copy(a->out.phone_sid, sizeof a->out.phone_sid, n->phone_sid);
	mirror_put(a->s, n, op);
}

static bool names_what_was_asked(const struct operation *op, const struct number *n)
{
	return strcmp(n->phone_number, op->phone_number) == 0 && strcmp(n->account_sid, op->account_sid) == 0 &&
	       sid_is(n->phone_sid, "PN");
}

/* Twilio said it has something, but something else than was asked for: no look-up can tell what it is. A person can. */
static void set_conflict(struct apply *a, const struct write_reply *r)
{
	char message[ERR_MSG_MAX];
	struct err e = {0};

	if (r->number)
		snprintf(message, sizeof message, "Twilio answered with %s (%s) of account %s instead: look in the "
			 "Console",
			 r->number->phone_number, r->number->phone_sid, r->number->account_sid);
	else
		snprintf(message, sizeof message, "Twilio answered with another number or account: look in the "
			 "Console");
	err_set(&e, ERR_UNSURE, "%s: %s", apply_op(a)->phone_number, message);
	outcome(a, OP_UNKNOWN, message, &e);
	a->out.conflict = true;
}

/* --- looking before believing ----------------------------------------------------------------------------------- */

static void gone_looked(void *ctx, const struct look_result *r)
{
	struct apply *a = ctx;

	a->look = NULL;
	switch (r->answer) {
	case LOOK_THERE:        /* refused because it is ours: an earlier order of it did happen */
		outcome(a, OP_DONE, "was yours already: bought once, not again", NULL);
		a->out.err = (struct err){0};
		text_copy(a->out.phone_sid, sizeof a->out.phone_sid, r->number->phone_sid);
		mirror_put(a->s, r->number, apply_op(a));
		break;
	case LOOK_NOT_THERE:
		a->out.state = OP_REJECTED;
		break;
	case LOOK_NO_EVIDENCE:
		set_unknown(a, &r->err);
		break;
	}
	apply_record(a);
}

static void already_looked(void *ctx, const struct look_result *r)
{
	struct apply *a = ctx;
	const struct operation *op = apply_op(a);
	struct err e = {0};

	a->look = NULL;
	switch (r->answer) {
	case LOOK_THERE:
		err_set(&e, ERR_UNSURE, "Twilio says %s does not exist and shows it all the same", op->phone_sid);
		set_unknown(a, &e);
		break;
	case LOOK_NOT_THERE:
		outcome(a, OP_DONE, "was already gone", NULL);
		a->out.err = (struct err){0};
		mirror_gone(a->s, op->account_sid, op->phone_sid);
		break;
	case LOOK_NO_EVIDENCE:
		set_unknown(a, &r->err);
		break;
	}
	apply_record(a);
}

static void confirm(struct apply *a, look_fn *looked)
{
	const struct operation *op = apply_op(a);
	struct err e = {0};

	a->phase = APPLY_CONFIRM;
	if (strcmp(a->s->client.account_sid, op->account_sid) != 0)
		err_set(&e, ERR_GUARD, "another profile was chosen meanwhile");
	else
		a->look = op->kind == OP_BUY ? look_number(a->s, op->phone_number, looked, a, &e) :
					       look_sid(a->s, op->phone_sid, op->phone_number, looked, a, &e);
	if (a->look)
		return;
	set_unknown(a, &e);
	apply_record(a);
}

/* --- the answer ------------------------------------------------------------------------------------------------- */

static void take_codes(struct apply *a, const struct write_reply *r)
{
	const struct fault *fault = r->twilio_code ? fault_find(r->twilio_code) : NULL;

	a->out = (struct outcome){.http_status = r->http_status, .twilio_code = r->twilio_code,
				  .curl_code = r->curl_code,
				  .retry_after_s = r->retry_after_s, .err = r->err};
	a->out.stops = (fault && fault->stops_plan) || r->err.kind == ERR_AUTH || r->err.kind == ERR_LOCKED;
	text_clean(a->out.request_id, sizeof a->out.request_id, r->request_id ? r->request_id : "",
		   r->request_id ? strlen(r->request_id) : 0);
}

static void classify(struct apply *a, const struct write_reply *r)
{
	const struct operation *op = apply_op(a);

	take_codes(a, r);
	switch (r->result) {
	case WRITE_DONE:
		if (r->wrong_number || (op->kind == OP_BUY && r->number && !names_what_was_asked(op, r->number)))
			set_conflict(a, r);
		else if (op->kind == OP_BUY && !r->number)
			set_unknown(a, &r->err);
		else
			set_done(a, r->number);
		break;
	case WRITE_REJECTED:
		outcome(a, OP_REJECTED, r->err.msg, &r->err);
		break;
	case WRITE_GONE:
		outcome(a, OP_REJECTED, r->err.msg, &r->err);
		if (op->kind != OP_BUY)
			break;          /* "not for sale" says nothing about a release but that it was refused */
		confirm(a, gone_looked);
		return;
	case WRITE_THROTTLED:
		outcome(a, OP_REJECTED, r->err.msg, &r->err);
		a->out.err.kind = ERR_RATE;
		a->out.throttled = true;
		break;
	case WRITE_ALREADY:
		confirm(a, already_looked);
		return;
	case WRITE_NOT_SENT:    /* the transport says so, but before_send let it go: only looking can tell */
	case WRITE_UNKNOWN:
		if (r->wrong_number) {
			set_conflict(a, r);
			break;
		}
		set_unknown(a, &r->err);
		break;
	}
	apply_record(a);
}

static void not_sent(struct apply *a, const struct write_reply *r)
{
	static const char prefix[] = "not sent: ";
	struct err e = r->err;

	if (a->stopping)
		e = a->stop_why;
	else if (a->arm_err.kind != ERR_NONE)
		e = a->arm_err;
	else if (e.kind == ERR_NONE)
		err_set(&e, ERR_NET, "could not connect");
	else if (strncmp(e.msg, prefix, strlen(prefix)) == 0)   /* said once, by apply_not_sent */
		err_set(&e, e.kind, "%s%s", e.kind == ERR_NET ? "could not connect: " : "",
			r->err.msg + strlen(prefix));
	apply_not_sent(a, &e, true);
}

static void write_done(void *ticket, const struct write_reply *r)
{
	struct apply *a = apply_redeem(ticket);

	if (!a)
		return;
	if (!a->armed && r->result == WRITE_NOT_SENT) {
		not_sent(a, r);
		return;
	}
	if (!a->armed) {        /* an answer to what was never let go: a bug, and money comes first */
		log_write(LOG_ERROR, "core", "bug: an answer came for operation %lld, which was not armed",
			  (long long)apply_op(a)->id);
		ledger_arm(a->s->ledger, apply_op(a)->id, &a->arm_err);
		apply_op(a)->state = OP_ARMED;  /* when arming failed, recording will, and the row counts as unsure */
	}
	classify(a, r);
}

/* --- sending ---------------------------------------------------------------------------------------------------- */

static void show_armed(void *ctx)
{
	struct apply *a = ctx;

	a->row_timer = 0;
	apply_row_changed(a);
}

/*
 * The point of no return. Runs inside the transport, so the screen is told a moment later. A second call, a stop, and
 * a journal that cannot be written all mean: do not send.
 */
static bool before_send(void *ticket)
{
	struct ticket *t = ticket;
	struct apply *a = t->a;
	struct operation *op;

	if (!a || a->armed || a->stopping)
		return false;
	op = apply_op(a);
	if (!ledger_arm(a->s->ledger, op->id, &a->arm_err))
		return false;
	a->armed = true;
	op->state = OP_ARMED;
	op->sends = 1;
	op->armed_at = a->s->clock->wall_ms(a->s->clock);
	a->row_timer = reactor_after(a->s->reactor, 0, show_armed, a);
	return true;
}

/* The stored parameters as form fields, borrowed from doc. False: they are not what plan.c wrote. */
static bool params_of(const struct json *doc, struct http_param *out, size_t *n)
{
	*n = 0;
	if (!json_is_object(doc))
		return false;
	for (const struct json *v = json_first(doc); v; v = json_next(v)) {
		const char *name = json_name(v), *value = json_string(v);

		if (!name || !value || *n == PARAMS_MAX)
			return false;
		if (strcmp(name, "AreaCode") == 0 || strcmp(name, "PhoneNumber") == 0)
			return false;           /* bought is what the plan names, nothing else */
		out[(*n)++] = (struct http_param){.name = name, .value = value};
	}
	return true;
}

static uint32_t start_buy(struct apply *a, struct ticket *t, struct err *e)
{
	const struct operation *op = apply_op(a);
	struct http_param params[PARAMS_MAX];
	struct json *doc = NULL;
	uint32_t id = 0;
	size_t n = 0;

	if (op->want_json)
		doc = json_parse(op->want_json, strlen(op->want_json), WANT_BYTES, NULL);
	if (op->want_json && (!doc || !params_of(doc, params, &n)))
		err_set(e, ERR_USAGE, "the parameters for %s cannot be read", op->phone_number);
	else
		id = numbers_buy(&a->s->client, op->phone_number, params, n, before_send, write_done, t, e);
	json_free(doc);
	return id;
}

void apply_send(struct apply *a)
{
	struct ticket *t = apply_ticket(a);
	struct err e = {0};
	uint32_t id;

	a->phase = APPLY_SEND;
	a->armed = false;
	a->arm_err = (struct err){0};
	id = apply_op(a)->kind == OP_BUY ? start_buy(a, t, &e) :
		numbers_release(&a->s->client, apply_op(a)->phone_sid, before_send, write_done, t, &e);
	if (id)
		return;
	apply_redeem(t);
	if (e.kind == ERR_NONE)
		err_set(&e, ERR_NET, "the request could not be started");
	apply_not_sent(a, &e, e.kind != ERR_USAGE);
}
