#ifndef NUMDESK_MODEL_PERIOD_H
#define NUMDESK_MODEL_PERIOD_H

#include <stddef.h>
#include <stdint.h>

/* Days and months of the calendar, UTC. A day is its number since 1970-01-01; a month is its first day. */
enum { PERIOD_DAY_S = 86400 };

int64_t period_day(int64_t seconds);                    /* rounds down, before 1970 too */
int64_t period_of(int year, int month, int day);        /* month and day from 1; not checked */
void period_split(int64_t day, int *year, int *month, int *day_of_month);       /* any of them may be NULL */
int64_t period_month(int64_t day);                      /* first day of its month */
int64_t period_month_add(int64_t month, int months);    /* first day of the month so much later, or earlier */
int period_month_days(int64_t month);
/* "2026-01-31"; "2026-01"; "Jan" in English. */
char *period_date(int64_t day, char *dst, size_t dst_size);
char *period_month_text(int64_t month, char *dst, size_t dst_size);
const char *period_month_name(int64_t month);

/*
 * When a number bought then is paid for again: the first moment after `now` (seconds) on the day of the month of its
 * purchase, at its time of day. A month that is too short charges on its last day, and later months keep that day
 * (Twilio's support pages; the day is not confirmed by its API documents). 0 when purchased_at is 0.
 */
int64_t period_renewal(int64_t purchased_at, int64_t now);

#endif
