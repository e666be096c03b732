#ifndef NUMDESK_SANDBOX_DB_H
#define NUMDESK_SANDBOX_DB_H

#include <stdbool.h>
#include <stdint.h>
struct arena;
struct err;
struct sqlite3;
struct sqlite3_stmt;

/*
 * A thin layer over SQLite. `types` has a letter per bound parameter: 's' const char * (NULL binds NULL), 'i' int64_t.
 * A failure here is a bug or a full disk: it ends the program with a sentence, because a stand-in that answers on with
 * half a state would make every test after it a lie.
 */
bool db_open(struct sqlite3 **db, const char *path, struct err *e);     /* NULL path: in memory */
struct sqlite3_stmt *db_query(struct sqlite3 *db, const char *sql, const char *types, ...);
bool db_next(struct sqlite3_stmt *q);                           /* a row is there */
void db_end(struct sqlite3_stmt *q);
void db_run(struct sqlite3 *db, const char *sql, const char *types, ...);
/* First column of the first row; fallback when there is none. */
int64_t db_number(struct sqlite3 *db, int64_t fallback, const char *sql, const char *types, ...);
/* Text of a column in the arena; NULL for NULL. */
const char *db_text(struct sqlite3_stmt *q, int column, struct arena *a);
void db_copy(char *dst, unsigned long size, struct sqlite3_stmt *q, int column);   /* "" for NULL */
int64_t db_int(struct sqlite3_stmt *q, int column);

#endif
