#ifndef NUMDESK_TUI_GRID_H
#define NUMDESK_TUI_GRID_H

#include <stdbool.h>
#include <stdint.h>
struct buf;

/* A frame of cells: drawing fills it, the terminal shows it, tests read it. Roles, never colours. */
enum role {
	ROLE_NORMAL, ROLE_DIM, ROLE_BOLD, ROLE_HEADER, ROLE_TITLE, ROLE_BORDER, ROLE_FOCUS, ROLE_CURSOR, ROLE_SHADE,
	ROLE_MARK, ROLE_PRIMARY, ROLE_GONE, ROLE_KEY, ROLE_ERROR, ROLE_WARN, ROLE_GOOD, ROLE_FIELD, ROLE_FIELD_ON,
	ROLE_TAG_RED, ROLE_TAG_GREEN, ROLE_TAG_YELLOW, ROLE_TAG_BLUE, ROLE_TAG_MAGENTA, ROLE_TAG_CYAN,
	ROLE_COUNT
};
struct rect { int row, col, rows, cols; };
#define CELL_BYTES 21           /* a base and four marks in UTF-8, NUL */
struct cell {
	char s[CELL_BYTES];     /* "" = the right half of a wide character */
	uint8_t width, role;
};
struct grid {
	int rows, cols;
	struct cell *cells;
	bool ascii;             /* draw lines and symbols with ASCII, text beyond ASCII as '?' */
	int cursor_row, cursor_col;     /* where text is typed, -1 when nowhere */
};
void grid_init(struct grid *g, int rows, int cols, bool ascii);
void grid_resize(struct grid *g, int rows, int cols);
void grid_release(struct grid *g);
void grid_clear(struct grid *g);
struct rect grid_all(const struct grid *g);
/* The one way text gets on the screen: cleaned, measured, clipped to the rect, never splitting a wide character at its
 * edge. row and col are relative to the rect; outside it nothing happens. Returns the columns used. */
int grid_put(struct grid *g, struct rect r, int row, int col, enum role role, const char *text);
int grid_putf(struct grid *g, struct rect r, int row, int col, enum role role, const char *fmt, ...)
	__attribute__((format(printf, 6, 7)));
/* The same, in at most width columns: longer text ends in an ellipsis; right-aligned when `right`. Pads with spaces. */
void grid_field(struct grid *g, struct rect r, int row, int col, int width, enum role role, const char *text, bool right);
/* Clean text wrapped at spaces to the rect's width, from row on; g NULL only measures. Returns the rows it takes. */
int grid_wrap(struct grid *g, struct rect r, int row, enum role role, const char *text);
void grid_fill(struct grid *g, struct rect r, enum role role);          /* blanks */
void grid_tint(struct grid *g, struct rect r, enum role role);          /* changes roles only */
/* A border with titles set into the top edge; returns the inside. */
struct rect grid_box(struct grid *g, struct rect r, const char *left, const char *right, bool focus);
void grid_cursor(struct grid *g, struct rect r, int row, int col);
/* Text of the frame, a line per row without trailing blanks; with roles a second block of letters. */
void grid_dump(const struct grid *g, struct buf *out, bool roles);

#endif
