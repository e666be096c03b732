#include "test.h"

#include "fixture.h"

#include "bytes_priv.h"
#include "record_priv.h"
#include "tlv_priv.h"

#include "numdesk/util/mem.h"

/* Authentic contents that a program did not write as it should are refused all the same. */

static size_t encode(uint8_t *p)
{
	const struct vault_entry entry = entry_of(1);
	struct secret *s = secret_text("0123456789abcdef");
	const size_t n = vault_tlv_put_entry(p, VAULT_PLAIN_MAX, &entry, s);

	secret_free(s);
	return n;
}

static uint8_t *field(uint8_t *p, unsigned tag)
{
	while (vault_get16(p) != tag)
		p += 4 + vault_get16(p + 2);
	return p;
}

static void layout_is_as_specified(void **state)
{
	static const uint8_t start[] = {1, 0, 9, 0, 'p', 'r', 'o', 'f', 'i', 'l', 'e', '-', '1',
					2, 0, 1, 0, 1, 3, 0, 34, 0, 'S', 'K'};
	uint8_t p[VAULT_PLAIN_MAX];
	const size_t n = encode(p);
	(void)state;

	assert_memory_equal(p, start, sizeof start);
	assert_memory_equal(field(p, 4), "\x04\0\x10\0" "0123456789abcdef", 20);
	assert_memory_equal(field(p, 5), "\x05\0\x1f\0https://{product}.example.com/1", 35);
	assert_memory_equal(p + n - 5, "\x0b\0\x01\0\0", 5);
}

static void nothing_is_refused(void **state)
{
	struct vault_entry entry;
	(void)state;

	assert_false(vault_tlv_get_entry((const uint8_t *)"", 0, &entry, NULL));
}

static void every_length_is_checked(void **state)
{
	uint8_t p[VAULT_PLAIN_MAX];
	const size_t n = encode(p);
	struct vault_entry entry;
	(void)state;

	assert_true(vault_tlv_get_entry(p, n, &entry, NULL));
	for (size_t k = 0; k < n; k++) {
		uint8_t *exact = malloc(k ? k : 1);     /* so that a read past its end is seen */

		memcpy(exact, p, k);
		if (vault_tlv_get_entry(exact, k, &entry, NULL))
			fail_msg("%zu of %zu bytes: taken", k, n);
		free(exact);
	}
	p[n] = 0;
	assert_false(vault_tlv_get_entry(p, n + 1, &entry, NULL));
}

static void odd_values_are_refused(void **state)
{
	static const struct { const char *name; unsigned tag; size_t at; uint8_t value; } cases[] = {
		{"unknown tag", 1, 0, 12}, {"tag 0", 1, 0, 0}, {"wrong order", 2, 0, 3}, {"empty name", 1, 2, 0},
		{"name with NUL", 1, 6, 0}, {"kind 2", 2, 4, 2}, {"key SID of 33", 3, 2, 33},
		{"key SID of another kind", 3, 4, 'A'},
		{"empty secret", 4, 2, 0}, {"secret past the end", 4, 3, 0xff}, {"flag 2", 10, 4, 2},
		{"flag 255", 11, 4, 255},
		{"long name", 1, 2, 64},
	};
	(void)state;

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		uint8_t p[VAULT_PLAIN_MAX];
		const size_t n = encode(p);
		struct vault_entry entry = {.generation = 7};
		struct secret *secret = NULL;

		field(p, cases[i].tag)[cases[i].at] = cases[i].value;
		if (vault_tlv_get_entry(p, n, &entry, &secret) || secret || entry.generation != 7)
			fail_msg("%s: taken", cases[i].name);
	}
}

static void random_bytes_do_no_harm(void **state)
{
	uint8_t p[VAULT_PLAIN_MAX];
	uint32_t seed = 7;
	(void)state;

	for (int i = 0; i < 5000; i++) {
		const size_t n = encode(p);
		struct vault_entry entry;
		uint8_t *exact = malloc(n);
		struct secret *secret = NULL;

		memcpy(exact, p, n);
		for (int k = 0; k < 3; k++) {
			seed = seed * 1664525 + 1013904223;
			exact[(seed >> 8) % n] = (uint8_t)(seed >> 24);
		}
		if (vault_tlv_get_entry(exact, n, &entry, &secret))
			assert_true(strlen(entry.profile.name) < sizeof entry.profile.name);
		secret_free(secret);
		free(exact);
	}
}

static void heads(void **state)
{
	const uint8_t hash[32] = {1};
	uint8_t p[64], back[32] = {0};
	const size_t n = vault_tlv_put_head(p, sizeof p, 0x0102030405060708, hash);
	int64_t seq = -1;
	(void)state;

	assert_int_equal(n, 48);
	assert_memory_equal(p, "\1\0\x8\0\x8\x7\x6\x5\x4\x3\x2\x1\2\0\x20\0\1", 17);
	assert_true(vault_tlv_get_head(p, n, &seq, back));
	assert_true(seq == 0x0102030405060708);
	assert_memory_equal(back, hash, 32);
	for (size_t k = 0; k < n; k++)
		assert_false(vault_tlv_get_head(p, k, &seq, back));
	assert_false(vault_tlv_get_head(p, n + 1, &seq, back));
	p[11] = 0x80;                           /* negative */
	assert_false(vault_tlv_get_head(p, n, &seq, back));
	assert_false(vault_tlv_get_head(p, 0, &seq, back));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(layout_is_as_specified),
		cmocka_unit_test(nothing_is_refused),
		cmocka_unit_test(every_length_is_checked),
		cmocka_unit_test(odd_values_are_refused),
		cmocka_unit_test(random_bytes_do_no_harm),
		cmocka_unit_test(heads),
	};

	if (!crypto_init(NULL))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
