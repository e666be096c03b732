/* One sentence for each state of an operation. */
#include <stdio.h>
#include <string.h>

#include "settle_priv.h"

#include "numdesk/core/session.h"
#include "numdesk/util/clock.h"
#include "numdesk/util/text.h"

/* "14:03:22 UTC" */
static char *time_of(int64_t ms, char dst[24])
{
	char iso[21];

	clock_iso(ms / 1000, iso, sizeof iso);
	if (strlen(iso) == 20)
		snprintf(dst, 24, "%.8s UTC", iso + 11);
	else
		snprintf(dst, 24, "earlier");
	return dst;
}

static void say_unknown(const struct operation *op, char *dst, size_t n)
{
	char sent[24];

	time_of(op->armed_at, sent);
	if (op->kind == OP_BUY)
		snprintf(dst, n, "unsure: sent %s, no usable answer; looking (%d/%d); this order holds: another number "
			 "cannot replace it yet", sent, op->checks < SETTLE_LOOKS ? op->checks : SETTLE_LOOKS, SETTLE_LOOKS);
	else
		snprintf(dst, n, "unsure: sent %s, no usable answer; looking (%d)", sent, op->checks);
}

/* What may be sent again as it is, and what a person has to give up first. */
static void say_absent(const struct operation *op, char *dst, size_t n)
{
	char word[24];
	const int64_t from = op->unknown_at ? op->unknown_at : op->armed_at;
	char price[40], span[24];

	if (op->kind == OP_RELEASE) {
		snprintf(dst, n, "not released: %s is still yours; it may be released again", op->phone_number);
		return;
	}
	if (op->kind != OP_BUY && op_has(op->kind, OPF_AGAIN)) {
		snprintf(dst, n, "not %s%s%.300s; it may be sent again", op_kinds[op->kind].past,
			 op->message && *op->message ? ": " : "", op->message ? op->message : "");
		return;
	}
	if (op->kind != OP_BUY) {
		snprintf(dst, n, "not found after %d looks; it may still appear; to send it again give this one up: type "
			 "%s", op->checks, op_give_up_word(op, word));
		return;
	}
	money_show(op->price_micros, op->currency, price, sizeof price);
	clock_age(op->updated_at > from ? (op->updated_at - from) / 1000 : 0, span, sizeof span);
	snprintf(dst, n, "not found after %d looks in %s; it may still appear; %s stays reserved; to buy a substitute "
		 "give this one up: type %s", op->checks, span, price, phone_last4(op->phone_number));
}

static void say_done(const struct operation *op, char *dst, size_t n)
{
	if (op->kind == OP_BUY && op->checks > 0)
		snprintf(dst, n, "found: %s is yours (%s); bought once", op->phone_number, op->phone_sid);
	else if (op->message && *op->message)
		snprintf(dst, n, "%s", op->message);
	else
		snprintf(dst, n, "done");
}

static void say_abandoned(const struct operation *op, char *dst, size_t n)
{
	char when[24];

	time_of(op->updated_at, when);
	if (op->kind == OP_BUY && *op->phone_sid)
		snprintf(dst, n, "late: %s was given up and was bought after all (%s); release or keep it",
			 op->phone_number,
			 op->phone_sid);
	else if (op->kind == OP_RELEASE && op->message && strcmp(op->message, "superseded") == 0)
		snprintf(dst, n, "did not happen; sent again as a new operation");
	else
		snprintf(dst, n, "given up at %s", when);
}

char *settle_sentence(struct session *s, const struct operation *op, char *dst, size_t dst_size)
{
	const char *message = op->message ? op->message : "";
	char raw[ERR_MSG_MAX] = "";

	(void)s;
	switch (op->state) {
	case OP_PLANNED:
		snprintf(raw, sizeof raw, "planned: nothing was sent yet");
		break;
	case OP_ARMED:
		snprintf(raw, sizeof raw, "being sent");
		break;
	case OP_DONE:
		say_done(op, raw, sizeof raw);
		break;
	case OP_REJECTED:
		snprintf(raw, sizeof raw, "rejected by Twilio: %.480s", message);
		break;
	case OP_UNKNOWN:
		say_unknown(op, raw, sizeof raw);
		break;
	case OP_ABSENT:
		say_absent(op, raw, sizeof raw);
		break;
	case OP_CONFLICT:
		snprintf(raw, sizeof raw, "conflict: %.480s", message);
		break;
	case OP_CANCELLED:
		snprintf(raw, sizeof raw, "%.500s", *message ? message : "not sent");
		break;
	case OP_ABANDONED:
		say_abandoned(op, raw, sizeof raw);
		break;
	case OP_STATE_COUNT:
		break;
	}
	text_clean(dst, dst_size, raw, strlen(raw));
	return dst;
}
