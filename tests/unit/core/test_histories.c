#include "test.h"

#include "desk.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "numdesk/core/settle.h"
#include "numdesk/util/text.h"

/*
 * Histories: one wish for one number (or to be rid of one), a script of faults, processes that die, and a user who
 * tries the next number whenever the program lets him. What is asserted comes from the model's own books: a wish is
 * executed at most once, what is owned is known, and no request arrives that no row stands for.
 *
 * Histories run in a child, for a part of them kills it; the books live in shared memory and the next child goes on.
 */
enum { HISTORIES = 1000, PER_HOME = 150, CANDIDATES = 4, TRIES = 7, USER_EXIT_BAD = 9 };

static int64_t histories = HISTORIES, seed = 20260101;

struct books {
	struct tw_world w;
	uint64_t random;
	int history, attempt;           /* which comes next; attempt counts within the history */
	bool prepared;                  /* the world is set up for this history */
	bool release;                   /* it is about a release */
	char phone[CANDIDATES][17];
	int next;                       /* candidate the user turns to next */
	unsigned base_arrivals;
	char wrong[4096];
	struct { unsigned deaths, refused, unsure, done, given_up, releases, again; } seen;
};

static uint64_t random64(struct books *b)
{
	uint64_t z = b->random += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

static int any(struct books *b, int n)
{
	return (int)(random64(b) % (uint64_t)n);
}

static bool chance(struct books *b, int percent)
{
	return any(b, 100) < percent;
}

static bool tell_row(void *ctx, const struct operation *op);
static struct desk *at_work;            /* of this child */

static void wrong(struct books *b, const char *fmt, ...) __attribute__((format(printf, 2, 3), noreturn));
static void wrong(struct books *b, const char *fmt, ...)
{
	const size_t n = (size_t)snprintf(b->wrong, sizeof b->wrong, "history %d, attempt %d: ", b->history,
					  b->attempt);
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(b->wrong + n, sizeof b->wrong - n, fmt, ap);
	va_end(ap);
	for (int i = 0; at_work && i < CANDIDATES; i++)
		ledger_each(at_work->s->ledger, &(struct ledger_filter){.phone_number = b->phone[i]}, tell_row, b,
			    NULL);
	_exit(USER_EXIT_BAD);
}

/* --- the books -------------------------------------------------------------------------------------------------- */

/* What the journal says about a number, for the report of a failure. */
static bool tell_row(void *ctx, const struct operation *op)
{
	struct books *b = ctx;
	const size_t n = strlen(b->wrong);

	snprintf(b->wrong + n, sizeof b->wrong - n, "\n  %" PRId64 " %s %s http %d code %d checks %d: %s", op->id,
		 op_kind_name(op->kind), op_state_name(op->state), op->http_status, op->twilio_code, op->checks,
		 op->message ? op->message : "");
	return true;
}

struct tally { bool done, open; };
struct rows { struct books *b; struct tally of[CANDIDATES]; unsigned sent; };

static bool count_row(void *ctx, const struct operation *op)
{
	struct rows *r = ctx;

	for (int i = 0; i < CANDIDATES; i++) {
		if (strcmp(op->phone_number, r->b->phone[i]) != 0)
			continue;
		if (op->sends > 1)
			wrong(r->b, "operation %" PRId64 " was sent %d times", op->id, op->sends);
		r->sent += (unsigned)op->sends;
		r->of[i].open = r->of[i].open || op_is_open(op->state);
		r->of[i].done = r->of[i].done || op->state == OP_DONE;
	}
	return true;
}

/* A history has far fewer rows than are read here. */
static struct rows rows_of(struct books *b, struct desk *d)
{
	struct rows r = {.b = b};
	const struct ledger_filter f = {.limit = 40};

	if (!ledger_each(d->s->ledger, &f, count_row, &r, NULL))
		wrong(b, "the journal cannot be read");
	return r;
}

/* Holds at every moment between two steps of the user. */
static void check_books(struct books *b, struct desk *d)
{
	const struct rows r = rows_of(b, d);
	int bought = 0;

	for (int i = 0; i < CANDIDATES; i++) {
		const struct tally t = r.of[i];

		bought += tw_bought(&b->w, b->phone[i]);
		if (!b->release && tw_is_owned(&b->w, b->phone[i]) && !t.done && !t.open)
			wrong(b, "%s is owned and forgotten", b->phone[i]);
		if (!b->release && t.done && !tw_is_owned(&b->w, b->phone[i]))
			wrong(b, "%s is shown and not owned", b->phone[i]);
		if (b->release && t.done && tw_is_owned(&b->w, b->phone[i]))
			wrong(b, "%s is said to be released and is not", b->phone[i]);
		if (b->release && i > 0 && !tw_is_owned(&b->w, b->phone[i]))
			wrong(b, "%s was released, and nobody asked for it", b->phone[i]);
	}
	if (bought > (b->release ? 0 : 1))
		wrong(b, "one wish was executed %d times", bought);
	if (b->release && tw_find(&b->w, b->phone[0])->released > 1)
		wrong(b, "%s was released twice", b->phone[0]);
	if (b->w.arrivals - b->base_arrivals > r.sent)
		wrong(b, "%u requests arrived, %u rows may have been sent", b->w.arrivals - b->base_arrivals, r.sent);
}

/* --- the user --------------------------------------------------------------------------------------------------- */

static void prepare(struct books *b)
{
	static const int64_t lags[] = {0, 0, 0, 3000, 30000, 100000, 200000}, lates[] = {1000, 30000, 90000, 150000,
											 250000};

	b->w.n = 0;
	b->release = b->history % 4 == 3;
	b->next = 0;
	b->base_arrivals = b->w.arrivals;
	b->w.writes = b->w.write_next = b->w.reads = b->w.read_next = 0;
	b->w.lag_ms = lags[any(b, 7)];
	b->w.late_ms = lates[any(b, 5)];
	b->w.page_rows = chance(b, 30) ? 1 : 0;
	for (int i = 0; i < CANDIDATES; i++) {
		const unsigned line = (unsigned)b->history * CANDIDATES + (unsigned)i;

		snprintf(b->phone[i], sizeof b->phone[i], "+1%03u555%04u", 200 + line / 10000 % 800, line % 10000);
		if (b->release)
			tw_own(&b->w, b->phone[i]);
	}
	b->prepared = true;
}

static void tell_faults(struct books *b)
{
	for (int i = 0; i < 3; i++)
		tw_tell(&b->w, chance(b, 40) ? TW_OK : (enum tw_write)any(b, TW_WRITE_COUNT));
	for (int i = any(b, 4); i > 0; i--)
		tw_tell_read(&b->w, chance(b, 60) ? TW_READ_OK : (enum tw_read)any(b, TW_READ_ENDLESS));
	b->w.die_at = chance(b, 4) ? (enum tw_die)(1 + any(b, TW_DIE_COUNT - 1)) : TW_DIE_NEVER;
}

/* A person gives an order up after looking in the Console: nothing is there, and nothing is on its way. */
static void maybe_give_up(struct books *b, struct desk *d)
{
	struct operation op;
	struct err e = {0};

	for (int i = 0; i < CANDIDATES; i++) {
		if (tw_pending(&b->w) || tw_bought(&b->w, b->phone[i]) || !desk_op(d, b->phone[i], &op))
			continue;
		if ((op.state == OP_ABSENT || op.state == OP_CONFLICT) && op.kind == OP_BUY) {
			if (!settle_give_up(d->s->settle, op.id, phone_last4(op.phone_number), &e))
				wrong(b, "cannot be given up: %s", e.msg);
			b->seen.given_up++;
		}
	}
}

static void after_attempt(struct books *b, bool started, const struct apply_summary *sum)
{
	if (!started)
		b->seen.refused++;
	else if (sum->unsure)
		b->seen.unsure++;
	else if (sum->done)
		b->seen.done++;
}

/* Returns true when the user has what he wanted. */
static bool try_to_buy(struct books *b, struct desk *d)
{
	struct apply_summary sum = {0};
	struct err e = {0};
	const char *phone = b->phone[b->next % CANDIDATES];
	bool started;

	if (chance(b, 70))
		b->next++;                      /* whatever comes of it, the next one is tried after it */
	started = desk_buy(d, phone, &sum, &e);
	after_attempt(b, started, &sum);
	return sum.done > 0;
}

static bool try_to_release(struct books *b, struct desk *d)
{
	struct apply_summary sum = {0};
	struct err e = {0};
	const bool started = desk_release(d, b->phone[0], &sum, &e);

	after_attempt(b, started, &sum);
	return sum.done > 0;
}

static bool is_satisfied(struct books *b, struct desk *d)
{
	const struct rows r = rows_of(b, d);

	for (int i = 0; i < CANDIDATES; i++)
		if (r.of[i].done)
			return true;            /* the screen says so: found meanwhile */
	return false;
}

static void look_around(struct books *b, struct desk *d)
{
	static const int waits_ms[] = {0, 10, 1000, 5000, 30000, 130000};

	desk_run(d, waits_ms[any(b, 6)]);
	if (chance(b, 10) && b->w.read_next == b->w.reads)
		desk_sync(d);
	if (chance(b, 40))
		maybe_give_up(b, d);
}

static bool is_any(struct books *b, struct desk *d, bool (*test)(enum op_state s))
{
	struct operation op;

	for (int i = 0; i < CANDIDATES; i++)
		if (desk_op(d, b->phone[i], &op) && test(op.state))
			return true;
	return false;
}

/* Everything that is on its way has come, and Twilio answers: now every order has its end. */
static void settle_all(struct books *b, struct desk *d)
{
	struct operation op;
	struct err e = {0};

	b->w.die_at = TW_DIE_NEVER;
	b->w.writes = b->w.write_next = b->w.reads = b->w.read_next = 0;
	while (tw_pending(&b->w))
		desk_run(d, 10000);
	desk_run(d, b->w.lag_ms);
	if (is_any(b, d, op_is_open)) {
		desk_run(d, 150000);
		desk_sync(d);
		desk_run(d, 1000);
	}
	check_books(b, d);
	for (int i = 0; i < CANDIDATES; i++) {
		if (!desk_op(d, b->phone[i], &op))
			continue;
		if (op.state == OP_UNKNOWN || op.state == OP_ARMED || op.state == OP_PLANNED)
			wrong(b, "%s is still %s", b->phone[i], op_state_name(op.state));
		if (op_is_open(op.state) && op.kind == OP_BUY && tw_is_owned(&b->w, b->phone[i]))
			wrong(b, "%s is owned and still %s", b->phone[i], op_state_name(op.state));
		if (op_is_open(op.state) && !settle_give_up(d->s->settle, op.id, phone_last4(op.phone_number), &e))
			wrong(b, "%s: %s", b->phone[i], e.msg);
	}
}

static void run_history(struct books *b, struct desk *d)
{
	if (!b->prepared) {
		prepare(b);
		b->attempt = 0;
	}
	check_books(b, d);                      /* right after a start, too */
	while (b->attempt < TRIES && !is_satisfied(b, d)) {
		b->attempt++;
		tell_faults(b);
		if (b->release ? try_to_release(b, d) : try_to_buy(b, d))
			break;
		look_around(b, d);
		check_books(b, d);
	}
	settle_all(b, d);
	b->seen.releases += b->release;
	b->prepared = false;
	b->history++;
}

/* --- processes -------------------------------------------------------------------------------------------------- */

static void child(struct books *b, const char *home, int64_t until)
{
	struct desk d;

	desk_open(&d, home, &b->w);
	at_work = &d;
	while (b->history < until)
		run_history(b, &d);
	desk_close(&d);
	_exit(0);
}

static void run_batch(struct books *b, int64_t until)
{
	const char *home = test_dir();

	while (b->history < until) {
		const pid_t pid = fork();
		int status;

		assert_true(pid >= 0);
		if (pid == 0)
			child(b, home, until);
		assert_int_equal(waitpid(pid, &status, 0), pid);
		if (WIFEXITED(status) && WEXITSTATUS(status) == TW_DIED)
			b->seen.deaths++;
		else if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
			fail_msg("seed %" PRId64 ", %s", seed, *b->wrong ? b->wrong : "a child ended in another way");
	}
}

static void no_wish_is_paid_for_twice(void **state)
{
	struct books *b = mmap(NULL, sizeof *b, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	(void)state;
	assert_ptr_not_equal(b, MAP_FAILED);
	*b = (struct books){.random = (uint64_t)seed};
	tw_world_init(&b->w, DESK_START_MS);
	while (b->history < histories)
		run_batch(b, b->history + PER_HOME < histories ? b->history + PER_HOME : histories);
	print_message("%d histories: %u bought or released, %u unsure, %u refused, %u given up, %u deaths, %u "
		      "requests\n",
		      b->history, b->seen.done, b->seen.unsure, b->seen.refused, b->seen.given_up, b->seen.deaths,
		      b->w.arrivals);
	/* A script that never gets anywhere would prove nothing. */
	assert_true((int)b->seen.done > histories / 10 && (int)b->seen.unsure > histories / 10);
	assert_true((int)b->seen.refused > histories / 10 && (int)b->seen.deaths > histories / 50 &&
		    b->seen.given_up > 0);
	munmap(b, sizeof *b);
}

/* test_histories [HISTORIES [SEED]] */
int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_wish_is_paid_for_twice),
	};

	if ((argc > 1 && !text_to_i64(argv[1], 1, INT32_MAX, &histories)) ||
	    (argc > 2 && !text_to_i64(argv[2], 0, INT64_MAX, &seed))) {
		fprintf(stderr, "usage: %s [HISTORIES [SEED]]\n", argv[0]);
		return 2;
	}
	if (access("/dev/shm", W_OK) == 0)      /* thousands of commits: not on a disk */
		setenv("TMPDIR", "/dev/shm", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
