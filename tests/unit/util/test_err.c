#include "test.h"

#include <string.h>

#include "numdesk/util/err.h"
#include "numdesk/util/text.h"

static void a_missing_err_is_fine(void **state)
{
	(void)state;
	assert_false(err_set(NULL, ERR_IO, "cannot read '%s'", "x"));
	assert_false(err_wrap(NULL, "opening"));
	err_clear(NULL);
}

static void set_fills_kind_and_sentence(void **state)
{
	struct err e = {.http = 500, .code = 20429, .retry_after_s = 3};

	(void)state;
	assert_false(err_set(&e, ERR_NET, "cannot connect to '%s'", "example.com"));
	assert_int_equal(e.kind, ERR_NET);
	assert_int_equal(e.http, 0);
	assert_int_equal(e.code, 0);
	assert_int_equal(e.retry_after_s, 0);
	assert_string_equal(e.msg, "cannot connect to 'example.com'");
}

static void wrap_keeps_kind_and_codes(void **state)
{
	struct err e = {0};

	(void)state;
	err_set(&e, ERR_RATE, "too many requests");
	e.http = 429;
	e.retry_after_s = 7;
	assert_false(err_wrap(&e, "syncing '%s'", "acme"));
	assert_string_equal(e.msg, "syncing 'acme': too many requests");
	assert_int_equal(e.kind, ERR_RATE);
	assert_int_equal(e.http, 429);
	assert_int_equal(e.retry_after_s, 7);
}

static void the_sentence_is_cleaned(void **state)
{
	struct err e;

	(void)state;
	err_set(&e, ERR_API, "refused: %s", "a\x1b[2J\nb\xFF");
	assert_string_equal(e.msg, "refused: a<U+001B>[2J b\xEF\xBF\xBD");
}

static void a_long_sentence_is_cut_on_a_character(void **state)
{
	char text[ERR_MSG_MAX * 3];
	struct err e;

	(void)state;
	for (size_t i = 0; i + 3 < sizeof text; i += 3)
		memcpy(text + i, "\xE6\x97\xA5", 4);
	err_set(&e, ERR_API, "%s", text);
	assert_true(strlen(e.msg) > ERR_MSG_MAX - 4);
	assert_true(text_is_utf8(e.msg, strlen(e.msg)));
	err_wrap(&e, "again");
	assert_true(text_is_utf8(e.msg, strlen(e.msg)));
	assert_memory_equal(e.msg, "again: ", 7);
}

static void every_kind_has_its_exit_status_and_name(void **state)
{
	static const struct { enum err_kind kind; int exit; } rows[] = {
		{ERR_NONE, 0}, {ERR_API, 1}, {ERR_GONE, 1}, {ERR_PROTO, 1}, {ERR_IO, 1}, {ERR_DAMAGED, 1},
		{ERR_NOMEM, 1},
		{ERR_USAGE, 2}, {ERR_CONFIG, 2}, {ERR_AUTH, 3}, {ERR_LOCKED, 3}, {ERR_NOT_FOUND, 4}, {ERR_GUARD, 5},
		{ERR_UNSURE, 6}, {ERR_NET, 7}, {ERR_OFFLINE, 7}, {ERR_RATE, 8}, {ERR_STOPPED, 130},
	};

	(void)state;
	assert_int_equal(sizeof rows / sizeof rows[0], ERR_KIND_COUNT);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		if (err_exit_status(rows[i].kind) != rows[i].exit)
			fail_msg("%s: exit %d", err_kind_name(rows[i].kind), err_exit_status(rows[i].kind));
		assert_true(err_kind_name(rows[i].kind)[0] >= 'a');
	}
	assert_int_equal(err_exit_status(ERR_KIND_COUNT), 1);
	assert_string_equal(err_kind_name(ERR_KIND_COUNT), "internal");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_missing_err_is_fine),
		cmocka_unit_test(set_fills_kind_and_sentence),
		cmocka_unit_test(wrap_keeps_kind_and_codes),
		cmocka_unit_test(the_sentence_is_cleaned),
		cmocka_unit_test(a_long_sentence_is_cut_on_a_character),
		cmocka_unit_test(every_kind_has_its_exit_status_and_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
