#include "test.h"

#include "desk.h"

#include <stdlib.h>
#include <string.h>

#include "numdesk/core/impact.h"
#include "numdesk/util/mem.h"
#include "numdesk/util/text.h"

static int setup(void **state)
{
	struct desk *d = mem_alloc(sizeof *d);

	desk_open(d, NULL, NULL);
	*state = d;
	return 0;
}

static int teardown(void **state)
{
	desk_close(*state);
	free(*state);
	return 0;
}

struct seen {
	bool done, has, gone, changed;
	char lines[12][160];
	size_t n;
	char phone[E164_SIZE], tags[64];
	bool has_json;
	struct err err;
};

static void keep(void *ctx, const struct impact *i, const struct err *err)
{
	struct seen *s = ctx;

	s->done = true;
	s->err = *err;
	s->has = i != NULL;
	if (!i)
		return;
	s->gone = i->already_gone;
	s->changed = i->changed;
	memcpy(s->lines, i->lines, sizeof s->lines);
	s->n = i->n;
	text_copy(s->phone, sizeof s->phone, i->live.phone_number);
	text_copy(s->tags, sizeof s->tags, i->live.tags ? i->live.tags : "");
	s->has_json = i->json && strstr(i->json, i->live.phone_sid);
}

static struct seen check(struct desk *d, const struct number *n)
{
	struct seen s = {0};
	struct err e = {0};

	if (!impact_check(d->s, n, keep, &s, &e))
		fail_msg("%s", e.msg);
	assert_false(s.done);
	desk_idle(d);
	assert_true(s.done);
	return s;
}

static bool says(const struct seen *s, const char *part)
{
	for (size_t i = 0; i < s->n; i++)
		if (strstr(s->lines[i], part))
			return true;
	return false;
}

static void already_gone(void **state)
{
	struct desk *d = *state;
	struct tw_number *t = tw_own(d->w, DESK_A);
	struct number n = desk_number(d, DESK_A);
	struct seen s;

	t->owned = false;
	t->seen_until = 0;
	s = check(d, &n);
	assert_true(s.has && s.gone);
	assert_int_equal(s.err.kind, ERR_NONE);
	assert_true(says(&s, "already gone"));
	assert_string_equal(s.phone, DESK_A);
}

static void what_hangs_on_a_number(void **state)
{
	struct desk *d = *state;
	struct arena mem = {0};
	struct number n;
	struct seen s;

	tw_own(d->w, DESK_A);
	desk_sync(d);
	assert_true(cache_find(d->s->cache, TW_ACCOUNT, DESK_A, &n, NULL, &mem, NULL));
	n.tags = "billing support";
	assert_true(ledger_set_primary(d->s->ledger, TW_ACCOUNT, DESK_A, NULL));
	assert_true(ledger_set_locked(d->s->ledger, TW_ACCOUNT, DESK_A, true, NULL));
	s = check(d, &n);
	assert_true(s.has && !s.gone && !s.changed);
	assert_true(s.has_json);
	assert_true(says(&s, "primary number of this account"));
	assert_true(says(&s, "numdesk unlock " DESK_A));
	assert_true(says(&s, "voice webhook: https://example.com/voice"));
	assert_true(says(&s, "tags: billing support"));
	assert_string_equal(s.tags, "billing support");
	n.voice_url = "https://example.com/other";
	s = check(d, &n);
	assert_true(s.changed);
	assert_true(says(&s, "changed at Twilio"));
	arena_release(&mem);
}

static void another_number_behind_the_sid(void **state)
{
	struct desk *d = *state;
	struct number n;
	struct seen s;

	tw_own(d->w, DESK_A);
	tw_own(d->w, DESK_B);
	n = desk_number(d, DESK_A);
	text_copy(n.phone_sid, sizeof n.phone_sid, tw_find(d->w, DESK_B)->sid);
	s = check(d, &n);
	assert_false(s.has);
	assert_int_equal(s.err.kind, ERR_GUARD);
}

static void what_cannot_be_looked_up(void **state)
{
	struct desk *d = *state;
	struct number n;
	struct seen s;
	struct err e = {0};

	tw_own(d->w, DESK_A);
	n = desk_number(d, DESK_A);
	tw_tell_read(d->w, TW_READ_LOST);
	s = check(d, &n);
	assert_false(s.has);
	assert_int_equal(s.err.kind, ERR_NET);
	text_copy(n.account_sid, sizeof n.account_sid, TW_OTHER_ACCOUNT);
	assert_false(impact_check(d->s, &n, keep, &s, &e));
	assert_int_equal(e.kind, ERR_GUARD);
	n = desk_number(d, DESK_A);
	text_copy(n.phone_sid, sizeof n.phone_sid, "PN1");
	assert_false(impact_check(d->s, &n, keep, &s, &e));
	session_lock(d->s);
	assert_false(impact_check(d->s, &n, keep, &s, &e));
	assert_int_equal(e.kind, ERR_LOCKED);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(already_gone),
		TEST(what_hangs_on_a_number),
		TEST(another_number_behind_the_sid),
		TEST(what_cannot_be_looked_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
