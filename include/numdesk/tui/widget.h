#ifndef NUMDESK_TUI_WIDGET_H
#define NUMDESK_TUI_WIDGET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "numdesk/tui/edit.h"
#include "numdesk/tui/grid.h"

/* A cursor over n rows seen through `height` of them. */
struct scroll { size_t n, cursor, top, height; };
void scroll_set(struct scroll *s, size_t n, size_t height);     /* keeps cursor and top in range */
void scroll_to(struct scroll *s, size_t cursor);
enum scroll_move { SCROLL_DOWN, SCROLL_UP, SCROLL_PAGE_DOWN, SCROLL_PAGE_UP, SCROLL_TOP, SCROLL_BOTTOM };
void scroll_move(struct scroll *s, enum scroll_move m);

/* A window over everything else: rows to read or choose from. */
struct list_item { char *text; char *detail; enum role role; int64_t id; bool heading; };
struct listbox {
	char title[80], hint[120];
	struct list_item *items; size_t n, cap;
	size_t *shown; size_t n_shown;          /* indexes of the items that pass the filter */
	struct scroll scroll;
	struct edit input;
	bool has_input;                         /* typing filters (palette); else `/` starts it */
	bool typing;
	bool choosable;                         /* a cursor row; else plain text that scrolls */
};
void listbox_init(struct listbox *b, const char *title, bool choosable);
void listbox_release(struct listbox *b);
void listbox_add(struct listbox *b, enum role role, int64_t id, const char *text, const char *detail);
void listbox_heading(struct listbox *b, const char *text);
void listbox_lines(struct listbox *b, enum role role, const char *text);        /* splits at newlines */
void listbox_filter(struct listbox *b);                 /* after input or items changed */
const struct list_item *listbox_chosen(const struct listbox *b);                /* NULL when none */
void listbox_draw(struct listbox *b, struct grid *g, struct rect screen);

/* A question that changes the world when it is answered, so it is hard to answer by accident. */
enum question_kind { QUESTION_YES, QUESTION_TYPE };     /* press y; or type something exactly */
struct question {
	char title[80];
	char *lines[40]; enum role roles[40]; size_t n;
	size_t keep;                            /* lines from here on are shown when those above are cut; 0: none */
	bool complained;                        /* the last line says what was wrong with an answer */
	bool unseen;                            /* the window is too small for them: it can only be refused */
	enum question_kind kind;
	char ask[400];                          /* "Type the last four digits to release it" */
	char also_ask[160];                     /* second line to type; "" for none */
	struct edit typed, also;
	bool on_also;
	int64_t shown_at_ms;                    /* monotonic time of its first frame; 0 not yet: keys are dropped */
	int tag;                                /* what it is about; the application's */
	bool final;                             /* nothing to answer: any key closes */
	char other[48];                         /* what ^P offers besides: "other address or bundle"; "" for nothing */
};
void question_init(struct question *q, const char *title, enum question_kind kind, int tag);
void question_release(struct question *q);
void question_line(struct question *q, enum role role, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
/* What was wrong with the answer: one line, in place of the one before. Both fields are typed anew. */
void question_complain(struct question *q, const char *says);
void question_draw(struct question *q, struct grid *g, struct rect screen);
enum question_answer { ANSWER_NONE, ANSWER_NO, ANSWER_YES, ANSWER_OTHER };
/* Keys in the first 300 ms after it was shown, and pasted ones for QUESTION_YES, never answer. */
enum question_answer question_key(struct question *q, uint32_t key, int64_t now_ms);

/*
 * Fields to fill in. More than fit scroll. Tab and arrows move, Enter goes on (on the last field: submits), ^S submits
 * from anywhere. A field to pick has a list of values with words for each: Left and Right step through it, Space or
 * Enter opens it, typing there narrows it, Enter takes, Esc leaves it as it was.
 */
#define FORM_MAX 32
struct form_option { char *value, *label, *detail; };
struct form_field {
	char label[40], help[100];
	struct edit edit;                       /* its text is the value, of a field to pick too */
	bool required, pick;
	struct form_option *options; size_t n_options;
};
struct formbox {
	char title[80];
	char *lines[12]; size_t n_lines;        /* explanation above the fields */
	struct form_field fields[FORM_MAX]; size_t n;
	size_t at;
	struct scroll scroll;                   /* over the fields */
	bool listing, entered; struct listbox list;     /* the values of the field, and whether Enter opened them */
	char error[300], busy[100];             /* a sentence below; busy: keys wait */
	int tag;
	bool stay;                              /* Esc does not close it (nothing is behind it) */
};
void formbox_init(struct formbox *f, const char *title, int tag);
void formbox_release(struct formbox *f);
void formbox_line(struct formbox *f, const char *text);
void formbox_text(struct formbox *f, const char *label, const char *help, const char *value, size_t max, bool required);
void formbox_secret(struct formbox *f, const char *label, const char *help);
/* `value` is what it starts with; when no option has it, it is shown as it is and kept unless another is taken. */
void formbox_pick(struct formbox *f, const char *label, const char *help, const char *value);
/* One more value for the field added last; `detail` (may be NULL) stands beside the label in the list. */
void formbox_option(struct formbox *f, const char *value, const char *label, const char *detail);
/* What is shown for a field to pick: the label of its value. Borrowed until the value changes. */
const char *formbox_label(const struct formbox *f, size_t field);
enum form_answer { FORM_NONE, FORM_CANCEL, FORM_SUBMIT };
enum form_answer formbox_key(struct formbox *f, uint32_t key);
void formbox_draw(struct formbox *f, struct grid *g, struct rect screen);

#endif
