#include "numdesk/model/setting.h"

#include <stdio.h>
#include <string.h>

#include "numdesk/model/sid.h"
#include "numdesk/util/err.h"
#include "numdesk/util/mem.h"
#include "numdesk/util/text.h"

enum { NAME_CHARACTERS = 64 };

bool setting_is(enum column_id c)
{
	return (unsigned)c < COLUMN_COUNT && columns[c].form;
}

bool setting_is_routing(enum column_id c)
{
	switch (c) {
	case COL_FRIENDLY_NAME: case COL_EMERGENCY_STATUS: case COL_EMERGENCY_ADDRESS_SID: case COL_ADDRESS_SID:
	case COL_IDENTITY_SID: case COL_BUNDLE_SID: case COL_API_VERSION:
		return false;
	default:
		return setting_is(c);
	}
}

bool setting_is_sms(enum column_id c)
{
	return setting_is(c) && text_istarts(columns[c].name, "sms_");
}

char *setting_word(enum column_id c, char *dst, size_t dst_size)
{
	const char *name = columns[c].name;
	size_t n = strlen(name);

	if (columns[c].setting == SETTING_SID)
		n -= strlen("_sid");
	snprintf(dst, dst_size, "%.*s", (int)n, name);
	return dst;
}

/* Words that are abbreviations are written so, whatever their place. */
static void put_word(char *dst, size_t dst_size, const char *word, size_t n, bool first)
{
	static const char *const shouted[] = {"sms", "url", "id", "api"};
	const size_t at = strlen(dst);

	if (at + n + 2 > dst_size)
		return;
	snprintf(dst + at, dst_size - at, "%s%.*s", first ? "" : " ", (int)n, word);
	for (size_t i = 0; i < ARRAY_LEN(shouted); i++)
		for (size_t k = 0; strlen(shouted[i]) == n && memcmp(word, shouted[i], n) == 0 && k < n; k++)
			dst[at + !first + k] = (char)(word[k] - 'a' + 'A');
	if (first && dst[0] >= 'a' && dst[0] <= 'z')
		dst[0] = (char)(dst[0] - 'a' + 'A');
}

char *setting_label(enum column_id c, char *dst, size_t dst_size)
{
	char word[40];

	dst[0] = '\0';
	for (const char *p = setting_word(c, word, sizeof word); *p;) {
		const size_t n = strcspn(p, "_");

		put_word(dst, dst_size, p, n, p == word);
		p += n + (p[n] == '_');
	}
	return dst;
}

static bool is_named(enum column_id c, const char *name)
{
	char word[40];

	return text_ieq(name, columns[c].name) || text_ieq(name, columns[c].form) ||
	       (columns[c].alias && text_ieq(name, columns[c].alias)) || text_ieq(name, setting_word(c, word, sizeof word));
}

enum column_id setting_find(const char *name, struct err *e)
{
	const char *names[SETTING_MAX], *near;
	char words[SETTING_MAX][40];
	size_t n = 0;

	for (unsigned c = 0; c < COLUMN_COUNT; c++)
		if (setting_is((enum column_id)c)) {
			if (is_named((enum column_id)c, name))
				return (enum column_id)c;
			names[n] = setting_word((enum column_id)c, words[n], sizeof words[n]);
			n++;
		}
	near = text_nearest(name, names, n);
	if (column_find(name) != COLUMN_COUNT)
		err_set(e, ERR_USAGE, "'%.40s' cannot be set: it is what Twilio or numdesk finds out", name);
	else if (near)
		err_set(e, ERR_USAGE, "there is no setting '%.40s': did you mean '%s'", name, near);
	else
		err_set(e, ERR_USAGE, "there is no setting '%.40s': 'numdesk set --fields' lists them", name);
	return COLUMN_COUNT;
}

/* --- values ------------------------------------------------------------------------------------------------------------ */
const char *setting_value(enum column_id c, const struct number *n)
{
	const char *text;

	if (columns[c].type == COLTYPE_BOOL)
		return *(const bool *)column_field(c, n) ? "true" : "false";
	text = *(const char *const *)column_field(c, n);
	if (text && *text)
		return text;
	return columns[c].setting == SETTING_CHOICE ? columns[c].takes : "";
}

static bool wrong(enum column_id c, struct err *e, const char *why)
{
	char word[40];

	return err_set(e, ERR_USAGE, "%s: %s", setting_word(c, word, sizeof word), why);
}

static size_t characters(const char *s)
{
	size_t n = 0;

	for (; *s; s++)
		n += (*s & 0xC0) != 0x80;
	return n;
}

static bool parse_url(enum column_id c, const char *s, struct err *e)
{
	const char *host = text_istarts(s, "https://") ? s + 8 : text_istarts(s, "http://") ? s + 7 : NULL;

	if (!*s)
		return true;
	if (!host)
		return wrong(c, e, "an address begins with https:// or http://");
	if (!*host || strchr("/?#:", *host))
		return wrong(c, e, "the address names no host");
	for (const char *p = s; *p; p++)
		if ((unsigned char)*p <= ' ' || *p == 0x7F || strchr("\"<>\\^`{|}", *p))
			return wrong(c, e, "the address holds a space or a character that has to be written as %XX");
	return true;
}

static bool parse_choice(enum column_id c, const char *text, char *dst, struct err *e)
{
	char why[80] = "choose one of:";

	for (const char *p = columns[c].takes; *p; p += strlen(p) + 1) {
		const size_t at = strlen(why);

		if (text_ieq(p, text) || !*text) {
			snprintf(dst, SETTING_VALUE_MAX, "%s", p);
			return true;
		}
		snprintf(why + at, sizeof why - at, " %s", p);
	}
	return wrong(c, e, why);
}

static bool parse_sid(enum column_id c, const char *text, struct err *e)
{
	char why[80];

	if (!*text || sid_is(text, columns[c].takes))
		return true;
	snprintf(why, sizeof why, "a SID begins with %s and 32 hexadecimal digits follow", columns[c].takes);
	return wrong(c, e, why);
}

bool setting_parse(enum column_id c, const char *text, char *dst, struct err *e)
{
	bool on = false;

	if (strlen(text) >= SETTING_VALUE_MAX)
		return wrong(c, e, "that is longer than 2047 bytes");
	if (!text_is_utf8(text, strlen(text)))
		return wrong(c, e, "that is not UTF-8");
	snprintf(dst, SETTING_VALUE_MAX, "%s", text);
	switch (columns[c].setting) {
	case SETTING_NONE:
		return wrong(c, e, "it cannot be set");
	case SETTING_NAME:
		if (!*text || characters(text) > NAME_CHARACTERS)
			return wrong(c, e, "a name has 1 to 64 characters");
		return text_is_clean(text, strlen(text)) || wrong(c, e, "a name holds no invisible characters");
	case SETTING_URL:
		return parse_url(c, text, e);
	case SETTING_CHOICE:
		return parse_choice(c, text, dst, e);
	case SETTING_SWITCH:
		if (*text && !text_to_bool(text, &on))
			return wrong(c, e, "write true or false");
		snprintf(dst, SETTING_VALUE_MAX, "%s", on ? "true" : "false");
		return true;
	case SETTING_SID:
		return parse_sid(c, text, e);
	}
	return false;
}

/* Bytes of an address up to the end of its host, where case means nothing; 0 when it has none. */
static size_t host_end(const char *url)
{
	const char *host = strstr(url, "://");

	return host ? (size_t)(host - url) + 3 + strcspn(host + 3, "/?#") : 0;
}

static bool same_url(const char *a, const char *b)
{
	const size_t n = host_end(a);
	const char *x, *y;

	if (n == 0 || n != host_end(b))
		return strcmp(a, b) == 0;
	for (size_t i = 0; i < n; i++)
		if (text_lower(a[i]) != text_lower(b[i]))
			return false;
	x = *(a + n) ? a + n : "/";
	y = *(b + n) ? b + n : "/";
	return strcmp(x, y) == 0;
}

bool setting_same(enum column_id c, const char *a, const char *b)
{
	switch (columns[c].setting) {
	case SETTING_URL:
		return same_url(a, b);
	case SETTING_CHOICE: case SETTING_SWITCH: case SETTING_SID:
		return text_ieq(a, b);
	case SETTING_NONE: case SETTING_NAME:
		break;
	}
	return strcmp(a, b) == 0;
}
