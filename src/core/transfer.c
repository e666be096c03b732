#include "numdesk/core/transfer.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "numdesk/core/session.h"
#include "numdesk/util/json.h"
#include "numdesk/util/text.h"

enum { WANT_MAX = 1024 };

static void param(struct json_writer *w, const char *name, const char *value)
{
	if (!value || !*value)
		return;
	json_w_key(w, name);
	json_w_text(w, value);
}

void plan_add_transfer(struct plan *p, struct session *s, const struct number *n, const char *json,
		       const struct transfer_to *to)
{
	struct operation *op = plan_add(p, s, OP_TRANSFER);
	struct json_writer w;
	struct buf b;

	/* The number's own account, so that the guard sees when it is not the one in use. */
	text_copy(op->account_sid, sizeof op->account_sid, n->account_sid);
	text_copy(op->to_account, sizeof op->to_account, to->account_sid);
	op_set_subject(op, n->phone_number);
	text_copy(op->phone_sid, sizeof op->phone_sid, n->phone_sid);
	text_copy(op->country, sizeof op->country, n->country);
	op->type = n->type;
	op->price_micros = 0;
	op->before_json = arena_dup(&p->mem, json);
	buf_init(&b, WANT_MAX);
	json_w_init(&w, &b);
	json_w_object(&w);
	param(&w, "AccountSid", to->account_sid);
	param(&w, "AddressSid", to->address_sid);
	param(&w, "BundleSid", to->bundle_sid);
	json_w_end(&w);
	op->want_json = arena_dup(&p->mem, buf_str(&b));
	buf_release(&b);
}

struct losses { char (*lines)[160]; size_t n; };

static void say(struct losses *l, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
static void say(struct losses *l, const char *fmt, ...)
{
	char raw[512];
	va_list ap;

	if (l->n == TRANSFER_LINES)
		return;
	va_start(ap, fmt);
	vsnprintf(raw, sizeof raw, fmt, ap);
	va_end(ap);
	text_clean(l->lines[l->n++], sizeof l->lines[0], raw, strlen(raw));
}

static bool is_set(const char *s)
{
	return s && *s;
}

size_t transfer_losses(const struct number *n, char lines[TRANSFER_LINES][160])
{
	struct losses l = {lines, 0};

	if (is_set(n->emergency_address_sid))
		say(&l, "emergency address: is lost; register one in the other account");
	if (is_set(n->bundle_sid) || is_set(n->identity_sid))
		say(&l, "regulatory bundle: stays behind; the other account needs its own");
	if (is_set(n->address_sid))
		say(&l, "address: stays behind");
	if (n->type == NUMBER_TOLLFREE)
		say(&l, "toll-free verification: has to be done anew");
	else if ((n->capabilities & CAP_SMS) && strcmp(n->country, "US") == 0)
		say(&l, "A2P 10DLC registration: has to be done anew before it sends messages");
	if (n->capabilities & (CAP_SMS | CAP_MMS))
		say(&l, "messaging services: it leaves the pool it is in");
	if (is_set(n->trunk_sid))
		say(&l, "trunk %s: belongs to this account", n->trunk_sid);
	if (is_set(n->voice_application_sid))
		say(&l, "voice application %s: belongs to this account", n->voice_application_sid);
	if (is_set(n->sms_application_sid))
		say(&l, "SMS application %s: belongs to this account", n->sms_application_sid);
	if (is_set(n->voice_url) || is_set(n->sms_url))
		say(&l, "webhooks: look whether they came along; their requests will name and be signed for the other account");
	say(&l, "Trust Hub enrolment (caller identity, SHAKEN/STIR): has to be done anew");
	return l.n;
}
