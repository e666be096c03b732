/* Subaccounts that were just made become profiles, by themselves. */
#include "numdesk/core/accounts.h"

#include <stdlib.h>
#include <string.h>

#include "session_priv.h"

#include "numdesk/core/apply.h"
#include "numdesk/core/reactor.h"
#include "numdesk/core/session.h"
#include "numdesk/util/log.h"
#include "numdesk/util/mem.h"
#include "numdesk/util/text.h"

enum { AGAIN_MS = 200 };        /* while a plan is under way: then all that it makes are imported at once */

struct adoption {
	struct session *s;
	char (*sid)[SID_SIZE]; size_t n;        /* noted */
	size_t asked;                           /* of them, being imported */
	bool one_by_one;
	uint32_t timer;
	void (*done)(void *ctx);                /* somebody waits */
	void *ctx;
};

static void finish(struct adoption *a)
{
	void (*done)(void *) = a->done;
	void *ctx = a->ctx;

	a->s->more->adoption = NULL;
	free(a->sid);
	free(a);
	if (done)
		done(ctx);
}

static void pump(void *ctx);

static void tell(struct adoption *a, const struct account_import *v, size_t n, const struct err *err)
{
	struct session *s = a->s;

	if (err->kind != ERR_NONE)
		session_notice(s, "the new subaccount%s not in the vault yet (%s): 'numdesk account import' stores %s",
			       a->asked == 1 ? " is" : "s are", err->msg, a->asked == 1 ? "it" : "them");
	else if (n == 1)
		session_notice(s, "subaccount '%s' is profile '%s' now", v[0].facts.name, v[0].profile);
	else if (n > 1)
		session_notice(s, "%zu subaccounts are profiles now, from '%s' to '%s'", n, v[0].profile,
			       v[n - 1].profile);
}

static void imported(void *ctx, const struct account_import *v, size_t n, const struct err *err)
{
	struct adoption *a = ctx;

	/* the list may lag behind, the accounts themselves do not */
	if (err->kind == ERR_NOT_FOUND && a->asked > 1) {
		a->one_by_one = true;
		a->asked = 0;
	} else {
		tell(a, v, n, err);
		a->n -= a->asked;
		memmove(a->sid, a->sid + a->asked, a->n * sizeof a->sid[0]);
		a->asked = 0;
		session_touch(a->s);
	}
	if (a->n)
		a->timer = reactor_after(a->s->reactor, 0, pump, a);
	else
		finish(a);
}

static void pump(void *ctx)
{
	struct adoption *a = ctx;
	const char **which;
	struct err e = {0};

	a->timer = 0;
	if (apply_running(a->s)) {
		a->timer = reactor_after(a->s->reactor, AGAIN_MS, pump, a);
		return;
	}
	a->asked = a->one_by_one ? 1 : a->n;
	which = mem_array(a->asked, sizeof *which);
	for (size_t i = 0; i < a->asked; i++)
		which[i] = a->sid[i];
	if (!accounts_import(a->s, which, a->asked, false, imported, a, &e))
		imported(a, NULL, 0, &e);
	free(which);
}

void accounts_adopt(struct session *s, const char *account_sid)
{
	struct adoption *a = s->more->adoption;

	if (!a) {
		a = s->more->adoption = mem_alloc(sizeof *a);
		*a = (struct adoption){.s = s};
	}
	for (size_t i = 0; i < a->n; i++)
		if (text_ieq(a->sid[i], account_sid))
			return;
	a->sid = mem_grow(a->sid, a->n + 1, sizeof a->sid[0]);
	text_copy(a->sid[a->n++], SID_SIZE, account_sid);
	if (!a->timer && !a->asked)
		a->timer = reactor_after(s->reactor, 0, pump, a);
}

bool accounts_adopting(const struct session *s)
{
	return s->more->adoption != NULL;
}

void accounts_adopt_wait(struct session *s, void (*done)(void *ctx), void *ctx)
{
	struct adoption *a = s->more->adoption;

	if (!a) {
		done(ctx);
		return;
	}
	a->done = done;
	a->ctx = ctx;
}

void accounts_adopt_free(struct session *s)
{
	struct adoption *a = s->more->adoption;

	if (!a)
		return;
	s->more->adoption = NULL;
	free(a->sid);
	free(a);
}
