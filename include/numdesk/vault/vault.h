#ifndef NUMDESK_VAULT_VAULT_H
#define NUMDESK_VAULT_VAULT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "numdesk/model/account.h"
struct err;
struct secret;

/*
 * The encrypted file of credentials, format v1 (NUMDESKV, src/vault/FORMAT.md). Every change is written at once, under
 * PATH.lock, after the generation on disk was compared: a vault changed by another session since is re-read with the
 * keys at hand, the change applied to it, and written; nothing is lost. err.code carries the message id 40..51.
 *
 * An open vault holds the data key and subkeys in locked memory; records are decrypted only when asked for.
 */
#define VAULT_URL_MAX 256
#define VAULT_MAX_RECORDS 256     /* one place is kept for the ledger's head: 255 profiles, one more is ERR_GUARD */
#define VAULT_MIN_PASSPHRASE 8    /* bytes; shorter ones are refused when set, never when unlocking */

struct vault;

struct vault_kdf { uint32_t ops; uint64_t mem_bytes; };
/* What a new vault costs (3 passes, 256 MiB); in the test build 1 pass, 8 KiB. */
struct vault_kdf vault_kdf_default(void);
/* Lowest cost an existing vault may have; below is code 44. A build constant (the release one is 2 and 64 MiB). */
struct vault_kdf vault_kdf_floor(void);

/* One profile's credentials. is_default and is_loopback of `profile` are not stored here. */
struct vault_entry {
	struct profile profile;
	char base_url[VAULT_URL_MAX];   /* template the secret may be sent to */
	uint64_t generation;            /* changes when the record does */
};

/* True when a regular file stands at path; err for modes and kinds that are refused (49). */
bool vault_exists(const char *path, bool *exists, struct err *e);
/* Make a new vault. ERR_USAGE for an empty or too short passphrase, ERR_CONFIG when one exists already. Blocks for
 * the key derivation. */
bool vault_create(struct vault **out, const char *path, const struct secret *pass, struct vault_kdf kdf, struct err *e);
/* Unlock. ERR_AUTH 46 wrong passphrase; ERR_DAMAGED 40..43, 47, 48; ERR_CONFIG 44, 49; ERR_NOMEM 45; ERR_NOT_FOUND.
 * Blocks for the key derivation, which is not run for codes up to 45 and 49. */
bool vault_open(struct vault **out, const char *path, const struct secret *pass, struct err *e);
void vault_close(struct vault *v);                      /* wipes; NULL is fine */

size_t vault_count(const struct vault *v);
bool vault_entry_at(struct vault *v, size_t i, struct vault_entry *out, struct err *e);
bool vault_find(struct vault *v, const char *name, struct vault_entry *out, struct err *e);   /* ERR_NOT_FOUND */
/* The secret of a profile; caller frees with secret_free. */
struct secret *vault_secret(struct vault *v, const char *name, struct err *e);
/* Add, or replace the record of the same name. e->code 51 with true: saved, durability unconfirmed. */
bool vault_put(struct vault *v, const struct vault_entry *entry, const struct secret *secret, struct err *e);
/* The same for several, in one write: all of them or none. ERR_GUARD before anything is written when there is no room
 * for the new ones. Of two rows of one name the later counts. */
struct vault_new { const struct vault_entry *entry; const struct secret *secret; };     /* both lent */
bool vault_put_all(struct vault *v, const struct vault_new *rows, size_t n, struct err *e);
/* Replace the record's facts, keeping its secret. ERR_USAGE when account, kind or key SID differ: put it anew. */
bool vault_update(struct vault *v, const struct vault_entry *entry, struct err *e);
bool vault_remove(struct vault *v, const char *name, struct err *e);
bool vault_passwd(struct vault *v, const struct secret *new_pass, struct vault_kdf kdf, struct err *e);
/* New data key, every record encrypted anew; the given passphrase is the only slot left. Other open handles get
 * ERR_LOCKED at their next change. */
bool vault_rekey(struct vault *v, const struct secret *pass, struct vault_kdf kdf, struct err *e);

/* The sealed head of the ledger's hash chain. False when none was sealed yet. */
bool vault_head_get(struct vault *v, int64_t *seq, uint8_t hash[32]);
bool vault_head_put(struct vault *v, int64_t seq, const uint8_t hash[32], struct err *e);

/* A keyed digest of n bytes: it tells whoever can open this vault whether two texts are the same, and nobody else anything.
 * It is another after a rekey; digests of different purposes have nothing in common. */
void vault_digest(const struct vault *v, const char purpose[8], const void *p, size_t n, uint8_t out[32]);

uint64_t vault_generation(const struct vault *v);
struct vault_kdf vault_kdf_used(const struct vault *v); /* cost of the slot that was unlocked */
const uint8_t *vault_id(const struct vault *v);         /* 16 bytes */
/* Has the file changed under us? Then what stands there is taken up, and *changed set; used before showing the
 * profile list. ERR_LOCKED when another session gave the vault a new key; ERR_DAMAGED 47, 50 (older than ours). */
bool vault_changed_on_disk(struct vault *v, bool *changed, struct err *e);

#endif
