#include "mirror.h"

#include <stdlib.h>
#include <string.h>

#include "numdesk/core/session.h"
#include "numdesk/store/ledger.h"
#include "numdesk/util/log.h"
#include "numdesk/util/mem.h"
#include "numdesk/util/text.h"
#include "numdesk/util/worker.h"

enum { MAKE_UP_MAX = 1000 };

struct mirror {
	struct session *s;
	struct arena mem;
	struct number number;
	bool gone, ok;
	int64_t now;
	struct err err;
};

static void write_cache(void *ctx)
{
	struct mirror *m = ctx;
	struct cache *c = m->s->write_cache;

	m->ok = m->gone ? cache_mark_gone(c, m->number.account_sid, m->number.phone_sid, m->now, &m->err) :
			  cache_put(c, &m->number, m->now, &m->err);
}

static void written(void *ctx)
{
	struct mirror *m = ctx;

	/* The journal knows and Twilio knows; the next sync mends the copy. */
	if (!m->ok)
		log_write(LOG_WARN, "core", "cannot keep %s in the cache: %s", m->number.phone_number, m->err.msg);
	session_touch(m->s);
	session_refresh_summary(m->s, NULL, NULL);
	arena_release(&m->mem);
	free(m);
}

static struct mirror *new_mirror(struct session *s)
{
	struct mirror *m = mem_alloc(sizeof *m);

	m->s = s;
	m->now = session_now(s);
	return m;
}

void mirror_put(struct session *s, const struct number *n, const struct operation *op)
{
	struct mirror *m = new_mirror(s);

	number_copy(&m->number, n, &m->mem);
	if (op && m->number.monthly_price == MONEY_UNKNOWN && op->price_micros > 0) {
		m->number.monthly_price = op->price_micros;
		text_copy(m->number.currency, sizeof m->number.currency, op->currency);
	}
	worker_post(s->writer, write_cache, written, m);
}

void mirror_gone(struct session *s, const char *account_sid, const char *phone_sid)
{
	struct mirror *m = new_mirror(s);

	m->gone = true;
	text_copy(m->number.account_sid, sizeof m->number.account_sid, account_sid);
	text_copy(m->number.phone_sid, sizeof m->number.phone_sid, phone_sid);
	worker_post(s->writer, write_cache, written, m);
}

/* --- what a crash has left undone ------------------------------------------------------------------------------- */

/* Only what was seen last before it was released: a number that a list showed later is there, whatever we believe. */
static bool is_listed_still(struct session *s, const struct operation *op)
{
	struct arena mem = {0};
	struct number n;
	const bool listed = cache_find_sid(s->cache, op->account_sid, op->phone_sid, &n, &mem, NULL) && !n.is_gone &&
			    n.seen_at <= op->updated_at / 1000;

	arena_release(&mem);
	return listed;
}

static bool make_up(void *ctx, const struct operation *op)
{
	struct session *s = ctx;
	struct err e = {0};

	if (op->kind == OP_RELEASE && op->state == OP_DONE && is_listed_still(s, op) &&
	    !cache_mark_gone(s->write_cache, op->account_sid, op->phone_sid, op->updated_at / 1000, &e))
		log_write(LOG_WARN, "core", "%s was released and stays in the cache: %s", op->phone_number, e.msg);
	return true;
}

void mirror_make_up(struct session *s)
{
	/* each start mends what the session before it left: that was among its last operations */
	const struct ledger_filter newest = {.limit = MAKE_UP_MAX};

	(void)ledger_each(s->ledger, &newest, make_up, s, NULL);        /* else the next sync mends the copy */
}
