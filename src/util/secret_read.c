/* Secrets that arrive through a descriptor: one byte at a time, so that what follows the newline stays unread. */
#include "numdesk/util/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "numdesk/util/clock.h"
#include "numdesk/util/err.h"
#include "numdesk/util/file.h"

enum { INPUT_MAX = 1024, INPUT_MS = 10000 };

/* Wait until fd can be read or deadline is over. */
static bool wait_readable(int fd, int64_t deadline_ms, const char *what, struct err *e)
{
	for (;;) {
		const int64_t left = deadline_ms - clock_system.mono_ms(&clock_system);
		struct pollfd p = {.fd = fd, .events = POLLIN};
		const int n = left > 0 ? poll(&p, 1, (int)left) : 0;

		if (n == 0)
			return err_set(e, ERR_IO, "cannot read %s: nothing came within %d s", what, INPUT_MS / 1000);
		if (n > 0 && (p.revents & POLLNVAL))
			return err_set(e, ERR_USAGE, "cannot read %s: descriptor %d is not open", what, fd);
		if (n > 0)
			return true;
		if (errno != EINTR)
			return err_set(e, ERR_IO, "cannot wait for %s: %s", what, strerror(errno));
	}
}

/* One byte: 1, 0 at the end, -1 with e set. */
static int read_byte(int fd, int64_t deadline_ms, const char *what, char *c, struct err *e)
{
	for (;;) {
		ssize_t n;

		if (!wait_readable(fd, deadline_ms, what, e))
			return -1;
		n = read(fd, c, 1);
		if (n >= 0)
			return (int)n;
		if (errno == EINTR || errno == EAGAIN)
			continue;
		/* a descriptor opened only for writing is as wrong an argument as a closed one */
		err_set(e, errno == EBADF ? ERR_USAGE : ERR_IO, "cannot read %s: %s", what, strerror(errno));
		return -1;
	}
}

static bool read_line(int fd, const char *what, struct secret *s, struct err *e)
{
	const int64_t deadline_ms = clock_system.mono_ms(&clock_system) + INPUT_MS;
	bool ok = false;
	char c = 0;
	int n;

	while ((n = read_byte(fd, deadline_ms, what, &c, e)) == 1 && c != '\n') {
		if (c == '\0') {
			err_set(e, ERR_USAGE, "cannot use %s: it contains a NUL byte", what);
			goto out;
		}
		if (!secret_append(s, &c, 1)) {
			err_set(e, ERR_USAGE, "cannot use %s: longer than %d bytes", what, INPUT_MAX);
			goto out;
		}
	}
	if (n < 0)
		goto out;
	if (secret_len(s) == 0)
		err_set(e, ERR_USAGE, "cannot use %s: it is empty", what);
	else
		ok = true;
out:
	secret_wipe(&c, sizeof c);
	return ok;
}

struct secret *secret_read_fd(int fd, const char *what, struct err *e)
{
	struct secret *s;

	if (fd < 0) {
		err_set(e, ERR_USAGE, "cannot read %s: descriptor %d is not open", what, fd);
		return NULL;
	}
	s = secret_new(INPUT_MAX);
	if (!read_line(fd, what, s, e)) {
		secret_free(s);
		return NULL;
	}
	return s;
}

struct secret *secret_from_credentials_dir(const char *name, struct err *e)
{
	const char *dir = file_env("CREDENTIALS_DIRECTORY");
	char path[PATH_MAX], what[PATH_MAX + 16];
	struct secret *s = NULL;
	struct stat st;
	int fd;

	if (!dir || !file_join(path, sizeof path, dir, name))
		return NULL;
	/* the directory is the service manager's: its owner and modes are not ours to judge, its file types are */
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd < 0 && (errno == ENOENT || errno == ENOTDIR))
		return NULL;
	snprintf(what, sizeof what, "credential '%s'", path);
	if (fd < 0 || fstat(fd, &st) < 0)
		err_set(e, ERR_IO, "cannot read %s: %s", what, strerror(errno));
	else if (!S_ISREG(st.st_mode))
		err_set(e, ERR_CONFIG, "cannot read %s: not a regular file", what);
	else
		s = secret_read_fd(fd, what, e);
	if (fd >= 0)
		close(fd);
	return s;
}
