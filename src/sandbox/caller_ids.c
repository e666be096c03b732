#include "caller_ids.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "answer.h"
#include "auth.h"
#include "calls.h"
#include "db.h"
#include "ident.h"
#include "ledger.h"
#include "limits.h"
#include "numdesk/model/money.h"
#include "numdesk/model/phone.h"
#include "numdesk/util/text.h"
#include "out.h"
#include "owned.h"
#include "page.h"
#include "request.h"
#include "state.h"
#include "stock.h"
#include "traffic.h"

enum { DELAY_MAX = 60 };

#define COLUMNS "sid, account_sid, phone_number, friendly_name, created, updated, ord"

void caller_ids_catch_up(struct sandbox *s)
{
	struct sqlite3_stmt *q = db_query(s->db, "SELECT phone_number FROM caller_call WHERE status='in-progress' AND "
					  "due_ms>0 AND due_ms<=?", "i", state_now_ms());
	struct arena a = {0};
	const char *due[64];
	size_t n = 0;

	while (n < ARRAY_LEN(due) && db_next(q))
		due[n++] = db_text(q, 0, &a);
	db_end(q);
	for (size_t i = 0; i < n; i++)
		caller_ids_end_call(s, due[i], strcmp(due[i] + strlen(due[i]) - 2, "00") != 0);
	arena_release(&a);
}

bool caller_ids_end_call(struct sandbox *s, const char *phone, bool keyed)
{
	struct sqlite3_stmt *q = db_query(s->db, "SELECT ord, account_sid, friendly_name FROM caller_call WHERE "
					  "phone_number=? AND status='in-progress' ORDER BY ord DESC LIMIT 1", "s", phone);
	char account[SID_SIZE], name[260], label[64], sid[SID_SIZE];
	const bool found = db_next(q);
	const int64_t ord = found ? db_int(q, 0) : 0;

	if (found) {
		db_copy(account, sizeof account, q, 1);
		db_copy(name, sizeof name, q, 2);
	}
	db_end(q);
	if (!found)
		return false;
	db_run(s->db, "UPDATE caller_call SET status=? WHERE ord=?", "si", keyed ? "completed" : "no-answer", ord);
	db_run(s->db, "UPDATE call SET status=?, duration=? WHERE sid=(SELECT sid FROM caller_call WHERE ord=?)", "sii",
	       keyed ? "completed" : "no-answer", keyed ? INT64_C(12) : INT64_C(0), ord);
	if (keyed) {
		snprintf(label, sizeof label, "caller id %" PRId64, ord);
		ident_sid(sid, "PN", label);
		db_run(s->db, "INSERT OR IGNORE INTO caller_id (sid, account_sid, phone_number, friendly_name, created,"
		       " updated) VALUES (?,?,?,?,?,?)", "ssssii", sid, account, phone, name, state_now(),
		       state_now());
	}
	return true;
}

void caller_ids_calls_json(struct sandbox *s, struct buf *out)
{
	struct sqlite3_stmt *q = db_query(s->db, "SELECT phone_number, code, status FROM caller_call ORDER BY ord", "");
	struct arena a = {0};

	out_open(out, '[');
	while (db_next(q)) {
		out_open(out, '{');
		out_member(out, "phone_number", db_text(q, 0, &a));
		out_member(out, "code", db_text(q, 1, &a));
		out_member(out, "status", db_text(q, 2, &a));
		out_close(out, '}');
	}
	db_end(q);
	arena_release(&a);
	out_close(out, ']');
}

static void caller_id_json(struct buf *b, struct sqlite3_stmt *row)
{
	struct arena a = {0};
	const char *sid = db_text(row, 0, &a), *account = db_text(row, 1, &a);

	out_open(b, '{');
	out_member(b, "account_sid", account);
	out_member_date(b, "date_created", db_int(row, 4));
	out_member_date(b, "date_updated", db_int(row, 5));
	out_member(b, "friendly_name", db_text(row, 3, &a));
	out_member(b, "phone_number", db_text(row, 2, &a));
	out_member(b, "sid", sid);
	out_memberf(b, "uri", "/2010-04-01/Accounts/%s/OutgoingCallerIds/%s.json", account, sid);
	out_close(b, '}');
	arena_release(&a);
}

static const char *filter_of(const struct request *q, const char *name)
{
	const char *value = param_get(&q->query, name);

	return value && *value ? value : NULL;
}

void caller_ids_list(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a)
{
	struct sqlite3_stmt *rows;
	struct page page;

	if (!page_parse(&page, q, a))
		return;
	caller_ids_catch_up(s);
	rows = db_query(s->db, "SELECT " COLUMNS " FROM caller_id WHERE account_sid=? AND (?2 IS NULL OR"
			" phone_number=?2) AND (?3 IS NULL OR friendly_name=?3) AND ord<?4 ORDER BY ord DESC"
			" LIMIT ?5 OFFSET ?6", "sssiii", p->target.sid, filter_of(q, "PhoneNumber"),
			filter_of(q, "FriendlyName"), page.below, page.size + 1, page.skip);
	out_open(&a->body, '{');
	out_name(&a->body, "outgoing_caller_ids");
	out_open(&a->body, '[');
	while (db_next(rows)) {
		if ((page.more = page.rows == page.size))
			break;
		caller_id_json(&a->body, rows);
		page_row(&page, db_int(rows, 6));
	}
	db_end(rows);
	page_end(&page, q, &a->body);
}

static bool show(struct sandbox *s, const struct principal *p, const struct request *q, struct answer *a)
{
	struct sqlite3_stmt *row;
	bool found;

	caller_ids_catch_up(s);
	row = db_query(s->db, "SELECT " COLUMNS " FROM caller_id WHERE sid=? AND account_sid=?", "ss", q->segment[4],
		       p->target.sid);
	found = db_next(row);
	if (found)
		caller_id_json(&a->body, row);
	else
		answer_not_found(a, q->resource);
	db_end(row);
	return found;
}

void caller_ids_fetch(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a)
{
	show(s, p, q, a);
}

void caller_ids_update(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a)
{
	const char *name = param_get(&q->form, "FriendlyName");

	if (!show(s, p, q, a) || (name && !limits_name(name, a)))
		return;
	buf_clear(&a->body);
	if (name)
		db_run(s->db, "UPDATE caller_id SET friendly_name=?, updated=? WHERE sid=?", "sis", name, state_now(),
		       q->segment[4]);
	ledger_execution(s, q, "update", p->target.sid, NULL, q->segment[4]);
	show(s, p, q, a);
}

void caller_ids_delete(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a)
{
	if (!show(s, p, q, a))
		return;
	buf_clear(&a->body);
	db_run(s->db, "DELETE FROM caller_id WHERE sid=?", "s", q->segment[4]);
	ledger_execution(s, q, "delete", p->target.sid, NULL, q->segment[4]);
	a->status = 204;
}

static bool refuse(struct answer *a, int code, const char *why, const char *phone)
{
	answer_error(a, 400, code, "%s: %s", why, phone);
	return false;
}

static bool may_verify(struct sandbox *s, const struct principal *p, struct request *q, const char *phone,
		       int64_t *delay, struct answer *a)
{
	const char *name = param_get(&q->form, "FriendlyName"), *wait = param_get(&q->form, "CallDelay");
	const char *extension = param_get(&q->form, "Extension");
	struct owned n;

	if (!phone_is_e164(phone))
		return refuse(a, 21421, "PhoneNumber is invalid", phone);
	if (wait && *wait && !text_to_i64(wait, 0, DELAY_MAX, delay))
		return refuse(a, 20422, "CallDelay must be 0 to 60", wait);
	if (extension && strspn(extension, "0123456789*#w") != strlen(extension))
		return refuse(a, 20422, "Extension is invalid", extension);
	if (name && *name && !limits_name(name, a))
		return false;
	if (owned_by_phone(s, NULL, phone, &n, &q->arena))
		return refuse(a, 21449, "Phone number is a Twilio number and can be used as it is", phone);
	return db_number(s->db, 0, "SELECT COUNT(*) FROM caller_id WHERE account_sid=? AND phone_number=?", "ss",
			 p->target.sid, phone) == 0 ||
	       refuse(a, 21450, "Phone number already validated for your account", phone);
}

/* The call is one like any other in the list of calls; it is Twilio's own and costs nothing here. */
static void place_call(struct sandbox *s, const char *account, const char *phone, const char *sid)
{
	struct call c = {
		.account_sid = account, .from = "+14157234000", .to = phone, .status = "in-progress",
		.direction = "outbound-api", .start = state_now(), .price = MONEY_UNKNOWN,
	};

	text_copy(c.sid, sizeof c.sid, sid);
	traffic_need(s);
	call_save(s, &c);
}

void caller_ids_verify(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a)
{
	const char *phone = param_get(&q->form, "PhoneNumber"), *name = param_get(&q->form, "FriendlyName");
	const int64_t seconds = s->config.call_seconds;
	char code[8], call[SID_SIZE], label[64], formatted[32];
	int64_t delay = 0;

	caller_ids_catch_up(s);
	if (!may_verify(s, p, q, phone ? phone : "", &delay, a))
		return;
	snprintf(label, sizeof label, "caller call %" PRId64, q->seq);
	ident_sid(call, "CA", label);
	snprintf(code, sizeof code, "%06" PRIu64, ident_hash(label, 21) % 1000000);
	if (!name || !*name)
		name = stock_friendly(phone, formatted);
	place_call(s, p->target.sid, phone, call);
	/* A second call to the same number makes the first one's code worthless. */
	db_run(s->db, "UPDATE caller_call SET status='canceled' WHERE account_sid=? AND phone_number=? AND "
	       "status='in-progress'", "ss", p->target.sid, phone);
	db_run(s->db, "INSERT INTO caller_call (account_sid, sid, phone_number, friendly_name, code, status, due_ms) "
	       "VALUES (?,?,?,?,?,'in-progress',?)", "sssssi", p->target.sid, call, phone, name, code,
	       seconds ? state_now_ms() + (seconds + delay) * 1000 : INT64_C(0));
	ledger_execution(s, q, "call", p->target.sid, phone, call);
	out_open(&a->body, '{');
	out_member(&a->body, "account_sid", p->target.sid);
	out_member(&a->body, "call_sid", call);
	out_member(&a->body, "friendly_name", name);
	out_member(&a->body, "phone_number", phone);
	out_member(&a->body, "validation_code", code);
	out_close(&a->body, '}');
}
