#ifndef NUMDESK_TESTS_HTTPD_H
#define NUMDESK_TESTS_HTTPD_H

#include <stdbool.h>
#include <stddef.h>

/*
 * A scripted HTTP/1.1 server on loopback, in a thread of its own: it answers the requests that arrive, in the order
 * they arrive, with the replies of its script (the last one again and again), and remembers each request as sent.
 */
struct httpd;

enum httpd_end { HTTPD_KEEP, HTTPD_CLOSE, HTTPD_RESET };

struct httpd_reply {
	int status;                     /* 0: raw is sent instead of a status line, headers and body */
	const char *headers;            /* further header lines, each ended by CRLF */
	const char *body; size_t len;   /* len 0: strlen(body) */
	const char *raw;
	bool chunked;                   /* three chunks instead of Content-Length */
	size_t cut;                     /* send only so many bytes of it all, 0 = all */
	int delay_ms;                   /* before the first byte */
	int drip_ms;                    /* one byte at a time, so far apart */
	int wait_for;                   /* answer only when so many requests have arrived in all */
	enum httpd_end end;             /* what then happens to the connection */
};

struct httpd *httpd_new(const struct httpd_reply *script, size_t n);    /* keeps script; ends the program on failure */
void httpd_free(struct httpd *d);
int httpd_port(const struct httpd *d);
/* From now on a request that is not the first of its connection gets this end and no answer. */
void httpd_on_reuse(struct httpd *d, enum httpd_end end);
/* Begin another script; requests and connections are counted from zero again. */
void httpd_script(struct httpd *d, const struct httpd_reply *script, size_t n);

size_t httpd_requests(struct httpd *d);         /* whole ones, so far */
size_t httpd_connections(struct httpd *d);      /* accepted, so far */
size_t httpd_bytes(struct httpd *d);            /* received, so far, whole requests or not */
/* Request i with its body, as it was sent. Borrowed until httpd_script or httpd_free; "" when there is none. */
const char *httpd_request(struct httpd *d, size_t i);
size_t httpd_request_len(struct httpd *d, size_t i);    /* its bytes: a body may hold NULs */

#endif
