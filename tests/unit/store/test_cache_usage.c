#include "test.h"

#include "cache_fixture.h"

#include "numdesk/model/period.h"
#include "numdesk/store/usage.h"
#include "numdesk/util/clock.h"

#define NOW INT64_C(1795608000)         /* 2026-11-25T12:00:00Z */
#define TODAY (NOW / PERIOD_DAY_S)

static const struct usage_window month = {
	.first_day = TODAY - 30, .today = TODAY, .now = NOW, .fresh_s = 900, .resume_age_s = 3600,
};

static struct usage_walk begin(struct shelf *s, enum usage_kind kind, const struct usage_window *w)
{
	struct usage_walk walk;
	bool any;

	if (!cache_usage_begin(s->c, ACCOUNT_A, kind, w, &walk, &any, &s->e))
		fail_msg("%s", s->e.msg);
	assert_true(any);
	return walk;
}

static void nothing_missing(struct shelf *s, enum usage_kind kind, const struct usage_window *w)
{
	struct usage_walk walk;
	bool any = true;

	assert_true(cache_usage_begin(s->c, ACCOUNT_A, kind, w, &walk, &any, &s->e));
	assert_false(any);
}

static struct usage_tally tally(uint64_t number, int64_t day, int64_t in, int64_t out)
{
	struct usage_tally t = {.day = day, .in = in, .out = out, .last_at = day * PERIOD_DAY_S + 3600};

	sample_phone(t.phone_number, number);
	return t;
}

static void page(struct shelf *s, struct usage_walk *w, const struct usage_tally *v, size_t n, const char *next)
{
	if (!cache_usage_page(s->c, w, v, n, (int64_t)n, next, NOW, &s->e))
		fail_msg("%s", s->e.msg);
}

/* A whole walk with one page. */
static void count(struct shelf *s, enum usage_kind kind, const struct usage_window *w, const struct usage_tally *v,
		  size_t n)
{
	struct usage_walk walk = begin(s, kind, w);

	page(s, &walk, v, n, "");
	assert_true(cache_usage_end(s->c, ACCOUNT_A, &walk, &s->e));
}

static void sums(struct shelf *s, int64_t now)
{
	if (!cache_usage_sums(s->c, ACCOUNT_A, now, &s->e))
		fail_msg("%s", s->e.msg);
}

static struct number number_of(struct shelf *s, uint64_t i)
{
	char phone[E164_SIZE];
	struct number n;

	sample_phone(phone, i);
	if (!cache_find(s->c, ACCOUNT_A, phone, &n, NULL, &s->a, &s->e))
		fail_msg("%s", s->e.msg);
	return n;
}

static void what_was_never_counted_is_unknown(void **state)
{
	struct usage_state state_of;
	struct usage_counts days[3];
	char phone[E164_SIZE];
	struct shelf s;
	struct number n;

	(void)state;
	shelf_init(&s);
	whole_pass(&s, ACCOUNT_A, 0, 3, 1000);
	n = number_of(&s, 1);
	assert_false(n.usage_known);
	assert_null(n.activity);
	assert_null(n.usage);
	assert_int_equal(n.last_used_at, 0);
	assert_false(cache_usage_state(s.c, ACCOUNT_A, &state_of));
	assert_false(cache_usage_state(s.c, ACCOUNT_B, &state_of));
	sample_phone(phone, 1);
	assert_true(cache_usage_days(s.c, ACCOUNT_A, phone, TODAY - 2, 3, days, &s.e));
	assert_int_equal(usage_total(&days[0]) + usage_total(&days[2]), 0);
	shelf_release(&s);
}

static void both_kinds_make_a_count(void **state)
{
	const struct usage_tally messages[] = {
		tally(1, TODAY, 2, 3), tally(1, TODAY - 5, 4, 0), tally(2, TODAY - 29, 1, 0), tally(3, TODAY - 30, 9, 9),
		tally(999, TODAY, 1, 1),        /* not a number of ours, or not any more */
	}, calls[] = {tally(1, TODAY - 1, 0, 6), tally(2, TODAY - 3, 5, 0)};
	struct usage_counts days[2];
	struct usage_state state_of;
	int64_t totals[USAGE_DAYS];
	char phone[E164_SIZE];
	struct shelf s;
	struct number n;

	(void)state;
	shelf_init(&s);
	whole_pass(&s, ACCOUNT_A, 0, 5, 1000);
	count(&s, USAGE_MESSAGES, &month, messages, ARRAY_LEN(messages));
	sums(&s, NOW);
	assert_false(number_of(&s, 1).usage_known);     /* the calls are not counted yet */
	count(&s, USAGE_CALLS, &month, calls, ARRAY_LEN(calls));
	sums(&s, NOW + 5);
	assert_true(cache_usage_state(s.c, ACCOUNT_A, &state_of));
	assert_true(state_of.from == TODAY - 30 && state_of.to == TODAY && state_of.at == NOW + 5);
	n = number_of(&s, 1);
	assert_true(n.usage_known);
	assert_int_equal(n.messages_in, 6);
	assert_int_equal(n.messages_out, 3);
	assert_int_equal(n.calls_in, 0);
	assert_int_equal(n.calls_out, 6);
	assert_int_equal(n.idle_days, 0);
	assert_int_equal(n.last_used_at, TODAY * PERIOD_DAY_S + 3600);
	assert_string_equal(n.activity, "active");
	assert_true(usage_days_parse(n.usage, totals));
	assert_true(totals[29] == 5 && totals[28] == 6 && totals[24] == 4 && totals[0] == 0);
	n = number_of(&s, 2);
	assert_string_equal(n.activity, "inbound-only");
	assert_int_equal(n.idle_days, 3);
	n = number_of(&s, 3);           /* counted, but outside the thirty days */
	assert_string_equal(n.activity, "idle");
	assert_int_equal(n.messages_in, 0);
	assert_int_equal(n.idle_days, 30);
	n = number_of(&s, 4);           /* never used: idle as far back as was counted */
	assert_string_equal(n.activity, "idle");
	assert_int_equal(n.idle_days, 31);
	assert_int_equal(n.last_used_at, 0);
	sample_phone(phone, 1);
	assert_true(cache_usage_days(s.c, ACCOUNT_A, phone, TODAY - 1, 2, days, &s.e));
	assert_true(days[0].calls_out == 6 && days[0].messages_in == 0 && days[1].messages_out == 3);
	assert_true(cache_usage_account(s.c, ACCOUNT_A, TODAY - 1, 2, days, &s.e));
	assert_true(days[0].calls_out == 6 && days[1].messages_in == 3);
	assert_true(cache_forget_account(s.c, ACCOUNT_A, &s.e));
	assert_false(cache_usage_state(s.c, ACCOUNT_A, &state_of));
	assert_int_equal(db_number(&s.c->db, "SELECT (SELECT count(*) FROM usage)+(SELECT count(*) FROM usage_day)+"
				   "(SELECT count(*) FROM usage_counted)", -1), 0);
	shelf_release(&s);
}

/* A number bought a week ago cannot have been idle for a month. */
static void idle_since_it_was_bought(void **state)
{
	struct shelf s;
	struct number n;

	(void)state;
	shelf_init(&s);
	n = sample_number(ACCOUNT_A, 1, &s.a);
	n.purchased_at = NOW - INT64_C(7) * PERIOD_DAY_S;
	assert_true(cache_put(s.c, &n, NOW, &s.e));
	n = sample_number(ACCOUNT_A, 2, &s.a);
	n.purchased_at = NOW + INT64_C(3) * PERIOD_DAY_S;       /* after the count */
	assert_true(cache_put(s.c, &n, NOW, &s.e));
	count(&s, USAGE_MESSAGES, &month, NULL, 0);
	count(&s, USAGE_CALLS, &month, NULL, 0);
	sums(&s, NOW);
	assert_int_equal(number_of(&s, 1).idle_days, 7);
	assert_int_equal(number_of(&s, 2).idle_days, 0);
	shelf_release(&s);
}

static void closed_days_are_never_asked_for_again(void **state)
{
	struct usage_window w = month;
	struct usage_walk walk;
	struct shelf s;

	(void)state;
	shelf_init(&s);
	count(&s, USAGE_CALLS, &month, NULL, 0);
	nothing_missing(&s, USAGE_CALLS, &month);
	w.now = NOW + 900;              /* the running day's count is old */
	walk = begin(&s, USAGE_CALLS, &w);
	assert_true(walk.first_day == TODAY && walk.last_day == TODAY);
	assert_true(cache_usage_end(s.c, ACCOUNT_A, &walk, &s.e));
	w.today++, w.first_day++;       /* the day after: today was not over when it was counted */
	w.now = (TODAY + 1) * PERIOD_DAY_S + 7200;
	walk = begin(&s, USAGE_CALLS, &w);
	assert_true(walk.first_day == TODAY && walk.last_day == TODAY + 1);
	assert_true(cache_usage_end(s.c, ACCOUNT_A, &walk, &s.e));
	w.now += 7200;
	walk = begin(&s, USAGE_CALLS, &w);
	assert_int_equal(walk.first_day, TODAY + 1);
	assert_true(cache_usage_end(s.c, ACCOUNT_A, &walk, &s.e));
	w.first_day -= 10;              /* further back: the days before, and not those between */
	walk = begin(&s, USAGE_CALLS, &w);
	assert_true(walk.first_day == TODAY - 39 && walk.last_day == TODAY - 31);
	shelf_release(&s);
}

/* Just after midnight yesterday may still gain rows. */
static void a_day_is_closed_an_hour_after_its_end(void **state)
{
	struct usage_window w = month;
	struct usage_walk walk;
	struct shelf s;

	(void)state;
	shelf_init(&s);
	w.now = TODAY * PERIOD_DAY_S + 1800;
	count(&s, USAGE_CALLS, &w, NULL, 0);
	w.now += 1800;
	walk = begin(&s, USAGE_CALLS, &w);
	assert_int_equal(walk.first_day, TODAY - 1);
	shelf_release(&s);
}

static void a_count_of_the_running_day_replaces_the_one_before(void **state)
{
	const struct usage_tally first[] = {tally(1, TODAY, 2, 2), tally(2, TODAY, 1, 0)}, second[] = {tally(1, TODAY, 3, 2)};
	struct usage_window w = month;
	struct shelf s;

	(void)state;
	shelf_init(&s);
	whole_pass(&s, ACCOUNT_A, 0, 5, 1000);
	count(&s, USAGE_MESSAGES, &month, first, 2);
	count(&s, USAGE_CALLS, &month, NULL, 0);
	w.now += 1000;
	count(&s, USAGE_MESSAGES, &w, second, 1);
	sums(&s, w.now);
	assert_int_equal(number_of(&s, 1).messages_in, 3);
	assert_int_equal(number_of(&s, 2).messages_in, 0);
	shelf_release(&s);
}

static void a_stopped_walk_is_resumed_and_shows_nothing(void **state)
{
	const struct usage_tally v[] = {tally(1, TODAY, 2, 0), tally(1, TODAY - 31, 50, 50)};
	struct usage_window w = month;
	struct usage_walk walk, again;
	struct shelf s;

	(void)state;
	shelf_init(&s);
	whole_pass(&s, ACCOUNT_A, 0, 5, 1000);
	count(&s, USAGE_CALLS, &month, NULL, 0);
	walk = begin(&s, USAGE_MESSAGES, &month);
	page(&s, &walk, v, 2, "/page2");
	sums(&s, NOW);
	assert_false(number_of(&s, 1).usage_known);
	cache_close(s.c);
	shelf_open(&s, CACHE_WRITE);
	w.now += 3599;
	again = begin(&s, USAGE_MESSAGES, &w);
	assert_int_equal(again.id, walk.id);
	assert_int_equal(again.pages, 1);
	assert_int_equal(again.rows, 2);
	assert_string_equal(again.next_page, "/page2");
	assert_int_equal(again.begun_at, NOW);
	page(&s, &again, v, 1, "");
	assert_true(cache_usage_end(s.c, ACCOUNT_A, &again, &s.e));
	sums(&s, w.now);
	assert_int_equal(number_of(&s, 1).messages_in, 4);      /* the day outside the walk was left out */
	assert_int_equal(number_of(&s, 1).messages_out, 0);
	shelf_release(&s);
}

static void an_old_or_dropped_walk_begins_anew(void **state)
{
	const struct usage_tally v = tally(1, TODAY, 2, 0);
	struct usage_window w = month;
	struct usage_walk walk;
	struct shelf s;

	(void)state;
	shelf_init(&s);
	walk = begin(&s, USAGE_MESSAGES, &month);
	page(&s, &walk, &v, 1, "/page2");
	w.now += 3600;
	walk = begin(&s, USAGE_MESSAGES, &w);
	assert_true(walk.pages == 0 && !*walk.next_page);
	page(&s, &walk, &v, 1, "/page2");
	assert_true(cache_usage_drop(s.c, &walk, &s.e));
	walk = begin(&s, USAGE_MESSAGES, &w);
	assert_int_equal(walk.pages, 0);
	assert_int_equal(db_number(&s.c->db, "SELECT count(*) FROM usage_part", -1), 0);
	assert_int_equal(db_number(&s.c->db, "SELECT count(*) FROM usage_walk", -1), 1);
	shelf_release(&s);
}

static void two_sessions_do_not_count_a_page_twice(void **state)
{
	const struct usage_tally v = tally(1, TODAY, 2, 0);
	struct usage_walk walk, other;
	struct shelf s;

	(void)state;
	shelf_init(&s);
	walk = begin(&s, USAGE_MESSAGES, &month);
	page(&s, &walk, &v, 1, "/page2");
	other = begin(&s, USAGE_MESSAGES, &month);
	page(&s, &walk, &v, 1, "/page3");
	assert_false(cache_usage_page(s.c, &other, &v, 1, 1, "/page3", NOW, &s.e));
	assert_int_equal(s.e.kind, ERR_STOPPED);
	assert_int_equal(db_number(&s.c->db, "SELECT sum(came) FROM usage_part", -1), 4);
	shelf_release(&s);
}

static void too_far_back(void **state)
{
	struct usage_window w = month;
	struct usage_walk walk;
	struct shelf s;
	bool any = true;

	(void)state;
	shelf_init(&s);
	w.first_day = TODAY + 1;
	assert_true(cache_usage_begin(s.c, ACCOUNT_A, USAGE_CALLS, &w, &walk, &any, &s.e));
	assert_false(any);
	w.first_day = TODAY - 400;
	assert_false(cache_usage_begin(s.c, ACCOUNT_A, USAGE_CALLS, &w, &walk, &any, &s.e));
	assert_false(cache_usage_begin(s.c, "nobody", USAGE_CALLS, &month, &walk, &any, &s.e));
	shelf_release(&s);
}

static void renewals_follow_the_clock(void **state)
{
	struct clock_fake clock;
	struct shelf s;
	struct number n;

	(void)state;
	shelf_init(&s);
	clock_fake_init(&clock, NOW * 1000);
	cache_use_clock(s.c, &clock.base);
	n = sample_number(ACCOUNT_A, 1, &s.a);
	n.purchased_at = NOW - INT64_C(365) * PERIOD_DAY_S;
	assert_true(cache_put(s.c, &n, NOW, &s.e));
	assert_int_equal(number_of(&s, 1).renews_at, period_renewal(n.purchased_at, NOW));
	clock_fake_advance(&clock, INT64_C(86400000) * 60);
	assert_int_equal(number_of(&s, 1).renews_at, period_renewal(n.purchased_at, NOW + INT64_C(60) * PERIOD_DAY_S));
	shelf_release(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_never_counted_is_unknown),
		cmocka_unit_test(both_kinds_make_a_count),
		cmocka_unit_test(idle_since_it_was_bought),
		cmocka_unit_test(closed_days_are_never_asked_for_again),
		cmocka_unit_test(a_day_is_closed_an_hour_after_its_end),
		cmocka_unit_test(a_count_of_the_running_day_replaces_the_one_before),
		cmocka_unit_test(a_stopped_walk_is_resumed_and_shows_nothing),
		cmocka_unit_test(an_old_or_dropped_walk_begins_anew),
		cmocka_unit_test(two_sessions_do_not_count_a_page_twice),
		cmocka_unit_test(too_far_back),
		cmocka_unit_test(renewals_follow_the_clock),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
