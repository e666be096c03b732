#ifndef NUMDESK_CORE_SYNC_PRIV_H
#define NUMDESK_CORE_SYNC_PRIV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "numdesk/core/sync.h"
#include "numdesk/twilio/client.h"
#include "numdesk/util/err.h"

/* One pass over an account's list. */
struct sync {
	struct session *s;
	struct client client;
	sync_done_fn *done;
	void *ctx;
	uint32_t job, request, timer;
	struct cache_sync cs;
	struct cache_report report;
	bool resume, begun, restarted, stopping, ending, ok;
	bool told;                      /* the answer at hand has told the next page: `request` is not its own */
	struct err store_err;           /* of begin or end */
	struct err err;                 /* why the pass is not complete; ERR_NONE while all is well */
	char *next;                     /* known, but not asked for yet: too much is waiting to be stored */
	char *asked;                    /* the page under way */
	bool resumed_page;              /* it is the first of a resumed pass */
	size_t storing;
	int64_t pages, rows, skipped;
	int64_t touched_at;
	char (*countries)[3];
	size_t n_countries, at_country;
};

/* sync_facts.c: what follows a complete pass, and then sync_finish. */
void sync_facts(struct sync *y);
void sync_count(struct sync *y);        /* the sums alone, and then sync_finish */
/* sync.c: the pass is over; tells the caller and frees it. */
void sync_finish(struct sync *y);

#endif
