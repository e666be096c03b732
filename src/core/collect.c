#include "numdesk/core/collect.h"

#include <stdlib.h>
#include <string.h>

#include "session_priv.h"

#include "numdesk/core/finder.h"
#include "numdesk/core/jobs.h"
#include "numdesk/core/session.h"
#include "numdesk/store/basket.h"
#include "numdesk/util/log.h"
#include "numdesk/util/mem.h"

static bool may_change(const struct session *s, struct err *e)
{
	if (s->read_only)
		return err_set(e, ERR_GUARD, "cannot change the basket: read-only (%s)",
			       s->read_only_why ? s->read_only_why : "asked for");
	return s->profile.account_sid[0] || err_set(e, ERR_NOT_FOUND, "cannot change the basket: no profile in use");
}

bool collect_add(struct session *s, const struct offer *o, const char *from, struct err *e)
{
	return may_change(s, e) && basket_put(s->ledger, s->profile.account_sid, o, from, e);
}

bool collect_remove(struct session *s, const char *phone_number, bool *there, struct err *e)
{
	return may_change(s, e) && basket_remove(s->ledger, s->profile.account_sid, phone_number, there, e);
}

bool collect_clear(struct session *s, size_t *removed, struct err *e)
{
	return may_change(s, e) && basket_clear(s->ledger, s->profile.account_sid, removed, e);
}

/* --- is it still for sale? -------------------------------------------------------------------------------------- */

struct check {
	struct session *s;
	char account[SID_SIZE];         /* whose basket: the profile may be left while an answer is on its way */
	char (*numbers)[E164_SIZE]; size_t n, at;
	uint32_t job;
	bool stopped;
	collect_look_fn *each;
	collect_done_fn *done;
	void *ctx;
};

static void finish(struct check *c, const struct err *err)
{
	jobs_end(c->s->jobs, c->job);
	c->done(c->ctx, err);
	free(c->numbers);
	free(c);
}

static void stop(void *ctx)
{
	((struct check *)ctx)->stopped = true;          /* the answer on its way ends it */
}

struct price_of { const char *phone_number; int64_t price; bool there; };

static bool note_price(void *ctx, const struct basket_item *i)
{
	struct price_of *p = ctx;

	p->there = strcmp(i->offer.phone_number, p->phone_number) == 0;
	if (p->there)
		p->price = i->offer.monthly_price;
	return !p->there;
}

/* What was found goes into the basket, if the number is in there; where that cannot be written, it is only told. */
static void keep(struct check *c, struct collect_look *l)
{
	struct price_of before = {.phone_number = l->phone_number, .price = MONEY_UNKNOWN};
	struct err e = {0};

	basket_each(c->s->ledger, c->account, note_price, &before, NULL);
	l->price_before = before.price;
	if (!before.there || c->s->read_only)
		return;
	if (l->now ? !basket_put(c->s->ledger, c->account, l->now, NULL, &e) :
		     l->gone && !basket_gone(c->s->ledger, c->account, l->phone_number, &e))
		log_write(LOG_WARN, "collect", "cannot keep what was found about %s: %s", l->phone_number, e.msg);
}

static bool meets_all(enum err_kind k)
{
	return k == ERR_AUTH || k == ERR_LOCKED || k == ERR_OFFLINE || k == ERR_NET || k == ERR_RATE || k == ERR_STOPPED;
}

static void look_on(struct check *c);

static void looked(void *ctx, const struct offer *o, const struct err *err)
{
	struct check *c = ctx;
	struct collect_look l = {.now = o, .price_before = MONEY_UNKNOWN};

	if (c->stopped || (failed(err) && meets_all(err->kind))) {
		finish(c, c->stopped ? &(struct err){.kind = ERR_STOPPED, .msg = "the check was stopped"} : err);
		return;
	}
	memcpy(l.phone_number, c->numbers[c->at], sizeof l.phone_number);
	if (failed(err))
		l.err = *err;
	l.gone = l.err.kind == ERR_GONE;
	keep(c, &l);
	if (c->each)
		c->each(c->ctx, &l);
	c->at++;
	look_on(c);
}

static void look_on(struct check *c)
{
	const struct err none = {0};
	struct err e;

	if (c->at == c->n) {
		finish(c, &none);
		return;
	}
	jobs_progress(c->s->jobs, c->job, "%zu of %zu", c->at, c->n);
	if (!finder_exact(c->s, c->numbers[c->at], looked, c, &e))
		looked(c, NULL, &e);
}

bool collect_check(struct session *s, const char (*numbers)[E164_SIZE], size_t n, collect_look_fn *each,
		   collect_done_fn *done, void *ctx, struct err *e)
{
	struct check *c;

	if (!session_ready(s, e))
		return false;
	c = mem_alloc(sizeof *c);
	*c = (struct check){.s = s, .n = n, .each = each, .done = done, .ctx = ctx};
	memcpy(c->account, s->profile.account_sid, sizeof c->account);
	c->numbers = mem_array(n + 1, sizeof *c->numbers);
	if (n)
		memcpy(c->numbers, numbers, n * sizeof *c->numbers);
	c->job = jobs_begin(s->jobs, "looking at the basket", stop, c);
	look_on(c);
	return true;
}
