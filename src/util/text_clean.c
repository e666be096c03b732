#include "numdesk/util/text.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "text_priv.h"

#include "numdesk/util/mem.h"

enum { MARKS_PER_BASE = 4, PIECE_MAX = 16 };

/* What the marks already written stand on; zeroed storage is the start of a text. */
struct cleaner {
	bool has_base;
	int marks;
};

/* The visible form of one code point: at most PIECE_MAX bytes, 0 for a mark too many. */
static size_t clean_cp(struct cleaner *c, uint32_t cp, char out[PIECE_MAX])
{
	size_t n = 0;

	if (cp == '\n' || cp == '\r' || cp == '\t')
		cp = ' ';
	if (text_cp_is_hidden(cp)) {
		*c = (struct cleaner){.has_base = true};        /* the '>' */
		return (size_t)snprintf(out, PIECE_MAX, "<U+%04X>", (unsigned)cp);
	}
	if (text_cp_width(cp) > 0) {
		*c = (struct cleaner){.has_base = true};
		return text_encode(cp, out);
	}
	if (c->marks++ >= MARKS_PER_BASE)
		return 0;
	if (!c->has_base)                                       /* it would fall on whatever is drawn before us */
		n = text_encode(0x25CC, out);
	c->has_base = true;
	return n + text_encode(cp, out + n);
}

static size_t plain_run(const char *s, size_t n)
{
	size_t i = 0;

	while (i < n && s[i] >= 0x20 && s[i] < 0x7F)
		i++;
	return i;
}

size_t text_clean(char *dst, size_t dst_size, const char *src, size_t n)
{
	struct cleaner c = {0};
	size_t len = 0, i = 0;

	if (dst_size == 0)
		return 0;
	while (i < n) {
		char piece[PIECE_MAX];
		size_t m = plain_run(src + i, n - i);

		if (m > dst_size - 1 - len)
			m = dst_size - 1 - len;
		if (m > 0) {
			memcpy(dst + len, src + i, m);
			c = (struct cleaner){.has_base = true};
			len += m, i += m;
			continue;
		}
		uint32_t cp;
		const size_t step = text_decode(src + i, n - i, &cp);

		m = clean_cp(&c, cp, piece);
		if (m > dst_size - 1 - len)
			break;
		memcpy(dst + len, piece, m);
		len += m, i += step;
	}
	dst[len] = '\0';
	return len;
}

void text_clean_add(struct buf *out, const char *src, size_t n)
{
	struct cleaner c = {0};

	for (size_t i = 0; i < n; ) {
		char piece[PIECE_MAX];
		const size_t m = plain_run(src + i, n - i);
		uint32_t cp;

		if (m > 0) {
			buf_add(out, src + i, m);
			c = (struct cleaner){.has_base = true};
			i += m;
			continue;
		}
		i += text_decode(src + i, n - i, &cp);
		buf_add(out, piece, clean_cp(&c, cp, piece));
	}
}

bool text_is_clean(const char *s, size_t n)
{
	struct cleaner c = {0};

	for (size_t i = 0; i < n; ) {
		char piece[PIECE_MAX];
		uint32_t cp;
		const size_t step = text_decode(s + i, n - i, &cp);
		const size_t m = clean_cp(&c, cp, piece);

		if (m != step || memcmp(piece, s + i, m) != 0)
			return false;
		i += step;
	}
	return true;
}
