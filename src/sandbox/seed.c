#include "seed.h"

#include <stdio.h>
#include <string.h>

#include "db.h"
#include "ident.h"
#include "numdesk/util/text.h"
#include "out.h"
#include "owned.h"
#include "regulations.h"
#include "state.h"
#include "stock.h"

enum { DAY_S = 86400 };

static void seed_empty(struct sandbox *s)
{
	seed_account(s, &(struct seed_account){"acme", NULL, "Acme Communications", "active", "Full", 42170000, false});
	seed_key(s, "acme", "acme-main", "main");
}

static const struct { const char *name; void (*write)(struct sandbox *s); } seeds[] = {
	{"basic", seed_basic}, {"demo", seed_demo}, {"empty", seed_empty},
};

bool seed_valid(const char *name)
{
	for (size_t i = 0; name && i < ARRAY_LEN(seeds); i++)
		if (strcmp(seeds[i].name, name) == 0)
			return true;
	return !name;
}

void seed_write(struct sandbox *s, const char *name, int64_t numbers)
{
	for (size_t i = 0; i < ARRAY_LEN(seeds); i++)
		if (strcmp(seeds[i].name, name ? name : "basic") == 0)
			seeds[i].write(s);
	db_run(s->db, "INSERT INTO synth SELECT sid, ? FROM account ORDER BY ord LIMIT 1", "i", numbers);
}

void seed_account(struct sandbox *s, const struct seed_account *a)
{
	char sid[SID_SIZE], owner[SID_SIZE], token[33];
	const int64_t created = state_now() - INT64_C(900) * DAY_S;

	ident_sid(sid, "AC", a->name);
	ident_sid(owner, "AC", a->owner ? a->owner : a->name);
	ident_token(token, a->name);
	db_run(s->db, "INSERT INTO account (sid, owner, label, name, status, type, token, is_test, balance, created, "
	       "updated) VALUES (?,?,?,?,?,?,?,?,?,?,?)", "sssssssiiii", sid, owner, a->name, a->friendly_name,
	       a->status, a->type, token, (int64_t)a->is_test, a->balance_micros, created, created);
}

void seed_unlist(struct sandbox *s, const char *name)
{
	db_run(s->db, "UPDATE account SET label='' WHERE label=?", "s", name);
}

void seed_key(struct sandbox *s, const char *account, const char *name, const char *kind)
{
	char sid[SID_SIZE], owner[SID_SIZE], secret[33];

	ident_sid(sid, "SK", name);
	ident_sid(owner, "AC", account);
	ident_token(secret, name);
	db_run(s->db, "INSERT INTO api_key (sid, account_sid, label, secret, kind, name, created, updated) "
	       "VALUES (?,?,?,?,?,?,?,?)", "ssssssii", sid, owner, name, secret, kind, name, state_now(), state_now());
}

void seed_address(struct sandbox *s, const struct seed_address *a)
{
	char sid[SID_SIZE], owner[SID_SIZE];

	ident_sid(sid, "AD", a->name);
	ident_sid(owner, "AC", a->account);
	db_run(s->db, "INSERT INTO address (sid, account_sid, customer_name, street, city, region, postal_code, "
	       "iso_country, friendly_name, emergency, created, updated) VALUES (?,?,?,?,?,?,?,?,?,0,?,?)",
	       "sssssssssii", sid, owner, a->customer, a->street, a->city, a->region, a->postal, a->country,
	       a->friendly_name, state_now(), state_now());
}

void seed_bundle(struct sandbox *s, const struct seed_bundle *b)
{
	const int64_t until = b->valid_days ? state_now() + (int64_t)b->valid_days * DAY_S : 0;
	char sid[SID_SIZE], owner[SID_SIZE], regulation[SID_SIZE];

	ident_sid(sid, "BU", b->name);
	ident_sid(owner, "AC", b->account);
	regulation_sid(regulation_of(b->country, b->type, b->end_user), regulation);
	db_run(s->db, "INSERT INTO bundle (sid, account_sid, regulation_sid, friendly_name, status, email, valid_until,"
	       " created, updated) VALUES (?,?,?,?,?,'compliance@example.com',?,?,?)", "sssssiii", sid, owner,
	       regulation, b->friendly_name, b->status, until, state_now() - 40 * DAY_S, state_now() - 9 * DAY_S);
}

void seed_caller_id(struct sandbox *s, const char *account, const char *phone, const char *name, int age_days)
{
	const int64_t created = state_now() - (int64_t)age_days * DAY_S;
	char sid[SID_SIZE], owner[SID_SIZE], label[64];

	snprintf(label, sizeof label, "caller id %s", phone);
	ident_sid(sid, "PN", label);
	ident_sid(owner, "AC", account);
	db_run(s->db, "INSERT INTO caller_id (sid, account_sid, phone_number, friendly_name, created, updated) VALUES "
	       "(?,?,?,?,?,?)", "ssssii", sid, owner, phone, name, created, created);
}

void seed_number(struct sandbox *s, const char *account, const struct seed_number *from)
{
	const struct stock_range *r = stock_range_of(from->phone);
	char sid[SID_SIZE], owner[SID_SIZE], name[32];
	struct owned n;

	owned_defaults(&n);
	ident_sid(sid, "PN", from->phone);
	ident_sid(owner, "AC", account);
	n.text[OWNED_sid] = sid;
	n.text[OWNED_account_sid] = owner;
	n.text[OWNED_phone_number] = from->phone;
	n.text[OWNED_friendly_name] = from->friendly_name ? from->friendly_name : stock_friendly(from->phone, name);
	n.text[OWNED_country] = r->country;
	n.text[OWNED_type] = number_type_name(r->type);
	n.text[OWNED_address_requirements] = r->address_requirements;
	if (from->voice_url)
		n.text[OWNED_voice_url] = from->voice_url;
	if (from->sms_url)
		n.text[OWNED_sms_url] = from->sms_url;
	n.capabilities = from->capabilities ? from->capabilities : r->capabilities;
	n.created = state_now() - (int64_t)from->age_days * DAY_S;
	n.updated = n.created + (from->age_days > 30 ? 20 * DAY_S : 0);
	owned_save(s, &n);
}

void seed_traffic(struct sandbox *s, const struct seed_traffic *t, size_t n)
{
	for (size_t i = 0; i < n; i++)
		traffic_seed(s, t[i].phone, t[i].kind);
}

void seed_set(struct sandbox *s, const char *phone, const char *column, const char *value)
{
	static const char *const columns[OWNED_TEXT_COUNT] = {
#define OWNED(column, form, check) [OWNED_##column] = #column,
#include "owned_fields.def"
#undef OWNED
	};
	struct arena a = {0};
	struct owned n;

	for (int i = 0; i < OWNED_TEXT_COUNT; i++)
		if (strcmp(columns[i], column) == 0 && owned_by_phone(s, NULL, phone, &n, &a)) {
			n.text[i] = value;
			owned_save(s, &n);
		}
	arena_release(&a);
}

void seed_set_sid(struct sandbox *s, const char *phone, const char *column, const char *prefix, const char *name)
{
	char sid[SID_SIZE];

	ident_sid(sid, prefix, name);
	seed_set(s, phone, column, sid);
}

/* What a row of credentials is good for. */
static const char *kind_of(bool is_test, const char *status, const char *type, bool is_parent)
{
	if (is_test)
		return "test";
	if (strcmp(status, "active") != 0)
		return status;
	if (strcmp(type, "Trial") == 0)
		return "trial";
	return is_parent ? "parent" : "subaccount";
}

static void row_json(struct buf *out, struct sqlite3_stmt *q, struct arena *a)
{
	const char *key_label = db_text(q, 6, a), *key_kind = db_text(q, 9, a);
	const bool extra = db_int(q, 10) > 0;
	char kind[32];

	snprintf(kind, sizeof kind, "%s-key", key_kind ? key_kind : "");
	out_open(out, '{');
	out_member(out, "name", extra ? key_label : db_text(q, 0, a));
	out_member(out, "account_sid", db_text(q, 1, a));
	out_member(out, "auth_token", db_text(q, 2, a));
	out_member(out, "key_sid", db_text(q, 7, a));
	out_member(out, "key_secret", db_text(q, 8, a));
	out_member(out, "kind", extra ? kind : kind_of(db_int(q, 3) != 0, db_text(q, 4, a), db_text(q, 5, a),
						       db_int(q, 11) != 0));
	out_close(out, '}');
}

void seed_credentials(struct sandbox *s, struct buf *out)
{
	struct arena a = {0};
	struct sqlite3_stmt *q = db_query(s->db,
		"SELECT a.label, a.sid, a.token, a.is_test, a.status, a.type, k.label, k.sid, k.secret, k.kind,"
		" (SELECT COUNT(*) FROM api_key j WHERE j.account_sid=a.sid AND j.ord<k.ord), a.owner=a.sid"
		" FROM account a LEFT JOIN api_key k ON k.account_sid=a.sid WHERE a.label<>'' ORDER BY a.ord, k.ord",
		"");

	out_open(out, '[');
	while (db_next(q))
		row_json(out, q, &a);
	db_end(q);
	arena_release(&a);
	out_close(out, ']');
}
