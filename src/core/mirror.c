#include "mirror.h"

#include <stdlib.h>
#include <string.h>

#include "numdesk/core/session.h"
#include "numdesk/util/log.h"
#include "numdesk/util/mem.h"
#include "numdesk/util/text.h"
#include "numdesk/util/worker.h"

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
