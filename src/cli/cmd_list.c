/* list and show: what is known here, without asking Twilio. */
#include <langinfo.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli_priv.h"

#include "numdesk/cli/out.h"
#include "numdesk/core/rows.h"
#include "numdesk/core/session.h"
#include "numdesk/model/column.h"
#include "numdesk/model/query.h"
#include "numdesk/util/json.h"

enum { LIST_MAX = 100000000, CELL_MAX = 2100 };         /* a webhook's URL is the longest text of a number */

bool cli_ascii(const struct session *s)
{
	const int64_t choice = config_int(&s->config, OPTION_UI_ASCII);

	return choice == 1 || (choice == 0 && strcmp(nl_langinfo(CODESET), "UTF-8") != 0);
}

bool cli_owned(struct cli *c, const char *phone_number, struct number *out, struct err *e)
{
	const struct session *s = c->s;
	struct err why = {0};

	if (cache_find(s->cache, s->profile.account_sid, phone_number, out, NULL, &c->mem, &why)) {
		if (!out->is_gone)
			return true;
		return err_set(e, ERR_NOT_FOUND, "%s is not among the numbers of profile '%s' any more: it was "
			       "released, or was missing from Twilio's last list", phone_number, s->profile.name);
	}
	if (why.kind != ERR_NOT_FOUND) {
		*e = why;
		return false;
	}
	return err_set(e, ERR_NOT_FOUND, "%s is not among the numbers of profile '%s'%s", phone_number, s->profile.name,
		       s->account.synced_at ? "; if it is new, run 'numdesk sync'" : ": run 'numdesk sync' first");
}

/* --- list --------------------------------------------------------------------------------------------------------- */

struct listing {
	bool explain;                   /* --columns help */
	enum column_id ids[COLUMN_COUNT]; size_t n;
	enum column_id sort; bool descending, chosen;
	long long limit, printed;
	const struct args *a;
	struct out *out;
	bool ascii;
};

static bool read_sort(const struct args *a, struct listing *l, struct err *e)
{
	const char *text = args_value(a, "--sort"), *name = text, *near;

	l->sort = COL_PHONE_NUMBER;
	if (!text)
		return true;
	l->descending = *name == '-';
	name += l->descending;
	l->sort = column_find(name);
	if (l->sort != COLUMN_COUNT)
		return true;
	near = column_suggest(name);
	return err_set(e, ERR_USAGE, "--sort: there is no column '%.40s'%s%s%s; 'numdesk list --columns help' names "
		       "them all", name, near ? ", did you mean '" : "", near ? near : "", near ? "'" : "");
}

static bool read_listing(const struct args *a, struct listing *l, struct err *e)
{
	const char *where = args_value(a, "--where"), *list = args_value(a, "--columns");
	struct query q;

	*l = (struct listing){.a = a};
	l->explain = list && strcmp(list, "help") == 0;
	l->chosen = list && !l->explain;
	if (l->chosen && !(l->n = column_list_parse(list, l->ids, ARRAY_LEN(l->ids), e)))
		return err_wrap(e, "--columns");
	if (where && !query_parse(&q, where, NULL, e))
		return err_wrap(e, "--where");
	return read_sort(a, l, e) && args_int(a, "--limit", 1, LIST_MAX, LIST_MAX, &l->limit, e);
}

bool check_list(const struct args *a, struct err *e)
{
	struct listing l;

	return read_listing(a, &l, e);
}

static bool explain_columns(const struct args *a, struct err *e)
{
	static const struct out_field fields[] = {
		{"name", "COLUMN", OUT_TEXT, false}, {"alias", "SHORT", OUT_TEXT, false},
		{"help", "MEANS", OUT_TEXT, false},
	};
	struct out *o = out_records(a->format, fields, ARRAY_LEN(fields));

	for (unsigned i = 0; i < COLUMN_COUNT; i++)
		out_record(o, (const char *[]){columns[i].name, columns[i].alias, columns[i].help});
	return out_end(o, e);
}

/* JSON and CSV have everything; a table what the configuration chose; plain output must not depend on that. */
static void default_columns(const struct session *s, struct listing *l)
{
	const char *list = l->a->format == FORMAT_TABLE ? config_text(&s->config, OPTION_UI_COLUMNS) :
							  options[OPTION_UI_COLUMNS].fallback;

	if (l->chosen)
		return;
	if (l->a->format == FORMAT_TABLE || l->a->format == FORMAT_PLAIN)
		l->n = column_list_parse(list, l->ids, ARRAY_LEN(l->ids), NULL);
	if (l->n > 0 && l->n < COLUMN_COUNT && args_has(l->a, "--all-accounts"))
		l->ids[l->n++] = COL_ACCOUNT_NAME;      /* else nobody could tell them apart */
	for (unsigned i = 0; l->n == 0 && i < COLUMN_COUNT; i++)
		l->ids[i] = (enum column_id)i;
	if (l->n == 0)
		l->n = COLUMN_COUNT;
}

static bool is_right(enum column_id c)
{
	return columns[c].type == COLTYPE_MONEY || columns[c].type == COLTYPE_COUNT;
}

static struct out *open_listing(struct cli *c, const struct listing *l)
{
	struct out_column *cols = arena_alloc(&c->mem, l->n * sizeof *cols);

	for (size_t i = 0; i < l->n; i++)
		cols[i] = (struct out_column){columns[l->ids[i]].name, columns[l->ids[i]].title, is_right(l->ids[i])};
	return out_new(l->a->format, cols, l->n);
}

static bool print_number(void *ctx, const struct number *n)
{
	struct listing *l = ctx;
	const char *cells[COLUMN_COUNT];
	char (*text)[CELL_MAX];

	if (l->printed++ == l->limit)
		return false;
	if (out_is_json(l->out)) {
		out_number_json(out_json(l->out), n, l->ids, l->n);
		return !out_broken(l->out);
	}
	text = mem_array(l->n, sizeof *text);
	for (size_t i = 0; i < l->n; i++)
		cells[i] = l->a->format == FORMAT_TABLE ? column_show(l->ids[i], n, l->ascii, text[i], sizeof text[i]) :
							  column_machine(l->ids[i], n, text[i], sizeof text[i]);
	out_row(l->out, cells);
	free(text);
	return !out_broken(l->out);
}

bool run_list(struct cli *c, struct err *e)
{
	const char *where = args_value(c->a, "--where");
	struct session *s = c->s;
	struct listing l;
	struct rows *r;
	bool ok;

	if (!read_listing(c->a, &l, e))
		return false;
	if (l.explain)
		return explain_columns(c->a, e);
	default_columns(s, &l);
	l.ascii = cli_ascii(s);
	r = rows_new(s, NULL, NULL);
	if (args_has(c->a, "--all-accounts"))
		rows_set_account(r, NULL);
	rows_set_gone(r, args_has(c->a, "--gone"));
	rows_set_sort(r, l.sort, l.descending);
	ok = !where || rows_set_filter(r, where, NULL, e);
	if (ok) {
		l.out = open_listing(c, &l);
		ok = rows_each(r, print_number, &l, e);
		ok = out_end(l.out, ok ? e : NULL) && ok;
	}
	rows_free(r);
	if (ok && s->account.synced_at == 0)
		out_note("nothing was fetched from Twilio yet: run 'numdesk sync'");
	return ok;
}

/* --- show --------------------------------------------------------------------------------------------------------- */

bool check_show(const struct args *a, struct err *e)
{
	char number[E164_SIZE];

	return cli_number_word(a, number, e);
}

static void show_json(struct out *o, const struct number *n)
{
	enum column_id ids[COLUMN_COUNT];

	for (unsigned i = 0; i < COLUMN_COUNT; i++)
		ids[i] = (enum column_id)i;
	out_number_json(out_json(o), n, ids, COLUMN_COUNT);
}

/* One field a line; CSV keeps the shape that list has. */
static bool show_number(struct cli *c, const struct number *n, struct err *e)
{
	static const struct out_column lines[] = {{"field", "FIELD", false}, {"value", "VALUE", false}};
	const enum cli_format f = c->a->format;
	struct listing l = {.a = c->a, .limit = 1};

	if (f == FORMAT_CSV) {
		default_columns(c->s, &l);
		l.out = open_listing(c, &l);
		print_number(&l, n);
		return out_end(l.out, e);
	}
	l.out = out_new(f, lines, ARRAY_LEN(lines));
	if (f == FORMAT_JSON)
		show_json(l.out, n);
	for (unsigned i = 0; f != FORMAT_JSON && i < COLUMN_COUNT; i++) {
		char text[CELL_MAX];

		column_machine((enum column_id)i, n, text, sizeof text);
		if (*text || f == FORMAT_PLAIN)
			out_row(l.out, (const char *[]){columns[i].name, text});
	}
	return out_end(l.out, e);
}

bool run_show(struct cli *c, struct err *e)
{
	char number[E164_SIZE];
	struct number n;

	if (!cli_number_word(c->a, number, e) || !cli_owned(c, number, &n, e))
		return false;
	if (args_has(c->a, "--live") && !cli_fetch(c, &n, e))
		return false;
	return show_number(c, &n, e);
}
