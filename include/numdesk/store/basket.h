#ifndef NUMDESK_STORE_BASKET_H
#define NUMDESK_STORE_BASKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "numdesk/model/number.h"
struct err;
struct ledger;

/*
 * Numbers for sale that were put aside, of one account at a time, in the ledger: what was collected over days is not lost
 * with the cache. Nothing is reserved at Twilio. Blocks as the ledger does.
 */
struct basket_item {
	struct offer offer;             /* as it was when last seen; texts borrowed */
	const char *from;               /* the search it came from, in words; NULL */
	int64_t added_at, seen_at;      /* seconds UTC; seen_at: last seen for sale */
	int64_t gone_at;                /* since when it is known to be gone; 0: not gone */
};
/* Put in, or what is in there brought up to date: added_at and from stay, it is not gone. ERR_GUARD when the ledger is
 * read-only. */
bool basket_put(struct ledger *l, const char *account_sid, const struct offer *o, const char *from, struct err *e);
bool basket_gone(struct ledger *l, const char *account_sid, const char *phone_number, struct err *e);
/* *there (may be NULL) tells whether it was in there. */
bool basket_remove(struct ledger *l, const char *account_sid, const char *phone_number, bool *there, struct err *e);
bool basket_clear(struct ledger *l, const char *account_sid, size_t *removed, struct err *e);
typedef bool basket_fn(void *ctx, const struct basket_item *i);                 /* false stops the walk */
bool basket_each(struct ledger *l, const char *account_sid, basket_fn *fn, void *ctx, struct err *e);   /* as added */
size_t basket_count(struct ledger *l, const char *account_sid);
bool basket_has(struct ledger *l, const char *account_sid, const char *phone_number);

#endif
