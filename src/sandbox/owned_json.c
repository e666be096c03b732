#include "owned.h"

#include <stdio.h>
#include <string.h>

#include "numdesk/model/capability.h"
#include "numdesk/util/clock.h"
#include "out.h"

/* Names in the order of Twilio's published example; KIND picks what is written. */
enum kind { TEXT, BETA, LOOKUP, CAPABILITIES, DEPENDENT_CAPABILITIES, CREATED, UPDATED, URI };
struct member { const char *key; size_t len; enum kind kind; enum owned_text text; };

#define M(comma, column, kind, text) {comma "\"" #column "\":", sizeof(comma "\"" #column "\":") - 1, kind, text}
#define T(column) M(",", column, TEXT, OWNED_##column)
#define K(column, kind) M(",", column, kind, 0)
static const struct member shape[] = {
	M("", account_sid, TEXT, OWNED_account_sid), T(address_requirements), T(address_sid), T(api_version),
	K(beta, BETA), K(capabilities, CAPABILITIES), K(date_created, CREATED),
	K(date_updated, UPDATED), T(emergency_status), T(emergency_address_sid),
	T(emergency_address_status), T(friendly_name), T(identity_sid), T(origin), T(phone_number), T(sid),
	T(sms_application_sid), T(sms_fallback_method), T(sms_fallback_url), T(sms_method), T(sms_url),
	T(status_callback), T(status_callback_method), T(trunk_sid), K(uri, URI),
	T(voice_application_sid), K(voice_caller_id_lookup, LOOKUP), T(voice_fallback_method),
	T(voice_fallback_url), T(voice_method), T(voice_url), T(bundle_sid), T(voice_receive_mode), T(status),
};
static const struct member dependent_shape[] = {
	M("", sid, TEXT, OWNED_sid), T(account_sid), T(friendly_name), T(phone_number), T(voice_url), T(voice_method),
	T(voice_fallback_url), T(voice_fallback_method), K(voice_caller_id_lookup, LOOKUP),
	K(date_created, CREATED), K(date_updated, UPDATED), T(sms_url), T(sms_method),
	T(sms_fallback_url), T(sms_fallback_method), T(address_requirements),
	K(capabilities, DEPENDENT_CAPABILITIES), T(status_callback), T(status_callback_method),
	T(api_version), T(voice_application_sid), T(sms_application_sid), T(trunk_sid), T(emergency_status),
	T(emergency_address_sid), K(uri, URI),
};
#undef K
#undef M
#undef T

static void add_bool(struct buf *b, bool v)
{
	buf_add(b, v ? "true" : "false", v ? 4 : 5);
}

static void add_capabilities(struct buf *b, unsigned c)
{
	static const struct { const char *key; size_t len; unsigned bit; } names[] = {
		{"{\"voice\":", 9, CAP_VOICE}, {",\"sms\":", 7, CAP_SMS}, {",\"mms\":", 7, CAP_MMS},
		{",\"fax\":", 7, CAP_FAX},
	};

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		buf_add(b, names[i].key, names[i].len);
		add_bool(b, c & names[i].bit);
	}
	buf_addc(b, '}');
}

/* A third spelling of the same names, as Twilio's example of this resource has it. */
static void add_dependent_capabilities(struct buf *b, unsigned c)
{
	out_open(b, '{');
	out_member_bool(b, "Voice", c & CAP_VOICE);
	out_member_bool(b, "SMS", c & CAP_SMS);
	out_member_bool(b, "MMS", c & CAP_MMS);
	out_close(b, '}');
}

/* Most dates of a page are of few days, and a day's text is the dear part of a date. */
struct day { int64_t number; char text[32]; };
enum { DAY_S = 86400, CLOCK_AT = 17 };          /* "Thu, 30 Jul 2015 " comes before the clock */

static void add_date(struct buf *b, struct day *day, int64_t seconds)
{
	const int of_day = (int)(seconds % DAY_S), part[] = {of_day / 3600, of_day / 60 % 60, of_day % 60};

	if (seconds / DAY_S != day->number) {
		day->number = seconds / DAY_S;
		clock_rfc2822(seconds, day->text, sizeof day->text);
	}
	for (int i = 0; i < 3; i++) {
		day->text[CLOCK_AT + 3 * i] = (char)('0' + part[i] / 10);
		day->text[CLOCK_AT + 3 * i + 1] = (char)('0' + part[i] % 10);
	}
	out_value(b, day->text);
}

static void add_uri(struct buf *b, const struct owned *n)
{
	buf_adds(b, "\"/2010-04-01/Accounts/");
	buf_adds(b, n->text[OWNED_account_sid]);
	buf_adds(b, "/IncomingPhoneNumbers/");
	buf_adds(b, n->text[OWNED_sid]);
	buf_adds(b, ".json\"");
}

static void add_members(struct buf *b, const struct owned *n, const struct member *m, size_t count)
{
	static _Thread_local struct day day = {.number = -1};

	for (size_t i = 0; i < count; i++) {
		buf_add(b, m[i].key, m[i].len);
		switch (m[i].kind) {
		case TEXT: out_value(b, n->text[m[i].text]); break;
		case BETA: add_bool(b, n->beta); break;
		case LOOKUP: add_bool(b, n->lookup); break;
		case CAPABILITIES: add_capabilities(b, n->capabilities); break;
		case DEPENDENT_CAPABILITIES: add_dependent_capabilities(b, n->capabilities); break;
		case CREATED: add_date(b, &day, n->created); break;
		case UPDATED: add_date(b, &day, n->updated); break;
		case URI: add_uri(b, n); break;
		}
	}
}

void owned_json(struct buf *b, const struct owned *n, bool with_type)
{
	out_open(b, '{');
	add_members(b, n, shape, ARRAY_LEN(shape));
	/* In Twilio's file since 2026-02, and only for the list of all types. */
	if (with_type)
		out_member(b, "type", n->text[OWNED_type]);
	out_close(b, '}');
}

void owned_json_dependent(struct buf *b, const struct owned *n)
{
	out_open(b, '{');
	add_members(b, n, dependent_shape, ARRAY_LEN(dependent_shape));
	out_close(b, '}');
}
