#ifndef NUMDESK_CORE_GUARD_H
#define NUMDESK_CORE_GUARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "numdesk/core/plan.h"
#include "numdesk/store/ledger.h"

/* Every policy about changes, in one place. Looks at a whole plan and names every blocker before anything is sent. */
enum guard_rule {
	GUARD_READ_ONLY, GUARD_PROTECTED, GUARD_LOCKED_NUMBER, GUARD_PRIMARY, GUARD_MAX_PRICE, GUARD_MAX_PER_PLAN,
	GUARD_DAY_COUNT, GUARD_DAY_SPEND, GUARD_MONTH_SPEND, GUARD_UNKNOWN_PRICE, GUARD_ADDRESS, GUARD_OPEN_OPERATION,
	GUARD_BALANCE, GUARD_ALREADY_OWNED, GUARD_NOT_OWNED, GUARD_ACCOUNT_STATE, GUARD_JOURNAL, GUARD_DUPLICATE,
	GUARD_SETTING, GUARD_BUNDLE,
	GUARD_RULE_COUNT
};
struct guard_finding {
	enum guard_rule rule;
	size_t op;                      /* index in the plan, SIZE_MAX: the whole plan */
	bool blocks;                    /* else a warning shown before the question */
	char says[256];                 /* which rule, and how to change it */
};
enum guard_confirm {
	CONFIRM_YES,                    /* `y`, or --yes: one change that takes nothing away */
	CONFIRM_COUNT,                  /* the number of operations typed: two or more */
	CONFIRM_LAST4,                  /* the last four digits (a script: the whole number): one release */
	CONFIRM_NAME                    /* its subject, whole: closing an account */
};
struct guard_options {
	int64_t max_price;              /* --max-price in micros, MONEY_UNKNOWN when not given */
	bool allow_unknown_price;
};
struct verdict {
	struct guard_finding *findings; size_t n;
	bool blocked;
	enum guard_confirm confirm;
	char expect[OP_SUBJECT_MAX];    /* what has to be typed, "" for CONFIRM_YES */
	bool by_yes;                    /* nothing is taken away: a script's --yes answers, whatever a person types */
	char also_type[PROFILE_NAME_MAX + 16];  /* to be typed as well: a protected profile's name, "primary" when the
						 * primary number is released, or "NAME primary"; "" for none */
	int64_t adds_micros, total_before, total_after; /* per month; MONEY_UNKNOWN */
	char currency[4];
	uint8_t plan_hash[32];          /* of what was asked about: kind, account, number, SID and price of each operation */
	int64_t made_at_ms;             /* monotonic: an answer is good for 120 s */
	struct guard_options asked;     /* what it was checked with: apply checks again with the same */
};
/* o NULL: no options given. The caller releases the verdict. */
void guard_check(struct session *s, const struct plan *p, const struct guard_options *o, struct verdict *out);
void verdict_release(struct verdict *v);
/* Does what was typed (or given by --yes / --confirm) confirm it? False with the reason: ERR_GUARD. CONFIRM_YES wants
 * "y" and nothing else; CONFIRM_LAST4 takes the last four digits or the whole number in E.164 form. */
bool guard_answer(struct session *s, const struct verdict *v, const struct plan *p, const char *typed, const char *also_typed,
		  struct err *e);
/* The first blocker as an error, for scripts. */
bool guard_err(const struct verdict *v, struct err *e);
/* May a purchase be asked for at all? ERR_GUARD while an earlier one of the account may have happened unseen. A command
 * that nobody watches asks this before it talks to Twilio: what is settled while it runs, its author did not know. */
bool guard_no_hold(struct session *s, struct err *e);
struct ledger_limits guard_limits(const struct session *s);

#endif
