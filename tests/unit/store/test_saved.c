#include "test.h"

#include "ledger_fixture.h"

#include "numdesk/store/saved.h"

static struct search search_of(const char *words, const char *codes)
{
	struct search s;

	search_init(&s);
	assert_true(search_set(&s, SEARCH_VANITY, words, NULL));
	assert_true(search_set(&s, SEARCH_AREA_CODE, codes, NULL));
	return s;
}

static bool list(void *ctx, const struct saved_search *s)
{
	char says[100];

	return buf_addf(ctx, "%s: %s%s;", s->name, s->unreadable ? "unreadable " : "",
			search_describe(&s->search, says, sizeof says));
}

static void expect_list(struct desk *d, const char *want)
{
	struct buf b;

	buf_init(&b, 4096);
	assert_true(saved_each(d->l, list, &b, &d->e));
	assert_string_equal(buf_str(&b), want);
	buf_release(&b);
}

static void nothing_saved(void **state)
{
	struct saved_search s;
	struct desk d;

	(void)state;
	desk_init(&d);
	expect_list(&d, "");
	assert_false(saved_find(d.l, "cabs", &s, &d.e));
	assert_int_equal(d.e.kind, ERR_NOT_FOUND);
	assert_non_null(strstr(d.e.msg, "saved save NAME"));
	assert_false(saved_remove(d.l, "cabs", &d.e));
	assert_int_equal(d.e.kind, ERR_NOT_FOUND);
	saved_ran(d.l, "cabs", 3);
	expect_list(&d, "");
	desk_release(&d);
}

static void kept_found_removed(void **state)
{
	struct search s = search_of("cabs", "415,628");
	struct saved_search found;
	struct desk d;

	(void)state;
	desk_init(&d);
	assert_true(saved_put(d.l, "taxis", &s, false, &d.e));
	s = search_of("", "212");
	assert_true(saved_put(d.l, "New-York", &s, false, &d.e));
	expect_list(&d, "New-York: US local 212;taxis: US local 415/628 spelling CABS;");
	assert_true(saved_find(d.l, "TAXIS", &found, &d.e));
	assert_string_equal(found.name, "taxis");
	assert_string_equal(found.search.vanity, "CABS");
	assert_int_equal(found.search.more_codes[0], 628);
	assert_int_equal(found.run_at, 0);
	saved_ran(d.l, "Taxis", 7);
	desk_reopen(&d);
	assert_true(saved_find(d.l, "taxis", &found, &d.e));
	assert_int_equal(found.found, 7);
	assert_true(found.run_at > 0 && found.created_at > 0);
	/* a name is taken in any case, and replaced only when that was asked for */
	assert_false(saved_put(d.l, "TAXIS", &s, false, &d.e));
	assert_int_equal(d.e.kind, ERR_USAGE);
	assert_non_null(strstr(d.e.msg, "--replace"));
	assert_true(saved_put(d.l, "Taxis", &s, true, &d.e));
	assert_true(saved_find(d.l, "taxis", &found, &d.e));
	assert_string_equal(found.name, "Taxis");
	assert_int_equal(found.search.area_code, 212);
	assert_int_equal(found.run_at, 0);
	assert_false(saved_find(d.l, "taxes", &found, &d.e));
	assert_non_null(strstr(d.e.msg, "did you mean 'Taxis'"));
	assert_true(saved_remove(d.l, "taxis", &d.e));
	expect_list(&d, "New-York: US local 212;");
	desk_release(&d);
}

static void names(void **state)
{
	static const struct { const char *name, *says; } rows[] = {
		{"", "1 to 40"}, {"a b", "letters, digits"}, {"US", "a country"}, {"us", "a country"}, {"Germany", "a country"},
		{"caf\u00e9", "letters, digits"}, {"12345678901234567890123456789012345678901", "1 to 40"},
		{"1234567890123456789012345678901234567890", NULL}, {"415", NULL}, {"US-cabs_2.0", NULL},
	};
	struct search s = search_of("", "");
	struct desk d;

	(void)state;
	desk_init(&d);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const bool ok = saved_put(d.l, rows[i].name, &s, false, &d.e);

		if (ok != !rows[i].says || (!ok && (d.e.kind != ERR_USAGE || !strstr(d.e.msg, rows[i].says))))
			fail_msg("'%s': %s", rows[i].name, d.e.msg);
	}
	desk_release(&d);
}

/* What a later version wrote, or somebody broke, is listed and can be removed or replaced, but not run. */
static void what_cannot_be_read(void **state)
{
	struct search s = search_of("", "212");
	struct saved_search found = {.name = "as it was"};
	struct desk d;

	(void)state;
	desk_init(&d);
	assert_true(saved_put(d.l, "a", &s, false, &d.e));
	assert_int_equal(raw_sql(d.path, "UPDATE saved_search SET search='country=US' || char(10) || 'moon=full'"), SQLITE_OK);
	expect_list(&d, "a: unreadable US local;");
	assert_false(saved_find(d.l, "a", &found, &d.e));
	assert_int_equal(d.e.kind, ERR_DAMAGED);
	assert_non_null(strstr(d.e.msg, "moon=full"));
	assert_string_equal(found.name, "as it was");
	assert_true(saved_put(d.l, "a", &s, true, &d.e));
	assert_true(saved_find(d.l, "a", &found, &d.e));
	desk_release(&d);
}

static void read_only(void **state)
{
	struct search s = search_of("", "212");
	struct saved_search found;
	struct desk d;
	bool ro = true;

	(void)state;
	desk_init(&d);
	assert_true(saved_put(d.l, "a", &s, false, &d.e));
	ledger_close(d.l);
	d.l = NULL;
	assert_true(ledger_open(&d.l, d.path, d.sessions, &d.clock.base, &ro, &d.e));
	assert_true(saved_find(d.l, "a", &found, &d.e));
	assert_false(saved_put(d.l, "b", &s, false, &d.e));
	assert_int_equal(d.e.kind, ERR_GUARD);
	assert_false(saved_remove(d.l, "a", &d.e));
	assert_int_equal(d.e.kind, ERR_GUARD);
	saved_ran(d.l, "a", 5);
	assert_true(saved_find(d.l, "a", &found, &d.e));
	assert_int_equal(found.found, 0);
	desk_release(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_saved), cmocka_unit_test(kept_found_removed), cmocka_unit_test(names),
		cmocka_unit_test(what_cannot_be_read), cmocka_unit_test(read_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
