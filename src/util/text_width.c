#include "numdesk/util/text.h"

#include <stddef.h>
#include <string.h>

#include "text_priv.h"

#include "numdesk/util/mem.h"

bool text_in_ranges(const struct text_range *r, size_t n, uint32_t cp)
{
	size_t lo = 0, hi = n;

	while (lo < hi) {
		const size_t mid = lo + (hi - lo) / 2;

		if (cp > r[mid].last)
			lo = mid + 1;
		else if (cp < r[mid].first)
			hi = mid;
		else
			return true;
	}
	return false;
}

bool text_cp_is_hidden(uint32_t cp)
{
	/* C0, DEL, C1; soft hyphen; joiners, marks and selectors without ink; separators; bidi; tags; private use */
	static const struct text_range hidden[] = {
		{0x0000, 0x001F}, {0x007F, 0x009F}, {0x00AD, 0x00AD}, {0x034F, 0x034F}, {0x061C, 0x061C},
		{0x115F, 0x1160}, {0x17B4, 0x17B5}, {0x180B, 0x180F}, {0x200B, 0x200F}, {0x2028, 0x202E},
		{0x2060, 0x206F}, {0x3164, 0x3164}, {0xD800, 0xF8FF}, {0xFDD0, 0xFDEF}, {0xFEFF, 0xFEFF},
		{0xFFA0, 0xFFA0}, {0xFFF0, 0xFFFB}, {0xFFFE, 0xFFFF}, {0x13430, 0x1343F}, {0x1BCA0, 0x1BCA3},
		{0x1D173, 0x1D17A}, {0xE0000, 0xE0FFF}, {0xF0000, 0x10FFFF},
	};

	if (cp >= 0x20 && cp < 0x7F)
		return false;
	/* the last two code points of every plane are not characters */
	return (cp & 0xFFFE) == 0xFFFE || text_in_ranges(hidden, ARRAY_LEN(hidden), cp);
}

int text_cp_width(uint32_t cp)
{
	if (cp < 0x300)
		return 1;
	if (text_in_ranges(text_zero, text_zero_len, cp))
		return 0;
	return text_in_ranges(text_wide, text_wide_len, cp) ? 2 : 1;
}

size_t text_cols(const char *s)
{
	const size_t n = strlen(s);
	size_t cols = 0;
	uint32_t cp;

	for (size_t i = 0; i < n; ) {
		if (s[i] >= 0x20 && s[i] < 0x7F) {
			cols++, i++;
			continue;
		}
		i += text_decode(s + i, n - i, &cp);
		cols += (size_t)text_cp_width(cp);
	}
	return cols;
}

size_t text_fit(const char *s, size_t cols, size_t *used)
{
	const size_t n = strlen(s);
	size_t i = 0, taken = 0;

	while (i < n) {
		uint32_t cp;
		const size_t step = text_decode(s + i, n - i, &cp);
		const size_t width = (size_t)text_cp_width(cp);

		if (width > cols - taken)
			break;
		taken += width;
		i += step;              /* marks have no width and so always follow their base */
	}
	if (used)
		*used = taken;
	return i;
}
