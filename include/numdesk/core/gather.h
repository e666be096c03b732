#ifndef NUMDESK_CORE_GATHER_H
#define NUMDESK_CORE_GATHER_H

#include <stdbool.h>
#include <stddef.h>

#include "numdesk/model/number.h"
#include "numdesk/util/err.h"
struct session;

/*
 * Several numbers as Twilio shows them now, each with its JSON: what a change of settings starts from. Up to four requests
 * are under way at once; rows are told in the order of the list.
 */
struct gather;
/* n and json are NULL when err is set: ERR_NOT_FOUND for a number that is gone. Lent for the call. */
typedef void gather_row_fn(void *ctx, size_t i, const struct number *n, const char *json, const struct err *err);
/* Once. err ERR_NONE: every row was told. Else why it ended early: stopped, no network, refused credentials. */
typedef void gather_done_fn(void *ctx, const struct err *err);
/* SIDs are copied. NULL with e when nothing could be asked. It is a job of the session, so it can be stopped there. */
struct gather *gather_start(struct session *s, const char *const *phone_sids, size_t n, gather_row_fn *row,
			    gather_done_fn *done, void *ctx, struct err *e);
void gather_forget(struct gather *g);   /* neither row nor done runs any more; NULL is fine */

#endif
