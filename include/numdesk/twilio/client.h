#ifndef NUMDESK_TWILIO_CLIENT_H
#define NUMDESK_TWILIO_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "numdesk/model/account.h"
#include "numdesk/twilio/http.h"
#include "numdesk/util/err.h"
struct json;
struct secret;

/*
 * One account as seen through one credential. All calls start a request and return its id at once (0 with e filled
 * when it could not be started); the done function runs later, on the loop. Answers lent to done live for that call;
 * its err is NULL when all went well.
 */
struct client {
	struct http *http;          /* borrowed */
	char base_url[256];         /* template */
	char account_sid[SID_SIZE];
	char user[SID_SIZE];        /* AC... or SK... */
	const struct secret *secret;/* borrowed; NULL when locked: every call then fails with ERR_LOCKED */
	bool read_only;             /* any method but GET is refused here, whatever the caller thinks */
};

/* How one write ended; `err` has the sentence for a person. */
enum write_result {
	WRITE_DONE,                 /* the documented 2xx with a sane body for what was asked */
	WRITE_REJECTED,             /* Twilio refused it for good; nothing changed */
	WRITE_GONE,                 /* 400/21422: look whether we own it before believing it */
	WRITE_THROTTLED,            /* 429: never processed, may be sent again as a new row */
	WRITE_NOT_SENT,             /* before_send was never called, or refused: certainly nothing happened */
	WRITE_ALREADY,              /* DELETE answered 404: gone before us */
	WRITE_UNKNOWN               /* anything else: only looking can tell */
};
struct write_reply {
	enum write_result result;
	int http_status, twilio_code, curl_code, retry_after_s;
	const char *request_id;
	const struct number *number;    /* WRITE_DONE of a purchase or change: the object Twilio answered with */
	const struct json *doc;         /* of another resource: what Twilio answered, NULL for 204; tokens blanked */
	bool wrong_number;              /* a 2xx that names another number or account: conflict */
	struct err err;
};
typedef void write_fn(void *ctx, const struct write_reply *r);

/* Start a GET of an absolute URL already checked; parse it with the JSON door. json is NULL when err is set. */
typedef void json_fn(void *ctx, const struct json *doc, const struct http_reply *r, const struct err *err);
uint32_t client_get(struct client *c, const char *product, const char *path, const struct http_param *query,
		    size_t n_query, json_fn *done, void *ctx, struct err *e);
void client_cancel(struct client *c, uint32_t id);
/* The error of an answer: network, HTTP status, Twilio's error body through the faults table. True when 2xx. */
bool client_check(const struct http_reply *r, const char *subject, struct err *e);

#endif
