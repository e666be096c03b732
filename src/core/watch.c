#include "numdesk/core/watch.h"

#include <stdlib.h>
#include <string.h>

#include "session_priv.h"

#include "numdesk/core/finder.h"
#include "numdesk/core/jobs.h"
#include "numdesk/core/reactor.h"
#include "numdesk/core/session.h"
#include "numdesk/util/crypto.h"
#include "numdesk/util/log.h"
#include "numdesk/util/mem.h"

#define BACK_OFF_MOST_S 3600

struct watch {
	struct session *s;
	struct watch_options o;
	struct watch_view view;
	struct finder *finder;
	uint32_t job, timer, deadline;
	int64_t pause_s;                /* grows while looks fail */
	bool looking, over;
	char (*seen)[E164_SIZE]; size_t n_seen, cap;
	watch_news_fn *news;
	watch_end_fn *end;
	void *ctx;
};

const struct watch_view *watch_view(const struct watch *w)
{
	return &w->view;
}

bool watch_over(const struct watch *w)
{
	return w->over;
}

/* --- its end ---------------------------------------------------------------------------------------------------- */

static void halt(struct watch *w)
{
	w->over = true;
	w->looking = false;
	w->view.next_at = 0;
	reactor_cancel(w->s->reactor, w->timer);
	reactor_cancel(w->s->reactor, w->deadline);
	jobs_end(w->s->jobs, w->job);
}

static void end(struct watch *w, const struct err *err)
{
	const struct err why = *err;
	watch_end_fn *fn = w->end;
	void *ctx = w->ctx;

	halt(w);
	log_write(LOG_INFO, "watch", "over after %d looks, %zu found%s%s", w->view.looks, w->view.found,
		  why.kind != ERR_NONE ? ": " : "", why.msg);
	fn(ctx, &why);
}

static void time_over(void *ctx)
{
	struct watch *w = ctx;
	struct err e = {0};

	w->deadline = 0;
	if (w->view.found == 0 && w->view.answered == 0 && w->view.err.kind != ERR_NONE)
		e = w->view.err;
	else if (w->view.found == 0)
		err_set(&e, ERR_NOT_FOUND, "nothing turned up in %d look%s", w->view.looks, w->view.looks == 1 ? "" : "s");
	end(w, &e);
}

static void stopped(void *ctx)
{
	struct watch *w = ctx;
	struct err e;

	err_set(&e, ERR_STOPPED, "the watch was stopped");
	end(w, &e);
}

/* --- what a look found -------------------------------------------------------------------------------------------- */

static bool is_seen(const struct watch *w, const char *number)
{
	for (size_t i = 0; i < w->n_seen; i++)
		if (strcmp(w->seen[i], number) == 0)
			return true;
	return false;
}

static void note_seen(struct watch *w, const char *number)
{
	if (w->n_seen == w->cap) {
		w->cap = w->cap ? w->cap * 2 : 64;
		w->seen = mem_grow(w->seen, w->cap, sizeof *w->seen);
	}
	memcpy(w->seen[w->n_seen++], number, strlen(number) + 1);
}

/* Tell what was not told before; true when that is enough. */
static bool tell_news(struct watch *w)
{
	const size_t n = finder_view(w->finder)->n;
	struct offer *v = mem_array(n + 1, sizeof *v);
	const bool quiet = w->o.fresh && w->view.answered <= 1;
	size_t fresh = 0;

	for (size_t i = 0; i < n; i++) {
		const struct offer *o = finder_at(w->finder, i);

		if (is_seen(w, o->phone_number))
			continue;
		note_seen(w, o->phone_number);
		if (!quiet)
			v[fresh++] = *o;
	}
	w->view.found += fresh;
	if (fresh)
		w->news(w->ctx, v, fresh);
	free(v);
	return w->o.count && w->view.found >= w->o.count;
}

/* --- looking ------------------------------------------------------------------------------------------------------ */

/* A tenth more or less, so that many watches do not meet; never sooner than a minute. */
static int64_t with_jitter(int64_t pause_s)
{
	const int64_t span_ms = pause_s * 200;
	uint32_t random;
	int64_t ms;

	crypto_random(&random, sizeof random);
	ms = pause_s * 900 + (int64_t)(random % (uint64_t)(span_ms + 1));
	return ms < WATCH_LEAST_S * 1000 ? WATCH_LEAST_S * 1000 : ms;
}

static void look(void *ctx);

static void wait_for_next(struct watch *w)
{
	const int64_t ms = with_jitter(w->pause_s);

	w->view.next_at = session_now(w->s) + ms / 1000;
	w->timer = reactor_after(w->s->reactor, ms, look, w);
	jobs_progress(w->s->jobs, w->job, "%d look%s, %zu found%s", w->view.looks, w->view.looks == 1 ? "" : "s",
		      w->view.found, w->view.err.kind != ERR_NONE ? ", the last failed" : "");
}

/* What the next look would meet again, however long one waits. */
static bool is_final(enum err_kind k)
{
	return k == ERR_AUTH || k == ERR_LOCKED || k == ERR_OFFLINE || k == ERR_USAGE || k == ERR_NOT_FOUND || k == ERR_STOPPED;
}

static int64_t longer(int64_t pause_s)
{
	const int64_t twice = pause_s * 2;

	return twice < BACK_OFF_MOST_S ? twice : pause_s > BACK_OFF_MOST_S ? pause_s : BACK_OFF_MOST_S;
}

/* Not from the finder's own callback: what is told here may end the watch, and the finder with it. */
static void looked(void *ctx)
{
	struct watch *w = ctx;
	const struct finder_view *v = finder_view(w->finder);
	const struct err none = {0};

	w->timer = 0;
	w->view.err = v->err;
	if (v->err.kind == ERR_NONE) {
		w->view.answered++;
		w->pause_s = w->o.every_s;
	} else if (is_final(v->err.kind)) {
		end(w, &w->view.err);
		return;
	} else {
		log_write(LOG_WARN, "watch", "look %d: %s", w->view.looks, v->err.msg);
		w->pause_s = longer(w->pause_s);
	}
	/* a search in several requests may have failed in part: what came is news all the same */
	if (tell_news(w))
		end(w, &none);
	else
		wait_for_next(w);
}

static void changed(void *ctx)
{
	struct watch *w = ctx;
	const struct finder_view *v = w->finder ? finder_view(w->finder) : NULL;

	if (!w->looking || !v || !v->finished || v->busy)
		return;
	w->looking = false;
	w->timer = reactor_after(w->s->reactor, 0, looked, w);
}

static void look(void *ctx)
{
	struct watch *w = ctx;
	enum search_field f;
	struct err e;

	w->timer = 0;
	w->view.next_at = 0;
	w->view.looks++;
	w->looking = true;
	jobs_progress(w->s->jobs, w->job, "look %d, %zu found", w->view.looks, w->view.found);
	if (!finder_start(w->finder, &w->o.search, &f, &e))
		end(w, &e);
}

/* --- beginning ---------------------------------------------------------------------------------------------------- */

static bool options_valid(const struct watch_options *o, struct err *e)
{
	if (o->every_s < WATCH_LEAST_S || o->every_s > WATCH_MOST_S)
		return err_set(e, ERR_USAGE, "a watch looks every 1 to %d minutes", WATCH_MOST_S / 60);
	return o->for_s >= 0 || err_set(e, ERR_USAGE, "a watch cannot last less than no time");
}

bool watch_start(struct watch **out, struct session *s, const struct watch_options *o, watch_news_fn *news,
		 watch_end_fn *end_fn, void *ctx, enum search_field *f, struct err *e)
{
	struct watch *w;

	*f = SEARCH_FIELD_COUNT;
	if (!options_valid(o, e) || !search_valid(&o->search, f, e) || !session_ready(s, e))
		return false;
	w = mem_alloc(sizeof *w);
	*w = (struct watch){.s = s, .o = *o, .news = news, .end = end_fn, .ctx = ctx, .pause_s = o->every_s};
	w->view.search = o->search;
	w->finder = finder_new(s, changed, w);
	w->job = jobs_begin(s->jobs, "watching", stopped, w);
	w->timer = reactor_after(s->reactor, 0, look, w);
	if (o->for_s)
		w->deadline = reactor_after(s->reactor, o->for_s * 1000, time_over, w);
	*out = w;
	return true;
}

void watch_free(struct watch *w)
{
	if (!w)
		return;
	if (!w->over)
		halt(w);
	finder_free(w->finder);
	free(w->seen);
	free(w);
}
