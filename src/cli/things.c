/* Small resources of the account by name or SID, and the papers of a plan's purchases, for the commands that take them. */
#include <stdio.h>
#include <string.h>

#include "cli_priv.h"

#include "numdesk/cli/out.h"
#include "numdesk/core/papers.h"
#include "numdesk/core/plan.h"
#include "numdesk/core/session.h"
#include "numdesk/core/things.h"

bool cli_things(struct cli *c, enum thing_kind kind, const char *parent, bool fresh, struct err *e)
{
	struct cli_answer *x = cli_answer(c);

	things_need(c->s, kind, parent, fresh, NULL, cli_answered, x);
	if (!cli_wait(c, &x->done, e))
		return false;
	if (x->err.kind == ERR_NONE)
		return true;
	*e = x->err;
	return false;
}

bool cli_thing(struct cli *c, enum thing_kind kind, const char *sid_or_name, struct thing *out, struct err *e)
{
	struct err why = {0};

	if (!cli_things(c, kind, NULL, false, e))
		return false;
	if (thing_find(c->s, kind, sid_or_name, out, &c->mem, &why))
		return true;
	if (why.kind == ERR_NOT_FOUND)          /* made elsewhere a minute ago? */
		return cli_things(c, kind, NULL, true, e) && thing_find(c->s, kind, sid_or_name, out, &c->mem, e);
	*e = why;
	return false;
}

static void say(void *ctx, const char *text)
{
	(void)ctx;
	out_note("%s", text);
}

bool cli_papers(struct cli *c, struct plan *p, struct err *e)
{
	struct cli_answer *x = cli_answer(c);

	papers_need(c->s, p, cli_answered, x);
	if (!cli_wait(c, &x->done, e))
		return false;
	if (x->err.kind != ERR_NONE)
		out_note("addresses and bundles could not all be looked at: %s", x->err.msg);
	papers_fill(c->s, p);
	papers_lines(c->s, p, say, NULL);
	return true;
}
