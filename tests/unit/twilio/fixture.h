#ifndef NUMDESK_TESTS_TWILIO_FIXTURE_H
#define NUMDESK_TESTS_TWILIO_FIXTURE_H

#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "httpd.h"

#include "numdesk/twilio/client.h"
#include "numdesk/twilio/http.h"
#include "numdesk/util/clock.h"
#include "numdesk/util/err.h"
#include "numdesk/util/mem.h"
#include "numdesk/util/secret.h"

/* What the tests of this layer share. Inline, so that a test that needs less gets no warning. */

#define ACCOUNT "AC0123456789abcdef0123456789abcdef"
#define OTHER_ACCOUNT "AC99999999999999999999999999999999"
#define KEY "SK0123456789abcdef0123456789abcdef"
#define PN "PN0123456789abcdef0123456789abcdef"
#define NUMBER "+14155550137"
#define TOKEN "canary-token-0123456789"

#define NUMBER_JSON_OF(account, sid, number)                                                                          \
	"{\"sid\":\"" sid "\",\"account_sid\":\"" account "\",\"phone_number\":\"" number                              \
	"\",\"friendly_name\":\"Support\",\"date_created\":\"Thu, 30 Jul 2015 20:12:31 +0000\",\"capabilities\":"      \
	"{\"voice\":true,\"sms\":true,\"mms\":false,\"fax\":false}}"
#define NUMBER_JSON NUMBER_JSON_OF(ACCOUNT, PN, NUMBER)

/* The real transport, a client on it, and a server for it. */
struct rig {
	struct httpd *d;
	struct http *h;
	struct secret *secret;
	struct client c;
};

/* What one request came to, copied out of the reply. */
struct outcome {
	int calls;                      /* of done */
	int status, curl_code, tries, retry_after_s;
	size_t len;
	bool sent, cancelled;
	char body[4096], error[256], request_id[40];
	int asked;                      /* calls of before_send */
	bool refuse;                    /* what before_send is to answer */
	size_t bytes_when_asked;        /* that had arrived at the server by then */
	struct httpd *d;
};

static inline void rig_open_with(struct rig *r, const struct httpd_reply *script, size_t n, struct http_options o)
{
	struct err e = {0};

	memset(r, 0, sizeof *r);
	if (!o.retry_base_ms)
		o.retry_base_ms = 2;
	r->d = httpd_new(script, n);
	r->h = http_new(&o, &clock_system, &e);
	if (!r->h)
		fail_msg("http_new: %s", e.msg);
	r->secret = secret_from(TOKEN, strlen(TOKEN));
	r->c = (struct client){.http = r->h, .account_sid = ACCOUNT, .user = KEY, .secret = r->secret};
	snprintf(r->c.base_url, sizeof r->c.base_url, "http://127.0.0.1:%d/{product}", httpd_port(r->d));
}

static inline void rig_open(struct rig *r, const struct httpd_reply *script, size_t n)
{
	rig_open_with(r, script, n, (struct http_options){.parallel_reads = 4});
}

static inline void rig_close(struct rig *r)
{
	r->h->free(r->h);
	httpd_free(r->d);
	secret_free(r->secret);
}

static inline long long test_now_ms(void)
{
	return clock_system.mono_ms(&clock_system);
}

/* Turn the loop until *n reaches want; fails after ten seconds. */
static inline void run_until(struct http *h, const int *n, int want)
{
	const long long end = test_now_ms() + 10000;

	while (*n < want) {
		struct err e = {0};

		h->step(h);
		if (*n >= want)
			return;
		if (test_now_ms() > end)
			fail_msg("no answer within 10 s (%d of %d)", *n, want);
		if (!h->wait(h, NULL, 0, 1000, &e))
			fail_msg("wait: %s", e.msg);
	}
}

/* Turn the loop for a while: for what must not happen. */
static inline void run_for(struct http *h, int ms)
{
	const long long end = test_now_ms() + ms;

	while (test_now_ms() < end) {
		h->step(h);
		h->wait(h, NULL, 0, 5, NULL);
	}
}

static inline void take_outcome(void *ctx, const struct http_reply *r)
{
	struct outcome *o = ctx;

	o->calls++;
	o->status = r->status;
	o->curl_code = r->curl_code;
	o->tries = r->tries;
	o->retry_after_s = r->retry_after_s;
	o->len = r->len;
	o->sent = r->sent;
	o->cancelled = r->cancelled;
	snprintf(o->body, sizeof o->body, "%s", r->body);
	snprintf(o->error, sizeof o->error, "%s", r->error ? r->error : "");
	snprintf(o->request_id, sizeof o->request_id, "%s", r->request_id);
}

static inline bool ask(void *ctx)
{
	struct outcome *o = ctx;

	o->asked++;
	if (o->d)
		o->bytes_when_asked = httpd_bytes(o->d);
	return !o->refuse;
}

/* A request to the rig's server, not yet run. */
static inline uint32_t begin(struct rig *r, enum http_method method, struct outcome *o, const struct http_request *more)
{
	struct http_request q = more ? *more : (struct http_request){0};
	char url[128];

	snprintf(url, sizeof url, "http://127.0.0.1:%d/x", httpd_port(r->d));
	q.method = method;
	if (!q.url)
		q.url = url;
	q.auth = (struct http_auth){KEY, r->secret};
	if (method != HTTP_GET) {
		q.before_send = ask;
		q.before_send_ctx = o;
	}
	o->d = r->d;
	return r->h->start(r->h, &q, take_outcome, o);
}

static inline void request(struct rig *r, enum http_method method, struct outcome *o, const struct http_request *more)
{
	const int want = o->calls + 1;

	begin(r, method, o, more);
	run_until(r->h, &o->calls, want);
}

static inline size_t count_requests(struct rig *r, const char *method)
{
	size_t n = 0;

	for (size_t i = 0; i < httpd_requests(r->d); i++)
		n += strncmp(httpd_request(r->d, i), method, strlen(method)) == 0;
	return n;
}

#endif
