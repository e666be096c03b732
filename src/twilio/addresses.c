/* The account's regulatory addresses: few, so all pages are read before anything is told. */
#include "numdesk/twilio/accounts.h"

#include <stdlib.h>
#include <string.h>

#include "client_priv.h"

#include "numdesk/util/json.h"
#include "numdesk/util/mem.h"
#include "numdesk/util/text.h"

enum { PAGES_MAX = 20, TEXT_MAX_BYTES = 256 };

struct addresses_call {
	struct client c;                /* a copy: further pages are asked for after the caller has returned */
	char url[BASE_URL_MAX];         /* of the page under way */
	int pages;
	struct arena arena;
	struct address *v;
	size_t n, cap;
	addresses_fn *done;
	void *ctx;
};

static void finish(struct addresses_call *call, const struct err *err)
{
	call->done(call->ctx, err ? NULL : call->v, err ? 0 : call->n, err);
	arena_release(&call->arena);
	free(call->v);
	free(call);
}

static void take_address(struct addresses_call *call, const struct json *row)
{
	const char *sid = json_text(row, "sid"), *country = json_text(row, "iso_country");
	const char *account = json_text(row, "account_sid");
	struct address *to;

	if (!sid || !sid_is(sid, "AD") || !account || !text_ieq(account, call->c.account_sid))
		return;
	if (call->n == call->cap) {
		call->cap = call->cap ? call->cap * 2 : 16;
		call->v = mem_grow(call->v, call->cap, sizeof call->v[0]);
	}
	to = &call->v[call->n++];
	*to = (struct address){
		.friendly_name = text_decode_prose(row, "friendly_name", TEXT_MAX_BYTES, &call->arena),
		.customer_name = text_decode_prose(row, "customer_name", TEXT_MAX_BYTES, &call->arena),
		.street = text_decode_prose(row, "street", TEXT_MAX_BYTES, &call->arena),
		.city = text_decode_prose(row, "city", TEXT_MAX_BYTES, &call->arena),
		.region = text_decode_prose(row, "region", TEXT_MAX_BYTES, &call->arena),
		.postal_code = text_decode_prose(row, "postal_code", TEXT_MAX_BYTES, &call->arena),
		.validated = json_bool(row, "validated", false),
	};
	text_copy(to->sid, sizeof to->sid, sid);
	text_copy(to->country, sizeof to->country, country ? country : "");
}

static void page_done(void *ctx, const struct json *doc, const struct http_reply *r, const struct err *err)
{
	struct addresses_call *call = ctx;
	const struct json *list = json_get(doc, "addresses");
	char next[BASE_URL_MAX];
	struct err e = {0};

	(void)r;
	if (err) {
		finish(call, err);
		return;
	}
	if (!json_is_array(list)) {
		err_set(&e, ERR_PROTO, "cannot read the addresses: the answer has no list of them");
		finish(call, &e);
		return;
	}
	for (const struct json *row = json_first(list); row; row = json_next(row))
		take_address(call, row);
	if (!client_next_page(&call->c, "api", json_text(doc, "next_page_uri"), next, sizeof next, &e)) {
		finish(call, &e);
	} else if (!next[0]) {
		finish(call, NULL);
	} else if (++call->pages == PAGES_MAX || strcmp(next, call->url) == 0) {
		err_set(&e, ERR_PROTO, "the list of addresses does not end");
		finish(call, &e);
	} else {
		text_copy(call->url, sizeof call->url, next);
		if (!client_get_url(&call->c, call->url, NULL, 0, NULL, page_done, call, &e))
			finish(call, &e);
	}
}

uint32_t addresses_list(struct client *c, const char *country, addresses_fn *done, void *ctx, struct err *e)
{
	const struct http_param query[] = {{"PageSize", "1000"}, {"IsoCountry", country}};
	struct addresses_call *call = mem_alloc(sizeof *call);
	uint32_t id = 0;

	call->c = *c;
	call->done = done;
	call->ctx = ctx;
	if (client_account_url(c, call->url, sizeof call->url, e, "/Addresses.json"))
		id = client_get_url(c, call->url, query, country && *country ? 2 : 1, NULL, page_done, call, e);
	if (!id)
		free(call);
	return id;
}
