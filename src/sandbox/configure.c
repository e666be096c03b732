#include "configure.h"

#include <string.h>

#include "answer.h"
#include "bundles.h"
#include "db.h"
#include "limits.h"
#include "numdesk/model/capability.h"
#include "numdesk/model/sid.h"
#include "numdesk/util/text.h"
#include "owned.h"
#include "record.h"
#include "request.h"
#include "state.h"
#include "stock.h"

enum check { NONE, NAME, VERSION, URL, METHOD, APP, TRUNK, MODE, EMERGENCY, ADDRESS, IDENTITY, BUNDLE };

static const struct { const char *form; enum check check; } fields[OWNED_TEXT_COUNT] = {
#define OWNED(column, form, check) [OWNED_##column] = {form, check},
#include "owned_fields.def"
#undef OWNED
};

/* Country of an address that belongs to the account, "" when there is none. */
static const char *address_country(struct sandbox *s, const char *account, const char *sid, struct arena *a)
{
	struct sqlite3_stmt *q = db_query(s->db, "SELECT iso_country FROM address WHERE sid=? AND account_sid=?", "ss",
					  sid, account);
	const char *country = db_next(q) ? db_text(q, 0, a) : "";

	db_end(q);
	return country;
}

static bool one_of(const char *value, const char *x, const char *y)
{
	return strcmp(value, x) == 0 || strcmp(value, y) == 0;
}

static bool refuse(struct answer *a, int code, const char *form, const char *value)
{
	answer_error(a, 400, code, "Invalid %s: %s", form, value);
	return false;
}

/* An application or a trunk of the account. */
static bool belongs(struct sandbox *s, const char *account, const char *prefix, const char *sid)
{
	return sid_is(sid, prefix) && record_exists(s, account, sid);
}

static bool check_value(struct sandbox *s, const char *account, enum check check, const char *form, const char *value,
			struct answer *a)
{
	struct arena scratch = {0};
	bool known = true;

	switch (check) {
	case NONE: return true;
	case NAME: return limits_name(value, a);
	case URL: return limits_url(value, form, a);
	case METHOD: return limits_method(value, form, a);
	case VERSION: return one_of(value, "2010-04-01", "2008-08-01") || refuse(a, 20422, form, value);
	case MODE: return one_of(value, "voice", "fax") || refuse(a, 20422, form, value);
	case EMERGENCY: return one_of(value, "Active", "Inactive") || refuse(a, 20422, form, value);
	case APP: return !*value || belongs(s, account, "AP", value) || refuse(a, 21218, form, value);
	case TRUNK: return !*value || belongs(s, account, "TK", value) || refuse(a, 20422, form, value);
	case IDENTITY: return !*value || sid_is(value, "RI") || refuse(a, 21650, form, value);
	case ADDRESS:
		known = !*value || *address_country(s, account, value, &scratch);
		arena_release(&scratch);
		return known || refuse(a, 21631, form, value);
	case BUNDLE:
		known = !*value || db_number(s->db, 0, "SELECT COUNT(*) FROM bundle WHERE sid=? AND account_sid=?",
					     "ss", value, account) > 0;
		return known || refuse(a, 21649, form, value);
	}
	return true;
}

/* What a field becomes: an empty SID is null where Twilio shows null, methods are upper case. */
static const char *stored(enum check check, const char *value, struct arena *a)
{
	char *copy;

	if (!*value && (check == TRUNK || check == ADDRESS || check == IDENTITY || check == BUNDLE))
		return NULL;
	if (check != METHOD)
		return value;
	if (!*value)
		return "POST";
	copy = arena_dup(a, value);
	for (char *c = copy; *c; c++)
		*c = (char)(*c >= 'a' && *c <= 'z' ? *c - 32 : *c);
	return copy;
}

static bool is_set(const struct owned *n, enum owned_text t)
{
	return n->text[t] && *n->text[t];
}

static bool whole_is_valid(const struct owned *n, struct answer *a)
{
	const bool nanp = one_of(n->text[OWNED_country], "US", "CA");

	if (is_set(n, OWNED_voice_fallback_url) && !is_set(n, OWNED_voice_url) &&
	    !is_set(n, OWNED_voice_application_sid))
		answer_error(a, 400, 21405, "VoiceFallbackUrl is set without a VoiceUrl");
	else if (is_set(n, OWNED_sms_fallback_url) && !is_set(n, OWNED_sms_url) &&
		 !is_set(n, OWNED_sms_application_sid))
		answer_error(a, 400, 21406, "SmsFallbackUrl is set without a SmsUrl");
	else if (!(n->capabilities & CAP_SMS) &&
		 (is_set(n, OWNED_sms_url) || is_set(n, OWNED_sms_fallback_url) ||
		  is_set(n, OWNED_sms_application_sid)))
		answer_error(a, 400, 21407, "This Phone Number type does not support SMS or is not SMS enabled");
	else if (n->lookup && !nanp)
		answer_error(a, 400, 21409, "VoiceCallerIdLookup is not available for this number");
	else
		return true;
	return false;
}

bool configure_apply(struct sandbox *s, struct request *q, const char *account, struct owned *n, struct answer *a)
{
	for (int i = 0; i < OWNED_TEXT_COUNT; i++) {
		const char *value = *fields[i].form ? param_get(&q->form, fields[i].form) : NULL;

		if (!value)
			continue;
		if (!check_value(s, account, fields[i].check, fields[i].form, value, a))
			return false;
		n->text[i] = stored(fields[i].check, value, &q->arena);
	}
	n->lookup = param_bool(&q->form, "VoiceCallerIdLookup", n->lookup);
	if (param_get(&q->form, "TrunkSid") && is_set(n, OWNED_trunk_sid))
		n->text[OWNED_voice_application_sid] = "";
	else if (param_get(&q->form, "VoiceApplicationSid") && is_set(n, OWNED_voice_application_sid))
		n->text[OWNED_trunk_sid] = NULL;
	n->text[OWNED_emergency_address_status] = is_set(n, OWNED_emergency_address_sid) ? "registered" : "unregistered";
	return whole_is_valid(n, a);
}

static bool address_regulated(struct sandbox *s, const char *account, const struct owned *n, struct answer *a)
{
	const char *needs = n->text[OWNED_address_requirements], *sid = n->text[OWNED_address_sid];
	struct arena scratch = {0};
	const char *country = address_country(s, account, sid ? sid : "", &scratch);
	const bool at_home = strcmp(country, n->text[OWNED_country]) == 0;
	int code = 0;

	if (strcmp(needs, "local") == 0 && !at_home)
		code = 21615;
	else if ((strcmp(needs, "any") == 0 && !*country) || (strcmp(needs, "foreign") == 0 && (!*country || at_home)))
		code = 21631;
	arena_release(&scratch);
	if (code)
		answer_error(a, 400, code, "Phone Number Requires %s Address", code == 21615 ? "a Local" : "an");
	return code == 0;
}

bool configure_regulated(struct sandbox *s, const char *account, const struct owned *n, struct answer *a)
{
	const struct stock_range *r = stock_range_of(n->text[OWNED_phone_number]);

	if (!address_regulated(s, account, n, a))
		return false;
	if (!r || !stock_needs_bundle(r) ||
	    bundle_fits(s, account, n->text[OWNED_bundle_sid], r->country, r->type))
		return true;
	answer_error(a, 400, 21649, "Bundle required: the number needs an approved regulatory bundle");
	return false;
}
