/* sync: fetch the list of owned numbers, for the profile in use or for each. Also the live look of `show`. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cli_priv.h"

#include "numdesk/cli/out.h"
#include "numdesk/core/session.h"
#include "numdesk/core/settle.h"
#include "numdesk/core/sync.h"
#include "numdesk/twilio/numbers.h"

enum { CHANGES_SHOWN = 20 };

struct syncing {
	bool done, has_report;
	struct cache_report report;
	struct err err;
	struct profile profile;
};

static void on_synced(void *ctx, const struct cache_report *r, const struct err *err)
{
	struct syncing *x = ctx;

	x->done = true;
	x->has_report = r != NULL;
	if (r)
		x->report = *r;
	x->err = *err;
}

static void on_settled(void *ctx, const struct operation *op)
{
	struct cli *c = ctx;
	char text[ERR_MSG_MAX];

	if (!op_is_open(op->state))
		out_note("operation %" PRId64 ": %s", op->id, settle_sentence(c->s, op, text, sizeof text));
}

static void sync_one(struct cli *c, struct syncing *x)
{
	x->profile = c->s->profile;
	if (sync_start(c->s, on_synced, x, &x->err) && !cli_wait(c, &x->done, &x->err) && x->done && x->has_report)
		x->report.complete = x->report.complete && x->err.kind == ERR_NONE;
}

static bool print_change(void *ctx, enum cache_change_kind kind, const char *phone_number, const char *phone_sid,
			 const char *detail)
{
	static const char *const words[] = {"came", "went", "changed"};

	(void)ctx, (void)phone_sid;
	fprintf(stderr, "  %s %s%s%s\n", phone_number, words[kind], *detail ? ": " : "", detail);
	return true;
}

/* For a person the first few by name; a script finds them by listing. */
static void tell_changes(struct cli *c, const struct syncing *x)
{
	const struct cache_report *r = &x->report;
	const int64_t all = r->came + r->went + r->changed;

	if (c->a->format != FORMAT_TABLE || r->first || all == 0)
		return;
	/* the counts are told anyway */
	(void)cache_changes(c->s->cache, r->sync_id, CHANGES_SHOWN, print_change, NULL, NULL);
	if (all > CHANGES_SHOWN)
		fprintf(stderr, "  and %" PRId64 " more\n", all - CHANGES_SHOWN);
}

static const struct out_field fields[] = {
	{"account_sid", "ACCOUNT", OUT_TEXT, false}, {"profile", "PROFILE", OUT_TEXT, false},
	{"seen", "NUMBERS", OUT_NUMBER, false}, {"came", "CAME", OUT_NUMBER, false},
	{"went", "WENT", OUT_NUMBER, false}, {"changed", "CHANGED", OUT_NUMBER, false},
	{"complete", "COMPLETE", OUT_BOOL, false}, {"first", "FIRST", OUT_BOOL, false},
};

static bool print_reports(struct cli *c, const struct syncing *v, size_t n, struct err *e)
{
	struct out *o = out_records(c->a->format, fields, ARRAY_LEN(fields));

	for (size_t i = 0; i < n; i++) {
		const struct cache_report *r = &v[i].report;
		char seen[24], came[24], went[24], changed[24];

		snprintf(seen, sizeof seen, "%" PRId64, r->seen);
		snprintf(came, sizeof came, "%" PRId64, r->came);
		snprintf(went, sizeof went, "%" PRId64, r->went);
		snprintf(changed, sizeof changed, "%" PRId64, r->changed);
		out_record(o, (const char *[]){v[i].profile.account_sid, v[i].profile.name, seen, came, went, changed,
					       r->complete ? "true" : "false", r->first ? "true" : "false"});
	}
	return out_end(o, e);
}

/* One failure is told as it is, of several the first with how many there were. */
static bool conclude(const struct syncing *v, size_t n, struct err *e)
{
	size_t bad = 0, first = 0;
	bool alike = true;

	for (size_t i = 0; i < n; i++) {
		if (v[i].err.kind == ERR_NONE)
			continue;
		first = bad ? first : i;
		alike = alike && v[i].err.kind == v[first].err.kind;
		bad++;
	}
	if (bad == 0)
		return true;
	*e = v[first].err;
	if (n > 1)
		err_wrap(e, "%zu of %zu profiles were not refreshed; '%s'", bad, n, v[first].profile.name);
	if (bad < n || !alike)
		e->kind = e->kind == ERR_STOPPED ? ERR_STOPPED : ERR_API;
	return false;
}

static bool sync_all(struct cli *c, struct syncing *v, const struct profile *p, size_t n, struct err *e)
{
	for (size_t i = 0; i < n; i++) {
		v[i].profile = p[i];
		if (!session_use(c->s, p[i].name, &v[i].err))
			continue;
		sync_one(c, &v[i]);
		if (v[i].err.kind == ERR_STOPPED) {
			n = i + 1;
			break;
		}
		tell_changes(c, &v[i]);
	}
	return print_reports(c, v, n, e) && conclude(v, n, e);
}

bool run_sync(struct cli *c, struct err *e)
{
	const bool all = args_has(c->a, "--all");
	struct profile *p = all ? NULL : &c->s->profile;
	struct syncing *v;
	size_t n = 1;

	settle_listen(c->s->settle, on_settled, c);
	if (all && !(p = cli_profiles(c, &n, e)))
		return false;
	v = arena_alloc(&c->mem, n * sizeof *v);
	if (all)
		return sync_all(c, v, p, n, e);
	sync_one(c, v);
	if (!v->has_report && v->err.kind != ERR_NONE) {
		*e = v->err;            /* nothing is known that could be printed */
		return false;
	}
	tell_changes(c, v);
	return print_reports(c, v, 1, e) && conclude(v, 1, e);
}

/* --- show --live -------------------------------------------------------------------------------------------------- */

struct fetching { struct cli *c; bool done; struct number number; struct err err; };

static void on_number(void *ctx, const struct number *n, const char *json, const struct err *err)
{
	struct fetching *x = ctx;

	(void)json;
	x->done = true;
	if (err)
		x->err = *err;
	if (n)
		number_copy(&x->number, n, &x->c->mem);
	else if (x->err.kind == ERR_NONE)
		err_set(&x->err, ERR_PROTO, "Twilio's answer holds no number");
}

/* What Twilio tells, over what only we know. */
static void keep_local(struct number *live, const struct number *cached)
{
	live->is_primary = cached->is_primary;
	live->primary_for = cached->primary_for;
	live->is_locked = cached->is_locked;
	live->tags = cached->tags;
	live->note = cached->note;
	live->owner = cached->owner;
	live->customer_ref = cached->customer_ref;
	live->created_at = cached->created_at;
	live->monthly_price = cached->monthly_price;
	memcpy(live->currency, cached->currency, sizeof live->currency);
	if (!*live->country)
		memcpy(live->country, cached->country, sizeof live->country);
	if (live->type == NUMBER_TYPE_UNKNOWN)
		live->type = cached->type;
}

bool cli_fetch(struct cli *c, struct number *n, struct err *e)
{
	struct fetching *x = arena_alloc(&c->mem, sizeof *x);

	x->c = c;
	if (!session_ready(c->s, e) || !numbers_fetch(&c->s->client, n->phone_sid, on_number, x, e) ||
	    !cli_wait(c, &x->done, e))
		return false;
	if (x->err.kind != ERR_NONE) {
		*e = x->err;
		return false;
	}
	keep_local(&x->number, n);
	x->number.seen_at = session_now(c->s);
	*n = x->number;
	return true;
}
