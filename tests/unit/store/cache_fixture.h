#ifndef NUMDESK_TESTS_STORE_CACHE_FIXTURE_H
#define NUMDESK_TESTS_STORE_CACHE_FIXTURE_H

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cache_priv.h"
#include "fixture.h"

/* A cache in a directory of its own, opened for writing. */
struct shelf {
	const char *dir;
	char path[512];
	struct cache *c;
	struct arena a;
	struct err e;
};

static inline void shelf_open(struct shelf *s, enum cache_mode mode)
{
	err_clear(&s->e);
	if (!cache_open(&s->c, s->path, mode, NULL, &s->e))
		fail_msg("%s", s->e.msg);
}

static inline void shelf_init(struct shelf *s)
{
	memset(s, 0, sizeof *s);
	s->dir = test_dir();
	snprintf(s->path, sizeof s->path, "%s/cache.db", s->dir);
	shelf_open(s, CACHE_WRITE);
}

static inline void shelf_release(struct shelf *s)
{
	cache_close(s->c);
	s->c = NULL;
	arena_release(&s->a);
}

/* One whole pass at a time: numbers from..from+n-1 of an account, in pages. */
static inline struct cache_report whole_pass(struct shelf *s, const char *account_sid, uint64_t from, size_t n,
					     int64_t now)
{
	struct cache_report report = {0};
	struct cache_sync sync;
	struct number rows[50];

	if (!cache_sync_begin(s->c, account_sid, now, false, 0, &sync, &s->e))
		fail_msg("%s", s->e.msg);
	for (size_t done = 0; done < n;) {
		size_t page = n - done < 50 ? n - done : 50;

		for (size_t i = 0; i < page; i++)
			rows[i] = sample_number(account_sid, from + done + i, &s->a);
		done += page;
		if (!cache_sync_page(s->c, &sync, rows, page, done < n ? "/next" : "", now + 1, &s->e))
			fail_msg("%s", s->e.msg);
	}
	if (!cache_sync_end(s->c, &sync, true, now + 2, &report, &s->e))
		fail_msg("%s", s->e.msg);
	return report;
}

struct id_list { uint32_t id[4096]; size_t n, chunks, first; };

static inline bool take_ids(void *ctx, const uint32_t *ids, size_t n)
{
	struct id_list *l = ctx;

	assert_true(l->n + n <= 4096);
	memcpy(l->id + l->n, ids, n * sizeof *ids);
	l->n += n;
	if (l->chunks++ == 0)
		l->first = n;
	return true;
}

static inline size_t count_ids(struct shelf *s, const char *account_sid, bool with_gone)
{
	struct cache_view v = {.account_sid = account_sid, .sort = COL_PHONE_NUMBER, .with_gone = with_gone};
	struct id_list l = {0};

	if (!cache_ids(s->c, &v, take_ids, &l, &s->e))
		fail_msg("%s", s->e.msg);
	return l.n;
}

#endif
