/* Fields whose value is picked from a list. The value is the field's text; the option that has it gives the words. */
#include "formbox.h"

#include <stdio.h>
#include <string.h>

#include "numdesk/tui/key.h"
#include "numdesk/util/mem.h"

void formbox_option(struct formbox *f, const char *value, const char *label, const char *detail)
{
	struct form_field *x = &f->fields[f->n - 1];

	if ((x->n_options & (x->n_options - 1)) == 0)   /* full at each power of two */
		x->options = mem_grow(x->options, x->n_options ? x->n_options * 2 : 1, sizeof *x->options);
	x->options[x->n_options++] = (struct form_option){mem_dup(value), mem_dup(label), mem_dup(detail)};
}

static size_t chosen(const struct form_field *x)
{
	for (size_t i = 0; i < x->n_options; i++)
		if (strcmp(x->options[i].value, x->edit.text) == 0)
			return i;
	return SIZE_MAX;
}

const char *formbox_label(const struct formbox *f, size_t field)
{
	const struct form_field *x = &f->fields[field];
	size_t i = chosen(x);

	return i == SIZE_MAX ? x->edit.text : x->options[i].label;
}

void formbox_list_open(struct formbox *f, bool entered)
{
	const struct form_field *x = &f->fields[f->at];
	size_t now = chosen(x);

	listbox_init(&f->list, x->label, true);
	f->list.has_input = true;
	snprintf(f->list.hint, sizeof f->list.hint, "type to narrow   Enter takes   Esc leaves");
	for (size_t i = 0; i < x->n_options; i++)
		listbox_add(&f->list, ROLE_NORMAL, (int64_t)i, x->options[i].label, x->options[i].detail);
	listbox_filter(&f->list);
	if (now != SIZE_MAX)
		scroll_to(&f->list.scroll, now);
	f->listing = true;
	f->entered = entered;
}

static void close_list(struct formbox *f)
{
	listbox_release(&f->list);
	f->listing = false;
}

bool formbox_list_key(struct formbox *f, uint32_t key)
{
	struct listbox *b = &f->list;
	const struct list_item *i;

	switch (key) {
	case KEY_ESC:
		close_list(f);
		return false;
	case KEY_RETURN: case '\n':
		i = listbox_chosen(b);
		if (!i)
			return false;
		edit_set(&f->fields[f->at].edit, f->fields[f->at].options[i->id].value);
		f->error[0] = '\0';
		close_list(f);
		return true;
	case KEYX_UP:
		scroll_move(&b->scroll, SCROLL_UP);
		return false;
	case KEYX_DOWN: case KEY_TAB:
		scroll_move(&b->scroll, SCROLL_DOWN);
		return false;
	case KEYX_PGUP:
		scroll_move(&b->scroll, SCROLL_PAGE_UP);
		return false;
	case KEYX_PGDN:
		scroll_move(&b->scroll, SCROLL_PAGE_DOWN);
		return false;
	}
	if (edit_key(&b->input, key))
		listbox_filter(b);
	return false;
}

static void step(struct form_field *x, bool forward)
{
	size_t now = chosen(x);

	if (x->n_options == 0)
		return;
	if (now == SIZE_MAX)
		now = forward ? 0 : x->n_options - 1;
	else
		now = (now + (forward ? 1 : x->n_options - 1)) % x->n_options;
	edit_set(&x->edit, x->options[now].value);
}

bool formbox_pick_key(struct formbox *f, uint32_t key)
{
	struct form_field *x = &f->fields[f->at];

	switch (key) {
	case KEYX_LEFT: case KEYX_RIGHT:
		step(x, key == KEYX_RIGHT);
		return true;
	case KEY_SPACE:
		formbox_list_open(f, false);
		return true;
	}
	if (key & KEYX_PASTE || key <= KEY_SPACE || key >= KEYX_BASE || key == KEY_DEL)
		return false;
	formbox_list_open(f, false);            /* a letter looks for what begins to be typed */
	formbox_list_key(f, key);
	return true;
}
