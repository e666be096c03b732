#include "numdesk/twilio/messages.h"

#include <string.h>

#include "numdesk/model/money.h"
#include "numdesk/twilio/resource.h"
#include "numdesk/util/clock.h"
#include "numdesk/util/json.h"
#include "numdesk/util/mem.h"
#include "numdesk/util/text.h"

static const char *text_of(const struct json *o, const char *name)
{
	const char *s = json_text(o, name);

	return s && *s ? s : NULL;
}

/* Numbers that Twilio writes as text; -1 when there is none. */
static int64_t count_of(const struct json *o, const char *name)
{
	int64_t n;

	return json_i64(o, name, &n) && n >= 0 ? n : -1;
}

static int64_t time_of(const struct json *o, const char *name)
{
	const char *s = json_text(o, name);
	int64_t at = 0;

	if (s)
		clock_parse(s, &at);
	return at;
}

static void read_price(const struct json *o, struct message *m)
{
	char price[32];
	const char *unit = text_of(o, "price_unit");

	m->price = MONEY_UNKNOWN;
	if (json_text_or_number(o, "price", price, sizeof price))
		money_parse(price, &m->price);
	if (!unit || strlen(unit) != 3)
		return;
	for (int i = 0; i < 3; i++)             /* "usd" as well as "USD" */
		m->currency[i] = (char)(unit[i] >= 'a' && unit[i] <= 'z' ? unit[i] - 32 : unit[i]);
}

bool message_decode(const struct json *o, struct message *m)
{
	const char *sid = json_text(o, "sid"), *account = json_text(o, "account_sid");
	const char *service = json_text(o, "messaging_service_sid");
	int64_t code;

	*m = (struct message){
		.from = text_of(o, "from"), .to = text_of(o, "to"), .body = text_of(o, "body"),
		.status = text_of(o, "status"), .direction = text_of(o, "direction"),
		.error_message = text_of(o, "error_message"), .segments = count_of(o, "num_segments"),
		.media = count_of(o, "num_media"), .created_at = time_of(o, "date_created"),
		.sent_at = time_of(o, "date_sent"), .updated_at = time_of(o, "date_updated"),
	};
	if (!sid || (!sid_is(sid, "SM") && !sid_is(sid, "MM")))
		return false;
	text_copy(m->sid, sizeof m->sid, sid);
	text_copy(m->account_sid, sizeof m->account_sid, account && sid_is(account, "AC") ? account : "");
	text_copy(m->service_sid, sizeof m->service_sid, service && sid_is(service, "MG") ? service : "");
	read_price(o, m);
	if (json_i64(o, "error_code", &code) && code > 0 && code <= 999999)
		m->error_code = (int)code;
	return true;
}

uint32_t message_send(struct client *c, const struct message_letter *l, http_before_send_fn *before_send,
		      void *before_send_ctx, write_fn *done, void *ctx, struct err *e)
{
	struct http_param form[4 + MESSAGE_MEDIA_MAX];
	struct resource_write w = {
		.method = HTTP_POST, .product = "api", .path = "/Messages", .form = form, .expect = 201,
		.sid_prefix = "SM", .sid_prefix_too = "MM", .subject = l->to,
	};

	form[w.n_form++] = (struct http_param){"To", l->to};
	if (l->from && *l->from)
		form[w.n_form++] = (struct http_param){"From", l->from};
	if (l->service_sid && *l->service_sid)
		form[w.n_form++] = (struct http_param){"MessagingServiceSid", l->service_sid};
	if (l->body && *l->body)
		form[w.n_form++] = (struct http_param){"Body", l->body};
	for (size_t i = 0; i < l->n_media && i < MESSAGE_MEDIA_MAX; i++)
		form[w.n_form++] = (struct http_param){"MediaUrl", l->media[i]};
	return resource_write(c, &w, before_send, before_send_ctx, done, ctx, e);
}
