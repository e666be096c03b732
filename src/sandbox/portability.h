#ifndef NUMDESK_SANDBOX_PORTABILITY_H
#define NUMDESK_SANDBOX_PORTABILITY_H

#include <stdbool.h>
struct answer;
struct principal;
struct request;
struct sandbox;

/*
 * Can a number be ported here? Numbers owned here or being ported are not; otherwise the last two digits decide, so
 * that a test can choose:
 *
 *   80 to 84  a mobile number: PIN and account number needed
 *   90        unsupported (22130)                           91  another owner at Twilio (22132)
 *   92        by hand only (22133), as every toll-free one  93  a reason no document names (22199)
 *   94        of unknown type                               else a local number
 *
 * Outside the US everything is unsupported. 90, 91, 93 and what is unsupported come with status 400, the others with
 * 200: the service does both.
 */
struct portability {
	bool portable, pin;
	const char *reason;             /* NULL when portable */
	int reason_code;
	const char *type;               /* "LOCAL" */
	char country[3];
	int status;                     /* of the answer: 200 or 400 */
};
/* For the account `target`; phone is E.164. */
void portability_of(struct sandbox *s, const char *target, const char *phone, struct portability *out);

void portability_fetch(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a);

#endif
