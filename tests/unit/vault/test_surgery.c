#include "test.h"

#include "sample.h"

#include "keys_priv.h"
#include "record_priv.h"
#include "vault_priv.h"

#include "numdesk/util/mem.h"

/* Whole records moved, dropped, repeated, relabelled, or taken from elsewhere. */

/* --- records ------------------------------------------------------------------------------------------------------ */

static size_t swap_records(uint8_t *b, size_t len)
{
	uint8_t *one = record_at(b, 0), *two = record_at(b, 2), kept[VAULT_REC_MAX];   /* of one kind, so as long */
	const size_t n = vault_get32(one);

	assert_int_equal(n, vault_get32(two));
	memcpy(kept, one, n);
	memmove(one, two, n);
	memcpy(two, kept, n);
	return len;
}

static size_t drop_record(uint8_t *b, size_t len)
{
	uint8_t *two = record_at(b, 1);
	const size_t n = vault_get32(two);

	memmove(two, two + n, (size_t)(b + len - two) - n);
	vault_put_le(b + VAULT_HDR_RECORDS, 2, 2);
	return len - n;
}

static size_t drop_all(uint8_t *b, size_t len)
{
	memmove(record_at(b, 0), b + len - VAULT_TRAILER, VAULT_TRAILER);
	vault_put_le(b + VAULT_HDR_RECORDS, 0, 2);
	return (size_t)(record_at(b, 0) - b) + VAULT_TRAILER;
}

static size_t duplicate_record(uint8_t *b, size_t len)
{
	uint8_t *two = record_at(b, 1);
	const size_t n = vault_get32(two);

	memmove(two + n, two, (size_t)(b + len - two));
	vault_put_le(b + VAULT_HDR_RECORDS, 4, 2);
	return len + n;
}

static size_t swap_sids(uint8_t *b, size_t len)
{
	uint8_t *one = record_at(b, 0) + VAULT_REC_SID, *two = record_at(b, 1) + VAULT_REC_SID, kept[34];

	memcpy(kept, one, sizeof kept);
	memcpy(one, two, sizeof kept);
	memcpy(two, kept, sizeof kept);
	return len;
}

static size_t make_it_a_head(uint8_t *b, size_t len)
{
	vault_put_le(record_at(b, 1) + VAULT_REC_TYPE, VAULT_RECORD_HEAD, 2);
	memset(record_at(b, 1) + VAULT_REC_SID, 0, 34);
	return len;
}

static size_t older_record(uint8_t *b, size_t len)
{
	vault_put_le(record_at(b, 1) + VAULT_REC_GENERATION, 1, 8);
	return len;
}

static size_t strange_type(uint8_t *b, size_t len)
{
	vault_put_le(record_at(b, 1) + VAULT_REC_TYPE, 3, 2);
	return len;
}

static size_t strange_sid(uint8_t *b, size_t len)
{
	record_at(b, 1)[VAULT_REC_SID] = 'P';
	return len;
}

static size_t strange_length(uint8_t *b, size_t len)
{
	vault_put_le(record_at(b, 2), vault_get32(record_at(b, 2)) - 1, 4);
	return len;
}

static size_t endless_length(uint8_t *b, size_t len)
{
	vault_put_le(record_at(b, 2), UINT32_MAX, 4);
	return len;
}

static size_t zero_length(uint8_t *b, size_t len)
{
	vault_put_le(record_at(b, 0), 0, 4);
	return len;
}

static void record_surgery(void **state)
{
	static const struct {
		const char *name;
		size_t (*operate)(uint8_t *b, size_t len);
		int code;
	} cases[] = {
		{"swap", swap_records, VAULT_ALTERED},
		{"drop", drop_record, VAULT_ALTERED},
		{"drop all", drop_all, VAULT_ALTERED},
		{"duplicate", duplicate_record, VAULT_ALTERED},
		{"swap SIDs", swap_sids, VAULT_ALTERED},
		{"change type", make_it_a_head, VAULT_ALTERED},
		{"lower record generation", older_record, VAULT_ALTERED},
		{"unknown type", strange_type, VAULT_BROKEN},
		{"no account", strange_sid, VAULT_BROKEN},
		{"length off by one", strange_length, VAULT_BROKEN},
		{"length without end", endless_length, VAULT_BROKEN},
		{"length zero", zero_length, VAULT_BROKEN},
	};
	struct sample s = make_sample(3);
	(void)state;

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		uint8_t *b = copy_of(&s);
		const size_t len = cases[i].operate(b, s.len);

		vault_put_le(b + VAULT_HDR_FILE_LEN, len, 4);
		repair_sum(b, len);
		const int code = code_of(&s, b, len);

		if (code != cases[i].code)
			fail_msg("%s: code %d", cases[i].name, code);
		free(b);
	}
	free(s.bytes);
}

static void record_lengths(void **state)
{
	struct sample s = make_sample(2);
	uint8_t *rec = record_at(s.bytes, 1);
	const uint32_t len = vault_record_len(rec);
	(void)state;

	assert_true(len > VAULT_REC_MIN);
	assert_true(vault_record_is_sound(rec, len));
	assert_true(vault_record_is_sound(rec, len + 1));
	assert_false(vault_record_is_sound(rec, len - 1));
	assert_false(vault_record_is_sound(rec, 0));
	for (uint32_t k = len - 127; k < len; k++) {
		vault_put_le(rec, k, 4);
		assert_false(vault_record_is_sound(rec, len));
	}
	vault_put_le(rec, VAULT_REC_MAX + 128, 4);
	assert_false(vault_record_is_sound(rec, VAULT_FILE_MAX));
	free(s.bytes);
}

static void graft_from_another_vault(void **state)
{
	struct sample s = make_sample(3), other = make_sample(3);       /* same names, accounts, secrets, passphrase */
	uint8_t *b = copy_of(&s);
	(void)state;

	memcpy(record_at(b, 1), record_at(other.bytes, 1), vault_get32(record_at(b, 1)));
	repair_sum(b, s.len);
	assert_int_equal(code_of(&s, b, s.len), VAULT_ALTERED);
	free(b);
	free(other.bytes);
	free(s.bytes);
}

static void graft_from_an_older_generation(void **state)
{
	const char *path = test_path(test_dir(), "vault");
	struct vault *v = make_vault(path, 2);
	struct sample s = {.path = path};
	size_t old_len;
	uint8_t *old = (uint8_t *)slurp(path, &old_len);
	struct vault_entry entry = entry_of(1);
	struct secret *rotated = secret_text("rotated");
	struct err e;
	(void)state;

	assert_true(vault_put(v, &entry, rotated, &e));
	vault_close(v);
	s.bytes = (uint8_t *)slurp(path, &s.len);
	memcpy(record_at(s.bytes, 1), record_at(old, 1), vault_get32(record_at(old, 1)));
	repair_sum(s.bytes, s.len);
	assert_int_equal(code_of(&s, s.bytes, s.len), VAULT_ALTERED);
	secret_free(rotated);
	free(s.bytes);
	free(old);
}

/* --- with the key of the authentication code ---------------------------------------------------------------------- */

/* Were that key to leak, records still do not open in the wrong place. */
static void forged_code(void **state)
{
	const char *dir = test_dir(), *path = test_path(dir, "vault");
	struct vault *v = make_vault(path, 3);
	const struct vault_entry first = entry_of(0);
	struct vault_entry entry;
	struct vault_draft d;
	struct secret *secret;
	struct err e = {0};
	uint8_t *swapped, *bytes;
	size_t len;
	(void)state;

	vault_draft_init(&d, &v->image, v->keys, 0);
	swapped = malloc(VAULT_REC_MAX);
	memcpy(swapped, d.records[1], vault_record_len(d.records[1]));
	memcpy(swapped + VAULT_REC_SID, first.profile.account_sid, 34);
	d.records[1] = swapped;
	bytes = vault_draft_finish(&d, &len);
	spit(path, bytes, len);
	vault_close(v);
	v = must_open(path, PASS);
	assert_int_equal(vault_count(v), 3);
	assert_true(vault_entry_at(v, 0, &entry, &e));
	assert_false(vault_entry_at(v, 1, &entry, &e));
	assert_int_equal(e.code, VAULT_STRANGE_RECORD);
	assert_string_equal(e.msg, "vault: record for AC\u20260000 does not belong to this vault");
	secret = vault_secret(v, "profile-1", &e);
	assert_null(secret);
	assert_int_equal(e.code, VAULT_STRANGE_RECORD);
	assert_false(put_nth(v, 9, &e));                /* nor is anything built on it */
	assert_int_equal(e.code, VAULT_STRANGE_RECORD);
	vault_close(v);
	vault_draft_release(&d);
	free(swapped);
	free(bytes);
}

/* Seal bytes of our own making into record 1: authentic, but not what a vault may contain. */
static void write_forged(struct vault *v, const char *path, const uint8_t plain[128])
{
	static uint8_t rec[VAULT_REC_MIN];
	uint8_t ad[104], *bytes;
	struct vault_draft d;
	size_t len;

	vault_draft_init(&d, &v->image, v->keys, 0);
	memcpy(rec, d.records[1], VAULT_REC_SEALED);
	vault_put_le(rec, sizeof rec, 4);
	memcpy(ad, "NDV1rec", 8);
	memcpy(ad + 8, d.header, 12);
	memcpy(ad + 20, d.header + 32, 16);
	memcpy(ad + 36, rec, 68);
	crypto_seal(rec + VAULT_REC_SEALED, plain, 128, ad, sizeof ad, rec + 68,
		    vault_keys_use(v->keys) + VAULT_KEY_RECORD);
	vault_keys_done(v->keys);
	d.records[1] = rec;
	bytes = vault_draft_finish(&d, &len);
	spit(path, bytes, len);
	free(bytes);
	vault_draft_release(&d);
}

static void forged_contents(void **state)
{
	const char *dir = test_dir(), *path = test_path(dir, "vault");
	uint8_t plain[128] = {0};
	struct vault_entry entry;
	struct err e = {0};
	(void)state;

	for (int padded = 0; padded < 2; padded++) {
		struct vault *v;

		if (padded) {
			unlink(path);
			plain[4] = 0x80;
		}
		v = make_vault(path, 3);
		write_forged(v, path, plain);
		vault_close(v);
		v = must_open(path, PASS);
		assert_false(vault_entry_at(v, 1, &entry, &e));
		assert_int_equal(e.code, VAULT_STRANGE_RECORD);
		assert_string_equal(e.msg, padded ? "vault: record for AC\u20260001 cannot be read" :
				    "vault: record for AC\u20260001 is not padded right");
		vault_close(v);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(record_surgery),
		cmocka_unit_test(record_lengths),
		cmocka_unit_test(graft_from_another_vault),
		cmocka_unit_test(graft_from_an_older_generation),
		cmocka_unit_test(forged_code),
		cmocka_unit_test(forged_contents),
	};

	if (!crypto_init(NULL))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
