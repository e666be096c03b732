/* resume over the model of Twilio, whose clock moves only when told: what takes minutes elsewhere is looked at here. */
#include "test.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "desk.h"

#include "cli_priv.h"
#include "numdesk/util/json.h"

static struct desk d;

/* Run it with standard output into a file; the rows as JSON, free with json_free. */
static bool resume(const char *give_up, const char *wait, struct json **rows, struct err *e)
{
	struct args a = {.passphrase_fd = -1, .command = CMD_RESUME, .format = FORMAT_JSON};
	struct cli c = {.a = &a, .s = d.s};
	const char *path = test_path(test_dir(), "out");
	const int file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600), saved = dup(1);
	char *text = calloc(1, 65536);
	struct err none = {0};
	bool ok;

	if (give_up)
		a.options[a.n_options].name = "--give-up", a.options[a.n_options++].value = give_up;
	if (wait)
		a.options[a.n_options].name = "--wait", a.options[a.n_options++].value = wait;
	*e = none;
	fflush(NULL);
	dup2(file, 1);
	ok = check_resume(&a, e) && run_resume(&c, e);
	dup2(saved, 1);
	close(saved);
	assert_true(pread(file, text, 65535, 0) >= 0);
	close(file);
	*rows = *text ? json_parse(text, strlen(text), 65536, e) : NULL;
	free(text);
	arena_release(&c.mem);
	return ok;
}

static const char *state_of(const struct json *rows, size_t i)
{
	const char *s = json_text(json_at(rows, i), "state");

	return s ? s : "";
}

/* A purchase of A whose answer was lost, and which is looked at for ms. */
static void lose_a_purchase(enum tw_write how, int64_t ms)
{
	struct apply_summary sum;
	struct err e = {0};

	desk_open(&d, NULL, NULL);
	tw_tell(d.w, how);
	assert_true(desk_buy(&d, DESK_A, &sum, &e));
	assert_int_equal(sum.unsure, 1);
	if (ms)
		desk_run(&d, ms);
}

static void test_nothing_is_open(void **state)
{
	struct json *rows;
	struct err e;

	(void)state;
	desk_open(&d, NULL, NULL);
	assert_true(resume(NULL, NULL, &rows, &e));
	assert_int_equal(json_count(rows), 0);
	json_free(rows);
	assert_false(resume(DESK_A, NULL, &rows, &e));
	assert_int_equal(e.kind, ERR_NOT_FOUND);
	desk_close(&d);
}

static void test_too_early_to_give_up(void **state)
{
	struct json *rows;
	struct err e;

	(void)state;
	lose_a_purchase(TW_RESET_BEFORE, 0);
	assert_false(resume(DESK_A, NULL, &rows, &e));
	assert_int_equal(e.kind, ERR_GUARD);
	assert_string_equal(state_of(rows, 0), "unknown");
	json_free(rows);
	assert_false(resume(NULL, NULL, &rows, &e));
	assert_int_equal(e.kind, ERR_UNSURE);
	json_free(rows);
	desk_close(&d);
}

static void test_waiting_decides(void **state)
{
	struct json *rows;
	struct err e;

	(void)state;
	lose_a_purchase(TW_RESET_BEFORE, 0);
	assert_false(resume(NULL, "300", &rows, &e));
	assert_int_equal(e.kind, ERR_UNSURE);
	assert_string_equal(state_of(rows, 0), "absent");
	json_free(rows);
	assert_true(resume(DESK_A, NULL, &rows, &e));
	assert_string_equal(state_of(rows, 0), "abandoned");
	json_free(rows);
	assert_true(resume(NULL, NULL, &rows, &e));
	assert_int_equal(json_count(rows), 0);
	json_free(rows);
	assert_int_equal(tw_bought(d.w, DESK_A), 0);
	desk_close(&d);
}

/* It came after all: then it is ours, and nothing is given up. */
static void test_what_is_found_is_not_given_up(void **state)
{
	struct json *rows;
	struct err e;

	(void)state;
	desk_open(&d, NULL, NULL);
	d.w->late_ms = 400000;
	tw_tell(d.w, TW_TIMEOUT_LATE);
	struct apply_summary sum;
	assert_true(desk_buy(&d, DESK_A, &sum, &e));
	desk_run(&d, 300000);
	assert_false(resume(NULL, NULL, &rows, &e));
	assert_string_equal(state_of(rows, 0), "absent");
	json_free(rows);
	desk_run(&d, 200000);
	assert_true(resume(DESK_A, NULL, &rows, &e));
	assert_string_equal(state_of(rows, 0), "done");
	json_free(rows);
	assert_int_equal(tw_bought(d.w, DESK_A), 1);
	desk_close(&d);
}

/* A look that fails proves nothing, and why it failed is what is told. */
static void test_a_look_that_fails(void **state)
{
	struct json *rows;
	struct err e;

	(void)state;
	lose_a_purchase(TW_RESET_AFTER, 0);
	for (int i = 0; i < 8; i++)
		tw_tell_read(d.w, TW_READ_401);
	assert_false(resume(NULL, NULL, &rows, &e));
	assert_int_equal(e.kind, ERR_AUTH);
	assert_string_equal(state_of(rows, 0), "unknown");
	json_free(rows);
	desk_close(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nothing_is_open), cmocka_unit_test(test_too_early_to_give_up),
		cmocka_unit_test(test_waiting_decides), cmocka_unit_test(test_what_is_found_is_not_given_up),
		cmocka_unit_test(test_a_look_that_fails),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
