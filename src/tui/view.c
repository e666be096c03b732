/*
 * A frame, top to bottom: header (one or two rows), the panes (side by side from 100 columns, else the one in focus),
 * the message line, the key line. An overlay is drawn over the panes. Everything is arithmetic on rectangles; nothing
 * is kept between frames but the scroll positions in struct ui.
 */
#include "view.h"

#include <stdio.h>

#define MIN_ROWS 8
#define MIN_COLS 40
#define TWO_PANES_COLS 100

static void view_too_small(const struct ui *u, struct grid *g)
{
	grid_put(g, grid_all(g), 0, 0, ROLE_NORMAL, "numdesk needs at least 40x8");
	grid_putf(g, grid_all(g), 1, 0, ROLE_NORMAL, "this is %dx%d; enlarge it, or q", u->cols, u->rows);
}

static void view_panes(struct ui *u, const struct ui_world *w, struct grid *g, struct rect r)
{
	int left;

	if (r.cols < TWO_PANES_COLS) {
		if (u->focus == FOCUS_OWNED)
			view_owned(u, w, g, r);
		else
			view_buy(u, w, g, r);
		return;
	}
	left = r.cols / 2;
	view_owned(u, w, g, (struct rect){r.row, r.col, r.rows, left});
	view_buy(u, w, g, (struct rect){r.row, r.col + left, r.rows, r.cols - left});
}

void ui_view(struct ui *u, const struct ui_world *w, struct grid *g)
{
	struct rect all = grid_all(g), panes;
	int head;

	grid_clear(g);
	u->rows = all.rows;
	u->cols = all.cols;
	if (all.rows < MIN_ROWS || all.cols < MIN_COLS) {
		view_too_small(u, g);
		return;
	}
	head = view_header_rows(w, all.cols);
	panes = (struct rect){head, 0, all.rows - head - 2, all.cols};
	view_header(u, w, g, (struct rect){0, 0, head, all.cols});
	view_panes(u, w, g, panes);
	view_footer(u, w, g, (struct rect){all.rows - 2, 0, 2, all.cols});
	if (u->overlay != OVERLAY_NONE)
		g->cursor_row = g->cursor_col = -1;
	switch (u->overlay) {
	case OVERLAY_LIST:
		listbox_draw(&u->list, g, panes);
		break;
	case OVERLAY_QUESTION:
		question_draw(&u->question, g, panes);
		/* from this frame on it can have been read */
		if (u->question.shown_at_ms == 0)
			u->question.shown_at_ms = w->mono_ms ? w->mono_ms : 1;
		break;
	case OVERLAY_FORM:
		formbox_draw(&u->form, g, panes);
		break;
	case OVERLAY_NONE:
		break;
	}
}
