#include "usage.h"

#include <string.h>

#include "db.h"
#include "numdesk/model/money.h"
#include "numdesk/model/number.h"
#include "numdesk/model/period.h"
#include "numdesk/util/mem.h"
#include "state.h"
#include "stock.h"
#include "synth.h"
#include "traffic.h"

/*
 * Categories nest: an event adds to its own category and to all that contain it. The names, their nesting and the odd
 * spelling of mms-inbound-toll-free are those of Twilio's documents; there are hundreds more, of which those without
 * use in this sandbox are represented by a few that stay zero.
 */
#define CATEGORIES(X) \
	X(A2P_FEES, "a2p-registration-fees", "A2P Registration Fees", "", "") \
	X(LOOKUPS_NAME, "calleridlookups", "Caller Name Lookups", "lookups", "lookups") \
	X(CALLS, "calls", "Voice Minutes", "calls", "minutes") \
	X(CALLS_CLIENT, "calls-client", "Client Minutes", "calls", "minutes") \
	X(CALLS_IN, "calls-inbound", "Inbound Voice Minutes", "calls", "minutes") \
	X(CALLS_IN_LOCAL, "calls-inbound-local", "Inbound Local Calls", "calls", "minutes") \
	X(CALLS_IN_MOBILE, "calls-inbound-mobile", "Inbound Mobile Calls", "calls", "minutes") \
	X(CALLS_IN_FREE, "calls-inbound-tollfree", "Inbound Toll Free Calls", "calls", "minutes") \
	X(CALLS_OUT, "calls-outbound", "Outbound Voice Minutes", "calls", "minutes") \
	X(CALLS_RECORDINGS, "calls-recordings", "Recordings", "recordings", "minutes") \
	X(CALLS_SIP, "calls-sip", "SIP Minutes", "calls", "minutes") \
	X(FAILED_FEE, "failed-message-processing-fee", "Failed Message Processing Fee", "messages", "messages") \
	X(LOOKUPS, "lookups", "Lookups", "lookups", "lookups") \
	X(MMS, "mms", "MMS", "messages", "messages") \
	X(MMS_IN, "mms-inbound", "Inbound MMS", "messages", "messages") \
	X(MMS_IN_LONG, "mms-inbound-longcode", "Inbound Long Code MMS", "messages", "messages") \
	X(MMS_IN_FREE, "mms-inbound-toll-free", "Inbound Toll-Free MMS", "messages", "messages") \
	X(MMS_CARRIER, "mms-messages-carrierfees", "MMS Carrier Fees", "messages", "messages") \
	X(MMS_OUT, "mms-outbound", "Outbound MMS", "messages", "messages") \
	X(MMS_OUT_LONG, "mms-outbound-longcode", "Outbound Long Code MMS", "messages", "messages") \
	X(MMS_OUT_FREE, "mms-outbound-tollfree", "Outbound Toll-Free MMS", "messages", "messages") \
	X(NUMBERS, "phonenumbers", "Phone Numbers", "numbers", "numbers") \
	X(NUMBERS_CPS, "phonenumbers-cps", "Phone Number CPS", "numbers", "numbers") \
	X(NUMBERS_911, "phonenumbers-emergency", "Emergency Phone Numbers", "numbers", "numbers") \
	X(NUMBERS_LOCAL, "phonenumbers-local", "Local Phone Numbers", "numbers", "numbers") \
	X(NUMBERS_MOBILE, "phonenumbers-mobile", "Mobile Phone Numbers", "numbers", "numbers") \
	X(NUMBERS_PORTING, "phonenumbers-porting", "Phone Number Porting", "numbers", "numbers") \
	X(NUMBERS_SETUPS, "phonenumbers-setups", "Phone Number Setups", "numbers", "numbers") \
	X(NUMBERS_FREE, "phonenumbers-tollfree", "Toll Free Phone Numbers", "numbers", "numbers") \
	X(SMS, "sms", "SMS", "messages", "segments") \
	X(SMS_IN, "sms-inbound", "Inbound SMS", "messages", "segments") \
	X(SMS_IN_LONG, "sms-inbound-longcode", "Inbound Long Code SMS", "messages", "segments") \
	X(SMS_IN_SHORT, "sms-inbound-shortcode", "Short Code Inbound SMS", "messages", "segments") \
	X(SMS_IN_FREE, "sms-inbound-tollfree", "Inbound Toll-Free SMS", "messages", "segments") \
	X(SMS_CARRIER, "sms-messages-carrierfees", "SMS Carrier Fees", "messages", "segments") \
	X(SMS_OUT, "sms-outbound", "Outbound SMS", "messages", "segments") \
	X(SMS_OUT_LONG, "sms-outbound-longcode", "Outbound Long Code SMS", "messages", "segments") \
	X(SMS_OUT_SHORT, "sms-outbound-shortcode", "Short Code Outbound SMS", "messages", "segments") \
	X(SMS_OUT_FREE, "sms-outbound-tollfree", "Outbound Toll-Free SMS", "messages", "segments") \
	X(TOTAL, "totalprice", "Total Price", "", "usd") \
	X(VERIFY, "verify-totp", "Verify TOTP", "verifications", "verifications")

enum {
#define ID(id, ...) id,
	CATEGORIES(ID)
#undef ID
	COUNT,
	NONE = COUNT
};
const struct usage_category usage_categories[] = {
#define ROW(id, name, description, count_unit, usage_unit) {name, description, count_unit, usage_unit},
	CATEGORIES(ROW)
#undef ROW
};
const size_t usage_category_count = COUNT;

enum { CARRIER_FEE = 3000 };

struct sums {
	struct usage_total *out;
	const int64_t *first; size_t n;
};

/* The period a day falls into, n when it is in none. */
static size_t period_at(const struct sums *u, int64_t day)
{
	size_t low = 0, high = u->n;

	if (day < u->first[0] || day >= u->first[u->n])
		return u->n;
	while (high - low > 1) {
		const size_t middle = (low + high) / 2;

		if (u->first[middle] <= day)
			low = middle;
		else
			high = middle;
	}
	return low;
}

static void add(struct sums *u, size_t period, int category, struct usage_total t)
{
	struct usage_total *at = &u->out[period * COUNT + (size_t)category];

	at->count += t.count;
	at->usage += t.usage;
	at->price += t.price;
}

/* An event of `leaf`, inside `middle` (NONE: none), inside `top`; and what it costs is part of the total. */
static void add_nested(struct sums *u, int64_t day, const int categories[3], struct usage_total t)
{
	const size_t period = period_at(u, day);

	if (period == u->n)
		return;
	for (int i = 0; i < 3; i++)
		if (categories[i] != NONE)
			add(u, period, categories[i], t);
	add(u, period, TOTAL, (struct usage_total){.usage = t.price, .price = t.price});
}

static void add_messages(struct sums *u, int64_t day, bool in, bool media, bool free, struct usage_total t)
{
	static const int leaves[2][2][2] = {    /* media, in, toll free */
		{{SMS_OUT_LONG, SMS_OUT_FREE}, {SMS_IN_LONG, SMS_IN_FREE}},
		{{MMS_OUT_LONG, MMS_OUT_FREE}, {MMS_IN_LONG, MMS_IN_FREE}},
	};
	const int middle = media ? in ? MMS_IN : MMS_OUT : in ? SMS_IN : SMS_OUT;

	add_nested(u, day, (int[]){leaves[media][in][free], middle, media ? MMS : SMS}, t);
	if (!in) {
		t.price = CARRIER_FEE * t.usage;
		add_nested(u, day, (int[]){media ? MMS_CARRIER : SMS_CARRIER, NONE, NONE}, t);
	}
}

#define ACCOUNTS "account_sid IN (SELECT sid FROM account WHERE sid=?1 OR (?2 AND owner=?1))"

static void sum_messages(struct sandbox *s, const char *account, int64_t with, struct sums *u)
{
	struct sqlite3_stmt *q = db_query(s->db,
		"SELECT m.sent/86400, m.direction='inbound', m.num_media>0, COALESCE(n.type,'')='tollfree', COUNT(*),"
		" SUM(m.num_segments), -SUM(COALESCE(m.price,0)) FROM message m LEFT JOIN number n ON n.phone_number="
		" CASE WHEN m.direction='inbound' THEN m.to_number ELSE m.from_number END"
		" WHERE m." ACCOUNTS " AND m.sent>=?3 AND m.sent<?4 GROUP BY 1,2,3,4", "siii", account, with,
		u->first[0] * PERIOD_DAY_S, u->first[u->n] * PERIOD_DAY_S);

	while (db_next(q))
		add_messages(u, db_int(q, 0), db_int(q, 1) != 0, db_int(q, 2) != 0, db_int(q, 3) != 0,
			     (struct usage_total){db_int(q, 4), db_int(q, 5), db_int(q, 6)});
	db_end(q);
}

static int call_leaf(const char *type)
{
	return strcmp(type, "tollfree") == 0 ? CALLS_IN_FREE : strcmp(type, "mobile") == 0 ? CALLS_IN_MOBILE :
	       CALLS_IN_LOCAL;
}

static void sum_calls(struct sandbox *s, const char *account, int64_t with, struct sums *u)
{
	struct sqlite3_stmt *q = db_query(s->db,
		"SELECT c.start/86400, c.direction='inbound', COALESCE(n.type,''), COUNT(*),"
		" SUM((c.duration+59)/60), -SUM(COALESCE(c.price,0)) FROM call c LEFT JOIN number n ON n.phone_number="
		" CASE WHEN c.direction='inbound' THEN c.to_number ELSE c.from_number END"
		" WHERE c." ACCOUNTS " AND c.start>=?3 AND c.start<?4 GROUP BY 1,2,3", "siii", account, with,
		u->first[0] * PERIOD_DAY_S, u->first[u->n] * PERIOD_DAY_S);

	while (db_next(q)) {
		const bool in = db_int(q, 1) != 0;
		char type[16];

		db_copy(type, sizeof type, q, 2);
		add_nested(u, db_int(q, 0), (int[]){in ? call_leaf(type) : NONE, in ? CALLS_IN : CALLS_OUT, CALLS},
			   (struct usage_total){db_int(q, 3), db_int(q, 4), db_int(q, 5)});
	}
	db_end(q);
}

/* A number is paid for when it is bought and then each month: at most one payment a month falls into a period. */
static void add_number(struct sums *u, int64_t created, int64_t now, enum number_type type, int64_t price)
{
	const int leaf = type == NUMBER_TOLLFREE ? NUMBERS_FREE : type == NUMBER_MOBILE ? NUMBERS_MOBILE :
			 NUMBERS_LOCAL;
	const int64_t from = u->first[0] * PERIOD_DAY_S - 1, to = u->first[u->n] * PERIOD_DAY_S;
	int64_t at = created > from ? created : period_renewal(created, from);

	for (; at < to && at <= now; at = period_renewal(created, at))
		add_nested(u, period_day(at), (int[]){leaf, NUMBERS, NONE}, (struct usage_total){1, 1, price});
}

static int64_t price_of(const char *country, enum number_type type)
{
	const struct stock_price *p = stock_price(country, type);
	int64_t micros = 0;

	(void)(p && p->current && money_parse(p->current, &micros));
	return micros;
}

static void sum_numbers(struct sandbox *s, const char *account, int64_t with, struct sums *u)
{
	struct sqlite3_stmt *q = db_query(s->db, "SELECT created, type, country FROM number WHERE " ACCOUNTS, "si",
					  account, with);
	const int64_t now = state_now();

	while (db_next(q)) {
		enum number_type type;
		char word[16], country[8];

		db_copy(word, sizeof word, q, 1);
		db_copy(country, sizeof country, q, 2);
		type = number_type_parse(word);
		add_number(u, db_int(q, 0), now, type, price_of(country, type));
	}
	db_end(q);
	if (s->synth_count == 0 || !db_number(s->db, 0, "SELECT COUNT(*) FROM account WHERE sid=?3 AND (sid=?1 OR (?2"
					      " AND owner=?1))", "sis", account, with, s->synth_account))
		return;
	for (int64_t i = 0, price = price_of("US", NUMBER_LOCAL); i < s->synth_count; i++)
		if (!synth_is_gone(s, i))
			add_number(u, synth_created(s, i), now, NUMBER_LOCAL, price);
}

void usage_sum(struct sandbox *s, const char *account, bool with_subaccounts, const int64_t *first, size_t n,
	       struct usage_total *out)
{
	struct sums u = {.out = out, .first = first, .n = n};

	if (n == 0)
		return;
	traffic_need(s);
	sum_messages(s, account, with_subaccounts, &u);
	sum_calls(s, account, with_subaccounts, &u);
	sum_numbers(s, account, with_subaccounts, &u);
}
