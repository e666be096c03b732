#include "fixture.h"

#include <curl/curl.h>

#include "http_priv.h"

static void retry_after_forms(void **state)
{
	static const int64_t now = 1445412000;          /* Wed, 21 Oct 2015 07:20:00 GMT */
	static const struct {
		const char *value;
		int want;
	} cases[] = {
		{"", -1},
		{" ", -1},
		{"0", 0},
		{"5", 5},
		{"  5 \r\n", 5},
		{"99999", 99999},
		{"-1", -1},
		{"+5", -1},
		{"5.5", -1},
		{"5 s", -1},
		{"soon", -1},
		{"99999999999999999999", INT32_MAX},
		{"Wed, 21 Oct 2015 07:28:00 GMT", 480},
		{"Wed, 21 Oct 2015 07:28:00 +0000", 480},
		{"Wed, 21 Oct 2015 07:00:00 GMT", 0},
		{"Wed, 21 Oct 2915 07:28:00 GMT", INT32_MAX},
		{"Wed, 31 Feb 2015 07:28:00 GMT", -1},
		{"2015-10-21T07:28:00Z", -1},
		{"GMT", -1},
		{"5555555555555555555555555555555555555555555555555555555555555555555555555", -1},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const int got = retry_after_parse(cases[i].value, strlen(cases[i].value), now);

		if (got != cases[i].want)
			fail_msg("'%s': %d, expected %d", cases[i].value, got, cases[i].want);
	}
	assert_int_equal(retry_after_parse("5\0006", 3, now), -1);
}

static struct http_curl plain_transport(void)
{
	return (struct http_curl){.clock = &clock_system, .retry_base_ms = 500};
}

static void the_back_off_doubles_to_its_cap(void **state)
{
	static const struct { int tries; int64_t upper; } cases[] = {
		{1, 500}, {2, 1000}, {3, 2000}, {4, 4000}, {6, 16000}, {7, 20000}, {40, 20000},
	};
	struct http_curl h = plain_transport();

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct transfer t = {.h = &h, .reply = {.tries = cases[i].tries, .retry_after_s = -1}};
		int64_t least = INT64_MAX, most = 0;

		for (int k = 0; k < 2000; k++) {
			const int64_t ms = transfer_retry_delay_ms(&t);

			least = ms < least ? ms : least;
			most = ms > most ? ms : most;
		}
		/* full jitter: the whole range is used; a miss of either end has a chance below 1e-40 */
		if (most > cases[i].upper || most < cases[i].upper * 9 / 10 || least > cases[i].upper / 10)
			fail_msg("after %d tries: %lld to %lld ms", cases[i].tries, (long long)least, (long long)most);
	}
}

static void asked_to_wait_it_waits_at_least_that_long(void **state)
{
	struct http_curl h = plain_transport();
	struct transfer t = {.h = &h, .reply = {.tries = 1, .retry_after_s = 7}};

	(void)state;
	for (int k = 0; k < 200; k++) {
		const int64_t ms = transfer_retry_delay_ms(&t);

		assert_in_range(ms, 7000, 7500);
	}
}

static void what_is_tried_again(void **state)
{
	static const struct {
		const char *name;
		struct transfer t;
		bool again;
	} cases[] = {
		{"200", {.reply = {.status = 200}}, false},
		{"404", {.reply = {.status = 404}}, false},
		{"408", {.reply = {.status = 408}}, false},
		{"429", {.reply = {.status = 429}}, true},
		{"500", {.reply = {.status = 500}}, true},
		{"501", {.reply = {.status = 501}}, false},
		{"502", {.reply = {.status = 502}}, true},
		{"503", {.reply = {.status = 503}}, true},
		{"504", {.reply = {.status = 504}}, true},
		{"503 to a POST", {.method = HTTP_POST, .reply = {.status = 503}}, false},
		{"429 to a DELETE", {.method = HTTP_DELETE, .reply = {.status = 429}}, false},
		{"503, not wanted", {.no_retry = true, .reply = {.status = 503}}, false},
		{"503, cancelled", {.cancelled = true, .reply = {.status = 503}}, false},
		{"503, fourth", {.reply = {.status = 503, .tries = 4}}, true},
		{"503, fifth", {.reply = {.status = 503, .tries = 5}}, false},
		{"429, wait 120 s", {.reply = {.status = 429, .retry_after_s = 120}}, true},
		{"429, wait 121 s", {.reply = {.status = 429, .retry_after_s = 121}}, false},
		{"time-out", {.connected = true, .reply = {.curl_code = CURLE_OPERATION_TIMEDOUT}}, true},
		{"time-out of the connection", {.reply = {.curl_code = CURLE_OPERATION_TIMEDOUT}}, false},
		{"lost", {.connected = true, .reply = {.curl_code = CURLE_RECV_ERROR}}, true},
		{"broken off", {.connected = true, .reply = {.curl_code = CURLE_PARTIAL_FILE}}, true},
		{"lost while a POST",
		 {.method = HTTP_POST, .connected = true, .reply = {.curl_code = CURLE_RECV_ERROR}},
		 false},
		{"bad certificate", {.reply = {.curl_code = CURLE_PEER_FAILED_VERIFICATION}}, false},
		{"too large", {.connected = true, .reply = {.curl_code = CURLE_WRITE_ERROR}}, false},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		if (transfer_should_retry(&cases[i].t) != cases[i].again)
			fail_msg("%s", cases[i].name);
}

/* The reset comes on a fresh connection: on a reused one libcurl itself would ask again, and not count it. */
static void reads_are_tried_again_until_they_work(void **state)
{
	static const struct httpd_reply script[] = {
		{.status = 429},
		{.status = 500,
		 .headers = "Connection: close\r\nTwilio-Request-Id: RQbad\r\n",
		 .body = "sorry",
		 .end = HTTPD_CLOSE},
		{.raw = "", .end = HTTPD_RESET},
		{.status = 200, .body = "{\"cut\":", .cut = 40, .end = HTTPD_CLOSE},
		{.status = 200, .body = "{}"},
	};
	struct outcome o = {0};
	struct rig r;

	(void)state;
	rig_open(&r, script, ARRAY_LEN(script));
	request(&r, HTTP_GET, &o, NULL);
	assert_int_equal(o.status, 200);
	assert_string_equal(o.body, "{}");              /* nothing of the earlier answers is left */
	assert_string_equal(o.request_id, "");
	assert_int_equal(o.tries, 5);
	assert_int_equal(httpd_requests(r.d), 5);
	rig_close(&r);
}

static void after_five_tries_the_last_answer_is_told(void **state)
{
	static const struct httpd_reply busy = {.status = 503, .body = "busy", .headers = "Retry-After: 0\r\n"};
	struct outcome o = {0};
	struct rig r;

	(void)state;
	rig_open(&r, &busy, 1);
	request(&r, HTTP_GET, &o, NULL);
	assert_int_equal(o.status, 503);
	assert_string_equal(o.body, "busy");
	assert_int_equal(o.tries, 5);
	assert_int_equal(o.retry_after_s, 0);
	assert_int_equal(httpd_requests(r.d), 5);
	rig_close(&r);
}

static void a_long_retry_after_is_told_not_waited_for(void **state)
{
	static const struct httpd_reply busy = {.status = 429, .headers = "retry-after: 99999\r\n"};
	struct outcome o = {0};
	struct rig r;

	(void)state;
	rig_open(&r, &busy, 1);
	request(&r, HTTP_GET, &o, NULL);
	assert_int_equal(o.status, 429);
	assert_int_equal(o.tries, 1);
	assert_int_equal(o.retry_after_s, 99999);
	request(&r, HTTP_POST, &o, NULL);
	assert_int_equal(o.tries, 1);
	assert_int_equal(o.retry_after_s, 99999);
	rig_close(&r);
}

/* With a clock that stands still until told: the timer is the transport's, and wait does not sleep past it. */
static void the_timer_follows_the_clock(void **state)
{
	static const struct httpd_reply script[] = {{.status = 429, .headers = "Retry-After: 100\r\n"},
						    {.status = 200}};
	const struct http_options options = {.retry_base_ms = 1};
	struct clock_fake clock;
	struct outcome o = {0};
	struct rig r;

	(void)state;
	rig_open(&r, script, 2);
	clock_fake_init(&clock, 1700000000000);
	r.h->free(r.h);
	r.h = http_new(&options, &clock.base, NULL);
	begin(&r, HTTP_GET, &o, NULL);
	for (int i = 0; i < 2000 && httpd_requests(r.d) == 0; i++)
		run_for(r.h, 1);
	run_for(r.h, 30);
	clock_fake_advance(&clock, 99000);
	run_for(r.h, 30);
	assert_int_equal(httpd_requests(r.d), 1);
	assert_int_equal(o.calls, 0);
	assert_int_equal(r.h->running(r.h), 1);
	clock_fake_advance(&clock, 1100);
	run_until(r.h, &o.calls, 1);
	assert_int_equal(o.status, 200);
	assert_int_equal(httpd_requests(r.d), 2);
	rig_close(&r);
}

static void cancelled_between_two_tries(void **state)
{
	static const struct httpd_reply busy = {.status = 429, .headers = "Retry-After: 100\r\n"};
	struct outcome o = {0};
	struct rig r;
	uint32_t id;

	(void)state;
	rig_open(&r, &busy, 1);
	id = begin(&r, HTTP_GET, &o, NULL);
	run_for(r.h, 50);
	assert_int_equal(httpd_requests(r.d), 1);
	assert_int_equal(o.calls, 0);
	r.h->cancel(r.h, id);
	run_until(r.h, &o.calls, 1);
	assert_true(o.cancelled);
	assert_int_equal(o.status, 0);
	assert_string_equal(o.error, "stopped");
	rig_close(&r);
}

/* A kept-alive connection that died while idle is nobody's business. */
static void a_dead_idle_connection_is_replaced(void **state)
{
	static const struct httpd_reply script[] = {{.status = 200, .body = "1"}, {.status = 200, .body = "2"}};
	struct outcome o = {0};
	struct rig r;

	(void)state;
	rig_open(&r, script, 2);
	request(&r, HTTP_GET, &o, NULL);
	httpd_on_reuse(r.d, HTTPD_RESET);
	request(&r, HTTP_GET, &o, NULL);
	assert_int_equal(o.status, 200);
	assert_string_equal(o.body, "2");
	rig_close(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(retry_after_forms),
		cmocka_unit_test(the_back_off_doubles_to_its_cap),
		cmocka_unit_test(asked_to_wait_it_waits_at_least_that_long),
		cmocka_unit_test(what_is_tried_again),
		cmocka_unit_test(reads_are_tried_again_until_they_work),
		cmocka_unit_test(after_five_tries_the_last_answer_is_told),
		cmocka_unit_test(a_long_retry_after_is_told_not_waited_for),
		cmocka_unit_test(the_timer_follows_the_clock),
		cmocka_unit_test(cancelled_between_two_tries),
		cmocka_unit_test(a_dead_idle_connection_is_replaced),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
