#include "available.h"

#include <stdlib.h>
#include <string.h>

#include "answer.h"
#include "auth.h"
#include "ident.h"
#include "out.h"
#include "request.h"
#include "search_filter.h"
#include "state.h"

/* Twilio gives at most 30 whatever PageSize asks for, and has no second page. */
enum { RESULTS_MAX = 30 };

static void country_json(struct buf *b, const struct stock_country *c, const char *account)
{
	out_open(b, '{');
	out_member_bool(b, "beta", c->beta);
	out_member(b, "country", c->name);
	out_member(b, "country_code", c->code);
	out_name(b, "subresource_uris");
	out_open(b, '{');
	for (int t = 1; t < NUMBER_TYPE_COUNT; t++)
		if (stock_sells(c->code, (enum number_type)t))
			out_memberf(b, number_type_key((enum number_type)t),
				    "/2010-04-01/Accounts/%s/AvailablePhoneNumbers/%s/%s.json", account, c->code,
				    number_type_path((enum number_type)t));
	out_close(b, '}');
	out_memberf(b, "uri", "/2010-04-01/Accounts/%s/AvailablePhoneNumbers/%s.json", account, c->code);
	out_close(b, '}');
}

void available_countries(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a)
{
	(void)s, (void)q;
	out_open(&a->body, '{');
	out_name(&a->body, "countries");
	out_open(&a->body, '[');
	for (int i = 0; i < stock_country_count; i++)
		country_json(&a->body, &stock_countries[i], p->target.sid);
	out_close(&a->body, ']');
	out_memberf(&a->body, "uri", "/2010-04-01/Accounts/%s/AvailablePhoneNumbers.json", p->target.sid);
	out_close(&a->body, '}');
}

void available_country(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a)
{
	const struct stock_country *c = stock_country(q->segment[4]);

	(void)s;
	if (c)
		country_json(&a->body, c, p->target.sid);
	else
		answer_not_found(a, q->resource);
}

static void number_json(struct buf *b, const struct stock_number *n)
{
	const struct stock_range *r = n->range;
	char name[32];

	out_open(b, '{');
	out_member(b, "address_requirements", r->address_requirements);
	out_member_bool(b, "beta", n->beta);
	out_name(b, "capabilities");
	out_open(b, '{');       /* upper case here, lower case for owned numbers: so it is at Twilio */
	out_member_bool(b, "voice", n->capabilities & CAP_VOICE);
	out_member_bool(b, "SMS", n->capabilities & CAP_SMS);
	out_member_bool(b, "MMS", n->capabilities & CAP_MMS);
	out_member_bool(b, "fax", n->capabilities & CAP_FAX);
	out_close(b, '}');
	out_member(b, "friendly_name", stock_friendly(n->phone, name));
	out_member(b, "iso_country", r->country);
	out_member(b, "lata", r->lata);
	out_member(b, "latitude", r->latitude);
	out_member(b, "locality", r->locality);
	out_member(b, "longitude", r->longitude);
	out_member(b, "phone_number", n->phone);
	out_member(b, "postal_code", r->postal_code);
	out_member(b, "rate_center", r->rate_center);
	out_member(b, "region", r->region);
	out_close(b, '}');
}

/* One candidate range: where to start in it, so that the first results are not all lines x000, and how far we are. */
struct cursor { const struct stock_range *range; int start, done, size; };

static bool next_of(struct sandbox *s, struct cursor *c, const struct search_filter *f, struct stock_number *n)
{
	while (c->done < c->size)
		if (stock_at(s, c->range, (c->start + c->done++) % c->size, n) && search_filter_number(f, n))
			return true;
	return false;
}

static size_t candidates(struct cursor *out, const char *country, enum number_type type, const struct search_filter *f)
{
	size_t n = 0;

	for (int i = 0; i < stock_range_count; i++) {
		const struct stock_range *r = &stock_ranges[i];
		const int size = r->last - r->first + 1;

		if (strcmp(r->country, country) != 0 || r->type != type || !search_filter_range(f, r))
			continue;
		out[n++] = (struct cursor){r, (int)(ident_hash(r->prefix, 9) % (uint64_t)size), 0, size};
	}
	return n;
}

/* One of each range in turn, so that a wide search shows many places. */
static void add_results(struct sandbox *s, struct cursor *c, size_t n, const struct search_filter *f, int64_t limit,
			struct buf *out)
{
	int64_t found = 0, before;
	struct stock_number number;

	do {
		before = found;
		for (size_t i = 0; i < n && found < limit; i++)
			if (next_of(s, &c[i], f, &number)) {
				number_json(out, &number);
				found++;
			}
	} while (found > before && found < limit);
}

static int64_t result_limit(const struct request *q)
{
	const char *size = param_get(&q->query, "PageSize");
	const int64_t n = size ? strtoll(size, NULL, 10) : RESULTS_MAX;

	return n > 0 && n < RESULTS_MAX ? n : RESULTS_MAX;
}

void available_search(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a)
{
	const char *country = q->segment[4], *word = q->segment[5];
	const enum number_type type = number_type_parse(word);
	struct cursor *cursors;
	struct search_filter f;

	if (type == NUMBER_TYPE_UNKNOWN || strcmp(number_type_path(type), word) != 0 || !stock_sells(country, type)) {
		answer_not_found(a, q->resource);
		return;
	}
	if (!search_filter_read(&f, q, a))
		return;
	cursors = arena_alloc(&q->arena, (size_t)stock_range_count * sizeof *cursors);
	out_open(&a->body, '{');
	out_name(&a->body, "available_phone_numbers");
	out_open(&a->body, '[');
	add_results(s, cursors, candidates(cursors, country, type, &f), &f, result_limit(q), &a->body);
	out_close(&a->body, ']');
	out_memberf(&a->body, "uri", "/2010-04-01/Accounts/%s/AvailablePhoneNumbers/%s/%s.json", p->target.sid,
		    country, word);
	out_close(&a->body, '}');
}
