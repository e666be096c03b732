#ifndef NUMDESK_VAULT_RECORD_PRIV_H
#define NUMDESK_VAULT_RECORD_PRIV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "numdesk/vault/vault.h"
struct arena;
struct err;
struct secret;

/* A sealed record: who it belongs to in the clear, its facts encrypted. Only the functions here decrypt anything. */
enum vault_record_kind { VAULT_RECORD_PROFILE = 1, VAULT_RECORD_HEAD };
enum {
	VAULT_REC_TYPE = 4, VAULT_REC_ZERO = 6, VAULT_REC_ID = 8, VAULT_REC_SID = 24, VAULT_REC_ZERO2 = 58,
	VAULT_REC_GENERATION = 60, VAULT_REC_NONCE = 68, VAULT_REC_SEALED = 92,
	VAULT_REC_BLOCK = 128,                  /* plaintext is padded to a multiple of this */
	VAULT_PLAIN_MAX = 30 * VAULT_REC_BLOCK,
	VAULT_REC_MIN = VAULT_REC_SEALED + VAULT_REC_BLOCK + 16,
	VAULT_REC_MAX = VAULT_REC_SEALED + VAULT_PLAIN_MAX + 16
};

uint32_t vault_record_len(const uint8_t *rec);
unsigned vault_record_type(const uint8_t *rec);
/* Does a record with the right shape start here, with `room` bytes left? */
bool vault_record_is_sound(const uint8_t *rec, size_t room);

/* Seal a profile with its secret, or the ledger's head. The record lives in the arena; the entry must be valid. */
const uint8_t *vault_record_seal_entry(struct arena *a, const uint8_t *header, const struct secret *keys,
				       const uint8_t *id, uint64_t generation, const struct vault_entry *entry,
				       const struct secret *secret);
const uint8_t *vault_record_seal_head(struct arena *a, const uint8_t *header, const struct secret *keys,
				      const uint8_t *id, uint64_t generation, int64_t seq, const uint8_t hash[32]);
/* The same contents under the keys of another data key. ERR_DAMAGED 48 when it does not open. */
const uint8_t *vault_record_reseal(struct arena *a, const uint8_t *header, const struct secret *keys,
				   const struct secret *new_keys, const uint8_t *rec, struct err *e);
/* Decrypt. entry and secret may be NULL: then that part is not looked at. Caller frees *secret. ERR_DAMAGED 48. */
bool vault_record_open_entry(const uint8_t *rec, const uint8_t *header, const struct secret *keys,
			     struct vault_entry *entry, struct secret **secret, struct err *e);
bool vault_record_open_head(const uint8_t *rec, const uint8_t *header, const struct secret *keys, int64_t *seq,
			    uint8_t hash[32], struct err *e);

#endif
