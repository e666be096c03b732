#ifndef NUMDESK_STORE_SAVED_H
#define NUMDESK_STORE_SAVED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "numdesk/model/search.h"
struct err;
struct ledger;

/* Searches kept under a name, in the ledger: of this machine, not of an account. Blocks as the ledger does. */
struct saved_search {
	char name[SEARCH_NAME_SIZE];
	struct search search;
	bool unreadable;                /* written by a later version, or damaged: search is a fresh one */
	int64_t created_at, run_at;     /* seconds UTC; run_at 0: never */
	int64_t found;                  /* by the last run */
};
/* ERR_USAGE when the name cannot be one, or is taken and replace is false; ERR_GUARD when the ledger is read-only. */
bool saved_put(struct ledger *l, const char *name, const struct search *s, bool replace, struct err *e);
/* ERR_NOT_FOUND with the nearest name; ERR_DAMAGED when it cannot be read. Names are found in any case. */
bool saved_find(struct ledger *l, const char *name, struct saved_search *out, struct err *e);
bool saved_remove(struct ledger *l, const char *name, struct err *e);           /* ERR_NOT_FOUND */
/* It was run and found this many; nothing when there is none of this name, or the ledger cannot be written. */
void saved_ran(struct ledger *l, const char *name, size_t found);
typedef bool saved_fn(void *ctx, const struct saved_search *s);                 /* false stops the walk */
bool saved_each(struct ledger *l, saved_fn *fn, void *ctx, struct err *e);      /* by name */

#endif
