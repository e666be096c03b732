#ifndef NUMDESK_TWILIO_BASE_H
#define NUMDESK_TWILIO_BASE_H

#include <stdbool.h>
#include <stddef.h>
struct err;

/* Base-URL templates such as "https://{product}.twilio.com" and "http://127.0.0.1:8080/{product}". */
#define BASE_DEFAULT "https://{product}.twilio.com"
#define BASE_URL_MAX 2048

/* https, or http to a loopback literal (127/8, ::1, localhost); {product} once; no user, query or fragment.
 * ERR_CONFIG. Writes the template without a trailing slash. */
bool base_check(const char *template, char *out, size_t out_size, struct err *e);
bool base_is_loopback(const char *template);
/* May credentials stored for `stored` be sent to `asked`? Equal, or both loopback and equal but for the port. */
bool base_same(const char *stored, const char *asked);
/* "https://api.twilio.com/2010-04-01/..." from product and path (which begins with '/'). ERR_CONFIG when too long. */
bool base_url(const char *template, const char *product, const char *path, char *out, size_t out_size, struct err *e);
/*
 * The URL of a next page as Twilio wrote it. Relative ("/2010-04-01/..."): appended to the product's base. Absolute
 * "https://P.twilio.com/...": mapped to product P's base. Anything else: ERR_PROTO. `must_begin` is the path the page
 * has to be under ("/2010-04-01/Accounts/AC.../"), NULL for any.
 */
bool base_next(const char *template, const char *product, const char *next, const char *must_begin, char *out,
	       size_t out_size, struct err *e);

#endif
