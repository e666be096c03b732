/*
 * The question on the terminal. Signals that would leave it without echo are caught while the answer is typed; the
 * terminal is restored, then each is raised again under the caller's own disposition. After a stop the question is
 * asked again. The handlers only count.
 */
#include "numdesk/util/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "numdesk/util/err.h"
#include "numdesk/util/mem.h"

enum { ANSWER_MAX = 1024 };

static const int caught[] = {SIGALRM, SIGHUP, SIGINT, SIGPIPE, SIGQUIT, SIGTERM, SIGTSTP, SIGTTIN, SIGTTOU};
static volatile sig_atomic_t came[ARRAY_LEN(caught)];

static void count_signal(int sig)
{
	for (size_t i = 0; i < ARRAY_LEN(caught); i++)
		if (caught[i] == sig)
			came[i] = 1;
}

static void catch_signals(struct sigaction old[])
{
	struct sigaction sa = {.sa_handler = count_signal};     /* no SA_RESTART: read must return */

	sigemptyset(&sa.sa_mask);
	for (size_t i = 0; i < ARRAY_LEN(caught); i++) {
		came[i] = 0;
		sigaction(caught[i], &sa, &old[i]);
	}
}

static void restore_signals(const struct sigaction old[])
{
	for (size_t i = 0; i < ARRAY_LEN(caught); i++)
		sigaction(caught[i], &old[i], NULL);
}

static bool write_all(int fd, const char *s, size_t n)
{
	while (n > 0) {
		const ssize_t k = write(fd, s, n);

		if (k < 0)
			return false;
		s += k, n -= (size_t)k;
	}
	return true;
}

enum answer { ANSWER_GIVEN, ANSWER_SIGNAL, ANSWER_END, ANSWER_TOO_LONG, ANSWER_FAILED };

static bool any_came(void)
{
	for (size_t i = 0; i < ARRAY_LEN(caught); i++)
		if (came[i])
			return true;
	return false;
}

/* Wait for a line. Signals are let in only inside ppoll, so that none can slip in just before and leave us waiting. */
static bool wait_for_line(int tty)
{
	struct pollfd p = {.fd = tty, .events = POLLIN};
	sigset_t blocked, before;
	int n, saved;

	sigemptyset(&blocked);
	for (size_t i = 0; i < ARRAY_LEN(caught); i++)
		sigaddset(&blocked, caught[i]);
	pthread_sigmask(SIG_BLOCK, &blocked, &before);
	do {
		n = any_came() ? -1 : ppoll(&p, 1, NULL, &before);
		saved = any_came() ? EINTR : errno;
	} while (n < 0 && saved == EINTR && !any_came());       /* a resized window is no reason to stop asking */
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	errno = saved;
	return n == 1;
}

static enum answer read_answer(int tty, struct secret *s)
{
	bool too_long = false;
	ssize_t n = -1;
	char c = 0;

	while (wait_for_line(tty) && (n = read(tty, &c, 1)) == 1 && c != '\n' && c != '\r') {
		if (c == '\0' || !secret_append(s, &c, 1))
			too_long = true;        /* read on to the end of the line, or its rest goes to the shell */
		n = -1;
	}
	secret_wipe(&c, sizeof c);
	if (n < 0)
		return errno == EINTR ? ANSWER_SIGNAL : ANSWER_FAILED;
	if (too_long)
		return ANSWER_TOO_LONG;
	return n == 0 && secret_len(s) == 0 ? ANSWER_END : ANSWER_GIVEN;
}

/* One go with echo off and signals caught; the terminal is as before when it returns. */
static enum answer ask_once(int tty, const char *prompt, struct secret *s)
{
	struct sigaction old[ARRAY_LEN(caught)];
	struct termios before, quiet;
	enum answer a = ANSWER_FAILED;

	if (tcgetattr(tty, &before) < 0)
		return ANSWER_FAILED;
	quiet = before;
	quiet.c_lflag &= ~(tcflag_t)(ECHO | ECHONL);
	quiet.c_lflag |= ICANON | ISIG;
	catch_signals(old);
	if (tcsetattr(tty, TCSAFLUSH, &quiet) == 0)
		a = write_all(tty, prompt, strlen(prompt)) ? read_answer(tty, s) : ANSWER_FAILED;
	else if (errno == EINTR)
		a = ANSWER_SIGNAL;      /* asked from the background: SIGTTOU is waiting to be raised again */
	(void)write_all(tty, "\n", 1);  /* for the Enter that was not echoed; a lost terminal shows below */
	while (tcsetattr(tty, TCSAFLUSH, &before) < 0 && errno == EINTR && !came[ARRAY_LEN(caught) - 1])
		;
	restore_signals(old);
	return a;
}

/* Raise what came; true when all of it only stopped us, so that the question stands again. */
static bool raise_again(void)
{
	bool only_stops = true;

	for (size_t i = 0; i < ARRAY_LEN(caught); i++)
		if (came[i]) {
			only_stops &= caught[i] == SIGTSTP || caught[i] == SIGTTIN || caught[i] == SIGTTOU;
			kill(getpid(), caught[i]);
		}
	return only_stops;
}

static bool ask(int tty, const char *prompt, struct secret *s, struct err *e)
{
	enum answer a;

	do {
		secret_clear(s);
		a = ask_once(tty, prompt, s);
		if (any_came() && !raise_again())
			return err_set(e, ERR_STOPPED, "interrupted");
	} while (any_came());
	switch (a) {
	case ANSWER_GIVEN:
		return true;
	case ANSWER_TOO_LONG:
		return err_set(e, ERR_USAGE, "cannot use the answer: longer than %d bytes", ANSWER_MAX);
	case ANSWER_END:
	case ANSWER_SIGNAL:
		return err_set(e, ERR_STOPPED, "no answer was given");
	case ANSWER_FAILED:
		break;
	}
	return err_set(e, ERR_LOCKED, "cannot ask on the terminal: %s", strerror(errno));
}

struct secret *secret_ask_tty(const char *prompt, struct err *e)
{
	const int tty = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
	struct secret *s;

	if (tty < 0) {
		err_set(e, ERR_LOCKED, "cannot ask for a secret: there is no terminal");
		return NULL;
	}
	s = secret_new(ANSWER_MAX);
	if (!ask(tty, prompt, s, e)) {
		secret_free(s);
		s = NULL;
	}
	close(tty);
	return s;
}
