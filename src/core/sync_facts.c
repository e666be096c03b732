#include "sync_priv.h"

#include <string.h>

#include "session_priv.h"

#include "numdesk/core/catalog.h"
#include "numdesk/core/jobs.h"
#include "numdesk/core/settle.h"
#include "numdesk/util/log.h"
#include "numdesk/util/mem.h"
#include "numdesk/util/worker.h"

/*
 * After a complete pass, what makes the list worth reading: metadata, late finds, the prices of the countries in it,
 * the account's facts and balance, the sums. None of them missing makes the pass a failure.
 */
#define MAX_COUNTRIES_USED 250

static void counted(void *ctx)
{
	sync_finish(ctx);
}

void sync_count(struct sync *y)
{
	session_refresh_summary(y->s, counted, y);
}

static void account_came(void *ctx, const struct err *err)
{
	struct sync *y = ctx;

	if (failed(err))
		log_write(LOG_WARN, "sync", "no account facts: %s", err->msg);
	sync_count(y);
}

static void prices_came(void *ctx, const struct err *err);

/* One country after the other: an account has few, and the transport's slots are not ours alone. */
static void next_facts(struct sync *y)
{
	struct session *s = y->s;

	if (y->stopping || strcmp(s->profile.account_sid, y->client.account_sid) != 0) {
		sync_count(y);
	} else if (y->at_country < y->n_countries) {
		jobs_progress(s->jobs, y->job, "prices %.2s", y->countries[y->at_country]);
		catalog_need_prices(s, y->countries[y->at_country++], false, prices_came, y);
	} else {
		jobs_progress(s->jobs, y->job, "account");
		catalog_need_account(s, account_came, y);
	}
}

static void prices_came(void *ctx, const struct err *err)
{
	struct sync *y = ctx;

	if (failed(err))
		log_write(LOG_WARN, "sync", "no prices: %s", err->msg);
	next_facts(y);
}

/* Which countries: a look at every row, too long for the loop. */
static void countries_work(void *ctx)
{
	struct sync *y = ctx;

	y->countries = mem_array(MAX_COUNTRIES_USED, sizeof *y->countries);
	y->n_countries = cache_countries_used(y->s->query_cache, y->client.account_sid, y->countries,
					      MAX_COUNTRIES_USED);
}

static void countries_done(void *ctx)
{
	next_facts(ctx);
}

void sync_facts(struct sync *y)
{
	struct session *s = y->s;

	if (strcmp(s->profile.account_sid, y->client.account_sid) == 0) {
		session_mirror_meta(s);
		if (s->settle)
			(void)settle_after_sync(s->settle);     /* what it finds it tells its own listener */
	}
	worker_post(s->reader, countries_work, countries_done, y);
}
