#include "test.h"

#include "ledger_fixture.h"

struct seen { int64_t id[32]; int n, stop; };

static bool note(void *ctx, const struct operation *op)
{
	struct seen *s = ctx;

	s->id[s->n++] = op->id;
	return s->n != s->stop;
}

/* --- arm --------------------------------------------------------------------------------------------------------- */

static void arms_once(void **state)
{
	struct operation op;
	struct arena a = {0};
	struct desk d;
	int64_t id;

	(void)state;
	desk_init(&d);
	assert_false(ledger_arm(d.l, 99, &d.e));
	id = planned(&d, OP_BUY, 1);
	clock_fake_advance(&d.clock, 5);
	assert_true(ledger_arm(d.l, id, &d.e));
	assert_true(ledger_op(d.l, id, &op, &a, &d.e));
	assert_int_equal(op.state, OP_ARMED);
	assert_int_equal(op.sends, 1);
	assert_int_equal(op.armed_at, NOON + 5);
	/* libcurl sends again by itself: the second call must say no */
	assert_false(ledger_arm(d.l, id, &d.e));
	assert_int_equal(d.e.kind, ERR_GUARD);
	assert_false(ledger_failed(d.l, NULL));
	arena_release(&a);
	desk_release(&d);
}

static void armed_is_seen_by_others_at_once(void **state)
{
	struct desk d;
	int64_t id;

	(void)state;
	desk_init(&d);
	id = armed(&d, OP_BUY, 1);
	assert_int_equal(raw_number(d.path, "SELECT sends FROM operation WHERE state='armed'"), 1);
	assert_true(id > 0);
	desk_release(&d);
}

static void only_its_session_arms(void **state)
{
	bool read_only = false;
	struct desk d, other;
	int64_t id;

	(void)state;
	desk_init(&d);
	id = planned(&d, OP_BUY, 1);
	other = d;
	other.l = desk_open(&other, &read_only);
	assert_false(ledger_arm(other.l, id, &other.e));
	assert_true(ledger_arm(d.l, id, &d.e));
	desk_release(&other);
	desk_release(&d);
}

/* --- settle ------------------------------------------------------------------------------------------------------ */

static void outcome_is_stored(void **state)
{
	struct op_outcome o = {.state = OP_REJECTED, .http_status = 400, .twilio_code = 21422, .curl_code = 0,
			       .request_id = "RQ0123", .message = "not available"};
	struct operation op;
	struct arena a = {0};
	struct desk d;
	int64_t id;

	(void)state;
	desk_init(&d);
	id = armed(&d, OP_BUY, 1);
	clock_fake_advance(&d.clock, 1000);
	if (!ledger_settle(d.l, id, &o, &d.e))
		fail_msg("%s", d.e.msg);
	assert_true(ledger_op(d.l, id, &op, &a, &d.e));
	assert_int_equal(op.state, OP_REJECTED);
	assert_int_equal(op.http_status, 400);
	assert_int_equal(op.twilio_code, 21422);
	assert_string_equal(op.request_id, "RQ0123");
	assert_string_equal(op.message, "not available");
	assert_int_equal(op.updated_at, NOON + 1000);
	assert_int_equal(op.armed_at, NOON);
	assert_int_equal(ledger_open_count(d.l, NULL), 0);
	arena_release(&a);
	desk_release(&d);
}

static void looks_are_counted_without_events(void **state)
{
	struct op_outcome first = {.state = OP_UNKNOWN, .http_status = 502, .request_id = "RQ1", .message = "no answer",
				   .next_check_at = NOON + 2000},
		look = {.state = OP_UNKNOWN, .looked = true, .next_check_at = NOON + 5000};
	struct operation op;
	struct arena a = {0};
	struct desk d;
	int64_t id;

	(void)state;
	desk_init(&d);
	id = armed(&d, OP_BUY, 1);
	assert_true(ledger_settle(d.l, id, &first, &d.e));
	clock_fake_advance(&d.clock, 2000);
	assert_true(ledger_settle(d.l, id, &look, &d.e) && ledger_settle(d.l, id, &look, &d.e));
	assert_true(ledger_op(d.l, id, &op, &a, &d.e));
	assert_int_equal(op.checks, 2);
	assert_int_equal(op.next_check_at, NOON + 5000);
	assert_int_equal(op.unknown_at, NOON);
	assert_int_equal(op.http_status, 502);          /* what a look does not tell is kept */
	assert_string_equal(op.request_id, "RQ1");
	assert_string_equal(op.message, "no answer");
	assert_int_equal(raw_number(d.path, "SELECT count(*) FROM event"), 3);
	must_settle(&d, id, OP_DONE);
	assert_true(ledger_op(d.l, id, &op, &a, &d.e));
	assert_int_equal(op.next_check_at, 0);
	arena_release(&a);
	desk_release(&d);
}

/* Every pair of states: the ledger allows what the model does and nothing else. */
static void moves_are_the_models(void **state)
{
	/* how to reach each state from armed; unknown comes first where it is needed */
	static const enum op_state path[OP_STATE_COUNT][2] = {
		[OP_DONE] = {OP_DONE}, [OP_REJECTED] = {OP_REJECTED}, [OP_UNKNOWN] = {OP_UNKNOWN},
		[OP_ABSENT] = {OP_UNKNOWN, OP_ABSENT}, [OP_CONFLICT] = {OP_UNKNOWN, OP_CONFLICT},
	};
	struct desk d;
	uint64_t n = 0;

	(void)state;
	desk_init(&d);
	for (int from = 0; from < OP_STATE_COUNT; from++)
		for (int to = 0; to < OP_STATE_COUNT; to++) {
			bool sent = from != OP_PLANNED && from != OP_CANCELLED,
			     want = op_may_move(OP_BUY, from, to) || from == to;
			int64_t id = sent ? armed(&d, OP_BUY, ++n) : planned(&d, OP_BUY, ++n);

			if (to == OP_ARMED && from == OP_PLANNED)
				continue;       /* that move has a function of its own */
			for (int i = 0; i < 2 && path[from][i]; i++)
				must_settle(&d, id, path[from][i]);
			if (from == OP_ABANDONED) {
				must_settle(&d, id, OP_UNKNOWN);
				must_settle(&d, id, OP_ABSENT);
			}
			if (from == OP_ABANDONED || from == OP_CANCELLED)
				must_settle(&d, id, from);
			if (settled(&d, id, to) != want)
				fail_msg("%s to %s: %s", op_state_name(from), op_state_name(to), d.e.msg);
			assert_int_equal(state_of(&d, id), want ? to : from);
			if (!want && !strstr(d.e.msg, "bug"))
				fail_msg("%s to %s: %s", op_state_name(from), op_state_name(to), d.e.msg);
		}
	assert_true(ledger_verify(d.l, 0, NULL, &d.e));
	desk_release(&d);
}

static void settling_nothing_is_not_found(void **state)
{
	struct desk d;

	(void)state;
	desk_init(&d);
	assert_false(settled(&d, 5, OP_DONE));
	assert_int_equal(d.e.kind, ERR_NOT_FOUND);
	desk_release(&d);
}

static void another_living_session_may_only_look(void **state)
{
	bool read_only = false;
	struct desk d, other;
	int64_t id;
	size_t n = 9;

	(void)state;
	desk_init(&d);
	id = armed(&d, OP_BUY, 1);
	other = d;
	other.l = desk_open(&other, &read_only);
	assert_false(settled(&other, id, OP_UNKNOWN));
	assert_int_equal(other.e.kind, ERR_GUARD);
	assert_true(ledger_recover(other.l, &n, &other.e));
	assert_int_equal(n, 0);
	assert_int_equal(state_of(&d, id), OP_ARMED);
	must_settle(&d, id, OP_DONE);
	desk_release(&other);
	desk_release(&d);
}

/* --- again ------------------------------------------------------------------------------------------------------- */

static void rate_limited_purchase_gets_a_new_row(void **state)
{
	struct op_outcome limited = {.state = OP_REJECTED, .http_status = 429, .twilio_code = 20429};
	struct operation old, new;
	struct arena a = {0};
	struct desk d;
	int64_t id, again = 0;

	(void)state;
	desk_init(&d);
	id = armed(&d, OP_BUY, 1);
	assert_false(ledger_again(d.l, id, &again, &d.e));      /* armed: not known yet */
	assert_true(ledger_settle(d.l, id, &limited, &d.e));
	if (!ledger_again(d.l, id, &again, &d.e))
		fail_msg("%s", d.e.msg);
	assert_int_not_equal(again, id);
	assert_true(ledger_op(d.l, id, &old, &a, &d.e) && ledger_op(d.l, again, &new, &a, &d.e));
	assert_int_equal(old.state, OP_REJECTED);
	assert_int_equal(new.state, OP_PLANNED);
	assert_int_equal(new.sends, 0);
	assert_int_equal(new.plan_id, old.plan_id);
	assert_int_equal(new.seq, old.seq);
	assert_int_equal(new.price_micros, old.price_micros);
	assert_memory_equal(new.want_uid, old.want_uid, OP_UID);
	assert_memory_not_equal(new.uid, old.uid, OP_UID);
	assert_false(ledger_again(d.l, id, &again, &d.e));      /* one at a time */
	assert_true(ledger_arm(d.l, new.id, &d.e));
	arena_release(&a);
	desk_release(&d);
}

static void repeats_that_are_not_safe_are_refused(void **state)
{
	static const struct { const char *name; enum op_kind kind; enum op_state way[3]; bool ok; } cases[] = {
		{"planned buy", OP_BUY, {0}, false},
		{"rejected buy", OP_BUY, {OP_REJECTED}, false},
		{"unknown buy", OP_BUY, {OP_UNKNOWN}, false},
		{"absent buy", OP_BUY, {OP_UNKNOWN, OP_ABSENT}, false},
		{"abandoned buy", OP_BUY, {OP_UNKNOWN, OP_ABSENT, OP_ABANDONED}, false},
		{"bought", OP_BUY, {OP_DONE}, false},
		{"unknown release", OP_RELEASE, {OP_UNKNOWN}, false},
		{"absent release", OP_RELEASE, {OP_UNKNOWN, OP_ABSENT}, true},
		{"absent transfer", OP_TRANSFER, {OP_UNKNOWN, OP_ABSENT}, true},
		{"absent configure", OP_CONFIGURE, {OP_UNKNOWN, OP_ABSENT}, true},
		{"conflicting configure", OP_CONFIGURE, {OP_UNKNOWN, OP_CONFLICT}, false},
	};
	struct desk d;

	(void)state;
	desk_init(&d);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		int64_t id = cases[i].way[0] ? armed(&d, cases[i].kind, i) : planned(&d, cases[i].kind, i), again = 0;

		for (int s = 0; s < 3 && cases[i].way[s]; s++)
			must_settle(&d, id, cases[i].way[s]);
		if (ledger_again(d.l, id, &again, &d.e) != cases[i].ok)
			fail_msg("%s: %s", cases[i].name, d.e.msg);
		if (cases[i].ok)
			assert_int_equal(state_of(&d, id), OP_ABANDONED);
		assert_int_equal(!again, !cases[i].ok);
	}
	assert_true(ledger_verify(d.l, 0, NULL, &d.e));
	desk_release(&d);
}

/* --- recover ----------------------------------------------------------------------------------------------------- */

/* One operation in each open state, then leave without a word. */
static void leave_open(void *ctx)
{
	struct desk *d = ctx;
	bool read_only = false;
	int64_t id;

	d->l = desk_open(d, &read_only);
	if (!d->l)
		_exit(1);
	planned(d, OP_BUY, 1);
	armed(d, OP_BUY, 2);
	id = armed(d, OP_BUY, 3);
	must_settle(d, id, OP_UNKNOWN);
	id = armed(d, OP_RELEASE, 4);
	must_settle(d, id, OP_UNKNOWN);
	must_settle(d, id, OP_ABSENT);
	id = armed(d, OP_CONFIGURE, 5);
	must_settle(d, id, OP_UNKNOWN);
	must_settle(d, id, OP_CONFLICT);
	id = armed(d, OP_BUY, 6);
	must_settle(d, id, OP_DONE);
	kill(getpid(), SIGKILL);
}

static void dead_session_is_taken_over_once(void **state)
{
	static const enum op_state expected[] = {OP_CANCELLED, OP_UNKNOWN, OP_UNKNOWN, OP_ABSENT, OP_CONFLICT, OP_DONE};
	struct ledger_filter ours = {.only_open = true, .only_ours = true};
	struct seen s = {0};
	struct operation op;
	struct arena a = {0};
	struct desk d;
	size_t n = 0;

	(void)state;
	desk_init(&d);
	desk_release(&d);       /* no connection goes through a fork */
	assert_int_equal(child_status(in_child(leave_open, &d)), 128 + SIGKILL);
	desk_reopen(&d);
	clock_fake_advance(&d.clock, 60000);
	for (int round = 0; round < 2; round++) {       /* the second finds nothing left to do */
		if (!ledger_recover(d.l, &n, &d.e))
			fail_msg("%s", d.e.msg);
		assert_int_equal(n, 4);
		for (size_t i = 0; i < ARRAY_LEN(expected); i++)
			assert_int_equal(state_of(&d, 1 + (int64_t)i), expected[i]);
	}
	assert_true(ledger_op(d.l, 2, &op, &a, &d.e));
	assert_int_equal(op.unknown_at, NOON + 60000);
	assert_int_equal(op.next_check_at, NOON + 60000);
	assert_string_equal(op.owner, ledger_owner(d.l));
	assert_int_equal(op.sends, 1);
	assert_true(ledger_each(d.l, &ours, note, &s, &d.e));
	assert_int_equal(s.n, 4);
	/* what is ours now can be settled by us */
	must_settle(&d, 2, OP_DONE);
	assert_true(ledger_verify(d.l, 0, NULL, &d.e));
	arena_release(&a);
	desk_release(&d);
}

struct waiting { struct desk *d; int tell[2], hear[2]; };

static void stay_armed(void *ctx)
{
	struct waiting *w = ctx;
	bool read_only = false;
	int64_t id;
	char c;

	w->d->l = desk_open(w->d, &read_only);
	if (!w->d->l)
		_exit(1);
	id = armed(w->d, OP_BUY, 1);
	if (write(w->tell[1], "a", 1) != 1 || read(w->hear[0], &c, 1) != 1)
		_exit(2);
	must_settle(w->d, id, OP_DONE);
	_exit(0);
}

/* A session that is stopped keeps its lock: others look and leave its row alone, however long it takes. */
static void living_session_keeps_its_rows(void **state)
{
	struct waiting w;
	struct desk d;
	size_t n = 9;
	pid_t pid;
	char c;

	(void)state;
	desk_init(&d);
	w.d = &d;
	assert_int_equal(pipe(w.tell), 0);
	assert_int_equal(pipe(w.hear), 0);
	desk_release(&d);
	pid = in_child(stay_armed, &w);
	desk_reopen(&d);
	assert_int_equal(read(w.tell[0], &c, 1), 1);
	assert_int_equal(kill(pid, SIGSTOP), 0);
	clock_fake_advance(&d.clock, 600000);
	assert_true(ledger_recover(d.l, &n, &d.e));
	assert_int_equal(n, 0);
	assert_int_equal(state_of(&d, 1), OP_ARMED);
	assert_int_equal(kill(pid, SIGCONT), 0);
	assert_int_equal(write(w.hear[1], "x", 1), 1);
	assert_int_equal(child_status(pid), 0);
	assert_int_equal(state_of(&d, 1), OP_DONE);
	for (int i = 0; i < 2; i++) {
		close(w.tell[i]);
		close(w.hear[i]);
	}
	desk_release(&d);
}

static void rows_of_another_boot_are_dead(void **state)
{
	struct desk d;
	size_t n = 0;

	(void)state;
	desk_init(&d);
	armed(&d, OP_BUY, 1);
	assert_int_equal(raw_sql(d.path, "UPDATE operation SET owner='11111111'||substr(owner,9)"), SQLITE_OK);
	assert_true(ledger_recover(d.l, &n, &d.e));
	assert_int_equal(n, 1);
	assert_int_equal(state_of(&d, 1), OP_UNKNOWN);
	desk_release(&d);
}

static void two_sessions_share_out_the_dead(void **state)
{
	bool read_only = false;
	struct desk d, other;
	size_t a = 9, b = 9;

	(void)state;
	desk_init(&d);
	desk_release(&d);       /* no connection goes through a fork */
	assert_int_equal(child_status(in_child(leave_open, &d)), 128 + SIGKILL);
	desk_reopen(&d);
	other = d;
	other.l = desk_open(&other, &read_only);
	assert_true(ledger_recover(d.l, &a, &d.e) && ledger_recover(other.l, &b, &other.e));
	assert_int_equal(a, 4);
	assert_int_equal(b, 0);
	desk_release(&other);
	desk_release(&d);
}

/* --- reading ----------------------------------------------------------------------------------------------------- */

static void walks(void **state)
{
	char phone[E164_SIZE], sid[SID_SIZE];
	struct operation op = sample_op(OP_BUY, 7);
	struct desk d;
	const struct { const char *name; struct ledger_filter f; int stop, n; int64_t first; } cases[] = {
		{"all, newest first", {0}, 0, 5, 5},
		{"limit", {.limit = 2}, 0, 2, 5},
		{"page", {.limit = 2, .before_id = 4}, 0, 2, 3},
		{"stopped by the caller", {0}, 3, 3, 5},
		{"open", {.only_open = true}, 0, 4, 5},
		{"account", {.account_sid = ACCOUNT_A}, 0, 4, 4},
		{"other account", {.account_sid = ACCOUNT_B}, 0, 1, 5},
		{"number", {.phone_number = phone}, 0, 1, 2},
		{"sid", {.phone_sid = sid}, 0, 1, 3},
		{"ours and open", {.only_open = true, .only_ours = true, .account_sid = ACCOUNT_A}, 0, 3, 4},
		{"nothing", {.account_sid = ACCOUNT_B, .phone_number = phone}, 0, 0, 0},
	};

	(void)state;
	desk_init(&d);
	sample_phone(phone, 2);
	sample_sid(sid, "PN", 3);
	must_settle(&d, planned(&d, OP_BUY, 1), OP_CANCELLED);
	planned(&d, OP_BUY, 2);
	planned(&d, OP_RELEASE, 3);
	planned(&d, OP_CONFIGURE, 4);
	snprintf(op.account_sid, sizeof op.account_sid, "%s", ACCOUNT_B);
	assert_true(ledger_plan(d.l, &op, 1, "cli", NULL, &d.e));
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct seen s = {.stop = cases[i].stop};

		if (!ledger_each(d.l, &cases[i].f, note, &s, &d.e) || s.n != cases[i].n || s.id[0] != cases[i].first)
			fail_msg("%s: %d rows from %lld: %s", cases[i].name, s.n, (long long)s.id[0], d.e.msg);
	}
	desk_release(&d);
}

static bool settle_it(void *ctx, const struct operation *op)
{
	struct desk *d = ctx;

	return settled(d, op->id, OP_CANCELLED);
}

/* The caller may settle what it is walking over. */
static void walk_survives_writing(void **state)
{
	struct ledger_filter open = {.only_open = true};
	struct desk d;

	(void)state;
	desk_init(&d);
	for (uint64_t i = 0; i < 10; i++)
		planned(&d, OP_BUY, i);
	if (!ledger_each(d.l, &open, settle_it, &d, &d.e))
		fail_msg("%s", d.e.msg);
	assert_int_equal(ledger_open_count(d.l, NULL), 0);
	desk_release(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(arms_once),
		cmocka_unit_test(armed_is_seen_by_others_at_once),
		cmocka_unit_test(only_its_session_arms),
		cmocka_unit_test(outcome_is_stored),
		cmocka_unit_test(looks_are_counted_without_events),
		cmocka_unit_test(moves_are_the_models),
		cmocka_unit_test(settling_nothing_is_not_found),
		cmocka_unit_test(another_living_session_may_only_look),
		cmocka_unit_test(rate_limited_purchase_gets_a_new_row),
		cmocka_unit_test(repeats_that_are_not_safe_are_refused),
		cmocka_unit_test(dead_session_is_taken_over_once),
		cmocka_unit_test(living_session_keeps_its_rows),
		cmocka_unit_test(rows_of_another_boot_are_dead),
		cmocka_unit_test(two_sessions_share_out_the_dead),
		cmocka_unit_test(walks),
		cmocka_unit_test(walk_survives_writing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
