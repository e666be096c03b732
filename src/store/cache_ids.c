#include "cache_priv.h"
#include "numdesk/util/mem.h"

/*
 * The ids of a view. The number and the name have an index in exactly this order, so their first chunk needs no sort;
 * no keyset is used: (name COLLATE NOCASE, id) > (?, ?) would read the whole table.
 */

enum { FIRST_CHUNK = 256, CHUNK = 4096 };

static void add_order(struct buf *b, const struct cache_view *v, struct bindings *bind)
{
	const char *direction = v->descending ? " DESC" : "";
	const bool text = v->sort != COL_USAGE &&
			  (columns[v->sort].type == COLTYPE_TEXT || columns[v->sort].type == COLTYPE_CHARS ||
			  columns[v->sort].type == COLTYPE_NUMBER_TYPE);

	buf_adds(b, " ORDER BY ");
	if (v->sort != COL_PHONE_NUMBER) {
		query_needs(bind, v->sort);
		if (v->sort == COL_USAGE)
			buf_adds(b, CACHE_USAGE_TOTAL);         /* the text of daily totals has no order */
		else
			cache_column_sql(b, v->sort);
		buf_addf(b, "%s%s,", text ? " COLLATE NOCASE" : "", direction);
	}
	buf_addf(b, "n.phone_number%s", direction);
}

/* The joins stand before the conditions that ask for them, so the conditions are made first. */
static bool build(struct buf *sql, const struct cache_view *v, struct bindings *bind)
{
	struct buf rest;

	buf_init(&rest, 65536);
	if (v->account_sid)
		buf_addf(&rest, " WHERE n.account=(SELECT id FROM account WHERE account_sid=?%d)",
			 bindings_text(bind, v->account_sid));
	else
		buf_adds(&rest, " WHERE 1");
	buf_adds(&rest, v->with_gone ? "" : " AND n.is_gone=0");
	query_sql(&rest, v->query, v->stale_before, bind);
	add_order(&rest, v, bind);
	buf_adds(sql, "SELECT n.id FROM numbers n");
	buf_adds(sql, bind->price ? CACHE_JOIN_PRICE : "");
	buf_adds(sql, bind->meta ? CACHE_JOIN_META : "");
	buf_adds(sql, bind->account ? CACHE_JOIN_ACCOUNT : "");
	buf_adds(sql, bind->usage ? CACHE_JOIN_USAGE : "");
	buf_adds(sql, buf_str(&rest));
	sql->overflow = sql->overflow || rest.overflow;
	buf_release(&rest);
	return !sql->overflow;
}

sqlite3_stmt *cache_ids_stmt(struct cache *c, const struct cache_view *v, struct bindings *bind, struct err *e)
{
	sqlite3_stmt *q = NULL;
	struct buf sql;

	*bind = (struct bindings){0};
	buf_init(&sql, 65536);
	if (build(&sql, v, bind))
		q = db_prepare(&c->db, buf_str(&sql), e);
	else
		err_set(e, ERR_USAGE, "this query is too long");
	buf_release(&sql);
	if (q)
		bindings_apply(bind, q);
	return q;
}

bool cache_ids(struct cache *c, const struct cache_view *v, cache_ids_fn *fn, void *ctx, struct err *e)
{
	struct bindings bind;
	sqlite3_stmt *q = cache_ids_stmt(c, v, &bind, e);
	size_t n = 0, want = FIRST_CHUNK;
	enum db_step step = DB_FAILED;
	uint32_t ids[CHUNK];
	bool more = true;

	while (q && more && (step = db_next(&c->db, q, e)) == DB_ROW) {
		ids[n++] = (uint32_t)sqlite3_column_int64(q, 0);
		if (n == want) {
			more = fn(ctx, ids, n);
			n = 0;
			want = CHUNK;
		}
	}
	sqlite3_finalize(q);
	if (step == DB_END && n > 0)
		fn(ctx, ids, n);
	return step != DB_FAILED;
}
