/*
 * A page is scanned once for its bytes, then split by braces and strings into the array's objects and the rest of the
 * top level, and only then are the objects handed to cJSON, one at a time. So no row is delivered from a page that was
 * cut off, and memory is that of one row and of two numbers for each.
 */
#include "numdesk/util/json.h"

#include <stdlib.h>
#include <string.h>

#include "json_priv.h"

#include "numdesk/util/err.h"
#include "numdesk/util/mem.h"

enum { TAIL_MAX = 1 << 20 };

/* A stretch of the page that has passed json_scan, and the place in it. */
struct walk {
	const char *s;
	size_t n, i;
};

static bool bad_page(const struct walk *w, struct err *e)
{
	return err_set(e, ERR_PROTO, "not valid JSON at byte %zu", w->i);
}

static char skip_space(struct walk *w)
{
	while (w->i < w->n && (w->s[w->i] == ' ' || w->s[w->i] == '\n' || w->s[w->i] == '\r' || w->s[w->i] == '\t'))
		w->i++;
	return w->i < w->n ? w->s[w->i] : '\0';
}

static bool take(struct walk *w, char c)
{
	if (skip_space(w) != c)
		return false;
	w->i++;
	return true;
}

/* Past one value. The scan has matched the brackets, so counting them is enough. */
static bool skip_value(struct walk *w)
{
	const char first = skip_space(w);
	size_t depth = 0;

	if (!first || strchr(",:]}", first))
		return false;
	if (first != '{' && first != '[' && first != '"') {
		while (w->i < w->n && !strchr(",]} \n\r\t", w->s[w->i]))
			w->i++;
		return true;
	}
	do {
		const char c = w->s[w->i];

		if (c == '"') {
			w->i = json_skip_string(w->s, w->n, w->i);
			continue;
		}
		depth += c == '{' || c == '[';
		depth -= c == '}' || c == ']';
		w->i++;
	} while (depth > 0 && w->i < w->n);
	return depth == 0;
}

struct span {
	size_t from, len;
};

/* The page in its parts. */
struct split {
	struct span *rows;      /* the objects of the array */
	size_t n_rows, cap_rows;
	bool has_rows;          /* the array was met */
	struct buf tail;        /* the other members, as an object */
};

static void add_row(struct split *out, size_t from, size_t len)
{
	if (out->n_rows == out->cap_rows) {
		out->cap_rows = out->cap_rows ? out->cap_rows * 2 : 64;
		out->rows = mem_grow(out->rows, out->cap_rows, sizeof *out->rows);
	}
	out->rows[out->n_rows++] = (struct span){from, len};
}

static bool split_rows(struct walk *w, const char *name, struct split *out, struct err *e)
{
	if (out->has_rows)
		return err_set(e, ERR_PROTO, "'%s' appears twice in the page", name);
	if (!take(w, '['))
		return err_set(e, ERR_PROTO, "'%s' in the page is not a list", name);
	out->has_rows = true;
	if (take(w, ']'))
		return true;
	do {
		size_t from;

		if (skip_space(w) != '{')
			return err_set(e, ERR_PROTO, "a row of '%s' is not a JSON object", name);
		from = w->i;
		if (!skip_value(w))
			return bad_page(w, e);
		add_row(out, from, w->i - from);
	} while (take(w, ','));
	return take(w, ']') || bad_page(w, e);
}

/* One `"key": value`; the wanted key's objects go to rows, any other member to the tail. */
static bool split_member(struct walk *w, const char *name, struct split *out, struct err *e)
{
	const size_t name_len = strlen(name);
	size_t from, key_len;

	if (skip_space(w) != '"')
		return bad_page(w, e);
	from = w->i;
	w->i = json_skip_string(w->s, w->n, w->i);
	key_len = w->i - from - 2;
	if (!take(w, ':'))
		return bad_page(w, e);
	if (key_len == name_len && memcmp(w->s + from + 1, name, name_len) == 0)
		return split_rows(w, name, out, e);
	if (!skip_value(w))
		return bad_page(w, e);
	if (out->tail.len > 1)
		buf_addc(&out->tail, ',');
	buf_add(&out->tail, w->s + from, w->i - from);
	return true;
}

static bool split_page(struct walk *w, const char *name, struct split *out, struct err *e)
{
	buf_addc(&out->tail, '{');
	if (!take(w, '{'))
		return err_set(e, ERR_PROTO, "the page is not a JSON object");
	if (!take(w, '}')) {
		do {
			if (!split_member(w, name, out, e))
				return false;
		} while (take(w, ','));
		if (!take(w, '}'))
			return bad_page(w, e);
	}
	if (skip_space(w))
		return bad_page(w, e);
	if (!out->has_rows)
		return err_set(e, ERR_PROTO, "the page has no '%s'", name);
	buf_addc(&out->tail, '}');
	if (out->tail.overflow)
		return err_set(e, ERR_PROTO, "the page has more than %d bytes beside '%s'", TAIL_MAX, name);
	return true;
}

/* What every row of one page needs. */
struct rows {
	json_row_fn *fn;
	void *ctx;
	struct buf scratch;     /* the row with a NUL behind it, mended */
	bool mend;
};

static bool one_row(struct rows *r, const char *raw, size_t n, struct err *e)
{
	struct json *row;
	bool ok;

	buf_clear(&r->scratch);
	buf_add(&r->scratch, raw, n);
	if (r->mend)
		json_mend_surrogates(r->scratch.s, r->scratch.len);
	row = json_parse_scanned(r->scratch.s, r->scratch.len, e);
	if (!row)
		return false;
	ok = r->fn(r->ctx, row, raw, n, e);
	json_free(row);
	return ok;
}

/* The other members; the wanted name must not hide among them behind an escape. */
static struct json *parse_tail(struct buf *text, const char *name, bool mend, struct err *e)
{
	struct json *tail;

	if (mend)
		json_mend_surrogates(text->s, text->len);
	tail = json_parse_scanned(text->s, text->len, e);
	for (const struct json *m = json_first(tail); m; m = json_next(m))
		if (strcmp(json_name(m), name) == 0) {
			err_set(e, ERR_PROTO, "'%s' appears twice in the page", name);
			json_free(tail);
			return NULL;
		}
	return tail;
}

bool json_each(const char *s, size_t n, const char *name, json_row_fn *row, void *ctx, struct json **tail,
	       struct err *e)
{
	struct walk w = {.s = s, .n = n};
	struct rows rows = {.fn = row, .ctx = ctx};
	struct json_scan seen = {0};
	struct split parts = {0};
	struct json *rest = NULL;
	bool ok;

	if (tail)
		*tail = NULL;
	buf_init(&parts.tail, TAIL_MAX);
	buf_init(&rows.scratch, n);
	ok = json_scan(s, n, &seen, e) && split_page(&w, name, &parts, e);
	if (ok) {
		rows.mend = seen.lone_surrogates;
		rest = parse_tail(&parts.tail, name, rows.mend, e);
		ok = rest != NULL;
	}
	for (size_t i = 0; ok && i < parts.n_rows; i++)
		ok = one_row(&rows, s + parts.rows[i].from, parts.rows[i].len, e);
	if (ok && tail) {
		*tail = rest;
		rest = NULL;
	}
	json_free(rest);
	buf_release(&rows.scratch);
	buf_release(&parts.tail);
	free(parts.rows);
	return ok;
}
