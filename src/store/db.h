#ifndef NUMDESK_STORE_DB_H
#define NUMDESK_STORE_DB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <sqlite3.h>

#include "numdesk/util/err.h"

/*
 * One SQLite connection with the settings both files of ours share: extended result codes, defensive, untrusted
 * schema, cell checks, no memory map, temporary tables in memory, no symbolic link. Used by one thread at a time.
 */
#define DB_STATEMENTS 160

struct db {
	sqlite3 *h;                     /* NULL: closed */
	const char *noun;               /* "ledger", "cache": the word in messages; static */
	char *path;                     /* as given; for messages */
	char *real;                     /* the same with its directory resolved; NULL in memory */
	bool failed;                    /* disk full or input/output error, at least once */
	bool damaged;                   /* SQLite met a page that cannot be right */
	struct err why;                 /* the first of them */
	struct { const char *sql; sqlite3_stmt *q; } kept[DB_STATEMENTS];
	int n_kept;
};

enum db_mode {
	DB_WRITE,                       /* create when missing */
	DB_READ,                        /* SQLITE_OPEN_READONLY */
	DB_FROZEN,                      /* the file as it is: no locks, no side files (a directory one cannot write) */
	DB_MEMORY                       /* an empty database that is never stored */
};

/* Check the modes of path and its side files, create it 0600 where allowed, connect. Reads nothing of the file yet. */
bool db_open(struct db *d, const char *noun, const char *path, enum db_mode mode, struct err *e);
void db_close(struct db *d);                            /* zeroed storage is fine */

/* What the file is, read without changing it. */
struct db_identity { int64_t application_id, user_version; bool empty; };
bool db_identify(struct db *d, struct db_identity *out, struct err *e);

/* Fill e from the connection's last error, remember what must be remembered. Returns false. */
bool db_error(struct db *d, struct err *e);

/* Fixed text only. */
bool db_exec(struct db *d, const char *sql, struct err *e);
/* A compiled statement, NULL on error; end it with sqlite3_finalize. */
sqlite3_stmt *db_prepare(struct db *d, const char *sql, struct err *e);
/* The same kept for the life of the connection and found by the address of its text: for string constants. End its use
 * with db_done, and never use one inside a use of itself. */
sqlite3_stmt *db_kept(struct db *d, const char *sql, struct err *e);
void db_done(sqlite3_stmt *q);                          /* NULL is fine */

enum db_step { DB_FAILED, DB_ROW, DB_END };
enum db_step db_next(struct db *d, sqlite3_stmt *q, struct err *e);
bool db_run(struct db *d, sqlite3_stmt *q, struct err *e);      /* step a statement without rows, then db_done */
/* First column of the first row of a query without parameters; fallback when it has none or fails. */
int64_t db_number(struct db *d, const char *sql, int64_t fallback);

void db_bind_text(sqlite3_stmt *q, int i, const char *s);       /* borrowed until db_done; NULL binds null */
void db_bind_int(sqlite3_stmt *q, int i, int64_t v);
void db_bind_blob(sqlite3_stmt *q, int i, const void *p, size_t n);
const char *db_text(sqlite3_stmt *q, int col);                  /* NULL for null; until the next step */
/* An identity field: empty when it is null or does not fit. */
void db_chars(sqlite3_stmt *q, int col, char *dst, size_t dst_size);

bool db_begin(struct db *d, struct err *e);             /* BEGIN IMMEDIATE */
bool db_commit(struct db *d, struct err *e);            /* rolls back when it fails */
void db_rollback(struct db *d);
/* Commit when ok, else roll back and return false. */
bool db_finish(struct db *d, bool ok, struct err *e);

/* steps[i] brings version i to i + 1, inside the one transaction of the migration. */
typedef bool db_step_fn(struct db *d, struct err *e);
/*
 * Bring a file of application_id to version n. What has contents is copied to PATH.v<version>-backup first, whole and
 * readable. A newer version is ERR_CONFIG, another program's file too; both are left as they were.
 */
bool db_migrate(struct db *d, int64_t application_id, db_step_fn *const *steps, int n, struct err *e);

#endif
