#ifndef NUMDESK_SANDBOX_AUTH_H
#define NUMDESK_SANDBOX_AUTH_H

#include <stdbool.h>

#include "accounts.h"
struct request;
struct sandbox;

enum key_kind { KEY_NONE, KEY_MAIN, KEY_STANDARD };     /* none: an auth token */

/* Who asks, and about which account. */
struct principal {
	struct account self;            /* the credential's account */
	struct account target;          /* the account in the path; self where the path has none */
	enum key_kind key;
};
/* Do the credentials belong to an active account? */
bool auth_login(struct sandbox *s, const struct request *q, struct principal *p);
/* May p act on the account `sid` below /2010-04-01/Accounts/? Fills target. */
bool auth_target(struct sandbox *s, const char *sid, struct principal *p);

#endif
