#include "test.h"

#include "fixture.h"

static void credentials_of(const char *seed, size_t rows)
{
	struct reply r;

	start_with(&(struct sandbox_config){.seed = seed});
	r = ask("GET", "/_sandbox/credentials", NULL, NULL);
	if (json_count(r.json) != rows)
		fail_msg("%s: %s", seed, r.body);
	for (const struct json *row = json_first(r.json); row; row = json_next(row)) {
		assert_true(sid_is(json_text(row, "account_sid"), "AC"));
		assert_int_equal(strlen(json_text(row, "auth_token")), 32);
		assert_non_null(json_text(row, "name"));
		assert_non_null(json_text(row, "kind"));
	}
	reply_free(&r);
}

static void credentials(void **state)
{
	(void)state;
	credentials_of("empty", 1);
	stop(state);
	credentials_of("demo", 5);
	stop(state);
	credentials_of("basic", 11);
}

static size_t owned_by(const char *account)
{
	char target[100];
	struct reply r;
	size_t n;

	snprintf(target, sizeof target, "/_sandbox/owned?account=%s", sid_of("AC", account));
	r = ask("GET", target, NULL, NULL);
	n = json_count(r.json);
	reply_free(&r);
	return n;
}

static void demo_world(void **state)
{
	struct reply r;

	(void)state;
	start_with(&(struct sandbox_config){.seed = "demo"});
	assert_int_equal(owned_by("client-0"), 12);
	assert_int_equal(owned_by("client-1"), 40);
	assert_int_equal(owned_by("acme"), 3);
	assert_int_equal(owned_by("client-3"), 3);
	assert_int_equal(owned_by("client-4"), 0);
	r = ask("GET", "/2010-04-01/Accounts.json", cred("AC", "acme"), NULL);
	assert_int_equal(rows_of(&r, "accounts"), 7);
	reply_free(&r);
	expect("not printed, but good", account_ask("GET", "client-2", "/IncomingPhoneNumbers.json",
						    cred("AC", "client-2"), NULL), 200, 0);
	r = account_ask("GET", "acme", "/Balance.json", cred("AC", "acme"), NULL);
	assert_string_equal(text_of(&r, "balance"), "42.17");
	reply_free(&r);
	r = account_ask("GET", "client-0", "/IncomingPhoneNumbers.json?PhoneNumber=%2B14155550137",
			cred("SK", "client-0-key"), NULL);
	assert_string_equal(json_text(json_first(json_get(r.json, "incoming_phone_numbers")), "friendly_name"),
			    "Support");
	reply_free(&r);
	r = account_ask("GET", "client-0", ".json", cred("AC", "acme"), NULL);
	assert_string_equal(text_of(&r, "friendly_name"), "Client 0");
	reply_free(&r);
}

static void made_up_numbers_belong_to_the_first_account(void **state)
{
	(void)state;
	start_with(&(struct sandbox_config){.seed = "demo", .numbers = 77});
	assert_int_equal(owned_by("acme"), 80);
	assert_int_equal(owned_by("client-0"), 12);
}

static void bad_configurations(void **state)
{
	static const struct { struct sandbox_config config; enum err_kind kind; } rows[] = {
		{{.seed = "none"}, ERR_USAGE}, {{.numbers = -1}, ERR_USAGE}, {{.numbers = 99999999}, ERR_USAGE},
		{{.db_path = "/nonexistent/x.db"}, ERR_IO}, {{.ledger_path = "/nonexistent/x"}, ERR_IO},
		{{.scenario_path = "/nonexistent/x"}, ERR_NOT_FOUND},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct err e = {0};

		if (sandbox_start(&rows[i].config, &e) || e.kind != rows[i].kind)
			fail_msg("row %zu: kind %d, '%s'", i, e.kind, e.msg);
	}
}

static void file_keeps_the_state_over_a_restart(void **state)
{
	const char *path = test_path(test_dir(), "state.db");
	struct err e = {0};
	struct sandbox *second;

	start_with(&(struct sandbox_config){.seed = "basic", .db_path = path, .numbers = 10});
	expect("buy", account_ask("POST", "acme", "/IncomingPhoneNumbers.json", cred("AC", "acme"), "AreaCode=415"),
	       201, 0);
	stop(state);
	start_with(&(struct sandbox_config){.seed = "basic", .db_path = path});
	assert_int_equal(owned_by("acme"), 14);
	assert_int_equal(ledger_count("executions"), 1);
	expect("reset", ask("POST", "/_sandbox/reset", NULL, ""), 200, 0);
	assert_int_equal(owned_by("acme"), 3);
	assert_int_equal(ledger_count("arrivals"), 0);
	second = sandbox_start(&(struct sandbox_config){.port = port}, &e);
	assert_null(second);
	assert_int_equal(e.kind, ERR_IO);
}

#define T(f) cmocka_unit_test_setup_teardown(f, NULL, stop)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(credentials), T(demo_world), T(made_up_numbers_belong_to_the_first_account), T(bad_configurations),
		T(file_keeps_the_state_over_a_restart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
