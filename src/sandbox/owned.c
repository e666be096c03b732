#include "owned.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sqlite3.h>

#include "db.h"
#include "msgservices.h"
#include "numdesk/util/text.h"
#include "state.h"
#include "synth.h"

#define OWNED(column, form, check) #column ", "
static const char COLUMNS[] =
#include "owned_fields.def"
	"ord, created, updated, visible_ms, capabilities, beta, lookup";
#undef OWNED

void owned_defaults(struct owned *n)
{
	*n = (struct owned){.ord = -1};
	n->text[OWNED_address_requirements] = "none";
	n->text[OWNED_origin] = "twilio";
	n->text[OWNED_status] = "in-use";
	n->text[OWNED_emergency_status] = "Inactive";
	n->text[OWNED_emergency_address_status] = "unregistered";
	n->text[OWNED_api_version] = "2010-04-01";
	n->text[OWNED_voice_method] = n->text[OWNED_voice_fallback_method] = "POST";
	n->text[OWNED_sms_method] = n->text[OWNED_sms_fallback_method] = "POST";
	n->text[OWNED_status_callback_method] = "POST";
	n->text[OWNED_voice_receive_mode] = "voice";
	n->text[OWNED_sms_url] = n->text[OWNED_sms_fallback_url] = "";
	n->text[OWNED_voice_application_sid] = n->text[OWNED_sms_application_sid] = "";
	n->text[OWNED_status_callback] = "";
}

/* The row under the cursor. With an arena its texts are copied, without they live until the next step. */
static void read_row(sqlite3_stmt *q, struct owned *n, struct arena *a)
{
	for (int i = 0; i < OWNED_TEXT_COUNT; i++)
		n->text[i] = a ? db_text(q, i, a) : (const char *)sqlite3_column_text(q, i);
	n->ord = db_int(q, OWNED_TEXT_COUNT);
	n->created = db_int(q, OWNED_TEXT_COUNT + 1);
	n->updated = db_int(q, OWNED_TEXT_COUNT + 2);
	n->visible_ms = db_int(q, OWNED_TEXT_COUNT + 3);
	n->capabilities = (unsigned)db_int(q, OWNED_TEXT_COUNT + 4);
	n->beta = db_int(q, OWNED_TEXT_COUNT + 5) != 0;
	n->lookup = db_int(q, OWNED_TEXT_COUNT + 6) != 0;
}

static bool by_column(struct sandbox *s, const char *column, const char *value, const char *account, struct owned *n,
		      struct arena *a)
{
	char sql[1024];
	sqlite3_stmt *q;
	bool found;

	snprintf(sql, sizeof sql, "SELECT %s FROM number WHERE %s=?1 AND (?2 IS NULL OR account_sid=?2)", COLUMNS,
		 column);
	q = db_query(s->db, sql, "ss", value, account);
	found = db_next(q);
	if (found)
		read_row(q, n, a);
	db_end(q);
	return found;
}

static bool by_formula(struct sandbox *s, int64_t i, const char *account, struct owned *n, struct arena *a)
{
	if (account && strcmp(account, s->synth_account) != 0)
		return false;
	synth_make(s, i, n, arena_alloc(a, sizeof(struct synth_row)));
	return true;
}

bool owned_by_sid(struct sandbox *s, const char *account, const char *sid, struct owned *n, struct arena *a)
{
	int64_t i;

	if (synth_by_sid(s, sid, &i))
		return by_formula(s, i, account, n, a);
	return by_column(s, "sid", sid, account, n, a);
}

bool owned_by_phone(struct sandbox *s, const char *account, const char *phone, struct owned *n, struct arena *a)
{
	int64_t i;

	if (synth_by_phone(s, phone, &i))
		return by_formula(s, i, account, n, a);
	return by_column(s, "phone_number", phone, account, n, a);
}

void owned_save(struct sandbox *s, struct owned *n)
{
	char sql[1400];
	sqlite3_stmt *q;
	int at = 1;

	if (n->ord < 0)
		n->ord = db_number(s->db, OWNED_ORD_FIRST, "SELECT MAX(COALESCE(MAX(ord), 0) + 1, ?) FROM number", "i",
				   OWNED_ORD_FIRST);
	if (n->ord < OWNED_ORD_FIRST)
		synth_set_gone(s, n->ord);
	snprintf(sql, sizeof sql, "INSERT OR REPLACE INTO number (%s) VALUES (?%s)", COLUMNS,
		 ",?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?");
	q = db_query(s->db, sql, "");
	for (int i = 0; i < OWNED_TEXT_COUNT; i++)
		sqlite3_bind_text(q, at++, n->text[i], -1, SQLITE_TRANSIENT);
	sqlite3_bind_int64(q, at++, n->ord);
	sqlite3_bind_int64(q, at++, n->created);
	sqlite3_bind_int64(q, at++, n->updated);
	sqlite3_bind_int64(q, at++, n->visible_ms);
	sqlite3_bind_int64(q, at++, n->capabilities);
	sqlite3_bind_int64(q, at++, n->beta);
	sqlite3_bind_int64(q, at++, n->lookup);
	db_next(q);
	db_end(q);
}

void owned_remove(struct sandbox *s, const struct owned *n)
{
	if (n->ord < OWNED_ORD_FIRST)
		synth_set_gone(s, n->ord);
	db_run(s->db, "INSERT OR IGNORE INTO released VALUES (?)", "s", n->text[OWNED_phone_number]);
	db_run(s->db, "DELETE FROM number WHERE sid=?", "s", n->text[OWNED_sid]);
	msgpool_forget(s, n->text[OWNED_sid]);
}

void owned_remove_all(struct sandbox *s, const char *account)
{
	db_run(s->db, "INSERT OR IGNORE INTO released SELECT phone_number FROM number WHERE account_sid=?", "s",
	       account);
	db_run(s->db, "DELETE FROM number WHERE account_sid=?", "s", account);
	db_run(s->db, "DELETE FROM msgpool WHERE service_sid IN (SELECT sid FROM msgservice WHERE account_sid=?)", "s",
	       account);
	if (strcmp(account, s->synth_account) == 0) {
		db_run(s->db, "DELETE FROM synth", "");
		synth_load(s);
	}
}

int64_t owned_count(struct sandbox *s, const char *account)
{
	int64_t n = db_number(s->db, 0, "SELECT COUNT(*) FROM number WHERE account_sid=?", "s", account);

	if (strcmp(account, s->synth_account) == 0)
		n += s->synth_count - db_number(s->db, 0, "SELECT COUNT(*) FROM synth_gone WHERE i < ?", "i",
						s->synth_count);
	return n;
}

/* Two streams in falling order of ord, merged: rows of the table and the numbers of the formula. */
struct owned_cursor {
	struct sandbox *s;
	struct owned_filter filter;
	sqlite3_stmt *rows;
	struct owned row;
	bool fresh;                     /* row is still to be handed out */
	bool one;                       /* the filter names one number of the formula */
	int64_t synth;                  /* the next index to look at, below 0 when done */
	struct synth_row texts;
};

/* `pattern` anywhere in the number, '*' any digit; a '+' only matches itself at the start. */
static bool phone_matches(const char *pattern, const char *phone)
{
	const size_t n = strlen(pattern), len = strlen(phone);

	for (size_t at = 0; at + n <= len; at++) {
		size_t i = 0;

		while (i < n && (pattern[i] == phone[at + i] || (pattern[i] == '*' && phone[at + i] != '+')))
			i++;
		if (i == n)
			return true;
	}
	return false;
}

static bool passes(const struct owned_cursor *c, const struct owned *n)
{
	const struct owned_filter *f = &c->filter;

	return (!f->phone || phone_matches(f->phone, n->text[OWNED_phone_number])) &&
	       (!f->name || strcmp(f->name, n->text[OWNED_friendly_name]) == 0) &&
	       (!f->type || strcmp(f->type, n->text[OWNED_type]) == 0) &&
	       (!f->origin || strcmp(f->origin, n->text[OWNED_origin]) == 0) &&
	       (!f->no_beta || !n->beta) && n->visible_ms <= f->now_ms;
}

/* A filter that names one number of the formula, or none, needs no walk through a million. */
static void narrow(struct owned_cursor *c, int64_t below)
{
	const struct owned_filter *f = &c->filter;
	int64_t i = -1;

	if ((f->type && strcmp(f->type, "local") != 0) || (f->origin && strcmp(f->origin, "twilio") != 0))
		c->synth = -1;
	if (c->synth < 0)
		return;
	if (f->phone && strlen(f->phone) == 12 && f->phone[0] == '+' && !strchr(f->phone, '*'))
		c->one = true, synth_by_phone(c->s, f->phone, &i);
	else if (f->name)
		c->one = true, synth_by_name(c->s, f->name, &i);
	if (c->one)
		c->synth = i >= 0 && i < below && i < c->s->synth_count && !synth_is_gone(c->s, i) ? i : -1;
}

struct owned_cursor *owned_list(struct sandbox *s, const struct owned_filter *f, int64_t below)
{
	struct owned_cursor *c = mem_alloc(sizeof *c);
	char sql[1024];

	c->s = s;
	c->filter = *f;
	snprintf(sql, sizeof sql, "SELECT %s FROM number WHERE account_sid=? AND ord<? ORDER BY ord DESC", COLUMNS);
	c->rows = db_query(s->db, sql, "si", f->account, below);
	c->synth = -1;
	if (strcmp(f->account, s->synth_account) == 0)
		c->synth = (below < s->synth_count ? below : s->synth_count) - 1;
	narrow(c, below);
	return c;
}

static bool step_synth(struct owned_cursor *c, struct owned *n)
{
	if (c->synth < 0)
		return false;
	synth_make(c->s, c->synth--, n, &c->texts);
	if (c->one)
		c->synth = -1;
	return true;
}

/* The next row of either stream, unfiltered. */
static bool step(struct owned_cursor *c, struct owned *n)
{
	if (!c->fresh && c->rows) {
		c->fresh = db_next(c->rows);
		if (c->fresh)
			read_row(c->rows, &c->row, NULL);
		else
			db_end(c->rows), c->rows = NULL;
	}
	/* A changed number is in the table under its old index: step over that before the two are compared. */
	while (c->synth >= 0 && synth_is_gone(c->s, c->synth))
		c->synth--;
	if (c->fresh && c->row.ord > c->synth) {
		*n = c->row;
		c->fresh = false;
		return true;
	}
	return step_synth(c, n);
}

bool owned_list_next(struct owned_cursor *c, struct owned *n)
{
	while (step(c, n))
		if (passes(c, n))
			return true;
	return false;
}

void owned_list_skip(struct owned_cursor *c, int64_t rows)
{
	struct owned n;

	while (rows-- > 0 && owned_list_next(c, &n))
		;
}

void owned_list_end(struct owned_cursor *c)
{
	if (!c)
		return;
	db_end(c->rows);
	free(c);
}
