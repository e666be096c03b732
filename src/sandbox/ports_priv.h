#ifndef NUMDESK_SANDBOX_PORTS_PRIV_H
#define NUMDESK_SANDBOX_PORTS_PRIV_H

#include <stdbool.h>
#include <stdint.h>

#include "numdesk/model/sid.h"
#include "ports.h"
struct arena;

/* ports.c: one request and its numbers as they are stored. */
struct port {
	int64_t ord, created, updated;
	char sid[SID_SIZE], account_sid[SID_SIZE];
	const char *status, *action, *cancel_reason;
	const char *carrier, *documents, *emails;       /* JSON as it came; NULL */
	const char *date, *start, *end, *bundle;
	bool moves;                     /* by itself */
};
/* A request that p may see: of its own account or of one that it owns. */
bool port_load(struct sandbox *s, const struct principal *p, const char *sid, struct port *out, struct arena *a);
void port_json(struct sandbox *s, struct buf *b, const struct port *p);

/* ports_state.c */
bool port_status_known(const char *status);
const char *port_status_title(const char *status);      /* as the list writes it */
const char *port_number_title(const char *status);      /* as a request's numbers have it */
bool port_is_over(const char *status);
void port_set(struct sandbox *s, const char *sid, const char *status, const char *action);
/* NULL phone: all numbers that are not over. */
void port_set_numbers(struct sandbox *s, const char *sid, const char *phone, const char *status);
/* Move what moves by itself; before any reading. */
void ports_tick(struct sandbox *s);

#endif
