#include <string.h>

#include "app.h"
#include "numdesk/core/finder.h"
#include "numdesk/util/err.h"

static action_fn *const actions[COMMAND_COUNT] = {
	[CMD_OPEN] = act_open, [CMD_FILTER] = act_filter, [CMD_SORT] = act_sort, [CMD_COLUMNS] = act_columns,
	[CMD_COPY] = act_copy, [CMD_RAW] = act_raw, [CMD_BUY] = act_buy, [CMD_RELEASE] = act_release,
	[CMD_PRIMARY] = act_primary, [CMD_PRIMARY_MESSAGES] = act_primary_messages,
	[CMD_PRIMARY_VOICE] = act_primary_voice, [CMD_LOCK] = act_lock_number,
	[CMD_UNLOCK] = act_unlock_number, [CMD_SEARCH] = act_search, [CMD_WIDEN] = act_widen, [CMD_SORT_OFFERS] = act_sort_offers,
	[CMD_SYNC] = act_sync,
	[CMD_STOP] = act_stop, [CMD_JOURNAL] = act_journal, [CMD_RESUME] = act_resume, [CMD_GIVE_UP] = act_give_up,
	[CMD_SEND_REST] = act_send_rest,
	[CMD_PROFILES] = act_profiles, [CMD_LOCK_NOW] = act_lock, [CMD_UNLOCK_NOW] = act_unlock,
	[CMD_PROFILE_ADD] = act_profile_add, [CMD_PALETTE] = act_palette, [CMD_MESSAGES] = act_messages,
	[CMD_HELP] = act_help, [CMD_REDRAW] = act_redraw, [CMD_QUIT] = act_quit,
};

action_fn *app_action(enum command_id c)
{
	return c < COMMAND_COUNT ? actions[c] : NULL;
}

void app_command(struct app *a, enum command_id c, const char *text)
{
	char why[300];
	const char *blocked;

	if (!app_action(c))
		return;
	app_refresh_state(a);
	blocked = command_blocked(c, &a->state, why, sizeof why);
	if (blocked) {
		ui_say(&a->ui, ROLE_ERROR, "%s", blocked);
		return;
	}
	if (commands[c].needs & NEED_UNLOCKED && !session_unlocked(a->s)) {
		a->after_unlock = c;
		app_ask_unlock(a, commands[c].title);
		return;
	}
	actions[c](a, text);
}

/* The screen's own commands that the palette may name too: they are keys of the panes. */
static bool pane_command(struct app *a, enum command_id c)
{
	struct ui_world w = app_world(a);
	char name[16];
	struct intent in;

	if (app_action(c) || !(commands[c].where & ui_where(&a->ui)) || !*key_of(c, name))
		return false;
	in = ui_key(&a->ui, &w, key_parse(name, strlen(name)));
	app_intent(a, &in);
	return true;
}

void app_intent(struct app *a, const struct intent *in)
{
	switch (in->kind) {
	case INTENT_NONE:
		break;
	case INTENT_COMMAND:
		if (!pane_command(a, in->command))
			app_command(a, in->command, in->text);
		break;
	case INTENT_SEARCH:
		if (in->id)
			app_relax(a, (size_t)in->id - 1);
		else
			app_command(a, CMD_SEARCH, NULL);
		break;
	case INTENT_FILTER:
		app_filter_changed(a);
		break;
	case INTENT_COUNTRIES:
		app_countries(a);
		break;
	case INTENT_CHOSEN:
		app_list_chosen(a, in->id);
		break;
	case INTENT_ANSWER:
		app_answered(a);
		break;
	case INTENT_REFUSED:
		app_refused(a);
		break;
	case INTENT_OTHER:
		app_papers_pick(a);
		break;
	case INTENT_SUBMIT:
		app_form_submitted(a);
		break;
	case INTENT_CANCEL:
		app_form_cancelled(a);
		break;
	}
}

const struct number *app_number(struct app *a)
{
	const struct number *n = rows_at(a->rows, a->ui.owned.cursor);

	return n && *n->phone_number ? n : NULL;
}

const struct offer *app_offer(struct app *a)
{
	return finder_at(a->finder, a->ui.offers.cursor);
}
