#include "numdesk/tui/marks.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "numdesk/util/mem.h"

static size_t home_of(const struct mark_set *m, const char *key)
{
	uint64_t h = 1469598103934665603u;      /* FNV-1a: spreads the hex of SIDs and the digits of numbers well enough */

	while (*key)
		h = (h ^ (unsigned char)*key++) * 1099511628211u;
	return (size_t)(h ^ h >> 32) & (m->n_slots - 1);
}

/* The slot that holds the key, or the empty one where it would go. */
static size_t slot_of(const struct mark_set *m, const char *key)
{
	size_t i = home_of(m, key);

	while (m->slots[i] && strcmp(m->keys[m->slots[i] - 1], key) != 0)
		i = (i + 1) & (m->n_slots - 1);
	return i;
}

static void grow(struct mark_set *m)
{
	if (m->n == m->cap) {
		m->cap = m->cap ? m->cap * 2 : 16;
		m->keys = mem_grow(m->keys, m->cap, sizeof *m->keys);
	}
	if ((m->n + 1) * 2 <= m->n_slots)
		return;
	free(m->slots);
	m->n_slots = m->n_slots ? m->n_slots * 2 : 64;
	m->slots = mem_array(m->n_slots, sizeof *m->slots);
	for (size_t k = 0; k < m->n; k++)
		m->slots[slot_of(m, m->keys[k])] = (uint32_t)k + 1;
}

/* Close the gap a removed slot leaves, so that what was pushed past it is still found. */
static void close_gap(struct mark_set *m, size_t gap)
{
	size_t mask = m->n_slots - 1;

	for (size_t i = (gap + 1) & mask; m->slots[i]; i = (i + 1) & mask) {
		size_t home = home_of(m, m->keys[m->slots[i] - 1]);

		if (((i - home) & mask) >= ((i - gap) & mask)) {
			m->slots[gap] = m->slots[i];
			gap = i;
		}
	}
	m->slots[gap] = 0;
}

bool mark_has(const struct mark_set *m, const char *key)
{
	return m->n > 0 && m->slots[slot_of(m, key)] != 0;
}

void mark_toggle(struct mark_set *m, const char *key)
{
	size_t slot, at;

	if (!*key)
		return;
	if (!mark_has(m, key)) {
		grow(m);
		snprintf(m->keys[m->n++], SID_SIZE, "%s", key);
		m->slots[slot_of(m, key)] = (uint32_t)m->n;
		return;
	}
	slot = slot_of(m, key);
	at = m->slots[slot] - 1;
	close_gap(m, slot);
	if (at != --m->n) {             /* the last key takes the free place */
		slot = slot_of(m, m->keys[m->n]);
		memcpy(m->keys[at], m->keys[m->n], SID_SIZE);
		m->slots[slot] = (uint32_t)at + 1;
	}
}

void mark_clear(struct mark_set *m)
{
	m->n = 0;
	if (m->slots)
		memset(m->slots, 0, m->n_slots * sizeof *m->slots);
}

void mark_release(struct mark_set *m)
{
	free(m->keys);
	free(m->slots);
	*m = (struct mark_set){0};
}
