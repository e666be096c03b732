/*
 * The screen's loop: wait for transfers, timers, workers, keys and signals in one place; keys become intents, intents
 * become actions; one frame is drawn per wake-up, however much changed.
 */
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app.h"
#include "numdesk/cli/out.h"
#include "numdesk/core/jobs.h"
#include "numdesk/core/reactor.h"
#include "numdesk/core/settle.h"
#include "numdesk/core/sync.h"
#include "numdesk/tui/term.h"
#include "numdesk/twilio/base.h"
#include "numdesk/util/clock.h"
#include "numdesk/util/err.h"
#include "numdesk/util/file.h"
#include "numdesk/util/log.h"
#include "numdesk/util/mem.h"
#include "numdesk/util/secret.h"
#include "signals.h"

#define TICK_MS 1000            /* ages in the header move on, the idle lock is looked at */

static int64_t mono(const struct app *a)
{
	return a->s->clock->mono_ms(a->s->clock);
}

struct ui_world app_world(struct app *a)
{
	return (struct ui_world){.s = a->s, .rows = a->rows, .finder = a->finder, .mono_ms = mono(a), .state = &a->state};
}

void app_refresh_state(struct app *a)
{
	struct ui_world w = app_world(a);

	session_command_state(a->s, &a->state);
	a->state.on_terminal = true;
	a->state.can_unlock = a->s->vault_exists;
	a->state.numbers = a->state.offers = 0;
	if (a->ui.focus == FOCUS_OWNED || a->ui.overlay == OVERLAY_LIST)
		a->state.numbers = ui_target_count(&a->ui, &w);
	else
		a->state.offers = ui_target_count(&a->ui, &w);
}

void app_say_notice(struct app *a)
{
	if (*a->s->notice)
		ui_say(&a->ui, ROLE_WARN, "%s", a->s->notice);
	a->s->notice[0] = '\0';
}

void app_changed(void *ctx)
{
	struct app *a = ctx;

	a->dirty = true;
}

static void on_settled(void *ctx, const struct operation *op)
{
	struct app *a = ctx;
	char text[400];

	settle_sentence(a->s, op, text, sizeof text);
	ui_say(&a->ui, op->state == OP_DONE ? ROLE_GOOD : ROLE_WARN, "%s", text);
	a->dirty = true;
}

static bool use_color(const struct session *s)
{
	int64_t v = config_int(&s->config, OPTION_UI_COLOR);

	return v == 1 || (v == 0 && !file_env("NO_COLOR"));
}

static bool use_ascii(const struct session *s)
{
	int64_t v = config_int(&s->config, OPTION_UI_ASCII);

	return v == 1 || (v == 0 && !term_utf8());
}

static void draw(struct app *a)
{
	struct ui_world w;
	int rows, cols;

	app_refresh_state(a);
	w = app_world(a);
	term_size(a->term, &rows, &cols);
	grid_resize(&a->grid, rows, cols);
	ui_view(&a->ui, &w, &a->grid);
	term_present(a->term, &a->grid);
	a->dirty = false;
}

static void suspend(struct app *a)
{
	term_suspend(a->term);
	signals_stop_here();
	term_resume(a->term);
	a->dirty = true;
}

static void idle_lock(struct app *a)
{
	int64_t limit = config_int(&a->s->config, OPTION_VAULT_IDLE) * 60000;

	if (!session_unlocked(a->s) || apply_running(a->s) || mono(a) - a->last_key_ms < limit)
		return;
	ui_close(&a->ui);
	app_command(a, CMD_LOCK_NOW, NULL);
	ui_say(&a->ui, ROLE_WARN, "locked after %lld min without a key", (long long)config_int(&a->s->config, OPTION_VAULT_IDLE));
	a->dirty = true;
}

/* A key typed ahead must meet the question it opened only after that was drawn. */
static bool show_new_question(struct app *a)
{
	if (a->ui.overlay != OVERLAY_QUESTION || a->ui.question.shown_at_ms != 0)
		return false;
	draw(a);
	term_flush_input(a->term);
	return true;
}

static void keys(struct app *a)
{
	uint32_t key;
	bool news = a->dirty;

	while (!a->quit && (key = term_key(a->term, &a->hung_up)) != KEY_NONE) {
		struct ui_world w;
		struct intent in;

		a->last_key_ms = mono(a);
		a->dirty = true;
		if (key == 26) {                /* ^Z: raw mode delivers it as a key */
			suspend(a);
			continue;
		}
		if (key == 3) {                 /* ^C never kills work that costs money; it asks as q does */
			app_command(a, CMD_QUIT, NULL);
			continue;
		}
		if (show_new_question(a))       /* an answer that came opened it */
			continue;
		if (news)
			draw(a);                /* the cursor finds its row again before the key acts on it */
		news = false;
		app_refresh_state(a);
		w = app_world(a);
		in = ui_key(&a->ui, &w, key);
		app_intent(a, &in);
		show_new_question(a);
	}
}

static void signals(struct app *a)
{
	struct signals_seen seen;

	signals_drain(&seen);
	if (seen.winch || seen.cont) {
		term_resize(a->term);
		a->dirty = true;
	}
	if (seen.tstp)
		suspend(a);
	if (seen.term || seen.hup) {
		a->quit = true;
		a->hung_up |= seen.hup;
		a->exit_status = 130;
	}
}

/* A write on its way is finished and recorded before the program ends, whatever asked it to end. */
static void finish_writes(struct app *a)
{
	struct err e = {0};

	jobs_stop_all(a->s->jobs);
	if (apply_running(a->s) && !a->hung_up) {
		ui_say(&a->ui, ROLE_WARN, "what is on its way to Twilio is waited for, at most a minute or two ...");
		draw(a);
	}
	while (apply_running(a->s) && reactor_turn(a->s->reactor, NULL, 0, 1000, &e))
		;
}

static void turn_until_quit(struct app *a, int signal_fd)
{
	struct err e = {0};

	while (!a->quit) {
		struct pollfd fds[] = {{.fd = STDIN_FILENO, .events = POLLIN}, {.fd = signal_fd, .events = POLLIN}};

		if (a->seen_version != a->s->data_version) {
			a->seen_version = a->s->data_version;
			rows_refresh(a->rows);
			a->dirty = true;
		}
		if (a->seen_jobs != jobs_version(a->s->jobs)) {
			a->seen_jobs = jobs_version(a->s->jobs);
			a->dirty = true;
		}
		if (a->dirty)
			draw(a);
		if (!reactor_turn(a->s->reactor, fds, 2, TICK_MS, &e)) {
			log_write(LOG_ERROR, "loop", "%s", e.msg);
			a->exit_status = 1;
			break;
		}
		signals(a);
		idle_lock(a);           /* before the keys: the one that ends a long pause must find it locked */
		keys(a);
		if (a->hung_up) {
			a->quit = true;
			a->exit_status = 130;
		}
		if (mono(a) / TICK_MS != a->tick) {
			a->tick = mono(a) / TICK_MS;
			a->dirty = true;
		}
	}
}

void app_rows_reset(struct app *a)
{
	int at;

	rows_set_account(a->rows, a->s->profile.account_sid);
	rows_set_sort(a->rows, a->ui.sort, a->ui.descending);
	rows_set_filter(a->rows, a->ui.filter.text, &at, NULL);
	rows_fill(a->rows, 256, NULL);
	session_refresh_summary(a->s, app_changed, a);
}

/* The first read connection is made while the passphrase is being typed; it carries nothing. */
static void warm(struct app *a)
{
	char url[BASE_URL_MAX];

	if (!a->s->offline && *a->s->profile.name && base_url(a->s->base_url, "api", "/", url, sizeof url, NULL))
		a->s->http->warm(a->s->http, url);
}

static void begin(struct app *a, struct secret *secret)
{
	struct err e = {0};

	a->rows = rows_new(a->s, app_changed, a);
	a->finder = finder_new(a->s, app_changed, a);
	app_rows_reset(a);
	settle_listen(a->s->settle, on_settled, a);
	app_say_notice(a);
	draw(a);                        /* the cached list is on screen before anything else is done */
	warm(a);
	if (secret && session_unlock(a->s, secret, &e)) {
		app_unlocked(a);
	} else if (secret) {
		ui_say(&a->ui, ROLE_ERROR, "%s", e.msg);
	} else if (!a->s->vault_exists) {
		app_first_run(a);
	} else if (!a->s->offline) {
		app_ask_unlock(a, NULL);
	}
}

static void end(struct app *a)
{
	finish_writes(a);
	a->closing = true;
	term_close(a->term);
	ui_release(&a->ui);
	grid_release(&a->grid);
	finder_free(a->finder);
	rows_free(a->rows);
	app_review_drop(a);
	plan_release(&a->plan);
	act_release_forget(a);
}

/* Operations whose outcome is open are never left silently. */
static void say_open(struct session *s)
{
	size_t n = s->ledger ? ledger_open_count(s->ledger, NULL) : 0;

	if (n)
		out_note("%zu operation%s not settled; 'numdesk journal --open' lists them, 'numdesk resume' settles them", n,
			 n == 1 ? "" : "s");
}

int app_run(const struct args *args, struct secret *secret)
{
	struct session_options o = {.home = args->home, .config = args->config, .profile = args->profile,
				    .base_url = args->base_url, .read_only = args->read_only, .offline = args->offline,
				    .log_level = args->log_level};
	struct app a = {.dirty = true, .demo = args->demo, .after_unlock = COMMAND_COUNT};
	struct err e = {0};
	int signal_fd;

	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) {
		err_set(&e, ERR_USAGE, "the screen needs a terminal; in a script use a command, see 'numdesk --help'");
		goto failed;
	}
	if (!session_open(&a.s, &o, &e))
		goto failed;
	signal_fd = signals_start();
	ui_init(&a.ui, a.s, use_ascii(a.s));
	plan_init(&a.plan, "tui");
	if (!term_open(&a.term, &(struct term_options){use_color(a.s), a.ui.ascii}, &e)) {
		ui_release(&a.ui);
		session_close(a.s);
		goto failed;
	}
	signals_fatal(term_emergency);
	mem_on_oom(term_emergency);
	grid_init(&a.grid, 1, 1, a.ui.ascii);
	a.last_key_ms = mono(&a);
	begin(&a, secret);
	secret_free(secret);
	turn_until_quit(&a, signal_fd);
	end(&a);
	say_open(a.s);
	session_close(a.s);
	return a.exit_status;
failed:
	secret_free(secret);
	out_complain(&e);
	return err_exit_status(e.kind);
}
