#include "cli_priv.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "numdesk/core/reactor.h"

/* Files that a command is given: any file, a pipe, or standard input. */

enum { LOOK_MS = 200, PIECE = 64 << 10 };

static bool cannot(const char *path, struct err *e)
{
	return err_set(e, ERR_USAGE, "cannot read '%.200s': %s", path, strerror(errno));
}

/* Signals restart a read: whoever presses ^C while we wait for a pipe must not wait with us. */
static ssize_t read_piece(int fd, char *dst, size_t n, struct err *e)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};
	ssize_t got = -1;

	while (got < 0) {
		const int ready = poll(&p, 1, LOOK_MS);

		if (reactor_interrupted()) {
			err_set(e, ERR_STOPPED, "interrupted");
			return -1;
		}
		if (ready <= 0 && (ready == 0 || errno == EINTR))
			continue;
		got = read(fd, dst, n);
		if (got < 0 && errno != EINTR && errno != EAGAIN) {
			err_set(e, ERR_USAGE, "%s", strerror(errno));
			return -1;
		}
	}
	return got;
}

char *cli_input(const char *path, size_t max, size_t *len, struct err *e)
{
	const bool standard = strcmp(path, "-") == 0;
	const char *name = standard ? "standard input" : path;
	const int fd = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	ssize_t got = 1;
	char *s = NULL;
	size_t n = 0;

	if (fd < 0) {
		cannot(name, e);
		return NULL;
	}
	while (got > 0 && n <= max) {
		s = mem_grow(s, n + PIECE + 1, 1);
		got = read_piece(fd, s + n, PIECE, e);
		n += got > 0 ? (size_t)got : 0;
	}
	if (!standard)
		close(fd);
	if (got < 0 && e->kind != ERR_STOPPED)
		err_wrap(e, "cannot read '%.200s'", name);
	if (got >= 0 && n > max)
		err_set(e, ERR_USAGE, "cannot read '%.200s': larger than %zu bytes", name, max);
	if (got < 0 || n > max) {
		free(s);
		return NULL;
	}
	s[n] = '\0';
	*len = n;
	return s;
}
