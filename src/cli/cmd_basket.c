/* basket: numbers for sale that were put aside, looked at again, and bought in one plan. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "trade_priv.h"

#include "numdesk/cli/ask.h"
#include "numdesk/cli/out.h"
#include "numdesk/core/collect.h"
#include "numdesk/core/session.h"
#include "numdesk/store/basket.h"
#include "numdesk/util/clock.h"
#include "numdesk/util/json.h"

bool check_basket_numbers(const struct args *a, struct err *e)
{
	return cli_numbers_check(a, SIZE_MAX, true, e);
}

bool check_basket_buy(const struct args *a, struct err *e)
{
	struct guard_options g = {.max_price = MONEY_UNKNOWN};
	struct buy_params p = {.friendly_name = NULL};

	return cli_buy_options(a, &g, &p, e) &&
	       (a->yes || a->dry_run || ask_can() ||
		err_set(e, ERR_GUARD, "nothing is bought: nobody can be asked; give --yes"));
}

/* --- the list ----------------------------------------------------------------------------------------------------- */

enum { PHONE, PLACE, COUNTRY, TYPE, CAPS, ADDRESS, PRICE, CURRENCY, SCORE, WHY, SEEN, STATE, FROM, N_CELLS };

static const struct out_column cells[N_CELLS] = {
	{"phone_number", "NUMBER", false}, {"place", "PLACE", false}, {"country", "CC", false}, {"type", "TYPE", false},
	{"capabilities", "CAPS", false}, {"address_requirements", "ADDRESS", false}, {"monthly_price", "$/MO", true},
	{"currency", "CUR", false}, {"score", "SCORE", true}, {"why", "WHY", false}, {"seen_at", "SEEN", false},
	{"state", "STATE", false}, {"from", "FROM", false},
};

struct listing { struct cli *c; struct out *o; int64_t total; size_t n, unpriced; bool mixed; char currency[4]; };

static void count(struct listing *l, const struct basket_item *i)
{
	if (i->gone_at)
		return;
	l->n++;
	if (i->offer.monthly_price == MONEY_UNKNOWN) {
		l->unpriced++;
		return;
	}
	if (!*l->currency)
		memcpy(l->currency, i->offer.currency, sizeof l->currency);
	l->mixed = l->mixed || strcmp(l->currency, i->offer.currency) != 0;
	l->total += i->offer.monthly_price;
}

static void item_json(struct json_writer *w, const struct basket_item *i)
{
	char at[24];

	json_w_object(w);
	out_offer_members(w, &i->offer);
	json_w_key(w, "from"), json_w_text(w, i->from);
	json_w_key(w, "added_at"), json_w_text(w, clock_iso(i->added_at, at, sizeof at));
	json_w_key(w, "seen_at"), json_w_text(w, clock_iso(i->seen_at, at, sizeof at));
	json_w_key(w, "gone_at"), json_w_text(w, i->gone_at ? clock_iso(i->gone_at, at, sizeof at) : NULL);
	json_w_end(w);
}

static bool print_item(void *ctx, const struct basket_item *i)
{
	struct listing *l = ctx;
	const bool people = l->c->a->format == FORMAT_TABLE;
	char number[32], place[160], caps[64], price[32], score[8], seen[24], age[20];

	count(l, i);
	if (out_is_json(l->o)) {
		item_json(out_json(l->o), i);
		return !out_broken(l->o);
	}
	if (people)
		capability_flags(i->offer.capabilities, cli_ascii(l->c->s), caps);
	else
		capability_words(i->offer.capabilities, caps, sizeof caps);
	clock_age(session_now(l->c->s) - i->seen_at, age, sizeof age);
	snprintf(score, sizeof score, "%d", i->offer.score);
	out_row(l->o, (const char *[N_CELLS]){
		[PHONE] = people ? phone_format(i->offer.phone_number, number, sizeof number) : i->offer.phone_number,
		[PLACE] = offer_place(&i->offer, place, sizeof place), [COUNTRY] = i->offer.country,
		[TYPE] = number_type_name(i->offer.type), [CAPS] = caps, [ADDRESS] = i->offer.address_requirements,
		[PRICE] = money_decimal(i->offer.monthly_price, price, sizeof price), [CURRENCY] = i->offer.currency,
		[SCORE] = score, [WHY] = i->offer.why, [SEEN] = people ? age : clock_iso(i->seen_at, seen, sizeof seen),
		[STATE] = i->gone_at ? "gone" : "", [FROM] = i->from});
	return !out_broken(l->o);
}

static bool print_basket(struct cli *c, struct err *e)
{
	struct listing l = {.c = c, .o = out_new(c->a->format, cells, N_CELLS)};
	const bool ok = basket_each(c->s->ledger, c->s->profile.account_sid, print_item, &l, e);
	char sum[48];

	if (!out_end(l.o, ok ? e : NULL) || !ok)
		return false;
	if (c->a->format == FORMAT_TABLE && l.n)
		out_note("%zu number%s for %s per month%s; nothing is reserved", l.n, l.n == 1 ? "" : "s",
			 l.mixed ? "several currencies" : money_show(l.total, l.currency, sum, sizeof sum),
			 l.unpriced ? " and more, for some prices are not known" : "");
	return true;
}

bool run_basket_list(struct cli *c, struct err *e)
{
	return print_basket(c, e);
}

/* --- in and out --------------------------------------------------------------------------------------------------- */

bool run_basket_add(struct cli *c, struct err *e)
{
	struct cli_numbers l;

	if (!cli_numbers(c, SIZE_MAX, &l, e))
		return false;
	for (size_t i = 0; i < l.n; i++) {
		struct offer o;

		if (!cli_for_sale(c, l.v[i], &o, e) || !collect_add(c->s, &o, NULL, e))
			return false;
	}
	return print_basket(c, e);
}

bool run_basket_remove(struct cli *c, struct err *e)
{
	struct cli_numbers l;
	bool there;

	if (!cli_numbers(c, SIZE_MAX, &l, e))
		return false;
	for (size_t i = 0; i < l.n; i++)        /* all or none */
		if (!basket_has(c->s->ledger, c->s->profile.account_sid, l.v[i]))
			return err_set(e, ERR_NOT_FOUND, "%s is not in the basket: nothing is taken out", l.v[i]);
	for (size_t i = 0; i < l.n; i++)
		if (!collect_remove(c->s, l.v[i], &there, e))
			return false;
	return print_basket(c, e);
}

bool run_basket_clear(struct cli *c, struct err *e)
{
	size_t n;

	return collect_clear(c->s, &n, e) && print_basket(c, e);
}

/* --- looked at again ---------------------------------------------------------------------------------------------- */

struct found { struct offer offer; int64_t before; bool gone; struct err err; };
struct checking {
	struct cli *c;
	char (*numbers)[E164_SIZE];
	struct found *found; size_t n, at;
	bool done;
	struct err err;
};

static bool take_number(void *ctx, const struct basket_item *i)
{
	struct checking *x = ctx;

	memcpy(x->numbers[x->n++], i->offer.phone_number, E164_SIZE);
	return true;
}

static void looked(void *ctx, const struct collect_look *l)
{
	struct checking *x = ctx;
	struct found *f = &x->found[x->at++];

	*f = (struct found){.before = l->price_before, .gone = l->gone, .err = l->err};
	if (l->now)
		offer_copy(&f->offer, l->now, &x->c->mem);
}

static void done(void *ctx, const struct err *err)
{
	struct checking *x = ctx;

	x->done = true;
	x->err = *err;
}

static bool check_all(struct cli *c, struct checking **out, struct err *e)
{
	struct checking *x = arena_alloc(&c->mem, sizeof *x);
	const size_t most = basket_count(c->s->ledger, c->s->profile.account_sid);

	*x = (struct checking){.c = c};
	x->numbers = arena_alloc(&c->mem, (most + 1) * sizeof *x->numbers);
	x->found = arena_alloc(&c->mem, (most + 1) * sizeof *x->found);
	if (!basket_each(c->s->ledger, c->s->profile.account_sid, take_number, x, e) ||
	    !collect_check(c->s, (const char (*)[E164_SIZE])x->numbers, x->n, looked, done, x, e) ||
	    !cli_wait(c, &x->done, e))
		return false;
	*out = x;
	if (x->err.kind != ERR_NONE)
		*e = x->err;
	return x->err.kind == ERR_NONE;
}

bool run_basket_check(struct cli *c, struct err *e)
{
	struct checking *x;

	if (!check_all(c, &x, e))
		return false;
	for (size_t i = 0; i < x->at; i++) {
		const struct found *f = &x->found[i];
		char was[48], now[48];

		if (f->err.kind != ERR_NONE && !f->gone)
			out_note("%s: %s", x->numbers[i], f->err.msg);
		else if (!f->gone && f->before != MONEY_UNKNOWN && f->before != f->offer.monthly_price)
			out_note("%s costs %s now, not %s", x->numbers[i],
				 money_show(f->offer.monthly_price, f->offer.currency, now, sizeof now),
				 money_show(f->before, f->offer.currency, was, sizeof was));
	}
	return print_basket(c, e);
}

/* --- bought ------------------------------------------------------------------------------------------------------- */

/* What was agreed to when it was put aside is what may be paid without a word. */
static bool price_stands(const struct found *f, const char *number, struct err *e)
{
	char was[48], now[48];

	if (f->before == MONEY_UNKNOWN || f->offer.monthly_price <= f->before)
		return true;
	return err_set(e, ERR_GUARD, "%s costs %s now, %s when it was put aside: nothing is bought; the basket has the new "
		       "price now, so 'numdesk basket buy' again agrees to it", number,
		       money_show(f->offer.monthly_price, f->offer.currency, now, sizeof now),
		       money_show(f->before, f->offer.currency, was, sizeof was));
}

static bool plan_basket(struct cli *c, const struct checking *x, const struct buy_params *params, struct plan *p,
			struct err *e)
{
	const bool skip = args_has(c->a, "--skip-gone");

	for (size_t i = 0; i < x->at; i++) {
		const struct found *f = &x->found[i];

		if (f->gone && skip) {
			out_note("%s is not for sale any more; it stays in the basket, marked", x->numbers[i]);
			continue;
		}
		if (f->gone)
			return err_set(e, ERR_GONE, "%s is not for sale any more: nothing is bought; 'numdesk basket remove %s' "
				       "takes it out, --skip-gone buys the rest", x->numbers[i], x->numbers[i]);
		if (f->err.kind != ERR_NONE) {
			*e = f->err;
			return err_wrap(e, "%s", x->numbers[i]);
		}
		if (!price_stands(f, x->numbers[i], e))
			return false;
		plan_add_buy(p, c->s, &f->offer, params);
	}
	return p->n > 0 || err_set(e, ERR_NOT_FOUND, "nothing in the basket is for sale: nothing is bought");
}

bool run_basket_buy(struct cli *c, struct err *e)
{
	struct guard_options g = {.max_price = MONEY_UNKNOWN};
	struct buy_params params = {.friendly_name = NULL};
	struct checking *x;
	struct plan p;

	if (!cli_buy_options(c->a, &g, &params, e) || (!c->a->dry_run && !guard_no_hold(c->s, e)) ||
	    !cli_buy_papers(c, &params, e))
		return false;
	if (basket_count(c->s->ledger, c->s->profile.account_sid) == 0)
		return err_set(e, ERR_NOT_FOUND, "the basket is empty: nothing is bought");
	if (!check_all(c, &x, e))
		return false;
	plan_init(&p, "cli");
	if (plan_basket(c, x, &params, &p, e))
		return trade(c, &p, &g, e);
	plan_release(&p);
	return false;
}
