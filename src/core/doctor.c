#include "numdesk/core/doctor.h"

#include <inttypes.h>
#include <langinfo.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "doctor_priv.h"
#include "session_priv.h"

#include "numdesk/core/reactor.h"
#include "numdesk/core/session.h"
#include "numdesk/core/settle.h"
#include "numdesk/twilio/accounts.h"
#include "numdesk/twilio/http.h"
#include "numdesk/util/clock.h"
#include "numdesk/util/crypto.h"
#include "numdesk/util/file.h"
#include "numdesk/util/text.h"

#define SECRET_BYTES 4096
#define CLOCK_LEAST 1767225600          /* 2026-01-01: this program is younger than that */

void doctor_say(struct doctor *d, enum doctor_grade g, const char *what, const char *fmt, ...)
{
	char text[ERR_MSG_MAX + 128], clean[ERR_MSG_MAX + 256];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	text_clean(clean, sizeof clean, text, strlen(text));
	if (g > d->worst)
		d->worst = g;
	d->line(d->ctx, g, what, clean);
}

void doctor_await(struct doctor *d, struct client *c, uint32_t request, const bool *done)
{
	if (reactor_until(d->s->reactor, done, NULL))
		return;
	client_cancel(c, request);
	while (!*done && reactor_turn(d->s->reactor, NULL, 0, 10, NULL))
		;
}

/* --- this machine ----------------------------------------------------------------------------------------------- */

static void check_file(struct doctor *d, const char *what, const char *path, const char *when_missing)
{
	bool exists = false;
	struct err e;

	if (!file_check_private(path, &exists, &e))
		doctor_say(d, DOCTOR_BAD, what, "%s", e.msg);
	else
		doctor_say(d, DOCTOR_OK, what, "'%s'%s%s", path, exists ? "" : ": ", exists ? "" : when_missing);
}

static void check_terminal(struct doctor *d)
{
	const char *term = file_env("TERM"), *color = file_env("COLORTERM"), *codeset = nl_langinfo(CODESET);

	if (!isatty(STDOUT_FILENO))
		doctor_say(d, DOCTOR_NOTE, "terminal", "output is no terminal: the screen needs one, commands do not");
	else if (!term || strcmp(term, "dumb") == 0)
		doctor_say(d, DOCTOR_BAD, "terminal", "TERM is %s: set it to the terminal's type, as in "
			   "TERM=xterm-256color", term ? "dumb" : "not set");
	else
		doctor_say(d, DOCTOR_OK, "terminal", "TERM=%s%s%s%s", term, color ? ", COLORTERM=" : "",
			   color ? color : "", file_env("NO_COLOR") ? ", NO_COLOR" : "");
	if (strcmp(codeset, "UTF-8") == 0)
		doctor_say(d, DOCTOR_OK, "locale", "%s", codeset);
	else
		doctor_say(d, DOCTOR_NOTE, "locale", "%s: drawn with ASCII; a UTF-8 locale shows names as they are",
			   codeset);
}

static void check_memory(struct doctor *d)
{
	struct rlimit limit = {0};
	bool locked = false;

	getrlimit(RLIMIT_MEMLOCK, &limit);
	crypto_secure_free(crypto_secure_alloc(SECRET_BYTES, &locked));
	if (locked)
		doctor_say(d, DOCTOR_OK, "memory", "secrets are locked in memory");
	else
		doctor_say(d, DOCTOR_NOTE, "memory", "secrets cannot be locked in memory and may reach the swap "
			   "space: raise 'ulimit -l' (now %llu KiB)", (unsigned long long)limit.rlim_cur / 1024);
}

static void check_proxy(struct doctor *d)
{
	const char *set = d->s ? config_text(&d->s->config, OPTION_API_PROXY) : "env";
	const char *env = file_env("https_proxy");

	if (!env)
		env = file_env("HTTPS_PROXY");
	if (!env)
		env = file_env("all_proxy");
	if (strcmp(set, "env") == 0)
		doctor_say(d, env ? DOCTOR_NOTE : DOCTOR_OK, "proxy", "%s", env ? "from the environment (https_proxy); "
			   "'[api] proxy = none' ignores it" : "none");
	else
		doctor_say(d, DOCTOR_OK, "proxy", "%s", strcmp(set, "none") == 0 ? "none (configured)" :
			   "the one of [api] proxy");
}

static void check_clock(struct doctor *d, const struct clock *clock)
{
	const int64_t now = clock->wall_ms(clock) / 1000;
	char text[24];

	clock_iso(now, text, sizeof text);
	if (now < CLOCK_LEAST)
		doctor_say(d, DOCTOR_BAD, "clock", "%s is long past: set the clock; connections will be refused", text);
	else
		doctor_say(d, DOCTOR_OK, "clock", "%s", text);
}

static void check_environment(struct doctor *d)
{
	doctor_say(d, DOCTOR_OK, "program", "numdesk %s", NUMDESK_VERSION);
	doctor_say(d, DOCTOR_OK, "libraries", "%s", http_library());
	check_clock(d, d->s ? d->s->clock : &clock_system);
	check_terminal(d);
	check_memory(d);
	check_proxy(d);
}

/* --- our files -------------------------------------------------------------------------------------------------- */

static void check_vault(struct doctor *d)
{
	struct session *s = d->s;

	if (!s->vault_exists)
		doctor_say(d, DOCTOR_NOTE, "vault", "none yet: 'numdesk profile add' makes it");
	else if (!s->vault)
		doctor_say(d, DOCTOR_OK, "vault", "'%s', locked", s->paths.vault);
	else
		doctor_say(d, DOCTOR_OK, "vault", "'%s', unlocked: %zu profiles, generation %" PRIu64, s->paths.vault,
			   vault_count(s->vault), vault_generation(s->vault));
	if (s->profile.name[0])
		doctor_say(d, DOCTOR_OK, "profile", "'%s', account %s, at %s%s", s->profile.name,
			   s->profile.account_sid, s->base_url,
			   s->profile.is_loopback ? " (this machine: a test server)" : "");
	else
		doctor_say(d, DOCTOR_NOTE, "profile", "none in use");
}

static void check_journal(struct doctor *d)
{
	struct session *s = d->s;
	uint8_t hash[CRYPTO_HASH] = {0};
	int64_t seq = 0;
	size_t open;
	struct err e;

	if (!s->vault || !vault_head_get(s->vault, &seq, hash))
		seq = 0;
	if (!ledger_verify(s->ledger, seq, hash, &e))
		doctor_say(d, DOCTOR_BAD, "journal", "%s", e.msg);
	else if (seq > 0)
		doctor_say(d, DOCTOR_OK, "journal", "whole, with the event that was sealed in the vault (%" PRId64 ")",
			   seq);
	else
		doctor_say(d, DOCTOR_OK, "journal", "whole%s",
			   s->vault ? "" : "; its sealed head is looked at once unlocked");
	if (ledger_failed(s->ledger, &e))
		doctor_say(d, DOCTOR_BAD, "ledger", "%s", e.msg);
	else
		doctor_say(d, s->ledger_read_only ? DOCTOR_NOTE : DOCTOR_OK, "ledger", "'%s'%s", s->paths.ledger,
			   s->ledger_read_only ? ", read-only" : "");
	open = ledger_open_count(s->ledger, NULL);
	doctor_say(d, open ? DOCTOR_NOTE : DOCTOR_OK, "operations", "%zu open%s", open,
		   open ? ": 'numdesk resume' settles them" : "");
}

static void check_cache(struct doctor *d)
{
	struct session *s = d->s;
	const int64_t age = session_now(s) - s->account.synced_at;
	const bool old = age > 60 * config_int(&s->config, OPTION_SYNC_STALE);
	struct cache_summary sum = {0};
	char text[32];
	struct err e;

	if (!s->profile.account_sid[0]) {
		doctor_say(d, DOCTOR_OK, "cache", "'%s'", s->paths.cache);
	} else if (!cache_summary(s->cache, s->profile.account_sid, &sum, &e)) {
		doctor_say(d, DOCTOR_BAD, "cache", "%s; it may be deleted: %s", e.msg, s->paths.cache);
	} else if (s->account.synced_at == 0) {
		doctor_say(d, DOCTOR_NOTE, "cache", "never refreshed: run 'numdesk sync'");
	} else {
		doctor_say(d, old ? DOCTOR_NOTE : DOCTOR_OK, "cache", "%" PRId64 " numbers, refreshed %s%s",
			   sum.numbers, clock_age(age, text, sizeof text), strcmp(text, "now") == 0 ? "" : " ago");
	}
}

/* --- the network ------------------------------------------------------------------------------------------------ */

struct probe { bool done; struct err err; };

static void probed(void *ctx, const struct err *err)
{
	struct probe *p = ctx;

	p->done = true;
	if (failed(err))
		p->err = *err;
}

static void check_network(struct doctor *d)
{
	struct session *s = d->s;
	struct probe p = {0};
	struct err e;
	uint32_t id;

	if (!session_ready(s, &e)) {
		doctor_say(d, DOCTOR_NOTE, "network", "not asked: %s", e.msg);
		return;
	}
	id = account_probe(&s->client, probed, &p, &p.err);
	if (id)
		doctor_await(d, &s->client, id, &p.done);
	if (p.err.kind == ERR_NET)
		doctor_say(d, DOCTOR_BAD, "network", "%s", p.err.msg);
	else
		doctor_say(d, DOCTOR_OK, "network", "%s answers", s->base_url);
	if (p.err.kind == ERR_NONE)
		doctor_say(d, DOCTOR_OK, "credentials", "profile '%s' may read its numbers", s->profile.name);
	else if (p.err.kind != ERR_NET)
		doctor_say(d, DOCTOR_BAD, "credentials", "%s", p.err.msg);
}

enum doctor_grade doctor_run(struct session *s, const struct err *open_error, bool live, doctor_line_fn *line,
			     void *ctx)
{
	struct doctor d = {.s = s, .line = line, .ctx = ctx};

	if (!crypto_init(NULL))
		doctor_say(&d, DOCTOR_BAD, "libraries", "libsodium cannot start");

	check_environment(&d);
	if (!s) {
		if (open_error)
			doctor_say(&d, DOCTOR_BAD, "start", "%s", open_error->msg);
		return d.worst;
	}
	check_file(&d, "configuration", s->paths.config, "not there, defaults are used");
	check_file(&d, "log", s->paths.log, "not there");
	if (s->notice[0])
		doctor_say(&d, DOCTOR_NOTE, "start", "%s", s->notice);
	check_vault(&d);
	check_journal(&d);
	check_cache(&d);
	check_network(&d);
	if (live)
		doctor_live(&d);
	return d.worst;
}
