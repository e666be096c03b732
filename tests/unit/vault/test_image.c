#include "test.h"

#include "sample.h"

#include "slot_priv.h"

#include "numdesk/util/mem.h"

/* What an attacker without the passphrase can do to the bytes of a vault: nothing of it may be accepted. */

/* --- bits and lengths --------------------------------------------------------------------------------------------- */

static void the_sample_is_sound(void **state)
{
	struct sample s = make_sample(3);
	(void)state;

	assert_int_equal(code_of(&s, s.bytes, s.len), 0);       /* else the rest would prove nothing */
	free(s.bytes);
}

static void every_bit_matters(void **state)
{
	struct sample s = make_sample(3);
	uint8_t *b = copy_of(&s);
	(void)state;

	for (size_t bit = 0; bit < s.len * 8; bit++) {
		b[bit / 8] ^= (uint8_t)(1 << bit % 8);
		const int code = code_of(&s, b, s.len);

		b[bit / 8] ^= (uint8_t)(1 << bit % 8);
		if (code < VAULT_NOT_A_VAULT || code > VAULT_ALTERED)
			fail_msg("bit %zu of byte %zu: code %d", bit % 8, bit / 8, code);
		if (bit / 8 < s.len - 32 && code > VAULT_BROKEN)        /* the code is the only part outside the sum */
			fail_msg("bit %zu of byte %zu: the passphrase was tried, code %d", bit % 8, bit / 8, code);
	}
	free(b);
	free(s.bytes);
}

static void every_bit_matters_with_the_sum_repaired(void **state)
{
	struct sample s = make_sample(2);
	uint8_t *b = copy_of(&s);
	(void)state;

	for (size_t bit = 0; bit < (s.len - VAULT_TRAILER) * 8; bit++) {
		b[bit / 8] ^= (uint8_t)(1 << bit % 8);
		repair_sum(b, s.len);
		const int code = code_of(&s, b, s.len);

		b[bit / 8] ^= (uint8_t)(1 << bit % 8);
		if (code < VAULT_NOT_A_VAULT || code > VAULT_ALTERED)
			fail_msg("bit %zu of byte %zu: code %d", bit % 8, bit / 8, code);
	}
	free(b);
	free(s.bytes);
}

static void pairs_of_bits_matter(void **state)
{
	struct sample s = make_sample(1);
	uint32_t seed = 1;
	(void)state;

	for (int i = 0; i < 2000; i++) {
		uint8_t *b = copy_of(&s);
		size_t at[2];

		for (int k = 0; k < 2; k++) {
			seed = seed * 1664525 + 1013904223;
			at[k] = (seed >> 8) % ((s.len - VAULT_TRAILER) * 8);
			if (k == 1 && at[1] == at[0])
				at[1] ^= 1;
			b[at[k] / 8] ^= (uint8_t)(1 << at[k] % 8);
		}
		/* not the high bits of the memory cost: legal ones only make the test slow */
		memcpy(b + VAULT_HEADER + VAULT_SLOT_MEM, s.bytes + VAULT_HEADER + VAULT_SLOT_MEM, 8);
		repair_sum(b, s.len);
		if (memcmp(b, s.bytes, s.len) != 0 && code_of(&s, b, s.len) == 0)
			fail_msg("bits %zu and %zu: accepted", at[0], at[1]);
		free(b);
	}
	free(s.bytes);
}

static void every_length_matters(void **state)
{
	struct sample s = make_sample(2);
	(void)state;

	for (size_t n = 0; n < s.len; n++) {
		const int code = code_of(&s, s.bytes, n);

		if (code != VAULT_INCOMPLETE)
			fail_msg("%zu of %zu bytes: code %d", n, s.len, code);
	}
	free(s.bytes);
}

static void truncation_with_length_and_sum_repaired(void **state)
{
	struct sample s = make_sample(2);
	(void)state;

	for (size_t n = VAULT_TRAILER + 20; n < s.len; n++) {
		uint8_t *b = copy_of(&s);

		vault_put_le(b + VAULT_HDR_FILE_LEN, n, 4);
		repair_sum(b, n);
		const int code = code_of(&s, b, n);

		if (code != VAULT_BROKEN && code != VAULT_ALTERED)
			fail_msg("%zu of %zu bytes: code %d", n, s.len, code);
		free(b);
	}
	free(s.bytes);
}

static void appended_bytes_matter(void **state)
{
	struct sample s = make_sample(1);
	uint8_t *b = copy_of(&s);
	(void)state;

	for (size_t more = 1; more <= 300; more++) {
		memset(b + s.len, 0, more);
		assert_int_equal(code_of(&s, b, s.len + more), VAULT_BROKEN);
	}
	/* the same with lengths and sum made to fit */
	memmove(b + s.len - VAULT_TRAILER + 128, b + s.len - VAULT_TRAILER, VAULT_TRAILER);
	vault_put_le(b + VAULT_HDR_FILE_LEN, s.len + 128, 4);
	repair_sum(b, s.len + 128);
	assert_int_equal(code_of(&s, b, s.len + 128), VAULT_BROKEN);
	free(b);
	free(s.bytes);
}

/* --- header and slots --------------------------------------------------------------------------------------------- */

static void headers(void **state)
{
	enum { SLOT = VAULT_HEADER };
	static const struct {
		const char *name;
		size_t at, n;
		uint64_t value;
		int code;
		const char *says;
	} cases[] = {
		{"magic", 0, 1, 'n', 40, "not a numdesk vault"},
		{"major 0", VAULT_HDR_MAJOR, 2, 0, 43, "format number"},
		{"major 2", VAULT_HDR_MAJOR, 2, 2, 41, "format 2.x is newer than this program (1.x); upgrade numdesk"},
		{"minor 1", VAULT_HDR_MINOR, 2, 1, 41, "format 1.1 is newer than this program (1.0); upgrade numdesk"},
		{"header length", VAULT_HDR_LEN, 4, 100, 43, "header"},
		{"file length less", VAULT_HDR_FILE_LEN, 4, 400, 43, "length"},
		{"file length more", VAULT_HDR_FILE_LEN, 4, 4000, 42, "of 4000 bytes"},
		{"no slots", VAULT_HDR_SLOTS, 2, 0, 43, "header"},
		{"9 slots", VAULT_HDR_SLOTS, 2, 9, 43, "header"},
		{"8 slots", VAULT_HDR_SLOTS, 2, 8, 43, "header"},
		{"257 records", VAULT_HDR_RECORDS, 2, 257, 43, "header"},
		{"one record less", VAULT_HDR_RECORDS, 2, 1, 43, "records"},
		{"one record more", VAULT_HDR_RECORDS, 2, 3, 43, "record"},
		{"lower generation", VAULT_HDR_GENERATION, 8, 1, 47, "ALTERED"},
		{"higher generation", VAULT_HDR_GENERATION, 8, 9, 47, "ALTERED"},
		{"vault id", VAULT_HDR_ID, 8, 1, 46, "wrong passphrase"},
		{"created", VAULT_HDR_CREATED, 8, 1, 47, "ALTERED"},
		{"cipher", VAULT_HDR_AEAD, 4, 2, 43, "header"},
		{"flags", VAULT_HDR_FLAGS, 4, 1, 43, "header"},
		{"reserved", 95, 1, 1, 43, "header"},
		{"slot type 0", SLOT, 1, 0, 43, "key slot"},
		{"slot type 2 with a cost", SLOT, 1, 2, 43, "key slot"},
		{"slot type 4", SLOT, 1, 4, 43, "key slot"},
		{"kdf 1", SLOT + VAULT_SLOT_KDF, 1, 1, 43, "key slot"},
		{"slot flags", SLOT + VAULT_SLOT_FLAGS, 2, 1, 43, "key slot"},
		{"0 passes", SLOT + VAULT_SLOT_OPS, 4, 0, 44, "is weaker than the floor of 1 x 8 KiB"},
		{"17 passes", SLOT + VAULT_SLOT_OPS, 4, 17, 44, "unlocking would need 17 passes (limit 16)"},
		{"8 GiB", SLOT + VAULT_SLOT_MEM, 8, UINT64_C(8) << 30, 44, "would need 8192 MiB (limit 2048)"},
		{"1 TiB", SLOT + VAULT_SLOT_MEM, 8, UINT64_C(1) << 40, 44, "would need 1048576 MiB (limit 2048)"},
		{"all memory", SLOT + VAULT_SLOT_MEM, 8, UINT64_MAX, 44, "(limit 2048)"},
		{"4 KiB", SLOT + VAULT_SLOT_MEM, 8, 4096, 44, "weaker"},
		{"2 passes instead of 1", SLOT + VAULT_SLOT_OPS, 4, 2, 46, "wrong passphrase"},
		{"salt", SLOT + VAULT_SLOT_SALT, 8, 0, 46, "wrong passphrase"},
		{"label with a control", SLOT + VAULT_SLOT_LABEL, 1, 27, 43, "key slot"},
		{"label after its end", SLOT + VAULT_SLOT_LABEL + 3, 1, 'x', 43, "key slot"},
		{"another label", SLOT + VAULT_SLOT_LABEL, 1, 'x', 46, "wrong passphrase"},
		{"slot tail", SLOT + VAULT_SLOT - 1, 1, 1, 43, "key slot"},
	};
	struct sample s = make_sample(2);
	(void)state;

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		uint8_t *b = copy_of(&s);
		struct err e = {0};

		vault_put_le(b + cases[i].at, cases[i].value, cases[i].n);
		repair_sum(b, s.len);
		spit(s.path, b, s.len);
		if (try_open(s.path, PASS, &e) || e.code != cases[i].code || !strstr(e.msg, cases[i].says))
			fail_msg("%s: code %d: %s", cases[i].name, e.code, e.msg);
		free(b);
	}
	free(s.bytes);
}

static void slot_of_another_vault(void **state)
{
	struct sample s = make_sample(2), other = make_sample(2);
	uint8_t *b = copy_of(&s);
	(void)state;

	memcpy(b + VAULT_HEADER, other.bytes + VAULT_HEADER, VAULT_SLOT);
	repair_sum(b, s.len);
	assert_int_equal(code_of(&s, b, s.len), VAULT_WRONG_PASSPHRASE);
	memcpy(b + VAULT_HDR_ID, other.bytes + VAULT_HDR_ID, 16);       /* then the slot fits, and nothing else */
	repair_sum(b, s.len);
	assert_int_equal(code_of(&s, b, s.len), VAULT_ALTERED);
	free(b);
	free(other.bytes);
	free(s.bytes);
}

static void slot_twice(void **state)
{
	struct sample s = make_sample(1);
	uint8_t *b = copy_of(&s);
	const size_t len = s.len + VAULT_SLOT;
	(void)state;

	memmove(b + VAULT_HEADER + VAULT_SLOT, b + VAULT_HEADER, s.len - VAULT_HEADER);
	vault_put_le(b + VAULT_HDR_SLOTS, 2, 2);
	vault_put_le(b + VAULT_HDR_FILE_LEN, len, 4);
	repair_sum(b, len);
	assert_int_equal(code_of(&s, b, len), VAULT_ALTERED);
	free(b);
	free(s.bytes);
}

/* --- the parser alone --------------------------------------------------------------------------------------------- */

static void parse_keeps_nothing_on_failure(void **state)
{
	struct vault_image img = {.len = 7};
	struct vault_defect d;
	uint8_t junk[VAULT_FILE_MIN] = "NUMDESKV\x01";
	(void)state;

	vault_put_le(junk + VAULT_HDR_FILE_LEN, sizeof junk, 4);
	assert_false(vault_image_parse(&img, junk, sizeof junk, &d));
	assert_int_equal(d.code, VAULT_BROKEN);
	assert_int_equal(img.len, 7);
	assert_false(vault_image_parse(&img, junk, 0, &d));
	assert_int_equal(d.code, VAULT_INCOMPLETE);
	vault_image_release(&(struct vault_image){0});
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_sample_is_sound),
		cmocka_unit_test(every_bit_matters),
		cmocka_unit_test(every_bit_matters_with_the_sum_repaired),
		cmocka_unit_test(pairs_of_bits_matter),
		cmocka_unit_test(every_length_matters),
		cmocka_unit_test(truncation_with_length_and_sum_repaired),
		cmocka_unit_test(appended_bytes_matter),
		cmocka_unit_test(headers),
		cmocka_unit_test(slot_of_another_vault),
		cmocka_unit_test(slot_twice),
		cmocka_unit_test(parse_keeps_nothing_on_failure),
	};

	if (!crypto_init(NULL))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
