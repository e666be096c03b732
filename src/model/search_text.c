#include <stdio.h>
#include <string.h>

#include "numdesk/model/dialplan.h"
#include "numdesk/model/search.h"
#include "numdesk/util/err.h"
#include "numdesk/util/mem.h"
#include "numdesk/util/text.h"

/* A search as text: the names of its fields, a line for people, lines for a file. */

static const char *const names[SEARCH_FIELD_COUNT] = {
	[SEARCH_COUNTRY] = "country",
	[SEARCH_TYPE] = "type",
	[SEARCH_AREA_CODE] = "area_code",
	[SEARCH_CONTAINS] = "contains",
	[SEARCH_VANITY] = "vanity",
	[SEARCH_REGION] = "region",
	[SEARCH_LOCALITY] = "locality",
	[SEARCH_POSTAL_CODE] = "postal_code",
	[SEARCH_NEAR] = "near",
	[SEARCH_DISTANCE] = "distance",
	[SEARCH_RATE_CENTER] = "rate_center",
	[SEARCH_LATA] = "lata",
	[SEARCH_VOICE] = "voice",
	[SEARCH_SMS] = "sms",
	[SEARCH_MMS] = "mms",
	[SEARCH_FAX] = "fax",
	[SEARCH_EXCLUDE_ADDRESS] = "exclude_address",
	[SEARCH_EXCLUDE_BETA] = "no_beta",
	[SEARCH_ORDER] = "sort",
	[SEARCH_LIMIT] = "limit",
};

const char *search_field_name(enum search_field f)
{
	return names[f];
}

bool search_name_valid(const char *name, struct err *e)
{
	size_t n = 0;

	for (; name[n]; n++)
		if (!text_is_alnum(name[n]) && !strchr("._-", name[n]))
			return err_set(e, ERR_USAGE, "'%.60s' cannot be the name of a search: use letters, digits, '.', '_' "
				       "and '-'", name);
	if (n == 0 || n >= SEARCH_NAME_SIZE)
		return err_set(e, ERR_USAGE, "'%.60s' cannot be the name of a search: it needs 1 to %d characters", name,
			       SEARCH_NAME_SIZE - 1);
	return !dialplan_country_code(name) ||
	       err_set(e, ERR_USAGE, "'%s' cannot be the name of a search: it is a country; call it %s-numbers, say", name,
		       name);
}

enum search_order search_order(const struct search *s)
{
	return s->order != ORDER_AUTO ? s->order : *s->vanity ? ORDER_SCORE : ORDER_FOUND;
}

const char *search_order_name(enum search_order o)
{
	static const char *const words[ORDER_COUNT] = {"", "found", "score", "price", "number"};

	return words[o];
}

bool search_has_code(const struct search *s, int npa)
{
	bool has = s->area_code == npa;

	for (size_t i = 0; !has && i < SEARCH_MORE_CODES; i++)
		has = s->more_codes[i] == npa;
	return has && npa != 0;
}

/* --- lines of a file ---------------------------------------------------------------------------------------------- */

char *search_write(const struct search *s)
{
	struct search fresh;
	char text[128], usual[128];
	struct buf b;

	search_init(&fresh);
	buf_init(&b, 4096);
	for (unsigned f = 0; f < SEARCH_FIELD_COUNT; f++) {
		search_get(s, (enum search_field)f, text, sizeof text);
		search_get(&fresh, (enum search_field)f, usual, sizeof usual);
		/* country and type are always told: what is usual may change */
		if (f <= SEARCH_TYPE || strcmp(text, usual) != 0)
			buf_addf(&b, "%s=%s\n", names[f], text);
	}
	return buf_take(&b);
}

static bool read_line(struct search *s, const char *line, size_t n, struct err *e)
{
	const char *eq = memchr(line, '=', n);
	const size_t name = eq ? (size_t)(eq - line) : 0;
	char value[128];

	for (unsigned f = 0; eq && n - name <= sizeof value && f < SEARCH_FIELD_COUNT; f++) {
		if (strlen(names[f]) != name || strncmp(line, names[f], name) != 0)
			continue;
		snprintf(value, sizeof value, "%.*s", (int)(n - name - 1), eq + 1);
		return search_set(s, (enum search_field)f, value, e) ||
		       err_set(e, ERR_DAMAGED, "the stored search has a line that is not understood: %.200s", e ? e->msg : "");
	}
	return err_set(e, ERR_DAMAGED, "the stored search has a line that is not understood: '%.*s'", n < 60 ? (int)n : 60,
		       line);
}

bool search_read(struct search *s, const char *text, struct err *e)
{
	struct search read;

	search_init(&read);
	while (*text) {
		const size_t n = strcspn(text, "\n");
		struct err why = {0};

		if (n && !read_line(&read, text, n, &why))
			return err_set(e, why.kind, "%s", why.msg);
		text += n + (text[n] == '\n');
	}
	*s = read;
	return true;
}

/* --- a line for people -------------------------------------------------------------------------------------------- */

static void add_codes(struct buf *b, const struct search *s)
{
	if (s->area_code)
		buf_addf(b, " %d", s->area_code);
	for (size_t i = 0; i < SEARCH_MORE_CODES && s->more_codes[i]; i++)
		buf_addf(b, "/%d", s->more_codes[i]);
}

static void add_words(struct buf *b, const struct search *s)
{
	char word[VANITY_WORD_SIZE];

	for (size_t i = 0; vanity_word(s->vanity, i, word); i++)
		buf_addf(b, "%s%s", i ? " or " : " spelling ", word);
}

static void add_near(struct buf *b, const struct search *s)
{
	char phone[32];

	if (*s->near_number || *s->near_place)
		buf_addf(b, " within %d miles of %s", s->distance ? s->distance : 25,
			 *s->near_place ? s->near_place : phone_format(s->near_number, phone, sizeof phone));
}

/* Capabilities, addresses, beta: what a number must be able to, and must not need. */
static void add_demands(struct buf *b, const struct search *s)
{
	const bool which = strcmp(s->exclude_address, "local") == 0 || strcmp(s->exclude_address, "foreign") == 0;

	for (unsigned i = 0; i < CAP_COUNT; i++)
		if (s->capabilities & (1u << i))
			buf_addf(b, " %s", capability_names[i]);
	for (unsigned i = 0; i < CAP_COUNT; i++)
		if (s->without & (1u << i))
			buf_addf(b, " not %s", capability_names[i]);
	if (strcmp(s->exclude_address, "both") == 0)
		buf_adds(b, " without local or foreign address");
	else if (*s->exclude_address)
		buf_addf(b, " without %s%saddress", which ? s->exclude_address : "", which ? " " : "");
	if (s->exclude_beta)
		buf_adds(b, " without beta");
}

char *search_describe(const struct search *s, char *dst, size_t dst_size)
{
	struct buf b;

	buf_init(&b, 1024);
	buf_addf(&b, "%s %s", *s->country ? s->country : "?",
		 s->type == NUMBER_TYPE_UNKNOWN ? "all types" : number_type_name(s->type));
	add_codes(&b, s);
	if (*s->contains)
		buf_addf(&b, " '%s'", s->contains);
	add_words(&b, s);
	if (*s->locality)
		buf_addf(&b, " in %s", s->locality);
	if (*s->region)
		buf_addf(&b, *s->locality ? ", %s" : " in %s", s->region);
	if (*s->postal_code)
		buf_addf(&b, " at %s", s->postal_code);
	add_near(&b, s);
	if (*s->rate_center)
		buf_addf(&b, " rate centre %s", s->rate_center);
	if (*s->lata)
		buf_addf(&b, " LATA %s", s->lata);
	add_demands(&b, s);
	snprintf(dst, dst_size, "%s", buf_str(&b));
	buf_release(&b);
	return dst;
}
