#include "numdesk/model/search.h"

#include <stdio.h>
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

static bool set_area_code(struct search *s, const char *text, struct err *e)
{
	int64_t npa = 0;

	if (*text && (strlen(text) != 3 || !text_to_i64(text, 200, 999, &npa)))
		return err_set(e, ERR_USAGE,
			       "area code '%.40s' is not one: give three digits from 200 to 999, such as 415", text);
	s->area_code = (int)npa;
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

static bool set_region(struct search *s, const char *text, struct err *e)
{
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
	for (const char *p = text; *p; p++)
		if (!text_is_alnum(*p) && *p != ' ' && *p != '-')
			return err_set(e, ERR_USAGE,
				       "postal code '%.40s' is not one: use letters and digits, such as 94105", text);
	return set_name(s->postal_code, sizeof s->postal_code, "postal code", text, e);
}

static bool set_near(struct search *s, const char *text, struct err *e)
{
	char e164[E164_SIZE] = "";

	if (*text && !phone_parse(text, e164, e))
		return err_wrap(e, "near");
	memcpy(s->near_number, e164, sizeof e164);
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

static bool set_capability(struct search *s, unsigned bit, const char *what, const char *text, struct err *e)
{
	bool on;

	if (!parse_switch(what, text, &on, e))
		return false;
	s->capabilities = on ? s->capabilities | bit : s->capabilities & ~bit;
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
	static const char *const words[] = {"any", "local", "foreign"};

	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (text_ieq(text, words[i]))
			return text_copy(s->exclude_address, sizeof s->exclude_address, words[i]);
	if (*text && !text_ieq(text, "none"))
		return err_set(e, ERR_USAGE, "address requirement '%.40s' is not one: choose any, local or foreign",
			       text);
	s->exclude_address[0] = '\0';
	return true;
}

static bool set_exclude_beta(struct search *s, const char *text, struct err *e)
{
	return parse_switch("no beta", text, &s->exclude_beta, e);
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

static const char *yes(bool on)
{
	return on ? "yes" : "";
}

static const char *number_or_empty(int n, char dst[16])
{
	snprintf(dst, 16, "%d", n);
	return n ? dst : "";
}

static const char *field_text(const struct search *s, enum search_field f, char number[16])
{
	switch (f) {
	case SEARCH_COUNTRY:
		return s->country;
	case SEARCH_TYPE:
		return s->type == NUMBER_TYPE_UNKNOWN ? "all" : number_type_name(s->type);
	case SEARCH_AREA_CODE:
		return number_or_empty(s->area_code, number);
	case SEARCH_CONTAINS:
		return s->contains;
	case SEARCH_REGION:
		return s->region;
	case SEARCH_LOCALITY:
		return s->locality;
	case SEARCH_POSTAL_CODE:
		return s->postal_code;
	case SEARCH_NEAR:
		return s->near_number;
	case SEARCH_DISTANCE:
		return number_or_empty(s->distance, number);
	case SEARCH_RATE_CENTER:
		return s->rate_center;
	case SEARCH_LATA:
		return s->lata;
	case SEARCH_VOICE:
		return yes(s->capabilities & CAP_VOICE);
	case SEARCH_SMS:
		return yes(s->capabilities & CAP_SMS);
	case SEARCH_MMS:
		return yes(s->capabilities & CAP_MMS);
	case SEARCH_FAX:
		return yes(s->capabilities & CAP_FAX);
	case SEARCH_EXCLUDE_ADDRESS:
		return s->exclude_address;
	case SEARCH_EXCLUDE_BETA:
		return yes(s->exclude_beta);
	case SEARCH_LIMIT:
		return number_or_empty(s->limit, number);
	case SEARCH_FIELD_COUNT:
		break;
	}
	return "";
}

char *search_get(const struct search *s, enum search_field f, char *dst, size_t dst_size)
{
	char number[16];

	snprintf(dst, dst_size, "%s", field_text(s, f, number));
	return dst;
}
