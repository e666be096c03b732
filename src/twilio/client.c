#include "client_priv.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <curl/curl.h>

#include "numdesk/model/fault.h"
#include "numdesk/model/sid.h"
#include "numdesk/util/crypto.h"
#include "numdesk/util/json.h"
#include "numdesk/util/mem.h"
#include "numdesk/util/secret.h"
#include "numdesk/util/text.h"

enum { ERROR_BODY_MAX = 64 << 10 };

uint32_t client_start(struct client *c, struct http_request *r, http_done_fn *done, void *ctx, struct err *e)
{
	if (c->read_only && r->method != HTTP_GET)
		return err_set(e, ERR_GUARD, "refused: this session is read-only");
	if (!c->secret || secret_len(c->secret) == 0)   /* wiped: locked since this client was made */
		return err_set(e, ERR_LOCKED, "the vault is locked: unlock it first");
	r->auth = (struct http_auth){.user = c->user, .secret = c->secret};
	return c->http->start(c->http, r, done, ctx);
}

bool client_account_url(const struct client *c, char *out, size_t out_size, struct err *e, const char *fmt, ...)
{
	char path[1024];
	va_list ap;
	int n, m;

	if (!sid_is(c->account_sid, "AC"))
		return err_set(e, ERR_USAGE, "'%s' is not an account SID", c->account_sid);
	n = snprintf(path, sizeof path, "/2010-04-01/Accounts/%s", c->account_sid);
	va_start(ap, fmt);
	m = vsnprintf(path + n, sizeof path - (size_t)n, fmt, ap);
	va_end(ap);
	if (m < 0 || (size_t)m >= sizeof path - (size_t)n)
		return err_set(e, ERR_USAGE, "cannot form a path: it is too long");
	return base_url(c->base_url, "api", path, out, out_size, e);
}

bool client_number_url(const struct client *c, const char *phone_sid, char *out, size_t out_size, struct err *e)
{
	if (!sid_is(phone_sid, "PN"))
		return err_set(e, ERR_USAGE, "'%s' is not the SID of a number", phone_sid);
	return client_account_url(c, out, out_size, e, "/IncomingPhoneNumbers/%s.json", phone_sid);
}

bool client_next_page(const struct client *c, const char *product, const char *next, char *out, size_t out_size,
		      struct err *e)
{
	char must_begin[64] = "/";

	out[0] = '\0';
	if (!next || !*next)
		return true;
	if (strcmp(product, "api") == 0)
		snprintf(must_begin, sizeof must_begin, "/2010-04-01/Accounts/%s/", c->account_sid);
	return base_next(c->base_url, product, next, must_begin, out, out_size, e);
}

int client_error_code(const struct http_reply *r, char *message, size_t message_size)
{
	struct json *doc = r->len > 0 ? json_parse(r->body, r->len, ERROR_BODY_MAX, NULL) : NULL;
	static const char *const names[] = {"message", "detail", "title"};     /* the last two: RFC 9457 */
	int64_t code = 0;

	message[0] = '\0';
	if (!doc)
		return 0;
	if (!json_i64(doc, "code", &code) || code < 0 || code > INT32_MAX)
		code = 0;
	for (size_t i = 0; i < ARRAY_LEN(names) && !message[0]; i++) {
		const char *s = json_text(doc, names[i]);

		if (s)
			text_clean(message, message_size, s, strlen(s));
	}
	json_free(doc);
	return (int)code;
}

/* A whole answer that is unusable, against none. */
static enum err_kind network_kind(int curl_code)
{
	return curl_code == CURLE_FILESIZE_EXCEEDED || curl_code == CURLE_WRITE_ERROR ||
			       curl_code == CURLE_BAD_CONTENT_ENCODING || curl_code == CURLE_WEIRD_SERVER_REPLY
		       ? ERR_PROTO
		       : ERR_NET;
}

bool client_check(const struct http_reply *r, const char *subject, struct err *e)
{
	char message[256];
	int code;

	if (r->cancelled)
		return err_set(e, ERR_STOPPED, "stopped");
	if (r->curl_code)
		return err_set(e, network_kind(r->curl_code), "%s", r->error && *r->error ? r->error : "no answer");
	if (r->status >= 200 && r->status <= 299)
		return true;
	code = client_error_code(r, message, sizeof message);
	fault_err(e, r->status, code, subject, message);
	if (e && r->retry_after_s > 0)
		e->retry_after_s = r->retry_after_s;
	return false;
}

/* What comes out of a parser nobody wipes, so tokens must not go in. */
char *client_blanked(const struct http_reply *r)
{
	char *copy = crypto_wiping_malloc(r->len + 1);

	if (!copy)
		return NULL;
	memcpy(copy, r->body, r->len);
	copy[r->len] = '\0';
	account_blank_token(copy);
	return copy;
}

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

	if (client_check(r, call->subject, &e))
		doc = json_parse(r->body, r->len, r->len, &e);
	call->done(call->ctx, doc, r, doc ? NULL : &e);
	json_free(doc);
	free(call->subject);
	free(call);
}

uint32_t client_get_url(struct client *c, const char *url, const struct http_param *query, size_t n_query,
			const char *subject, json_fn *done, void *ctx, struct err *e)
{
	struct http_request r = {.method = HTTP_GET, .url = url, .query = query, .n_query = n_query};
	struct get_call *call = mem_alloc(sizeof *call);
	uint32_t id;

	*call = (struct get_call){.done = done, .ctx = ctx, .subject = mem_dup(subject)};
	id = client_start(c, &r, get_done, call, e);
	if (!id) {
		free(call->subject);
		free(call);
	}
	return id;
}

uint32_t client_get(struct client *c, const char *product, const char *path, const struct http_param *query,
		    size_t n_query, json_fn *done, void *ctx, struct err *e)
{
	char url[BASE_URL_MAX];

	if (!base_url(c->base_url, product, path, url, sizeof url, e))
		return 0;
	return client_get_url(c, url, query, n_query, NULL, done, ctx, e);
}

void client_cancel(struct client *c, uint32_t id)
{
	c->http->cancel(c->http, id);
}
