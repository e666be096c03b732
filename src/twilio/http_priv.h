#ifndef NUMDESK_TWILIO_HTTP_PRIV_H
#define NUMDESK_TWILIO_HTTP_PRIV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <curl/curl.h>

#include "numdesk/twilio/http.h"

#define HTTP_MAX_TRIES 5                        /* of a read; a write has one */
#define HTTP_RETRY_CAP_MS 20000
#define HTTP_RETRY_AFTER_MAX_S 120              /* Twilio may ask for this much; more is told, not waited for */
#define HTTP_CONNECT_TIMEOUT_MS 10000
#define HTTP_MAX_BODY ((size_t)8 << 20)
#define HTTP_MAX_HEADERS ((size_t)256 << 10)

enum transfer_state {
	TRANSFER_QUEUED,        /* waits for its turn */
	TRANSFER_RUNNING,       /* has an easy handle in the multi */
	TRANSFER_WAITING,       /* a read between two tries */
	TRANSFER_FINISHED,      /* its done function is due in the next step */
	TRANSFER_DELIVERING     /* its done function is due in this one */
};

/* The answer's bytes: kept in memory that is wiped, because an account's answer carries its auth token. */
struct body {
	char *bytes;            /* NUL after len once anything came */
	size_t len, cap, max;
	bool oversize;
};

/* The file of a multipart body, copied into memory that is wiped; bytes NULL: none. */
struct upload {
	char *bytes;
	size_t len, read;               /* read: by libcurl, so far */
	char *field, *file_name, *mime_type;
	struct http_param *fields;      /* the form as parts: names and values are the upload's own */
	size_t n_fields;
};

struct transfer {
	struct transfer *next;
	struct http_curl *h;
	uint32_t id;
	enum transfer_state state;
	enum http_method method;
	bool warming, warm_head;        /* opens a connection for later: no credentials, nobody waits for it */

	char *url, *form, *user;        /* url with its query; form encoded, NULL without one; user NULL when warming */
	char *json;                     /* wiped when freed; NULL without one */
	struct upload upload;
	const struct secret *secret;    /* lent */
	int timeout_ms;
	bool no_retry;
	http_before_send_fn *before_send;
	void *before_send_ctx;
	http_done_fn *done;
	void *ctx;

	CURL *easy;
	struct curl_slist *headers;
	curl_mime *mime;
	char curl_says[CURL_ERROR_SIZE];
	struct body body;
	size_t header_bytes;
	int64_t due_ms;                 /* of the next try, monotonic */

	bool connected;                 /* the pre-request callback ran in this try */
	bool asked;                     /* before_send was asked */
	bool resend_refused;            /* libcurl wanted to send a write again */
	bool cancelled;
	struct http_reply reply;
	char error[256];
};

struct http_curl {
	struct http base;
	const struct clock *clock;
	CURLM *multi;
	struct transfer *list;          /* in the order they were started */
	uint32_t last_id;
	bool in_curl;                   /* libcurl is on the stack: it must not be called again */
	bool stepping;
	int read_timeout_ms, write_timeout_ms, parallel_reads, retry_base_ms;
	char *proxy, *ca_file, *user_agent;
	char proxy_shown[256];
};

/* http.c: is it this transport? Tests give others. */
bool http_is_curl(const struct http *base);

/* http_transfer.c */
bool transfer_url_is_usable(const char *url);
/* CURLE_OK, or why it cannot be asked and has to be finished. */
CURLcode transfer_fill(struct transfer *t, const struct http_request *r);
void transfer_launch(struct transfer *t);       /* into the multi, or finished */
void transfer_conclude(struct transfer *t, CURLcode code);      /* one try is over: waiting for another, or finished */
void transfer_conclude_warming(struct transfer *t);
void transfer_take_out(struct transfer *t);     /* of the multi; closes the connection when in the middle of something */
void transfer_finish(struct transfer *t, int curl_code);        /* without an answer */
void transfer_free(struct transfer *t);

/* http_body.c: what a POST carries. False: empty, too large, or of two kinds at once. */
bool transfer_copy_body(struct transfer *t, const struct http_request *r);
void transfer_forget_body(struct transfer *t);           /* the copies */
bool transfer_set_body(struct transfer *t);              /* the options of libcurl for it; false when one is refused */

/* http_easy.c: one try as libcurl sees it. False: libcurl refused an option, and the request must not be made. */
bool transfer_prepare(struct transfer *t);
void transfer_forget_easy(struct transfer *t);  /* wipes what libcurl kept of the credentials */
void body_release(struct body *b);

/* http_error.c */
void transfer_explain(struct transfer *t);      /* fills t->error from the code libcurl gave */

/* http_retry.c */
int retry_after_parse(const char *value, size_t n, int64_t now_s);      /* -1 when unusable */
bool transfer_should_retry(const struct transfer *t);
int64_t transfer_retry_delay_ms(const struct transfer *t);

/* http_env.c */
void http_scrub_environment(void);
/* The proxy for a URL as given, with any password: "" for none. Borrowed from the environment or h. */
const char *http_proxy_raw(const struct http_curl *h, const char *url);

#endif
