#ifndef NUMDESK_CORE_WATCH_H
#define NUMDESK_CORE_WATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "numdesk/model/search.h"
#include "numdesk/util/err.h"
struct offer;
struct session;

/*
 * One search, looked at again and again until something turns up. Polite: never more than once a minute, the pauses a
 * tenth shorter or longer by chance, doubled (to an hour at most) after a look that was throttled or failed. It tells each
 * number once, and never buys. A job that can be stopped.
 */
#define WATCH_LEAST_S 60
#define WATCH_MOST_S 86400

struct watch_options {
	struct search search;
	int64_t every_s;                /* from the end of one look to the next */
	int64_t for_s;                  /* how long in all; 0: until it is stopped */
	size_t count;                   /* enough when this many turned up; 0: never */
	bool fresh;                     /* what is for sale at the first look is no news */
};
struct watch_view {
	struct search search;
	int looks, answered;            /* begun; with an answer */
	size_t found;                   /* told so far */
	int64_t next_at;                /* seconds UTC of the next look; 0: one is under way, or it is over */
	struct err err;                 /* of the last look */
};
/* What one look found that is new, lent. Must not end the watch. */
typedef void watch_news_fn(void *ctx, const struct offer *v, size_t n);
/* It is over: ERR_NONE when something turned up; ERR_NOT_FOUND when the time passed without; ERR_STOPPED; else why it
 * could not go on, or why no look had an answer. The watch may be freed in there. */
typedef void watch_end_fn(void *ctx, const struct err *err);

struct watch;
/* Looks first at the loop's next turn. ERR_USAGE (*f is the search's field at fault, or SEARCH_FIELD_COUNT), ERR_LOCKED,
 * ERR_OFFLINE: nothing was begun, nothing is called. */
bool watch_start(struct watch **out, struct session *s, const struct watch_options *o, watch_news_fn *news,
		 watch_end_fn *end, void *ctx, enum search_field *f, struct err *e);
void watch_free(struct watch *w);               /* ends it without a word; NULL is fine */
const struct watch_view *watch_view(const struct watch *w);
bool watch_over(const struct watch *w);

#endif
