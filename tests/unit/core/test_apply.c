#include "test.h"

#include "desk.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "numdesk/core/jobs.h"
#include "numdesk/core/reactor.h"
#include "numdesk/core/settle.h"
#include "numdesk/store/basket.h"
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

static void must_buy(struct desk *d, const char *phone, struct apply_summary *sum)
{
	struct err e = {0};

	if (!desk_buy(d, phone, sum, &e))
		fail_msg("%s", e.msg);
}

static void must_release(struct desk *d, const char *phone, struct apply_summary *sum)
{
	struct err e = {0};

	if (!desk_release(d, phone, sum, &e))
		fail_msg("%s", e.msg);
}

static bool count_sent(void *ctx, const struct operation *op)
{
	*(unsigned *)ctx += (unsigned)op->sends;
	return true;
}

/* Rows that may have been sent: never fewer than what arrived. */
static unsigned rows_sent(struct desk *d)
{
	const struct ledger_filter all = {0};
	unsigned n = 0;

	assert_true(ledger_each(d->s->ledger, &all, count_sent, &n, NULL));
	return n;
}

static bool plan_ended(struct desk *d)
{
	(void)d;
	return desk_outcome()->finished;
}

static void finish_plan(struct desk *d)
{
	if (!desk_until(d, plan_ended, 1000000))
		fail_msg("the plan never ends");
}

static void plan_of(struct desk *d, struct plan *p, size_t n)
{
	static const char *const phones[] = {DESK_A, DESK_B, DESK_C};

	plan_init(p, "tui");
	for (size_t i = 0; i < n; i++) {
		const struct offer o = desk_offer(phones[i], d->w->price);

		plan_add_buy(p, d->s, &o, NULL);
	}
}

static void must_start(struct desk *d, struct plan *p)
{
	struct err e = {0};

	if (!desk_start(d, p, &e))
		fail_msg("%s", e.msg);
}

/* --- refusals --------------------------------------------------------------------------------------------------- */

static void nothing_starts_without_an_answer(void **state)
{
	struct desk *d = *state;
	struct verdict v;
	struct operation op;
	struct plan p;
	struct err e = {0};

	plan_init(&p, "cli");
	guard_check(d->s, &p, NULL, &v);
	assert_true(v.blocked);                 /* an empty plan */
	assert_false(apply_start(d->s, &p, &v, "0", "", NULL, NULL, NULL, &e));
	assert_int_equal(e.kind, ERR_GUARD);
	verdict_release(&v);

	plan_of(d, &p, 1);
	guard_check(d->s, &p, NULL, &v);
	for (const char *const *wrong = (const char *const[]){"", "Y", "yes", " y", "n", "0101",
							      NULL}; *wrong; wrong++) {
		assert_false(apply_start(d->s, &p, &v, *wrong, "", NULL, NULL, NULL, &e));
		assert_int_equal(e.kind, ERR_GUARD);
	}
	assert_false(apply_start(d->s, &p, &v, NULL, NULL, NULL, NULL, NULL, &e));
	assert_false(apply_running(d->s));
	assert_false(desk_op(d, DESK_A, &op));
	assert_int_equal(p.n, 1);               /* still the caller's */
	verdict_release(&v);
	plan_release(&p);
	apply_stop(d->s);                       /* nothing runs: nothing happens */
}

static void one_plan_at_a_time(void **state)
{
	struct desk *d = *state;
	const struct offer o = desk_offer(DESK_B, d->w->price);
	struct plan p, q;
	struct verdict v;
	struct err e = {0};

	plan_of(d, &p, 1);
	must_start(d, &p);
	assert_int_equal(p.n, 0);
	assert_true(apply_running(d->s));
	plan_init(&q, "tui");
	plan_add_buy(&q, d->s, &o, NULL);
	guard_check(d->s, &q, NULL, &v);
	assert_false(apply_start(d->s, &q, &v, "y", "", NULL, NULL, NULL, &e));
	assert_int_equal(e.kind, ERR_GUARD);
	assert_false(session_use(d->s, "acme", &e));    /* nor another profile meanwhile */
	finish_plan(d);
	assert_int_equal(desk_outcome()->sum.done, 1);
	assert_false(tw_is_owned(d->w, DESK_B));
	verdict_release(&v);
	plan_release(&q);
	plan_release(&p);
}

static void a_locked_session_starts_nothing(void **state)
{
	struct desk *d = *state;
	struct plan p;
	struct err e = {0};

	plan_of(d, &p, 1);
	session_lock(d->s);
	assert_false(desk_start(d, &p, &e));
	assert_int_equal(e.kind, ERR_LOCKED);
}

/* What was forbidden between question and answer counts, although the verdict said yes. */
static void the_guard_looks_again_at_the_start(void **state)
{
	struct desk *d = *state;
	struct plan p;
	struct verdict v;
	struct err e = {0};

	plan_of(d, &p, 1);
	guard_check(d->s, &p, NULL, &v);
	assert_false(v.blocked);
	assert_true(config_set(&d->s->config, OPTION_GUARD_MAX_PRICE, "1.00", NULL));
	assert_false(apply_start(d->s, &p, &v, "y", "", NULL, NULL, NULL, &e));
	assert_int_equal(e.kind, ERR_GUARD);
	assert_int_equal(d->w->arrivals, 0);
	verdict_release(&v);
	plan_release(&p);
}

/* --- how one write ends ----------------------------------------------------------------------------------------- */

struct ending {
	const char *name;
	enum tw_write how;
	enum op_state at_once, settled; /* when the plan ends, and three minutes later */
	enum err_kind kind;
	unsigned arrivals;
	bool owned;
	const char *says;               /* part of the message at once, NULL: any */
};

static void check_ending(const struct ending *t, bool release)
{
	struct apply_summary sum;
	struct operation op;
	struct desk d;

	desk_open(&d, NULL, NULL);
	if (release)
		tw_own(d.w, DESK_A);
	tw_tell(d.w, t->how);
	if (release)
		must_release(&d, DESK_A, &sum);
	else
		must_buy(&d, DESK_A, &sum);
	assert_true(desk_op(&d, DESK_A, &op));
	if (op.state != t->at_once || apply_kind(&sum) != t->kind || d.w->arrivals != t->arrivals)
		fail_msg("%s: %s (%s), kind %d, %u arrivals", t->name, op_state_name(op.state), op.message,
			 (int)apply_kind(&sum), d.w->arrivals);
	if (t->says && !strstr(op.message, t->says))
		fail_msg("%s: says '%s'", t->name, op.message);
	if (t->kind != ERR_NONE && sum.first_error.kind == ERR_NONE)
		fail_msg("%s: no reason was given", t->name);
	assert_true(rows_sent(&d) >= d.w->arrivals);
	desk_run(&d, 180000);
	assert_true(desk_op(&d, DESK_A, &op));
	if (op.state != t->settled || tw_is_owned(d.w, DESK_A) != t->owned || d.w->arrivals != t->arrivals)
		fail_msg("%s: later %s (%s), owned %d, %u arrivals", t->name, op_state_name(op.state), op.message,
			 tw_is_owned(d.w, DESK_A), d.w->arrivals);
	if (!release && t->owned)
		assert_string_equal(op.phone_sid, tw_find(d.w, DESK_A)->sid);
	assert_true(tw_bought(d.w, DESK_A) <= 1);
	desk_close(&d);
}

static void each_end_of_a_purchase(void **state)
{
	static const struct ending table[] = {
		{"bought", TW_OK, OP_DONE, OP_DONE, ERR_NONE, 1, true, "bought"},
		{"no connection", TW_NO_CONNECT, OP_CANCELLED, OP_CANCELLED, ERR_NET, 0, false, "not sent: could not "
		 "connect"},
		{"lost before", TW_RESET_BEFORE, OP_UNKNOWN, OP_ABSENT, ERR_UNSURE, 1, false, NULL},
		{"lost after", TW_RESET_AFTER, OP_UNKNOWN, OP_DONE, ERR_UNSURE, 1, true, NULL},
		{"500 before", TW_500_BEFORE, OP_UNKNOWN, OP_ABSENT, ERR_UNSURE, 1, false, NULL},
		{"500 after", TW_500_AFTER, OP_UNKNOWN, OP_DONE, ERR_UNSURE, 1, true, NULL},
		{"half a body", TW_HALF_BODY, OP_UNKNOWN, OP_DONE, ERR_UNSURE, 1, true, NULL},
		{"rubbish", TW_BAD_JSON, OP_UNKNOWN, OP_DONE, ERR_UNSURE, 1, true, NULL},
		{"late", TW_TIMEOUT_LATE, OP_UNKNOWN, OP_DONE, ERR_UNSURE, 1, true, NULL},
		{"time-out", TW_TIMEOUT, OP_UNKNOWN, OP_ABSENT, ERR_UNSURE, 1, false, NULL},
		{"another number", TW_WRONG_NUMBER, OP_CONFLICT, OP_DONE, ERR_UNSURE, 1, true, "Console"},
		{"409", TW_409_BEFORE, OP_UNKNOWN, OP_ABSENT, ERR_UNSURE, 1, false, NULL},
		{"redirect", TW_302_BEFORE, OP_UNKNOWN, OP_ABSENT, ERR_UNSURE, 1, false, NULL},
		{"400 without a code", TW_NO_CODE, OP_UNKNOWN, OP_ABSENT, ERR_UNSURE, 1, false, NULL},
		{"21422", TW_GONE, OP_REJECTED, OP_REJECTED, ERR_GONE, 1, false, "21422"},
		{"21649", TW_REFUSED, OP_REJECTED, OP_REJECTED, ERR_API, 1, false, "21649"},
		{"401", TW_AUTH, OP_REJECTED, OP_REJECTED, ERR_AUTH, 1, false, "20003"},
		{"404", TW_NOT_FOUND, OP_REJECTED, OP_REJECTED, ERR_NOT_FOUND, 1, false, NULL},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(table); i++)
		check_ending(&table[i], false);
}

/* Bought, however it was learned: the number is no candidate any more. Refused: it stays, for a person to look at. */
static void bought_leaves_the_basket(void **state)
{
	struct offer a = desk_offer(DESK_A, 1150000), b = desk_offer(DESK_B, 1150000), c = desk_offer(DESK_C, 1150000);
	struct desk *d = *state;
	struct apply_summary sum;
	struct err e = {0};

	assert_true(basket_put(d->s->ledger, TW_ACCOUNT, &a, NULL, &e) && basket_put(d->s->ledger, TW_ACCOUNT, &b, NULL, &e) &&
		    basket_put(d->s->ledger, TW_ACCOUNT, &c, NULL, &e));
	must_buy(d, DESK_A, &sum);
	assert_false(basket_has(d->s->ledger, TW_ACCOUNT, DESK_A));
	tw_tell(d->w, TW_GONE);
	must_buy(d, DESK_B, &sum);
	assert_int_equal(sum.rejected, 1);
	assert_true(basket_has(d->s->ledger, TW_ACCOUNT, DESK_B));
	tw_tell(d->w, TW_RESET_AFTER);
	must_buy(d, DESK_C, &sum);
	desk_run(d, 300000);
	assert_false(basket_has(d->s->ledger, TW_ACCOUNT, DESK_C));
	assert_int_equal(basket_count(d->s->ledger, TW_ACCOUNT), 1);
}

static void each_end_of_a_release(void **state)
{
	static const struct ending table[] = {
		{"released", TW_OK, OP_DONE, OP_DONE, ERR_NONE, 1, false, "released"},
		{"no connection", TW_NO_CONNECT, OP_CANCELLED, OP_CANCELLED, ERR_NET, 0, true, "not sent: could not "
		 "connect"},
		{"lost before", TW_RESET_BEFORE, OP_UNKNOWN, OP_ABSENT, ERR_UNSURE, 1, true, NULL},
		{"lost after", TW_RESET_AFTER, OP_UNKNOWN, OP_DONE, ERR_UNSURE, 1, false, NULL},
		{"500 before", TW_500_BEFORE, OP_UNKNOWN, OP_ABSENT, ERR_UNSURE, 1, true, NULL},
		{"500 after", TW_500_AFTER, OP_UNKNOWN, OP_DONE, ERR_UNSURE, 1, false, NULL},
		{"half an answer", TW_HALF_BODY, OP_UNKNOWN, OP_DONE, ERR_UNSURE, 1, false, NULL},
		{"200 instead of 204", TW_BAD_JSON, OP_UNKNOWN, OP_DONE, ERR_UNSURE, 1, false, NULL},
		{"late", TW_TIMEOUT_LATE, OP_UNKNOWN, OP_DONE, ERR_UNSURE, 1, false, NULL},
		{"404, though it is there", TW_NOT_FOUND, OP_UNKNOWN, OP_ABSENT, ERR_UNSURE, 1, true, NULL},
		{"21649", TW_REFUSED, OP_REJECTED, OP_REJECTED, ERR_API, 1, true, "21649"},
		{"21422", TW_GONE, OP_REJECTED, OP_REJECTED, ERR_GONE, 1, true, "21422"},
		{"401", TW_AUTH, OP_REJECTED, OP_REJECTED, ERR_AUTH, 1, true, NULL},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(table); i++)
		check_ending(&table[i], true);
}

/* 21422 says "not available", and it is because we have it: an order of before did happen. */
static void refused_because_it_is_ours(void **state)
{
	struct desk *d = *state;
	struct apply_summary sum;
	struct operation op;

	tw_own(d->w, DESK_A)->seen_from = d->clock.wall + 130;  /* the list lags behind until after the look before */
	must_buy(d, DESK_A, &sum);
	assert_true(desk_op(d, DESK_A, &op));
	assert_int_equal(d->w->arrivals, 1);
	assert_int_equal(tw_bought(d->w, DESK_A), 0);
	assert_int_equal(op.state, OP_DONE);
	assert_string_equal(op.phone_sid, tw_find(d->w, DESK_A)->sid);
	assert_non_null(strstr(op.message, "yours already"));
	assert_int_equal(sum.done, 1);
}

/* 21422 and then a look that fails: neither yes nor no. */
static void refused_and_not_looked_up(void **state)
{
	struct desk *d = *state;
	struct apply_summary sum;
	struct operation op;

	tw_tell(d->w, TW_GONE);
	tw_tell_read(d->w, TW_READ_OK);
	for (int i = 0; i < 3; i++)
		tw_tell_read(d->w, TW_READ_RUBBISH);
	must_buy(d, DESK_A, &sum);
	assert_true(desk_op(d, DESK_A, &op));
	assert_int_equal(op.state, OP_UNKNOWN);
	assert_int_equal(op.twilio_code, 21422);
	assert_int_equal(sum.unsure, 1);
}

static void already_ours_is_not_sent(void **state)
{
	struct desk *d = *state;
	struct apply_summary sum;
	struct operation op;

	tw_own(d->w, DESK_A);
	tw_own(d->w, "+141555501019");          /* the filter is a pattern: this one has the other's digits in it */
	must_buy(d, "+14155550101", &sum);
	assert_true(desk_op(d, DESK_A, &op));
	assert_int_equal(op.state, OP_CANCELLED);
	assert_non_null(strstr(op.message, "yours already"));
	assert_int_equal(d->w->arrivals, 0);
	assert_int_equal(sum.cancelled, 1);
	assert_int_equal(apply_kind(&sum), ERR_GUARD);
}

/* Only the very same number counts, on whichever page it is. */
static void every_page_is_read_and_compared_exactly(void **state)
{
	struct desk *d = *state;
	struct apply_summary sum;

	d->w->page_rows = 1;
	tw_own(d->w, "+141555501011");
	tw_own(d->w, "+141555501012");
	must_buy(d, DESK_A, &sum);
	assert_int_equal(sum.done, 1);
	assert_int_equal(tw_bought(d->w, DESK_A), 1);
	tw_own(d->w, "+141555501029");
	tw_own(d->w, DESK_B);
	must_buy(d, DESK_B, &sum);
	assert_int_equal(sum.cancelled, 1);
	assert_int_equal(d->w->arrivals, 1);
}

static void a_failed_look_sends_nothing(void **state)
{
	static const enum tw_read reads[] = {TW_READ_503, TW_READ_LOST, TW_READ_RUBBISH, TW_READ_401,
					     TW_READ_SKIPPED_ROW};
	struct desk *d = *state;
	struct apply_summary sum;
	struct operation op;

	for (size_t i = 0; i < ARRAY_LEN(reads); i++) {
		tw_tell_read(d->w, reads[i]);
		must_buy(d, DESK_A, &sum);
		assert_true(desk_op(d, DESK_A, &op));
		if (op.state != OP_CANCELLED || d->w->arrivals != 0)
			fail_msg("read %d: %s, %u arrivals", (int)reads[i], op_state_name(op.state), d->w->arrivals);
		assert_non_null(strstr(op.message, "not sent: "));
	}
}

static void parameters_are_sent(void **state)
{
	const struct buy_params params = {.friendly_name = "Support"};
	struct desk *d = *state;
	const struct offer o = desk_offer(DESK_A, d->w->price);
	struct plan p;

	plan_init(&p, "cli");
	plan_add_buy(&p, d->s, &o, &params);
	must_start(d, &p);
	finish_plan(d);
	assert_string_equal(tw_find(d->w, DESK_A)->name, "Support");
}

/* --- 429 -------------------------------------------------------------------------------------------------------- */

static bool count_rows(void *ctx, const struct operation *op)
{
	(void)op;
	++*(int *)ctx;
	return true;
}

static int rows_of(struct desk *d, const char *phone)
{
	const struct ledger_filter f = {.phone_number = phone};
	int n = 0;

	assert_true(ledger_each(d->s->ledger, &f, count_rows, &n, NULL));
	return n;
}

static void throttled_is_sent_again_as_a_new_row(void **state)
{
	struct desk *d = *state;
	struct apply_summary sum;
	struct operation op;

	for (int i = 0; i < 3; i++)
		tw_tell(d->w, TW_429);
	must_buy(d, DESK_A, &sum);
	assert_int_equal(sum.done, 1);
	assert_int_equal(d->w->arrivals, 4);
	assert_int_equal(rows_of(d, DESK_A), 4);
	assert_int_equal(rows_sent(d), 4);
	assert_true(desk_op(d, DESK_A, &op));
	assert_int_equal(op.state, OP_DONE);
	assert_int_equal(op.sends, 1);
}

static void throttled_for_ever_is_rejected(void **state)
{
	struct desk *d = *state;
	struct operation op;
	struct plan p;

	for (int i = 0; i < 5; i++)
		tw_tell(d->w, TW_429);
	plan_of(d, &p, 2);
	must_start(d, &p);
	finish_plan(d);
	assert_int_equal(d->w->arrivals, 4);
	assert_true(desk_op(d, DESK_A, &op));
	assert_int_equal(op.state, OP_REJECTED);
	assert_int_equal(op.http_status, 429);
	assert_true(desk_op(d, DESK_B, &op));
	assert_int_equal(op.state, OP_CANCELLED);       /* it would have been throttled too */
	assert_int_equal(desk_outcome()->sum.first_error.kind, ERR_RATE);
	assert_int_equal(apply_kind(&desk_outcome()->sum), ERR_RATE);
}

static void retry_after_is_waited_for(void **state)
{
	struct desk *d = *state;
	struct apply_summary sum;
	const int64_t before = d->clock.mono;

	tw_tell(d->w, TW_429_AFTER_90S);
	must_buy(d, DESK_A, &sum);
	assert_int_equal(sum.done, 1);
	assert_true(d->clock.mono - before >= 90000);
}

/* --- stopping --------------------------------------------------------------------------------------------------- */

/* At whatever moment: what was sent is known, what was not sent never is. */
static void stopped_at_every_moment(void **state)
{
	(void)state;
	for (int ms = 0; ms <= 320; ms += 10) {
		static const char *const phones[] = {DESK_A, DESK_B, DESK_C};
		struct plan p;
		struct desk d;
		size_t done = 0;
		unsigned sent;

		desk_open(&d, NULL, NULL);
		plan_of(&d, &p, 3);
		must_start(&d, &p);
		desk_run(&d, ms);
		sent = d.w->arrivals;
		apply_stop(d.s);
		apply_stop(d.s);
		if (apply_running(d.s))
			finish_plan(&d);
		for (size_t i = 0; i < 3; i++) {
			struct operation op;

			assert_true(desk_op(&d, phones[i], &op));
			if ((op.state == OP_DONE) != tw_is_owned(d.w, phones[i]) ||
			    (op.state != OP_DONE && op.state != OP_CANCELLED))
				fail_msg("stopped after %d ms: %s is %s", ms, phones[i], op_state_name(op.state));
			done += op.state == OP_DONE;
		}
		assert_int_equal(desk_outcome()->sum.done, done);
		assert_int_equal(desk_outcome()->sum.cancelled, 3 - done);
		assert_int_equal(d.w->arrivals, done);
		assert_int_equal(d.w->arrivals, sent);  /* nothing left after the word */
		if (done == 0)
			assert_int_equal(apply_kind(&desk_outcome()->sum), ERR_STOPPED);
		desk_close(&d);
	}
}

static void locking_waits_for_what_is_in_flight(void **state)
{
	struct desk *d = *state;
	struct operation op;
	struct plan p;

	plan_of(d, &p, 2);
	must_start(d, &p);
	while (d->w->arrivals == 0)
		desk_run(d, 5);
	session_lock(d->s);
	assert_false(apply_running(d->s));
	assert_true(desk_op(d, DESK_A, &op));
	assert_int_equal(op.state, OP_DONE);
	assert_true(desk_op(d, DESK_B, &op));
	assert_int_equal(op.state, OP_CANCELLED);
}

static void a_job_shows_and_stops_it(void **state)
{
	struct desk *d = *state;
	struct job_view job;
	struct plan p;

	plan_of(d, &p, 2);
	must_start(d, &p);
	assert_int_equal(jobs_list(d->s->jobs, &job, 1), 1);
	assert_true(job.stoppable);
	assert_string_equal(job.title, "buy 2 numbers");
	assert_true(jobs_stop_newest(d->s->jobs));
	finish_plan(d);
	assert_int_equal(desk_outcome()->sum.cancelled, 2);
	desk_idle(d);
	assert_int_equal(jobs_list(d->s->jobs, &job, 1), 0);
}

/* --- the plan as a whole ---------------------------------------------------------------------------------------- */

static void an_unknown_outcome_does_not_stop_the_plan(void **state)
{
	struct desk *d = *state;
	struct operation op;
	struct plan p;

	tw_tell(d->w, TW_OK);
	tw_tell(d->w, TW_RESET_AFTER);
	plan_of(d, &p, 3);
	must_start(d, &p);
	finish_plan(d);
	assert_int_equal(desk_outcome()->sum.done, 2);
	assert_int_equal(desk_outcome()->sum.unsure, 1);
	assert_int_equal(apply_kind(&desk_outcome()->sum), ERR_UNSURE);
	desk_run(d, 1000);
	assert_true(desk_op(d, DESK_B, &op));
	assert_int_equal(op.state, OP_DONE);            /* found at the first look */
}

static void a_fault_that_would_repeat_stops_it(void **state)
{
	struct desk *d = *state;
	struct operation op;
	struct plan p;

	tw_tell(d->w, TW_OK);
	tw_tell(d->w, TW_AUTH);
	plan_of(d, &p, 3);
	must_start(d, &p);
	finish_plan(d);
	assert_int_equal(desk_outcome()->sum.done, 1);
	assert_int_equal(desk_outcome()->sum.rejected, 1);
	assert_int_equal(desk_outcome()->sum.cancelled, 1);
	assert_int_equal(d->w->arrivals, 2);
	assert_true(desk_op(d, DESK_C, &op));
	assert_non_null(strstr(op.message, "not sent: "));
	assert_int_equal(apply_kind(&desk_outcome()->sum), ERR_API);    /* done in part */
}

static void one_that_is_gone_does_not(void **state)
{
	struct desk *d = *state;
	struct plan p;

	tw_tell(d->w, TW_OK);
	tw_tell(d->w, TW_GONE);
	plan_of(d, &p, 3);
	must_start(d, &p);
	finish_plan(d);
	assert_int_equal(desk_outcome()->sum.done, 2);
	assert_int_equal(desk_outcome()->sum.rejected, 1);
}

static void the_cache_follows(void **state)
{
	struct desk *d = *state;
	struct apply_summary sum;
	struct arena mem = {0};
	struct number n;
	int64_t version = d->s->data_version;

	must_buy(d, DESK_A, &sum);
	desk_idle(d);
	assert_true(cache_find(d->s->cache, TW_ACCOUNT, DESK_A, &n, NULL, &mem, NULL));
	assert_string_equal(n.phone_sid, tw_find(d->w, DESK_A)->sid);
	assert_false(n.is_gone);
	assert_true(d->s->data_version > version);
	must_release(d, DESK_A, &sum);
	desk_idle(d);
	assert_true(!cache_find(d->s->cache, TW_ACCOUNT, DESK_A, &n, NULL, &mem, NULL) || n.is_gone);
	arena_release(&mem);
}

/* --- prices ----------------------------------------------------------------------------------------------------- */

struct pricing {
	const char *name;
	int64_t agreed, now;
	bool hours_pass, allow_unknown;
	enum op_state state;
	const char *says;
};

static void check_price(const struct pricing *t)
{
	const struct guard_options asked = {.max_price = MONEY_UNKNOWN, .allow_unknown_price = t->allow_unknown};
	const struct offer o = desk_offer(DESK_B, t->agreed);
	struct apply_summary sum;
	struct operation op;
	struct verdict v;
	struct plan p;
	struct desk d;
	struct err e = {0};

	desk_open(&d, NULL, NULL);
	if (t->agreed != MONEY_UNKNOWN)
		must_buy(&d, DESK_A, &sum);             /* the price list is in the cache now */
	if (t->hours_pass)
		clock_fake_advance(&d.clock, 13 * 3600 * 1000);
	d.w->price = t->now;
	plan_init(&p, "cli");
	plan_add_buy(&p, d.s, &o, NULL);
	guard_check(d.s, &p, &asked, &v);
	if (!apply_start(d.s, &p, &v, "y", v.also_type, NULL, NULL, NULL, &e))
		fail_msg("%s: %s", t->name, e.msg);
	desk_idle(&d);
	assert_true(desk_op(&d, DESK_B, &op));
	if (op.state != t->state || (t->says && !strstr(op.message, t->says)))
		fail_msg("%s: %s (%s)", t->name, op_state_name(op.state), op.message);
	assert_int_equal(tw_is_owned(d.w, DESK_B), t->state == OP_DONE);
	verdict_release(&v);
	desk_close(&d);
}

static void the_price_agreed_to_is_the_most_that_is_paid(void **state)
{
	static const struct pricing table[] = {
		{"young list", 1150000, 9990000, false, false, OP_DONE, NULL},
		{"same", 1150000, 1150000, true, false, OP_DONE, NULL},
		{"lower", 1150000, 1000000, true, false, OP_DONE, NULL},
		{"higher", 1150000, 1150001, true, false, OP_CANCELLED, "was agreed to"},
		{"no longer known", 1150000, -1, true, false, OP_CANCELLED, "no longer known"},
		{"unknown and accepted", MONEY_UNKNOWN, -1, false, true, OP_DONE, NULL},
		{"unknown and accepted, then known", MONEY_UNKNOWN, 3000000, false, true, OP_DONE, NULL},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(table); i++)
		check_price(&table[i]);
}

/* --- releases --------------------------------------------------------------------------------------------------- */

static void a_sid_that_is_another_number_is_not_released(void **state)
{
	struct desk *d = *state;
	struct operation op;
	struct number n;
	struct plan p;

	tw_own(d->w, DESK_A);
	tw_own(d->w, DESK_B);
	n = desk_number(d, DESK_A);
	text_copy(n.phone_sid, sizeof n.phone_sid, tw_find(d->w, DESK_B)->sid);
	plan_init(&p, "tui");
	plan_add_release(&p, d->s, &n, "{}");
	must_start(d, &p);
	finish_plan(d);
	assert_true(desk_op(d, DESK_A, &op));
	assert_int_equal(op.state, OP_CANCELLED);
	assert_int_equal(d->w->arrivals, 0);
	assert_true(tw_is_owned(d->w, DESK_A) && tw_is_owned(d->w, DESK_B));
}

static void what_is_gone_needs_no_release(void **state)
{
	struct desk *d = *state;
	struct apply_summary sum;
	struct operation op;
	struct tw_number *t = tw_own(d->w, DESK_A);

	t->owned = false;
	t->seen_until = 0;
	must_release(d, DESK_A, &sum);
	assert_int_equal(sum.done, 1);
	assert_int_equal(apply_kind(&sum), ERR_NONE);
	assert_int_equal(d->w->arrivals, 0);
	assert_true(desk_op(d, DESK_A, &op));
	assert_int_equal(op.state, OP_CANCELLED);       /* nothing was sent, says the journal */
	assert_non_null(strstr(op.message, "already gone"));
}

/* Gone in the moment between the look and the DELETE: 404, confirmed by the list. */
static void a_404_is_done_when_the_list_agrees(void **state)
{
	struct desk *d = *state;
	struct apply_summary sum;
	struct operation op;
	struct tw_number *t = tw_own(d->w, DESK_A);

	t->owned = false;
	t->seen_until = d->clock.wall + 70;             /* still seen by the look before */
	must_release(d, DESK_A, &sum);
	assert_int_equal(d->w->arrivals, 1);
	assert_true(desk_op(d, DESK_A, &op));
	assert_int_equal(op.state, OP_DONE);
	assert_string_equal(op.message, "was already gone");
	assert_int_equal(sum.done, 1);
}

static void a_number_locked_meanwhile_stays(void **state)
{
	struct desk *d = *state;
	struct operation op;
	struct number n;
	struct plan p;

	tw_own(d->w, DESK_A);
	n = desk_number(d, DESK_A);
	plan_init(&p, "tui");
	plan_add_release(&p, d->s, &n, "{}");
	must_start(d, &p);
	assert_true(ledger_set_locked(d->s->ledger, TW_ACCOUNT, DESK_A, true, NULL));
	finish_plan(d);
	assert_true(desk_op(d, DESK_A, &op));
	assert_int_equal(op.state, OP_CANCELLED);
	assert_true(tw_is_owned(d->w, DESK_A));
}

/* A release that was lost on the way and found not done is sent again: a new row, and the old one is closed. */
static void a_release_that_did_not_happen_is_sent_again(void **state)
{
	struct desk *d = *state;
	struct apply_summary sum;
	struct operation op;

	tw_own(d->w, DESK_A);
	tw_tell(d->w, TW_RESET_BEFORE);
	must_release(d, DESK_A, &sum);
	desk_run(d, 1000);
	assert_true(desk_op(d, DESK_A, &op));
	assert_int_equal(op.state, OP_ABSENT);
	must_release(d, DESK_A, &sum);
	assert_int_equal(sum.done, 1);
	assert_int_equal(rows_of(d, DESK_A), 2);
	assert_false(tw_is_owned(d->w, DESK_A));
	assert_int_equal(tw_find(d->w, DESK_A)->released, 1);
	assert_int_equal(ledger_open_count(d->s->ledger, NULL), 0);
}

/* --- a journal that fails --------------------------------------------------------------------------------------- */

static void let_files_grow(bool yes)
{
	struct rlimit lim;

	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &lim), 0);
	lim.rlim_cur = yes ? lim.rlim_max : 0;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &lim), 0);
}

static void what_cannot_be_armed_is_not_sent(void **state)
{
	struct desk *d = *state;
	struct apply_summary sum;
	struct plan p;

	must_buy(d, DESK_C, &sum);      /* the price list is read and stored */
	plan_of(d, &p, 2);
	must_start(d, &p);
	let_files_grow(false);
	finish_plan(d);
	let_files_grow(true);
	assert_int_equal(d->w->arrivals, 1);
	assert_false(tw_is_owned(d->w, DESK_A));
	assert_int_equal(desk_outcome()->sum.cancelled, 2);
	assert_int_equal(desk_outcome()->sum.first_error.kind, ERR_IO);
	assert_true(ledger_failed(d->s->ledger, NULL));
}

static void an_outcome_that_cannot_be_written_is_looked_up_later(void **state)
{
	struct tw_world w;
	struct verdict v;
	struct operation op;
	struct plan p;
	struct desk d;
	const char *home;

	(void)state;
	tw_world_init(&w, DESK_START_MS);
	desk_open(&d, NULL, &w);
	home = d.home;
	plan_of(&d, &p, 2);
	must_start(&d, &p);
	while (w.arrivals == 0)
		desk_run(&d, 5);
	let_files_grow(false);
	finish_plan(&d);
	assert_int_equal(desk_outcome()->sum.unsure, 1);
	assert_int_equal(desk_outcome()->sum.cancelled, 1);
	assert_int_equal(w.arrivals, 1);
	plan_of(&d, &p, 1);
	guard_check(d.s, &p, NULL, &v);
	assert_true(v.blocked);                         /* no more changes in this session */
	verdict_release(&v);
	plan_release(&p);
	let_files_grow(true);
	desk_close(&d);

	desk_open(&d, home, &w);
	desk_run(&d, 1000);
	assert_true(desk_op(&d, DESK_A, &op));
	assert_int_equal(op.state, OP_DONE);
	assert_int_equal(tw_bought(&w, DESK_A), 1);
	assert_true(desk_op(&d, DESK_B, &op));
	assert_int_equal(op.state, OP_CANCELLED);
	desk_close(&d);
}

/* --- exit kinds ------------------------------------------------------------------------------------------------- */

static void the_kind_of_a_finished_plan(void **state)
{
	static const struct { struct apply_summary sum; enum err_kind kind; } table[] = {
		{{.done = 2, .total = 2}, ERR_NONE},
		{{.done = 1, .unsure = 1, .total = 2, .first_error.kind = ERR_UNSURE}, ERR_UNSURE},
		{{.rejected = 1, .total = 1, .first_error.kind = ERR_GONE}, ERR_GONE},
		{{.cancelled = 2, .total = 2, .first_error.kind = ERR_NET}, ERR_NET},
		{{.done = 1, .rejected = 1, .total = 2, .first_error.kind = ERR_GONE}, ERR_API},
		{{.cancelled = 1, .total = 1}, ERR_API},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(table); i++)
		assert_int_equal(apply_kind(&table[i].sum), table[i].kind);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(nothing_starts_without_an_answer),
		TEST(one_plan_at_a_time),
		TEST(a_locked_session_starts_nothing),
		TEST(the_guard_looks_again_at_the_start),
		cmocka_unit_test(each_end_of_a_purchase),
		cmocka_unit_test(each_end_of_a_release),
		TEST(bought_leaves_the_basket),
		TEST(refused_because_it_is_ours),
		TEST(refused_and_not_looked_up),
		TEST(already_ours_is_not_sent),
		TEST(every_page_is_read_and_compared_exactly),
		TEST(a_failed_look_sends_nothing),
		TEST(parameters_are_sent),
		TEST(throttled_is_sent_again_as_a_new_row),
		TEST(throttled_for_ever_is_rejected),
		TEST(retry_after_is_waited_for),
		cmocka_unit_test(stopped_at_every_moment),
		TEST(locking_waits_for_what_is_in_flight),
		TEST(a_job_shows_and_stops_it),
		TEST(an_unknown_outcome_does_not_stop_the_plan),
		TEST(a_fault_that_would_repeat_stops_it),
		TEST(one_that_is_gone_does_not),
		TEST(the_cache_follows),
		cmocka_unit_test(the_price_agreed_to_is_the_most_that_is_paid),
		TEST(a_sid_that_is_another_number_is_not_released),
		TEST(what_is_gone_needs_no_release),
		TEST(a_404_is_done_when_the_list_agrees),
		TEST(a_number_locked_meanwhile_stays),
		TEST(a_release_that_did_not_happen_is_sent_again),
		TEST(what_cannot_be_armed_is_not_sent),
		cmocka_unit_test(an_outcome_that_cannot_be_written_is_looked_up_later),
		cmocka_unit_test(the_kind_of_a_finished_plan),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
