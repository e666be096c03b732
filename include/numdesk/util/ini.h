#ifndef NUMDESK_UTIL_INI_H
#define NUMDESK_UTIL_INI_H

#include <stdbool.h>
#include <stddef.h>
struct err;

/* One `key = value` of an INI text, handed out in file order. Strings are valid UTF-8, borrowed for the call. */
struct ini_entry {
	const char *section;   /* "" before the first [section] */
	const char *key, *value;
	int line, key_col, value_col;   /* from 1 */
};
/* Return false with e set to refuse the entry; ini_parse adds "file:line:col: ". */
typedef bool ini_entry_fn(void *ctx, const struct ini_entry *entry, struct err *e);

/*
 * Read INI text: [section], key = value, `#` or `;` comments on their own line, blank lines, LF or CRLF. A value is
 * taken to the end of the line, trimmed; quotes are not special. At most 64 KiB, 1 KiB a line; NUL bytes, bad UTF-8,
 * a missing `]`, a line without `=` and a key given twice in one section are ERR_CONFIG with "name:line:col: ".
 */
bool ini_parse(const char *name, const char *text, size_t n, ini_entry_fn *fn, void *ctx, struct err *e);

#endif
