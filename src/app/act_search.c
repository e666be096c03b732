/* Searching numbers for sale, and filtering the owned ones. */
#include <stdio.h>
#include <string.h>

#include "app.h"
#include "numdesk/core/catalog.h"
#include "numdesk/core/finder.h"
#include "numdesk/util/err.h"

void app_search(struct app *a, const struct search *s)
{
	enum search_field at = SEARCH_COUNTRY;
	struct err e = {0};

	if (!finder_start(a->finder, s, &at, &e)) {
		ui_say(&a->ui, ROLE_ERROR, "%s", e.msg);
		if (e.kind == ERR_USAGE) {
			a->ui.focus = FOCUS_FORM;
			a->ui.field = at;
		}
		return;
	}
	mark_clear(&a->ui.offer_marks);
	a->ui.offer_number[0] = '\0';
	a->ui.offers.cursor = a->ui.offers.top = 0;
	a->ui.focus = FOCUS_OFFERS;
	a->ui.form_error[0] = '\0';
}

void act_search(struct app *a, const char *text)
{
	struct search s;
	struct err e = {0};

	(void)text;
	if (ui_form_search(&a->ui, a->s, &s, &e))
		app_search(a, &s);
}

/* The form shows what is searched for, so that the next change starts from there. */
void app_relax(struct app *a, size_t i)
{
	const struct finder_view *v = finder_view(a->finder);
	struct search s;

	if (i >= v->n_relax)
		return;
	s = v->relax[i].search;
	ui_form_show(&a->ui, &s);
	app_search(a, &s);
}

void act_widen(struct app *a, const char *text)
{
	struct err e = {0};

	(void)text;
	if (!finder_widen(a->finder, &e))
		ui_say(&a->ui, ROLE_WARN, "%s", e.msg);
}

/* The form remembers it, so that the next search comes in the same order. */
void act_sort_offers(struct app *a, const char *text)
{
	static const enum search_order next[ORDER_COUNT] = {
		[ORDER_AUTO] = ORDER_SCORE, [ORDER_FOUND] = ORDER_SCORE, [ORDER_SCORE] = ORDER_PRICE,
		[ORDER_PRICE] = ORDER_NUMBER, [ORDER_NUMBER] = ORDER_FOUND,
	};
	const enum search_order order = next[finder_view(a->finder)->order];

	(void)text;
	finder_sort(a->finder, order);
	edit_set(&a->ui.fields[SEARCH_ORDER], search_order_name(order));
	ui_say(&a->ui, ROLE_NORMAL, order == ORDER_FOUND ? "in the order they were found" : "sorted by %s",
	       search_order_name(order));
}

static void show_countries(void *ctx, const struct err *err)
{
	struct app *a = ctx;
	struct country v[260];
	size_t n = catalog_countries(a->s, v, 260);
	struct listbox b;

	a->dirty = true;
	if (n == 0) {
		ui_say(&a->ui, ROLE_ERROR, "%s", err->kind != ERR_NONE ? err->msg : "no list of countries is known yet");
		return;
	}
	if (a->ui.overlay != OVERLAY_NONE || a->closing)
		return;                 /* something else was opened meanwhile */
	listbox_init(&b, "Countries", true);
	b.has_input = true;
	snprintf(b.hint, sizeof b.hint, "type to narrow, Enter takes it");
	for (size_t i = 0; i < n; i++) {
		char left[100], types[160] = "";

		for (int t = 1; t < NUMBER_TYPE_COUNT; t++)
			if (v[i].types & 1u << t)
				snprintf(types + strlen(types), sizeof types - strlen(types), "%s%s", *types ? ", " : "",
					 number_type_name((enum number_type)t));
		snprintf(left, sizeof left, "%.2s  %.63s%s", v[i].code, v[i].name, v[i].beta ? " (beta)" : "");
		listbox_add(&b, ROLE_NORMAL, (int64_t)i, left, types);
	}
	a->ui.list = b;
	ui_open_list(&a->ui, LIST_COUNTRIES);
}

void app_countries(struct app *a)
{
	struct err e = {0};

	if (!session_ready(a->s, &e) && catalog_countries(a->s, &(struct country){0}, 1) == 0) {
		ui_say(&a->ui, ROLE_WARN, "%s", e.msg);
		return;
	}
	catalog_need_countries(a->s, false, show_countries, a);
}

void act_filter(struct app *a, const char *text)
{
	(void)text;
	a->ui.focus = FOCUS_OWNED;
	a->ui.filtering = true;
}

void app_filter_changed(struct app *a)
{
	struct err e = {0};
	int at;

	a->ui.filter_error[0] = '\0';
	if (!rows_set_filter(a->rows, a->ui.filter.text, &at, &e))
		snprintf(a->ui.filter_error, sizeof a->ui.filter_error, "%s", e.msg);
}
