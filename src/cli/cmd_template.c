/* template: sets of settings kept under a name. */
#include <stdio.h>
#include <string.h>

#include "trade_priv.h"

#include "numdesk/cli/out.h"
#include "numdesk/core/session.h"
#include "numdesk/core/setting_refs.h"
#include "numdesk/core/templates.h"
#include "numdesk/util/clock.h"
#include "numdesk/util/json.h"
#include "numdesk/util/text.h"

bool check_template_name(const struct args *a, struct err *e)
{
	return template_name_valid(a->words[0], e);
}

/* Words behind the name: FIELD=VALUE, or FIELD with --of. */
static bool read_words(const struct args *a, const struct number *of, struct changes *out, struct arena *mem, struct err *e)
{
	bool chosen = false;

	*out = (struct changes){0};
	for (size_t i = 1; i < a->n_words; i++) {
		const char *equals = strchr(a->words[i], '=');
		const size_t n = equals ? (size_t)(equals - a->words[i]) : strlen(a->words[i]);
		const enum column_id c = setting_find(arena_dupn(mem, a->words[i], n), e);

		if (c == COLUMN_COUNT)
			return false;
		if (changes_get(out, c))
			return err_set(e, ERR_USAGE, "'%.*s' is given twice", (int)(n < 40 ? n : 40), a->words[i]);
		if (!equals && !args_has(a, "--of"))
			return err_set(e, ERR_USAGE, "'%.40s' needs a value, as FIELD=VALUE, or --of NUMBER", a->words[i]);
		chosen = chosen || !equals;
		changes_set(out, c, equals ? arena_dup(mem, equals + 1) : of ? setting_value(c, of) : "");
	}
	if (of && !chosen) {            /* its whole routing, with what was given over it */
		const struct changes given = *out;

		*out = (struct changes){0};
		changes_routing(out, of);
		if (changes_get(out, COL_TRUNK_SID) && *changes_get(out, COL_TRUNK_SID))
			changes_drop(out, COL_VOICE_APPLICATION_SID);
		else if (changes_get(out, COL_VOICE_APPLICATION_SID) && *changes_get(out, COL_VOICE_APPLICATION_SID))
			changes_drop(out, COL_TRUNK_SID);
		for (size_t i = 0; i < given.n; i++)
			changes_set(out, given.v[i].column, given.v[i].value);
	}
	return true;
}

bool check_template_save(const struct args *a, struct err *e)
{
	struct arena mem = {0};
	char number[E164_SIZE];
	struct changes c;
	bool ok = template_name_valid(a->words[0], e) && cli_number_option(a, "--of", number, e) && read_words(a, NULL, &c, &mem, e);

	arena_release(&mem);
	return ok && (c.n > 0 || args_has(a, "--of") ||
		      err_set(e, ERR_USAGE, "nothing to keep: give FIELD=VALUE or --of NUMBER; see 'numdesk help template save'"));
}

/* --- printing --------------------------------------------------------------------------------------------------------- */
static void settings_json(struct json_writer *w, const struct changes *c)
{
	json_w_object(w);
	for (size_t i = 0; i < c->n; i++) {
		json_w_key(w, columns[c->v[i].column].name);
		json_w_text(w, c->v[i].value);
	}
	json_w_end(w);
}

static const struct out_column list_columns[] = {
	{"name", "NAME", false}, {"account_sid", "ACCOUNT", false}, {"created_at", "SAVED", false}, {"settings", "SETTINGS", false},
};

struct listing { struct cli *c; struct out *o; };

static bool list_row(void *ctx, const struct template *t)
{
	struct listing *x = ctx;
	char when[24], settings[4096] = "", shown[400];

	clock_iso(t->created_at, when, sizeof when);
	if (out_is_json(x->o)) {
		struct json_writer *w = out_json(x->o);

		json_w_object(w);
		json_w_key(w, "name");
		json_w_text(w, t->name);
		json_w_key(w, "account_sid");
		json_w_text(w, *t->account_sid ? t->account_sid : NULL);
		json_w_key(w, "created_at");
		json_w_text(w, when);
		json_w_key(w, "settings");
		settings_json(w, &t->changes);
		json_w_end(w);
		return true;
	}
	for (size_t i = 0; i < t->changes.n; i++) {
		const size_t at = strlen(settings);
		char word[40];

		snprintf(settings + at, sizeof settings - at, "%s%s=%s", at ? " " : "",
			 setting_word(t->changes.v[i].column, word, sizeof word),
			 *t->changes.v[i].value ? setting_show(x->c->s, t->changes.v[i].column, t->changes.v[i].value, shown, sizeof shown)
						: "");
	}
	out_row(x->o, (const char *[]){t->name, t->account_sid, when, settings});
	return true;
}

bool run_template_list(struct cli *c, struct err *e)
{
	struct listing x = {c, out_new(c->a->format, list_columns, ARRAY_LEN(list_columns))};
	struct err why = {0};
	const bool ok = templates_each(c->s, list_row, &x, &why);

	if (!out_end(x.o, ok ? e : NULL))
		return false;
	if (!ok)
		*e = why;
	return ok;
}

static const struct out_field setting_columns[] = {
	{"field", "FIELD", OUT_TEXT, false}, {"value", "VALUE", OUT_TEXT, false}, {"name", "NAME", OUT_TEXT, false},
};

struct wanted { const char *name; struct cli *c; struct err *e; bool found, ok; };

static bool show_row(void *ctx, const struct template *t)
{
	struct wanted *x = ctx;
	struct out *o;

	if (!text_ieq(t->name, x->name))
		return true;
	x->found = true;
	o = out_records(x->c->a->format, setting_columns, ARRAY_LEN(setting_columns));
	for (size_t i = 0; i < t->changes.n; i++) {
		const enum column_id c = t->changes.v[i].column;
		const char *value = t->changes.v[i].value;
		char shown[SETTING_VALUE_MAX];

		out_record(o, (const char *[]){columns[c].name, value,
					       setting_needs(c) && *value ? setting_show(x->c->s, c, value, shown, sizeof shown) : ""});
	}
	x->ok = out_end(o, x->e);
	return false;
}

bool run_template_show(struct cli *c, struct err *e)
{
	struct wanted x = {.name = c->a->words[0], .c = c, .e = e};

	if (!templates_each(c->s, show_row, &x, e))
		return false;
	return x.found ? x.ok : err_set(e, ERR_NOT_FOUND, "there is no template '%.64s': 'numdesk template list' names them", x.name);
}

/* --- changing --------------------------------------------------------------------------------------------------------- */
bool run_template_save(struct cli *c, struct err *e)
{
	struct changes v;
	struct number of;
	char number[E164_SIZE];

	if (!cli_number_option(c->a, "--of", number, e) || (*number && !cli_owned(c, number, &of, e)))
		return false;
	if (!read_words(c->a, *number ? &of : NULL, &v, &c->mem, e) || !cli_settings_resolve(c, &v, e) ||
	    !template_save(c->s, c->a->words[0], &v, e))
		return false;
	out_note("template '%s' keeps %zu setting%s", c->a->words[0], v.n, v.n == 1 ? "" : "s");
	return cli_print_nothing(c->a, e);
}

bool run_template_remove(struct cli *c, struct err *e)
{
	return template_remove(c->s, c->a->words[0], e) && cli_print_nothing(c->a, e);
}
