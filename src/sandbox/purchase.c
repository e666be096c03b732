#include <stdio.h>
#include <string.h>

#include "answer.h"
#include "auth.h"
#include "configure.h"
#include "db.h"
#include "ident.h"
#include "ledger.h"
#include "magic.h"
#include "numbers.h"
#include "numdesk/model/money.h"
#include "numdesk/model/phone.h"
#include "numdesk/util/text.h"
#include "owned.h"
#include "request.h"
#include "state.h"
#include "stock.h"

static bool refuse(struct answer *a, int status, int code, const char *why)
{
	answer_error(a, status, code, "%s", why);
	return false;
}

static bool may_buy(struct sandbox *s, const struct principal *p, struct answer *a)
{
	struct account payer;

	if (!account_load(s, p->target.owner, &payer))
		return refuse(a, 403, 20005, "Account is not active");
	if (strcmp(payer.type, "Trial") != 0)
		return true;
	if (account_is_parent(&p->target))
		return refuse(a, 400, 21404, "Trial accounts cannot provision phone numbers through the API");
	return refuse(a, 403, 10002, "Trial account does not support this feature");
}

/* Any number of the area code: the first that is for sale. */
static bool pick_in_area(struct sandbox *s, const char *code, struct stock_number *n, struct answer *a)
{
	const struct stock_range *r = NULL;
	int64_t area;

	if (strlen(code) == 3 && text_to_i64(code, 200, 999, &area))
		r = stock_area((int)area);
	if (!r) {
		answer_error(a, 400, 21451, "Invalid area code: %s", code);
		return false;
	}
	for (int k = 0; k <= r->last - r->first; k++)
		if (stock_at(s, r, k, n))
			return true;
	answer_error(a, 400, 21452, "No phone numbers found in area code %s", code);
	return false;
}

static bool pick_number(struct sandbox *s, const struct request *q, struct stock_number *n, struct answer *a)
{
	const char *phone = param_get(&q->form, "PhoneNumber"), *area = param_get(&q->form, "AreaCode");
	const char *type = numbers_type(q);

	if (type && area)
		return refuse(a, 400, 21457, "AreaCode is not supported on this resource");
	if (!phone && area)
		return pick_in_area(s, area, n, a);
	if (!phone || !phone_is_e164(phone)) {
		answer_error(a, 400, 21421, "PhoneNumber is invalid: %s", phone ? phone : "");
		return false;
	}
	if (!stock_find(s, phone, n)) {
		answer_error(a, 400, 21422, "%s is not available", phone);
		return false;
	}
	return !type || strcmp(type, number_type_name(n->range->type)) == 0 ||
	       refuse(a, 400, 21458, "PhoneNumber is not of the type of this resource");
}

static void fill(const struct stock_number *from, const char *account, struct owned *n, struct arena *a)
{
	char label[64], sid[SID_SIZE], name[32];

	/* A phone number is sold at most once here, so that it is a safe name for the SID. */
	snprintf(label, sizeof label, "bought %s", from->phone);
	ident_sid(sid, "PN", label);
	owned_defaults(n);
	n->text[OWNED_sid] = arena_dup(a, sid);
	n->text[OWNED_account_sid] = account;
	n->text[OWNED_phone_number] = from->phone;
	n->text[OWNED_friendly_name] = arena_dup(a, stock_friendly(from->phone, name));
	n->text[OWNED_country] = from->range->country;
	n->text[OWNED_type] = number_type_name(from->range->type);
	n->text[OWNED_address_requirements] = from->range->address_requirements;
	n->capabilities = from->capabilities;
	n->beta = from->beta;
	n->created = n->updated = state_now();
}

/* A month is charged at once, to the parent. */
static bool charge(struct sandbox *s, const struct principal *p, const struct stock_range *r, struct answer *a)
{
	int64_t price = 0;
	struct account payer;

	if (!money_parse(stock_price(r->country, r->type)->current, &price) ||
	    !account_load(s, p->target.owner, &payer) || payer.balance_micros < price)
		return refuse(a, 403, 20005, "Account is not active: the balance does not cover the number");
	db_run(s->db, "UPDATE account SET balance=balance-? WHERE sid=?", "is", price, payer.sid);
	return true;
}

void numbers_buy(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a)
{
	struct stock_number pick;
	struct owned n;

	if (p->self.is_test) {
		magic_buy(p, q, a);
		return;
	}
	if (!may_buy(s, p, a) || !pick_number(s, q, &pick, a))
		return;
	fill(&pick, p->target.sid, &n, &q->arena);
	if (!configure_apply(s, q, p->target.sid, &n, a) || !configure_regulated(s, p->target.sid, &n, a) ||
	    !charge(s, p, pick.range, a))
		return;
	if (q->list_lag_ms > 0)
		n.visible_ms = state_now_ms() + q->list_lag_ms;
	owned_save(s, &n);
	ledger_execution(s, q, "buy", p->target.sid, n.text[OWNED_phone_number], n.text[OWNED_sid]);
	a->status = 201;
	owned_json(&a->body, &n, !numbers_type(q));
}
