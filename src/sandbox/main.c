#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "numdesk/util/err.h"
#include "options.h"
#include "out.h"
#include "seed.h"
#include "state.h"

static int complain(const struct err *e)
{
	fprintf(stderr, "numdesk-sandbox: %s\n", e->msg);
	return err_exit_status(e->kind);
}

static int print_credentials(const struct options *o)
{
	struct sandbox s = {.config = o->config};
	struct err e = {0};
	struct buf out;

	s.config.db_path = NULL;
	if (!state_open(&s, &e)) {
		state_close(&s);
		return complain(&e);
	}
	buf_init(&out, (size_t)1 << 20);
	seed_credentials(&s, &out);
	puts(buf_str(&out));
	buf_release(&out);
	state_close(&s);
	return 0;
}

/* Until SIGTERM or SIGINT, or until stdin ends when that is asked for. What comes through stdin is thrown away. */
static void wait_for_end(int signals, bool watch_stdin)
{
	struct pollfd p[2] = {
		{.fd = signals, .events = POLLIN}, {.fd = watch_stdin ? STDIN_FILENO : -1, .events = POLLIN},
	};
	char scrap[256];

	for (;;) {
		if (poll(p, 2, -1) < 0 && errno != EINTR)
			return;
		if (p[0].revents)
			return;
		if (p[1].revents && read(STDIN_FILENO, scrap, sizeof scrap) <= 0)
			return;
		p[0].revents = p[1].revents = 0;
	}
}

static int run(const struct options *o)
{
	struct err e = {0};
	struct sandbox *s;
	sigset_t set;
	int fd;

	/* Blocked before any thread starts, so that every thread inherits it and the signal ends up in fd. */
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
	fd = signalfd(-1, &set, SFD_CLOEXEC);
	if (fd < 0) {
		perror("numdesk-sandbox: signalfd");
		return 1;
	}
	s = sandbox_start(&o->config, &e);
	if (!s)
		return complain(&e);
	fputs("numdesk-sandbox: a stand-in for Twilio; no real money, no real numbers\n", stderr);
	printf("READY 127.0.0.1:%d\n", sandbox_port(s));
	fflush(stdout);
	wait_for_end(fd, o->quit_with_stdin);
	sandbox_stop(s);
	close(fd);
	return 0;
}

int main(int argc, char **argv)
{
	struct options o;
	struct err e = {0};

	if (!options_read(&o, argc, argv, &e))
		return complain(&e);
	if (o.help || o.version) {
		fputs(o.help ? options_help : "numdesk-sandbox " NUMDESK_VERSION "\n", stdout);
		return 0;
	}
	return o.print_credentials ? print_credentials(&o) : run(&o);
}
