#include "test.h"

#include "desk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "numdesk/core/configure.h"
#include "numdesk/core/guard.h"
#include "numdesk/core/settle.h"
#include "numdesk/util/mem.h"
#include "numdesk/util/text.h"

#define AD "AD00000000000000000000000000000001"
#define BU "BU00000000000000000000000000000001"

static int setup(void **state)
{
	struct desk *d = mem_alloc(sizeof *d);

	desk_open(d, NULL, NULL);
	*state = d;
	return 0;
}

static int teardown(void **state)
{
	desk_close(*state);
	free(*state);
	return 0;
}

static void set(struct desk *d, enum option_id o, const char *text)
{
	struct err e = {0};

	if (!config_set(&d->s->config, o, text, &e))
		fail_msg("%s", e.msg);
}

static const struct guard_finding *finding(const struct verdict *v, enum guard_rule rule)
{
	for (size_t i = 0; i < v->n; i++)
		if (v->findings[i].rule == rule)
			return &v->findings[i];
	return NULL;
}

static void add_buy(struct desk *d, struct plan *p, const char *phone, const struct buy_params *params)
{
	const struct offer o = desk_offer(phone, 1150000);

	plan_add_buy(p, d->s, &o, params);
}

static void add_release(struct desk *d, struct plan *p, const char *phone)
{
	struct number n;

	if (!tw_find(d->w, phone))
		tw_own(d->w, phone);
	n = desk_number(d, phone);
	plan_add_release(p, d->s, &n, "{}");
}

/* --- each rule -------------------------------------------------------------------------------------------------- */

/* Prepares desk and plan so that just this rule has something to say. */
typedef void prepare_fn(struct desk *d, struct plan *p);
struct rule_case {
	const char *name;
	prepare_fn *prepare;
	enum guard_rule rule;
	bool blocks;
	const char *mend;               /* the way out that the sentence has to name */
};

static void by_config(struct desk *d, struct plan *p)
{
	set(d, OPTION_GUARD_READ_ONLY, "yes");
	add_buy(d, p, DESK_A, NULL);
}

static void by_flag(struct desk *d, struct plan *p)
{
	d->s->read_only = true;
	d->s->read_only_why = "--read-only";
	add_buy(d, p, DESK_A, NULL);
}

static void by_profile(struct desk *d, struct plan *p)
{
	d->s->profile.read_only = true;
	add_buy(d, p, DESK_A, NULL);
}

static void protected_listed(struct desk *d, struct plan *p)
{
	set(d, OPTION_GUARD_PROTECTED, "other, ACME,third");
	add_buy(d, p, DESK_A, NULL);
}

static void protected_itself(struct desk *d, struct plan *p)
{
	d->s->profile.is_protected = true;
	add_buy(d, p, DESK_A, NULL);
}

static void locked_number(struct desk *d, struct plan *p)
{
	assert_true(ledger_set_locked(d->s->ledger, TW_ACCOUNT, DESK_A, true, NULL));
	add_release(d, p, DESK_A);
}

static void primary_number(struct desk *d, struct plan *p)
{
	assert_true(ledger_set_primary(d->s->ledger, TW_ACCOUNT, DESK_A, NULL));
	add_release(d, p, DESK_A);
}

static void primary_for_voice(struct desk *d, struct plan *p)
{
	assert_true(ledger_set_primary_for(d->s->ledger, TW_ACCOUNT, PRIMARY_VOICE, DESK_A, NULL));
	assert_true(ledger_set_primary_for(d->s->ledger, TW_ACCOUNT, PRIMARY_MESSAGES, DESK_B, NULL));
	add_release(d, p, DESK_A);
}

static void too_dear(struct desk *d, struct plan *p)
{
	set(d, OPTION_GUARD_MAX_PRICE, "1.14");
	add_buy(d, p, DESK_A, NULL);
}

static void too_many(struct desk *d, struct plan *p)
{
	set(d, OPTION_GUARD_MAX_COUNT, "1");
	add_buy(d, p, DESK_A, NULL);
	add_buy(d, p, DESK_B, NULL);
}

static void none_at_all(struct desk *d, struct plan *p)
{
	(void)d, (void)p;
}

static void bought_one(struct desk *d)
{
	struct apply_summary sum;
	struct err e = {0};

	if (!desk_buy(d, DESK_C, &sum, &e))
		fail_msg("%s", e.msg);
	assert_int_equal(sum.done, 1);
}

static void day_count(struct desk *d, struct plan *p)
{
	set(d, OPTION_GUARD_DAY_COUNT, "1");
	bought_one(d);
	add_buy(d, p, DESK_A, NULL);
}

static void day_spend(struct desk *d, struct plan *p)
{
	set(d, OPTION_GUARD_DAY_SPEND, "2.29");
	bought_one(d);
	add_buy(d, p, DESK_A, NULL);
}

static void month_spend(struct desk *d, struct plan *p)
{
	set(d, OPTION_GUARD_MONTH_SPEND, "2.29");
	bought_one(d);
	clock_fake_advance(&d->clock, 20 * 24 * 3600 * (int64_t)1000);
	add_buy(d, p, DESK_A, NULL);
}

static void unknown_price(struct desk *d, struct plan *p)
{
	const struct offer o = desk_offer(DESK_A, MONEY_UNKNOWN);

	plan_add_buy(p, d->s, &o, NULL);
}

static void unknown_price_allowed(struct desk *d, struct plan *p)
{
	set(d, OPTION_GUARD_UNKNOWN_PRICE, "yes");
	unknown_price(d, p);
}

static void needs_address(struct desk *d, struct plan *p, const char *what, const char *sid)
{
	struct offer o = desk_offer(DESK_A, 1150000);

	o.address_requirements = what;
	plan_add_buy(p, d->s, &o, &(struct buy_params){.address_sid = sid});
}

static void address_any(struct desk *d, struct plan *p)
{
	needs_address(d, p, "any", NULL);
}

static void address_local(struct desk *d, struct plan *p)
{
	needs_address(d, p, "local", NULL);
}

static void address_foreign(struct desk *d, struct plan *p)
{
	needs_address(d, p, "foreign", NULL);
}

static void address_no_sid(struct desk *d, struct plan *p)
{
	needs_address(d, p, "any", "my office");
}

static void bundle_no_sid(struct desk *d, struct plan *p)
{
	add_buy(d, p, DESK_A, &(struct buy_params){.bundle_sid = "BU1"});
}

static void unsure_same(struct desk *d, struct plan *p)
{
	struct apply_summary sum;

	tw_tell(d->w, TW_TIMEOUT);
	assert_true(desk_buy(d, DESK_A, &sum, NULL));
	add_buy(d, p, DESK_A, NULL);
}

static void unsure_other(struct desk *d, struct plan *p)
{
	struct apply_summary sum;

	tw_tell(d->w, TW_TIMEOUT);
	assert_true(desk_buy(d, DESK_B, &sum, NULL));
	add_buy(d, p, DESK_A, NULL);
}

static void absent_other(struct desk *d, struct plan *p)
{
	unsure_other(d, p);
	desk_run(d, 150000);
}

static void absent_release(struct desk *d, struct plan *p)
{
	struct apply_summary sum;

	tw_own(d->w, DESK_A);
	tw_tell(d->w, TW_RESET_BEFORE);
	assert_true(desk_release(d, DESK_A, &sum, NULL));
	desk_run(d, 1000);
	add_release(d, p, DESK_A);
}

static void no_money(struct desk *d, struct plan *p)
{
	d->s->account.balance = 0;
	memcpy(d->s->account.balance_currency, "USD", 4);
	add_buy(d, p, DESK_A, NULL);
}

static void little_money(struct desk *d, struct plan *p)
{
	d->s->account.balance = 1149999;
	memcpy(d->s->account.balance_currency, "USD", 4);
	add_buy(d, p, DESK_A, NULL);
}

static void already_owned(struct desk *d, struct plan *p)
{
	tw_own(d->w, DESK_A);
	desk_sync(d);
	add_buy(d, p, DESK_A, NULL);
}

static void not_e164(struct desk *d, struct plan *p)
{
	add_buy(d, p, "4155550101", NULL);
}

static void not_listed(struct desk *d, struct plan *p)
{
	struct number n;

	tw_own(d->w, DESK_A);
	n = desk_number(d, DESK_A);
	plan_add_release(p, d->s, &n, NULL);            /* neither in the cache nor looked up */
}

static void other_account(struct desk *d, struct plan *p)
{
	struct number n;

	tw_own(d->w, DESK_A);
	n = desk_number(d, DESK_A);
	text_copy(n.account_sid, sizeof n.account_sid, TW_OTHER_ACCOUNT);
	plan_add_release(p, d->s, &n, "{}");
}

static void wrong_sid(struct desk *d, struct plan *p)
{
	struct number n;

	tw_own(d->w, DESK_A);
	tw_own(d->w, DESK_B);
	desk_sync(d);
	n = desk_number(d, DESK_A);
	text_copy(n.phone_sid, sizeof n.phone_sid, tw_find(d->w, DESK_B)->sid);
	plan_add_release(p, d->s, &n, "{}");
}

static void no_sid(struct desk *d, struct plan *p)
{
	struct number n;

	tw_own(d->w, DESK_A);
	n = desk_number(d, DESK_A);
	text_copy(n.phone_sid, sizeof n.phone_sid, "PN1");
	plan_add_release(p, d->s, &n, "{}");
}

static void account_is(struct desk *d, const char *status, const char *type)
{
	text_copy(d->s->account.status, sizeof d->s->account.status, status);
	text_copy(d->s->account.type, sizeof d->s->account.type, type);
}

static void suspended(struct desk *d, struct plan *p)
{
	account_is(d, "suspended", "Full");
	add_release(d, p, DESK_A);
}

static void closed(struct desk *d, struct plan *p)
{
	account_is(d, "closed", "Full");
	add_buy(d, p, DESK_A, NULL);
}

static void trial(struct desk *d, struct plan *p)
{
	account_is(d, "active", "Trial");
	add_buy(d, p, DESK_A, NULL);
}

static void journal_read_only(struct desk *d, struct plan *p)
{
	d->s->ledger_read_only = true;
	add_buy(d, p, DESK_A, NULL);
}

static void named_twice(struct desk *d, struct plan *p)
{
	add_buy(d, p, DESK_A, NULL);
	add_buy(d, p, DESK_B, NULL);
	add_buy(d, p, DESK_A, NULL);
}

static void set_url(struct desk *d, struct plan *p, enum column_id column, const char *url)
{
	static const char shown[] = "{\"sid\":\"PN00000000000000000000000000000001\",\"account_sid\":\"" TW_ACCOUNT
		"\",\"phone_number\":\"" DESK_A "\",\"capabilities\":{\"voice\":true,\"sms\":true}}";
	struct changes c = {0};
	struct number n;

	tw_own(d->w, DESK_A);
	n = desk_number(d, DESK_A);
	changes_set(&c, column, url);
	assert_true(plan_add_configure(p, d->s, &n, shown, &c));
}

static void fallback_alone(struct desk *d, struct plan *p)
{
	set_url(d, p, COL_SMS_FALLBACK_URL, "https://example.org/");
}

static void plain_http(struct desk *d, struct plan *p)
{
	set_url(d, p, COL_SMS_URL, "http://example.org/");
}

static const struct rule_case rules[] = {
	{"read-only by configuration", by_config, GUARD_READ_ONLY, true, "read_only = no"},
	{"read-only by flag", by_flag, GUARD_READ_ONLY, true, "--read-only"},
	{"read-only profile", by_profile, GUARD_READ_ONLY, true, "--profile"},
	{"protected by configuration", protected_listed, GUARD_PROTECTED, false, "protected_profiles"},
	{"protected profile", protected_itself, GUARD_PROTECTED, false, "protected_profiles"},
	{"locked number", locked_number, GUARD_LOCKED_NUMBER, true, "numdesk unlock " DESK_A},
	{"primary number", primary_number, GUARD_PRIMARY, false, "numdesk primary"},
	{"primary for voice", primary_for_voice, GUARD_PRIMARY, false, "numdesk primary NUMBER --for voice"},
	{"maximum price", too_dear, GUARD_MAX_PRICE, true, "max_price under [guard]"},
	{"maximum per plan", too_many, GUARD_MAX_PER_PLAN, true, "max_per_plan"},
	{"empty plan", none_at_all, GUARD_MAX_PER_PLAN, true, "name at least one"},
	{"count a day", day_count, GUARD_DAY_COUNT, true, "max_per_day"},
	{"spending a day", day_spend, GUARD_DAY_SPEND, true, "max_spend_day"},
	{"spending a month", month_spend, GUARD_MONTH_SPEND, true, "max_spend_month"},
	{"unknown price", unknown_price, GUARD_UNKNOWN_PRICE, true, "--allow-unknown-price"},
	{"unknown price allowed", unknown_price_allowed, GUARD_UNKNOWN_PRICE, false, "not known"},
	{"any address", address_any, GUARD_ADDRESS, true, "--address-sid"},
	{"local address", address_local, GUARD_ADDRESS, true, "--address-sid"},
	{"foreign address", address_foreign, GUARD_ADDRESS, true, "--exclude-address foreign"},
	{"an address that is no SID", address_no_sid, GUARD_ADDRESS, true, "--address-sid"},
	{"a bundle that is no SID", bundle_no_sid, GUARD_BUNDLE, true, "--bundle-sid"},
	{"open operation", unsure_same, GUARD_OPEN_OPERATION, true, "numdesk resume"},
	{"the hold of an unknown purchase", unsure_other, GUARD_OPEN_OPERATION, true, "--give-up " DESK_B},
	{"the hold of an absent purchase", absent_other, GUARD_OPEN_OPERATION, true, "--give-up " DESK_B},
	{"a release to be sent again", absent_release, GUARD_OPEN_OPERATION, false, "sent again"},
	{"no balance", no_money, GUARD_BALANCE, true, "add funds"},
	{"small balance", little_money, GUARD_BALANCE, false, "add funds"},
	{"already owned", already_owned, GUARD_ALREADY_OWNED, true, "numdesk sync"},
	{"no number", not_e164, GUARD_ALREADY_OWNED, true, "+14155550137"},
	{"not owned", not_listed, GUARD_NOT_OWNED, true, "numdesk sync"},
	{"another account's", other_account, GUARD_NOT_OWNED, true, "--profile"},
	{"a SID that is another number", wrong_sid, GUARD_NOT_OWNED, true, "numdesk sync"},
	{"no SID", no_sid, GUARD_NOT_OWNED, true, "numdesk sync"},
	{"suspended account", suspended, GUARD_ACCOUNT_STATE, true, "Console"},
	{"closed account", closed, GUARD_ACCOUNT_STATE, true, "--profile"},
	{"trial account", trial, GUARD_ACCOUNT_STATE, true, "upgrade"},
	{"journal", journal_read_only, GUARD_JOURNAL, true, "writable"},
	{"a setting that Twilio refuses", fallback_alone, GUARD_SETTING, true, "set the SMS URL too"},
	{"a doubtful setting", plain_http, GUARD_SETTING, false, "plain http"},
	{"twice", named_twice, GUARD_DUPLICATE, true, "once"},
};

static void check_rule(const struct rule_case *t)
{
	const struct guard_finding *f;
	struct verdict v;
	struct plan p;
	struct desk d;
	struct err e = {0};

	desk_open(&d, NULL, NULL);
	plan_init(&p, "cli");
	t->prepare(&d, &p);
	guard_check(d.s, &p, NULL, &v);
	f = finding(&v, t->rule);
	if (!f || f->blocks != t->blocks || v.blocked != t->blocks)
		fail_msg("%s: %s", t->name, f ? f->says : "nothing found");
	if (!strstr(f->says, t->mend))
		fail_msg("%s: does not say '%s': %s", t->name, t->mend, f->says);
	if (strlen(f->says) >= sizeof f->says - 1)
		fail_msg("%s: cut: %s", t->name, f->says);
	assert_int_equal(guard_err(&v, &e), !t->blocks);
	if (t->blocks)
		assert_int_equal(e.kind, ERR_GUARD);
	verdict_release(&v);
	plan_release(&p);
	d.s->ledger_read_only = d.s->read_only = false;
	desk_close(&d);
}

static void each_rule_says_how_to_mend_it(void **state)
{
	bool seen[GUARD_RULE_COUNT] = {false};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rules); i++) {
		check_rule(&rules[i]);
		seen[rules[i].rule] = true;
	}
	for (int r = 0; r < GUARD_RULE_COUNT; r++)
		if (!seen[r])
			fail_msg("rule %d has no case", r);
}

/* --- nothing to say --------------------------------------------------------------------------------------------- */

static void a_plain_purchase_passes(void **state)
{
	struct desk *d = *state;
	struct verdict v;
	struct plan p;
	struct err e = {0};

	plan_init(&p, "tui");
	add_buy(d, &p, DESK_A, &(struct buy_params){.address_sid = AD, .bundle_sid = BU});
	d->s->account.balance = 1150000;
	d->s->summary = (struct cache_summary){.numbers = 12, .monthly = 13800000, .currency = "USD"};
	guard_check(d->s, &p, NULL, &v);
	assert_int_equal(v.n, 0);
	assert_false(v.blocked);
	assert_true(guard_err(&v, &e));
	assert_int_equal(v.confirm, CONFIRM_YES);
	assert_string_equal(v.expect, "");
	assert_string_equal(v.also_type, "");
	assert_int_equal(v.adds_micros, 1150000);
	assert_int_equal(v.total_before, 13800000);
	assert_int_equal(v.total_after, 14950000);
	assert_string_equal(v.currency, "USD");
	verdict_release(&v);
	plan_release(&p);
}

static void a_limit_that_is_met_exactly_passes(void **state)
{
	struct desk *d = *state;
	const struct guard_options asked = {.max_price = 1150000};
	struct verdict v;
	struct plan p;

	bought_one(d);
	set(d, OPTION_GUARD_MAX_PRICE, "1.15");
	set(d, OPTION_GUARD_DAY_COUNT, "2");
	set(d, OPTION_GUARD_DAY_SPEND, "2.30");
	set(d, OPTION_GUARD_MONTH_SPEND, "2.30");
	set(d, OPTION_GUARD_MAX_COUNT, "1");
	plan_init(&p, "tui");
	add_buy(d, &p, DESK_A, NULL);
	guard_check(d->s, &p, &asked, &v);
	assert_false(v.blocked);
	verdict_release(&v);
	plan_release(&p);
}

/* What the guard foretells is what the journal enforces. */
static void yesterday_does_not_count_today(void **state)
{
	struct desk *d = *state;
	struct apply_summary sum;
	struct err e = {0};

	set(d, OPTION_GUARD_DAY_COUNT, "1");
	bought_one(d);
	assert_false(desk_buy(d, DESK_A, &sum, &e));
	clock_fake_advance(&d->clock, 24 * 3600 * 1000);
	if (!desk_buy(d, DESK_A, &sum, &e))
		fail_msg("%s", e.msg);
	assert_int_equal(sum.done, 1);
}

static void the_flag_is_the_lower_limit(void **state)
{
	const struct guard_options asked = {.max_price = 1000000};
	struct desk *d = *state;
	struct verdict v;
	struct plan p;

	set(d, OPTION_GUARD_MAX_PRICE, "5.00");
	plan_init(&p, "cli");
	add_buy(d, &p, DESK_A, NULL);
	guard_check(d->s, &p, &asked, &v);
	assert_true(v.blocked);
	assert_non_null(strstr(v.findings[0].says, "--max-price"));
	verdict_release(&v);
	set(d, OPTION_GUARD_MAX_PRICE, "0.50");
	guard_check(d->s, &p, &asked, &v);
	assert_non_null(strstr(v.findings[0].says, "[guard]"));
	verdict_release(&v);
	plan_release(&p);
}

static void several_blockers_are_all_named(void **state)
{
	struct desk *d = *state;
	struct verdict v;
	struct plan p;

	set(d, OPTION_GUARD_MAX_PRICE, "1.00");
	set(d, OPTION_GUARD_MAX_COUNT, "1");
	plan_init(&p, "cli");
	add_buy(d, &p, DESK_A, NULL);
	add_buy(d, &p, DESK_B, NULL);
	assert_true(cache_regulations_set(d->s->write_cache, "US", NUMBER_LOCAL, NULL, 0, 1, NULL));
	guard_check(d->s, &p, NULL, &v);
	assert_int_equal(v.n, 3);
	assert_int_equal(finding(&v, GUARD_MAX_PER_PLAN)->op, SIZE_MAX);
	assert_int_equal(v.findings[1].op, 0);
	assert_int_equal(v.findings[2].op, 1);
	verdict_release(&v);
	plan_release(&p);
}

/* --- the hold --------------------------------------------------------------------------------------------------- */

static void the_hold_ends_when_it_is_settled_or_given_up(void **state)
{
	struct desk *d = *state;
	struct apply_summary sum;
	struct operation op;
	struct err e = {0};

	d->w->lag_ms = 3000;
	tw_tell(d->w, TW_RESET_AFTER);
	assert_true(desk_buy(d, DESK_A, &sum, &e));
	assert_false(desk_buy(d, DESK_B, &sum, &e));
	assert_non_null(strstr(e.msg, DESK_A));
	err_clear(&e);
	assert_false(guard_no_hold(d->s, &e));
	assert_non_null(strstr(e.msg, DESK_A));
	desk_run(d, 10000);                             /* found */
	assert_true(guard_no_hold(d->s, &e));
	d->w->lag_ms = 0;
	tw_tell(d->w, TW_TIMEOUT);
	if (!desk_buy(d, DESK_B, &sum, &e))
		fail_msg("%s", e.msg);
	desk_run(d, 130000);
	assert_false(desk_buy(d, DESK_C, &sum, &e));
	assert_true(desk_op(d, DESK_B, &op));
	assert_true(settle_give_up(d->s->settle, op.id, "0102", &e));
	if (!desk_buy(d, DESK_C, &sum, &e))
		fail_msg("%s", e.msg);
	assert_int_equal(sum.done, 1);
}

/* A release is no substitute for a purchase, and a number that is not being bought holds nothing. */
static void the_hold_is_for_purchases(void **state)
{
	struct desk *d = *state;
	struct apply_summary sum;
	struct err e = {0};

	tw_own(d->w, DESK_B);
	tw_own(d->w, DESK_C);
	tw_tell(d->w, TW_TIMEOUT);
	assert_true(desk_buy(d, DESK_A, &sum, &e));
	if (!desk_release(d, DESK_B, &sum, &e))
		fail_msg("%s", e.msg);
	assert_int_equal(sum.done, 1);
	desk_run(d, 130000);
	tw_tell(d->w, TW_TIMEOUT);
	assert_true(desk_release(d, DESK_C, &sum, &e));
	assert_int_equal(sum.unsure, 1);
}

/* --- answers ---------------------------------------------------------------------------------------------------- */

struct answer { const char *typed, *also; bool ok; };

static void check_answers(struct desk *d, const struct verdict *v, const struct plan *p, const struct answer *t,
			  size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct err e = {0};
		const bool ok = guard_answer(d->s, v, p, t[i].typed, t[i].also, &e);

		if (ok != t[i].ok || (!ok && e.kind != ERR_GUARD))
			fail_msg("'%s' and '%s': %s", t[i].typed ? t[i].typed : "(none)",
				 t[i].also ? t[i].also : "(none)",
				 ok ? "taken" : e.msg);
	}
}

static void answers_to_one_purchase(void **state)
{
	static const struct answer table[] = {
		{"y", "", true}, {"y", NULL, true}, {"", "", false}, {NULL, NULL, false}, {"\n", "", false}, {"\r", "",
													      false},
		{"Y", "", false}, {"yes", "", false}, {"y ", "", false}, {"yy", "", false}, {"1", "", false}, {"0101",
													       "",
													       false},
	};
	struct desk *d = *state;
	struct verdict v;
	struct plan p;

	plan_init(&p, "tui");
	add_buy(d, &p, DESK_A, NULL);
	guard_check(d->s, &p, NULL, &v);
	check_answers(d, &v, &p, table, ARRAY_LEN(table));
	verdict_release(&v);
	plan_release(&p);
}

static void answers_to_several(void **state)
{
	static const struct answer table[] = {
		{"2", "", true}, {"y", "", false}, {"", "", false}, {"1", "", false}, {"3", "", false}, {"02", "",
													 false},
		{"22", "", false}, {"2\n", "", false}, {"+2", "", false}, {NULL, NULL, false},
	};
	struct desk *d = *state;
	struct verdict v;
	struct plan p;

	plan_init(&p, "tui");
	add_buy(d, &p, DESK_A, NULL);
	add_release(d, &p, DESK_B);
	guard_check(d->s, &p, NULL, &v);
	assert_int_equal(v.confirm, CONFIRM_COUNT);
	assert_string_equal(v.expect, "2");
	check_answers(d, &v, &p, table, ARRAY_LEN(table));
	verdict_release(&v);
	plan_release(&p);
}

static void answers_to_one_release(void **state)
{
	static const struct answer table[] = {
		{"0101", "", true}, {DESK_A, "", true}, {"0102", "", false}, {DESK_B, "", false}, {"", "", false},
		{"101", "", false}, {"y", "", false}, {"1", "", false}, {"14155550101", "", false}, {NULL, NULL, false},
	};
	struct desk *d = *state;
	struct verdict v;
	struct plan p;

	plan_init(&p, "tui");
	add_release(d, &p, DESK_A);
	guard_check(d->s, &p, NULL, &v);
	assert_int_equal(v.confirm, CONFIRM_LAST4);
	assert_string_equal(v.expect, "0101");
	check_answers(d, &v, &p, table, ARRAY_LEN(table));
	verdict_release(&v);
	plan_release(&p);
}

static void what_has_to_be_typed_as_well(void **state)
{
	static const struct answer primary[] = {
		{"0101", "primary", true}, {"0101", "", false}, {"0101", NULL, false}, {"0101", "Primary", false},
		{"primary", "0101", false}, {"0101", "acme", false},
	};
	static const struct answer both[] = {
		{"0101", "acme primary", true}, {"0101", "acme", false}, {"0101", "primary", false}, {"0101", "",
												      false},
	};
	struct desk *d = *state;
	struct verdict v;
	struct plan p;

	plan_init(&p, "tui");
	primary_number(d, &p);
	guard_check(d->s, &p, NULL, &v);
	check_answers(d, &v, &p, primary, ARRAY_LEN(primary));
	verdict_release(&v);
	set(d, OPTION_GUARD_PROTECTED, "acme");
	guard_check(d->s, &p, NULL, &v);
	assert_string_equal(v.also_type, "acme primary");
	check_answers(d, &v, &p, both, ARRAY_LEN(both));
	verdict_release(&v);
	plan_release(&p);
}

static void an_answer_grows_old(void **state)
{
	static const struct answer good[] = {{"y", "", true}}, bad[] = {{"y", "", false}};
	struct desk *d = *state;
	struct verdict v;
	struct plan p;

	plan_init(&p, "tui");
	add_buy(d, &p, DESK_A, NULL);
	guard_check(d->s, &p, NULL, &v);
	clock_fake_advance(&d->clock, 120000);
	check_answers(d, &v, &p, good, 1);
	clock_fake_advance(&d->clock, 1);
	check_answers(d, &v, &p, bad, 1);
	verdict_release(&v);
	plan_release(&p);
}

static void an_answer_is_for_its_own_plan(void **state)
{
	static const struct answer no[] = {{"y", "", false}, {"1", "", false}, {"2", "", false}};
	struct desk *d = *state;
	struct verdict v;
	struct plan p;

	plan_init(&p, "tui");
	add_buy(d, &p, DESK_A, NULL);
	guard_check(d->s, &p, NULL, &v);
	add_buy(d, &p, DESK_B, NULL);           /* one more than was asked about */
	check_answers(d, &v, &p, no, ARRAY_LEN(no));
	plan_release(&p);
	plan_init(&p, "tui");
	add_buy(d, &p, DESK_A, NULL);
	p.ops[0].price_micros++;                /* or dearer */
	check_answers(d, &v, &p, no, ARRAY_LEN(no));
	verdict_release(&v);
	plan_release(&p);
}

static void nothing_answers_a_blocked_plan(void **state)
{
	static const struct answer no[] = {{"y", "", false}};
	struct desk *d = *state;
	struct verdict v;
	struct plan p;

	plan_init(&p, "tui");
	too_dear(d, &p);
	guard_check(d->s, &p, NULL, &v);
	check_answers(d, &v, &p, no, 1);
	verdict_release(&v);
	plan_release(&p);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

/* A verdict answers for its own numbers: the same price and count of another number is another plan. */
static void a_verdict_is_bound_to_its_numbers(void **state)
{
	struct desk d;
	struct plan one, other;
	struct verdict v;
	struct offer a = desk_offer(DESK_A, 1150000), b = desk_offer(DESK_B, 1150000);
	struct err e = {0};

	(void)state;
	desk_open(&d, NULL, NULL);
	plan_init(&one, "tui");
	plan_init(&other, "tui");
	plan_add_buy(&one, d.s, &a, NULL);
	plan_add_buy(&other, d.s, &b, NULL);
	guard_check(d.s, &one, NULL, &v);
	assert_true(guard_answer(d.s, &v, &one, "y", "", &e));
	assert_false(guard_answer(d.s, &v, &other, "y", "", &e));
	assert_non_null(strstr(e.msg, "not the one that was asked about"));
	verdict_release(&v);
	plan_release(&one);
	plan_release(&other);
	desk_close(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_verdict_is_bound_to_its_numbers),
		cmocka_unit_test(each_rule_says_how_to_mend_it),
		TEST(a_plain_purchase_passes),
		TEST(a_limit_that_is_met_exactly_passes),
		TEST(yesterday_does_not_count_today),
		TEST(the_flag_is_the_lower_limit),
		TEST(several_blockers_are_all_named),
		TEST(the_hold_ends_when_it_is_settled_or_given_up),
		TEST(the_hold_is_for_purchases),
		TEST(answers_to_one_purchase),
		TEST(answers_to_several),
		TEST(answers_to_one_release),
		TEST(what_has_to_be_typed_as_well),
		TEST(an_answer_grows_old),
		TEST(an_answer_is_for_its_own_plan),
		TEST(nothing_answers_a_blocked_plan),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
