#ifndef NUMDESK_VAULT_DISK_PRIV_H
#define NUMDESK_VAULT_DISK_PRIV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "image_priv.h"
struct err;
struct file_lock;
struct secret;

/*
 * The vault as files: PATH, PATH.bak (the generation before), PATH.lock, and while a save is under way PATH.new and
 * PATH.bak.new. Whoever holds the lock is the only writer, so the names of the temporaries are fixed.
 */

/* Does it stand there, fit to be used? ERR_CONFIG 49. */
bool vault_disk_exists(const char *path, bool *exists, struct err *e);
/* Read and check the structure. ERR_NOT_FOUND, 40..44, 49. Safe while others write. */
bool vault_disk_read(const char *path, struct vault_image *out, struct err *e);
/* The same by whoever holds the lock. */
bool vault_disk_read_locked(const char *path, struct vault_image *out, struct err *e);
/* Wait for the lock (at most 10 s) and clear away what a killed writer left. */
struct file_lock *vault_disk_lock(const char *path, struct err *e);
/*
 * Put bytes in the place of path: PATH.new, sync, read back and verify with the keys, link the old file to PATH.bak,
 * rename, sync the directory. On failure the old file stands. *doubt gets the errno when the new file is in place but
 * the disk did not confirm it, else 0. The lock must be held.
 */
bool vault_disk_write(const char *path, const uint8_t *bytes, size_t len, const struct secret *keys, int *doubt,
		      struct err *e);
/* Move the backup of a vault that is no more out of the way of a new one: PATH.bak becomes PATH.bak.old. */
bool vault_disk_keep_old_backup(const char *path, struct err *e);
uint64_t vault_disk_backup_generation(const char *path);        /* of PATH.bak, 0 when no whole vault stands there */

#endif
