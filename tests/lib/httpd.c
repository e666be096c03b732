#include "httpd.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { MAX_CONNECTIONS = 64, MAX_REQUESTS = 256, MAX_REQUEST = 12 << 20 };

struct connection {
	int fd;                         /* -1: free */
	char *in;
	size_t in_len, in_cap;
	int served;                     /* requests taken on it */
	const struct httpd_reply *reply;/* being given */
	char *out;
	size_t out_len, out_at;
	long long due_ms;               /* of the next byte */
};

struct httpd {
	pthread_t thread;
	pthread_mutex_t lock;           /* over all below */
	int listener, wake[2], port;
	bool stop;
	const struct httpd_reply *script;
	size_t n_script, taken;
	bool reuse_is_special;
	enum httpd_end reuse_end;
	size_t connections, bytes, n_requests;
	char *requests[MAX_REQUESTS];
	size_t request_len[MAX_REQUESTS];
	struct connection c[MAX_CONNECTIONS];
};

static void die(const char *what)
{
	perror(what);
	abort();
}

static long long now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (long long)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void hang_up(struct connection *c, enum httpd_end end)
{
	const struct linger at_once = {.l_onoff = 1};

	if (end == HTTPD_RESET)         /* closing with a linger of zero sends RST */
		setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
	close(c->fd);
	free(c->in);
	free(c->out);
	c->fd = -1;
	c->in = c->out = NULL;
	c->in_len = c->in_cap = 0;
	c->reply = NULL;
}

/* The length of the request at the start of in, 0 while it is not whole. */
static size_t whole_request(const struct connection *c)
{
	const char *head_end = memmem(c->in, c->in_len, "\r\n\r\n", 4), *p = c->in;
	size_t body = 0, head;

	if (!head_end)
		return 0;
	head = (size_t)(head_end + 4 - c->in);
	while ((p = memmem(p, (size_t)(head_end - p), "\r\n", 2))) {
		p += 2;
		if (strncasecmp(p, "Content-Length:", 15) == 0)
			body = strtoul(p + 15, NULL, 10);
	}
	return c->in_len >= head + body ? head + body : 0;
}

static void put(struct connection *c, const void *p, size_t n)
{
	c->out = realloc(c->out, c->out_len + n + 1);
	if (!c->out)
		die("httpd");
	memcpy(c->out + c->out_len, p, n);
	c->out_len += n;
}

static void put_chunks(struct connection *c, const char *body, size_t n)
{
	const size_t third = n / 3;
	char line[32];

	for (int i = 0; i < 3; i++) {
		const size_t len = i < 2 ? third : n - 2 * third;

		if (len == 0)
			continue;
		put(c, line, (size_t)snprintf(line, sizeof line, "%zx\r\n", len));
		put(c, body + (size_t)i * third, len);
		put(c, "\r\n", 2);
	}
	put(c, "0\r\n\r\n", 5);
}

static void compose(struct connection *c, const struct httpd_reply *r)
{
	const char *body = r->body ? r->body : "", *headers = r->headers ? r->headers : "";
	const size_t n = r->len ? r->len : strlen(body);
	char *head = NULL;
	int len;

	c->out_len = c->out_at = 0;
	if (r->status == 0) {
		put(c, r->raw ? r->raw : "", r->raw ? strlen(r->raw) : 0);
	} else {
		if (r->chunked)
			len = asprintf(&head, "HTTP/1.1 %d X\r\nTransfer-Encoding: chunked\r\n%s\r\n", r->status,
				       headers);
		else if (r->status == 204)
			len = asprintf(&head, "HTTP/1.1 204 X\r\n%s\r\n", headers);
		else
			len = asprintf(&head, "HTTP/1.1 %d X\r\nContent-Length: %zu\r\n%s\r\n", r->status, n, headers);
		if (len < 0)
			die("httpd");
		put(c, head, (size_t)len);
		free(head);
		if (r->chunked)
			put_chunks(c, body, n);
		else
			put(c, body, n);
	}
	if (r->cut && r->cut < c->out_len)
		c->out_len = r->cut;
	c->reply = r;
	c->due_ms = now_ms() + r->delay_ms;
}

static void take_request(struct httpd *d, struct connection *c, size_t n)
{
	const size_t i = d->taken < d->n_script ? d->taken : d->n_script - 1;

	if (d->n_requests < MAX_REQUESTS) {
		char *copy = malloc(n + 1);

		if (!copy)
			die("httpd");
		memcpy(copy, c->in, n);
		copy[n] = '\0';
		d->request_len[d->n_requests] = n;
		d->requests[d->n_requests++] = copy;
	}
	memmove(c->in, c->in + n, c->in_len - n);
	c->in_len -= n;
	if (c->served++ > 0 && d->reuse_is_special) {
		hang_up(c, d->reuse_end);
		return;
	}
	d->taken++;
	compose(c, &d->script[i]);
}

static bool make_room(struct connection *c)
{
	const size_t cap = c->in_cap ? c->in_cap * 2 : 1 << 16;

	if (c->in_len < c->in_cap)
		return true;
	if (c->in_cap > MAX_REQUEST)
		return false;
	c->in = realloc(c->in, cap);
	if (!c->in)
		die("httpd");
	c->in_cap = cap;
	return true;
}

static void receive(struct httpd *d, struct connection *c)
{
	ssize_t n;
	size_t whole;

	if (!make_room(c)) {
		hang_up(c, HTTPD_RESET);
		return;
	}
	n = recv(c->fd, c->in + c->in_len, c->in_cap - c->in_len, MSG_DONTWAIT);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		hang_up(c, HTTPD_CLOSE);
		return;
	}
	d->bytes += (size_t)n;
	c->in_len += (size_t)n;
	if (!c->reply && (whole = whole_request(c)))
		take_request(d, c, whole);
}

static void finish_reply(struct httpd *d, struct connection *c)
{
	const enum httpd_end end = c->reply->end;
	size_t whole;

	c->reply = NULL;
	if (end != HTTPD_KEEP)
		hang_up(c, end);
	else if ((whole = whole_request(c)))
		take_request(d, c, whole);
}

static bool may_answer(const struct httpd *d, const struct connection *c)
{
	return c->reply && (size_t)c->reply->wait_for <= d->n_requests && now_ms() >= c->due_ms;
}

static void answer(struct httpd *d, struct connection *c)
{
	size_t n = c->out_len - c->out_at;
	ssize_t sent;

	if (c->reply->drip_ms && n > 1)
		n = 1;
	sent = n ? send(c->fd, c->out + c->out_at, n, MSG_NOSIGNAL | MSG_DONTWAIT) : 0;
	if (sent < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (sent < 0) {
		hang_up(c, HTTPD_CLOSE);
		return;
	}
	c->out_at += (size_t)sent;
	c->due_ms = now_ms() + c->reply->drip_ms;
	if (c->out_at == c->out_len)
		finish_reply(d, c);
}

static void accept_one(struct httpd *d)
{
	const int fd = accept4(d->listener, NULL, NULL, SOCK_CLOEXEC), one = 1;

	if (fd < 0)
		return;
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
	for (int i = 0; i < MAX_CONNECTIONS; i++)
		if (d->c[i].fd < 0) {
			d->c[i].fd = fd;
			d->c[i].in_len = 0;
			d->c[i].served = 0;
			d->connections++;
			return;
		}
	close(fd);
}

/* One turn: wait for something to do, without the lock, then do it. */
static void turn(struct httpd *d)
{
	struct pollfd p[MAX_CONNECTIONS + 2] = {
		{.fd = d->listener, .events = POLLIN}, {.fd = d->wake[0], .events = POLLIN},
	};
	char drain[64];
	int timeout = 1000;

	for (int i = 0; i < MAX_CONNECTIONS; i++) {
		const struct connection *c = &d->c[i];

		p[i + 2] = (struct pollfd){.fd = c->fd, .events = POLLIN};
		if (c->fd >= 0 && c->reply)
			timeout = may_answer(d, c) ? 0 : timeout < 1 ? timeout : 1;
		if (c->fd >= 0 && may_answer(d, c))
			p[i + 2].events |= POLLOUT;
	}
	pthread_mutex_unlock(&d->lock);
	poll(p, MAX_CONNECTIONS + 2, timeout);
	pthread_mutex_lock(&d->lock);
	if (p[1].revents)
		(void)!read(d->wake[0], drain, sizeof drain);
	for (int i = 0; i < MAX_CONNECTIONS; i++) {
		struct connection *c = &d->c[i];

		if (c->fd >= 0 && c->fd == p[i + 2].fd && p[i + 2].revents & (POLLIN | POLLHUP | POLLERR))
			receive(d, c);
		if (c->fd >= 0 && may_answer(d, c))
			answer(d, c);
	}
	if (p[0].revents)
		accept_one(d);
}

static void *serve(void *ctx)
{
	struct httpd *d = ctx;

	pthread_mutex_lock(&d->lock);
	while (!d->stop)
		turn(d);
	pthread_mutex_unlock(&d->lock);
	return NULL;
}

static void open_listener(struct httpd *d)
{
	struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t n = sizeof a;

	d->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (d->listener < 0 || bind(d->listener, (struct sockaddr *)&a, sizeof a) != 0 ||
	    listen(d->listener, 64) != 0 || getsockname(d->listener, (struct sockaddr *)&a, &n) != 0)
		die("httpd: listen");
	d->port = ntohs(a.sin_port);
}

struct httpd *httpd_new(const struct httpd_reply *script, size_t n)
{
	struct httpd *d = calloc(1, sizeof *d);

	if (!d || n == 0 || pipe2(d->wake, O_CLOEXEC | O_NONBLOCK) != 0)
		die("httpd");
	d->script = script;
	d->n_script = n;
	for (int i = 0; i < MAX_CONNECTIONS; i++)
		d->c[i].fd = -1;
	open_listener(d);
	pthread_mutex_init(&d->lock, NULL);
	if (pthread_create(&d->thread, NULL, serve, d) != 0)
		die("httpd: thread");
	return d;
}

static void forget_requests(struct httpd *d)
{
	while (d->n_requests > 0)
		free(d->requests[--d->n_requests]);
}

void httpd_free(struct httpd *d)
{
	if (!d)
		return;
	pthread_mutex_lock(&d->lock);
	d->stop = true;
	(void)!write(d->wake[1], "", 1);
	pthread_mutex_unlock(&d->lock);
	pthread_join(d->thread, NULL);
	for (int i = 0; i < MAX_CONNECTIONS; i++)
		if (d->c[i].fd >= 0)
			hang_up(&d->c[i], HTTPD_CLOSE);
	forget_requests(d);
	close(d->listener);
	close(d->wake[0]);
	close(d->wake[1]);
	pthread_mutex_destroy(&d->lock);
	free(d);
}

int httpd_port(const struct httpd *d)
{
	return d->port;
}

void httpd_on_reuse(struct httpd *d, enum httpd_end end)
{
	pthread_mutex_lock(&d->lock);
	d->reuse_is_special = true;
	d->reuse_end = end;
	pthread_mutex_unlock(&d->lock);
}

void httpd_script(struct httpd *d, const struct httpd_reply *script, size_t n)
{
	pthread_mutex_lock(&d->lock);
	d->script = script;
	d->n_script = n;
	d->taken = d->connections = d->bytes = 0;
	forget_requests(d);
	pthread_mutex_unlock(&d->lock);
}

/* A counter as it stands now. */
static size_t read_count(struct httpd *d, const size_t *n)
{
	size_t v;

	pthread_mutex_lock(&d->lock);
	v = *n;
	pthread_mutex_unlock(&d->lock);
	return v;
}

size_t httpd_requests(struct httpd *d)
{
	return read_count(d, &d->n_requests);
}

size_t httpd_connections(struct httpd *d)
{
	return read_count(d, &d->connections);
}

size_t httpd_bytes(struct httpd *d)
{
	return read_count(d, &d->bytes);
}

const char *httpd_request(struct httpd *d, size_t i)
{
	const char *s;

	pthread_mutex_lock(&d->lock);
	s = i < d->n_requests ? d->requests[i] : "";
	pthread_mutex_unlock(&d->lock);
	return s;
}

size_t httpd_request_len(struct httpd *d, size_t i)
{
	return i < httpd_requests(d) ? read_count(d, &d->request_len[i]) : 0;
}
