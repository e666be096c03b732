/* profile list, show, use, check, remove: what is known of the profiles; never a secret. */
#include <stdio.h>
#include <string.h>

#include "cli_priv.h"

#include "numdesk/cli/ask.h"
#include "numdesk/cli/out.h"
#include "numdesk/core/profiles.h"
#include "numdesk/core/session.h"
#include "numdesk/twilio/base.h"
#include "numdesk/util/text.h"

static const char *yes(bool b)
{
	return b ? "true" : "false";
}

static const struct out_field fields[] = {
	{"name", "NAME", OUT_TEXT, false}, {"account_sid", "ACCOUNT", OUT_TEXT, false},
	{"account_name", "ACCOUNT NAME", OUT_TEXT, false}, {"owner_account_sid", "OWNER", OUT_TEXT, true},
	{"key_sid", "KEY", OUT_TEXT, true}, {"auth", "AUTH", OUT_TEXT, false}, {"label", "LABEL", OUT_TEXT, false},
	{"color", "COLOR", OUT_TEXT, true}, {"is_default", "DEFAULT", OUT_BOOL, false},
	{"is_read_only", "READ-ONLY", OUT_BOOL, true}, {"is_protected", "PROTECTED", OUT_BOOL, true},
	{"is_loopback", "TEST SERVER", OUT_BOOL, true},
};

bool cli_print_profiles(const struct args *a, const struct profile *v, size_t n, struct err *e)
{
	struct out *o = out_records(a->format, fields, ARRAY_LEN(fields));

	for (size_t i = 0; i < n; i++)
		out_record(o, (const char *[]){v[i].name, v[i].account_sid, v[i].account_name, v[i].owner_account_sid,
					       v[i].key_sid, v[i].auth == AUTH_APIKEY ? "apikey" : "token", v[i].label,
					       v[i].color, yes(v[i].is_default), yes(v[i].read_only),
					       yes(v[i].is_protected), yes(v[i].is_loopback)});
	return out_end(o, e);
}

bool cli_print_nothing(const struct args *a, struct err *e)
{
	return a->format != FORMAT_JSON || out_end(out_new(FORMAT_JSON, NULL, 0), e);
}

/* --- who there is ------------------------------------------------------------------------------------------------- */

static struct profile *of_ledger(struct cli *c, size_t *n)
{
	struct profile *v = arena_alloc(&c->mem, VAULT_MAX_RECORDS * sizeof *v);

	*n = ledger_profiles(c->s->ledger, v, VAULT_MAX_RECORDS);
	return v;
}

struct profile *cli_profiles(struct cli *c, size_t *n, struct err *e)
{
	size_t n_known;
	struct profile *known = of_ledger(c, &n_known), *v;

	*n = n_known;
	if (!c->s->vault)
		return known;
	*n = vault_count(c->s->vault);
	v = arena_alloc(&c->mem, (*n + 1) * sizeof *v);
	for (size_t i = 0; i < *n; i++) {
		struct vault_entry entry;

		if (!vault_entry_at(c->s->vault, i, &entry, e))
			return NULL;
		v[i] = entry.profile;
		v[i].is_loopback = base_is_loopback(entry.base_url);
		for (size_t k = 0; k < n_known; k++)    /* the vault does not say which is the default */
			if (text_ieq(known[k].name, v[i].name))
				v[i].is_default = known[k].is_default;
	}
	return v;
}

static bool find(struct cli *c, const char *name, struct profile *out, struct err *e)
{
	size_t n;
	const struct profile *v = cli_profiles(c, &n, e);

	for (size_t i = 0; v && i < n; i++)
		if (text_ieq(v[i].name, name)) {
			*out = v[i];
			return true;
		}
	return v && err_set(e, ERR_NOT_FOUND, "there is no profile '%s'; 'numdesk profile list' names them", name);
}

/* The word, else the profile in use. */
static bool find_word(struct cli *c, struct profile *out, struct err *e)
{
	if (c->a->n_words)
		return find(c, c->a->words[0], out, e);
	return cli_have_profile(c, e) && find(c, c->s->profile.name, out, e);
}

/* --- commands ----------------------------------------------------------------------------------------------------- */

bool check_profile_name(const struct args *a, struct err *e)
{
	if (a->n_words && !profile_name_valid(a->words[0], e))
		return false;
	return a->command != CMD_PROFILE_REMOVE || a->yes || ask_can() ||
	       err_set(e, ERR_GUARD, "profile '%s' is not removed: nobody can be asked; give --yes", a->words[0]);
}

bool run_profile_list(struct cli *c, struct err *e)
{
	size_t n;
	const struct profile *v = cli_profiles(c, &n, e);

	return v && cli_print_profiles(c->a, v, n, e);
}

bool run_profile_show(struct cli *c, struct err *e)
{
	struct profile p;

	return find_word(c, &p, e) && cli_print_profiles(c->a, &p, 1, e);
}

bool run_profile_use(struct cli *c, struct err *e)
{
	struct profile p;

	if (!find(c, c->a->words[0], &p, e) || !profile_make_default(c->s, p.name, e))
		return false;
	p.is_default = true;
	if (c->a->format != FORMAT_TABLE)
		return cli_print_profiles(c->a, &p, 1, e);
	out_note("profile '%s' is the default now", p.name);
	return true;
}

/* What has to be typed is the name: removing credentials is not undone. */
static bool confirm_removal(const struct args *a, const char *name, struct err *e)
{
	char prompt[160], typed[PROFILE_NAME_MAX];

	if (a->yes)
		return true;
	snprintf(prompt, sizeof prompt, "Type '%s' to delete its credentials: ", name);
	if (!ask_line(prompt, typed, sizeof typed, e))
		return false;
	return strcmp(typed, name) == 0 ||
	       err_set(e, ERR_GUARD, "profile '%s' is not removed: its name was not typed", name);
}

bool run_profile_remove(struct cli *c, struct err *e)
{
	struct profile p;

	if (!cli_have_vault(c, e) || !cli_unlock(c, e) || !find(c, c->a->words[0], &p, e) ||
	    !confirm_removal(c->a, p.name, e) || !profile_remove(c->s, p.name, e))
		return false;
	out_note("profile '%s' is removed; its numbers and the journal stay", p.name);
	return cli_print_nothing(c->a, e);
}

/* --- profile check ------------------------------------------------------------------------------------------------ */

struct checking { bool done; struct err err; };

static void on_checked(void *ctx, const struct vault_entry *entry, const struct err *err)
{
	struct checking *x = ctx;

	(void)entry;
	x->done = true;
	x->err = *err;
}

static bool print_check(const struct args *a, const struct profile *p, const struct err *why, struct err *e)
{
	static const struct out_field row[] = {
		{"name", "NAME", OUT_TEXT, false}, {"account_sid", "ACCOUNT", OUT_TEXT, false},
		{"works", "WORKS", OUT_BOOL, false}, {"message", "MESSAGE", OUT_TEXT, false},
	};
	struct out *o = out_records(a->format, row, ARRAY_LEN(row));

	out_record(o, (const char *[]){p->name, p->account_sid, yes(why->kind == ERR_NONE), why->msg});
	return out_end(o, e);
}

bool run_profile_check(struct cli *c, struct err *e)
{
	struct checking *x = arena_alloc(&c->mem, sizeof *x);
	struct profile p;

	if (!find_word(c, &p, e) || !profile_check_start(c->s, p.name, on_checked, x, e) || !cli_wait(c, &x->done, e))
		return false;
	if (!print_check(c->a, &p, &x->err, e))
		return false;
	*e = x->err;
	return e->kind == ERR_NONE;
}
