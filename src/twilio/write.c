/*
 * How one write ended: row by row. Only what is certain settles an operation; every
 * answer that is not in the table, and no answer, is "unknown" and left to be looked up.
 */
#include "client_priv.h"

#include <stdlib.h>
#include <string.h>

#include <curl/curl.h>

#include "numdesk/model/fault.h"
#include "numdesk/model/number.h"
#include "numdesk/model/phone.h"
#include "numdesk/twilio/numbers.h"
#include "numdesk/util/crypto.h"
#include "numdesk/util/json.h"
#include "numdesk/util/mem.h"
#include "numdesk/util/text.h"

struct write_call {
	enum http_method method;
	int expect, expect_too;
	bool is_resource;
	const char *sid_prefix, *sid_prefix_too, *sid_member;
	char phone_number[E164_SIZE], phone_sid[SID_SIZE], account_sid[SID_SIZE];
	char *subject;
	write_fn *done;
	void *ctx;
};

/* Sent, and nobody knows: the sentence says what was seen. */
static void unknown(struct write_reply *w, const char *subject, const char *why)
{
	w->result = WRITE_UNKNOWN;
	err_set(&w->err, ERR_UNSURE, "sent for '%s', but the outcome is not known: %s", subject, why);
	w->err.http = w->http_status;
	w->err.code = w->twilio_code;
}

static void not_sent(struct write_reply *w, const struct http_reply *r)
{
	w->result = WRITE_NOT_SENT;
	if (r->cancelled || r->curl_code == CURLE_ABORTED_BY_CALLBACK)
		err_set(&w->err, ERR_STOPPED, "not sent: it was stopped in time");
	else
		err_set(&w->err, ERR_NET, "not sent: %s", r->error && *r->error ? r->error : "no connection");
}

static bool names_something_else(const struct write_call *call, const struct number *n)
{
	return strcmp(n->phone_number, call->phone_number) != 0 || !text_ieq(n->account_sid, call->account_sid) ||
	       (call->phone_sid[0] && !text_ieq(n->phone_sid, call->phone_sid));
}

/* Of the kind that was asked for, and not of another account. */
static bool is_expected(const struct write_call *call, const struct json *doc, struct write_reply *w)
{
	const char *sid = json_text(doc, call->sid_member), *account = json_text(doc, "account_sid");

	if (!json_is_object(doc))
		return false;
	if (call->sid_prefix && !(sid && (sid_is(sid, call->sid_prefix) ||
					  (call->sid_prefix_too && sid_is(sid, call->sid_prefix_too)))))
		return false;
	w->wrong_number = account && *account && !text_ieq(account, call->account_sid);
	return !w->wrong_number;
}

/* Any other resource: *doc is lent with the reply and freed after it. */
static void classify_resource(struct write_reply *w, const struct write_call *call, const struct http_reply *r,
			      struct json **doc)
{
	char *text;

	w->result = WRITE_DONE;
	if (r->status == 204)
		return;
	text = client_blanked(r);
	*doc = text ? json_parse(text, r->len, r->len, NULL) : NULL;
	crypto_wiping_free(text);
	if (*doc && is_expected(call, *doc, w))
		w->doc = *doc;
	else
		unknown(w, call->subject, w->wrong_number ? "the answer is about another account" :
			"the answer cannot be understood");
}

/* The documented 2xx: done only when its body says so about the very number that was meant. */
static void classify_success(struct write_reply *w, const struct write_call *call, const struct http_reply *r,
			     struct number *n, struct arena *a)
{
	struct json *doc;

	if (!call->phone_number[0]) {
		w->result = WRITE_DONE;
		return;
	}
	doc = r->len > 0 ? json_parse(r->body, r->len, r->len, NULL) : NULL;
	if (!doc || !number_decode(doc, n, a)) {
		unknown(w, call->subject, "the answer cannot be understood");
	} else if (names_something_else(call, n)) {
		unknown(w, call->subject, "the answer is about another number or account");
		w->wrong_number = true;
	} else {
		w->result = WRITE_DONE;
		w->number = n;
	}
	json_free(doc);
}

static enum write_result refusal(const struct write_call *call, int status, int code)
{
	switch (status) {
	case 400:
		return code == 21422 ? WRITE_GONE : code ? WRITE_REJECTED : WRITE_UNKNOWN;
	case 404:
		return call->method == HTTP_DELETE ? WRITE_ALREADY : WRITE_REJECTED;
	case 401:
	case 403:
	case 405:
	case 422:
		return WRITE_REJECTED;
	case 409:       /* final only where Twilio documents why: the number is in this or another messaging service */
		return code == 21710 || code == 21712 ? WRITE_REJECTED : WRITE_UNKNOWN;
	case 429:
		return WRITE_THROTTLED;
	default:
		return WRITE_UNKNOWN;
	}
}

static void classify_refusal(struct write_reply *w, const struct write_call *call, const struct http_reply *r)
{
	char message[256];

	w->twilio_code = client_error_code(r, message, sizeof message);
	w->result = refusal(call, r->status, w->twilio_code);
	fault_err(&w->err, r->status, w->twilio_code, w->result == WRITE_UNKNOWN ? NULL : call->subject, message);
	if (w->result == WRITE_UNKNOWN) {
		const struct err why = w->err;

		unknown(w, call->subject, why.msg);
	}
	if (w->result == WRITE_ALREADY)
		err_set(&w->err, ERR_NOT_FOUND, "'%s' was already gone", call->subject);
	w->err.http = r->status;
	w->err.code = w->twilio_code;
	w->err.retry_after_s = r->retry_after_s > 0 ? r->retry_after_s : 0;
}

static void write_done(void *ctx, const struct http_reply *r)
{
	struct write_call *call = ctx;
	struct write_reply w = {
		.http_status = r->status, .curl_code = r->curl_code, .retry_after_s = r->retry_after_s,
		.request_id = r->request_id,
	};
	struct json *doc = NULL;
	struct arena a = {0};
	struct number n;

	/* A whole answer counts even when a stop was asked for meanwhile. */
	if (!r->sent)
		not_sent(&w, r);
	else if (r->curl_code || r->status == 0)
		unknown(&w, call->subject, r->error && *r->error ? r->error : "no answer");
	else if (call->is_resource && (r->status == call->expect || r->status == call->expect_too))
		classify_resource(&w, call, r, &doc);
	else if (r->status == call->expect)
		classify_success(&w, call, r, &n, &a);
	else if (r->status >= 200 && r->status <= 299)
		unknown(&w, call->subject, "the answer is not the one that is documented");
	else
		classify_refusal(&w, call, r);
	call->done(call->ctx, &w);
	json_free(doc);
	arena_release(&a);
	free(call->subject);
	free(call);
}

uint32_t write_start(struct client *c, const char *url, const struct write_request *w,
		     http_before_send_fn *before_send, void *before_send_ctx, write_fn *done, void *ctx, struct err *e)
{
	struct http_request r = {
		.method = w->method, .url = url, .form = w->form, .n_form = w->n_form, .json = w->json,
		.file = w->file,
		.before_send = before_send, .before_send_ctx = before_send_ctx,
	};
	struct write_call *call = mem_alloc(sizeof *call);
	uint32_t id;

	*call = (struct write_call){
		.method = w->method, .expect = w->expect, .expect_too = w->expect_too, .is_resource = w->is_resource,
		.sid_prefix = w->sid_prefix, .sid_prefix_too = w->sid_prefix_too, .sid_member = w->sid_member,
		.done = done, .ctx = ctx,
	};
	text_copy(call->account_sid, sizeof call->account_sid, w->account_sid);
	text_copy(call->phone_number, sizeof call->phone_number, w->phone_number ? w->phone_number : "");
	text_copy(call->phone_sid, sizeof call->phone_sid, w->phone_sid ? w->phone_sid : "");
	call->subject = mem_dup(w->subject);
	id = client_start(c, &r, write_done, call, e);
	if (!id) {
		free(call->subject);
		free(call);
	}
	return id;
}
