#include "numdesk/store/ledger.h"

#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ledger_priv.h"
#include "numdesk/util/clock.h"
#include "numdesk/util/crypto.h"
#include "numdesk/util/file.h"
#include "numdesk/util/mem.h"

/*
 * Opening and closing. ledger_schema.c holds the tables and what they refuse, ledger_session.c who is alive,
 * journal.c the writes about operations, journal_read.c their reading, chain.c the event chain, meta.c and facts.c
 * the rest.
 */

int64_t ledger_now_ms(const struct ledger *l)
{
	return l->clock->wall_ms(l->clock);
}

bool ledger_begin(struct ledger *l, struct err *e)
{
	if (l->read_only)
		return err_set(e, ERR_GUARD, "cannot write ledger '%s': this session is read-only", l->db.path);
	/* after a failed write the kernel may call lost pages clean, so a commit that works later proves nothing */
	return !ledger_failed(l, e) && db_begin(&l->db, e);
}

static bool directory_writable(const char *path)
{
	char *copy = mem_dup(path);
	bool ok = access(dirname(copy), W_OK) == 0;

	free(copy);
	return ok;
}

static bool parent_private(const char *path, struct err *e)
{
	char *copy = mem_dup(path);
	bool ok = file_private_dir(dirname(copy), e);

	free(copy);
	return ok;
}

static bool quick_check(struct db *d, struct err *e)
{
	sqlite3_stmt *q = db_prepare(d, "PRAGMA quick_check(1)", e);
	enum db_step step = q ? db_next(d, q, e) : DB_FAILED;
	bool ok = step == DB_ROW && strcmp(db_text(q, 0), "ok") == 0;

	if (step != DB_FAILED && !ok)
		err_set(e, ERR_DAMAGED, "ledger '%s' is damaged (%s)", d->path,
			step == DB_ROW ? db_text(q, 0) : "no answer");
	sqlite3_finalize(q);
	return ok;
}

static bool add_way_out(const struct db *d, struct err *e)
{
	struct err why;

	if (!e || e->kind != ERR_DAMAGED)
		return false;
	why = *e;
	return err_set(e, ERR_DAMAGED, "%s; nothing was changed; copy it, then restore a backup or move it aside with: "
		       "mv %s %s.damaged", why.msg, d->path, d->path);
}

/* A file that another program may own is looked at before any setting is written to it. */
static bool check_and_migrate(struct ledger *l, struct err *e)
{
	struct db *d = &l->db;

	if (!l->read_only && !db_migrate(d, LEDGER_APPLICATION_ID, ledger_steps, LEDGER_VERSION, e))
		return add_way_out(d, e);
	if (!quick_check(d, e))
		return add_way_out(d, e);
	if (l->read_only)
		return true;
	sqlite3_db_config(d->h, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, NULL);
	return db_exec(d, "PRAGMA journal_mode=DELETE; PRAGMA synchronous=EXTRA", e) && ledger_fill_legal(d, e);
}

/* A read-only session without a file sees an empty ledger; one that was never migrated cannot be read. */
static bool check_read_only(struct ledger *l, const char *path, struct err *e)
{
	struct db_identity id;

	if (!db_identify(&l->db, &id, e))
		return add_way_out(&l->db, e);
	if (id.empty) {
		db_close(&l->db);
		return db_open(&l->db, "ledger", path, DB_MEMORY, e) &&
		       db_migrate(&l->db, LEDGER_APPLICATION_ID, ledger_steps, LEDGER_VERSION, e);
	}
	if (id.application_id == LEDGER_APPLICATION_ID && id.user_version < LEDGER_VERSION)
		return err_set(e, ERR_CONFIG,
			       "ledger '%s' has format %lld, older than %d; start once without --read-only to bring "
			       "it forward",
			       l->db.path, (long long)id.user_version, LEDGER_VERSION);
	/* refuses what is foreign or newer; there is nothing to migrate */
	return db_migrate(&l->db, LEDGER_APPLICATION_ID, ledger_steps, LEDGER_VERSION, e) && check_and_migrate(l, e);
}

/* A journal left by a crash must be rolled back before anyone can read; a read-only connection cannot do it. */
static bool open_read_only(struct ledger *l, const char *path, struct err *e)
{
	bool exists;
	struct db_identity id;

	if (!file_check_private(path, &exists, e))
		return false;
	if (!exists)
		return db_open(&l->db, "ledger", path, DB_MEMORY, e) && check_read_only(l, path, e);
	if (!db_open(&l->db, "ledger", path, DB_READ, e))
		return false;
	if (!db_identify(&l->db, &id, NULL) && (sqlite3_errcode(l->db.h) & 0xff) == SQLITE_READONLY &&
	    directory_writable(path)) {
		db_close(&l->db);
		if (!db_open(&l->db, "ledger", path, DB_WRITE, e) || !db_identify(&l->db, &id, e))
			return false;
		db_close(&l->db);
		if (!db_open(&l->db, "ledger", path, DB_READ, e))
			return false;
	}
	return check_read_only(l, path, e);
}

bool ledger_open(struct ledger **out, const char *path, const char *sessions_dir, const struct clock *clock,
		 bool *read_only, struct err *e)
{
	struct ledger *l = mem_alloc(sizeof *l);
	bool ok;

	l->clock = clock;
	l->sessions_dir = mem_dup(sessions_dir);
	ok = crypto_init(e);
	if (ok && !*read_only)
		ok = parent_private(path, e);
	l->read_only = *read_only || (ok && !directory_writable(path));
	if (ok && l->read_only)
		ok = open_read_only(l, path, e);
	else if (ok)
		ok = db_open(&l->db, "ledger", path, DB_WRITE, e) && check_and_migrate(l, e);
	ok = ok && session_start(l, e);
	if (!ok) {
		ledger_close(l);
		return false;
	}
	*read_only = l->read_only;
	*out = l;
	return true;
}

void ledger_close(struct ledger *l)
{
	if (!l)
		return;
	session_end(l);
	db_close(&l->db);
	free(l->sessions_dir);
	free(l);
}

bool ledger_failed(const struct ledger *l, struct err *e)
{
	if (l->db.failed && e)
		*e = l->db.why;
	return l->db.failed;
}

const char *ledger_owner(const struct ledger *l)
{
	return l->owner;
}
