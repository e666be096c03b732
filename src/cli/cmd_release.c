/* release: each number is looked at live first, by the SID that the list has for it. */
#include <stdio.h>
#include <string.h>

#include "trade_priv.h"

#include "numdesk/cli/ask.h"
#include "numdesk/cli/out.h"
#include "numdesk/core/impact.h"
#include "numdesk/core/session.h"
#include "numdesk/util/text.h"

bool check_release(const struct args *a, struct err *e)
{
	char number[E164_SIZE];

	if (!cli_numbers_check(a, SIZE_MAX, true, e))
		return false;
	if (a->dry_run || args_has(a, "--confirm") || ask_can())
		return true;
	if (a->n_words == 1 && phone_parse(a->words[0], number, e))
		return err_set(e, ERR_GUARD, "%s is not released: give --confirm %s", number, number);
	if (a->n_words > 1)
		return err_set(e, ERR_GUARD, "nothing is released: give --confirm %zu, how many numbers these are",
			       a->n_words);
	return err_set(e, ERR_GUARD, "nothing is released: give --confirm with how many numbers these are");
}

struct looking {
	struct cli *c;
	struct plan *plan;
	bool done, gone;
	struct err err;
};

static void describe(const struct impact *i)
{
	char name[128];

	text_clean(name, sizeof name, i->live.friendly_name ? i->live.friendly_name : "",
		   i->live.friendly_name ? strlen(i->live.friendly_name) : 0);
	fprintf(stderr, "%s %s\n", i->live.phone_number, name);
	for (size_t k = 0; k < i->n; k++)
		fprintf(stderr, "  %s\n", i->lines[k]);
	if (i->n == 0)
		fprintf(stderr, "  nothing hangs on it\n");
}

static void on_impact(void *ctx, const struct impact *i, const struct err *err)
{
	struct looking *x = ctx;

	x->done = true;
	x->err = *err;
	if (err->kind != ERR_NONE)
		return;
	x->gone = i->already_gone;
	if (x->gone || !x->plan)
		return;
	if (ask_can())
		describe(i);
	plan_add_release(x->plan, x->c->s, &i->live, i->json);
}

/* single: there are no others whose plan goes on without it. */
static bool plan_number(struct cli *c, const struct number *n, bool single, struct plan *p, struct err *e)
{
	struct looking *x = arena_alloc(&c->mem, sizeof *x);

	*x = (struct looking){.c = c, .plan = p};
	if (!impact_check(c->s, n, on_impact, x, e))
		return false;
	if (!cli_wait(c, &x->done, e)) {
		x->plan = NULL;         /* its answer may still come */
		return false;
	}
	if (x->err.kind != ERR_NONE) {
		*e = x->err;
		return false;
	}
	if (!x->gone)
		return true;
	err_set(e, ERR_NOT_FOUND, "%s was already gone from the account: there is nothing to release; run 'numdesk "
		"sync'", n->phone_number);
	if (single)
		return false;
	out_note("%s", e->msg);         /* the others may still be there */
	err_clear(e);
	return true;
}

bool run_release(struct cli *c, struct err *e)
{
	struct cli_numbers numbers;
	struct number *owned;
	struct plan p;
	bool ok;

	if (!cli_numbers(c, SIZE_MAX, &numbers, e) || !cli_owned_all(c, &numbers, &owned, e))
		return false;
	plan_init(&p, "cli");
	ok = true;
	for (size_t i = 0; ok && i < numbers.n; i++)
		ok = plan_number(c, &owned[i], numbers.n == 1, &p, e);
	if (ok && p.n == 0)
		ok = err_set(e, ERR_NOT_FOUND, "nothing is left to release");
	if (ok)
		return trade(c, &p, NULL, e);
	plan_release(&p);
	return false;
}
