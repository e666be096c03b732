#include "settle_priv.h"

#include <stdlib.h>
#include <string.h>

#include "numdesk/core/apply.h"
#include "numdesk/core/reactor.h"
#include "numdesk/core/session.h"
#include "numdesk/util/clock.h"
#include "numdesk/util/log.h"
#include "numdesk/util/mem.h"
#include "numdesk/util/text.h"

enum {
	MAX_ACTIVE = 2,                 /* looks at a time: the account's few requests are for everything else too */
	RECOVER_MS = 30000,             /* how soon the rows of a session that died are taken over */
	COUNT_MS = 500,
};

static int64_t mono(const struct settle *x)
{
	return x->s->clock->mono_ms(x->s->clock);
}

struct settle *settle_new(struct session *s)
{
	struct settle *x = mem_alloc(sizeof *x);

	x->s = s;
	return x;
}

void settle_free(struct settle *x)
{
	if (!x)
		return;
	apply_free(x->s);       /* a plan that could not be finished before closing hands its rows to this journal */
	settle_stop(x);
	free(x->entries);
	free(x);
}

void settle_listen(struct settle *x, settle_event_fn *fn, void *ctx)
{
	x->event = fn;
	x->event_ctx = ctx;
}

void settle_changed(struct settle *x, int64_t op_id)
{
	struct arena mem = {0};
	struct operation op;

	x->open_at_ms = 0;
	if (x->event && ledger_op(x->s->ledger, op_id, &op, &mem, NULL))
		x->event(x->event_ctx, &op);
	arena_release(&mem);
}

/* --- what is looked at ------------------------------------------------------------------------------------------ */

struct entry *settle_entry(struct settle *x, int64_t op_id)
{
	struct entry *en;

	for (size_t i = 0; i < x->n; i++)
		if (x->entries[i]->op_id == op_id)
			return x->entries[i];
	en = mem_alloc(sizeof *en);
	*en = (struct entry){.x = x, .op_id = op_id, .due_ms = INT64_MAX};
	x->entries = mem_grow(x->entries, x->n + 1, sizeof(struct entry *));
	x->entries[x->n++] = en;
	return en;
}

static void pump_later(void *ctx)
{
	struct settle *x = ctx;

	x->timer = 0;
	settle_pump(x);
}

void settle_due(struct entry *en, int64_t ms)
{
	const int64_t due = mono(en->x) + (ms > 0 ? ms : 0);

	if (due < en->due_ms)
		en->due_ms = due;
	reactor_cancel(en->x->s->reactor, en->x->timer);
	en->x->timer = reactor_after(en->x->s->reactor, 0, pump_later, en->x);
}

static void take_out(struct settle *x, const struct entry *en)
{
	for (size_t i = 0; i < x->n; i++)
		if (x->entries[i] == en) {
			memmove(&x->entries[i], &x->entries[i + 1], (--x->n - i) * sizeof(struct entry *));
			return;
		}
}

/* Off the list before anyone is told: who waited may ask for another look at once. */
void settle_drop(struct entry *en, const struct err *err)
{
	static const struct err none;
	struct settle *x = en->x;
	struct arena mem = {0};
	struct operation op;
	struct err e = err ? *err : none;

	take_out(x, en);
	if (en->looking)
		x->active--;
	inquiry_cancel(en->look);
	if (en->n_waiters) {
		const bool have = ledger_op(x->s->ledger, en->op_id, &op, &mem, e.kind == ERR_NONE ? &e : NULL);

		for (size_t i = 0; i < en->n_waiters; i++)
			en->waiters[i].done(en->waiters[i].ctx, have ? &op : NULL, &e);
	}
	arena_release(&mem);
	free(en->waiters);
	free(en);
}

static struct entry *next_due(struct settle *x)
{
	struct entry *best = NULL;

	for (size_t i = 0; i < x->n; i++)
		if (!x->entries[i]->looking && (!best || x->entries[i]->due_ms < best->due_ms))
			best = x->entries[i];
	return best && best->due_ms < INT64_MAX ? best : NULL;
}

void settle_pump(struct settle *x)
{
	struct entry *en;

	reactor_cancel(x->s->reactor, x->timer);
	x->timer = 0;
	while (x->active < MAX_ACTIVE && (en = next_due(x)) && en->due_ms <= mono(x)) {
		en->looking = true;
		en->due_ms = INT64_MAX;
		x->active++;
		settle_begin(en);
	}
	en = next_due(x);
	if (en && x->active < MAX_ACTIVE && !x->timer)
		x->timer = reactor_after(x->s->reactor, en->due_ms - mono(x), pump_later, x);
}

/* --- starting, stopping ----------------------------------------------------------------------------------------- */

struct open_rows { struct settle *x; bool all; int64_t now; };

/* The ids are enough: each is read again when it is looked at. */
static bool add_row(void *ctx, const struct operation *op)
{
	struct open_rows *o = ctx;
	const bool unsure = op->state == OP_UNKNOWN || (op->state == OP_ARMED && !apply_in_flight(o->x->s, op->id));
	int64_t wait = op->next_check_at - o->now;

	if (!kind_of(op->kind))
		return true;
	if (!unsure && !(o->all && (op->state == OP_ABSENT || op->state == OP_CONFLICT)))
		return true;
	if (wait > SETTLE_MS)           /* the clock was set back meanwhile */
		wait = SETTLE_MS;
	settle_due(settle_entry(o->x, op->id), unsure && op->state == OP_UNKNOWN ? wait : 0);
	return true;
}

/* all: also what is absent or in conflict, which is else only looked at when asked to or after a sync. */
static bool add_open(struct settle *x, bool all, struct err *e)
{
	struct open_rows o = {.x = x, .all = all, .now = x->s->clock->wall_ms(x->s->clock)};
	const struct ledger_filter f = {.account_sid = x->s->profile.account_sid, .only_open = true, .only_ours = true};
	size_t ours;

	return ledger_recover(x->s->ledger, &ours, e) && (ours == 0 || ledger_each(x->s->ledger, &f, add_row, &o, e));
}

static void recover_again(void *ctx)
{
	struct settle *x = ctx;
	struct err e = {0};

	x->recover_timer = reactor_after(x->s->reactor, RECOVER_MS, recover_again, x);
	if (!ledger_failed(x->s->ledger, NULL) && !add_open(x, false, &e))
		log_write(LOG_WARN, "core", "operations of ended sessions cannot be taken over: %s", e.msg);
}

bool settle_start(struct settle *x, struct err *e)
{
	if (x->s->read_only || x->s->ledger_read_only)
		return true;            /* nothing could be written down */
	x->running = true;
	x->open_at_ms = 0;
	reactor_cancel(x->s->reactor, x->recover_timer);
	x->recover_timer = reactor_after(x->s->reactor, RECOVER_MS, recover_again, x);
	return add_open(x, true, e);
}

void settle_stop(struct settle *x)
{
	struct err e = {0};

	err_set(&e, ERR_STOPPED, "not looked at any more: locked or closed");
	x->running = false;
	while (x->n)
		settle_drop(x->entries[x->n - 1], &e);
	reactor_cancel(x->s->reactor, x->timer);
	reactor_cancel(x->s->reactor, x->recover_timer);
	x->timer = x->recover_timer = 0;
}

void settle_add(struct settle *x, int64_t op_id)
{
	settle_changed(x, op_id);
	if (x->running)
		settle_due(settle_entry(x, op_id), 0);
}

/* --- asked for -------------------------------------------------------------------------------------------------- */

static bool may_look(struct settle *x, const struct operation *op, struct err *e)
{
	const struct session *s = x->s;

	if (s->read_only || s->ledger_read_only)
		return err_set(e, ERR_GUARD, "operation %lld cannot be settled: changes are off (%s)",
			       (long long)op->id,
			       s->read_only_why ? s->read_only_why : "read-only");
	if (!session_ready(s, e))
		return false;
	if (strcmp(op->account_sid, s->profile.account_sid) != 0)
		return err_set(e, ERR_GUARD, "operation %lld belongs to account %s: choose its profile with --profile",
			       (long long)op->id, op->account_sid);
	if (!kind_of(op->kind))
		return err_set(e, ERR_USAGE, "a %s cannot be settled by this version", op_kind_name(op->kind));
	if (!op->owner || strcmp(op->owner, ledger_owner(s->ledger)) != 0)
		return err_set(e, ERR_GUARD, "operation %lld is being settled by another session that is still running",
			       (long long)op->id);
	if (apply_in_flight(s, op->id))
		return err_set(e, ERR_GUARD, "operation %lld is still being sent: wait for its answer",
			       (long long)op->id);
	return true;
}

bool settle_look(struct settle *x, int64_t op_id, settle_fn *done, void *ctx, struct err *e)
{
	struct arena mem = {0};
	struct operation op;
	struct entry *en;
	size_t ours;
	bool ok;

	if (!x->s->read_only && !x->s->ledger_read_only)        /* a session that has died shall not be in the way */
		(void)ledger_recover(x->s->ledger, &ours, NULL);/* else the owner's check below says so */
	ok = ledger_op(x->s->ledger, op_id, &op, &mem, e) && (!op_is_open(op.state) || may_look(x, &op, e));
	arena_release(&mem);
	if (!ok)
		return false;
	en = settle_entry(x, op_id);
	en->waiters = mem_grow(en->waiters, en->n_waiters + 1, sizeof *en->waiters);
	en->waiters[en->n_waiters++] = (struct waiter){.done = done, .ctx = ctx};
	settle_due(en, 0);
	return true;
}

/* --- counting --------------------------------------------------------------------------------------------------- */

struct count { const struct settle *x; size_t n; };

static bool count_row(void *ctx, const struct operation *op)
{
	struct count *c = ctx;
	const bool ours = op->owner && strcmp(op->owner, ledger_owner(c->x->s->ledger)) == 0;

	/* Armed is normally the moment of sending, here or in another session. */
	if (op->state == OP_ARMED ? ours && !apply_in_flight(c->x->s, op->id) : op_is_unsure(op->state))
		c->n++;
	return true;
}

size_t settle_open(const struct settle *x)
{
	struct settle *m = x->s->settle;        /* the count is remembered: the header asks with every frame */
	struct count c = {.x = x};
	const struct ledger_filter f = {.only_open = true};

	if (x->open_at_ms && mono(x) - x->open_at_ms < COUNT_MS)
		return x->open;
	if (!ledger_each(x->s->ledger, &f, count_row, &c, NULL))
		return x->open;
	if (m == x) {
		m->open = c.n;
		m->open_at_ms = mono(x) ? mono(x) : 1;
	}
	return c.n;
}
