#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "numdesk/model/meta.h"
#include "numdesk/util/err.h"
#include "numdesk/util/mem.h"

#define X10 "xxxxxxxxxx"
#define X32 X10 X10 X10 "xx"

/* A word and the tag it becomes; NULL: refused. */
static const struct { const char *word, *tag; } words[] = {
	{"", NULL}, {" ", NULL}, {"billing", "billing"}, {"Billing", "billing"}, {"a", "a"}, {"7", "7"},
	{"eu-west_1.a:b/c@d&e+f#g", "eu-west_1.a:b/c@d&e+f#g"}, {"-a", NULL}, {"+a", NULL}, {"#a", NULL}, {"_a", NULL},
	{"a b", NULL}, {"a,b", NULL}, {"a\"b", NULL}, {"a=b", NULL}, {"a<b", NULL}, {"a\tb", NULL}, {"a\033[2J", NULL},
	{"B\xc3\x9c" "cher", "b\xc3\xbc" "cher"}, {"\xe6\x9c\xac", "\xe6\x9c\xac"}, {"\xff", NULL},
	{"a\xe2\x80\x8b", NULL}, {X32, X32}, {X32 "x", NULL},
};

static void words_become_tags(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		char tag[TAG_SIZE] = "untouched";
		struct err e = {0};
		const bool ok = tag_parse(words[i].word, tag, &e);

		if (ok != (words[i].tag != NULL) || (ok && strcmp(tag, words[i].tag) != 0))
			fail_msg("'%s': %s, %s", words[i].word, tag, e.msg);
		if (!ok)
			assert_int_equal(e.kind, ERR_USAGE);
	}
}

static const struct { const char *list, *tags; } lists[] = {
	{"", ""}, {"  ,, ", ""}, {"b a", "a b"}, {"b,a,,B", "a b"}, {" one ", "one"}, {"ok not\tok", NULL}, {"ok -no", NULL},
	{"t01 t02 t03 t04 t05 t06 t07 t08 t09 t10 t11 t12 t13 t14 t15 t16 t17 t18 t19 t20 t01",
	 "t01 t02 t03 t04 t05 t06 t07 t08 t09 t10 t11 t12 t13 t14 t15 t16 t17 t18 t19 t20"},
	{"t01 t02 t03 t04 t05 t06 t07 t08 t09 t10 t11 t12 t13 t14 t15 t16 t17 t18 t19 t20 t21", NULL},
};

static void lists_are_sorted(void **state)
{
	struct arena a = {0};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(lists); i++) {
		const char *tags = "untouched";
		struct err e = {0};
		const bool ok = tags_parse(lists[i].list, &a, &tags, &e);

		if (ok != (lists[i].tags != NULL) || strcmp(tags, ok ? lists[i].tags : "untouched") != 0)
			fail_msg("'%s': %s, %s", lists[i].list, tags, e.msg);
	}
	arena_release(&a);
}

static void collect(void *ctx, const char *tag)
{
	buf_addf(ctx, "[%s]", tag);
}

static void stored_lists_are_read(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 1000);
	tags_each(NULL, collect, &b);
	tags_each("", collect, &b);
	tags_each("a bc", collect, &b);
	assert_string_equal(buf_str(&b), "[a][bc]");
	buf_release(&b);
	assert_false(tags_have(NULL, "a"));
	assert_false(tags_have("ab c", "a"));
	assert_true(tags_have("ab c", "ab") && tags_have("ab c", "c"));
	assert_false(tags_have("ab c", "ab c"));
}

static void purposes_have_words(void **state)
{
	enum primary_purpose p = PRIMARY_PLAIN;
	struct err e;

	(void)state;
	assert_true(primary_purpose_parse("messages", &p, &e) && p == PRIMARY_MESSAGES);
	assert_true(primary_purpose_parse("Voice", &p, &e) && p == PRIMARY_VOICE);
	assert_false(primary_purpose_parse("", &p, &e));
	assert_false(primary_purpose_parse("calls", &p, &e));
	assert_non_null(strstr(e.msg, "messages or voice"));
	assert_string_equal(primary_purpose_name(PRIMARY_VOICE), "voice");
	assert_string_equal(primary_purpose_name(PRIMARY_PURPOSE_COUNT), "");
	assert_string_equal(primary_title(0), "");
	assert_string_equal(primary_title(1u << PRIMARY_PLAIN | 1u << PRIMARY_VOICE), "primary number");
	assert_string_equal(primary_title(1u << PRIMARY_MESSAGES), "primary number for messages");
	assert_string_equal(primary_title(1u << PRIMARY_MESSAGES | 1u << PRIMARY_VOICE), "primary number for messages and voice");
}

static void texts_have_limits(void **state)
{
	char long_note[NOTE_MAX_CHARS + 2];
	struct err e;

	(void)state;
	memset(long_note, 'x', sizeof long_note);
	long_note[sizeof long_note - 1] = '\0';
	assert_false(meta_note_valid(long_note, &e));
	assert_non_null(strstr(e.msg, "1001 characters, and 1000"));
	long_note[NOTE_MAX_CHARS] = '\0';
	assert_true(meta_note_valid(long_note, &e) && meta_note_valid("", &e) && meta_note_valid("caf\xc3\xa9, 3 pm", &e));
	assert_false(meta_note_valid("two\nlines", &e));
	assert_false(meta_note_valid("\033[2J", &e));
	assert_false(meta_note_valid("\xff", &e));
	assert_true(meta_owner_valid(X32 X32, &e) && meta_customer_valid(X32 X32, &e));
	assert_false(meta_owner_valid(X32 X32 "x", &e));
	assert_false(meta_customer_valid(X32 X32 "x", &e));
}

/* --- changes ------------------------------------------------------------------------------------------------------ */

static const struct {
	const char *name, *had;
	struct meta_change change;
	const char *has;        /* NULL: none */
} changes[] = {
	{"nothing", "a b", {0}, "a b"}, {"nothing to nothing", NULL, {0}, NULL},
	{"add", NULL, {.add = "a b"}, "a b"}, {"add between", "a c", {.add = "b"}, "a b c"},
	{"add again", "a", {.add = "a"}, "a"}, {"remove", "a b c", {.remove = "b"}, "a c"},
	{"remove the last", "a", {.remove = "a"}, NULL}, {"remove what is not there", "a", {.remove = "b"}, "a"},
	{"both", "a b", {.add = "c", .remove = "a"}, "b c"}, {"added wins", "a", {.add = "a", .remove = "a"}, "a"},
	{"clear", "a b", {.no_tags = true}, NULL}, {"clear and add", "a b", {.no_tags = true, .add = "c"}, "c"},
};

static void tags_change(void **state)
{
	struct arena a = {0};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(changes); i++) {
		struct number_meta m = {.tags = changes[i].had, .note = "n"};
		struct err e = {0};

		assert_true(meta_apply(&m, &changes[i].change, &a, &e));
		if (!m.tags != !changes[i].has || (m.tags && strcmp(m.tags, changes[i].has) != 0))
			fail_msg("%s: %s", changes[i].name, m.tags ? m.tags : "none");
		assert_string_equal(m.note, "n");
	}
	arena_release(&a);
}

static void texts_change_and_are_compared(void **state)
{
	const struct meta_change all = {.note = "n", .owner = "o", .customer_ref = "c"};
	const struct meta_change none = {.note = "", .owner = "", .customer_ref = ""};
	struct number_meta m = {.is_locked = true}, before = m;
	struct arena a = {0};
	struct err e = {0};

	(void)state;
	assert_true(meta_equal(&m, &before));
	assert_true(meta_apply(&m, &all, &a, &e));
	assert_string_equal(m.note, "n");
	assert_string_equal(m.owner, "o");
	assert_string_equal(m.customer_ref, "c");
	assert_false(meta_equal(&m, &before));
	assert_true(meta_apply(&m, &none, &a, &e));
	assert_true(!m.note && !m.owner && !m.customer_ref && m.is_locked);
	assert_true(meta_equal(&m, &before));
	m.note = "";
	assert_true(meta_equal(&m, &before));
	m.for_voice = true;
	assert_false(meta_equal(&m, &before));
	m.for_voice = false;
	m.is_primary = true;
	assert_false(meta_equal(&m, &before));
	arena_release(&a);
}

static void too_many_tags_are_refused(void **state)
{
	struct number_meta m = {.tags = lists[7].tags};
	struct arena a = {0};
	struct err e = {0};

	(void)state;
	assert_false(meta_apply(&m, &(struct meta_change){.add = "one-more"}, &a, &e));
	assert_int_equal(e.kind, ERR_USAGE);
	assert_string_equal(m.tags, lists[7].tags);
	assert_true(meta_apply(&m, &(struct meta_change){.add = "one-more", .remove = "t07"}, &a, &e));
	arena_release(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_become_tags),
		cmocka_unit_test(lists_are_sorted),
		cmocka_unit_test(stored_lists_are_read),
		cmocka_unit_test(purposes_have_words),
		cmocka_unit_test(texts_have_limits),
		cmocka_unit_test(tags_change),
		cmocka_unit_test(texts_change_and_are_compared),
		cmocka_unit_test(too_many_tags_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
