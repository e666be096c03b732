#include "test.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "numdesk/core/session.h"
#include "numdesk/util/err.h"

static void clear_environment(void)
{
	unsetenv("XDG_CONFIG_HOME");
	unsetenv("XDG_DATA_HOME");
	unsetenv("XDG_CACHE_HOME");
	unsetenv("XDG_STATE_HOME");
	unsetenv("HOME");
}

static void test_no_home(void **state)
{
	struct paths p;
	struct err e;

	(void)state;
	clear_environment();
	assert_false(paths_find(&p, NULL, NULL, &e));
	assert_int_equal(e.kind, ERR_CONFIG);
	setenv("HOME", "relative", 1);
	assert_false(paths_find(&p, NULL, NULL, &e));
	assert_int_equal(e.kind, ERR_CONFIG);
	assert_false(paths_find(&p, "", NULL, &e));
	assert_int_equal(e.kind, ERR_CONFIG);
	setenv("HOME", "/nonexistent/numdesk", 1);
	assert_false(paths_find(&p, NULL, NULL, &e));
	assert_int_equal(e.kind, ERR_CONFIG);
}

static unsigned mode_of(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 ? st.st_mode & 07777 : 0;
}

static void test_one_home(void **state)
{
	const char *dir = test_dir(), *home = test_path(dir, "new/home/");
	struct paths p;
	struct err e;

	(void)state;
	clear_environment();
	assert_true(paths_find(&p, home, NULL, &e));
	assert_true(p.one_home);
	assert_string_equal(p.config, test_path(dir, "new/home/config.ini"));
	assert_string_equal(p.vault, test_path(dir, "new/home/vault"));
	assert_string_equal(p.ledger, test_path(dir, "new/home/ledger.db"));
	assert_string_equal(p.sessions, test_path(dir, "new/home/sessions"));
	assert_string_equal(p.cache, test_path(dir, "new/home/cache.db"));
	assert_string_equal(p.log, test_path(dir, "new/home/numdesk.log"));
	assert_int_equal(mode_of(test_path(dir, "new/home")), 0700);
}

static void test_relative_home(void **state)
{
	const char *dir = test_dir();
	char was[1024];
	struct paths p;
	struct err e;

	(void)state;
	assert_non_null(getcwd(was, sizeof was));
	assert_int_equal(chdir(dir), 0);
	assert_true(paths_find(&p, "here", "other.ini", &e));
	assert_string_equal(p.vault, test_path(dir, "here/vault"));
	assert_string_equal(p.config, test_path(dir, "other.ini"));
	assert_int_equal(chdir(was), 0);
}

static void test_xdg(void **state)
{
	const char *dir = test_dir();
	struct paths p;
	struct err e;

	(void)state;
	clear_environment();
	setenv("HOME", dir, 1);
	setenv("XDG_DATA_HOME", test_path(dir, "data"), 1);
	setenv("XDG_CACHE_HOME", "not/absolute", 1);
	assert_true(paths_find(&p, NULL, "/etc/other.ini", &e));
	assert_false(p.one_home);
	assert_string_equal(p.config, "/etc/other.ini");
	assert_string_equal(p.vault, test_path(dir, "data/numdesk/vault"));
	assert_string_equal(p.ledger, test_path(dir, "data/numdesk/ledger.db"));
	assert_string_equal(p.cache, test_path(dir, ".cache/numdesk/cache.db"));
	assert_string_equal(p.log, test_path(dir, ".local/state/numdesk/numdesk.log"));
	assert_int_equal(mode_of(test_path(dir, "data/numdesk")), 0700);
	clear_environment();
}

static void test_open_directory_is_refused(void **state)
{
	const char *dir = test_dir(), *home = test_path(dir, "open");
	struct paths p;
	struct err e;

	(void)state;
	assert_int_equal(mkdir(home, 0755), 0);
	assert_int_equal(chmod(home, 0755), 0);
	assert_false(paths_find(&p, home, NULL, &e));
	assert_int_equal(e.kind, ERR_CONFIG);
	assert_int_equal(e.code, 49);
	assert_non_null(strstr(e.msg, "chmod 700"));
}

static void test_too_long(void **state)
{
	char home[2000] = "/";
	struct paths p;
	struct err e;

	(void)state;
	memset(home + 1, 'x', sizeof home - 2);
	assert_false(paths_find(&p, home, NULL, &e));
	assert_int_equal(e.kind, ERR_CONFIG);
	home[1020] = '\0';
	assert_false(paths_find(&p, home, NULL, &e));
	assert_int_equal(e.kind, ERR_CONFIG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_no_home), cmocka_unit_test(test_one_home),
		cmocka_unit_test(test_relative_home), cmocka_unit_test(test_xdg),
		cmocka_unit_test(test_open_directory_is_refused), cmocka_unit_test(test_too_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
