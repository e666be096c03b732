#ifndef NUMDESK_CORE_LOOKUPS_H
#define NUMDESK_CORE_LOOKUPS_H

#include <stdbool.h>

#include "numdesk/model/lookup.h"
struct err;
struct session;

/*
 * Looking any number up. Twilio bills each package of each number; whoever asks for one has somebody's consent. What
 * came is kept for the account that asked, and is not asked for again within 30 days.
 */
#define LOOKUPS_DAYS 30

/* From the cache: true when everything in packages is there and young. Works locked and offline. */
bool lookups_known(struct session *s, const char *phone_number, unsigned packages, struct lookup *out);
/* Whatever is cached, however old: for display. */
bool lookups_cached(struct session *s, const char *phone_number, struct lookup *out);
/* From the cache when known, else (or when fresh) from Twilio. done may run before this returns; l lent, NULL on
 * failure; err ERR_NONE when all went well. Only packages that are not known are asked for, and billed. */
typedef void lookups_fn(void *ctx, const struct lookup *l, const struct err *err);
void lookups_need(struct session *s, const char *phone_number, unsigned packages, bool fresh, lookups_fn *done, void *ctx);

#endif
