#include "numdesk/core/guard.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "guard_priv.h"

#include "numdesk/core/session.h"
#include "numdesk/util/clock.h"
#include "numdesk/util/mem.h"
#include "numdesk/util/text.h"

void guard_find(struct verdict *v, enum guard_rule rule, size_t op, bool blocks, const char *fmt, ...)
{
	struct guard_finding *f;
	char says[sizeof f->says];
	va_list ap;

	v->findings = mem_grow(v->findings, v->n + 1, sizeof *v->findings);
	f = &v->findings[v->n++];
	*f = (struct guard_finding){.rule = rule, .op = op, .blocks = blocks};
	va_start(ap, fmt);
	vsnprintf(says, sizeof says, fmt, ap);
	va_end(ap);
	text_clean(f->says, sizeof f->says, says, strlen(says));
	v->blocked = v->blocked || blocks;
}

static void check_session(struct session *s, struct verdict *v)
{
	struct err why = {0};

	if (config_bool(&s->config, OPTION_GUARD_READ_ONLY))
		guard_find(v, GUARD_READ_ONLY, GUARD_WHOLE, true,
			   "changes are off: set 'read_only = no' under [guard] in %s", s->paths.config);
	else if (s->profile.read_only)
		guard_find(v, GUARD_READ_ONLY, GUARD_WHOLE, true,
			   "profile '%s' is read-only: use another with --profile", s->profile.name);
	else if (s->read_only)
		guard_find(v, GUARD_READ_ONLY, GUARD_WHOLE, true, "changes are off (%s): start numdesk without it",
			   s->read_only_why ? s->read_only_why : "--read-only");
	if (s->ledger_read_only)
		guard_find(v, GUARD_JOURNAL, GUARD_WHOLE, true,
			   "the journal %s cannot be written, so nothing may be sent: make the file and its directory "
			   "writable, then start numdesk again", s->paths.ledger);
	else if (ledger_failed(s->ledger, &why))
		guard_find(v, GUARD_JOURNAL, GUARD_WHOLE, true,
			   "no more changes in this session (%.120s): mend the disk, then start numdesk again",
			   why.msg);
}

static void check_account(struct session *s, const struct plan *p, struct verdict *v)
{
	const struct account_facts *a = &s->account;
	size_t buys = 0;

	for (size_t i = 0; i < p->n; i++)
		buys += p->ops[i].kind == OP_BUY;
	if (text_ieq(a->status, "suspended"))
		guard_find(v, GUARD_ACCOUNT_STATE, GUARD_WHOLE, true,
			   "account %s is suspended and can change nothing: pay its balance or activate it from the "
			   "parent account in the Console, then run 'numdesk sync'", s->profile.account_sid);
	else if (text_ieq(a->status, "closed"))
		guard_find(v, GUARD_ACCOUNT_STATE, GUARD_WHOLE, true,
			   "account %s is closed for good: use another with --profile", s->profile.account_sid);
	else if (buys && text_ieq(a->type, "Trial"))
		guard_find(v, GUARD_ACCOUNT_STATE, GUARD_WHOLE, true,
			   "account %s is a trial account, which cannot buy through the API: upgrade it in the "
			   "Console, then run 'numdesk sync'", s->profile.account_sid);
}

/* Names separated by commas, compared without regard to case as profile names are. */
static bool is_listed(const char *list, const char *name)
{
	const size_t len = strlen(name);

	for (const char *p = list; len && *p; p += strcspn(p, ",")) {
		p += strspn(p, ", \t");
		const size_t n = strcspn(p, ", \t");
		char word[PROFILE_NAME_MAX];

		if (n != len)
			continue;
		memcpy(word, p, n);
		word[n] = '\0';
		if (text_ieq(word, name))
			return true;
	}
	return false;
}

static void check_protected(struct session *s, struct verdict *v)
{
	const bool listed = is_listed(config_text(&s->config, OPTION_GUARD_PROTECTED), s->profile.name);

	if (!listed && !s->profile.is_protected)
		return;
	text_copy(v->also_type, sizeof v->also_type, s->profile.name);
	guard_find(v, GUARD_PROTECTED, GUARD_WHOLE, false,
		   "profile '%s' is protected: its name has to be typed as well (protected_profiles under [guard])",
		   s->profile.name);
}

/* A primary number may be released or given away, but not in passing: the word has to be typed beside the usual answer. */
static void check_primary(struct session *s, const struct plan *p, struct verdict *v)
{
	static const char word[] = "primary";
	const size_t name = strlen(v->also_type);

	for (size_t i = 0; i < p->n; i++) {
		const struct operation *op = &p->ops[i];
		unsigned of;

		if (!op_has(op->kind, OPF_DESTROYS) || !*op->phone_number)
			continue;
		of = ledger_primary_of(s->ledger, op->account_sid, op->phone_number);
		if (!of)
			continue;
		guard_find(v, GUARD_PRIMARY, i, false,
			   "%s is the %s: 'primary' has to be typed as well, or give that to another number with 'numdesk "
			   "primary NUMBER%s'", op->phone_number, primary_title(of),
			   of & 1u << PRIMARY_PLAIN ? "" : of & 1u << PRIMARY_MESSAGES ? " --for messages" : " --for voice");
		static_assert(sizeof v->also_type >= PROFILE_NAME_MAX + sizeof word, "a name, a space, the word");
		if (name)
			v->also_type[name] = ' ';
		memcpy(v->also_type + name + (name > 0), word, sizeof word);
		return;
	}
}

static int by_claim(const void *a, const void *b)
{
	const struct operation *x = *(const struct operation *const *)a, *y = *(const struct operation *const *)b;
	int c = strcmp(x->subject, y->subject);

	if (c == 0 && !*x->phone_number)        /* anything but a number is one within its kind */
		c = (int)x->kind - (int)y->kind;
	return c ? c : (x > y) - (x < y);
}

static void check_duplicates(const struct plan *p, struct verdict *v)
{
	const struct operation **sorted = mem_array(p->n, sizeof *sorted);

	for (size_t i = 0; i < p->n; i++)
		sorted[i] = &p->ops[i];
	qsort(sorted, p->n, sizeof *sorted, by_claim);
	for (size_t i = 1; i < p->n; i++)
		if (strcmp(sorted[i]->subject, sorted[i - 1]->subject) == 0 &&
		    (*sorted[i]->phone_number || sorted[i]->kind == sorted[i - 1]->kind))
			guard_find(v, GUARD_DUPLICATE, (size_t)(sorted[i] - p->ops), true, "%s is in the plan twice: name it "
				   "once", sorted[i]->subject);
	free(sorted);
}

static void check_size(struct session *s, const struct plan *p, struct verdict *v)
{
	const int64_t max = config_int(&s->config, OPTION_GUARD_MAX_COUNT);
	size_t weighty = 0;             /* what costs or takes away; a thousand names are no danger */

	for (size_t i = 0; i < p->n; i++)
		weighty += op_has(p->ops[i].kind, OPF_MONEY) || op_has(p->ops[i].kind, OPF_DESTROYS);
	if (p->n == 0)
		guard_find(v, GUARD_MAX_PER_PLAN, GUARD_WHOLE, true, "there is nothing to do: name at least one "
			   "number");
	else if (p->n > PLAN_MAX)
		guard_find(v, GUARD_MAX_PER_PLAN, GUARD_WHOLE, true, "%zu operations at once, and a plan holds %d: do "
			   "them in parts", p->n, PLAN_MAX);
	else if (max > 0 && weighty > (size_t)max)
		guard_find(v, GUARD_MAX_PER_PLAN, GUARD_WHOLE, true,
			   "%zu operations at once, and the limit is %lld: do fewer, or raise max_per_plan under "
			   "[guard]",
			   weighty, (long long)max);
	check_duplicates(p, v);
}

static void add_totals(const struct session *s, const struct plan *p, struct verdict *v)
{
	const struct cache_summary *m = &s->summary;

	v->adds_micros = plan_added_monthly(p);
	v->total_before = m->mixed_currencies ? MONEY_UNKNOWN : m->monthly;
	text_copy(v->currency, sizeof v->currency, m->currency);
	for (size_t i = 0; i < p->n; i++)
		if (*p->ops[i].currency)
			text_copy(v->currency, sizeof v->currency, p->ops[i].currency);
	if (*m->currency && !text_ieq(m->currency, v->currency))
		v->total_before = MONEY_UNKNOWN;        /* other money than the plan's: no sum */
	v->total_after = money_add(v->total_before, v->adds_micros);
}

void guard_check(struct session *s, const struct plan *p, const struct guard_options *o, struct verdict *out)
{
	*out = (struct verdict){.asked = {.max_price = MONEY_UNKNOWN}};
	if (o)
		out->asked = *o;
	check_session(s, out);
	check_account(s, p, out);
	check_size(s, p, out);
	check_protected(s, out);
	check_primary(s, p, out);
	for (size_t i = 0; i < p->n; i++)
		guard_rules_op(s, p, i, out);
	guard_rules_open(s, p, out);
	guard_rules_limits(s, p, out);
	add_totals(s, p, out);
	out->confirm = guard_confirm_of(p, out->expect);
	out->by_yes = guard_by_yes(p);
	guard_hash(p, out->plan_hash);
	out->made_at_ms = s->clock->mono_ms(s->clock);
}

bool guard_spare(struct session *s, const struct operation *op)
{
	const char *none = NULL;        /* spares come from a search without such needs, or with the plan's own address */
	struct operation copy = *op;
	const struct plan one = {.ops = &copy, .n = 1, .needs_address = &none};
	struct verdict v = {.asked = {.max_price = MONEY_UNKNOWN}};
	bool ok;

	check_session(s, &v);
	guard_rules_op(s, &one, 0, &v);
	guard_rules_open(s, &one, &v);
	ok = !v.blocked;
	verdict_release(&v);
	return ok;
}

void verdict_release(struct verdict *v)
{
	free(v->findings);
	*v = (struct verdict){0};
}

bool guard_err(const struct verdict *v, struct err *e)
{
	for (size_t i = 0; i < v->n; i++)
		if (v->findings[i].blocks)
			return err_set(e, ERR_GUARD, "%s", v->findings[i].says);
	return true;
}
