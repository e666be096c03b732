#include "outbox.h"

#include <string.h>

#include "answer.h"
#include "auth.h"
#include "db.h"
#include "ident.h"
#include "messages.h"
#include "numdesk/model/capability.h"
#include "numdesk/model/money.h"
#include "numdesk/model/phone.h"
#include "numdesk/model/sms.h"
#include "numdesk/util/mem.h"
#include "owned.h"
#include "request.h"
#include "state.h"

enum { STEP_MS = 700, SEGMENT_MICROS = 8300 };
enum stage { QUEUED, SENDING, SENT, ENDED };

static const char *error_words(int64_t error)
{
	static const struct { int code; const char *says; } words[] = {
		{30002, "Account suspended"}, {30003, "Unreachable destination handset"}, {30004, "Message blocked"},
		{30005, "Unknown destination handset"}, {30006, "Landline or unreachable carrier"},
		{30007, "Message filtered"}, {30008, "Unknown error"}, {30032, "Toll-Free Number Has Not Been Verified"},
		{30034, "Message from an Unregistered Number"}, {30035, "Message from a number under registration"},
	};

	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (words[i].code == error)
			return words[i].says;
	return NULL;
}

/* The other end, where it is a number of this server's. */
static void arrive(struct sandbox *s, const struct message *from, struct arena *a)
{
	struct owned n;
	struct message m = {
		.from = from->from, .to = from->to, .body = from->body, .status = "received", .direction = "inbound",
		.num_segments = from->num_segments, .num_media = from->num_media, .price = MONEY_UNKNOWN,
		.created = state_now(), .sent = state_now(), .updated = state_now(),
	};

	if (!owned_by_phone(s, NULL, from->to, &n, a) || !(n.capabilities & CAP_SMS))
		return;
	m.account_sid = n.text[OWNED_account_sid];
	message_save(s, &m);
}

static void charge(struct sandbox *s, struct message *m)
{
	m->price = -SEGMENT_MICROS * m->num_segments;
	db_run(s->db, "UPDATE account SET balance=balance+? WHERE sid=(SELECT owner FROM account WHERE sid=?)", "is",
	       m->price, m->account_sid);
}

/* row: ord, created_ms, sender, final, error, sid, account */
static void advance(struct sandbox *s, struct sqlite3_stmt *row, struct arena *a)
{
	const int64_t step = s->config.message_step_ms > 0 ? s->config.message_step_ms : STEP_MS;
	const int64_t stage = (state_now_ms() - db_int(row, 1)) / step, error = db_int(row, 4);
	const char *end = db_text(row, 3, a);
	struct message m;

	if (stage < SENDING || !message_load(s, db_text(row, 6, a), db_text(row, 5, a), &m, a))
		return;
	if (!m.from)
		m.from = db_text(row, 2, a);
	if (m.num_segments == 0) {
		struct sms sms;

		sms_measure(&sms, m.body, strlen(m.body));
		m.num_segments = (int64_t)(sms.segments ? sms.segments : 1);
	}
	if (stage >= SENT && !m.sent) {
		m.sent = state_now();
		charge(s, &m);
	}
	m.status = stage >= ENDED ? end : stage >= SENT ? "sent" : "sending";
	m.updated = state_now();
	if (stage >= ENDED && error) {
		m.error_code = error;
		m.error_message = error_words(error);
	}
	message_save(s, &m);
	if (stage >= ENDED)
		db_run(s->db, "DELETE FROM outbox WHERE ord=?", "i", m.ord);
	if (stage >= ENDED && strcmp(end, "delivered") == 0)
		arrive(s, &m, a);
}

void outbox_advance(struct sandbox *s)
{
	struct arena a = {0};
	struct sqlite3_stmt *rows;

	if (!db_number(s->db, 0, "SELECT COUNT(*) FROM outbox", ""))
		return;
	rows = db_query(s->db, "SELECT o.ord, o.created_ms, o.sender, o.final, o.error, m.sid, m.account_sid FROM outbox o "
			"JOIN message m USING (ord) ORDER BY o.ord", "");
	while (db_next(rows))
		advance(s, rows, &a);
	db_end(rows);
	arena_release(&a);
}

/* Twilio's documents, test credentials: tables of magic numbers. */
static int magic_refusal(const char *from, const char *to)
{
	static const struct { bool is_from; const char *phone; int code; } rows[] = {
		{true, "+15005550001", 21212}, {true, "+15005550007", 21606}, {true, "+15005550008", 21611},
		{false, "+15005550001", 21211}, {false, "+15005550002", 21612}, {false, "+15005550003", 21408},
		{false, "+15005550004", 21610}, {false, "+15005550009", 21614},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (strcmp(rows[i].phone, rows[i].is_from ? from : to) == 0)
			return rows[i].code;
	if (strcmp(from, "+15005550006") != 0)
		return 21606;
	return phone_is_e164(to) ? 0 : 21211;
}

void outbox_magic(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a)
{
	const char *from = param_get(&q->form, "From"), *to = param_get(&q->form, "To"), *body = param_get(&q->form, "Body");
	struct message m = {
		.account_sid = p->target.sid, .from = from, .to = to, .body = body, .status = "queued",
		.direction = "outbound-api", .num_segments = 1, .price = MONEY_UNKNOWN, .created = state_now(),
		.updated = state_now(),
	};
	int code;

	(void)s;
	if (!to || !from)
		answer_error(a, 400, to ? 21603 : 21604, "A '%s' phone number is required.", to ? "From" : "To");
	else if (!body || !*body)
		answer_error(a, 400, 21602, "Message body is required.");
	else if ((code = magic_refusal(from, to)) != 0)
		answer_error(a, 400, code, "Refused: %s to %s", from, to);
	else {
		ident_number(m.sid, "SM", (uint64_t)q->seq);
		a->status = 201;
		message_json(&a->body, &m);
	}
}
