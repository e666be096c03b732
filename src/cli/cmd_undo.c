/* undo: a plan that leads back to what the journal kept, for operations, numbers, or all of a plan. */
#include <inttypes.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "trade_priv.h"

#include "numdesk/cli/ask.h"
#include "numdesk/cli/out.h"
#include "numdesk/core/configure.h"
#include "numdesk/core/session.h"
#include "numdesk/core/setting_refs.h"
#include "numdesk/util/text.h"

bool check_undo(const struct args *a, struct err *e)
{
	const bool last = args_has(a, "--last"), plan = args_has(a, "--plan");
	long long id;

	if ((a->n_words > 0) + last + plan != 1)
		return err_set(e, ERR_USAGE, "'undo' takes operations or numbers, --last, or --plan N; see 'numdesk help undo'");
	if (!args_int(a, "--plan", 1, INT64_MAX, 0, &id, e))
		return false;
	return a->yes || a->dry_run || ask_can() || err_set(e, ERR_GUARD, "nothing is undone: nobody can be asked; give --yes");
}

/* --- which operations ------------------------------------------------------------------------------------------------- */
struct past { struct cli *c; struct operation *v; size_t n, cap; int64_t plan_id; bool one; };

static void keep(struct past *x, const struct operation *op)
{
	struct operation *o;

	if (x->n == x->cap) {
		struct operation *more = arena_alloc(&x->c->mem, (x->cap ? x->cap * 2 : 16) * sizeof *more);

		if (x->n)
			memcpy(more, x->v, x->n * sizeof *more);
		x->v = more;
		x->cap = x->cap ? x->cap * 2 : 16;
	}
	o = &x->v[x->n++];
	*o = *op;
	o->before_json = arena_dup(&x->c->mem, op->before_json);
	o->want_json = arena_dup(&x->c->mem, op->want_json);
	o->message = o->owner = o->result_json = NULL;
}

/* Done, and really sent: what was so already has nothing to take back. */
static bool is_change(const struct operation *op)
{
	return op->kind == OP_CONFIGURE && op->state == OP_DONE;
}

static bool take_change(void *ctx, const struct operation *op)
{
	struct past *x = ctx;

	if (!is_change(op))
		return true;
	if (x->plan_id && op->plan_id != x->plan_id)
		return false;
	keep(x, op);
	x->plan_id = op->plan_id;
	return !x->one;
}

static bool by_number(struct past *x, const char *word, struct err *e)
{
	struct ledger_filter f = {.account_sid = x->c->s->profile.account_sid, .kind = op_kind_name(OP_CONFIGURE)};
	const size_t before = x->n;
	char number[E164_SIZE];

	if (!phone_parse(word, number, e))
		return false;
	f.phone_number = number;
	x->one = true;
	x->plan_id = 0;
	if (!ledger_each(x->c->s->ledger, &f, take_change, x, e))
		return false;
	return x->n > before || err_set(e, ERR_NOT_FOUND, "the journal has no change of settings of %s", number);
}

static bool by_word(struct past *x, const char *word, struct err *e)
{
	struct operation op;
	int64_t id;

	if (strlen(word) > 9 || !text_to_i64(word, 1, INT64_MAX, &id))
		return by_number(x, word, e);
	if (!ledger_op(x->c->s->ledger, id, &op, &x->c->mem, e))
		return false;
	if (op.kind != OP_CONFIGURE)
		return err_set(e, ERR_USAGE, "operation %" PRId64 " is a %s: only changes of settings can be undone", id,
			       op_kind_name(op.kind));
	if (!is_change(&op))
		return err_set(e, ERR_GUARD, "operation %" PRId64 " is %s: only what was done can be undone", id,
			       op_state_name(op.state));
	keep(x, &op);
	return true;
}

static bool find_past(struct past *x, struct err *e)
{
	struct cli *c = x->c;
	struct ledger_filter f = {.account_sid = c->s->profile.account_sid, .kind = op_kind_name(OP_CONFIGURE)};
	long long plan;

	if (!args_int(c->a, "--plan", 1, INT64_MAX, 0, &plan, e))
		return false;
	for (size_t i = 0; i < c->a->n_words; i++)
		if (!by_word(x, c->a->words[i], e))
			return false;
	if (c->a->n_words)
		return true;
	f.plan_id = plan;
	if (!ledger_each(c->s->ledger, &f, take_change, x, e))
		return false;
	return x->n > 0 || err_set(e, ERR_NOT_FOUND, plan ? "that plan changed no settings of this account" :
				   "the journal has no change of settings of this account");
}

/* --- the way back ----------------------------------------------------------------------------------------------------- */
static bool plan_back(struct cli *c, const struct past *x, struct plan *p, struct err *e)
{
	const enum undo_how how = args_has(c->a, "--whole") ? UNDO_WHOLE : args_has(c->a, "--force") ? UNDO_ANYWAY : UNDO_CHANGES;
	const char **sids = arena_alloc(&c->mem, (x->n + 1) * sizeof *sids);
	struct cli_answer *names = cli_answer(c);
	struct cli_live *live;
	size_t same = 0;

	for (size_t i = 0; i < x->n; i++)
		sids[i] = x->v[i].phone_sid;
	setting_refs_need(c->s, ~0u, false, cli_answered, names);      /* for the words only: without them SIDs are shown */
	if (!cli_wait(c, &names->done, e) || !cli_live_all(c, sids, x->n, &live, e))
		return false;
	for (size_t i = 0; i < x->n; i++) {
		struct configure_state was;
		struct changes back;

		if (!configure_read(&x->v[i], &was, &c->mem, e))
			return false;
		if (!undo_changes(&was, &live[i].number, how, &back, e))
			return err_set(e, ERR_GUARD, "%.400s; --force undoes it all the same, --whole restores everything", e->msg);
		same += !plan_add_configure(p, c->s, &live[i].number, live[i].json, &back);
	}
	if (same)
		out_note("%zu number%s %s so already", same, same == 1 ? "" : "s", same == 1 ? "is" : "are");
	return true;
}

bool run_undo(struct cli *c, struct err *e)
{
	struct past x = {.c = c};
	struct plan p;

	if (!find_past(&x, e))
		return false;
	plan_init(&p, "cli");
	if (!plan_back(c, &x, &p, e)) {
		plan_release(&p);
		return false;
	}
	if (p.n > 0)
		return trade(c, &p, NULL, e);
	plan_release(&p);
	return cli_print_operations(c->a, NULL, 0, e);
}
