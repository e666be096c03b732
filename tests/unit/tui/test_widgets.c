#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "numdesk/tui/key.h"
#include "numdesk/tui/widget.h"
#include "numdesk/util/crypto.h"
#include "numdesk/util/err.h"
#include "numdesk/util/mem.h"
#include "numdesk/util/secret.h"

static int start(void **state)
{
	struct err e;

	(void)state;
	return crypto_init(&e) ? 0 : -1;
}

/* --- keys ------------------------------------------------------------------------------------------------------------ */
static void key_names(void **state)
{
	static const struct { const char *name; uint32_t key; } t[] = {
		{"j", 'j'}, {"^D", 4}, {"PgDn", KEYX_PGDN}, {"Space", ' '}, {"Tab", 9}, {"Enter", 13}, {"Esc", 27}, {"+", '+'},
		{"", 0}, {"nonsense", 0}, {"^", '^'}, {" ", 0},
	};
	char name[16];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		if (key_parse(t[i].name, strlen(t[i].name)) != t[i].key)
			fail_msg("'%s' is %u", t[i].name, key_parse(t[i].name, strlen(t[i].name)));
		if (t[i].key)
			assert_string_equal(key_label(t[i].key, name), t[i].name);
	}
}

static void every_key_of_the_table_is_understood(void **state)
{
	(void)state;
	for (int c = 0; c < COMMAND_COUNT; c++)
		for (const char *p = commands[c].keys; *p;) {
			size_t n = strcspn(p, " ");
			uint32_t key = key_parse(p, n);

			if (key == KEY_NONE)
				fail_msg("'%s': key '%.*s' is unknown", commands[c].path, (int)n, p);
			for (unsigned bit = 1; bit <= AT_PROFILES; bit <<= 1)
				if (commands[c].where & bit && bit != AT_FORM)
					assert_int_equal(key_command(key, (enum command_where)bit), c);
			p += n + (p[n] == ' ');
		}
}

static void pasted_keys_are_no_commands(void **state)
{
	(void)state;
	assert_int_equal(key_command('x' | KEYX_PASTE, AT_OWNED), COMMAND_COUNT);
	assert_int_equal(key_command('x', AT_OWNED), CMD_RELEASE);
}

/* --- the line editor ------------------------------------------------------------------------------------------------- */
static void type(struct edit *e, const char *s)
{
	while (*s)
		edit_key(e, (unsigned char)*s++);
}

static void editing(void **state)
{
	struct edit e;

	(void)state;
	edit_init(&e, NULL, 8);
	assert_false(edit_key(&e, KEYX_UP));
	edit_key(&e, KEYX_BACKSPACE);
	edit_key(&e, KEYX_LEFT);
	assert_string_equal(e.text, "");
	type(&e, "abc");
	edit_key(&e, KEYX_LEFT);
	type(&e, "X");
	assert_string_equal(e.text, "abXc");
	edit_key(&e, KEYX_DELETE);
	assert_string_equal(e.text, "abX");
	edit_key(&e, 0xE9);             /* two bytes */
	assert_string_equal(e.text, "abX\xC3\xA9");
	edit_key(&e, KEYX_BACKSPACE);
	assert_string_equal(e.text, "abX");
	type(&e, "0123456789");
	assert_string_equal(e.text, "abX01234");
	edit_key(&e, KEYX_HOME);
	edit_key(&e, 11);
	assert_string_equal(e.text, "");
	type(&e, "a bc ");
	edit_key(&e, 23);
	assert_string_equal(e.text, "a ");
	edit_key(&e, 0x202E);           /* nothing invisible gets in */
	assert_string_equal(e.text, "a ");
	edit_key(&e, '\n' | KEYX_PASTE);
	assert_string_equal(e.text, "a ");
	edit_release(&e);
}

static void secrets_are_dots(void **state)
{
	struct edit e;
	struct grid g;
	struct buf b;

	(void)state;
	edit_init_secret(&e);
	type(&e, "geheim");
	edit_key(&e, KEYX_BACKSPACE);
	assert_int_equal(secret_len(e.secret), 5);
	assert_string_equal(e.text, "");
	grid_init(&g, 1, 20, false);
	edit_draw(&e, &g, grid_all(&g), 0, 0, 20, true);
	buf_init(&b, 1000);
	grid_dump(&g, &b, false);
	assert_string_equal(buf_str(&b), "\xE2\x80\xA2\xE2\x80\xA2\xE2\x80\xA2\xE2\x80\xA2\xE2\x80\xA2\n");
	buf_release(&b);
	grid_release(&g);
	edit_release(&e);
}

static void long_text_scrolls(void **state)
{
	struct edit e;
	struct grid g;
	struct buf b;

	(void)state;
	edit_init(&e, "0123456789", 20);
	grid_init(&g, 1, 6, false);
	edit_draw(&e, &g, grid_all(&g), 0, 0, 5, true);
	buf_init(&b, 1000);
	grid_dump(&g, &b, false);
	assert_string_equal(buf_str(&b), "6789\n");
	assert_int_equal(g.cursor_col, 4);
	buf_release(&b);
	grid_release(&g);
	edit_release(&e);
}

/* --- scrolling ------------------------------------------------------------------------------------------------------- */
static void scrolling(void **state)
{
	struct scroll s = {0};

	(void)state;
	scroll_set(&s, 0, 0);
	for (int m = SCROLL_DOWN; m <= SCROLL_BOTTOM; m++)
		scroll_move(&s, (enum scroll_move)m);
	assert_int_equal(s.cursor, 0);
	assert_int_equal(s.top, 0);
	scroll_set(&s, 100, 10);
	scroll_move(&s, SCROLL_BOTTOM);
	assert_int_equal(s.cursor, 99);
	assert_int_equal(s.top, 90);
	scroll_move(&s, SCROLL_DOWN);
	assert_int_equal(s.cursor, 99);
	scroll_move(&s, SCROLL_PAGE_UP);
	assert_int_equal(s.cursor, 90);
	scroll_move(&s, SCROLL_TOP);
	scroll_move(&s, SCROLL_UP);
	assert_int_equal(s.cursor + s.top, 0);
	scroll_move(&s, SCROLL_PAGE_DOWN);
	assert_int_equal(s.cursor, 9);
	scroll_set(&s, 5, 10);
	assert_int_equal(s.cursor, 4);
	assert_int_equal(s.top, 0);
	scroll_set(&s, (size_t)1 << 40, 3);
	scroll_move(&s, SCROLL_BOTTOM);
	assert_int_equal(s.cursor, ((size_t)1 << 40) - 1);
}

/* --- lists ----------------------------------------------------------------------------------------------------------- */
static void lists(void **state)
{
	struct listbox b;

	(void)state;
	listbox_init(&b, "T", true);
	listbox_filter(&b);
	assert_null(listbox_chosen(&b));
	listbox_heading(&b, "One");
	listbox_add(&b, ROLE_NORMAL, 7, "apple", "red");
	listbox_heading(&b, "Two");
	listbox_add(&b, ROLE_NORMAL, 8, "pear", NULL);
	listbox_filter(&b);
	assert_int_equal(b.n_shown, 4);
	assert_int_equal(listbox_chosen(&b)->id, 7);
	edit_set(&b.input, "PEA");
	listbox_filter(&b);
	assert_int_equal(b.n_shown, 2);
	assert_int_equal(listbox_chosen(&b)->id, 8);
	edit_set(&b.input, "red");
	listbox_filter(&b);
	assert_int_equal(listbox_chosen(&b)->id, 7);
	edit_set(&b.input, "nothing");
	listbox_filter(&b);
	assert_null(listbox_chosen(&b));
	listbox_release(&b);
}

/* --- questions: hard to answer by accident ----------------------------------------------------------------------------- */
static struct question shown(enum question_kind k)
{
	struct question q;

	question_init(&q, "Q", k, 1);
	q.shown_at_ms = 1000;
	return q;
}

static void keys_before_it_was_shown_never_answer(void **state)
{
	struct question q = shown(QUESTION_YES);

	(void)state;
	q.shown_at_ms = 0;
	assert_int_equal(question_key(&q, 'y', 5000), ANSWER_NONE);
	q.shown_at_ms = 5000;
	assert_int_equal(question_key(&q, 'y', 5299), ANSWER_NONE);
	assert_int_equal(question_key(&q, 'n', 5299), ANSWER_NONE);
	assert_int_equal(question_key(&q, 'y', 5300), ANSWER_YES);
	question_release(&q);
}

static void only_y_says_yes(void **state)
{
	static const uint32_t no[] = {KEY_RETURN, 'Y', 'n', ' ', 'b', KEY_ESC, KEYX_DOWN, KEY_TAB, 'j'};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(no); i++) {
		struct question q = shown(QUESTION_YES);

		if (question_key(&q, no[i], 2000) != ANSWER_NO)
			fail_msg("key %u is not a no", no[i]);
		question_release(&q);
	}
	struct question q = shown(QUESTION_YES);

	assert_int_equal(question_key(&q, 'y' | KEYX_PASTE, 2000), ANSWER_NONE);
	assert_int_equal(question_key(&q, 'y', 2000), ANSWER_YES);
	question_release(&q);
}

static void typed_answers(void **state)
{
	struct question q = shown(QUESTION_TYPE);

	(void)state;
	assert_int_equal(question_key(&q, KEY_RETURN, 2000), ANSWER_NONE);
	assert_int_equal(question_key(&q, '1', 2000), ANSWER_NONE);
	assert_int_equal(question_key(&q, 'y', 2000), ANSWER_NONE);
	assert_string_equal(q.typed.text, "1y");
	assert_int_equal(question_key(&q, KEY_RETURN, 2000), ANSWER_YES);
	assert_int_equal(question_key(&q, KEY_ESC, 2000), ANSWER_NO);
	question_release(&q);
}

static void two_things_to_type(void **state)
{
	struct question q = shown(QUESTION_TYPE);

	(void)state;
	strcpy(q.also_ask, "Also type 'acme'");
	question_key(&q, '4', 2000);
	assert_int_equal(question_key(&q, KEY_RETURN, 2000), ANSWER_NONE);      /* goes to the second */
	assert_int_equal(question_key(&q, KEY_RETURN, 2000), ANSWER_NONE);      /* which is empty */
	question_key(&q, 'a', 2000);
	assert_string_equal(q.also.text, "a");
	assert_int_equal(question_key(&q, KEY_RETURN, 2000), ANSWER_YES);
	question_release(&q);
	q = shown(QUESTION_YES);
	strcpy(q.also_ask, "Also type 'acme'");
	assert_int_equal(question_key(&q, 'y', 2000), ANSWER_NONE);             /* a letter of the name now */
	assert_string_equal(q.also.text, "y");
	question_release(&q);
}

static void final_questions_only_close(void **state)
{
	struct question q = shown(QUESTION_YES);

	(void)state;
	q.final = true;
	assert_int_equal(question_key(&q, 'y', 2000), ANSWER_NO);
	question_release(&q);
}

/* The first line and those from `keep` on are seen, or the question cannot be answered. */
static void what_matters_is_seen_or_not_answered(void **state)
{
	static const struct { int rows; bool unseen; } cases[] = {
		{40, false}, {14, false}, {8, false}, {7, true}, {4, true}, {2, true},
	};
	struct question q = shown(QUESTION_YES);

	(void)state;
	question_line(&q, ROLE_BOLD, "the number");
	for (int i = 0; i < 20; i++)
		question_line(&q, ROLE_NORMAL, "more of it");
	q.keep = q.n;
	question_line(&q, ROLE_NORMAL, "the account");
	question_line(&q, ROLE_NORMAL, "the money");
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct grid g;
		struct buf b;

		grid_init(&g, cases[i].rows, 60, false);
		question_draw(&q, &g, grid_all(&g));
		buf_init(&b, 100000);
		grid_dump(&g, &b, false);
		if (q.unseen != cases[i].unseen ||
		    (!q.unseen && (!strstr(b.s, "the number") || !strstr(b.s, "the account") || !strstr(b.s, "the money"))))
			fail_msg("%d rows:\n%s", cases[i].rows, b.s);
		assert_int_equal(question_key(&q, 'y', 2000), cases[i].unseen ? ANSWER_NONE : ANSWER_YES);
		assert_int_equal(question_key(&q, KEY_ESC, 2000), ANSWER_NO);
		buf_release(&b);
		grid_release(&g);
	}
	question_release(&q);
}

/* Wrong answers take one line however many they are, and both fields are typed anew. */
static void complaints_take_one_line(void **state)
{
	struct question q = shown(QUESTION_TYPE);
	(void)state;
	strcpy(q.also_ask, "Also");
	question_line(&q, ROLE_NORMAL, "line");
	for (int i = 0; i < 60; i++)
		question_complain(&q, i < 59 ? "wrong" : "still wrong");
	assert_int_equal(q.n, 2);
	assert_string_equal(q.lines[1], "still wrong");
	q.on_also = true;
	question_complain(&q, "wrong");
	assert_false(q.on_also);
	/* the longest there is to type: a profile's name and a word */
	q.on_also = true;
	for (int i = 0; i < 63 + 8; i++)
		question_key(&q, i < 63 ? 'n' : (uint32_t)" primary"[i - 63], 2000);
	assert_int_equal(q.also.len, 63 + 8);
	question_release(&q);
}

static void long_questions_keep_their_prompt(void **state)
{
	struct question q = shown(QUESTION_TYPE);
	struct grid g;
	struct buf b;

	(void)state;
	strcpy(q.ask, "Type 12");
	for (int i = 0; i < 39; i++)
		question_line(&q, ROLE_NORMAL, "line %d of a long list with many words in it that have to be wrapped at the edge of the box", i);
	grid_init(&g, 12, 40, true);
	question_draw(&q, &g, grid_all(&g));
	buf_init(&b, 10000);
	grid_dump(&g, &b, false);
	assert_non_null(strstr(buf_str(&b), "Type 12"));
	assert_non_null(strstr(buf_str(&b), "Enter  confirm"));
	buf_release(&b);
	grid_release(&g);
	question_release(&q);
}

/* --- forms ----------------------------------------------------------------------------------------------------------- */
static void forms(void **state)
{
	struct formbox f;

	(void)state;
	formbox_init(&f, "F", 1);
	formbox_text(&f, "Name", "", "", 20, true);
	formbox_secret(&f, "Secret", "");
	assert_int_equal(formbox_key(&f, 'a'), FORM_NONE);
	assert_int_equal(formbox_key(&f, KEY_RETURN), FORM_NONE);       /* the next field */
	assert_int_equal(f.at, 1);
	assert_int_equal(formbox_key(&f, KEY_RETURN | KEYX_PASTE), FORM_NONE);
	assert_int_equal(f.at, 1);
	assert_int_equal(formbox_key(&f, KEY_RETURN), FORM_SUBMIT);
	assert_int_equal(formbox_key(&f, KEY_TAB), FORM_NONE);
	assert_int_equal(f.at, 0);
	strcpy(f.busy, "working");
	assert_int_equal(formbox_key(&f, 'x'), FORM_NONE);
	assert_int_equal(formbox_key(&f, KEY_ESC), FORM_CANCEL);
	f.busy[0] = '\0';
	assert_int_equal(formbox_key(&f, KEY_ESC), FORM_CANCEL);
	formbox_release(&f);
}

static void fill_form(struct formbox *f, int texts)
{
	formbox_init(f, "Configure", 1);
	formbox_pick(f, "Application", "what answers", "AP2");
	formbox_option(f, "", "(none)", NULL);
	formbox_option(f, "AP1", "Main menu", "AP1");
	formbox_option(f, "AP2", "Night desk", "AP2");
	formbox_option(f, "AP3", "Night shift", "AP3");
	for (int i = 0; i < texts; i++) {
		char label[20];

		snprintf(label, sizeof label, "Field %d", i);
		formbox_text(f, label, "", "", 20, false);
	}
}

static void picking_steps(void **state)
{
	static const struct { const char *before; uint32_t key; const char *after; } t[] = {
		{"AP2", KEYX_RIGHT, "AP3"}, {"AP3", KEYX_RIGHT, ""}, {"", KEYX_LEFT, "AP3"}, {"AP1", KEYX_LEFT, ""},
		{"unlisted", KEYX_RIGHT, ""}, {"unlisted", KEYX_LEFT, "AP3"}, {"AP1", KEYX_BACKSPACE, "AP1"},
		{"AP1", KEYX_DELETE, "AP1"}, {"AP1", 'N' | KEYX_PASTE, "AP1"}, {"AP1", 1, "AP1"},
	};
	struct formbox f;

	(void)state;
	fill_form(&f, 0);
	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		edit_set(&f.fields[0].edit, t[i].before);
		assert_int_equal(formbox_key(&f, t[i].key), FORM_NONE);
		if (f.listing || strcmp(f.fields[0].edit.text, t[i].after) != 0)
			fail_msg("row %zu: '%s'", i, f.fields[0].edit.text);
	}
	edit_set(&f.fields[0].edit, "AP3");
	assert_string_equal(formbox_label(&f, 0), "Night shift");
	edit_set(&f.fields[0].edit, "unlisted");
	assert_string_equal(formbox_label(&f, 0), "unlisted");
	formbox_release(&f);
	formbox_init(&f, "F", 1);               /* nothing to pick from */
	formbox_pick(&f, "Empty", "", "x");
	formbox_key(&f, KEYX_RIGHT);
	assert_string_equal(f.fields[0].edit.text, "x");
	formbox_key(&f, KEY_SPACE);
	formbox_key(&f, KEY_RETURN);
	assert_true(f.listing);                 /* nothing there to take */
	formbox_release(&f);
}

static void keys_to(struct formbox *f, const char *s)
{
	while (*s)
		formbox_key(f, (unsigned char)*s++);
}

static void picking_from_the_list(void **state)
{
	struct formbox f;

	(void)state;
	fill_form(&f, 1);
	formbox_key(&f, KEY_SPACE);
	assert_true(f.listing);
	assert_string_equal(listbox_chosen(&f.list)->text, "Night desk");       /* where it stands */
	keys_to(&f, "shi");
	assert_string_equal(listbox_chosen(&f.list)->text, "Night shift");
	assert_int_equal(formbox_key(&f, KEY_ESC), FORM_NONE);
	assert_false(f.listing);
	assert_string_equal(f.fields[0].edit.text, "AP2");
	formbox_key(&f, 'm');                                                   /* a letter opens it and narrows */
	assert_true(f.listing);
	strcpy(f.error, "wrong");
	assert_int_equal(formbox_key(&f, KEY_RETURN), FORM_NONE);
	assert_string_equal(f.fields[0].edit.text, "AP1");
	assert_string_equal(f.error, "");
	assert_int_equal(f.at, 0);
	formbox_key(&f, KEY_RETURN);                                            /* Enter opens, takes, and goes on */
	assert_true(f.listing);
	formbox_key(&f, KEYX_DOWN);
	formbox_key(&f, KEY_RETURN);
	assert_string_equal(f.fields[0].edit.text, "AP2");
	assert_int_equal(f.at, 1);
	keys_to(&f, "nothing");
	assert_string_equal(f.fields[1].edit.text, "nothing");
	assert_int_equal(formbox_key(&f, KEY_RETURN), FORM_SUBMIT);
	formbox_key(&f, KEY_TAB);
	assert_int_equal(formbox_key(&f, 19), FORM_SUBMIT);                     /* from any field */
	formbox_key(&f, KEY_SPACE);
	assert_int_equal(formbox_key(&f, 19), FORM_NONE);                       /* not out of the list */
	formbox_release(&f);
	fill_form(&f, 0);                                                       /* a field to pick is the last one */
	assert_int_equal(formbox_key(&f, KEY_RETURN), FORM_SUBMIT);
	formbox_release(&f);
}

static bool shows(struct formbox *f, int rows, const char *text)
{
	struct grid g;
	struct buf b;
	bool found;

	grid_init(&g, rows, 80, false);
	formbox_draw(f, &g, grid_all(&g));
	buf_init(&b, 100000);
	grid_dump(&g, &b, false);
	found = strstr(buf_str(&b), text);
	buf_release(&b);
	grid_release(&g);
	return found;
}

/* The field one is at is on screen, however many there are and however small it is. */
static void long_forms_scroll(void **state)
{
	static const int heights[] = {40, 24, 12, 8, 7};
	struct formbox f;

	(void)state;
	fill_form(&f, FORM_MAX - 1);
	formbox_line(&f, "What this is about.");
	for (size_t h = 0; h < ARRAY_LEN(heights); h++)
		for (f.at = 0; f.at < f.n; f.at++)
			if (!shows(&f, heights[h], f.fields[f.at].label))
				fail_msg("%d rows: '%s' is not shown", heights[h], f.fields[f.at].label);
	f.at = 0;
	assert_true(shows(&f, 24, "1-16 of 32"));
	assert_true(shows(&f, 24, "What this is about."));
	formbox_key(&f, KEYX_PGDN);
	assert_int_equal(f.at, 15);
	formbox_key(&f, KEYX_PGUP);
	assert_int_equal(f.at, 0);
	formbox_key(&f, KEYX_UP);
	assert_int_equal(f.at, 31);
	assert_true(shows(&f, 24, "17-32 of 32"));
	formbox_release(&f);
}

/* ^P asks for something else, never for yes, in every kind of question that offers it, blocked ones too. */
static void something_else_can_be_asked_for(void **state)
{
	struct question q;

	(void)state;
	question_init(&q, "Q", QUESTION_YES, 1);
	q.shown_at_ms = 1000;
	assert_int_equal(question_key(&q, 16, 2000), ANSWER_NO);
	snprintf(q.other, sizeof q.other, "another address");
	assert_int_equal(question_key(&q, 16, 1100), ANSWER_NONE);
	assert_int_equal(question_key(&q, 16 | KEYX_PASTE, 2000), ANSWER_NONE);
	assert_int_equal(question_key(&q, 16, 2000), ANSWER_OTHER);
	q.final = true;
	assert_int_equal(question_key(&q, 16, 2000), ANSWER_OTHER);
	q.final = false;
	q.kind = QUESTION_TYPE;
	assert_int_equal(question_key(&q, 16, 2000), ANSWER_OTHER);
	assert_int_equal(q.typed.len, 0);
	question_release(&q);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(picking_steps), cmocka_unit_test(picking_from_the_list), cmocka_unit_test(long_forms_scroll),
		cmocka_unit_test(key_names), cmocka_unit_test(every_key_of_the_table_is_understood),
		cmocka_unit_test(pasted_keys_are_no_commands), cmocka_unit_test(editing), cmocka_unit_test(secrets_are_dots),
		cmocka_unit_test(long_text_scrolls), cmocka_unit_test(scrolling), cmocka_unit_test(lists),
		cmocka_unit_test(keys_before_it_was_shown_never_answer), cmocka_unit_test(only_y_says_yes),
		cmocka_unit_test(typed_answers), cmocka_unit_test(two_things_to_type), cmocka_unit_test(final_questions_only_close),
		cmocka_unit_test(what_matters_is_seen_or_not_answered), cmocka_unit_test(complaints_take_one_line),
		cmocka_unit_test(long_questions_keep_their_prompt), cmocka_unit_test(forms),
		cmocka_unit_test(something_else_can_be_asked_for),
	};

	return cmocka_run_group_tests(tests, start, NULL);
}
