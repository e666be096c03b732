#include "test.h"

#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <string.h>

#include "numdesk/util/err.h"
#include "numdesk/util/mem.h"
#include "numdesk/util/worker.h"

/* One task: where it ran and when, by a count that both sides raise. */
struct step {
	int number;
	int *log, *n_log;                       /* the loop's */
	pthread_t worked_on, done_on;
	sem_t *gate;                            /* waits here before it works, when set */
	struct worker *post_again;
	bool signals_blocked;
};

static void do_work(void *ctx)
{
	struct step *s = ctx;
	sigset_t set;

	if (s->gate)
		sem_wait(s->gate);
	s->worked_on = pthread_self();
	pthread_sigmask(SIG_SETMASK, NULL, &set);
	s->signals_blocked = sigismember(&set, SIGTERM) && sigismember(&set, SIGWINCH);
}

static void do_done(void *ctx)
{
	struct step *s = ctx;
	struct worker *again = s->post_again;

	s->done_on = pthread_self();
	s->log[(*s->n_log)++] = s->number;
	s->post_again = NULL;
	if (again)
		worker_post(again, do_work, do_done, s);
}

static bool nothing_pending(void *ctx)
{
	worker_deliver(ctx);
	return worker_pending(ctx) == 0;
}

static void no_tasks(void **state)
{
	struct worker *w = worker_new("idle", NULL);

	(void)state;
	worker_free(NULL);
	assert_non_null(w);
	assert_int_equal(worker_pending(w), 0);
	assert_false(worker_deliver(w));
	worker_free(w);
}

static void tasks_come_back_in_order_on_the_loop(void **state)
{
	struct worker *w = worker_new("a name longer than the kernel keeps", NULL);
	struct step steps[50] = {0};
	int log[50], n = 0;

	(void)state;
	for (int i = 0; i < 50; i++) {
		steps[i] = (struct step){.number = i, .log = log, .n_log = &n};
		worker_post(w, do_work, do_done, &steps[i]);
	}
	assert_true(test_wait(nothing_pending, w, 10000));
	assert_int_equal(n, 50);
	for (int i = 0; i < 50; i++) {
		assert_int_equal(log[i], i);
		assert_false(pthread_equal(steps[i].worked_on, pthread_self()));
		assert_true(pthread_equal(steps[i].done_on, pthread_self()));
		assert_true(steps[i].signals_blocked);
	}
	worker_free(w);
}

static void the_descriptor_tells_when_to_deliver(void **state)
{
	struct worker *w = worker_new("fd", NULL);
	int log[2], n = 0;
	sem_t gate;
	struct step s = {.number = 7, .log = log, .n_log = &n, .gate = &gate};
	struct pollfd p = {.fd = worker_fd(w), .events = POLLIN};

	(void)state;
	sem_init(&gate, 0, 0);
	worker_post(w, do_work, do_done, &s);
	assert_int_equal(poll(&p, 1, 0), 0);
	assert_int_equal(worker_pending(w), 1);
	assert_false(worker_deliver(w));
	assert_int_equal(n, 0);
	sem_post(&gate);
	assert_int_equal(poll(&p, 1, 10000), 1);
	assert_int_equal(worker_pending(w), 1);
	assert_true(worker_deliver(w));
	assert_int_equal(n, 1);
	assert_int_equal(worker_pending(w), 0);
	assert_int_equal(poll(&p, 1, 0), 0);
	worker_free(w);
	sem_destroy(&gate);
}

static void a_task_without_done_is_only_counted(void **state)
{
	struct worker *w = worker_new("quiet", NULL);
	struct step s = {0};
	struct pollfd p = {.fd = worker_fd(w), .events = POLLIN};

	(void)state;
	worker_post(w, do_work, NULL, &s);
	assert_int_equal(poll(&p, 1, 10000), 1);
	assert_false(worker_deliver(w));
	assert_int_equal(worker_pending(w), 0);
	worker_free(w);
}

static void free_finishes_the_queue_and_delivers_it(void **state)
{
	struct worker *w = worker_new("last", NULL);
	struct step steps[20] = {0};
	int log[21], n = 0;

	(void)state;
	for (int i = 0; i < 20; i++) {
		steps[i] = (struct step){.number = i, .log = log, .n_log = &n};
		worker_post(w, do_work, do_done, &steps[i]);
	}
	steps[19].post_again = w;               /* a done function that posts once more is served too */
	worker_free(w);
	assert_int_equal(n, 21);
	for (int i = 0; i < 20; i++)
		assert_int_equal(log[i], i);
	assert_int_equal(log[20], 19);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_tasks),
		cmocka_unit_test(tasks_come_back_in_order_on_the_loop),
		cmocka_unit_test(the_descriptor_tells_when_to_deliver),
		cmocka_unit_test(a_task_without_done_is_only_counted),
		cmocka_unit_test(free_finishes_the_queue_and_delivers_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
