#include "gzip.h"

#include <stdbool.h>
#include <stdint.h>
#include <pthread.h>
#include <string.h>

#include "numdesk/util/mem.h"

enum { STORED_MAX = 65535, SLICES = 8 };

static const char head[10] = {0x1f, (char)0x8b, 8, 0, 0, 0, 0, 0, 0, (char)255};

/* CRC-32 in eight tables, eight bytes a step: a page of a million rows must not wait for its checksum. */
static uint32_t table[SLICES][256];
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void make_tables(void)
{
	for (uint32_t i = 0; i < 256; i++) {
		uint32_t c = i;

		for (int k = 0; k < 8; k++)
			c = c >> 1 ^ (c & 1 ? UINT32_C(0xedb88320) : 0);
		table[0][i] = c;
	}
	for (int t = 1; t < SLICES; t++)
		for (int i = 0; i < 256; i++)
			table[t][i] = table[t - 1][i] >> 8 ^ table[0][table[t - 1][i] & 255];
}

static uint32_t load32(const uint8_t *p)
{
	return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static uint32_t crc32_of(const char *s, size_t n)
{
	const uint8_t *p = (const uint8_t *)s;
	uint32_t c = ~UINT32_C(0);

	pthread_once(&once, make_tables);
	for (; n >= 8; n -= 8, p += 8) {
		const uint32_t a = c ^ load32(p), b = load32(p + 4);

		c = table[7][a & 255] ^ table[6][a >> 8 & 255] ^ table[5][a >> 16 & 255] ^ table[4][a >> 24] ^
		    table[3][b & 255] ^ table[2][b >> 8 & 255] ^ table[1][b >> 16 & 255] ^ table[0][b >> 24];
	}
	for (; n > 0; n--)
		c = c >> 8 ^ table[0][(c ^ *p++) & 255];
	return ~c;
}

static void add_little(struct buf *b, uint32_t v, int bytes)
{
	for (int i = 0; i < bytes; i++, v >>= 8)
		buf_addc(b, (char)(v & 255));
}

void gzip_pack(struct buf *b)
{
	struct buf out;

	buf_init(&out, b->max);
	buf_add(&out, head, sizeof head);
	for (size_t at = 0; at < b->len || at == 0; at += STORED_MAX) {
		const size_t n = b->len - at < STORED_MAX ? b->len - at : STORED_MAX;
		const bool last = at + n == b->len;

		buf_addc(&out, last ? 1 : 0);           /* BFINAL, BTYPE 00, five bits to the byte's end */
		add_little(&out, (uint32_t)n, 2);
		add_little(&out, ~(uint32_t)n, 2);
		buf_add(&out, buf_str(b) + at, n);
		if (last)
			break;
	}
	add_little(&out, crc32_of(buf_str(b), b->len), 4);
	add_little(&out, (uint32_t)b->len, 4);
	buf_release(b);
	*b = out;
}

/* Bits go in from the lowest; Huffman codes have their first bit first, so they are given reversed. */
struct bits { struct buf *out; uint32_t acc; int n; };

static void put(struct bits *w, uint32_t v, int n)
{
	w->acc |= v << w->n;
	for (w->n += n; w->n >= 8; w->n -= 8, w->acc >>= 8)
		buf_addc(w->out, (char)(w->acc & 255));
}

size_t gzip_bomb(struct buf *b)
{
	struct bits w = {.out = b};
	size_t start;

	buf_add(b, head, sizeof head);
	put(&w, 3, 3);                          /* BFINAL, BTYPE 01: fixed codes */
	put(&w, 0x0a, 8);                       /* the literal ' ': 01010000 reversed */
	/* One match, so that the piece begins on a byte: 11 + 13 bits. */
	put(&w, 0xa3, 8);                       /* length 258 (symbol 285): 11000101 reversed */
	put(&w, 0, 5);                          /* distance 1 */
	start = b->len;
	for (int i = 0; i < 8; i++) {
		put(&w, 0xa3, 8);
		put(&w, 0, 5);
	}
	return b->len - start;
}
