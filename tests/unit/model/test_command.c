#include "test.h"

#include <stdio.h>
#include <string.h>

#include "numdesk/model/command.h"
#include "numdesk/util/mem.h"

static void test_find(void **state)
{
	static const struct { const char *words[4]; size_t n; enum command_id c; size_t used; } cases[] = {
		{{NULL}, 0, COMMAND_COUNT, 0}, {{""}, 1, COMMAND_COUNT, 0}, {{"nope"}, 1, COMMAND_COUNT, 0},
		{{"buy"}, 1, CMD_BUY, 1},
		{{"buy", "+14155550137"}, 2, CMD_BUY, 1}, {{"profile", "add", "acme"}, 3, CMD_PROFILE_ADD, 2},
		{{"profile"}, 1, COMMAND_COUNT, 0}, {{"profile", "fly"}, 2, COMMAND_COUNT, 0},
		{{"Buy"}, 1, COMMAND_COUNT, 0},
		{{"mark", "range"}, 2, CMD_MARK_RANGE, 2}, {{"mark", "this"}, 2, CMD_MARK, 1},
		{{"profile add"}, 1, COMMAND_COUNT, 0},
		{{"bu"}, 1, COMMAND_COUNT, 0},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		size_t used = 99;
		enum command_id c = command_find(cases[i].words, cases[i].n, &used);

		if (c != cases[i].c || used != cases[i].used)
			fail_msg("case %zu: command %u, %zu words", i, c, used);
	}
	assert_int_equal(command_find((const char *[]){"list"}, 1, NULL), CMD_LIST);
	for (unsigned c = 0; c < COMMAND_COUNT; c++) {          /* every path finds itself */
		char path[64];
		const char *words[8];
		size_t n = 0;

		snprintf(path, sizeof path, "%s", commands[c].path);
		for (char *p = path, *word; (word = strsep(&p, " "));)
			words[n++] = word;
		assert_int_equal(command_find(words, n, NULL), c);
	}
}

static void test_suggest(void **state)
{
	(void)state;
	assert_string_equal(command_suggest("serach"), "search");
	assert_string_equal(command_suggest("relase"), "release");
	assert_string_equal(command_suggest("vualt"), "vault rekey");
	assert_null(command_suggest("xyzzyxyzzy"));
	assert_null(command_suggest(""));
}

static void test_usage(void **state)
{
	char s[1024];

	(void)state;
	assert_string_equal(command_usage(CMD_RELEASE, s, sizeof s), "release [NUMBER]... [--from FILE] [--where QUERY] [--confirm WHAT]...");
	assert_string_equal(command_usage(CMD_PROFILE_USE, s, sizeof s), "profile use NAME");
	assert_string_equal(command_usage(CMD_DOWN, s, sizeof s), "down");
	command_usage(CMD_PROFILE_ADD, s, sizeof s);
	assert_int_equal(strncmp(s, "profile add NAME --account-sid AC... [--key-sid SK...]", 54), 0);
	command_usage(CMD_SEARCH, s, sizeof s);
	assert_int_equal(strncmp(s, "search [COUNTRY] [--saved NAME] [--type T]", 42), 0);
	command_usage(CMD_SEARCH, s, 8);
	assert_string_equal(s, "search ");
}

static const struct command_state ready = {
	.has_profile = true, .unlocked = true, .can_unlock = true, .on_terminal = true, .numbers = 1, .offers = 1,
};

static struct command_state without(void (*change)(struct command_state *))
{
	struct command_state s = ready;

	change(&s);
	return s;
}

static void no_profile(struct command_state *s)
{
	s->has_profile = false;
}

static void offline(struct command_state *s)
{
	s->offline = true;
}

static void locked(struct command_state *s)
{
	s->unlocked = s->can_unlock = false;
}

static void askable(struct command_state *s)
{
	s->unlocked = false;
}

static void read_only(struct command_state *s)
{
	s->read_only = true;
	s->read_only_why = "profile 'acme' is read-only";
}

static void no_ledger(struct command_state *s)
{
	s->ledger_failed = true;
}

static void no_number(struct command_state *s)
{
	s->numbers = 0;
}

static void no_offer(struct command_state *s)
{
	s->offers = 0;
}

static void test_blocked(void **state)
{
	static const struct {
		void (*change)(struct command_state *);
		enum command_id c;
		const char *says, *way_out;
	} cases[] = {
		{no_profile, CMD_BUY, "there is no profile yet", "numdesk profile add"},
		{no_profile, CMD_HELP, NULL, NULL},
		{no_profile, CMD_PROFILE_ADD, NULL, NULL},
		{no_profile, CMD_LIST, "'list' cannot run", "numdesk profile add"},
		{offline, CMD_SYNC, "--offline", "start it without"},
		{offline, CMD_LIST, NULL, NULL},
		{offline, CMD_PRIMARY, NULL, NULL},
		{locked, CMD_SEARCH, "locked and nobody can be asked", "--passphrase-fd"},
		{locked, CMD_LIST, NULL, NULL},
		{askable, CMD_SEARCH, NULL, NULL},
		{read_only, CMD_BUY, "profile 'acme' is read-only", "lift that"},
		{read_only, CMD_PRIMARY, "changes are off", "lift that"},
		{read_only, CMD_SYNC, NULL, NULL},
		{read_only, CMD_SEARCH, NULL, NULL},
		{no_ledger, CMD_RELEASE, "journal could not be written", "start numdesk again"},
		{no_ledger, CMD_SYNC, NULL, NULL},
		{no_number, CMD_RELEASE, "no number here", "clear the filter"},
		{no_number, CMD_BUY, NULL, NULL},
		{no_offer, CMD_BUY, "no number for sale here", "search first"},
		{no_offer, CMD_RELEASE, NULL, NULL},
	};
	char dst[256];

	(void)state;
	for (unsigned c = 0; c < COMMAND_COUNT; c++)
		assert_null(command_blocked((enum command_id)c, &ready, dst, sizeof dst));
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct command_state s = without(cases[i].change);
		const char *why = command_blocked(cases[i].c, &s, dst, sizeof dst);

		if ((why != NULL) != (cases[i].says != NULL) ||
		    (why && (!strstr(why, cases[i].says) || !strstr(why, cases[i].way_out))))
			fail_msg("case %zu, %s: %s", i, commands[cases[i].c].path, why ? why : "not blocked");
	}
}

/* Each row refuses politely when what it needs is missing. */
static void test_every_need_is_answered(void **state)
{
	static const struct { unsigned need; void (*change)(struct command_state *); } needs[] = {
		{NEED_PROFILE, no_profile}, {NEED_UNLOCKED, locked}, {NEED_NETWORK, offline}, {NEED_NUMBER, no_number},
		{NEED_OFFER, no_offer}, {NEED_WRITE, read_only}, {NEED_WRITE, no_ledger},
	};
	char dst[256];

	(void)state;
	for (unsigned c = 0; c < COMMAND_COUNT; c++)
		for (size_t i = 0; i < ARRAY_LEN(needs); i++) {
			struct command_state s = without(needs[i].change);
			const char *why = command_blocked((enum command_id)c, &s, dst, sizeof dst);

			if ((why != NULL) != ((commands[c].needs & needs[i].need) != 0))
				fail_msg("%s, need %zu: %s", commands[c].path, i, why ? why : "not blocked");
			if (why && (!strstr(why, commands[c].title) || why[strlen(why) - 1] == '.' ||
				    strlen(why) + 1 >= sizeof dst))
				fail_msg("%s: %s", commands[c].path, why);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_find), cmocka_unit_test(test_suggest), cmocka_unit_test(test_usage),
		cmocka_unit_test(test_blocked), cmocka_unit_test(test_every_need_is_answered),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
