#include "numdesk/core/session.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "session_priv.h"

#include "numdesk/core/jobs.h"
#include "numdesk/util/err.h"
#include "numdesk/util/log.h"
#include "numdesk/util/mem.h"
#include "numdesk/util/worker.h"

/* --- what a session mirrors and counts: tasks of the two cache threads ------------------------------------------ */

void session_touch(struct session *s)
{
	s->data_version++;
}

struct count_task {
	struct session *s;
	char account[SID_SIZE];
	struct cache_summary sum;
	bool ok;
	struct err err;
	void (*done)(void *);
	void *ctx;
};

static void count_work(void *ctx)
{
	struct count_task *t = ctx;

	t->ok = cache_summary(t->s->query_cache, t->account, &t->sum, &t->err);
}

static void count_done(void *ctx)
{
	struct count_task *t = ctx;
	struct session *s = t->s;

	/* a list that was superseded interrupts the connection, and may hit this instead */
	if (!t->ok && t->err.kind == ERR_STOPPED) {
		worker_post(s->reader, count_work, count_done, t);
		return;
	}
	if (!t->ok)
		log_write(LOG_WARN, "session", "cannot count: %s", t->err.msg);
	else if (strcmp(t->account, s->profile.account_sid) == 0)
		s->summary = t->sum;
	if (t->done)
		t->done(t->ctx);
	free(t);
}

void session_refresh_summary(struct session *s, void (*done)(void *), void *ctx)
{
	struct count_task *t;

	if (!s->profile.account_sid[0]) {
		s->summary = (struct cache_summary){0};
		if (done)
			done(ctx);
		return;
	}
	t = mem_alloc(sizeof *t);
	*t = (struct count_task){.s = s, .done = done, .ctx = ctx};
	memcpy(t->account, s->profile.account_sid, sizeof t->account);
	worker_post(s->reader, count_work, count_done, t);
}

/* --- metadata: from the ledger to the cache --------------------------------------------------------------------- */

struct meta_task {
	struct session *s;
	char account[SID_SIZE];
	int64_t version;
	struct arena mem;
	struct number_meta *meta; size_t n, cap;
	bool ok;
	struct err err;
};

static bool collect_meta(void *ctx, const struct number_meta *m)
{
	struct meta_task *t = ctx;
	struct number_meta *copy;

	if (t->n == t->cap) {
		t->cap = t->cap ? t->cap * 2 : 64;
		t->meta = mem_grow(t->meta, t->cap, sizeof *t->meta);
	}
	copy = &t->meta[t->n++];
	*copy = *m;
	copy->tags = arena_dup(&t->mem, m->tags);
	copy->note = arena_dup(&t->mem, m->note);
	copy->owner = arena_dup(&t->mem, m->owner);
	copy->customer_ref = arena_dup(&t->mem, m->customer_ref);
	return true;
}

static void meta_work(void *ctx)
{
	struct meta_task *t = ctx;

	t->ok = cache_meta_set(t->s->write_cache, t->account, t->meta, t->n, &t->err);
}

static void meta_free(struct meta_task *t)
{
	arena_release(&t->mem);
	free(t->meta);
	free(t);
}

/*
 * Which metadata is in which cache file: "VERSION INODE BORN". Remembered in the ledger, so that a start finds the
 * mirror whole without writing it anew; a cache that was deleted or put aside has another birth.
 */
static void mirror_stamp(const struct session *s, int64_t version, char dst[96])
{
	struct statx st = {0};

	if (statx(AT_FDCWD, s->paths.cache, 0, STATX_INO | STATX_BTIME, &st) < 0)
		st = (struct statx){0};
	snprintf(dst, 96, "%" PRId64 " %llu %lld.%u", version, (unsigned long long)st.stx_ino,
		 (long long)st.stx_btime.tv_sec, st.stx_btime.tv_nsec);
}

static void mirror_key(const char *account, char dst[64])
{
	snprintf(dst, 64, "mirror:%s", account);
}

static void meta_done(void *ctx)
{
	struct meta_task *t = ctx;
	char key[64], stamp[96];

	if (t->ok) {
		session_touch(t->s);
		mirror_key(t->account, key);
		mirror_stamp(t->s, t->version, stamp);
		/* when it cannot be remembered, the next start mirrors again */
		if (!t->s->ledger_read_only)
			(void)ledger_fact_set(t->s->ledger, key, stamp, NULL);
	} else
		log_write(LOG_WARN, "session", "cannot mirror metadata: %s", t->err.msg);
	meta_free(t);
}

void session_mirror_meta(struct session *s)
{
	session_mirror_meta_of(s, s->profile.account_sid);
}

void session_mirror_meta_of(struct session *s, const char *account_sid)
{
	struct meta_task *t;

	if (!*account_sid)
		return;
	t = mem_alloc(sizeof *t);
	t->s = s;
	t->version = ledger_meta_version(s->ledger);
	memcpy(t->account, account_sid, sizeof t->account);
	if (!ledger_meta_each(s->ledger, t->account, collect_meta, t, &t->err)) {
		log_write(LOG_WARN, "session", "cannot read metadata: %s", t->err.msg);
		meta_free(t);
		return;
	}
	if (s->more && strcmp(t->account, s->profile.account_sid) == 0) {
		s->more->meta_version = t->version;
		memcpy(s->more->meta_account, t->account, sizeof t->account);
	}
	worker_post(s->writer, meta_work, meta_done, t);
}

static bool meta_is_mirrored(const struct session *s)
{
	const int64_t version = ledger_meta_version(s->ledger);
	char key[64], stamp[96], known[96];

	if (s->more && s->more->meta_version == version &&
	    strcmp(s->more->meta_account, s->profile.account_sid) == 0)
		return true;
	mirror_key(s->profile.account_sid, key);
	mirror_stamp(s, version, stamp);
	return ledger_fact(s->ledger, key, known, sizeof known) && strcmp(known, stamp) == 0;
}

void session_refresh_account(struct session *s)
{
	s->account = (struct account_facts){.balance = MONEY_UNKNOWN};
	if (!s->profile.account_sid[0])
		return;
	if (!cache_account(s->cache, s->profile.account_sid, &s->account))
		s->account.balance = MONEY_UNKNOWN;
	if (!meta_is_mirrored(s))
		session_mirror_meta(s);
}

struct account_task {
	struct session *s;
	struct account_facts facts;
	bool ok;
	struct err err;
};

static void account_work(void *ctx)
{
	struct account_task *t = ctx;

	t->ok = cache_account_set(t->s->write_cache, &t->facts, &t->err);
}

static void account_done(void *ctx)
{
	struct account_task *t = ctx;

	if (!t->ok)
		log_write(LOG_WARN, "session", "cannot store account facts: %s", t->err.msg);
	else if (strcmp(t->facts.account_sid, t->s->profile.account_sid) == 0)
		session_refresh_account(t->s);
	free(t);
}

void session_store_account(struct session *s, const struct account_facts *facts)
{
	struct account_task *t = mem_alloc(sizeof *t);

	*t = (struct account_task){.s = s, .facts = *facts};
	worker_post(s->writer, account_work, account_done, t);
}
