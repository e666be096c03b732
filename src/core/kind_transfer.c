/* A number from one account to another of the same parent: only in the gaining one, it has happened. */
#include <stdio.h>
#include <string.h>

#include "kind.h"
#include "look.h"
#include "mirror.h"
#include "session_priv.h"

#include "numdesk/core/session.h"
#include "numdesk/twilio/numbers.h"
#include "numdesk/util/clock.h"
#include "numdesk/util/json.h"
#include "numdesk/util/log.h"
#include "numdesk/util/text.h"

enum { UNDECIDED_MS = 120000 };         /* both or neither may be a change on its way for this long */

static bool is_it(const struct inquiry *q, const struct look_result *r)
{
	return r->answer == LOOK_THERE && strcmp(r->number->phone_sid, q->op.phone_sid) == 0 &&
	       strcmp(r->number->phone_number, q->op.phone_number) == 0;
}

/* In both, or in neither. */
static void undecided(struct inquiry *q, bool both)
{
	const int64_t since = q->op.unknown_at ? q->op.unknown_at : q->op.armed_at;
	const struct clock *clock = q->s->clock;
	struct finding f = {.is = EVIDENCE_OTHER};

	snprintf(f.says, sizeof f.says, "%s is in %s of the accounts %s and %s", q->op.phone_number, both ? "both" : "neither",
		 q->op.account_sid, q->op.to_account);
	if (since && clock->wall_ms(clock) - since < UNDECIDED_MS) {
		err_set(&f.err, ERR_PROTO, "%s", f.says);
		inquiry_fail(q, &f.err);
		return;
	}
	inquiry_answer(q, &f);
}

static void gaining_looked(void *ctx, const struct look_result *r)
{
	struct inquiry *q = ctx;
	struct finding f = {.is = EVIDENCE_NOT};
	const bool there = is_it(q, r);

	q->look = NULL;
	if (r->answer == LOOK_NO_EVIDENCE) {
		inquiry_fail(q, &r->err);
	} else if (there == q->seen) {
		undecided(q, there);
	} else {
		if (there)
			f = (struct finding){.is = EVIDENCE_DONE, .number = r->number, .sid = r->number->phone_sid};
		snprintf(f.says, sizeof f.says, "%s is %s account %s", q->op.phone_number, there ? "now in" : "still in",
			 there ? q->op.to_account : q->op.account_sid);
		inquiry_answer(q, &f);
	}
}

static void losing_looked(void *ctx, const struct look_result *r)
{
	struct inquiry *q = ctx;
	struct client other;
	struct err e = {0};

	q->look = NULL;
	if (r->answer == LOOK_NO_EVIDENCE) {
		inquiry_fail(q, &r->err);
		return;
	}
	q->seen = is_it(q, r);
	if (session_client_for(q->s, q->op.to_account, CLIENT_OWN, &other, NULL) ||
	    session_client_for(q->s, q->op.to_account, CLIENT_PARENT, &other, &e))
		q->look = look_sid_as(q->s, &other, q->op.phone_sid, q->op.phone_number, gaining_looked, q, &e);
	if (!q->look)
		inquiry_fail(q, &e);
}

static bool transfer_look(struct inquiry *q, struct err *e)
{
	q->look = look_sid(q->s, q->op.phone_sid, q->op.phone_number, losing_looked, q, e);
	return q->look != NULL;
}

static uint32_t transfer_send(struct session *s, const struct operation *op, http_before_send_fn *before, write_fn *done,
			      void *ctx, struct err *e)
{
	static const char *const more[] = {"AddressSid", "BundleSid"};
	struct http_param form[3] = {{"AccountSid", op->to_account}};
	struct arena mem = {0};
	struct client parent;
	size_t n = 1;
	uint32_t id = 0;

	for (size_t i = 0; i < ARRAY_LEN(more); i++) {
		const char *value = kind_want_text(op, more[i], &mem);

		if (value)
			form[n++] = (struct http_param){more[i], value};
	}
	if (session_client_for(s, op->account_sid, CLIENT_PARENT, &parent, e))
		id = numbers_update(&parent, op->phone_sid, op->phone_number, form, n, before, done, ctx, e);
	arena_release(&mem);
	return id;
}

static bool transfer_accept(const struct operation *op, const struct write_reply *r, struct finding *f)
{
	const struct number *n = r->number;

	f->number = n;
	f->sid = n->phone_sid;
	if (strcmp(n->phone_sid, op->phone_sid) == 0 && text_ieq(n->account_sid, op->to_account))
		return true;
	snprintf(f->says, sizeof f->says, "Twilio answered with %s of account %s instead", n->phone_sid, n->account_sid);
	return false;
}

/* What is written here about a number goes along with it; what the other account says of it already stands. */
static bool carry(void *ctx, size_t i, struct number_meta *m, struct arena *a, struct err *e)
{
	const struct number_meta *from = ctx;

	(void)i, (void)a, (void)e;
	m->tags = m->tags ? m->tags : from->tags;
	m->note = m->note ? m->note : from->note;
	m->owner = m->owner ? m->owner : from->owner;
	m->customer_ref = m->customer_ref ? m->customer_ref : from->customer_ref;
	return true;
}

static void carry_meta(struct session *s, const struct operation *op)
{
	struct number_meta from, key = {0};
	struct arena mem = {0};
	struct err e = {0};

	memcpy(key.account_sid, op->to_account, sizeof key.account_sid);
	memcpy(key.phone_number, op->phone_number, sizeof key.phone_number);
	if (ledger_meta(s->ledger, op->account_sid, op->phone_number, &from, &mem, &e) &&
	    (from.tags || from.note || from.owner || from.customer_ref) &&
	    !ledger_meta_edit(s->ledger, &key, 1, carry, &from, &e))
		log_write(LOG_WARN, "core", "what is kept of %s did not go along: %s", op->phone_number, e.msg);
	arena_release(&mem);
}

static void transfer_mirror(struct session *s, const struct operation *op, const struct finding *f)
{
	carry_meta(s, op);
	session_mirror_meta_of(s, op->to_account);
	mirror_gone(s, op->account_sid, op->phone_sid);
	if (f->number)
		mirror_put(s, f->number, op);
}

const struct kind kind_transfer = {
	.look = transfer_look, .send = transfer_send, .accept = transfer_accept, .mirror = transfer_mirror, .look_first = true,
	.already = "was in that account already",
};
