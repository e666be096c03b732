#ifndef NUMDESK_TWILIO_HTTP_H
#define NUMDESK_TWILIO_HTTP_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
struct clock;
struct err;
struct secret;

/*
 * The transport: one curl_multi, the HTTP policy of http_easy.c, no Twilio word in it. Also a seam: tests and the
 * simulation give another struct http with the same calls.
 *
 * Reads share kept-alive HTTP/2 connections and are retried here (429, 500, 502, 503, 504, and once connected also
 * time-outs and lost connections; at most 5 tries, full jitter from 0.5 s to 20 s, Retry-After honoured to 120 s). A
 * write uses one fresh HTTP/1.1 connection, is sent at most once, and asks `before_send` exactly when its first byte is
 * about to leave: what that returns decides; a second call is refused. So reply.sent is the truth about "may have been
 * sent". One write per user is under way at a time; more wait in order.
 */
enum http_method { HTTP_GET, HTTP_POST, HTTP_DELETE };

struct http_auth {
	const char *user;           /* AC... or SK...; NULL sends no credentials */
	const struct secret *secret;/* lent for the life of the request */
};
struct http_param { const char *name, *value; };        /* value raw; encoded here ('+' becomes %2B) */
#define HTTP_FILE_MAX ((size_t)10 << 20)
struct http_file {                                      /* one file of a multipart body, from memory */
	const char *field;          /* the part's name: "File" */
	const char *file_name;      /* what the other side is told; no path */
	const char *mime_type;
	const void *bytes; size_t len;  /* 1..HTTP_FILE_MAX */
};

typedef bool http_before_send_fn(void *ctx);            /* write only; false aborts and nothing is sent */
struct http_reply;
typedef void http_done_fn(void *ctx, const struct http_reply *r);

struct http_request {
	enum http_method method;
	const char *url;            /* absolute, already checked against the profile's base; borrowed for the call */
	const struct http_param *query;  size_t n_query;
	/* The body of a POST, one of: form alone, json alone, or file with the form's fields as parts before it. All are
	 * copied at the start, json and file into memory that is wiped. */
	const struct http_param *form;   size_t n_form;         /* application/x-www-form-urlencoded */
	const char *json;           /* application/json, at most 1 MiB; NULL: none */
	const struct http_file *file;   /* multipart/form-data; NULL: none */
	struct http_auth auth;
	size_t max_body;            /* decoded bytes; 0 = 8 MiB */
	int timeout_ms;             /* 0 = 30 s for GET, 60 s otherwise and 1 s more per 64 KiB of a file */
	bool no_retry;
	http_before_send_fn *before_send; void *before_send_ctx;
};
struct http_reply {
	int status;                 /* 0 when there was no complete answer */
	const char *body; size_t len;   /* decoded, NUL after len; lent for the call */
	int curl_code;              /* 0 = the transfer went well */
	const char *error;          /* one cleaned sentence when curl_code != 0: "cannot resolve 'api.twilio.com'" */
	char request_id[40];        /* Twilio-Request-Id, "" when absent */
	int retry_after_s;          /* -1 when absent or unusable */
	bool sent;                  /* a write: before_send returned true, so bytes may have left; a read: connected */
	bool cancelled;
	int tries;
};

struct http {
	/* An id, never 0; done runs from step. */
	uint32_t (*start)(struct http *h, const struct http_request *r, http_done_fn *done, void *ctx);
	/* done still runs, with cancelled set (sent stays true if it was). */
	void (*cancel)(struct http *h, uint32_t id);
	void (*step)(struct http *h);                   /* make progress; runs done functions */
	/* Sleep until a transfer, one of fds, or timeout_ms (-1: none). revents are filled. */
	bool (*wait)(struct http *h, struct pollfd *fds, size_t n, int timeout_ms, struct err *e);
	size_t (*running)(const struct http *h);
	void (*warm)(struct http *h, const char *url);  /* open a connection that carries nothing yet; best effort */
	void (*drop)(struct http *h);                   /* close all connections and free their handles (at lock) */
	void (*free)(struct http *h);                   /* nobody is told any more: cancel and step first */
};
struct http_options {
	int read_timeout_s, write_timeout_s, parallel_reads;
	const char *proxy;          /* "env", "none" or a URL */
	const char *ca_file;        /* "" or NULL: system */
	const char *user_agent;
	int retry_base_ms;          /* first step of the back-off of reads; 0 = 500 */
};
/* The real transport. Ignores SIGPIPE, scrubs the environment libcurl would heed, installs wiping allocators. */
struct http *http_new(const struct http_options *o, const struct clock *clock, struct err *e);
/* The proxy a URL would use, "" for none or when h is not the real transport; for the header bar. */
const char *http_proxy_for(const struct http *h, const char *url);
/* One line about the library: version, TLS, resolver, HTTP/2; for doctor. */
const char *http_library(void);

#endif
