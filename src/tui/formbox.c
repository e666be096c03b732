#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "numdesk/tui/key.h"
#include "numdesk/tui/widget.h"
#include "numdesk/util/mem.h"

#define LABEL_COLS 22

void formbox_init(struct formbox *f, const char *title, int tag)
{
	*f = (struct formbox){.tag = tag};
	snprintf(f->title, sizeof f->title, "%s", title);
}

void formbox_release(struct formbox *f)
{
	for (size_t i = 0; i < f->n_lines; i++)
		free(f->lines[i]);
	for (size_t i = 0; i < f->n; i++)
		edit_release(&f->fields[i].edit);
	*f = (struct formbox){0};
}

void formbox_line(struct formbox *f, const char *text)
{
	if (f->n_lines < ARRAY_LEN(f->lines))
		f->lines[f->n_lines++] = mem_dup(text);
}

static struct form_field *add(struct formbox *f, const char *label, const char *help)
{
	struct form_field *x = &f->fields[f->n++];

	snprintf(x->label, sizeof x->label, "%s", label);
	snprintf(x->help, sizeof x->help, "%s", help ? help : "");
	return x;
}

void formbox_text(struct formbox *f, const char *label, const char *help, const char *value, size_t max, bool required)
{
	struct form_field *x = add(f, label, help);

	edit_init(&x->edit, value, max);
	x->required = required;
}

void formbox_secret(struct formbox *f, const char *label, const char *help)
{
	struct form_field *x = add(f, label, help);

	edit_init_secret(&x->edit);
	x->required = true;
}

enum form_answer formbox_key(struct formbox *f, uint32_t key)
{
	bool pasted = key & KEYX_PASTE;

	if (*f->busy)
		return key == KEY_ESC ? FORM_CANCEL : FORM_NONE;
	/* a pasted newline ends nothing: a token copied with its line end must not submit half a form */
	if (pasted && (key & ~(uint32_t)KEYX_PASTE) < 32)
		return FORM_NONE;
	switch (key) {
	case KEY_ESC:
		return FORM_CANCEL;
	case KEY_TAB: case KEYX_DOWN:
		f->at = (f->at + 1) % f->n;
		return FORM_NONE;
	case KEYX_BACKTAB: case KEYX_UP:
		f->at = (f->at + f->n - 1) % f->n;
		return FORM_NONE;
	case KEY_RETURN: case '\n':
		if (f->at + 1 < f->n) {
			f->at++;
			return FORM_NONE;
		}
		return FORM_SUBMIT;
	}
	if (edit_key(&f->fields[f->at].edit, key))
		f->error[0] = '\0';
	return FORM_NONE;
}

void formbox_draw(struct formbox *f, struct grid *g, struct rect screen)
{
	struct rect r = {.cols = screen.cols < 78 ? screen.cols : 78}, in;
	int row = 0;

	in = (struct rect){0, 0, 1000, r.cols - 4};
	int wrong = *f->error ? grid_wrap(NULL, in, 0, ROLE_ERROR, f->error) : 1;

	r.rows = (int)f->n + 6 + wrong;
	for (size_t i = 0; i < f->n_lines; i++)
		r.rows += grid_wrap(NULL, in, 0, ROLE_NORMAL, f->lines[i]);
	if (r.rows > screen.rows)
		r.rows = screen.rows;
	r.row = screen.row + (screen.rows - r.rows) / 2;
	r.col = screen.col + (screen.cols - r.cols) / 2;
	grid_fill(g, r, ROLE_NORMAL);
	in = grid_box(g, r, f->title, "", true);
	in.col++, in.cols -= 2;
	for (size_t i = 0; i < f->n_lines; i++)
		row += grid_wrap(g, in, row, ROLE_NORMAL, f->lines[i]);
	row += f->n_lines > 0;
	for (size_t i = 0; i < f->n; i++, row++) {
		grid_put(g, in, row, 0, i == f->at ? ROLE_BOLD : ROLE_NORMAL, f->fields[i].label);
		edit_draw(&f->fields[i].edit, g, in, row, LABEL_COLS, in.cols - LABEL_COLS, i == f->at && !*f->busy);
	}
	grid_put(g, in, ++row - 1, LABEL_COLS, ROLE_DIM, f->n ? f->fields[f->at].help : "");
	if (*f->busy)
		grid_put(g, in, row, 0, ROLE_WARN, f->busy);
	else
		grid_wrap(g, in, row, ROLE_ERROR, f->error);
	grid_put(g, in, in.rows - 1, 0, ROLE_KEY,
		 f->stay ? "Enter  next, then go on      Tab  next field      Esc  quit" : "Enter  next, then go on      Tab  next field      Esc  cancel");
}
