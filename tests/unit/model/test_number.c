#include "test.h"

#include <stdio.h>
#include <string.h>

#include "numdesk/model/column.h"
#include "numdesk/model/number.h"
#include "numdesk/util/err.h"
#include "numdesk/util/mem.h"

/* Numbers, offers, and the columns that read them. */

static const struct number sample = {
	.account_sid = "AC00000000000000000000000000000001", .phone_sid = "PN00000000000000000000000000000002",
	.phone_number = "+14155550137", .country = "US", .currency = "USD", .type = NUMBER_TOLLFREE,
	.capabilities = CAP_VOICE | CAP_SMS | CAP_MMS, .monthly_price = 1150000, .purchased_at = 1438287151,
	.friendly_name = "Caf\u00e9\x1b[31m \"x\"", .tags = "billing support", .is_primary = true,
};

static void test_types(void **state)
{
	static const struct { const char *s; enum number_type t; } cases[] = {
		{NULL, NUMBER_TYPE_UNKNOWN}, {"", NUMBER_TYPE_UNKNOWN}, {"  ", NUMBER_TYPE_UNKNOWN},
		{"toll", NUMBER_TYPE_UNKNOWN},
		{"toll free", NUMBER_TOLLFREE}, {"TOLL-FREE", NUMBER_TOLLFREE}, {"toll_free", NUMBER_TOLLFREE},
		{"TollFree", NUMBER_TOLLFREE}, {"Local", NUMBER_LOCAL}, {"machine_to_machine", NUMBER_M2M},
		{"M2M", NUMBER_M2M},
		{"shared cost", NUMBER_SHAREDCOST}, {"voip", NUMBER_VOIP}, {"national", NUMBER_NATIONAL},
		{"MOBILE", NUMBER_MOBILE},
		{"locallocallocallocallocallocal", NUMBER_TYPE_UNKNOWN},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		if (number_type_parse(cases[i].s) != cases[i].t)
			fail_msg("'%s'", cases[i].s ? cases[i].s : "(nothing)");
	for (unsigned t = 1; t < NUMBER_TYPE_COUNT; t++) {
		assert_int_equal(number_type_parse(number_type_name((enum number_type)t)), t);
		assert_int_equal(number_type_parse(number_type_path((enum number_type)t)), t);
		assert_int_equal(number_type_parse(number_type_key((enum number_type)t)), t);
	}
	assert_string_equal(number_type_name(NUMBER_TYPE_UNKNOWN), "");
	assert_string_equal(number_type_name((enum number_type)99), "");
}

/* Give every text column its own text, so that a member the copy forgets is seen. */
static void fill_texts(struct number *n, char text[COLUMN_COUNT][8])
{
	for (unsigned c = 0; c < COLUMN_COUNT; c++)
		if (columns[c].type == COLTYPE_TEXT) {
			snprintf(text[c], 8, "text%u", c);
			*(const char **)((char *)n + columns[c].offset) = text[c];
		}
}

static void test_copy_is_deep(void **state)
{
	char text[COLUMN_COUNT][8], other[COLUMN_COUNT][8];
	struct number a = sample, b;
	struct arena arena = {0};
	size_t texts = 0;

	(void)state;
	fill_texts(&a, text);
	number_copy(&b, &a, &arena);
	memcpy(other, text, sizeof text);
	memset(text, 'x', sizeof text);
	for (unsigned c = 0; c < COLUMN_COUNT; c++)
		if (columns[c].type == COLTYPE_TEXT) {
			assert_string_equal(*(const char *const *)column_field((enum column_id)c, &b), other[c]);
			texts++;
		}
	/* every pointer of struct number is a text column, or the copy would share it: from friendly_name to the end */
	assert_int_equal(texts * sizeof(char *), sizeof(struct number) - offsetof(struct number, friendly_name));
	arena_release(&arena);
	number_copy(&b, &sample, &arena);
	assert_null(b.voice_url);
	assert_string_equal(b.phone_number, sample.phone_number);
	arena_release(&arena);
}

static void change(struct number *n, enum column_id c)
{
	char *field = (char *)n + columns[c].offset;

	switch (columns[c].type) {
	case COLTYPE_CHARS:
		field[1] ^= 1;
		break;
	case COLTYPE_TEXT:
		*(const char **)field = "changed";
		break;
	case COLTYPE_TIME:
	case COLTYPE_MONEY:
	case COLTYPE_COUNT:
		*(int64_t *)field += 1;
		break;
	case COLTYPE_BOOL:
		*(bool *)field = !*(bool *)field;
		break;
	case COLTYPE_CAPS:
		*(unsigned *)field ^= CAP_FAX;
		break;
	case COLTYPE_NUMBER_TYPE:
		*(enum number_type *)field = NUMBER_M2M;
		break;
	}
}

static void test_hash_sees_twilio_only(void **state)
{
	(void)state;
	for (unsigned c = 0; c < COLUMN_COUNT; c++) {
		struct number n = sample;
		bool told = columns[c].source == SOURCE_TWILIO || c == COL_INCOMPLETE;

		change(&n, (enum column_id)c);
		if ((number_hash(&n) != number_hash(&sample)) != told)
			fail_msg("%s: the hash %s", columns[c].name,
				 told ? "does not see a change" : "sees what Twilio did not tell");
	}
}

static void test_hash_keeps_neighbours_apart(void **state)
{
	struct number a = sample, b = sample;

	(void)state;
	a.sms_url = "x";
	b.sms_method = "x";
	assert_true(number_hash(&a) != number_hash(&b));
	a = b = sample;
	a.origin = NULL;
	b.origin = "";
	assert_true(number_hash(&a) == number_hash(&b));
}

static void test_offer(void **state)
{
	char locality[] = "San Francisco", where[64];
	struct offer o = {0}, copy;
	struct arena arena = {0};

	(void)state;
	assert_string_equal(offer_place(&o, where, sizeof where), "");
	o.region = "CA";
	assert_string_equal(offer_place(&o, where, sizeof where), "CA");
	o.locality = locality;
	assert_string_equal(offer_place(&o, where, sizeof where), "San Francisco, CA");
	offer_copy(&copy, &o, &arena);
	locality[0] = 'D';
	assert_string_equal(copy.locality, "San Francisco");
	o.region = NULL;
	o.locality = "Ke\x1bnt";
	assert_string_equal(offer_place(&o, where, sizeof where), "Ke<U+001B>nt");
	assert_string_equal(offer_place(&o, where, 4), "Ke");
	arena_release(&arena);
}

static void test_show_and_machine(void **state)
{
	static const struct { enum column_id c; const char *shown, *machine; } cases[] = {
		{COL_PHONE_NUMBER, "+1 415-555-0137", "+14155550137"}, {COL_MONTHLY_PRICE, "1.15", "1.15"},
		{COL_PURCHASED_AT, "2015-07-30", "2015-07-30T20:12:31Z"}, {COL_CAPABILITIES, "VSM.", "voice sms mms"},
		{COL_TYPE, "tollfree", "tollfree"}, {COL_IS_PRIMARY, "yes", "true"}, {COL_IS_LOCKED, "no", "false"},
		{COL_UPDATED_AT, "", ""}, {COL_VOICE_URL, "", ""}, {COL_TAGS, "billing support", "billing support"},
		{COL_COUNTRY, "US", "US"},
		{COL_FRIENDLY_NAME, "Caf\u00e9<U+001B>[31m \"x\"", "Caf\u00e9\x1b[31m \"x\""},
	};
	char s[64];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		assert_string_equal(column_show(cases[i].c, &sample, true, s, sizeof s), cases[i].shown);
		assert_string_equal(column_machine(cases[i].c, &sample, s, sizeof s), cases[i].machine);
	}
	assert_string_equal(column_show(COL_CAPABILITIES, &sample, false, s, sizeof s), "VSM\u00b7");
}

/* Every column of an empty number and of a number with long texts, into any size of buffer. */
static void test_show_never_overruns(void **state)
{
	char text[600], s[64];
	struct number n = sample;

	(void)state;
	memset(text, 'a', sizeof text);
	memcpy(text + 10, "\u65e5\u672c", 6);
	text[sizeof text - 1] = '\0';
	n.monthly_price = MONEY_UNKNOWN;
	for (unsigned c = 0; c < COLUMN_COUNT; c++) {
		if (columns[c].type == COLTYPE_TEXT)
			*(const char **)((char *)&n + columns[c].offset) = text;
		for (size_t size = 1; size <= sizeof s; size++) {
			memset(s, 'Z', sizeof s);
			column_show((enum column_id)c, &n, false, s, size);
			assert_true(strlen(s) < size);
			column_machine((enum column_id)c, &n, s, size);
			assert_true(strlen(s) < size);
			column_machine((enum column_id)c, &(struct number){0}, s, size);
			assert_true(strlen(s) < size);
		}
	}
	column_machine(COL_NOTE, &n, s, 13); /* a character of three bytes begins at 10 and ends at 13 */
	assert_int_equal(strlen(s), 10);
	assert_string_equal(column_machine(COL_MONTHLY_PRICE, &n, s, sizeof s), "");
}

static void test_find_and_suggest(void **state)
{
	(void)state;
	assert_int_equal(column_find(NULL), COLUMN_COUNT);
	assert_int_equal(column_find(""), COLUMN_COUNT);
	assert_int_equal(column_find("nope"), COLUMN_COUNT);
	for (unsigned c = 0; c < COLUMN_COUNT; c++) {
		assert_int_equal(column_find(columns[c].name), c);
		if (columns[c].alias)
			assert_int_equal(column_find(columns[c].alias), c);
	}
	assert_int_equal(column_find("Cost"), COL_MONTHLY_PRICE);
	assert_string_equal(column_suggest("numbre"), "number");
	assert_string_equal(column_suggest("voice_ulr"), "voice_url");
	assert_null(column_suggest("zzzzzz"));
}

static void test_list_parse(void **state)
{
	static const struct { const char *list; size_t n; const char *says; } bad[] = {
		{"", 0, "empty name"},
		{",", 0, "empty name"},
		{"number,", 0, "empty name"},
		{"number,,name", 0, "empty name"},
		{"number,nam", 0, "did you mean 'name'"},
		{"zzzzzzzz", 0, "--columns help"},
		{"number,phone_number", 0, "named twice"},
		{"number,name,caps,type", 0, "at most 3"},
		{"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", 0,
		 "no column"},
	};
	enum column_id out[3];

	(void)state;
	assert_int_equal(column_list_parse(" number , NAME,caps ", out, 3, NULL), 3);
	assert_int_equal(out[0], COL_PHONE_NUMBER);
	assert_int_equal(out[1], COL_FRIENDLY_NAME);
	assert_int_equal(out[2], COL_CAPABILITIES);
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct err e = {0};

		if (column_list_parse(bad[i].list, out, 3, &e) != 0 || e.kind != ERR_USAGE ||
		    !strstr(e.msg, bad[i].says))
			fail_msg("'%s': %s", bad[i].list, e.msg);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_types), cmocka_unit_test(test_copy_is_deep),
		cmocka_unit_test(test_hash_sees_twilio_only),
		cmocka_unit_test(test_hash_keeps_neighbours_apart), cmocka_unit_test(test_offer),
		cmocka_unit_test(test_show_and_machine), cmocka_unit_test(test_show_never_overruns),
		cmocka_unit_test(test_find_and_suggest), cmocka_unit_test(test_list_parse),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
