#include "numdesk/core/session.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mirror.h"
#include "session_priv.h"

#include "numdesk/core/apply.h"
#include "numdesk/core/jobs.h"
#include "numdesk/core/reactor.h"
#include "numdesk/core/settle.h"
#include "numdesk/core/sync.h"
#include "numdesk/twilio/base.h"
#include "numdesk/twilio/http.h"
#include "numdesk/util/clock.h"
#include "numdesk/util/crypto.h"
#include "numdesk/util/err.h"
#include "numdesk/util/file.h"
#include "numdesk/util/log.h"
#include "numdesk/util/mem.h"
#include "numdesk/util/secret.h"
#include "numdesk/util/text.h"
#include "numdesk/util/worker.h"

/*
 * A session is opened in the order in which its parts need each other: paths, configuration, log, ledger, caches with
 * their threads, transport, loop. Nothing of that needs the passphrase. What the passphrase adds is in
 * session_unlock.c, which profile is meant in session_profile.c, what is mirrored and counted in session_data.c.
 */
#define CONFIG_MAX (64 * 1024)
#define CLOSE_WAIT_MS 2000

void session_notice(struct session *s, const char *fmt, ...)
{
	const size_t n = strlen(s->notice);
	char text[sizeof s->notice];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	snprintf(s->notice + n, sizeof s->notice - n, "%s%s", n ? "; " : "", text);
	log_write(LOG_WARN, "session", "%s", text);
}

int64_t session_now(const struct session *s)
{
	return s->clock->wall_ms(s->clock) / 1000;
}

bool session_unlocked(const struct session *s)
{
	return s->vault != NULL;
}

bool session_hidden(const struct session *s)
{
	return !s->vault && config_bool(&s->config, OPTION_VAULT_HIDE);
}

bool session_ready(const struct session *s, struct err *e)
{
	if (s->offline)
		return err_set(e, ERR_OFFLINE, "cannot ask Twilio: started with --offline");
	if (!s->vault && s->vault_exists)
		return err_set(e, ERR_LOCKED, "cannot ask Twilio: the vault is locked");
	if (!s->profile.name[0])
		return err_set(e, ERR_NOT_FOUND, s->vault_exists ?
			       "no profile chosen: give --profile NAME, or run 'numdesk profile use NAME'" :
			       "no profile yet: run 'numdesk profile add NAME --account-sid AC...'");
	if (s->more->locking)
		return err_set(e, ERR_LOCKED, "cannot ask Twilio: the session is being locked");
	if (!s->client.secret)
		return err_set(e, ERR_LOCKED, "cannot ask Twilio: no credentials for profile '%s'", s->profile.name);
	return true;
}

void session_command_state(const struct session *s, struct command_state *out)
{
	*out = (struct command_state){
		.has_profile = s->profile.name[0] != '\0',
		.unlocked = s->vault != NULL,
		.can_unlock = s->vault_exists,
		.offline = s->offline,
		.read_only = s->read_only,
		.on_terminal = isatty(STDIN_FILENO) != 0,
		.ledger_failed = s->ledger && ledger_failed(s->ledger, NULL),
		.read_only_why = s->read_only_why,
	};
}

static const char *why_read_only(struct session *s)
{
	struct session_more *m = s->more;

	if (m->asked_read_only)
		return "--read-only";
	if (config_bool(&s->config, OPTION_GUARD_READ_ONLY))
		return "[guard] read_only in config.ini";
	if (s->ledger_read_only)
		return "the ledger cannot be written";
	if (m->journal_bad)
		return "the journal does not match what was sealed in the vault";
	if (!s->profile.read_only)
		return NULL;
	snprintf(m->why, sizeof m->why, "profile '%s' is read-only", s->profile.name);
	return m->why;
}

void session_set_read_only(struct session *s)
{
	s->read_only_why = why_read_only(s);
	s->read_only = s->read_only_why != NULL;
	s->client.read_only = s->read_only;
}

/* --- opening ---------------------------------------------------------------------------------------------------- */

static bool read_config(struct session *s, const struct session_options *o, struct err *e)
{
	bool exists = false, ok;
	size_t n;
	char *text;

	if (!file_check_private(s->paths.config, &exists, e))
		return false;
	if (!exists)
		return !o->config || err_set(e, ERR_CONFIG, "cannot read '%s': no such file", s->paths.config);
	text = file_read(s->paths.config, CONFIG_MAX, true, &n, e);
	if (!text)
		return false;
	ok = config_read(&s->config, s->paths.config, text, n, e);
	free(text);
	return ok;
}

static bool set_base_url(struct session *s, const struct session_options *o, struct err *e)
{
	const char *asked = o->base_url;

	if (!asked && s->config.given[OPTION_API_BASE_URL])
		asked = config_text(&s->config, OPTION_API_BASE_URL);
	if (asked && !base_check(asked, s->base_url_asked, sizeof s->base_url_asked, e))
		return false;
	snprintf(s->base_url, sizeof s->base_url, "%s", asked ? s->base_url_asked : BASE_DEFAULT);
	return true;
}

/* Without a log the program works; the lines are kept for the messages overlay. */
static bool start_log(struct session *s, const struct session_options *o, struct err *e)
{
	enum log_level level = (enum log_level)config_int(&s->config, OPTION_LOG_LEVEL);
	struct err why;

	if (o->log_level && !log_level_parse(o->log_level, &level))
		return err_set(e, ERR_USAGE, "log level '%s' is unknown: choose error, warn, info or debug",
			       o->log_level);
	if (!log_open(s->paths.log, level, &why))
		session_notice(s, "no log: %s", why.msg);
	return true;
}

static bool open_ledger(struct session *s, struct err *e)
{
	bool read_only = s->more->asked_read_only || config_bool(&s->config, OPTION_GUARD_READ_ONLY);
	const bool asked = read_only;

	if (!ledger_open(&s->ledger, s->paths.ledger, s->paths.sessions, s->clock, &read_only, e))
		return false;
	s->ledger_read_only = read_only;
	if (read_only && !asked)
		session_notice(s, "the ledger '%s' cannot be written: no changes can be made", s->paths.ledger);
	return true;
}

static bool open_caches(struct session *s, struct err *e)
{
	bool renamed = false;

	if (!cache_open(&s->write_cache, s->paths.cache, CACHE_WRITE, &renamed, e) ||
	    !cache_open(&s->cache, s->paths.cache, CACHE_READ, NULL, e) ||
	    !cache_open(&s->query_cache, s->paths.cache, CACHE_READ, NULL, e))
		return false;
	cache_use_clock(s->write_cache, s->clock);
	cache_use_clock(s->cache, s->clock);
	cache_use_clock(s->query_cache, s->clock);
	if (renamed)
		session_notice(s, "the cache was damaged and has been put aside: refresh to fill it again");
	s->writer = worker_new("cache writer", e);
	s->reader = s->writer ? worker_new("cache reader", e) : NULL;
	return s->reader != NULL;
}

static bool open_loop(struct session *s, const struct session_options *o, struct err *e)
{
	const struct http_options http = {
		.read_timeout_s = (int)config_int(&s->config, OPTION_API_READ_TIMEOUT),
		.write_timeout_s = (int)config_int(&s->config, OPTION_API_WRITE_TIMEOUT),
		.parallel_reads = (int)config_int(&s->config, OPTION_API_PARALLEL),
		.proxy = config_text(&s->config, OPTION_API_PROXY),
		.ca_file = config_text(&s->config, OPTION_API_CA_FILE),
		.user_agent = "numdesk/" NUMDESK_VERSION,
	};

	s->http = o->http ? o->http : http_new(&http, s->clock, e);
	if (!s->http)
		return false;
	s->reactor = reactor_new(s->http, s->clock);
	reactor_add_worker(s->reactor, s->writer);
	reactor_add_worker(s->reactor, s->reader);
	s->jobs = jobs_new();
	s->settle = settle_new(s);
	return true;
}

/* While the mirror is empty (another box, a lost ledger, hide_when_locked) a name can only be checked by unlocking. */
static bool open_profile(struct session *s, struct err *e)
{
	size_t n, at = SIZE_MAX;
	struct profile *p = session_profiles(s, &n);
	bool ok = n == 0 && s->vault_exists;

	if (!ok)
		ok = session_pick(p, n, s->more->asked_profile, &at, e);
	if (ok && at != SIZE_MAX && !session_hidden(s))
		session_point(s, &p[at], s->base_url, NULL);
	free(p);
	return ok;
}

static bool open_parts(struct session *s, const struct session_options *o, struct err *e)
{
	s->more->asked_read_only = o->read_only;
	s->offline = o->offline;
	if (o->profile && !text_copy(s->more->asked_profile, sizeof s->more->asked_profile, o->profile))
		return err_set(e, ERR_NOT_FOUND, "no profile '%.40s...'", o->profile);
	umask(077);
	if (!crypto_init(e) || !paths_find(&s->paths, o->home, o->config, e) || !read_config(s, o, e) ||
	    !set_base_url(s, o, e) || !start_log(s, o, e) || !vault_exists(s->paths.vault, &s->vault_exists, e) ||
	    !open_ledger(s, e) || !open_caches(s, e) || !open_loop(s, o, e))
		return false;
	mirror_make_up(s);
	session_set_read_only(s);
	return open_profile(s, e);
}

bool session_open(struct session **out, const struct session_options *o, struct err *e)
{
	struct session *s = mem_alloc(sizeof *s);

	s->more = mem_alloc(sizeof *s->more);
	s->clock = o->clock ? o->clock : &clock_system;
	s->account.balance = MONEY_UNKNOWN;
	config_init(&s->config);
	if (!open_parts(s, o, e)) {
		if (o->http && !s->http)
			o->http->free(o->http);         /* it was ours to own */
		session_close(s);
		return false;
	}
	log_write(LOG_INFO, "session", "opened, profile '%s'%s%s", s->profile.name, s->offline ? ", offline" : "",
		  s->read_only ? ", read-only" : "");
	*out = s;
	return true;
}

/* --- closing ---------------------------------------------------------------------------------------------------- */

static bool quiet(const struct session *s)
{
	struct job_view job;

	return s->http->running(s->http) == 0 && worker_pending(s->writer) == 0 && worker_pending(s->reader) == 0 &&
	       jobs_list(s->jobs, &job, 1) == 0;
}

void session_drain(struct session *s, int64_t ms)
{
	const int64_t until = s->clock->mono_ms(s->clock) + ms;

	while (!quiet(s) && s->clock->mono_ms(s->clock) < until)
		if (!reactor_turn(s->reactor, NULL, 0, 50, NULL))
			return;
}

void session_close(struct session *s)
{
	if (!s)
		return;
	if (s->settle) {
		session_lock(s);
		session_drain(s, CLOSE_WAIT_MS);
	}
	worker_free(s->writer);         /* finish what is queued: both still deliver to what is below */
	worker_free(s->reader);
	settle_free(s->settle);
	jobs_free(s->jobs);
	reactor_free(s->reactor);
	if (s->http)
		s->http->free(s->http);
	for (size_t i = 0; i < s->more->n_old; i++)
		secret_free(s->more->old[i]);
	session_lent_clear(s, true);
	accounts_adopt_free(s);
	cache_close(s->query_cache);
	cache_close(s->cache);
	cache_close(s->write_cache);
	ledger_close(s->ledger);
	config_release(&s->config);
	free(s->more);
	free(s);
	log_forget();
	log_close();
}
