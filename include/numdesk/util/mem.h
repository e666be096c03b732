#ifndef NUMDESK_UTIL_MEM_H
#define NUMDESK_UTIL_MEM_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

/* Memory that ends the program when there is none: restores the terminal through mem_on_oom's hook, says one sentence
 * on stderr, exits 70. */
void *mem_alloc(size_t n);                              /* zeroed; n 0 gives a unique pointer */
void *mem_array(size_t n, size_t size);                 /* zeroed, overflow-checked */
void *mem_grow(void *p, size_t n, size_t size);         /* realloc to n*size, overflow-checked; new part not zeroed */
char *mem_dup(const char *s);                           /* NULL gives NULL; caller frees with free() */
char *mem_dupn(const char *s, size_t n);
char *mem_printf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));   /* caller frees */
void mem_on_oom(void (*hook)(void));

#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

/*
 * A byte buffer with a stated ceiling, always NUL-terminated after the first append.
 * An append that would pass the ceiling appends nothing and sets `overflow`, which sticks: check it once at the end.
 */
struct buf {
	char *s;        /* NULL until the first append */
	size_t len;     /* bytes without the NUL */
	size_t cap;
	size_t max;     /* ceiling in bytes without the NUL */
	bool overflow;
};
void buf_init(struct buf *b, size_t max);
void buf_release(struct buf *b);
void buf_clear(struct buf *b);                          /* keeps the storage */
bool buf_add(struct buf *b, const void *p, size_t n);   /* false once overflowed */
bool buf_addc(struct buf *b, char c);
bool buf_adds(struct buf *b, const char *s);
bool buf_addf(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
bool buf_addv(struct buf *b, const char *fmt, va_list ap) __attribute__((format(printf, 2, 0)));
const char *buf_str(const struct buf *b);               /* "" when empty; borrowed until the next append */
char *buf_take(struct buf *b);                          /* caller frees; the buffer is empty after */

/* Bump allocator: everything allocated from it dies together. Zeroed storage is a valid empty arena. */
struct arena_block;
struct arena {
	struct arena_block *head;
	size_t used;    /* bytes handed out since the last reset */
};
void *arena_alloc(struct arena *a, size_t n);           /* zeroed, aligned for any type */
char *arena_dup(struct arena *a, const char *s);        /* NULL gives NULL */
char *arena_dupn(struct arena *a, const char *s, size_t n);
char *arena_printf(struct arena *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void arena_reset(struct arena *a);                      /* keeps one block for reuse */
void arena_release(struct arena *a);

#endif
