#include "test.h"

#include <string.h>

#include "numdesk/util/crypto.h"
#include "numdesk/util/err.h"
#include "numdesk/util/mem.h"

static int start(void **state)
{
	(void)state;
	return crypto_init(NULL) && crypto_init(NULL) ? 0 : -1;
}

static void assert_hex(const void *p, size_t n, const char *want)
{
	char hex[256];

	crypto_hex(hex, p, n);
	assert_string_equal(hex, want);
}

/* First byte and then counting up, as in the published vectors. */
static void fill_counting(uint8_t *p, size_t n, uint8_t first)
{
	for (size_t i = 0; i < n; i++)
		p[i] = (uint8_t)(first + i);
}

static void hash_matches_blake2b(void **state)
{
	uint8_t key[32], out[CRYPTO_HASH];

	(void)state;
	fill_counting(key, sizeof key, 0);
	crypto_hash(out, NULL, 0, NULL, 0);
	assert_hex(out, sizeof out, "0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8");
	crypto_hash(out, "numdesk", 7, NULL, 0);
	assert_hex(out, sizeof out, "69e2135f65d69d2614623f67b867f963758c2a37e2bff6d3ec4f0ecf53fb25cb");
	crypto_hash(out, "numdesk", 7, key, sizeof key);
	assert_hex(out, sizeof out, "155cc2d079bb4ff359151da5a7e5043d090134f069f1c51bc959f38722452974");
}

static void hash_in_pieces_is_the_same(void **state)
{
	uint8_t key[32], whole[CRYPTO_HASH], pieces[CRYPTO_HASH], text[1000];
	struct crypto_hash_state *h;

	(void)state;
	fill_counting(key, sizeof key, 9);
	fill_counting(text, sizeof text, 1);
	crypto_hash(whole, text, sizeof text, key, sizeof key);
	h = crypto_hash_new(key, sizeof key);
	for (size_t i = 0; i < sizeof text; i += 100)
		crypto_hash_add(h, text + i, 100);
	crypto_hash_end(h, pieces);
	assert_memory_equal(whole, pieces, sizeof whole);
	h = crypto_hash_new(NULL, 0);
	crypto_hash_end(h, pieces);
	crypto_hash(whole, NULL, 0, NULL, 0);
	assert_memory_equal(whole, pieces, sizeof whole);
}

static void kdf_matches_argon2id(void **state)
{
	uint8_t salt[CRYPTO_SALT], out[CRYPTO_KEY];
	struct err e = {0};

	(void)state;
	fill_counting(salt, sizeof salt, 0);
	assert_true(crypto_kdf(out, "correct horse", 13, salt, 3, 8 << 20, &e));
	assert_hex(out, sizeof out, "77af1c306ae70c8ad00394b671ee364ffb2e7e12f88e5045953b12dd0ccaa9db");
}

static void kdf_refuses_what_cannot_be(void **state)
{
	uint8_t salt[CRYPTO_SALT] = {0}, out[CRYPTO_KEY] = {7};
	struct err e = {0};

	(void)state;
	assert_false(crypto_kdf(out, "x", 1, salt, 0, 8 << 20, &e));
	assert_int_equal(e.kind, ERR_CONFIG);
	assert_false(crypto_kdf(out, "x", 1, salt, 3, 1000, &e));
	assert_int_equal(e.kind, ERR_CONFIG);
	assert_false(crypto_kdf(out, "x", 1, salt, 3, UINT64_MAX, &e));
	assert_int_equal(e.kind, ERR_CONFIG);
}

static void subkey_matches_keyed_blake2b(void **state)
{
	uint8_t key[CRYPTO_KEY], out[CRYPTO_KEY];

	(void)state;
	fill_counting(key, sizeof key, 0);
	crypto_subkey(out, key, 1, "ndvrec01");
	assert_hex(out, sizeof out, "8c0187d162e77b1f64e70aef5cf9239fbf28c36281ed1c53732fd8a82b47e1c8");
}

static const char sunscreen[] = "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the "
				"future, sunscreen would be it.";

/* draft-irtf-cfrg-xchacha-03, A.3.1 */
static void seal_matches_the_published_vector(void **state)
{
	static const uint8_t ad[] = {0x50, 0x51, 0x52, 0x53, 0xc0, 0xc1, 0xc2, 0xc3, 0xc4, 0xc5, 0xc6, 0xc7};
	uint8_t key[CRYPTO_KEY], nonce[CRYPTO_NONCE], out[sizeof sunscreen - 1 + CRYPTO_TAG];

	(void)state;
	fill_counting(key, sizeof key, 0x80);
	fill_counting(nonce, sizeof nonce, 0x40);
	crypto_seal(out, sunscreen, sizeof sunscreen - 1, ad, sizeof ad, nonce, key);
	assert_hex(out, 16, "bd6d179d3e83d43b9576579493c0e939");
	assert_hex(out + sizeof sunscreen - 1, CRYPTO_TAG, "c0875924c1c7987947deafd8780acf49");
}

static void open_accepts_only_what_was_sealed(void **state)
{
	uint8_t key[CRYPTO_KEY], nonce[CRYPTO_NONCE], sealed[32 + CRYPTO_TAG], out[32], text[32];

	(void)state;
	crypto_random(key, sizeof key);
	crypto_random(nonce, sizeof nonce);
	fill_counting(text, sizeof text, 0);
	crypto_seal(sealed, text, sizeof text, "ad", 2, nonce, key);
	assert_true(crypto_open(out, sealed, sizeof sealed, "ad", 2, nonce, key));
	assert_memory_equal(out, text, sizeof text);
	for (size_t bit = 0; bit < sizeof sealed * 8; bit++) {
		sealed[bit / 8] ^= (uint8_t)(1U << bit % 8);
		assert_false(crypto_open(out, sealed, sizeof sealed, "ad", 2, nonce, key));
		sealed[bit / 8] ^= (uint8_t)(1U << bit % 8);
	}
	for (size_t n = 0; n < sizeof sealed; n++)
		assert_false(crypto_open(out, sealed, n, "ad", 2, nonce, key));
	assert_false(crypto_open(out, sealed, sizeof sealed, "aD", 2, nonce, key));
	nonce[0] ^= 1;
	assert_false(crypto_open(out, sealed, sizeof sealed, "ad", 2, nonce, key));
}

static void padding_hides_the_length_and_comes_off(void **state)
{
	uint8_t p[64];
	size_t n;

	(void)state;
	for (size_t len = 0; len <= 40; len++) {
		memset(p, 0x80, sizeof p);
		const size_t padded = crypto_pad(p, len, 16, sizeof p);

		assert_int_equal(padded, (len / 16 + 1) * 16);
		assert_true(crypto_unpad(p, padded, 16, &n));
		assert_int_equal(n, len);
	}
	assert_int_equal(crypto_pad(p, 48, 16, 63), 0);
	memset(p, 0, sizeof p);
	assert_false(crypto_unpad(p, 16, 16, &n));
	assert_false(crypto_unpad(p, 0, 16, &n));
	p[16] = 0x80;                   /* good padding, but of no whole block */
	assert_false(crypto_unpad(p, 17, 16, &n));
}

static void hex_there_and_back(void **state)
{
	static const char *const bad[] = {"", "00", "0011223", "001122334", "0011223g", "00 11223", " 0011223"};
	uint8_t p[4] = {0};
	char hex[9];

	(void)state;
	assert_true(crypto_unhex(p, 4, "00a1B2ff"));
	crypto_hex(hex, p, 4);
	assert_string_equal(hex, "00a1b2ff");
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		if (crypto_unhex(p, 4, bad[i]))
			fail_msg("'%s' was accepted", bad[i]);
	crypto_hex(hex, NULL, 0);
	assert_string_equal(hex, "");
}

static void random_numbers_stay_below_the_bound(void **state)
{
	bool seen[6] = {false};
	uint8_t a[32], b[32];

	(void)state;
	for (int i = 0; i < 1000; i++) {
		const uint32_t v = crypto_uniform(6);

		assert_true(v < 6);
		seen[v] = true;
	}
	for (int i = 0; i < 6; i++)
		assert_true(seen[i]);
	crypto_random(a, sizeof a);
	crypto_random(b, sizeof b);
	assert_false(crypto_equal(a, b, sizeof a));
	assert_true(crypto_equal(a, a, sizeof a));
}

static void wiping_allocator(void **state)
{
	char *s, *grown;
	unsigned char *z;

	(void)state;
	crypto_wiping_free(NULL);
	assert_null(crypto_wiping_calloc(SIZE_MAX, 2));
	assert_null(crypto_wiping_malloc(SIZE_MAX));
	s = crypto_wiping_strdup("token");
	assert_string_equal(s, "token");
	grown = crypto_wiping_realloc(s, 1000);
	assert_string_equal(grown, "token");
	grown = crypto_wiping_realloc(grown, 3);
	assert_memory_equal(grown, "tok", 3);
	crypto_wiping_free(grown);
	z = crypto_wiping_calloc(10, 10);
	for (int i = 0; i < 100; i++)
		assert_int_equal(z[i], 0);
	crypto_wiping_free(z);
	s = crypto_wiping_realloc(NULL, 0);
	assert_non_null(s);
	crypto_wiping_free(s);
}

static void secure_memory_is_zeroed(void **state)
{
	bool locked;
	unsigned char *p = crypto_secure_alloc(100, &locked);

	(void)state;
	for (int i = 0; i < 100; i++)
		assert_int_equal(p[i], 0);
	memset(p, 1, 100);
	crypto_secure_free(p);
	crypto_secure_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hash_matches_blake2b),
		cmocka_unit_test(hash_in_pieces_is_the_same),
		cmocka_unit_test(kdf_matches_argon2id),
		cmocka_unit_test(kdf_refuses_what_cannot_be),
		cmocka_unit_test(subkey_matches_keyed_blake2b),
		cmocka_unit_test(seal_matches_the_published_vector),
		cmocka_unit_test(open_accepts_only_what_was_sealed),
		cmocka_unit_test(padding_hides_the_length_and_comes_off),
		cmocka_unit_test(hex_there_and_back),
		cmocka_unit_test(random_numbers_stay_below_the_bound),
		cmocka_unit_test(wiping_allocator),
		cmocka_unit_test(secure_memory_is_zeroed),
	};

	return cmocka_run_group_tests(tests, start, NULL);
}
