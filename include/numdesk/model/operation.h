#ifndef NUMDESK_MODEL_OPERATION_H
#define NUMDESK_MODEL_OPERATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "numdesk/model/money.h"
#include "numdesk/model/number.h"

/* Kinds of changes: rows in opkinds.def. */
enum op_kind {
#define OPKIND(id, ...) OP_##id,
#include "numdesk/model/opkinds.def"
#undef OPKIND
	OP_KIND_COUNT
};
enum op_flag {
	OPF_NUMBER = 1 << 0,        /* its subject is a phone number in E.164 form; one open change of it at a time */
	OPF_OWNED = 1 << 1,         /* of a number that the account owns, by its SID; a lock refuses it */
	OPF_MONEY = 1 << 2,         /* adds to the monthly bill: caps, prices and the hold apply */
	OPF_DESTROYS = 1 << 3,      /* takes something away: confirmed by typing, never by --yes */
	OPF_FILE = 1 << 5,          /* what it needs is stored whole: it may come from a plan file, and be sent later */
	OPF_AGAIN = 1 << 4          /* twice is as once: found not to have happened, it may be sent again */
};
enum op_confirm {                   /* what one of it is confirmed with; several are confirmed with their count */
	OP_CONFIRM_YES,
	OP_CONFIRM_LAST4,           /* the last four digits of its number */
	OP_CONFIRM_NAME             /* its subject, typed whole */
};
struct op_kind_info {
	const char *name;           /* stable: ledger, JSON, plan files */
	const char *verb, *doing, *past;        /* "buy", "buying", "bought" */
	const char *noun, *nouns;   /* "number", "numbers" */
	unsigned flags;
	enum op_confirm confirm;
};
extern const struct op_kind_info op_kinds[OP_KIND_COUNT];
const char *op_nouns(enum op_kind k, size_t n);         /* "number", "numbers" */
/* States; names are stored in the ledger and printed, so they are stable. */
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
#define OP_SUBJECT_MAX 160

/* One change of the outside world: a journal row. Texts are borrowed from the arena of whoever holds it. */
struct operation {
	int64_t id, plan_id;        /* 0 until the ledger stored it */
	int seq;                    /* position in its plan, from 0 */
	uint8_t uid[OP_UID], want_uid[OP_UID];
	enum op_kind kind;
	enum op_state state;
	char account_sid[SID_SIZE], to_account[SID_SIZE];
	char subject[OP_SUBJECT_MAX];   /* what no two open changes may share: a number (then across all accounts and
					 * kinds), else a name or SID (within its account and kind); cleaned */
	char phone_number[E164_SIZE];   /* the subject when it is a number, else "" */
	char phone_sid[SID_SIZE];       /* of a number that is owned or was bought, else "" */
	char result_sid[SID_SIZE];      /* what came of any other kind: the SID that Twilio gave; "" */
	int64_t price_micros;       /* per month, >= 0; MONEY_UNKNOWN only before it is stored */
	char currency[4];
	enum number_type type;
	char country[3];
	const char *before_json;    /* what was there: the object as Twilio last showed it, NULL for a purchase */
	const char *want_json;      /* parameters beyond the subject: {"FriendlyName":"..."}; NULL when none */
	const char *result_json;    /* what else has to be remembered of the answer; never a secret; NULL when nothing */
	const char *unsaved;        /* what is sent and never stored, as JSON (the text of a message): only in a plan in
				     * memory; NULL when nothing, and in every row that was read */
	const char *owner;          /* session that is responsible: boot_id/pid/starttime/session */
	int sends, checks;
	int64_t armed_at, unknown_at, next_check_at;   /* milliseconds UTC, 0 when not */
	int curl_code, http_status, twilio_code;
	char request_id[40];        /* Twilio-Request-Id */
	const char *message;        /* our sentence about the outcome, cleaned */
	int64_t created_at, updated_at;                /* milliseconds UTC */
};
bool op_has(enum op_kind k, unsigned flag);
/* Name the subject, and with it the number when it is one; cut and cleaned to fit. */
void op_set_subject(struct operation *op, const char *subject);
/* The subject for a person: a number in its national form, else as it is. */
char *op_show_subject(const struct operation *op, char *dst, size_t dst_size);
/* What has to be typed to give this operation up: the last four digits of its number, else its id. */
char *op_give_up_word(const struct operation *op, char dst[24]);

#endif
