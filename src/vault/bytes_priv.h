#ifndef NUMDESK_VAULT_BYTES_PRIV_H
#define NUMDESK_VAULT_BYTES_PRIV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Little-endian integers of the file, whatever the machine's order and alignment. */
static inline uint64_t vault_get(const uint8_t *p, size_t n)
{
	uint64_t v = 0;

	while (n-- > 0)
		v = v << 8 | p[n];
	return v;
}

static inline uint16_t vault_get16(const uint8_t *p)
{
	return (uint16_t)vault_get(p, 2);
}

static inline uint32_t vault_get32(const uint8_t *p)
{
	return (uint32_t)vault_get(p, 4);
}

static inline uint64_t vault_get64(const uint8_t *p)
{
	return vault_get(p, 8);
}

static inline void vault_put_le(uint8_t *p, uint64_t v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		p[i] = (uint8_t)(v >> 8 * i);
}

static inline bool vault_all_zero(const uint8_t *p, size_t n)
{
	uint8_t seen = 0;

	for (size_t i = 0; i < n; i++)
		seen |= p[i];
	return seen == 0;
}

#endif
