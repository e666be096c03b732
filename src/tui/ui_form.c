#include "ui_form.h"

#include <stdio.h>
#include <string.h>

#include "numdesk/core/catalog.h"
#include "numdesk/model/dialplan.h"
#include "numdesk/util/err.h"
#include "numdesk/util/mem.h"
#include "numdesk/util/text.h"

const struct ui_field ui_fields[SEARCH_FIELD_COUNT] = {
	[SEARCH_COUNTRY] = {"Country", FIELD_TEXT, 3, "two-letter code; Space picks from Twilio's list"},
	[SEARCH_TYPE] = {"Type", FIELD_CHOICE, 11, "Space steps through the types this country sells"},
	[SEARCH_AREA_CODE] = {"Area", FIELD_TEXT, 12, "three-digit area code, or several: 415, 628; US and Canada"},
	[SEARCH_CONTAINS] = {"Contains", FIELD_TEXT, 17, "2 to 16 digits or letters; * one and % many at either end, + start, $ end"},
	[SEARCH_VANITY] = {"Word", FIELD_TEXT, 11, "word to find on the keypad, e.g. CABS; best numbers first; instead of Contains"},
	[SEARCH_REGION] = {"Region", FIELD_TEXT, 4, "state or province, e.g. CA, or a number there; US and Canada"},
	[SEARCH_LOCALITY] = {"City", FIELD_TEXT, 16, "city, e.g. San Francisco"},
	[SEARCH_POSTAL_CODE] = {"Postal", FIELD_TEXT, 8, "postal code, or a number there; US and Canada"},
	[SEARCH_NEAR] = {"Near", FIELD_TEXT, 14, "a number to be near to, or latitude,longitude; US and Canada"},
	[SEARCH_DISTANCE] = {"Miles", FIELD_TEXT, 4, "distance from there, 1 to 500 (25)"},
	[SEARCH_RATE_CENTER] = {"Rate centre", FIELD_TEXT, 10, "rate centre; needs a LATA"},
	[SEARCH_LATA] = {"LATA", FIELD_TEXT, 4, "LATA; US and Canada"},
	[SEARCH_VOICE] = {"voice", FIELD_CHECK, 3, "[x] must take calls, [-] must not; Space steps"},
	[SEARCH_SMS] = {"sms", FIELD_CHECK, 3, "[x] must take SMS, [-] must not; Space steps"},
	[SEARCH_MMS] = {"mms", FIELD_CHECK, 3, "[x] must take MMS, [-] must not; Space steps"},
	[SEARCH_FAX] = {"fax", FIELD_CHECK, 3, "[x] must take fax, [-] must not; Space steps"},
	[SEARCH_EXCLUDE_ADDRESS] = {"Hide if address needed", FIELD_CHOICE, 8, "Space steps through: no, any, local, foreign, both of these two", "no"},
	[SEARCH_EXCLUDE_BETA] = {"no beta", FIELD_CHECK, 3, "leave out numbers new on Twilio's platform"},
	[SEARCH_ORDER] = {"Sort", FIELD_CHOICE, 7, "Space steps through: by score, price, number, as found; auto: by score when there is a word", "auto"},
	[SEARCH_LIMIT] = {"Rows", FIELD_TEXT, 5, "rows wanted, 1 to 1000; above 30 the search is split"},
};

void ui_form_init(struct ui *u, const struct session *s)
{
	struct search start;
	char text[80];

	search_init(&start);
	search_set(&start, SEARCH_COUNTRY, config_text(&s->config, OPTION_SEARCH_COUNTRY), NULL);
	search_set(&start, SEARCH_LIMIT, config_text(&s->config, OPTION_SEARCH_LIMIT), NULL);
	for (int f = 0; f < SEARCH_FIELD_COUNT; f++)
		edit_init(&u->fields[f], search_get(&start, (enum search_field)f, text, sizeof text), 63);
	snprintf(u->usual_limit, sizeof u->usual_limit, "%.7s", u->fields[SEARCH_LIMIT].text);
	u->field = SEARCH_AREA_CODE;
}

void ui_form_show(struct ui *u, const struct search *s)
{
	char text[80];

	for (int f = 0; f < SEARCH_FIELD_COUNT; f++)
		edit_set(&u->fields[f], search_get(s, (enum search_field)f, text, sizeof text));
}

static void step_type(struct ui *u, const struct ui_world *w, int dir)
{
	char code[4];
	unsigned sold;
	int t;

	snprintf(code, sizeof code, "%.2s", u->fields[SEARCH_COUNTRY].text);
	sold = catalog_types(w->s, code);
	if (sold == 0)          /* not known yet: offer them all, the server will say */
		sold = ~0u;
	t = number_type_parse(u->fields[SEARCH_TYPE].text);
	for (int i = 0; i < NUMBER_TYPE_COUNT; i++) {
		t = (t + dir + NUMBER_TYPE_COUNT) % NUMBER_TYPE_COUNT;
		if (t == NUMBER_TYPE_UNKNOWN || sold & 1u << t)
			break;
	}
	edit_set(&u->fields[SEARCH_TYPE], t == NUMBER_TYPE_UNKNOWN ? "all" : number_type_name((enum number_type)t));
}

/* The word after (or before) the one that is there. */
static void step_word(struct edit *e, const char *const *words, int n, int dir)
{
	int at = 0;

	for (int i = 0; i < n; i++)
		if (strcmp(e->text, words[i]) == 0)
			at = i;
	edit_set(e, words[(at + dir + n) % n]);
}

static void step(struct ui *u, const struct ui_world *w, int dir)
{
	static const char *const addresses[] = {"", "any", "local", "foreign", "both"};
	static const char *const orders[] = {"", "score", "price", "number", "found"};
	static const char *const demands[] = {"", "yes", "without"};
	struct edit *e = &u->fields[u->field];

	if (u->field == SEARCH_TYPE)
		step_type(u, w, dir);
	else if (u->field == SEARCH_EXCLUDE_ADDRESS)
		step_word(e, addresses, ARRAY_LEN(addresses), dir);
	else if (u->field == SEARCH_ORDER)
		step_word(e, orders, ARRAY_LEN(orders), dir);
	else
		step_word(e, demands, u->field == SEARCH_EXCLUDE_BETA ? 2 : 3, dir);
}

static void go(struct ui *u, int dir)
{
	u->field = (enum search_field)(((int)u->field + dir + SEARCH_FIELD_COUNT) % SEARCH_FIELD_COUNT);
}

struct intent ui_form_key(struct ui *u, const struct ui_world *w, uint32_t key)
{
	const struct ui_field *f = &ui_fields[u->field];

	switch (key) {
	case KEY_TAB: case KEYX_DOWN:
		go(u, 1);
		return (struct intent){0};
	case KEYX_BACKTAB: case KEYX_UP:
		go(u, -1);
		return (struct intent){0};
	case KEY_ESC:
		u->focus = FOCUS_OFFERS;
		return (struct intent){0};
	case KEY_RETURN:
		return (struct intent){.kind = INTENT_SEARCH};
	}
	if (key == KEY_SPACE && u->field == SEARCH_COUNTRY)
		return (struct intent){.kind = INTENT_COUNTRIES};
	if (f->kind != FIELD_TEXT) {
		if (key == KEY_SPACE || key == KEYX_RIGHT)
			step(u, w, 1);
		else if (key == KEYX_LEFT)
			step(u, w, -1);
		else if (key == KEYX_BACKSPACE || key == KEYX_DELETE)
			edit_set(&u->fields[u->field], u->field == SEARCH_TYPE ? "local" : "");
		return (struct intent){0};
	}
	if (edit_key(&u->fields[u->field], key))
		u->form_error[0] = '\0';
	return (struct intent){0};
}

bool ui_form_search(struct ui *u, const struct session *s, struct search *out, struct err *e)
{
	enum search_field at;

	(void)s;
	search_init(out);
	for (int f = 0; f < SEARCH_FIELD_COUNT; f++) {
		const char *text = u->fields[f].text;

		if (!search_set(out, (enum search_field)f, text, e)) {
			u->field = (enum search_field)f;
			goto refused;
		}
	}
	if (search_valid(out, &at, e))
		return true;
	u->field = at;
refused:
	u->focus = FOCUS_FORM;
	snprintf(u->form_error, sizeof u->form_error, "%s", e ? e->msg : "");
	return false;
}

/* Cells a field takes, with its label and the gap after it. */
static int span(enum search_field f)
{
	return (int)strlen(ui_fields[f].label) + 1 + ui_fields[f].width + 2;
}

/* While it is not edited, the form is what every search has and what this one has besides: the rest is room for rows. */
static bool is_shown(const struct ui *u, enum search_field f)
{
	if (u->focus == FOCUS_FORM || f <= SEARCH_CONTAINS)
		return true;
	return f == SEARCH_LIMIT ? strcmp(u->fields[f].text, u->usual_limit) != 0 : u->fields[f].text[0] != '\0';
}

/* Where each shown field stands; returns the rows they take. */
struct spot { int row, col; bool shown; };
static int lay_out(const struct ui *u, int cols, struct spot spots[SEARCH_FIELD_COUNT])
{
	int row = 0, at = 0;

	for (int f = 0; f < SEARCH_FIELD_COUNT; f++) {
		spots[f] = (struct spot){.shown = is_shown(u, (enum search_field)f)};
		if (!spots[f].shown)
			continue;
		if (at > 0 && at + span((enum search_field)f) - 2 > cols)
			row++, at = 0;
		spots[f].row = row;
		spots[f].col = at;
		at += span((enum search_field)f);
	}
	return row + 1;
}

int ui_form_rows(const struct ui *u, int cols)
{
	struct spot spots[SEARCH_FIELD_COUNT];

	return lay_out(u, cols, spots);
}

static void draw_field(const struct ui *u, struct grid *g, struct rect r, int row, int at, enum search_field f, bool on)
{
	const struct ui_field *x = &ui_fields[f];
	enum role label = on ? ROLE_BOLD : ROLE_NORMAL;
	const char *text = u->fields[f].text;

	if (x->kind == FIELD_CHECK) {
		grid_put(g, r, row, at, on ? ROLE_FIELD_ON : ROLE_KEY,
			 !*text ? "[ ]" : strcmp(text, "without") == 0 ? "[-]" : "[x]");
		grid_put(g, r, row, at + 4, label, x->label);
		if (on)
			grid_cursor(g, r, row, at + 1);
		return;
	}
	grid_put(g, r, row, at, label, x->label);
	at += (int)strlen(x->label) + 1;
	if (x->kind == FIELD_CHOICE) {
		grid_field(g, r, row, at, x->width, on ? ROLE_FIELD_ON : ROLE_FIELD, *text ? text : x->empty, false);
		if (on)
			grid_cursor(g, r, row, at);
		return;
	}
	edit_draw(&u->fields[f], g, r, row, at, x->width, on);
}

void ui_form_draw(struct ui *u, const struct ui_world *w, struct grid *g, struct rect r, bool on)
{
	struct spot spots[SEARCH_FIELD_COUNT];

	(void)w;
	lay_out(u, r.cols, spots);
	for (int f = 0; f < SEARCH_FIELD_COUNT; f++)
		if (spots[f].shown && spots[f].row < r.rows)
			draw_field(u, g, r, spots[f].row, spots[f].col, (enum search_field)f,
				   on && u->field == (enum search_field)f);
}
