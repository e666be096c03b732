#include "numdesk/model/phone.h"

#include <stdio.h>
#include <string.h>

#include "dialplan_priv.h"
#include "numdesk/util/err.h"
#include "numdesk/util/text.h"

#define MIN_DIGITS 7
#define MAX_DIGITS 15   /* ITU-T E.164 */

bool phone_is_e164(const char *s)
{
	size_t n;

	if (!s || s[0] != '+' || s[1] < '1' || s[1] > '9')
		return false;
	n = strnlen(s + 1, MAX_DIGITS + 1);
	return n >= MIN_DIGITS && n <= MAX_DIGITS && text_all_digits(s + 1);
}

/* Bytes of a separator at s, 0 when it is none. Pasted numbers hold no-break spaces and typographic dashes. */
static size_t separator(const char *s)
{
	static const char *const marks[] = {
		" ", "\t", "-", ".", "(", ")", "[", "]",
		"\u00a0", "\u202f", "\u2010", "\u2011", "\u2012", "\u2013", "\u2014", "\u2212",
	};

	for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++)
		if (strncmp(s, marks[i], strlen(marks[i])) == 0)
			return strlen(marks[i]);
	return 0;
}

/* The digits of s, with a '+' kept when it comes first. False at anything else, or when there are too many. */
static bool strip(const char *s, char *dst, size_t dst_size)
{
	size_t n = 0;

	while (*s) {
		size_t skip = separator(s);

		if (skip) {
			s += skip;
			continue;
		}
		if ((!text_is_digit(*s) && (*s != '+' || n > 0)) || n + 1 >= dst_size)
			return false;
		dst[n++] = *s++;
	}
	dst[n] = '\0';
	return true;
}

bool phone_parse(const char *s, char out[E164_SIZE], struct err *e)
{
	char raw[24], full[32];
	const char *digits = raw;
	size_t n;

	if (!s || !*s)
		return err_set(e, ERR_USAGE, "the phone number is empty: write it as +14155550137");
	if (strstr(s, "(0)"))
		return err_set(e, ERR_USAGE, "'%.40s' has a trunk zero in brackets: leave the (0) out", s);
	if (!strip(s, raw, sizeof raw))
		return err_set(e, ERR_USAGE, "'%.40s' is not a phone number: write it as +14155550137", s);
	n = strlen(raw);
	if (raw[0] == '+')
		digits = raw + 1;
	else if (strncmp(raw, "00", 2) == 0)
		digits = raw + 2;
	else if (n != 10 && !(n == 11 && raw[0] == '1'))
		return err_set(e, ERR_USAGE, "'%.40s' has no country code: begin with '+', as in +14155550137", s);
	snprintf(full, sizeof full, "+%s%s", digits == raw && n == 10 ? "1" : "", digits);
	if (!phone_is_e164(full))
		return err_set(e, ERR_USAGE, "'%.40s' is not a phone number: it has %d to %d digits with its country code",
			       s, MIN_DIGITS, MAX_DIGITS);
	memcpy(out, full, strlen(full) + 1);
	return true;
}

/* Without a rule for it: groups of three from the left, the last of three or four (or what there is). */
static void group_plainly(size_t n, char groups[32])
{
	size_t used = 0;

	groups[0] = '\0';
	for (; n > 4 && used + 2 < 32; n -= 3)
		used += (size_t)snprintf(groups + used, 32 - used, "3 ");
	snprintf(groups + used, 32 - used, "%zu", n);
}

char *phone_format(const char *e164, char *dst, size_t dst_size)
{
	const char *groups, *digits;
	char plain[32];
	size_t code = 1, n = 0;

	if (!phone_is_e164(e164)) {
		snprintf(dst, dst_size, "%s", e164 ? e164 : "");
		return dst;
	}
	groups = dialplan_groups(e164, &code);
	digits = e164 + 1 + code;
	if (!groups || !*groups) {
		group_plainly(strlen(digits), plain);
		groups = plain;
	}
	n = (size_t)snprintf(dst, dst_size, "%.*s ", (int)code + 1, e164);
	for (; *groups; groups++) {
		int take = text_is_digit(*groups) ? *groups - '0' : 0;

		if (text_is_digit(groups[0]) && text_is_digit(groups[1]))
			take = take * 10 + (*++groups - '0');
		if (n >= dst_size)
			break;
		if (take)
			n += (size_t)snprintf(dst + n, dst_size - n, "%.*s", take, digits);
		else
			n += (size_t)snprintf(dst + n, dst_size - n, "%c", *groups);
		digits += take;
	}
	return dst;
}

const char *phone_last4(const char *e164)
{
	size_t n = strlen(e164);

	return n > 4 ? e164 + n - 4 : e164;
}

/* --- Twilio's Contains ------------------------------------------------------------------------------------------ */

static bool is_wildcard(char c)
{
	return c == '*' || c == '%';
}

static bool is_meta(char c)
{
	return is_wildcard(c) || c == '+' || c == '$';
}

/* The one character at p in its place: NULL when it may stand there, else why not. */
static const char *contains_fault(const char *pattern, size_t i)
{
	char c = pattern[i], next = pattern[i + 1];
	size_t first = pattern[0] == '+' ? 1 : 0;
	size_t last = strlen(pattern) - 1 - (pattern[strlen(pattern) - 1] == '$' ? 1 : 0);

	if (!is_meta(c) && !text_is_alnum(c))
		return "only digits, letters, *, %, + and $ are allowed";
	if (is_meta(c) && next && is_meta(next))
		return "two of *, %, + and $ may not stand side by side";
	if (c == '+' && i != 0)
		return "+ may only come first";
	if (c == '$' && next)
		return "$ may only come last";
	if (is_wildcard(c) && i != first && i != last)
		return "* and % may only stand at the start or the end";
	return NULL;
}

bool phone_contains_valid(const char *pattern, struct err *e)
{
	size_t n = pattern ? strlen(pattern) : 0, literals = 0;
	bool wild = false;

	if (n < 2 || n > 16)
		return err_set(e, ERR_USAGE, "pattern '%.40s' must have 2 to 16 characters", pattern ? pattern : "");
	for (size_t i = 0; i < n; i++) {
		const char *why = contains_fault(pattern, i);

		if (why)
			return err_set(e, ERR_USAGE, "pattern '%s' is wrong at character %zu: %s", pattern, i + 1, why);
		wild = wild || is_wildcard(pattern[i]);
		literals += !is_meta(pattern[i]);
	}
	if (literals < (wild ? 2 : 1))
		return err_set(e, ERR_USAGE, "pattern '%s' is wrong at character %zu: it needs %s", pattern, n,
			       wild ? "two digits or letters beside * or %" : "a digit or letter");
	return true;
}

void phone_vanity_digits(const char *s, char *dst, size_t dst_size)
{
	static const char keypad[] = "22233344455566677778889999";
	size_t i = 0;

	if (dst_size == 0)
		return;
	for (; s[i] && i + 1 < dst_size; i++)
		dst[i] = text_is_alpha(s[i]) ? keypad[text_lower(s[i]) - 'a'] : s[i];
	dst[i] = '\0';
}

/* Do the literals of [p, end) stand at digits? '*' takes one digit; '%' any run, so it ends the comparison. */
static bool match_here(const char *p, const char *end, bool to_end, const char *digits)
{
	for (; p < end; p++, digits++) {
		if (*p == '%')
			return true;
		if (!*digits || (*p != '*' && *p != *digits))
			return false;
	}
	return !to_end || !*digits;
}

bool phone_contains_match(const char *pattern, const char *e164)
{
	char folded[17];
	const char *p = folded, *end, *digits = e164 + 1;
	bool from_start = false, to_end = false;

	if (!phone_contains_valid(pattern, NULL) || !phone_is_e164(e164))
		return false;
	phone_vanity_digits(pattern, folded, sizeof folded);
	end = p + strlen(p);
	if (*p == '+')
		from_start = true, p++;
	if (end[-1] == '$')
		to_end = true, end--;
	if (*p == '%')          /* a run before the rest: the rest may stand anywhere */
		from_start = false, p++;
	for (;; digits++) {
		if (match_here(p, end, to_end, digits))
			return true;
		if (from_start || !*digits)
			return false;
	}
}
