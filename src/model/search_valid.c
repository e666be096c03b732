#include <stdio.h>
#include <string.h>

#include "numdesk/model/dialplan.h"
#include "numdesk/model/search.h"
#include "numdesk/util/err.h"
#include "numdesk/util/mem.h"
#include "search_priv.h"

bool search_is_nanp(const struct search *s)
{
	return strcmp(s->country, "US") == 0 || strcmp(s->country, "CA") == 0;
}

static bool fails(enum search_field *f, enum search_field at)
{
	if (f)
		*f = at;
	return true;
}

/* The filters that Twilio reads in the US and Canada only. */
static bool nanp_only(const struct search *s, enum search_field *f, const char **what)
{
	const struct { enum search_field field; bool set; const char *name; } filters[] = {
		{SEARCH_AREA_CODE, s->area_code != 0, "area code"}, {SEARCH_REGION, *s->region, "region"},
		{SEARCH_POSTAL_CODE, *s->postal_code, "postal code"}, {SEARCH_NEAR, *s->near_number || *s->near_place, "near"},
		{SEARCH_DISTANCE, s->distance != 0, "distance"}, {SEARCH_RATE_CENTER, *s->rate_center, "rate centre"},
		{SEARCH_LATA, *s->lata, "LATA"},
	};

	for (size_t i = 0; i < ARRAY_LEN(filters); i++)
		if (filters[i].set) {
			*what = filters[i].name;
			return fails(f, filters[i].field);
		}
	return false;
}

/* An area code that belongs elsewhere finds nothing, without a word why. */
static bool area_code_valid(const struct search *s, int code, struct err *e)
{
	char e164[E164_SIZE];
	struct dialplan_match m;
	const struct dialplan_npa *npa = dialplan_npa(code);

	snprintf(e164, sizeof e164, "+1%03d5550100", code);
	m = dialplan_lookup(e164);
	if (m.type == NUMBER_TOLLFREE && s->type != NUMBER_TOLLFREE && s->type != NUMBER_TYPE_UNKNOWN)
		return err_set(e, ERR_USAGE, "area code %d is a toll-free one: set the type to tollfree", code);
	if (m.type == NUMBER_LOCAL && npa && s->type == NUMBER_TOLLFREE)
		return err_set(e, ERR_USAGE,
			       "area code %d is not a toll-free one: set the type to local, or leave the code out",
			       code);
	if (npa && strcmp(npa->country, s->country) != 0)
		return err_set(e, ERR_USAGE, "area code %d is in %s: set the country to %s", code,
			       dialplan_country_name(npa->country), npa->country);
	if (npa && *s->region && *s->region != '+' && *npa->region && strcmp(npa->region, s->region) != 0)
		return err_set(e, ERR_USAGE, "area code %d is in %s, not in %s: change one of the two", code,
			       npa->region, s->region);
	return true;
}

static bool area_codes_valid(const struct search *s, enum search_field *f, struct err *e)
{
	fails(f, SEARCH_AREA_CODE);
	if (s->area_code && !area_code_valid(s, s->area_code, e))
		return false;
	for (size_t i = 0; i < SEARCH_MORE_CODES && s->more_codes[i]; i++)
		if (!area_code_valid(s, s->more_codes[i], e))
			return false;
	return true;
}

enum { NANP_DIGITS = 11 };      /* with the calling code */

static bool words_valid(const struct search *s, enum search_field *f, struct err *e)
{
	char word[VANITY_WORD_SIZE];

	fails(f, SEARCH_VANITY);
	if (*s->vanity && *s->contains)
		return err_set(e, ERR_USAGE, "a word is looked for as a pattern: give a word or a pattern, not both");
	for (size_t i = 0; search_is_nanp(s) && vanity_word(s->vanity, i, word); i++)
		if (strlen(word) > NANP_DIGITS)
			return err_set(e, ERR_USAGE, "the word '%s' is longer than the %d digits of a number there", word,
				       NANP_DIGITS);
	return true;
}

bool search_valid(const struct search *s, enum search_field *f, struct err *e)
{
	const char *what = NULL;

	if (!*s->country) {
		fails(f, SEARCH_COUNTRY);
		return err_set(e, ERR_USAGE, "the country is missing: give its two letters, such as US");
	}
	if (!search_is_nanp(s) && nanp_only(s, f, &what))
		return err_set(e, ERR_USAGE, "%s works in the US and Canada only: clear it to search %s", what,
			       dialplan_country_name(s->country));
	if (!area_codes_valid(s, f, e) || !words_valid(s, f, e))
		return false;
	if (*s->rate_center && !*s->lata) {
		fails(f, SEARCH_LATA);
		return err_set(e, ERR_USAGE, "a rate centre needs its LATA: give both or neither");
	}
	if (s->distance && !*s->near_number && !*s->near_place) {
		fails(f, SEARCH_NEAR);
		return err_set(e, ERR_USAGE, "a distance needs a number or a place to be near to: give both or neither");
	}
	if ((s->capabilities | s->without) & CAP_RCS) {
		fails(f, SEARCH_SMS);
		return err_set(e, ERR_USAGE, "Twilio cannot search for rcs: search for sms instead");
	}
	if (s->limit < 1 || s->limit > 1000) {
		fails(f, SEARCH_LIMIT);
		return err_set(e, ERR_USAGE, "the limit %d is not one: give a whole number from 1 to 1000", s->limit);
	}
	return true;
}
