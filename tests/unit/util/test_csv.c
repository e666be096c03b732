#include "test.h"

#include <string.h>

#include "numdesk/util/csv.h"
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(table_of_cells),
		cmocka_unit_test(rows_end_with_crlf),
		cmocka_unit_test(random_cells_survive),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
