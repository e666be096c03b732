#ifndef NUMDESK_CORE_SYNC_H
#define NUMDESK_CORE_SYNC_H

#include <stdbool.h>
#include <stdint.h>

#include "numdesk/store/cache.h"
struct err;
struct session;

/*
 * Refresh the cache of the profile in use: pages of 1000, each stored and shown as it arrives while the next is
 * already asked for; then the price list of the countries seen, the account's facts and the balance. Stoppable; a
 * stopped or failed pass removes nothing and is resumed by the next call within an hour. One at a time per account:
 * a second call is ERR_USAGE "already running". After a complete pass the journal is compared with the list: numbers
 * that match an absent or abandoned purchase settle it (a late find).
 * done runs once; report NULL only when nothing could be stored. err ERR_STOPPED when stopped.
 */
typedef void sync_done_fn(void *ctx, const struct cache_report *report, const struct err *err);
bool sync_start(struct session *s, sync_done_fn *done, void *ctx, struct err *e);
bool sync_running(const struct session *s);
/* "3 came, 1 went, 2 changed, 12 in all" */
char *sync_describe(const struct cache_report *r, char *dst, size_t dst_size);

#endif
