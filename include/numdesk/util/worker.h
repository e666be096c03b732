#ifndef NUMDESK_UTIL_WORKER_H
#define NUMDESK_UTIL_WORKER_H

#include <stdbool.h>
#include <stddef.h>
struct err;

/*
 * One thread that does tasks in the order they were given, and hands each back to the loop. Tasks and the loop share
 * nothing but the task: what `work` touches belongs to the thread until `done` runs.
 */
struct worker;
typedef void worker_fn(void *ctx);

struct worker *worker_new(const char *name, struct err *e);
void worker_free(struct worker *w);                     /* finishes the queue, joins, runs outstanding done functions */
/* work runs on the thread; then done (may be NULL) runs on the loop from worker_deliver. Both get ctx. */
void worker_post(struct worker *w, worker_fn *work, worker_fn *done, void *ctx);
int worker_fd(const struct worker *w);                  /* readable when something waits for worker_deliver */
bool worker_deliver(struct worker *w);                  /* loop thread only; true when a done function ran */
size_t worker_pending(const struct worker *w);          /* tasks not yet delivered */

#endif
