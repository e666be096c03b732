/*
 * Asking Twilio for what a plan's purchases need to be judged: one step after the other, each only when the cache does
 * not know. What cannot be learned is told at the end and stops nothing: the guard says what is not known.
 */
#include "numdesk/core/papers.h"

#include <stdlib.h>
#include <string.h>

#include "kind.h"
#include "session_priv.h"

#include "numdesk/core/plan.h"
#include "numdesk/core/session.h"
#include "numdesk/core/things.h"
#include "numdesk/twilio/papers.h"
#include "numdesk/util/log.h"
#include "numdesk/util/text.h"
#include "numdesk/util/worker.h"

enum { REGULATIONS_AGE_S = 7 * 24 * 3600, CASES_MAX = 64 };

struct paper_case { char country[3]; enum number_type type; };

struct asking {
	struct session *s;
	struct client client;           /* its own: the session may turn to another profile meanwhile */
	struct paper_case cases[CASES_MAX]; size_t n, at;
	bool address, fresh_address, bundle_given, fresh_bundles, all_bundles;
	struct regulation *found; size_t n_found;
	char (*sids)[SID_SIZE]; size_t n_sids, at_sid;  /* regulations that bundles name and nobody knows */
	bool ok;
	struct err err, first;          /* of the step; of all */
	catalog_fn *done;
	void *ctx;
};

static void remember(struct asking *q, const struct err *err)
{
	if (failed(err) && q->first.kind == ERR_NONE)
		q->first = *err;
}

static void finish(struct asking *q)
{
	if (q->done)
		q->done(q->ctx, &q->first);
	free(q->found);
	free(q->sids);
	free(q);
}

/* --- regulations that bundles name ------------------------------------------------------------------------------ */

static void next_sid(struct asking *q);

static void store_one(void *ctx)
{
	struct asking *q = ctx;

	q->ok = cache_regulation_put(q->s->write_cache, q->found, session_now(q->s), &q->err);
}

static void one_stored(void *ctx)
{
	struct asking *q = ctx;

	if (!q->ok)
		remember(q, &q->err);
	next_sid(q);
}

static void keep(struct asking *q, const struct regulation *v, size_t n)
{
	q->found = mem_grow(q->found, n + 1, sizeof *v);
	q->n_found = n;
	if (n)
		memcpy(q->found, v, n * sizeof *v);
}

static void one_came(void *ctx, const struct regulation *v, size_t n, const struct err *err)
{
	struct asking *q = ctx;

	if (failed(err)) {
		remember(q, err);
		next_sid(q);
		return;
	}
	keep(q, v, n);
	worker_post(q->s->writer, store_one, one_stored, q);
}

static void next_sid(struct asking *q)
{
	struct err e = {0};

	while (q->at_sid < q->n_sids) {
		if (regulation_fetch(&q->client, q->sids[q->at_sid++], one_came, q, &e))
			return;
		remember(q, &e);
	}
	finish(q);
}

static void bundles_read(void *ctx, const struct err *err)
{
	struct asking *q = ctx;
	struct papers x;

	remember(q, err);
	papers_open(q->s, q->client.account_sid, &x);
	q->sids = mem_array(x.n_bundles + 1, sizeof *q->sids);
	for (size_t i = 0; i < x.n_bundles; i++) {
		const struct bundle *b = &x.bundles[i];
		size_t k = 0;

		while (k < q->n_sids && strcmp(q->sids[k], b->regulation_sid) != 0)
			k++;
		if (!*b->country && *b->regulation_sid && (q->all_bundles || bundle_is_valid(b, x.now)) && k == q->n_sids)
			text_copy(q->sids[q->n_sids++], SID_SIZE, b->regulation_sid);
	}
	papers_release(&x);
	next_sid(q);
}

/* --- what each country and type asks for ------------------------------------------------------------------------ */

static void next_case(struct asking *q);

static void store_case(void *ctx)
{
	struct asking *q = ctx;
	const struct paper_case *c = &q->cases[q->at - 1];

	q->ok = cache_regulations_set(q->s->write_cache, c->country, c->type, q->found, q->n_found, session_now(q->s),
				      &q->err);
}

static void case_stored(void *ctx)
{
	struct asking *q = ctx;

	if (!q->ok)
		remember(q, &q->err);
	next_case(q);
}

static void case_came(void *ctx, const struct regulation *v, size_t n, const struct err *err)
{
	struct asking *q = ctx;

	if (failed(err)) {
		remember(q, err);
		next_case(q);
		return;
	}
	keep(q, v, n);
	worker_post(q->s->writer, store_case, case_stored, q);
}

static bool is_young(struct session *s, const struct paper_case *c)
{
	int64_t at, now = session_now(s);

	return cache_regulated(s->cache, c->country, c->type, &at) >= 0 && at <= now && now - at < REGULATIONS_AGE_S;
}

static bool wants_bundle(const struct asking *q)
{
	for (size_t i = 0; i < q->n; i++)
		if (papers_bundle_need(q->s, q->cases[i].country, q->cases[i].type) > 0)
			return true;
	return q->bundle_given;
}

static void next_case(struct asking *q)
{
	struct err e = {0};

	while (q->at < q->n) {
		const struct paper_case *c = &q->cases[q->at++];

		if (is_young(q->s, c))
			continue;
		if (regulations_list(&q->client, c->country, c->type, case_came, q, &e))
			return;
		remember(q, &e);
	}
	if (wants_bundle(q))
		things_need(q->s, THING_BUNDLE, NULL, q->fresh_bundles, &q->client, bundles_read, q);
	else
		finish(q);
}

static void addresses_read(void *ctx, const struct err *err)
{
	struct asking *q = ctx;

	remember(q, err);
	next_case(q);
}

/* --- what the plan is about ------------------------------------------------------------------------------------- */

static void add_case(struct asking *q, const struct operation *op)
{
	for (size_t i = 0; i < q->n; i++)
		if (strcmp(q->cases[i].country, op->country) == 0 && q->cases[i].type == op->type)
			return;
	if (q->n == CASES_MAX || !*op->country || op->type == NUMBER_TYPE_UNKNOWN)
		return;
	text_copy(q->cases[q->n].country, sizeof q->cases[0].country, op->country);
	q->cases[q->n++].type = op->type;
}

/* A SID that is given and not in the cached list may have been made elsewhere a minute ago: the list is read anew. */
static void look_at(struct asking *q, const struct papers *x, const struct plan *p, size_t i)
{
	const struct operation *op = &p->ops[i];
	struct arena mem = {0};
	const char *address, *bundle;

	if (op->kind != OP_BUY)
		return;
	add_case(q, op);
	address = kind_want_text(op, "AddressSid", &mem);
	bundle = kind_want_text(op, "BundleSid", &mem);
	q->address = q->address || address || address_need_parse(p->needs_address[i]) > ADDRESS_NONE;
	q->bundle_given = q->bundle_given || bundle;
	q->fresh_address = q->fresh_address || (address && !papers_address(x, address));
	q->fresh_bundles = q->fresh_bundles || (bundle && !papers_bundle(x, bundle));
	arena_release(&mem);
}

void papers_need_bundles(struct session *s, bool fresh, catalog_fn *done, void *ctx)
{
	struct asking *q = mem_alloc(sizeof *q);
	struct err e = {0};

	*q = (struct asking){.s = s, .client = s->client, .all_bundles = true, .done = done, .ctx = ctx};
	if (session_ready(s, &e)) {
		things_need(s, THING_BUNDLE, NULL, fresh, &q->client, bundles_read, q);
	} else {
		remember(q, &e);
		finish(q);
	}
}

void papers_need(struct session *s, const struct plan *p, catalog_fn *done, void *ctx)
{
	struct asking *q = mem_alloc(sizeof *q);
	struct papers x;
	struct err e = {0};

	*q = (struct asking){.s = s, .client = s->client, .done = done, .ctx = ctx};
	papers_open(s, NULL, &x);
	for (size_t i = 0; i < p->n; i++)
		look_at(q, &x, p, i);
	papers_release(&x);
	if (q->n == 0 && !q->address && !q->bundle_given) {
		finish(q);
	} else if (!session_ready(s, &e)) {
		remember(q, &e);
		finish(q);
	} else if (q->address) {
		things_need(s, THING_ADDRESS, NULL, q->fresh_address, &q->client, addresses_read, q);
	} else {
		next_case(q);
	}
}
