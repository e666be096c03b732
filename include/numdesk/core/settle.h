#ifndef NUMDESK_CORE_SETTLE_H
#define NUMDESK_CORE_SETTLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "numdesk/model/operation.h"
struct err;
struct session;

/*
 * Settling what is not known, by looking: 0, 2, 5, 10, 20, 40, 60, 90, 120 s after arming, then with
 * each sync for 7 days. A look that fails or is incomplete is no evidence. Runs in the background while unlocked.
 */
struct settle;
struct settle *settle_new(struct session *s);
void settle_free(struct settle *x);
/* At start and after unlocking: recover rows of dead sessions, begin looking at what is open and ours. */
bool settle_start(struct settle *x, struct err *e);
void settle_stop(struct settle *x);             /* at lock: no more looks */
/* Look now. done runs once, with the row as it stands after (lent). */
typedef void settle_fn(void *ctx, const struct operation *op, const struct err *err);
bool settle_look(struct settle *x, int64_t op_id, settle_fn *done, void *ctx, struct err *e);
void settle_add(struct settle *x, int64_t op_id);       /* a row has just become unknown */
/* Give an order up: typed must be the last four digits. Only absent and conflict rows; ERR_GUARD otherwise. */
bool settle_give_up(struct settle *x, int64_t op_id, const char *typed, struct err *e);
/* After a complete sync: late finds among absent and abandoned purchases. Returns how many. */
size_t settle_after_sync(struct settle *x);
size_t settle_open(const struct settle *x);             /* operations not settled, any account: the red counter */
/* The sentence for a row: "unsure: sent 14:03:22, no answer; looking (3/8); ..." */
char *settle_sentence(struct session *s, const struct operation *op, char *dst, size_t dst_size);
typedef void settle_event_fn(void *ctx, const struct operation *op);    /* a row changed: message for the screen */
void settle_listen(struct settle *x, settle_event_fn *fn, void *ctx);

#endif
