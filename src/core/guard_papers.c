/* The guard's rules about addresses and bundles: what is known to be refused is not sent, and the way out is named. */
#include <stdio.h>
#include <string.h>

#include "guard_priv.h"
#include "kind.h"

#include "numdesk/core/papers.h"
#include "numdesk/core/session.h"
#include "numdesk/util/json.h"
#include "numdesk/util/text.h"

struct paper_check {
	struct session *s;
	const struct plan *p;
	size_t i;
	const struct operation *op;
	enum address_need need;
	const char *address, *bundle;   /* what it goes with; NULL: nothing */
	struct papers x;
	struct verdict *v;
};

static void check_given_address(const struct paper_check *c)
{
	const struct address *a = papers_address(&c->x, c->address);
	char words[64];

	if (!sid_is(c->address, "AD"))
		guard_find(c->v, GUARD_ADDRESS, c->i, true, "the address for %s is not a SID: give --address-sid as AD and "
			   "32 hexadecimal digits, or its name", c->op->phone_number);
	else if (!a && c->x.addresses_known)
		guard_find(c->v, GUARD_ADDRESS, c->i, true, "this account has no address %s: 'numdesk address list' shows "
			   "what it has", c->address);
	else if (a && !address_fits(c->need, c->op->country, a->country))
		guard_find(c->v, GUARD_ADDRESS, c->i, true, "%s needs %s and '%.60s' is in %s: choose another with "
			   "--address-sid, or make one with 'numdesk address add'", c->op->phone_number,
			   address_need_say(c->need, c->op->country, words, sizeof words),
			   a->friendly_name ? a->friendly_name : a->sid, a->country);
}

static void check_missing_address(const struct paper_check *c)
{
	const bool fits = papers_best_address(&c->x, c->need, c->op->country, NULL, NULL) != NULL;
	char words[64];

	address_need_say(c->need, c->op->country, words, sizeof words);
	if (fits)
		guard_find(c->v, GUARD_ADDRESS, c->i, true, "%s needs %s: choose one with --address-sid",
			   c->op->phone_number, words);
	else if (c->x.addresses_known)
		guard_find(c->v, GUARD_ADDRESS, c->i, true, "%s needs %s, and this account has none: make one with 'numdesk "
			   "address add', or search with --exclude-address %s", c->op->phone_number, words,
			   c->p->needs_address[c->i]);
	else
		guard_find(c->v, GUARD_ADDRESS, c->i, true, "%s needs %s, and which ones this account has is not known: give "
			   "one with --address-sid, or search with --exclude-address %s", c->op->phone_number, words,
			   c->p->needs_address[c->i]);
}

static void check_given_bundle(const struct paper_check *c)
{
	const struct bundle *b = papers_bundle(&c->x, c->bundle);
	char why[200];

	if (!sid_is(c->bundle, "BU")) {
		guard_find(c->v, GUARD_BUNDLE, c->i, true, "the bundle for %s is not a SID: give --bundle-sid as BU and 32 "
			   "hexadecimal digits, or its name", c->op->phone_number);
	} else if (!b && c->x.bundles_known) {
		guard_find(c->v, GUARD_BUNDLE, c->i, true, "this account has no bundle %s: 'numdesk bundle list' shows what it "
			   "has", c->bundle);
	} else if (b && !bundle_fits(b, c->op->country, c->op->type, c->x.now)) {
		const bool unsure = bundle_is_valid(b, c->x.now) && !*b->country;

		bundle_why_not(b, c->op->country, c->op->type, c->x.now, why, sizeof why);
		if (unsure)
			guard_find(c->v, GUARD_BUNDLE, c->i, false, "the bundle for %s: %s", c->op->phone_number, why);
		else
			guard_find(c->v, GUARD_BUNDLE, c->i, true, "the bundle for %s cannot be used: %s; 'numdesk bundle list' "
				   "shows what can be", c->op->phone_number, why);
	}
}

/* Of those for this country and type, why the first is of no use. */
static bool nearest(const struct paper_check *c, char *dst, size_t dst_size)
{
	for (size_t i = 0; i < c->x.n_bundles; i++) {
		const struct bundle *b = &c->x.bundles[i];

		if (!text_ieq(b->country, c->op->country) || b->type != c->op->type)
			continue;
		bundle_why_not(b, c->op->country, c->op->type, c->x.now, dst, dst_size);
		return true;
	}
	return false;
}

static void check_missing_bundle(const struct paper_check *c)
{
	const char *type = number_type_name(c->op->type);
	char why[120] = "";

	if (papers_best_bundle(&c->x, c->op->country, c->op->type))
		guard_find(c->v, GUARD_BUNDLE, c->i, true, "%s needs a regulatory bundle: choose one with --bundle-sid",
			   c->op->phone_number);
	else if (!c->x.bundles_known)
		guard_find(c->v, GUARD_BUNDLE, c->i, true, "%s needs a regulatory bundle, and which ones this account has is "
			   "not known: give one with --bundle-sid", c->op->phone_number);
	else if (nearest(c, why, sizeof why))
		guard_find(c->v, GUARD_BUNDLE, c->i, true, "%s needs an approved bundle for %s %s numbers, and %s: finish it in "
			   "the Console, or 'numdesk bundle clone' one", c->op->phone_number, c->op->country, type, why);
	else
		guard_find(c->v, GUARD_BUNDLE, c->i, true, "%s needs an approved bundle for %s %s numbers, and this account has "
			   "none: make one in the Console, or 'numdesk bundle clone' another account's", c->op->phone_number,
			   c->op->country, type);
}

/* Said once for each country and type: a plan of a thousand numbers does not say it a thousand times. */
static bool is_first_of_its_kind(const struct plan *p, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (p->ops[k].kind == OP_BUY && p->ops[k].type == p->ops[i].type &&
		    strcmp(p->ops[k].country, p->ops[i].country) == 0)
			return false;
	return true;
}

static void check_bundle_need(const struct paper_check *c)
{
	const int need = papers_bundle_need(c->s, c->op->country, c->op->type);

	if (need > 0)
		check_missing_bundle(c);
	else if (need < 0 && is_first_of_its_kind(c->p, c->i))
		guard_find(c->v, GUARD_BUNDLE, c->i, false, "whether %s %s numbers need a regulatory bundle could not be "
			   "learned; if one does, Twilio refuses it", *c->op->country ? c->op->country : "these",
			   number_type_name(c->op->type));
}

void guard_papers(struct session *s, const struct plan *p, size_t i, struct verdict *v)
{
	struct paper_check c = {.s = s, .p = p, .i = i, .op = &p->ops[i], .v = v,
				.need = address_need_parse(p->needs_address[i])};
	struct json *want = kind_want(c.op);

	if (c.op->want_json && !want) {
		guard_find(v, GUARD_ADDRESS, i, true, "the parameters for %s cannot be read: name the number again",
			   c.op->phone_number);
		return;
	}
	c.address = want ? json_text(want, "AddressSid") : NULL;
	c.bundle = want ? json_text(want, "BundleSid") : NULL;
	/* an account's papers are read only where they matter: most numbers need none */
	if (c.address || c.bundle || c.need > ADDRESS_NONE || papers_bundle_need(s, c.op->country, c.op->type) > 0)
		papers_open(s, NULL, &c.x);
	if (c.address)
		check_given_address(&c);
	else if (c.need > ADDRESS_NONE)
		check_missing_address(&c);
	if (c.bundle)
		check_given_bundle(&c);
	else
		check_bundle_need(&c);
	papers_release(&c.x);
	json_free(want);
}

/* --- addresses and bundles themselves --------------------------------------------------------------------------- */

void guard_address_remove(struct session *s, const struct plan *p, size_t i, struct verdict *v)
{
	struct arena mem = {0};
	const char *dependents = kind_want_text(&p->ops[i], "Dependents", &mem);
	const char *first = kind_want_text(&p->ops[i], "FirstDependent", &mem);

	(void)s;
	if (dependents)
		guard_find(v, GUARD_ADDRESS, i, true, "'%.80s' is the address of %s number%s (%s%s): give them another one "
			   "first", p->ops[i].subject, dependents, strcmp(dependents, "1") == 0 ? "" : "s", first ? first : "?",
			   strcmp(dependents, "1") == 0 ? "" : ", ...");
	arena_release(&mem);
}

void guard_bundle_clone(struct session *s, const struct plan *p, size_t i, struct verdict *v)
{
	const struct operation *op = &p->ops[i];
	struct arena mem = {0};
	const char *sid = kind_want_text(op, "Sid", &mem);
	const struct bundle *b;
	struct client client;
	struct err e = {0};
	struct papers x;
	char why[160];

	papers_open(s, NULL, &x);
	b = sid ? papers_bundle(&x, sid) : NULL;
	if (text_ieq(op->to_account, op->account_sid))
		guard_find(v, GUARD_BUNDLE, i, true, "the bundle is in account %s already: name another account",
			   op->to_account);
	if (b && !bundle_is_valid(b, x.now))
		guard_find(v, GUARD_BUNDLE, i, true, "only an approved bundle can be cloned, and %s",
			   bundle_why_not(b, b->country, b->type, x.now, why, sizeof why));
	if (!session_client_for(s, op->to_account, CLIENT_OWN, &client, &e) && e.kind == ERR_NOT_FOUND)
		guard_find(v, GUARD_ACCOUNT_STATE, i, true, "%s", e.msg);
	papers_release(&x);
	arena_release(&mem);
}
