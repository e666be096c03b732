#include "search_filter.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "answer.h"
#include "numdesk/model/phone.h"
#include "numdesk/util/err.h"
#include "numdesk/util/text.h"
#include "request.h"

enum { DISTANCE_DEFAULT = 25, DISTANCE_MAX = 500 };

static bool refuse(struct answer *a, const char *name, const char *value)
{
	answer_error(a, 400, 20422, "Invalid parameter %s: %s", name, value);
	return false;
}

/* Where "the same ... as this number" is meant: the range of a North American number. */
static const struct stock_range *range_of_value(const char *value)
{
	if (*value != '+' || !phone_is_e164(value) || value[1] != '1' || strlen(value) != 12)
		return NULL;
	return stock_area(stock_prefix(value));
}

static bool read_area(struct search_filter *f, const struct request *q, struct answer *a)
{
	const char *value = param_get(&q->query, "AreaCode");
	int64_t code;

	if (!value || !*value)
		return true;
	if (!text_to_i64(value, 0, 999999, &code))
		return refuse(a, "AreaCode", value);
	f->area_code = (int)code;
	return true;
}

static bool read_contains(struct search_filter *f, const struct request *q, struct answer *a)
{
	const char *value = param_get(&q->query, "Contains");

	if (!value || !*value)
		return true;
	if (!phone_contains_valid(value, NULL))
		return refuse(a, "Contains", value);
	f->contains = value;
	return true;
}

static void read_capability(struct search_filter *f, const struct request *q, const char *name, unsigned bit)
{
	if (param_bool(&q->query, name, false))
		f->capabilities |= bit;
	else if (!param_bool(&q->query, name, true))
		f->without |= bit;
}

static bool read_degrees(const char *s, double *latitude, double *longitude)
{
	char *end;

	*latitude = strtod(s, &end);
	if (end == s || *end != ',')
		return false;
	s = end + 1;
	*longitude = strtod(s, &end);
	return end != s && *end == '\0' && fabs(*latitude) <= 90 && fabs(*longitude) <= 180;
}

static bool read_near(struct search_filter *f, const struct request *q, struct answer *a)
{
	const char *number = param_get(&q->query, "NearNumber"), *place = param_get(&q->query, "NearLatLong");
	const char *distance = param_get(&q->query, "Distance");
	int64_t miles = DISTANCE_DEFAULT;

	if (distance && *distance && !text_to_i64(distance, 1, DISTANCE_MAX, &miles))
		return refuse(a, "Distance", distance);
	f->distance = (double)miles;
	if (number && *number) {
		const struct stock_range *r = range_of_value(number);

		if (!phone_is_e164(number))
			return refuse(a, "NearNumber", number);
		f->near = true;
		f->latitude = r ? strtod(r->latitude, NULL) : 0;    /* unknown to us: nothing is near it */
		f->longitude = r ? strtod(r->longitude, NULL) : 0;
	} else if (place && *place) {
		f->near = read_degrees(place, &f->latitude, &f->longitude);
		return f->near || refuse(a, "NearLatLong", place);
	}
	return true;
}

/* A place parameter names the place, or a number that lies in it. */
static const char *read_place(const struct request *q, const char *name, size_t member)
{
	const char *value = param_get(&q->query, name);
	const struct stock_range *r;

	if (!value || !*value)
		return NULL;
	r = range_of_value(value);
	return r ? *(const char *const *)((const char *)r + member) : value;
}

static bool read_places(struct search_filter *f, const struct request *q, struct answer *a)
{
	f->postal_code = read_place(q, "InPostalCode", offsetof(struct stock_range, postal_code));
	f->region = read_place(q, "InRegion", offsetof(struct stock_range, region));
	f->rate_center = read_place(q, "InRateCenter", offsetof(struct stock_range, rate_center));
	f->lata = read_place(q, "InLata", offsetof(struct stock_range, lata));
	f->locality = read_place(q, "InLocality", offsetof(struct stock_range, locality));
	return !f->rate_center || f->lata || refuse(a, "InRateCenter", "InLata is required with it");
}

bool search_filter_read(struct search_filter *f, const struct request *q, struct answer *a)
{
	*f = (struct search_filter){
		.no_any = param_bool(&q->query, "ExcludeAllAddressRequired", false),
		.no_local = param_bool(&q->query, "ExcludeLocalAddressRequired", false),
		.no_foreign = param_bool(&q->query, "ExcludeForeignAddressRequired", false),
		.no_beta = !param_bool(&q->query, "Beta", true),
	};
	read_capability(f, q, "VoiceEnabled", CAP_VOICE);
	read_capability(f, q, "SmsEnabled", CAP_SMS);
	read_capability(f, q, "MmsEnabled", CAP_MMS);
	read_capability(f, q, "FaxEnabled", CAP_FAX);
	return read_area(f, q, a) && read_contains(f, q, a) && read_near(f, q, a) && read_places(f, q, a);
}

static double miles(double lat1, double lon1, double lat2, double lon2)
{
	const double rad = 3.14159265358979323846 / 180;
	const double a = pow(sin((lat2 - lat1) * rad / 2), 2) +
			 cos(lat1 * rad) * cos(lat2 * rad) * pow(sin((lon2 - lon1) * rad / 2), 2);

	return 2 * 3958.8 * asin(sqrt(a < 1 ? a : 1));
}

static bool is_near(const struct search_filter *f, const struct stock_range *r)
{
	return r->latitude && miles(f->latitude, f->longitude, strtod(r->latitude, NULL),
				    strtod(r->longitude, NULL)) <= f->distance;
}

static bool same(const char *wanted, const char *have)
{
	return !wanted || (have && text_ieq(wanted, have));
}

/* ExcludeAll hides whatever needs an address; the two others hide one kind each. */
static bool address_passes(const struct search_filter *f, const char *needs)
{
	return !(f->no_any && strcmp(needs, "none") != 0) && !(f->no_local && strcmp(needs, "local") == 0) &&
	       !(f->no_foreign && strcmp(needs, "foreign") == 0);
}

bool search_filter_range(const struct search_filter *f, const struct stock_range *r)
{
	const bool nanp = strcmp(r->country, "US") == 0 || strcmp(r->country, "CA") == 0;

	if (!same(f->locality, r->locality) || !address_passes(f, r->address_requirements))
		return false;
	if (!nanp)              /* the other places and the area code exist in the North American plan only */
		return true;
	/* A toll-free prefix counts as the area code. */
	if (f->area_code && f->area_code != stock_prefix(r->prefix))
		return false;
	return (!f->near || is_near(f, r)) && same(f->region, r->region) && same(f->postal_code, r->postal_code) &&
	       same(f->lata, r->lata) && same(f->rate_center, r->rate_center);
}

bool search_filter_number(const struct search_filter *f, const struct stock_number *n)
{
	return (n->capabilities & f->capabilities) == f->capabilities && !(n->capabilities & f->without) &&
	       !(f->no_beta && n->beta) && (!f->contains || phone_contains_match(f->contains, n->phone));
}
