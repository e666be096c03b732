#include <stdio.h>
#include <string.h>

#include "numdesk/model/phone.h"
#include "numdesk/util/mem.h"
#include "numdesk/util/text.h"
#include "ui_form.h"
#include "view.h"

/*
 * NUMBER, PLACE, CAPS, ADDRESS (when one on screen needs it), SCORE and WHY (when they are sorted by it), $/MO. PLACE
 * takes what is left, and gives WHY its share where there is room.
 */
enum { MARK_COLS = 2, NUMBER_COLS = 17, CAPS_COLS = 5, ADDR_COLS = 8, SCORE_COLS = 6, PRICE_COLS = 7, PLACE_ENOUGH = 20,
       WHY_LEAST = 12 };

struct layout { int place, address, score, why; };      /* columns of each; 0: not shown */

static bool needs_address(const struct offer *o)
{
	return o && o->address_requirements && strcmp(o->address_requirements, "none") != 0;
}

static struct layout lay_out(int cols, bool address, bool score)
{
	struct layout l = {.address = address ? ADDR_COLS : 0, .score = score ? SCORE_COLS : 0};
	int left = cols - MARK_COLS - NUMBER_COLS - CAPS_COLS - l.address - l.score - PRICE_COLS;

	if (score && left >= PLACE_ENOUGH + WHY_LEAST)
		l.why = left - PLACE_ENOUGH;
	l.place = left - l.why;
	if (l.place < 5)
		l.place = 0;
	return l;
}

static void draw_offer(const struct ui *u, struct grid *g, struct rect r, int row, const struct offer *o,
		       const struct layout *l, bool cursor, bool focus)
{
	enum role role = cursor && focus ? ROLE_CURSOR : mark_has(&u->offer_marks, o->phone_number) ? ROLE_MARK : ROLE_NORMAL;
	int at = MARK_COLS;
	char text[200];

	grid_fill(g, (struct rect){r.row + row, r.col, 1, r.cols}, cursor && focus ? ROLE_CURSOR : ROLE_NORMAL);
	if (mark_has(&u->offer_marks, o->phone_number))
		grid_put(g, r, row, 0, role, "\xE2\x97\x8F");
	grid_field(g, r, row, at, NUMBER_COLS - 1, role, phone_format(o->phone_number, text, sizeof text), false);
	if (cursor && !focus)
		grid_tint(g, (struct rect){r.row + row, r.col + at, 1, NUMBER_COLS - 1}, ROLE_SHADE);
	at += NUMBER_COLS;
	if (l->place)
		grid_field(g, r, row, at, l->place - 1, role, offer_place(o, text, sizeof text), false);
	at += l->place;
	grid_field(g, r, row, at, CAPS_COLS - 1, role, capability_flags(o->capabilities, u->ascii, text), false);
	at += CAPS_COLS;
	if (l->address)
		grid_field(g, r, row, at, ADDR_COLS - 1, needs_address(o) && role == ROLE_NORMAL ? ROLE_WARN : role,
			   needs_address(o) ? o->address_requirements : "", false);
	at += l->address;
	if (l->score) {
		snprintf(text, sizeof text, "%d", o->score);
		grid_field(g, r, row, at, SCORE_COLS - 1, role, text, true);
	}
	at += l->score;
	if (l->why)
		grid_field(g, r, row, at, l->why - 1, role, o->why ? o->why : "", false);
	at += l->why;
	if (o->monthly_price == MONEY_UNKNOWN)
		snprintf(text, sizeof text, "?");
	else
		money_decimal(o->monthly_price, text, sizeof text);
	grid_field(g, r, row, at, PRICE_COLS - 1, role, text, true);
}

static void draw_titles(struct grid *g, struct rect r, const struct layout *l)
{
	const struct { int cols; const char *title; bool right; } titles[] = {
		{NUMBER_COLS, "NUMBER", false}, {l->place, "PLACE", false}, {CAPS_COLS, "CAPS", false},
		{l->address, "ADDRESS", false}, {l->score, "SCORE", true}, {l->why, "WHY", false}, {PRICE_COLS, "$/MO", true},
	};
	int at = MARK_COLS;

	for (size_t i = 0; i < ARRAY_LEN(titles); i++) {
		if (titles[i].cols)
			grid_field(g, r, 0, at, titles[i].cols - 1, ROLE_DIM, titles[i].title, titles[i].right);
		at += titles[i].cols;
	}
}

/* Nothing found, or nothing asked yet: say why and what to try. */
static void draw_none(const struct finder_view *v, struct grid *g, struct rect r)
{
	if (v->busy) {
		grid_put(g, r, 0, 1, ROLE_DIM, "searching ...");
	} else if (v->err.kind != ERR_NONE) {
		grid_wrap(g, (struct rect){r.row, r.col + 1, r.rows, r.cols - 1}, 0, ROLE_ERROR, v->err.msg);
	} else if (!v->finished) {
		grid_wrap(g, (struct rect){r.row, r.col + 1, r.rows, r.cols - 1}, 0, ROLE_DIM,
			  "fill in the form (f) and press Enter to search");
	} else {
		grid_put(g, r, 0, 1, ROLE_WARN, "nothing for sale like that");
		if (v->n_relax)
			grid_put(g, r, 1, 1, ROLE_NORMAL, "a digit tries instead:");
		for (size_t i = 0; i < v->n_relax; i++)
			grid_putf(g, r, 2 + (int)i, 3, ROLE_KEY, "%zu  %s", i + 1, v->relax[i].says);
	}
}

static void draw_offers(struct ui *u, const struct ui_world *w, struct grid *g, struct rect r, bool focus)
{
	const struct finder_view *v = finder_view(w->finder);
	bool address = false;
	struct layout l;

	if (r.rows < 1)
		return;
	if (v->n == 0) {
		scroll_set(&u->offers, 0, 1);
		draw_none(v, g, r);
		return;
	}
	struct rect body = {r.row + 1, r.col, r.rows - 1, r.cols};

	if (*u->offer_number) {
		size_t i = finder_index(w->finder, u->offer_number);

		if (i != SIZE_MAX)
			u->offers.cursor = i;
	}
	scroll_set(&u->offers, v->n, (size_t)(body.rows > 0 ? body.rows : 1));
	for (int row = 0; row < body.rows && u->offers.top + (size_t)row < v->n; row++)
		address |= needs_address(finder_at(w->finder, u->offers.top + (size_t)row));
	l = lay_out(r.cols, address, v->order == ORDER_SCORE);
	draw_titles(g, r, &l);
	for (int row = 0; row < body.rows && u->offers.top + (size_t)row < v->n; row++) {
		size_t i = u->offers.top + (size_t)row;

		draw_offer(u, g, body, row, finder_at(w->finder, i), &l, i == u->offers.cursor, focus);
	}
	const struct offer *now = finder_at(w->finder, u->offers.cursor);

	snprintf(u->offer_number, sizeof u->offer_number, "%s", now ? now->phone_number : "");
}

void view_buy(struct ui *u, const struct ui_world *w, struct grid *g, struct rect r)
{
	const struct finder_view *v = finder_view(w->finder);
	bool focus = u->focus != FOCUS_OWNED;
	char right[120] = "";
	struct rect in;
	int form;

	if (v->finished || v->n)
		snprintf(right, sizeof right, "%zu found%s%s%s", v->n, v->order != ORDER_FOUND ? ", by " : "",
			 v->order != ORDER_FOUND ? search_order_name(v->order) : "", v->busy ? " ..." : "");
	if (u->offer_marks.n)
		snprintf(right + strlen(right), sizeof right - strlen(right), "   %zu marked", u->offer_marks.n);
	in = grid_box(g, r, "Buy", right, focus);
	if (in.rows < 1)
		return;
	in.col++, in.cols -= 2;
	form = ui_form_rows(u, in.cols);
	if (form > in.rows)
		form = in.rows;
	ui_form_draw(u, w, g, (struct rect){in.row, in.col, form, in.cols}, u->focus == FOCUS_FORM);
	if (in.rows - form > 1) {
		struct rect line = {in.row + form, in.col, 1, in.cols};
		char covers[260];

		if (v->requests > 1 || *v->covers) {
			snprintf(covers, sizeof covers, "%s%s", v->busy ? "asking: " : "covered: ", v->covers);
			grid_field(g, line, 0, 0, line.cols, ROLE_DIM, covers, false);
		}
		form++;
	}
	draw_offers(u, w, g, (struct rect){in.row + form, in.col, in.rows - form, in.cols}, u->focus == FOCUS_OFFERS);
}
