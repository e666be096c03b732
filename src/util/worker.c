#include "numdesk/util/worker.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "numdesk/util/err.h"
#include "numdesk/util/mem.h"

struct task {
	struct task *next;
	worker_fn *work, *done;
	void *ctx;
};

/* First in, first out; tail points at the last next, so that appending needs no case for the empty queue. */
struct queue {
	struct task *head, **tail;
};

struct worker {
	pthread_t thread;
	pthread_mutex_t mutex;          /* of all below */
	pthread_cond_t changed;
	struct queue waiting, finished;
	size_t pending;                 /* posted and not yet delivered */
	bool stop;
	int fd;                         /* eventfd: counts what was finished since the last deliver */
};

static void queue_init(struct queue *q)
{
	q->head = NULL;
	q->tail = &q->head;
}

static void queue_add(struct queue *q, struct task *t)
{
	t->next = NULL;
	*q->tail = t;
	q->tail = &t->next;
}

static struct task *queue_take(struct queue *q)
{
	struct task *t = q->head;

	if (!t)
		return NULL;
	q->head = t->next;
	if (!q->head)
		q->tail = &q->head;
	return t;
}

static void *run(void *arg)
{
	static const uint64_t one = 1;
	struct worker *w = arg;
	struct task *t;

	pthread_mutex_lock(&w->mutex);
	for (;;) {
		t = queue_take(&w->waiting);
		if (!t && w->stop)
			break;
		if (!t) {
			pthread_cond_wait(&w->changed, &w->mutex);
			continue;
		}
		pthread_mutex_unlock(&w->mutex);
		t->work(t->ctx);
		pthread_mutex_lock(&w->mutex);
		queue_add(&w->finished, t);
		(void)!write(w->fd, &one, sizeof one);          /* fails only at 2^64 - 1 undelivered tasks */
		pthread_cond_broadcast(&w->changed);
	}
	pthread_mutex_unlock(&w->mutex);
	return NULL;
}

/* Signals belong to the loop: the thread is born with all of them blocked. */
static int start_thread(struct worker *w)
{
	sigset_t all, before;
	int rc;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	rc = pthread_create(&w->thread, NULL, run, w);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return rc;
}

struct worker *worker_new(const char *name, struct err *e)
{
	struct worker *w = mem_alloc(sizeof *w);
	char short_name[16];            /* what the kernel keeps */
	int rc;

	queue_init(&w->waiting);
	queue_init(&w->finished);
	pthread_mutex_init(&w->mutex, NULL);
	pthread_cond_init(&w->changed, NULL);
	w->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	rc = w->fd < 0 ? errno : start_thread(w);
	if (rc != 0) {
		err_set(e, ERR_IO, "cannot start the '%s' thread: %s", name, strerror(rc));
		if (w->fd >= 0)
			close(w->fd);
		pthread_cond_destroy(&w->changed);
		pthread_mutex_destroy(&w->mutex);
		free(w);
		return NULL;
	}
	snprintf(short_name, sizeof short_name, "%s", name);
	(void)pthread_setname_np(w->thread, short_name);        /* for debuggers only */
	return w;
}

void worker_free(struct worker *w)
{
	if (!w)
		return;
	/* a done function may post again: until nothing is left, both sides go on as usual */
	while (worker_pending(w) > 0) {
		if (worker_deliver(w))
			continue;
		pthread_mutex_lock(&w->mutex);
		while (w->pending > 0 && !w->finished.head)
			pthread_cond_wait(&w->changed, &w->mutex);
		pthread_mutex_unlock(&w->mutex);
	}
	pthread_mutex_lock(&w->mutex);
	w->stop = true;
	pthread_cond_broadcast(&w->changed);
	pthread_mutex_unlock(&w->mutex);
	pthread_join(w->thread, NULL);
	close(w->fd);
	pthread_cond_destroy(&w->changed);
	pthread_mutex_destroy(&w->mutex);
	free(w);
}

void worker_post(struct worker *w, worker_fn *work, worker_fn *done, void *ctx)
{
	struct task *t = mem_alloc(sizeof *t);

	*t = (struct task){.work = work, .done = done, .ctx = ctx};
	pthread_mutex_lock(&w->mutex);
	queue_add(&w->waiting, t);
	w->pending++;
	pthread_cond_broadcast(&w->changed);
	pthread_mutex_unlock(&w->mutex);
}

int worker_fd(const struct worker *w)
{
	return w->fd;
}

static struct task *take_finished(struct worker *w)
{
	struct task *t;

	pthread_mutex_lock(&w->mutex);
	t = queue_take(&w->finished);
	if (t)
		w->pending--;
	pthread_mutex_unlock(&w->mutex);
	return t;
}

bool worker_deliver(struct worker *w)
{
	uint64_t count;
	bool ran = false;
	struct task *t;

	(void)!read(w->fd, &count, sizeof count);       /* empty when nothing finished since */
	while ((t = take_finished(w))) {
		if (t->done) {
			t->done(t->ctx);
			ran = true;
		}
		free(t);
	}
	return ran;
}

size_t worker_pending(const struct worker *w)
{
	struct worker *mine = (struct worker *)(uintptr_t)w;    /* the mutex is not part of what const promises */
	size_t n;

	pthread_mutex_lock(&mine->mutex);
	n = mine->pending;
	pthread_mutex_unlock(&mine->mutex);
	return n;
}
