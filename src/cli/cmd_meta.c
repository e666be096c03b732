/* tag and note: what is kept here about numbers, whoever owns them now. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli_priv.h"

#include "numdesk/cli/out.h"
#include "numdesk/core/metadata.h"
#include "numdesk/core/session.h"

enum { WORDS_MAX = 64 };

/* --- rows --------------------------------------------------------------------------------------------------------- */

/* What is printed waits until the change is stored. */
struct kept { struct number_meta *v; bool *changed; size_t n; struct arena *mem; };

static void keep_row(void *ctx, const struct number_meta *before, const struct number_meta *after)
{
	struct kept *k = ctx;
	struct number_meta *m = &k->v[k->n];

	*m = *after;
	m->tags = arena_dup(k->mem, after->tags);
	m->note = arena_dup(k->mem, after->note);
	m->owner = arena_dup(k->mem, after->owner);
	m->customer_ref = arena_dup(k->mem, after->customer_ref);
	k->changed[k->n++] = !meta_equal(before, after);
}

static const char *word(bool yes)
{
	return yes ? "true" : "false";
}

/* Find the numbers, change them as told (or only look), and hand back each as it is then. */
static bool change_all(struct cli *c, size_t n_words, const struct meta_change *change, bool only_look, struct kept *k,
		       struct err *e)
{
	struct cli_numbers numbers;

	if (!cli_numbers(c, n_words, &numbers, e) || !cli_known_all(c, &numbers, e))
		return false;
	*k = (struct kept){.mem = &c->mem};
	k->v = arena_alloc(&c->mem, (numbers.n + 1) * sizeof *k->v);
	k->changed = arena_alloc(&c->mem, (numbers.n + 1) * sizeof *k->changed);
	return metadata_change(c->s, numbers.v, numbers.n, change, only_look || c->a->dry_run, keep_row, k, e);
}

/* --- tag ---------------------------------------------------------------------------------------------------------- */

/* The values of a repeated option as one list in the stored form; NULL when it was not given. */
static bool read_tags(const struct args *a, const char *option, struct arena *mem, const char **out, struct err *e)
{
	const char *values[WORDS_MAX];
	const size_t n = args_values(a, option, values, WORDS_MAX);
	const char *list = "";

	*out = NULL;
	if (n == 0)
		return true;
	for (size_t i = 0; i < n; i++) {
		char tag[TAG_SIZE];

		/* "a,b" is two words, but a value without any is a mistake */
		if (!values[i][strspn(values[i], " ,")] && !tag_parse(values[i], tag, e))
			return err_wrap(e, "%s", option);
		list = arena_printf(mem, "%s %s", list, values[i]);
	}
	return tags_parse(list, mem, out, e) || err_wrap(e, "%s", option);
}

static bool read_tag_change(const struct args *a, struct arena *mem, struct meta_change *c, struct err *e)
{
	*c = (struct meta_change){.no_tags = args_has(a, "--clear")};
	if (!read_tags(a, "--add", mem, &c->add, e) || !read_tags(a, "--remove", mem, &c->remove, e))
		return false;
	if (c->no_tags && c->remove)
		return err_set(e, ERR_USAGE, "--clear takes every tag away: leave --remove out");
	return true;
}

static bool changes_tags(const struct meta_change *c)
{
	return c->add || c->remove || c->no_tags;
}

static bool names_numbers(const struct args *a)
{
	return a->n_words > 0 || args_has(a, "--from") || args_has(a, "--where");
}

bool check_tag(const struct args *a, struct err *e)
{
	struct arena mem = {0};
	struct meta_change change;
	bool ok = read_tag_change(a, &mem, &change, e);

	ok = ok && cli_numbers_check(a, SIZE_MAX, changes_tags(&change), e);
	arena_release(&mem);
	return ok;
}

/* --- tag, without numbers: which there are ------------------------------------------------------------------------ */

struct tally { char tag[TAG_SIZE]; size_t numbers, owned; };
struct tallies { struct cli *c; struct tally *v; size_t n, cap; bool owned; };

static void count_tag(void *ctx, const char *tag)
{
	struct tallies *t = ctx;
	size_t at = 0;

	while (at < t->n && strcmp(t->v[at].tag, tag) < 0)
		at++;
	if (at == t->n || strcmp(t->v[at].tag, tag) != 0) {
		if (t->n == t->cap) {
			t->cap = t->cap ? t->cap * 2 : 32;
			t->v = mem_grow(t->v, t->cap, sizeof *t->v);
		}
		memmove(t->v + at + 1, t->v + at, (t->n - at) * sizeof *t->v);
		t->n++;
		t->v[at] = (struct tally){.numbers = 0};
		snprintf(t->v[at].tag, sizeof t->v[at].tag, "%s", tag);
	}
	t->v[at].numbers++;
	t->v[at].owned += t->owned;
}

static bool count_number(void *ctx, const struct number_meta *m)
{
	struct tallies *t = ctx;
	struct arena mem = {0};
	struct number n;

	if (!m->tags)
		return true;
	t->owned = cache_find(t->c->s->cache, m->account_sid, m->phone_number, &n, NULL, &mem, NULL) && !n.is_gone;
	arena_release(&mem);
	tags_each(m->tags, count_tag, t);
	return true;
}

static bool print_tallies(struct cli *c, struct err *e)
{
	static const struct out_field fields[] = {
		{"tag", "TAG", OUT_TEXT, false}, {"numbers", "NUMBERS", OUT_NUMBER, false},
		{"owned", "OWNED", OUT_NUMBER, false},
	};
	struct tallies t = {.c = c};
	struct out *o;

	if (!ledger_meta_each(c->s->ledger, c->s->profile.account_sid, count_number, &t, e)) {
		free(t.v);
		return false;
	}
	o = out_records(c->a->format, fields, ARRAY_LEN(fields));
	for (size_t i = 0; i < t.n; i++) {
		char numbers[24], owned[24];

		snprintf(numbers, sizeof numbers, "%zu", t.v[i].numbers);
		snprintf(owned, sizeof owned, "%zu", t.v[i].owned);
		out_record(o, (const char *[]){t.v[i].tag, numbers, owned});
	}
	free(t.v);
	return out_end(o, e);
}

bool run_tag(struct cli *c, struct err *e)
{
	static const struct out_field fields[] = {
		{"phone_number", "NUMBER", OUT_TEXT, false}, {"tags", "TAGS", OUT_TEXT, false},
		{"changed", "CHANGED", OUT_BOOL, false},
	};
	struct meta_change change;
	struct kept k;
	struct out *o;

	if (!read_tag_change(c->a, &c->mem, &change, e))
		return false;
	if (!names_numbers(c->a))
		return print_tallies(c, e);
	if (!change_all(c, SIZE_MAX, &change, !changes_tags(&change), &k, e))
		return false;
	o = out_records(c->a->format, fields, ARRAY_LEN(fields));
	for (size_t i = 0; i < k.n; i++)
		out_record(o, (const char *[]){k.v[i].phone_number, k.v[i].tags, word(k.changed[i])});
	return out_end(o, e);
}

/* --- note --------------------------------------------------------------------------------------------------------- */

/* With --from and --where the only word is the text. */
static size_t note_numbers(const struct args *a)
{
	return args_has(a, "--from") || args_has(a, "--where") ? 0 : 1;
}

/* "" clears; NULL leaves as it is. */
static bool read_text(const struct args *a, const char *given, const char *off, const char **out, struct err *e)
{
	*out = given;
	if (!args_has(a, off))
		return true;
	*out = "";
	return !given || err_set(e, ERR_USAGE, "%s and a text exclude each other", off);
}

static bool read_note_change(const struct args *a, struct meta_change *c, struct err *e)
{
	const size_t numbers = note_numbers(a);

	*c = (struct meta_change){.add = NULL};
	if (a->n_words > numbers + 1)
		return err_set(e, ERR_USAGE, "there are more words than 'note' takes: write the text as one, in quotes");
	if (a->n_words > numbers && !*a->words[numbers])
		return err_set(e, ERR_USAGE, "the text is empty: --clear takes the note away");
	if (!read_text(a, a->n_words > numbers ? a->words[numbers] : NULL, "--clear", &c->note, e) ||
	    !read_text(a, args_value(a, "--owner"), "--no-owner", &c->owner, e) ||
	    !read_text(a, args_value(a, "--customer"), "--no-customer", &c->customer_ref, e))
		return false;
	return (!c->note || meta_note_valid(c->note, e)) && (!c->owner || meta_owner_valid(c->owner, e)) &&
	       (!c->customer_ref || meta_customer_valid(c->customer_ref, e));
}

bool check_note(const struct args *a, struct err *e)
{
	struct meta_change change;

	return cli_numbers_check(a, note_numbers(a), true, e) && read_note_change(a, &change, e);
}

bool cli_meta_only_prints(const struct args *a)
{
	static const char *const changing[] = {"--add", "--remove", "--clear", "--owner", "--no-owner", "--customer",
					       "--no-customer"};

	for (size_t i = 0; i < ARRAY_LEN(changing); i++)
		if (args_has(a, changing[i]))
			return false;
	return a->command != CMD_NOTE || a->n_words <= note_numbers(a);
}

bool run_note(struct cli *c, struct err *e)
{
	static const struct out_field fields[] = {
		{"phone_number", "NUMBER", OUT_TEXT, false}, {"note", "NOTE", OUT_TEXT, false},
		{"owner", "OWNER", OUT_TEXT, false}, {"customer_ref", "CUSTOMER", OUT_TEXT, false},
		{"changed", "CHANGED", OUT_BOOL, false},
	};
	struct meta_change change;
	struct kept k;
	struct out *o;

	if (!read_note_change(c->a, &change, e) ||
	    !change_all(c, note_numbers(c->a), &change, !change.note && !change.owner && !change.customer_ref, &k, e))
		return false;
	o = out_records(c->a->format, fields, ARRAY_LEN(fields));
	for (size_t i = 0; i < k.n; i++)
		out_record(o, (const char *[]){k.v[i].phone_number, k.v[i].note, k.v[i].owner, k.v[i].customer_ref,
					       word(k.changed[i])});
	return out_end(o, e);
}
