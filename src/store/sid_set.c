#include <stdlib.h>

#include "cache_priv.h"
#include "numdesk/util/mem.h"

/* An open table of 64-bit hashes, at most half full. Two SIDs with one hash only cost a look at the numbers. */

enum { FIRST_SLOTS = 4096 };

struct sid_set {
	uint64_t *slot;         /* 0: free */
	size_t n, cap;
	int64_t version;        /* of the file, as far as other connections change it */
};

static uint64_t hash_sid(const char *sid)
{
	uint64_t h = 0xcbf29ce484222325u;

	for (; *sid; sid++)
		h = (h ^ (unsigned char)*sid) * 0x100000001b3u;
	return h ? h : 1;
}

static bool insert(struct sid_set *set, uint64_t h)
{
	size_t i = h & (set->cap - 1);

	for (; set->slot[i]; i = (i + 1) & (set->cap - 1))
		if (set->slot[i] == h)
			return false;
	set->slot[i] = h;
	set->n++;
	return true;
}

static void grow(struct sid_set *set)
{
	uint64_t *old = set->slot;
	const size_t n = set->cap;

	set->cap *= 2;
	set->n = 0;
	set->slot = mem_array(set->cap, sizeof *set->slot);
	for (size_t i = 0; i < n; i++)
		if (old[i])
			insert(set, old[i]);
	free(old);
}

bool sid_set_add(struct sid_set *set, const char *sid)
{
	if (set->n >= set->cap / 2)
		grow(set);
	return insert(set, hash_sid(sid));
}

static int64_t file_version(struct cache *c)
{
	return db_number(&c->db, "PRAGMA data_version", 0);
}

struct sid_set *sid_set_load(struct cache *c, struct err *e)
{
	struct sid_set *set = mem_alloc(sizeof *set);
	sqlite3_stmt *q = db_prepare(&c->db, "SELECT phone_sid FROM numbers", e);
	enum db_step step = DB_FAILED;

	*set = (struct sid_set){.cap = FIRST_SLOTS, .version = file_version(c)};
	set->slot = mem_array(set->cap, sizeof *set->slot);
	while (q && (step = db_next(&c->db, q, e)) == DB_ROW)
		sid_set_add(set, db_text(q, 0));
	sqlite3_finalize(q);
	if (step == DB_END)
		return set;
	sid_set_free(set);
	return NULL;
}

void sid_set_free(struct sid_set *set)
{
	if (set)
		free(set->slot);
	free(set);
}

bool sid_set_is_current(struct cache *c, const struct sid_set *set)
{
	return set && set->version == file_version(c);
}
