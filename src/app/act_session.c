/* First run, unlocking, locking, profiles, refreshing. */
#include <stdio.h>
#include <string.h>

#include "app.h"
#include "demo.h"
#include "numdesk/core/jobs.h"
#include "numdesk/core/profiles.h"
#include "numdesk/core/settle.h"
#include "numdesk/core/sync.h"
#include "numdesk/tui/term.h"
#include "numdesk/util/err.h"
#include "numdesk/util/log.h"
#include "numdesk/util/secret.h"

/* Say what is about to block, and show it, before it does. */
static void paint_busy(struct app *a, const char *what)
{
	struct ui_world w;

	snprintf(a->ui.form.busy, sizeof a->ui.form.busy, "%s", what);
	app_refresh_state(a);
	w = app_world(a);
	ui_view(&a->ui, &w, &a->grid);
	term_present(a->term, &a->grid);
	a->ui.form.busy[0] = '\0';
}

/* --- unlock and lock ------------------------------------------------------------------------------------------------ */
void app_ask_unlock(struct app *a, const char *why)
{
	struct formbox f;
	char title[80];

	snprintf(title, sizeof title, "%s%s", "Unlock", why ? " to go on" : "");
	formbox_init(&f, title, UI_FORM_UNLOCK);
	formbox_line(&f, "The passphrase opens the vault with the Twilio credentials.");
	formbox_line(&f, "Without it the list can be read, but nothing asked or changed.");
	if (a->demo)
		formbox_line(&f, "This is the demo: its passphrase is '" DEMO_PASSPHRASE "'.");
	formbox_secret(&f, "Passphrase", "Esc reads on without it; U asks again");
	app_open_form(a, &f);
}

void act_unlock(struct app *a, const char *text)
{
	(void)text;
	if (!a->s->vault_exists)
		app_first_run(a);
	else if (session_unlocked(a->s))
		ui_say(&a->ui, ROLE_NORMAL, "already unlocked");
	else
		app_ask_unlock(a, NULL);
}

void act_lock(struct app *a, const char *text)
{
	(void)text;
	if (apply_running(a->s)) {
		ui_say(&a->ui, ROLE_WARN, "a change is on its way to Twilio; locking waits for its answer");
		return;
	}
	jobs_stop_all(a->s->jobs);
	finder_stop(a->finder);
	act_release_forget(a);
	app_review_drop(a);
	a->closing = true;
	session_lock(a->s);
	a->closing = false;
	a->after_unlock = COMMAND_COUNT;
	ui_say(&a->ui, ROLE_NORMAL, "locked; U unlocks");
}

void app_unlocked(struct app *a)
{
	enum command_id next = a->after_unlock;

	a->after_unlock = COMMAND_COUNT;
	app_say_notice(a);
	app_rows_reset(a);
	if (!*a->s->profile.name) {
		act_profile_add(a, NULL);
		return;
	}
	if (!a->s->offline && config_bool(&a->s->config, OPTION_SYNC_AT_START) && !sync_running(a->s) && next != CMD_SYNC)
		act_sync(a, NULL);
	if (next != COMMAND_COUNT)
		app_command(a, next, NULL);
}

void submit_unlock(struct app *a)
{
	struct formbox *f = &a->ui.form;
	struct err e = {0};

	if (secret_len(f->fields[0].edit.secret) == 0)
		return;
	paint_busy(a, "unlocking ...");
	if (!session_unlock(a->s, f->fields[0].edit.secret, &e)) {
		secret_clear(f->fields[0].edit.secret);
		app_form_fail(a, &e);
		return;
	}
	ui_close(&a->ui);
	app_unlocked(a);
}

/* --- first run -------------------------------------------------------------------------------------------------------- */
void app_first_run(struct app *a)
{
	struct formbox f;

	formbox_init(&f, "Welcome to numdesk (1 of 2)", UI_FORM_CREATE);
	formbox_line(&f, "Credentials are kept in an encrypted file, the vault. Choose its passphrase: at least 8 characters; "
			 "several words are easier to type and harder to guess. Nobody can recover it.");
	formbox_secret(&f, "Passphrase", "typed characters are shown as dots");
	formbox_secret(&f, "Once more", "the same again");
	f.stay = true;
	app_open_form(a, &f);
}

void submit_create(struct app *a)
{
	struct formbox *f = &a->ui.form;
	struct err e = {0};

	if (!secret_equal(f->fields[0].edit.secret, f->fields[1].edit.secret)) {
		secret_clear(f->fields[0].edit.secret);
		secret_clear(f->fields[1].edit.secret);
		f->at = 0;
		err_set(&e, ERR_USAGE, "the two passphrases differ; type them again");
		app_form_fail(a, &e);
		return;
	}
	paint_busy(a, "making the vault ...");
	if (!profile_create_vault(a->s, f->fields[0].edit.secret, &e)) {
		secret_clear(f->fields[0].edit.secret);
		secret_clear(f->fields[1].edit.secret);
		f->at = 0;
		app_form_fail(a, &e);
		return;
	}
	ui_close(&a->ui);
	act_profile_add(a, NULL);
}

/* --- profiles ---------------------------------------------------------------------------------------------------------- */
enum { F_NAME, F_ACCOUNT, F_KEY, F_SECRET, F_LABEL };

/* The cursor goes to what the message is about. */
static void profile_error(struct app *a, const struct err *e)
{
	struct formbox *f = &a->ui.form;

	f->at = strncmp(e->msg, "profile", 7) == 0 ? F_NAME : strncmp(e->msg, "account SID", 11) == 0 ? F_ACCOUNT
		: strncmp(e->msg, "key SID", 7) == 0 ? F_KEY : e->kind == ERR_AUTH ? F_SECRET : f->at;
	app_form_fail(a, e);
}

void act_profile_add(struct app *a, const char *text)
{
	struct formbox f;

	(void)text;
	if (!session_unlocked(a->s) && !a->s->vault) {
		a->after_unlock = CMD_PROFILE_ADD;
		if (a->s->vault_exists)
			app_ask_unlock(a, "add a profile");
		else
			app_first_run(a);
		return;
	}
	formbox_init(&f, *a->s->profile.name ? "Add a profile" : "Add your Twilio account (2 of 2)", UI_FORM_PROFILE);
	formbox_line(&f, "From the Twilio Console: the SID of the account or subaccount, and either its auth token, or an API "
			 "key (SK...) with its secret. They are tried before they are stored.");
	formbox_text(&f, "Profile name", "your word for it, e.g. acme-support", "", PROFILE_NAME_MAX - 1, true);
	formbox_text(&f, "Account SID", "AC and 32 hex digits", "", SID_SIZE - 1, true);
	formbox_text(&f, "API key SID", "SK...; leave empty to use the auth token", "", SID_SIZE - 1, false);
	formbox_secret(&f, "Token or key secret", "auth token, or the API key's secret");
	formbox_text(&f, "Label", "short word for the header, e.g. PROD; may be empty", "", 15, false);
	app_open_form(a, &f);
}

static void on_profile(void *ctx, const struct vault_entry *stored, const struct err *err)
{
	struct app *a = ctx;

	a->dirty = true;
	if (err->kind != ERR_NONE) {
		if (a->ui.overlay == OVERLAY_FORM && a->ui.form.tag == UI_FORM_PROFILE)
			profile_error(a, err);
		else
			ui_say(&a->ui, ROLE_ERROR, "%s", err->msg);
		return;
	}
	if (a->ui.overlay == OVERLAY_FORM)
		ui_close(&a->ui);
	ui_say(&a->ui, ROLE_GOOD, "profile '%s' works and is stored", stored->profile.name);
	if (a->closing)
		return;
	app_use_profile(a, stored->profile.name);
}

void submit_profile(struct app *a)
{
	struct formbox *f = &a->ui.form;
	struct profile_request r = {.probe = true, .secret = f->fields[F_SECRET].edit.secret};
	struct profile *p = &r.entry.profile;
	struct err e = {0};

	snprintf(p->name, sizeof p->name, "%.63s", f->fields[F_NAME].edit.text);
	snprintf(p->account_sid, sizeof p->account_sid, "%.34s", f->fields[F_ACCOUNT].edit.text);
	snprintf(p->key_sid, sizeof p->key_sid, "%.34s", f->fields[F_KEY].edit.text);
	snprintf(p->label, sizeof p->label, "%.15s", f->fields[F_LABEL].edit.text);
	p->auth = *p->key_sid ? AUTH_APIKEY : AUTH_TOKEN;
	secret_trim(f->fields[F_SECRET].edit.secret);
	if (!profile_add_start(a->s, &r, on_profile, a, &e)) {
		profile_error(a, &e);
		return;
	}
	if (a->ui.overlay == OVERLAY_FORM)
		snprintf(f->busy, sizeof f->busy, "asking Twilio whether they work ...");
}

void act_profiles(struct app *a, const char *text)
{
	struct profile p[VAULT_MAX_RECORDS];
	size_t n = ledger_profiles(a->s->ledger, p, VAULT_MAX_RECORDS);
	struct listbox b;

	(void)text;
	if (config_bool(&a->s->config, OPTION_VAULT_HIDE) && !session_unlocked(a->s)) {
		app_ask_unlock(a, "see the profiles");
		a->after_unlock = CMD_PROFILES;
		return;
	}
	listbox_init(&b, "Profiles", true);
	snprintf(b.hint, sizeof b.hint, "Enter switches   a adds one   Esc closes");
	for (size_t i = 0; i < n; i++) {
		char detail[200];

		snprintf(detail, sizeof detail, "%s  %s%s%s%s%s", p[i].account_sid, p[i].account_name, *p[i].label ? "  " : "", p[i].label,
			 strcmp(p[i].name, a->s->profile.name) == 0 ? "  (in use)" : "", p[i].is_default ? "  (default)" : "");
		listbox_add(&b, ROLE_NORMAL, (int64_t)i, p[i].name, detail);
	}
	app_open_list(a, &b, LIST_PROFILES);
}

void app_use_profile(struct app *a, const char *name)
{
	struct err e = {0};

	if (apply_running(a->s)) {
		ui_say(&a->ui, ROLE_WARN, "a change is on its way to Twilio; switch when it is done");
		return;
	}
	if (a->ui.overlay == OVERLAY_QUESTION)  /* it names the account that is left */
		app_refused(a);
	jobs_stop_all(a->s->jobs);
	finder_stop(a->finder);
	if (!session_use(a->s, name, &e)) {
		ui_say(&a->ui, ROLE_ERROR, "%s", e.msg);
		return;
	}
	mark_clear(&a->ui.marks);
	mark_clear(&a->ui.offer_marks);
	a->ui.owned_sid[0] = '\0';
	a->ui.owned.cursor = 0;
	finder_free(a->finder);                 /* nothing of one account's search is shown under another */
	a->finder = finder_new(a->s, app_changed, a);
	app_rows_reset(a);
	a->dirty = true;
	if (session_unlocked(a->s))
		app_unlocked(a);
}

/* --- refreshing -------------------------------------------------------------------------------------------------------- */
enum { CHANGES_TOLD = 100 };

/* What a refresh found goes to the messages, one line each. */
static bool tell_change(void *ctx, enum cache_change_kind kind, const char *phone_number, const char *phone_sid, const char *detail)
{
	(void)ctx, (void)phone_sid;
	log_write(LOG_INFO, "refresh", "%s %s%s%s", kind == CHANGE_CAME ? "came" : kind == CHANGE_WENT ? "went" : "changed",
		  phone_number, detail && *detail ? ": " : "", detail ? detail : "");
	return true;
}

static void say_synced(struct app *a, const struct cache_report *r)
{
	bool news = !r->first && r->came + r->went + r->changed > 0;
	char text[160];

	if (news)
		cache_changes(a->s->cache, r->sync_id, CHANGES_TOLD, tell_change, NULL, NULL);
	if (r->first && r->seen > 0)
		ui_say(&a->ui, ROLE_GOOD, "%lld numbers fetched", (long long)r->seen);
	else
		ui_say(&a->ui, ROLE_GOOD, "refreshed: %s%s", sync_describe(r, text, sizeof text), news ? "; M lists them" : "");
}

static void on_synced(void *ctx, const struct cache_report *r, const struct err *err)
{
	struct app *a = ctx;

	a->dirty = true;
	if (err->kind == ERR_STOPPED)
		ui_say(&a->ui, ROLE_WARN, "refresh stopped; r goes on where it was");
	else if (err->kind != ERR_NONE)
		ui_say(&a->ui, ROLE_ERROR, "refresh: %s", err->msg);
	else if (r)
		say_synced(a, r);
}

void act_sync(struct app *a, const char *text)
{
	struct err e = {0};

	(void)text;
	if (!sync_start(a->s, on_synced, a, &e))
		ui_say(&a->ui, ROLE_WARN, "%s", e.msg);
}

void act_stop(struct app *a, const char *text)
{
	(void)text;
	if (!jobs_stop_newest(a->s->jobs))
		ui_say(&a->ui, ROLE_NORMAL, "nothing is running that could be stopped");
}

void act_redraw(struct app *a, const char *text)
{
	(void)text;
	term_redraw(a->term);
	a->dirty = true;
}
