#ifndef NUMDESK_CORE_PAPERS_H
#define NUMDESK_CORE_PAPERS_H

#include <stdbool.h>
#include <stddef.h>

#include "numdesk/core/catalog.h"
#include "numdesk/model/papers.h"
#include "numdesk/util/mem.h"
struct plan;
struct session;

/*
 * The papers of purchases: the address and the regulatory bundle that a number's country wants to see. Whoever asks
 * about a plan with purchases first calls papers_need, then papers_fill, and the guard then blocks what would be refused.
 * What is not known never blocks.
 */

/* Ask Twilio for what the cache does not know of the plan's purchases: what each country and type asks for (kept for a
 * week), the account's addresses and bundles as far as they matter. done runs once, perhaps before this returns, with
 * the first thing that could not be learned; the rest is there. */
void papers_need(struct session *s, const struct plan *p, catalog_fn *done, void *ctx);
/* Give each purchase that needs one and has none the address and the bundle that fit best, from the cache. */
void papers_fill(struct session *s, struct plan *p);
/* Give purchase i these papers instead; NULL or "" takes the parameter away. */
void papers_set(struct plan *p, size_t i, const char *address_sid, const char *bundle_sid);

/* What is known of one account. Its own; release it. */
struct papers {
	struct arena mem;
	bool addresses_known, bundles_known;    /* the lists were read at some time */
	struct address *addresses; size_t n_addresses;  /* by name */
	struct bundle *bundles; size_t n_bundles;       /* with country and type where their regulation is known */
	int64_t now;
};
void papers_open(struct session *s, const char *account_sid, struct papers *out);      /* NULL: the one in use */
void papers_release(struct papers *x);
/* NULL when it is not in the list. */
const struct address *papers_address(const struct papers *x, const char *sid);
const struct bundle *papers_bundle(const struct papers *x, const char *sid);
/* The best that fits; NULL: none does. locality and region may be NULL. */
const struct address *papers_best_address(const struct papers *x, enum address_need need, const char *country,
					  const char *locality, const char *region);
const struct bundle *papers_best_bundle(const struct papers *x, const char *country, enum number_type type);
/* Does a country want a bundle for a type? -1: not known. */
int papers_bundle_need(struct session *s, const char *country, enum number_type type);

/* The papers the purchases of a plan go with, a sentence each: "address: ...", or "3 numbers with address ...". */
typedef void paper_line_fn(void *ctx, const char *text);
void papers_lines(struct session *s, const struct plan *p, paper_line_fn *fn, void *ctx);

/* The account's bundles in the cache, and the regulation of each, so that its country and type are known. */
void papers_need_bundles(struct session *s, bool fresh, catalog_fn *done, void *ctx);

/* The numbers that depend on an address, asked live. numbers are lent; err NULL when all went well. */
typedef void dependents_fn(void *ctx, const char *const *numbers, size_t n, const struct err *err);
bool papers_dependents(struct session *s, const char *address_sid, dependents_fn *done, void *ctx, struct err *e);

/* --- changes ---------------------------------------------------------------------------------------------------- */
#define ADDRESS_NAME_MAX 64     /* characters of a name */
struct address_fields {         /* NULL: not given; street_secondary and name may be missing */
	const char *customer, *street, *street_secondary, *city, *region, *postal_code, *country, *name;
	bool emergency;
};
bool address_fields_valid(const struct address_fields *f, struct err *e);       /* ERR_USAGE names the field at fault */
bool paper_name_valid(const char *name, size_t max, struct err *e);     /* a name of 1 to max characters */
/* A new address; without a name it gets one from customer and city. ERR_USAGE names the field at fault. */
bool plan_add_address(struct plan *p, struct session *s, const struct address_fields *f, struct err *e);
/* Remove one; `numbers` are those that depend on it, of which there must be none (the guard says so). */
void plan_add_address_remove(struct plan *p, struct session *s, const char *sid, const char *name,
			     const char *const *numbers, size_t n);
/* Clone an approved bundle into another account of the family; name NULL: as it is called. */
void plan_add_bundle_clone(struct plan *p, struct session *s, const struct bundle *b, const char *to_account,
			   const char *account_name, const char *name);

#endif
