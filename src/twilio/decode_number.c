/*
 * An owned number from its JSON object. Which member fills which field is the columns table's business (rows with a
 * .json name): a new column of a known type needs nothing here. The members are walked once, because looking each
 * name up costs more than parsing, and what is seen twice is taken as not said.
 */
#include "client_priv.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "numdesk/model/column.h"
#include "numdesk/model/dialplan.h"
#include "numdesk/model/number.h"
#include "numdesk/twilio/numbers.h"
#include "numdesk/util/clock.h"
#include "numdesk/util/json.h"
#include "numdesk/util/mem.h"
#include "numdesk/util/text.h"

enum { NAME_MAX_BYTES = 256, TEXT_MAX_BYTES = 4096 };

/* The rows that Twilio fills, sorted by member name. */
static const struct column *by_json[COLUMN_COUNT];
static size_t by_json_count;
static pthread_once_t sorted_once = PTHREAD_ONCE_INIT;

static int compare_rows(const void *a, const void *b)
{
	return strcmp((*(const struct column *const *)a)->json, (*(const struct column *const *)b)->json);
}

static void sort_rows(void)
{
	for (size_t i = 0; i < COLUMN_COUNT; i++)
		if (columns[i].source == SOURCE_TWILIO && columns[i].json)
			by_json[by_json_count++] = &columns[i];
	qsort(by_json, by_json_count, sizeof by_json[0], compare_rows);
}

static int compare_name(const void *name, const void *row)
{
	return strcmp(name, (*(const struct column *const *)row)->json);
}

static const struct column *row_of(const char *name)
{
	const struct column *const *hit = bsearch(name, by_json, by_json_count, sizeof by_json[0], compare_name);

	return hit ? *hit : NULL;
}

static size_t cut_on_character(const char *s, size_t n, size_t max)
{
	if (n <= max)
		return n;
	for (n = max; n > 0 && ((unsigned char)s[n] & 0xC0) == 0x80;)
		n--;
	return n;
}

const char *text_decode_prose(const struct json *obj, const char *name, size_t max, struct arena *a)
{
	const char *s = json_text(obj, name);

	return s && *s ? arena_dupn(a, s, cut_on_character(s, strlen(s), max)) : NULL;
}

bool capabilities_decode(const struct json *v, unsigned *out)
{
	*out = 0;
	if (!json_is_object(v) && !json_is_array(v))
		return false;
	for (const struct json *m = json_first(v); m; m = json_next(m)) {
		if (json_is_array(v) && json_string(m))
			*out |= capability_bit(json_string(m));
		else if (json_is_object(v) && json_true(m))
			*out |= capability_bit(json_name(m));
	}
	return true;
}

/* Fields of fixed size identify the number: all of one, or nothing. */
static bool put_identity(void *field, const struct column *row, const char *s)
{
	if (row == &columns[COL_PHONE_NUMBER])
		return phone_is_e164(s) && text_copy(field, E164_SIZE, s);
	if (row == &columns[COL_PHONE_SID])
		return sid_is(s, "PN") && text_copy(field, SID_SIZE, s);
	if (row == &columns[COL_ACCOUNT_SID])
		return sid_is(s, "AC") && text_copy(field, SID_SIZE, s);
	return false;
}

static bool put_text(const char **field, const struct column *row, const char *s, struct arena *a)
{
	const size_t n = strlen(s);

	if (row == &columns[COL_FRIENDLY_NAME])
		*field = arena_dupn(a, s, cut_on_character(s, n, NAME_MAX_BYTES));
	else if (n <= TEXT_MAX_BYTES)
		*field = arena_dupn(a, s, n);
	else
		return false;           /* half a URL is another URL */
	return true;
}

static bool put_bool(bool *field, const struct json *v)
{
	*field = json_true(v);
	return json_is_bool(v);
}

/* One member into its field. False when it is of a wrong type or form; the field is as it was then. */
static bool put(struct number *n, const struct column *row, const struct json *v, struct arena *a)
{
	void *field = (char *)n + row->offset;
	const char *s = json_string(v);

	switch (row->type) {
	case COLTYPE_CHARS:
		return s && put_identity(field, row, s);
	case COLTYPE_TEXT:
		return s && (!*s || put_text(field, row, s, a));
	case COLTYPE_TIME:
		return s && clock_parse(s, field);
	case COLTYPE_MONEY:
		return s && money_parse(s, field);
	case COLTYPE_COUNT:
		return s && text_to_i64(s, 0, INT64_MAX, field);
	case COLTYPE_BOOL:
		return put_bool(field, v);
	case COLTYPE_CAPS:
		return capabilities_decode(v, field);
	case COLTYPE_NUMBER_TYPE:
		if (s)
			*(enum number_type *)field = number_type_parse(s);
		return s;
	}
	return false;
}

static void clear_field(struct number *n, const struct column *row)
{
	const struct number empty = {0};
	static const size_t sizes[] = {
		[COLTYPE_CHARS] = 1, [COLTYPE_TEXT] = sizeof(char *), [COLTYPE_TIME] = sizeof(int64_t),
		[COLTYPE_MONEY] = sizeof(int64_t), [COLTYPE_BOOL] = sizeof(bool), [COLTYPE_CAPS] = sizeof(unsigned),
		[COLTYPE_NUMBER_TYPE] = sizeof(enum number_type), [COLTYPE_COUNT] = sizeof(int64_t),
	};

	memcpy((char *)n + row->offset, (const char *)&empty + row->offset, sizes[row->type]);
}

/* What a caller cannot do without: who may use it for what, and since when it is paid. */
static bool has_what_is_needed(const bool *seen)
{
	return seen[COL_CAPABILITIES] && seen[COL_PURCHASED_AT];
}

static void derive(struct number *n)
{
	const struct dialplan_match plan = dialplan_lookup(n->phone_number);

	memcpy(n->country, plan.country, sizeof n->country);
	if (n->type == NUMBER_TYPE_UNKNOWN)
		n->type = plan.type;
}

bool number_decode(const struct json *v, struct number *out, struct arena *a)
{
	bool seen[COLUMN_COUNT] = {false}, said[COLUMN_COUNT] = {false};

	pthread_once(&sorted_once, sort_rows);
	*out = (struct number){.monthly_price = MONEY_UNKNOWN};
	if (!json_is_object(v))
		return false;
	for (const struct json *m = json_first(v); m; m = json_next(m)) {
		const struct column *row = row_of(json_name(m));
		const size_t i = row ? (size_t)(row - columns) : 0;

		if (!row)
			continue;
		if (seen[i]) {                  /* twice: which one is meant cannot be known */
			clear_field(out, row);
			said[i] = false;
			out->incomplete = true;
			continue;
		}
		seen[i] = true;
		if (json_is_null(m))
			continue;
		said[i] = put(out, row, m, a);
		if (!said[i])
			out->incomplete = true;
	}
	if (!said[COL_PHONE_SID] || !said[COL_ACCOUNT_SID] || !said[COL_PHONE_NUMBER])
		return false;
	if (!has_what_is_needed(said))
		out->incomplete = true;
	derive(out);
	return true;
}
