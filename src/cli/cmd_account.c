/* account list, import: a parent's subaccounts. What changes them is in cmd_account_change.c. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli_priv.h"

#include "numdesk/cli/ask.h"
#include "numdesk/cli/out.h"
#include "numdesk/core/accounts.h"
#include "numdesk/core/session.h"
#include "numdesk/util/clock.h"
#include "numdesk/util/file.h"

/* --- list --------------------------------------------------------------------------------------------------------- */

static const struct out_field fields[] = {
	{"account_name", "ACCOUNT NAME", OUT_TEXT, false}, {"status", "STATUS", OUT_TEXT, false},
	{"numbers", "NUMBERS", OUT_NUMBER, false}, {"monthly_price", "$/MO", OUT_TEXT, false},
	{"profile", "PROFILE", OUT_TEXT, false}, {"account_sid", "ACCOUNT", OUT_TEXT, false},
	{"is_parent", "PARENT", OUT_BOOL, true}, {"type", "TYPE", OUT_TEXT, true}, {"currency", "CUR", OUT_TEXT, true},
	{"created_at", "CREATED", OUT_TEXT, true}, {"fetched_at", "FETCHED", OUT_TEXT, true},
};

static void print_row(struct out *o, const struct account_row *r)
{
	char numbers[24] = "", monthly[40] = "", created[24] = "", fetched[24] = "";

	if (r->numbers >= 0)
		snprintf(numbers, sizeof numbers, "%" PRId64, r->numbers);
	if (r->monthly != MONEY_UNKNOWN)
		money_decimal(r->monthly, monthly, sizeof monthly);
	if (r->facts.created_at)
		clock_iso(r->facts.created_at, created, sizeof created);
	if (r->facts.fetched_at)
		clock_iso(r->facts.fetched_at, fetched, sizeof fetched);
	out_record(o, (const char *[]){r->facts.name, r->facts.status, numbers, monthly, r->profile, r->facts.account_sid,
				       r->is_parent ? "true" : "false", r->facts.type, r->currency, created, fetched});
}

bool cli_accounts_refresh(struct cli *c, struct err *e)
{
	struct cli_answer *x = cli_answer(c);

	accounts_refresh(c->s, cli_answered, x);
	if (!cli_wait(c, &x->done, e))
		return false;
	*e = x->err;
	return e->kind == ERR_NONE;
}

static bool has_subaccounts(const struct account_row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!rows[i].is_parent)
			return true;
	return false;
}

bool cli_may_unlock(const struct cli *c)
{
	return session_unlocked(c->s) || c->a->passphrase_fd >= 0 || ask_can() || file_env("CREDENTIALS_DIRECTORY");
}

/* The cache is asked first; when it knows of nobody, Twilio is, where it can be. */
static struct account_row *load(struct cli *c, size_t *n, struct err *e)
{
	struct account_row *rows = accounts_list(c->s, n);
	bool fresh = args_has(c->a, "--refresh");

	if (fresh || (!has_subaccounts(rows, *n) && !c->s->offline && cli_may_unlock(c))) {
		free(rows);
		if (!cli_unlock(c, e) || !cli_accounts_refresh(c, e))
			return NULL;
		rows = accounts_list(c->s, n);
	}
	return rows;
}

bool run_account_list(struct cli *c, struct err *e)
{
	size_t n;
	struct account_row *rows = load(c, &n, e);
	struct out *o;

	if (!rows)
		return false;
	o = out_records(c->a->format, fields, ARRAY_LEN(fields));
	for (size_t i = 0; i < n; i++)
		print_row(o, &rows[i]);
	if (!has_subaccounts(rows, n))
		out_note("no subaccount found: 'numdesk account create NAME' makes one");
	free(rows);
	return out_end(o, e);
}

/* --- import ------------------------------------------------------------------------------------------------------- */

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
	static const struct out_field columns_of[] = {
		{"profile", "PROFILE", OUT_TEXT, false}, {"account_sid", "ACCOUNT", OUT_TEXT, false},
		{"account_name", "ACCOUNT NAME", OUT_TEXT, false}, {"status", "STATUS", OUT_TEXT, false},
		{"result", "RESULT", OUT_TEXT, false},
	};
	struct out *o = out_records(a->format, columns_of, ARRAY_LEN(columns_of));

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
		out_note("no subaccount found: 'numdesk account create NAME' makes one");
	return print_imported(c->a, x, e);
}
