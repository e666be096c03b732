#include "numdesk/util/text.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "numdesk/util/mem.h"

size_t text_decode(const char *s, size_t n, uint32_t *cp)
{
	/* Smallest code point each length may carry: shorter forms are overlong. */
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	const unsigned char *u = (const unsigned char *)s;
	size_t len;
	uint32_t v;

	if (n == 0)
		return 0;
	if (u[0] < 0x80) {
		*cp = u[0];
		return 1;
	}
	*cp = 0xFFFD;
	len = u[0] >= 0xF0 ? 4 : u[0] >= 0xE0 ? 3 : 2;
	if (u[0] < 0xC2 || u[0] > 0xF4 || len > n)
		return 1;
	v = u[0] & (0x7FU >> len);
	for (size_t i = 1; i < len; i++) {
		if ((u[i] & 0xC0) != 0x80)
			return 1;
		v = v << 6 | (u[i] & 0x3F);
	}
	if (v < least[len] || v > 0x10FFFF || (v >= 0xD800 && v <= 0xDFFF))
		return 1;
	*cp = v;
	return len;
}

size_t text_encode(uint32_t cp, char out[4])
{
	if (cp > 0x10FFFF || (cp >= 0xD800 && cp <= 0xDFFF))
		cp = 0xFFFD;
	if (cp < 0x80) {
		out[0] = (char)cp;
		return 1;
	}
	if (cp < 0x800) {
		out[0] = (char)(0xC0 | cp >> 6);
		out[1] = (char)(0x80 | (cp & 0x3F));
		return 2;
	}
	if (cp < 0x10000) {
		out[0] = (char)(0xE0 | cp >> 12);
		out[1] = (char)(0x80 | (cp >> 6 & 0x3F));
		out[2] = (char)(0x80 | (cp & 0x3F));
		return 3;
	}
	out[0] = (char)(0xF0 | cp >> 18);
	out[1] = (char)(0x80 | (cp >> 12 & 0x3F));
	out[2] = (char)(0x80 | (cp >> 6 & 0x3F));
	out[3] = (char)(0x80 | (cp & 0x3F));
	return 4;
}

bool text_is_utf8(const char *s, size_t n)
{
	for (size_t i = 0; i < n; ) {
		uint32_t cp;
		const size_t step = text_decode(s + i, n - i, &cp);

		if (step == 1 && cp == 0xFFFD)          /* the true U+FFFD takes three bytes */
			return false;
		i += step;
	}
	return true;
}

/* Byte i of s, lower-cased when it is ASCII or the second byte of a Latin-1 capital (U+00C0..U+00DE but not U+00D7). */
static char fold_at(const char *s, size_t i)
{
	const unsigned char c = (unsigned char)s[i];

	if (i > 0 && (unsigned char)s[i - 1] == 0xC3 && c >= 0x80 && c <= 0x9E && c != 0x97)
		return (char)(c + 0x20);
	return text_lower(s[i]);
}

void text_fold(char *dst, size_t dst_size, const char *src)
{
	size_t n = strlen(src);

	if (dst_size == 0)
		return;
	if (n >= dst_size) {
		n = dst_size - 1;
		while (n > 0 && ((unsigned char)src[n] & 0xC0) == 0x80)
			n--;
	}
	for (size_t i = 0; i < n; i++)
		dst[i] = fold_at(src, i);
	dst[n] = '\0';
}

bool text_contains_folded(const char *hay, const char *folded_needle)
{
	for (size_t i = 0; ; i++) {
		size_t j = 0;

		while (folded_needle[j] && hay[i + j] && fold_at(hay, i + j) == folded_needle[j])
			j++;
		if (!folded_needle[j])
			return true;
		if (!hay[i])
			return false;
	}
}

bool text_to_i64(const char *s, int64_t min, int64_t max, int64_t *v)
{
	const char *digits = *s == '-' && min < 0 ? s + 1 : s;
	long long n;

	if (!text_all_digits(digits))
		return false;
	errno = 0;
	n = strtoll(s, NULL, 10);
	if (errno != 0 || n < min || n > max)
		return false;
	*v = n;
	return true;
}

bool text_to_bool(const char *s, bool *v)
{
	static const char *const yes[] = {"yes", "true", "on", "1"}, *const no[] = {"no", "false", "off", "0"};

	for (size_t i = 0; i < ARRAY_LEN(yes); i++)
		if (text_ieq(s, yes[i]) || text_ieq(s, no[i])) {
			*v = text_ieq(s, yes[i]);
			return true;
		}
	return false;
}

bool text_is_digit(char c)
{
	return c >= '0' && c <= '9';
}

bool text_is_alpha(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool text_is_alnum(char c)
{
	return text_is_digit(c) || text_is_alpha(c);
}

char text_lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

bool text_all_digits(const char *s)
{
	if (!*s)
		return false;
	for (; *s; s++)
		if (!text_is_digit(*s))
			return false;
	return true;
}

bool text_ieq(const char *a, const char *b)
{
	return strlen(a) == strlen(b) && text_istarts(a, b);
}

bool text_istarts(const char *s, const char *prefix)
{
	for (; *prefix; s++, prefix++)
		if (text_lower(*s) != text_lower(*prefix))
			return false;
	return true;
}

bool text_copy(char *dst, size_t dst_size, const char *src)
{
	const size_t n = strlen(src);

	if (dst_size == 0)
		return false;
	if (n >= dst_size) {
		dst[0] = '\0';
		return false;
	}
	memcpy(dst, src, n + 1);
	return true;
}

enum { NEAREST_MAX = 64, NEAREST_EDITS = 3 };

static size_t min3(size_t a, size_t b, size_t c)
{
	const size_t m = a < b ? a : b;

	return m < c ? m : c;
}

/* Optimal string alignment: insert, delete, replace, or swap of two neighbours, case aside. Both below NEAREST_MAX. */
static size_t edit_distance(const char *a, size_t n, const char *b, size_t m)
{
	size_t row[3][NEAREST_MAX + 1] = {0};

	for (size_t j = 0; j <= m; j++)
		row[0][j] = j;
	for (size_t i = 1; i <= n; i++) {
		size_t *cur = row[i % 3], *up = row[(i + 2) % 3], *up2 = row[(i + 1) % 3];

		cur[0] = i;
		for (size_t j = 1; j <= m; j++) {
			const char x = text_lower(a[i - 1]), y = text_lower(b[j - 1]);

			cur[j] = min3(up[j] + 1, cur[j - 1] + 1, up[j - 1] + (x != y));
			if (i > 1 && j > 1 && x == text_lower(b[j - 2]) && y == text_lower(a[i - 2]) &&
			    up2[j - 2] + 1 < cur[j])
				cur[j] = up2[j - 2] + 1;
		}
	}
	return row[n % 3][m];
}

const char *text_nearest(const char *s, const char *const *candidates, size_t n)
{
	const size_t len = strlen(s);
	const char *best = NULL;
	size_t best_edits = NEAREST_EDITS + 1;

	if (len == 0 || len > NEAREST_MAX)
		return NULL;
	for (size_t i = 0; i < n; i++) {
		const size_t m = strlen(candidates[i]);
		size_t edits;

		if (m > NEAREST_MAX)
			continue;
		edits = edit_distance(s, len, candidates[i], m);
		if (edits < best_edits && edits * 2 < len) {
			best = candidates[i];
			best_edits = edits;
		}
	}
	return best;
}

char *text_group(const char *number, char *dst, size_t dst_size)
{
	size_t start = *number == '-', whole = strcspn(number, "."), at = 0;

	for (size_t i = 0; number[i] && at + 2 < dst_size; i++) {
		if (i > start && i < whole && (whole - i) % 3 == 0)
			dst[at++] = ',';
		dst[at++] = number[i];
	}
	if (dst_size)
		dst[at] = '\0';
	return dst;
}
