#include "test.h"

#include "fixture.h"

#include "numdesk/util/mem.h"

static const char *vault_path(void)
{
	return test_path(test_dir(), "vault");
}

/* --- creating ----------------------------------------------------------------------------------------------------- */

static void create_refuses(void **state)
{
	static const struct {
		const char *name, *pass;
		struct vault_kdf kdf;
		enum err_kind kind;
		int code;
	} cases[] = {
		{"empty passphrase", "", {1, 8 << 10}, ERR_USAGE, 0},
		{"7 bytes", "1234567", {1, 8 << 10}, ERR_USAGE, 0},
		{"no passes", PASS, {0, 8 << 10}, ERR_CONFIG, 44},
		{"17 passes", PASS, {17, 8 << 10}, ERR_CONFIG, 44},
		{"below the floor", PASS, {1, (8 << 10) - 1}, ERR_CONFIG, 44},
		{"above the cap", PASS, {1, (UINT64_C(2) << 30) + 1}, ERR_CONFIG, 44},
	};
	(void)state;

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const char *path = vault_path();
		struct secret *s = secret_text(cases[i].pass);
		struct vault *v = NULL;
		struct err e = {0};

		if (vault_create(&v, path, s, cases[i].kdf, &e) || e.kind != cases[i].kind || e.code != cases[i].code)
			fail_msg("%s: kind %d code %d: %s", cases[i].name, e.kind, e.code, e.msg);
		assert_false(there(path));
		secret_free(s);
	}
}

static void create_refuses_a_second_one(void **state)
{
	const char *path = vault_path();
	struct secret *s = secret_text(PASS);
	struct vault *v = make_vault(path, 1), *w = NULL;
	struct err e = {0};
	(void)state;

	assert_false(vault_create(&w, path, s, vault_kdf_default(), &e));
	assert_int_equal(e.kind, ERR_CONFIG);
	assert_non_null(strstr(e.msg, "already"));
	secret_free(s);
	vault_close(v);
	v = must_open(path, PASS);
	assert_true(has_nth(v, 0));
	vault_close(v);
}

static void create_says_the_directory_is_missing(void **state)
{
	struct secret *s = secret_text(PASS);
	struct vault *v = NULL;
	struct err e = {0};
	(void)state;

	assert_false(vault_create(&v, test_path(test_dir(), "no/vault"), s, vault_kdf_default(), &e));
	assert_int_equal(e.kind, ERR_IO);
	secret_free(s);
}

static void create_keeps_the_backup_of_a_lost_vault(void **state)
{
	const char *path = vault_path();
	struct vault *v = make_vault(path, 2);
	char old[600];
	(void)state;

	vault_close(v);
	snprintf(old, sizeof old, "%s.bak.old", path);
	assert_int_equal(unlink(path), 0);
	v = make_vault(path, 1);
	vault_close(v);
	v = must_open(old, PASS);
	assert_int_equal(vault_count(v), 1);    /* the backup was one generation behind */
	vault_close(v);
}

static void exists_looks_only(void **state)
{
	const char *path = vault_path();
	bool exists = true;
	struct err e = {0};
	(void)state;

	assert_true(vault_exists(path, &exists, &e));
	assert_false(exists);
	vault_close(make_vault(path, 0));
	assert_true(vault_exists(path, &exists, &e));
	assert_true(exists);
}

static void new_file_is_private(void **state)
{
	const char *path = vault_path();
	struct stat st;
	(void)state;

	umask(0);
	vault_close(make_vault(path, 1));
	umask(077);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_int_equal(st.st_nlink, 1);
}

/* --- opening ------------------------------------------------------------------------------------------------------ */

static void open_missing(void **state)
{
	struct err e = {0};
	(void)state;

	assert_null(try_open(vault_path(), PASS, &e));
	assert_int_equal(e.kind, ERR_NOT_FOUND);
}

static void open_wrong_passphrase(void **state)
{
	static const char *const wrong[] = {"", "x", "correct horse batter", "correct horse battery ",
					    "Correct horse battery"};
	const char *path = vault_path();
	(void)state;

	vault_close(make_vault(path, 2));
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
		struct err e = {0};

		assert_null(try_open(path, wrong[i], &e));
		assert_int_equal(e.kind, ERR_AUTH);
		assert_int_equal(e.code, 46);
		assert_string_equal(e.msg, "vault: wrong passphrase");
	}
}

static void passphrases_are_bytes(void **state)
{
	char kilobyte[1024], long_other[1024];
	const struct { const char *name, *pass; size_t n; const char *other; size_t other_n; } cases[] = {
		{"8 bytes", "12345678", 8, "12345679", 8},
		{"non-ASCII", "gr\xc3\xbc\xc3\x9f gott", 12, "gru\xcc\x88\xc3\x9f gott", 13},   /* no normalisation */
		{"not UTF-8", "\xff\xfe\xfd\xfc\xfb\xfa\xf9\xf8", 8, "\xff\xfe\xfd\xfc\xfb\xfa\xf9\xf7", 8},
		{"embedded NUL", "12345678\0tail", 13, "12345678", 8},
		{"leading NUL", "\0abcdefgh", 9, "\0abcdefgi", 9},
		{"1 KiB", kilobyte, sizeof kilobyte, long_other, sizeof long_other},
	};
	(void)state;

	memset(kilobyte, 'k', sizeof kilobyte);
	memset(long_other, 'k', sizeof long_other);
	long_other[1023] = 'l';
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const char *path = vault_path();
		struct secret *right = secret_from(cases[i].pass, cases[i].n);
		struct secret *wrong = secret_from(cases[i].other, cases[i].other_n);
		struct vault *v = NULL, *w = NULL;
		struct err e = {0};

		if (!vault_create(&v, path, right, vault_kdf_default(), &e))
			fail_msg("%s: %s", cases[i].name, e.msg);
		vault_close(v);
		if (vault_open(&w, path, wrong, &e) || e.code != 46)
			fail_msg("%s: the other one opens", cases[i].name);
		if (!vault_open(&v, path, right, &e))
			fail_msg("%s: %s", cases[i].name, e.msg);
		vault_close(v);
		secret_free(right);
		secret_free(wrong);
	}
}

static void close_takes_null(void **state)
{
	(void)state;
	vault_close(NULL);
}

/* --- what the file shows ------------------------------------------------------------------------------------------ */

static void file_shows_no_secret(void **state)
{
	static const char *const hidden[] = {"canary", "profile-", "example.com", "SK0000", PASS};
	const char *path = vault_path();
	size_t len;
	char *bytes;
	(void)state;

	vault_close(make_vault(path, 3));
	bytes = slurp(path, &len);
	for (size_t i = 0; i < ARRAY_LEN(hidden); i++)
		assert_null(memmem(bytes, len, hidden[i], strlen(hidden[i])));
	assert_non_null(memmem(bytes, len, "AC0000", 6));       /* the account is in the clear, as documented */
	free(bytes);
}

static size_t size_with(const char *secret)
{
	const char *path = vault_path();
	struct vault *v = make_vault(path, 0);
	const struct vault_entry entry = entry_of(2);
	struct secret *s = secret_text(secret);
	struct stat st;
	struct err e;

	assert_true(vault_put(v, &entry, s, &e));
	secret_free(s);
	vault_close(v);
	assert_int_equal(stat(path, &st), 0);
	return (size_t)st.st_size;
}

static void size_hides_the_length(void **state)
{
	(void)state;
	assert_int_equal(size_with("0123456789abcdef0123456789abcdef"), size_with("short"));
}

static void two_vaults_share_nothing(void **state)
{
	struct vault *a = make_vault(vault_path(), 0), *b = make_vault(vault_path(), 0);
	(void)state;

	assert_memory_not_equal(vault_id(a), vault_id(b), 16);
	vault_close(a);
	vault_close(b);
}

/* The same for two openings of one vault, whoever opens it; another for another purpose, text, vault, or key. */
static void digests(void **state)
{
	const char *path = vault_path();
	struct vault *v = make_vault(path, 1), *w = must_open(path, PASS), *other = make_vault(vault_path(), 1);
	struct secret *pass = secret_text(PASS);
	uint8_t a[32], b[32];
	struct err e = {0};
	(void)state;

	vault_digest(v, "ndvtst01", "", 0, a);
	vault_digest(w, "ndvtst01", "", 0, b);
	assert_memory_equal(a, b, 32);
	vault_digest(v, "ndvtst01", "text", 4, a);
	assert_memory_not_equal(a, b, 32);
	vault_digest(w, "ndvtst01", "text", 4, b);
	assert_memory_equal(a, b, 32);
	vault_digest(w, "ndvtst02", "text", 4, b);
	assert_memory_not_equal(a, b, 32);
	vault_digest(other, "ndvtst01", "text", 4, b);
	assert_memory_not_equal(a, b, 32);
	assert_true(vault_rekey(v, pass, vault_kdf_default(), &e));
	vault_digest(v, "ndvtst01", "text", 4, b);
	assert_memory_not_equal(a, b, 32);
	secret_free(pass);
	vault_close(v);
	vault_close(w);
	vault_close(other);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(create_refuses),
		cmocka_unit_test(create_refuses_a_second_one),
		cmocka_unit_test(create_says_the_directory_is_missing),
		cmocka_unit_test(create_keeps_the_backup_of_a_lost_vault),
		cmocka_unit_test(exists_looks_only),
		cmocka_unit_test(new_file_is_private),
		cmocka_unit_test(open_missing),
		cmocka_unit_test(open_wrong_passphrase),
		cmocka_unit_test(passphrases_are_bytes),
		cmocka_unit_test(close_takes_null),
		cmocka_unit_test(file_shows_no_secret),
		cmocka_unit_test(size_hides_the_length),
		cmocka_unit_test(two_vaults_share_nothing), cmocka_unit_test(digests),
	};

	if (!crypto_init(NULL))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
