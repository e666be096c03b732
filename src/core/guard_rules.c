/* The rules that look at one operation, and those about operations that are already under way. */
#include <stdio.h>
#include <string.h>

#include "guard_priv.h"

#include "numdesk/core/apply.h"
#include "numdesk/core/session.h"
#include "numdesk/util/clock.h"
#include "numdesk/util/text.h"

bool guard_price_known(const struct operation *op)
{
	return op->price_micros >= 0;
}

int64_t guard_max_price(const struct session *s, const struct guard_options *o, const char **option)
{
	const int64_t configured = config_int(&s->config, OPTION_GUARD_MAX_PRICE);

	*option = "max_price under [guard]";
	if (o->max_price != MONEY_UNKNOWN && (configured == MONEY_UNKNOWN || o->max_price < configured)) {
		*option = "--max-price";
		return o->max_price;
	}
	return configured;
}

static void check_price(struct session *s, const struct operation *op, size_t i, struct verdict *v)
{
	const char *option;
	const int64_t max = guard_max_price(s, &v->asked, &option);
	char price[40], limit[40];

	if (!guard_price_known(op)) {
		const bool allowed = v->asked.allow_unknown_price ||
				     config_bool(&s->config, OPTION_GUARD_UNKNOWN_PRICE);

		if (allowed)
			guard_find(v, GUARD_UNKNOWN_PRICE, i, false, "the price of %s is not known", op->phone_number);
		else
			guard_find(v, GUARD_UNKNOWN_PRICE, i, true, "the price of %s is not known: try again later, or "
				   "allow it with --allow-unknown-price or 'allow_unknown_price = yes' under [guard]",
				   op->phone_number);
		return;
	}
	if (max == MONEY_UNKNOWN || op->price_micros <= max)
		return;
	money_show(op->price_micros, op->currency, price, sizeof price);
	money_show(max, op->currency, limit, sizeof limit);
	guard_find(v, GUARD_MAX_PRICE, i, true, "%s costs %s per month and the limit is %s: raise %s", op->phone_number,
		   price, limit, option);
}

void guard_buy(struct session *s, const struct plan *p, size_t i, struct verdict *v)
{
	const struct operation *op = &p->ops[i];
	struct arena mem = {0};
	struct number have;

	if (!phone_is_e164(op->phone_number))
		guard_find(v, GUARD_ALREADY_OWNED, i, true, "'%s' is not a number in E.164 form: write it like "
			   "+14155550137",
			   op->phone_number);
	else if (cache_find(s->cache, op->account_sid, op->phone_number, &have, NULL, &mem, NULL) && !have.is_gone)
		guard_find(v, GUARD_ALREADY_OWNED, i, true, "%s is yours already (%s): if it was released elsewhere, "
			   "run 'numdesk sync' first", op->phone_number, have.phone_sid);
	arena_release(&mem);
	check_price(s, op, i, v);
	guard_papers(s, p, i, v);
}

void guard_owned(struct session *s, const struct plan *p, size_t i, struct verdict *v)
{
	const struct operation *op = &p->ops[i];
	struct arena mem = {0};
	struct number have;
	const bool cached = cache_find_sid(s->cache, op->account_sid, op->phone_sid, &have, &mem, NULL);

	if (!sid_is(op->phone_sid, "PN") || !phone_is_e164(op->phone_number))
		guard_find(v, GUARD_NOT_OWNED, i, true, "'%s' is not a number of this account: run 'numdesk sync', "
			   "then name it again", op->phone_number);
	else if (cached && strcmp(have.phone_number, op->phone_number) != 0)
		guard_find(v, GUARD_NOT_OWNED, i, true, "%s is listed as %s, not as %s: run 'numdesk sync', then name "
			   "it again", op->phone_sid, have.phone_number, op->phone_number);
	else if (!op->before_json && (!cached || have.is_gone))
		guard_find(v, GUARD_NOT_OWNED, i, true, "%s is not among the numbers of this account: run 'numdesk "
			   "sync' to see what is", op->phone_number);
	arena_release(&mem);
	if (ledger_is_locked(s->ledger, op->account_sid, op->phone_number))
		guard_find(v, GUARD_LOCKED_NUMBER, i, true, "%s is locked: run 'numdesk unlock %s' first",
			   op->phone_number, op->phone_number);
}

/* What a kind has of its own; OPF_OWNED kinds have guard_owned besides. */
static guard_kind_fn *const kind_rules[OP_KIND_COUNT] = {
	[OP_BUY] = guard_buy, [OP_CONFIGURE] = guard_configure,
	[OP_ADDRESS_REMOVE] = guard_address_remove, [OP_BUNDLE_CLONE] = guard_bundle_clone,
	[OP_TRANSFER] = guard_transfer,
	[OP_ACCOUNT_CREATE] = guard_account_create, [OP_ACCOUNT_SUSPEND] = guard_account_status,
	[OP_ACCOUNT_ACTIVATE] = guard_account_status, [OP_ACCOUNT_CLOSE] = guard_account_status,
};

void guard_rules_op(struct session *s, const struct plan *p, size_t i, struct verdict *v)
{
	const struct operation *op = &p->ops[i];

	if (!sid_is(op->account_sid, "AC") || strcmp(op->account_sid, s->profile.account_sid) != 0)
		guard_find(v, GUARD_NOT_OWNED, i, true, "%s belongs to account %s, not to the profile in use: choose "
			   "its profile with --profile", op->subject, op->account_sid);
	else {
		if (op_has(op->kind, OPF_OWNED))
			guard_owned(s, p, i, v);
		if (kind_rules[op->kind])
			kind_rules[op->kind](s, p, i, v);
	}
}

/* --- operations under way --------------------------------------------------------------------------------------- */

struct open_look {
	struct session *s;
	const struct plan *p;
	struct verdict *v;
	size_t i;               /* operation of the plan, for the look by number */
	const struct operation *subject;
	int64_t again;          /* the same change, absent, of ours */
	size_t others;          /* open operations on the number beside it */
};

static bool same_want(const struct operation *a, const struct operation *b)
{
	return a->want_json && b->want_json ? strcmp(a->want_json, b->want_json) == 0 : a->want_json == b->want_json;
}

/* Does an open operation hold what this one is about? A number whoever changes it; else within account and kind. */
static bool claims_same(const struct operation *a, const struct operation *b)
{
	return *b->phone_number || (a->kind == b->kind && strcmp(a->account_sid, b->account_sid) == 0);
}

static bool collect_again(void *ctx, const struct operation *op)
{
	struct open_look *l = ctx;

	if (!claims_same(op, l->subject))
		return true;
	if (op->kind == l->subject->kind && op->state == OP_ABSENT && same_want(op, l->subject) &&
	    strcmp(op->phone_sid, l->subject->phone_sid) == 0 &&
	    strcmp(op->account_sid, l->subject->account_sid) == 0 &&
	    strcmp(op->to_account, l->subject->to_account) == 0 &&
	    op->owner && strcmp(op->owner, ledger_owner(l->s->ledger)) == 0)
		l->again = op->id;
	else
		l->others++;
	return true;
}

bool guard_again(struct session *s, const struct operation *op, int64_t *id)
{
	struct open_look l = {.s = s, .subject = op};
	const struct ledger_filter f = {.phone_number = op->subject, .only_open = true};

	if (!op_has(op->kind, OPF_AGAIN) || !ledger_each(s->ledger, &f, collect_again, &l, NULL) || l.others || !l.again)
		return false;
	*id = l.again;
	return true;
}

static bool report_open(void *ctx, const struct operation *op)
{
	struct open_look *l = ctx;
	const bool mine = op->owner && strcmp(op->owner, ledger_owner(l->s->ledger)) == 0;
	char since[21];

	if (!claims_same(op, &l->p->ops[l->i]))
		return true;
	clock_iso(op->created_at / 1000, since, sizeof since);
	guard_find(l->v, GUARD_OPEN_OPERATION, l->i, true, "%s has an open %s (operation %lld, %s since %s%s): settle "
		   "it with 'numdesk resume' first", op->subject, op_kind_name(op->kind), (long long)op->id,
		   op_state_name(op->state), since, mine ? "" : ", of another session");
	return true;
}

/*
 * The hold: while a purchase may have happened unseen, another number could be its substitute, and then one wish would
 * be paid for twice. Only a look that settles it or a person who gives it up ends this.
 */
static bool is_held(struct session *s, const struct operation *op)
{
	const bool mine = op->owner && strcmp(op->owner, ledger_owner(s->ledger)) == 0;

	/* Armed is the moment between sending and the answer: another session's is its own business, ours without a
	 * plan under way is an outcome that could not be written down. */
	return op->kind == OP_BUY && op_is_unsure(op->state) &&
	       (op->state != OP_ARMED || (mine && !apply_running(s)));
}

static const char *hold_says(const struct operation *op, char *dst, size_t dst_size)
{
	snprintf(dst, dst_size, "%s may have been bought (operation %lld, %s): another number cannot replace it yet; run "
		 "'numdesk resume', or 'numdesk resume --give-up %s' once it is not found", op->phone_number,
		 (long long)op->id, op_state_name(op->state), op->phone_number);
	return dst;
}

static bool report_hold(void *ctx, const struct operation *op)
{
	struct open_look *l = ctx;
	char says[256];

	if (!is_held(l->s, op))
		return true;
	for (size_t i = 0; i < l->p->n; i++)
		if (strcmp(l->p->ops[i].phone_number, op->phone_number) == 0)
			return true;            /* named already as an open operation */
	guard_find(l->v, GUARD_OPEN_OPERATION, GUARD_WHOLE, true, "%s", hold_says(op, says, sizeof says));
	return false;
}

struct holding { struct session *s; struct err *e; bool held; };

static bool first_hold(void *ctx, const struct operation *op)
{
	struct holding *h = ctx;
	char says[256];

	h->held = is_held(h->s, op);
	if (h->held)
		err_set(h->e, ERR_GUARD, "%s", hold_says(op, says, sizeof says));
	return !h->held;
}

bool guard_no_hold(struct session *s, struct err *e)
{
	const struct ledger_filter f = {.account_sid = s->profile.account_sid, .only_open = true};
	struct holding h = {.s = s, .e = e};

	return ledger_each(s->ledger, &f, first_hold, &h, e) && !h.held;
}

void guard_rules_open(struct session *s, const struct plan *p, struct verdict *v)
{
	struct open_look l = {.s = s, .p = p, .v = v};
	const struct ledger_filter held = {.account_sid = s->profile.account_sid, .only_open = true};
	struct err e = {0};
	size_t buys = 0;
	int64_t again;
	bool read = true;

	for (size_t i = 0; i < p->n && read; i++) {
		const struct ledger_filter f = {.phone_number = p->ops[i].subject, .only_open = true};

		l.i = i;
		buys += p->ops[i].kind == OP_BUY;
		if (guard_again(s, &p->ops[i], &again))
			guard_find(v, GUARD_OPEN_OPERATION, i, false, "the %s of %s did not happen (operation "
				   "%lld): it is sent again", op_kind_name(p->ops[i].kind), p->ops[i].subject,
				   (long long)again);
		else
			read = ledger_each(s->ledger, &f, report_open, &l, &e);
	}
	if (read && buys)
		read = ledger_each(s->ledger, &held, report_hold, &l, &e);
	if (!read)      /* what cannot be read cannot be ruled out */
		guard_find(v, GUARD_JOURNAL, GUARD_WHOLE, true, "open operations cannot be read (%.160s): nothing may "
			   "be sent until they can", e.msg);
}
