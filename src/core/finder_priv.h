#ifndef NUMDESK_CORE_FINDER_PRIV_H
#define NUMDESK_CORE_FINDER_PRIV_H

#include "numdesk/core/finder.h"

#include <stdint.h>

#include "numdesk/twilio/client.h"
#include "numdesk/util/mem.h"

#define MAX_REQUESTS 20

struct link {
	struct link *next;
	struct finder *f;               /* NULL once the finder is gone */
	uint32_t gen, request;
	size_t at;                      /* which request of its round */
	struct client client;
};
/* seq: by round, then row by row of each answer, so that every request has its share of what is shown first */
struct kept { struct offer offer; uint64_t seq; };
struct finder {
	struct session *s;
	finder_changed_fn *changed;
	void *ctx;
	struct finder_view view;
	struct arena mem;
	struct kept *kept; size_t cap;
	uint32_t round;
	uint32_t gen, job;
	struct link *links;
	struct search asked;            /* what was started; view.search follows with its first answer */
	struct search todo[MAX_REQUESTS]; size_t n_todo, next;
	size_t under_way, spent;        /* requests of this search so far */
	size_t want;                    /* rows at which it is enough */
	bool waiting;                   /* for the countries, to know the types */
	bool fresh;                     /* nothing of this search has come: the old results are still shown */
	char asking[160];               /* what the requests are about; view.covers adds how many */
	bool full, second;              /* an answer was as long as one gets; the second round was queued */
	struct err err;                 /* the first failure */
	size_t answers;                 /* that were no failure */
};

/* --- results (finder.c) --- */
void finder_changed(struct finder *f);
/* Keep an offer that is not there yet, with its price and its score: row `row` of the answer to request `at`. */
void finder_keep(struct finder *f, const struct offer *o, size_t row, size_t at);
void finder_cut(struct finder *f);              /* no more than was wanted */
void finder_empty(struct finder *f);            /* what was found before makes room */
void finder_price(struct finder *f, struct offer *o);
void finder_arrange(struct finder *f);          /* in view.order */

/* --- requests (finder_ask.c) --- */
void finder_cancel(struct finder *f);           /* whatever is under way */

#endif
