#include "test.h"

#include "fixture.h"

#define COMPLETE "CustomerName=C&Street=S&City=T&Region=R&PostalCode=1&IsoCountry=US"

static const char *acme(void)
{
	return cred("AC", "acme");
}

static void life_of_an_address(void **state)
{
	struct reply r = account_ask("POST", "acme", "/Addresses.json", acme(),
				     COMPLETE "&FriendlyName=Depot&EmergencyEnabled=true");
	char *path;

	(void)state;
	assert_int_equal(r.status, 201);
	assert_int_equal(json_count(r.json), 16);
	assert_string_equal(text_of(&r, "friendly_name"), "Depot");
	assert_true(json_is_null_or_absent(r.json, "street_secondary"));
	assert_true(json_bool(r.json, "emergency_enabled", false));
	path = mem_printf("/Addresses/%s.json", text_of(&r, "sid"));
	reply_free(&r);
	r = account_ask("POST", "acme", path, acme(), "City=U&IsoCountry=GB");
	assert_string_equal(text_of(&r, "city"), "U");
	assert_string_equal(text_of(&r, "iso_country"), "US");
	reply_free(&r);
	expect("of another account", account_ask("GET", "acme-east", path, acme(), NULL), 404, 20404);
	expect("delete", account_ask("DELETE", "acme", path, acme(), NULL), 204, 0);
	expect("delete again", account_ask("DELETE", "acme", path, acme(), NULL), 404, 20404);
	expect("fetch", account_ask("GET", "acme", path, acme(), NULL), 404, 20404);
	free(path);
	assert_int_equal(ledger_count("executions"), 3);
}

static void list(void **state)
{
	static const struct { const char *query; size_t rows; } rows[] = {
		{"", 3}, {"?IsoCountry=GB", 1}, {"?IsoCountry=FR", 0}, {"?FriendlyName=London", 1},
		{"?FriendlyName=Lon", 0},
		{"?CustomerName=Acme+Communications&PageSize=2", 2}, {"?EmergencyEnabled=true", 0},
		{"?EmergencyEnabled=false", 3},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char *path = mem_printf("/Addresses.json%s", rows[i].query);
		struct reply r = account_ask("GET", "acme", path, acme(), NULL);

		if (rows_of(&r, "addresses") != rows[i].rows)
			fail_msg("'%s': %zu", rows[i].query, rows_of(&r, "addresses"));
		reply_free(&r);
		free(path);
	}
}

static void refusals(void **state)
{
	static const struct { const char *form; int code; } rows[] = {
		{"", 20001}, {"CustomerName=C&Street=S&City=T&Region=R&PostalCode=1", 20001},
		{COMPLETE "&City=", 20001},
		{"CustomerName=C&Street=S&City=T&Region=R&PostalCode=1&IsoCountry=usa", 21628},
		{COMPLETE "&FriendlyName=1234567890123456789012345678901234567890123456789012345678901234567", 20002},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		expect(rows[i].form, account_ask("POST", "acme", "/Addresses.json", acme(), rows[i].form), 400,
		       rows[i].code);
}

static void what_depends_on_it_keeps_it(void **state)
{
	char *path = mem_printf("/Addresses/%s/DependentPhoneNumbers.json", sid_of("AD", "acme-us"));
	char *form = mem_printf("AreaCode=415&AddressSid=%s", sid_of("AD", "acme-us"));
	struct reply r;

	(void)state;
	r = account_ask("GET", "acme", path, acme(), NULL);
	assert_int_equal(rows_of(&r, "dependent_phone_numbers"), 0);
	reply_free(&r);
	for (int i = 0; i < 3; i++)
		expect("buy", account_ask("POST", "acme", "/IncomingPhoneNumbers.json", acme(), form), 201, 0);
	r = account_ask("GET", "acme", path, acme(), NULL);
	assert_int_equal(rows_of(&r, "dependent_phone_numbers"), 3);
	assert_int_equal(json_count(json_first(json_get(r.json, "dependent_phone_numbers"))), 26);
	reply_free(&r);
	free(path);
	path = mem_printf("/Addresses/%s/DependentPhoneNumbers.json?PageSize=2&Page=1", sid_of("AD", "acme-us"));
	r = account_ask("GET", "acme", path, acme(), NULL);
	assert_int_equal(rows_of(&r, "dependent_phone_numbers"), 1);
	reply_free(&r);
	free(path);
	path = mem_printf("/Addresses/%s.json", sid_of("AD", "acme-us"));
	expect("in use", account_ask("DELETE", "acme", path, acme(), NULL), 400, 20409);
	free(path);
	free(form);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SERVER_TEST(life_of_an_address), SERVER_TEST(list), SERVER_TEST(refusals),
		SERVER_TEST(what_depends_on_it_keeps_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
