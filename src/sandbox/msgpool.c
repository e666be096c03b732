#include <string.h>

#include "answer.h"
#include "auth.h"
#include "db.h"
#include "ident.h"
#include "ledger.h"
#include "msgservices.h"
#include "numdesk/model/capability.h"
#include "out.h"
#include "owned.h"
#include "page.h"
#include "request.h"
#include "state.h"

#define HOST "https://messaging.twilio.com"

/* An array here, where the number itself has an object (Twilio's documents). */
static void capabilities(struct buf *b, unsigned caps)
{
	out_name(b, "capabilities");
	out_open(b, '[');
	if (caps & CAP_VOICE)
		out_text(b, "Voice");
	if (caps & CAP_SMS)
		out_text(b, "SMS");
	if (caps & CAP_MMS)
		out_text(b, "MMS");
	out_close(b, ']');
}

/* row: phone_sid, service_sid, created */
static void entry_json(struct sandbox *s, struct buf *b, struct sqlite3_stmt *row, const char *account)
{
	struct arena a = {0};
	const char *phone_sid = db_text(row, 0, &a), *service = db_text(row, 1, &a);
	struct owned n;

	if (!owned_by_sid(s, account, phone_sid, &n, &a))
		n = (struct owned){0};
	out_open(b, '{');
	out_member(b, "sid", phone_sid);
	out_member(b, "account_sid", account);
	out_member(b, "service_sid", service);
	out_member_iso(b, "date_created", db_int(row, 2));
	out_member_iso(b, "date_updated", db_int(row, 2));
	out_member(b, "phone_number", n.text[OWNED_phone_number]);
	out_member(b, "country_code", n.text[OWNED_country]);
	capabilities(b, n.capabilities);
	out_memberf(b, "url", HOST "/v1/Services/%s/PhoneNumbers/%s", service, phone_sid);
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

void msgpool_list(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a)
{
	struct sqlite3_stmt *rows;
	struct page page;

	if (!has_service(s, p, q, a) || !page_parse(&page, q, a))
		return;
	rows = db_query(s->db, "SELECT phone_sid, service_sid, created, ord FROM msgpool WHERE service_sid=? AND ord<? "
			"ORDER BY ord DESC LIMIT ? OFFSET ?", "siii", q->segment[2], page.below, page.size + 1, page.skip);
	out_open(&a->body, '{');
	out_name(&a->body, "phone_numbers");
	out_open(&a->body, '[');
	while (db_next(rows)) {
		if ((page.more = page.rows == page.size))
			break;
		entry_json(s, &a->body, rows, p->target.sid);
		page_row(&page, db_int(rows, 3));
	}
	db_end(rows);
	page_end_meta(&page, q, HOST, "phone_numbers", &a->body);
}

static bool show(struct sandbox *s, const struct principal *p, const struct request *q, const char *phone_sid,
		 struct answer *a)
{
	struct sqlite3_stmt *row;
	bool found;

	if (!has_service(s, p, q, a))
		return false;
	row = db_query(s->db, "SELECT phone_sid, service_sid, created FROM msgpool WHERE service_sid=? AND phone_sid=?",
		       "ss", q->segment[2], phone_sid);
	found = db_next(row);
	if (found)
		entry_json(s, &a->body, row, p->target.sid);
	else
		answer_not_found(a, q->resource);
	db_end(row);
	return found;
}

static bool refuse(struct answer *a, int status, int code, const char *why)
{
	answer_error(a, status, code, "%s", why);
	return false;
}

/* The status of these refusals is not published for each; 409 is what the client libraries' samples have for the
 * two that say "already". */
static bool may_attach(struct sandbox *s, const char *service, const struct owned *n, struct answer *a)
{
	const char *sid = n->text[OWNED_sid];

	if (!(n->capabilities & CAP_SMS))
		return refuse(a, 400, 21715, "Phone Number or Short Code is not SMS capable");
	if (db_number(s->db, 0, "SELECT COUNT(*) FROM msgpool WHERE phone_sid=? AND service_sid=?", "ss", sid, service))
		return refuse(a, 409, 21710, "Phone Number or Short Code is already in the Messaging Service");
	if (db_number(s->db, 0, "SELECT COUNT(*) FROM msgpool WHERE phone_sid=?", "s", sid))
		return refuse(a, 409, 21712, "Phone Number or Short Code is associated with another Messaging Service");
	if (db_number(s->db, 0, "SELECT COUNT(*) FROM msgpool WHERE service_sid=?", "s", service) >= POOL_MAX)
		return refuse(a, 400, 21714, "The Messaging Service has the most Phone Numbers it can have");
	return true;
}

void msgpool_attach(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a)
{
	const char *sid = param_get(&q->form, "PhoneNumberSid");
	struct owned n;

	if (!has_service(s, p, q, a))
		return;
	if (!sid || !*sid) {
		answer_error(a, 400, 20001, "Missing required parameter PhoneNumberSid in the post body");
		return;
	}
	if (!owned_by_sid(s, p->target.sid, sid, &n, &q->arena)) {
		answer_error(a, 404, 20404, "The requested resource PhoneNumber %s was not found", sid);
		return;
	}
	if (!may_attach(s, q->segment[2], &n, a))
		return;
	db_run(s->db, "INSERT INTO msgpool (service_sid, phone_sid, created) VALUES (?,?,?)", "ssi", q->segment[2], sid,
	       state_now());
	ledger_execution(s, q, "attach", p->target.sid, n.text[OWNED_phone_number], sid);
	a->status = 201;
	show(s, p, q, sid, a);
}

void msgpool_fetch(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a)
{
	show(s, p, q, q->segment[4], a);
}

void msgpool_detach(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a)
{
	if (!show(s, p, q, q->segment[4], a))
		return;
	buf_clear(&a->body);
	msgpool_forget(s, q->segment[4]);
	ledger_execution(s, q, "detach", p->target.sid, NULL, q->segment[4]);
	a->status = 204;
}

void msgpool_forget(struct sandbox *s, const char *phone_sid)
{
	db_run(s->db, "DELETE FROM msgpool WHERE phone_sid=?", "s", phone_sid);
}

void seed_msgpool(struct sandbox *s, const char *service, const char *phone)
{
	char service_sid[SID_SIZE], phone_sid[SID_SIZE];

	ident_sid(service_sid, "MG", service);
	ident_sid(phone_sid, "PN", phone);
	db_run(s->db, "INSERT INTO msgpool (service_sid, phone_sid, created) VALUES (?,?,?)", "ssi", service_sid, phone_sid,
	       state_now() - INT64_C(150) * 86400);
}
