#include "disk_priv.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fail_priv.h"

#include "numdesk/util/err.h"
#include "numdesk/util/file.h"
#include "numdesk/util/mem.h"

/* The names of one save. */
struct save {
	const char *path;
	char *dir, *next, *backup, *next_backup;
};

static void save_init(struct save *s, const char *path)
{
	const char *slash = strrchr(path, '/');

	s->path = path;
	s->dir = slash ? mem_dupn(path, slash == path ? 1 : (size_t)(slash - path)) : mem_dup(".");
	s->next = mem_printf("%s.new", path);
	s->backup = mem_printf("%s.bak", path);
	s->next_backup = mem_printf("%s.bak.new", path);
}

static void save_release(struct save *s)
{
	free(s->dir);
	free(s->next);
	free(s->backup);
	free(s->next_backup);
}

static bool failed(const struct save *s, const char *step, struct err *e)
{
	return vault_fail(e, ERR_IO, 0, "cannot write '%s': %s: %s", s->path, step, strerror(errno));
}

static bool write_all(int fd, const uint8_t *p, size_t n)
{
	while (n > 0) {
		const ssize_t k = write(fd, p, n);

		if (k < 0 && errno == EINTR)
			continue;
		if (k <= 0)
			return false;
		p += k;
		n -= (size_t)k;
	}
	return true;
}

static bool write_next(const struct save *s, const uint8_t *bytes, size_t len, struct err *e)
{
	const int fd = open(s->next, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	bool ok;

	if (fd < 0)
		return failed(s, "create", e);
	/* a failed fsync is never tried again: the kernel has dropped the pages by then */
	ok = (fchmod(fd, 0600) == 0 || failed(s, "mode", e)) && (write_all(fd, bytes, len) || failed(s, "write", e)) &&
	     (fsync(fd) == 0 || failed(s, "sync", e));
	if (close(fd) < 0 && ok)
		ok = failed(s, "close", e);
	return ok;
}

/* What was written must be what was meant, and a vault that these keys authenticate. */
static bool verify_next(const struct save *s, const uint8_t *bytes, size_t len, const struct secret *keys,
			struct err *e)
{
	struct vault_image img;
	bool ok;

	if (!vault_disk_read_locked(s->next, &img, e))
		return false;
	ok = img.len == len && memcmp(img.bytes, bytes, len) == 0 && vault_image_is_authentic(&img, keys);
	vault_image_release(&img);
	return ok || vault_fail(e, ERR_IO, 0, "cannot write '%s': what was read back differs", s->path);
}

/* A file system without hard links gets a copy. */
static bool copy_backup(const struct save *s, struct err *e)
{
	size_t len;
	char *bytes = file_read(s->path, VAULT_FILE_MAX, true, &len, e);
	const bool ok = bytes && file_replace(s->backup, bytes, len, NULL, e);

	free(bytes);
	return ok || err_wrap(e, "vault: cannot keep the old generation");
}

/* Give the old file its second name. The backup of before stays until the new file is in place. */
static bool link_backup(const struct save *s, struct err *e)
{
	if (link(s->path, s->next_backup) == 0 || errno == ENOENT)
		return true;
	if (errno == EPERM || errno == EOPNOTSUPP || errno == ENOSYS)
		return copy_backup(s, e);
	return failed(s, "backup", e);
}

static int sync_dir(const char *dir)
{
	const int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int why = 0;

	if (fd < 0)
		return errno;
	if (fsync(fd) < 0)
		why = errno;
	close(fd);
	return why;
}

/* From the first rename on the new generation is the vault: what fails after it is a doubt, no failure. */
static bool put_in_place(const struct save *s, int *doubt, struct err *e)
{
	int why = 0, sync_why;

	if (rename(s->next, s->path) < 0)
		return failed(s, "rename", e);
	if (rename(s->next_backup, s->backup) < 0 && errno != ENOENT)
		why = errno;
	sync_why = sync_dir(s->dir);
	*doubt = sync_why ? sync_why : why;
	return true;
}

bool vault_disk_write(const char *path, const uint8_t *bytes, size_t len, const struct secret *keys, int *doubt,
		      struct err *e)
{
	struct save s;
	bool ok;

	save_init(&s, path);
	ok = write_next(&s, bytes, len, e) && verify_next(&s, bytes, len, keys, e) && link_backup(&s, e) &&
	     put_in_place(&s, doubt, e);
	if (!ok) {
		(void)unlink(s.next);           /* neither may have been made; the next lock clears them anyway */
		(void)unlink(s.next_backup);
	}
	save_release(&s);
	return ok;
}

bool vault_disk_keep_old_backup(const char *path, struct err *e)
{
	struct save s;
	char *old = mem_printf("%s.bak.old", path);
	bool ok;

	save_init(&s, path);
	ok = rename(s.backup, old) == 0 || errno == ENOENT || failed(&s, "keep the old backup", e);
	save_release(&s);
	free(old);
	return ok;
}
