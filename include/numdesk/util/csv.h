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

/*
 * Reading: RFC 4180, with LF as good as CRLF, a byte order mark at the start skipped, and records skipped that are blank or
 * begin with #. The apostrophe that csv_cell puts before a formula is taken off again. s is borrowed until released.
 */
struct csv_reader {
	const char *at, *end;
	size_t line;                    /* of the next record, from 1 */
	/* the record read last */
	char **cell; size_t n;          /* borrowed until the next one; never 0 cells */
	size_t row_line;                /* where it began */
	size_t cap;
};
void csv_reader_init(struct csv_reader *r, const char *s, size_t n);
/* False at the end, or with ERR_USAGE naming the line: a quote left open or in the wrong place, a NUL, not UTF-8. The
 * reader stands behind the bad record then, so that the rest can be looked at too. */
bool csv_next(struct csv_reader *r, struct err *e);
void csv_reader_release(struct csv_reader *r);

#endif
