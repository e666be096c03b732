#include <string.h>

#include "numdesk/model/sms.h"
#include "numdesk/util/text.h"

/* Typographic characters and what one would type instead. A service with "smart encoding" does the like on the way
 * (Twilio's documents), so texts are compared only after this. */
static const struct { uint32_t cp; const char *plain; } plain_forms[] = {
	{0x00A0, " "}, {0x00AB, "\""}, {0x00AD, ""}, {0x00B4, "'"}, {0x00B7, "."}, {0x00BB, "\""},
	{0x02BA, "\""}, {0x02BB, "'"}, {0x02BC, "'"}, {0x02C8, "'"}, {0x02CB, "'"}, {0x02D0, ":"}, {0x02DC, "~"},
	{0x2000, " "}, {0x2001, " "}, {0x2002, " "}, {0x2003, " "}, {0x2004, " "}, {0x2005, " "}, {0x2006, " "},
	{0x2007, " "}, {0x2008, " "}, {0x2009, " "}, {0x200A, " "}, {0x200B, ""},
	{0x2010, "-"}, {0x2011, "-"}, {0x2012, "-"}, {0x2013, "-"}, {0x2014, "-"}, {0x2015, "-"},
	{0x2017, "_"}, {0x2018, "'"}, {0x2019, "'"}, {0x201A, ","}, {0x201B, "'"},
	{0x201C, "\""}, {0x201D, "\""}, {0x201E, "\""}, {0x201F, "\""}, {0x2022, "."}, {0x2024, "."}, {0x2025, ".."},
	{0x2026, "..."}, {0x2028, "\n"}, {0x2029, "\n"}, {0x202F, " "}, {0x2032, "'"}, {0x2033, "\""}, {0x2035, "'"},
	{0x2036, "\""}, {0x2039, "'"}, {0x203A, "'"}, {0x203C, "!!"}, {0x2044, "/"}, {0x205F, " "}, {0x2060, ""},
	{0x2212, "-"}, {0x2215, "/"}, {0x2216, "\\"}, {0x2217, "*"}, {0x2223, "|"}, {0x2236, ":"}, {0x223C, "~"},
	{0x3000, " "}, {0xFEFF, ""},
};

/* Letters of GSM 03.38 that a keyboard or a clipboard may hand over in two parts. */
static const struct { uint32_t base, mark, whole; } composed[] = {
	{'A', 0x0308, 0x00C4}, {'A', 0x030A, 0x00C5}, {'C', 0x0327, 0x00C7}, {'E', 0x0301, 0x00C9},
	{'N', 0x0303, 0x00D1}, {'O', 0x0308, 0x00D6}, {'U', 0x0308, 0x00DC}, {'a', 0x0300, 0x00E0},
	{'a', 0x0308, 0x00E4}, {'a', 0x030A, 0x00E5}, {'e', 0x0300, 0x00E8}, {'e', 0x0301, 0x00E9},
	{'i', 0x0300, 0x00EC}, {'n', 0x0303, 0x00F1}, {'o', 0x0300, 0x00F2}, {'o', 0x0308, 0x00F6},
	{'u', 0x0300, 0x00F9}, {'u', 0x0308, 0x00FC},
};

static uint32_t compose(uint32_t base, uint32_t mark)
{
	for (size_t i = 0; i < ARRAY_LEN(composed); i++)
		if (composed[i].base == base && composed[i].mark == mark)
			return composed[i].whole;
	return 0;
}

static const char *plain_form(uint32_t cp)
{
	for (size_t i = 0; i < ARRAY_LEN(plain_forms); i++)
		if (plain_forms[i].cp == cp)
			return plain_forms[i].plain;
	return NULL;
}

/* One character, or two that are one: bytes taken, the result in out. */
static size_t simplify_one(const char *s, size_t n, char out[8])
{
	uint32_t cp, next = 0;
	const size_t used = text_decode(s, n, &cp);
	const size_t more = text_decode(s + used, n - used, &next);
	const uint32_t whole = more ? compose(cp, next) : 0;
	const char *plain;

	if (cp == '\r') {
		memcpy(out, "\n", 2);
		return used + (more && next == '\n' ? more : 0);
	}
	if (whole) {
		out[text_encode(whole, out)] = '\0';
		return used + more;
	}
	plain = cp >= 0x80 ? plain_form(cp) : NULL;
	if (plain)
		memcpy(out, plain, strlen(plain) + 1);
	else
		out[text_encode(cp, out)] = '\0';
	return used;
}

void sms_simplify(struct buf *out, const char *text, size_t n)
{
	while (n > 0) {
		char one[8];
		const size_t used = simplify_one(text, n, one);

		buf_adds(out, one);
		text += used;
		n -= used;
	}
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\n' || c == '\t';
}

void sms_comparable(struct buf *out, const char *text, size_t n)
{
	struct buf whole;
	const char *s;
	size_t len;

	buf_init(&whole, n * 4 + 1);
	sms_simplify(&whole, text, n);
	s = buf_str(&whole);
	for (len = whole.len; len > 0 && is_blank(*s); len--)
		s++;
	while (len > 0 && is_blank(s[len - 1]))
		len--;
	buf_add(out, s, len);
	buf_release(&whole);
}
