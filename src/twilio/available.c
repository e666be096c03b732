#include "numdesk/twilio/available.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client_priv.h"

#include "numdesk/util/json.h"
#include "numdesk/util/mem.h"
#include "numdesk/util/text.h"

enum { PARAMS_MAX = 20, PAGE_SIZE_LEAST = 50, PAGE_SIZE_MAX = 1000 };

/* A country code goes into a path: two capitals and nothing else. */
static bool is_country(const char *s)
{
	return s[0] >= 'A' && s[0] <= 'Z' && s[1] >= 'A' && s[1] <= 'Z' && !s[2];
}

/* The query of one search: what is "" or 0 is not asked for. */
struct params {
	struct http_param v[PARAMS_MAX];
	size_t n;
	char area_code[16], distance[16], page_size[16];
};

static void add(struct params *p, const char *name, const char *value)
{
	if (value && *value)
		p->v[p->n++] = (struct http_param){name, value};
}

static void add_number(struct params *p, const char *name, int value, char *dst, size_t dst_size)
{
	if (value <= 0)
		return;
	snprintf(dst, dst_size, "%d", value);
	add(p, name, dst);
}

static void add_capabilities(struct params *p, const struct search *s)
{
	static const struct { unsigned bit; const char *name; } names[] = {
		{CAP_VOICE, "VoiceEnabled"}, {CAP_SMS, "SmsEnabled"}, {CAP_MMS, "MmsEnabled"}, {CAP_FAX, "FaxEnabled"},
	};

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if ((s->capabilities | s->without) & names[i].bit)
			add(p, names[i].name, s->capabilities & names[i].bit ? "true" : "false");
}

static void add_exclusions(struct params *p, const struct search *s)
{
	static const struct { const char *word, *name; } names[] = {
		{"any", "ExcludeAllAddressRequired"},
		{"local", "ExcludeLocalAddressRequired"},
		{"foreign", "ExcludeForeignAddressRequired"},
	};

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (strcmp(s->exclude_address, names[i].word) == 0 || (i > 0 && strcmp(s->exclude_address, "both") == 0))
			add(p, names[i].name, "true");
	if (s->exclude_beta)
		add(p, "Beta", "false");
}

static void fill(struct params *p, const struct search *s)
{
	int rows = s->limit > PAGE_SIZE_LEAST ? s->limit : PAGE_SIZE_LEAST;

	if (rows > PAGE_SIZE_MAX)
		rows = PAGE_SIZE_MAX;
	*p = (struct params){0};
	add_number(p, "AreaCode", s->area_code, p->area_code, sizeof p->area_code);
	add(p, "Contains", s->contains);
	add(p, "InRegion", s->region);
	add(p, "InLocality", s->locality);
	add(p, "InPostalCode", s->postal_code);
	add(p, "NearNumber", s->near_number);
	add(p, "NearLatLong", s->near_place);
	add_number(p, "Distance", s->distance, p->distance, sizeof p->distance);
	add(p, "InRateCenter", s->rate_center);
	add(p, "InLata", s->lata);
	add_capabilities(p, s);
	add_exclusions(p, s);
	add_number(p, "PageSize", rows, p->page_size, sizeof p->page_size);
}

struct search_call {
	struct search search;
	offers_fn *done;
	void *ctx;
};

/* The offers of one answer; rows without a usable number are left out, they could not be bought. */
static size_t decode_offers(const struct json *list, const struct search *s, struct offer *out, struct arena *a)
{
	size_t n = 0;

	for (const struct json *v = json_first(list); v; v = json_next(v))
		n += offer_decode(v, s, &out[n], a);
	return n;
}

static void search_done(void *ctx, const struct json *doc, const struct http_reply *r, const struct err *err)
{
	struct search_call *call = ctx;
	const struct json *list = json_get(doc, "available_phone_numbers");
	struct arena a = {0};
	struct err e = {0};

	(void)r;
	if (err) {
		call->done(call->ctx, NULL, 0, err);
	} else if (!json_is_array(list)) {
		err_set(&e, ERR_PROTO, "cannot read the numbers for sale: the answer has no list of them");
		call->done(call->ctx, NULL, 0, &e);
	} else {
		struct offer *v = mem_array(json_count(list) + 1, sizeof v[0]);

		call->done(call->ctx, v, decode_offers(list, &call->search, v, &a), NULL);
		free(v);
	}
	arena_release(&a);
	free(call);
}

uint32_t available_search(struct client *c, const struct search *s, offers_fn *done, void *ctx, struct err *e)
{
	char url[BASE_URL_MAX], subject[64];
	struct search_call *call;
	struct params p;
	uint32_t id;

	if (!is_country(s->country))
		return err_set(e, ERR_USAGE, "'%s' is not a country code of two capitals", s->country);
	if (s->type <= NUMBER_TYPE_UNKNOWN || s->type >= NUMBER_TYPE_COUNT)
		return err_set(e, ERR_USAGE, "a search needs a type of number");
	if (!client_account_url(c, url, sizeof url, e, "/AvailablePhoneNumbers/%s/%s.json", s->country,
				number_type_path(s->type)))
		return 0;
	fill(&p, s);
	snprintf(subject, sizeof subject, "%s %s", s->country, number_type_name(s->type));
	call = mem_alloc(sizeof *call);
	*call = (struct search_call){.search = *s, .done = done, .ctx = ctx};
	id = client_get_url(c, url, p.v, p.n, subject, search_done, call, e);
	if (!id)
		free(call);
	return id;
}

struct countries_call {
	countries_fn *done;
	void *ctx;
};

/* The types a country sells are the names of its sub-resources. */
static unsigned types_of(const struct json *uris)
{
	unsigned types = 0;

	for (const struct json *m = json_is_object(uris) ? json_first(uris) : NULL; m; m = json_next(m)) {
		const enum number_type t = number_type_parse(json_name(m));

		if (t != NUMBER_TYPE_UNKNOWN)
			types |= 1u << t;
	}
	return types;
}

static bool country_decode(const struct json *v, struct country *out)
{
	const char *code = json_text(v, "country_code"), *name = json_text(v, "country");

	*out = (struct country){.beta = json_bool(v, "beta", false)};
	if (!code || !is_country(code))
		return false;
	text_copy(out->code, sizeof out->code, code);
	if (name)
		text_clean(out->name, sizeof out->name, name, strlen(name));
	out->types = types_of(json_get(v, "subresource_uris"));
	return true;
}

static void countries_done(void *ctx, const struct json *doc, const struct http_reply *r, const struct err *err)
{
	struct countries_call *call = ctx;
	const struct json *list = json_get(doc, "countries");
	struct err e = {0};

	(void)r;
	if (err) {
		call->done(call->ctx, NULL, 0, err);
	} else if (!json_is_array(list)) {
		err_set(&e, ERR_PROTO, "cannot read the countries: the answer has no list of them");
		call->done(call->ctx, NULL, 0, &e);
	} else {
		struct country *v = mem_array(json_count(list) + 1, sizeof v[0]);
		size_t n = 0;

		for (const struct json *row = json_first(list); row; row = json_next(row))
			n += country_decode(row, &v[n]);
		call->done(call->ctx, v, n, NULL);
		free(v);
	}
	free(call);
}

uint32_t available_countries(struct client *c, countries_fn *done, void *ctx, struct err *e)
{
	char url[BASE_URL_MAX];
	struct countries_call *call;
	uint32_t id;

	if (!client_account_url(c, url, sizeof url, e, "/AvailablePhoneNumbers.json"))
		return 0;
	call = mem_alloc(sizeof *call);
	*call = (struct countries_call){.done = done, .ctx = ctx};
	id = client_get_url(c, url, NULL, 0, NULL, countries_done, call, e);
	if (!id)
		free(call);
	return id;
}
