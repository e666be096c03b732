#include <string.h>

#include "ledger_priv.h"
#include "numdesk/util/mem.h"

static bool bad_row(struct db *d, int64_t id, const char *what, struct err *e)
{
	return err_set(e, ERR_DAMAGED, "ledger '%s' is damaged: operation %lld has no valid %s", d->path,
		       (long long)id, what);
}

bool op_read(struct db *d, sqlite3_stmt *q, struct operation *out, struct err *e)
{
	struct operation op = {.id = sqlite3_column_int64(q, 0), .plan_id = sqlite3_column_int64(q, 1),
		.seq = sqlite3_column_int(q, 2), .price_micros = sqlite3_column_int64(q, 11),
		.type = number_type_parse(db_text(q, 13)), .before_json = db_text(q, 15), .want_json = db_text(q, 16),
		.owner = db_text(q, 17), .sends = sqlite3_column_int(q, 18), .checks = sqlite3_column_int(q, 19),
		.armed_at = sqlite3_column_int64(q, 20), .unknown_at = sqlite3_column_int64(q, 21),
		.next_check_at = sqlite3_column_int64(q, 22), .curl_code = sqlite3_column_int(q, 23),
		.http_status = sqlite3_column_int(q, 24), .twilio_code = sqlite3_column_int(q, 25),
		.message = db_text(q, 27), .created_at = sqlite3_column_int64(q, 28),
		.updated_at = sqlite3_column_int64(q, 29), .result_json = db_text(q, 31)};
	const char *subject = db_text(q, 9);

	if (sqlite3_column_bytes(q, 3) != OP_UID || sqlite3_column_bytes(q, 4) != OP_UID)
		return bad_row(d, op.id, "uid", e);
	memcpy(op.uid, sqlite3_column_blob(q, 3), OP_UID);
	memcpy(op.want_uid, sqlite3_column_blob(q, 4), OP_UID);
	if (!op_kind_parse(db_text(q, 5), &op.kind))
		return bad_row(d, op.id, "kind", e);
	if (!op_state_parse(db_text(q, 6), &op.state))
		return bad_row(d, op.id, "state", e);
	db_chars(q, 7, op.account_sid, sizeof op.account_sid);
	db_chars(q, 8, op.to_account, sizeof op.to_account);
	db_chars(q, 30, op.result_sid, sizeof op.result_sid);
	op_set_subject(&op, subject ? subject : "");
	db_chars(q, 10, op.phone_sid, sizeof op.phone_sid);
	db_chars(q, 12, op.currency, sizeof op.currency);
	db_chars(q, 14, op.country, sizeof op.country);
	db_chars(q, 26, op.request_id, sizeof op.request_id);
	if (!*op.account_sid || !*op.subject || (op_has(op.kind, OPF_NUMBER) && !*op.phone_number))
		return bad_row(d, op.id, "subject", e);
	*out = op;
	return true;
}

static void keep_texts(struct operation *op, struct arena *a)
{
	op->before_json = arena_dup(a, op->before_json);
	op->want_json = arena_dup(a, op->want_json);
	op->result_json = arena_dup(a, op->result_json);
	op->owner = arena_dup(a, op->owner);
	op->message = arena_dup(a, op->message);
}

bool ledger_op(struct ledger *l, int64_t op_id, struct operation *out, struct arena *a, struct err *e)
{
	sqlite3_stmt *q = db_kept(&l->db, "SELECT " OP_COLUMNS " FROM operation o WHERE o.id=?1", e);
	enum db_step step;
	bool ok;

	if (!q)
		return false;
	db_bind_int(q, 1, op_id);
	step = db_next(&l->db, q, e);
	ok = step == DB_ROW && op_read(&l->db, q, out, e);
	if (ok)
		keep_texts(out, a);
	if (step == DB_END)
		err_set(e, ERR_NOT_FOUND, "there is no operation %lld", (long long)op_id);
	db_done(q);
	return ok;
}

/* Each condition is there only when asked for, so that the planner can use the index of open operations. */
static sqlite3_stmt *prepare_filter(struct ledger *l, const struct ledger_filter *f, struct err *e)
{
	sqlite3_stmt *q;
	struct buf b;

	buf_init(&b, 4096);
	buf_adds(&b, "SELECT " OP_COLUMNS " FROM operation o WHERE 1");
	buf_adds(&b, f->account_sid ? " AND o.account_sid=?1" : "");
	buf_adds(&b, f->phone_number ? " AND o.subject=?2" : "");
	buf_adds(&b, f->kind ? " AND o.kind=?7" : "");
	buf_adds(&b, f->plan_id ? " AND o.plan_id=?8" : "");
	buf_adds(&b, f->phone_sid ? " AND o.phone_sid=?3" : "");
	buf_adds(&b, f->only_open ? " AND o.state IN(" OPEN_STATES ")" : "");
	buf_adds(&b, f->only_ours ? " AND o.owner=?4" : "");
	buf_adds(&b, f->before_id > 0 ? " AND o.id<?5" : "");
	buf_adds(&b, " ORDER BY o.id DESC LIMIT ?6");
	q = db_prepare(&l->db, buf_str(&b), e);
	buf_release(&b);
	if (!q)
		return NULL;
	db_bind_text(q, 1, f->account_sid);
	db_bind_text(q, 2, f->phone_number);
	db_bind_text(q, 3, f->phone_sid);
	db_bind_text(q, 4, l->owner);
	db_bind_int(q, 5, f->before_id);
	db_bind_int(q, 6, f->limit > 0 ? f->limit : -1);
	db_bind_text(q, 7, f->kind);
	db_bind_int(q, 8, f->plan_id);
	return q;
}

bool ledger_each(struct ledger *l, const struct ledger_filter *f, ledger_op_fn *fn, void *ctx, struct err *e)
{
	sqlite3_stmt *q = prepare_filter(l, f, e);
	enum db_step step = DB_FAILED;
	struct operation op;
	bool ok = q != NULL;

	while (ok && (step = db_next(&l->db, q, e)) == DB_ROW) {
		ok = op_read(&l->db, q, &op, e);
		if (ok && !fn(ctx, &op))
			break;
	}
	sqlite3_finalize(q);
	return ok && step != DB_FAILED;
}

size_t ledger_open_count(struct ledger *l, const char *account_sid)
{
	sqlite3_stmt *q = db_kept(&l->db, "SELECT count(*) FROM operation WHERE state IN(" OPEN_STATES ")"
				  " AND (?1 IS NULL OR account_sid=?1)", NULL);
	size_t n = 0;

	if (!q)
		return 0;
	db_bind_text(q, 1, account_sid);
	if (db_next(&l->db, q, NULL) == DB_ROW)
		n = (size_t)sqlite3_column_int64(q, 0);
	db_done(q);
	return n;
}
