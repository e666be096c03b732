#ifndef NUMDESK_MODEL_PORT_H
#define NUMDESK_MODEL_PORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "numdesk/model/number.h"

/*
 * Where a request, or one number of it, stands. Twilio's words differ between its documents, examples and endpoints
 * ("In progress", "in_progress", "Port Pending"), so they are compared without case and separators; a word that is not
 * known is PORT_OTHER and shown as it came.
 */
enum port_state {
	PORT_OTHER,
	PORT_IN_REVIEW,         /* also "pending", the first state of all */
	PORT_SIGNATURE,         /* the representative has to sign the letter of authorization */
	PORT_ACTION,            /* somebody has to correct something */
	PORT_IN_PROGRESS,       /* at the losing carrier; "port submitted" of a number */
	PORT_SCHEDULED,         /* a number has its port date: "port pending" */
	PORT_COMPLETED,
	PORT_REJECTED,          /* a number that the losing carrier refused */
	PORT_CANCELLING,
	PORT_CANCELLED,
	PORT_EXPIRED,
	PORT_STATE_COUNT
};
/* How it looks: what is wanted of whoever reads it. */
enum port_mood { PORT_MOOD_WAITS, PORT_MOOD_ACT, PORT_MOOD_DONE, PORT_MOOD_OVER };
enum port_state port_state_parse(const char *twilio);          /* NULL and unknown: PORT_OTHER */
const char *port_state_name(enum port_state s);                 /* stable: "in-review"; "other" */
const char *port_state_words(enum port_state s);                /* for people: "waiting for signature" */
bool port_state_named(const char *name, enum port_state *out);  /* any spelling of ours or Twilio's */
bool port_state_is_over(enum port_state s);                     /* nothing will change any more */
enum port_mood port_state_mood(enum port_state s);

/* One number of a request. Texts are borrowed from whoever holds it. */
struct port_number {
	char phone_number[E164_SIZE], sid[SID_SIZE];    /* PU..., "" when not told */
	enum port_state state;
	const char *state_text;         /* as Twilio wrote it; "" */
	const char *type;               /* as Twilio wrote it: "LOCAL"; "" */
	int portable;                   /* 1, 0, -1: not evaluated yet */
	const char *reason;             /* why it is not portable, Twilio's word; "" */
	int reason_code;                /* 22130 ...; 0 */
	int64_t port_date;              /* seconds UTC; 0 while there is none */
	const char *rejection;          /* of the losing carrier; "" */
	const char *rejection_code;     /* "" */
};
/* One port-in request. The list tells less than the request itself: then `complete` is false and numbers are unknown. */
struct port {
	char sid[SID_SIZE], account_sid[SID_SIZE];
	enum port_state state;
	const char *state_text;
	int64_t created_at, updated_at; /* seconds UTC; 0 when not told */
	int64_t requested, ported;      /* how many numbers; -1 when not told */
	const char *suggested_action;   /* "" */
	bool complete;
	struct port_number *numbers; size_t n;
	const char *target_date;        /* "2026-12-01"; "" */
	const char *time_from, *time_to;/* "10:15:00-08:00"; "" */
	const char *customer_name, *representative, *email;
	const char *cancel_reason, *signature_url;
	int64_t ticket;                 /* support_ticket_id; 0 */
};
/* The earliest port date of its numbers that is set; 0. */
int64_t port_date(const struct port *p);
/* "+1 415-555-0110 and 2 more", "" without numbers. */
char *port_numbers_say(const struct port *p, char *dst, size_t dst_size);

/* Can a number be ported here? */
struct portability {
	char phone_number[E164_SIZE];
	char country[3];                /* "" */
	enum number_type type;
	bool portable, pin_required;    /* PIN and account number of the losing carrier */
	char reason[64];                /* Twilio's word, cleaned; "" when portable */
	int reason_code;                /* 0 */
};
/* Why a number is not portable, in words: the table's sentence for the code, else Twilio's word made readable. */
char *port_reason_say(int code, const char *reason, char *dst, size_t dst_size);
/* What a losing carrier's refusal means: "the PIN is wrong" for INVALID_PIN; else the word made readable. */
char *port_rejection_say(const char *rejection, char *dst, size_t dst_size);

#endif
