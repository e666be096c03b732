#include "test.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "numdesk/util/err.h"
#include "numdesk/util/file.h"

static void nobody_holds_a_missing_file(void **state)
{
	(void)state;
	assert_false(file_lock_is_held(test_path(test_dir(), "none")));
	file_lock_drop(NULL);
}

static void one_holder_at_a_time(void **state)
{
	const char *path = test_path(test_dir(), "session.lock");
	struct file_lock *a = file_lock_take(path, 0, NULL), *b;
	struct err e = {0};
	struct stat st;

	(void)state;
	assert_non_null(a);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_true(file_lock_is_held(path));
	assert_null(file_lock_take(path, 0, &e));
	assert_int_equal(e.kind, ERR_IO);
	assert_non_null(strstr(e.msg, "held by another numdesk"));
	assert_null(file_lock_take(path, 30, &e));
	file_lock_drop(a);
	assert_false(file_lock_is_held(path));
	assert_int_equal(access(path, F_OK), 0);
	b = file_lock_take(path, 0, &e);
	assert_non_null(b);
	file_lock_drop(b);
}

static void another_close_does_not_drop_it(void **state)
{
	const char *path = test_path(test_dir(), "session.lock");
	struct file_lock *a = file_lock_take(path, 0, NULL);

	(void)state;
	close(open(path, O_RDWR));
	assert_true(file_lock_is_held(path));
	file_lock_drop(a);
}

/* A child that holds the lock until it is told or killed; returns after it has it. */
static pid_t hold_in_child(const char *path, int *tell)
{
	int ready[2], stop[2];
	char c = 'x';
	pid_t pid;

	assert_int_equal(pipe(ready), 0);
	assert_int_equal(pipe(stop), 0);
	pid = fork();
	if (pid == 0) {
		close(stop[1]);
		if (!file_lock_take(path, 0, NULL))
			_exit(1);
		(void)!write(ready[1], &c, 1);
		(void)!read(stop[0], &c, 1);
		_exit(0);
	}
	close(ready[1]);
	close(stop[0]);
	assert_int_equal(read(ready[0], &c, 1), 1);
	close(ready[0]);
	*tell = stop[1];
	return pid;
}

static void it_dies_with_the_process(void **state)
{
	const char *path = test_path(test_dir(), "session.lock");
	struct file_lock *l;
	int tell;
	const pid_t pid = hold_in_child(path, &tell);

	(void)state;
	assert_true(file_lock_is_held(path));
	assert_null(file_lock_take(path, 0, NULL));
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	assert_false(file_lock_is_held(path));
	l = file_lock_take(path, 0, NULL);
	assert_non_null(l);
	file_lock_drop(l);
	close(tell);
}

static void waiting_gets_it_when_it_is_free(void **state)
{
	const char *path = test_path(test_dir(), "session.lock");
	struct file_lock *l;
	int tell;
	const pid_t pid = hold_in_child(path, &tell);

	(void)state;
	close(tell);
	l = file_lock_take(path, 10000, NULL);
	assert_non_null(l);
	file_lock_drop(l);
	waitpid(pid, NULL, 0);
}

static void links_and_pipes_are_refused(void **state)
{
	const char *dir = test_dir(), *link = test_path(dir, "link"), *pipe_path = test_path(dir, "pipe");
	struct err e = {0};

	(void)state;
	assert_int_equal(symlink("target", link), 0);
	assert_null(file_lock_take(link, 0, &e));
	assert_int_equal(e.kind, ERR_IO);
	assert_int_equal(mkfifo(pipe_path, 0600), 0);
	assert_null(file_lock_take(pipe_path, 0, &e));
	assert_int_equal(access(test_path(dir, "target"), F_OK), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nobody_holds_a_missing_file),
		cmocka_unit_test(one_holder_at_a_time),
		cmocka_unit_test(another_close_does_not_drop_it),
		cmocka_unit_test(it_dies_with_the_process),
		cmocka_unit_test(waiting_gets_it_when_it_is_free),
		cmocka_unit_test(links_and_pipes_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
