/* What is asked of a transfer before anything is sent. */
#include <string.h>

#include "guard_priv.h"

#include "numdesk/core/session.h"
#include "numdesk/util/json.h"
#include "numdesk/util/text.h"

enum { JSON_MAX = 64 << 10 };

static void check_target(struct session *s, const struct operation *op, size_t i, struct verdict *v)
{
	struct account_facts to, from;
	const char *parent = *s->profile.owner_account_sid ? s->profile.owner_account_sid : s->profile.account_sid;

	if (!sid_is(op->to_account, "AC"))
		guard_find(v, GUARD_ACCOUNT_STATE, i, true, "'%s' is no account: name it with --to", op->to_account);
	else if (text_ieq(op->to_account, op->account_sid))
		guard_find(v, GUARD_ACCOUNT_STATE, i, true, "%s is in that account already", op->phone_number);
	else if (!cache_account(s->cache, op->to_account, &to) || !*to.status)
		guard_find(v, GUARD_ACCOUNT_STATE, i, false, "nothing is known of account %s: 'numdesk account list --refresh' "
			   "asks", op->to_account);
	else if (strcmp(to.status, "active") != 0)
		guard_find(v, GUARD_ACCOUNT_STATE, i, true, "account '%s' is %s: a number can only go to an active one", to.name,
			   to.status);
	else if (*to.owner_account_sid && !text_ieq(to.owner_account_sid, parent) &&
		 (!cache_account(s->cache, op->account_sid, &from) || !text_ieq(to.owner_account_sid, from.owner_account_sid)))
		guard_find(v, GUARD_ACCOUNT_STATE, i, true, "account '%s' has another parent: Twilio moves numbers within one "
			   "only", to.name);
}

/* Twilio refuses a number whose papers the gaining account does not have (21613, 21615, 21631, 21649). */
static void check_papers(struct session *s, const struct operation *op, size_t i, struct verdict *v)
{
	struct json *want = op->want_json ? json_parse(op->want_json, strlen(op->want_json), JSON_MAX, NULL) : NULL;
	const char *address = want ? json_text(want, "AddressSid") : NULL, *bundle = want ? json_text(want, "BundleSid") : NULL;
	struct arena mem = {0};
	struct number n;

	if (address && !sid_is(address, "AD"))
		guard_find(v, GUARD_ADDRESS, i, true, "--address-sid is no address SID: it is AD and 32 hexadecimal digits");
	if (bundle && !sid_is(bundle, "BU"))
		guard_find(v, GUARD_ADDRESS, i, true, "--bundle-sid is no bundle SID: it is BU and 32 hexadecimal digits");
	if (cache_find_sid(s->cache, op->account_sid, op->phone_sid, &n, &mem, NULL)) {
		if (!address && n.address_requirements && *n.address_requirements && !text_ieq(n.address_requirements, "none"))
			guard_find(v, GUARD_ADDRESS, i, true, "%s needs an address (%s) of the gaining account: give it with "
				   "--address-sid", op->phone_number, n.address_requirements);
		if (!bundle && n.bundle_sid && *n.bundle_sid)
			guard_find(v, GUARD_ADDRESS, i, true, "%s needs a regulatory bundle of the gaining account: give it with "
				   "--bundle-sid", op->phone_number);
	}
	json_free(want);
	arena_release(&mem);
}

void guard_transfer(struct session *s, const struct plan *p, size_t i, struct verdict *v)
{
	const struct operation *op = &p->ops[i];
	struct client parent;
	struct err e = {0};

	check_target(s, op, i, v);
	check_papers(s, op, i, v);
	if (!session_client_for(s, op->account_sid, CLIENT_PARENT, &parent, &e) && e.kind == ERR_NOT_FOUND)
		guard_find(v, GUARD_NOT_OWNED, i, true, "%s", e.msg);
}
