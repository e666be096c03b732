#ifndef NUMDESK_TWILIO_CLIENT_PRIV_H
#define NUMDESK_TWILIO_CLIENT_PRIV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "numdesk/twilio/base.h"
#include "numdesk/twilio/client.h"
struct arena;
struct json;
struct number;
struct offer;
struct search;

/* Start a request as this client; its URL has been checked. Refuses when locked, and any write when read-only. */
uint32_t client_start(struct client *c, struct http_request *r, http_done_fn *done, void *ctx, struct err *e);
/* The URL of "/2010-04-01/Accounts/AC..." plus the formatted rest. */
bool client_account_url(const struct client *c, char *out, size_t out_size, struct err *e, const char *fmt, ...)
	__attribute__((format(printf, 5, 6)));
/* The URL of one owned number; ERR_USAGE when phone_sid is no PN... */
bool client_number_url(const struct client *c, const char *phone_sid, char *out, size_t out_size, struct err *e);
/* client_get with a URL that is ready, and the thing concerned, which messages name (NULL: none). */
uint32_t client_get_url(struct client *c, const char *url, const struct http_param *query, size_t n_query,
			const char *subject, json_fn *done, void *ctx, struct err *e);
/* Twilio's error code and message out of an answer that is no 2xx; 0 and "" when it has none. */
int client_error_code(const struct http_reply *r, char *message, size_t message_size);
/* Follow meta.next_page_url or next_page_uri of a parsed page: "" at the end. ERR_PROTO when it leads elsewhere. */
bool client_next_page(const struct client *c, const char *product, const char *next, char *out, size_t out_size,
		      struct err *e);

/* A copy of an answer's body with the value of every "auth_token" overwritten, NUL-terminated; crypto_wiping_free it.
 * NULL: no memory. */
char *client_blanked(const struct http_reply *r);

/* write.c */
struct write_request {
	enum http_method method;
	int expect, expect_too;         /* the documented 2xx; expect_too 0: only one */
	const char *phone_number;       /* the answer must name it; NULL: no body is expected */
	const char *phone_sid;          /* ... and this, NULL for a purchase */
	const char *account_sid;        /* ... and this account, where the answer names one */
	const char *subject;            /* for messages */
	const struct http_param *form; size_t n_form;
	const char *json;               /* instead of a form; NULL: none */
	const struct http_file *file;   /* multipart; NULL: none */
	/* a resource instead of an owned number: its answer is lent as reply->doc */
	bool is_resource;
	const char *sid_prefix, *sid_prefix_too, *sid_member;   /* literals; sid_prefix NULL: any answer will do */
};
uint32_t write_start(struct client *c, const char *url, const struct write_request *w,
		     http_before_send_fn *before_send, void *before_send_ctx, write_fn *done, void *ctx, struct err *e);

/* accounts.c: the value of the next "auth_token" in a JSON text, as it is written there; NULL: there is no further one. */
char *account_next_token(char *text, size_t *len);
/* Overwrite all of them with stars, keeping their length. */
void account_blank_token(char *text);

/* decode_offer.c: one number for sale; texts go to a. False: no usable number. */
bool offer_decode(const struct json *v, const struct search *s, struct offer *out, struct arena *a);
/* Capabilities as an object of booleans or an array of names, in any case of the names. False: neither. */
bool capabilities_decode(const struct json *v, unsigned *out);
/* A text member to a: NULL for absent, null, "" and wrong types. Prose is cut at max bytes on a character. */
const char *text_decode_prose(const struct json *obj, const char *name, size_t max, struct arena *a);

#endif
