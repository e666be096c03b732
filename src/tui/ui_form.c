#include "ui_form.h"

#include <stdio.h>
#include <string.h>

#include "numdesk/core/catalog.h"
#include "numdesk/model/dialplan.h"
#include "numdesk/util/err.h"
#include "numdesk/util/text.h"

const struct ui_field ui_fields[SEARCH_FIELD_COUNT] = {
	[SEARCH_COUNTRY] = {"Country", FIELD_TEXT, 3, "two-letter code; Space picks from Twilio's list"},
	[SEARCH_TYPE] = {"Type", FIELD_CHOICE, 11, "Space steps through the types this country sells"},
	[SEARCH_AREA_CODE] = {"Area", FIELD_TEXT, 4, "three-digit area code; US and Canada"},
	[SEARCH_CONTAINS] = {"Contains", FIELD_TEXT, 17, "2 to 16 digits or letters; * one and % many at either end, + start, $ end"},
	[SEARCH_REGION] = {"Region", FIELD_TEXT, 4, "state or province, e.g. CA; US and Canada"},
	[SEARCH_LOCALITY] = {"City", FIELD_TEXT, 16, "city, e.g. San Francisco"},
	[SEARCH_POSTAL_CODE] = {"Postal", FIELD_TEXT, 8, "postal code; US and Canada"},
	[SEARCH_NEAR] = {"Near", FIELD_TEXT, 14, "a number to be near to; US and Canada"},
	[SEARCH_DISTANCE] = {"Miles", FIELD_TEXT, 4, "distance from that number, 1 to 500 (25)"},
	[SEARCH_RATE_CENTER] = {"Rate centre", FIELD_TEXT, 10, "rate centre; needs a LATA"},
	[SEARCH_LATA] = {"LATA", FIELD_TEXT, 4, "LATA; US and Canada"},
	[SEARCH_VOICE] = {"voice", FIELD_CHECK, 3, "must take calls"},
	[SEARCH_SMS] = {"sms", FIELD_CHECK, 3, "must take SMS"},
	[SEARCH_MMS] = {"mms", FIELD_CHECK, 3, "must take MMS"},
	[SEARCH_FAX] = {"fax", FIELD_CHECK, 3, "must take fax"},
	[SEARCH_EXCLUDE_ADDRESS] = {"Hide if address needed", FIELD_CHOICE, 8, "Space steps through: no, any, local, foreign"},
	[SEARCH_EXCLUDE_BETA] = {"no beta", FIELD_CHECK, 3, "leave out numbers new on Twilio's platform"},
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
	u->field = SEARCH_AREA_CODE;
}

bool ui_field_checked(const struct ui *u, enum search_field f)
{
	bool on = false;

	return text_to_bool(u->fields[f].text, &on) && on;
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

static void step_address(struct ui *u, int dir)
{
	static const char *const steps[] = {"", "any", "local", "foreign"};
	int at = 0;

	for (int i = 0; i < 4; i++)
		if (strcmp(u->fields[SEARCH_EXCLUDE_ADDRESS].text, steps[i]) == 0)
			at = i;
	edit_set(&u->fields[SEARCH_EXCLUDE_ADDRESS], steps[(at + dir + 4) % 4]);
}

static void step(struct ui *u, const struct ui_world *w, int dir)
{
	if (ui_fields[u->field].kind == FIELD_CHECK)
		edit_set(&u->fields[u->field], ui_field_checked(u, u->field) ? "" : "yes");
	else if (u->field == SEARCH_TYPE)
		step_type(u, w, dir);
	else
		step_address(u, dir);
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

		if (ui_fields[f].kind == FIELD_CHECK)
			text = ui_field_checked(u, (enum search_field)f) ? "yes" : "no";
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

int ui_form_rows(const struct ui *u, int cols)
{
	int row = 1, at = 0;

	(void)u;
	for (int f = 0; f < SEARCH_FIELD_COUNT; f++) {
		if (at > 0 && at + span((enum search_field)f) - 2 > cols)
			row++, at = 0;
		at += span((enum search_field)f);
	}
	return row;
}

static void draw_field(const struct ui *u, struct grid *g, struct rect r, int row, int at, enum search_field f, bool on)
{
	const struct ui_field *x = &ui_fields[f];
	enum role label = on ? ROLE_BOLD : ROLE_NORMAL;
	const char *text = u->fields[f].text;

	if (x->kind == FIELD_CHECK) {
		grid_put(g, r, row, at, on ? ROLE_FIELD_ON : ROLE_KEY, ui_field_checked(u, f) ? "[x]" : "[ ]");
		grid_put(g, r, row, at + 4, label, x->label);
		if (on)
			grid_cursor(g, r, row, at + 1);
		return;
	}
	grid_put(g, r, row, at, label, x->label);
	at += (int)strlen(x->label) + 1;
	if (x->kind == FIELD_CHOICE) {
		grid_field(g, r, row, at, x->width, on ? ROLE_FIELD_ON : ROLE_FIELD, *text ? text : "no", false);
		if (on)
			grid_cursor(g, r, row, at);
		return;
	}
	edit_draw(&u->fields[f], g, r, row, at, x->width, on);
}

void ui_form_draw(struct ui *u, const struct ui_world *w, struct grid *g, struct rect r, bool on)
{
	int row = 0, at = 0;

	(void)w;
	for (int f = 0; f < SEARCH_FIELD_COUNT; f++) {
		if (at > 0 && at + span((enum search_field)f) - 2 > r.cols)
			row++, at = 0;
		if (row >= r.rows)
			break;
		draw_field(u, g, r, row, at, (enum search_field)f, on && u->field == (enum search_field)f);
		at += span((enum search_field)f);
	}
}
