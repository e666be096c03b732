/*
 * The life of one transfer: filled from a request, launched, concluded, finished. It is queued, runs (has an easy
 * handle in the multi), and is finished; a read may wait for another try in between. Each try gets an easy handle of
 * its own, so that nothing of the credentials outlives it.
 */
#include "http_priv.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "url_priv.h"

#include "numdesk/util/clock.h"
#include "numdesk/util/log.h"
#include "numdesk/util/mem.h"

enum { MAX_URL = 8192 };

bool transfer_url_is_usable(const char *url)
{
	struct url_parts parts;

	return url_split(url, &parts) && !parts.has_user && !parts.has_fragment &&
	       (strcmp(parts.scheme, "https") == 0 || url_host_is_loopback(parts.host));
}

static char *url_with_query(const struct http_request *r)
{
	struct buf b;

	buf_init(&b, MAX_URL);
	buf_adds(&b, r->url);
	if (r->n_query) {
		buf_addc(&b, strchr(r->url, '?') ? '&' : '?');
		url_add_params(&b, r->query, r->n_query);
	}
	if (b.overflow)
		buf_clear(&b);          /* an empty URL is refused with the unusable ones */
	return buf_take(&b);
}

static int usual_timeout_ms(const struct transfer *t, const struct http_request *r)
{
	const int usual = r->method == HTTP_GET ? t->h->read_timeout_ms : t->h->write_timeout_ms;

	return r->file ? usual + (int)(r->file->len >> 16) * 1000 : usual;
}

CURLcode transfer_fill(struct transfer *t, const struct http_request *r)
{
	t->method = r->method;
	t->url = url_with_query(r);
	t->user = mem_dup(r->auth.user);
	t->secret = r->auth.secret;
	t->timeout_ms = r->timeout_ms ? r->timeout_ms : usual_timeout_ms(t, r);
	t->no_retry = r->no_retry;
	t->before_send = r->before_send;
	t->before_send_ctx = r->before_send_ctx;
	if (r->max_body)
		t->body.max = r->max_body;
	if (!transfer_url_is_usable(t->url) || (t->user && !t->secret))
		return CURLE_URL_MALFORMAT;
	return transfer_copy_body(t, r) ? CURLE_OK : CURLE_BAD_FUNCTION_ARGUMENT;
}

void transfer_free(struct transfer *t)
{
	assert(!t->easy);
	body_release(&t->body);
	transfer_forget_body(t);
	free(t->url);
	free(t->user);
	free(t);
}

void transfer_finish(struct transfer *t, int curl_code)
{
	t->reply.curl_code = curl_code;
	if (curl_code)
		t->reply.status = 0;
	transfer_explain(t);
	t->state = TRANSFER_FINISHED;
}

/* Take a running transfer out of the multi: closes its connection when it was in the middle of something. */
void transfer_take_out(struct transfer *t)
{
	if (!t->easy)
		return;
	curl_multi_remove_handle(t->h->multi, t->easy);
	transfer_forget_easy(t);
}

/* One try is over: again, or done. The code was copied out of libcurl's message, which dies with the removal. */
void transfer_conclude(struct transfer *t, CURLcode code)
{
	struct http_reply *r = &t->reply;
	long status = 0;

	r->tries++;
	r->curl_code = (int)code;
	if (code == CURLE_OK)
		curl_easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &status);
	r->status = (int)status;
	transfer_explain(t);
	log_write(LOG_DEBUG, "http", "request %u: status %d, libcurl %d, %zu bytes, %s", t->id, r->status, r->curl_code,
		  t->body.len, r->request_id[0] ? r->request_id : "no request id");
	if (transfer_should_retry(t)) {
		t->due_ms = t->h->clock->mono_ms(t->h->clock) + transfer_retry_delay_ms(t);
		t->state = TRANSFER_WAITING;
	} else {
		t->state = TRANSFER_FINISHED;
	}
	transfer_take_out(t);
}

/*
 * A connection was opened for later and nothing was sent. Over HTTP/2 it stays in the pool; over HTTP/1.1 libcurl has
 * closed it (measured with 7.88.1), and there a request without credentials is the only way to keep one. Plain http is
 * this machine, where opening takes no time worth saving.
 */
void transfer_conclude_warming(struct transfer *t)
{
	curl_socket_t kept = CURL_SOCKET_BAD;
	const bool aborted = t->connected && !t->warm_head;

	curl_easy_getinfo(t->easy, CURLINFO_ACTIVESOCKET, &kept);
	transfer_take_out(t);
	if (aborted && kept == CURL_SOCKET_BAD && strncmp(t->url, "https:", 6) == 0) {
		t->warm_head = true;
		t->state = TRANSFER_QUEUED;
	} else {
		t->state = TRANSFER_FINISHED;
	}
}

void transfer_launch(struct transfer *t)
{
	if (!transfer_prepare(t) || curl_multi_add_handle(t->h->multi, t->easy) != CURLM_OK) {
		transfer_forget_easy(t);
		transfer_finish(t, CURLE_FAILED_INIT);
		return;
	}
	t->state = TRANSFER_RUNNING;
}
