#ifndef NUMDESK_TWILIO_LOOKUPS_H
#define NUMDESK_TWILIO_LOOKUPS_H

#include <stdint.h>

#include "numdesk/model/lookup.h"
#include "numdesk/twilio/client.h"

/* Lookup v2, on behalf of the authenticating account. Times of the result are left 0: the caller has the clock. */
typedef void lookup_fetch_fn(void *ctx, const struct lookup *l, const struct err *err);
/* packages: bits of lookup_package; each is billed. phone_number is E.164. ERR_PROTO when the answer is about another
 * number. */
uint32_t lookup_fetch(struct client *c, const char *phone_number, unsigned packages, lookup_fetch_fn *done, void *ctx,
		      struct err *e);

#endif
