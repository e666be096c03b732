#ifndef NUMDESK_SANDBOX_ANSWER_H
#define NUMDESK_SANDBOX_ANSWER_H

#include <stdbool.h>

#include "numdesk/util/mem.h"

#define ANSWER_BODY_MAX ((size_t)64 << 20)

/* What a handler says; how it reaches the client (or does not) is the business of deliver.c. */
struct answer {
	int status;
	const char *type;               /* Content-Type, a literal */
	const char *retry_after;        /* header's value, NULL for none; borrowed from the rule of the fault */
	const char *location;
	struct buf body;
	bool keep_format;               /* a fault wrote the body: not to be turned into XML */
};
void answer_init(struct answer *a);
void answer_release(struct answer *a);
/* Twilio's error body; message is printf'd. Replaces what was there. */
void answer_error(struct answer *a, int status, int code, const char *fmt, ...) __attribute__((format(printf, 4, 5)));
void answer_not_found(struct answer *a, const char *path);      /* 404 / 20404 in Twilio's words */
void answer_unauthorized(struct answer *a);                     /* 401 / 20003 */
void answer_method(struct answer *a);                           /* 405 / 20004 */

#endif
