#include <string.h>

#include "ledger_priv.h"
#include "numdesk/util/crypto.h"

/*
 * Each event carries the hash of (the hash before it, the event, what can never change about its operation and plan).
 * So a changed price, number or account breaks the chain where the operation was planned, and a changed state disagrees
 * with the last event. The hash has no key: who rewrites the file can rewrite the chain, but not the head that the
 * vault sealed.
 */

/* What never changes, in the order it is hashed; SUBJECT_COLUMNS values. */
#define SUBJECT "p.uid,p.created,p.source,o.seq,o.uid,o.want_uid,o.kind,o.account_sid,o.to_account,o.subject,o.type," \
	"o.country,o.price_micros,o.currency,o.before_json,o.want_json,o.created_at"
enum { SUBJECT_COLUMNS = 17 };

static void add_number(struct crypto_hash_state *h, uint64_t v)
{
	uint8_t b[8];

	for (int i = 0; i < 8; i++)
		b[i] = (uint8_t)(v >> (8 * i));
	crypto_hash_add(h, b, sizeof b);
}

/* Length first, so that no two rows share their bytes; null is the length that no text has. */
static void add_bytes(struct crypto_hash_state *h, const void *p, size_t n)
{
	add_number(h, p ? n : UINT64_MAX);
	if (p && n)
		crypto_hash_add(h, p, n);
}

static void add_text(struct crypto_hash_state *h, const char *s)
{
	add_bytes(h, s, s ? strlen(s) : 0);
}

static void add_column(struct crypto_hash_state *h, sqlite3_stmt *q, int col)
{
	const void *p;

	switch (sqlite3_column_type(q, col)) {
	case SQLITE_NULL:
		add_bytes(h, NULL, 0);
		break;
	case SQLITE_INTEGER:
		add_number(h, (uint64_t)sqlite3_column_int64(q, col));
		break;
	default:
		p = sqlite3_column_blob(q, col);
		add_bytes(h, p ? p : "", (size_t)sqlite3_column_bytes(q, col));
	}
}

static void hash_event(uint8_t out[CRYPTO_HASH], const uint8_t prev[CRYPTO_HASH], const struct ledger_event *ev,
		       const char *from, sqlite3_stmt *subject, int first_col)
{
	struct crypto_hash_state *h = crypto_hash_new(NULL, 0);

	crypto_hash_add(h, prev, CRYPTO_HASH);
	add_number(h, (uint64_t)ev->seq);
	add_number(h, (uint64_t)ev->op_id);
	add_number(h, (uint64_t)ev->at);
	add_text(h, from);
	add_text(h, ev->to);
	add_text(h, ev->who);
	add_text(h, ev->detail);
	for (int i = 0; i < SUBJECT_COLUMNS; i++)
		add_column(h, subject, first_col + i);
	crypto_hash_end(h, out);
}

bool ledger_head(struct ledger *l, int64_t *seq, uint8_t hash[32], struct err *e)
{
	sqlite3_stmt *q = db_kept(&l->db, "SELECT seq,hash FROM event ORDER BY seq DESC LIMIT 1", e);
	enum db_step step = q ? db_next(&l->db, q, e) : DB_FAILED;
	bool ok = step != DB_FAILED;

	if (ok) {
		*seq = 0;
		memset(hash, 0, CRYPTO_HASH);
	}
	if (step == DB_ROW && sqlite3_column_bytes(q, 1) == CRYPTO_HASH) {
		*seq = sqlite3_column_int64(q, 0);
		memcpy(hash, sqlite3_column_blob(q, 1), CRYPTO_HASH);
	}
	db_done(q);
	return ok;
}

bool chain_append(struct ledger *l, int64_t op_id, const char *from, const char *to, const char *detail, struct err *e)
{
	struct ledger_event ev = {.op_id = op_id, .at = ledger_now_ms(l), .who = l->owner, .detail = detail};
	uint8_t prev[CRYPTO_HASH], hash[CRYPTO_HASH];
	sqlite3_stmt *q;
	bool ok;

	if (!ledger_head(l, &ev.seq, prev, e))
		return false;
	ev.seq++;
	memcpy(ev.to, to, strlen(to) + 1);
	q = db_kept(&l->db, "SELECT " SUBJECT " FROM operation o JOIN plan p ON p.id=o.plan_id WHERE o.id=?1", e);
	if (!q)
		return false;
	db_bind_int(q, 1, op_id);
	ok = db_next(&l->db, q, e) == DB_ROW;
	if (ok)
		hash_event(hash, prev, &ev, from, q, 0);
	db_done(q);
	if (!ok || !(q = db_kept(&l->db, "INSERT INTO event VALUES(?1,?2,?3,?4,?5,?6,?7,?8)", e)))
		return false;
	db_bind_int(q, 1, ev.seq);
	db_bind_int(q, 2, op_id);
	db_bind_int(q, 3, ev.at);
	db_bind_text(q, 4, from);
	db_bind_text(q, 5, to);
	db_bind_text(q, 6, l->owner);
	db_bind_text(q, 7, detail);
	db_bind_blob(q, 8, hash, sizeof hash);
	return db_run(&l->db, q, e);
}

static void read_event(sqlite3_stmt *q, struct ledger_event *ev)
{
	*ev = (struct ledger_event){.seq = sqlite3_column_int64(q, 0), .op_id = sqlite3_column_int64(q, 1),
				    .at = sqlite3_column_int64(q, 2), .who = db_text(q, 5), .detail = db_text(q, 6)};
	db_chars(q, 3, ev->from, sizeof ev->from);
	db_chars(q, 4, ev->to, sizeof ev->to);
}

bool ledger_events(struct ledger *l, int64_t op_id, ledger_event_fn *fn, void *ctx, struct err *e)
{
	sqlite3_stmt *q =
		db_prepare(&l->db, "SELECT seq,op_id,at,f,t,who,detail FROM event WHERE op_id=?1 ORDER BY seq", e);
	enum db_step step = DB_FAILED;
	struct ledger_event ev;

	if (!q)
		return false;
	db_bind_int(q, 1, op_id);
	while ((step = db_next(&l->db, q, e)) == DB_ROW) {
		read_event(q, &ev);
		if (!fn(ctx, &ev))
			break;
	}
	sqlite3_finalize(q);
	return step != DB_FAILED;
}

static bool altered(struct err *e, const char *what, int64_t seq)
{
	return err_set(e, ERR_DAMAGED, "the journal was altered: event %lld %s", (long long)seq, what);
}

/* One row of the walk: columns as read_event, the stored hash, the subject. */
static bool check_event(sqlite3_stmt *q, int64_t expected_seq, uint8_t prev[CRYPTO_HASH], struct err *e)
{
	uint8_t hash[CRYPTO_HASH];
	struct ledger_event ev;

	read_event(q, &ev);
	if (ev.seq != expected_seq)
		return altered(e, "is missing", expected_seq);
	hash_event(hash, prev, &ev, db_text(q, 3), q, 8);
	if (sqlite3_column_bytes(q, 7) != CRYPTO_HASH || !crypto_equal(hash, sqlite3_column_blob(q, 7), CRYPTO_HASH))
		return altered(e, "or its operation is not as it was written", ev.seq);
	memcpy(prev, hash, CRYPTO_HASH);
	return true;
}

/* Every operation stands where its last event left it. */
static bool check_states(struct ledger *l, struct err *e)
{
	static const char sql[] =
		"SELECT o.id,o.state,(SELECT t FROM event WHERE op_id=o.id ORDER BY seq DESC LIMIT 1) AS last"
		" FROM operation o WHERE o.state IS NOT last LIMIT 1";
	sqlite3_stmt *q = db_prepare(&l->db, sql, e);
	enum db_step step = q ? db_next(&l->db, q, e) : DB_FAILED;

	if (step == DB_ROW)
		err_set(e, ERR_DAMAGED, "the journal was altered: operation %lld is '%s', its last event says '%s'",
			(long long)sqlite3_column_int64(q, 0), db_text(q, 1),
			db_text(q, 2) ? db_text(q, 2) : "nothing");
	sqlite3_finalize(q);
	return step == DB_END;
}

bool ledger_verify(struct ledger *l, int64_t seq, const uint8_t hash[32], struct err *e)
{
	static const char sql[] =
		"SELECT ev.seq,ev.op_id,ev.at,ev.f,ev.t,ev.who,ev.detail,ev.hash," SUBJECT
		" FROM event ev LEFT JOIN operation o ON o.id=ev.op_id LEFT JOIN plan p ON p.id=o.plan_id"
		" ORDER BY ev.seq";
	uint8_t prev[CRYPTO_HASH] = {0};
	enum db_step step = DB_FAILED;
	int64_t last = 0;
	sqlite3_stmt *q;
	bool ok = true;

	/* one snapshot for both questions */
	if (!db_exec(&l->db, "BEGIN", e))
		return false;
	q = db_prepare(&l->db, sql, e);
	while (ok && q && (step = db_next(&l->db, q, e)) == DB_ROW) {
		ok = check_event(q, ++last, prev, e);
		if (ok && last == seq && !crypto_equal(prev, hash, CRYPTO_HASH))
			ok = altered(e, "is not the one sealed in the vault", seq);
	}
	sqlite3_finalize(q);
	if (ok && step == DB_END && seq > last)
		ok = altered(e, "was sealed in the vault and is missing", seq);
	ok = ok && step == DB_END && check_states(l, e);
	db_rollback(&l->db);
	return ok;
}
