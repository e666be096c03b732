#ifndef NUMDESK_TWILIO_RESOURCE_H
#define NUMDESK_TWILIO_RESOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "numdesk/twilio/client.h"

/*
 * Any resource of any product by its path: lists, single objects, writes. A family of resources is a few paths and a
 * decoder on top of these; what is special about a family (owned numbers, searches) has a module of its own.
 *
 * Paths: product "api" takes a path relative to the client's account ("/Messages"), which becomes
 * /2010-04-01/Accounts/AC.../Messages.json, and "" is the account itself; a path that begins with "/Accounts" is the
 * collection of accounts instead. Every other product takes the whole path ("/v1/Services"). Segments that come from
 * outside must be SIDs or numbers: '/', '?', '#', '%' and control characters in a path are ERR_USAGE.
 */
struct resource_list {
	const char *product, *path;
	const char *key;                /* member of the page that is the array: "messages", "services" */
	const struct http_param *query; size_t n_query;
	int page_size;                  /* 0: 50. Twilio takes up to 1000 on most lists */
	int max_pages;                  /* 0: 1000; more is ERR_PROTO "does not end", unless `enough` */
	bool enough;                    /* reaching max_pages is no failure: end gets complete false and no error */
};
/* One row, lent. False: enough; no further page is asked for. */
typedef bool resource_row_fn(void *ctx, const struct json *row);
/* Once, at the end. complete: every page was read. err NULL when nothing failed (also when row said enough). */
typedef void resource_end_fn(void *ctx, bool complete, const struct err *err);
struct resource_walk;

/* Walk a list, page after page; rows are told as their page arrives. NULL with e when it could not be started. The
 * walk lives until end has run. Texts of l are copied. */
struct resource_walk *resource_each(struct client *c, const struct resource_list *l, resource_row_fn *row,
				    resource_end_fn *end, void *ctx, struct err *e);
/* Stop: end runs later with ERR_STOPPED, or, with `forget`, never. NULL is fine. */
void resource_stop(struct resource_walk *w, bool forget);

/* One object. err ERR_NOT_FOUND on 404. The values of "auth_token" are blanked. */
uint32_t resource_get(struct client *c, const char *product, const char *path, const struct http_param *query,
		      size_t n_query, const char *subject, json_fn *done, void *ctx, struct err *e);

struct resource_write {
	enum http_method method;        /* HTTP_POST or HTTP_DELETE */
	const char *product, *path;
	const struct http_param *form; size_t n_form;
	const char *json;               /* instead of a form; NULL: none */
	const struct http_file *file;   /* multipart, the form's fields before it; NULL: none */
	int expect, expect_too;         /* the documented 2xx; expect_too 0: only one */
	const char *sid_prefix;         /* the answer's sid begins so ("SM"); NULL: not checked */
	const char *sid_prefix_too;     /* or so ("MM"); NULL: none */
	const char *sid_member;         /* NULL: "sid" */
	const char *subject;            /* for messages */
};
/*
 * One change, sent at most once, classified as every other write (see write_result): WRITE_DONE needs a documented
 * status and, unless it is 204, an object with such a SID; when it names an account it must be the client's
 * (reply->wrong_number otherwise, as WRITE_UNKNOWN). reply->doc lends the answer, with auth tokens blanked.
 */
uint32_t resource_write(struct client *c, const struct resource_write *w, http_before_send_fn *before_send,
			void *before_send_ctx, write_fn *done, void *ctx, struct err *e);

#endif
