/* The overlays that list something: help, palette, journal, columns, sort, messages, one number's details. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "app.h"
#include "numdesk/core/catalog.h"
#include "numdesk/core/settle.h"
#include "numdesk/model/phone.h"
#include "numdesk/tui/term.h"
#include "numdesk/twilio/numbers.h"
#include "numdesk/util/clock.h"
#include "numdesk/util/err.h"
#include "numdesk/util/log.h"
#include "numdesk/util/mem.h"
#include "numdesk/util/text.h"

/* --- help and palette -------------------------------------------------------------------------------------------- */
static void help_section(struct listbox *b, const char *title, unsigned where, unsigned but_not)
{
	listbox_heading(b, title);
	for (int c = 0; c < COMMAND_COUNT; c++)
		if (*commands[c].keys && commands[c].where & where && !(commands[c].where & but_not))
			listbox_add(b, ROLE_NORMAL, c, commands[c].keys, commands[c].help);
}

void act_help(struct app *a, const char *text)
{
	struct listbox b;

	(void)text;
	listbox_init(&b, "Help", true);
	snprintf(b.hint, sizeof b.hint, "/ searches this help   Esc closes");
	help_section(&b, "Everywhere", AT_OWNED, 0);
	help_section(&b, "Numbers for sale", AT_OFFERS, AT_OWNED);
	help_section(&b, "Details of a number", AT_DETAILS, AT_OWNED);
	help_section(&b, "Any list", AT_LIST, AT_OWNED | AT_DETAILS);
	help_section(&b, "The journal", AT_JOURNAL, 0);
	help_section(&b, "The list of profiles", AT_PROFILES, 0);
	listbox_heading(&b, "Search form");
	listbox_add(&b, ROLE_NORMAL, -1, "Tab Up Down", "next or previous field");
	listbox_add(&b, ROLE_NORMAL, -1, "Space", "tick a box, step a choice, pick a country");
	listbox_add(&b, ROLE_NORMAL, -1, "Enter", "search and go to the results");
	listbox_add(&b, ROLE_NORMAL, -1, "Esc", "go to the results");
	listbox_heading(&b, "Filter (/)");
	listbox_add(&b, ROLE_NORMAL, -1, "415  support", "part of the number or of the name");
	listbox_add(&b, ROLE_NORMAL, -1, "sms -mms", "has, has not");
	listbox_add(&b, ROLE_NORMAL, -1, "name:x country:GB", "field contains, or equals");
	listbox_add(&b, ROLE_NORMAL, -1, "cost>1 bought<2026-01-31", "compare amounts and dates");
	listbox_add(&b, ROLE_NORMAL, -1, "is:primary", "states: primary, locked, stale, gone, incomplete");
	listbox_heading(&b, "Signs");
	listbox_add(&b, ROLE_NORMAL, -1, "\xE2\x98\x85  \xE2\x97\x8F  #", "primary number, marked row, locked number");
	listbox_add(&b, ROLE_NORMAL, -1, "V S M F", "takes voice, SMS, MMS, fax");
	app_open_list(a, &b, LIST_HELP);
}

void act_palette(struct app *a, const char *text)
{
	struct listbox b;
	unsigned where = ui_where(&a->ui);

	(void)text;
	if (where & (AT_LIST | AT_DETAILS))
		where = a->ui.focus == FOCUS_OWNED ? AT_OWNED : AT_OFFERS;
	listbox_init(&b, "Command", true);
	b.has_input = true;
	snprintf(b.hint, sizeof b.hint, "type to narrow, Tab completes, arrows choose, Enter runs");
	for (int c = 0; c < COMMAND_COUNT; c++) {
		char left[80], why[300], right[400];
		const char *blocked;

		if (!commands[c].palette || !(app_action((enum command_id)c) || commands[c].where & where))
			continue;
		blocked = command_blocked((enum command_id)c, &a->state, why, sizeof why);
		snprintf(left, sizeof left, "%s%s%s%s", commands[c].path, *commands[c].keys ? "  (" : "", commands[c].keys,
			 *commands[c].keys ? ")" : "");
		snprintf(right, sizeof right, "%s", blocked ? blocked : commands[c].help);
		listbox_add(&b, blocked ? ROLE_DIM : ROLE_NORMAL, c, left, right);
	}
	app_open_list(a, &b, LIST_PALETTE);
}

/* --- journal ------------------------------------------------------------------------------------------------------ */
struct journal_fill { struct app *app; struct listbox *box; };

static enum role state_role(enum op_state s)
{
	return s == OP_DONE ? ROLE_GOOD : op_is_open(s) ? ROLE_ERROR : s == OP_REJECTED ? ROLE_WARN : ROLE_NORMAL;
}

static bool journal_row(void *ctx, const struct operation *op)
{
	struct journal_fill *f = ctx;
	char when[24], subject[OP_SUBJECT_MAX], left[240], sentence[400];

	clock_iso(op->created_at / 1000, when, sizeof when);
	when[10] = ' ', when[16] = '\0';
	snprintf(left, sizeof left, "%s  %-9s %-18s %s", when, op_kind_name(op->kind),
		 op_show_subject(op, subject, sizeof subject), op_state_name(op->state));
	listbox_add(f->box, state_role(op->state), op->id, left, settle_sentence(f->app->s, op, sentence, sizeof sentence));
	return true;
}

void act_journal(struct app *a, const char *text)
{
	struct listbox b;
	struct journal_fill f = {a, &b};
	struct ledger_filter all = {.limit = 500};
	struct err e = {0};

	(void)text;
	if (a->s->vault_exists && config_bool(&a->s->config, OPTION_VAULT_HIDE) && !session_unlocked(a->s)) {
		a->after_unlock = CMD_JOURNAL;
		app_ask_unlock(a, "see the journal");
		return;
	}
	listbox_init(&b, "Journal (times are UTC)", true);
	snprintf(b.hint, sizeof b.hint, "Enter details   c look now   X give up   Esc closes");
	if (!ledger_each(a->s->ledger, &all, journal_row, &f, &e))
		ui_say(&a->ui, ROLE_ERROR, "%s", e.msg);
	app_open_list(a, &b, LIST_JOURNAL);
}

static bool event_row(void *ctx, const struct ledger_event *ev)
{
	struct listbox *b = ctx;
	char when[24], line[200];

	clock_iso(ev->at / 1000, when, sizeof when);
	snprintf(line, sizeof line, "%s  %s%s%s", when, ev->from, *ev->from ? " -> " : "", ev->to);
	listbox_add(b, ROLE_NORMAL, 0, line, ev->detail);
	return true;
}

static void show_operation(struct app *a, int64_t id)
{
	struct operation op;
	struct arena mem = {0};
	struct listbox b;
	struct err e = {0};
	char line[600], price[48];

	if (!ledger_op(a->s->ledger, id, &op, &mem, &e)) {
		ui_say(&a->ui, ROLE_ERROR, "%s", e.msg);
		return;
	}
	snprintf(line, sizeof line, "Operation %lld: %s %s", (long long)op.id, op_kind_name(op.kind), op.subject);
	listbox_init(&b, line, false);
	listbox_add(&b, state_role(op.state), 0, settle_sentence(a->s, &op, line, sizeof line), NULL);
	listbox_add(&b, ROLE_NORMAL, 0, "account", op.account_sid);
	if (*op.phone_sid)
		listbox_add(&b, ROLE_NORMAL, 0, "number SID", op.phone_sid);
	if (*op.result_sid)
		listbox_add(&b, ROLE_NORMAL, 0, "result", op.result_sid);
	listbox_add(&b, ROLE_NORMAL, 0, "per month", money_show(op.price_micros, op.currency, price, sizeof price));
	snprintf(line, sizeof line, "HTTP %d, Twilio code %d, request %s", op.http_status, op.twilio_code, op.request_id);
	listbox_add(&b, ROLE_NORMAL, 0, "last answer", line);
	listbox_heading(&b, "What happened");
	ledger_events(a->s->ledger, id, event_row, &b, &e);
	if (op.want_json) {
		listbox_heading(&b, "What was asked for");
		listbox_lines(&b, ROLE_DIM, op.want_json);
	}
	if (op.before_json) {
		listbox_heading(&b, "What was there before");
		listbox_lines(&b, ROLE_DIM, op.before_json);
	}
	arena_release(&mem);
	app_open_list(a, &b, LIST_RAW);
}

/* --- columns, sort, messages -------------------------------------------------------------------------------------- */
static size_t column_at(const struct app *a, enum column_id c)
{
	for (size_t i = 0; i < a->ui.n_columns; i++)
		if (a->ui.columns[i] == c)
			return i;
	return SIZE_MAX;
}

static void fill_columns(struct app *a, size_t cursor)
{
	struct listbox b;

	listbox_init(&b, "Columns", true);
	snprintf(b.hint, sizeof b.hint, "Enter shows or hides; shown columns stand in this order");
	for (int c = 0; c < COLUMN_COUNT; c++) {
		char left[80];

		snprintf(left, sizeof left, "[%c] %s", column_at(a, (enum column_id)c) != SIZE_MAX ? 'x' : ' ', columns[c].name);
		listbox_add(&b, ROLE_NORMAL, c, left, columns[c].help);
	}
	app_open_list(a, &b, LIST_COLUMNS);
	scroll_to(&a->ui.list.scroll, cursor);
}

void act_columns(struct app *a, const char *text)
{
	(void)text;
	fill_columns(a, 0);
}

static void toggle_column(struct app *a, enum column_id c)
{
	bool on[COLUMN_COUNT] = {false};
	struct buf b;
	size_t cursor = a->ui.list.scroll.cursor;

	for (size_t i = 0; i < a->ui.n_columns; i++)
		on[a->ui.columns[i]] = true;
	on[c] = !on[c];
	a->ui.n_columns = 0;
	buf_init(&b, 4096);
	for (int i = 0; i < COLUMN_COUNT; i++)
		if (on[i]) {
			buf_addf(&b, "%s%s", a->ui.n_columns ? "," : "", columns[i].name);
			a->ui.columns[a->ui.n_columns++] = (enum column_id)i;
		}
	if (a->ui.n_columns == 0) {
		a->ui.columns[a->ui.n_columns++] = COL_PHONE_NUMBER;
		buf_adds(&b, "phone_number");
	}
	ledger_fact_set(a->s->ledger, "ui.columns", buf_str(&b), NULL);
	buf_release(&b);
	fill_columns(a, cursor);
}

void act_sort(struct app *a, const char *text)
{
	struct listbox b;

	(void)text;
	listbox_init(&b, "Sort by", true);
	snprintf(b.hint, sizeof b.hint, "Enter chooses; the same column again reverses");
	for (size_t i = 0; i < a->ui.n_columns; i++)
		listbox_add(&b, ROLE_NORMAL, a->ui.columns[i], columns[a->ui.columns[i]].name,
			    a->ui.columns[i] != a->ui.sort ? columns[a->ui.columns[i]].help : a->ui.descending ? "now, descending" : "now");
	for (int c = 0; c < COLUMN_COUNT; c++)
		if (column_at(a, (enum column_id)c) == SIZE_MAX)
			listbox_add(&b, ROLE_DIM, c, columns[c].name, c == (int)a->ui.sort ? "now" : columns[c].help);
	app_open_list(a, &b, LIST_SORT);
}

static void sort_by(struct app *a, enum column_id c)
{
	char text[64];

	a->ui.descending = c == a->ui.sort && !a->ui.descending;
	a->ui.sort = c;
	snprintf(text, sizeof text, "%s%s", a->ui.descending ? "-" : "", columns[c].name);
	ledger_fact_set(a->s->ledger, "ui.sort", text, NULL);
	rows_set_sort(a->rows, c, a->ui.descending);
	ui_close(&a->ui);
}

void act_messages(struct app *a, const char *text)
{
	const char *lines[200];
	size_t n = log_recent(lines, 200);
	struct listbox b;

	(void)text;
	listbox_init(&b, "Messages", true);
	for (size_t i = n; i > 0; i--) {
		const char *rest = strchr(lines[i - 1], ' ');   /* after the time */
		char *when = mem_dupn(lines[i - 1], rest ? (size_t)(rest - lines[i - 1]) : 0);

		listbox_add(&b, ROLE_NORMAL, 0, when, rest ? rest + 1 : lines[i - 1]);
		free(when);
	}
	app_open_list(a, &b, LIST_MESSAGES);
}

/* --- one number ---------------------------------------------------------------------------------------------------- */
static void local_facts(struct listbox *b, const struct number *n)
{
	char text[600];

	for (int c = 0; c < COLUMN_COUNT; c++) {
		char left[64];

		if (!*column_show((enum column_id)c, n, false, text, sizeof text))
			continue;
		snprintf(left, sizeof left, "%s", columns[c].name);
		listbox_add(b, ROLE_NORMAL, 0, left, text);
	}
}

void act_open(struct app *a, const char *text)
{
	const struct number *n = app_number(a);
	struct listbox b;
	struct journal_fill f = {a, &b};
	char title[80], words[40];

	(void)text;
	if (!n) {
		ui_say(&a->ui, ROLE_WARN, "no number here");
		return;
	}
	phone_format(n->phone_number, title, sizeof title);
	listbox_init(&b, title, false);
	snprintf(b.hint, sizeof b.hint, "R raw JSON   x release   p primary   y copy   Esc closes");
	listbox_add(&b, ROLE_NORMAL, 0, "takes", capability_words(n->capabilities, words, sizeof words));
	listbox_add(&b, ROLE_NORMAL, 0, "calls go to",
		    n->trunk_sid ? "the SIP trunk (application and URL are ignored)" : n->voice_application_sid
		    ? "the voice application (the URL is ignored)" : n->voice_url ? n->voice_url : "nowhere");
	listbox_add(&b, ROLE_NORMAL, 0, "messages go to",
		    n->sms_application_sid ? "the SMS application (the URL is ignored)" : n->sms_url ? n->sms_url : "nowhere");
	listbox_heading(&b, "Everything known");
	local_facts(&b, n);
	listbox_heading(&b, "Journal");
	ledger_each(a->s->ledger, &(struct ledger_filter){.phone_number = n->phone_number, .limit = 20}, journal_row, &f, NULL);
	app_open_list(a, &b, LIST_DETAILS);
}

static void on_raw(void *ctx, const struct number *n, const char *json, const struct err *err)
{
	struct app *a = ctx;
	struct listbox b;

	a->dirty = true;
	if (err) {
		ui_say(&a->ui, ROLE_ERROR, "%s", err->msg);
		return;
	}
	if (strcmp(n->account_sid, a->s->profile.account_sid) != 0)
		return;                 /* of the profile that was left meanwhile */
	if (a->ui.overlay == OVERLAY_QUESTION || a->ui.overlay == OVERLAY_FORM) {
		/* what is being typed there must not meet a list */
		ui_say(&a->ui, ROLE_NORMAL, "the raw JSON is here, but something else is open; R asks again");
		return;
	}
	char title[80];
	snprintf(title, sizeof title, "%s, as Twilio sends it now", n->phone_number);
	listbox_init(&b, title, false);
	listbox_lines(&b, ROLE_NORMAL, json);
	app_open_list(a, &b, LIST_RAW);
}

void act_raw(struct app *a, const char *text)
{
	const struct number *n = app_number(a);
	struct err e = {0};

	(void)text;
	if (!n || !numbers_fetch(&a->s->client, n->phone_sid, on_raw, a, &e))
		ui_say(&a->ui, ROLE_ERROR, "%s", n ? e.msg : "no number here");
	else
		ui_say(&a->ui, ROLE_NORMAL, "asking Twilio ...");
}

void act_copy(struct app *a, const char *text)
{
	const struct number *n = app_number(a);
	const struct offer *o = app_offer(a);
	const char *number = a->ui.focus == FOCUS_OWNED ? (n ? n->phone_number : NULL) : o ? o->phone_number : NULL;

	(void)text;
	if (number && term_copy(a->term, number))
		ui_say(&a->ui, ROLE_NORMAL, "sent %s to the terminal's clipboard, if it has one", number);
	else
		ui_say(&a->ui, ROLE_WARN, "nothing to copy");
}

/* --- what a chosen row means ---------------------------------------------------------------------------------------- */
void chosen_command(struct app *a, int64_t id)
{
	if (id < 0)
		return;
	ui_close(&a->ui);
	app_intent(a, &(struct intent){.kind = INTENT_COMMAND, .command = (enum command_id)id});
}

void chosen_operation(struct app *a, int64_t id)
{
	show_operation(a, id);
}

void chosen_column(struct app *a, int64_t id)
{
	toggle_column(a, (enum column_id)id);
}

void chosen_sort(struct app *a, int64_t id)
{
	sort_by(a, (enum column_id)id);
}

/* The row's first word. */
static void chosen_word(const struct app *a, char *dst, size_t dst_size)
{
	const struct list_item *i = listbox_chosen(&a->ui.list);

	snprintf(dst, dst_size, "%s", i ? i->text : "");
	dst[strcspn(dst, " ")] = '\0';
}

void chosen_profile(struct app *a, int64_t id)
{
	char name[EDIT_MAX];

	(void)id;
	chosen_word(a, name, sizeof name);
	ui_close(&a->ui);
	app_use_profile(a, name);
}

void chosen_country(struct app *a, int64_t id)
{
	char code[EDIT_MAX];

	(void)id;
	chosen_word(a, code, sizeof code);
	ui_close(&a->ui);
	edit_set(&a->ui.fields[SEARCH_COUNTRY], code);
}

void answer_quit(struct app *a, const char *typed, const char *also)
{
	(void)typed, (void)also;
	a->quit = true;
	ui_close(&a->ui);
}

static bool count_open(void *ctx, const struct operation *op)
{
	struct question *q = ctx;
	char subject[OP_SUBJECT_MAX];

	question_line(q, ROLE_WARN, "  %s %s: %s", op_kind_name(op->kind), op_show_subject(op, subject, sizeof subject),
		      op_state_name(op->state));
	return true;
}

void act_quit(struct app *a, const char *text)
{
	struct question q;

	(void)text;
	if (!apply_running(a->s) && ledger_open_count(a->s->ledger, NULL) == 0) {
		a->quit = true;
		return;
	}
	question_init(&q, "Quit", QUESTION_YES, ASK_QUIT);
	question_line(&q, ROLE_NORMAL, "These operations are not settled:");
	ledger_each(a->s->ledger, &(struct ledger_filter){.only_open = true, .limit = 20}, count_open, &q, NULL);
	question_line(&q, ROLE_NORMAL, "They are kept in the journal. The next start, or 'numdesk resume', goes on looking.");
	if (apply_running(a->s))
		question_line(&q, ROLE_NORMAL, "What is on its way to Twilio is finished first; the rest of the plan is cancelled.");
	question_line(&q, ROLE_BOLD, "Quit now?");
	ui_close(&a->ui);
	a->ui.question = q;
	ui_open_question(&a->ui);
}
