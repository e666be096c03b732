#include "keys_priv.h"

#include <stdbool.h>
#include <string.h>

#include "numdesk/util/crypto.h"
#include "numdesk/util/secret.h"

struct secret *vault_keys_from(const uint8_t data_key[32])
{
	bool locked;            /* secret_from finds out as well, and remembers */
	uint8_t *k = crypto_secure_alloc(VAULT_KEYS, &locked);
	struct secret *keys;

	memcpy(k + VAULT_KEY_DATA, data_key, CRYPTO_KEY);
	crypto_subkey(k + VAULT_KEY_RECORD, data_key, 1, "ndvrec01");
	crypto_subkey(k + VAULT_KEY_MAC, data_key, 2, "ndvmac01");
	keys = secret_from(k, VAULT_KEYS);
	crypto_secure_free(k);
	return keys;
}

struct secret *vault_keys_new(void)
{
	bool locked;
	uint8_t *data_key = crypto_secure_alloc(CRYPTO_KEY, &locked);
	struct secret *keys;

	crypto_random(data_key, CRYPTO_KEY);
	keys = vault_keys_from(data_key);
	crypto_secure_free(data_key);
	return keys;
}

const uint8_t *vault_keys_use(const struct secret *keys)
{
	return (const uint8_t *)secret_use(keys);
}

void vault_keys_done(const struct secret *keys)
{
	secret_done(keys);
}
