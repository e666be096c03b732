#include "stream.h"

#include <stdlib.h>
#include <string.h>

#include "answer.h"
#include "gzip.h"
#include "wait.h"

#define HUGE_DEFAULT ((int64_t)10 << 30)

struct stream {
	struct sandbox *s;
	char *body;
	int64_t len, end;               /* bytes in body; bytes to send before the stream ends or breaks */
	int64_t per_second;
	size_t period;                  /* of a repeated body */
};

static void stream_free(void *cls)
{
	struct stream *st = cls;

	free(st->body);
	free(st);
}

static struct MHD_Response *make(struct stream st, struct answer *a, uint64_t size, size_t block,
				 MHD_ContentReaderCallback reader)
{
	struct stream *p = mem_alloc(sizeof *p);

	*p = st;
	if (a) {
		p->len = (int64_t)a->body.len;
		p->body = buf_take(&a->body);
	}
	return MHD_create_response_from_callback(size, block, reader, p, stream_free);
}

static ssize_t read_cut(void *cls, uint64_t pos, char *dst, size_t max)
{
	struct stream *st = cls;
	const int64_t left = st->end - (int64_t)pos;
	const size_t n = left < (int64_t)max ? (size_t)(left > 0 ? left : 0) : max;

	if (n == 0)
		return MHD_CONTENT_READER_END_WITH_ERROR;
	memcpy(dst, st->body + pos, n);
	return (ssize_t)n;
}

struct MHD_Response *stream_cut(struct answer *a, int64_t n)
{
	const int64_t len = (int64_t)a->body.len;

	if (n < 0 || n > len)
		n = len / 2;
	return make((struct stream){.end = n}, a, (uint64_t)len, 4096, read_cut);
}

static ssize_t read_slow(void *cls, uint64_t pos, char *dst, size_t max)
{
	struct stream *st = cls;
	/* in steps of a tenth of a second, or of one byte when that takes longer */
	const int64_t step = st->per_second >= 10 ? st->per_second / 10 : 1;
	const int64_t left = st->len - (int64_t)pos;
	const int64_t n = step < left ? step : left;

	if (!wait_ms(st->s, 1000 * step / st->per_second, -1))
		return MHD_CONTENT_READER_END_WITH_ERROR;
	memcpy(dst, st->body + pos, n < (int64_t)max ? (size_t)n : max);
	return n < (int64_t)max ? (ssize_t)n : (ssize_t)max;
}

struct MHD_Response *stream_slow(struct sandbox *s, struct answer *a, int64_t bytes_per_second)
{
	return make((struct stream){.s = s, .per_second = bytes_per_second > 0 ? bytes_per_second : 1}, a,
		    a->body.len, 4096, read_slow);
}

static ssize_t read_huge(void *cls, uint64_t pos, char *dst, size_t max)
{
	struct stream *st = cls;
	const int64_t at = (int64_t)pos;

	if (at >= st->end)
		return MHD_CONTENT_READER_END_OF_STREAM;
	if (at < st->len) {
		const size_t n = st->len - at < (int64_t)max ? (size_t)(st->len - at) : max;

		memcpy(dst, st->body + at, n);
		return (ssize_t)n;
	}
	memset(dst, ' ', max);
	return (ssize_t)(st->end - at < (int64_t)max ? st->end - at : (int64_t)max);
}

struct MHD_Response *stream_huge(struct answer *a, int64_t n)
{
	return make((struct stream){.end = n >= 0 ? n : HUGE_DEFAULT}, a, MHD_SIZE_UNKNOWN, 65536, read_huge);
}

/* A head, then the same piece over and over; the checksum never comes. */
static ssize_t read_bomb(void *cls, uint64_t pos, char *dst, size_t max)
{
	struct stream *st = cls;
	const uint64_t head = (uint64_t)st->len - st->period;
	size_t n = 0;

	if ((int64_t)pos >= st->end)
		return MHD_CONTENT_READER_END_WITH_ERROR;
	for (; n < max && (int64_t)pos < st->end; n++, pos++)
		dst[n] = st->body[pos < head ? pos : head + (pos - head) % st->period];
	return (ssize_t)n;
}

struct MHD_Response *stream_bomb(int64_t n)
{
	struct answer bomb;
	struct stream st = {.s = NULL};
	struct MHD_Response *r;

	answer_init(&bomb);
	st.period = gzip_bomb(&bomb.body);
	st.end = (n >= 0 ? n : HUGE_DEFAULT) / GZIP_BOMB_RATIO;
	r = make(st, &bomb, MHD_SIZE_UNKNOWN, 65536, read_bomb);
	MHD_add_response_header(r, "Content-Encoding", "gzip");
	answer_release(&bomb);
	return r;
}
