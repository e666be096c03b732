#include "test.h"

#include <string.h>

#include "numdesk/util/clock.h"
#include "numdesk/util/mem.h"

static void fake_moves_only_when_told(void **state)
{
	struct clock_fake f;

	(void)state;
	clock_fake_init(&f, 1000000);
	assert_int_equal(f.base.wall_ms(&f.base), 1000000);
	const int64_t mono = f.base.mono_ms(&f.base);

	clock_fake_advance(&f, 250);
	assert_int_equal(f.base.wall_ms(&f.base), 1000250);
	assert_int_equal(f.base.mono_ms(&f.base), mono + 250);
}

static void system_does_not_run_backwards(void **state)
{
	const int64_t a = clock_system.mono_ms(&clock_system), b = clock_system.mono_ms(&clock_system);

	(void)state;
	assert_true(b >= a);
	assert_true(clock_system.wall_ms(&clock_system) > 1600000000000);
}

static void parsing(void **state)
{
	static const struct { const char *s; bool ok; int64_t t; } rows[] = {
		{NULL, false, 0}, {"", false, 0}, {"x", false, 0},
		{"Thu, 30 Jul 2015 20:12:31 +0000", true, 1438287151},
		{"Thu, 30 Jul 2015 20:12:31 GMT", true, 1438287151},
		{"30 Jul 2015 20:12:31 +0000", true, 1438287151},
		{"Thu, 30 Jul 2015 13:12:31 -0700", true, 1438287151},
		{"Fri, 31 Jul 2015 01:42:31 +0530", true, 1438287151},
		{"Sat, 1 Aug 2015 00:00:00 +0000", true, 1438387200},
		{"2015-07-30T20:12:31Z", true, 1438287151},
		{"2015-07-30T20:12:31.123456Z", true, 1438287151},
		{"2015-07-30T22:12:31+02:00", true, 1438287151},
		{"2015-07-30T22:12:31+0200", true, 1438287151},
		{"2015-07-30", true, 1438214400},
		{"1970-01-01", true, 0}, {"1969-12-31", true, -86400}, {"2000-02-29", true, 951782400},
		{"2024-02-29", true, 1709164800},
		{"1900-02-29", false, 0}, {"2023-02-29", false, 0}, {"2015-13-01", false, 0}, {"2015-00-01", false, 0},
		{"2015-01-00", false, 0}, {"2015-01-32", false, 0}, {"2015-1-1", false, 0},
		{"2015-07-30T20:12:31", false, 0},
		{"2015-07-30T24:00:00Z", false, 0}, {"2015-07-30T20:60:00Z", false, 0},
		{"2015-07-30T20:12:31.Z", false, 0},
		{"2015-07-30T20:12:31Zx", false, 0}, {"2015-07-30x", false, 0}, {"Thu, 30 Jul 2015 20:12:31", false, 0},
		{"Thu, 30 Jux 2015 20:12:31 +0000", false, 0}, {"Thu 30 Jul 2015 20:12:31 +0000", false, 0},
		{"Thu, 30 Jul 2015 20:12:31 +00", false, 0}, {"Thu, 30 Jul 2015 20:12:31 +2400", false, 0},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		int64_t t = 77;
		const bool ok = clock_parse(rows[i].s, &t);

		if (ok != rows[i].ok || t != (ok ? rows[i].t : 77))
			fail_msg("'%s': %d %lld", rows[i].s ? rows[i].s : "NULL", ok, (long long)t);
	}
}

static void formatting(void **state)
{
	char s[64];

	(void)state;
	assert_string_equal(clock_iso(1438287151, s, sizeof s), "2015-07-30T20:12:31Z");
	assert_string_equal(clock_iso(0, s, 21), "1970-01-01T00:00:00Z");
	assert_string_equal(clock_iso(-1, s, sizeof s), "");
	assert_string_equal(clock_iso(INT64_MAX, s, sizeof s), "");
	assert_string_equal(clock_iso(253402300799, s, 21), "9999-12-31T23:59:59Z");
	assert_string_equal(clock_iso(0, s, 20), "");
	assert_string_equal(clock_date(951782400, s, 11), "2000-02-29");
	assert_string_equal(clock_rfc2822(1438287151, s, 32), "Thu, 30 Jul 2015 20:12:31 +0000");
	assert_string_equal(clock_rfc2822(-5, s, 32), "");
	s[0] = 'x';
	clock_date(0, s, 0);
	assert_int_equal(s[0], 'x');
}

static void what_is_written_is_read_back(void **state)
{
	char s[64];

	(void)state;
	for (int64_t t = 0; t < 4102444800; t += 86400 * 13 + 3607) {
		int64_t back = -1;

		assert_true(clock_parse(clock_iso(t, s, sizeof s), &back));
		assert_int_equal(back, t);
		assert_true(clock_parse(clock_rfc2822(t, s, sizeof s), &back));
		assert_int_equal(back, t);
	}
}

static void ages(void **state)
{
	static const struct { int64_t s; const char *want; } rows[] = {
		{-5, "now"}, {0, "now"}, {1, "1 s"}, {59, "59 s"}, {60, "1 min"}, {3599, "59 min"}, {3600, "1 h"},
		{86399, "23 h"},
		{86400, "1 d"}, {29 * 86400, "29 d"}, {30 * 86400, "1 mo"}, {364 * 86400, "12 mo"},
		{365 * 86400, "1 y"},
		{1200LL * 86400, "3 y"},
	};
	char s[32];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		assert_string_equal(clock_age(rows[i].s, s, sizeof s), rows[i].want);
}

static void durations(void **state)
{
	static const struct { const char *s; int64_t seconds; } rows[] = {
		{"", -1}, {"s", -1}, {"0", -1}, {"-1m", -1}, {"1.5h", -1}, {"1w", -1}, {"1mm", -1}, {"999999999", -1}, {"367d", -1},
		{"1s", 1}, {"90s", 90}, {"5", 300}, {"30m", 1800}, {"8h", 28800}, {"366d", 366 * 86400},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		int64_t got = -1;

		if (clock_duration(rows[i].s, &got) != (rows[i].seconds > 0) || got != rows[i].seconds)
			fail_msg("'%s': %lld", rows[i].s, (long long)got);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(durations), cmocka_unit_test(fake_moves_only_when_told),
		cmocka_unit_test(system_does_not_run_backwards),
		cmocka_unit_test(parsing),
		cmocka_unit_test(formatting),
		cmocka_unit_test(what_is_written_is_read_back),
		cmocka_unit_test(ages),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
