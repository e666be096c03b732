#ifndef NUMDESK_UTIL_JSON_PRIV_H
#define NUMDESK_UTIL_JSON_PRIV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
struct err;
struct json;

enum { JSON_DEPTH_MAX = 32 };

/* What json_scan saw besides faults. */
struct json_scan {
	bool lone_surrogates;           /* an escape such as \ud83d without its partner */
};

/*
 * One pass over the bytes for what cJSON lets through: encoding, byte order mark, control bytes, escapes, \u0000,
 * depth, number grammar, unbalanced brackets and strings. Structure within the brackets is left to the parser.
 */
bool json_scan(const char *s, size_t n, struct json_scan *seen, struct err *e);
/* Overwrite each lone surrogate escape by \ufffd, which is as long. s has passed json_scan. */
void json_mend_surrogates(char *s, size_t n);
/* Parse text that has passed json_scan; s[n] must be NUL. */
struct json *json_parse_scanned(const char *s, size_t n, struct err *e);
/* Just past the string whose opening quote is s[i]; n when it does not end. */
size_t json_skip_string(const char *s, size_t n, size_t i);
/* The digits of a number, exact or not at all. */
bool json_number_text(double v, char *dst, size_t dst_size);

#endif
