#include "numdesk/core/reactor.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "numdesk/twilio/http.h"
#include "numdesk/util/clock.h"
#include "numdesk/util/err.h"
#include "numdesk/util/mem.h"
#include "numdesk/util/worker.h"

/*
 * A turn works, sleeps, and works again, so that what woke it is handled before it returns and the caller draws once
 * per wake-up. A timer leaves the table before its function runs and the table is searched anew after each one:
 * functions may add and cancel timers, or run a turn of their own, without any pointer going stale.
 *
 * A signal ends the sleep through a pipe of its own: libcurl's poll swallows EINTR.
 */
#define MAX_WORKERS 8
#define MAX_FDS (MAX_WORKERS + 1 + 16)

struct timer {
	uint32_t id;
	int64_t due;
	reactor_fn *fn;
	void *ctx;
};
struct reactor {
	struct http *http;
	const struct clock *clock;
	struct timer *timers; size_t n, cap;
	uint32_t last_id;
	struct worker *workers[MAX_WORKERS]; size_t n_workers;
};

static volatile sig_atomic_t interrupted;
static int wake_pipe[2] = {-1, -1};             /* of the process, as signals are */
static unsigned n_reactors;

static void open_wake_pipe(void)
{
	if (wake_pipe[0] >= 0 || pipe2(wake_pipe, O_NONBLOCK | O_CLOEXEC) == 0)
		return;
	wake_pipe[0] = wake_pipe[1] = -1;       /* then an interruption is seen at the next event */
}

static void drain_wake_pipe(void)
{
	char sink[64];

	while (wake_pipe[0] >= 0 && read(wake_pipe[0], sink, sizeof sink) > 0)
		;
}

struct reactor *reactor_new(struct http *http, const struct clock *clock)
{
	struct reactor *r = mem_alloc(sizeof *r);

	r->http = http;
	r->clock = clock;
	open_wake_pipe();
	n_reactors++;
	return r;
}

void reactor_free(struct reactor *r)
{
	if (!r)
		return;
	free(r->timers);
	free(r);
	if (--n_reactors > 0)
		return;
	interrupted = 0;
	drain_wake_pipe();
}

void reactor_add_worker(struct reactor *r, struct worker *w)
{
	if (r->n_workers < MAX_WORKERS)
		r->workers[r->n_workers++] = w;
}

uint32_t reactor_after(struct reactor *r, int64_t ms, reactor_fn *fn, void *ctx)
{
	if (r->n == r->cap) {
		r->cap = r->cap ? r->cap * 2 : 16;
		r->timers = mem_grow(r->timers, r->cap, sizeof *r->timers);
	}
	if (++r->last_id == 0)
		r->last_id = 1;
	r->timers[r->n++] = (struct timer){
		.id = r->last_id, .due = r->clock->mono_ms(r->clock) + (ms > 0 ? ms : 0), .fn = fn, .ctx = ctx};
	return r->last_id;
}

void reactor_cancel(struct reactor *r, uint32_t id)
{
	for (size_t i = 0; i < r->n; i++) {
		if (r->timers[i].id == id) {
			memmove(&r->timers[i], &r->timers[i + 1], (--r->n - i) * sizeof *r->timers);
			return;
		}
	}
}

/* The table is in order of age, so the first of equal times is the oldest. SIZE_MAX when there is none. */
static size_t earliest(const struct reactor *r)
{
	size_t best = SIZE_MAX;

	for (size_t i = 0; i < r->n; i++)
		if (best == SIZE_MAX || r->timers[i].due < r->timers[best].due)
			best = i;
	return best;
}

/* Timers that were there when the pass began: one that re-arms itself with 0 ms must not starve the rest. */
static bool run_timers(struct reactor *r)
{
	const int64_t now = r->clock->mono_ms(r->clock);
	const uint32_t newest = r->last_id;
	bool ran = false;

	for (;;) {
		const size_t i = earliest(r);
		struct timer t;

		if (i == SIZE_MAX || r->timers[i].due > now || (int32_t)(r->timers[i].id - newest) > 0)
			return ran;
		t = r->timers[i];
		reactor_cancel(r, t.id);
		t.fn(t.ctx);
		ran = true;
	}
}

static bool work(struct reactor *r)
{
	const size_t before = r->http->running(r->http);
	bool ran = run_timers(r);

	r->http->step(r->http);
	for (size_t i = 0; i < r->n_workers; i++)
		if (worker_deliver(r->workers[i]))
			ran = true;
	return ran || r->http->running(r->http) != before;
}

static int sleep_ms(const struct reactor *r, int max_wait_ms)
{
	const size_t i = earliest(r);
	int64_t ms;

	if (i == SIZE_MAX)
		return max_wait_ms;
	ms = r->timers[i].due - r->clock->mono_ms(r->clock);
	if (ms < 0)
		ms = 0;
	if (ms > INT_MAX)
		ms = INT_MAX;
	return max_wait_ms >= 0 && max_wait_ms < ms ? max_wait_ms : (int)ms;
}

static bool sleep_on(struct reactor *r, struct pollfd *extra, size_t n, int timeout_ms, struct err *e)
{
	struct pollfd fds[MAX_FDS];
	size_t m = 0;
	bool ok;

	if (n > MAX_FDS - MAX_WORKERS - 1)
		return err_set(e, ERR_IO, "bug: %zu descriptors to wait for", n);
	for (size_t i = 0; i < n; i++)
		fds[m++] = (struct pollfd){.fd = extra[i].fd, .events = extra[i].events};
	for (size_t i = 0; i < r->n_workers; i++)
		fds[m++] = (struct pollfd){.fd = worker_fd(r->workers[i]), .events = POLLIN};
	if (wake_pipe[0] >= 0)
		fds[m++] = (struct pollfd){.fd = wake_pipe[0], .events = POLLIN};
	ok = r->http->wait(r->http, fds, m, timeout_ms, e);
	for (size_t i = 0; i < n; i++)
		extra[i].revents = ok ? fds[i].revents : 0;
	drain_wake_pipe();
	return ok;
}

/* `done` (may be NULL) is looked at between the work and the sleep: what it waits for may just have happened. */
static bool turn(struct reactor *r, struct pollfd *extra, size_t n, int max_wait_ms, const bool *done, struct err *e)
{
	bool ran = work(r);

	if (interrupted && done)
		return true;
	if (ran || (done && *done))
		max_wait_ms = 0;
	if (!sleep_on(r, extra, n, sleep_ms(r, max_wait_ms), e))
		return false;
	work(r);
	return true;
}

bool reactor_turn(struct reactor *r, struct pollfd *extra, size_t n, int max_wait_ms, struct err *e)
{
	return turn(r, extra, n, max_wait_ms, NULL, e);
}

bool reactor_until(struct reactor *r, const bool *done, struct err *e)
{
	while (!*done) {
		if (interrupted)
			return err_set(e, ERR_STOPPED, "stopped");
		if (!turn(r, NULL, 0, -1, done, e))
			return false;
	}
	return true;
}

void reactor_interrupt(void)
{
	const int saved = errno;

	interrupted = 1;
	if (wake_pipe[1] >= 0)
		(void)!write(wake_pipe[1], "", 1);      /* a full pipe wakes as well */
	errno = saved;
}

bool reactor_interrupted(void)
{
	return interrupted != 0;
}
