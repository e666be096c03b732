/*
 * The live look before anything is sent: a purchase must not be ours already and must still cost what was agreed to;
 * any other change must still find things as they were on the screen.
 */
#include <stdio.h>
#include <string.h>

#include "apply_priv.h"
#include "guard_priv.h"

#include "numdesk/core/catalog.h"
#include "numdesk/core/session.h"
#include "numdesk/util/log.h"
#include "numdesk/util/text.h"

bool apply_cancel_row(struct apply *a, const char *message)
{
	struct operation *op = apply_op(a);
	const struct op_outcome o = {.state = OP_CANCELLED, .message = message, .result_sid = op->result_sid};
	struct err e = {0};
	const bool ok = ledger_settle(a->s->ledger, op->id, &o, &e);

	/* Nothing was sent, so a row left as planned does no harm: the next start cancels it. */
	if (!ok)
		log_write(LOG_ERROR, "core", "cannot record that operation %lld was cancelled: %s", (long long)op->id,
			  e.msg);
	op->state = OP_CANCELLED;
	op->message = arena_dup(&a->plan.mem, message);
	return ok;
}

void apply_not_sent(struct apply *a, const struct err *why, bool stops)
{
	char message[ERR_MSG_MAX];

	snprintf(message, sizeof message, "not sent: %.*s", (int)sizeof message - 16, why->msg);
	apply_cancel_row(a, message);
	if (stops)
		apply_stop_rest(a, why);
	apply_next(a, &a->sum.cancelled, why);
}

/* What keeps this row from being looked at keeps the others too. */
static bool would_repeat(const struct err *e)
{
	switch (e->kind) {
	case ERR_NET: case ERR_AUTH: case ERR_RATE: case ERR_LOCKED: case ERR_OFFLINE: case ERR_STOPPED:
		return true;
	default:
		return false;
	}
}

static void could_not_look(struct apply *a, const struct err *why)
{
	struct err e = *why;

	err_wrap(&e, "%s could not be looked at first", apply_op(a)->subject);
	apply_not_sent(a, &e, would_repeat(why));
}

/* --- a price ---------------------------------------------------------------------------------------------------- */

static bool price_agreed(struct apply *a, struct err *e)
{
	const struct operation *op = apply_op(a);
	const int64_t agreed = a->confirmed[a->i];
	const char *option;
	const int64_t max = guard_max_price(a->s, &a->asked, &option);
	char currency[4] = "", now_text[40], agreed_text[40];
	const int64_t now = *op->country ? catalog_price(a->s, op->country, op->type, currency) : agreed;

	money_show(now, currency, now_text, sizeof now_text);
	money_show(agreed, a->currency[a->i], agreed_text, sizeof agreed_text);
	if (now != MONEY_UNKNOWN && max != MONEY_UNKNOWN && now > max)
		return err_set(e, ERR_GUARD, "%s costs %s per month now, above %s", op->phone_number, now_text, option);
	if (agreed == MONEY_UNKNOWN)
		return true;
	if (now == MONEY_UNKNOWN)
		return err_set(e, ERR_GUARD, "the price of %s is no longer known, %s was agreed to", op->phone_number,
			       agreed_text);
	if (now > agreed || (*currency && *a->currency[a->i] && !text_ieq(currency, a->currency[a->i])))
		return err_set(e, ERR_GUARD, "%s costs %s per month now, %s was agreed to: ask again", op->phone_number,
			       now_text, agreed_text);
	return true;
}

static void prices_read(void *ticket, const struct err *err)
{
	struct apply *a = apply_redeem(ticket);
	struct err e = {0};

	if (!a)
		return;
	if (err && err->kind != ERR_NONE && a->confirmed[a->i] != MONEY_UNKNOWN) {
		e = *err;
		err_wrap(&e, "the price of %s could not be read again", apply_op(a)->phone_number);
		apply_not_sent(a, &e, would_repeat(err));
	} else if (!price_agreed(a, &e)) {
		apply_not_sent(a, &e, false);
	} else {
		apply_send(a);
	}
}

static void last_check(struct apply *a)
{
	const struct operation *op = apply_op(a);
	struct err e = {0};

	if (op_has(op->kind, OPF_OWNED) && ledger_is_locked(a->s->ledger, op->account_sid, op->phone_number)) {
		err_set(&e, ERR_GUARD, "%s was locked meanwhile", op->phone_number);
		apply_not_sent(a, &e, false);
	} else if (!op_has(op->kind, OPF_MONEY)) {
		apply_send(a);
	} else if (*op->country) {
		catalog_need_prices(a->s, op->country, false, prices_read, apply_ticket(a));
	} else {
		prices_read(apply_ticket(a), NULL);
	}
}

/* --- the look --------------------------------------------------------------------------------------------------- */

/* What is wanted is so: nothing to send, which is no failure, unless it would have been paid for twice. */
static void is_so_already(struct apply *a, const struct finding *f)
{
	struct operation *op = apply_op(a);
	const struct kind *k = kind_of(op->kind);
	char message[ERR_MSG_MAX];
	struct err e = {0};

	kind_mirror(a->s, op, f);
	if (k->already_is_error) {
		err_set(&e, ERR_GUARD, "%s is yours already (%s)", op->phone_number, f->sid ? f->sid : "");
		apply_not_sent(a, &e, false);
		return;
	}
	if (f->sid)
		text_copy(op->result_sid, sizeof op->result_sid, f->sid);
	snprintf(message, sizeof message, "%s: nothing was sent", k->already);
	apply_cancel_row(a, message);
	apply_next(a, &a->sum.done, NULL);
}

static void looked(void *ctx, const struct finding *f)
{
	struct apply *a = ctx;
	struct err e = {0};

	a->look = NULL;
	switch (f->is) {
	case EVIDENCE_DONE:
		is_so_already(a, f);
		break;
	case EVIDENCE_NOT:
		last_check(a);
		break;
	case EVIDENCE_OTHER:
		err_set(&e, ERR_GUARD, "%s%s", f->says,
			op_has(apply_op(a)->kind, OPF_NUMBER) ? ": run 'numdesk sync', then look again" : "");
		apply_not_sent(a, &e, false);
		break;
	case EVIDENCE_NONE:
		could_not_look(a, &f->err);
		break;
	}
}

void apply_check(struct apply *a)
{
	struct err e = {0};

	a->phase = APPLY_CHECK;
	if (!kind_of(apply_op(a)->kind)->look_first) {
		last_check(a);
		return;
	}
	a->look = inquiry_start(a->s, apply_op(a), looked, a, &e);
	if (!a->look)
		could_not_look(a, &e);
}
