#ifndef NUMDESK_TUI_EDIT_H
#define NUMDESK_TUI_EDIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "numdesk/tui/grid.h"
struct secret;

/* One line of text being typed; plain state. A secret line keeps its text in a struct secret and shows dots. */
#define EDIT_MAX 2048           /* a URL fits */
struct edit {
	char text[EDIT_MAX];
	size_t len, at;         /* bytes; cursor */
	size_t max;             /* bytes allowed, below EDIT_MAX */
	struct secret *secret;  /* NULL for plain text; owned */
};
void edit_init(struct edit *e, const char *text, size_t max);
void edit_init_secret(struct edit *e);          /* 1 KiB of secret */
void edit_release(struct edit *e);              /* wipes */
void edit_set(struct edit *e, const char *text);
/* True when the key was an editing key or text. */
bool edit_key(struct edit *e, uint32_t key);
/* Draw in width columns, scrolled so that the cursor shows; puts the grid's cursor when on. */
void edit_draw(const struct edit *e, struct grid *g, struct rect r, int row, int col, int width, bool on);

#endif
