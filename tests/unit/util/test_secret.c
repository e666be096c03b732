#include "test.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "numdesk/util/err.h"
#include "numdesk/util/mem.h"
#include "numdesk/util/secret.h"

static void assert_secret(const struct secret *s, const char *want)
{
	assert_non_null(s);
	assert_int_equal(secret_len(s), strlen(want));
	assert_string_equal(secret_use(s), want);
	secret_done(s);
}

static void degenerate(void **state)
{
	struct secret *s;

	(void)state;
	secret_free(NULL);
	assert_null(secret_dup(NULL));
	assert_int_equal(secret_len(NULL), 0);
	assert_int_equal(secret_chars(NULL), 0);
	assert_null(secret_new(4097));
	s = secret_new(0);
	assert_secret(s, "");
	assert_false(secret_append(s, "x", 1));
	secret_backspace(s);
	secret_trim(s);
	secret_clear(s);
	assert_secret(s, "");
	secret_free(s);
	s = secret_from("", 0);
	assert_secret(s, "");
	secret_free(s);
}

static void append_is_whole_or_nothing(void **state)
{
	struct secret *s = secret_new(5);

	(void)state;
	assert_true(secret_append(s, "abc", 3));
	assert_false(secret_append(s, "def", 3));
	assert_secret(s, "abc");
	assert_true(secret_append(s, "de", 2));
	assert_secret(s, "abcde");
	secret_free(s);
}

static void characters_are_counted_and_taken_back(void **state)
{
	struct secret *s = secret_from("a\xC3\xA9\xE6\x97\xA5", 6);

	(void)state;
	assert_int_equal(secret_chars(s), 3);
	secret_backspace(s);
	assert_secret(s, "a\xC3\xA9");
	secret_backspace(s);
	assert_secret(s, "a");
	secret_backspace(s);
	secret_backspace(s);
	assert_secret(s, "");
	secret_free(s);
}

static void trimming(void **state)
{
	static const struct { const char *in, *want; } rows[] = {
		{"", ""}, {" ", ""}, {"abc", "abc"}, {" \tabc\r\n", "abc"}, {"a b ", "a b"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct secret *s = secret_from(rows[i].in, strlen(rows[i].in));

		secret_trim(s);
		assert_secret(s, rows[i].want);
		secret_free(s);
	}
}

static void equality_and_copies(void **state)
{
	struct secret *a = secret_from("token", 5), *b = secret_from("tokem", 5), *c = secret_dup(a);
	struct secret *d = secret_from("tok", 3);

	(void)state;
	assert_true(secret_equal(a, a));
	assert_true(secret_equal(a, c));
	assert_false(secret_equal(a, b));
	assert_false(secret_equal(a, d));
	assert_false(secret_equal(a, NULL));
	secret_clear(a);
	assert_secret(c, "token");
	assert_secret(a, "");
	secret_free(a), secret_free(b), secret_free(c), secret_free(d);
}

/* A child reads the byte; the signal it dies of, or 0. */
static int signal_of_reading(const char *p)
{
	int status;
	const pid_t pid = fork();

	if (pid == 0) {
		signal(SIGSEGV, SIG_DFL);
		signal(SIGBUS, SIG_DFL);
		_exit(*(const volatile char *)p == 't' ? 0 : 1);
	}
	waitpid(pid, &status, 0);
	return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

static void bytes_are_out_of_reach_between_uses(void **state)
{
	struct secret *s = secret_from("token", 5);
	const char *p = secret_use(s);

	(void)state;
	assert_ptr_equal(secret_use(s), p);
	secret_done(s);
	assert_int_equal(signal_of_reading(p), 0);
	secret_done(s);
	assert_int_equal(signal_of_reading(p), SIGSEGV);
	assert_true(secret_append(s, "", 0));
	assert_int_equal(signal_of_reading(p), SIGSEGV);
	secret_free(s);
}

static void wiping(void **state)
{
	char s[] = "secret";

	(void)state;
	secret_wipe(s, sizeof s);
	for (size_t i = 0; i < sizeof s; i++)
		assert_int_equal(s[i], 0);
}

static void a_failed_lock_is_told_once(void **state)
{
	const struct rlimit none = {0, 0};
	int status;
	pid_t pid;

	(void)state;
	assert_false(secret_lock_failed());
	pid = fork();
	if (pid == 0) {
		/* a privileged process may lock whatever the limit says; then there is nothing to see */
		struct secret *probe;
		bool must_fail;

		if (geteuid() == 0 && setuid(65534) != 0)
			_exit(9);
		if (setrlimit(RLIMIT_MEMLOCK, &none) != 0)
			_exit(8);
		must_fail = mlock(&status, 1) != 0;
		probe = secret_from("token", 5);
		if (!must_fail)
			_exit(secret_lock_failed() ? 7 : 0);
		if (!secret_lock_failed() || secret_lock_failed())
			_exit(6);
		if (strcmp(secret_use(probe), "token") != 0)
			_exit(5);
		_exit(0);
	}
	waitpid(pid, &status, 0);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

/* A pipe that holds the bytes and whose writer is gone. */
static int pipe_with(const void *p, size_t n)
{
	int fds[2];

	assert_int_equal(pipe(fds), 0);
	assert_int_equal(write(fds[1], p, n), n);
	close(fds[1]);
	return fds[0];
}

static void reading_a_descriptor(void **state)
{
	static const struct { const char *name, *in; size_t n; const char *want; enum err_kind kind; } rows[] = {
		{"empty", "", 0, NULL, ERR_USAGE},
		{"only a newline", "\n", 1, NULL, ERR_USAGE},
		{"no newline", "open sesame", 11, "open sesame", ERR_NONE},
		{"one line", "open sesame\n", 12, "open sesame", ERR_NONE},
		{"spaces are the secret's own", " a \n", 4, " a ", ERR_NONE},
		{"NUL byte", "a\0b\n", 4, NULL, ERR_USAGE},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const int fd = pipe_with(rows[i].in, rows[i].n);
		struct err e = {0};
		struct secret *s = secret_read_fd(fd, "--passphrase-fd 3", &e);

		if (!s != !rows[i].want || e.kind != rows[i].kind)
			fail_msg("%s: %s", rows[i].name, e.msg);
		if (s)
			assert_secret(s, rows[i].want);
		else
			assert_non_null(strstr(e.msg, "--passphrase-fd 3"));
		secret_free(s);
		assert_int_equal(close(fd), 0);
	}
}

static void what_follows_the_newline_stays_unread(void **state)
{
	const int fd = pipe_with("first\nsecond\n", 13);
	struct secret *s = secret_read_fd(fd, "stdin", NULL), *t = secret_read_fd(fd, "stdin", NULL);

	(void)state;
	assert_secret(s, "first");
	assert_secret(t, "second");
	secret_free(s), secret_free(t);
	close(fd);
}

static void long_input_is_refused_at_1_kib(void **state)
{
	char text[1025];

	(void)state;
	memset(text, 'x', sizeof text);
	for (size_t n = 1023; n <= 1025; n++) {
		const int fd = pipe_with(text, n);
		struct err e = {0};
		struct secret *s = secret_read_fd(fd, "fd", &e);

		assert_int_equal(s != NULL, n <= 1024);
		assert_int_equal(e.kind, n <= 1024 ? ERR_NONE : ERR_USAGE);
		secret_free(s);
		close(fd);
	}
}

static void bad_descriptors(void **state)
{
	int fds[2];
	struct err e = {0};

	(void)state;
	assert_null(secret_read_fd(-1, "fd", &e));
	assert_int_equal(e.kind, ERR_USAGE);
	assert_int_equal(pipe(fds), 0);
	close(fds[0]);
	assert_null(secret_read_fd(fds[0], "fd", &e));
	assert_int_equal(e.kind, ERR_USAGE);
	close(fds[1]);
	const int dir = open("/", O_RDONLY | O_DIRECTORY);

	assert_null(secret_read_fd(dir, "fd", &e));
	assert_int_equal(e.kind, ERR_IO);
	close(dir);
	const int write_only = open("/dev/null", O_WRONLY);

	assert_null(secret_read_fd(write_only, "fd", &e));
	assert_int_equal(e.kind, ERR_USAGE);
	close(write_only);
}

static void put_file(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_int_equal(fwrite(text, 1, strlen(text), f), strlen(text));
	assert_int_equal(fclose(f), 0);
}

static void credentials_directory(void **state)
{
	const char *dir = test_dir();
	struct err e = {0};
	struct secret *s;

	(void)state;
	unsetenv("CREDENTIALS_DIRECTORY");
	assert_null(secret_from_credentials_dir("numdesk.pass", &e));
	assert_int_equal(e.kind, ERR_NONE);
	setenv("CREDENTIALS_DIRECTORY", dir, 1);
	assert_null(secret_from_credentials_dir("numdesk.pass", &e));
	assert_int_equal(e.kind, ERR_NONE);
	put_file(test_path(dir, "numdesk.pass"), "open sesame\n");
	s = secret_from_credentials_dir("numdesk.pass", &e);
	assert_secret(s, "open sesame");
	secret_free(s);
	put_file(test_path(dir, "empty"), "");
	assert_null(secret_from_credentials_dir("empty", &e));
	assert_int_equal(e.kind, ERR_USAGE);
	assert_int_equal(mkfifo(test_path(dir, "pipe"), 0600), 0);
	assert_null(secret_from_credentials_dir("pipe", &e));
	assert_int_equal(e.kind, ERR_CONFIG);
	assert_int_equal(symlink("numdesk.pass", test_path(dir, "link")), 0);
	assert_null(secret_from_credentials_dir("link", &e));
	assert_int_equal(e.kind, ERR_IO);
	unsetenv("CREDENTIALS_DIRECTORY");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(degenerate),
		cmocka_unit_test(append_is_whole_or_nothing),
		cmocka_unit_test(characters_are_counted_and_taken_back),
		cmocka_unit_test(trimming),
		cmocka_unit_test(equality_and_copies),
		cmocka_unit_test(bytes_are_out_of_reach_between_uses),
		cmocka_unit_test(wiping),
		cmocka_unit_test(a_failed_lock_is_told_once),
		cmocka_unit_test(reading_a_descriptor),
		cmocka_unit_test(what_follows_the_newline_stays_unread),
		cmocka_unit_test(long_input_is_refused_at_1_kib),
		cmocka_unit_test(bad_descriptors),
		cmocka_unit_test(credentials_directory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
