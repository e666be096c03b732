#ifndef NUMDESK_CLI_OUT_H
#define NUMDESK_CLI_OUT_H

#include <stdbool.h>
#include <stddef.h>

#include "numdesk/cli/args.h"
#include "numdesk/model/column.h"
struct buf;
struct err;
struct number;
struct offer;

/*
 * Printing to stdout. JSON is one document; CSV has a header row; plain is tab-separated without header; a table is
 * aligned for people and cut to the terminal's width when stdout is one. Foreign text is cleaned everywhere but in JSON
 * (where it is escaped). A closed pipe ends the program quietly with 0, another write error with a sentence and 1.
 */
struct out_column { const char *name, *title; bool right; };
struct out;
struct out *out_new(enum cli_format f, const struct out_column *cols, size_t n);
/* One row, a text per column; for JSON it is ignored and out_json_row must be used. */
void out_row(struct out *o, const char *const *cells);
bool out_is_json(const struct out *o);
struct json_writer *out_json(struct out *o);    /* inside the array; write one value per row */
/* The reader is gone or the disk is full: what is written from now on is thrown away. */
bool out_broken(const struct out *o);
void out_flush(struct out *o);                  /* what was written so far; a table's rows wait for its end all the same */
bool out_end(struct out *o, struct err *e);     /* writes, frees */

/*
 * Rows of one fixed shape, the same in every format. Values are texts: NULL and "" are unset (null in JSON), a number
 * is its digits, a bool is "true" or "false". A wide field is left out of tables and of plain output.
 */
enum out_type { OUT_TEXT, OUT_NUMBER, OUT_BOOL };
struct out_field { const char *name, *title; enum out_type type; bool wide; };
struct out *out_records(enum cli_format f, const struct out_field *fields, size_t n);   /* borrows fields */
void out_record(struct out *o, const char *const *values);

void out_number_json(struct json_writer *w, const struct number *n, const enum column_id *columns, size_t n_columns);
void out_offer_json(struct json_writer *w, const struct offer *o);
void out_offer_members(struct json_writer *w, const struct offer *o);   /* its members alone, inside an open object */
/* "numdesk: sentence" on stderr, cleaned. */
void out_complain(const struct err *e);
void out_note(const char *fmt, ...) __attribute__((format(printf, 1, 2)));     /* progress and remarks, stderr */

#endif
