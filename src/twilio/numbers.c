#include "numdesk/twilio/numbers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client_priv.h"

#include "numdesk/util/json.h"
#include "numdesk/util/mem.h"
#include "numdesk/util/text.h"

enum { PAGE_SIZE_MAX = 1000, TAIL_BYTES = 4096 };

struct page_call {
	struct client c;                /* a copy: the caller's may be gone when the answer comes */
	char url[BASE_URL_MAX];         /* of this page, "" for the first */
	char early[BASE_URL_MAX];       /* the next page as told to on_next */
	bool told;
	next_page_fn *on_next;
	number_page_fn *done;
	void *ctx;
	struct arena arena;
	struct number *rows;
	size_t n, cap, incomplete, skipped;
};

/* The JSON string that begins at s, unescaped by the JSON door; false when it is none. */
static bool string_at(const char *s, const char *end, char *dst, size_t dst_size)
{
	struct buf b;
	struct json *doc;
	const char *p = s;
	bool ok = false;

	if (p == end || *p != '"')
		return false;
	for (p++; p < end && *p != '"'; p++)
		p += *p == '\\' && p + 1 < end;
	if (p == end)
		return false;
	buf_init(&b, TAIL_BYTES + 16);
	buf_adds(&b, "{\"s\":");
	buf_add(&b, s, (size_t)(p + 1 - s));
	buf_adds(&b, "}");
	doc = b.overflow ? NULL : json_parse(b.s, b.len, b.len, NULL);
	if (doc && json_text(doc, "s"))
		ok = text_copy(dst, dst_size, json_text(doc, "s"));
	json_free(doc);
	buf_release(&b);
	return ok;
}

static const char *skip_spaces(const char *p, const char *end)
{
	while (p < end && strchr(" \t\r\n", *p))
		p++;
	return p;
}

/*
 * The next page's link out of the last bytes of a page, before anything is parsed, so that the next request can leave
 *. A quote inside a JSON string is escaped, so the name in bare quotes and a colon is a key; that
 * it is the page's own key, and whole, is verified once the page is parsed.
 */
static bool link_from_tail(const char *body, size_t len, char *dst, size_t dst_size)
{
	static const char key[] = "\"next_page_uri\"";
	const char *end = body + len, *from = len > TAIL_BYTES ? end - TAIL_BYTES : body, *hit = NULL, *p = from;

	while ((p = memmem(p, (size_t)(end - p), key, sizeof key - 1))) {
		hit = p;
		p += sizeof key - 1;
	}
	if (!hit || (hit > body && hit[-1] == '\\'))
		return false;
	p = skip_spaces(hit + sizeof key - 1, end);
	if (p == end || *p != ':')
		return false;
	return string_at(skip_spaces(p + 1, end), end, dst, dst_size);
}

static void tell_next(struct page_call *call, const struct http_reply *r)
{
	char next[BASE_URL_MAX];

	if (!call->on_next || !link_from_tail(r->body, r->len, next, sizeof next) || !next[0] ||
	    !client_next_page(&call->c, "api", next, call->early, sizeof call->early, NULL) ||
	    strcmp(call->early, call->url) == 0)
		return;         /* the parsed page decides, and says what is wrong */
	call->told = true;
	call->on_next(call->ctx, call->early);
}

static bool take_row(void *ctx, const struct json *row, const char *raw, size_t raw_len, struct err *e)
{
	struct page_call *call = ctx;
	struct number *n;

	(void)raw, (void)raw_len, (void)e;
	if (call->n == call->cap) {
		call->cap = call->cap ? call->cap * 2 : 64;
		call->rows = mem_grow(call->rows, call->cap, sizeof call->rows[0]);
	}
	n = &call->rows[call->n];
	if (!number_decode(row, n, &call->arena) || !text_ieq(n->account_sid, call->c.account_sid)) {
		call->skipped++;        /* of another account: not ours to show */
		return true;
	}
	text_copy(n->account_sid, sizeof n->account_sid, call->c.account_sid);  /* one spelling of its digits */
	call->incomplete += n->incomplete;
	call->n++;
	return true;
}

/* The link as the parsed page has it; it must be the one that was told already. */
static bool verify_next(struct page_call *call, const struct json *tail, char *next, size_t next_size, struct err *e)
{
	const struct json *v = json_get(tail, "next_page_uri");

	if (json_has_duplicate(tail, "next_page_uri") || (v && !json_string(v)))
		return err_set(e, ERR_PROTO, "the list of numbers has an unusable link to its next page");
	if (!client_next_page(&call->c, "api", json_string(v), next, next_size, e))
		return false;
	if (next[0] && strcmp(next, call->url) == 0)
		return err_set(e, ERR_PROTO, "the list of numbers does not end: a page names itself as the next");
	if (call->told && strcmp(next, call->early) != 0)
		return err_set(e, ERR_PROTO, "the list of numbers contradicts itself about its next page");
	return true;
}

static bool read_page(struct page_call *call, const struct http_reply *r, char *next, size_t next_size, struct err *e)
{
	struct json *tail = NULL;
	bool ok;

	if (!client_check(r, call->c.account_sid, e))
		return false;
	tell_next(call, r);
	ok = json_each(r->body, r->len, "incoming_phone_numbers", take_row, call, &tail, e) &&
	     verify_next(call, tail, next, next_size, e);
	json_free(tail);
	return ok || err_wrap(e, "cannot read the list of numbers");
}

static void page_done(void *ctx, const struct http_reply *r)
{
	struct page_call *call = ctx;
	struct err e = {0};
	char next[BASE_URL_MAX] = "";

	if (read_page(call, r, next, sizeof next, &e)) {
		const struct number_page page = {
			.rows = call->rows, .n = call->n, .next = next, .incomplete = call->incomplete,
			.skipped = call->skipped,
		};

		call->done(call->ctx, &page, NULL);
	} else {
		call->done(call->ctx, NULL, &e);
	}
	arena_release(&call->arena);
	free(call->rows);
	free(call);
}

/* A page's address comes back from the caller: it must still be one of this account's. */
static bool is_ours(const struct client *c, const char *url, struct err *e)
{
	char prefix[BASE_URL_MAX];

	if (!client_account_url(c, prefix, sizeof prefix, e, "/"))
		return false;
	if (strncmp(url, prefix, strlen(prefix)) != 0 || strlen(url) >= BASE_URL_MAX)
		return err_set(e, ERR_PROTO, "refused the address of the next page: it belongs to something else");
	return true;
}

uint32_t numbers_page(struct client *c, const char *url, int page_size, const char *phone_filter, next_page_fn *on_next,
		      number_page_fn *done, void *ctx, struct err *e)
{
	char first[BASE_URL_MAX], size[16];
	const struct http_param query[] = {{"PageSize", size}, {"PhoneNumber", phone_filter}};
	struct http_request r = {.method = HTTP_GET, .url = url};
	struct page_call *call;
	uint32_t id;

	if (url ? !is_ours(c, url, e) : !client_account_url(c, first, sizeof first, e, "/IncomingPhoneNumbers.json"))
		return 0;
	if (!url) {
		page_size = page_size < PAGE_SIZE_MAX ? page_size : PAGE_SIZE_MAX;
		snprintf(size, sizeof size, "%d", page_size > 0 ? page_size : 1);
		r.url = first;
		r.query = query;
		r.n_query = phone_filter ? 2 : 1;
	}
	call = mem_alloc(sizeof *call);
	call->c = *c;
	call->on_next = on_next;
	call->done = done;
	call->ctx = ctx;
	text_copy(call->url, sizeof call->url, url ? url : "");
	id = client_start(c, &r, page_done, call, e);
	if (!id)
		free(call);
	return id;
}

struct fetch_call {
	char phone_sid[SID_SIZE], account_sid[SID_SIZE];
	number_fn *done;
	void *ctx;
};

static void fetch_done(void *ctx, const struct json *doc, const struct http_reply *r, const struct err *err)
{
	struct fetch_call *call = ctx;
	struct arena a = {0};
	struct err e = {0};
	struct number n;

	(void)r;
	if (err) {
		call->done(call->ctx, NULL, NULL, err);
	} else if (!number_decode(doc, &n, &a) || !text_ieq(n.phone_sid, call->phone_sid) ||
		   !text_ieq(n.account_sid, call->account_sid)) {
		err_set(&e, ERR_PROTO, "the answer about '%s' is not about it", call->phone_sid);
		call->done(call->ctx, NULL, NULL, &e);
	} else {
		char *json = json_print(doc);

		call->done(call->ctx, &n, json, NULL);
		free(json);
	}
	arena_release(&a);
	free(call);
}

uint32_t numbers_fetch(struct client *c, const char *phone_sid, number_fn *done, void *ctx, struct err *e)
{
	char url[BASE_URL_MAX];
	struct fetch_call *call;
	uint32_t id;

	if (!client_number_url(c, phone_sid, url, sizeof url, e))
		return 0;
	call = mem_alloc(sizeof *call);
	call->done = done;
	call->ctx = ctx;
	text_copy(call->phone_sid, sizeof call->phone_sid, phone_sid);
	text_copy(call->account_sid, sizeof call->account_sid, c->account_sid);
	id = client_get_url(c, url, NULL, 0, phone_sid, fetch_done, call, e);
	if (!id)
		free(call);
	return id;
}
