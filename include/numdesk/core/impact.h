#ifndef NUMDESK_CORE_IMPACT_H
#define NUMDESK_CORE_IMPACT_H

#include <stdbool.h>
#include <stddef.h>

#include "numdesk/model/number.h"
#include "numdesk/util/err.h"
struct session;

/* What hangs on a number, looked up live just before the question whether to release it. */
struct impact {
	struct number live;             /* as Twilio shows it now; borrowed for done */
	const char *json;               /* its JSON, printed */
	bool already_gone;              /* 404: nothing to release */
	bool changed;                   /* differs from what the cache showed */
	char lines[12][160]; size_t n;  /* "voice webhook: https://...", "primary number of this account", ... */
};
typedef void impact_fn(void *ctx, const struct impact *i, const struct err *err);
bool impact_check(struct session *s, const struct number *n, impact_fn *done, void *ctx, struct err *e);

#endif
