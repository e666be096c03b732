#include "numdesk/model/usage.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "numdesk/model/money.h"
#include "numdesk/util/mem.h"
#include "numdesk/util/text.h"

void usage_add(struct usage_counts *to, const struct usage_counts *more)
{
	to->messages_in += more->messages_in;
	to->messages_out += more->messages_out;
	to->calls_in += more->calls_in;
	to->calls_out += more->calls_out;
}

int64_t usage_total(const struct usage_counts *c)
{
	return c->messages_in + c->messages_out + c->calls_in + c->calls_out;
}

/* --- activity --------------------------------------------------------------------------------------------------- */

static const char *const activities[ACTIVITY_COUNT] = {
	[ACTIVITY_UNKNOWN] = "", [ACTIVITY_IDLE] = "idle", [ACTIVITY_INBOUND] = "inbound-only",
	[ACTIVITY_TRICKLE] = "trickle", [ACTIVITY_ACTIVE] = "active",
};

enum activity usage_activity(const struct usage_counts *c)
{
	if (usage_total(c) == 0)
		return ACTIVITY_IDLE;
	if (c->messages_out + c->calls_out == 0)
		return ACTIVITY_INBOUND;
	return usage_total(c) < USAGE_TRICKLE ? ACTIVITY_TRICKLE : ACTIVITY_ACTIVE;
}

const char *activity_name(enum activity a)
{
	return activities[a];
}

enum activity activity_parse(const char *s)
{
	for (unsigned a = ACTIVITY_UNKNOWN + 1; s && a < ACTIVITY_COUNT; a++)
		if (text_ieq(s, activities[a]))
			return (enum activity)a;
	return s && text_ieq(s, "inbound") ? ACTIVITY_INBOUND : ACTIVITY_UNKNOWN;
}

/* --- daily totals ----------------------------------------------------------------------------------------------- */

bool usage_days_parse(const char *text, int64_t days[USAGE_DAYS])
{
	size_t n = 0;

	memset(days, 0, USAGE_DAYS * sizeof *days);
	for (const char *s = text ? text : ""; n < USAGE_DAYS && *s; s += *s == ' ') {
		const size_t len = strspn(s, "0123456789");
		char digits[20];

		if (len == 0 || len >= sizeof digits)
			break;
		memcpy(digits, s, len);
		digits[len] = '\0';
		if (!text_to_i64(digits, 0, INT64_MAX, &days[n]))
			break;
		n++;
		s += len;
	}
	return n > 0;
}

char *usage_days_text(const int64_t days[USAGE_DAYS], char *dst, size_t dst_size)
{
	struct buf b;

	buf_init(&b, dst_size);
	for (size_t i = 0; i < USAGE_DAYS; i++)
		buf_addf(&b, "%s%" PRId64, i ? " " : "", days[i]);
	snprintf(dst, dst_size, "%s", buf_str(&b));
	buf_release(&b);
	return dst;
}

/* --- pictures --------------------------------------------------------------------------------------------------- */

enum { EIGHTHS = 8 };

static const char *const rising[] = {" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
static const char ascii_rising[] = " .:-=+*#@";
static const char *const widening[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"};

/* v of most in eighths, at least one of them for anything at all. */
static int64_t eighths(int64_t v, int64_t most, int64_t whole)
{
	int64_t e;

	if (v <= 0 || most <= 0)
		return 0;
	while (most > INT64_MAX / (whole + 1) || v > INT64_MAX / (whole + 1))
		v /= 2, most /= 2;
	e = (v * whole + most / 2) / most;
	return e > whole ? whole : e < 1 && whole > 0 ? 1 : e;
}

/* Sum of the days that share cell i: the last cells are as full as the first, the present is at the right. */
static int64_t cell_sum(const int64_t *days, size_t n, size_t cells, size_t i)
{
	int64_t sum = 0;

	for (size_t k = i * n / cells; k < (i + 1) * n / cells; k++)
		sum += days[k];
	return sum;
}

char *usage_sparkline(const int64_t *days, size_t n, size_t cells, bool ascii, char *dst, size_t dst_size)
{
	int64_t most = 0;
	size_t len = 0;

	if (dst_size == 0)
		return dst;
	dst[0] = '\0';
	for (size_t i = 0; i < cells; i++)
		if (cell_sum(days, n, cells, i) > most)
			most = cell_sum(days, n, cells, i);
	for (size_t i = 0; i < cells && len + 4 <= dst_size; i++) {
		const int64_t e = eighths(cell_sum(days, n, cells, i), most, EIGHTHS);

		len += (size_t)(ascii ? snprintf(dst + len, dst_size - len, "%c", ascii_rising[e]) :
					snprintf(dst + len, dst_size - len, "%s", rising[e]));
	}
	return dst;
}

char *usage_bar(int64_t v, int64_t most, size_t cells, bool ascii, char *dst, size_t dst_size)
{
	int64_t e = eighths(v, most, (int64_t)cells * EIGHTHS);
	size_t len = 0;

	if (dst_size == 0)
		return dst;
	dst[0] = '\0';
	for (; e > 0 && len + 4 <= dst_size; e -= EIGHTHS)
		len += (size_t)snprintf(dst + len, dst_size - len, "%s",
					ascii ? "#" : widening[e < EIGHTHS ? e : EIGHTHS]);
	return dst;
}

/* --- money ------------------------------------------------------------------------------------------------------ */

int64_t usage_runway(int64_t balance, int64_t spent, int days)
{
	if (balance == MONEY_UNKNOWN || spent == MONEY_UNKNOWN || days <= 0)
		return RUNWAY_UNKNOWN;
	if (balance <= 0)
		return 0;
	if (spent <= 0)
		return RUNWAY_ENDLESS;
	/* the quotient first where the product would not fit */
	return balance > INT64_MAX / days ? balance / spent * days : balance * days / spent;
}

char *usage_runway_text(int64_t runway, char *dst, size_t dst_size)
{
	if (runway == RUNWAY_UNKNOWN)
		snprintf(dst, dst_size, "%s", "");
	else if (runway == RUNWAY_ENDLESS)
		snprintf(dst, dst_size, "nothing is spent");
	else if (runway < 1)
		snprintf(dst, dst_size, "less than a day");
	else if (runway < 21)
		snprintf(dst, dst_size, "%" PRId64 " day%s", runway, runway == 1 ? "" : "s");
	else if (runway < 92)
		snprintf(dst, dst_size, "about %" PRId64 " weeks", runway / 7);
	else if (runway < 731)
		snprintf(dst, dst_size, "about %" PRId64 " months", runway / 30);
	else
		snprintf(dst, dst_size, "more than 2 years");
	return dst;
}
