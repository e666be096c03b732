#include "test.h"

#include <sys/wait.h>

#include "fixture.h"

/* Several sessions on one vault: nothing is lost, and nobody builds on what is not the vault's latest state. */

struct place {
	const char *vault, *bak;
};

static struct place make_place(void)
{
	const char *dir = test_dir();

	return (struct place){.vault = test_path(dir, "vault"), .bak = test_path(dir, "vault.bak")};
}

static int status_of(pid_t pid)
{
	int status = 0;

	assert_true(pid > 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}

/* Profiles 0..n-1 must be there, and no other; the generation is 1 + saves. */
static void holds(const char *path, const char *pass, unsigned n, const char *name)
{
	struct vault *v = must_open(path, pass);

	if (vault_count(v) != n)
		fail_msg("%s: %zu profiles instead of %u", name, vault_count(v), n);
	for (unsigned i = 0; i < n; i++)
		if (!has_nth(v, i))
			fail_msg("%s: profile %u is gone", name, i);
	vault_close(v);
}

/* --- processes ---------------------------------------------------------------------------------------------------- */

static int add_many(const char *path, const char *pass, unsigned from, unsigned to)
{
	struct err e = {0};
	struct vault *v = try_open(path, pass, &e);

	if (!v)
		return 1;
	for (unsigned i = from; i < to; i++)
		if (!put_nth(v, i, &e)) {
			printf("put %u: %s\n", i, e.msg);
			fflush(stdout);
			return 2;
		}
	vault_close(v);
	return 0;
}

static int open_many(const char *path, unsigned times)
{
	for (unsigned i = 0; i < times; i++) {
		struct err e = {0};
		struct vault *v = try_open(path, PASS, &e);

		if (!v) {
			printf("open %u: %d %s\n", i, e.code, e.msg);
			fflush(stdout);
			return 1;
		}
		vault_close(v);
	}
	return 0;
}

static void writers_and_a_reader(void **state)
{
	const struct place p = make_place();
	pid_t pid[3];
	struct vault *v;
	(void)state;

	vault_close(make_vault(p.vault, 0));
	for (unsigned i = 0; i < 3; i++) {
		pid[i] = fork();
		if (pid[i] == 0)
			_exit(i < 2 ? add_many(p.vault, PASS, i * 30, i * 30 + 30) : open_many(p.vault, 200));
	}
	for (unsigned i = 0; i < 3; i++)
		assert_int_equal(status_of(pid[i]), 0);
	holds(p.vault, PASS, 60, "after two writers");
	v = must_open(p.vault, PASS);
	assert_int_equal(vault_generation(v), 61);
	vault_close(v);
}

/* Exit: 0 created, 1 refused as it should be. The derivation is long enough for all to find the place free first. */
static int create_one(const char *path, unsigned i)
{
	struct secret *s = secret_text(PASS);
	struct vault *v = NULL;
	struct err e = {0};

	if (vault_create(&v, path, s, (struct vault_kdf){.ops = 4, .mem_bytes = 32 << 20}, &e))
		return put_nth(v, i, &e) ? 0 : 2;
	return e.kind == ERR_CONFIG ? 1 : 3;
}

static void one_of_four_creates(void **state)
{
	const struct place p = make_place();
	unsigned created = 0;
	pid_t pid[4];
	struct vault *v;
	(void)state;

	for (unsigned i = 0; i < 4; i++) {
		pid[i] = fork();
		if (pid[i] == 0)
			_exit(create_one(p.vault, i));
	}
	for (unsigned i = 0; i < 4; i++) {
		const int status = status_of(pid[i]);

		assert_true(WIFEXITED(status) && WEXITSTATUS(status) <= 1);
		created += WEXITSTATUS(status) == 0;
	}
	assert_int_equal(created, 1);
	v = must_open(p.vault, PASS);
	assert_int_equal(vault_count(v), 1);
	vault_close(v);
}

static int change_passphrase(const char *path, unsigned times)
{
	struct vault *v = must_open(path, PASS);
	struct err e = {0};

	for (unsigned i = 1; i <= times; i++) {
		char text[32];
		struct secret *s;

		snprintf(text, sizeof text, "passphrase %u", i);
		s = secret_text(text);
		if (!vault_passwd(v, s, vault_kdf_default(), &e))
			return 1;
		secret_free(s);
	}
	vault_close(v);
	return 0;
}

static void writer_and_passphrases(void **state)
{
	const struct place p = make_place();
	struct vault *v = make_vault(p.vault, 0);
	pid_t adder, changer;
	struct err e = {0};
	(void)state;

	adder = fork();
	if (adder == 0) {
		for (unsigned i = 0; i < 20; i++)
			if (!put_nth(v, i, &e))
				_exit(1);
		_exit(0);
	}
	changer = fork();
	if (changer == 0)
		_exit(change_passphrase(p.vault, 20));
	assert_int_equal(status_of(adder), 0);
	assert_int_equal(status_of(changer), 0);
	vault_close(v);
	holds(p.vault, "passphrase 20", 20, "after both");
	refused(p.vault, PASS, 46, "first passphrase");
	v = must_open(p.vault, "passphrase 20");
	assert_int_equal(vault_generation(v), 41);
	vault_close(v);
}

/* --- handles ------------------------------------------------------------------------------------------------------ */

static void two_handles_see_each_other(void **state)
{
	const struct place p = make_place();
	struct vault *a = make_vault(p.vault, 1), *b = must_open(p.vault, PASS);
	const uint8_t hash[32] = {3};
	bool changed = true;
	struct err e = {0};
	(void)state;

	assert_true(vault_changed_on_disk(a, &changed, &e));
	assert_false(changed);
	assert_true(put_nth(b, 1, &e));
	assert_int_equal(vault_count(a), 1);
	assert_true(vault_changed_on_disk(a, &changed, &e));
	assert_true(changed);
	assert_int_equal(vault_count(a), 2);
	assert_true(vault_changed_on_disk(a, &changed, &e));
	assert_false(changed);
	assert_true(vault_remove(a, "profile-0", &e));          /* a removes, b adds on top */
	assert_true(put_nth(b, 2, &e));
	assert_true(vault_head_put(a, 4, hash, &e));
	assert_false(vault_remove(b, "profile-0", &e));
	assert_int_equal(e.kind, ERR_NOT_FOUND);
	assert_int_equal(vault_count(b), 2);
	assert_true(has_nth(b, 1) && has_nth(b, 2));
	assert_int_equal(vault_generation(a), vault_generation(b));
	vault_close(a);
	vault_close(b);
}

static bool rekey(struct vault *v, struct err *e)
{
	struct secret *s = secret_text(PASS);
	const bool ok = vault_rekey(v, s, vault_kdf_default(), e);

	secret_free(s);
	return ok;
}

static void rekeyed_by_another(void **state)
{
	const struct place p = make_place();
	struct vault *a = make_vault(p.vault, 2), *b = must_open(p.vault, PASS);
	bool changed;
	struct err e = {0};
	(void)state;

	assert_true(rekey(a, &e));
	assert_false(put_nth(b, 2, &e));
	assert_int_equal(e.kind, ERR_LOCKED);
	assert_false(vault_changed_on_disk(b, &changed, &e));
	assert_int_equal(e.kind, ERR_LOCKED);
	assert_true(has_nth(b, 1));                     /* what it had read is still there to read */
	vault_close(b);
	b = must_open(p.vault, PASS);
	assert_true(put_nth(b, 2, &e));
	vault_close(a);
	vault_close(b);
	holds(p.vault, PASS, 3, "after unlocking anew");
}

static void changed_behind_our_back(void **state)
{
	const struct place p = make_place();
	struct vault *v = make_vault(p.vault, 2);
	const char *other = test_path(test_dir(), "vault");
	size_t len, bak_len, other_len;
	char *bytes = slurp(p.vault, &len), *bak = slurp(p.bak, &bak_len), *foreign;
	struct err e = {0};
	(void)state;

	vault_close(make_vault(other, 2));
	foreign = slurp(other, &other_len);

	spit(p.vault, bak, bak_len);                    /* an older generation */
	assert_false(put_nth(v, 2, &e));
	assert_int_equal(e.kind, ERR_DAMAGED);
	assert_int_equal(e.code, 50);
	assert_string_equal(e.msg, "vault: generation 2 is older than the 3 last used here");

	spit(p.vault, foreign, other_len);              /* another vault */
	assert_false(put_nth(v, 2, &e));
	assert_int_equal(e.kind, ERR_LOCKED);
	assert_non_null(strstr(e.msg, "replaced by another vault"));

	bytes[len - 1] ^= 1;                            /* altered */
	spit(p.vault, bytes, len);
	assert_false(put_nth(v, 2, &e));
	assert_int_equal(e.code, 47);

	spit(p.vault, bytes, len - 9);                  /* torn */
	assert_false(put_nth(v, 2, &e));
	assert_int_equal(e.code, 42);

	assert_int_equal(unlink(p.vault), 0);           /* gone */
	assert_false(put_nth(v, 2, &e));
	assert_int_equal(e.kind, ERR_NOT_FOUND);
	assert_false(there(p.vault));
	assert_true(has_nth(v, 1));

	bytes[len - 1] ^= 1;                            /* back again */
	spit(p.vault, bytes, len);
	assert_true(put_nth(v, 2, &e));
	vault_close(v);
	holds(p.vault, PASS, 3, "restored");
	free(bytes);
	free(bak);
	free(foreign);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(writers_and_a_reader),
		cmocka_unit_test(one_of_four_creates),
		cmocka_unit_test(writer_and_passphrases),
		cmocka_unit_test(two_handles_see_each_other),
		cmocka_unit_test(rekeyed_by_another),
		cmocka_unit_test(changed_behind_our_back),
	};

	if (!crypto_init(NULL))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
