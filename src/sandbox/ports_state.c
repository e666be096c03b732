/* What becomes of port-in requests: by themselves in the demo, at a test's word elsewhere. */
#include <string.h>

#include "answer.h"
#include "db.h"
#include "ident.h"
#include "numdesk/model/dialplan.h"
#include "numdesk/model/number.h"
#include "numdesk/util/clock.h"
#include "numdesk/util/json.h"
#include "numdesk/util/mem.h"
#include "out.h"
#include "owned.h"
#include "ports_priv.h"
#include "request.h"
#include "state.h"
#include "stock.h"

enum { DAY_S = 86400 };

static const struct { const char *status, *title, *number; bool over; } states[] = {
	{"pending", "In review", "In Review", false},
	{"in_review", "In review", "In Review", false},
	{"waiting_for_signature", "Waiting for Signature", "Waiting For Signature", false},
	{"in_progress", "In progress", "In Progress", false},
	{"action_required", "Action Required", "Action Required", false},
	{"port_submitted", "In progress", "Port Submitted", false},
	{"port_pending", "In progress", "Port Pending", false},
	{"port_rejected", "Action Required", "Port Rejected", true},
	{"completed", "Completed", "Completed", true},
	{"canceled", "Canceled", "Canceled", true},
	{"expired", "Expired", "Expired", true},
};

static size_t find(const char *status)
{
	for (size_t i = 0; i < ARRAY_LEN(states); i++)
		if (strcmp(states[i].status, status) == 0)
			return i;
	return ARRAY_LEN(states);
}

bool port_status_known(const char *status)
{
	return find(status) < ARRAY_LEN(states);
}

const char *port_status_title(const char *status)
{
	return port_status_known(status) ? states[find(status)].title : status;
}

const char *port_number_title(const char *status)
{
	return port_status_known(status) ? states[find(status)].number : status;
}

bool port_is_over(const char *status)
{
	return port_status_known(status) && states[find(status)].over;
}

void port_set(struct sandbox *s, const char *sid, const char *status, const char *action)
{
	db_run(s->db, "UPDATE port_request SET status=?, action=?, updated=? WHERE sid=?", "ssis", status, action,
	       state_now(), sid);
}

/* The number has arrived: its new account owns it. */
static void arrive(struct sandbox *s, const char *account, const char *phone, const char *type)
{
	const struct stock_range *r = stock_range_of(phone);
	char sid[SID_SIZE], name[32];
	struct owned n;

	ident_sid(sid, "PN", phone);
	owned_defaults(&n);
	n.text[OWNED_sid] = sid;
	n.text[OWNED_account_sid] = account;
	n.text[OWNED_phone_number] = phone;
	n.text[OWNED_friendly_name] = stock_friendly(phone, name);
	n.text[OWNED_country] = "US";
	n.text[OWNED_type] = strcmp(type, "MOBILE") == 0 ? "mobile" : "local";
	n.capabilities = r ? r->capabilities : CAP_VOICE | CAP_SMS | CAP_MMS;
	n.created = n.updated = state_now();
	owned_save(s, &n);
}

static void arrive_all(struct sandbox *s, const char *request, const char *phone)
{
	struct sqlite3_stmt *q = db_query(s->db,
		"SELECT r.account_sid, n.phone_number, n.number_type FROM port_number n JOIN port_request r ON"
		" r.sid=n.request_sid WHERE r.sid=?1 AND (?2 IS NULL OR n.phone_number=?2) AND n.status='completed'"
		" AND NOT EXISTS (SELECT 1 FROM number o WHERE o.phone_number=n.phone_number)", "ss", request, phone);
	struct arena a = {0};

	while (db_next(q))
		arrive(s, db_text(q, 0, &a), db_text(q, 1, &a), db_text(q, 2, &a));
	db_end(q);
	arena_release(&a);
}

void port_set_numbers(struct sandbox *s, const char *sid, const char *phone, const char *status)
{
	db_run(s->db, "UPDATE port_number SET status=?3, updated=?4 WHERE request_sid=?1 AND"
	       " (phone_number=?2 OR (?2 IS NULL AND status NOT IN ('completed','canceled','port_rejected','expired')))",
	       "sssi", sid, phone, status, state_now());
	if (strcmp(status, "completed") == 0)
		arrive_all(s, sid, phone);
}

/* after so many seconds in one state, the next */
static const struct { const char *from; int after_s; const char *to, *numbers, *action; } moves[] = {
	{"pending", 20, "waiting_for_signature", "waiting_for_signature",
	 "Sign the letter of authorization that was sent by e-mail"},
	{"waiting_for_signature", 40, "in_progress", "port_submitted", NULL},
	{"in_progress", 120, "completed", "completed", NULL},
};

static bool move_one(struct sandbox *s, const char *from, int after_s, const char *to, const char *numbers,
		     const char *action)
{
	struct sqlite3_stmt *q = db_query(s->db, "SELECT sid FROM port_request WHERE moves AND status=? AND updated<=?",
					  "si", from, state_now() - after_s);
	char sid[SID_SIZE] = "";

	if (db_next(q))
		db_copy(sid, sizeof sid, q, 0);
	db_end(q);
	if (!*sid)
		return false;
	port_set(s, sid, to, action);
	port_set_numbers(s, sid, NULL, numbers);
	return true;
}

/* A minute at work, and the carriers have agreed on a date. */
static void set_dates(struct sandbox *s)
{
	db_run(s->db, "UPDATE port_number SET status='port_pending', updated=?1, port_date=?1+?2 WHERE port_date=0 AND"
	       " status='port_submitted' AND request_sid IN (SELECT sid FROM port_request WHERE moves AND"
	       " status='in_progress' AND updated<=?1-60)", "ii", state_now(), (int64_t)7 * DAY_S);
}

void ports_tick(struct sandbox *s)
{
	for (size_t i = 0; i < ARRAY_LEN(moves); i++)
		while (move_one(s, moves[i].from, moves[i].after_s, moves[i].to, moves[i].numbers, moves[i].action))
			continue;
	set_dates(s);
}

static void control_number(struct sandbox *s, const struct json *x, const char *sid, const char *status)
{
	const char *phone = json_text(x, "phone_number"), *date = json_text(x, "port_date");
	int64_t at = 0;

	if (date && clock_parse(date, &at))
		db_run(s->db, "UPDATE port_number SET port_date=?3 WHERE request_sid=?1 AND (?2 IS NULL OR"
		       " phone_number=?2)", "ssi", sid, phone, at);
	if (json_text(x, "rejection_reason"))
		db_run(s->db, "UPDATE port_number SET rejection=?3, rejection_code=?4 WHERE request_sid=?1 AND"
		       " (?2 IS NULL OR phone_number=?2)", "ssss", sid, phone, json_text(x, "rejection_reason"),
		       json_text(x, "rejection_reason_code"));
	if (status)
		port_set_numbers(s, sid, phone, status);
}

void ports_control(struct sandbox *s, struct request *q, struct answer *a)
{
	struct json *x = json_parse(buf_str(&q->body), q->body.len, REQUEST_BODY_MAX, NULL);
	const char *sid = json_text(x, "sid"), *status = json_text(x, "status");

	if (!sid || db_number(s->db, 0, "SELECT COUNT(*) FROM port_request WHERE sid=?", "s", sid) == 0) {
		answer_error(a, 400, 20001, "no such port-in request");
	} else {
		if (status)
			port_set(s, sid, status, json_text(x, "suggested_action"));
		control_number(s, x, sid, json_text(x, "number_status"));
		buf_adds(&a->body, "{}");
	}
	json_free(x);
}
