#include <string.h>

#include "cache_priv.h"
#include "numdesk/util/mem.h"

/* Small resources, each list whole and as Twilio sent it. A list that was fetched and is empty is remembered as such. */

#define THING_COLUMNS "t.kind,t.parent,t.sid,t.name,t.status,t.json,t.fetched_at"

static const char *text_or(const char *s, const char *fallback)
{
	return s ? s : fallback;
}

static bool run_named(struct cache *c, const char *sql, int64_t account, enum thing_kind kind, const char *parent,
		      int64_t now, struct err *e)
{
	sqlite3_stmt *q = db_kept(&c->db, sql, e);

	if (!q)
		return false;
	db_bind_int(q, 1, account);
	db_bind_text(q, 2, things[kind].name);
	db_bind_text(q, 3, text_or(parent, ""));
	if (now >= 0)
		db_bind_int(q, 4, now);
	return db_run(&c->db, q, e);
}

static bool insert(struct cache *c, int64_t account, const struct thing *t, int64_t now, struct err *e)
{
	sqlite3_stmt *q = db_kept(&c->db, "INSERT OR REPLACE INTO thing VALUES(?1,?2,?3,?4,?5,?6,?7,?8)", e);

	if (!q)
		return false;
	db_bind_int(q, 1, account);
	db_bind_text(q, 2, things[t->kind].name);
	db_bind_text(q, 3, t->parent);
	db_bind_text(q, 4, t->sid);
	db_bind_text(q, 5, text_or(t->name, ""));
	db_bind_text(q, 6, text_or(t->status, ""));
	db_bind_text(q, 7, text_or(t->json, "{}"));
	db_bind_int(q, 8, now);
	return db_run(&c->db, q, e);
}

static bool set_list(struct cache *c, const char *account_sid, enum thing_kind kind, const char *parent,
		     const struct thing *v, size_t n, int64_t now, struct err *e)
{
	int64_t account = cache_account_id(c, account_sid, e);
	bool ok = account && run_named(c, "DELETE FROM thing WHERE account=?1 AND kind=?2 AND parent=?3", account, kind,
				       parent, -1, e);

	for (size_t i = 0; ok && i < n; i++)
		ok = insert(c, account, &v[i], now, e);
	return ok && run_named(c, "INSERT OR REPLACE INTO thing_list VALUES(?1,?2,?3,?4)", account, kind, parent, now, e);
}

bool cache_things_set(struct cache *c, const char *account_sid, enum thing_kind kind, const char *parent,
		      const struct thing *v, size_t n, int64_t now, struct err *e)
{
	return cache_begin(c, e) && cache_finish(c, set_list(c, account_sid, kind, parent, v, n, now, e), e);
}

static bool put_one(struct cache *c, const char *account_sid, const struct thing *t, int64_t now, struct err *e)
{
	int64_t account = cache_account_id(c, account_sid, e);

	return account && insert(c, account, t, now, e);
}

bool cache_thing_put(struct cache *c, const char *account_sid, const struct thing *t, int64_t now, struct err *e)
{
	return cache_begin(c, e) && cache_finish(c, put_one(c, account_sid, t, now, e), e);
}

static bool drop_one(struct cache *c, const char *account_sid, enum thing_kind kind, const char *parent,
		     const char *sid, struct err *e)
{
	sqlite3_stmt *q = db_kept(&c->db, "DELETE FROM thing WHERE account=" ACCOUNT_IS("?1") " AND kind=?2 AND"
				  " parent=?3 AND sid=?4", e);

	if (!q)
		return false;
	db_bind_text(q, 1, account_sid);
	db_bind_text(q, 2, things[kind].name);
	db_bind_text(q, 3, text_or(parent, ""));
	db_bind_text(q, 4, sid);
	return db_run(&c->db, q, e);
}

bool cache_thing_drop(struct cache *c, const char *account_sid, enum thing_kind kind, const char *parent,
		      const char *sid, struct err *e)
{
	return cache_begin(c, e) && cache_finish(c, drop_one(c, account_sid, kind, parent, sid, e), e);
}

/* --- reading ---------------------------------------------------------------------------------------------------- */

static bool read_thing(sqlite3_stmt *q, struct thing *t)
{
	*t = (struct thing){.name = text_or(db_text(q, 3), ""), .status = text_or(db_text(q, 4), ""),
			    .json = text_or(db_text(q, 5), "{}"), .fetched_at = sqlite3_column_int64(q, 6)};
	db_chars(q, 1, t->parent, sizeof t->parent);
	db_chars(q, 2, t->sid, sizeof t->sid);
	return thing_kind_parse(db_text(q, 0), &t->kind);
}

bool cache_things(struct cache *c, const char *account_sid, enum thing_kind kind, const char *parent,
		  cache_thing_fn *fn, void *ctx, struct err *e)
{
	/* not kept: fn may ask for another list */
	sqlite3_stmt *q = db_prepare(&c->db, "SELECT " THING_COLUMNS " FROM thing t WHERE t.account=" ACCOUNT_IS("?1")
				     " AND t.kind=?2 AND (?3 IS NULL OR t.parent=?3) ORDER BY t.name COLLATE NOCASE,t.sid", e);
	enum db_step step = DB_FAILED;
	struct thing t;

	if (!q)
		return false;
	db_bind_text(q, 1, account_sid);
	db_bind_text(q, 2, things[kind].name);
	db_bind_text(q, 3, parent);
	while ((step = db_next(&c->db, q, e)) == DB_ROW)
		if (read_thing(q, &t) && !fn(ctx, &t))
			break;
	sqlite3_finalize(q);
	return step != DB_FAILED;
}

bool cache_thing(struct cache *c, const char *account_sid, enum thing_kind kind, const char *sid, struct thing *out,
		 struct arena *a)
{
	sqlite3_stmt *q = db_kept(&c->db, "SELECT " THING_COLUMNS " FROM thing t WHERE t.account=" ACCOUNT_IS("?1")
				  " AND t.kind=?2 AND t.sid=?3 LIMIT 1", NULL);
	struct thing t;
	bool found;

	if (!q)
		return false;
	db_bind_text(q, 1, account_sid);
	db_bind_text(q, 2, things[kind].name);
	db_bind_text(q, 3, sid);
	found = db_next(&c->db, q, NULL) == DB_ROW && read_thing(q, &t);
	if (found) {
		t.name = arena_dup(a, t.name);
		t.status = arena_dup(a, t.status);
		t.json = arena_dup(a, t.json);
		*out = t;
	}
	db_done(q);
	return found;
}

int64_t cache_things_at(struct cache *c, const char *account_sid, enum thing_kind kind, const char *parent)
{
	sqlite3_stmt *q = db_kept(&c->db, "SELECT fetched_at FROM thing_list WHERE account=" ACCOUNT_IS("?1")
				  " AND kind=?2 AND parent=?3", NULL);
	int64_t at = 0;

	if (!q)
		return 0;
	db_bind_text(q, 1, account_sid);
	db_bind_text(q, 2, things[kind].name);
	db_bind_text(q, 3, text_or(parent, ""));
	if (db_next(&c->db, q, NULL) == DB_ROW)
		at = sqlite3_column_int64(q, 0);
	db_done(q);
	return at;
}
