#ifndef NUMDESK_MODEL_NUMBER_H
#define NUMDESK_MODEL_NUMBER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "numdesk/model/capability.h"
#include "numdesk/model/money.h"
#include "numdesk/model/phone.h"
#include "numdesk/model/sid.h"
struct arena;

enum number_type {
	NUMBER_TYPE_UNKNOWN,
	NUMBER_LOCAL, NUMBER_MOBILE, NUMBER_TOLLFREE, NUMBER_NATIONAL, NUMBER_VOIP, NUMBER_SHAREDCOST, NUMBER_M2M,
	NUMBER_TYPE_COUNT
};
/* Our stable word ("tollfree"), "" for unknown; Twilio's path word ("TollFree"); its country-resource key ("toll_free"). */
const char *number_type_name(enum number_type t);
const char *number_type_path(enum number_type t);
const char *number_type_key(enum number_type t);
/* Any spelling ("toll free", "TOLL-FREE", "machine_to_machine"), separators and case ignored; UNKNOWN when none. */
enum number_type number_type_parse(const char *s);

/*
 * One owned number, as last seen in a list, joined with what is kept here. Texts are borrowed from the arena of
 * whoever holds the number; they are raw as Twilio sent them except that friendly_name is cut at 256 bytes on a
 * character: clean before drawing. Absent, null and "" are all NULL. Times are seconds UTC, 0 when unknown.
 */
struct number {
	char account_sid[SID_SIZE], phone_sid[SID_SIZE], phone_number[E164_SIZE];
	char country[3];            /* "" when the dial plan does not know */
	char currency[4];
	enum number_type type;
	unsigned capabilities;
	int64_t monthly_price;      /* micros; MONEY_UNKNOWN */
	int64_t purchased_at;       /* Twilio's date_created */
	int64_t updated_at;         /* Twilio's date_updated */
	int64_t created_at;         /* first seen here */
	int64_t seen_at;            /* last seen in a list or answer */
	int64_t renews_at;          /* when the next month is paid for, about (model/period.h) */
	bool usage_known;           /* the account's messages and calls have been counted; false: the six below are 0 */
	int64_t messages_in, messages_out, calls_in, calls_out;    /* of the last USAGE_DAYS days */
	int64_t idle_days;          /* since it was last used or bought, at least, as of the last count */
	int64_t last_used_at;       /* 0 when not as far back as was counted */
	bool beta, voice_caller_id_lookup;
	bool is_gone;               /* not in the last complete list: shown grey, never counted */
	bool is_primary, is_locked; /* local, from the ledger */
	bool incomplete;            /* the answer lacked or garbled a field we need */
	const char *friendly_name, *status, *origin, *address_requirements, *api_version;
	const char *voice_url, *voice_method, *voice_fallback_url, *voice_fallback_method, *voice_application_sid,
		   *voice_receive_mode;
	const char *sms_url, *sms_method, *sms_fallback_url, *sms_fallback_method, *sms_application_sid;
	const char *status_callback, *status_callback_method, *trunk_sid;
	const char *emergency_status, *emergency_address_sid, *emergency_address_status;
	const char *address_sid, *identity_sid, *bundle_sid;
	const char *account_name;   /* Twilio's name of the account, as last fetched; from the cache only */
	const char *usage;          /* USAGE_DAYS daily totals, oldest first (model/usage.h); NULL when there were none */
	const char *activity;       /* "idle", "inbound-only", "trickle", "active"; NULL when not counted */
	const char *primary_for;    /* local: "messages voice", "messages", "voice"; NULL for neither */
	const char *tags;           /* local: "billing support", sorted, space separated */
	const char *note, *owner, *customer_ref;   /* local */
};
/* Deep copy: texts go to the arena. */
void number_copy(struct number *dst, const struct number *src, struct arena *a);
/* 64-bit hash of what Twilio told (not of local fields or times of ours): equal means nothing changed. */
uint64_t number_hash(const struct number *n);

/* What is kept here about one number of one account; texts borrowed, NULL when empty. */
struct number_meta {
	char account_sid[SID_SIZE], phone_number[E164_SIZE];
	bool is_primary, is_locked;
	bool for_messages, for_voice;   /* primary for that alone, in the place of the primary number */
	const char *primary_for;        /* what it is primary for, all in all; as in struct number. Worked out, not stored */
	const char *tags, *note, *owner, *customer_ref;
};

/* Something for sale a moment ago; may be gone. Texts as in struct number. */
struct offer {
	char phone_number[E164_SIZE], country[3], currency[4];
	enum number_type type;
	unsigned capabilities;
	int64_t monthly_price;      /* micros; MONEY_UNKNOWN until the price list is here */
	bool beta;
	const char *friendly_name, *locality, *region, *postal_code, *lata, *rate_center, *latitude, *longitude;
	const char *address_requirements;   /* none, any, local, foreign; NULL when absent */
	int score;                  /* ours: 0 to 100, how easy it is to remember (model/vanity.h) */
	const char *why;            /* "ends 0000"; NULL: no reason */
};
void offer_copy(struct offer *dst, const struct offer *src, struct arena *a);
/* "San Francisco, CA", "Kent", "" */
char *offer_place(const struct offer *o, char *dst, size_t dst_size);

#endif
