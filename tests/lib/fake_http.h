#ifndef NUMDESK_TESTS_FAKE_HTTP_H
#define NUMDESK_TESTS_FAKE_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "numdesk/twilio/http.h"
#include "numdesk/util/clock.h"

/*
 * A transport that answers from a script and never touches the network. Time moves only through its clock: wait()
 * advances it to the next reply or to its time-out, whichever is first, unless a descriptor is ready or `busy` says
 * that a thread is still at work; then it waits for the descriptors in earnest.
 */
struct fake_http;

struct fake_reply {
	int status;                     /* 0 with curl_code: no answer */
	const char *body;               /* copied; NULL: "" */
	int curl_code;
	const char *error;              /* copied; NULL: "the connection was lost" when curl_code is set */
	int delay_ms;
	int times;                      /* answers this many requests, then is spent; 0: any number */
	int retry_after_s;              /* 0: absent */
	bool hang;                      /* never answers; only a cancel ends it */
	bool not_sent;                  /* a write: fails before its first byte, before_send is not called */
	void (*hook)(void *ctx, const struct http_request *r);  /* when the reply is chosen, at start */
	void *hook_ctx;
};
/* What was asked, in order. Borrowed until the transport is freed. */
struct fake_call {
	enum http_method method;
	const char *url;                /* with the query as ?name=value&..., values raw */
	const char *form;               /* name=value&..., values raw */
	const char *json;               /* "" without one */
	const char *file_name, *file_field, *file_type; /* of a multipart body; "" without one */
	const char *file; size_t file_len;              /* NUL after it */
	const char *user;
	const char *secret;             /* a test's secret is no secret */
	bool cancelled, done, sent;
};

struct fake_http *fake_http_new(struct clock_fake *clock);      /* borrows the clock */
struct http *fake_http_seam(struct fake_http *f);               /* its ->free frees everything */
/*
 * Answer requests of this method whose "url?query form json" contains `part`. Replies with `times` are used first, in the
 * order given; then the newest of the lasting ones. What nothing matches gets 404 with Twilio's 20404.
 */
void fake_http_on(struct fake_http *f, enum http_method method, const char *part, const struct fake_reply *reply);
void fake_http_forget(struct fake_http *f);                     /* drops all replies */
size_t fake_http_calls(const struct fake_http *f);
const struct fake_call *fake_http_call(const struct fake_http *f, size_t i);
/* How many calls had this method and part; *last (may be NULL) gets the index of the last. */
size_t fake_http_count(const struct fake_http *f, enum http_method method, const char *part, size_t *last);
size_t fake_http_dropped(const struct fake_http *f);            /* times drop() was called */
size_t fake_http_peak(const struct fake_http *f);               /* most requests under way at once */
/* Is a thread of the test still at work? Then wait() does not move the clock. */
void fake_http_busy(struct fake_http *f, bool (*busy)(void *ctx), void *ctx);

#endif
