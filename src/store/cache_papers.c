#include <stdio.h>
#include <string.h>

#include "cache_priv.h"

/* Regulations: public facts, which belong to no account. */

static bool put(struct cache *c, const struct regulation *r, int64_t now, struct err *e)
{
	sqlite3_stmt *q = db_kept(&c->db, "INSERT OR REPLACE INTO regulation VALUES(?1,?2,?3,?4,?5,?6)", e);

	if (!q)
		return false;
	db_bind_text(q, 1, r->sid);
	db_bind_text(q, 2, r->country);
	db_bind_text(q, 3, number_type_name(r->type));
	db_bind_text(q, 4, r->end_user);
	db_bind_text(q, 5, r->name);
	db_bind_int(q, 6, now);
	return db_run(&c->db, q, e);
}

static bool set_count(struct cache *c, const char *country, enum number_type type, size_t n, int64_t now, struct err *e)
{
	sqlite3_stmt *q = db_kept(&c->db, "INSERT OR REPLACE INTO regulated VALUES(?1,?2,?3,?4)", e);

	if (!q)
		return false;
	db_bind_text(q, 1, country);
	db_bind_text(q, 2, number_type_name(type));
	db_bind_int(q, 3, (int64_t)n);
	db_bind_int(q, 4, now);
	return db_run(&c->db, q, e);
}

/* Rows that are no longer listed stay: an approved bundle may still name one of them. */
static bool set_all(struct cache *c, const char *country, enum number_type type, const struct regulation *v, size_t n,
		    int64_t now, struct err *e)
{
	for (size_t i = 0; i < n; i++)
		if (!put(c, &v[i], now, e))
			return false;
	return set_count(c, country, type, n, now, e);
}

bool cache_regulations_set(struct cache *c, const char *country, enum number_type type, const struct regulation *v,
			   size_t n, int64_t now, struct err *e)
{
	return cache_begin(c, e) && cache_finish(c, set_all(c, country, type, v, n, now, e), e);
}

bool cache_regulation_put(struct cache *c, const struct regulation *r, int64_t now, struct err *e)
{
	return cache_begin(c, e) && cache_finish(c, put(c, r, now, e), e);
}

bool cache_regulation(struct cache *c, const char *sid, struct regulation *out)
{
	sqlite3_stmt *q = db_kept(&c->db, "SELECT sid,country,type,end_user,name,fetched_at FROM regulation WHERE sid=?1",
				  NULL);
	bool found;

	if (!q)
		return false;
	db_bind_text(q, 1, sid);
	found = db_next(&c->db, q, NULL) == DB_ROW;
	if (found) {
		const char *type = db_text(q, 2), *name = db_text(q, 4);

		*out = (struct regulation){.type = number_type_parse(type ? type : "")};
		db_chars(q, 0, out->sid, sizeof out->sid);
		db_chars(q, 1, out->country, sizeof out->country);
		db_chars(q, 3, out->end_user, sizeof out->end_user);
		snprintf(out->name, sizeof out->name, "%s", name ? name : "");
		out->fetched_at = sqlite3_column_int64(q, 5);
	}
	db_done(q);
	return found;
}

int64_t cache_regulated(struct cache *c, const char *country, enum number_type type, int64_t *at)
{
	sqlite3_stmt *q = db_kept(&c->db, "SELECT n,fetched_at FROM regulated WHERE country=?1 AND type=?2", NULL);
	int64_t n = -1;

	*at = 0;
	if (!q)
		return n;
	db_bind_text(q, 1, country);
	db_bind_text(q, 2, number_type_name(type));
	if (db_next(&c->db, q, NULL) == DB_ROW) {
		n = sqlite3_column_int64(q, 0);
		*at = sqlite3_column_int64(q, 1);
	}
	db_done(q);
	return n;
}
