#ifndef NUMDESK_CORE_REACTOR_H
#define NUMDESK_CORE_REACTOR_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
struct clock;
struct err;
struct http;
struct worker;

/* The one loop: transfers, timers, finished worker tasks and whatever descriptors the caller adds. */
struct reactor;
typedef void reactor_fn(void *ctx);

struct reactor *reactor_new(struct http *http, const struct clock *clock);      /* borrows both */
void reactor_free(struct reactor *r);
void reactor_add_worker(struct reactor *r, struct worker *w);                   /* borrows */
/* Run fn once, ms from now at the earliest, from reactor_turn. Returns an id for reactor_cancel; 0 is never an id. */
uint32_t reactor_after(struct reactor *r, int64_t ms, reactor_fn *fn, void *ctx);
void reactor_cancel(struct reactor *r, uint32_t id);                            /* 0 and dead ids are fine */
/*
 * One turn: run due timers, step the transport, deliver workers; then sleep until something happens, a timer is due or
 * max_wait_ms (-1: none). extra descriptors are waited for too and their revents filled. When anything ran before the
 * sleep it does not sleep. False only when waiting itself failed.
 */
bool reactor_turn(struct reactor *r, struct pollfd *extra, size_t n, int max_wait_ms, struct err *e);
/* For scripts: turn until *done, or until the process was asked to stop (reactor_interrupt): then ERR_STOPPED. */
bool reactor_until(struct reactor *r, const bool *done, struct err *e);
/* Async-signal-safe: make the current and next reactor_until return. */
void reactor_interrupt(void);
bool reactor_interrupted(void);

#endif
