/*
 * Two front ends (JSON, CSV) bring the document into rows of texts; then each row is checked, and in one transaction
 * compared with what is kept and stored. A row that is refused keeps the place it had, so that the report follows the
 * document line by line.
 */
#include "numdesk/core/metadata_import.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "session_priv.h"

#include "numdesk/core/session.h"
#include "numdesk/util/csv.h"
#include "numdesk/util/err.h"
#include "numdesk/util/json.h"
#include "numdesk/util/text.h"

enum field { F_ACCOUNT, F_NUMBER, F_PRIMARY, F_MESSAGES, F_VOICE, F_LOCKED, F_TAGS, F_NOTE, F_OWNER, F_CUSTOMER, F_COUNT };
static const char *const names[] = {METADATA_NAMES};
_Static_assert(ARRAY_LEN(names) == F_COUNT, "one field per name");

static bool is_flag(enum field f)
{
	return f >= F_PRIMARY && f <= F_LOCKED;
}

/* A row as it was written, and what it means. */
struct raw {
	size_t at;
	const char *text[F_COUNT];              /* NULL: absent, null or empty */
	bool flag[F_COUNT];
	const char *refused;                    /* NULL: good */
};
struct reading { struct session *s; const struct import_options *o; struct raw *v; size_t n, cap; struct arena *mem; };

static struct raw *new_row(struct reading *r, size_t at)
{
	if (r->n == r->cap) {
		r->cap = r->cap ? r->cap * 2 : 64;
		r->v = mem_grow(r->v, r->cap, sizeof *r->v);
	}
	r->v[r->n] = (struct raw){.at = at};
	return &r->v[r->n++];
}

static bool refuse(struct reading *r, struct raw *row, const struct err *why)
{
	if (!row->refused)
		row->refused = arena_dup(r->mem, why->msg);
	return false;
}

static enum field field_named(const char *name)
{
	unsigned f = 0;

	while (f < F_COUNT && strcmp(names[f], name) != 0)
		f++;
	return (enum field)f;
}

/* --- JSON --------------------------------------------------------------------------------------------------------- */

static bool read_member(struct reading *r, struct raw *row, const struct json *m)
{
	const enum field f = field_named(json_name(m));
	struct err why;

	if (f == F_COUNT)
		err_set(&why, ERR_USAGE, "there is no member '%.40s' in metadata", json_name(m));
	else if (row->text[f])
		err_set(&why, ERR_USAGE, "'%s' stands there twice", names[f]);
	else if (json_is_null(m))
		return true;
	else if (is_flag(f) ? !json_is_bool(m) : !json_string(m))
		err_set(&why, ERR_USAGE, "'%s' is no %s", names[f], is_flag(f) ? "true or false" : "text");
	else {
		const char *text = is_flag(f) ? json_true(m) ? "yes" : "no" : arena_dup(r->mem, json_string(m));

		row->text[f] = *text ? text : NULL;
		return true;
	}
	return refuse(r, row, &why);
}

static bool read_json(struct reading *r, const char *text, size_t len, struct err *e)
{
	struct json *doc = json_parse(text, len, IMPORT_MAX_BYTES, e);
	struct err why;
	size_t at = 0;

	if (!doc) {
		e->kind = ERR_USAGE;
		return false;
	}
	if (!json_is_array(doc)) {
		json_free(doc);
		return err_set(e, ERR_USAGE, "an array of objects is expected, as 'numdesk meta export' writes it");
	}
	for (const struct json *v = json_first(doc); v; v = json_next(v)) {
		struct raw *row = new_row(r, ++at);

		err_set(&why, ERR_USAGE, "this is no object");
		if (!json_is_object(v))
			refuse(r, row, &why);
		for (const struct json *m = json_is_object(v) ? json_first(v) : NULL; m; m = json_next(m))
			read_member(r, row, m);
	}
	json_free(doc);
	return true;
}

/* --- CSV ---------------------------------------------------------------------------------------------------------- */

/* Which field each column is. */
struct header { enum field field[F_COUNT]; size_t n; };

static bool read_header(const struct csv_reader *c, struct header *h, struct err *e)
{
	bool seen[F_COUNT + 1] = {false};

	h->n = 0;
	for (size_t i = 0; i < c->n; i++) {
		const enum field f = field_named(c->cell[i]);

		if (f == F_COUNT)
			return err_set(e, ERR_USAGE, "line %zu: there is no column '%.40s' in metadata: 'numdesk meta export "
				       "--csv' has those there are", c->row_line, c->cell[i]);
		if (seen[f])
			return err_set(e, ERR_USAGE, "line %zu: column '%s' stands there twice", c->row_line, names[f]);
		seen[f] = true;
		h->field[h->n++] = f;
	}
	return seen[F_NUMBER] ||
	       err_set(e, ERR_USAGE, "line %zu: the first line has to name the columns, one of them phone_number",
		       c->row_line);
}

static void read_record(struct reading *r, const struct csv_reader *c, const struct header *h)
{
	struct raw *row = new_row(r, c->row_line);
	struct err why;

	err_set(&why, ERR_USAGE, "it has %zu cells and the header has %zu", c->n, h->n);
	if (c->n != h->n)
		refuse(r, row, &why);
	for (size_t i = 0; i < c->n && i < h->n; i++)
		if (*c->cell[i])
			row->text[h->field[i]] = arena_dup(r->mem, c->cell[i]);
}

static bool read_csv(struct reading *r, const char *text, size_t len, struct err *e)
{
	struct csv_reader c;
	struct err why = {0};
	struct header h = {.n = 0};
	bool ok;

	csv_reader_init(&c, text, len);
	if (!csv_next(&c, &why))
		ok = why.kind != ERR_NONE ? err_set(e, ERR_USAGE, "%s", why.msg) :
					    err_set(e, ERR_USAGE, "there is nothing in it");
	else
		ok = read_header(&c, &h, e);
	while (ok) {
		const size_t line = c.line;

		why = (struct err){0};
		if (csv_next(&c, &why))
			read_record(r, &c, &h);
		else if (why.kind != ERR_NONE)
			refuse(r, new_row(r, c.row_line ? c.row_line : line), &why);
		else
			break;
	}
	csv_reader_release(&c);
	return ok;
}

/* --- what a row means --------------------------------------------------------------------------------------------- */

static bool check_account(struct reading *r, struct raw *row, struct err *e)
{
	const char *ours = r->s->profile.account_sid;

	if (!row->text[F_ACCOUNT])
		row->text[F_ACCOUNT] = arena_dup(r->mem, ours);
	if (!sid_is(row->text[F_ACCOUNT], "AC"))
		return err_set(e, ERR_USAGE, "'%.40s' is no account SID", row->text[F_ACCOUNT]);
	return r->o->all_accounts || strcmp(row->text[F_ACCOUNT], ours) == 0 ||
	       err_set(e, ERR_USAGE, "it belongs to account %s, not to the profile in use: give --all to take it too",
		       row->text[F_ACCOUNT]);
}

static bool check_flags(struct raw *row, struct err *e)
{
	for (unsigned f = 0; f < F_COUNT; f++)
		if (is_flag((enum field)f) && row->text[f] && !text_to_bool(row->text[f], &row->flag[f]))
			return err_set(e, ERR_USAGE, "%s: '%.40s' is neither yes nor no", names[f], row->text[f]);
	return true;
}

static bool check_row(struct reading *r, struct raw *row, struct err *e)
{
	char number[E164_SIZE];

	if (!row->text[F_NUMBER])
		return err_set(e, ERR_USAGE, "it has no phone_number");
	if (!phone_parse(row->text[F_NUMBER], number, e) || !check_account(r, row, e))
		return false;
	row->text[F_NUMBER] = arena_dup(r->mem, number);
	if (row->text[F_TAGS] && !tags_parse(row->text[F_TAGS], r->mem, &row->text[F_TAGS], e))
		return false;
	return check_flags(row, e) && (!row->text[F_NOTE] || meta_note_valid(row->text[F_NOTE], e)) &&
	       (!row->text[F_OWNER] || meta_owner_valid(row->text[F_OWNER], e)) &&
	       (!row->text[F_CUSTOMER] || meta_customer_valid(row->text[F_CUSTOMER], e));
}

static int by_key(const void *a, const void *b)
{
	const struct raw *x = *(const struct raw *const *)a, *y = *(const struct raw *const *)b;
	int order = strcmp(x->text[F_ACCOUNT], y->text[F_ACCOUNT]);

	order = order ? order : strcmp(x->text[F_NUMBER], y->text[F_NUMBER]);
	return order ? order : (x->at > y->at) - (x->at < y->at);
}

/* Which purpose would two rows of one account have? first: the row that has each. */
static void check_primaries(struct reading *r, struct raw *row, struct raw *first[F_COUNT])
{
	struct err why;

	for (unsigned f = F_PRIMARY; f <= F_VOICE; f++) {
		if (!row->flag[f])
			continue;
		if (first[f]) {
			err_set(&why, ERR_USAGE, "%s: %s has it in row %zu already, and one number of an account can", names[f],
				first[f]->text[F_NUMBER], first[f]->at);
			refuse(r, row, &why);
			return;
		}
		first[f] = row;
	}
}

/* A number twice, an account with two primary numbers. */
static void check_together(struct reading *r)
{
	struct raw **v = mem_array(r->n, sizeof *v), *first[F_COUNT] = {NULL};
	struct err why;
	size_t n = 0;

	for (size_t i = 0; i < r->n; i++)
		if (!r->v[i].refused)
			v[n++] = &r->v[i];
	qsort(v, n, sizeof *v, by_key);
	for (size_t i = 0; i < n; i++) {
		const bool same_account = i > 0 && strcmp(v[i]->text[F_ACCOUNT], v[i - 1]->text[F_ACCOUNT]) == 0;

		if (!same_account)
			memset(first, 0, sizeof first);
		if (same_account && strcmp(v[i]->text[F_NUMBER], v[i - 1]->text[F_NUMBER]) == 0) {
			err_set(&why, ERR_USAGE, "%s stands there again, after row %zu", v[i]->text[F_NUMBER],
				v[i - 1]->at);
			refuse(r, v[i], &why);
		} else {
			check_primaries(r, v[i], first);
		}
	}
	free(v);
}

/* --- comparing and storing ---------------------------------------------------------------------------------------- */

/* What the row makes of m. */
static bool merge(const struct raw *row, bool replace, struct number_meta *m, struct arena *a, struct err *e)
{
	const char *const *t = row->text;
	const struct meta_change c = {
		.no_tags = replace, .add = t[F_TAGS], .note = t[F_NOTE] || !replace ? t[F_NOTE] : "",
		.owner = t[F_OWNER] || !replace ? t[F_OWNER] : "",
		.customer_ref = t[F_CUSTOMER] || !replace ? t[F_CUSTOMER] : "",
	};

	m->is_primary = row->flag[F_PRIMARY] || (m->is_primary && !replace);
	m->for_messages = row->flag[F_MESSAGES] || (m->for_messages && !replace);
	m->for_voice = row->flag[F_VOICE] || (m->for_voice && !replace);
	m->is_locked = row->flag[F_LOCKED] || (m->is_locked && !replace);
	return meta_apply(m, &c, a, e);
}

static bool differ(const char *a, const char *b)
{
	return strcmp(a ? a : "", b ? b : "") != 0;
}

/* "tags, note" */
static const char *differences(const struct number_meta *a, const struct number_meta *b, struct arena *mem)
{
	const struct { bool is; const char *word; } all[] = {
		{a->is_primary != b->is_primary, "primary"},
		{a->for_messages != b->for_messages, "primary for messages"},
		{a->for_voice != b->for_voice, "primary for voice"}, {a->is_locked != b->is_locked, "lock"},
		{differ(a->tags, b->tags), "tags"}, {differ(a->note, b->note), "note"},
		{differ(a->owner, b->owner), "owner"}, {differ(a->customer_ref, b->customer_ref), "customer"},
	};
	const char *s = "";

	for (size_t i = 0; i < ARRAY_LEN(all); i++)
		if (all[i].is)
			s = arena_printf(mem, "%s%s%s", s, *s ? ", " : "", all[i].word);
	return s;
}

struct storing { struct reading *r; struct import *out; const size_t *index; };

static bool edit_row(void *ctx, size_t i, struct number_meta *m, struct arena *a, struct err *e)
{
	static const struct number_meta nothing;
	const struct storing *x = ctx;
	const struct raw *raw = &x->r->v[x->index[i]];
	struct import_row *row = &x->out->rows[x->index[i]];
	const struct number_meta before = *m;

	if (!merge(raw, x->r->o->replace, m, a, e))
		return err_wrap(e, "row %zu, %s", raw->at, m->phone_number);
	row->outcome = meta_equal(&before, m) ? IMPORT_SAME :
		       meta_equal(&before, &nothing) ? IMPORT_TAKEN : IMPORT_CHANGED;
	row->says = differences(&before, m, &x->out->mem);
	return true;
}

/* Compare without storing. A row that would end with too many tags is refused like any other. */
static bool compare(struct reading *r, struct import *out, const struct number_meta *keys, const size_t *index, size_t n,
		    struct err *e)
{
	struct storing x = {r, out, index};
	struct arena mem = {0};
	bool ok = true;

	for (size_t i = 0; ok && i < n; i++) {
		struct number_meta m;
		struct err why = {0};

		ok = ledger_meta(r->s->ledger, keys[i].account_sid, keys[i].phone_number, &m, &mem, e);
		if (ok && !edit_row(&x, i, &m, &mem, &why))
			refuse(r, &r->v[index[i]], &why);
	}
	arena_release(&mem);
	return ok;
}

/* The rows that are not refused, as keys of the ledger. */
static size_t good_rows(const struct reading *r, struct number_meta *keys, size_t *index)
{
	size_t n = 0;

	for (size_t i = 0; i < r->n; i++) {
		if (r->v[i].refused)
			continue;
		keys[n] = (struct number_meta){.is_primary = false};
		text_copy(keys[n].account_sid, sizeof keys[n].account_sid, r->v[i].text[F_ACCOUNT]);
		text_copy(keys[n].phone_number, sizeof keys[n].phone_number, r->v[i].text[F_NUMBER]);
		index[n++] = i;
	}
	return n;
}

static void report(const struct reading *r, struct import *out)
{
	for (size_t i = 0; i < r->n; i++) {
		struct import_row *row = &out->rows[i];
		const struct raw *raw = &r->v[i];

		row->at = raw->at;
		if (raw->refused) {
			row->outcome = IMPORT_REFUSED;
			row->says = raw->refused;
		}
		/* what cannot be an identity stays out */
		text_copy(row->account_sid, sizeof row->account_sid, raw->text[F_ACCOUNT] ? raw->text[F_ACCOUNT] : "");
		text_copy(row->phone_number, sizeof row->phone_number, raw->text[F_NUMBER] ? raw->text[F_NUMBER] : "");
		out->count[row->outcome]++;
	}
}

static bool carry_out(struct reading *r, struct import *out, struct err *e)
{
	struct number_meta *keys = mem_array(r->n, sizeof *keys);
	size_t *index = mem_array(r->n, sizeof *index), n = good_rows(r, keys, index);
	struct storing x = {r, out, index};
	bool ok = compare(r, out, keys, index, n, e);

	n = ok ? good_rows(r, keys, index) : 0;
	if (ok && !r->o->dry_run && n > 0 && (n == r->n || r->o->partial)) {
		ok = ledger_meta_edit(r->s->ledger, keys, n, edit_row, &x, e);
		out->stored = ok;
		if (ok)
			session_mirror_meta(r->s);
	}
	free(index);
	free(keys);
	return ok;
}

bool metadata_import(struct session *s, const char *text, size_t len, const struct import_options *o, struct import *out,
		     struct err *e)
{
	const char *p = text + strspn(text, " \t\r\n");
	struct reading r = {.s = s, .o = o, .mem = &out->mem};
	bool ok;

	*out = (struct import){.rows = NULL};
	if (!o->dry_run && s->read_only)
		return err_set(e, ERR_GUARD, "cannot change what is kept about numbers: read-only (%s)",
			       s->read_only_why ? s->read_only_why : "asked for");
	ok = *p == '[' || *p == '{' ? read_json(&r, text, len, e) : read_csv(&r, text, len, e);
	for (size_t i = 0; ok && i < r.n; i++) {
		struct err why = {0};

		if (!r.v[i].refused && !check_row(&r, &r.v[i], &why))
			refuse(&r, &r.v[i], &why);
	}
	if (ok) {
		check_together(&r);
		out->n = r.n;
		out->rows = arena_alloc(&out->mem, (r.n + 1) * sizeof *out->rows);
		ok = carry_out(&r, out, e);
		report(&r, out);
	}
	free(r.v);
	if (!ok)
		import_release(out);
	return ok;
}

const char *import_outcome_name(enum import_outcome o)
{
	static const char *const words[] = {"taken", "changed", "same", "refused"};

	_Static_assert(ARRAY_LEN(words) == IMPORT_OUTCOME_COUNT, "one word per outcome");
	return (unsigned)o < IMPORT_OUTCOME_COUNT ? words[o] : "";
}

void import_release(struct import *i)
{
	arena_release(&i->mem);
	*i = (struct import){.rows = NULL};
}
