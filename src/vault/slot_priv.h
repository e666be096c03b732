#ifndef NUMDESK_VAULT_SLOT_PRIV_H
#define NUMDESK_VAULT_SLOT_PRIV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "numdesk/vault/vault.h"
struct err;
struct secret;
struct vault_defect;

/* A key slot: the data key wrapped under a key that a passphrase, a key file, or both give. */
enum vault_slot_type { VAULT_SLOT_PASSPHRASE = 1, VAULT_SLOT_KEYFILE, VAULT_SLOT_BOTH };
enum {
	VAULT_SLOT_KDF = 1, VAULT_SLOT_FLAGS = 2, VAULT_SLOT_OPS = 4, VAULT_SLOT_MEM = 8, VAULT_SLOT_SALT = 16,
	VAULT_SLOT_ID = 32, VAULT_SLOT_LABEL = 48, VAULT_SLOT_NONCE = 64, VAULT_SLOT_WRAPPED = 88,
	VAULT_SLOT_COMMITMENT = 136, VAULT_SLOT_ZERO = 168
};

bool vault_slot_is_sound(const uint8_t *slot);          /* types, flags, zeros, label; any of the three types */
/* Between floor and cap, for the slots that have a cost; false fills *d with code 44. */
bool vault_slot_cost_is_fair(const uint8_t *slot, struct vault_defect *d);
struct vault_kdf vault_slot_cost(const uint8_t *slot);

/* Argon2id over the passphrase with the slot's salt and cost. Blocks. NULL with ERR_NOMEM 45. Caller frees. */
struct secret *vault_slot_derive(const uint8_t *slot, const struct secret *pass, struct err *e);
/* A passphrase slot with a new salt and id and no key yet; everything else zero. */
void vault_slot_init(uint8_t *slot, struct vault_kdf kdf);
/* Put the data key of `keys` in, under the key that vault_slot_derive gave. Everything before the nonce is final. */
void vault_slot_wrap(uint8_t *slot, const uint8_t *header, const struct secret *kek, const struct secret *keys);
/* Does kek belong to this slot? Decided before anything is decrypted. */
bool vault_slot_commits_to(const uint8_t *slot, const uint8_t *header, const struct secret *kek);
/* The keys of the vault; NULL when the slot is not authentic. Caller frees. */
struct secret *vault_slot_unwrap(const uint8_t *slot, const uint8_t *header, const struct secret *kek);

#endif
