#include "test.h"

#include <stdio.h>
#include <string.h>

#include "numdesk/model/column.h"
#include "numdesk/model/command.h"
#include "numdesk/model/config.h"
#include "numdesk/model/fault.h"
#include "numdesk/model/money.h"
#include "numdesk/util/mem.h"
#include "numdesk/util/text.h"

/* Walks every row of the four tables (.def): what each row must hold, whatever is added to them. */

#define ROW_FAIL(what, name) fail_msg("%s: %s", name, what)

/* A help text or half of a message: something, lower case or a name at the start, no full stop, one clean line. */
static void check_prose(const char *s, const char *row)
{
	size_t n = s ? strlen(s) : 0;

	if (n < 3)
		ROW_FAIL("text is empty or too short", row);
	if (s[n - 1] == '.' && strncmp(s + n - (n < 3 ? n : 3), "...", 3) != 0)
		ROW_FAIL("text ends with a full stop", row);
	if (!text_is_clean(s, n))
		ROW_FAIL("text is not clean", row);
	if (s[0] == ' ' || s[n - 1] == ' ')
		ROW_FAIL("text has a space at its end", row);
}

/* --- commands --- */

static bool is_key(const char *s, size_t n)
{
	static const char *const names[] = {
		"Up", "Down", "Left", "Right", "Home", "End", "PgUp", "PgDn", "Tab", "Enter", "Esc", "Space", "F1",
	};

	if (n == 1)
		return s[0] > ' ' && s[0] < 127;
	if (n == 2 && s[0] == '^')
		return s[1] >= 'A' && s[1] <= 'Z';
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (strlen(names[i]) == n && memcmp(s, names[i], n) == 0)
			return true;
	return false;
}

/* Call visit for each key name of a row; returns how many. */
static size_t each_key(const struct command *c, void (*visit)(const struct command *, const char *, size_t))
{
	size_t count = 0;

	for (const char *s = c->keys; *s; count++) {
		size_t n = strcspn(s, " ");

		visit(c, s, n);
		s += n + (s[n] == ' ');
	}
	return count;
}

static void visit_parses(const struct command *c, const char *s, size_t n)
{
	if (!is_key(s, n))
		fail_msg("%s: '%.*s' is no key", c->path, (int)n, s);
	if ((c->where & AT_FORM) && n == 1)
		fail_msg("%s: the letter '%c' cannot be a command in the form", c->path, s[0]);
}

static void test_commands_are_complete(void **state)
{
	char usage[1024];

	(void)state;
	for (unsigned i = 0; i < COMMAND_COUNT; i++) {
		const struct command *c = &commands[i];

		assert_non_null(c->path);
		assert_non_null(c->title);
		assert_non_null(c->keys);
		check_prose(c->help, c->path);
		if (each_key(c, visit_parses) == 0 && !c->cli && !c->palette)
			ROW_FAIL("nothing leads to it: no key, no palette, no command line", c->path);
		if (*c->keys && !c->where && !c->palette)
			ROW_FAIL("has a key that works nowhere", c->path);
		if ((c->costs_money || c->destroys) && !(c->needs & NEED_WRITE))
			ROW_FAIL("changes something without needing NEED_WRITE", c->path);
		if (c->costs_money && !(c->needs & NEED_UNLOCKED))
			ROW_FAIL("spends without needing the vault", c->path);
		command_usage((enum command_id)i, usage, sizeof usage);
		if (strncmp(usage, c->path, strlen(c->path)) != 0 || strlen(usage) + 1 >= sizeof usage)
			ROW_FAIL("its usage does not render", c->path);
	}
}

static void test_command_arguments(void **state)
{
	(void)state;
	for (unsigned i = 0; i < COMMAND_COUNT; i++) {
		const struct command *c = &commands[i];
		bool optional_seen = false;

		for (size_t a = 0; a < COMMAND_MAX_ARGS && c->args[a].name; a++) {
			const struct command_arg *arg = &c->args[a];
			bool option = strncmp(arg->name, "--", 2) == 0;

			check_prose(arg->help, c->path);
			if (!option && arg->value)
				ROW_FAIL("a positional has a value name", c->path);
			if (!option && arg->required && optional_seen)
				ROW_FAIL("a required positional follows an optional one", c->path);
			optional_seen = optional_seen || (!option && !arg->required);
			for (size_t b = 0; b < a; b++)
				if (strcmp(arg->name, c->args[b].name) == 0)
					ROW_FAIL("an argument is there twice", c->path);
		}
		assert_null(c->args[COMMAND_MAX_ARGS - 1].name);   /* readers stop at the first row without a name */
	}
}

static void test_command_paths_are_unique(void **state)
{
	(void)state;
	for (unsigned i = 0; i < COMMAND_COUNT; i++)
		for (unsigned j = 0; j < i; j++)
			if (strcmp(commands[i].path, commands[j].path) == 0)
				ROW_FAIL("path is there twice", commands[i].path);
}

static bool has_key(const struct command *c, const char *key, size_t n)
{
	for (const char *s = c->keys; *s;) {
		size_t len = strcspn(s, " ");

		if (len == n && memcmp(s, key, n) == 0)
			return true;
		s += len + (s[len] == ' ');
	}
	return false;
}

static void visit_unshared(const struct command *c, const char *s, size_t n)
{
	for (unsigned i = 0; i < COMMAND_COUNT; i++)
		if (&commands[i] != c && (commands[i].where & c->where) && has_key(&commands[i], s, n))
			fail_msg("key '%.*s' means both %s and %s in one place", (int)n, s, c->path, commands[i].path);
}

static void test_no_two_commands_share_a_key(void **state)
{
	(void)state;
	for (unsigned i = 0; i < COMMAND_COUNT; i++)
		each_key(&commands[i], visit_unshared);
}

/* --- columns --- */

static size_t field_size(enum column_type t)
{
	switch (t) {
	case COLTYPE_CHARS:
		return 1;
	case COLTYPE_TEXT:
		return sizeof(char *);
	case COLTYPE_TIME:
	case COLTYPE_MONEY:
	case COLTYPE_COUNT:
		return sizeof(int64_t);
	case COLTYPE_BOOL:
		return sizeof(bool);
	case COLTYPE_CAPS:
		return sizeof(unsigned);
	case COLTYPE_NUMBER_TYPE:
		return sizeof(enum number_type);
	}
	return 0;
}

static bool is_stable_name(const char *s)
{
	for (; *s; s++)
		if (!((*s >= 'a' && *s <= 'z') || (*s >= '0' && *s <= '9') || *s == '_'))
			return false;
	return true;
}

static void test_columns_are_sane(void **state)
{
	(void)state;
	for (unsigned i = 0; i < COLUMN_COUNT; i++) {
		const struct column *c = &columns[i];
		size_t size = field_size(c->type);

		assert_non_null(c->name);
		check_prose(c->help, c->name);
		if (!is_stable_name(c->name) || (c->alias && !is_stable_name(c->alias)))
			ROW_FAIL("name is not a plain lower-case word", c->name);
		for (const char *s = c->title; *s; s++)
			if (*s >= 'a' && *s <= 'z')
				ROW_FAIL("title is not upper case", c->name);
		if (c->offset + size > sizeof(struct number) || c->offset % size != 0)
			ROW_FAIL("offset does not fit its type", c->name);
		if ((c->source == SOURCE_TWILIO) != (c->json != NULL))
			ROW_FAIL("a member name belongs to Twilio's columns, and only to them", c->name);
		if (c->width < 0 || (c->width == 0 && i != COL_FRIENDLY_NAME))
			ROW_FAIL("only the name may take what width is left", c->name);
	}
}

static bool same(const char *a, const char *b)
{
	return a && b && text_ieq(a, b);
}

static void test_columns_are_unique(void **state)
{
	(void)state;
	for (unsigned i = 0; i < COLUMN_COUNT; i++)
		for (unsigned j = 0; j < COLUMN_COUNT; j++) {
			if (same(columns[i].name, columns[j].alias) ||
			    (i != j && same(columns[i].name, columns[j].name)) ||
			    (i != j && same(columns[i].alias, columns[j].alias)))
				ROW_FAIL("name or alias is there twice", columns[i].name);
			if (i != j && same(columns[i].json, columns[j].json))
				ROW_FAIL("JSON member is there twice", columns[i].name);
			if (i != j && columns[i].offset == columns[j].offset)
				ROW_FAIL("field is there twice", columns[i].name);
			if (i != j && strcmp(columns[i].title, columns[j].title) == 0)
				ROW_FAIL("title is there twice", columns[i].name);
		}
}

/* --- options --- */

static void test_options_are_sane(void **state)
{
	struct config c;

	(void)state;
	config_init(&c);
	for (unsigned i = 0; i < OPTION_COUNT; i++) {
		const struct option *o = &options[i];

		check_prose(o->help, o->key);
		assert_non_null(o->section);
		assert_non_null(o->fallback);
		if (!is_stable_name(o->section) || !is_stable_name(o->key))
			ROW_FAIL("section or key is not a plain lower-case word", o->key);
		if (o->type == OPT_INT && o->min >= o->max)
			ROW_FAIL("its limits leave no choice", o->key);
		if (o->type == OPT_TEXT && o->max <= 0)
			ROW_FAIL("a text needs a longest length", o->key);
		if ((o->type == OPT_CHOICE) != (o->choices != NULL))
			ROW_FAIL("choices belong to choices", o->key);
		for (unsigned j = 0; j < i; j++)
			if (strcmp(o->section, options[j].section) == 0 && strcmp(o->key, options[j].key) == 0)
				ROW_FAIL("option is there twice", o->key);
		if (i > 0 && strcmp(o->section, options[i - 1].section) != 0)
			for (unsigned j = 0; j + 1 < i; j++)
				if (strcmp(o->section, options[j].section) == 0)
					ROW_FAIL("section is torn apart", o->key);
	}
	config_release(&c);
}

static void test_option_defaults_parse(void **state)
{
	struct config c;
	struct err e;

	(void)state;
	config_init(&c);
	for (unsigned i = 0; i < OPTION_COUNT; i++) {
		err_clear(&e);
		if (!config_set(&c, (enum option_id)i, options[i].fallback, &e))
			fail_msg("%s: default is refused: %s", options[i].key, e.msg);
	}
	config_release(&c);
}

/* --- faults --- */

static void test_faults_are_sane(void **state)
{
	char row[32];

	(void)state;
	for (int i = 0; i < fault_count; i++) {
		const struct fault *f = &faults[i];

		snprintf(row, sizeof row, "fault %d", f->code);
		check_prose(f->says, row);
		check_prose(f->next, row);
		if ((f->says[0] >= 'A' && f->says[0] <= 'Z' && strncmp(f->says, "Twilio", 6) != 0) ||
		    (f->next[0] >= 'A' && f->next[0] <= 'Z'))
			ROW_FAIL("does not start with a lower-case letter", row);
		if (f->kind == ERR_NONE || f->kind >= ERR_KIND_COUNT)
			ROW_FAIL("has no kind", row);
		if (i > 0 && faults[i - 1].code >= f->code)
			ROW_FAIL("codes are not in rising order", row);
		assert_ptr_equal(fault_find(f->code), f);
	}
}

/* The codes that twilio's documentation of errors makes a client meet, and those that must stop a plan. */
static void test_faults_hold_what_matters(void **state)
{
	static const int known[] = {
		10001, 10002, 20001, 20002, 20003, 20004, 20005, 20006, 20007, 20008, 20009, 20010, 20404, 20409, 20422,
		20429,
		20500, 20503, 21101, 21211, 21212, 21402, 21404, 21405, 21406, 21407, 21408, 21409, 21421, 21422, 21449,
		21450,
		21451, 21452, 21453, 21457, 21458, 21470, 21471, 21472, 21473, 21474, 21475, 21476, 21477, 21478, 21479,
		21480,
		21481, 21601, 21602, 21603, 21604, 21606, 21607, 21608, 21610, 21611, 21612, 21613, 21614, 21615, 21617,
		21628,
		21629, 21631, 21634, 21649, 21650, 21651, 21701, 21703, 21704, 21710, 21712, 21714, 21715, 22130, 22131,
		22132,
		22133, 22137, 22172, 22300, 22400, 22402, 30001, 30002, 30003, 30004, 30005, 30006, 30007, 30008, 30022,
		30032,
		30034, 30035, 30450, 60200, 60202, 60203, 60205, 60212, 60410, 572002, 572005, 573002, 573005, 575001,
	};
	static const int stopping[] = {20003, 20005, 10001, 10002, 20010, 22300, 21649, 21631, 21613};
	static const int passing[] = {21421, 21422, 20429, 20500, 20404};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(known); i++)
		if (!fault_find(known[i]))
			fail_msg("code %d has no row", known[i]);
	for (size_t i = 0; i < ARRAY_LEN(stopping); i++)
		if (!fault_find(stopping[i])->stops_plan)
			fail_msg("code %d does not stop a plan", stopping[i]);
	for (size_t i = 0; i < ARRAY_LEN(passing); i++)
		if (fault_find(passing[i])->stops_plan)
			fail_msg("code %d stops a plan", passing[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_commands_are_complete), cmocka_unit_test(test_command_arguments),
		cmocka_unit_test(test_command_paths_are_unique), cmocka_unit_test(test_no_two_commands_share_a_key),
		cmocka_unit_test(test_columns_are_sane), cmocka_unit_test(test_columns_are_unique),
		cmocka_unit_test(test_options_are_sane), cmocka_unit_test(test_option_defaults_parse),
		cmocka_unit_test(test_faults_are_sane), cmocka_unit_test(test_faults_hold_what_matters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
