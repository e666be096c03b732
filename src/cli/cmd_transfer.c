/* transfer: each number is looked at live first, and what it loses is said. */
#include <stdio.h>
#include <string.h>

#include "trade_priv.h"

#include "numdesk/cli/ask.h"
#include "numdesk/cli/out.h"
#include "numdesk/core/accounts.h"
#include "numdesk/core/impact.h"
#include "numdesk/core/session.h"
#include "numdesk/core/transfer.h"

bool check_transfer(const struct args *a, struct err *e)
{
	const char *address = args_value(a, "--address-sid"), *bundle = args_value(a, "--bundle-sid");

	if (!cli_numbers_check(a, SIZE_MAX, true, e))
		return false;
	if (address && !sid_is(address, "AD"))
		return err_set(e, ERR_USAGE, "--address-sid is no address SID: it is AD and 32 hexadecimal digits");
	if (bundle && !sid_is(bundle, "BU"))
		return err_set(e, ERR_USAGE, "--bundle-sid is no bundle SID: it is BU and 32 hexadecimal digits");
	return a->dry_run || args_has(a, "--confirm") || ask_can() ||
	       err_set(e, ERR_GUARD, "nothing is transferred: give --confirm with the number, or with how many these are");
}

struct moving {
	struct cli *c;
	struct plan *plan;
	struct transfer_to to;
	bool done;
	struct err err;
};

static void on_impact(void *ctx, const struct impact *i, const struct err *err)
{
	struct moving *x = ctx;
	char lines[TRANSFER_LINES][160];
	size_t n;

	x->done = true;
	x->err = *err;
	if (err->kind != ERR_NONE || !x->plan)
		return;
	if (i->already_gone) {
		err_set(&x->err, ERR_NOT_FOUND, "%s is not in this account any more: run 'numdesk sync'",
			i->live.phone_number);
		return;
	}
	plan_add_transfer(x->plan, x->c->s, &i->live, i->json, &x->to);
	if (!ask_can() && !x->c->a->dry_run)
		return;
	n = transfer_losses(&i->live, lines);
	for (size_t k = 0; k < n; k++)
		out_note("%s: %s", i->live.phone_number, lines[k]);
}

static bool plan_number(struct cli *c, const struct number *n, const struct transfer_to *to, struct plan *p, struct err *e)
{
	struct moving *x = arena_alloc(&c->mem, sizeof *x);

	*x = (struct moving){.c = c, .plan = p, .to = *to};
	if (!impact_check(c->s, n, on_impact, x, e))
		return false;
	if (!cli_wait(c, &x->done, e)) {
		x->plan = NULL;         /* its answer may still come */
		return false;
	}
	*e = x->err;
	return e->kind == ERR_NONE;
}

bool run_transfer(struct cli *c, struct err *e)
{
	struct account_row *row = arena_alloc(&c->mem, sizeof *row);
	struct cli_numbers numbers;
	struct transfer_to to;
	struct number *owned;
	struct plan p;
	bool ok = true;

	if (!cli_numbers(c, SIZE_MAX, &numbers, e) || !cli_owned_all(c, &numbers, &owned, e) ||
	    !cli_account(c, args_value(c->a, "--to"), row, e))
		return false;
	to = (struct transfer_to){row->facts.account_sid, args_value(c->a, "--address-sid"), args_value(c->a, "--bundle-sid")};
	plan_init(&p, "cli");
	for (size_t i = 0; ok && i < numbers.n; i++)
		ok = plan_number(c, &owned[i], &to, &p, e);
	if (ok)
		return trade(c, &p, NULL, e);
	plan_release(&p);
	return false;
}
