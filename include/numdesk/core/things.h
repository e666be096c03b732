#ifndef NUMDESK_CORE_THINGS_H
#define NUMDESK_CORE_THINGS_H

#include <stdbool.h>
#include <stdint.h>

#include "numdesk/core/catalog.h"
#include "numdesk/model/thing.h"
struct arena;
struct client;
struct json;
struct session;

/*
 * The account's small resources (things.def): from the cache while young, else asked for whole and stored. Reading is
 * from the cache only and needs neither network nor passphrase. `parent` is the SID that a list belongs to, NULL for
 * the account's own lists.
 */
/* done runs when the list is in the cache and young enough, perhaps before this returns; or with the reason why not:
 * then what was cached is still there. `fresh` asks whatever the age. client NULL: the profile in use; else the list of
 * that client's account, which is copied. */
void things_need(struct session *s, enum thing_kind kind, const char *parent, bool fresh, const struct client *client,
		 catalog_fn *done, void *ctx);
typedef bool thing_fn(void *ctx, const struct thing *t);        /* lent; false stops */
/* By name. account_sid NULL: of the profile in use; parent NULL: all parents' rows too. */
void things_each(struct session *s, const char *account_sid, enum thing_kind kind, const char *parent, thing_fn *fn,
		 void *ctx);
/* When the list was fetched, seconds UTC; 0 never. */
int64_t things_at(struct session *s, enum thing_kind kind, const char *parent);
/* One by its SID, or by a name that only one has (case does not matter). Texts go to a. ERR_NOT_FOUND; ERR_USAGE when
 * several have the name: the sentence lists their SIDs. */
bool thing_find(struct session *s, enum thing_kind kind, const char *sid_or_name, struct thing *out, struct arena *a,
		struct err *e);
/* The name of a SID, the SID itself when it is not cached; cleaned. */
char *thing_name(struct session *s, enum thing_kind kind, const char *sid, char *dst, size_t dst_size);
/* What a change made, changed or took away: into the cache, on the writer's thread. */
void things_put(struct session *s, const char *account_sid, enum thing_kind kind, const char *parent,
		const struct json *object);
void things_drop(struct session *s, const char *account_sid, enum thing_kind kind, const char *parent, const char *sid);

#endif
