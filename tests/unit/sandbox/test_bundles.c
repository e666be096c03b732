#include "test.h"

#include "fixture.h"

#define BUNDLES "/numbers/v2/RegulatoryCompliance/Bundles"
#define REGULATIONS "/numbers/v2/RegulatoryCompliance/Regulations"

static const char *acme(void)
{
	return cred("AC", "acme");
}

static void regulations(void **state)
{
	static const struct { const char *query; size_t rows; } rows[] = {
		{"", 5}, {"?IsoCountry=US", 0}, {"?IsoCountry=DE", 3}, {"?IsoCountry=de&NumberType=local", 2},
		{"?IsoCountry=DE&NumberType=toll-free", 0}, {"?EndUserType=individual", 2},
		{"?IsoCountry=GB&NumberType=mobile&EndUserType=business&IncludeConstraints=true", 1},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char *path = mem_printf(REGULATIONS "%s", rows[i].query);
		struct reply r = ask("GET", path, acme(), NULL);

		if (r.status != 200 || rows_of(&r, "results") != rows[i].rows)
			fail_msg("'%s': %d, %zu rows", rows[i].query, r.status, rows_of(&r, "results"));
		reply_free(&r);
		free(path);
	}
}

static void one_regulation(void **state)
{
	struct reply r = ask("GET", REGULATIONS "?IsoCountry=GB&PageSize=1", acme(), NULL);
	const struct json *row = json_first(json_get(r.json, "results"));
	char *path = mem_printf(REGULATIONS "/%s", json_text(row, "sid"));
	char *next = mem_dup(strstr(json_text(json_get(r.json, "meta"), "next_page_url"), "/v2/"));

	(void)state;
	assert_string_equal(json_text(row, "friendly_name"), "United Kingdom: Mobile - Individual");
	reply_free(&r);
	r = ask("GET", path, acme(), NULL);
	assert_string_equal(text_of(&r, "iso_country"), "GB");
	assert_string_equal(text_of(&r, "number_type"), "mobile");
	assert_int_equal(json_count(r.json), 7);
	reply_free(&r);
	free(path);
	path = mem_printf("/numbers%s", next);
	r = ask("GET", path, acme(), NULL);
	assert_string_equal(json_text(json_first(json_get(r.json, "results")), "end_user_type"), "business");
	reply_free(&r);
	free(next);
	free(path);
	expect("none", ask("GET", REGULATIONS "/RN00000000000000000000000000000000", acme(), NULL), 404, 20404);
}

static void list(void **state)
{
	static const struct { const char *query; size_t rows; } rows[] = {
		{"", 3}, {"?Status=twilio-approved", 1}, {"?Status=draft&IsoCountry=GB", 1}, {"?IsoCountry=DE", 2},
		{"?IsoCountry=DE&NumberType=mobile", 1}, {"?EndUserType=individual", 0},
		{"?FriendlyName=Germany+local", 1}, {"?HasValidUntilDate=true", 1}, {"?HasValidUntilDate=false", 2},
		{"?PageSize=2", 2}, {"?PageSize=2&Page=1", 1},
		{"?BundleSids=BU00000000000000000000000000000000", 0},
	};
	struct reply r;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char *path = mem_printf(BUNDLES "%s", rows[i].query);

		r = ask("GET", path, acme(), NULL);
		if (r.status != 200 || rows_of(&r, "results") != rows[i].rows)
			fail_msg("'%s': %d, %zu rows", rows[i].query, r.status, rows_of(&r, "results"));
		reply_free(&r);
		free(path);
	}
	r = ask("GET", BUNDLES, cred("AC", "acme-east"), NULL);
	assert_int_equal(rows_of(&r, "results"), 0);
	reply_free(&r);
}

static char *bundle_path(const char *name, const char *more)
{
	return mem_printf(BUNDLES "/%s%s", sid_of("BU", name), more);
}

static void fetch(void **state)
{
	char *path = bundle_path("acme-de-bundle", "");
	struct reply r = ask("GET", path, acme(), NULL);

	(void)state;
	assert_string_equal(text_of(&r, "status"), "twilio-approved");
	assert_int_equal(json_count(r.json), 12);
	reply_free(&r);
	expect("of another account", ask("GET", path, cred("AC", "acme-east"), NULL), 404, 20404);
	free(path);
}

static void clone(void **state)
{
	static const struct { const char *what, *bundle, *target, *more; int status, code; } rows[] = {
		{"no target", "acme-de-bundle", NULL, "", 400, 20001},
		{"a stranger", "acme-de-bundle", "poor", "", 404, 20404},
		{"a draft", "acme-gb-mobile", "acme-east", "", 400, 20422},
		{"name", "acme-de-bundle", "acme-east", "&FriendlyName=123456789012345678901234567890123456789012345678"
		 "901234567890123456", 400, 20002},
		{"no such bundle", "nothing", "acme-east", "", 404, 20404},
		{"good", "acme-de-bundle", "acme-east", "&FriendlyName=Copy", 201, 0},
		{"a draft to a draft", "acme-gb-mobile", "acme-east", "&MoveToDraft=true", 201, 0},
	};
	struct reply r;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char *path = bundle_path(rows[i].bundle, "/Clones");
		char *form = mem_printf("%s%s%s", rows[i].target ? "TargetAccountSid=" : "",
					rows[i].target ? sid_of("AC", rows[i].target) : "", rows[i].more);

		expect(rows[i].what, ask("POST", path, acme(), form), rows[i].status, rows[i].code);
		free(path);
		free(form);
	}
	r = ask("GET", BUNDLES "?Status=twilio-approved", cred("AC", "acme-east"), NULL);
	assert_string_equal(json_text(json_first(json_get(r.json, "results")), "friendly_name"), "Copy");
	reply_free(&r);
	assert_int_equal(ledger_count("executions"), 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SERVER_TEST(regulations), SERVER_TEST(one_regulation), SERVER_TEST(list), SERVER_TEST(fetch),
		SERVER_TEST(clone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
