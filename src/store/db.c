#include "db.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "numdesk/util/file.h"
#include "numdesk/util/mem.h"
#include "numdesk/util/text.h"

enum { BUSY_MS = 3000 };

/* --- errors ------------------------------------------------------------------------------------------------------ */

static bool storage_failed(int code)
{
	return (code & 0xff) == SQLITE_FULL || (code & 0xff) == SQLITE_IOERR;
}

static bool describe(const struct db *d, int code, const char *verb, struct err *e)
{
	int os = d->h ? sqlite3_system_errno(d->h) : 0;

	switch (code & 0xff) {
	case SQLITE_FULL:
		return err_set(e, ERR_IO, "cannot %s %s '%s': disk full; free some space, then start again", verb,
			       d->noun, d->path);
	case SQLITE_IOERR:
		return err_set(e, ERR_IO,
			       "cannot %s %s '%s': %s (input/output error %d); check the disk, then start again", verb,
			       d->noun, d->path, os ? strerror(os) : "the system refused", code);
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return err_set(e, ERR_IO, "cannot %s %s '%s': another session has held it for %d s; try again", verb,
			       d->noun, d->path, BUSY_MS / 1000);
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return err_set(e, ERR_DAMAGED, "cannot %s %s '%s': the file is damaged (%s)", verb, d->noun, d->path,
			       d->h ? sqlite3_errmsg(d->h) : "unreadable");
	case SQLITE_READONLY:
	case SQLITE_PERM:
		return err_set(e, ERR_IO, "cannot %s %s '%s': it is read-only here", verb, d->noun, d->path);
	case SQLITE_CANTOPEN:
		return err_set(e, ERR_IO, "cannot open %s '%s': %s", d->noun, d->path, os ? strerror(os) : "refused");
	case SQLITE_INTERRUPT:
		return err_set(e, ERR_STOPPED, "reading the %s was stopped", d->noun);
	case SQLITE_NOMEM:
		return err_set(e, ERR_IO, "cannot %s %s '%s': not enough memory", verb, d->noun, d->path);
	default:
		return err_set(e, ERR_IO, "cannot %s %s '%s': bug: %s", verb, d->noun, d->path,
			       d->h ? sqlite3_errmsg(d->h) : "no connection");
	}
}

bool db_error(struct db *d, struct err *e)
{
	int code = d->h ? sqlite3_extended_errcode(d->h) : SQLITE_CANTOPEN;
	struct err why = {0};

	describe(d, code, d->h && !sqlite3_get_autocommit(d->h) ? "write" : "read", &why);
	if (storage_failed(code) && !d->failed) {
		d->failed = true;
		d->why = why;
	}
	d->damaged = d->damaged || why.kind == ERR_DAMAGED;
	if (e)
		*e = why;
	return false;
}

/* --- opening ----------------------------------------------------------------------------------------------------- */

/* The directory with its symbolic links resolved: NOFOLLOW refuses a link anywhere in the path, and a home directory
 * behind one is common; only the file itself must not be one. */
static char *resolved(const char *path, struct err *e)
{
	const char *slash = strrchr(path, '/');
	char *dir = slash ? mem_dupn(path, slash == path ? 1 : (size_t)(slash - path)) : mem_dup(".");
	char *real = realpath(dir, NULL), *out = NULL;

	if (!real)
		err_set(e, ERR_IO, "cannot open directory '%s': %s", dir, strerror(errno));
	else
		out = mem_printf("%s%s%s", real, real[1] ? "/" : "", slash ? slash + 1 : path);
	free(real);
	free(dir);
	return out;
}

/* Never by open(2) once it exists: closing any descriptor of the file drops the locks SQLite holds on it. */
static bool check_files(const char *path, bool *exists, struct err *e)
{
	static const char *const sides[] = {"-journal", "-wal", "-shm"};

	if (!file_check_private(path, exists, e))
		return false;
	for (size_t i = 0; i < ARRAY_LEN(sides); i++) {
		char *side = mem_printf("%s%s", path, sides[i]);
		bool ok = file_check_private(side, NULL, e);

		free(side);
		if (!ok)
			return false;
	}
	return true;
}

static bool create_private(const char *path, struct err *e)
{
	int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);

	if (fd < 0)
		return errno == EEXIST || err_set(e, ERR_IO, "cannot create '%s': %s", path, strerror(errno));
	close(fd);
	return true;
}

/* A file: URI with what is special in one escaped. */
static char *frozen_uri(const char *path)
{
	struct buf b;

	buf_init(&b, SIZE_MAX);
	buf_adds(&b, "file:");
	for (const char *s = path; *s; s++)
		if (text_is_alnum(*s) || strchr("/._-", *s))
			buf_addc(&b, *s);
		else
			buf_addf(&b, "%%%02X", (unsigned char)*s);
	buf_adds(&b, "?immutable=1");
	return buf_take(&b);
}

static bool connect(struct db *d, const char *real, enum db_mode mode, struct err *e)
{
	int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE | SQLITE_OPEN_NOFOLLOW, rc;
	char *name = mode == DB_MEMORY ? mem_dup(":memory:") : mode == DB_FROZEN ? frozen_uri(real) : mem_dup(real);

	if (mode == DB_WRITE || mode == DB_MEMORY)
		flags |= SQLITE_OPEN_READWRITE | (mode == DB_MEMORY ? SQLITE_OPEN_CREATE : 0);
	else
		flags |= SQLITE_OPEN_READONLY | (mode == DB_FROZEN ? SQLITE_OPEN_URI : 0);
	rc = sqlite3_open_v2(name, &d->h, flags, NULL);
	free(name);
	if (rc != SQLITE_OK)
		return db_error(d, e);
	sqlite3_extended_result_codes(d->h, 1);
	sqlite3_busy_timeout(d->h, BUSY_MS);
	sqlite3_db_config(d->h, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(d->h, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	/* until the file is known to be ours, closing must not fold a stranger's write-ahead log into it */
	sqlite3_db_config(d->h, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	/* recursive_triggers: a REPLACE must run the triggers that forbid deleting */
	return db_exec(
		d,
		"PRAGMA cell_size_check=ON; PRAGMA mmap_size=0; PRAGMA temp_store=MEMORY; PRAGMA foreign_keys=ON;"
		"PRAGMA recursive_triggers=ON",
		e);
}

bool db_open(struct db *d, const char *noun, const char *path, enum db_mode mode, struct err *e)
{
	bool exists = false, ok = true;

	*d = (struct db){.noun = noun, .path = mem_dup(path)};
	if (mode != DB_MEMORY) {
		ok = check_files(path, &exists, e) && (exists || mode != DB_WRITE || create_private(path, e));
		ok = ok && (d->real = resolved(path, e)) != NULL;
	}
	ok = ok && connect(d, d->real, mode, e);
	if (!ok)
		db_close(d);
	return ok;
}

void db_close(struct db *d)
{
	for (int i = 0; i < d->n_kept; i++)
		sqlite3_finalize(d->kept[i].q);
	if (d->h)
		sqlite3_close_v2(d->h);
	free(d->path);
	free(d->real);
	*d = (struct db){0};
}

/* --- statements -------------------------------------------------------------------------------------------------- */

bool db_exec(struct db *d, const char *sql, struct err *e)
{
	return sqlite3_exec(d->h, sql, NULL, NULL, NULL) == SQLITE_OK || db_error(d, e);
}

static sqlite3_stmt *prepare(struct db *d, const char *sql, unsigned flags, struct err *e)
{
	sqlite3_stmt *q = NULL;

	if (sqlite3_prepare_v3(d->h, sql, -1, flags, &q, NULL) != SQLITE_OK) {
		db_error(d, e);
		return NULL;
	}
	return q;
}

sqlite3_stmt *db_prepare(struct db *d, const char *sql, struct err *e)
{
	return prepare(d, sql, 0, e);
}

sqlite3_stmt *db_kept(struct db *d, const char *sql, struct err *e)
{
	sqlite3_stmt *q;

	for (int i = 0; i < d->n_kept; i++)
		if (d->kept[i].sql == sql)
			return d->kept[i].q;
	q = prepare(d, sql, SQLITE_PREPARE_PERSISTENT, e);
	if (!q)
		return NULL;
	if (d->n_kept == DB_STATEMENTS) {
		sqlite3_finalize(q);
		err_set(e, ERR_IO, "cannot use %s '%s': bug: more than %d kept statements", d->noun, d->path,
			DB_STATEMENTS);
		return NULL;
	}
	d->kept[d->n_kept].sql = sql;
	d->kept[d->n_kept].q = q;
	return d->kept[d->n_kept++].q;
}

void db_done(sqlite3_stmt *q)
{
	if (!q)
		return;
	sqlite3_reset(q);
	sqlite3_clear_bindings(q);
}

enum db_step db_next(struct db *d, sqlite3_stmt *q, struct err *e)
{
	int rc = sqlite3_step(q);

	if (rc == SQLITE_ROW)
		return DB_ROW;
	if (rc == SQLITE_DONE)
		return DB_END;
	db_error(d, e);
	return DB_FAILED;
}

bool db_run(struct db *d, sqlite3_stmt *q, struct err *e)
{
	bool ok = db_next(d, q, e) == DB_END;

	db_done(q);
	return ok;
}

int64_t db_number(struct db *d, const char *sql, int64_t fallback)
{
	sqlite3_stmt *q = db_kept(d, sql, NULL);
	int64_t v = fallback;

	if (q && db_next(d, q, NULL) == DB_ROW && sqlite3_column_type(q, 0) != SQLITE_NULL)
		v = sqlite3_column_int64(q, 0);
	db_done(q);
	return v;
}

void db_bind_text(sqlite3_stmt *q, int i, const char *s)
{
	sqlite3_bind_text(q, i, s, -1, SQLITE_STATIC);
}

void db_bind_int(sqlite3_stmt *q, int i, int64_t v)
{
	sqlite3_bind_int64(q, i, v);
}

void db_bind_blob(sqlite3_stmt *q, int i, const void *p, size_t n)
{
	sqlite3_bind_blob64(q, i, p, n, SQLITE_STATIC);
}

const char *db_text(sqlite3_stmt *q, int col)
{
	return (const char *)sqlite3_column_text(q, col);
}

void db_chars(sqlite3_stmt *q, int col, char *dst, size_t dst_size)
{
	const char *s = db_text(q, col);

	text_copy(dst, dst_size, s ? s : "");
}

/* --- transactions ------------------------------------------------------------------------------------------------ */

bool db_begin(struct db *d, struct err *e)
{
	return db_exec(d, "BEGIN IMMEDIATE", e);
}

bool db_commit(struct db *d, struct err *e)
{
	if (db_exec(d, "COMMIT", e))
		return true;
	db_rollback(d);
	return false;
}

void db_rollback(struct db *d)
{
	/* some errors have rolled back already; a failure here leaves the hot journal for the next opening to undo */
	if (d->h && !sqlite3_get_autocommit(d->h))
		(void)sqlite3_exec(d->h, "ROLLBACK", NULL, NULL, NULL);
}

bool db_finish(struct db *d, bool ok, struct err *e)
{
	if (ok)
		return db_commit(d, e);
	db_rollback(d);
	return false;
}
