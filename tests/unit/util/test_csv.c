#include "test.h"

#include <stdlib.h>
#include <string.h>

#include "numdesk/util/csv.h"
#include "numdesk/util/err.h"
#include "numdesk/util/mem.h"

static const struct { const char *in, *want, *raw; } cells[] = {
	{NULL, "", ""}, {"", "", ""}, {"Support", "Support", "Support"}, {"a b", "a b", "a b"},
	{"a,b", "\"a,b\"", "\"a,b\""}, {"say \"hi\"", "\"say \"\"hi\"\"\"", "\"say \"\"hi\"\"\""},
	{"a\nb", "\"a\nb\"", "\"a\nb\""}, {"a\rb", "\"a\rb\"", "\"a\rb\""},
	{"=1+1", "'=1+1", "=1+1"}, {"=HYPERLINK(\"x\")", "\"'=HYPERLINK(\"\"x\"\")\"", "\"=HYPERLINK(\"\"x\"\")\""},
	{"@SUM(A1)", "'@SUM(A1)", "@SUM(A1)"}, {"\tx", "'\tx", "\tx"}, {"\rx", "\"'\rx\"", "\"\rx\""},
	{"\nx", "\"'\nx\"", "\"\nx\""},
	{"+14155550137", "+14155550137", "+14155550137"}, {"+1415555", "+1415555", "+1415555"},
	{"+123456", "'+123456", "+123456"}, {"+0155550137", "'+0155550137", "+0155550137"},
	{"+1234567890123456", "'+1234567890123456", "+1234567890123456"},
	{"+1415555013a", "'+1415555013a", "+1415555013a"},
	{"+14155550137+1", "'+14155550137+1", "+14155550137+1"}, {"+", "'+", "+"},
	{"-5", "-5", "-5"}, {"-1.15", "-1.15", "-1.15"}, {"1.15", "1.15", "1.15"}, {"-", "'-", "-"},
	{"-1.", "'-1.", "-1."},
	{"-1e5", "'-1e5", "-1e5"}, {"-1-1", "'-1-1", "-1-1"}, {"-.5", "'-.5", "-.5"}, {"--1", "'--1", "--1"},
	{"'", "'", "'"},
};

static void table_of_cells(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cells); i++)
		for (int raw = 0; raw < 2; raw++) {
			const char *want = raw ? cells[i].raw : cells[i].want;
			struct buf b;

			buf_init(&b, 1000);
			csv_cell(&b, cells[i].in, raw);
			if (strcmp(buf_str(&b), want) != 0)
				fail_msg("'%s', raw %d: %s", cells[i].in ? cells[i].in : "NULL", raw, buf_str(&b));
			buf_release(&b);
		}
}

static void rows_end_with_crlf(void **state)
{
	static const char *const row[] = {"+14155550137", "a,b", "", NULL, "=x"};
	struct buf b;

	(void)state;
	buf_init(&b, 1000);
	csv_row(&b, NULL, 0, false);
	csv_row(&b, row, ARRAY_LEN(row), false);
	csv_row(&b, row + 4, 1, true);
	assert_string_equal(buf_str(&b), "\r\n+14155550137,\"a,b\",,,'=x\r\n=x\r\n");
	buf_release(&b);
}

/* An RFC 4180 reader for one cell of a row of one. */
static size_t read_cell(const char *s, char *dst)
{
	const bool quoted = *s == '"';
	size_t n = 0;

	for (s += quoted; *s; s++) {
		if (quoted && *s == '"' && *++s != '"')
			break;
		dst[n++] = *s;
	}
	dst[n] = '\0';
	return n;
}

/* The oracle of the fuzz target: read back, nothing is lost, and nothing begins like a formula. */
static void random_cells_survive(void **state)
{
	static const char letters[] = "=+-@\t\r\n\",'a1. ";
	uint32_t x = 4711;

	(void)state;
	for (int round = 0; round < 5000; round++) {
		char in[12], back[64];
		size_t n = 0;
		struct buf b;

		for (; n < sizeof in - 1; n++) {
			x = x * 1664525 + 1013904223;
			in[n] = letters[(x >> 20) % sizeof letters];
			if (!in[n])
				break;
		}
		in[n] = '\0';
		buf_init(&b, 1000);
		csv_cell(&b, in, false);
		read_cell(buf_str(&b), back);
		assert_true(strcmp(back, in) == 0 || (back[0] == '\'' && strcmp(back + 1, in) == 0));
		assert_true(!back[0] || !strchr("=@\t\r\n", back[0]));
		assert_true(!back[0] || !strchr("+-", back[0]) || strspn(back + 1, "0123456789.") == strlen(back + 1));
		buf_release(&b);
	}
}

/* --- reading ------------------------------------------------------------------------------------------------------ */

/* Cells between '|', records end with ';'; a complaint is "!line;". */
static char *read_back(const char *s, size_t n)
{
	struct csv_reader r;
	struct buf b;

	buf_init(&b, 100000);
	csv_reader_init(&r, s, n);
	for (;;) {
		struct err e = {0};

		if (csv_next(&r, &e)) {
			buf_addf(&b, "%zu:", r.row_line);
			for (size_t i = 0; i < r.n; i++)
				buf_addf(&b, "%s%s", i ? "|" : "", r.cell[i]);
		} else if (e.kind != ERR_NONE) {
			assert_int_equal(e.kind, ERR_USAGE);
			buf_addf(&b, "!%s", e.msg + strlen("line "));
		} else {
			break;
		}
		buf_adds(&b, ";");
	}
	csv_reader_release(&r);
	return buf_take(&b);
}

static const struct { const char *in, *want; } documents[] = {
	{"", ""}, {"\n", ""}, {"\r\n \t\r\n", ""}, {"# a comment, \"open\n", ""}, {"\xef\xbb\xbf", ""},
	{"a", "1:a;"}, {"a\n", "1:a;"}, {"a\r\n", "1:a;"}, {"\xef\xbb\xbf" "a,b", "1:a|b;"}, {",", "1:|;"},
	{"a,\nb", "1:a|;2:b;"}, {"a,b\r\n\r\n# no\r\nc,d", "1:a|b;4:c|d;"}, {" a , b", "1: a | b;"},
	{"\"a,b\",c", "1:a,b|c;"}, {"\"say \"\"hi\"\"\"", "1:say \"hi\";"}, {"\"\",\"\"", "1:|;"},
	{"\"two\nlines\",x\ny", "1:two\nlines|x;3:y;"}, {"\"# no comment\"", "1:# no comment;"},
	{"'=1+1,'x,'+14155550137,'", "1:=1+1|'x|+14155550137|';"},
	{"\"open", "!1: a quote is opened and not closed;"}, {"ok\n\"a\"b,c\nok",
	 "1:ok;!2: text follows a closing quote: write quotes inside a cell twice;3:ok;"},
	{"a\"b\nok", "!1: a quote stands inside a cell that does not begin with one;2:ok;"},
	{"\xff\nok", "!1: this is not text in UTF-8;2:ok;"}, {"a\rb", "1:a\rb;"},
};

static void documents_are_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(documents); i++) {
		char *got = read_back(documents[i].in, strlen(documents[i].in));

		if (strcmp(got ? got : "", documents[i].want) != 0)
			fail_msg("document %zu: %s, not %s", i, got ? got : "", documents[i].want);
		free(got);
	}
}

static void a_nul_is_no_text(void **state)
{
	char *got = read_back("a\0b\nok", 6);

	(void)state;
	assert_string_equal(got, "!1: this is not text in UTF-8;2:ok;");
	free(got);
}

/* What is written is read back, whatever it is; only an apostrophe before a formula is taken for ours. */
static void what_is_written_is_read(void **state)
{
	static const char letters[] = "=+-@\t\r\n\",'a1. #";
	uint32_t x = 815;

	(void)state;
	for (int round = 0; round < 5000; round++) {
		char text[2][8];
		const char *const row[] = {"x", text[0], text[1]};
		struct csv_reader r;
		struct err e = {0};
		struct buf b;

		for (int k = 0; k < 2; k++)
			for (size_t n = 0; n < sizeof text[k]; n++) {
				x = x * 1664525 + 1013904223;
				text[k][n] = n + 1 == sizeof text[k] ? '\0' : letters[(x >> 20) % sizeof letters];
			}
		buf_init(&b, 1000);
		csv_row(&b, row, ARRAY_LEN(row), false);
		csv_reader_init(&r, b.s, b.len);
		assert_true(csv_next(&r, &e));
		assert_int_equal(r.n, 3);
		for (int k = 0; k < 2; k++)
			if (strcmp(r.cell[k + 1], text[k]) != 0)
				assert_true(text[k][0] == '\'' && strcmp(r.cell[k + 1], text[k] + 1) == 0);
		assert_false(csv_next(&r, &e));
		csv_reader_release(&r);
		buf_release(&b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(table_of_cells),
		cmocka_unit_test(rows_end_with_crlf),
		cmocka_unit_test(random_cells_survive),
		cmocka_unit_test(documents_are_read),
		cmocka_unit_test(a_nul_is_no_text),
		cmocka_unit_test(what_is_written_is_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
