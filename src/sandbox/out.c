#include "out.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "numdesk/model/money.h"
#include "numdesk/util/clock.h"

/* What stands before the place we write at decides about the comma: no state to carry along. */
static void comma(struct buf *b)
{
	const char last = b->len ? b->s[b->len - 1] : '[';

	if (last != '{' && last != '[' && last != ':' && last != '\n')
		buf_addc(b, ',');
}

void out_open(struct buf *b, char bracket)
{
	comma(b);
	buf_addc(b, bracket);
}

void out_close(struct buf *b, char bracket)
{
	buf_addc(b, bracket);
}

void out_name(struct buf *b, const char *name)
{
	comma(b);
	buf_addc(b, '"');
	buf_adds(b, name);
	buf_add(b, "\":", 2);
}

static bool is_plain(unsigned char c)
{
	return c >= 0x20 && c != '"' && c != '\\';
}

static void add_escape(struct buf *b, unsigned char c)
{
	static const char from[] = "\"\\\b\f\n\r\t", to[] = "\"\\bfnrt";
	const char *hit = c ? strchr(from, c) : NULL;

	if (hit)
		buf_addf(b, "\\%c", to[hit - from]);
	else
		buf_addf(b, "\\u%04x", c);
}

void out_text(struct buf *b, const char *s)
{
	comma(b);
	out_value(b, s);
}

void out_value(struct buf *b, const char *s)
{
	if (!s) {
		buf_add(b, "null", 4);
		return;
	}
	buf_addc(b, '"');
	while (*s) {
		const char *run = s;

		while (is_plain((unsigned char)*s))
			s++;
		buf_add(b, run, (size_t)(s - run));
		if (*s)
			add_escape(b, (unsigned char)*s++);
	}
	buf_addc(b, '"');
}

void out_i64(struct buf *b, int64_t v)
{
	comma(b);
	buf_addf(b, "%" PRId64, v);
}

void out_bool(struct buf *b, bool v)
{
	comma(b);
	buf_adds(b, v ? "true" : "false");
}

void out_null(struct buf *b)
{
	comma(b);
	buf_add(b, "null", 4);
}

void out_member(struct buf *b, const char *name, const char *s)
{
	out_name(b, name);
	out_text(b, s);
}

void out_member_i64(struct buf *b, const char *name, int64_t v)
{
	out_name(b, name);
	out_i64(b, v);
}

void out_member_bool(struct buf *b, const char *name, bool v)
{
	out_name(b, name);
	out_bool(b, v);
}

void out_member_date(struct buf *b, const char *name, int64_t seconds)
{
	char date[32];

	out_member(b, name, clock_rfc2822(seconds, date, sizeof date));
}

void out_member_price(struct buf *b, const char *name, int64_t micros)
{
	const uint64_t tens = (micros < 0 ? -(uint64_t)micros : (uint64_t)micros) / 10;

	if (micros == MONEY_UNKNOWN)
		out_member(b, name, NULL);
	else
		out_memberf(b, name, "%s%" PRIu64 ".%05" PRIu64, micros < 0 ? "-" : "", tens / 100000, tens % 100000);
}

void out_member_iso(struct buf *b, const char *name, int64_t seconds)
{
	char date[32];

	out_member(b, name, clock_iso(seconds, date, sizeof date));
}

void out_memberf(struct buf *b, const char *name, const char *fmt, ...)
{
	char text[1024];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	out_member(b, name, text);
}
