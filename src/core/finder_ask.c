#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "finder_priv.h"
#include "session_priv.h"

#include "numdesk/core/catalog.h"
#include "numdesk/core/jobs.h"
#include "numdesk/core/session.h"
#include "numdesk/twilio/available.h"
#include "numdesk/util/log.h"
#include "numdesk/util/text.h"

/*
 * A search is a list of requests, a few of which are under way at a time. The first round asks the search as it is,
 * once for each area code, pattern and type; when it came back as full as one request gets and more rows are wanted, or
 * when the user widens, a second round asks its parts. What comes is joined with its price and kept once.
 *
 * Whatever is under way (requests, the price list, the countries) holds a link, which outlives the finder and knows
 * the generation it belongs to: a link of an older search, or of a finder that is gone, is only freed.
 */
enum { MAX_PARTS = (SEARCH_MORE_CODES + 1) * 2 * VANITY_WORDS, MAX_KEPT = 5000 };

static void ask_on(struct finder *f);

/* --- links ------------------------------------------------------------------------------------------------------ */

static struct link *link_new(struct finder *f)
{
	struct link *l = mem_alloc(sizeof *l);

	*l = (struct link){.next = f->links, .f = f, .gen = f->gen, .client = f->s->client};
	f->links = l;
	return l;
}

/* The finder the link belongs to, when it is still about the same search; frees the link either way. */
static struct finder *link_end(struct link *l)
{
	struct finder *f = l->f;
	bool current = f && l->gen == f->gen;

	if (f) {
		struct link **at = &f->links;

		while (*at != l)
			at = &(*at)->next;
		*at = l->next;
	}
	free(l);
	return current ? f : NULL;
}

void finder_cancel(struct finder *f)
{
	f->gen++;
	for (struct link *l = f->links; l; l = l->next)
		if (l->request)
			client_cancel(&l->client, l->request);
	f->n_todo = f->next = f->under_way = 0;
	f->waiting = false;
	jobs_end(f->s->jobs, f->job);
	f->job = 0;
	f->view.busy = false;
}

static void say_covers(struct finder *f)
{
	snprintf(f->view.covers, sizeof f->view.covers, "%s: %d of %d requests", f->asking, f->view.requests_done,
		 f->view.requests);
}

/* The old results make room when the first answer of the new search is here. */
static void swap_in(struct finder *f)
{
	if (!f->fresh)
		return;
	f->fresh = false;
	finder_empty(f);
	f->view.search = f->asked;
	f->view.order = search_order(&f->asked);
	f->view.n_relax = 0;
	err_clear(&f->view.err);
}

/* --- the end of a search ---------------------------------------------------------------------------------------- */

static void conclude(struct finder *f)
{
	const bool none_sold = f->err.kind == ERR_NOT_FOUND;

	/* a search that failed altogether leaves the results of the one before */
	if (f->answers > 0 || f->err.kind == ERR_NONE || none_sold)
		swap_in(f);
	f->view.finished = true;
	f->view.busy = false;
	/* a type that a country does not sell is no failure while others answer */
	if (!none_sold || f->answers == 0)
		f->view.err = f->err;
	if (!f->fresh)
		finder_cut(f);
	if (!f->fresh && f->view.n == 0 && (f->err.kind == ERR_NONE || none_sold))
		f->view.n_relax = search_relaxations(&f->view.search, f->view.relax, ARRAY_LEN(f->view.relax));
	say_covers(f);
	jobs_end(f->s->jobs, f->job);
	f->job = 0;
	log_write(LOG_INFO, "finder", "%d requests, %zu numbers", f->view.requests_done, f->view.n);
	finder_changed(f);
}

static void stopped(void *ctx)
{
	finder_stop(ctx);
}

void finder_stop(struct finder *f)
{
	if (!f->view.busy)
		return;
	finder_cancel(f);
	f->view.finished = true;
	err_set(&f->view.err, ERR_STOPPED, "the search was stopped");
	finder_changed(f);
}

/* --- requests --------------------------------------------------------------------------------------------------- */

struct parts { struct search v[MAX_REQUESTS]; size_t n; char covers[160]; };

/*
 * The searches of a second round: narrower ones to meet a limit, or around the search to widen it; each for every type
 * that is asked, as many as may still be asked. False when there is nothing but the search itself.
 */
static bool make_parts(struct finder *f, const struct search *whole, bool around, size_t max, struct parts *p)
{
	const unsigned sold = catalog_types(f->s, whole->country);
	struct search *v = mem_array(MAX_REQUESTS, sizeof *v);
	size_t n = (around ? search_widen : search_split)(whole, v, MAX_REQUESTS, p->covers, sizeof p->covers);

	if (n == 1 && !whole->more_codes[0] && !*whole->vanity && v[0].area_code == whole->area_code && strcmp(v[0].contains, whole->contains) == 0)
		n = 0;
	p->n = 0;
	for (size_t i = 0; i < n; i++) {
		for (int t = NUMBER_TYPE_UNKNOWN + 1; t < NUMBER_TYPE_COUNT && p->n < max; t++) {
			if (whole->type == NUMBER_TYPE_UNKNOWN ? !((sold >> t) & 1) : (int)whole->type != t)
				continue;
			p->v[p->n] = v[i];
			p->v[p->n++].type = (enum number_type)t;
		}
	}
	free(v);
	return p->n > 0;
}

static void queue(struct finder *f, const struct parts *p)
{
	memcpy(f->todo, p->v, p->n * sizeof *p->v);
	f->n_todo = p->n;
	f->next = 0;
	f->view.requests += (int)p->n;
	memcpy(f->asking, p->covers, sizeof f->asking);
	f->second = true;
	f->round++;
}

/* A second round only when the first came back as full as a request gets, and is not enough. */
static bool wants_more(const struct finder *f)
{
	return !f->second && f->full && f->view.n < f->want && f->spent < MAX_REQUESTS &&
	       (f->err.kind == ERR_NONE || f->err.kind == ERR_NOT_FOUND);
}

static void round_over(struct finder *f)
{
	struct parts *p = mem_alloc(sizeof *p);

	if (wants_more(f) && make_parts(f, &f->asked, false, MAX_REQUESTS - f->spent, p)) {
		queue(f, p);
		ask_on(f);
	} else {
		conclude(f);
	}
	free(p);
}

static void offers_came(void *ctx, const struct offer *v, size_t n, const struct err *err)
{
	const size_t at = ((struct link *)ctx)->at;
	struct finder *f = link_end(ctx);

	if (!f)
		return;
	f->under_way--;
	f->view.requests_done++;
	say_covers(f);
	if (failed(err)) {
		if (f->err.kind == ERR_NONE || f->err.kind == ERR_NOT_FOUND)
			f->err = *err;
	} else {
		swap_in(f);
		f->answers++;
		f->full = f->full || n >= AVAILABLE_PER_REQUEST;
		for (size_t i = 0; i < n; i++)
			finder_keep(f, &v[i], i, at);
		finder_arrange(f);
	}
	/* each area code, word and type has its answer before it is enough; after that, what was not asked is not */
	if (f->second && f->view.n >= f->want)
		f->n_todo = f->next;
	jobs_progress(f->s->jobs, f->job, "%d of %d requests, %zu numbers", f->view.requests_done, f->view.requests,
		      f->view.n);
	ask_on(f);
	if (f->view.busy)
		finder_changed(f);
}

static void ask_one(struct finder *f, size_t at)
{
	struct link *l = link_new(f);
	struct err e;

	f->spent++;
	l->at = at;
	l->request = available_search(&l->client, &f->todo[at], offers_came, l, &e);
	if (l->request) {
		f->under_way++;
		return;
	}
	link_end(l);
	f->view.requests_done++;
	if (f->err.kind == ERR_NONE)
		f->err = e;
}

/* Keep a few under way; the transport could queue them all, but then enough could not stop the rest. */
static void ask_on(struct finder *f)
{
	const size_t parallel = (size_t)config_int(&f->s->config, OPTION_API_PARALLEL);

	while (f->next < f->n_todo && f->under_way < parallel && f->err.kind != ERR_AUTH && f->err.kind != ERR_LOCKED)
		ask_one(f, f->next++);
	if (f->under_way == 0)
		round_over(f);
}

/* --- prices ----------------------------------------------------------------------------------------------------- */

static void prices_came(void *ctx, const struct err *err)
{
	struct finder *f = link_end(ctx);

	if (!f || failed(err))
		return;
	for (size_t i = 0; i < f->view.n; i++)
		finder_price(f, &f->kept[i].offer);
	finder_arrange(f);
	finder_changed(f);
}

static void need_prices(struct finder *f)
{
	catalog_need_prices(f->s, f->asked.country, false, prices_came, link_new(f));
}

/* --- beginning -------------------------------------------------------------------------------------------------- */

/* Each part for each type that is asked and sold, the parts that matter most first, as many as may be asked. */
static size_t list_requests(struct finder *f, const struct search *part, size_t n)
{
	const unsigned sold = catalog_types(f->s, f->asked.country);
	size_t all = 0;

	for (size_t i = 0; i < n; i++)
		for (int t = NUMBER_TYPE_UNKNOWN + 1; t < NUMBER_TYPE_COUNT; t++) {
			if (f->asked.type == NUMBER_TYPE_UNKNOWN ? !((sold >> t) & 1) : (int)f->asked.type != t)
				continue;
			if (all++ >= MAX_REQUESTS)
				continue;
			f->todo[f->n_todo] = part[i];
			f->todo[f->n_todo++].type = (enum number_type)t;
		}
	return all;
}

static void first_round(struct finder *f)
{
	struct search *part = mem_array(MAX_PARTS, sizeof *part);
	const size_t all = list_requests(f, part, search_expand(&f->asked, part, MAX_PARTS)), used = strlen(f->asking);

	free(part);
	if (all > f->n_todo)
		snprintf(f->asking + used, sizeof f->asking - used, " (too much for one search: %zu requests of %zu)",
			 f->n_todo, all);
	if (f->n_todo == 0)
		err_set(&f->err, ERR_NOT_FOUND, "Twilio sells no numbers of '%s' to this account", f->asked.country);
	f->view.requests = (int)f->n_todo;
	ask_on(f);
}

static void countries_came(void *ctx, const struct err *err)
{
	struct finder *f = link_end(ctx);

	if (!f)
		return;
	f->waiting = false;
	if (failed(err)) {
		f->err = *err;
		conclude(f);
		return;
	}
	first_round(f);
}

static void reset(struct finder *f)
{
	finder_cancel(f);
	f->fresh = true;
	f->full = f->second = false;
	f->answers = f->spent = 0;
	err_clear(&f->err);
	f->view.busy = true;
	f->view.requests = f->view.requests_done = 0;
	f->job = jobs_begin(f->s->jobs, "searching", stopped, f);
}

bool finder_start(struct finder *f, const struct search *s, enum search_field *field, struct err *e)
{
	if (!search_valid(s, field, e) || !session_ready(f->s, e))
		return false;
	reset(f);
	f->round = 0;
	f->asked = *s;
	f->want = s->limit > 0 ? (size_t)s->limit : AVAILABLE_PER_REQUEST;
	search_describe(s, f->asking, sizeof f->asking);
	need_prices(f);
	if (s->type == NUMBER_TYPE_UNKNOWN && catalog_types(f->s, s->country) == 0) {
		f->waiting = true;
		catalog_need_countries(f->s, false, countries_came, link_new(f));
	} else {
		first_round(f);
	}
	finder_changed(f);
	return true;
}

bool finder_widen(struct finder *f, struct err *e)
{
	struct parts *p;
	bool ok;

	if (f->view.busy)
		return err_set(e, ERR_USAGE, "the search is still running");
	if (!f->view.finished)
		return err_set(e, ERR_USAGE, "nothing to widen: search first");
	if (!session_ready(f->s, e))
		return false;
	p = mem_alloc(sizeof *p);
	ok = make_parts(f, &f->view.search, true, MAX_REQUESTS, p);
	if (ok) {
		reset(f);
		f->asked = f->view.search;
		f->fresh = false;       /* what is there stays: this adds to it */
		f->want = MAX_KEPT;
		f->view.n_relax = 0;
		err_clear(&f->view.err);
		queue(f, p);
		need_prices(f);
		ask_on(f);
		finder_changed(f);
	}
	free(p);
	return ok || err_set(e, ERR_USAGE, "this search cannot be split into smaller ones: change its fields instead");
}
