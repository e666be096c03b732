#include "db.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "numdesk/util/mem.h"

static bool read_one(struct db *d, const char *sql, int64_t *out, struct err *e)
{
	sqlite3_stmt *q = db_prepare(d, sql, e);
	bool ok = q && db_next(d, q, e) == DB_ROW;

	if (ok)
		*out = sqlite3_column_int64(q, 0);
	sqlite3_finalize(q);
	return ok;
}

bool db_identify(struct db *d, struct db_identity *out, struct err *e)
{
	int64_t tables = 0;

	*out = (struct db_identity){0};
	if (!read_one(d, "PRAGMA application_id", &out->application_id, e) ||
	    !read_one(d, "PRAGMA user_version", &out->user_version, e) ||
	    !read_one(d, "SELECT count(*) FROM sqlite_schema", &tables, e))
		return false;
	out->empty = tables == 0 && out->application_id == 0 && out->user_version == 0;
	return true;
}

static bool sync_file(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	bool ok = fd >= 0 && fsync(fd) == 0;

	if (fd >= 0)
		close(fd);
	return ok;
}

/* A copy under a name of its own, moved into place when it is whole: an interrupted migration leaves no half backup. */
static bool back_up(struct db *d, int64_t version, struct err *e)
{
	char *done = mem_printf("%s.v%lld-backup", d->real, (long long)version);
	char *part = mem_printf("%s.%ld", done, (long)getpid());
	int fd = open(part, O_RDWR | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
	sqlite3_stmt *q = NULL;
	bool ok = fd >= 0;

	if (ok)
		close(fd);
	else
		err_set(e, ERR_IO, "cannot back up %s to '%s': %s", d->noun, part, strerror(errno));
	ok = ok && (q = db_prepare(d, "VACUUM INTO ?1", e)) != NULL;
	if (ok) {
		db_bind_text(q, 1, part);
		ok = db_next(d, q, e) == DB_END;
	}
	sqlite3_finalize(q);
	if (ok && (!sync_file(part) || rename(part, done) < 0))
		ok = err_set(e, ERR_IO, "cannot back up %s to '%s': %s", d->noun, done, strerror(errno));
	if (!ok)
		unlink(part);
	free(part);
	free(done);
	return ok;
}

static bool accept(const struct db *d, const struct db_identity *id, int64_t application_id, int n, struct err *e)
{
	if (id->empty)
		return true;
	if (id->application_id != application_id)
		return err_set(e, ERR_CONFIG,
			       "'%s' is not a numdesk %s but another program's database; move it away or choose "
			       "another directory with --home",
			       d->path, d->noun);
	if (id->user_version > n)
		return err_set(e, ERR_CONFIG,
			       "%s '%s' has format %lld, newer than the %d this program knows; upgrade numdesk",
			       d->noun, d->path, (long long)id->user_version, n);
	return true;
}

static bool write_header(struct db *d, int64_t application_id, int n, struct err *e)
{
	char sql[96];

	snprintf(sql, sizeof sql, "PRAGMA application_id=%lld; PRAGMA user_version=%d", (long long)application_id, n);
	return db_exec(d, sql, e);
}

static bool run_steps(struct db *d, int64_t application_id, db_step_fn *const *steps, int n, struct err *e)
{
	struct db_identity id;
	bool ok;

	if (!db_begin(d, e))
		return false;
	/* another session may have done it while this one waited for the lock */
	ok = db_identify(d, &id, e) && accept(d, &id, application_id, n, e);
	for (int64_t v = id.user_version; ok && v < n; v++)
		ok = steps[v](d, e);
	if (ok && db_number(d, "SELECT count(*) FROM pragma_foreign_key_check", 1) > 0)
		ok = err_set(e, ERR_IO, "cannot bring %s '%s' to format %d: bug: rows would point nowhere", d->noun, d->path, n);
	ok = ok && (id.user_version == n || write_header(d, application_id, n, e));
	return db_finish(d, ok, e);
}

bool db_migrate(struct db *d, int64_t application_id, db_step_fn *const *steps, int n, struct err *e)
{
	struct db_identity id;
	bool ok;

	if (!db_identify(d, &id, e) || !accept(d, &id, application_id, n, e))
		return false;
	if (id.user_version == n && !id.empty)
		return true;
	if (!id.empty && !back_up(d, id.user_version, e))
		return false;
	/* A step may make a table anew that others point at; what points where is checked before the commit. */
	ok = db_exec(d, "PRAGMA foreign_keys=OFF", e) && run_steps(d, application_id, steps, n, e);
	return db_exec(d, "PRAGMA foreign_keys=ON", ok ? e : NULL) && ok;
}
