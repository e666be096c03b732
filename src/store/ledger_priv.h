#ifndef NUMDESK_STORE_LEDGER_PRIV_H
#define NUMDESK_STORE_LEDGER_PRIV_H

#include "db.h"
#include "numdesk/store/ledger.h"

#define LEDGER_APPLICATION_ID 0x4E44534B        /* "NDSK" */
#define LEDGER_OWNER_SIZE 160

/* The states op_is_open holds for, as SQL; the partial index one_open is built on the same text. */
#define OPEN_STATES "'planned','armed','unknown','absent','conflict'"
#define GIVEN_UP_STATES "'rejected','cancelled','abandoned'"

struct file_lock;
struct ledger {
	struct db db;
	const struct clock *clock;
	char *sessions_dir;
	struct file_lock *lock;         /* held for the life of the session; NULL when read-only */
	char *lock_path;
	char owner[LEDGER_OWNER_SIZE];
	bool read_only;
};

int64_t ledger_now_ms(const struct ledger *l);
/* BEGIN IMMEDIATE, refused when read-only or failed; end it with db_finish. */
bool ledger_begin(struct ledger *l, struct err *e);

/* Sessions (ledger_session.c). */
bool session_start(struct ledger *l, struct err *e);
void session_end(struct ledger *l);
/* Is the session that an owner string names still running? True for our own. */
bool session_is_alive(const struct ledger *l, const char *owner);
long session_pid(const char *owner);            /* 0 when the string is not ours */

/* Schema (ledger_schema.c). */
extern db_step_fn *const ledger_steps[];
#define LEDGER_VERSION 4
bool ledger_fill_legal(struct db *d, struct err *e);    /* make the table of legal moves that of the model */

/* The chain (chain.c): append an event inside the caller's transaction. from is NULL for a new operation. */
bool chain_append(struct ledger *l, int64_t op_id, const char *from, const char *to, const char *detail, struct err *e);

/* Rows (journal_read.c). Columns for a SELECT ... FROM operation o, and their reader; texts are the statement's. */
#define OP_COLUMNS "o.id,o.plan_id,o.seq,o.uid,o.want_uid,o.kind,o.state,o.account_sid,o.to_account,o.subject," \
	"o.phone_sid,o.price_micros,o.currency,o.type,o.country,o.before_json,o.want_json,o.owner,o.sends,o.checks," \
	"o.armed_at,o.unknown_at,o.next_check_at,o.curl_code,o.http_status,o.twilio_code,o.request_id,o.message," \
	"o.created_at,o.updated_at,o.result_sid,o.result_json"
bool op_read(struct db *d, sqlite3_stmt *q, struct operation *out, struct err *e);

#endif
