#include "record_priv.h"

#include <assert.h>
#include <string.h>

#include "bytes_priv.h"
#include "fail_priv.h"
#include "image_priv.h"
#include "keys_priv.h"
#include "tlv_priv.h"

#include "numdesk/model/sid.h"
#include "numdesk/util/crypto.h"
#include "numdesk/util/mem.h"

enum { AD_LEN = 8 + 12 + 16 + VAULT_REC_NONCE };

uint32_t vault_record_len(const uint8_t *rec)
{
	return vault_get32(rec);
}

unsigned vault_record_type(const uint8_t *rec)
{
	return vault_get16(rec + VAULT_REC_TYPE);
}

static bool account_is_sound(const uint8_t *rec)
{
	char sid[SID_SIZE];

	if (vault_record_type(rec) == VAULT_RECORD_HEAD)
		return vault_all_zero(rec + VAULT_REC_SID, SID_SIZE - 1);
	memcpy(sid, rec + VAULT_REC_SID, SID_SIZE - 1);
	sid[SID_SIZE - 1] = '\0';
	return vault_record_type(rec) == VAULT_RECORD_PROFILE && sid_is(sid, "AC");
}

bool vault_record_is_sound(const uint8_t *rec, size_t room)
{
	uint32_t len;

	if (room < VAULT_REC_MIN)
		return false;
	len = vault_record_len(rec);
	return len >= VAULT_REC_MIN && len <= VAULT_REC_MAX && len <= room &&
	       (len - VAULT_REC_MIN) % VAULT_REC_BLOCK == 0 && vault_get16(rec + VAULT_REC_ZERO) == 0 &&
	       vault_get16(rec + VAULT_REC_ZERO2) == 0 && account_is_sound(rec);
}

/* Ties a record to its vault, account, type and generation: moved to another, it does not open. */
static void associated_data(uint8_t ad[AD_LEN], const uint8_t *rec, const uint8_t *header)
{
	memcpy(ad, "NDV1rec", 8);
	memcpy(ad + 8, header, 12);
	memcpy(ad + 20, header + VAULT_HDR_ID, 16);
	memcpy(ad + 36, rec, VAULT_REC_NONCE);
}

/* Room for one decrypted record, locked and wiped; lives only inside a function. */
struct plain {
	uint8_t *p;
	size_t len;
};

static void plain_init(struct plain *plain)
{
	bool locked;            /* the keys, made first, have found out and remembered */

	plain->p = crypto_secure_alloc(VAULT_PLAIN_MAX, &locked);
	plain->len = 0;
}

static void plain_release(struct plain *plain)
{
	crypto_secure_free(plain->p);
}

/* What the clear part of a new record says. */
struct vault_record_head {
	unsigned type;
	const uint8_t *id;                      /* 16 bytes; NULL: a new random one */
	const char *account_sid;                /* NULL for the ledger's head */
	uint64_t generation;
};

static const uint8_t *seal(struct arena *a, const uint8_t *header, const struct secret *keys,
			   const struct vault_record_head *head, struct plain *plain)
{
	const size_t n = crypto_pad(plain->p, plain->len, VAULT_REC_BLOCK, VAULT_PLAIN_MAX);
	uint8_t ad[AD_LEN], *rec = arena_alloc(a, VAULT_REC_SEALED + n + CRYPTO_TAG);

	assert(n > 0);
	vault_put_le(rec, VAULT_REC_SEALED + n + CRYPTO_TAG, 4);
	vault_put_le(rec + VAULT_REC_TYPE, head->type, 2);
	if (head->id)
		memcpy(rec + VAULT_REC_ID, head->id, 16);
	else
		crypto_random(rec + VAULT_REC_ID, 16);
	if (head->account_sid)
		memcpy(rec + VAULT_REC_SID, head->account_sid, SID_SIZE - 1);
	vault_put_le(rec + VAULT_REC_GENERATION, head->generation, 8);
	crypto_random(rec + VAULT_REC_NONCE, CRYPTO_NONCE);
	associated_data(ad, rec, header);
	crypto_seal(rec + VAULT_REC_SEALED, plain->p, n, ad, sizeof ad, rec + VAULT_REC_NONCE,
		    vault_keys_use(keys) + VAULT_KEY_RECORD);
	vault_keys_done(keys);
	return rec;
}

const uint8_t *vault_record_seal_entry(struct arena *a, const uint8_t *header, const struct secret *keys,
				       const uint8_t *id, uint64_t generation, const struct vault_entry *entry,
				       const struct secret *secret)
{
	const struct vault_record_head head = {.type = VAULT_RECORD_PROFILE, .id = id, .generation = generation,
					       .account_sid = entry->profile.account_sid};
	const uint8_t *rec;
	struct plain plain;

	plain_init(&plain);
	plain.len = vault_tlv_put_entry(plain.p, VAULT_PLAIN_MAX, entry, secret);
	rec = seal(a, header, keys, &head, &plain);
	plain_release(&plain);
	return rec;
}

const uint8_t *vault_record_seal_head(struct arena *a, const uint8_t *header, const struct secret *keys,
				      const uint8_t *id, uint64_t generation, int64_t seq, const uint8_t hash[32])
{
	const struct vault_record_head head = {.type = VAULT_RECORD_HEAD, .id = id, .generation = generation};
	const uint8_t *rec;
	struct plain plain;

	plain_init(&plain);
	plain.len = vault_tlv_put_head(plain.p, VAULT_PLAIN_MAX, seq, hash);
	rec = seal(a, header, keys, &head, &plain);
	plain_release(&plain);
	return rec;
}

static bool fail(const uint8_t *rec, const char *why, struct err *e)
{
	const char *sid = (const char *)rec + VAULT_REC_SID;

	if (vault_record_type(rec) == VAULT_RECORD_HEAD)
		return vault_fail(e, ERR_DAMAGED, VAULT_STRANGE_RECORD, "record for the ledger %s", why);
	return vault_fail(e, ERR_DAMAGED, VAULT_STRANGE_RECORD, "record for %.2s\u2026%.4s %s", sid,
			  sid + SID_SIZE - 5, why);
}

static bool unseal(const uint8_t *rec, const uint8_t *header, const struct secret *keys, struct plain *plain,
		   struct err *e)
{
	const size_t n = vault_record_len(rec) - VAULT_REC_SEALED;
	uint8_t ad[AD_LEN];
	bool ok;

	associated_data(ad, rec, header);
	ok = crypto_open(plain->p, rec + VAULT_REC_SEALED, n, ad, sizeof ad, rec + VAULT_REC_NONCE,
			 vault_keys_use(keys) + VAULT_KEY_RECORD);
	vault_keys_done(keys);
	if (!ok)
		return fail(rec, "does not belong to this vault", e);
	return crypto_unpad(plain->p, n - CRYPTO_TAG, VAULT_REC_BLOCK, &plain->len) ||
	       fail(rec, "is not padded right", e);
}

const uint8_t *vault_record_reseal(struct arena *a, const uint8_t *header, const struct secret *keys,
				   const struct secret *new_keys, const uint8_t *rec, struct err *e)
{
	const bool is_profile = vault_record_type(rec) == VAULT_RECORD_PROFILE;
	const struct vault_record_head head = {.type = vault_record_type(rec), .id = rec + VAULT_REC_ID,
					       .account_sid = is_profile ? (const char *)rec + VAULT_REC_SID : NULL,
					       .generation = vault_get64(rec + VAULT_REC_GENERATION)};
	const uint8_t *again = NULL;
	struct plain plain;

	plain_init(&plain);
	if (unseal(rec, header, keys, &plain, e))
		again = seal(a, header, new_keys, &head, &plain);
	plain_release(&plain);
	return again;
}

bool vault_record_open_entry(const uint8_t *rec, const uint8_t *header, const struct secret *keys,
			     struct vault_entry *entry, struct secret **secret, struct err *e)
{
	struct plain plain;
	bool ok;

	plain_init(&plain);
	ok = unseal(rec, header, keys, &plain, e) &&
	     (vault_tlv_get_entry(plain.p, plain.len, entry, secret) || fail(rec, "cannot be read", e));
	if (ok && entry) {
		memcpy(entry->profile.account_sid, rec + VAULT_REC_SID, SID_SIZE - 1);
		entry->profile.account_sid[SID_SIZE - 1] = '\0';
		entry->generation = vault_get64(rec + VAULT_REC_GENERATION);
	}
	plain_release(&plain);
	return ok;
}

bool vault_record_open_head(const uint8_t *rec, const uint8_t *header, const struct secret *keys, int64_t *seq,
			    uint8_t hash[32], struct err *e)
{
	struct plain plain;
	bool ok;

	plain_init(&plain);
	ok = unseal(rec, header, keys, &plain, e) &&
	     (vault_tlv_get_head(plain.p, plain.len, seq, hash) || fail(rec, "cannot be read", e));
	plain_release(&plain);
	return ok;
}
