#include "test.h"

#include "app.h"

/* What the screen does by itself, without the application. */
static bool is_the_screens_own(enum command_id c)
{
	switch (c) {
	case CMD_DOWN: case CMD_UP: case CMD_PAGE_DOWN: case CMD_PAGE_UP: case CMD_TOP: case CMD_BOTTOM: case CMD_OTHER_PANE:
	case CMD_BACK: case CMD_FORM: case CMD_MARK: case CMD_MARK_RANGE: case CMD_MARK_INVERT: case CMD_UNMARK:
		return true;
	default:
		return false;
	}
}

static void every_row_of_the_commands_table_does_something(void **state)
{
	(void)state;
	for (int c = 0; c < COMMAND_COUNT; c++) {
		bool on_screen = commands[c].where || commands[c].palette, acts = app_action((enum command_id)c) != NULL;

		if (on_screen && acts == is_the_screens_own((enum command_id)c))
			fail_msg("'%s' is offered on the screen and has %s", commands[c].path, acts ? "two owners" : "no action");
		if (!on_screen && !commands[c].cli)
			fail_msg("'%s' can be reached by nobody", commands[c].path);
		if (acts && !on_screen)
			fail_msg("'%s' has an action and no key, no place in the palette", commands[c].path);
	}
	assert_null(app_action(COMMAND_COUNT));
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(every_row_of_the_commands_table_does_something)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
