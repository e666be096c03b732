#include "calls.h"

#include <sqlite3.h>

#include "answer.h"
#include "auth.h"
#include "caller_ids.h"
#include "db.h"
#include "ident.h"
#include "numdesk/model/money.h"
#include "out.h"
#include "page.h"
#include "request.h"
#include "state.h"
#include "stock.h"
#include "time_filter.h"
#include "traffic.h"

#define COLUMNS "ord, sid, account_sid, from_number, to_number, phone_number_sid, status, direction, start, " \
	"duration, price"

static void read_row(struct sqlite3_stmt *q, struct call *c, struct arena *a)
{
	*c = (struct call){
		.ord = db_int(q, 0), .account_sid = db_text(q, 2, a), .from = db_text(q, 3, a), .to = db_text(q, 4, a),
		.phone_number_sid = db_text(q, 5, a), .status = db_text(q, 6, a), .direction = db_text(q, 7, a),
		.start = db_int(q, 8), .duration = db_int(q, 9),
		.price = sqlite3_column_type(q, 10) == SQLITE_NULL ? MONEY_UNKNOWN : db_int(q, 10),
	};
	db_copy(c->sid, sizeof c->sid, q, 1);
}

void call_save(struct sandbox *s, struct call *c)
{
	struct sqlite3_stmt *q;

	if (c->ord == 0)
		c->ord = db_number(s->db, 1, "SELECT COALESCE(MAX(ord), 0) + 1 FROM call", "");
	if (!c->sid[0])
		ident_number(c->sid, "CA", (uint64_t)c->ord);
	q = db_query(s->db, "INSERT OR REPLACE INTO call (" COLUMNS ") VALUES (?,?,?,?,?,?,?,?,?,?,?)", "isssssssiii",
		     c->ord, c->sid, c->account_sid, c->from, c->to, c->phone_number_sid, c->status, c->direction,
		     c->start, c->duration, c->price);
	if (c->price == MONEY_UNKNOWN)
		sqlite3_bind_null(q, 11);
	db_next(q);
	db_end(q);
}

static void out_time(struct buf *b, const char *name, int64_t t)
{
	if (t)
		out_member_date(b, name, t);
	else
		out_member(b, name, NULL);
}

static void out_party(struct buf *b, const char *name, const char *formatted, const char *number)
{
	char text[32];

	out_member(b, name, number);
	out_member(b, formatted, number && *number == '+' ? stock_friendly(number, text) : number);
}

static const char *const subresources[][2] = {
	{"events", "Events"}, {"notifications", "Notifications"}, {"payments", "Payments"},
	{"recordings", "Recordings"}, {"siprec", "Siprec"}, {"streams", "Streams"},
	{"transcriptions", "Transcriptions"},
	{"user_defined_message_subscriptions", "UserDefinedMessageSubscriptions"},
	{"user_defined_messages", "UserDefinedMessages"},
};

static void out_links(struct buf *b, const struct call *c)
{
	out_name(b, "subresource_uris");
	out_open(b, '{');
	for (size_t i = 0; i < ARRAY_LEN(subresources); i++)
		out_memberf(b, subresources[i][0], "/2010-04-01/Accounts/%s/Calls/%s/%s.json", c->account_sid, c->sid,
			    subresources[i][1]);
	out_close(b, '}');
}

static void call_json(struct buf *b, const struct call *c)
{
	const int64_t end = c->start && c->duration >= 0 ? c->start + c->duration : 0;

	out_open(b, '{');
	out_member(b, "account_sid", c->account_sid);
	out_member(b, "answered_by", NULL);
	out_member(b, "api_version", "2010-04-01");
	out_member(b, "caller_name", NULL);
	out_member_date(b, "date_created", c->start);
	out_member_date(b, "date_updated", end ? end : c->start);
	out_member(b, "direction", c->direction);
	out_memberf(b, "duration", "%lld", (long long)c->duration);
	out_time(b, "end_time", end);
	out_member(b, "forwarded_from", NULL);
	out_party(b, "from", "from_formatted", c->from);
	out_member(b, "group_sid", NULL);
	out_member(b, "parent_call_sid", NULL);
	out_member(b, "phone_number_sid", c->phone_number_sid);
	out_member_price(b, "price", c->price);
	out_member(b, "price_unit", "USD");
	out_member(b, "queue_time", "0");
	out_member(b, "sid", c->sid);
	out_time(b, "start_time", c->start);
	out_member(b, "status", c->status);
	out_links(b, c);
	out_party(b, "to", "to_formatted", c->to);
	out_member(b, "trunk_sid", NULL);
	out_memberf(b, "uri", "/2010-04-01/Accounts/%s/Calls/%s.json", c->account_sid, c->sid);
	out_close(b, '}');
}

void calls_list(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a)
{
	struct time_filter start, end;
	struct sqlite3_stmt *rows;
	struct page page;

	if (!page_parse(&page, q, a) || !time_filter_parse(&start, q, "StartTime", a) ||
	    !time_filter_parse(&end, q, "EndTime", a))
		return;
	traffic_need(s);
	rows = db_query(s->db,
			"SELECT " COLUMNS " FROM call WHERE account_sid=? AND (?2 IS NULL OR from_number=?2)"
			" AND (?3 IS NULL OR to_number=?3) AND (?4 IS NULL OR status=?4) AND ?5 IS NULL"
			" AND start>=?6 AND start<=?7 AND start+duration>=?8 AND start+duration<=?9 AND ord<?10"
			" ORDER BY ord DESC LIMIT ?11 OFFSET ?12", "sssssiiiiiii", p->target.sid,
			param_filter(&q->query, "From"), param_filter(&q->query, "To"),
			param_filter(&q->query, "Status"), param_filter(&q->query, "ParentCallSid"), start.from,
			start.to, end.from, end.to, page.below, page.size + 1, page.skip);
	out_open(&a->body, '{');
	out_name(&a->body, "calls");
	out_open(&a->body, '[');
	while (db_next(rows)) {
		struct arena texts = {0};
		struct call c;

		if ((page.more = page.rows == page.size))
			break;
		read_row(rows, &c, &texts);
		call_json(&a->body, &c);
		page_row(&page, c.ord);
		arena_release(&texts);
	}
	db_end(rows);
	page_end(&page, q, &a->body);
}

void calls_fetch(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a)
{
	struct sqlite3_stmt *row;
	struct call c;

	traffic_need(s);
	caller_ids_catch_up(s);
	row = db_query(s->db, "SELECT " COLUMNS " FROM call WHERE sid=? AND account_sid=?", "ss", q->segment[4],
		       p->target.sid);
	if (db_next(row)) {
		read_row(row, &c, &q->arena);
		call_json(&a->body, &c);
	} else {
		answer_not_found(a, q->resource);
	}
	db_end(row);
}
