#ifndef NUMDESK_UTIL_CSV_H
#define NUMDESK_UTIL_CSV_H

#include <stdbool.h>
#include <stddef.h>
struct buf;
struct err;

/* Append one RFC 4180 cell. A cell that begins with = + - @ TAB CR LF or NUL gets a leading apostrophe so that no
 * spreadsheet runs it, except one that is wholly an E.164 number or a plain decimal. `raw` leaves it alone. */
void csv_cell(struct buf *out, const char *s, bool raw);
void csv_row(struct buf *out, const char *const *cells, size_t n, bool raw);   /* ends with CRLF */

#endif
