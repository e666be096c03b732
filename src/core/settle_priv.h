#ifndef NUMDESK_CORE_SETTLE_PRIV_H
#define NUMDESK_CORE_SETTLE_PRIV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "numdesk/core/settle.h"
#include "kind.h"

/*
 * settle.c knows which operations are looked at and when, settle_look.c makes one look and judges it, settle_late.c
 * compares the journal with a fresh list and takes orders back, settle_say.c puts it into words.
 */
#define SETTLE_LOOKS 8          /* complete looks before what was to be made counts as absent */
#define SETTLE_MS 120000        /* and the time they have to span, from when the outcome became unknown */

struct waiter { settle_fn *done; void *ctx; };
struct entry {                  /* an operation that is being looked at */
	struct settle *x;
	int64_t op_id;
	int64_t due_ms;         /* monotonic; INT64_MAX: only because somebody waits */
	int failures;           /* looks in a row that were no evidence */
	bool looking;
	struct inquiry *look;
	struct waiter *waiters; size_t n_waiters;
};
struct settle {
	struct session *s;
	bool running;
	struct entry **entries; size_t n;
	size_t active;          /* looks under way */
	uint32_t timer, recover_timer;
	settle_event_fn *event; void *event_ctx;
	size_t open; int64_t open_at_ms;        /* remembered count, and when it was made (monotonic); 0: never */
};

struct entry *settle_entry(struct settle *x, int64_t op_id);    /* finds or adds it, due never */
void settle_due(struct entry *en, int64_t ms);                  /* look at it ms from now, or sooner */
void settle_drop(struct entry *en, const struct err *err);      /* tells those who wait, frees it */
void settle_pump(struct settle *x);                             /* start what is due, set the timer for the rest */
/* The row has changed: count anew, tell the listener. */
void settle_changed(struct settle *x, int64_t op_id);

/* Begin the look; when it is over it ends in settle_drop or settle_due. */
void settle_begin(struct entry *en);

#endif
