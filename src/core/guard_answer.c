/* What a person or a script has to answer before a plan is carried out, and whether it did. */
#include <stdio.h>
#include <string.h>

#include "guard_priv.h"

#include "numdesk/core/session.h"
#include "numdesk/util/clock.h"
#include "numdesk/util/crypto.h"
#include "numdesk/util/err.h"
#include "numdesk/util/text.h"

enum { ANSWER_GOOD_MS = 120 * 1000 };   /* long enough to read it twice, too short to forget what was asked */

enum guard_confirm guard_confirm_of(const struct plan *p, char expect[OP_SUBJECT_MAX])
{
	static const enum guard_confirm one[] = {
		[OP_CONFIRM_YES] = CONFIRM_YES, [OP_CONFIRM_LAST4] = CONFIRM_LAST4, [OP_CONFIRM_NAME] = CONFIRM_NAME,
	};
	const struct operation *op = p->ops;

	expect[0] = '\0';
	if (p->n != 1) {
		snprintf(expect, OP_SUBJECT_MAX, "%zu", p->n);
		return CONFIRM_COUNT;
	}
	if (op_kinds[op->kind].confirm == OP_CONFIRM_LAST4)
		text_copy(expect, OP_SUBJECT_MAX, phone_last4(op->phone_number));
	else if (op_kinds[op->kind].confirm == OP_CONFIRM_NAME)
		text_copy(expect, OP_SUBJECT_MAX, op->subject);
	return one[op_kinds[op->kind].confirm];
}

bool guard_by_yes(const struct plan *p)
{
	for (size_t i = 0; i < p->n; i++)
		if (op_has(p->ops[i].kind, OPF_DESTROYS))
			return false;
	return true;
}

static void add_text(struct crypto_hash_state *h, const char *s)
{
	crypto_hash_add(h, s ? s : "", s ? strlen(s) + 1 : 0);
}

void guard_hash(const struct plan *p, uint8_t hash[32])
{
	struct crypto_hash_state *h = crypto_hash_new(NULL, 0);

	for (size_t i = 0; i < p->n; i++) {
		const struct operation *op = &p->ops[i];
		const int64_t facts[] = {op->kind, op->price_micros};

		crypto_hash_add(h, facts, sizeof facts);
		add_text(h, op->account_sid);
		add_text(h, op->to_account);
		add_text(h, op->subject);
		add_text(h, op->phone_sid);
		add_text(h, op->want_json);
	}
	crypto_hash_end(h, hash);
}

/* A verdict answers for the plan it was made of, no other: what is about to be done must still be what was asked. */
static bool same_plan(const struct verdict *v, const struct plan *p)
{
	char expect[OP_SUBJECT_MAX];
	uint8_t hash[CRYPTO_HASH];

	guard_hash(p, hash);
	return guard_confirm_of(p, expect) == v->confirm && strcmp(expect, v->expect) == 0 &&
	       plan_added_monthly(p) == v->adds_micros && crypto_equal(hash, v->plan_hash, sizeof hash);
}

static bool typed_right(const struct verdict *v, const struct plan *p, const char *typed, struct err *e)
{
	switch (v->confirm) {
	case CONFIRM_YES:
		if (strcmp(typed, "y") == 0)
			return true;
		return err_set(e, ERR_GUARD, "%s is not %s: only 'y' does it (a script: --yes)", p->ops[0].subject,
			       op_kinds[p->ops[0].kind].past);
	case CONFIRM_COUNT:
		if (strcmp(typed, v->expect) == 0)
			return true;
		return err_set(e, ERR_GUARD, "nothing is done: type %s, how many operations this is", v->expect);
	case CONFIRM_NAME:
		if (strcmp(typed, v->expect) == 0)
			return true;
		return err_set(e, ERR_GUARD, "nothing is done: type '%s', whole", v->expect);
	case CONFIRM_LAST4:
		if (strcmp(typed, v->expect) == 0 || strcmp(typed, p->ops[0].phone_number) == 0)
			return true;
		return err_set(e, ERR_GUARD, "nothing is done: type %s, the last four digits of %s (a script: "
			       "--confirm %s)",
			       v->expect, p->ops[0].phone_number, p->ops[0].phone_number);
	}
	return err_set(e, ERR_GUARD, "nothing is done: the question was not understood");
}

bool guard_answer(struct session *s, const struct verdict *v, const struct plan *p, const char *typed,
		  const char *also_typed, struct err *e)
{
	const int64_t age = s->clock->mono_ms(s->clock) - v->made_at_ms;

	if (v->blocked)
		return guard_err(v, e);
	if (!same_plan(v, p))
		return err_set(e, ERR_GUARD, "the plan is not the one that was asked about: ask again");
	if (age < 0 || age > ANSWER_GOOD_MS)
		return err_set(e, ERR_GUARD, "the question is older than %d seconds: ask again", ANSWER_GOOD_MS / 1000);
	if (!typed_right(v, p, typed ? typed : "", e))
		return false;
	if (*v->also_type && (!also_typed || strcmp(also_typed, v->also_type) != 0))
		return err_set(e, ERR_GUARD, "nothing is done: '%s' has to be typed as well", v->also_type);
	return true;
}
