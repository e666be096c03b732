/* Lists, forms and questions over the panes: opening them, and which function each answer goes to. */
#include <stdio.h>

#include "app.h"
#include "numdesk/core/jobs.h"
#include "numdesk/util/err.h"

static chosen_fn *const on_chosen[LIST_TAG_COUNT] = {
	[LIST_HELP] = chosen_command, [LIST_PALETTE] = chosen_command, [LIST_JOURNAL] = chosen_operation, [LIST_PLAN] = chosen_operation,
	[LIST_COLUMNS] = chosen_column, [LIST_SORT] = chosen_sort, [LIST_PROFILES] = chosen_profile,
	[LIST_COUNTRIES] = chosen_country,
};

static submit_fn *const on_submit[UI_FORM_COUNT] = {
	[UI_FORM_UNLOCK] = submit_unlock, [UI_FORM_CREATE] = submit_create, [UI_FORM_PROFILE] = submit_profile,
	[UI_FORM_PAPERS] = submit_papers,
};

static answer_fn *const on_answer[ASK_COUNT] = {
	[ASK_PLAN] = answer_plan, [ASK_QUIT] = answer_quit, [ASK_GIVE_UP] = answer_give_up,
};

void app_open_list(struct app *a, struct listbox *b, enum ui_list_tag tag)
{
	ui_close(&a->ui);
	a->ui.list = *b;
	ui_open_list(&a->ui, tag);
	a->dirty = true;
}

void app_open_form(struct app *a, struct formbox *f)
{
	ui_close(&a->ui);
	a->ui.form = *f;
	ui_open_form(&a->ui);
	a->dirty = true;
}

void app_form_fail(struct app *a, const struct err *e)
{
	snprintf(a->ui.form.error, sizeof a->ui.form.error, "%.299s", e->msg);
	a->ui.form.busy[0] = '\0';
	a->dirty = true;
}

const struct list_item *app_list_item(const struct app *a, enum ui_list_tag tag)
{
	return a->ui.overlay == OVERLAY_LIST && a->ui.list_tag == tag ? listbox_chosen(&a->ui.list) : NULL;
}

bool app_may_open(const struct app *a)
{
	return a->ui.overlay != OVERLAY_QUESTION && a->ui.overlay != OVERLAY_FORM;
}

void app_list_chosen(struct app *a, int64_t id)
{
	if (on_chosen[a->ui.list_tag])
		on_chosen[a->ui.list_tag](a, id);
}

void app_form_submitted(struct app *a)
{
	if (on_submit[a->ui.form.tag])
		on_submit[a->ui.form.tag](a);
}

void app_form_cancelled(struct app *a)
{
	const bool leave = a->ui.form.stay;

	if (a->ui.form.tag == UI_FORM_PAPERS) {
		app_review_again(a);            /* back to the question as it was */
		return;
	}
	if (*a->ui.form.busy)           /* what it waits for is given up too */
		jobs_stop_all(a->s->jobs);
	ui_close(&a->ui);
	a->after_unlock = COMMAND_COUNT;
	if (leave)
		a->quit = true;
}

void app_answered(struct app *a)
{
	const struct question *q = &a->ui.question;
	char typed[EDIT_MAX], also[EDIT_MAX];

	/* copies: the answer may close the question that holds them */
	snprintf(typed, sizeof typed, "%s", q->kind == QUESTION_YES ? "y" : q->typed.text);
	snprintf(also, sizeof also, "%s", q->also.text);
	if (on_answer[q->tag])
		on_answer[q->tag](a, typed, also);
}

void app_refused(struct app *a)
{
	const bool plan = a->ui.question.tag == ASK_PLAN && a->plan.n > 0;
	const enum op_kind kind = plan ? a->plan.ops[0].kind : OP_BUY;

	ui_close(&a->ui);
	app_review_drop(a);
	if (plan)
		ui_say(&a->ui, ROLE_NORMAL, "not %s", op_kinds[kind].past);
}
