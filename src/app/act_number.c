/* What is kept here about a number (primary, lock), and what of the journal is unsettled: looking again, giving up. */
#include <stdio.h>

#include "app.h"
#include "numdesk/core/metadata.h"
#include "numdesk/core/settle.h"
#include "numdesk/model/phone.h"
#include "numdesk/util/err.h"
#include "numdesk/util/mem.h"

/* Make the number primary for p, or undo that. */
static void set_primary(struct app *a, enum primary_purpose p)
{
	const struct number *n = app_number(a);
	const char *word = primary_purpose_name(p);
	struct err e = {0};
	char number[40];
	bool was, lacks;

	if (!n || n->is_gone) {
		ui_say(&a->ui, ROLE_WARN, "no number here that could be primary");
		return;
	}
	phone_format(n->phone_number, number, sizeof number);
	was = ledger_primary_of(a->s->ledger, n->account_sid, n->phone_number) & 1u << p;
	lacks = (p == PRIMARY_MESSAGES && !(n->capabilities & 1u << CAP_SMS)) ||
		(p == PRIMARY_VOICE && !(n->capabilities & 1u << CAP_VOICE));
	if (!session_set_primary(a->s, p, was ? NULL : n->phone_number, &e))
		ui_say(&a->ui, ROLE_ERROR, "%s", e.msg);
	else if (was)
		ui_say(&a->ui, ROLE_GOOD, "%s is not primary%s%s any more", number, *word ? " for " : "", word);
	else
		ui_say(&a->ui, lacks ? ROLE_WARN : ROLE_GOOD, "%s is the %s now%s", number, primary_title(1u << p),
		       !lacks ? "" : p == PRIMARY_VOICE ? ", though it cannot take calls" : ", though it cannot send SMS");
}

void act_primary(struct app *a, const char *text)
{
	(void)text;
	set_primary(a, PRIMARY_PLAIN);
}

void act_primary_messages(struct app *a, const char *text)
{
	(void)text;
	set_primary(a, PRIMARY_MESSAGES);
}

void act_primary_voice(struct app *a, const char *text)
{
	(void)text;
	set_primary(a, PRIMARY_VOICE);
}

/* The number under the cursor, or the marked ones, locked here or opened again. */
static void set_locks(struct app *a, bool locked)
{
	const struct number *n = app_number(a);
	struct err e = {0};
	size_t done = 0;

	for (size_t i = 0; i < a->ui.marks.n; i++) {
		struct arena mem = {0};
		struct number x;

		if (cache_find_sid(a->s->cache, a->s->profile.account_sid, a->ui.marks.keys[i], &x, &mem, &e) &&
		    session_set_locked(a->s, x.phone_number, locked, &e))
			done++;
		arena_release(&mem);
	}
	if (a->ui.marks.n == 0 && n && session_set_locked(a->s, n->phone_number, locked, &e))
		done++;
	if (e.kind != ERR_NONE)
		ui_say(&a->ui, ROLE_ERROR, "%s", e.msg);
	else
		ui_say(&a->ui, ROLE_GOOD, "%zu number%s %s", done, done == 1 ? "" : "s", locked ? "locked" : "unlocked");
}

void act_lock_number(struct app *a, const char *text)
{
	(void)text;
	set_locks(a, true);
}

void act_unlock_number(struct app *a, const char *text)
{
	(void)text;
	set_locks(a, false);
}

static void on_looked(void *ctx, const struct operation *op, const struct err *err)
{
	struct app *a = ctx;
	char text[400];

	if (err->kind != ERR_NONE)
		ui_say(&a->ui, ROLE_WARN, "looked, but learned nothing: %s", err->msg);
	else if (op)
		ui_say(&a->ui, op->state == OP_DONE ? ROLE_GOOD : ROLE_WARN, "%s", settle_sentence(a->s, op, text, sizeof text));
	a->dirty = true;
}

void act_resume(struct app *a, const char *text)
{
	const struct list_item *i = app_list_item(a, LIST_JOURNAL);
	struct err e = {0};

	(void)text;
	if (i && !settle_look(a->s->settle, i->id, on_looked, a, &e))
		ui_say(&a->ui, ROLE_WARN, "%s", e.msg);
	if (!i && !settle_start(a->s->settle, &e))
		ui_say(&a->ui, ROLE_ERROR, "%s", e.msg);
	ui_close(&a->ui);
}

void act_give_up(struct app *a, const char *text)
{
	const struct list_item *i = app_list_item(a, LIST_JOURNAL);
	struct operation op;
	struct arena mem = {0};
	struct err e = {0};
	struct question q;
	char line[400], word[24];

	(void)text;
	if (!i || !ledger_op(a->s->ledger, i->id, &op, &mem, &e))
		goto out;
	if (op.state != OP_ABSENT && op.state != OP_CONFLICT) {
		ui_say(&a->ui, ROLE_WARN, "only an order that was looked for and not found can be given up; this one is %s%s",
		       op_state_name(op.state), op_is_open(op.state) ? ": c looks at it now" : "");
		goto out;
	}
	question_init(&q, "Give up", QUESTION_TYPE, ASK_GIVE_UP);
	question_line(&q, ROLE_WARN, "%s", settle_sentence(a->s, &op, line, sizeof line));
	question_line(&q, ROLE_NORMAL, "Giving it up ends its hold. If Twilio did sell it, the next refresh will find it and say so.");
	snprintf(q.ask, sizeof q.ask, *op.phone_number ? "Type the last four digits of the number to give it up" :
		 "Type the number of the operation, %s, to give it up", op_give_up_word(&op, word));
	a->give_up_id = op.id;
	ui_close(&a->ui);
	a->ui.question = q;
	ui_open_question(&a->ui);
out:
	arena_release(&mem);
}

void answer_give_up(struct app *a, const char *typed, const char *also)
{
	struct err e = {0};

	(void)also;
	ui_close(&a->ui);
	if (settle_give_up(a->s->settle, a->give_up_id, typed, &e))
		ui_say(&a->ui, ROLE_NORMAL, "given up; another can be ordered in its place");
	else
		ui_say(&a->ui, ROLE_ERROR, "%s", e.msg);
}
