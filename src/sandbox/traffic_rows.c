#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sqlite3.h>

#include "db.h"
#include "ident.h"
#include "numdesk/model/capability.h"
#include "numdesk/util/mem.h"
#include "state.h"
#include "traffic_priv.h"

/* What an event's row holds. Peers are numbers that neither the seeds own nor the stock sells. */

struct traffic_writer {
	struct sandbox *s;
	sqlite3_stmt *message, *call;
	int64_t message_ord, call_ord;
};

static const char *const out_texts[] = {
	"Your appointment is tomorrow at 10:30. Reply C to confirm.", "Your order is ready to be picked up.",
	"Thank you, we will call you back within the hour.", "Your code is 442 118. It is valid for ten minutes.",
	"The technician is on the way and will arrive between 2 and 4 pm.",
	"We are closed on Monday. For urgent cases please call the night line, which is open from 6 pm to 8 am on every "
	"day of the year; all others will be answered on Tuesday morning.",
	"Gr\xc3\xbc\xc3\x9f" "e aus der Praxis \xe2\x98\x80",
};
static const char *const in_texts[] = {
	"C", "Thanks!", "Can we move it to Friday?", "Is anybody there?", "STOP", "Where do I find the invoice?",
};
/* share in 1000, code and text; the rest is delivered */
static const struct { unsigned share; int code; const char *status, *text; } failures[] = {
	{6, 30003, "undelivered", "Unreachable destination handset"},
	{4, 30005, "undelivered", "Unknown destination handset"},
	{3, 30007, "undelivered", "Message filtered"}, {2, 30034, "undelivered", "Message from an Unregistered Number"},
	{2, 21610, "failed", "Attempt to send to unsubscribed recipient"},
};

struct traffic_writer *traffic_writer_new(struct sandbox *s)
{
	struct traffic_writer *w = mem_alloc(sizeof *w);

	w->s = s;
	w->message_ord = db_number(s->db, 0, "SELECT COALESCE(MAX(ord), 0) FROM message", "");
	w->call_ord = db_number(s->db, 0, "SELECT COALESCE(MAX(ord), 0) FROM call", "");
	w->message = db_query(s->db, "INSERT INTO message (ord, sid, account_sid, from_number, to_number, body, status,"
			      " direction, num_segments, num_media, price, error_code, error_message, created, sent,"
			      " updated) VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?14,?15)", "");
	w->call = db_query(s->db, "INSERT INTO call VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11)", "");
	return w;
}

void traffic_writer_free(struct traffic_writer *w)
{
	db_end(w->message);
	db_end(w->call);
	free(w);
}

static bool is_north_american(const char *phone)
{
	return strncmp(phone, "+1", 2) == 0;
}

/* A number keeps to some two hundred peers, so that conversations repeat. */
static void write_peer(char dst[17], const struct event *e)
{
	static const char *const areas[] = {"907", "808", "307", "406", "605", "701"};
	const uint64_t h = ident_mix(e->line->hash + e->hash % 200);

	if (is_north_american(e->line->phone))
		snprintf(dst, 17, "+1%s555%04u", areas[h % ARRAY_LEN(areas)], (unsigned)(100 + h / 8 % 100));
	else
		snprintf(dst, 17, "+447700900%03u", (unsigned)(500 + h % 500));
}

static void bind_text(sqlite3_stmt *q, int i, const char *s)
{
	sqlite3_bind_text(q, i, s, -1, SQLITE_TRANSIENT);
}

static void insert(sqlite3_stmt *q)
{
	db_next(q);
	sqlite3_reset(q);
	sqlite3_clear_bindings(q);
}

static int64_t segments_of(const char *body)
{
	return 1 + (int64_t)strlen(body) / 160;
}

/* Delivered, or one of the failures: binds status, code and text. */
static void bind_outcome(sqlite3_stmt *q, const struct event *e)
{
	unsigned dice = (unsigned)(e->hash >> 20) % 1000;

	for (size_t i = 0; i < ARRAY_LEN(failures); i++) {
		if (dice < failures[i].share) {
			bind_text(q, 7, failures[i].status);
			sqlite3_bind_int(q, 12, failures[i].code);
			bind_text(q, 13, failures[i].text);
			return;
		}
		dice -= failures[i].share;
	}
	bind_text(q, 7, "delivered");
}

static void write_message(struct traffic_writer *w, const struct event *e, const char *peer)
{
	const bool in = e->kind == EVENT_MESSAGE_IN, abroad = !is_north_american(e->line->phone);
	const bool media = e->line->capabilities & CAP_MMS && e->hash % 25 == 0;
	const char *body = in ? in_texts[(e->hash >> 8) % ARRAY_LEN(in_texts)] :
				out_texts[(e->hash >> 8) % ARRAY_LEN(out_texts)];
	const int64_t segments = media ? 1 : segments_of(body);
	int64_t price = media ? 20000 : abroad && !in ? 52000 : 8300;
	char sid[SID_SIZE];

	ident_number(sid, media ? "MM" : "SM", (uint64_t)++w->message_ord);
	sqlite3_bind_int64(w->message, 1, w->message_ord);
	bind_text(w->message, 2, sid);
	bind_text(w->message, 3, e->line->account_sid);
	bind_text(w->message, 4, in ? peer : e->line->phone);
	bind_text(w->message, 5, in ? e->line->phone : peer);
	bind_text(w->message, 6, body);
	sqlite3_bind_int(w->message, 12, 0);
	if (in)
		bind_text(w->message, 7, "received");
	else
		bind_outcome(w->message, e);
	bind_text(w->message, 8, in ? "inbound" : e->hash % 5 == 0 ? "outbound-reply" : "outbound-api");
	sqlite3_bind_int64(w->message, 9, segments);
	sqlite3_bind_int(w->message, 10, media);
	sqlite3_bind_int64(w->message, 11, -price * segments);
	sqlite3_bind_int64(w->message, 14, e->at);
	sqlite3_bind_int64(w->message, 15, e->at + (in ? 0 : 2));
	insert(w->message);
}

static void write_call(struct traffic_writer *w, const struct event *e, const char *peer)
{
	static const char *const unanswered[] = {"no-answer", "busy", "canceled"};
	const bool in = e->kind == EVENT_CALL_IN, answered = e->hash % 8 != 0;
	const int64_t duration = answered ? 8 + (int64_t)(e->hash >> 10) % 420 : 0;
	char sid[SID_SIZE];

	ident_number(sid, "CA", (uint64_t)++w->call_ord);
	sqlite3_bind_int64(w->call, 1, w->call_ord);
	bind_text(w->call, 2, sid);
	bind_text(w->call, 3, e->line->account_sid);
	bind_text(w->call, 4, in ? peer : e->line->phone);
	bind_text(w->call, 5, in ? e->line->phone : peer);
	if (in)
		bind_text(w->call, 6, e->line->sid);
	bind_text(w->call, 7, answered ? "completed" : unanswered[(e->hash >> 4) % ARRAY_LEN(unanswered)]);
	bind_text(w->call, 8, in ? "inbound" : "outbound-api");
	sqlite3_bind_int64(w->call, 9, e->at);
	sqlite3_bind_int64(w->call, 10, duration);
	if (answered)
		sqlite3_bind_int64(w->call, 11, -(in ? 8500 : 14000) * ((duration + 59) / 60));
	insert(w->call);
}

void traffic_write(struct traffic_writer *w, const struct event *e)
{
	char peer[17];

	write_peer(peer, e);
	if (e->kind == EVENT_MESSAGE_IN || e->kind == EVENT_MESSAGE_OUT)
		write_message(w, e, peer);
	else
		write_call(w, e, peer);
}
