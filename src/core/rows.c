#include "numdesk/core/rows.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "session_priv.h"

#include "numdesk/core/session.h"
#include "numdesk/util/log.h"
#include "numdesk/util/mem.h"
#include "numdesk/util/text.h"
#include "numdesk/util/worker.h"

/*
 * The list of ids and a window of rows read from it.
 *
 * A new view (filter, order, account) is asked of the reader's thread twice: a task that stops after the first chunk,
 * so that a screenful is here at once, and a task that brings all. A view that only has newer data is asked once: the
 * old list is a better picture than 256 rows of the new one. What is asked carries a number; an answer to an older
 * question is dropped. One question is under way at a time; a change of data meanwhile is asked when it is answered.
 */
#define WINDOW_MIN 64
#define BATCH 256
#define FIRST_CHUNK 256                 /* of cache_ids; a shorter one is the whole list */

struct id_list { uint32_t *id; size_t n, cap; };
struct rows {
	struct session *s;
	rows_changed_fn *changed;
	void *ctx;
	char filter[512];
	struct query query;
	enum column_id sort;
	bool descending, without_gone, all_accounts;
	char account[SID_SIZE];         /* asked for; "": the session's */
	struct id_list ids;
	bool loading, stale;            /* stale: data changed while a question was under way */
	int64_t version;                /* s->data_version that ids and window show */
	struct ask *ask;                /* the newest question; NULL when all is answered */
	struct arena mem;
	struct number *window; size_t first, n, cap;
};

/* A question to the reader's thread. `cancelled` is the only thing both sides touch. */
struct ask {
	struct rows *r;                 /* NULL once nobody wants the answer */
	struct cache *cache;
	atomic_bool cancelled;
	bool only_first, whole, ok;     /* whole: the list is complete */
	bool by_account;
	char account[SID_SIZE];
	struct query query;
	struct cache_view view;
	struct id_list ids;
	int64_t version;
	struct err err;
};

static void post(struct rows *r, bool only_first);

/* --- the view --------------------------------------------------------------------------------------------------- */

static const char *account_of(const struct rows *r)
{
	return r->account[0] ? r->account : r->s->profile.account_sid;
}

/* Without a profile, and while everything is hidden, there is nothing to list. */
static bool is_empty_view(const struct rows *r)
{
	return session_hidden(r->s) || (!r->all_accounts && !account_of(r)[0]);
}

static struct cache_view view_of(const struct rows *r, const struct query *q, const char *account)
{
	return (struct cache_view){
		.account_sid = account, .query = q, .sort = r->sort, .descending = r->descending,
		.with_gone = !r->without_gone,
		.stale_before = session_now(r->s) - 60 * config_int(&r->s->config, OPTION_SYNC_STALE),
	};
}

static bool add_ids(struct id_list *l, const uint32_t *ids, size_t n)
{
	if (n > l->cap - l->n) {
		l->cap = l->cap * 2 > l->n + n ? l->cap * 2 : l->n + n;
		l->id = mem_grow(l->id, l->cap, sizeof *l->id);
	}
	memcpy(l->id + l->n, ids, n * sizeof *ids);
	l->n += n;
	return true;
}

static void forget_window(struct rows *r)
{
	r->n = 0;
}

static void take_ids(struct rows *r, struct id_list *l)
{
	free(r->ids.id);
	r->ids = *l;
	*l = (struct id_list){0};
	forget_window(r);
}

/* --- on the reader's thread ------------------------------------------------------------------------------------- */

static bool ask_chunk(void *ctx, const uint32_t *ids, size_t n)
{
	struct ask *a = ctx;

	if (atomic_load(&a->cancelled))
		return false;
	add_ids(&a->ids, ids, n);
	if (!a->only_first)
		return true;
	a->whole = n < FIRST_CHUNK;
	return false;
}

static void ask_work(void *ctx)
{
	struct ask *a = ctx;

	a->whole = true;
	if (!atomic_load(&a->cancelled))
		a->ok = cache_ids(a->cache, &a->view, ask_chunk, a, &a->err);
}

/* --- back on the loop ------------------------------------------------------------------------------------------- */

static void ask_free(struct ask *a)
{
	free(a->ids.id);
	free(a);
}

static void answered(struct rows *r, struct ask *a)
{
	take_ids(r, &a->ids);
	r->version = a->version;
	r->loading = !a->whole;
	if (r->loading)
		post(r, false);
	else if (r->stale)
		rows_refresh(r);
	if (r->changed)
		r->changed(r->ctx);
}

static void ask_done(void *ctx)
{
	struct ask *a = ctx;
	struct rows *r = a->r;

	if (r)
		r->ask = NULL;
	if (r && a->ok) {
		answered(r, a);
	} else if (r) {
		/* an interrupt was meant for the question before; else the old list stays until the next change */
		log_write(LOG_WARN, "rows", "cannot list: %s", a->err.msg);
		if (a->err.kind == ERR_STOPPED)
			post(r, a->only_first);
		else
			r->loading = false;
	}
	ask_free(a);
}

static void drop_ask(struct rows *r)
{
	if (!r->ask)
		return;
	r->ask->r = NULL;
	atomic_store(&r->ask->cancelled, true);
	cache_interrupt(r->s->query_cache);
	r->ask = NULL;
}

static void post(struct rows *r, bool only_first)
{
	struct ask *a = mem_alloc(sizeof *a);

	a->r = r;
	a->cache = r->s->query_cache;
	atomic_init(&a->cancelled, false);
	a->only_first = only_first;
	a->query = r->query;
	memcpy(a->account, account_of(r), sizeof a->account);
	a->view = view_of(r, &a->query, r->all_accounts ? NULL : a->account);
	a->version = r->s->data_version;
	r->stale = false;
	r->loading = true;
	r->ask = a;
	worker_post(r->s->reader, ask_work, ask_done, a);
}

static void become_empty(struct rows *r)
{
	struct id_list none = {0};

	drop_ask(r);
	take_ids(r, &none);
	r->loading = false;
	r->version = r->s->data_version;
	if (r->changed)
		r->changed(r->ctx);
}

/* The view changed: what is under way is about another one. */
static void requery(struct rows *r)
{
	if (is_empty_view(r)) {
		become_empty(r);
		return;
	}
	drop_ask(r);
	post(r, true);
}

void rows_refresh(struct rows *r)
{
	if (r->version == r->s->data_version && !r->stale)
		return;
	if (is_empty_view(r)) {
		become_empty(r);
	} else if (r->ask) {
		r->stale = r->ask->version != r->s->data_version;
	} else {
		forget_window(r);       /* rows changed in place are seen before the new list is here */
		post(r, r->ids.n == 0);
	}
}

/* --- a life ----------------------------------------------------------------------------------------------------- */

struct rows *rows_new(struct session *s, rows_changed_fn *changed, void *ctx)
{
	struct rows *r = mem_alloc(sizeof *r);

	*r = (struct rows){.s = s, .changed = changed, .ctx = ctx, .sort = COL_PHONE_NUMBER, .version = -1};
	return r;
}

void rows_free(struct rows *r)
{
	if (!r)
		return;
	drop_ask(r);
	arena_release(&r->mem);
	free(r->window);
	free(r->ids.id);
	free(r);
}

/* An account is named by its SID, by a profile of it, or by Twilio's name for it: the cache knows the first and the last. */
static void resolve_account(struct query_term *t, const struct profile *p, size_t n)
{
	if (strncmp(t->text, "ac", 2) == 0 && strlen(t->text) == SID_SIZE - 1)
		t->column = COL_ACCOUNT_SID;
	for (size_t k = 0; k < n; k++)
		if (text_ieq(p[k].name, t->text)) {
			t->column = COL_ACCOUNT_SID;
			text_fold(t->text, sizeof t->text, p[k].account_sid);
			return;
		}
}

static void resolve_profiles(struct rows *r, struct query *q)
{
	struct profile *p = NULL;
	size_t n = 0;

	for (int i = 0; i < q->n; i++) {
		struct query_term *t = &q->term[i];

		if (t->op > QUERY_EQUALS || t->op == QUERY_ANYWHERE ||
		    (t->column != COL_ACCOUNT_SID && t->column != COL_ACCOUNT_NAME))
			continue;
		if (!p)
			p = session_profiles(r->s, &n);
		resolve_account(t, p, n);
	}
	free(p);
}

/*
 * Nothing counts messages and calls yet, so every number's use is unknown. "Not active" would then hold for all of them,
 * and a list of what may be released must not be made of what nobody looked at.
 */
static bool asks_for_usage(const struct query *q)
{
	for (int i = 0; i < q->n; i++) {
		const struct query_term *t = &q->term[i];
		const bool field = t->op != QUERY_ANYWHERE && t->op != QUERY_CAPABILITY && t->op != QUERY_IS;

		if (t->op == QUERY_IS && t->is >= QUERY_IS_IDLE)
			return true;
		if (field && t->column >= COL_IDLE_DAYS && t->column <= COL_LAST_USED_AT)
			return true;
	}
	return false;
}

bool rows_set_filter(struct rows *r, const char *text, int *at, struct err *e)
{
	struct query q;

	if (!query_parse(&q, text, at, e))
		return false;
	if (strlen(text) >= sizeof r->filter)
		return err_set(e, ERR_USAGE, "the filter is too long: at most %zu bytes", sizeof r->filter - 1);
	if (asks_for_usage(&q))
		return err_set(e, ERR_USAGE, "messages and calls are not counted by this version, so no number can be told by its "
			       "use; leave it out");
	resolve_profiles(r, &q);
	snprintf(r->filter, sizeof r->filter, "%s", text);
	r->query = q;
	requery(r);
	return true;
}

const char *rows_filter(const struct rows *r)
{
	return r->filter;
}

void rows_set_sort(struct rows *r, enum column_id column, bool descending)
{
	if (r->sort == column && r->descending == descending)
		return;
	r->sort = column;
	r->descending = descending;
	requery(r);
}

void rows_set_account(struct rows *r, const char *account_sid)
{
	r->all_accounts = account_sid == NULL;
	if (!account_sid || !text_copy(r->account, sizeof r->account, account_sid))
		r->account[0] = '\0';
	requery(r);
}

void rows_set_gone(struct rows *r, bool with_gone)
{
	if (r->without_gone == !with_gone)
		return;
	r->without_gone = !with_gone;
	requery(r);
}

size_t rows_count(const struct rows *r)
{
	return r->ids.n;
}

bool rows_loading(const struct rows *r)
{
	return r->loading;
}

/* --- reading on the loop ---------------------------------------------------------------------------------------- */

struct fill { struct id_list ids; size_t want; bool cut; };

static bool fill_chunk(void *ctx, const uint32_t *ids, size_t n)
{
	struct fill *f = ctx;

	add_ids(&f->ids, ids, n);
	f->cut = f->ids.n >= f->want && f->ids.n >= FIRST_CHUNK;
	return !f->cut;
}

bool rows_fill(struct rows *r, size_t n, struct err *e)
{
	struct fill f = {.want = n};
	struct cache_view view;

	if (is_empty_view(r)) {
		become_empty(r);
		return true;
	}
	view = view_of(r, &r->query, r->all_accounts ? NULL : account_of(r));
	if (!cache_ids(r->s->cache, &view, fill_chunk, &f, e)) {
		free(f.ids.id);
		return false;
	}
	drop_ask(r);
	take_ids(r, &f.ids);
	r->version = r->s->data_version;
	r->stale = false;
	r->loading = false;
	if (f.cut)
		post(r, false);
	return true;
}

static bool read_rows(struct rows *r, const uint32_t *ids, size_t n, struct number *out, struct arena *a, struct err *e)
{
	return cache_rows(r->s->cache, r->all_accounts ? NULL : account_of(r), ids, n, out, a, e);
}

void rows_window(struct rows *r, size_t first, size_t n)
{
	struct err e;

	if (first >= r->ids.n)
		return;
	if (n > r->ids.n - first)
		n = r->ids.n - first;
	if (r->n > 0 && first >= r->first && first + n <= r->first + r->n)
		return;
	if (n > r->cap) {
		r->cap = n;
		r->window = mem_grow(r->window, n, sizeof *r->window);
	}
	arena_reset(&r->mem);
	r->first = first;
	r->n = n;
	if (!read_rows(r, r->ids.id + first, n, r->window, &r->mem, &e)) {
		log_write(LOG_WARN, "rows", "cannot read the list: %s", e.msg);
		r->n = 0;
	}
}

const struct number *rows_at(struct rows *r, size_t i)
{
	const struct number *n;

	if (i >= r->ids.n)
		return NULL;
	if (i < r->first || i >= r->first + r->n)
		rows_window(r, i > WINDOW_MIN / 4 ? i - WINDOW_MIN / 4 : 0, WINDOW_MIN);
	if (i < r->first || i >= r->first + r->n)
		return NULL;
	n = &r->window[i - r->first];
	return n->phone_number[0] ? n : NULL;
}

static size_t index_of_id(const struct rows *r, uint32_t id)
{
	for (size_t i = 0; i < r->ids.n; i++)
		if (r->ids.id[i] == id)
			return i;
	return SIZE_MAX;
}

/* A number that left and came back has two rows, and looking it up by number finds one of them only. */
struct sid_search { const char *sid; size_t i, found; };

static bool compare_sid(void *ctx, const struct number *n)
{
	struct sid_search *x = ctx;

	if (strcmp(n->phone_sid, x->sid) == 0)
		x->found = x->i;
	x->i++;
	return x->found == SIZE_MAX;
}

static bool walk(struct rows *r, rows_each_fn *fn, void *ctx, struct err *e)
{
	struct number *batch = mem_array(BATCH, sizeof *batch);
	struct arena mem = {0};
	bool ok = true, more = true;

	for (size_t at = 0; ok && more && at < r->ids.n; at += BATCH) {
		const size_t n = r->ids.n - at < BATCH ? r->ids.n - at : BATCH;

		arena_reset(&mem);
		ok = read_rows(r, r->ids.id + at, n, batch, &mem, e);
		for (size_t i = 0; ok && more && i < n; i++)
			more = fn(ctx, &batch[i]);
	}
	arena_release(&mem);
	free(batch);
	return ok;
}

size_t rows_index(struct rows *r, const char *phone_sid)
{
	struct sid_search x = {.sid = phone_sid, .found = SIZE_MAX};
	const char *account = r->all_accounts ? NULL : account_of(r);
	struct number n, again;
	struct arena mem = {0};
	size_t found = SIZE_MAX;
	uint32_t id;

	for (size_t i = 0; i < r->n; i++)
		if (strcmp(r->window[i].phone_sid, phone_sid) == 0 && r->window[i].phone_number[0])
			return r->first + i;
	if (cache_find_sid(r->s->cache, account, phone_sid, &n, &mem, NULL)) {
		if (cache_find(r->s->cache, account, n.phone_number, &again, &id, &mem, NULL) &&
		    strcmp(again.phone_sid, phone_sid) == 0)
			found = index_of_id(r, id);
		else if (walk(r, compare_sid, &x, NULL))
			found = x.found;
	}
	arena_release(&mem);
	return found;
}

struct present { rows_each_fn *fn; void *ctx; };

static bool skip_gone(void *ctx, const struct number *n)
{
	struct present *p = ctx;

	return !n->phone_number[0] || p->fn(p->ctx, n);
}

bool rows_each(struct rows *r, rows_each_fn *fn, void *ctx, struct err *e)
{
	struct present p = {.fn = fn, .ctx = ctx};

	return rows_fill(r, SIZE_MAX, e) && walk(r, skip_gone, &p, e);
}
