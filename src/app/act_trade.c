/*
 * Buying and releasing from the screen. The numbers under the cursor or marked become a plan; the guard looks at it; the
 * question shows what it will do; the answer and the verdict go to apply, which checks both once more.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app.h"
#include "numdesk/core/finder.h"
#include "numdesk/core/jobs.h"
#include "numdesk/core/settle.h"
#include "numdesk/model/phone.h"
#include "numdesk/util/err.h"
#include "numdesk/util/mem.h"
#include "numdesk/util/text.h"

static void drop_plan(struct app *a)
{
	plan_release(&a->plan);
	plan_init(&a->plan, "tui");
	if (a->has_verdict)
		verdict_release(&a->verdict);
	a->has_verdict = false;
}

static void judge(struct app *a)
{
	if (a->has_verdict)
		verdict_release(&a->verdict);
	guard_check(a->s, &a->plan, NULL, &a->verdict);
	a->has_verdict = true;
}

#define MAX_FINDINGS 6
#define MAX_LISTED 8

/* Blockers first, then warnings; true when something blocks, and the question only says so. */
static bool findings(struct app *a, struct question *q)
{
	size_t said = 0;

	for (int pass = 0; pass < 2; pass++)
		for (size_t i = 0; i < a->verdict.n; i++) {
			const struct guard_finding *f = &a->verdict.findings[i];

			if (f->blocks == (pass == 0) && said++ < MAX_FINDINGS)
				question_line(q, f->blocks ? ROLE_ERROR : ROLE_WARN, "%s%s", f->blocks ? "blocked: " : "note: ", f->says);
		}
	if (said > MAX_FINDINGS)
		question_line(q, ROLE_WARN, "... and %zu more like that", said - MAX_FINDINGS);
	q->final = a->verdict.blocked;
	if (q->final)
		q->tag = ASK_RESULT;
	return q->final;
}

static const char *account_words(struct app *a, char *dst, size_t n)
{
	const struct profile *p = &a->s->profile;

	snprintf(dst, n, "%s%s%.60s  (%s)", p->name, *p->account_name ? " / " : "", p->account_name, p->account_sid);
	return dst;
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
		question_line(q, ROLE_BOLD, "Monthly total: %s  ->  %s   (%s%s)", before, after, v->adds_micros >= 0 ? "+" : "", adds);
}

static void ask_question(struct app *a, struct question *q)
{
	const struct verdict *v = &a->verdict;

	snprintf(q->also_ask, sizeof q->also_ask, "%s%s%s", *v->also_type ? "Also type '" : "", v->also_type, *v->also_type ? "'" : "");
	if (q->final)
		q->also_ask[0] = '\0';
	a->ui.question = *q;
	ui_open_question(&a->ui);
	a->dirty = true;
}

/* --- buy --------------------------------------------------------------------------------------------------------- */
static void offer_line(struct question *q, const struct offer *o)
{
	char number[40], place[120], price[48], caps[40];

	question_line(q, ROLE_BOLD, "%s   %s", phone_format(o->phone_number, number, sizeof number), o->phone_number);
	offer_place(o, place, sizeof place);
	question_line(q, ROLE_NORMAL, "%s%s%s, %s", place, *place ? ", " : "", o->country, number_type_name(o->type));
	question_line(q, ROLE_NORMAL, "takes %s", capability_words(o->capabilities, caps, sizeof caps));
	question_line(q, ROLE_NORMAL, "%s per month, from today, renewed monthly", money_show(o->monthly_price, o->currency, price, sizeof price));
}

static void plan_offers(struct app *a, struct question *q)
{
	const struct offer *o;
	size_t n = a->ui.offer_marks.n, shown = 0;

	if (n == 0) {
		if ((o = app_offer(a))) {
			plan_add_buy(&a->plan, a->s, o, NULL);
			offer_line(q, o);
		}
		return;
	}
	for (size_t i = 0; i < n; i++) {
		size_t at = finder_index(a->finder, a->ui.offer_marks.keys[i]);
		char line[160];

		if (at == SIZE_MAX || !(o = finder_at(a->finder, at)))
			continue;
		plan_add_buy(&a->plan, a->s, o, NULL);
		if (a->plan.n == 1 && n == 1)
			offer_line(q, o);
		else if (shown++ < MAX_LISTED)
			question_line(q, ROLE_NORMAL, "%s", plan_line(&a->plan.ops[a->plan.n - 1], line, sizeof line));
	}
	if (shown > MAX_LISTED)
		question_line(q, ROLE_NORMAL, "... and %zu more", shown - MAX_LISTED);
}

void act_buy(struct app *a, const char *text)
{
	struct question q;
	char who[200];

	(void)text;
	if (apply_running(a->s) || a->checking) {
		ui_say(&a->ui, ROLE_WARN, "something is being carried out; wait for it, or ^X stops it");
		return;
	}
	drop_plan(a);
	question_init(&q, "Buy", QUESTION_YES, ASK_BUY);
	plan_offers(a, &q);
	if (a->plan.n == 0) {
		question_release(&q);
		ui_say(&a->ui, ROLE_WARN, "no number to buy here; search first (f)");
		return;
	}
	judge(a);
	q.keep = q.n;
	question_line(&q, ROLE_NORMAL, "for %s", account_words(a, who, sizeof who));
	totals(a, &q);
	if (!findings(a, &q) && a->verdict.confirm != CONFIRM_YES) {
		q.kind = QUESTION_TYPE;
		snprintf(q.ask, sizeof q.ask, "Type %s to buy these %s numbers", a->verdict.expect, a->verdict.expect);
	}
	ask_question(a, &q);
}

/* --- release: every number is looked at live before the question ---------------------------------------------------- */
struct release_check {
	struct app *app;                /* NULL once nobody wants the answer that is still to come */
	struct mark_set sids;           /* what to look at */
	size_t at;
	struct plan plan;               /* its own until it is asked about: a->plan may be another question's */
	struct question question;
	uint32_t job;
	bool stopped;
};

static void check_free(struct release_check *c)
{
	mark_release(&c->sids);
	plan_release(&c->plan);
	question_release(&c->question);
	free(c);
}

/* The transport still holds what is being looked at: its answer frees it. */
void act_release_forget(struct app *a)
{
	if (!a->checking)
		return;
	jobs_end(a->s->jobs, a->checking->job);
	a->checking->app = NULL;
	a->checking = NULL;
}

static void check_next(struct release_check *c);
static void release_failed(struct release_check *c, const struct err *e);

static void release_ask(struct release_check *c)
{
	struct app *a = c->app;
	struct question q;
	struct err e = {0};
	char who[200];

	if (a->ui.overlay == OVERLAY_QUESTION || a->ui.overlay == OVERLAY_FORM || apply_running(a->s)) {
		/* what is being typed there must not answer this */
		err_set(&e, ERR_STOPPED, "something else was opened meanwhile; press x again");
		release_failed(c, &e);
		return;
	}
	ui_close(&a->ui);
	jobs_end(a->s->jobs, c->job);
	a->checking = NULL;
	drop_plan(a);
	plan_release(&a->plan);
	a->plan = c->plan;
	q = c->question;
	if (c->sids.n > MAX_LISTED)
		question_line(&q, ROLE_NORMAL, "... and %zu more", c->sids.n - MAX_LISTED);
	c->plan = (struct plan){0};
	c->question = (struct question){0};
	check_free(c);
	if (a->plan.n == 0) {
		question_line(&q, ROLE_NORMAL, "nothing is left to release");
		q.final = true;
		q.tag = ASK_RESULT;
		ask_question(a, &q);
		return;
	}
	judge(a);
	q.keep = q.n;
	question_line(&q, ROLE_NORMAL, "from %s", account_words(a, who, sizeof who));
	totals(a, &q);
	question_line(&q, ROLE_WARN, "A released number is gone; the Twilio Console may bring it back within 10 days.");
	if (!findings(a, &q)) {
		q.kind = QUESTION_TYPE;
		if (a->verdict.confirm == CONFIRM_LAST4)
			snprintf(q.ask, sizeof q.ask, "Type the last four digits of the number to release it");
		else
			snprintf(q.ask, sizeof q.ask, "Type %s to release these %s numbers", a->verdict.expect, a->verdict.expect);
	}
	ask_question(a, &q);
}

static void release_failed(struct release_check *c, const struct err *e)
{
	struct app *a = c->app;

	jobs_end(a->s->jobs, c->job);
	ui_say(&a->ui, ROLE_ERROR, "not released: %s", e->msg);
	a->checking = NULL;
	check_free(c);
	a->dirty = true;
}

/* What the question says of one number; of many, the first ones are named. */
static void describe_impact(struct release_check *c, const struct impact *i)
{
	char number[40], name[120];
	bool one = c->sids.n == 1;

	if (c->at >= MAX_LISTED)
		return;
	phone_format(i->live.phone_number, number, sizeof number);
	text_clean(name, sizeof name, i->live.friendly_name ? i->live.friendly_name : "",
		   i->live.friendly_name ? strlen(i->live.friendly_name) : 0);
	if (i->already_gone) {
		question_line(&c->question, ROLE_WARN, "%s was already gone from the account", number);
	} else {
		question_line(&c->question, ROLE_BOLD, "%s   %s   %s", number, i->live.phone_number, name);
		if (i->changed)
			question_line(&c->question, ROLE_WARN, "it was changed elsewhere since the list was fetched; this is how it is now");
		for (size_t k = 0; one && k < i->n; k++)
			question_line(&c->question, ROLE_NORMAL, "  %s", i->lines[k]);
		if (one && i->n == 0)
			question_line(&c->question, ROLE_NORMAL, "  nothing hangs on it");
		if (!one && i->n)
			question_line(&c->question, ROLE_NORMAL, "  %s%s", i->lines[0], i->n > 1 ? " ..." : "");
	}
}

static void on_impact(void *ctx, const struct impact *i, const struct err *err)
{
	struct release_check *c = ctx;

	if (!c->app) {
		check_free(c);
		return;
	}
	if (c->stopped || err->kind != ERR_NONE) {
		release_failed(c, c->stopped ? &(struct err){.kind = ERR_STOPPED, .msg = "stopped"} : err);
		return;
	}
	if (!i->already_gone)
		plan_add_release(&c->plan, c->app->s, &i->live, i->json);
	describe_impact(c, i);
	c->at++;
	check_next(c);
}

static void check_next(struct release_check *c)
{
	struct app *a = c->app;
	struct number n;
	struct arena mem = {0};
	struct err e = {0};

	a->dirty = true;
	if (c->at == c->sids.n) {
		release_ask(c);
		return;
	}
	jobs_progress(a->s->jobs, c->job, "%zu of %zu", c->at + 1, c->sids.n);
	if (!cache_find_sid(a->s->cache, a->s->profile.account_sid, c->sids.keys[c->at], &n, &mem, &e) ||
	    !impact_check(a->s, &n, on_impact, c, &e))
		release_failed(c, &e);
	arena_release(&mem);
}

static void check_stop(void *ctx)
{
	struct release_check *c = ctx;

	c->stopped = true;
}

void act_release(struct app *a, const char *text)
{
	const struct number *n = app_number(a);
	const int64_t max = config_int(&a->s->config, OPTION_GUARD_MAX_COUNT);
	struct release_check *c;

	(void)text;
	if (apply_running(a->s) || a->checking) {
		ui_say(&a->ui, ROLE_WARN, "something is being carried out; wait for it, or ^X stops it");
		return;
	}
	if (!a->ui.marks.n && !n) {
		ui_say(&a->ui, ROLE_WARN, "no number here to release");
		return;
	}
	if (max > 0 && a->ui.marks.n > (size_t)max) {   /* said before each of them is looked at */
		ui_say(&a->ui, ROLE_ERROR, "%zu numbers are marked, and max_per_plan under [guard] is %lld", a->ui.marks.n,
		       (long long)max);
		return;
	}
	a->checking = c = mem_alloc(sizeof *c);
	c->app = a;
	plan_init(&c->plan, "tui");
	question_init(&c->question, "Release", QUESTION_TYPE, ASK_RELEASE);
	if (a->ui.marks.n == 0)
		mark_toggle(&c->sids, n->phone_sid);
	for (size_t i = 0; i < a->ui.marks.n; i++)
		mark_toggle(&c->sids, a->ui.marks.keys[i]);
	ui_close(&a->ui);
	drop_plan(a);
	c->job = jobs_begin(a->s->jobs, "looking at the number", check_stop, c);
	check_next(c);
}

/* --- carrying out ------------------------------------------------------------------------------------------------ */
static void on_row(void *ctx, size_t i, const struct operation *op)
{
	struct app *a = ctx;
	char text[400], number[40];

	(void)i;
	if (op->state == OP_DONE) {
		if (op->kind == OP_BUY) {
			if (mark_has(&a->ui.offer_marks, op->phone_number))
				mark_toggle(&a->ui.offer_marks, op->phone_number);
			finder_remove(a->finder, op->phone_number);
		} else if (mark_has(&a->ui.marks, op->phone_sid)) {
			mark_toggle(&a->ui.marks, op->phone_sid);
		}
	}
	if (op->kind == OP_BUY && op->state == OP_REJECTED && op->twilio_code == 21422)
		finder_remove(a->finder, op->phone_number);
	settle_sentence(a->s, op, text, sizeof text);
	ui_say(&a->ui, op->state == OP_DONE ? ROLE_GOOD : op_is_unsure(op->state) || op->state == OP_REJECTED ? ROLE_ERROR : ROLE_NORMAL,
	       "%s: %s", phone_format(op->phone_number, number, sizeof number), text);
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
		ui_say(&a->ui, sum->done == sum->total ? ROLE_GOOD : ROLE_ERROR, "%s%s%s", count_words(sum, words, sizeof words),
		       sum->first_error.kind ? ": " : "", sum->first_error.msg);
	session_refresh_summary(a->s, NULL, NULL);
	a->dirty = true;
}

void app_answered(struct app *a)
{
	struct question *q = &a->ui.question;
	struct err e = {0};
	int tag = q->tag;
	char typed[64], also[sizeof a->verdict.also_type];

	snprintf(typed, sizeof typed, "%.63s", q->kind == QUESTION_YES ? "y" : q->typed.text);
	snprintf(also, sizeof also, "%.*s", (int)sizeof also - 1, q->also.text);
	if (tag == ASK_QUIT) {
		a->quit = true;
		ui_close(&a->ui);
		return;
	}
	if (tag == ASK_GIVE_UP) {
		ui_close(&a->ui);
		if (settle_give_up(a->s->settle, a->give_up_id, typed, &e))
			ui_say(&a->ui, ROLE_NORMAL, "given up; another number can be bought in its place");
		else
			ui_say(&a->ui, ROLE_ERROR, "%s", e.msg);
		return;
	}
	if (!guard_answer(a->s, &a->verdict, &a->plan, typed, also, &e)) {
		question_complain(q, e.msg);
		return;
	}
	ui_close(&a->ui);
	ui_say(&a->ui, ROLE_NORMAL, "%s ...", tag == ASK_BUY ? "buying" : "releasing");
	if (!apply_start(a->s, &a->plan, &a->verdict, typed, also, on_row, on_applied, a, &e)) {
		ui_say(&a->ui, ROLE_ERROR, "nothing was sent: %s", e.msg);
		drop_plan(a);
	}
}

void app_refused(struct app *a)
{
	int tag = a->ui.question.tag;

	ui_close(&a->ui);
	drop_plan(a);
	if (tag == ASK_BUY)
		ui_say(&a->ui, ROLE_NORMAL, "not bought");
	else if (tag == ASK_RELEASE)
		ui_say(&a->ui, ROLE_NORMAL, "not released");
}
