#ifndef NUMDESK_VAULT_IMAGE_PRIV_H
#define NUMDESK_VAULT_IMAGE_PRIV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "numdesk/util/mem.h"
#include "numdesk/vault/vault.h"
struct secret;
struct vault_defect;

/* Where the bytes of a file stand: FORMAT.md gives the same numbers to a reader. */
enum {
	VAULT_HEADER = 96,
	VAULT_HDR_MAJOR = 8, VAULT_HDR_MINOR = 10, VAULT_HDR_LEN = 12, VAULT_HDR_FILE_LEN = 16, VAULT_HDR_SLOTS = 20,
	VAULT_HDR_RECORDS = 22, VAULT_HDR_GENERATION = 24, VAULT_HDR_ID = 32, VAULT_HDR_CREATED = 48,
	VAULT_HDR_MODIFIED = 56, VAULT_HDR_AEAD = 64, VAULT_HDR_FLAGS = 68,
	VAULT_MAX_SLOTS = 8,
	VAULT_SLOT = 192,
	VAULT_TRAILER = 64,             /* checksum and authentication code, 32 bytes each */
	VAULT_FILE_MIN = VAULT_HEADER + VAULT_SLOT + VAULT_TRAILER,
	VAULT_FILE_MAX = 1 << 20
};

/* A whole file whose structure was found right; whether it is authentic takes the keys. */
struct vault_image {
	uint8_t *bytes;                 /* the header stands first */
	size_t len;
	unsigned n_slots, n_records;
	const uint8_t *slots;           /* n_slots * VAULT_SLOT */
	const uint8_t *records[VAULT_MAX_RECORDS];      /* into bytes; each begins with its length */
};

/*
 * Check bytes, cheap checks first: magic, major, length, checksum, structure, costs. Nothing here needs a key. True:
 * *out keeps bytes, which must come from malloc. False: *d tells why, bytes stay the caller's.
 */
bool vault_image_parse(struct vault_image *out, uint8_t *bytes, size_t len, struct vault_defect *d);
void vault_image_release(struct vault_image *img);
bool vault_image_is_authentic(const struct vault_image *img, const struct secret *keys);
uint64_t vault_image_generation(const struct vault_image *img);

/* The next generation while it is put together. Slots and records may be changed freely before vault_draft_finish. */
struct vault_draft {
	uint8_t header[VAULT_HEADER];   /* lengths and counts are set at the end; the generation is the new one */
	uint8_t slots[VAULT_MAX_SLOTS][VAULT_SLOT];
	unsigned n_slots, n_records;
	const uint8_t *records[VAULT_MAX_RECORDS];      /* in the old image or in mem */
	const struct secret *keys;      /* borrowed; the ones that will authenticate the file */
	struct arena mem;
};

void vault_draft_init_new(struct vault_draft *d, int64_t now_ms);       /* no slot, no record, generation 1 */
void vault_draft_init(struct vault_draft *d, const struct vault_image *from, const struct secret *keys, int64_t now_ms);
void vault_draft_release(struct vault_draft *d);
/* The bytes of the file, to be freed by the caller. */
uint8_t *vault_draft_finish(struct vault_draft *d, size_t *len);

#endif
