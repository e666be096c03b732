#ifndef NUMDESK_TUI_UI_FORM_H
#define NUMDESK_TUI_UI_FORM_H

#include "numdesk/tui/ui.h"

/* The search form of the buy pane: text fields, choices that Space steps through, check boxes. */
enum ui_field_kind { FIELD_TEXT, FIELD_CHOICE, FIELD_CHECK };
struct ui_field {
	const char *label;
	enum ui_field_kind kind;
	int width;              /* cells of a text field */
	const char *help;       /* what may stand there; shown on the message line while the field is edited */
	const char *empty;      /* a choice that is not made */
};
extern const struct ui_field ui_fields[SEARCH_FIELD_COUNT];

void ui_form_init(struct ui *u, const struct session *s);
struct intent ui_form_key(struct ui *u, const struct ui_world *w, uint32_t key);
/* Rows the form takes at a width: all of it while it is edited, else what every search has and what is set. */
int ui_form_rows(const struct ui *u, int cols);
void ui_form_draw(struct ui *u, const struct ui_world *w, struct grid *g, struct rect r, bool on);

#endif
