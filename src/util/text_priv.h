#ifndef NUMDESK_UTIL_TEXT_PRIV_H
#define NUMDESK_UTIL_TEXT_PRIV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What the text files and the JSON writer share. */
struct text_range {
	uint32_t first, last;
};
extern const struct text_range text_zero[], text_wide[];
extern const size_t text_zero_len, text_wide_len;

bool text_in_ranges(const struct text_range *r, size_t n, uint32_t cp);
/* A code point nobody can see or that moves its neighbours about: text_clean writes it as <U+XXXX>. */
bool text_cp_is_hidden(uint32_t cp);

#endif
