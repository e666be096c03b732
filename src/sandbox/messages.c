#include "messages.h"

#include <string.h>

#include <sqlite3.h>

#include "answer.h"
#include "auth.h"
#include "db.h"
#include "ident.h"
#include "numdesk/model/money.h"
#include "out.h"
#include "outbox.h"
#include "page.h"
#include "request.h"
#include "state.h"
#include "time_filter.h"
#include "traffic.h"

#define COLUMNS "ord, sid, account_sid, from_number, to_number, body, status, direction, num_segments, num_media, " \
	"price, error_code, error_message, messaging_service_sid, created, sent, updated"

static void read_row(struct sqlite3_stmt *q, struct message *m, struct arena *a)
{
	*m = (struct message){
		.ord = db_int(q, 0), .account_sid = db_text(q, 2, a), .from = db_text(q, 3, a), .to = db_text(q, 4, a),
		.body = db_text(q, 5, a), .status = db_text(q, 6, a), .direction = db_text(q, 7, a),
		.num_segments = db_int(q, 8), .num_media = db_int(q, 9),
		.price = sqlite3_column_type(q, 10) == SQLITE_NULL ? MONEY_UNKNOWN : db_int(q, 10),
		.error_code = db_int(q, 11), .error_message = db_text(q, 12, a),
		.messaging_service_sid = db_text(q, 13, a), .created = db_int(q, 14), .sent = db_int(q, 15),
		.updated = db_int(q, 16),
	};
	db_copy(m->sid, sizeof m->sid, q, 1);
}

void message_save(struct sandbox *s, struct message *m)
{
	struct sqlite3_stmt *q;

	if (m->ord == 0)
		m->ord = db_number(s->db, 1, "SELECT COALESCE(MAX(ord), 0) + 1 FROM message", "");
	if (!m->sid[0])
		ident_number(m->sid, m->num_media ? "MM" : "SM", (uint64_t)m->ord);
	q = db_query(s->db, "INSERT OR REPLACE INTO message (" COLUMNS ") VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
		     "isssssssiiiissiii", m->ord, m->sid, m->account_sid, m->from, m->to, m->body, m->status,
		     m->direction, m->num_segments, m->num_media, m->price, m->error_code, m->error_message,
		     m->messaging_service_sid, m->created, m->sent, m->updated);
	if (m->price == MONEY_UNKNOWN)
		sqlite3_bind_null(q, 11);
	db_next(q);
	db_end(q);
}

bool message_load(struct sandbox *s, const char *account, const char *sid, struct message *m, struct arena *a)
{
	struct sqlite3_stmt *q;
	uint64_t ord;
	bool found;

	if (!ident_unnumber(sid, "SM", &ord) && !ident_unnumber(sid, "MM", &ord))
		return false;
	traffic_need(s);
	q = db_query(s->db, "SELECT " COLUMNS " FROM message WHERE ord=? AND sid=? AND account_sid=?", "iss",
		     (int64_t)ord, sid, account);
	found = db_next(q);
	if (found)
		read_row(q, m, a);
	db_end(q);
	return found;
}

static void out_count(struct buf *b, const char *name, int64_t v)
{
	out_memberf(b, name, "%lld", (long long)v);
}

void message_json(struct buf *b, const struct message *m)
{
	out_open(b, '{');
	out_member(b, "account_sid", m->account_sid);
	out_member(b, "api_version", "2010-04-01");
	out_member(b, "body", m->body);
	out_member_date(b, "date_created", m->created);
	if (m->sent)
		out_member_date(b, "date_sent", m->sent);
	else
		out_member(b, "date_sent", NULL);
	out_member_date(b, "date_updated", m->updated);
	out_member(b, "direction", m->direction);
	if (m->error_code)
		out_member_i64(b, "error_code", m->error_code);
	else
		out_member(b, "error_code", NULL);
	out_member(b, "error_message", m->error_message);
	out_member(b, "from", m->from);
	out_member(b, "messaging_service_sid", m->messaging_service_sid);
	out_count(b, "num_media", m->num_media);
	out_count(b, "num_segments", m->num_segments);
	out_member_price(b, "price", m->price);
	out_member(b, "price_unit", "USD");
	out_member(b, "sid", m->sid);
	out_member(b, "status", m->status);
	out_name(b, "subresource_uris");
	out_open(b, '{');
	out_memberf(b, "media", "/2010-04-01/Accounts/%s/Messages/%s/Media.json", m->account_sid, m->sid);
	out_memberf(b, "feedback", "/2010-04-01/Accounts/%s/Messages/%s/Feedback.json", m->account_sid, m->sid);
	out_close(b, '}');
	out_member(b, "to", m->to);
	out_memberf(b, "uri", "/2010-04-01/Accounts/%s/Messages/%s.json", m->account_sid, m->sid);
	out_close(b, '}');
}

void messages_list(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a)
{
	struct sqlite3_stmt *rows;
	struct time_filter sent;
	struct page page;

	if (!page_parse(&page, q, a) || !time_filter_parse(&sent, q, "DateSent", a))
		return;
	traffic_need(s);
	outbox_advance(s);
	rows = db_query(s->db,
			"SELECT " COLUMNS " FROM message WHERE account_sid=? AND (?2 IS NULL OR from_number=?2)"
			" AND (?3 IS NULL OR to_number=?3) AND sent>=?4 AND sent<=?5 AND ord<?6 ORDER BY ord DESC"
			" LIMIT ?7 OFFSET ?8", "sssiiiii", p->target.sid, param_filter(&q->query, "From"),
			param_filter(&q->query, "To"), sent.from, sent.to, page.below, page.size + 1, page.skip);
	out_open(&a->body, '{');
	out_name(&a->body, "messages");
	out_open(&a->body, '[');
	while (db_next(rows)) {
		struct arena texts = {0};
		struct message m;

		if ((page.more = page.rows == page.size))
			break;
		read_row(rows, &m, &texts);
		message_json(&a->body, &m);
		page_row(&page, m.ord);
		arena_release(&texts);
	}
	db_end(rows);
	page_end(&page, q, &a->body);
}

void messages_fetch(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a)
{
	struct message m;

	outbox_advance(s);
	if (message_load(s, p->target.sid, q->segment[4], &m, &q->arena))
		message_json(&a->body, &m);
	else
		answer_not_found(a, q->resource);
}
