#include "numdesk/util/ini.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "numdesk/util/err.h"
#include "numdesk/util/mem.h"
#include "numdesk/util/text.h"

enum { FILE_MAX = 64 * 1024, LINE_MAX_BYTES = 1024 };

/* A "section\nkey" that was given: neither may hold a newline. */
struct seen {
	struct seen *next;
	const char *name;
	int line;
};

struct reader {
	const char *file;
	ini_entry_fn *fn;
	void *ctx;
	struct err *e;
	struct arena arena;
	struct seen *seen;
	const char *section;
	char *text;             /* the line, cut up in place */
	int line;
};

static int column(const struct reader *r, const char *at)
{
	return (int)(at - r->text) + 1;
}

static __attribute__((format(printf, 3, 4))) bool refuse(const struct reader *r, int col, const char *fmt, ...)
{
	char why[ERR_MSG_MAX];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(why, sizeof why, fmt, ap);
	va_end(ap);
	return err_set(r->e, ERR_CONFIG, "%s:%d:%d: %s", r->file, r->line, col, why);
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static char *skip_blank(char *s)
{
	while (is_blank(*s))
		s++;
	return s;
}

static void trim_end(char *s)
{
	size_t n = strlen(s);

	while (n > 0 && is_blank(s[n - 1]))
		s[--n] = '\0';
}

static bool read_section(struct reader *r, char *open)
{
	char *name = skip_blank(open + 1), *close = strchr(open, ']'), *rest;

	if (!close)
		return refuse(r, column(r, open), "missing ']' after the section name");
	rest = skip_blank(close + 1);
	if (*rest && *rest != '#' && *rest != ';')
		return refuse(r, column(r, rest), "text after the section name");
	*close = '\0';
	trim_end(name);
	if (!*name)
		return refuse(r, column(r, open), "section without a name");
	r->section = arena_dup(&r->arena, name);
	return true;
}

static bool remember(struct reader *r, const char *key, int col)
{
	const char *name = arena_printf(&r->arena, "%s\n%s", r->section, key);
	struct seen *s;

	for (s = r->seen; s; s = s->next)
		if (strcmp(s->name, name) == 0)
			return refuse(r, col, "key '%s' was given in line %d already", key, s->line);
	s = arena_alloc(&r->arena, sizeof *s);
	*s = (struct seen){.next = r->seen, .name = name, .line = r->line};
	r->seen = s;
	return true;
}

static bool hand_out(struct reader *r, const struct ini_entry *entry)
{
	struct err why = {0};

	if (r->fn(r->ctx, entry, &why))
		return true;
	err_wrap(&why, "%s:%d:%d", r->file, r->line, entry->value_col);
	if (r->e)
		*r->e = why;
	return false;
}

static bool read_entry(struct reader *r, char *key)
{
	char *equals = strchr(key, '='), *value;
	struct ini_entry entry;

	if (!equals)
		return refuse(r, column(r, key), "expected 'key = value'");
	if (equals == key)
		return refuse(r, column(r, key), "no key before '='");
	value = skip_blank(equals + 1);
	*equals = '\0';
	trim_end(key);
	trim_end(value);
	entry = (struct ini_entry){
		.section = r->section, .key = key, .value = value, .line = r->line,
		.key_col = column(r, key), .value_col = column(r, value),
	};
	return remember(r, key, entry.key_col) && hand_out(r, &entry);
}

static bool read_line(struct reader *r, const char *s, size_t n)
{
	const char *nul = memchr(s, '\0', n);
	char copy[LINE_MAX_BYTES + 1], *first;

	if (n > 0 && s[n - 1] == '\r')
		n--;
	if (n > LINE_MAX_BYTES)
		return refuse(r, LINE_MAX_BYTES + 1, "line longer than %d bytes", LINE_MAX_BYTES);
	if (nul)
		return refuse(r, (int)(nul - s) + 1, "NUL byte");
	for (size_t i = 0; i < n; ) {
		uint32_t cp;
		const size_t step = text_decode(s + i, n - i, &cp);

		if (step == 1 && cp == 0xFFFD)
			return refuse(r, (int)i + 1, "invalid UTF-8");
		i += step;
	}
	memcpy(copy, s, n);
	copy[n] = '\0';
	r->text = copy;
	first = skip_blank(copy);
	if (!*first || *first == '#' || *first == ';')
		return true;
	return *first == '[' ? read_section(r, first) : read_entry(r, first);
}

bool ini_parse(const char *name, const char *text, size_t n, ini_entry_fn *fn, void *ctx, struct err *e)
{
	struct reader r = {.file = name, .fn = fn, .ctx = ctx, .e = e, .section = ""};
	bool ok = true;

	if (n > FILE_MAX)
		return err_set(e, ERR_CONFIG, "%s:1:1: larger than %d KiB", name, FILE_MAX / 1024);
	if (n >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0)
		return err_set(e, ERR_CONFIG, "%s:1:1: begins with a byte order mark; save it without one", name);
	for (size_t i = 0; ok && i < n; ) {
		const char *end = memchr(text + i, '\n', n - i);
		const size_t len = end ? (size_t)(end - text) - i : n - i;

		r.line++;
		ok = read_line(&r, text + i, len);
		i += len + 1;
	}
	arena_release(&r.arena);
	return ok;
}
