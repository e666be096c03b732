#include "test.h"

#include "fixture.h"
#include "numdesk/util/clock.h"

#define NUMBERS "/IncomingPhoneNumbers.json"

static const char *acme(void)
{
	return cred("AC", "acme");
}

static struct reply buy(void)
{
	return account_ask("POST", "acme", NUMBERS, acme(), "AreaCode=415");
}

static struct reply list(void)
{
	return account_ask("GET", "acme", NUMBERS, acme(), NULL);
}

/* What a purchase under a fault brings: status (0: none), Twilio's code, and whether the number was bought. */
static void purchases(void **state)
{
	static const struct { const char *rule; int status, code, error; bool whole, bought; } rows[] = {
		{"{\"mode\":\"ok\"}", 201, 0, 0, true, true},
		{"{\"mode\":\"reset-after-exec\"}", 0, 0, ECONNRESET, false, true},
		{"{\"mode\":\"reset-before-exec\"}", 0, 0, ECONNRESET, false, false},
		{"{\"mode\":\"close-after-exec\"}", 0, 0, 0, false, true},
		{"{\"mode\":\"close-before-exec\"}", 0, 0, 0, false, false},
		{"{\"mode\":\"half-close\"}", 0, 0, 0, false, true},
		{"{\"mode\":\"hang\",\"arg\":1}", 0, 0, 0, false, false},
		{"{\"mode\":\"hang-after-exec\",\"arg\":1}", 0, 0, 0, false, true},
		{"{\"mode\":\"5xx-after-exec\"}", 500, 20500, 0, true, true},
		{"{\"mode\":\"5xx-after-exec\",\"arg\":502}", 502, 20502, 0, true, true},
		{"{\"mode\":\"5xx-no-exec\",\"arg\":503}", 503, 20503, 0, true, false},
		{"{\"mode\":\"status\",\"arg\":404}", 404, 20404, 0, true, false},
		{"{\"mode\":\"status\",\"arg\":{\"status\":403,\"code\":22300}}", 403, 22300, 0, true, false},
		{"{\"mode\":\"truncated-body\"}", 201, 0, 0, false, true},
		{"{\"mode\":\"truncated-body\",\"arg\":0}", 201, 0, 0, false, true},
		{"{\"mode\":\"delay-ms\",\"arg\":1}", 201, 0, 0, true, true},
		{"{\"mode\":\"delay-answer-ms\",\"arg\":1}", 201, 0, 0, true, true},
		{"{\"mode\":\"21422\"}", 400, 21422, 0, true, false},
		{"{\"mode\":\"429\"}", 429, 20429, 0, true, false},
		{"{\"mode\":\"html-200\"}", 200, 0, 0, true, false},
		{"{\"mode\":\"bad-json\"}", 201, 0, 0, true, true},
		{"{\"mode\":\"trailing-garbage\"}", 201, 0, 0, true, true},
		{"{\"mode\":\"empty-body\"}", 201, 0, 0, true, true},
		{"{\"mode\":\"dup-keys\"}", 201, 0, 0, true, true},
		{"{\"mode\":\"wrong-phone\"}", 201, 0, 0, true, true},
		{"{\"mode\":\"slow-body\",\"arg\":200000}", 201, 0, 0, true, true},
		{"{\"mode\":\"huge-body\",\"arg\":200000}", 201, 0, 0, true, true},
		{"{\"mode\":\"gzip-bomb\",\"arg\":200000}", 201, 0, 0, false, true},
		{"{\"mode\":\"many-headers\",\"arg\":5000}", 201, 0, 0, true, true},
		{"{\"mode\":\"long-header\",\"arg\":300000}", 201, 0, 0, true, true},
		{"{\"mode\":\"redirect\"}", 302, 0, 0, true, false},
		{"{\"mode\":\"raw\",\"arg\":\"HTTP/1.1 201 Ok\\r\\nContent-Length: 9\\r\\n\\r\\n{}\"}", 201, 0, 0,
		 false, true},
		{"{\"mode\":\"raw-no-exec\",\"arg\":\"nonsense\"}", 0, 0, 0, false, false},
		{"{\"mode\":\"body\",\"arg\":{\"text\":\"{}\",\"status\":299}}", 299, 0, 0, true, true},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const size_t before = ledger_count("executions"), arrivals = ledger_count("arrivals");
		struct reply r;
		bool bought;

		order_fault(rows[i].rule);
		r = buy();
		bought = ledger_count("executions") > before;
		if (r.status != rows[i].status || code_of(&r) != rows[i].code || r.error != rows[i].error ||
		    r.whole != rows[i].whole || bought != rows[i].bought || ledger_count("arrivals") != arrivals + 1)
			fail_msg("%s: %d/%d error %d whole %d bought %d", rows[i].rule, r.status, code_of(&r), r.error,
				 r.whole, bought);
		reply_free(&r);
		expect("clear", ask("DELETE", "/_sandbox/faults", NULL, NULL), 204, 0);
	}
}

/* What stands in the answer: a text that must be there, and whether it is still JSON. */
static void contents(void **state)
{
	static const struct { const char *rule, *has; bool json; } rows[] = {
		{"{\"mode\":\"ok\"}", "Main line", true},
		{"{\"mode\":\"bad-json\"}", "]", false},
		{"{\"mode\":\"trailing-garbage\"}", "and text", false},
		{"{\"mode\":\"html-200\"}", "<!DOCTYPE html>", false},
		{"{\"mode\":\"429\",\"arg\":5}", "Retry-After: 5\r\n", true},
		{"{\"mode\":\"429\",\"arg\":\"soon\"}", "Retry-After: soon\r\n", true},
		{"{\"mode\":\"wrong-phone\"}", "\"phone_number\":\"+14155550102\"", true},
		{"{\"mode\":\"evil-text\"}", "\\u001b[2J", true},
		{"{\"mode\":\"evil-text\"}", "invoice\xe2\x80\xae", true},
		{"{\"mode\":\"bad-utf8\"}", "cut \xe2\x82\"", false},
		{"{\"mode\":\"set-field\",\"arg\":{\"name\":\"capabilities\",\"raw\":\"[1,{}]\"}}",
		 "\"capabilities\":[1,{}],", true},
		{"{\"mode\":\"set-field\",\"arg\":{\"name\":\"beta\",\"raw\":\"\\\"x\\\"\"}}", "\"beta\":\"x\",", true},
		{"{\"mode\":\"set-field\",\"arg\":{\"name\":\"type\",\"raw\":\"1e400\"}}", "\"type\":1e400}", false},
		{"{\"mode\":\"redirect\",\"arg\":\"http://127.0.0.1:1/x\"}", "Location: http://127.0.0.1:1/x\r\n",
		 false},
		{"{\"mode\":\"redirect\",\"arg\":{\"text\":\"file:///etc/passwd\",\"status\":307}}", "HTTP/1.1 307 ",
		 false},
		{"{\"mode\":\"foreign-next-page\"}", "\"next_page_uri\":\"https://api.example.com/", true},
		{"{\"mode\":\"foreign-next-page\",\"arg\":\"//x.example.com/\"}",
		 "\"next_page_uri\":\"//x.example.com/\"", true},
		{"{\"mode\":\"gzip-bomb\",\"arg\":100000}", "Content-Encoding: gzip\r\n", false},
		{"{\"mode\":\"long-header\",\"arg\":100000}", "X-Filler: xxxx", true},
		{"{\"mode\":\"many-headers\",\"arg\":100}", "X-Filler-99: 0", true},
		{"{\"mode\":\"body\",\"arg\":\"\\ufeff{}\"}", "\xef\xbb\xbf{}", false},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct reply r;

		order_fault(rows[i].rule);
		r = list();
		if (!strstr(r.all, rows[i].has) || (r.json != NULL) != rows[i].json)
			fail_msg("%s: %s", rows[i].rule, r.all);
		reply_free(&r);
	}
}

static void more_contents(void **state)
{
	struct reply r;

	(void)state;
	order_fault("{\"mode\":\"dup-keys\"}");
	r = list();
	assert_true(json_has_duplicate(json_first(json_get(r.json, "incoming_phone_numbers")), "sid"));
	reply_free(&r);
	order_fault("{\"mode\":\"wrong-account\"}");
	r = list();
	assert_string_not_equal(json_text(json_first(json_get(r.json, "incoming_phone_numbers")), "account_sid"),
				sid_of("AC", "acme"));
	reply_free(&r);
	order_fault("{\"mode\":\"page-loop\"}");
	r = account_ask("GET", "acme", NUMBERS "?PageSize=2", acme(), NULL);
	assert_non_null(strstr(text_of(&r, "next_page_uri"), NUMBERS "?PageSize=2"));
	assert_null(strstr(text_of(&r, "next_page_uri"), "PageToken"));
	reply_free(&r);
	order_fault("{\"mode\":\"429\"}");
	r = list();
	assert_null(strstr(r.all, "Retry-After"));
	reply_free(&r);
	order_fault("{\"mode\":\"huge-body\",\"arg\":3000000}");
	r = list();
	assert_true(r.whole && r.body_len > 3000000);
	assert_null(strstr(r.all, "Content-Length"));
	reply_free(&r);
}

static void matching(void **state)
{
	(void)state;
	order_fault("[{\"mode\":\"5xx-no-exec\",\"match\":{\"method\":\"POST\"}},"
		    " {\"mode\":\"status\",\"arg\":404,\"times\":2,"
		    "  \"match\":{\"path_contains\":\"Balance\",\"nth\":2}}]");
	expect("other method", list(), 200, 0);
	expect("balance 1", account_ask("GET", "acme", "/Balance.json", acme(), NULL), 200, 0);
	expect("balance 2", account_ask("GET", "acme", "/Balance.json", acme(), NULL), 404, 20404);
	expect("post", buy(), 500, 20500);
	expect("post again", buy(), 201, 0);
	expect("balance 3", account_ask("GET", "acme", "/Balance.json", acme(), NULL), 404, 20404);
	expect("balance 4", account_ask("GET", "acme", "/Balance.json", acme(), NULL), 200, 0);
	order_fault("{\"mode\":\"429\",\"times\":0}");
	for (int i = 0; i < 5; i++)
		expect("for ever", list(), 429, 20429);
	expect("control is spared", ask("GET", "/_sandbox/faults", NULL, NULL), 200, 0);
	expect("clear", ask("DELETE", "/_sandbox/faults", NULL, NULL), 204, 0);
	expect("over", list(), 200, 0);
	order_fault("{\"mode\":\"list-page-error\",\"times\":0}");
	expect("a list", list(), 500, 20500);
	expect("no list", account_ask("GET", "acme", "/Balance.json", acme(), NULL), 200, 0);
}

static void bad_rules(void **state)
{
	static const char *const rows[] = {
		"", "x", "1", "[1]", "{}", "{\"mode\":\"nonsense\"}", "{\"mode\":1}",
		"[{\"mode\":\"ok\"},{\"mode\":\"x\"}]",
		"{\"mode\":\"ok\"} x",
	};
	struct reply r;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		expect(rows[i], ask("POST", "/_sandbox/faults", NULL, rows[i]), 400, 20001);
	r = ask("GET", "/_sandbox/faults", NULL, NULL);
	assert_string_equal(r.body, "[]");
	reply_free(&r);
}

static bool one_execution(void *ctx)
{
	(void)ctx;
	return ledger_count("executions") == 1;
}

static void late_execution(void **state)
{
	struct reply r;

	(void)state;
	order_fault("[{\"mode\":\"late-exec\",\"arg\":50},"
		    " {\"mode\":\"late-exec\",\"arg\":{\"ms\":3600000,\"status\":0}}]");
	expect("answer first", buy(), 504, 20504);
	assert_true(test_wait(one_execution, NULL, 10000));
	r = buy();
	assert_int_equal(r.status, 0);
	reply_free(&r);
	expect("a later request", list(), 200, 0);
	assert_int_equal(ledger_count("executions"), 1);        /* the hour is not over */
	expect("reset forgets what is still to come", ask("POST", "/_sandbox/reset", NULL, ""), 200, 0);
	assert_int_equal(ledger_count("executions"), 0);
}

static size_t listed(const char *phone)
{
	char *path = mem_printf(NUMBERS "?PhoneNumber=%%2B%s", phone + 1);
	struct reply r = account_ask("GET", "acme", path, acme(), NULL);
	const size_t n = rows_of(&r, "incoming_phone_numbers");

	free(path);
	reply_free(&r);
	return n;
}

static bool is_listed(void *phone)
{
	return listed(phone) == 1;
}

static void list_lag(void **state)
{
	struct reply r;
	char *path;

	(void)state;
	order_fault("[{\"mode\":\"list-lag-ms\",\"arg\":3600000},{\"mode\":\"list-lag-ms\",\"arg\":30}]");
	r = buy();
	assert_int_equal(r.status, 201);
	assert_int_equal(listed(text_of(&r, "phone_number")), 0);
	path = mem_printf("/IncomingPhoneNumbers/%s.json", text_of(&r, "sid"));
	expect("fetch", account_ask("GET", "acme", path, acme(), NULL), 200, 0);
	free(path);
	reply_free(&r);
	r = buy();
	path = mem_dup(text_of(&r, "phone_number"));
	assert_true(test_wait(is_listed, path, 10000));
	free(path);
	reply_free(&r);
}

static void delays_take_their_time(void **state)
{
	static const char *const rows[] = {"{\"mode\":\"delay-ms\",\"arg\":60}",
					   "{\"mode\":\"delay-answer-ms\",\"arg\":60}",
					   "{\"mode\":\"hang\",\"arg\":60}"};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const int64_t start = clock_system.mono_ms(&clock_system);
		struct reply r;

		order_fault(rows[i]);
		r = list();
		reply_free(&r);
		if (clock_system.mono_ms(&clock_system) - start < 60)
			fail_msg("%s", rows[i]);
	}
}

static bool one_arrival(void *ctx)
{
	(void)ctx;
	return ledger_count("arrivals") == 1;
}

/* A server with a client that hangs for ever still stops, and tells the client so. */
static void stopping_wakes_what_hangs(void **state)
{
	struct reply r;
	int fd;

	order_fault("{\"mode\":\"hang\"}");
	fd = dial();
	send_request(fd, "GET", "/2010-04-01/Accounts.json", acme(), NULL, NULL);
	assert_true(test_wait(one_arrival, NULL, 10000));
	stop(state);
	r = read_reply(fd);
	assert_int_equal(r.status, 0);
	reply_free(&r);
	close(fd);
}

/* The other way round: a client that leaves ends its own hanging. */
static void leaving_ends_a_hang(void **state)
{
	int fd;

	(void)state;
	order_fault("{\"mode\":\"hang\"}");
	fd = dial();
	send_request(fd, "GET", "/2010-04-01/Accounts.json", acme(), NULL, NULL);
	assert_true(test_wait(one_arrival, NULL, 10000));
	close(fd);
	expect("others are served meanwhile", list(), 200, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SERVER_TEST(purchases), SERVER_TEST(contents), SERVER_TEST(more_contents), SERVER_TEST(matching),
		SERVER_TEST(bad_rules), SERVER_TEST(late_execution), SERVER_TEST(list_lag),
		SERVER_TEST(delays_take_their_time),
		SERVER_TEST(stopping_wakes_what_hangs), SERVER_TEST(leaving_ends_a_hang),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
