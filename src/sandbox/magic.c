#include "magic.h"

#include <string.h>

#include "answer.h"
#include "auth.h"
#include "ident.h"
#include "numbers.h"
#include "numdesk/model/capability.h"
#include "owned.h"
#include "request.h"
#include "state.h"

#define MAGIC_INVALID "+15005550001"
#define MAGIC_VALID "+15005550006"

static void sold(const struct principal *p, struct request *q, struct answer *a)
{
	const char *name = param_get(&q->form, "FriendlyName");
	struct owned n;
	char sid[SID_SIZE];

	owned_defaults(&n);
	ident_request(sid, (uint64_t)q->seq);   /* a new SID each time, as nothing is kept */
	memcpy(sid, "PN", 2);
	n.text[OWNED_sid] = sid;
	n.text[OWNED_account_sid] = p->target.sid;
	n.text[OWNED_phone_number] = MAGIC_VALID;
	n.text[OWNED_friendly_name] = name && *name ? name : "(500) 555-0006";
	n.text[OWNED_country] = "US";
	n.text[OWNED_type] = "local";
	n.capabilities = CAP_VOICE | CAP_SMS | CAP_MMS;
	n.created = n.updated = state_now();
	a->status = 201;
	owned_json(&a->body, &n, !numbers_type(q));
}

void magic_buy(const struct principal *p, struct request *q, struct answer *a)
{
	const char *phone = param_get(&q->form, "PhoneNumber"), *area = param_get(&q->form, "AreaCode");

	if (phone && strcmp(phone, MAGIC_VALID) == 0)
		sold(p, q, a);
	else if (phone && strcmp(phone, MAGIC_INVALID) == 0)
		answer_error(a, 400, 21421, "PhoneNumber is invalid: %s", phone);
	else if (phone)
		answer_error(a, 400, 21422, "%s is not available", phone);
	else if (area && strcmp(area, "500") == 0)
		sold(p, q, a);
	else if (area && strcmp(area, "533") == 0)
		answer_error(a, 400, 21452, "No phone numbers found in area code %s", area);
	else
		answer_error(a, 400, area ? 21451 : 21421, "Neither a PhoneNumber nor an AreaCode that can be used");
}
