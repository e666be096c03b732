#include "formbox.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "numdesk/tui/key.h"
#include "numdesk/util/mem.h"

enum { KEY_SAVE = 19 };         /* ^S */

void formbox_init(struct formbox *f, const char *title, int tag)
{
	*f = (struct formbox){.tag = tag};
	snprintf(f->title, sizeof f->title, "%s", title);
}

void formbox_release(struct formbox *f)
{
	if (f->listing)
		listbox_release(&f->list);
	for (size_t i = 0; i < f->n_lines; i++)
		free(f->lines[i]);
	for (size_t i = 0; i < f->n; i++) {
		for (size_t k = 0; k < f->fields[i].n_options; k++) {
			free(f->fields[i].options[k].value);
			free(f->fields[i].options[k].label);
			free(f->fields[i].options[k].detail);
		}
		free(f->fields[i].options);
		edit_release(&f->fields[i].edit);
	}
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

void formbox_pick(struct formbox *f, const char *label, const char *help, const char *value)
{
	struct form_field *x = add(f, label, help);

	edit_init(&x->edit, value, EDIT_MAX - 1);
	x->pick = true;
}

static void page(struct formbox *f, enum scroll_move m)
{
	f->scroll.cursor = f->at;
	scroll_set(&f->scroll, f->n, f->scroll.height);
	scroll_move(&f->scroll, m);
	f->at = f->scroll.cursor;
}

static enum form_answer on_enter(struct formbox *f)
{
	bool last = f->at + 1 == f->n;

	if (last)
		return FORM_SUBMIT;
	if (f->fields[f->at].pick)
		formbox_list_open(f, true);
	else
		f->at++;
	return FORM_NONE;
}

enum form_answer formbox_key(struct formbox *f, uint32_t key)
{
	bool pasted = key & KEYX_PASTE;

	if (*f->busy)
		return key == KEY_ESC ? FORM_CANCEL : FORM_NONE;
	/* a pasted newline ends nothing: a token copied with its line end must not submit half a form */
	if (pasted && (key & ~(uint32_t)KEYX_PASTE) < 32)
		return FORM_NONE;
	if (f->listing) {
		if (formbox_list_key(f, key) && f->entered && f->at + 1 < f->n)
			f->at++;
		return FORM_NONE;
	}
	switch (key) {
	case KEY_ESC:
		return FORM_CANCEL;
	case KEY_TAB: case KEYX_DOWN:
		f->at = (f->at + 1) % f->n;
		return FORM_NONE;
	case KEYX_BACKTAB: case KEYX_UP:
		f->at = (f->at + f->n - 1) % f->n;
		return FORM_NONE;
	case KEYX_PGDN:
		page(f, SCROLL_PAGE_DOWN);
		return FORM_NONE;
	case KEYX_PGUP:
		page(f, SCROLL_PAGE_UP);
		return FORM_NONE;
	case KEY_RETURN: case '\n':
		return on_enter(f);
	case KEY_SAVE:
		return FORM_SUBMIT;
	}
	if (f->fields[f->at].pick ? formbox_pick_key(f, key) : edit_key(&f->fields[f->at].edit, key))
		f->error[0] = '\0';
	return FORM_NONE;
}
