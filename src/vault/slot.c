#include "slot_priv.h"

#include <string.h>

#include "bytes_priv.h"
#include "fail_priv.h"
#include "image_priv.h"
#include "kdf_priv.h"
#include "keys_priv.h"

#include "numdesk/util/crypto.h"
#include "numdesk/util/secret.h"
#include "numdesk/util/text.h"

enum { KDF_NONE = 0, KDF_ARGON2ID = 2 };
enum { AD_LEN = 8 + 12 + 16 + 8 + VAULT_SLOT_NONCE };
enum { LABEL_SIZE = VAULT_SLOT_NONCE - VAULT_SLOT_LABEL };

static bool label_is_sound(const uint8_t *label)
{
	const size_t n = strnlen((const char *)label, LABEL_SIZE);

	return vault_all_zero(label + n, LABEL_SIZE - n) && text_is_clean((const char *)label, n);
}

bool vault_slot_is_sound(const uint8_t *slot)
{
	const bool hashed = slot[0] == VAULT_SLOT_PASSPHRASE || slot[0] == VAULT_SLOT_BOTH;

	if (!hashed && slot[0] != VAULT_SLOT_KEYFILE)
		return false;
	if (slot[VAULT_SLOT_KDF] != (hashed ? KDF_ARGON2ID : KDF_NONE) || vault_get16(slot + VAULT_SLOT_FLAGS) != 0)
		return false;
	if (!hashed && !vault_all_zero(slot + VAULT_SLOT_OPS, VAULT_SLOT_SALT - VAULT_SLOT_OPS))
		return false;
	return label_is_sound(slot + VAULT_SLOT_LABEL) &&
	       vault_all_zero(slot + VAULT_SLOT_ZERO, VAULT_SLOT - VAULT_SLOT_ZERO);
}

struct vault_kdf vault_slot_cost(const uint8_t *slot)
{
	return (struct vault_kdf){.ops = vault_get32(slot + VAULT_SLOT_OPS),
				  .mem_bytes = vault_get64(slot + VAULT_SLOT_MEM)};
}

bool vault_slot_cost_is_fair(const uint8_t *slot, struct vault_defect *d)
{
	return slot[VAULT_SLOT_KDF] == KDF_NONE || vault_kdf_is_fair(vault_slot_cost(slot), d);
}

struct secret *vault_slot_derive(const uint8_t *slot, const struct secret *pass, struct err *e)
{
	const struct vault_kdf kdf = vault_slot_cost(slot);
	bool locked, ok;
	uint8_t *key = crypto_secure_alloc(CRYPTO_KEY, &locked);
	struct secret *kek = NULL;
	char size[32];

	ok = crypto_kdf(key, secret_use(pass), secret_len(pass), slot + VAULT_SLOT_SALT, kdf.ops, kdf.mem_bytes, NULL);
	secret_done(pass);
	if (ok)
		kek = secret_from(key, CRYPTO_KEY);
	else
		vault_fail(e, ERR_NOMEM, VAULT_NO_MEMORY, "not enough memory to unlock: needs %s",
			   vault_size_text(kdf.mem_bytes, size));
	crypto_secure_free(key);
	return kek;
}

void vault_slot_init(uint8_t *slot, struct vault_kdf kdf)
{
	memset(slot, 0, VAULT_SLOT);
	slot[0] = VAULT_SLOT_PASSPHRASE;
	slot[VAULT_SLOT_KDF] = KDF_ARGON2ID;
	vault_put_le(slot + VAULT_SLOT_OPS, kdf.ops, 4);
	vault_put_le(slot + VAULT_SLOT_MEM, kdf.mem_bytes, 8);
	crypto_random(slot + VAULT_SLOT_SALT, CRYPTO_SALT);
	crypto_random(slot + VAULT_SLOT_ID, 16);
}

/* The generation stays out, so that a save needs no key derivation. */
static void associated_data(uint8_t ad[AD_LEN], const uint8_t *slot, const uint8_t *header)
{
	memcpy(ad, "NDV1slot", 8);
	memcpy(ad + 8, header, 12);
	memcpy(ad + 20, header + VAULT_HDR_ID, 16);
	memcpy(ad + 36, header + VAULT_HDR_AEAD, 8);
	memcpy(ad + 44, slot, VAULT_SLOT_NONCE);
}

/* The cipher does not commit to its key: two keys could both open one ciphertext. This hash does. */
static void commitment(uint8_t out[CRYPTO_HASH], const uint8_t *slot, const uint8_t *header, const struct secret *kek)
{
	uint8_t text[8 + AD_LEN + VAULT_SLOT_COMMITMENT - VAULT_SLOT_NONCE];

	memcpy(text, "NDV1kcv", 8);
	associated_data(text + 8, slot, header);
	memcpy(text + 8 + AD_LEN, slot + VAULT_SLOT_NONCE, VAULT_SLOT_COMMITMENT - VAULT_SLOT_NONCE);
	crypto_hash(out, text, sizeof text, vault_keys_use(kek), CRYPTO_KEY);
	vault_keys_done(kek);
}

void vault_slot_wrap(uint8_t *slot, const uint8_t *header, const struct secret *kek, const struct secret *keys)
{
	uint8_t ad[AD_LEN];

	associated_data(ad, slot, header);
	crypto_random(slot + VAULT_SLOT_NONCE, CRYPTO_NONCE);
	crypto_seal(slot + VAULT_SLOT_WRAPPED, vault_keys_use(keys) + VAULT_KEY_DATA, CRYPTO_KEY, ad, sizeof ad,
		    slot + VAULT_SLOT_NONCE, vault_keys_use(kek));
	vault_keys_done(kek);
	vault_keys_done(keys);
	commitment(slot + VAULT_SLOT_COMMITMENT, slot, header, kek);
}

bool vault_slot_commits_to(const uint8_t *slot, const uint8_t *header, const struct secret *kek)
{
	uint8_t want[CRYPTO_HASH];

	commitment(want, slot, header, kek);
	return crypto_equal(want, slot + VAULT_SLOT_COMMITMENT, sizeof want);
}

struct secret *vault_slot_unwrap(const uint8_t *slot, const uint8_t *header, const struct secret *kek)
{
	bool locked, ok;
	uint8_t *data_key = crypto_secure_alloc(CRYPTO_KEY, &locked);
	struct secret *keys;
	uint8_t ad[AD_LEN];

	associated_data(ad, slot, header);
	ok = crypto_open(data_key, slot + VAULT_SLOT_WRAPPED, VAULT_SLOT_COMMITMENT - VAULT_SLOT_WRAPPED, ad, sizeof ad,
			 slot + VAULT_SLOT_NONCE, vault_keys_use(kek));
	vault_keys_done(kek);
	keys = ok ? vault_keys_from(data_key) : NULL;
	crypto_secure_free(data_key);
	return keys;
}
