#ifndef NUMDESK_SANDBOX_TRAFFIC_H
#define NUMDESK_SANDBOX_TRAFFIC_H

#include <stdint.h>
struct sandbox;

/*
 * Messages and calls that the numbers of a fresh server have had: the same for the same seed and day, whatever the time
 * of day, and cut off at the present. They are made when somebody first asks for a message, a call or a usage record,
 * as rows like any other. Numbers bought later have none.
 *
 * Seeded numbers have traffic from the first day of the month six months back; of the made-up ones (--numbers) the
 * oldest 10,000 have, for 36 days.
 */
enum traffic_kind {
	TRAFFIC_BY_HASH,                /* one of the following, from the number's digits */
	TRAFFIC_NONE,                   /* never used */
	TRAFFIC_IDLE,                   /* was in use once; nothing for the last 40 days */
	TRAFFIC_INBOUND,                /* called and written to, answers nothing */
	TRAFFIC_TRICKLE,                /* a few a month */
	TRAFFIC_ACTIVE,
	TRAFFIC_BUSY,
};
/* What a number of the seed is like; part of seeding. */
void traffic_seed(struct sandbox *s, const char *phone, enum traffic_kind kind);
/* Before any reading of the tables message and call. */
void traffic_need(struct sandbox *s);

#endif
