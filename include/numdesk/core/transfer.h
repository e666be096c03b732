#ifndef NUMDESK_CORE_TRANSFER_H
#define NUMDESK_CORE_TRANSFER_H

#include <stdbool.h>
#include <stddef.h>

#include "numdesk/core/plan.h"
#include "numdesk/model/number.h"
struct session;

/* Moving numbers between accounts of one parent. The losing account's profile is in use; Twilio is asked as the parent. */
struct transfer_to {
	const char *account_sid;                /* the gaining account */
	const char *address_sid, *bundle_sid;   /* of that account, for numbers that need them; NULL: none */
};
/* One more operation; n and json as Twilio shows the number now. */
void plan_add_transfer(struct plan *p, struct session *s, const struct number *n, const char *json,
		       const struct transfer_to *to);
/* What does not come along, and what has to be done anew, the gravest first. Returns how many lines. */
#define TRANSFER_LINES 12
size_t transfer_losses(const struct number *n, char lines[TRANSFER_LINES][160]);

#endif
