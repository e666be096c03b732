#ifndef NUMDESK_TESTS_VAULT_FIXTURE_H
#define NUMDESK_TESTS_VAULT_FIXTURE_H

#include "test.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "numdesk/util/crypto.h"
#include "numdesk/util/err.h"
#include "numdesk/util/secret.h"
#include "numdesk/vault/vault.h"

#define PASS "correct horse battery"

/* What the tests of this layer share. Inline, so that a test that needs less gets no warning. */

static inline struct secret *secret_text(const char *s)
{
	return secret_from(s, strlen(s));
}

static inline char *slurp(const char *path, size_t *len)
{
	FILE *f = fopen(path, "rb");
	char *bytes = calloc(1, (1 << 20) + 4096);

	assert_non_null(f);
	assert_non_null(bytes);
	*len = fread(bytes, 1, (1 << 20) + 4095, f);
	fclose(f);
	return bytes;
}

/* Not safe against anything, on purpose: the attacker's editor. */
static inline void spit(const char *path, const void *bytes, size_t len)
{
	/* no O_TRUNC: ext4 would bring the file to the disk at each close after one */
	const int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, len), len);
	assert_int_equal(ftruncate(fd, (off_t)len), 0);
	close(fd);
}

static inline bool there(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0;
}

/* Profile number i: an API key for odd i, an auth token for even. */
static inline struct vault_entry entry_of(unsigned i)
{
	struct vault_entry e = {.generation = 0};

	snprintf(e.profile.name, sizeof e.profile.name, "profile-%u", i);
	snprintf(e.profile.account_sid, sizeof e.profile.account_sid, "AC%032x", i);
	if (i % 2) {
		e.profile.auth = AUTH_APIKEY;
		snprintf(e.profile.key_sid, sizeof e.profile.key_sid, "SK%032x", i);
	}
	snprintf(e.base_url, sizeof e.base_url, "https://{product}.example.com/%u", i);
	return e;
}

static inline void secret_of(unsigned i, char dst[64])
{
	snprintf(dst, 64, "canary%06utoken0123456789abcdef", i);
}

static inline bool put_nth(struct vault *v, unsigned i, struct err *e)
{
	const struct vault_entry entry = entry_of(i);
	struct secret *s;
	char text[64];
	bool ok;

	secret_of(i, text);
	s = secret_text(text);
	ok = vault_put(v, &entry, s, e);
	secret_free(s);
	return ok;
}

static inline struct vault *try_open(const char *path, const char *pass, struct err *e)
{
	struct secret *s = secret_text(pass);
	struct vault *v = NULL;

	if (!vault_open(&v, path, s, e))
		v = NULL;
	secret_free(s);
	return v;
}

static inline struct vault *must_open(const char *path, const char *pass)
{
	struct err e = {0};
	struct vault *v = try_open(path, pass, &e);

	if (!v)
		fail_msg("open %s: %d %s", path, e.code, e.msg);
	return v;
}

/* A fresh vault with n profiles, open. */
static inline struct vault *make_vault(const char *path, unsigned n)
{
	struct secret *s = secret_text(PASS);
	struct vault *v = NULL;
	struct err e = {0};

	if (!vault_create(&v, path, s, vault_kdf_default(), &e))
		fail_msg("create %s: %d %s", path, e.code, e.msg);
	secret_free(s);
	for (unsigned i = 0; i < n; i++)
		if (!put_nth(v, i, &e))
			fail_msg("put %u: %s", i, e.msg);
	return v;
}

/* Opening must fail with this message id. */
static inline void refused(const char *path, const char *pass, int code, const char *name)
{
	struct err e = {0};
	struct vault *v = try_open(path, pass, &e);

	if (v || e.code != code)
		fail_msg("%s: opened %d, code %d instead of %d: %s", name, v != NULL, e.code, code, e.msg);
}

static inline bool has_nth(struct vault *v, unsigned i)
{
	struct vault_entry entry;
	char name[32], text[64];
	struct secret *s, *want;
	struct err e;
	bool same;

	snprintf(name, sizeof name, "profile-%u", i);
	if (!vault_find(v, name, &entry, &e))
		return false;
	s = vault_secret(v, name, &e);
	secret_of(i, text);
	want = secret_text(text);
	same = s && secret_equal(s, want);
	secret_free(want);
	secret_free(s);
	return same;
}

#endif
