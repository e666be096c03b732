#ifndef NUMDESK_UTIL_CRYPTO_H
#define NUMDESK_UTIL_CRYPTO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
struct err;

/* The primitives of vault and ledger over libsodium 1.0.18; secret.h and this header are its only users. */
#define CRYPTO_KEY 32
#define CRYPTO_HASH 32
#define CRYPTO_NONCE 24
#define CRYPTO_TAG 16
#define CRYPTO_SALT 16

bool crypto_init(struct err *e);                        /* once, before anything else here */
void crypto_random(void *p, size_t n);
uint32_t crypto_uniform(uint32_t upper);                /* 0..upper-1, unbiased */
/* BLAKE2b-256; key may be NULL. */
void crypto_hash(uint8_t out[CRYPTO_HASH], const void *p, size_t n, const void *key, size_t key_len);
struct crypto_hash_state;
struct crypto_hash_state *crypto_hash_new(const void *key, size_t key_len);
void crypto_hash_add(struct crypto_hash_state *h, const void *p, size_t n);
void crypto_hash_end(struct crypto_hash_state *h, uint8_t out[CRYPTO_HASH]);   /* frees h */
/* Argon2id13 with one lane. ERR_NOMEM when the memory cannot be had. Blocks for its cost. */
bool crypto_kdf(uint8_t out[CRYPTO_KEY], const void *pass, size_t pass_len, const uint8_t salt[CRYPTO_SALT],
		uint32_t ops, uint64_t mem_bytes, struct err *e);
void crypto_subkey(uint8_t out[CRYPTO_KEY], const uint8_t key[CRYPTO_KEY], uint64_t id, const char ctx[8]);
/* XChaCha20-Poly1305-IETF. out holds n + CRYPTO_TAG. */
void crypto_seal(uint8_t *out, const void *p, size_t n, const void *ad, size_t ad_len,
		 const uint8_t nonce[CRYPTO_NONCE], const uint8_t key[CRYPTO_KEY]);
bool crypto_open(uint8_t *out, const uint8_t *c, size_t c_len, const void *ad, size_t ad_len,
		 const uint8_t nonce[CRYPTO_NONCE], const uint8_t key[CRYPTO_KEY]);   /* false: not authentic */
bool crypto_equal(const void *a, const void *b, size_t n);
size_t crypto_pad(uint8_t *p, size_t n, size_t block, size_t cap);              /* new length, 0 when cap is short */
bool crypto_unpad(const uint8_t *p, size_t n, size_t block, size_t *out_len);
void crypto_hex(char *dst, const void *p, size_t n);    /* 2n + 1 bytes */
bool crypto_unhex(uint8_t *dst, size_t n, const char *hex);   /* exactly 2n hex digits */
/* Allocators that wipe on free, for curl_global_init_mem. */
void *crypto_wiping_malloc(size_t n);
void crypto_wiping_free(void *p);
void *crypto_wiping_realloc(void *p, size_t n);
char *crypto_wiping_strdup(const char *s);
void *crypto_wiping_calloc(size_t n, size_t size);
/* Lock and exclude from dumps, zeroed; free wipes. */
void *crypto_secure_alloc(size_t n, bool *locked);
void crypto_secure_free(void *p);

#endif
