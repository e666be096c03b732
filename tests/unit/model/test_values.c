#include "test.h"

#include <string.h>

#include "numdesk/model/account.h"
#include "numdesk/model/capability.h"
#include "numdesk/model/money.h"
#include "numdesk/model/operation.h"
#include "numdesk/model/sid.h"
#include "numdesk/util/err.h"
#include "numdesk/util/mem.h"

/* The small value types: SID, money, capabilities, profile names, states of an operation. */

#define AC32 "AC0123456789abcdef0123456789ABCDEF"

static void test_sid(void **state)
{
	static const struct { const char *name, *s, *prefix; bool ok; } cases[] = {
		{"nothing", NULL, "AC", false}, {"empty", "", NULL, false}, {"good", AC32, "AC", true},
		{"any prefix", AC32, NULL, true}, {"other prefix", AC32, "PN", false},
		{"one digit short", "AC0123456789abcdef0123456789ABCDE", "AC", false},
		{"one digit more", AC32 "0", "AC", false},
		{"not hexadecimal", "AC0123456789abcdef0123456789ABCDEG", "AC", false},
		{"lower-case letters", "ac0123456789abcdef0123456789ABCDEF", NULL, false},
		{"lower-case prefix asked", "ac0123456789abcdef0123456789ABCDEF", "AC", false},
		{"newline after it", AC32 "\n", "AC", false},
	};
	char s[16];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		if (sid_is(cases[i].s, cases[i].prefix) != cases[i].ok)
			fail_msg("%s", cases[i].name);
	assert_string_equal(sid_short(AC32, false, s), "AC01\u2026CDEF");
	assert_string_equal(sid_short(AC32, true, s), "AC01..CDEF");
	assert_string_equal(sid_short("", true, s), "");
	assert_string_equal(sid_short(NULL, true, s), "");
	assert_string_equal(sid_short("AC01", true, s), "AC01");
}

static void test_money_parse(void **state)
{
	static const struct { const char *s; bool ok; int64_t micros; } cases[] = {
		{"", false, 0}, {"-", false, 0}, {".", false, 0}, {".5", false, 0}, {"5.", false, 0}, {"+1", false, 0},
		{" 1", false, 0}, {"1 ", false, 0}, {"1e3", false, 0}, {"012", false, 0}, {"00", false, 0},
		{"1,5", false, 0},
		{"1.2.3", false, 0}, {"--1", false, 0}, {"$1", false, 0}, {"0x1", false, 0}, {"nan", false, 0},
		{"0", true, 0}, {"-0", true, 0}, {"1", true, 1000000}, {"1.15", true, 1150000},
		{"-0.00750", true, -7500},
		{"2192.84855", true, 2192848550}, {"0.000001", true, 1}, {"0.0000010", true, 1},
		{"0.0000001", false, 0},
		{"1.1500000000000000000000", true, 1150000}, {"999999999999", true, 999999999999000000},
		{"999999999999.999999", true, 999999999999999999}, {"1000000000000", false, 0},
		{"-999999999999.999999", true, -999999999999999999},
	};

	(void)state;
	assert_false(money_parse(NULL, &(int64_t){0}));
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		int64_t v = 77;

		if (money_parse(cases[i].s, &v) != cases[i].ok)
			fail_msg("'%s' was %s", cases[i].s, cases[i].ok ? "refused" : "taken");
		if (v != (cases[i].ok ? cases[i].micros : 77))
			fail_msg("'%s' gave %lld", cases[i].s, (long long)v);
	}
}

static void test_money_print(void **state)
{
	static const struct { int64_t micros; const char *decimal, *usd, *eur; } cases[] = {
		{MONEY_UNKNOWN, "", "?", "?"}, {0, "0.00", "$0.00", "0.00 EUR"}, {1500000, "1.50", "$1.50", "1.50 EUR"},
		{1150000, "1.15", "$1.15", "1.15 EUR"}, {-7500, "-0.0075", "-$0.0075", "-0.0075 EUR"},
		{1, "0.000001", "$0.000001", "0.000001 EUR"},
		{INT64_MAX, "9223372036854.775807", "$9,223,372,036,854.775807",
		 "9,223,372,036,854.775807 EUR"},
		{INT64_MIN + 1, "-9223372036854.775807", "-$9,223,372,036,854.775807", "-9,223,372,036,854.775807 EUR"},
	};
	char s[40];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		assert_string_equal(money_decimal(cases[i].micros, s, 32), cases[i].decimal);
		assert_string_equal(money_show(cases[i].micros, "usd", s, sizeof s), cases[i].usd);
		assert_string_equal(money_show(cases[i].micros, "EUR", s, sizeof s), cases[i].eur);
	}
	assert_string_equal(money_show(1150000, NULL, s, sizeof s), "1.15");
	assert_string_equal(money_show(-1150000, "", s, sizeof s), "-1.15");
}

static void test_money_round_trip_and_add(void **state)
{
	static const int64_t values[] = {0, 1, -1, 999999, 1000000, 123456789, -42000000, 999999999999999999};
	char s[32];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(values); i++) {
		int64_t v = 0;

		assert_true(money_parse(money_decimal(values[i], s, sizeof s), &v));
		assert_true(v == values[i]);
	}
	assert_true(money_add(1, 2) == 3);
	assert_true(money_add(MONEY_UNKNOWN, 2) == MONEY_UNKNOWN);
	assert_true(money_add(2, MONEY_UNKNOWN) == MONEY_UNKNOWN);
	assert_true(money_add(INT64_MAX, 1) == INT64_MAX);
	assert_true(money_add(INT64_MIN + 1, -1) == INT64_MIN + 1);
	assert_true(money_add(INT64_MIN + 1, -5) != MONEY_UNKNOWN);
}

static void test_capability(void **state)
{
	char s[40];

	(void)state;
	assert_int_equal(capability_bit(NULL), 0);
	assert_int_equal(capability_bit(""), 0);
	assert_int_equal(capability_bit("SMS"), CAP_SMS);
	assert_int_equal(capability_bit("Voice"), CAP_VOICE);
	assert_int_equal(capability_bit("rcs"), CAP_RCS);
	assert_int_equal(capability_bit("smss"), 0);
	assert_string_equal(capability_flags(0, true, s), "....");
	assert_string_equal(capability_flags(CAP_VOICE | CAP_SMS | CAP_MMS, false, s), "VSM\u00b7");
	assert_string_equal(capability_flags(0, false, s), "\u00b7\u00b7\u00b7\u00b7");
	assert_string_equal(capability_flags(CAP_FAX | CAP_RCS, true, s), "...F");
	assert_string_equal(capability_words(0, s, sizeof s), "none");
	assert_string_equal(capability_words(CAP_VOICE | CAP_SMS | CAP_MMS, s, sizeof s), "voice, sms, mms");
	assert_string_equal(capability_words(31, s, sizeof s), "voice, sms, mms, fax, rcs");
	assert_string_equal(capability_words(31, s, 9), "voice, s");      /* cut, not past the end */
}

static void test_profile_name(void **state)
{
	static const struct { const char *name; bool ok; } cases[] = {
		{NULL, false}, {"", false}, {"-x", false}, {".x", false}, {"a b", false}, {"a/b", false},
		{"a\nb", false},
		{"caf\u00e9", false}, {"a", true}, {"Acme-Live_2.0", true}, {"1", true},
		{"123456789012345678901234567890123456789012345678901234567890123", true},
		{"1234567890123456789012345678901234567890123456789012345678901234", false},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct err e = {0};

		if (profile_name_valid(cases[i].name, &e) != cases[i].ok)
			fail_msg("'%s'", cases[i].name ? cases[i].name : "(nothing)");
		assert_int_equal(e.kind, cases[i].ok ? ERR_NONE : ERR_USAGE);
	}
}

static void test_operation_names(void **state)
{
	enum op_kind k;
	enum op_state s;

	(void)state;
	for (unsigned i = 0; i < OP_KIND_COUNT; i++)
		assert_true(op_kind_parse(op_kind_name((enum op_kind)i), &k) && k == i);
	for (unsigned i = 0; i < OP_STATE_COUNT; i++)
		assert_true(op_state_parse(op_state_name((enum op_state)i), &s) && s == i);
	assert_false(op_kind_parse("Buy", &k));
	assert_false(op_kind_parse(NULL, &k));
	assert_false(op_state_parse("", &s));
	assert_string_equal(op_state_name(OP_STATE_COUNT), "");
	assert_string_equal(op_kind_name(OP_KIND_COUNT), "");
}

/* The whole table, written out once more by hand: rows from, columns to, in the order of enum op_state. */
static void test_operation_moves(void **state)
{
	static const char *const legal[OP_STATE_COUNT] = {
		/*             P A D R U A C C A */
		[OP_PLANNED] = ".x.....x.", [OP_ARMED] = "..xxx....", [OP_DONE] = ".........",
		[OP_REJECTED] = ".........",
		[OP_UNKNOWN] = "..x..xx..", [OP_ABSENT] = "..x.x...x", [OP_CONFLICT] = "..x.....x",
		[OP_CANCELLED] = ".........", [OP_ABANDONED] = ".........",
	};

	(void)state;
	for (unsigned k = 0; k < OP_KIND_COUNT; k++)
		for (unsigned f = 0; f < OP_STATE_COUNT; f++)
			for (unsigned t = 0; t < OP_STATE_COUNT; t++)
				if (op_may_move((enum op_kind)k, (enum op_state)f, (enum op_state)t) !=
				    (legal[f][t] == 'x'))
					fail_msg("%s: %s to %s", op_kind_name((enum op_kind)k),
						 op_state_name((enum op_state)f), op_state_name((enum op_state)t));
	assert_false(op_may_move(OP_KIND_COUNT, OP_PLANNED, OP_ARMED));
	assert_false(op_may_move(OP_BUY, OP_STATE_COUNT, OP_ARMED));
	assert_false(op_may_move(OP_BUY, OP_PLANNED, OP_STATE_COUNT));
}

static void test_operation_claims(void **state)
{
	static const char open[] = "xx..xxx..", unsure[] = ".x..xxx..";

	(void)state;
	for (unsigned s = 0; s < OP_STATE_COUNT; s++) {
		assert_int_equal(op_is_open((enum op_state)s), open[s] == 'x');
		assert_int_equal(op_is_unsure((enum op_state)s), unsure[s] == 'x');
		for (unsigned t = 0; t < OP_STATE_COUNT; t++)    /* what is not open is final */
			assert_false(!op_is_open((enum op_state)s) &&
				     op_may_move(OP_BUY, (enum op_state)s, (enum op_state)t));
	}
}

static void test_profile_names_from_accounts(void **state)
{
	static const struct { const char *name; unsigned attempt; const char *want; } cases[] = {
		{"", 0, "account"}, {"", 1, "account-cdef"}, {"", 2, "account-cdef-2"}, {"North", 0, "north"},
		{"Client 2 (flowers)", 0, "client-2-flowers"}, {"--x--", 0, "x"}, {"a.b_c", 0, "a-b-c"},
		{"\u65e5\u672c", 0, "account"}, {"Caf\xc3\xa9 Noir", 0, "caf-noir"}, {"\x1b[2J", 0, "2j"},
		{"north", 3, "north-cdef-3"},
		{"0123456789012345678901234567890123456789012345678901234567890123", 12,
		 "01234567890123456789012345678901234567890123456-cdef-12"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		char name[PROFILE_NAME_MAX];

		profile_name_from(cases[i].name, "AC0123456789abcdef0123456789abcdef", cases[i].attempt, name);
		if (strcmp(name, cases[i].want) != 0 || !profile_name_valid(name, NULL))
			fail_msg("'%s' %u: '%s'", cases[i].name, cases[i].attempt, name);
	}
}

static void test_labels_and_colors(void **state)
{
	(void)state;
	assert_true(profile_label_valid("", NULL) && profile_label_valid("PROD", NULL));
	assert_true(profile_label_valid("012345678901234", NULL));
	assert_false(profile_label_valid("0123456789012345", NULL));
	assert_false(profile_label_valid("a\x1b", NULL));
	assert_true(profile_color_valid("", NULL) && profile_color_valid("cyan", NULL));
	assert_false(profile_color_valid("Cyan", NULL) || profile_color_valid("mauve", NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sid), cmocka_unit_test(test_money_parse), cmocka_unit_test(test_money_print),
		cmocka_unit_test(test_money_round_trip_and_add), cmocka_unit_test(test_capability),
		cmocka_unit_test(test_profile_name), cmocka_unit_test(test_operation_names),
		cmocka_unit_test(test_operation_moves), cmocka_unit_test(test_operation_claims),
		cmocka_unit_test(test_profile_names_from_accounts), cmocka_unit_test(test_labels_and_colors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
