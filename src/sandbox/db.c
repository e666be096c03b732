#include "db.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <sqlite3.h>

#include "numdesk/util/err.h"
#include "numdesk/util/mem.h"
#include "numdesk/util/text.h"

_Noreturn static void die(sqlite3 *db, const char *doing)
{
	fprintf(stderr, "numdesk-sandbox: database: %s: %s\n", sqlite3_errmsg(db), doing);
	abort();
}

bool db_open(sqlite3 **db, const char *path, struct err *e)
{
	const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_FULLMUTEX;

	if (sqlite3_open_v2(path ? path : ":memory:", db, flags, NULL) != SQLITE_OK ||
	    sqlite3_exec(*db, "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF; PRAGMA busy_timeout=3000", NULL, NULL,
			 NULL) != SQLITE_OK) {
		err_set(e, ERR_IO, "cannot open the database '%s': %s", path ? path : ":memory:", sqlite3_errmsg(*db));
		sqlite3_close(*db);
		*db = NULL;
		return false;
	}
	return true;
}

static sqlite3_stmt *prepare(sqlite3 *db, const char *sql, const char *types, va_list ap)
{
	sqlite3_stmt *q = NULL;

	if (sqlite3_prepare_v2(db, sql, -1, &q, NULL) != SQLITE_OK)
		die(db, sql);
	for (int i = 0; types[i]; i++) {
		if (types[i] == 'i')
			sqlite3_bind_int64(q, i + 1, va_arg(ap, int64_t));
		else
			sqlite3_bind_text(q, i + 1, va_arg(ap, const char *), -1, SQLITE_TRANSIENT);
	}
	return q;
}

sqlite3_stmt *db_query(sqlite3 *db, const char *sql, const char *types, ...)
{
	sqlite3_stmt *q;
	va_list ap;

	va_start(ap, types);
	q = prepare(db, sql, types, ap);
	va_end(ap);
	return q;
}

bool db_next(sqlite3_stmt *q)
{
	const int rc = sqlite3_step(q);

	if (rc != SQLITE_ROW && rc != SQLITE_DONE)
		die(sqlite3_db_handle(q), sqlite3_sql(q));
	return rc == SQLITE_ROW;
}

void db_end(sqlite3_stmt *q)
{
	sqlite3_finalize(q);
}

void db_run(sqlite3 *db, const char *sql, const char *types, ...)
{
	sqlite3_stmt *q;
	va_list ap;

	va_start(ap, types);
	q = prepare(db, sql, types, ap);
	va_end(ap);
	while (db_next(q))
		;
	db_end(q);
}

int64_t db_number(sqlite3 *db, int64_t fallback, const char *sql, const char *types, ...)
{
	sqlite3_stmt *q;
	va_list ap;

	va_start(ap, types);
	q = prepare(db, sql, types, ap);
	va_end(ap);
	if (db_next(q))
		fallback = sqlite3_column_int64(q, 0);
	db_end(q);
	return fallback;
}

const char *db_text(sqlite3_stmt *q, int column, struct arena *a)
{
	return arena_dup(a, (const char *)sqlite3_column_text(q, column));
}

void db_copy(char *dst, unsigned long size, sqlite3_stmt *q, int column)
{
	const char *s = (const char *)sqlite3_column_text(q, column);

	text_copy(dst, size, s ? s : "");
}

int64_t db_int(sqlite3_stmt *q, int column)
{
	return sqlite3_column_int64(q, column);
}
