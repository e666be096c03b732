#include "sandbox.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "proc.h"

#include "numdesk/util/err.h"
#include "numdesk/util/json.h"
#include "numdesk/util/mem.h"
#include "numdesk/util/text.h"

enum { ARGS_MAX = 24, ANSWER_MAX = 16 << 20, UP_MS = 15000 };

struct sandbox_proc {
	struct proc *proc;
	const char *argv[ARGS_MAX];
	int port;
	char base[64];
};

static void die(const char *what)
{
	fprintf(stderr, "sandbox: %s\n", what);
	abort();
}

struct sandbox_proc *sandbox_up(const char *program, const char *seed, const char *const *more)
{
	struct sandbox_proc *s = mem_alloc(sizeof *s);
	struct proc_spec spec = {.argv = s->argv, .hold_in = true, .deadline_ms = UP_MS};
	const char *ready;
	int64_t port = 0;
	size_t n = 0;
	char digits[8];

	s->argv[n++] = program;
	s->argv[n++] = "--seed";
	s->argv[n++] = seed;
	s->argv[n++] = "--quit-with-stdin";
	for (; more && *more && n + 1 < ARGS_MAX; more++)
		s->argv[n++] = *more;
	s->proc = proc_start(&spec);
	if (!proc_expect(s->proc, "\n"))
		die("did not come up");
	ready = proc_out(s->proc);
	if (strncmp(ready, "READY 127.0.0.1:", 16) != 0)
		die(ready);
	snprintf(digits, sizeof digits, "%.*s", (int)strcspn(ready + 16, "\n"), ready + 16);
	if (!text_to_i64(digits, 1, 65535, &port))
		die(ready);
	s->port = (int)port;
	snprintf(s->base, sizeof s->base, "http://127.0.0.1:%d/{product}", s->port);
	return s;
}

void sandbox_down(struct sandbox_proc *s)
{
	if (!s)
		return;
	proc_end(s->proc, NULL);
	free(s);
}

int sandbox_at(const struct sandbox_proc *s)
{
	return s->port;
}

const char *sandbox_base(const struct sandbox_proc *s)
{
	return s->base;
}

/* --- a client of a few lines: one request, one connection, to the end --------------------------------------------- */

static int dial(int port)
{
	struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
	const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd < 0 || connect(fd, (struct sockaddr *)&at, sizeof at) != 0)
		die("cannot be reached");
	return fd;
}

static void send_all(int fd, const char *s, size_t n)
{
	while (n > 0) {
		const ssize_t k = send(fd, s, n, MSG_NOSIGNAL);

		if (k <= 0)
			die("hung up");
		s += k;
		n -= (size_t)k;
	}
}

static void talk(int port, const char *method, const char *path, const char *body, struct buf *answer)
{
	const int fd = dial(port);
	struct buf request;
	char piece[8192];
	ssize_t n;

	buf_init(&request, 1 << 20);
	buf_addf(&request, "%s %s HTTP/1.0\r\nHost: 127.0.0.1\r\nContent-Length: %zu\r\n\r\n%s", method, path,
		 body ? strlen(body) : 0, body ? body : "");
	send_all(fd, request.s, request.len);
	buf_release(&request);
	while ((n = read(fd, piece, sizeof piece)) > 0)
		buf_add(answer, piece, (size_t)n);
	close(fd);
}

struct json *sandbox_ask(struct sandbox_proc *s, const char *method, const char *path, const char *body)
{
	struct json *doc = NULL;
	struct buf answer;
	const char *text;
	struct err e = {0};

	buf_init(&answer, ANSWER_MAX);
	talk(s->port, method, path, body, &answer);
	if (answer.len < 12 || answer.s[9] != '2')
		die(buf_str(&answer));
	text = strstr(answer.s, "\r\n\r\n");
	if (text && text[4]) {
		doc = json_parse(text + 4, strlen(text + 4), ANSWER_MAX, &e);
		if (!doc)
			die(e.msg);
	}
	buf_release(&answer);
	return doc;
}

/* --- what tests want of it ---------------------------------------------------------------------------------------- */

void sandbox_reset(struct sandbox_proc *s)
{
	json_free(sandbox_ask(s, "POST", "/_sandbox/reset", NULL));
}

void sandbox_fault(struct sandbox_proc *s, const char *rule)
{
	json_free(sandbox_ask(s, "POST", "/_sandbox/faults", rule));
}

void sandbox_no_faults(struct sandbox_proc *s)
{
	json_free(sandbox_ask(s, "DELETE", "/_sandbox/faults", NULL));
}

static bool is(const struct json *row, const char *name, const char *value)
{
	const char *text = json_text(row, name);

	return !value || (text && strcmp(text, value) == 0);
}

size_t sandbox_arrivals(struct sandbox_proc *s, const char *method, const char *path_contains)
{
	struct json *doc = sandbox_ask(s, "GET", "/_sandbox/ledger?kind=arrivals", NULL);
	size_t n = 0;

	for (const struct json *row = json_first(doc); row; row = json_next(row)) {
		const char *path = json_text(row, "path");

		n += is(row, "method", method) && (!path_contains || (path && strstr(path, path_contains)));
	}
	json_free(doc);
	return n;
}

size_t sandbox_executions(struct sandbox_proc *s, const char *action, const char *phone_number)
{
	struct json *doc = sandbox_ask(s, "GET", "/_sandbox/ledger?kind=executions", NULL);
	size_t n = 0;

	for (const struct json *row = json_first(doc); row; row = json_next(row))
		n += is(row, "action", action) && is(row, "phone_number", phone_number);
	json_free(doc);
	return n;
}

bool sandbox_owns(struct sandbox_proc *s, const char *account_sid, const char *phone_number)
{
	struct json *doc = sandbox_ask(s, "GET", "/_sandbox/owned", NULL);
	bool found = false;

	for (const struct json *row = json_first(doc); row; row = json_next(row))
		found = found || (is(row, "account_sid", account_sid) && is(row, "phone_number", phone_number));
	json_free(doc);
	return found;
}

static void copy(char *dst, size_t size, const struct json *row, const char *name)
{
	const char *text = json_text(row, name);

	snprintf(dst, size, "%s", text ? text : "");
}

void sandbox_credentials(struct sandbox_proc *s, const char *name, struct sandbox_account *out)
{
	struct json *doc = sandbox_ask(s, "GET", "/_sandbox/credentials", NULL);
	bool found = false;

	for (const struct json *row = json_first(doc); row && !found; row = json_next(row)) {
		found = is(row, "name", name);
		copy(out->name, sizeof out->name, row, "name");
		copy(out->account_sid, sizeof out->account_sid, row, "account_sid");
		copy(out->auth_token, sizeof out->auth_token, row, "auth_token");
		copy(out->key_sid, sizeof out->key_sid, row, "key_sid");
		copy(out->key_secret, sizeof out->key_secret, row, "key_secret");
		copy(out->kind, sizeof out->kind, row, "kind");
	}
	json_free(doc);
	if (!found)
		die("has no such account");
}
