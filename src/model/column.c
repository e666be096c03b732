#include "numdesk/model/column.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "numdesk/model/phone.h"
#include "numdesk/model/usage.h"
#include "numdesk/util/clock.h"
#include "numdesk/util/err.h"
#include "numdesk/util/mem.h"
#include "numdesk/util/text.h"

const struct column columns[COLUMN_COUNT] = {
#define COLUMN(id, ...) [COL_##id] = {__VA_ARGS__},
#include "numdesk/model/columns.def"
#undef COLUMN
};

enum column_id column_find(const char *name)
{
	for (unsigned c = 0; name && c < COLUMN_COUNT; c++)
		if (text_ieq(name, columns[c].name) || (columns[c].alias && text_ieq(name, columns[c].alias)))
			return (enum column_id)c;
	return COLUMN_COUNT;
}

const char *column_suggest(const char *name)
{
	const char *candidates[2 * COLUMN_COUNT];
	size_t n = 0;

	for (unsigned c = 0; c < COLUMN_COUNT; c++) {
		if (columns[c].alias)
			candidates[n++] = columns[c].alias;
		candidates[n++] = columns[c].name;
	}
	return text_nearest(name, candidates, n);
}

const void *column_field(enum column_id c, const struct number *n)
{
	return (const char *)n + columns[c].offset;
}

/* Cut at dst_size, never inside a character. */
static void copy_prose(char *dst, size_t dst_size, const char *src)
{
	size_t n = strlen(src);

	if (dst_size == 0)
		return;
	if (n >= dst_size)
		for (n = dst_size - 1; n > 0 && ((unsigned char)src[n] & 0xc0) == 0x80; n--)
			;
	memcpy(dst, src, n);
	dst[n] = '\0';
}

static const char *field_text(enum column_id c, const struct number *n)
{
	const void *field = column_field(c, n);
	const char *s = columns[c].type == COLTYPE_CHARS ? field : *(const char *const *)field;

	return s ? s : "";
}

enum { SPARK_CELLS = 10 };

/* A number that was not used as far back as was counted is idle; how long exactly is not known. */
static void show_count(enum column_id c, const struct number *n, char *dst, size_t dst_size)
{
	const int64_t v = *(const int64_t *)column_field(c, n);

	if (!n->usage_known)
		return;
	if (c == COL_IDLE_DAYS && n->last_used_at == 0)
		snprintf(dst, dst_size, "idle");
	else
		snprintf(dst, dst_size, c == COL_IDLE_DAYS ? "%" PRId64 "d" : "%" PRId64, v);
}

static void show_usage(const struct number *n, bool ascii, char *dst, size_t dst_size)
{
	int64_t days[USAGE_DAYS];

	if (n->usage_known && usage_days_parse(n->usage, days))
		usage_sparkline(days, USAGE_DAYS, SPARK_CELLS, ascii, dst, dst_size);
}

char *column_show(enum column_id c, const struct number *n, bool ascii, char *dst, size_t dst_size)
{
	const void *field = column_field(c, n);
	char flags[16];
	const char *s;

	if (dst_size == 0)
		return dst;
	dst[0] = '\0';
	switch (columns[c].type) {
	case COLTYPE_CHARS:
	case COLTYPE_TEXT:
		s = field_text(c, n);
		if (c == COL_PHONE_NUMBER && *s)
			phone_format(s, dst, dst_size);
		else if (c == COL_USAGE)
			show_usage(n, ascii, dst, dst_size);
		else
			text_clean(dst, dst_size, s, strlen(s));
		break;
	case COLTYPE_TIME:
		if (*(const int64_t *)field != 0)
			clock_date(*(const int64_t *)field, dst, dst_size);
		break;
	case COLTYPE_MONEY:
		money_decimal(*(const int64_t *)field, dst, dst_size);
		break;
	case COLTYPE_COUNT:
		show_count(c, n, dst, dst_size);
		break;
	case COLTYPE_BOOL:
		copy_prose(dst, dst_size, *(const bool *)field ? "yes" : "no");
		break;
	case COLTYPE_CAPS:
		copy_prose(dst, dst_size, capability_flags(*(const unsigned *)field, ascii, flags));
		break;
	case COLTYPE_NUMBER_TYPE:
		copy_prose(dst, dst_size, number_type_name(*(const enum number_type *)field));
		break;
	}
	return dst;
}

static void machine_caps(unsigned caps, char *dst, size_t dst_size)
{
	char words[40];
	size_t n = 0;

	for (unsigned i = 0; i < CAP_COUNT; i++)
		if (caps & (1u << i))
			n += (size_t)snprintf(words + n, sizeof words - n, "%s%s", n ? " " : "", capability_names[i]);
	copy_prose(dst, dst_size, n ? words : "");
}

char *column_machine(enum column_id c, const struct number *n, char *dst, size_t dst_size)
{
	const void *field = column_field(c, n);

	if (dst_size == 0)
		return dst;
	dst[0] = '\0';
	switch (columns[c].type) {
	case COLTYPE_CHARS:
	case COLTYPE_TEXT:
		copy_prose(dst, dst_size, field_text(c, n));
		break;
	case COLTYPE_TIME:
		if (*(const int64_t *)field != 0)
			clock_iso(*(const int64_t *)field, dst, dst_size);
		break;
	case COLTYPE_MONEY:
		money_decimal(*(const int64_t *)field, dst, dst_size);
		break;
	case COLTYPE_COUNT:
		if (n->usage_known)
			snprintf(dst, dst_size, "%" PRId64, *(const int64_t *)field);
		break;
	case COLTYPE_BOOL:
		copy_prose(dst, dst_size, *(const bool *)field ? "true" : "false");
		break;
	case COLTYPE_CAPS:
		machine_caps(*(const unsigned *)field, dst, dst_size);
		break;
	case COLTYPE_NUMBER_TYPE:
		copy_prose(dst, dst_size, number_type_name(*(const enum number_type *)field));
		break;
	}
	return dst;
}

/* One name of a list, [s, s + len), to its column. */
static enum column_id parse_item(const char *s, size_t len, struct err *e)
{
	char name[64];
	const char *near;
	enum column_id c;

	while (len && *s == ' ')
		s++, len--;
	while (len && s[len - 1] == ' ')
		len--;
	if (len == 0) {
		err_set(e, ERR_USAGE, "the list of columns has an empty name: separate names by single commas");
		return COLUMN_COUNT;
	}
	snprintf(name, sizeof name, "%.*s", (int)(len < 60 ? len : 60), s);
	c = len < 60 ? column_find(name) : COLUMN_COUNT;
	if (c != COLUMN_COUNT)
		return c;
	near = column_suggest(name);
	if (near)
		err_set(e, ERR_USAGE, "there is no column '%s': did you mean '%s'", name, near);
	else
		err_set(e, ERR_USAGE, "there is no column '%s': 'numdesk list --columns help' names them all", name);
	return COLUMN_COUNT;
}

size_t column_list_parse(const char *list, enum column_id *out, size_t max, struct err *e)
{
	size_t n = 0;

	for (const char *s = list;; s++) {
		size_t len = strcspn(s, ",");
		enum column_id c = parse_item(s, len, e);

		if (c == COLUMN_COUNT)
			return 0;
		for (size_t i = 0; i < n; i++)
			if (out[i] == c) {
				err_set(e, ERR_USAGE, "column '%s' is named twice", columns[c].name);
				return 0;
			}
		if (n == max) {
			err_set(e, ERR_USAGE, "too many columns: at most %zu fit here", max);
			return 0;
		}
		out[n++] = c;
		s += len;
		if (!*s)
			return n;
	}
}
