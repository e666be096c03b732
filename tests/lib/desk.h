#ifndef NUMDESK_TESTS_DESK_H
#define NUMDESK_TESTS_DESK_H

#include <stdbool.h>
#include <stdint.h>

#include "twilio_model.h"

#include "numdesk/core/apply.h"
#include "numdesk/core/session.h"
#include "numdesk/model/operation.h"
#include "numdesk/util/clock.h"

/* A whole session over the model of Twilio, unlocked, with the profile "acme" in use. */
#define DESK_START_MS (INT64_C(1767225600) * 1000)      /* 2026-01-01 00:00:00 UTC */
#define DESK_A "+14155550101"
#define DESK_B "+14155550102"
#define DESK_C "+14155550103"

struct desk {
	const char *home;
	struct clock_fake clock;
	struct tw_world own, *w;        /* w is &own unless the world is shared */
	struct session *s;
};
/* home NULL: a fresh directory; else what an earlier desk left there. w NULL: an empty world of its own. Fails the
 * test when anything fails. */
void desk_open(struct desk *d, const char *home, struct tw_world *w);
void desk_open_with(struct desk *d, const char *home, struct tw_world *w, const char *config);  /* text of config.ini */
void desk_close(struct desk *d);
void desk_run(struct desk *d, int64_t ms);              /* turn the loop while the clock moves on by this much */
/* Turn the loop until cond holds, at most ms of the fake clock; false when it never did. */
bool desk_until(struct desk *d, bool (*cond)(struct desk *d), int64_t ms);
void desk_idle(struct desk *d);                         /* until nothing is under way but timers */
/* The newest operation on a number; texts live until the desk's next call of this. False: none. */
bool desk_op(struct desk *d, const char *phone, struct operation *out);
/* Put what the world shows into the cache, as a sync would. */
void desk_sync(struct desk *d);
/* Guard, answer as asked, start. False with the guard's reason. The plan is released when it was not taken over. */
bool desk_start(struct desk *d, struct plan *p, struct err *e);
struct desk_outcome { bool finished; struct apply_summary sum; unsigned rows; };
/* What the plan started last came to, so far. */
const struct desk_outcome *desk_outcome(void);
/* One purchase or release from beginning to end. False: refused before anything was stored. */
bool desk_buy(struct desk *d, const char *phone, struct apply_summary *sum, struct err *e);
bool desk_release(struct desk *d, const char *phone, struct apply_summary *sum, struct err *e);
struct offer desk_offer(const char *phone, int64_t price);
struct number desk_number(struct desk *d, const char *phone);   /* an owned number of the world */

#endif
