#include "fake_http.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "numdesk/util/err.h"
#include "numdesk/util/mem.h"
#include "numdesk/util/secret.h"

/*
 * Rules are looked up when a request starts, so a test may change them between requests. Requests are heap objects in
 * a list in order of their start; step() finishes those that are due, one after the other, each taken off the list
 * before its done function runs, which may start or cancel others.
 */
#define MAX_CALLS 4096
#define REAL_WAIT_MS 20000              /* a thread that is at work longer than this is stuck */

struct rule {
	struct rule *next;
	enum http_method method;
	char *part, *body, *error;
	struct fake_reply reply;
	int left;                       /* of reply.times */
};
struct request {
	struct request *next;
	uint32_t id;
	size_t call;
	int64_t due;
	struct fake_reply reply;        /* texts owned */
	enum http_method method;
	bool cancelled;
	http_before_send_fn *before_send; void *before_send_ctx;
	http_done_fn *done; void *ctx;
};
struct fake_http {
	struct http base;               /* first: the seam is the object */
	struct clock_fake *clock;
	struct rule *rules;             /* in the order given */
	struct request *requests;
	struct fake_call calls[MAX_CALLS];
	size_t n_calls, n_running, dropped, peak;
	uint32_t last_id;
	bool (*busy)(void *);
	void *busy_ctx;
};

static struct fake_http *self(struct http *h)
{
	return (struct fake_http *)(void *)h;
}

static struct rule *find_rule(struct fake_http *f, enum http_method method, const char *what)
{
	struct rule *lasting = NULL;

	for (struct rule *r = f->rules; r; r = r->next) {
		if (r->method != method || !strstr(what, r->part))
			continue;
		if (r->reply.times == 0)
			lasting = r;
		else if (r->left > 0) {
			r->left--;
			return r;
		}
	}
	return lasting;
}

static char *params_text(const char *head, char first, const struct http_param *p, size_t n)
{
	struct buf b;

	buf_init(&b, 1 << 16);
	buf_adds(&b, head);
	for (size_t i = 0; i < n; i++) {
		if (i > 0 || first)
			buf_addc(&b, i > 0 || strchr(head, '?') ? '&' : first);
		buf_addf(&b, "%s=%s", p[i].name, p[i].value);
	}
	return b.s ? buf_take(&b) : mem_dup("");
}

static struct fake_call *record(struct fake_http *f, const struct http_request *r)
{
	struct fake_call *c;

	if (f->n_calls == MAX_CALLS) {
		fputs("fake_http: too many requests\n", stderr);
		abort();
	}
	c = &f->calls[f->n_calls++];
	c->method = r->method;
	c->url = params_text(r->url, '?', r->query, r->n_query);
	c->form = params_text("", 0, r->form, r->n_form);
	c->json = mem_dup(r->json ? r->json : "");
	c->file_name = mem_dup(r->file ? r->file->file_name : "");
	c->file_field = mem_dup(r->file ? r->file->field : "");
	c->file_type = mem_dup(r->file ? r->file->mime_type : "");
	c->file = r->file ? mem_dupn(r->file->bytes, r->file->len) : mem_dup("");
	c->file_len = r->file ? r->file->len : 0;
	c->user = mem_dup(r->auth.user ? r->auth.user : "");
	c->secret = mem_dup("");
	if (r->auth.secret) {
		free((void *)(uintptr_t)c->secret);
		c->secret = mem_dup(secret_use(r->auth.secret));
		secret_done(r->auth.secret);
	}
	return c;
}

static uint32_t fake_start(struct http *h, const struct http_request *r, http_done_fn *done, void *ctx)
{
	static const char none[] = "{\"code\":20404,\"message\":\"nothing here\",\"status\":404}";
	struct fake_http *f = self(h);
	struct fake_call *c = record(f, r);
	struct request *q = mem_alloc(sizeof *q), **at = &f->requests;
	char *what = mem_printf("%s %s %s", c->url, c->form, c->json);
	struct rule *rule = find_rule(f, r->method, what);

	free(what);
	*q = (struct request){.id = ++f->last_id, .call = f->n_calls - 1, .method = r->method, .done = done, .ctx = ctx,
			      .before_send = r->before_send, .before_send_ctx = r->before_send_ctx};
	q->reply = rule ? rule->reply : (struct fake_reply){.status = 404, .body = none};
	q->reply.body = mem_dup(q->reply.body ? q->reply.body : "");
	q->reply.error = mem_dup(q->reply.error ? q->reply.error : "the connection was lost");
	q->due = f->clock->mono + q->reply.delay_ms;
	while (*at)
		at = &(*at)->next;
	*at = q;
	f->n_running++;
	if (f->n_running > f->peak)
		f->peak = f->n_running;
	if (q->reply.hook)
		q->reply.hook(q->reply.hook_ctx, r);
	return q->id;
}

static void fake_cancel(struct http *h, uint32_t id)
{
	for (struct request *q = self(h)->requests; q; q = q->next)
		if (q->id == id)
			q->cancelled = true;
}

static void request_free(struct request *q)
{
	free((void *)(uintptr_t)q->reply.body);
	free((void *)(uintptr_t)q->reply.error);
	free(q);
}

/* A write that is sent asks before_send once, when its turn has come; a cancelled one does so only if it was due. */
static void finish(struct fake_http *f, struct request *q)
{
	struct fake_call *c = &f->calls[q->call];
	struct http_reply r = {.tries = 1, .retry_after_s = q->reply.retry_after_s ? q->reply.retry_after_s : -1};
	const bool due = !q->reply.hang && q->due <= f->clock->mono;

	r.cancelled = q->cancelled;
	r.sent = !q->reply.not_sent && (due || !q->cancelled || q->method == HTTP_GET);
	if (r.sent && q->before_send)
		r.sent = q->before_send(q->before_send_ctx);
	r.curl_code = q->cancelled || (!r.sent && q->method != HTTP_GET) ? 42 : q->reply.curl_code;
	r.error = r.curl_code ? q->reply.error : NULL;
	r.status = r.curl_code ? 0 : q->reply.status;
	r.body = r.curl_code ? "" : q->reply.body;
	r.len = strlen(r.body);
	snprintf(r.request_id, sizeof r.request_id, "RQ%032u", q->id);
	c->cancelled = q->cancelled;
	c->sent = r.sent;
	c->done = true;
	f->n_running--;
	q->done(q->ctx, &r);
	request_free(q);
}

static struct request *take_due(struct fake_http *f, uint32_t up_to)
{
	for (struct request **at = &f->requests; *at; at = &(*at)->next) {
		struct request *q = *at;

		if (q->id <= up_to && (q->cancelled || (!q->reply.hang && q->due <= f->clock->mono))) {
			*at = q->next;
			return q;
		}
	}
	return NULL;
}

static void fake_step(struct http *h)
{
	struct fake_http *f = self(h);
	const uint32_t up_to = f->last_id;
	struct request *q;

	while ((q = take_due(f, up_to)))
		finish(f, q);
}

static int64_t next_due(const struct fake_http *f)
{
	int64_t due = INT64_MAX;

	for (const struct request *q = f->requests; q; q = q->next) {
		if (q->cancelled)
			return f->clock->mono;
		if (!q->reply.hang && q->due < due)
			due = q->due;
	}
	return due;
}

static bool fake_wait(struct http *h, struct pollfd *fds, size_t n, int timeout_ms, struct err *e)
{
	struct fake_http *f = self(h);
	const int64_t due = next_due(f), now = f->clock->mono;

	if (poll(fds, (nfds_t)n, 0) > 0 || due <= now || timeout_ms == 0)
		return true;
	if (f->busy && f->busy(f->busy_ctx)) {
		if (poll(fds, (nfds_t)n, REAL_WAIT_MS) > 0)
			return true;
		return err_set(e, ERR_IO, "a thread of the test is stuck");
	}
	if (due == INT64_MAX && timeout_ms < 0)
		return err_set(e, ERR_IO, "the test would wait for ever: nothing is under way");
	clock_fake_advance(f->clock, timeout_ms >= 0 && timeout_ms < due - now ? timeout_ms : due - now);
	return true;
}

static size_t fake_running(const struct http *h)
{
	return ((const struct fake_http *)(const void *)h)->n_running;
}

static void fake_warm(struct http *h, const char *url)
{
	(void)h, (void)url;
}

static void fake_drop(struct http *h)
{
	self(h)->dropped++;
	for (struct request *q = self(h)->requests; q; q = q->next)
		q->cancelled = true;
}

static void fake_free(struct http *h)
{
	struct fake_http *f = self(h);

	while (f->requests) {
		struct request *q = f->requests;

		f->requests = q->next;
		request_free(q);        /* as the real one: nobody is told any more */
	}
	fake_http_forget(f);
	for (size_t i = 0; i < f->n_calls; i++) {
		const struct fake_call *c = &f->calls[i];
		const char *const texts[] = {c->url, c->form, c->json, c->file_name, c->file_field, c->file_type,
					     c->file, c->user, c->secret};

		for (size_t k = 0; k < ARRAY_LEN(texts); k++)
			free((void *)(uintptr_t)texts[k]);
	}
	free(f);
}

struct fake_http *fake_http_new(struct clock_fake *clock)
{
	struct fake_http *f = mem_alloc(sizeof *f);

	f->base = (struct http){.start = fake_start, .cancel = fake_cancel, .step = fake_step, .wait = fake_wait,
				.running = fake_running, .warm = fake_warm, .drop = fake_drop, .free = fake_free};
	f->clock = clock;
	return f;
}

struct http *fake_http_seam(struct fake_http *f)
{
	return &f->base;
}

void fake_http_on(struct fake_http *f, enum http_method method, const char *part, const struct fake_reply *reply)
{
	struct rule *r = mem_alloc(sizeof *r), **at = &f->rules;

	*r = (struct rule){.method = method, .part = mem_dup(part), .reply = *reply, .left = reply->times};
	r->reply.body = r->body = mem_dup(reply->body);
	r->reply.error = r->error = mem_dup(reply->error);
	while (*at)
		at = &(*at)->next;
	*at = r;
}

void fake_http_forget(struct fake_http *f)
{
	while (f->rules) {
		struct rule *r = f->rules;

		f->rules = r->next;
		free(r->part);
		free(r->body);
		free(r->error);
		free(r);
	}
}

size_t fake_http_calls(const struct fake_http *f)
{
	return f->n_calls;
}

const struct fake_call *fake_http_call(const struct fake_http *f, size_t i)
{
	return i < f->n_calls ? &f->calls[i] : NULL;
}

size_t fake_http_count(const struct fake_http *f, enum http_method method, const char *part, size_t *last)
{
	size_t n = 0;

	for (size_t i = 0; i < f->n_calls; i++) {
		const struct fake_call *c = &f->calls[i];

		if (c->method == method && (strstr(c->url, part) || strstr(c->form, part) || strstr(c->json, part))) {
			n++;
			if (last)
				*last = i;
		}
	}
	return n;
}

size_t fake_http_dropped(const struct fake_http *f)
{
	return f->dropped;
}

size_t fake_http_peak(const struct fake_http *f)
{
	return f->peak;
}

void fake_http_busy(struct fake_http *f, bool (*busy)(void *ctx), void *ctx)
{
	f->busy = busy;
	f->busy_ctx = ctx;
}
