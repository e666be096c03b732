#include "test.h"

#include <string.h>

#include "numdesk/model/money.h"
#include "numdesk/model/usage.h"
#include "numdesk/util/mem.h"
#include "numdesk/util/text.h"

static void activities(void **state)
{
	static const struct { struct usage_counts c; enum activity a; } rows[] = {
		{{0, 0, 0, 0}, ACTIVITY_IDLE}, {{1, 0, 0, 0}, ACTIVITY_INBOUND}, {{0, 0, 500, 0}, ACTIVITY_INBOUND},
		{{0, 1, 0, 0}, ACTIVITY_TRICKLE}, {{0, 0, 0, 1}, ACTIVITY_TRICKLE}, {{4, 1, 3, 1}, ACTIVITY_TRICKLE},
		{{4, 1, 4, 1}, ACTIVITY_ACTIVE}, {{0, 10, 0, 0}, ACTIVITY_ACTIVE},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (usage_activity(&rows[i].c) != rows[i].a)
			fail_msg("row %zu: %s", i, activity_name(usage_activity(&rows[i].c)));
	for (unsigned a = ACTIVITY_UNKNOWN; a < ACTIVITY_COUNT; a++)
		assert_int_equal(activity_parse(activity_name((enum activity)a)), a);
	assert_int_equal(activity_parse("INBOUND"), ACTIVITY_INBOUND);
	assert_int_equal(activity_parse("busy"), ACTIVITY_UNKNOWN);
	assert_int_equal(activity_parse(NULL), ACTIVITY_UNKNOWN);
}

static void days_as_text(void **state)
{
	char text[USAGE_DAYS_TEXT], same[USAGE_DAYS_TEXT];
	int64_t days[USAGE_DAYS] = {3, 0, INT64_MAX}, back[USAGE_DAYS];

	(void)state;
	assert_false(usage_days_parse(NULL, back));
	assert_false(usage_days_parse("", back));
	assert_false(usage_days_parse("x", back));
	for (size_t i = 3; i < USAGE_DAYS; i++)
		days[i] = INT64_MAX;
	usage_days_text(days, text, sizeof text);
	assert_true(usage_days_parse(text, back));
	assert_memory_equal(days, back, sizeof days);
	assert_string_equal(usage_days_text(back, same, sizeof same), text);
	assert_true(usage_days_parse("1 2 three 4", back));
	assert_true(back[0] == 1 && back[1] == 2 && back[2] == 0 && back[3] == 0);
	assert_true(usage_days_parse("5 99999999999999999999 4", back));
	assert_true(back[0] == 5 && back[1] == 0 && back[2] == 0);
}

static void sparklines(void **state)
{
	static const int64_t none[4] = {0}, one[4] = {0, 0, 0, 1}, more[8] = {0, 1, 2, 3, 4, 5, 6, 7},
			     odd[5] = {1, 1, 1, 1, 4}, huge[2] = {INT64_MAX / 2, 1};
	static const struct { const int64_t *days; size_t n, cells; bool ascii; const char *text; } rows[] = {
		{none, 4, 4, false, "    "}, {none, 0, 0, false, ""}, {one, 4, 4, false, "   █"},
		{one, 4, 2, false, " █"}, {more, 8, 8, false, " ▁▂▃▅▆▇█"}, {more, 8, 8, true, " .:-+*#@"},
		{more, 8, 4, false, "▁▃▆█"}, {odd, 5, 2, false, "▃█"}, {huge, 2, 2, false, "█▁"}, {none, 2, 4, true, "    "},
	};
	char dst[64], tight[6];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		usage_sparkline(rows[i].days, rows[i].n, rows[i].cells, rows[i].ascii, dst, sizeof dst);
		if (strcmp(dst, rows[i].text) != 0)
			fail_msg("row %zu: '%s'", i, dst);
	}
	usage_sparkline(more, 8, 8, false, tight, sizeof tight);
	assert_true(text_is_utf8(tight, strlen(tight)));
}

static void bars(void **state)
{
	static const struct { int64_t v, most; size_t cells; bool ascii; const char *text; } rows[] = {
		{0, 0, 10, false, ""}, {0, 5, 10, false, ""}, {5, 5, 3, false, "███"}, {5, 5, 3, true, "###"},
		{1, 1000000, 3, false, "▏"}, {1, 1000000, 3, true, "#"}, {1, 2, 3, false, "█▌"}, {9, 5, 2, false, "██"},
		{INT64_MAX, INT64_MAX, 2, false, "██"}, {-4, 5, 2, false, ""}, {1, 1, 0, false, ""},
	};
	char dst[64];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		usage_bar(rows[i].v, rows[i].most, rows[i].cells, rows[i].ascii, dst, sizeof dst);
		if (strcmp(dst, rows[i].text) != 0)
			fail_msg("row %zu: '%s'", i, dst);
	}
}

static void runways(void **state)
{
	static const struct { int64_t balance, spent; int days; int64_t runway; const char *text; } rows[] = {
		{MONEY_UNKNOWN, 1, 1, RUNWAY_UNKNOWN, ""}, {1, MONEY_UNKNOWN, 1, RUNWAY_UNKNOWN, ""},
		{1, 1, 0, RUNWAY_UNKNOWN, ""}, {0, 1, 1, 0, "less than a day"}, {-5, 0, 1, 0, "less than a day"},
		{42170000, 0, 30, RUNWAY_ENDLESS, "nothing is spent"}, {42170000, 30000000, 30, 42, "about 6 weeks"},
		{1000000, 30000000, 30, 1, "1 day"}, {999999, 30000000, 30, 0, "less than a day"},
		{20000000, 30000000, 30, 20, "20 days"}, {100000000, 30000000, 30, 100, "about 3 months"},
		{731000000, 30000000, 30, 731, "more than 2 years"},
		{INT64_MAX, 1000000, 30, INT64_MAX / 1000000 * 30, "more than 2 years"},
	};
	char dst[40];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const int64_t runway = usage_runway(rows[i].balance, rows[i].spent, rows[i].days);

		if (runway != rows[i].runway || strcmp(usage_runway_text(runway, dst, sizeof dst), rows[i].text) != 0)
			fail_msg("row %zu: %lld '%s'", i, (long long)runway, dst);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(activities), cmocka_unit_test(days_as_text), cmocka_unit_test(sparklines),
		cmocka_unit_test(bars), cmocka_unit_test(runways),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
