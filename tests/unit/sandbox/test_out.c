#include "test.h"

#include <string.h>

#include "out.h"

static void texts(void **state)
{
	static const struct { const char *in, *out; } rows[] = {
		{NULL, "null"}, {"", "\"\""}, {"a", "\"a\""}, {"\"", "\"\\\"\""}, {"a\\b", "\"a\\\\b\""},
		{"\n\t\r\b\f", "\"\\n\\t\\r\\b\\f\""},
		{"\x1b[2J", "\"\\u001b[2J\""}, {"\xc3\xa9", "\"\xc3\xa9\""}, {"\x7f", "\"\x7f\""},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct buf b;

		buf_init(&b, 1000);
		out_text(&b, rows[i].in);
		if (strcmp(buf_str(&b), rows[i].out) != 0)
			fail_msg("'%s' is %s", rows[i].in ? rows[i].in : "null", buf_str(&b));
		buf_release(&b);
	}
}

static void commas(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 1000);
	out_open(&b, '{');
	out_name(&b, "empty");
	out_open(&b, '[');
	out_close(&b, ']');
	out_name(&b, "list");
	out_open(&b, '[');
	out_i64(&b, -1);
	out_bool(&b, true);
	out_null(&b);
	out_text(&b, "[:{");
	out_open(&b, '{');
	out_close(&b, '}');
	out_close(&b, ']');
	out_member_date(&b, "date", 1438287151);
	out_memberf(&b, "n", "%d", 7);
	out_close(&b, '}');
	assert_string_equal(buf_str(&b), "{\"empty\":[],\"list\":[-1,true,null,\"[:{\",{}],"
			    "\"date\":\"Thu, 30 Jul 2015 20:12:31 +0000\",\"n\":\"7\"}");
	buf_release(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(texts), cmocka_unit_test(commas)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
