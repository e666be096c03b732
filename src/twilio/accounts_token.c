/*
 * The one place where auth tokens are read out of an answer. In a copy that is wiped each token is overwritten by its
 * place in a list before the text reaches the parser, whose own memory nobody wipes; what the parser then finds in a row
 * tells which token belongs to it. The token itself goes from the answer, which is wiped too, to guarded memory.
 */
#include "numdesk/twilio/accounts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client_priv.h"

#include "numdesk/util/crypto.h"
#include "numdesk/util/json.h"
#include "numdesk/util/mem.h"
#include "numdesk/util/secret.h"
#include "numdesk/util/text.h"

enum { PAGES_MAX = 200, TOKEN_MIN = 8, TOKEN_MAX = 128 };

#define ACCOUNTS "/2010-04-01/Accounts"

struct place { size_t at, len; };       /* of a token in the answer */

struct account_walk {
	struct client c;                /* a copy: pages are asked for after the caller has returned */
	char url[BASE_URL_MAX];         /* of the page under way */
	bool one, stopped;
	int pages;
	uint32_t request;
	const char *body;               /* of the answer at hand */
	struct place *places; size_t n, cap;
	account_token_fn *row;
	account_end_fn *end;
	void *ctx;
};

static void finish(struct account_walk *w, const struct err *err)
{
	w->end(w->ctx, err);
	free(w->places);
	free(w);
}

static bool is_token(const char *s, size_t n)
{
	if (n < TOKEN_MIN || n > TOKEN_MAX)
		return false;
	for (size_t i = 0; i < n; i++)
		if (!((s[i] >= '0' && s[i] <= '9') || (s[i] >= 'a' && s[i] <= 'z') || (s[i] >= 'A' && s[i] <= 'Z')))
			return false;
	return true;
}

/* The answer with "0*******", "1*******", ... in place of the tokens; caller wipes and frees. */
static char *with_places(struct account_walk *w, const struct http_reply *r)
{
	char *copy = crypto_wiping_malloc(r->len + 1), *at = copy;
	size_t len;

	if (!copy)
		return NULL;
	memcpy(copy, r->body, r->len);
	copy[r->len] = '\0';
	w->n = 0;
	for (; (at = account_next_token(at, &len)); at += len) {
		char place[24];

		if (!is_token(at, len)) {
			memset(at, '*', len);
			continue;
		}
		if (w->n == w->cap) {
			w->cap = w->cap ? w->cap * 2 : 64;
			w->places = mem_grow(w->places, w->cap, sizeof w->places[0]);
		}
		w->places[w->n] = (struct place){(size_t)(at - copy), len};
		memset(at, '*', len);
		memcpy(at, place, (size_t)snprintf(place, sizeof place, "%zu", w->n++));
	}
	return copy;
}

/* NULL when the row has none of its own. */
static struct secret *token_of(const struct account_walk *w, const struct json *row)
{
	const char *place = json_text(row, "auth_token");
	char *end;
	size_t i;

	if (!place || *place < '0' || *place > '9')
		return NULL;
	i = strtoull(place, &end, 10);
	if (i >= w->n || *end != '*')
		return NULL;
	return secret_from(w->body + w->places[i].at, w->places[i].len);
}

static bool take(void *ctx, const struct json *row, const char *raw, size_t raw_len, struct err *e)
{
	struct account_walk *w = ctx;
	struct account_facts f;
	struct secret *token;

	(void)raw, (void)raw_len, (void)e;
	if (!account_decode(row, &f) || text_ieq(f.account_sid, w->c.account_sid))
		return true;
	token = text_ieq(f.owner_account_sid, w->c.account_sid) ? token_of(w, row) : NULL;
	w->row(w->ctx, &f, token);
	secret_free(token);
	return true;
}

static bool next_page(struct account_walk *w, const struct json *tail, char *next, size_t size, struct err *e)
{
	const char *link = json_text(tail, "next_page_uri");

	next[0] = '\0';
	if (!link || !*link)
		return true;
	if (!base_next(w->c.base_url, "api", link, ACCOUNTS ".json", next, size, e))
		return false;
	return (strcmp(next, w->url) != 0 && ++w->pages < PAGES_MAX) ||
	       err_set(e, ERR_PROTO, "the list of accounts does not end");
}

static bool read_list(struct account_walk *w, const char *text, size_t len, char *next, size_t size, struct err *e)
{
	struct json *tail = NULL;
	const bool ok = json_each(text, len, "accounts", take, w, &tail, e) && next_page(w, tail, next, size, e);

	json_free(tail);
	return ok;
}

static bool read_one(struct account_walk *w, const char *text, size_t len, struct err *e)
{
	struct json *doc = json_parse(text, len, len, e);

	if (!doc)
		return false;
	take(w, doc, NULL, 0, NULL);
	json_free(doc);
	return true;
}

static bool read_answer(struct account_walk *w, const struct http_reply *r, char *next, size_t size, struct err *e)
{
	char *text;
	bool ok;

	next[0] = '\0';
	if (!client_check(r, NULL, e))
		return false;
	text = with_places(w, r);
	if (!text)
		return err_set(e, ERR_NOMEM, "not enough memory to read an answer");
	w->body = r->body;
	ok = w->one ? read_one(w, text, r->len, e) : read_list(w, text, r->len, next, size, e);
	crypto_wiping_free(text);
	return ok || err_wrap(e, "cannot read the accounts");
}

static void answered(void *ctx, const struct http_reply *r)
{
	struct account_walk *w = ctx;
	struct http_request more = {.method = HTTP_GET, .url = w->url};
	char next[BASE_URL_MAX];
	struct err e = {0};

	w->request = 0;
	if (w->stopped)
		err_set(&e, ERR_STOPPED, "stopped");
	else if (read_answer(w, r, next, sizeof next, &e) && next[0]) {
		text_copy(w->url, sizeof w->url, next);
		w->request = client_start(&w->c, &more, answered, w, &e);
		if (w->request)
			return;
	}
	finish(w, e.kind == ERR_NONE ? NULL : &e);
}

struct account_walk *accounts_with_tokens(struct client *c, const char *account_sid, account_token_fn *row,
					  account_end_fn *end, void *ctx, struct err *e)
{
	const struct http_param query[] = {{"PageSize", "1000"}};
	struct http_request r = {.method = HTTP_GET, .query = query, .n_query = account_sid ? 0 : 1};
	char path[128] = ACCOUNTS ".json";
	struct account_walk *w;

	if (account_sid && !sid_is(account_sid, "AC")) {
		err_set(e, ERR_USAGE, "'%.40s' is not an account SID", account_sid);
		return NULL;
	}
	if (account_sid)
		snprintf(path, sizeof path, ACCOUNTS "/%s.json", account_sid);
	w = mem_alloc(sizeof *w);
	*w = (struct account_walk){.c = *c, .one = account_sid != NULL, .row = row, .end = end, .ctx = ctx};
	r.url = w->url;
	if (base_url(c->base_url, "api", path, w->url, sizeof w->url, e))
		w->request = client_start(&w->c, &r, answered, w, e);
	if (w->request)
		return w;
	free(w);
	return NULL;
}

void account_walk_stop(struct account_walk *w)
{
	w->stopped = true;
	client_cancel(&w->c, w->request);
}
