#include "lookups.h"

#include <stdio.h>
#include <string.h>

#include "answer.h"
#include "ident.h"
#include "numdesk/model/dialplan.h"
#include "numdesk/model/phone.h"
#include "numdesk/util/text.h"
#include "out.h"
#include "request.h"
#include "stock.h"

#define HOST "https://lookups.twilio.com"

enum { NOT_COVERED = 60600, NATIONAL_SHORTEST = 7, NANP_NATIONAL = 10 };

/* What a number turned out to be. */
struct looked_up {
	char phone[32];                 /* as E.164, or as it was asked for when it is none */
	const char *error;              /* NULL: valid */
	struct dialplan_match plan;
};

static bool is_nanp(const char *phone)
{
	return phone[1] == '1';
}

const char *lookups_line_type(struct sandbox *s, const char *phone)
{
	const struct dialplan_match plan = dialplan_lookup(phone);
	const uint64_t hash = ident_hash(phone, 31) % 10;

	(void)s;
	if (stock_range_of(phone))
		return "nonFixedVoip";
	if (plan.type == NUMBER_TOLLFREE)
		return "tollFree";
	if (is_nanp(phone))
		return hash < 6 ? "mobile" : hash < 9 ? "landline" : "nonFixedVoip";
	return plan.type == NUMBER_MOBILE ? "mobile" : plan.type == NUMBER_VOIP ? "nonFixedVoip" : "landline";
}

static const char *fault_of(const char *phone, const struct dialplan_match *plan)
{
	size_t code, national;

	if (phone[0] != '+' || !text_all_digits(phone + 1))
		return "NOT_A_NUMBER";
	if (!plan->calling_code)
		return "INVALID_COUNTRY_CODE";
	code = plan->calling_code > 99 ? 3 : plan->calling_code > 9 ? 2 : 1;
	national = strlen(phone) - 1 - code;
	if (national < (plan->calling_code == 1 ? NANP_NATIONAL : NATIONAL_SHORTEST))
		return "TOO_SHORT";
	if (strlen(phone) > E164_SIZE - 1 || (plan->calling_code == 1 && national > NANP_NATIONAL))
		return "TOO_LONG";
	return *plan->country ? NULL : "INVALID_BUT_POSSIBLE";
}

/* A number without '+' is a national one, of CountryCode or of the US. */
static void read_number(const struct request *q, struct looked_up *n)
{
	const char *asked = q->segment[2], *country = param_get(&q->query, "CountryCode");

	if (*asked == '+')
		text_copy(n->phone, sizeof n->phone, asked);
	else
		snprintf(n->phone, sizeof n->phone, "+%d%.20s",
			 dialplan_calling_code(country && *country ? country : "US"), asked + (*asked == '0'));
	n->plan = dialplan_lookup(n->phone);
	n->error = fault_of(n->phone, &n->plan);
	if (n->error && strcmp(n->error, "NOT_A_NUMBER") == 0)
		snprintf(n->phone, sizeof n->phone, "%.30s", asked);
}

static void out_national(struct buf *b, const struct looked_up *n)
{
	const size_t code = n->plan.calling_code > 99 ? 3 : n->plan.calling_code > 9 ? 2 : 1;
	char formatted[32];

	if (n->error)
		out_member(b, "national_format", NULL);
	else if (is_nanp(n->phone))
		out_member(b, "national_format", stock_friendly(n->phone, formatted));
	else
		out_memberf(b, "national_format", "0%s", n->phone + 1 + code);
}

static void out_line_type(struct sandbox *s, struct buf *b, const struct looked_up *n)
{
	static const struct { const char *type, *carrier, *country, *network; } lines[] = {
		{"mobile", "Example Wireless", "310", "999"}, {"landline", "Example Telephone Company", NULL, NULL},
		{"nonFixedVoip", "Twilio - SMS/MMS-SVR", NULL, NULL}, {"tollFree", "Example Toll-Free", NULL, NULL},
	};
	const char *type = lookups_line_type(s, n->phone);
	size_t i = 0;

	while (strcmp(lines[i].type, type) != 0)
		i++;
	out_name(b, "line_type_intelligence");
	out_open(b, '{');
	out_name(b, "error_code");
	out_null(b);
	out_member(b, "mobile_country_code", lines[i].country);
	out_member(b, "mobile_network_code", lines[i].network);
	out_member(b, "carrier_name", lines[i].carrier);
	out_member(b, "type", type);
	out_close(b, '}');
}

/* Names are known in North America alone; elsewhere the package answers with an error code of its own, within a 200. */
static void out_caller_name(struct buf *b, const struct looked_up *n)
{
	static const char *const names[] = {"EXAMPLE LTD", "WIRELESS CALLER", "SAMPLE CLINIC", "TEST BAKERY"};
	const uint64_t hash = ident_hash(n->phone, 32) % ARRAY_LEN(names);

	out_name(b, "caller_name");
	out_open(b, '{');
	out_member(b, "caller_name", is_nanp(n->phone) ? names[hash] : NULL);
	out_member(b, "caller_type", is_nanp(n->phone) ? (hash == 1 ? "CONSUMER" : "BUSINESS") : NULL);
	out_name(b, "error_code");
	if (is_nanp(n->phone))
		out_null(b);
	else
		out_i64(b, NOT_COVERED);
	out_close(b, '}');
}

static bool asks_for(const char *fields, const char *package)
{
	const size_t n = strlen(package);

	for (const char *at = fields; at && *at; at += strcspn(at, ","), at += *at == ',')
		if (strcspn(at, ",") == n && strncmp(at, package, n) == 0)
			return true;
	return false;
}

static void out_packages(struct sandbox *s, const struct request *q, struct buf *b, const struct looked_up *n)
{
	static const char *const others[] = {
		"sim_swap", "call_forwarding", "line_status", "identity_match", "reassigned_number", "sms_pumping_risk",
		"phone_number_quality_score", "pre_fill",
	};
	const char *fields = n->error ? NULL : param_get(&q->query, "Fields");

	if (asks_for(fields, "caller_name"))
		out_caller_name(b, n);
	else
		out_member(b, "caller_name", NULL);
	if (asks_for(fields, "line_type_intelligence"))
		out_line_type(s, b, n);
	else
		out_member(b, "line_type_intelligence", NULL);
	for (size_t i = 0; i < ARRAY_LEN(others); i++)
		out_member(b, others[i], NULL);
}

void lookups_fetch(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a)
{
	struct buf *b = &a->body;
	struct looked_up n = {.error = NULL};

	(void)p;
	read_number(q, &n);
	out_open(b, '{');
	if (n.error)
		out_member(b, "calling_country_code", NULL);
	else
		out_memberf(b, "calling_country_code", "%d", n.plan.calling_code);
	out_member(b, "country_code", n.error ? NULL : n.plan.country);
	out_member(b, "phone_number", n.phone);
	out_national(b, &n);
	out_member_bool(b, "valid", !n.error);
	out_name(b, "validation_errors");
	if (n.error) {
		out_open(b, '[');
		out_text(b, n.error);
		out_close(b, ']');
	} else {
		out_null(b);
	}
	out_packages(s, q, b, &n);
	out_memberf(b, "url", HOST "/v2/PhoneNumbers/%s", n.phone);
	out_close(b, '}');
}
