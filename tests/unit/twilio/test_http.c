#include "fixture.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <curl/curl.h>

#include "http_priv.h"

static const struct httpd_reply ok = {.status = 200, .body = "{}", .headers = "Twilio-Request-Id: RQ0123\r\n"};

static void a_get_brings_status_body_and_request_id(void **state)
{
	struct outcome o = {0};
	struct rig r;

	(void)state;
	rig_open(&r, &ok, 1);
	request(&r, HTTP_GET, &o, NULL);
	assert_int_equal(o.status, 200);
	assert_int_equal(o.curl_code, 0);
	assert_string_equal(o.error, "");
	assert_string_equal(o.body, "{}");
	assert_string_equal(o.request_id, "RQ0123");
	assert_int_equal(o.retry_after_s, -1);
	assert_true(o.sent);
	assert_false(o.cancelled);
	assert_int_equal(o.tries, 1);
	assert_int_equal(r.h->running(r.h), 0);
	rig_close(&r);
}

static void credentials_go_in_a_header_and_parameters_are_escaped(void **state)
{
	static const struct http_param query[] = {
		{"PhoneNumber", "+1 415"}, {"DateSent>", "a&b=%"}, {"Empty", ""}, {"None", NULL}};
	static const struct http_param form[] = {{"FriendlyName", "caf\xc3\xa9 +\r\n"}, {"VoiceUrl", ""}};
	struct outcome o = {0};
	struct rig r;
	const char *got;

	(void)state;
	rig_open(&r, &ok, 1);
	request(&r, HTTP_GET, &o, &(struct http_request){.query = query, .n_query = 4});
	got = httpd_request(r.d, 0);
	assert_non_null(strstr(got, "GET /x?PhoneNumber=%2B1%20415&DateSent%3E=a%26b%3D%25&Empty=&None= HTTP/1.1\r\n"));
	assert_non_null(strstr(got, "Authorization: Basic "));
	assert_null(strstr(got, TOKEN));
	assert_non_null(strstr(got, "Accept: application/json\r\n"));
	assert_non_null(strstr(got, "Accept-Encoding: gzip\r\n"));
	request(&r, HTTP_POST, &o, &(struct http_request){.form = form, .n_form = 2});
	got = httpd_request(r.d, 1);
	assert_non_null(strstr(got, "Content-Type: application/x-www-form-urlencoded\r\n"));
	assert_non_null(strstr(got, "\r\n\r\nFriendlyName=caf%C3%A9%20%2B%0D%0A&VoiceUrl="));
	assert_null(strstr(got, "Accept-Encoding"));
	assert_null(strstr(got, "Expect:"));
	rig_close(&r);
}

static void unusable_urls_never_reach_the_network(void **state)
{
	static const struct { const char *name, *url; } cases[] = {
		{"empty", ""},
		{"file", "file:///etc/hostname"},
		{"ftp", "ftp://127.0.0.1/x"},
		{"http to another machine", "http://192.0.2.1/x"},
		{"a name that only begins like loopback", "http://127.0.0.1.example.com/x"},
		{"line feed", "http://127.0.0.1/x\nHost: y"},
		{"space", "http://127.0.0.1/x y"},
		{"fragment", "http://127.0.0.1/x#y"},
	};
	struct outcome last = {0};
	char with_user[64];
	struct rig r;

	(void)state;
	rig_open(&r, &ok, 1);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct outcome o = {0};

		begin(&r, HTTP_GET, &o, &(struct http_request){.url = cases[i].url});
		assert_int_equal(o.calls, 0);           /* from step only */
		run_until(r.h, &o.calls, 1);
		if (o.curl_code == 0 || o.sent || o.status != 0 || !*o.error)
			fail_msg("%s: libcurl %d, sent %d", cases[i].name, o.curl_code, o.sent);
	}
	snprintf(with_user, sizeof with_user, "http://u:p@127.0.0.1:%d/x", httpd_port(r.d));
	request(&r, HTTP_GET, &last, &(struct http_request){.url = with_user});
	assert_int_equal(last.status, 0);
	assert_int_equal(httpd_connections(r.d), 0);
	rig_close(&r);
}

static void an_interim_answer_says_nothing(void **state)
{
	static const struct httpd_reply replies[] = {
		{.raw = "HTTP/1.1 103 Early Hints\r\nRetry-After: 5\r\nTwilio-Request-Id: RQearly\r\n\r\n"
			"HTTP/1.1 429 X\r\nContent-Length: 0\r\n\r\n"},
		{.status = 200, .headers = "Twilio-Request-Id: RQ 1; x\r\n"},         /* no id this one could be */
		{.status = 200, .headers = "Twilio-Request-Id: RQ0123456789012345678901234567890123456789\r\n"},
	};
	struct outcome o = {0};
	struct rig r;

	(void)state;
	rig_open(&r, replies, ARRAY_LEN(replies));
	request(&r, HTTP_POST, &o, NULL);
	assert_int_equal(o.status, 429);
	assert_int_equal(o.retry_after_s, -1);
	assert_string_equal(o.request_id, "");
	request(&r, HTTP_GET, &o, NULL);
	assert_string_equal(o.request_id, "");
	request(&r, HTTP_GET, &o, NULL);
	assert_string_equal(o.request_id, "");
	rig_close(&r);
}

static void a_write_asks_once_before_its_first_byte(void **state)
{
	struct outcome o = {0};
	struct rig r;

	(void)state;
	rig_open(&r, &ok, 1);
	request(&r, HTTP_POST, &o, NULL);
	assert_int_equal(o.asked, 1);
	assert_int_equal(o.bytes_when_asked, 0);
	assert_true(o.sent);
	assert_int_equal(o.status, 200);
	request(&r, HTTP_DELETE, &o, NULL);
	assert_int_equal(o.asked, 2);
	assert_int_equal(strncmp(httpd_request(r.d, 1), "DELETE /x ", 10), 0);
	request(&r, HTTP_GET, &o, NULL);
	assert_int_equal(httpd_connections(r.d), 3);    /* nothing uses a write's connection again */
	rig_close(&r);
}

static void a_refused_write_sends_nothing(void **state)
{
	struct outcome o = {.refuse = true};
	struct rig r;

	(void)state;
	rig_open(&r, &ok, 1);
	request(&r, HTTP_POST, &o, NULL);
	assert_int_equal(o.asked, 1);
	assert_false(o.sent);
	assert_int_equal(o.status, 0);
	assert_int_equal(o.curl_code, CURLE_ABORTED_BY_CALLBACK);
	assert_string_equal(o.error, "stopped before anything was sent");
	run_for(r.h, 20);
	assert_int_equal(httpd_bytes(r.d), 0);
	rig_close(&r);
}

/* A port of this machine where nobody listens. */
static int closed_port(void)
{
	struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t n = sizeof a;
	const int fd = socket(AF_INET, SOCK_STREAM, 0);

	assert_int_equal(bind(fd, (struct sockaddr *)&a, sizeof a), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&a, &n), 0);
	close(fd);
	return ntohs(a.sin_port);
}

static void a_write_that_never_connects_was_not_sent(void **state)
{
	/* a label this long is refused by the resolver of the C library, which then asks nobody */
	static const char nowhere[] =
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.invalid";
	char refused[64], unknown[128], says[128];
	const struct { const char *name, *url, *says; } cases[] = {
		{"refused", refused, "cannot connect to '127.0.0.1': Connection refused"},
		{"no such name", unknown, says},
	};
	struct rig r;

	(void)state;
	rig_open_with(&r, &ok, 1, (struct http_options){.proxy = "none"});
	snprintf(refused, sizeof refused, "http://127.0.0.1:%d/x", closed_port());
	snprintf(unknown, sizeof unknown, "https://%s/x", nowhere);
	snprintf(says, sizeof says, "cannot resolve '%s'", nowhere);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct outcome o = {0};

		request(&r, HTTP_POST, &o, &(struct http_request){.url = cases[i].url});
		if (o.asked || o.sent || o.status || strcmp(o.error, cases[i].says) != 0)
			fail_msg("%s: asked %d, sent %d, says \"%s\"", cases[i].name, o.asked, o.sent, o.error);
		request(&r, HTTP_GET, &o, &(struct http_request){.url = cases[i].url});
		if (o.sent || o.tries != 1)             /* told at once: waiting would not make a connection */
			fail_msg("%s: a read took %d tries", cases[i].name, o.tries);
	}
	rig_close(&r);
}

/* It takes the connection and never speaks TLS. */
static void a_silent_tls_server_gets_nothing(void **state)
{
	struct outcome o = {0};
	char url[64];
	struct rig r;

	(void)state;
	rig_open(&r, &ok, 1);
	snprintf(url, sizeof url, "https://127.0.0.1:%d/x", httpd_port(r.d));
	request(&r, HTTP_POST, &o, &(struct http_request){.url = url, .timeout_ms = 150});
	assert_int_equal(o.asked, 0);
	assert_false(o.sent);
	assert_string_equal(o.error, "cannot connect to '127.0.0.1': no answer in time");
	rig_close(&r);
}

/* Eight kept-alive connections that all die when they are used again: libcurl alone would send a write six times. */
static void writes_arrive_once_whatever_idle_connections_do(void **state)
{
	static const struct httpd_reply all_at_once = {.status = 200, .body = "{}", .wait_for = 8};
	static const enum httpd_end ends[] = {HTTPD_RESET, HTTPD_CLOSE};

	(void)state;
	for (size_t e = 0; e < ARRAY_LEN(ends); e++) {
		struct outcome reads = {0}, o = {0};
		struct rig r;

		rig_open_with(&r, &all_at_once, 1, (struct http_options){.parallel_reads = 8});
		for (int i = 0; i < 8; i++)
			begin(&r, HTTP_GET, &reads, NULL);
		run_until(r.h, &reads.calls, 8);
		assert_int_equal(httpd_connections(r.d), 8);
		httpd_on_reuse(r.d, ends[e]);
		request(&r, HTTP_POST, &o, NULL);
		assert_int_equal(o.status, 200);
		assert_int_equal(o.asked, 1);
		assert_int_equal(count_requests(&r, "POST"), 1);
		rig_close(&r);
	}
}

/*
 * The same with the fresh connection taken away: then only the guard stands between libcurl's own retry and a second
 * purchase.
 */
static void a_second_sending_is_refused(void **state)
{
	struct outcome reads = {0}, o = {0};
	struct rig r;
	struct http_curl *h;
	struct transfer t;
	CURLMsg *m = NULL;
	char url[64];
	int left;

	(void)state;
	rig_open(&r, &ok, 1);
	request(&r, HTTP_GET, &reads, NULL);
	httpd_on_reuse(r.d, HTTPD_RESET);
	h = (struct http_curl *)r.h;
	snprintf(url, sizeof url, "http://127.0.0.1:%d/x", httpd_port(r.d));
	t = (struct transfer){.h = h,
			      .method = HTTP_POST,
			      .url = url,
			      .user = (char[]){KEY},
			      .secret = r.secret,
			      .timeout_ms = 5000,
			      .before_send = ask,
			      .before_send_ctx = &o,
			      .body.max = 1000};
	assert_true(transfer_prepare(&t));
	curl_easy_setopt(t.easy, CURLOPT_FRESH_CONNECT, 0L);
	curl_multi_add_handle(h->multi, t.easy);
	for (int i = 0; i < 1000 && !m; i++) {
		curl_multi_perform(h->multi, &left);
		m = curl_multi_info_read(h->multi, &left);
		if (!m)
			curl_multi_poll(h->multi, NULL, 0, 10, NULL);
	}
	assert_non_null(m);
	t.reply.curl_code = (int)m->data.result;
	curl_multi_remove_handle(h->multi, t.easy);
	transfer_explain(&t);
	transfer_forget_easy(&t);
	body_release(&t.body);
	assert_int_equal(t.reply.curl_code, CURLE_ABORTED_BY_CALLBACK);
	assert_string_equal(t.error, "the connection to '127.0.0.1' was lost, and sending again was refused");
	assert_true(t.reply.sent);
	assert_int_equal(o.asked, 1);
	assert_int_equal(count_requests(&r, "POST"), 1);
	rig_close(&r);
}

static void a_write_cut_off_is_not_sent_again(void **state)
{
	static const struct httpd_reply replies[] = {
		{.raw = "", .end = HTTPD_RESET}, {.raw = "", .end = HTTPD_CLOSE},
		{.status = 201, .body = "{\"sid\":\"PN\"}", .cut = 30, .end = HTTPD_RESET},
		{.status = 201, .body = "{\"sid\":\"PN\"}", .cut = 45, .end = HTTPD_CLOSE},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(replies); i++) {
		struct outcome o = {0};
		struct rig r;

		rig_open(&r, &replies[i], 1);
		request(&r, HTTP_POST, &o, NULL);
		if (o.status != 0 || o.curl_code == 0 || !o.sent || o.asked != 1 || o.tries != 1 ||
		    httpd_requests(r.d) != 1)
			fail_msg("case %zu: status %d, libcurl %d, asked %d, %zu requests", i, o.status, o.curl_code,
				 o.asked, httpd_requests(r.d));
		rig_close(&r);
	}
}

static void redirects_are_answers(void **state)
{
	struct rig r, other;
	struct outcome o = {0};
	char headers[128];
	struct httpd_reply reply = {.headers = headers, .body = ""};

	(void)state;
	rig_open(&other, &ok, 1);
	snprintf(headers, sizeof headers, "Location: http://127.0.0.1:%d/stolen\r\n", httpd_port(other.d));
	rig_open(&r, &reply, 1);
	for (reply.status = 301; reply.status <= 308; reply.status++) {
		request(&r, HTTP_GET, &o, NULL);
		assert_int_equal(o.status, reply.status);
		request(&r, HTTP_POST, &o, NULL);
		assert_int_equal(o.status, reply.status);
	}
	assert_int_equal(httpd_requests(r.d), 16);
	assert_int_equal(httpd_connections(other.d), 0);
	rig_close(&r);
	rig_close(&other);
}

#define GZIP "Content-Encoding: gzip\r\n"

static void an_answer_has_a_ceiling(void **state)
{
	/* 4,000 times 'a' compressed: the ceiling counts what it decodes to */
	static const char packed[] =
		"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\xed\xc1\x31\x01\x00\x00\x00\xc2\xa0\xac\xeb\x5f\xc2\x18\x3e"
		"\x40\x01\x00\x00\x00\x6f\x03\xeb\xbe\x85\x78\xa0\x0f\x00\x00";
	static char long_body[3000];
	static const struct {
		const char *name;
		struct httpd_reply reply;
		size_t max;
		bool fits;
	} cases[] = {
		{"exactly full", {.status = 200, .body = "0123456789"}, 10, true},
		{"one too many", {.status = 200, .body = "0123456789"}, 9, false},
		{"chunked, full", {.status = 200, .body = "0123456789", .chunked = true}, 10, true},
		{"chunked, one too many", {.status = 200, .body = "0123456789", .chunked = true}, 9, false},
		{"no length", {.raw = "HTTP/1.1 200 OK\r\n\r\n0123456789", .end = HTTPD_CLOSE}, 9, false},
		{"long", {.status = 200, .body = long_body}, 2999, true},
		{"gzip, full",
		 {.status = 200, .headers = GZIP, .body = packed, .len = sizeof packed - 1},
		 4000,
		 true},
		{"gzip, one too many",
		 {.status = 200, .headers = GZIP, .body = packed, .len = sizeof packed - 1},
		 3999,
		 false},
	};

	(void)state;
	memset(long_body, 'a', sizeof long_body - 1);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct outcome o = {0};
		struct rig r;

		rig_open(&r, &cases[i].reply, 1);
		request(&r, HTTP_GET, &o, &(struct http_request){.max_body = cases[i].max});
		if (cases[i].fits
			    ? o.curl_code != 0 || o.len != cases[i].max
			    : o.curl_code == 0 || o.status != 0 || o.tries != 1 || !strstr(o.error, "is larger than"))
			fail_msg("%s: libcurl %d, %zu bytes, %d tries, \"%s\"", cases[i].name, o.curl_code, o.len,
				 o.tries, o.error);
		rig_close(&r);
	}
}

static void endless_headers_end(void **state)
{
	char *headers = malloc(300 * 1100 + 1);
	struct httpd_reply reply = {.status = 200, .body = "{}", .headers = headers};
	struct outcome o = {0};
	size_t n = 0;
	struct rig r;

	(void)state;
	for (int i = 0; i < 300; i++)
		n += (size_t)snprintf(headers + n, 300 * 1100 + 1 - n, "X-%d: %01000d\r\n", i, 0);
	rig_open(&r, &reply, 1);
	request(&r, HTTP_GET, &o, NULL);
	assert_int_equal(o.status, 0);
	assert_int_not_equal(o.curl_code, 0);
	assert_string_equal(o.error, "the answer of '127.0.0.1' is larger than 256 KiB");
	rig_close(&r);
	free(headers);
}

static void time_outs(void **state)
{
	static const struct httpd_reply never = {.status = 200, .body = "{}", .delay_ms = 60000};
	static const struct httpd_reply slow = {.status = 200, .body = "{}", .drip_ms = 20};
	struct outcome o = {0};
	struct rig r;

	(void)state;
	rig_open(&r, &never, 1);
	request(&r, HTTP_POST, &o, &(struct http_request){.timeout_ms = 100});
	assert_int_equal(o.curl_code, CURLE_OPERATION_TIMEDOUT);
	assert_true(o.sent);
	assert_string_equal(o.error, "no whole answer from '127.0.0.1' within 1 s");
	request(&r, HTTP_GET, &o, &(struct http_request){.timeout_ms = 50, .no_retry = true});
	assert_int_equal(o.curl_code, CURLE_OPERATION_TIMEDOUT);
	assert_int_equal(o.tries, 1);
	httpd_script(r.d, &slow, 1);
	request(&r, HTTP_GET, &o, &(struct http_request){.timeout_ms = 100, .no_retry = true});
	assert_int_equal(o.curl_code, CURLE_OPERATION_TIMEDOUT);
	assert_int_equal(o.status, 0);
	rig_close(&r);
}

static void cancelled_while_waiting_for_its_turn(void **state)
{
	static const struct httpd_reply held = {.status = 200, .body = "{}", .wait_for = 1, .delay_ms = 100};
	struct outcome first = {0}, o = {0};
	struct rig r;
	uint32_t id;

	(void)state;
	rig_open_with(&r, &held, 1, (struct http_options){.parallel_reads = 1});
	begin(&r, HTTP_GET, &first, NULL);
	id = begin(&r, HTTP_GET, &o, NULL);
	r.h->cancel(r.h, id);
	assert_int_equal(o.calls, 0);           /* from step only */
	r.h->step(r.h);
	assert_int_equal(o.calls, 1);
	assert_true(o.cancelled);
	assert_int_equal(o.status, 0);
	run_until(r.h, &first.calls, 1);
	assert_int_equal(first.status, 200);
	assert_int_equal(httpd_requests(r.d), 1);
	r.h->cancel(r.h, id);                   /* gone: nothing happens */
	r.h->cancel(r.h, 0);
	rig_close(&r);
}

static void a_cancelled_write_knows_whether_it_was_sent(void **state)
{
	static const struct httpd_reply never = {.status = 201, .body = "{}", .delay_ms = 60000};
	struct outcome o = {0};
	struct rig r;
	uint32_t id;

	(void)state;
	rig_open(&r, &never, 1);
	id = begin(&r, HTTP_POST, &o, NULL);
	r.h->cancel(r.h, id);                   /* before it ran at all */
	run_until(r.h, &o.calls, 1);
	assert_true(o.cancelled);
	assert_false(o.sent);
	assert_int_equal(o.asked, 0);
	id = begin(&r, HTTP_POST, &o, NULL);
	run_until(r.h, &o.asked, 1);
	r.h->cancel(r.h, id);
	run_until(r.h, &o.calls, 2);
	assert_true(o.cancelled);
	assert_true(o.sent);
	assert_int_equal(o.status, 0);
	rig_close(&r);
}

static void reads_wait_their_turn_in_order(void **state)
{
	static const struct httpd_reply held = {.status = 200, .body = "{}", .delay_ms = 30};
	struct outcome o = {0};
	struct rig r;

	(void)state;
	rig_open_with(&r, &held, 1, (struct http_options){.parallel_reads = 2});
	for (int i = 0; i < 6; i++) {
		char text[16];
		const struct http_param query = {"i", text};

		snprintf(text, sizeof text, "%d", i);
		begin(&r, HTTP_GET, &o, &(struct http_request){.query = &query, .n_query = 1});
	}
	assert_int_equal(r.h->running(r.h), 6);
	run_until(r.h, &o.calls, 6);
	assert_true(httpd_connections(r.d) <= 2);
	for (size_t i = 0; i < 6; i++) {
		char want[32];

		snprintf(want, sizeof want, "GET /x?i=%zu ", i & ~(size_t)1);
		if (strncmp(httpd_request(r.d, i), want, strlen(want)) != 0) {
			snprintf(want, sizeof want, "GET /x?i=%zu ",
				 i | 1); /* the two of a pair may overtake each other */
			assert_int_equal(strncmp(httpd_request(r.d, i), want, strlen(want)), 0);
		}
	}
	rig_close(&r);
}

static void one_write_of_a_user_at_a_time(void **state)
{
	static const struct httpd_reply held = {.status = 200, .body = "{}", .delay_ms = 30};
	struct outcome a = {0}, b = {0};
	struct rig r;

	(void)state;
	rig_open(&r, &held, 1);
	begin(&r, HTTP_POST, &a, NULL);
	begin(&r, HTTP_POST, &b, NULL);
	run_until(r.h, &a.calls, 1);
	assert_int_equal(b.asked, 0);
	run_until(r.h, &b.calls, 1);
	assert_int_equal(httpd_requests(r.d), 2);
	rig_close(&r);
}

struct chain {
	struct rig *r;
	struct outcome o;
	int left, done;
};

static void next_in_chain(void *ctx, const struct http_reply *reply)
{
	struct chain *c = ctx;

	(void)reply;
	c->done++;
	if (c->left-- > 0) {
		char url[64];
		const struct http_request q = {.url = url, .auth = {KEY, c->r->secret}};

		snprintf(url, sizeof url, "http://127.0.0.1:%d/x", httpd_port(c->r->d));
		c->r->h->start(c->r->h, &q, next_in_chain, c);
	}
}

static bool has_connection(void *ctx)
{
	return httpd_connections(ctx) > 0;
}

static bool has_two_requests(void *ctx)
{
	return httpd_requests(ctx) == 2;
}

/* Started from a done function on an open connection, a read leaves before that function goes on. */
static void a_follow_up_leaves_at_once(void **state)
{
	struct rig r;
	struct chain c = {.r = &r, .left = 2};

	(void)state;
	rig_open(&r, &ok, 1);
	next_in_chain(&c, NULL);
	run_until(r.h, &c.done, 2);             /* the first answer has started the second request, inside that step */
	assert_true(test_wait(has_two_requests, r.d, 2000));    /* with no further step */
	run_until(r.h, &c.done, 3);
	assert_int_equal(httpd_connections(r.d), 1);
	rig_close(&r);
}

/* Whoever starts a read must not find a write's question on the stack: it may be in the middle of a transaction. */
static void starting_a_read_asks_no_write(void **state)
{
	struct outcome w = {0}, o = {0};
	struct rig r;

	(void)state;
	rig_open(&r, &ok, 1);
	begin(&r, HTTP_POST, &w, NULL);
	begin(&r, HTTP_GET, &o, NULL);
	assert_int_equal(w.asked, 0);
	r.h->step(r.h);
	if (w.asked == 0) {                     /* it is connecting: give it the time to be ready */
		assert_true(test_wait(has_connection, r.d, 2000));
		begin(&r, HTTP_GET, &o, NULL);
		assert_int_equal(w.asked, 0);
	}
	run_until(r.h, &w.calls, 1);
	run_until(r.h, &o.calls, 1);
	assert_int_equal(w.asked, 1);
	rig_close(&r);
}

static void waiting_fills_revents_and_honours_its_time_out(void **state)
{
	int pipes[2];
	struct pollfd fd;
	struct rig r;
	long long t0;

	(void)state;
	rig_open(&r, &ok, 1);
	assert_int_equal(pipe(pipes), 0);
	fd = (struct pollfd){.fd = pipes[0], .events = POLLIN, .revents = -1};
	t0 = test_now_ms();
	assert_true(r.h->wait(r.h, &fd, 1, 30, NULL));
	assert_int_equal(fd.revents, 0);
	assert_true(test_now_ms() - t0 >= 25);
	assert_int_equal(write(pipes[1], "x", 1), 1);
	assert_true(r.h->wait(r.h, &fd, 1, -1, NULL));
	assert_int_equal(fd.revents, POLLIN);
	close(pipes[1]);
	assert_true(r.h->wait(r.h, &fd, 1, -1, NULL));
	assert_true(fd.revents & POLLHUP);      /* libcurl alone would not tell */
	close(pipes[0]);
	rig_close(&r);
}

static void drop_closes_connections_and_ends_what_runs(void **state)
{
	static const struct httpd_reply script[] = {
		{.status = 200, .body = "{}"}, {.status = 200, .delay_ms = 60000}, {.status = 200}};
	struct outcome o = {0};
	struct rig r;

	(void)state;
	rig_open(&r, script, 3);
	request(&r, HTTP_GET, &o, NULL);
	begin(&r, HTTP_POST, &o, NULL);
	run_until(r.h, &o.asked, 1);
	r.h->drop(r.h);
	run_until(r.h, &o.calls, 2);
	assert_true(o.cancelled);
	assert_true(o.sent);
	request(&r, HTTP_GET, &o, NULL);
	assert_int_equal(o.status, 200);
	assert_int_equal(httpd_connections(r.d), 3);
	rig_close(&r);
}

static void a_warm_connection_carries_nothing(void **state)
{
	char url[64];
	struct rig r;

	(void)state;
	rig_open(&r, &ok, 1);
	snprintf(url, sizeof url, "http://127.0.0.1:%d/", httpd_port(r.d));
	r.h->warm(r.h, url);
	assert_int_equal(r.h->running(r.h), 0);         /* nobody waits for it */
	run_for(r.h, 50);
	assert_true(test_wait(has_connection, r.d, 2000));
	assert_int_equal(httpd_bytes(r.d), 0);
	r.h->warm(r.h, "http://192.0.2.1/");            /* not https: refused without a word */
	r.h->warm(r.h, "");
	run_for(r.h, 5);
	rig_close(&r);
}

static void freed_in_the_middle(void **state)
{
	static const struct httpd_reply never = {.status = 200, .delay_ms = 60000};
	struct outcome o = {0};
	struct rig r;

	(void)state;
	rig_open_with(&r, &never, 1, (struct http_options){.parallel_reads = 1});
	begin(&r, HTTP_GET, &o, NULL);
	begin(&r, HTTP_GET, &o, NULL);
	begin(&r, HTTP_POST, &o, NULL);
	run_until(r.h, &o.asked, 1);
	rig_close(&r);
	assert_int_equal(o.calls, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_get_brings_status_body_and_request_id),
		cmocka_unit_test(credentials_go_in_a_header_and_parameters_are_escaped),
		cmocka_unit_test(unusable_urls_never_reach_the_network),
		cmocka_unit_test(an_interim_answer_says_nothing),
		cmocka_unit_test(a_write_asks_once_before_its_first_byte),
		cmocka_unit_test(a_refused_write_sends_nothing),
		cmocka_unit_test(a_write_that_never_connects_was_not_sent),
		cmocka_unit_test(a_silent_tls_server_gets_nothing),
		cmocka_unit_test(writes_arrive_once_whatever_idle_connections_do),
		cmocka_unit_test(a_second_sending_is_refused),
		cmocka_unit_test(a_write_cut_off_is_not_sent_again),
		cmocka_unit_test(redirects_are_answers),
		cmocka_unit_test(an_answer_has_a_ceiling),
		cmocka_unit_test(endless_headers_end),
		cmocka_unit_test(time_outs),
		cmocka_unit_test(cancelled_while_waiting_for_its_turn),
		cmocka_unit_test(a_cancelled_write_knows_whether_it_was_sent),
		cmocka_unit_test(reads_wait_their_turn_in_order),
		cmocka_unit_test(one_write_of_a_user_at_a_time),
		cmocka_unit_test(a_follow_up_leaves_at_once),
		cmocka_unit_test(starting_a_read_asks_no_write),
		cmocka_unit_test(waiting_fills_revents_and_honours_its_time_out),
		cmocka_unit_test(drop_closes_connections_and_ends_what_runs),
		cmocka_unit_test(a_warm_connection_carries_nothing),
		cmocka_unit_test(freed_in_the_middle),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
