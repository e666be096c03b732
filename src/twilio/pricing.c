/* The price list of a country: what the authenticating account pays, as decimal strings. */
#include "numdesk/twilio/accounts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client_priv.h"

#include "numdesk/util/json.h"
#include "numdesk/util/mem.h"
#include "numdesk/util/text.h"

struct prices_call {
	char country[3];
	prices_fn *done;
	void *ctx;
};

/* "usd" or "USD" to "USD"; "" when it is no currency code. */
static void read_currency(const struct json *obj, const char *name, char out[4])
{
	const char *s = json_text(obj, name);

	out[0] = '\0';
	if (!s || strlen(s) != 3 || !text_is_alpha(s[0]) || !text_is_alpha(s[1]) || !text_is_alpha(s[2]))
		return;
	for (int i = 0; i < 4; i++)
		out[i] = s[i] >= 'a' && s[i] <= 'z' ? (char)(s[i] - 'a' + 'A') : s[i];
}

/* What cannot be read for certain is unknown, and then nothing is bought without being told to. */
static int64_t read_price(const struct json *row)
{
	char text[64];
	int64_t micros;

	if (!json_text_or_number(row, "current_price", text, sizeof text) || !money_parse(text, &micros) || micros < 0)
		return MONEY_UNKNOWN;
	return micros;
}

static bool price_decode(const struct json *row, const struct prices_call *call, const char *currency,
			 struct price *out)
{
	const char *type = json_text(row, "number_type");

	*out = (struct price){.type = type ? number_type_parse(type) : NUMBER_TYPE_UNKNOWN};
	if (out->type == NUMBER_TYPE_UNKNOWN)
		return false;
	text_copy(out->country, sizeof out->country, call->country);
	text_copy(out->currency, sizeof out->currency, currency);
	out->micros = currency[0] ? read_price(row) : MONEY_UNKNOWN;
	return true;
}

/* A list that is about another country would put a wrong price on a purchase. */
static bool is_about(const struct json *doc, const char *country)
{
	const char *iso = json_text(doc, "iso_country");

	return iso && text_ieq(iso, country) && json_is_array(json_get(doc, "phone_number_prices"));
}

static void prices_done(void *ctx, const struct json *doc, const struct http_reply *r, const struct err *err)
{
	struct prices_call *call = ctx;
	const struct json *list = json_get(doc, "phone_number_prices");
	struct err e = {0};
	char currency[4];

	(void)r;
	if (err) {
		call->done(call->ctx, NULL, 0, err);
	} else if (!is_about(doc, call->country)) {
		err_set(&e, ERR_PROTO, "cannot read the prices of '%s': the answer has none of it", call->country);
		call->done(call->ctx, NULL, 0, &e);
	} else {
		struct price *v = mem_array(json_count(list) + 1, sizeof v[0]);
		size_t n = 0;

		read_currency(doc, "price_unit", currency);
		for (const struct json *row = json_first(list); row; row = json_next(row))
			n += price_decode(row, call, currency, &v[n]);
		call->done(call->ctx, v, n, NULL);
		free(v);
	}
	free(call);
}

uint32_t pricing_country(struct client *c, const char *country, prices_fn *done, void *ctx, struct err *e)
{
	char path[64], url[BASE_URL_MAX];
	struct prices_call *call;
	uint32_t id;

	if (strlen(country) != 2 || !text_is_alpha(country[0]) || !text_is_alpha(country[1]))
		return err_set(e, ERR_USAGE, "'%s' is not a country code of two letters", country);
	snprintf(path, sizeof path, "/v1/PhoneNumbers/Countries/%s", country);
	if (!base_url(c->base_url, "pricing", path, url, sizeof url, e))
		return 0;
	call = mem_alloc(sizeof *call);
	*call = (struct prices_call){.done = done, .ctx = ctx};
	text_copy(call->country, sizeof call->country, country);
	id = client_get_url(c, url, NULL, 0, country, prices_done, call, e);
	if (!id)
		free(call);
	return id;
}
