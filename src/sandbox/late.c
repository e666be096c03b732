#include "late.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "answer.h"
#include "numdesk/util/clock.h"
#include "numdesk/util/err.h"
#include "numdesk/util/mem.h"
#include "request.h"
#include "router.h"
#include "state.h"

struct late_job {
	struct late_job *next;
	struct request *request;
	int64_t due_ms;                 /* monotonic */
};

static int64_t now_ms(void)
{
	return clock_system.mono_ms(&clock_system);
}

static void job_free(struct late_job *j)
{
	request_free(j->request);
	free(j);
}

static void run(struct sandbox *s, struct late_job *j)
{
	struct answer a;

	answer_init(&a);
	pthread_mutex_lock(&s->lock);
	router_answer(s, j->request, &a);
	pthread_mutex_unlock(&s->lock);
	answer_release(&a);
	job_free(j);
}

/* With the queue locked: the job whose time has come, or NULL after waiting for one. */
static struct late_job *due(struct late_queue *l)
{
	struct late_job *j = l->first;
	const int64_t wait = j ? j->due_ms - now_ms() : 0;

	if (j && wait <= 0) {
		l->first = j->next;
		return j;
	}
	if (j) {
		struct timespec until = {j->due_ms / 1000, j->due_ms % 1000 * 1000000};

		pthread_cond_timedwait(&l->changed, &l->lock, &until);
	} else {
		pthread_cond_wait(&l->changed, &l->lock);
	}
	return NULL;
}

static void *loop(void *arg)
{
	struct sandbox *s = arg;
	struct late_queue *l = &s->late;

	pthread_mutex_lock(&l->lock);
	while (!l->stop) {
		struct late_job *j = due(l);

		if (!j)
			continue;
		pthread_mutex_unlock(&l->lock);
		run(s, j);
		pthread_mutex_lock(&l->lock);
	}
	pthread_mutex_unlock(&l->lock);
	return NULL;
}

bool late_start(struct sandbox *s, struct err *e)
{
	struct late_queue *l = &s->late;
	pthread_condattr_t monotonic;
	int rc;

	pthread_mutex_init(&l->lock, NULL);
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&l->changed, &monotonic);
	pthread_condattr_destroy(&monotonic);
	rc = pthread_create(&l->thread, NULL, loop, s);
	l->running = rc == 0;
	return rc == 0 || err_set(e, ERR_IO, "cannot start a thread: %s", strerror(rc));
}

void late_clear(struct sandbox *s)
{
	struct late_queue *l = &s->late;

	pthread_mutex_lock(&l->lock);
	while (l->first) {
		struct late_job *j = l->first;

		l->first = j->next;
		job_free(j);
	}
	pthread_mutex_unlock(&l->lock);
}

void late_stop(struct sandbox *s)
{
	struct late_queue *l = &s->late;

	if (!l->running)
		return;
	pthread_mutex_lock(&l->lock);
	l->stop = true;
	pthread_cond_signal(&l->changed);
	pthread_mutex_unlock(&l->lock);
	pthread_join(l->thread, NULL);
	late_clear(s);
	pthread_cond_destroy(&l->changed);
	pthread_mutex_destroy(&l->lock);
	l->running = false;
}

void late_add(struct sandbox *s, struct request *q, int64_t delay_ms)
{
	struct late_queue *l = &s->late;
	struct late_job *j = mem_alloc(sizeof *j), **at = &l->first;

	*j = (struct late_job){.request = q, .due_ms = now_ms() + delay_ms};
	pthread_mutex_lock(&l->lock);
	while (*at && (*at)->due_ms <= j->due_ms)
		at = &(*at)->next;
	j->next = *at;
	*at = j;
	pthread_cond_signal(&l->changed);
	pthread_mutex_unlock(&l->lock);
}
