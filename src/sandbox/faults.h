#ifndef NUMDESK_SANDBOX_FAULTS_H
#define NUMDESK_SANDBOX_FAULTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
struct arena;
struct buf;
struct err;
struct json;
struct request;

/*
 * Faults to order, one rule per kind of request:
 *
 *   {"match": {"method": "POST", "path_contains": "IncomingPhoneNumbers", "nth": 2},
 *    "mode": "reset-after-exec", "times": 1, "arg": ...}
 *
 * A rule counts the requests it matches, lets the first nth-1 pass (default 1: none), then acts `times` times
 * (default 1; 0 for ever). The first rule in the list that acts has the request. `arg` is a number, a text or an
 * object, as the mode wants it (faults.def); members of an object: status, code, ms, text, name, raw.
 */
enum fault_mode {
#define FAULT(id, name, exec, help) FAULT_##id,
#include "faults.def"
#undef FAULT
	FAULT_MODE_COUNT
};

struct fault {
	enum fault_mode mode;
	int64_t number;         /* arg as a number, or its "ms" or "bytes"; -1 when not given */
	int status, code;       /* 0 when not given */
	const char *text;       /* arg as a text, or its "text"; NULL */
	const char *name, *raw; /* for set-field */
};

struct fault_rule;
struct fault_rules { struct fault_rule *first; };

/* Append the rules of a JSON object or array; all or none. ERR_USAGE. */
bool faults_add(struct fault_rules *r, const char *text, size_t n, struct err *e);
void faults_clear(struct fault_rules *r);
/* The fault for this request, counted; FAULT_OK when no rule acts. Texts go to the request's arena. */
struct fault faults_take(struct fault_rules *r, struct request *q);
void faults_json(const struct fault_rules *r, struct buf *out);         /* the rules with their counts */
/* Does the mode let the request do its work? */
bool fault_executes(enum fault_mode m);

#endif
