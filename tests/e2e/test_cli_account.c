/* Subaccounts from the command line. */
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"

#define IMPORTED "profile,account_sid,account_name,status,result"

static void test_import(void **state)
{
	struct sandbox_account a;
	struct json *doc;

	(void)state;
	NUMDESK(0, "account", "import", "--dry-run", "--json");
	doc = rows_with(3, IMPORTED);
	assert_string_equal(text_at(doc, 0, "profile"), "acme-east");
	assert_string_equal(text_at(doc, 0, "result"), "added");
	json_free(doc);
	NUMDESK(0, "profile", "list", "--plain");
	assert_int_equal(lines(nd.r.out), 1);
	NUMDESK(0, "account", "import", "Acme East", "--json");
	json_free(rows_with(1, IMPORTED));
	NUMDESK(0, "account", "import", "--json");
	doc = rows_with(3, IMPORTED);
	assert_string_equal(text_at(doc, 0, "result"), "unchanged");
	assert_string_equal(text_at(doc, 1, "profile"), "acme-paused");
	assert_string_equal(text_at(doc, 1, "status"), "suspended");
	assert_string_equal(text_at(doc, 1, "result"), "added");
	sandbox_credentials(sandbox, "acme-west", &a);
	assert_string_equal(text_at(doc, 2, "account_sid"), a.account_sid);
	assert_null(strstr(nd.r.out, a.auth_token));
	json_free(doc);
	NUMDESK(0, "--profile", "acme-east", "sync");
	NUMDESK(0, "--profile", "acme-east", "list", "--plain");
	assert_int_equal(lines(nd.r.out), 2);
	NUMDESK(3, "--profile", "acme-paused", "sync");
	NUMDESK(0, "profile", "check", "acme-west");
}

static void test_import_refusals(void **state)
{
	(void)state;
	NUMDESK(2, "account", "import", "x", "--all");
	NUMDESK(4, "account", "import", "nobody");
	assert_true(numdesk_said(&nd, 1, "account create"));
	NUMDESK(4, "account", "import", "Acme Gone");
	NUMDESK(5, "--read-only", "account", "import");
	NUMDESK(7, "--offline", "account", "import");
	numdesk_add(&nd, "east", "acme-east");
	NUMDESK(5, "--profile", "east", "account", "import");
	assert_true(numdesk_said(&nd, 1, "its parent's profile"));
	numdesk_add(&nd, "poor", "poor");
	NUMDESK(0, "--profile", "poor", "account", "import", "--json");
	assert_string_equal(nd.r.out, "[]\n");
	assert_non_null(strstr(nd.r.err, "account create"));
}

static void test_profile_set(void **state)
{
	struct json *doc;

	(void)state;
	NUMDESK(0, "profile", "set", "p", "--label", "PROD", "--color", "red", "--protected", "yes", "--json");
	doc = numdesk_json(&nd);
	assert_string_equal(text_at(doc, 0, "label"), "PROD");
	assert_string_equal(text_at(doc, 0, "color"), "red");
	assert_true(json_bool(json_at(doc, 0), "is_protected", false));
	assert_false(json_bool(json_at(doc, 0), "is_read_only", true));
	json_free(doc);
	NUMDESK(0, "profile", "set", "p", "--read-only", "yes");
	NUMDESK(5, "lock", MAIN_LINE);
	assert_true(numdesk_said(&nd, 1, "profile 'p' is read-only"));
	NUMDESK(0, "profile", "set", "P", "--read-only", "no", "--label", "-");
	NUMDESK(0, "lock", MAIN_LINE);
	NUMDESK(0, "profile", "show", "--json");
	doc = numdesk_json(&nd);
	assert_string_equal(text_at(doc, 0, "label"), "");
	assert_string_equal(text_at(doc, 0, "color"), "red");
	json_free(doc);
	NUMDESK(2, "profile", "set", "p");
	NUMDESK(2, "profile", "set", "p", "--read-only", "maybe");
	NUMDESK(2, "profile", "set", "p", "--color", "mauve");
	NUMDESK(2, "profile", "set", "p", "--label", "0123456789abcdef");
	NUMDESK(4, "profile", "set", "q", "--label", "X");
	NUMDESK(5, "--read-only", "profile", "set", "p", "--label", "X");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		READY(test_import), READY(test_import_refusals), READY(test_profile_set),
	};

	return cmocka_run_group_tests(tests, up, down);
}
