#ifndef NUMDESK_UTIL_TEXT_H
#define NUMDESK_UTIL_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
struct buf;

/*
 * The one door for text that was not written here: API answers, files, names, errors of libraries.
 *
 * text_clean copies src to dst (dst_size bytes with the NUL), strictly decoding UTF-8. An invalid byte becomes U+FFFD
 * (decoding resumes at the next byte). C0, C1, DEL, line and paragraph separators, bidi controls, zero-width and
 * invisible characters, tags, private use, fillers become visible as <U+XXXX>; CR, LF and TAB
 * become a space. At most four combining marks are kept per base. Output never ends inside a character. Returns the
 * length written. Idempotent: cleaning its own output changes nothing.
 */
size_t text_clean(char *dst, size_t dst_size, const char *src, size_t n);
void text_clean_add(struct buf *out, const char *src, size_t n);
bool text_is_clean(const char *s, size_t n);            /* text_clean would change nothing */

/* Columns of one code point on a terminal: 0 combining, 1, or 2 wide; from our own table, not the locale's. */
int text_cp_width(uint32_t cp);
/* Decode one code point of at most n bytes. Returns bytes used (1 for an invalid byte, with *cp = 0xFFFD), 0 at n==0. */
size_t text_decode(const char *s, size_t n, uint32_t *cp);
size_t text_encode(uint32_t cp, char out[4]);           /* bytes written */
size_t text_cols(const char *s);                        /* columns of a clean string */
/* Bytes of s that fit in cols columns, never splitting a cluster; *used gets the columns they take. */
size_t text_fit(const char *s, size_t cols, size_t *used);
bool text_is_utf8(const char *s, size_t n);             /* strict: no surrogates, no overlong forms */
/* Lower-case copy for comparison (ASCII and Latin-1 letters only; others unchanged). */
void text_fold(char *dst, size_t dst_size, const char *src);
/* Where needle (already folded) occurs in hay, folding hay; NULL when it does not. */
bool text_contains_folded(const char *hay, const char *folded_needle);

/* Whole-string numbers: no sign for unsigned, no spaces, no locale. False leaves *v alone. */
bool text_to_i64(const char *s, int64_t min, int64_t max, int64_t *v);
bool text_to_bool(const char *s, bool *v);              /* yes no true false on off 1 0 */

/* "1150004.45" -> "1,150,004.45": the digits before the point in groups of three. Cut when dst is short. */
char *text_group(const char *number, char *dst, size_t dst_size);

/* ASCII-only tests that no locale changes. */
bool text_is_digit(char c);
bool text_is_alpha(char c);
bool text_is_alnum(char c);
char text_lower(char c);
bool text_all_digits(const char *s);
bool text_ieq(const char *a, const char *b);            /* ASCII case-insensitive equality */
bool text_istarts(const char *s, const char *prefix);
/* Copy a string that must not be cut (SID, number). False, dst empty, when it does not fit. */
bool text_copy(char *dst, size_t dst_size, const char *src);
/* The nearest of n candidates by edit distance (at most 3 edits and below half the length), or NULL. */
const char *text_nearest(const char *s, const char *const *candidates, size_t n);

#endif
