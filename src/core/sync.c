#include "numdesk/core/sync.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "session_priv.h"
#include "sync_priv.h"

#include "numdesk/core/jobs.h"
#include "numdesk/core/reactor.h"
#include "numdesk/core/session.h"
#include "numdesk/twilio/base.h"
#include "numdesk/twilio/numbers.h"
#include "numdesk/util/clock.h"
#include "numdesk/util/err.h"
#include "numdesk/util/log.h"
#include "numdesk/util/mem.h"
#include "numdesk/util/worker.h"

/*
 * A pass: begin (writer) -> pages -> end (writer) -> facts -> done.
 *
 * While a page is stored by the writer's thread the next one is under way, or already here: at most BUFFERED pages
 * wait to be stored, so that memory does not grow with the account. The next request leaves as soon as the tail of a
 * page has told its address, before its rows are decoded (performance 3.5).
 *
 * A failure is remembered and the pass winds up: the request under way is cancelled, what was handed to the writer is
 * still stored, the pass is ended as incomplete. `cs` belongs to the writer's thread between begin and end; the loop
 * keeps its own counts.
 */
#define PAGE_SIZE 1000
#define BUFFERED 2
#define MAX_PAGES 100000                /* a list that does not end */
#define RESUME_AGE_S 3600
#define TOUCH_EVERY_MS 200
#define CODE_DEAD_TOKEN 21481

/* One page on its way through the writer's thread. */
struct page_task {
	struct sync *y;
	struct arena mem;
	struct number *rows; size_t n;
	char *next;
	bool ok;
	struct err err;
};

static void begin(struct sync *y, bool resume);
static void go_on(struct sync *y);
static void wind_up(struct sync *y);

bool sync_running(const struct session *s)
{
	return s->more && s->more->sync != NULL;
}

/* The first failure is the one that is told. */
static void fail(struct sync *y, const struct err *e)
{
	if (y->err.kind == ERR_NONE)
		y->err = *e;
	free(y->next);
	y->next = NULL;
	if (y->request)
		client_cancel(&y->client, y->request);
}

static void stop(void *ctx)
{
	struct sync *y = ctx;
	struct err e;

	y->stopping = true;
	if (y->ending)
		return;                 /* the list is complete, or lost already: only the facts are left out */
	err_set(&e, ERR_STOPPED, "refreshing was stopped; the next refresh goes on from here");
	fail(y, &e);
	wind_up(y);
}

/* --- telling ---------------------------------------------------------------------------------------------------- */

static char *with_commas(int64_t n, char *dst, size_t dst_size)
{
	char digits[24];
	size_t len = (size_t)snprintf(digits, sizeof digits, "%" PRId64, n), m = 0;

	for (size_t i = 0; i < len && m + 2 < dst_size; i++) {
		if (i > 0 && (len - i) % 3 == 0)
			dst[m++] = ',';
		dst[m++] = digits[i];
	}
	dst[m] = '\0';
	return dst;
}

static void touch_later(void *ctx)
{
	struct sync *y = ctx;

	y->timer = 0;
	y->touched_at = y->s->clock->mono_ms(y->s->clock);
	session_touch(y->s);
}

/* Panes follow a running pass, but not so often that re-querying is all they do. */
static void touch(struct sync *y)
{
	const int64_t since = y->s->clock->mono_ms(y->s->clock) - y->touched_at;

	if (y->timer)
		return;
	if (since >= TOUCH_EVERY_MS)
		touch_later(y);
	else
		y->timer = reactor_after(y->s->reactor, TOUCH_EVERY_MS - since, touch_later, y);
}

static void show_progress(struct sync *y)
{
	char rows[32];

	with_commas(y->rows, rows, sizeof rows);
	jobs_progress(y->s->jobs, y->job, "page %" PRId64 ", %s numbers", y->pages, rows);
}

void sync_finish(struct sync *y)
{
	struct session *s = y->s;

	s->more->sync = NULL;
	reactor_cancel(s->reactor, y->timer);
	jobs_end(s->jobs, y->job);
	session_touch(s);
	if (y->err.kind == ERR_NONE)
		log_write(LOG_INFO, "sync", "%" PRId64 " seen, %" PRId64 " came, %" PRId64 " went, %" PRId64 " changed",
			  y->report.seen, y->report.came, y->report.went, y->report.changed);
	else
		log_write(LOG_WARN, "sync", "not complete: %s", y->err.msg);
	y->done(y->ctx, y->begun ? &y->report : NULL, &y->err);
	free(y->next);
	free(y->asked);
	free(y->countries);
	free(y);
}

/* --- the end of a pass ------------------------------------------------------------------------------------------ */

static void end_work(void *ctx)
{
	struct sync *y = ctx;

	y->ok = cache_sync_end(y->s->write_cache, &y->cs, y->err.kind == ERR_NONE, session_now(y->s), &y->report,
			       &y->store_err);
}

static void end_done(void *ctx)
{
	struct sync *y = ctx;

	if (!y->ok && y->err.kind == ERR_NONE)
		y->err = y->store_err;
	session_touch(y->s);
	session_refresh_account(y->s);
	if (y->err.kind == ERR_NONE)
		sync_facts(y);
	else
		sync_count(y);
}

/* A dead page token is the list's fault, not the account's: once from the beginning. */
static bool may_restart(const struct sync *y)
{
	const bool dead = y->err.code == CODE_DEAD_TOKEN ||
			  (y->resumed_page && (y->err.kind == ERR_API || y->err.kind == ERR_NOT_FOUND));

	return dead && !y->restarted && !y->stopping;
}

/* Go to the end as soon as neither a request nor the writer is at work for this pass. */
static void wind_up(struct sync *y)
{
	struct err e;

	if (y->request || y->storing > 0 || y->next || y->ending || !y->begun)
		return;
	if (may_restart(y)) {
		log_write(LOG_INFO, "sync", "the page token has died: starting over");
		y->restarted = true;
		err_clear(&y->err);
		begin(y, false);
		return;
	}
	if (y->err.kind == ERR_NONE && y->skipped > 0) {
		err_set(&e, ERR_PROTO, "%" PRId64 " numbers of Twilio's list could not be read; nothing was removed",
			y->skipped);
		y->err = e;
	}
	y->ending = true;
	worker_post(y->s->writer, end_work, end_done, y);
}

/* --- pages ------------------------------------------------------------------------------------------------------ */

static void page_free(struct page_task *t)
{
	arena_release(&t->mem);
	free(t->rows);
	free(t->next);
	free(t);
}

static void page_work(void *ctx)
{
	struct page_task *t = ctx;
	struct sync *y = t->y;

	t->ok = cache_sync_page(y->s->write_cache, &y->cs, t->rows, t->n, t->next, session_now(y->s), &t->err);
}

static void page_stored(void *ctx)
{
	struct page_task *t = ctx;
	struct sync *y = t->y;

	y->storing--;
	if (!t->ok)
		fail(y, &t->err);
	page_free(t);
	touch(y);
	go_on(y);
	wind_up(y);
}

static void hand_over(struct sync *y, const struct number_page *page)
{
	struct page_task *t = mem_alloc(sizeof *t);

	t->y = y;
	t->n = page->n;
	t->rows = mem_array(page->n, sizeof *t->rows);
	for (size_t i = 0; i < page->n; i++)
		number_copy(&t->rows[i], &page->rows[i], &t->mem);
	t->next = mem_dup(page->next ? page->next : "");
	y->storing++;
	y->pages++;
	y->rows += (int64_t)page->n;
	y->skipped += (int64_t)page->skipped;
	worker_post(y->s->writer, page_work, page_stored, t);
}

/* Whose rows are these? A wrong account here would show one client's numbers to another. */
static bool ours(const struct sync *y, const struct number_page *page, struct err *e)
{
	for (size_t i = 0; i < page->n; i++)
		if (strcmp(page->rows[i].account_sid, y->client.account_sid) != 0)
			return err_set(e, ERR_PROTO, "Twilio's list for '%s' holds a number of '%s'; refreshing was "
				       "stopped and nothing was removed", y->client.account_sid,
				       page->rows[i].account_sid);
	return true;
}

static void next_known(void *ctx, const char *next)
{
	struct sync *y = ctx;

	y->told = true;
	y->request = 0;
	if (y->err.kind != ERR_NONE || !next || !*next)
		return;
	if (y->pages >= MAX_PAGES || (y->asked && strcmp(next, y->asked) == 0)) {
		err_set(&y->err, ERR_PROTO, "Twilio's list does not end; refreshing was stopped and nothing was "
			"removed");
		return;
	}
	y->next = mem_dup(next);
	go_on(y);
}

static void page_came(void *ctx, const struct number_page *page, const struct err *err)
{
	struct sync *y = ctx;
	struct err e;

	if (!y->told)
		y->request = 0;
	if (failed(err)) {
		fail(y, err);
	} else if (!ours(y, page, &e)) {
		fail(y, &e);
	} else if (y->err.kind == ERR_NONE) {
		if (!y->told)
			next_known(y, page->next);
		y->told = false;
		y->resumed_page = false;
		hand_over(y, page);
		show_progress(y);
	}
	y->told = false;
	wind_up(y);
}

/* Ask for the next page unless too much waits to be stored, the page at hand included. */
static void go_on(struct sync *y)
{
	struct err e;

	if (!y->next || y->request || y->err.kind != ERR_NONE || y->storing + (y->told ? 1 : 0) >= BUFFERED)
		return;
	free(y->asked);
	y->asked = y->next;
	y->next = NULL;
	y->request = numbers_page(&y->client, y->asked, PAGE_SIZE, NULL, next_known, page_came, y, &e);
	if (!y->request)
		fail(y, &e);
}

/* --- beginning -------------------------------------------------------------------------------------------------- */

/* The address comes from a file: credentials follow it to this account's own list only. */
static bool may_ask(const struct sync *y, const char *url)
{
	char path[128], prefix[BASE_URL_MAX];

	snprintf(path, sizeof path, "/2010-04-01/Accounts/%s/IncomingPhoneNumbers", y->client.account_sid);
	return base_url(y->client.base_url, "api", path, prefix, sizeof prefix, NULL) &&
	       strncmp(url, prefix, strlen(prefix)) == 0;
}

static void begin_work(void *ctx)
{
	struct sync *y = ctx;

	y->ok = cache_sync_begin(y->s->write_cache, y->client.account_sid, session_now(y->s), y->resume, RESUME_AGE_S,
				 &y->cs, &y->store_err);
}

static void first_page(struct sync *y)
{
	struct err e;

	y->pages = y->cs.pages;
	y->rows = y->cs.rows;
	if (y->cs.resumed) {
		y->resumed_page = true;
		y->next = mem_dup(y->cs.next_page);
		go_on(y);
		return;
	}
	y->request = numbers_page(&y->client, NULL, PAGE_SIZE, NULL, next_known, page_came, y, &e);
	if (!y->request)
		fail(y, &e);
}

static void begin_done(void *ctx)
{
	struct sync *y = ctx;

	if (!y->ok) {
		if (y->err.kind == ERR_NONE)
			y->err = y->store_err;
		sync_finish(y);
		return;
	}
	if (y->cs.resumed && !may_ask(y, y->cs.next_page)) {
		begin(y, false);
		return;
	}
	y->begun = true;
	if (y->err.kind == ERR_NONE)
		first_page(y);
	wind_up(y);
}

static void begin(struct sync *y, bool resume)
{
	y->resume = resume;
	y->begun = false;
	y->resumed_page = false;
	y->skipped = 0;
	free(y->asked);
	y->asked = NULL;
	worker_post(y->s->writer, begin_work, begin_done, y);
}

bool sync_start(struct session *s, sync_done_fn *done, void *ctx, struct err *e)
{
	struct sync *y;

	if (sync_running(s))
		return err_set(e, ERR_USAGE, "a refresh is already running");
	if (!session_ready(s, e))
		return false;
	y = mem_alloc(sizeof *y);
	*y = (struct sync){.s = s, .client = s->client, .done = done, .ctx = ctx};
	y->touched_at = s->clock->mono_ms(s->clock) - TOUCH_EVERY_MS;
	s->more->sync = y;
	y->job = jobs_begin(s->jobs, "refreshing", stop, y);
	begin(y, true);
	return true;
}

char *sync_describe(const struct cache_report *r, char *dst, size_t dst_size)
{
	snprintf(dst, dst_size, "%" PRId64 " came, %" PRId64 " went, %" PRId64 " changed, %" PRId64 " in all%s",
		 r->came, r->went, r->changed, r->seen, r->complete ? "" : " so far");
	return dst;
}
