#include "deliver.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "answer.h"
#include "gzip.h"
#include "ident.h"
#include "request.h"
#include "state.h"
#include "stream.h"
#include "wait.h"

/*
 * The way back to the client. Each connection has a thread of its own (server.c), so that a handler may sleep, write
 * to the socket by itself, or reset it; none of that happens under the lock.
 */

/* An abort of the connection at once: for a connected TCP socket Linux answers this connect with an RST. SO_LINGER
 * with a zero time would not do, because libmicrohttpd shuts the socket down first and the client would see an end. */
static void reset_socket(int fd)
{
	const struct sockaddr nobody = {.sa_family = AF_UNSPEC};

	(void)connect(fd, &nobody, sizeof nobody);      /* a client that has gone already is fine */
}

/* The socket does not block; a client that does not read for ten seconds is not waited for. */
static void send_raw(int fd, const char *text)
{
	for (size_t left = strlen(text); left > 0; ) {
		const ssize_t n = send(fd, text, left, MSG_NOSIGNAL);
		struct pollfd p = {.fd = fd, .events = POLLOUT};

		if (n < 0 && (errno != EAGAIN || poll(&p, 1, 10000) <= 0))
			return;
		if (n > 0) {
			text += n;
			left -= (size_t)n;
		}
	}
}

/* libmicrohttpd has no room for such heads, so they are written by hand. */
static void send_big_head(const struct answer *a, const struct fault *f, int fd)
{
	const bool many = f->mode == FAULT_MANY_HEADERS;
	const int64_t n = f->number >= 0 ? f->number : many ? 100000 : 262144;
	struct buf b;

	buf_init(&b, (size_t)256 << 20);
	buf_addf(&b, "HTTP/1.1 %d Fine\r\nContent-Type: %s\r\n", a->status, a->type);
	if (!many)
		buf_adds(&b, "X-Filler: ");
	for (int64_t i = 0; i < n; i++) {
		if (many)
			buf_addf(&b, "X-Filler-%" PRId64 ": 0123456789012345678901234567890123456789\r\n", i);
		else
			buf_addc(&b, 'x');
	}
	buf_addf(&b, "%sContent-Length: %zu\r\n\r\n%s", many ? "" : "\r\n", a->body.len, buf_str(&a->body));
	send_raw(fd, buf_str(&b));
	buf_release(&b);
}

static void add_headers(struct sandbox *s, const struct request *q, const struct answer *a, struct MHD_Response *r)
{
	char text[64];

	if (a->status != 204)
		MHD_add_response_header(r, "Content-Type", a->type);
	ident_request(text, (uint64_t)q->seq);
	MHD_add_response_header(r, "Twilio-Request-Id", text);
	snprintf(text, sizeof text, "%d", atomic_load(&s->in_flight));
	MHD_add_response_header(r, "Twilio-Concurrent-Requests", text);
	snprintf(text, sizeof text, "0.%03d", (int)(q->seq % 90) + 10);
	MHD_add_response_header(r, "Twilio-Request-Duration", text);
	if (a->status == 401)
		MHD_add_response_header(r, "WWW-Authenticate", "Basic realm=\"Twilio API\"");
	if (a->retry_after)
		MHD_add_response_header(r, "Retry-After", a->retry_after);
	if (a->location)
		MHD_add_response_header(r, "Location", a->location);
}

/* The body as it is, or packed when the client can unpack it and it is worth it. */
static struct MHD_Response *whole_response(const struct request *q, struct answer *a)
{
	const bool pack = q->accepts_gzip && request_is(q, "GET") && a->body.len > 1024;
	struct MHD_Response *r;
	size_t n;
	char *body;

	if (pack)
		gzip_pack(&a->body);
	n = a->body.len;
	body = buf_take(&a->body);
	r = MHD_create_response_from_buffer(n, body, MHD_RESPMEM_MUST_FREE);
	if (pack)
		MHD_add_response_header(r, "Content-Encoding", "gzip");
	return r;
}

static struct MHD_Response *response_for(struct sandbox *s, const struct request *q, struct answer *a,
					 const struct fault *f)
{
	switch (f->mode) {
	case FAULT_TRUNCATED: return stream_cut(a, f->number);
	case FAULT_SLOW_BODY: return stream_slow(s, a, f->number);
	case FAULT_HUGE_BODY: return stream_huge(a, f->number);
	case FAULT_GZIP_BOMB: return stream_bomb(f->number);
	default: return whole_response(q, a);
	}
}

static enum MHD_Result queue(struct sandbox *s, struct MHD_Connection *c, const struct request *q, struct answer *a,
			     const struct fault *f)
{
	const unsigned status = (unsigned)a->status;
	struct MHD_Response *r = response_for(s, q, a, f);
	enum MHD_Result rc;

	add_headers(s, q, a, r);
	rc = MHD_queue_response(c, status, r);
	MHD_destroy_response(r);
	return rc;
}

enum MHD_Result deliver(struct sandbox *s, struct MHD_Connection *c, struct request *q, struct answer *a,
			const struct fault *f)
{
	switch (f->mode) {
	case FAULT_RESET_AFTER_EXEC:
	case FAULT_RESET_BEFORE_EXEC:
		reset_socket(q->fd);
		return MHD_NO;
	case FAULT_CLOSE_BEFORE_EXEC:
	case FAULT_CLOSE_AFTER_EXEC:
		return MHD_NO;
	case FAULT_HALF_CLOSE:
		shutdown(q->fd, SHUT_WR);
		wait_ms(s, -1, q->fd);
		return MHD_NO;
	case FAULT_HANG:
	case FAULT_HANG_AFTER_EXEC:
		wait_ms(s, f->number, q->fd);
		return MHD_NO;
	case FAULT_RAW:
	case FAULT_RAW_NO_EXEC:
		send_raw(q->fd, f->text ? f->text : "");
		return MHD_NO;
	case FAULT_MANY_HEADERS:
	case FAULT_LONG_HEADER:
		send_big_head(a, f, q->fd);
		return MHD_NO;
	case FAULT_LATE_EXEC:
		if (f->status == -1)
			return MHD_NO;
		break;
	case FAULT_DELAY_ANSWER:
		wait_ms(s, f->number, q->fd);
		break;
	default:
		break;
	}
	return queue(s, c, q, a, f);
}
