/*
 * One try of one request as an easy handle: every option of the policy is set here and nowhere
 * else. An option that libcurl refuses refuses the request, because a policy with a hole is none.
 */
#include "http_priv.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "url_priv.h"

#include "numdesk/util/clock.h"
#include "numdesk/util/crypto.h"
#include "numdesk/util/mem.h"
#include "numdesk/util/secret.h"
#include "numdesk/util/text.h"

#define SET(option, value)                                                             \
	do {                                                                           \
		if (curl_easy_setopt(t->easy, (option), (value)) != CURLE_OK)          \
			return false;                                                  \
	} while (0)

/*
 * The connection stands and the first byte is about to leave. For a write this is the point of no return: whoever
 * keeps the journal is asked here, once. libcurl sends a request again by itself when a connection it reused turns
 * out dead; it comes through here again, and is refused.
 */
static int before_request(void *ctx, char *remote_ip, char *local_ip, int remote_port, int local_port)
{
	struct transfer *t = ctx;

	(void)remote_ip, (void)local_ip, (void)remote_port, (void)local_port;
	t->connected = true;
	if (t->warming)
		return t->warm_head ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT;
	if (t->method == HTTP_GET) {
		t->reply.sent = true;
		return CURL_PREREQFUNC_OK;
	}
	if (t->asked) {
		t->resend_refused = true;
		return CURL_PREREQFUNC_ABORT;
	}
	if (t->cancelled)
		return CURL_PREREQFUNC_ABORT;
	t->asked = true;
	t->reply.sent = !t->before_send || t->before_send(t->before_send_ctx);
	return t->reply.sent ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT;
}

/* Called with decoded bytes, so that a small compressed answer cannot grow past the ceiling. */
static size_t take_body(char *p, size_t size, size_t count, void *ctx)
{
	struct body *b = &((struct transfer *)ctx)->body;
	const size_t n = size * count;
	size_t cap = b->cap ? b->cap : 16384;

	if (n > b->max - b->len) {
		b->oversize = true;
		return 0;
	}
	while (cap < b->len + n + 1)
		cap *= 2;
	if (cap != b->cap) {
		char *bytes = crypto_wiping_realloc(b->bytes, cap);

		if (!bytes)
			return 0;
		b->bytes = bytes;
		b->cap = cap;
	}
	memcpy(b->bytes + b->len, p, n);
	b->len += n;
	b->bytes[b->len] = '\0';
	return n;
}

void body_release(struct body *b)
{
	crypto_wiping_free(b->bytes);
	*b = (struct body){.max = b->max};
}

/* The value of the header called name, or NULL. */
static const char *header_value(const char *line, size_t n, const char *name, size_t *len)
{
	const size_t name_len = strlen(name);

	if (n <= name_len || line[name_len] != ':' || strncasecmp(line, name, name_len) != 0)
		return NULL;
	line += name_len + 1;
	n -= name_len + 1;
	while (n > 0 && (*line == ' ' || *line == '\t'))
		line++, n--;
	while (n > 0 && strchr(" \t\r\n", line[n - 1]))
		n--;
	*len = n;
	return line;
}

static void take_request_id(struct http_reply *r, const char *value, size_t n)
{
	if (n >= sizeof r->request_id)
		return;
	for (size_t i = 0; i < n; i++)
		if (!text_is_alnum(value[i]) && value[i] != '-' && value[i] != '_')
			return;
	memcpy(r->request_id, value, n);
	r->request_id[n] = '\0';
}

static size_t take_header(char *line, size_t size, size_t count, void *ctx)
{
	struct transfer *t = ctx;
	const size_t n = size * count;
	const char *value;
	size_t len;

	t->header_bytes += n;
	if (t->header_bytes > HTTP_MAX_HEADERS)
		return 0;
	if (n > 5 && strncmp(line, "HTTP/", 5) == 0) {          /* a new block: what an interim answer said is void */
		t->reply.request_id[0] = '\0';
		t->reply.retry_after_s = -1;
	}
	if ((value = header_value(line, n, "Twilio-Request-Id", &len)))
		take_request_id(&t->reply, value, len);
	else if ((value = header_value(line, n, "Retry-After", &len)))
		t->reply.retry_after_s = retry_after_parse(value, len, t->h->clock->wall_ms(t->h->clock) / 1000);
	return n;
}

static bool set_trust(struct transfer *t)
{
	struct url_parts parts;
	const bool local = url_split(t->url, &parts) && url_host_is_loopback(parts.host);

	SET(CURLOPT_PROTOCOLS_STR, local ? "http,https" : "https");
	SET(CURLOPT_FOLLOWLOCATION, 0L);
	SET(CURLOPT_MAXREDIRS, 0L);
	SET(CURLOPT_UNRESTRICTED_AUTH, 0L);
	SET(CURLOPT_SSL_VERIFYPEER, 1L);
	SET(CURLOPT_SSL_VERIFYHOST, 2L);
	SET(CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	SET(CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	SET(CURLOPT_MAXLIFETIME_CONN, 300L);            /* certificates are looked at only when connecting */
	if (t->h->ca_file[0]) {
		SET(CURLOPT_CAINFO, t->h->ca_file);
		SET(CURLOPT_CAPATH, NULL);              /* instead of the system's, not beside them */
	}
	/* Always set, and the exemptions with it: libcurl would read the environment otherwise. */
	SET(CURLOPT_PROXY, http_proxy_raw(t->h, t->url));
	SET(CURLOPT_NOPROXY, "");
	SET(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
	return true;
}

static bool set_limits(struct transfer *t)
{
	const long whole = t->timeout_ms;

	SET(CURLOPT_NOSIGNAL, 1L);
	SET(CURLOPT_TIMEOUT_MS, whole);
	SET(CURLOPT_CONNECTTIMEOUT_MS, whole < HTTP_CONNECT_TIMEOUT_MS ? whole : (long)HTTP_CONNECT_TIMEOUT_MS);
	SET(CURLOPT_LOW_SPEED_LIMIT, 1L);
	SET(CURLOPT_LOW_SPEED_TIME, 20L);
	SET(CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)t->body.max);        /* only where the length is announced */
	return true;
}

static bool set_hooks(struct transfer *t)
{
	SET(CURLOPT_ERRORBUFFER, t->curl_says);
	SET(CURLOPT_PRIVATE, t);
	SET(CURLOPT_PREREQFUNCTION, before_request);
	SET(CURLOPT_PREREQDATA, t);
	SET(CURLOPT_WRITEFUNCTION, take_body);
	SET(CURLOPT_WRITEDATA, t);
	SET(CURLOPT_HEADERFUNCTION, take_header);
	SET(CURLOPT_HEADERDATA, t);
	return true;
}

static bool set_credentials(struct transfer *t)
{
	const char *password;
	bool ok;

	if (!t->user)
		return true;
	SET(CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC);
	SET(CURLOPT_USERNAME, t->user);
	password = secret_use(t->secret);
	ok = curl_easy_setopt(t->easy, CURLOPT_PASSWORD, password) == CURLE_OK;
	secret_done(t->secret);
	return ok;
}

/*
 * Reads share connections; several may travel on one, so it is better to wait for a first one than to open four. Not
 * over plain http: without TLS to settle it, libcurl would wait for the first answer to learn that none may share.
 */
static bool set_read(struct transfer *t)
{
	const bool tls = strncmp(t->url, "https:", 6) == 0;

	SET(CURLOPT_HTTP_VERSION, (long)(tls ? CURL_HTTP_VERSION_2TLS : CURL_HTTP_VERSION_1_1));
	SET(CURLOPT_PIPEWAIT, (long)tls);
	SET(CURLOPT_ACCEPT_ENCODING, "gzip");
	SET(t->warm_head ? CURLOPT_NOBODY : CURLOPT_HTTPGET, 1L);
	return true;
}

/* A connection of its own, never one that may have died unseen, and never used again. */
static bool set_write(struct transfer *t)
{
	SET(CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	SET(CURLOPT_FRESH_CONNECT, 1L);
	SET(CURLOPT_FORBID_REUSE, 1L);
	if (t->method == HTTP_DELETE) {
		SET(CURLOPT_CUSTOMREQUEST, "DELETE");
		return true;
	}
	return transfer_set_body(t);
}

static bool set_headers(struct transfer *t)
{
	static const char *const lines[] = {"Accept: application/json", "Expect:", "Content-Type: application/json"};

	for (size_t i = 0; i < ARRAY_LEN(lines) - (t->json ? 0 : 1); i++) {
		struct curl_slist *longer = curl_slist_append(t->headers, lines[i]);

		if (!longer)
			return false;
		t->headers = longer;
	}
	SET(CURLOPT_HTTPHEADER, t->headers);
	SET(CURLOPT_USERAGENT, t->h->user_agent);
	return true;
}

bool transfer_prepare(struct transfer *t)
{
	t->curl_says[0] = '\0';
	t->header_bytes = 0;
	t->connected = false;
	t->reply.retry_after_s = -1;
	t->reply.request_id[0] = '\0';
	body_release(&t->body);
	t->easy = curl_easy_init();
	if (!t->easy)
		return false;
	SET(CURLOPT_URL, t->url);
	return set_trust(t) && set_limits(t) && set_hooks(t) && set_headers(t) && set_credentials(t) &&
	       (t->method == HTTP_GET ? set_read(t) : set_write(t));
}

void transfer_forget_easy(struct transfer *t)
{
	curl_easy_cleanup(t->easy);
	curl_slist_free_all(t->headers);
	curl_mime_free(t->mime);        /* NULL is fine */
	t->easy = NULL;
	t->headers = NULL;
	t->mime = NULL;
}
