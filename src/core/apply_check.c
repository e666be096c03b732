/*
 * The live look before anything is sent: a purchase must not be ours already and must still cost what
 * was agreed to; a release must still be the number that was on the screen.
 */
#include <stdio.h>
#include <string.h>

#include "apply_priv.h"
#include "guard_priv.h"
#include "mirror.h"

#include "numdesk/core/catalog.h"
#include "numdesk/core/session.h"
#include "numdesk/util/log.h"
#include "numdesk/util/text.h"

bool apply_cancel_row(struct apply *a, const char *message)
{
	struct operation *op = apply_op(a);
	const struct op_outcome o = {.state = OP_CANCELLED, .message = message};
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

	err_wrap(&e, "%s could not be looked at first", apply_op(a)->phone_number);
	apply_not_sent(a, &e, would_repeat(why));
}

/* --- a purchase ------------------------------------------------------------------------------------------------- */

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

static void buy_looked(void *ctx, const struct look_result *r)
{
	struct apply *a = ctx;
	const struct operation *op = apply_op(a);
	struct err e = {0};

	a->look = NULL;
	switch (r->answer) {
	case LOOK_THERE:
		mirror_put(a->s, r->number, op);
		err_set(&e, ERR_GUARD, "%s is yours already (%s)", op->phone_number, r->number->phone_sid);
		apply_not_sent(a, &e, false);
		break;
	case LOOK_NO_EVIDENCE:
		could_not_look(a, &r->err);
		break;
	case LOOK_NOT_THERE:
		if (*op->country)
			catalog_need_prices(a->s, op->country, false, prices_read, apply_ticket(a));
		else
			prices_read(apply_ticket(a), NULL);
		break;
	}
}

/* --- a release -------------------------------------------------------------------------------------------------- */

static bool still_releasable(struct apply *a, const struct number *n, struct err *e)
{
	const struct operation *op = apply_op(a);

	if (strcmp(n->phone_sid, op->phone_sid) != 0 || strcmp(n->phone_number, op->phone_number) != 0 ||
	    strcmp(n->account_sid, op->account_sid) != 0)
		return err_set(e, ERR_GUARD, "Twilio shows %s of account %s as %s, not %s: run 'numdesk sync', then "
			       "look again", n->phone_number, n->account_sid, op->phone_sid, op->phone_number);
	if (ledger_is_locked(a->s->ledger, op->account_sid, op->phone_number))
		return err_set(e, ERR_GUARD, "%s was locked meanwhile", op->phone_number);
	return true;
}

static void release_looked(void *ctx, const struct look_result *r)
{
	struct apply *a = ctx;
	const struct operation *op = apply_op(a);
	struct err e = {0};

	a->look = NULL;
	switch (r->answer) {
	case LOOK_THERE:
		if (still_releasable(a, r->number, &e))
			apply_send(a);
		else
			apply_not_sent(a, &e, false);
		break;
	case LOOK_NO_EVIDENCE:
		could_not_look(a, &r->err);
		break;
	case LOOK_NOT_THERE:            /* what was wanted is so: nothing to send, and no failure */
		mirror_gone(a->s, op->account_sid, op->phone_sid);
		apply_cancel_row(a, "was already gone: nothing was sent");
		apply_next(a, &a->sum.done, NULL);
		break;
	}
}

void apply_check(struct apply *a)
{
	const struct operation *op = apply_op(a);
	struct err e = {0};

	a->phase = APPLY_CHECK;
	a->look = op->kind == OP_BUY ? look_number(a->s, op->phone_number, buy_looked, a, &e) :
				       look_sid(a->s, op->phone_sid, op->phone_number, release_looked, a, &e);
	if (!a->look)
		could_not_look(a, &e);
}
