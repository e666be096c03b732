/* search: numbers for sale, with what each would cost. */
#include <stdio.h>
#include <string.h>

#include "cli_priv.h"

#include "numdesk/cli/out.h"
#include "numdesk/core/catalog.h"
#include "numdesk/core/finder.h"
#include "numdesk/core/session.h"

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

/* --- printing ----------------------------------------------------------------------------------------------------- */

enum { PHONE, NAME, LOCALITY, REGION, POSTAL, COUNTRY, TYPE, CAPS, ADDRESS, BETA, LATA, CENTER, PRICE, CURRENCY,
       N_CELLS };

static const struct out_column csv_columns[N_CELLS] = {
	{"phone_number", "NUMBER", false}, {"friendly_name", "NAME", false}, {"locality", "PLACE", false},
	{"region", "REGION", false}, {"postal_code", "POSTAL", false}, {"country", "CC", false},
	{"type", "TYPE", false}, {"capabilities", "CAPS", false}, {"address_requirements", "ADDRESS", false},
	{"beta", "BETA", false}, {"lata", "LATA", false}, {"rate_center", "RATE CENTER", false},
	{"monthly_price", "$/MO", true}, {"currency", "CUR", false},
};
static const int table_cells[] = {PHONE, LOCALITY, COUNTRY, TYPE, CAPS, ADDRESS, PRICE, CURRENCY};

struct cells { const char *v[N_CELLS]; char place[160], caps[40], price[32], phone[32]; };

static void machine_caps(unsigned caps, char *dst, size_t n)
{
	size_t used = 0;

	dst[0] = '\0';
	for (unsigned i = 0; i < CAP_COUNT; i++)
		if (caps & 1u << i)
			used += (size_t)snprintf(dst + used, n - used, "%s%s", used ? " " : "", capability_names[i]);
}

static void fill(struct cells *x, const struct offer *o, enum cli_format f, bool ascii)
{
	*x = (struct cells){.v = {
		[PHONE] = o->phone_number, [NAME] = o->friendly_name, [LOCALITY] = o->locality, [REGION] = o->region,
		[POSTAL] = o->postal_code, [COUNTRY] = o->country, [TYPE] = number_type_name(o->type), [CAPS] = x->caps,
		[ADDRESS] = o->address_requirements, [BETA] = o->beta ? "true" : "false", [LATA] = o->lata,
		[CENTER] = o->rate_center, [PRICE] = x->price, [CURRENCY] = o->currency}};
	machine_caps(o->capabilities, x->caps, sizeof x->caps);
	money_decimal(o->monthly_price, x->price, sizeof x->price);
	if (f != FORMAT_CSV)
		x->v[LOCALITY] = offer_place(o, x->place, sizeof x->place);
	if (f != FORMAT_TABLE)
		return;
	x->v[PHONE] = phone_format(o->phone_number, x->phone, sizeof x->phone);
	capability_flags(o->capabilities, ascii, x->caps);
}

static void print_offer(struct out *o, enum cli_format f, const struct offer *offer, bool ascii)
{
	const char *row[N_CELLS];
	struct cells x;

	if (out_is_json(o)) {
		out_offer_json(out_json(o), offer);
		return;
	}
	fill(&x, offer, f, ascii);
	if (f == FORMAT_CSV) {
		out_row(o, x.v);
		return;
	}
	for (size_t i = 0; i < ARRAY_LEN(table_cells); i++)
		row[i] = x.v[table_cells[i]];
	out_row(o, row);
}

static bool print(struct cli *c, const struct finder *f, struct err *e)
{
	const enum cli_format format = c->a->format;
	struct out_column few[ARRAY_LEN(table_cells)];
	const struct offer *offer;
	struct out *o;

	for (size_t i = 0; i < ARRAY_LEN(table_cells); i++)
		few[i] = csv_columns[table_cells[i]];
	o = format == FORMAT_CSV ? out_new(format, csv_columns, N_CELLS) : out_new(format, few, ARRAY_LEN(few));
	for (size_t i = 0; (offer = finder_at(f, i)) && !out_broken(o); i++)
		print_offer(o, format, offer, cli_ascii(c->s));
	return out_end(o, e);
}

/* What was asked beyond the one request one would expect, and what else could be tried. */
static void remark(const struct finder_view *v)
{
	if (v->requests > 1)
		out_note("asked %s: %d requests", v->covers, v->requests_done);
	if (v->n > 0)
		return;
	out_note("nothing is for sale that fits");
	for (size_t i = 0; i < v->n_relax; i++)
		out_note("try: %s", v->relax[i].says);
}

bool check_search(const struct args *a, struct err *e)
{
	struct search s;

	return cli_search_options(a, a->words[0], &s, e);
}

bool run_search(struct cli *c, struct err *e)
{
	struct finder *f;
	struct search s;
	bool ok;

	if (!cli_search_options(c->a, c->a->words[0], &s, e))
		return false;
	if (!args_has(c->a, "--limit"))
		s.limit = (int)config_int(&c->s->config, OPTION_SEARCH_LIMIT);
	if (!cli_find(c, &s, &f, e))
		return false;
	remark(finder_view(f));
	ok = e->kind == ERR_NONE;       /* else: what came is printed, and why it is not all */
	if (!print(c, f, ok ? e : NULL))
		ok = false;
	finder_free(f);
	return ok;
}
