#include "test.h"

#include <stdlib.h>
#include <string.h>

#include "numdesk/util/err.h"
#include "numdesk/util/json.h"
#include "numdesk/util/mem.h"

/* What the rows of one walk were: their sids one after the other, a dot behind each. */
struct seen {
	struct buf sids;
	int rows, stop_after;
};

static bool note_row(void *ctx, const struct json *row, const char *raw, size_t raw_len, struct err *e)
{
	struct seen *seen = ctx;
	const char *sid = json_text(row, "sid");

	assert_int_equal(raw[0], '{');
	assert_int_equal(raw[raw_len - 1], '}');
	seen->rows++;
	buf_adds(&seen->sids, sid ? sid : "?");
	buf_addc(&seen->sids, '.');
	return !seen->stop_after || seen->rows < seen->stop_after || err_set(e, ERR_STOPPED, "enough");
}

static bool walk(const char *s, size_t n, struct seen *seen, struct json **tail, struct err *e)
{
	char *exact = malloc(n ? n : 1);
	bool ok;

	memcpy(exact, s, n);
	buf_init(&seen->sids, 1 << 20);
	ok = json_each(exact, n, "items", note_row, seen, tail, e);
	free(exact);
	return ok;
}

static const struct { const char *name, *s, *sids; } good[] = {
	{"no rows", "{\"items\":[]}", ""},
	{"no rows but space", " { \"items\" : [ \n] } ", ""},
	{"one", "{\"items\":[{\"sid\":\"a\"}]}", "a."},
	{"members around", "{\"x\":1,\"items\": [ {\"sid\":\"a\"} , {\"sid\":\"b\"} ] ,\"y\":[1,{}],\"z\":\"]}\"}",
	 "a.b."},
	{"brackets and quotes in strings", "{\"items\":[{\"n\":\"]}\\\"{[\",\"sid\":\"a\"},{\"sid\":\"\\\\\"}]}",
	 "a.\\."},
	{"nested of the same name", "{\"o\":{\"items\":[1]},\"items\":[{\"sid\":\"a\",\"items\":[{\"sid\":\"x\"}]}]}",
	 "a."},
	{"empty row", "{\"items\":[{}]}", "?."},
	{"lone surrogate", "{\"items\":[{\"sid\":\"\\ud83d\"}],\"t\":\"\\ud83d\"}", "\xEF\xBF\xBD."},
};

static void good_pages(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(good); i++) {
		struct seen seen = {0};
		struct json *tail;
		struct err e = {0};

		if (!walk(good[i].s, strlen(good[i].s), &seen, &tail, &e))
			fail_msg("%s: %s", good[i].name, e.msg);
		if (strcmp(buf_str(&seen.sids), good[i].sids) != 0)
			fail_msg("%s: %s", good[i].name, buf_str(&seen.sids));
		assert_true(json_is_object(tail));
		assert_null(json_get(tail, "items"));
		json_free(tail);
		buf_release(&seen.sids);
	}
}

static void the_tail_holds_the_rest(void **state)
{
	static const char s[] = "{\"page\":0,\"items\":[{\"sid\":\"a\"}],"
				"\"next_page_uri\":\"/x?PageToken=PAa\",\"end\":5}";
	struct seen seen = {0};
	struct json *tail;
	int64_t v;

	(void)state;
	assert_true(walk(s, sizeof s - 1, &seen, &tail, NULL));
	assert_int_equal(json_count(tail), 3);
	assert_string_equal(json_text(tail, "next_page_uri"), "/x?PageToken=PAa");
	assert_true(json_i64(tail, "end", &v) && v == 5);
	json_free(tail);
	buf_release(&seen.sids);
	assert_true(walk(s, sizeof s - 1, &seen, NULL, NULL));
	buf_release(&seen.sids);
}

/* rows: how many may have been delivered before the fault was met. */
static const struct { const char *name, *s; int rows; } bad[] = {
	{"empty", "", 0}, {"not an object", "[{\"sid\":\"a\"}]", 0},
	{"no such name", "{\"rows\":[{\"sid\":\"a\"}]}", 0},
	{"empty object", "{}", 0}, {"null", "{\"items\":null}", 0}, {"an object", "{\"items\":{\"sid\":\"a\"}}", 0},
	{"twice", "{\"items\":[{\"sid\":\"a\"}],\"items\":[]}", 0},
	{"twice, once escaped", "{\"items\":[{\"sid\":\"a\"}],\"item\\u0073\":[]}", 0},
	{"cut in the tail", "{\"items\":[{\"sid\":\"a\"}],\"next\":", 0},
	{"cut in a row", "{\"items\":[{\"sid\":\"a\"},{\"si", 0}, {"cut after a row", "{\"items\":[{\"sid\":\"a\"}", 0},
	{"trailing text", "{\"items\":[{\"sid\":\"a\"}]}x", 0},
	{"second document", "{\"items\":[{\"sid\":\"a\"}]}{}", 0},
	{"wrong bracket in a later row", "{\"items\":[{\"sid\":\"a\"},{\"sid\":\"b\"]]}", 0},
	{"bad UTF-8 in a later row", "{\"items\":[{\"sid\":\"a\"},{\"sid\":\"\xFF\"}]}", 0},
	{"NUL escape in a later row", "{\"items\":[{\"sid\":\"a\"},{\"sid\":\"\\u0000\"}]}", 0},
	{"wrong bracket", "{\"items\":[{\"sid\":\"a\"]}]}", 0},
	{"bad tail", "{\"items\":[{\"sid\":\"a\"}],\"x\" 1}", 0},
	{"tail with a bad value", "{\"items\":[{\"sid\":\"a\"}],\"x\":{1}}", 0},
	{"no colon", "{\"items\" [{\"sid\":\"a\"}]}", 0},
	{"comma first", "{,\"items\":[]}", 0}, {"comma last", "{\"items\":[],}", 0},
	{"name is a number", "{1:2,\"items\":[]}", 0},
	{"row is a number", "{\"items\":[1]}", 0}, {"second row is a list", "{\"items\":[{\"sid\":\"a\"},[]]}", 0},
	{"comma after the last row", "{\"items\":[{\"sid\":\"a\"},]}", 0},
	{"no comma between rows", "{\"items\":[{\"sid\":\"a\"}{}]}", 0},
	{"second row is broken inside", "{\"items\":[{\"sid\":\"a\"},{\"sid\" \"b\"}]}", 1},
};

static void bad_pages(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct seen seen = {0};
		struct json *tail = (struct json *)&seen;
		struct err e = {0};

		if (walk(bad[i].s, strlen(bad[i].s), &seen, &tail, &e))
			fail_msg("%s was accepted", bad[i].name);
		if (e.kind != ERR_PROTO || !e.msg[0] || tail || seen.rows > bad[i].rows)
			fail_msg("%s: %s, %d rows", bad[i].name, e.msg, seen.rows);
		buf_release(&seen.sids);
	}
}

static void a_row_may_stop_the_walk(void **state)
{
	static const char s[] = "{\"items\":[{\"sid\":\"a\"},{\"sid\":\"b\"},{\"sid\":\"c\"}]}";
	struct seen seen = {.stop_after = 2};
	struct json *tail;
	struct err e = {0};

	(void)state;
	assert_false(walk(s, sizeof s - 1, &seen, &tail, &e));
	assert_int_equal(e.kind, ERR_STOPPED);
	assert_string_equal(buf_str(&seen.sids), "a.b.");
	assert_null(tail);
	buf_release(&seen.sids);
}

static bool count_row(void *ctx, const struct json *row, const char *raw, size_t raw_len, struct err *e)
{
	(void)raw, (void)raw_len, (void)e;
	*(int *)ctx += json_text(row, "phone_number") != NULL;
	return true;
}

static void a_thousand_rows(void **state)
{
	struct json *tail;
	struct buf b;
	int n = 0;

	(void)state;
	buf_init(&b, 4 << 20);
	buf_adds(&b, "{\"incoming_phone_numbers\": [");
	for (int i = 0; i < 1000; i++)
		buf_addf(&b, "%s{\"sid\": \"PN%032x\", \"phone_number\": \"+1415555%04d\", "
			 "\"friendly_name\": \"Line \\\"%d\\\"\", \"capabilities\": {\"voice\": true, \"sms\": false}, "
			 "\"filler\": \"%0900d\"}", i ? ", " : "", (unsigned)i, i, i, i);
	buf_adds(&b, "], \"page\": 0, \"next_page_uri\": null}");
	assert_true(json_each(b.s, b.len, "incoming_phone_numbers", count_row, &n, &tail, NULL));
	assert_int_equal(n, 1000);
	assert_true(json_is_null_or_absent(tail, "next_page_uri"));
	json_free(tail);
	buf_release(&b);
}

/* Every prefix of a page is refused before its first row. */
static void nothing_but_the_whole_page_passes(void **state)
{
	static const char s[] = "{\"a\": \"\\u00e9\", \"items\": [{\"sid\": \"a\"}, "
				"{\"sid\": \"b\"}], \"z\": {\"k\": [1.5, true]}}";

	(void)state;
	for (size_t n = 0; n < sizeof s - 1; n++) {
		struct seen seen = {0};

		assert_false(walk(s, n, &seen, NULL, NULL));
		assert_int_equal(seen.rows, 0);
		buf_release(&seen.sids);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_pages),
		cmocka_unit_test(the_tail_holds_the_rest),
		cmocka_unit_test(bad_pages),
		cmocka_unit_test(a_row_may_stop_the_walk),
		cmocka_unit_test(a_thousand_rows),
		cmocka_unit_test(nothing_but_the_whole_page_passes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
