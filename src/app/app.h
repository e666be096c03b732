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
	/* the change being confirmed or carried out */
	struct plan plan;
	struct verdict verdict;
	bool has_verdict;
	struct release_check *checking; /* numbers being looked at live before a release is asked about */
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

/* app/act_*.c */
action_fn act_help, act_palette, act_journal, act_profiles, act_columns, act_sort, act_messages, act_open, act_raw, act_copy;
void act_release_forget(struct app *a);
action_fn act_buy, act_release, act_primary, act_lock_number, act_unlock_number, act_resume, act_give_up;
action_fn act_sync, act_stop, act_lock, act_unlock, act_profile_add, act_quit, act_redraw, act_widen, act_search, act_filter;
void app_list_chosen(struct app *a, int64_t id);
void app_answered(struct app *a);
void app_refused(struct app *a);
void app_form_submitted(struct app *a);
void app_form_cancelled(struct app *a);
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
