#include "numdesk/core/lookups.h"

#include <stdlib.h>
#include <string.h>

#include "session_priv.h"

#include "numdesk/core/session.h"
#include "numdesk/twilio/lookups.h"
#include "numdesk/util/log.h"
#include "numdesk/util/mem.h"
#include "numdesk/util/text.h"
#include "numdesk/util/worker.h"

enum { AGE_S = LOOKUPS_DAYS * 24 * 3600 };

struct looking {
	struct session *s;
	struct client client;           /* its own: the session may turn to another profile meanwhile */
	char phone_number[E164_SIZE];
	struct lookup found;
	bool ok;
	struct err err;
	lookups_fn *done;
	void *ctx;
};

static bool is_young(const struct session *s, int64_t at)
{
	const int64_t now = session_now(s);

	return at > 0 && at <= now && now - at < AGE_S;
}

/* The bits of packages that are cached and young; *format tells whether the rest is. */
static unsigned young_packages(const struct session *s, const struct lookup *l, bool *format)
{
	unsigned young = 0;

	if ((l->packages & LOOKUP_LINE) && is_young(s, l->line_at))
		young |= LOOKUP_LINE;
	if ((l->packages & LOOKUP_NAME) && is_young(s, l->name_at))
		young |= LOOKUP_NAME;
	*format = is_young(s, l->fetched_at);
	return young;
}

bool lookups_cached(struct session *s, const char *phone_number, struct lookup *out)
{
	return s->profile.account_sid[0] && cache_lookup(s->cache, s->profile.account_sid, phone_number, out);
}

bool lookups_known(struct session *s, const char *phone_number, unsigned packages, struct lookup *out)
{
	bool format;

	return lookups_cached(s, phone_number, out) &&
	       (young_packages(s, out, &format) & packages) == packages && (format || packages);
}

static void finish(struct looking *q, const struct lookup *l, const struct err *err)
{
	static const struct err none;

	q->done(q->ctx, l, err ? err : &none);
	free(q);
}

static void store(void *ctx)
{
	struct looking *q = ctx;

	q->ok = cache_lookup_put(q->s->write_cache, q->client.account_sid, &q->found, &q->err);
}

/* What was paid for is told even where it could not be kept. */
static void stored(void *ctx)
{
	struct looking *q = ctx;
	struct lookup whole;

	if (!q->ok)
		log_write(LOG_WARN, "core", "the look-up of %s is not kept: %s", q->phone_number, q->err.msg);
	else
		session_touch(q->s);
	if (q->ok && cache_lookup(q->s->cache, q->client.account_sid, q->phone_number, &whole))
		q->found = whole;
	finish(q, &q->found, NULL);
}

static void came(void *ctx, const struct lookup *l, const struct err *err)
{
	struct looking *q = ctx;
	const int64_t now = session_now(q->s);

	if (failed(err)) {
		finish(q, NULL, err);
		return;
	}
	q->found = *l;
	q->found.fetched_at = now;
	q->found.line_at = l->packages & LOOKUP_LINE ? now : 0;
	q->found.name_at = l->packages & LOOKUP_NAME ? now : 0;
	worker_post(q->s->writer, store, stored, q);
}

void lookups_need(struct session *s, const char *phone_number, unsigned packages, bool fresh, lookups_fn *done, void *ctx)
{
	struct looking *q;
	struct lookup have;
	struct err e = {0};
	bool format;

	if (!fresh && lookups_known(s, phone_number, packages, &have)) {
		done(ctx, &have, &e);
		return;
	}
	if (!session_ready(s, &e)) {
		done(ctx, NULL, &e);
		return;
	}
	if (!fresh && lookups_cached(s, phone_number, &have))
		packages &= ~young_packages(s, &have, &format);
	q = mem_alloc(sizeof *q);
	*q = (struct looking){.s = s, .client = s->client, .done = done, .ctx = ctx};
	text_copy(q->phone_number, sizeof q->phone_number, phone_number);
	if (!lookup_fetch(&q->client, q->phone_number, packages, came, q, &e))
		finish(q, NULL, &e);
}
