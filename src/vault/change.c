#include "vault_priv.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "bytes_priv.h"
#include "disk_priv.h"
#include "fail_priv.h"
#include "record_priv.h"
#include "tlv_priv.h"

#include "numdesk/util/clock.h"
#include "numdesk/util/file.h"
#include "numdesk/util/secret.h"

/* The same slots hold the same data key: then a wrong code is damage, else perhaps only another passphrase or key. */
static bool same_slots(const struct vault_image *a, const struct vault_image *b)
{
	return a->n_slots == b->n_slots && memcmp(a->slots, b->slots, a->n_slots * VAULT_SLOT) == 0;
}

static bool is_later(const struct vault *v, const struct vault_image *disk, struct err *e)
{
	const uint64_t ours = vault_image_generation(&v->image), theirs = vault_image_generation(disk);

	if (memcmp(disk->bytes + VAULT_HDR_ID, v->image.bytes + VAULT_HDR_ID, 16) != 0)
		return vault_fail(e, ERR_LOCKED, 0, "%s: replaced by another vault; unlock it anew", v->path);
	if (!vault_image_is_authentic(disk, v->keys)) {
		if (same_slots(disk, &v->image))
			return vault_fail_altered(e, v->path);
		return vault_fail(e, ERR_LOCKED, 0, "%s: has a new key, set by another session; unlock it anew",
				  v->path);
	}
	if (theirs < ours)
		return vault_fail(e, ERR_DAMAGED, VAULT_OLDER, "generation %" PRIu64 " is older than the %" PRIu64
				  " last used here", theirs, ours);
	return true;
}

bool vault_take_up(struct vault *v, struct vault_image *disk, struct err *e)
{
	if (!is_later(v, disk, e)) {
		vault_image_release(disk);
		return false;
	}
	vault_image_release(&v->image);
	v->image = *disk;
	return true;
}

bool vault_commit(struct vault *v, struct vault_draft *d, struct err *e)
{
	struct vault_defect defect;
	size_t len;
	uint8_t *bytes = vault_draft_finish(d, &len);
	int doubt = 0;
	bool parsed;

	if (!vault_disk_write(v->path, bytes, len, d->keys, &doubt, e)) {
		free(bytes);
		return false;
	}
	vault_image_release(&v->image);
	parsed = vault_image_parse(&v->image, bytes, len, &defect);
	assert(parsed);                 /* the same bytes were parsed when they were read back */
	err_clear(e);
	if (doubt)
		vault_fail(e, ERR_IO, VAULT_UNCONFIRMED, "saved, but the disk did not confirm (%s); copy %s now",
			   doubt == EIO ? "EIO" : strerror(doubt), v->path);
	return true;
}

bool vault_change(struct vault *v, vault_change_fn *fn, void *ctx, struct err *e)
{
	struct file_lock *lock = vault_disk_lock(v->path, e);
	struct vault_draft d = {0};
	struct vault_image disk;
	bool ok = false;

	if (!lock)
		return false;
	if (!vault_disk_read_locked(v->path, &disk, e) || !vault_take_up(v, &disk, e))
		goto out;
	vault_draft_init(&d, &v->image, v->keys, clock_system.wall_ms(&clock_system));
	ok = fn(&d, ctx, e) && vault_commit(v, &d, e);
out:
	vault_draft_release(&d);
	file_lock_drop(lock);
	return ok;
}

static uint64_t draft_generation(const struct vault_draft *d)
{
	return vault_get64(d->header + VAULT_HDR_GENERATION);
}

static int head_index(const struct vault_draft *d)
{
	for (unsigned r = 0; r < d->n_records; r++)
		if (vault_record_type(d->records[r]) == VAULT_RECORD_HEAD)
			return (int)r;
	return -1;
}

/* --- profiles ----------------------------------------------------------------------------------------------------- */

struct profile_change {
	const struct vault_entry *entry;
	const char *name;               /* to remove */
};

/* One place is kept for the ledger's head, which must fit at every unlock. */
static bool has_room(const struct vault_draft *d, struct err *e)
{
	const unsigned profiles = d->n_records - (head_index(d) >= 0);

	return profiles < VAULT_MAX_RECORDS - 1 ||
	       vault_fail(e, ERR_GUARD, 0, "full: %u profiles are stored; remove one first", profiles);
}

static bool put(struct vault_draft *d, const struct vault_new *row, struct err *e)
{
	struct err why = {0};
	int at = vault_record_find(d->records, d->n_records, d->header, d->keys, row->entry->profile.name, &why);
	const uint8_t *id = at < 0 ? NULL : d->records[at] + VAULT_REC_ID;

	if (at < 0 && why.kind != ERR_NOT_FOUND) {
		if (e)
			*e = why;
		return false;
	}
	if (at < 0 && !has_room(d, e))
		return false;
	if (at < 0)
		at = (int)d->n_records++;
	d->records[at] = vault_record_seal_entry(&d->mem, d->header, d->keys, id, draft_generation(d), row->entry,
						 row->secret);
	return true;
}

struct put_change {
	const struct vault_new *rows;
	size_t n;
};

/* The draft is written when all of them are in it. */
static bool put_all(struct vault_draft *d, void *ctx, struct err *e)
{
	const struct put_change *c = ctx;

	for (size_t i = 0; i < c->n; i++)
		if (!put(d, &c->rows[i], e))
			return false;
	return true;
}

bool vault_put_all(struct vault *v, const struct vault_new *rows, size_t n, struct err *e)
{
	struct put_change c = {.rows = rows, .n = n};

	for (size_t i = 0; i < n; i++) {
		const size_t len = secret_len(rows[i].secret);

		if (!vault_entry_is_valid(rows[i].entry, e))
			return false;
		if (len == 0 || len > VAULT_SECRET_MAX)
			return vault_fail(e, ERR_USAGE, 0, "cannot store profile '%s': its secret is %s",
					  rows[i].entry->profile.name, len == 0 ? "empty" : "longer than 1024 bytes");
	}
	err_clear(e);
	return n == 0 || vault_change(v, put_all, &c, e);
}

bool vault_put(struct vault *v, const struct vault_entry *entry, const struct secret *secret, struct err *e)
{
	return vault_put_all(v, &(struct vault_new){.entry = entry, .secret = secret}, 1, e);
}

/* The kept secret is good for one account and one kind of credential. */
static bool keeps_its_secret(const struct profile *old, const struct profile *new, struct err *e)
{
	if (strcmp(old->account_sid, new->account_sid) == 0 && old->auth == new->auth &&
	    strcmp(old->key_sid, new->key_sid) == 0)
		return true;
	return vault_fail(e, ERR_USAGE, 0, "cannot change account or key of profile '%s' without its secret; "
			  "add it again", new->name);
}

static bool update(struct vault_draft *d, void *ctx, struct err *e)
{
	const struct profile_change *c = ctx;
	const int at = vault_record_find(d->records, d->n_records, d->header, d->keys, c->entry->profile.name, e);
	struct secret *secret = NULL;
	struct vault_entry old;
	bool ok;

	if (at < 0 || !vault_record_open_entry(d->records[at], d->header, d->keys, &old, &secret, e))
		return false;
	ok = keeps_its_secret(&old.profile, &c->entry->profile, e);
	if (ok)
		d->records[at] = vault_record_seal_entry(&d->mem, d->header, d->keys, d->records[at] + VAULT_REC_ID,
							 draft_generation(d), c->entry, secret);
	secret_free(secret);
	return ok;
}

bool vault_update(struct vault *v, const struct vault_entry *entry, struct err *e)
{
	struct profile_change c = {.entry = entry};

	return vault_entry_is_valid(entry, e) && vault_change(v, update, &c, e);
}

static bool remove_profile(struct vault_draft *d, void *ctx, struct err *e)
{
	const struct profile_change *c = ctx;
	const int at = vault_record_find(d->records, d->n_records, d->header, d->keys, c->name, e);

	if (at < 0)
		return false;
	d->n_records--;
	memmove(&d->records[at], &d->records[at + 1], (d->n_records - (unsigned)at) * sizeof d->records[0]);
	return true;
}

bool vault_remove(struct vault *v, const char *name, struct err *e)
{
	struct profile_change c = {.name = name};

	return vault_change(v, remove_profile, &c, e);
}

/* --- the ledger's head -------------------------------------------------------------------------------------------- */

struct head_change {
	int64_t seq;
	const uint8_t *hash;
};

static bool put_head(struct vault_draft *d, void *ctx, struct err *e)
{
	const struct head_change *c = ctx;
	int at = head_index(d);
	const uint8_t *id = at < 0 ? NULL : d->records[at] + VAULT_REC_ID;

	if (at < 0 && d->n_records == VAULT_MAX_RECORDS)
		return vault_fail(e, ERR_GUARD, 0, "full: no place for the ledger's head; remove a profile first");
	if (at < 0)
		at = (int)d->n_records++;
	d->records[at] = vault_record_seal_head(&d->mem, d->header, d->keys, id, draft_generation(d), c->seq, c->hash);
	return true;
}

bool vault_head_put(struct vault *v, int64_t seq, const uint8_t hash[32], struct err *e)
{
	struct head_change c = {.seq = seq, .hash = hash};
	uint8_t sealed[32];
	int64_t sealed_seq;

	assert(seq >= 0);
	/* sealed at every unlock: without news there is no reason to write the file */
	if (vault_head_get(v, &sealed_seq, sealed) && sealed_seq == seq && memcmp(sealed, hash, sizeof sealed) == 0) {
		err_clear(e);
		return true;
	}
	return vault_change(v, put_head, &c, e);
}
