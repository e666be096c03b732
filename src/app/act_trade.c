/* Buying and releasing from the screen: the numbers under the cursor or marked become a plan, which is reviewed. */
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

static void plan_offers(struct app *a, struct plan *p, struct question *q)
{
	const struct offer *o;
	size_t n = a->ui.offer_marks.n, shown = 0;

	if (n == 0) {
		if ((o = app_offer(a))) {
			plan_add_buy(p, a->s, o, NULL);
			offer_line(q, o);
		}
		return;
	}
	for (size_t i = 0; i < n; i++) {
		size_t at = finder_index(a->finder, a->ui.offer_marks.keys[i]);
		char line[160];

		if (at == SIZE_MAX || !(o = finder_at(a->finder, at)))
			continue;
		plan_add_buy(p, a->s, o, NULL);
		if (p->n == 1 && n == 1)
			offer_line(q, o);
		else if (shown++ < REVIEW_LISTED)
			question_line(q, ROLE_NORMAL, "%s", plan_line(&p->ops[p->n - 1], line, sizeof line));
	}
	if (shown > REVIEW_LISTED)
		question_line(q, ROLE_NORMAL, "... and %zu more", shown - REVIEW_LISTED);
}

void act_buy(struct app *a, const char *text)
{
	struct question q;
	struct plan p;

	(void)text;
	if (app_review_busy(a))
		return;
	plan_init(&p, "tui");
	question_init(&q, "Buy", QUESTION_YES, ASK_PLAN);
	plan_offers(a, &p, &q);
	if (p.n > 0) {
		app_review(a, &p, &q, NULL);
		return;
	}
	question_release(&q);
	ui_say(&a->ui, ROLE_WARN, "no number to buy here; search first (f)");
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
	struct err e = {0};

	if (!app_may_open(a) || apply_running(a->s)) {  /* what is being typed there must not answer this */
		err_set(&e, ERR_STOPPED, "something else was opened meanwhile; press x again");
		release_failed(c, &e);
		return;
	}
	jobs_end(a->s->jobs, c->job);
	a->checking = NULL;
	if (c->sids.n > REVIEW_LISTED)
		question_line(&c->question, ROLE_NORMAL, "... and %zu more", c->sids.n - REVIEW_LISTED);
	if (c->plan.n == 0)
		question_line(&c->question, ROLE_NORMAL, "nothing is left to release");
	else
		question_line(&c->question, ROLE_WARN, "A released number is gone; the Twilio Console may bring it back within "
			      "10 days.");
	app_review(a, &c->plan, &c->question, NULL);
	check_free(c);
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

	if (c->at >= REVIEW_LISTED)
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
	if (app_review_busy(a))
		return;
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
	question_init(&c->question, "Release", QUESTION_TYPE, ASK_PLAN);
	if (a->ui.marks.n == 0)
		mark_toggle(&c->sids, n->phone_sid);
	for (size_t i = 0; i < a->ui.marks.n; i++)
		mark_toggle(&c->sids, a->ui.marks.keys[i]);
	ui_close(&a->ui);
	app_review_drop(a);
	c->job = jobs_begin(a->s->jobs, "looking at the number", check_stop, c);
	check_next(c);
}
