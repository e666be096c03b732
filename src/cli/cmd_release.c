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
	struct cli_numbers n;

	if (!cli_numbers(a, &n, e))
		return false;
	if (a->dry_run || args_has(a, "--confirm") || ask_can())
		return true;
	if (n.n == 1)
		return err_set(e, ERR_GUARD, "%s is not released: give --confirm %s", n.v[0], n.v[0]);
	return err_set(e, ERR_GUARD, "nothing is released: give --confirm %zu, how many numbers these are", n.n);
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

static bool plan_number(struct cli *c, const char *number, struct plan *p, struct err *e)
{
	struct looking *x = arena_alloc(&c->mem, sizeof *x);
	struct number n;

	*x = (struct looking){.c = c, .plan = p};
	if (!cli_owned(c, number, &n, e) || !impact_check(c->s, &n, on_impact, x, e))
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
		"sync'", number);
	if (c->a->n_words == 1)
		return false;
	out_note("%s", e->msg);         /* the others may still be there */
	err_clear(e);
	return true;
}

bool run_release(struct cli *c, struct err *e)
{
	struct cli_numbers numbers;
	struct plan p;
	bool ok;

	if (!cli_numbers(c->a, &numbers, e))
		return false;
	plan_init(&p, "cli");
	ok = true;
	for (size_t i = 0; ok && i < numbers.n; i++)
		ok = plan_number(c, numbers.v[i], &p, e);
	if (ok && p.n == 0)
		ok = err_set(e, ERR_NOT_FOUND, "nothing is left to release");
	if (ok)
		return trade(c, &p, NULL, e);
	plan_release(&p);
	return false;
}
