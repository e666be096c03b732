#include "numdesk/tui/ui.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ui_form.h"
#include "numdesk/util/clock.h"
#include "numdesk/util/err.h"
#include "numdesk/util/mem.h"
#include "numdesk/util/text.h"

/* The remembered view: what the ledger kept, else what the configuration says. */
static void load_view(struct ui *u, const struct session *s)
{
	char text[400];
	const char *sort = config_text(&s->config, OPTION_UI_SORT);

	if (!s->ledger || !ledger_fact(s->ledger, "ui.columns", text, sizeof text))
		snprintf(text, sizeof text, "%s", config_text(&s->config, OPTION_UI_COLUMNS));
	u->n_columns = column_list_parse(text, u->columns, COLUMN_COUNT, NULL);
	if (u->n_columns == 0)
		u->columns[u->n_columns++] = COL_PHONE_NUMBER;
	if (s->ledger && ledger_fact(s->ledger, "ui.sort", text, sizeof text))
		sort = text;
	u->descending = *sort == '-';
	u->sort = column_find(sort + (*sort == '-'));
	if (u->sort == COLUMN_COUNT)
		u->sort = COL_PHONE_NUMBER;
}

void ui_init(struct ui *u, const struct session *s, bool ascii)
{
	*u = (struct ui){.ascii = ascii, .focus = FOCUS_OWNED, .mark_from = SIZE_MAX};
	edit_init(&u->filter, "", EDIT_MAX - 1);
	load_view(u, s);
	ui_form_init(u, s);
}

void ui_release(struct ui *u)
{
	while (u->overlay != OVERLAY_NONE)
		ui_close(u);
	mark_release(&u->marks);
	mark_release(&u->offer_marks);
	edit_release(&u->filter);
	for (int i = 0; i < SEARCH_FIELD_COUNT; i++)
		edit_release(&u->fields[i]);
}

void ui_say(struct ui *u, enum role role, const char *fmt, ...)
{
	char raw[800];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(raw, sizeof raw, fmt, ap);
	va_end(ap);
	text_clean(u->message, sizeof u->message, raw, strlen(raw));
	u->message_role = role;
}

unsigned ui_where(const struct ui *u)
{
	static const unsigned board[LIST_TAG_COUNT] = {
		[LIST_JOURNAL] = AT_JOURNAL, [LIST_PROFILES] = AT_PROFILES, [LIST_ACCOUNTS] = AT_ACCOUNTS,
		[LIST_ADDRESSES] = AT_ADDRESSES, [LIST_BASKET] = AT_BASKET, [LIST_COST] = AT_COST,
		[LIST_CONVERSATION] = AT_MESSAGES, [LIST_PLAN] = AT_PLAN, [LIST_PORTS] = AT_PORTS,
		[LIST_SAVED] = AT_SAVED, [LIST_SERVICES] = AT_SERVICES, [LIST_TEMPLATES] = AT_TEMPLATES,
		[LIST_USAGE] = AT_USAGE, [LIST_VERIFY] = AT_VERIFY,
	};

	if (u->overlay == OVERLAY_LIST)
		return u->list_tag == LIST_DETAILS ? AT_DETAILS : AT_LIST | board[u->list_tag];
	if (u->overlay != OVERLAY_NONE)
		return 0;
	switch (u->focus) {
	case FOCUS_OWNED:
		return AT_OWNED;
	case FOCUS_FORM:
		return AT_FORM;
	case FOCUS_OFFERS:
		return AT_OFFERS;
	}
	return AT_OWNED;
}

void ui_open_list(struct ui *u, enum ui_list_tag tag)
{
	u->overlay = OVERLAY_LIST;
	u->list_tag = tag;
	listbox_filter(&u->list);
}

void ui_open_question(struct ui *u)
{
	u->overlay = OVERLAY_QUESTION;
	u->question.shown_at_ms = 0;
}

void ui_open_form(struct ui *u)
{
	u->overlay = OVERLAY_FORM;
}

void ui_close(struct ui *u)
{
	switch (u->overlay) {
	case OVERLAY_LIST:
		listbox_release(&u->list);
		break;
	case OVERLAY_QUESTION:
		question_release(&u->question);
		break;
	case OVERLAY_FORM:
		formbox_release(&u->form);
		break;
	case OVERLAY_NONE:
		break;
	}
	u->overlay = OVERLAY_NONE;
}

size_t ui_target_count(const struct ui *u, const struct ui_world *w)
{
	if (u->focus == FOCUS_OWNED || u->overlay == OVERLAY_LIST)
		return u->marks.n ? u->marks.n : rows_count(w->rows) > 0;
	return u->offer_marks.n ? u->offer_marks.n : finder_view(w->finder)->n > 0;
}
