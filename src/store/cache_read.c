#include <stdio.h>
#include <string.h>

#include "cache_priv.h"

/* Rows and facts, by key. */

/* One row by id through the kept statement; *found tells. */
static bool read_row(struct cache *c, const char *account_sid, int64_t id, struct number *out, struct arena *a,
		     bool *found, struct err *e)
{
	sqlite3_stmt *q = cache_row_stmt(c, e);
	enum db_step step;

	*found = false;
	if (!q)
		return false;
	db_bind_int(q, 1, id);
	db_bind_text(q, 2, account_sid);
	step = db_next(&c->db, q, e);
	if (step == DB_ROW) {
		cache_read_number(q, out, a);
		*found = true;
	}
	db_done(q);
	return step != DB_FAILED;
}

static bool read_rows(struct cache *c, const char *account_sid, const uint32_t *ids, size_t n, struct number *out,
		      struct arena *a, struct err *e)
{
	bool found;

	for (size_t i = 0; i < n; i++) {
		out[i] = (struct number){.monthly_price = MONEY_UNKNOWN};
		if (!read_row(c, account_sid, ids[i], &out[i], a, &found, e))
			return false;
	}
	return true;
}

bool cache_rows(struct cache *c, const char *account_sid, const uint32_t *ids, size_t n, struct number *out,
		struct arena *a, struct err *e)
{
	bool ok;

	/* one snapshot, and one lock instead of one for each row */
	if (!db_exec(&c->db, "BEGIN", e))
		return false;
	ok = read_rows(c, account_sid, ids, n, out, a, e);
	return db_finish(&c->db, ok, e);
}

/* The id that a statement found for (?1 account SID or null, ?2 key). */
static bool find(struct cache *c, const char *sql, const char *account_sid, const char *key, struct number *out,
		 uint32_t *id, struct arena *a, struct err *e)
{
	sqlite3_stmt *q = db_prepare(&c->db, sql, e);
	enum db_step step;
	int64_t row = 0;
	bool found = false;

	if (!q)
		return false;
	db_bind_text(q, 1, account_sid);
	db_bind_text(q, 2, key);
	step = db_next(&c->db, q, e);
	if (step == DB_ROW)
		row = sqlite3_column_int64(q, 0);
	sqlite3_finalize(q);
	if (step == DB_FAILED || (row && !read_row(c, account_sid, row, out, a, &found, e)))
		return false;
	if (!found)
		return err_set(e, ERR_NOT_FOUND, "'%s' is not among the numbers known here; refresh with: numdesk sync",
			       key);
	if (id)
		*id = (uint32_t)row;
	return true;
}

#define IN_ACCOUNT "account IN (SELECT id FROM account WHERE ?1 IS NULL OR account_sid=?1)"

bool cache_find(struct cache *c, const char *account_sid, const char *phone_number, struct number *out, uint32_t *id,
		struct arena *a, struct err *e)
{
	/* a number that was released and bought again is there twice until the old row is removed */
	return find(c,
		    "SELECT id FROM numbers WHERE " IN_ACCOUNT " AND phone_number=?2 ORDER BY is_gone,id DESC LIMIT 1",
		    account_sid, phone_number, out, id, a, e);
}

bool cache_find_sid(struct cache *c, const char *account_sid, const char *phone_sid, struct number *out,
		    struct arena *a, struct err *e)
{
	return find(c, "SELECT id FROM numbers WHERE phone_sid=?2 AND " IN_ACCOUNT " ORDER BY is_gone,id DESC LIMIT 1",
		    account_sid, phone_sid, out, NULL, a, e);
}

/* --- sums -------------------------------------------------------------------------------------------------------- */

static void add_group(struct cache_summary *s, sqlite3_stmt *q)
{
	const int64_t n = sqlite3_column_int64(q, 0), micros = sqlite3_column_int64(q, 1);
	char currency[4];
	int64_t sum;

	s->numbers += n;
	if (sqlite3_column_type(q, 1) == SQLITE_NULL) {
		s->unpriced += n;
		return;
	}
	db_chars(q, 2, currency, sizeof currency);
	if (!*s->currency)
		memcpy(s->currency, currency, sizeof currency);
	else if (strcmp(s->currency, currency) != 0)
		s->mixed_currencies = true;
	s->monthly = __builtin_mul_overflow(n, micros, &sum) ? MONEY_UNKNOWN : money_add(s->monthly, sum);
}

static bool summary(struct cache *c, const char *account_sid, struct cache_summary *s, struct err *e)
{
	sqlite3_stmt *q =
		db_prepare(&c->db,
			   "SELECT g.n,p.micros,p.currency FROM (SELECT account,country,type,count(*) AS n"
			   " FROM numbers WHERE " IN_ACCOUNT " AND is_gone=0 GROUP BY account,country,type) g"
			   " LEFT JOIN price p ON p.account=g.account AND p.country=g.country AND p.type=g.type",
			   e);
	enum db_step step = DB_FAILED;

	if (q)
		db_bind_text(q, 1, account_sid);
	while (q && (step = db_next(&c->db, q, e)) == DB_ROW)
		add_group(s, q);
	sqlite3_finalize(q);
	if (step != DB_END ||
	    !(q = db_prepare(&c->db, "SELECT count(*) FROM numbers WHERE " IN_ACCOUNT " AND is_gone=1", e)))
		return false;
	db_bind_text(q, 1, account_sid);
	step = db_next(&c->db, q, e);
	if (step == DB_ROW)
		s->gone = sqlite3_column_int64(q, 0);
	sqlite3_finalize(q);
	return step == DB_ROW;
}

bool cache_summary(struct cache *c, const char *account_sid, struct cache_summary *out, struct err *e)
{
	struct cache_summary s = {0};

	if (!summary(c, account_sid, &s, e))
		return false;
	if (s.mixed_currencies) {       /* a sum over two currencies is no sum */
		s.monthly = MONEY_UNKNOWN;
		s.currency[0] = '\0';
	}
	*out = s;
	return true;
}

size_t cache_countries_used(struct cache *c, const char *account_sid, char (*out)[3], size_t max)
{
	sqlite3_stmt *q = db_prepare(&c->db, "SELECT DISTINCT country FROM numbers WHERE " IN_ACCOUNT
				     " AND is_gone=0 AND country<>'' ORDER BY country", NULL);
	size_t n = 0;

	if (q)
		db_bind_text(q, 1, account_sid);
	while (q && n < max && db_next(&c->db, q, NULL) == DB_ROW)
		db_chars(q, 0, out[n++], sizeof out[0]);
	sqlite3_finalize(q);
	return n;
}

/* --- facts ------------------------------------------------------------------------------------------------------- */

bool cache_price(struct cache *c, const char *account_sid, const char *country, enum number_type type,
		 struct price *out)
{
	sqlite3_stmt *q = db_kept(&c->db, "SELECT currency,micros,fetched_at FROM price WHERE account=" ACCOUNT_IS("?1")
				  " AND country=?2 AND type=?3", NULL);
	struct price p = {.type = type};
	bool ok;

	if (!q)
		return false;
	db_bind_text(q, 1, account_sid);
	db_bind_text(q, 2, country);
	db_bind_text(q, 3, number_type_name(type));
	ok = db_next(&c->db, q, NULL) == DB_ROW && strlen(country) < sizeof p.country;
	if (ok) {
		snprintf(p.country, sizeof p.country, "%s", country);
		db_chars(q, 0, p.currency, sizeof p.currency);
		p.micros = sqlite3_column_type(q, 1) == SQLITE_NULL ? MONEY_UNKNOWN : sqlite3_column_int64(q, 1);
		p.fetched_at = sqlite3_column_int64(q, 2);
		*out = p;
	}
	db_done(q);
	return ok;
}

size_t cache_countries(struct cache *c, const char *account_sid, struct country *out, size_t max, int64_t *fetched_at)
{
	sqlite3_stmt *q = db_kept(
		&c->db,
		"SELECT code,name,types,beta,fetched_at FROM country WHERE account=" ACCOUNT_IS("?1") " ORDER BY code",
		NULL);
	size_t n = 0;

	if (fetched_at)
		*fetched_at = 0;
	if (q)
		db_bind_text(q, 1, account_sid);
	while (q && n < max && db_next(&c->db, q, NULL) == DB_ROW) {
		const char *name = db_text(q, 1);

		out[n] =
			(struct country){.types = (unsigned)sqlite3_column_int(q, 2), .beta = sqlite3_column_int(q, 3)};
		db_chars(q, 0, out[n].code, sizeof out[n].code);
		snprintf(out[n].name, sizeof out[n].name, "%s", name ? name : "");
		if (fetched_at)
			*fetched_at = sqlite3_column_int64(q, 4);
		n++;
	}
	db_done(q);
	return n;
}

#define ACCOUNT_FACTS \
	"SELECT account_sid,owner_account_sid,name,status,type,balance,balance_currency,fetched_at,balance_at,synced_at," \
	"created_at FROM account WHERE "

static void read_account(sqlite3_stmt *q, struct account_facts *a)
{
	*a = (struct account_facts){0};
	db_chars(q, 0, a->account_sid, sizeof a->account_sid);
	db_chars(q, 1, a->owner_account_sid, sizeof a->owner_account_sid);
	snprintf(a->name, sizeof a->name, "%s", db_text(q, 2));
	db_chars(q, 3, a->status, sizeof a->status);
	db_chars(q, 4, a->type, sizeof a->type);
	a->balance = sqlite3_column_type(q, 5) == SQLITE_NULL ? MONEY_UNKNOWN : sqlite3_column_int64(q, 5);
	db_chars(q, 6, a->balance_currency, sizeof a->balance_currency);
	a->fetched_at = sqlite3_column_int64(q, 7);
	a->balance_at = sqlite3_column_int64(q, 8);
	a->synced_at = sqlite3_column_int64(q, 9);
	a->created_at = sqlite3_column_int64(q, 10);
}

bool cache_account(struct cache *c, const char *account_sid, struct account_facts *out)
{
	sqlite3_stmt *q = db_kept(&c->db, ACCOUNT_FACTS "account_sid=?1", NULL);
	bool ok;

	if (!q)
		return false;
	db_bind_text(q, 1, account_sid);
	ok = db_next(&c->db, q, NULL) == DB_ROW;
	if (ok)
		read_account(q, out);
	db_done(q);
	return ok;
}

size_t cache_accounts(struct cache *c, const char *owner_sid, struct account_facts *out, size_t max)
{
	sqlite3_stmt *q = db_kept(&c->db, ACCOUNT_FACTS "owner_account_sid=?1 OR account_sid=?1"
				  " ORDER BY account_sid<>?1,status='closed',name COLLATE NOCASE,account_sid", NULL);
	size_t n = 0;

	if (!q)
		return 0;
	db_bind_text(q, 1, owner_sid);
	while (n < max && db_next(&c->db, q, NULL) == DB_ROW)
		read_account(q, &out[n++]);
	db_done(q);
	return n;
}
