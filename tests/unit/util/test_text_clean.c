#include "test.h"

#include <stdlib.h>
#include <string.h>

#include "text_priv.h"

#include "numdesk/util/mem.h"
#include "numdesk/util/text.h"

#define FFFD "\xEF\xBF\xBD"
#define ACUTE "\xCC\x81"
#define CIRCLE "\xE2\x97\x8C"

static const struct { const char *name, *in; size_t n; const char *want; } cases[] = {
#define CASE(name, in, want) {name, in, sizeof in - 1, want}
	CASE("empty", "", ""),
	CASE("ascii", "Support line 2", "Support line 2"),
	CASE("white space", "a\tb\r\nc", "a b  c"),
	CASE("NUL byte", "a\0b", "a<U+0000>b"),
	CASE("clear screen", "\x1b[2J", "<U+001B>[2J"),
	CASE("clipboard", "\x1b]52;c;AA\a", "<U+001B>]52;c;AA<U+0007>"),
	CASE("backspace and DEL", "a\b\x7f", "a<U+0008><U+007F>"),
	CASE("C1 CSI", "\xC2\x9B" "2J", "<U+009B>2J"),
	CASE("next line", "a\xC2\x85" "b", "a<U+0085>b"),
	CASE("right-to-left override", "\xE2\x80\xAE" "abc", "<U+202E>abc"),
	CASE("isolates", "\xE2\x81\xA6x\xE2\x81\xA9", "<U+2066>x<U+2069>"),
	CASE("arabic letter mark", "\xD8\x9C", "<U+061C>"),
	CASE("zero width space and joiner", "\xE2\x80\x8B\xE2\x80\x8D", "<U+200B><U+200D>"),
	CASE("byte order mark", "\xEF\xBB\xBFx", "<U+FEFF>x"),
	CASE("soft hyphen", "\xC2\xAD", "<U+00AD>"),
	CASE("line separator", "\xE2\x80\xA8", "<U+2028>"),
	CASE("mongolian vowel separator", "\xE1\xA0\x8E", "<U+180E>"),
	CASE("hangul fillers", "\xE1\x85\x9F\xE1\x85\xA0\xE3\x85\xA4\xEF\xBE\xA0", "<U+115F><U+1160><U+3164><U+FFA0>"),
	CASE("interlinear", "\xEF\xBF\xB9", "<U+FFF9>"),
	CASE("tag", "\xF3\xA0\x80\x81", "<U+E0001>"),
	CASE("private use", "\xEE\x80\x80\xF4\x80\x80\x80", "<U+E000><U+100000>"),
	CASE("not a character", "\xEF\xBF\xBE\xEF\xB7\x90", "<U+FFFE><U+FDD0>"),
	CASE("last of a plane", "\xF0\x9F\xBF\xBF", "<U+1FFFF>"),
	CASE("grapheme joiner", "a\xCD\x8F", "a<U+034F>"),
	CASE("kept letters", "\xC3\xA9\xE6\x97\xA5\xF0\x9F\x93\x9E", "\xC3\xA9\xE6\x97\xA5\xF0\x9F\x93\x9E"),
	CASE("replacement character stays", FFFD, FFFD),
	CASE("lone continuation", "a\x80" "b", "a" FFFD "b"),
	CASE("overlong slash", "\xC0\xAF", FFFD FFFD),
	CASE("overlong three", "\xE0\x80\xAF", FFFD FFFD FFFD),
	CASE("surrogate", "\xED\xA0\x80", FFFD FFFD FFFD),
	CASE("above the last plane", "\xF4\x90\x80\x80", FFFD FFFD FFFD FFFD),
	CASE("cut at the end", "abc\xE6\x97", "abc" FFFD FFFD),
	CASE("cut before a letter", "\xE6\x97" "abc", FFFD FFFD "abc"),
	CASE("four marks", "e" ACUTE ACUTE ACUTE ACUTE, "e" ACUTE ACUTE ACUTE ACUTE),
	CASE("a fifth mark goes", "e" ACUTE ACUTE ACUTE ACUTE ACUTE "x" ACUTE, "e" ACUTE ACUTE ACUTE ACUTE "x" ACUTE),
	CASE("a mark without a base", ACUTE "a", CIRCLE ACUTE "a"),
	CASE("a mark on an escape", "\x1b" ACUTE, "<U+001B>" ACUTE),
#undef CASE
};

static void check(const char *name, const char *in, size_t n, const char *want)
{
	char out[256], again[256];
	size_t len = text_clean(out, sizeof out, in, n), len2;
	struct buf b;

	if (len != strlen(want) || memcmp(out, want, len + 1) != 0)
		fail_msg("%s: got '%s', want '%s'", name, out, want);
	len2 = text_clean(again, sizeof again, out, len);
	if (len2 != len || memcmp(again, out, len) != 0)
		fail_msg("%s: cleaning again changed it to '%s'", name, again);
	if (text_is_clean(in, n) != (n == len && memcmp(in, out, n) == 0))
		fail_msg("%s: text_is_clean disagrees", name);
	if (!text_is_clean(out, len))
		fail_msg("%s: its own output is not clean", name);
	buf_init(&b, 1024);
	text_clean_add(&b, in, n);
	if (strcmp(buf_str(&b), want) != 0)
		fail_msg("%s: text_clean_add gave '%s'", name, buf_str(&b));
	buf_release(&b);
}

static void table_of_cases(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		check(cases[i].name, cases[i].in, cases[i].n, cases[i].want);
}

static void no_room(void **state)
{
	char one[1] = {'x'}, none = 'x';

	(void)state;
	assert_int_equal(text_clean(&none, 0, "abc", 3), 0);
	assert_int_equal(none, 'x');
	assert_int_equal(text_clean(one, 1, "abc", 3), 0);
	assert_int_equal(one[0], '\0');
}

/* Whatever the room: a prefix of the whole, never ending inside a character or an escape. */
static void every_cut_is_a_whole_prefix(void **state)
{
	static const char in[] = "a\x1b\xE6\x97\xA5" "e" ACUTE "\xF0\x9F\x93\x9E\xFF" ACUTE "z\xE2\x80\xAE";
	char whole[128], cut[128];
	const size_t n = text_clean(whole, sizeof whole, in, sizeof in - 1);

	(void)state;
	for (size_t room = 1; room <= n + 1; room++) {
		const size_t len = text_clean(cut, room, in, sizeof in - 1);

		assert_true(len < room);
		assert_int_equal(strlen(cut), len);
		assert_memory_equal(cut, whole, len);
		assert_true(text_is_utf8(cut, len));
		assert_true(text_is_clean(cut, len));
		assert_true(!strrchr(cut, '<') || strchr(strrchr(cut, '<'), '>'));
	}
}

/* The oracle of the fuzz target, over fixed pseudo-random bytes: valid, visible, stable. */
static void random_bytes_come_out_visible(void **state)
{
	uint32_t x = 12345;

	(void)state;
	for (int round = 0; round < 2000; round++) {
		char in[24], out[512], again[512];

		for (size_t i = 0; i < sizeof in; i++) {
			x = x * 1664525 + 1013904223;
			in[i] = (char)(x >> 24);
		}
		const size_t n = text_clean(out, sizeof out, in, sizeof in);

		assert_int_equal(text_clean(again, sizeof again, out, n), n);
		assert_memory_equal(again, out, n);
		for (size_t i = 0; i < n; ) {
			uint32_t cp;

			i += text_decode(out + i, n - i, &cp);
			assert_false(text_cp_is_hidden(cp));
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_room),
		cmocka_unit_test(table_of_cases),
		cmocka_unit_test(every_cut_is_a_whole_prefix),
		cmocka_unit_test(random_bytes_come_out_visible),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
