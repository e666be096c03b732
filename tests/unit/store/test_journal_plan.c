#include "test.h"

#include "ledger_fixture.h"

static const struct ledger_limits no_limits = {.day_spend = MONEY_UNKNOWN, .month_spend = MONEY_UNKNOWN};

static void empty_plan_is_stored(void **state)
{
	struct desk d;

	(void)state;
	desk_init(&d);
	assert_true(ledger_plan(d.l, NULL, 0, "cli", &no_limits, &d.e));
	desk_release(&d);
	assert_int_equal(raw_number(d.path, "SELECT count(*) FROM plan"), 1);
}

static void plan_fills_and_stores(void **state)
{
	struct operation ops[] = {sample_op(OP_BUY, 1), sample_op(OP_RELEASE, 2), sample_op(OP_TRANSFER, 3),
				  sample_op(OP_CONFIGURE, 4)}, got;
	static const uint8_t zero[OP_UID];
	struct arena a = {0};
	struct desk d;

	(void)state;
	desk_init(&d);
	ops[0].price_micros = MONEY_UNKNOWN;
	ops[3].want_json = "{\"FriendlyName\":\"new\"}";
	memset(ops[1].want_uid, 7, OP_UID);
	if (!ledger_plan(d.l, ops, ARRAY_LEN(ops), "tui", &no_limits, &d.e))
		fail_msg("%s", d.e.msg);
	for (size_t i = 0; i < ARRAY_LEN(ops); i++) {
		assert_int_equal(ops[i].seq, i);
		assert_int_equal(ops[i].plan_id, ops[0].plan_id);
		assert_memory_not_equal(ops[i].uid, zero, OP_UID);
		assert_memory_not_equal(ops[i].want_uid, zero, OP_UID);
		assert_true(ledger_op(d.l, ops[i].id, &got, &a, &d.e));
		assert_int_equal(got.kind, ops[i].kind);
		assert_int_equal(got.state, OP_PLANNED);
		assert_string_equal(got.phone_number, ops[i].phone_number);
		assert_string_equal(got.phone_sid, ops[i].phone_sid);
		assert_string_equal(got.to_account, ops[i].to_account);
		assert_string_equal(got.account_sid, ACCOUNT_A);
		assert_string_equal(got.currency, "USD");
		assert_string_equal(got.country, "US");
		assert_string_equal(got.owner, ledger_owner(d.l));
		assert_int_equal(got.type, NUMBER_LOCAL);
		assert_int_equal(got.created_at, NOON);
		assert_memory_equal(got.uid, ops[i].uid, OP_UID);
		assert_memory_equal(got.want_uid, ops[i].want_uid, OP_UID);
	}
	assert_int_equal(ops[0].price_micros, 0);
	assert_int_equal(ops[1].want_uid[0], 7);
	assert_string_equal(got.want_json, ops[3].want_json);
	assert_string_equal(got.before_json, ops[3].before_json);
	assert_int_equal(ledger_open_count(d.l, NULL), 4);
	assert_int_equal(ledger_open_count(d.l, ACCOUNT_A), 4);
	assert_int_equal(ledger_open_count(d.l, ACCOUNT_B), 0);
	arena_release(&a);
	desk_release(&d);
}

static void failure_stores_nothing_and_fills_nothing(void **state)
{
	struct operation ops[] = {sample_op(OP_BUY, 1), sample_op(OP_BUY, 2), sample_op(OP_BUY, 1)};
	struct desk d;

	(void)state;
	desk_init(&d);
	assert_false(ledger_plan(d.l, ops, ARRAY_LEN(ops), "cli", NULL, &d.e));
	assert_int_equal(d.e.kind, ERR_USAGE);
	assert_non_null(strstr(d.e.msg, "twice"));
	assert_int_equal(ops[0].id, 0);
	desk_release(&d);
	assert_int_equal(raw_number(d.path, "SELECT (SELECT count(*) FROM plan)+(SELECT count(*) FROM operation)"
				    "+(SELECT count(*) FROM event)"), 0);
}

static void bad_rows_are_refused(void **state)
{
	struct operation ops[] = {sample_op(OP_BUY, 1), sample_op(OP_RELEASE, 1), sample_op(OP_TRANSFER, 1),
				  sample_op(OP_BUY, 1)};
	struct desk d;

	(void)state;
	desk_init(&d);
	ops[0].account_sid[0] = '\0';
	ops[1].phone_sid[0] = '\0';
	ops[2].to_account[0] = '\0';
	snprintf(ops[3].phone_number, E164_SIZE, "5550000001");
	for (size_t i = 0; i < ARRAY_LEN(ops); i++)
		if (ledger_plan(d.l, &ops[i], 1, "cli", NULL, &d.e))
			fail_msg("row %zu was stored", i);
	assert_int_equal(ledger_open_count(d.l, NULL), 0);
	assert_false(ledger_failed(d.l, NULL));
	desk_release(&d);
}

/* --- claims ------------------------------------------------------------------------------------------------------ */

static void held_number_says_since_when_and_whose(void **state)
{
	struct operation op = sample_op(OP_CONFIGURE, 1);
	bool read_only = false;
	struct desk d, other;

	(void)state;
	desk_init(&d);
	armed(&d, OP_BUY, 1);
	assert_false(ledger_plan(d.l, &op, 1, "cli", NULL, &d.e));
	assert_int_equal(d.e.kind, ERR_GUARD);
	assert_non_null(strstr(d.e.msg, "operation 1 (buy, armed)"));
	assert_non_null(strstr(d.e.msg, "2026-01-31T12:00:00Z"));
	assert_non_null(strstr(d.e.msg, "this session"));
	other = d;
	other.l = desk_open(&other, &read_only);
	/* across accounts: one number can be owned once */
	snprintf(op.account_sid, sizeof op.account_sid, "%s", ACCOUNT_B);
	assert_false(ledger_plan(other.l, &op, 1, "cli", NULL, &other.e));
	assert_non_null(strstr(other.e.msg, "of process"));
	assert_null(strstr(other.e.msg, "has ended"));
	ledger_close(d.l);
	assert_false(ledger_plan(other.l, &op, 1, "cli", NULL, &other.e));
	assert_non_null(strstr(other.e.msg, "has ended"));
	ledger_close(other.l);
}

/* The HOLD: while it is not known whether A was bought, B cannot be bought instead. */
static void want_holds_until_given_up(void **state)
{
	static const struct { enum op_state state; bool free; } steps[] = {
		{OP_UNKNOWN, false}, {OP_ABSENT, false}, {OP_UNKNOWN, false}, {OP_CONFLICT, false}, {OP_ABANDONED, true},
	};
	struct operation first = sample_op(OP_BUY, 1), substitute = sample_op(OP_BUY, 2);
	struct desk d;

	(void)state;
	desk_init(&d);
	assert_true(ledger_plan(d.l, &first, 1, "cli", NULL, &d.e));
	memcpy(substitute.want_uid, first.want_uid, OP_UID);
	assert_false(ledger_plan(d.l, &substitute, 1, "cli", NULL, &d.e));
	assert_int_equal(d.e.kind, ERR_GUARD);
	assert_true(ledger_arm(d.l, first.id, &d.e));
	for (size_t i = 0; i < ARRAY_LEN(steps); i++) {
		must_settle(&d, first.id, steps[i].state);
		if (ledger_plan(d.l, &substitute, 1, "cli", NULL, &d.e) != steps[i].free)
			fail_msg("%s: %s", op_state_name(steps[i].state), d.e.msg);
	}
	desk_release(&d);
}

static void bought_want_is_satisfied(void **state)
{
	struct operation first = sample_op(OP_BUY, 1), second = sample_op(OP_BUY, 2);
	struct desk d;

	(void)state;
	desk_init(&d);
	assert_true(ledger_plan(d.l, &first, 1, "cli", NULL, &d.e) && ledger_arm(d.l, first.id, &d.e));
	must_settle(&d, first.id, OP_DONE);
	memcpy(second.want_uid, first.want_uid, OP_UID);
	assert_false(ledger_plan(d.l, &second, 1, "cli", NULL, &d.e));
	assert_int_equal(d.e.kind, ERR_GUARD);
	desk_release(&d);
}

/* --- caps -------------------------------------------------------------------------------------------------------- */

static void caps(void **state)
{
	static const struct {
		const char *name;
		struct ledger_limits limits;
		int before, now;                /* purchases at 1.15 each, already planned and asked for */
		const char *currency;
		const char *says;               /* NULL: allowed */
	} cases[] = {
		{"no limits", {0, MONEY_UNKNOWN, MONEY_UNKNOWN, NULL}, 3, 9, "USD", NULL},
		{"count reached exactly", {5, MONEY_UNKNOWN, MONEY_UNKNOWN, NULL}, 3, 2, "USD", NULL},
		{"count passed", {5, MONEY_UNKNOWN, MONEY_UNKNOWN, NULL}, 3, 3, "USD", "2 left"},
		{"count passed long ago", {1, MONEY_UNKNOWN, MONEY_UNKNOWN, NULL}, 3, 1, "USD", "0 left"},
		{"day sum reached exactly", {0, 4600000, MONEY_UNKNOWN, "USD"}, 3, 1, "USD", NULL},
		{"day sum passed", {0, 4599999, MONEY_UNKNOWN, "USD"}, 3, 1, "USD", "per day"},
		{"day sum of nothing", {0, 0, MONEY_UNKNOWN, NULL}, 0, 1, "USD", "per day"},
		{"month sum passed", {0, MONEY_UNKNOWN, 4000000, NULL}, 3, 1, "USD", "per month"},
		{"month sum reached", {0, MONEY_UNKNOWN, 4600000, NULL}, 3, 1, "USD", NULL},
		{"cap in another currency", {0, 99000000, MONEY_UNKNOWN, "EUR"}, 0, 1, "USD", "cannot be compared"},
		{"sums are per currency", {0, 1150000, MONEY_UNKNOWN, NULL}, 3, 1, "GBP", NULL},
		{"the count is not", {3, 1150000, MONEY_UNKNOWN, NULL}, 3, 1, "GBP", "purchases per day"},
	};
	(void)state;

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct operation ops[16];
		struct desk d;
		bool ok;

		desk_init(&d);
		for (int n = 0; n < cases[i].before; n++)
			planned(&d, OP_BUY, 100 + (uint64_t)n);
		for (int n = 0; n < cases[i].now; n++) {
			ops[n] = sample_op(OP_BUY, (uint64_t)n);
			snprintf(ops[n].currency, sizeof ops[n].currency, "%s", cases[i].currency);
		}
		ok = ledger_plan(d.l, ops, (size_t)cases[i].now, "cli", &cases[i].limits, &d.e);
		if (ok != !cases[i].says || (!ok && (d.e.kind != ERR_GUARD || !strstr(d.e.msg, cases[i].says))))
			fail_msg("%s: %s", cases[i].name, ok ? "allowed" : d.e.msg);
		assert_int_equal(ledger_open_count(d.l, NULL), cases[i].before + (ok ? cases[i].now : 0));
		desk_release(&d);
	}
}

static bool buy_one(struct desk *d, uint64_t i, const struct ledger_limits *limits)
{
	struct operation op = sample_op(OP_BUY, i);

	return ledger_plan(d->l, &op, 1, "cli", limits, &d->e);
}

static void only_what_may_have_been_bought_counts(void **state)
{
	const struct ledger_limits one = {.day_count = 1, .day_spend = MONEY_UNKNOWN, .month_spend = MONEY_UNKNOWN};
	struct operation elsewhere = sample_op(OP_BUY, 50);
	struct desk d;
	int64_t id;

	(void)state;
	desk_init(&d);
	id = planned(&d, OP_BUY, 1);
	planned(&d, OP_RELEASE, 40);
	snprintf(elsewhere.account_sid, sizeof elsewhere.account_sid, "%s", ACCOUNT_B);
	assert_true(ledger_plan(d.l, &elsewhere, 1, "cli", &one, &d.e));
	assert_false(buy_one(&d, 2, &one));
	must_settle(&d, id, OP_CANCELLED);
	assert_true(buy_one(&d, 2, &one));
	assert_false(buy_one(&d, 3, &one));
	desk_release(&d);
	desk_init(&d);
	id = armed(&d, OP_BUY, 1);
	must_settle(&d, id, OP_UNKNOWN);
	assert_false(buy_one(&d, 2, &one));     /* unknown and absent keep what they reserved */
	must_settle(&d, id, OP_ABSENT);
	assert_false(buy_one(&d, 2, &one));
	must_settle(&d, id, OP_ABANDONED);
	assert_true(buy_one(&d, 2, &one));
	desk_release(&d);
}

static void caps_follow_the_calendar(void **state)
{
	const struct ledger_limits day = {.day_count = 1, .day_spend = MONEY_UNKNOWN, .month_spend = MONEY_UNKNOWN},
		month = {.day_spend = MONEY_UNKNOWN, .month_spend = 2000000};
	struct desk d;

	(void)state;
	desk_init(&d);
	assert_true(buy_one(&d, 1, &day));
	clock_fake_advance(&d.clock, 12 * 3600000 - 1);         /* the last millisecond of the day and the month */
	assert_false(buy_one(&d, 2, &day));
	assert_false(buy_one(&d, 2, &month));
	clock_fake_advance(&d.clock, 1);
	assert_true(buy_one(&d, 2, &day));
	assert_false(buy_one(&d, 3, &month));
	clock_fake_advance(&d.clock, -86400000);                /* a clock set back opens nothing */
	assert_false(buy_one(&d, 3, &day));
	assert_false(buy_one(&d, 3, &month));
	desk_release(&d);
}

static void unknown_price_cannot_be_capped(void **state)
{
	const struct ledger_limits limits = {.day_spend = 99000000, .month_spend = MONEY_UNKNOWN};
	struct operation op = sample_op(OP_BUY, 1);
	struct desk d;

	(void)state;
	desk_init(&d);
	op.price_micros = MONEY_UNKNOWN;
	assert_false(ledger_plan(d.l, &op, 1, "cli", &limits, &d.e));
	assert_int_equal(d.e.kind, ERR_GUARD);
	assert_non_null(strstr(d.e.msg, "unknown"));
	assert_true(ledger_plan(d.l, &op, 1, "cli", &no_limits, &d.e));
	desk_release(&d);
}

/* --- races ------------------------------------------------------------------------------------------------------- */

struct racer { struct desk *d; int n; bool same_numbers; };

static void race(void *ctx)
{
	const struct ledger_limits limits = {.day_spend = 10000000, .month_spend = MONEY_UNKNOWN, .currency = "USD"};
	struct racer *r = ctx;
	bool read_only = false;
	int bought = 0;

	r->d->l = desk_open(r->d, &read_only);
	if (!r->d->l)
		_exit(99);
	/* until the cap stops this process: each of the four would find room for all eight */
	for (uint64_t i = 0; i < 20; i++) {
		if (buy_one(r->d, r->same_numbers ? i : 1000 * (uint64_t)(r->n + 1) + i, &limits))
			bought++;
		else if (r->d->e.kind != ERR_GUARD)
			_exit(98);
	}
	_exit(bought);
}

static void run_race(bool same_numbers)
{
	struct racer racers[4];
	pid_t pid[4];
	struct desk d;
	int total = 0;

	desk_init(&d);
	desk_release(&d);
	for (int i = 0; i < 4; i++) {
		racers[i] = (struct racer){&d, i, same_numbers};
		pid[i] = in_child(race, &racers[i]);
	}
	for (int i = 0; i < 4; i++) {
		int bought = child_status(pid[i]);

		assert_true(bought < 90);
		total += bought;
	}
	assert_int_equal(total, 8);             /* 8 x 1.15 = 9.20 of 10.00 */
	assert_int_equal(raw_number(d.path, "SELECT sum(price_micros) FROM operation"), 9200000);
	assert_int_equal(raw_number(d.path, "SELECT count(*)-count(DISTINCT subject) FROM operation"), 0);
	desk_reopen(&d);
	if (!ledger_verify(d.l, 0, NULL, &d.e))
		fail_msg("%s", d.e.msg);
	desk_release(&d);
}

static void four_sessions_never_pass_the_cap(void **state)
{
	(void)state;
	run_race(false);
}

static void four_sessions_after_the_same_numbers(void **state)
{
	(void)state;
	run_race(true);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(empty_plan_is_stored),
		cmocka_unit_test(plan_fills_and_stores),
		cmocka_unit_test(failure_stores_nothing_and_fills_nothing),
		cmocka_unit_test(bad_rows_are_refused),
		cmocka_unit_test(held_number_says_since_when_and_whose),
		cmocka_unit_test(want_holds_until_given_up),
		cmocka_unit_test(bought_want_is_satisfied),
		cmocka_unit_test(caps),
		cmocka_unit_test(only_what_may_have_been_bought_counts),
		cmocka_unit_test(caps_follow_the_calendar),
		cmocka_unit_test(unknown_price_cannot_be_capped),
		cmocka_unit_test(four_sessions_never_pass_the_cap),
		cmocka_unit_test(four_sessions_after_the_same_numbers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
