/* Purchase and release: both are settled by whether the account owns the number. */
#include <stdio.h>
#include <string.h>

#include "kind.h"
#include "look.h"
#include "mirror.h"

#include "numdesk/core/session.h"
#include "numdesk/store/basket.h"
#include "numdesk/twilio/numbers.h"
#include "numdesk/util/json.h"
#include "numdesk/util/text.h"

enum { PARAMS_MAX = 32 };

/* --- a purchase ------------------------------------------------------------------------------------------------- */

static bool tag_matches(const struct operation *op, const struct number *n)
{
	struct json *want = kind_want(op);
	const char *name = want ? json_text(want, "FriendlyName") : NULL;
	const bool same = name && n->friendly_name && strcmp(name, n->friendly_name) == 0;

	json_free(want);
	return same;
}

static void buy_looked(void *ctx, const struct look_result *r)
{
	struct inquiry *q = ctx;
	struct finding f = {.is = EVIDENCE_NOT};

	if (r->answer == LOOK_NO_EVIDENCE) {
		inquiry_fail(q, &r->err);
		return;
	}
	if (r->answer == LOOK_THERE) {
		f = (struct finding){.is = EVIDENCE_DONE, .number = r->number, .sid = r->number->phone_sid};
		snprintf(f.says, sizeof f.says, "%s is yours (%s)%s; bought once", q->op.phone_number, f.sid,
			 tag_matches(&q->op, r->number) ? " under the name it was given" : "");
	}
	inquiry_answer(q, &f);
}

static bool buy_look(struct inquiry *q, struct err *e)
{
	q->look = look_number(q->s, q->op.phone_number, buy_looked, q, e);
	return q->look != NULL;
}

/* The stored parameters as form fields, borrowed from doc. False: they are not what plan.c wrote. */
static bool params_of(const struct json *doc, struct http_param *out, size_t *n)
{
	*n = 0;
	if (!json_is_object(doc))
		return false;
	for (const struct json *v = json_first(doc); v; v = json_next(v)) {
		const char *name = json_name(v), *value = json_string(v);

		if (!name || !value || *n == PARAMS_MAX)
			return false;
		if (strcmp(name, "AreaCode") == 0 || strcmp(name, "PhoneNumber") == 0)
			return false;           /* bought is what the plan names, nothing else */
		out[(*n)++] = (struct http_param){.name = name, .value = value};
	}
	return true;
}

static uint32_t buy_send(struct session *s, const struct operation *op, http_before_send_fn *before, write_fn *done,
			 void *ctx, struct err *e)
{
	struct http_param params[PARAMS_MAX];
	struct json *doc = kind_want(op);
	uint32_t id = 0;
	size_t n = 0;

	if (op->want_json && (!doc || !params_of(doc, params, &n)))
		err_set(e, ERR_USAGE, "the parameters for %s cannot be read", op->phone_number);
	else
		id = numbers_buy(&s->client, op->phone_number, params, n, before, done, ctx, e);
	json_free(doc);
	return id;
}

static bool buy_accept(const struct operation *op, const struct write_reply *r, struct finding *f)
{
	const struct number *n = r->number;

	if (strcmp(n->phone_number, op->phone_number) != 0 || strcmp(n->account_sid, op->account_sid) != 0 ||
	    !sid_is(n->phone_sid, "PN")) {
		snprintf(f->says, sizeof f->says, "Twilio answered with %s (%s) of account %s instead", n->phone_number, n->phone_sid, n->account_sid);
		return false;
	}
	f->number = n;
	f->sid = n->phone_sid;
	return true;
}

static void buy_mirror(struct session *s, const struct operation *op, const struct finding *f)
{
	if (f->number)
		mirror_put(s, f->number, op);
	/* what is bought is no candidate any more; when that cannot be kept, the next look at the basket says so */
	if (basket_has(s->ledger, op->account_sid, op->phone_number))
		(void)basket_remove(s->ledger, op->account_sid, op->phone_number, NULL, NULL);
}

const struct kind kind_buy = {
	.look = buy_look, .send = buy_send, .accept = buy_accept, .mirror = buy_mirror, .already_code = 21422,
	.look_first = true, .already_is_error = true, .patient = true,
	.already = "was yours already: bought once, not again",
};

/* --- a release -------------------------------------------------------------------------------------------------- */

static void release_looked(void *ctx, const struct look_result *r)
{
	struct inquiry *q = ctx;
	const struct operation *op = &q->op;
	const struct number *n = r->number;
	struct finding f = {.is = EVIDENCE_DONE};

	if (r->answer == LOOK_NO_EVIDENCE) {
		inquiry_fail(q, &r->err);
		return;
	}
	if (r->answer == LOOK_NOT_THERE) {
		snprintf(f.says, sizeof f.says, "released: %s is no longer there", op->phone_number);
	} else if (strcmp(n->phone_sid, op->phone_sid) == 0 && strcmp(n->phone_number, op->phone_number) == 0 &&
		   strcmp(n->account_sid, op->account_sid) == 0) {
		f.is = EVIDENCE_NOT;
		snprintf(f.says, sizeof f.says, "%s is still yours: it was not released", op->phone_number);
	} else {
		f.is = EVIDENCE_OTHER;
		snprintf(f.says, sizeof f.says, "Twilio shows %s of account %s as %s, not %s", n->phone_number,
			 n->account_sid, op->phone_sid, op->phone_number);
	}
	f.number = r->answer == LOOK_THERE ? n : NULL;
	inquiry_answer(q, &f);
}

static bool release_look(struct inquiry *q, struct err *e)
{
	q->look = look_sid(q->s, q->op.phone_sid, q->op.phone_number, release_looked, q, e);
	return q->look != NULL;
}

static uint32_t release_send(struct session *s, const struct operation *op, http_before_send_fn *before,
			     write_fn *done, void *ctx, struct err *e)
{
	return numbers_release(&s->client, op->phone_sid, before, done, ctx, e);
}

static void release_mirror(struct session *s, const struct operation *op, const struct finding *f)
{
	(void)f;
	mirror_gone(s, op->account_sid, op->phone_sid);
}

const struct kind kind_release = {
	.look = release_look, .send = release_send, .mirror = release_mirror, .look_first = true,
	.already = "was already gone",
};
