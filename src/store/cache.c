#include "numdesk/store/cache.h"

#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cache_priv.h"
#include "numdesk/util/clock.h"
#include "numdesk/util/crypto.h"
#include "numdesk/util/file.h"
#include "numdesk/util/mem.h"

/*
 * Opening, closing, transactions. cache_schema.c holds the tables, cache_sync.c the passes, cache_write.c single rows
 * and replaced lists, cache_query.c and cache_ids.c the views, cache_row.c rows in and out of SQLite, cache_read.c the
 * rest of the reading.
 *
 * SQLite before 3.51.3 can damage a write-ahead log when two connections write or checkpoint at once. Every writer
 * therefore holds PATH.lock for its transaction and what SQLite does after it, and closing holds it too.
 */

enum {
	LOCK_MS = 5000,
	CHECK_BYTES = 1 << 20,          /* up to this size the whole file is checked when opened, in 1 or 2 ms */
	CHECKPOINT_PAGES = 16384
};

/* --- putting a file aside ---------------------------------------------------------------------------------------- */

static void put_aside(const char *path)
{
	char stamp[24], *to, *wal, *to_wal, *shm;
	struct stat st;
	size_t n = 0;

	clock_iso(clock_system.wall_ms(&clock_system) / 1000, stamp, sizeof stamp);
	for (const char *s = stamp; *s; s++)
		if (*s != '-' && *s != ':')
			stamp[n++] = *s;
	stamp[n] = '\0';
	to = mem_printf("%s.damaged-%s", path, stamp);
	wal = mem_printf("%s-wal", path);
	to_wal = mem_printf("%s-wal", to);
	shm = mem_printf("%s-shm", path);
	/* the log first: a new file must never meet an old one's log */
	if (stat(wal, &st) == 0 && st.st_size > 0)
		rename(wal, to_wal);
	else
		unlink(wal);
	unlink(shm);
	rename(path, to);
	free(to);
	free(wal);
	free(to_wal);
	free(shm);
}

/* Made by another version of numdesk: a copy of what Twilio tells, and not in our form. */
static void discard(const char *path)
{
	static const char *const sides[] = {"-wal", "-shm", ""};

	for (size_t i = 0; i < ARRAY_LEN(sides); i++) {
		char *side = mem_printf("%s%s", path, sides[i]);

		unlink(side);
		free(side);
	}
}

/* --- opening ----------------------------------------------------------------------------------------------------- */

enum found { FOUND_ERROR, FOUND_OURS, FOUND_EMPTY, FOUND_OUTDATED, FOUND_DAMAGED };

static bool passes_quick_check(struct db *d)
{
	sqlite3_stmt *q = db_prepare(d, "PRAGMA quick_check(1)", NULL);
	bool ok = q && db_next(d, q, NULL) == DB_ROW && strcmp(db_text(q, 0), "ok") == 0;

	sqlite3_finalize(q);
	return ok;
}

static enum found identify(struct cache *c, struct err *e)
{
	struct db_identity id;
	struct err why = {0};
	struct stat st;

	if (!db_identify(&c->db, &id, &why)) {
		if (why.kind == ERR_DAMAGED)
			return FOUND_DAMAGED;
		if (e)
			*e = why;
		return FOUND_ERROR;
	}
	if (id.empty)
		return FOUND_EMPTY;
	if (id.application_id != CACHE_APPLICATION_ID)
		return FOUND_DAMAGED;
	if (id.user_version != cache_schema_version())
		return FOUND_OUTDATED;
	if (c->db.real && stat(c->db.real, &st) == 0 && st.st_size <= CHECK_BYTES && !passes_quick_check(&c->db))
		return FOUND_DAMAGED;
	return FOUND_OURS;
}

static enum found attach(struct cache *c, const char *path, struct err *e)
{
	enum found found;

	if (!db_open(&c->db, "cache", path, DB_WRITE, e))
		return FOUND_ERROR;
	found = identify(c, e);
	if (found != FOUND_OURS && found != FOUND_EMPTY)
		db_close(&c->db);
	return found;
}

static bool create(struct cache *c, struct err *e)
{
	return db_exec(&c->db, "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL", e) && db_begin(&c->db, e) &&
	       db_finish(&c->db, cache_schema_create(&c->db, e), e);
}

/* Anything but a good file is dealt with under the lock, and looked at again there: another session may be doing it. */
static bool attach_repairing(struct cache *c, const char *path, bool *renamed, struct err *e)
{
	enum found found = attach(c, path, e);
	struct file_lock *lock;
	bool ok;

	if (found == FOUND_OURS || found == FOUND_ERROR)
		return found == FOUND_OURS;
	db_close(&c->db);
	lock = file_lock_take(c->lock_path, LOCK_MS, e);
	if (!lock)
		return false;
	found = attach(c, path, e);
	if (found == FOUND_DAMAGED || found == FOUND_OUTDATED) {
		if (found == FOUND_DAMAGED)
			put_aside(path);
		else
			discard(path);
		*renamed = found == FOUND_DAMAGED;
		found = attach(c, path, e);
	}
	ok = found == FOUND_OURS || (found == FOUND_EMPTY && create(c, e));
	if (!ok && found != FOUND_ERROR && found != FOUND_EMPTY)
		err_set(e, ERR_IO, "cannot make a new cache '%s': the old one cannot be put aside", path);
	file_lock_drop(lock);
	return ok;
}

/* A directory that cannot be written: show the file as it is, or nothing. */
static bool open_detached(struct cache *c, const char *path, struct err *e)
{
	bool exists;

	c->detached = true;
	if (!file_check_private(path, &exists, e))
		return false;
	if (exists && db_open(&c->db, "cache", path, DB_FROZEN, NULL)) {
		if (identify(c, NULL) == FOUND_OURS)
			return true;
		db_close(&c->db);
	}
	return db_open(&c->db, "cache", path, DB_MEMORY, e) && cache_schema_create(&c->db, e);
}

static bool settings(struct cache *c, struct err *e)
{
	char checkpoint[64];

	if (!query_functions(c, e))
		return false;
	if (c->detached)
		return true;
	sqlite3_db_config(c->db.h, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, NULL);
	snprintf(checkpoint, sizeof checkpoint, "PRAGMA wal_autocheckpoint=%d",
		 c->mode == CACHE_WRITE ? CHECKPOINT_PAGES : 0);
	if (!db_exec(&c->db, "PRAGMA synchronous=NORMAL; PRAGMA secure_delete=OFF", e) ||
	    !db_exec(&c->db, checkpoint, e))
		return false;
	if (c->mode == CACHE_WRITE)
		return db_exec(&c->db, "PRAGMA cache_size=-64000", e);
	return db_exec(&c->db, "PRAGMA query_only=ON; PRAGMA cache_size=-8000", e);
}

bool cache_open(struct cache **out, const char *path, enum cache_mode mode, bool *renamed, struct err *e)
{
	struct cache *c = mem_alloc(sizeof *c);
	char *copy = mem_dup(path), *dir = dirname(copy);
	bool aside = false, ok;

	c->mode = mode;
	c->clock = &clock_system;
	c->lock_path = mem_printf("%s.lock", path);
	ok = crypto_init(e) && file_private_dir(dir, e);
	if (ok && mode == CACHE_READ && access(dir, W_OK) != 0)
		ok = open_detached(c, path, e);
	else if (ok)
		ok = attach_repairing(c, path, &aside, e);
	ok = ok && settings(c, e);
	free(copy);
	if (!ok) {
		cache_close(c);
		return false;
	}
	if (renamed)
		*renamed = aside;
	*out = c;
	return true;
}

void cache_close(struct cache *c)
{
	const bool damaged = c && c->db.damaged && !c->detached;
	char *path = damaged && c->db.path ? mem_dup(c->db.path) : NULL;
	struct file_lock *lock = NULL;

	if (!c)
		return;
	cache_finish(c, false, NULL);
	/* the last connection to close folds the log into the file: that is writing */
	if (c->db.h && !c->detached && !(lock = file_lock_take(c->lock_path, LOCK_MS, NULL)))
		sqlite3_db_config(c->db.h, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	sid_set_free(c->filling);
	db_close(&c->db);
	if (path && lock)
		put_aside(path);
	file_lock_drop(lock);
	free(path);
	free(c->row_sql);
	free(c->insert_sql);
	free(c->update_sql);
	free(c->update_plain_sql);
	free(c->lock_path);
	free(c);
}

void cache_use_clock(struct cache *c, const struct clock *clock)
{
	c->clock = clock;
}

void cache_interrupt(struct cache *c)
{
	sqlite3_interrupt(c->db.h);
}

int64_t cache_version(struct cache *c)
{
	return db_number(&c->db, "PRAGMA data_version", 0) * ((int64_t)1 << 32) + c->commits;
}

/* --- transactions ------------------------------------------------------------------------------------------------ */

bool cache_begin(struct cache *c, struct err *e)
{
	if (c->mode != CACHE_WRITE || c->detached)
		return err_set(e, ERR_IO, "cannot write cache '%s': bug: it was opened for reading", c->db.path);
	if (!c->lock && !(c->lock = file_lock_take(c->lock_path, LOCK_MS, e)))
		return false;
	if (db_begin(&c->db, e))
		return true;
	file_lock_drop(c->lock);
	c->lock = NULL;
	return false;
}

bool cache_finish(struct cache *c, bool ok, struct err *e)
{
	ok = db_finish(&c->db, ok, e);
	if (!ok) {
		sid_set_free(c->filling);       /* it holds what was not stored */
		c->filling = NULL;
	}
	if (ok && c->fold) {
		/* a log left over costs every later start; readers that are in the way only postpone it */
		sqlite3_busy_timeout(c->db.h, 100);
		(void)sqlite3_wal_checkpoint_v2(c->db.h, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
		sqlite3_busy_timeout(c->db.h, 3000);
		sqlite3_db_release_memory(c->db.h);
	}
	c->fold = false;
	file_lock_drop(c->lock);
	c->lock = NULL;
	c->commits += ok;
	return ok;
}

int64_t cache_account_id(struct cache *c, const char *account_sid, struct err *e)
{
	sqlite3_stmt *q;
	int64_t id = 0;

	if (!sid_is(account_sid, "AC")) {
		err_set(e, ERR_USAGE, "'%s' is not an account SID", account_sid);
		return 0;
	}
	q = db_kept(&c->db, "INSERT INTO account(account_sid) VALUES(?1) ON CONFLICT DO NOTHING", e);
	if (!q)
		return 0;
	db_bind_text(q, 1, account_sid);
	if (!db_run(&c->db, q, e) || !(q = db_kept(&c->db, "SELECT id FROM account WHERE account_sid=?1", e)))
		return 0;
	db_bind_text(q, 1, account_sid);
	if (db_next(&c->db, q, e) == DB_ROW)
		id = sqlite3_column_int64(q, 0);
	db_done(q);
	return id;
}
