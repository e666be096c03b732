#include "numdesk/core/catalog.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "session_priv.h"

#include "numdesk/core/session.h"
#include "numdesk/twilio/accounts.h"
#include "numdesk/twilio/available.h"
#include "numdesk/util/err.h"
#include "numdesk/util/log.h"
#include "numdesk/util/mem.h"
#include "numdesk/util/text.h"
#include "numdesk/util/worker.h"

/*
 * One question is a heap object that asks Twilio, hands the answer to the cache's writer, and tells its caller when it
 * is stored. It has a client of its own: the session may turn to another profile meanwhile.
 */
#define COUNTRIES_AGE_S (24 * 3600)
#define PRICES_AGE_S (12 * 3600)
#define MAX_COUNTRIES 300

struct question {
	struct session *s;
	struct client client;
	char country[3];
	struct country *countries;
	struct price *prices;
	size_t n;
	struct account_facts facts;
	bool ok;
	struct err err;
	catalog_fn *done;
	void *ctx;
};

static struct question *question_new(struct session *s, catalog_fn *done, void *ctx)
{
	struct question *q = mem_alloc(sizeof *q);

	*q = (struct question){.s = s, .client = s->client, .done = done, .ctx = ctx};
	return q;
}

static void finish(struct question *q, const struct err *err)
{
	if (q->done)
		q->done(q->ctx, err);
	free(q->countries);
	free(q->prices);
	free(q);
}

static void fail_now(catalog_fn *done, void *ctx, const struct err *e)
{
	if (done)
		done(ctx, e);
}

static void succeed_now(catalog_fn *done, void *ctx)
{
	const struct err none = {0};

	fail_now(done, ctx, &none);
}

static void stored(void *ctx)
{
	struct question *q = ctx;
	const struct err none = {0};

	if (q->ok)
		session_touch(q->s);
	finish(q, q->ok ? &none : &q->err);
}

/* --- countries -------------------------------------------------------------------------------------------------- */

static void store_countries(void *ctx)
{
	struct question *q = ctx;

	q->ok = cache_countries_set(q->s->write_cache, q->client.account_sid, q->countries, q->n, session_now(q->s),
				    &q->err);
}

static void countries_came(void *ctx, const struct country *v, size_t n, const struct err *err)
{
	struct question *q = ctx;

	if (failed(err)) {
		finish(q, err);
		return;
	}
	q->countries = mem_array(n, sizeof *v);
	if (n > 0)
		memcpy(q->countries, v, n * sizeof *v);
	q->n = n;
	worker_post(q->s->writer, store_countries, stored, q);
}

size_t catalog_countries(struct session *s, struct country *out, size_t max)
{
	int64_t at;

	return s->profile.account_sid[0] ? cache_countries(s->cache, s->profile.account_sid, out, max, &at) : 0;
}

static bool countries_are_young(struct session *s)
{
	struct country one;
	int64_t at = 0;

	return cache_countries(s->cache, s->profile.account_sid, &one, 1, &at) > 0 &&
	       session_now(s) - at < COUNTRIES_AGE_S && session_now(s) >= at;
}

void catalog_need_countries(struct session *s, bool fresh, catalog_fn *done, void *ctx)
{
	struct question *q;
	struct err e;

	if (!fresh && s->profile.account_sid[0] && countries_are_young(s)) {
		succeed_now(done, ctx);
		return;
	}
	if (!session_ready(s, &e)) {
		fail_now(done, ctx, &e);
		return;
	}
	q = question_new(s, done, ctx);
	if (!available_countries(&q->client, countries_came, q, &e))
		finish(q, &e);
}

unsigned catalog_types(struct session *s, const char *country)
{
	struct country *v = mem_array(MAX_COUNTRIES, sizeof *v);
	const size_t n = catalog_countries(s, v, MAX_COUNTRIES);
	unsigned types = 0;

	for (size_t i = 0; i < n; i++)
		if (text_ieq(v[i].code, country))
			types = v[i].types;
	free(v);
	return types;
}

/* --- prices ----------------------------------------------------------------------------------------------------- */

static void store_prices(void *ctx)
{
	struct question *q = ctx;

	q->ok = cache_prices_set(q->s->write_cache, q->client.account_sid, q->country, q->prices, q->n,
				 session_now(q->s), &q->err);
}

static void prices_came(void *ctx, const struct price *v, size_t n, const struct err *err)
{
	struct question *q = ctx;

	/* a country without a price list is a fact as well */
	if (failed(err) && err->kind != ERR_NOT_FOUND) {
		finish(q, err);
		return;
	}
	q->n = failed(err) ? 0 : n;
	q->prices = mem_array(q->n, sizeof *v);
	if (q->n > 0)
		memcpy(q->prices, v, q->n * sizeof *v);
	worker_post(q->s->writer, store_prices, stored, q);
}

static bool prices_are_young(struct session *s, const char *country)
{
	struct price p;

	for (int t = NUMBER_TYPE_UNKNOWN + 1; t < NUMBER_TYPE_COUNT; t++)
		if (cache_price(s->cache, s->profile.account_sid, country, (enum number_type)t, &p))
			return session_now(s) - p.fetched_at < PRICES_AGE_S && session_now(s) >= p.fetched_at;
	return false;
}

void catalog_need_prices(struct session *s, const char *country, bool fresh, catalog_fn *done, void *ctx)
{
	struct question *q;
	struct err e;

	if (!fresh && s->profile.account_sid[0] && prices_are_young(s, country)) {
		succeed_now(done, ctx);
		return;
	}
	if (!session_ready(s, &e)) {
		fail_now(done, ctx, &e);
		return;
	}
	q = question_new(s, done, ctx);
	if (!text_copy(q->country, sizeof q->country, country)) {
		err_set(&e, ERR_USAGE, "'%.20s' is no two-letter country code", country);
		finish(q, &e);
	} else if (!pricing_country(&q->client, q->country, prices_came, q, &e)) {
		finish(q, &e);
	}
}

int64_t catalog_price(struct session *s, const char *country, enum number_type type, char currency[4])
{
	struct price p;

	currency[0] = '\0';
	if (!s->profile.account_sid[0] || !cache_price(s->cache, s->profile.account_sid, country, type, &p))
		return MONEY_UNKNOWN;
	memcpy(currency, p.currency, sizeof p.currency);
	return p.micros;
}

/* --- the account ------------------------------------------------------------------------------------------------ */

/* The vault keeps the account's name, so that the next start shows it before the network has answered. */
static void remember_name(struct session *s, const struct account_facts *f)
{
	struct vault_entry entry;
	struct profile *p = &s->profile;
	struct err e;

	if (!s->vault || s->ledger_read_only || strcmp(p->account_sid, f->account_sid) != 0 ||
	    (strncmp(p->account_name, f->name, sizeof p->account_name - 1) == 0 &&
	     strcmp(p->owner_account_sid, f->owner_account_sid) == 0))
		return;
	if (!vault_find(s->vault, p->name, &entry, &e))
		return;
	snprintf(p->account_name, sizeof p->account_name, "%s", f->name);
	memcpy(p->owner_account_sid, f->owner_account_sid, sizeof p->owner_account_sid);
	memcpy(entry.profile.account_name, p->account_name, sizeof p->account_name);
	memcpy(entry.profile.owner_account_sid, p->owner_account_sid, sizeof p->owner_account_sid);
	if (!vault_update(s->vault, &entry, &e) || !session_mirror_profiles(s, &e))
		log_write(LOG_WARN, "catalog", "cannot keep the account's name: %s", e.msg);
}

static void account_complete(struct question *q)
{
	const struct err none = {0};
	struct session *s = q->s;

	session_store_account(s, &q->facts);
	if (strcmp(q->facts.account_sid, s->profile.account_sid) == 0) {
		q->facts.synced_at = s->account.synced_at;      /* the cache's, which leaves it alone */
		s->account = q->facts;
	}
	finish(q, &none);
}

static void balance_came(void *ctx, int64_t micros, const char *currency, const struct err *err)
{
	struct question *q = ctx;

	if (failed(err)) {
		finish(q, err);
		return;
	}
	q->facts.balance = micros;
	q->facts.balance_at = session_now(q->s);
	snprintf(q->facts.balance_currency, sizeof q->facts.balance_currency, "%s", currency ? currency : "");
	account_complete(q);
}

/* Standard keys may read the balance, but not the account: then its facts stay as they were. */
static void facts_came(void *ctx, const struct account_facts *f, const struct err *err)
{
	struct question *q = ctx;
	struct err e;

	if (failed(err) && err->kind != ERR_AUTH) {
		finish(q, err);
		return;
	}
	if (!failed(err) && f) {
		const struct account_facts was = q->facts;

		q->facts = *f;
		q->facts.balance = was.balance;
		memcpy(q->facts.balance_currency, was.balance_currency, sizeof was.balance_currency);
		q->facts.balance_at = was.balance_at;
		q->facts.synced_at = was.synced_at;
		q->facts.fetched_at = session_now(q->s);
		remember_name(q->s, f);
	}
	if (!account_balance(&q->client, balance_came, q, &e))
		finish(q, &e);
}

void catalog_need_account(struct session *s, catalog_fn *done, void *ctx)
{
	struct question *q;
	struct err e;

	if (!session_ready(s, &e)) {
		fail_now(done, ctx, &e);
		return;
	}
	q = question_new(s, done, ctx);
	q->facts = s->account;
	memcpy(q->facts.account_sid, s->profile.account_sid, sizeof q->facts.account_sid);
	if (!account_fetch(&q->client, facts_came, q, &e))
		finish(q, &e);
}
