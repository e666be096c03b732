#include "image_priv.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bytes_priv.h"
#include "fail_priv.h"
#include "keys_priv.h"
#include "record_priv.h"
#include "slot_priv.h"

#include "numdesk/util/crypto.h"

static const char MAGIC[8] = {'N', 'U', 'M', 'D', 'E', 'S', 'K', 'V'};

static bool broken(struct vault_defect *d, const char *what)
{
	d->code = VAULT_BROKEN;
	snprintf(d->what, sizeof d->what, "%s", what);
	return false;
}

static bool incomplete(struct vault_defect *d, size_t have, size_t want)
{
	d->code = VAULT_INCOMPLETE;
	d->have = have;
	d->want = want;
	return false;
}

static bool too_new(struct vault_defect *d, const uint8_t *bytes)
{
	d->code = VAULT_TOO_NEW;
	d->have = vault_get16(bytes + VAULT_HDR_MAJOR);
	d->want = vault_get16(bytes + VAULT_HDR_MINOR);
	return false;
}

/* Magic, major, length: what a torn or foreign file fails. */
static bool check_frame(const uint8_t *bytes, size_t len, struct vault_defect *d)
{
	if (memcmp(bytes, MAGIC, len < sizeof MAGIC ? len : sizeof MAGIC) != 0) {
		d->code = VAULT_NOT_A_VAULT;
		return false;
	}
	if (len < VAULT_HDR_SLOTS)
		return incomplete(d, len, VAULT_FILE_MIN);
	if (vault_get16(bytes + VAULT_HDR_MAJOR) == 0)
		return broken(d, "format number");
	if (vault_get16(bytes + VAULT_HDR_MAJOR) > 1)
		return too_new(d, bytes);
	if (vault_get32(bytes + VAULT_HDR_FILE_LEN) > len)
		return incomplete(d, len, vault_get32(bytes + VAULT_HDR_FILE_LEN));
	if (vault_get32(bytes + VAULT_HDR_FILE_LEN) < len || len < VAULT_FILE_MIN || len > VAULT_FILE_MAX)
		return broken(d, "length");
	return true;
}

static bool check_sum(const uint8_t *bytes, size_t len, struct vault_defect *d)
{
	uint8_t sum[CRYPTO_HASH];

	crypto_hash(sum, bytes, len - VAULT_TRAILER, NULL, 0);
	return memcmp(sum, bytes + len - VAULT_TRAILER, sizeof sum) == 0 || broken(d, "checksum");
}

static bool check_header(const uint8_t *h, struct vault_defect *d)
{
	const unsigned slots = vault_get16(h + VAULT_HDR_SLOTS), records = vault_get16(h + VAULT_HDR_RECORDS);

	if (vault_get16(h + VAULT_HDR_MINOR) != 0)
		return too_new(d, h);
	if (vault_get32(h + VAULT_HDR_LEN) != VAULT_HEADER || slots < 1 || slots > VAULT_MAX_SLOTS ||
	    records > VAULT_MAX_RECORDS || vault_get32(h + VAULT_HDR_AEAD) != 1 ||
	    !vault_all_zero(h + VAULT_HDR_FLAGS, VAULT_HEADER - VAULT_HDR_FLAGS))
		return broken(d, "header");
	return true;
}

static bool check_slots(const struct vault_image *img, struct vault_defect *d)
{
	for (unsigned i = 0; i < img->n_slots; i++)
		if (!vault_slot_is_sound(img->slots + i * VAULT_SLOT))
			return broken(d, "key slot");
	return true;
}

/* Walk the records, which must end exactly where the trailer begins. */
static bool check_records(struct vault_image *img, struct vault_defect *d)
{
	const uint8_t *p = img->slots + img->n_slots * VAULT_SLOT;
	const uint8_t *end = img->bytes + img->len - VAULT_TRAILER;
	unsigned heads = 0;

	for (unsigned i = 0; i < img->n_records; i++) {
		if (p > end || !vault_record_is_sound(p, (size_t)(end - p)))
			return broken(d, "record");
		heads += vault_record_type(p) == VAULT_RECORD_HEAD;
		img->records[i] = p;
		p += vault_record_len(p);
	}
	return (p == end && heads <= 1) || broken(d, "records");
}

static bool check_costs(const struct vault_image *img, struct vault_defect *d)
{
	for (unsigned i = 0; i < img->n_slots; i++)
		if (!vault_slot_cost_is_fair(img->slots + i * VAULT_SLOT, d))
			return false;
	return true;
}

bool vault_image_parse(struct vault_image *out, uint8_t *bytes, size_t len, struct vault_defect *d)
{
	struct vault_image img = {.bytes = bytes, .len = len};

	*d = (struct vault_defect){0};
	if (!check_frame(bytes, len, d) || !check_sum(bytes, len, d) || !check_header(bytes, d))
		return false;
	img.n_slots = vault_get16(bytes + VAULT_HDR_SLOTS);
	img.n_records = vault_get16(bytes + VAULT_HDR_RECORDS);
	img.slots = bytes + VAULT_HEADER;
	if (img.n_slots * VAULT_SLOT > len - VAULT_HEADER - VAULT_TRAILER)
		return broken(d, "header");
	if (!check_slots(&img, d) || !check_records(&img, d) || !check_costs(&img, d))
		return false;
	*out = img;
	return true;
}

void vault_image_release(struct vault_image *img)
{
	free(img->bytes);
	*img = (struct vault_image){0};
}

static void authenticate(uint8_t mac[CRYPTO_HASH], const uint8_t *bytes, size_t len, const struct secret *keys)
{
	crypto_hash(mac, bytes, len - CRYPTO_HASH, vault_keys_use(keys) + VAULT_KEY_MAC, CRYPTO_KEY);
	vault_keys_done(keys);
}

bool vault_image_is_authentic(const struct vault_image *img, const struct secret *keys)
{
	uint8_t mac[CRYPTO_HASH];

	authenticate(mac, img->bytes, img->len, keys);
	return crypto_equal(mac, img->bytes + img->len - CRYPTO_HASH, sizeof mac);
}

uint64_t vault_image_generation(const struct vault_image *img)
{
	return vault_get64(img->bytes + VAULT_HDR_GENERATION);
}

void vault_draft_init_new(struct vault_draft *d, int64_t now_ms)
{
	*d = (struct vault_draft){0};
	memcpy(d->header, MAGIC, sizeof MAGIC);
	vault_put_le(d->header + VAULT_HDR_MAJOR, 1, 2);
	vault_put_le(d->header + VAULT_HDR_LEN, VAULT_HEADER, 4);
	vault_put_le(d->header + VAULT_HDR_GENERATION, 1, 8);
	crypto_random(d->header + VAULT_HDR_ID, 16);
	vault_put_le(d->header + VAULT_HDR_CREATED, (uint64_t)now_ms, 8);
	vault_put_le(d->header + VAULT_HDR_MODIFIED, (uint64_t)now_ms, 8);
	vault_put_le(d->header + VAULT_HDR_AEAD, 1, 4);
}

void vault_draft_init(struct vault_draft *d, const struct vault_image *from, const struct secret *keys, int64_t now_ms)
{
	*d = (struct vault_draft){.n_slots = from->n_slots, .n_records = from->n_records, .keys = keys};
	memcpy(d->header, from->bytes, VAULT_HEADER);
	memcpy(d->slots, from->slots, from->n_slots * VAULT_SLOT);
	memcpy(d->records, from->records, sizeof d->records);
	vault_put_le(d->header + VAULT_HDR_GENERATION, vault_image_generation(from) + 1, 8);
	vault_put_le(d->header + VAULT_HDR_MODIFIED, (uint64_t)now_ms, 8);
}

void vault_draft_release(struct vault_draft *d)
{
	arena_release(&d->mem);
	*d = (struct vault_draft){0};
}

static size_t draft_len(const struct vault_draft *d)
{
	size_t len = VAULT_HEADER + d->n_slots * VAULT_SLOT + VAULT_TRAILER;

	for (unsigned i = 0; i < d->n_records; i++)
		len += vault_record_len(d->records[i]);
	return len;
}

uint8_t *vault_draft_finish(struct vault_draft *d, size_t *len)
{
	const size_t n = draft_len(d);
	uint8_t *bytes = mem_alloc(n), *p = bytes + VAULT_HEADER;

	assert(n <= VAULT_FILE_MAX);
	vault_put_le(d->header + VAULT_HDR_FILE_LEN, n, 4);
	vault_put_le(d->header + VAULT_HDR_SLOTS, d->n_slots, 2);
	vault_put_le(d->header + VAULT_HDR_RECORDS, d->n_records, 2);
	memcpy(bytes, d->header, VAULT_HEADER);
	memcpy(p, d->slots, d->n_slots * VAULT_SLOT);
	p += d->n_slots * VAULT_SLOT;
	for (unsigned i = 0; i < d->n_records; i++) {
		memcpy(p, d->records[i], vault_record_len(d->records[i]));
		p += vault_record_len(d->records[i]);
	}
	crypto_hash(p, bytes, (size_t)(p - bytes), NULL, 0);
	authenticate(p + CRYPTO_HASH, bytes, n, d->keys);
	*len = n;
	return bytes;
}
