#include "ident.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* 47 bits of payload and one that says "numbered": a hashed SID has that bit clear, so the two kinds cannot meet. */
#define TAIL_BITS 48
#define TAIL_MASK ((UINT64_C(1) << TAIL_BITS) - 1)
#define NUMBERED (UINT64_C(1) << 47)
#define HEX_ODD UINT64_C(0x5851f42d4c95)                        /* any odd number: multiplication is then a bijection */

uint64_t ident_mix(uint64_t x)
{
	x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
	return x ^ (x >> 31);
}

uint64_t ident_hash(const char *s, uint64_t seed)
{
	uint64_t h = UINT64_C(0xcbf29ce484222325) ^ ident_mix(seed);

	for (; *s; s++)
		h = (h ^ (unsigned char)*s) * UINT64_C(0x100000001b3);
	return ident_mix(h);
}

static void write_hex(char *dst, uint64_t v, int digits)
{
	static const char hex[] = "0123456789abcdef";

	for (int i = digits - 1; i >= 0; i--, v >>= 4)
		dst[i] = hex[v & 15];
}

static void write_digits(char *dst, uint32_t head, uint64_t tail)
{
	write_hex(dst, head, 8);
	memset(dst + 8, '0', 12);
	write_hex(dst + 20, tail, 12);
	dst[32] = '\0';
}

void ident_sid(char out[SID_SIZE], const char *prefix, const char *name)
{
	const uint64_t seed = (uint64_t)prefix[0] << 8 | (unsigned char)prefix[1];

	memcpy(out, prefix, 2);
	write_digits(out + 2, (uint32_t)ident_hash(name, seed), ident_hash(name, seed + 1) & (NUMBERED - 1));
}

void ident_token(char out[33], const char *name)
{
	write_digits(out, (uint32_t)ident_hash(name, 101), ident_hash(name, 102) & TAIL_MASK);
}

/* Inverse of HEX_ODD modulo 2^47, by Newton's iteration: each round doubles the correct bits. */
static uint64_t inverse_odd(void)
{
	uint64_t x = HEX_ODD;

	for (int i = 0; i < 6; i++)
		x *= 2 - HEX_ODD * x;
	return x;
}

static uint32_t head_of(const char *prefix, uint64_t tail)
{
	return (uint32_t)ident_mix(tail ^ (uint64_t)(unsigned char)prefix[1] << 56);
}

void ident_number(char out[SID_SIZE], const char *prefix, uint64_t n)
{
	uint64_t x = n & (NUMBERED - 1);

	x = (x ^ x >> 24) * HEX_ODD & (NUMBERED - 1);
	x ^= x >> 24;
	memcpy(out, prefix, 2);
	write_digits(out + 2, head_of(prefix, x | NUMBERED), x | NUMBERED);
}

bool ident_unnumber(const char *sid, const char *prefix, uint64_t *n)
{
	char again[SID_SIZE];
	uint64_t x = 0;

	if (strlen(sid) != SID_SIZE - 1 || strncmp(sid, prefix, 2) != 0 || sscanf(sid + 22, "%12" SCNx64, &x) != 1)
		return false;
	x &= NUMBERED - 1;
	x ^= x >> 24;
	x = x * inverse_odd() & (NUMBERED - 1);
	x ^= x >> 24;
	ident_number(again, prefix, x);
	*n = x;
	return strcmp(again, sid) == 0;
}

void ident_request(char out[SID_SIZE], uint64_t seq)
{
	memcpy(out, "RQ", 2);
	write_hex(out + 2, ident_mix(seq), 16);
	write_hex(out + 18, ident_mix(seq ^ UINT64_C(0x9e3779b97f4a7c15)), 16);
	out[34] = '\0';
}
