#ifndef NUMDESK_STORE_CACHE_H
#define NUMDESK_STORE_CACHE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "numdesk/model/catalog.h"
#include "numdesk/model/column.h"
#include "numdesk/model/lookup.h"
#include "numdesk/model/papers.h"
#include "numdesk/model/query.h"
#include "numdesk/model/thing.h"
struct arena;
struct clock;
struct err;

/*
 * The disposable file: a copy of what Twilio last told, per account. A struct cache is one SQLite connection (WAL) and
 * belongs to one thread at a time. Every statement about numbers binds an account SID. A damaged or foreign file is
 * renamed to PATH.damaged-<time> and a new one made.
 */
struct cache;
enum cache_mode { CACHE_READ, CACHE_WRITE };

/* Open or (CACHE_WRITE, or a missing file) create, checking modes. *renamed (may be NULL) tells that a damaged file was
 * put aside. */
bool cache_open(struct cache **out, const char *path, enum cache_mode mode, bool *renamed, struct err *e);
void cache_close(struct cache *c);
void cache_use_clock(struct cache *c, const struct clock *clock);       /* else the system's; borrowed */
/* Make a long statement on this connection return with ERR_STOPPED; the one call allowed from another thread. */
void cache_interrupt(struct cache *c);
int64_t cache_version(struct cache *c);                 /* changes when any connection committed */

/* --- writing; each call is one transaction under PATH.lock -------------------------------------------------------- */
struct cache_sync {
	int64_t id;                 /* grows with every pass */
	char account_sid[SID_SIZE];
	int64_t started_at;         /* seconds UTC */
	int64_t pages, rows;        /* seen so far in this pass */
	char next_page[1024];       /* where to go on, "" at the start */
	bool resumed;
};
struct cache_report {           /* what a pass found */
	int64_t sync_id, seen, came, went, changed, gone_removed;
	int64_t finished_at;
	bool complete, first;       /* first: nothing was cached before, came is the whole account */
};
enum cache_change_kind { CHANGE_CAME, CHANGE_WENT, CHANGE_CHANGED };
/* Begin a pass, or go on with one that was stopped less than max_age_s ago (its token may have died: the caller
 * starts over with resume false then). */
bool cache_sync_begin(struct cache *c, const char *account_sid, int64_t now, bool resume, int64_t max_age_s,
		      struct cache_sync *out, struct err *e);
/* Store one page: rows already known and unchanged (by hash) are only marked seen. Rows of another account are ERR_PROTO.
 * A SID that comes twice in a pass counts once. ERR_IO when a pass begun later was complete first, here and at the end. */
bool cache_sync_page(struct cache *c, struct cache_sync *s, const struct number *rows, size_t n, const char *next_page,
		     int64_t now, struct err *e);
/*
 * End the pass. complete: rows not seen are marked gone, rows that were gone before this pass began are removed, the
 * account's synced_at is set. Not complete: nothing is marked or removed, and the pass can be resumed.
 */
bool cache_sync_end(struct cache *c, struct cache_sync *s, bool complete, int64_t now, struct cache_report *out,
		    struct err *e);
typedef bool cache_change_fn(void *ctx, enum cache_change_kind kind, const char *phone_number, const char *phone_sid,
			     const char *detail);       /* detail: changed column names, space separated */
bool cache_changes(struct cache *c, int64_t sync_id, int limit, cache_change_fn *fn, void *ctx, struct err *e);
bool cache_last_report(struct cache *c, const char *account_sid, struct cache_report *out);   /* false: never synced */

bool cache_put(struct cache *c, const struct number *n, int64_t now, struct err *e);    /* bought, changed or looked up */
bool cache_mark_gone(struct cache *c, const char *account_sid, const char *phone_sid, int64_t now, struct err *e);
bool cache_meta_set(struct cache *c, const char *account_sid, const struct number_meta *m, size_t n, struct err *e);
bool cache_forget_account(struct cache *c, const char *account_sid, struct err *e);

/* Replace the prices of one country (n may be 0: the country has none). */
bool cache_prices_set(struct cache *c, const char *account_sid, const char *country, const struct price *p, size_t n,
		      int64_t now, struct err *e);
bool cache_countries_set(struct cache *c, const char *account_sid, const struct country *v, size_t n, int64_t now,
			 struct err *e);
/* Packages that l does not have are kept as they were. */
bool cache_lookup_put(struct cache *c, const char *account_sid, const struct lookup *l, struct err *e);
/* What a country asks of who buys a type there, whole (n may be 0: nothing); one regulation that was met elsewhere. */
bool cache_regulations_set(struct cache *c, const char *country, enum number_type type, const struct regulation *v,
			   size_t n, int64_t now, struct err *e);
bool cache_regulation_put(struct cache *c, const struct regulation *r, int64_t now, struct err *e);
bool cache_account_set(struct cache *c, const struct account_facts *a, struct err *e);   /* synced_at is left alone */
/* As a list of accounts tells them: the balance is left alone as well. */
bool cache_accounts_set(struct cache *c, const struct account_facts *v, size_t n, struct err *e);
/* All numbers of an account are gone: it was closed. */
bool cache_mark_all_gone(struct cache *c, const char *account_sid, int64_t now, struct err *e);

/* Small resources (things.def). Replace a whole list (n may be 0); parent NULL or "": the account's own. */
bool cache_things_set(struct cache *c, const char *account_sid, enum thing_kind kind, const char *parent,
		      const struct thing *v, size_t n, int64_t now, struct err *e);
bool cache_thing_put(struct cache *c, const char *account_sid, const struct thing *t, int64_t now, struct err *e);
bool cache_thing_drop(struct cache *c, const char *account_sid, enum thing_kind kind, const char *parent,
		      const char *sid, struct err *e);

/* --- reading ------------------------------------------------------------------------------------------------------ */
struct cache_view {
	const char *account_sid;    /* NULL only for the view of all accounts */
	const struct query *query;  /* NULL: all */
	enum column_id sort;
	bool descending, with_gone;
	int64_t stale_before;       /* seconds: is:stale */
};
/* Row ids of a view in order, ties by number in the same direction, what is unset before all else. Hands out chunks as they come (the first at 256 ids): false stops.
 * Runs long on large accounts when the column has no index: use a worker. */
typedef bool cache_ids_fn(void *ctx, const uint32_t *ids, size_t n);
bool cache_ids(struct cache *c, const struct cache_view *v, cache_ids_fn *fn, void *ctx, struct err *e);
/* Rows by id, in the order asked for; out[i].phone_number is "" for an id that has gone. Account checked. */
bool cache_rows(struct cache *c, const char *account_sid, const uint32_t *ids, size_t n, struct number *out,
		struct arena *a, struct err *e);
/* One number; account_sid NULL looks in all accounts. ERR_NOT_FOUND. *id may be NULL. */
bool cache_find(struct cache *c, const char *account_sid, const char *phone_number, struct number *out, uint32_t *id,
		struct arena *a, struct err *e);
bool cache_find_sid(struct cache *c, const char *account_sid, const char *phone_sid, struct number *out,
		    struct arena *a, struct err *e);
/* Of numbers that are not gone. Mixed currencies: monthly is MONEY_UNKNOWN, currency "". */
struct cache_summary { int64_t numbers, gone, unpriced; int64_t monthly; char currency[4]; bool mixed_currencies; };
bool cache_summary(struct cache *c, const char *account_sid, struct cache_summary *out, struct err *e);
size_t cache_countries_used(struct cache *c, const char *account_sid, char (*out)[3], size_t max);
bool cache_price(struct cache *c, const char *account_sid, const char *country, enum number_type type,
		 struct price *out);              /* false: not cached */
size_t cache_countries(struct cache *c, const char *account_sid, struct country *out, size_t max, int64_t *fetched_at);
bool cache_account(struct cache *c, const char *account_sid, struct account_facts *out);
bool cache_regulation(struct cache *c, const char *sid, struct regulation *out);
/* How many regulations a country has for a type; -1: never asked. *at: when it was. */
int64_t cache_regulated(struct cache *c, const char *country, enum number_type type, int64_t *at);
bool cache_lookup(struct cache *c, const char *account_sid, const char *phone_number, struct lookup *out);
/* An account and its subaccounts as far as they were ever listed: itself first, then by name, closed ones last. */
size_t cache_accounts(struct cache *c, const char *owner_sid, struct account_facts *out, size_t max);

/* By name; parent NULL: of all. Lent; false stops. */
typedef bool cache_thing_fn(void *ctx, const struct thing *t);
bool cache_things(struct cache *c, const char *account_sid, enum thing_kind kind, const char *parent,
		  cache_thing_fn *fn, void *ctx, struct err *e);
bool cache_thing(struct cache *c, const char *account_sid, enum thing_kind kind, const char *sid, struct thing *out,
		 struct arena *a);                /* false: not cached; texts go to a */
int64_t cache_things_at(struct cache *c, const char *account_sid, enum thing_kind kind, const char *parent); /* 0: never */

#endif
