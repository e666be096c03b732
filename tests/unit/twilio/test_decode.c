#include "fixture.h"

#include "client_priv.h"

#include "numdesk/model/column.h"
#include "numdesk/model/search.h"
#include "numdesk/twilio/numbers.h"
#include "numdesk/util/json.h"

#define HEAD "{\"sid\":\"" PN "\",\"account_sid\":\"" ACCOUNT "\",\"phone_number\":\"" NUMBER "\""
#define NEEDED ",\"date_created\":\"Thu, 30 Jul 2015 20:12:31 +0000\",\"capabilities\":{\"voice\":true}"

/* The number of a JSON text; its texts live in a. */
static bool decode(const char *text, struct number *n, struct arena *a)
{
	struct err e = {0};
	struct json *doc = json_parse(text, strlen(text), strlen(text), &e);
	bool ok;

	if (!doc)
		fail_msg("%s: %s", e.msg, text);
	ok = number_decode(doc, n, a);
	json_free(doc);
	return ok;
}

static void what_is_no_number(void **state)
{
	static const char *const cases[] = {
		"null", "[]", "\"x\"", "1", "{}",
		"{\"sid\":\"" PN "\",\"account_sid\":\"" ACCOUNT "\"}",
		"{\"sid\":\"" PN "\",\"phone_number\":\"" NUMBER "\"}",
		"{\"account_sid\":\"" ACCOUNT "\",\"phone_number\":\"" NUMBER "\"}",
		"{\"SID\":\"" PN "\",\"account_sid\":\"" ACCOUNT "\",\"phone_number\":\"" NUMBER "\"}",
		"{\"sid\":\"PN1\",\"account_sid\":\"" ACCOUNT "\",\"phone_number\":\"" NUMBER "\"}",
		"{\"sid\":\"" PN "0\",\"account_sid\":\"" ACCOUNT "\",\"phone_number\":\"" NUMBER "\"}",
		"{\"sid\":\"" ACCOUNT "\",\"account_sid\":\"" ACCOUNT "\",\"phone_number\":\"" NUMBER "\"}",
		"{\"sid\":\"" PN "\",\"account_sid\":\"" PN "\",\"phone_number\":\"" NUMBER "\"}",
		"{\"sid\":\"" PN "\",\"account_sid\":\"" ACCOUNT "\",\"phone_number\":\"4155550137\"}",
		"{\"sid\":\"" PN "\",\"account_sid\":\"" ACCOUNT "\",\"phone_number\":\"+141555501370000000\"}",
		"{\"sid\":\"" PN "\",\"account_sid\":\"" ACCOUNT "\",\"phone_number\":14155550137}",
		HEAD ",\"phone_number\":\"" NUMBER "\"}",
		HEAD ",\"sid\":null}",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct arena a = {0};
		struct number n;

		if (decode(cases[i], &n, &a))
			fail_msg("%s", cases[i]);
		arena_release(&a);
	}
}

static void every_column_of_twilio_is_read(void **state)
{
	struct arena a = {0};
	struct buf text;
	struct number n;
	int expected = 0, found = 0;

	(void)state;
	buf_init(&text, 1 << 16);
	buf_adds(&text, HEAD);
	for (size_t i = 0; i < COLUMN_COUNT; i++) {
		const struct column *c = &columns[i];

		if (c->source != SOURCE_TWILIO || c->type == COLTYPE_CHARS)
			continue;
		assert_non_null(c->json);
		buf_addf(&text, ",\"%s\":%s", c->json,
			 c->type == COLTYPE_TEXT   ? "\"text\""
			 : c->type == COLTYPE_TIME ? "\"Thu, 30 Jul 2015 20:12:31 +0000\""
			 : c->type == COLTYPE_BOOL ? "true"
			 : c->type == COLTYPE_CAPS ? "{\"voice\":true,\"fax\":true}"
						   : "\"toll free\"");
	}
	buf_adds(&text, "}");
	assert_true(decode(buf_str(&text), &n, &a));
	assert_false(n.incomplete);
	for (size_t i = 0; i < COLUMN_COUNT; i++) {
		const struct column *c = &columns[i];
		char shown[64];

		if (c->source != SOURCE_TWILIO)
			continue;
		expected++;
		column_machine((enum column_id)i, &n, shown, sizeof shown);
		if (!*shown)
			fail_msg("%s is empty", c->name);
		found++;
	}
	assert_int_equal(found, expected);
	assert_string_equal(n.phone_sid, PN);
	assert_string_equal(n.account_sid, ACCOUNT);
	assert_string_equal(n.phone_number, NUMBER);
	assert_int_equal(n.purchased_at, 1438287151);
	assert_int_equal(n.capabilities, CAP_VOICE | CAP_FAX);
	assert_int_equal(n.type, NUMBER_TOLLFREE);
	assert_true(n.beta);
	assert_string_equal(n.country, "US");
	assert_true(n.monthly_price == MONEY_UNKNOWN);
	buf_release(&text);
	arena_release(&a);
}

static void capabilities_in_all_their_forms(void **state)
{
	static const struct {
		const char *json;
		unsigned want;
		bool incomplete;
	} cases[] = {
		{"{\"voice\":true,\"sms\":true,\"mms\":true,\"fax\":true}", CAP_VOICE | CAP_SMS | CAP_MMS | CAP_FAX,
		 false},
		{"{\"voice\":true,\"SMS\":true,\"MMS\":false}", CAP_VOICE | CAP_SMS, false},
		{"{\"Voice\":false,\"rcs\":true,\"teleport\":true}", CAP_RCS, false},
		{"[\"MMS\",\"SMS\",\"Voice\"]", CAP_VOICE | CAP_SMS | CAP_MMS, false},
		{"[\"fax\",1,null,{}]", CAP_FAX, false},
		{"{\"voice\":\"true\",\"sms\":1}", 0, false},
		{"{}", 0, false},
		{"[]", 0, false},
		{"null", 0, true},
		{"\"voice\"", 0, true},
		{"true", 0, true},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct arena a = {0};
		struct number n;
		char text[512];

		snprintf(text, sizeof text,
			 HEAD ",\"date_created\":\"Thu, 30 Jul 2015 20:12:31 +0000\",\"capabilities\":%s}",
			 cases[i].json);
		if (!decode(text, &n, &a) || n.capabilities != cases[i].want || n.incomplete != cases[i].incomplete)
			fail_msg("%s: %u, incomplete %d", cases[i].json, n.capabilities, n.incomplete);
		arena_release(&a);
	}
}

static void a_garbled_field_is_skipped_and_told(void **state)
{
	static const struct { const char *member; bool incomplete; } cases[] = {
		{"", false},
		{"\"voice_url\":null", false},
		{"\"voice_url\":\"\"", false},
		{"\"voice_url\":1", true},
		{"\"voice_url\":false", true},
		{"\"voice_url\":{\"a\":1}", true},
		{"\"voice_url\":\"a\",\"voice_url\":\"b\"", true},
		{"\"beta\":null", false},
		{"\"beta\":\"true\"", true},
		{"\"beta\":1", true},
		{"\"date_updated\":\"yesterday\"", true},
		{"\"date_updated\":1438287151", true},
		{"\"date_updated\":null", false},
		{"\"type\":7", true},
		{"\"type\":\"satellite\"", false},
		{"\"something_new\":{\"a\":[1,2,3]}", false},
		{"\"VOICE_URL\":1", false},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct arena a = {0};
		struct number n;
		char text[1024];

		snprintf(text, sizeof text, HEAD NEEDED "%s%s}", cases[i].member[0] ? "," : "", cases[i].member);
		if (!decode(text, &n, &a) || n.incomplete != cases[i].incomplete || n.voice_url || n.beta ||
		    n.updated_at)
			fail_msg("%s: incomplete %d", cases[i].member, n.incomplete);
		arena_release(&a);
	}
}

static void the_type_comes_from_twilio_else_from_the_plan(void **state)
{
	static const struct { const char *number, *type; enum number_type want; const char *country; } cases[] = {
		{"+18005550137", NULL, NUMBER_TOLLFREE, "US"},
		{"+18005550137", "local", NUMBER_LOCAL, "US"},
		{"+14155550137", "toll-free", NUMBER_TOLLFREE, "US"},
		{"+442079460018", NULL, NUMBER_LOCAL, "GB"},
		{"+447700900123", NULL, NUMBER_MOBILE, "GB"},
		{"+99999999999", NULL, NUMBER_TYPE_UNKNOWN, ""},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct arena a = {0};
		struct number n;
		char text[1024];

		snprintf(text, sizeof text,
			 "{\"sid\":\"" PN "\",\"account_sid\":\"" ACCOUNT "\",\"phone_number\":\"%s\"" NEEDED
			 "%s%s%s}",
			 cases[i].number, cases[i].type ? ",\"type\":\"" : "", cases[i].type ? cases[i].type : "",
			 cases[i].type ? "\"" : "");
		if (!decode(text, &n, &a) || n.type != cases[i].want || strcmp(n.country, cases[i].country) != 0)
			fail_msg("%s as %s: type %d, country '%s'", cases[i].number,
				 cases[i].type ? cases[i].type : "nothing", n.type, n.country);
		arena_release(&a);
	}
}

static void long_texts(void **state)
{
	struct arena a = {0};
	struct buf text;
	struct number n;

	(void)state;
	buf_init(&text, 1 << 20);
	buf_adds(&text, HEAD NEEDED ",\"friendly_name\":\"a");
	for (int i = 0; i < 200; i++)
		buf_adds(&text, "\xc3\xa9");            /* byte 256 falls inside a character */
	buf_adds(&text, "\",\"voice_url\":\"");
	for (int i = 0; i < 4096; i++)
		buf_addc(&text, 'v');
	buf_adds(&text, "\"}");
	assert_true(decode(buf_str(&text), &n, &a));
	assert_false(n.incomplete);
	assert_int_equal(strlen(n.friendly_name), 255);
	assert_memory_equal(n.friendly_name + 253, "\xc3\xa9", 3);
	assert_int_equal(strlen(n.voice_url), 4096);
	text.len -= 2;
	buf_adds(&text, "v\"}");
	assert_true(decode(buf_str(&text), &n, &a));
	assert_true(n.incomplete);
	assert_null(n.voice_url);                       /* half a URL would be another URL */
	buf_release(&text);
	arena_release(&a);
}

static void offers(void **state)
{
	static const struct {
		const char *json;
		bool ok;
		unsigned caps;
		const char *latitude;
	} cases[] = {
		{"{}", false, 0, NULL},
		{"[]", false, 0, NULL},
		{"{\"phone_number\":\"4155550137\"}", false, 0, NULL},
		{"{\"phone_number\":\"" NUMBER "\"}", true, 0, NULL},
		{"{\"phone_number\":\"" NUMBER
		 "\",\"capabilities\":{\"voice\":true,\"SMS\":true,\"MMS\":true},\"latitude\":\"37.77\"}",
		 true, CAP_VOICE | CAP_SMS | CAP_MMS, "37.77"},
		{"{\"phone_number\":\"" NUMBER
		 "\",\"capabilities\":null,\"latitude\":37.5,\"locality\":7,\"region\":\"\"}",
		 true, 0, "37.5"},
	};
	struct search s;

	(void)state;
	search_init(&s);
	s.type = NUMBER_LOCAL;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct json *doc = json_parse(cases[i].json, strlen(cases[i].json), 4096, NULL);
		struct arena a = {0};
		struct offer o;
		const bool ok = offer_decode(doc, &s, &o, &a);

		if (ok != cases[i].ok)
			fail_msg("%s", cases[i].json);
		if (ok &&
		    (o.capabilities != cases[i].caps || o.locality || o.region || o.monthly_price != MONEY_UNKNOWN ||
		     o.type != NUMBER_LOCAL || strcmp(o.country, "US") != 0 ||
		     (cases[i].latitude ? !o.latitude || strcmp(o.latitude, cases[i].latitude) != 0
					: o.latitude != NULL)))
			fail_msg("%s: wrong fields", cases[i].json);
		json_free(doc);
		arena_release(&a);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_no_number),
		cmocka_unit_test(every_column_of_twilio_is_read),
		cmocka_unit_test(capabilities_in_all_their_forms),
		cmocka_unit_test(a_garbled_field_is_skipped_and_told),
		cmocka_unit_test(the_type_comes_from_twilio_else_from_the_plan),
		cmocka_unit_test(long_texts),
		cmocka_unit_test(offers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
