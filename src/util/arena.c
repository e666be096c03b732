#include "numdesk/util/mem.h"

#include <stdalign.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mem_priv.h"

enum { BLOCK_BYTES = 32 * 1024 };

/* The newest block is the head and the only one that is filled; the others are full enough. */
struct arena_block {
	struct arena_block *next;
	size_t used, cap;
	alignas(max_align_t) unsigned char bytes[];
};

static struct arena_block *new_block(struct arena *a, size_t n)
{
	const size_t cap = n > BLOCK_BYTES ? n : BLOCK_BYTES;
	struct arena_block *b = mem_alloc(sizeof *b + cap);

	b->cap = cap;
	b->next = a->head;
	a->head = b;
	return b;
}

void *arena_alloc(struct arena *a, size_t n)
{
	const size_t align = alignof(max_align_t);
	struct arena_block *b = a->head;
	void *p;

	if (n > SIZE_MAX / 2)
		mem_fail();
	n = ((n ? n : 1) + align - 1) & ~(align - 1);
	if (!b || b->cap - b->used < n)
		b = new_block(a, n);
	p = b->bytes + b->used;
	b->used += n;
	a->used += n;
	return memset(p, 0, n);         /* a block kept by arena_reset holds old bytes */
}

char *arena_dup(struct arena *a, const char *s)
{
	return s ? arena_dupn(a, s, strlen(s)) : NULL;
}

char *arena_dupn(struct arena *a, const char *s, size_t n)
{
	char *p;

	if (n > SIZE_MAX / 4)
		mem_fail();
	p = arena_alloc(a, n + 1);
	if (n)
		memcpy(p, s, n);
	return p;
}

char *arena_printf(struct arena *a, const char *fmt, ...)
{
	va_list ap;
	char *p;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	p = arena_alloc(a, (n > 0 ? (size_t)n : 0) + 1);
	va_start(ap, fmt);
	if (n > 0)
		vsnprintf(p, (size_t)n + 1, fmt, ap);
	va_end(ap);
	return p;
}

void arena_reset(struct arena *a)
{
	struct arena_block *keep = a->head;

	if (!keep)
		return;
	while (keep->next) {
		struct arena_block *b = keep->next;

		keep->next = b->next;
		free(b);
	}
	keep->used = 0;
	a->used = 0;
}

void arena_release(struct arena *a)
{
	arena_reset(a);
	free(a->head);
	*a = (struct arena){0};
}
