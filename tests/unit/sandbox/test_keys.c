#include "test.h"

#include "fixture.h"

static const char *acme(void)
{
	return cred("AC", "acme");
}

static void life_of_a_key(void **state)
{
	struct reply r = account_ask("POST", "acme-east", "/Keys.json", acme(), "FriendlyName=ci");
	char who[80];
	char *path;

	(void)state;
	assert_int_equal(r.status, 201);
	assert_int_equal(json_count(r.json), 5);
	assert_true(sid_is(text_of(&r, "sid"), "SK"));
	snprintf(who, sizeof who, "%s:%s", text_of(&r, "sid"), text_of(&r, "secret"));
	path = mem_printf("/Keys/%s.json", text_of(&r, "sid"));
	reply_free(&r);
	expect("it opens its account", account_ask("GET", "acme-east", "/IncomingPhoneNumbers.json", who, NULL), 200,
	       0);
	expect("and no other", account_ask("GET", "acme", "/IncomingPhoneNumbers.json", who, NULL), 401, 20003);
	expect("and no keys", account_ask("GET", "acme-east", path, who, NULL), 401, 20003);
	r = account_ask("GET", "acme-east", path, acme(), NULL);
	assert_int_equal(json_count(r.json), 4);                /* no secret any more */
	reply_free(&r);
	r = account_ask("POST", "acme-east", path, acme(), "FriendlyName=deploy");
	assert_string_equal(text_of(&r, "friendly_name"), "deploy");
	reply_free(&r);
	expect("delete", account_ask("DELETE", "acme-east", path, acme(), NULL), 204, 0);
	expect("delete again", account_ask("DELETE", "acme-east", path, acme(), NULL), 404, 20404);
	expect("update what is gone", account_ask("POST", "acme-east", path, acme(), "FriendlyName=x"), 404, 20404);
	expect("it opens nothing", account_ask("GET", "acme-east", "/IncomingPhoneNumbers.json", who, NULL), 401,
	       20003);
	free(path);
	assert_int_equal(ledger_count("executions"), 3);
}

static void list_shows_no_secret(void **state)
{
	struct reply r = account_ask("GET", "acme", "/Keys.json?PageSize=1", acme(), NULL);

	(void)state;
	assert_int_equal(rows_of(&r, "keys"), 1);
	assert_non_null(json_text(r.json, "next_page_uri"));
	assert_null(strstr(r.body, "secret"));
	reply_free(&r);
	expect("name too long", account_ask("POST", "acme", "/Keys.json", acme(),
					    "FriendlyName=123456789012345678901234567890"
					    "12345678901234567890123456789012345"), 400, 20002);
}

int main(void)
{
	const struct CMUnitTest tests[] = {SERVER_TEST(life_of_a_key), SERVER_TEST(list_shows_no_secret)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
