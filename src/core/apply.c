#include "numdesk/core/apply.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "apply_priv.h"
#include "guard_priv.h"

#include "numdesk/core/jobs.h"
#include "numdesk/core/reactor.h"
#include "numdesk/core/session.h"
#include "numdesk/util/log.h"
#include "numdesk/util/mem.h"
#include "numdesk/util/text.h"

/* --- the walk --------------------------------------------------------------------------------------------------- */

struct operation *apply_op(struct apply *a)
{
	return &a->plan.ops[a->i];
}

void apply_later(struct apply *a, int64_t ms, enum apply_phase phase, void (*fn)(void *))
{
	reactor_cancel(a->s->reactor, a->timer);
	a->phase = phase;
	a->timer = reactor_after(a->s->reactor, ms, fn, a);
}

struct ticket *apply_ticket(struct apply *a)
{
	struct ticket *t = mem_alloc(sizeof *t);

	t->a = a;
	a->ticket = t;
	return t;
}

struct apply *apply_redeem(void *ticket)
{
	struct ticket *t = ticket;
	struct apply *a = t->a;

	if (a)
		a->ticket = NULL;
	free(t);
	return a;
}

void apply_row_changed(struct apply *a)
{
	reactor_cancel(a->s->reactor, a->row_timer);
	a->row_timer = 0;
	if (a->row)
		a->row(a->ctx, a->i, apply_op(a));
}

void apply_next(struct apply *a, size_t *counter, const struct err *why)
{
	(*counter)++;
	if (why && a->sum.first_error.kind == ERR_NONE)
		a->sum.first_error = *why;
	apply_row_changed(a);
	a->i++;
	a->armed = false;
	a->again = 0;
	jobs_progress(a->s->jobs, a->job, "%zu/%zu", a->i, a->plan.n);
	apply_later(a, 0, APPLY_STEP, apply_step);
}

void apply_stop_rest(struct apply *a, const struct err *why)
{
	if (a->stopping)
		return;
	a->stopping = true;
	a->stop_why = *why;
}

static void release(struct apply *a)
{
	reactor_cancel(a->s->reactor, a->timer);
	reactor_cancel(a->s->reactor, a->row_timer);
	inquiry_cancel(a->look);
	if (a->ticket)
		a->ticket->a = NULL;
	jobs_end(a->s->jobs, a->job);
	a->s->apply = NULL;
	plan_release(&a->plan);
	free(a->confirmed);
	free(a->currency);
	free(a);
}

static void finish(struct apply *a)
{
	const struct apply_summary sum = a->sum;
	apply_done_fn *done = a->done;
	void *ctx = a->ctx;

	log_write(LOG_INFO, "core", "plan ended: %zu done, %zu rejected, %zu unsure, %zu cancelled of %zu", sum.done,
		  sum.rejected, sum.unsure, sum.cancelled, sum.total);
	release(a);     /* first, so that done may start the next plan */
	if (done)
		done(ctx, &sum);
}

static void cancel_rest(struct apply *a)
{
	char message[ERR_MSG_MAX];

	snprintf(message, sizeof message, "not sent: %.*s", (int)sizeof message - 16, a->stop_why.msg);
	for (; a->i < a->plan.n; a->i++) {
		if (apply_op(a)->state == OP_PLANNED)
			apply_cancel_row(a, message);
		a->sum.cancelled++;
		if (a->sum.first_error.kind == ERR_NONE)
			a->sum.first_error = a->stop_why;
		apply_row_changed(a);
	}
	finish(a);
}

/* Nothing may be sent with other credentials than the plan was made for. */
static bool may_go_on(const struct apply *a, struct err *e)
{
	if (!session_ready(a->s, e))
		return false;
	if (strcmp(a->s->client.account_sid, a->plan.ops[a->i].account_sid) != 0)
		return err_set(e, ERR_GUARD, "another profile was chosen meanwhile");
	return true;
}

void apply_step(void *ctx)
{
	struct apply *a = ctx;
	struct err e = {0};

	a->timer = 0;
	if (a->i == a->plan.n) {
		finish(a);
		return;
	}
	if (!a->stopping && !may_go_on(a, &e))
		apply_stop_rest(a, &e);
	if (a->stopping) {
		cancel_rest(a);
		return;
	}
	if (apply_op(a)->state != OP_PLANNED) {         /* could not be stored as a second try: see supersede() */
		err_set(&e, ERR_GUARD, "%s", apply_op(a)->message);
		apply_next(a, &a->sum.cancelled, &e);
		return;
	}
	apply_check(a);
}

/* --- starting --------------------------------------------------------------------------------------------------- */

/*
 * The question was asked a while ago. What has become forbidden or has to be confirmed otherwise since then (a
 * purchase that turned unknown, a lock, a new primary) counts now.
 */
static bool still_allowed(struct session *s, const struct plan *p, const struct verdict *v, struct err *e)
{
	struct verdict now;
	bool ok;

	guard_check(s, p, &v->asked, &now);
	ok = guard_err(&now, e);
	if (ok && strcmp(now.also_type, v->also_type) != 0)
		ok = err_set(e, ERR_GUARD, "what has to be typed has changed meanwhile: ask again");
	verdict_release(&now);
	return ok;
}

static bool is_supported(const struct plan *p, struct err *e)
{
	for (size_t i = 0; i < p->n; i++)
		if (!kind_of(p->ops[i].kind))
			return err_set(e, ERR_USAGE, "'%s' cannot be carried out by this version",
				       op_kind_name(p->ops[i].kind));
	return true;
}

/* The journal holds no unknown price: one that was accepted as unknown reserves nothing. */
static void make_storable(const struct session *s, struct operation *op)
{
	if (op->price_micros < 0)
		op->price_micros = 0;
	if (!*op->currency)
		text_copy(op->currency, sizeof op->currency, *s->summary.currency ? s->summary.currency : "USD");
}

/* What was found not done is sent again as a new row that closes the old one, in one transaction. */
static bool supersede(struct session *s, struct plan *p, size_t i, int64_t old_id, struct err *e)
{
	struct operation row;
	int64_t id;

	if (ledger_again(s->ledger, old_id, &id, e) && ledger_op(s->ledger, id, &row, &p->mem, e)) {
		p->ops[i] = row;
		return true;
	}
	p->ops[i].state = OP_CANCELLED;
	p->ops[i].message = arena_dup(&p->mem, e->msg);
	return false;
}

/* All rows in one transaction, but for those sent again. On failure the plan is as it was and nothing is stored. */
static bool store(struct session *s, struct plan *p, struct err *e)
{
	const struct ledger_limits limits = guard_limits(s);
	struct operation *rows = mem_array(p->n, sizeof *rows);
	int64_t *old = mem_array(p->n, sizeof *old);
	size_t n = 0, k = 0, again = 0;
	bool ok;

	for (size_t i = 0; i < p->n; i++) {
		if (guard_again(s, &p->ops[i], &old[i])) {
			again++;
			continue;
		}
		rows[n] = p->ops[i];
		make_storable(s, &rows[n++]);
	}
	ok = n == 0 || ledger_plan(s->ledger, rows, n, p->source, &limits, e);
	for (size_t i = 0; ok && i < p->n; i++) {
		struct err why = {0};

		if (old[i] == 0)
			p->ops[i] = rows[k++];
		else if (!supersede(s, p, i, old[i], &why) && p->n == 1) {
			p->ops[i].state = OP_PLANNED;
			ok = false;
			if (e)
				*e = why;
		}
	}
	free(rows);
	free(old);
	return ok;
}

static void job_stop(void *ctx)
{
	struct apply *a = ctx;

	apply_stop(a->s);
}

static void begin_job(struct apply *a)
{
	const struct operation *op = &a->plan.ops[0];
	char title[64], line[64];

	if (a->plan.n == 1)
		snprintf(title, sizeof title, "%.60s", plan_line(op, line, sizeof line));
	else
		snprintf(title, sizeof title, "%s %zu %s", op_kinds[op->kind].verb, a->plan.n,
			 op_nouns(op->kind, a->plan.n));
	a->job = jobs_begin(a->s->jobs, title, job_stop, a);
	jobs_progress(a->s->jobs, a->job, "0/%zu", a->plan.n);
}

static struct apply *new_apply(struct session *s, const struct plan *p)
{
	struct apply *a = mem_alloc(sizeof *a);

	a->s = s;
	a->sum.total = p->n;
	a->confirmed = mem_array(p->n, sizeof *a->confirmed);
	a->currency = mem_array(p->n, sizeof *a->currency);
	for (size_t i = 0; i < p->n; i++) {
		a->confirmed[i] = guard_price_known(&p->ops[i]) ? p->ops[i].price_micros : MONEY_UNKNOWN;
		memcpy(a->currency[i], p->ops[i].currency, sizeof a->currency[i]);
	}
	return a;
}

bool apply_start(struct session *s, struct plan *p, const struct verdict *v, const char *typed, const char *also_typed,
		 apply_row_fn *row, apply_done_fn *done, void *ctx, struct err *e)
{
	struct apply *a;

	if (s->apply)
		return err_set(e, ERR_GUARD, "another plan is being carried out: wait for it, or stop it first");
	if (!session_ready(s, e) || !guard_answer(s, v, p, typed, also_typed, e) || !is_supported(p, e) ||
	    !still_allowed(s, p, v, e))
		return false;
	a = new_apply(s, p);
	if (!store(s, p, e)) {
		free(a->confirmed);
		free(a->currency);
		free(a);
		return false;
	}
	a->plan = *p;
	*p = (struct plan){.source = a->plan.source};
	a->asked = v->asked;
	a->row = row;
	a->done = done;
	a->ctx = ctx;
	s->apply = a;
	begin_job(a);
	apply_later(a, 0, APPLY_STEP, apply_step);
	return true;
}

/* --- from outside ----------------------------------------------------------------------------------------------- */

bool apply_running(const struct session *s)
{
	return s->apply != NULL;
}

bool apply_in_flight(const struct session *s, int64_t op_id)
{
	const struct apply *a = s->apply;

	return a && a->i < a->plan.n && a->plan.ops[a->i].id == op_id;
}

void apply_stop(struct session *s)
{
	struct apply *a = s->apply;
	struct err why = {0};

	if (!a)
		return;
	err_set(&why, ERR_STOPPED, "stopped");
	apply_stop_rest(a, &why);
	if (a->phase != APPLY_STEP && a->phase != APPLY_CHECK)
		return;         /* sent, or about to be: before_send or the answer decides */
	inquiry_cancel(a->look);
	a->look = NULL;
	if (a->ticket)
		a->ticket->a = NULL;
	a->ticket = NULL;
	apply_later(a, 0, APPLY_STEP, apply_step);
}

void apply_free(struct session *s)
{
	if (s->apply)
		release(s->apply);
}

enum err_kind apply_kind(const struct apply_summary *sum)
{
	if (sum->unsure)
		return ERR_UNSURE;
	if (sum->done == sum->total)
		return ERR_NONE;
	return sum->done || sum->first_error.kind == ERR_NONE ? ERR_API : sum->first_error.kind;
}
