/* The rules about sums: how many, how much a day and a month, and whether the balance covers it. */
#include <string.h>

#include "guard_priv.h"

#include "numdesk/core/session.h"
#include "numdesk/util/clock.h"
#include "numdesk/util/text.h"

struct ledger_limits guard_limits(const struct session *s)
{
	return (struct ledger_limits){
		.day_count = config_int(&s->config, OPTION_GUARD_DAY_COUNT),
		.day_spend = config_int(&s->config, OPTION_GUARD_DAY_SPEND),
		.month_spend = config_int(&s->config, OPTION_GUARD_MONTH_SPEND),
	};
}

struct spent {
	int64_t day_ms, month_ms;               /* when the UTC day and month began */
	int64_t day_count, day, month;
	const char *currency;                   /* sums are of this money; "": any */
};

static bool add_spent(void *ctx, const struct operation *op)
{
	struct spent *t = ctx;

	if (op->created_at < t->month_ms)
		return false;                   /* newest first: the rest is older */
	if (op->kind != OP_BUY || op->state == OP_REJECTED || op->state == OP_CANCELLED || op->state == OP_ABANDONED)
		return true;
	const bool counts = !*t->currency || text_ieq(t->currency, op->currency);
	const int64_t price = counts ? op->price_micros : 0;

	t->month = money_add(t->month, price);
	if (op->created_at < t->day_ms)
		return true;
	t->day_count++;
	t->day = money_add(t->day, price);
	return true;
}

/* 00:00 UTC of the first of the month that `now` is in. */
static int64_t month_began(int64_t now)
{
	char date[21];
	int64_t at = now;

	clock_date(now, date, sizeof date);
	if (strlen(date) == 10) {
		date[8] = '0';
		date[9] = '1';
		clock_parse(date, &at);
	}
	return at;
}

static void check_spend(struct verdict *v, enum guard_rule rule, const char *what, const char *key, int64_t limit,
			int64_t spent, int64_t adds, const char *currency)
{
	char would[40], max[40], left[40];

	if (limit == MONEY_UNKNOWN || money_add(spent, adds) <= limit)
		return;
	money_show(money_add(spent, adds), currency, would, sizeof would);
	money_show(limit, currency, max, sizeof max);
	money_show(limit > spent ? limit - spent : 0, currency, left, sizeof left);
	guard_find(v, rule, GUARD_WHOLE, true, "this makes %s added to the monthly bill %s; the limit is %s, %s is "
		   "left: buy fewer, or raise %s under [guard]", would, what, max, left, key);
}

static void check_balance(const struct session *s, int64_t cost, const char *currency, struct verdict *v)
{
	const struct account_facts *a = &s->account;
	char have[40], need[40];

	if (a->balance == MONEY_UNKNOWN)
		return;
	money_show(a->balance, a->balance_currency, have, sizeof have);
	if (a->balance <= 0)
		guard_find(v, GUARD_BALANCE, GUARD_WHOLE, true, "the balance is %s and Twilio would refuse: add funds "
			   "in the Console, then run 'numdesk sync'", have);
	else if (cost > a->balance && (!*currency || text_ieq(currency, a->balance_currency))) {
		money_show(cost, currency, need, sizeof need);
		guard_find(v, GUARD_BALANCE, GUARD_WHOLE, false, "the balance is %s and this costs %s now: Twilio may "
			   "refuse some of it; add funds in the Console", have, need);
	}
}

void guard_rules_limits(struct session *s, const struct plan *p, struct verdict *v)
{
	const struct ledger_limits lim = guard_limits(s);
	const struct ledger_filter f = {.account_sid = s->profile.account_sid};
	const int64_t now = session_now(s);
	struct spent t = {.day_ms = (now - now % 86400) * 1000, .month_ms = month_began(now) * 1000};
	const char *currency = "";
	int64_t cost = 0, buys = 0;

	for (size_t i = 0; i < p->n; i++)
		if (p->ops[i].kind == OP_BUY) {
			buys++;
			currency = *p->ops[i].currency ? p->ops[i].currency : currency;
			cost = money_add(cost, guard_price_known(&p->ops[i]) ? p->ops[i].price_micros : 0);
		}
	if (buys == 0)
		return;
	check_balance(s, cost, currency, v);
	t.currency = currency;
	if (lim.day_count == 0 && lim.day_spend == MONEY_UNKNOWN && lim.month_spend == MONEY_UNKNOWN)
		return;
	if (!ledger_each(s->ledger, &f, add_spent, &t, NULL)) {
		guard_find(v, GUARD_JOURNAL, GUARD_WHOLE, true, "what was spent so far cannot be read from %s: nothing "
			   "may be bought until it can", s->paths.ledger);
		return;
	}
	if (lim.day_count > 0 && t.day_count + buys > lim.day_count)
		guard_find(v, GUARD_DAY_COUNT, GUARD_WHOLE, true, "%lld bought today (UTC) and %lld more would pass "
			   "the limit of %lld: buy fewer, or raise max_per_day under [guard]", (long long)t.day_count,
			   (long long)buys, (long long)lim.day_count);
	check_spend(v, GUARD_DAY_SPEND, "today (UTC)", "max_spend_day", lim.day_spend, t.day, cost, currency);
	check_spend(v, GUARD_MONTH_SPEND, "this month (UTC)", "max_spend_month", lim.month_spend, t.month, cost,
		    currency);
}
