#include "test.h"

#include <stdio.h>
#include <string.h>

#include "ident.h"
#include "numdesk/model/phone.h"
#include "numdesk/util/err.h"
#include "owned.h"
#include "state.h"
#include "synth.h"

/* The rows of the table and the numbers of the formula as one list. */
enum { MADE_UP = 1000 };
static struct sandbox world;
static struct arena arena;

static int setup(void **state)
{
	struct err e = {0};

	(void)state;
	world = (struct sandbox){.config = {.seed = "basic", .numbers = MADE_UP}};
	if (!state_open(&world, &e))
		fail_msg("%s", e.msg);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	state_close(&world);
	arena_release(&arena);
	return 0;
}

/* Rows that pass, and a check that they come in falling order, each SID once and findable. */
static int64_t walk(const struct owned_filter *f, int64_t below)
{
	struct owned_cursor *c = owned_list(&world, f, below);
	struct owned n, again;
	int64_t rows = 0, last = INT64_MAX;

	for (; owned_list_next(c, &n); rows++) {
		if (n.ord >= last || n.ord >= below)
			fail_msg("row %lld out of order", (long long)n.ord);
		last = n.ord;
		if (!owned_by_sid(&world, f->account, n.text[OWNED_sid], &again, &arena) ||
		    strcmp(again.text[OWNED_phone_number], n.text[OWNED_phone_number]) != 0 || again.ord != n.ord)
			fail_msg("%s is not found by its SID", n.text[OWNED_phone_number]);
		if (!owned_by_phone(&world, NULL, n.text[OWNED_phone_number], &again, &arena) ||
		    strcmp(again.text[OWNED_sid], n.text[OWNED_sid]) != 0)
			fail_msg("%s is not found by its number", n.text[OWNED_phone_number]);
	}
	owned_list_end(c);
	return rows;
}

static struct owned_filter of_account(const char *name, char sid[SID_SIZE])
{
	ident_sid(sid, "AC", name);
	return (struct owned_filter){.account = sid, .now_ms = INT64_MAX};
}

static void lists_both_kinds(void **state)
{
	char sid[SID_SIZE];
	struct owned_filter f = of_account("acme", sid);

	(void)state;
	assert_int_equal(walk(&f, INT64_MAX), MADE_UP + 3);
	assert_int_equal(owned_count(&world, sid), MADE_UP + 3);
	assert_int_equal(walk(&f, MADE_UP), MADE_UP);
	assert_int_equal(walk(&f, 10), 10);
	assert_int_equal(walk(&f, 0), 0);
	f = of_account("acme-east", sid);
	assert_int_equal(walk(&f, INT64_MAX), 2);
	f = of_account("acme-west", sid);
	assert_int_equal(walk(&f, INT64_MAX), 0);
	f = of_account("nobody", sid);
	assert_int_equal(walk(&f, INT64_MAX), 0);
}

static void filters(void **state)
{
	static const struct { const char *phone, *name, *type, *origin; bool no_beta; int64_t rows; } rows[] = {
		{NULL, NULL, NULL, NULL, false, MADE_UP + 3}, {NULL, NULL, NULL, NULL, true, MADE_UP + 3},
		{"+14155550101", NULL, NULL, NULL, false, 1}, {"+1415555010*", NULL, NULL, NULL, false, 2},
		{"550101", NULL, NULL, NULL, false, 1}, {"+1550101", NULL, NULL, NULL, false, 0},
		{"+12015550200", NULL, NULL, NULL, false, 1}, {"+1201555*200", NULL, NULL, NULL, false, 1},
		{"+442079460101", NULL, NULL, NULL, false, 1}, {"+442079", NULL, NULL, NULL, false, 1},
		{"***********", NULL, NULL, NULL, false, MADE_UP + 3}, {" 14155550101", NULL, NULL, NULL, false, 0},
		{NULL, "Main line", NULL, NULL, false, 1}, {NULL, "main line", NULL, NULL, false, 0},
		{NULL, "Main", NULL, NULL, false, 0}, {NULL, "Main 5", NULL, NULL, false, 0},
		{NULL, "(201) 555-9999", NULL, NULL, false, 0}, {NULL, "(2o1) 555-0200", NULL, NULL, false, 0},
		{NULL, NULL, "mobile", NULL, false, 0},
		{NULL, NULL, "local", NULL, false, MADE_UP + 3}, {NULL, NULL, NULL, "hosted", false, 0},
		{NULL, NULL, NULL, "twilio", false, MADE_UP + 3},
	};
	char sid[SID_SIZE];
	struct owned_filter f = of_account("acme", sid);

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		int64_t n;

		f.phone = rows[i].phone;
		f.name = rows[i].name;
		f.type = rows[i].type;
		f.origin = rows[i].origin;
		f.no_beta = rows[i].no_beta;
		n = walk(&f, INT64_MAX);
		if (n != rows[i].rows)
			fail_msg("row %zu: %lld instead of %lld", i, (long long)n, (long long)rows[i].rows);
	}
}

static void numbers_of_the_formula_differ(void **state)
{
	struct synth_row a, b;
	struct owned x, y;
	char sid[SID_SIZE];
	struct owned_filter f = of_account("acme", sid);

	(void)state;
	for (int64_t i = 1; i < MADE_UP; i++) {
		synth_make(&world, i - 1, &x, &a);
		synth_make(&world, i, &y, &b);
		assert_true(phone_is_e164(b.phone));
		assert_string_not_equal(a.phone, b.phone);
		assert_true(x.created < y.created);
		assert_true(strlen(b.name) > 0 && strlen(b.name) <= 64);
		f.name = b.name;
		assert_int_equal(walk(&f, INT64_MAX), 1);
		f.name = NULL;
		f.phone = b.phone;
		assert_int_equal(walk(&f, INT64_MAX), 1);
		f.phone = NULL;
	}
	assert_true(synth_capacity() >= 1000000);
}

/* What is changed leaves the formula for the table and keeps its place; what is released leaves both. */
static void changes_are_remembered(void **state)
{
	char sid[SID_SIZE], phone[17];
	struct owned_filter f = of_account("acme", sid);
	struct owned n;

	(void)state;
	for (int64_t i = 0; i < 3; i++) {
		struct synth_row row;

		synth_make(&world, i * 400, &n, &row);
		snprintf(phone, sizeof phone, "%s", row.phone);
		assert_true(owned_by_phone(&world, sid, phone, &n, &arena));
		n.text[OWNED_friendly_name] = "renamed";
		owned_save(&world, &n);
		n.text[OWNED_friendly_name] = "renamed again";
		owned_save(&world, &n);
		assert_int_equal(n.ord, i * 400);
	}
	assert_int_equal(walk(&f, INT64_MAX), MADE_UP + 3);
	assert_int_equal(owned_count(&world, sid), MADE_UP + 3);
	f.name = "renamed again";
	assert_int_equal(walk(&f, INT64_MAX), 3);
	synth_load(&world);                     /* as after a restart */
	assert_int_equal(walk(&f, INT64_MAX), 3);
	f.name = NULL;
	owned_remove(&world, &n);
	assert_true(owned_by_phone(&world, sid, "+12015550200", &n, &arena));
	owned_remove(&world, &n);
	assert_false(owned_by_phone(&world, sid, "+12015550200", &n, &arena));
	assert_int_equal(walk(&f, INT64_MAX), MADE_UP + 1);
	assert_int_equal(owned_count(&world, sid), MADE_UP + 1);
	owned_remove_all(&world, sid);
	assert_int_equal(walk(&f, INT64_MAX), 0);
	assert_int_equal(owned_count(&world, sid), 0);
}

static void invisible_until_their_time(void **state)
{
	char sid[SID_SIZE];
	struct owned_filter f = of_account("acme", sid);
	struct owned n;

	(void)state;
	assert_true(owned_by_phone(&world, sid, "+14155550101", &n, &arena));
	n.visible_ms = 5000;
	owned_save(&world, &n);
	f.now_ms = 4999;
	assert_int_equal(walk(&f, INT64_MAX), MADE_UP + 2);
	f.now_ms = 5000;
	assert_int_equal(walk(&f, INT64_MAX), MADE_UP + 3);
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(lists_both_kinds), T(filters), T(numbers_of_the_formula_differ), T(changes_are_remembered),
		T(invisible_until_their_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
