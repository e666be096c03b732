#include "test.h"

#include <stdio.h>
#include <string.h>

#include "numdesk/model/phone.h"
#include "numdesk/util/err.h"
#include "numdesk/util/mem.h"

static void test_e164(void **state)
{
	static const struct { const char *s; bool ok; } cases[] = {
		{NULL, false}, {"", false}, {"+", false}, {"14155550137", false}, {"+04155550137", false},
		{"+123456", false},
		{"+1234567", true}, {"+14155550137", true}, {"+123456789012345", true}, {"+1234567890123456", false},
		{"+1415555013a", false}, {"+1415555 0137", false}, {"++14155550137", false}, {"+14155550137\n", false},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		if (phone_is_e164(cases[i].s) != cases[i].ok)
			fail_msg("'%s'", cases[i].s ? cases[i].s : "(nothing)");
}

static void test_parse(void **state)
{
	static const struct { const char *s, *e164; } cases[] = {
		{"", NULL}, {" ", NULL}, {"+", NULL}, {"call me", NULL}, {"415-555", NULL}, {"5550137", NULL},
		{"+14155550137", "+14155550137"}, {"+1 (415) 555-0137", "+14155550137"},
		{"415.555.0137", "+14155550137"},
		{"(415) 555 0137", "+14155550137"}, {"1-415-555-0137", "+14155550137"},
		{"0014155550137", "+14155550137"},
		{"+44 20 7946 0018", "+442079460018"}, {"0044 20 7946 0018", "+442079460018"}, {"24155550137", NULL},
		{"141555501370", NULL},
		{"+1\u00a0415\u2011555\u20130137", "+14155550137"}, {"+44 (0)20 7946 0018", NULL},
		{"020 7946 0018", NULL},
		{"1+4155550137", NULL}, {"+1415555013x", NULL}, {"+12345678901234567890", NULL}, {"0000000000", NULL},
		{"12345678901234567890123456789012345678901234567890", NULL}, {"+04155550137", NULL},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		char out[E164_SIZE] = "before";
		struct err e = {0};
		bool ok = phone_parse(cases[i].s, out, &e);

		if (ok != (cases[i].e164 != NULL))
			fail_msg("'%s' was %s", cases[i].s, ok ? out : e.msg);
		assert_string_equal(out, ok ? cases[i].e164 : "before");
		assert_int_equal(e.kind, ok ? ERR_NONE : ERR_USAGE);
	}
	assert_false(phone_parse(NULL, (char[E164_SIZE]){0}, NULL));
}

static void test_parse_says_the_way_out(void **state)
{
	char out[E164_SIZE];
	struct err e;

	(void)state;
	phone_parse("020 7946 0018", out, &e);
	assert_non_null(strstr(e.msg, "begin with '+'"));
	phone_parse("+44 (0)20 7946 0018", out, &e);
	assert_non_null(strstr(e.msg, "leave the (0) out"));
}

static void test_format(void **state)
{
	static const struct { const char *e164, *shown; } cases[] = {
		{"", ""}, {"not a number", "not a number"}, {"+14155550137", "+1 415-555-0137"},
		{"+18005550123", "+1 800-555-0123"},
		{"+442079460018", "+44 20 7946 0018"}, {"+447700900123", "+44 7700 900123"},
		{"+33199001234", "+33 1 99 00 12 34"},
		{"+61491570156", "+61 491 570 156"},
	};
	char s[32];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		assert_string_equal(phone_format(cases[i].e164, s, sizeof s), cases[i].shown);
	assert_string_equal(phone_format("+1415555013", s, sizeof s), "+1 415 555 013");         /* one digit short */
	assert_string_equal(phone_format("+999123456789012", s, sizeof s), "+9 991 234 567 890 12"); /* no such code */
	assert_string_equal(phone_format("+14155550137", s, 8), "+1 415-"); /* cut, not past the end */
}

/* However a number is grouped, its digits stay what they were. */
static void test_format_keeps_every_digit(void **state)
{
	char e164[E164_SIZE + 8], s[32], back[E164_SIZE];

	(void)state;
	for (unsigned lead = 100; lead < 1000; lead++)
		for (size_t len = 7; len <= 15; len++) {
			snprintf(e164, sizeof e164, "+%u%s", lead, "246813579024");
			e164[1 + len] = '\0';
			assert_true(phone_parse(phone_format(e164, s, sizeof s), back, NULL));
			assert_string_equal(back, e164);
		}
}

static void test_last4(void **state)
{
	(void)state;
	assert_string_equal(phone_last4("+14155550137"), "0137");
	assert_string_equal(phone_last4("123"), "123");
	assert_string_equal(phone_last4(""), "");
}

static void test_contains_grammar(void **state)
{
	static const struct {
		const char *pattern;
		int at;
	} cases[] = {
		/* at: 0 good, -1 length, else the character */
		{"", -1},
		{"4", -1},
		{"41555501374155550", -1},
		{"4155550137415555", 0},
		{"415", 0},
		{"TAXI", 0},
		{"taxi1", 0},
		{"*415", 0},
		{"415*", 0},
		{"%415%", 0},
		{"+1415", 0},
		{"0137$", 0},
		{"+14155550137$", 0},
		{"7$", 0},
		{"+1", 0},
		{"4*15", 2},
		{"41%5", 3},
		{"415+", 4},
		{"$415", 1},
		{"41$5", 3},
		{"**415", 1},
		{"*%", 1},
		{"415*$", 4},
		{"+*415", 1},
		{"*4", 2},
		{"4%", 2},
		{"+$", 1},
		{"41-5", 3},
		{"41 5", 3},
		{"4\u00e95", 2},
		{"415\n", 4},
	};

	(void)state;
	assert_false(phone_contains_valid(NULL, NULL));
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct err e = {0};
		char where[32];

		if (phone_contains_valid(cases[i].pattern, &e) != (cases[i].at == 0))
			fail_msg("'%s': %s", cases[i].pattern, e.msg);
		snprintf(where, sizeof where, "character %d:", cases[i].at);
		if (cases[i].at > 0 && !strstr(e.msg, where))
			fail_msg("'%s' should point at %s %s", cases[i].pattern, where, e.msg);
		assert_int_equal(e.kind, cases[i].at ? ERR_USAGE : ERR_NONE);
	}
}

static void test_contains_match(void **state)
{
	static const struct { const char *pattern; bool ok; } cases[] = {   /* against +14155550137 */
		{"415", true}, {"555", true}, {"556", false}, {"+1415", true}, {"+415", false}, {"0137$", true},
		{"013$", false},
		{"+14155550137$", true}, {"*415", true}, {"*14", false}, {"%14", true}, {"37*", false}, {"013*", true},
		{"37%", true},
		{"*37$", true}, {"+14155550137", true}, {"+141555501370", false}, {"jkl", true}, {"ABC", false},
		{"%0137$", true},
		{"+14%", true}, {"4*15", false},
	};
	char digits[8];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		if (phone_contains_match(cases[i].pattern, "+14155550137") != cases[i].ok)
			fail_msg("'%s'", cases[i].pattern);
	assert_false(phone_contains_match("415", "4155550137"));
	phone_vanity_digits("aCdFGiJlMoPsTvWz*9", digits, sizeof digits);
	assert_string_equal(digits, "2233445");
	phone_vanity_digits("pqrsTUVWXYZ", (char[12]){0}, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_e164), cmocka_unit_test(test_parse),
		cmocka_unit_test(test_parse_says_the_way_out),
		cmocka_unit_test(test_format), cmocka_unit_test(test_format_keeps_every_digit),
		cmocka_unit_test(test_last4),
		cmocka_unit_test(test_contains_grammar), cmocka_unit_test(test_contains_match),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
