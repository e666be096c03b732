#include "test.h"

#include "desk.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "numdesk/core/profiles.h"
#include "numdesk/core/reactor.h"
#include "numdesk/core/sync.h"
#include "numdesk/util/mem.h"
#include "numdesk/util/secret.h"
#include "numdesk/util/text.h"
#include "numdesk/util/worker.h"

static const char passphrase[] = "correct horse", token[] = "0123456789abcdef0123456789abcdef";
static struct arena texts;

static void need(bool ok, const char *what, const struct err *e)
{
	if (!ok)
		fail_msg("%s: %s", what, e->msg);
}

static void profile_stored(void *ctx, const struct vault_entry *stored, const struct err *err)
{
	(void)stored;
	if (err->kind != ERR_NONE)
		fail_msg("profile: %s", err->msg);
	*(bool *)ctx = true;
}

static void add_profile(struct desk *d)
{
	struct profile_request r = {.entry.profile = {.name = "acme", .account_sid = TW_ACCOUNT, .auth = AUTH_TOKEN}};
	struct secret *secret = secret_from(token, sizeof token - 1);
	struct err e = {0};
	bool done = false;

	r.secret = secret;
	need(profile_add_start(d->s, &r, profile_stored, &done, &e), "profile", &e);
	need(reactor_until(d->s->reactor, &done, &e), "loop", &e);
	secret_free(secret);
}

static bool threads_busy(void *ctx)
{
	struct desk *d = ctx;

	return d->s && (worker_pending(d->s->writer) > 0 || worker_pending(d->s->reader) > 0);
}

static void write_config(const char *home, const char *text)
{
	int fd = open(test_path(home, "config.ini"), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
}

void desk_open_with(struct desk *d, const char *home, struct tw_world *w, const char *config)
{
	const bool fresh = !home;
	struct secret *pass = secret_from(passphrase, sizeof passphrase - 1);
	struct session_options o = {0};
	struct http *http;
	struct err e = {0};

	*d = (struct desk){.home = fresh ? test_dir() : home};
	if (!w)
		tw_world_init(&d->own, DESK_START_MS);
	d->w = w ? w : &d->own;
	clock_fake_init(&d->clock, d->w->wall);
	if (config)
		write_config(d->home, config);
	http = tw_http_new(d->w, &d->clock);
	tw_http_busy(http, threads_busy, d);
	o = (struct session_options){.home = d->home, .clock = &d->clock.base, .http = http};
	need(session_open(&d->s, &o, &e), "open", &e);
	if (d->s->vault_exists)
		need(session_unlock(d->s, pass, &e), "unlock", &e);
	else
		need(profile_create_vault(d->s, pass, &e), "vault", &e);
	secret_free(pass);
	if (!*d->s->profile.name)
		add_profile(d);
	desk_run(d, 0);
}

void desk_open(struct desk *d, const char *home, struct tw_world *w)
{
	desk_open_with(d, home, w, NULL);
}

void desk_close(struct desk *d)
{
	d->w->wall = d->clock.wall;
	session_close(d->s);
	d->s = NULL;
	arena_release(&texts);
}

void desk_run(struct desk *d, int64_t ms)
{
	const int64_t until = d->clock.mono + ms;
	struct err e = {0};

	do {
		const int64_t left = until - d->clock.mono;

		need(reactor_turn(d->s->reactor, NULL, 0, left > 0 ? (int)left : 0, &e), "loop", &e);
	} while (d->clock.mono < until || threads_busy(d));
}

bool desk_until(struct desk *d, bool (*cond)(struct desk *), int64_t ms)
{
	const int64_t until = d->clock.mono + ms;
	struct err e = {0};

	while (!cond(d)) {
		const int64_t left = until - d->clock.mono;

		if (left <= 0)
			return false;
		need(reactor_turn(d->s->reactor, NULL, 0, (int)left, &e), "loop", &e);
	}
	return true;
}

static bool is_idle(struct desk *d)
{
	return d->s->http->running(d->s->http) == 0 && !threads_busy(d) && !d->s->apply;
}

void desk_idle(struct desk *d)
{
	if (!desk_until(d, is_idle, 600000))
		fail_msg("something never ends");
}

static bool copy_newest(void *ctx, const struct operation *op)
{
	struct operation *out = ctx;

	*out = *op;
	out->message = arena_dup(&texts, op->message);
	out->owner = arena_dup(&texts, op->owner);
	out->want_json = arena_dup(&texts, op->want_json);
	out->before_json = arena_dup(&texts, op->before_json);
	return false;
}

bool desk_op(struct desk *d, const char *phone, struct operation *out)
{
	const struct ledger_filter f = {.phone_number = phone, .limit = 1};
	struct err e = {0};

	arena_reset(&texts);
	*out = (struct operation){0};
	need(ledger_each(d->s->ledger, &f, copy_newest, out, &e), "ledger", &e);
	return out->id != 0;
}

static void synced(void *ctx, const struct cache_report *report, const struct err *err)
{
	(void)report;
	if (err->kind != ERR_NONE)
		fail_msg("sync: %s", err->msg);
	*(bool *)ctx = true;
}

void desk_sync(struct desk *d)
{
	struct err e = {0};
	bool done = false;

	need(sync_start(d->s, synced, &done, &e), "sync", &e);
	need(reactor_until(d->s->reactor, &done, &e), "loop", &e);
}

static struct desk_outcome outcome;

static void row_changed(void *ctx, size_t i, const struct operation *op)
{
	(void)ctx, (void)i, (void)op;
	outcome.rows++;
}

static void plan_done(void *ctx, const struct apply_summary *sum)
{
	(void)ctx;
	outcome.finished = true;
	outcome.sum = *sum;
}

const struct desk_outcome *desk_outcome(void)
{
	return &outcome;
}

bool desk_start(struct desk *d, struct plan *p, struct err *e)
{
	struct verdict v;
	bool ok;

	outcome = (struct desk_outcome){0};
	guard_check(d->s, p, NULL, &v);
	ok = apply_start(d->s, p, &v, v.confirm == CONFIRM_YES ? "y" : v.expect, v.also_type, row_changed, plan_done,
			 NULL, e);
	verdict_release(&v);
	if (!ok)
		plan_release(p);
	return ok;
}

static bool is_finished(struct desk *d)
{
	(void)d;
	return outcome.finished;
}

static bool run_plan(struct desk *d, struct plan *p, struct apply_summary *sum, struct err *e)
{
	if (!desk_start(d, p, e))
		return false;
	if (!desk_until(d, is_finished, 1000000))
		fail_msg("the plan never ends");
	*sum = outcome.sum;
	return true;
}

bool desk_buy(struct desk *d, const char *phone, struct apply_summary *sum, struct err *e)
{
	const struct offer o = desk_offer(phone, d->w->price);
	struct plan p;

	plan_init(&p, "cli");
	plan_add_buy(&p, d->s, &o, NULL);
	return run_plan(d, &p, sum, e);
}

bool desk_release(struct desk *d, const char *phone, struct apply_summary *sum, struct err *e)
{
	const struct number n = desk_number(d, phone);
	struct plan p;

	plan_init(&p, "cli");
	plan_add_release(&p, d->s, &n, "{}");
	return run_plan(d, &p, sum, e);
}

struct offer desk_offer(const char *phone, int64_t price)
{
	struct offer o = {.type = NUMBER_LOCAL, .monthly_price = price, .country = "US", .currency = "USD"};

	text_copy(o.phone_number, sizeof o.phone_number, phone);
	return o;
}

struct number desk_number(struct desk *d, const char *phone)
{
	const struct tw_number *t = tw_find(d->w, phone);
	struct number n = {.country = "US", .currency = "USD", .type = NUMBER_LOCAL, .monthly_price = 1150000};

	assert_non_null(t);
	text_copy(n.account_sid, sizeof n.account_sid, TW_ACCOUNT);
	text_copy(n.phone_sid, sizeof n.phone_sid, t->sid);
	text_copy(n.phone_number, sizeof n.phone_number, phone);
	return n;
}
