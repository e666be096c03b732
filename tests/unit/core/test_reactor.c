#include "test.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fake_http.h"

#include "numdesk/core/reactor.h"
#include "numdesk/util/err.h"
#include "numdesk/util/worker.h"

struct fixture {
	struct clock_fake clock;
	struct fake_http *http;
	struct reactor *r;
	char log[64];
	uint32_t victim;
	bool done;
};

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof *f);

	clock_fake_init(&f->clock, 1790000000000);
	f->http = fake_http_new(&f->clock);
	f->r = reactor_new(fake_http_seam(f->http), &f->clock.base);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;
	struct http *http = fake_http_seam(f->http);

	reactor_free(f->r);
	http->free(http);
	free(f);
	return 0;
}

static struct fixture *now;             /* the fixture of the running test, for timer functions */

static void note(char c)
{
	const size_t n = strlen(now->log);

	now->log[n] = c;
	now->log[n + 1] = '\0';
}

static void note_a(void *ctx) { (void)ctx; note('a'); }
static void note_b(void *ctx) { (void)ctx; note('b'); }
static void note_c(void *ctx) { (void)ctx; note('c'); }

static void set_done(void *ctx)
{
	*(bool *)ctx = true;
}

static void test_empty(void **state)
{
	struct fixture *f = *state;
	const int64_t start = f->clock.mono;
	struct err e;

	assert_true(reactor_turn(f->r, NULL, 0, 0, &e));
	assert_int_equal(f->clock.mono - start, 0);
	assert_true(reactor_turn(f->r, NULL, 0, 250, &e));
	assert_int_equal(f->clock.mono - start, 250);
	reactor_cancel(f->r, 0);
	reactor_cancel(f->r, 77);
	reactor_free(NULL);
	/* the fake says what a real loop would do: wait for ever */
	assert_false(reactor_turn(f->r, NULL, 0, -1, &e));
}

static void test_timers_in_order(void **state)
{
	struct fixture *f = *state;
	int64_t start = f->clock.mono;
	bool done = false;

	now = f;
	reactor_after(f->r, 30, note_c, f);
	reactor_after(f->r, 10, note_a, f);
	reactor_after(f->r, 10, note_b, f);
	reactor_after(f->r, 90000, set_done, &done);
	assert_true(reactor_until(f->r, &done, NULL));
	assert_string_equal(f->log, "abc");
	assert_int_equal(f->clock.mono - start, 90000);
}

static void cancel_victim(void *ctx)
{
	struct fixture *f = ctx;

	note('x');
	reactor_cancel(f->r, f->victim);
}

static void test_cancel_inside(void **state)
{
	struct fixture *f = *state;
	bool done = false;

	now = f;
	reactor_after(f->r, 5, cancel_victim, f);
	f->victim = reactor_after(f->r, 5, note_a, f);
	reactor_after(f->r, 5, note_b, f);
	reactor_after(f->r, 6, set_done, &done);
	assert_true(reactor_until(f->r, &done, NULL));
	assert_string_equal(f->log, "xb");
}

static void cancel_itself(void *ctx)
{
	struct fixture *f = ctx;

	note('s');
	reactor_cancel(f->r, f->victim);
	reactor_after(f->r, 0, note_a, f);
}

static void test_cancel_itself_and_add(void **state)
{
	struct fixture *f = *state;
	bool done = false;

	now = f;
	f->victim = reactor_after(f->r, 5, cancel_itself, f);
	reactor_after(f->r, 7, set_done, &done);
	assert_true(reactor_until(f->r, &done, NULL));
	assert_string_equal(f->log, "sa");
}

static void again(void *ctx)
{
	struct fixture *f = ctx;

	note('r');
	reactor_after(f->r, 0, again, f);
}

/* A timer that arms itself with 0 ms runs once a pass, of which a turn has two: before its sleep and after. */
static void test_rearming_is_fair(void **state)
{
	struct fixture *f = *state;

	now = f;
	reactor_after(f->r, 0, again, f);
	reactor_after(f->r, 0, note_b, f);
	assert_true(reactor_turn(f->r, NULL, 0, 0, NULL));
	assert_string_equal(f->log, "rbr");
}

/* The caller has to see what happened before the loop sleeps on it. */
static void test_no_sleep_after_work(void **state)
{
	struct fixture *f = *state;
	const int64_t start = f->clock.mono;
	bool done = false;

	now = f;
	reactor_after(f->r, 0, note_a, f);
	reactor_after(f->r, 5000, note_b, f);
	assert_true(reactor_turn(f->r, NULL, 0, -1, NULL));
	assert_string_equal(f->log, "a");
	assert_int_equal(f->clock.mono - start, 0);
	reactor_after(f->r, 0, set_done, &done);
	assert_true(reactor_until(f->r, &done, NULL));
	assert_int_equal(f->clock.mono - start, 0);
	assert_true(reactor_turn(f->r, NULL, 0, -1, NULL));
	assert_string_equal(f->log, "ab");
}

static void nested(void *ctx)
{
	struct fixture *f = ctx;

	note('n');
	assert_true(reactor_turn(f->r, NULL, 0, 0, NULL));
	note('m');
}

static void test_nested_turn(void **state)
{
	struct fixture *f = *state;
	bool done = false;

	now = f;
	reactor_after(f->r, 1, nested, f);
	reactor_after(f->r, 1, note_a, f);
	reactor_after(f->r, 2, set_done, &done);
	assert_true(reactor_until(f->r, &done, NULL));
	assert_string_equal(f->log, "nam");
}

static void work(void *ctx) { *(int *)ctx += 1; }
static void delivered(void *ctx) { *(int *)ctx += 10; now->done = true; }

static void test_worker_is_delivered(void **state)
{
	struct fixture *f = *state;
	struct worker *w = worker_new("test", NULL);
	struct err e;
	int value = 0;

	now = f;
	reactor_add_worker(f->r, w);
	worker_post(w, work, delivered, &value);
	for (int i = 0; i < 100000 && !f->done; i++)
		assert_true(reactor_turn(f->r, NULL, 0, 1, &e));
	assert_int_equal(value, 11);
	worker_free(w);
}

static void replied(void *ctx, const struct http_reply *r)
{
	(void)r;
	*(bool *)ctx = true;
}

static void test_transfer_wakes(void **state)
{
	struct fixture *f = *state;
	struct http *h = fake_http_seam(f->http);
	bool done = false;

	fake_http_on(f->http, HTTP_GET, "x", &(struct fake_reply){.status = 200, .delay_ms = 5000});
	assert_int_not_equal(h->start(h, &(struct http_request){.url = "https://example.com/x"}, replied, &done), 0);
	assert_true(reactor_until(f->r, &done, NULL));
	assert_int_equal(h->running(h), 0);
}

static void test_extra_descriptor(void **state)
{
	struct fixture *f = *state;
	struct pollfd fd = {.events = POLLIN};
	int pipes[2];

	assert_int_equal(pipe(pipes), 0);
	fd.fd = pipes[0];
	assert_true(reactor_turn(f->r, &fd, 1, 0, NULL));
	assert_int_equal(fd.revents, 0);
	assert_int_equal(write(pipes[1], "k", 1), 1);
	assert_true(reactor_turn(f->r, &fd, 1, -1, NULL));
	assert_int_equal(fd.revents, POLLIN);
	close(pipes[0]);
	close(pipes[1]);
}

static void on_signal(int sig)
{
	(void)sig;
	reactor_interrupt();
}

static void raise_it(void *ctx)
{
	(void)ctx;
	raise(SIGUSR1);
}

static void test_interrupt(void **state)
{
	struct fixture *f = *state;
	bool never = false, done = true;
	struct err e;

	signal(SIGUSR1, on_signal);
	reactor_after(f->r, 10, raise_it, NULL);
	reactor_after(f->r, 100000, note_a, NULL);
	assert_false(reactor_until(f->r, &never, &e));
	assert_int_equal(e.kind, ERR_STOPPED);
	assert_true(reactor_interrupted());
	assert_false(reactor_until(f->r, &never, &e));          /* and the next one */
	assert_true(reactor_until(f->r, &done, &e));            /* what is done is done */
	assert_true(reactor_turn(f->r, NULL, 0, 0, &e));        /* a write may still be finished by turning */
	signal(SIGUSR1, SIG_DFL);
}

static void test_interrupt_is_forgotten_with_the_loop(void **state)
{
	(void)state;
	assert_false(reactor_interrupted());
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_empty), T(test_timers_in_order), T(test_cancel_inside), T(test_cancel_itself_and_add),
		T(test_rearming_is_fair), T(test_no_sleep_after_work), T(test_nested_turn),
		T(test_worker_is_delivered), T(test_transfer_wakes), T(test_extra_descriptor), T(test_interrupt),
		T(test_interrupt_is_forgotten_with_the_loop),
	};
#undef T
	return cmocka_run_group_tests(tests, NULL, NULL);
}
