#ifndef NUMDESK_CORE_CONFIGURE_H
#define NUMDESK_CORE_CONFIGURE_H

#include <stdbool.h>
#include <stddef.h>

#include "numdesk/core/plan.h"
#include "numdesk/model/setting.h"
struct err;
struct session;

/*
 * Changes to the settings of owned numbers: from what Twilio shows now and what is wanted to an operation, and from an
 * operation back to the states before and after it. The journal keeps the whole number as it was, so that any earlier
 * state can be had again.
 */
/* What one operation is about. Texts live in the arena it was read into. */
struct configure_state {
	struct number before, after;    /* after: with what the change implies (a trunk drives out an application) */
	struct changes changes;
};
/* One more operation, of what differs from `live`, with its snapshot (json, as Twilio printed it). False, nothing added, when
 * nothing would change. Values are kept as they are: parse them first. */
bool plan_add_configure(struct plan *p, struct session *s, const struct number *live, const char *json,
			const struct changes *wanted);
/* ERR_USAGE when the operation is of another kind; ERR_DAMAGED when what was stored cannot be read. */
bool configure_read(const struct operation *op, struct configure_state *out, struct arena *a, struct err *e);
/* "voice_url: https://a -> https://b; trunk: Office PBX -> nothing", all of it; in a. NULL when it cannot be read. */
const char *configure_describe(struct session *s, const struct operation *op, struct arena *a);

/* The settings of an operation that differ, with words for a person. */
struct configure_line {
	enum column_id column;
	const char *word;               /* "voice_url", "trunk" */
	const char *before, *after;     /* for people: names for SIDs as far as they are known, "nothing"; clean */
	bool implied;                   /* not asked for: Twilio does it because of the others */
};
/* All of them, in a; NULL with *n 0 when the operation cannot be read. */
struct configure_line *configure_lines(struct session *s, const struct operation *op, struct arena *a, size_t *n);

/*
 * Back to an earlier state. The number as it is now (live, json) is given; the operation says what it changed.
 *
 * UNDO_CHANGES takes back what the operation changed and nothing else; it refuses when any of that was changed again
 * since. UNDO_ANYWAY does not refuse. UNDO_WHOLE makes every setting as it was before the operation.
 */
enum undo_how { UNDO_CHANGES, UNDO_ANYWAY, UNDO_WHOLE };
/* The changes that lead back; n 0 when it is so already. ERR_GUARD with a sentence that names what was changed since. */
bool undo_changes(const struct configure_state *was, const struct number *live, enum undo_how how, struct changes *out,
		  struct err *e);

#endif
