#include "numdesk/core/things.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "session_priv.h"

#include "numdesk/core/session.h"
#include "numdesk/twilio/resource.h"
#include "numdesk/util/json.h"
#include "numdesk/util/log.h"
#include "numdesk/util/mem.h"
#include "numdesk/util/text.h"
#include "numdesk/util/worker.h"

/* One list being fetched, or one object being stored. */
struct fetch {
	struct session *s;
	struct client client;
	enum thing_kind kind;
	char parent[SID_SIZE], sid[SID_SIZE];
	struct arena mem;
	struct thing *v; size_t n, cap;
	bool drop;
	bool ok;
	struct err err;
	catalog_fn *done;
	void *ctx;
};

static void fetch_free(struct fetch *f)
{
	arena_release(&f->mem);
	free(f->v);
	free(f);
}

static struct fetch *fetch_new(struct session *s, const struct client *client, enum thing_kind kind, const char *parent)
{
	struct fetch *f = mem_alloc(sizeof *f);

	*f = (struct fetch){.s = s, .client = client ? *client : s->client, .kind = kind};
	text_copy(f->parent, sizeof f->parent, parent ? parent : "");
	return f;
}

/* --- an object as a row ----------------------------------------------------------------------------------------- */

static const char *member(const struct json *o, const char *name, struct arena *mem)
{
	const char *s = name ? json_text(o, name) : NULL;

	return s ? arena_dup(mem, s) : "";
}

/* False: it has no SID of its kind. */
static bool add(struct fetch *f, const struct json *o)
{
	const struct thing_info *i = &things[f->kind];
	const char *sid = json_text(o, "sid");
	struct thing *t;
	char *printed;

	if (!sid || !sid_is(sid, i->prefix))
		return false;
	if (f->n == f->cap) {
		f->cap = f->cap ? f->cap * 2 : 32;
		f->v = mem_grow(f->v, f->cap, sizeof *f->v);
	}
	t = &f->v[f->n++];
	*t = (struct thing){.kind = f->kind, .name = member(o, i->label, &f->mem), .status = member(o, i->status, &f->mem)};
	if (!*t->name)
		t->name = member(o, i->label_too, &f->mem);
	text_copy(t->sid, sizeof t->sid, sid);
	text_copy(t->parent, sizeof t->parent, f->parent);
	printed = json_print(o);
	t->json = arena_dup(&f->mem, printed);
	free(printed);
	return true;
}

/* --- lists ------------------------------------------------------------------------------------------------------ */

static void finish(struct fetch *f, const struct err *err)
{
	static const struct err none;

	if (f->done)
		f->done(f->ctx, err ? err : &none);
	fetch_free(f);
}

static void store_list(void *ctx)
{
	struct fetch *f = ctx;

	f->ok = cache_things_set(f->s->write_cache, f->client.account_sid, f->kind, f->parent, f->v, f->n,
				 session_now(f->s), &f->err);
}

static void list_stored(void *ctx)
{
	struct fetch *f = ctx;

	if (f->ok)
		session_touch(f->s);
	finish(f, f->ok ? NULL : &f->err);
}

static bool take_row(void *ctx, const struct json *row)
{
	struct fetch *f = ctx;

	if (!add(f, row))
		log_write(LOG_WARN, "core", "a %s without a usable SID was left out", things[f->kind].name);
	return true;
}

static void list_ended(void *ctx, bool complete, const struct err *err)
{
	struct fetch *f = ctx;

	(void)complete;
	if (failed(err))
		finish(f, err);
	else
		worker_post(f->s->writer, store_list, list_stored, f);
}

static bool is_young(struct session *s, const char *account_sid, enum thing_kind kind, const char *parent)
{
	const int64_t at = cache_things_at(s->cache, account_sid, kind, parent), age = session_now(s) - at;

	return at > 0 && age >= 0 && age < things[kind].max_age_s;
}

void things_need(struct session *s, enum thing_kind kind, const char *parent, bool fresh, const struct client *client,
		 catalog_fn *done, void *ctx)
{
	const struct thing_info *i = &things[kind];
	const char *account = client ? client->account_sid : s->profile.account_sid;
	struct resource_list l = {.product = i->product, .key = i->key, .page_size = i->page_size};
	struct err e = {0};
	struct fetch *f;
	char path[200];

	if (!fresh && *account && is_young(s, account, kind, parent)) {
		if (done)
			done(ctx, &e);
		return;
	}
	if (!session_ready(s, &e)) {
		if (done)
			done(ctx, &e);
		return;
	}
	f = fetch_new(s, client, kind, parent);
	f->done = done;
	f->ctx = ctx;
	snprintf(path, sizeof path, "%.*s%s%s", (int)strcspn(i->path, "%"), i->path, f->parent,
		 strchr(i->path, '%') ? strchr(i->path, '%') + 2 : "");
	l.path = path;
	if (!resource_each(&f->client, &l, take_row, list_ended, f, &e))
		finish(f, &e);
}

/* --- reading ---------------------------------------------------------------------------------------------------- */

void things_each(struct session *s, const char *account_sid, enum thing_kind kind, const char *parent, thing_fn *fn,
		 void *ctx)
{
	struct err e = {0};

	if (!cache_things(s->cache, account_sid ? account_sid : s->profile.account_sid, kind, parent, fn, ctx, &e))
		log_write(LOG_WARN, "core", "cannot read the cached list of %s: %s", things[kind].key, e.msg);
}

int64_t things_at(struct session *s, enum thing_kind kind, const char *parent)
{
	return cache_things_at(s->cache, s->profile.account_sid, kind, parent);
}

struct finding_name { const char *name; struct thing found; struct arena *mem; size_t hits; char sids[160]; };

static void keep(struct thing *dst, const struct thing *src, struct arena *mem)
{
	*dst = *src;
	dst->name = arena_dup(mem, src->name);
	dst->status = arena_dup(mem, src->status);
	dst->json = arena_dup(mem, src->json);
}

static bool match_name(void *ctx, const struct thing *t)
{
	struct finding_name *f = ctx;
	const size_t len = strlen(f->sids);

	if (!text_ieq(t->name, f->name))
		return true;
	if (f->hits++ == 0)
		keep(&f->found, t, f->mem);
	snprintf(f->sids + len, sizeof f->sids - len, "%s%s", len ? ", " : "", t->sid);
	return true;
}

bool thing_find(struct session *s, enum thing_kind kind, const char *sid_or_name, struct thing *out, struct arena *a,
		struct err *e)
{
	struct finding_name f = {.name = sid_or_name, .mem = a};

	if (sid_is(sid_or_name, things[kind].prefix)) {
		if (cache_thing(s->cache, s->profile.account_sid, kind, sid_or_name, out, a))
			return true;
		return err_set(e, ERR_NOT_FOUND, "no %s '%s' is known here", things[kind].name, sid_or_name);
	}
	things_each(s, NULL, kind, NULL, match_name, &f);
	if (f.hits == 0)
		return err_set(e, ERR_NOT_FOUND, "there is no %s named '%.80s'", things[kind].name, sid_or_name);
	if (f.hits > 1)
		return err_set(e, ERR_USAGE, "several are named '%.80s': give one of %s", sid_or_name, f.sids);
	*out = f.found;
	return true;
}

char *thing_name(struct session *s, enum thing_kind kind, const char *sid, char *dst, size_t dst_size)
{
	struct arena mem = {0};
	struct thing t;
	const char *name = sid;

	if (cache_thing(s->cache, s->profile.account_sid, kind, sid, &t, &mem) && *t.name)
		name = t.name;
	text_clean(dst, dst_size, name, strlen(name));
	arena_release(&mem);
	return dst;
}

/* --- single objects --------------------------------------------------------------------------------------------- */

static void store_one(void *ctx)
{
	struct fetch *f = ctx;
	struct cache *c = f->s->write_cache;

	f->ok = f->drop ? cache_thing_drop(c, f->client.account_sid, f->kind, f->parent, f->sid, &f->err) :
			  cache_thing_put(c, f->client.account_sid, &f->v[0], session_now(f->s), &f->err);
}

static void one_stored(void *ctx)
{
	struct fetch *f = ctx;

	if (!f->ok)     /* the next list mends it */
		log_write(LOG_WARN, "core", "cannot keep a %s in the cache: %s", things[f->kind].name, f->err.msg);
	session_touch(f->s);
	fetch_free(f);
}

void things_put(struct session *s, const char *account_sid, enum thing_kind kind, const char *parent,
		const struct json *object)
{
	struct fetch *f = fetch_new(s, NULL, kind, parent);

	text_copy(f->client.account_sid, sizeof f->client.account_sid, account_sid);
	if (add(f, object))
		worker_post(s->writer, store_one, one_stored, f);
	else
		fetch_free(f);
}

void things_drop(struct session *s, const char *account_sid, enum thing_kind kind, const char *parent, const char *sid)
{
	struct fetch *f = fetch_new(s, NULL, kind, parent);

	f->drop = true;
	text_copy(f->client.account_sid, sizeof f->client.account_sid, account_sid);
	text_copy(f->sid, sizeof f->sid, sid);
	worker_post(s->writer, store_one, one_stored, f);
}
