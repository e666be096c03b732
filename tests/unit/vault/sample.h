#ifndef NUMDESK_TESTS_VAULT_SAMPLE_H
#define NUMDESK_TESTS_VAULT_SAMPLE_H

#include "fixture.h"

#include "bytes_priv.h"
#include "fail_priv.h"
#include "image_priv.h"

/* A sound vault as bytes, to be altered by somebody without the passphrase. */

struct sample {
	const char *path;       /* where the altered bytes go */
	uint8_t *bytes;         /* the sound ones */
	size_t len;
};

static inline struct sample make_sample(unsigned n)
{
	const char *dir = test_dir(), *path = test_path(dir, "vault");
	struct sample s;

	vault_close(make_vault(path, n));
	s.bytes = (uint8_t *)slurp(path, &s.len);
	assert_int_equal(unlink(test_path(dir, "vault")), 0);
	s.path = test_path(dir, "altered");
	return s;
}

static inline uint8_t *copy_of(const struct sample *s)
{
	uint8_t *copy = malloc(VAULT_FILE_MAX);

	assert_non_null(copy);
	return memcpy(copy, s->bytes, s->len);
}

static inline void repair_sum(uint8_t *bytes, size_t len)
{
	crypto_hash(bytes + len - VAULT_TRAILER, bytes, len - VAULT_TRAILER, NULL, 0);
}

/* The message id with which bytes are refused, 0 when they are accepted. */
static inline int code_of(const struct sample *s, const uint8_t *bytes, size_t len)
{
	struct err e = {0};
	struct vault *v;

	spit(s->path, bytes, len);
	v = try_open(s->path, PASS, &e);
	vault_close(v);
	return v ? 0 : e.code;
}

static inline uint8_t *record_at(uint8_t *bytes, unsigned i)
{
	uint8_t *p = bytes + VAULT_HEADER + vault_get16(bytes + VAULT_HDR_SLOTS) * VAULT_SLOT;

	while (i-- > 0)
		p += vault_get32(p);
	return p;
}

#endif
