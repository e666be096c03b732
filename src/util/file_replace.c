#include "numdesk/util/file.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "numdesk/util/err.h"

/* What one replacement holds: the directory, the name in it, and the temporary beside it. */
struct replacement {
	const char *path;               /* as the caller named it, for messages */
	int dir_fd;
	char name[NAME_MAX + 1];
	char temporary[NAME_MAX + 1];
};

static bool failed(const struct replacement *r, const char *what, struct err *e)
{
	return err_set(e, ERR_IO, "cannot write '%s': %s%s", r->path, what, strerror(errno));
}

static bool open_dir(struct replacement *r, struct err *e)
{
	const char *slash = strrchr(r->path, '/');
	const char *name = slash ? slash + 1 : r->path;
	const size_t n = slash ? (size_t)(slash - r->path) : 0;
	char dir[PATH_MAX];
	uint32_t random;

	if (n >= sizeof dir || !*name || strlen(name) >= sizeof r->name) {
		errno = *name ? ENAMETOOLONG : EISDIR;
		return failed(r, "", e);
	}
	snprintf(dir, sizeof dir, "%.*s", (int)n, r->path);
	snprintf(r->name, sizeof r->name, "%s", name);
	r->dir_fd = open(n ? dir : slash ? "/" : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (r->dir_fd < 0)
		return failed(r, "its directory: ", e);
	if (getrandom(&random, sizeof random, 0) != sizeof random)
		return failed(r, "random name: ", e);
	if (snprintf(r->temporary, sizeof r->temporary, ".%s.tmp.%d-%08" PRIx32, name, (int)getpid(), random) >=
	    (int)sizeof r->temporary) {
		errno = ENAMETOOLONG;
		return failed(r, "", e);
	}
	return true;
}

/* A rename would put a file in the place of anything; only a file may be replaced. */
static bool check_target(const struct replacement *r, struct err *e)
{
	struct stat st;

	if (fstatat(r->dir_fd, r->name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return errno == ENOENT || failed(r, "", e);
	if (S_ISREG(st.st_mode) && st.st_uid == geteuid())
		return true;
	err_set(e, ERR_CONFIG, "'%s': %s", r->path, S_ISREG(st.st_mode) ? "not owned by you" : "is not a regular file");
	if (e)
		e->code = 49;
	return false;
}

static bool write_all(int fd, const char *p, size_t n)
{
	while (n > 0) {
		const ssize_t k = write(fd, p, n);

		if (k < 0 && errno == EINTR)
			continue;
		if (k <= 0)
			return false;
		p += k, n -= (size_t)k;
	}
	return true;
}

static bool write_temporary(const struct replacement *r, const void *p, size_t n, struct err *e)
{
	const int fd = openat(r->dir_fd, r->temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	struct stat st;
	bool ok;

	if (fd < 0)
		return failed(r, "", e);
	ok = (fchmod(fd, 0600) == 0 && write_all(fd, p, n) && fstat(fd, &st) == 0) || failed(r, "", e);
	if (ok && (st.st_size < 0 || (size_t)st.st_size != n))
		ok = err_set(e, ERR_IO, "cannot write '%s': only %jd of %zu bytes arrived", r->path,
			     (intmax_t)st.st_size, n);
	/* a failed fsync is never tried again: the kernel has dropped the pages by then */
	ok = ok && (fsync(fd) == 0 || failed(r, "sync: ", e));
	if (close(fd) < 0 && ok)
		ok = failed(r, "close: ", e);
	return ok;
}

bool file_replace(const char *path, const void *p, size_t n, bool *unconfirmed, struct err *e)
{
	struct replacement r = {.path = path, .dir_fd = -1};
	bool ok = false;

	if (!open_dir(&r, e) || !check_target(&r, e))
		goto out;
	ok = write_temporary(&r, p, n, e);
	if (ok && renameat(r.dir_fd, r.temporary, r.dir_fd, r.name) < 0)
		ok = failed(&r, "rename: ", e);
	if (!ok)
		(void)unlinkat(r.dir_fd, r.temporary, 0);       /* it may never have been made */
	else if (unconfirmed)
		*unconfirmed = fsync(r.dir_fd) < 0;
	else
		(void)fsync(r.dir_fd);                          /* the caller does not want to know */
out:
	if (r.dir_fd >= 0)
		close(r.dir_fd);
	return ok;
}
