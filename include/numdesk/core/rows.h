#ifndef NUMDESK_CORE_ROWS_H
#define NUMDESK_CORE_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "numdesk/model/column.h"
#include "numdesk/model/query.h"
#include "numdesk/util/err.h"
struct session;

/*
 * A window over a query of the cache. The reader thread lists row ids (4 bytes a number) in order; only the rows asked
 * for are read. When data, filter or order change, the old list stays on screen until the first ids of the new one
 * are here, and the row under the cursor is found again by its SID.
 */
struct rows;
typedef void rows_changed_fn(void *ctx);

struct rows *rows_new(struct session *s, rows_changed_fn *changed, void *ctx);
void rows_free(struct rows *r);
/* Text of the filter; ERR_USAGE with the offset in *at: the old filter stays. Re-queries. */
bool rows_set_filter(struct rows *r, const char *text, int *at, struct err *e);
const char *rows_filter(const struct rows *r);
void rows_set_sort(struct rows *r, enum column_id column, bool descending);
void rows_set_account(struct rows *r, const char *account_sid);         /* NULL: all accounts */
void rows_set_gone(struct rows *r, bool with_gone);                     /* numbers that vanished too (the default) */
void rows_refresh(struct rows *r);              /* data may have changed: re-query when s->data_version moved */
size_t rows_count(const struct rows *r);        /* ids known so far */
bool rows_loading(const struct rows *r);        /* more ids are coming */
/* Blocking first fill of at least n rows, for the first paint and for scripts (n SIZE_MAX: all). */
bool rows_fill(struct rows *r, size_t n, struct err *e);
/* The number at a position, NULL when it is out of range or has just gone. Borrowed until the next rows call that may
 * read (rows_at of a position outside the window, rows_refresh, a turn of the loop). */
const struct number *rows_at(struct rows *r, size_t i);
/* Read a window ahead, so that rows_at inside it does not touch the disk again. */
void rows_window(struct rows *r, size_t first, size_t n);
size_t rows_index(struct rows *r, const char *phone_sid);               /* SIZE_MAX when not in the list */
/* Walk all rows in order in batches (scripts): false from fn stops. */
typedef bool rows_each_fn(void *ctx, const struct number *n);
bool rows_each(struct rows *r, rows_each_fn *fn, void *ctx, struct err *e);

#endif
