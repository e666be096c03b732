#include "test.h"

#include "fixture.h"

#define IDS "/OutgoingCallerIds.json"
#define PHONE "%2B12025550177"

static const char *acme(void)
{
	return cred("AC", "acme");
}

static struct reply verify(const char *form)
{
	return account_ask("POST", "acme", IDS, acme(), form);
}

static size_t listed(const char *query)
{
	char *path = mem_printf(IDS "%s", query);
	struct reply r = account_ask("GET", "acme", path, acme(), NULL);
	const size_t n = rows_of(&r, "outgoing_caller_ids");

	reply_free(&r);
	free(path);
	return n;
}

static void refusals(void **state)
{
	static const struct { const char *form; int code; } rows[] = {
		{"", 21421}, {"PhoneNumber=hello", 21421}, {"PhoneNumber=" PHONE "&CallDelay=61", 20422},
		{"PhoneNumber=" PHONE "&CallDelay=x", 20422}, {"PhoneNumber=" PHONE "&Extension=abc", 20422},
		{"PhoneNumber=%2B14155550101", 21449}, {"PhoneNumber=%2B12025550190", 21450},
		{"PhoneNumber=" PHONE "&FriendlyName=12345678901234567890123456789012345678901234567890123456789012345",
		 20002},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		expect(rows[i].form, verify(rows[i].form), 400, rows[i].code);
	assert_int_equal(ledger_count("executions"), 0);
}

static void call_is(const char *sid, const char *status)
{
	char *path = mem_printf("/Calls/%s.json", sid);
	struct reply r = account_ask("GET", "acme", path, acme(), NULL);

	assert_string_equal(text_of(&r, "status"), status);
	assert_string_equal(text_of(&r, "to"), "+12025550177");
	reply_free(&r);
	free(path);
}

static void keyed_in(void **state)
{
	struct reply r = verify("PhoneNumber=" PHONE "&FriendlyName=Porch&CallDelay=5&Extension=12w%23");
	char *path, call[40];

	(void)state;
	assert_int_equal(r.status, 200);
	assert_int_equal(json_count(r.json), 5);
	assert_int_equal(strlen(text_of(&r, "validation_code")), 6);
	assert_true(sid_is(text_of(&r, "call_sid"), "CA"));
	snprintf(call, sizeof call, "%s", text_of(&r, "call_sid"));
	reply_free(&r);
	call_is(call, "in-progress");
	assert_int_equal(listed("?PhoneNumber=" PHONE), 0);
	r = ask("POST", "/_sandbox/calls", NULL, "phone=" PHONE);
	assert_int_equal(r.status, 200);
	reply_free(&r);
	call_is(call, "completed");
	assert_int_equal(listed("?PhoneNumber=" PHONE), 1);
	assert_int_equal(listed("?FriendlyName=Porch"), 1);
	assert_int_equal(listed("?PageSize=1"), 1);
	assert_int_equal(listed(""), 2);
	expect("again", verify("PhoneNumber=" PHONE), 400, 21450);
	expect("no call", ask("POST", "/_sandbox/calls", NULL, "phone=" PHONE), 404, 20404);
	r = account_ask("GET", "acme", IDS "?PhoneNumber=" PHONE, acme(), NULL);
	path = mem_printf("/OutgoingCallerIds/%s.json",
			  json_text(json_first(json_get(r.json, "outgoing_caller_ids")), "sid"));
	reply_free(&r);
	r = account_ask("POST", "acme", path, acme(), "FriendlyName=Back+door");
	assert_string_equal(text_of(&r, "friendly_name"), "Back door");
	reply_free(&r);
	expect("bad name", account_ask("POST", "acme", path, acme(), "FriendlyName="), 400, 20002);
	expect("fetch", account_ask("GET", "acme", path, acme(), NULL), 200, 0);
	expect("of another account", account_ask("GET", "acme-east", path, acme(), NULL), 404, 20404);
	expect("delete", account_ask("DELETE", "acme", path, acme(), NULL), 204, 0);
	expect("delete again", account_ask("DELETE", "acme", path, acme(), NULL), 404, 20404);
	free(path);
}

static void a_second_call_replaces_the_first(void **state)
{
	struct reply r;

	(void)state;
	expect("first", verify("PhoneNumber=" PHONE), 200, 0);
	expect("second", verify("PhoneNumber=" PHONE), 200, 0);
	r = ask("GET", "/_sandbox/calls", NULL, NULL);
	assert_int_equal(json_count(r.json), 2);
	assert_string_equal(json_text(json_first(r.json), "status"), "canceled");
	reply_free(&r);
}

static void nobody_answers(void **state)
{
	struct reply r;

	(void)state;
	expect("call", verify("PhoneNumber=" PHONE), 200, 0);
	r = ask("POST", "/_sandbox/calls", NULL, "phone=" PHONE "&keyed=no");
	assert_string_equal(json_text(json_first(r.json), "status"), "no-answer");
	reply_free(&r);
	assert_int_equal(listed("?PhoneNumber=" PHONE), 0);
}

static bool is_listed(void *ctx)
{
	return listed(ctx) == 1;
}

/* With --call-seconds calls end by themselves: keyed in, or not answered where the number ends in 00. */
static void by_itself(void **state)
{
	static char query[] = "?PhoneNumber=" PHONE;
	struct reply r;

	(void)state;
	start_with(&(struct sandbox_config){.seed = "basic", .call_seconds = 1});
	expect("nobody there", verify("PhoneNumber=%2B12025550100"), 200, 0);
	expect("call", verify("PhoneNumber=" PHONE), 200, 0);
	assert_true(test_wait(is_listed, query, 10000));
	assert_int_equal(listed("?PhoneNumber=%2B12025550100"), 0);
	r = ask("GET", "/_sandbox/calls", NULL, NULL);
	assert_string_equal(json_text(json_first(r.json), "status"), "no-answer");
	reply_free(&r);
}

#define T(f) SERVER_TEST(f)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(refusals), T(keyed_in), T(a_second_call_replaces_the_first), T(nobody_answers),
		cmocka_unit_test_setup_teardown(by_itself, NULL, stop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
