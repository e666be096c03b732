/*
 * The program as scripts see it: exit status, standard output, standard error, and what the sandbox's own ledger says
 * about it. This file: the way from nothing to a number and back, and everything that only reads.
 */
#include "test.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "cli.h"

#include "numdesk/util/json.h"
#include "numdesk/util/mem.h"

static void test_from_nothing_to_a_number_and_back(void **state)
{
	char number[1][17];
	struct json *doc;

	(void)state;
	numdesk_add(&nd, "p", "acme");
	assert_true(numdesk_said(&nd, 1, "profile 'p' is stored"));
	assert_string_equal(nd.r.out, "");
	NUMDESK(0, "sync");
	NUMDESK(0, "list", "--json");
	assert_int_equal(nd.r.err_len, 0);
	doc = numdesk_json(&nd);
	assert_int_equal(json_count(doc), 3);
	assert_true(has(doc, "phone_number", MAIN_LINE));
	assert_true(has(doc, "phone_number", LONDON));
	json_free(doc);
	for_sale(number, 1);
	NUMDESK(0, "buy", number[0], "--yes");
	assert_true(sandbox_owns(sandbox, nd.account.account_sid, number[0]));
	NUMDESK(0, "list", "--json");
	doc = numdesk_json(&nd);
	assert_true(has(doc, "phone_number", number[0]));
	json_free(doc);
	NUMDESK(0, "release", number[0], "--confirm", number[0]);
	assert_false(sandbox_owns(sandbox, nd.account.account_sid, number[0]));
	assert_int_equal(sandbox_executions(sandbox, "buy", number[0]), 1);
	assert_int_equal(sandbox_executions(sandbox, "release", number[0]), 1);
	assert_int_equal(sandbox_arrivals(sandbox, "POST", NULL), 1);
	assert_int_equal(sandbox_arrivals(sandbox, "DELETE", NULL), 1);
	NUMDESK(0, "list", "--json");
	doc = numdesk_json(&nd);
	assert_int_equal(json_count(doc), 3);
	json_free(doc);
}

static void test_list_has_the_promised_members(void **state)
{
	static const char *const promised[] = {
		"phone_number", "phone_sid", "account_sid", "friendly_name", "capabilities", "type", "country",
		"is_primary", "status", "purchased_at", "created_at", "updated_at", "monthly_price", "currency",
		"voice_url", "sms_url",
	};
	const struct json *row, *caps;
	struct json *doc;

	(void)state;
	NUMDESK(0, "list", "--json", "--where", "101 country:US");
	doc = numdesk_json(&nd);
	assert_int_equal(json_count(doc), 1);
	row = json_at(doc, 0);
	for (size_t i = 0; i < ARRAY_LEN(promised); i++)
		if (!json_get(row, promised[i]))
			fail_msg("no member '%s'", promised[i]);
	caps = json_get(row, "capabilities");
	assert_true(json_is_object(caps));
	assert_true(json_bool(caps, "voice", false));
	assert_true(json_is_bool(json_get(caps, "fax")));
	assert_string_equal(json_text(row, "type"), "local");
	assert_string_equal(json_text(row, "country"), "US");
	assert_string_equal(json_text(row, "monthly_price"), "1.15");
	assert_string_equal(json_text(row, "account_sid"), nd.account.account_sid);
	assert_int_equal(strlen(json_text(row, "purchased_at")), 20);
	assert_int_equal(json_text(row, "purchased_at")[19], 'Z');
	assert_true(json_is_null_or_absent(row, "trunk_sid"));
	json_free(doc);
}

static void test_list_options(void **state)
{
	struct json *doc;

	(void)state;
	NUMDESK(0, "list", "--columns", "number,cost,primary", "--json");
	json_free(rows_with(3, "phone_number,monthly_price,is_primary"));
	NUMDESK(0, "list", "--where", "country:FR", "--json");
	assert_string_equal(nd.r.out, "[]\n");
	NUMDESK(0, "list", "--where", "", "--plain");
	assert_int_equal(lines(nd.r.out), 3);
	NUMDESK(0, "list", "--sort", "-number", "--json", "--limit", "2");
	doc = numdesk_json(&nd);
	assert_int_equal(json_count(doc), 2);
	assert_string_equal(text_at(doc, 0, "phone_number"), LONDON);
	json_free(doc);
	NUMDESK(0, "list", "--csv", "--columns", "number,name");
	assert_string_equal(nd.r.out, "phone_number,friendly_name\r\n"
				      MAIN_LINE ",Main line\r\n"
				      LINE_2 ",(415) 555-0102\r\n"
				      LONDON ",London\r\n");
	NUMDESK(0, "list", "--plain", "--columns", "number,caps,locked");
	assert_string_equal(nd.r.out, MAIN_LINE "\tvoice sms mms\tfalse\n" LINE_2 "\tvoice sms mms\tfalse\n" LONDON
				      "\tvoice fax\tfalse\n");
	NUMDESK(0, "list");
	assert_non_null(strstr(nd.r.out, "NUMBER"));
	assert_non_null(strstr(nd.r.out, "+1 415-555-0101"));
	NUMDESK(0, "list", "--columns", "help");
	assert_non_null(strstr(nd.r.out, "phone_number"));
	NUMDESK(0, "list", "--csv");
	assert_non_null(strstr(nd.r.out, ",voice_url,"));
}

static void test_reading_needs_no_passphrase(void **state)
{
	(void)state;
	nd.pass = NULL;
	NUMDESK(0, "list", "--json");
	NUMDESK(0, "show", LINE_2);
	NUMDESK(0, "journal");
	NUMDESK(0, "primary", LINE_2);
	NUMDESK(0, "profile", "list");
	NUMDESK(0, "profile", "show");
	NUMDESK(0, "doctor");
	NUMDESK(3, "sync");
	assert_true(numdesk_said(&nd, 1, "--passphrase-fd"));
}

/* [vault] hide_when_locked: then it does. */
static void test_hidden_vault(void **state)
{
	static const char *const locked[][4] = {
		{"list"}, {"show", MAIN_LINE}, {"journal"}, {"primary"}, {"profile", "list"}, {"profile", "show"},
		{"list", "--json", "--profile", "p"},
	};
	FILE *f = fopen(test_path(nd.home, "config.ini"), "w");

	(void)state;
	fchmod(fileno(f), 0600);
	fputs("[vault]\nhide_when_locked = yes\n", f);
	fclose(f);
	NUMDESK(0, "sync");
	NUMDESK(0, "list", "--plain");
	assert_int_equal(lines(nd.r.out), 3);
	NUMDESK(0, "profile", "list", "--plain");
	assert_int_equal(lines(nd.r.out), 1);
	nd.pass = NULL;
	for (size_t i = 0; i < ARRAY_LEN(locked); i++) {
		const char *words[5] = {locked[i][0], locked[i][1], locked[i][2], locked[i][3]};

		if (numdesk_v(&nd, words) != 3 || nd.r.out_len || !numdesk_said(&nd, 1, "locked"))
			fail_msg("%s %s: exit %d: %s", words[0], words[1] ? words[1] : "", nd.r.status, nd.r.out);
	}
}

static void test_show(void **state)
{
	struct json *doc;

	(void)state;
	NUMDESK(0, "show", "(415) 555-0101", "--json");
	doc = numdesk_json(&nd);
	assert_int_equal(json_count(doc), 1);
	assert_string_equal(text_at(doc, 0, "phone_number"), MAIN_LINE);
	assert_string_equal(text_at(doc, 0, "voice_url"), "https://voice.example.com/main");
	json_free(doc);
	NUMDESK(0, "show", MAIN_LINE, "--plain");
	assert_non_null(strstr(nd.r.out, "friendly_name\tMain line\n"));
	NUMDESK(0, "show", MAIN_LINE, "--csv");
	assert_int_equal(lines(nd.r.out), 2);
	fault("GET", "IncomingPhoneNumbers/PN", "set-field", ONCE,
	      "{\"name\":\"friendly_name\",\"raw\":\"\\\"Moved\\\"\"}");
	NUMDESK(0, "show", MAIN_LINE, "--live", "--plain");
	assert_non_null(strstr(nd.r.out, "friendly_name\tMoved\n"));
	NUMDESK(4, "show", "+14155559999");
	assert_true(numdesk_said(&nd, 1, "+14155559999"));
	assert_int_equal(nd.r.out_len, 0);
}

static void test_sync(void **state)
{
	struct json *doc;

	(void)state;
	numdesk_add(&nd, "p", "acme");
	NUMDESK(0, "sync", "--json");
	doc = rows_with(1, "account_sid,profile,seen,came,went,changed,complete,first");
	assert_true(json_true(json_get(json_at(doc, 0), "complete")));
	assert_true(json_true(json_get(json_at(doc, 0), "first")));
	json_free(doc);
	numdesk_add(&nd, "east", "acme-east");
	NUMDESK(0, "sync", "--all", "--json");
	doc = rows_with(2, "account_sid,profile,seen,came,went,changed,complete,first");
	assert_true(has(doc, "profile", "p"));
	assert_true(has(doc, "profile", "east"));
	json_free(doc);
	NUMDESK(0, "--profile", "east", "list", "--json");
	doc = numdesk_json(&nd);
	assert_int_equal(json_count(doc), 2);
	assert_false(has(doc, "phone_number", MAIN_LINE));
	json_free(doc);
	/* one of two fails: its row says so, the other is done */
	fault("GET", "IncomingPhoneNumbers", "status", ONCE, "401");
	NUMDESK(1, "sync", "--all", "--json");
	assert_true(numdesk_said(&nd, 1, "1 of 2 profiles"));
	doc = numdesk_json(&nd);
	assert_int_equal(json_count(doc), 2);
	json_free(doc);
}

static void test_search(void **state)
{
	static const char names[] = "phone_number,friendly_name,locality,region,postal_code,country,type,capabilities,"
				    "address_requirements,beta,lata,rate_center,monthly_price,currency,score,why";
	struct json *doc;

	(void)state;
	NUMDESK(0, "search", "US", "--area-code", "415", "--sms", "--limit", "5", "--json");
	doc = rows_with(5, names);
	for (size_t i = 0; i < 5; i++) {
		assert_int_equal(strncmp(text_at(doc, i, "phone_number"), "+1415", 5), 0);
		assert_string_equal(text_at(doc, i, "monthly_price"), "1.15");
		assert_true(json_bool(json_get(json_at(doc, i), "capabilities"), "sms", false));
	}
	json_free(doc);
	NUMDESK(0, "search", "US", "--contains", "5550000", "--json");
	assert_string_equal(nd.r.out, "[]\n");
	assert_non_null(strstr(nd.r.err, "try:"));
	NUMDESK(0, "search", "gb", "--type", "mobile", "--limit", "2", "--csv");
	assert_int_equal(strncmp(nd.r.out, names, 60), 0);
	assert_int_equal(lines(nd.r.out), 3);
	NUMDESK(0, "search", "US", "--limit", "2", "--plain");
	assert_int_equal(lines(nd.r.out), 2);
	/* more than one request gives: split, and said so */
	NUMDESK(0, "search", "US", "--region", "CA", "--limit", "60", "--json");
	doc = numdesk_json(&nd);
	assert_int_equal(json_count(doc), 60);
	assert_non_null(strstr(nd.r.err, "requests"));
	json_free(doc);
	NUMDESK(4, "search", "US", "--type", "mobile");
	assert_int_equal(nd.r.out_len, 0);
}

static void test_lock(void **state)
{
	(void)state;
	NUMDESK(4, "lock", "+14155559999");
	NUMDESK(0, "lock", MAIN_LINE);
	NUMDESK(0, "list", "--where", "is:locked", "--plain", "--columns", "number");
	assert_string_equal(nd.r.out, MAIN_LINE "\n");
	NUMDESK(5, "release", MAIN_LINE, "--confirm", MAIN_LINE);
	assert_true(numdesk_said(&nd, 1, "numdesk unlock " MAIN_LINE));
	NUMDESK(5, "--read-only", "unlock", MAIN_LINE);
	NUMDESK(0, "unlock", MAIN_LINE);
	NUMDESK(0, "list", "--where", "is:locked", "--json");
	assert_string_equal(nd.r.out, "[]\n");
}

static void test_primary(void **state)
{
	struct json *doc;

	(void)state;
	NUMDESK(0, "primary");
	assert_string_equal(nd.r.out, "");
	NUMDESK(0, "primary", "415 555 0102", "--json");
	json_free(rows_with(1, "phone_number,primary_for,account_sid,is_primary,owned"));
	NUMDESK(0, "primary");
	assert_string_equal(nd.r.out, LINE_2 "\n");
	NUMDESK(0, "list", "--where", "is:primary", "--json");
	doc = numdesk_json(&nd);
	assert_int_equal(json_count(doc), 1);
	assert_string_equal(text_at(doc, 0, "phone_number"), LINE_2);
	json_free(doc);
	NUMDESK(0, "primary", MAIN_LINE);
	NUMDESK(0, "list", "--where", "is:primary", "--plain", "--columns", "number");
	assert_string_equal(nd.r.out, MAIN_LINE "\n");
	NUMDESK(4, "primary", "+14155559999");
	NUMDESK(0, "primary", "--clear");
	NUMDESK(0, "primary", "--json");
	assert_string_equal(nd.r.out, "[]\n");
}

static void test_without_a_home_of_its_own(void **state)
{
	struct json *doc;
	size_t n;

	(void)state;
	NUMDESK(4, "list");
	assert_true(numdesk_said(&nd, 1, "profile add"));
	NUMDESK(4, "sync");
	NUMDESK(4, "passwd", "--new-passphrase-fd", "3");
	NUMDESK(4, "vault", "rekey");
	NUMDESK(0, "profile", "list", "--json");
	assert_string_equal(nd.r.out, "[]\n");
	NUMDESK(0, "journal", "--csv");
	assert_int_equal(lines(nd.r.out), 1);
	NUMDESK(0, "doctor", "--json");
	doc = numdesk_json(&nd);
	n = json_count(doc);
	json_free(doc);
	assert_true(n > 5);
	json_free(rows_with(n, "grade,check,message"));
}

/* The screen needs a terminal, and says so in one sentence. */
static void test_no_command_and_no_terminal(void **state)
{
	const char *const none[] = {NULL};

	(void)state;
	assert_int_equal(numdesk_v(&nd, none), 2);
	assert_true(numdesk_said(&nd, 1, "terminal"));
	assert_int_equal(nd.r.out_len, 0);
}

static void test_a_reader_that_had_enough(void **state)
{
	static const char *const list[] = {"list", "--json", NULL};

	(void)state;
	assert_int_equal(numdesk_spec(&nd, &(struct proc_spec){.no_out = true}, list), 0);
	assert_int_equal(nd.r.err_len, 0);
	assert_int_equal(numdesk_spec(&nd, &(struct proc_spec){.out_file = "/dev/full"}, list), 1);
	assert_true(numdesk_said(&nd, 1, "standard output"));
}

static void test_foreign_text_is_harmless(void **state)
{
	static const char *const shown[][3] = {
		{"list"}, {"list", "--plain"}, {"list", "--csv"}, {"show", MAIN_LINE}, {"list", "--json"},
	};

	(void)state;
	numdesk_add(&nd, "p", "acme");
	fault("GET", "IncomingPhoneNumbers", "evil-text", ALWAYS, NULL);
	NUMDESK(0, "sync");
	for (size_t i = 0; i < ARRAY_LEN(shown); i++) {
		const char *words[4] = {shown[i][0], shown[i][1], shown[i][2]};

		assert_int_equal(numdesk_v(&nd, words), 0);
		for (size_t k = 0; k < nd.r.out_len; k++) {
			const unsigned char c = (unsigned char)nd.r.out[k];

			if ((c < 0x20 && c != '\n' && c != '\t' && c != '\r') || c == 0x7f)
				fail_msg("%s %s prints the byte %02x", words[0], words[1] ? words[1] : "", c);
		}
		assert_null(strstr(nd.r.out, "\u202e"));
		assert_null(strstr(nd.r.out, "\u200b"));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_from_nothing_to_a_number_and_back), READY(test_list_has_the_promised_members),
		READY(test_list_options), READY(test_reading_needs_no_passphrase), READY(test_hidden_vault),
		READY(test_show), TEST(test_sync), READY(test_search), READY(test_primary), READY(test_lock),
		TEST(test_without_a_home_of_its_own), TEST(test_no_command_and_no_terminal),
		READY(test_a_reader_that_had_enough), TEST(test_foreign_text_is_harmless),
	};

	return cmocka_run_group_tests(tests, up, down);
}
