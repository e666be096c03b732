#include "vault_priv.h"

#include <string.h>

#include "fail_priv.h"
#include "kdf_priv.h"
#include "keys_priv.h"
#include "record_priv.h"
#include "slot_priv.h"

#include "numdesk/util/secret.h"

/* A slot whose key is derived before the lock is taken, so that other sessions do not wait for the derivation. */
struct new_slot {
	uint8_t slot[VAULT_SLOT];
	struct secret *kek;
	const uint8_t *replaces;        /* id of the slot to replace */
	struct secret *keys;            /* rekey: the new ones */
};

static bool new_slot_init(struct new_slot *n, const struct vault *v, const struct secret *pass, struct vault_kdf kdf,
			  struct err *e)
{
	*n = (struct new_slot){.replaces = v->slot_id};
	if (!vault_passphrase_is_fit(pass, e) || !vault_cost_is_fit(v->path, kdf, e))
		return false;
	vault_slot_init(n->slot, kdf);
	n->kek = vault_slot_derive(n->slot, pass, e);
	return n->kek != NULL;
}

/* The slot with that id; when another session has taken it away, the first one for a passphrase. */
static int find_slot(const struct vault_draft *d, const uint8_t id[16])
{
	int first = -1;

	for (unsigned i = 0; i < d->n_slots; i++) {
		if (d->slots[i][0] != VAULT_SLOT_PASSPHRASE)
			continue;
		if (memcmp(d->slots[i] + VAULT_SLOT_ID, id, 16) == 0)
			return (int)i;
		if (first < 0)
			first = (int)i;
	}
	return first;
}

/* The slot keeps its id and label; the data key and every record stay as they are. */
static bool change_slot(struct vault_draft *d, void *ctx, struct err *e)
{
	struct new_slot *n = ctx;
	const int at = find_slot(d, n->replaces);

	if (at < 0)
		return vault_fail(e, ERR_CONFIG, 0, "no passphrase opens it any more: another session took it away");
	memcpy(n->slot + VAULT_SLOT_ID, d->slots[at] + VAULT_SLOT_ID, VAULT_SLOT_NONCE - VAULT_SLOT_ID);
	vault_slot_wrap(n->slot, d->header, n->kek, d->keys);
	memcpy(d->slots[at], n->slot, VAULT_SLOT);
	return true;
}

bool vault_passwd(struct vault *v, const struct secret *new_pass, struct vault_kdf kdf, struct err *e)
{
	struct new_slot n;
	const bool ok = new_slot_init(&n, v, new_pass, kdf, e) && vault_change(v, change_slot, &n, e);

	if (ok)
		memcpy(v->slot_id, n.slot + VAULT_SLOT_ID, sizeof v->slot_id);
	secret_free(n.kek);
	return ok;
}

/* The other slots go: nobody here holds what would wrap the new key for them. */
static bool change_keys(struct vault_draft *d, void *ctx, struct err *e)
{
	struct new_slot *n = ctx;

	for (unsigned r = 0; r < d->n_records; r++) {
		d->records[r] = vault_record_reseal(&d->mem, d->header, d->keys, n->keys, d->records[r], e);
		if (!d->records[r])
			return false;
	}
	vault_slot_wrap(n->slot, d->header, n->kek, n->keys);
	memcpy(d->slots[0], n->slot, VAULT_SLOT);
	d->n_slots = 1;
	d->keys = n->keys;
	return true;
}

bool vault_rekey(struct vault *v, const struct secret *pass, struct vault_kdf kdf, struct err *e)
{
	struct new_slot n;
	bool ok = new_slot_init(&n, v, pass, kdf, e);

	if (ok) {
		n.keys = vault_keys_new();
		ok = vault_change(v, change_keys, &n, e);
	}
	if (ok) {
		secret_free(v->keys);
		v->keys = n.keys;
		memcpy(v->slot_id, n.slot + VAULT_SLOT_ID, sizeof v->slot_id);
	} else {
		secret_free(n.keys);
	}
	secret_free(n.kek);
	return ok;
}
