#include "ledger_priv.h"

#define NUMBER_KINDS "'buy','release','transfer','configure'"

/*
 * What the program must never do is refused here as well, so that a mistake above costs an error message and not money:
 * two open operations on one number, two live purchases for one want, a state that does not follow, a second send, a
 * changed or deleted row. Each constraint has its test in test_ledger_schema.c.
 */

static const char tables[] =
	"CREATE TABLE legal(kind TEXT NOT NULL, f TEXT NOT NULL, t TEXT NOT NULL, PRIMARY KEY(kind,f,t)) STRICT,"
	" WITHOUT ROWID;"
	"CREATE TABLE plan("
	" id INTEGER PRIMARY KEY, uid BLOB NOT NULL UNIQUE CHECK(length(uid)=16), created INTEGER NOT NULL,"
	" source TEXT NOT NULL) STRICT;"
	"CREATE TABLE operation("
	" id INTEGER PRIMARY KEY, plan_id INTEGER NOT NULL REFERENCES plan(id), seq INTEGER NOT NULL CHECK(seq>=0),"
	" uid BLOB NOT NULL UNIQUE CHECK(length(uid)=16),"
	" kind TEXT NOT NULL CHECK(kind IN('buy','release','transfer','configure')),"
	" want_uid BLOB NOT NULL CHECK(length(want_uid)=16),"
	" account_sid TEXT NOT NULL CHECK(length(account_sid)=34 AND account_sid GLOB 'AC*'),"
	" to_account TEXT CHECK(to_account IS NULL OR (length(to_account)=34 AND to_account GLOB 'AC*')),"
	" subject TEXT NOT NULL CHECK(length(subject) BETWEEN 8 AND 16 AND subject GLOB '+[1-9]*'"
	"  AND substr(subject,2) NOT GLOB '*[^0-9]*'),"
	" phone_sid TEXT CHECK(phone_sid IS NULL OR (length(phone_sid)=34 AND phone_sid GLOB 'PN*')),"
	" type TEXT NOT NULL, country TEXT NOT NULL, before_json TEXT, want_json TEXT,"
	" price_micros INTEGER NOT NULL DEFAULT 0 CHECK(price_micros>=0),"
	" currency TEXT NOT NULL CHECK(length(currency) IN(0,3)),"
	" state TEXT NOT NULL DEFAULT 'planned' CHECK(state"
	" IN('planned','armed','done','rejected','unknown','absent','conflict',"
	"  'cancelled','abandoned')),"
	" owner TEXT NOT NULL,"
	" sends INTEGER NOT NULL DEFAULT 0 CHECK(sends BETWEEN 0 AND 1),"
	" checks INTEGER NOT NULL DEFAULT 0 CHECK(checks>=0),"
	" armed_at INTEGER, unknown_at INTEGER, next_check_at INTEGER, curl_code INTEGER, http_status INTEGER,"
	" twilio_code INTEGER, request_id TEXT, message TEXT,"
	" created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL,"
	" CHECK(kind='buy' OR phone_sid IS NOT NULL),"
	" CHECK(kind<>'transfer' OR to_account IS NOT NULL),"
	" CHECK(state<>'done' OR phone_sid IS NOT NULL),"
	" CHECK(sends=1 OR state IN('planned','cancelled'))) STRICT;"
	"CREATE UNIQUE INDEX one_open ON operation(subject) WHERE state IN(" OPEN_STATES ");"
	"CREATE UNIQUE INDEX one_want ON operation(want_uid) WHERE kind='buy' AND state NOT IN(" GIVEN_UP_STATES ");"
	"CREATE INDEX by_reserve ON operation(account_sid,created_at) WHERE kind='buy';"
	"CREATE TABLE event("
	" seq INTEGER PRIMARY KEY, op_id INTEGER NOT NULL REFERENCES operation(id), at INTEGER NOT NULL, f TEXT,"
	" t TEXT NOT NULL,"
	" who TEXT NOT NULL, detail TEXT, hash BLOB NOT NULL CHECK(length(hash)=32)) STRICT;"
	"CREATE INDEX event_op ON event(op_id,seq);";

static const char triggers[] =
	"CREATE TRIGGER legal_move BEFORE UPDATE OF state ON operation WHEN NEW.state<>OLD.state AND NOT EXISTS"
	" (SELECT 1 FROM legal WHERE kind=OLD.kind AND f=OLD.state AND t=NEW.state)"
	" BEGIN SELECT RAISE(ABORT,'illegal move'); END;"
	"CREATE TRIGGER frozen BEFORE UPDATE OF id,plan_id,seq,uid,kind,want_uid,account_sid,to_account,subject,type,"
	" country,before_json,want_json,price_micros,currency,created_at ON operation BEGIN"
	" SELECT RAISE(ABORT,'immutable'); END;"
	/* a purchase learns its SID; every other kind was asked for by SID, and by no other */
	"CREATE TRIGGER frozen_sid BEFORE UPDATE OF phone_sid ON operation WHEN OLD.kind<>'buy' AND NEW.phone_sid IS"
	" NOT"
	" OLD.phone_sid BEGIN SELECT RAISE(ABORT,'immutable'); END;"
	"CREATE TRIGGER frozen_sends BEFORE UPDATE OF sends ON operation WHEN NEW.sends<OLD.sends"
	" BEGIN SELECT RAISE(ABORT,'a send cannot be taken back'); END;"
	"CREATE TRIGGER new_planned BEFORE INSERT ON operation WHEN NEW.state<>'planned' OR NEW.sends<>0"
	" BEGIN SELECT RAISE(ABORT,'an operation begins as planned'); END;"
	"CREATE TRIGGER operation_kept BEFORE DELETE ON operation BEGIN SELECT RAISE(ABORT,'operations are never"
	" deleted'); END;"
	"CREATE TRIGGER plan_kept BEFORE DELETE ON plan BEGIN SELECT RAISE(ABORT,'plans are never deleted'); END;"
	"CREATE TRIGGER plan_frozen BEFORE UPDATE ON plan BEGIN SELECT RAISE(ABORT,'immutable'); END;"
	"CREATE TRIGGER event_next BEFORE INSERT ON event WHEN NEW.seq<>(SELECT coalesce(max(seq),0)+1 FROM event)"
	" BEGIN SELECT RAISE(ABORT,'events follow one another'); END;"
	"CREATE TRIGGER event_frozen BEFORE UPDATE ON event BEGIN SELECT RAISE(ABORT,'events are never changed'); END;"
	"CREATE TRIGGER event_kept BEFORE DELETE ON event BEGIN SELECT RAISE(ABORT,'events are never deleted'); END;";

static const char facts[] =
	"CREATE TABLE number_meta("
	" account_sid TEXT NOT NULL, phone_number TEXT NOT NULL,"
	" is_primary INTEGER NOT NULL DEFAULT 0 CHECK(is_primary IN(0,1)),"
	" is_locked INTEGER NOT NULL DEFAULT 0 CHECK(is_locked IN(0,1)), tags TEXT, note TEXT, owner TEXT,"
	" customer_ref TEXT,"
	" PRIMARY KEY(account_sid,phone_number)) STRICT, WITHOUT ROWID;"
	"CREATE UNIQUE INDEX one_primary ON number_meta(account_sid) WHERE is_primary=1;"
	"CREATE TABLE profile("
	" name TEXT NOT NULL COLLATE NOCASE PRIMARY KEY, account_sid TEXT NOT NULL, account_name TEXT NOT NULL,"
	" owner_account_sid TEXT NOT NULL, key_sid TEXT NOT NULL, color TEXT NOT NULL, label TEXT NOT NULL,"
	" auth INTEGER NOT NULL, is_default INTEGER NOT NULL, read_only INTEGER NOT NULL,"
	" is_protected INTEGER NOT NULL,"
	" is_loopback INTEGER NOT NULL) STRICT, WITHOUT ROWID;"
	"CREATE UNIQUE INDEX one_default ON profile(is_default) WHERE is_default=1;"
	"CREATE TABLE fact(key TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;"
	/* counted here so that no writer can forget it, another program included */
	"CREATE TABLE counter(name TEXT NOT NULL PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;"
	"INSERT INTO counter VALUES('meta',0);"
	"CREATE TRIGGER meta_added AFTER INSERT ON number_meta BEGIN UPDATE counter SET value=value+1 WHERE"
	" name='meta'; END;"
	"CREATE TRIGGER meta_changed AFTER UPDATE ON number_meta BEGIN UPDATE counter SET value=value+1 WHERE"
	" name='meta'; END;"
	"CREATE TRIGGER meta_removed AFTER DELETE ON number_meta BEGIN UPDATE counter SET value=value+1 WHERE"
	" name='meta'; END;";

/* Walk the legal moves: *i counts from 0 over all that could be asked. */
static bool next_move(unsigned *i, enum op_kind *k, enum op_state *f, enum op_state *t)
{
	while (*i < OP_KIND_COUNT * OP_STATE_COUNT * OP_STATE_COUNT) {
		const unsigned at = (*i)++;

		*t = (enum op_state)(at % OP_STATE_COUNT);
		*f = (enum op_state)(at / OP_STATE_COUNT % OP_STATE_COUNT);
		*k = (enum op_kind)(at / OP_STATE_COUNT / OP_STATE_COUNT);
		if (op_may_move(*k, *f, *t))
			return true;
	}
	return false;
}

static bool insert_legal(struct db *d, struct err *e)
{
	sqlite3_stmt *q = db_prepare(d, "INSERT INTO legal VALUES(?1,?2,?3)", e);
	bool ok = q != NULL;
	enum op_state f, t;
	enum op_kind k;

	for (unsigned i = 0; ok && next_move(&i, &k, &f, &t);) {
		db_bind_text(q, 1, op_kind_name(k));
		db_bind_text(q, 2, op_state_name(f));
		db_bind_text(q, 3, op_state_name(t));
		ok = db_run(d, q, e);
	}
	sqlite3_finalize(q);
	return ok;
}

static bool create(struct db *d, struct err *e)
{
	return db_exec(d, tables, e) && db_exec(d, triggers, e) && db_exec(d, facts, e) && insert_legal(d, e);
}

/* Is the stored table exactly the model's? */
static bool legal_is_current(struct db *d, bool *current, struct err *e)
{
	sqlite3_stmt *q = db_prepare(d, "SELECT kind,f,t FROM legal", e);
	enum db_step step = DB_FAILED;
	size_t legal = 0, stored = 0, known = 0;
	enum op_state f, t;
	enum op_kind k;

	for (unsigned i = 0; next_move(&i, &k, &f, &t);)
		legal++;
	while (q && (step = db_next(d, q, e)) == DB_ROW) {
		stored++;
		known += op_kind_parse(db_text(q, 0), &k) && op_state_parse(db_text(q, 1), &f) &&
			 op_state_parse(db_text(q, 2), &t) && op_may_move(k, f, t);
	}
	sqlite3_finalize(q);
	*current = stored == legal && known == legal;
	return step == DB_END;
}

bool ledger_fill_legal(struct db *d, struct err *e)
{
	bool current;

	if (!legal_is_current(d, &current, e))
		return false;
	if (current)
		return true;
	return db_begin(d, e) && db_finish(d, db_exec(d, "DELETE FROM legal", e) && insert_legal(d, e), e);
}

/*
 * Version 2: changes of other things than numbers. A kind is what the model knows (the table of legal moves), a subject
 * is any text, and what came of it is kept. Only a table made anew can lose a CHECK; events keep pointing at it by name.
 */
static const char operation_v2[] =
	"CREATE TABLE operation_v2("
	" id INTEGER PRIMARY KEY, plan_id INTEGER NOT NULL REFERENCES plan(id), seq INTEGER NOT NULL CHECK(seq>=0),"
	" uid BLOB NOT NULL UNIQUE CHECK(length(uid)=16),"
	" kind TEXT NOT NULL CHECK(length(kind) BETWEEN 1 AND 40),"
	" want_uid BLOB NOT NULL CHECK(length(want_uid)=16),"
	" account_sid TEXT NOT NULL CHECK(length(account_sid)=34 AND account_sid GLOB 'AC*'),"
	" to_account TEXT CHECK(to_account IS NULL OR (length(to_account)=34 AND to_account GLOB 'AC*')),"
	" subject TEXT NOT NULL CHECK(length(subject) BETWEEN 1 AND 200),"
	" phone_sid TEXT CHECK(phone_sid IS NULL OR (length(phone_sid)=34 AND phone_sid GLOB 'PN*')),"
	" type TEXT NOT NULL, country TEXT NOT NULL, before_json TEXT, want_json TEXT,"
	" price_micros INTEGER NOT NULL DEFAULT 0 CHECK(price_micros>=0),"
	" currency TEXT NOT NULL CHECK(length(currency) IN(0,3)),"
	" state TEXT NOT NULL DEFAULT 'planned' CHECK(state"
	" IN('planned','armed','done','rejected','unknown','absent','conflict',"
	"  'cancelled','abandoned')),"
	" owner TEXT NOT NULL,"
	" sends INTEGER NOT NULL DEFAULT 0 CHECK(sends BETWEEN 0 AND 1),"
	" checks INTEGER NOT NULL DEFAULT 0 CHECK(checks>=0),"
	" armed_at INTEGER, unknown_at INTEGER, next_check_at INTEGER, curl_code INTEGER, http_status INTEGER,"
	" twilio_code INTEGER, request_id TEXT, message TEXT,"
	" created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL,"
	" result_sid TEXT CHECK(result_sid IS NULL OR length(result_sid)=34), result_json TEXT,"
	" CHECK(kind NOT IN(" NUMBER_KINDS ") OR (length(subject) BETWEEN 8 AND 16 AND subject GLOB '+[1-9]*'"
	"  AND substr(subject,2) NOT GLOB '*[^0-9]*')),"
	" CHECK(kind NOT IN('release','transfer','configure') OR phone_sid IS NOT NULL),"
	" CHECK(kind<>'transfer' OR to_account IS NOT NULL),"
	" CHECK(kind<>'buy' OR state<>'done' OR phone_sid IS NOT NULL),"
	" CHECK(sends=1 OR state IN('planned','cancelled'))) STRICT;"
	"INSERT INTO operation_v2 SELECT *,NULL,NULL FROM operation;"
	"DROP TABLE operation;"
	"ALTER TABLE operation_v2 RENAME TO operation;"
	/* a number is one thing, whoever wants to change it and how; anything else is one within its account and kind */
	"CREATE UNIQUE INDEX one_open ON operation(CASE WHEN subject GLOB '+[1-9]*' THEN subject ELSE"
	" account_sid||' '||kind||' '||subject END) WHERE state IN(" OPEN_STATES ");"
	"CREATE UNIQUE INDEX one_want ON operation(want_uid) WHERE kind='buy' AND state NOT IN(" GIVEN_UP_STATES ");"
	"CREATE INDEX by_reserve ON operation(account_sid,created_at) WHERE kind='buy';"
	"CREATE INDEX by_subject ON operation(subject,id);"
	"CREATE INDEX by_plan ON operation(plan_id,seq);";

static const char triggers_v2[] =
	"CREATE TRIGGER known_kind BEFORE INSERT ON operation WHEN NOT EXISTS(SELECT 1 FROM legal WHERE kind=NEW.kind)"
	" BEGIN SELECT RAISE(ABORT,'unknown kind'); END;"
	"CREATE TRIGGER legal_move BEFORE UPDATE OF state ON operation WHEN NEW.state<>OLD.state AND NOT EXISTS"
	" (SELECT 1 FROM legal WHERE kind=OLD.kind AND f=OLD.state AND t=NEW.state)"
	" BEGIN SELECT RAISE(ABORT,'illegal move'); END;"
	"CREATE TRIGGER frozen BEFORE UPDATE OF id,plan_id,seq,uid,kind,want_uid,account_sid,to_account,subject,type,"
	" country,before_json,want_json,price_micros,currency,created_at ON operation BEGIN"
	" SELECT RAISE(ABORT,'immutable'); END;"
	"CREATE TRIGGER frozen_sid BEFORE UPDATE OF phone_sid ON operation WHEN OLD.kind<>'buy' AND NEW.phone_sid IS"
	" NOT OLD.phone_sid BEGIN SELECT RAISE(ABORT,'immutable'); END;"
	"CREATE TRIGGER frozen_sends BEFORE UPDATE OF sends ON operation WHEN NEW.sends<OLD.sends"
	" BEGIN SELECT RAISE(ABORT,'a send cannot be taken back'); END;"
	"CREATE TRIGGER new_planned BEFORE INSERT ON operation WHEN NEW.state<>'planned' OR NEW.sends<>0"
	" BEGIN SELECT RAISE(ABORT,'an operation begins as planned'); END;"
	"CREATE TRIGGER operation_kept BEFORE DELETE ON operation BEGIN SELECT RAISE(ABORT,'operations are never"
	" deleted'); END;";

static bool other_kinds(struct db *d, struct err *e)
{
	return db_exec(d, operation_v2, e) && db_exec(d, triggers_v2, e);
}

/* Version 3: a number may be primary for messages or for voice alone. */
static bool purposes(struct db *d, struct err *e)
{
	return db_exec(d,
		       "ALTER TABLE number_meta ADD COLUMN for_messages INTEGER NOT NULL DEFAULT 0 CHECK(for_messages IN(0,1));"
		       "ALTER TABLE number_meta ADD COLUMN for_voice INTEGER NOT NULL DEFAULT 0 CHECK(for_voice IN(0,1));"
		       "CREATE UNIQUE INDEX one_for_messages ON number_meta(account_sid) WHERE for_messages=1;"
		       "CREATE UNIQUE INDEX one_for_voice ON number_meta(account_sid) WHERE for_voice=1;",
		       e);
}

/* Version 4: searches kept by name, and numbers for sale that were put aside. */
static const char searches_v4[] =
	"CREATE TABLE saved_search("
	" name TEXT NOT NULL COLLATE NOCASE PRIMARY KEY CHECK(length(name) BETWEEN 1 AND 40), search TEXT NOT NULL,"
	" created_at INTEGER NOT NULL, run_at INTEGER NOT NULL DEFAULT 0, found INTEGER NOT NULL DEFAULT 0)"
	" STRICT, WITHOUT ROWID;"
	"CREATE TABLE basket("
	" account_sid TEXT NOT NULL CHECK(length(account_sid)=34 AND account_sid GLOB 'AC*'),"
	" phone_number TEXT NOT NULL CHECK(length(phone_number) BETWEEN 8 AND 16 AND phone_number GLOB '+[1-9]*'"
	"  AND substr(phone_number,2) NOT GLOB '*[^0-9]*'),"
	" country TEXT NOT NULL, type TEXT NOT NULL, capabilities INTEGER NOT NULL,"
	" price_micros INTEGER CHECK(price_micros>=0), currency TEXT NOT NULL CHECK(length(currency) IN(0,3)),"
	" beta INTEGER NOT NULL CHECK(beta IN(0,1)), friendly_name TEXT, locality TEXT, region TEXT, postal_code TEXT,"
	" address_requirements TEXT, score INTEGER NOT NULL CHECK(score BETWEEN 0 AND 100), why TEXT, origin TEXT,"
	" added_at INTEGER NOT NULL, seen_at INTEGER NOT NULL, gone_at INTEGER NOT NULL DEFAULT 0,"
	" PRIMARY KEY(account_sid,phone_number)) STRICT, WITHOUT ROWID;";

static bool searches(struct db *d, struct err *e)
{
	return db_exec(d, searches_v4, e);
}

db_step_fn *const ledger_steps[LEDGER_VERSION] = {create, other_kinds, purposes, searches};
