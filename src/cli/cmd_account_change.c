/* account create, suspend, activate, close. */
#include <stdlib.h>
#include <string.h>

#include "trade_priv.h"

#include "numdesk/cli/ask.h"
#include "numdesk/cli/out.h"
#include "numdesk/core/accounts.h"
#include "numdesk/core/session.h"
#include "numdesk/util/text.h"

enum { NAMES_MAX = 1000, FILE_MAX = 1 << 20 };

/* --- create ------------------------------------------------------------------------------------------------------- */

bool check_account_create(const struct args *a, struct err *e)
{
	const char *from = args_value(a, "--from");

	if (from && a->n_words)
		return err_set(e, ERR_USAGE, "either name the accounts or give --from, not both");
	if (!from && !a->n_words)
		return err_set(e, ERR_USAGE, "'account create' needs a NAME, or --from FILE with one a line");
	for (size_t i = 0; i < a->n_words; i++)
		if (!account_name_valid(a->words[i], e))
			return false;
	return a->yes || a->dry_run || ask_can() ||
	       err_set(e, ERR_GUARD, "nothing is created: nobody can be asked; give --yes");
}

/* One name a line; blank lines and # comments are passed over. */
static bool plan_line_of(struct cli *c, struct plan *p, char *line, size_t at, struct err *e)
{
	size_t n;

	line += strspn(line, " \t");
	n = strlen(line);
	while (n > 0 && strchr(" \t\r", line[n - 1]))
		line[--n] = '\0';
	if (n == 0 || *line == '#')
		return true;
	if (!account_name_valid(line, e))
		return err_wrap(e, "line %zu", at);
	if (p->n == NAMES_MAX)
		return err_set(e, ERR_USAGE, "more than %d names: do them in parts", NAMES_MAX);
	plan_add_account_create(p, c->s, line);
	return true;
}

static bool plan_file(struct cli *c, struct plan *p, const char *from, struct err *e)
{
	size_t len, at = 0;
	char *text = cli_input(from, FILE_MAX, &len, e);
	bool ok = text != NULL;

	if (ok && strlen(text) != len)
		ok = err_set(e, ERR_USAGE, "%s: holds a NUL byte", from);
	for (char *line = text, *next; ok && line; line = next) {
		next = strchr(line, '\n');
		if (next)
			*next++ = '\0';
		ok = plan_line_of(c, p, line, ++at, e);
	}
	free(text);
	return ok && (p->n > 0 || err_set(e, ERR_USAGE, "%s: holds no name", from));
}

bool run_account_create(struct cli *c, struct err *e)
{
	const char *from = args_value(c->a, "--from");
	struct plan p;

	plan_init(&p, "cli");
	if (from && !plan_file(c, &p, from, e)) {
		plan_release(&p);
		return false;
	}
	for (size_t i = 0; i < c->a->n_words; i++)
		plan_add_account_create(&p, c->s, c->a->words[i]);
	return trade(c, &p, NULL, e);
}

/* --- suspend, activate, close -------------------------------------------------------------------------------------- */

/* The cache may not know it yet. */
bool cli_account(struct cli *c, const char *word, struct account_row *out, struct err *e)
{
	struct err why = {0};

	if (account_find(c->s, word, out, &why))
		return true;
	if (why.kind == ERR_NOT_FOUND) {
		if (!cli_accounts_refresh(c, e))
			return false;
		return account_find(c->s, word, out, e);
	}
	*e = why;
	return false;
}

static const struct { enum command_id command; enum op_kind kind; } statuses[] = {
	{CMD_ACCOUNT_SUSPEND, OP_ACCOUNT_SUSPEND}, {CMD_ACCOUNT_ACTIVATE, OP_ACCOUNT_ACTIVATE},
	{CMD_ACCOUNT_CLOSE, OP_ACCOUNT_CLOSE},
};

static enum op_kind kind_of_command(const struct args *a)
{
	for (size_t i = 0; i < ARRAY_LEN(statuses); i++)
		if (statuses[i].command == a->command)
			return statuses[i].kind;
	return OP_ACCOUNT_ACTIVATE;
}

bool check_account_status(const struct args *a, struct err *e)
{
	const enum op_kind kind = kind_of_command(a);

	if (a->dry_run || ask_can() || args_has(a, "--confirm") || (a->yes && !op_has(kind, OPF_DESTROYS)))
		return true;
	if (!op_has(kind, OPF_DESTROYS))
		return err_set(e, ERR_GUARD, "nothing is %s: nobody can be asked; give --yes", op_kinds[kind].past);
	if (a->n_words == 1)
		return err_set(e, ERR_GUARD, "'%.60s' is not %s: give --confirm with its name", a->words[0],
			       op_kinds[kind].past);
	return err_set(e, ERR_GUARD, "nothing is %s: give --confirm %zu, how many subaccounts these are",
		       op_kinds[kind].past, a->n_words);
}

struct weighing { bool done; struct account_weight w; };

static void on_weighed(void *ctx, const struct account_weight *w)
{
	struct weighing *x = ctx;

	x->w = *w;
	x->done = true;
}

/* How many numbers die is counted before anything is asked. */
static bool plan_status(struct cli *c, struct plan *p, enum op_kind kind, const char *word, struct err *e)
{
	struct weighing *x = arena_alloc(&c->mem, sizeof *x);
	struct account_row row;

	*x = (struct weighing){0};
	if (!cli_account(c, word, &row, e))
		return false;
	if (kind == OP_ACCOUNT_CLOSE && !row.is_parent && strcmp(row.facts.status, "closed") != 0) {
		account_weigh(c->s, &row.facts, on_weighed, x);
		if (!cli_wait(c, &x->done, e))
			return false;
	}
	plan_add_account_status(p, c->s, kind, &row, x->done ? &x->w : NULL);
	return true;
}

bool run_account_status(struct cli *c, struct err *e)
{
	const enum op_kind kind = kind_of_command(c->a);
	struct plan p;
	bool ok = true;

	if (!accounts_parent_ready(c->s, "change subaccounts", e))
		return false;
	plan_init(&p, "cli");
	for (size_t i = 0; ok && i < c->a->n_words; i++)
		ok = plan_status(c, &p, kind, c->a->words[i], e);
	if (ok)
		return trade(c, &p, NULL, e);
	plan_release(&p);
	return false;
}
