#ifndef NUMDESK_CORE_LOOK_H
#define NUMDESK_CORE_LOOK_H

#include "numdesk/model/number.h"
#include "numdesk/util/err.h"
struct session;

/*
 * Asking Twilio whether the account in use owns one number: the only evidence that settles a purchase or a release
 *. LOOK_NOT_THERE is said only when every page was read whole; whatever is less is no evidence.
 */
enum look_answer { LOOK_THERE, LOOK_NOT_THERE, LOOK_NO_EVIDENCE };
struct look_result {
	enum look_answer answer;
	const struct number *number;    /* LOOK_THERE: as Twilio shows it; lent for the call */
	struct err err;                 /* LOOK_NO_EVIDENCE: why */
};
typedef void look_fn(void *ctx, const struct look_result *r);
struct look;

/* In the list, by its number: Twilio takes the filter as a pattern, so all pages are read and compared exactly. */
struct look *look_number(struct session *s, const char *phone_number, look_fn *done, void *ctx, struct err *e);
/* By SID: the object itself (the caller compares number and account), and after a 404 the list too. */
struct look *look_sid(struct session *s, const char *phone_sid, const char *phone_number, look_fn *done, void *ctx,
		      struct err *e);
/* The same in another account, as this client (copied). */
struct client;
struct look *look_sid_as(struct session *s, const struct client *c, const char *phone_sid, const char *phone_number,
			 look_fn *done, void *ctx, struct err *e);
void look_cancel(struct look *l);       /* done does not run; NULL is fine */

#endif
