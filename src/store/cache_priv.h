#ifndef NUMDESK_STORE_CACHE_PRIV_H
#define NUMDESK_STORE_CACHE_PRIV_H

#include "db.h"
#include "numdesk/store/cache.h"

#define CACHE_APPLICATION_ID 0x4E444348         /* "NDCH" */

struct clock;
struct file_lock;
struct cache {
	struct db db;
	enum cache_mode mode;
	char *lock_path;
	const struct clock *clock;      /* what nd_renews asks */
	struct file_lock *lock;         /* held during a transaction */
	int64_t commits;                /* ours: data_version counts only those of others */
	bool detached;                  /* in memory, or a file taken as it is: nothing is locked or written */
	bool fold;                      /* fold the log into the file after the next commit */
	struct sid_set *filling;        /* SIDs stored, while a pass fills an empty table; else NULL */
	char *row_sql, *insert_sql, *update_sql, *update_plain_sql;     /* from the columns table; NULL until used */
};

/* Tables and indexes (cache_schema.c). The version is a digest of the schema's text: another one, another file. */
int64_t cache_schema_version(void);
bool cache_schema_create(struct db *d, struct err *e);
/*
 * Keys in no order touch a page of each index per row: filling an empty table without indexes and making them at the
 * end writes a fifth as much. All three inside a transaction.
 */
bool cache_indexes_drop(struct db *d, struct err *e);
bool cache_indexes_make(struct db *d, struct err *e);           /* those that are missing */
bool cache_indexes_missing(struct db *d);

/* Transactions of the writer: PATH.lock is taken first and dropped last (cache.c). */
bool cache_begin(struct cache *c, struct err *e);
bool cache_finish(struct cache *c, bool ok, struct err *e);
/* The row of an account, made when missing; 0 on error. Inside a transaction. */
int64_t cache_account_id(struct cache *c, const char *account_sid, struct err *e);
#define ACCOUNT_IS(param) "(SELECT id FROM account WHERE account_sid=" param ")"

/* Columns of the numbers table (cache_row.c). A stored column's parameter is ?1 + its column_id; these come behind. */
enum { PARAM_ID = COLUMN_COUNT + 1, PARAM_ACCOUNT, PARAM_HASH, PARAM_SINCE, PARAM_PUT };
bool column_is_stored(enum column_id c);
sqlite3_stmt *cache_insert_stmt(struct cache *c, struct err *e);        /* does nothing when the SID is there */
sqlite3_stmt *cache_update_stmt(struct cache *c, struct err *e);        /* all but created_at, by PARAM_ID */
/* The same without the columns that indexes hold: SQLite would write their entries again, changed or not. */
sqlite3_stmt *cache_update_plain_stmt(struct cache *c, struct err *e);
bool column_is_indexed(enum column_id c);
void cache_bind_number(sqlite3_stmt *q, const struct number *n);        /* every stored column */
/* SELECT of all columns, joined: ?1 id, ?2 account SID or null. */
sqlite3_stmt *cache_row_stmt(struct cache *c, struct err *e);
void cache_read_number(sqlite3_stmt *q, struct number *out, struct arena *a);
/* Append the expression of a column over n (numbers), p (price), m (meta), a (account), u (usage). */
struct buf;
void cache_column_sql(struct buf *b, enum column_id c);
#define CACHE_JOIN_PRICE " LEFT JOIN price p ON p.account=n.account AND p.country=n.country AND p.type=n.type"
#define CACHE_JOIN_META " LEFT JOIN meta m ON m.account=n.account AND m.phone_number=n.phone_number"
#define CACHE_JOIN_ACCOUNT " JOIN account a ON a.id=n.account"
#define CACHE_JOIN_USAGE " LEFT JOIN usage u ON u.account=n.account AND u.phone_number=n.phone_number"
#define CACHE_USAGE_TOTAL "CASE WHEN a.usage_to>0 THEN coalesce(u.messages_in+u.messages_out+u.calls_in+u.calls_out,0) END"
bool usage_functions(struct db *d, struct err *e);              /* nd_days, nd_activity (cache_usage_read.c) */
void cache_usage_sql(struct buf *b, enum column_id c);          /* of SOURCE_USAGE (cache_usage_read.c) */

/* What is stored under a SID (cache_write.c); id 0: nothing. */
struct stored_row { int64_t id, since_pass, gone_pass; uint64_t hash; bool is_gone; };
bool cache_stored(struct cache *c, int64_t account, const char *phone_sid, struct stored_row *out, struct err *e);
/* Insert n as listed by pass since (0: none) or put during pass put, unless its SID is there: *added tells. */
bool cache_insert(struct cache *c, int64_t account, const struct number *n, int64_t since, int64_t put, bool *added,
		  struct err *e);
/* plain: no indexed column differs from what is stored. */
bool cache_update(struct cache *c, int64_t account, int64_t id, const struct number *n, int64_t put, bool plain,
		  struct err *e);

/* A pass over an account's list, during one transaction of it (cache_sync.c). */
struct pass {
	struct cache *c;
	int64_t id, account, now;
	bool first;                     /* nothing of the account was stored before */
	bool filling;                   /* nothing of any account was, and the indexes are missing */
	int64_t rows, came, changed;    /* added by this page */
};
/* Fails when it is closed. */
bool pass_load(struct cache *c, const struct cache_sync *s, int64_t now, struct pass *p, struct err *e);
bool pass_record(struct pass *p, enum cache_change_kind kind, const char *phone_number, const char *phone_sid,
		 const char *detail, struct err *e);
/* Which SIDs are stored, while no index can tell (sid_set.c). */
struct sid_set;
struct sid_set *sid_set_load(struct cache *c, struct err *e);
bool sid_set_is_current(struct cache *c, const struct sid_set *set);    /* no other connection has written since */
bool sid_set_add(struct sid_set *set, const char *sid);         /* false: it may be there already */
void sid_set_free(struct sid_set *set);

/* Run a statement of constant text over ?1 and ?2. */
bool cache_run2(struct cache *c, const char *sql, int64_t a, int64_t b, struct err *e);

/* Query to SQL (cache_query.c): appends conditions to b, remembers what to bind. */
struct bindings {
	struct { const char *text; int64_t value; } v[2 * QUERY_MAX_TERMS + 4];
	int n;
	bool price, meta, account, usage;       /* which joins the conditions need; usage needs account */
};
void query_sql(struct buf *b, const struct query *q, int64_t stale_before, struct bindings *bind);
int bindings_text(struct bindings *bind, const char *s);        /* parameter number */
int bindings_int(struct bindings *bind, int64_t v);
void bindings_apply(const struct bindings *bind, sqlite3_stmt *q);
bool query_functions(struct cache *c, struct err *e);           /* nd_has, nd_is, nd_renews */
void query_needs(struct bindings *bind, enum column_id c);      /* the joins of one column */
/* The statement behind cache_ids, its parameters bound from v and bind, which must outlive it (cache_ids.c). */
sqlite3_stmt *cache_ids_stmt(struct cache *c, const struct cache_view *v, struct bindings *bind, struct err *e);

#endif
