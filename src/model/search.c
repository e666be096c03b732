#include "numdesk/model/search.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "numdesk/model/dialplan.h"
#include "numdesk/util/err.h"
#include "numdesk/util/mem.h"
#include "numdesk/util/text.h"

#define DEFAULT_LIMIT 30
#define MAX_LIMIT 1000
#define MAX_DISTANCE 500

void search_init(struct search *s)
{
	*s = (struct search){.country = "US", .type = NUMBER_LOCAL, .limit = DEFAULT_LIMIT};
}

/* --- one field from text ---------------------------------------------------------------------------------------- */

typedef bool setter_fn(struct search *s, const char *text, struct err *e);

static bool set_country(struct search *s, const char *text, struct err *e)
{
	const char *code = *text ? dialplan_country_code(text) : "", *near;

	if (!code) {
		near = dialplan_country_suggest(text);
		return err_set(e, ERR_USAGE, "country '%.40s' is not known: %s%s%s", text, near ? "did you mean '" : "",
			       near ? near : "write its two letters, such as US", near ? "'" : "");
	}
	snprintf(s->country, sizeof s->country, "%s", code);
	return true;
}

static bool set_type(struct search *s, const char *text, struct err *e)
{
	enum number_type type = number_type_parse(text);

	if (type == NUMBER_TYPE_UNKNOWN && *text && !text_ieq(text, "all") && !text_ieq(text, "any"))
		return err_set(e, ERR_USAGE,
			       "type '%.40s' is not known: choose local, mobile, tollfree, national, voip, "
			       "sharedcost, m2m or all",
			       text);
	s->type = type;
	return true;
}

static bool one_code(const char *word, int *npa, struct err *e)
{
	int64_t n;

	if (strlen(word) != 3 || !text_to_i64(word, 200, 999, &n))
		return err_set(e, ERR_USAGE,
			       "area code '%.40s' is not one: give three digits from 200 to 999, such as 415", word);
	*npa = (int)n;
	return true;
}

/* "415, 628 510"; one named twice counts once. */
static bool set_area_code(struct search *s, const char *text, struct err *e)
{
	int npa = 0;

	s->area_code = 0;
	memset(s->more_codes, 0, sizeof s->more_codes);
	for (text += strspn(text, " ,"); *text; text += strspn(text, " ,")) {
		const size_t n = strcspn(text, " ,");
		char word[41];
		size_t at = 0;

		snprintf(word, sizeof word, "%.*s", (int)(n < 40 ? n : 40), text);
		text += n;
		if (!one_code(word, &npa, e))
			return false;
		if (search_has_code(s, npa))
			continue;
		while (at < SEARCH_MORE_CODES && s->more_codes[at])
			at++;
		if (s->area_code && at == SEARCH_MORE_CODES)
			return err_set(e, ERR_USAGE, "these are too many area codes: give at most %d",
				       SEARCH_MORE_CODES + 1);
		*(s->area_code ? &s->more_codes[at] : &s->area_code) = npa;
	}
	return true;
}

static bool set_contains(struct search *s, const char *text, struct err *e)
{
	char pattern[32];
	size_t n = 0;

	for (; *text && n + 1 < sizeof pattern; text++)
		if (!strchr(" -.()", *text))
			pattern[n++] = *text;
	pattern[n] = '\0';
	if (n > 0 && !phone_contains_valid(pattern, e))
		return false;
	memcpy(s->contains, pattern, n + 1);
	return true;
}

static bool set_vanity(struct search *s, const char *text, struct err *e)
{
	return vanity_parse(text, s->vanity, e);
}

/* A filter that may be a number as well: whatever begins as one in full must be one. True when it was taken. */
static bool take_number(char dst[E164_SIZE], const char *what, const char *text, bool *failed, struct err *e)
{
	*failed = false;
	if (*text != '+')
		return false;
	*failed = !phone_parse(text, dst, e);
	if (*failed)
		err_wrap(e, "%s", what);
	return true;
}

static bool set_region(struct search *s, const char *text, struct err *e)
{
	bool failed;

	if (take_number(s->region, "region", text, &failed, e))
		return !failed;
	if (*text && (strlen(text) != 2 || !text_is_alpha(text[0]) || !text_is_alpha(text[1])))
		return err_set(e, ERR_USAGE,
			       "region '%.40s' is not one: give the two letters of a state or province, such as CA",
			       text);
	for (size_t i = 0; i <= strlen(text); i++)
		s->region[i] = text[i] >= 'a' && text[i] <= 'z' ? (char)(text[i] - 'a' + 'A') : text[i];
	return true;
}

/* A name of a place: printable text that fits. */
static bool set_name(char *dst, size_t dst_size, const char *what, const char *text, struct err *e)
{
	if (strlen(text) >= dst_size)
		return err_set(e, ERR_USAGE, "%s '%.40s...' is too long: use at most %zu characters", what, text,
			       dst_size - 1);
	if (!text_is_clean(text, strlen(text)))
		return err_set(e, ERR_USAGE, "%s '%.40s' holds a character that cannot be shown: type it anew", what,
			       text);
	return text_copy(dst, dst_size, text);
}

static bool set_locality(struct search *s, const char *text, struct err *e)
{
	return set_name(s->locality, sizeof s->locality, "locality", text, e);
}

static bool set_postal_code(struct search *s, const char *text, struct err *e)
{
	bool failed;

	if (take_number(s->postal_code, "postal code", text, &failed, e))
		return !failed;
	for (const char *p = text; *p; p++)
		if (!text_is_alnum(*p) && *p != ' ' && *p != '-')
			return err_set(e, ERR_USAGE,
				       "postal code '%.40s' is not one: use letters and digits, such as 94105", text);
	return set_name(s->postal_code, sizeof s->postal_code, "postal code", text, e);
}

/* Degrees as a person writes them: a sign, digits, a point and more digits. */
static bool read_degrees(const char **text, int most)
{
	const char *p = *text + strspn(*text, " ");
	char *end;
	double v;

	if (!text_is_digit(p[*p == '-' || *p == '+']))
		return false;
	v = strtod(p, &end);
	if (end == p || end - p > 14 || strspn(p, "+-0123456789.") < (size_t)(end - p) || v < -most || v > most)
		return false;
	*text = end + strspn(end, " ");
	return true;
}

static bool set_place(struct search *s, const char *text, struct err *e)
{
	const char *p = text;
	char place[sizeof s->near_place];
	size_t n = 0;

	if (!read_degrees(&p, 90) || *p++ != ',' || !read_degrees(&p, 180) || *p)
		return err_set(e, ERR_USAGE, "near '%.40s' is no place: write latitude and longitude in degrees, such as "
			       "37.79,-122.42", text);
	for (p = text; *p && n + 1 < sizeof place; p++)
		if (*p != ' ' && *p != '+')
			place[n++] = *p;
	place[n] = '\0';
	if (*p)
		return err_set(e, ERR_USAGE, "near '%.40s' has more digits than a place needs", text);
	memcpy(s->near_place, place, n + 1);
	s->near_number[0] = '\0';
	return true;
}

/* A number, or a place by its coordinates: only these have a comma. */
static bool set_near(struct search *s, const char *text, struct err *e)
{
	char e164[E164_SIZE] = "";

	if (strchr(text, ','))
		return set_place(s, text, e);
	if (*text && !phone_parse(text, e164, e))
		return err_wrap(e, "near");
	memcpy(s->near_number, e164, sizeof e164);
	s->near_place[0] = '\0';
	return true;
}

static bool set_distance(struct search *s, const char *text, struct err *e)
{
	int64_t miles = 0;

	if (*text && !text_to_i64(text, 1, MAX_DISTANCE, &miles))
		return err_set(e, ERR_USAGE, "distance '%.40s' is not one: give miles from 1 to %d", text,
			       MAX_DISTANCE);
	s->distance = (int)miles;
	return true;
}

static bool set_rate_center(struct search *s, const char *text, struct err *e)
{
	return set_name(s->rate_center, sizeof s->rate_center, "rate centre", text, e);
}

static bool set_lata(struct search *s, const char *text, struct err *e)
{
	bool failed;

	if (take_number(s->lata, "LATA", text, &failed, e))
		return !failed;
	if (*text && (strlen(text) < 3 || strlen(text) > 5 || !text_all_digits(text)))
		return err_set(e, ERR_USAGE, "LATA '%.40s' is not one: give its three to five digits, such as 722",
			       text);
	return text_copy(s->lata, sizeof s->lata, text);
}

static bool parse_switch(const char *what, const char *text, bool *on, struct err *e)
{
	*on = false;
	if (*text && !text_to_bool(text, on))
		return err_set(e, ERR_USAGE, "%s '%.40s' is neither yes nor no", what, text);
	return true;
}

/* Must be there, must not, or either. */
static bool set_capability(struct search *s, unsigned bit, const char *what, const char *text, struct err *e)
{
	const bool without = text_ieq(text, "without");
	bool on = false;

	if (!without && !parse_switch(what, text, &on, e))
		return false;
	s->capabilities = on ? s->capabilities | bit : s->capabilities & ~bit;
	s->without = without ? s->without | bit : s->without & ~bit;
	return true;
}

static bool set_voice(struct search *s, const char *text, struct err *e)
{
	return set_capability(s, CAP_VOICE, "voice", text, e);
}

static bool set_sms(struct search *s, const char *text, struct err *e)
{
	return set_capability(s, CAP_SMS, "sms", text, e);
}

static bool set_mms(struct search *s, const char *text, struct err *e)
{
	return set_capability(s, CAP_MMS, "mms", text, e);
}

static bool set_fax(struct search *s, const char *text, struct err *e)
{
	return set_capability(s, CAP_FAX, "fax", text, e);
}

static bool set_exclude_address(struct search *s, const char *text, struct err *e)
{
	static const char *const words[] = {"any", "local", "foreign", "both"};

	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (text_ieq(text, words[i]))
			return text_copy(s->exclude_address, sizeof s->exclude_address, words[i]);
	if (*text && !text_ieq(text, "none"))
		return err_set(e, ERR_USAGE, "address requirement '%.40s' is not one: choose any, local, foreign or both",
			       text);
	s->exclude_address[0] = '\0';
	return true;
}

static bool set_exclude_beta(struct search *s, const char *text, struct err *e)
{
	return parse_switch("no beta", text, &s->exclude_beta, e);
}

static bool set_order(struct search *s, const char *text, struct err *e)
{
	for (int o = ORDER_AUTO; o < ORDER_COUNT; o++)
		if (text_ieq(text, search_order_name((enum search_order)o))) {
			s->order = (enum search_order)o;
			return true;
		}
	return err_set(e, ERR_USAGE, "order '%.40s' is not one: choose score, price, number or found", text);
}

static bool set_limit(struct search *s, const char *text, struct err *e)
{
	int64_t n = DEFAULT_LIMIT;

	if (*text && !text_to_i64(text, 1, MAX_LIMIT, &n))
		return err_set(e, ERR_USAGE, "limit '%.40s' is not one: give a whole number from 1 to %d", text,
			       MAX_LIMIT);
	s->limit = (int)n;
	return true;
}

static setter_fn *const setters[SEARCH_FIELD_COUNT] = {
	[SEARCH_COUNTRY] = set_country,
	[SEARCH_TYPE] = set_type,
	[SEARCH_AREA_CODE] = set_area_code,
	[SEARCH_CONTAINS] = set_contains,
	[SEARCH_VANITY] = set_vanity,
	[SEARCH_REGION] = set_region,
	[SEARCH_LOCALITY] = set_locality,
	[SEARCH_POSTAL_CODE] = set_postal_code,
	[SEARCH_NEAR] = set_near,
	[SEARCH_DISTANCE] = set_distance,
	[SEARCH_RATE_CENTER] = set_rate_center,
	[SEARCH_LATA] = set_lata,
	[SEARCH_VOICE] = set_voice,
	[SEARCH_SMS] = set_sms,
	[SEARCH_MMS] = set_mms,
	[SEARCH_FAX] = set_fax,
	[SEARCH_EXCLUDE_ADDRESS] = set_exclude_address,
	[SEARCH_EXCLUDE_BETA] = set_exclude_beta,
	[SEARCH_ORDER] = set_order,
	[SEARCH_LIMIT] = set_limit,
};

bool search_set(struct search *s, enum search_field f, const char *text, struct err *e)
{
	struct search changed = *s;
	char trimmed[256];
	size_t n;

	text += strspn(text, " \t");
	n = strlen(text);
	while (n > 0 && (text[n - 1] == ' ' || text[n - 1] == '\t'))
		n--;
	if (n >= sizeof trimmed)
		return err_set(e, ERR_USAGE, "'%.40s...' is too long for a search", text);
	memcpy(trimmed, text, n);
	trimmed[n] = '\0';
	if (!setters[f](&changed, trimmed, e))
		return false;
	*s = changed;
	return true;
}

enum { TEXT_SIZE = 64 };        /* ten area codes */

static const char *number_or_empty(int n, char dst[TEXT_SIZE])
{
	snprintf(dst, TEXT_SIZE, "%d", n);
	return n ? dst : "";
}

static const char *codes(const struct search *s, char dst[TEXT_SIZE])
{
	size_t n = 0;

	if (!s->area_code)
		return "";
	n = (size_t)snprintf(dst, TEXT_SIZE, "%d", s->area_code);
	for (size_t i = 0; i < SEARCH_MORE_CODES && s->more_codes[i]; i++)
		n += (size_t)snprintf(dst + n, TEXT_SIZE - n, ", %d", s->more_codes[i]);
	return dst;
}

static const char *capability(const struct search *s, unsigned bit)
{
	return s->capabilities & bit ? "yes" : s->without & bit ? "without" : "";
}

static const char *field_text(const struct search *s, enum search_field f, char number[TEXT_SIZE])
{
	switch (f) {
	case SEARCH_COUNTRY:
		return s->country;
	case SEARCH_TYPE:
		return s->type == NUMBER_TYPE_UNKNOWN ? "all" : number_type_name(s->type);
	case SEARCH_AREA_CODE:
		return codes(s, number);
	case SEARCH_CONTAINS:
		return s->contains;
	case SEARCH_VANITY:
		return s->vanity;
	case SEARCH_REGION:
		return s->region;
	case SEARCH_LOCALITY:
		return s->locality;
	case SEARCH_POSTAL_CODE:
		return s->postal_code;
	case SEARCH_NEAR:
		return *s->near_place ? s->near_place : s->near_number;
	case SEARCH_DISTANCE:
		return number_or_empty(s->distance, number);
	case SEARCH_RATE_CENTER:
		return s->rate_center;
	case SEARCH_LATA:
		return s->lata;
	case SEARCH_VOICE:
		return capability(s, CAP_VOICE);
	case SEARCH_SMS:
		return capability(s, CAP_SMS);
	case SEARCH_MMS:
		return capability(s, CAP_MMS);
	case SEARCH_FAX:
		return capability(s, CAP_FAX);
	case SEARCH_EXCLUDE_ADDRESS:
		return s->exclude_address;
	case SEARCH_EXCLUDE_BETA:
		return s->exclude_beta ? "yes" : "";
	case SEARCH_ORDER:
		return search_order_name(s->order);
	case SEARCH_LIMIT:
		return number_or_empty(s->limit, number);
	case SEARCH_FIELD_COUNT:
		break;
	}
	return "";
}

char *search_get(const struct search *s, enum search_field f, char *dst, size_t dst_size)
{
	char number[TEXT_SIZE];

	snprintf(dst, dst_size, "%s", field_text(s, f, number));
	return dst;
}
