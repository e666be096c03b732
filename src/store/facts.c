#include <stdio.h>
#include <stdlib.h>

#include "ledger_priv.h"
#include "numdesk/util/mem.h"
#include "numdesk/util/text.h"

/* Profile facts, readable while the vault is locked, and small facts by key. */

static bool insert_profile(struct ledger *l, const struct profile *p, const char *default_name, struct err *e)
{
	sqlite3_stmt *q = db_kept(&l->db, "INSERT INTO profile VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12)", e);

	if (!q)
		return false;
	db_bind_text(q, 1, p->name);
	db_bind_text(q, 2, p->account_sid);
	db_bind_text(q, 3, p->account_name);
	db_bind_text(q, 4, p->owner_account_sid);
	db_bind_text(q, 5, p->key_sid);
	db_bind_text(q, 6, p->color);
	db_bind_text(q, 7, p->label);
	db_bind_int(q, 8, p->auth);
	db_bind_int(q, 9, default_name && text_ieq(p->name, default_name));
	db_bind_int(q, 10, p->read_only);
	db_bind_int(q, 11, p->is_protected);
	db_bind_int(q, 12, p->is_loopback);
	return db_run(&l->db, q, e);
}

static bool replace_profiles(struct ledger *l, const struct profile *p, size_t n, struct err *e)
{
	sqlite3_stmt *q = db_kept(&l->db, "SELECT name FROM profile WHERE is_default=1", e);
	char *default_name = NULL;
	enum db_step step;
	bool ok;

	if (!q)
		return false;
	step = db_next(&l->db, q, e);
	if (step == DB_ROW)
		default_name = mem_dup(db_text(q, 0));
	db_done(q);
	ok = step != DB_FAILED && db_exec(&l->db, "DELETE FROM profile", e);
	for (size_t i = 0; ok && i < n; i++)
		ok = insert_profile(l, &p[i], default_name, e);
	free(default_name);
	return ok;
}

bool ledger_profiles_set(struct ledger *l, const struct profile *p, size_t n, struct err *e)
{
	return ledger_begin(l, e) && db_finish(&l->db, replace_profiles(l, p, n, e), e);
}

static void read_profile(sqlite3_stmt *q, struct profile *p)
{
	const char *account_name = db_text(q, 2);

	*p = (struct profile){.auth = sqlite3_column_int(q, 7) == AUTH_APIKEY ? AUTH_APIKEY : AUTH_TOKEN,
			      .is_default = sqlite3_column_int(q, 8), .read_only = sqlite3_column_int(q, 9),
			      .is_protected = sqlite3_column_int(q, 10), .is_loopback = sqlite3_column_int(q, 11)};
	db_chars(q, 0, p->name, sizeof p->name);
	db_chars(q, 1, p->account_sid, sizeof p->account_sid);
	snprintf(p->account_name, sizeof p->account_name, "%s", account_name ? account_name : "");
	db_chars(q, 3, p->owner_account_sid, sizeof p->owner_account_sid);
	db_chars(q, 4, p->key_sid, sizeof p->key_sid);
	db_chars(q, 5, p->color, sizeof p->color);
	db_chars(q, 6, p->label, sizeof p->label);
}

size_t ledger_profiles(struct ledger *l, struct profile *out, size_t max)
{
	sqlite3_stmt *q = db_kept(&l->db,
				  "SELECT name,account_sid,account_name,owner_account_sid,key_sid,color,label,auth,"
				  "is_default,read_only,is_protected,is_loopback FROM profile ORDER BY name",
				  NULL);
	size_t n = 0;

	while (q && n < max && db_next(&l->db, q, NULL) == DB_ROW)
		read_profile(q, &out[n++]);
	db_done(q);
	return n;
}

static bool use_profile(struct ledger *l, const char *name, struct err *e)
{
	sqlite3_stmt *q;

	if (!db_exec(&l->db, "UPDATE profile SET is_default=0 WHERE is_default=1", e) ||
	    !(q = db_kept(&l->db, "UPDATE profile SET is_default=1 WHERE name=?1", e)))
		return false;
	db_bind_text(q, 1, name);
	if (!db_run(&l->db, q, e))
		return false;
	return sqlite3_changes(l->db.h) == 1 || err_set(e, ERR_NOT_FOUND, "there is no profile '%s'", name);
}

bool ledger_profile_use(struct ledger *l, const char *name, struct err *e)
{
	return ledger_begin(l, e) && db_finish(&l->db, use_profile(l, name, e), e);
}

static bool set_fact(struct ledger *l, const char *key, const char *value, struct err *e)
{
	sqlite3_stmt *q = value ? db_kept(&l->db, "INSERT INTO fact VALUES(?1,?2) ON CONFLICT DO UPDATE SET value=?2", e)
				: db_kept(&l->db, "DELETE FROM fact WHERE key=?1", e);

	if (!q)
		return false;
	db_bind_text(q, 1, key);
	if (value)
		db_bind_text(q, 2, value);
	return db_run(&l->db, q, e);
}

bool ledger_fact_set(struct ledger *l, const char *key, const char *value, struct err *e)
{
	return ledger_begin(l, e) && db_finish(&l->db, set_fact(l, key, value, e), e);
}

bool ledger_fact(struct ledger *l, const char *key, char *dst, size_t dst_size)
{
	sqlite3_stmt *q = db_kept(&l->db, "SELECT value FROM fact WHERE key=?1", NULL);
	bool ok = false;

	if (!q)
		return false;
	db_bind_text(q, 1, key);
	if (db_next(&l->db, q, NULL) == DB_ROW)
		ok = text_copy(dst, dst_size, db_text(q, 0));
	db_done(q);
	return ok;
}

bool ledger_facts_each(struct ledger *l, const char *prefix, ledger_fact_fn *fn, void *ctx, struct err *e)
{
	sqlite3_stmt *q = db_prepare(&l->db, "SELECT key,value FROM fact WHERE substr(key,1,length(?1))=?1 ORDER BY key", e);
	enum db_step step = DB_FAILED;

	if (!q)
		return false;
	db_bind_text(q, 1, prefix);
	while ((step = db_next(&l->db, q, e)) == DB_ROW)
		if (!fn(ctx, db_text(q, 0), db_text(q, 1)))
			break;
	sqlite3_finalize(q);
	return step != DB_FAILED;
}
