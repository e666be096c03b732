#ifndef NUMDESK_TWILIO_NUMBERS_H
#define NUMDESK_TWILIO_NUMBERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "numdesk/model/number.h"
#include "numdesk/twilio/client.h"

/* IncomingPhoneNumbers. */
struct number_page {
	const struct number *rows; size_t n;
	const char *next;           /* absolute URL for the next call, "" at the end */
	size_t incomplete;          /* rows that lacked or garbled something; they are delivered with .incomplete set */
	size_t skipped;             /* rows without a usable SID or number: not delivered */
};
/* page is NULL on failure. */
typedef void number_page_fn(void *ctx, const struct number_page *page, const struct err *err);

/* One page of owned numbers, at most page_size (1..1000). url NULL: the first page. phone_filter NULL or an E.164:
 * Twilio treats it as a pattern, so compare exactly. on_next (may be NULL) is called as soon as the next page's URL is
 * known from the tail of the body, before rows are decoded, so that the next request can leave early.
 * Errors: ERR_AUTH, ERR_NET, ERR_RATE, ERR_PROTO (nothing is delivered half; with code 21481: a dead token). */
typedef void next_page_fn(void *ctx, const char *next);
uint32_t numbers_page(struct client *c, const char *url, int page_size, const char *phone_filter, next_page_fn *on_next,
		      number_page_fn *done, void *ctx, struct err *e);

/* One number by SID, with its JSON as Twilio sent it (printed, borrowed). ERR_NOT_FOUND on 404. */
typedef void number_fn(void *ctx, const struct number *n, const char *json, const struct err *err);
uint32_t numbers_fetch(struct client *c, const char *phone_sid, number_fn *done, void *ctx, struct err *e);

/* Buy one number by its E.164. params: further form fields (FriendlyName, AddressSid, BundleSid ...). */
uint32_t numbers_buy(struct client *c, const char *phone_number, const struct http_param *params, size_t n,
		     http_before_send_fn *before_send, write_fn *done, void *ctx, struct err *e);
/* Release by SID. */
uint32_t numbers_release(struct client *c, const char *phone_sid, http_before_send_fn *before_send, write_fn *done,
			 void *ctx, struct err *e);
/* Change fields, or with AccountSid transfer. */
uint32_t numbers_update(struct client *c, const char *phone_sid, const char *phone_number,
			const struct http_param *params, size_t n, http_before_send_fn *before_send, write_fn *done,
			void *ctx, struct err *e);

/* An owned number from its JSON object; texts go to a. False: no usable SID, account or number. */
struct arena;
bool number_decode(const struct json *v, struct number *out, struct arena *a);

#endif
