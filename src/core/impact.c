#include "numdesk/core/impact.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "numdesk/core/session.h"
#include "numdesk/twilio/numbers.h"
#include "numdesk/util/mem.h"
#include "numdesk/util/text.h"

struct inquiry {
	struct session *s;
	struct arena mem;
	struct number shown;            /* what the cache showed */
	impact_fn *done;
	void *ctx;
};

static void say(struct impact *i, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
static void say(struct impact *i, const char *fmt, ...)
{
	char raw[1024];
	va_list ap;

	if (i->n == ARRAY_LEN(i->lines))
		return;
	va_start(ap, fmt);
	vsnprintf(raw, sizeof raw, fmt, ap);
	va_end(ap);
	text_clean(i->lines[i->n++], sizeof i->lines[0], raw, strlen(raw));
}

static void say_text(struct impact *i, const char *what, const char *value)
{
	if (value && *value)
		say(i, "%s: %s", what, value);
}

/* What stops working, the gravest first: the list may be cut. An application or trunk makes the addresses idle. */
static void describe(struct session *s, struct impact *i)
{
	const struct number *n = &i->live;
	const unsigned primary = ledger_primary_of(s->ledger, n->account_sid, n->phone_number);

	if (primary)
		say(i, "%s of this account", primary_title(primary));
	if (ledger_is_locked(s->ledger, n->account_sid, n->phone_number))
		say(i, "locked: 'numdesk unlock %s' first", n->phone_number);
	if (i->changed)
		say(i, "changed at Twilio since the list was fetched");
	if (n->emergency_status && text_ieq(n->emergency_status, "Active"))
		say(i, "emergency calling is on: Twilio refuses until its address is removed");
	else
		say_text(i, "emergency address", n->emergency_address_sid);
	say_text(i, "trunk", n->trunk_sid);
	say_text(i, "voice application", n->voice_application_sid);
	say_text(i, "voice webhook", n->voice_url);
	say_text(i, "SMS application", n->sms_application_sid);
	say_text(i, "SMS webhook", n->sms_url);
	say_text(i, "status callback", n->status_callback);
	say_text(i, "regulatory bundle", n->bundle_sid);
	say_text(i, "address", n->address_sid);
	say_text(i, "tags", n->tags);
	say_text(i, "note", n->note);
	say_text(i, "owner", n->owner);
	say_text(i, "customer", n->customer_ref);
}

/* The answer knows nothing of what is kept here. */
static void add_local(struct impact *i, const struct number *shown)
{
	i->live.is_primary = shown->is_primary;
	i->live.primary_for = shown->primary_for;
	i->live.is_locked = shown->is_locked;
	i->live.tags = shown->tags;
	i->live.note = shown->note;
	i->live.owner = shown->owner;
	i->live.customer_ref = shown->customer_ref;
	i->live.created_at = shown->created_at;
	if (i->live.monthly_price == MONEY_UNKNOWN) {
		i->live.monthly_price = shown->monthly_price;
		memcpy(i->live.currency, shown->currency, sizeof i->live.currency);
	}
	if (i->live.type == NUMBER_TYPE_UNKNOWN)
		i->live.type = shown->type;
}

static void fetched(void *ctx, const struct number *n, const char *json, const struct err *err)
{
	static const struct err none;
	struct inquiry *q = ctx;
	struct impact i = {.json = json};
	struct err e = err ? *err : none;

	if (n && strcmp(n->phone_number, q->shown.phone_number) != 0)
		err_set(&e, ERR_GUARD, "Twilio shows %s as %s, not %s: run 'numdesk sync', then look again",
			n->phone_sid,
			n->phone_number, q->shown.phone_number);
	else if (n) {
		i.live = *n;
		i.changed = number_hash(n) != number_hash(&q->shown);
		add_local(&i, &q->shown);
		describe(q->s, &i);
	} else if (e.kind == ERR_NOT_FOUND) {
		e = none;
		i.live = q->shown;
		i.already_gone = true;
		say(&i, "already gone at Twilio: there is nothing to release");
	}
	q->done(q->ctx, e.kind == ERR_NONE ? &i : NULL, &e);
	arena_release(&q->mem);
	free(q);
}

bool impact_check(struct session *s, const struct number *n, impact_fn *done, void *ctx, struct err *e)
{
	struct inquiry *q;

	if (!session_ready(s, e))
		return false;
	if (strcmp(n->account_sid, s->client.account_sid) != 0)
		return err_set(e, ERR_GUARD, "%s belongs to account %s: choose its profile", n->phone_number,
			       n->account_sid);
	q = mem_alloc(sizeof *q);
	q->s = s;
	q->done = done;
	q->ctx = ctx;
	number_copy(&q->shown, n, &q->mem);
	if (numbers_fetch(&s->client, q->shown.phone_sid, fetched, q, e))
		return true;
	arena_release(&q->mem);
	free(q);
	return false;
}
