/* set: settings from a template, another number, a file's columns and the words, the later ones over the earlier. */
#include <stdio.h>
#include <string.h>

#include "trade_priv.h"

#include "numdesk/cli/ask.h"
#include "numdesk/cli/out.h"
#include "numdesk/core/configure.h"
#include "numdesk/core/session.h"
#include "numdesk/core/templates.h"
#include "numdesk/util/text.h"

bool check_set(const struct args *a, struct err *e)
{
	struct arena mem = {0};
	struct changes words;
	char number[E164_SIZE];
	size_t n;
	bool ok;

	if (args_has(a, "--fields"))
		return true;
	ok = cli_settings_words(a, &n, &words, &mem, e) && cli_numbers_check(a, n, true, e) &&
	     cli_number_option(a, "--copy-from", number, e) &&
	     (!args_has(a, "--template") || template_name_valid(args_value(a, "--template"), e));
	arena_release(&mem);
	if (ok && words.n == 0 && !args_has(a, "--template") && !args_has(a, "--copy-from") && !args_has(a, "--from"))
		return err_set(e, ERR_USAGE, "nothing is to be changed: give FIELD=VALUE, --template, --copy-from, or --from with "
			       "columns; see 'numdesk help set'");
	return ok && (a->yes || a->dry_run || ask_can() ||
		      err_set(e, ERR_GUARD, "nothing is configured: nobody can be asked; give --yes"));
}

/* --- the list of settings --------------------------------------------------------------------------------------------- */
static const struct out_field field_columns[] = {
	{"field", "FIELD", OUT_TEXT, false}, {"column", "COLUMN", OUT_TEXT, true}, {"parameter", "PARAMETER", OUT_TEXT, false},
	{"takes", "TAKES", OUT_TEXT, false}, {"help", "WHAT IT IS", OUT_TEXT, false},
};

static const char *takes_words(enum column_id c, char *dst, size_t dst_size)
{
	switch (columns[c].setting) {
	case SETTING_NONE: return "";
	case SETTING_NAME: return "1 to 64 characters";
	case SETTING_URL: return "http(s) address";
	case SETTING_SWITCH: return "true, false";
	case SETTING_SID:
		snprintf(dst, dst_size, "name or %s...", columns[c].takes);
		return dst;
	case SETTING_CHOICE:
		dst[0] = '\0';
		for (const char *p = columns[c].takes; *p; p += strlen(p) + 1)
			snprintf(dst + strlen(dst), dst_size - strlen(dst), "%s%s", *dst ? ", " : "", p);
		return dst;
	}
	return "";
}

static bool print_fields(const struct args *a, struct err *e)
{
	struct out *o = out_records(a->format, field_columns, ARRAY_LEN(field_columns));

	for (unsigned i = 0; i < COLUMN_COUNT; i++) {
		const enum column_id c = (enum column_id)i;
		char word[40], takes[80];

		if (setting_is(c))
			out_record(o, (const char *[]){setting_word(c, word, sizeof word), columns[c].name, columns[c].form,
						       takes_words(c, takes, sizeof takes), columns[c].help});
	}
	return out_end(o, e);
}

/* --- what is wanted --------------------------------------------------------------------------------------------------- */
/* Which setting each of the file's columns is. */
static bool read_header(struct cli *c, const struct cli_numbers *l, enum column_id **out, struct err *e)
{
	*out = arena_alloc(&c->mem, (l->n_header + 1) * sizeof **out);
	for (size_t i = 0; i < l->n_header; i++) {
		(*out)[i] = COLUMN_COUNT;
		if (text_ieq(l->header[i], "phone_number"))
			continue;
		(*out)[i] = setting_find(l->header[i], e);
		if ((*out)[i] == COLUMN_COUNT)
			return err_wrap(e, "%s: column %zu", l->from, i + 1);
		for (size_t k = 0; k < i; k++)
			if ((*out)[k] == (*out)[i])
				return err_set(e, ERR_USAGE, "%s: columns %zu and %zu are the same setting", l->from, k + 1, i + 1);
	}
	return true;
}

static void put_all(struct changes *dst, const struct changes *src)
{
	for (size_t i = 0; i < src->n; i++)
		changes_set(dst, src->v[i].column, src->v[i].value);
}

/* Settings that are the same for all: of the template and of the number that is copied. */
static bool common(struct cli *c, struct changes *out, struct err *e)
{
	const char *name = args_value(c->a, "--template");
	struct changes copied = {0};
	struct template t;
	struct cli_live *live;
	struct number n;
	char from[E164_SIZE];

	*out = (struct changes){0};
	if (name) {
		if (!template_load(c->s, name, &t, &c->mem, e))
			return false;
		put_all(out, &t.changes);
	}
	if (!cli_number_option(c->a, "--copy-from", from, e))
		return false;
	if (*from) {
		if (!cli_owned(c, from, &n, e) || !cli_live_all(c, (const char *const[]){n.phone_sid}, 1, &live, e))
			return false;
		changes_routing(&copied, &live->number);
		put_all(out, &copied);
	}
	return true;
}

/* A file's cells over what is common: an empty one leaves it, '-' clears it. */
static void put_cells(struct changes *dst, const enum column_id *header, const char **cells, size_t n)
{
	for (size_t i = 0; cells && i < n; i++)
		if (header[i] != COLUMN_COUNT && *cells[i])
			changes_set(dst, header[i], strcmp(cells[i], "-") == 0 ? "" : cells[i]);
}

/* Copying both is possible, answering twice is not: what comes later drives out what came before. */
static void drop_driven_out(struct changes *c, const struct changes *later)
{
	const char *trunk = changes_get(later, COL_TRUNK_SID), *app = changes_get(later, COL_VOICE_APPLICATION_SID);

	if (trunk && *trunk && !app)
		changes_drop(c, COL_VOICE_APPLICATION_SID);
	if (app && *app && !trunk)
		changes_drop(c, COL_TRUNK_SID);
}

static bool plan_all(struct cli *c, const struct cli_numbers *l, const struct number *owned, const struct changes *words,
		     struct plan *p, struct err *e)
{
	const char **sids = arena_alloc(&c->mem, (l->n + 1) * sizeof *sids);
	struct cli_live *live;
	struct changes base;
	enum column_id *header;
	size_t same = 0;

	for (size_t i = 0; i < l->n; i++)
		sids[i] = owned[i].phone_sid;
	if (!read_header(c, l, &header, e) || !common(c, &base, e))
		return false;
	if (base.n == 0 && words->n == 0 && l->n_header < 2)
		return err_set(e, ERR_USAGE, "nothing is to be changed: '%s' has no column with a setting", l->from ? l->from : "");
	if (!cli_live_all(c, sids, l->n, &live, e))
		return false;
	for (size_t i = 0; i < l->n; i++) {
		struct changes own = {0}, v = base;

		template_fit(&v, live[i].number.capabilities);
		put_cells(&own, header, l->cells ? l->cells[i] : NULL, l->n_header);
		put_all(&own, words);
		drop_driven_out(&v, &own);
		put_all(&v, &own);
		if (!cli_settings_resolve(c, &v, e))
			return l->from ? err_wrap(e, "%s: line %zu", l->from, l->line[i]) : err_wrap(e, "%s", l->v[i]);
		same += !plan_add_configure(p, c->s, &live[i].number, live[i].json, &v);
	}
	if (same)
		out_note("%zu number%s %s so already", same, same == 1 ? "" : "s", same == 1 ? "is" : "are");
	return true;
}

bool run_set(struct cli *c, struct err *e)
{
	struct cli_numbers l;
	struct number *owned;
	struct changes words;
	struct plan p;
	size_t n;

	if (args_has(c->a, "--fields"))
		return print_fields(c->a, e);
	if (!cli_settings_words(c->a, &n, &words, &c->mem, e) || !cli_numbers(c, n, &l, e) || !cli_owned_all(c, &l, &owned, e))
		return false;
	plan_init(&p, "cli");
	if (!plan_all(c, &l, owned, &words, &p, e)) {
		plan_release(&p);
		return false;
	}
	if (p.n > 0)
		return trade(c, &p, NULL, e);
	plan_release(&p);
	return cli_print_operations(c->a, NULL, 0, e);
}
