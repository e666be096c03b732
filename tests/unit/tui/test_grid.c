#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "numdesk/tui/grid.h"
#include "numdesk/util/mem.h"

static char *dump(const struct grid *g, bool roles)
{
	struct buf b;

	buf_init(&b, 1 << 20);
	grid_dump(g, &b, roles);
	return buf_take(&b);
}

static void expect(const struct grid *g, const char *want)
{
	char *got = dump(g, false);

	assert_string_equal(got, want);
	free(got);
}

static void smallest(void **state)
{
	struct grid g;

	(void)state;
	grid_init(&g, 0, -5, false);
	assert_int_equal(g.rows, 1);
	assert_int_equal(g.cols, 1);
	grid_put(&g, grid_all(&g), 0, 0, ROLE_NORMAL, "xy");
	grid_put(&g, grid_all(&g), 3, 0, ROLE_NORMAL, "out");
	grid_put(&g, grid_all(&g), 0, 7, ROLE_NORMAL, "out");
	grid_put(&g, grid_all(&g), 0, 0, ROLE_NORMAL, NULL);
	grid_box(&g, grid_all(&g), "t", "r", true);
	expect(&g, "x\n");
	grid_release(&g);
}

static void clipping(void **state)
{
	static const struct { const char *name, *text, *want; int col, cols; } t[] = {
		{"fits", "abc", "abc\n", 0, 5}, {"cut at the rect", "abcdefg", "abcde\n", 0, 5},
		{"starts before the rect", "abc", "bc\n", -1, 5}, {"wide fits", "\xE6\x97\xA5\xE6\x9C\xAC", "\xE6\x97\xA5\xE6\x9C\xAC\n", 0, 4},
		{"wide never split at the edge", "a\xE6\x97\xA5\xE6\x9C\xAC", "a\xE6\x97\xA5\n", 0, 4},
		{"combining marks stay with their base", "e\xCC\x81x", "e\xCC\x81x\n", 0, 4},
		{"escape is shown, not sent", "a\033[2Jb", "a<U+001B>[2Jb\n", 0, 30},
		{"bidi override is shown", "x\xE2\x80\xAEy", "x<U+202E>y\n", 0, 30},
		{"newline and return are blanks", "a\r\nb", "a  b\n", 0, 30},
		{"bad byte", "a\xFF" "b", "a\xEF\xBF\xBD" "b\n", 0, 30},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		struct grid g;
		char *got;

		grid_init(&g, 1, 40, false);
		grid_put(&g, (struct rect){0, 0, 1, t[i].cols}, 0, t[i].col, ROLE_NORMAL, t[i].text);
		got = dump(&g, false);
		if (strcmp(got, t[i].want) != 0)
			fail_msg("%s: got '%s'", t[i].name, got);
		free(got);
		grid_release(&g);
	}
}

static void overwriting_half_of_a_wide_character(void **state)
{
	struct grid g;

	(void)state;
	grid_init(&g, 1, 6, false);
	grid_put(&g, grid_all(&g), 0, 0, ROLE_NORMAL, "\xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E");
	grid_put(&g, grid_all(&g), 0, 1, ROLE_NORMAL, "x");
	expect(&g, " x\xE6\x9C\xAC\xE8\xAA\x9E\n");
	grid_put(&g, grid_all(&g), 0, 2, ROLE_NORMAL, "y");
	expect(&g, " xy \xE8\xAA\x9E\n");
	grid_put(&g, grid_all(&g), 0, 3, ROLE_NORMAL, "\xE6\x97\xA5");
	expect(&g, " xy\xE6\x97\xA5\n");
	grid_release(&g);
}

static void ascii_only(void **state)
{
	struct grid g;
	char *got;

	(void)state;
	grid_init(&g, 3, 12, true);
	grid_put(&g, grid_box(&g, grid_all(&g), "T\xC3\xA9", "r", true), 0, 0, ROLE_NORMAL, "\xE2\x98\x85 \xE2\x97\x8F \xE6\x97\xA5x");
	got = dump(&g, false);
	for (const char *p = got; *p; p++)
		assert_true((unsigned char)*p < 0x80);
	assert_string_equal(got, "+ T? --- r +\n|* > ??x   |\n+----------+\n");
	free(got);
	grid_release(&g);
}

static void fields(void **state)
{
	static const struct { const char *name, *text, *want; bool right; } t[] = {
		{"short", "ab", "[ab    ]\n", false}, {"right", "ab", "[    ab]\n", true}, {"exact", "abcdef", "[abcdef]\n", false},
		{"too long", "abcdefgh", "[abcde\xE2\x80\xA6]\n", false}, {"empty", "", "[      ]\n", false},
		{"wide too long", "\xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E\xE6\x97\xA5", "[\xE6\x97\xA5\xE6\x9C\xAC\xE2\x80\xA6 ]\n", false},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		struct grid g;
		char *got;

		grid_init(&g, 1, 8, false);
		grid_put(&g, grid_all(&g), 0, 0, ROLE_NORMAL, "[......]");
		grid_field(&g, grid_all(&g), 0, 1, 6, ROLE_NORMAL, t[i].text, t[i].right);
		got = dump(&g, false);
		if (strcmp(got, t[i].want) != 0)
			fail_msg("%s: got '%s'", t[i].name, got);
		free(got);
		grid_release(&g);
	}
}

static void titles(void **state)
{
	struct grid g;

	(void)state;
	grid_init(&g, 2, 14, true);
	grid_box(&g, grid_all(&g), "Left", "no room for it", false);
	expect(&g, "+ Left ------+\n+------------+\n");
	grid_release(&g);
}

/* 10 kB of marks on one letter, 10 kB names: nothing is written outside the rect. */
static void monstrous(void **state)
{
	struct grid g;
	struct buf b;

	(void)state;
	buf_init(&b, 1 << 20);
	buf_addc(&b, 'e');
	for (int i = 0; i < 10000; i++)
		buf_adds(&b, "\xCC\x81");
	for (int i = 0; i < 10000; i++)
		buf_adds(&b, "\xE6\x97\xA5");
	grid_init(&g, 3, 20, false);
	grid_put(&g, (struct rect){1, 5, 1, 10}, 0, 0, ROLE_NORMAL, buf_str(&b));
	for (int c = 0; c < 20; c++) {
		assert_string_equal(g.cells[c].s, " ");
		assert_string_equal(g.cells[40 + c].s, " ");
		if (c < 5 || c >= 15)
			assert_string_equal(g.cells[20 + c].s, " ");
		assert_true(strlen(g.cells[20 + c].s) < CELL_BYTES);
	}
	buf_release(&b);
	grid_release(&g);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(smallest), cmocka_unit_test(clipping), cmocka_unit_test(overwriting_half_of_a_wide_character),
		cmocka_unit_test(ascii_only), cmocka_unit_test(fields), cmocka_unit_test(titles), cmocka_unit_test(monstrous),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
