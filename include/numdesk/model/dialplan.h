#ifndef NUMDESK_MODEL_DIALPLAN_H
#define NUMDESK_MODEL_DIALPLAN_H

#include <stddef.h>

#include "numdesk/model/number.h"

/* Country and type of a number from public numbering metadata (src/model/dialplan_data.h says where it is from). */
struct dialplan_match {
	char country[3];            /* ISO 3166-1 alpha-2, "" when unknown */
	enum number_type type;      /* NUMBER_TYPE_UNKNOWN when the plan cannot tell fixed from mobile etc. */
	int calling_code;           /* 0 when unknown */
};
struct dialplan_match dialplan_lookup(const char *e164);
/* English name of a country ("United Kingdom"), or the code itself when unknown. Borrowed, static. */
const char *dialplan_country_name(const char *iso);
/* Country code for a code or an English name in any case; NULL when unknown. Static. */
const char *dialplan_country_code(const char *name_or_code);
/* Nearest known code or name for a misspelling, NULL when nothing is near. */
const char *dialplan_country_suggest(const char *s);
/* Calling code of a country, 0 when unknown. */
int dialplan_calling_code(const char *iso);

/* A North American area code: region ("CA", "ON") and the codes one may try next to it (same region), for widening. */
struct dialplan_npa { int npa; char country[3]; char region[3]; const char *place; };
const struct dialplan_npa *dialplan_npa(int npa);                 /* NULL when unassigned or non-geographic */
/* Area codes of a US state or Canadian province (two letters); returns how many were written. */
size_t dialplan_npas_of(const char *country, const char *region, int *out, size_t max);
/* Area codes overlaying or next to npa: same region, npa itself left out, nearest first as far as known. */
size_t dialplan_npa_neighbours(int npa, int *out, size_t max);

#endif
