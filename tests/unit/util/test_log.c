#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "numdesk/util/err.h"
#include "numdesk/util/file.h"
#include "numdesk/util/log.h"
#include "numdesk/util/mem.h"

static int reset(void **state)
{
	(void)state;
	log_close();
	log_forget();
	assert_true(log_open(test_path(test_dir(), "numdesk.log"), LOG_INFO, NULL));
	log_close();
	return 0;
}

static const char *last_line(void)
{
	const char *line = "";

	log_recent(&line, 1);
	return line;
}

/* What stands behind "2026-01-01T00:00:00Z ". */
static const char *last_text(void)
{
	const char *line = last_line();

	assert_true(strlen(line) > 21);
	assert_int_equal(line[19], 'Z');
	return line + 21;
}

static char *contents(const char *path)
{
	char *s = file_read(path, 16 << 20, true, NULL, NULL);

	assert_non_null(s);
	return s;
}

static void level_words(void **state)
{
	enum log_level level = LOG_WARN;

	(void)state;
	assert_false(log_level_parse("", &level));
	assert_false(log_level_parse("INFO", &level));
	assert_int_equal(level, LOG_WARN);
	assert_true(log_level_parse("debug", &level) && level == LOG_DEBUG);
	assert_true(log_level_parse("error", &level) && level == LOG_ERROR);
}

static void without_a_file_lines_are_kept_in_the_ring(void **state)
{
	(void)state;
	log_write(LOG_WARN, "sync", "page %d of '%s'", 3, "acme");
	assert_string_equal(last_text(), "warn  sync: page 3 of 'acme'");
}

static void lines_reach_a_private_file(void **state)
{
	const char *path = test_path(test_dir(), "numdesk.log");
	struct stat st;
	char *s;

	(void)state;
	assert_true(log_open(path, LOG_INFO, NULL));
	log_write(LOG_INFO, "app", "one");
	log_write(LOG_DEBUG, "app", "not at this level");
	log_close();
	assert_true(log_open(path, LOG_DEBUG, NULL));
	log_write(LOG_DEBUG, "app", "two");
	log_close();
	log_write(LOG_ERROR, "app", "after closing");
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	s = contents(path);
	assert_non_null(strstr(s, "Z info  app: one\n"));
	assert_non_null(strstr(s, "Z debug app: two\n"));
	assert_null(strstr(s, "not at this level"));
	assert_null(strstr(s, "after closing"));
	free(s);
	assert_string_equal(last_text(), "error app: after closing");
}

static void an_event_is_one_clean_line(void **state)
{
	(void)state;
	log_write(LOG_INFO, "api", "%s", "a\nb\x1b[2J\xE2\x80\xAE");
	assert_string_equal(last_text(), "info  api: a b<U+001B>[2J<U+202E>");
}

static void an_endless_message_is_left_out(void **state)
{
	char *big = mem_alloc(20000);

	(void)state;
	memset(big, 'x', 19999);
	log_write(LOG_INFO, "api", "%s", big);
	assert_string_equal(last_text(), "info  api: (message too long)");
	free(big);
}

static void words_never_appear(void **state)
{
	static const char token[] = "5ecre7token";
	const char *path = test_path(test_dir(), "numdesk.log");
	char *s;

	(void)state;
	assert_true(log_open(path, LOG_INFO, NULL));
	log_redact(token, strlen(token));
	log_redact(token, strlen(token));
	log_redact("short", 5);
	log_write(LOG_INFO, "api", "a %s%s b %s short", token, token, token);
	assert_string_equal(last_text(), "info  api: a [redacted][redacted] b [redacted] short");
	log_write(LOG_INFO, "api", "%s", token);
	assert_string_equal(last_text(), "info  api: [redacted]");
	log_forget();
	log_close();
	s = contents(path);
	assert_null(strstr(s, token));
	free(s);
	log_write(LOG_INFO, "api", "%s", token);
	assert_string_equal(last_text(), "info  api: 5ecre7token");
}

static void words_with_odd_bytes_are_found_before_cleaning(void **state)
{
	(void)state;
	log_redact("pass\tword\x1b", 10);
	log_write(LOG_INFO, "api", "x %s y", "pass\tword\x1b");
	assert_string_equal(last_text(), "info  api: x [redacted] y");
}

static void long_words_leave_no_tail(void **state)
{
	char word[200];

	(void)state;
	memset(word, 'k', sizeof word - 1);
	word[sizeof word - 1] = '\0';
	log_redact(word, sizeof word - 1);
	log_write(LOG_INFO, "api", "key %s end", word);
	assert_string_equal(last_text(), "info  api: key [redacted] end");
}

static void the_65th_word_replaces_the_first(void **state)
{
	char word[32];

	(void)state;
	for (int i = 0; i < 65; i++) {
		snprintf(word, sizeof word, "word-number-%03d", i);
		log_redact(word, strlen(word));
	}
	log_write(LOG_INFO, "api", "word-number-064 word-number-001");
	assert_string_equal(last_text(), "info  api: [redacted] [redacted]");
}

static void the_newest_line_comes_last(void **state)
{
	const char *lines[300];
	size_t n;

	(void)state;
	assert_int_equal(log_recent(lines, 0), 0);
	for (int i = 0; i < 250; i++)
		log_write(LOG_INFO, "app", "line %d", i);
	n = log_recent(lines, ARRAY_LEN(lines));
	assert_int_equal(n, 200);
	assert_non_null(strstr(lines[0], "line 50"));
	assert_non_null(strstr(lines[199], "line 249"));
	assert_int_equal(log_recent(lines, 2), 2);
	assert_non_null(strstr(lines[0], "line 248"));
	assert_non_null(strstr(lines[1], "line 249"));
}

static void a_big_file_is_moved_aside(void **state)
{
	const char *path = test_path(test_dir(), "numdesk.log");
	char old[1100], *big = mem_alloc((4 << 20) + 1), *s;
	struct stat st;

	(void)state;
	snprintf(old, sizeof old, "%s.1", path);
	memset(big, 'x', (4 << 20) + 1);
	assert_true(file_replace(path, big, 4 << 20, NULL, NULL));
	assert_true(log_open(path, LOG_INFO, NULL));
	log_close();
	assert_int_equal(access(old, F_OK), -1);
	assert_true(file_replace(path, big, (4 << 20) + 1, NULL, NULL));
	assert_true(log_open(path, LOG_INFO, NULL));
	log_write(LOG_INFO, "app", "fresh");
	log_close();
	assert_int_equal(stat(old, &st), 0);
	assert_int_equal(st.st_size, (4 << 20) + 1);
	s = contents(path);
	assert_true(strlen(s) < 100);
	free(s);
	free(big);
}

static void bad_files_are_refused_and_the_ring_goes_on(void **state)
{
	const char *dir = test_dir(), *path = test_path(dir, "numdesk.log"), *link = test_path(dir, "link");
	struct err e = {0};

	(void)state;
	assert_true(file_replace(path, "", 0, NULL, NULL));
	assert_int_equal(symlink(path, link), 0);
	assert_false(log_open(link, LOG_INFO, &e));
	assert_int_equal(e.code, 49);
	assert_int_equal(chmod(path, 0644), 0);
	assert_false(log_open(path, LOG_INFO, &e));
	assert_int_equal(e.code, 49);
	assert_false(log_open(test_path(dir, "none/numdesk.log"), LOG_INFO, &e));
	assert_int_equal(e.kind, ERR_IO);
	log_write(LOG_INFO, "app", "still here");
	assert_string_equal(last_text(), "info  app: still here");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(level_words),
		cmocka_unit_test_setup(without_a_file_lines_are_kept_in_the_ring, reset),
		cmocka_unit_test_setup(lines_reach_a_private_file, reset),
		cmocka_unit_test_setup(an_event_is_one_clean_line, reset),
		cmocka_unit_test_setup(an_endless_message_is_left_out, reset),
		cmocka_unit_test_setup(words_never_appear, reset),
		cmocka_unit_test_setup(words_with_odd_bytes_are_found_before_cleaning, reset),
		cmocka_unit_test_setup(long_words_leave_no_tail, reset),
		cmocka_unit_test_setup(the_65th_word_replaces_the_first, reset),
		cmocka_unit_test_setup(the_newest_line_comes_last, reset),
		cmocka_unit_test_setup(a_big_file_is_moved_aside, reset),
		cmocka_unit_test_setup(bad_files_are_refused_and_the_ring_goes_on, reset),
	};

	const int rc = cmocka_run_group_tests(tests, NULL, NULL);

	log_forget();
	return rc;
}
