#include "numdesk/util/file.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "numdesk/util/clock.h"
#include "numdesk/util/err.h"
#include "numdesk/util/mem.h"

enum { RETRY_MS = 20 };

struct file_lock {
	int fd;
};

static int open_lock_file(const char *path, struct err *e)
{
	const int fd = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK, 0600);
	struct stat st;

	if (fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
		return fd;
	if (fd >= 0) {
		close(fd);
		errno = EINVAL;
	}
	err_set(e, ERR_IO, "cannot open lock file '%s': %s", path, strerror(errno));
	return -1;
}

struct file_lock *file_lock_take(const char *path, int wait_ms, struct err *e)
{
	const int64_t deadline_ms = clock_system.mono_ms(&clock_system) + wait_ms;
	const int fd = open_lock_file(path, e);
	struct file_lock *l;

	if (fd < 0)
		return NULL;
	for (;;) {
		struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};

		if (fcntl(fd, F_OFD_SETLK, &whole) == 0)
			break;
		const bool held = errno == EAGAIN || errno == EACCES;

		if (!held && errno != EINTR) {
			err_set(e, ERR_IO, "cannot lock '%s': %s", path, strerror(errno));
			close(fd);
			return NULL;
		}
		if (held && clock_system.mono_ms(&clock_system) >= deadline_ms) {
			err_set(e, ERR_IO, "cannot lock '%s': held by another numdesk", path);
			close(fd);
			return NULL;
		}
		poll(NULL, 0, RETRY_MS);
	}
	l = mem_alloc(sizeof *l);
	l->fd = fd;
	return l;
}

void file_lock_drop(struct file_lock *l)
{
	if (!l)
		return;
	close(l->fd);
	free(l);
}

bool file_lock_is_held(const char *path)
{
	struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	const int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
	bool held;

	if (fd < 0)
		return false;
	held = fcntl(fd, F_OFD_GETLK, &whole) == 0 && whole.l_type != F_UNLCK;
	close(fd);
	return held;
}
