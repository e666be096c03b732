#include "test.h"

#include "fixture.h"

/* Who may ask for what. Account names are the seed's. */
static void matrix(void **state)
{
	static const struct { const char *who, *prefix, *method, *account, *path; int status, code; } rows[] = {
		{"acme", "AC", "GET", "acme", "/IncomingPhoneNumbers.json", 200, 0},
		{"acme", "AC", "GET", "acme-east", "/IncomingPhoneNumbers.json", 200, 0},
		{"acme", "AC", "GET", "acme", ".json", 200, 0},
		{"acme", "AC", "GET", "acme-east", ".json", 200, 0},
		{"acme", "AC", "GET", "trial", ".json", 404, 20404},
		{"acme", "AC", "GET", "trial", "/IncomingPhoneNumbers.json", 401, 20003},
		{"acme", "AC", "GET", "nobody", ".json", 404, 20404},
		{"acme", "AC", "GET", "nobody", "/Keys.json", 401, 20003},
		{"acme-east", "AC", "GET", "acme-east", "/IncomingPhoneNumbers.json", 200, 0},
		{"acme-east", "AC", "GET", "acme-east", ".json", 200, 0},
		{"acme-east", "AC", "GET", "acme", "/IncomingPhoneNumbers.json", 401, 20003},
		{"acme-east", "AC", "GET", "acme-west", "/IncomingPhoneNumbers.json", 401, 20003},
		{"acme-main", "SK", "GET", "acme", "/IncomingPhoneNumbers.json", 200, 0},
		{"acme-main", "SK", "GET", "acme", "/Keys.json", 200, 0},
		{"acme-main", "SK", "GET", "acme", ".json", 200, 0},
		{"acme-main", "SK", "GET", "acme-east", "/IncomingPhoneNumbers.json", 401, 20003},
		{"acme-main", "SK", "GET", "acme-east", ".json", 401, 20003},
		{"acme-standard", "SK", "GET", "acme", "/IncomingPhoneNumbers.json", 200, 0},
		{"acme-standard", "SK", "GET", "acme", "/Balance.json", 200, 0},
		{"acme-standard", "SK", "GET", "acme", "/AvailablePhoneNumbers.json", 200, 0},
		{"acme-standard", "SK", "GET", "acme", ".json", 401, 20003},
		{"acme-standard", "SK", "POST", "acme", ".json", 401, 20003},
		{"acme-standard", "SK", "GET", "acme", "/Keys.json", 401, 20003},
		{"acme-standard", "SK", "POST", "acme", "/Keys.json", 401, 20003},
		{"acme-standard", "SK", "GET", "acme-east", "/IncomingPhoneNumbers.json", 401, 20003},
		{"acme-east-standard", "SK", "GET", "acme-east", "/IncomingPhoneNumbers.json", 200, 0},
		{"acme-east-standard", "SK", "GET", "acme", "/IncomingPhoneNumbers.json", 401, 20003},
		{"acme-paused", "AC", "GET", "acme-paused", "/IncomingPhoneNumbers.json", 401, 20003},
		{"acme", "AC", "GET", "acme-paused", "/IncomingPhoneNumbers.json", 401, 20003},
		{"acme", "AC", "GET", "acme-paused", ".json", 200, 0},
		{"acme", "AC", "GET", "acme-gone", ".json", 200, 0},
		{"halted", "AC", "GET", "halted", ".json", 401, 20003},
		{"nobody", "AC", "GET", "acme", ".json", 401, 20003},
		{"nobody", "SK", "GET", "acme", ".json", 401, 20003},
		{"test", "AC", "GET", "test", ".json", 403, 20008},
		{"test", "AC", "GET", "test", "/IncomingPhoneNumbers.json", 403, 20008},
		{"test", "AC", "POST", "test", "/Addresses.json", 403, 20008},
		{"acme", "AC", "PUT", "acme", "/IncomingPhoneNumbers.json", 405, 20004},
		{"acme", "AC", "DELETE", "acme", ".json", 405, 20004},
		{"acme", "AC", "GET", "acme", "/Nothing.json", 404, 20404},
		{"acme", "AC", "GET", "acme", "/Nothings.json", 404, 20404},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char what[200];

		snprintf(what, sizeof what, "%s %s: %s %s%s", rows[i].prefix, rows[i].who, rows[i].method,
			 rows[i].account,
			 rows[i].path);
		expect(what, account_ask(rows[i].method, rows[i].account, rows[i].path,
					 cred(rows[i].prefix, rows[i].who), NULL),
		       rows[i].status, rows[i].code);
	}
}

static void without_credentials(void **state)
{
	struct reply r;
	char wrong[80];

	(void)state;
	r = ask("GET", "/2010-04-01/Accounts.json", NULL, NULL);
	assert_int_equal(r.status, 401);
	assert_int_equal(code_of(&r), 20003);
	assert_non_null(strstr(r.all, "WWW-Authenticate: Basic"));
	assert_non_null(strstr(r.all, "Twilio-Request-Id: RQ"));
	assert_string_equal(text_of(&r, "more_info"), "https://www.twilio.com/docs/errors/20003");
	reply_free(&r);
	expect("unknown user", ask("GET", "/2010-04-01/Accounts.json", "ACx:y", NULL), 401, 20003);
	snprintf(wrong, sizeof wrong, "%s:%s", sid_of("AC", "acme"), "00000000000000000000000000000000");
	expect("wrong token", ask("GET", "/2010-04-01/Accounts.json", wrong, NULL), 401, 20003);
	snprintf(wrong, sizeof wrong, "%s:", sid_of("SK", "acme-main"));
	expect("wrong secret", ask("GET", "/2010-04-01/Accounts.json", wrong, NULL), 401, 20003);
	expect("no route at all", ask("GET", "/", NULL, NULL), 401, 20003);
}

static void products_and_hosts(void **state)
{
	static const struct { const char *target; int status, code; } rows[] = {
		{"/pricing/v1/PhoneNumbers/Countries/US", 200, 0}, {"/v1/PhoneNumbers/Countries/US", 200, 0},
		{"/api/v1/PhoneNumbers/Countries/US", 404, 20404}, {"/pricing/2010-04-01/Accounts.json", 404, 20404},
		{"/messaging/v1/Nothing", 404, 20404}, {"/", 404, 20404}, {"/api", 404, 20404},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		expect(rows[i].target, ask("GET", rows[i].target, cred("AC", "acme"), NULL), rows[i].status,
		       rows[i].code);
}

static void xml_without_suffix(void **state)
{
	struct reply r = account_ask("GET", "acme", "/Balance", cred("AC", "acme"), NULL);

	(void)state;
	assert_int_equal(r.status, 200);
	assert_null(r.json);
	assert_non_null(strstr(r.all, "Content-Type: application/xml"));
	assert_non_null(strstr(r.body, "<Balance>1000.00</Balance>"));
	reply_free(&r);
	r = account_ask("GET", "acme", "/Nothing", cred("AC", "acme"), NULL);
	assert_int_equal(r.status, 404);
	assert_non_null(strstr(r.body, "<RestException><Code>20404</Code>"));
	reply_free(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SERVER_TEST(matrix), SERVER_TEST(without_credentials), SERVER_TEST(products_and_hosts),
		SERVER_TEST(xml_without_suffix),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
