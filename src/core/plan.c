#include "numdesk/core/plan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "numdesk/core/catalog.h"
#include "numdesk/core/session.h"
#include "numdesk/util/crypto.h"
#include "numdesk/util/json.h"
#include "numdesk/util/text.h"

/* Parameters of one purchase: a name of 64 characters and two SIDs, quoted. */
enum { WANT_MAX = 4096 };

void plan_init(struct plan *p, const char *source)
{
	*p = (struct plan){.source = source};
}

void plan_release(struct plan *p)
{
	free(p->ops);
	free(p->needs_address);
	free(p->spares);
	free(p->places);
	arena_release(&p->mem);
	*p = (struct plan){0};
}

struct operation *plan_add(struct plan *p, struct session *s, enum op_kind kind)
{
	if (p->n == p->cap) {
		p->cap = p->cap ? p->cap * 2 : 8;
		p->ops = mem_grow(p->ops, p->cap, sizeof *p->ops);
		p->needs_address = mem_grow(p->needs_address, p->cap, sizeof *p->needs_address);
		p->places = mem_grow(p->places, p->cap, sizeof *p->places);
	}
	struct operation *op = &p->ops[p->n];

	*op = (struct operation){.kind = kind, .state = OP_PLANNED, .seq = (int)p->n, .price_micros = MONEY_UNKNOWN};
	text_copy(op->account_sid, sizeof op->account_sid, s->profile.account_sid);
	/* Ours, not the ledger's: the tag of a purchase is made from it, and both are on disk before it is sent. */
	crypto_random(op->want_uid, sizeof op->want_uid);
	p->places[p->n] = (struct plan_place){NULL, NULL};
	p->needs_address[p->n++] = NULL;
	return op;
}

static bool is_set(const char *s)
{
	return s && *s;
}

static void write_param(struct json_writer *w, const char *name, const char *value)
{
	if (!is_set(value))
		return;
	json_w_key(w, name);
	json_w_text(w, value);
}

/* What a purchase sends beside the number, as JSON; NULL when that is nothing. */
static const char *want_of(struct plan *p, const struct session *s, const struct operation *op,
			   const struct buy_params *params)
{
	static const struct buy_params none;
	char tag[3 + 8 + 1] = "nd-";
	struct json_writer w;
	struct buf out;
	const char *name, *want;

	params = params ? params : &none;
	name = params->friendly_name;
	if (!is_set(name) && config_bool(&s->config, OPTION_GUARD_TAG)) {
		crypto_hex(tag + 3, op->want_uid, 4);
		name = tag;
	}
	if (!is_set(name) && !is_set(params->address_sid) && !is_set(params->bundle_sid))
		return NULL;
	buf_init(&out, WANT_MAX);
	json_w_init(&w, &out);
	json_w_object(&w);
	write_param(&w, "FriendlyName", name);
	write_param(&w, "AddressSid", params->address_sid);
	write_param(&w, "BundleSid", params->bundle_sid);
	json_w_end(&w);
	want = arena_dup(&p->mem, buf_str(&out));
	buf_release(&out);
	return want;
}

void plan_add_buy(struct plan *p, struct session *s, const struct offer *o, const struct buy_params *params)
{
	struct operation *op = plan_add(p, s, OP_BUY);

	op_set_subject(op, o->phone_number);
	text_copy(op->country, sizeof op->country, o->country);
	text_copy(op->currency, sizeof op->currency, o->currency);
	op->type = o->type;
	op->price_micros = o->monthly_price;
	if (op->price_micros == MONEY_UNKNOWN)
		op->price_micros = catalog_price(s, op->country, op->type, op->currency);
	op->want_json = want_of(p, s, op, params);
	if (is_set(o->address_requirements) && !text_ieq(o->address_requirements, "none"))
		p->needs_address[p->n - 1] = arena_dup(&p->mem, o->address_requirements);
	p->places[p->n - 1] = (struct plan_place){arena_dup(&p->mem, o->locality), arena_dup(&p->mem, o->region)};
}

void plan_spare(struct plan *p)
{
	p->spares = mem_grow(p->spares, p->n_spares + 1, sizeof *p->spares);
	p->spares[p->n_spares++] = p->ops[--p->n];
}

void plan_add_owned(struct plan *p, struct session *s, enum op_kind kind, const struct number *live,
		    const char *live_json, const char *to_account, const char *want_json)
{
	struct operation *op = plan_add(p, s, kind);

	/* The number's own account, so that the guard sees when it is not the one in use. */
	text_copy(op->account_sid, sizeof op->account_sid, live->account_sid);
	op_set_subject(op, live->phone_number);
	text_copy(op->phone_sid, sizeof op->phone_sid, live->phone_sid);
	text_copy(op->country, sizeof op->country, live->country);
	text_copy(op->currency, sizeof op->currency, live->currency);
	text_copy(op->to_account, sizeof op->to_account, to_account ? to_account : "");
	op->type = live->type;
	op->price_micros = live->monthly_price;
	op->before_json = arena_dup(&p->mem, live_json);
	op->want_json = is_set(want_json) ? arena_dup(&p->mem, want_json) : NULL;
}

void plan_add_release(struct plan *p, struct session *s, const struct number *n, const char *live_json)
{
	plan_add_owned(p, s, OP_RELEASE, n, live_json, NULL, NULL);
}

int64_t plan_added_monthly(const struct plan *p)
{
	const char *currency = "";
	int64_t sum = 0;

	for (size_t i = 0; i < p->n; i++) {
		const struct operation *op = &p->ops[i];

		if (op->price_micros == MONEY_UNKNOWN)
			return MONEY_UNKNOWN;
		if (*currency && *op->currency && !text_ieq(currency, op->currency))
			return MONEY_UNKNOWN;           /* dollars and euros have no sum */
		if (*op->currency)
			currency = op->currency;
		sum = money_add(sum, op->kind == OP_BUY ? op->price_micros :
				     op->kind == OP_RELEASE ? -op->price_micros : 0);
	}
	return sum;
}

char *plan_line(const struct operation *op, char *dst, size_t dst_size)
{
	char price[40];

	money_show(op->price_micros, op->currency, price, sizeof price);
	if (op->kind == OP_BUY && op->price_micros == MONEY_UNKNOWN)
		snprintf(dst, dst_size, "buy %s, price unknown", op->phone_number);
	else if (op->kind == OP_BUY)
		snprintf(dst, dst_size, "buy %s for %s/month", op->phone_number, price);
	else if (op->kind == OP_RELEASE && op->price_micros != MONEY_UNKNOWN)
		snprintf(dst, dst_size, "release %s, saves %s/month", op->phone_number, price);
	else
		snprintf(dst, dst_size, "%s %s", op_kinds[op->kind].verb, op->subject);
	return dst;
}
