#include "cache_priv.h"

/* The end of a pass and what it found; cache_sync.c says how passes work. */

enum { KEPT_PASSES = 20 };

/* --- end --------------------------------------------------------------------------------------------------------- */

/* Did the pass meet every number that is not gone? Sure only while none is gone: then one count answers it. */
static bool met_all(struct pass *p, bool *all, struct err *e)
{
	sqlite3_stmt *q = db_kept(&p->c->db,
				  "SELECT NOT EXISTS(SELECT 1 FROM numbers WHERE account=?2 AND is_gone=1) AND"
				  " (SELECT count(*) FROM numbers WHERE account=?2 AND is_gone=0)="
				  "(SELECT rows FROM sync WHERE id=?1)",
				  e);
	bool ok;

	if (!q)
		return false;
	db_bind_int(q, 1, p->id);
	db_bind_int(q, 2, p->account);
	ok = db_next(&p->c->db, q, e) == DB_ROW;
	*all = ok && sqlite3_column_int(q, 0);
	db_done(q);
	return ok;
}

/* The inner question is answered by an index and by seen alone; only rows it names are read. */
static bool mark_unseen(struct pass *p, int64_t *went, struct err *e)
{
	sqlite3_stmt *q = db_prepare(
		&p->c->db,
		"UPDATE numbers SET is_gone=1,gone_pass=?1,"
		"seen_at=max(seen_at,(SELECT listed_since FROM account WHERE id=?2))"
		" WHERE id IN (SELECT i.id FROM numbers i WHERE i.account=?2 AND i.is_gone=0"
		"  AND NOT EXISTS(SELECT 1 FROM seen WHERE pass=?1 AND id=i.id))"
		" AND since_pass<?1 AND put_pass<?1 RETURNING phone_number,phone_sid",
		e);
	enum db_step step = DB_FAILED;
	bool ok = q != NULL;

	if (ok) {
		db_bind_int(q, 1, p->id);
		db_bind_int(q, 2, p->account);
	}
	while (ok && (step = db_next(&p->c->db, q, e)) == DB_ROW) {
		(*went)++;
		ok = pass_record(p, CHANGE_WENT, db_text(q, 0), db_text(q, 1), NULL, e);
	}
	sqlite3_finalize(q);
	return ok && step == DB_END;
}

static bool remove_gone(struct pass *p, int64_t *removed, struct err *e)
{
	if (!cache_run2(p->c,
			"DELETE FROM numbers WHERE account=?1 AND is_gone=1 AND gone_pass<?2 AND since_pass<?2"
			" AND put_pass<?2 AND NOT EXISTS(SELECT 1 FROM seen WHERE pass=?2 AND id=numbers.id)",
			p->account, p->id, e))
		return false;
	*removed = sqlite3_changes(p->c->db.h);
	return true;
}

#define OLD_PASSES "(SELECT id FROM sync WHERE account=?1 ORDER BY id DESC LIMIT -1 OFFSET ?2)"

/* Close this pass and those begun before it, forget what only they needed. */
static bool close_passes(struct pass *p, struct err *e)
{
	return cache_run2(p->c, "DELETE FROM seen WHERE pass IN (SELECT id FROM sync WHERE account=?1 AND id<=?2)",
			  p->account, p->id, e) &&
	       cache_run2(p->c, "UPDATE sync SET is_open=0 WHERE account=?1 AND id<=?2", p->account, p->id, e) &&
	       cache_run2(p->c, "DELETE FROM change WHERE pass IN " OLD_PASSES, p->account, KEPT_PASSES, e) &&
	       cache_run2(p->c, "DELETE FROM sync WHERE id IN " OLD_PASSES, p->account, KEPT_PASSES, e);
}

static bool store_end(struct pass *p, bool complete, int64_t went, int64_t removed, struct err *e)
{
	sqlite3_stmt *q = db_kept(&p->c->db,
				  "UPDATE sync SET finished_at=?2,updated_at=?2,complete=?3,went=?4,gone_removed=?5"
				  " WHERE id=?1",
				  e);

	if (!q)
		return false;
	db_bind_int(q, 1, p->id);
	db_bind_int(q, 2, p->now);
	db_bind_int(q, 3, complete);
	db_bind_int(q, 4, went);
	db_bind_int(q, 5, removed);
	return db_run(&p->c->db, q, e);
}

static bool finish_complete(struct pass *p, int64_t started_at, int64_t *went, int64_t *removed, struct err *e)
{
	sqlite3_stmt *q;
	bool all;

	if (!cache_indexes_make(&p->c->db, e) || !met_all(p, &all, e))
		return false;
	if (!all && (!mark_unseen(p, went, e) || !remove_gone(p, removed, e)))
		return false;
	if (!close_passes(p, e))
		return false;
	q = db_kept(&p->c->db, "UPDATE account SET synced_at=?2,listed_since=?3 WHERE id=?1", e);
	if (!q)
		return false;
	db_bind_int(q, 1, p->account);
	db_bind_int(q, 2, p->now);
	db_bind_int(q, 3, started_at);
	return db_run(&p->c->db, q, e);
}

#define REPORT_COLUMNS "id,rows,came,went,changed,gone_removed,finished_at,complete,first"

static void read_report(sqlite3_stmt *q, struct cache_report *out)
{
	*out = (struct cache_report){
		.sync_id = sqlite3_column_int64(q, 0), .seen = sqlite3_column_int64(q, 1),
		.came = sqlite3_column_int64(q, 2), .went = sqlite3_column_int64(q, 3),
		.changed = sqlite3_column_int64(q, 4),
		.gone_removed = sqlite3_column_int64(q, 5), .finished_at = sqlite3_column_int64(q, 6),
		.complete = sqlite3_column_int(q, 7), .first = sqlite3_column_int(q, 8),
	};
}

static bool end(struct cache *c, const struct cache_sync *s, bool complete, int64_t now, struct cache_report *out,
		struct err *e)
{
	int64_t went = 0, removed = 0;
	struct pass p;
	sqlite3_stmt *q;
	bool ok;

	if (!pass_load(c, s, now, &p, e) || (complete && !finish_complete(&p, s->started_at, &went, &removed, e)) ||
	    !store_end(&p, complete, went, removed, e) || !cache_indexes_make(&c->db, e) ||
	    !(q = db_kept(&c->db, "SELECT " REPORT_COLUMNS " FROM sync WHERE id=?1", e)))
		return false;
	db_bind_int(q, 1, p.id);
	ok = db_next(&c->db, q, e) == DB_ROW;
	if (ok)
		read_report(q, out);
	db_done(q);
	return ok;
}

bool cache_sync_end(struct cache *c, struct cache_sync *s, bool complete, int64_t now, struct cache_report *out,
		    struct err *e)
{
	struct cache_report report;

	if (!cache_begin(c, e))
		return false;
	c->fold = true;
	if (!cache_finish(c, end(c, s, complete, now, &report, e), e))
		return false;
	if (out)
		*out = report;
	return true;
}

/* --- reports ----------------------------------------------------------------------------------------------------- */

bool cache_changes(struct cache *c, int64_t sync_id, int limit, cache_change_fn *fn, void *ctx, struct err *e)
{
	sqlite3_stmt *q = db_prepare(&c->db, "SELECT kind,phone_number,phone_sid,detail FROM change WHERE pass=?1"
				     " ORDER BY kind,phone_number LIMIT ?2", e);
	enum db_step step = DB_FAILED;

	if (!q)
		return false;
	db_bind_int(q, 1, sync_id);
	db_bind_int(q, 2, limit > 0 ? limit : -1);
	while ((step = db_next(&c->db, q, e)) == DB_ROW) {
		const char *detail = db_text(q, 3);

		if (!fn(ctx, (enum cache_change_kind)sqlite3_column_int(q, 0), db_text(q, 1), db_text(q, 2),
			detail ? detail : ""))
			break;
	}
	sqlite3_finalize(q);
	return step != DB_FAILED;
}

bool cache_last_report(struct cache *c, const char *account_sid, struct cache_report *out)
{
	sqlite3_stmt *q = db_kept(&c->db, "SELECT " REPORT_COLUMNS " FROM sync WHERE account=" ACCOUNT_IS("?1")
				  " AND finished_at IS NOT NULL ORDER BY id DESC LIMIT 1", NULL);
	bool ok;

	if (!q)
		return false;
	db_bind_text(q, 1, account_sid);
	ok = db_next(&c->db, q, NULL) == DB_ROW;
	if (ok)
		read_report(q, out);
	db_done(q);
	return ok;
}
