#include "numdesk/model/meta.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "numdesk/util/err.h"
#include "numdesk/util/mem.h"
#include "numdesk/util/text.h"

static size_t count_chars(const char *s)
{
	size_t n = 0;

	for (; *s; s++)
		n += ((unsigned char)*s & 0xc0) != 0x80;
	return n;
}

/* --- tags --------------------------------------------------------------------------------------------------------- */

static bool is_letter(char c)
{
	return text_is_alnum(c) || (unsigned char)c >= 0x80;
}

bool tag_parse(const char *word, char out[TAG_SIZE], struct err *e)
{
	if (!*word)
		return err_set(e, ERR_USAGE, "the tag is empty: write a word");
	if (!text_is_clean(word, strlen(word)) || count_chars(word) > TAG_MAX_CHARS)
		return err_set(e, ERR_USAGE, "'%.40s%s' is no tag: at most %d printable characters", word,
			       strlen(word) > 40 ? "..." : "", TAG_MAX_CHARS);
	if (!is_letter(*word))
		return err_set(e, ERR_USAGE, "'%s' is no tag: it begins with a letter or a digit", word);
	for (const char *p = word; *p; p++)
		if (!is_letter(*p) && !strchr("-_.:/@&+#", *p))
			return err_set(e, ERR_USAGE, "'%s' is no tag: '%c' cannot be in one, only letters, digits and - _ . : "
				       "/ @ & + #", word, *p);
	text_fold(out, TAG_SIZE, word);
	return true;
}

/* The words of a list, each once, in order. */
struct words { char v[2 * TAGS_MAX][TAG_SIZE]; size_t n; };

static size_t find(const struct words *w, const char *tag)
{
	for (size_t i = 0; i < w->n; i++)
		if (strcmp(w->v[i], tag) == 0)
			return i;
	return SIZE_MAX;
}

static void put(struct words *w, const char *tag)
{
	size_t at = 0;

	if (find(w, tag) != SIZE_MAX || w->n == ARRAY_LEN(w->v))
		return;
	while (at < w->n && strcmp(w->v[at], tag) < 0)
		at++;
	memmove(w->v[at + 1], w->v[at], (w->n - at) * sizeof w->v[0]);
	snprintf(w->v[at], sizeof w->v[at], "%s", tag);
	w->n++;
}

static void drop(struct words *w, const char *tag)
{
	const size_t at = find(w, tag);

	if (at == SIZE_MAX)
		return;
	w->n--;
	memmove(w->v[at], w->v[at + 1], (w->n - at) * sizeof w->v[0]);
}

static const char *join(const struct words *w, struct arena *a)
{
	const char *s = "";

	for (size_t i = 0; i < w->n; i++)
		s = arena_printf(a, "%s%s%s", s, i ? " " : "", w->v[i]);
	return s;
}

static bool too_many(struct err *e)
{
	return err_set(e, ERR_USAGE, "a number has at most %d tags: take one away first", TAGS_MAX);
}

bool tags_parse(const char *list, struct arena *a, const char **out, struct err *e)
{
	static const char between[] = " ,";
	struct words w = {.n = 0};

	for (list += strspn(list, between); *list; list += strspn(list, between)) {
		const size_t n = strcspn(list, between);
		char *word = mem_dupn(list, n), tag[TAG_SIZE];
		const bool ok = tag_parse(word, tag, e);

		free(word);
		if (!ok)
			return false;
		put(&w, tag);
		if (w.n > TAGS_MAX)
			return too_many(e);
		list += n;
	}
	*out = join(&w, a);
	return true;
}

void tags_each(const char *tags, tag_fn *fn, void *ctx)
{
	char tag[TAG_SIZE];

	for (const char *s = tags ? tags : ""; *s; s += strspn(s, " ")) {
		const size_t n = strcspn(s, " ");

		snprintf(tag, sizeof tag, "%.*s", (int)(n < sizeof tag ? n : sizeof tag - 1), s);
		if (n > 0)
			fn(ctx, tag);
		s += n;
	}
}

bool tags_have(const char *tags, const char *tag)
{
	const size_t len = strlen(tag);

	for (const char *s = tags ? tags : ""; *s; s += strspn(s, " ")) {
		const size_t n = strcspn(s, " ");

		if (n == len && memcmp(s, tag, n) == 0)
			return true;
		s += n;
	}
	return false;
}

/* --- purposes ----------------------------------------------------------------------------------------------------- */

static const char *const purposes[] = {"", "messages", "voice"};
_Static_assert(ARRAY_LEN(purposes) == PRIMARY_PURPOSE_COUNT, "one word per purpose");

const char *primary_purpose_name(enum primary_purpose p)
{
	return (unsigned)p < PRIMARY_PURPOSE_COUNT ? purposes[p] : "";
}

bool primary_purpose_parse(const char *s, enum primary_purpose *out, struct err *e)
{
	for (unsigned p = PRIMARY_MESSAGES; p < PRIMARY_PURPOSE_COUNT; p++)
		if (text_ieq(s, purposes[p])) {
			*out = (enum primary_purpose)p;
			return true;
		}
	return err_set(e, ERR_USAGE, "'%.40s' is nothing a number can be primary for: it is messages or voice", s);
}

const char *primary_title(unsigned of)
{
	const bool messages = of & 1u << PRIMARY_MESSAGES, voice = of & 1u << PRIMARY_VOICE;

	if (of & 1u << PRIMARY_PLAIN)
		return "primary number";
	return messages ? voice ? "primary number for messages and voice" : "primary number for messages" :
	       voice ? "primary number for voice" : "";
}

/* --- texts -------------------------------------------------------------------------------------------------------- */

static bool is_line(const char *what, const char *s, size_t max, struct err *e)
{
	const size_t n = count_chars(s);

	if (!text_is_clean(s, strlen(s)))
		return err_set(e, ERR_USAGE, "%s cannot be '%.40s%s': one line of printable characters is possible", what, s,
			       strlen(s) > 40 ? "..." : "");
	if (n > max)
		return err_set(e, ERR_USAGE, "%s is too long: %zu characters, and %zu are possible", what, n, max);
	return true;
}

bool meta_note_valid(const char *s, struct err *e)
{
	return is_line("the note", s, NOTE_MAX_CHARS, e);
}

bool meta_owner_valid(const char *s, struct err *e)
{
	return is_line("the owner", s, OWNER_MAX_CHARS, e);
}

bool meta_customer_valid(const char *s, struct err *e)
{
	return is_line("the customer reference", s, CUSTOMER_MAX_CHARS, e);
}

/* --- changes ------------------------------------------------------------------------------------------------------ */

static void put_tag(void *ctx, const char *tag)
{
	put(ctx, tag);
}

static void drop_tag(void *ctx, const char *tag)
{
	drop(ctx, tag);
}

static const char *or_null(const char *s)
{
	return s && *s ? s : NULL;
}

bool meta_apply(struct number_meta *m, const struct meta_change *c, struct arena *a, struct err *e)
{
	struct words w = {.n = 0};

	if (c->add || c->remove || c->no_tags) {
		if (!c->no_tags)
			tags_each(m->tags, put_tag, &w);
		tags_each(c->remove, drop_tag, &w);
		tags_each(c->add, put_tag, &w);
		if (w.n > TAGS_MAX)
			return too_many(e);
		m->tags = or_null(join(&w, a));
	}
	if (c->note)
		m->note = or_null(c->note);
	if (c->owner)
		m->owner = or_null(c->owner);
	if (c->customer_ref)
		m->customer_ref = or_null(c->customer_ref);
	return true;
}

static bool same(const char *a, const char *b)
{
	return strcmp(a ? a : "", b ? b : "") == 0;
}

bool meta_equal(const struct number_meta *a, const struct number_meta *b)
{
	return a->is_primary == b->is_primary && a->for_messages == b->for_messages && a->for_voice == b->for_voice &&
	       a->is_locked == b->is_locked && same(a->tags, b->tags) &&
	       same(a->note, b->note) && same(a->owner, b->owner) && same(a->customer_ref, b->customer_ref);
}
