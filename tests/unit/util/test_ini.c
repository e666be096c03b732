#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "numdesk/util/err.h"
#include "numdesk/util/ini.h"
#include "numdesk/util/mem.h"

/* Writes "section|key|value@line:key_col:value_col;" for each entry; refuses the key "bad". */
static bool note(void *ctx, const struct ini_entry *n, struct err *e)
{
	if (strcmp(n->key, "bad") == 0)
		return err_set(e, ERR_CONFIG, "unknown key '%s'", n->key);
	return buf_addf(ctx, "%s|%s|%s@%d:%d:%d;", n->section, n->key, n->value, n->line, n->key_col, n->value_col);
}

static bool parse(const char *s, size_t n, struct buf *out, struct err *e)
{
	char *exact = malloc(n ? n : 1);
	bool ok;

	memcpy(exact, s, n);
	ok = ini_parse("config", exact, n, note, out, e);
	free(exact);
	return ok;
}

static const struct { const char *name, *s; size_t n; const char *want, *error; } cases[] = {
#define GOOD(name, s, want) {name, s, sizeof s - 1, want, NULL}
#define BAD(name, s, error) {name, s, sizeof s - 1, NULL, error}
	GOOD("empty", "", ""),
	GOOD("comments and blank lines", "# a\n; b\n\n  \t\n  # c = d\n", ""),
	GOOD("before a section", "a = 1\n", "|a|1@1:1:5;"),
	GOOD("no newline at the end", "a=1", "|a|1@1:1:3;"),
	GOOD("carriage returns", "[s]\r\na = 1\r\n", "s|a|1@2:1:5;"),
	GOOD("tabs and spaces", "\t[ api ] # the server\n\t a\t=\t b c \t\n", "api|a|b c@2:3:8;"),
	GOOD("empty value", "a =\n", "|a|@1:1:4;"),
	GOOD("equals in the value", "a = b = c\n", "|a|b = c@1:1:5;"),
	GOOD("quotes and comment signs are the value's", "a = \"x\" # y ; z\n", "|a|\"x\" # y ; z@1:1:5;"),
	GOOD("same key in two sections", "[s]\na=1\n[t]\na=2\n", "s|a|1@2:1:3;t|a|2@4:1:3;"),
	GOOD("UTF-8", "n = \xC3\xA9\n", "|n|\xC3\xA9@1:1:5;"),
	BAD("no bracket", "a=1\n[api\n", "config:2:1: missing ']' after the section name"),
	BAD("section without a name", "[ ]\n", "config:1:1: section without a name"),
	BAD("text after a section", "[a] b\n", "config:1:5: text after the section name"),
	BAD("no equals", "\n  word\n", "config:2:3: expected 'key = value'"),
	BAD("no key", " = 1\n", "config:1:2: no key before '='"),
	BAD("twice", "[s]\na=1\n  a=2\n", "config:3:3: key 'a' was given in line 2 already"),
	BAD("twice over a reopened section", "[s]\na=1\n[t]\n[s]\na=2\n",
	    "config:5:1: key 'a' was given in line 2 already"),
	BAD("NUL", "a = b\0c\n", "config:1:6: NUL byte"),
	BAD("NUL in a comment", "#\0\n", "config:1:2: NUL byte"),
	BAD("bad UTF-8", "a = b\n# \xFF\n", "config:2:3: invalid UTF-8"),
	BAD("byte order mark", "\xEF\xBB\xBF" "a=1\n",
	    "config:1:1: begins with a byte order mark; save it without one"),
	BAD("refused by the reader", "[s]\n a = 1\n bad = 2\n", "config:3:8: unknown key 'bad'"),
#undef GOOD
#undef BAD
};

static void table_of_texts(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct err e = {0};
		struct buf out;

		buf_init(&out, 4096);
		if (parse(cases[i].s, cases[i].n, &out, &e) != !cases[i].error)
			fail_msg("%s: %s", cases[i].name, e.msg);
		if (cases[i].error && (e.kind != ERR_CONFIG || strcmp(e.msg, cases[i].error) != 0))
			fail_msg("%s: %s", cases[i].name, e.msg);
		if (!cases[i].error && strcmp(buf_str(&out), cases[i].want) != 0)
			fail_msg("%s: %s", cases[i].name, buf_str(&out));
		buf_release(&out);
	}
}

static void a_missing_err_is_fine(void **state)
{
	struct buf out;

	(void)state;
	buf_init(&out, 100);
	assert_false(parse("bad = 1", 7, &out, NULL));
	assert_false(parse("x", 1, &out, NULL));
	buf_release(&out);
}

static void lines_end_at_1_kib(void **state)
{
	char s[1030];
	struct err e = {0};
	struct buf out;

	(void)state;
	buf_init(&out, 4096);
	memset(s, 'x', sizeof s);
	s[1] = '=';
	assert_true(parse(s, 1024, &out, &e));
	assert_false(parse(s, 1025, &out, &e));
	assert_string_equal(e.msg, "config:1:1025: line longer than 1024 bytes");
	buf_release(&out);
}

static void files_end_at_64_kib(void **state)
{
	const size_t max = 64 * 1024;
	char *s = mem_alloc(max + 1);
	struct err e = {0};
	struct buf out;

	(void)state;
	buf_init(&out, 4096);
	memset(s, '\n', max + 1);
	assert_true(parse(s, max, &out, &e));
	assert_false(parse(s, max + 1, &out, &e));
	assert_int_equal(e.kind, ERR_CONFIG);
	buf_release(&out);
	free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(table_of_texts),
		cmocka_unit_test(a_missing_err_is_fine),
		cmocka_unit_test(lines_end_at_1_kib),
		cmocka_unit_test(files_end_at_64_kib),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
