/*
 * Writing an outcome down. What is on disk now says "armed": if this commit fails, the next start looks the operation
 * up, so nothing is forgotten; but nothing more may be sent by a session whose journal does not take writes.
 */
#include <stdio.h>
#include <string.h>

#include "apply_priv.h"
#include "guard_priv.h"

#include "numdesk/core/session.h"
#include "numdesk/core/settle.h"
#include "numdesk/util/clock.h"
#include "numdesk/util/crypto.h"
#include "numdesk/util/log.h"
#include "numdesk/util/text.h"

enum {
	AGAIN_MAX = 3,                          /* new rows after a 429 */
	BACKOFF_MS = 500, BACKOFF_MAX_MS = 20000,
	RETRY_AFTER_MAX_S = 120,                /* longer than this is shown, not waited for */
	RECORD_TRIES = 5, RECORD_AGAIN_MS = 1000,
};

static bool write_down(struct apply *a, struct err *e)
{
	struct operation *op = apply_op(a);
	const struct outcome *x = &a->out;
	const bool is_number = sid_is(x->sid, "PN") && op_has(op->kind, OPF_NUMBER);
	const struct op_outcome o = {
		.state = x->state, .http_status = x->http_status, .twilio_code = x->twilio_code,
		.curl_code = x->curl_code,
		.request_id = *x->request_id ? x->request_id : NULL, 
		.phone_sid = is_number && *x->sid ? x->sid : NULL, .result_sid = is_number ? NULL : x->sid,
		.result_json = x->json, .message = x->message, .next_check_at = x->state == OP_UNKNOWN ? a->s->clock->wall_ms(a->s->clock) : 0,
	};
	const struct op_outcome conflict = {.state = OP_CONFLICT, .message = x->message};

	/* After a try that failed half way the first of the two is on disk already. */
	if (op->state == OP_ARMED && !ledger_settle(a->s->ledger, op->id, &o, e))
		return false;
	op->state = x->state;
	if (x->conflict && !ledger_settle(a->s->ledger, op->id, &conflict, e))
		return false;
	op->state = x->conflict ? OP_CONFLICT : x->state;
	return true;
}

static void show_outcome(struct apply *a)
{
	struct operation *op = apply_op(a);
	const struct outcome *x = &a->out;

	op->http_status = x->http_status;
	op->twilio_code = x->twilio_code;
	op->curl_code = x->curl_code;
	op->message = arena_dup(&a->plan.mem, x->message);
	if (*x->sid && sid_is(x->sid, "PN") && op_has(op->kind, OPF_NUMBER))
		text_copy(op->phone_sid, sizeof op->phone_sid, x->sid);
	else if (*x->sid)
		text_copy(op->result_sid, sizeof op->result_sid, x->sid);
	if (x->json)
		op->result_json = x->json;
	text_copy(op->request_id, sizeof op->request_id, x->request_id);
}

/* --- after a 429 ------------------------------------------------------------------------------------------------ */

static int64_t backoff_ms(const struct apply *a)
{
	int64_t cap = (int64_t)BACKOFF_MS << a->again, wait;

	if (cap > BACKOFF_MAX_MS)
		cap = BACKOFF_MAX_MS;
	wait = 1 + (int64_t)crypto_uniform((uint32_t)cap);              /* full jitter */
	return a->out.retry_after_s > 0 ? a->out.retry_after_s * (int64_t)1000 + wait : wait;
}

/* Never processed, says Twilio: a new row for the same wish, and the whole check before it is sent again. */
static bool try_again(struct apply *a)
{
	const int64_t wait = backoff_ms(a);
	struct operation row;
	struct err e = {0};
	int64_t id;

	if (!a->out.throttled || a->stopping || a->again >= AGAIN_MAX || a->out.retry_after_s > RETRY_AFTER_MAX_S)
		return false;
	apply_row_changed(a);
	if (!ledger_again(a->s->ledger, apply_op(a)->id, &id, &e) ||
	    !ledger_op(a->s->ledger, id, &row, &a->plan.mem, &e)) {
		log_write(LOG_WARN, "core", "no second try after 429 for %s: %s", apply_op(a)->subject, e.msg);
		return false;
	}
	row.unsaved = apply_op(a)->unsaved;
	*apply_op(a) = row;
	a->armed = false;
	a->again++;
	apply_row_changed(a);
	apply_later(a, wait, APPLY_STEP, apply_step);
	return true;
}

/* --- after a number was gone ------------------------------------------------------------------------------------ */

static bool fits(const struct apply *a, const struct operation *spare)
{
	const struct operation *gone = &a->plan.ops[a->i];

	return guard_price_known(spare) && a->confirmed[a->i] != MONEY_UNKNOWN &&
	       spare->price_micros <= a->confirmed[a->i] && strcmp(spare->currency, gone->currency) == 0 &&
	       strcmp(spare->country, gone->country) == 0 && spare->type == gone->type &&
	       guard_spare(a->s, spare);
}

/* The next candidate of the same search takes its place, as a row of its own and looked at like any other. */
static bool try_another(struct apply *a)
{
	struct err e = {0};

	if (a->out.state != OP_REJECTED || a->out.twilio_code != 21422 || a->stopping)
		return false;
	while (a->spare < a->plan.n_spares) {
		struct operation row = a->plan.spares[a->spare++];

		if (!fits(a, &row))
			continue;
		if (!ledger_instead(a->s->ledger, apply_op(a)->id, &row, &e)) {
			log_write(LOG_WARN, "core", "%s cannot take the place of %s: %s", row.subject, apply_op(a)->subject, e.msg);
			if (ledger_failed(a->s->ledger, NULL))
				return false;
			continue;
		}
		apply_row_changed(a);
		*apply_op(a) = row;
		a->armed = false;
		a->again = 0;
		apply_row_changed(a);
		apply_later(a, 0, APPLY_STEP, apply_step);
		return true;
	}
	return false;
}

/* --- what follows ----------------------------------------------------------------------------------------------- */

static void recorded(struct apply *a)
{
	const struct operation *op = apply_op(a);
	const struct err why = a->out.err;
	const bool stops = a->out.stops || (a->out.throttled && a->again >= AGAIN_MAX);

	show_outcome(a);
	if (try_again(a) || try_another(a))
		return;
	if (op->state == OP_REJECTED && (stops || a->out.throttled))
		apply_stop_rest(a, &why);
	if (op->state == OP_UNKNOWN || op->state == OP_CONFLICT)
		settle_add(a->s->settle, op->id);
	switch (op->state) {
	case OP_DONE:
		apply_next(a, &a->sum.done, NULL);
		break;
	case OP_REJECTED:
		apply_next(a, &a->sum.rejected, &why);
		break;
	default:
		apply_next(a, &a->sum.unsure, &why);
		break;
	}
}

/* The result stays on the screen; to the journal it is still "armed", so to it this is an unsure operation. */
static void unrecorded(struct apply *a, const struct err *why)
{
	struct operation *op = apply_op(a);
	struct err e = {0};

	err_set(&e, ERR_UNSURE, "%s: %s, but the journal could not be written (%.160s): it is looked up again at the "
		"next start",
		op->subject, op_state_name(a->out.state), why->msg);
	log_write(LOG_ERROR, "core", "%s", e.msg);
	show_outcome(a);
	op->state = a->out.state;
	op->message = arena_dup(&a->plan.mem, e.msg);
	apply_stop_rest(a, why);
	settle_add(a->s->settle, op->id);
	apply_next(a, &a->sum.unsure, &e);
}

static void record_again(void *ctx)
{
	struct apply *a = ctx;

	a->timer = 0;
	apply_record(a);
}

void apply_record(struct apply *a)
{
	struct err e = {0};

	a->phase = APPLY_RECORD;
	if (write_down(a, &e)) {
		a->record_tries = 0;
		recorded(a);
	} else if (ledger_failed(a->s->ledger, NULL) || ++a->record_tries >= RECORD_TRIES) {
		a->record_tries = 0;
		unrecorded(a, &e);
	} else {        /* another session is writing: nothing is sent after this commit, so it may be repeated */
		apply_later(a, RECORD_AGAIN_MS, APPLY_RECORD, record_again);
	}
}
