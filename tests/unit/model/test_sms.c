#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "numdesk/model/sms.h"
#include "numdesk/util/err.h"
#include "numdesk/util/mem.h"

#define EMOJI "\xf0\x9f\x91\x8d"        /* U+1F44D */
#define EURO "\xe2\x82\xac"
#define QUOTE "\xe2\x80\x9c"            /* U+201C */

/* `times` copies of s, then tail. Caller frees. */
static char *repeat(const char *s, int times, const char *tail)
{
	struct buf b;

	buf_init(&b, 1 << 20);
	for (int i = 0; i < times; i++)
		buf_adds(&b, s);
	buf_adds(&b, tail);
	return buf_take(&b);
}

static void test_measure(void **state)
{
	static const struct {
		const char *what, *unit; int times; const char *tail;
		enum sms_alphabet alphabet; size_t units, segments, room;
	} cases[] = {
		{"nothing", "", 0, "", SMS_GSM7, 0, 0, 160},
		{"one", "a", 1, "", SMS_GSM7, 1, 1, 160},
		{"full", "a", 160, "", SMS_GSM7, 160, 1, 160},
		{"one over", "a", 161, "", SMS_GSM7, 161, 2, 306},
		{"two full", "a", 306, "", SMS_GSM7, 306, 2, 306},
		{"three", "a", 307, "", SMS_GSM7, 307, 3, 459},
		{"limit", "a", 1600, "", SMS_GSM7, 1600, 11, 1683},
		{"extension counts twice", EURO, 80, "", SMS_GSM7, 160, 1, 160},
		{"extension over", EURO, 80, "a", SMS_GSM7, 161, 2, 306},
		{"extension not split", EURO, 81, "", SMS_GSM7, 162, 2, 306},
		{"152 + a pair that must move", "a", 152, EURO EURO EURO EURO EURO, SMS_GSM7, 162, 2, 306},
		{"pairs leave a unit unused in each of three", EURO, 229, "", SMS_GSM7, 458, 4, 612},
		{"curly quote", QUOTE, 1, "", SMS_UCS2, 1, 1, 70},
		{"ucs2 full", QUOTE, 70, "", SMS_UCS2, 70, 1, 70},
		{"ucs2 over", QUOTE, 71, "", SMS_UCS2, 71, 2, 134},
		{"one odd character for the whole", "a", 160, QUOTE, SMS_UCS2, 161, 3, 201},
		{"emoji counts twice", EMOJI, 35, "", SMS_UCS2, 70, 1, 70},
		{"emoji over", EMOJI, 36, "", SMS_UCS2, 72, 2, 134},
		{"surrogates not split", "a", 66, EMOJI EMOJI EMOJI, SMS_UCS2, 72, 2, 134},
		{"67th unit left unused", EMOJI, 67, "", SMS_UCS2, 134, 3, 201},
		{"backtick is odd", "`", 1, "", SMS_UCS2, 1, 1, 70},
		{"lower c cedilla is odd", "\xc3\xa7", 1, "", SMS_UCS2, 1, 1, 70},
		{"upper is not", "\xc3\x87", 1, "", SMS_GSM7, 1, 1, 160},
		{"greek", "\xce\xa9\xce\x94", 1, "", SMS_GSM7, 2, 1, 160},
		{"brackets", "[]{}\\~|^", 1, "", SMS_GSM7, 16, 1, 160},
		{"lines", "a\r\nb\n", 1, "", SMS_GSM7, 5, 1, 160},
		{"tab is odd", "\t", 1, "", SMS_UCS2, 1, 1, 70},
		{"a broken byte", "\xff", 1, "", SMS_UCS2, 1, 1, 70},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		char *text = repeat(cases[i].unit, cases[i].times, cases[i].tail);
		struct sms m;

		sms_measure(&m, text, strlen(text));
		if (m.alphabet != cases[i].alphabet || m.units != cases[i].units || m.segments != cases[i].segments ||
		    m.room != cases[i].room)
			fail_msg("%s: %s %zu/%zu in %zu", cases[i].what, sms_alphabet_name(m.alphabet), m.units, m.room,
				 m.segments);
		free(text);
	}
}

static void test_odd_character(void **state)
{
	struct sms m;

	(void)state;
	sms_measure(&m, "abc", 3);
	assert_int_equal(m.odd, 0);
	sms_measure(&m, "a" EURO "x" QUOTE "y" EMOJI, 1 + 3 + 1 + 3 + 1 + 4);
	assert_int_equal(m.odd, 0x201C);
	assert_int_equal(m.odd_at, 4);
	assert_int_equal(m.odd_count, 2);
	assert_int_equal(m.characters, 6);
}

/* Each of the 128 places of the default alphabet and the ten of its extension, and nothing else below U+0400. */
static void test_the_alphabet_has_its_size(void **state)
{
	size_t one = 0, two = 0;

	(void)state;
	for (uint32_t cp = 1; cp < 0x400; cp++) {
		char s[8];
		size_t n = 0;
		struct sms m;

		if (cp < 0x80)
			s[n++] = (char)cp;
		else
			s[n++] = (char)(0xC0 | cp >> 6), s[n++] = (char)(0x80 | (cp & 0x3F));
		sms_measure(&m, s, n);
		if (m.alphabet == SMS_GSM7)
			m.units == 1 ? one++ : two++;
	}
	assert_int_equal(one, 127);             /* 128 less the escape */
	assert_int_equal(two, 9);               /* ten less the euro, which is beyond */
}

static void test_counter(void **state)
{
	static const struct { const char *unit; int times; const char *says; } cases[] = {
		{"", 0, "GSM-7 0/160, 0 segments"}, {"a", 134, "GSM-7 134/160, 1 segment"},
		{QUOTE, 80, "UCS-2 80/134, 2 segments"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		char *text = repeat(cases[i].unit, cases[i].times, ""), says[64];
		struct sms m;

		sms_measure(&m, text, strlen(text));
		assert_string_equal(sms_counter(&m, says, sizeof says), cases[i].says);
		free(text);
	}
}

static void test_why_ucs2(void **state)
{
	static const struct { const char *text; int times; const char *says; } cases[] = {
		{"plain", 1, ""}, {"hello", 100, ""},
		{"a" QUOTE, 1, "'" QUOTE "' (U+201C, character 2) makes it UCS-2"},
		{QUOTE "aaaaaaaaaaa", 8, "'" QUOTE "' (U+201C, character 1) and 7 more make it UCS-2: 2 segments instead of 1"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		char *text = repeat(cases[i].text, cases[i].times, ""), says[160];
		struct sms m, plain;
		struct buf b;

		buf_init(&b, SMS_BODY_MAX);
		sms_simplify(&b, text, strlen(text));
		sms_measure(&m, text, strlen(text));
		sms_measure(&plain, buf_str(&b), b.len);
		assert_string_equal(sms_why_ucs2(&m, &plain, says, sizeof says), cases[i].says);
		buf_release(&b);
		free(text);
	}
}

static void test_valid(void **state)
{
	char *longest = repeat("a", 1600, ""), *more = repeat("a", 1601, ""), *wide = repeat(EMOJI, 1600, "");
	const struct { const char *text; bool media, ok; const char *says; } cases[] = {
		{"", false, false, "empty"}, {"", true, true, ""}, {"a", false, true, ""}, {longest, false, true, ""},
		{wide, false, true, ""}, {more, false, false, "1601 characters"}, {more, true, false, "1601 characters"},
		{"\xff", false, false, "not UTF-8"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct err e = {0};

		assert_int_equal(sms_valid(cases[i].text, cases[i].media, &e), cases[i].ok);
		assert_int_equal(e.kind, cases[i].ok ? ERR_NONE : ERR_USAGE);
		if (!strstr(e.msg, cases[i].says))
			fail_msg("%s", e.msg);
	}
	free(longest);
	free(more);
	free(wide);
}

static void test_simplify(void **state)
{
	static const struct { const char *from, *to, *compared; } cases[] = {
		{"", "", ""}, {"as it is {}[]", "as it is {}[]", "as it is {}[]"},
		{QUOTE "hi\xe2\x80\x9d \xe2\x80\x94 it\xe2\x80\x99s\xe2\x80\xa6", "\"hi\" - it's...", "\"hi\" - it's..."},
		{"a\r\nb\rc\n", "a\nb\nc\n", "a\nb\nc"}, {"\xc2\xa0 x \t", "  x \t", "x"},
		{"e\xcc\x81" "ce\xcc\x82", "\xc3\xa9" "ce\xcc\x82", "\xc3\xa9" "ce\xcc\x82"},
		{"zero\xe2\x80\x8bwidth", "zerowidth", "zerowidth"}, {EMOJI, EMOJI, EMOJI}, {" \n\t", " \n\t", ""},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct buf simple, compared;

		buf_init(&simple, 1000);
		buf_init(&compared, 1000);
		sms_simplify(&simple, cases[i].from, strlen(cases[i].from));
		sms_comparable(&compared, cases[i].from, strlen(cases[i].from));
		assert_string_equal(buf_str(&simple), cases[i].to);
		assert_string_equal(buf_str(&compared), cases[i].compared);
		buf_release(&simple);
		buf_release(&compared);
	}
}

/* What is compared must not depend on whether it was simplified on the way. */
static void test_simplifying_twice_changes_nothing(void **state)
{
	(void)state;
	for (uint32_t cp = 0x80; cp < 0x10000; cp++) {
		char s[8] = {(char)(0xE0 | cp >> 12), (char)(0x80 | (cp >> 6 & 0x3F)), (char)(0x80 | (cp & 0x3F)), 0};
		struct buf once, twice;

		if (cp < 0x800 || (cp >= 0xD800 && cp <= 0xDFFF))
			continue;
		buf_init(&once, 100);
		buf_init(&twice, 100);
		sms_simplify(&once, s, 3);
		sms_simplify(&twice, buf_str(&once), once.len);
		assert_string_equal(buf_str(&once), buf_str(&twice));
		buf_release(&once);
		buf_release(&twice);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_measure), cmocka_unit_test(test_odd_character),
		cmocka_unit_test(test_the_alphabet_has_its_size), cmocka_unit_test(test_counter),
		cmocka_unit_test(test_why_ucs2), cmocka_unit_test(test_valid), cmocka_unit_test(test_simplify),
		cmocka_unit_test(test_simplifying_twice_changes_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
