#ifndef NUMDESK_STORE_LEDGER_H
#define NUMDESK_STORE_LEDGER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "numdesk/model/account.h"
#include "numdesk/model/meta.h"
#include "numdesk/model/operation.h"
struct arena;
struct clock;
struct err;

/*
 * The precious file: the journal of operations with its hash chain, and what exists only here (primary, locks, tags,
 * notes, profile facts, remembered view). SQLite with a rollback journal and synchronous=EXTRA; every call blocks for
 * at most a commit (about 1 ms) plus 3 s when another session writes. Loop thread only.
 *
 * After SQLITE_FULL or any SQLITE_IOERR the ledger refuses further changes for the life of the process
 * (ledger_failed): a commit is never retried after which something would be sent.
 */
struct ledger;

/* Open or create path (0600), check modes, application_id, user_version, quick_check; migrate forward after a backup.
 * sessions_dir (0700, created) holds one lock file per living session. ERR_DAMAGED or ERR_CONFIG with the way out;
 * *read_only asks for a read-only connection and is set when the directory cannot be written. */
bool ledger_open(struct ledger **out, const char *path, const char *sessions_dir, const struct clock *clock,
		 bool *read_only, struct err *e);
void ledger_close(struct ledger *l);                    /* drops the session lock */
bool ledger_failed(const struct ledger *l, struct err *e);
const char *ledger_owner(const struct ledger *l);       /* boot_id/pid/starttime/session of this session */

/* --- journal ----------------------------------------------------------------------------------------------------- */
struct ledger_limits {                                  /* 0 and MONEY_UNKNOWN: no limit */
	int64_t day_count, day_spend, month_spend;
	const char *currency;                           /* of the two sums; NULL: whatever the operations carry */
};
/*
 * Store a plan and its operations as `planned` and reserve their price, in one transaction. Fills id, plan_id, seq,
 * uid, owner, times; want_uid too when it is all zero; an unknown price is stored as 0, and refused when a sum is
 * capped. ERR_GUARD when a cap would be passed (says which, how much is left) or another open operation holds a number
 * (says since when, and whose). Nothing is stored on failure.
 * source: "tui", "cli", "resume".
 */
bool ledger_plan(struct ledger *l, struct operation *ops, size_t n, const char *source,
		 const struct ledger_limits *limits, struct err *e);
/* planned -> armed, sends = 1, durably. Called inside the pre-request callback: false means "do not send". */
bool ledger_arm(struct ledger *l, int64_t op_id, struct err *e);

struct op_outcome {
	enum op_state state;
	int http_status, twilio_code, curl_code;
	const char *request_id, *phone_sid, *message;   /* NULL keeps what is stored */
	const char *result_sid, *result_json;           /* likewise */
	int64_t next_check_at;                          /* ms UTC, for unknown and absent */
	bool looked;                                    /* one more look-up was made */
};
/* Move an operation; its event row is chained in the same transaction. An illegal move is ERR_IO "bug". A state equal
 * to the stored one updates the other fields only. ERR_GUARD when it is open and of another session that still runs. */
bool ledger_settle(struct ledger *l, int64_t op_id, const struct op_outcome *o, struct err *e);
/* A new planned row for the same want: after 429, or a release found absent. The old row is closed in the same
 * transaction when it is `absent` (abandoned: superseded). *new_id gets the row. Anything else is ERR_GUARD: an absent
 * purchase above all, which a person must give up first. */
bool ledger_again(struct ledger *l, int64_t op_id, int64_t *new_id, struct err *e);
/* A purchase whose number was gone (21422): the same wish with another number, as a new planned row of the same plan. It
 * must not cost more. Fills *next as ledger_plan does. ERR_GUARD when the old one is anything else, or the number is
 * held. */
bool ledger_instead(struct ledger *l, int64_t op_id, struct operation *next, struct err *e);
/* The message of a row that was planned when its session ended. */
#define LEDGER_NOT_SENT "not sent: its session ended first"
/* Rows whose session is dead: planned -> cancelled, armed -> unknown; unknown, absent, conflict become ours to settle.
 * Returns how many are now open and ours through *n. */
bool ledger_recover(struct ledger *l, size_t *n, struct err *e);

bool ledger_op(struct ledger *l, int64_t op_id, struct operation *out, struct arena *a, struct err *e);  /* ERR_NOT_FOUND */
struct ledger_filter {
	const char *account_sid, *phone_number, *phone_sid;     /* NULL: any; phone_number: any subject */
	const char *kind;                               /* its name; NULL: any */
	int64_t plan_id;                                /* 0: any */
	bool only_open;
	bool only_ours;                                 /* owned by this session */
	int limit;                                      /* 0: all */
	int64_t before_id;                              /* 0: from the newest */
};
typedef bool ledger_op_fn(void *ctx, const struct operation *op);       /* false stops the walk */
bool ledger_each(struct ledger *l, const struct ledger_filter *f, ledger_op_fn *fn, void *ctx, struct err *e); /* newest first */
size_t ledger_open_count(struct ledger *l, const char *account_sid);    /* NULL: all accounts */

struct ledger_event { int64_t seq, op_id, at; char from[12], to[12]; const char *who, *detail; };
typedef bool ledger_event_fn(void *ctx, const struct ledger_event *ev);
bool ledger_events(struct ledger *l, int64_t op_id, ledger_event_fn *fn, void *ctx, struct err *e);      /* oldest first */
/* The chain: BLAKE2b-256 over (previous hash, row). Head of the last event; seq 0 when there is none. */
bool ledger_head(struct ledger *l, int64_t *seq, uint8_t hash[32], struct err *e);
/* Walk the chain; when seq > 0, also the event seq must have this hash. ERR_DAMAGED names the first event that fails. */
bool ledger_verify(struct ledger *l, int64_t seq, const uint8_t hash[32], struct err *e);

/* --- what exists only here ---------------------------------------------------------------------------------------- */
typedef bool ledger_meta_fn(void *ctx, const struct number_meta *m);
bool ledger_meta_each(struct ledger *l, const char *account_sid, ledger_meta_fn *fn, void *ctx, struct err *e);
/* What is kept of one number; a row of which nothing is kept is empty but for its key. Texts in a. */
bool ledger_meta(struct ledger *l, const char *account_sid, const char *phone_number, struct number_meta *out,
		 struct arena *a, struct err *e);
/*
 * Change what is kept of n numbers in one transaction: edit is called with each as it is, and what it leaves is stored; texts
 * must live until this returns (a does). False from edit, with e, undoes everything. A number that becomes primary takes
 * that from the one that was. Each number once. keys[i] are what rows are about; their other members are not looked at.
 */
typedef bool ledger_edit_fn(void *ctx, size_t i, struct number_meta *m, struct arena *a, struct err *e);
bool ledger_meta_edit(struct ledger *l, const struct number_meta *keys, size_t n, ledger_edit_fn *edit, void *ctx,
		      struct err *e);
/* One primary per account: setting one clears the other. phone_number NULL clears. */
bool ledger_set_primary(struct ledger *l, const char *account_sid, const char *phone_number, struct err *e);
bool ledger_primary(struct ledger *l, const char *account_sid, char phone_number[E164_SIZE]);    /* false: none */
/* The same for one purpose; PRIMARY_PLAIN is the above. */
bool ledger_set_primary_for(struct ledger *l, const char *account_sid, enum primary_purpose p, const char *phone_number,
			    struct err *e);
/* The one that serves a purpose: its own, else the primary number. false: none */
bool ledger_primary_for(struct ledger *l, const char *account_sid, enum primary_purpose p, char phone_number[E164_SIZE]);
/* What a number was made primary for: bits 1 << enum primary_purpose. What cannot be read is taken for all of them. */
unsigned ledger_primary_of(struct ledger *l, const char *account_sid, const char *phone_number);
bool ledger_set_locked(struct ledger *l, const char *account_sid, const char *phone_number, bool locked, struct err *e);
bool ledger_is_locked(struct ledger *l, const char *account_sid, const char *phone_number);
int64_t ledger_meta_version(struct ledger *l);          /* grows with every change of metadata, by any session */

/* Profile facts readable while locked; never a secret. */
bool ledger_profiles_set(struct ledger *l, const struct profile *p, size_t n, struct err *e);   /* replaces all but the default flag */
size_t ledger_profiles(struct ledger *l, struct profile *out, size_t max);                      /* by name */
bool ledger_profile_use(struct ledger *l, const char *name, struct err *e);                     /* the default; ERR_NOT_FOUND */

/* Small facts: last vault generation seen, remembered sort and columns, templates. value NULL forgets it. */
bool ledger_fact_set(struct ledger *l, const char *key, const char *value, struct err *e);
bool ledger_fact(struct ledger *l, const char *key, char *dst, size_t dst_size);                /* false: none */
/* Those whose key begins with prefix, by key; texts lent. False from fn stops. */
typedef bool ledger_fact_fn(void *ctx, const char *key, const char *value);
bool ledger_facts_each(struct ledger *l, const char *prefix, ledger_fact_fn *fn, void *ctx, struct err *e);

#endif
