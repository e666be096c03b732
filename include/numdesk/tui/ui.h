#ifndef NUMDESK_TUI_UI_H
#define NUMDESK_TUI_UI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "numdesk/core/finder.h"
#include "numdesk/core/rows.h"
#include "numdesk/core/session.h"
#include "numdesk/tui/grid.h"
#include "numdesk/tui/key.h"
#include "numdesk/tui/marks.h"
#include "numdesk/tui/widget.h"

/*
 * The state of the screen, and the two pure steps around it: ui_key turns a key into an intent (or changes this state
 * only), ui_view draws a frame. Neither changes the session; the application carries intents out.
 */
enum ui_focus { FOCUS_OWNED, FOCUS_FORM, FOCUS_OFFERS };
enum ui_overlay { OVERLAY_NONE, OVERLAY_LIST, OVERLAY_QUESTION, OVERLAY_FORM };
/* What an overlay is about. The boards are lists with keys of their own: their bit of command_where is in ui_where. */
enum ui_list_tag {
	LIST_HELP = 1, LIST_PALETTE, LIST_JOURNAL, LIST_PROFILES, LIST_DETAILS, LIST_RAW, LIST_COLUMNS, LIST_SORT,
	LIST_MESSAGES, LIST_COUNTRIES,
	LIST_ACCOUNTS, LIST_ADDRESSES, LIST_BASKET, LIST_COST, LIST_CONVERSATION, LIST_PLAN, LIST_PORTS, LIST_SAVED,
	LIST_SERVICES, LIST_TEMPLATES, LIST_USAGE, LIST_VERIFY,
	LIST_TAG_COUNT
};
enum ui_form_tag {
	UI_FORM_UNLOCK = 1, UI_FORM_CREATE, UI_FORM_PROFILE, UI_FORM_PAPERS,
	UI_FORM_COUNT
};
enum ui_question_tag {
	ASK_PLAN = 1,           /* carry out the plan that was reviewed */
	ASK_QUIT, ASK_RESULT, ASK_GIVE_UP,
	ASK_COUNT
};

struct ui {
	enum ui_focus focus;
	/* owned pane */
	struct scroll owned;
	char owned_sid[SID_SIZE];               /* the number under the cursor; found again after a refresh */
	struct mark_set marks;
	enum column_id columns[COLUMN_COUNT]; size_t n_columns;
	enum column_id sort; bool descending;
	bool filtering; struct edit filter;     /* typing the filter on the message line */
	char filter_error[ERR_MSG_MAX];
	size_t mark_from;
	/* buy pane */
	enum search_field field;                /* where the form's cursor is */
	struct edit fields[SEARCH_FIELD_COUNT]; /* text fields; toggles keep "yes" or "" */
	char usual_limit[8];                    /* rows that are asked for unless told */
	char form_error[ERR_MSG_MAX];
	struct scroll offers;
	char offer_number[E164_SIZE];
	struct mark_set offer_marks;
	/* over everything */
	enum ui_overlay overlay;
	struct listbox list; enum ui_list_tag list_tag;
	struct question question;
	struct formbox form; 
	/* the message line */
	char message[400]; enum role message_role;
	bool ascii;
	int rows, cols;
};
void ui_init(struct ui *u, const struct session *s, bool ascii);
void ui_release(struct ui *u);
void ui_say(struct ui *u, enum role role, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* What the application is asked to do. */
enum intent_kind {
	INTENT_NONE,            /* nothing, or only the screen's own state changed */
	INTENT_COMMAND,         /* carry out `command`; text may hold its argument line from the palette */
	INTENT_SEARCH,          /* the form was entered */
	INTENT_FILTER,          /* the filter text changed */
	INTENT_COUNTRIES,       /* the list of countries was asked for */
	INTENT_CHOSEN,          /* a list row was chosen: item id in `id`, list in ui->list_tag */
	INTENT_ANSWER,          /* the question was answered with yes or the typed text */
	INTENT_REFUSED,         /* the question was refused or closed */
	INTENT_OTHER,           /* what the question offers besides was asked for */
	INTENT_SUBMIT,          /* the form box was submitted */
	INTENT_CANCEL           /* the form box was cancelled */
};
struct intent { enum intent_kind kind; enum command_id command; int64_t id; char text[EDIT_MAX]; };

/* What the frame is drawn from; borrowed for the call. */
struct ui_world {
	struct session *s;
	struct rows *rows;
	struct finder *finder;
	int64_t mono_ms;
	const struct command_state *state;      /* for hints and refusals */
};
struct intent ui_key(struct ui *u, const struct ui_world *w, uint32_t key);
void ui_view(struct ui *u, const struct ui_world *w, struct grid *g);
unsigned ui_where(const struct ui *u);                  /* bits of enum command_where; 0 in a question or form */
void ui_open_list(struct ui *u, enum ui_list_tag tag);          /* u->list was initialised by the caller */
void ui_open_question(struct ui *u);
void ui_open_form(struct ui *u);
void ui_close(struct ui *u);
void ui_form_show(struct ui *u, const struct search *s);        /* make the form say this */
/* The search the form says now; ERR_USAGE moves the form's cursor to the field at fault. */
bool ui_form_search(struct ui *u, const struct session *s, struct search *out, struct err *e);
/* Row under the cursor or marked rows: how many a command would act on. */
size_t ui_target_count(const struct ui *u, const struct ui_world *w);

#endif
