#ifndef NUMDESK_VAULT_VAULT_PRIV_H
#define NUMDESK_VAULT_VAULT_PRIV_H

#include <stdbool.h>
#include <stdint.h>

#include "image_priv.h"
#include "numdesk/vault/vault.h"
struct err;
struct secret;

struct vault {
	char *path;
	struct vault_image image;       /* the generation that was last read or written */
	struct secret *keys;
	uint8_t slot_id[16];            /* of the slot that was unlocked */
};

/* A change to the generation on disk: edits the draft. False with e: nothing is written. */
typedef bool vault_change_fn(struct vault_draft *d, void *ctx, struct err *e);
/* Lock, re-read what others wrote, change, write, unlock. e->code 51 with true: durability unconfirmed. */
bool vault_change(struct vault *v, vault_change_fn *fn, void *ctx, struct err *e);
/* Take what stands on disk when it is a later state of this vault. ERR_LOCKED when it needs unlocking anew. */
bool vault_take_up(struct vault *v, struct vault_image *disk, struct err *e);
/* Write a finished draft under the lock, and make it the vault's image. */
bool vault_commit(struct vault *v, struct vault_draft *d, struct err *e);
/* Index of the record of a profile, -1 and ERR_NOT_FOUND (or 48). */
int vault_record_find(const uint8_t *const *records, unsigned n, const uint8_t *header, const struct secret *keys,
		      const char *name, struct err *e);
/* Fit to be set: ERR_USAGE when too short; 44 and 45 for the cost. */
bool vault_passphrase_is_fit(const struct secret *pass, struct err *e);
bool vault_cost_is_fit(const char *path, struct vault_kdf kdf, struct err *e);

#endif
