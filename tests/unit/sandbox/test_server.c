#include "test.h"

#include <sys/stat.h>

#include "fixture.h"
#include "numdesk/util/clock.h"

static const char *acme(void)
{
	return cred("AC", "acme");
}

static void one_connection_serves_many_requests(void **state)
{
	const int fd = dial();
	struct reply r;

	(void)state;
	for (int i = 0; i < 3; i++) {
		send_request(fd, "GET", "/2010-04-01/Accounts.json", acme(), NULL, NULL);
		r = read_reply(fd);
		assert_int_equal(r.status, 200);
		reply_free(&r);
	}
	close(fd);
	expect("another connection", ask("GET", "/2010-04-01/Accounts.json", acme(), NULL), 200, 0);
	r = ask("GET", "/_sandbox/ledger?kind=arrivals", NULL, NULL);
	assert_int_equal(json_count(r.json), 4);
	for (const struct json *row = json_first(r.json); row; row = json_next(row)) {
		int64_t connection = 0, seq = 0;

		assert_true(json_i64(row, "connection", &connection) && json_i64(row, "seq", &seq));
		assert_int_equal(connection, seq < 4 ? 1 : 2);
	}
	reply_free(&r);
}

static void ledger_tells_what_came(void **state)
{
	struct reply r;
	const struct json *row;

	(void)state;
	expect("buy", account_ask("POST", "acme", "/IncomingPhoneNumbers.json", acme(),
				  "AreaCode=415&FriendlyName=a%20b"), 201, 0);
	expect("nobody", ask("GET", "/2010-04-01/Accounts.json?Page=0", NULL, NULL), 401, 20003);
	r = ask("GET", "/_sandbox/ledger?kind=arrivals", NULL, NULL);
	row = json_first(r.json);
	assert_string_equal(json_text(row, "method"), "POST");
	assert_string_equal(json_text(row, "body"), "AreaCode=415&FriendlyName=a%20b");
	assert_string_equal(json_text(row, "user"), sid_of("AC", "acme"));
	assert_true(json_bool(row, "authorization", false) && json_bool(row, "complete", false));
	row = json_next(row);
	assert_string_equal(json_text(row, "path"), "/api/2010-04-01/Accounts.json?Page=0");
	assert_false(json_bool(row, "authorization", true));
	assert_null(strstr(r.body, strchr(acme(), ':') + 1));   /* never a secret */
	reply_free(&r);
	r = ask("GET", "/_sandbox/ledger?kind=executions", NULL, NULL);
	row = json_first(r.json);
	assert_int_equal(json_count(r.json), 1);
	assert_string_equal(json_text(row, "action"), "buy");
	assert_string_equal(json_text(row, "account_sid"), sid_of("AC", "acme"));
	assert_int_equal(strncmp(json_text(row, "phone_number"), "+1415555", 8), 0);
	assert_true(sid_is(json_text(row, "sid"), "PN"));
	reply_free(&r);
	r = ask("GET", "/_sandbox/ledger", NULL, NULL);
	assert_int_equal(json_count(r.json), 3);
	reply_free(&r);
}

static bool half_arrived(void *ctx)
{
	struct reply r = ask("GET", "/_sandbox/ledger?kind=arrivals", NULL, NULL);
	const bool there = json_count(r.json) == 1 && !json_bool(json_first(r.json), "complete", true);

	(void)ctx;
	reply_free(&r);
	return there;
}

static void half_a_request_does_nothing(void **state)
{
	const int fd = dial();
	char token[160], *text;

	(void)state;
	base64(token, acme());
	text = mem_printf("POST /api/2010-04-01/Accounts/%s/IncomingPhoneNumbers.json HTTP/1.1\r\nHost: x\r\n"
			  "Authorization: Basic %s\r\nContent-Length: 12\r\n\r\nAreaCode", sid_of("AC", "acme"), token);
	assert_int_equal(send(fd, text, strlen(text), MSG_NOSIGNAL), (ssize_t)strlen(text));
	close(fd);
	free(text);
	assert_true(test_wait(half_arrived, NULL, 10000));
	assert_int_equal(ledger_count("executions"), 0);
}

/* More than the sandbox takes: the connection ends, and nothing was done. */
static void too_large_a_body_is_refused(void **state)
{
	const size_t n = (size_t)2 << 20;
	char *body = mem_alloc(n), *head = mem_printf("POST /api/2010-04-01/Accounts.json HTTP/1.1\r\nHost: x\r\n"
						      "Content-Length: %zu\r\n\r\n", n);
	const int fd = dial();
	struct reply r;

	(void)state;
	memset(body, 'a', n);
	assert_int_equal(send(fd, head, strlen(head), MSG_NOSIGNAL), (ssize_t)strlen(head));
	for (size_t sent = 0; sent < n; ) {
		const ssize_t rc = send(fd, body + sent, n - sent, MSG_NOSIGNAL);

		if (rc < 0)
			break;
		sent += (size_t)rc;
	}
	r = read_reply(fd);
	assert_int_equal(r.status, 0);
	reply_free(&r);
	close(fd);
	free(body);
	free(head);
	assert_int_equal(ledger_count("executions"), 0);
}

static void ledger_file(void **state)
{
	const char *path = test_path(test_dir(), "ledger");
	char line[4096];
	size_t arrivals = 0, executions = 0;
	struct stat st;
	FILE *f;

	(void)state;
	start_with(&(struct sandbox_config){.ledger_path = path});
	expect("buy", account_ask("POST", "acme", "/IncomingPhoneNumbers.json", acme(), "AreaCode=415"), 201, 0);
	expect("list", account_ask("GET", "acme", "/IncomingPhoneNumbers.json", acme(), NULL), 200, 0);
	f = fopen(path, "r");
	assert_non_null(f);
	while (fgets(line, sizeof line, f)) {
		struct json *doc = json_parse(line, strlen(line), sizeof line, NULL);

		assert_non_null(doc);
		arrivals += strcmp(json_text(doc, "kind"), "arrival") == 0;
		executions += strcmp(json_text(doc, "kind"), "execution") == 0;
		json_free(doc);
	}
	fclose(f);
	assert_int_equal(arrivals, 2);
	assert_int_equal(executions, 1);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
}

static void gzip_for_large_answers(void **state)
{
	char *target = mem_printf("/2010-04-01/Accounts/%s/IncomingPhoneNumbers.json", sid_of("AC", "acme"));
	struct reply r = ask_with("GET", target, acme(), NULL, "Accept-Encoding: deflate, gzip, br\r\n");

	(void)state;
	assert_non_null(strstr(r.all, "Content-Encoding: gzip"));
	assert_memory_equal(r.body, "\x1f\x8b\x08", 3);
	assert_true(r.whole);
	reply_free(&r);
	free(target);
	target = mem_printf("/2010-04-01/Accounts/%s/Balance.json", sid_of("AC", "acme"));
	r = ask_with("GET", target, acme(), NULL, "Accept-Encoding: gzip\r\n");
	assert_null(strstr(r.all, "Content-Encoding"));
	reply_free(&r);
	free(target);
}

static void control_has_no_other_doors(void **state)
{
	(void)state;
	expect("unknown", ask("GET", "/_sandbox/x", NULL, NULL), 404, 20404);
	expect("none", ask("GET", "/_sandbox", NULL, NULL), 404, 20404);
	expect("wrong method", ask("GET", "/_sandbox/reset", NULL, NULL), 404, 20404);
	expect("below a product", ask("GET", "/api/_sandbox/ledger", NULL, NULL), 401, 20003);
}

static void scenario_file(void **state)
{
	const char *path = test_path(test_dir(), "scenario.json"), *broken = test_path(test_dir(), "broken.json");
	struct err e = {0};
	FILE *f = fopen(path, "w");

	(void)state;
	fputs("[{\"mode\":\"5xx-no-exec\",\"arg\":503}]", f);
	fclose(f);
	f = fopen(broken, "w");
	fputs("[{\"mode\":", f);
	fclose(f);
	assert_null(sandbox_start(&(struct sandbox_config){.scenario_path = broken}, &e));
	start_with(&(struct sandbox_config){.scenario_path = path});
	expect("first", ask("GET", "/2010-04-01/Accounts.json", acme(), NULL), 503, 20503);
	expect("second", ask("GET", "/2010-04-01/Accounts.json", acme(), NULL), 200, 0);
}

static void pages_may_be_slow(void **state)
{
	static const char *const rows[] = {"/IncomingPhoneNumbers.json", "/IncomingPhoneNumbers/Local.json?PageSize=1"};

	(void)state;
	start_with(&(struct sandbox_config){.page_delay_ms = 60});
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const int64_t start = clock_system.mono_ms(&clock_system);

		expect(rows[i], account_ask("GET", "acme", rows[i], acme(), NULL), 200, 0);
		if (clock_system.mono_ms(&clock_system) - start < 60)
			fail_msg("%s", rows[i]);
	}
}

static void many_clients_at_once(void **state)
{
	enum { CLIENTS = 60 };
	int fds[CLIENTS];
	size_t bought = 0;

	(void)state;
	for (int i = 0; i < CLIENTS; i++) {
		char *target = mem_printf("/2010-04-01/Accounts/%s/IncomingPhoneNumbers.json", sid_of("AC", "acme"));

		fds[i] = dial();
		send_request(fds[i], i % 2 ? "POST" : "GET", target, acme(), i % 2 ? "AreaCode=415" : NULL, NULL);
		free(target);
	}
	for (int i = 0; i < CLIENTS; i++) {
		struct reply r = read_reply(fds[i]);

		assert_int_equal(r.status, i % 2 ? 201 : 200);
		bought += r.status == 201;
		reply_free(&r);
		close(fds[i]);
	}
	assert_int_equal(ledger_count("executions"), bought);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SERVER_TEST(one_connection_serves_many_requests), SERVER_TEST(ledger_tells_what_came),
		SERVER_TEST(half_a_request_does_nothing), SERVER_TEST(too_large_a_body_is_refused),
		cmocka_unit_test_setup_teardown(ledger_file, NULL, stop), SERVER_TEST(gzip_for_large_answers),
		SERVER_TEST(control_has_no_other_doors), cmocka_unit_test_setup_teardown(scenario_file, NULL, stop),
		cmocka_unit_test_setup_teardown(pages_may_be_slow, NULL, stop), SERVER_TEST(many_clients_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
