#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ledger_priv.h"
#include "numdesk/util/clock.h"
#include "numdesk/util/crypto.h"
#include "numdesk/util/mem.h"

/*
 * Planning: caps are checked, numbers are claimed and rows are written in one BEGIN IMMEDIATE, so two sessions cannot
 * both find room. The indexes one_open and one_want would refuse as well; the look-ups here exist to say why.
 */

/* --- caps -------------------------------------------------------------------------------------------------------- */

static int64_t day_start_ms(int64_t now_ms)
{
	const int64_t day = 86400000;

	return now_ms - now_ms % day;
}

static int64_t month_start_ms(int64_t now_ms)
{
	char date[16];
	int64_t s;

	clock_date(now_ms / 1000, date, sizeof date);
	if (strlen(date) != strlen("2026-01-31"))
		return 0;
	memcpy(date + 8, "01", 2);
	return clock_parse(date, &s) ? s * 1000 : 0;
}

/*
 * What is bought or reserved by an account since a moment. Rows from the future count too: a clock set back must not
 * open a cap. currency NULL sums nothing but counts all.
 */
static bool reserved(struct ledger *l, const char *account_sid, const char *currency, int64_t since_ms, int64_t *count,
		     int64_t *sum, struct err *e)
{
	sqlite3_stmt *q = db_kept(
		&l->db,
		"SELECT count(*),coalesce(sum(CASE WHEN currency=?2 THEN price_micros ELSE 0 END),0)"
		" FROM operation WHERE kind='buy' AND account_sid=?1 AND created_at>=?3"
		" AND state NOT IN(" GIVEN_UP_STATES ")",
		e);
	bool ok;

	if (!q)
		return false;
	db_bind_text(q, 1, account_sid);
	db_bind_text(q, 2, currency);
	db_bind_int(q, 3, since_ms);
	ok = db_next(&l->db, q, e) == DB_ROW;
	if (ok) {
		*count = sqlite3_column_int64(q, 0);
		*sum = sqlite3_column_int64(q, 1);
	}
	db_done(q);
	return ok;
}

static bool check_sum(int64_t have, int64_t add, int64_t cap, const char *currency, const char *period, struct err *e)
{
	char c[40], h[40], r[40], a[40];

	if (cap == MONEY_UNKNOWN || money_add(have, add) <= cap)
		return true;
	money_show(cap, currency, c, sizeof c);
	money_show(have, currency, h, sizeof h);
	money_show(have < cap ? cap - have : 0, currency, r, sizeof r);
	money_show(add, currency, a, sizeof a);
	return err_set(e, ERR_GUARD,
		       "the cap of %s per %s would be passed: %s is bought or reserved, %s is left, this adds %s; "
		       "nothing was sent",
		       c, period, h, r, a);
}

/* The purchases of one account and currency, which begin at ops[first]. */
static bool check_group(struct ledger *l, const struct operation *ops, size_t n, size_t first,
			const struct ledger_limits *limits, int64_t now_ms, struct err *e)
{
	const struct operation *f = &ops[first];
	const bool sums = limits->day_spend != MONEY_UNKNOWN || limits->month_spend != MONEY_UNKNOWN;
	int64_t add = 0, buys = 0, count = 0, day = 0, month = 0, ignored;

	for (size_t i = 0; i < n; i++) {
		if (ops[i].kind != OP_BUY || strcmp(ops[i].account_sid, f->account_sid) != 0)
			continue;
		buys++;
		if (strcmp(ops[i].currency, f->currency) != 0)
			continue;
		if (sums && ops[i].price_micros == MONEY_UNKNOWN)
			return err_set(
				e, ERR_GUARD,
				"the price of '%s' is unknown, so a spending cap cannot be kept; remove the cap or "
				"wait for the price; nothing was sent",
				ops[i].phone_number);
		add = money_add(add, ops[i].price_micros == MONEY_UNKNOWN ? 0 : ops[i].price_micros);
	}
	if (sums && limits->currency && *limits->currency && strcmp(limits->currency, f->currency) != 0)
		return err_set(e, ERR_GUARD,
			       "the price of '%s' is in '%s' and the spending cap in '%s': they cannot be compared; "
			       "nothing was sent",
			       f->phone_number, f->currency, limits->currency);
	if (!reserved(l, f->account_sid, f->currency, day_start_ms(now_ms), &count, &day, e) ||
	    !reserved(l, f->account_sid, f->currency, month_start_ms(now_ms), &ignored, &month, e))
		return false;
	if (limits->day_count > 0 && count + buys > limits->day_count)
		return err_set(
			e, ERR_GUARD,
			"the cap of %lld purchases per day would be passed: %lld are bought or reserved, %lld left, "
			"this adds %lld; nothing was sent",
			(long long)limits->day_count, (long long)count,
			(long long)(count < limits->day_count ? limits->day_count - count : 0), (long long)buys);
	return check_sum(day, add, limits->day_spend, f->currency, "day", e) &&
	       check_sum(month, add, limits->month_spend, f->currency, "month", e);
}

static bool same_group(const struct operation *a, const struct operation *b)
{
	return strcmp(a->account_sid, b->account_sid) == 0 && strcmp(a->currency, b->currency) == 0;
}

static bool check_limits(struct ledger *l, const struct operation *ops, size_t n, const struct ledger_limits *limits,
			 int64_t now_ms, struct err *e)
{
	for (size_t i = 0; limits && i < n; i++) {
		bool seen = ops[i].kind != OP_BUY;

		for (size_t j = 0; !seen && j < i; j++)
			seen = ops[j].kind == OP_BUY && same_group(&ops[i], &ops[j]);
		if (!seen && !check_group(l, ops, n, i, limits, now_ms, e))
			return false;
	}
	return true;
}

/* --- claims ------------------------------------------------------------------------------------------------------ */

static bool refuse_held(struct ledger *l, const struct operation *op, sqlite3_stmt *q, const char *what, struct err *e)
{
	const char *owner = db_text(q, 4);
	char since[24], whose[64];

	clock_iso(sqlite3_column_int64(q, 3) / 1000, since, sizeof since);
	if (sqlite3_column_int64(q, 5) == op->plan_id)
		return err_set(e, ERR_USAGE, "'%s' is named twice in this plan", op->subject);
	if (strcmp(owner, l->owner) == 0)
		snprintf(whose, sizeof whose, "this session");
	else
		snprintf(whose, sizeof whose, "the session of process %ld%s", session_pid(owner),
			 session_is_alive(l, owner) ? "" : ", which has ended");
	return err_set(e, ERR_GUARD,
		       "%s '%s' is held by operation %lld (%s, %s) since %s, of %s; settle it first with: numdesk "
		       "resume",
		       what, op->subject, (long long)sqlite3_column_int64(q, 0), db_text(q, 1), db_text(q, 2),
		       since, whose);
}

/* Does another row hold what op needs? q selects id, kind, state, created_at, owner, plan_id of it. */
static bool claim(struct ledger *l, const struct operation *op, sqlite3_stmt *q, const char *what, struct err *e)
{
	enum db_step step = db_next(&l->db, q, e);

	if (step == DB_ROW)
		refuse_held(l, op, q, what, e);
	db_done(q);
	return step == DB_END;
}

static bool check_free(struct ledger *l, const struct operation *op, struct err *e)
{
	sqlite3_stmt *q = db_kept(&l->db,
				  "SELECT id,kind,state,created_at,owner,plan_id FROM operation WHERE subject=?1"
				  " AND state IN(" OPEN_STATES ") AND (?2 OR (account_sid=?3 AND kind=?4))",
				  e);

	if (!q)
		return false;
	db_bind_text(q, 1, op->subject);
	db_bind_int(q, 2, *op->subject == '+');         /* a number is one thing, whatever is done to it */
	db_bind_text(q, 3, op->account_sid);
	db_bind_text(q, 4, op_kind_name(op->kind));
	if (!claim(l, op, q, op_kinds[op->kind].noun, e))
		return false;
	if (op->kind != OP_BUY)
		return true;
	q = db_kept(&l->db,
		    "SELECT id,kind,state,created_at,owner,plan_id FROM operation WHERE want_uid=?1 AND kind='buy'"
		    " AND state NOT IN(" GIVEN_UP_STATES ")",
		    e);
	if (!q)
		return false;
	db_bind_blob(q, 1, op->want_uid, OP_UID);
	return claim(l, op, q, "the order that wants", e);
}

/* --- rows -------------------------------------------------------------------------------------------------------- */

static bool insert_plan(struct ledger *l, const char *source, int64_t now_ms, int64_t *id, struct err *e)
{
	sqlite3_stmt *q = db_kept(&l->db, "INSERT INTO plan(uid,created,source) VALUES(?1,?2,?3)", e);
	uint8_t uid[OP_UID];

	if (!q)
		return false;
	crypto_random(uid, sizeof uid);
	db_bind_blob(q, 1, uid, sizeof uid);
	db_bind_int(q, 2, now_ms);
	db_bind_text(q, 3, source);
	if (!db_run(&l->db, q, e))
		return false;
	*id = sqlite3_last_insert_rowid(l->db.h);
	return true;
}

static const char *or_null(const char *s)
{
	return *s ? s : NULL;
}

static bool insert_op(struct ledger *l, struct operation *op, struct err *e)
{
	sqlite3_stmt *q = db_kept(
		&l->db,
		"INSERT INTO operation(plan_id,seq,uid,kind,want_uid,account_sid,to_account,subject,"
		"phone_sid,type,country,before_json,want_json,price_micros,currency,owner,created_at,updated_at)"
		" VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,?16,?17,?17)",
		e);

	if (!q)
		return false;
	db_bind_int(q, 1, op->plan_id);
	db_bind_int(q, 2, op->seq);
	db_bind_blob(q, 3, op->uid, OP_UID);
	db_bind_text(q, 4, op_kind_name(op->kind));
	db_bind_blob(q, 5, op->want_uid, OP_UID);
	db_bind_text(q, 6, op->account_sid);
	db_bind_text(q, 7, or_null(op->to_account));
	db_bind_text(q, 8, op->subject);
	db_bind_text(q, 9, or_null(op->phone_sid));
	db_bind_text(q, 10, number_type_name(op->type));
	db_bind_text(q, 11, op->country);
	db_bind_text(q, 12, op->before_json);
	db_bind_text(q, 13, op->want_json);
	db_bind_int(q, 14, op->price_micros);
	db_bind_text(q, 15, op->currency);
	db_bind_text(q, 16, op->owner);
	db_bind_int(q, 17, op->created_at);
	if (!db_run(&l->db, q, e))
		return false;
	op->id = sqlite3_last_insert_rowid(l->db.h);
	return chain_append(l, op->id, NULL, op_state_name(OP_PLANNED), NULL, e);
}

static void prepare_op(const struct ledger *l, struct operation *op, int64_t plan_id, int seq, int64_t now_ms)
{
	static const uint8_t zero[OP_UID];

	op->plan_id = plan_id;
	op->seq = seq;
	op->state = OP_PLANNED;
	op->owner = l->owner;
	op->sends = op->checks = 0;
	op->result_sid[0] = '\0';
	op->result_json = NULL;
	if (!*op->subject)
		op_set_subject(op, op->phone_number);
	op->created_at = op->updated_at = now_ms;
	if (op->price_micros == MONEY_UNKNOWN)
		op->price_micros = 0;
	crypto_random(op->uid, OP_UID);
	if (memcmp(op->want_uid, zero, OP_UID) == 0)
		crypto_random(op->want_uid, OP_UID);
}

bool ledger_plan(struct ledger *l, struct operation *ops, size_t n, const char *source,
		 const struct ledger_limits *limits, struct err *e)
{
	const int64_t now_ms = ledger_now_ms(l);
	struct operation *work;
	int64_t plan_id = 0;
	bool ok;

	if (!ledger_begin(l, e))
		return false;
	work = mem_array(n, sizeof *work);
	if (n)
		memcpy(work, ops, n * sizeof *work);
	ok = check_limits(l, work, n, limits, now_ms, e) && insert_plan(l, source, now_ms, &plan_id, e);
	for (size_t i = 0; ok && i < n; i++) {
		prepare_op(l, &work[i], plan_id, (int)i, now_ms);
		ok = check_free(l, &work[i], e) && insert_op(l, &work[i], e);
	}
	ok = db_finish(&l->db, ok, e);
	if (ok && n)
		memcpy(ops, work, n * sizeof *work);
	free(work);
	return ok;
}

/* --- again ------------------------------------------------------------------------------------------------------- */

static bool may_repeat(const struct operation *old, struct err *e)
{
	if (old->state == OP_REJECTED && (old->http_status == 429 || old->twilio_code == 20429))
		return true;
	if (old->state == OP_ABSENT && op_has(old->kind, OPF_AGAIN))
		return true;
	return err_set(e, ERR_GUARD,
		       "operation %lld (%s, %s) of '%s' cannot be sent again: only a rate-limited one can, or a change "
		       "that was found not to have happened",
		       (long long)old->id, op_kind_name(old->kind), op_state_name(old->state), old->subject);
}

static bool supersede(struct ledger *l, const struct operation *old, int64_t now_ms, struct err *e)
{
	sqlite3_stmt *q = db_kept(&l->db,
				  "UPDATE operation SET state='abandoned',message='superseded',next_check_at=NULL,"
				  "updated_at=?2 WHERE id=?1",
				  e);

	if (!q)
		return false;
	db_bind_int(q, 1, old->id);
	db_bind_int(q, 2, now_ms);
	return db_run(&l->db, q, e) && chain_append(l, old->id, op_state_name(old->state), op_state_name(OP_ABANDONED),
						    "superseded by a new operation", e);
}

bool ledger_again(struct ledger *l, int64_t op_id, int64_t *new_id, struct err *e)
{
	const int64_t now_ms = ledger_now_ms(l);
	struct arena a = {0};
	struct operation op;
	bool ok;

	if (!ledger_begin(l, e))
		return false;
	ok = ledger_op(l, op_id, &op, &a, e) && may_repeat(&op, e) &&
	     (op.state != OP_ABSENT || supersede(l, &op, now_ms, e));
	if (ok) {
		prepare_op(l, &op, op.plan_id, op.seq, now_ms);
		if (op.kind == OP_BUY)
			op.phone_sid[0] = '\0';
		ok = check_free(l, &op, e) && insert_op(l, &op, e);
	}
	ok = db_finish(&l->db, ok, e);
	if (ok)
		*new_id = op.id;
	arena_release(&a);
	return ok;
}

/* --- instead ----------------------------------------------------------------------------------------------------- */

static bool may_replace(const struct operation *old, const struct operation *next, struct err *e)
{
	if (old->kind != OP_BUY || old->state != OP_REJECTED || old->twilio_code != 21422)
		return err_set(e, ERR_GUARD, "operation %lld (%s, %s) of '%s' cannot be replaced: only a purchase whose number "
			       "was gone can", (long long)old->id, op_kind_name(old->kind), op_state_name(old->state),
			       old->subject);
	/* what was reserved and agreed to is the ceiling of what takes its place */
	if (next->kind != OP_BUY || strcmp(next->account_sid, old->account_sid) != 0 ||
	    strcmp(next->currency, old->currency) != 0 || next->price_micros < 0 || next->price_micros > old->price_micros)
		return err_set(e, ERR_GUARD, "'%s' cannot take the place of '%s': it is not the same account, or costs more",
			       next->subject, old->subject);
	return true;
}

bool ledger_instead(struct ledger *l, int64_t op_id, struct operation *next, struct err *e)
{
	const int64_t now_ms = ledger_now_ms(l);
	struct operation old, work = *next;
	struct arena a = {0};
	bool ok;

	if (!ledger_begin(l, e))
		return false;
	ok = ledger_op(l, op_id, &old, &a, e) && may_replace(&old, &work, e);
	if (ok) {
		memcpy(work.want_uid, old.want_uid, OP_UID);
		prepare_op(l, &work, old.plan_id, old.seq, now_ms);
		ok = check_free(l, &work, e) && insert_op(l, &work, e);
	}
	ok = db_finish(&l->db, ok, e);
	if (ok)
		*next = work;
	arena_release(&a);
	return ok;
}
