#include "test.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "numdesk/cli/args.h"
#include "numdesk/util/err.h"
#include "numdesk/util/mem.h"

#define MAX_WORDS 24

struct line { int argc; char *argv[MAX_WORDS + 2]; };

/* "numdesk" and the words. */
static bool parse(struct args *a, const char *const *words, struct err *e)
{
	static struct line l;           /* args borrow it */

	l = (struct line){.argc = 1, .argv = {(char *)(uintptr_t)"numdesk"}};
	for (; *words; words++)
		l.argv[l.argc++] = (char *)(uintptr_t)*words;
	*e = (struct err){0};
	return args_parse(a, l.argc, l.argv, e);
}

#define PARSE(a, ...) \
	do { \
		struct err err_; \
		if (!parse(a, (const char *const[]){__VA_ARGS__, NULL}, &err_)) \
			fail_msg("line %d: %s", __LINE__, err_.msg); \
	} while (0)

static void test_nothing(void **state)
{
	struct err e = {0};
	struct args a;

	(void)state;
	assert_true(parse(&a, (const char *const[]){NULL}, &e));
	assert_int_equal(a.command, COMMAND_COUNT);
	assert_int_equal(a.passphrase_fd, -1);
	assert_int_equal(a.format, FORMAT_TABLE);
	assert_null(a.home);
	assert_int_equal(a.n_words, 0);
	assert_true(args_parse(&a, 0, (char *[]){NULL}, &e));
	assert_int_equal(a.command, COMMAND_COUNT);
}

static void test_a_whole_line(void **state)
{
	struct args a;

	(void)state;
	PARSE(&a, "--home", "/h", "--json", "search", "US", "--area-code=415", "--sms", "--limit", "5", "--read-only",
	      "--passphrase-fd", "0");
	assert_int_equal(a.command, CMD_SEARCH);
	assert_string_equal(a.home, "/h");
	assert_int_equal(a.format, FORMAT_JSON);
	assert_true(a.read_only);
	assert_false(a.offline);
	assert_int_equal(a.passphrase_fd, 0);
	assert_int_equal(a.n_words, 1);
	assert_string_equal(a.words[0], "US");
	assert_string_equal(args_value(&a, "--area-code"), "415");
	assert_string_equal(args_value(&a, "--limit"), "5");
	assert_true(args_has(&a, "--sms"));
	assert_false(args_has(&a, "--mms"));
	assert_null(args_value(&a, "--region"));
}

static void test_every_global_option(void **state)
{
	struct args a;

	(void)state;
	PARSE(&a, "--home=/h", "--config=/c", "--profile=p", "--base-url=u", "--read-only", "--offline", "--yes",
	      "--dry-run", "--csv", "--log-level=warn", "--demo", "list");
	assert_string_equal(a.config, "/c");
	assert_string_equal(a.profile, "p");
	assert_string_equal(a.base_url, "u");
	assert_string_equal(a.log_level, "warn");
	assert_true(a.read_only && a.offline && a.yes && a.dry_run && a.demo);
	assert_int_equal(a.format, FORMAT_CSV);
	PARSE(&a, "--plain", "--plain", "--yes", "list", "--yes");
	assert_int_equal(a.format, FORMAT_PLAIN);
}

static void test_words(void **state)
{
	const char *values[4];
	struct args a;

	(void)state;
	PARSE(&a, "release", "+14155550137", "+14155550138", "--confirm", "2", "--confirm", "primary");
	assert_int_equal(a.n_words, 2);
	assert_int_equal(args_values(&a, "--confirm", values, 4), 2);
	assert_string_equal(values[0], "2");
	assert_string_equal(values[1], "primary");
	assert_int_equal(args_values(&a, "--confirm", values, 1), 1);
	assert_int_equal(args_values(&a, "--none", values, 4), 0);
	PARSE(&a, "profile", "add", "acme", "--account-sid", "AC1");
	assert_int_equal(a.command, CMD_PROFILE_ADD);
	assert_int_equal(a.n_words, 1);
	assert_string_equal(a.words[0], "acme");
	/* after "--" everything is a word */
	PARSE(&a, "show", "--", "--json");
	assert_string_equal(a.words[0], "--json");
	assert_int_equal(a.format, FORMAT_TABLE);
	/* a value may begin with one dash, and with two when it is glued */
	PARSE(&a, "list", "--sort", "-number", "--where=--x");
	assert_string_equal(args_value(&a, "--sort"), "-number");
	assert_string_equal(args_value(&a, "--where"), "--x");
	PARSE(&a, "list", "--where", "");
	assert_string_equal(args_value(&a, "--where"), "");
	assert_true(args_has(&a, "--where"));
}

static void test_help(void **state)
{
	static const struct { const char *words[4]; enum command_id c; } cases[] = {
		{{"help"}, COMMAND_COUNT}, {{"--help"}, COMMAND_COUNT}, {{"-h"}, COMMAND_COUNT},
		{{"help", "buy"}, CMD_BUY}, {{"buy", "--help"}, CMD_BUY}, {{"buy", "-h"}, CMD_BUY},
		{{"--help", "buy"}, CMD_BUY}, {{"help", "profile", "add"}, CMD_PROFILE_ADD},
		{{"help", "--json"}, COMMAND_COUNT}, /* help is given although a word is missing */
		{{"show", "--help"}, CMD_SHOW}, {{"profile", "add", "--help"}, CMD_PROFILE_ADD},
	};
	struct err e;
	struct args a;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		if (!parse(&a, cases[i].words, &e) || !a.help || a.command != cases[i].c)
			fail_msg("case %zu: command %d, %s", i, a.command, e.msg);
	PARSE(&a, "--version");
	assert_true(a.version && !a.help);
}

static void test_refused(void **state)
{
	static const struct { const char *words[6]; const char *says; } cases[] = {
		{{""}, "unknown command ''"}, {{"lsit"}, "did you mean 'list'"},
		{{"profile", "ad", "x"}, "did you mean 'profile add'"}, {{"quit"}, "unknown command 'quit'"},
		{{"down"}, "unknown command 'down'"}, {{"--jsno"}, "did you mean '--json'"},
		{{"list", "--wher", "x"}, "did you mean '--where'; see 'numdesk help list'"},
		{{"--where", "x", "list"}, "after the command"}, {{"list", "--where"}, "needs a value: --where QUERY"},
		{{"list", "--limit", "--json"}, "needs a value: --limit N"}, {{"list", "--limit="}, "needs a value"},
		{{"list", "--gone=1"}, "takes no value"},
		{{"list", "--limit", "1", "--limit=2"}, "'--limit' was given twice"},
		{{"--home=a", "--home=a"}, "'--home' was given twice"},
		{{"--passphrase-fd=0", "--passphrase-fd=0"}, "twice"}, {{"--csv", "--plain"}, "only one of"},
		{{"--passphrase-fd=x"}, "not a file descriptor number"},
		{{"--passphrase-fd=1048577"}, "not a file descriptor number"}, {{"--passphrase-fd=999"}, "is not open"},
		{{"show"}, "'show' needs NUMBER; see 'numdesk help show'"},
		{{"show", "1", "2"}, "'2' is one word too many for 'show'"}, {{"profile", "add"}, "needs NAME"},
		{{"profile", "add", "x"}, "needs --account-sid AC..."},
		{{"profile", "use", "x", "secret"}, "more words than 'profile use' takes"}, {{"-x"}, "two dashes"},
		{{"sync", "--auth-token=secret"}, "never taken from the command line"},
	};
	struct err e;
	struct args a;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		if (parse(&a, cases[i].words, &e) || e.kind != ERR_USAGE || !strstr(e.msg, cases[i].says))
			fail_msg("case %zu (%s): %s", i, cases[i].words[0], e.msg);
		if (strstr(e.msg, "secret'") || strstr(e.msg, "=secret") || e.msg[strlen(e.msg) - 1] == '.')
			fail_msg("case %zu: %s", i, e.msg);
	}
}

/* A switch that comes twice means what it means once: aliases add them. */
static void test_switches_may_be_repeated(void **state)
{
	struct args a;

	(void)state;
	PARSE(&a, "search", "US", "--sms", "--sms");
	assert_int_equal(a.n_options, 1);
}

static void test_limits(void **state)
{
	char *argv[400] = {(char *)(uintptr_t)"numdesk", (char *)(uintptr_t)"release"};
	struct err e = {0};
	struct args a;
	int n;

	(void)state;
	for (n = 2; n < 2 + (int)ARRAY_LEN(a.words); n++)
		argv[n] = (char *)(uintptr_t)"+14155550137";
	assert_true(args_parse(&a, n, argv, &e));
	assert_int_equal(a.n_words, ARRAY_LEN(a.words));
	argv[n] = (char *)(uintptr_t)"+14155550137";
	assert_false(args_parse(&a, n + 1, argv, &e));
	assert_int_equal(e.kind, ERR_USAGE);
	for (n = 2; n < 2 + (int)ARRAY_LEN(a.options); n++)
		argv[n] = (char *)(uintptr_t)"--confirm=1";
	argv[n] = (char *)(uintptr_t)"+14155550137";
	assert_true(args_parse(&a, n + 1, argv, &e));
	argv[n + 1] = (char *)(uintptr_t)"--confirm=1";
	assert_false(args_parse(&a, n + 2, argv, &e));
	/* an option longer than any of ours is not cut to one of ours */
	argv[2] = (char *)(uintptr_t)"--confirm---------------------------------------------------------------------=1";
	assert_false(args_parse(&a, 3, argv, &e));
}

static void test_integers(void **state)
{
	static const struct { const char *text; bool ok; long long v; } cases[] = {
		{"1", true, 1}, {"600", true, 600}, {"0", false, 0}, {"601", false, 0}, {"", false, 0}, {"x", false, 0},
		{"1x", false, 0}, {" 1", false, 0}, {"1.0", false, 0}, {"99999999999999999999", false, 0},
		{"-1", false, 0},
	};
	struct args a = {.n_options = 1, .options = {{"--wait", "5"}}};
	long long v;
	struct err e;

	(void)state;
	assert_true(args_int(&a, "--other", 1, 600, 42, &v, &e));
	assert_int_equal(v, 42);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		a.options[0].name = "--wait";
		a.options[0].value = cases[i].text;
		v = 7;
		e = (struct err){0};
		if (args_int(&a, "--wait", 1, 600, 42, &v, &e) != cases[i].ok ||
		    (cases[i].ok ? v != cases[i].v : v != 7))
			fail_msg("'%s': %lld", cases[i].text, v);
		if (!cases[i].ok && (e.kind != ERR_USAGE || !strstr(e.msg, "1 to 600")))
			fail_msg("'%s': %s", cases[i].text, e.msg);
	}
}

static void test_descriptors(void **state)
{
	int ends[2];
	struct err e = {0};

	(void)state;
	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	assert_true(args_fd_open("--secret-fd", ends[0], &e));
	assert_false(args_fd_open("--secret-fd", ends[1], &e));
	assert_non_null(strstr(e.msg, "for reading"));
	close(ends[0]);
	close(ends[1]);
	assert_false(args_fd_open("--secret-fd", ends[0], &e));
	assert_int_equal(e.kind, ERR_USAGE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nothing), cmocka_unit_test(test_a_whole_line),
		cmocka_unit_test(test_every_global_option), cmocka_unit_test(test_words), cmocka_unit_test(test_help),
		cmocka_unit_test(test_refused), cmocka_unit_test(test_switches_may_be_repeated),
		cmocka_unit_test(test_limits), cmocka_unit_test(test_integers), cmocka_unit_test(test_descriptors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
