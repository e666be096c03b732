#include "test.h"

#include "desk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "numdesk/core/settle.h"
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

static struct operation op_of(struct desk *d, const char *phone)
{
	struct operation op;

	assert_true(desk_op(d, phone, &op));
	return op;
}

static enum op_state state_of(struct desk *d, const char *phone)
{
	return op_of(d, phone).state;
}

/* A purchase of which no answer came. */
static void buy_unseen(struct desk *d, const char *phone, enum tw_write how)
{
	struct apply_summary sum;
	struct err e = {0};

	tw_tell(d->w, how);
	if (!desk_buy(d, phone, &sum, &e))
		fail_msg("%s", e.msg);
	assert_int_equal(sum.unsure, 1);
}

static unsigned looks(struct desk *d)
{
	return d->w->gets;
}

/* --- the schedule ----------------------------------------------------------------------------------------------- */

static void nothing_to_settle(void **state)
{
	struct desk *d = *state;
	struct err e = {0};

	assert_true(settle_start(d->s->settle, &e));
	assert_int_equal(settle_open(d->s->settle), 0);
	assert_int_equal(settle_after_sync(d->s->settle), 0);
	assert_false(settle_look(d->s->settle, 77, NULL, NULL, &e));
	assert_int_equal(e.kind, ERR_NOT_FOUND);
	assert_false(settle_give_up(d->s->settle, 77, "0101", &e));
	assert_int_equal(e.kind, ERR_NOT_FOUND);
	settle_stop(d->s->settle);
	settle_free(NULL);
}

static void unknown_then_found(void **state)
{
	struct desk *d = *state;
	struct operation op;
	char says[512];

	d->w->lag_ms = 15000;
	buy_unseen(d, DESK_A, TW_RESET_AFTER);
	desk_run(d, 9000);
	op = op_of(d, DESK_A);
	assert_int_equal(op.state, OP_UNKNOWN);
	assert_int_equal(op.checks, 3);         /* 0, 2, 5 s */
	assert_int_equal(settle_open(d->s->settle), 1);
	settle_sentence(d->s, &op, says, sizeof says);
	assert_non_null(strstr(says, "unsure: sent 00:00:0"));
	assert_non_null(strstr(says, "looking (3/8)"));
	desk_run(d, 12000);
	op = op_of(d, DESK_A);
	assert_int_equal(op.state, OP_DONE);
	assert_string_equal(op.phone_sid, tw_find(d->w, DESK_A)->sid);
	settle_sentence(d->s, &op, says, sizeof says);
	assert_non_null(strstr(says, "is yours (PN"));
	assert_int_equal(settle_open(d->s->settle), 0);
	assert_int_equal(tw_bought(d->w, DESK_A), 1);
}

/* Eight looks and two minutes, not one without the other. */
static void absent_after_eight_looks_and_two_minutes(void **state)
{
	struct desk *d = *state;
	struct operation op;
	char says[512];

	buy_unseen(d, DESK_A, TW_RESET_BEFORE);
	desk_run(d, 118000);
	op = op_of(d, DESK_A);
	assert_int_equal(op.state, OP_UNKNOWN);
	assert_true(op.checks >= 8);            /* enough looks, not enough time */
	desk_run(d, 3000);
	op = op_of(d, DESK_A);
	assert_int_equal(op.state, OP_ABSENT);
	settle_sentence(d->s, &op, says, sizeof says);
	assert_non_null(strstr(says, "not found after 9 looks in 2 min"));
	assert_non_null(strstr(says, "$1.15 stays reserved"));
	assert_non_null(strstr(says, "type 0101"));
	assert_int_equal(settle_open(d->s->settle), 1);
}

/* Looks that fail prove nothing, however many and however long. */
static void a_look_that_fails_is_no_evidence(void **state)
{
	static const enum tw_read fails[] = {TW_READ_LOST, TW_READ_503, TW_READ_RUBBISH, TW_READ_SKIPPED_ROW,
					     TW_READ_401};
	struct desk *d = *state;
	struct operation op;

	buy_unseen(d, DESK_A, TW_RESET_BEFORE);
	for (size_t i = 0; i < 25; i++)
		tw_tell_read(d->w, fails[i % ARRAY_LEN(fails)]);
	desk_run(d, 300000);
	op = op_of(d, DESK_A);
	assert_int_equal(op.state, OP_UNKNOWN);
	assert_int_equal(op.checks, 0);
	d->w->reads = d->w->read_next = 0;
	desk_run(d, 300000 + 8 * 21000);
	assert_int_equal(state_of(d, DESK_A), OP_ABSENT);
}

static void an_endless_list_is_no_evidence(void **state)
{
	struct desk *d = *state;

	buy_unseen(d, DESK_A, TW_RESET_BEFORE);
	d->w->always_read = TW_READ_ENDLESS;
	desk_run(d, 400000);
	assert_int_equal(state_of(d, DESK_A), OP_UNKNOWN);
	assert_int_equal(op_of(d, DESK_A).checks, 0);
	d->w->always_read = TW_READ_OK;
}

static void absent_then_late(void **state)
{
	struct desk *d = *state;
	struct operation op;

	d->w->late_ms = 200000;                 /* after the client's time-out and the two minutes */
	buy_unseen(d, DESK_A, TW_TIMEOUT_LATE);
	desk_run(d, 130000);
	assert_int_equal(state_of(d, DESK_A), OP_ABSENT);
	desk_run(d, 60000);
	tw_run_late(d->w, d->clock.wall);
	assert_true(tw_is_owned(d->w, DESK_A));
	assert_int_equal(state_of(d, DESK_A), OP_ABSENT);       /* no timer looks any more */
	desk_sync(d);
	op = op_of(d, DESK_A);
	assert_int_equal(op.state, OP_DONE);
	assert_non_null(strstr(op.message, "late"));
	assert_string_equal(op.phone_sid, tw_find(d->w, DESK_A)->sid);
}

static void given_up_then_late(void **state)
{
	struct desk *d = *state;
	struct operation op;
	struct err e = {0};
	char says[512];

	d->w->late_ms = 400000;
	buy_unseen(d, DESK_A, TW_TIMEOUT_LATE);
	desk_run(d, 130000);
	op = op_of(d, DESK_A);
	assert_true(settle_give_up(d->s->settle, op.id, "0101", &e));
	assert_int_equal(state_of(d, DESK_A), OP_ABANDONED);
	assert_int_equal(settle_open(d->s->settle), 0);
	desk_sync(d);
	assert_string_equal(op_of(d, DESK_A).phone_sid, "");
	desk_run(d, 300000);
	desk_sync(d);
	op = op_of(d, DESK_A);
	assert_int_equal(op.state, OP_ABANDONED);
	assert_string_equal(op.phone_sid, tw_find(d->w, DESK_A)->sid);
	settle_sentence(d->s, &op, says, sizeof says);
	assert_non_null(strstr(says, "bought after all"));
	assert_int_equal(settle_after_sync(d->s->settle), 0);   /* told once */
}

static void an_order_of_its_own_is_not_late(void **state)
{
	struct desk *d = *state;
	struct apply_summary sum;
	struct operation op;
	struct err e = {0};

	buy_unseen(d, DESK_A, TW_TIMEOUT);
	desk_run(d, 130000);
	op = op_of(d, DESK_A);
	assert_true(settle_give_up(d->s->settle, op.id, "0101", &e));
	if (!desk_buy(d, DESK_A, &sum, &e))
		fail_msg("%s", e.msg);
	assert_int_equal(sum.done, 1);
	desk_sync(d);
	assert_int_equal(settle_after_sync(d->s->settle), 0);
	assert_int_equal(state_of(d, DESK_A), OP_DONE);
}

/* --- releases --------------------------------------------------------------------------------------------------- */

static void a_release_that_happens_after_all(void **state)
{
	struct desk *d = *state;
	struct apply_summary sum;
	struct err e = {0};
	char says[512];
	struct operation op;

	tw_own(d->w, DESK_A);
	d->w->late_ms = 90000;
	tw_tell(d->w, TW_TIMEOUT_LATE);
	assert_true(desk_release(d, DESK_A, &sum, &e));
	desk_run(d, 1000);
	op = op_of(d, DESK_A);
	assert_int_equal(op.state, OP_ABSENT);          /* still ours: may be sent again */
	settle_sentence(d->s, &op, says, sizeof says);
	assert_non_null(strstr(says, "not released"));
	desk_run(d, 60000);
	assert_int_equal(state_of(d, DESK_A), OP_DONE); /* it was on its way */
}

static void a_release_after_the_watch_is_found_by_the_sync(void **state)
{
	struct desk *d = *state;
	struct apply_summary sum;
	struct err e = {0};

	tw_own(d->w, DESK_A);
	d->w->late_ms = 600000;
	tw_tell(d->w, TW_TIMEOUT_LATE);
	assert_true(desk_release(d, DESK_A, &sum, &e));
	desk_run(d, 700000);
	assert_int_equal(state_of(d, DESK_A), OP_ABSENT);
	desk_sync(d);
	desk_run(d, 1000);
	assert_int_equal(state_of(d, DESK_A), OP_DONE);
}

static void a_404_that_the_list_contradicts_proves_nothing(void **state)
{
	struct desk *d = *state;
	struct apply_summary sum;
	struct err e = {0};

	tw_own(d->w, DESK_A);
	tw_tell(d->w, TW_NOT_FOUND);            /* DELETE says 404, and the number is there */
	assert_true(desk_release(d, DESK_A, &sum, &e));
	assert_int_equal(sum.unsure, 1);
	assert_int_equal(state_of(d, DESK_A), OP_UNKNOWN);
}

static void a_404_by_sid_is_checked_against_the_list(void **state)
{
	struct desk *d = *state;
	struct apply_summary sum;
	struct err e = {0};

	tw_own(d->w, DESK_A);
	tw_tell_read(d->w, TW_READ_404);        /* the look before sending */
	assert_true(desk_release(d, DESK_A, &sum, &e));
	assert_int_equal(sum.done, 0);
	assert_int_equal(d->w->arrivals, 0);
	tw_tell_read(d->w, TW_READ_OK);
	for (int i = 0; i < TW_QUEUE / 2 - 1; i++) {
		tw_tell_read(d->w, TW_READ_404);        /* each look after it: by SID, then the list */
		tw_tell_read(d->w, TW_READ_OK);
	}
	tw_tell(d->w, TW_RESET_BEFORE);
	assert_true(desk_release(d, DESK_A, &sum, &e));
	desk_run(d, 60000);
	assert_int_equal(state_of(d, DESK_A), OP_UNKNOWN);
	assert_true(tw_is_owned(d->w, DESK_A));
}

/* --- conflict --------------------------------------------------------------------------------------------------- */

static void a_conflict_waits_for_a_person(void **state)
{
	struct desk *d = *state;
	struct operation op;
	struct err e = {0};
	char says[512];

	d->w->lag_ms = 1000000;
	buy_unseen(d, DESK_A, TW_WRONG_NUMBER);
	desk_run(d, 200000);
	op = op_of(d, DESK_A);
	assert_int_equal(op.state, OP_CONFLICT);
	settle_sentence(d->s, &op, says, sizeof says);
	assert_non_null(strstr(says, "Console"));
	assert_false(settle_give_up(d->s->settle, op.id, "", &e));
	assert_true(settle_give_up(d->s->settle, op.id, "0101", &e));
	assert_int_equal(state_of(d, DESK_A), OP_ABANDONED);
}

/* --- giving up -------------------------------------------------------------------------------------------------- */

static void what_has_to_be_typed_to_give_up(void **state)
{
	static const char *const wrong[] = {"", "0102", "101", " 0101", "+14155550101", "y"};
	struct desk *d = *state;
	struct apply_summary sum;
	struct operation op;
	struct err e = {0};

	buy_unseen(d, DESK_A, TW_TIMEOUT);
	op = op_of(d, DESK_A);
	assert_false(settle_give_up(d->s->settle, op.id, "0101", &e));  /* unknown: it is still being looked for */
	assert_int_equal(e.kind, ERR_GUARD);
	desk_run(d, 130000);
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
		assert_false(settle_give_up(d->s->settle, op.id, wrong[i], &e));
		assert_int_equal(e.kind, ERR_GUARD);
	}
	assert_false(settle_give_up(d->s->settle, op.id, NULL, &e));
	assert_true(settle_give_up(d->s->settle, op.id, "0101", &e));
	assert_false(settle_give_up(d->s->settle, op.id, "0101", &e));  /* final */
	assert_true(desk_buy(d, DESK_B, &sum, &e));
	op = op_of(d, DESK_B);
	assert_false(settle_give_up(d->s->settle, op.id, "0102", &e));  /* done */
}

/* --- asked for -------------------------------------------------------------------------------------------------- */

struct asked { bool done; enum op_state state; struct err err; int times; };

static void look_done(void *ctx, const struct operation *op, const struct err *err)
{
	struct asked *a = ctx;

	a->done = true;
	a->times++;
	a->state = op ? op->state : OP_STATE_COUNT;
	a->err = *err;
}

static void look_now(struct desk *d, const char *phone, struct asked *a)
{
	struct err e = {0};

	*a = (struct asked){0};
	if (!settle_look(d->s->settle, op_of(d, phone).id, look_done, a, &e))
		fail_msg("%s", e.msg);
	assert_false(a->done);                  /* never before it returns */
	desk_run(d, 900);
	assert_int_equal(a->times, 1);
}

static void a_look_when_asked_for(void **state)
{
	struct desk *d = *state;
	struct asked a;

	d->w->lag_ms = 300000;
	buy_unseen(d, DESK_A, TW_RESET_AFTER);
	desk_run(d, 130000);
	assert_int_equal(state_of(d, DESK_A), OP_ABSENT);
	look_now(d, DESK_A, &a);
	assert_int_equal(a.state, OP_ABSENT);
	assert_int_equal(a.err.kind, ERR_NONE);
	tw_tell_read(d->w, TW_READ_RUBBISH);
	look_now(d, DESK_A, &a);
	assert_int_equal(a.state, OP_ABSENT);
	assert_int_not_equal(a.err.kind, ERR_NONE);
	desk_run(d, 200000);
	look_now(d, DESK_A, &a);
	assert_int_equal(a.state, OP_DONE);
	look_now(d, DESK_A, &a);                /* final rows are just shown */
	assert_int_equal(a.state, OP_DONE);
}

static void looks_end_at_lock(void **state)
{
	struct desk *d = *state;
	struct asked a = {0};
	struct err e = {0};
	unsigned before;

	d->w->lag_ms = 300000;
	buy_unseen(d, DESK_A, TW_RESET_AFTER);
	desk_run(d, 1000);
	assert_true(settle_look(d->s->settle, op_of(d, DESK_A).id, look_done, &a, &e));
	session_lock(d->s);
	assert_true(a.done);
	assert_int_equal(a.err.kind, ERR_STOPPED);
	before = looks(d);
	desk_run(d, 400000);
	assert_int_equal(looks(d), before);
	assert_int_equal(state_of(d, DESK_A), OP_UNKNOWN);
	assert_int_equal(settle_open(d->s->settle), 1);         /* counted while locked too */
	assert_false(settle_look(d->s->settle, op_of(d, DESK_A).id, look_done, &a, &e));
	assert_int_equal(e.kind, ERR_LOCKED);
}

struct heard { int n; enum op_state last; };

static void hear(void *ctx, const struct operation *op)
{
	struct heard *h = ctx;

	h->n++;
	h->last = op->state;
}

static void the_listener_hears_each_change(void **state)
{
	struct desk *d = *state;
	struct heard h = {0};

	settle_listen(d->s->settle, hear, &h);
	buy_unseen(d, DESK_A, TW_RESET_AFTER);
	assert_true(h.n >= 1);
	assert_int_equal(h.last, OP_UNKNOWN);
	desk_run(d, 1000);
	assert_int_equal(h.last, OP_DONE);
	settle_listen(d->s->settle, NULL, NULL);
}

/* --- processes that die ----------------------------------------------------------------------------------------- */

static struct tw_world *shared_world(void)
{
	struct tw_world *w = mmap(NULL, sizeof *w, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	assert_ptr_not_equal(w, MAP_FAILED);
	tw_world_init(w, DESK_START_MS);
	return w;
}

/* Runs in a process of its own, which ends where the world says or after the plan. */
static int in_child(const char *home, struct tw_world *w, bool release, bool die_when_done)
{
	int status;
	const pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		struct apply_summary sum;
		struct err e = {0};
		struct desk d;

		desk_open(&d, home, w);
		if (!(release ? desk_release(&d, DESK_A, &sum, &e) : desk_buy(&d, DESK_A, &sum, &e))) {
			fprintf(stderr, "%s\n", e.msg);
			_exit(1);
		}
		if (die_when_done)
			_exit(TW_DIED);
		desk_close(&d);
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

struct crash {
	const char *name;
	enum tw_die at;
	enum op_state soon, later;      /* a second after the next start, and three minutes */
	bool executed;
};

static void check_crash(const struct crash *t, bool release, const char *home)
{
	struct tw_world *w = shared_world();
	struct operation op;
	struct desk d;

	w->wall = DESK_START_MS;
	if (release)
		tw_own(w, DESK_A);
	w->die_at = t->at;
	assert_int_equal(in_child(home, w, release, t->at == TW_DIE_NEVER), TW_DIED);
	desk_open(&d, home, w);
	desk_run(&d, 1000);
	op = op_of(&d, DESK_A);
	if (op.state != t->soon)
		fail_msg("%s: soon %s (%s)", t->name, op_state_name(op.state), op.message);
	desk_run(&d, 180000);
	op = op_of(&d, DESK_A);
	if (op.state != t->later || tw_is_owned(w, DESK_A) != (release ? !t->executed : t->executed))
		fail_msg("%s: later %s (%s)", t->name, op_state_name(op.state), op.message);
	assert_true(w->arrivals <= 1);
	assert_true(tw_bought(w, DESK_A) <= 1);
	desk_close(&d);
	desk_open(&d, home, w);         /* once more: the same end */
	desk_run(&d, 1000);
	assert_int_equal(op_of(&d, DESK_A).state, t->later);
	desk_close(&d);
	munmap(w, sizeof *w);
}

static const char *fresh_home(void)
{
	struct desk d;
	const char *home;

	desk_open(&d, NULL, NULL);
	home = d.home;
	desk_close(&d);
	return home;
}

static void a_purchase_whose_process_dies(void **state)
{
	static const struct crash table[] = {
		{"connecting", TW_DIE_CONNECTING, OP_CANCELLED, OP_CANCELLED, false},
		{"armed", TW_DIE_ARMED, OP_UNKNOWN, OP_ABSENT, false},
		{"executed", TW_DIE_EXECUTED, OP_DONE, OP_DONE, true},
		{"answered", TW_DIE_ANSWERED, OP_DONE, OP_DONE, true},
		{"written down", TW_DIE_NEVER, OP_DONE, OP_DONE, true},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(table); i++)
		check_crash(&table[i], false, fresh_home());
}

static void a_release_whose_process_dies(void **state)
{
	static const struct crash table[] = {
		{"connecting", TW_DIE_CONNECTING, OP_CANCELLED, OP_CANCELLED, false},
		{"armed", TW_DIE_ARMED, OP_ABSENT, OP_ABSENT, false},
		{"executed", TW_DIE_EXECUTED, OP_DONE, OP_DONE, true},
		{"answered", TW_DIE_ANSWERED, OP_DONE, OP_DONE, true},
		{"written down", TW_DIE_NEVER, OP_DONE, OP_DONE, true},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(table); i++)
		check_crash(&table[i], true, fresh_home());
}

/* A session that died while this one lives: its rows are taken over within half a minute, once. */
static void a_dead_neighbour_is_taken_over(void **state)
{
	const char *home = fresh_home();
	struct tw_world *w = shared_world();
	struct desk d;

	(void)state;
	desk_open(&d, home, w);
	w->die_at = TW_DIE_EXECUTED;
	assert_int_equal(in_child(home, w, false, false), TW_DIED);
	assert_int_equal(state_of(&d, DESK_A), OP_ARMED);
	desk_run(&d, 31000);
	assert_int_equal(state_of(&d, DESK_A), OP_DONE);
	assert_int_equal(w->arrivals, 1);
	desk_close(&d);
	munmap(w, sizeof *w);
}

/* A neighbour that lives keeps what is its own: nobody else judges it. */
static void a_living_neighbour_is_left_alone(void **state)
{
	struct tw_world w;
	struct desk d, other;
	struct asked a = {0};
	struct operation op;
	struct err e = {0};

	(void)state;
	tw_world_init(&w, DESK_START_MS);
	desk_open(&d, NULL, &w);
	w.lag_ms = 40000;
	buy_unseen(&d, DESK_A, TW_RESET_AFTER);
	desk_open(&other, d.home, &w);
	desk_run(&other, 35000);
	op = op_of(&other, DESK_A);
	assert_int_equal(op.state, OP_UNKNOWN);
	assert_int_equal(op.checks, 0);
	assert_int_equal(settle_open(other.s->settle), 1);
	assert_false(settle_look(other.s->settle, op.id, look_done, &a, &e));
	assert_int_equal(e.kind, ERR_GUARD);
	desk_run(&d, 200000);
	assert_int_equal(state_of(&other, DESK_A), OP_DONE);
	desk_close(&other);
	desk_close(&d);
}

/* --- sentences -------------------------------------------------------------------------------------------------- */

static void a_sentence_for_every_state(void **state)
{
	static const struct { enum op_kind kind; enum op_state state; const char *message, *says; } table[] = {
		{OP_BUY, OP_PLANNED, NULL, "planned: nothing was sent yet"},
		{OP_BUY, OP_ARMED, NULL, "being sent"},
		{OP_BUY, OP_REJECTED, "not available: choose another (Twilio 21422)",
		 "rejected by Twilio: not available: choose another (Twilio 21422)"},
		{OP_BUY, OP_CANCELLED, "not sent: could not connect", "not sent: could not connect"},
		{OP_BUY, OP_CANCELLED, NULL, "not sent"},
		{OP_BUY, OP_UNKNOWN, NULL, "unsure: sent 14:03:22 UTC, no usable answer; looking (3/8); this order holds: "
		 "another number cannot replace it yet"},
		{OP_RELEASE, OP_UNKNOWN, NULL, "unsure: sent 14:03:22 UTC, no usable answer; looking (3)"},
		{OP_RELEASE, OP_ABSENT, NULL, "not released: +14155550101 is still yours; it may be released again"},
		{OP_RELEASE, OP_ABANDONED, "superseded", "did not happen; sent again as a new operation"},
		{OP_BUY, OP_ABANDONED, "given up by hand", "given up at 14:05:22 UTC"},
		{OP_RELEASE, OP_DONE, "released", "released"},
		{OP_BUY, OP_CONFLICT, "odd\033[2J", "conflict: odd<U+001B>[2J"},
	};
	const int64_t sent = INT64_C(1767276202) * 1000;        /* 14:03:22 */
	struct desk *d = *state;

	for (size_t i = 0; i < ARRAY_LEN(table); i++) {
		const struct operation op = {.kind = table[i].kind, .state = table[i].state,
					     .message = table[i].message,
					     .phone_number = DESK_A, .armed_at = sent, .unknown_at = sent, .checks = 3,
					     .updated_at = sent + 120000};
		char says[512];

		settle_sentence(d->s, &op, says, sizeof says);
		if (strcmp(says, table[i].says) != 0)
			fail_msg("%s %s: '%s'", op_kind_name(op.kind), op_state_name(op.state), says);
	}
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(nothing_to_settle),
		TEST(unknown_then_found),
		TEST(absent_after_eight_looks_and_two_minutes),
		TEST(a_look_that_fails_is_no_evidence),
		TEST(an_endless_list_is_no_evidence),
		TEST(absent_then_late),
		TEST(given_up_then_late),
		TEST(an_order_of_its_own_is_not_late),
		TEST(a_release_that_happens_after_all),
		TEST(a_release_after_the_watch_is_found_by_the_sync),
		TEST(a_404_that_the_list_contradicts_proves_nothing),
		TEST(a_404_by_sid_is_checked_against_the_list),
		TEST(a_conflict_waits_for_a_person),
		TEST(what_has_to_be_typed_to_give_up),
		TEST(a_look_when_asked_for),
		TEST(looks_end_at_lock),
		TEST(the_listener_hears_each_change),
		cmocka_unit_test(a_purchase_whose_process_dies),
		cmocka_unit_test(a_release_whose_process_dies),
		cmocka_unit_test(a_dead_neighbour_is_taken_over),
		cmocka_unit_test(a_living_neighbour_is_left_alone),
		TEST(a_sentence_for_every_state),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
