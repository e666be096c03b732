#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "numdesk/tui/widget.h"
#include "numdesk/util/mem.h"
#include "numdesk/util/text.h"

void listbox_init(struct listbox *b, const char *title, bool choosable)
{
	*b = (struct listbox){.choosable = choosable};
	snprintf(b->title, sizeof b->title, "%s", title);
	edit_init(&b->input, "", EDIT_MAX - 1);
}

void listbox_release(struct listbox *b)
{
	for (size_t i = 0; i < b->n; i++) {
		free(b->items[i].text);
		free(b->items[i].detail);
	}
	free(b->items);
	free(b->shown);
	edit_release(&b->input);
	*b = (struct listbox){0};
}

static struct list_item *add(struct listbox *b)
{
	if (b->n == b->cap) {
		b->cap = b->cap ? b->cap * 2 : 32;
		b->items = mem_grow(b->items, b->cap, sizeof *b->items);
		b->shown = mem_grow(b->shown, b->cap, sizeof *b->shown);
	}
	b->items[b->n] = (struct list_item){.role = ROLE_NORMAL};
	return &b->items[b->n++];
}

void listbox_add(struct listbox *b, enum role role, int64_t id, const char *text, const char *detail)
{
	struct list_item *i = add(b);

	i->text = mem_dup(text ? text : "");
	i->detail = mem_dup(detail);
	i->role = role;
	i->id = id;
}

void listbox_heading(struct listbox *b, const char *text)
{
	struct list_item *i = add(b);

	i->text = mem_dup(text);
	i->role = ROLE_TITLE;
	i->heading = true;
}

void listbox_lines(struct listbox *b, enum role role, const char *text)
{
	while (*text) {
		size_t n = strcspn(text, "\n");
		char *line = mem_dupn(text, n);

		listbox_add(b, role, 0, line, NULL);
		free(line);
		text += n + (text[n] == '\n');
	}
}

static bool passes(const struct list_item *i, const char *folded)
{
	return i->heading || text_contains_folded(i->text, folded) || (i->detail && text_contains_folded(i->detail, folded));
}

/* First selectable row at or after `from`, in direction dir. */
static void skip_headings(struct listbox *b, int dir)
{
	size_t at = b->scroll.cursor;

	if (!b->choosable || b->n_shown == 0)
		return;
	for (int turn = 0; turn < 2; turn++, dir = -dir)
		for (at = b->scroll.cursor; at < b->n_shown; at += (size_t)dir)
			if (!b->items[b->shown[at]].heading) {
				scroll_to(&b->scroll, at);
				return;
			}
}

/* What was typed is more likely the beginning of a row than something in the middle of one. */
static void to_best(struct listbox *b, const char *folded)
{
	char text[EDIT_MAX];

	for (size_t i = 0; i < b->n_shown; i++) {
		text_fold(text, sizeof text, b->items[b->shown[i]].text);
		if (strncmp(text, folded, strlen(folded)) == 0) {
			scroll_to(&b->scroll, i);
			return;
		}
	}
}

void listbox_filter(struct listbox *b)
{
	char folded[EDIT_MAX];
	size_t before = b->n_shown;

	text_fold(folded, sizeof folded, b->input.text);
	b->n_shown = 0;
	for (size_t i = 0; i < b->n; i++) {
		/* a heading without rows under it is dropped again */
		if (b->items[i].heading && b->n_shown && b->items[b->shown[b->n_shown - 1]].heading)
			b->n_shown--;
		if (passes(&b->items[i], folded))
			b->shown[b->n_shown++] = i;
	}
	if (b->n_shown && b->items[b->shown[b->n_shown - 1]].heading && *folded)
		b->n_shown--;
	if (before != b->n_shown && b->has_input)
		b->scroll.cursor = 0;
	scroll_set(&b->scroll, b->n_shown, b->scroll.height);
	if (b->has_input && *folded && before != b->n_shown)
		to_best(b, folded);
	skip_headings(b, 1);
}

const struct list_item *listbox_chosen(const struct listbox *b)
{
	const struct list_item *i;

	if (!b->choosable || b->scroll.cursor >= b->n_shown)
		return NULL;
	i = &b->items[b->shown[b->scroll.cursor]];
	return i->heading ? NULL : i;
}

static int widest(const struct listbox *b, int *detail)
{
	int w = (int)strlen(b->title) + 6, d = 0;

	for (size_t i = 0; i < b->n; i++) {
		int t = (int)text_cols(b->items[i].text), x = b->items[i].detail ? (int)text_cols(b->items[i].detail) : 0;

		if (x && t > d)
			d = t;
		if (!x && t > w)
			w = t;
	}
	*detail = d;
	for (size_t i = 0; d && i < b->n; i++)
		if (b->items[i].detail && d + 2 + (int)text_cols(b->items[i].detail) > w)
			w = d + 2 + (int)text_cols(b->items[i].detail);
	return w;
}

static void draw_row(struct listbox *b, struct grid *g, struct rect in, int row, size_t at, int detail)
{
	const struct list_item *i = &b->items[b->shown[at]];
	bool on = b->choosable && at == b->scroll.cursor;
	enum role role = on ? ROLE_CURSOR : i->role;

	grid_field(g, in, row, 0, in.cols, role, "", false);
	if (i->heading || !i->detail) {
		grid_put(g, in, row, i->heading ? 0 : 1, role, i->text);
		return;
	}
	grid_put(g, (struct rect){in.row, in.col, in.rows, detail + 2}, row, 1, role, i->text);
	grid_put(g, in, row, detail + 3, on ? ROLE_CURSOR : i->role == ROLE_NORMAL ? ROLE_DIM : i->role, i->detail);
}

void listbox_draw(struct listbox *b, struct grid *g, struct rect screen)
{
	int detail, top_lines = b->has_input || b->typing || b->input.len ? 1 : 0;
	int want = widest(b, &detail) + 4;
	struct rect r = {.rows = (int)b->n + 2 + top_lines + (*b->hint ? 1 : 0), .cols = want};
	char right[48];

	if (r.cols < 44)
		r.cols = 44;
	if (r.cols > screen.cols)
		r.cols = screen.cols;
	if (r.rows > screen.rows)
		r.rows = screen.rows;
	if (r.rows < 4 && screen.rows >= 4)
		r.rows = 4;
	r.row = screen.row + (screen.rows - r.rows) / 2;
	r.col = screen.col + (screen.cols - r.cols) / 2;
	if (detail > r.cols - 20)       /* a long left side must leave something of the right one */
		detail = r.cols - 20;
	grid_fill(g, r, ROLE_NORMAL);
	right[0] = '\0';
	struct rect in = grid_box(g, r, b->title, "", true);
	if (top_lines) {
		grid_put(g, in, 0, 0, ROLE_KEY, b->has_input ? ":" : "/");
		edit_draw(&b->input, g, in, 0, 1, in.cols - 1, b->has_input || b->typing);
		in.row++, in.rows--;
	}
	if (*b->hint) {
		grid_put(g, in, in.rows - 1, 1, ROLE_DIM, b->hint);
		in.rows--;
	}
	scroll_set(&b->scroll, b->n_shown, (size_t)(in.rows > 0 ? in.rows : 1));
	for (size_t i = 0; i < b->scroll.cursor && b->items[b->shown[i]].heading; i++)
		if (i + 1 == b->scroll.cursor)  /* the heading over the first row is not scrolled away */
			b->scroll.top = 0;
	for (int row = 0; row < in.rows && b->scroll.top + (size_t)row < b->n_shown; row++)
		draw_row(b, g, in, row, b->scroll.top + (size_t)row, detail);
	if (b->n_shown == 0)
		grid_put(g, in, 0, 1, ROLE_DIM, "nothing here");
	if (b->n_shown > b->scroll.height) {
		snprintf(right, sizeof right, "%zu-%zu of %zu", b->scroll.top + 1,
			 b->scroll.top + b->scroll.height < b->n_shown ? b->scroll.top + b->scroll.height : b->n_shown, b->n_shown);
		grid_put(g, r, r.rows - 1, r.cols - (int)strlen(right) - 3, ROLE_FOCUS, right);
	}
}
