/* How a command is told which numbers it is about: words, a file, standard input, a query. */
#include "test.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "cli.h"

#include "numdesk/util/file.h"

/* A file with this text; its path. */
static const char *file_with(const char *name, const char *text)
{
	static char path[600];
	FILE *f;

	snprintf(path, sizeof path, "%s/%s", test_dir(), name);
	f = fopen(path, "w");
	assert_non_null(f);
	fputs(text, f);
	fclose(f);
	return path;
}

static size_t locked(void)
{
	struct json *doc;
	size_t n;

	NUMDESK(0, "list", "--where", "is:locked", "--json");
	doc = numdesk_json(&nd);
	n = json_count(doc);
	json_free(doc);
	return n;
}

static const struct { const char *name, *text; size_t numbers; } good[] = {
	{"one", MAIN_LINE, 1},
	{"lines", MAIN_LINE "\n\n# a comment\n  (415) 555-0102  \r\n" LONDON "   # London\n", 3},
	{"header", "phone_number\n" MAIN_LINE "\n" LINE_2 "\n", 2},
	{"csv", "# exported\r\nname,Phone_Number,note\r\n\"a, b\"," MAIN_LINE ",x\r\n,\"" LONDON "\",\r\n", 2},
	{"a mark of byte order", "\xef\xbb\xbfphone_number,x\n" LINE_2 ",\n", 1},
};

static void test_files(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(good); i++) {
		NUMDESK(0, "lock", "--from", file_with("numbers", good[i].text));
		if (locked() != good[i].numbers)
			fail_msg("'%s': %zu locked, not %zu", good[i].name, locked(), good[i].numbers);
		NUMDESK(0, "unlock", "--where", "is:locked");
	}
}

/* Nothing is done, status as given, these lines on standard error. */
static const struct { const char *name, *text; int status; size_t lines; const char *says; } bad[] = {
	{"nothing", "", 2, 1, "no number in it"},
	{"only a header", "phone_number\n", 2, 1, "no number in it"},
	{"a word", MAIN_LINE "\nfour\n", 2, 1, "line 2: 'four' is not a phone number"},
	{"two a line", MAIN_LINE "," LINE_2 "\n", 2, 1, "line 1: one number a line"},
	{"no number in a cell", "phone_number,x\n,y\n", 2, 1, "line 2: the phone number is empty"},
	{"a short row", "x,phone_number\ny\n", 2, 1, "line 2: it has 1 cells"},
	{"twice", MAIN_LINE "\n" LINE_2 "\n+1 415 555 0101\n", 2, 1, "line 3: " MAIN_LINE " stands there again, after line 1"},
	{"several", "x\n" MAIN_LINE "\ny\n", 2, 3, "2 mistakes: nothing is done"},
	{"not ours", MAIN_LINE "\n+14155550199\n", 4, 1, "line 2: +14155550199 is not among"},
	{"none ours", "+14155550198\n+14155550199\n", 4, 3, "2 mistakes"},
	{"an open quote", "\"" MAIN_LINE "\n", 2, 1, "line 1: a quote"},
};

static void test_bad_files_do_nothing(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		const char *path = file_with("numbers.csv", bad[i].text);

		if (numdesk(&nd, "lock", "--from", path, NULL) != bad[i].status)
			fail_msg("'%s': exit %d\n%s", bad[i].name, nd.r.status, nd.r.err);
		if (!numdesk_said(&nd, bad[i].lines, bad[i].says) || !strstr(nd.r.err, "numbers.csv"))
			fail_msg("'%s' said otherwise: %s", bad[i].name, nd.r.err);
	}
	assert_int_equal(locked(), 0);
	NUMDESK(4, "release", "--from", file_with("numbers.csv", MAIN_LINE "\n+14155550199\n"), "--confirm", "2");
	assert_int_equal(sandbox_arrivals(sandbox, "DELETE", NULL), 0);
}

static void test_many_mistakes_are_not_all_told(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 10000);
	for (int i = 0; i < 30; i++)
		buf_addf(&b, "x%d\n", i);
	NUMDESK(2, "lock", "--from", file_with("numbers", buf_str(&b)));
	assert_true(numdesk_said(&nd, 21, "30 mistakes, of which the first are named"));
	buf_release(&b);
}

static void test_standard_input(void **state)
{
	const char *const lock[] = {"lock", "--from", "-", NULL}, *const bad_words[] = {"lock", "--from=-", NULL};
	struct proc_spec spec = {.in = MAIN_LINE "\n" LONDON "\n"};

	(void)state;
	assert_int_equal(numdesk_spec(&nd, &spec, lock), 0);
	assert_int_equal(locked(), 2);
	spec.in = "phone_number\nnone\n";
	assert_int_equal(numdesk_spec(&nd, &spec, bad_words), 2);
	assert_true(numdesk_said(&nd, 1, "standard input: line 2"));
}

static void test_a_query(void **state)
{
	(void)state;
	NUMDESK(0, "lock", "--where", "country:US");
	assert_true(numdesk_said(&nd, 1, "selects 2 numbers"));
	assert_int_equal(locked(), 2);
	NUMDESK(4, "lock", "--where", "name:nothing-is-called-so");
	assert_true(numdesk_said(&nd, 1, "selects no number"));
	NUMDESK(0, "unlock", "--where", "-is:gone");
	assert_true(numdesk_said(&nd, 1, "selects 3 numbers"));
	assert_int_equal(locked(), 0);
}

static void test_buy_and_release_from_a_file(void **state)
{
	char number[3][17], text[80];
	struct json *doc;

	(void)state;
	for_sale(number, 3);
	snprintf(text, sizeof text, "%s\n%s\n%s\n", number[0], number[1], number[2]);
	NUMDESK(0, "buy", "--from", file_with("numbers", text), "--dry-run", "--json");
	json_free(rows_with(3, PLANNED));
	NUMDESK(0, "buy", "--from", file_with("numbers", text), "--yes", "--json");
	json_free(rows_with(3, OPERATION));
	assert_int_equal(sandbox_executions(sandbox, "buy", NULL), 3);
	NUMDESK(5, "release", "--from", file_with("numbers", text));
	assert_true(numdesk_said(&nd, 1, "--confirm"));
	NUMDESK(5, "release", "--from", file_with("numbers", text), "--confirm", "2");
	assert_int_equal(sandbox_executions(sandbox, "release", NULL), 0);
	NUMDESK(0, "release", "--from", file_with("numbers", text), "--confirm", "3", "--json");
	doc = rows_with(3, OPERATION);
	for (size_t i = 0; i < 3; i++)
		assert_string_equal(text_at(doc, i, "phone_number"), number[i]);
	json_free(doc);
	assert_int_equal(sandbox_executions(sandbox, "release", NULL), 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		READY(test_files),
		READY(test_bad_files_do_nothing),
		READY(test_many_mistakes_are_not_all_told),
		READY(test_standard_input),
		READY(test_a_query),
		READY(test_buy_and_release_from_a_file),
	};

	return cmocka_run_group_tests(tests, up, down);
}
