#include <string.h>

#include "cache_priv.h"
#include "numdesk/model/usage.h"
#include "numdesk/store/usage.h"
#include "numdesk/util/mem.h"

/* Counts as columns, as days, and the SQL functions that make them. */

#define WHEN_COUNTED(x) "CASE WHEN a.usage_to>0 THEN " x " END"

void cache_usage_sql(struct buf *b, enum column_id c)
{
	static const char *const sql[COLUMN_COUNT] = {
		[COL_MESSAGES_IN] = WHEN_COUNTED("coalesce(u.messages_in,0)"),
		[COL_MESSAGES_OUT] = WHEN_COUNTED("coalesce(u.messages_out,0)"),
		[COL_CALLS_IN] = WHEN_COUNTED("coalesce(u.calls_in,0)"),
		[COL_CALLS_OUT] = WHEN_COUNTED("coalesce(u.calls_out,0)"),
		[COL_LAST_USED_AT] = "CASE WHEN a.usage_to>0 THEN coalesce(u.last_used_at,0) ELSE 0 END",
		/* not used as far back as was counted: since then at least, or since it was bought */
		[COL_IDLE_DAYS] = WHEN_COUNTED("max(0,coalesce(a.usage_to-u.last_used_at/86400,"
					       "min(a.usage_to-a.usage_from+1,a.usage_to-n.purchased_at/86400)))"),
		[COL_ACTIVITY] = WHEN_COUNTED("coalesce(u.activity,'idle')"),
		[COL_USAGE] = WHEN_COUNTED("coalesce(u.days,'0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0')"),
	};

	buf_adds(b, sql[c] ? sql[c] : "NULL");
}

/* nd_days(index, total): the daily totals as text, as an aggregate */
static void days_step(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	int64_t *days = sqlite3_aggregate_context(ctx, USAGE_DAYS * sizeof *days);
	const int64_t i = sqlite3_value_int64(v[0]);

	(void)n;
	if (days && i >= 0 && i < USAGE_DAYS)
		days[i] += sqlite3_value_int64(v[1]);
}

static void days_final(sqlite3_context *ctx)
{
	const int64_t *days = sqlite3_aggregate_context(ctx, USAGE_DAYS * sizeof *days);
	char text[USAGE_DAYS_TEXT];

	if (!days) {
		sqlite3_result_error_nomem(ctx);
		return;
	}
	usage_days_text(days, text, sizeof text);
	sqlite3_result_text(ctx, text, -1, SQLITE_TRANSIENT);
}

/* nd_activity(messages in, out, calls in, out) */
static void sql_activity(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	const struct usage_counts c = {sqlite3_value_int64(v[0]), sqlite3_value_int64(v[1]), sqlite3_value_int64(v[2]),
				       sqlite3_value_int64(v[3])};

	(void)n;
	sqlite3_result_text(ctx, activity_name(usage_activity(&c)), -1, SQLITE_STATIC);
}

bool usage_functions(struct db *d, struct err *e)
{
	const int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS;

	if (sqlite3_create_function_v2(d->h, "nd_days", 2, flags, NULL, NULL, days_step, days_final, NULL) !=
		    SQLITE_OK ||
	    sqlite3_create_function_v2(d->h, "nd_activity", 4, flags, NULL, sql_activity, NULL, NULL, NULL) !=
		    SQLITE_OK)
		return db_error(d, e);
	return true;
}

bool cache_usage_state(struct cache *c, const char *account_sid, struct usage_state *out)
{
	sqlite3_stmt *q = db_kept(&c->db, "SELECT usage_from,usage_to,usage_at FROM account WHERE account_sid=?1", NULL);

	*out = (struct usage_state){0};
	if (!q)
		return false;
	db_bind_text(q, 1, account_sid);
	if (db_next(&c->db, q, NULL) == DB_ROW)
		*out = (struct usage_state){sqlite3_column_int64(q, 0), sqlite3_column_int64(q, 1),
					    sqlite3_column_int64(q, 2)};
	db_done(q);
	return out->to > 0;
}

static bool read_days(struct cache *c, sqlite3_stmt *q, int64_t first_day, size_t n, struct usage_counts *out,
		      struct err *e)
{
	enum db_step step;

	memset(out, 0, n * sizeof *out);
	while ((step = db_next(&c->db, q, e)) == DB_ROW) {
		const int64_t i = sqlite3_column_int64(q, 0) - first_day;

		if (i >= 0 && i < (int64_t)n)
			out[i] = (struct usage_counts){sqlite3_column_int64(q, 1), sqlite3_column_int64(q, 2),
						       sqlite3_column_int64(q, 3), sqlite3_column_int64(q, 4)};
	}
	db_done(q);
	return step == DB_END;
}

/* The key begins with the day: one look per day, however many numbers there are. */
bool cache_usage_days(struct cache *c, const char *account_sid, const char *phone_number, int64_t first_day, size_t n,
		      struct usage_counts *out, struct err *e)
{
	sqlite3_stmt *q = db_kept(&c->db,
				  "WITH RECURSIVE d(day) AS (SELECT ?3 UNION ALL SELECT day+1 FROM d WHERE day+1<?4)"
				  " SELECT u.day,u.messages_in,u.messages_out,u.calls_in,u.calls_out FROM d CROSS JOIN"
				  " usage_day u ON u.account=" ACCOUNT_IS("?1") " AND u.day=d.day AND u.phone_number=?2",
				  e);

	if (!q)
		return false;
	db_bind_text(q, 1, account_sid);
	db_bind_text(q, 2, phone_number);
	db_bind_int(q, 3, first_day);
	db_bind_int(q, 4, first_day + (int64_t)n);
	return read_days(c, q, first_day, n, out, e);
}

bool cache_usage_account(struct cache *c, const char *account_sid, int64_t first_day, size_t n,
			 struct usage_counts *out, struct err *e)
{
	sqlite3_stmt *q = db_kept(&c->db,
				  "SELECT day,sum(messages_in),sum(messages_out),sum(calls_in),sum(calls_out) FROM"
				  " usage_day WHERE account=" ACCOUNT_IS("?1") " AND day>=?2 AND day<?3 GROUP BY day",
				  e);

	if (!q)
		return false;
	db_bind_text(q, 1, account_sid);
	db_bind_int(q, 2, first_day);
	db_bind_int(q, 3, first_day + (int64_t)n);
	return read_days(c, q, first_day, n, out, e);
}
