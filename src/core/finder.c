#include "numdesk/core/finder.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "finder_priv.h"

#include "numdesk/core/catalog.h"
#include "numdesk/core/session.h"

/* The workspace and what was found. How it is asked for is in finder_ask.c. */

void finder_changed(struct finder *f)
{
	if (f->changed)
		f->changed(f->ctx);
}

struct finder *finder_new(struct session *s, finder_changed_fn *fn, void *ctx)
{
	struct finder *f = mem_alloc(sizeof *f);

	f->s = s;
	f->changed = fn;
	f->ctx = ctx;
	search_init(&f->view.search);
	f->view.order = ORDER_FOUND;
	return f;
}

void finder_free(struct finder *f)
{
	if (!f)
		return;
	finder_cancel(f);
	for (struct link *l = f->links; l; l = l->next)
		l->f = NULL;
	arena_release(&f->mem);
	free(f->kept);
	free(f);
}

const struct finder_view *finder_view(const struct finder *f)
{
	return &f->view;
}

const struct offer *finder_at(const struct finder *f, size_t i)
{
	return i < f->view.n ? &f->kept[i].offer : NULL;
}

size_t finder_index(const struct finder *f, const char *phone_number)
{
	for (size_t i = 0; i < f->view.n; i++)
		if (strcmp(f->kept[i].offer.phone_number, phone_number) == 0)
			return i;
	return SIZE_MAX;
}

void finder_remove(struct finder *f, const char *phone_number)
{
	const size_t i = finder_index(f, phone_number);

	if (i == SIZE_MAX)
		return;
	memmove(&f->kept[i], &f->kept[i + 1], (f->view.n - i - 1) * sizeof *f->kept);
	f->view.n--;
	finder_changed(f);
}

void finder_price(struct finder *f, struct offer *o)
{
	if (o->monthly_price == MONEY_UNKNOWN)
		o->monthly_price = catalog_price(f->s, o->country, o->type, o->currency);
}

enum { ROWS = 4096, REQUESTS = 32 };    /* more than there are of each */

void finder_keep(struct finder *f, const struct offer *o, size_t row, size_t at)
{
	struct kept *k;

	if (finder_index(f, o->phone_number) != SIZE_MAX)
		return;
	if (f->view.n == f->cap) {
		f->cap = f->cap ? f->cap * 2 : 64;
		f->kept = mem_grow(f->kept, f->cap, sizeof *f->kept);
	}
	k = &f->kept[f->view.n++];
	*k = (struct kept){.seq = ((uint64_t)f->round * ROWS + row) * REQUESTS + at};
	offer_copy(&k->offer, o, &f->mem);
	offer_judge(&k->offer, f->asked.vanity, &f->mem);
	finder_price(f, &k->offer);
}

void finder_cut(struct finder *f)
{
	if (f->view.n > f->want)
		f->view.n = f->want;
}

void finder_empty(struct finder *f)
{
	f->view.n = 0;
	arena_reset(&f->mem);
}

/* --- their order -------------------------------------------------------------------------------------------------- */

static int by_seq(const void *a, const void *b)
{
	const struct kept *x = a, *y = b;

	return x->seq < y->seq ? -1 : x->seq > y->seq;
}

static int by_number(const void *a, const void *b)
{
	return strcmp(((const struct kept *)a)->offer.phone_number, ((const struct kept *)b)->offer.phone_number);
}

/* Which of several requests was answered first must not decide what stands on top. */
static int by_score(const void *a, const void *b)
{
	const struct kept *x = a, *y = b;

	return x->offer.score != y->offer.score ? y->offer.score - x->offer.score : by_number(a, b);
}

/* Cheapest first; what has no price yet last. */
static int by_price(const void *a, const void *b)
{
	const int64_t x = ((const struct kept *)a)->offer.monthly_price, y = ((const struct kept *)b)->offer.monthly_price;

	if (x == y)
		return by_score(a, b);
	return x == MONEY_UNKNOWN ? 1 : y == MONEY_UNKNOWN ? -1 : x < y ? -1 : 1;
}

void finder_arrange(struct finder *f)
{
	static int (*const by[ORDER_COUNT])(const void *, const void *) = {
		[ORDER_AUTO] = by_seq, [ORDER_FOUND] = by_seq, [ORDER_SCORE] = by_score, [ORDER_PRICE] = by_price,
		[ORDER_NUMBER] = by_number,
	};

	if (f->view.n > 1)
		qsort(f->kept, f->view.n, sizeof *f->kept, by[f->view.order]);
}

void finder_sort(struct finder *f, enum search_order order)
{
	f->view.order = order == ORDER_AUTO ? ORDER_FOUND : order;
	finder_arrange(f);
	finder_changed(f);
}
