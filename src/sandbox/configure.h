#ifndef NUMDESK_SANDBOX_CONFIGURE_H
#define NUMDESK_SANDBOX_CONFIGURE_H

#include <stdbool.h>
struct answer;
struct owned;
struct request;
struct sandbox;

/*
 * Apply the form's fields to a number, as a purchase and an update both do: each is checked, an application and a
 * trunk drive each other out, a fallback needs its primary, SMS fields need SMS. `account` is where applications,
 * trunks, addresses and bundles must live. False with Twilio's error in a; n may then be half changed and must not be saved.
 */
bool configure_apply(struct sandbox *s, struct request *q, const char *account, struct owned *n, struct answer *a);
/* Has the number what its country asks for, in that account? 21615, 21631, 21649. */
bool configure_regulated(struct sandbox *s, const char *account, const struct owned *n, struct answer *a);

#endif
