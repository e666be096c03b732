#include <stdlib.h>
#include <string.h>

#include "cache_priv.h"
#include "numdesk/util/mem.h"
#include "numdesk/util/text.h"

/*
 * A pass over the list of an account's numbers, page by page. A number that the pass meets unchanged is not written:
 * its id goes into the table seen, some bytes instead of a whole row and its place in four indexes. A number it meets
 * for the first time carries the pass in since_pass. When the pass is complete, what has neither is marked gone,
 * unless it was put or listed by something newer.
 *
 * A pass stays open until it is complete or another one replaces it, so that one that was stopped can go on. Passes of
 * several sessions may overlap; each counts for itself, and the first to be complete closes those begun before it.
 */

/* --- begin ------------------------------------------------------------------------------------------------------- */

static bool find_open(struct cache *c, int64_t account, int64_t oldest, struct cache_sync *s, struct err *e)
{
	sqlite3_stmt *q = db_kept(&c->db,
				  "SELECT id,started_at,pages,rows,next_page FROM sync WHERE account=?1 AND is_open=1"
				  " AND updated_at>=?2 AND id=(SELECT max(id) FROM sync WHERE account=?1)",
				  e);
	enum db_step step;

	if (!q)
		return false;
	db_bind_int(q, 1, account);
	db_bind_int(q, 2, oldest);
	step = db_next(&c->db, q, e);
	if (step == DB_ROW) {
		s->id = sqlite3_column_int64(q, 0);
		s->started_at = sqlite3_column_int64(q, 1);
		s->pages = sqlite3_column_int64(q, 2);
		s->rows = sqlite3_column_int64(q, 3);
		db_chars(q, 4, s->next_page, sizeof s->next_page);
		s->resumed = true;
	}
	db_done(q);
	return step != DB_FAILED;
}

bool cache_run2(struct cache *c, const char *sql, int64_t a, int64_t b, struct err *e)
{
	sqlite3_stmt *q = db_kept(&c->db, sql, e);

	if (!q)
		return false;
	db_bind_int(q, 1, a);
	db_bind_int(q, 2, b);
	return db_run(&c->db, q, e);
}

static bool begin_new(struct cache *c, int64_t account, int64_t now, struct cache_sync *s, struct err *e)
{
	sqlite3_stmt *q;

	/* passes that ended early will not be resumed now; one that another session still runs is left alone */
	if (!cache_run2(c,
			"DELETE FROM seen WHERE pass IN (SELECT id FROM sync WHERE account=?1 AND is_open=?2"
			" AND finished_at IS NOT NULL)",
			account, 1, e) ||
	    !cache_run2(c, "UPDATE sync SET is_open=0 WHERE account=?1 AND is_open=?2 AND finished_at IS NOT NULL",
			account, 1, e))
		return false;
	q = db_kept(&c->db, "INSERT INTO sync(account,started_at,updated_at,first)"
		    " VALUES(?1,?2,?2,NOT EXISTS(SELECT 1 FROM numbers WHERE account=?1))", e);
	if (!q)
		return false;
	db_bind_int(q, 1, account);
	db_bind_int(q, 2, now);
	if (!db_run(&c->db, q, e))
		return false;
	s->id = sqlite3_last_insert_rowid(c->db.h);
	s->started_at = now;
	if (db_number(&c->db, "SELECT EXISTS(SELECT 1 FROM numbers)", 1))
		return cache_indexes_make(&c->db, e);   /* a pass that filled an empty table may have died */
	return cache_indexes_drop(&c->db, e);
}

static bool begin(struct cache *c, const char *account_sid, int64_t now, bool resume, int64_t max_age_s,
		  struct cache_sync *s, struct err *e)
{
	int64_t account = cache_account_id(c, account_sid, e);

	if (!account || (resume && !find_open(c, account, now - max_age_s, s, e)))
		return false;
	if (s->resumed)
		return cache_run2(c, "UPDATE sync SET finished_at=NULL,updated_at=?2 WHERE id=?1", s->id, now, e);
	return begin_new(c, account, now, s, e);
}

bool cache_sync_begin(struct cache *c, const char *account_sid, int64_t now, bool resume, int64_t max_age_s,
		      struct cache_sync *out, struct err *e)
{
	struct cache_sync s = {0};

	if (!cache_begin(c, e))
		return false;
	if (!cache_finish(c, begin(c, account_sid, now, resume, max_age_s, &s, e), e))
		return false;
	text_copy(s.account_sid, sizeof s.account_sid, account_sid);
	*out = s;
	return true;
}

/* --- pages ------------------------------------------------------------------------------------------------------- */

bool pass_load(struct cache *c, const struct cache_sync *s, int64_t now, struct pass *p, struct err *e)
{
	sqlite3_stmt *q = db_kept(
		&c->db, "SELECT account,first FROM sync WHERE id=?1 AND is_open=1 AND account=" ACCOUNT_IS("?2"), e);
	enum db_step step;

	if (!q)
		return false;
	*p = (struct pass){.c = c, .id = s->id, .now = now};
	db_bind_int(q, 1, s->id);
	db_bind_text(q, 2, s->account_sid);
	step = db_next(&c->db, q, e);
	if (step == DB_ROW) {
		p->account = sqlite3_column_int64(q, 0);
		p->first = sqlite3_column_int(q, 1);
	}
	db_done(q);
	if (step == DB_END)
		err_set(e, ERR_IO, "this refresh of account '%s' was overtaken by another session's; refresh again",
			s->account_sid);
	return step == DB_ROW;
}

bool pass_record(struct pass *p, enum cache_change_kind kind, const char *phone_number, const char *phone_sid,
		   const char *detail, struct err *e)
{
	sqlite3_stmt *q;

	if (p->first)
		return true;    /* everything came: that needs no list */
	q = db_kept(&p->c->db, "INSERT INTO change VALUES(?1,?2,?3,?4,?5)", e);
	if (!q)
		return false;
	db_bind_int(q, 1, p->id);
	db_bind_int(q, 2, kind);
	db_bind_text(q, 3, phone_number);
	db_bind_text(q, 4, phone_sid);
	db_bind_text(q, 5, detail);
	return db_run(&p->c->db, q, e);
}

/* The pass fills an empty table that has no index: have the set of what it stored. */
static bool prepare_filling(struct pass *p, struct err *e)
{
	struct cache *c = p->c;

	p->filling = p->first && cache_indexes_missing(&c->db);
	if (!p->filling || sid_set_is_current(c, c->filling))
		return true;
	sid_set_free(c->filling);
	c->filling = sid_set_load(c, e);
	return c->filling != NULL;
}

/* Note that the pass met a row; *again when it had already. */
static bool mark_seen(struct pass *p, const struct stored_row *row, bool *again, struct err *e)
{
	*again = row->since_pass == p->id;
	if (*again)
		return true;
	if (!cache_run2(p->c, "INSERT INTO seen VALUES(?1,?2) ON CONFLICT DO NOTHING", p->id, row->id, e))
		return false;
	*again = sqlite3_changes(p->c->db.h) == 0;
	return true;
}

static bool differs(enum column_id c, const struct number *a, const struct number *b)
{
	const void *x = column_field(c, a), *y = column_field(c, b);
	const char *s, *t;

	switch (columns[c].type) {
	case COLTYPE_CHARS:
		return strcmp(x, y) != 0;
	case COLTYPE_TEXT:
		s = *(const char *const *)x, t = *(const char *const *)y;
		return strcmp(s ? s : "", t ? t : "") != 0;
	case COLTYPE_TIME:
	case COLTYPE_MONEY:
	case COLTYPE_COUNT:
		return *(const int64_t *)x != *(const int64_t *)y;
	case COLTYPE_BOOL:
		return *(const bool *)x != *(const bool *)y;
	case COLTYPE_CAPS:
		return *(const unsigned *)x != *(const unsigned *)y;
	case COLTYPE_NUMBER_TYPE:
		return *(const enum number_type *)x != *(const enum number_type *)y;
	}
	return false;
}

struct difference {
	char *names;            /* of the columns that Twilio changed; NULL: not known */
	bool plain;             /* no index holds one of them */
};

/* Compare with what is stored; the caller frees the names. */
static bool compare_stored(struct pass *p, int64_t id, const struct number *n, struct difference *out, struct err *e)
{
	sqlite3_stmt *q = cache_row_stmt(p->c, e);
	struct arena a = {0};
	struct number old;
	enum db_step step;
	struct buf b;

	if (!q)
		return false;
	db_bind_int(q, 1, id);
	db_bind_text(q, 2, n->account_sid);
	step = db_next(&p->c->db, q, e);
	if (step == DB_ROW) {
		buf_init(&b, 4096);
		out->plain = true;
		cache_read_number(q, &old, &a);
		for (enum column_id c = 0; c < COLUMN_COUNT; c++) {
			if (!column_is_stored(c) || !differs(c, &old, n))
				continue;
			out->plain = out->plain && !column_is_indexed(c);
			if (columns[c].source == SOURCE_TWILIO || c == COL_INCOMPLETE)
				buf_addf(&b, "%s%s", b.len ? " " : "", columns[c].name);
		}
		out->names = buf_take(&b);
	}
	db_done(q);
	arena_release(&a);
	return step != DB_FAILED;
}

static bool update_row(struct pass *p, const struct stored_row *row, const struct number *n, bool again, struct err *e)
{
	struct difference d = {0};
	bool ok = compare_stored(p, row->id, n, &d, e) && cache_update(p->c, p->account, row->id, n, 0, d.plain, e);

	if (ok && row->is_gone) {
		p->came++;
		ok = pass_record(p, CHANGE_CAME, n->phone_number, n->phone_sid, NULL, e);
	} else if (ok && !again) {
		p->changed++;
		ok = pass_record(p, CHANGE_CHANGED, n->phone_number, n->phone_sid, d.names, e);
	}
	free(d.names);
	return ok;
}

static bool add_row(struct pass *p, const struct number *n, bool *added, struct err *e)
{
	if (!cache_insert(p->c, p->account, n, p->id, 0, added, e))
		return false;
	if (!*added)
		return true;
	p->rows++;
	p->came++;
	return pass_record(p, CHANGE_CAME, n->phone_number, n->phone_sid, NULL, e);
}

static bool store_row(struct pass *p, const struct number *listed, struct err *e)
{
	struct number n = *listed;
	struct stored_row row;
	bool added, again;

	n.created_at = n.seen_at = p->now;
	n.is_gone = false;
	if (p->filling ? sid_set_add(p->c->filling, n.phone_sid) : p->first) {  /* new, or nearly always new */
		if (!add_row(p, &n, &added, e))
			return false;
		if (added)
			return true;
	}
	if (!cache_stored(p->c, p->account, n.phone_sid, &row, e))
		return false;
	if (!row.id)
		return add_row(p, &n, &added, e);
	if (!mark_seen(p, &row, &again, e))
		return false;
	p->rows += !again;
	/* released while this pass ran: the page may have been written before that */
	if (row.is_gone && row.gone_pass >= p->id)
		return true;
	if (!row.is_gone && row.hash == number_hash(&n))
		return true;
	return update_row(p, &row, &n, again, e);
}

static bool store_page(struct cache *c, struct cache_sync *s, const struct number *rows, size_t n,
		       const char *next_page, int64_t now, struct err *e)
{
	struct pass p;
	sqlite3_stmt *q;

	if (!pass_load(c, s, now, &p, e) || !prepare_filling(&p, e))
		return false;
	for (size_t i = 0; i < n; i++)
		if (!store_row(&p, &rows[i], e))
			return false;
	q = db_kept(&c->db,
		    "UPDATE sync SET pages=pages+1,rows=rows+?2,came=came+?3,changed=changed+?4,next_page=?5,"
		    "updated_at=?6 WHERE id=?1",
		    e);
	if (!q)
		return false;
	db_bind_int(q, 1, p.id);
	db_bind_int(q, 2, p.rows);
	db_bind_int(q, 3, p.came);
	db_bind_int(q, 4, p.changed);
	db_bind_text(q, 5, next_page);
	db_bind_int(q, 6, now);
	s->rows += p.rows;
	return db_run(&c->db, q, e);
}

bool cache_sync_page(struct cache *c, struct cache_sync *s, const struct number *rows, size_t n, const char *next_page,
		     int64_t now, struct err *e)
{
	struct cache_sync work = *s;

	for (size_t i = 0; i < n; i++) {
		if (strcmp(rows[i].account_sid, s->account_sid) != 0)
			return err_set(e, ERR_PROTO, "the list of account '%s' holds a number of another account",
				       s->account_sid);
		if (!sid_is(rows[i].phone_sid, "PN"))
			return err_set(e, ERR_PROTO, "the list of account '%s' holds a number without a SID",
				       s->account_sid);
	}
	next_page = next_page ? next_page : "";
	if (!text_copy(work.next_page, sizeof work.next_page, next_page))
		return err_set(e, ERR_PROTO, "the address of the next page is longer than %zu bytes",
			       sizeof work.next_page - 1);
	if (!cache_begin(c, e) || !cache_finish(c, store_page(c, &work, rows, n, next_page, now, e), e))
		return false;
	work.pages++;
	*s = work;
	return true;
}
