/* Port-in requests from their objects. The list and a request name the same things; what is absent stays unset. */
#include <stdlib.h>
#include <string.h>

#include "client_priv.h"

#include "numdesk/twilio/porting.h"
#include "numdesk/util/clock.h"
#include "numdesk/util/json.h"
#include "numdesk/util/mem.h"
#include "numdesk/util/text.h"

enum { PROSE_MAX = 400, WORD_MAX = 60, URL_MAX = 1000, NUMBERS_MAX = 1000 };

static const char *prose(const struct json *v, const char *name, size_t max, struct arena *a)
{
	const char *s = v ? text_decode_prose(v, name, max, a) : NULL;

	return s ? s : "";
}

static int64_t time_of(const struct json *v, const char *name)
{
	const char *s = json_text(v, name);
	int64_t at = 0;

	return s && clock_parse(s, &at) && at > 0 ? at : 0;
}

static int64_t count_of(const struct json *v, const char *name)
{
	int64_t n = -1;

	return json_i64(v, name, &n) && n >= 0 ? n : -1;
}

/* A code that one answer has as a number and another as a text. */
static const char *code_text(const struct json *v, const char *name, struct arena *a)
{
	char text[WORD_MAX];

	return json_text_or_number(v, name, text, sizeof text) ? arena_dup(a, text) : "";
}

static bool decode_number(const struct json *v, struct port_number *n, struct arena *a)
{
	const char *phone = json_text(v, "phone_number"), *sid = json_text(v, "port_in_phone_number_sid");
	const struct json *portable = json_get(v, "portable");
	int64_t code = 0;

	*n = (struct port_number){.portable = json_is_bool(portable) ? json_true(portable) : -1};
	if (!phone || !phone_is_e164(phone))
		return false;
	text_copy(n->phone_number, sizeof n->phone_number, phone);
	if (sid && sid_is(sid, "PU"))
		text_copy(n->sid, sizeof n->sid, sid);
	n->state_text = prose(v, "port_in_phone_number_status", WORD_MAX, a);
	n->state = port_state_parse(n->state_text);
	n->type = prose(v, "number_type", WORD_MAX, a);
	/* the word differs between a request and the portability of a number */
	n->reason = prose(v, "not_portability_reason", WORD_MAX, a);
	if (!*n->reason)
		n->reason = prose(v, "not_portable_reason", WORD_MAX, a);
	if (json_i64(v, "not_portability_reason_code", &code) && code > 0 && code <= INT32_MAX)
		n->reason_code = (int)code;
	n->port_date = time_of(v, "port_date");
	n->rejection = prose(v, "rejection_reason", PROSE_MAX, a);
	n->rejection_code = code_text(v, "rejection_reason_code", a);
	return true;
}

static void decode_numbers(const struct json *list, struct port *p, struct arena *a)
{
	const size_t n = json_count(list);

	p->numbers = arena_alloc(a, (n < NUMBERS_MAX ? n : NUMBERS_MAX) * sizeof *p->numbers + 1);
	for (const struct json *v = json_first(list); v && p->n < NUMBERS_MAX; v = json_next(v))
		p->n += decode_number(v, &p->numbers[p->n], a);
}

bool port_decode(const struct json *v, struct port *out, struct arena *a)
{
	const char *sid = json_text(v, "port_in_request_sid"), *account = json_text(v, "account_sid");
	const struct json *carrier = json_get(v, "losing_carrier_information"), *numbers = json_get(v, "phone_numbers");

	*out = (struct port){.requested = count_of(v, "phone_numbers_requested"),
			     .ported = count_of(v, "phone_numbers_ported")};
	if (!sid || !sid_is(sid, "KW"))
		return false;
	text_copy(out->sid, sizeof out->sid, sid);
	if (account && sid_is(account, "AC"))
		text_copy(out->account_sid, sizeof out->account_sid, account);
	out->state_text = prose(v, "port_in_request_status", WORD_MAX, a);
	out->state = port_state_parse(out->state_text);
	out->created_at = time_of(v, "date_created");
	out->updated_at = time_of(v, "status_last_updated_timestamp");
	out->suggested_action = prose(v, "suggested_action", PROSE_MAX, a);
	out->complete = json_is_array(numbers);
	decode_numbers(numbers, out, a);
	out->target_date = prose(v, "target_port_in_date", WORD_MAX, a);
	out->time_from = prose(v, "target_port_in_time_range_start", WORD_MAX, a);
	out->time_to = prose(v, "target_port_in_time_range_end", WORD_MAX, a);
	out->customer_name = prose(carrier, "customer_name", PROSE_MAX, a);
	out->representative = prose(carrier, "authorized_representative", PROSE_MAX, a);
	out->email = prose(carrier, "authorized_representative_email", PROSE_MAX, a);
	out->cancel_reason = prose(v, "order_cancellation_reason", PROSE_MAX, a);
	out->signature_url = prose(v, "signature_request_url", URL_MAX, a);
	json_i64(v, "support_ticket_id", &out->ticket);
	return true;
}
