#include "numdesk/util/crypto.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <stdalign.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Header by header: the library has a crypto_hash of its own, which nothing inside it calls. */
#include <sodium/core.h>
#include <sodium/crypto_aead_xchacha20poly1305.h>
#include <sodium/crypto_generichash_blake2b.h>
#include <sodium/crypto_kdf.h>
#include <sodium/crypto_pwhash_argon2id.h>
#include <sodium/randombytes.h>
#include <sodium/utils.h>

#include "mem_priv.h"

#include "numdesk/util/err.h"
#include "numdesk/util/mem.h"

_Static_assert(CRYPTO_KEY == crypto_aead_xchacha20poly1305_ietf_KEYBYTES, "key");
_Static_assert(CRYPTO_KEY == crypto_kdf_KEYBYTES, "subkey");
_Static_assert(CRYPTO_NONCE == crypto_aead_xchacha20poly1305_ietf_NPUBBYTES, "nonce");
_Static_assert(CRYPTO_TAG == crypto_aead_xchacha20poly1305_ietf_ABYTES, "tag");
_Static_assert(CRYPTO_SALT == crypto_pwhash_argon2id_SALTBYTES, "salt");
_Static_assert(CRYPTO_HASH == crypto_generichash_blake2b_BYTES, "hash");

bool crypto_init(struct err *e)
{
	if (sodium_init() < 0)
		return err_set(e, ERR_IO, "cannot start the cryptography library: no source of random numbers");
	return true;
}

void crypto_random(void *p, size_t n)
{
	randombytes_buf(p, n);
}

uint32_t crypto_uniform(uint32_t upper)
{
	return randombytes_uniform(upper);
}

void crypto_hash(uint8_t out[CRYPTO_HASH], const void *p, size_t n, const void *key, size_t key_len)
{
	assert(key_len <= crypto_generichash_blake2b_KEYBYTES_MAX);
	crypto_generichash_blake2b(out, CRYPTO_HASH, p, n, key, key_len);
}

/* libsodium wants its state on a 64-byte boundary, which no allocator promises: room for sliding it there. */
struct crypto_hash_state {
	unsigned char room[sizeof(crypto_generichash_blake2b_state) + 63];
};

static crypto_generichash_blake2b_state *aligned_state(struct crypto_hash_state *h)
{
	return (void *)(((uintptr_t)h->room + 63) & ~(uintptr_t)63);
}

struct crypto_hash_state *crypto_hash_new(const void *key, size_t key_len)
{
	struct crypto_hash_state *h = mem_alloc(sizeof *h);

	assert(key_len <= crypto_generichash_blake2b_KEYBYTES_MAX);
	crypto_generichash_blake2b_init(aligned_state(h), key, key_len, CRYPTO_HASH);
	return h;
}

void crypto_hash_add(struct crypto_hash_state *h, const void *p, size_t n)
{
	crypto_generichash_blake2b_update(aligned_state(h), p, n);
}

void crypto_hash_end(struct crypto_hash_state *h, uint8_t out[CRYPTO_HASH])
{
	crypto_generichash_blake2b_final(aligned_state(h), out, CRYPTO_HASH);
	sodium_memzero(h, sizeof *h);
	free(h);
}

bool crypto_kdf(uint8_t out[CRYPTO_KEY], const void *pass, size_t pass_len, const uint8_t salt[CRYPTO_SALT],
		uint32_t ops, uint64_t mem_bytes, struct err *e)
{
	if (ops < crypto_pwhash_argon2id_OPSLIMIT_MIN || mem_bytes < crypto_pwhash_argon2id_MEMLIMIT_MIN ||
	    mem_bytes > crypto_pwhash_argon2id_MEMLIMIT_MAX || mem_bytes > SIZE_MAX)
		return err_set(e, ERR_CONFIG, "cannot derive a key with %" PRIu32 " passes over %" PRIu64 " bytes: "
			       "out of range", ops, mem_bytes);
	errno = 0;
	if (crypto_pwhash_argon2id(out, CRYPTO_KEY, pass, pass_len, salt, ops, (size_t)mem_bytes,
				   crypto_pwhash_argon2id_ALG_ARGON2ID13) == 0)
		return true;
	return err_set(e, ERR_NOMEM, "not enough memory to derive the key: needs %" PRIu64 " MiB", mem_bytes >> 20);
}

void crypto_subkey(uint8_t out[CRYPTO_KEY], const uint8_t key[CRYPTO_KEY], uint64_t id, const char ctx[8])
{
	crypto_kdf_derive_from_key(out, CRYPTO_KEY, id, ctx, key);
}

void crypto_seal(uint8_t *out, const void *p, size_t n, const void *ad, size_t ad_len,
		 const uint8_t nonce[CRYPTO_NONCE], const uint8_t key[CRYPTO_KEY])
{
	crypto_aead_xchacha20poly1305_ietf_encrypt(out, NULL, p, n, ad, ad_len, NULL, nonce, key);
}

bool crypto_open(uint8_t *out, const uint8_t *c, size_t c_len, const void *ad, size_t ad_len,
		 const uint8_t nonce[CRYPTO_NONCE], const uint8_t key[CRYPTO_KEY])
{
	return crypto_aead_xchacha20poly1305_ietf_decrypt(out, NULL, NULL, c, c_len, ad, ad_len, nonce, key) == 0;
}

bool crypto_equal(const void *a, const void *b, size_t n)
{
	return sodium_memcmp(a, b, n) == 0;
}

size_t crypto_pad(uint8_t *p, size_t n, size_t block, size_t cap)
{
	size_t len;

	return sodium_pad(&len, p, n, block, cap) == 0 ? len : 0;
}

bool crypto_unpad(const uint8_t *p, size_t n, size_t block, size_t *out_len)
{
	size_t len;

	if (block == 0 || n == 0 || n % block != 0 || sodium_unpad(&len, p, n, block) != 0)
		return false;
	*out_len = len;
	return true;
}

void crypto_hex(char *dst, const void *p, size_t n)
{
	sodium_bin2hex(dst, 2 * n + 1, p, n);
}

bool crypto_unhex(uint8_t *dst, size_t n, const char *hex)
{
	size_t len;

	return strlen(hex) == 2 * n && sodium_hex2bin(dst, n, hex, 2 * n, NULL, &len, NULL) == 0 && len == n;
}

/* The size stands before the bytes: malloc_usable_size does not mix with _FORTIFY_SOURCE. */
struct wiping {
	size_t n;
	alignas(max_align_t) unsigned char bytes[];
};

static struct wiping *wiping_of(void *p)
{
	return (void *)((unsigned char *)p - offsetof(struct wiping, bytes));
}

void *crypto_wiping_malloc(size_t n)
{
	return crypto_wiping_calloc(1, n);
}

void *crypto_wiping_calloc(size_t n, size_t size)
{
	struct wiping *w;

	if (size && n > (SIZE_MAX - sizeof *w) / size)
		return NULL;
	w = calloc(1, sizeof *w + n * size);
	if (!w)
		return NULL;
	w->n = n * size;
	return w->bytes;
}

void crypto_wiping_free(void *p)
{
	struct wiping *w;

	if (!p)
		return;
	w = wiping_of(p);
	sodium_memzero(w, sizeof *w + w->n);
	free(w);
}

/* Never in place: realloc would leave the old bytes behind unwiped. */
void *crypto_wiping_realloc(void *p, size_t n)
{
	void *q = crypto_wiping_malloc(n);
	size_t old;

	if (!p || !q)
		return q;
	old = wiping_of(p)->n;
	memcpy(q, p, old < n ? old : n);
	crypto_wiping_free(p);
	return q;
}

char *crypto_wiping_strdup(const char *s)
{
	const size_t n = strlen(s) + 1;
	char *p = crypto_wiping_malloc(n);

	return p ? memcpy(p, s, n) : NULL;
}

void *crypto_secure_alloc(size_t n, bool *locked)
{
	void *p = NULL;

	if (sodium_init() >= 0)                 /* idempotent; sets the page size and the canary */
		p = sodium_malloc(n);
	if (!p)
		mem_fail();
	*locked = sodium_mlock(p, n) == 0;      /* sodium_malloc takes a failed lock in silence */
	sodium_memzero(p, n);
	return p;
}

void crypto_secure_free(void *p)
{
	sodium_free(p);
}
