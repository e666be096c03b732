#ifndef NUMDESK_CLI_TRADE_PRIV_H
#define NUMDESK_CLI_TRADE_PRIV_H

#include "cli_priv.h"

#include "numdesk/core/guard.h"
#include "numdesk/core/plan.h"

/* From a plan to its outcome: guard, --dry-run, confirmation, apply, rows. Releases p. */
bool trade(struct cli *c, struct plan *p, const struct guard_options *o, struct err *e);

#endif
