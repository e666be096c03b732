#include "test.h"

#include <dirent.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "numdesk/util/err.h"
#include "numdesk/util/file.h"
#include "numdesk/util/mem.h"

static void put_file(const char *path, const char *text, mode_t mode)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(chmod(path, mode), 0);
}

static mode_t mode_of(const char *path)
{
	struct stat st;

	assert_int_equal(lstat(path, &st), 0);
	return st.st_mode & 07777;
}

static void a_missing_file_is_private(void **state)
{
	struct err e = {0};
	bool exists = true;

	(void)state;
	assert_true(file_check_private(test_path(test_dir(), "none"), &exists, &e));
	assert_false(exists);
	assert_int_equal(e.kind, ERR_NONE);
}

static void a_private_file_is_accepted(void **state)
{
	const char *path = test_path(test_dir(), "vault");
	bool exists = false;

	(void)state;
	put_file(path, "x", 0600);
	assert_true(file_check_private(path, &exists, NULL));
	assert_true(exists);
	assert_int_equal(chmod(path, 0400), 0);
	assert_true(file_check_private(path, NULL, NULL));
}

static void open_modes_are_refused_with_the_mend(void **state)
{
	const char *path = test_path(test_dir(), "vault");
	static const mode_t modes[] = {0640, 0604, 0660, 0601, 0644, 0777};
	char want[PATH_MAX * 2];

	(void)state;
	put_file(path, "x", 0600);
	for (size_t i = 0; i < ARRAY_LEN(modes); i++) {
		struct err e = {0};
		bool exists = true;

		assert_int_equal(chmod(path, modes[i]), 0);
		assert_false(file_check_private(path, &exists, &e));
		assert_int_equal(e.kind, ERR_CONFIG);
		assert_int_equal(e.code, 49);
		snprintf(want, sizeof want, "'%s': mode %04o is too open; run: chmod 600 %s", path,
			 (unsigned)modes[i], path);
		assert_string_equal(e.msg, want);
	}
}

static void the_mend_is_safe_to_paste(void **state)
{
	const char *path = test_path(test_dir(), "it's $HOME");
	struct err e = {0};

	(void)state;
	put_file(path, "x", 0644);
	assert_false(file_check_private(path, NULL, &e));
	assert_non_null(strstr(e.msg, "it'\\''s $HOME'"));
	assert_non_null(strstr(e.msg, "chmod 600 '/"));
}

enum thing { SYMLINK, FIFO, DIRECTORY, HARD_LINK };

static void make(enum thing what, const char *dir, const char *path)
{
	const char *target = test_path(dir, "target");

	if (access(target, F_OK) != 0)
		put_file(target, "x", 0600);
	switch (what) {
	case SYMLINK:
		assert_int_equal(symlink(target, path), 0);
		break;
	case FIFO:
		assert_int_equal(mkfifo(path, 0600), 0);
		break;
	case DIRECTORY:
		assert_int_equal(mkdir(path, 0700), 0);
		break;
	case HARD_LINK:
		assert_int_equal(link(target, path), 0);
		break;
	}
}

static void things_that_are_no_plain_file_are_refused(void **state)
{
	static const struct { const char *name; enum thing what; const char *says; } rows[] = {
		{"symlink", SYMLINK, "is a symbolic link"}, {"fifo", FIFO, "is a pipe"},
		{"dir", DIRECTORY, "is a directory"},
		{"hard", HARD_LINK, "more than one name"},
	};
	const char *dir = test_dir();

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const char *path = test_path(dir, rows[i].name);
		struct err e = {0}, e2 = {0};

		make(rows[i].what, dir, path);
		if (file_check_private(path, NULL, &e) || file_read(path, 100, true, NULL, &e2))
			fail_msg("%s was accepted", rows[i].name);
		if (e.code != 49 || e2.code != 49 || !strstr(e.msg, rows[i].says))
			fail_msg("%s: %s", rows[i].name, e.msg);
		unlink(path);
	}
	assert_false(file_check_private("/dev/null", NULL, NULL));
}

static void a_foreign_owner_is_refused(void **state)
{
	const char *dir = test_dir(), *path = test_path(dir, "vault");
	struct err e = {0};

	(void)state;
	put_file(path, "x", 0600);
	if (geteuid() != 0)
		skip();
	assert_int_equal(chown(path, 65534, 65534), 0);
	assert_false(file_check_private(path, NULL, &e));
	assert_int_equal(e.code, 49);
	assert_non_null(strstr(e.msg, "not owned by you"));
	memset(&e, 0, sizeof e);
	assert_false(file_replace(path, "y", 1, NULL, &e));
	assert_int_equal(e.code, 49);
	assert_int_equal(chown(dir, 65534, 65534), 0);
	assert_false(file_private_dir(dir, &e));
	assert_non_null(strstr(e.msg, "not owned by you"));
}

static void directories_are_made_0700(void **state)
{
	const char *dir = test_dir(), *path = test_path(dir, "a/b/numdesk");
	const mode_t before = umask(0);

	(void)state;
	assert_true(file_private_dir(path, NULL));
	assert_true(file_private_dir(path, NULL));
	umask(before);
	assert_int_equal(mode_of(path), 0700);
	assert_int_equal(mode_of(test_path(dir, "a/b")), 0700);
	assert_int_equal(mode_of(test_path(dir, "a")), 0700);
}

static void bad_directories_are_refused(void **state)
{
	const char *dir = test_dir(), *open = test_path(dir, "open"), *link = test_path(dir, "link");
	struct err e = {0};

	(void)state;
	assert_false(file_private_dir("", &e));
	assert_int_equal(mkdir(open, 0755), 0);
	assert_int_equal(chmod(open, 0755), 0);
	assert_false(file_private_dir(open, &e));
	assert_int_equal(e.code, 49);
	assert_non_null(strstr(e.msg, "mode 0755 is too open; run: chmod 700 /"));
	assert_int_equal(symlink(dir, link), 0);
	assert_false(file_private_dir(link, &e));
	assert_non_null(strstr(e.msg, "symbolic link"));
	put_file(test_path(dir, "file"), "", 0600);
	assert_false(file_private_dir(test_path(dir, "file"), &e));
	assert_non_null(strstr(e.msg, "not a directory"));
	assert_false(file_private_dir(test_path(dir, "file/below"), &e));
	assert_int_equal(e.kind, ERR_IO);
}

static void reading(void **state)
{
	const char *dir = test_dir(), *path = test_path(dir, "f");
	struct err e = {0};
	size_t len = 77;
	char *s;

	(void)state;
	assert_null(file_read(path, 10, false, &len, &e));
	assert_int_equal(e.kind, ERR_NOT_FOUND);
	memset(&e, 0, sizeof e);
	assert_null(file_read(path, 10, true, &len, &e));
	assert_int_equal(e.kind, ERR_NOT_FOUND);
	assert_int_equal(len, 77);
	put_file(path, "", 0644);
	s = file_read(path, 10, false, &len, &e);
	assert_string_equal(s, "");
	assert_int_equal(len, 0);
	free(s);
	put_file(path, "0123456789", 0644);
	s = file_read(path, 10, false, &len, &e);
	assert_string_equal(s, "0123456789");
	assert_int_equal(len, 10);
	free(s);
	assert_null(file_read(path, 9, false, &len, &e));
	assert_int_equal(e.kind, ERR_CONFIG);
	assert_null(file_read(path, 10, true, &len, &e));
	assert_int_equal(e.code, 49);
	assert_null(file_read(dir, 10, false, &len, &e));
	assert_int_equal(mkfifo(test_path(dir, "pipe"), 0600), 0);
	assert_null(file_read(test_path(dir, "pipe"), 10, false, &len, &e));
	assert_non_null(strstr(e.msg, "is a pipe"));
	s = file_read("/proc/self/stat", 1 << 16, false, &len, &e);     /* says its size is 0 */
	assert_true(s && len > 20);
	free(s);
}

static int entries(const char *dir)
{
	DIR *d = opendir(dir);
	int n = 0;

	while (readdir(d))
		n++;
	closedir(d);
	return n - 2;
}

static void replacing(void **state)
{
	const char *dir = test_dir(), *path = test_path(dir, "vault");
	struct err e = {0};
	bool unconfirmed = true;
	char *s;

	(void)state;
	assert_true(file_replace(path, "one", 3, &unconfirmed, &e));
	assert_false(unconfirmed);
	assert_int_equal(mode_of(path), 0600);
	assert_int_equal(chmod(path, 0644), 0);
	assert_true(file_replace(path, "number two", 10, NULL, &e));
	assert_int_equal(mode_of(path), 0600);
	s = file_read(path, 100, true, NULL, &e);
	assert_string_equal(s, "number two");
	free(s);
	assert_true(file_replace(path, NULL, 0, NULL, &e));
	s = file_read(path, 100, true, NULL, &e);
	assert_string_equal(s, "");
	free(s);
	assert_int_equal(entries(dir), 1);
}

static void a_failed_replacement_leaves_the_old_file(void **state)
{
	const char *dir = test_dir(), *path = test_path(dir, "vault"), *link = test_path(dir, "link");
	struct err e = {0};
	char *s;

	(void)state;
	assert_true(file_replace(path, "old", 3, NULL, NULL));
	assert_int_equal(symlink(path, link), 0);
	assert_false(file_replace(link, "new", 3, NULL, &e));
	assert_int_equal(e.code, 49);
	assert_false(file_replace(test_path(dir, "none/vault"), "new", 3, NULL, &e));
	assert_int_equal(e.kind, ERR_IO);
	assert_false(file_replace(test_path(dir, ""), "new", 3, NULL, &e));
	assert_false(file_replace(dir, "new", 3, NULL, &e));
	s = file_read(path, 100, true, NULL, NULL);
	assert_string_equal(s, "old");
	free(s);
	assert_int_equal(entries(dir), 2);
}

/* A full disk, played by a limit on file sizes: the write stops half-way with an error. */
static int replace_on_a_full_disk(const char *path)
{
	const struct rlimit small = {4096, 4096};
	static char big[100000];
	struct err e = {0};

	signal(SIGXFSZ, SIG_IGN);
	if (setrlimit(RLIMIT_FSIZE, &small) != 0)
		return 9;
	if (file_replace(path, big, sizeof big, NULL, &e))
		return 8;
	return e.kind == ERR_IO ? 0 : 7;
}

static void a_full_disk_leaves_the_old_file_and_no_temporary(void **state)
{
	const char *dir = test_dir(), *path = test_path(dir, "vault");
	int status;
	pid_t pid;
	char *s;

	(void)state;
	assert_true(file_replace(path, "old", 3, NULL, NULL));
	pid = fork();
	if (pid == 0)
		_exit(replace_on_a_full_disk(path));
	waitpid(pid, &status, 0);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	s = file_read(path, 100, true, NULL, NULL);
	assert_string_equal(s, "old");
	free(s);
	assert_int_equal(entries(dir), 1);
}

static void joining(void **state)
{
	char s[8];

	(void)state;
	assert_true(file_join(s, sizeof s, "/a", "b"));
	assert_string_equal(s, "/a/b");
	assert_true(file_join(s, sizeof s, "/", "b"));
	assert_string_equal(s, "/b");
	assert_true(file_join(s, sizeof s, "/abc", "de"));
	assert_false(file_join(s, sizeof s, "/abc", "def"));
	assert_string_equal(s, "");
	assert_false(file_join(s, 0, "a", "b"));
}

static void environment(void **state)
{
	(void)state;
	unsetenv("NUMDESK_TEST_VARIABLE");
	assert_null(file_env("NUMDESK_TEST_VARIABLE"));
	setenv("NUMDESK_TEST_VARIABLE", "", 1);
	assert_null(file_env("NUMDESK_TEST_VARIABLE"));
	setenv("NUMDESK_TEST_VARIABLE", "x", 1);
	assert_string_equal(file_env("NUMDESK_TEST_VARIABLE"), "x");
}

static void removing_a_tree(void **state)
{
	const char *dir = test_dir(), *home = test_path(dir, "numdesk-demo.1"), *deep = test_path(home, "a/b");
	const char *precious = test_path(dir, "precious");
	struct err e = {0};

	(void)state;
	assert_true(file_private_dir(deep, NULL));
	put_file(test_path(deep, "f"), "x", 0600);
	put_file(precious, "x", 0600);
	assert_int_equal(symlink(precious, test_path(home, "link")), 0);
	assert_true(file_remove_tree(home, &e));
	assert_int_equal(access(home, F_OK), -1);
	assert_int_equal(access(precious, F_OK), 0);
}

static void removing_does_not_follow_a_link_out(void **state)
{
	char base[] = "/tmp/nd-test.XXXXXX", home[64], lead[1100], way[1200];
	const char *ours = test_path(test_dir(), "numdesk-demo");

	(void)state;
	assert_non_null(mkdtemp(base));
	snprintf(home, sizeof home, "%s/home", base);
	assert_int_equal(mkdir(home, 0700), 0);
	assert_int_equal(mkdir(ours, 0700), 0);
	snprintf(lead, sizeof lead, "%s/link", ours);
	assert_int_equal(symlink(base, lead), 0);
	snprintf(way, sizeof way, "%s/home", lead);
	assert_false(file_remove_tree(way, NULL));
	assert_int_equal(access(home, F_OK), 0);
	assert_int_equal(rmdir(home), 0);
	assert_int_equal(rmdir(base), 0);
}

static void removing_refuses_what_is_not_ours(void **state)
{
	char base[] = "/tmp/nd-test.XXXXXX", plain[64], lead[64], inside[64];
	struct err e = {0};

	(void)state;
	assert_non_null(mkdtemp(base));
	snprintf(plain, sizeof plain, "%s/home", base);
	snprintf(lead, sizeof lead, "%s/numdesk-x", base);
	snprintf(inside, sizeof inside, "%s/numdesk-", base);
	assert_int_equal(mkdir(plain, 0700), 0);
	assert_int_equal(mkdir(inside, 0700), 0);
	assert_int_equal(symlink(plain, lead), 0);
	assert_false(file_remove_tree("/", &e));
	assert_false(file_remove_tree("", &e));
	assert_false(file_remove_tree("/nowhere/numdesk-x", &e));
	assert_false(file_remove_tree(plain, &e));
	assert_false(file_remove_tree(lead, &e));
	assert_false(file_remove_tree(inside, &e));
	assert_int_equal(e.kind, ERR_IO);
	assert_int_equal(access(plain, F_OK), 0);
	assert_int_equal(unlink(lead), 0);
	assert_int_equal(rmdir(inside), 0);
	assert_int_equal(rmdir(plain), 0);
	assert_int_equal(rmdir(base), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_missing_file_is_private),
		cmocka_unit_test(a_private_file_is_accepted),
		cmocka_unit_test(open_modes_are_refused_with_the_mend),
		cmocka_unit_test(the_mend_is_safe_to_paste),
		cmocka_unit_test(things_that_are_no_plain_file_are_refused),
		cmocka_unit_test(a_foreign_owner_is_refused),
		cmocka_unit_test(directories_are_made_0700),
		cmocka_unit_test(bad_directories_are_refused),
		cmocka_unit_test(reading),
		cmocka_unit_test(replacing),
		cmocka_unit_test(a_failed_replacement_leaves_the_old_file),
		cmocka_unit_test(a_full_disk_leaves_the_old_file_and_no_temporary),
		cmocka_unit_test(joining),
		cmocka_unit_test(environment),
		cmocka_unit_test(removing_a_tree),
		cmocka_unit_test(removing_does_not_follow_a_link_out),
		cmocka_unit_test(removing_refuses_what_is_not_ours),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
