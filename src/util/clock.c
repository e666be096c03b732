#include "numdesk/util/clock.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "numdesk/util/mem.h"
#include "numdesk/util/text.h"

static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
static const char week_days[] = "SunMonTueWedThuFriSat";
enum { DAY_S = 86400, LAST_YEAR = 9999 };

static int64_t read_ms(clockid_t id)
{
	struct timespec t;

	clock_gettime(id, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static int64_t system_mono(const struct clock *c)
{
	(void)c;
	return read_ms(CLOCK_BOOTTIME);         /* time in suspend counts: the idle lock and the age of a question go on */
}

static int64_t system_wall(const struct clock *c)
{
	(void)c;
	return read_ms(CLOCK_REALTIME);
}

const struct clock clock_system = {.mono_ms = system_mono, .wall_ms = system_wall};

static int64_t fake_mono(const struct clock *c)
{
	return ((const struct clock_fake *)c)->mono;
}

static int64_t fake_wall(const struct clock *c)
{
	return ((const struct clock_fake *)c)->wall;
}

void clock_fake_init(struct clock_fake *f, int64_t wall_ms)
{
	*f = (struct clock_fake){.base = {fake_mono, fake_wall}, .wall = wall_ms};
}

void clock_fake_advance(struct clock_fake *f, int64_t ms)
{
	f->mono += ms;
	f->wall += ms;
}

struct civil {
	int year, month, day, hour, minute, second;     /* month and day from 1 */
	int zone_s;                                     /* east of Greenwich */
};

static int month_days(int year, int month)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return days[month - 1] + (month == 2 && leap);
}

/* Days since 1970-01-01, counted in years that begin in March so that the leap day comes last. */
static int64_t days_from_civil(int year, int month, int day)
{
	const int64_t y = year - (month <= 2), era = y / 400, of_era = y - era * 400;
	const int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static bool civil_to_seconds(const struct civil *c, int64_t *out)
{
	if (c->year < 1 || c->month < 1 || c->month > 12 || c->day < 1 || c->day > month_days(c->year, c->month) ||
	    c->hour > 23 || c->minute > 59 || c->second > 60)
		return false;
	*out = days_from_civil(c->year, c->month, c->day) * DAY_S + c->hour * 3600 + c->minute * 60 + c->second -
	       c->zone_s;
	return true;
}

static bool seconds_to_civil(int64_t seconds, struct civil *c, int *week_day)
{
	const int64_t days = seconds / DAY_S, left = seconds % DAY_S;
	const int64_t z = days + 719468, era = z / 146097, of_era = z - era * 146097;
	const int64_t yoe = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	const int64_t doy = of_era - (365 * yoe + yoe / 4 - yoe / 100), mp = (5 * doy + 2) / 153;
	const int64_t year = yoe + era * 400 + (mp >= 10);

	if (seconds < 0 || year > LAST_YEAR)
		return false;
	*c = (struct civil){
		.year = (int)year, .month = (int)(mp < 10 ? mp + 3 : mp - 9),
		.day = (int)(doy - (153 * mp + 2) / 5 + 1),
		.hour = (int)(left / 3600), .minute = (int)(left / 60 % 60), .second = (int)(left % 60),
	};
	*week_day = (int)((days + 4) % 7);              /* 1970-01-01 was a Thursday */
	return true;
}

/* Exactly `digits` digits at *s, which moves past them. */
static bool take_digits(const char **s, int digits, int *v)
{
	int n = 0;

	for (int i = 0; i < digits; i++, (*s)++) {
		if (!text_is_digit(**s))
			return false;
		n = n * 10 + (**s - '0');
	}
	*v = n;
	return true;
}

static bool take(const char **s, char c)
{
	if (**s != c)
		return false;
	(*s)++;
	return true;
}

/* Three letters out of a table of them; *v gets the place from 0. */
static bool take_name(const char **s, const char *table, int *v)
{
	for (int i = 0; table[3 * i]; i++)
		if (strncmp(*s, table + 3 * i, 3) == 0) {
			*s += 3;
			*v = i;
			return true;
		}
	return false;
}

/* +hhmm, +hh:mm, Z or GMT, then the end. */
static bool take_zone(const char **s, int *zone_s)
{
	int h, m, sign;

	if (strcmp(*s, "Z") == 0 || strcmp(*s, "GMT") == 0 || strcmp(*s, "UTC") == 0) {
		*zone_s = 0;
		return true;
	}
	sign = **s == '-' ? -1 : 1;
	if (!take(s, '+') && !take(s, '-'))
		return false;
	if (!take_digits(s, 2, &h))
		return false;
	(void)take(s, ':');             /* the colon is optional */
	if (!take_digits(s, 2, &m) || h > 23 || m > 59 || **s)
		return false;
	*zone_s = sign * (h * 3600 + m * 60);
	return true;
}

static bool parse_iso(const char *s, struct civil *c)
{
	if (!take_digits(&s, 4, &c->year) || !take(&s, '-') || !take_digits(&s, 2, &c->month) || !take(&s, '-') ||
	    !take_digits(&s, 2, &c->day))
		return false;
	if (!*s)
		return true;
	if ((!take(&s, 'T') && !take(&s, ' ')) || !take_digits(&s, 2, &c->hour) || !take(&s, ':') ||
	    !take_digits(&s, 2, &c->minute) || !take(&s, ':') || !take_digits(&s, 2, &c->second))
		return false;
	if (take(&s, '.')) {
		if (!text_is_digit(*s))
			return false;
		while (text_is_digit(*s))
			s++;
	}
	return take_zone(&s, &c->zone_s);
}

static bool parse_rfc2822(const char *s, struct civil *c)
{
	int unused;

	if (take_name(&s, week_days, &unused) && (!take(&s, ',') || !take(&s, ' ')))
		return false;
	if (!text_is_digit(s[0]) || !take_digits(&s, text_is_digit(s[1]) ? 2 : 1, &c->day) || !take(&s, ' ') ||
	    !take_name(&s, months, &c->month) || !take(&s, ' ') || !take_digits(&s, 4, &c->year) || !take(&s, ' ') ||
	    !take_digits(&s, 2, &c->hour) || !take(&s, ':') || !take_digits(&s, 2, &c->minute))
		return false;
	if (take(&s, ':') && !take_digits(&s, 2, &c->second))
		return false;
	c->month++;
	return take(&s, ' ') && take_zone(&s, &c->zone_s);
}

bool clock_parse(const char *s, int64_t *out)
{
	struct civil c = {0};

	if (!s)
		return false;
	/* a year begins with more digits than a day of the month has */
	const bool iso = text_is_digit(s[0]) && text_is_digit(s[1]) && text_is_digit(s[2]);

	return (iso ? parse_iso(s, &c) : parse_rfc2822(s, &c)) && civil_to_seconds(&c, out);
}

/* Formatting all into dst or nothing: a cut time would be another time. */
static __attribute__((format(printf, 3, 4))) char *put(char *dst, size_t dst_size, const char *fmt, ...)
{
	va_list ap;
	int n;

	if (dst_size == 0)
		return dst;
	va_start(ap, fmt);
	n = vsnprintf(dst, dst_size, fmt, ap);
	va_end(ap);
	if (n < 0 || (size_t)n >= dst_size)
		dst[0] = '\0';
	return dst;
}

char *clock_iso(int64_t seconds, char *dst, size_t dst_size)
{
	struct civil c;
	int day;

	if (!seconds_to_civil(seconds, &c, &day))
		return put(dst, dst_size, "%s", "");
	return put(dst, dst_size, "%04d-%02d-%02dT%02d:%02d:%02dZ", c.year, c.month, c.day, c.hour, c.minute, c.second);
}

char *clock_date(int64_t seconds, char *dst, size_t dst_size)
{
	struct civil c;
	int day;

	if (!seconds_to_civil(seconds, &c, &day))
		return put(dst, dst_size, "%s", "");
	return put(dst, dst_size, "%04d-%02d-%02d", c.year, c.month, c.day);
}

char *clock_rfc2822(int64_t seconds, char *dst, size_t dst_size)
{
	struct civil c;
	int day;

	if (!seconds_to_civil(seconds, &c, &day))
		return put(dst, dst_size, "%s", "");
	return put(dst, dst_size, "%.3s, %02d %.3s %04d %02d:%02d:%02d +0000", week_days + 3 * day, c.day,
		   months + 3 * (c.month - 1), c.year, c.hour, c.minute, c.second);
}

char *clock_age(int64_t seconds, char *dst, size_t dst_size)
{
	static const struct { int64_t below, unit; const char *word; } steps[] = {
		{60, 1, "s"}, {3600, 60, "min"}, {DAY_S, 3600, "h"}, {30 * DAY_S, DAY_S, "d"},
		{365 * DAY_S, 30 * DAY_S, "mo"}, {INT64_MAX, 365 * DAY_S, "y"},
	};

	if (seconds <= 0)
		return put(dst, dst_size, "now");
	for (size_t i = 0; i < ARRAY_LEN(steps); i++)
		if (seconds < steps[i].below || i + 1 == ARRAY_LEN(steps))
			return put(dst, dst_size, "%" PRId64 " %s", seconds / steps[i].unit, steps[i].word);
	return dst;
}

bool clock_duration(const char *s, int64_t *out)
{
	static const struct { char unit; int64_t seconds; } units[] = {{'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86400}};
	const size_t n = strspn(s, "0123456789");
	int64_t count = 0, each = s[n] ? 0 : 60;

	for (size_t i = 0; i < sizeof units / sizeof units[0]; i++)
		if (s[n] == units[i].unit && !s[n + 1])
			each = units[i].seconds;
	if (n == 0 || n > 8 || each == 0)
		return false;
	for (size_t i = 0; i < n; i++)
		count = count * 10 + (s[i] - '0');
	if (count < 1 || count * each > INT64_C(366) * 86400)
		return false;
	*out = count * each;
	return true;
}
