#ifndef NUMDESK_MODEL_FAULT_H
#define NUMDESK_MODEL_FAULT_H

#include <stdbool.h>

#include "numdesk/util/err.h"

/* The faults table: rows in faults.def, one per Twilio error code we can say something useful about. */
struct fault {
	int code;
	enum err_kind kind;
	const char *says;           /* what happened, in our words; lower case, no full stop */
	const char *next;           /* what to do next; lower case, no full stop */
	bool stops_plan;            /* the rest of a plan would fail the same way: stop it */
};
extern const struct fault faults[];
extern const int fault_count;
const struct fault *fault_find(int code);               /* NULL when the table has no row */
/*
 * The one maker of messages about an API answer: fills e with kind, http, code and "says: next (Twilio CODE)".
 * For a code without a row it falls back to the HTTP status and quotes Twilio's own message, cleaned and cut.
 * `subject` is the number or thing concerned, NULL when none. Returns false.
 */
bool fault_err(struct err *e, int http, int code, const char *subject, const char *server_message);

#endif
