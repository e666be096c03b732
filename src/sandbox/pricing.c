#include "pricing.h"

#include <string.h>

#include "answer.h"
#include "out.h"
#include "page.h"
#include "request.h"
#include "stock.h"

#define HOST "https://pricing.twilio.com"

static void country_members(struct buf *b, const struct stock_country *c)
{
	out_member(b, "country", c->name);
	out_member(b, "iso_country", c->code);
	out_memberf(b, "url", HOST "/v1/PhoneNumbers/Countries/%s", c->code);
}

void pricing_countries(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a)
{
	struct page page;
	int64_t at;

	(void)s, (void)p;
	if (!page_parse(&page, q, a))
		return;
	at = page.below == INT64_MAX ? page.skip : page.below + 1;
	out_open(&a->body, '{');
	out_name(&a->body, "countries");
	out_open(&a->body, '[');
	for (; at < stock_country_count && page.rows < page.size; at++) {
		out_open(&a->body, '{');
		country_members(&a->body, &stock_countries[at]);
		out_close(&a->body, '}');
		page_row(&page, at);
	}
	page.more = at < stock_country_count;
	page_end_meta(&page, q, HOST, "countries", &a->body);
}

/* "toll free", "machine to machine": a space, where paths and keys have none or an underscore. */
static void out_type(struct buf *b, enum number_type type)
{
	char name[32];
	size_t n = 0;

	for (const char *s = number_type_key(type); *s && n < sizeof name - 1; s++)
		name[n++] = *s == '_' ? ' ' : *s;
	name[n] = '\0';
	out_member(b, "number_type", name);
}

void pricing_country(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a)
{
	const struct stock_country *c = stock_country(q->segment[3]);

	(void)s, (void)p;
	if (!c) {
		answer_not_found(a, q->resource);
		return;
	}
	out_open(&a->body, '{');
	country_members(&a->body, c);
	out_name(&a->body, "phone_number_prices");
	out_open(&a->body, '[');
	for (int i = 0; i < stock_price_count; i++) {
		if (strcmp(stock_prices[i].country, c->code) != 0)
			continue;
		out_open(&a->body, '{');
		out_member(&a->body, "base_price", stock_prices[i].base);
		out_member(&a->body, "current_price", stock_prices[i].current);
		out_type(&a->body, stock_prices[i].type);
		out_close(&a->body, '}');
	}
	out_close(&a->body, ']');
	out_member(&a->body, "price_unit", "USD");
	out_close(&a->body, '}');
}
