/* primary, lock and unlock: which number stands for the account, and which must not be touched. */
#include <string.h>

#include "cli_priv.h"

#include "numdesk/cli/out.h"
#include "numdesk/core/metadata.h"
#include "numdesk/core/session.h"

/* --- primary ------------------------------------------------------------------------------------------------------ */

static bool read_purpose(const struct args *a, enum primary_purpose *p, struct err *e)
{
	const char *text = args_value(a, "--for");

	*p = PRIMARY_PLAIN;
	return !text || primary_purpose_parse(text, p, e) || err_wrap(e, "--for");
}

bool check_primary(const struct args *a, struct err *e)
{
	enum primary_purpose p;
	char number[E164_SIZE];

	if (a->n_words && args_has(a, "--clear"))
		return err_set(e, ERR_USAGE, "either name a number or give --clear, not both");
	return read_purpose(a, &p, e) && cli_number_word(a, number, e);
}

struct primaries { struct cli *c; const char *only; struct number_meta v[PRIMARY_PURPOSE_COUNT]; size_t n; };

/* only: the number to keep, NULL: each that is primary for anything. */
static bool keep_primary(void *ctx, const struct number_meta *m)
{
	struct primaries *x = ctx;

	if (x->only ? strcmp(x->only, m->phone_number) != 0 : !m->is_primary && !m->for_messages && !m->for_voice)
		return true;
	if (x->n < ARRAY_LEN(x->v)) {
		x->v[x->n] = *m;        /* of its texts only the static one is used */
		x->n++;
	}
	return true;
}

static bool owns(struct cli *c, const char *number)
{
	struct arena mem = {0};
	struct number n;
	const bool found = cache_find(c->s->cache, c->s->profile.account_sid, number, &n, NULL, &mem, NULL) && !n.is_gone;

	arena_release(&mem);
	return found;
}

static void print_row(struct out *o, struct cli *c, const struct number_meta *m)
{
	out_record(o, (const char *[]){m->phone_number, m->primary_for, m->account_sid, m->is_primary ? "true" : "false",
				       owns(c, m->phone_number) ? "true" : "false"});
}

/* The primary number first. One number alone is printed bare: it is what a person asked for and what a script takes. */
static bool print_primary(struct cli *c, enum primary_purpose p, struct err *e)
{
	static const struct out_field fields[] = {
		{"phone_number", "NUMBER", OUT_TEXT, false}, {"primary_for", "FOR", OUT_TEXT, false},
		{"account_sid", "ACCOUNT", OUT_TEXT, true}, {"is_primary", "PRIMARY", OUT_BOOL, true},
		{"owned", "OWNED", OUT_BOOL, true},
	};
	struct primaries x = {.c = c};
	char number[E164_SIZE];
	struct out *o;

	if (p != PRIMARY_PLAIN && !session_primary(c->s, p, number))
		x.n = 0;
	else {
		x.only = p != PRIMARY_PLAIN ? number : NULL;
		if (!ledger_meta_each(c->s->ledger, c->s->profile.account_sid, keep_primary, &x, e))
			return false;
	}
	if (c->a->format == FORMAT_TABLE && x.n == 1) {
		o = out_records(FORMAT_PLAIN, fields, 1);
		out_record(o, (const char *[]){x.v[0].phone_number});
		return out_end(o, e);
	}
	o = out_records(c->a->format, fields, ARRAY_LEN(fields));
	for (size_t pass = 0; pass < 2; pass++)
		for (size_t i = 0; i < x.n; i++)
			if (x.v[i].is_primary == (pass == 0))
				print_row(o, c, &x.v[i]);
	return out_end(o, e);
}

static void warn(const struct number *n, enum primary_purpose p)
{
	if (p != PRIMARY_VOICE && !(n->capabilities & (1u << CAP_SMS)))
		out_note("note: %s cannot send SMS", n->phone_number);
	if (p != PRIMARY_MESSAGES && !(n->capabilities & (1u << CAP_VOICE)))
		out_note("note: %s cannot take calls", n->phone_number);
}

bool run_primary(struct cli *c, struct err *e)
{
	char number[E164_SIZE];
	enum primary_purpose p;
	struct number n;

	if (!read_purpose(c->a, &p, e) || !cli_number_word(c->a, number, e) || (*number && !cli_owned(c, number, &n, e)))
		return false;
	if ((*number || args_has(c->a, "--clear")) && !session_set_primary(c->s, p, *number ? number : NULL, e))
		return false;
	if (*number)
		warn(&n, p);
	return print_primary(c, p, e);
}

/* --- lock, unlock ------------------------------------------------------------------------------------------------- */

bool check_lock(const struct args *a, struct err *e)
{
	return cli_numbers_check(a, SIZE_MAX, true, e);
}

static bool set_locks(struct cli *c, bool locked, struct err *e)
{
	struct cli_numbers numbers;
	struct number *owned;

	if (!cli_numbers(c, SIZE_MAX, &numbers, e) || !cli_owned_all(c, &numbers, &owned, e))
		return false;
	return session_lock_numbers(c->s, numbers.v, numbers.n, locked, e);
}

bool run_lock(struct cli *c, struct err *e)
{
	return set_locks(c, true, e);
}

bool run_unlock(struct cli *c, struct err *e)
{
	return set_locks(c, false, e);
}
