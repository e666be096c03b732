/*
 * Where requests may go. A template was checked once by base_check; a next page is whatever a server wrote and must
 * not take the credentials anywhere else, so it is only ever a path appended to a base, never a host of its own.
 */
#include "numdesk/twilio/base.h"

#include <stdio.h>
#include <string.h>

#include "url_priv.h"

#include "numdesk/util/err.h"
#include "numdesk/util/mem.h"
#include "numdesk/util/text.h"

static const char placeholder[] = "{product}";
enum { PLACEHOLDER_LEN = sizeof placeholder - 1 };

/* The only names that may stand in front of .twilio.com in an absolute next page. */
static const char *const products[] = {
	"api", "pricing", "messaging", "numbers", "numbers-upload", "lookups", "verify", "trunking", "monitor",
	"accounts", "trusthub",
};

/* The template with the product in place and tail behind it. */
static bool expand(const char *template, const char *product, const char *tail, char *out, size_t out_size)
{
	const char *at = strstr(template, placeholder);
	const int n = at ? snprintf(out, out_size, "%.*s%s%s%s", (int)(at - template), template, product,
				    at + PLACEHOLDER_LEN, tail)
			 : -1;

	return n >= 0 && (size_t)n < out_size;
}

static const char *what_is_wrong(const char *template, struct url_parts *parts)
{
	const char *at = strstr(template, placeholder);
	char url[BASE_URL_MAX];

	if (!at)
		return "it lacks {product}";
	if (strchr(at + 1, '{') || strchr(at + PLACEHOLDER_LEN, '}') || memchr(template, '{', (size_t)(at - template)))
		return "it has more than one {product}";
	if (!expand(template, "api", "", url, sizeof url))
		return "it is too long";
	if (!url_split(url, parts))
		return "it is not an http or https URL";
	if (parts->has_user)
		return "it must not hold a user or password";
	if (parts->has_query || parts->has_fragment || strpbrk(url, "?#"))
		return "it must not have a query or fragment";
	if (strcmp(parts->scheme, "https") != 0 && !url_host_is_loopback(parts->host))
		return "it must begin with https:// unless the host is this machine";
	return NULL;
}

bool base_check(const char *template, char *out, size_t out_size, struct err *e)
{
	struct url_parts parts;
	const char *wrong = what_is_wrong(template, &parts);
	size_t n = strlen(template);

	if (wrong)
		return err_set(e, ERR_CONFIG, "cannot use base URL '%s': %s", template, wrong);
	while (n > 0 && template[n - 1] == '/')
		n--;
	if (n >= out_size)
		return err_set(e, ERR_CONFIG, "cannot use base URL '%s': it is too long", template);
	memmove(out, template, n);
	out[n] = '\0';
	return true;
}

bool base_is_loopback(const char *template)
{
	struct url_parts parts;

	return !what_is_wrong(template, &parts) && url_host_is_loopback(parts.host);
}

/* Where the port is written in a checked template: from ':' to the end of the digits. False: there is none. */
static bool find_port(const char *template, size_t *from, size_t *to)
{
	const char *host = strstr(template, "://") + 3, *end = host + strcspn(host, "/");
	const char *colon = end;

	while (colon > host && text_is_digit(colon[-1]))
		colon--;
	if (colon <= host || colon == end || colon[-1] != ':')
		return false;
	*from = (size_t)(colon - 1 - template);
	*to = (size_t)(end - template);
	return true;
}

static void without_port(const char *template, char *out, size_t out_size)
{
	size_t from, to;

	if (find_port(template, &from, &to))
		snprintf(out, out_size, "%.*s%s", (int)from, template, template + to);
	else
		snprintf(out, out_size, "%s", template);
}

bool base_same(const char *stored, const char *asked)
{
	char a[BASE_URL_MAX], b[BASE_URL_MAX], bare_a[BASE_URL_MAX], bare_b[BASE_URL_MAX];

	if (!base_check(stored, a, sizeof a, NULL) || !base_check(asked, b, sizeof b, NULL))
		return false;
	if (strcmp(a, b) == 0)
		return true;
	if (!base_is_loopback(a) || !base_is_loopback(b))
		return false;
	without_port(a, bare_a, sizeof bare_a);
	without_port(b, bare_b, sizeof bare_b);
	return strcmp(bare_a, bare_b) == 0;
}

bool base_url(const char *template, const char *product, const char *path, char *out, size_t out_size, struct err *e)
{
	if (path[0] != '/' || !expand(template, product, path, out, out_size))
		return err_set(e, ERR_CONFIG, "cannot form a URL of base '%s': it would be too long", template);
	return true;
}

static bool is_hex_dot(const char *p)
{
	return p[0] == '%' && p[1] == '2' && (p[2] == 'e' || p[2] == 'E');
}

/* Would a server or libcurl climb out of where this path seems to be? "/../", "/./", also with the dots escaped. */
static bool path_climbs(const char *path)
{
	const size_t n = strcspn(path, "?");

	for (size_t i = 0; i < n; i++) {
		size_t j = i + 1;

		if (path[i] != '/')
			continue;
		while (j < n && (path[j] == '.' || is_hex_dot(path + j)))
			j += path[j] == '.' ? 1 : 3;
		if (j > i + 1 && (j >= n || path[j] == '/'))
			return true;
	}
	return false;
}

static bool path_is_sane(const char *path)
{
	for (const char *p = path; *p; p++)
		if ((unsigned char)*p <= ' ' || (unsigned char)*p >= 0x7f || strchr("\\#{}<>\"^`|", *p))
			return false;
	return path[0] == '/' && path[1] != '/' && !path_climbs(path);
}

/* "https://P.twilio.com/..." to the known product P and the path; NULL for anything else. */
static const char *absolute_product(const char *url, const char **path)
{
	static const char scheme[] = "https://", domain[] = ".twilio.com";

	if (strncmp(url, scheme, sizeof scheme - 1) != 0)
		return NULL;
	url += sizeof scheme - 1;
	for (size_t i = 0; i < ARRAY_LEN(products); i++) {
		const size_t n = strlen(products[i]);

		if (strncmp(url, products[i], n) != 0 || strncmp(url + n, domain, sizeof domain - 1) != 0)
			continue;
		*path = url + n + sizeof domain - 1;
		return products[i];
	}
	return NULL;
}

bool base_next(const char *template, const char *product, const char *next, const char *must_begin, char *out,
	       size_t out_size, struct err *e)
{
	const char *path = next;

	if (next[0] != '/')
		product = absolute_product(next, &path);
	if (!product || !path_is_sane(path))
		return err_set(e, ERR_PROTO, "refused the address of the next page: it leads away from Twilio");
	if (must_begin && strncmp(path, must_begin, strlen(must_begin)) != 0)
		return err_set(e, ERR_PROTO, "refused the address of the next page: it belongs to something else");
	if (!expand(template, product, path, out, out_size))
		return err_set(e, ERR_PROTO, "refused the address of the next page: it is too long");
	return true;
}
