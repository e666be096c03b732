#include "test.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "home.h"

#include "numdesk/core/reactor.h"
#include "numdesk/core/rows.h"
#include "numdesk/util/mem.h"
#include "numdesk/util/worker.h"

static void count_change(void *ctx)
{
	++*(int *)ctx;
}

static void fill_home(struct home *h, int n)
{
	home_ready(h);
	home_script_facts(h);
	home_script_list(h, n, 1000);
	home_sync(h);
	home_settle(h);
}

static void put(struct home *h, int i, const char *name, const char *account)
{
	struct number n = {.type = NUMBER_LOCAL, .monthly_price = MONEY_UNKNOWN, .friendly_name = name,
			   .country = "US"};
	struct err e;

	home_settle(h);
	snprintf(n.account_sid, sizeof n.account_sid, "%s", account);
	home_number_sid(i, n.phone_sid);
	home_number(i, n.phone_number);
	if (!cache_put(h->s->write_cache, &n, HOME_NOW, &e))
		fail_msg("%s", e.msg);
	session_touch(h->s);
}

static void check_numbers(struct rows *r, const int *expect, size_t n)
{
	char number[E164_SIZE];

	assert_int_equal(rows_count(r), n);
	for (size_t i = 0; i < n; i++) {
		const struct number *row = rows_at(r, i);

		assert_non_null(row);
		assert_string_equal(row->phone_number, home_number(expect[i], number));
	}
}

static void test_nothing(void **state)
{
	struct home h;
	struct rows *r;
	struct err e;
	int changes = 0;

	(void)state;
	home_init(&h);
	assert_true(home_open(&h, NULL, &e));
	r = rows_new(h.s, count_change, &changes);
	assert_int_equal(rows_count(r), 0);
	assert_null(rows_at(r, 0));
	assert_int_equal(rows_index(r, "PN00000000000000000000000000000001"), SIZE_MAX);
	rows_window(r, 0, 100);
	assert_true(rows_fill(r, SIZE_MAX, &e));
	rows_refresh(r);
	assert_string_equal(rows_filter(r), "");
	assert_true(rows_set_filter(r, "415", NULL, &e));
	rows_set_sort(r, COL_FRIENDLY_NAME, true);
	rows_set_account(r, NULL);
	home_settle(&h);
	assert_int_equal(rows_count(r), 0);
	assert_false(rows_loading(r));
	rows_free(r);
	rows_free(NULL);
	home_close(&h);
}

static void test_first_paint(void **state)
{
	struct home h;
	struct rows *r;
	struct err e;
	int changes = 0;

	(void)state;
	fill_home(&h, 700);
	r = rows_new(h.s, count_change, &changes);
	assert_true(rows_fill(r, 50, &e));
	assert_int_equal(rows_count(r), 256);                   /* the first chunk, at once */
	assert_true(rows_loading(r));
	assert_string_equal(rows_at(r, 0)->phone_number, "+14155550000");
	assert_int_equal(rows_at(r, 0)->monthly_price, 1150000);
	home_settle(&h);
	assert_false(rows_loading(r));
	assert_int_equal(rows_count(r), 700);
	assert_true(changes > 0);
	assert_string_equal(rows_at(r, 699)->phone_number, "+14155550699");
	assert_string_equal(rows_at(r, 3)->phone_number, "+14155550003");
	assert_null(rows_at(r, 700));
	assert_int_equal(rows_index(r, rows_at(r, 555)->phone_sid), 555);
	assert_int_equal(rows_index(r, "PN000000000000000000000000000000aa"), 0xaa);
	assert_int_equal(rows_index(r, "PN00000000000000000000000000ffffff"), SIZE_MAX);
	rows_window(r, 100, 40);
	assert_string_equal(rows_at(r, 139)->phone_number, "+14155550139");
	rows_free(r);
	home_close(&h);
}

/* What was never counted must not look like what was never used. */
static void test_use_is_not_guessed(void **state)
{
	static const char *const filters[] = {"idle>30", "is:idle", "-is:active", "sms -activity:active", "messages_in=0",
					      "calls_out<1", "used<2026-01-01"};
	struct home h;
	struct rows *r;
	struct err e;

	(void)state;
	fill_home(&h, 3);
	r = rows_new(h.s, NULL, NULL);
	for (size_t i = 0; i < ARRAY_LEN(filters); i++)
		if (rows_set_filter(r, filters[i], NULL, &e) || e.kind != ERR_USAGE || !strstr(e.msg, "not counted"))
			fail_msg("'%s' was taken", filters[i]);
	assert_true(rows_set_filter(r, "renews>2000-01-01", NULL, &e));
	home_settle(&h);
	rows_free(r);
	home_close(&h);
}

static void test_filter_and_sort(void **state)
{
	static const struct {
		const char *name, *filter;
		enum column_id sort;
		bool descending;
		size_t n;
		int first, last;
	} cases[] = {
		{"all", "", COL_PHONE_NUMBER, false, 300, 0, 299},
		{"all, from the end", "", COL_PHONE_NUMBER, true, 300, 299, 0},
		{"by name", "", COL_FRIENDLY_NAME, false, 300, 0, 99},
		{"digits", "55501", COL_PHONE_NUMBER, false, 100, 100, 199},
		{"capability", "sms", COL_PHONE_NUMBER, false, 150, 1, 299},
		{"no capability", "-sms", COL_PHONE_NUMBER, false, 150, 0, 298},
		{"name", "name:\"line 7\"", COL_PHONE_NUMBER, false, 11, 7, 79},
		{"price", "cost>1.00", COL_PHONE_NUMBER, false, 300, 0, 299},
		{"none", "name:nothing", COL_PHONE_NUMBER, false, 0, 0, 0},
		{"profile's name", "account:acme", COL_PHONE_NUMBER, false, 300, 0, 299},
	};
	struct home h;
	struct rows *r;
	struct err e;
	char number[E164_SIZE];

	(void)state;
	fill_home(&h, 300);
	r = rows_new(h.s, NULL, NULL);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		if (!rows_set_filter(r, cases[i].filter, NULL, &e))
			fail_msg("%s: %s", cases[i].name, e.msg);
		rows_set_sort(r, cases[i].sort, cases[i].descending);
		home_settle(&h);
		if (rows_count(r) != cases[i].n)
			fail_msg("%s: %zu rows", cases[i].name, rows_count(r));
		if (cases[i].n == 0)
			continue;
		if (strcmp(rows_at(r, 0)->phone_number, home_number(cases[i].first, number)) != 0)
			fail_msg("%s: first %s", cases[i].name, rows_at(r, 0)->phone_number);
		if (strcmp(rows_at(r, cases[i].n - 1)->phone_number, home_number(cases[i].last, number)) != 0)
			fail_msg("%s: last %s", cases[i].name, rows_at(r, cases[i].n - 1)->phone_number);
	}
	rows_free(r);
	home_close(&h);
}

static void test_bad_filter_keeps_the_old(void **state)
{
	char text[600];
	struct home h;
	struct rows *r;
	struct err e;
	int at = -1;

	(void)state;
	fill_home(&h, 20);
	r = rows_new(h.s, NULL, NULL);
	assert_true(rows_set_filter(r, "sms", NULL, &e));
	home_settle(&h);
	assert_int_equal(rows_count(r), 10);
	assert_false(rows_set_filter(r, "sms nonsense:3", &at, &e));
	assert_int_equal(e.kind, ERR_USAGE);
	assert_int_equal(at, 4);
	assert_string_equal(rows_filter(r), "sms");
	assert_int_equal(rows_count(r), 10);
	memset(text, ' ', sizeof text);
	text[sizeof text - 1] = '\0';
	assert_false(rows_set_filter(r, text, &at, &e));
	assert_int_equal(e.kind, ERR_USAGE);
	rows_free(r);
	home_close(&h);
}

/* The old list stays until the new one is here; a burst of filters ends with the last one's list. */
static void test_swap(void **state)
{
	struct home h;
	struct rows *r;
	struct err e;

	(void)state;
	fill_home(&h, 400);
	r = rows_new(h.s, NULL, NULL);
	assert_true(rows_fill(r, SIZE_MAX, &e));
	assert_int_equal(rows_count(r), 400);
	assert_true(rows_set_filter(r, "sms", NULL, &e));
	assert_int_equal(rows_count(r), 400);
	assert_true(rows_loading(r));
	assert_true(rows_set_filter(r, "sms 5550", NULL, &e));
	assert_true(rows_set_filter(r, "55500", NULL, &e));
	assert_true(rows_set_filter(r, "555001", NULL, &e));
	assert_int_equal(rows_count(r), 400);
	home_settle(&h);
	assert_false(rows_loading(r));
	assert_int_equal(rows_count(r), 10);
	rows_free(r);
	home_close(&h);
}

static void test_refresh(void **state)
{
	static const int after[] = {0, 1, 2, 5};
	struct home h;
	struct rows *r;
	struct err e;
	int changes = 0;

	(void)state;
	fill_home(&h, 3);
	r = rows_new(h.s, count_change, &changes);
	assert_true(rows_fill(r, SIZE_MAX, &e));
	rows_refresh(r);
	assert_false(rows_loading(r));                          /* nothing changed: nothing asked */
	assert_string_equal(rows_at(r, 1)->friendly_name, "Line 1");
	put(&h, 5, "new", HOME_AC);
	put(&h, 1, "renamed", HOME_AC);
	rows_refresh(r);
	assert_int_equal(rows_count(r), 3);
	assert_string_equal(rows_at(r, 1)->friendly_name, "renamed");   /* rows show at once, the list follows */
	home_settle(&h);
	check_numbers(r, after, ARRAY_LEN(after));
	changes = 0;
	home_settle(&h);
	rows_refresh(r);
	assert_int_equal(changes, 0);
	rows_free(r);
	home_close(&h);
}

static bool answer_waits(void *ctx)
{
	struct pollfd fd = {.fd = worker_fd(((struct home *)ctx)->s->reader), .events = POLLIN};

	return poll(&fd, 1, 0) == 1;
}

/* Data that changes when a question is answered, but not delivered yet, is asked for again. */
static void test_change_while_asking(void **state)
{
	static const int after[] = {0, 1, 2, 6, 9};
	struct number n = {.type = NUMBER_LOCAL, .monthly_price = MONEY_UNKNOWN, .country = "US",
			   .account_sid = HOME_AC};
	struct home h;
	struct rows *r;
	struct err e;

	(void)state;
	fill_home(&h, 3);
	r = rows_new(h.s, NULL, NULL);
	assert_true(rows_fill(r, SIZE_MAX, &e));
	put(&h, 9, "new", HOME_AC);
	rows_refresh(r);
	assert_true(test_wait(answer_waits, &h, 20000));
	home_number_sid(6, n.phone_sid);
	home_number(6, n.phone_number);
	assert_true(cache_put(h.s->write_cache, &n, HOME_NOW, &e));
	session_touch(h.s);
	rows_refresh(r);
	home_settle(&h);
	check_numbers(r, after, ARRAY_LEN(after));
	rows_free(r);
	home_close(&h);
}

static void test_gone_rows(void **state)
{
	char sid[SID_SIZE];
	struct home h;
	struct rows *r;
	struct err e;

	(void)state;
	fill_home(&h, 3);
	assert_true(cache_mark_gone(h.s->write_cache, HOME_AC, home_number_sid(1, sid), HOME_NOW, &e));
	session_touch(h.s);
	r = rows_new(h.s, NULL, NULL);
	rows_refresh(r);
	home_settle(&h);
	assert_int_equal(rows_count(r), 3);
	assert_true(rows_at(r, 1)->is_gone);
	rows_set_gone(r, false);
	home_settle(&h);
	assert_int_equal(rows_count(r), 2);
	rows_set_gone(r, false);
	assert_false(rows_loading(r));
	rows_free(r);
	home_close(&h);
}

static void test_accounts(void **state)
{
	static const int own[] = {0, 1, 2}, other[] = {7}, all[] = {0, 1, 2, 7};
	struct home h;
	struct rows *r;
	struct err e;

	(void)state;
	fill_home(&h, 3);
	put(&h, 7, "other", HOME_AC2);
	r = rows_new(h.s, NULL, NULL);
	assert_true(rows_fill(r, SIZE_MAX, &e));
	check_numbers(r, own, ARRAY_LEN(own));
	assert_int_equal(rows_index(r, "PN00000000000000000000000000000007"), SIZE_MAX);
	rows_set_account(r, HOME_AC2);
	home_settle(&h);
	check_numbers(r, other, ARRAY_LEN(other));
	rows_set_account(r, NULL);
	home_settle(&h);
	check_numbers(r, all, ARRAY_LEN(all));
	assert_int_equal(rows_index(r, "PN00000000000000000000000000000007"), 3);
	rows_free(r);
	home_close(&h);
}

struct walked { size_t n, stop_at; char last[E164_SIZE]; };

static bool walk(void *ctx, const struct number *n)
{
	struct walked *w = ctx;

	if (w->n > 0)
		assert_true(strcmp(n->phone_number, w->last) > 0);
	memcpy(w->last, n->phone_number, sizeof w->last);
	return ++w->n != w->stop_at;
}

static void test_each(void **state)
{
	struct walked w = {0};
	struct home h;
	struct rows *r;
	struct err e;

	(void)state;
	fill_home(&h, 1500);
	r = rows_new(h.s, NULL, NULL);
	assert_true(rows_each(r, walk, &w, &e));
	assert_int_equal(w.n, 1500);
	w = (struct walked){.stop_at = 300};
	assert_true(rows_each(r, walk, &w, &e));
	assert_int_equal(w.n, 300);
	rows_free(r);
	home_close(&h);
}

/* A number that left and came back has two rows with one number: each is found by its SID. */
static void test_same_number_twice(void **state)
{
	struct number n = {.type = NUMBER_LOCAL, .monthly_price = MONEY_UNKNOWN, .country = "US",
			   .account_sid = HOME_AC,
			   .phone_sid = "PN000000000000000000000000000000ff"};
	char sid[SID_SIZE];
	struct home h;
	struct rows *r;
	struct err e;
	size_t old, again;

	(void)state;
	fill_home(&h, 3);
	assert_true(cache_mark_gone(h.s->write_cache, HOME_AC, home_number_sid(1, sid), HOME_NOW, &e));
	home_number(1, n.phone_number);
	assert_true(cache_put(h.s->write_cache, &n, HOME_NOW, &e));
	session_touch(h.s);
	r = rows_new(h.s, NULL, NULL);
	assert_true(rows_fill(r, SIZE_MAX, &e));
	assert_int_equal(rows_count(r), 4);
	old = rows_index(r, home_number_sid(1, sid));
	again = rows_index(r, n.phone_sid);
	assert_true(old < 4 && again < 4 && old != again);
	assert_string_equal(rows_at(r, old)->phone_sid, sid);
	assert_string_equal(rows_at(r, again)->phone_sid, n.phone_sid);
	rows_free(r);
	home_close(&h);
}

static void test_hidden(void **state)
{
	struct home h;
	struct rows *r;
	struct err e;

	(void)state;
	fill_home(&h, 3);
	r = rows_new(h.s, NULL, NULL);
	assert_true(rows_fill(r, SIZE_MAX, &e));
	assert_int_equal(rows_count(r), 3);
	assert_true(config_set(&h.s->config, OPTION_VAULT_HIDE, "yes", &e));
	session_lock(h.s);
	rows_refresh(r);
	assert_int_equal(rows_count(r), 0);
	assert_null(rows_at(r, 0));
	rows_set_account(r, NULL);
	home_settle(&h);
	assert_int_equal(rows_count(r), 0);
	assert_true(rows_fill(r, SIZE_MAX, &e));
	assert_int_equal(rows_count(r), 0);
	rows_free(r);
	home_close(&h);
}

static void test_free_while_asking(void **state)
{
	struct home h;
	struct rows *r, *other;
	struct err e;

	(void)state;
	fill_home(&h, 400);
	r = rows_new(h.s, NULL, NULL);
	other = rows_new(h.s, NULL, NULL);
	assert_true(rows_set_filter(other, "5550", NULL, &e));
	assert_true(rows_set_filter(r, "name:nothing", NULL, &e));
	rows_free(r);                                           /* interrupts the connection that `other` waits for */
	home_settle(&h);
	assert_int_equal(rows_count(other), 400);
	rows_free(other);
	r = rows_new(h.s, NULL, NULL);
	assert_true(rows_set_filter(r, "sms", NULL, &e));
	rows_free(r);
	home_close(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nothing), cmocka_unit_test(test_first_paint),
		cmocka_unit_test(test_filter_and_sort), cmocka_unit_test(test_use_is_not_guessed), cmocka_unit_test(test_bad_filter_keeps_the_old),
		cmocka_unit_test(test_swap), cmocka_unit_test(test_refresh),
		cmocka_unit_test(test_change_while_asking), cmocka_unit_test(test_gone_rows),
		cmocka_unit_test(test_accounts), cmocka_unit_test(test_each),
		cmocka_unit_test(test_same_number_twice), cmocka_unit_test(test_hidden),
		cmocka_unit_test(test_free_while_asking),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
