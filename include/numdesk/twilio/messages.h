#ifndef NUMDESK_TWILIO_MESSAGES_H
#define NUMDESK_TWILIO_MESSAGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "numdesk/model/message.h"
#include "numdesk/twilio/client.h"

/*
 * Messages of an account: reading is resource_each over "/Messages" and resource_get of "/Messages/SM...".
 *
 * One row or object as a message; texts are borrowed from o. False when it has no SID of a message.
 */
bool message_decode(const struct json *o, struct message *m);

#define MESSAGE_MEDIA_MAX 10            /* pictures of one message (Twilio's documents) */
struct message_letter {
	const char *to;
	const char *from, *service_sid; /* one of them */
	const char *body;               /* "" only with a medium */
	const char *media[MESSAGE_MEDIA_MAX]; size_t n_media;   /* URLs */
};
/* The one request: 201 with an SM or MM. Sent at most once; there is no key that would make a second one harmless. */
uint32_t message_send(struct client *c, const struct message_letter *l, http_before_send_fn *before_send,
		      void *before_send_ctx, write_fn *done, void *ctx, struct err *e);

#endif
