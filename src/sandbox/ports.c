#include "ports.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "answer.h"
#include "auth.h"
#include "db.h"
#include "ledger.h"
#include "numdesk/util/clock.h"
#include "numdesk/util/json.h"
#include "numdesk/util/text.h"
#include "out.h"
#include "ports_priv.h"
#include "request.h"
#include "state.h"

enum { SIZE_DEFAULT = 20, SIZE_MAX_ROWS = 100 };

#define COLUMNS "ord, sid, account_sid, status, action, cancel_reason, carrier, documents, emails, target_date, " \
	"range_start, range_end, bundle_sid, moves, created, updated"
/* Of the authenticating account and of those it owns: ?1 */
#define SEEN "account_sid IN (SELECT sid FROM account WHERE sid=?1 OR owner=?1)"

static void read_row(struct sqlite3_stmt *q, struct port *p, struct arena *a)
{
	*p = (struct port){
		.ord = db_int(q, 0), .status = db_text(q, 3, a), .action = db_text(q, 4, a),
		.cancel_reason = db_text(q, 5, a), .carrier = db_text(q, 6, a), .documents = db_text(q, 7, a),
		.emails = db_text(q, 8, a), .date = db_text(q, 9, a), .start = db_text(q, 10, a),
		.end = db_text(q, 11, a), .bundle = db_text(q, 12, a), .moves = db_int(q, 13) != 0,
		.created = db_int(q, 14), .updated = db_int(q, 15),
	};
	db_copy(p->sid, sizeof p->sid, q, 1);
	db_copy(p->account_sid, sizeof p->account_sid, q, 2);
}

bool port_load(struct sandbox *s, const struct principal *p, const char *sid, struct port *out, struct arena *a)
{
	struct sqlite3_stmt *q;
	bool found;

	ports_tick(s);
	q = db_query(s->db, "SELECT " COLUMNS " FROM port_request WHERE " SEEN " AND sid=?2", "ss", p->self.sid, sid);
	found = db_next(q);
	if (found)
		read_row(q, out, a);
	db_end(q);
	return found;
}

/* A value as it came, or null. */
static void out_raw(struct buf *b, const char *name, const char *json)
{
	out_name(b, name);
	buf_adds(b, json ? json : "null");
}

static void out_iso(struct buf *b, const char *name, int64_t at)
{
	char date[24];

	out_member(b, name, at ? clock_iso(at, date, sizeof date) : NULL);
}

/* A code: 0 is none. */
static void out_code(struct buf *b, const char *name, int64_t code)
{
	out_name(b, name);
	if (code)
		out_i64(b, code);
	else
		out_null(b);
}

#define NUMBER_COLUMNS "sid, phone_number, pin, number_type, portable, reason, reason_code, status, port_date, " \
	"rejection, rejection_code, created, updated"

static void number_json(struct buf *b, struct sqlite3_stmt *q, struct arena *a)
{
	out_open(b, '{');
	out_member(b, "phone_number", db_text(q, 1, a));
	out_member(b, "number_type", db_text(q, 3, a));
	out_member(b, "rejection_reason", db_text(q, 9, a));
	out_member(b, "rejection_reason_code", db_text(q, 10, a));
	out_iso(b, "status_last_time_updated_timestamp", db_int(q, 12));
	out_member_bool(b, "portable", db_int(q, 4) != 0);
	out_member(b, "not_portability_reason", db_text(q, 5, a));
	out_code(b, "not_portability_reason_code", db_int(q, 6));
	out_member(b, "port_in_phone_number_sid", db_text(q, 0, a));
	out_member(b, "port_in_phone_number_status", port_number_title(db_text(q, 7, a)));
	out_iso(b, "port_date", db_int(q, 8));
	out_member(b, "external_porting_vendor_phone_number_id", NULL);
	out_close(b, '}');
}

static void numbers_json(struct sandbox *s, struct buf *b, const char *sid)
{
	struct sqlite3_stmt *q = db_query(s->db, "SELECT " NUMBER_COLUMNS " FROM port_number WHERE request_sid=?"
					  " ORDER BY ord", "s", sid);
	struct arena a = {0};

	out_name(b, "phone_numbers");
	out_open(b, '[');
	while (db_next(q)) {
		number_json(b, q, &a);
		arena_reset(&a);
	}
	out_close(b, ']');
	db_end(q);
	arena_release(&a);
}

void port_json(struct sandbox *s, struct buf *b, const struct port *p)
{
	out_open(b, '{');
	out_member(b, "port_in_request_sid", p->sid);
	out_memberf(b, "url", "https://numbers.twilio.com/v1/Porting/PortIn/%s", p->sid);
	out_member(b, "account_sid", p->account_sid);
	out_raw(b, "notification_emails", p->emails);
	out_member(b, "target_port_in_date", p->date);
	out_member(b, "target_port_in_time_range_start", p->start);
	out_member(b, "target_port_in_time_range_end", p->end);
	out_member(b, "port_in_request_status", p->status);
	out_member(b, "order_cancellation_reason", p->cancel_reason);
	out_raw(b, "losing_carrier_information", p->carrier);
	numbers_json(s, b, p->sid);
	out_member(b, "bundle_sid", p->bundle);
	out_member(b, "portability_advance_carrier", NULL);
	out_member(b, "auto_cancel_approval_numbers", NULL);
	out_raw(b, "documents", p->documents);
	out_iso(b, "date_created", p->created);
	out_member_i64(b, "support_ticket_id", 100000 + p->ord);
	if (strcmp(p->status, "waiting_for_signature") == 0)
		out_memberf(b, "signature_request_url", "https://sign.example.com/letters/%s", p->sid);
	else
		out_member(b, "signature_request_url", NULL);
	out_close(b, '}');
}

void ports_fetch(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a)
{
	struct port x;

	if (port_load(s, p, q->segment[3], &x, &q->arena))
		port_json(s, &a->body, &x);
	else
		answer_not_found(a, q->resource);
}

void ports_cancel(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a)
{
	struct port x;

	if (!port_load(s, p, q->segment[3], &x, &q->arena)) {
		answer_not_found(a, q->resource);
	} else if (port_is_over(x.status)) {
		answer_error(a, 400, 20001, "Port in request %s cannot be canceled: it is %s", x.sid, x.status);
	} else {
		port_set(s, x.sid, "canceled", NULL);
		db_run(s->db, "UPDATE port_request SET cancel_reason='Canceled by the customer' WHERE sid=?", "s", x.sid);
		port_set_numbers(s, x.sid, NULL, "canceled");
		ledger_execution(s, q, "port-cancel", x.account_sid, NULL, x.sid);
		a->status = 204;
	}
}

/* --- one number of a request -------------------------------------------------------------------------------------- */

static struct sqlite3_stmt *find_number(struct sandbox *s, const struct principal *p, const struct request *q,
					struct port *x, struct arena *a)
{
	struct sqlite3_stmt *row;

	if (!port_load(s, p, q->segment[3], x, a))
		return NULL;
	row = db_query(s->db, "SELECT " NUMBER_COLUMNS " FROM port_number WHERE request_sid=? AND sid=?", "ss", x->sid,
		       q->segment[5]);
	if (db_next(row))
		return row;
	db_end(row);
	return NULL;
}

/* An integer, as documented: what begins with a zero loses it. */
static int64_t pin_number(const char *pin)
{
	int64_t v = 0;

	return pin && text_to_i64(pin, 0, INT64_C(999999999), &v) ? v : 0;
}

void port_number_fetch(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a)
{
	struct port x;
	struct sqlite3_stmt *row = find_number(s, p, q, &x, &q->arena);
	const char *sid, *rejection_code;
	struct buf *b = &a->body;
	int64_t code = 0;

	if (!row) {
		answer_not_found(a, q->resource);
		return;
	}
	sid = db_text(row, 0, &q->arena);
	rejection_code = db_text(row, 10, &q->arena);
	if (rejection_code)
		text_to_i64(rejection_code, 0, INT32_MAX, &code);
	out_open(b, '{');
	out_member(b, "port_in_request_sid", x.sid);
	out_member(b, "phone_number_sid", sid);
	out_memberf(b, "url", "https://numbers.twilio.com/v1/Porting/PortIn/%s/PhoneNumber/%s", x.sid, sid);
	out_member(b, "account_sid", x.account_sid);
	out_member(b, "phone_number_type", db_text(row, 3, &q->arena));
	out_iso(b, "date_created", db_int(row, 11));
	out_member(b, "country", "US");
	out_member_bool(b, "missing_required_fields", false);
	out_iso(b, "last_updated", db_int(row, 12));
	out_member(b, "phone_number", db_text(row, 1, &q->arena));
	out_member_bool(b, "portable", db_int(row, 4) != 0);
	out_member(b, "not_portability_reason", db_text(row, 5, &q->arena));
	out_code(b, "not_portability_reason_code", db_int(row, 6));
	out_member(b, "port_in_phone_number_status", db_text(row, 7, &q->arena));
	out_code(b, "port_out_pin", pin_number(db_text(row, 2, &q->arena)));
	out_member(b, "rejection_reason", db_text(row, 9, &q->arena));
	out_code(b, "rejection_reason_code", code);
	out_iso(b, "port_date", db_int(row, 8));
	out_close(b, '}');
	db_end(row);
}

void port_number_cancel(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a)
{
	struct port x;
	struct sqlite3_stmt *row = find_number(s, p, q, &x, &q->arena);
	const char *phone, *status;

	if (!row) {
		answer_not_found(a, q->resource);
		return;
	}
	phone = db_text(row, 1, &q->arena);
	status = db_text(row, 7, &q->arena);
	db_end(row);
	if (port_is_over(status)) {
		answer_error(a, 400, 20001, "%s cannot be canceled: it is %s", phone, status);
		return;
	}
	port_set_numbers(s, x.sid, phone, "canceled");
	if (db_number(s->db, 0, "SELECT COUNT(*) FROM port_number WHERE request_sid=? AND status<>'canceled'", "s",
		      x.sid) == 0)
		port_set(s, x.sid, "canceled", NULL);
	ledger_execution(s, q, "port-number-cancel", x.account_sid, phone, q->segment[5]);
	a->status = 204;
}

/* --- the list ----------------------------------------------------------------------------------------------------- */

struct list {
	int64_t size, below;
	const char *sids, *status;
	int64_t before, after;          /* seconds */
};

static bool parse_date(const struct request *q, const char *name, int64_t *out, struct answer *a)
{
	const char *value = param_get(&q->query, name);

	if (!value || !*value || clock_parse(value, out))
		return true;
	answer_error(a, 400, 20001, "%s is not a date: %s", name, value);
	return false;
}

static bool parse_list(struct sandbox *s, const struct request *q, struct list *l, struct answer *a)
{
	const char *size = param_get(&q->query, "Size"), *token = param_get(&q->query, "Token");

	*l = (struct list){.size = SIZE_DEFAULT, .below = INT64_MAX, .before = INT64_MAX,
			   .sids = param_get(&q->query, "PortInRequestSid"),
			   .status = param_get(&q->query, "PortInRequestStatus")};
	if (size && !text_to_i64(size, 1, SIZE_MAX_ROWS, &l->size)) {
		answer_error(a, 400, 20001, "Size must be 1 to %d", SIZE_MAX_ROWS);
		return false;
	}
	if (token && *token) {
		l->below = db_number(s->db, -1, "SELECT ord FROM port_request WHERE sid=?", "s", token);
		if (l->below < 0) {
			answer_error(a, 400, 20001, "Token %s is none of this list", token);
			return false;
		}
		l->below++;
	}
	return parse_date(q, "CreatedBefore", &l->before, a) && parse_date(q, "CreatedAfter", &l->after, a);
}

/* Filters may be spelt as the list or as a request spells them. */
static bool is_wanted(const struct list *l, const struct port *p)
{
	if (l->sids && *l->sids && !strstr(l->sids, p->sid))
		return false;
	if (l->status && *l->status && !text_ieq(l->status, p->status) &&
	    !text_ieq(l->status, port_status_title(p->status)))
		return false;
	return p->created < l->before && p->created >= l->after;
}

static void row_json(struct sandbox *s, struct buf *b, const struct port *p)
{
	out_open(b, '{');
	out_member(b, "port_in_request_sid", p->sid);
	out_member(b, "port_in_request_status", port_status_title(p->status));
	out_iso(b, "status_last_updated_timestamp", p->updated);
	out_member_i64(b, "phone_numbers_requested",
		       db_number(s->db, 0, "SELECT COUNT(*) FROM port_number WHERE request_sid=?", "s", p->sid));
	out_member_i64(b, "phone_numbers_ported",
		       db_number(s->db, 0, "SELECT COUNT(*) FROM port_number WHERE request_sid=? AND"
				 " status='completed'", "s", p->sid));
	out_member(b, "suggested_action", p->action);
	out_close(b, '}');
}

/* The token of the page before: the row that many above, or the newest. */
static const char *previous(struct sandbox *s, const struct principal *p, const struct list *l, struct arena *a)
{
	struct sqlite3_stmt *q;
	const char *sid = NULL;

	if (l->below == INT64_MAX)
		return NULL;
	q = db_query(s->db, "SELECT sid FROM port_request WHERE " SEEN " AND ord>=?2 ORDER BY ord LIMIT ?3", "sii",
		     p->self.sid, l->below, l->size);
	while (db_next(q))
		sid = db_text(q, 0, a);
	db_end(q);
	return sid;
}

void ports_list(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a)
{
	struct buf *b = &a->body;
	struct sqlite3_stmt *rows;
	const char *next = NULL;
	struct list l;
	int64_t n = 0;

	if (!parse_list(s, q, &l, a))
		return;
	ports_tick(s);
	rows = db_query(s->db, "SELECT " COLUMNS " FROM port_request WHERE " SEEN " AND ord<?2 AND visible_ms<=?3"
			" ORDER BY ord DESC", "sii", p->self.sid, l.below, state_now_ms());
	out_open(b, '{');
	out_name(b, "port_in_requests");
	out_open(b, '[');
	while (db_next(rows) && !next) {
		struct port x;

		read_row(rows, &x, &q->arena);
		if (!is_wanted(&l, &x))
			continue;
		if (n++ == l.size)
			next = arena_dup(&q->arena, x.sid);
		else
			row_json(s, b, &x);
	}
	db_end(rows);
	out_close(b, ']');
	out_name(b, "meta");
	out_open(b, '{');
	out_member(b, "previous_token", previous(s, p, &l, &q->arena));
	out_member(b, "next_token", next);
	out_close(b, '}');
	out_close(b, '}');
}
