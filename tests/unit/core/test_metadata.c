#include "test.h"

#include <stdio.h>
#include <string.h>

#include "home.h"

#include "numdesk/core/metadata.h"
#include "numdesk/util/mem.h"

struct said { size_t n, changed; char tags[200]; };

static void on_row(void *ctx, const struct number_meta *before, const struct number_meta *after)
{
	struct said *x = ctx;

	x->n++;
	x->changed += !meta_equal(before, after);
	snprintf(x->tags, sizeof x->tags, "%s", after->tags ? after->tags : "");
}

static void cached(struct home *h, int i, struct number *n, struct arena *mem)
{
	char number[E164_SIZE];

	assert_true(cache_find(h->s->cache, HOME_AC, home_number(i, number), n, NULL, mem, NULL));
}

static const struct meta_change change = {.add = "billing eu", .note = "call back", .owner = "desk", .customer_ref = "C-1"};

static void test_a_change_is_stored_and_mirrored(void **state)
{
	char numbers[2][E164_SIZE];
	struct said x = {.n = 0};
	struct arena mem = {0};
	struct err e = {0};
	struct number n;
	struct home h;

	(void)state;
	home_ready(&h);
	home_script_list(&h, 3, 50);
	home_script_facts(&h);
	assert_true(home_unlock(&h, HOME_PASS, &e));
	home_sync(&h);
	home_number(0, numbers[0]);
	home_number(2, numbers[1]);
	assert_true(metadata_change(h.s, numbers, 0, &change, false, on_row, &x, &e));
	assert_int_equal(x.n, 0);
	assert_true(metadata_change(h.s, numbers, 2, &change, true, on_row, &x, &e));
	assert_int_equal(x.n, 2);
	home_settle(&h);
	cached(&h, 0, &n, &mem);
	assert_null(n.tags);            /* that was a rehearsal */
	assert_true(metadata_change(h.s, numbers, 2, &change, false, on_row, &x, &e));
	assert_int_equal(x.changed, 4);
	assert_string_equal(x.tags, "billing eu");
	home_settle(&h);
	cached(&h, 0, &n, &mem);
	assert_string_equal(n.tags, "billing eu");
	assert_string_equal(n.note, "call back");
	assert_string_equal(n.owner, "desk");
	assert_string_equal(n.customer_ref, "C-1");
	cached(&h, 1, &n, &mem);
	assert_null(n.tags);
	assert_true(session_lock_numbers(h.s, numbers, 2, true, &e));
	home_settle(&h);
	cached(&h, 2, &n, &mem);
	assert_true(n.is_locked && n.tags);
	arena_release(&mem);
	home_close(&h);
}

static void expect_serves(struct home *h, enum primary_purpose p, const char *want)
{
	char got[E164_SIZE];

	assert_int_equal(session_primary(h->s, p, got), want != NULL);
	assert_string_equal(got, want ? want : "");
}

static void test_who_serves_a_purpose(void **state)
{
	char a[E164_SIZE], b[E164_SIZE];
	struct arena mem = {0};
	struct err e = {0};
	struct number n;
	struct home h;

	(void)state;
	home_init(&h);
	assert_true(home_open(&h, NULL, &e));
	expect_serves(&h, PRIMARY_MESSAGES, NULL);      /* no profile */
	home_close(&h);
	home_ready(&h);
	home_number(0, a);
	home_number(1, b);
	assert_true(session_set_primary(h.s, PRIMARY_PLAIN, a, &e));
	expect_serves(&h, PRIMARY_MESSAGES, a);         /* nothing was listed yet: it is believed */
	home_script_list(&h, 2, 50);
	home_script_facts(&h);
	assert_true(home_unlock(&h, HOME_PASS, &e));
	home_sync(&h);
	assert_true(session_set_primary(h.s, PRIMARY_MESSAGES, b, &e));
	expect_serves(&h, PRIMARY_PLAIN, a);
	expect_serves(&h, PRIMARY_MESSAGES, b);
	expect_serves(&h, PRIMARY_VOICE, a);
	home_settle(&h);
	cached(&h, 0, &n, &mem);
	assert_true(n.is_primary);
	assert_string_equal(n.primary_for, "voice");
	cached(&h, 1, &n, &mem);
	assert_false(n.is_primary);
	assert_string_equal(n.primary_for, "messages");
	/* b is gone: a serves again; then that one is gone too */
	assert_true(cache_mark_gone(h.s->write_cache, HOME_AC, n.phone_sid, HOME_NOW, &e));
	expect_serves(&h, PRIMARY_MESSAGES, a);
	assert_true(session_set_primary(h.s, PRIMARY_PLAIN, "+14155559999", &e));
	expect_serves(&h, PRIMARY_MESSAGES, NULL);
	expect_serves(&h, PRIMARY_PLAIN, NULL);
	home_settle(&h);
	arena_release(&mem);
	home_close(&h);
}

static void test_refusals(void **state)
{
	char numbers[1][E164_SIZE] = {"+14155550001"};
	struct session_options o = {.read_only = true};
	struct said x = {.n = 0};
	struct err e = {0};
	struct home h;

	(void)state;
	home_init(&h);
	assert_true(home_open(&h, NULL, &e));
	assert_false(metadata_change(h.s, numbers, 1, &change, false, NULL, NULL, &e));
	assert_int_equal(e.kind, ERR_NOT_FOUND);        /* no profile */
	home_close(&h);
	home_ready(&h);
	assert_false(session_set_locked(h.s, "+141555500011234567890", true, &e));
	assert_int_equal(e.kind, ERR_USAGE);
	home_close(&h);
	assert_true(home_open(&h, &o, &e));
	assert_false(metadata_change(h.s, numbers, 1, &change, false, NULL, NULL, &e));
	assert_int_equal(e.kind, ERR_GUARD);
	assert_false(session_lock_numbers(h.s, numbers, 1, true, &e));
	assert_int_equal(e.kind, ERR_GUARD);
	assert_true(metadata_change(h.s, numbers, 1, &change, true, on_row, &x, &e));
	assert_int_equal(x.changed, 1);
	home_close(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_change_is_stored_and_mirrored),
		cmocka_unit_test(test_who_serves_a_purpose),
		cmocka_unit_test(test_refusals),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
