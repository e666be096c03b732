#include "traffic_priv.h"

#include <stdlib.h>

#include <sqlite3.h>

#include "db.h"
#include "ident.h"
#include "numdesk/model/capability.h"
#include "numdesk/model/period.h"
#include "numdesk/util/mem.h"
#include "owned.h"
#include "state.h"
#include "synth.h"

/* Which number has had what on which day; traffic_rows.c makes rows of it. Lists are newest first by ord, so a day's
 * events are put in order before they are written. */

enum {
	MONTHS = 6,                     /* whole months of traffic of a seeded number, and the running one */
	SYNTH_LINES = 10000, SYNTH_DAYS = 36,
	QUIET_DAYS = 40,                /* since an idle number was last used, at the least */
	TRICKLE_DAYS = 9,               /* between two exchanges of a trickle */
	EVENTS_MAX = 64                 /* of one number on one day */
};

struct lines {
	struct line *at; size_t n, cap;
	struct arena mem;
};

/* How many a number has on a weekday: the least, and how much more it may be. */
static const struct { int least, more; } rates[][EVENT_KINDS] = {
	[TRAFFIC_INBOUND] = {{0, 2}, {0, 0}, {0, 2}, {0, 0}},
	[TRAFFIC_ACTIVE] = {{0, 3}, {1, 3}, {0, 2}, {0, 1}},
	[TRAFFIC_BUSY] = {{2, 4}, {9, 14}, {2, 4}, {0, 2}},
};

void traffic_seed(struct sandbox *s, const char *phone, enum traffic_kind kind)
{
	db_run(s->db, "INSERT INTO traffic VALUES (?,?)", "si", phone, (int64_t)kind);
}

static enum traffic_kind kind_of(int64_t seeded, uint64_t hash)
{
	static const enum traffic_kind by_hash[10] = {
		TRAFFIC_NONE, TRAFFIC_IDLE, TRAFFIC_INBOUND, TRAFFIC_INBOUND, TRAFFIC_TRICKLE, TRAFFIC_TRICKLE,
		TRAFFIC_ACTIVE, TRAFFIC_ACTIVE, TRAFFIC_ACTIVE, TRAFFIC_ACTIVE,
	};

	return seeded != TRAFFIC_BY_HASH ? (enum traffic_kind)seeded : by_hash[hash % ARRAY_LEN(by_hash)];
}

static void add_line(struct lines *l, const struct line *from, int64_t seeded, int64_t first_day, int64_t today)
{
	struct line *line;

	if (l->n == l->cap) {
		l->cap = l->cap ? l->cap * 2 : 64;
		l->at = mem_grow(l->at, l->cap, sizeof *l->at);
	}
	line = &l->at[l->n];
	*line = *from;
	line->hash = ident_hash(line->phone, 11);
	line->kind = kind_of(seeded, line->hash);
	line->first_day = period_day(line->created) > first_day ? period_day(line->created) : first_day;
	line->last_day = line->kind == TRAFFIC_IDLE ? today - QUIET_DAYS - (int64_t)(line->hash >> 8) % 60 : today;
	l->n += line->kind != TRAFFIC_NONE;
}

static void add_rows(struct sandbox *s, struct lines *l, int64_t first_day, int64_t today)
{
	struct sqlite3_stmt *q = db_query(s->db, "SELECT n.phone_number, n.sid, n.account_sid, n.capabilities,"
					  " n.created, COALESCE(t.kind, 0) FROM number n LEFT JOIN traffic t USING"
					  " (phone_number) ORDER BY n.ord", "");

	while (db_next(q)) {
		const struct line line = {
			.phone = db_text(q, 0, &l->mem), .sid = db_text(q, 1, &l->mem),
			.account_sid = db_text(q, 2, &l->mem), .capabilities = (unsigned)db_int(q, 3),
			.created = db_int(q, 4),
		};

		add_line(l, &line, db_int(q, 5), first_day, today);
	}
	db_end(q);
}

static void add_synthetic(struct sandbox *s, struct lines *l, int64_t today)
{
	for (int64_t i = 0; i < s->synth_count && i < SYNTH_LINES; i++) {
		struct synth_row row;
		struct owned n;

		if (synth_is_gone(s, i))
			continue;       /* a row of the table, or released */
		synth_make(s, i, &n, &row);
		add_line(l, &(struct line){
			.phone = arena_dup(&l->mem, row.phone), .sid = arena_dup(&l->mem, row.sid),
			.account_sid = s->synth_account, .capabilities = n.capabilities, .created = n.created,
		}, TRAFFIC_BY_HASH, today - SYNTH_DAYS + 1, today);
	}
}

/* 1970-01-01 was a Thursday. */
static bool is_weekend(int64_t day)
{
	return (day + 4) % 7 == 0 || (day + 4) % 7 == 6;
}

static bool can(const struct line *l, enum event_kind kind)
{
	return l->capabilities & (kind <= EVENT_MESSAGE_OUT ? CAP_SMS : CAP_VOICE);
}

/* One event, at a time between 8 and 20 o'clock UTC that follows from its hash. */
static size_t add_event(struct event *out, size_t n, const struct line *l, enum event_kind kind, int64_t day)
{
	const uint64_t hash = ident_mix(l->hash ^ (uint64_t)day << 20 ^ (uint64_t)n << 4 ^ (uint64_t)kind);

	if (n == EVENTS_MAX || !can(l, kind))
		return n;
	out[n] = (struct event){day * PERIOD_DAY_S + 8 * 3600 + (int64_t)(hash % (12 * 3600)), l, kind, hash >> 16};
	return n + 1;
}

static size_t trickle(struct event *out, const struct line *l, int64_t day)
{
	size_t n = 0;

	if ((day + (int64_t)(l->hash % TRICKLE_DAYS)) % TRICKLE_DAYS != 0)
		return 0;
	n = add_event(out, n, l, EVENT_MESSAGE_OUT, day);
	n = add_event(out, n, l, EVENT_MESSAGE_IN, day);
	return n ? n : add_event(out, n, l, l->hash & 1 ? EVENT_CALL_OUT : EVENT_CALL_IN, day);
}

static size_t events_of(struct event *out, const struct line *l, int64_t day)
{
	const uint64_t dice = ident_mix(l->hash + (uint64_t)day);
	size_t n = 0;

	if (day < l->first_day || day > l->last_day)
		return 0;
	if (l->kind == TRAFFIC_TRICKLE || l->kind == TRAFFIC_IDLE)
		return trickle(out, l, day);
	for (int k = 0; k < EVENT_KINDS; k++) {
		int count = rates[l->kind][k].least +
			    (int)((dice >> 8 * k & 0xff) * (uint64_t)(rates[l->kind][k].more + 1) >> 8);

		for (count = is_weekend(day) ? count / 3 : count; count > 0; count--)
			n = add_event(out, n, l, (enum event_kind)k, day);
	}
	return n;
}

static int earlier(const void *a, const void *b)
{
	const struct event *x = a, *y = b;

	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	return x->hash < y->hash ? -1 : x->hash > y->hash;
}

static void make_day(const struct lines *l, int64_t day, int64_t now, struct traffic_writer *w)
{
	struct event *events = NULL, one[EVENTS_MAX];
	size_t n = 0, cap = 0;

	for (size_t i = 0; i < l->n; i++) {
		const size_t more = events_of(one, &l->at[i], day);

		if (n + more > cap) {
			cap = 2 * cap + EVENTS_MAX;
			events = mem_grow(events, cap, sizeof *events);
		}
		for (size_t k = 0; k < more; k++)
			if (one[k].at >= l->at[i].created && one[k].at <= now)
				events[n++] = one[k];
	}
	if (n > 0)
		qsort(events, n, sizeof *events, earlier);
	for (size_t i = 0; i < n; i++)
		traffic_write(w, &events[i]);
	free(events);
}

static void make(struct sandbox *s)
{
	const int64_t now = state_now(), today = period_day(now);
	const int64_t first_day = period_month_add(period_month(today), -MONTHS);
	struct traffic_writer *w = traffic_writer_new(s);
	struct lines l = {0};

	add_rows(s, &l, first_day, today);
	add_synthetic(s, &l, today);
	for (int64_t day = first_day; day <= today; day++)
		make_day(&l, day, now, w);
	traffic_writer_free(w);
	db_run(s->db, "INSERT INTO traffic_made VALUES (?)", "i", now);
	arena_release(&l.mem);
	free(l.at);
}

void traffic_need(struct sandbox *s)
{
	const bool alone = sqlite3_get_autocommit(s->db) != 0;

	if (db_number(s->db, 0, "SELECT 1 FROM traffic_made", ""))
		return;
	if (alone)
		db_run(s->db, "BEGIN IMMEDIATE", "");
	make(s);
	if (alone)
		db_run(s->db, "COMMIT", "");
}
