#ifndef NUMDESK_SANDBOX_OUT_H
#define NUMDESK_SANDBOX_OUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "numdesk/util/mem.h"

/* Compact JSON on one line: pages of 1000 rows must cost about a memcpy, and a ledger line must be one line, which is
 * why the indenting writer of util/json is not used here. Commas are its business; names must need no escaping. */
void out_open(struct buf *b, char bracket);                     /* '{' or '[' */
void out_close(struct buf *b, char bracket);                    /* '}' or ']' */
void out_name(struct buf *b, const char *name);
void out_text(struct buf *b, const char *s);                    /* NULL writes null; bad UTF-8 goes out as it is */
void out_i64(struct buf *b, int64_t v);
void out_bool(struct buf *b, bool v);
void out_null(struct buf *b);
/* The value of a member whose name is already there: no look at what stands before. */
void out_value(struct buf *b, const char *s);
/* name and value in one call */
void out_member(struct buf *b, const char *name, const char *s);
void out_member_i64(struct buf *b, const char *name, int64_t v);
void out_member_bool(struct buf *b, const char *name, bool v);
void out_member_date(struct buf *b, const char *name, int64_t seconds);   /* RFC 2822 */
/* micros as a decimal string of five digits, "-0.00750"; MONEY_UNKNOWN writes null */
void out_member_price(struct buf *b, const char *name, int64_t micros);
void out_member_iso(struct buf *b, const char *name, int64_t seconds);    /* ISO 8601 */
/* printf as a text member; at most 1 KiB */
void out_memberf(struct buf *b, const char *name, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

#endif
