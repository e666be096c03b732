#ifndef NUMDESK_APP_APP_H
#define NUMDESK_APP_APP_H

#include <stdbool.h>
#include <stdint.h>

#include "numdesk/cli/args.h"
#include "numdesk/core/apply.h"
#include "numdesk/core/guard.h"
#include "numdesk/core/impact.h"
#include "numdesk/core/plan.h"
#include "numdesk/tui/ui.h"
struct secret;
struct term;

/* One run of the screen: the session, the screen's state, and what is being asked or carried out. */
struct app {
	struct session *s;
	struct ui ui;
	struct term *term;
	struct grid grid;
	struct rows *rows;
	struct finder *finder;
	struct command_state state;     /* refreshed before each key and frame */
	bool demo;                      /* of the throw-away home: its passphrase is told */
	bool dirty, quit, hung_up;
	bool closing;                   /* locking or leaving: answers that come now begin nothing */
	int exit_status;
	int64_t last_key_ms;            /* monotonic, for the idle lock */
	int64_t seen_version, seen_jobs, tick;
	enum command_id after_unlock;   /* what to do once unlocked; COMMAND_COUNT: nothing */
	/* the change being confirmed or carried out (review.c) */
	struct plan plan;
	struct verdict verdict;
	bool has_verdict;
	struct review *waiting;         /* what Twilio knows of that plan is being looked up; NULL: no */
	struct question asking;         /* what its question begins with, while it is not on the screen */
	void (*each_op)(struct app *a, const struct operation *op);     /* of that plan; NULL: nothing besides saying it */
	struct release_check *checking; /* numbers being looked at live before a release is asked about */
	size_t plan_rows;               /* operations of the plan that was begun last */
	int64_t board_at_ms;            /* when it was drawn anew last, monotonic */
	int64_t board_plan;             /* the plan whose board is open */
	int64_t give_up_id;
};

/* app/loop.c: run the screen until it is left; the exit status. `secret` (may be NULL, taken over) unlocks at once. */
int app_run(const struct args *a, struct secret *secret);
struct ui_world app_world(struct app *a);
void app_refresh_state(struct app *a);

/* app/actions.c: carry out a command the user asked for; checks command_blocked, unlocks first where needed. */
void app_command(struct app *a, enum command_id c, const char *text);
void app_intent(struct app *a, const struct intent *in);
typedef void action_fn(struct app *a, const char *text);
/* NULL when the command has no action on the screen (a script's command, or the screen's own). */
action_fn *app_action(enum command_id c);

/* app/overlays.c: opening lists and forms, and what each does when it is answered. */
void app_open_list(struct app *a, struct listbox *b, enum ui_list_tag tag);     /* takes *b over */
void app_open_form(struct app *a, struct formbox *f);                           /* takes *f over */
void app_form_fail(struct app *a, const struct err *e);         /* say what is wrong, below the fields; they stay */
/* The row under the cursor when this list is open, else NULL. */
const struct list_item *app_list_item(const struct app *a, enum ui_list_tag tag);
/* May an answer that came in the background open an overlay now? Not over something that is being typed. */
bool app_may_open(const struct app *a);

/* app/review.c: show a plan with the guard's verdict, ask, carry it out. */
/* Takes over *p and *q (its title and the lines that say what changes; question_init with any kind). each (may be NULL)
 * runs for every change of an operation's state, after it was said on the message line. */
void app_review(struct app *a, struct plan *p, struct question *q, void (*each)(struct app *, const struct operation *));
/* Something is asked about or under way, so that no other plan may begin: said on the message line. */
bool app_review_busy(struct app *a);
void app_review_drop(struct app *a);            /* forget the plan that is being asked about */
void app_plan_board(struct app *a, int64_t plan_id);     /* app/act_plan.c: every row of a plan, as it stands */
void app_review_again(struct app *a);           /* ask about it once more: it, or what it says, has changed */
/* app/act_papers.c: other addresses and bundles for the purchases that are being asked about. */
void app_papers_pick(struct app *a);
bool app_papers_matter(struct app *a);          /* do they, for any of them? */
#define REVIEW_LISTED 8                         /* rows of a plan that a question names; the rest is counted */

/* app/act_*.c */
action_fn act_help, act_palette, act_journal, act_profiles, act_columns, act_sort, act_messages, act_open, act_raw, act_copy;
void act_release_forget(struct app *a);
action_fn act_send_rest;
action_fn act_buy, act_release, act_primary, act_primary_messages, act_primary_voice, act_lock_number, act_unlock_number, act_resume, act_give_up;
action_fn act_sync, act_stop, act_lock, act_unlock, act_profile_add, act_quit, act_redraw, act_widen, act_search, act_filter;
action_fn act_sort_offers;
void app_list_chosen(struct app *a, int64_t id);
void app_answered(struct app *a);
void app_refused(struct app *a);
void app_form_submitted(struct app *a);
void app_form_cancelled(struct app *a);
typedef void chosen_fn(struct app *a, int64_t id);              /* Enter on a row of a list */
typedef void submit_fn(struct app *a);                          /* Enter on a form */
typedef void answer_fn(struct app *a, const char *typed, const char *also);     /* a question answered */
chosen_fn chosen_command, chosen_operation, chosen_column, chosen_sort, chosen_profile, chosen_country;
submit_fn submit_unlock, submit_create, submit_profile, submit_papers;
answer_fn answer_plan, answer_quit, answer_give_up;
void app_search(struct app *a, const struct search *s);
void app_relax(struct app *a, size_t i);
void app_countries(struct app *a);
void app_filter_changed(struct app *a);
void app_first_run(struct app *a);              /* no vault yet: the wizard */
void app_ask_unlock(struct app *a, const char *why);
void app_unlocked(struct app *a);               /* after unlocking: settle, refresh, the postponed command */
void app_use_profile(struct app *a, const char *name);
void app_rows_reset(struct app *a);
void app_say_notice(struct app *a);             /* the session's line for the user, once */
void app_changed(void *ctx);                    /* ctx is the app: draw again */
/* The number a command acts on when there are no marks, NULL when none; borrowed until the next turn. */
const struct number *app_number(struct app *a);
const struct offer *app_offer(struct app *a);

#endif
