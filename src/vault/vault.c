/*
 * An open vault: the image of a generation, the keys to it, and the queries on it.
 *
 * image.c knows what the bytes of a file must look like, without any key. slot.c gets the data key out of a
 * passphrase. record.c opens and seals single records, tlv.c spells their facts. disk.c and save.c read and replace
 * the file. change.c puts these together: every change is one locked read-modify-write of the whole file.
 */
#include "numdesk/vault/vault.h"

#include <stdlib.h>
#include <string.h>

#include "disk_priv.h"
#include "fail_priv.h"
#include "kdf_priv.h"
#include "keys_priv.h"
#include "record_priv.h"
#include "slot_priv.h"
#include "vault_priv.h"

#include "numdesk/util/clock.h"
#include "numdesk/util/crypto.h"
#include "numdesk/util/file.h"
#include "numdesk/util/mem.h"
#include "numdesk/util/secret.h"
#include "numdesk/util/text.h"

bool vault_exists(const char *path, bool *exists, struct err *e)
{
	return vault_disk_exists(path, exists, e);
}

void vault_close(struct vault *v)
{
	if (!v)
		return;
	secret_free(v->keys);
	vault_image_release(&v->image);
	free(v->path);
	free(v);
}

/* --- create ------------------------------------------------------------------------------------------------------- */

bool vault_passphrase_is_fit(const struct secret *pass, struct err *e)
{
	if (secret_len(pass) == 0)
		return vault_fail(e, ERR_USAGE, 0, "the passphrase is empty");
	if (secret_len(pass) < VAULT_MIN_PASSPHRASE)
		return vault_fail(e, ERR_USAGE, 0, "the passphrase is too short: use at least %d characters",
				  VAULT_MIN_PASSPHRASE);
	return true;
}

bool vault_cost_is_fit(const char *path, struct vault_kdf kdf, struct err *e)
{
	struct vault_defect d = {0};

	return (vault_kdf_is_fair(kdf, &d) || vault_fail_defect(e, path, &d)) && vault_kdf_has_memory(kdf, e);
}

static bool must_not_exist(const char *path, struct err *e)
{
	bool exists;

	if (!vault_disk_exists(path, &exists, e))
		return false;
	return !exists || vault_fail(e, ERR_CONFIG, 0, "%s: there is a vault already", path);
}

static bool write_first(struct vault *v, uint8_t *slot, const struct secret *kek, struct err *e)
{
	struct vault_draft d;
	bool ok;

	vault_draft_init_new(&d, clock_system.wall_ms(&clock_system));
	vault_slot_wrap(slot, d.header, kek, v->keys);
	memcpy(d.slots[0], slot, VAULT_SLOT);
	memcpy(v->slot_id, slot + VAULT_SLOT_ID, sizeof v->slot_id);
	d.n_slots = 1;
	d.keys = v->keys;
	ok = vault_commit(v, &d, e);
	vault_draft_release(&d);
	return ok;
}

bool vault_create(struct vault **out, const char *path, const struct secret *pass, struct vault_kdf kdf, struct err *e)
{
	uint8_t slot[VAULT_SLOT];
	struct file_lock *lock = NULL;
	struct secret *kek = NULL;
	struct vault *v = NULL;
	bool ok = false;

	if (!crypto_init(e) || !vault_passphrase_is_fit(pass, e) || !vault_cost_is_fit(path, kdf, e) ||
	    !must_not_exist(path, e))
		return false;
	vault_slot_init(slot, kdf);
	kek = vault_slot_derive(slot, pass, e);
	lock = kek ? vault_disk_lock(path, e) : NULL;
	/* looked at again: the derivation took its time, and only now nobody else creates */
	if (!lock || !must_not_exist(path, e) || !vault_disk_keep_old_backup(path, e))
		goto out;
	v = mem_alloc(sizeof *v);
	v->path = mem_dup(path);
	v->keys = vault_keys_new();
	ok = write_first(v, slot, kek, e);
out:
	file_lock_drop(lock);
	secret_free(kek);
	if (ok)
		*out = v;
	else
		vault_close(v);
	return ok;
}

/* --- open --------------------------------------------------------------------------------------------------------- */

/* Before any derivation: is there a slot for a passphrase, and the memory for the dearest? */
static bool can_unlock(const struct vault_image *img, const char *path, struct err *e)
{
	unsigned n = 0;

	for (unsigned i = 0; i < img->n_slots; i++) {
		const uint8_t *slot = img->slots + i * VAULT_SLOT;

		if (slot[0] != VAULT_SLOT_PASSPHRASE)
			continue;
		if (!vault_kdf_has_memory(vault_slot_cost(slot), e))
			return false;
		n++;
	}
	return n > 0 || vault_fail(e, ERR_CONFIG, VAULT_COST_REFUSED, "%s: refused: it unlocks with a key file only, "
				   "which this version does not support", path);
}

/* Try the passphrase on each slot; the commitment tells a wrong one from an altered file. */
static bool unlock(struct vault *v, const struct secret *pass, struct err *e)
{
	for (unsigned i = 0; i < v->image.n_slots; i++) {
		const uint8_t *slot = v->image.slots + i * VAULT_SLOT;
		struct secret *kek;
		bool fits;

		if (slot[0] != VAULT_SLOT_PASSPHRASE)
			continue;
		kek = vault_slot_derive(slot, pass, e);
		if (!kek)
			return false;
		fits = vault_slot_commits_to(slot, v->image.bytes, kek);
		if (fits)
			v->keys = vault_slot_unwrap(slot, v->image.bytes, kek);
		secret_free(kek);
		if (!fits)
			continue;
		memcpy(v->slot_id, slot + VAULT_SLOT_ID, sizeof v->slot_id);
		if (v->keys && vault_image_is_authentic(&v->image, v->keys))
			return true;
		return vault_fail_altered(e, v->path);
	}
	return vault_fail(e, ERR_AUTH, VAULT_WRONG_PASSPHRASE, "wrong passphrase");
}

bool vault_open(struct vault **out, const char *path, const struct secret *pass, struct err *e)
{
	struct vault_image img;
	struct vault *v;

	if (!crypto_init(e) || !vault_disk_read(path, &img, e))
		return false;
	v = mem_alloc(sizeof *v);
	v->image = img;
	v->path = mem_dup(path);
	if (!can_unlock(&v->image, path, e) || !unlock(v, pass, e)) {
		vault_close(v);
		return false;
	}
	*out = v;
	return true;
}

/* --- queries ------------------------------------------------------------------------------------------------------ */

size_t vault_count(const struct vault *v)
{
	size_t n = 0;

	for (unsigned i = 0; i < v->image.n_records; i++)
		n += vault_record_type(v->image.records[i]) == VAULT_RECORD_PROFILE;
	return n;
}

bool vault_entry_at(struct vault *v, size_t i, struct vault_entry *out, struct err *e)
{
	for (unsigned r = 0; r < v->image.n_records; r++)
		if (vault_record_type(v->image.records[r]) == VAULT_RECORD_PROFILE && i-- == 0)
			return vault_record_open_entry(v->image.records[r], v->image.bytes, v->keys, out, NULL, e);
	return vault_fail(e, ERR_NOT_FOUND, 0, "there are only %zu profiles", vault_count(v));
}

int vault_record_find(const uint8_t *const *records, unsigned n, const uint8_t *header, const struct secret *keys,
		      const char *name, struct err *e)
{
	for (unsigned r = 0; r < n; r++) {
		struct vault_entry entry;

		if (vault_record_type(records[r]) != VAULT_RECORD_PROFILE)
			continue;
		if (!vault_record_open_entry(records[r], header, keys, &entry, NULL, e))
			return -1;
		if (text_ieq(entry.profile.name, name))
			return (int)r;
	}
	vault_fail(e, ERR_NOT_FOUND, 0, "no profile '%s'", name);
	return -1;
}

static const uint8_t *find(struct vault *v, const char *name, struct err *e)
{
	const int r = vault_record_find(v->image.records, v->image.n_records, v->image.bytes, v->keys, name, e);

	return r < 0 ? NULL : v->image.records[r];
}

bool vault_find(struct vault *v, const char *name, struct vault_entry *out, struct err *e)
{
	const uint8_t *rec = find(v, name, e);

	return rec && vault_record_open_entry(rec, v->image.bytes, v->keys, out, NULL, e);
}

struct secret *vault_secret(struct vault *v, const char *name, struct err *e)
{
	const uint8_t *rec = find(v, name, e);
	struct secret *secret = NULL;

	if (!rec || !vault_record_open_entry(rec, v->image.bytes, v->keys, NULL, &secret, e))
		return NULL;
	return secret;
}

bool vault_head_get(struct vault *v, int64_t *seq, uint8_t hash[32])
{
	for (unsigned r = 0; r < v->image.n_records; r++)
		if (vault_record_type(v->image.records[r]) == VAULT_RECORD_HEAD)
			return vault_record_open_head(v->image.records[r], v->image.bytes, v->keys, seq, hash, NULL);
	return false;
}

uint64_t vault_generation(const struct vault *v)
{
	return vault_image_generation(&v->image);
}

void vault_digest(const struct vault *v, const char purpose[8], const void *p, size_t n, uint8_t out[32])
{
	enum { SUBKEY_DIGEST = 4 };
	bool locked;
	uint8_t *key = crypto_secure_alloc(CRYPTO_KEY, &locked);

	crypto_subkey(key, vault_keys_use(v->keys) + VAULT_KEY_DATA, SUBKEY_DIGEST, purpose);
	vault_keys_done(v->keys);
	crypto_hash(out, p, n, key, CRYPTO_KEY);
	crypto_secure_free(key);
}

const uint8_t *vault_id(const struct vault *v)
{
	return v->image.bytes + VAULT_HDR_ID;
}

struct vault_kdf vault_kdf_used(const struct vault *v)
{
	for (unsigned i = 0; i < v->image.n_slots; i++) {
		const uint8_t *slot = v->image.slots + i * VAULT_SLOT;

		if (memcmp(slot + VAULT_SLOT_ID, v->slot_id, sizeof v->slot_id) == 0)
			return vault_slot_cost(slot);
	}
	return (struct vault_kdf){0};
}

bool vault_changed_on_disk(struct vault *v, bool *changed, struct err *e)
{
	struct vault_image disk;

	if (!vault_disk_read(v->path, &disk, e))
		return false;
	*changed = disk.len != v->image.len || memcmp(disk.bytes, v->image.bytes, disk.len) != 0;
	if (*changed)
		return vault_take_up(v, &disk, e);
	vault_image_release(&disk);
	return true;
}
