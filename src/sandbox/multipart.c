#include "multipart.h"

#include <stdio.h>
#include <string.h>

#include "request.h"

struct part { const char *head, *body; size_t head_len, body_len; };

/* The value of boundary= with dashes before it, or NULL. */
static const char *boundary_of(struct request *q)
{
	const char *at = strcasestr(q->content_type, "boundary=");
	size_t n;

	if (!at)
		return NULL;
	at += strlen("boundary=");
	if (*at == '"')
		n = strcspn(++at, "\"");
	else
		n = strcspn(at, "; \t");
	return n >= 1 && n <= 70 ? arena_printf(&q->arena, "--%.*s", (int)n, at) : NULL;
}

/* name="..." or filename="..." of a Content-Disposition; %22, %0D and %0A stand for what may not be in it. */
static const char *disposition(struct request *q, const struct part *p, const char *name)
{
	const char *line = memmem(p->head, p->head_len, "form-data", 9), *end = p->head + p->head_len;
	char key[24], *out, *d;

	if (!line)
		return NULL;
	snprintf(key, sizeof key, " %s=\"", name);
	line = memmem(line, (size_t)(end - line), key, strlen(key));
	if (!line)
		return NULL;
	line += strlen(key);
	out = d = arena_alloc(&q->arena, (size_t)(end - line) + 1);
	while (line < end && *line != '"') {
		if (end - line > 3 && strncmp(line, "%22", 3) == 0) {
			*d++ = '"';
			line += 3;
		} else {
			*d++ = *line++;
		}
	}
	return line < end ? out : NULL;
}

static const char *type_of(struct request *q, const struct part *p)
{
	const char *head = arena_dupn(&q->arena, p->head, p->head_len), *at = strcasestr(head, "\r\nContent-Type:");

	if (!at)
		return "application/octet-stream";
	at += strlen("\r\nContent-Type:");
	at += strspn(at, " \t");
	return arena_dupn(&q->arena, at, strcspn(at, "\r;"));
}

static bool take(struct request *q, const struct part *p)
{
	const char *name = disposition(q, p, "name"), *file = disposition(q, p, "filename");

	if (!name)
		return false;
	if (file) {
		if (!q->file.bytes)
			q->file = (struct request_file){name, file, type_of(q, p), p->body, p->body_len};
		return true;
	}
	if (q->form.n == REQUEST_PARAMS || memchr(p->body, '\0', p->body_len))
		return false;
	q->form.at[q->form.n++] = (struct param){name, arena_dupn(&q->arena, p->body, p->body_len)};
	return true;
}

bool multipart_parse(struct request *q)
{
	const char *mark = boundary_of(q), *at = buf_str(&q->body), *end = at + q->body.len;
	const size_t n = mark ? strlen(mark) : 0;

	q->file = (struct request_file){0};
	if (!mark || q->body.len < n || memcmp(at, mark, n) != 0)
		return false;
	for (at += n; end - at >= 4 && memcmp(at, "\r\n", 2) == 0; ) {
		struct part p = {.head = at};
		const char *body = memmem(at, (size_t)(end - at), "\r\n\r\n", 4), *next;

		if (!body)
			return false;
		p.body = body + 4;
		p.head_len = (size_t)(body - at) + 2;
		for (next = p.body; (next = memmem(next, (size_t)(end - next), mark, n)); next++)
			if (next - p.body >= 2 && memcmp(next - 2, "\r\n", 2) == 0)
				break;
		if (!next)
			return false;
		p.body_len = (size_t)(next - 2 - p.body);
		if (!take(q, &p))
			return false;
		at = next + n;
	}
	return end - at >= 2 && memcmp(at, "--", 2) == 0;
}
