#ifndef NUMDESK_MODEL_SETTING_CHECK_H
#define NUMDESK_MODEL_SETTING_CHECK_H

#include <stdbool.h>
#include <stddef.h>

#include "numdesk/model/route.h"

/* What is doubtful about the settings of a number, looked at without asking anybody. */
enum setting_rule {
	SETTING_PLAIN_HTTP,             /* sent in the clear */
	SETTING_UNREACHABLE,            /* localhost and the like: Twilio cannot get there */
	SETTING_DEMO,                   /* Twilio's demonstration answers politely for ever */
	SETTING_PASSWORD,               /* a password in the address */
	SETTING_FALLBACK_ALONE,         /* a fallback without what it is for: Twilio refuses it (21405, 21406) */
	SETTING_OVERRIDDEN,             /* set, but something else answers */
	SETTING_NO_SMS,                 /* SMS settings of a number without SMS: Twilio refuses them (21407) */
	SETTING_NO_VOICE,               /* voice settings of a number without voice */
	SETTING_NO_ANSWER,              /* nothing answers any more */
	SETTING_LOOKUP,                 /* paid for with each call; US and Canada only (21409) */
	SETTING_NO_EMERGENCY_ADDRESS,   /* emergency calling without an address */
	SETTING_RULE_COUNT
};
struct setting_remark {
	enum setting_rule rule;
	enum column_id column;          /* what it is about */
	bool refused;                   /* Twilio documents that it refuses this */
	char says[200];                 /* clean */
};
/* "plain_http": stable. */
const char *setting_rule_name(enum setting_rule r);
/* Remarks about the state `after`: all of them, or, with `before`, those about what differs between the two. service: what
 * the number is in, NULL when it is in none or nothing is known. How many, the refused ones first. */
#define SETTING_REMARKS_MAX 24
size_t setting_check(const struct number *before, const struct number *after, const struct route_service *service,
		     struct setting_remark out[SETTING_REMARKS_MAX]);
/* Is the host of an address on this machine or in a private network, by its spelling alone? */
bool setting_host_is_private(const char *url);

#endif
