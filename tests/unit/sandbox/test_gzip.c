#include "test.h"

#include <string.h>

#include "gzip.h"
#include "numdesk/util/mem.h"

static uint32_t little(const char *p, int n)
{
	uint32_t v = 0;

	for (int i = n - 1; i >= 0; i--)
		v = v << 8 | (unsigned char)p[i];
	return v;
}

/* Undo stored blocks only: enough for what gzip_pack writes. False when the stream is not as it should be. */
static bool unpack(const struct buf *in, struct buf *out)
{
	const char *p = in->s + 10, *end = in->s + in->len;
	bool last = false;

	if (in->len < 18 || memcmp(in->s, "\x1f\x8b\x08\0", 4) != 0)
		return false;
	while (!last) {
		const uint32_t n = little(p + 1, 2);

		if (end - p < 5 || (*p & ~1) || (n ^ little(p + 3, 2)) != 0xffff || (size_t)(end - p) < 5 + n)
			return false;
		last = *p & 1;
		buf_add(out, p + 5, n);
		p += 5 + n;
	}
	return end - p == 8 && little(p + 4, 4) == out->len;
}

static void packs_what_unpacks(void **state)
{
	static const size_t sizes[] = {0, 1, 9, 1000, 65534, 65535, 65536, 131070, 300001};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
		struct buf plain, packed, out;

		buf_init(&plain, 1 << 20);
		buf_init(&packed, 1 << 20);
		buf_init(&out, 1 << 20);
		for (size_t k = 0; k < sizes[i]; k++)
			buf_addc(&plain, (char)(k * 7));
		buf_add(&packed, buf_str(&plain), plain.len);
		gzip_pack(&packed);
		if (!unpack(&packed, &out) || out.len != plain.len ||
		    memcmp(buf_str(&out), buf_str(&plain), out.len) != 0)
			fail_msg("%zu bytes", sizes[i]);
		buf_release(&plain);
		buf_release(&packed);
		buf_release(&out);
	}
}

/* The checksum has a published test value, and the eight-byte steps must agree with single bytes. */
static void checksum_is_the_published_one(void **state)
{
	static const struct { const char *text; uint32_t crc; } rows[] = {
		{"", 0}, {"a", 0xe8b7be43}, {"123456789", 0xcbf43926},
		{"The quick brown fox jumps over the lazy dog", 0x414fa339},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct buf b;

		buf_init(&b, 1000);
		buf_adds(&b, rows[i].text);
		gzip_pack(&b);
		if (little(b.s + b.len - 8, 4) != rows[i].crc)
			fail_msg("'%s': %x", rows[i].text, little(b.s + b.len - 8, 4));
		buf_release(&b);
	}
}

static void bomb_repeats_on_a_byte(void **state)
{
	struct buf b;
	size_t n;

	(void)state;
	buf_init(&b, 1000);
	n = gzip_bomb(&b);
	assert_int_equal(n, 13);
	assert_int_equal(b.len, 10 + 3 + 13);
	assert_int_equal(GZIP_BOMB_RATIO, 158);
	buf_release(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(packs_what_unpacks), cmocka_unit_test(checksum_is_the_published_one),
		cmocka_unit_test(bomb_repeats_on_a_byte),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
