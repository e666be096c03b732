#ifndef NUMDESK_CLI_TRADE_PRIV_H
#define NUMDESK_CLI_TRADE_PRIV_H

#include <stdio.h>

#include "cli_priv.h"

#include "numdesk/core/guard.h"
#include "numdesk/core/plan.h"
#include "numdesk/model/setting.h"

/* The settings that a plan changes, each before and after; at most so many numbers (0: all), the rest is counted. */
void cli_diff(struct session *s, FILE *to, const struct plan *p, size_t most);
/* The settings of the words FIELD=VALUE from the first on that has a '='; *n_words gets how many stand before it. ERR_USAGE for a
 * word without '=' behind it, an unknown setting or one given twice. Values are as given. */
bool cli_settings_words(const struct args *a, size_t *n_words, struct changes *out, struct arena *mem, struct err *e);
/* Names to SIDs and everything to what is sent; the lists that names need are fetched first. */
bool cli_settings_resolve(struct cli *c, struct changes *v, struct err *e);
/* Each of these numbers as Twilio shows it now, with its JSON, in c->mem; json NULL for one that is gone (told). */
struct cli_live { struct number number; const char *json; };
bool cli_live_all(struct cli *c, const char *const *sids, size_t n, struct cli_live **out, struct err *e);
/* From a plan to its outcome: guard, --dry-run, confirmation, apply, rows. Releases p. */
bool trade(struct cli *c, struct plan *p, const struct guard_options *o, struct err *e);

/* planfile.c: one operation as --dry-run --json prints it; a file of such rows. ERR_USAGE names the row. Operations and
 * their texts go to mem. */
#define PLANFILE_MAX ((size_t)16 << 20)
struct json_writer;
void planfile_row(struct json_writer *w, const struct operation *op);
bool planfile_read(const char *text, size_t len, struct operation **out, size_t *n, struct arena *mem, struct err *e);

#endif
