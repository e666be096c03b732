#include "test.h"

#include <string.h>

#include "text_priv.h"

#include "numdesk/util/mem.h"
#include "numdesk/util/text.h"

static void decode_and_encode_agree_on_every_code_point(void **state)
{
	char s[4];
	uint32_t cp, back;

	(void)state;
	assert_int_equal(text_decode("", 0, &cp), 0);
	for (cp = 0; cp <= 0x10FFFF; cp++) {
		if (cp == 0xD800)
			cp = 0xE000;
		const size_t n = text_encode(cp, s);

		if (text_decode(s, n, &back) != n || back != cp)
			fail_msg("U+%04X came back as U+%04X", (unsigned)cp, (unsigned)back);
		if (n > 1 && (text_decode(s, n - 1, &back) != 1 || back != 0xFFFD))
			fail_msg("U+%04X cut short was accepted", (unsigned)cp);
	}
	assert_int_equal(text_encode(0xD800, s), 3);
	assert_memory_equal(s, "\xEF\xBF\xBD", 3);
	assert_int_equal(text_encode(0x110000, s), 3);
}

static void utf8_is_judged_strictly(void **state)
{
	static const struct { const char *s; bool ok; } rows[] = {
		{"", true}, {"abc", true}, {"\xC3\xA9", true}, {"\xEF\xBF\xBD", true}, {"\xF4\x8F\xBF\xBF", true},
		{"\x80", false}, {"\xC3", false}, {"\xC0\x80", false}, {"\xE0\x9F\xBF", false}, {"\xED\xBF\xBF", false},
		{"\xF0\x8F\xBF\xBF", false}, {"\xF4\x90\x80\x80", false}, {"\xF8\x88\x80\x80\x80", false},
		{"\xFF", false},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (text_is_utf8(rows[i].s, strlen(rows[i].s)) != rows[i].ok)
			fail_msg("row %zu", i);
}

static void width_table_is_sorted_and_disjoint(void **state)
{
	(void)state;
	for (size_t i = 1; i < text_zero_len; i++)
		assert_true(text_zero[i].first > text_zero[i - 1].last);
	for (size_t i = 1; i < text_wide_len; i++)
		assert_true(text_wide[i].first > text_wide[i - 1].last);
	for (size_t i = 0; i < text_zero_len; i++)
		assert_false(text_in_ranges(text_wide, text_wide_len, text_zero[i].first));
}

static void widths(void **state)
{
	static const struct { uint32_t cp; int width; } rows[] = {
		{'a', 1}, {0xE9, 1}, {0x301, 0}, {0x5D0, 1}, {0x5B0, 0}, {0x1100, 2}, {0x1161, 0}, {0x2500, 1},
		{0x25CC, 1},
		{0x3042, 2}, {0x65E5, 2}, {0xAC00, 2}, {0xFE0F, 0}, {0xFF21, 2}, {0xFF71, 1}, {0xFFFD, 1}, {0x1F4DE, 2},
		{0x1F1E6, 1}, {0x20000, 2}, {0x3FFFD, 2}, {0x2605, 1}, {0x2026, 1},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (text_cp_width(rows[i].cp) != rows[i].width)
			fail_msg("U+%04X: %d", (unsigned)rows[i].cp, text_cp_width(rows[i].cp));
}

static void strings_are_measured_in_columns(void **state)
{
	static const struct { const char *s; size_t cols; } rows[] = {
		{"", 0}, {"abc", 3}, {"\xE6\x97\xA5\xE6\x9C\xAC", 4}, {"e\xCC\x81x", 2}, {"\xF0\x9F\x93\x9E!", 3},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		assert_int_equal(text_cols(rows[i].s), rows[i].cols);
}

static void fit_never_splits_a_cluster(void **state)
{
	/* e + acute | x | two columns | z */
	static const char s[] = "e\xCC\x81x\xE6\x97\xA5z";
	static const struct { size_t cols, bytes, used; } rows[] = {
		{0, 0, 0}, {1, 3, 1}, {2, 4, 2}, {3, 4, 2}, {4, 7, 4}, {5, 8, 5}, {99, 8, 5},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		size_t used;

		if (text_fit(s, rows[i].cols, &used) != rows[i].bytes || used != rows[i].used)
			fail_msg("%zu columns", rows[i].cols);
		assert_int_equal(text_fit(s, rows[i].cols, NULL), rows[i].bytes);
	}
}

static void folding(void **state)
{
	char s[32];

	(void)state;
	text_fold(s, sizeof s, "ABC\xC3\x89\xC3\x97\xC3\x9Ez");
	assert_string_equal(s, "abc\xC3\xA9\xC3\x97\xC3\xBEz");
	text_fold(s, 5, "abc\xC3\x89");
	assert_string_equal(s, "abc");
	text_fold(s, 1, "abc");
	assert_string_equal(s, "");
	s[0] = 'x';
	text_fold(s, 0, "abc");
	assert_int_equal(s[0], 'x');
}

static void containing(void **state)
{
	static const struct { const char *hay, *needle; bool found; } rows[] = {
		{"", "", true}, {"abc", "", true}, {"", "a", false}, {"Support Line", "port l", true},
		{"Support", "ports", false},
		{"CAF\xC3\x89 1", "caf\xC3\xA9", true}, {"aaab", "aab", true}, {"abc", "abcd", false},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (text_contains_folded(rows[i].hay, rows[i].needle) != rows[i].found)
			fail_msg("'%s' in '%s'", rows[i].needle, rows[i].hay);
}

static void numbers(void **state)
{
	static const struct { const char *s; int64_t min, max; bool ok; int64_t v; } rows[] = {
		{"", 0, 9, false, 0}, {"0", 0, 9, true, 0}, {"9", 0, 9, true, 9}, {"10", 0, 9, false, 0},
		{"-1", 0, 9, false, 0}, {"-1", -5, 9, true, -1}, {"-6", -5, 9, false, 0}, {"+1", 0, 9, false, 0},
		{" 1", 0, 9, false, 0}, {"1 ", 0, 9, false, 0}, {"0x1", 0, 9, false, 0}, {"1.0", 0, 9, false, 0},
		{"-", -5, 9, false, 0}, {"--1", -5, 9, false, 0}, {"007", 0, 9, true, 7},
		{"9223372036854775807", INT64_MIN, INT64_MAX, true, INT64_MAX},
		{"-9223372036854775808", INT64_MIN, INT64_MAX, true, INT64_MIN},
		{"9223372036854775808", INT64_MIN, INT64_MAX, false, 0},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		int64_t v = 77;
		const bool ok = text_to_i64(rows[i].s, rows[i].min, rows[i].max, &v);

		if (ok != rows[i].ok || v != (ok ? rows[i].v : 77))
			fail_msg("'%s'", rows[i].s);
	}
}

static void booleans(void **state)
{
	static const char *const yes[] = {"yes", "true", "on", "1", "YES"}, *const no[] = {"no", "false", "off", "0"};
	bool v;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(yes); i++) {
		v = false;
		assert_true(text_to_bool(yes[i], &v) && v);
	}
	for (size_t i = 0; i < ARRAY_LEN(no); i++) {
		v = true;
		assert_true(text_to_bool(no[i], &v) && !v);
	}
	v = true;
	assert_false(text_to_bool("", &v));
	assert_false(text_to_bool("maybe", &v));
	assert_true(v);
}

static void ascii_classes(void **state)
{
	(void)state;
	for (int c = -128; c < 128; c++) {
		const char ch = (char)c;
		const bool digit = c >= '0' && c <= '9', alpha = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');

		assert_int_equal(text_is_digit(ch), digit);
		assert_int_equal(text_is_alpha(ch), alpha);
		assert_int_equal(text_is_alnum(ch), digit || alpha);
	}
	assert_int_equal(text_lower('Q'), 'q');
	assert_int_equal(text_lower('\xC9'), '\xC9');
	assert_false(text_all_digits(""));
	assert_true(text_all_digits("0123456789"));
	assert_false(text_all_digits("12a"));
	assert_true(text_ieq("", "") && text_ieq("Sid", "sID"));
	assert_false(text_ieq("sid", "sids") || text_ieq("sids", "sid"));
	assert_true(text_istarts("HTTPS://x", "https:") && text_istarts("x", ""));
	assert_false(text_istarts("htt", "https"));
}

static void copies_are_whole_or_nothing(void **state)
{
	char s[5] = "xxxx";

	(void)state;
	assert_true(text_copy(s, sizeof s, "abcd"));
	assert_string_equal(s, "abcd");
	assert_false(text_copy(s, sizeof s, "abcde"));
	assert_string_equal(s, "");
	assert_false(text_copy(s, 0, ""));
	assert_true(text_copy(s, 1, ""));
}

static void nearest(void **state)
{
	static const char *const words[] = {"timeout", "base_url", "page_size", "list", "release"};
	static const struct { const char *s, *want; } rows[] = {
		{"", NULL}, {"timeout", "timeout"}, {"timout", "timeout"}, {"tiemout", "timeout"},
		{"baseurl", "base_url"},
		{"lsit", "list"}, {"LIST", "list"}, {"ls", NULL}, {"zzzzzzz", NULL}, {"pagesiez", "page_size"},
		{"relaese", "release"},
		{"tmt", NULL}, {"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", NULL},
	};

	(void)state;
	assert_null(text_nearest("list", NULL, 0));
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const char *got = text_nearest(rows[i].s, words, ARRAY_LEN(words));

		if (!rows[i].want != !got || (got && strcmp(got, rows[i].want) != 0))
			fail_msg("'%s': %s", rows[i].s, got ? got : "nothing");
	}
}

static void test_group(void **state)
{
	static const struct { const char *in, *out; } t[] = {
		{"", ""}, {"0", "0"}, {"123", "123"}, {"1234", "1,234"}, {"-123", "-123"}, {"-1234.5678", "-1,234.5678"},
		{"1150004.45", "1,150,004.45"}, {"1000000", "1,000,000"},
	};
	char dst[20];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(t); i++)
		assert_string_equal(text_group(t[i].in, dst, sizeof dst), t[i].out);
	assert_string_equal(text_group("123456", dst, 5), "123");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_group),
		cmocka_unit_test(decode_and_encode_agree_on_every_code_point),
		cmocka_unit_test(utf8_is_judged_strictly),
		cmocka_unit_test(width_table_is_sorted_and_disjoint),
		cmocka_unit_test(widths),
		cmocka_unit_test(strings_are_measured_in_columns),
		cmocka_unit_test(fit_never_splits_a_cluster),
		cmocka_unit_test(folding),
		cmocka_unit_test(containing),
		cmocka_unit_test(numbers),
		cmocka_unit_test(booleans),
		cmocka_unit_test(ascii_classes),
		cmocka_unit_test(copies_are_whole_or_nothing),
		cmocka_unit_test(nearest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
