/*
 * The numbers that a command is about, given one of three ways: as words, in a file or on standard input (--from), or as a
 * selection of the cache (--where). Everything is checked before the first is acted on, and each mistake is named with
 * its line.
 */
#include "cli_priv.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "numdesk/cli/out.h"
#include "numdesk/core/rows.h"
#include "numdesk/core/session.h"
#include "numdesk/model/meta.h"
#include "numdesk/model/query.h"
#include "numdesk/util/csv.h"
#include "numdesk/util/text.h"

enum { FILE_MAX = 16 << 20, NUMBERS_MAX = 100000, COMPLAINTS_MAX = 20 };

/* --- a growing list ----------------------------------------------------------------------------------------------- */

static void add(struct cli *c, struct cli_numbers *l, const char *number, size_t line)
{
	if (l->n == l->cap) {           /* an arena gives nothing back: double, so that little is left behind */
		const size_t cap = l->cap ? l->cap * 2 : 64;
		struct cli_numbers more = *l;

		more.v = arena_alloc(&c->mem, cap * sizeof *more.v);
		more.line = arena_alloc(&c->mem, cap * sizeof *more.line);
		more.cells = arena_alloc(&c->mem, cap * sizeof *more.cells);
		more.cap = cap;
		if (l->n > 0) {
			memcpy(more.v, l->v, l->n * sizeof *more.v);
			memcpy(more.line, l->line, l->n * sizeof *more.line);
			memcpy(more.cells, l->cells, l->n * sizeof *more.cells);
		}
		*l = more;
	}
	memcpy(l->v[l->n], number, strlen(number) + 1);
	l->cells[l->n] = NULL;
	l->line[l->n++] = line;
}

/* --- complaints --------------------------------------------------------------------------------------------------- */

/* Several mistakes of one input: the first ones are told each, the last sentence says how many there were. */
struct complaints { const char *from; size_t n; struct err first; };

static void complain(struct complaints *k, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static void complain(struct complaints *k, const char *fmt, ...)
{
	char says[ERR_MSG_MAX];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(says, sizeof says, fmt, ap);
	va_end(ap);
	k->n++;
	if (k->n == 1)
		err_set(&k->first, ERR_USAGE, "%s%s%.400s", k->from ? k->from : "", k->from ? ": " : "", says);
	else if (k->n == 2)
		out_note("%s", k->first.msg);
	if (k->n > 1 && k->n <= COMPLAINTS_MAX)
		out_note("%s%s%s", k->from ? k->from : "", k->from ? ": " : "", says);
}

/* True when there was nothing to complain about. */
static bool conclude(const struct complaints *k, enum err_kind kind, struct err *e)
{
	if (k->n == 0)
		return true;
	if (k->n == 1)
		return err_set(e, kind, "%s", k->first.msg);
	return err_set(e, kind, "%s%s%zu mistakes%s: nothing is done", k->from ? k->from : "", k->from ? ": " : "", k->n,
		       k->n > COMPLAINTS_MAX ? ", of which the first are named" : "");
}

static const char *source_name(const char *from)
{
	return from && strcmp(from, "-") == 0 ? "standard input" : from;
}

/* --- twice the same ----------------------------------------------------------------------------------------------- */

struct place { const char *number; size_t at; };

static int by_number(const void *a, const void *b)
{
	const struct place *x = a, *y = b;
	const int order = strcmp(x->number, y->number);

	return order ? order : (x->at > y->at) - (x->at < y->at);
}

static void find_doubles(const struct cli_numbers *l, struct complaints *k)
{
	struct place *v = mem_array(l->n, sizeof *v);

	for (size_t i = 0; i < l->n; i++)
		v[i] = (struct place){l->v[i], i};
	qsort(v, l->n, sizeof *v, by_number);
	for (size_t i = 1; i < l->n; i++) {
		if (strcmp(v[i].number, v[i - 1].number) != 0)
			continue;
		if (l->from)
			complain(k, "line %zu: %s stands there again, after line %zu: name each number once",
				 l->line[v[i].at], v[i].number, l->line[v[i - 1].at]);
		else
			complain(k, "%s is named twice: name each number once", v[i].number);
	}
	free(v);
}

/* --- words -------------------------------------------------------------------------------------------------------- */

static bool read_words(struct cli *c, const struct args *a, size_t n_words, struct cli_numbers *l, struct err *e)
{
	struct complaints k = {0};
	struct err why = {0};
	char number[E164_SIZE];

	for (size_t i = 0; i < n_words && i < a->n_words; i++)
		if (phone_parse(a->words[i], number, &why))
			add(c, l, number, 0);
		else
			complain(&k, "%s", why.msg);
	if (k.n == 0)
		find_doubles(l, &k);
	return conclude(&k, ERR_USAGE, e);
}

/* --- a file ------------------------------------------------------------------------------------------------------- */

/* Where the header has it; SIZE_MAX: this is no header. */
static size_t phone_column(const struct csv_reader *r)
{
	for (size_t i = 0; i < r->n; i++)
		if (text_ieq(r->cell[i], "phone_number"))
			return i;
	return SIZE_MAX;
}

/* "+14155550137  # support": what follows a # is for people. */
static void cut_comment(char *s)
{
	for (char *p = s; *p; p++)
		if (*p == '#' && p > s && (p[-1] == ' ' || p[-1] == '\t')) {
			*p = '\0';
			return;
		}
}

/* A record's cells, as many as the header has names; what is missing is "". */
static const char **keep_cells(struct cli *c, const struct csv_reader *r, size_t n)
{
	const char **v = arena_alloc(&c->mem, (n + 1) * sizeof *v);

	for (size_t i = 0; i < n; i++)
		v[i] = i < r->n ? arena_dup(&c->mem, r->cell[i]) : "";
	return v;
}

static void read_record(struct cli *c, struct csv_reader *r, size_t column, struct cli_numbers *l, struct complaints *k)
{
	const bool csv = column != SIZE_MAX;
	struct err why = {0};
	char number[E164_SIZE];

	if (!csv)
		cut_comment(r->cell[r->n - 1]);
	if (!csv && r->n > 1)
		complain(k, "line %zu: one number a line is expected, or CSV whose first line names a column 'phone_number'",
			 r->row_line);
	else if (csv && column >= r->n)
		complain(k, "line %zu: it has %zu cells and 'phone_number' is the %zu. column", r->row_line, r->n,
			 column + 1);
	else if (phone_parse(r->cell[csv ? column : 0], number, &why)) {
		add(c, l, number, r->row_line);
		if (csv)
			l->cells[l->n - 1] = keep_cells(c, r, l->n_header);
	} else {
		complain(k, "line %zu: %s", r->row_line, why.msg);
	}
}

static void read_records(struct cli *c, struct csv_reader *r, struct cli_numbers *l, struct complaints *k)
{
	size_t column = SIZE_MAX, records = 0;

	while (l->n <= NUMBERS_MAX) {
		struct err why = {0};

		if (!csv_next(r, &why)) {
			if (why.kind == ERR_NONE)
				return;
			complain(k, "%s", why.msg);
			continue;
		}
		if (records++ == 0 && (column = phone_column(r)) != SIZE_MAX) {
			l->header = keep_cells(c, r, r->n);
			l->n_header = r->n;
			continue;
		}
		read_record(c, r, column, l, k);
	}
	complain(k, "more than %d numbers: do it in several pieces", NUMBERS_MAX);
}

bool cli_numbers_read(struct cli *c, struct err *e)
{
	const char *from = args_value(c->a, "--from");
	struct complaints k = {.from = source_name(from)};
	struct csv_reader r;
	char *text;
	size_t len;

	if (!from)
		return true;
	text = cli_input(from, FILE_MAX, &len, e);
	if (!text)
		return false;
	c->given = (struct cli_numbers){.from = k.from};
	csv_reader_init(&r, text, len);
	read_records(c, &r, &c->given, &k);
	csv_reader_release(&r);
	free(text);
	if (k.n == 0)
		find_doubles(&c->given, &k);
	if (k.n == 0 && c->given.n == 0)
		complain(&k, "there is no number in it");
	return conclude(&k, ERR_USAGE, e);
}

/* --- a selection -------------------------------------------------------------------------------------------------- */

struct selection { struct cli *c; struct cli_numbers *l; };

static bool select_number(void *ctx, const struct number *n)
{
	struct selection *x = ctx;

	/* a number that left and came back may have two rows */
	if (x->l->n == 0 || strcmp(x->l->v[x->l->n - 1], n->phone_number) != 0)
		add(x->c, x->l, n->phone_number, 0);
	return x->l->n <= NUMBERS_MAX;
}

static bool read_selection(struct cli *c, const char *where, struct cli_numbers *l, struct err *e)
{
	struct selection x = {c, l};
	struct rows *r = rows_new(c->s, NULL, NULL);
	bool ok;

	rows_set_gone(r, false);
	ok = rows_set_filter(r, where, NULL, e) && rows_each(r, select_number, &x, e);
	rows_free(r);
	if (!ok)
		return false;
	if (l->n > NUMBERS_MAX)
		return err_set(e, ERR_USAGE, "--where '%.60s' selects more than %d numbers: do it in several pieces", where,
			       NUMBERS_MAX);
	if (l->n == 0)
		return err_set(e, ERR_NOT_FOUND, "--where '%.60s' selects no number%s", where,
			       c->s->account.synced_at ? "" : ": run 'numdesk sync' first");
	out_note("--where '%.60s' selects %zu number%s", where, l->n, l->n == 1 ? "" : "s");
	return true;
}

/* --- all of it ---------------------------------------------------------------------------------------------------- */

bool cli_numbers_check(const struct args *a, size_t n_words, bool needed, struct err *e)
{
	const char *where = args_value(a, "--where"), *path = commands[a->command].path;
	const bool from = args_has(a, "--from");
	const size_t words = n_words < a->n_words ? n_words : a->n_words;
	struct cli c = {.a = a};        /* only for its memory */
	struct cli_numbers l = {0};
	struct query q;
	bool ok;

	if ((words > 0) + from + (where != NULL) > 1)
		return err_set(e, ERR_USAGE, "give the numbers one way: as words, with --from or with --where; see 'numdesk "
			       "help %s'", path);
	if (needed && !words && !from && !where)
		return err_set(e, ERR_USAGE, "'%s' needs a NUMBER, or --from or --where; see 'numdesk help %s'", path, path);
	if (where && !query_parse(&q, where, NULL, e))
		return err_wrap(e, "--where");
	if (where && q.n == 0)          /* a script's variable that was not set */
		return err_set(e, ERR_USAGE, "--where is empty, which would be every number: to mean that, write --where "
			       "-is:gone");
	ok = read_words(&c, a, n_words, &l, e);
	arena_release(&c.mem);
	return ok;
}

bool cli_numbers(struct cli *c, size_t n_words, struct cli_numbers *out, struct err *e)
{
	const char *where = args_value(c->a, "--where");

	*out = c->given;
	if (where)
		return read_selection(c, where, out, e);
	return out->from || read_words(c, c->a, n_words, out, e);
}

/* One look-up of many: false when nothing can be looked up. */
typedef bool look_fn(struct cli *c, const char *number, struct number *out, struct err *e);

static bool look_up_all(struct cli *c, const struct cli_numbers *l, look_fn *look, struct number *v, struct err *e)
{
	struct complaints k = {.from = l->from};

	for (size_t i = 0; i < l->n; i++) {
		struct err why = {0};

		if (look(c, l->v[i], v ? &v[i] : NULL, &why))
			continue;
		if (why.kind != ERR_NOT_FOUND) {
			*e = why;
			return false;
		}
		if (l->from)
			complain(&k, "line %zu: %s", l->line[i], why.msg);
		else
			complain(&k, "%s", why.msg);
	}
	return conclude(&k, ERR_NOT_FOUND, e);
}

bool cli_owned_all(struct cli *c, const struct cli_numbers *l, struct number **out, struct err *e)
{
	*out = arena_alloc(&c->mem, (l->n + 1) * sizeof **out);
	return look_up_all(c, l, cli_owned, *out, e);
}

static bool is_known(struct cli *c, const char *number, struct number *unused, struct err *e)
{
	const char *account = c->s->profile.account_sid;
	const struct number_meta nothing = {.is_primary = false};
	struct arena mem = {0};
	struct number_meta m;
	struct number n;
	bool ok = cache_find(c->s->cache, account, number, &n, NULL, &mem, NULL);

	(void)unused;
	if (!ok)
		ok = ledger_meta(c->s->ledger, account, number, &m, &mem, e) && !meta_equal(&m, &nothing);
	if (!ok && e->kind == ERR_NONE)
		ok = cli_owned(c, number, &n, e);       /* fails, and says why */
	arena_release(&mem);
	return ok;
}

bool cli_known_all(struct cli *c, const struct cli_numbers *l, struct err *e)
{
	return look_up_all(c, l, is_known, NULL, e);
}
