#include "numdesk/core/accounts.h"

#include <stdlib.h>
#include <string.h>

#include "session_priv.h"

#include "numdesk/core/jobs.h"
#include "numdesk/core/session.h"
#include "numdesk/twilio/accounts.h"
#include "numdesk/twilio/resource.h"
#include "numdesk/util/log.h"
#include "numdesk/util/mem.h"
#include "numdesk/util/text.h"
#include "numdesk/util/worker.h"

/* --- from the cache ------------------------------------------------------------------------------------------------- */

const char *accounts_parent_sid(const struct session *s)
{
	return *s->profile.owner_account_sid ? s->profile.owner_account_sid : s->profile.account_sid;
}

static const char *profile_of(const struct profile *p, size_t n, const char *account_sid)
{
	for (size_t i = 0; i < n; i++)
		if (text_ieq(p[i].account_sid, account_sid))
			return p[i].name;
	return "";
}

static void fill_row(struct session *s, const struct profile *p, size_t n_profiles, struct account_row *row)
{
	struct cache_summary sum;

	row->is_parent = text_ieq(row->facts.account_sid, accounts_parent_sid(s));
	row->numbers = -1;
	row->monthly = MONEY_UNKNOWN;
	text_copy(row->profile, sizeof row->profile, profile_of(p, n_profiles, row->facts.account_sid));
	if (!row->facts.synced_at || !cache_summary(s->cache, row->facts.account_sid, &sum, NULL))
		return;
	row->numbers = sum.numbers;
	row->monthly = sum.unpriced || sum.mixed_currencies ? MONEY_UNKNOWN : sum.monthly;
	memcpy(row->currency, sum.currency, sizeof row->currency);
}

struct account_row *accounts_list(struct session *s, size_t *n)
{
	struct account_facts *facts = mem_array(ACCOUNTS_MAX, sizeof *facts);
	struct account_row *rows;
	struct profile *p;
	size_t n_profiles;

	*n = session_hidden(s) || !*accounts_parent_sid(s) ? 0 :
	     cache_accounts(s->cache, accounts_parent_sid(s), facts, ACCOUNTS_MAX);
	rows = mem_array(*n + 1, sizeof *rows);
	p = session_profiles(s, &n_profiles);
	for (size_t i = 0; i < *n; i++) {
		rows[i].facts = facts[i];
		fill_row(s, p, n_profiles, &rows[i]);
	}
	free(p);
	free(facts);
	return rows;
}

static bool is_closed(const struct account_row *r)
{
	return strcmp(r->facts.status, "closed") == 0;
}

bool account_find(struct session *s, const char *word, struct account_row *out, struct err *e)
{
	size_t n, found = 0, closed = 0;
	struct account_row *rows = accounts_list(s, &n);
	bool exact = false;

	for (size_t i = 0; i < n && !exact; i++) {
		exact = text_ieq(rows[i].facts.account_sid, word) || (*rows[i].profile && text_ieq(rows[i].profile, word));
		if (exact)
			*out = rows[i];
		else if (strcmp(rows[i].facts.name, word) == 0 && is_closed(&rows[i]))
			closed++;
		else if (strcmp(rows[i].facts.name, word) == 0 && found++ == 0)
			*out = rows[i];
	}
	free(rows);
	if (exact || found == 1)
		return true;
	if (found > 1)
		return err_set(e, ERR_USAGE, "%zu accounts are called '%.60s': give the SID of the one you mean", found, word);
	if (closed)
		return err_set(e, ERR_NOT_FOUND, "account '%.60s' is closed for good; to name it all the same give its SID", word);
	return err_set(e, ERR_NOT_FOUND, "there is no account '%.60s': 'numdesk account list --refresh' asks Twilio, 'numdesk "
		       "account create NAME' makes one", word);
}

/* --- from Twilio ---------------------------------------------------------------------------------------------------- */

struct refresh {
	struct session *s;
	struct resource_walk *walk;
	uint32_t job;
	struct account_facts *v; size_t n, cap;
	bool ok;
	struct err err;
	catalog_fn *done;
	void *ctx;
};

static void finish(struct refresh *r, const struct err *err)
{
	const struct err none = {0};

	jobs_end(r->s->jobs, r->job);
	if (r->done)
		r->done(r->ctx, err ? err : &none);
	free(r->v);
	free(r);
}

static void store_work(void *ctx)
{
	struct refresh *r = ctx;

	r->ok = cache_accounts_set(r->s->write_cache, r->v, r->n, &r->err);
}

static void store_done(void *ctx)
{
	struct refresh *r = ctx;

	session_refresh_account(r->s);
	session_touch(r->s);
	finish(r, r->ok ? NULL : &r->err);
}

static bool take(void *ctx, const struct json *row)
{
	struct refresh *r = ctx;

	if (r->n == r->cap) {
		r->cap = r->cap ? r->cap * 2 : 32;
		r->v = mem_grow(r->v, r->cap, sizeof *r->v);
	}
	if (account_decode(row, &r->v[r->n])) {
		r->v[r->n].fetched_at = session_now(r->s);
		r->n++;
	}
	jobs_progress(r->s->jobs, r->job, "%zu", r->n);
	return true;
}

static void end(void *ctx, bool complete, const struct err *err)
{
	struct refresh *r = ctx;

	r->walk = NULL;
	if (err)
		finish(r, err);
	else if (complete)
		worker_post(r->s->writer, store_work, store_done, r);
}

static void stop(void *ctx)
{
	resource_stop(((struct refresh *)ctx)->walk, false);
}

void accounts_refresh(struct session *s, catalog_fn *done, void *ctx)
{
	const struct resource_list list = {
		.product = "api", .path = "/Accounts", .key = "accounts", .page_size = 1000,
	};
	struct client client;
	struct refresh *r;
	struct err e = {0};

	if (!session_ready(s, &e)) {
		done(ctx, &e);
		return;
	}
	/* a main key may list accounts too; a subaccount sees itself */
	if (!session_client_for(s, s->profile.account_sid, CLIENT_PARENT, &client, NULL))
		client = s->client;
	r = mem_alloc(sizeof *r);
	*r = (struct refresh){.s = s, .done = done, .ctx = ctx};
	r->job = jobs_begin(s->jobs, "listing accounts", stop, r);
	r->walk = resource_each(&client, &list, take, end, r, &e);
	if (!r->walk)
		finish(r, &e);
}
