/* One look at one operation, and what it proves: one that fails proves nothing, changes nothing. */
#include <stdio.h>
#include <string.h>

#include "settle_priv.h"

#include "numdesk/core/apply.h"
#include "numdesk/core/session.h"
#include "numdesk/util/clock.h"
#include "numdesk/util/log.h"
#include "numdesk/util/mem.h"
#include "numdesk/util/text.h"

enum { LATER_MS = 20000, FAILED_MAX_MS = 300000, RETRY_MS = 30000, WAIT_SENDING_MS = 2000 };

static int64_t wall(const struct settle *x)
{
	return x->s->clock->wall_ms(x->s->clock);
}

/* When the outcome became unknown: an answer may be late from then on, however long the request itself took. */
static int64_t since(const struct operation *op)
{
	return op->unknown_at ? op->unknown_at : op->armed_at;
}

/* How long to wait for the next look: the next mark of the schedule, every 20 s after the last, less often while looks
 * fail. */
static int64_t next_wait(const struct settle *x, const struct operation *op, int failures)
{
	static const int marks_s[] = {2, 5, 10, 20, 40, 60, 90, 120};
	const int64_t age = wall(x) - since(op);
	int64_t wait = LATER_MS;

	for (size_t i = 0; i < ARRAY_LEN(marks_s); i++)
		if (age >= 0 && age < marks_s[i] * (int64_t)1000)
			return marks_s[i] * (int64_t)1000 - age;
	for (int i = 1; i < failures && wait < FAILED_MAX_MS; i++)
		wait *= 2;
	return wait < FAILED_MAX_MS ? wait : FAILED_MAX_MS;
}

/* --- judging ---------------------------------------------------------------------------------------------------- */

struct judgement {
	enum op_state state;            /* as it is, when nothing was proved */
	char message[280];              /* "" keeps what is stored */
	const char *sid, *json;
};

static void judge_done(const struct operation *op, const struct finding *f, struct judgement *j)
{
	const char *when = !kind_of(op->kind)->patient ? "" : op->state == OP_ABSENT ? "found late: " : "found: ";

	j->state = OP_DONE;
	j->sid = f->sid;
	j->json = f->json;
	snprintf(j->message, sizeof j->message, "%s%s", when, f->says);
}

static void judge_not(const struct settle *x, const struct operation *op, const struct finding *f, struct judgement *j)
{
	const bool patient = kind_of(op->kind)->patient;

	if (op->state != OP_UNKNOWN)
		return;
	if (patient && (op->checks + 1 < SETTLE_LOOKS || wall(x) - since(op) < SETTLE_MS))
		return;
	j->state = OP_ABSENT;
	if (patient)
		snprintf(j->message, sizeof j->message, "not found after %d looks; it may still appear",
			 op->checks + 1);
	else
		snprintf(j->message, sizeof j->message, "%s", f->says);
}

static void judge(const struct settle *x, const struct operation *op, const struct finding *f, struct judgement *j)
{
	if (f->is == EVIDENCE_DONE)
		judge_done(op, f, j);
	else if (f->is == EVIDENCE_NOT)
		judge_not(x, op, f, j);
	else if (op->state == OP_UNKNOWN) {
		j->state = OP_CONFLICT;
		snprintf(j->message, sizeof j->message, "%s: look in the Console", f->says);
	}
}

/* --- writing it down -------------------------------------------------------------------------------------------- */

static bool keeps_looking(const struct settle *x, const struct operation *op, enum op_state state)
{
	/* A change that did not happen may be on its way: it is watched as long as a purchase would be. */
	return state == OP_UNKNOWN ||
	       (state == OP_ABSENT && !kind_of(op->kind)->patient && wall(x) - since(op) < SETTLE_MS);
}

static bool write_down(struct settle *x, const struct operation *op, const struct judgement *j, int64_t wait)
{
	const bool is_number = j->sid && sid_is(j->sid, "PN") && op_has(op->kind, OPF_NUMBER);
	const struct op_outcome o = {
		.state = j->state, .phone_sid = is_number ? j->sid : NULL, .result_sid = is_number ? NULL : j->sid,
		.result_json = j->json, .message = *j->message ? j->message : NULL,
		.next_check_at = keeps_looking(x, op, j->state) ? wall(x) + wait : 0, .looked = true,
	};
	struct err e = {0};

	if (ledger_settle(x->s->ledger, op->id, &o, &e))
		return true;
	log_write(LOG_ERROR, "core", "what was found about operation %lld cannot be written down: %s",
		  (long long)op->id,
		  e.msg);
	return false;
}

/* The look is over: free its place, plan the next one, and tell who waited. */
static void done_looking(struct entry *en, int64_t wait, const struct err *err)
{
	struct settle *x = en->x;
	const int64_t id = en->op_id;
	const int failures = en->failures;

	settle_drop(en, err);
	if (wait >= 0 && x->running) {
		en = settle_entry(x, id);
		en->failures = failures;
		settle_due(en, wait);
	}
	settle_pump(x);
}

static void proved(struct entry *en, const struct operation *op, const struct finding *f)
{
	struct settle *x = en->x;
	struct judgement j = {.state = op->state};
	int64_t wait;

	en->failures = 0;
	wait = next_wait(x, op, 0);
	judge(x, op, f, &j);
	if (f->is == EVIDENCE_DONE)
		kind_mirror(x->s, op, f);
	if (!write_down(x, op, &j, wait)) {
		done_looking(en, ledger_failed(x->s->ledger, NULL) ? -1 : RETRY_MS, NULL);
		return;
	}
	settle_changed(x, op->id);
	done_looking(en, keeps_looking(x, op, j.state) ? wait : -1, NULL);
}

static void looked(void *ctx, const struct finding *f)
{
	struct entry *en = ctx;
	struct settle *x = en->x;
	struct arena mem = {0};
	struct operation op;
	struct err e = {0};

	en->look = NULL;
	if (!ledger_op(x->s->ledger, en->op_id, &op, &mem, &e)) {
		done_looking(en, -1, &e);
	} else if (!op_is_open(op.state)) {
		done_looking(en, -1, NULL);             /* settled meanwhile, by a sync or by hand */
	} else if (f->is == EVIDENCE_NONE) {
		en->failures++;
		done_looking(en, keeps_looking(x, &op, op.state) ? next_wait(x, &op, en->failures) : -1, &f->err);
	} else {
		proved(en, &op, f);
	}
	arena_release(&mem);
}

/* --- beginning -------------------------------------------------------------------------------------------------- */

/* An outcome that could not be written down when it came: from now on it is one that is not known. */
static bool disarm(struct settle *x, struct operation *op, struct err *e)
{
	const struct op_outcome o = {.state = OP_UNKNOWN, .message = "its outcome could not be written down",
				     .next_check_at = wall(x)};

	if (!ledger_settle(x->s->ledger, op->id, &o, e))
		return false;
	op->state = OP_UNKNOWN;
	settle_changed(x, op->id);
	return true;
}

static bool start_look(struct entry *en, const struct operation *op, struct err *e)
{
	struct session *s = en->x->s;

	if (!session_ready(s, e))
		return false;
	if (strcmp(op->account_sid, s->client.account_sid) != 0)
		return err_set(e, ERR_GUARD, "operation %lld belongs to account %s", (long long)op->id,
			       op->account_sid);
	en->look = inquiry_start(s, op, looked, en, e);
	return en->look != NULL;
}

void settle_begin(struct entry *en)
{
	struct settle *x = en->x;
	struct arena mem = {0};
	struct operation op;
	struct err e = {0};

	if (!ledger_op(x->s->ledger, en->op_id, &op, &mem, &e))
		done_looking(en, -1, &e);
	else if (!op_is_open(op.state) || op.state == OP_PLANNED || !op.owner ||
		 strcmp(op.owner, ledger_owner(x->s->ledger)) != 0)
		done_looking(en, -1, NULL);
	else if (op.state == OP_ARMED && apply_in_flight(x->s, op.id))
		done_looking(en, WAIT_SENDING_MS, NULL);
	else if (op.state == OP_ARMED && !disarm(x, &op, &e))
		done_looking(en, ledger_failed(x->s->ledger, NULL) ? -1 : RETRY_MS, &e);
	else if (!start_look(en, &op, &e))
		done_looking(en, -1, &e);
	arena_release(&mem);
}
