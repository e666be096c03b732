#include "portability.h"

#include <stdio.h>
#include <string.h>

#include "answer.h"
#include "auth.h"
#include "db.h"
#include "numdesk/model/dialplan.h"
#include "numdesk/model/phone.h"
#include "numdesk/util/text.h"
#include "out.h"
#include "owned.h"
#include "request.h"
#include "state.h"

static void refuse(struct portability *p, int status, int code, const char *reason)
{
	p->portable = false;
	p->status = status;
	p->reason_code = code;
	p->reason = reason;
}

static void by_digits(const char *phone, struct portability *out)
{
	const char *last = phone + strlen(phone) - 2;

	if (*last == '8' && last[1] <= '4') {
		out->type = "MOBILE";
		out->pin = true;
	} else if (strcmp(last, "90") == 0) {
		refuse(out, 400, 22130, "UNSUPPORTED");
	} else if (strcmp(last, "91") == 0) {
		refuse(out, 400, 22132, "ALREADY_IN_TWILIO_DIFFERENT_OWNER");
	} else if (strcmp(last, "92") == 0) {
		refuse(out, 200, 22133, "MANUAL_PORTING_AVAILABLE");
	} else if (strcmp(last, "93") == 0) {
		refuse(out, 400, 22199, "FROZEN_BY_LOSING_CARRIER");
	} else if (strcmp(last, "94") == 0) {
		out->type = "UNKNOWN";
	}
}

static bool is_owned_elsewhere(struct sandbox *s, const char *target, const char *phone, bool *by_target)
{
	struct arena a = {0};
	struct owned n;
	const bool owned = owned_by_phone(s, NULL, phone, &n, &a);

	*by_target = owned && strcmp(n.text[OWNED_account_sid], target) == 0;
	arena_release(&a);
	return owned;
}

static bool is_in_progress(struct sandbox *s, const char *phone)
{
	return db_number(s->db, 0, "SELECT COUNT(*) FROM port_number WHERE phone_number=? AND status NOT IN "
			 "('completed','canceled','port_rejected','expired')", "s", phone) > 0;
}

void portability_of(struct sandbox *s, const char *target, const char *phone, struct portability *out)
{
	const struct dialplan_match m = dialplan_lookup(phone);
	bool by_target;

	*out = (struct portability){.portable = true, .type = "LOCAL", .status = 200};
	text_copy(out->country, sizeof out->country, m.country[0] ? m.country : "US");
	if (m.type == NUMBER_TOLLFREE)
		out->type = "TOLL-FREE";
	else
		by_digits(phone, out);
	if (is_owned_elsewhere(s, target, phone, &by_target))
		refuse(out, 200, by_target ? 22131 : 22132,
		       by_target ? "ALREADY_IN_THE_TARGET_ACCOUNT" : "ALREADY_IN_TWILIO_DIFFERENT_OWNER");
	else if (is_in_progress(s, phone))
		refuse(out, 200, 22137, "PORT_ALREADY_IN_PROGRESS");
	else if (strcmp(out->country, "US") != 0)
		refuse(out, 400, 22130, "UNSUPPORTED");
	else if (m.type == NUMBER_TOLLFREE)
		refuse(out, 200, 22133, "MANUAL_PORTING_AVAILABLE");
	out->pin = out->pin && out->portable;
}

void portability_fetch(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a)
{
	const char *phone = q->segment[4], *target = param_get(&q->query, "TargetAccountSid");
	struct principal other = *p;
	struct portability x;
	struct buf *b = &a->body;

	if (target && !auth_target(s, target, &other)) {
		answer_error(a, 400, 20001, "TargetAccountSid %s is not an account of yours", target);
		return;
	}
	if (!phone_is_e164(phone)) {
		answer_error(a, 400, 21421, "PhoneNumber is invalid: %s", phone);
		return;
	}
	portability_of(s, other.target.sid, phone, &x);
	a->status = x.status;
	out_open(b, '{');
	out_member(b, "phone_number", phone);
	out_member(b, "account_sid", other.target.sid);
	out_member_bool(b, "portable", x.portable);
	out_member_bool(b, "pin_and_account_number_required", x.pin);
	out_member(b, "not_portable_reason", x.reason);
	out_name(b, "not_portable_reason_code");
	if (x.portable)
		out_null(b);
	else
		out_i64(b, x.reason_code);
	out_member(b, "number_type", x.type);
	out_member(b, "country", x.country);
	out_memberf(b, "url", "https://numbers.twilio.com/v1/Porting/Portability/PhoneNumber/%s", phone);
	out_close(b, '}');
}
