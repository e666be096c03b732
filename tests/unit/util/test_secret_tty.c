/* The question on a terminal: each case is a child with a pty of its own, whose other end plays the user. */
#include "test.h"

#include <errno.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "numdesk/util/err.h"
#include "numdesk/util/secret.h"

struct user {
	int pty;
	pid_t pid;
	char seen[8192];
	size_t len;
};

static bool echo_is_on_here(void)
{
	struct termios t;

	return tcgetattr(STDIN_FILENO, &t) == 0 && (t.c_lflag & ECHO);
}

/* Child: exit 0 with the right answer, 2 with echo left off, 10 + kind after an error. */
static void ask_in_child(void)
{
	struct err e = {0};
	struct secret *s = secret_ask_tty("Passphrase: ", &e);
	int rc = 10 + (int)e.kind;

	if (!echo_is_on_here() && e.kind != ERR_LOCKED)
		rc = 2;
	else if (s) {
		rc = strcmp(secret_use(s), "open sesame") == 0 ? 0 : 1;
		secret_done(s);
		secret_free(s);
	}
	_exit(rc);
}

static void start(struct user *u, void (*before)(void))
{
	*u = (struct user){0};
	u->pid = forkpty(&u->pty, NULL, NULL, NULL);
	if (u->pid == 0) {
		if (before)
			before();
		ask_in_child();
	}
	assert_true(u->pid > 0);
}

static bool has_seen(struct user *u, const char *text, int times)
{
	const char *at = u->seen;

	for (; (at = strstr(at, text)); at++)
		if (--times == 0)
			return true;
	return false;
}

static void wait_for(struct user *u, const char *text, int times)
{
	while (!has_seen(u, text, times)) {
		struct pollfd p = {.fd = u->pty, .events = POLLIN};
		ssize_t n = 0;

		if (poll(&p, 1, 10000) != 1 || (n = read(u->pty, u->seen + u->len, sizeof u->seen - 1 - u->len)) <= 0)
			fail_msg("'%s' did not come; seen: '%s'", text, u->seen);
		u->len += (size_t)n;
		u->seen[u->len] = '\0';
	}
}

static void type(struct user *u, const char *text)
{
	assert_int_equal(write(u->pty, text, strlen(text)), strlen(text));
}

static bool echo_is_on(const struct user *u)
{
	struct termios t;

	assert_int_equal(tcgetattr(u->pty, &t), 0);
	return t.c_lflag & ECHO;
}

static int finish(struct user *u)
{
	int status;

	waitpid(u->pid, &status, 0);
	close(u->pty);
	return status;
}

static void the_answer_is_taken_without_echo(void **state)
{
	struct user u;
	int status;

	(void)state;
	start(&u, NULL);
	wait_for(&u, "Passphrase: ", 1);
	assert_false(echo_is_on(&u));
	type(&u, "open sesame\n");
	wait_for(&u, "\n", 1);
	assert_null(strstr(u.seen, "sesame"));
	status = finish(&u);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

/* The session's leader stays to see how its child, which asks, ended and how it left the terminal. */
static void watch_the_asker(void)
{
	int status;
	pid_t pid;

	signal(SIGINT, SIG_IGN);
	pid = fork();
	if (pid == 0) {
		signal(SIGINT, SIG_DFL);
		return;
	}
	waitpid(pid, &status, 0);
	if (!WIFSIGNALED(status))
		_exit(100);
	_exit(echo_is_on_here() ? WTERMSIG(status) : 101);
}

static void an_interrupt_kills_as_it_would_have(void **state)
{
	struct user u;

	(void)state;
	start(&u, watch_the_asker);
	wait_for(&u, "Passphrase: ", 1);
	type(&u, "open\x03");
	assert_int_equal(WEXITSTATUS(finish(&u)), SIGINT);
}

static volatile sig_atomic_t own_handler_ran;

static void own_handler(int sig)
{
	(void)sig;
	own_handler_ran = 1;
}

static void handle_interrupts(void)
{
	signal(SIGINT, own_handler);
	signal(SIGTERM, own_handler);
}

static void an_interrupt_reaches_the_programs_own_handler(void **state)
{
	struct user u;
	int status;

	(void)state;
	start(&u, handle_interrupts);
	wait_for(&u, "Passphrase: ", 1);
	type(&u, "\x03");
	status = finish(&u);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 10 + ERR_STOPPED);
}

static void a_stop_restores_echo_and_asks_again(void **state)
{
	struct user u;
	int status;

	(void)state;
	start(&u, NULL);
	wait_for(&u, "Passphrase: ", 1);
	/* its own session's leader is orphaned, so the kernel drops SIGTSTP for it; SIGTTOU goes the same way: what is
	 * seen is the restored terminal and the question put once more */
	kill(u.pid, SIGTSTP);
	wait_for(&u, "Passphrase: ", 2);
	type(&u, "open sesame\n");
	status = finish(&u);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

static void handle_resizing(void)
{
	signal(SIGWINCH, own_handler);
}

static void a_resized_window_does_not_end_the_question(void **state)
{
	struct user u;

	(void)state;
	start(&u, handle_resizing);
	wait_for(&u, "Passphrase: ", 1);
	for (int i = 0; i < 20; i++)
		kill(u.pid, SIGWINCH);
	type(&u, "open sesame\n");
	assert_int_equal(WEXITSTATUS(finish(&u)), 0);
}

static void the_end_of_input_is_no_answer(void **state)
{
	struct user u;

	(void)state;
	start(&u, NULL);
	wait_for(&u, "Passphrase: ", 1);
	type(&u, "\x04");
	assert_int_equal(WEXITSTATUS(finish(&u)), 10 + ERR_STOPPED);
}

static void a_long_answer_is_refused_whole(void **state)
{
	struct user u;
	char text[1100];

	(void)state;
	start(&u, NULL);
	wait_for(&u, "Passphrase: ", 1);
	memset(text, 'x', sizeof text);
	text[sizeof text - 2] = '\n';
	text[sizeof text - 1] = '\0';
	type(&u, text);
	assert_int_equal(WEXITSTATUS(finish(&u)), 10 + ERR_USAGE);
}

static void without_a_terminal_nobody_is_asked(void **state)
{
	int status;
	pid_t pid = fork();

	(void)state;
	if (pid == 0) {
		setsid();
		ask_in_child();
	}
	waitpid(pid, &status, 0);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 10 + ERR_LOCKED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_a_terminal_nobody_is_asked),
		cmocka_unit_test(the_answer_is_taken_without_echo),
		cmocka_unit_test(an_interrupt_kills_as_it_would_have),
		cmocka_unit_test(an_interrupt_reaches_the_programs_own_handler),
		cmocka_unit_test(a_stop_restores_echo_and_asks_again),
		cmocka_unit_test(a_resized_window_does_not_end_the_question),
		cmocka_unit_test(the_end_of_input_is_no_answer),
		cmocka_unit_test(a_long_answer_is_refused_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
