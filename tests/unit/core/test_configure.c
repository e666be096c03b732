#include "test.h"

#include "desk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "numdesk/core/configure.h"
#include "numdesk/core/gather.h"
#include "numdesk/core/guard.h"
#include "numdesk/core/jobs.h"
#include "numdesk/core/reactor.h"
#include "numdesk/core/settle.h"
#include "numdesk/util/mem.h"
#include "numdesk/util/text.h"

#define URL_OLD "https://example.com/voice"
#define URL_NEW "https://example.org/new"
#define TK1 "TK00000000000000000000000000000001"
#define AP1 "AP00000000000000000000000000000001"

static int setup(void **state)
{
	struct desk *d = mem_alloc(sizeof *d);

	desk_open(d, NULL, NULL);
	tw_own(d->w, DESK_A);
	tw_own(d->w, DESK_B);
	desk_sync(d);
	*state = d;
	return 0;
}

static int teardown(void **state)
{
	desk_close(*state);
	free(*state);
	return 0;
}

/* --- gathering --------------------------------------------------------------------------------------------------- */
struct gathered {
	struct gather *g;
	size_t rows, missing, order[20], forget_at;
	struct number n[20];
	char *json[20];
	struct arena mem;
	bool done;
	struct err err;
};

static void gathered_row(void *ctx, size_t i, const struct number *n, const char *json, const struct err *err)
{
	struct gathered *x = ctx;

	x->order[x->rows++] = i;
	if (!n)
		x->missing += err->kind == ERR_NOT_FOUND;
	else
		number_copy(&x->n[i], n, &x->mem);
	x->json[i] = arena_dup(&x->mem, json);
	if (x->rows == x->forget_at)
		gather_forget(x->g);
}

static void gathered_all(void *ctx, const struct err *err)
{
	struct gathered *x = ctx;

	x->done = true;
	x->err = *err;
}

static void gather(struct desk *d, struct gathered *x, const char *const *sids, size_t n)
{
	struct err e = {0};

	*x = (struct gathered){0};
	x->g = gather_start(d->s, sids, n, gathered_row, gathered_all, x, &e);
	if (!x->g)
		fail_msg("%s", e.msg);
	assert_true(reactor_until(d->s->reactor, &x->done, &e));
}

static void numbers_come_in_order(void **state)
{
	struct desk *d = *state;
	const char *sids[12] = {0};
	struct gathered x;

	gather(d, &x, sids, 0);
	assert_int_equal(x.rows, 0);
	for (int i = 0; i < 12; i++) {
		char phone[32];

		snprintf(phone, sizeof phone, "+141555502%02d", i);
		tw_own(d->w, phone);
		sids[i] = i == 7 ? "PNffffffffffffffffffffffffffffffff" : tw_find(d->w, phone)->sid;
	}
	gather(d, &x, sids, 12);
	assert_int_equal(x.err.kind, ERR_NONE);
	assert_int_equal(x.rows, 12);
	assert_int_equal(x.missing, 1);
	for (size_t i = 0; i < 12; i++) {
		assert_int_equal(x.order[i], i);
		assert_true(i == 7 || strcmp(x.n[i].phone_sid, sids[i]) == 0);
	}
	assert_non_null(strstr(x.json[0], "voice_url"));
	arena_release(&x.mem);
}

/* What keeps one from being asked keeps the others too: said once, at the end. */
static void refused_credentials_end_it(void **state)
{
	struct desk *d = *state;
	const char *sids[] = {tw_find(d->w, DESK_A)->sid, tw_find(d->w, DESK_B)->sid};
	struct gathered x;

	tw_tell_read(d->w, TW_READ_OK);
	tw_tell_read(d->w, TW_READ_401);
	gather(d, &x, sids, 2);
	assert_int_equal(x.rows, 1);
	assert_int_equal(x.err.kind, ERR_AUTH);
	arena_release(&x.mem);
}

static void it_can_be_stopped_and_forgotten(void **state)
{
	struct desk *d = *state;
	const char *sids[] = {tw_find(d->w, DESK_A)->sid, tw_find(d->w, DESK_B)->sid};
	struct gathered x = {0};
	struct err e = {0};

	x.g = gather_start(d->s, sids, 2, gathered_row, gathered_all, &x, &e);
	assert_true(jobs_stop_newest(d->s->jobs));
	assert_true(reactor_until(d->s->reactor, &x.done, &e));
	assert_int_equal(x.err.kind, ERR_STOPPED);
	x = (struct gathered){0};
	x.g = gather_start(d->s, sids, 2, gathered_row, gathered_all, &x, &e);
	gather_forget(x.g);             /* before anything was asked */
	x.g = gather_start(d->s, sids, 2, gathered_row, gathered_all, &x, &e);
	desk_run(d, 20);
	gather_forget(x.g);             /* while the requests are under way */
	desk_idle(d);
	assert_int_equal(x.rows, 0);
	assert_false(x.done);
	x.forget_at = 1;                /* by the row itself */
	x.g = gather_start(d->s, sids, 2, gathered_row, gathered_all, &x, &e);
	desk_run(d, 200);
	assert_int_equal(x.rows, 1);
	assert_false(x.done);
	assert_int_equal(jobs_list(d->s->jobs, &(struct job_view){0}, 1), 0);
	arena_release(&x.mem);
	gather_forget(NULL);
}

static void it_is_not_begun_while_locked(void **state)
{
	struct desk *d = *state;
	struct err e = {0};

	session_lock(d->s);
	assert_null(gather_start(d->s, NULL, 0, gathered_row, gathered_all, NULL, &e));
	assert_int_equal(e.kind, ERR_LOCKED);
}

/* --- plans -------------------------------------------------------------------------------------------------------- */
/* A plan of one: this setting of that number, as it is now. */
static bool plan_set(struct desk *d, struct plan *p, const char *phone, enum column_id c, const char *value)
{
	const char *sid = tw_find(d->w, phone)->sid;
	struct changes wanted = {0};
	struct gathered x;
	bool added;

	gather(d, &x, &sid, 1);
	plan_init(p, "tui");
	changes_set(&wanted, c, value);
	added = plan_add_configure(p, d->s, &x.n[0], x.json[0], &wanted);
	arena_release(&x.mem);
	return added;
}

static bool ended(struct desk *d)
{
	(void)d;
	return desk_outcome()->finished;
}

static struct apply_summary carry_out(struct desk *d, struct plan *p)
{
	struct err e = {0};

	if (!desk_start(d, p, &e))
		fail_msg("%s", e.msg);
	assert_true(desk_until(d, ended, 1000000));
	return desk_outcome()->sum;
}

static const char *now(struct desk *d, const char *form)
{
	const char *value = tw_form_get(&tw_find(d->w, DESK_A)->set, form);

	return value ? value : "";
}

static void nothing_to_change(void **state)
{
	struct desk *d = *state;
	struct plan p;

	assert_false(plan_set(d, &p, DESK_A, COL_VOICE_URL, URL_OLD));
	assert_int_equal(p.n, 0);
	plan_release(&p);
}

static void one_change(void **state)
{
	struct desk *d = *state;
	struct operation op;
	struct configure_state was;
	struct arena mem = {0};
	struct number cached;
	struct plan p;
	struct err e = {0};

	assert_true(plan_set(d, &p, DESK_A, COL_VOICE_URL, URL_NEW));
	assert_string_equal(configure_describe(d->s, &p.ops[0], &p.mem), "voice_url: " URL_OLD " -> " URL_NEW);
	assert_int_equal(carry_out(d, &p).done, 1);
	assert_string_equal(now(d, "VoiceUrl"), URL_NEW);
	assert_int_equal(tw_find(d->w, DESK_A)->set.n, 1);      /* nothing else was sent */
	assert_true(desk_op(d, DESK_A, &op));
	assert_int_equal(op.state, OP_DONE);
	assert_string_equal(op.message, "configured");
	assert_true(configure_read(&op, &was, &mem, &e));
	assert_string_equal(was.before.voice_url, URL_OLD);
	assert_string_equal(was.after.voice_url, URL_NEW);
	desk_idle(d);
	assert_true(cache_find(d->s->cache, TW_ACCOUNT, DESK_A, &cached, NULL, &mem, &e));
	assert_string_equal(cached.voice_url, URL_NEW);         /* the list knows without a refresh */
	arena_release(&mem);
}

static void a_trunk_drives_out_the_application(void **state)
{
	struct desk *d = *state;
	struct configure_line *l;
	struct plan p;
	size_t n;

	tw_form_set(&tw_find(d->w, DESK_A)->set, "VoiceApplicationSid", AP1);
	assert_true(plan_set(d, &p, DESK_A, COL_TRUNK_SID, TK1));
	l = configure_lines(d->s, &p.ops[0], &p.mem, &n);
	assert_int_equal(n, 2);
	assert_true(l[0].implied && l[0].column == COL_VOICE_APPLICATION_SID);
	assert_false(l[1].implied);
	assert_int_equal(carry_out(d, &p).done, 1);
	assert_string_equal(now(d, "VoiceApplicationSid"), "");
}

/* --- looks before and after -------------------------------------------------------------------------------------- */
static void what_is_so_already_is_not_sent(void **state)
{
	struct desk *d = *state;
	struct operation op;
	struct plan p;

	assert_true(plan_set(d, &p, DESK_A, COL_VOICE_URL, URL_NEW));
	tw_form_set(&tw_find(d->w, DESK_A)->set, "VoiceUrl", URL_NEW);
	assert_int_equal(carry_out(d, &p).done, 1);
	assert_int_equal(d->w->arrivals, 0);
	assert_true(desk_op(d, DESK_A, &op));
	assert_non_null(strstr(op.message, "nothing was sent"));
}

static void what_somebody_else_changed_is_left_alone(void **state)
{
	struct desk *d = *state;
	struct apply_summary sum;
	struct plan p;

	assert_true(plan_set(d, &p, DESK_A, COL_VOICE_URL, URL_NEW));
	tw_form_set(&tw_find(d->w, DESK_A)->set, "VoiceUrl", "https://example.net/third");
	sum = carry_out(d, &p);
	assert_int_equal(sum.cancelled, 1);
	assert_int_equal(sum.first_error.kind, ERR_GUARD);
	assert_non_null(strstr(sum.first_error.msg, "example.net/third"));
	assert_non_null(strstr(sum.first_error.msg, URL_OLD));
	assert_non_null(strstr(sum.first_error.msg, URL_NEW));
	assert_int_equal(d->w->arrivals, 0);
}

/* A setting that is none of this change's business may have changed meanwhile. */
static void other_settings_do_not_matter(void **state)
{
	struct desk *d = *state;
	struct plan p;

	assert_true(plan_set(d, &p, DESK_A, COL_VOICE_URL, URL_NEW));
	tw_form_set(&tw_find(d->w, DESK_A)->set, "SmsUrl", "https://example.net/sms");
	assert_int_equal(carry_out(d, &p).done, 1);
	assert_string_equal(now(d, "VoiceUrl"), URL_NEW);
	assert_string_equal(now(d, "SmsUrl"), "https://example.net/sms");
}

static void a_number_that_left(void **state)
{
	struct desk *d = *state;
	struct apply_summary sum;
	struct plan p;

	assert_true(plan_set(d, &p, DESK_A, COL_VOICE_URL, URL_NEW));
	tw_find(d->w, DESK_A)->owned = false;
	tw_find(d->w, DESK_A)->seen_until = 0;
	sum = carry_out(d, &p);
	assert_int_equal(sum.cancelled, 1);
	assert_non_null(strstr(sum.first_error.msg, "no longer a number of this account"));
}

/* However the answer gets lost, looking tells whether it happened. */
static void lost_answers(void **state)
{
	static const struct { enum tw_write how; enum op_state after; const char *url; } t[] = {
		{TW_RESET_AFTER, OP_DONE, URL_NEW}, {TW_500_AFTER, OP_DONE, URL_NEW}, {TW_HALF_BODY, OP_DONE, URL_NEW},
		{TW_BAD_JSON, OP_DONE, URL_NEW}, {TW_RESET_BEFORE, OP_ABSENT, ""}, {TW_500_BEFORE, OP_ABSENT, ""},
		{TW_TIMEOUT, OP_ABSENT, ""}, {TW_TIMEOUT_LATE, OP_DONE, URL_NEW},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		struct desk d;
		struct operation op;
		struct plan p;

		desk_open(&d, NULL, NULL);
		tw_own(d.w, DESK_A);
		desk_sync(&d);
		assert_true(plan_set(&d, &p, DESK_A, COL_VOICE_URL, URL_NEW));
		tw_tell(d.w, t[i].how);
		assert_int_equal(carry_out(&d, &p).unsure, 1);
		desk_run(&d, 200000);
		assert_true(desk_op(&d, DESK_A, &op));
		if (op.state != t[i].after || strcmp(now(&d, "VoiceUrl"), t[i].url) != 0)
			fail_msg("row %zu: %s, '%s'", i, op_state_name(op.state), now(&d, "VoiceUrl"));
		if (op.state == OP_ABSENT) {            /* absolute values: it may be sent again */
			assert_true(plan_set(&d, &p, DESK_A, COL_VOICE_URL, URL_NEW));
			assert_int_equal(carry_out(&d, &p).done, 1);
			assert_string_equal(now(&d, "VoiceUrl"), URL_NEW);
		}
		desk_close(&d);
	}
}

static void refusals_of_twilio(void **state)
{
	struct desk *d = *state;
	struct operation op;
	struct plan p;

	tw_tell(d->w, TW_REFUSED);
	assert_true(plan_set(d, &p, DESK_A, COL_VOICE_URL, URL_NEW));
	assert_int_equal(carry_out(d, &p).rejected, 1);
	assert_true(desk_op(d, DESK_A, &op));
	assert_int_equal(op.twilio_code, 21649);
	tw_tell(d->w, TW_WRONG_NUMBER);
	assert_true(plan_set(d, &p, DESK_A, COL_VOICE_URL, URL_NEW));
	assert_int_equal(carry_out(d, &p).unsure, 1);
	assert_true(desk_op(d, DESK_A, &op));
	assert_int_equal(op.state, OP_CONFLICT);
}

/* --- the guard ---------------------------------------------------------------------------------------------------- */
static bool judged(struct desk *d, struct plan *p, enum guard_rule rule, bool blocks, const char *says)
{
	struct verdict v;
	bool found = false;

	guard_check(d->s, p, NULL, &v);
	for (size_t i = 0; i < v.n; i++)
		found = found || (v.findings[i].rule == rule && v.findings[i].blocks == blocks && strstr(v.findings[i].says, says));
	if (v.blocked != blocks)
		found = false;
	verdict_release(&v);
	plan_release(p);
	return found;
}

static void the_guard_looks_at_settings(void **state)
{
	struct desk *d = *state;
	struct plan p;
	struct err e = {0};

	assert_true(plan_set(d, &p, DESK_A, COL_VOICE_URL, "http://example.org/"));
	assert_int_equal(p.ops[0].price_micros, 0);
	assert_true(judged(d, &p, GUARD_SETTING, false, "plain http"));
	assert_true(plan_set(d, &p, DESK_A, COL_SMS_FALLBACK_URL, URL_NEW));
	assert_true(judged(d, &p, GUARD_SETTING, true, DESK_A ": SMS fallback URL"));
	assert_true(plan_set(d, &p, DESK_A, COL_VOICE_URL, URL_NEW));
	p.ops[0].want_json = "{\"AccountSid\": \"AC00000000000000000000000000000002\"}";        /* no way to transfer */
	assert_true(judged(d, &p, GUARD_SETTING, true, "cannot be read"));
	assert_true(plan_set(d, &p, DESK_A, COL_VOICE_URL, URL_NEW));
	assert_true(ledger_set_locked(d->s->ledger, TW_ACCOUNT, DESK_A, true, &e));
	assert_true(judged(d, &p, GUARD_LOCKED_NUMBER, true, "locked"));
}

/* The same remark about many numbers is told once. */
static void remarks_are_not_repeated(void **state)
{
	struct desk *d = *state;
	const char *sids[] = {tw_find(d->w, DESK_A)->sid, tw_find(d->w, DESK_B)->sid};
	struct changes wanted = {0};
	struct gathered x;
	struct verdict v;
	struct plan p;
	size_t said = 0;

	gather(d, &x, sids, 2);
	plan_init(&p, "tui");
	changes_set(&wanted, COL_VOICE_URL, "http://example.org/");
	for (size_t i = 0; i < 2; i++)
		assert_true(plan_add_configure(&p, d->s, &x.n[i], x.json[i], &wanted));
	guard_check(d->s, &p, NULL, &v);
	for (size_t i = 0; i < v.n; i++)
		said += v.findings[i].rule == GUARD_SETTING;
	assert_int_equal(said, 1);
	assert_int_equal(v.confirm, CONFIRM_COUNT);
	assert_int_equal(v.adds_micros, 0);
	assert_true(v.by_yes);
	verdict_release(&v);
	plan_release(&p);
	arena_release(&x.mem);
}

/* --- undo --------------------------------------------------------------------------------------------------------- */
static void undo(void **state)
{
	const struct number before = {.phone_number = DESK_A, .voice_url = URL_OLD, .friendly_name = "Desk"};
	struct configure_state was = {.before = before, .after = before};
	struct number live;
	struct changes back;
	struct err e = {0};

	(void)state;
	changes_set(&was.changes, COL_VOICE_URL, URL_NEW);
	changes_apply(&was.changes, &was.after);
	live = was.after;
	live.sms_url = "https://example.net/later";     /* set later, and none of this operation's business */
	assert_true(undo_changes(&was, &live, UNDO_CHANGES, &back, &e));
	assert_int_equal(back.n, 1);
	assert_string_equal(changes_get(&back, COL_VOICE_URL), URL_OLD);
	assert_true(undo_changes(&was, &live, UNDO_WHOLE, &back, &e));
	assert_int_equal(back.n, 2);
	assert_string_equal(changes_get(&back, COL_SMS_URL), "");
	live.voice_url = "https://example.net/third";
	assert_false(undo_changes(&was, &live, UNDO_CHANGES, &back, &e));
	assert_int_equal(e.kind, ERR_GUARD);
	assert_non_null(strstr(e.msg, "example.net/third"));
	assert_true(undo_changes(&was, &live, UNDO_ANYWAY, &back, &e));
	assert_string_equal(changes_get(&back, COL_VOICE_URL), URL_OLD);
	live = before;
	assert_true(undo_changes(&was, &live, UNDO_CHANGES, &back, &e));
	assert_int_equal(back.n, 0);                    /* it is so already */
}

static void undo_brings_the_application_back(void **state)
{
	const struct number before = {.phone_number = DESK_A, .voice_application_sid = AP1};
	struct configure_state was = {.before = before, .after = before};
	struct changes back;
	struct err e = {0};

	(void)state;
	changes_set(&was.changes, COL_TRUNK_SID, TK1);
	changes_apply(&was.changes, &was.after);
	assert_true(undo_changes(&was, &was.after, UNDO_CHANGES, &back, &e));
	assert_int_equal(back.n, 1);                    /* naming the application is enough */
	assert_string_equal(changes_get(&back, COL_VOICE_APPLICATION_SID), AP1);
}

static void what_cannot_be_undone(void **state)
{
	static const char number[] = "{\"sid\":\"PN00000000000000000000000000000001\",\"account_sid\":\"" TW_ACCOUNT
				     "\",\"phone_number\":\"" DESK_A "\"}";
	static const struct { struct operation op; enum err_kind kind; const char *says; } t[] = {
		{{.id = 7, .kind = OP_RELEASE, .before_json = number}, ERR_USAGE, "a release"},
		{{.id = 7, .kind = OP_CONFIGURE}, ERR_DAMAGED, "change"},
		{{.id = 7, .kind = OP_CONFIGURE, .want_json = "{}", .before_json = "{}"}, ERR_DAMAGED, "earlier state"},
		{{.id = 7, .kind = OP_CONFIGURE, .want_json = "{\"VoiceUrl\":1}", .before_json = number}, ERR_DAMAGED, "change"},
	};
	struct arena mem = {0};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		struct configure_state s;
		struct err e = {0};
		size_t n = 9;

		if (configure_read(&t[i].op, &s, &mem, &e) || e.kind != t[i].kind || !strstr(e.msg, t[i].says))
			fail_msg("row %zu: %s", i, e.msg);
		assert_null(configure_lines(NULL, &t[i].op, &mem, &n));
		assert_int_equal(n, 0);
		assert_null(configure_describe(NULL, &t[i].op, &mem));
	}
	arena_release(&mem);
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(numbers_come_in_order), T(refused_credentials_end_it), T(it_can_be_stopped_and_forgotten),
		T(it_is_not_begun_while_locked), T(nothing_to_change), T(one_change), T(a_trunk_drives_out_the_application),
		T(what_is_so_already_is_not_sent), T(what_somebody_else_changed_is_left_alone), T(other_settings_do_not_matter),
		T(a_number_that_left), cmocka_unit_test(lost_answers), T(refusals_of_twilio), T(the_guard_looks_at_settings),
		T(remarks_are_not_repeated), cmocka_unit_test(undo), cmocka_unit_test(undo_brings_the_application_back),
		cmocka_unit_test(what_cannot_be_undone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
