#ifndef NUMDESK_CORE_METADATA_H
#define NUMDESK_CORE_METADATA_H

#include <stdbool.h>
#include <stddef.h>

#include "numdesk/model/meta.h"
struct err;
struct session;

/*
 * What is kept here about the numbers of the profile in use: primary, locks, tags, notes, owner, customer reference. Each
 * call is one transaction of the ledger, mirrored into the cache afterwards. ERR_GUARD when read-only, ERR_NOT_FOUND
 * without a profile. Numbers are in E.164 form, each once; whether they are (still) ours is the caller's business, for
 * what is kept outlives a release.
 */
bool session_set_primary(struct session *s, enum primary_purpose p, const char *phone_number, struct err *e); /* NULL clears */
/* The number that serves a purpose: its own, else the primary one. One that is not owned any more is passed over. False:
 * there is none. */
bool session_primary(const struct session *s, enum primary_purpose p, char phone_number[E164_SIZE]);
/* Lock numbers here against release and change, or open them again. */
bool session_set_locked(struct session *s, const char *phone_number, bool locked, struct err *e);
bool session_lock_numbers(struct session *s, char (*numbers)[E164_SIZE], size_t n, bool locked, struct err *e);

/* Called once for each number, in order, with what was kept and what will be: it is true once the call returned true. */
typedef void metadata_row_fn(void *ctx, const struct number_meta *before, const struct number_meta *after);
/* Change tags and texts of n numbers; row may be NULL. dry_run: only say what would change (works read-only). */
bool metadata_change(struct session *s, char (*numbers)[E164_SIZE], size_t n, const struct meta_change *c, bool dry_run,
		     metadata_row_fn *row, void *ctx, struct err *e);

#endif
