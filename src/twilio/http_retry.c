/* When a read is tried again, and after how long. A write never is; its journal decides that. */
#include "http_priv.h"

#include <string.h>

#include "numdesk/util/clock.h"
#include "numdesk/util/crypto.h"
#include "numdesk/util/mem.h"
#include "numdesk/util/text.h"

int retry_after_parse(const char *value, size_t n, int64_t now_s)
{
	char text[64];
	int64_t s;

	while (n > 0 && (*value == ' ' || *value == '\t'))
		value++, n--;
	while (n > 0 && strchr(" \t\r\n", value[n - 1]))
		n--;
	if (n == 0 || n >= sizeof text || memchr(value, '\0', n))
		return -1;
	memcpy(text, value, n);
	text[n] = '\0';
	if (text_all_digits(text))
		return text_to_i64(text, 0, INT32_MAX, &s) ? (int)s : INT32_MAX;
	if (!text_is_alpha(text[0]) || !clock_parse(text, &s))
		return -1;
	s -= now_s;
	return s <= 0 ? 0 : s > INT32_MAX ? INT32_MAX : (int)s;
}

/* Lost while it was under way. A connection that never came about is told at once: waiting would not make it. */
static bool is_lost(const struct transfer *t)
{
	switch (t->reply.curl_code) {
	case CURLE_OPERATION_TIMEDOUT:
	case CURLE_GOT_NOTHING:
	case CURLE_SEND_ERROR:
	case CURLE_RECV_ERROR:
	case CURLE_PARTIAL_FILE:
	case CURLE_HTTP2:
	case CURLE_HTTP2_STREAM:
		return t->connected;
	default:
		return false;
	}
}

static bool is_passing(int status)
{
	return status == 429 || status == 500 || status == 502 || status == 503 || status == 504;
}

bool transfer_should_retry(const struct transfer *t)
{
	if (t->method != HTTP_GET || t->no_retry || t->warming || t->cancelled || t->reply.tries >= HTTP_MAX_TRIES ||
	    t->reply.retry_after_s > HTTP_RETRY_AFTER_MAX_S)
		return false;
	return t->reply.curl_code ? is_lost(t) : is_passing(t->reply.status);
}

int64_t transfer_retry_delay_ms(const struct transfer *t)
{
	int64_t upper = t->h->retry_base_ms;

	/* Asked to wait: no less than that, and a little apart from the others who were told the same. */
	if (t->reply.retry_after_s > 0)
		return (int64_t)t->reply.retry_after_s * 1000 + crypto_uniform((uint32_t)upper + 1);
	for (int i = 1; i < t->reply.tries && upper < HTTP_RETRY_CAP_MS; i++)
		upper *= 2;
	if (upper > HTTP_RETRY_CAP_MS)
		upper = HTTP_RETRY_CAP_MS;
	return crypto_uniform((uint32_t)upper + 1);
}
