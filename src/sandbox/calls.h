#ifndef NUMDESK_SANDBOX_CALLS_H
#define NUMDESK_SANDBOX_CALLS_H

#include <stdint.h>

#include "numdesk/model/sid.h"
struct answer;
struct principal;
struct request;
struct sandbox;

/* One call, as it ended. Texts NULL are JSON null. */
struct call {
	int64_t ord;                    /* 0: the next */
	char sid[SID_SIZE];             /* "": from ord */
	const char *account_sid, *from, *to, *phone_number_sid, *status, *direction;
	int64_t start, duration;        /* seconds; start 0: not dialled yet */
	int64_t price;                  /* micros, negative; MONEY_UNKNOWN until rated */
};
void call_save(struct sandbox *s, struct call *c);              /* fills ord and sid; traffic_need first */

void calls_list(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a);
void calls_fetch(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a);

#endif
