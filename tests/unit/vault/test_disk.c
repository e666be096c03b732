#include "test.h"

#include "fixture.h"

#include "bytes_priv.h"
#include "image_priv.h"

#include "numdesk/util/mem.h"

/* Files that are no vault of ours, and the sentences that say so. */

struct place {
	const char *vault, *bak, *lock;
};

static struct place make_place(unsigned n)
{
	const char *dir = test_dir();
	struct place p = {.vault = test_path(dir, "vault"), .bak = test_path(dir, "vault.bak"),
			  .lock = test_path(dir, "vault.lock")};

	vault_close(make_vault(p.vault, n));
	return p;
}

static void says(const struct place *p, enum err_kind kind, int code, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
static void says(const struct place *p, enum err_kind kind, int code, const char *fmt, ...)
{
	char want[1024];
	struct err e = {0};
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(want, sizeof want, fmt, ap);
	va_end(ap);
	assert_null(try_open(p->vault, PASS, &e));
	assert_string_equal(e.msg, want);
	assert_int_equal(e.kind, kind);
	assert_int_equal(e.code, code);
}

/* --- kinds and modes ---------------------------------------------------------------------------------------------- */

static void modes(void **state)
{
	static const mode_t refused_modes[] = {0644, 0640, 0604, 0660, 0666, 0610, 0601, 0777};
	const struct place p = make_place(1);
	bool exists;
	(void)state;

	for (size_t i = 0; i < ARRAY_LEN(refused_modes); i++) {
		struct err e = {0};

		assert_int_equal(chmod(p.vault, refused_modes[i]), 0);
		says(&p, ERR_CONFIG, 49, "vault: %s: mode %04o is too open; run: chmod 600 %s", p.vault,
		     (unsigned)refused_modes[i], p.vault);
		assert_false(vault_exists(p.vault, &exists, &e));
		assert_int_equal(e.code, 49);
	}
	assert_int_equal(chmod(p.vault, 0600), 0);
	vault_close(must_open(p.vault, PASS));
}

static void symlink_is_refused(void **state)
{
	const struct place p = make_place(1);
	const char *real = test_path(test_dir(), "real");
	bool exists;
	struct err e = {0};
	(void)state;

	assert_int_equal(rename(p.vault, real), 0);
	assert_int_equal(symlink(real, p.vault), 0);
	says(&p, ERR_CONFIG, 49, "vault: %s: is a symlink", p.vault);
	assert_false(vault_exists(p.vault, &exists, &e));
	assert_int_equal(e.code, 49);
}

static void dangling_symlink_is_not_a_free_place(void **state)
{
	const char *dir = test_dir(), *path = test_path(dir, "vault");
	struct secret *s = secret_text(PASS);
	struct vault *v = NULL;
	struct err e = {0};
	(void)state;

	assert_int_equal(symlink(test_path(dir, "elsewhere"), path), 0);
	assert_false(vault_create(&v, path, s, vault_kdf_default(), &e));
	assert_int_equal(e.code, 49);
	assert_false(there(test_path(dir, "elsewhere")));
	secret_free(s);
}

static void fifo_is_refused_without_waiting(void **state)
{
	const struct place p = make_place(0);
	(void)state;

	assert_int_equal(unlink(p.vault), 0);
	assert_int_equal(mkfifo(p.vault, 0600), 0);
	alarm(20);
	says(&p, ERR_CONFIG, 49, "vault: %s: is a pipe, not a regular file", p.vault);
	alarm(0);
}

static void directory_is_refused(void **state)
{
	const struct place p = make_place(0);
	(void)state;

	assert_int_equal(unlink(p.vault), 0);
	assert_int_equal(mkdir(p.vault, 0700), 0);
	says(&p, ERR_CONFIG, 49, "vault: %s: is a directory, not a regular file", p.vault);
	assert_int_equal(rmdir(p.vault), 0);
}

static void second_name_is_refused(void **state)
{
	const struct place p = make_place(1);
	const char *other = test_path(test_dir(), "other");
	struct vault *v;
	struct err e = {0};
	(void)state;

	v = must_open(p.vault, PASS);
	assert_int_equal(link(p.vault, other), 0);
	says(&p, ERR_CONFIG, 49, "vault: %s: has more than one name (hard links); remove the others", p.vault);
	assert_false(put_nth(v, 5, &e));
	assert_int_equal(e.code, 49);
	vault_close(v);
}

static void foreign_owner_is_refused(void **state)
{
	const struct place p = make_place(1);
	(void)state;

	if (geteuid() != 0)
		skip();                 /* nobody else may give a file away */
	assert_int_equal(chown(p.vault, 65534, 65534), 0);
	says(&p, ERR_CONFIG, 49, "vault: %s: not owned by you", p.vault);
}

static void odd_paths_are_quoted_for_the_shell(void **state)
{
	const char *dir = test_dir(), *path = test_path(dir, "my ' vault");
	struct err e = {0};
	char want[1024];
	(void)state;

	vault_close(make_vault(path, 0));
	assert_int_equal(chmod(path, 0644), 0);
	assert_null(try_open(path, PASS, &e));
	snprintf(want, sizeof want, "chmod 600 '%s/my '\\'' vault'", dir);
	assert_non_null(strstr(e.msg, want));
}

/* --- contents ----------------------------------------------------------------------------------------------------- */

static void foreign_files(void **state)
{
	static const char text[] = "SQLite format 3\0 or anything else that is not a vault";
	const struct place p = make_place(0);
	char *large = calloc(1, (1 << 20) + 1);
	(void)state;

	spit(p.vault, text, sizeof text);
	says(&p, ERR_DAMAGED, 40, "vault: %s: not a numdesk vault", p.vault);
	spit(p.vault, "x", 1);
	says(&p, ERR_DAMAGED, 40, "vault: %s: not a numdesk vault", p.vault);
	memcpy(large, "NUMDESKV\1", 9);
	spit(p.vault, large, (1 << 20) + 1);
	says(&p, ERR_DAMAGED, 40, "vault: %s: not a numdesk vault", p.vault);
	free(large);
}

static void truncated_names_the_backup(void **state)
{
	const struct place p = make_place(3);
	size_t len;
	char *bytes = slurp(p.vault, &len);
	(void)state;

	spit(p.vault, bytes, 1000);
	says(&p, ERR_DAMAGED, 42, "vault: %s: incomplete: 1000 of %zu bytes; restore %s.bak (generation 3)", p.vault,
	     len, p.vault);
	spit(p.vault, bytes, 0);
	says(&p, ERR_DAMAGED, 42, "vault: %s: incomplete: 0 of 352 bytes; restore %s.bak (generation 3)", p.vault,
	     p.vault);
	assert_int_equal(truncate(p.bak, 100), 0);
	spit(p.vault, bytes, 1000);
	says(&p, ERR_DAMAGED, 42, "vault: %s: incomplete: 1000 of %zu bytes", p.vault, len);
	free(bytes);
}

static void damaged_names_the_backup(void **state)
{
	const struct place p = make_place(3);
	size_t len;
	char *bytes = slurp(p.vault, &len);
	(void)state;

	bytes[300] ^= 1;
	spit(p.vault, bytes, len);
	says(&p, ERR_DAMAGED, 43, "vault: %s: damaged (checksum); the passphrase was not tried; restore %s.bak",
	     p.vault, p.vault);
	assert_int_equal(unlink(p.bak), 0);
	says(&p, ERR_DAMAGED, 43, "vault: %s: damaged (checksum); the passphrase was not tried", p.vault);
	free(bytes);
}

static void altered_says_so(void **state)
{
	const struct place p = make_place(1);
	size_t len;
	char *bytes = slurp(p.vault, &len);
	(void)state;

	bytes[len - 1] ^= 1;            /* only the authentication code */
	spit(p.vault, bytes, len);
	says(&p, ERR_DAMAGED, 47, "vault: %s: ALTERED: passphrase is right but the authentication code is not; do not "
	     "use; compare with %s.bak", p.vault, p.vault);
	free(bytes);
}

static void newer_and_dearer(void **state)
{
	const struct place p = make_place(1);
	size_t len;
	uint8_t *b = (uint8_t *)slurp(p.vault, &len);
	(void)state;

	b[VAULT_HDR_MAJOR] = 2;
	spit(p.vault, b, len);          /* the checksum of a later format is nobody's business here */
	says(&p, ERR_DAMAGED, 41, "vault: %s: format 2.x is newer than this program (1.x); upgrade numdesk", p.vault);
	b[VAULT_HDR_MAJOR] = 1;
	vault_put_le(b + VAULT_HEADER + 8, UINT64_C(8) << 30, 8);
	crypto_hash(b + len - VAULT_TRAILER, b, len - VAULT_TRAILER, NULL, 0);
	spit(p.vault, b, len);
	says(&p, ERR_CONFIG, 44, "vault: %s: refused: unlocking would need 8192 MiB (limit 2048)", p.vault);
	free(b);
}

static void backup_opens_as_a_vault(void **state)
{
	const struct place p = make_place(3);
	struct vault *v = must_open(p.bak, PASS);
	(void)state;

	assert_int_equal(vault_count(v), 2);
	assert_int_equal(vault_generation(v), 3);
	vault_close(v);
}

static void reading_leaves_no_file(void **state)
{
	const struct place p = make_place(1);
	(void)state;

	assert_int_equal(unlink(p.lock), 0);
	vault_close(must_open(p.vault, PASS));
	assert_false(there(p.lock));    /* a vault on a read-only disk opens */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(modes),
		cmocka_unit_test(symlink_is_refused),
		cmocka_unit_test(dangling_symlink_is_not_a_free_place),
		cmocka_unit_test(fifo_is_refused_without_waiting),
		cmocka_unit_test(directory_is_refused),
		cmocka_unit_test(second_name_is_refused),
		cmocka_unit_test(foreign_owner_is_refused),
		cmocka_unit_test(odd_paths_are_quoted_for_the_shell),
		cmocka_unit_test(foreign_files),
		cmocka_unit_test(truncated_names_the_backup),
		cmocka_unit_test(damaged_names_the_backup),
		cmocka_unit_test(altered_says_so),
		cmocka_unit_test(newer_and_dearer),
		cmocka_unit_test(backup_opens_as_a_vault),
		cmocka_unit_test(reading_leaves_no_file),
	};

	if (!crypto_init(NULL))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
