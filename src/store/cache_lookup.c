#include <string.h>

#include "cache_priv.h"

/* What Lookup said of numbers, anybody's, for each account that paid for it. */

#define COLUMNS "phone_number,valid,country,calling_code,national_format,faults,packages,line_type,carrier," \
	"mobile_country_code,mobile_network_code,caller_name,caller_type,line_error,name_error,fetched_at,line_at,name_at"

static void bind(sqlite3_stmt *q, int64_t account, const struct lookup *l)
{
	const char *const texts[] = {
		l->country, l->calling_code, l->national_format, l->faults,
	};
	const char *const more[] = {
		l->line_type, l->carrier, l->mobile_country_code, l->mobile_network_code, l->caller_name,
		l->caller_type,
	};
	const int64_t numbers[] = {l->line_error, l->name_error, l->fetched_at, l->line_at, l->name_at};

	db_bind_int(q, 1, account);
	db_bind_text(q, 2, l->phone_number);
	db_bind_int(q, 3, l->valid);
	for (int i = 0; i < (int)(sizeof texts / sizeof texts[0]); i++)
		db_bind_text(q, 4 + i, texts[i]);
	db_bind_int(q, 8, l->packages);
	for (int i = 0; i < (int)(sizeof more / sizeof more[0]); i++)
		db_bind_text(q, 9 + i, more[i]);
	for (int i = 0; i < (int)(sizeof numbers / sizeof numbers[0]); i++)
		db_bind_int(q, 15 + i, numbers[i]);
}

static bool put(struct cache *c, const char *account_sid, const struct lookup *l, struct err *e)
{
	const int64_t account = cache_account_id(c, account_sid, e);
	sqlite3_stmt *q = account ? db_kept(&c->db, "INSERT OR REPLACE INTO lookup(account," COLUMNS ") VALUES"
					    "(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,?16,?17,?18,?19)", e) : NULL;

	if (!q)
		return false;
	bind(q, account, l);
	return db_run(&c->db, q, e);
}

bool cache_lookup_put(struct cache *c, const char *account_sid, const struct lookup *l, struct err *e)
{
	struct lookup merged = *l, old;

	if (!cache_begin(c, e))
		return false;
	if (cache_lookup(c, account_sid, l->phone_number, &old))
		lookup_merge(&merged, &old);
	return cache_finish(c, put(c, account_sid, &merged, e), e);
}

static void read(sqlite3_stmt *q, struct lookup *l)
{
	db_chars(q, 0, l->phone_number, sizeof l->phone_number);
	l->valid = sqlite3_column_int(q, 1);
	db_chars(q, 2, l->country, sizeof l->country);
	db_chars(q, 3, l->calling_code, sizeof l->calling_code);
	db_chars(q, 4, l->national_format, sizeof l->national_format);
	db_chars(q, 5, l->faults, sizeof l->faults);
	l->packages = (unsigned)sqlite3_column_int(q, 6);
	db_chars(q, 7, l->line_type, sizeof l->line_type);
	db_chars(q, 8, l->carrier, sizeof l->carrier);
	db_chars(q, 9, l->mobile_country_code, sizeof l->mobile_country_code);
	db_chars(q, 10, l->mobile_network_code, sizeof l->mobile_network_code);
	db_chars(q, 11, l->caller_name, sizeof l->caller_name);
	db_chars(q, 12, l->caller_type, sizeof l->caller_type);
	l->line_error = sqlite3_column_int(q, 13);
	l->name_error = sqlite3_column_int(q, 14);
	l->fetched_at = sqlite3_column_int64(q, 15);
	l->line_at = sqlite3_column_int64(q, 16);
	l->name_at = sqlite3_column_int64(q, 17);
}

bool cache_lookup(struct cache *c, const char *account_sid, const char *phone_number, struct lookup *out)
{
	sqlite3_stmt *q = db_kept(&c->db, "SELECT " COLUMNS " FROM lookup WHERE account=" ACCOUNT_IS("?1")
				  " AND phone_number=?2", NULL);
	bool found;

	if (!q)
		return false;
	db_bind_text(q, 1, account_sid);
	db_bind_text(q, 2, phone_number);
	found = db_next(&c->db, q, NULL) == DB_ROW;
	if (found) {
		*out = (struct lookup){.valid = false};
		read(q, out);
	}
	db_done(q);
	return found;
}
