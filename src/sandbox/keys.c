#include "keys.h"

#include <stdio.h>

#include "answer.h"
#include "auth.h"
#include "db.h"
#include "ident.h"
#include "ledger.h"
#include "limits.h"
#include "out.h"
#include "page.h"
#include "request.h"
#include "state.h"

/* Columns 0..3: sid, name, created, updated. */
static void key_json(struct buf *b, struct sqlite3_stmt *row, const char *secret)
{
	struct arena a = {0};

	out_open(b, '{');
	out_member(b, "sid", db_text(row, 0, &a));
	out_member(b, "friendly_name", db_text(row, 1, &a));
	out_member_date(b, "date_created", db_int(row, 2));
	out_member_date(b, "date_updated", db_int(row, 3));
	if (secret)
		out_member(b, "secret", secret);
	out_close(b, '}');
	arena_release(&a);
}

static bool may_use(const struct principal *p, struct answer *a)
{
	if (p->key == KEY_STANDARD)
		answer_unauthorized(a);
	return p->key != KEY_STANDARD;
}

void keys_list(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a)
{
	struct sqlite3_stmt *rows;
	struct page page;

	if (!may_use(p, a) || !page_parse(&page, q, a))
		return;
	rows = db_query(s->db, "SELECT sid, name, created, updated, ord FROM api_key WHERE account_sid=? AND ord<? "
			"ORDER BY ord DESC LIMIT ? OFFSET ?", "siii", p->target.sid, page.below, page.size + 1,
			page.skip);
	out_open(&a->body, '{');
	out_name(&a->body, "keys");
	out_open(&a->body, '[');
	while (db_next(rows)) {
		if ((page.more = page.rows == page.size))
			break;
		key_json(&a->body, rows, NULL);
		page_row(&page, db_int(rows, 4));
	}
	db_end(rows);
	page_end(&page, q, &a->body);
}

/* Answer with one key of the target account; false with 404. */
static bool show(struct sandbox *s, const struct principal *p, const struct request *q, const char *sid,
		 const char *secret, struct answer *a)
{
	struct sqlite3_stmt *row = db_query(s->db, "SELECT sid, name, created, updated FROM api_key WHERE sid=? AND "
					    "account_sid=?", "ss", sid, p->target.sid);
	const bool found = db_next(row);

	if (found)
		key_json(&a->body, row, secret);
	else
		answer_not_found(a, q->resource);
	db_end(row);
	return found;
}

void keys_create(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a)
{
	const char *name = param_get(&q->form, "FriendlyName");
	char label[64], sid[SID_SIZE], secret[33];

	if (!may_use(p, a) || (name && !limits_name(name, a)))
		return;
	/* Counted by arrivals, so that the name of a deleted key never comes back. */
	snprintf(label, sizeof label, "key %lld", (long long)q->seq);
	ident_sid(sid, "SK", label);
	ident_token(secret, label);
	db_run(s->db, "INSERT INTO api_key (sid, account_sid, label, secret, kind, name, created, updated) "
	       "VALUES (?,?,'',?,'standard',?,?,?)", "ssssii", sid, p->target.sid, secret, name ? name : "",
	       state_now(), state_now());
	ledger_execution(s, q, "create", p->target.sid, NULL, sid);
	a->status = 201;
	show(s, p, q, sid, secret, a);
}

void keys_fetch(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a)
{
	if (may_use(p, a))
		show(s, p, q, q->segment[4], NULL, a);
}

void keys_update(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a)
{
	const char *name = param_get(&q->form, "FriendlyName");

	if (!may_use(p, a) || (name && !limits_name(name, a)))
		return;
	if (name)
		db_run(s->db, "UPDATE api_key SET name=?, updated=? WHERE sid=? AND account_sid=?", "siss", name,
		       state_now(), q->segment[4], p->target.sid);
	if (show(s, p, q, q->segment[4], NULL, a))
		ledger_execution(s, q, "update", p->target.sid, NULL, q->segment[4]);
}

void keys_delete(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a)
{
	if (!may_use(p, a))
		return;
	if (db_number(s->db, 0, "SELECT COUNT(*) FROM api_key WHERE sid=? AND account_sid=?", "ss", q->segment[4],
		      p->target.sid) == 0) {
		answer_not_found(a, q->resource);
		return;
	}
	db_run(s->db, "DELETE FROM api_key WHERE sid=?", "s", q->segment[4]);
	ledger_execution(s, q, "delete", p->target.sid, NULL, q->segment[4]);
	a->status = 204;
}
