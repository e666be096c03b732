/* lookup: what Twilio knows of any number. Its form costs nothing; line type and name are paid for, so somebody says yes. */
#include <stdio.h>
#include <string.h>

#include "cli_priv.h"

#include "numdesk/cli/ask.h"
#include "numdesk/cli/out.h"
#include "numdesk/core/lookups.h"
#include "numdesk/core/session.h"
#include "numdesk/util/clock.h"
#include "numdesk/util/text.h"

struct looked { bool done; struct lookup l; struct err err; };

static unsigned packages_of(const struct args *a)
{
	return (args_has(a, "--carrier") ? LOOKUP_LINE : 0u) | (args_has(a, "--caller-name") ? LOOKUP_NAME : 0u);
}

bool check_lookup(const struct args *a, struct err *e)
{
	return cli_numbers_check(a, SIZE_MAX, true, e);
}

/* How many of the numbers Twilio would have to be asked about. */
static size_t unknown(struct cli *c, const struct cli_numbers *l, unsigned packages, bool fresh)
{
	struct lookup known;
	size_t n = 0;

	for (size_t i = 0; i < l->n; i++)
		n += fresh || !lookups_known(c->s, l->v[i], packages, &known);
	return n;
}

static bool consent(struct cli *c, size_t n, unsigned packages, struct err *e)
{
	char what[64], prompt[256], typed[8];

	if (n == 0 || !packages || c->a->yes)
		return true;
	lookup_packages_say(packages, what, sizeof what);
	if (!ask_can())
		return err_set(e, ERR_GUARD, "nothing is looked up: %s of %zu number%s cost%s money and nobody can be asked; "
			       "give --yes", what, n, n == 1 ? "" : "s", n == 1 ? "s" : "");
	snprintf(prompt, sizeof prompt, "Look up %s of %zu number%s? Twilio bills each of them. [y/N] ", what, n,
		 n == 1 ? "" : "s");
	if (!ask_line(prompt, typed, sizeof typed, e))
		return false;
	return strcmp(typed, "y") == 0 || err_set(e, ERR_GUARD, "nothing is looked up: only 'y' does");
}

static void on_looked(void *ctx, const struct lookup *l, const struct err *err)
{
	struct looked *x = ctx;

	x->done = true;
	x->err = *err;
	if (l)
		x->l = *l;
}

/* --- printing ------------------------------------------------------------------------------------------------------ */

static const struct out_field fields[] = {
	{"phone_number", "NUMBER", OUT_TEXT, false}, {"valid", "VALID", OUT_BOOL, false},
	{"validation_errors", "FAULTS", OUT_TEXT, true}, {"national_format", "NATIONAL", OUT_TEXT, true},
	{"country", "CC", OUT_TEXT, false}, {"calling_code", "CODE", OUT_TEXT, true},
	{"line_type", "LINE", OUT_TEXT, false}, {"carrier", "CARRIER", OUT_TEXT, false},
	{"mobile_country_code", "MCC", OUT_TEXT, true}, {"mobile_network_code", "MNC", OUT_TEXT, true},
	{"line_error_code", "LINE ERROR", OUT_NUMBER, true}, {"caller_name", "NAME", OUT_TEXT, false},
	{"caller_type", "KIND", OUT_TEXT, true}, {"name_error_code", "NAME ERROR", OUT_NUMBER, true},
	{"looked_up_at", "LOOKED UP", OUT_TEXT, true},
};

static void print(struct out *o, const struct lookup *l)
{
	char line_error[16] = "", name_error[16] = "", at[24];

	if (l->line_error)
		snprintf(line_error, sizeof line_error, "%d", l->line_error);
	if (l->name_error)
		snprintf(name_error, sizeof name_error, "%d", l->name_error);
	clock_iso(l->fetched_at, at, sizeof at);
	out_record(o, (const char *[]){
		l->phone_number, l->valid ? "true" : "false", l->faults, l->national_format, l->country, l->calling_code,
		l->line_type, l->carrier, l->mobile_country_code, l->mobile_network_code, line_error, l->caller_name,
		l->caller_type, name_error, at,
	});
}

/* What was found is printed, whatever stops the rest: it has been paid for. */
static bool look_all(struct cli *c, const struct cli_numbers *l, unsigned packages, bool fresh, struct out *o,
		     struct err *e)
{
	for (size_t i = 0; i < l->n; i++) {
		struct looked *x = arena_alloc(&c->mem, sizeof *x);
		struct lookup known;

		if (c->a->dry_run && !lookups_known(c->s, l->v[i], packages, &known))
			continue;
		lookups_need(c->s, l->v[i], packages, fresh && !c->a->dry_run, on_looked, x);
		if (!cli_wait(c, &x->done, e))
			return false;
		if (x->err.kind != ERR_NONE) {
			*e = x->err;
			return false;
		}
		print(o, &x->l);
	}
	return true;
}

bool run_lookup(struct cli *c, struct err *e)
{
	const unsigned packages = packages_of(c->a);
	const bool fresh = args_has(c->a, "--fresh");
	struct cli_numbers numbers;
	struct out *o;
	char what[64];
	size_t n;
	bool ok;

	if (!cli_numbers(c, SIZE_MAX, &numbers, e))
		return false;
	n = unknown(c, &numbers, packages, fresh);
	if (c->a->dry_run)
		out_note("would ask Twilio for the %s of %zu number%s%s", lookup_packages_say(packages, what, sizeof what), n,
			 n == 1 ? "" : "s", packages ? ", and be billed for each" : "; that costs nothing");
	else if (!consent(c, n, packages, e))
		return false;
	o = out_records(c->a->format, fields, ARRAY_LEN(fields));
	ok = look_all(c, &numbers, packages, fresh, o, e);
	return out_end(o, ok ? e : NULL) && ok;
}
