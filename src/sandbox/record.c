#include "record.h"

#include <stdio.h>
#include <string.h>

#include "answer.h"
#include "db.h"
#include "ident.h"
#include "ledger.h"
#include "limits.h"
#include "numdesk/util/text.h"
#include "out.h"
#include "page.h"
#include "request.h"
#include "state.h"

#define COLUMNS "sid, account_sid, created, updated, ord"

bool record_exists(struct sandbox *s, const char *account, const char *sid)
{
	return db_number(s->db, 0, "SELECT COUNT(*) FROM record WHERE sid=? AND account_sid=?", "ss", sid, account) > 0;
}

/* --- reading ---------------------------------------------------------------------------------------------------------- */
static void load(struct sandbox *s, const struct record_kind *k, struct sqlite3_stmt *row, struct record *r, struct arena *a)
{
	db_copy(r->sid, sizeof r->sid, row, 0);
	db_copy(r->account_sid, sizeof r->account_sid, row, 1);
	r->created = db_int(row, 2);
	r->updated = db_int(row, 3);
	for (int i = 0; i < k->n; i++) {
		struct sqlite3_stmt *q = db_query(s->db, "SELECT value FROM record_text WHERE sid=? AND name=?", "ss", r->sid,
						  k->fields[i].name);

		r->text[i] = db_next(q) ? db_text(q, 0, a) : k->fields[i].initial;
		db_end(q);
	}
}

static void json(struct buf *b, const struct record_kind *k, const struct record *r)
{
	out_open(b, '{');
	out_member(b, "sid", r->sid);
	out_member(b, "account_sid", r->account_sid);
	for (int i = 0; i < k->n; i++)
		if (k->fields[i].check == RECORD_BOOL)
			out_member_bool(b, k->fields[i].name, r->text[i] && strcmp(r->text[i], "true") == 0);
		else
			out_member(b, k->fields[i].name, r->text[i]);
	k->tail(b, r);
	out_close(b, '}');
}

static void add_row(struct sandbox *s, const struct record_kind *k, struct sqlite3_stmt *row, struct buf *b)
{
	struct arena mem = {0};
	struct record r;

	load(s, k, row, &r, &mem);
	json(b, k, &r);
	arena_release(&mem);
}

void record_list(struct sandbox *s, const struct record_kind *k, const char *account, struct request *q, struct answer *a)
{
	const char *name = param_get(&q->query, "FriendlyName");
	struct sqlite3_stmt *rows;
	struct page page;

	if (!page_parse(&page, q, a))
		return;
	rows = db_query(s->db,
			"SELECT " COLUMNS " FROM record r WHERE kind=?1 AND account_sid=?2 AND ord<?3 AND (?4='' OR EXISTS"
			" (SELECT 1 FROM record_text t WHERE t.sid=r.sid AND name='friendly_name' AND value=?4))"
			" ORDER BY ord DESC LIMIT ?5 OFFSET ?6", "ssisii", k->prefix, account, page.below, name ? name : "",
			page.size + 1, page.skip);
	out_open(&a->body, '{');
	out_name(&a->body, k->key);
	out_open(&a->body, '[');
	while (db_next(rows)) {
		if ((page.more = page.rows == page.size))
			break;
		add_row(s, k, rows, &a->body);
		page_row(&page, db_int(rows, 4));
	}
	db_end(rows);
	if (k->host)
		page_end_meta(&page, q, k->host, k->key, &a->body);
	else
		page_end(&page, q, &a->body);
}

static bool show(struct sandbox *s, const struct record_kind *k, const char *account, const char *sid, const struct request *q,
		 struct answer *a)
{
	struct sqlite3_stmt *row = db_query(s->db, "SELECT " COLUMNS " FROM record WHERE sid=? AND account_sid=? AND kind=?",
					    "sss", sid, account, k->prefix);
	const bool found = db_next(row);

	buf_clear(&a->body);
	if (found)
		add_row(s, k, row, &a->body);
	else
		answer_not_found(a, q->resource);
	db_end(row);
	return found;
}

void record_fetch(struct sandbox *s, const struct record_kind *k, const char *account, const char *sid, struct request *q,
		  struct answer *a)
{
	show(s, k, account, sid, q, a);
}

/* --- writing ---------------------------------------------------------------------------------------------------------- */
static bool one_of(const char *value, const char *choices)
{
	const size_t n = strlen(value);

	for (const char *p = choices; *p;) {
		const size_t len = strcspn(p, "|");

		if (len == n && memcmp(p, value, n) == 0)
			return true;
		p += len + (p[len] == '|');
	}
	return false;
}

static bool check(const struct record_field *f, const char *value, struct answer *a)
{
	switch (f->check) {
	case RECORD_TEXT: return true;
	case RECORD_NAME: return limits_name(value, a);
	case RECORD_URL: return limits_url(value, f->form, a);
	case RECORD_METHOD: return limits_method(value, f->form, a);
	case RECORD_BOOL:
		if (text_ieq(value, "true") || text_ieq(value, "false"))
			return true;
		break;
	case RECORD_VERSION:
		if (one_of(value, "2010-04-01|2008-08-01"))
			return true;
		break;
	case RECORD_CHOICE:
		if (one_of(value, f->choices))
			return true;
		break;
	}
	answer_error(a, 400, 20422, "Invalid %s: %s", f->form, value);
	return false;
}

static void put(struct sandbox *s, const char *sid, const struct record_field *f, const char *value)
{
	char upper[8];

	if (f->check == RECORD_METHOD)
		value = *value ? text_ieq(value, "GET") ? "GET" : "POST" : f->initial;
	if (f->check == RECORD_BOOL) {
		snprintf(upper, sizeof upper, "%s", text_ieq(value, "true") ? "true" : "false");
		value = upper;
	}
	db_run(s->db, "INSERT OR REPLACE INTO record_text (sid, name, value) VALUES (?,?,?)", "sss", sid, f->name, value);
}

/* Every field is good before the first is stored. */
static bool store(struct sandbox *s, const struct record_kind *k, const char *sid, const struct request *q, struct answer *a)
{
	for (int pass = 0; pass < 2; pass++)
		for (int i = 0; i < k->n; i++) {
			const struct record_field *f = &k->fields[i];
			const char *value = *f->form ? param_get(&q->form, f->form) : NULL;

			if (!value)
				continue;
			if (pass == 0 && !check(f, value, a))
				return false;
			if (pass == 1)
				put(s, sid, f, value);
		}
	return true;
}

static void insert(struct sandbox *s, const struct record_kind *k, const char *account, const char *sid)
{
	db_run(s->db, "INSERT INTO record (sid, kind, account_sid, created, updated) VALUES (?,?,?,?,?)", "sssii", sid, k->prefix,
	       account, state_now(), state_now());
}

void record_create(struct sandbox *s, const struct record_kind *k, const char *account, struct request *q, struct answer *a)
{
	char label[64], sid[SID_SIZE];

	snprintf(label, sizeof label, "made %lld", (long long)q->seq);
	ident_sid(sid, k->prefix, label);
	if (!store(s, k, sid, q, a))
		return;
	insert(s, k, account, sid);
	ledger_execution(s, q, "create", account, NULL, sid);
	a->status = 201;
	show(s, k, account, sid, q, a);
}

void record_update(struct sandbox *s, const struct record_kind *k, const char *account, const char *sid, struct request *q,
		   struct answer *a)
{
	if (!show(s, k, account, sid, q, a) || !store(s, k, sid, q, a))
		return;
	db_run(s->db, "UPDATE record SET updated=? WHERE sid=?", "is", state_now(), sid);
	ledger_execution(s, q, "update", account, NULL, sid);
	show(s, k, account, sid, q, a);
}

void record_delete(struct sandbox *s, const struct record_kind *k, const char *account, const char *sid, struct request *q,
		   struct answer *a)
{
	if (!show(s, k, account, sid, q, a))
		return;
	buf_clear(&a->body);
	db_run(s->db, "DELETE FROM record WHERE sid=?", "s", sid);
	db_run(s->db, "DELETE FROM record_text WHERE sid=?", "s", sid);
	ledger_execution(s, q, "delete", account, NULL, sid);
	a->status = 204;
}

void record_seed(struct sandbox *s, const struct record_kind *k, const char *account, const char *name,
		 const char *const sets[])
{
	char sid[SID_SIZE], owner[SID_SIZE];

	ident_sid(sid, k->prefix, name);
	ident_sid(owner, "AC", account);
	insert(s, k, owner, sid);
	for (; *sets; sets += 2)
		for (int i = 0; i < k->n; i++)
			if (strcmp(k->fields[i].name, sets[0]) == 0)
				put(s, sid, &k->fields[i], sets[1]);
}
