#ifndef NUMDESK_TUI_MARKS_H
#define NUMDESK_TUI_MARKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "numdesk/model/sid.h"

/* The marked rows of a list, by identity (a SID, or an E.164 number): a set that takes a million as well as three. */
struct mark_set {
	char (*keys)[SID_SIZE]; size_t n, cap;  /* in no particular order */
	uint32_t *slots; size_t n_slots;        /* open addressing: index + 1 into keys, 0 empty; a power of two */
};
bool mark_has(const struct mark_set *m, const char *key);
void mark_toggle(struct mark_set *m, const char *key);  /* "" is ignored */
void mark_clear(struct mark_set *m);
void mark_release(struct mark_set *m);

#endif
