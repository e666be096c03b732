#include "test.h"

#include "fixture.h"

/* Applications of the 2010 API and trunks of trunking v1: both are records (record.h). */
static const char *acme(void)
{
	return cred("AC", "acme");
}

static void life_of_an_application(void **state)
{
	struct reply r = account_ask("POST", "acme", "/Applications.json", acme(),
				     "FriendlyName=Desk&VoiceUrl=https://a.example.com/v&VoiceMethod=get&VoiceCallerIdLookup=TRUE");
	char *path;

	(void)state;
	assert_int_equal(r.status, 201);
	assert_int_equal(json_count(r.json), 21);
	assert_string_equal(text_of(&r, "friendly_name"), "Desk");
	assert_string_equal(text_of(&r, "voice_method"), "GET");
	assert_string_equal(text_of(&r, "sms_method"), "POST");
	assert_true(json_is_null_or_absent(r.json, "sms_url"));
	assert_true(json_bool(r.json, "voice_caller_id_lookup", false));
	path = mem_printf("/Applications/%s.json", text_of(&r, "sid"));
	reply_free(&r);
	r = account_ask("POST", "acme", path, acme(), "VoiceUrl=&VoiceMethod=&SmsUrl=http://b.example.com");
	assert_int_equal(r.status, 200);
	assert_string_equal(text_of(&r, "friendly_name"), "Desk");
	assert_string_equal(text_of(&r, "voice_url"), "");
	assert_string_equal(text_of(&r, "voice_method"), "POST");
	reply_free(&r);
	expect("half good", account_ask("POST", "acme", path, acme(), "FriendlyName=Other&SmsUrl=nope"), 400, 21402);
	r = account_ask("GET", "acme", path, acme(), NULL);
	assert_string_equal(text_of(&r, "friendly_name"), "Desk");
	reply_free(&r);
	expect("of another account", account_ask("GET", "acme-east", path, acme(), NULL), 404, 20404);
	expect("delete", account_ask("DELETE", "acme", path, acme(), NULL), 204, 0);
	expect("delete again", account_ask("DELETE", "acme", path, acme(), NULL), 404, 20404);
	expect("update", account_ask("POST", "acme", path, acme(), "FriendlyName=x"), 404, 20404);
	free(path);
	assert_int_equal(ledger_count("executions"), 3);
}

static void lists(void **state)
{
	static const struct { const char *query; size_t rows; } rows[] = {
		{"", 2}, {"?FriendlyName=Night+desk", 1}, {"?FriendlyName=Night", 0}, {"?PageSize=1", 1},
		{"?PageSize=1&Page=1", 1}, {"?PageSize=1&Page=2", 0},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char *path = mem_printf("/Applications.json%s", rows[i].query);
		struct reply r = account_ask("GET", "acme", path, acme(), NULL);

		if (r.status != 200 || rows_of(&r, "applications") != rows[i].rows)
			fail_msg("'%s': %d, %zu", rows[i].query, r.status, rows_of(&r, "applications"));
		reply_free(&r);
		free(path);
	}
	expect("too long a page", account_ask("GET", "acme", "/Applications.json?PageSize=1001", acme(), NULL), 400, 20007);
}

static void refusals(void **state)
{
	static const struct { const char *form; int code; } rows[] = {
		{"FriendlyName=", 20002}, {"VoiceUrl=nope", 21402}, {"SmsMethod=PUT", 21403}, {"ApiVersion=2011-01-01", 20422},
		{"VoiceCallerIdLookup=perhaps", 20422},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		expect(rows[i].form, account_ask("POST", "acme", "/Applications.json", acme(), rows[i].form), 400, rows[i].code);
	assert_int_equal(ledger_count("executions"), 0);
}

static void trunks(void **state)
{
	struct reply r = ask("GET", "/trunking/v1/Trunks", acme(), NULL);
	char *path;

	(void)state;
	assert_int_equal(rows_of(&r, "trunks"), 1);
	assert_string_equal(json_text(json_get(r.json, "meta"), "key"), "trunks");
	assert_string_equal(json_text(json_first(json_get(r.json, "trunks")), "friendly_name"), "Office PBX");
	assert_int_equal(json_count(json_first(json_get(r.json, "trunks"))), 18);
	reply_free(&r);
	r = ask("GET", "/trunking/v1/Trunks", cred("AC", "acme-west"), NULL);   /* the credentials say which account */
	assert_int_equal(rows_of(&r, "trunks"), 0);
	reply_free(&r);
	expect("mode", ask("POST", "/trunking/v1/Trunks", acme(), "TransferMode=enable"), 400, 20422);
	r = ask("POST", "/trunking/v1/Trunks", acme(), "FriendlyName=Spare&TransferMode=sip-only");
	assert_int_equal(r.status, 201);
	assert_string_equal(text_of(&r, "transfer_mode"), "sip-only");
	assert_string_equal(text_of(&r, "transfer_caller_id"), "from-transferee");
	path = mem_printf("/trunking/v1/Trunks/%s", text_of(&r, "sid"));
	reply_free(&r);
	r = ask("POST", path, acme(), "FriendlyName=Spare+2");
	assert_int_equal(r.status, 200);
	assert_string_equal(text_of(&r, "friendly_name"), "Spare 2");
	assert_non_null(strstr(text_of(&r, "date_updated"), "Z"));
	reply_free(&r);
	expect("of another account", ask("GET", path, cred("AC", "acme-east"), NULL), 404, 20404);
	expect("delete", ask("DELETE", path, acme(), NULL), 204, 0);
	expect("gone", ask("GET", path, acme(), NULL), 404, 20404);
	free(path);
}

/* A SID of one kind is not found as another. */
static void kinds_stay_apart(void **state)
{
	char *path = mem_printf("/Applications/%s.json", sid_of("TK", "acme-pbx"));

	(void)state;
	expect("a trunk", account_ask("GET", "acme", path, acme(), NULL), 404, 20404);
	expect("a trunk", account_ask("DELETE", "acme", path, acme(), NULL), 404, 20404);
	free(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SERVER_TEST(life_of_an_application), SERVER_TEST(lists), SERVER_TEST(refusals), SERVER_TEST(trunks),
		SERVER_TEST(kinds_stay_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
