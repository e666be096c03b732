#ifndef NUMDESK_TUI_VIEW_H
#define NUMDESK_TUI_VIEW_H

#include "numdesk/tui/ui.h"

/* The parts of a frame; each draws into the rect it is given and nowhere else. */
void view_header(const struct ui *u, const struct ui_world *w, struct grid *g, struct rect r);
int view_header_rows(const struct ui_world *w, int cols);
void view_footer(const struct ui *u, const struct ui_world *w, struct grid *g, struct rect r);
void view_owned(struct ui *u, const struct ui_world *w, struct grid *g, struct rect r);
void view_buy(struct ui *u, const struct ui_world *w, struct grid *g, struct rect r);

#endif
