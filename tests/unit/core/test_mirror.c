#include "test.h"

#include "desk.h"

#include <stdio.h>
#include <string.h>

#include "numdesk/core/guard.h"
#include "numdesk/store/cache.h"
#include "numdesk/store/ledger.h"
#include "numdesk/util/mem.h"

/* What a session finds in the cache after the one before it was killed between the two files. */

static bool is_listed(struct desk *d, const char *phone)
{
	struct arena mem = {0};
	struct number n;
	const bool listed = cache_find(d->s->cache, TW_ACCOUNT, phone, &n, NULL, &mem, NULL) && !n.is_gone;

	arena_release(&mem);
	return listed;
}

/* The journal knows of a release, as far as this state; the cache was not told. */
static void release_behind_the_cache(struct desk *d, const char *phone, enum op_state state)
{
	const struct op_outcome o = {.state = state};
	const struct ledger_limits limits = guard_limits(d->s);
	struct number n = desk_number(d, phone);
	struct plan p;
	struct err e = {0};
	bool ok;

	plan_init(&p, "cli");
	plan_add_release(&p, d->s, &n, "{}");
	ok = ledger_plan(d->s->ledger, p.ops, 1, "cli", &limits, &e);
	if (ok && state != OP_CANCELLED)
		ok = ledger_arm(d->s->ledger, p.ops[0].id, &e);
	if (!ok || !ledger_settle(d->s->ledger, p.ops[0].id, &o, &e))
		fail_msg("%s", e.msg);
	plan_release(&p);
}

static void open_again(struct desk *d)
{
	const char *home = d->home;
	struct tw_world *w = d->w == &d->own ? NULL : d->w;

	assert_non_null(w);
	desk_close(d);
	desk_open(d, home, w);
}

struct release_case { const char *name; enum op_state state; bool listed; };

static void what_was_released_is_not_listed(void **state)
{
	static const struct release_case cases[] = {
		{"done", OP_DONE, false}, {"rejected", OP_REJECTED, true}, {"unknown", OP_UNKNOWN, true},
		{"cancelled", OP_CANCELLED, true},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct tw_world w;
		struct desk d;

		tw_world_init(&w, DESK_START_MS);
		tw_own(&w, DESK_A);
		tw_own(&w, DESK_B);
		desk_open(&d, NULL, &w);
		desk_sync(&d);
		release_behind_the_cache(&d, DESK_A, cases[i].state);
		assert_true(is_listed(&d, DESK_A));
		open_again(&d);
		if (is_listed(&d, DESK_A) != cases[i].listed || !is_listed(&d, DESK_B))
			fail_msg("%s", cases[i].name);
		desk_close(&d);
	}
}

/* A list that came after it knows better. */
static void what_a_later_list_shows_stays(void **state)
{
	struct tw_world w;
	struct desk d;

	(void)state;
	tw_world_init(&w, DESK_START_MS);
	tw_own(&w, DESK_A);
	desk_open(&d, NULL, &w);
	desk_sync(&d);
	release_behind_the_cache(&d, DESK_A, OP_DONE);
	desk_run(&d, 5000);
	desk_sync(&d);
	open_again(&d);
	assert_true(is_listed(&d, DESK_A));
	desk_close(&d);
}

static void nothing_to_make_up_for(void **state)
{
	struct tw_world w;
	struct desk d;

	(void)state;
	tw_world_init(&w, DESK_START_MS);
	desk_open(&d, NULL, &w);
	open_again(&d);
	assert_false(is_listed(&d, DESK_A));
	desk_close(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_to_make_up_for), cmocka_unit_test(what_was_released_is_not_listed),
		cmocka_unit_test(what_a_later_list_shows_stays),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
