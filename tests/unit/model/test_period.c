#include "test.h"

#include <string.h>

#include "numdesk/model/period.h"
#include "numdesk/util/clock.h"
#include "numdesk/util/mem.h"

static int64_t at(const char *iso)
{
	int64_t t = 0;

	assert_true(clock_parse(iso, &t));
	return t;
}

/* Against the clock module, which has its own way of counting, over four centuries. */
static void days_and_dates(void **state)
{
	(void)state;
	assert_int_equal(period_of(1970, 1, 1), 0);
	assert_int_equal(period_day(-1), -1);
	assert_int_equal(period_day(0), 0);
	assert_int_equal(period_day(86399), 0);
	for (int64_t day = 0; day < 400 * 366; day += 17) {
		char ours[16], theirs[16];
		int y, m, d;

		period_date(day, ours, sizeof ours);
		assert_string_equal(ours, clock_date(day * PERIOD_DAY_S, theirs, sizeof theirs));
		period_split(day, &y, &m, &d);
		assert_int_equal(period_of(y, m, d), day);
	}
}

static void months(void **state)
{
	static const struct { const char *day, *month; int add; const char *then; int days; } rows[] = {
		{"2026-11-25", "2026-11", 0, "2026-11", 30}, {"2026-11-01", "2026-11", 1, "2026-12", 30},
		{"2026-11-30", "2026-11", 2, "2027-01", 30}, {"2026-01-31", "2026-01", -1, "2025-12", 31},
		{"2024-02-29", "2024-02", -12, "2023-02", 29}, {"2023-02-01", "2023-02", -14, "2021-12", 28},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const int64_t month = period_month(period_day(at(rows[i].day)));
		char text[16];

		assert_string_equal(period_month_text(month, text, sizeof text), rows[i].month);
		assert_int_equal(period_month_days(month), rows[i].days);
		period_month_text(period_month_add(month, rows[i].add), text, sizeof text);
		assert_string_equal(text, rows[i].then);
	}
	assert_string_equal(period_month_name(period_of(2026, 2, 1)), "Feb");
}

static void renewals(void **state)
{
	static const struct { const char *bought, *now, *renews; } rows[] = {
		{"2026-11-25T10:00:00Z", "2026-11-25T10:00:00Z", "2026-12-25T10:00:00Z"},
		{"2026-11-25T10:00:00Z", "2026-12-25T09:59:59Z", "2026-12-25T10:00:00Z"},
		{"2026-11-25T10:00:00Z", "2026-12-25T10:00:00Z", "2027-01-25T10:00:00Z"},
		{"2019-01-28T00:00:00Z", "2026-11-25T00:00:00Z", "2026-11-28T00:00:00Z"},
		{"2019-01-24T00:00:00Z", "2026-11-25T00:00:00Z", "2026-12-24T00:00:00Z"},
		/* a short month, and what it leaves behind */
		{"2026-03-31T00:00:00Z", "2026-04-01T00:00:00Z", "2026-04-30T00:00:00Z"},
		{"2026-03-31T00:00:00Z", "2026-05-01T00:00:00Z", "2026-05-30T00:00:00Z"},
		{"2026-01-31T00:00:00Z", "2026-02-01T00:00:00Z", "2026-02-28T00:00:00Z"},
		{"2026-01-31T00:00:00Z", "2026-03-01T00:00:00Z", "2026-03-28T00:00:00Z"},
		{"2024-01-31T00:00:00Z", "2024-03-01T00:00:00Z", "2024-03-29T00:00:00Z"},
		{"2024-01-31T00:00:00Z", "2026-11-25T00:00:00Z", "2026-11-28T00:00:00Z"},
		/* bought later than now: the clock is wrong here or there */
		{"2026-11-25T10:00:00Z", "2026-10-01T00:00:00Z", "2026-11-25T10:00:00Z"},
	};

	(void)state;
	assert_int_equal(period_renewal(0, at("2026-11-25")), 0);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char text[32];

		clock_iso(period_renewal(at(rows[i].bought), at(rows[i].now)), text, sizeof text);
		if (strcmp(text, rows[i].renews) != 0)
			fail_msg("%s at %s: %s, not %s", rows[i].bought, rows[i].now, text, rows[i].renews);
	}
}

/* Passing over whole years must not change the outcome. */
static void renewals_of_every_day(void **state)
{
	const int64_t now = at("2026-11-25T12:00:00Z");

	(void)state;
	for (int64_t day = period_of(2008, 1, 1); day < period_day(now); day++) {
		const int64_t renews = period_renewal(day * PERIOD_DAY_S, now);
		int bought_on, renews_on;

		period_split(day, NULL, NULL, &bought_on);
		period_split(period_day(renews), NULL, NULL, &renews_on);
		assert_true(renews > now && renews <= now + INT64_C(31) * PERIOD_DAY_S);
		assert_true(renews_on == bought_on || (bought_on > 28 && renews_on >= 28 && renews_on < bought_on));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(days_and_dates),
		cmocka_unit_test(months),
		cmocka_unit_test(renewals),
		cmocka_unit_test(renewals_of_every_day),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
