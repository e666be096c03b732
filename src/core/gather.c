#include "numdesk/core/gather.h"

#include <stdlib.h>
#include <string.h>

#include "numdesk/core/jobs.h"
#include "numdesk/core/reactor.h"
#include "numdesk/core/session.h"
#include "numdesk/twilio/numbers.h"
#include "numdesk/util/mem.h"
#include "numdesk/util/text.h"

enum { AT_ONCE = 4 };

/* One number: asked, then answered, then told. */
struct slot {
	struct gather *g;
	char sid[SID_SIZE];
	bool asked, answered;
	uint32_t request;
	struct arena mem;
	struct number number;
	const char *json;               /* NULL: err says why */
	struct err err;
};
struct gather {
	struct session *s;
	struct slot *slots; size_t n;
	size_t told, in_flight;
	bool forgotten, telling;
	struct err why;                 /* it ends early */
	uint32_t job, timer;
	gather_row_fn *row;
	gather_done_fn *done;
	void *ctx;
};

static void free_all(struct gather *g)
{
	jobs_end(g->s->jobs, g->job);
	reactor_cancel(g->s->reactor, g->timer);
	for (size_t i = 0; i < g->n; i++)
		arena_release(&g->slots[i].mem);
	free(g->slots);
	free(g);
}

static void end(struct gather *g)
{
	gather_done_fn *done = g->done;
	void *ctx = g->ctx;
	const struct err why = g->why;

	free_all(g);
	done(ctx, &why);
}

static void later(void *ctx);

static void go_on(struct gather *g)
{
	if (!g->timer)
		g->timer = reactor_after(g->s->reactor, 0, later, g);
}

/* What keeps one from being asked keeps the others too. */
static bool would_repeat(const struct err *e)
{
	return e->kind == ERR_NET || e->kind == ERR_AUTH || e->kind == ERR_RATE || e->kind == ERR_LOCKED ||
	       e->kind == ERR_OFFLINE || e->kind == ERR_STOPPED;
}

static void fetched(void *ctx, const struct number *n, const char *json, const struct err *err)
{
	struct slot *x = ctx;
	struct gather *g = x->g;

	x->answered = true;
	g->in_flight--;
	if (n) {
		number_copy(&x->number, n, &x->mem);
		x->json = arena_dup(&x->mem, json);
	} else if (err) {
		x->err = *err;
	}
	if (x->err.kind != ERR_NONE && would_repeat(&x->err) && g->why.kind == ERR_NONE)
		g->why = x->err;
	if (!g->forgotten)
		go_on(g);
	else if (g->in_flight == 0)
		free_all(g);
}

static void ask(struct gather *g)
{
	for (size_t i = g->told; i < g->n && g->in_flight < AT_ONCE && g->why.kind == ERR_NONE; i++) {
		struct slot *x = &g->slots[i];

		if (x->asked)
			continue;
		x->asked = true;
		x->request = numbers_fetch(&g->s->client, x->sid, fetched, x, &x->err);
		if (x->request) {
			g->in_flight++;
			continue;
		}
		x->answered = true;
		if (would_repeat(&x->err))
			g->why = x->err;
	}
}

static void tell(struct gather *g)
{
	while (!g->forgotten && g->told < g->n && g->slots[g->told].answered) {
		struct slot *x = &g->slots[g->told];

		if (x->err.kind != ERR_NONE && would_repeat(&x->err))
			return;         /* told once, at the end */
		g->told++;
		g->row(g->ctx, g->told - 1, x->json ? &x->number : NULL, x->json, &x->err);
	}
}

static void later(void *ctx)
{
	struct gather *g = ctx;

	g->timer = 0;
	ask(g);
	g->telling = true;
	tell(g);
	g->telling = false;
	if (g->forgotten) {             /* by the row that was just told */
		if (g->in_flight == 0)
			free_all(g);
		return;
	}
	jobs_progress(g->s->jobs, g->job, "%zu of %zu", g->told, g->n);
	if (g->in_flight == 0 && (g->told == g->n || g->why.kind != ERR_NONE))
		end(g);
}

static void cancel(struct gather *g)
{
	if (g->why.kind == ERR_NONE)
		err_set(&g->why, ERR_STOPPED, "stopped");
	for (size_t i = 0; i < g->n; i++)
		if (g->slots[i].request && !g->slots[i].answered)
			client_cancel(&g->s->client, g->slots[i].request);
}

static void stop(void *ctx)
{
	struct gather *g = ctx;

	cancel(g);
	go_on(g);
}

struct gather *gather_start(struct session *s, const char *const *phone_sids, size_t n, gather_row_fn *row,
			    gather_done_fn *done, void *ctx, struct err *e)
{
	struct gather *g;

	if (!session_ready(s, e))
		return NULL;
	g = mem_alloc(sizeof *g);
	*g = (struct gather){.s = s, .n = n, .row = row, .done = done, .ctx = ctx};
	g->slots = mem_array(n ? n : 1, sizeof *g->slots);
	for (size_t i = 0; i < n; i++) {
		g->slots[i].g = g;
		text_copy(g->slots[i].sid, sizeof g->slots[i].sid, phone_sids[i]);
	}
	g->job = jobs_begin(s->jobs, n == 1 ? "looking at the number" : "looking at the numbers", stop, g);
	go_on(g);
	return g;
}

void gather_forget(struct gather *g)
{
	if (!g || g->forgotten)
		return;
	g->forgotten = true;
	reactor_cancel(g->s->reactor, g->timer);
	g->timer = 0;
	cancel(g);
	if (g->in_flight == 0 && !g->telling)
		free_all(g);
}
