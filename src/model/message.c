#include "numdesk/model/message.h"

#include <stdio.h>
#include <string.h>

#include "numdesk/model/fault.h"
#include "numdesk/util/err.h"
#include "numdesk/util/mem.h"

/* Twilio's documents, Messages: "status". */
static const struct { const char *status; enum message_stage stage; const char *says; } statuses[] = {
	{"accepted", MESSAGE_UNDER_WAY, "accepted by Twilio"},
	{"scheduled", MESSAGE_UNDER_WAY, "scheduled"},
	{"queued", MESSAGE_UNDER_WAY, "waiting in Twilio's queue"},
	{"sending", MESSAGE_UNDER_WAY, "being handed to the carrier"},
	{"sent", MESSAGE_SENT, "handed to the carrier, which has not confirmed"},
	{"delivered", MESSAGE_ARRIVED, "delivered"},
	{"read", MESSAGE_ARRIVED, "read"},
	{"partially_delivered", MESSAGE_ARRIVED, "delivered in part"},
	{"undelivered", MESSAGE_FAILED, "not delivered"},
	{"failed", MESSAGE_FAILED, "failed"},
	{"canceled", MESSAGE_FAILED, "cancelled before it was sent"},
	{"receiving", MESSAGE_UNDER_WAY, "being received"},
	{"received", MESSAGE_ARRIVED, "received"},
};

void message_copy(struct message *dst, const struct message *src, struct arena *a)
{
	*dst = *src;
	dst->from = arena_dup(a, src->from);
	dst->to = arena_dup(a, src->to);
	dst->body = arena_dup(a, src->body);
	dst->status = arena_dup(a, src->status);
	dst->direction = arena_dup(a, src->direction);
	dst->error_message = arena_dup(a, src->error_message);
}

bool message_is_inbound(const struct message *m)
{
	return m->direction && strcmp(m->direction, "inbound") == 0;
}

const char *message_ours(const struct message *m)
{
	const char *s = message_is_inbound(m) ? m->to : m->from;

	return s ? s : "";
}

const char *message_theirs(const struct message *m)
{
	const char *s = message_is_inbound(m) ? m->from : m->to;

	return s ? s : "";
}

enum message_stage message_stage(const char *status)
{
	for (size_t i = 0; status && i < ARRAY_LEN(statuses); i++)
		if (strcmp(statuses[i].status, status) == 0)
			return statuses[i].stage;
	return MESSAGE_UNDER_WAY;
}

bool message_is_over(const char *status)
{
	const enum message_stage s = message_stage(status);

	return s == MESSAGE_ARRIVED || s == MESSAGE_FAILED;
}

const char *message_status_says(const char *status)
{
	for (size_t i = 0; status && i < ARRAY_LEN(statuses); i++)
		if (strcmp(statuses[i].status, status) == 0)
			return statuses[i].says;
	return status ? status : "in a state that Twilio did not tell";
}

char *message_reason(const struct message *m, char *dst, size_t dst_size)
{
	struct err e = {0};

	if (dst_size > 0)
		dst[0] = '\0';
	if (m->error_code == 0)
		return dst;
	fault_err(&e, 400, m->error_code, NULL, m->error_message);
	snprintf(dst, dst_size, "%s", e.msg);
	return dst;
}
