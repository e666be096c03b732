#ifndef NUMDESK_UTIL_FILE_H
#define NUMDESK_UTIL_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
struct err;

/*
 * Files of ours: regular, own user, one link, no group or other bits; directories 0700. Anything else is refused with
 * the command that mends it. Symbolic links, FIFOs and devices are refused without blocking.
 */
bool file_private_dir(const char *path, struct err *e);         /* creates it (and parents) 0700 when missing */
/* ERR_CONFIG code 49 with the mend; a missing file is fine and sets *exists false. Never opens the file (SQLite's
 * locks would go with the first close). */
bool file_check_private(const char *path, bool *exists, struct err *e);
/* Whole contents, at most max bytes, NUL added. Checks as file_check_private when `private`. ERR_NOT_FOUND when
 * missing. Caller frees. */
char *file_read(const char *path, size_t max, bool private, size_t *len, struct err *e);
/*
 * Replace path whole: temporary in the same directory, 0600, O_EXCL, fsync, rename, fsync of the directory. On failure
 * the old file stands. *unconfirmed is set (and true returned) when only the directory's fsync failed.
 */
bool file_replace(const char *path, const void *p, size_t n, bool *unconfirmed, struct err *e);
bool file_join(char *dst, size_t dst_size, const char *dir, const char *name);

/* Locks that die with the process and that no other close drops (F_OFD_SETLK). */
struct file_lock;
struct file_lock *file_lock_take(const char *path, int wait_ms, struct err *e);  /* ERR_IO when held by another after wait_ms */
void file_lock_drop(struct file_lock *l);                                       /* NULL is fine; the file stays */
bool file_lock_is_held(const char *path);                                       /* by some other process or handle, now */

/* Delete a directory tree that we made (demo home). Refuses "/" and anything not under a directory named numdesk-*. */
bool file_remove_tree(const char *path, struct err *e);
/* Value of an environment variable, NULL when unset or empty. The only getenv. */
const char *file_env(const char *name);

#endif
