#ifndef NUMDESK_CORE_PLAN_H
#define NUMDESK_CORE_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "numdesk/model/operation.h"
#include "numdesk/util/mem.h"
struct err;
struct session;

/* An ordered list of operations that change the outside world, made before anything is asked or sent. */
struct plan {
	struct arena mem;
	struct operation *ops; size_t n, cap;
	const char **needs_address;     /* for each operation: "any", "local", "foreign"; NULL: none, or not known */
	struct plan_place { const char *locality, *region; } *places;   /* of each purchase; NULL: not known */
	const char *source;             /* "tui", "cli", "resume" */
	/* purchases that take the place of one whose number is gone when its turn comes, the first that fits first */
	struct operation *spares; size_t n_spares;
};
#define PLAN_MAX 10000          /* operations of one plan */
struct buy_params { const char *friendly_name, *address_sid, *bundle_sid; };     /* NULL: not sent */

void plan_init(struct plan *p, const char *source);
void plan_release(struct plan *p);
/* One more operation of this kind by the profile in use, planned, without price or subject: for the builders of each
 * kind, which fill in the rest. Good until the next one is added; its texts belong in p->mem. */
struct operation *plan_add(struct plan *p, struct session *s, enum op_kind kind);
/* One purchase by number. params may be NULL; `tag_purchases` adds a FriendlyName when none is given. */
void plan_add_buy(struct plan *p, struct session *s, const struct offer *o, const struct buy_params *params);
/* The last purchase added becomes a spare: it is bought only in the place of one that is gone, and only when it costs no
 * more than that one. */
void plan_spare(struct plan *p);
/*
 * What of a stored plan was not sent: a new plan of the same wishes, to be reviewed and confirmed anew. Prices are those
 * of the catalog now. What has happened since (a number that is ours, a later operation for the same subject) is left
 * out. ERR_NOT_FOUND when nothing is left; ERR_GUARD when it is of another account or holds what cannot be sent later.
 */
bool plan_rest(struct plan *p, struct session *s, int64_t plan_id, struct err *e);
/* One change of a number that is owned (OPF_OWNED), as it stands now; to_account and want_json may be NULL or "". */
void plan_add_owned(struct plan *p, struct session *s, enum op_kind kind, const struct number *live,
		    const char *live_json, const char *to_account, const char *want_json);
/* One release; n as it stands now (its JSON snapshot in before_json when live is not NULL). */
void plan_add_release(struct plan *p, struct session *s, const struct number *n, const char *live_json);
int64_t plan_added_monthly(const struct plan *p);       /* buys minus releases, micros; MONEY_UNKNOWN when any is */
/* "buy +14155550137 for $1.15/month", one line per operation. */
char *plan_line(const struct operation *op, char *dst, size_t dst_size);

#endif
