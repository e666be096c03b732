#include "test.h"

#include <string.h>

#include "numdesk/util/err.h"
#include "numdesk/util/json.h"
#include "numdesk/util/mem.h"

static void start(struct json_writer *w, struct buf *b)
{
	buf_init(b, 4096);
	json_w_init(w, b);
}

static void a_lone_value(void **state)
{
	struct json_writer w;
	struct buf b;

	(void)state;
	start(&w, &b);
	json_w_text(&w, NULL);
	assert_string_equal(buf_str(&b), "null");
	buf_release(&b);
}

static void empty_groups(void **state)
{
	struct json_writer w;
	struct buf b;

	(void)state;
	start(&w, &b);
	json_w_array(&w);
	json_w_object(&w);
	json_w_end(&w);
	json_w_array(&w);
	json_w_end(&w);
	json_w_end(&w);
	assert_string_equal(buf_str(&b), "[\n  {},\n  []\n]");
	buf_release(&b);
}

static void every_kind_of_value(void **state)
{
	struct json_writer w;
	struct buf b;

	(void)state;
	start(&w, &b);
	json_w_object(&w);
	json_w_key(&w, "phone_number");
	json_w_text(&w, "+14155550137");
	json_w_key(&w, "count");
	json_w_i64(&w, INT64_MIN);
	json_w_key(&w, "primary");
	json_w_bool(&w, true);
	json_w_key(&w, "price");
	json_w_null(&w);
	json_w_key(&w, "raw");
	json_w_raw(&w, "{\n  \"a\": [\n    1\n  ]\n}");
	json_w_end(&w);
	assert_string_equal(buf_str(&b),
		"{\n"
		"  \"phone_number\": \"+14155550137\",\n"
		"  \"count\": -9223372036854775808,\n"
		"  \"primary\": true,\n"
		"  \"price\": null,\n"
		"  \"raw\": {\n"
		"    \"a\": [\n"
		"      1\n"
		"    ]\n"
		"  }\n"
		"}");
	buf_release(&b);
}

static void strings_are_escaped(void **state)
{
	static const struct { const char *in, *want; } rows[] = {
		{"", "\"\""}, {"a\"b\\c/", "\"a\\\"b\\\\c/\""}, {"\b\f\n\r\t", "\"\\b\\f\\n\\r\\t\""},
		{"\x1b[2J", "\"\\u001b[2J\""},
		{"\x7f", "\"\\u007f\""}, {"\xC3\xA9\xF0\x9F\x93\x9E", "\"\xC3\xA9\xF0\x9F\x93\x9E\""},
		{"\xFFx", "\"\xEF\xBF\xBDx\""},
		{"\xE2\x80\xAE", "\"\\u202e\""}, {"\xC2\x9B", "\"\\u009b\""},
		{"\xF3\xA0\x80\x81", "\"\\udb40\\udc01\""},
		{"\xE6\x97", "\"\xEF\xBF\xBD\xEF\xBF\xBD\""},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct json_writer w;
		struct buf b;

		start(&w, &b);
		json_w_text(&w, rows[i].in);
		if (strcmp(buf_str(&b), rows[i].want) != 0)
			fail_msg("row %zu: %s", i, buf_str(&b));
		buf_release(&b);
	}
}

static void what_is_written_is_read_back(void **state)
{
	static const char text[] = "\x01\"\\\xE2\x80\xAE\xF3\xA0\x80\x81\xC3\xA9";
	struct json_writer w;
	struct json *doc;
	struct buf b;

	(void)state;
	start(&w, &b);
	json_w_object(&w);
	json_w_key(&w, text);
	json_w_text(&w, text);
	json_w_end(&w);
	doc = json_parse(buf_str(&b), b.len, b.len, NULL);
	assert_non_null(doc);
	assert_string_equal(json_text(doc, text), text);
	json_free(doc);
	buf_release(&b);
}

static void the_deepest_nesting(void **state)
{
	struct json_writer w;
	struct json *doc;
	struct buf b;

	(void)state;
	start(&w, &b);
	for (int i = 0; i < 32; i++)
		json_w_array(&w);
	for (int i = 0; i < 32; i++)
		json_w_end(&w);
	doc = json_parse(buf_str(&b), b.len, b.len, NULL);
	assert_non_null(doc);
	json_free(doc);
	buf_release(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_lone_value),
		cmocka_unit_test(empty_groups),
		cmocka_unit_test(every_kind_of_value),
		cmocka_unit_test(strings_are_escaped),
		cmocka_unit_test(what_is_written_is_read_back),
		cmocka_unit_test(the_deepest_nesting),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
