#include "outbox.h"

#include <string.h>

#include "answer.h"
#include "auth.h"
#include "db.h"
#include "ledger.h"
#include "messages.h"
#include "msgservices.h"
#include "numdesk/model/capability.h"
#include "numdesk/model/dialplan.h"
#include "numdesk/model/money.h"
#include "numdesk/model/phone.h"
#include "numdesk/model/sms.h"
#include "owned.h"
#include "request.h"
#include "state.h"
#include "traffic.h"

enum { SEGMENT_MICROS = 8300 };

/* What a recipient is like, by the last four digits of its number. */
static const struct special { const char *digits; int refusal; int error; const char *end; } specials[] = {
	{"9002", 0, 30002, "failed"}, {"9003", 0, 30003, "undelivered"}, {"9004", 0, 30004, "undelivered"},
	{"9005", 0, 30005, "undelivered"}, {"9006", 0, 30006, "undelivered"}, {"9007", 0, 30007, "undelivered"},
	{"9008", 0, 30008, "undelivered"}, {"9020", 0, 0, "sent"}, {"9010", 21610, 0, NULL}, {"9011", 21611, 0, NULL},
	{"9012", 21612, 0, NULL}, {"9014", 21614, 0, NULL},
};

static const struct special *special_of(const char *to)
{
	for (size_t i = 0; i < ARRAY_LEN(specials); i++)
		if (strcmp(phone_last4(to), specials[i].digits) == 0)
			return &specials[i];
	return NULL;
}

/* What the form asks for, once it was found to be in order. */
struct letter {
	const char *to, *from, *service, *body;
	int64_t media;
	struct owned sender;            /* its texts are in the request's arena; not set while a service has yet to pick */
};

static bool refuse(struct answer *a, int code, const char *why)
{
	answer_error(a, 400, code, "%s", why);
	return false;
}

static bool given(const char *s)
{
	return s && *s;
}

static bool read_letter(const struct request *q, struct letter *l, struct answer *a)
{
	const char *content = param_get(&q->form, "ContentSid");
	struct sms m;

	*l = (struct letter){
		.to = param_get(&q->form, "To"), .from = param_get(&q->form, "From"), .body = param_get(&q->form, "Body"),
		.service = param_get(&q->form, "MessagingServiceSid")
	};
	for (size_t i = 0; i < q->form.n; i++)
		l->media += strcmp(q->form.at[i].name, "MediaUrl") == 0 && *q->form.at[i].value;
	if (!given(l->to))
		return refuse(a, 21604, "A 'To' phone number is required.");
	if (!given(l->from) && !given(l->service))
		return refuse(a, 21603, "A 'From' phone number or MessagingServiceSid is required.");
	if (!given(l->body) && !l->media && !given(content))
		return refuse(a, 21602, "Message body is required.");
	l->body = l->body ? l->body : "";
	sms_measure(&m, l->body, strlen(l->body));
	if (m.too_long)
		return refuse(a, 21617, "The concatenated message body exceeds the 1600 character limit");
	if (!phone_is_e164(l->to) || (given(l->from) && strcmp(l->to, l->from) == 0))
		return refuse(a, 21211, "Invalid 'To' Phone Number");
	return true;
}

/* The first of the pool that takes SMS: a service has better ways to choose, which no client can see. */
static bool pick_sender(struct sandbox *s, const struct principal *p, struct request *q, struct letter *l,
			struct answer *a)
{
	struct sqlite3_stmt *row;
	bool found;

	if (!msgservice_exists(s, p->target.sid, l->service))
		return refuse(a, 21701, "The Messaging Service does not exist");
	row = db_query(s->db, "SELECT phone_sid FROM msgpool WHERE service_sid=? ORDER BY ord LIMIT 1", "s", l->service);
	found = db_next(row) && owned_by_sid(s, p->target.sid, db_text(row, 0, &q->arena), &l->sender, &q->arena);
	db_end(row);
	return found || refuse(a, 21704, "The Messaging Service contains no phone numbers.");
}

static bool find_sender(struct sandbox *s, const struct principal *p, struct request *q, struct letter *l,
			struct answer *a)
{
	if (!given(l->from))
		return pick_sender(s, p, q, l, a);
	if (l->from[0] == '+' && !phone_is_e164(l->from))
		return refuse(a, 21212, "Invalid 'From' Phone Number");
	if (!owned_by_phone(s, p->target.sid, l->from, &l->sender, &q->arena))
		return refuse(a, 21606, "The 'From' phone number provided is not a valid message-capable Twilio phone "
			      "number for this destination/account");
	return (l->sender.capabilities & CAP_SMS) ||
	       refuse(a, 21601, "Phone number is not a valid SMS-capable/MMS-capable inbound phone number");
}

static bool may_send(struct sandbox *s, const struct principal *p, const struct letter *l, struct answer *a)
{
	static const struct { int code; const char *says; } words[] = {
		{21610, "Attempt to send to unsubscribed recipient"}, {21611, "The 'From' number has exceeded the "
		 "maximum number of queued messages"}, {21612, "The 'To' phone number is not currently reachable via SMS"},
		{21614, "'To' number is not a valid mobile number"},
	};
	const struct special *special = special_of(l->to);
	struct account payer;

	if (strncmp(l->to, "+53", 3) == 0)
		return refuse(a, 21408, "Permission to send an SMS has not been enabled for the region");
	if (!account_load(s, p->target.owner, &payer) || payer.balance_micros < SEGMENT_MICROS) {
		answer_error(a, 403, 20005, "Account is not active");
		return false;
	}
	if (strcmp(payer.type, "Trial") == 0 && !db_number(s->db, 0, "SELECT COUNT(*) FROM caller_id WHERE account_sid=? "
							   "AND phone_number=?", "ss", p->target.sid, l->to))
		return refuse(a, 21608, "The number is unverified. Trial accounts cannot send messages to unverified numbers");
	for (size_t i = 0; special && i < ARRAY_LEN(words); i++)
		if (words[i].code == special->refusal)
			return refuse(a, words[i].code, words[i].says);
	return true;
}

/* How it will end. */
static void foresee(struct sandbox *s, const struct letter *l, const char **end, int64_t *error)
{
	const struct special *special = special_of(l->to);
	const bool to_us = strcmp(dialplan_lookup(l->to).country, "US") == 0;

	*error = to_us ? carrier_objection(s, l->sender.text[OWNED_sid], l->sender.text[OWNED_phone_number]) : 0;
	*end = *error ? "undelivered" : "delivered";
	if (!*error && special)
		*end = special->end, *error = special->error;
}

static void fill(const struct principal *p, const struct letter *l, struct message *m)
{
	const bool by_service = given(l->service);

	*m = (struct message){
		.account_sid = p->target.sid, .from = given(l->from) ? l->from : NULL, .to = l->to, .body = l->body,
		.status = by_service ? "accepted" : "queued", .direction = "outbound-api",
		.messaging_service_sid = by_service ? l->service : NULL, .num_media = l->media, .price = MONEY_UNKNOWN,
		.created = state_now(), .updated = state_now(),
	};
	if (!by_service) {
		struct sms sms;

		sms_measure(&sms, l->body, strlen(l->body));
		m->num_segments = (int64_t)(sms.segments ? sms.segments : 1);
	}
}

void outbox_send(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a)
{
	struct letter l;
	struct message m;
	const char *end;
	int64_t error;

	if (p->self.is_test) {
		outbox_magic(s, p, q, a);
		return;
	}
	if (!read_letter(q, &l, a) || !find_sender(s, p, q, &l, a) || !may_send(s, p, &l, a))
		return;
	traffic_need(s);
	outbox_advance(s);
	foresee(s, &l, &end, &error);
	fill(p, &l, &m);
	message_save(s, &m);
	db_run(s->db, "INSERT INTO outbox (ord, created_ms, sender, final, error) VALUES (?,?,?,?,?)", "iissi", m.ord,
	       state_now_ms(), l.sender.text[OWNED_phone_number], end, error);
	ledger_execution(s, q, "send", p->target.sid, l.to, m.sid);
	a->status = 201;
	message_json(&a->body, &m);
}
