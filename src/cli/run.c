/*
 * One command from beginning to end. The words are checked before anything is opened; what the commands table says the
 * command needs is refused or fetched in one place here; the handler then only does its own thing. Everything that an
 * answer may be written to lives in cli.mem, which outlives the session: an interrupted command leaves its handler
 * while requests are still under way.
 */
#include "numdesk/cli/run.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "cli_priv.h"

#include "numdesk/cli/ask.h"
#include "numdesk/cli/out.h"
#include "numdesk/core/accounts.h"
#include "numdesk/core/apply.h"
#include "numdesk/core/jobs.h"
#include "numdesk/core/reactor.h"
#include "numdesk/core/session.h"
#include "numdesk/twilio/base.h"
#include "numdesk/util/clock.h"
#include "numdesk/util/log.h"

enum { WRITE_MORE_MS = 5000, READ_WAIT_MS = 2000 };     /* what a write gets beyond its own time-out */

static const struct cli_command handlers[COMMAND_COUNT] = {
	[CMD_BUY] = {check_buy, run_buy, CLI_NUMBERS | CLI_PLANS},
	[CMD_RELEASE] = {check_release, run_release, CLI_NUMBERS | CLI_PLANS},
	[CMD_PRIMARY] = {check_primary, run_primary, 0},
	[CMD_LOCK] = {check_lock, run_lock, CLI_NUMBERS},
	[CMD_UNLOCK] = {check_lock, run_unlock, CLI_NUMBERS},
	[CMD_TAG] = {check_tag, run_tag, CLI_NUMBERS | CLI_PLANS},
	[CMD_NOTE] = {check_note, run_note, CLI_NUMBERS | CLI_PLANS},
	[CMD_META_EXPORT] = {NULL, run_meta_export, 0},
	[CMD_META_IMPORT] = {NULL, run_meta_import, CLI_PLANS},
	[CMD_SEARCH] = {check_search, run_search, 0},
	[CMD_SAVED_LIST] = {NULL, run_saved_list, 0},
	[CMD_SAVED_SAVE] = {check_saved_save, run_saved_save, 0},
	[CMD_SAVED_SHOW] = {check_saved_name, run_saved_show, 0},
	[CMD_SAVED_RUN] = {check_saved_name, run_saved_run, 0},
	[CMD_SAVED_REMOVE] = {check_saved_name, run_saved_remove, 0},
	[CMD_WATCH] = {check_watch, run_watch, 0},
	[CMD_BASKET_LIST] = {NULL, run_basket_list, 0},
	[CMD_BASKET_ADD] = {check_basket_numbers, run_basket_add, CLI_NUMBERS},
	[CMD_BASKET_REMOVE] = {check_basket_numbers, run_basket_remove, CLI_NUMBERS},
	[CMD_BASKET_CLEAR] = {NULL, run_basket_clear, 0},
	[CMD_BASKET_CHECK] = {NULL, run_basket_check, 0},
	[CMD_BASKET_BUY] = {check_basket_buy, run_basket_buy, CLI_PLANS},
	[CMD_SYNC] = {NULL, run_sync, 0},
	[CMD_LIST] = {check_list, run_list, 0},
	[CMD_SHOW] = {check_show, run_show, 0},
	[CMD_MESSAGE_LIST] = {check_message_list, run_message_list, 0},
	[CMD_SERVICE_LIST] = {NULL, run_service_list, 0},
	[CMD_JOURNAL] = {check_journal, run_journal, 0},
	[CMD_RESUME] = {check_resume, run_resume, 0},
	[CMD_APPLY] = {check_apply, run_apply, CLI_PLANS},
	[CMD_AUDIT_VERIFY] = {NULL, run_audit_verify, CLI_UNASKED},
	[CMD_PROFILE_ADD] = {check_profile_add, run_profile_add, CLI_BOOKS | CLI_UNASKED},
	[CMD_PROFILE_LIST] = {NULL, run_profile_list, CLI_BOOKS},
	[CMD_PROFILE_SHOW] = {check_profile_name, run_profile_show, CLI_BOOKS},
	[CMD_PROFILE_USE] = {check_profile_name, run_profile_use, CLI_BOOKS},
	[CMD_PROFILE_SET] = {check_profile_set, run_profile_set, CLI_BOOKS},
	[CMD_PROFILE_CHECK] = {check_profile_name, run_profile_check, 0},
	[CMD_PROFILE_REMOVE] = {check_profile_name, run_profile_remove, CLI_BOOKS | CLI_UNASKED},
	[CMD_TRANSFER] = {check_transfer, run_transfer, CLI_NUMBERS | CLI_PLANS},
	[CMD_ACCOUNT_LIST] = {NULL, run_account_list, 0},
	[CMD_ACCOUNT_IMPORT] = {check_account_import, run_account_import, 0},
	[CMD_ACCOUNT_CREATE] = {check_account_create, run_account_create, CLI_PLANS},
	[CMD_ACCOUNT_SUSPEND] = {check_account_status, run_account_status, CLI_PLANS},
	[CMD_ACCOUNT_ACTIVATE] = {check_account_status, run_account_status, CLI_PLANS},
	[CMD_ACCOUNT_CLOSE] = {check_account_status, run_account_status, CLI_PLANS},
	[CMD_PASSWD] = {check_passwd, run_passwd, CLI_BOOKS},
	[CMD_VAULT_REKEY] = {NULL, run_rekey, CLI_BOOKS | CLI_UNASKED},
	[CMD_ADDRESS_LIST] = {check_address_list, run_address_list, 0},
	[CMD_ADDRESS_SHOW] = {NULL, run_address_show, 0},
	[CMD_ADDRESS_ADD] = {check_address_add, run_address_add, CLI_PLANS},
	[CMD_ADDRESS_REMOVE] = {NULL, run_address_remove, CLI_PLANS},
	[CMD_BUNDLE_LIST] = {check_bundle_list, run_bundle_list, 0},
	[CMD_BUNDLE_SHOW] = {NULL, run_bundle_show, 0},
	[CMD_BUNDLE_CLONE] = {check_bundle_clone, run_bundle_clone, CLI_PLANS},
	[CMD_SET] = {check_set, run_set, CLI_NUMBERS | CLI_PLANS},
	[CMD_UNDO] = {check_undo, run_undo, CLI_PLANS},
	[CMD_TEMPLATE_SAVE] = {check_template_save, run_template_save, 0},
	[CMD_TEMPLATE_LIST] = {NULL, run_template_list, 0},
	[CMD_TEMPLATE_SHOW] = {check_template_name, run_template_show, 0},
	[CMD_TEMPLATE_REMOVE] = {check_template_name, run_template_remove, 0},
	[CMD_LOOKUP] = {check_lookup, run_lookup, CLI_NUMBERS},
	[CMD_DOCTOR] = {NULL, run_doctor, CLI_UNASKED},
};

const struct cli_command *cli_command(enum command_id c)
{
	return c < COMMAND_COUNT && handlers[c].run ? &handlers[c] : NULL;
}

/* --- signals ------------------------------------------------------------------------------------------------------ */

static void on_signal(int sig)
{
	(void)sig;
	reactor_interrupt();
}

/* What was ignored before (nohup, a shell's background job) stays so. */
static void catch_signals(void)
{
	static const int stops[] = {SIGINT, SIGTERM, SIGHUP};

	for (size_t i = 0; i < ARRAY_LEN(stops); i++) {
		struct sigaction sa = {.sa_handler = on_signal, .sa_flags = SA_RESTART}, old;

		sigemptyset(&sa.sa_mask);
		if (sigaction(stops[i], NULL, &old) == 0 && old.sa_handler != SIG_IGN)
			sigaction(stops[i], &sa, NULL);
	}
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
}

bool cli_wait(struct cli *c, const bool *done, struct err *e)
{
	struct session *s = c->s;
	int64_t until;

	if (reactor_until(s->reactor, done, e))
		return true;
	if (!reactor_interrupted())
		return false;
	if (apply_running(s))
		out_note("stopping: what was sent is waited for, the rest is not sent");
	until = s->clock->mono_ms(s->clock) + (apply_running(s) ? config_int(&s->config, OPTION_API_WRITE_TIMEOUT) * 1000 + WRITE_MORE_MS
								    : READ_WAIT_MS);
	jobs_stop_all(s->jobs);
	while (!*done && s->clock->mono_ms(s->clock) < until)
		if (!reactor_turn(s->reactor, NULL, 0, 50, NULL))
			break;
	return false;
}

void cli_answered(void *ctx, const struct err *err)
{
	struct cli_answer *x = ctx;

	x->done = true;
	if (err)
		x->err = *err;
}

struct cli_answer *cli_answer(struct cli *c)
{
	return arena_alloc(&c->mem, sizeof(struct cli_answer));
}

/* --- what a command needs ----------------------------------------------------------------------------------------- */

bool cli_have_vault(const struct cli *c, struct err *e)
{
	return c->s->vault_exists ||
	       err_set(e, ERR_NOT_FOUND, "there is no vault yet: 'numdesk profile add NAME --account-sid AC...' makes "
		       "it");
}

bool cli_have_profile(const struct cli *c, struct err *e)
{
	const struct session *s = c->s;
	struct profile one;

	if (s->profile.name[0])
		return true;
	if (s->vault_exists && (ledger_profiles(s->ledger, &one, 1) > 0 || (s->vault && vault_count(s->vault) > 0)))
		return err_set(e, ERR_NOT_FOUND, "no profile chosen: give --profile NAME, or run 'numdesk profile use "
			       "NAME'");
	return err_set(e, ERR_NOT_FOUND, "there is no profile yet: run 'numdesk profile add NAME --account-sid AC...'");
}

static bool is_hidden(const struct cli *c)
{
	return c->s->vault_exists && config_bool(&c->s->config, OPTION_VAULT_HIDE);
}

/* Nothing about profiles is readable: hidden, or a ledger that was never told. */
static bool is_veiled(const struct cli *c)
{
	struct profile one;

	return c->s->vault_exists && (is_hidden(c) || ledger_profiles(c->s->ledger, &one, 1) == 0);
}

/* Commands that change something, and print what there is when they are not told to. */
static bool only_prints(const struct args *a)
{
	switch (a->command) {
	case CMD_PRIMARY:
		return a->n_words == 0 && !args_has(a, "--clear");
	case CMD_META_IMPORT:
		return a->dry_run;
	case CMD_TAG:
	case CMD_NOTE:
		return a->dry_run || cli_meta_only_prints(a);
	default:
		return false;
	}
}

static unsigned needs_of(const struct args *a)
{
	unsigned needs = commands[a->command].needs;

	if (only_prints(a))
		needs &= ~(unsigned)NEED_WRITE;
	if ((a->command == CMD_SHOW && args_has(a, "--live")) ||
	    (a->command == CMD_ACCOUNT_LIST && args_has(a, "--refresh")))
		needs |= NEED_UNLOCKED | NEED_NETWORK;
	return needs;
}

static enum err_kind blocked_kind(unsigned needs, const struct command_state *st)
{
	if ((needs & NEED_WRITE) && (st->read_only || st->ledger_failed))
		return ERR_GUARD;
	return (needs & NEED_NETWORK) && st->offline ? ERR_OFFLINE : ERR_LOCKED;
}

/* The table's refusals, before the passphrase is asked for. Which profile is meant is known only after that. */
static bool may_run(const struct cli *c, unsigned needs, struct err *e)
{
	const struct session *s = c->s;
	struct command_state st;
	char says[400];
	const char *why;

	session_command_state(s, &st);
	st.has_profile = st.can_unlock = true;
	st.numbers = st.offers = 1;
	if (handlers[c->a->command].traits & CLI_BOOKS) {
		st.read_only = c->a->read_only || config_bool(&s->config, OPTION_GUARD_READ_ONLY) ||
			       s->ledger_read_only;
		st.read_only_why = c->a->read_only ? "--read-only" : s->read_only_why;
	}
	if (!(needs & NEED_WRITE))
		st.read_only = st.ledger_failed = false;
	why = command_blocked(c->a->command, &st, says, sizeof says);
	if (why)
		return err_set(e, blocked_kind(needs, &st), "%s", why);
	if ((needs & NEED_NETWORK) && s->offline)       /* an option needs what its command does not */
		return err_set(e, ERR_OFFLINE, "cannot ask Twilio: started with --offline");
	if (needs & NEED_PROFILE)
		return s->profile.name[0] || is_veiled(c) || cli_have_profile(c, e);
	return !(needs & NEED_UNLOCKED) || cli_have_vault(c, e);
}

static void tell(const struct session *s, size_t from)
{
	if (strlen(s->notice) > from)
		out_note("%s", s->notice + from + (from > 0 ? 2 : 0));  /* "; " joins what came later */
}

bool cli_unlock(struct cli *c, struct err *e)
{
	const size_t told = strlen(c->s->notice);
	bool ok = session_unlocked(c->s) || ask_unlock(c->s, c->a, e);

	if (ok)
		tell(c->s, told);
	if (ok && reactor_interrupted())
		ok = err_set(e, ERR_STOPPED, "stopped");
	return ok;
}

static bool must_unlock(const struct cli *c, unsigned needs)
{
	const unsigned traits = handlers[c->a->command].traits;

	if (traits & CLI_UNASKED)
		return false;
	return (needs & NEED_UNLOCKED) || is_hidden(c) ||
	       (((needs & NEED_PROFILE) || (traits & CLI_BOOKS)) && is_veiled(c));
}

static bool prepare(struct cli *c, struct err *e)
{
	const unsigned needs = needs_of(c->a);

	if (!may_run(c, needs, e) || (must_unlock(c, needs) && !cli_unlock(c, e)))
		return false;
	return !(needs & NEED_PROFILE) || cli_have_profile(c, e);
}

/* --- before anything is opened ------------------------------------------------------------------------------------ */

/* What changes something, but is no plan, would have to be done to be shown. */
static bool check_dry_run(const struct args *a, struct err *e)
{
	const struct command *c = &commands[a->command];

	if (!a->dry_run || (handlers[a->command].traits & CLI_PLANS) || !(needs_of(a) & NEED_WRITE))
		return true;
	return err_set(e, ERR_USAGE, "'%s' has no plan that --dry-run could show: only what changes something at Twilio has",
		       c->path);
}

static bool check(const struct args *a, struct err *e)
{
	const struct cli_command *h = cli_command(a->command);
	char base[VAULT_URL_MAX];
	enum log_level level;

	if (a->base_url && !base_check(a->base_url, base, sizeof base, e))
		return err_set(e, ERR_USAGE, "--base-url: %s", e->msg);
	if (a->log_level && !log_level_parse(a->log_level, &level))
		return err_set(e, ERR_USAGE, "log level '%.20s' is unknown: choose error, warn, info or debug",
			       a->log_level);
	if (a->profile && !profile_name_valid(a->profile, e))
		return false;
	return check_dry_run(a, e) && (!h->check || h->check(a, e));
}

/* --- the whole ---------------------------------------------------------------------------------------------------- */

static bool open_session(struct cli *c, struct err *e)
{
	const struct args *a = c->a;
	const bool books = handlers[a->command].traits & CLI_BOOKS;
	struct session_options o = {
		.home = a->home, .config = a->config, .profile = a->profile, .base_url = books ? NULL : a->base_url,
		.read_only = a->read_only, .offline = a->offline, .log_level = a->log_level,
	};

	if (!session_open(&c->s, &o, e)) {
		c->s = NULL;
		return false;
	}
	tell(c->s, 0);
	return true;
}

static bool run(struct cli *c, struct err *e)
{
	const struct cli_command *h = &handlers[c->a->command];

	if (c->a->command == CMD_DOCTOR) {              /* diagnoses what cannot be opened, too */
		open_session(c, e);
		return h->run(c, e);
	}
	if ((h->traits & CLI_NUMBERS) && !cli_numbers_read(c, e))
		return false;
	return open_session(c, e) && prepare(c, e) && h->run(c, e);
}

static void adopted(void *ctx)
{
	cli_answered(ctx, NULL);
}

/* A subaccount that was made is not done with until its token is in the vault. */
static void finish_adoptions(struct cli *c)
{
	struct cli_answer *x;
	struct err e = {0};
	size_t told;

	if (!c->s || !accounts_adopting(c->s) || reactor_interrupted())
		return;
	x = cli_answer(c);
	told = strlen(c->s->notice);
	accounts_adopt_wait(c->s, adopted, x);
	(void)cli_wait(c, &x->done, &e);        /* interrupted: 'account import' does it later */
	tell(c->s, told);
}

int cli_run(const struct args *a)
{
	struct cli c = {.a = a};
	struct err e = {0};
	bool ok, interrupted;

	if (!cli_command(a->command)) {
		err_set(&e, ERR_USAGE, "'%s' is a command of the screen only", commands[a->command].path);
		out_complain(&e);
		return err_exit_status(e.kind);
	}
	catch_signals();
	ok = check(a, &e) && run(&c, &e);
	finish_adoptions(&c);
	if (!ok)
		out_complain(&e);
	interrupted = reactor_interrupted();
	session_close(c.s);
	arena_release(&c.mem);
	return err_exit_status(interrupted ? ERR_STOPPED : ok ? ERR_NONE : e.kind);
}
