#include "numdesk/util/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "numdesk/util/err.h"
#include "numdesk/util/mem.h"
#include "numdesk/util/text.h"

enum { NOT_PRIVATE = 49 };      /* security message id: owner, mode or kind of a file */

static bool refuse(struct err *e, const char *path, const char *why)
{
	err_set(e, ERR_CONFIG, "'%s': %s", path, why);
	if (e)
		e->code = NOT_PRIVATE;
	return false;
}

/* The path as one word of a shell command. */
static char *shell_word(const char *path)
{
	struct buf b;
	bool plain = *path != '\0' && *path != '-';

	for (const char *s = path; *s; s++)
		plain = plain && (text_is_alnum(*s) || strchr("/._-+,:@%", *s));
	if (plain)
		return mem_dup(path);
	buf_init(&b, SIZE_MAX);
	buf_addc(&b, '\'');
	for (const char *s = path; *s; s++)
		if (*s == '\'')
			buf_adds(&b, "'\\''");
		else
			buf_addc(&b, *s);
	buf_addc(&b, '\'');
	return buf_take(&b);
}

static bool refuse_mode(struct err *e, const char *path, mode_t mode, unsigned want)
{
	char *word;

	/* the advice must not break a machine: "/" and shared directories such as /tmp are not ours to close */
	if (want == 0700 && (mode & S_ISVTX || strcmp(path, "/") == 0)) {
		err_set(e, ERR_CONFIG, "'%s' is shared by others: choose a directory of your own, such as %s/numdesk", path,
			strcmp(path, "/") == 0 ? "" : path);
		if (e)
			e->code = NOT_PRIVATE;
		return false;
	}
	word = shell_word(path);
	err_set(e, ERR_CONFIG, "'%s': mode %04o is too open; run: chmod %o %s", path, (unsigned)(mode & 07777), want,
		word);
	free(word);
	if (e)
		e->code = NOT_PRIVATE;
	return false;
}

static bool check_regular(const char *path, const struct stat *st, struct err *e)
{
	if (S_ISREG(st->st_mode))
		return true;
	return refuse(e, path, S_ISLNK(st->st_mode) ? "is a symbolic link, not a regular file" :
		      S_ISDIR(st->st_mode) ? "is a directory, not a regular file" :
		      S_ISFIFO(st->st_mode) ? "is a pipe, not a regular file" : "is not a regular file");
}

static bool check_private(const char *path, const struct stat *st, struct err *e)
{
	if (!check_regular(path, st, e))
		return false;
	if (st->st_uid != geteuid())
		return refuse(e, path, "not owned by you");
	if (st->st_mode & 077)
		return refuse_mode(e, path, st->st_mode, 0600);
	if (st->st_nlink > 1)
		return refuse(e, path, "has more than one name (hard links); remove the others");
	return true;
}

static bool io_error(struct err *e, const char *verb, const char *path)
{
	return err_set(e, ERR_IO, "cannot %s '%s': %s", verb, path, strerror(errno));
}

bool file_check_private(const char *path, bool *exists, struct err *e)
{
	struct stat st;

	if (fstatat(AT_FDCWD, path, &st, AT_SYMLINK_NOFOLLOW) < 0) {
		if (errno != ENOENT)
			return io_error(e, "look at", path);
		if (exists)
			*exists = false;
		return true;
	}
	if (!check_private(path, &st, e))
		return false;
	if (exists)
		*exists = true;
	return true;
}

/* Make the missing directories above path, 0700. */
static bool make_parents(const char *path, struct err *e)
{
	char *copy = mem_dup(path);
	bool ok = true;

	for (char *s = copy + 1; ok && *s; s++) {
		if (*s != '/')
			continue;
		*s = '\0';
		ok = mkdir(copy, 0700) == 0 || errno == EEXIST || io_error(e, "create directory", copy);
		*s = '/';
	}
	free(copy);
	return ok;
}

bool file_private_dir(const char *path, struct err *e)
{
	struct stat st;

	if (!*path)
		return err_set(e, ERR_CONFIG, "cannot create a directory without a name");
	if (fstatat(AT_FDCWD, path, &st, AT_SYMLINK_NOFOLLOW) < 0) {
		if (errno != ENOENT)
			return io_error(e, "look at directory", path);
		if (!make_parents(path, e))
			return false;
		if (mkdir(path, 0700) < 0 && errno != EEXIST)
			return io_error(e, "create directory", path);
		if (fstatat(AT_FDCWD, path, &st, AT_SYMLINK_NOFOLLOW) < 0)
			return io_error(e, "look at directory", path);
	}
	if (!S_ISDIR(st.st_mode))
		return refuse(e, path, S_ISLNK(st.st_mode) ? "is a symbolic link, not a directory" :
			      "is not a directory");
	if (st.st_uid != geteuid())
		return refuse(e, path, "not owned by you");
	if (st.st_mode & 077)
		return refuse_mode(e, path, st.st_mode, 0700);
	return true;
}

static char *read_all(int fd, const char *path, size_t max, size_t hint, size_t *len, struct err *e)
{
	size_t cap = (hint < max ? hint : max) + 2, n = 0;      /* one byte to notice more, one for the NUL */
	char *s = mem_alloc(cap);
	ssize_t k;

	while ((k = read(fd, s + n, cap - 1 - n)) != 0) {
		if (k < 0 && errno == EINTR)
			continue;
		if (k < 0) {
			io_error(e, "read", path);
			goto fail;
		}
		n += (size_t)k;
		if (n > max) {
			err_set(e, ERR_CONFIG, "cannot read '%s': larger than %zu bytes", path, max);
			goto fail;
		}
		if (n == cap - 1)
			s = mem_grow(s, cap *= 2, 1);
	}
	s[n] = '\0';
	if (len)
		*len = n;
	return s;
fail:
	free(s);
	return NULL;
}

char *file_read(const char *path, size_t max, bool private, size_t *len, struct err *e)
{
	struct stat st;
	char *s = NULL;
	int fd;

	if (private && !file_check_private(path, NULL, e))
		return NULL;
	/* O_NONBLOCK: a pipe without a writer must not hold us up before fstat shows what it is */
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | (private ? O_NOFOLLOW : 0));
	if (fd < 0) {
		err_set(e, errno == ENOENT ? ERR_NOT_FOUND : ERR_IO, "cannot read '%s': %s", path, strerror(errno));
		return NULL;
	}
	if (fstat(fd, &st) < 0)
		io_error(e, "look at", path);
	else if (private ? check_private(path, &st, e) : check_regular(path, &st, e))
		s = read_all(fd, path, max, st.st_size > 0 ? (size_t)st.st_size : 0, len, e);
	close(fd);
	return s;
}

bool file_join(char *dst, size_t dst_size, const char *dir, const char *name)
{
	const size_t n = strlen(dir);
	const char *slash = n > 0 && dir[n - 1] == '/' ? "" : "/";
	int len;

	if (dst_size == 0)
		return false;
	len = snprintf(dst, dst_size, "%s%s%s", dir, slash, name);
	if (len < 0 || (size_t)len >= dst_size) {
		dst[0] = '\0';
		return false;
	}
	return true;
}

const char *file_env(const char *name)
{
	const char *v = getenv(name);

	return v && *v ? v : NULL;
}
