#include "look.h"

#include <stdlib.h>
#include <string.h>

#include "numdesk/core/session.h"
#include "numdesk/twilio/numbers.h"
#include "numdesk/util/mem.h"
#include "numdesk/util/text.h"

enum {
	PAGE_ROWS = 50,
	PAGES_MAX = 1000,       /* a server that never ends its list proves nothing */
};

struct look {
	struct session *s;
	struct client c;        /* the one in use, or another account's */
	char account_sid[SID_SIZE], phone_sid[SID_SIZE], phone_number[E164_SIZE];
	uint32_t request;
	int pages;
	bool doubtful;          /* a row could not be read or does not belong: "not there" would be a guess */
	look_fn *done;          /* NULL once cancelled or answered */
	void *ctx;
};

static void answer(struct look *l, enum look_answer a, const struct number *n, const struct err *err)
{
	struct look_result r = {.answer = a, .number = n};
	look_fn *done = l->done;

	if (err)
		r.err = *err;
	l->done = NULL;
	if (done)
		done(l->ctx, &r);
	free(l);
}

static void no_evidence(struct look *l, const char *why)
{
	struct err e = {0};

	err_set(&e, ERR_PROTO, "%s", why);
	answer(l, LOOK_NO_EVIDENCE, NULL, &e);
}

static bool is_wanted(const struct look *l, const struct number *n)
{
	return strcmp(*l->phone_sid ? n->phone_sid : n->phone_number,
		      *l->phone_sid ? l->phone_sid : l->phone_number) == 0;
}

static void page_done(void *ctx, const struct number_page *page, const struct err *err);

/* A transport that takes no request gives no reason. Returns false. */
static bool could_not_ask(struct err *e)
{
	return e->kind == ERR_NONE && err_set(e, ERR_NET, "the request could not be started");
}

static bool ask_page(struct look *l, const char *url, struct err *e)
{
	err_clear(e);
	l->request = numbers_page(&l->c, url, PAGE_ROWS, l->phone_number, NULL, page_done, l, e);
	return l->request != 0 || could_not_ask(e);
}

static void list_ended(struct look *l)
{
	if (l->doubtful)
		no_evidence(l, "the list of numbers could not be read whole");
	else
		answer(l, LOOK_NOT_THERE, NULL, NULL);
}

static void page_done(void *ctx, const struct number_page *page, const struct err *err)
{
	struct look *l = ctx;
	struct err e = {0};

	if (!l->done || !page) {
		answer(l, LOOK_NO_EVIDENCE, NULL, err);
		return;
	}
	for (size_t i = 0; i < page->n; i++) {
		const struct number *n = &page->rows[i];

		if (!is_wanted(l, n))
			continue;
		if (strcmp(n->account_sid, l->account_sid) != 0) {
			l->doubtful = true;
			continue;
		}
		if (*l->phone_sid)      /* asked by SID it was 404, listed it is there: one of the two is wrong */
			no_evidence(l, "the number is listed, but asking for it by its SID finds nothing");
		else
			answer(l, LOOK_THERE, n, NULL);
		return;
	}
	l->doubtful = l->doubtful || page->skipped > 0;
	if (!page->next || !*page->next)
		list_ended(l);
	else if (++l->pages >= PAGES_MAX)
		no_evidence(l, "the list of numbers does not end");
	else if (!ask_page(l, page->next, &e))
		answer(l, LOOK_NO_EVIDENCE, NULL, &e);
}

static void fetch_done(void *ctx, const struct number *n, const char *json, const struct err *err)
{
	struct look *l = ctx;
	struct err e = {0};

	(void)json;
	if (!l->done)
		answer(l, LOOK_NO_EVIDENCE, NULL, err);
	else if (n)
		answer(l, LOOK_THERE, n, NULL);
	else if (err->kind != ERR_NOT_FOUND)
		answer(l, LOOK_NO_EVIDENCE, NULL, err);
	else if (!ask_page(l, NULL, &e))
		answer(l, LOOK_NO_EVIDENCE, NULL, &e);
}

static struct look *new_look(struct session *s, const struct client *c, const char *sid, const char *phone, look_fn *done,
			     void *ctx)
{
	struct look *l = mem_alloc(sizeof *l);

	*l = (struct look){.s = s, .c = *c, .done = done, .ctx = ctx};
	text_copy(l->account_sid, sizeof l->account_sid, c->account_sid);
	text_copy(l->phone_sid, sizeof l->phone_sid, sid);
	text_copy(l->phone_number, sizeof l->phone_number, phone);
	return l;
}

struct look *look_number(struct session *s, const char *phone_number, look_fn *done, void *ctx, struct err *e)
{
	struct look *l = new_look(s, &s->client, "", phone_number, done, ctx);

	if (ask_page(l, NULL, e))
		return l;
	free(l);
	return NULL;
}

struct look *look_sid(struct session *s, const char *phone_sid, const char *phone_number, look_fn *done, void *ctx,
		      struct err *e)
{
	return look_sid_as(s, &s->client, phone_sid, phone_number, done, ctx, e);
}

struct look *look_sid_as(struct session *s, const struct client *c, const char *phone_sid, const char *phone_number,
			 look_fn *done, void *ctx, struct err *e)
{
	struct look *l = new_look(s, c, phone_sid, phone_number, done, ctx);

	err_clear(e);
	l->request = numbers_fetch(&l->c, l->phone_sid, fetch_done, l, e);
	if (l->request)
		return l;
	could_not_ask(e);
	free(l);
	return NULL;
}

void look_cancel(struct look *l)
{
	if (!l)
		return;
	l->done = NULL;
	client_cancel(&l->c, l->request);
}
