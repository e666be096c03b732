#include "ledger_priv.h"
#include "numdesk/model/meta.h"
#include "numdesk/util/mem.h"
#include "numdesk/util/text.h"

/* What is kept here about numbers: primary, lock, tags, notes. Rows outlive the numbers they are about. */

#define COLUMNS "account_sid,phone_number,is_primary,is_locked,tags,note,owner,customer_ref,for_messages,for_voice"
/* The primary number serves a purpose that no other number has. */
#define SERVES(purpose) "m.for_" purpose " OR (m.is_primary AND NOT EXISTS(SELECT 1 FROM number_meta o WHERE" \
	" o.account_sid=m.account_sid AND o.for_" purpose "=1))"
#define SELECT_META "SELECT " COLUMNS "," SERVES("messages") "," SERVES("voice") " FROM number_meta m"

static const char *serves(bool messages, bool voice)
{
	return messages ? voice ? "messages voice" : "messages" : voice ? "voice" : NULL;
}

/* Texts are the statement's. */
static struct number_meta read_meta(sqlite3_stmt *q)
{
	struct number_meta m = {.is_primary = sqlite3_column_int(q, 2),
				.is_locked = sqlite3_column_int(q, 3),
				.tags = db_text(q, 4),
				.note = db_text(q, 5),
				.owner = db_text(q, 6),
				.customer_ref = db_text(q, 7),
				.for_messages = sqlite3_column_int(q, 8),
				.for_voice = sqlite3_column_int(q, 9),
				.primary_for = serves(sqlite3_column_int(q, 10), sqlite3_column_int(q, 11))};

	db_chars(q, 0, m.account_sid, sizeof m.account_sid);
	db_chars(q, 1, m.phone_number, sizeof m.phone_number);
	return m;
}

bool ledger_meta_each(struct ledger *l, const char *account_sid, ledger_meta_fn *fn, void *ctx, struct err *e)
{
	sqlite3_stmt *q = db_prepare(&l->db,
				     SELECT_META " WHERE m.account_sid=?1 OR ?1 IS NULL"
				     " ORDER BY account_sid,phone_number",
				     e);
	enum db_step step = DB_FAILED;

	if (!q)
		return false;
	db_bind_text(q, 1, account_sid);
	while ((step = db_next(&l->db, q, e)) == DB_ROW) {
		const struct number_meta m = read_meta(q);

		if (!fn(ctx, &m))
			break;
	}
	sqlite3_finalize(q);
	return step != DB_FAILED;
}

bool ledger_meta(struct ledger *l, const char *account_sid, const char *phone_number, struct number_meta *out,
		 struct arena *a, struct err *e)
{
	sqlite3_stmt *q = db_kept(&l->db,
				  SELECT_META " WHERE m.account_sid=?1 AND m.phone_number=?2", e);
	struct number_meta m = {.is_primary = false};
	enum db_step step = DB_FAILED;

	if (!q)
		return false;
	db_bind_text(q, 1, account_sid);
	db_bind_text(q, 2, phone_number);
	step = db_next(&l->db, q, e);
	if (step == DB_ROW) {
		m = read_meta(q);
		m.tags = arena_dup(a, m.tags);
		m.note = arena_dup(a, m.note);
		m.owner = arena_dup(a, m.owner);
		m.customer_ref = arena_dup(a, m.customer_ref);
	}
	db_done(q);
	if (step == DB_FAILED)
		return false;
	text_copy(m.account_sid, sizeof m.account_sid, account_sid);
	text_copy(m.phone_number, sizeof m.phone_number, phone_number);
	*out = m;
	return true;
}

static bool run_with(struct ledger *l, const char *sql, const char *account_sid, const char *phone_number,
		     struct err *e)
{
	sqlite3_stmt *q = db_prepare(&l->db, sql, e);
	bool ok;

	if (!q)
		return false;
	db_bind_text(q, 1, account_sid);
	db_bind_text(q, 2, phone_number);
	ok = db_next(&l->db, q, e) == DB_END;
	sqlite3_finalize(q);
	return ok;
}

/* Rows that say nothing are not kept. */
#define SAYS_NOTHING " AND is_primary=0 AND for_messages=0 AND for_voice=0 AND is_locked=0 AND tags IS NULL AND note IS NULL AND owner IS NULL AND" \
	" customer_ref IS NULL"

/* The statements of one purpose, over ?1 account and ?2 number. */
#define PURPOSE(flag) { \
	"UPDATE number_meta SET " flag "=0 WHERE account_sid=?1 AND " flag "=1 AND phone_number IS NOT ?2", \
	"INSERT INTO number_meta(account_sid,phone_number," flag ") VALUES(?1,?2,1) ON CONFLICT DO UPDATE SET " flag "=1", \
	"SELECT phone_number FROM number_meta WHERE account_sid=?1 AND " flag "=1"}
static const struct { const char *take, *give, *find; } purposes[PRIMARY_PURPOSE_COUNT] = {
	[PRIMARY_PLAIN] = PURPOSE("is_primary"), [PRIMARY_MESSAGES] = PURPOSE("for_messages"),
	[PRIMARY_VOICE] = PURPOSE("for_voice"),
};

static bool set_primary(struct ledger *l, const char *account_sid, enum primary_purpose p, const char *phone_number,
			struct err *e)
{
	if (!run_with(l, purposes[p].take, account_sid, phone_number, e))
		return false;
	if (phone_number && !run_with(l, purposes[p].give, account_sid, phone_number, e))
		return false;
	return run_with(l, "DELETE FROM number_meta WHERE account_sid=?1 AND phone_number IS NOT ?2" SAYS_NOTHING,
			account_sid, phone_number, e);
}

bool ledger_set_primary_for(struct ledger *l, const char *account_sid, enum primary_purpose p, const char *phone_number,
			    struct err *e)
{
	return ledger_begin(l, e) && db_finish(&l->db, set_primary(l, account_sid, p, phone_number, e), e);
}

bool ledger_set_primary(struct ledger *l, const char *account_sid, const char *phone_number, struct err *e)
{
	return ledger_set_primary_for(l, account_sid, PRIMARY_PLAIN, phone_number, e);
}

static bool find_primary(struct ledger *l, const char *account_sid, enum primary_purpose p, char phone_number[E164_SIZE])
{
	sqlite3_stmt *q = db_kept(&l->db, purposes[p].find, NULL);

	phone_number[0] = '\0';
	if (!q)
		return false;
	db_bind_text(q, 1, account_sid);
	if (db_next(&l->db, q, NULL) == DB_ROW)
		db_chars(q, 0, phone_number, E164_SIZE);
	db_done(q);
	return *phone_number;
}

bool ledger_primary(struct ledger *l, const char *account_sid, char phone_number[E164_SIZE])
{
	return find_primary(l, account_sid, PRIMARY_PLAIN, phone_number);
}

bool ledger_primary_for(struct ledger *l, const char *account_sid, enum primary_purpose p, char phone_number[E164_SIZE])
{
	return find_primary(l, account_sid, p, phone_number) || ledger_primary(l, account_sid, phone_number);
}

unsigned ledger_primary_of(struct ledger *l, const char *account_sid, const char *phone_number)
{
	struct arena mem = {0};
	struct number_meta m;
	unsigned of = (1u << PRIMARY_PURPOSE_COUNT) - 1;

	if (ledger_meta(l, account_sid, phone_number, &m, &mem, NULL))
		of = (unsigned)m.is_primary << PRIMARY_PLAIN | (unsigned)m.for_messages << PRIMARY_MESSAGES |
		     (unsigned)m.for_voice << PRIMARY_VOICE;
	arena_release(&mem);
	return of;
}

static bool set_locked(struct ledger *l, const char *account_sid, const char *phone_number, bool locked, struct err *e)
{
	if (locked)
		return run_with(l, "INSERT INTO number_meta(account_sid,phone_number,is_locked) VALUES(?1,?2,1)"
				" ON CONFLICT DO UPDATE SET is_locked=1", account_sid, phone_number, e);
	return run_with(l, "UPDATE number_meta SET is_locked=0 WHERE account_sid=?1 AND phone_number=?2", account_sid,
			phone_number, e) &&
	       run_with(l, "DELETE FROM number_meta WHERE account_sid=?1 AND phone_number=?2" SAYS_NOTHING, account_sid,
			phone_number, e);
}

bool ledger_set_locked(struct ledger *l, const char *account_sid, const char *phone_number, bool locked, struct err *e)
{
	return ledger_begin(l, e) && db_finish(&l->db, set_locked(l, account_sid, phone_number, locked, e), e);
}

/* --- whole rows --------------------------------------------------------------------------------------------------- */

static bool put_meta(struct ledger *l, const struct number_meta *m, struct err *e)
{
	sqlite3_stmt *q = db_kept(&l->db, "INSERT OR REPLACE INTO number_meta(" COLUMNS ") VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,"
				  "?10)", e);

	if (!q)
		return false;
	db_bind_text(q, 1, m->account_sid);
	db_bind_text(q, 2, m->phone_number);
	db_bind_int(q, 3, m->is_primary);
	db_bind_int(q, 4, m->is_locked);
	db_bind_text(q, 5, m->tags);
	db_bind_text(q, 6, m->note);
	db_bind_text(q, 7, m->owner);
	db_bind_text(q, 8, m->customer_ref);
	db_bind_int(q, 9, m->for_messages);
	db_bind_int(q, 10, m->for_voice);
	return db_run(&l->db, q, e);
}

static bool store_meta(struct ledger *l, const struct number_meta *old, const struct number_meta *m, struct err *e)
{
	if (meta_equal(old, m))
		return true;            /* not written: the version of the metadata must not grow */
	if ((m->is_primary && !old->is_primary && !set_primary(l, m->account_sid, PRIMARY_PLAIN, NULL, e)) ||
	    (m->for_messages && !old->for_messages && !set_primary(l, m->account_sid, PRIMARY_MESSAGES, NULL, e)) ||
	    (m->for_voice && !old->for_voice && !set_primary(l, m->account_sid, PRIMARY_VOICE, NULL, e)))
		return false;
	return put_meta(l, m, e) &&
	       run_with(l, "DELETE FROM number_meta WHERE account_sid=?1 AND phone_number=?2" SAYS_NOTHING, m->account_sid,
			m->phone_number, e);
}

static bool edit_all(struct ledger *l, const struct number_meta *keys, size_t n, ledger_edit_fn *edit, void *ctx,
		     struct arena *a, struct err *e)
{
	struct number_meta old, m;

	for (size_t i = 0; i < n; i++) {
		if (!ledger_meta(l, keys[i].account_sid, keys[i].phone_number, &old, a, e))
			return false;
		m = old;
		if (!edit(ctx, i, &m, a, e) || !store_meta(l, &old, &m, e))
			return false;
	}
	return true;
}

bool ledger_meta_edit(struct ledger *l, const struct number_meta *keys, size_t n, ledger_edit_fn *edit, void *ctx,
		      struct err *e)
{
	struct arena mem = {0};
	bool ok = ledger_begin(l, e) && db_finish(&l->db, edit_all(l, keys, n, edit, ctx, &mem, e), e);

	arena_release(&mem);
	return ok;
}

bool ledger_is_locked(struct ledger *l, const char *account_sid, const char *phone_number)
{
	sqlite3_stmt *q =
		db_kept(&l->db, "SELECT is_locked FROM number_meta WHERE account_sid=?1 AND phone_number=?2", NULL);
	enum db_step step = DB_FAILED;
	bool locked = true;     /* what cannot be read is not unlocked */

	if (!q)
		return locked;
	db_bind_text(q, 1, account_sid);
	db_bind_text(q, 2, phone_number);
	step = db_next(&l->db, q, NULL);
	if (step != DB_FAILED)
		locked = step == DB_ROW && sqlite3_column_int(q, 0);
	db_done(q);
	return locked;
}

int64_t ledger_meta_version(struct ledger *l)
{
	return db_number(&l->db, "SELECT value FROM counter WHERE name='meta'", 0);
}
