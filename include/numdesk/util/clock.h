#ifndef NUMDESK_UTIL_CLOCK_H
#define NUMDESK_UTIL_CLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The seam for time: deadlines use mono_ms, what is stored or shown uses wall_ms (UTC, milliseconds since 1970). */
struct clock {
	int64_t (*mono_ms)(const struct clock *c);
	int64_t (*wall_ms)(const struct clock *c);
};
extern const struct clock clock_system;

/* A clock that moves only when told, for tests. */
struct clock_fake {
	struct clock base;
	int64_t mono, wall;
};
void clock_fake_init(struct clock_fake *f, int64_t wall_ms);
void clock_fake_advance(struct clock_fake *f, int64_t ms);

/* Seconds since 1970 from "Thu, 30 Jul 2015 20:12:31 +0000" (RFC 2822; English names by table, any numeric zone) or
 * "2015-07-30T20:12:31Z" (ISO 8601, fractional seconds and numeric zones accepted) or "2015-07-30". False leaves *out. */
bool clock_parse(const char *s, int64_t *out);
/* "2015-07-30T20:12:31Z"; dst needs 21 bytes. A negative time gives "". */
char *clock_iso(int64_t seconds, char *dst, size_t dst_size);
char *clock_date(int64_t seconds, char *dst, size_t dst_size);       /* "2015-07-30" */
/* RFC 2822 form as Twilio's 2010 API writes it; dst needs 32 bytes. */
char *clock_rfc2822(int64_t seconds, char *dst, size_t dst_size);
/* "now", "42 s", "5 min", "3 h", "2 d", "5 mo", "3 y": an age for narrow columns. */
char *clock_age(int64_t seconds, char *dst, size_t dst_size);
/* Seconds of a length of time: "90s", "30m", "8h", "2d"; a bare number is minutes. 1 s to 366 d; false leaves *out. */
bool clock_duration(const char *s, int64_t *out);

#endif
