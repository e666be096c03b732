/*
 * buy: by number only. Numbers that were named are looked up among those for sale, so that price and requirements are
 * known; --count searches first and then buys what it found by number, in one plan.
 */
#include <stdio.h>
#include <string.h>

#include "trade_priv.h"

#include "numdesk/cli/ask.h"
#include "numdesk/cli/out.h"
#include "numdesk/core/finder.h"
#include "numdesk/core/papers.h"
#include "numdesk/core/session.h"
#include "numdesk/twilio/available.h"
#include "numdesk/model/search.h"
#include "numdesk/model/sid.h"
#include "numdesk/util/text.h"

enum { COUNT_MAX = 1000, NAME_MAX_CHARS = 64 };         /* Twilio's limit of a friendly name */

struct purchase {
	long long count;                /* 0: the numbers are named */
	struct search search;
	struct guard_options guard;
	struct buy_params params;
};

static bool read_name(const struct args *a, const char **name, struct err *e)
{
	const char *s = args_value(a, "--name");
	size_t chars = 0;

	*name = s;
	for (const char *p = s; p && *p; p++)
		chars += ((unsigned char)*p & 0xc0) != 0x80;
	if (s && (chars > NAME_MAX_CHARS || !text_is_clean(s, strlen(s))))
		return err_set(e, ERR_USAGE, "--name '%.40s%s' cannot be given: 1 to %d printable characters are "
			       "possible", s, strlen(s) > 40 ? "..." : "", NAME_MAX_CHARS);
	return true;
}

enum { SID_LIKE = 30 };         /* so many letters and digits without a space are meant as a SID */

/* A SID or a name; which one it names is found out when the account's list is there. */
static bool read_paper(const struct args *a, const char *option, const char *prefix, const char **word, struct err *e)
{
	const char *s = *word = args_value(a, option);
	size_t n = 0;

	while (s && text_is_alnum(s[n]))
		n++;
	return !s || s[n] || n < SID_LIKE || sid_is(s, prefix) ||
	       err_set(e, ERR_USAGE, "'%s %.40s' is no SID: it is %s and 32 hexadecimal digits", option, s, prefix);
}

bool cli_buy_options(const struct args *a, struct guard_options *g, struct buy_params *p, struct err *e)
{
	g->allow_unknown_price = args_has(a, "--allow-unknown-price");
	return cli_price_option(a, "--max-price", &g->max_price, e) && read_name(a, &p->friendly_name, e) &&
	       read_paper(a, "--address-sid", "AD", &p->address_sid, e) &&
	       read_paper(a, "--bundle-sid", "BU", &p->bundle_sid, e);
}

static bool read_count(const struct args *a, struct purchase *p, struct err *e)
{
	static const char *const with_count[] = {"--country", "--area-code", "--contains", "--vanity", "--type"};
	const char *country = args_value(a, "--country");

	if (!args_int(a, "--count", 1, COUNT_MAX, 0, &p->count, e))
		return false;
	if (p->count && (a->n_words || args_has(a, "--from")))
		return err_set(e, ERR_USAGE, "either name the numbers or give --count, not both; see 'numdesk help "
			       "buy'");
	if (!p->count && !a->n_words && !args_has(a, "--from"))
		return err_set(e, ERR_USAGE, "'buy' needs a number, --from, or --count to search for some; see 'numdesk "
			       "help buy'");
	for (size_t i = 0; !p->count && i < ARRAY_LEN(with_count); i++)
		if (args_has(a, with_count[i]))
			return err_set(e, ERR_USAGE, "%s only makes sense with --count; see 'numdesk help buy'",
				       with_count[i]);
	if (!p->count)
		return true;
	if (!cli_search_options(a, country ? country : "US", &p->search, e))
		return false;
	if (p->search.type == NUMBER_TYPE_UNKNOWN)
		return err_set(e, ERR_USAGE, "one --type is bought at a time: local, mobile, tollfree or national");
	/* what one request gives anyway: those beyond the count are next when a number is gone */
	p->search.limit = p->count < AVAILABLE_PER_REQUEST ? AVAILABLE_PER_REQUEST : (int)p->count;
	return true;
}

static bool read_purchase(const struct args *a, struct purchase *p, struct err *e)
{
	*p = (struct purchase){.count = 0};
	return cli_buy_options(a, &p->guard, &p->params, e) && read_count(a, p, e) && cli_numbers_check(a, SIZE_MAX, false, e);
}

bool check_buy(const struct args *a, struct err *e)
{
	struct purchase p;

	if (!read_purchase(a, &p, e))
		return false;
	return a->yes || a->dry_run || ask_can() ||
	       err_set(e, ERR_GUARD, "nothing is bought: nobody can be asked; give --yes");
}

/* --- what is for sale --------------------------------------------------------------------------------------------- */

struct exact { struct cli *c; bool done; struct offer offer; struct err err; };

static void on_exact(void *ctx, const struct offer *o, const struct err *err)
{
	struct exact *x = ctx;

	x->done = true;
	x->err = *err;
	if (o)
		offer_copy(&x->offer, o, &x->c->mem);
}

/* The guard would say so too, but Twilio does not sell what we have: ask our own list first. */
static bool not_ours(struct cli *c, const char *number, struct err *e)
{
	struct arena mem = {0};
	struct number n;
	bool ours = cache_find(c->s->cache, c->s->profile.account_sid, number, &n, NULL, &mem, NULL) && !n.is_gone;

	if (ours)
		err_set(e, ERR_GUARD, "%s is yours already (%s): if it was released elsewhere, run 'numdesk sync' "
			"first", number, n.phone_sid);
	arena_release(&mem);
	return !ours;
}

bool cli_for_sale(struct cli *c, const char *number, struct offer *out, struct err *e)
{
	struct exact *x = arena_alloc(&c->mem, sizeof *x);

	x->c = c;
	if (!not_ours(c, number, e) || !finder_exact(c->s, number, on_exact, x, e) || !cli_wait(c, &x->done, e))
		return false;
	if (x->err.kind != ERR_NONE) {
		*e = x->err;
		return false;
	}
	*out = x->offer;
	return true;
}

static bool plan_number(struct cli *c, const char *number, const struct purchase *want, struct plan *p, struct err *e)
{
	struct offer o;

	if (!cli_for_sale(c, number, &o, e))
		return false;
	plan_add_buy(p, c->s, &o, &want->params);
	return true;
}

/* Names become SIDs. */
bool cli_buy_papers(struct cli *c, struct buy_params *params, struct err *e)
{
	struct thing *t;

	if (params->address_sid && !sid_is(params->address_sid, "AD")) {
		t = arena_alloc(&c->mem, sizeof *t);
		if (!cli_thing(c, THING_ADDRESS, params->address_sid, t, e))
			return false;
		params->address_sid = t->sid;
	}
	if (params->bundle_sid && !sid_is(params->bundle_sid, "BU")) {
		t = arena_alloc(&c->mem, sizeof *t);
		if (!cli_thing(c, THING_BUNDLE, params->bundle_sid, t, e))
			return false;
		params->bundle_sid = t->sid;
	}
	return true;
}

/* What could not be bought is not worth finding: numbers that want an address which this account has not. */
static bool leave_out(struct cli *c, struct search *s, struct err *e)
{
	const char *which = "";
	struct papers x;

	if (!cli_things(c, THING_ADDRESS, NULL, false, e))
		return false;
	papers_open(c->s, NULL, &x);
	if (x.n_addresses == 0)
		which = "any";
	else if (!papers_best_address(&x, ADDRESS_LOCAL, s->country, NULL, NULL))
		which = "local";
	else if (!papers_best_address(&x, ADDRESS_FOREIGN, s->country, NULL, NULL))
		which = "foreign";
	papers_release(&x);
	text_copy(s->exclude_address, sizeof s->exclude_address, which);
	return true;
}

static bool plan_search(struct cli *c, const struct purchase *want, struct plan *p, struct err *e)
{
	struct search s = want->search;
	struct finder *f;
	char what[128];

	if (!want->params.address_sid && !leave_out(c, &s, e))
		return false;
	if (!cli_find(c, &s, &f, e))
		return false;
	for (size_t i = 0; finder_at(f, i); i++) {
		plan_add_buy(p, c->s, finder_at(f, i), &want->params);
		if (p->n > (size_t)want->count)
			plan_spare(p);
	}
	finder_free(f);
	if (p->n_spares && !c->a->dry_run)
		out_note("a number that is gone when its turn comes is replaced by the next one found, if that costs no more");
	if (p->n == (size_t)want->count)
		return true;
	return err_set(e, ERR_NOT_FOUND, "%zu of %lld numbers are for sale now (%s%s): nothing is bought; ask for "
		       "fewer, or search elsewhere", p->n, want->count, search_describe(&s, what, sizeof what),
		       !*s.exclude_address ? "" : text_ieq(s.exclude_address, "any") ? ", without an address" :
		       ", with the addresses of this account");
}

bool run_buy(struct cli *c, struct err *e)
{
	struct purchase *want = arena_alloc(&c->mem, sizeof *want);
	struct cli_numbers numbers;
	struct plan p;
	bool ok;

	/* before anything is looked up: an order found to be ours meanwhile would end the hold, and nobody be told */
	if (!read_purchase(c->a, want, e) || !cli_numbers(c, SIZE_MAX, &numbers, e) ||
	    (!c->a->dry_run && !guard_no_hold(c->s, e)) || !cli_buy_papers(c, &want->params, e))
		return false;
	plan_init(&p, "cli");
	ok = want->count == 0 || plan_search(c, want, &p, e);
	for (size_t i = 0; ok && i < numbers.n; i++)
		ok = plan_number(c, numbers.v[i], want, &p, e);
	if (ok)
		return trade(c, &p, &want->guard, e);
	plan_release(&p);
	return false;
}
