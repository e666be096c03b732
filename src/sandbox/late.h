#ifndef NUMDESK_SANDBOX_LATE_H
#define NUMDESK_SANDBOX_LATE_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
struct err;
struct request;
struct sandbox;

/* Requests that are worked on after their client was told something else: one thread, in order of their time. */
struct late_job;
struct late_queue {
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	struct late_job *first;         /* soonest first */
	bool running, stop;
};
bool late_start(struct sandbox *s, struct err *e);
void late_stop(struct sandbox *s);                              /* what has not run is dropped */
void late_clear(struct sandbox *s);                             /* forget what has not run */
void late_add(struct sandbox *s, struct request *q, int64_t delay_ms);  /* keeps q and frees it */

#endif
