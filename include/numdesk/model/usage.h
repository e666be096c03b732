#ifndef NUMDESK_MODEL_USAGE_H
#define NUMDESK_MODEL_USAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What messages and calls of a number say about it: pure functions over counts. Days are period_day numbers, UTC. */
enum {
	USAGE_DAYS = 30,                /* sums, sparkline and activity are about the last thirty days, today included */
	USAGE_TRICKLE = 10              /* fewer messages and calls together than this are a trickle */
};
struct usage_counts { int64_t messages_in, messages_out, calls_in, calls_out; };
void usage_add(struct usage_counts *to, const struct usage_counts *more);
int64_t usage_total(const struct usage_counts *c);

/* idle: nothing; inbound-only: something came, nothing went out; trickle: fewer than USAGE_TRICKLE; active: the rest */
enum activity { ACTIVITY_UNKNOWN, ACTIVITY_IDLE, ACTIVITY_INBOUND, ACTIVITY_TRICKLE, ACTIVITY_ACTIVE, ACTIVITY_COUNT };
enum activity usage_activity(const struct usage_counts *c);
const char *activity_name(enum activity a);             /* "" when unknown */
enum activity activity_parse(const char *s);            /* any case; "inbound" too */

/*
 * A number's daily totals as text: USAGE_DAYS integers, oldest first, separated by spaces; what the column `usage`
 * holds. Parsing stops at what is no number; the rest is 0. False when there is none at all.
 */
bool usage_days_parse(const char *text, int64_t days[USAGE_DAYS]);
char *usage_days_text(const int64_t days[USAGE_DAYS], char *dst, size_t dst_size);
#define USAGE_DAYS_TEXT 640

/*
 * Totals as a row of blocks, `cells` wide: neighbouring days share a cell, its height is their sum against the largest
 * cell's; nothing is a blank, and the least there is shows as the lowest block. Linear. dst needs 3 * cells + 1 bytes.
 */
char *usage_sparkline(const int64_t *days, size_t n, size_t cells, bool ascii, char *dst, size_t dst_size);
/* A bar of at most `cells` cells for v of most, in eighths of a cell; "" for nothing. dst needs 3 * cells + 1 bytes. */
char *usage_bar(int64_t v, int64_t most, size_t cells, bool ascii, char *dst, size_t dst_size);

/*
 * How many whole days a balance lasts when `days` days cost `spent`: RUNWAY_UNKNOWN when either is not known or nothing
 * was measured, RUNWAY_ENDLESS when nothing is spent, 0 when the balance is used up. Micros.
 */
#define RUNWAY_UNKNOWN (-1)
#define RUNWAY_ENDLESS INT64_MAX
int64_t usage_runway(int64_t balance, int64_t spent, int days);
/* "about 3 weeks", "12 days", "less than a day", "more than 2 years", "" when unknown */
char *usage_runway_text(int64_t runway, char *dst, size_t dst_size);

#endif
