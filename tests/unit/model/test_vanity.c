#include "test.h"

#include <stdio.h>
#include <string.h>

#include "numdesk/model/phone.h"
#include "numdesk/model/vanity.h"
#include "numdesk/util/err.h"
#include "numdesk/util/mem.h"

static void words(void **state)
{
	static const struct { const char *typed, *back, *says; } rows[] = {
		{"", "", NULL},
		{" , ", "", NULL},
		{"cabs", "CABS", NULL},
		{" cabs,  Taxi ride", "CABS TAXI RIDE", NULL},
		{"1-800-CABS", "1800CABS", NULL},
		{"0000", "0000", NULL},
		{"ab", "AB", NULL},
		{"a", NULL, "too short"},
		{"---", "", NULL},
		{"taxi!", NULL, "letters and digits"},
		{"caf\u00e9", NULL, "letters and digits"},
		{"ABCDEFGHIJKLMNO", "ABCDEFGHIJKLMNO", NULL},
		{"ABCDEFGHIJKLMNOP", NULL, "too long"},
		{"one two three four five", "ONE TWO THREE FOUR FIVE", NULL},
		{"one two three four five six", NULL, "at most 5"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char dst[VANITY_SIZE] = "as it was";
		struct err e = {0};
		const bool ok = vanity_parse(rows[i].typed, dst, &e);

		if (ok != (rows[i].back != NULL) || strcmp(dst, ok ? rows[i].back : "as it was") != 0)
			fail_msg("'%s': '%s' %s", rows[i].typed, dst, e.msg);
		if (!ok && (e.kind != ERR_USAGE || !strstr(e.msg, rows[i].says)))
			fail_msg("'%s' says: %s", rows[i].typed, e.msg);
	}
}

static void one_word(void **state)
{
	char word[VANITY_WORD_SIZE];

	(void)state;
	assert_false(vanity_word("", 0, word));
	assert_true(vanity_word("CABS TAXI", 1, word));
	assert_string_equal(word, "TAXI");
	assert_false(vanity_word("CABS TAXI", 2, word));
}

/* What is asked of Twilio is always a pattern it takes, and has no letters. */
static void patterns(void **state)
{
	char out[12][17];

	(void)state;
	assert_int_equal(vanity_patterns("", out, 12), 0);
	assert_int_equal(vanity_patterns("CABS TAXI", out, 12), 4);
	assert_string_equal(out[0], "2227$");
	assert_string_equal(out[1], "8294$");
	assert_string_equal(out[2], "2227");
	assert_string_equal(out[3], "8294");
	assert_int_equal(vanity_patterns("CABS TAXI", out, 3), 3);
	assert_int_equal(vanity_patterns("ABCDEFGHIJKLMNO", out, 12), 2);
	for (int i = 0; i < 2; i++)
		assert_true(phone_contains_valid(out[i], NULL));
}

static void scores(void **state)
{
	static const struct { const char *number, *words; int points; const char *why; } rows[] = {
		{"", NULL, 0, ""},
		{"nonsense", "CABS", 0, ""},
		{"+14152687193", NULL, 0, ""},
		{"+14152680000", NULL, 46, "ends 0000"},
		{"+14152683000", NULL, 28, "ends 000"},
		{"+14152687300", NULL, 10, "ends 00"},
		{"+14152697777", NULL, 40, "ends 7777"},
		{"+14152695777", NULL, 22, "ends 777"},
		{"+14152681234", NULL, 30, "ends 1234"},
		{"+14152694321", NULL, 30, "ends 4321"},
		{"+14152697890", NULL, 30, "ends 7890"},
		{"+14153682727", NULL, 24, "ends 27 27"},
		{"+14156982266", NULL, 18, "ends 22 66"},
		{"+14156982772", NULL, 16, "mirror 2772"},
		{"+14152415415", NULL, 32, "ends 415 415"},
		{"+14152272727", NULL, 38 + 18, "ends 27 27 27, two digits only"},
		{"+14153219123", NULL, 28 + 10, "mirror 3219123, ends 123"},
		{"+14153289123", NULL, 10, "ends 123"},
		{"+14155658193", NULL, 0, ""},
		{"+14155555193", NULL, 16, "has 5555"},
		{"+14155558193", NULL, 6, "has 555"},
		{"+12125558193", NULL, 6, "has 555"},
		{"+14152682227", "CABS", 62, "ends CABS"},
		{"+14152227819", "CABS", 30 + 6, "has CABS, has 222"},
		{"+14152682227", "TAXI CABS", 62, "ends CABS"},
		{"+18002227193", "1800CABS", 45 + 6, "has 1800CABS, has 222"},
		{"+18005552227", "1800555cabs", 86, "ends 1800555CABS, three digits only"},
		{"+14152680000", "0000", 62, "ends 0000"},
		{"+14152698294", NULL, 16, "spells TAXI"},
		{"+14157877678", NULL, 46 + 10 + 6, "spells SUPPORT, ends 678, three digits only"},
		{"+442079468294", NULL, 16, "spells TAXI"},
		{"+442079460000", NULL, 46, "ends 0000"},
		{"+14157777777", NULL, 74, "ends 7777777"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct vanity_score s;

		vanity_score(rows[i].number, rows[i].words, &s);
		if (s.points != rows[i].points || strcmp(s.why, rows[i].why) != 0)
			fail_msg("%s %s: %d '%s'", rows[i].number, rows[i].words ? rows[i].words : "", s.points, s.why);
	}
}

/* A better number never scores less; nothing leaves 0 to 100. */
static void order(void **state)
{
	static const char *const better[] = {
		"+14152687193", "+14152687300", "+14152683000", "+14152680000", "+14152600000", "+14155555555",
	};
	struct vanity_score s;
	int before = -1;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(better); i++) {
		vanity_score(better[i], NULL, &s);
		assert_true(s.points > before);
		before = s.points;
	}
	for (int n = 0; n < 10000; n++) {
		char number[32];

		snprintf(number, sizeof number, "+1415777%04d", n);
		vanity_score(number, "777 7777777", &s);
		assert_true(s.points >= 0 && s.points <= 100);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words), cmocka_unit_test(one_word), cmocka_unit_test(patterns), cmocka_unit_test(scores),
		cmocka_unit_test(order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
