/* The board of one plan: a row per operation as it stands, while it is carried out and afterwards. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app.h"
#include "numdesk/core/settle.h"
#include "numdesk/util/err.h"
#include "numdesk/util/mem.h"

struct board { struct app *app; struct operation *v; struct arena mem; size_t n, cap; };

static bool keep(void *ctx, const struct operation *op)
{
	struct board *b = ctx;

	if (b->n == b->cap) {
		b->cap = b->cap ? b->cap * 2 : 64;
		b->v = mem_grow(b->v, b->cap, sizeof *b->v);
	}
	b->v[b->n] = *op;
	b->v[b->n].message = arena_dup(&b->mem, op->message);
	b->v[b->n].before_json = b->v[b->n].want_json = b->v[b->n].result_json = b->v[b->n].owner = NULL;
	b->n++;
	return true;
}

static enum role role_of(const struct operation *op)
{
	return op->state == OP_DONE ? ROLE_GOOD : op->state == OP_PLANNED || op->state == OP_CANCELLED ? ROLE_DIM :
	       op->state == OP_ARMED ? ROLE_BOLD : op->state == OP_REJECTED ? ROLE_WARN : ROLE_ERROR;
}

static void add_row(struct board *b, struct listbox *box, const struct operation *op)
{
	char subject[OP_SUBJECT_MAX], left[OP_SUBJECT_MAX + 40], says[400];

	snprintf(left, sizeof left, "%4d  %-9s %-20s %s", op->seq + 1, op_kinds[op->kind].verb,
		 op_show_subject(op, subject, sizeof subject), op_state_name(op->state));
	listbox_add(box, role_of(op), op->id, left, settle_sentence(b->app->s, op, says, sizeof says));
}

/* Oldest first, as the plan was made; a row that was sent again stands below the one that it follows. */
void app_plan_board(struct app *a, int64_t plan_id)
{
	struct board b = {.app = a};
	const struct ledger_filter f = {.plan_id = plan_id};
	size_t done = 0, open = 0;
	struct listbox box;
	struct err e = {0};
	char title[80];

	if (!ledger_each(a->s->ledger, &f, keep, &b, &e)) {
		ui_say(&a->ui, ROLE_ERROR, "%s", e.msg);
	} else {
		for (size_t i = 0; i < b.n; i++) {
			done += b.v[i].state == OP_DONE;
			open += op_is_open(b.v[i].state);
		}
		snprintf(title, sizeof title, "Plan %lld: %zu rows, %zu done, %zu open", (long long)plan_id, b.n, done, open);
		listbox_init(&box, title, true);
		snprintf(box.hint, sizeof box.hint, "Enter details   r send what was not sent   ^X stop   Esc closes");
		for (size_t i = b.n; i > 0; i--)
			add_row(&b, &box, &b.v[i - 1]);
		app_open_list(a, &box, LIST_PLAN);
		a->board_plan = plan_id;
	}
	arena_release(&b.mem);
	free(b.v);
}

void act_send_rest(struct app *a, const char *text)
{
	const struct list_item *i = app_list_item(a, LIST_JOURNAL);
	int64_t plan_id = a->ui.overlay == OVERLAY_LIST && a->ui.list_tag == LIST_PLAN ? a->board_plan : 0;
	struct operation op;
	struct arena mem = {0};
	struct question q;
	struct plan p;
	struct err e = {0};
	char line[160];

	(void)text;
	if (app_review_busy(a))
		return;
	if (i && ledger_op(a->s->ledger, i->id, &op, &mem, &e))
		plan_id = op.plan_id;
	arena_release(&mem);
	plan_init(&p, "tui");
	if (!plan_id || !plan_rest(&p, a->s, plan_id, &e)) {
		plan_release(&p);
		ui_say(&a->ui, ROLE_WARN, "%s", e.kind ? e.msg : "no plan here");
		return;
	}
	question_init(&q, "Send the rest", QUESTION_TYPE, ASK_PLAN);
	question_line(&q, ROLE_NORMAL, "%zu %s of plan %lld %s not sent:", p.n, p.n == 1 ? "row" : "rows",
		      (long long)plan_id, p.n == 1 ? "was" : "were");
	for (size_t k = 0; k < p.n && k < REVIEW_LISTED; k++)
		question_line(&q, ROLE_NORMAL, "  %s", plan_line(&p.ops[k], line, sizeof line));
	if (p.n > REVIEW_LISTED)
		question_line(&q, ROLE_NORMAL, "  ... and %zu more", p.n - REVIEW_LISTED);
	app_review(a, &p, &q, NULL);
}
