#ifndef NUMDESK_TESTS_SANDBOX_FIXTURE_H
#define NUMDESK_TESTS_SANDBOX_FIXTURE_H

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "ident.h"
#include "numdesk/util/err.h"
#include "numdesk/util/json.h"
#include "numdesk/util/mem.h"
#include "numdesk/util/text.h"
#include "server.h"

/* A server in this process and a client that speaks HTTP by hand, so that nothing here shares code with the program
 * that the sandbox is there to test. */
enum { REPLY_MS = 10000 };

static struct sandbox *sandbox;
static int port;

struct reply {
	int status;             /* 0: no status line came */
	int error;              /* errno of the read that failed (ECONNRESET), 0 at an orderly end */
	bool whole;             /* as many bytes of body as promised, or all chunks */
	char *all;              /* as received; head and body point into it */
	size_t len;
	const char *body;       /* "" without one */
	size_t body_len;
	struct json *json;      /* NULL when the body is none */
};

static inline void reply_free(struct reply *r)
{
	json_free(r->json);
	free(r->all);
	*r = (struct reply){0};
}

static inline void start_with(const struct sandbox_config *config)
{
	struct err e = {0};

	sandbox = sandbox_start(config, &e);
	if (!sandbox)
		fail_msg("cannot start: %s", e.msg);
	port = sandbox_port(sandbox);
}

static inline int start_basic(void **state)
{
	(void)state;
	start_with(&(struct sandbox_config){.seed = "basic"});
	return 0;
}

static inline int stop(void **state)
{
	(void)state;
	sandbox_stop(sandbox);
	sandbox = NULL;
	return 0;
}

/* "AC...:token" of a seeded account, "SK...:secret" of a seeded key, or just the SID. Borrowed until 8 calls later. */
static inline const char *sid_of(const char *prefix, const char *name)
{
	static char slots[8][SID_SIZE];
	static int next;
	char *s = slots[next++ % 8];

	ident_sid(s, prefix, name);
	return s;
}

static inline const char *cred(const char *prefix, const char *name)
{
	static char slots[8][80];
	static int next;
	char *s = slots[next++ % 8], token[33];

	ident_token(token, name);
	snprintf(s, sizeof slots[0], "%s:%s", sid_of(prefix, name), token);
	return s;
}

static inline int dial(void)
{
	const struct sockaddr_in at = {
		.sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	assert_int_equal(connect(fd, (const struct sockaddr *)&at, sizeof at), 0);
	return fd;
}

static inline void base64(char *dst, const char *s)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const size_t n = strlen(s);

	for (size_t i = 0; i < n; i += 3) {
		const unsigned left = (unsigned)(n - i);
		const unsigned char *p = (const unsigned char *)s + i;
		const unsigned v = (unsigned)p[0] << 16 | (left > 1 ? (unsigned)p[1] << 8 : 0) | (left > 2 ? p[2] : 0u);

		*dst++ = digits[v >> 18];
		*dst++ = digits[v >> 12 & 63];
		*dst++ = left > 1 ? digits[v >> 6 & 63] : '=';
		*dst++ = left > 2 ? digits[v & 63] : '=';
	}
	*dst = '\0';
}

/* "/api" stands before a path that begins with "/2010"; credentials may be NULL, and so may the form. */
static inline void send_request(int fd, const char *method, const char *target, const char *who, const char *form,
				const char *extra)
{
	char token[160] = "";
	char *text;

	if (who)
		base64(token, who);
	text = mem_printf("%s %s%s HTTP/1.1\r\nHost: 127.0.0.1\r\n%s%s%s%s%sContent-Length: %zu\r\n\r\n%s", method,
			  strncmp(target, "/2010", 5) == 0 ? "/api" : "", target, who ? "Authorization: Basic " : "",
			  token, who ? "\r\n" : "", extra ? extra : "",
			  form ? "Content-Type: application/x-www-form-urlencoded\r\n" : "", form ? strlen(form) : 0,
			  form ? form : "");
	assert_int_equal(send(fd, text, strlen(text), MSG_NOSIGNAL), (ssize_t)strlen(text));
	free(text);
}

static inline long content_length(const char *head)
{
	const char *at = strcasestr(head, "\r\nContent-Length:");

	return at ? strtol(at + 17, NULL, 10) : -1;
}

/* Is what came so far a whole answer? Sets body, and body_len of what is there. */
static inline bool reply_scan(struct reply *r)
{
	char *end = r->all ? strstr(r->all, "\r\n\r\n") : NULL;
	long length;

	r->body = "";
	if (!end)
		return false;
	r->body = end + 4;
	r->body_len = r->len - (size_t)(r->body - r->all);
	length = content_length(r->all);
	if (r->status == 204 || r->status == 304)
		return true;
	if (length < 0)
		return r->body_len >= 5 && memcmp(r->body + r->body_len - 5, "0\r\n\r\n", 5) == 0;
	return r->body_len >= (size_t)length;
}

static inline struct reply read_reply(int fd)
{
	struct reply r = {.body = ""};
	struct buf b;

	buf_init(&b, (size_t)256 << 20);
	while (!r.whole) {
		char part[65536];
		struct pollfd p = {.fd = fd, .events = POLLIN};
		ssize_t n;

		if (poll(&p, 1, REPLY_MS) <= 0)
			fail_msg("no answer within %d ms", REPLY_MS);
		n = recv(fd, part, sizeof part, 0);
		if (n < 0)
			r.error = errno;
		if (n <= 0)
			break;
		buf_add(&b, part, (size_t)n);
		r.all = b.s;
		r.len = b.len;
		if (sscanf(r.all, "HTTP/1.1 %d", &r.status) != 1)
			r.status = 0;
		r.whole = reply_scan(&r);
	}
	if (r.whole && r.body_len)
		r.json = json_parse(r.body, r.body_len, (size_t)256 << 20, NULL);
	return r;
}

static inline struct reply ask_with(const char *method, const char *target, const char *who, const char *form,
				    const char *extra)
{
	const int fd = dial();
	struct reply r;

	send_request(fd, method, target, who, form, extra);
	r = read_reply(fd);
	close(fd);
	return r;
}

static inline struct reply ask(const char *method, const char *target, const char *who, const char *form)
{
	return ask_with(method, target, who, form, NULL);
}

/* GET, POST or DELETE below an account: the path is printf'd from "/2010-04-01/Accounts/{sid of name}". */
static inline struct reply account_ask(const char *method, const char *name, const char *path, const char *who,
				       const char *form)
{
	char *target = mem_printf("/2010-04-01/Accounts/%s%s", sid_of("AC", name), path);
	struct reply r = ask(method, target, who, form);

	free(target);
	return r;
}

/* The error code of an answer, 0 when it has none. */
static inline int code_of(const struct reply *r)
{
	int64_t code;

	return json_i64(r->json, "code", &code) ? (int)code : 0;
}

static inline const char *text_of(const struct reply *r, const char *name)
{
	const char *s = json_text(r->json, name);

	return s ? s : "";
}

static inline size_t rows_of(const struct reply *r, const char *name)
{
	return json_count(json_get(r->json, name));
}

static inline void expect(const char *what, struct reply r, int status, int code)
{
	if (r.status != status || code_of(&r) != code)
		fail_msg("%s: %d/%d instead of %d/%d: %s", what, r.status, code_of(&r), status, code, r.body);
	reply_free(&r);
}

static inline void order_fault(const char *rule)
{
	expect(rule, ask("POST", "/_sandbox/faults", NULL, rule), 200, 0);
}

/* How many entries the ledger has of "arrivals" or "executions". */
static inline size_t ledger_count(const char *kind)
{
	char target[64];
	struct reply r;
	size_t n;

	snprintf(target, sizeof target, "/_sandbox/ledger?kind=%s", kind);
	r = ask("GET", target, NULL, NULL);
	assert_true(json_is_array(r.json));
	n = json_count(r.json);
	reply_free(&r);
	return n;
}

#define SERVER_TEST(f) cmocka_unit_test_setup_teardown(f, start_basic, stop)

#endif
