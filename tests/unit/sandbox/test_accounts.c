#include "test.h"

#include "fixture.h"

static const char *acme(void)
{
	return cred("AC", "acme");
}

static void list_holds_the_parent_and_all_its_subaccounts(void **state)
{
	struct reply r = ask("GET", "/2010-04-01/Accounts.json", acme(), NULL);
	const struct json *row;

	(void)state;
	assert_int_equal(r.status, 200);
	assert_int_equal(rows_of(&r, "accounts"), 5);
	for (row = json_first(json_get(r.json, "accounts")); row; row = json_next(row)) {
		assert_string_equal(json_text(row, "owner_account_sid"), sid_of("AC", "acme"));
		assert_int_equal(strlen(json_text(row, "auth_token")), 32);
		assert_int_equal(json_count(json_get(row, "subresource_uris")), 20);
	}
	reply_free(&r);
	r = ask("GET", "/2010-04-01/Accounts.json", cred("AC", "acme-east"), NULL);
	assert_int_equal(rows_of(&r, "accounts"), 1);
	reply_free(&r);
	r = ask("GET", "/2010-04-01/Accounts.json", cred("SK", "acme-main"), NULL);
	assert_int_equal(rows_of(&r, "accounts"), 5);
	assert_string_equal(json_text(json_first(json_get(r.json, "accounts")), "auth_token"), "");
	reply_free(&r);
}

static void list_filters(void **state)
{
	static const struct { const char *query; size_t rows; } rows[] = {
		{"Status=active", 3}, {"Status=suspended", 1}, {"Status=closed", 1}, {"FriendlyName=Acme%20East", 1},
		{"FriendlyName=acme%20east", 0}, {"FriendlyName=Acme", 0}, {"FriendlyName=Acme+East&Status=closed", 0},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char target[120];
		struct reply r;

		snprintf(target, sizeof target, "/2010-04-01/Accounts.json?%s", rows[i].query);
		r = ask("GET", target, acme(), NULL);
		if (rows_of(&r, "accounts") != rows[i].rows)
			fail_msg("%s: %zu", rows[i].query, rows_of(&r, "accounts"));
		reply_free(&r);
	}
}

static void create(void **state)
{
	struct reply r = ask("POST", "/2010-04-01/Accounts.json", acme(), "FriendlyName=North+%26+South");
	char who[80], target[120];

	(void)state;
	assert_int_equal(r.status, 201);
	assert_string_equal(text_of(&r, "friendly_name"), "North & South");
	assert_string_equal(text_of(&r, "owner_account_sid"), sid_of("AC", "acme"));
	assert_string_equal(text_of(&r, "status"), "active");
	assert_string_equal(text_of(&r, "type"), "Full");
	snprintf(who, sizeof who, "%s:%s", text_of(&r, "sid"), text_of(&r, "auth_token"));
	snprintf(target, sizeof target, "/2010-04-01/Accounts/%s/IncomingPhoneNumbers.json", text_of(&r, "sid"));
	reply_free(&r);
	expect("its own credentials work", ask("GET", target, who, NULL), 200, 0);
	expect("nests", ask("POST", "/2010-04-01/Accounts.json", who, ""), 400, 21101);
	r = ask("POST", "/2010-04-01/Accounts.json", acme(), NULL);
	assert_memory_equal(text_of(&r, "friendly_name"), "SubAccount Created at 20", 24);
	reply_free(&r);
	expect("empty name", ask("POST", "/2010-04-01/Accounts.json", acme(), "FriendlyName="), 400, 20002);
	expect("long name", ask("POST", "/2010-04-01/Accounts.json", acme(),
				"FriendlyName=" "1234567890123456789012345678901234567890"
				"1234567890123456789012345"), 400, 20002);
	expect("standard key", ask("POST", "/2010-04-01/Accounts.json", cred("SK", "acme-standard"), ""), 401, 20003);
	assert_int_equal(ledger_count("executions"), 2);
}

static void status(void **state)
{
	static const struct { const char *what, *account, *who, *form; int status, code; } rows[] = {
		{"suspend", "acme-east", "acme", "Status=suspended", 200, 0},
		{"its token is refused", "acme-east", "acme-east", "FriendlyName=x", 401, 20003},
		{"and back", "acme-east", "acme", "Status=active", 200, 0},
		{"the same again", "acme-east", "acme", "Status=active", 200, 0},
		{"by itself", "acme-east", "acme-east", "Status=suspended", 400, 21475},
		{"the parent's own", "acme", "acme", "Status=suspended", 400, 21477},
		{"unknown word", "acme-east", "acme", "Status=paused", 400, 21475},
		{"reopen a closed one", "acme-gone", "acme", "Status=active", 400, 21479},
		{"rename", "acme-east", "acme", "FriendlyName=East", 200, 0},
		{"rename itself", "acme-east", "acme-east", "FriendlyName=East+2", 200, 0},
		{"rename badly", "acme-east", "acme", "FriendlyName=", 400, 20002},
		{"close", "acme-east", "acme", "Status=closed", 200, 0},
		{"close again", "acme-east", "acme", "Status=closed", 400, 21479},
	};
	struct reply r;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		expect(rows[i].what, account_ask("POST", rows[i].account, ".json", cred("AC", rows[i].who),
						 rows[i].form),
		       rows[i].status, rows[i].code);
	r = ask("GET", "/_sandbox/owned", NULL, NULL);          /* closing released its two numbers */
	assert_int_equal(json_count(r.json), 4);
	reply_free(&r);
}

/* Names are not unique: a client that asks twice has two accounts. */
static void a_name_twice_makes_two(void **state)
{
	struct reply r;

	(void)state;
	expect("once", ask("POST", "/2010-04-01/Accounts.json", acme(), "FriendlyName=North"), 201, 0);
	expect("twice", ask("POST", "/2010-04-01/Accounts.json", acme(), "FriendlyName=North"), 201, 0);
	r = ask("GET", "/2010-04-01/Accounts.json?FriendlyName=North", acme(), NULL);
	assert_int_equal(rows_of(&r, "accounts"), 2);
	reply_free(&r);
}

/* The list may lag behind; the account itself does not. */
static void list_lag(void **state)
{
	char target[100];
	struct reply r;

	(void)state;
	order_fault("{\"match\": {\"method\": \"POST\"}, \"mode\": \"list-lag-ms\", \"arg\": 3600000}");
	r = ask("POST", "/2010-04-01/Accounts.json", acme(), "FriendlyName=North");
	assert_int_equal(r.status, 201);
	snprintf(target, sizeof target, "/2010-04-01/Accounts/%s.json", text_of(&r, "sid"));
	reply_free(&r);
	expect("itself", ask("GET", target, acme(), NULL), 200, 0);
	r = ask("GET", "/2010-04-01/Accounts.json?FriendlyName=North", acme(), NULL);
	assert_int_equal(rows_of(&r, "accounts"), 0);
	reply_free(&r);
}

static void pages_of_accounts(void **state)
{
	size_t seen = 0;
	char *target = mem_dup("/2010-04-01/Accounts.json?PageSize=2");
	struct reply r;

	(void)state;
	while (target) {
		r = ask("GET", target, acme(), NULL);
		assert_int_equal(r.status, 200);
		seen += rows_of(&r, "accounts");
		free(target);
		target = *text_of(&r, "next_page_uri") ? mem_dup(text_of(&r, "next_page_uri")) : NULL;
		reply_free(&r);
	}
	assert_int_equal(seen, 5);
	expect("too large", ask("GET", "/2010-04-01/Accounts.json?PageSize=1001", acme(), NULL), 400, 20007);
}

static void balance(void **state)
{
	struct reply r = account_ask("GET", "acme", "/Balance.json", acme(), NULL);

	(void)state;
	assert_string_equal(text_of(&r, "balance"), "1000.00");
	assert_string_equal(text_of(&r, "currency"), "USD");
	assert_string_equal(text_of(&r, "account_sid"), sid_of("AC", "acme"));
	reply_free(&r);
	expect("a subaccount has none", account_ask("GET", "acme-east", "/Balance.json", acme(), NULL), 404, 20404);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SERVER_TEST(list_holds_the_parent_and_all_its_subaccounts), SERVER_TEST(list_filters),
		SERVER_TEST(create),
		SERVER_TEST(a_name_twice_makes_two), SERVER_TEST(list_lag), SERVER_TEST(pages_of_accounts),
		SERVER_TEST(status), SERVER_TEST(balance),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
