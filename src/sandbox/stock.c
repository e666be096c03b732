#include "stock.h"

#include <stdio.h>
#include <string.h>

#include "db.h"
#include "ident.h"
#include "numdesk/util/text.h"
#include "regulations.h"
#include "state.h"

const struct stock_country *stock_country(const char *code)
{
	for (int i = 0; i < stock_country_count; i++)
		if (strcmp(stock_countries[i].code, code) == 0)
			return &stock_countries[i];
	return NULL;
}

const struct stock_price *stock_price(const char *country, enum number_type type)
{
	for (int i = 0; i < stock_price_count; i++)
		if (strcmp(stock_prices[i].country, country) == 0 && stock_prices[i].type == type)
			return &stock_prices[i];
	return NULL;
}

bool stock_sells(const char *country, enum number_type type)
{
	return stock_price(country, type) != NULL;
}

const struct stock_range *stock_area(int area_code)
{
	for (int i = 0; i < stock_range_count; i++)
		if (area_code > 0 && stock_ranges[i].area_code == area_code)
			return &stock_ranges[i];
	return NULL;
}

int stock_prefix(const char *phone)
{
	return (phone[2] - '0') * 100 + (phone[3] - '0') * 10 + (phone[4] - '0');
}

const struct stock_range *stock_range_of(const char *phone)
{
	for (int i = 0; i < stock_range_count; i++) {
		const struct stock_range *r = &stock_ranges[i];
		const size_t n = strlen(r->prefix);

		if (strncmp(phone, r->prefix, n) == 0 && strlen(phone) == n + (size_t)r->digits &&
		    text_all_digits(phone + n))
			return r;
	}
	return NULL;
}

/* Numbers that are easy to remember: a stock of this size has some. TAXI, RIDE, SHOP, LOVE, PETS, SALE, runs, ladders. */
static bool is_gem(const char *phone)
{
	static const char *const gems[] = {
		"+14155558294", "+14155557433", "+14155559000", "+14155557777", "+14155556789", "+16285558294",
		"+16285557467", "+16285558080", "+15105555683", "+15105557000", "+15105556886", "+13325558294",
		"+13325557272", "+16465557387", "+17375558888", "+12065555678", "+14375558294", "+18335557253",
		"+18335558000", "+18445556677",
	};

	for (size_t i = 0; i < sizeof gems / sizeof gems[0]; i++)
		if (strcmp(phone, gems[i]) == 0)
			return true;
	return false;
}

/* A few numbers are spread evenly, so that a table's small counts are exact; many are picked by hash. */
static bool is_picked(const struct stock_range *r, int k, const char *phone)
{
	const int size = r->last - r->first + 1;

	if (r->for_sale < 10)
		return r->for_sale > 0 && k % (size / r->for_sale) == 0 && k / (size / r->for_sale) < r->for_sale;
	return ident_hash(phone, 7) % (uint64_t)size < (uint64_t)r->for_sale || is_gem(phone);
}

/* Of the North American numbers one in ten has voice only and one in ten no MMS, as in the real stock. */
static unsigned capabilities_of(const struct stock_range *r, uint64_t hash)
{
	if (r->area_code && hash % 10 == 0)
		return CAP_VOICE;
	if (r->area_code && hash % 10 == 1)
		return CAP_VOICE | CAP_SMS;
	return r->capabilities;
}

static bool is_taken(struct sandbox *s, const char *phone)
{
	return db_number(s->db, 0, "SELECT EXISTS(SELECT 1 FROM number WHERE phone_number=?1) OR "
			 "EXISTS(SELECT 1 FROM released WHERE phone_number=?1)", "s", phone) != 0;
}

bool stock_at(struct sandbox *s, const struct stock_range *r, int k, struct stock_number *n)
{
	uint64_t hash;

	if (k < 0 || k > r->last - r->first)
		return false;
	*n = (struct stock_number){.range = r};
	snprintf(n->phone, sizeof n->phone, "%s%0*d", r->prefix, r->digits, r->first + k);
	if (!is_picked(r, k, n->phone) || is_taken(s, n->phone))
		return false;
	hash = ident_hash(n->phone, 8);
	n->capabilities = capabilities_of(r, hash);
	n->beta = stock_country(r->country)->beta || hash % 40 == 3;
	return true;
}

bool stock_find(struct sandbox *s, const char *phone, struct stock_number *n)
{
	const struct stock_range *r = stock_range_of(phone);
	int64_t line = 0;

	return r && text_to_i64(phone + strlen(r->prefix), 0, INT32_MAX, &line) &&
	       stock_at(s, r, (int)line - r->first, n);
}

bool stock_needs_bundle(const struct stock_range *r)
{
	return regulation_of(r->country, r->type, NULL) != NULL;
}

char *stock_friendly(const char *phone, char *dst)
{
	if (phone[1] == '1' && strlen(phone) == 12)
		snprintf(dst, 32, "(%.3s) %.3s-%s", phone + 2, phone + 5, phone + 8);
	else
		snprintf(dst, 32, "%s", phone);
	return dst;
}
