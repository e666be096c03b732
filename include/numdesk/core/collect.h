#ifndef NUMDESK_CORE_COLLECT_H
#define NUMDESK_CORE_COLLECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "numdesk/model/number.h"
#include "numdesk/util/err.h"
struct session;

/* The basket of the profile in use (store/basket.h): putting in and taking out, and looking whether it is still for sale.
 * ERR_GUARD when read-only, ERR_NOT_FOUND without a profile. */
bool collect_add(struct session *s, const struct offer *o, const char *from, struct err *e);
/* *there (may be NULL) tells whether it was in there. */
bool collect_remove(struct session *s, const char *phone_number, bool *there, struct err *e);
bool collect_clear(struct session *s, size_t *removed, struct err *e);

/* What a look found out about one number. */
struct collect_look {
	char phone_number[E164_SIZE];
	const struct offer *now;        /* as it is for sale now; NULL: gone, or err says why it is not known */
	bool gone;
	int64_t price_before;           /* as kept in the basket, MONEY_UNKNOWN when it was not known or not in there */
	struct err err;
};
typedef void collect_look_fn(void *ctx, const struct collect_look *l);
typedef void collect_done_fn(void *ctx, const struct err *err);
/*
 * Ask for each of n numbers (copied) whether it is for sale, one after another, and keep what was found with those that
 * are in the basket. A job that can be stopped: done gets ERR_STOPPED then. A failure that the next number would meet
 * too (credentials, network, rate limit) ends it; any other is that number's own. each may be NULL. False: nothing was
 * begun. Nothing is bought or reserved.
 */
bool collect_check(struct session *s, const char (*numbers)[E164_SIZE], size_t n, collect_look_fn *each,
		   collect_done_fn *done, void *ctx, struct err *e);

#endif
