/* What the guard says of a change of settings: what Twilio documents that it refuses is not sent, the rest is remarked. */
#include <stdio.h>
#include <string.h>

#include "guard_priv.h"

#include "numdesk/core/configure.h"
#include "numdesk/core/session.h"
#include "numdesk/model/setting_check.h"
#include "numdesk/util/err.h"

/* The same remark about fifty numbers is worth reading once. */
static bool is_said(const struct verdict *v, const char *says)
{
	for (size_t i = 0; i < v->n; i++)
		if (v->findings[i].rule == GUARD_SETTING && !v->findings[i].blocks && strcmp(v->findings[i].says, says) == 0)
			return true;
	return false;
}

/* A plan's file may hold anything. */
static bool values_are_valid(const struct changes *c, struct err *e)
{
	char parsed[SETTING_VALUE_MAX];

	for (size_t i = 0; i < c->n; i++)
		if (!setting_parse(c->v[i].column, c->v[i].value, parsed, e))
			return false;
	return true;
}

void guard_configure(struct session *s, const struct plan *p, size_t i, struct verdict *v)
{
	const struct operation *op = &p->ops[i];
	struct setting_remark remarks[SETTING_REMARKS_MAX];
	struct configure_state state;
	struct arena mem = {0};
	struct err e = {0};
	size_t n = 0;

	(void)s;
	if (!configure_read(op, &state, &mem, &e) || !changes_valid(&state.changes, &e) || !values_are_valid(&state.changes, &e))
		guard_find(v, GUARD_SETTING, i, true, "%s: %.200s", op->phone_number, e.msg);
	else
		n = setting_check(&state.before, &state.after, NULL, remarks);
	for (size_t k = 0; k < n; k++)
		if (remarks[k].refused)
			guard_find(v, GUARD_SETTING, i, true, "%s: %s", op->phone_number, remarks[k].says);
		else if (!is_said(v, remarks[k].says))
			guard_find(v, GUARD_SETTING, i, false, "%s", remarks[k].says);
	arena_release(&mem);
}
