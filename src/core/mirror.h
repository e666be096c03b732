#ifndef NUMDESK_CORE_MIRROR_H
#define NUMDESK_CORE_MIRROR_H

#include "numdesk/model/number.h"
#include "numdesk/model/operation.h"
struct session;

/* Put what was just learned of one number into the cache, on the writer's thread; panes are told when it is there. */
/* op (may be NULL) gives the price, which the answer does not have. Copies both. */
void mirror_put(struct session *s, const struct number *n, const struct operation *op);
void mirror_gone(struct session *s, const char *account_sid, const char *phone_sid);
/* At start, before the writer's thread has anything to do: a crash between the journal's commit and the cache's leaves a
 * number listed that was released. */
void mirror_make_up(struct session *s);

#endif
