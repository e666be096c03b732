#include "accounts.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "answer.h"
#include "auth.h"
#include "db.h"
#include "ident.h"
#include "ledger.h"
#include "limits.h"
#include "numdesk/model/money.h"
#include "numdesk/util/text.h"
#include "out.h"
#include "owned.h"
#include "page.h"
#include "request.h"
#include "state.h"

enum { SUBACCOUNTS_MAX = 1000 };

#define COLUMNS "sid, owner, name, status, type, token, balance, created, updated, is_test"

static void read_row(struct sqlite3_stmt *q, struct account *a)
{
	db_copy(a->sid, sizeof a->sid, q, 0);
	db_copy(a->owner, sizeof a->owner, q, 1);
	db_copy(a->name, sizeof a->name, q, 2);
	db_copy(a->status, sizeof a->status, q, 3);
	db_copy(a->type, sizeof a->type, q, 4);
	db_copy(a->token, sizeof a->token, q, 5);
	a->balance_micros = db_int(q, 6);
	a->created = db_int(q, 7);
	a->updated = db_int(q, 8);
	a->is_test = db_int(q, 9) != 0;
}

bool account_load(struct sandbox *s, const char *sid, struct account *a)
{
	struct sqlite3_stmt *q = db_query(s->db, "SELECT " COLUMNS " FROM account WHERE sid=?", "s", sid);
	const bool found = db_next(q);

	if (found)
		read_row(q, a);
	db_end(q);
	return found;
}

bool account_is_parent(const struct account *a)
{
	return strcmp(a->sid, a->owner) == 0;
}

bool account_is_active(struct sandbox *s, const struct account *a)
{
	struct account parent;

	if (strcmp(a->status, "active") != 0)
		return false;
	return account_is_parent(a) || (account_load(s, a->owner, &parent) && strcmp(parent.status, "active") == 0);
}

static const char *const subresources[][2] = {
	{"available_phone_numbers", "AvailablePhoneNumbers"}, {"calls", "Calls"}, {"conferences", "Conferences"},
	{"incoming_phone_numbers", "IncomingPhoneNumbers"}, {"notifications", "Notifications"},
	{"outgoing_caller_ids", "OutgoingCallerIds"}, {"recordings", "Recordings"},
	{"transcriptions", "Transcriptions"}, {"addresses", "Addresses"}, {"signing_keys", "SigningKeys"},
	{"connect_apps", "ConnectApps"}, {"sip", "SIP"}, {"authorized_connect_apps", "AuthorizedConnectApps"},
	{"usage", "Usage"}, {"keys", "Keys"}, {"applications", "Applications"}, {"short_codes", "SMS/ShortCodes"},
	{"queues", "Queues"}, {"messages", "Messages"}, {"balance", "Balance"},
};

/* The token is shown to whoever came with a token; a main key sees an empty one. */
static void account_json(struct buf *b, const struct account *a, const struct principal *p)
{
	out_open(b, '{');
	out_member(b, "auth_token", p->key == KEY_NONE ? a->token : "");
	out_member_date(b, "date_created", a->created);
	out_member_date(b, "date_updated", a->updated);
	out_member(b, "friendly_name", a->name);
	out_member(b, "owner_account_sid", a->owner);
	out_member(b, "sid", a->sid);
	out_member(b, "status", a->status);
	out_name(b, "subresource_uris");
	out_open(b, '{');
	for (size_t i = 0; i < ARRAY_LEN(subresources); i++)
		out_memberf(b, subresources[i][0], "/2010-04-01/Accounts/%s/%s.json", a->sid, subresources[i][1]);
	out_close(b, '}');
	out_member(b, "type", a->type);
	out_memberf(b, "uri", "/2010-04-01/Accounts/%s.json", a->sid);
	out_close(b, '}');
}

void accounts_list(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a)
{
	struct sqlite3_stmt *rows;
	struct page page;

	if (p->key == KEY_STANDARD) {
		answer_unauthorized(a);
		return;
	}
	if (!page_parse(&page, q, a))
		return;
	rows = db_query(s->db, "SELECT " COLUMNS ", ord FROM account WHERE (owner=?1 OR sid=?1) AND "
			"(?2 IS NULL OR name=?2) AND (?3 IS NULL OR status=?3) AND ord<?4 AND visible_ms<=?7 "
			"ORDER BY ord DESC LIMIT ?5 OFFSET ?6", "sssiiii", p->self.sid,
			param_get(&q->query, "FriendlyName"), param_get(&q->query, "Status"), page.below,
			page.size + 1, page.skip, state_now_ms());
	out_open(&a->body, '{');
	out_name(&a->body, "accounts");
	out_open(&a->body, '[');
	while (db_next(rows)) {
		struct account row;

		if ((page.more = page.rows == page.size))
			break;
		read_row(rows, &row);
		account_json(&a->body, &row, p);
		page_row(&page, db_int(rows, 10));
	}
	db_end(rows);
	page_end(&page, q, &a->body);
}

static void default_name(char *dst, size_t size)
{
	const time_t now = (time_t)state_now();
	struct tm tm;

	gmtime_r(&now, &tm);
	snprintf(dst, size, "SubAccount Created at %04d-%02d-%02d %02d:%02d %s", tm.tm_year + 1900, tm.tm_mon + 1,
		 tm.tm_mday, (tm.tm_hour + 11) % 12 + 1, tm.tm_min, tm.tm_hour < 12 ? "am" : "pm");
}

static bool may_create(struct sandbox *s, const struct principal *p, struct answer *a)
{
	if (p->key == KEY_STANDARD) {
		answer_unauthorized(a);
		return false;
	}
	if (!account_is_parent(&p->self)) {
		answer_error(a, 400, 21101, "Subaccounts cannot have subaccounts");
		return false;
	}
	if (db_number(s->db, 0, "SELECT COUNT(*) FROM account WHERE owner=?1 AND sid<>?1 AND status<>'closed'", "s",
		      p->self.sid) >= SUBACCOUNTS_MAX) {
		answer_error(a, 400, 21480, "Subaccount limit reached");
		return false;
	}
	return true;
}

void accounts_create(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a)
{
	const char *name = param_get(&q->form, "FriendlyName");
	struct account row = {.status = "active", .created = state_now()};
	char label[64];

	if (!may_create(s, p, a) || (name && !limits_name(name, a)))
		return;
	snprintf(label, sizeof label, "created %lld",
		 (long long)db_number(s->db, 1, "SELECT MAX(ord) + 1 FROM account", ""));
	ident_sid(row.sid, "AC", label);
	ident_token(row.token, label);
	text_copy(row.owner, sizeof row.owner, p->self.sid);
	text_copy(row.type, sizeof row.type, p->self.type);
	if (!name || !text_copy(row.name, sizeof row.name, name))
		default_name(row.name, sizeof row.name);
	row.updated = row.created;
	db_run(s->db, "INSERT INTO account (sid, owner, label, name, status, type, token, is_test, balance, created, "
	       "updated, visible_ms) VALUES (?,?,'',?,?,?,?,0,0,?,?,?)", "ssssssiii", row.sid, row.owner, row.name,
	       row.status, row.type, row.token, row.created, row.updated,
	       q->list_lag_ms > 0 ? state_now_ms() + q->list_lag_ms : 0);
	ledger_execution(s, q, "create", p->self.sid, NULL, row.sid);
	a->status = 201;
	account_json(&a->body, &row, p);
}

void accounts_fetch(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a)
{
	(void)s, (void)q;
	if (p->key == KEY_STANDARD)
		answer_unauthorized(a);
	else
		account_json(&a->body, &p->target, p);
}

/* What stands against a change of status, as Twilio's dictionary numbers it; 0 when nothing does. */
static int status_refusal(struct sandbox *s, const struct principal *p, const char *status)
{
	struct account parent;

	if (strcmp(status, "active") != 0 && strcmp(status, "suspended") != 0 && strcmp(status, "closed") != 0)
		return 21475;
	if (account_is_parent(&p->target))
		return 21477;
	if (strcmp(p->target.status, "closed") == 0)
		return 21479;
	if (strcmp(p->self.sid, p->target.owner) != 0)
		return 21475;
	if (!account_load(s, p->target.owner, &parent) || strcmp(parent.status, "active") != 0)
		return 21476;
	return 0;
}

static void change_status(struct sandbox *s, const struct principal *p, struct request *q, const char *status)
{
	db_run(s->db, "UPDATE account SET status=?, updated=? WHERE sid=?", "sis", status, state_now(), p->target.sid);
	if (strcmp(status, "closed") == 0)      /* closing releases every number at once */
		owned_remove_all(s, p->target.sid);
	ledger_execution(s, q, "status", p->target.sid, NULL, status);
}

void accounts_update(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a)
{
	const char *name = param_get(&q->form, "FriendlyName"), *status = param_get(&q->form, "Status");
	int refusal;
	struct account row;

	if (p->key == KEY_STANDARD) {
		answer_unauthorized(a);
		return;
	}
	if (name && !limits_name(name, a))
		return;
	if (status && (refusal = status_refusal(s, p, status)) != 0) {
		answer_error(a, 400, refusal, "Account status cannot be changed to '%s'", status);
		return;
	}
	if (name)
		db_run(s->db, "UPDATE account SET name=?, updated=? WHERE sid=?", "sis", name, state_now(),
		       p->target.sid);
	if (name)
		ledger_execution(s, q, "update", p->target.sid, NULL, p->target.sid);
	if (status)
		change_status(s, p, q, status);
	account_load(s, p->target.sid, &row);
	account_json(&a->body, &row, p);
}

/* A subaccount holds no balance of its own and is billed to its parent. What Twilio answers there is not published
 * (Twilio's documents do not say); this server says 404, so that a client that trusts the field is found out. */
void accounts_balance(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a)
{
	char balance[32];

	(void)s;
	if (!account_is_parent(&p->target)) {
		answer_not_found(a, q->resource);
		return;
	}
	out_open(&a->body, '{');
	out_member(&a->body, "account_sid", p->target.sid);
	out_member(&a->body, "balance", money_decimal(p->target.balance_micros, balance, sizeof balance));
	out_member(&a->body, "currency", "USD");
	out_close(&a->body, '}');
}
