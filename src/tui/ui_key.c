#include <stdio.h>
#include <string.h>

#include "numdesk/util/err.h"
#include "numdesk/util/text.h"
#include "ui_form.h"

static const struct intent nothing;

static struct intent command(enum command_id c)
{
	return (struct intent){.kind = INTENT_COMMAND, .command = c};
}

/* Movement is the same in every list. False when c is no movement. */
static bool move(struct scroll *s, enum command_id c)
{
	switch (c) {
	case CMD_DOWN: scroll_move(s, SCROLL_DOWN); return true;
	case CMD_UP: scroll_move(s, SCROLL_UP); return true;
	case CMD_PAGE_DOWN: scroll_move(s, SCROLL_PAGE_DOWN); return true;
	case CMD_PAGE_UP: scroll_move(s, SCROLL_PAGE_UP); return true;
	case CMD_TOP: scroll_move(s, SCROLL_TOP); return true;
	case CMD_BOTTOM: scroll_move(s, SCROLL_BOTTOM); return true;
	default: return false;
	}
}

static struct intent filter_key(struct ui *u, uint32_t key)
{
	if (key == KEY_RETURN) {
		u->filtering = false;
		return nothing;
	}
	if (key == KEY_ESC) {
		u->filtering = false;
		edit_set(&u->filter, "");
		return (struct intent){.kind = INTENT_FILTER};
	}
	return edit_key(&u->filter, key) ? (struct intent){.kind = INTENT_FILTER} : nothing;
}

/* The key of a row in the focused list, "" when there is none. */
static const char *row_key(const struct ui *u, const struct ui_world *w, size_t i)
{
	if (u->focus == FOCUS_OWNED) {
		const struct number *n = rows_at(w->rows, i);

		return n && *n->phone_number ? n->phone_sid : "";
	}
	const struct offer *o = finder_at(w->finder, i);

	return o ? o->phone_number : "";
}

static void mark_command(struct ui *u, const struct ui_world *w, enum command_id c)
{
	struct mark_set *m = u->focus == FOCUS_OWNED ? &u->marks : &u->offer_marks;
	struct scroll *s = u->focus == FOCUS_OWNED ? &u->owned : &u->offers;
	size_t from = s->cursor, to = s->cursor;

	switch (c) {
	case CMD_UNMARK:
		mark_clear(m);
		u->mark_from = SIZE_MAX;
		return;
	case CMD_MARK:
		if (s->n == 0)
			return;
		mark_toggle(m, row_key(u, w, s->cursor));
		u->mark_from = s->cursor;
		scroll_move(s, SCROLL_DOWN);
		break;
	case CMD_MARK_INVERT:
		for (size_t i = 0; i < s->n; i++)
			mark_toggle(m, row_key(u, w, i));
		return;
	case CMD_MARK_RANGE:
		if (u->mark_from != SIZE_MAX && u->mark_from < s->n) {
			from = u->mark_from < s->cursor ? u->mark_from : s->cursor;
			to = u->mark_from < s->cursor ? s->cursor : u->mark_from;
		}
		for (size_t i = from; i <= to && i < s->n; i++) {
			const char *key = row_key(u, w, i);

			if (*key && !mark_has(m, key))
				mark_toggle(m, key);
		}
		break;
	default:
		return;
	}
}

/* The row under the cursor is remembered by its identity, so that moving is what changes it and a refresh is not. */
static void remember(struct ui *u, const struct ui_world *w)
{
	if (u->focus == FOCUS_OWNED)
		snprintf(u->owned_sid, sizeof u->owned_sid, "%s", row_key(u, w, u->owned.cursor));
	else
		snprintf(u->offer_number, sizeof u->offer_number, "%s", row_key(u, w, u->offers.cursor));
}

/* The input becomes the chosen row's words, without the keys that stand after them. */
static void complete(struct listbox *b)
{
	const struct list_item *i = listbox_chosen(b);
	const char *end = i ? strstr(i->text, "  ") : NULL;
	char words[EDIT_MAX];

	if (!i)
		return;
	snprintf(words, sizeof words, "%.*s", end ? (int)(end - i->text) : EDIT_MAX - 1, i->text);
	edit_set(&b->input, words);
	listbox_filter(b);
}

static struct intent list_key(struct ui *u, uint32_t key)
{
	struct listbox *b = &u->list;
	unsigned where = ui_where(u);
	enum command_id c = key_command(key, where);

	if (key == KEY_ESC && b->typing) {
		b->typing = false;
		edit_set(&b->input, "");
		listbox_filter(b);
		return nothing;
	}
	if (key == KEY_ESC || (c == CMD_QUIT && !b->has_input && !b->typing)) {
		ui_close(u);
		return nothing;
	}
	if (key == KEY_RETURN) {
		const struct list_item *i = listbox_chosen(b);
		struct intent in = {.kind = INTENT_CHOSEN, .id = i ? i->id : -1};

		if (b->typing && !b->has_input) {
			b->typing = false;
			return nothing;
		}
		snprintf(in.text, sizeof in.text, "%s", b->has_input ? b->input.text : "");
		return i || (b->has_input && b->input.len) ? in : nothing;
	}
	if (key == KEY_TAB && b->has_input) {
		complete(b);
		return nothing;
	}
	if (b->has_input || b->typing) {
		if (key == KEYX_UP || key == KEYX_DOWN || key == KEYX_PGUP || key == KEYX_PGDN) {
			move(&b->scroll, c);
		} else if (edit_key(&b->input, key)) {
			listbox_filter(b);
		}
		return nothing;
	}
	if (key == '/') {
		b->typing = true;
		return nothing;
	}
	if (!b->choosable && (c == CMD_DOWN || c == CMD_UP)) {        /* plain text scrolls, it has no cursor */
		if (c == CMD_DOWN && b->scroll.top + b->scroll.height < b->n_shown)
			scroll_to(&b->scroll, b->scroll.top + b->scroll.height);
		else if (c == CMD_UP && b->scroll.top > 0)
			scroll_to(&b->scroll, b->scroll.top - 1);
		return nothing;
	}
	if (c == CMD_UP || c == CMD_DOWN) {
		do {
			move(&b->scroll, c);
		} while (b->scroll.cursor > 0 && b->scroll.cursor + 1 < b->n_shown && b->items[b->shown[b->scroll.cursor]].heading);
		return nothing;
	}
	if (move(&b->scroll, c) || c == COMMAND_COUNT || c == CMD_BACK)
		return nothing;
	return command(c);
}

static struct intent overlay_key(struct ui *u, const struct ui_world *w, uint32_t key)
{
	switch (u->overlay) {
	case OVERLAY_LIST:
		return list_key(u, key);
	case OVERLAY_QUESTION:
		switch (question_key(&u->question, key, w->mono_ms)) {
		case ANSWER_YES:
			return (struct intent){.kind = INTENT_ANSWER};
		case ANSWER_NO:
			return (struct intent){.kind = INTENT_REFUSED};
		case ANSWER_OTHER:
			return (struct intent){.kind = INTENT_OTHER};
		case ANSWER_NONE:
			return nothing;
		}
		return nothing;
	case OVERLAY_FORM:
		switch (formbox_key(&u->form, key)) {
		case FORM_CANCEL:
			return (struct intent){.kind = INTENT_CANCEL};
		case FORM_SUBMIT:
			return (struct intent){.kind = INTENT_SUBMIT};
		case FORM_NONE:
			return nothing;
		}
		return nothing;
	case OVERLAY_NONE:
		break;
	}
	return nothing;
}

static struct intent pane_command(struct ui *u, const struct ui_world *w, enum command_id c)
{
	if (move(u->focus == FOCUS_OWNED ? &u->owned : &u->offers, c)) {
		remember(u, w);
		return nothing;
	}
	switch (c) {
	case CMD_OTHER_PANE:
		/* to the results when there are any, else to the form that makes them */
		u->focus = u->focus != FOCUS_OWNED ? FOCUS_OWNED : finder_view(w->finder)->n ? FOCUS_OFFERS : FOCUS_FORM;
		u->mark_from = SIZE_MAX;
		return nothing;
	case CMD_FORM:
		u->focus = FOCUS_FORM;
		u->message[0] = '\0';
		return nothing;
	case CMD_FILTER:
		u->filtering = true;
		u->filter_error[0] = '\0';
		return nothing;
	case CMD_MARK: case CMD_MARK_RANGE: case CMD_MARK_INVERT: case CMD_UNMARK:
		mark_command(u, w, c);
		remember(u, w);
		return nothing;
	default:
		return command(c);
	}
}

struct intent ui_key(struct ui *u, const struct ui_world *w, uint32_t key)
{
	enum command_id c;

	if (key == 12)                  /* ^L means the same whatever is open */
		return command(CMD_REDRAW);
	if (key == 24 && u->overlay != OVERLAY_FORM)    /* ^X likewise */
		return command(CMD_STOP);
	if (u->overlay != OVERLAY_NONE)
		return overlay_key(u, w, key);
	if (u->filtering)
		return filter_key(u, key);
	if (u->focus == FOCUS_FORM) {
		u->message[0] = '\0';
		return key == KEYX_F1 ? command(CMD_HELP) : ui_form_key(u, w, key);
	}
	if (key & KEYX_PASTE)           /* pasted text is never a command */
		return nothing;
	if (u->focus == FOCUS_OFFERS && key >= '1' && key <= '9' && finder_view(w->finder)->n == 0 &&
	    key - '1' < finder_view(w->finder)->n_relax)
		return (struct intent){.kind = INTENT_SEARCH, .id = (int64_t)(key - '0')};
	c = key_command(key, ui_where(u));
	if (c == COMMAND_COUNT) {
		char name[16];

		if (*key_label(key, name))
			ui_say(u, ROLE_DIM, "%s does nothing here; ? shows the keys", name);
		return nothing;
	}
	u->message[0] = '\0';
	return pane_command(u, w, c);
}
