/* Orders that turn up late, and orders that a person gives up. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "settle_priv.h"

#include "numdesk/core/session.h"
#include "numdesk/util/clock.h"
#include "numdesk/util/log.h"
#include "numdesk/util/mem.h"
#include "numdesk/util/text.h"

#define WATCH_MS (7 * 24 * 3600 * (int64_t)1000)       /* how long a purchase given up may still turn up */

bool settle_give_up(struct settle *x, int64_t op_id, const char *typed, struct err *e)
{
	static const struct op_outcome o = {.state = OP_ABANDONED, .message = "given up by hand"};
	struct session *s = x->s;
	struct arena mem = {0};
	struct operation op;
	char word[24];
	size_t ours;
	bool ok;

	if (s->read_only || s->ledger_read_only)
		return err_set(e, ERR_GUARD, "operation %lld cannot be given up: changes are off (%s)",
			       (long long)op_id,
			       s->read_only_why ? s->read_only_why : "read-only");
	(void)ledger_recover(s->ledger, &ours, NULL);   /* else settling below says whose it is */
	ok = ledger_op(s->ledger, op_id, &op, &mem, e);
	if (ok && op.state != OP_ABSENT && op.state != OP_CONFLICT)
		ok = err_set(e, ERR_GUARD, "operation %lld (%s, %s) cannot be given up: only what was looked for and "
			     "not found can; run 'numdesk resume' first", (long long)op_id, op.subject,
			     op_state_name(op.state));
	if (ok && (!typed || strcmp(typed, op_give_up_word(&op, word)) != 0))
		ok = err_set(e, ERR_GUARD, "%s is not given up: type %s, %s", op.subject,
			     *op.phone_number ? "its last four digits" : "the number of the operation", op_give_up_word(&op, word));
	ok = ok && ledger_settle(s->ledger, op_id, &o, e);
	arena_release(&mem);
	if (ok)
		settle_changed(x, op_id);
	return ok;
}

/* --- after a complete list -------------------------------------------------------------------------------------- */

struct candidates {
	struct settle *x;
	int64_t now;
	int64_t *ids; size_t n;
};

static void keep_id(struct candidates *c, int64_t id)
{
	c->ids = mem_grow(c->ids, c->n + 1, sizeof *c->ids);
	c->ids[c->n++] = id;
}

static bool keep_open(void *ctx, const struct operation *op)
{
	struct candidates *c = ctx;

	if (op->state == OP_UNKNOWN || op->state == OP_ABSENT || op->state == OP_CONFLICT)
		keep_id(c, op->id);
	return true;
}

static bool keep_abandoned(void *ctx, const struct operation *op)
{
	struct candidates *c = ctx;

	if (c->now - op->created_at > 2 * WATCH_MS)
		return false;           /* newest first */
	if (op->kind == OP_BUY && op->state == OP_ABANDONED && !*op->phone_sid)
		keep_id(c, op->id);     /* one that has a SID was reported before */
	return true;
}

static bool is_done_buy(void *ctx, const struct operation *op)
{
	bool *found = ctx;

	*found = *found || (op->kind == OP_BUY && op->state == OP_DONE);
	return !*found;
}

/* Bought by a later order that is known: then nothing came late. */
static bool has_other_order(struct settle *x, const struct number *n)
{
	const struct ledger_filter f = {.account_sid = n->account_sid, .phone_sid = n->phone_sid};
	bool found = false;

	return !ledger_each(x->s->ledger, &f, is_done_buy, &found, NULL) || found;
}

static bool came_late(struct settle *x, const struct operation *op, const struct number *n)
{
	const int64_t bought = n->purchased_at ? n->purchased_at * 1000 : x->s->clock->wall_ms(x->s->clock);

	return bought - op->armed_at < WATCH_MS && !has_other_order(x, n);
}

/* True when an order that was not found, or was given up, is in the list after all. */
static bool settle_found(struct settle *x, const struct operation *op, const struct number *n)
{
	const bool given_up = op->state == OP_ABANDONED;
	struct op_outcome o = {.state = given_up ? OP_ABANDONED : OP_DONE, .phone_sid = n->phone_sid, .looked = true};
	struct err e = {0};
	char message[256];

	if (given_up && !came_late(x, op, n))
		return false;
	if (given_up)
		snprintf(message, sizeof message, "late: %s was given up and was bought after all (%s): release or "
			 "keep it",
			 op->phone_number, n->phone_sid);
	else
		snprintf(message, sizeof message, "%s: %s is yours (%s); bought once",
			 op->state == OP_UNKNOWN ? "found" : "found late", op->phone_number, n->phone_sid);
	o.message = message;
	if (!ledger_settle(x->s->ledger, op->id, &o, &e)) {
		log_write(LOG_ERROR, "core", "operation %lld was found and cannot be settled: %s", (long long)op->id,
			  e.msg);
		return false;
	}
	log_write(given_up ? LOG_WARN : LOG_INFO, "core", "%s", message);
	settle_changed(x, op->id);
	return op->state != OP_UNKNOWN;
}

static bool is_ours(const struct settle *x, const struct operation *op)
{
	return op->owner && strcmp(op->owner, ledger_owner(x->s->ledger)) == 0;
}

static bool check_one(struct settle *x, int64_t id)
{
	struct arena mem = {0};
	struct operation op;
	struct number n;
	bool late = false, listed;

	if (ledger_op(x->s->ledger, id, &op, &mem, NULL) && (op.state == OP_ABANDONED || is_ours(x, &op))) {
		listed = op.kind == OP_BUY && cache_find(x->s->cache, op.account_sid, op.phone_number, &n, NULL, &mem, NULL) && !n.is_gone;
		if (listed)
			late = settle_found(x, &op, &n);
		else if (x->running && kind_of(op.kind) && (op.state == OP_UNKNOWN || (op.kind != OP_BUY && op.state == OP_ABSENT)))
			settle_due(settle_entry(x, id), 0);
	}
	arena_release(&mem);
	return late;
}

size_t settle_after_sync(struct settle *x)
{
	struct session *s = x->s;
	struct candidates c = {.x = x, .now = s->clock->wall_ms(s->clock)};
	const struct ledger_filter open = {.account_sid = s->profile.account_sid, .only_open = true};
	const struct ledger_filter all = {.account_sid = s->profile.account_sid};
	size_t late = 0;

	if (s->read_only || s->ledger_read_only || !*s->profile.account_sid)
		return 0;
	if (ledger_each(s->ledger, &open, keep_open, &c, NULL))
		(void)ledger_each(s->ledger, &all, keep_abandoned, &c, NULL);  /* what was kept is still worth a look */
	for (size_t i = 0; i < c.n; i++)
		late += check_one(x, c.ids[i]);
	free(c.ids);
	return late;
}
