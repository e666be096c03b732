#ifndef NUMDESK_TUI_KEY_H
#define NUMDESK_TUI_KEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "numdesk/model/command.h"

/* A key press: a code point, a control character (1..31), or one of these. */
enum {
	KEY_NONE = 0, KEY_TAB = 9, KEY_RETURN = 13, KEY_ESC = 27, KEY_SPACE = 32, KEY_DEL = 127,
	KEYX_BASE = 0x200000,
	KEYX_UP, KEYX_DOWN, KEYX_LEFT, KEYX_RIGHT, KEYX_HOME, KEYX_END, KEYX_PGUP, KEYX_PGDN, KEYX_BACKTAB, KEYX_DELETE,
	KEYX_BACKSPACE, KEYX_INSERT, KEYX_F1, KEYX_RESIZE,
	KEYX_PASTE = 0x400000           /* flag: the character came from a bracketed paste, it is text and never a command */
};
/* "j", "Down", "^D", "PgDn", "Space": the names of the commands table. 0 when unknown. */
uint32_t key_parse(const char *name, size_t n);
/* Name for a key; dst needs 16 bytes. */
char *key_label(uint32_t key, char *dst);
/* The command bound to a key in a place, COMMAND_COUNT when none. */
enum command_id key_command(uint32_t key, unsigned where);     /* where: bits of enum command_where */
/* First key name of a command, "" when none; dst needs 16 bytes. */
char *key_of(enum command_id c, char *dst);

#endif
