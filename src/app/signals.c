#include "signals.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <unistd.h>

static int ends[2] = {-1, -1};
static void (*fatal_reset)(void);

static void note(int sig)
{
	int saved = errno;
	char byte = sig == SIGWINCH ? 'w' : sig == SIGHUP ? 'h' : sig == SIGTSTP ? 'z' : sig == SIGCONT ? 'c' : 't';

	if (write(ends[1], &byte, 1) < 0)
		errno = saved;          /* a full pipe already holds the news */
	errno = saved;
}

static void fatal(int sig)
{
	if (fatal_reset)
		fatal_reset();
	signal(sig, SIG_DFL);
	raise(sig);
}

static void on(int sig, void (*fn)(int))
{
	struct sigaction sa = {.sa_handler = fn, .sa_flags = SA_RESTART}, old;

	/* nohup's ignored hang-up stays ignored */
	if (sig == SIGHUP && sigaction(SIGHUP, NULL, &old) == 0 && old.sa_handler == SIG_IGN)
		return;
	sigemptyset(&sa.sa_mask);
	sigaction(sig, &sa, NULL);
}

int signals_start(void)
{
	static const int all[] = {SIGWINCH, SIGTERM, SIGINT, SIGHUP, SIGTSTP, SIGCONT};

	if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0)
		return -1;
	for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
		on(all[i], note);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
	return ends[0];
}

void signals_drain(struct signals_seen *out)
{
	char bytes[64];
	ssize_t n;

	*out = (struct signals_seen){0};
	while ((n = read(ends[0], bytes, sizeof bytes)) > 0)
		for (ssize_t i = 0; i < n; i++) {
			out->winch |= bytes[i] == 'w';
			out->term |= bytes[i] == 't';
			out->hup |= bytes[i] == 'h';
			out->tstp |= bytes[i] == 'z';
			out->cont |= bytes[i] == 'c';
		}
}

void signals_stop_here(void)
{
	raise(SIGSTOP);
}

void signals_fatal(void (*reset)(void))
{
	static const int all[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};

	fatal_reset = reset;
	for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
		struct sigaction sa = {.sa_handler = fatal, .sa_flags = (int)SA_RESETHAND};

		sigemptyset(&sa.sa_mask);
		sigaction(all[i], &sa, NULL);
	}
}
