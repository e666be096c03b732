#include "verify.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "answer.h"
#include "auth.h"
#include "db.h"
#include "ident.h"
#include "ledger.h"
#include "lookups.h"
#include "numdesk/model/phone.h"
#include "numdesk/util/text.h"
#include "out.h"
#include "page.h"
#include "request.h"
#include "state.h"

#define HOST "https://verify.twilio.com"
#define COLUMNS "sid, account_sid, friendly_name, code_length, created, ord"

enum { NAME_MAX_CHARACTERS = 32, CODE_DEFAULT = 6, LIFE_S = 600, CHECKS_MAX = 5, SENDS_MAX = 5 };

static void out_flags(struct buf *b)
{
	static const char *const off[] = {
		"lookup_enabled", "psd2_enabled", "skip_sms_to_landlines", "dtmf_input_required",
		"do_not_share_warning_enabled", "custom_code_enabled", "verify_event_subscription_enabled",
	};
	static const char *const unset[] = {"tts_name", "push", "totp", "default_template_sid", "whatsapp", "passkeys"};

	for (size_t i = 0; i < ARRAY_LEN(off); i++)
		out_member_bool(b, off[i], false);
	for (size_t i = 0; i < ARRAY_LEN(unset); i++)
		out_member(b, unset[i], NULL);
}

static void service_json(struct buf *b, struct sqlite3_stmt *row)
{
	static const struct { const char *name, *path; } links[] = {
		{"verification_checks", "VerificationCheck"}, {"verifications", "Verifications"},
		{"rate_limits", "RateLimits"}, {"messaging_configurations", "MessagingConfigurations"},
		{"entities", "Entities"}, {"webhooks", "Webhooks"}, {"access_tokens", "AccessTokens"},
	};
	struct arena a = {0};
	const char *sid = db_text(row, 0, &a);

	out_open(b, '{');
	out_member(b, "sid", sid);
	out_member(b, "account_sid", db_text(row, 1, &a));
	out_member(b, "friendly_name", db_text(row, 2, &a));
	out_member_i64(b, "code_length", db_int(row, 3));
	out_flags(b);
	out_member_iso(b, "date_created", db_int(row, 4));
	out_member_iso(b, "date_updated", db_int(row, 4));
	out_memberf(b, "url", HOST "/v2/Services/%s", sid);
	out_name(b, "links");
	out_open(b, '{');
	for (size_t i = 0; i < ARRAY_LEN(links); i++)
		out_memberf(b, links[i].name, HOST "/v2/Services/%s/%s", sid, links[i].path);
	out_close(b, '}');
	out_close(b, '}');
	arena_release(&a);
}

void verify_services_list(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a)
{
	struct sqlite3_stmt *rows;
	struct page page;

	if (!page_parse(&page, q, a))
		return;
	rows = db_query(s->db, "SELECT " COLUMNS " FROM verify_service WHERE account_sid=? AND ord<? ORDER BY ord DESC "
			"LIMIT ? OFFSET ?", "siii", p->self.sid, page.below, page.size + 1, page.skip);
	out_open(&a->body, '{');
	out_name(&a->body, "services");
	out_open(&a->body, '[');
	while (db_next(rows)) {
		if ((page.more = page.rows == page.size))
			break;
		service_json(&a->body, rows);
		page_row(&page, db_int(rows, 5));
	}
	db_end(rows);
	page_end_meta(&page, q, HOST, "services", &a->body);
}

/* The service of the path, if the asker has it; 404 in a else. The row is db_end's to end. */
static struct sqlite3_stmt *service(struct sandbox *s, const struct principal *p, const struct request *q,
				    struct answer *a)
{
	struct sqlite3_stmt *row = db_query(s->db, "SELECT " COLUMNS " FROM verify_service WHERE sid=? AND account_sid=?",
					    "ss", q->segment[2], p->self.sid);

	if (db_next(row))
		return row;
	db_end(row);
	answer_not_found(a, q->resource);
	return NULL;
}

void verify_services_fetch(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a)
{
	struct sqlite3_stmt *row = service(s, p, q, a);

	if (row)
		service_json(&a->body, row);
	db_end(row);
}

static bool invalid(struct answer *a, const char *param, const char *value)
{
	answer_error(a, 400, 60200, "Invalid parameter `%s`: %s", param, value);
	return false;
}

void verify_services_create(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a)
{
	const char *name = param_get(&q->form, "FriendlyName"), *length = param_get(&q->form, "CodeLength");
	struct sqlite3_stmt *row;
	char label[64], sid[SID_SIZE];
	int64_t digits = CODE_DEFAULT;

	if (!name || !*name || strlen(name) > NAME_MAX_CHARACTERS) {
		invalid(a, "FriendlyName", name ? name : "");
		return;
	}
	if (length && !text_to_i64(length, 4, 10, &digits)) {
		invalid(a, "CodeLength", length);
		return;
	}
	snprintf(label, sizeof label, "verify service %" PRId64, q->seq);
	ident_sid(sid, "VA", label);
	db_run(s->db, "INSERT INTO verify_service (sid, account_sid, friendly_name, code_length, created) "
	       "VALUES (?,?,?,?,?)", "sssii", sid, p->self.sid, name, digits, state_now());
	ledger_execution(s, q, "create", p->self.sid, NULL, sid);
	row = db_query(s->db, "SELECT " COLUMNS " FROM verify_service WHERE sid=?", "s", sid);
	db_next(row);
	a->status = 201;
	service_json(&a->body, row);
	db_end(row);
}

/* --- verifications --- */

struct verification {
	int64_t ord, created, updated, checks, sends;
	char sid[SID_SIZE], service[SID_SIZE], account[SID_SIZE], to[E164_SIZE], channel[8], status[24], code[12];
};

/* By SID or by the number it was sent to, while it lives. */
static bool load(struct sandbox *s, const char *service_sid, const char *key, struct verification *v)
{
	struct sqlite3_stmt *q = db_query(s->db, "SELECT ord, created, updated, checks, sends, sid, service_sid, "
					  "account_sid, phone_to, channel, status, code FROM verification WHERE "
					  "service_sid=?1 AND (sid=?2 OR phone_to=?2) AND status='pending' AND created>?3"
					  " ORDER BY ord DESC LIMIT 1", "ssi", service_sid, key, state_now() - LIFE_S);
	const bool found = db_next(q);

	if (found) {
		v->ord = db_int(q, 0);
		v->created = db_int(q, 1);
		v->updated = db_int(q, 2);
		v->checks = db_int(q, 3);
		v->sends = db_int(q, 4);
		db_copy(v->sid, sizeof v->sid, q, 5);
		db_copy(v->service, sizeof v->service, q, 6);
		db_copy(v->account, sizeof v->account, q, 7);
		db_copy(v->to, sizeof v->to, q, 8);
		db_copy(v->channel, sizeof v->channel, q, 9);
		db_copy(v->status, sizeof v->status, q, 10);
		db_copy(v->code, sizeof v->code, q, 11);
	}
	db_end(q);
	return found;
}

static void save(struct sandbox *s, struct verification *v)
{
	v->updated = state_now();
	db_run(s->db, "UPDATE verification SET checks=?, sends=?, status=?, channel=?, updated=? WHERE ord=?", "iissii",
	       v->checks, v->sends, v->status, v->channel, v->updated, v->ord);
}

static void common_members(struct buf *b, const struct verification *v)
{
	out_member(b, "sid", v->sid);
	out_member(b, "service_sid", v->service);
	out_member(b, "account_sid", v->account);
	out_member(b, "to", v->to);
	out_member(b, "channel", v->channel);
	out_member(b, "status", v->status);
	out_member_bool(b, "valid", strcmp(v->status, "approved") == 0);
	out_member_iso(b, "date_created", v->created);
	out_member_iso(b, "date_updated", v->updated);
	out_member(b, "amount", NULL);
	out_member(b, "payee", NULL);
}

static void verification_json(struct buf *b, const struct verification *v)
{
	out_open(b, '{');
	common_members(b, v);
	out_name(b, "lookup");
	out_open(b, '{');
	out_close(b, '}');
	out_name(b, "send_code_attempts");
	out_open(b, '[');
	for (int64_t i = 0; i < v->sends; i++) {
		char label[96], sid[SID_SIZE];

		snprintf(label, sizeof label, "attempt %" PRId64 " of %s", i, v->sid);
		ident_sid(sid, "VL", label);
		out_open(b, '{');
		out_member_iso(b, "time", v->created);
		out_member(b, "channel", strcmp(v->channel, "sms") == 0 ? "SMS" : "CALL");
		out_member(b, "attempt_sid", sid);
		out_close(b, '}');
	}
	out_close(b, ']');
	out_member(b, "sna", NULL);
	out_memberf(b, "url", HOST "/v2/Services/%s/Verifications/%s", v->service, v->sid);
	out_close(b, '}');
}

static bool may_start(struct sandbox *s, const struct principal *p, const char *to, const char *channel,
		      struct answer *a)
{
	struct account payer;

	if (!phone_is_e164(to))
		return invalid(a, "To", to);
	if (strcmp(channel, "sms") != 0 && strcmp(channel, "call") != 0)
		return invalid(a, "Channel", channel);
	if (account_load(s, p->self.owner, &payer) && strcmp(payer.type, "Trial") == 0) {
		answer_error(a, 403, 575001, "Verify is not available to trial accounts");
		return false;
	}
	if (strcmp(channel, "sms") == 0 && strcmp(lookups_line_type(s, to), "landline") == 0) {
		answer_error(a, 403, 60205, "SMS is not supported by landline phone number");
		return false;
	}
	return true;
}

static void insert(struct sandbox *s, struct request *q, const char *service_sid, const struct principal *p,
		   const char *to, int64_t code_length)
{
	char label[64], sid[SID_SIZE], code[24];

	snprintf(label, sizeof label, "verification %" PRId64, q->seq);
	ident_sid(sid, "VE", label);
	snprintf(code, sizeof code, "%020" PRIu64, ident_hash(label, 22));
	db_run(s->db, "INSERT INTO verification (sid, service_sid, account_sid, phone_to, channel, status, code, checks,"
	       " sends, created, updated) VALUES (?,?,?,?,'','pending',?,0,0,?,?)", "sssssii", sid, service_sid,
	       p->self.sid, to, code + 20 - code_length, state_now(), state_now());
	ledger_execution(s, q, "verify", p->self.sid, to, sid);
}

void verify_start(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a)
{
	const char *to = param_get(&q->form, "To"), *channel = param_get(&q->form, "Channel");
	struct sqlite3_stmt *row = service(s, p, q, a);
	const int64_t digits = row ? db_int(row, 3) : 0;
	struct verification v;

	db_end(row);
	if (!row || !may_start(s, p, to ? to : "", channel ? channel : "", a))
		return;
	if (!load(s, q->segment[2], to, &v)) {
		insert(s, q, q->segment[2], p, to, digits);
		load(s, q->segment[2], to, &v);
	}
	if (v.sends >= SENDS_MAX) {
		answer_error(a, 429, 60203, "Max send attempts reached");
		return;
	}
	v.sends++;
	text_copy(v.channel, sizeof v.channel, channel);
	save(s, &v);
	a->status = 201;
	verification_json(&a->body, &v);
}

void verify_fetch(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a)
{
	struct sqlite3_stmt *row = service(s, p, q, a);
	struct verification v;

	db_end(row);
	if (!row)
		return;
	if (load(s, q->segment[2], q->segment[4], &v))
		verification_json(&a->body, &v);
	else
		answer_not_found(a, q->resource);
}

/* 200 and 201 are both documented without a word on which is when; here 201 for the right code, 200 for a wrong one. */
static void check(struct sandbox *s, struct request *q, struct verification *v, const char *code, struct answer *a)
{
	if (v->checks >= CHECKS_MAX) {
		answer_error(a, 429, 60202, "Max check attempts reached");
		return;
	}
	v->checks++;
	if (strcmp(code, v->code) == 0) {
		text_copy(v->status, sizeof v->status, "approved");
		ledger_execution(s, q, "approve", v->account, v->to, v->sid);
		a->status = 201;
	}
	save(s, v);
	out_open(&a->body, '{');
	common_members(&a->body, v);
	out_name(&a->body, "sna_attempts_error_codes");
	out_open(&a->body, '[');
	out_close(&a->body, ']');
	out_close(&a->body, '}');
}

void verify_check(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a)
{
	const char *to = param_get(&q->form, "To"), *sid = param_get(&q->form, "VerificationSid");
	const char *code = param_get(&q->form, "Code");
	struct sqlite3_stmt *row = service(s, p, q, a);
	struct verification v;

	db_end(row);
	if (!row)
		return;
	if (!code || strlen(code) < 4 || strlen(code) > 10)
		invalid(a, "Code", code ? "(hidden)" : "");
	else if (!load(s, q->segment[2], sid ? sid : to ? to : "", &v))
		answer_not_found(a, q->resource);
	else
		check(s, q, &v, code, a);
}

void verify_codes_json(struct sandbox *s, struct buf *out)
{
	struct sqlite3_stmt *q = db_query(s->db, "SELECT phone_to, code, status FROM verification ORDER BY ord", "");
	struct arena a = {0};

	out_open(out, '[');
	while (db_next(q)) {
		out_open(out, '{');
		out_member(out, "to", db_text(q, 0, &a));
		out_member(out, "code", db_text(q, 1, &a));
		out_member(out, "status", db_text(q, 2, &a));
		out_close(out, '}');
	}
	db_end(q);
	arena_release(&a);
	out_close(out, ']');
}
