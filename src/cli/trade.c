/*
 * What all commands share that change something at Twilio. The guard sees the whole plan; then it is printed (--dry-run) or confirmed and carried
 * out. The rows are printed whatever happened, so that a script learns of each number what became of it.
 */
#include "trade_priv.h"

#include <stdio.h>
#include <string.h>

#include "numdesk/cli/ask.h"
#include "numdesk/cli/out.h"
#include "numdesk/core/apply.h"
#include "numdesk/core/configure.h"
#include "numdesk/core/session.h"

struct trading {
	struct cli *c;
	struct operation *rows; size_t n;
	struct apply_summary sum;
	bool done;
};

/* Many rows take long: who watches is told how far it is. */
static void tell_progress(const struct trading *t, size_t i, const struct operation *op)
{
	const bool ended = !op_is_open(op->state) || op_is_unsure(op->state);

	if (t->n > 1 && ended && op->state != OP_ARMED && ask_can())
		out_note("%zu/%zu %s %s: %s", i + 1, t->n, op_kinds[op->kind].verb, op->subject, op_state_name(op->state));
}

static void on_row(void *ctx, size_t i, const struct operation *op)
{
	struct trading *t = ctx;

	if (i >= t->n)
		return;
	t->rows[i] = cli_operation(t->c, op);
	tell_progress(t, i, op);
}

static void on_done(void *ctx, const struct apply_summary *sum)
{
	struct trading *t = ctx;

	t->sum = *sum;
	t->done = true;
}

static void counted(void *ctx)
{
	cli_answered(ctx, NULL);
}

/* The question names the monthly total: count what is there first. */
static bool count(struct cli *c, struct err *e)
{
	struct cli_answer *x = cli_answer(c);

	session_refresh_summary(c->s, counted, x);
	return cli_wait(c, &x->done, e);
}

/* As JSON a plan is what `apply` takes. */
static bool print_plan(struct cli *c, const struct plan *p, struct err *e)
{
	struct out *o;

	if (c->a->format == FORMAT_TABLE && p->n > 0 && p->ops[0].kind == OP_CONFIGURE) {
		cli_diff(c->s, stdout, p, 0);
		return true;
	}
	if (c->a->format != FORMAT_JSON)
		return cli_print_operations(c->a, p->ops, p->n, e);
	o = out_new(FORMAT_JSON, NULL, 0);
	for (size_t i = 0; i < p->n; i++)
		planfile_row(out_json(o), &p->ops[i]);
	return out_end(o, e);
}

static bool dry_run(struct cli *c, struct plan *p, const struct verdict *v, struct err *e)
{
	bool first = true;              /* blocker: the one that is complained about */
	char line[160];

	for (size_t i = 0; i < p->n; i++)
		p->ops[i].message = p->ops[i].kind == OP_CONFIGURE ? configure_describe(c->s, &p->ops[i], &p->mem) :
				    arena_dup(&p->mem, plan_line(&p->ops[i], line, sizeof line));
	for (size_t i = 0; i < v->n; i++) {
		if (!v->findings[i].blocks || !first)
			out_note("%s: %s", v->findings[i].blocks ? "blocked too" : "note", v->findings[i].says);
		first = first && !v->findings[i].blocks;
	}
	return print_plan(c, p, e) && guard_err(v, e);
}

/* Looking goes on in the background while a plan is carried out: what was unsure then may be known now. */
static void look_again(struct trading *t)
{
	struct arena mem = {0};
	struct operation op;

	for (size_t i = 0; i < t->n; i++) {
		if (!t->rows[i].id || !op_is_unsure(t->rows[i].state) || !ledger_op(t->c->s->ledger, t->rows[i].id, &op,
										    &mem, NULL))
			continue;
		if (op.state == OP_DONE) {
			t->rows[i] = cli_operation(t->c, &op);
			t->sum.unsure--;
			t->sum.done++;
		}
	}
	arena_release(&mem);
}

static bool conclude(const struct trading *t, struct err *e)
{
	const struct apply_summary *s = &t->sum;
	const enum err_kind kind = apply_kind(s);

	if (kind == ERR_NONE)
		return true;
	*e = s->first_error;
	e->kind = kind;
	if (s->total > 1)
		err_wrap(e, "%zu done, %zu refused, %zu unsure, %zu not sent", s->done, s->rejected, s->unsure,
			 s->cancelled);
	if (s->unsure) {
		char advice[ERR_MSG_MAX];

		snprintf(advice, sizeof advice, "%.440s; 'numdesk resume' finds out", e->msg);
		err_set(e, kind, "%s", advice);
	}
	return false;
}

/* Even when interrupted: once something was sent, its outcome is waited for and told. */
static bool carry_out(struct cli *c, struct plan *p, const struct verdict *v, const char *typed, const char *also,
		      struct err *e)
{
	struct trading *t = arena_alloc(&c->mem, sizeof *t);
	bool waited;

	*t = (struct trading){.c = c, .n = p->n, .rows = arena_alloc(&c->mem, p->n * sizeof *t->rows)};
	for (size_t i = 0; i < p->n; i++)
		t->rows[i] = cli_operation(c, &p->ops[i]);
	if (!apply_start(c->s, p, v, typed, also, on_row, on_done, t, e))
		return false;
	waited = cli_wait(c, &t->done, e);
	if (t->done)
		look_again(t);
	if (!cli_print_operations(c->a, t->rows, t->n, waited ? e : NULL))
		return false;
	return waited && conclude(t, e);
}

bool trade(struct cli *c, struct plan *p, const struct guard_options *o, struct err *e)
{
	char typed[OP_SUBJECT_MAX], also[PROFILE_NAME_MAX + 16];
	struct verdict v = {0};
	bool ok = count(c, e) && cli_papers(c, p, e);

	if (ok) {
		guard_check(c->s, p, o, &v);
		if (c->a->dry_run)
			ok = dry_run(c, p, &v, e);
		else
			ok = guard_err(&v, e) &&
			     ask_confirm(c->s, c->a, p, &v, typed, sizeof typed, also, sizeof also, e) &&
			     carry_out(c, p, &v, typed, also, e);
	}
	verdict_release(&v);
	plan_release(p);
	return ok;
}
