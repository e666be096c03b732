#ifndef NUMDESK_SANDBOX_REQUEST_H
#define NUMDESK_SANDBOX_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "numdesk/util/mem.h"

#define REQUEST_BODY_MAX ((size_t)1 << 20)
#define REQUEST_UPLOAD_MAX ((size_t)12 << 20)   /* multipart/form-data */
#define REQUEST_SEGMENTS 12
#define REQUEST_PARAMS 64

struct param { const char *name, *value; };                     /* decoded */
struct params { struct param at[REQUEST_PARAMS]; size_t n; };
struct json;

/* The first file of a multipart body; bytes borrowed from the body. */
struct request_file { const char *field, *file_name, *type; const char *bytes; size_t len; };    /* bytes NULL: none */

/* One request as it arrived. Texts live in `arena`. */
struct request {
	int64_t seq;                    /* of its arrival in the ledger */
	int64_t connection;             /* connections are numbered from 1 */
	int fd;                         /* the client's socket */
	const char *method;             /* "GET" */
	const char *target;             /* as sent: path and query */
	const char *path;               /* as sent, before '?' */
	const char *query_text;         /* as sent, after '?'; "" */
	const char *product;            /* first path segment when it names a product, else "" */
	const char *resource;           /* path after the product: "/2010-04-01/Accounts.json" */
	const char *segment[REQUEST_SEGMENTS];   /* decoded, after the product; ".json" cut from the last */
	size_t segments;
	bool is_json;                   /* the path ended in .json */
	bool malformed;                 /* too many segments or parameters, or a NUL byte in one */
	struct params query, form;      /* form: of a urlencoded body, or the fields of a multipart one */
	const char *content_type;       /* as sent; "" */
	struct json *json;              /* of an application/json body; NULL when there is none or it is no JSON */
	struct request_file file;
	struct buf body;
	bool has_auth;                  /* there was an Authorization header */
	const char *user, *password;    /* of Basic; "" */
	bool accepts_gzip;
	int64_t list_lag_ms;            /* set by a fault: what this request creates appears in lists later */
	struct arena arena;
};

struct request *request_new(const char *method, const char *target);
void request_free(struct request *q);
struct request *request_copy(const struct request *q);          /* for execution after the client has gone */
void request_auth(struct request *q, const char *authorization);/* the header's value, NULL when there was none */
/* Content-Type, before the body comes; NULL when there was none. */
void request_content(struct request *q, const char *value);
void request_parse_form(struct request *q);                     /* once the body is whole: form, json or file */
/* For the books: the body as sent, or what was in it when it is multipart. */
const char *request_body_text(struct request *q);
bool request_is(const struct request *q, const char *method);
bool request_is_list(const struct request *q);                  /* GET of a resource that pages */
/* Value of a parameter, NULL when absent; the last one counts when it is repeated. */
const char *param_get(const struct params *p, const char *name);
/* The same, and NULL for an empty value, which filters nothing. */
const char *param_filter(const struct params *p, const char *name);
/* "true"/"false" in any case; fallback when absent or something else. */
bool param_bool(const struct params *p, const char *name, bool fallback);
void params_parse(struct params *p, const char *text, struct arena *a, bool *malformed);
/* Percent-encode for a query value. */
void param_encode(struct buf *out, const char *s);

#endif
