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
		{SEARCH_POSTAL_CODE, *s->postal_code, "postal code"}, {SEARCH_NEAR, *s->near_number, "near"},
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
static bool area_code_valid(const struct search *s, enum search_field *f, struct err *e)
{
	char e164[E164_SIZE];
	struct dialplan_match m;
	const struct dialplan_npa *npa = dialplan_npa(s->area_code);

	if (s->area_code == 0)
		return true;
	fails(f, SEARCH_AREA_CODE);
	snprintf(e164, sizeof e164, "+1%03d5550100", s->area_code);
	m = dialplan_lookup(e164);
	if (m.type == NUMBER_TOLLFREE && s->type != NUMBER_TOLLFREE && s->type != NUMBER_TYPE_UNKNOWN)
		return err_set(e, ERR_USAGE, "area code %d is a toll-free one: set the type to tollfree", s->area_code);
	if (m.type == NUMBER_LOCAL && npa && s->type == NUMBER_TOLLFREE)
		return err_set(e, ERR_USAGE,
			       "area code %d is not a toll-free one: set the type to local, or leave the code out",
			       s->area_code);
	if (npa && strcmp(npa->country, s->country) != 0)
		return err_set(e, ERR_USAGE, "area code %d is in %s: set the country to %s", s->area_code,
			       dialplan_country_name(npa->country), npa->country);
	if (npa && *s->region && *npa->region && strcmp(npa->region, s->region) != 0)
		return err_set(e, ERR_USAGE, "area code %d is in %s, not in %s: change one of the two", s->area_code,
			       npa->region, s->region);
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
	if (!area_code_valid(s, f, e))
		return false;
	if (*s->rate_center && !*s->lata) {
		fails(f, SEARCH_LATA);
		return err_set(e, ERR_USAGE, "a rate centre needs its LATA: give both or neither");
	}
	if (s->distance && !*s->near_number) {
		fails(f, SEARCH_NEAR);
		return err_set(e, ERR_USAGE, "a distance needs a number to be near to: give both or neither");
	}
	if (s->capabilities & CAP_RCS) {
		fails(f, SEARCH_SMS);
		return err_set(e, ERR_USAGE, "Twilio cannot search for rcs: search for sms instead");
	}
	if (s->limit < 1 || s->limit > 1000) {
		fails(f, SEARCH_LIMIT);
		return err_set(e, ERR_USAGE, "the limit %d is not one: give a whole number from 1 to 1000", s->limit);
	}
	return true;
}

char *search_describe(const struct search *s, char *dst, size_t dst_size)
{
	char phone[32];
	struct buf b;

	buf_init(&b, 1024);
	buf_addf(&b, "%s %s", *s->country ? s->country : "?",
		 s->type == NUMBER_TYPE_UNKNOWN ? "all types" : number_type_name(s->type));
	if (s->area_code)
		buf_addf(&b, " %d", s->area_code);
	if (*s->contains)
		buf_addf(&b, " '%s'", s->contains);
	if (*s->locality)
		buf_addf(&b, " in %s", s->locality);
	if (*s->region)
		buf_addf(&b, *s->locality ? ", %s" : " in %s", s->region);
	if (*s->postal_code)
		buf_addf(&b, " at %s", s->postal_code);
	if (*s->near_number)
		buf_addf(&b, " within %d miles of %s", s->distance ? s->distance : 25,
			 phone_format(s->near_number, phone, sizeof phone));
	if (*s->rate_center)
		buf_addf(&b, " rate centre %s", s->rate_center);
	if (*s->lata)
		buf_addf(&b, " LATA %s", s->lata);
	for (unsigned i = 0; i < CAP_COUNT; i++)
		if (s->capabilities & (1u << i))
			buf_addf(&b, " %s", capability_names[i]);
	if (*s->exclude_address)
		buf_addf(&b, " without %s%saddress", strcmp(s->exclude_address, "any") == 0 ? "" : s->exclude_address,
			 strcmp(s->exclude_address, "any") == 0 ? "" : " ");
	if (s->exclude_beta)
		buf_adds(&b, " without beta");
	snprintf(dst, dst_size, "%s", buf_str(&b));
	buf_release(&b);
	return dst;
}
