#include "cache_priv.h"
#include "numdesk/util/mem.h"

/* Numbers in and out of SQLite, by the columns table: no column is named here that does not need its own rule. */

bool column_is_stored(enum column_id c)
{
	return columns[c].source == SOURCE_TWILIO || columns[c].source == SOURCE_DERIVED;
}

#define SIZE_OF(field) sizeof(((struct number *)0)->field)

static size_t chars_size(enum column_id c)
{
	switch (c) {
	case COL_PHONE_NUMBER:
		return SIZE_OF(phone_number);
	case COL_PHONE_SID:
		return SIZE_OF(phone_sid);
	case COL_ACCOUNT_SID:
		return SIZE_OF(account_sid);
	case COL_COUNTRY:
		return SIZE_OF(country);
	case COL_CURRENCY:
		return SIZE_OF(currency);
	default:
		return 1;
	}
}

void cache_column_sql(struct buf *b, enum column_id c)
{
	if (c == COL_SEEN_AT)
		/* rows that a pass met unchanged are not written; the pass says when it was */
		buf_adds(b, "CASE WHEN n.is_gone THEN n.seen_at ELSE max(n.seen_at,a.listed_since) END");
	else if (c == COL_MONTHLY_PRICE)
		buf_adds(b, "p.micros");
	else if (c == COL_ACCOUNT_NAME)
		buf_adds(b, "nullif(a.name,'')");
	else if (c == COL_RENEWS_AT)
		buf_adds(b, "nd_renews(n.purchased_at)");
	else if (columns[c].source == SOURCE_USAGE)
		cache_usage_sql(b, c);
	else
		buf_addf(b, "%c.%s",
			 columns[c].source == SOURCE_LOCAL ? 'm' : columns[c].source == SOURCE_PRICE ? 'p' : 'n',
			 columns[c].name);
}

/* --- out --------------------------------------------------------------------------------------------------------- */

sqlite3_stmt *cache_row_stmt(struct cache *c, struct err *e)
{
	if (!c->row_sql) {
		struct buf b;

		buf_init(&b, 16384);
		buf_adds(&b, "SELECT n.id");
		for (unsigned i = 0; i < COLUMN_COUNT; i++) {
			buf_addc(&b, ',');
			cache_column_sql(&b, (enum column_id)i);
		}
		buf_adds(&b, " FROM numbers n" CACHE_JOIN_PRICE CACHE_JOIN_META CACHE_JOIN_ACCOUNT
			 CACHE_JOIN_USAGE " WHERE n.id=?1 AND (?2 IS NULL OR n.account_sid=?2)");
		c->row_sql = buf_take(&b);
	}
	return db_kept(&c->db, c->row_sql, e);
}

static void read_column(sqlite3_stmt *q, int col, enum column_id c, struct number *out, struct arena *a)
{
	void *field = (char *)out + columns[c].offset;

	switch (columns[c].type) {
	case COLTYPE_CHARS:
		db_chars(q, col, field, chars_size(c));
		break;
	case COLTYPE_TEXT:
		*(const char **)field = arena_dup(a, db_text(q, col));
		break;
	case COLTYPE_TIME:
		*(int64_t *)field = sqlite3_column_int64(q, col);
		break;
	case COLTYPE_MONEY:
		*(int64_t *)field =
			sqlite3_column_type(q, col) == SQLITE_NULL ? MONEY_UNKNOWN : sqlite3_column_int64(q, col);
		break;
	case COLTYPE_COUNT:
		*(int64_t *)field = sqlite3_column_int64(q, col);
		out->usage_known = out->usage_known || sqlite3_column_type(q, col) != SQLITE_NULL;
		break;
	case COLTYPE_BOOL:
		*(bool *)field = sqlite3_column_int(q, col);
		break;
	case COLTYPE_CAPS:
		*(unsigned *)field = (unsigned)sqlite3_column_int(q, col);
		break;
	case COLTYPE_NUMBER_TYPE:
		*(enum number_type *)field = number_type_parse(db_text(q, col));
		break;
	}
}

void cache_read_number(sqlite3_stmt *q, struct number *out, struct arena *a)
{
	*out = (struct number){0};
	for (unsigned c = 0; c < COLUMN_COUNT; c++)
		read_column(q, 1 + (int)c, (enum column_id)c, out, a);
}

/* --- in ---------------------------------------------------------------------------------------------------------- */

sqlite3_stmt *cache_insert_stmt(struct cache *c, struct err *e)
{
	if (!c->insert_sql) {
		struct buf b;

		buf_init(&b, 16384);
		buf_adds(&b, "INSERT INTO numbers(account,hash,since_pass,put_pass");
		for (unsigned i = 0; i < COLUMN_COUNT; i++)
			if (column_is_stored((enum column_id)i))
				buf_addf(&b, ",%s", columns[i].name);
		buf_addf(&b, ") VALUES(?%d,?%d,?%d,?%d", PARAM_ACCOUNT, PARAM_HASH, PARAM_SINCE, PARAM_PUT);
		for (unsigned i = 0; i < COLUMN_COUNT; i++)
			if (column_is_stored((enum column_id)i))
				buf_addf(&b, ",?%u", 1 + i);
		buf_adds(&b, ") ON CONFLICT DO NOTHING");
		c->insert_sql = buf_take(&b);
	}
	return db_kept(&c->db, c->insert_sql, e);
}

bool column_is_indexed(enum column_id c)
{
	return c == COL_PHONE_SID || c == COL_PHONE_NUMBER || c == COL_FRIENDLY_NAME || c == COL_COUNTRY ||
	       c == COL_TYPE || c == COL_IS_GONE;
}

static char *update_text(bool plain)
{
	struct buf b;

	buf_init(&b, 16384);
	buf_addf(&b, "UPDATE numbers SET hash=?%d,put_pass=max(put_pass,?%d)", PARAM_HASH, PARAM_PUT);
	for (unsigned i = 0; i < COLUMN_COUNT; i++)
		if (column_is_stored((enum column_id)i) && i != COL_CREATED_AT &&
		    !(plain && column_is_indexed((enum column_id)i)))
			buf_addf(&b, ",%s=?%u", columns[i].name, 1 + i);
	buf_addf(&b, " WHERE id=?%d AND account=?%d", PARAM_ID, PARAM_ACCOUNT);
	return buf_take(&b);
}

sqlite3_stmt *cache_update_stmt(struct cache *c, struct err *e)
{
	if (!c->update_sql)
		c->update_sql = update_text(false);
	return db_kept(&c->db, c->update_sql, e);
}

sqlite3_stmt *cache_update_plain_stmt(struct cache *c, struct err *e)
{
	if (!c->update_plain_sql)
		c->update_plain_sql = update_text(true);
	return db_kept(&c->db, c->update_plain_sql, e);
}

static void bind_column(sqlite3_stmt *q, enum column_id c, const struct number *n)
{
	const void *field = column_field(c, n);
	const int i = 1 + (int)c;

	switch (columns[c].type) {
	case COLTYPE_CHARS:
		db_bind_text(q, i, field);
		break;
	case COLTYPE_TEXT:
		db_bind_text(q, i, *(const char *const *)field);
		break;
	case COLTYPE_TIME:
	case COLTYPE_MONEY:
	case COLTYPE_COUNT:
		db_bind_int(q, i, *(const int64_t *)field);
		break;
	case COLTYPE_BOOL:
		db_bind_int(q, i, *(const bool *)field);
		break;
	case COLTYPE_CAPS:
		db_bind_int(q, i, *(const unsigned *)field);
		break;
	case COLTYPE_NUMBER_TYPE:
		db_bind_text(q, i, number_type_name(*(const enum number_type *)field));
		break;
	}
}

void cache_bind_number(sqlite3_stmt *q, const struct number *n)
{
	for (unsigned c = 0; c < COLUMN_COUNT; c++)
		if (column_is_stored((enum column_id)c))
			bind_column(q, (enum column_id)c, n);
}
