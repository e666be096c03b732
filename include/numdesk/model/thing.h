#ifndef NUMDESK_MODEL_THING_H
#define NUMDESK_MODEL_THING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "numdesk/model/sid.h"

/* Small resources of an account (services, applications, addresses ...): rows in things.def say what each kind is. */
enum thing_kind {
#define THING(id, ...) THING_##id,
#include "numdesk/model/things.def"
#undef THING
	THING_COUNT
};
struct thing_info {
	const char *name;           /* our word, for messages and the cache */
	const char *product, *path, *key;       /* where its list is: twilio/resource.h */
	const char *prefix;         /* of its SIDs */
	const char *label, *label_too;          /* members that name it; the second when the first is empty */
	const char *status;         /* member that holds its state; NULL: it has none */
	int max_age_s;              /* a list older than this is asked for again */
	int page_size;              /* 0: 50 */
};
extern const struct thing_info things[THING_COUNT];

/* One of them. Texts are borrowed from whoever holds it; name and status are as Twilio sent them: clean before drawing. */
struct thing {
	enum thing_kind kind;
	char sid[SID_SIZE], parent[SID_SIZE];   /* parent: what its list belongs to, "" for the account */
	const char *name, *status;  /* never NULL */
	const char *json;           /* the whole object as it came, printed; auth tokens blanked */
	int64_t fetched_at;         /* seconds UTC */
};
bool thing_kind_parse(const char *name, enum thing_kind *out);

#endif
