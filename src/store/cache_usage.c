#include "numdesk/store/usage.h"

#include <stdio.h>
#include <string.h>

#include "cache_priv.h"
#include "numdesk/model/period.h"
#include "numdesk/util/mem.h"

/*
 * Walks. Tables: usage_walk (what is under way), usage_part (what it has counted), usage_counted (when each day was last
 * counted), usage_day (the counts), usage (per number, what columns show).
 */

enum {
	GRACE_S = 3600,                 /* how long after its end a day may still gain rows */
	KEPT_DAYS = 400                 /* Twilio's lists reach no further back */
};

/* --- small statements -------------------------------------------------------------------------------------------- */

static bool run4(struct cache *c, const char *sql, int64_t a, int64_t b, int64_t d, int64_t f, struct err *e)
{
	sqlite3_stmt *q = db_kept(&c->db, sql, e);

	if (!q)
		return false;
	db_bind_int(q, 1, a);
	db_bind_int(q, 2, b);
	db_bind_int(q, 3, d);
	db_bind_int(q, 4, f);
	return db_run(&c->db, q, e);
}

/* --- what is missing --------------------------------------------------------------------------------------------- */

/* Which days of the window are done with: counted after they ended, or a moment ago. done[i] is first_day + i. */
static bool read_done(struct cache *c, int64_t account, enum usage_kind kind, const struct usage_window *w, bool *done,
		      struct err *e)
{
	sqlite3_stmt *q = db_kept(&c->db, "SELECT day,at FROM usage_counted WHERE account=?1 AND kind=?2 AND day>=?3"
				  " AND day<=?4", e);
	enum db_step step = DB_FAILED;

	if (!q)
		return false;
	db_bind_int(q, 1, account);
	db_bind_int(q, 2, kind);
	db_bind_int(q, 3, w->first_day);
	db_bind_int(q, 4, w->today);
	while ((step = db_next(&c->db, q, e)) == DB_ROW) {
		const int64_t day = sqlite3_column_int64(q, 0), at = sqlite3_column_int64(q, 1);

		done[day - w->first_day] = at >= (day + 1) * PERIOD_DAY_S + GRACE_S ||
					   (at <= w->now && at > w->now - w->fresh_s);
	}
	db_done(q);
	return step == DB_END;
}

static bool missing_days(struct cache *c, int64_t account, enum usage_kind kind, const struct usage_window *w,
			 struct usage_walk *out, bool *any, struct err *e)
{
	bool done[KEPT_DAYS] = {false};
	int64_t n = w->today - w->first_day + 1, last, first;

	*any = false;
	if (n <= 0 || n > KEPT_DAYS)
		return n <= 0 || err_set(e, ERR_USAGE, "cannot count %lld days: at most %d", (long long)n, KEPT_DAYS);
	if (!read_done(c, account, kind, w, done, e))
		return false;
	for (last = n - 1; last >= 0 && done[last]; last--)
		;
	for (first = last; first > 0 && !done[first - 1]; first--)
		;
	if (last < 0)
		return true;
	*any = true;
	*out = (struct usage_walk){.first_day = w->first_day + first, .last_day = w->first_day + last, .kind = kind,
				   .begun_at = w->now};
	return true;
}

/* --- walks ------------------------------------------------------------------------------------------------------- */

/* One that was stopped not long ago and whose days are still wanted. */
static bool find_stopped(struct cache *c, int64_t account, enum usage_kind kind, const struct usage_window *w,
			 struct usage_walk *out, bool *any, struct err *e)
{
	sqlite3_stmt *q = db_kept(&c->db, "SELECT id,first_day,last_day,begun_at,pages,rows,next_page FROM usage_walk"
				  " WHERE account=?1 AND kind=?2 AND updated_at>?3 AND first_day>=?4 AND pages>0"
				  " ORDER BY id DESC LIMIT 1", e);
	enum db_step step;

	if (!q)
		return false;
	db_bind_int(q, 1, account);
	db_bind_int(q, 2, kind);
	db_bind_int(q, 3, w->now - w->resume_age_s);
	db_bind_int(q, 4, w->first_day);
	step = db_next(&c->db, q, e);
	*any = step == DB_ROW;
	if (*any) {
		*out = (struct usage_walk){sqlite3_column_int64(q, 0), sqlite3_column_int64(q, 1),
					   sqlite3_column_int64(q, 2), kind, sqlite3_column_int64(q, 3),
					   sqlite3_column_int64(q, 4), sqlite3_column_int64(q, 5), ""};
		snprintf(out->next_page, sizeof out->next_page, "%s", db_text(q, 6));
	}
	db_done(q);
	return step != DB_FAILED;
}

static bool insert_walk(struct cache *c, int64_t account, struct usage_walk *w, struct err *e)
{
	sqlite3_stmt *q;

	if (!cache_run2(c, "DELETE FROM usage_part WHERE walk IN (SELECT id FROM usage_walk WHERE account=?1 AND"
			" kind=?2)", account, w->kind, e) ||
	    !cache_run2(c, "DELETE FROM usage_walk WHERE account=?1 AND kind=?2", account, w->kind, e))
		return false;
	q = db_kept(&c->db, "INSERT INTO usage_walk(account,kind,first_day,last_day,begun_at,updated_at)"
		    " VALUES(?1,?2,?3,?4,?5,?5)", e);
	if (!q)
		return false;
	db_bind_int(q, 1, account);
	db_bind_int(q, 2, w->kind);
	db_bind_int(q, 3, w->first_day);
	db_bind_int(q, 4, w->last_day);
	db_bind_int(q, 5, w->begun_at);
	if (!db_run(&c->db, q, e))
		return false;
	w->id = sqlite3_last_insert_rowid(c->db.h);
	return true;
}

static bool begin(struct cache *c, const char *account_sid, enum usage_kind kind, const struct usage_window *w,
		  struct usage_walk *out, bool *any, struct err *e)
{
	const int64_t account = cache_account_id(c, account_sid, e);

	if (!account || !find_stopped(c, account, kind, w, out, any, e))
		return false;
	if (*any)
		return true;
	return missing_days(c, account, kind, w, out, any, e) && (!*any || insert_walk(c, account, out, e));
}

bool cache_usage_begin(struct cache *c, const char *account_sid, enum usage_kind kind, const struct usage_window *w,
		       struct usage_walk *out, bool *any, struct err *e)
{
	return cache_begin(c, e) && cache_finish(c, begin(c, account_sid, kind, w, out, any, e), e);
}

static bool add_tally(struct cache *c, int64_t walk, const struct usage_tally *t, struct err *e)
{
	sqlite3_stmt *q = db_kept(&c->db,
				  "INSERT INTO usage_part VALUES(?1,?2,?3,?4,?5,?6) ON CONFLICT(walk,day,phone_number)"
				  " DO UPDATE SET came=came+excluded.came,went=went+excluded.went,"
				  "last_at=max(last_at,excluded.last_at)", e);

	if (!q)
		return false;
	db_bind_int(q, 1, walk);
	db_bind_int(q, 2, t->day);
	db_bind_text(q, 3, t->phone_number);
	db_bind_int(q, 4, t->in);
	db_bind_int(q, 5, t->out);
	db_bind_int(q, 6, t->last_at);
	return db_run(&c->db, q, e);
}

/* The walk moves on only from where we know it to be: two sessions must not count a page twice. */
static bool advance(struct cache *c, const struct usage_walk *w, int64_t listed, const char *next_page, int64_t now,
		    struct err *e)
{
	sqlite3_stmt *q = db_kept(&c->db, "UPDATE usage_walk SET pages=pages+1,rows=rows+?3,next_page=?4,updated_at=?5"
				  " WHERE id=?1 AND pages=?2", e);

	if (!q)
		return false;
	db_bind_int(q, 1, w->id);
	db_bind_int(q, 2, w->pages);
	db_bind_int(q, 3, listed);
	db_bind_text(q, 4, next_page);
	db_bind_int(q, 5, now);
	if (!db_run(&c->db, q, e))
		return false;
	return sqlite3_changes(c->db.h) == 1 ||
	       err_set(e, ERR_STOPPED, "another session counts the same messages and calls");
}

static bool store_page(struct cache *c, const struct usage_walk *w, const struct usage_tally *v, size_t n,
		       int64_t listed, const char *next_page, int64_t now, struct err *e)
{
	bool ok = advance(c, w, listed, next_page, now, e);

	for (size_t i = 0; ok && i < n; i++)
		if (v[i].day >= w->first_day && v[i].day <= w->last_day)
			ok = add_tally(c, w->id, &v[i], e);
	return ok;
}

bool cache_usage_page(struct cache *c, struct usage_walk *w, const struct usage_tally *v, size_t n, int64_t listed,
		      const char *next_page, int64_t now, struct err *e)
{
	if (!cache_begin(c, e) || !cache_finish(c, store_page(c, w, v, n, listed, next_page, now, e), e))
		return false;
	w->pages++;
	w->rows += listed;
	snprintf(w->next_page, sizeof w->next_page, "%s", next_page);
	return true;
}

static const char *const empty_days[USAGE_KINDS] = {
	[USAGE_MESSAGES] = "UPDATE usage_day SET messages_in=0,messages_out=0 WHERE account=?1 AND day>=?2 AND day<=?3"
			   " AND ?4",
	[USAGE_CALLS] = "UPDATE usage_day SET calls_in=0,calls_out=0 WHERE account=?1 AND day>=?2 AND day<=?3 AND ?4",
};
static const char *const fill_days[USAGE_KINDS] = {
	[USAGE_MESSAGES] = "INSERT INTO usage_day(account,day,phone_number,messages_in,messages_out,last_at)"
			   " SELECT ?1,day,phone_number,came,went,last_at FROM usage_part WHERE walk=?2"
			   " ON CONFLICT(account,day,phone_number) DO UPDATE SET messages_in=excluded.messages_in,"
			   "messages_out=excluded.messages_out,last_at=max(last_at,excluded.last_at)",
	[USAGE_CALLS] = "INSERT INTO usage_day(account,day,phone_number,calls_in,calls_out,last_at)"
			" SELECT ?1,day,phone_number,came,went,last_at FROM usage_part WHERE walk=?2"
			" ON CONFLICT(account,day,phone_number) DO UPDATE SET calls_in=excluded.calls_in,"
			"calls_out=excluded.calls_out,last_at=max(last_at,excluded.last_at)",
};

static bool mark_counted(struct cache *c, int64_t account, const struct usage_walk *w, struct err *e)
{
	bool ok = true;

	for (int64_t day = w->first_day; ok && day <= w->last_day; day++)
		ok = run4(c, "INSERT OR REPLACE INTO usage_counted VALUES(?1,?2,?3,?4)", account, w->kind, day,
			  w->begun_at, e);
	return ok;
}

static bool drop(struct cache *c, int64_t walk, struct err *e)
{
	return cache_run2(c, "DELETE FROM usage_part WHERE walk=?1 AND ?2", walk, 1, e) &&
	       cache_run2(c, "DELETE FROM usage_walk WHERE id=?1 AND ?2", walk, 1, e);
}

static bool end(struct cache *c, const char *account_sid, const struct usage_walk *w, struct err *e)
{
	const int64_t account = cache_account_id(c, account_sid, e);

	return account && run4(c, empty_days[w->kind], account, w->first_day, w->last_day, 1, e) &&
	       cache_run2(c, fill_days[w->kind], account, w->id, e) &&
	       cache_run2(c, "INSERT INTO usage(account,phone_number,last_used_at) SELECT ?1,phone_number,max(last_at)"
			  " FROM usage_part WHERE walk=?2 GROUP BY phone_number ON CONFLICT(account,phone_number)"
			  " DO UPDATE SET last_used_at=max(last_used_at,excluded.last_used_at)", account, w->id, e) &&
	       mark_counted(c, account, w, e) && drop(c, w->id, e);
}

bool cache_usage_end(struct cache *c, const char *account_sid, const struct usage_walk *w, struct err *e)
{
	return cache_begin(c, e) && cache_finish(c, end(c, account_sid, w, e), e);
}

bool cache_usage_drop(struct cache *c, const struct usage_walk *w, struct err *e)
{
	return cache_begin(c, e) && cache_finish(c, drop(c, w->id, e), e);
}

/* --- sums -------------------------------------------------------------------------------------------------------- */

/* The newest run of days that are counted in both kinds; 0 and 0 when there is none. */
static bool counted_run(struct cache *c, int64_t account, int64_t *from, int64_t *to, struct err *e)
{
	sqlite3_stmt *q = db_kept(&c->db, "SELECT day FROM usage_counted WHERE account=?1 GROUP BY day"
				  " HAVING count(*)=?2 ORDER BY day DESC", e);
	enum db_step step = DB_FAILED;

	*from = *to = 0;
	if (!q)
		return false;
	db_bind_int(q, 1, account);
	db_bind_int(q, 2, USAGE_KINDS);
	while ((step = db_next(&c->db, q, e)) == DB_ROW) {
		const int64_t day = sqlite3_column_int64(q, 0);

		if (*to == 0)
			*to = day;
		else if (day != *from - 1)
			break;
		*from = day;
	}
	db_done(q);
	return step != DB_FAILED;
}

static bool sums(struct cache *c, const char *account_sid, int64_t now, struct err *e)
{
	const int64_t account = cache_account_id(c, account_sid, e);
	int64_t from, to;

	if (!account || !counted_run(c, account, &from, &to, e))
		return false;
	if (to - from < USAGE_DAYS - 1)
		from = to = 0;
	return cache_run2(c, "DELETE FROM usage_day WHERE account=?1 AND day<?2", account, to - KEPT_DAYS, e) &&
	       cache_run2(c, "DELETE FROM usage_counted WHERE account=?1 AND day<?2", account, to - KEPT_DAYS, e) &&
	       cache_run2(c, "UPDATE usage SET messages_in=0,messages_out=0,calls_in=0,calls_out=0,days=NULL,"
			  "activity='idle' WHERE account=?1 AND ?2", account, 1, e) &&
	       cache_run2(c, "INSERT INTO usage SELECT ?1,phone_number,sum(messages_in),sum(messages_out),sum(calls_in),"
			  "sum(calls_out),max(last_at),nd_days(day-?2,messages_in+messages_out+calls_in+calls_out),"
			  "nd_activity(sum(messages_in),sum(messages_out),sum(calls_in),sum(calls_out)) FROM usage_day"
			  " WHERE account=?1 AND day>=?2 GROUP BY phone_number ON CONFLICT(account,phone_number) DO"
			  " UPDATE SET messages_in=excluded.messages_in,messages_out=excluded.messages_out,"
			  "calls_in=excluded.calls_in,calls_out=excluded.calls_out,days=excluded.days,"
			  "activity=excluded.activity,last_used_at=max(last_used_at,excluded.last_used_at)", account,
			  to - USAGE_DAYS + 1, e) &&
	       run4(c, "UPDATE account SET usage_from=?2,usage_to=?3,usage_at=?4 WHERE id=?1", account, from, to, now,
		    e);
}

bool cache_usage_sums(struct cache *c, const char *account_sid, int64_t now, struct err *e)
{
	return cache_begin(c, e) && cache_finish(c, sums(c, account_sid, now, e), e);
}
