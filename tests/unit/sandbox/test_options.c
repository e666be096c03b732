#include "test.h"

#include <stdlib.h>
#include <string.h>

#include "numdesk/util/err.h"
#include "numdesk/util/mem.h"
#include "options.h"

static bool parse(struct options *o, const char *line, struct err *e)
{
	char *copy = mem_dup(line), *argv[20] = {copy}, *rest = copy, *word;
	int argc = 1;
	bool ok;

	while ((word = strsep(&rest, " ")))
		if (*word)
			argv[argc++] = word;
	ok = options_read(o, argc, argv, e);
	if (ok && o->config.seed)
		o->config.seed = strcmp(o->config.seed, "demo") == 0 ? "demo" : "other";
	free(copy);
	return ok;
}

static void accepted(void **state)
{
	struct options o;
	struct err e = {0};

	(void)state;
	assert_true(parse(&o, "", &e));
	assert_int_equal(o.config.port, 0);
	assert_false(o.quit_with_stdin || o.help || o.version || o.print_credentials);
	assert_true(parse(&o, "--port 8080 --seed demo --numbers 1000000 --page-delay 5 --quit-with-stdin", &e));
	assert_int_equal(o.config.port, 8080);
	assert_string_equal(o.config.seed, "demo");
	assert_int_equal(o.config.numbers, 1000000);
	assert_int_equal(o.config.page_delay_ms, 5);
	assert_true(o.quit_with_stdin);
	assert_true(parse(&o, "--help --version --print-credentials", &e));
	assert_true(o.help && o.version && o.print_credentials);
}

static void refused(void **state)
{
	static const char *const rows[] = {
		"x", "--host 0.0.0.0", "--port", "--port x", "--port -1", "--port 65536", "--numbers",
		"--page-delay 1s", "--seed",
		"--port=1", "-p 1",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct options o;
		struct err e = {0};

		if (parse(&o, rows[i], &e) || e.kind != ERR_USAGE)
			fail_msg("'%s'", rows[i]);
	}
}

/* What the reader knows is in the help, and the other way round. */
static void help_is_complete(void **state)
{
	int options = 0;

	(void)state;
	for (const char *s = options_help; (s = strstr(s, " --")); s += 3)
		options++;
	assert_int_equal(options, 13);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(accepted), cmocka_unit_test(refused),
					   cmocka_unit_test(help_is_complete)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
