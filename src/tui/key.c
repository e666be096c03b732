#include "numdesk/tui/key.h"

#include <stdio.h>
#include <string.h>

#include "numdesk/util/mem.h"
#include "numdesk/util/text.h"

static const struct { const char *name; uint32_t key; } names[] = {
	{"Tab", KEY_TAB}, {"Enter", KEY_RETURN}, {"Esc", KEY_ESC}, {"Space", KEY_SPACE},
	{"Up", KEYX_UP}, {"Down", KEYX_DOWN}, {"Left", KEYX_LEFT}, {"Right", KEYX_RIGHT}, {"Home", KEYX_HOME},
	{"End", KEYX_END}, {"PgUp", KEYX_PGUP}, {"PgDn", KEYX_PGDN}, {"BackTab", KEYX_BACKTAB},
	{"Delete", KEYX_DELETE}, {"Backspace", KEYX_BACKSPACE}, {"Insert", KEYX_INSERT}, {"F1", KEYX_F1},
};

uint32_t key_parse(const char *name, size_t n)
{
	uint32_t cp;

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (strlen(names[i].name) == n && memcmp(names[i].name, name, n) == 0)
			return names[i].key;
	if (n == 2 && name[0] == '^' && name[1] >= 'A' && name[1] <= '_')
		return (uint32_t)(name[1] - '@');
	if (n > 0 && text_decode(name, n, &cp) == n && cp > ' ' && cp != 0xFFFD)
		return cp;
	return KEY_NONE;
}

char *key_label(uint32_t key, char *dst)
{
	char utf8[4];

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (names[i].key == key) {
			snprintf(dst, 16, "%s", names[i].name);
			return dst;
		}
	if (key > 0 && key < 32) {
		snprintf(dst, 16, "^%c", (int)key + '@');
	} else {
		size_t n = key < KEYX_BASE ? text_encode(key, utf8) : 0;

		snprintf(dst, 16, "%.*s", (int)n, utf8);
	}
	return dst;
}

enum command_id key_command(uint32_t key, unsigned where)
{
	if (key == KEY_NONE || key & KEYX_PASTE)
		return COMMAND_COUNT;
	for (int c = 0; c < COMMAND_COUNT; c++) {
		if (!(commands[c].where & where) || !commands[c].keys)
			continue;
		for (const char *p = commands[c].keys; *p;) {
			size_t n = strcspn(p, " ");

			if (n > 0 && key_parse(p, n) == key)
				return (enum command_id)c;
			p += n + (p[n] == ' ');
		}
	}
	return COMMAND_COUNT;
}

char *key_of(enum command_id c, char *dst)
{
	const char *keys = commands[c].keys ? commands[c].keys : "";

	snprintf(dst, 16, "%.*s", (int)strcspn(keys, " "), keys);
	return dst;
}
