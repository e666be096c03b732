/* Golden screens: state in, frame out, compared with tests/golden. `make golden` writes them anew. */
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "home.h"
#include "numdesk/core/finder.h"
#include "numdesk/core/jobs.h"
#include "numdesk/core/rows.h"
#include "numdesk/tui/ui.h"
#include "numdesk/util/file.h"
#include "numdesk/util/mem.h"

struct scene {
	struct home h;
	struct ui ui;
	struct rows *rows;
	struct finder *finder;
	struct command_state state;
};

static const struct { const char *name; int rows, cols; } sizes[] = {{"80x24", 24, 80}, {"120x40", 40, 120}, {"200x60", 60, 200}};

static void refresh(struct scene *x)
{
	rows_refresh(x->rows);
	rows_fill(x->rows, 300, NULL);
	session_refresh_summary(x->h.s, NULL, NULL);
	home_settle(&x->h);
}

static void open_scene(struct scene *x, int numbers, bool ascii)
{
	memset(x, 0, sizeof *x);
	home_ready(&x->h);
	home_script_facts(&x->h);
	if (numbers >= 0) {
		home_script_list(&x->h, numbers, 1000);
		home_sync(&x->h);
	}
	ui_init(&x->ui, x->h.s, ascii);
	x->rows = rows_new(x->h.s, NULL, NULL);
	x->finder = finder_new(x->h.s, NULL, NULL);
	rows_set_account(x->rows, HOME_AC);
	rows_set_sort(x->rows, COL_PHONE_NUMBER, false);
	refresh(x);
}

static void close_scene(struct scene *x)
{
	ui_release(&x->ui);
	finder_free(x->finder);
	rows_free(x->rows);
	home_close(&x->h);
}

static struct ui_world world(struct scene *x)
{
	session_command_state(x->h.s, &x->state);
	return (struct ui_world){.s = x->h.s, .rows = x->rows, .finder = x->finder, .mono_ms = x->h.clock.mono, .state = &x->state};
}

static void press(struct scene *x, const char *keys)
{
	for (; *keys; keys++) {
		struct ui_world w = world(x);
		uint32_t key = *keys == '\n' ? KEY_RETURN : (unsigned char)*keys;
		struct intent in = ui_key(&x->ui, &w, key);

		if (in.kind == INTENT_FILTER) {
			assert_true(rows_set_filter(x->rows, x->ui.filter.text, NULL, NULL));
			refresh(x);
		}
	}
}

static char *draw(struct scene *x, int rows, int cols, bool roles)
{
	struct ui_world w = world(x);
	struct grid g;
	struct buf b;

	grid_init(&g, rows, cols, x->ui.ascii);
	ui_view(&x->ui, &w, &g);
	buf_init(&b, 1 << 20);
	grid_dump(&g, &b, roles);
	grid_release(&g);
	return buf_take(&b);
}

static void compare(const char *name, const char *size, const char *got)
{
	char path[300];
	struct err e = {0};
	char *want;

	snprintf(path, sizeof path, "tests/golden/%s-%s.txt", name, size);
	if (getenv("NUMDESK_GOLDEN")) {
		FILE *f = fopen(path, "w");

		assert_non_null(f);
		fputs(got, f);
		fclose(f);
		return;
	}
	want = file_read(path, 1 << 20, false, NULL, &e);
	if (!want)
		fail_msg("%s; 'make golden' writes it", e.msg);
	if (strcmp(want, got) != 0)
		fail_msg("%s differs. Wanted:\n%s\nGot:\n%s\n'make golden' writes it anew", path, want, got);
	free(want);
}

static void golden(struct scene *x, const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
		char *got = draw(x, sizes[i].rows, sizes[i].cols, i == 0);

		compare(name, sizes[i].name, got);
		free(got);
	}
}

static void never_synced(void **state)
{
	struct scene x;

	(void)state;
	open_scene(&x, -1, false);
	golden(&x, "never-synced");
	close_scene(&x);
}

static void empty_account(void **state)
{
	struct scene x;

	(void)state;
	open_scene(&x, 0, false);
	golden(&x, "empty-account");
	close_scene(&x);
}

static void owned(void **state)
{
	struct scene x;

	(void)state;
	open_scene(&x, 40, false);
	press(&x, "jj");
	golden(&x, "owned");
	close_scene(&x);
}

static void owned_filtered_and_marked(void **state)
{
	struct scene x;

	(void)state;
	open_scene(&x, 40, false);
	press(&x, "/+1415555001\n");
	free(draw(&x, 24, 80, false));
	press(&x, " j ");
	golden(&x, "filtered");
	assert_int_equal(x.ui.marks.n, 2);
	close_scene(&x);
}

static void owned_in_ascii(void **state)
{
	struct scene x;

	(void)state;
	open_scene(&x, 5, true);
	golden(&x, "ascii");
	close_scene(&x);
}

static void locked(void **state)
{
	struct scene x;

	(void)state;
	open_scene(&x, 5, false);
	session_lock(x.h.s);
	golden(&x, "locked");
	close_scene(&x);
}

static void search(struct scene *x)
{
	struct search s;
	struct err e = {0};
	enum search_field at;
	char *offers = home_offers(100, 25);

	fake_http_on(x->h.http, HTTP_GET, "AvailablePhoneNumbers/US/Local", &(struct fake_reply){.status = 200, .body = offers});
	free(offers);
	edit_set(&x->ui.fields[SEARCH_AREA_CODE], "415");
	edit_set(&x->ui.fields[SEARCH_LIMIT], "25");
	assert_true(ui_form_search(&x->ui, x->h.s, &s, &e));
	if (!finder_start(x->finder, &s, &at, &e))
		fail_msg("%s", e.msg);
	home_settle(&x->h);
	x->ui.focus = FOCUS_OFFERS;
}

static void form(void **state)
{
	struct scene x;

	(void)state;
	open_scene(&x, 5, false);
	x.ui.focus = FOCUS_FORM;
	press(&x, "415");
	golden(&x, "form");
	close_scene(&x);
}

static void offers(void **state)
{
	struct scene x;

	(void)state;
	open_scene(&x, 5, false);
	search(&x);
	press(&x, "j ");
	golden(&x, "offers");
	close_scene(&x);
}

/* A word, several area codes, a demand and its opposite; sorted by score, with the reasons where there is room. */
static void offers_by_score(void **state)
{
	struct scene x;

	(void)state;
	open_scene(&x, 5, false);
	edit_set(&x.ui.fields[SEARCH_VANITY], "cabs");
	edit_set(&x.ui.fields[SEARCH_SMS], "yes");
	edit_set(&x.ui.fields[SEARCH_FAX], "without");
	search(&x);
	golden(&x, "by-score");
	close_scene(&x);
}

static void question(void **state)
{
	struct scene x;
	struct question q;

	(void)state;
	open_scene(&x, 5, false);
	question_init(&q, "Release", QUESTION_TYPE, ASK_PLAN);
	question_line(&q, ROLE_BOLD, "+1 415-555-0001   Support \033]0;title\007");
	question_line(&q, ROLE_ERROR, "blocked: the number is locked here against release and change; 'numdesk unlock' opens it again");
	snprintf(q.ask, sizeof q.ask, "Type the last four digits of the number to release it");
	x.ui.question = q;
	ui_open_question(&x.ui);
	golden(&x, "question");
	close_scene(&x);
}

static void progress(void **state)
{
	struct scene x;
	uint32_t job;

	(void)state;
	open_scene(&x, 5, false);
	job = jobs_begin(x.h.s->jobs, "refreshing", (job_stop_fn *)abort, NULL);
	jobs_progress(x.h.s->jobs, job, "page %d, %s numbers", 3, "2,134");
	ui_say(&x.ui, ROLE_WARN, "refused: %s", "\033[31mevil\xE2\x80\xAE");
	golden(&x, "progress");
	jobs_end(x.h.s->jobs, job);
	close_scene(&x);
}

/* Any size draws without leaving the grid; the sanitizers watch. */
static void every_size(void **state)
{
	static const int odd[][2] = {{1, 1}, {2, 2}, {1, 500}, {200, 1}, {8, 40}, {7, 39}, {9, 99}, {10, 100}, {24, 80}, {200, 500}};
	struct scene x;

	(void)state;
	open_scene(&x, 40, false);
	search(&x);
	for (int overlay = 0; overlay < 4; overlay++) {
		ui_close(&x.ui);
		if (overlay == 1) {
			listbox_init(&x.ui.list, "List", true);
			for (int i = 0; i < 100; i++)
				listbox_add(&x.ui.list, ROLE_NORMAL, i, "an item", "and what it means");
			ui_open_list(&x.ui, LIST_HELP);
		} else if (overlay == 2) {
			question_init(&x.ui.question, "Question", QUESTION_TYPE, 0);
			question_line(&x.ui.question, ROLE_NORMAL, "what has to be read before it is answered");
			ui_open_question(&x.ui);
		} else if (overlay == 3) {
			formbox_init(&x.ui.form, "Form", UI_FORM_UNLOCK);
			formbox_secret(&x.ui.form, "Passphrase", "help");
			ui_open_form(&x.ui);
		}
		for (size_t i = 0; i < ARRAY_LEN(odd); i++)
			for (int f = 0; f < 3; f++) {
				x.ui.focus = (enum ui_focus)f;
				free(draw(&x, odd[i][0], odd[i][1], true));
			}
	}
	close_scene(&x);
}

/* A form longer than the window, and the list of a field in it. */
static void long_form(void **state)
{
	struct scene x;
	struct formbox *f = &x.ui.form;

	(void)state;
	open_scene(&x, 12, false);
	formbox_init(f, "A long form", 0);
	formbox_line(f, "What it is for, in a sentence.");
	for (int i = 0; i < 20; i++) {
		char label[20];

		snprintf(label, sizeof label, "Field %d", i + 1);
		if (i % 3 != 2) {
			formbox_text(f, label, "a text", "https://example.com/voice", 300, false);
			continue;
		}
		formbox_pick(f, label, "Left and Right step, Space lists", "AP2");
		formbox_option(f, "", "(none)", NULL);
		formbox_option(f, "AP1", "Main menu", "AP1");
		formbox_option(f, "AP2", "Night desk", "AP2");
	}
	f->at = 17;
	ui_open_form(&x.ui);
	golden(&x, "long-form");
	press(&x, " n");
	golden(&x, "picking");
	close_scene(&x);
}

/* The cursor stays on its number while rows come and go above it. */
static void cursor_follows_its_number(void **state)
{
	struct scene x;
	char sid[SID_SIZE];

	(void)state;
	open_scene(&x, 40, false);
	free(draw(&x, 24, 80, false));
	press(&x, "jjjjj");
	free(draw(&x, 24, 80, false));
	snprintf(sid, sizeof sid, "%s", x.ui.owned_sid);
	rows_set_sort(x.rows, COL_PHONE_NUMBER, true);
	refresh(&x);
	free(draw(&x, 24, 80, false));
	assert_string_equal(x.ui.owned_sid, sid);
	assert_int_equal(x.ui.owned.cursor, 34);
	assert_string_equal(rows_at(x.rows, x.ui.owned.cursor)->phone_sid, sid);
	close_scene(&x);
}

static void palette_keys_and_paste(void **state)
{
	struct scene x;
	struct ui_world w;
	struct intent in;

	(void)state;
	open_scene(&x, 5, false);
	w = world(&x);
	in = ui_key(&x.ui, &w, 'x');
	assert_int_equal(in.kind, INTENT_COMMAND);
	assert_int_equal(in.command, CMD_RELEASE);
	in = ui_key(&x.ui, &w, 'x' | KEYX_PASTE);
	assert_int_equal(in.kind, INTENT_NONE);
	x.ui.focus = FOCUS_FORM;
	in = ui_key(&x.ui, &w, 'x');            /* a letter in the form is text */
	assert_int_equal(in.kind, INTENT_NONE);
	assert_string_equal(x.ui.fields[SEARCH_AREA_CODE].text, "x");
	in = ui_key(&x.ui, &w, KEY_RETURN);
	assert_int_equal(in.kind, INTENT_SEARCH);
	close_scene(&x);
}

static void a_wrong_form_value_keeps_everything(void **state)
{
	struct scene x;
	struct search s;
	struct err e = {0};

	(void)state;
	open_scene(&x, 5, false);
	search(&x);
	edit_set(&x.ui.fields[SEARCH_CONTAINS], "5");
	assert_false(ui_form_search(&x.ui, x.h.s, &s, &e));
	assert_int_equal(x.ui.field, SEARCH_CONTAINS);
	assert_int_equal(x.ui.focus, FOCUS_FORM);
	assert_string_equal(x.ui.fields[SEARCH_CONTAINS].text, "5");
	assert_int_equal(finder_view(x.finder)->n, 25);
	close_scene(&x);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(never_synced), cmocka_unit_test(empty_account), cmocka_unit_test(owned),
		cmocka_unit_test(owned_filtered_and_marked), cmocka_unit_test(owned_in_ascii), cmocka_unit_test(locked),
		cmocka_unit_test(form), cmocka_unit_test(offers), cmocka_unit_test(offers_by_score), cmocka_unit_test(question), cmocka_unit_test(progress),
		cmocka_unit_test(every_size), cmocka_unit_test(long_form), cmocka_unit_test(cursor_follows_its_number), cmocka_unit_test(palette_keys_and_paste),
		cmocka_unit_test(a_wrong_form_value_keeps_everything),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
