/*
 * What the environment may and may not decide.
 *
 * Nothing in it may weaken TLS or name files for libcurl and OpenSSL to read or write: SSLKEYLOGFILE alone would put
 * the session keys on disk. The proxy variables are the one thing people rely on; they are read here, so that the
 * proxy shown in the header bar is the one that is used.
 */
#include "http_priv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "url_priv.h"

#include "numdesk/util/file.h"
#include "numdesk/util/mem.h"
#include "numdesk/util/text.h"

void http_scrub_environment(void)
{
	static const char *const names[] = {
		"SSLKEYLOGFILE", "OPENSSL_CONF", "OPENSSL_CONF_INCLUDE", "OPENSSL_MODULES", "OPENSSL_ENGINES",
		"SSL_CERT_FILE", "SSL_CERT_DIR", "CURL_CA_BUNDLE", "CURL_SSL_BACKEND", "CURL_HOME", "NETRC",
	};

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		unsetenv(names[i]);
}

/* Does one word of no_proxy cover the host? "example.com" and ".example.com" cover the name and what is below it. */
static bool word_covers(const char *word, size_t n, const char *host)
{
	const size_t host_len = strlen(host);

	if (n == 1 && word[0] == '*')
		return true;
	if (n > 0 && word[0] == '.')
		word++, n--;
	if (n == 0 || n > host_len || strncasecmp(host + host_len - n, word, n) != 0)
		return false;
	return n == host_len || host[host_len - n - 1] == '.';
}

static bool is_exempt(const char *host)
{
	const char *list = file_env("no_proxy");
	size_t n;

	if (!list)
		list = file_env("NO_PROXY");
	for (; list && *list; list += n) {
		list += strspn(list, ", \t");
		n = strcspn(list, ", \t");
		if (word_covers(list, n, host))
			return true;
	}
	return false;
}

const char *http_proxy_raw(const struct http_curl *h, const char *url)
{
	static const char *const names[] = {"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"};
	struct url_parts parts;

	/* Plain http is only ever spoken to this machine: a proxy would carry the credentials off it. */
	if (!url_split(url, &parts) || url_host_is_loopback(parts.host) || strcmp(h->proxy, "none") == 0)
		return "";
	if (strcmp(h->proxy, "env") != 0)
		return h->proxy;
	if (is_exempt(parts.host))
		return "";
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (file_env(names[i]))
			return file_env(names[i]);
	return "";
}

const char *http_proxy_for(const struct http *base, const char *url)
{
	struct http_curl *h = (struct http_curl *)(uintptr_t)base;      /* only proxy_shown is written */
	const char *raw, *at, *scheme;
	size_t n = 0;

	if (!http_is_curl(base))
		return "";
	raw = http_proxy_raw(h, url);
	h->proxy_shown[0] = '\0';
	if (!*raw)
		return h->proxy_shown;
	scheme = strstr(raw, "://");
	if (scheme)
		n = (size_t)(scheme - raw) + 3;
	at = strrchr(raw, '@');         /* what stands before it is a name and a password */
	if (n < 16)
		snprintf(h->proxy_shown, 16, "%.*s", (int)n, raw);
	n = strlen(h->proxy_shown);
	text_clean(h->proxy_shown + n, sizeof h->proxy_shown - n, at ? at + 1 : raw + n,
		   strlen(at ? at + 1 : raw + n));
	return h->proxy_shown;
}

const char *http_library(void)
{
	static char line[160];
	const curl_version_info_data *v = curl_version_info(CURLVERSION_NOW);

	snprintf(line, sizeof line, "libcurl %s, %s, %s resolver, %s", v->version,
		 v->ssl_version ? v->ssl_version : "no TLS",
		 v->features & CURL_VERSION_ASYNCHDNS ? "threaded" : "blocking",
		 v->features & CURL_VERSION_HTTP2 ? "HTTP/2" : "no HTTP/2");
	return line;
}
