/*
 * Every change from the screen: a plan is shown with what the guard says of it; the answer and the verdict go to apply,
 * which checks both once more; each operation is told on the message line as it ends.
 */
#include <stdio.h>
#include <stdlib.h>

#include "app.h"
#include "numdesk/core/finder.h"
#include "numdesk/core/jobs.h"
#include "numdesk/core/papers.h"
#include "numdesk/core/settle.h"
#include "numdesk/util/clock.h"
#include "numdesk/util/err.h"
#include "numdesk/util/mem.h"

#define MAX_FINDINGS 6
#define BOARD_ROWS_QUICK 200
#define BOARD_EVERY_MS 500

/* A plan that waits for what Twilio knows of its papers; app NULL: nobody waits any more. */
struct review { struct app *app; uint32_t job; };

void app_review_drop(struct app *a)
{
	plan_release(&a->plan);
	plan_init(&a->plan, "tui");
	if (a->has_verdict)
		verdict_release(&a->verdict);
	a->has_verdict = false;
	a->each_op = NULL;
	if (a->waiting)
		a->waiting->app = NULL;
	a->waiting = NULL;
	question_release(&a->asking);
}

bool app_review_busy(struct app *a)
{
	if (!apply_running(a->s) && !a->checking && !a->waiting)
		return false;
	ui_say(&a->ui, ROLE_WARN, "something is being carried out; wait for it, or ^X stops it");
	return true;
}

/* --- the question ----------------------------------------------------------------------------------------------- */

/* Blockers first, then warnings; when something blocks, the question only says so. */
static void findings(struct app *a, struct question *q)
{
	size_t said = 0;

	for (int pass = 0; pass < 2; pass++)
		for (size_t i = 0; i < a->verdict.n; i++) {
			const struct guard_finding *f = &a->verdict.findings[i];

			if (f->blocks == (pass == 0) && said++ < MAX_FINDINGS)
				question_line(q, f->blocks ? ROLE_ERROR : ROLE_WARN, "%s%s", f->blocks ? "blocked: " : "note: ",
					      f->says);
		}
	if (said > MAX_FINDINGS)
		question_line(q, ROLE_WARN, "... and %zu more like that", said - MAX_FINDINGS);
	q->final = a->verdict.blocked;
	if (q->final)
		q->tag = ASK_RESULT;
}

static void account_line(struct app *a, struct question *q)
{
	const struct profile *p = &a->s->profile;

	question_line(q, ROLE_NORMAL, "%s %s%s%.60s  (%s)", op_kinds[a->plan.ops[0].kind].flags & OPF_DESTROYS ? "from" : "for",
		      p->name, *p->account_name ? " / " : "", p->account_name, p->account_sid);
}

static bool moves_money(const struct plan *p)
{
	for (size_t i = 0; i < p->n; i++)
		if (p->ops[i].kind == OP_BUY || p->ops[i].kind == OP_RELEASE)
			return true;
	return false;
}

static void totals(struct app *a, struct question *q)
{
	char before[48], after[48], adds[48];
	const struct verdict *v = &a->verdict;

	money_show(v->adds_micros, v->currency, adds, sizeof adds);
	money_show(v->total_before, v->currency, before, sizeof before);
	money_show(v->total_after, v->currency, after, sizeof after);
	if (v->adds_micros == MONEY_UNKNOWN)
		question_line(q, ROLE_WARN, "Change per month: not known");
	else
		question_line(q, ROLE_BOLD, "Monthly total: %s  ->  %s   (%s%s)", before, after, v->adds_micros >= 0 ? "+" : "",
			      adds);
}

static void ask_for(struct app *a, struct question *q)
{
	const struct verdict *v = &a->verdict;
	const struct op_kind_info *k = &op_kinds[a->plan.ops[0].kind];

	q->kind = v->confirm == CONFIRM_YES ? QUESTION_YES : QUESTION_TYPE;
	switch (v->confirm) {
	case CONFIRM_YES:
		break;
	case CONFIRM_COUNT:
		snprintf(q->ask, sizeof q->ask, "Type %s to %s these %s %s", v->expect, k->verb, v->expect, k->nouns);
		break;
	case CONFIRM_LAST4:
		snprintf(q->ask, sizeof q->ask, "Type the last four digits of the number to %s it", k->verb);
		break;
	case CONFIRM_NAME:
		snprintf(q->ask, sizeof q->ask, "Type '%s' to %s it", v->expect, k->verb);
		break;
	}
	snprintf(q->also_ask, sizeof q->also_ask, "%s%s%s", *v->also_type ? "Also type '" : "", v->also_type,
		 *v->also_type ? "'" : "");
}

static void paper_line(void *ctx, const char *text)
{
	question_line(ctx, ROLE_NORMAL, "%s", text);
}

/* The plan as it stands, what the guard says of it, and what has to be answered. Takes over *q. */
static void ask(struct app *a, struct question *q)
{
	q->tag = ASK_PLAN;
	q->keep = q->n;
	if (a->has_verdict)
		verdict_release(&a->verdict);
	guard_check(a->s, &a->plan, NULL, &a->verdict);
	a->has_verdict = true;
	papers_lines(a->s, &a->plan, paper_line, q);
	account_line(a, q);
	if (moves_money(&a->plan))
		totals(a, q);
	findings(a, q);
	if (!q->final)
		ask_for(a, q);
	if (app_papers_matter(a))
		snprintf(q->other, sizeof q->other, "other address or bundle");
	ui_close(&a->ui);
	a->ui.question = *q;
	*q = (struct question){0};
	ui_open_question(&a->ui);
	a->dirty = true;
}

void app_review_again(struct app *a)
{
	struct question q = a->asking;

	a->asking = (struct question){0};
	if (a->plan.n > 0)
		ask(a, &q);
	else
		question_release(&q);
}

/* --- what Twilio knows of it first ------------------------------------------------------------------------------- */

static void papers_came(void *ctx, const struct err *err)
{
	struct review *w = ctx;
	struct app *a = w->app;

	if (a) {
		a->waiting = NULL;
		jobs_end(a->s->jobs, w->job);
	}
	free(w);
	if (!a)
		return;
	if (a->closing || !app_may_open(a)) {   /* what is being typed there must not answer this */
		app_review_drop(a);
		ui_say(&a->ui, ROLE_WARN, "not asked: something else was opened meanwhile; try again");
		return;
	}
	if (err->kind != ERR_NONE)
		ui_say(&a->ui, ROLE_WARN, "addresses and bundles could not all be looked at: %s", err->msg);
	papers_fill(a->s, &a->plan);
	app_review_again(a);
}

static bool buys(const struct plan *p)
{
	for (size_t i = 0; i < p->n; i++)
		if (p->ops[i].kind == OP_BUY)
			return true;
	return false;
}

static void wait_for_papers(struct app *a)
{
	struct review *w = mem_alloc(sizeof *w);

	*w = (struct review){.app = a, .job = jobs_begin(a->s->jobs, "addresses and bundles", NULL, NULL)};
	a->waiting = w;
	a->dirty = true;
	papers_need(a->s, &a->plan, papers_came, w);
}

void app_review(struct app *a, struct plan *p, struct question *q, void (*each)(struct app *, const struct operation *))
{
	app_review_drop(a);
	plan_release(&a->plan);
	a->plan = *p;
	*p = (struct plan){.source = a->plan.source};
	a->each_op = each;
	ui_close(&a->ui);
	if (a->plan.n == 0) {
		q->final = true;
		q->tag = ASK_RESULT;
		a->ui.question = *q;
		*q = (struct question){0};
		ui_open_question(&a->ui);
		a->dirty = true;
		return;
	}
	a->asking = *q;
	*q = (struct question){0};
	if (buys(&a->plan))
		wait_for_papers(a);
	else
		app_review_again(a);
}

/* --- carrying out ----------------------------------------------------------------------------------------------- */

/* What is done, or can no longer be bought, needs no mark and no place in the results. */
static void unmark(struct app *a, const struct operation *op)
{
	const bool gone = op->state == OP_REJECTED && op->twilio_code == 21422;

	if (op->kind != OP_BUY) {
		if (op->state == OP_DONE && mark_has(&a->ui.marks, op->phone_sid))
			mark_toggle(&a->ui.marks, op->phone_sid);
		return;
	}
	if (op->state == OP_DONE && mark_has(&a->ui.offer_marks, op->phone_number))
		mark_toggle(&a->ui.offer_marks, op->phone_number);
	if (op->state == OP_DONE || gone)
		finder_remove(a->finder, op->phone_number);
}

/* Several: their board opens with the first row and follows, as long as nothing else is opened in its place. */
static void show_board(struct app *a, const struct operation *op)
{
	const bool open = a->ui.overlay == OVERLAY_LIST && a->ui.list_tag == LIST_PLAN && a->board_plan == op->plan_id;
	const size_t cursor = open ? a->ui.list.scroll.cursor : 0;

	const int64_t now = a->s->clock->mono_ms(a->s->clock);

	if (a->plan_rows > BOARD_ROWS_QUICK && now - a->board_at_ms < BOARD_EVERY_MS)
		return;         /* reading a long plan again for each of its rows would take longer than sending them */
	a->board_at_ms = now;
	if (a->plan_rows < 2 || !(open || (a->ui.overlay == OVERLAY_NONE && a->board_plan != op->plan_id)))
		return;
	app_plan_board(a, op->plan_id);
	scroll_to(&a->ui.list.scroll, cursor);
}

static void on_row(void *ctx, size_t i, const struct operation *op)
{
	struct app *a = ctx;
	char text[400], subject[OP_SUBJECT_MAX];
	const bool bad = op_is_unsure(op->state) || op->state == OP_REJECTED;

	(void)i;
	unmark(a, op);
	settle_sentence(a->s, op, text, sizeof text);
	ui_say(&a->ui, op->state == OP_DONE ? ROLE_GOOD : bad ? ROLE_ERROR : ROLE_NORMAL, "%s: %s",
	       op_show_subject(op, subject, sizeof subject), text);
	if (a->each_op)
		a->each_op(a, op);
	show_board(a, op);
	a->dirty = true;
}

/* "3 done, 1 refused": only what there is. */
static char *count_words(const struct apply_summary *sum, char *dst, size_t n)
{
	const struct { size_t n; const char *word; } parts[] = {
		{sum->done, "done"}, {sum->rejected, "refused"}, {sum->unsure, "unsure"}, {sum->cancelled, "not sent"}};
	size_t at = 0;

	dst[0] = '\0';
	for (size_t i = 0; i < ARRAY_LEN(parts); i++)
		if (parts[i].n && at < n)
			at += (size_t)snprintf(dst + at, n - at, "%s%zu %s", at ? ", " : "", parts[i].n, parts[i].word);
	return dst;
}

static void on_applied(void *ctx, const struct apply_summary *sum)
{
	struct app *a = ctx;
	char words[120];

	if (sum->total > 1 || sum->done == 0)
		ui_say(&a->ui, sum->done == sum->total ? ROLE_GOOD : ROLE_ERROR, "%s%s%s",
		       count_words(sum, words, sizeof words), sum->first_error.kind ? ": " : "", sum->first_error.msg);
	session_refresh_summary(a->s, NULL, NULL);
	if (a->ui.overlay == OVERLAY_LIST && a->ui.list_tag == LIST_PLAN)
		app_plan_board(a, a->board_plan);       /* its last state, whatever was left out on the way */
	a->dirty = true;
}

void answer_plan(struct app *a, const char *typed, const char *also)
{
	struct err e = {0};

	if (!guard_answer(a->s, &a->verdict, &a->plan, typed, also, &e)) {
		question_complain(&a->ui.question, e.msg);
		return;
	}
	ui_close(&a->ui);
	a->plan_rows = a->plan.n;
	ui_say(&a->ui, ROLE_NORMAL, "%s ...", op_kinds[a->plan.ops[0].kind].doing);
	if (!apply_start(a->s, &a->plan, &a->verdict, typed, also, on_row, on_applied, a, &e)) {
		ui_say(&a->ui, ROLE_ERROR, "nothing was sent: %s", e.msg);
		app_review_drop(a);
	}
}
