#include "bundles.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "answer.h"
#include "auth.h"
#include "db.h"
#include "ident.h"
#include "ledger.h"
#include "limits.h"
#include "numdesk/util/text.h"
#include "out.h"
#include "page.h"
#include "regulations.h"
#include "request.h"
#include "state.h"

#define HOST "https://numbers.twilio.com"
#define PATH HOST "/v2/RegulatoryCompliance/Bundles/"
#define COLUMNS "sid, account_sid, regulation_sid, friendly_name, status, email, valid_until, created, updated, ord"

static void bundle_members(struct buf *b, struct sqlite3_stmt *row, const char *sid_name, struct arena *a)
{
	const int64_t until = db_int(row, 6);

	out_member(b, sid_name, db_text(row, 0, a));
	out_member(b, "account_sid", db_text(row, 1, a));
	out_member(b, "regulation_sid", db_text(row, 2, a));
	out_member(b, "friendly_name", db_text(row, 3, a));
	out_member(b, "status", db_text(row, 4, a));
	if (until)
		out_member_iso(b, "valid_until", until);
	else
		out_member(b, "valid_until", NULL);
	out_member(b, "email", db_text(row, 5, a));
	out_member(b, "status_callback", NULL);
	out_member_iso(b, "date_created", db_int(row, 7));
	out_member_iso(b, "date_updated", db_int(row, 8));
}

static void bundle_json(struct buf *b, struct sqlite3_stmt *row)
{
	static const struct { const char *name, *path; } links[] = {
		{"evaluations", "Evaluations"}, {"item_assignments", "ItemAssignments"}, {"bundle_copies", "Copies"},
	};
	struct arena a = {0};
	const char *sid = db_text(row, 0, &a);

	out_open(b, '{');
	bundle_members(b, row, "sid", &a);
	out_memberf(b, "url", PATH "%s", sid);
	out_name(b, "links");
	out_open(b, '{');
	for (size_t i = 0; i < ARRAY_LEN(links); i++)
		out_memberf(b, links[i].name, PATH "%s/%s", sid, links[i].path);
	out_close(b, '}');
	out_close(b, '}');
	arena_release(&a);
}

static const char *filter_of(const struct request *q, const char *name)
{
	const char *value = param_get(&q->query, name);

	return value && *value ? value : NULL;
}

/* BundleSids is a list of up to 20, separated by commas. */
static bool wanted(const struct request *q, struct sqlite3_stmt *row)
{
	const char *sids = filter_of(q, "BundleSids");
	char sid[SID_SIZE];

	db_copy(sid, sizeof sid, row, 0);
	return (!sids || strstr(sids, sid)) &&
	       (!filter_of(q, "HasValidUntilDate") ||
		(db_int(row, 6) != 0) == param_bool(&q->query, "HasValidUntilDate", false));
}

/* The filters on what the bundle's regulation says. */
static bool regulation_passes(const struct request *q, struct sqlite3_stmt *row)
{
	const char *country = filter_of(q, "IsoCountry"), *type = filter_of(q, "NumberType");
	const char *end_user = filter_of(q, "EndUserType");
	const struct regulation *r;
	char regulation[SID_SIZE];

	db_copy(regulation, sizeof regulation, row, 2);
	r = regulation_by_sid(regulation);
	return r && (!country || text_ieq(country, r->country)) && (!type || number_type_parse(type) == r->type) &&
	       (!end_user || strcmp(end_user, r->end_user) == 0);
}

void bundles_list(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a)
{
	struct sqlite3_stmt *rows;
	struct page page;

	if (!page_parse(&page, q, a))
		return;
	rows = db_query(s->db, "SELECT " COLUMNS " FROM bundle WHERE account_sid=?1 AND (?2 IS NULL OR status=?2) AND"
			" (?3 IS NULL OR friendly_name=?3) AND (?4 IS NULL OR regulation_sid=?4) AND ord<?5"
			" ORDER BY ord DESC", "ssssi", p->self.sid, filter_of(q, "Status"),
			filter_of(q, "FriendlyName"), filter_of(q, "RegulationSid"), page.below);
	out_open(&a->body, '{');
	out_name(&a->body, "results");
	out_open(&a->body, '[');
	while (db_next(rows)) {
		if (!wanted(q, rows) || !regulation_passes(q, rows) || page.skip-- > 0)
			continue;
		if ((page.more = page.rows == page.size))
			break;
		bundle_json(&a->body, rows);
		page_row(&page, db_int(rows, 9));
	}
	db_end(rows);
	page_end_meta(&page, q, HOST, "results", &a->body);
}

static struct sqlite3_stmt *find(struct sandbox *s, const struct principal *p, const char *sid)
{
	struct sqlite3_stmt *row = db_query(s->db, "SELECT " COLUMNS " FROM bundle WHERE sid=? AND account_sid=?", "ss",
					    sid, p->self.sid);

	if (db_next(row))
		return row;
	db_end(row);
	return NULL;
}

void bundles_fetch(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a)
{
	struct sqlite3_stmt *row = find(s, p, q->segment[3]);

	if (row)
		bundle_json(&a->body, row);
	else
		answer_not_found(a, q->resource);
	db_end(row);
}

/* The target has to be of the asker's family, and only what was approved may be cloned unless it becomes a draft. */
static bool may_clone(struct sandbox *s, const struct principal *p, const struct request *q, struct sqlite3_stmt *row,
		      struct answer *a)
{
	const char *target = param_get(&q->form, "TargetAccountSid"), *name = param_get(&q->form, "FriendlyName");
	struct account account;
	char status[32];

	db_copy(status, sizeof status, row, 4);
	if (!target || !*target)
		answer_error(a, 400, 20001, "Missing required parameter TargetAccountSid");
	else if (!account_load(s, target, &account) || strcmp(account.owner, p->self.owner) != 0)
		answer_error(a, 404, 20404, "The account %s was not found", target);
	else if (strcmp(status, "twilio-approved") != 0 && !param_bool(&q->form, "MoveToDraft", false))
		answer_error(a, 400, 20422, "Bundle %s is not twilio-approved", q->segment[3]);
	else
		return !name || !*name || limits_name(name, a);
	return false;
}

static void make_clone(struct sandbox *s, struct request *q, struct sqlite3_stmt *row, const char *target, char sid[SID_SIZE])
{
	const char *name = param_get(&q->form, "FriendlyName");
	char label[64];

	snprintf(label, sizeof label, "clone %" PRId64, q->seq);
	ident_sid(sid, "BU", label);
	db_run(s->db, "INSERT INTO bundle (sid, account_sid, regulation_sid, friendly_name, status, email, valid_until,"
	       " created, updated) VALUES (?,?,?,?,?,?,?,?,?)", "ssssssiii", sid, target, db_text(row, 2, &q->arena),
	       name && *name ? name : db_text(row, 3, &q->arena),
	       param_bool(&q->form, "MoveToDraft", false) ? "draft" : db_text(row, 4, &q->arena),
	       db_text(row, 5, &q->arena), db_int(row, 6), state_now(), state_now());
	ledger_execution(s, q, "clone", target, NULL, sid);
}

void bundles_clone(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a)
{
	const char *target = param_get(&q->form, "TargetAccountSid");
	struct sqlite3_stmt *row = find(s, p, q->segment[3]), *made;
	char sid[SID_SIZE];

	if (!row) {
		answer_not_found(a, q->resource);
		return;
	}
	if (may_clone(s, p, q, row, a)) {
		make_clone(s, q, row, target, sid);
		made = db_query(s->db, "SELECT " COLUMNS " FROM bundle WHERE sid=?", "s", sid);
		db_next(made);
		a->status = 201;
		out_open(&a->body, '{');
		bundle_members(&a->body, made, "bundle_sid", &q->arena);
		out_memberf(&a->body, "url", PATH "%s/Clones", sid);
		out_close(&a->body, '}');
		db_end(made);
	}
	db_end(row);
}

bool bundle_fits(struct sandbox *s, const char *account, const char *sid, const char *country, enum number_type type)
{
	struct sqlite3_stmt *row = db_query(s->db, "SELECT regulation_sid FROM bundle WHERE sid=? AND account_sid=? AND "
					    "status='twilio-approved' AND (valid_until=0 OR valid_until>?)", "ssi", sid,
					    account, state_now());
	const struct regulation *r = NULL;
	char regulation[SID_SIZE];

	if (db_next(row)) {
		db_copy(regulation, sizeof regulation, row, 0);
		r = regulation_by_sid(regulation);
	}
	db_end(row);
	return r && strcmp(r->country, country) == 0 && r->type == type;
}
