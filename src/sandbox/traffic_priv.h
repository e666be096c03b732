#ifndef NUMDESK_SANDBOX_TRAFFIC_PRIV_H
#define NUMDESK_SANDBOX_TRAFFIC_PRIV_H

#include <stdbool.h>
#include <stdint.h>

#include "traffic.h"
struct sandbox;

/* A number that has had traffic. Texts are borrowed from an arena. */
struct line {
	const char *phone, *sid, *account_sid;
	enum traffic_kind kind;
	unsigned capabilities;
	int64_t created;                /* seconds */
	int64_t first_day, last_day;    /* of its traffic */
	uint64_t hash;                  /* of its digits */
};

enum event_kind { EVENT_MESSAGE_IN, EVENT_MESSAGE_OUT, EVENT_CALL_IN, EVENT_CALL_OUT, EVENT_KINDS };
struct event {
	int64_t at;                     /* seconds */
	const struct line *line;
	enum event_kind kind;
	uint64_t hash;                  /* decides everything else about it */
};

/* Puts events into the tables as rows, in the order given. */
struct traffic_writer;
struct traffic_writer *traffic_writer_new(struct sandbox *s);
void traffic_write(struct traffic_writer *w, const struct event *e);
void traffic_writer_free(struct traffic_writer *w);

#endif
