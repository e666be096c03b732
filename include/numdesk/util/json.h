#ifndef NUMDESK_UTIL_JSON_H
#define NUMDESK_UTIL_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
struct buf;
struct err;

/*
 * The JSON door. A document from outside is refused unless it is strict UTF-8 without a BOM, at most max bytes, at
 * most 32 deep, without \u0000 and without trailing text. Names are matched exactly, types are checked before each
 * read, a name that appears twice in one object and is asked for is an error the getters report as absent and
 * json_has_duplicate tells.
 */
struct json;                                            /* a value; borrowed from its document */

struct json *json_parse(const char *s, size_t n, size_t max, struct err *e);   /* ERR_PROTO; free with json_free */
void json_free(struct json *doc);

const struct json *json_get(const struct json *obj, const char *name);         /* NULL: absent, null, duplicate, or obj no object */
bool json_has_duplicate(const struct json *obj, const char *name);
bool json_is_object(const struct json *v);
bool json_is_array(const struct json *v);
bool json_is_null(const struct json *v);                                       /* the value null; false for absent */
bool json_is_bool(const struct json *v);
bool json_is_null_or_absent(const struct json *obj, const char *name);
/* Text of a string member, NULL when absent, null or not a string. Borrowed. Raw: clean it before showing. */
const char *json_text(const struct json *obj, const char *name);
/* Text of a string, or the literal of a number as written by cJSON; for fields Twilio sends as either. dst gets it. */
bool json_text_or_number(const struct json *obj, const char *name, char *dst, size_t dst_size);
bool json_bool(const struct json *obj, const char *name, bool fallback);
/* An integer member, or a string holding one; false when absent or not whole. */
bool json_i64(const struct json *obj, const char *name, int64_t *out);

size_t json_count(const struct json *array_or_object);
const struct json *json_at(const struct json *array, size_t i);                /* linear: prefer json_first/json_next */
const struct json *json_first(const struct json *v);
const struct json *json_next(const struct json *v);
const char *json_name(const struct json *member);                              /* member name, NULL for array items */
const char *json_string(const struct json *v);                                 /* a string value's text, else NULL */
bool json_true(const struct json *v);
/* Print a value indented by two spaces, as UTF-8; what the raw view shows. Caller frees with free(). */
char *json_print(const struct json *v);

/*
 * Walk a large page: calls row for each object of the array under `name` in the top-level object, parsing one object
 * at a time, so memory does not grow with the page. Returns false with ERR_PROTO when the page is not whole, the
 * array is missing, or row returned false (then e is what row left). *tail gets the remaining small top-level members
 * as an object to json_free, or NULL on failure.
 */
typedef bool json_row_fn(void *ctx, const struct json *row, const char *raw, size_t raw_len, struct err *e);
bool json_each(const char *s, size_t n, const char *name, json_row_fn *row, void *ctx, struct json **tail, struct err *e);

/* Writing: a small streaming writer over a buf. Commas and quoting are its business. Indented by two spaces. */
struct json_writer {
	struct buf *out;
	int depth;
	bool need_comma[34];
	char closer[34];                                /* what json_w_end writes at each depth */
	bool after_key;
};
void json_w_init(struct json_writer *w, struct buf *out);
void json_w_object(struct json_writer *w);
void json_w_array(struct json_writer *w);
void json_w_end(struct json_writer *w);                 /* closes what was opened last */
void json_w_key(struct json_writer *w, const char *name);
void json_w_text(struct json_writer *w, const char *s); /* NULL writes null; invalid UTF-8 becomes U+FFFD */
void json_w_i64(struct json_writer *w, int64_t v);
void json_w_bool(struct json_writer *w, bool v);
void json_w_null(struct json_writer *w);
void json_w_raw(struct json_writer *w, const char *json);   /* a value already printed by json_print */

#endif
