/*
 * apply: a plan out of a file, or what was not sent of a plan in the journal. Numbers are looked at live first, as every
 * command does, and the plan is judged and confirmed like any other.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "trade_priv.h"

#include "numdesk/cli/ask.h"
#include "numdesk/cli/out.h"
#include "numdesk/core/finder.h"
#include "numdesk/core/session.h"
#include "numdesk/twilio/numbers.h"

static bool read_args(const struct args *a, long long *plan, struct err *e)
{
	if (!args_int(a, "--plan", 1, INT64_MAX, 0, plan, e))
		return false;
	if ((a->n_words == 1) == (*plan > 0))
		return err_set(e, ERR_USAGE, "'apply' takes a plan's file (- is standard input), or --plan N; see 'numdesk help "
			       "apply'");
	return true;
}

bool check_apply(const struct args *a, struct err *e)
{
	long long plan;

	return read_args(a, &plan, e) &&
	       (a->yes || a->dry_run || args_has(a, "--confirm") || ask_can() ||
		err_set(e, ERR_GUARD, "nothing is applied: nobody can be asked; give --yes, or --confirm COUNT where "
			"something is taken away"));
}

/* --- one row of a file ------------------------------------------------------------------------------------------ */

struct live { struct cli *c; bool done; struct number number; const char *json; struct offer offer; struct err err; };

static void on_number(void *ctx, const struct number *n, const char *json, const struct err *err)
{
	struct live *x = ctx;

	x->done = true;
	if (err)
		x->err = *err;
	if (!n)
		return;
	number_copy(&x->number, n, &x->c->mem);
	x->json = arena_dup(&x->c->mem, json);
}

static void on_offer(void *ctx, const struct offer *o, const struct err *err)
{
	struct live *x = ctx;

	x->done = true;
	x->err = *err;
	if (o)
		offer_copy(&x->offer, o, &x->c->mem);
}

static bool came(struct live *x, struct err *e)
{
	if (!cli_wait(x->c, &x->done, e))
		return false;
	if (x->err.kind != ERR_NONE)
		*e = x->err;
	return x->err.kind == ERR_NONE;
}

/* The file's price is what was agreed to: the number may have become cheaper, not dearer. */
static bool add_buy(struct cli *c, const struct operation *row, struct plan *p, struct err *e)
{
	struct live *x = arena_alloc(&c->mem, sizeof *x);
	char now[40], then[40];
	struct operation *op;

	x->c = c;
	if (!finder_exact(c->s, row->phone_number, on_offer, x, e) || !came(x, e))
		return false;
	plan_add_buy(p, c->s, &x->offer, NULL);
	op = &p->ops[p->n - 1];
	op->want_json = arena_dup(&p->mem, row->want_json);
	if (row->price_micros == MONEY_UNKNOWN || op->price_micros == MONEY_UNKNOWN || op->price_micros <= row->price_micros)
		return true;
	return err_set(e, ERR_GUARD, "%s costs %s per month now, and the plan says %s: make the plan anew", op->subject,
		       money_show(op->price_micros, op->currency, now, sizeof now),
		       money_show(row->price_micros, *row->currency ? row->currency : op->currency, then, sizeof then));
}

static bool add_owned(struct cli *c, const struct operation *row, struct plan *p, struct err *e)
{
	struct live *x = arena_alloc(&c->mem, sizeof *x);
	struct number n;

	x->c = c;
	if (!cli_owned(c, row->phone_number, &n, e))
		return false;
	if (*row->phone_sid && strcmp(row->phone_sid, n.phone_sid) != 0)
		return err_set(e, ERR_GUARD, "%s is %s now, and the plan says %s: make the plan anew", row->subject, n.phone_sid,
			       row->phone_sid);
	if (!numbers_fetch(&c->s->client, n.phone_sid, on_number, x, e) || !came(x, e))
		return false;
	plan_add_owned(p, c->s, row->kind, &x->number, x->json, row->to_account, row->want_json);
	return true;
}

static bool add_row(struct cli *c, const struct operation *row, struct plan *p, struct err *e)
{
	struct operation *op;

	if (*row->account_sid && strcmp(row->account_sid, c->s->profile.account_sid) != 0)
		return err_set(e, ERR_GUARD, "%s belongs to account %s, and the profile in use is %s: choose another with "
			       "--profile", row->subject, row->account_sid, c->s->profile.name);
	if (row->kind == OP_BUY)
		return add_buy(c, row, p, e);
	if (op_has(row->kind, OPF_OWNED))
		return add_owned(c, row, p, e);
	op = plan_add(p, c->s, row->kind);
	op_set_subject(op, row->subject);
	memcpy(op->to_account, row->to_account, sizeof op->to_account);
	op->want_json = arena_dup(&p->mem, row->want_json);
	return true;
}

static bool plan_file(struct cli *c, struct plan *p, struct err *e)
{
	const char *path = c->a->words[0];
	struct operation *rows;
	size_t len, n;
	char *text = cli_input(path, PLANFILE_MAX, &len, e);
	bool ok;

	if (!text)
		return false;
	ok = planfile_read(text, len, &rows, &n, &c->mem, e) ||
	     err_wrap(e, "%s", strcmp(path, "-") == 0 ? "standard input" : path);
	free(text);
	for (size_t i = 0; ok && i < n; i++)
		ok = add_row(c, &rows[i], p, e);
	return ok;
}

bool run_apply(struct cli *c, struct err *e)
{
	struct plan p;
	long long plan;
	bool ok;

	if (!read_args(c->a, &plan, e))
		return false;
	plan_init(&p, "cli");
	ok = plan > 0 ? plan_rest(&p, c->s, plan, e) : plan_file(c, &p, e);
	if (ok)
		return trade(c, &p, NULL, e);
	plan_release(&p);
	return false;
}
