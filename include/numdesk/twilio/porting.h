#ifndef NUMDESK_TWILIO_PORTING_H
#define NUMDESK_TWILIO_PORTING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "numdesk/model/port.h"
#include "numdesk/twilio/client.h"
struct arena;
struct json;

/* Porting numbers in: numbers.twilio.com v1, and numbers-upload.twilio.com for the bill. */

/* Can a number come to the client's account? "Not portable" comes with 200 or with 400 and is an answer both ways; any
 * other refusal is an error. p is NULL then. */
typedef void portability_fn(void *ctx, const struct portability *p, const struct err *err);
uint32_t porting_portability(struct client *c, const char *phone_number, portability_fn *done, void *ctx, struct err *e);

/*
 * All requests of the account, newest first, page by token after page; created_after "" or a date (2026-12-01). Rows
 * are incomplete (struct port). row false: enough. end runs once; complete: every page was read.
 */
struct port_walk;
typedef bool port_row_fn(void *ctx, const struct port *p);
typedef void port_end_fn(void *ctx, bool complete, const struct err *err);
struct port_walk *porting_list(struct client *c, const char *created_after, port_row_fn *row, port_end_fn *end,
			       void *ctx, struct err *e);
void porting_stop(struct port_walk *w);                 /* end does not run; NULL is fine */

/* One request with its numbers; p lent, NULL with err. ERR_NOT_FOUND on 404. */
typedef void port_fn(void *ctx, const struct port *p, const struct err *err);
uint32_t porting_fetch(struct client *c, const char *sid, port_fn *done, void *ctx, struct err *e);

/* The bill. WRITE_DONE: reply->doc has its sid (RD...). A file that Twilio took and could not read is WRITE_REJECTED. */
uint32_t porting_upload(struct client *c, const struct http_file *file, const char *friendly_name,
			http_before_send_fn *before_send, void *before_send_ctx, write_fn *done, void *ctx,
			struct err *e);
/* The request, from its body (port_draft_json). WRITE_DONE: reply->doc is it. */
uint32_t porting_create(struct client *c, const char *json, const char *subject, http_before_send_fn *before_send,
			void *before_send_ctx, write_fn *done, void *ctx, struct err *e);
/* Cancel a request, or one number of it (number_sid PU..., else NULL). */
uint32_t porting_cancel(struct client *c, const char *sid, const char *number_sid, http_before_send_fn *before_send,
			void *before_send_ctx, write_fn *done, void *ctx, struct err *e);

/* A request, or a row of the list, from its object; texts and numbers go to a. False: it has no usable SID. */
bool port_decode(const struct json *v, struct port *out, struct arena *a);

#endif
