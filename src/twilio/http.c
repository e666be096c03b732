/*
 * The transport: one curl_multi and a list of transfers in the order they were started.
 *
 * This file has the list: whose turn it is, waiting, stopping, and telling. done functions run from step alone, when
 * libcurl is not on the stack. The life of one transfer is in http_transfer.c, what one try looks like to libcurl in
 * http_easy.c, when there is another in http_retry.c, what to say of a failed one in http_error.c.
 */
#include "http_priv.h"

#include <assert.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "numdesk/util/clock.h"
#include "numdesk/util/crypto.h"
#include "numdesk/util/err.h"
#include "numdesk/util/mem.h"

enum { MAX_POLL_MS = 3600 * 1000, MAX_EXTRA_FDS = 64 };

static struct http_curl *curl_of(struct http *base)
{
	return (struct http_curl *)base;        /* base is its first member */
}

static int64_t now_ms(const struct http_curl *h)
{
	return h->clock->mono_ms(h->clock);
}

static bool same_user(const char *a, const char *b)
{
	return strcmp(a ? a : "", b ? b : "") == 0;
}

static bool write_runs_for(const struct http_curl *h, const char *user)
{
	for (const struct transfer *t = h->list; t; t = t->next)
		if (t->state == TRANSFER_RUNNING && t->method != HTTP_GET && same_user(t->user, user))
			return true;
	return false;
}

static int count(const struct http_curl *h, bool reads)
{
	int n = 0;

	for (const struct transfer *t = h->list; t; t = t->next)
		n += t->state == TRANSFER_RUNNING && !t->warming && (t->method == HTTP_GET) == reads;
	return n;
}

static bool may_run(const struct transfer *t, int reads)
{
	if (t->state != TRANSFER_QUEUED || t->cancelled)
		return false;
	if (t->method != HTTP_GET)
		return !write_runs_for(t->h, t->user);
	return t->warming || reads < t->h->parallel_reads;
}

/* Start what may run now: reads up to their number, writes one at a time for each user. True when something was. */
static bool pump(struct http_curl *h)
{
	int reads = count(h, true);
	bool any = false;

	for (struct transfer *t = h->list; t; t = t->next) {
		if (t->state == TRANSFER_WAITING && t->due_ms <= now_ms(h))
			t->state = TRANSFER_QUEUED;
		if (!may_run(t, reads))
			continue;
		transfer_launch(t);
		any = true;
		reads += t->state == TRANSFER_RUNNING && t->method == HTTP_GET && !t->warming;
	}
	return any;
}

static void collect(struct http_curl *h)
{
	CURLMsg *m;
	int left;

	while ((m = curl_multi_info_read(h->multi, &left))) {
		struct transfer *t = NULL;
		const CURLcode code = m->data.result;

		if (m->msg != CURLMSG_DONE)
			continue;
		curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, &t);
		if (t->warming)
			transfer_conclude_warming(t);
		else
			transfer_conclude(t, code);
	}
}

/* libcurl tells of an ended transfer once, and a wait would sleep over it: both always together. */
static void perform(struct http_curl *h)
{
	int running;

	h->in_curl = true;
	curl_multi_perform(h->multi, &running);
	h->in_curl = false;
	collect(h);
}

static void apply_cancels(struct http_curl *h)
{
	for (struct transfer *t = h->list; t; t = t->next)
		if (t->cancelled && t->state <= TRANSFER_WAITING) {
			transfer_take_out(t);
			transfer_finish(t, CURLE_ABORTED_BY_CALLBACK);
		}
}

static struct transfer *unlink_delivering(struct http_curl *h)
{
	for (struct transfer **p = &h->list; *p; p = &(*p)->next)
		if ((*p)->state == TRANSFER_DELIVERING) {
			struct transfer *t = *p;

			*p = t->next;
			return t;
		}
	return NULL;
}

/* Only what was finished when this began: a done function that starts a hopeless request does not loop here. */
static void deliver(struct http_curl *h)
{
	struct transfer *t;

	for (t = h->list; t; t = t->next)
		if (t->state == TRANSFER_FINISHED)
			t->state = TRANSFER_DELIVERING;
	while ((t = unlink_delivering(h))) {
		t->reply.body = t->body.bytes ? t->body.bytes : "";
		t->reply.len = t->body.len;
		t->reply.error = t->error;
		t->reply.cancelled = t->cancelled;
		if (t->done)
			t->done(t->ctx, &t->reply);
		transfer_free(t);
	}
}

static void http_curl_step(struct http *base)
{
	struct http_curl *h = curl_of(base);

	assert(!h->stepping && !h->in_curl);
	h->stepping = true;
	apply_cancels(h);
	pump(h);
	perform(h);
	if (pump(h))            /* a place became free: what waited goes out before anything is decoded */
		perform(h);
	deliver(h);
	h->stepping = false;
}

static uint32_t new_id(struct http_curl *h)
{
	for (;;) {
		const struct transfer *t = h->list;

		if (++h->last_id == 0)
			continue;
		while (t && t->id != h->last_id)
			t = t->next;
		if (!t)
			return h->last_id;
	}
}

static struct transfer *append(struct http_curl *h)
{
	struct transfer **p = &h->list, *t = mem_alloc(sizeof *t);

	while (*p)
		p = &(*p)->next;
	*p = t;
	t->h = h;
	t->id = new_id(h);
	t->reply.retry_after_s = -1;
	t->body.max = HTTP_MAX_BODY;
	return t;
}

/*
 * What was just started may leave at once on a connection that is open, instead of after the caller has decoded a
 * page. Not while a write runs: its before_send would then be asked in the middle of whoever starts a read.
 */
static void kick(struct http_curl *h)
{
	if (h->in_curl || count(h, false) > 0)
		return;
	for (const struct transfer *t = h->list; t; t = t->next)
		if (t->state == TRANSFER_QUEUED && t->method != HTTP_GET)
			return;
	pump(h);
	perform(h);
}

static uint32_t http_curl_start(struct http *base, const struct http_request *r, http_done_fn *done, void *ctx)
{
	struct http_curl *h = curl_of(base);
	struct transfer *t = append(h);
	const uint32_t id = t->id;
	CURLcode refused;

	t->done = done;
	t->ctx = ctx;
	refused = transfer_fill(t, r);
	if (refused != CURLE_OK)
		transfer_finish(t, (int)refused);
	else if (t->method == HTTP_GET)
		kick(h);
	return id;
}

static void http_curl_cancel(struct http *base, uint32_t id)
{
	for (struct transfer *t = curl_of(base)->list; t; t = t->next)
		if (t->id == id)
			t->cancelled = true;
}

static size_t http_curl_running(const struct http *base)
{
	size_t n = 0;

	for (const struct transfer *t = ((const struct http_curl *)base)->list; t; t = t->next)
		n += !t->warming;
	return n;
}

/* How long a wait may last: not past the next retry, and not at all when step has something to do. */
static int longest_wait_ms(const struct http_curl *h, int timeout_ms)
{
	int64_t longest = timeout_ms < 0 || timeout_ms > MAX_POLL_MS ? MAX_POLL_MS : timeout_ms;

	for (const struct transfer *t = h->list; t; t = t->next) {
		if (t->state == TRANSFER_FINISHED || (t->cancelled && t->state <= TRANSFER_WAITING))
			return 0;
		if (t->state == TRANSFER_WAITING && t->due_ms - now_ms(h) < longest)
			longest = t->due_ms - now_ms(h);
	}
	return longest < 0 ? 0 : (int)longest;
}

static bool http_curl_wait(struct http *base, struct pollfd *fds, size_t n, int timeout_ms, struct err *e)
{
	struct http_curl *h = curl_of(base);
	struct curl_waitfd extra[MAX_EXTRA_FDS];
	CURLMcode code;

	assert(n <= MAX_EXTRA_FDS);
	for (size_t i = 0; i < n; i++) {
		extra[i] = (struct curl_waitfd){.fd = fds[i].fd};
		extra[i].events = (short)((fds[i].events & POLLIN ? CURL_WAIT_POLLIN : 0) |
					  (fds[i].events & POLLOUT ? CURL_WAIT_POLLOUT : 0) |
					  (fds[i].events & POLLPRI ? CURL_WAIT_POLLPRI : 0));
		fds[i].revents = 0;
	}
	pump(h);
	code = curl_multi_poll(h->multi, extra, (unsigned)n, longest_wait_ms(h, timeout_ms), NULL);
	if (code != CURLM_OK)
		return err_set(e, ERR_IO, "cannot wait for the network: %s", curl_multi_strerror(code));
	/* libcurl hands back readiness but neither hang-up nor error, and a closed terminal must not go unseen. */
	if (n)
		(void)poll(fds, (nfds_t)n, 0);  /* a failure leaves revents as they were cleared: nothing to read */
	return true;
}

static bool new_multi(struct http_curl *h)
{
	h->multi = curl_multi_init();
	return h->multi && curl_multi_setopt(h->multi, CURLMOPT_PIPELINING, (long)CURLPIPE_MULTIPLEX) == CURLM_OK &&
	       curl_multi_setopt(h->multi, CURLMOPT_MAXCONNECTS, (long)h->parallel_reads + 4) == CURLM_OK;
}

static void http_curl_warm(struct http *base, const char *url)
{
	struct http_curl *h = curl_of(base);
	struct transfer *t;

	if (!transfer_url_is_usable(url))
		return;
	t = append(h);
	t->warming = true;
	t->url = mem_dup(url);
	t->timeout_ms = HTTP_CONNECT_TIMEOUT_MS;
	kick(h);
}

/* The multi owns the connections, so they go with it. Transfers under way end as cancelled in the next step. */
static void http_curl_drop(struct http *base)
{
	struct http_curl *h = curl_of(base);

	assert(!h->in_curl);
	for (struct transfer *t = h->list; t; t = t->next)
		if (t->state <= TRANSFER_WAITING) {
			t->cancelled = true;
			transfer_take_out(t);
			transfer_finish(t, CURLE_ABORTED_BY_CALLBACK);
		}
	curl_multi_cleanup(h->multi);
	(void)new_multi(h);             /* without one every request fails at once, with a sentence */
}

static void http_curl_free(struct http *base)
{
	struct http_curl *h = curl_of(base);

	if (!base)
		return;
	while (h->list) {
		struct transfer *t = h->list;

		h->list = t->next;
		transfer_take_out(t);
		transfer_free(t);
	}
	curl_multi_cleanup(h->multi);           /* NULL is fine */
	free(h->proxy);
	free(h->ca_file);
	free(h->user_agent);
	free(h);
}

/* Once for the process; libcurl never lets go of its allocators. */
static bool start_library(struct err *e)
{
	static bool started;

	if (started)
		return true;
	if (!crypto_init(e))
		return false;
	http_scrub_environment();
	signal(SIGPIPE, SIG_IGN);               /* with NOSIGNAL libcurl leaves it to us */
	if (curl_global_init_mem(CURL_GLOBAL_DEFAULT, crypto_wiping_malloc, crypto_wiping_free, crypto_wiping_realloc,
				 crypto_wiping_strdup, crypto_wiping_calloc) != CURLE_OK)
		return err_set(e, ERR_IO, "cannot start libcurl");
	started = true;
	return true;
}

bool http_is_curl(const struct http *base)
{
	return base->free == http_curl_free;
}

static int seconds_or(int s, int fallback)
{
	return (s > 0 && s < INT_MAX / 1000 ? s : fallback) * 1000;
}

struct http *http_new(const struct http_options *o, const struct clock *clock, struct err *e)
{
	struct http_curl *h;

	if (!start_library(e))
		return NULL;
	h = mem_alloc(sizeof *h);
	h->base = (struct http){
		.start = http_curl_start, .cancel = http_curl_cancel, .step = http_curl_step, .wait = http_curl_wait,
		.running = http_curl_running, .warm = http_curl_warm, .drop = http_curl_drop, .free = http_curl_free,
	};
	h->clock = clock;
	h->read_timeout_ms = seconds_or(o->read_timeout_s, 30);
	h->write_timeout_ms = seconds_or(o->write_timeout_s, 60);
	h->parallel_reads = o->parallel_reads > 0 ? o->parallel_reads : 4;
	h->retry_base_ms = o->retry_base_ms > 0 ? o->retry_base_ms : 500;
	h->proxy = mem_dup(o->proxy && *o->proxy ? o->proxy : "env");
	h->ca_file = mem_dup(o->ca_file ? o->ca_file : "");
	h->user_agent = mem_dup(o->user_agent && *o->user_agent ? o->user_agent : "numdesk/" NUMDESK_VERSION);
	if (!new_multi(h)) {
		h->base.free(&h->base);
		err_set(e, ERR_IO, "cannot start libcurl");
		return NULL;
	}
	return &h->base;
}
