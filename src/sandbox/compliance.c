#include <string.h>

#include "answer.h"
#include "auth.h"
#include "db.h"
#include "ident.h"
#include "msgservices.h"
#include "numdesk/model/dialplan.h"
#include "out.h"
#include "page.h"
#include "request.h"
#include "state.h"

#define HOST "https://messaging.twilio.com"
enum { REGISTRATION_S = 60 };   /* a number just put into a service is not registered at once (30035) */

/* --- campaigns --------------------------------------------------------------------------------------------------- */

#define CAMPAIGN "sid, account_sid, service_sid, brand_sid, description, usecase, status, created, updated, ord"

static void texts(struct buf *b, const char *name, const char *const *list, size_t n)
{
	out_name(b, name);
	out_open(b, '[');
	for (size_t i = 0; i < n; i++)
		out_text(b, list[i]);
	out_close(b, ']');
}

/* A campaign that failed says why, as Twilio's example of one does. */
static void campaign_errors(struct buf *b, const char *status)
{
	out_name(b, "errors");
	out_open(b, '[');
	if (strcmp(status, "FAILED") == 0) {
		static const char *const fields[] = {"MESSAGE_FLOW"};

		out_open(b, '{');
		out_member_i64(b, "error_code", 30886);
		out_member(b, "description", "The campaign submission has been reviewed and it was rejected because of "
			   "provided Opt-in information.");
		out_member(b, "url", "https://www.twilio.com/docs/api/errors/30886");
		texts(b, "fields", fields, ARRAY_LEN(fields));
		out_close(b, '}');
	}
	out_close(b, ']');
}

static void campaign_constants(struct buf *b)
{
	static const char *const samples[] = {"Your appointment is on Monday at 10:00.", "Your order is ready."};
	static const char *const start[] = {"START"}, *const stop[] = {"STOP"}, *const help[] = {"HELP"};

	texts(b, "message_samples", samples, ARRAY_LEN(samples));
	out_member_bool(b, "has_embedded_links", false);
	out_member_bool(b, "has_embedded_phone", false);
	out_member_bool(b, "subscriber_opt_in", true);
	out_member_bool(b, "age_gated", false);
	out_member_bool(b, "direct_lending", false);
	out_member(b, "campaign_id", "CSANDBX");
	out_member_bool(b, "is_externally_registered", false);
	out_name(b, "rate_limits");
	out_null(b);
	out_member(b, "message_flow", "Customers tick a box on the order form.");
	out_member(b, "opt_in_message", "You will get messages about your orders. Reply STOP to end them.");
	out_member(b, "opt_out_message", "You will get no more messages.");
	out_member(b, "help_message", "Reply STOP to end these messages.");
	texts(b, "opt_in_keywords", start, 1);
	texts(b, "opt_out_keywords", stop, 1);
	texts(b, "help_keywords", help, 1);
	out_member_bool(b, "mock", false);
}

static void campaign_json(struct buf *b, struct sqlite3_stmt *row)
{
	struct arena a = {0};
	const char *sid = db_text(row, 0, &a), *service = db_text(row, 2, &a), *status = db_text(row, 6, &a);

	out_open(b, '{');
	out_member(b, "sid", sid);
	out_member(b, "account_sid", db_text(row, 1, &a));
	out_member(b, "brand_registration_sid", db_text(row, 3, &a));
	out_member(b, "messaging_service_sid", service);
	out_member(b, "description", db_text(row, 4, &a));
	out_member(b, "us_app_to_person_usecase", db_text(row, 5, &a));
	out_member(b, "campaign_status", status);
	campaign_constants(b);
	campaign_errors(b, status);
	out_member_iso(b, "date_created", db_int(row, 7));
	out_member_iso(b, "date_updated", db_int(row, 8));
	out_memberf(b, "url", HOST "/v1/Services/%s/Compliance/Usa2p/%s", service, sid);
	out_close(b, '}');
	arena_release(&a);
}

static bool has_service(struct sandbox *s, const struct principal *p, const struct request *q, struct answer *a)
{
	if (msgservice_exists(s, p->target.sid, q->segment[2]))
		return true;
	answer_not_found(a, q->resource);
	return false;
}

void campaigns_list(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a)
{
	struct sqlite3_stmt *rows;
	struct page page;

	if (!has_service(s, p, q, a) || !page_parse(&page, q, a))
		return;
	rows = db_query(s->db, "SELECT " CAMPAIGN " FROM campaign WHERE service_sid=? AND ord<? ORDER BY ord DESC "
			"LIMIT ? OFFSET ?", "siii", q->segment[2], page.below, page.size + 1, page.skip);
	out_open(&a->body, '{');
	out_name(&a->body, "compliance");
	out_open(&a->body, '[');
	while (db_next(rows)) {
		if ((page.more = page.rows == page.size))
			break;
		campaign_json(&a->body, rows);
		page_row(&page, db_int(rows, 9));
	}
	db_end(rows);
	page_end_meta(&page, q, HOST, "compliance", &a->body);
}

void campaigns_fetch(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a)
{
	struct sqlite3_stmt *row;

	if (!has_service(s, p, q, a))
		return;
	row = db_query(s->db, "SELECT " CAMPAIGN " FROM campaign WHERE service_sid=? AND sid=?", "ss", q->segment[2],
		       q->segment[5]);
	if (db_next(row))
		campaign_json(&a->body, row);
	else
		answer_not_found(a, q->resource);
	db_end(row);
}

/* --- toll-free verifications ------------------------------------------------------------------------------------- */

#define TOLLFREE "sid, account_sid, phone_sid, phone_number, status, reason, created, updated, ord"

/* What nobody filled in: the form asks for much more than this server needs. */
static void tollfree_constants(struct buf *b)
{
	static const char *const nothing[] = {
		"customer_profile_sid", "trust_product_sid", "regulated_item_sid", "business_street_address2",
		"additional_information", "external_reference_id", "business_registration_number",
		"business_registration_authority", "business_registration_country", "business_type",
		"business_registration_phone_number", "doing_business_as", "opt_in_confirmation_message",
		"help_message_sample", "privacy_policy_url", "terms_and_conditions_url", "opt_in_keywords", "vetting_id",
		"vetting_provider", "vetting_id_expiration", "resource_links", "age_gated_content",
	};
	static const char *const said[][2] = {
		{"business_name", "Acme Communications"}, {"business_street_address", "1 Market Street"},
		{"business_city", "San Francisco"}, {"business_state_province_region", "CA"},
		{"business_postal_code", "94105"}, {"business_country", "US"},
		{"business_website", "https://www.example.com"}, {"business_contact_first_name", "First"},
		{"business_contact_last_name", "Last"}, {"business_contact_email", "desk@example.com"},
		{"business_contact_phone", "+14155550100"}, {"notification_email", "desk@example.com"},
		{"use_case_summary", "Reminders of appointments."},
		{"production_message_sample", "Your appointment is on Monday at 10:00."}, {"opt_in_type", "WEB_FORM"},
		{"message_volume", "1,000"},
	};
	static const char *const uses[] = {"CUSTOMER_CARE"}, *const images[] = {"https://www.example.com/form.png"};

	for (size_t i = 0; i < ARRAY_LEN(said); i++)
		out_member(b, said[i][0], said[i][1]);
	texts(b, "use_case_categories", uses, 1);
	texts(b, "opt_in_image_urls", images, 1);
	for (size_t i = 0; i < ARRAY_LEN(nothing); i++)
		out_member(b, nothing[i], NULL);
}

static void tollfree_refusal(struct buf *b, const char *reason, int64_t updated)
{
	out_member(b, "rejection_reason", reason);
	out_name(b, "error_code");
	if (reason)
		out_i64(b, 30489);
	else
		out_null(b);
	out_name(b, "rejection_reasons");
	if (!reason) {
		out_null(b);
		out_member(b, "edit_expiration", NULL);
		out_member(b, "edit_allowed", NULL);
		return;
	}
	out_open(b, '[');
	out_open(b, '{');
	out_member(b, "reason", reason);
	out_member_i64(b, "code", 30489);
	out_close(b, '}');
	out_close(b, ']');
	out_member_iso(b, "edit_expiration", updated + 7 * 86400);
	out_member_bool(b, "edit_allowed", true);
}

static void tollfree_json(struct buf *b, struct sqlite3_stmt *row)
{
	struct arena a = {0};
	const char *sid = db_text(row, 0, &a);

	out_open(b, '{');
	out_member(b, "sid", sid);
	out_member(b, "account_sid", db_text(row, 1, &a));
	out_member(b, "tollfree_phone_number_sid", db_text(row, 2, &a));
	out_member(b, "tollfree_phone_number", db_text(row, 3, &a));
	out_member(b, "status", db_text(row, 4, &a));
	tollfree_refusal(b, db_text(row, 5, &a), db_int(row, 7));
	tollfree_constants(b);
	out_member_iso(b, "date_created", db_int(row, 6));
	out_member_iso(b, "date_updated", db_int(row, 7));
	out_memberf(b, "url", HOST "/v1/Tollfree/Verifications/%s", sid);
	out_close(b, '}');
	arena_release(&a);
}

static const char *filter_of(const struct request *q, const char *name)
{
	const char *value = param_get(&q->query, name);

	return value && *value ? value : NULL;
}

void tollfree_list(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a)
{
	const int64_t all = param_bool(&q->query, "IncludeSubAccounts", false);
	struct sqlite3_stmt *rows;
	struct page page;

	if (!page_parse(&page, q, a))
		return;
	rows = db_query(s->db, "SELECT " TOLLFREE " FROM tollfree WHERE (account_sid=?1 OR (?2 AND account_sid IN "
			"(SELECT sid FROM account WHERE owner=?1))) AND (?3 IS NULL OR phone_sid=?3) AND "
			"(?4 IS NULL OR status=?4) AND ?5 IS NULL AND ord<?6 ORDER BY ord DESC LIMIT ?7 OFFSET ?8", "sisssiii",
			p->target.sid, all, filter_of(q, "TollfreePhoneNumberSid"), filter_of(q, "Status"),
			filter_of(q, "ExternalReferenceId"), page.below, page.size + 1, page.skip);
	out_open(&a->body, '{');
	out_name(&a->body, "verifications");
	out_open(&a->body, '[');
	while (db_next(rows)) {
		if ((page.more = page.rows == page.size))
			break;
		tollfree_json(&a->body, rows);
		page_row(&page, db_int(rows, 8));
	}
	db_end(rows);
	page_end_meta(&page, q, HOST, "verifications", &a->body);
}

void tollfree_fetch(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a)
{
	struct sqlite3_stmt *row = db_query(s->db, "SELECT " TOLLFREE " FROM tollfree WHERE sid=? AND account_sid=?", "ss",
					    q->segment[3], p->target.sid);

	if (db_next(row))
		tollfree_json(&a->body, row);
	else
		answer_not_found(a, q->resource);
	db_end(row);
}

/* --- what carriers say ------------------------------------------------------------------------------------------- */

int carrier_objection(struct sandbox *s, const char *phone_sid, const char *phone)
{
	const struct dialplan_match from = dialplan_lookup(phone);
	int64_t attached;

	if (from.calling_code != 1)
		return 0;
	if (from.type == NUMBER_TOLLFREE)
		return db_number(s->db, 0, "SELECT COUNT(*) FROM tollfree WHERE phone_sid=? AND status='TWILIO_APPROVED'",
				 "s", phone_sid) ? 0 : 30032;
	attached = db_number(s->db, 0, "SELECT p.created FROM msgpool p JOIN campaign c ON c.service_sid=p.service_sid "
			     "WHERE p.phone_sid=? AND c.status='VERIFIED'", "s", phone_sid);
	if (!attached)
		return 30034;
	return state_now() - attached < REGISTRATION_S ? 30035 : 0;
}

void seed_tollfree(struct sandbox *s, const char *account, const char *phone, const char *status, const char *reason)
{
	char sid[SID_SIZE], owner[SID_SIZE], phone_sid[SID_SIZE];
	const int64_t created = state_now() - INT64_C(40) * 86400;

	ident_sid(sid, "HH", phone);
	ident_sid(owner, "AC", account);
	ident_sid(phone_sid, "PN", phone);
	db_run(s->db, "INSERT INTO tollfree (sid, account_sid, phone_sid, phone_number, status, reason, created, updated) "
	       "VALUES (?,?,?,?,?,?,?,?)", "ssssssii", sid, owner, phone_sid, phone, status, reason, created,
	       created + INT64_C(5) * 86400);
}
