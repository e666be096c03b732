/* meta export and meta import: what exists only here, as a document. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli_priv.h"

#include "numdesk/cli/out.h"
#include "numdesk/core/metadata_import.h"
#include "numdesk/core/session.h"

static const char *const names[] = {METADATA_NAMES};

static enum out_type type_of(const char *name)
{
	return strncmp(name, "is_", 3) == 0 ? OUT_BOOL : OUT_TEXT;
}

static const char *word(bool yes)
{
	return yes ? "true" : "false";
}

static bool export_row(void *ctx, const struct number_meta *m)
{
	struct out *o = ctx;

	out_record(o, (const char *[]){m->account_sid, m->phone_number, word(m->is_primary), word(m->for_messages),
				       word(m->for_voice), word(m->is_locked), m->tags, m->note, m->owner,
				       m->customer_ref});
	return !out_broken(o);
}

/* A document to keep: JSON unless CSV was asked for. */
bool run_meta_export(struct cli *c, struct err *e)
{
	const bool all = args_has(c->a, "--all");
	struct out_field fields[ARRAY_LEN(names)];
	struct out *o;
	bool ok;

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		fields[i] = (struct out_field){names[i], names[i], type_of(names[i]), false};
	o = out_records(c->a->format == FORMAT_TABLE ? FORMAT_JSON : c->a->format, fields, ARRAY_LEN(fields));
	ok = ledger_meta_each(c->s->ledger, all ? NULL : c->s->profile.account_sid, export_row, o, e);
	return out_end(o, ok ? e : NULL) && ok;
}

static bool print_report(const struct args *a, const struct import *r, struct err *e)
{
	static const struct out_field fields[] = {
		{"row", "ROW", OUT_NUMBER, false}, {"phone_number", "NUMBER", OUT_TEXT, false},
		{"account_sid", "ACCOUNT", OUT_TEXT, true}, {"outcome", "OUTCOME", OUT_TEXT, false},
		{"stored", "STORED", OUT_BOOL, true}, {"message", "WHAT", OUT_TEXT, false},
	};
	struct out *o = out_records(a->format, fields, ARRAY_LEN(fields));

	for (size_t i = 0; i < r->n; i++) {
		const struct import_row *row = &r->rows[i];
		const bool stored = r->stored && (row->outcome == IMPORT_TAKEN || row->outcome == IMPORT_CHANGED);
		char at[24];

		snprintf(at, sizeof at, "%zu", row->at);
		out_record(o, (const char *[]){at, row->phone_number, row->account_sid, import_outcome_name(row->outcome),
					       word(stored), row->says});
	}
	return out_end(o, e);
}

static bool conclude(const struct args *a, const struct import *r, struct err *e)
{
	const size_t refused = r->count[IMPORT_REFUSED];

	if (refused == 0 || r->stored)
		out_note("%zu rows: %zu taken, %zu changed, %zu the same, %zu refused%s", r->n, r->count[IMPORT_TAKEN],
			 r->count[IMPORT_CHANGED], r->count[IMPORT_SAME], refused,
			 a->dry_run ? "; a rehearsal, nothing is stored" : "");
	if (refused == 0)
		return true;
	if (r->stored)
		return err_set(e, ERR_PROTO, "%zu of %zu rows are refused, the others are stored", refused, r->n);
	return err_set(e, ERR_USAGE, "%zu of %zu rows are refused: nothing is stored; mend them%s", refused, r->n,
		       refused < r->n ? ", or take the others with --partial" : "");
}

bool run_meta_import(struct cli *c, struct err *e)
{
	const struct import_options o = {
		.replace = args_has(c->a, "--replace"), .all_accounts = args_has(c->a, "--all"),
		.partial = args_has(c->a, "--partial"), .dry_run = c->a->dry_run,
	};
	struct import r;
	size_t len;
	char *text = cli_input(c->a->words[0], IMPORT_MAX_BYTES, &len, e);
	bool ok = text && metadata_import(c->s, text, len, &o, &r, e);

	free(text);
	if (!ok)
		return false;
	ok = print_report(c->a, &r, e) && conclude(c->a, &r, e);
	import_release(&r);
	return ok;
}
