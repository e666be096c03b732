#ifndef NUMDESK_CORE_GUARD_PRIV_H
#define NUMDESK_CORE_GUARD_PRIV_H

#include "numdesk/core/guard.h"

/* What the files of the guard share: guard.c collects, guard_rules.c knows each rule about one operation,
 * guard_limits.c the sums, guard_answer.c the confirmation. */
struct session;

#define GUARD_WHOLE SIZE_MAX    /* a finding about the plan, not one operation */

void guard_find(struct verdict *v, enum guard_rule rule, size_t op, bool blocks, const char *fmt, ...)
	__attribute__((format(printf, 5, 6)));
void guard_rules_op(struct session *s, const struct plan *p, size_t i, struct verdict *v);
void guard_rules_open(struct session *s, const struct plan *p, struct verdict *v);
/* What a kind's own rules say about one operation, in guard_<family>.c; the table is in guard_rules.c. */
typedef void guard_kind_fn(struct session *s, const struct plan *p, size_t i, struct verdict *v);
guard_kind_fn guard_buy, guard_owned, guard_configure;
/* May this purchase take the place of another of a plan that was allowed? Its own rules and open operations are checked;
 * sums are not, since it costs no more. */
bool guard_spare(struct session *s, const struct operation *op);
guard_kind_fn guard_address_remove, guard_bundle_clone;
guard_kind_fn guard_transfer;
guard_kind_fn guard_account_create, guard_account_status;
void guard_rules_limits(struct session *s, const struct plan *p, struct verdict *v);
/* guard_papers.c: address and bundle of a purchase. */
void guard_papers(struct session *s, const struct plan *p, size_t i, struct verdict *v);
/* Which answer a plan needs; expect gets what has to be typed. */
enum guard_confirm guard_confirm_of(const struct plan *p, char expect[OP_SUBJECT_MAX]);

/* May --yes stand for whatever has to be typed? */
bool guard_by_yes(const struct plan *p);
/* What a verdict was made of: any other plan hashes differently. */
void guard_hash(const struct plan *p, uint8_t hash[32]);

/* Price of an operation as far as money rules may count on it: negative never is a price. */
bool guard_price_known(const struct operation *op);
/* The lower of --max-price and [guard] max_price, MONEY_UNKNOWN when there is none; *option names where it is from. */
int64_t guard_max_price(const struct session *s, const struct guard_options *o, const char **option);
/* The same change was looked up and found not done: the one open operation that may be sent again, when twice is as once
 * (OPF_AGAIN). Ours only. *id gets the operation. */
bool guard_again(struct session *s, const struct operation *op, int64_t *id);

#endif
