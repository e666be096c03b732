/* Every exit status, and commands that are interrupted. */
#include "test.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cli.h"

#include "numdesk/util/json.h"
#include "numdesk/util/mem.h"

static int refused_port(void)
{
	struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t n = sizeof at;
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	assert_int_equal(bind(fd, (struct sockaddr *)&at, n), 0);
	getsockname(fd, (struct sockaddr *)&at, &n);
	close(fd);
	return ntohs(at.sin_port);
}

static void test_exit_statuses(void **state)
{
	char number[1][17], nowhere[64];

	(void)state;
	for_sale(number, 1);
	NUMDESK(0, "list");
	/* 1: what was for sale is gone */
	NUMDESK(1, "buy", "+14155555000", "--yes");
	assert_true(numdesk_said(&nd, 1, "not for sale"));
	NUMDESK(2, "lsit");
	assert_true(numdesk_said(&nd, 1, "did you mean 'list'"));
	/* 3: passphrase, then credentials */
	nd.pass = "wrong horse battery";
	NUMDESK(3, "sync");
	assert_true(numdesk_said(&nd, 1, NULL));
	nd.pass = ND_PASS;
	fault("GET", NULL, "status", ONCE, "{\"status\":401,\"code\":20003}");
	NUMDESK(3, "profile", "check");
	assert_non_null(strstr(nd.r.out, "false"));
	NUMDESK(4, "--profile", "q", "list");
	NUMDESK(4, "release", "+14155559999", "--confirm", "+14155559999");
	fault("GET", "IncomingPhoneNumbers/PN", "status", ONCE, "{\"status\":404,\"code\":20404}");
	NUMDESK(4, "release", MAIN_LINE, "--confirm", MAIN_LINE);
	assert_true(numdesk_said(&nd, 1, "already gone"));
	NUMDESK(5, "buy", number[0]);
	/* 7: nobody listens there; only the port differs, so the credentials may go */
	snprintf(nowhere, sizeof nowhere, "http://127.0.0.1:%d/{product}", refused_port());
	nd.sandbox = NULL;
	NUMDESK(7, "--base-url", nowhere, "sync", "--plain");
	assert_non_null(strstr(nd.r.out, "\tfalse\t"));
	NUMDESK(5, "--base-url", "https://{product}.example.com", "sync");
	nd.sandbox = sandbox;
	/* 8: throttled for longer than anybody waits */
	fault("GET", NULL, "429", ALWAYS, "300");
	NUMDESK(8, "search", "US");
	sandbox_no_faults(sandbox);
	assert_int_equal(sandbox_executions(sandbox, NULL, NULL), 0);
}

static void interrupt(int sig, const char *const *words, const char *method)
{
	struct proc *p = numdesk_start(&nd, &(struct proc_spec){.in = NULL}, words);

	assert_true(test_wait(has_arrived, (void *)(uintptr_t)method, 10000));
	kill(proc_pid(p), sig);
	proc_release(&nd.r);
	proc_end(p, &nd.r);
}

/* What was sent is waited for and told; what was not is not sent. */
static void test_interrupted_while_buying(void **state)
{
	static const int signals[] = {SIGINT, SIGTERM, SIGHUP};
	char number[6][17];
	struct json *doc;

	(void)state;
	for_sale(number, 6);
	for (size_t i = 0; i < ARRAY_LEN(signals); i++) {
		const char *words[] = {"buy", number[2 * i], number[2 * i + 1], "--yes", "--json", NULL};

		json_free(sandbox_ask(sandbox, "POST", "/_sandbox/reset", NULL));
		fault("POST", NULL, "delay-answer-ms", ONCE, "700");
		interrupt(signals[i], words, "POST");
		if (nd.r.status != 130)
			fail_msg("signal %d: exit %d\n%s%s", signals[i], nd.r.status, nd.r.out, nd.r.err);
		doc = rows_with(2, OPERATION);
		assert_string_equal(text_at(doc, 0, "state"), "done");
		assert_string_equal(text_at(doc, 1, "state"), "cancelled");
		json_free(doc);
		assert_int_equal(sandbox_executions(sandbox, "buy", NULL), 1);
		assert_int_equal(sandbox_arrivals(sandbox, "POST", NULL), 1);
	}
}

static void test_interrupted_while_reading(void **state)
{
	static const char *const reads[][3] = {{"sync"}, {"search", "US"}, {"sync", "--all"}, {"profile", "check"}};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(reads); i++) {
		const char *words[4] = {reads[i][0], reads[i][1], reads[i][2]};

		sandbox_reset(sandbox);
		fault("GET", NULL, "hang", ALWAYS, NULL);
		interrupt(SIGINT, words, "GET");
		if (nd.r.status != 130 || !strstr(nd.r.err, "numdesk: "))
			fail_msg("%s: exit %d\n%s%s", words[0], nd.r.status, nd.r.out, nd.r.err);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		READY(test_exit_statuses), READY(test_interrupted_while_buying),
		READY(test_interrupted_while_reading),
	};

	return cmocka_run_group_tests(tests, up, down);
}
