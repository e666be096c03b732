/* account import: subaccounts become profiles. */
#include <string.h>

#include "cli_priv.h"

#include "numdesk/cli/out.h"
#include "numdesk/core/accounts.h"
#include "numdesk/core/session.h"

struct importing { struct cli *c; bool done; struct err err; struct account_import *row; size_t n; };

static void on_imported(void *ctx, const struct account_import *v, size_t n, const struct err *err)
{
	struct importing *x = ctx;

	x->done = true;
	x->err = *err;
	x->n = n;
	x->row = arena_alloc(&x->c->mem, (n + 1) * sizeof *x->row);
	if (n)
		memcpy(x->row, v, n * sizeof *v);
}

static bool print_imported(const struct args *a, const struct importing *x, struct err *e)
{
	static const struct out_field fields[] = {
		{"profile", "PROFILE", OUT_TEXT, false}, {"account_sid", "ACCOUNT", OUT_TEXT, false},
		{"account_name", "ACCOUNT NAME", OUT_TEXT, false}, {"status", "STATUS", OUT_TEXT, false},
		{"result", "RESULT", OUT_TEXT, false},
	};
	struct out *o = out_records(a->format, fields, ARRAY_LEN(fields));

	for (size_t i = 0; i < x->n; i++)
		out_record(o, (const char *[]){x->row[i].profile, x->row[i].facts.account_sid, x->row[i].facts.name,
					       x->row[i].facts.status, import_word(x->row[i].what)});
	return out_end(o, e);
}

bool check_account_import(const struct args *a, struct err *e)
{
	return !(a->n_words && args_has(a, "--all")) ||
	       err_set(e, ERR_USAGE, "either name subaccounts or give --all, not both");
}

bool run_account_import(struct cli *c, struct err *e)
{
	struct importing *x = arena_alloc(&c->mem, sizeof *x);

	*x = (struct importing){.c = c};
	if (!accounts_import(c->s, c->a->words, c->a->n_words, c->a->dry_run, on_imported, x, e) ||
	    !cli_wait(c, &x->done, e))
		return false;
	if (x->err.kind != ERR_NONE) {
		*e = x->err;
		return false;
	}
	if (x->n == 0)
		out_note("account '%s' has no open subaccount: 'numdesk account create NAME' makes one",
			 c->s->profile.name);
	return print_imported(c->a, x, e);
}
