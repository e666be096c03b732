/* Many at once: candidates in place of what is gone, plans as files, and what an interrupted plan has left. */
#include "test.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "cli.h"

#include "numdesk/util/json.h"
#include "numdesk/util/mem.h"

/* As standard input of the next command. */
static int apply_text(const char *text, const char *const *words)
{
	const struct proc_spec spec = {.in = text};

	return numdesk_spec(&nd, &spec, words);
}

static int apply_in(const char *text, const char *confirm)
{
	return confirm ? apply_text(text, (const char *[]){"apply", "-", "--confirm", confirm, "--json", NULL}) :
			 apply_text(text, (const char *[]){"apply", "-", "--yes", "--json", NULL});
}

static void a_number_that_is_gone_is_replaced(void **state)
{
	struct json *doc;

	(void)state;
	fault("POST", "IncomingPhoneNumbers", "21422", 2, NULL);
	NUMDESK(0, "buy", "--area-code", "415", "--count", "3", "--yes", "--json");
	doc = numdesk_json(&nd);
	assert_int_equal(json_count(doc), 3);
	for (size_t i = 0; i < 3; i++)
		assert_string_equal(text_at(doc, i, "state"), "done");
	json_free(doc);
	assert_int_equal(sandbox_executions(sandbox, "buy", NULL), 3);
	assert_int_equal(sandbox_arrivals(sandbox, "POST", NULL), 5);
	NUMDESK(0, "journal", "--json");                /* what was gone is not hidden */
	doc = numdesk_json(&nd);
	assert_int_equal(json_count(doc), 5);
	assert_true(has(doc, "state", "rejected"));
	json_free(doc);
}

static void what_was_named_is_never_replaced(void **state)
{
	char number[2][17];
	struct json *doc;

	(void)state;
	for_sale(number, 2);
	fault("POST", "IncomingPhoneNumbers", "21422", 1, NULL);
	NUMDESK(1, "buy", number[0], number[1], "--yes", "--json");
	doc = numdesk_json(&nd);
	assert_string_equal(text_at(doc, 0, "state"), "rejected");
	assert_string_equal(text_at(doc, 1, "state"), "done");
	json_free(doc);
	assert_int_equal(sandbox_executions(sandbox, "buy", NULL), 1);
}

static void a_plan_as_a_file(void **state)
{
	char number[2][17], *plan;
	struct json *doc;

	(void)state;
	for_sale(number, 2);
	NUMDESK(0, "buy", number[0], number[1], "--name", "Desk", "--dry-run", "--json");
	plan = mem_dup(nd.r.out);
	assert_int_equal(sandbox_executions(sandbox, "buy", NULL), 0);
	assert_int_equal(apply_text(plan, (const char *[]){"apply", "-", NULL}), 5);    /* nobody confirms it */
	assert_int_equal(apply_text(plan, (const char *[]){"apply", "-", "--dry-run", NULL}), 0);
	assert_int_equal(sandbox_executions(sandbox, "buy", NULL), 0);
	assert_int_equal(apply_in(plan, NULL), 0);
	doc = numdesk_json(&nd);
	assert_int_equal(json_count(doc), 2);
	assert_string_equal(text_at(doc, 1, "phone_number"), number[1]);
	assert_string_equal(text_at(doc, 1, "state"), "done");
	json_free(doc);
	NUMDESK(0, "list", "--where", "name:desk", "--json");
	doc = numdesk_json(&nd);
	assert_int_equal(json_count(doc), 2);
	json_free(doc);
	assert_int_not_equal(apply_in(plan, NULL), 0);          /* a second time finds them not for sale */
	assert_int_equal(sandbox_executions(sandbox, "buy", NULL), 2);
	free(plan);
	NUMDESK(0, "release", MAIN_LINE, "--dry-run", "--json");
	plan = mem_dup(nd.r.out);
	assert_int_equal(apply_in(plan, NULL), 5);              /* --yes does not take away */
	assert_int_equal(apply_in(plan, MAIN_LINE), 0);
	assert_int_equal(sandbox_executions(sandbox, "release", NULL), 1);
	free(plan);
}

static void a_dearer_plan_is_stopped(void **state)
{
	char number[1][17], text[300];

	(void)state;
	for_sale(number, 1);
	snprintf(text, sizeof text, "[{\"kind\":\"buy\",\"phone_number\":\"%s\",\"monthly_price\":\"1.10\"}]", number[0]);
	assert_int_equal(apply_in(text, NULL), 5);
	assert_true(numdesk_said(&nd, 1, "$1.10"));
	assert_int_equal(sandbox_arrivals(sandbox, "POST", NULL), 0);
}

static void files_that_are_no_plan(void **state)
{
	static const struct { const char *text, *says; } cases[] = {
		{"", "standard input"}, {"{}", "array of 1 to"}, {"[]", "array of 1 to"}, {"[1]", "row 1"}, {"[{}]", "row 1: 'kind'"},
		{"[{\"kind\":\"rent\"}]", "row 1: 'kind'"}, {"[{\"kind\":\"buy\"}]", "row 1: '' is not a number"},
		{"[{\"kind\":\"buy\",\"phone_number\":\"0137\"}]", "row 1: '0137' is not a number"},
		{"[{\"kind\":\"release\",\"phone_number\":\"" MAIN_LINE "\",\"phone_sid\":\"x\"}]", "'phone_sid' is no SID"},
		{"[{\"kind\":\"buy\",\"phone_number\":\"+14155550190\",\"monthly_price\":\"cheap\"}]", "'monthly_price'"},
		{"[{\"kind\":\"buy\",\"phone_number\":\"+14155550190\",\"params\":[]}]", "'params'"},
		{"[{\"kind\":\"buy\",\"phone_number\":\"+14155550190\",\"params\":{\"FriendlyName\":1}}]", "'FriendlyName'"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const int status = apply_in(cases[i].text, NULL);

		if (status != 2 && status != 1)
			fail_msg("case %zu: exit %d: %s", i, status, nd.r.err);
		if (!strstr(nd.r.err, cases[i].says))
			fail_msg("case %zu: %s", i, nd.r.err);
	}
	NUMDESK(2, "apply", "--yes");
	NUMDESK(2, "apply", "x.json", "--plan", "1", "--yes");
	NUMDESK(2, "apply", "/nonexistent/plan.json", "--yes");
	NUMDESK(4, "apply", "--plan", "99", "--yes");
	assert_int_equal(apply_in("[{\"kind\":\"release\",\"phone_number\":\"" MAIN_LINE "\",\"account_sid\":"
				  "\"AC99999999999999999999999999999999\"}]", MAIN_LINE), 5);
	assert_int_equal(sandbox_arrivals(sandbox, "POST", NULL), 0);
}

static bool two_have_arrived(void *ctx)
{
	(void)ctx;
	return sandbox_arrivals(sandbox, "POST", NULL) == 2;
}

/* The second of four purchases hangs, and the program is killed: one is done, one unknown, two were never sent. */
static void the_rest_of_a_plan_that_was_killed(void **state)
{
	const struct proc_spec spec = {0};
	struct proc *p;
	struct json *doc;

	(void)state;
	sandbox_fault(sandbox, "{\"match\":{\"method\":\"POST\",\"path_contains\":\"IncomingPhoneNumbers\",\"nth\":2},"
			       "\"mode\":\"hang-after-exec\"}");
	p = numdesk_start(&nd, &spec, (const char *[]){"buy", "--area-code", "415", "--count", "4", "--yes", NULL});
	assert_true(test_wait(two_have_arrived, NULL, 10000));
	kill(proc_pid(p), SIGKILL);
	proc_end(p, NULL);
	NUMDESK(0, "resume", "--wait", "5", "--json");
	assert_non_null(strstr(nd.r.err, "2 rows of plan 1 were not sent"));
	assert_non_null(strstr(nd.r.err, "apply --plan 1"));
	assert_int_equal(sandbox_executions(sandbox, "buy", NULL), 2);
	NUMDESK(5, "apply", "--plan", "1");
	NUMDESK(0, "apply", "--plan", "1", "--yes", "--json");
	doc = numdesk_json(&nd);
	assert_int_equal(json_count(doc), 2);
	assert_string_equal(text_at(doc, 0, "state"), "done");
	assert_string_equal(text_at(doc, 1, "state"), "done");
	json_free(doc);
	assert_int_equal(sandbox_executions(sandbox, "buy", NULL), 4);
	NUMDESK(4, "apply", "--plan", "1", "--yes");            /* nothing is left of it */
	NUMDESK(0, "resume");
	assert_null(strstr(nd.r.err, "apply --plan"));
}

static void the_journal_is_whole(void **state)
{
	struct json *doc;
	int64_t events;

	(void)state;
	NUMDESK(0, "release", MAIN_LINE, "--confirm", MAIN_LINE);
	NUMDESK(0, "audit", "verify", "--json");
	doc = numdesk_json(&nd);
	assert_int_equal(json_count(doc), 1);
	assert_true(json_i64(json_at(doc, 0), "events", &events) && events == 3);
	assert_true(json_bool(json_at(doc, 0), "sealed", false));
	json_free(doc);
	nd.pass = NULL;
	NUMDESK(0, "audit", "verify", "--json");                /* the chain alone, and it says so */
	assert_non_null(strstr(nd.r.err, "sealed end was not compared"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		READY(a_number_that_is_gone_is_replaced), READY(what_was_named_is_never_replaced), READY(a_plan_as_a_file),
		READY(a_dearer_plan_is_stopped), READY(files_that_are_no_plan), READY(the_rest_of_a_plan_that_was_killed),
		READY(the_journal_is_whole),
	};

	return cmocka_run_group_tests(tests, up, down);
}
