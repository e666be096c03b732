/* search: numbers for sale, with what each would cost. */
#include <stdio.h>
#include <string.h>

#include "cli_priv.h"

#include "numdesk/cli/out.h"
#include "numdesk/core/catalog.h"
#include "numdesk/core/finder.h"
#include "numdesk/core/session.h"
#include "numdesk/store/saved.h"

struct searching { bool done; struct finder *finder; };

static void changed(void *ctx)
{
	struct searching *x = ctx;
	const struct finder_view *v = x->finder ? finder_view(x->finder) : NULL;

	x->done = v && v->finished && !v->busy;
}

/* Prices first: the results then come with them, and a price that came late would be one that nobody sees. */
static bool have_prices(struct cli *c, const char *country, struct err *e)
{
	struct cli_answer *x = cli_answer(c);

	catalog_need_prices(c->s, country, false, cli_answered, x);
	if (!cli_wait(c, &x->done, e))
		return false;
	if (x->err.kind == ERR_NONE)
		return true;
	if (x->err.kind == ERR_NET || x->err.kind == ERR_RATE || x->err.kind == ERR_OFFLINE) {
		*e = x->err;            /* the search would fail the same way */
		return false;
	}
	out_note("prices are not known: %s", x->err.msg);
	return true;
}

bool cli_find(struct cli *c, const struct search *s, struct finder **f, struct err *e)
{
	struct searching *x = arena_alloc(&c->mem, sizeof *x);
	enum search_field wrong;
	bool ok;

	*f = NULL;
	if (!have_prices(c, s->country, e))
		return false;
	x->finder = finder_new(c->s, changed, x);
	ok = finder_start(x->finder, s, &wrong, e) && cli_wait(c, &x->done, e);
	if (ok && finder_view(x->finder)->err.kind != ERR_NONE) {
		*e = finder_view(x->finder)->err;
		ok = finder_view(x->finder)->n > 0;
	}
	if (ok)
		*f = x->finder;
	else
		finder_free(x->finder);
	return ok;
}

static bool print(struct cli *c, const struct finder *f, struct err *e)
{
	struct out *o = cli_offers_out(c);
	const struct offer *offer;

	for (size_t i = 0; (offer = finder_at(f, i)) && !out_broken(o); i++)
		cli_offers_row(c, o, offer);
	return out_end(o, e);
}

/* What was asked beyond the one request one would expect, and what else could be tried. */
static void remark(const struct finder_view *v)
{
	if (v->requests > 1)
		out_note("asked %s", v->covers);
	if (v->n > 0)
		return;
	out_note("nothing is for sale that fits");
	for (size_t i = 0; i < v->n_relax; i++)
		out_note("try: %s", v->relax[i].says);
}

bool cli_search_print(struct cli *c, const struct search *s, size_t *found, struct err *e)
{
	struct finder *f;
	bool ok;

	if (!cli_find(c, s, &f, e))
		return false;
	remark(finder_view(f));
	if (found)
		*found = finder_view(f)->n;
	ok = e->kind == ERR_NONE;       /* else: what came is printed, and why it is not all */
	if (!print(c, f, ok ? e : NULL))
		ok = false;
	finder_free(f);
	return ok;
}

bool check_search(const struct args *a, struct err *e)
{
	const char *country = a->n_words ? a->words[0] : NULL, *saved = args_value(a, "--saved");

	if (country && saved)
		return err_set(e, ERR_USAGE, "a saved search has its country: give COUNTRY or --saved, not both");
	if (!country && !saved)
		return err_set(e, ERR_USAGE, "'search' needs COUNTRY, or --saved NAME; see 'numdesk help search'");
	return cli_wanted_check(a, country, saved, e);
}

bool run_search(struct cli *c, struct err *e)
{
	struct cli_wanted w;
	size_t found;

	if (!cli_wanted(c, c->a->n_words ? c->a->words[0] : NULL, args_value(c->a, "--saved"), &w, e) ||
	    !cli_search_print(c, &w.search, &found, e))
		return false;
	if (*w.saved)
		saved_ran(c->s->ledger, w.saved, found);
	return true;
}
