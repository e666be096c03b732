#include <stdlib.h>
#include <string.h>

#include "ledger_priv.h"
#include "numdesk/util/mem.h"

/* What follows planning: armed as the request leaves, settled by its outcome, taken over when its session has ended. */

/* --- arm --------------------------------------------------------------------------------------------------------- */

static bool arm_row(struct ledger *l, int64_t op_id, struct err *e)
{
	sqlite3_stmt *q = db_kept(&l->db, "UPDATE operation SET state='armed',sends=1,armed_at=?2,updated_at=?2"
				  " WHERE id=?1 AND state='planned' AND sends=0 AND owner=?3", e);

	if (!q)
		return false;
	db_bind_int(q, 1, op_id);
	db_bind_int(q, 2, ledger_now_ms(l));
	db_bind_text(q, 3, l->owner);
	if (!db_run(&l->db, q, e))
		return false;
	if (sqlite3_changes(l->db.h) != 1)
		return err_set(e, ERR_GUARD,
			       "operation %lld may not be sent: it is not planned, or not of this session",
			       (long long)op_id);
	return chain_append(l, op_id, op_state_name(OP_PLANNED), op_state_name(OP_ARMED), NULL, e);
}

bool ledger_arm(struct ledger *l, int64_t op_id, struct err *e)
{
	return ledger_begin(l, e) && db_finish(&l->db, arm_row(l, op_id, e), e);
}

/* --- settle ------------------------------------------------------------------------------------------------------ */

/* The event keeps what was learnt, since the row's fields may be written again. */
static char *describe(const struct op_outcome *o)
{
	struct buf b;

	buf_init(&b, 8192);
	if (o->http_status)
		buf_addf(&b, "http %d ", o->http_status);
	if (o->twilio_code)
		buf_addf(&b, "code %d ", o->twilio_code);
	if (o->curl_code)
		buf_addf(&b, "curl %d ", o->curl_code);
	if (o->request_id && *o->request_id)
		buf_addf(&b, "request %.64s ", o->request_id);
	if (o->phone_sid && *o->phone_sid)
		buf_addf(&b, "sid %.64s ", o->phone_sid);
	if (o->result_sid && *o->result_sid)
		buf_addf(&b, "sid %.64s ", o->result_sid);
	if (o->message && *o->message)
		buf_addf(&b, "%s", o->message);
	if (b.len && b.s[b.len - 1] == ' ')
		b.s[--b.len] = '\0';
	return b.len ? buf_take(&b) : NULL;
}

static bool may_settle(const struct ledger *l, const struct operation *op, const struct op_outcome *o, struct err *e)
{
	if (op->state != o->state && !op_may_move(op->kind, op->state, o->state))
		return err_set(e, ERR_IO, "bug: operation %lld (%s) cannot go from '%s' to '%s'", (long long)op->id,
			       op_kind_name(op->kind), op_state_name(op->state), op_state_name(o->state));
	/* its owner may be in the middle of the request, or stopped: it alone knows */
	if (op_is_open(op->state) && strcmp(op->owner, l->owner) != 0 && session_is_alive(l, op->owner))
		return err_set(e, ERR_GUARD,
			       "operation %lld belongs to the session of process %ld, which is still running",
			       (long long)op->id, session_pid(op->owner));
	return true;
}

static bool store_outcome(struct ledger *l, const struct operation *op, const struct op_outcome *o, struct err *e)
{
	const bool waits = o->state == OP_UNKNOWN || o->state == OP_ABSENT;
	const int64_t now_ms = ledger_now_ms(l);
	sqlite3_stmt *q = db_kept(
		&l->db,
		"UPDATE operation SET state=?2,http_status=coalesce(nullif(?3,0),http_status),"
		"twilio_code=coalesce(nullif(?4,0),twilio_code),curl_code=coalesce(nullif(?5,0),curl_code),"
		"request_id=coalesce(?6,request_id),"
		"phone_sid=CASE WHEN kind='buy' THEN coalesce(?7,phone_sid) ELSE phone_sid END,"
		"message=coalesce(?8,message),next_check_at=?9,checks=checks+?10,"
		"unknown_at=CASE WHEN ?2='unknown' THEN coalesce(unknown_at,?11) ELSE unknown_at END,"
		"owner=CASE WHEN ?12 THEN ?13 ELSE owner END,updated_at=?11,"
		"result_sid=coalesce(?14,result_sid),result_json=coalesce(?15,result_json) WHERE id=?1",
		e);

	if (!q)
		return false;
	db_bind_int(q, 1, op->id);
	db_bind_text(q, 2, op_state_name(o->state));
	db_bind_int(q, 3, o->http_status);
	db_bind_int(q, 4, o->twilio_code);
	db_bind_int(q, 5, o->curl_code);
	db_bind_text(q, 6, o->request_id);
	db_bind_text(q, 7, o->phone_sid && *o->phone_sid ? o->phone_sid : NULL);
	db_bind_text(q, 8, o->message);
	if (waits && o->next_check_at > 0)
		db_bind_int(q, 9, o->next_check_at);
	db_bind_int(q, 10, o->looked);
	db_bind_int(q, 11, now_ms);
	db_bind_int(q, 12, op_is_open(op->state));
	db_bind_text(q, 13, l->owner);
	db_bind_text(q, 14, o->result_sid && *o->result_sid ? o->result_sid : NULL);
	db_bind_text(q, 15, o->result_json);
	return db_run(&l->db, q, e);
}

bool ledger_settle(struct ledger *l, int64_t op_id, const struct op_outcome *o, struct err *e)
{
	struct arena a = {0};
	struct operation op;
	char *detail;
	bool ok;

	if (!ledger_begin(l, e))
		return false;
	detail = describe(o);
	ok = ledger_op(l, op_id, &op, &a, e) && may_settle(l, &op, o, e) && store_outcome(l, &op, o, e);
	if (ok && op.state != o->state)
		ok = chain_append(l, op_id, op_state_name(op.state), op_state_name(o->state), detail, e);
	ok = db_finish(&l->db, ok, e);
	free(detail);
	arena_release(&a);
	return ok;
}

/* --- recover ----------------------------------------------------------------------------------------------------- */

/* The owners of open operations, each once; the caller frees the array and its strings. */
static bool list_owners(struct ledger *l, char ***out, size_t *n, struct err *e)
{
	sqlite3_stmt *q = db_kept(&l->db, "SELECT DISTINCT owner FROM operation WHERE state IN(" OPEN_STATES ")", e);
	enum db_step step = DB_FAILED;

	*out = NULL;
	*n = 0;
	while (q && (step = db_next(&l->db, q, e)) == DB_ROW) {
		*out = mem_grow(*out, *n + 1, sizeof **out);
		(*out)[(*n)++] = mem_dup(db_text(q, 0));
	}
	db_done(q);
	return step == DB_END;
}

/* Move every row of a dead owner that is in `from`; the event of each is chained. */
static bool move_all(struct ledger *l, const char *owner, enum op_state from, enum op_state to, const char *why,
		     struct err *e)
{
	sqlite3_stmt *find = db_kept(&l->db, "SELECT id FROM operation WHERE owner=?1 AND state=?2 ORDER BY id", e), *q;
	const int64_t now_ms = ledger_now_ms(l);
	enum db_step step = DB_FAILED;
	int64_t *ids = NULL;
	size_t n = 0;
	bool ok = find != NULL;

	if (ok) {
		db_bind_text(find, 1, owner);
		db_bind_text(find, 2, op_state_name(from));
		while ((step = db_next(&l->db, find, e)) == DB_ROW) {
			ids = mem_grow(ids, n + 1, sizeof *ids);
			ids[n++] = sqlite3_column_int64(find, 0);
		}
		db_done(find);
		ok = step == DB_END;
	}
	for (size_t i = 0; ok && i < n; i++) {
		q = db_kept(&l->db, "UPDATE operation SET state=?2,message=?3,updated_at=?4,"
			    "unknown_at=CASE WHEN ?2='unknown' THEN ?4 ELSE unknown_at END,"
			    "next_check_at=CASE WHEN ?2='unknown' THEN ?4 ELSE NULL END WHERE id=?1", e);
		if (!q)
			break;
		db_bind_int(q, 1, ids[i]);
		db_bind_text(q, 2, op_state_name(to));
		db_bind_text(q, 3, why);
		db_bind_int(q, 4, now_ms);
		ok = db_run(&l->db, q, e) && chain_append(l, ids[i], op_state_name(from), op_state_name(to), why, e);
	}
	free(ids);
	return ok;
}

static bool take_over(struct ledger *l, const char *owner, struct err *e)
{
	sqlite3_stmt *q;

	if (!move_all(l, owner, OP_PLANNED, OP_CANCELLED, LEDGER_NOT_SENT, e) ||
	    !move_all(l, owner, OP_ARMED, OP_UNKNOWN, "its session ended before the answer came", e))
		return false;
	q = db_kept(&l->db, "UPDATE operation SET owner=?2 WHERE owner=?1 AND state IN(" OPEN_STATES ")", e);
	if (!q)
		return false;
	db_bind_text(q, 1, owner);
	db_bind_text(q, 2, l->owner);
	return db_run(&l->db, q, e);
}

static bool count_ours(struct ledger *l, size_t *n, struct err *e)
{
	sqlite3_stmt *q =
		db_kept(&l->db, "SELECT count(*) FROM operation WHERE state IN(" OPEN_STATES ") AND owner=?1", e);
	bool ok;

	if (!q)
		return false;
	db_bind_text(q, 1, l->owner);
	ok = db_next(&l->db, q, e) == DB_ROW;
	if (ok)
		*n = (size_t)sqlite3_column_int64(q, 0);
	db_done(q);
	return ok;
}

bool ledger_recover(struct ledger *l, size_t *n, struct err *e)
{
	char **owners = NULL;
	size_t n_owners = 0, ours = 0;
	bool ok;

	if (!ledger_begin(l, e))
		return false;
	ok = list_owners(l, &owners, &n_owners, e);
	for (size_t i = 0; i < n_owners; i++) {
		/* inside the transaction: a session that starts now cannot write before we have decided */
		if (ok && !session_is_alive(l, owners[i]))
			ok = take_over(l, owners[i], e);
		free(owners[i]);
	}
	free(owners);
	ok = ok && count_ours(l, &ours, e);
	ok = db_finish(&l->db, ok, e);
	if (ok)
		*n = ours;
	return ok;
}
