#include "url_priv.h"

#include <arpa/inet.h>
#include <string.h>

#include <curl/curl.h>

#include "numdesk/twilio/http.h"
#include "numdesk/util/mem.h"
#include "numdesk/util/text.h"

/* One part of u into dst; false when it does not fit. Missing parts give "". */
static bool part(CURLU *u, CURLUPart what, unsigned flags, char *dst, size_t dst_size)
{
	char *s = NULL;
	bool ok;

	dst[0] = '\0';
	if (curl_url_get(u, what, &s, flags) != CURLUE_OK)
		return true;
	ok = text_copy(dst, dst_size, s);
	curl_free(s);
	return ok;
}

static bool has_part(CURLU *u, CURLUPart what)
{
	char *s = NULL;
	const bool has = curl_url_get(u, what, &s, 0) == CURLUE_OK;

	curl_free(s);
	return has;
}

static bool is_plain(const char *url)
{
	for (; *url; url++)
		if ((unsigned char)*url <= ' ' || *url == 0x7f || *url == '\\')
			return false;
	return true;
}

static bool fill(CURLU *u, struct url_parts *out)
{
	char port[8];
	int64_t number;
	size_t n;

	if (!part(u, CURLUPART_SCHEME, 0, out->scheme, sizeof out->scheme) ||
	    !part(u, CURLUPART_HOST, 0, out->host, sizeof out->host) ||
	    !part(u, CURLUPART_PORT, CURLU_DEFAULT_PORT, port, sizeof port) || !out->host[0] ||
	    (strcmp(out->scheme, "http") != 0 && strcmp(out->scheme, "https") != 0) ||
	    !text_to_i64(port, 1, 65535, &number))
		return false;
	out->port = (int)number;
	n = strlen(out->host);
	if (out->host[0] == '[' && out->host[n - 1] == ']') {
		memmove(out->host, out->host + 1, n - 2);
		out->host[n - 2] = '\0';
	}
	out->has_user = has_part(u, CURLUPART_USER) || has_part(u, CURLUPART_PASSWORD);
	out->has_query = has_part(u, CURLUPART_QUERY);
	out->has_fragment = has_part(u, CURLUPART_FRAGMENT);
	return true;
}

bool url_split(const char *url, struct url_parts *out)
{
	CURLU *u;
	bool ok;

	*out = (struct url_parts){0};
	if (!is_plain(url) || !(u = curl_url()))
		return false;
	ok = curl_url_set(u, CURLUPART_URL, url, CURLU_NON_SUPPORT_SCHEME) == CURLUE_OK && fill(u, out);
	curl_url_cleanup(u);
	return ok;
}

bool url_host_is_loopback(const char *host)
{
	struct in_addr v4;
	struct in6_addr v6;

	if (inet_pton(AF_INET, host, &v4) == 1)
		return (ntohl(v4.s_addr) >> 24) == 127;
	if (inet_pton(AF_INET6, host, &v6) == 1)
		return IN6_IS_ADDR_LOOPBACK(&v6);
	return text_ieq(host, "localhost");
}

/* Everything but RFC 3986's unreserved characters: so '+' cannot turn into a space. */
static void add_escaped(struct buf *out, const char *s)
{
	for (; *s; s++)
		if (text_is_alnum(*s) || strchr("-._~", *s))
			buf_addc(out, *s);
		else
			buf_addf(out, "%%%02X", (unsigned char)*s);
}

void url_add_params(struct buf *out, const struct http_param *params, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			buf_addc(out, '&');
		add_escaped(out, params[i].name);
		buf_addc(out, '=');
		if (params[i].value)
			add_escaped(out, params[i].value);
	}
}
