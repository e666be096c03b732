#ifndef NUMDESK_MODEL_MESSAGE_H
#define NUMDESK_MODEL_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "numdesk/model/money.h"
#include "numdesk/model/sid.h"
struct arena;

/* What a message's status means for who waits for it; statuses grow, so an unknown one is MESSAGE_UNDER_WAY. */
enum message_stage {
	MESSAGE_UNDER_WAY,              /* accepted, scheduled, queued, sending, receiving */
	MESSAGE_SENT,                   /* with the carrier, and some carriers never confirm: may be the last word */
	MESSAGE_ARRIVED,                /* delivered, read, received, partially_delivered */
	MESSAGE_FAILED                  /* undelivered, failed, canceled */
};
/*
 * One message, in or out. Texts are borrowed from whoever holds it and raw as Twilio sent them: clean before drawing.
 * Absent, null and "" are all NULL. Times are seconds UTC, 0 when unknown.
 */
struct message {
	char sid[SID_SIZE], account_sid[SID_SIZE], service_sid[SID_SIZE];   /* "" when none */
	char currency[4];
	const char *from, *to;          /* a number, a short code, a name, or "whatsapp:+..."; from may be NULL at first */
	const char *body, *status, *direction, *error_message;
	int error_code;                 /* 0: none */
	int64_t segments, media;        /* -1 when unknown */
	int64_t price;                  /* micros, negative when it was charged; MONEY_UNKNOWN until it is rated */
	int64_t created_at, sent_at, updated_at;
};
void message_copy(struct message *dst, const struct message *src, struct arena *a);
bool message_is_inbound(const struct message *m);
/* Our number of the two, and the other side's; "" when unknown. Borrowed from m. */
const char *message_ours(const struct message *m);
const char *message_theirs(const struct message *m);
enum message_stage message_stage(const char *status);
/* Nothing more will happen to it: everything but under way and sent. */
bool message_is_over(const char *status);
/* "delivered", "handed to the carrier, which has not confirmed": words for a status; the status itself when it has
 * none. */
const char *message_status_says(const char *status);
/* Why it did not arrive, from the faults table: "the carrier filtered the message as unwanted: check ... (Twilio 30007)".
 * "" while there is nothing to explain. dst needs 256 bytes. */
char *message_reason(const struct message *m, char *dst, size_t dst_size);

#endif
