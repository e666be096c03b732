/* What Twilio's documents say a port-in request has to hold, and its row. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "answer.h"
#include "auth.h"
#include "db.h"
#include "documents.h"
#include "ident.h"
#include "ledger.h"
#include "numdesk/model/phone.h"
#include "numdesk/util/clock.h"
#include "numdesk/util/json.h"
#include "numdesk/util/text.h"
#include "out.h"
#include "portability.h"
#include "ports_priv.h"
#include "request.h"
#include "state.h"

enum { DAY_S = 86400, NUMBERS_MAX = 1000 };

static bool refuse(struct answer *a, const char *why, const char *what)
{
	answer_error(a, 400, 20001, "%s%s", why, what);
	return false;
}

static bool has(const struct json *x, const char *name)
{
	const char *s = json_text(x, name);

	return s && *s;
}

static bool check_documents(struct sandbox *s, const struct principal *p, const struct json *x, struct answer *a)
{
	const struct json *list = json_get(x, "documents");

	if (!json_is_array(list) || json_count(list) == 0)
		return refuse(a, "Missing required parameter ", "documents");
	for (const struct json *d = json_first(list); d; d = json_next(d))
		if (!json_string(d) || !document_is_good(s, p->self.sid, json_string(d)))
			return refuse(a, "Not an uploaded utility bill: ", json_string(d) ? json_string(d) : "?");
	return true;
}

static bool check_address(struct sandbox *s, const struct principal *p, const struct json *x, struct answer *a)
{
	static const char *const names[] = {"street", "city", "state", "zip", "country"};
	const struct json *address = json_get(x, "address");
	const char *sid = json_text(x, "address_sid");

	if (!address && sid)
		return db_number(s->db, 0, "SELECT COUNT(*) FROM address WHERE sid=? AND account_sid=?", "ss", sid,
				 p->target.sid) > 0 || refuse(a, "address_sid is not of this account: ", sid);
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (!has(address, names[i]))
			return refuse(a, "Missing required parameter losing_carrier_information.address.", names[i]);
	return true;
}

static bool check_carrier(struct sandbox *s, const struct principal *p, const struct json *x, struct answer *a)
{
	static const char *const names[] = {
		"customer_name", "authorized_representative", "authorized_representative_email",
	};
	const char *type = json_text(x, "customer_type");

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (!has(x, names[i]))
			return refuse(a, "Missing required parameter losing_carrier_information.", names[i]);
	if (!strchr(json_text(x, "authorized_representative_email"), '@'))
		return refuse(a, "Invalid authorized_representative_email", "");
	if (type && strcmp(type, "Business") != 0 && strcmp(type, "Individual") != 0)
		return refuse(a, "Invalid customer_type: ", type);
	return check_address(s, p, x, a);
}

static bool check_number(struct sandbox *s, const struct principal *p, const struct json *x, const struct json *carrier,
			 char country[3], struct answer *a)
{
	const char *phone = json_text(x, "phone_number");
	struct portability port;

	if (!phone || !phone_is_e164(phone))
		return refuse(a, "Invalid phone_number: ", phone ? phone : "");
	portability_of(s, p->target.sid, phone, &port);
	if (country[0] && strcmp(country, port.country) != 0) {
		answer_error(a, 400, 22172, "A port in request may hold phone numbers of one country only");
		return false;
	}
	text_copy(country, 3, port.country);
	if (port.pin && (!has(x, "pin") || !has(carrier, "account_number")))
		return refuse(a, "PIN and account number are required for the mobile number ", phone);
	return true;
}

static bool check_numbers(struct sandbox *s, const struct principal *p, const struct json *x, struct answer *a)
{
	const struct json *list = json_get(x, "phone_numbers"), *carrier = json_get(x, "losing_carrier_information");
	char country[3] = "";

	if (!json_is_array(list) || json_count(list) == 0)
		return refuse(a, "Missing required parameter ", "phone_numbers");
	if (json_count(list) > NUMBERS_MAX)
		return refuse(a, "At most 1000 phone numbers in one request", "");
	for (const struct json *n = json_first(list); n; n = json_next(n))
		if (!check_number(s, p, n, carrier, country, a))
			return false;
	return true;
}

static bool check_date(const struct json *x, struct answer *a)
{
	const char *date = json_text(x, "target_port_in_date");
	int64_t at;

	if (json_is_null_or_absent(x, "target_port_in_date"))
		return true;
	if (!date || strlen(date) != 10 || !clock_parse(date, &at))
		return refuse(a, "Invalid target_port_in_date: ", date ? date : "");
	return at >= state_now() / DAY_S * DAY_S + 7 * DAY_S ||
	       refuse(a, "target_port_in_date must be at least 7 days in the future: ", date);
}

static char *array_text(const struct json *x, const char *name)
{
	const struct json *list = json_get(x, name);

	return json_is_array(list) ? json_print(list) : NULL;
}

/* As it came, in the order and with the members of the file; what was not given is null. */
static void carrier_json(struct sandbox *s, struct buf *b, const struct json *x)
{
	static const char *const names[] = {
		"customer_type", "customer_name", "authorized_representative", "authorized_representative_email",
		"account_number", "account_telephone_number", "address_sid", "authorized_representative_katakana",
		"sub_municipality", "building", "katakana_name",
	};
	static const char *const parts[] = {"street", "street_2", "city", "state", "zip", "country"};
	const struct json *address = json_get(x, "address");
	struct arena a = {0};
	struct sqlite3_stmt *row = db_query(s->db, "SELECT street, street_secondary, city, region, postal_code, "
					    "iso_country FROM address WHERE sid=?", "s", json_text(x, "address_sid"));
	const bool stored = !address && db_next(row);

	out_open(b, '{');
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		out_member(b, names[i], json_text(x, names[i]));
	out_name(b, "address");
	out_open(b, '{');
	for (size_t i = 0; i < ARRAY_LEN(parts); i++)
		out_member(b, parts[i], stored ? db_text(row, (int)i, &a) : json_text(address, parts[i]));
	out_close(b, '}');
	out_close(b, '}');
	db_end(row);
	arena_release(&a);
}

static void store_number(struct sandbox *s, const char *request, const char *account, const struct json *x)
{
	const char *phone = json_text(x, "phone_number");
	char label[96], sid[SID_SIZE];
	struct portability p;

	portability_of(s, account, phone, &p);
	snprintf(label, sizeof label, "port %s %s", request, phone);
	ident_sid(sid, "PU", label);
	db_run(s->db, "INSERT INTO port_number (sid, request_sid, phone_number, pin, number_type, portable, reason,"
	       " reason_code, status, created, updated) VALUES (?,?,?,?,?,?,?,?,?,?,?)", "sssssisisii", sid, request,
	       phone, json_text(x, "pin"), p.type, (int64_t)p.portable, p.reason, (int64_t)p.reason_code,
	       p.portable ? "pending" : "port_rejected", state_now(), state_now());
}

static void store(struct sandbox *s, const struct principal *p, const struct request *q, const char *sid)
{
	const struct json *x = q->json;
	char *documents = array_text(x, "documents"), *emails = array_text(x, "notification_emails");
	struct buf carrier;

	buf_init(&carrier, 1 << 16);
	carrier_json(s, &carrier, json_get(x, "losing_carrier_information"));
	db_run(s->db, "INSERT INTO port_request (sid, account_sid, status, carrier, documents, emails, target_date,"
	       " range_start, range_end, bundle_sid, moves, visible_ms, created, updated)"
	       " VALUES (?,?,'pending',?,?,?,?,?,?,?,?,?,?,?)", "sssssssssiiii", sid, p->target.sid, buf_str(&carrier),
	       documents, emails, json_text(x, "target_port_in_date"), json_text(x, "target_port_in_time_range_start"),
	       json_text(x, "target_port_in_time_range_end"), json_text(x, "bundle_sid"),
	       (int64_t)(s->config.seed && strcmp(s->config.seed, "demo") == 0),
	       q->list_lag_ms > 0 ? state_now_ms() + q->list_lag_ms : 0, state_now(), state_now());
	for (const struct json *n = json_first(json_get(x, "phone_numbers")); n; n = json_next(n))
		store_number(s, sid, p->target.sid, n);
	buf_release(&carrier);
	free(documents);
	free(emails);
}

/* Some number will not come: whoever asked has to do something. */
static void judge(struct sandbox *s, const char *sid)
{
	if (db_number(s->db, 0, "SELECT COUNT(*) FROM port_number WHERE request_sid=? AND NOT portable", "s", sid) > 0)
		port_set(s, sid, "action_required", "Remove the numbers that cannot be ported, or ask the owner of the "
			 "account they are in");
}

void ports_create(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a)
{
	const char *account = json_text(q->json, "account_sid");
	struct principal to = *p;
	char label[64], sid[SID_SIZE];
	struct port x;

	if (!json_is_object(q->json)) {
		answer_error(a, 400, 20001, "The body is not JSON");
		return;
	}
	if (!account || !auth_target(s, account, &to)) {
		answer_error(a, 400, 20001, "account_sid is not an account of yours: %s", account ? account : "");
		return;
	}
	if (!check_documents(s, p, q->json, a) ||
	    !check_carrier(s, &to, json_get(q->json, "losing_carrier_information"), a) ||
	    !check_numbers(s, &to, q->json, a) || !check_date(q->json, a))
		return;
	snprintf(label, sizeof label, "port in %lld", (long long)q->seq);
	ident_sid(sid, "KW", label);
	store(s, &to, q, sid);
	judge(s, sid);
	ledger_execution(s, q, "port", to.target.sid,
			 json_text(json_first(json_get(q->json, "phone_numbers")), "phone_number"), sid);
	a->status = 202;
	if (port_load(s, p, sid, &x, &q->arena))
		port_json(s, &a->body, &x);
}

void seed_port(struct sandbox *s, const struct seed_port *p)
{
	static const char carrier[] =
		"{\"customer_type\":\"Business\",\"customer_name\":\"%s\",\"authorized_representative\":\"R. Example\","
		"\"authorized_representative_email\":\"signer@example.com\",\"account_number\":\"88-1203\","
		"\"account_telephone_number\":\"%s\",\"address_sid\":null,\"authorized_representative_katakana\":null,"
		"\"sub_municipality\":null,\"building\":null,\"katakana_name\":null,\"address\":{\"street\":"
		"\"1 Market Street\",\"street_2\":null,\"city\":\"San Francisco\",\"state\":\"CA\",\"zip\":\"94105\","
		"\"country\":\"USA\"}}";
	const int64_t created = state_now() - (int64_t)p->age_days * DAY_S;
	char sid[SID_SIZE], account[SID_SIZE], number[SID_SIZE], bill[SID_SIZE], date[24], label[96];
	char *text = mem_printf(carrier, p->customer, p->numbers[0]), *documents;

	ident_sid(sid, "KW", p->name);
	ident_sid(account, "AC", p->account);
	ident_sid(bill, "RD", p->name);
	documents = mem_printf("[\"%s\"]", bill);
	db_run(s->db, "INSERT INTO port_document (sid, account_sid, mime_type, created) VALUES (?,?,'application/pdf',?)",
	       "ssi", bill, account, created);
	db_run(s->db, "INSERT INTO port_request (sid, account_sid, status, action, carrier, documents, emails,"
	       " target_date, moves, visible_ms, created, updated) VALUES (?,?,?,?,?,?,'[]',?,0,0,?,?)", "sssssssii",
	       sid, account, p->status, p->suggested_action, text, documents,
	       clock_date(created + 14 * DAY_S, date, sizeof date), created, created + DAY_S / 2);
	for (size_t i = 0; i < ARRAY_LEN(p->numbers) && p->numbers[i]; i++) {
		snprintf(label, sizeof label, "port %s %s", sid, p->numbers[i]);
		ident_sid(number, "PU", label);
		db_run(s->db, "INSERT INTO port_number (sid, request_sid, phone_number, number_type, portable, status,"
		       " port_date, rejection, rejection_code, created, updated) VALUES (?,?,?,'LOCAL',1,?,?,?,?,?,?)",
		       "ssssissii", number, sid, p->numbers[i],
		       p->rejection_reason && i > 0 ? "port_submitted" : p->number_status,
		       p->port_date_days ? (state_now() / DAY_S + p->port_date_days) * DAY_S : 0,
		       i == 0 ? p->rejection_reason : NULL, i == 0 ? p->rejection_code : NULL, created,
		       created + DAY_S / 2);
	}
	free(documents);
	free(text);
}
