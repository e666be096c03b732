#include "numdesk/tui/grid.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "numdesk/util/mem.h"
#include "numdesk/util/text.h"

#define MAX_MARKS 4     /* curses keeps five code points a cell */

void grid_init(struct grid *g, int rows, int cols, bool ascii)
{
	*g = (struct grid){.ascii = ascii, .cursor_row = -1, .cursor_col = -1};
	grid_resize(g, rows, cols);
}

void grid_resize(struct grid *g, int rows, int cols)
{
	if (rows < 1)
		rows = 1;
	if (cols < 1)
		cols = 1;
	if (rows != g->rows || cols != g->cols) {
		free(g->cells);
		g->cells = mem_array((size_t)rows * (size_t)cols, sizeof *g->cells);
		g->rows = rows;
		g->cols = cols;
	}
	grid_clear(g);
}

void grid_release(struct grid *g)
{
	free(g->cells);
	*g = (struct grid){0};
}

void grid_clear(struct grid *g)
{
	g->cursor_row = g->cursor_col = -1;
	grid_fill(g, grid_all(g), ROLE_NORMAL);
}

struct rect grid_all(const struct grid *g)
{
	return (struct rect){0, 0, g->rows, g->cols};
}

static struct cell *cell_at(struct grid *g, int row, int col)
{
	return row < 0 || col < 0 || row >= g->rows || col >= g->cols ? NULL : &g->cells[row * g->cols + col];
}

/* Blank one cell; the other half of a wide character it belonged to must not stay behind. */
static void put_cell(struct grid *g, int row, int col, enum role role, const char *s, size_t n, int width)
{
	struct cell *c = cell_at(g, row, col), *next;

	if (!c)
		return;
	if (c->width == 0 && (next = cell_at(g, row, col - 1)) && next->width == 2) {
		next->s[0] = ' ', next->s[1] = '\0', next->width = 1;
	}
	if (c->width == 2 && (next = cell_at(g, row, col + 1)))
		next->s[0] = ' ', next->s[1] = '\0', next->width = 1;
	memcpy(c->s, s, n);
	c->s[n] = '\0';
	c->width = (uint8_t)width;
	c->role = (uint8_t)role;
	if (width == 2 && (next = cell_at(g, row, col + 1))) {
		if (next->width == 2) {
			struct cell *after = cell_at(g, row, col + 2);

			if (after)
				after->s[0] = ' ', after->s[1] = '\0', after->width = 1;
		}
		next->s[0] = '\0', next->width = 0, next->role = (uint8_t)role;
	}
}

/* Add a combining mark to the cell before (row, col). */
static void put_mark(struct grid *g, int row, int col, const char *s, size_t n)
{
	struct cell *c = cell_at(g, row, col - 1);
	int marks = 0;

	if (c && c->width == 0)
		c = cell_at(g, row, col - 2);
	if (!c || c->s[0] == '\0')
		return;
	for (const char *p = c->s; *p; p++)
		marks += ((unsigned char)*p & 0xC0) != 0x80;
	if (marks <= MAX_MARKS && strlen(c->s) + n < CELL_BYTES)
		strncat(c->s, s, n);
}

/* Letters a C-locale terminal can show for the few symbols we draw; anything else beyond ASCII is '?'. */
static char ascii_for(uint32_t cp)
{
	switch (cp) {
	case 0x2502: case 0x2503: return '|';
	case 0x2500: case 0x2501: return '-';
	case 0x250C: case 0x2510: case 0x2514: case 0x2518: case 0x251C: case 0x2524: return '+';
	case 0x2605: return '*';
	case 0x25CF: return '>';
	case 0x00B7: return '.';
	case 0x2026: return '~';
	case 0x2191: return '^';
	case 0x2193: return 'v';
	case 0x2022: return '*';
	default: return '?';
	}
}

static int put_clean(struct grid *g, struct rect r, int row, int col, int limit, enum role role, const char *text)
{
	size_t left = strlen(text);
	int at = col;

	while (left > 0) {
		uint32_t cp;
		size_t n = text_decode(text, left, &cp);
		int w = text_cp_width(cp);
		char flat;

		if (g->ascii && cp >= 0x80) {
			flat = ascii_for(cp);
			if (w == 0)
				goto next;
			for (int i = 0; i < w && at + i < limit; i++)
				if (at + i >= 0)
					put_cell(g, r.row + row, r.col + at + i, role, &flat, 1, 1);
		} else if (w == 0) {
			if (at > col)
				put_mark(g, r.row + row, r.col + at, text, n);
			goto next;
		} else {
			if (at + w > limit)
				break;
			if (at >= 0)
				put_cell(g, r.row + row, r.col + at, role, text, n, w);
		}
		at += w;
next:
		text += n;
		left -= n;
		if (at >= limit && !(left && (*text & 0x80)))
			break;
	}
	return (at > limit ? limit : at) - col;
}

int grid_put(struct grid *g, struct rect r, int row, int col, enum role role, const char *text)
{
	size_t n = text ? strlen(text) : 0;
	char small[512], *clean = small;
	int used;

	if (n == 0 || row < 0 || row >= r.rows || col >= r.cols)
		return 0;
	if (!text_is_clean(text, n)) {
		struct buf b;

		buf_init(&b, n * 12 + 16);
		text_clean_add(&b, text, n);
		clean = buf_take(&b);
	} else if (n < sizeof small) {
		memcpy(small, text, n + 1);
	} else {
		clean = mem_dupn(text, n);
	}
	used = put_clean(g, r, row, col, r.cols, role, clean);
	if (clean != small)
		free(clean);
	return used;
}

int grid_putf(struct grid *g, struct rect r, int row, int col, enum role role, const char *fmt, ...)
{
	char text[1024];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	return grid_put(g, r, row, col, role, text);
}

void grid_field(struct grid *g, struct rect r, int row, int col, int width, enum role role, const char *text, bool right)
{
	char clean[1024], cut[1024 + 8];
	size_t used, bytes, cols;
	int limit;

	if (width <= 0 || row < 0 || row >= r.rows || col >= r.cols)
		return;
	limit = col + width < r.cols ? col + width : r.cols;
	width = limit - col;
	grid_fill(g, (struct rect){r.row + row, r.col + col, 1, width}, role);
	text_clean(clean, sizeof clean, text ? text : "", text ? strlen(text) : 0);
	cols = text_cols(clean);
	if (cols > (size_t)width) {
		bytes = text_fit(clean, (size_t)width - 1, &used);
		snprintf(cut, sizeof cut, "%.*s\xE2\x80\xA6", (int)bytes, clean);
		cols = used + 1;
	} else {
		snprintf(cut, sizeof cut, "%s", clean);
	}
	put_clean(g, r, row, right ? limit - (int)cols : col, limit, role, cut);
}

int grid_wrap(struct grid *g, struct rect in, int row, enum role role, const char *text)
{
	int rows = 0;

	do {
		size_t used, n = text_fit(text, (size_t)in.cols, &used), cut = n;

		if (text[n]) {
			while (cut > 0 && text[cut] != ' ')
				cut--;
			if (cut == 0)
				cut = n ? n : 1;
		}
		if (g) {
			char *part = mem_dupn(text, cut);

			grid_put(g, in, row + rows, 0, role, part);
			free(part);
		}
		rows++;
		text += cut;
		while (*text == ' ')
			text++;
	} while (*text);
	return rows;
}

void grid_fill(struct grid *g, struct rect r, enum role role)
{
	for (int i = r.row; i < r.row + r.rows; i++)
		for (int j = r.col; j < r.col + r.cols; j++)
			put_cell(g, i, j, role, " ", 1, 1);
}

void grid_tint(struct grid *g, struct rect r, enum role role)
{
	for (int i = r.row; i < r.row + r.rows; i++)
		for (int j = r.col; j < r.col + r.cols; j++) {
			struct cell *c = cell_at(g, i, j);

			if (c)
				c->role = (uint8_t)role;
		}
}

struct rect grid_box(struct grid *g, struct rect r, const char *left, const char *right, bool focus)
{
	enum role role = focus ? ROLE_FOCUS : ROLE_BORDER;
	int used = 0;

	if (r.rows < 2 || r.cols < 2)
		return (struct rect){r.row, r.col, 0, 0};
	for (int j = 1; j < r.cols - 1; j++) {
		grid_put(g, r, 0, j, role, "\xE2\x94\x80");
		grid_put(g, r, r.rows - 1, j, role, "\xE2\x94\x80");
	}
	for (int i = 1; i < r.rows - 1; i++) {
		grid_put(g, r, i, 0, role, "\xE2\x94\x82");
		grid_put(g, r, i, r.cols - 1, role, "\xE2\x94\x82");
	}
	grid_put(g, r, 0, 0, role, "\xE2\x94\x8C");
	grid_put(g, r, 0, r.cols - 1, role, "\xE2\x94\x90");
	grid_put(g, r, r.rows - 1, 0, role, "\xE2\x94\x94");
	grid_put(g, r, r.rows - 1, r.cols - 1, role, "\xE2\x94\x98");
	struct rect top = {r.row, r.col + 1, 1, r.cols - 2};
	if (left && *left) {
		used = grid_put(g, top, 0, 0, role, " ");
		used += grid_put(g, top, 0, used, focus ? ROLE_TITLE : role, left);
		used += grid_put(g, top, 0, used, role, " ");
	}
	if (right && *right) {
		int cols = (int)text_cols(right);

		if (used + cols + 3 <= top.cols) {
			grid_put(g, top, 0, top.cols - cols - 2, role, " ");
			grid_put(g, top, 0, top.cols - cols - 1, focus ? ROLE_TITLE : role, right);
			grid_put(g, top, 0, top.cols - 1, role, " ");
		}
	}
	return (struct rect){r.row + 1, r.col + 1, r.rows - 2, r.cols - 2};
}

void grid_cursor(struct grid *g, struct rect r, int row, int col)
{
	if (row < 0 || row >= r.rows || col < 0 || col >= r.cols)
		return;
	g->cursor_row = r.row + row;
	g->cursor_col = r.col + col;
}

void grid_dump(const struct grid *g, struct buf *out, bool roles)
{
	static const char letters[ROLE_COUNT + 1] = ".dbhtBFCsmpgkewGfOrGyumc";

	for (int i = 0; i < g->rows; i++) {
		size_t start = out->len;

		for (int j = 0; j < g->cols; j++)
			buf_adds(out, g->cells[i * g->cols + j].s);
		while (out->len > start && out->s[out->len - 1] == ' ')
			out->s[--out->len] = '\0';
		buf_addc(out, '\n');
	}
	if (!roles)
		return;
	buf_adds(out, "--- roles\n");
	for (int i = 0; i < g->rows; i++) {
		for (int j = 0; j < g->cols; j++)
			buf_addc(out, letters[g->cells[i * g->cols + j].role]);
		buf_addc(out, '\n');
	}
}
