/* What is read about porting: whether a number can come, which requests there are, how one of them stands. */
#include "numdesk/twilio/porting.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client_priv.h"

#include "numdesk/twilio/resource.h"
#include "numdesk/util/crypto.h"
#include "numdesk/util/json.h"
#include "numdesk/util/mem.h"
#include "numdesk/util/text.h"

enum { PAGES_MAX = 200, ANSWER_MAX = 64 << 10 };

/* --- portability -------------------------------------------------------------------------------------------------- */

struct portability_call {
	char phone_number[E164_SIZE];
	portability_fn *done;
	void *ctx;
};

static bool decode_portability(const struct portability_call *call, const struct json *v, struct portability *p)
{
	const char *phone = json_text(v, "phone_number"), *reason = json_text(v, "not_portable_reason");
	const char *country = json_text(v, "country");
	int64_t code = 0;

	*p = (struct portability){.portable = json_bool(v, "portable", false),
				  .pin_required = json_bool(v, "pin_and_account_number_required", false),
				  .type = number_type_parse(json_text(v, "number_type"))};
	if (!json_is_bool(json_get(v, "portable")) || !phone || strcmp(phone, call->phone_number) != 0)
		return false;
	text_copy(p->phone_number, sizeof p->phone_number, phone);
	text_copy(p->country, sizeof p->country, country ? country : "");
	if (!p->portable && reason)
		text_clean(p->reason, sizeof p->reason, reason, strlen(reason));
	if (!p->portable && json_i64(v, "not_portable_reason_code", &code) && code > 0 && code <= INT32_MAX)
		p->reason_code = (int)code;
	return true;
}

static void portability_done(void *ctx, const struct http_reply *r)
{
	struct portability_call *call = ctx;
	const bool may_hold = r->curl_code == 0 && !r->cancelled && (r->status == 200 || r->status == 400);
	struct json *doc = may_hold ? json_parse(r->body, r->len, ANSWER_MAX, NULL) : NULL;
	struct portability p;
	struct err e = {0};

	if (doc && decode_portability(call, doc, &p)) {
		call->done(call->ctx, &p, NULL);
	} else {
		if (client_check(r, call->phone_number, &e))
			err_set(&e, ERR_PROTO, "the answer about %s cannot be understood", call->phone_number);
		call->done(call->ctx, NULL, &e);
	}
	json_free(doc);
	free(call);
}

uint32_t porting_portability(struct client *c, const char *phone_number, portability_fn *done, void *ctx, struct err *e)
{
	const struct http_param query = {"TargetAccountSid", c->account_sid};
	char url[BASE_URL_MAX], path[80];
	struct http_request r = {.method = HTTP_GET, .url = url, .query = &query, .n_query = 1};
	struct portability_call *call;
	uint32_t id;

	if (!phone_is_e164(phone_number))
		return err_set(e, ERR_USAGE, "'%.40s' is not a number in E.164 form", phone_number);
	snprintf(path, sizeof path, "/v1/Porting/Portability/PhoneNumber/%s", phone_number);
	if (!base_url(c->base_url, "numbers", path, url, sizeof url, e))
		return 0;
	call = mem_alloc(sizeof *call);
	*call = (struct portability_call){.done = done, .ctx = ctx};
	text_copy(call->phone_number, sizeof call->phone_number, phone_number);
	id = client_start(c, &r, portability_done, call, e);
	if (!id)
		free(call);
	return id;
}

/* --- the list ----------------------------------------------------------------------------------------------------- */

struct port_walk {
	struct client c;                /* a copy: pages are asked for after the caller has returned */
	char created_after[24], token[64];
	uint32_t request;
	int pages;
	port_row_fn *row;
	port_end_fn *end;               /* NULL: stopped */
	void *ctx;
};

static void finish(struct port_walk *w, bool complete, const struct err *err)
{
	port_end_fn *end = w->end;
	void *ctx = w->ctx;

	free(w);
	if (end)
		end(ctx, complete, err);
}

/* False: the caller has enough. */
static bool tell_rows(struct port_walk *w, const struct json *doc)
{
	bool more = true;

	for (const struct json *v = json_first(json_get(doc, "port_in_requests")); v && more && w->end; v = json_next(v)) {
		struct arena a = {0};
		struct port p;

		if (port_decode(v, &p, &a))
			more = w->row(w->ctx, &p);
		arena_release(&a);
	}
	return more;
}

static bool ask(struct port_walk *w, struct err *e);

static void page_done(void *ctx, const struct json *doc, const struct http_reply *r, const struct err *err)
{
	struct port_walk *w = ctx;
	const char *next = doc ? json_text(json_get(doc, "meta"), "next_token") : NULL;
	char before[sizeof w->token];
	struct err e = {0};

	(void)r;
	w->request = 0;
	if (!w->end || err) {
		finish(w, false, err);
		return;
	}
	if (!json_is_array(json_get(doc, "port_in_requests"))) {
		err_set(&e, ERR_PROTO, "the list of port-in requests cannot be understood");
		finish(w, false, &e);
		return;
	}
	memcpy(before, w->token, sizeof before);
	if (!tell_rows(w, doc) || !next || !*next) {
		finish(w, !next || !*next, NULL);
	} else if (!text_copy(w->token, sizeof w->token, next) || strcmp(before, next) == 0 || ++w->pages >= PAGES_MAX) {
		err_set(&e, ERR_PROTO, "the list of port-in requests does not end");
		finish(w, false, &e);
	} else if (!ask(w, &e)) {
		finish(w, false, &e);
	}
}

static bool ask(struct port_walk *w, struct err *e)
{
	struct http_param query[3] = {{"Size", "100"}};
	size_t n = 1;

	if (*w->created_after)
		query[n++] = (struct http_param){"CreatedAfter", w->created_after};
	if (*w->token)
		query[n++] = (struct http_param){"Token", w->token};
	err_clear(e);
	w->request = resource_get(&w->c, "numbers", "/v1/Porting/PortIn/PortInRequests", query, n, NULL, page_done, w, e);
	return w->request != 0 || (e->kind == ERR_NONE && err_set(e, ERR_NET, "the request could not be started"));
}

struct port_walk *porting_list(struct client *c, const char *created_after, port_row_fn *row, port_end_fn *end,
			       void *ctx, struct err *e)
{
	struct port_walk *w = mem_alloc(sizeof *w);
	struct err why = {0};

	*w = (struct port_walk){.c = *c, .row = row, .ctx = ctx};
	text_copy(w->created_after, sizeof w->created_after, created_after);
	w->end = end;
	if (ask(w, &why))
		return w;
	free(w);
	if (e)
		*e = why;
	return NULL;
}

void porting_stop(struct port_walk *w)
{
	if (!w)
		return;
	w->end = NULL;
	client_cancel(&w->c, w->request);
}

/* --- one request -------------------------------------------------------------------------------------------------- */

struct fetch_call { char sid[SID_SIZE]; port_fn *done; void *ctx; };

static void fetch_done(void *ctx, const struct json *doc, const struct http_reply *r, const struct err *err)
{
	struct fetch_call *call = ctx;
	struct arena a = {0};
	struct err e = {0};
	struct port p;

	(void)r;
	if (!err && (!port_decode(doc, &p, &a) || !text_ieq(p.sid, call->sid) || !p.complete)) {
		err_set(&e, ERR_PROTO, "the answer about %s cannot be understood", call->sid);
		err = &e;
	}
	call->done(call->ctx, err ? NULL : &p, err);
	arena_release(&a);
	free(call);
}

uint32_t porting_fetch(struct client *c, const char *sid, port_fn *done, void *ctx, struct err *e)
{
	struct fetch_call *call;
	char path[80];
	uint32_t id;

	if (!sid_is(sid, "KW"))
		return err_set(e, ERR_USAGE, "'%.40s' is not the SID of a port-in request (KW...)", sid);
	snprintf(path, sizeof path, "/v1/Porting/PortIn/%s", sid);
	call = mem_alloc(sizeof *call);
	*call = (struct fetch_call){.done = done, .ctx = ctx};
	text_copy(call->sid, sizeof call->sid, sid);
	id = resource_get(c, "numbers", path, NULL, 0, sid, fetch_done, call, e);
	if (!id)
		free(call);
	return id;
}
