#include "test.h"

#include <sys/resource.h>
#include <sys/wait.h>

#include "fixture.h"

#include "bytes_priv.h"
#include "image_priv.h"
#include "keys_priv.h"
#include "record_priv.h"
#include "slot_priv.h"
#include "vault_priv.h"

#include "numdesk/util/mem.h"

#define NEW_PASS "another passphrase"

struct place {
	const char *vault, *bak;
};

static struct place make_place(void)
{
	const char *dir = test_dir();

	return (struct place){.vault = test_path(dir, "vault"), .bak = test_path(dir, "vault.bak")};
}

static bool passwd(struct vault *v, const char *pass, struct vault_kdf kdf, struct err *e)
{
	struct secret *s = secret_text(pass);
	const bool ok = vault_passwd(v, s, kdf, e);

	secret_free(s);
	return ok;
}

static bool rekey(struct vault *v, const char *pass, struct err *e)
{
	struct secret *s = secret_text(pass);
	const bool ok = vault_rekey(v, s, vault_kdf_default(), e);

	secret_free(s);
	return ok;
}

/* --- another passphrase ------------------------------------------------------------------------------------------- */

static void passwd_refuses(void **state)
{
	static const struct { const char *name, *pass; struct vault_kdf kdf; enum err_kind kind; int code; } cases[] = {
		{"empty", "", {1, 8 << 10}, ERR_USAGE, 0},
		{"short", "1234567", {1, 8 << 10}, ERR_USAGE, 0},
		{"weak", NEW_PASS, {0, 8 << 10}, ERR_CONFIG, 44},
		{"dear", NEW_PASS, {1, UINT64_C(1) << 40}, ERR_CONFIG, 44},
	};
	const struct place p = make_place();
	struct vault *v = make_vault(p.vault, 1);
	(void)state;

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct err e = {0};

		if (passwd(v, cases[i].pass, cases[i].kdf, &e) || e.kind != cases[i].kind || e.code != cases[i].code)
			fail_msg("%s: kind %d code %d: %s", cases[i].name, e.kind, e.code, e.msg);
	}
	vault_close(v);
	vault_close(must_open(p.vault, PASS));
}

static void passwd_changes_the_passphrase(void **state)
{
	const struct place p = make_place();
	struct vault *v = make_vault(p.vault, 3);
	struct err e = {0};
	(void)state;

	assert_true(passwd(v, NEW_PASS, vault_kdf_default(), &e));
	assert_int_equal(e.code, 0);
	assert_true(has_nth(v, 2));
	refused(p.vault, PASS, 46, "old passphrase");
	vault_close(must_open(p.bak, PASS));            /* an old copy still opens with the old one */
	refused(p.bak, NEW_PASS, 46, "new passphrase on the backup");
	assert_true(put_nth(v, 3, &e));                 /* the handle goes on */
	vault_close(v);
	v = must_open(p.vault, NEW_PASS);
	assert_int_equal(vault_count(v), 4);
	for (unsigned i = 0; i < 4; i++)
		assert_true(has_nth(v, i));
	vault_close(v);
}

static void passwd_keeps_the_data_key(void **state)
{
	const struct place p = make_place();
	struct vault *v = make_vault(p.vault, 2);
	const size_t after_slot = VAULT_HEADER + VAULT_SLOT;
	size_t len, new_len;
	char *before = slurp(p.vault, &len), *after;
	struct err e = {0};
	(void)state;

	assert_true(passwd(v, NEW_PASS, vault_kdf_default(), &e));
	after = slurp(p.vault, &new_len);
	assert_int_equal(len, new_len);
	assert_memory_equal(before + after_slot, after + after_slot, len - after_slot - VAULT_TRAILER);
	assert_memory_not_equal(before + VAULT_HEADER + VAULT_SLOT_SALT, after + VAULT_HEADER + VAULT_SLOT_SALT, 16);
	assert_memory_equal(before + VAULT_HEADER + VAULT_SLOT_ID, after + VAULT_HEADER + VAULT_SLOT_ID, 16);
	free(before);
	free(after);
	vault_close(v);
}

static void cost_can_change(void **state)
{
	const struct vault_kdf dearer = {.ops = 3, .mem_bytes = 1 << 20};
	const struct place p = make_place();
	struct vault *v = make_vault(p.vault, 1);
	struct err e = {0};
	(void)state;

	assert_int_equal(vault_kdf_used(v).ops, vault_kdf_default().ops);
	assert_true(passwd(v, NEW_PASS, dearer, &e));
	vault_close(v);
	v = must_open(p.vault, NEW_PASS);
	assert_int_equal(vault_kdf_used(v).ops, 3);
	assert_int_equal(vault_kdf_used(v).mem_bytes, 1 << 20);
	vault_close(v);
}

/* --- another data key --------------------------------------------------------------------------------------------- */

static void rekey_changes_everything(void **state)
{
	const struct place p = make_place();
	struct vault *v = make_vault(p.vault, 3);
	const uint8_t hash[32] = {5};
	struct vault_entry before, after;
	size_t len, new_len;
	uint8_t back[32];
	char *old, *new;
	struct err e = {0};
	int64_t seq;
	(void)state;

	assert_true(vault_head_put(v, 12, hash, &e));
	assert_true(vault_entry_at(v, 1, &before, &e));
	old = slurp(p.vault, &len);
	assert_true(rekey(v, NEW_PASS, &e));
	new = slurp(p.vault, &new_len);
	assert_int_equal(len, new_len);
	for (size_t i = VAULT_HEADER + VAULT_SLOT; i + VAULT_TRAILER < len; i += vault_get32((uint8_t *)old + i))
		for (size_t k = VAULT_REC_NONCE; k + 16 <= vault_get32((uint8_t *)old + i); k++)
			if (memmem(new, new_len, old + i + k, 16))      /* no run of old nonce or ciphertext is left */
				fail_msg("byte %zu of the old file is in the new one", i + k);
	refused(p.vault, PASS, 46, "old passphrase");
	assert_true(has_nth(v, 1));                     /* the handle has the new keys */
	assert_true(put_nth(v, 3, &e));
	vault_close(v);
	v = must_open(p.vault, NEW_PASS);
	assert_int_equal(vault_count(v), 4);
	for (unsigned i = 0; i < 4; i++)
		assert_true(has_nth(v, i));
	assert_true(vault_head_get(v, &seq, back));
	assert_int_equal(seq, 12);
	assert_memory_equal(back, hash, 32);
	assert_true(vault_entry_at(v, 1, &after, &e));
	assert_int_equal(before.generation, after.generation);  /* the facts are the same */
	vault_close(v);
	free(old);
	free(new);
}

static void rekey_refuses(void **state)
{
	const struct place p = make_place();
	struct vault *v = make_vault(p.vault, 1);
	struct err e = {0};
	(void)state;

	assert_false(rekey(v, "short", &e));
	assert_int_equal(e.kind, ERR_USAGE);
	assert_true(put_nth(v, 1, &e));
	vault_close(v);
	vault_close(must_open(p.vault, PASS));
}

/* Records taken out of an old copy do not open in the new file, even by somebody with the new keys. */
static void rekey_leaves_old_records_behind(void **state)
{
	const struct place p = make_place();
	struct vault *v = make_vault(p.vault, 2);
	struct vault_draft d;
	struct vault_entry entry;
	size_t len, old_len;
	char *old = slurp(p.vault, &old_len);
	uint8_t *bytes;
	struct err e = {0};
	(void)state;

	assert_true(rekey(v, PASS, &e));
	vault_draft_init(&d, &v->image, v->keys, 0);
	d.records[0] = (uint8_t *)old + VAULT_HEADER + VAULT_SLOT;
	bytes = vault_draft_finish(&d, &len);
	spit(p.vault, bytes, len);
	vault_close(v);
	v = must_open(p.vault, PASS);
	assert_false(vault_entry_at(v, 0, &entry, &e));
	assert_int_equal(e.code, 48);
	assert_true(vault_entry_at(v, 1, &entry, &e));
	vault_close(v);
	vault_draft_release(&d);
	free(bytes);
	free(old);
}

/* --- several slots ------------------------------------------------------------------------------------------------ */

/* A slot for a key file, with a label; nobody here can wrap a key for it. */
static void keyfile_slot(uint8_t *slot, unsigned type)
{
	vault_slot_init(slot, vault_kdf_default());
	slot[0] = (uint8_t)type;
	if (type == VAULT_SLOT_KEYFILE) {
		slot[VAULT_SLOT_KDF] = 0;
		memset(slot + VAULT_SLOT_OPS, 0, 12);
	}
	memcpy(slot + VAULT_SLOT_LABEL, "sixteen bytes ok", 16);
	crypto_random(slot + VAULT_SLOT_NONCE, VAULT_SLOT_ZERO - VAULT_SLOT_NONCE);
}

/* Rewrite the file with these slots before and after the vault's own. */
static void write_with_slots(struct vault *v, const uint8_t *before, const uint8_t *after)
{
	struct vault_draft d;
	uint8_t own[VAULT_SLOT];
	size_t len;
	uint8_t *bytes;

	vault_draft_init(&d, &v->image, v->keys, 0);
	memcpy(own, d.slots[0], VAULT_SLOT);
	d.n_slots = 0;
	if (before)
		memcpy(d.slots[d.n_slots++], before, VAULT_SLOT);
	memcpy(d.slots[d.n_slots++], own, VAULT_SLOT);
	if (after)
		memcpy(d.slots[d.n_slots++], after, VAULT_SLOT);
	bytes = vault_draft_finish(&d, &len);
	spit(v->path, bytes, len);
	free(bytes);
	vault_draft_release(&d);
}

static void keyfile_slots_are_kept(void **state)
{
	const struct place p = make_place();
	struct vault *v = make_vault(p.vault, 2);
	uint8_t keyfile[VAULT_SLOT], both[VAULT_SLOT];
	size_t len;
	char *bytes;
	struct err e = {0};
	(void)state;

	keyfile_slot(keyfile, VAULT_SLOT_KEYFILE);
	keyfile_slot(both, VAULT_SLOT_BOTH);
	write_with_slots(v, keyfile, both);
	vault_close(v);
	refused(p.vault, "wrong passphrase", 46, "wrong");
	v = must_open(p.vault, PASS);
	assert_true(put_nth(v, 2, &e));
	assert_true(passwd(v, NEW_PASS, vault_kdf_default(), &e));
	bytes = slurp(p.vault, &len);
	assert_memory_equal(bytes + VAULT_HEADER, keyfile, VAULT_SLOT);
	assert_memory_equal(bytes + VAULT_HEADER + 2 * VAULT_SLOT, both, VAULT_SLOT);
	free(bytes);
	vault_close(v);
	v = must_open(p.vault, NEW_PASS);
	assert_true(rekey(v, NEW_PASS, &e));
	assert_int_equal(v->image.n_slots, 1);          /* nothing to wrap the new key with for them */
	vault_close(v);
}

static void only_keyfile_slots(void **state)
{
	const struct place p = make_place();
	struct vault *v = make_vault(p.vault, 1);
	uint8_t keyfile[VAULT_SLOT];
	struct vault_draft d;
	struct err e = {0};
	size_t len;
	uint8_t *bytes;
	(void)state;

	keyfile_slot(keyfile, VAULT_SLOT_KEYFILE);
	vault_draft_init(&d, &v->image, v->keys, 0);
	memcpy(d.slots[0], keyfile, VAULT_SLOT);
	bytes = vault_draft_finish(&d, &len);
	spit(p.vault, bytes, len);
	assert_null(try_open(p.vault, PASS, &e));
	assert_int_equal(e.kind, ERR_CONFIG);
	assert_non_null(strstr(e.msg, "key file"));
	vault_draft_release(&d);
	vault_close(v);
	free(bytes);
}

static void second_passphrase(void **state)
{
	const struct place p = make_place();
	struct vault *v = make_vault(p.vault, 2);
	struct secret *s = secret_text(NEW_PASS), *kek;
	uint8_t slot[VAULT_SLOT];
	struct err e = {0};
	(void)state;

	vault_slot_init(slot, vault_kdf_default());
	kek = vault_slot_derive(slot, s, &e);
	vault_slot_wrap(slot, v->image.bytes, kek, v->keys);
	write_with_slots(v, NULL, slot);
	vault_close(v);
	vault_close(must_open(p.vault, PASS));
	v = must_open(p.vault, NEW_PASS);
	assert_true(passwd(v, "a third passphrase", vault_kdf_default(), &e));  /* changes the slot that was used */
	vault_close(v);
	vault_close(must_open(p.vault, PASS));
	vault_close(must_open(p.vault, "a third passphrase"));
	refused(p.vault, NEW_PASS, 46, "replaced");
	secret_free(kek);
	secret_free(s);
}

/* --- the key of a slot -------------------------------------------------------------------------------------------- */

static void slot_commits_to_one_key(void **state)
{
	struct secret *right = vault_keys_new(), *kek = secret_from("0123456789abcdef0123456789abcdef", 32);
	struct secret *other = secret_from("0123456789abcdef0123456789abcdeg", 32), *keys;
	struct vault_draft d;
	uint8_t slot[VAULT_SLOT];
	(void)state;

	vault_draft_init_new(&d, 0);
	vault_slot_init(slot, vault_kdf_default());
	vault_slot_wrap(slot, d.header, kek, right);
	assert_true(vault_slot_is_sound(slot));
	assert_true(vault_slot_commits_to(slot, d.header, kek));
	assert_false(vault_slot_commits_to(slot, d.header, other));
	assert_null(vault_slot_unwrap(slot, d.header, other));
	keys = vault_slot_unwrap(slot, d.header, kek);
	assert_true(secret_equal(keys, right));
	for (size_t bit = 0; bit < VAULT_SLOT_ZERO * 8; bit++) {
		slot[bit / 8] ^= (uint8_t)(1 << bit % 8);
		if (vault_slot_commits_to(slot, d.header, kek))
			fail_msg("bit %zu of the slot is not committed to", bit);
		if (bit / 8 < VAULT_SLOT_COMMITMENT && vault_slot_unwrap(slot, d.header, kek))
			fail_msg("bit %zu of the slot is not authentic, but opens", bit);
		slot[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	secret_free(keys);
	secret_free(other);
	secret_free(kek);
	secret_free(right);
}

/* --- cost --------------------------------------------------------------------------------------------------------- */

static void release_cost_opens(void **state)
{
	const struct vault_kdf release_floor = {.ops = 2, .mem_bytes = 64 << 20};
	const struct place p = make_place();
	struct secret *s = secret_text(PASS);
	struct vault *v = NULL;
	struct err e = {0};
	(void)state;

	if (!vault_create(&v, p.vault, s, release_floor, &e))
		fail_msg("%s", e.msg);
	vault_close(v);
	v = must_open(p.vault, PASS);
	assert_int_equal(vault_kdf_used(v).mem_bytes, 64 << 20);
	vault_close(v);
	refused(p.vault, "not the passphrase", 46, "wrong");
	secret_free(s);
}

/* In a process whose address space is spent the derivation fails cleanly. 45 -> exit 0. */
static int open_without_memory(const char *path)
{
	unsigned long long pages = 0;
	FILE *f = fopen("/proc/self/statm", "r");
	struct err e = {0};
	struct rlimit as;

	if (!f || fscanf(f, "%llu", &pages) != 1)
		return 90;
	fclose(f);
	as.rlim_cur = as.rlim_max = pages * (unsigned long long)sysconf(_SC_PAGESIZE) + (32 << 20);
	if (setrlimit(RLIMIT_AS, &as) < 0)
		return 91;
	if (try_open(path, PASS, &e))
		return 92;
	if (e.kind != ERR_NOMEM || strcmp(e.msg, "vault: not enough memory to unlock: needs 64 MiB") != 0)
		return 93;
	return e.code == 45 ? 0 : 94;
}

static void no_memory_is_said(void **state)
{
	const struct place p = make_place();
	struct secret *s = secret_text(PASS);
	struct vault *v = NULL;
	int status;
	pid_t pid;
	(void)state;

	assert_true(vault_create(&v, p.vault, s, (struct vault_kdf){.ops = 1, .mem_bytes = 64 << 20}, NULL));
	vault_close(v);
	secret_free(s);
	pid = fork();
	if (pid == 0)
		_exit(open_without_memory(p.vault));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(passwd_refuses),
		cmocka_unit_test(passwd_changes_the_passphrase),
		cmocka_unit_test(passwd_keeps_the_data_key),
		cmocka_unit_test(cost_can_change),
		cmocka_unit_test(rekey_changes_everything),
		cmocka_unit_test(rekey_refuses),
		cmocka_unit_test(rekey_leaves_old_records_behind),
		cmocka_unit_test(keyfile_slots_are_kept),
		cmocka_unit_test(only_keyfile_slots),
		cmocka_unit_test(second_passphrase),
		cmocka_unit_test(slot_commits_to_one_key),
		cmocka_unit_test(release_cost_opens),
		cmocka_unit_test(no_memory_is_said),
	};

	if (!crypto_init(NULL))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
