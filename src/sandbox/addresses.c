#include "addresses.h"

#include <stdio.h>
#include <string.h>

#include "answer.h"
#include "auth.h"
#include "db.h"
#include "ident.h"
#include "ledger.h"
#include "limits.h"
#include "out.h"
#include "owned.h"
#include "page.h"
#include "request.h"
#include "state.h"

/* form parameter and column; the first six are required when an address is made, the country cannot be changed */
static const struct { const char *form, *column; } fields[] = {
	{"CustomerName", "customer_name"}, {"Street", "street"}, {"City", "city"}, {"Region", "region"},
	{"PostalCode", "postal_code"}, {"IsoCountry", "iso_country"}, {"StreetSecondary", "street_secondary"},
	{"FriendlyName", "friendly_name"},
};
enum { REQUIRED = 6, COUNTRY = 5 };

#define COLUMNS "sid, account_sid, customer_name, street, city, region, postal_code, iso_country, street_secondary, " \
	"friendly_name, emergency, created, updated, ord"

static void address_json(struct buf *b, struct sqlite3_stmt *row)
{
	struct arena a = {0};
	const char *sid = db_text(row, 0, &a), *account = db_text(row, 1, &a);

	out_open(b, '{');
	out_member(b, "account_sid", account);
	for (int i = 0; i < (int)ARRAY_LEN(fields); i++)
		out_member(b, fields[i].column, db_text(row, i + 2, &a));
	out_member_date(b, "date_created", db_int(row, 11));
	out_member_date(b, "date_updated", db_int(row, 12));
	out_member_bool(b, "emergency_enabled", db_int(row, 10) != 0);
	out_member(b, "sid", sid);
	out_memberf(b, "uri", "/2010-04-01/Accounts/%s/Addresses/%s.json", account, sid);
	out_member_bool(b, "validated", true);
	out_member_bool(b, "verified", false);
	out_close(b, '}');
	arena_release(&a);
}

static const char *filter_of(const struct request *q, const char *name)
{
	const char *value = param_get(&q->query, name);

	return value && *value ? value : NULL;
}

void addresses_list(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a)
{
	const char *emergency = filter_of(q, "EmergencyEnabled");
	struct sqlite3_stmt *rows;
	struct page page;

	if (!page_parse(&page, q, a))
		return;
	rows = db_query(s->db,
			"SELECT " COLUMNS " FROM address WHERE account_sid=? AND (?2 IS NULL OR customer_name=?2)"
			" AND (?3 IS NULL OR friendly_name=?3) AND (?4 IS NULL OR iso_country=?4) AND"
			" (?5 IS NULL OR emergency=(?5='true')) AND ord<?6 ORDER BY ord DESC LIMIT ?7 OFFSET ?8",
			"sssssiii", p->target.sid, filter_of(q, "CustomerName"), filter_of(q, "FriendlyName"),
			filter_of(q, "IsoCountry"), emergency, page.below, page.size + 1, page.skip);
	out_open(&a->body, '{');
	out_name(&a->body, "addresses");
	out_open(&a->body, '[');
	while (db_next(rows)) {
		if ((page.more = page.rows == page.size))
			break;
		address_json(&a->body, rows);
		page_row(&page, db_int(rows, 13));
	}
	db_end(rows);
	page_end(&page, q, &a->body);
}

static bool show(struct sandbox *s, const struct principal *p, const struct request *q, const char *sid,
		 struct answer *a)
{
	struct sqlite3_stmt *row = db_query(s->db, "SELECT " COLUMNS " FROM address WHERE sid=? AND account_sid=?",
					    "ss", sid, p->target.sid);
	const bool found = db_next(row);

	if (found)
		address_json(&a->body, row);
	else
		answer_not_found(a, q->resource);
	db_end(row);
	return found;
}

static bool check_form(const struct request *q, bool complete, struct answer *a)
{
	const char *name = param_get(&q->form, "FriendlyName"), *country = param_get(&q->form, "IsoCountry");

	for (int i = 0; complete && i < REQUIRED; i++) {
		const char *value = param_get(&q->form, fields[i].form);

		if (!value || !*value) {
			answer_error(a, 400, 20001, "Missing required parameter %s", fields[i].form);
			return false;
		}
	}
	if (complete && (strlen(country) != 2 || strspn(country, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != 2)) {
		answer_error(a, 400, 21628, "Address could not be validated: IsoCountry %s", country);
		return false;
	}
	return !name || !*name || limits_name(name, a);
}

/* Write the fields that the form has. */
static void store(struct sandbox *s, const struct request *q, const char *sid, bool is_new)
{
	for (int i = 0; i < (int)ARRAY_LEN(fields); i++) {
		const char *value = param_get(&q->form, fields[i].form);
		char sql[128];

		if (!value || (i == COUNTRY && !is_new))
			continue;
		snprintf(sql, sizeof sql, "UPDATE address SET %s=? WHERE sid=?", fields[i].column);
		db_run(s->db, sql, "ss", value, sid);
	}
	if (param_get(&q->form, "EmergencyEnabled"))
		db_run(s->db, "UPDATE address SET emergency=? WHERE sid=?", "is",
		       (int64_t)param_bool(&q->form, "EmergencyEnabled", false), sid);
	db_run(s->db, "UPDATE address SET updated=? WHERE sid=?", "is", state_now(), sid);
}

void addresses_create(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a)
{
	char label[64], sid[SID_SIZE];

	if (!check_form(q, true, a))
		return;
	snprintf(label, sizeof label, "address %lld", (long long)q->seq);
	ident_sid(sid, "AD", label);
	db_run(s->db, "INSERT INTO address (sid, account_sid, friendly_name, emergency, created, updated) "
	       "VALUES (?,?,'',0,?,0)", "ssi", sid, p->target.sid, state_now());
	store(s, q, sid, true);
	ledger_execution(s, q, "create", p->target.sid, NULL, sid);
	a->status = 201;
	show(s, p, q, sid, a);
}

void addresses_fetch(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a)
{
	show(s, p, q, q->segment[4], a);
}

void addresses_update(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a)
{
	if (!show(s, p, q, q->segment[4], a) || !check_form(q, false, a))
		return;
	buf_clear(&a->body);
	store(s, q, q->segment[4], false);
	ledger_execution(s, q, "update", p->target.sid, NULL, q->segment[4]);
	show(s, p, q, q->segment[4], a);
}

static bool depends(const struct owned *n, const char *address)
{
	const char *x = n->text[OWNED_address_sid], *y = n->text[OWNED_emergency_address_sid];

	return (x && strcmp(x, address) == 0) || (y && strcmp(y, address) == 0);
}

/* Numbers of the account that name the address; formula numbers never do. */
static int64_t dependents(struct sandbox *s, const struct principal *p, const char *address)
{
	return db_number(s->db, 0, "SELECT COUNT(*) FROM number WHERE account_sid=?1 AND (address_sid=?2 OR "
			 "emergency_address_sid=?2)", "ss", p->target.sid, address);
}

void addresses_delete(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a)
{
	if (!show(s, p, q, q->segment[4], a))
		return;
	buf_clear(&a->body);
	if (dependents(s, p, q->segment[4]) > 0) {
		answer_error(a, 400, 20409, "Address %s is used by phone numbers", q->segment[4]);
		return;
	}
	db_run(s->db, "DELETE FROM address WHERE sid=?", "s", q->segment[4]);
	ledger_execution(s, q, "delete", p->target.sid, NULL, q->segment[4]);
	a->status = 204;
}

void addresses_dependents(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a)
{
	const struct owned_filter f = {.account = p->target.sid, .now_ms = INT64_MAX};
	struct owned_cursor *c;
	struct owned n;
	struct page page;

	if (!show(s, p, q, q->segment[4], a))
		return;
	buf_clear(&a->body);
	if (!page_parse(&page, q, a))
		return;
	out_open(&a->body, '{');
	out_name(&a->body, "dependent_phone_numbers");
	out_open(&a->body, '[');
	c = owned_list(s, &f, page.below);
	while (owned_list_next(c, &n)) {
		if (!depends(&n, q->segment[4]) || page.skip-- > 0)
			continue;
		if ((page.more = page.rows == page.size))
			break;
		owned_json_dependent(&a->body, &n);
		page_row(&page, n.ord);
	}
	owned_list_end(c);
	page_end(&page, q, &a->body);
}
