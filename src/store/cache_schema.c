#include <stdio.h>
#include <stdlib.h>

#include "cache_priv.h"
#include "numdesk/util/crypto.h"
#include "numdesk/util/mem.h"

/*
 * The numbers table has a column for each row of columns.def that is stored; the rest is fixed. Few indexes: each costs
 * a page per row of a first sync. Accounts are small integers in keys, which makes the indexes less than half as large.
 */

static const char fixed_tables[] =
	"CREATE TABLE account(id INTEGER PRIMARY KEY, account_sid TEXT NOT NULL UNIQUE,"
	" owner_account_sid TEXT NOT NULL DEFAULT '',"
	" name TEXT NOT NULL DEFAULT '', status TEXT NOT NULL DEFAULT '', type TEXT NOT NULL DEFAULT '',"
	" balance INTEGER,"
	" balance_currency TEXT NOT NULL DEFAULT '', fetched_at INTEGER NOT NULL DEFAULT 0,"
	" balance_at INTEGER NOT NULL DEFAULT 0,"
	" synced_at INTEGER NOT NULL DEFAULT 0, listed_since INTEGER NOT NULL DEFAULT 0,"
	" created_at INTEGER NOT NULL DEFAULT 0,"
	/* days counted without a gap, when */
	" usage_from INTEGER NOT NULL DEFAULT 0, usage_to INTEGER NOT NULL DEFAULT 0,"
	" usage_at INTEGER NOT NULL DEFAULT 0) STRICT;"
	"CREATE TABLE price(account INTEGER NOT NULL, country TEXT NOT NULL, type TEXT NOT NULL,"
	" currency TEXT NOT NULL,"
	" micros INTEGER, fetched_at INTEGER NOT NULL, PRIMARY KEY(account,country,type)) STRICT, WITHOUT ROWID;"
	"CREATE TABLE country(account INTEGER NOT NULL, code TEXT NOT NULL, name TEXT NOT NULL, types INTEGER NOT NULL,"
	" beta INTEGER NOT NULL, fetched_at INTEGER NOT NULL, PRIMARY KEY(account,code)) STRICT, WITHOUT ROWID;"
	"CREATE TABLE lookup(account INTEGER NOT NULL, phone_number TEXT NOT NULL, valid INTEGER NOT NULL,"
	" country TEXT NOT NULL, calling_code TEXT NOT NULL, national_format TEXT NOT NULL, faults TEXT NOT NULL,"
	" packages INTEGER NOT NULL, line_type TEXT NOT NULL, carrier TEXT NOT NULL, mobile_country_code TEXT NOT NULL,"
	" mobile_network_code TEXT NOT NULL, caller_name TEXT NOT NULL, caller_type TEXT NOT NULL,"
	" line_error INTEGER NOT NULL, name_error INTEGER NOT NULL, fetched_at INTEGER NOT NULL, line_at INTEGER NOT NULL,"
	" name_at INTEGER NOT NULL, PRIMARY KEY(account,phone_number)) STRICT, WITHOUT ROWID;"
	/* public facts, the same for every account: what a country and type asks for, and the last time it was asked */
	"CREATE TABLE regulation(sid TEXT PRIMARY KEY, country TEXT NOT NULL, type TEXT NOT NULL, end_user TEXT NOT NULL,"
	" name TEXT NOT NULL, fetched_at INTEGER NOT NULL) STRICT, WITHOUT ROWID;"
	"CREATE TABLE regulated(country TEXT NOT NULL, type TEXT NOT NULL, n INTEGER NOT NULL, fetched_at INTEGER NOT NULL,"
	" PRIMARY KEY(country,type)) STRICT, WITHOUT ROWID;"
	"CREATE TABLE meta(account INTEGER NOT NULL, phone_number TEXT NOT NULL, is_primary INTEGER NOT NULL,"
	" is_locked INTEGER NOT NULL, tags TEXT, note TEXT, owner TEXT, customer_ref TEXT, primary_for TEXT,"
	" PRIMARY KEY(account,phone_number))"
	" STRICT, WITHOUT ROWID;"
	"CREATE TABLE thing(account INTEGER NOT NULL, kind TEXT NOT NULL, parent TEXT NOT NULL, sid TEXT NOT NULL,"
	" name TEXT NOT NULL, status TEXT NOT NULL, json TEXT NOT NULL, fetched_at INTEGER NOT NULL,"
	" PRIMARY KEY(account,kind,parent,sid)) STRICT, WITHOUT ROWID;"
	"CREATE TABLE thing_list(account INTEGER NOT NULL, kind TEXT NOT NULL, parent TEXT NOT NULL,"
	" fetched_at INTEGER NOT NULL, PRIMARY KEY(account,kind,parent)) STRICT, WITHOUT ROWID;"
	"CREATE TABLE sync(id INTEGER PRIMARY KEY AUTOINCREMENT, account INTEGER NOT NULL, started_at INTEGER NOT NULL,"
	" updated_at INTEGER NOT NULL, finished_at INTEGER, is_open INTEGER NOT NULL DEFAULT 1,"
	" complete INTEGER NOT NULL DEFAULT 0,"
	" first INTEGER NOT NULL, pages INTEGER NOT NULL DEFAULT 0, rows INTEGER NOT NULL DEFAULT 0,"
	" next_page TEXT NOT NULL DEFAULT '',"
	" came INTEGER NOT NULL DEFAULT 0, went INTEGER NOT NULL DEFAULT 0, changed INTEGER NOT NULL DEFAULT 0,"
	" gone_removed INTEGER NOT NULL DEFAULT 0) STRICT;"
	"CREATE INDEX sync_account ON sync(account,id);"
	/* rows a pass met that it had no other reason to write */
	"CREATE TABLE seen(pass INTEGER NOT NULL, id INTEGER NOT NULL, PRIMARY KEY(pass,id)) STRICT, WITHOUT ROWID;"
	"CREATE TABLE change(pass INTEGER NOT NULL, kind INTEGER NOT NULL, phone_number TEXT NOT NULL,"
	" phone_sid TEXT NOT NULL,"
	" detail TEXT) STRICT;"
	"CREATE INDEX change_pass ON change(pass);";

/* The views' indexes hold all that a view needs, so that the table is not read. All are dropped while an empty cache is
 * filled. */
static const char indexes[] =
	"CREATE UNIQUE INDEX IF NOT EXISTS numbers_sid ON numbers(phone_sid,account);"
	"CREATE INDEX IF NOT EXISTS numbers_number ON numbers(account,phone_number,is_gone);"
	"CREATE INDEX IF NOT EXISTS numbers_name ON numbers(account,friendly_name COLLATE NOCASE,phone_number,is_gone);"
	"CREATE INDEX IF NOT EXISTS numbers_group ON numbers(account,is_gone,country,type,phone_number);";

static const char usage_tables[] =
	"CREATE TABLE usage_walk(id INTEGER PRIMARY KEY AUTOINCREMENT, account INTEGER NOT NULL, kind INTEGER NOT NULL,"
	" first_day INTEGER NOT NULL, last_day INTEGER NOT NULL, begun_at INTEGER NOT NULL,"
	" updated_at INTEGER NOT NULL, pages INTEGER NOT NULL DEFAULT 0, rows INTEGER NOT NULL DEFAULT 0,"
	" next_page TEXT NOT NULL DEFAULT '') STRICT;"
	"CREATE TABLE usage_part(walk INTEGER NOT NULL, day INTEGER NOT NULL, phone_number TEXT NOT NULL,"
	" came INTEGER NOT NULL, went INTEGER NOT NULL, last_at INTEGER NOT NULL,"
	" PRIMARY KEY(walk,day,phone_number)) STRICT, WITHOUT ROWID;"
	"CREATE TABLE usage_counted(account INTEGER NOT NULL, kind INTEGER NOT NULL, day INTEGER NOT NULL,"
	" at INTEGER NOT NULL, PRIMARY KEY(account,kind,day)) STRICT, WITHOUT ROWID;"
	"CREATE TABLE usage_day(account INTEGER NOT NULL, day INTEGER NOT NULL, phone_number TEXT NOT NULL,"
	" messages_in INTEGER NOT NULL DEFAULT 0, messages_out INTEGER NOT NULL DEFAULT 0,"
	" calls_in INTEGER NOT NULL DEFAULT 0, calls_out INTEGER NOT NULL DEFAULT 0,"
	" last_at INTEGER NOT NULL, PRIMARY KEY(account,day,phone_number)) STRICT, WITHOUT ROWID;"
	"CREATE TABLE usage(account INTEGER NOT NULL, phone_number TEXT NOT NULL,"
	" messages_in INTEGER NOT NULL DEFAULT 0, messages_out INTEGER NOT NULL DEFAULT 0,"
	" calls_in INTEGER NOT NULL DEFAULT 0, calls_out INTEGER NOT NULL DEFAULT 0,"
	" last_used_at INTEGER NOT NULL, days TEXT, activity TEXT NOT NULL DEFAULT 'idle',"
	" PRIMARY KEY(account,phone_number)) STRICT, WITHOUT ROWID;"
	/* what usage records said; a period is there when it was asked for, its rows only when they are not zero */
	"CREATE TABLE spend_period(account INTEGER NOT NULL, whole INTEGER NOT NULL, step INTEGER NOT NULL,"
	" filter TEXT NOT NULL, start_day INTEGER NOT NULL, at INTEGER NOT NULL,"
	" PRIMARY KEY(account,whole,step,filter,start_day)) STRICT, WITHOUT ROWID;"
	"CREATE TABLE spend(account INTEGER NOT NULL, whole INTEGER NOT NULL, step INTEGER NOT NULL,"
	" filter TEXT NOT NULL, start_day INTEGER NOT NULL, category TEXT NOT NULL, end_day INTEGER NOT NULL,"
	" description TEXT NOT NULL, count TEXT NOT NULL, count_unit TEXT NOT NULL, used TEXT NOT NULL,"
	" used_unit TEXT NOT NULL, micros INTEGER, currency TEXT NOT NULL,"
	" PRIMARY KEY(account,whole,step,filter,start_day,category)) STRICT, WITHOUT ROWID;";

static const char *column_ddl(enum column_type type)
{
	switch (type) {
	case COLTYPE_CHARS:
	case COLTYPE_NUMBER_TYPE:
		return "TEXT NOT NULL";
	case COLTYPE_TEXT:
		return "TEXT";
	case COLTYPE_TIME:
	case COLTYPE_MONEY:
	case COLTYPE_COUNT:
	case COLTYPE_BOOL:
	case COLTYPE_CAPS:
		return "INTEGER NOT NULL";
	}
	return "";
}

static char *schema_text(void)
{
	struct buf b;

	buf_init(&b, 65536);
	buf_adds(&b, fixed_tables);
	buf_adds(&b, usage_tables);
	/* an id is never used again: a view that still holds it must find nothing, not another number */
	buf_adds(&b, "CREATE TABLE numbers(id INTEGER PRIMARY KEY AUTOINCREMENT, account INTEGER NOT NULL");
	for (unsigned c = 0; c < COLUMN_COUNT; c++)
		if (column_is_stored((enum column_id)c))
			buf_addf(&b, ", %s %s", columns[c].name, column_ddl(columns[c].type));
	/* the passes that first listed it, during which it was last put, during which it was found gone */
	buf_adds(&b, ", hash INTEGER NOT NULL, since_pass INTEGER NOT NULL, put_pass INTEGER NOT NULL,"
		 " gone_pass INTEGER NOT NULL DEFAULT 0) STRICT;");
	buf_adds(&b, indexes);
	return buf_take(&b);
}

int64_t cache_schema_version(void)
{
	char *sql = schema_text();
	struct buf b;
	uint8_t h[CRYPTO_HASH];

	buf_init(&b, 65536);
	buf_adds(&b, sql);
	crypto_hash(h, b.s, b.len, NULL, 0);
	buf_release(&b);
	free(sql);
	return (int64_t)(h[0] | h[1] << 8 | h[2] << 16 | (h[3] & 0x3f) << 24) + 1;
}

bool cache_schema_create(struct db *d, struct err *e)
{
	char *sql = schema_text();
	bool ok = db_exec(d, sql, e);
	char header[96];

	free(sql);
	snprintf(header, sizeof header, "PRAGMA application_id=%d; PRAGMA user_version=%lld", CACHE_APPLICATION_ID,
		 (long long)cache_schema_version());
	return ok && db_exec(d, header, e);
}

bool cache_indexes_drop(struct db *d, struct err *e)
{
	return db_exec(d, "DROP INDEX IF EXISTS numbers_sid; DROP INDEX IF EXISTS numbers_number;"
		       "DROP INDEX IF EXISTS numbers_name; DROP INDEX IF EXISTS numbers_group", e);
}

bool cache_indexes_make(struct db *d, struct err *e)
{
	return db_exec(d, indexes, e);
}

bool cache_indexes_missing(struct db *d)
{
	return db_number(d, "SELECT NOT EXISTS(SELECT 1 FROM sqlite_schema WHERE name='numbers_sid')", 0);
}
