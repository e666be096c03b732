#include "numdesk/model/money.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "numdesk/util/text.h"

#define MICROS 1000000
#define MAX_WHOLE_DIGITS 12

/* The digits after the point as micros; false when one past the sixth is not zero, or there is none. */
static bool parse_fraction(const char *s, int64_t *micros)
{
	int64_t v = 0;
	int n = 0;

	for (; text_is_digit(*s); s++, n++) {
		if (n < 6)
			v = v * 10 + (*s - '0');
		else if (*s != '0')
			return false;
	}
	if (n == 0 || *s)
		return false;
	for (; n < 6; n++)
		v *= 10;
	*micros = v;
	return true;
}

bool money_parse(const char *s, int64_t *micros)
{
	int64_t whole = 0, fraction = 0;
	bool negative;
	int n = 0;

	if (!s)
		return false;
	negative = *s == '-';
	s += negative;
	if (s[0] == '0' && text_is_digit(s[1]))
		return false;
	for (; text_is_digit(*s); s++) {
		if (++n > MAX_WHOLE_DIGITS)
			return false;
		whole = whole * 10 + (*s - '0');
	}
	if (n == 0 || (*s && (*s != '.' || !parse_fraction(s + 1, &fraction))))
		return false;
	whole = whole * MICROS + fraction;
	*micros = negative ? -whole : whole;
	return true;
}

/* The decimal without its sign; used with and without a currency sign before it. */
static void print_magnitude(uint64_t micros, char *dst, size_t dst_size)
{
	char fraction[8];
	int keep = 6;

	snprintf(fraction, sizeof fraction, "%06" PRIu64, micros % MICROS);
	while (keep > 2 && fraction[keep - 1] == '0')
		keep--;
	snprintf(dst, dst_size, "%" PRIu64 ".%.*s", micros / MICROS, keep, fraction);
}

static uint64_t magnitude(int64_t micros)
{
	return micros < 0 ? -(uint64_t)micros : (uint64_t)micros;
}

char *money_decimal(int64_t micros, char *dst, size_t dst_size)
{
	char number[32];

	if (dst_size == 0)
		return dst;
	dst[0] = '\0';
	if (micros == MONEY_UNKNOWN)
		return dst;
	print_magnitude(magnitude(micros), number, sizeof number);
	snprintf(dst, dst_size, "%s%s", micros < 0 ? "-" : "", number);
	return dst;
}

char *money_show(int64_t micros, const char *currency, char *dst, size_t dst_size)
{
	char plain[32], number[44];
	const char *sign = micros < 0 ? "-" : "";

	if (micros == MONEY_UNKNOWN) {
		snprintf(dst, dst_size, "?");
		return dst;
	}
	print_magnitude(magnitude(micros), plain, sizeof plain);
	text_group(plain, number, sizeof number);        /* long sums are misread otherwise */
	if (!currency || !*currency)
		snprintf(dst, dst_size, "%s%s", sign, number);
	else if (text_ieq(currency, "USD"))
		snprintf(dst, dst_size, "%s$%s", sign, number);
	else
		snprintf(dst, dst_size, "%s%s %.3s", sign, number, currency);
	return dst;
}

int64_t money_add(int64_t a, int64_t b)
{
	int64_t sum;

	if (a == MONEY_UNKNOWN || b == MONEY_UNKNOWN)
		return MONEY_UNKNOWN;
	if (__builtin_add_overflow(a, b, &sum) || sum == MONEY_UNKNOWN)
		return a < 0 ? MONEY_UNKNOWN + 1 : INT64_MAX;   /* one above the mark for "unknown" */
	return sum;
}
