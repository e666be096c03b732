#include "msgservices.h"

#include <stdio.h>
#include <string.h>

#include "answer.h"
#include "auth.h"
#include "db.h"
#include "ident.h"
#include "ledger.h"
#include "limits.h"
#include "numdesk/util/text.h"
#include "out.h"
#include "page.h"
#include "request.h"
#include "state.h"

#define HOST "https://messaging.twilio.com"

enum kind { NAME, URL, METHOD, SCAN, FLAG, SECONDS, WORD };

/* Form parameter, column, and what the value must be; URLs are null when unset. */
static const struct { const char *form, *column; enum kind kind; } fields[] = {
	{"FriendlyName", "friendly_name", NAME}, {"InboundRequestUrl", "inbound_request_url", URL},
	{"InboundMethod", "inbound_method", METHOD}, {"FallbackUrl", "fallback_url", URL},
	{"FallbackMethod", "fallback_method", METHOD}, {"StatusCallback", "status_callback", URL},
	{"ScanMessageContent", "scan_message_content", SCAN}, {"Usecase", "usecase", WORD},
	{"StickySender", "sticky_sender", FLAG}, {"MmsConverter", "mms_converter", FLAG},
	{"SmartEncoding", "smart_encoding", FLAG}, {"FallbackToLongCode", "fallback_to_long_code", FLAG},
	{"AreaCodeGeomatch", "area_code_geomatch", FLAG}, {"SynchronousValidation", "synchronous_validation", FLAG},
	{"UseInboundWebhookOnNumber", "use_inbound_webhook_on_number", FLAG}, {"ValidityPeriod", "validity_period", SECONDS},
};
#define COLUMNS "sid, account_sid, friendly_name, inbound_request_url, inbound_method, fallback_url, fallback_method, " \
	"status_callback, scan_message_content, usecase, sticky_sender, mms_converter, smart_encoding, " \
	"fallback_to_long_code, area_code_geomatch, synchronous_validation, use_inbound_webhook_on_number, " \
	"validity_period, created, updated, ord, " \
	"EXISTS (SELECT 1 FROM campaign c WHERE c.service_sid=msgservice.sid AND c.status='VERIFIED')"
enum { FIRST_FIELD = 2, CREATED = 18, UPDATED, ORD, REGISTERED };

static void links(struct buf *b, const char *sid)
{
	static const char *const parts[][2] = {
		{"phone_numbers", "PhoneNumbers"}, {"short_codes", "ShortCodes"}, {"alpha_senders", "AlphaSenders"},
		{"messages", "Messages"}, {"us_app_to_person", "Compliance/Usa2p"},
		{"us_app_to_person_usecases", "Compliance/Usa2p/Usecases"}, {"channel_senders", "ChannelSenders"},
		{"destination_alpha_senders", "DestinationAlphaSenders"},
	};

	out_name(b, "links");
	out_open(b, '{');
	for (size_t i = 0; i < ARRAY_LEN(parts); i++)
		out_memberf(b, parts[i][0], HOST "/v1/Services/%s/%s", sid, parts[i][1]);
	out_close(b, '}');
}

static void service_json(struct buf *b, struct sqlite3_stmt *row)
{
	struct arena a = {0};
	const char *sid = db_text(row, 0, &a);

	out_open(b, '{');
	out_member(b, "account_sid", db_text(row, 1, &a));
	out_member(b, "sid", sid);
	out_member_iso(b, "date_created", db_int(row, CREATED));
	out_member_iso(b, "date_updated", db_int(row, UPDATED));
	for (int i = 0; i < (int)ARRAY_LEN(fields); i++) {
		if (fields[i].kind == FLAG)
			out_member_bool(b, fields[i].column, db_int(row, FIRST_FIELD + i) != 0);
		else if (fields[i].kind == SECONDS)
			out_member_i64(b, fields[i].column, db_int(row, FIRST_FIELD + i));
		else
			out_member(b, fields[i].column, db_text(row, FIRST_FIELD + i, &a));
	}
	out_member_bool(b, "us_app_to_person_registered", db_int(row, REGISTERED) != 0);
	links(b, sid);
	out_memberf(b, "url", HOST "/v1/Services/%s", sid);
	out_close(b, '}');
	arena_release(&a);
}

bool msgservice_exists(struct sandbox *s, const char *account, const char *sid)
{
	return db_number(s->db, 0, "SELECT COUNT(*) FROM msgservice WHERE sid=? AND account_sid=?", "ss", sid, account) > 0;
}

void msgservices_list(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a)
{
	struct sqlite3_stmt *rows;
	struct page page;

	if (!page_parse(&page, q, a))
		return;
	rows = db_query(s->db, "SELECT " COLUMNS " FROM msgservice WHERE account_sid=? AND ord<? ORDER BY ord DESC "
			"LIMIT ? OFFSET ?", "siii", p->target.sid, page.below, page.size + 1, page.skip);
	out_open(&a->body, '{');
	out_name(&a->body, "services");
	out_open(&a->body, '[');
	while (db_next(rows)) {
		if ((page.more = page.rows == page.size))
			break;
		service_json(&a->body, rows);
		page_row(&page, db_int(rows, ORD));
	}
	db_end(rows);
	page_end_meta(&page, q, HOST, "services", &a->body);
}

static bool show(struct sandbox *s, const struct principal *p, const struct request *q, const char *sid,
		 struct answer *a)
{
	struct sqlite3_stmt *row = db_query(s->db, "SELECT " COLUMNS " FROM msgservice WHERE sid=? AND account_sid=?",
					    "ss", sid, p->target.sid);
	const bool found = db_next(row);

	if (found)
		service_json(&a->body, row);
	else
		answer_not_found(a, q->resource);
	db_end(row);
	return found;
}

static bool refuse(struct answer *a, const char *form, const char *value)
{
	answer_error(a, 400, 20001, "Invalid %s: %s", form, value);
	return false;
}

static bool check_value(enum kind kind, const char *form, const char *value, struct answer *a)
{
	int64_t seconds;
	bool flag;

	switch (kind) {
	case NAME: return limits_name(value, a);
	case URL: return limits_url(value, form, a);
	case METHOD: return limits_method(value, form, a);
	case SCAN:
		return strcmp(value, "inherit") == 0 || strcmp(value, "enable") == 0 || strcmp(value, "disable") == 0 ||
		       refuse(a, form, value);
	case FLAG: return text_to_bool(value, &flag) || refuse(a, form, value);
	case SECONDS: return text_to_i64(value, 1, 36000, &seconds) || refuse(a, form, value);
	case WORD: return text_is_clean(value, strlen(value)) || refuse(a, form, value);
	}
	return false;
}

static bool check_form(const struct request *q, bool complete, struct answer *a)
{
	if (complete && !param_get(&q->form, "FriendlyName")) {
		answer_error(a, 400, 20001, "Missing required parameter FriendlyName in the post body");
		return false;
	}
	for (size_t i = 0; i < ARRAY_LEN(fields); i++) {
		const char *value = param_get(&q->form, fields[i].form);

		if (value && !check_value(fields[i].kind, fields[i].form, value, a))
			return false;
	}
	return true;
}

static void store_field(struct sandbox *s, size_t i, const char *value, const char *sid)
{
	char sql[128];
	bool flag = false;

	snprintf(sql, sizeof sql, "UPDATE msgservice SET %s=? WHERE sid=?", fields[i].column);
	if (fields[i].kind == FLAG && text_to_bool(value, &flag))
		db_run(s->db, sql, "is", (int64_t)flag, sid);
	else if (fields[i].kind == METHOD)
		db_run(s->db, sql, "ss", text_ieq(value, "GET") ? "GET" : "POST", sid);
	else
		db_run(s->db, sql, "ss", fields[i].kind == URL && !*value ? NULL : value, sid);
}

static void store(struct sandbox *s, const struct request *q, const char *sid)
{
	for (size_t i = 0; i < ARRAY_LEN(fields); i++) {
		const char *value = param_get(&q->form, fields[i].form);

		if (value)
			store_field(s, i, value, sid);
	}
	db_run(s->db, "UPDATE msgservice SET updated=? WHERE sid=?", "is", state_now(), sid);
}

void msgservices_create(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a)
{
	char label[64], sid[SID_SIZE];

	if (!check_form(q, true, a))
		return;
	snprintf(label, sizeof label, "service %lld", (long long)q->seq);
	ident_sid(sid, "MG", label);
	db_run(s->db, "INSERT INTO msgservice (sid, account_sid, friendly_name, created, updated) VALUES (?,?,'',?,0)",
	       "ssi", sid, p->target.sid, state_now());
	store(s, q, sid);
	ledger_execution(s, q, "create", p->target.sid, NULL, sid);
	a->status = 201;
	show(s, p, q, sid, a);
}

void msgservices_fetch(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a)
{
	show(s, p, q, q->segment[2], a);
}

void msgservices_update(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a)
{
	if (!show(s, p, q, q->segment[2], a) || !check_form(q, false, a))
		return;
	buf_clear(&a->body);
	store(s, q, q->segment[2]);
	ledger_execution(s, q, "update", p->target.sid, NULL, q->segment[2]);
	show(s, p, q, q->segment[2], a);
}

/* Its numbers stay in the account and belong to no service from then on. */
void msgservices_delete(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a)
{
	const char *sid = q->segment[2];

	if (!show(s, p, q, sid, a))
		return;
	buf_clear(&a->body);
	db_run(s->db, "DELETE FROM msgservice WHERE sid=?", "s", sid);
	db_run(s->db, "DELETE FROM msgpool WHERE service_sid=?", "s", sid);
	db_run(s->db, "DELETE FROM campaign WHERE service_sid=?", "s", sid);
	ledger_execution(s, q, "delete", p->target.sid, NULL, sid);
	a->status = 204;
}

void seed_msgservice(struct sandbox *s, const struct seed_msgservice *from)
{
	char sid[SID_SIZE], owner[SID_SIZE], campaign[SID_SIZE], brand[SID_SIZE];
	const int64_t created = state_now() - INT64_C(200) * 86400;

	ident_sid(sid, "MG", from->name);
	ident_sid(owner, "AC", from->account);
	ident_sid(campaign, "QE", from->name);
	ident_sid(brand, "BN", from->account);
	db_run(s->db, "INSERT INTO msgservice (sid, account_sid, friendly_name, inbound_request_url, "
	       "use_inbound_webhook_on_number, created, updated) VALUES (?,?,?,?,?,?,?)", "ssssiii", sid, owner,
	       from->friendly_name, from->inbound_url, (int64_t)from->inbound_on_number, created, created);
	if (from->campaign)
		db_run(s->db, "INSERT INTO campaign (sid, account_sid, service_sid, brand_sid, description, usecase, status, "
		       "created, updated) VALUES (?,?,?,?,?,?,?,?,?)", "sssssssii", campaign, owner, sid, brand,
		       "Appointments, reminders and answers to customers who asked for them.", "CUSTOMER_CARE",
		       from->campaign, created, created);
}
