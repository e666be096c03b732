#include <stdio.h>
#include <string.h>

#include "formbox.h"

#define LABEL_COLS 22
#define MANY_FIELDS 4           /* from here on it is worth telling that ^S submits from anywhere */

/* Rows of what stands around the fields: borders, text, help, complaint, keys. */
static int around(const struct formbox *f, struct rect in, int text)
{
	int wrong = *f->error ? grid_wrap(NULL, in, 0, ROLE_ERROR, f->error) : 1;

	return 6 + wrong + text;
}

static int text_rows(const struct formbox *f, struct rect in)
{
	int rows = 0;

	for (size_t i = 0; i < f->n_lines; i++)
		rows += grid_wrap(NULL, in, 0, ROLE_NORMAL, f->lines[i]);
	return rows;
}

static void draw_field(const struct formbox *f, struct grid *g, struct rect in, int row, size_t i)
{
	const struct form_field *x = &f->fields[i];
	bool on = i == f->at;
	int width = in.cols - LABEL_COLS;

	grid_put(g, in, row, 0, on ? ROLE_BOLD : ROLE_NORMAL, x->label);
	if (!x->pick) {
		edit_draw(&x->edit, g, in, row, LABEL_COLS, width, on && !*f->busy && !f->listing);
		return;
	}
	grid_field(g, in, row, LABEL_COLS, width - 2, on ? ROLE_FIELD_ON : ROLE_FIELD, formbox_label(f, i), false);
	grid_put(g, in, row, in.cols - 1, on ? ROLE_KEY : ROLE_DIM, "\xE2\x86\x93");
	if (on && !*f->busy)
		grid_cursor(g, in, row, LABEL_COLS);
}

static const char *keys_of(const struct formbox *f)
{
	if (f->stay)
		return "Enter  next, then go on      Tab  next field      Esc  quit";
	if (f->n >= MANY_FIELDS)
		return "Enter  next      Tab  next field      ^S  go on      Esc  cancel";
	return "Enter  next, then go on      Tab  next field      Esc  cancel";
}

void formbox_draw(struct formbox *f, struct grid *g, struct rect screen)
{
	struct rect r = {.cols = screen.cols < 78 ? screen.cols : 78}, in = {0, 0, 1000, r.cols - 4};
	int text = text_rows(f, in), row = 0, fit;
	char right[48];

	if ((int)f->n > screen.rows - around(f, in, text) && screen.rows - around(f, in, text) < 3)
		text = 0;               /* the fields matter more than what explains them */
	fit = screen.rows - around(f, in, text);
	fit = fit < 1 ? 1 : fit > (int)f->n ? (int)f->n : fit;
	r.rows = fit + around(f, in, text);
	if (r.rows > screen.rows)
		r.rows = screen.rows;
	r.row = screen.row + (screen.rows - r.rows) / 2;
	r.col = screen.col + (screen.cols - r.cols) / 2;
	grid_fill(g, r, ROLE_NORMAL);
	in = grid_box(g, r, f->title, "", true);
	in.col++, in.cols -= 2;
	for (size_t i = 0; text > 0 && i < f->n_lines; i++)
		row += grid_wrap(g, in, row, ROLE_NORMAL, f->lines[i]);
	row += text > 0;
	f->scroll.cursor = f->at;
	scroll_set(&f->scroll, f->n, (size_t)fit);
	for (int i = 0; i < fit && f->scroll.top + (size_t)i < f->n; i++, row++)
		draw_field(f, g, in, row, f->scroll.top + (size_t)i);
	grid_put(g, in, row, LABEL_COLS, ROLE_DIM, f->n ? f->fields[f->at].help : "");
	row++;
	if (*f->busy)
		grid_put(g, in, row, 0, ROLE_WARN, f->busy);
	else
		grid_wrap(g, in, row, ROLE_ERROR, f->error);
	grid_put(g, in, in.rows - 1, 0, ROLE_KEY, keys_of(f));
	if ((size_t)fit < f->n) {
		snprintf(right, sizeof right, "%zu-%zu of %zu", f->scroll.top + 1, f->scroll.top + (size_t)fit, f->n);
		grid_put(g, r, r.rows - 1, r.cols - (int)strlen(right) - 3, ROLE_FOCUS, right);
	}
	if (f->listing)
		listbox_draw(&f->list, g, screen);
}
