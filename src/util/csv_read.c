#include "numdesk/util/csv.h"

#include <stdlib.h>
#include <string.h>

#include "numdesk/util/err.h"
#include "numdesk/util/mem.h"
#include "numdesk/util/text.h"

void csv_reader_init(struct csv_reader *r, const char *s, size_t n)
{
	static const char mark[] = "\xef\xbb\xbf";

	*r = (struct csv_reader){.at = s, .end = s + n, .line = 1};
	if (n >= 3 && memcmp(s, mark, 3) == 0)
		r->at += 3;
}

static void forget(struct csv_reader *r)
{
	for (size_t i = 0; i < r->n; i++)
		free(r->cell[i]);
	r->n = 0;
}

void csv_reader_release(struct csv_reader *r)
{
	forget(r);
	free(r->cell);
	*r = (struct csv_reader){0};
}

/* Over the end of a line, counting it. */
static void next_line(struct csv_reader *r)
{
	const char *nl = memchr(r->at, '\n', (size_t)(r->end - r->at));

	r->at = nl ? nl + 1 : r->end;
	r->line++;
}

static bool is_skipped(const struct csv_reader *r)
{
	const char *p = r->at;

	while (p < r->end && (*p == ' ' || *p == '\t' || *p == '\r'))
		p++;
	return p == r->end || *p == '\n' || *p == '#';
}

static bool bad(struct csv_reader *r, struct err *e, const char *why)
{
	next_line(r);
	return err_set(e, ERR_USAGE, "line %zu: %s", r->row_line, why);
}

/* "'=1+1" was "=1+1" before csv_cell made it harmless. */
static const char *without_guard(const char *s)
{
	return s[0] == '\'' && s[1] && strchr("=+-@\t\r\n", s[1]) ? s + 1 : s;
}

static bool keep(struct csv_reader *r, const struct buf *b, struct err *e)
{
	const char *s = buf_str(b);

	if (strlen(s) != b->len || !text_is_utf8(s, b->len))
		return bad(r, e, "this is not text in UTF-8");
	if (r->n == r->cap) {
		r->cap = r->cap ? r->cap * 2 : 16;
		r->cell = mem_grow(r->cell, r->cap, sizeof *r->cell);
	}
	r->cell[r->n++] = mem_dup(without_guard(s));
	return true;
}

/* From behind the opening quote to behind the closing one; false when there is none. */
static bool take_quoted(struct csv_reader *r, struct buf *b)
{
	for (; r->at < r->end; r->at++) {
		if (*r->at == '"' && (r->at + 1 == r->end || r->at[1] != '"')) {
			r->at++;
			return true;
		}
		r->at += *r->at == '"';
		r->line += *r->at == '\n';
		buf_addc(b, *r->at);
	}
	return false;
}

static bool ends_cell(const struct csv_reader *r)
{
	return r->at == r->end || *r->at == ',' || *r->at == '\n' ||
	       (*r->at == '\r' && (r->at + 1 == r->end || r->at[1] == '\n'));
}

static bool take_cell(struct csv_reader *r, struct buf *b, struct err *e)
{
	buf_clear(b);
	if (r->at < r->end && *r->at == '"') {
		r->at++;
		if (!take_quoted(r, b))
			return bad(r, e, "a quote is opened and not closed");
		return ends_cell(r) || bad(r, e, "text follows a closing quote: write quotes inside a cell twice");
	}
	for (; !ends_cell(r); r->at++) {
		if (*r->at == '"')
			return bad(r, e, "a quote stands inside a cell that does not begin with one");
		buf_addc(b, *r->at);
	}
	return true;
}

bool csv_next(struct csv_reader *r, struct err *e)
{
	struct buf b;
	bool ok = true, more = true;

	forget(r);
	while (r->at < r->end && is_skipped(r))
		next_line(r);
	if (r->at == r->end)
		return false;
	r->row_line = r->line;
	buf_init(&b, SIZE_MAX / 2);
	while (ok && more) {
		ok = take_cell(r, &b, e) && keep(r, &b, e);
		more = ok && r->at < r->end && *r->at == ',';
		r->at += more;
	}
	if (ok)
		next_line(r);
	buf_release(&b);
	return ok;
}
