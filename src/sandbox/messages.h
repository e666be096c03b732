#ifndef NUMDESK_SANDBOX_MESSAGES_H
#define NUMDESK_SANDBOX_MESSAGES_H

#include <stdbool.h>
#include <stdint.h>

#include "numdesk/model/sid.h"
#include "numdesk/util/mem.h"
struct answer;
struct principal;
struct request;
struct sandbox;

/* One message. Its SID follows from ord (message_sid), unless it was given another. Texts NULL are JSON null. */
struct message {
	int64_t ord;                    /* lists are newest first; 0: the next */
	char sid[SID_SIZE];             /* "": from ord, SM or MM */
	const char *account_sid, *from, *to, *body, *status, *direction, *messaging_service_sid, *error_message;
	int64_t num_segments, num_media;
	int64_t price;                  /* micros, negative; MONEY_UNKNOWN until rated */
	int64_t error_code;             /* 0: none */
	int64_t created, sent, updated; /* seconds; sent 0: not yet */
};
/* Store a new row, or replace the one with its ord. Fills ord and sid. Lists must have been asked for (traffic_need). */
void message_save(struct sandbox *s, struct message *m);
bool message_load(struct sandbox *s, const char *account, const char *sid, struct message *m, struct arena *a);
void message_json(struct buf *b, const struct message *m);

void messages_list(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a);
void messages_fetch(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a);

#endif
