#ifndef NUMDESK_CORE_APPLY_PRIV_H
#define NUMDESK_CORE_APPLY_PRIV_H

#include "numdesk/core/apply.h"
#include "kind.h"

/*
 * One plan being carried out. apply.c walks from operation to operation, apply_check.c looks at the live number before
 * anything is sent, apply_send.c sends once and says how it ended, apply_record.c writes that down.
 *
 *   step -> check -> send -> (confirm by looking) -> record -> next step
 *
 * Every asynchronous call carries a ticket instead of the plan, so that a plan that is gone can be called back safely.
 */
struct ticket { struct apply *a; };     /* a is NULL once nobody waits; freed by the call that comes back */

enum apply_phase {
	APPLY_STEP,             /* a timer will take the next step */
	APPLY_CHECK,            /* looking before sending: may be dropped at any time */
	APPLY_SEND,             /* handed to the transport: has to come back */
	APPLY_CONFIRM,          /* sent and answered, looking whether to believe it */
	APPLY_RECORD            /* the outcome is known and not yet on disk */
};

struct outcome {                /* op_outcome with storage of its own */
	enum op_state state;
	int http_status, twilio_code, curl_code, retry_after_s;
	char request_id[40], sid[SID_SIZE], message[ERR_MSG_MAX];
	const char *json;       /* result_json, in the plan's arena; NULL: none */
	struct err err;         /* what a person is told when this is not done; ERR_NONE when it is */
	bool throttled, conflict, stops;
};

struct apply {
	struct session *s;
	struct plan plan;
	struct guard_options asked;
	int64_t *confirmed;     /* per operation: the price that was agreed to, MONEY_UNKNOWN when that was accepted */
	char (*currency)[4];    /* and of what money */
	size_t i;               /* the operation under way */
	enum apply_phase phase;
	bool armed;             /* the journal says that operation i may have been sent */
	bool stopping;
	int again;              /* how often operation i was throttled */
	size_t spare;           /* the next of the plan's spares */
	int record_tries;
	struct err stop_why, arm_err;
	struct outcome out;
	struct ticket *ticket;
	struct inquiry *look;
	uint32_t timer, row_timer, job;
	struct apply_summary sum;
	apply_row_fn *row;
	apply_done_fn *done;
	void *ctx;
};

struct operation *apply_op(struct apply *a);
void apply_later(struct apply *a, int64_t ms, enum apply_phase phase, void (*fn)(void *));
void apply_step(void *a);
void apply_row_changed(struct apply *a);        /* tell the caller about operation i, now */
/* Count operation i, remember why it is not done (NULL: it is), go on with the next. */
void apply_next(struct apply *a, size_t *counter, const struct err *why);
void apply_stop_rest(struct apply *a, const struct err *why);
struct ticket *apply_ticket(struct apply *a);
struct apply *apply_redeem(void *ticket);       /* frees it; NULL when the plan is gone */

void apply_check(struct apply *a);
/* Operation i was not sent, for certain: cancel it. stops: the rest would fail the same way. */
void apply_not_sent(struct apply *a, const struct err *why, bool stops);
bool apply_cancel_row(struct apply *a, const char *message);

void apply_send(struct apply *a);
void apply_record(struct apply *a);

#endif
