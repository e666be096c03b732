#include "ledger_priv.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "numdesk/util/crypto.h"
#include "numdesk/util/file.h"
#include "numdesk/util/mem.h"
#include "numdesk/util/text.h"

/*
 * A session is alive as long as it holds the lock on its own file in the sessions directory; the kernel drops the lock
 * with the process, however it ends, and a stopped process keeps it. The process id in the owner string is for
 * messages only: ids are used again.
 */

enum { SESSION_BYTES = 8, OLD_SECONDS = 3600 };

static bool read_small(const char *path, char *dst, size_t dst_size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd >= 0 ? read(fd, dst, dst_size - 1) : -1;

	if (fd >= 0)
		close(fd);
	dst[n > 0 ? n : 0] = '\0';
	return n > 0;
}

static void boot_id(char dst[40])
{
	char text[64];

	if (!read_small("/proc/sys/kernel/random/boot_id", text, sizeof text))
		text[0] = '\0';
	text[strcspn(text, "\n/")] = '\0';
	if (!*text || !text_copy(dst, 40, text))
		text_copy(dst, 40, "unknown");
}

/* Field 22 of /proc/self/stat, in clock ticks since boot; the command's name may hold spaces and brackets. */
static long long start_time(void)
{
	char text[1024], *s;
	int64_t v = 0;

	if (!read_small("/proc/self/stat", text, sizeof text) || !(s = strrchr(text, ')')))
		return 0;
	for (int field = 2; s && field < 22; field++)
		s = strchr(s + 1, ' ');
	if (!s)
		return 0;
	s[1 + strcspn(s + 1, " ")] = '\0';
	return text_to_i64(s + 1, 0, INT64_MAX, &v) ? v : 0;
}

/* The session part of an owner string, NULL when it is not one of ours. */
static const char *session_name(const char *owner)
{
	const char *name = strrchr(owner, '/');

	if (!name || strlen(name + 1) != 2 * SESSION_BYTES)
		return NULL;
	for (const char *s = name + 1; *s; s++)
		if (!text_is_alnum(*s))
			return NULL;
	return name + 1;
}

long session_pid(const char *owner)
{
	const char *pid = strchr(owner, '/');
	char text[24];
	int64_t v;

	if (!pid)
		return 0;
	snprintf(text, sizeof text, "%.*s", (int)strcspn(pid + 1, "/"), pid + 1);
	return text_to_i64(text, 1, INT32_MAX, &v) ? (long)v : 0;
}

bool session_is_alive(const struct ledger *l, const char *owner)
{
	const char *name = session_name(owner);
	char boot[40], path[4096];

	if (strcmp(owner, l->owner) == 0)
		return true;
	boot_id(boot);
	if (!name || strncmp(owner, boot, strlen(boot)) != 0 || owner[strlen(boot)] != '/')
		return false;
	return file_join(path, sizeof path, l->sessions_dir, name) && file_lock_is_held(path);
}

/* Files of sessions that ended without removing theirs. Only old ones: a young one may be about to be locked. */
static void sweep(const struct ledger *l)
{
	DIR *dir = opendir(l->sessions_dir);
	struct stat own, st;
	char path[4096];

	if (!dir || stat(l->lock_path, &own) < 0) {
		if (dir)
			closedir(dir);
		return;
	}
	for (struct dirent *f; (f = readdir(dir));) {
		if (strlen(f->d_name) != 2 * SESSION_BYTES || !file_join(path, sizeof path, l->sessions_dir, f->d_name))
			continue;
		if (lstat(path, &st) == 0 && S_ISREG(st.st_mode) && st.st_mtime + OLD_SECONDS < own.st_mtime &&
		    !file_lock_is_held(path))
			unlink(path);
	}
	closedir(dir);
}

bool session_start(struct ledger *l, struct err *e)
{
	char boot[40], name[2 * SESSION_BYTES + 1], path[4096];
	uint8_t id[SESSION_BYTES];

	crypto_random(id, sizeof id);
	crypto_hex(name, id, sizeof id);
	boot_id(boot);
	snprintf(l->owner, sizeof l->owner, "%s/%ld/%lld/%s", boot, (long)getpid(), start_time(), name);
	if (l->read_only)
		return true;
	if (!file_private_dir(l->sessions_dir, e))
		return false;
	if (!file_join(path, sizeof path, l->sessions_dir, name))
		return err_set(e, ERR_CONFIG, "cannot use directory '%s': its name is too long", l->sessions_dir);
	l->lock_path = mem_dup(path);
	l->lock = file_lock_take(path, 0, e);
	if (!l->lock)
		return false;
	sweep(l);
	return true;
}

void session_end(struct ledger *l)
{
	if (l->lock)
		unlink(l->lock_path);   /* while it is held: nobody may see it unlocked */
	file_lock_drop(l->lock);
	free(l->lock_path);
	l->lock = NULL;
	l->lock_path = NULL;
}
