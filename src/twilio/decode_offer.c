/* A number for sale from its JSON object. Its price is not in it: it comes from the price list. */
#include "client_priv.h"

#include <string.h>

#include "numdesk/model/number.h"
#include "numdesk/model/search.h"
#include "numdesk/util/json.h"
#include "numdesk/util/mem.h"
#include "numdesk/util/text.h"

enum { PLACE_MAX_BYTES = 256 };

/* Coordinates come as strings or numbers. */
static const char *coordinate(const struct json *v, const char *name, struct arena *a)
{
	char s[32];

	return json_text_or_number(v, name, s, sizeof s) && *s ? arena_dup(a, s) : NULL;
}

bool offer_decode(const struct json *v, const struct search *s, struct offer *out, struct arena *a)
{
	const char *number = json_text(v, "phone_number"), *country = json_text(v, "iso_country");

	*out = (struct offer){.type = s->type, .monthly_price = MONEY_UNKNOWN};
	if (!number || !phone_is_e164(number) || !text_copy(out->phone_number, sizeof out->phone_number, number))
		return false;
	text_copy(out->country, sizeof out->country, country && strlen(country) == 2 ? country : s->country);
	capabilities_decode(json_get(v, "capabilities"), &out->capabilities);
	out->beta = json_bool(v, "beta", false);
	out->friendly_name = text_decode_prose(v, "friendly_name", PLACE_MAX_BYTES, a);
	out->locality = text_decode_prose(v, "locality", PLACE_MAX_BYTES, a);
	out->region = text_decode_prose(v, "region", PLACE_MAX_BYTES, a);
	out->postal_code = text_decode_prose(v, "postal_code", PLACE_MAX_BYTES, a);
	out->lata = text_decode_prose(v, "lata", PLACE_MAX_BYTES, a);
	out->rate_center = text_decode_prose(v, "rate_center", PLACE_MAX_BYTES, a);
	out->latitude = coordinate(v, "latitude", a);
	out->longitude = coordinate(v, "longitude", a);
	out->address_requirements = text_decode_prose(v, "address_requirements", PLACE_MAX_BYTES, a);
	return true;
}
