#include "regulations.h"

#include <stdio.h>
#include <string.h>

#include "answer.h"
#include "ident.h"
#include "numdesk/util/text.h"
#include "out.h"
#include "page.h"
#include "request.h"
#include "stock.h"

#define HOST "https://numbers.twilio.com"

static const struct regulation rows[] = {
#define REGULATION(country, type, end_user) {#country, NUMBER_##type, #end_user},
#include "regulations.def"
#undef REGULATION
};

const struct regulation *regulation_of(const char *country, enum number_type type, const char *end_user)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (strcmp(rows[i].country, country) == 0 && rows[i].type == type &&
		    (!end_user || strcmp(rows[i].end_user, end_user) == 0))
			return &rows[i];
	return NULL;
}

void regulation_sid(const struct regulation *r, char out[SID_SIZE])
{
	char label[64];

	snprintf(label, sizeof label, "%s %s %s", r->country, number_type_name(r->type), r->end_user);
	ident_sid(out, "RN", label);
}

const struct regulation *regulation_by_sid(const char *sid)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char own[SID_SIZE];

		regulation_sid(&rows[i], own);
		if (strcmp(own, sid) == 0)
			return &rows[i];
	}
	return NULL;
}

char *regulation_type(enum number_type type, char *dst)
{
	snprintf(dst, 32, "%s", number_type_key(type));
	for (char *c = dst; *c; c++)
		if (*c == '_')
			*c = '-';
	return dst;
}

/* One kind of end user and one of document, in the shape of Twilio's own example. */
static void out_end_user(struct buf *b, const struct regulation *r)
{
	const char *field = strcmp(r->end_user, "business") == 0 ? "business_name" : "first_name";

	out_name(b, "end_user");
	out_open(b, '[');
	out_open(b, '{');
	out_memberf(b, "name", "%c%s", r->end_user[0] - 32, r->end_user + 1);
	out_member(b, "type", r->end_user);
	out_memberf(b, "requirement_name", "%s_info", r->end_user);
	out_memberf(b, "url", HOST "/v2/RegulatoryCompliance/Regulations/%s", r->end_user);
	out_name(b, "fields");
	out_open(b, '[');
	out_text(b, field);
	out_close(b, ']');
	out_close(b, '}');
	out_close(b, ']');
}

static void out_document(struct buf *b)
{
	out_name(b, "supporting_document");
	out_open(b, '[');
	out_open(b, '[');
	out_open(b, '{');
	out_member(b, "name", "Address");
	out_member(b, "type", "document");
	out_member(b, "requirement_name", "proof_of_address");
	out_name(b, "accepted_documents");
	out_open(b, '[');
	out_open(b, '{');
	out_member(b, "name", "Address Validation");
	out_member(b, "type", "address");
	out_name(b, "fields");
	out_open(b, '[');
	out_text(b, "address_sids");
	out_close(b, ']');
	out_close(b, '}');
	out_close(b, ']');
	out_close(b, '}');
	out_close(b, ']');
	out_close(b, ']');
}

static void regulation_json(struct buf *b, const struct regulation *r)
{
	const struct stock_country *country = stock_country(r->country);
	char sid[SID_SIZE], type[32];

	regulation_sid(r, sid);
	regulation_type(r->type, type);
	out_open(b, '{');
	out_member(b, "sid", sid);
	out_memberf(b, "friendly_name", "%s: %c%s - %c%s", country ? country->name : r->country, type[0] - 32, type + 1,
		    r->end_user[0] - 32, r->end_user + 1);
	out_member(b, "iso_country", r->country);
	out_member(b, "number_type", type);
	out_member(b, "end_user_type", r->end_user);
	out_name(b, "requirements");
	out_open(b, '{');
	out_end_user(b, r);
	out_document(b);
	out_close(b, '}');
	out_memberf(b, "url", HOST "/v2/RegulatoryCompliance/Regulations/%s", sid);
	out_close(b, '}');
}

static bool passes(const struct regulation *r, const struct request *q)
{
	const char *country = param_get(&q->query, "IsoCountry"), *type = param_get(&q->query, "NumberType");
	const char *end_user = param_get(&q->query, "EndUserType");

	return (!country || text_ieq(country, r->country)) && (!type || number_type_parse(type) == r->type) &&
	       (!end_user || strcmp(end_user, r->end_user) == 0);
}

void regulations_list(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a)
{
	struct page page;
	int64_t at = 0;

	(void)s, (void)p;
	if (!page_parse(&page, q, a))
		return;
	if (page.below != INT64_MAX)
		at = page.below + 1;
	out_open(&a->body, '{');
	out_name(&a->body, "results");
	out_open(&a->body, '[');
	for (; at < (int64_t)ARRAY_LEN(rows); at++) {
		if (!passes(&rows[at], q) || page.skip-- > 0)
			continue;
		if ((page.more = page.rows == page.size))
			break;
		regulation_json(&a->body, &rows[at]);
		page_row(&page, at);
	}
	page_end_meta(&page, q, HOST, "results", &a->body);
}

void regulations_fetch(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a)
{
	const struct regulation *r = regulation_by_sid(q->segment[3]);

	(void)s, (void)p;
	if (r)
		regulation_json(&a->body, r);
	else
		answer_not_found(a, q->resource);
}
