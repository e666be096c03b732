/* What of a plan was not sent, because it was stopped or its session died: the same wishes as a new plan. */
#include <stdlib.h>
#include <string.h>

#include "kind.h"

#include "numdesk/core/catalog.h"
#include "numdesk/core/plan.h"
#include "numdesk/core/session.h"
#include "numdesk/util/text.h"

struct collecting {
	struct session *s;
	struct plan *p;
	const char **settled; size_t n_settled; /* subjects that a later row of the plan took care of */
	bool elsewhere;         /* rows of another account */
	bool private;           /* rows whose parameters are not stored whole */
	size_t rows;
};

static bool is_settled(const struct collecting *c, const uint8_t want[OP_UID])
{
	for (size_t i = 0; i < c->n_settled; i++)
		if (memcmp(c->settled[i], want, OP_UID) == 0)
			return true;
	return false;
}

/* Newest first: a row that was sent settles the earlier rows of the same wish. */
static void settle_wish(struct collecting *c, const struct operation *op)
{
	c->settled = mem_grow(c->settled, c->n_settled + 1, sizeof *c->settled);
	c->settled[c->n_settled] = arena_alloc(&c->p->mem, OP_UID);
	memcpy((void *)(uintptr_t)c->settled[c->n_settled++], op->want_uid, OP_UID);
}

static bool is_ours_already(struct session *s, const struct operation *op)
{
	struct arena mem = {0};
	struct number n;
	const bool ours = cache_find(s->cache, op->account_sid, op->phone_number, &n, NULL, &mem, NULL) && !n.is_gone;

	arena_release(&mem);
	return ours;
}

struct later { const struct operation *than; bool found; };

static bool is_later(void *ctx, const struct operation *op)
{
	struct later *l = ctx;

	l->found = l->found || (op->id > l->than->id && op->kind == l->than->kind && op->plan_id != l->than->plan_id &&
				strcmp(op->account_sid, l->than->account_sid) == 0);
	return !l->found && op->id > l->than->id;
}

/* Somebody came back to it in another plan: then this wish is old. */
static bool was_taken_up(struct session *s, const struct operation *op)
{
	struct later l = {.than = op};
	const struct ledger_filter f = {.phone_number = op->subject};

	return !ledger_each(s->ledger, &f, is_later, &l, NULL) || l.found;
}

/* Nothing was left to do: the row says so itself. */
static bool was_so_already(const struct operation *op)
{
	const struct kind *k = kind_of(op->kind);

	return k && k->already && op->message && strncmp(op->message, k->already, strlen(k->already)) == 0;
}

static void add_again(struct collecting *c, const struct operation *old)
{
	struct operation *op = plan_add(c->p, c->s, old->kind);

	op_set_subject(op, old->subject);
	memcpy(op->to_account, old->to_account, sizeof op->to_account);
	memcpy(op->phone_sid, old->phone_sid, sizeof op->phone_sid);
	memcpy(op->country, old->country, sizeof op->country);
	memcpy(op->currency, old->currency, sizeof op->currency);
	op->type = old->type;
	op->price_micros = old->price_micros;
	op->before_json = arena_dup(&c->p->mem, old->before_json);
	op->want_json = arena_dup(&c->p->mem, old->want_json);
	if (op_has(op->kind, OPF_MONEY))
		op->price_micros = catalog_price(c->s, op->country, op->type, op->currency);
}

static bool take(void *ctx, const struct operation *op)
{
	struct collecting *c = ctx;

	c->rows++;
	if (strcmp(op->account_sid, c->s->profile.account_sid) != 0)
		c->elsewhere = true;
	else if (op->state != OP_CANCELLED || was_so_already(op))
		settle_wish(c, op);
	else if (is_settled(c, op->want_uid))
		return true;
	else if (!op_has(op->kind, OPF_FILE))
		c->private = true;
	else if (!was_taken_up(c->s, op) && (!op_has(op->kind, OPF_MONEY) || !is_ours_already(c->s, op)))
		add_again(c, op);
	return true;
}

static void reverse(struct plan *p)
{
	for (size_t i = 0; i < p->n / 2; i++) {
		const struct operation op = p->ops[i];

		p->ops[i] = p->ops[p->n - 1 - i];
		p->ops[p->n - 1 - i] = op;
	}
	for (size_t i = 0; i < p->n; i++)
		p->ops[i].seq = (int)i;
}

bool plan_rest(struct plan *p, struct session *s, int64_t plan_id, struct err *e)
{
	struct collecting c = {.s = s, .p = p};
	const struct ledger_filter f = {.plan_id = plan_id};
	bool ok = ledger_each(s->ledger, &f, take, &c, e);

	free(c.settled);
	if (!ok)
		return false;
	if (c.rows == 0)
		return err_set(e, ERR_NOT_FOUND, "there is no plan %lld: 'numdesk journal --json' tells the plan of each "
			       "operation", (long long)plan_id);
	if (c.elsewhere)
		return err_set(e, ERR_GUARD, "plan %lld belongs to another account: choose its profile with --profile",
			       (long long)plan_id);
	if (p->n == 0)
		return err_set(e, ERR_NOT_FOUND, c.private ? "what is left of plan %lld cannot be sent later: its texts are not "
			       "kept; give the command again" : "nothing is left of plan %lld: every row was sent, or is so "
			       "already", (long long)plan_id);
	reverse(p);
	return true;
}
