/* saved: searches kept under a name on this machine. */
#include <inttypes.h>
#include <stdio.h>

#include "cli_priv.h"

#include "numdesk/cli/out.h"
#include "numdesk/core/session.h"
#include "numdesk/store/saved.h"
#include "numdesk/util/clock.h"
#include "numdesk/util/json.h"

bool check_saved_save(const struct args *a, struct err *e)
{
	struct search s;

	return search_name_valid(a->words[0], e) && cli_search_options(a, a->words[1], &s, e);
}

bool check_saved_name(const struct args *a, struct err *e)
{
	return search_name_valid(a->words[0], e);
}

/* --- printing ----------------------------------------------------------------------------------------------------- */

static void text_or_null(struct json_writer *w, const char *name, const char *text)
{
	json_w_key(w, name);
	json_w_text(w, *text ? text : NULL);
}

static void search_json(struct json_writer *w, const struct saved_search *s)
{
	char text[128];

	json_w_key(w, "search");
	if (s->unreadable) {
		json_w_null(w);
		return;
	}
	json_w_object(w);
	for (unsigned f = 0; f < SEARCH_FIELD_COUNT; f++)
		text_or_null(w, search_field_name((enum search_field)f), search_get(&s->search, (enum search_field)f, text,
										    sizeof text));
	json_w_end(w);
}

struct listing { struct out *o; };

static bool print_row(void *ctx, const struct saved_search *s)
{
	struct out *o = ((struct listing *)ctx)->o;
	char says[200], created[24], run[24] = "", found[24] = "";

	if (s->unreadable)
		snprintf(says, sizeof says, "cannot be read: save it anew with --replace, or remove it");
	else
		search_describe(&s->search, says, sizeof says);
	clock_iso(s->created_at, created, sizeof created);
	if (s->run_at) {
		clock_iso(s->run_at, run, sizeof run);
		snprintf(found, sizeof found, "%" PRId64, s->found);
	}
	if (out_is_json(o)) {
		struct json_writer *w = out_json(o);

		json_w_object(w);
		text_or_null(w, "name", s->name);
		text_or_null(w, "describes", s->unreadable ? "" : says);
		search_json(w, s);
		text_or_null(w, "created_at", created);
		text_or_null(w, "run_at", run);
		json_w_key(w, "found");
		if (s->run_at)
			json_w_i64(w, s->found);
		else
			json_w_null(w);
		json_w_end(w);
	} else {
		out_row(o, (const char *[]){s->name, says, run, found, created});
	}
	return !out_broken(o);
}

static const struct out_column columns_of[] = {
	{"name", "NAME", false}, {"describes", "SEARCH", false}, {"run_at", "LAST RUN", false}, {"found", "FOUND", true},
	{"created_at", "SAVED", false},
};

bool run_saved_list(struct cli *c, struct err *e)
{
	struct listing l = {out_new(c->a->format, columns_of, ARRAY_LEN(columns_of))};
	const bool ok = saved_each(c->s->ledger, print_row, &l, e);

	return out_end(l.o, ok ? e : NULL) && ok;
}

/* For people a line for each field that is set; else the row that the list has. */
bool run_saved_show(struct cli *c, struct err *e)
{
	static const struct out_column fields[] = {{"field", "FIELD", false}, {"value", "VALUE", false}};
	struct saved_search s;
	struct listing l;
	char text[128];

	if (!saved_find(c->s->ledger, c->a->words[0], &s, e))
		return false;
	if (c->a->format != FORMAT_TABLE) {
		l.o = out_new(c->a->format, columns_of, ARRAY_LEN(columns_of));
		print_row(&l, &s);
		return out_end(l.o, e);
	}
	l.o = out_new(FORMAT_TABLE, fields, ARRAY_LEN(fields));
	for (unsigned f = 0; f < SEARCH_FIELD_COUNT; f++)
		if (*search_get(&s.search, (enum search_field)f, text, sizeof text))
			out_row(l.o, (const char *[]){search_field_name((enum search_field)f), text});
	return out_end(l.o, e);
}

/* --- doing -------------------------------------------------------------------------------------------------------- */

bool run_saved_save(struct cli *c, struct err *e)
{
	struct cli_wanted w;

	return cli_wanted(c, c->a->words[1], NULL, &w, e) &&
	       saved_put(c->s->ledger, c->a->words[0], &w.search, args_has(c->a, "--replace"), e) &&
	       cli_print_nothing(c->a, e);
}

bool run_saved_remove(struct cli *c, struct err *e)
{
	return saved_remove(c->s->ledger, c->a->words[0], e) && cli_print_nothing(c->a, e);
}

bool run_saved_run(struct cli *c, struct err *e)
{
	struct saved_search s;
	size_t found;

	if (!saved_find(c->s->ledger, c->a->words[0], &s, e) || !cli_search_print(c, &s.search, &found, e))
		return false;
	saved_ran(c->s->ledger, s.name, found);
	return true;
}
