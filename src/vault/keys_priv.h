#ifndef NUMDESK_VAULT_KEYS_PRIV_H
#define NUMDESK_VAULT_KEYS_PRIV_H

#include <stdint.h>
struct secret;

/* The keys of an open vault in one secret: out of reach of any read but between vault_keys_use and vault_keys_done. */
enum {
	VAULT_KEY_DATA = 0,     /* the data key, which the slots wrap */
	VAULT_KEY_RECORD = 32,  /* seals records */
	VAULT_KEY_MAC = 64,     /* authenticates the file */
	VAULT_KEYS = 96
};

/* Derive the subkeys of a data key. */
struct secret *vault_keys_from(const uint8_t data_key[32]);
struct secret *vault_keys_new(void);            /* of a fresh random data key */
const uint8_t *vault_keys_use(const struct secret *keys);
void vault_keys_done(const struct secret *keys);

#endif
