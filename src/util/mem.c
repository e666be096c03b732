#include "numdesk/util/mem.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "mem_priv.h"

static void (*oom_hook)(void);

_Noreturn void mem_fail(void)
{
	static const char sentence[] = "numdesk: out of memory\n";
	void (*hook)(void) = oom_hook;

	oom_hook = NULL;        /* a hook that runs out of memory itself must not come back here */
	if (hook)
		hook();
	(void)!write(STDERR_FILENO, sentence, sizeof sentence - 1);     /* nobody is left to tell if this fails */
	_exit(70);
}

void mem_on_oom(void (*hook)(void))
{
	oom_hook = hook;
}

void *mem_alloc(size_t n)
{
	void *p = calloc(1, n ? n : 1);

	if (!p)
		mem_fail();
	return p;
}

void *mem_array(size_t n, size_t size)
{
	if (size && n > SIZE_MAX / size)
		mem_fail();
	return mem_alloc(n * size);
}

void *mem_grow(void *p, size_t n, size_t size)
{
	if (size && n > SIZE_MAX / size)
		mem_fail();
	n *= size;
	p = realloc(p, n > 0 ? n : 1);
	if (!p)
		mem_fail();
	return p;
}

char *mem_dup(const char *s)
{
	return s ? mem_dupn(s, strlen(s)) : NULL;
}

char *mem_dupn(const char *s, size_t n)
{
	char *p;

	if (n == SIZE_MAX)
		mem_fail();
	p = mem_alloc(n + 1);
	if (n)
		memcpy(p, s, n);
	return p;
}

/* The formatted length, measured on a copy so that ap can be used again. */
static __attribute__((format(printf, 1, 0))) size_t formatted_len(const char *fmt, va_list ap)
{
	va_list copy;
	int n;

	va_copy(copy, ap);
	n = vsnprintf(NULL, 0, fmt, copy);
	va_end(copy);
	return n < 0 ? 0 : (size_t)n;
}

char *mem_printf(const char *fmt, ...)
{
	va_list ap;
	size_t n;
	char *p;

	va_start(ap, fmt);
	n = formatted_len(fmt, ap);
	p = mem_alloc(n + 1);
	vsnprintf(p, n + 1, fmt, ap);
	va_end(ap);
	return p;
}

void buf_init(struct buf *b, size_t max)
{
	*b = (struct buf){.max = max < SIZE_MAX / 4 ? max : SIZE_MAX / 4};
}

void buf_release(struct buf *b)
{
	free(b->s);
	*b = (struct buf){.max = b->max};
}

void buf_clear(struct buf *b)
{
	b->len = 0;
	b->overflow = false;
	if (b->s)
		b->s[0] = '\0';
}

/* Room for n more bytes and the NUL; false, and overflowed for good, when the ceiling is in the way. */
static bool make_room(struct buf *b, size_t n)
{
	size_t cap = b->cap ? b->cap : 64;

	if (b->overflow || n > b->max - b->len) {
		b->overflow = true;
		return false;
	}
	while (cap < b->len + n + 1)
		cap *= 2;
	if (cap != b->cap)
		b->s = mem_grow(b->s, cap, 1);
	b->cap = cap;
	return true;
}

bool buf_add(struct buf *b, const void *p, size_t n)
{
	if (!make_room(b, n))
		return false;
	if (n)
		memcpy(b->s + b->len, p, n);
	b->len += n;
	b->s[b->len] = '\0';
	return true;
}

bool buf_addc(struct buf *b, char c)
{
	return buf_add(b, &c, 1);
}

bool buf_adds(struct buf *b, const char *s)
{
	return buf_add(b, s, strlen(s));
}

bool buf_addv(struct buf *b, const char *fmt, va_list ap)
{
	size_t n = formatted_len(fmt, ap);

	if (!make_room(b, n))
		return false;
	vsnprintf(b->s + b->len, n + 1, fmt, ap);
	b->len += n;
	return true;
}

bool buf_addf(struct buf *b, const char *fmt, ...)
{
	va_list ap;
	bool ok;

	va_start(ap, fmt);
	ok = buf_addv(b, fmt, ap);
	va_end(ap);
	return ok;
}

const char *buf_str(const struct buf *b)
{
	return b->s ? b->s : "";
}

char *buf_take(struct buf *b)
{
	char *s = b->s ? b->s : mem_dup("");

	*b = (struct buf){.max = b->max};
	return s;
}
