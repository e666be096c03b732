#include "numdesk/util/secret.h"

#include <assert.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <sodium/utils.h>

#include "numdesk/util/crypto.h"
#include "numdesk/util/err.h"
#include "numdesk/util/mem.h"

enum { SECRET_MAX = 4096 };

/* The bytes are out of reach of any read or write but between secret_use and secret_done. */
struct secret_body {
	char *bytes;            /* cap + 1, guarded; a NUL stands at len */
	size_t len, cap;
	unsigned uses;
};

/* Apart from its body, so that a const secret can be lent. */
struct secret {
	struct secret_body *body;
};

static pthread_mutex_t lending = PTHREAD_MUTEX_INITIALIZER;
static bool lock_has_failed, lock_failure_told;

static void open_for_reading(struct secret_body *b)
{
	pthread_mutex_lock(&lending);
	if (b->uses++ == 0)
		sodium_mprotect_readonly(b->bytes);
	pthread_mutex_unlock(&lending);
}

static void close_again(struct secret_body *b)
{
	pthread_mutex_lock(&lending);
	assert(b->uses > 0);
	if (--b->uses == 0)
		sodium_mprotect_noaccess(b->bytes);
	pthread_mutex_unlock(&lending);
}

static struct secret_body *open_for_writing(struct secret *s)
{
	pthread_mutex_lock(&lending);
	sodium_mprotect_readwrite(s->body->bytes);
	return s->body;
}

static void end_writing(struct secret_body *b)
{
	b->bytes[b->len] = '\0';
	if (b->uses > 0)
		sodium_mprotect_readonly(b->bytes);
	else
		sodium_mprotect_noaccess(b->bytes);
	pthread_mutex_unlock(&lending);
}

struct secret *secret_new(size_t cap)
{
	struct secret *s;
	bool locked;

	if (cap > SECRET_MAX)
		return NULL;
	s = mem_alloc(sizeof *s);
	s->body = mem_alloc(sizeof *s->body);
	s->body->bytes = crypto_secure_alloc(cap + 1, &locked);
	s->body->cap = cap;
	sodium_mprotect_noaccess(s->body->bytes);
	if (!locked)
		lock_has_failed = true;
	return s;
}

struct secret *secret_from(const void *p, size_t n)
{
	struct secret *s = secret_new(n);

	if (s)
		secret_append(s, p, n);
	return s;
}

struct secret *secret_dup(const struct secret *s)
{
	struct secret *copy;

	if (!s)
		return NULL;
	copy = secret_new(s->body->cap);
	secret_append(copy, secret_use(s), secret_len(s));
	secret_done(s);
	return copy;
}

void secret_free(struct secret *s)
{
	if (!s)
		return;
	sodium_free(s->body->bytes);            /* wipes, whatever the protection */
	free(s->body);
	free(s);
}

size_t secret_len(const struct secret *s)
{
	return s ? s->body->len : 0;
}

static bool continues_character(char c)
{
	return ((unsigned char)c & 0xC0) == 0x80;
}

size_t secret_chars(const struct secret *s)
{
	const char *p;
	size_t n = 0;

	if (!s)
		return 0;
	p = secret_use(s);
	for (size_t i = 0; i < s->body->len; i++)
		n += i == 0 || !continues_character(p[i]);
	secret_done(s);
	return n;
}

bool secret_append(struct secret *s, const char *p, size_t n)
{
	struct secret_body *b;

	if (n > s->body->cap - s->body->len)
		return false;
	b = open_for_writing(s);
	if (n)
		memcpy(b->bytes + b->len, p, n);
	b->len += n;
	end_writing(b);
	return true;
}

/* Keep bytes [from, to) and wipe the rest. */
static void keep(struct secret_body *b, size_t from, size_t to)
{
	memmove(b->bytes, b->bytes + from, to - from);
	b->len = to - from;
	sodium_memzero(b->bytes + b->len, b->cap + 1 - b->len);
}

void secret_backspace(struct secret *s)
{
	struct secret_body *b = open_for_writing(s);
	size_t n = b->len;

	while (n > 0 && continues_character(b->bytes[n - 1]))
		n--;
	keep(b, 0, n > 0 ? n - 1 : 0);
	end_writing(b);
}

void secret_clear(struct secret *s)
{
	struct secret_body *b;

	if (!s)
		return;
	b = open_for_writing(s);
	keep(b, 0, 0);
	end_writing(b);
}

static bool is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

void secret_trim(struct secret *s)
{
	struct secret_body *b = open_for_writing(s);
	size_t from = 0, to = b->len;

	while (to > 0 && is_space(b->bytes[to - 1]))
		to--;
	while (from < to && is_space(b->bytes[from]))
		from++;
	keep(b, from, to);
	end_writing(b);
}

bool secret_equal(const struct secret *a, const struct secret *b)
{
	bool same;

	if (!a || !b || a->body->len != b->body->len)
		return false;
	same = sodium_memcmp(secret_use(a), secret_use(b), a->body->len) == 0;
	secret_done(b);
	secret_done(a);
	return same;
}

const char *secret_use(const struct secret *s)
{
	open_for_reading(s->body);
	return s->body->bytes;
}

void secret_done(const struct secret *s)
{
	close_again(s->body);
}

bool secret_lock_failed(void)
{
	if (!lock_has_failed || lock_failure_told)
		return false;
	lock_failure_told = true;
	return true;
}

void secret_wipe(void *p, size_t n)
{
	sodium_memzero(p, n);
}
