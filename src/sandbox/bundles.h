#ifndef NUMDESK_SANDBOX_BUNDLES_H
#define NUMDESK_SANDBOX_BUNDLES_H

#include <stdbool.h>

#include "numdesk/model/number.h"
struct answer;
struct principal;
struct request;
struct sandbox;

/* RegulatoryCompliance/Bundles of the account that asks: reading them, and cloning one into another account of the
 * family. Sorting (SortBy) is not done: newest first. */
void bundles_list(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a);
void bundles_fetch(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a);
void bundles_clone(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a);

/* Is it the account's, approved, not expired, and for that country and type? */
bool bundle_fits(struct sandbox *s, const char *account, const char *sid, const char *country, enum number_type type);

#endif
