#include "numdesk/model/number.h"

#include <stdio.h>
#include <string.h>

#include "numdesk/model/column.h"
#include "numdesk/util/mem.h"
#include "numdesk/util/text.h"

static const struct { const char *name, *path, *key; } types[] = {
	[NUMBER_TYPE_UNKNOWN] = {"", "", ""},
	[NUMBER_LOCAL] = {"local", "Local", "local"},
	[NUMBER_MOBILE] = {"mobile", "Mobile", "mobile"},
	[NUMBER_TOLLFREE] = {"tollfree", "TollFree", "toll_free"},
	[NUMBER_NATIONAL] = {"national", "National", "national"},
	[NUMBER_VOIP] = {"voip", "Voip", "voip"},
	[NUMBER_SHAREDCOST] = {"sharedcost", "SharedCost", "shared_cost"},
	[NUMBER_M2M] = {"m2m", "MachineToMachine", "machine_to_machine"},
};
_Static_assert(ARRAY_LEN(types) == NUMBER_TYPE_COUNT, "one row per type");

static unsigned known(enum number_type t)
{
	return (unsigned)t < NUMBER_TYPE_COUNT ? (unsigned)t : NUMBER_TYPE_UNKNOWN;
}

const char *number_type_name(enum number_type t)
{
	return types[known(t)].name;
}

const char *number_type_path(enum number_type t)
{
	return types[known(t)].path;
}

const char *number_type_key(enum number_type t)
{
	return types[known(t)].key;
}

enum number_type number_type_parse(const char *s)
{
	char word[24];
	size_t n = 0;

	for (; s && *s; s++) {
		if (*s == ' ' || *s == '-' || *s == '_')
			continue;
		if (n + 1 >= sizeof word)
			return NUMBER_TYPE_UNKNOWN;
		word[n++] = *s;
	}
	word[n] = '\0';
	for (unsigned t = 1; t < NUMBER_TYPE_COUNT; t++)
		if (text_ieq(word, types[t].name) || text_ieq(word, types[t].path))
			return (enum number_type)t;
	return NUMBER_TYPE_UNKNOWN;
}

/* The text member of n that column c describes. */
static const char **text_slot(struct number *n, enum column_id c)
{
	return (const char **)((char *)n + columns[c].offset);
}

void number_copy(struct number *dst, const struct number *src, struct arena *a)
{
	*dst = *src;
	for (unsigned c = 0; c < COLUMN_COUNT; c++) {
		if (columns[c].type != COLTYPE_TEXT)
			continue;
		const char **slot = text_slot(dst, (enum column_id)c);
		*slot = arena_dup(a, *slot);
	}
}

/* FNV-1a, 64 bits: rows are compared one with its own predecessor, so nothing stronger is needed. */
static uint64_t hash_bytes(uint64_t h, const void *p, size_t n)
{
	const unsigned char *s = p;

	for (size_t i = 0; i < n; i++)
		h = (h ^ s[i]) * 0x100000001b3u;
	return h;
}

static uint64_t hash_text(uint64_t h, const char *s)
{
	return hash_bytes(h, s ? s : "", (s ? strlen(s) : 0) + 1);   /* the NUL keeps neighbours apart */
}

static uint64_t hash_column(uint64_t h, enum column_id c, const struct number *n)
{
	const void *field = column_field(c, n);

	switch (columns[c].type) {
	case COLTYPE_CHARS:
		return hash_text(h, field);
	case COLTYPE_TEXT:
		return hash_text(h, *(const char *const *)field);
	case COLTYPE_TIME:
	case COLTYPE_MONEY:
	case COLTYPE_COUNT:
		return hash_bytes(h, field, sizeof(int64_t));
	case COLTYPE_BOOL:
		return hash_bytes(h, field, sizeof(bool));
	case COLTYPE_CAPS:
		return hash_bytes(h, field, sizeof(unsigned));
	case COLTYPE_NUMBER_TYPE:
		return hash_bytes(h, field, sizeof(enum number_type));
	}
	return h;
}

uint64_t number_hash(const struct number *n)
{
	uint64_t h = 0xcbf29ce484222325u;

	for (unsigned c = 0; c < COLUMN_COUNT; c++)
		if (columns[c].source == SOURCE_TWILIO)
			h = hash_column(h, (enum column_id)c, n);
	/* an answer that lacked a member differs from one that said it is empty */
	return hash_bytes(h, &n->incomplete, sizeof n->incomplete);
}

void offer_copy(struct offer *dst, const struct offer *src, struct arena *a)
{
	*dst = *src;
	dst->friendly_name = arena_dup(a, src->friendly_name);
	dst->locality = arena_dup(a, src->locality);
	dst->region = arena_dup(a, src->region);
	dst->postal_code = arena_dup(a, src->postal_code);
	dst->lata = arena_dup(a, src->lata);
	dst->rate_center = arena_dup(a, src->rate_center);
	dst->latitude = arena_dup(a, src->latitude);
	dst->longitude = arena_dup(a, src->longitude);
	dst->address_requirements = arena_dup(a, src->address_requirements);
	dst->why = arena_dup(a, src->why);
}

char *offer_place(const struct offer *o, char *dst, size_t dst_size)
{
	const char *locality = o->locality ? o->locality : "", *region = o->region ? o->region : "";
	char raw[256];

	snprintf(raw, sizeof raw, "%s%s%s", locality, *locality && *region ? ", " : "", region);
	text_clean(dst, dst_size, raw, strlen(raw));
	return dst;
}
