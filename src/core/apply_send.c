/*
 * Sending one operation, once, and saying how it ended. The journal is armed inside
 * before_send, which the transport calls when the first byte is about to leave; whatever happens after that is settled
 * by an answer that is final, or by looking.
 */
#include <stdio.h>
#include <string.h>

#include "apply_priv.h"

#include "numdesk/core/reactor.h"
#include "numdesk/core/session.h"
#include "numdesk/model/fault.h"
#include "numdesk/util/clock.h"
#include "numdesk/util/log.h"
#include "numdesk/util/text.h"

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

static void keep_found(struct apply *a, const struct finding *f)
{
	if (f->sid)
		text_copy(a->out.sid, sizeof a->out.sid, f->sid);
	if (f->json)
		a->out.json = arena_dup(&a->plan.mem, f->json);
	kind_mirror(a->s, apply_op(a), f);
}

/* The plain case: the documented answer and nothing to doubt. */
static void set_done(struct apply *a, const struct finding *f)
{
	outcome(a, OP_DONE, *f->says ? f->says : op_kinds[apply_op(a)->kind].past, NULL);
	keep_found(a, f);
}

/* Twilio said it has something, but something else than was asked for: no look-up can tell what it is. A person can. */
static void set_conflict(struct apply *a, const char *says)
{
	char message[ERR_MSG_MAX];
	struct err e = {0};

	snprintf(message, sizeof message, "%s: look in the Console", *says ? says :
		 "Twilio answered with another number or account");
	err_set(&e, ERR_UNSURE, "%s: %s", apply_op(a)->subject, message);
	outcome(a, OP_UNKNOWN, message, &e);
	a->out.conflict = true;
}

/* --- looking before believing ----------------------------------------------------------------------------------- */

/* Refused because it is so already: an earlier order of it did happen, or somebody else was faster. */
static void confirmed(void *ctx, const struct finding *f)
{
	struct apply *a = ctx;
	const struct operation *op = apply_op(a);
	struct err e = {0};

	a->look = NULL;
	switch (f->is) {
	case EVIDENCE_DONE:
		outcome(a, OP_DONE, kind_of(op->kind)->already, NULL);
		a->out.err = (struct err){0};
		keep_found(a, f);
		break;
	case EVIDENCE_NOT:
		if (a->out.state == OP_REJECTED)
			break;          /* so the refusal stands */
		err_set(&e, ERR_UNSURE, "Twilio says %s does not exist and shows it all the same",
			*op->phone_sid ? op->phone_sid : op->subject);
		set_unknown(a, &e);
		break;
	case EVIDENCE_OTHER:
		err_set(&e, ERR_UNSURE, "%s", f->says);
		set_unknown(a, &e);
		break;
	case EVIDENCE_NONE:
		set_unknown(a, &f->err);
		break;
	}
	apply_record(a);
}

static void confirm(struct apply *a)
{
	const struct operation *op = apply_op(a);
	struct err e = {0};

	a->phase = APPLY_CONFIRM;
	if (strcmp(a->s->client.account_sid, op->account_sid) != 0)
		err_set(&e, ERR_GUARD, "another profile was chosen meanwhile");
	else
		a->look = inquiry_start(a->s, op, confirmed, a, &e);
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

/* True when the outcome is known now; else it is being confirmed. */
static bool classify(struct apply *a, const struct write_reply *r)
{
	const struct operation *op = apply_op(a);
	const struct kind *k = kind_of(op->kind);
	struct finding f = {.is = EVIDENCE_DONE, .number = r->number};

	switch (r->result) {
	case WRITE_DONE:
		if (r->wrong_number || (k->accept && !k->accept(op, r, &f)))
			set_conflict(a, f.says);
		else
			set_done(a, &f);
		return true;
	case WRITE_GONE:
	case WRITE_REJECTED:
		outcome(a, OP_REJECTED, r->err.msg, &r->err);
		if (k->already_code == 0 || k->already_code != r->twilio_code)
			return true;
		confirm(a);
		return false;
	case WRITE_THROTTLED:
		outcome(a, OP_REJECTED, r->err.msg, &r->err);
		a->out.err.kind = ERR_RATE;
		a->out.throttled = true;
		return true;
	case WRITE_ALREADY:
		confirm(a);
		return false;
	case WRITE_NOT_SENT:    /* the transport says so, but before_send let it go: only looking can tell */
	case WRITE_UNKNOWN:
		if (r->wrong_number)
			set_conflict(a, "");
		else
			set_unknown(a, &r->err);
		return true;
	}
	return true;
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
	take_codes(a, r);
	if (classify(a, r))
		apply_record(a);
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

void apply_send(struct apply *a)
{
	struct ticket *t = apply_ticket(a);
	struct err e = {0};
	uint32_t id;

	a->phase = APPLY_SEND;
	a->armed = false;
	a->arm_err = (struct err){0};
	id = kind_of(apply_op(a)->kind)->send(a->s, apply_op(a), before_send, write_done, t, &e);
	if (id)
		return;
	apply_redeem(t);
	if (e.kind == ERR_NONE)
		err_set(&e, ERR_NET, "the request could not be started");
	apply_not_sent(a, &e, e.kind != ERR_USAGE);
}
