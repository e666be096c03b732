#include <string.h>

#include "answer.h"
#include "auth.h"
#include "configure.h"
#include "ledger.h"
#include "msgservices.h"
#include "numbers.h"
#include "numdesk/model/sid.h"
#include "owned.h"
#include "request.h"
#include "state.h"

static bool refuse(struct answer *a, int code, const char *why)
{
	answer_error(a, 400, code, "%s", why);
	return false;
}

/* The caller is the parent of both accounts and came with its auth token, and the gaining account is active. */
static bool may_transfer(struct sandbox *s, const struct principal *p, const char *sid, struct answer *a)
{
	struct account to;

	if (!sid_is(sid, "AC"))
		return refuse(a, 21470, "AccountSid is not valid");
	if (!account_load(s, sid, &to))
		return refuse(a, 21471, "AccountSid does not exist");
	if (p->key != KEY_NONE || !account_is_parent(&p->self))
		return refuse(a, 21474, "Only the parent account may transfer phone numbers");
	if (strcmp(to.owner, p->self.sid) != 0)
		return refuse(a, 21473, "The accounts do not have the same parent");
	if (!account_is_active(s, &to))
		return refuse(a, 21472, "The account to transfer to is not active");
	return true;
}

/* What belonged to the losing account does not follow, unless the form names what the gaining one has. Twilio's
 * documents do not say what becomes of applications and trunks; they are objects of the losing account. */
static void leave_behind(struct owned *n, const char *account)
{
	n->text[OWNED_account_sid] = account;
	n->text[OWNED_address_sid] = n->text[OWNED_bundle_sid] = n->text[OWNED_identity_sid] = NULL;
	n->text[OWNED_emergency_address_sid] = n->text[OWNED_trunk_sid] = NULL;
	n->text[OWNED_voice_application_sid] = n->text[OWNED_sms_application_sid] = "";
	n->text[OWNED_emergency_status] = "Inactive";
	n->text[OWNED_emergency_address_status] = "unregistered";
}

void numbers_update(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a)
{
	const char *to = param_get(&q->form, "AccountSid");
	const bool moves = to && *to && strcmp(to, p->target.sid) != 0;
	struct owned n;

	if (!owned_by_sid(s, p->target.sid, q->segment[4], &n, &q->arena)) {
		answer_not_found(a, q->resource);
		return;
	}
	if (moves && !may_transfer(s, p, to, a))
		return;
	if (moves)
		leave_behind(&n, to);
	if (!configure_apply(s, q, moves ? to : p->target.sid, &n, a))
		return;
	if (moves && !configure_regulated(s, to, &n, a))
		return;
	if (moves)
		msgpool_forget(s, n.text[OWNED_sid]);
	n.updated = state_now();
	owned_save(s, &n);
	ledger_execution(s, q, moves ? "transfer" : "update", n.text[OWNED_account_sid], n.text[OWNED_phone_number],
			 n.text[OWNED_sid]);
	owned_json(&a->body, &n, true);
}
