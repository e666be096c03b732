#include "json_priv.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "numdesk/util/err.h"
#include "numdesk/util/text.h"

/* The scan's place, and why it stopped. */
struct scan {
	const char *s;
	size_t n, i;
	const char *fault;
	struct json_scan seen;
};

static bool fail(struct scan *x, const char *fault)
{
	x->fault = fault;
	return false;
}

static int hex_value(char c)
{
	if (text_is_digit(c))
		return c - '0';
	c = text_lower(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The four digits of a \u escape whose backslash is s[i]; -1 when it is not one. */
static int32_t unicode_escape(const char *s, size_t n, size_t i)
{
	int32_t v = 0;

	if (n - i < 6 || s[i] != '\\' || s[i + 1] != 'u')
		return -1;
	for (size_t k = 2; k < 6; k++) {
		const int h = hex_value(s[i + k]);

		if (h < 0)
			return -1;
		v = v << 4 | h;
	}
	return v;
}

static bool is_high(int32_t u)
{
	return u >= 0xD800 && u <= 0xDBFF;
}

static bool is_low(int32_t u)
{
	return u >= 0xDC00 && u <= 0xDFFF;
}

/* The length of the escape at s[i]; *lone tells a surrogate without its partner. 0 when it is not an escape. */
static size_t escape_len(const char *s, size_t n, size_t i, int32_t *u, bool *lone)
{
	*lone = false;
	*u = unicode_escape(s, n, i);
	if (*u < 0)
		return n - i >= 2 && s[i + 1] && strchr("\"\\/bfnrt", s[i + 1]) ? 2 : 0;
	if (is_high(*u) && is_low(unicode_escape(s, n, i + 6)))
		return 12;
	*lone = is_high(*u) || is_low(*u);
	return 6;
}

static bool scan_escape(struct scan *x)
{
	bool lone;
	int32_t u;
	const size_t len = escape_len(x->s, x->n, x->i, &u, &lone);

	if (len == 0)
		return fail(x, "bad escape");
	if (u == 0)
		return fail(x, "NUL character in a string");
	x->seen.lone_surrogates |= lone;
	x->i += len;
	return true;
}

static bool scan_string(struct scan *x)
{
	for (x->i++; x->i < x->n; ) {
		const unsigned char c = (unsigned char)x->s[x->i];
		uint32_t cp;
		size_t step;

		if (c >= 0x20 && c < 0x80 && c != '"' && c != '\\') {
			x->i++;
		} else if (c == '"') {
			x->i++;
			return true;
		} else if (c == '\\') {
			if (!scan_escape(x))
				return false;
		} else if (c < 0x20) {
			return fail(x, "control character in a string");
		} else {
			step = text_decode(x->s + x->i, x->n - x->i, &cp);
			if (step == 1)
				return fail(x, "invalid UTF-8");
			x->i += step;
		}
	}
	return fail(x, "string without an end");
}

static size_t digits(const struct scan *x, size_t i)
{
	const size_t from = i;

	while (i < x->n && text_is_digit(x->s[i]))
		i++;
	return i - from;
}

static bool is_finite_number(const char *s, size_t n)
{
	char copy[400];

	/* a double needs fewer digits than this; more of them is not a number anybody sends */
	if (n >= sizeof copy)
		return false;
	memcpy(copy, s, n);
	copy[n] = '\0';
	return isfinite(strtod(copy, NULL));
}

/* -?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)? and finite. */
static bool scan_number(struct scan *x)
{
	const size_t from = x->i;
	size_t i = x->i + (x->s[x->i] == '-'), whole = digits(x, i), part;
	bool has_exponent = false;

	if (whole == 0 || (whole > 1 && x->s[i] == '0'))
		return fail(x, "bad number");
	i += whole;
	if (i < x->n && x->s[i] == '.') {
		part = digits(x, i + 1);
		if (part == 0)
			return fail(x, "bad number");
		i += 1 + part;
	}
	if (i < x->n && (x->s[i] == 'e' || x->s[i] == 'E')) {
		has_exponent = true;
		i++;
		i += i < x->n && (x->s[i] == '+' || x->s[i] == '-');
		part = digits(x, i);
		if (part == 0)
			return fail(x, "bad number");
		i += part;
	}
	if ((has_exponent || i - from > 300) && !is_finite_number(x->s + from, i - from))
		return fail(x, "number out of range");
	x->i = i;
	return true;
}

static bool scan_word(struct scan *x)
{
	static const char *const words[] = {"true", "false", "null"};

	for (size_t k = 0; k < 3; k++) {
		const size_t len = strlen(words[k]);

		if (x->n - x->i >= len && memcmp(x->s + x->i, words[k], len) == 0) {
			x->i += len;
			return true;
		}
	}
	return fail(x, "not JSON");
}

static bool scan_tokens(struct scan *x)
{
	char closers[JSON_DEPTH_MAX];
	size_t depth = 0;

	while (x->i < x->n) {
		const char c = x->s[x->i];

		if (c == '"') {
			if (!scan_string(x))
				return false;
		} else if (c == '{' || c == '[') {
			if (depth == JSON_DEPTH_MAX)
				return fail(x, "nested too deep");
			closers[depth++] = c == '{' ? '}' : ']';
			x->i++;
		} else if (c == '}' || c == ']') {
			if (depth == 0 || closers[--depth] != c)
				return fail(x, "brackets do not match");
			x->i++;
		} else if (c == ',' || c == ':' || c == ' ' || c == '\n' || c == '\t' || c == '\r') {
			x->i++;
		} else if (c == '-' || text_is_digit(c)) {
			if (!scan_number(x))
				return false;
		} else if (!scan_word(x)) {
			return false;
		}
	}
	return depth == 0 || fail(x, "it ends in the middle");
}

bool json_scan(const char *s, size_t n, struct json_scan *seen, struct err *e)
{
	struct scan x = {.s = s, .n = n};

	if (n >= 3 && memcmp(s, "\xEF\xBB\xBF", 3) == 0)
		fail(&x, "it begins with a byte order mark");
	else if (scan_tokens(&x)) {
		*seen = x.seen;
		return true;
	}
	return err_set(e, ERR_PROTO, "not valid JSON at byte %zu: %s", x.i, x.fault);
}

void json_mend_surrogates(char *s, size_t n)
{
	size_t i = 0;

	while (i < n) {
		size_t len = 1;
		bool lone = false;
		int32_t u;

		if (s[i] == '\\')
			len = escape_len(s, n, i, &u, &lone);
		if (lone)
			memcpy(s + i, "\\ufffd", 6);
		i += len ? len : 1;
	}
}

size_t json_skip_string(const char *s, size_t n, size_t i)
{
	for (i++; i < n; i++) {
		const char *quote = memchr(s + i, '"', n - i);
		size_t back = 0;

		if (!quote)
			return n;
		i = (size_t)(quote - s);
		while (s[i - 1 - back] == '\\')         /* stops at the opening quote at the latest */
			back++;
		if (back % 2 == 0)
			return i + 1;
	}
	return n;
}
