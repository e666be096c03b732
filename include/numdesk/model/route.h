#ifndef NUMDESK_MODEL_ROUTE_H
#define NUMDESK_MODEL_ROUTE_H

#include <stdbool.h>
#include <stddef.h>

#include "numdesk/model/column.h"

/* What answers a call or a message, of all that is set: a trunk over an application over an address; for messages a
 * messaging service over both, unless it says that the number's own webhook is to be used. */
enum route_kind { ROUTE_NOTHING, ROUTE_URL, ROUTE_APPLICATION, ROUTE_TRUNK, ROUTE_SERVICE };
struct route_service { const char *sid, *name; bool uses_number; };     /* the service a number is in */
struct route {
	enum route_kind kind;
	enum column_id by;              /* the setting that answers; COLUMN_COUNT for nothing and a service */
	const char *target;             /* its value: an address or a SID; NULL for nothing */
	const char *name;               /* of a service, NULL when not known */
	const char *method, *fallback;  /* of an address; fallback NULL when there is none */
	enum column_id idle[4]; size_t n_idle;  /* what is set and not used because of it */
};
struct route route_voice(const struct number *n);
struct route route_messages(const struct number *n, const struct route_service *service);      /* NULL: in none */
/* "trunk", "application", "url", "service" or "": stable. */
const char *route_kind_name(enum route_kind k);
/* "trunk Office PBX", "application AP...", "POST https://...", "nothing is set"; name NULL: what the route knows. Raw:
 * clean it before showing. */
char *route_words(const struct route *r, const char *name, char *dst, size_t dst_size);

#endif
