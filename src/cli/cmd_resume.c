/*
 * resume: ask Twilio what became of the operations that are open. One look each, or with --wait as the schedule has it;
 * then what --give-up names is given up, if it was looked for and not found.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cli_priv.h"

#include "numdesk/cli/out.h"
#include "numdesk/core/plan.h"
#include "numdesk/core/reactor.h"
#include "numdesk/core/session.h"
#include "numdesk/core/settle.h"
#include "numdesk/util/clock.h"

enum { LEFT_OVER_LOOK = 10000, WAIT_MAX_S = 600, OPEN_MAX = 4096, TURN_MS = 250 };

struct resuming {
	struct cli *c;
	int64_t ids[OPEN_MAX]; size_t n;
	char give_up[ARRAY_LEN(((struct args *)0)->options)][E164_SIZE]; size_t n_give_up;
	long long wait_s;
};

static bool read_resume(const struct args *a, struct resuming *r, struct err *e)
{
	const char *texts[ARRAY_LEN(a->options)];
	const size_t n = args_values(a, "--give-up", texts, ARRAY_LEN(texts));

	for (size_t i = 0; i < n; i++)
		if (!phone_parse(texts[i], r->give_up[i], e))
			return err_wrap(e, "--give-up");
	r->n_give_up = n;
	return args_int(a, "--wait", 0, WAIT_MAX_S, 0, &r->wait_s, e);
}

bool check_resume(const struct args *a, struct err *e)
{
	struct arena mem = {0};
	struct resuming *r = arena_alloc(&mem, sizeof *r);
	const bool ok = read_resume(a, r, e);

	arena_release(&mem);
	return ok;
}

/* --- what is open ------------------------------------------------------------------------------------------------- */

static bool add_open(void *ctx, const struct operation *op)
{
	struct resuming *r = ctx;

	if (op->state != OP_PLANNED)            /* another session's, about to be sent */
		r->ids[r->n++] = op->id;
	return r->n < OPEN_MAX;
}

static bool collect(struct resuming *r, struct err *e)
{
	const struct session *s = r->c->s;
	const struct ledger_filter f = {.account_sid = s->profile.account_sid, .only_open = true};

	return ledger_each(s->ledger, &f, add_open, r, e);
}

static bool read_op(struct resuming *r, int64_t id, struct operation *op, struct err *e)
{
	return ledger_op(r->c->s->ledger, id, op, &r->c->mem, e);
}

/* --- looking ------------------------------------------------------------------------------------------------------ */

static void on_looked(void *ctx, const struct operation *op, const struct err *err)
{
	(void)op;
	cli_answered(ctx, err);
}

/* One look; what it failed for is kept in *worst, the first one. False only when interrupted. */
static bool look(struct resuming *r, int64_t id, struct err *worst, struct err *e)
{
	struct cli_answer *x = cli_answer(r->c);

	if (!settle_look(r->c->s->settle, id, on_looked, x, &x->err))
		x->done = true;
	if (!cli_wait(r->c, &x->done, e))
		return false;
	if (x->err.kind != ERR_NONE && worst->kind == ERR_NONE)
		*worst = x->err;
	return true;
}

static size_t undecided(struct resuming *r)
{
	struct operation op;
	size_t n = 0;

	for (size_t i = 0; i < r->n; i++)
		n += read_op(r, r->ids[i], &op, NULL) && (op.state == OP_UNKNOWN || op.state == OP_ARMED);
	return n;
}

/* The schedule runs by itself; only the time is ours. */
static bool wait_on(struct resuming *r, struct err *e)
{
	struct session *s = r->c->s;
	const int64_t until = s->clock->mono_ms(s->clock) + r->wait_s * 1000;

	while (undecided(r) > 0 && s->clock->mono_ms(s->clock) < until) {
		if (reactor_interrupted())
			return err_set(e, ERR_STOPPED, "stopped");
		if (!reactor_turn(s->reactor, NULL, 0, TURN_MS, e))
			return false;
	}
	return true;
}

/* --- giving up ---------------------------------------------------------------------------------------------------- */

/* The open order for a number, among those collected; 0 when there is none. */
static int64_t open_order(struct resuming *r, const char *number)
{
	struct operation op;

	for (size_t i = 0; i < r->n; i++)
		if (read_op(r, r->ids[i], &op, NULL) && strcmp(op.phone_number, number) == 0)
			return op.id;
	return 0;
}

static bool check_names(struct resuming *r, struct err *e)
{
	for (size_t i = 0; i < r->n_give_up; i++)
		if (!open_order(r, r->give_up[i]))
			return err_set(e, ERR_NOT_FOUND,
				       "nothing is open for %s: 'numdesk journal --open' lists what is", r->give_up[i]);
	return true;
}

/* Naming the whole number is the confirmation. What the look has found needs no giving up. */
static bool give_up(struct resuming *r, struct err *e)
{
	for (size_t i = 0; i < r->n_give_up; i++) {
		const char *number = r->give_up[i];
		const int64_t id = open_order(r, number);
		struct operation op;

		if (!read_op(r, id, &op, e))
			return false;
		if (op_is_open(op.state) && !settle_give_up(r->c->s->settle, id, phone_last4(number), e))
			return false;
	}
	return true;
}

/* --- the whole ---------------------------------------------------------------------------------------------------- */

static bool print(struct resuming *r, size_t *unsure, struct err *e)
{
	struct operation *rows = arena_alloc(&r->c->mem, (r->n + 1) * sizeof *rows);
	size_t n = 0;

	*unsure = 0;
	for (size_t i = 0; i < r->n; i++) {
		struct operation op;

		if (!read_op(r, r->ids[i], &op, e))
			return false;
		*unsure += op_is_unsure(op.state);
		rows[n++] = cli_operation(r->c, &op);
	}
	return cli_print_operations(r->c->a, rows, n, e);
}

/* A plan whose session ended half way leaves rows that were never sent; nobody else would speak of them. */
struct left_over { int64_t plan, after; };

static bool find_left_over(void *ctx, const struct operation *op)
{
	struct left_over *l = ctx;

	if (op->state == OP_CANCELLED && op->message && strncmp(op->message, LEDGER_NOT_SENT, strlen(LEDGER_NOT_SENT)) == 0)
		l->plan = op->plan_id;
	return l->plan == 0;
}

static void tell_left_over(struct cli *c)
{
	struct left_over l = {0};
	const struct ledger_filter f = {.account_sid = c->s->profile.account_sid, .limit = LEFT_OVER_LOOK};
	struct plan p;

	if (!ledger_each(c->s->ledger, &f, find_left_over, &l, NULL) || !l.plan)
		return;
	plan_init(&p, "resume");
	if (plan_rest(&p, c->s, l.plan, NULL))
		out_note("%zu %s of plan %lld %s not sent when its session ended: 'numdesk apply --plan %lld' sends %s", p.n,
			 p.n == 1 ? "row" : "rows", (long long)l.plan, p.n == 1 ? "was" : "were", (long long)l.plan, p.n == 1 ? "it" : "them");
	plan_release(&p);
}

static bool conclude(size_t unsure, size_t n, const struct err *worst, struct err *e)
{
	if (worst->kind != ERR_NONE && unsure > 0) {
		*e = *worst;
		return false;
	}
	return unsure == 0 ||
	       err_set(e, ERR_UNSURE, "%zu of %zu operations are not settled yet: run 'numdesk resume' again later",
		       unsure, n);
}

bool run_resume(struct cli *c, struct err *e)
{
	struct resuming *r = arena_alloc(&c->mem, sizeof *r);
	struct err worst = {0};
	size_t unsure;
	bool ok;

	r->c = c;
	if (!read_resume(c->a, r, e) || !collect(r, e) || !check_names(r, e))
		return false;
	ok = true;
	for (size_t i = 0; ok && i < r->n; i++)
		ok = look(r, r->ids[i], &worst, e);
	ok = ok && wait_on(r, e);
	ok = ok && give_up(r, e);
	if (!print(r, &unsure, ok ? e : NULL))
		return false;
	tell_left_over(c);
	return ok && conclude(unsure, r->n, &worst, e);
}
