#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "numdesk/model/setting.h"
#include "numdesk/util/err.h"
#include "numdesk/util/json.h"
#include "numdesk/util/mem.h"

#define AP1 "AP00000000000000000000000000000001"
#define TK1 "TK00000000000000000000000000000001"

/* Every row that can be set says how, and round-trips through its names. */
static void every_setting(void **state)
{
	size_t n = 0;

	(void)state;
	for (unsigned i = 0; i < COLUMN_COUNT; i++) {
		const enum column_id c = (enum column_id)i;
		const struct column *row = &columns[i];
		struct number nothing = {0};
		char value[SETTING_VALUE_MAX], word[40], label[40];
		struct err e = {0};

		assert_int_equal(setting_is(c), row->form != NULL);
		assert_int_equal(row->setting != SETTING_NONE, row->form != NULL);
		if (!row->form)
			continue;
		n++;
		assert_string_equal(row->name, row->json);
		assert_true(row->type == COLTYPE_TEXT || (row->type == COLTYPE_BOOL && row->setting == SETTING_SWITCH));
		assert_int_equal(row->setting == SETTING_CHOICE || row->setting == SETTING_SID, row->takes != NULL);
		assert_int_equal(setting_find(row->name, &e), c);
		assert_int_equal(setting_find(row->form, &e), c);
		assert_int_equal(setting_find(setting_word(c, word, sizeof word), &e), c);
		assert_true(*setting_label(c, label, sizeof label));
		/* what is unset can be set so, but for a name */
		if (row->setting != SETTING_NAME && (!setting_parse(c, setting_value(c, &nothing), value, &e) ||
						      strcmp(value, setting_value(c, &nothing)) != 0))
			fail_msg("%s: '%s' becomes '%s' (%s)", row->name, setting_value(c, &nothing), value, e.msg);
	}
	assert_true(n > 20 && n <= SETTING_MAX);
}

static void labels(void **state)
{
	static const struct { enum column_id c; const char *label; } t[] = {
		{COL_VOICE_URL, "Voice URL"}, {COL_SMS_FALLBACK_URL, "SMS fallback URL"}, {COL_TRUNK_SID, "Trunk"},
		{COL_VOICE_CALLER_ID_LOOKUP, "Voice caller ID lookup"}, {COL_EMERGENCY_ADDRESS_SID, "Emergency address"},
		{COL_API_VERSION, "API version"}, {COL_FRIENDLY_NAME, "Friendly name"},
	};
	char label[40], tiny[6];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(t); i++)
		assert_string_equal(setting_label(t[i].c, label, sizeof label), t[i].label);
	setting_label(COL_VOICE_CALLER_ID_LOOKUP, tiny, sizeof tiny);
	assert_true(strlen(tiny) < sizeof tiny);
}

static void names(void **state)
{
	static const struct { const char *name; enum column_id c; const char *says; } t[] = {
		{"trunk", COL_TRUNK_SID, NULL}, {"TRUNK_SID", COL_TRUNK_SID, NULL}, {"voiceurl", COL_VOICE_URL, NULL},
		{"name", COL_FRIENDLY_NAME, NULL}, {"", COLUMN_COUNT, "there is no setting"},
		{"voice_ulr", COLUMN_COUNT, "did you mean 'voice_url'"}, {"country", COLUMN_COUNT, "cannot be set"},
		{"emergency_address_status", COLUMN_COUNT, "cannot be set"}, {"qqqqqqqq", COLUMN_COUNT, "--fields"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		struct err e = {0};

		if (setting_find(t[i].name, &e) != t[i].c || (t[i].says && (e.kind != ERR_USAGE || !strstr(e.msg, t[i].says))))
			fail_msg("'%s': %s", t[i].name, e.msg);
	}
}

static void values(void **state)
{
	static char name64[65], name65[66], url2047[2048], url2048[2049];
	static const struct { enum column_id c; const char *in, *out; } t[] = {
		{COL_FRIENDLY_NAME, "", NULL}, {COL_FRIENDLY_NAME, "Caf\u00e9", "Caf\u00e9"}, {COL_FRIENDLY_NAME, name64, name64},
		{COL_FRIENDLY_NAME, name65, NULL}, {COL_FRIENDLY_NAME, "a\x1b[31m", NULL}, {COL_FRIENDLY_NAME, "a\xff", NULL},
		{COL_VOICE_URL, "", ""}, {COL_VOICE_URL, "https://a.example/x?y=1&z=%20", "https://a.example/x?y=1&z=%20"},
		{COL_VOICE_URL, "HTTP://a.example", "HTTP://a.example"}, {COL_VOICE_URL, "ftp://a.example", NULL},
		{COL_VOICE_URL, "https://", NULL}, {COL_VOICE_URL, "https:///x", NULL}, {COL_VOICE_URL, "https://a b", NULL},
		{COL_VOICE_URL, "https://a.example/\x01", NULL}, {COL_VOICE_URL, "a.example", NULL}, {COL_VOICE_URL, url2047, url2047},
		{COL_VOICE_URL, url2048, NULL}, {COL_VOICE_METHOD, "get", "GET"}, {COL_VOICE_METHOD, "", "POST"},
		{COL_VOICE_METHOD, "PUT", NULL}, {COL_VOICE_RECEIVE_MODE, "FAX", "fax"}, {COL_VOICE_CALLER_ID_LOOKUP, "yes", "true"},
		{COL_VOICE_CALLER_ID_LOOKUP, "", "false"}, {COL_VOICE_CALLER_ID_LOOKUP, "perhaps", NULL}, {COL_TRUNK_SID, TK1, TK1},
		{COL_TRUNK_SID, "", ""}, {COL_TRUNK_SID, AP1, NULL}, {COL_EMERGENCY_STATUS, "active", "Active"},
		{COL_COUNTRY, "US", NULL},
	};

	(void)state;
	memset(name64, 'n', 64);
	memset(name65, 'n', 65);
	memset(url2048, 'u', 2048);
	memcpy(url2048, "https://", 8);
	memcpy(url2047, url2048, 2047);
	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		char got[SETTING_VALUE_MAX] = "";
		struct err e = {0};
		const bool ok = setting_parse(t[i].c, t[i].in, got, &e);

		if (ok != (t[i].out != NULL) || (ok && strcmp(got, t[i].out) != 0) || (!ok && e.kind != ERR_USAGE))
			fail_msg("row %zu: '%.40s' becomes '%.40s' (%s)", i, t[i].in, got, e.msg);
	}
}

static void sameness(void **state)
{
	static const struct { enum column_id c; const char *a, *b; bool same; } t[] = {
		{COL_VOICE_URL, "", "", true}, {COL_VOICE_URL, "", "https://a.example", false},
		{COL_VOICE_URL, "https://A.example", "https://a.example/", true}, {COL_VOICE_URL, "https://a.example/x", "https://a.example/X", false},
		{COL_VOICE_URL, "https://a.example?x", "https://a.example/?x", false}, {COL_VOICE_METHOD, "get", "GET", true},
		{COL_FRIENDLY_NAME, "a", "A", false}, {COL_VOICE_URL, "https://a.example", "http://a.example", false},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(t); i++)
		if (setting_same(t[i].c, t[i].a, t[i].b) != t[i].same || setting_same(t[i].c, t[i].b, t[i].a) != t[i].same)
			fail_msg("row %zu", i);
}

/* --- changes ----------------------------------------------------------------------------------------------------------- */
static void sets_of_changes(void **state)
{
	const struct number now = {.voice_url = "https://a.example/", .trunk_sid = TK1};
	struct changes c = {0};
	struct err e = {0};

	(void)state;
	assert_true(changes_valid(&c, &e));
	changes_drop(&c, COL_VOICE_URL);
	changes_set(&c, COL_SMS_URL, "1");
	changes_set(&c, COL_VOICE_URL, "https://a.example");
	changes_set(&c, COL_SMS_URL, "2");
	changes_set(&c, COL_VOICE_METHOD, "POST");
	assert_int_equal(c.n, 3);
	assert_int_equal(c.v[0].column, COL_VOICE_URL);
	assert_string_equal(changes_get(&c, COL_SMS_URL), "2");
	assert_null(changes_get(&c, COL_TRUNK_SID));
	changes_drop_same(&c, &now);            /* the address and the method are so already */
	assert_int_equal(c.n, 1);
	changes_set(&c, COL_TRUNK_SID, TK1);
	changes_set(&c, COL_VOICE_APPLICATION_SID, AP1);
	assert_false(changes_valid(&c, &e));
	changes_set(&c, COL_TRUNK_SID, "");
	assert_true(changes_valid(&c, &e));
	for (unsigned i = 0; i < COLUMN_COUNT; i++)     /* as many as there are, and no more */
		changes_set(&c, (enum column_id)i, "x");
	assert_int_equal(c.n, SETTING_MAX);
}

/* A trunk and an application drive each other out, in the state to come and in what leads to it. */
static void trunk_and_application(void **state)
{
	struct number before = {.voice_application_sid = AP1, .voice_url = "https://a.example"}, after = before;
	enum column_id differ[SETTING_MAX];
	struct changes c = {0}, back = {0};

	(void)state;
	changes_set(&c, COL_TRUNK_SID, TK1);
	changes_apply(&c, &after);
	assert_null(after.voice_application_sid);
	assert_string_equal(after.trunk_sid, TK1);
	assert_int_equal(setting_diff(&before, &after, differ), 2);
	assert_int_equal(differ[0], COL_VOICE_APPLICATION_SID);
	assert_int_equal(differ[1], COL_TRUNK_SID);
	changes_between(&back, &after, &before);        /* naming the application is enough */
	assert_int_equal(back.n, 1);
	assert_string_equal(changes_get(&back, COL_VOICE_APPLICATION_SID), AP1);
	changes_apply(&back, &after);
	assert_int_equal(setting_diff(&before, &after, differ), 0);
	c = (struct changes){0};
	changes_set(&c, COL_TRUNK_SID, "");             /* clearing one brings nothing back */
	changes_apply(&c, &after);
	assert_string_equal(after.voice_application_sid, AP1);
	before = (struct number){0};                    /* to nothing at all: both are named when both are set */
	back = (struct changes){0};
	changes_between(&back, &after, &before);
	assert_string_equal(changes_get(&back, COL_VOICE_APPLICATION_SID), "");
	assert_string_equal(changes_get(&back, COL_VOICE_URL), "");
}

static void going_back_to_no_name(void **state)
{
	const struct number now = {.friendly_name = "Desk", .voice_caller_id_lookup = true}, want = {0};
	struct changes c = {0};

	(void)state;
	changes_between(&c, &now, &want);
	assert_int_equal(c.n, 1);
	assert_string_equal(changes_get(&c, COL_VOICE_CALLER_ID_LOOKUP), "false");
}

static void what_is_routing(void **state)
{
	const struct number n = {.friendly_name = "Desk", .address_sid = "AD1", .sms_url = "https://a.example"};
	struct changes c = {0};

	(void)state;
	changes_routing(&c, &n);
	assert_null(changes_get(&c, COL_FRIENDLY_NAME));
	assert_null(changes_get(&c, COL_ADDRESS_SID));
	assert_string_equal(changes_get(&c, COL_SMS_URL), "https://a.example");
	assert_string_equal(changes_get(&c, COL_VOICE_URL), "");
	assert_true(setting_is_sms(COL_SMS_METHOD));
	assert_false(setting_is_sms(COL_VOICE_URL));
	assert_false(setting_is_sms(COL_STATUS));
}

static void as_json(void **state)
{
	static const struct { const char *text, *says; } bad[] = {
		{"[]", "not a JSON object"}, {"{\"VoiceUrl\": 1}", "no text"}, {"{\"voice_url\": \"x\"}", "no setting"},
		{"{\"AccountSid\": \"x\"}", "no setting"},
	};
	struct changes c = {0}, got;
	struct json_writer w;
	struct arena mem = {0};
	struct json *doc;
	struct buf b;
	struct err e = {0};

	(void)state;
	changes_set(&c, COL_VOICE_URL, "https://a.example/?a=\"b\"");
	changes_set(&c, COL_TRUNK_SID, "");
	buf_init(&b, 10000);
	json_w_init(&w, &b);
	changes_write(&c, &w);
	doc = json_parse(buf_str(&b), b.len, 10000, &e);
	assert_true(changes_read(&got, doc, &mem, &e));
	assert_int_equal(got.n, 2);
	assert_string_equal(changes_get(&got, COL_VOICE_URL), "https://a.example/?a=\"b\"");
	assert_string_equal(changes_get(&got, COL_TRUNK_SID), "");
	json_free(doc);
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		doc = json_parse(bad[i].text, strlen(bad[i].text), 1000, &e);
		assert_non_null(doc);
		e = (struct err){0};
		if (changes_read(&got, doc, &mem, &e) || !strstr(e.msg, bad[i].says))
			fail_msg("%s: %s", bad[i].text, e.msg);
		json_free(doc);
	}
	buf_release(&b);
	arena_release(&mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_setting), cmocka_unit_test(labels), cmocka_unit_test(names), cmocka_unit_test(values),
		cmocka_unit_test(sameness), cmocka_unit_test(sets_of_changes), cmocka_unit_test(trunk_and_application),
		cmocka_unit_test(going_back_to_no_name), cmocka_unit_test(what_is_routing), cmocka_unit_test(as_json),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
