#ifndef NUMDESK_CORE_SETTING_REFS_H
#define NUMDESK_CORE_SETTING_REFS_H

#include <stdbool.h>
#include <stddef.h>

#include "numdesk/core/catalog.h"
#include "numdesk/model/setting.h"
#include "numdesk/model/thing.h"
struct arena;
struct err;
struct session;

/* Settings that refer to other things of the account (applications, trunks, addresses, bundles) by SID: people name them. */
/* The kind a setting refers to; false when it refers to nothing that has a list. */
bool setting_thing(enum column_id c, enum thing_kind *kind);
/* A bit for each kind that a setting of this column needs; 0 for none. */
unsigned setting_needs(enum column_id c);
/* The lists of these kinds (bits; ~0u: all) in the cache and young; done runs once, perhaps before this returns, with the
 * first reason why not. What was cached before is still there then. */
void setting_refs_need(struct session *s, unsigned kinds, bool fresh, catalog_fn *done, void *ctx);
/* A value as people give it to one as it is sent (setting_parse): a name that only one thing has becomes its SID. The lists
 * must be there. *value lives in a. ERR_USAGE, ERR_NOT_FOUND. */
bool setting_resolve(struct session *s, enum column_id c, const char *text, struct arena *a, const char **value, struct err *e);
/* A value for people: the name of what a SID refers to, "nothing" when nothing is set, else the value; clean, cut to fit. */
char *setting_show(struct session *s, enum column_id c, const char *value, char *dst, size_t dst_size);

#endif
