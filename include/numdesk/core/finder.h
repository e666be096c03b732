#ifndef NUMDESK_CORE_FINDER_H
#define NUMDESK_CORE_FINDER_H

#include <stdbool.h>
#include <stddef.h>

#include "numdesk/model/search.h"
#include "numdesk/util/err.h"
struct session;

/*
 * One search workspace: what was asked, what came, what it covered. Results stay until the next search has its first
 * answer. Type "all" (UNKNOWN) asks each type the country sells, several area codes and words each by themselves. A limit above what one request gives is met by
 * splitting (at most 20 requests). Prices are joined from the catalog as they arrive. Results carry a generation: an
 * answer to an older search is dropped.
 */
struct finder;
typedef void finder_changed_fn(void *ctx);      /* state or results changed */

struct finder *finder_new(struct session *s, finder_changed_fn *changed, void *ctx);
void finder_free(struct finder *f);
/* Begin. ERR_USAGE names the field at fault (its id in *field); ERR_LOCKED, ERR_OFFLINE. */
bool finder_start(struct finder *f, const struct search *s, enum search_field *field, struct err *e);
/* Go on around the last search, splitting it; ERR_USAGE when there is nothing to widen. */
bool finder_widen(struct finder *f, struct err *e);
void finder_stop(struct finder *f);

struct finder_view {
	bool busy, finished;            /* finished: at least one search has ended */
	struct search search;           /* what the results belong to */
	enum search_order order;        /* of the results; never AUTO */
	size_t n;
	int requests, requests_done;
	char covers[200];               /* what was asked, e.g. "415, 628, 510: 3 of 3 requests" */
	struct err err;                 /* of the last search; results may still be there */
	struct search_relaxation relax[9]; size_t n_relax;      /* when nothing was found */
};
const struct finder_view *finder_view(const struct finder *f);
const struct offer *finder_at(const struct finder *f, size_t i);        /* borrowed until the next change */
size_t finder_index(const struct finder *f, const char *phone_number);  /* SIZE_MAX when absent */
void finder_sort(struct finder *f, enum search_order order);            /* until the next search; AUTO is FOUND */
void finder_remove(struct finder *f, const char *phone_number);         /* bought or gone */
/*
 * Look for exactly one number among those for sale (a script's `buy NUMBER`): finds country and type by the dial plan,
 * searches by its digits, fills price. ERR_GONE when it is not for sale. The offer is lent to done.
 */
typedef void finder_exact_fn(void *ctx, const struct offer *o, const struct err *err);
bool finder_exact(struct session *s, const char *phone_number, finder_exact_fn *done, void *ctx, struct err *e);

#endif
