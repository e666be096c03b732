/* What is asked of changes of subaccounts before anything is sent. */
#include <stdlib.h>
#include <string.h>

#include "guard_priv.h"

#include "numdesk/core/accounts.h"
#include "numdesk/core/session.h"
#include "numdesk/util/json.h"
#include "numdesk/util/text.h"

enum { SUBACCOUNTS_MAX = 1000, JSON_MAX = 64 << 10 };

static void check_parent(struct session *s, size_t i, struct verdict *v)
{
	struct err e = {0};

	if (!accounts_parent_ready(s, "change subaccounts", &e) && e.kind == ERR_GUARD)
		guard_find(v, GUARD_ACCOUNT_STATE, i, true, "%s", e.msg);
}

void guard_account_create(struct session *s, const struct plan *p, size_t i, struct verdict *v)
{
	const struct operation *op = &p->ops[i];
	struct arena mem = {0};
	struct json *want = op->want_json ? json_parse(op->want_json, strlen(op->want_json), JSON_MAX, NULL) : NULL;
	const char *name = want ? json_text(want, "FriendlyName") : NULL;
	size_t n, open = 0;
	struct account_row *rows = accounts_list(s, &n);
	struct err e = {0};

	check_parent(s, i, v);
	if (!account_name_valid(name ? name : "", &e))
		guard_find(v, GUARD_NOT_OWNED, i, true, "%s", e.msg);
	for (size_t k = 0; k < n; k++) {
		if (rows[k].is_parent || strcmp(rows[k].facts.status, "closed") == 0)
			continue;
		open++;
		if (name && strcmp(rows[k].facts.name, name) == 0)
			guard_find(v, GUARD_ALREADY_OWNED, i, false, "subaccount '%s' exists already (%s): nothing is made",
				   name, rows[k].facts.account_sid);
	}
	if (open >= SUBACCOUNTS_MAX)
		guard_find(v, GUARD_ACCOUNT_STATE, i, false, "there are %zu open subaccounts, and Twilio allows %d unless its "
			   "support raised that", open, SUBACCOUNTS_MAX);
	free(rows);
	json_free(want);
	arena_release(&mem);
}

static void check_numbers(const struct operation *op, size_t i, struct verdict *v)
{
	struct json *w = op->before_json ? json_parse(op->before_json, strlen(op->before_json), JSON_MAX, NULL) : NULL;
	const char *primary = w ? json_text(w, "primary") : NULL;
	int64_t numbers = -1, locked = 0;

	if (w && !json_i64(w, "numbers", &numbers))
		numbers = -1;
	if (w)
		(void)json_i64(w, "locked", &locked);
	if (numbers < 0)
		guard_find(v, GUARD_NOT_OWNED, i, false, "how many numbers die with it is not known: they could not be listed");
	else if (numbers > 0)
		guard_find(v, GUARD_NOT_OWNED, i, false, "%lld number%s released at once and for good when it closes%s: move "
			   "out what is needed first, with 'numdesk transfer NUMBER --to ACCOUNT'", (long long)numbers,
			   numbers == 1 ? " is" : "s are", json_bool(w, "live", false) ? "" : " (as of its last refresh)");
	if (locked > 0)
		guard_find(v, GUARD_LOCKED_NUMBER, i, true, "%lld of its numbers %s locked here: unlock %s with 'numdesk "
			   "--profile NAME unlock' first", (long long)locked, locked == 1 ? "is" : "are",
			   locked == 1 ? "it" : "them");
	if (primary)
		guard_find(v, GUARD_PRIMARY, i, false, "%s is its primary number", primary);
	json_free(w);
}

void guard_account_status(struct session *s, const struct plan *p, size_t i, struct verdict *v)
{
	const struct operation *op = &p->ops[i];
	size_t open;

	check_parent(s, i, v);
	if (!sid_is(op->to_account, "AC"))
		guard_find(v, GUARD_NOT_OWNED, i, true, "'%s' is no account: run 'numdesk account list --refresh'", op->subject);
	if (text_ieq(op->to_account, s->profile.account_sid)) {
		guard_find(v, GUARD_ACCOUNT_STATE, i, true, "'%s' is the parent account: its status can be changed by Twilio only",
			   op->subject);
		return;
	}
	if (op->kind == OP_ACCOUNT_SUSPEND)
		guard_find(v, GUARD_ACCOUNT_STATE, i, false, "calls and messages of '%s' stop; its numbers stay, and are billed "
			   "to the parent all the same", op->subject);
	if (op->kind != OP_ACCOUNT_CLOSE)
		return;
	guard_find(v, GUARD_ACCOUNT_STATE, i, false, "a closed account is never opened again");
	check_numbers(op, i, v);
	open = ledger_open_count(s->ledger, op->to_account);
	if (open)
		guard_find(v, GUARD_OPEN_OPERATION, i, true, "%zu operation%s of '%s' not settled: run 'numdesk --profile NAME "
			   "resume' first", open, open == 1 ? " is" : "s are", op->subject);
}
