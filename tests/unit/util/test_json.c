#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "numdesk/util/err.h"
#include "numdesk/util/json.h"
#include "numdesk/util/mem.h"

static struct json *parse(const char *s)
{
	struct err e = {0};
	struct json *doc = json_parse(s, strlen(s), 1 << 20, &e);

	if (!doc)
		fail_msg("'%s': %s", s, e.msg);
	return doc;
}

static void nothing_is_harmless(void **state)
{
	char s[8] = "x";
	int64_t v = 7;

	(void)state;
	json_free(NULL);
	assert_null(json_get(NULL, "a"));
	assert_false(json_has_duplicate(NULL, "a"));
	assert_false(json_is_object(NULL) || json_is_array(NULL));
	assert_true(json_is_null_or_absent(NULL, "a"));
	assert_null(json_text(NULL, "a"));
	assert_false(json_text_or_number(NULL, "a", s, sizeof s));
	assert_string_equal(s, "");
	assert_true(json_bool(NULL, "a", true));
	assert_false(json_i64(NULL, "a", &v));
	assert_int_equal(v, 7);
	assert_int_equal(json_count(NULL), 0);
	assert_null(json_at(NULL, 0));
	assert_null(json_first(NULL));
	assert_null(json_next(NULL));
	assert_null(json_name(NULL));
	assert_null(json_string(NULL));
	assert_false(json_true(NULL));
}

static const struct { const char *name, *s; size_t n; bool ok; } texts[] = {
#define CASE(name, s, ok) {name, s, sizeof s - 1, ok}
	CASE("empty", "", false),
	CASE("space", " \n", false),
	CASE("object", "{}", true),
	CASE("surrounded by space", " \r\n\t[ ] \n", true),
	CASE("word", "true", true),
	CASE("string", "\"a\"", true),
	CASE("trailing text", "{} x", false),
	CASE("two documents", "{}{}", false),
	CASE("trailing comma", "[1,]", false),
	CASE("missing comma", "[1 2]", false),
	CASE("comment", "[1 /* */]", false),
	CASE("single quotes", "{'a':1}", false),
	CASE("name without quotes", "{a:1}", false),
	CASE("byte order mark", "\xEF\xBB\xBF{}", false),
	CASE("NUL behind it", "{}\0", false),
	CASE("NUL inside", "{\0}", false),
	CASE("control byte between tokens", "[\x01" "1]", false),
	CASE("vertical tab", "[\v1]", false),
	CASE("raw newline in a string", "[\"a\nb\"]", false),
	CASE("raw ESC in a string", "[\"\x1b\"]", false),
	CASE("raw NUL in a string", "[\"a\0b\"]", false),
	CASE("DEL in a string", "[\"\x7f\"]", true),
	CASE("escapes", "[\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\"]", true),
	CASE("bad escape", "[\"\\x41\"]", false),
	CASE("short escape", "[\"\\u12\"]", false),
	CASE("escape at the end", "[\"\\", false),
	CASE("NUL escape", "[\"a\\u0000b\"]", false),
	CASE("NUL escape in a name", "{\"a\\u0000b\":1}", false),
	CASE("escaped backslash before u0000", "[\"\\\\u0000\"]", true),
	CASE("surrogate pair", "[\"\\ud83d\\udcde\"]", true),
	CASE("lone surrogates", "[\"\\ud83d\",\"\\udcde\",\"\\ud83d\\ud83d\\udcde\"]", true),
	CASE("invalid UTF-8", "[\"\xFF\"]", false),
	CASE("overlong UTF-8", "[\"\xC0\xAF\"]", false),
	CASE("UTF-8 surrogate", "[\"\xED\xA0\x80\"]", false),
	CASE("UTF-8 cut", "[\"\xE6\x97", false),
	CASE("invalid UTF-8 in a name", "{\"\xFF\":1}", false),
	CASE("UTF-8 outside a string", "[\xC3\xA9]", false),
	CASE("numbers", "[0,-0,1,-1,10,1.5,1e3,1E-3,-1.25e+2]", true),
	CASE("leading zero", "[012]", false),
	CASE("lone point", "[1.]", false),
	CASE("point first", "[.5]", false),
	CASE("plus", "[+1]", false),
	CASE("lone minus", "[-]", false),
	CASE("lone exponent", "[1e]", false),
	CASE("hexadecimal", "[0x10]", false),
	CASE("NaN", "[NaN]", false),
	CASE("Infinity", "[Infinity]", false),
	CASE("too large", "[1e400]", false),
	CASE("too large below", "[-1e400]", false),
	CASE("cut in an object", "{\"a\":1", false),
	CASE("cut in a string", "{\"a", false),
	CASE("cut in a word", "[tru", false),
	CASE("wrong bracket", "[1}", false),
	CASE("bracket too many", "[1]]", false),
	CASE("True", "[True]", false),
#undef CASE
};

static void table_of_texts(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		struct err e = {0};
		/* exactly as long as stated, so that a read past the end is seen */
		char *exact = malloc(texts[i].n ? texts[i].n : 1);

		memcpy(exact, texts[i].s, texts[i].n);
		struct json *doc = json_parse(exact, texts[i].n, 1000, &e);

		free(exact);
		if (!doc == texts[i].ok)
			fail_msg("%s: %s", texts[i].name, doc ? "accepted" : e.msg);
		if (!doc && e.kind != ERR_PROTO)
			fail_msg("%s: kind %s", texts[i].name, err_kind_name(e.kind));
		json_free(doc);
	}
}

static void depth_ends_at_32(void **state)
{
	char s[100];

	(void)state;
	for (size_t depth = 31; depth <= 33; depth++) {
		memset(s, '[', depth);
		memset(s + depth, ']', depth);
		struct json *doc = json_parse(s, 2 * depth, 1000, NULL);

		assert_int_equal(doc != NULL, depth <= 32);
		json_free(doc);
	}
}

static void size_ends_at_max(void **state)
{
	struct err e = {0};
	struct json *doc = json_parse("[1234]", 6, 6, &e);

	(void)state;
	assert_non_null(doc);
	json_free(doc);
	assert_null(json_parse("[1234]", 6, 5, &e));
	assert_int_equal(e.kind, ERR_PROTO);
}

static void names_match_exactly(void **state)
{
	struct json *doc = parse("{\"SID\":\"upper\",\"sid\":\"lower\",\"\":\"empty\"}");

	(void)state;
	assert_string_equal(json_text(doc, "sid"), "lower");
	assert_string_equal(json_text(doc, "SID"), "upper");
	assert_string_equal(json_text(doc, ""), "empty");
	assert_null(json_text(doc, "Sid"));
	json_free(doc);
}

static void a_name_given_twice_is_absent(void **state)
{
	struct json *doc = parse("{\"a\":1,\"b\":2,\"a\":3,\"\\u0062\":4}");
	int64_t v;

	(void)state;
	assert_null(json_get(doc, "a"));
	assert_false(json_i64(doc, "a", &v));
	assert_true(json_has_duplicate(doc, "a"));
	assert_true(json_has_duplicate(doc, "b"));
	assert_false(json_has_duplicate(doc, "c"));
	json_free(doc);
}

static void types_are_checked(void **state)
{
	struct json *doc = parse("{\"t\":\"x\",\"n\":5,\"b\":true,\"f\":false,\"z\":null,\"o\":{\"k\":1},\"l\":[1,2]}");
	int64_t v = 9;

	(void)state;
	assert_string_equal(json_text(doc, "t"), "x");
	assert_null(json_text(doc, "n"));
	assert_null(json_text(doc, "z"));
	assert_null(json_text(doc, "o"));
	assert_true(json_bool(doc, "b", false));
	assert_false(json_bool(doc, "f", true));
	assert_true(json_bool(doc, "n", true));
	assert_false(json_bool(doc, "t", false));
	assert_true(json_is_null_or_absent(doc, "z") && json_is_null_or_absent(doc, "q"));
	assert_false(json_is_null_or_absent(doc, "t"));
	assert_false(json_i64(doc, "t", &v) || json_i64(doc, "b", &v));
	assert_false(json_i64(doc, "z", &v) || json_i64(doc, "l", &v));
	assert_int_equal(v, 9);
	assert_true(json_is_object(json_get(doc, "o")) && json_is_array(json_get(doc, "l")));
	assert_null(json_get(json_get(doc, "l"), "k"));
	json_free(doc);
}

static void numbers_come_as_their_digits(void **state)
{
	static const struct { const char *in, *want; } rows[] = {
		{"0", "0"}, {"-0", "0"}, {"1", "1"}, {"21422", "21422"}, {"-7", "-7"}, {"1.15", "1.15"}, {"1.0", "1"},
		{"0.0075", "0.0075"}, {"0.00005", "0.00005"}, {"0.0000075", "0.0000075"},
		{"123456789.125", "123456789.125"},
		{"9007199254740992", "9007199254740992"}, {"-9007199254740992", "-9007199254740992"},
		{"9007199254740994", NULL}, {"1e300", NULL}, {"1e3", "1000"}, {"\"+14155550137\"", "+14155550137"},
		{"\"\"", ""},
		{"true", NULL}, {"null", NULL}, {"[]", NULL}, {"1234567890123.25", "1234567890123.25"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char text[64], got[32] = "before";
		struct json *doc;

		snprintf(text, sizeof text, "{\"v\":%s}", rows[i].in);
		doc = parse(text);
		const bool ok = json_text_or_number(doc, "v", got, sizeof got);

		if (ok != (rows[i].want != NULL) || strcmp(got, ok ? rows[i].want : "") != 0)
			fail_msg("%s: '%s'", rows[i].in, got);
		json_free(doc);
	}
}

static void what_does_not_fit_is_refused(void **state)
{
	struct json *doc = parse("{\"n\":12345,\"t\":\"12345\"}");
	char s[5];

	(void)state;
	assert_false(json_text_or_number(doc, "n", s, sizeof s));
	assert_string_equal(s, "");
	assert_false(json_text_or_number(doc, "t", s, sizeof s));
	assert_string_equal(s, "");
	json_free(doc);
}

static void whole_numbers(void **state)
{
	static const struct { const char *in; bool ok; int64_t v; } rows[] = {
		{"0", true, 0}, {"-5", true, -5}, {"1.0", true, 1}, {"1.5", false, 0},
		{"9007199254740992", true, 9007199254740992},
		{"9007199254740994", false, 0}, {"\"42\"", true, 42}, {"\"-42\"", true, -42}, {"\"4.2\"", false, 0},
		{"\" 42\"", false, 0}, {"\"\"", false, 0}, {"\"9223372036854775807\"", true, INT64_MAX},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char text[64];
		int64_t v = 77;
		struct json *doc;

		snprintf(text, sizeof text, "{\"v\":%s}", rows[i].in);
		doc = parse(text);
		if (json_i64(doc, "v", &v) != rows[i].ok || v != (rows[i].ok ? rows[i].v : 77))
			fail_msg("%s: %lld", rows[i].in, (long long)v);
		json_free(doc);
	}
}

static void walking(void **state)
{
	struct json *doc = parse("{\"a\":[\"x\",true,null],\"b\":{}}");
	const struct json *a = json_first(doc), *b = json_next(a);

	(void)state;
	assert_int_equal(json_count(doc), 2);
	assert_string_equal(json_name(a), "a");
	assert_string_equal(json_name(b), "b");
	assert_null(json_next(b));
	assert_null(json_first(b));
	assert_int_equal(json_count(b), 0);
	assert_int_equal(json_count(a), 3);
	assert_string_equal(json_string(json_at(a, 0)), "x");
	assert_true(json_true(json_at(a, 1)));
	assert_false(json_true(json_at(a, 0)));
	assert_non_null(json_at(a, 2));
	assert_null(json_at(a, 3));
	assert_null(json_name(json_at(a, 0)));
	assert_null(json_string(json_at(a, 1)));
	json_free(doc);
}

static void strings_are_decoded(void **state)
{
	struct json *doc = parse("{\"a\":\"\\u00e9\\ud83d\\udcde\\/\\n\",\"b\":\"x\\ud83dy\",\"c\":\"\\\\ud83d\"}");

	(void)state;
	assert_string_equal(json_text(doc, "a"), "\xC3\xA9\xF0\x9F\x93\x9E/\n");
	assert_string_equal(json_text(doc, "b"), "x\xEF\xBF\xBDy");
	assert_string_equal(json_text(doc, "c"), "\\ud83d");
	json_free(doc);
}

static void printing(void **state)
{
	static const struct { const char *in, *want; } rows[] = {
		{"null", "null"}, {"true", "true"}, {"\"a\"", "\"a\""}, {"[]", "[]"}, {"{}", "{}"}, {"1.15", "1.15"},
		{"[1,[],{\"a\":[{}]},false]", "[\n  1,\n  [],\n  {\n    \"a\": [\n      {}\n    ]\n  },\n  false\n]"},
		{"{\"a\":\"\xC3\xA9\\n\",\"b\":null}", "{\n  \"a\": \"\xC3\xA9\\n\",\n  \"b\": null\n}"},
		{"\"\\u001b\\u202e\\u007f\"", "\"\\u001b\\u202e\\u007f\""},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct json *doc = parse(rows[i].in), *again;
		char *s = json_print(doc), *s2;

		if (strcmp(s, rows[i].want) != 0)
			fail_msg("%s: %s", rows[i].in, s);
		again = parse(s);
		s2 = json_print(again);
		assert_string_equal(s, s2);
		free(s), free(s2);
		json_free(doc), json_free(again);
	}
}

static void printing_the_deepest(void **state)
{
	char s[65] = "";
	struct json *doc;
	char *out;

	(void)state;
	memset(s, '[', 32);
	memset(s + 32, ']', 32);
	doc = parse(s);
	out = json_print(doc);
	assert_non_null(strstr(out, "[]"));
	free(out);
	json_free(doc);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_harmless),
		cmocka_unit_test(table_of_texts),
		cmocka_unit_test(depth_ends_at_32),
		cmocka_unit_test(size_ends_at_max),
		cmocka_unit_test(names_match_exactly),
		cmocka_unit_test(a_name_given_twice_is_absent),
		cmocka_unit_test(types_are_checked),
		cmocka_unit_test(numbers_come_as_their_digits),
		cmocka_unit_test(what_does_not_fit_is_refused),
		cmocka_unit_test(whole_numbers),
		cmocka_unit_test(walking),
		cmocka_unit_test(strings_are_decoded),
		cmocka_unit_test(printing),
		cmocka_unit_test(printing_the_deepest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
