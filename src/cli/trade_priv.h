#ifndef NUMDESK_CLI_TRADE_PRIV_H
#define NUMDESK_CLI_TRADE_PRIV_H

#include "cli_priv.h"

#include "numdesk/core/guard.h"
#include "numdesk/core/plan.h"

/* From a plan to its outcome: guard, --dry-run, confirmation, apply, rows. Releases p. */
bool trade(struct cli *c, struct plan *p, const struct guard_options *o, struct err *e);

/* planfile.c: one operation as --dry-run --json prints it; a file of such rows. ERR_USAGE names the row. Operations and
 * their texts go to mem. */
#define PLANFILE_MAX ((size_t)16 << 20)
struct json_writer;
void planfile_row(struct json_writer *w, const struct operation *op);
bool planfile_read(const char *text, size_t len, struct operation **out, size_t *n, struct arena *mem, struct err *e);

#endif
