#include "test.h"

#include <errno.h>
#include <fcntl.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "numdesk/cli/out.h"
#include "numdesk/model/number.h"
#include "numdesk/util/err.h"
#include "numdesk/util/json.h"
#include "numdesk/util/mem.h"
#include "numdesk/util/text.h"

/* --- standard output and error of what runs in between ------------------------------------------------------------ */

static struct { int fd, saved, file; } grabbed;

static void grab_to(int fd, int file)
{
	fflush(NULL);
	grabbed.fd = fd;
	grabbed.saved = dup(fd);
	grabbed.file = file;
	assert_true(dup2(file, fd) >= 0);
}

static void grab(int fd)
{
	grab_to(fd, open(test_path(test_dir(), "out"), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
}

static void let_go(void)
{
	fflush(NULL);
	dup2(grabbed.saved, grabbed.fd);
	close(grabbed.saved);
}

/* Caller frees. */
static char *grabbed_text(void)
{
	char *text = calloc(1, 8 << 20);
	ssize_t n;

	let_go();
	n = pread(grabbed.file, text, (8 << 20) - 1, 0);
	assert_true(n >= 0);
	close(grabbed.file);
	return text;
}

static void expect_text(const char *wanted)
{
	char *got = grabbed_text();

	assert_string_equal(got, wanted);
	free(got);
}

/* --- nothing ------------------------------------------------------------------------------------------------------ */

static const struct out_column two[] = {{"name", "NAME", false}, {"price", "PRICE", true}};

static void test_no_rows(void **state)
{
	static const struct { enum cli_format f; const char *text; } cases[] = {
		{FORMAT_JSON, "[]\n"}, {FORMAT_CSV, "name,price\r\n"}, {FORMAT_PLAIN, ""}, {FORMAT_TABLE, ""},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct err e = {0};

		grab(1);
		assert_true(out_end(out_new(cases[i].f, two, 2), &e));
		expect_text(cases[i].text);
	}
	grab(1);
	assert_true(out_end(out_new(FORMAT_JSON, NULL, 0), NULL));
	expect_text("[]\n");
}

/* --- tables ------------------------------------------------------------------------------------------------------- */

static void print_rows(enum cli_format f, const struct out_column *cols, size_t n, const char *const (*rows)[4],
		       size_t n_rows)
{
	struct out *o = out_new(f, cols, n);
	struct err e = {0};

	for (size_t i = 0; i < n_rows; i++)
		out_row(o, rows[i]);
	assert_true(out_end(o, &e));
}

static const char *const rows[][4] = {
	{"Front desk", "1.15"}, {"日本", "10.00"}, {NULL, ""}, {"e\u0301te\u0301", "2"}, {"a\tb\nc\033[2J\u202e", "3"},
	{"=HYPERLINK(\"http://example.com\")", "-1"},
};

static void test_table(void **state)
{
	(void)state;
	grab(1);
	print_rows(FORMAT_TABLE, two, 2, rows, 5);
	expect_text("NAME                      PRICE\n"
		    "Front desk                 1.15\n"
		    "日本                      10.00\n"
		    "\n"
		    "e\u0301te\u0301                           2\n"
		    "a b c<U+001B>[2J<U+202E>      3\n");
}

static void test_plain(void **state)
{
	(void)state;
	grab(1);
	print_rows(FORMAT_PLAIN, two, 2, rows, 5);
	expect_text("Front desk\t1.15\n日本\t10.00\n\t\ne\u0301te\u0301\t2\na b c<U+001B>[2J<U+202E>\t3\n");
}

static void test_csv(void **state)
{
	(void)state;
	grab(1);
	print_rows(FORMAT_CSV, two, 2, rows, 6);
	expect_text("name,price\r\nFront desk,1.15\r\n日本,10.00\r\n,\r\ne\u0301te\u0301,2\r\na b "
		    "c<U+001B>[2J<U+202E>,3\r\n\"'=HYPERLINK(\"\"http://example.com\"\")\",-1\r\n");
}

/* Beyond the rows that decide the widths the rest is printed as it comes. */
static void test_a_long_table(void **state)
{
	enum { MANY = 5000 };
	struct out *o;
	struct err e = {0};
	size_t n = 0;
	char *text;

	(void)state;
	grab(1);
	o = out_new(FORMAT_TABLE, two, 2);
	for (int i = 0; i < MANY; i++) {
		char price[16];

		snprintf(price, sizeof price, "%d", i);
		out_row(o, (const char *[]){i == MANY - 1 ? "a name longer than those that came before" : "name",
					    price});
	}
	assert_true(out_end(o, &e));
	text = grabbed_text();
	for (const char *s = text; *s; s++)
		n += *s == '\n';
	assert_int_equal(n, MANY + 1);
	assert_non_null(strstr(text, "name   4998\n"));
	assert_non_null(strstr(text, "came before   4999\n"));
	free(text);
}

/* --- on a terminal ------------------------------------------------------------------------------------------------ */

static char *on_terminal(int width, enum cli_format f)
{
	static const struct out_column cols[] = {{"a", "ALPHA", false}, {"b", "BETA", true}, {"c", "GAMMA", false}};
	static const char *const cells[][4] = {
		{"one", "1", "a long text that does not fit"}, {"two two two", "22222", "日本日本日本日本"},
		{"", "", "x"},
	};
	struct winsize ws = {.ws_row = 24, .ws_col = (unsigned short)width};
	struct termios raw;
	int master, slave;
	char *text = calloc(1, 8192);

	assert_int_equal(openpty(&master, &slave, NULL, NULL, &ws), 0);
	tcgetattr(slave, &raw);
	cfmakeraw(&raw);
	tcsetattr(slave, TCSANOW, &raw);
	grab_to(1, slave);
	print_rows(f, cols, 3, cells, ARRAY_LEN(cells));
	let_go();
	close(slave);
	for (size_t used = 0;;) {
		const ssize_t n = read(master, text + used, 8191 - used);

		if (n <= 0)
			break;
		used += (size_t)n;
	}
	close(master);
	return text;
}

static void test_a_table_is_cut_where_the_terminal_ends(void **state)
{
	(void)state;
	for (int width = 1; width < 60; width++) {
		char *text = on_terminal(width, FORMAT_TABLE);
		size_t n = 0;

		for (char *s = text, *line; (line = strsep(&s, "\n")) && s; n++)
			if (text_cols(line) > (size_t)width)
				fail_msg("width %d: '%s' takes %zu", width, line, text_cols(line));
		assert_int_equal(n, 4);
		free(text);
	}
	char *text = on_terminal(80, FORMAT_TABLE);

	assert_non_null(strstr(text, "does not fit"));
	assert_non_null(strstr(text, "two two two  22222  日本日本日本日本\n"));
	free(text);
	/* what is meant for machines is whole wherever it goes */
	text = on_terminal(10, FORMAT_PLAIN);
	assert_non_null(strstr(text, "does not fit"));
	free(text);
}

/* --- records ------------------------------------------------------------------------------------------------------ */

static const struct out_field fields[] = {
	{"id", "ID", OUT_NUMBER, false}, {"name", "NAME", OUT_TEXT, false}, {"open", "OPEN", OUT_BOOL, true},
};

static void print_records(enum cli_format f)
{
	struct out *o = out_records(f, fields, ARRAY_LEN(fields));
	struct err e = {0};

	out_record(o, (const char *[]){"12", "a \"b\"", "true"});
	out_record(o, (const char *[]){"", NULL, "false"});
	assert_true(out_end(o, &e));
}

static void test_records(void **state)
{
	static const struct { enum cli_format f; const char *text; } cases[] = {
		{FORMAT_TABLE, "ID  NAME\n12  a \"b\"\n\n"}, {FORMAT_PLAIN, "12\ta \"b\"\n\t\n"},
		{FORMAT_CSV, "id,name,open\r\n12,\"a \"\"b\"\"\",true\r\n,,false\r\n"},
		{FORMAT_JSON, "[\n  {\n    \"id\": 12,\n    \"name\": \"a \\\"b\\\"\",\n    \"open\": true\n  },\n"
			      "  {\n    \"id\": null,\n    \"name\": null,\n    \"open\": false\n  }\n]\n"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		grab(1);
		print_records(cases[i].f);
		expect_text(cases[i].text);
	}
}

/* --- numbers and offers ------------------------------------------------------------------------------------------- */

static struct json *json_of(void (*write)(struct json_writer *))
{
	struct out *o;
	struct err e = {0};
	struct json *doc;
	char *text;

	grab(1);
	o = out_new(FORMAT_JSON, NULL, 0);
	assert_true(out_is_json(o));
	out_row(o, NULL);               /* ignored */
	write(out_json(o));
	assert_true(out_end(o, &e));
	text = grabbed_text();
	doc = json_parse(text, strlen(text), 1 << 20, &e);
	if (!doc)
		fail_msg("%s: %s", e.msg, text);
	free(text);
	return doc;
}

static void write_number(struct json_writer *w)
{
	static char note[4000];
	struct number n = {
		.phone_number = "+14155550137", .phone_sid = "PN00000000000000000000000000000001", .type =
		NUMBER_TOLLFREE, .capabilities = CAP_VOICE | CAP_MMS, .monthly_price = 1150000, .currency = "USD",
		.purchased_at = 1438287151, .is_primary = true, .friendly_name = "a\"\033\u202e\xff", .note = note,
	};
	enum column_id all[COLUMN_COUNT];

	memset(note, 'n', sizeof note - 1);
	for (unsigned i = 0; i < COLUMN_COUNT; i++)
		all[i] = (enum column_id)i;
	out_number_json(w, &n, all, COLUMN_COUNT);
}

static void test_number(void **state)
{
	struct json *doc = json_of(write_number);
	const struct json *row = json_at(doc, 0);

	(void)state;
	assert_int_equal(json_count(row), COLUMN_COUNT);
	assert_string_equal(json_text(row, "phone_number"), "+14155550137");
	assert_string_equal(json_text(row, "type"), "tollfree");
	assert_string_equal(json_text(row, "monthly_price"), "1.15");
	assert_string_equal(json_text(row, "purchased_at"), "2015-07-30T20:12:31Z");
	assert_string_equal(json_text(row, "friendly_name"), "a\"\033\u202e\ufffd");
	assert_int_equal(strlen(json_text(row, "note")), 3999);
	assert_true(json_true(json_get(row, "is_primary")));
	assert_true(json_is_bool(json_get(row, "is_locked")));
	assert_true(json_true(json_get(json_get(row, "capabilities"), "mms")));
	assert_false(json_true(json_get(json_get(row, "capabilities"), "sms")));
	assert_true(json_is_null_or_absent(row, "country"));
	assert_true(json_is_null_or_absent(row, "updated_at"));
	json_free(doc);
}

static void write_bare_offer(struct json_writer *w)
{
	out_offer_json(w, &(struct offer){.phone_number = "+14155550137", .monthly_price = MONEY_UNKNOWN});
}

static void test_offer(void **state)
{
	static const char *const unset[] = {
		"friendly_name", "locality", "region", "postal_code", "country", "type", "address_requirements", "lata",
		"rate_center", "monthly_price", "currency", "why",
	};
	struct json *doc = json_of(write_bare_offer);

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(unset); i++)
		if (!json_is_null_or_absent(json_at(doc, 0), unset[i]))
			fail_msg("'%s' is not null", unset[i]);
	assert_int_equal(json_count(json_at(doc, 0)), 16);
	json_free(doc);
}

/* --- nobody reads ------------------------------------------------------------------------------------------------- */

static void fill(struct out *o)
{
	for (int i = 0; i < 100000 && !out_broken(o); i++)
		out_row(o, (const char *[]){"name", "1"});
}

static void test_a_full_disk(void **state)
{
	struct err e = {0};
	struct out *o;
	bool ok;

	(void)state;
	grab_to(1, open("/dev/full", O_WRONLY | O_CLOEXEC));
	o = out_new(FORMAT_PLAIN, two, 2);
	fill(o);
	ok = out_end(o, &e);
	let_go();
	close(grabbed.file);
	assert_false(ok);
	assert_int_equal(e.kind, ERR_IO);
	assert_non_null(strstr(e.msg, "No space left"));
}

static void test_a_reader_that_left(void **state)
{
	struct err e = {0};
	struct out *o;
	bool ok, broken;
	int ends[2];

	(void)state;
	signal(SIGPIPE, SIG_IGN);
	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	close(ends[0]);
	grab_to(1, ends[1]);
	o = out_new(FORMAT_CSV, two, 2);
	fill(o);
	broken = out_broken(o);
	ok = out_end(o, &e);
	let_go();
	close(ends[1]);
	assert_true(broken);
	assert_true(ok);                /* it had enough: that is no failure of ours */
}

/* --- standard error ----------------------------------------------------------------------------------------------- */

static void test_remarks(void **state)
{
	struct err e = {0};

	(void)state;
	grab(2);
	err_set(&e, ERR_API, "Twilio says '%s'", "a\033b");
	out_complain(&e);
	out_note("%s has %d", "x\u202ey\n", 3);
	expect_text("numdesk: Twilio says 'a<U+001B>b'\nnumdesk: x<U+202E>y  has 3\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_no_rows), cmocka_unit_test(test_table), cmocka_unit_test(test_plain),
		cmocka_unit_test(test_csv), cmocka_unit_test(test_a_long_table),
		cmocka_unit_test(test_a_table_is_cut_where_the_terminal_ends), cmocka_unit_test(test_records),
		cmocka_unit_test(test_number), cmocka_unit_test(test_offer), cmocka_unit_test(test_a_full_disk),
		cmocka_unit_test(test_a_reader_that_left), cmocka_unit_test(test_remarks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
