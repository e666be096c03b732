#include "disk_priv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fail_priv.h"

#include "numdesk/util/file.h"
#include "numdesk/util/mem.h"

enum { LOCK_WAIT_MS = 10000 };

/* "'PATH': why" becomes "vault: PATH: why". */
static void retell(struct err *e, const char *path)
{
	struct err subject;
	char why[ERR_MSG_MAX];
	size_t n;

	err_set(&subject, ERR_CONFIG, "'%s': ", path);
	n = strlen(subject.msg);
	if (strncmp(e->msg, subject.msg, n) != 0) {
		err_wrap(e, "vault");
		return;
	}
	snprintf(why, sizeof why, "%s", e->msg + n);
	vault_fail(e, e->kind, e->code, "%s: %s", path, why);
}

static bool refuse_file(const char *path, struct err *why, struct err *e)
{
	struct stat st;

	if (why->code == VAULT_NOT_PRIVATE && lstat(path, &st) == 0 && S_ISLNK(st.st_mode))
		vault_fail(why, ERR_CONFIG, VAULT_NOT_PRIVATE, "%s: is a symlink", path);
	else if (why->kind == ERR_NOT_FOUND)
		vault_fail(why, ERR_NOT_FOUND, 0, "%s: there is no vault", path);
	else if (why->kind == ERR_CONFIG && why->code == 0)
		vault_fail(why, ERR_DAMAGED, VAULT_NOT_A_VAULT, "%s: not a numdesk vault", path);       /* too large */
	else
		retell(why, path);
	if (e)
		*e = *why;
	return false;
}

static bool parse(const char *path, char *bytes, size_t len, struct vault_image *out, struct err *e)
{
	struct vault_defect d;

	if (vault_image_parse(out, (uint8_t *)bytes, len, &d))
		return true;
	free(bytes);
	return vault_fail_defect(e, path, &d);
}

/* Refused, and the reason may be a second name that a save under way, or killed, has given the file. */
static bool may_be_mid_save(const char *path, const struct err *why)
{
	struct stat st;

	return why->code == VAULT_NOT_PRIVATE && lstat(path, &st) == 0 && S_ISREG(st.st_mode) && !(st.st_mode & 077) &&
	       st.st_uid == geteuid();
}

bool vault_disk_read(const char *path, struct vault_image *out, struct err *e)
{
	struct err why = {0};
	struct file_lock *l = NULL;
	size_t len;
	char *bytes = file_read(path, VAULT_FILE_MAX, true, &len, &why);

	if (!bytes && may_be_mid_save(path, &why) && (l = vault_disk_lock(path, NULL)) != NULL)
		bytes = file_read(path, VAULT_FILE_MAX, true, &len, &why);
	file_lock_drop(l);
	return bytes ? parse(path, bytes, len, out, e) : refuse_file(path, &why, e);
}

bool vault_disk_read_locked(const char *path, struct vault_image *out, struct err *e)
{
	struct err why = {0};
	size_t len;
	char *bytes = file_read(path, VAULT_FILE_MAX, true, &len, &why);

	return bytes ? parse(path, bytes, len, out, e) : refuse_file(path, &why, e);
}

bool vault_disk_exists(const char *path, bool *exists, struct err *e)
{
	struct err why = {0};
	struct file_lock *l;
	bool ok = file_check_private(path, exists, &why);

	if (!ok && may_be_mid_save(path, &why) && (l = vault_disk_lock(path, NULL)) != NULL) {
		ok = file_check_private(path, exists, &why);
		file_lock_drop(l);
	}
	return ok || refuse_file(path, &why, e);
}

uint64_t vault_disk_backup_generation(const char *path)
{
	char *backup = mem_printf("%s.bak", path);
	struct vault_image img;
	struct vault_defect d;
	uint64_t generation = 0;
	size_t len;
	char *bytes = file_read(backup, VAULT_FILE_MAX, true, &len, NULL);

	if (bytes && vault_image_parse(&img, (uint8_t *)bytes, len, &d)) {
		generation = vault_image_generation(&img);
		vault_image_release(&img);
	} else {
		free(bytes);
	}
	free(backup);
	return generation;
}

/* A writer was killed between link and rename, or between the two renames; either way nothing is lost. */
static void clear_leftovers(const char *path)
{
	char *next = mem_printf("%s.new", path), *backup = mem_printf("%s.bak", path);
	char *next_backup = mem_printf("%s.bak.new", path);
	struct stat ours, st;

	if (lstat(next_backup, &st) == 0) {
		if (lstat(path, &ours) == 0 && ours.st_ino == st.st_ino && ours.st_dev == st.st_dev)
			(void)unlink(next_backup);              /* if it stays, the file is refused for its links */
		else
			(void)rename(next_backup, backup);      /* if it stays, the next save says so */
	}
	(void)unlink(next);                             /* if it stays, the next save says so */
	free(next_backup);
	free(backup);
	free(next);
}

struct file_lock *vault_disk_lock(const char *path, struct err *e)
{
	char *name = mem_printf("%s.lock", path);
	struct file_lock *l = file_lock_take(name, LOCK_WAIT_MS, e);

	free(name);
	if (l)
		clear_leftovers(path);
	else
		err_wrap(e, "vault");
	return l;
}
