#include "numdesk/store/saved.h"

#include <stdlib.h>
#include <string.h>

#include "ledger_priv.h"
#include "numdesk/util/mem.h"
#include "numdesk/util/text.h"

#define COLUMNS "name,search,created_at,run_at,found"

/* The reason, when it cannot be read, goes to e. */
static void read_saved(sqlite3_stmt *q, struct saved_search *out, struct err *e)
{
	const char *text = db_text(q, 1);

	*out = (struct saved_search){.created_at = sqlite3_column_int64(q, 2), .run_at = sqlite3_column_int64(q, 3),
				     .found = sqlite3_column_int64(q, 4)};
	db_chars(q, 0, out->name, sizeof out->name);
	search_init(&out->search);
	out->unreadable = !text || !search_read(&out->search, text, e);
}

bool saved_each(struct ledger *l, saved_fn *fn, void *ctx, struct err *e)
{
	sqlite3_stmt *q = db_prepare(&l->db, "SELECT " COLUMNS " FROM saved_search ORDER BY name", e);
	enum db_step step = DB_FAILED;

	if (!q)
		return false;
	while ((step = db_next(&l->db, q, e)) == DB_ROW) {
		struct saved_search s;

		read_saved(q, &s, NULL);
		if (!fn(ctx, &s))
			break;
	}
	sqlite3_finalize(q);
	return step != DB_FAILED;
}

/* --- one -------------------------------------------------------------------------------------------------------- */

enum { NAMES_MAX = 200 };

struct names { char *v[NAMES_MAX]; size_t n; };

static bool add_name(void *ctx, const struct saved_search *s)
{
	struct names *names = ctx;

	names->v[names->n++] = mem_dup(s->name);
	return names->n < NAMES_MAX;
}

static bool not_found(struct ledger *l, const char *name, struct err *e)
{
	struct names names = {.n = 0};
	const char *near;

	saved_each(l, add_name, &names, NULL);
	near = text_nearest(name, (const char *const *)names.v, names.n);
	if (near)
		err_set(e, ERR_NOT_FOUND, "there is no saved search '%.60s', did you mean '%s'", name, near);
	else if (names.n)
		err_set(e, ERR_NOT_FOUND, "there is no saved search '%.60s'; 'numdesk saved list' lists them", name);
	else
		err_set(e, ERR_NOT_FOUND, "there is no saved search '%.60s', and no other: 'numdesk saved save NAME COUNTRY "
			"...' keeps one", name);
	for (size_t i = 0; i < names.n; i++)
		free(names.v[i]);
	return false;
}

bool saved_find(struct ledger *l, const char *name, struct saved_search *out, struct err *e)
{
	sqlite3_stmt *q = db_kept(&l->db, "SELECT " COLUMNS " FROM saved_search WHERE name=?1", e);
	struct saved_search found = {.unreadable = false};
	enum db_step step;
	struct err why = {0};

	if (!q)
		return false;
	db_bind_text(q, 1, name);
	step = db_next(&l->db, q, e);
	if (step == DB_ROW)
		read_saved(q, &found, &why);
	db_done(q);
	if (step == DB_END)
		return not_found(l, name, e);
	if (step == DB_FAILED)
		return false;
	if (found.unreadable)
		return err_set(e, ERR_DAMAGED, "the saved search '%s' cannot be read: %s; save it anew with --replace", name,
			       why.msg);
	*out = found;
	return true;
}

/* --- changes ---------------------------------------------------------------------------------------------------- */

static bool is_taken(struct ledger *l, const char *name)
{
	sqlite3_stmt *q = db_kept(&l->db, "SELECT 1 FROM saved_search WHERE name=?1", NULL);
	bool taken = false;

	if (q) {
		db_bind_text(q, 1, name);
		taken = db_next(&l->db, q, NULL) == DB_ROW;
	}
	db_done(q);
	return taken;
}

static bool put(struct ledger *l, const char *name, const char *text, bool replace, struct err *e)
{
	sqlite3_stmt *q;

	if (!replace && is_taken(l, name))
		return err_set(e, ERR_USAGE, "there is a saved search '%s' already: choose another name, or replace it with "
			       "--replace", name);
	q = db_kept(&l->db, "INSERT INTO saved_search(name,search,created_at) VALUES(?1,?2,?3) ON CONFLICT DO UPDATE SET"
		    " name=?1,search=?2,created_at=?3,run_at=0,found=0", e);
	if (!q)
		return false;
	db_bind_text(q, 1, name);
	db_bind_text(q, 2, text);
	db_bind_int(q, 3, ledger_now_ms(l) / 1000);
	return db_run(&l->db, q, e);
}

bool saved_put(struct ledger *l, const char *name, const struct search *s, bool replace, struct err *e)
{
	char *text;
	bool ok;

	if (!search_name_valid(name, e) || !ledger_begin(l, e))
		return false;
	text = search_write(s);
	ok = db_finish(&l->db, put(l, name, text, replace, e), e);
	free(text);
	return ok;
}

static bool drop(struct ledger *l, const char *name, struct err *e)
{
	sqlite3_stmt *q = db_kept(&l->db, "DELETE FROM saved_search WHERE name=?1", e);

	if (!q)
		return false;
	db_bind_text(q, 1, name);
	if (!db_run(&l->db, q, e))
		return false;
	return sqlite3_changes(l->db.h) == 1 || not_found(l, name, e);
}

bool saved_remove(struct ledger *l, const char *name, struct err *e)
{
	return ledger_begin(l, e) && db_finish(&l->db, drop(l, name, e), e);
}

static bool note_run(struct ledger *l, const char *name, size_t found)
{
	sqlite3_stmt *q = db_kept(&l->db, "UPDATE saved_search SET run_at=?2,found=?3 WHERE name=?1", NULL);

	if (!q)
		return false;
	db_bind_text(q, 1, name);
	db_bind_int(q, 2, ledger_now_ms(l) / 1000);
	db_bind_int(q, 3, (int64_t)found);
	return db_run(&l->db, q, NULL);
}

void saved_ran(struct ledger *l, const char *name, size_t found)
{
	if (ledger_begin(l, NULL))
		(void)db_finish(&l->db, note_run(l, name, found), NULL);        /* else the list is a run behind */
}
