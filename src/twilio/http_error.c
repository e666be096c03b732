/* libcurl's codes as sentences of ours. Its own words appear only where they carry the reason (certificates). */
#include "http_priv.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "url_priv.h"

#include "numdesk/util/text.h"

static __attribute__((format(printf, 2, 3))) void say(struct transfer *t, const char *fmt, ...)
{
	char raw[sizeof t->error];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(raw, sizeof raw, fmt, ap);
	va_end(ap);
	text_clean(t->error, sizeof t->error, raw, strlen(raw));
}

/* What libcurl wrote, without the full stop some of it has. */
static const char *reason(struct transfer *t)
{
	size_t n = strlen(t->curl_says);

	while (n > 0 && strchr(". \n", t->curl_says[n - 1]))
		t->curl_says[--n] = '\0';
	return n > 0 ? t->curl_says : curl_easy_strerror((CURLcode)t->reply.curl_code);
}

static void say_no_connection(struct transfer *t, const char *host)
{
	long number = 0;

	if (t->easy)
		curl_easy_getinfo(t->easy, CURLINFO_OS_ERRNO, &number);
	if (number > 0)
		say(t, "cannot connect to '%s': %s", host, strerror((int)number));
	else
		say(t, "cannot connect to '%s'", host);
}

static void say_timed_out(struct transfer *t, const char *host)
{
	if (t->connected)
		say(t, "no whole answer from '%s' within %d s", host, (t->timeout_ms + 999) / 1000);
	else
		say(t, "cannot connect to '%s': no answer in time", host);
}

static void say_aborted(struct transfer *t, const char *host)
{
	if (t->resend_refused)
		say(t, "the connection to '%s' was lost, and sending again was refused", host);
	else if (t->cancelled)
		say(t, "stopped");
	else
		say(t, "stopped before anything was sent");
}

static void say_too_large(struct transfer *t, const char *host)
{
	const bool headers = t->reply.curl_code == CURLE_WRITE_ERROR && !t->body.oversize;

	say(t, "the answer of '%s' is larger than %zu KiB", host, (headers ? HTTP_MAX_HEADERS : t->body.max) >> 10);
}

void transfer_explain(struct transfer *t)
{
	struct url_parts parts;
	const char *host;

	url_split(t->url, &parts);
	host = parts.host[0] ? parts.host : "?";
	switch (t->reply.curl_code) {
	case CURLE_OK:
		t->error[0] = '\0';
		break;
	case CURLE_COULDNT_RESOLVE_HOST:
		say(t, "cannot resolve '%s'", host);
		break;
	case CURLE_COULDNT_RESOLVE_PROXY:
		say(t, "cannot resolve the proxy '%s'", http_proxy_for(&t->h->base, t->url));
		break;
	case CURLE_COULDNT_CONNECT:
		say_no_connection(t, host);
		break;
	case CURLE_OPERATION_TIMEDOUT:
		say_timed_out(t, host);
		break;
	case CURLE_GOT_NOTHING:
	case CURLE_SEND_ERROR:
	case CURLE_RECV_ERROR:
		if (t->connected)
			say(t, "the connection to '%s' was lost before the answer was whole", host);
		else
			say(t, "cannot connect to '%s': %s", host, reason(t));
		break;
	case CURLE_PARTIAL_FILE:
		say(t, "the answer of '%s' broke off", host);
		break;
	case CURLE_FILESIZE_EXCEEDED:
	case CURLE_WRITE_ERROR:
		say_too_large(t, host);
		break;
	case CURLE_ABORTED_BY_CALLBACK:
		say_aborted(t, host);
		break;
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_CONNECT_ERROR:
	case CURLE_SSL_CACERT_BADFILE:
	case CURLE_SSL_ISSUER_ERROR:
		say(t, "no trusted connection to '%s': %s", host, reason(t));
		break;
	case CURLE_BAD_FUNCTION_ARGUMENT:
		say(t, "refused to send a body that is empty, too large or of two kinds");
		break;
	case CURLE_UNSUPPORTED_PROTOCOL:
	case CURLE_URL_MALFORMAT:
		say(t, "refused to use a URL that is not https");
		break;
	default:
		say(t, "the exchange with '%s' failed: %s", host, reason(t));
		break;
	}
}
