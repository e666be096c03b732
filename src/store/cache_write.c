#include <string.h>

#include "cache_priv.h"

/* Single numbers and whole lists, each in one transaction. */

/* --- numbers ----------------------------------------------------------------------------------------------------- */

bool cache_stored(struct cache *c, int64_t account, const char *phone_sid, struct stored_row *out, struct err *e)
{
	sqlite3_stmt *q = db_kept(
		&c->db, "SELECT id,since_pass,gone_pass,hash,is_gone FROM numbers WHERE phone_sid=?1 AND account=?2",
		e);
	enum db_step step;

	*out = (struct stored_row){0};
	if (!q)
		return false;
	db_bind_text(q, 1, phone_sid);
	db_bind_int(q, 2, account);
	step = db_next(&c->db, q, e);
	if (step == DB_ROW)
		*out = (struct stored_row){sqlite3_column_int64(q, 0), sqlite3_column_int64(q, 1),
					   sqlite3_column_int64(q, 2), (uint64_t)sqlite3_column_int64(q, 3),
					   sqlite3_column_int(q, 4)};
	db_done(q);
	return step != DB_FAILED;
}

bool cache_insert(struct cache *c, int64_t account, const struct number *n, int64_t since, int64_t put, bool *added,
		  struct err *e)
{
	sqlite3_stmt *q = cache_insert_stmt(c, e);

	if (!q)
		return false;
	cache_bind_number(q, n);
	db_bind_int(q, PARAM_ACCOUNT, account);
	db_bind_int(q, PARAM_HASH, (int64_t)number_hash(n));
	db_bind_int(q, PARAM_SINCE, since);
	db_bind_int(q, PARAM_PUT, put);
	if (!db_run(&c->db, q, e))
		return false;
	*added = sqlite3_changes(c->db.h) == 1;
	if (c->filling)
		sid_set_add(c->filling, n->phone_sid);
	return true;
}

bool cache_update(struct cache *c, int64_t account, int64_t id, const struct number *n, int64_t put, bool plain,
		  struct err *e)
{
	sqlite3_stmt *q = plain ? cache_update_plain_stmt(c, e) : cache_update_stmt(c, e);

	if (!q)
		return false;
	cache_bind_number(q, n);
	db_bind_int(q, PARAM_ID, id);
	db_bind_int(q, PARAM_ACCOUNT, account);
	db_bind_int(q, PARAM_HASH, (int64_t)number_hash(n));
	db_bind_int(q, PARAM_PUT, put);
	return db_run(&c->db, q, e);
}

/* The newest pass of any account: what is put now was there after all older ones. */
static int64_t newest_pass(struct cache *c)
{
	return db_number(&c->db, "SELECT max(id) FROM sync", 0);
}

static bool put_number(struct cache *c, const struct number *n, int64_t now, struct err *e)
{
	int64_t account = cache_account_id(c, n->account_sid, e);
	struct number row = *n;
	struct stored_row old;
	bool added;

	row.created_at = row.seen_at = now;
	row.is_gone = false;
	if (!account || !cache_stored(c, account, n->phone_sid, &old, e))
		return false;
	return old.id ? cache_update(c, account, old.id, &row, newest_pass(c), false, e) :
			cache_insert(c, account, &row, 0, newest_pass(c), &added, e);
}

bool cache_put(struct cache *c, const struct number *n, int64_t now, struct err *e)
{
	if (!sid_is(n->phone_sid, "PN"))
		return err_set(e, ERR_PROTO, "cannot store number '%s': '%s' is not the SID of a number",
			       n->phone_number, n->phone_sid);
	return cache_begin(c, e) && cache_finish(c, put_number(c, n, now, e), e);
}

/* phone_sid NULL: every number of the account. */
static bool mark_gone(struct cache *c, const char *account_sid, const char *phone_sid, int64_t now, struct err *e)
{
	sqlite3_stmt *q;
	bool ok = false;

	if (!cache_begin(c, e))
		return false;
	q = db_kept(&c->db,
		    phone_sid ? "UPDATE numbers SET is_gone=1,seen_at=?3,gone_pass=?4 WHERE phone_sid=?2 AND is_gone=0"
				" AND account=" ACCOUNT_IS("?1") :
				"UPDATE numbers SET is_gone=1,seen_at=?3,gone_pass=?4 WHERE ?2 IS NULL AND is_gone=0"
				" AND account=" ACCOUNT_IS("?1"), e);
	if (q) {
		db_bind_text(q, 1, account_sid);
		db_bind_text(q, 2, phone_sid);
		db_bind_int(q, 3, now);
		db_bind_int(q, 4, newest_pass(c));
		ok = db_run(&c->db, q, e);
	}
	return cache_finish(c, ok, e);
}

bool cache_mark_gone(struct cache *c, const char *account_sid, const char *phone_sid, int64_t now, struct err *e)
{
	return mark_gone(c, account_sid, phone_sid, now, e);
}

bool cache_mark_all_gone(struct cache *c, const char *account_sid, int64_t now, struct err *e)
{
	return mark_gone(c, account_sid, NULL, now, e);
}

/* --- lists ------------------------------------------------------------------------------------------------------- */

/* Run a statement of constant text with an account's id (?1) and a text (?2, may be NULL). */
static bool run_for(struct cache *c, const char *sql, int64_t account, const char *text, struct err *e)
{
	sqlite3_stmt *q = db_prepare(&c->db, sql, e);
	bool ok;

	if (!q)
		return false;
	db_bind_int(q, 1, account);
	if (text)
		db_bind_text(q, 2, text);
	ok = db_next(&c->db, q, e) == DB_END;
	sqlite3_finalize(q);
	return ok;
}

static bool insert_meta(struct cache *c, int64_t account, const struct number_meta *m, struct err *e)
{
	sqlite3_stmt *q = db_kept(&c->db, "INSERT OR REPLACE INTO meta VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9)", e);

	if (!q)
		return false;
	db_bind_int(q, 1, account);
	db_bind_text(q, 2, m->phone_number);
	db_bind_int(q, 3, m->is_primary);
	db_bind_int(q, 4, m->is_locked);
	db_bind_text(q, 5, m->tags);
	db_bind_text(q, 6, m->note);
	db_bind_text(q, 7, m->owner);
	db_bind_text(q, 8, m->customer_ref);
	db_bind_text(q, 9, m->primary_for);
	return db_run(&c->db, q, e);
}

static bool set_meta(struct cache *c, const char *account_sid, const struct number_meta *m, size_t n, struct err *e)
{
	int64_t account = cache_account_id(c, account_sid, e);
	bool ok = account && run_for(c, "DELETE FROM meta WHERE account=?1", account, NULL, e);

	for (size_t i = 0; ok && i < n; i++)
		if (strcmp(m[i].account_sid, account_sid) == 0)
			ok = insert_meta(c, account, &m[i], e);
	return ok;
}

bool cache_meta_set(struct cache *c, const char *account_sid, const struct number_meta *m, size_t n, struct err *e)
{
	return cache_begin(c, e) && cache_finish(c, set_meta(c, account_sid, m, n, e), e);
}

static bool insert_price(struct cache *c, int64_t account, const struct price *p, int64_t now, struct err *e)
{
	sqlite3_stmt *q = db_kept(&c->db, "INSERT OR REPLACE INTO price VALUES(?1,?2,?3,?4,?5,?6)", e);

	if (!q)
		return false;
	db_bind_int(q, 1, account);
	db_bind_text(q, 2, p->country);
	db_bind_text(q, 3, number_type_name(p->type));
	db_bind_text(q, 4, p->currency);
	if (p->micros != MONEY_UNKNOWN)
		db_bind_int(q, 5, p->micros);
	db_bind_int(q, 6, now);
	return db_run(&c->db, q, e);
}

static bool set_prices(struct cache *c, const char *account_sid, const char *country, const struct price *p, size_t n,
		       int64_t now, struct err *e)
{
	int64_t account = cache_account_id(c, account_sid, e);
	bool ok = account && run_for(c, "DELETE FROM price WHERE account=?1 AND country=?2", account, country, e);

	for (size_t i = 0; ok && i < n; i++)
		if (strcmp(p[i].country, country) == 0)
			ok = insert_price(c, account, &p[i], now, e);
	return ok;
}

bool cache_prices_set(struct cache *c, const char *account_sid, const char *country, const struct price *p, size_t n,
		      int64_t now, struct err *e)
{
	return cache_begin(c, e) && cache_finish(c, set_prices(c, account_sid, country, p, n, now, e), e);
}

static bool insert_country(struct cache *c, int64_t account, const struct country *v, int64_t now, struct err *e)
{
	sqlite3_stmt *q = db_kept(&c->db, "INSERT OR REPLACE INTO country VALUES(?1,?2,?3,?4,?5,?6)", e);

	if (!q)
		return false;
	db_bind_int(q, 1, account);
	db_bind_text(q, 2, v->code);
	db_bind_text(q, 3, v->name);
	db_bind_int(q, 4, v->types);
	db_bind_int(q, 5, v->beta);
	db_bind_int(q, 6, now);
	return db_run(&c->db, q, e);
}

static bool set_countries(struct cache *c, const char *account_sid, const struct country *v, size_t n, int64_t now,
			  struct err *e)
{
	int64_t account = cache_account_id(c, account_sid, e);
	bool ok = account && run_for(c, "DELETE FROM country WHERE account=?1", account, NULL, e);

	for (size_t i = 0; ok && i < n; i++)
		ok = insert_country(c, account, &v[i], now, e);
	return ok;
}

bool cache_countries_set(struct cache *c, const char *account_sid, const struct country *v, size_t n, int64_t now,
			 struct err *e)
{
	return cache_begin(c, e) && cache_finish(c, set_countries(c, account_sid, v, n, now, e), e);
}

static bool set_account(struct cache *c, const struct account_facts *a, struct err *e)
{
	int64_t account = cache_account_id(c, a->account_sid, e);
	sqlite3_stmt *q =
		account ? db_kept(&c->db,
				  "UPDATE account SET owner_account_sid=?2,name=?3,status=?4,type=?5,balance=?6,"
				  "balance_currency=?7,fetched_at=?8,balance_at=?9,created_at=max(created_at,?10)"
				  " WHERE id=?1",
				  e)
			: NULL;

	if (!q)
		return false;
	db_bind_int(q, 1, account);
	db_bind_text(q, 2, a->owner_account_sid);
	db_bind_text(q, 3, a->name);
	db_bind_text(q, 4, a->status);
	db_bind_text(q, 5, a->type);
	if (a->balance != MONEY_UNKNOWN)
		db_bind_int(q, 6, a->balance);
	db_bind_text(q, 7, a->balance_currency);
	db_bind_int(q, 8, a->fetched_at);
	db_bind_int(q, 9, a->balance_at);
	db_bind_int(q, 10, a->created_at);
	return db_run(&c->db, q, e);
}

/* What a list of accounts tells: everything but the balance, which it does not have. */
static bool set_listed(struct cache *c, const struct account_facts *v, size_t n, struct err *e)
{
	bool ok = true;

	for (size_t i = 0; ok && i < n; i++) {
		const struct account_facts *a = &v[i];
		const int64_t account = cache_account_id(c, a->account_sid, e);
		sqlite3_stmt *q = account ? db_kept(&c->db, "UPDATE account SET owner_account_sid=?2,name=?3,status=?4,"
						    "type=?5,fetched_at=?6,created_at=?7 WHERE id=?1", e) : NULL;

		if (!q)
			return false;
		db_bind_int(q, 1, account);
		db_bind_text(q, 2, a->owner_account_sid);
		db_bind_text(q, 3, a->name);
		db_bind_text(q, 4, a->status);
		db_bind_text(q, 5, a->type);
		db_bind_int(q, 6, a->fetched_at);
		db_bind_int(q, 7, a->created_at);
		ok = db_run(&c->db, q, e);
	}
	return ok;
}

bool cache_accounts_set(struct cache *c, const struct account_facts *v, size_t n, struct err *e)
{
	return n == 0 || (cache_begin(c, e) && cache_finish(c, set_listed(c, v, n, e), e));
}

bool cache_account_set(struct cache *c, const struct account_facts *a, struct err *e)
{
	return cache_begin(c, e) && cache_finish(c, set_account(c, a, e), e);
}

static bool forget(struct cache *c, const char *account_sid, struct err *e)
{
	static const char *const sql[] = {
		"DELETE FROM seen WHERE pass IN (SELECT id FROM sync WHERE account=?1)",
		"DELETE FROM change WHERE pass IN (SELECT id FROM sync WHERE account=?1)",
		"DELETE FROM sync WHERE account=?1",
		"DELETE FROM numbers WHERE account=?1",
		"DELETE FROM price WHERE account=?1",
		"DELETE FROM country WHERE account=?1",
		"DELETE FROM meta WHERE account=?1",
		"DELETE FROM lookup WHERE account=?1",
		"DELETE FROM thing WHERE account=?1",
		"DELETE FROM thing_list WHERE account=?1",
		"DELETE FROM usage_part WHERE walk IN (SELECT id FROM usage_walk WHERE account=?1)",
		"DELETE FROM usage_walk WHERE account=?1",
		"DELETE FROM usage_counted WHERE account=?1",
		"DELETE FROM usage_day WHERE account=?1",
		"DELETE FROM usage WHERE account=?1",
		"DELETE FROM spend_period WHERE account=?1",
		"DELETE FROM spend WHERE account=?1",
		"DELETE FROM account WHERE id=?1",
	};
	int64_t account = cache_account_id(c, account_sid, e);
	bool ok = account != 0;

	for (size_t i = 0; ok && i < sizeof sql / sizeof sql[0]; i++)
		ok = run_for(c, sql[i], account, NULL, e);
	return ok;
}

bool cache_forget_account(struct cache *c, const char *account_sid, struct err *e)
{
	return cache_begin(c, e) && cache_finish(c, forget(c, account_sid, e), e);
}
