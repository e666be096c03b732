#ifndef NUMDESK_TUI_TERM_H
#define NUMDESK_TUI_TERM_H

#include <stdbool.h>
#include <stdint.h>
struct err;
struct grid;

/* The terminal: the only user of curses. One at a time. */
struct term;
struct term_options { bool color, ascii; };

/* Is this locale able to show UTF-8? (setlocale must have run.) */
bool term_utf8(void);
/* Take the screen. ERR_CONFIG for an unknown TERM (says what to do), ERR_USAGE without a terminal. */
bool term_open(struct term **out, const struct term_options *o, struct err *e);
void term_close(struct term *t);                /* gives the screen back as it was */
void term_suspend(struct term *t);              /* before stopping: screen and modes as before term_open */
void term_resume(struct term *t);
void term_resize(struct term *t);               /* after SIGWINCH: reads the size */
void term_size(const struct term *t, int *rows, int *cols);
void term_present(struct term *t, const struct grid *g);
void term_redraw(struct term *t);               /* next present paints everything */
/* The next key without waiting: KEY_NONE when there is none. *hung up is set when the terminal has gone. */
uint32_t term_key(struct term *t, bool *hung_up);
void term_flush_input(struct term *t);          /* drop what was typed but not read */
/* Put text on the terminal's clipboard by OSC 52, through tmux or screen when inside one. False: text too long. */
bool term_copy(struct term *t, const char *text);
/* Async-signal-safe: put the terminal right from a fatal signal handler. */
void term_emergency(void);

#endif
