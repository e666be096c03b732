#include "numdesk/util/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "numdesk/util/text.h"

static const struct { const char *name; int exit; } kinds[] = {
	[ERR_NONE] = {"none", 0},
	[ERR_USAGE] = {"usage", 2},
	[ERR_CONFIG] = {"config", 2},
	[ERR_AUTH] = {"auth", 3},
	[ERR_LOCKED] = {"locked", 3},
	[ERR_NOT_FOUND] = {"not-found", 4},
	[ERR_GUARD] = {"guard", 5},
	[ERR_UNSURE] = {"unsure", 6},
	[ERR_NET] = {"network", 7},
	[ERR_OFFLINE] = {"offline", 7},
	[ERR_RATE] = {"rate", 8},
	[ERR_API] = {"api", 1},
	[ERR_GONE] = {"gone", 1},
	[ERR_PROTO] = {"protocol", 1},
	[ERR_IO] = {"io", 1},
	[ERR_DAMAGED] = {"damaged", 1},
	[ERR_NOMEM] = {"memory", 1},
	[ERR_STOPPED] = {"stopped", 130},
};
_Static_assert(sizeof kinds / sizeof kinds[0] == ERR_KIND_COUNT, "one row per kind");

bool err_set(struct err *e, enum err_kind kind, const char *fmt, ...)
{
	char raw[ERR_MSG_MAX * 2];
	va_list ap;

	if (!e)
		return false;
	va_start(ap, fmt);
	vsnprintf(raw, sizeof raw, fmt, ap);
	va_end(ap);
	err_clear(e);
	e->kind = kind;
	text_clean(e->msg, sizeof e->msg, raw, strlen(raw));
	return false;
}

bool err_wrap(struct err *e, const char *fmt, ...)
{
	char raw[ERR_MSG_MAX * 3];
	va_list ap;
	size_t n;

	if (!e)
		return false;
	va_start(ap, fmt);
	vsnprintf(raw, ERR_MSG_MAX, fmt, ap);
	va_end(ap);
	n = strlen(raw);
	snprintf(raw + n, sizeof raw - n, ": %s", e->msg);
	text_clean(e->msg, sizeof e->msg, raw, strlen(raw));
	return false;
}

void err_clear(struct err *e)
{
	if (e)
		memset(e, 0, sizeof *e);
}

int err_exit_status(enum err_kind kind)
{
	return kind < ERR_KIND_COUNT ? kinds[kind].exit : 1;
}

const char *err_kind_name(enum err_kind kind)
{
	return kind < ERR_KIND_COUNT ? kinds[kind].name : "internal";
}
