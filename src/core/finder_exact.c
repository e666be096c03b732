#include "numdesk/core/finder.h"

#include <stdlib.h>
#include <string.h>

#include "session_priv.h"

#include "numdesk/core/catalog.h"
#include "numdesk/core/session.h"
#include "numdesk/model/dialplan.h"
#include "numdesk/twilio/available.h"
#include "numdesk/util/mem.h"

/*
 * Is exactly this number for sale? The dial plan gives the country and mostly the type, which is asked first. Outside
 * the North American plan the country's other types follow, one after the other: as what a number is sold is Twilio's
 * to say.
 */
static const enum number_type order[] = {
	NUMBER_LOCAL, NUMBER_MOBILE, NUMBER_TOLLFREE, NUMBER_NATIONAL, NUMBER_VOIP, NUMBER_SHAREDCOST, NUMBER_M2M,
};

struct exact {
	struct session *s;
	struct client client;
	char phone_number[E164_SIZE];
	struct search search;
	enum number_type likely;        /* as the dial plan has it */
	unsigned types;                 /* still to ask, 1 << type */
	struct offer offer;
	struct arena mem;
	finder_exact_fn *done;
	void *ctx;
};

static void next_type(struct exact *x);

static void finish(struct exact *x, const struct offer *o, const struct err *err)
{
	x->done(x->ctx, o, err);
	arena_release(&x->mem);
	free(x);
}

static void priced(void *ctx, const struct err *err)
{
	const struct err none = {0};
	struct exact *x = ctx;

	(void)err;      /* without a price list the price is unknown, which the guard judges */
	x->offer.monthly_price = catalog_price(x->s, x->offer.country, x->offer.type, x->offer.currency);
	finish(x, &x->offer, &none);
}

static void offers_came(void *ctx, const struct offer *v, size_t n, const struct err *err)
{
	struct exact *x = ctx;

	for (size_t i = 0; !failed(err) && i < n; i++) {
		if (strcmp(v[i].phone_number, x->phone_number) == 0) {
			offer_copy(&x->offer, &v[i], &x->mem);
			offer_judge(&x->offer, NULL, &x->mem);
			catalog_need_prices(x->s, x->offer.country, false, priced, x);
			return;
		}
	}
	if (failed(err) && err->kind != ERR_NOT_FOUND) {
		finish(x, NULL, err);
		return;
	}
	next_type(x);
}

static enum number_type pick_type(struct exact *x)
{
	enum number_type t = (x->types >> x->likely) & 1 ? x->likely : NUMBER_TYPE_UNKNOWN;

	for (size_t i = 0; i < ARRAY_LEN(order) && t == NUMBER_TYPE_UNKNOWN; i++)
		if ((x->types >> order[i]) & 1)
			t = order[i];
	x->types &= ~(1u << t);
	return t;
}

static void next_type(struct exact *x)
{
	struct err e;

	x->search.type = pick_type(x);
	if (x->search.type == NUMBER_TYPE_UNKNOWN)
		err_set(&e, ERR_GONE, "'%s' is not for sale now; search again", x->phone_number);
	else if (available_search(&x->client, &x->search, offers_came, x, &e))
		return;
	finish(x, NULL, &e);
}

static void countries_came(void *ctx, const struct err *err)
{
	struct exact *x = ctx;
	const unsigned usual = 1u << NUMBER_LOCAL | 1u << NUMBER_MOBILE | 1u << NUMBER_TOLLFREE | 1u << NUMBER_NATIONAL;
	const unsigned sold = catalog_types(x->s, x->search.country);

	(void)err;      /* without the list of countries the usual types are tried */
	x->types |= sold ? sold : usual;
	next_type(x);
}

bool finder_exact(struct session *s, const char *phone_number, finder_exact_fn *done, void *ctx, struct err *e)
{
	struct dialplan_match m;
	struct exact *x;

	if (!phone_is_e164(phone_number))
		return err_set(e, ERR_USAGE, "'%.30s' is no number in E.164 form, such as +14155550137", phone_number);
	if (!session_ready(s, e))
		return false;
	m = dialplan_lookup(phone_number);
	if (!m.country[0])
		return err_set(e, ERR_USAGE, "cannot tell the country of '%s': search for it by country instead",
			       phone_number);
	x = mem_alloc(sizeof *x);
	*x = (struct exact){.s = s, .client = s->client, .done = done, .ctx = ctx};
	memcpy(x->phone_number, phone_number, strlen(phone_number) + 1);
	search_init(&x->search);
	memcpy(x->search.country, m.country, sizeof x->search.country);
	memcpy(x->search.contains, phone_number + 1, strlen(phone_number));
	x->likely = m.type;
	x->types = m.type != NUMBER_TYPE_UNKNOWN ? 1u << m.type : 0;
	if (x->types && m.calling_code == 1) {
		next_type(x);
	} else {
		catalog_need_countries(s, false, countries_came, x);
	}
	return true;
}
