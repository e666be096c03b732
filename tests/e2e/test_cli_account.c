/* Subaccounts from the command line. */
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"

#define IMPORTED "profile,account_sid,account_name,status,result"
#define ACCOUNT "account_name,status,numbers,monthly_price,profile,account_sid,is_parent,type,currency,created_at,fetched_at"

/* The row of `account list` with this name, in d. */
static const struct json *row_of(const struct json *d, const char *name)
{
	for (const struct json *row = json_first(d); row; row = json_next(row))
		if (json_text(row, "account_name") && strcmp(json_text(row, "account_name"), name) == 0)
			return row;
	fail_msg("no account '%s'", name);
	return NULL;
}

static void expect_status(const char *name, const char *status)
{
	struct json *d;

	NUMDESK(0, "account", "list", "--json");
	d = numdesk_json(&nd);
	assert_string_equal(json_text(row_of(d, name), "status"), status);
	json_free(d);
}

static void test_list(void **state)
{
	struct json *d;

	(void)state;
	NUMDESK(0, "--offline", "account", "list", "--json");           /* nothing was ever listed but itself */
	assert_non_null(strstr(nd.r.err, "account create"));
	NUMDESK(0, "account", "list", "--json");
	d = rows_with(5, ACCOUNT);
	assert_string_equal(text_at(d, 0, "account_name"), "Acme Communications");
	assert_true(json_bool(json_at(d, 0), "is_parent", false));
	assert_string_equal(text_at(d, 0, "profile"), "p");
	assert_string_equal(json_text(row_of(d, "Acme Paused"), "status"), "suspended");
	assert_string_equal(json_text(row_of(d, "Acme Gone"), "status"), "closed");
	assert_true(json_is_null_or_absent(row_of(d, "Acme East"), "numbers"));
	assert_true(json_is_null_or_absent(row_of(d, "Acme East"), "profile"));
	assert_non_null(json_text(row_of(d, "Acme East"), "created_at"));
	json_free(d);
	NUMDESK(0, "account", "import", "Acme East");
	NUMDESK(0, "--profile", "acme-east", "sync");
	nd.pass = NULL;                                                 /* the list needs no passphrase */
	NUMDESK(0, "account", "list", "--json");
	d = numdesk_json(&nd);
	assert_int_equal(json_count(d), 5);
	assert_string_equal(json_text(row_of(d, "Acme East"), "profile"), "acme-east");
	assert_string_equal(json_text(row_of(d, "Acme East"), "monthly_price"), "3.30");
	json_free(d);
	NUMDESK(3, "account", "list", "--refresh");
	NUMDESK(7, "--offline", "account", "list", "--refresh");
}

static void test_create(void **state)
{
	struct json *d;

	(void)state;
	NUMDESK(5, "account", "create", "North");
	assert_true(numdesk_said(&nd, 1, "--yes"));
	NUMDESK(0, "account", "create", "North", "--dry-run", "--json");
	assert_int_equal(sandbox_executions(sandbox, "create", NULL), 0);
	NUMDESK(0, "--yes", "account", "create", "North", "--json");
	d = rows_with(1, OPERATION);
	assert_string_equal(text_at(d, 0, "kind"), "account-create");
	assert_string_equal(text_at(d, 0, "subject"), "North");
	assert_string_equal(text_at(d, 0, "state"), "done");
	assert_int_equal(strlen(text_at(d, 0, "sid")), 34);
	json_free(d);
	assert_non_null(strstr(nd.r.err, "profile 'north'"));
	NUMDESK(0, "--profile", "north", "sync");
	NUMDESK(0, "--yes", "account", "create", "North", "--json");   /* it is there: nothing more is made */
	d = rows_with(1, OPERATION);
	assert_string_equal(text_at(d, 0, "message"), "exists already: nothing was sent");
	json_free(d);
	assert_int_equal(sandbox_executions(sandbox, "create", NULL), 1);
	NUMDESK(2, "account", "create");
	NUMDESK(2, "account", "create", "x", "--from", "-");
	NUMDESK(2, "--yes", "account", "create", "01234567890123456789012345678901234567890123456789012345678901234");
}

static void test_create_many(void **state)
{
	static const char *const words[] = {"--yes", "account", "create", "--from", "-", "--json", NULL};
	struct proc_spec spec = {.n_fds = 1, .fds = {{0, "# customers\n North \n\nSouth & East\nWest\n"}}};
	struct json *d;

	(void)state;
	assert_int_equal(numdesk_spec(&nd, &spec, words), 0);
	d = rows_with(3, OPERATION);
	assert_string_equal(text_at(d, 1, "subject"), "South & East");
	json_free(d);
	assert_non_null(strstr(nd.r.err, "3 subaccounts are profiles now, from 'north' to 'west'"));
	assert_int_equal(numdesk_spec(&nd, &spec, words), 0);
	assert_int_equal(sandbox_executions(sandbox, "create", NULL), 3);
	NUMDESK(0, "profile", "list", "--plain");
	assert_int_equal(lines(nd.r.out), 4);
	spec.fds[0].text = "North\nNorth\n";
	assert_int_equal(numdesk_spec(&nd, &spec, words), 5);
	spec.fds[0].text = "Fine\n0123456789012345678901234567890123456789012345678901234567890123456789\n";
	assert_int_equal(numdesk_spec(&nd, &spec, words), 2);
	assert_non_null(strstr(nd.r.err, "line 2"));
	spec.fds[0].text = "# nobody\n";
	assert_int_equal(numdesk_spec(&nd, &spec, words), 2);
	assert_int_equal(sandbox_executions(sandbox, "create", NULL), 3);
}

/* A lost answer never makes two: the next try finds what the first one made. */
static void test_create_with_a_lost_answer(void **state)
{
	struct json *d;

	(void)state;
	fault("POST", "/Accounts.json", "reset-after-exec", ONCE, NULL);
	/* nor can it be looked up, but for the look before it is sent */
	sandbox_fault(sandbox, "{\"match\":{\"method\":\"GET\",\"path_contains\":\"/Accounts.json\",\"nth\":2},"
			       "\"mode\":\"status\",\"arg\":503,\"times\":0}");
	NUMDESK(6, "--yes", "account", "create", "North", "--json");
	d = rows_with(1, OPERATION);
	assert_string_equal(text_at(d, 0, "state"), "unknown");
	json_free(d);
	NUMDESK(5, "--yes", "account", "create", "North");
	assert_non_null(strstr(nd.r.err, "resume"));
	sandbox_no_faults(sandbox);
	NUMDESK(0, "resume", "--json");
	assert_non_null(strstr(nd.r.out, "\"done\""));
	assert_int_equal(sandbox_executions(sandbox, "create", NULL), 1);
	NUMDESK(0, "--profile", "north", "sync");               /* its token came along */
	NUMDESK(0, "--yes", "account", "create", "North");
	assert_int_equal(sandbox_executions(sandbox, "create", NULL), 1);
}

static void test_create_refusals(void **state)
{
	(void)state;
	fault("POST", "/Accounts.json", "status", ONCE, "{\"status\":400,\"code\":21480}");
	NUMDESK(1, "--yes", "account", "create", "North", "--json");
	assert_non_null(strstr(nd.r.out, "21480"));
	numdesk_add(&nd, "east", "acme-east");
	NUMDESK(5, "--yes", "--profile", "east", "account", "create", "North");
	assert_non_null(strstr(nd.r.err, "its parent's profile"));
	assert_int_equal(sandbox_executions(sandbox, "create", NULL), 0);
}

static void test_suspend_and_activate(void **state)
{
	struct json *d;

	(void)state;
	NUMDESK(5, "account", "suspend", "Acme East");
	NUMDESK(5, "--yes", "account", "suspend", "Acme East");         /* taking away is never a --yes */
	NUMDESK(5, "account", "suspend", "Acme East", "--confirm", "Acme");
	NUMDESK(0, "account", "suspend", "Acme East", "--confirm", "Acme East", "--json");
	assert_non_null(strstr(nd.r.err, "billed to the parent all the same"));
	d = rows_with(1, OPERATION);
	assert_string_equal(text_at(d, 0, "kind"), "account-suspend");
	assert_string_equal(text_at(d, 0, "state"), "done");
	json_free(d);
	expect_status("Acme East", "suspended");
	NUMDESK(0, "account", "suspend", "Acme East", "--confirm", "Acme East", "--json");
	assert_non_null(strstr(nd.r.out, "is so already: nothing was sent"));
	NUMDESK(5, "account", "activate", "Acme East");
	NUMDESK(0, "--yes", "account", "activate", "Acme East", "Acme Paused", "--json");
	json_free(rows_with(2, OPERATION));
	expect_status("Acme East", "active");
	expect_status("Acme Paused", "active");
	NUMDESK(4, "--yes", "account", "activate", "nobody");
	NUMDESK(5, "account", "suspend", "Acme Communications", "--confirm", "Acme Communications");
	assert_non_null(strstr(nd.r.err, "parent"));
}

static void test_close(void **state)
{
	struct sandbox_account a;
	struct json *d;

	(void)state;
	sandbox_credentials(sandbox, "acme-east", &a);
	NUMDESK(0, "account", "import", "Acme East");
	NUMDESK(0, "--profile", "acme-east", "sync");
	NUMDESK(0, "account", "close", "acme-east", "--dry-run");
	assert_non_null(strstr(nd.r.err, "2 numbers are released at once and for good"));
	NUMDESK(0, "--profile", "acme-east", "lock", "+12125550103");
	NUMDESK(5, "account", "close", "Acme East", "--confirm", "Acme East");
	assert_non_null(strstr(nd.r.err, "locked here"));
	NUMDESK(0, "--profile", "acme-east", "unlock", "+12125550103");
	NUMDESK(5, "account", "close", "Acme East");
	NUMDESK(5, "account", "close", "Acme East", "--confirm", "acme east");
	assert_true(sandbox_owns(sandbox, a.account_sid, "+12125550103"));
	NUMDESK(0, "account", "close", "Acme East", "--confirm", "Acme East", "--json");
	d = rows_with(1, OPERATION);
	assert_string_equal(text_at(d, 0, "state"), "done");
	json_free(d);
	assert_false(sandbox_owns(sandbox, a.account_sid, "+12125550103"));
	expect_status("Acme East", "closed");
	NUMDESK(0, "--profile", "acme-east", "list", "--where", "gone:no", "--plain");
	assert_string_equal(nd.r.out, "");
	NUMDESK(5, "--yes", "account", "activate", a.account_sid);
	assert_non_null(strstr(nd.r.err, "is closed"));
	NUMDESK(4, "account", "close", "Acme East", "--confirm", "Acme East");
	assert_non_null(strstr(nd.r.err, "closed for good"));
}

/* The answer to a closing is lost: the account itself tells. */
static void test_close_with_a_lost_answer(void **state)
{
	(void)state;
	fault("POST", "/Accounts/", "reset-before-exec", ONCE, NULL);
	NUMDESK(6, "account", "close", "Acme West", "--confirm", "Acme West");
	NUMDESK(6, "resume");                                           /* it was not closed, and may be sent again */
	NUMDESK(0, "account", "close", "Acme West", "--confirm", "Acme West");
	expect_status("Acme West", "closed");
	fault("POST", "/Accounts/", "reset-after-exec", ONCE, NULL);
	/* looked up at once, perhaps before the command ends */
	assert_true(numdesk(&nd, "account", "close", "Acme Paused", "--confirm", "Acme Paused", NULL) % 6 == 0);
	NUMDESK(0, "resume");
	expect_status("Acme Paused", "closed");
}

/* Both accounts with credentials; the parent's profile "p" in use. */
static void two_accounts(struct sandbox_account *acme, struct sandbox_account *east)
{
	sandbox_credentials(sandbox, "acme", acme);
	sandbox_credentials(sandbox, "acme-east", east);
	NUMDESK(0, "account", "import", "Acme East");
	NUMDESK(0, "--profile", "acme-east", "sync");
}

static void test_transfer(void **state)
{
	struct sandbox_account acme, east;
	struct json *d;

	(void)state;
	two_accounts(&acme, &east);
	NUMDESK(0, "tag", MAIN_LINE, "--add", "billing");
	NUMDESK(0, "transfer", MAIN_LINE, "--to", "Acme East", "--dry-run", "--json");
	assert_non_null(strstr(nd.r.err, "A2P 10DLC"));
	assert_non_null(strstr(nd.r.err, "messaging services"));
	assert_true(sandbox_owns(sandbox, acme.account_sid, MAIN_LINE));
	NUMDESK(5, "transfer", MAIN_LINE, "--to", "Acme East");
	NUMDESK(5, "--yes", "transfer", MAIN_LINE, "--to", "Acme East");
	NUMDESK(0, "transfer", MAIN_LINE, "--to", "Acme East", "--confirm", MAIN_LINE, "--json");
	d = rows_with(1, OPERATION);
	assert_string_equal(text_at(d, 0, "kind"), "transfer");
	assert_string_equal(text_at(d, 0, "state"), "done");
	json_free(d);
	assert_true(sandbox_owns(sandbox, east.account_sid, MAIN_LINE));
	assert_int_equal(sandbox_executions(sandbox, "transfer", MAIN_LINE), 1);
	NUMDESK(0, "list", "--plain", "--where", "gone:no");
	assert_int_equal(lines(nd.r.out), 2);
	NUMDESK(0, "--profile", "acme-east", "list", "--json", "--where", "tag:billing");       /* cached, and its tag came along */
	d = numdesk_json(&nd);
	assert_int_equal(json_count(d), 1);
	assert_string_equal(text_at(d, 0, "phone_number"), MAIN_LINE);
	json_free(d);
	/* and back, from the subaccount's profile, by the parent's token out of the vault */
	NUMDESK(0, "--profile", "acme-east", "transfer", MAIN_LINE, "--to", "p", "--confirm", MAIN_LINE);
	assert_true(sandbox_owns(sandbox, acme.account_sid, MAIN_LINE));
}

static void test_transfer_refusals(void **state)
{
	struct sandbox_account acme, east;

	(void)state;
	two_accounts(&acme, &east);
	NUMDESK(4, "transfer", MAIN_LINE, "--to", "nobody", "--confirm", MAIN_LINE);
	NUMDESK(5, "transfer", MAIN_LINE, "--to", "p", "--confirm", MAIN_LINE);
	assert_non_null(strstr(nd.r.err, "in that account already"));
	NUMDESK(5, "transfer", MAIN_LINE, "--to", "Acme Paused", "--confirm", MAIN_LINE);
	assert_non_null(strstr(nd.r.err, "suspended"));
	NUMDESK(0, "lock", MAIN_LINE);
	NUMDESK(5, "transfer", MAIN_LINE, "--to", "Acme East", "--confirm", MAIN_LINE);
	NUMDESK(0, "unlock", MAIN_LINE);
	NUMDESK(0, "primary", MAIN_LINE);
	NUMDESK(5, "transfer", MAIN_LINE, "--to", "Acme East", "--confirm", MAIN_LINE);
	assert_non_null(strstr(nd.r.err, "primary"));
	NUMDESK(0, "primary", "--clear");
	NUMDESK(0, "profile", "remove", "p", "--yes");                  /* the parent's token is gone */
	NUMDESK(5, "--profile", "acme-east", "transfer", "+12125550103", "--to", acme.account_sid, "--confirm", "+12125550103");
	assert_non_null(strstr(nd.r.err, "auth token of the parent"));
	assert_int_equal(sandbox_executions(sandbox, "transfer", NULL), 0);
}

static void test_transfer_with_a_lost_answer(void **state)
{
	struct sandbox_account acme, east;

	(void)state;
	two_accounts(&acme, &east);
	fault("POST", "/IncomingPhoneNumbers/", "reset-after-exec", ONCE, NULL);
	assert_true(numdesk(&nd, "transfer", MAIN_LINE, "--to", "Acme East", "--confirm", MAIN_LINE, NULL) % 6 == 0);
	NUMDESK(0, "resume");
	assert_true(sandbox_owns(sandbox, east.account_sid, MAIN_LINE));
	fault("POST", "/IncomingPhoneNumbers/", "reset-before-exec", ONCE, NULL);
	NUMDESK(6, "transfer", LINE_2, "--to", "Acme East", "--confirm", LINE_2);
	NUMDESK(6, "resume");
	NUMDESK(0, "transfer", LINE_2, "--to", "Acme East", "--confirm", LINE_2);       /* it did not happen: again */
	assert_int_equal(sandbox_executions(sandbox, "transfer", LINE_2), 1);
	assert_int_equal(sandbox_executions(sandbox, "transfer", MAIN_LINE), 1);
}

static void test_list_of_all_accounts(void **state)
{
	struct sandbox_account acme, east;
	struct json *d;

	(void)state;
	two_accounts(&acme, &east);
	NUMDESK(0, "list", "--json");
	d = numdesk_json(&nd);
	assert_int_equal(json_count(d), 3);
	json_free(d);
	NUMDESK(0, "list", "--all-accounts", "--json");
	d = numdesk_json(&nd);
	assert_int_equal(json_count(d), 5);
	assert_true(has(d, "account_name", "Acme East"));
	assert_true(has(d, "account_name", "Acme Communications"));
	json_free(d);
	NUMDESK(0, "list", "--all-accounts", "--where", "account:east", "--plain");
	assert_int_equal(lines(nd.r.out), 2);
	assert_non_null(strstr(nd.r.out, "Acme East"));
}

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
		READY(test_list), READY(test_create), READY(test_create_many), READY(test_create_with_a_lost_answer),
		READY(test_create_refusals), READY(test_suspend_and_activate), READY(test_close),
		READY(test_close_with_a_lost_answer), READY(test_transfer), READY(test_transfer_refusals),
		READY(test_transfer_with_a_lost_answer), READY(test_list_of_all_accounts),
		READY(test_import), READY(test_import_refusals), READY(test_profile_set),
	};

	return cmocka_run_group_tests(tests, up, down);
}
