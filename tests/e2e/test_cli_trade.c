/* Buying and releasing from a script: rows, confirmation, guards, and outcomes that are not known at once. */
#include "test.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "cli.h"

#include "numdesk/util/json.h"
#include "numdesk/util/mem.h"

static void test_rows_of_a_change_in_every_format(void **state)
{
	char number[4][17];
	struct json *doc;
	int64_t id;

	(void)state;
	for_sale(number, 4);
	NUMDESK(0, "buy", number[0], "--yes", "--json");
	doc = rows_with(1, OPERATION);
	assert_string_equal(text_at(doc, 0, "kind"), "buy");
	assert_string_equal(text_at(doc, 0, "state"), "done");
	assert_string_equal(text_at(doc, 0, "phone_number"), number[0]);
	assert_int_equal(strncmp(text_at(doc, 0, "phone_sid"), "PN", 2), 0);
	assert_true(json_i64(json_at(doc, 0), "operation", &id) && id > 0);
	assert_true(json_is_null_or_absent(json_at(doc, 0), "code"));
	json_free(doc);
	NUMDESK(0, "buy", number[1], "--yes", "--csv");
	assert_int_equal(strncmp(nd.r.out, OPERATION "\r\n", sizeof OPERATION), 0);
	NUMDESK(0, "buy", number[2], "--yes", "--plain");
	assert_int_equal(lines(nd.r.out), 1);
	assert_non_null(strstr(nd.r.out, "\tbuy\t"));
	NUMDESK(0, "buy", number[3], "--yes");
	assert_non_null(strstr(nd.r.out, "STATE"));
	NUMDESK(0, "release", number[0], number[1], number[2], number[3], "--confirm", "4", "--json");
	doc = rows_with(4, OPERATION);
	for (size_t i = 0; i < 4; i++)
		assert_string_equal(text_at(doc, i, "state"), "done");
	json_free(doc);
	assert_int_equal(sandbox_executions(sandbox, "release", NULL), 4);
}

static void test_count_searches_then_buys_by_number(void **state)
{
	struct json *doc;

	(void)state;
	NUMDESK(0, "buy", "--country", "US", "--area-code", "415", "--count", "3", "--yes", "--json");
	doc = rows_with(3, OPERATION);
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(strncmp(text_at(doc, i, "phone_number"), "+1415", 5), 0);
	json_free(doc);
	assert_int_equal(sandbox_arrivals(sandbox, "POST", NULL), 3);
	assert_int_equal(sandbox_executions(sandbox, "buy", NULL), 3);
	NUMDESK(4, "buy", "--count", "900", "--contains", "5557", "--area-code", "415", "--yes");
	assert_int_equal(sandbox_arrivals(sandbox, "POST", NULL), 3);
	/* what needs an address that the account has not is left out of what is found, as it could not be bought */
	NUMDESK(4, "buy", "--country", "AU", "--count", "1", "--yes");
	assert_true(numdesk_said(&nd, 1, "with the addresses of this account"));
}

static void test_buy_with_a_name_and_a_limit(void **state)
{
	char number[2][17];
	struct json *doc;

	(void)state;
	for_sale(number, 2);
	NUMDESK(5, "buy", number[0], "--max-price", "1.14", "--yes");
	assert_true(numdesk_said(&nd, 1, "--max-price"));
	assert_int_equal(sandbox_arrivals(sandbox, "POST", NULL), 0);
	NUMDESK(0, "buy", number[0], "--max-price", "1.15", "--name", "Front desk", "--yes");
	NUMDESK(0, "list", "--where", "name:\"front desk\"", "--json");
	doc = numdesk_json(&nd);
	assert_int_equal(json_count(doc), 1);
	json_free(doc);
	NUMDESK(5, "buy", number[0], "--yes");
	assert_true(numdesk_said(&nd, 1, "is yours already"));
	/* a price that is not known */
	fault(NULL, "PhoneNumbers/Countries", "set-field", ALWAYS, "{\"name\":\"current_price\",\"raw\":\"null\"}");
	NUMDESK(0, "search", "CA", "--limit", "1", "--json");
	doc = numdesk_json(&nd);
	assert_true(json_is_null_or_absent(json_at(doc, 0), "monthly_price"));
	snprintf(number[1], sizeof number[1], "%s", text_at(doc, 0, "phone_number"));
	json_free(doc);
	NUMDESK(5, "buy", number[1], "--yes");
	assert_true(numdesk_said(&nd, 1, "--allow-unknown-price"));
	assert_int_equal(sandbox_arrivals(sandbox, "POST", NULL), 1);
	NUMDESK(0, "buy", number[1], "--yes", "--allow-unknown-price");
}

static void test_dry_run_sends_nothing(void **state)
{
	char number[2][17];
	struct json *doc;

	(void)state;
	for_sale(number, 2);
	NUMDESK(0, "buy", number[0], number[1], "--dry-run", "--json");
	doc = rows_with(2, PLANNED);
	assert_string_equal(text_at(doc, 0, "state"), "planned");
	assert_true(json_is_null_or_absent(json_at(doc, 0), "operation"));
	assert_non_null(strstr(text_at(doc, 0, "message"), "$1.15"));
	json_free(doc);
	NUMDESK(0, "buy", "--count", "2", "--area-code", "415", "--dry-run");
	assert_int_equal(lines(nd.r.out), 3);
	NUMDESK(0, "release", MAIN_LINE, "--dry-run", "--json");
	json_free(rows_with(1, PLANNED));
	NUMDESK(5, "buy", number[0], "--dry-run", "--max-price", "1");
	assert_int_equal(lines(nd.r.out), 2);
	assert_int_equal(sandbox_arrivals(sandbox, "POST", NULL), 0);
	assert_int_equal(sandbox_arrivals(sandbox, "DELETE", NULL), 0);
	NUMDESK(0, "journal", "--json");
	assert_string_equal(nd.r.out, "[]\n");
	/* what is no plan would have to be done to be shown */
	NUMDESK(2, "primary", MAIN_LINE, "--dry-run");
	NUMDESK(0, "primary", "--json");
	assert_string_equal(nd.r.out, "[]\n");
	NUMDESK(2, "profile", "remove", "p", "--yes", "--dry-run");
	NUMDESK(0, "profile", "check", "--dry-run");
}

static void test_confirmation(void **state)
{
	static const struct { const char *words[8]; } refused[] = {
		{{"release", MAIN_LINE}}, {{"release", MAIN_LINE, "--yes"}},
		{{"release", MAIN_LINE, "--confirm", "0101"}}, {{"release", MAIN_LINE, "--confirm", LINE_2}},
		{{"release", MAIN_LINE, "--confirm", "1"}}, {{"release", MAIN_LINE, LINE_2, "--confirm", MAIN_LINE}},
		{{"release", MAIN_LINE, LINE_2, "--confirm", "3"}}, {{"release", MAIN_LINE, LINE_2, "--yes"}},
		{{"release", MAIN_LINE, "--confirm", "yes"}}, {{"buy", "+14155557185"}},
		{{"buy", "--count", "1", "--area-code", "415"}}, {{"profile", "remove", "p"}},
	};

	size_t before = sandbox_arrivals(sandbox, NULL, NULL);

	(void)state;
	/* what nobody can confirm is not even looked up */
	NUMDESK(5, "release", MAIN_LINE);
	NUMDESK(5, "buy", "--count", "1");
	NUMDESK(5, "profile", "remove", "p");
	assert_int_equal(sandbox_arrivals(sandbox, NULL, NULL), before);
	for (size_t i = 0; i < ARRAY_LEN(refused); i++)
		if (numdesk_v(&nd, refused[i].words) != 5 || nd.r.out_len || !numdesk_said(&nd, 1, NULL))
			fail_msg("case %zu (%s %s): exit %d", i, refused[i].words[0], refused[i].words[1], nd.r.status);
	assert_int_equal(sandbox_arrivals(sandbox, "POST", NULL), 0);
	assert_int_equal(sandbox_arrivals(sandbox, "DELETE", NULL), 0);
	/* the primary number takes a word more */
	NUMDESK(0, "primary", LINE_2);
	NUMDESK(5, "release", LINE_2, "--confirm", LINE_2);
	assert_non_null(strstr(nd.r.err, "--confirm 'primary'"));
	NUMDESK(0, "release", LINE_2, "--confirm", "415-555-0102", "--confirm", "primary");
	assert_int_equal(sandbox_executions(sandbox, "release", LINE_2), 1);
}

static void test_protected_profile(void **state)
{
	FILE *f = fopen(test_path(nd.home, "config.ini"), "w");
	char number[1][17];

	(void)state;
	fchmod(fileno(f), 0600);
	fputs("[guard]\nprotected_profiles = p\n", f);
	fclose(f);
	for_sale(number, 1);
	NUMDESK(5, "buy", number[0], "--yes");
	assert_non_null(strstr(nd.r.err, "--confirm 'p'"));
	NUMDESK(5, "buy", number[0], "--yes", "--confirm", "q");
	NUMDESK(5, "buy", number[0], "--confirm", "p");
	NUMDESK(0, "primary", LINE_2);
	NUMDESK(5, "release", LINE_2, "--confirm", LINE_2, "--confirm", "p");
	assert_int_equal(sandbox_arrivals(sandbox, "POST", NULL) + sandbox_arrivals(sandbox, "DELETE", NULL), 0);
	NUMDESK(0, "buy", number[0], "--yes", "--confirm", "p");
	NUMDESK(0, "release", LINE_2, "--confirm", LINE_2, "--confirm", "p", "--confirm", "primary");
}

static void test_read_only(void **state)
{
	static const char *const refused[][7] = {
		{"buy", "+14155557185", "--yes"}, {"release", MAIN_LINE, "--confirm", MAIN_LINE},
		{"primary", MAIN_LINE}, {"primary", "--clear"}, {"profile", "remove", "p", "--yes"},
		{"profile", "use", "p"}, {"vault", "rekey"}, {"resume"}, {"passwd", "--new-passphrase-fd", "3"},
		{"profile", "add", "q", "--account-sid", "AC00000000000000000000000000000001", "--secret-fd", "3"},
	};
	static const char *const allowed[][4] = {
		{"list"}, {"sync"}, {"search", "US"}, {"show", MAIN_LINE}, {"primary"}, {"journal"},
		{"profile", "list"}, {"profile", "check"}, {"doctor"},
	};
	struct sandbox_account a;

	(void)state;
	sandbox_credentials(sandbox, "acme-east", &a);
	for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
		const char *words[9] = {"--read-only"};

		memcpy(words + 1, refused[i], sizeof refused[i]);
		if (numdesk_v(&nd, words) != 5 || nd.r.out_len || !numdesk_said(&nd, 1, "--read-only"))
			fail_msg("%s %s: exit %d: %s", words[1], words[2] ? words[2] : "", nd.r.status, nd.r.err);
	}
	assert_int_equal(sandbox_arrivals(sandbox, "POST", NULL) + sandbox_arrivals(sandbox, "DELETE", NULL), 0);
	for (size_t i = 0; i < ARRAY_LEN(allowed); i++) {
		const char *words[6] = {"--read-only"};

		memcpy(words + 1, allowed[i], sizeof allowed[i]);
		if (numdesk_v(&nd, words) != 0)
			fail_msg("%s: exit %d: %s", words[1], nd.r.status, nd.r.err);
	}
}

static void test_offline(void **state)
{
	static const char *const refused[][5] = {
		{"buy", "+14155557185", "--yes"}, {"release", MAIN_LINE, "--confirm", MAIN_LINE}, {"sync"},
		{"search", "US"}, {"show", MAIN_LINE, "--live"}, {"resume"}, {"profile", "check"}, {"sync", "--all"},
	};
	size_t before = sandbox_arrivals(sandbox, NULL, NULL);

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
		const char *words[7] = {"--offline"};

		memcpy(words + 1, refused[i], sizeof refused[i]);
		if (numdesk_v(&nd, words) != 7 || nd.r.out_len || !numdesk_said(&nd, 1, "--offline"))
			fail_msg("%s: exit %d: %s", words[1], nd.r.status, nd.r.err);
	}
	NUMDESK(0, "--offline", "list");
	NUMDESK(0, "--offline", "primary", MAIN_LINE);
	NUMDESK(0, "--offline", "journal");
	NUMDESK(0, "--offline", "doctor");
	NUMDESK(0, "--offline", "profile", "use", "p");
	assert_int_equal(sandbox_arrivals(sandbox, NULL, NULL), before);
}

static void test_a_plan_that_succeeds_in_part(void **state)
{
	char number[3][17];
	struct json *doc;

	(void)state;
	for_sale(number, 3);
	sandbox_fault(sandbox, "{\"match\":{\"method\":\"POST\",\"nth\":2},\"mode\":\"21422\"}");
	NUMDESK(1, "buy", number[0], number[1], number[2], "--yes", "--json");
	assert_true(numdesk_said(&nd, 1, "2 done, 1 refused"));
	doc = rows_with(3, OPERATION);
	assert_string_equal(text_at(doc, 0, "state"), "done");
	assert_string_equal(text_at(doc, 1, "state"), "rejected");
	assert_string_equal(text_at(doc, 2, "state"), "done");
	json_free(doc);
	NUMDESK(0, "journal", "--json");
	doc = numdesk_json(&nd);
	assert_int_equal(json_count(doc), 3);
	json_free(doc);
}

/* Looking at the account's numbers for the n-th time takes so long that the program has ended by then: what the look in the
 * background would have settled stays unknown, however the two race. */
static void slow_look(int n)
{
	char rule[200];

	snprintf(rule, sizeof rule, "{\"match\": {\"method\": \"GET\", \"path_contains\": \"IncomingPhoneNumbers\", \"nth\": %d}, "
		 "\"mode\": \"delay-ms\", \"arg\": 1500, \"times\": 1}", n);
	sandbox_fault(sandbox, rule);
}

enum { RELEASE_LOOKS = 2 };     /* before the question, and before it is sent */

static void test_unknown_then_resumed(void **state)
{
	char number[2][17];
	struct json *doc;

	(void)state;
	for_sale(number, 2);
	fault("POST", NULL, "reset-after-exec", ONCE, NULL);
	slow_look(2);           /* the first is the one before the purchase */
	NUMDESK(6, "buy", number[0], "--yes", "--json");
	assert_true(numdesk_said(&nd, 1, "numdesk resume"));
	doc = rows_with(1, OPERATION);
	assert_string_equal(text_at(doc, 0, "state"), "unknown");
	json_free(doc);
	NUMDESK(0, "journal", "--open", "--json");
	doc = numdesk_json(&nd);
	assert_int_equal(json_count(doc), 1);
	json_free(doc);
	NUMDESK(0, "resume", "--json");
	doc = rows_with(1, OPERATION);
	assert_string_equal(text_at(doc, 0, "state"), "done");
	json_free(doc);
	assert_int_equal(sandbox_executions(sandbox, "buy", NULL), 1);
	NUMDESK(0, "resume", "--json");
	assert_string_equal(nd.r.out, "[]\n");
	/* a release whose answer is lost */
	fault("DELETE", NULL, "reset-after-exec", ONCE, NULL);
	slow_look(RELEASE_LOOKS + 1);
	NUMDESK(6, "release", number[0], "--confirm", number[0]);
	NUMDESK(0, "resume", "--plain");
	assert_non_null(strstr(nd.r.out, "\tdone\t"));
	assert_int_equal(sandbox_executions(sandbox, "release", NULL), 1);
}

/* An order that holds its place: no substitute, and no giving up before it was looked for long enough. */
static void test_the_hold(void **state)
{
	char number[2][17];

	(void)state;
	for_sale(number, 2);
	fault("POST", NULL, "reset-before-exec", ONCE, NULL);
	NUMDESK(6, "buy", number[0], "--yes");
	NUMDESK(5, "buy", number[1], "--yes");
	assert_true(numdesk_said(&nd, 1, number[0]));
	NUMDESK(5, "buy", number[0], "--yes");
	NUMDESK(6, "resume");
	assert_non_null(strstr(nd.r.out, "unknown"));
	NUMDESK(6, "resume", "--wait", "1");
	NUMDESK(5, "resume", "--give-up", number[0]);
	assert_non_null(strstr(nd.r.err, "cannot be given up"));
	NUMDESK(4, "resume", "--give-up", number[1]);
	assert_int_equal(sandbox_arrivals(sandbox, "POST", NULL), 1);
	/* the journal keeps it */
	NUMDESK(0, "journal", "--open", "--number", number[0], "--plain");
	assert_int_equal(lines(nd.r.out), 1);
}

static void test_a_release_found_undone_is_sent_again(void **state)
{
	(void)state;
	fault("DELETE", NULL, "reset-before-exec", ONCE, NULL);
	NUMDESK(6, "release", LINE_2, "--confirm", LINE_2);
	NUMDESK(6, "resume", "--plain");
	assert_non_null(strstr(nd.r.out, "\tabsent\t"));
	NUMDESK(0, "release", LINE_2, "--confirm", LINE_2);
	assert_int_equal(sandbox_executions(sandbox, "release", LINE_2), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		READY(test_rows_of_a_change_in_every_format), READY(test_count_searches_then_buys_by_number),
		READY(test_buy_with_a_name_and_a_limit), READY(test_dry_run_sends_nothing), READY(test_confirmation),
		READY(test_protected_profile), READY(test_read_only), READY(test_offline),
		READY(test_a_plan_that_succeeds_in_part), READY(test_unknown_then_resumed), READY(test_the_hold),
		READY(test_a_release_found_undone_is_sent_again),
	};

	return cmocka_run_group_tests(tests, up, down);
}
