#include <stdio.h>
#include <string.h>

#include "numdesk/model/phone.h"
#include "numdesk/util/text.h"
#include "view.h"

#define FLAG_COLS 3             /* mark, primary or lock, a blank (or the lock of a primary number) */
#define NAME_MIN 14

struct fit { enum column_id id; int width; };

/* Which columns fit: the least important are dropped until the rest does; NAME takes what is left. */
static size_t fit_columns(const struct ui *u, int cols, struct fit *out)
{
	bool keep[COLUMN_COUNT];
	size_t n = 0;
	int need;

	for (size_t i = 0; i < u->n_columns; i++)
		keep[i] = true;
	for (;;) {
		int worst = -1;

		need = FLAG_COLS;
		for (size_t i = 0; i < u->n_columns; i++)
			if (keep[i])
				need += (columns[u->columns[i]].width ? columns[u->columns[i]].width : NAME_MIN) + 1;
		if (need - 1 <= cols)
			break;
		for (size_t i = 0; i < u->n_columns; i++) {
			int p = columns[u->columns[i]].priority, q = worst < 0 ? 0 : columns[u->columns[worst]].priority;

			/* priority 0 goes first, then the highest number; of equals the rightmost */
			if (keep[i] && (worst < 0 || (p == 0 && q != 0) || (p && q && p >= q) || (p == 0 && q == 0)))
				worst = (int)i;
		}
		if (worst < 0)
			break;
		keep[worst] = false;
	}
	for (size_t i = 0; i < u->n_columns; i++)
		if (keep[i]) {
			int width = columns[u->columns[i]].width;

			out[n++] = (struct fit){u->columns[i], width ? width : NAME_MIN + (cols - need + 1 > 0 ? cols - need + 1 : 0)};
		}
	return n;
}

static bool is_right(enum column_id c)
{
	return columns[c].type == COLTYPE_MONEY || columns[c].type == COLTYPE_COUNT;
}

static void draw_titles(const struct ui *u, struct grid *g, struct rect r, const struct fit *f, size_t n)
{
	int at = FLAG_COLS;

	for (size_t i = 0; i < n; i++) {
		char title[64];

		snprintf(title, sizeof title, "%s%s", columns[f[i].id].title,
			 f[i].id == u->sort ? (u->descending ? "\xE2\x86\x93" : "\xE2\x86\x91") : "");
		grid_field(g, r, 0, at, f[i].width, f[i].id == u->sort ? ROLE_BOLD : ROLE_DIM, title, is_right(f[i].id));
		at += f[i].width + 1;
	}
}

/* A star for the primary number, a letter for one that stands in for it. */
static const char *badge(const struct number *n)
{
	const char *of = n->primary_for ? n->primary_for : "";

	if (n->is_primary || strcmp(of, "messages voice") == 0)
		return "\xE2\x98\x85";
	return strcmp(of, "messages") == 0 ? "m" : *of ? "v" : "";
}

static void draw_row(const struct ui *u, struct grid *g, struct rect r, int row, const struct number *n, const struct fit *f,
		     size_t nf, bool cursor, bool focus)
{
	enum role role = n->is_gone ? ROLE_GONE : ROLE_NORMAL;
	bool marked = mark_has(&u->marks, n->phone_sid);
	int at = FLAG_COLS;

	if (cursor && focus)
		grid_fill(g, (struct rect){r.row + row, r.col, 1, r.cols}, role = ROLE_CURSOR);
	if (marked)
		grid_put(g, r, row, 0, cursor && focus ? role : ROLE_MARK, "\xE2\x97\x8F");
	if (*badge(n))
		grid_put(g, r, row, 1, cursor && focus ? role : ROLE_PRIMARY, badge(n));
	if (n->is_locked)
		grid_put(g, r, row, *badge(n) ? 2 : 1, role, "#");
	for (size_t i = 0; i < nf; i++) {
		char text[600];

		if (f[i].id == COL_PHONE_NUMBER)
			phone_format(n->phone_number, text, sizeof text);
		else
			column_show(f[i].id, n, u->ascii, text, sizeof text);
		if (n->is_gone && f[i].id == COL_FRIENDLY_NAME)
			snprintf(text, sizeof text, "(gone from Twilio's list)");
		grid_field(g, r, row, at, f[i].width, marked && !(cursor && focus) ? ROLE_MARK : role, text, is_right(f[i].id));
		at += f[i].width + 1;
	}
	if (cursor && !focus)
		grid_tint(g, (struct rect){r.row + row, r.col + FLAG_COLS, 1, f[0].width}, ROLE_SHADE);
}

/* After a refresh the cursor stays on its number, wherever that is now. */
static void follow(struct ui *u, const struct ui_world *w, size_t height)
{
	size_t n = rows_count(w->rows);

	scroll_set(&u->owned, n, height);
	if (*u->owned_sid && n > 0) {
		const struct number *at = rows_at(w->rows, u->owned.cursor);

		if (!at || strcmp(at->phone_sid, u->owned_sid) != 0) {
			size_t i = rows_index(w->rows, u->owned_sid);

			if (i != SIZE_MAX) {
				size_t offset = u->owned.cursor - u->owned.top;

				u->owned.cursor = i;
				u->owned.top = i > offset ? i - offset : 0;
				scroll_set(&u->owned, n, height);
			}
		}
	}
	rows_window(w->rows, u->owned.top, height);
	const struct number *now = n ? rows_at(w->rows, u->owned.cursor) : NULL;

	snprintf(u->owned_sid, sizeof u->owned_sid, "%s", now ? now->phone_sid : "");
}

static const char *why_empty(const struct ui_world *w)
{
	if (rows_loading(w->rows))
		return "reading ...";
	if (*rows_filter(w->rows))
		return "no number passes the filter; / changes it, Esc in it clears it";
	if (w->s->account.synced_at == 0)
		return "nothing fetched yet; r asks Twilio for the list";
	return "this account owns no numbers; Tab goes to the search";
}

void view_owned(struct ui *u, const struct ui_world *w, struct grid *g, struct rect r)
{
	bool focus = u->focus == FOCUS_OWNED;
	struct fit f[COLUMN_COUNT];
	char right[200];
	size_t n = rows_count(w->rows), nf;
	struct rect in;

	if (config_bool(&w->s->config, OPTION_VAULT_HIDE) && !session_unlocked(w->s)) {
		in = grid_box(g, r, "Numbers", "", focus);
		grid_put(g, in, 1, 1, ROLE_DIM, "hidden while locked; U unlocks");
		return;
	}
	snprintf(right, sizeof right, "%s%s%zu%s", rows_filter(w->rows), *rows_filter(w->rows) ? "   " : "", n,
		 rows_loading(w->rows) ? "+" : "");
	if (*rows_filter(w->rows))      /* of all rows, those that are gone included */
		snprintf(right + strlen(right), sizeof right - strlen(right), "/%lld",
			 (long long)(w->s->summary.numbers + w->s->summary.gone));
	if (u->marks.n)
		snprintf(right + strlen(right), sizeof right - strlen(right), "   %zu marked", u->marks.n);
	in = grid_box(g, r, "Numbers", right, focus);
	if (in.rows < 2)
		return;
	in.cols--;                      /* a blank before the border */
	nf = fit_columns(u, in.cols, f);
	draw_titles(u, g, in, f, nf);
	struct rect body = {in.row + 1, in.col, in.rows - 1, in.cols};

	follow(u, w, (size_t)body.rows);
	if (n == 0)
		grid_wrap(g, (struct rect){body.row, body.col + 1, body.rows, body.cols - 1}, 1, ROLE_DIM, why_empty(w));
	for (int row = 0; row < body.rows && u->owned.top + (size_t)row < n; row++) {
		size_t i = u->owned.top + (size_t)row;
		const struct number *x = rows_at(w->rows, i);

		if (x && *x->phone_number)
			draw_row(u, g, body, row, x, f, nf, i == u->owned.cursor, focus);
	}
}
