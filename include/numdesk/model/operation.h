#ifndef NUMDESK_MODEL_OPERATION_H
#define NUMDESK_MODEL_OPERATION_H

#include <stdbool.h>
#include <stdint.h>

#include "numdesk/model/money.h"
#include "numdesk/model/number.h"

/* Kinds and states; names are stored in the ledger and printed, so they are stable. */
enum op_kind { OP_BUY, OP_RELEASE, OP_TRANSFER, OP_CONFIGURE, OP_KIND_COUNT };
enum op_state {
	OP_PLANNED, OP_ARMED, OP_DONE, OP_REJECTED, OP_UNKNOWN, OP_ABSENT, OP_CONFLICT, OP_CANCELLED, OP_ABANDONED,
	OP_STATE_COUNT
};
const char *op_kind_name(enum op_kind k);
const char *op_state_name(enum op_state s);
bool op_kind_parse(const char *s, enum op_kind *out);
bool op_state_parse(const char *s, enum op_state *out);
/* The table of legal moves; the ledger refuses any other. */
bool op_may_move(enum op_kind k, enum op_state from, enum op_state to);
/* Planned, armed, unknown, absent, conflict: holds its number and its reservation. */
bool op_is_open(enum op_state s);
/* Sent, but not known: unknown, absent, conflict (and armed, seen from outside). */
bool op_is_unsure(enum op_state s);

#define OP_UID 16

/* One change of the outside world: a journal row. Texts are borrowed from the arena of whoever holds it. */
struct operation {
	int64_t id, plan_id;        /* 0 until the ledger stored it */
	int seq;                    /* position in its plan, from 0 */
	uint8_t uid[OP_UID], want_uid[OP_UID];
	enum op_kind kind;
	enum op_state state;
	char account_sid[SID_SIZE], to_account[SID_SIZE];
	char phone_number[E164_SIZE], phone_sid[SID_SIZE];
	int64_t price_micros;       /* per month, >= 0; MONEY_UNKNOWN only before it is stored */
	char currency[4];
	enum number_type type;
	char country[3];
	const char *before_json;    /* what was there: the object as Twilio last showed it, NULL for a purchase */
	const char *want_json;      /* parameters beyond the number: {"FriendlyName":"..."}; NULL when none */
	const char *owner;          /* session that is responsible: boot_id/pid/starttime/session */
	int sends, checks;
	int64_t armed_at, unknown_at, next_check_at;   /* milliseconds UTC, 0 when not */
	int curl_code, http_status, twilio_code;
	char request_id[40];        /* Twilio-Request-Id */
	const char *message;        /* our sentence about the outcome, cleaned */
	int64_t created_at, updated_at;                /* milliseconds UTC */
};

#endif
