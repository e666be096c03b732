#ifndef NUMDESK_TWILIO_URL_PRIV_H
#define NUMDESK_TWILIO_URL_PRIV_H

#include <stdbool.h>
#include <stddef.h>
struct buf;
struct http_param;

/* A URL taken apart: only what is asked of it here. */
struct url_parts {
	char scheme[8], host[256];      /* host without the brackets of an IPv6 literal */
	int port;                       /* the scheme's own when none is written */
	bool has_user, has_query, has_fragment;
};
/* False when it is no http or https URL with a host, or has a space or control character in it. */
bool url_split(const char *url, struct url_parts *out);
/* 127/8 and ::1 as literals, and localhost. */
bool url_host_is_loopback(const char *host);
/* "a=1&b=%2B2"; a value of NULL is an empty one. */
void url_add_params(struct buf *out, const struct http_param *params, size_t n);

#endif
