#include "test.h"

#include "fixture.h"

static int start_large(void **state)
{
	(void)state;
	start_with(&(struct sandbox_config){.seed = "empty", .numbers = 2345});
	return 0;
}

static const char *acme(void)
{
	return cred("AC", "acme");
}

static void row_has_every_member(void **state)
{
	static const char *const names[] = {
		"account_sid", "address_requirements", "address_sid", "api_version", "beta", "capabilities",
		"date_created",
		"date_updated", "emergency_status", "emergency_address_sid", "emergency_address_status",
		"friendly_name",
		"identity_sid", "origin", "phone_number", "sid", "sms_application_sid", "sms_fallback_method",
		"sms_fallback_url", "sms_method", "sms_url", "status_callback", "status_callback_method", "trunk_sid",
		"uri",
		"voice_application_sid", "voice_caller_id_lookup", "voice_fallback_method", "voice_fallback_url",
		"voice_method", "voice_url", "bundle_sid", "voice_receive_mode", "status", "type",
	};
	struct reply r = account_ask("GET", "acme", "/IncomingPhoneNumbers.json", acme(), NULL);
	const struct json *row = json_first(json_get(r.json, "incoming_phone_numbers"));

	(void)state;
	assert_int_equal(json_count(row), ARRAY_LEN(names));
	for (const struct json *m = json_first(row); m; m = json_next(m)) {
		bool known = false;

		for (size_t i = 0; i < ARRAY_LEN(names); i++)
			known |= strcmp(names[i], json_name(m)) == 0;
		if (!known)
			fail_msg("'%s'", json_name(m));
	}
	assert_true(json_bool(json_get(row, "capabilities"), "voice", false));
	assert_false(json_bool(json_get(row, "capabilities"), "mms", true));
	assert_null(json_get(json_get(row, "capabilities"), "SMS"));
	reply_free(&r);
	r = account_ask("GET", "acme", "/IncomingPhoneNumbers/Local.json", acme(), NULL);
	assert_int_equal(rows_of(&r, "incoming_phone_numbers"), 3);
	assert_null(json_get(json_first(json_get(r.json, "incoming_phone_numbers")), "type"));
	reply_free(&r);
}

/* Follow next_page_uri to the end; returns the rows, sets *pages. Buys one number in between when asked. */
static size_t follow(const char *query, size_t *pages, const char *form)
{
	char *target = mem_printf("/2010-04-01/Accounts/%s/IncomingPhoneNumbers.json%s", sid_of("AC", "acme"), query);
	size_t rows = 0;

	for (*pages = 0; target; (*pages)++) {
		struct reply r = ask("GET", target, acme(), NULL);
		int64_t page = -1, start = -1, end = -1;
		const size_t n = rows_of(&r, "incoming_phone_numbers");

		assert_int_equal(r.status, 200);
		assert_true(json_i64(r.json, "page", &page) && json_i64(r.json, "start", &start) &&
			    json_i64(r.json, "end", &end));
		assert_int_equal(page, *pages);
		assert_int_equal(start, rows);
		rows += n;
		assert_int_equal(end, n ? rows - 1 : 0);
		free(target);
		target = json_text(r.json, "next_page_uri") ? mem_dup(json_text(r.json, "next_page_uri")) : NULL;
		assert_true(!target || strncmp(target, "/2010-04-01/", 12) == 0);
		reply_free(&r);
		if (form)
			expect("buy", account_ask("POST", "acme", "/IncomingPhoneNumbers.json", acme(), form), 201, 0);
		form = NULL;
	}
	return rows;
}

static void pages(void **state)
{
	static const struct { const char *query; size_t rows, pages; } rows[] = {
		{"", 2345, 47}, {"?PageSize=1000", 2345, 3}, {"?PageSize=469", 2345, 5},
		{"?PageSize=1000&FriendlyName=nope", 0, 1}, {"?PhoneNumber=%2B1201555&PageSize=3", 8, 3},
		{"?Beta=false&PageSize=1000", 2345, 3}, {"?Origin=hosted", 0, 1},
	};
	size_t pages;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const size_t n = follow(rows[i].query, &pages, NULL);

		if (n != rows[i].rows || pages != rows[i].pages)
			fail_msg("'%s': %zu rows on %zu pages", rows[i].query, n, pages);
	}
}

static void buying_does_not_shift_pages(void **state)
{
	size_t pages;

	(void)state;
	assert_int_equal(follow("?PageSize=1000", &pages, "AreaCode=415"), 2345);
	assert_int_equal(follow("?PageSize=1000", &pages, NULL), 2346);
}

static void page_refusals(void **state)
{
	static const struct { const char *query; int status, code; } rows[] = {
		{"?PageSize=1001", 400, 20007}, {"?PageSize=x", 400, 20001}, {"?PageSize=-1", 400, 20001},
		{"?PageSize=1000", 200, 0}, {"?PageSize=", 200, 0}, {"?PageSize=0", 200, 0},
		{"?PageToken=PAPNzz", 400, 21481},
		{"?PageToken=PAPN00000000000000050000000000000000", 400, 21481}, {"?Page=900", 200, 0},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char path[120];

		snprintf(path, sizeof path, "/IncomingPhoneNumbers.json%s", rows[i].query);
		expect(rows[i].query, account_ask("GET", "acme", path, acme(), NULL), rows[i].status, rows[i].code);
	}
}

static void token_is_for_its_filter(void **state)
{
	struct reply r = account_ask("GET", "acme", "/IncomingPhoneNumbers.json?PageSize=5", acme(), NULL);
	const char *next = text_of(&r, "next_page_uri"), *token = strstr(next, "&PageToken=");
	char *path;

	(void)state;
	assert_non_null(token);
	path = mem_printf("/IncomingPhoneNumbers.json?FriendlyName=x%s", token);
	expect("other filter", account_ask("GET", "acme", path, acme(), NULL), 400, 21481);
	free(path);
	path = mem_printf("/IncomingPhoneNumbers/Local.json?x%s", token);
	expect("other list", account_ask("GET", "acme", path, acme(), NULL), 400, 21481);
	free(path);
	reply_free(&r);
	r = account_ask("GET", "acme", "/IncomingPhoneNumbers.json?PageSize=5&Page=2", acme(), NULL);
	assert_int_equal(rows_of(&r, "incoming_phone_numbers"), 5);
	assert_non_null(strstr(text_of(&r, "previous_page_uri"), "Page=1"));
	reply_free(&r);
}

static void release_once(void **state)
{
	struct reply r = account_ask("GET", "acme", "/IncomingPhoneNumbers.json?PhoneNumber=%2B14155550101", acme(),
				     NULL);
	const struct json *row = json_first(json_get(r.json, "incoming_phone_numbers"));
	char *path = mem_printf("/IncomingPhoneNumbers/%s.json", json_text(row, "sid"));

	(void)state;
	expect("fetch", account_ask("GET", "acme", path, acme(), NULL), 200, 0);
	expect("under another account", account_ask("DELETE", "acme-east", path, acme(), NULL), 404, 20404);
	reply_free(&r);
	r = account_ask("DELETE", "acme", path, acme(), NULL);
	assert_int_equal(r.status, 204);
	assert_int_equal(r.body_len, 0);
	assert_null(strstr(r.all, "Content-Type"));
	reply_free(&r);
	expect("twice", account_ask("DELETE", "acme", path, acme(), NULL), 404, 20404);
	expect("fetch what is gone", account_ask("GET", "acme", path, acme(), NULL), 404, 20404);
	assert_int_equal(ledger_count("executions"), 1);
	free(path);
}

static void released_is_not_for_sale_again(void **state)
{
	struct reply r = account_ask("POST", "acme", "/IncomingPhoneNumbers.json", acme(), "AreaCode=415");
	char *path = mem_printf("/IncomingPhoneNumbers/%s.json", text_of(&r, "sid"));
	char *form = mem_printf("PhoneNumber=%%2B%s", text_of(&r, "phone_number") + 1);

	(void)state;
	assert_int_equal(r.status, 201);
	reply_free(&r);
	expect("release", account_ask("DELETE", "acme", path, acme(), NULL), 204, 0);
	expect("buy again", account_ask("POST", "acme", "/IncomingPhoneNumbers.json", acme(), form), 400, 21422);
	free(path);
	free(form);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SERVER_TEST(row_has_every_member), SERVER_TEST(page_refusals), SERVER_TEST(release_once),
		SERVER_TEST(released_is_not_for_sale_again),
		cmocka_unit_test_setup_teardown(pages, start_large, stop),
		cmocka_unit_test_setup_teardown(buying_does_not_shift_pages, start_large, stop),
		cmocka_unit_test_setup_teardown(token_is_for_its_filter, start_large, stop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
