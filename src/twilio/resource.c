#include "numdesk/twilio/resource.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client_priv.h"

#include "numdesk/util/crypto.h"
#include "numdesk/util/json.h"
#include "numdesk/util/mem.h"
#include "numdesk/util/text.h"

enum { PAGE_SIZE = 50, PAGES_MAX = 1000, QUERY_MAX = 16 };

/* A segment from outside must not lead elsewhere. '+' is legal in a path, and a number begins with it. */
static bool path_is_plain(const char *path, struct err *e)
{
	const bool plain = (*path == '/' || *path == '\0') && !strpbrk(path, "?#%\\ ") && !strstr(path, "//") &&
			   !strstr(path, "/../") && text_is_clean(path, strlen(path));

	return plain || err_set(e, ERR_USAGE, "'%.60s' cannot be asked for: it is no path of the API", path);
}

static bool resource_url(const struct client *c, const char *product, const char *path, char *out, size_t out_size,
			 struct err *e)
{
	char whole[1024];

	if (!path_is_plain(path, e))
		return false;
	if (strcmp(product, "api") != 0)
		return base_url(c->base_url, product, path, out, out_size, e);
	if (strncmp(path, "/Accounts", strlen("/Accounts")) != 0)
		return client_account_url(c, out, out_size, e, "%s.json", path);
	snprintf(whole, sizeof whole, "/2010-04-01%s.json", path);
	return base_url(c->base_url, "api", whole, out, out_size, e);
}

/* --- lists ------------------------------------------------------------------------------------------------------ */

struct resource_walk {
	struct client c;                /* a copy: pages are asked for after the caller has returned */
	char url[BASE_URL_MAX];         /* of the page under way */
	char *product, *key;
	uint32_t request;
	int pages, max_pages;
	bool enough;                    /* as asked for */
	bool satisfied;                 /* row said so */
	bool stopped;
	resource_row_fn *row;
	resource_end_fn *end;           /* NULL: forgotten */
	void *ctx;
};

static void finish(struct resource_walk *w, bool complete, const struct err *err)
{
	resource_end_fn *end = w->end;
	void *ctx = w->ctx;

	free(w->product);
	free(w->key);
	free(w);
	if (end)
		end(ctx, complete, err);
}

static bool take_row(void *ctx, const struct json *row, const char *raw, size_t raw_len, struct err *e)
{
	struct resource_walk *w = ctx;

	(void)raw, (void)raw_len, (void)e;
	if (!w->satisfied && w->end && !w->stopped)
		w->satisfied = !w->row(w->ctx, row);
	return true;
}

static bool next_of(const struct resource_walk *w, const struct json *tail, char *next, size_t next_size, struct err *e)
{
	const struct json *meta = json_get(tail, "meta");
	const char *link = meta ? json_text(meta, "next_page_url") : json_text(tail, "next_page_uri");

	/* the collection of accounts stands beside them, not below one */
	if (link && strcmp(w->product, "api") == 0 && strncmp(link, "/2010-04-01/Accounts.json?", 26) == 0)
		return base_next(w->c.base_url, "api", link, "/2010-04-01/Accounts.json", next, next_size, e);
	if (!client_next_page(&w->c, w->product, link, next, next_size, e))
		return false;
	return strcmp(next, w->url) != 0 ||
	       err_set(e, ERR_PROTO, "the list of %s does not end: a page names itself as the next", w->key);
}

static bool read_page(struct resource_walk *w, const struct http_reply *r, char *next, size_t next_size, struct err *e)
{
	struct json *tail = NULL;
	char *text;
	bool ok;

	if (!client_check(r, NULL, e))
		return false;
	text = client_blanked(r);
	if (!text)
		return err_set(e, ERR_NOMEM, "not enough memory to read an answer");
	ok = json_each(text, r->len, w->key, take_row, w, &tail, e) && next_of(w, tail, next, next_size, e);
	crypto_wiping_free(text);
	json_free(tail);
	return ok || err_wrap(e, "cannot read the list of %s", w->key);
}

static void page_done(void *ctx, const struct http_reply *r);

static bool ask(struct resource_walk *w, const struct http_param *query, size_t n_query, struct err *e)
{
	struct http_request r = {.method = HTTP_GET, .url = w->url, .query = query, .n_query = n_query};

	err_clear(e);
	w->request = client_start(&w->c, &r, page_done, w, e);
	return w->request != 0 || (e->kind == ERR_NONE && err_set(e, ERR_NET, "the request could not be started"));
}

static void page_done(void *ctx, const struct http_reply *r)
{
	struct resource_walk *w = ctx;
	char next[BASE_URL_MAX] = "";
	struct err e = {0};

	w->request = 0;
	if (!w->end) {
		finish(w, false, NULL);
	} else if (w->stopped) {
		err_set(&e, ERR_STOPPED, "stopped");
		finish(w, false, &e);
	} else if (!read_page(w, r, next, sizeof next, &e)) {
		finish(w, false, &e);
	} else if (w->satisfied || !next[0]) {
		finish(w, !w->satisfied, NULL);
	} else if (++w->pages >= w->max_pages) {
		err_set(&e, ERR_PROTO, "the list of %s does not end", w->key);
		finish(w, false, w->enough ? NULL : &e);
	} else {
		text_copy(w->url, sizeof w->url, next);
		if (!ask(w, NULL, 0, &e))
			finish(w, false, &e);
	}
}

struct resource_walk *resource_each(struct client *c, const struct resource_list *l, resource_row_fn *row,
				    resource_end_fn *end, void *ctx, struct err *e)
{
	struct http_param query[QUERY_MAX + 1];
	char url[BASE_URL_MAX], size[16];
	struct resource_walk *w;
	struct err why = {0};

	if (l->n_query > QUERY_MAX) {
		err_set(e, ERR_USAGE, "too many filters for a list of %s", l->key);
		return NULL;
	}
	if (!resource_url(c, l->product, l->path, url, sizeof url, e))
		return NULL;
	snprintf(size, sizeof size, "%d", l->page_size > 0 ? l->page_size : PAGE_SIZE);
	query[0] = (struct http_param){"PageSize", size};
	if (l->n_query)
		memcpy(query + 1, l->query, l->n_query * sizeof query[0]);
	w = mem_alloc(sizeof *w);
	*w = (struct resource_walk){
		.c = *c, .product = mem_dup(l->product), .key = mem_dup(l->key), .enough = l->enough,
		.max_pages = l->max_pages > 0 ? l->max_pages : PAGES_MAX, .row = row, .ctx = ctx,
	};
	memcpy(w->url, url, sizeof w->url);
	if (!ask(w, query, l->n_query + 1, &why)) {
		finish(w, false, NULL);         /* end is not set yet: e says it */
		if (e)
			*e = why;
		return NULL;
	}
	w->end = end;
	return w;
}

void resource_stop(struct resource_walk *w, bool forget)
{
	if (!w)
		return;
	w->stopped = true;
	if (forget)
		w->end = NULL;
	client_cancel(&w->c, w->request);
}

/* --- one object ------------------------------------------------------------------------------------------------- */

struct get_call {
	json_fn *done;
	void *ctx;
	char *subject;
};

static void get_done(void *ctx, const struct http_reply *r)
{
	struct get_call *call = ctx;
	struct json *doc = NULL;
	struct err e = {0};
	char *text;

	if (client_check(r, call->subject, &e)) {
		text = client_blanked(r);
		if (text)
			doc = json_parse(text, r->len, r->len, &e);
		else
			err_set(&e, ERR_NOMEM, "not enough memory to read an answer");
		crypto_wiping_free(text);
	}
	if (doc && !json_is_object(doc)) {
		json_free(doc);
		doc = NULL;
		err_set(&e, ERR_PROTO, "the answer is not an object");
	}
	call->done(call->ctx, doc, r, doc ? NULL : &e);
	json_free(doc);
	free(call->subject);
	free(call);
}

uint32_t resource_get(struct client *c, const char *product, const char *path, const struct http_param *query,
		      size_t n_query, const char *subject, json_fn *done, void *ctx, struct err *e)
{
	char url[BASE_URL_MAX];
	struct http_request r = {.method = HTTP_GET, .url = url, .query = query, .n_query = n_query};
	struct get_call *call;
	uint32_t id;

	if (!resource_url(c, product, path, url, sizeof url, e))
		return 0;
	call = mem_alloc(sizeof *call);
	*call = (struct get_call){.done = done, .ctx = ctx, .subject = subject ? mem_dup(subject) : NULL};
	id = client_start(c, &r, get_done, call, e);
	if (!id) {
		free(call->subject);
		free(call);
	}
	return id;
}

/* --- writes ----------------------------------------------------------------------------------------------------- */

uint32_t resource_write(struct client *c, const struct resource_write *w, http_before_send_fn *before_send,
			void *before_send_ctx, write_fn *done, void *ctx, struct err *e)
{
	const struct write_request request = {
		.method = w->method, .expect = w->expect, .expect_too = w->expect_too, .is_resource = true,
		.sid_prefix = w->sid_prefix, .sid_prefix_too = w->sid_prefix_too,
		.sid_member = w->sid_member ? w->sid_member : "sid", .account_sid = c->account_sid,
		.subject = w->subject ? w->subject : w->path, .form = w->form, .n_form = w->n_form,
		.json = w->json, .file = w->file,
	};
	char url[BASE_URL_MAX];

	if (!resource_url(c, w->product, w->path, url, sizeof url, e))
		return 0;
	return write_start(c, url, &request, before_send, before_send_ctx, done, ctx, e);
}
