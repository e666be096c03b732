#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "numdesk/model/config.h"
#include "numdesk/model/money.h"
#include "numdesk/util/err.h"
#include "numdesk/util/mem.h"

static void check_default(const struct config *c)
{
	struct config fresh;

	config_init(&fresh);
	for (unsigned o = 0; o < OPTION_COUNT; o++) {
		if (strcmp(config_text(c, (enum option_id)o), config_text(&fresh, (enum option_id)o)) != 0)
			fail_msg("%s is '%s'", options[o].key, config_text(c, (enum option_id)o));
		assert_true(config_int(c, (enum option_id)o) == config_int(&fresh, (enum option_id)o));
	}
	config_release(&fresh);
}

static void test_defaults(void **state)
{
	struct config c;

	(void)state;
	config_init(&c);
	assert_int_equal(config_int(&c, OPTION_API_READ_TIMEOUT), 30);
	assert_true(config_int(&c, OPTION_GUARD_MAX_PRICE) == MONEY_UNKNOWN);
	assert_true(config_bool(&c, OPTION_SYNC_AT_START));
	assert_false(config_bool(&c, OPTION_GUARD_READ_ONLY));
	assert_int_equal(config_int(&c, OPTION_UI_COLOR), 0);
	assert_string_equal(config_text(&c, OPTION_SEARCH_COUNTRY), "US");
	assert_false(c.given[OPTION_UI_COLOR]);
	assert_true(config_read(&c, "empty", "", 0, NULL));
	check_default(&c);
	config_release(&c);
	assert_string_equal(config_text(&c, OPTION_UI_COLOR), "");      /* released: no crash */
}

/* The example file names every option, parses, and changes nothing. */
static void test_example(void **state)
{
	char *text = config_example(), line[64];
	struct config c;
	struct err e = {0};

	(void)state;
	config_init(&c);
	if (!config_read(&c, "config.example.ini", text, strlen(text), &e))
		fail_msg("%s", e.msg);
	check_default(&c);
	for (unsigned o = 0; o < OPTION_COUNT; o++) {
		assert_true(c.given[o]);
		snprintf(line, sizeof line, "\n%s =", options[o].key);
		assert_non_null(strstr(text, line));
		assert_non_null(strstr(text, options[o].help));
	}
	config_release(&c);
	free(text);
}

/* The file that is installed is what the table says; `make docs` writes it anew. Tests run from the top directory. */
static void test_example_file_is_current(void **state)
{
	char *text = config_example();
	static char file[64 * 1024];
	FILE *f = fopen("config.example.ini", "r");
	size_t n;

	(void)state;
	assert_non_null(f);
	n = fread(file, 1, sizeof file - 1, f);
	fclose(f);
	file[n] = '\0';
	assert_string_equal(file, text);
	free(text);
}

static void test_read(void **state)
{
	static const char text[] =
		"[api]\nread_timeout = 12\n[ui]\ncolor = never\ncolumns = number, cost\nsort = -bought\n"
		"[guard]\nmax_price = 1.50\nread_only = on\nprotected_profiles = acme, other\n[api]\nproxy=none\n";
	struct config c;
	struct err e = {0};

	(void)state;
	config_init(&c);
	if (!config_read(&c, "config.ini", text, strlen(text), &e))
		fail_msg("%s", e.msg);
	assert_int_equal(config_int(&c, OPTION_API_READ_TIMEOUT), 12);
	assert_int_equal(config_int(&c, OPTION_UI_COLOR), 2);
	assert_string_equal(config_text(&c, OPTION_UI_COLUMNS), "number, cost");
	assert_true(config_int(&c, OPTION_GUARD_MAX_PRICE) == 1500000);
	assert_true(config_bool(&c, OPTION_GUARD_READ_ONLY));
	assert_string_equal(config_text(&c, OPTION_GUARD_PROTECTED), "acme, other");
	assert_string_equal(config_text(&c, OPTION_API_PROXY), "none");
	assert_true(c.given[OPTION_API_PROXY]);
	assert_false(c.given[OPTION_API_CA_FILE]);
	config_release(&c);
}

/* Each message names file, line and column; nothing of the file is taken. */
static void test_bad_files(void **state)
{
	static const struct { const char *text, *says; } cases[] = {
		{"color = never\n", "t.ini:1:1: a setting stands before the first section"},
		{"[uu]\ncolor = never\n", "t.ini:2:1: unknown section [uu]"},
		{"[guad]\nread_only = no\n", "did you mean [guard]"},
		{"[api]\nproxy = env\nread_timout = 5\n",
		 "t.ini:3:1: unknown key 'read_timout' in [api]: did you mean 'read_timeout'"},
		{"[ui]\n\n  max_price = 5\n", "t.ini:3:3: unknown key 'max_price' in [ui]: it belongs in [guard]"},
		{"[ui]\nzzzzzzzz = 5\n", "t.ini:2:1: unknown key 'zzzzzzzz' in [ui]: 'man numdesk-config'"},
		{"[UI]\ncolor = never\n", "t.ini:2:1: unknown section [UI]"},
		{"[api]\nread_timeout = 1\n",
		 "t.ini:2:16: read_timeout must be a whole number from 2 to 300 seconds, not '1'"},
		{"[api]\nread_timeout = 5s\n", "not '5s'"},
		{"[api]\nread_timeout =\n", "not ''"},
		{"[ui]\ncolor = blue\n", "t.ini:2:9: color cannot be 'blue': choose one of auto always never"},
		{"[ui]\ncolor = auto always\n", "color cannot be"},
		{"[ui]\ncolor =\n", "color cannot be ''"},
		{"[guard]\nread_only = perhaps\n", "read_only must be yes or no"},
		{"[guard]\nmax_price = 1,50\n", "amount such as 1.15"},
		{"[guard]\nmax_price = -1\n", "amount such as 1.15"},
		{"[ui]\ncolumns = number,nam\n", "columns: there is no column 'nam'"},
		{"[ui]\nsort = numbre\n", "did you mean 'number'"},
		{"[search]\ncountry = XX\n", "two-letter country code"},
		{"[search]\ncountry = USA\n", "at most 2 bytes"},
		{"[api]\nbase_url =\n", "leave the line out"},
		{"[ui]\ncolor = never\ncolor = auto\n", "t.ini:3:1:"},
		{"[ui\n", "t.ini:1:1:"},
		{"[ui]\ncolor\n", "t.ini:2:1:"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct config c;
		struct err e = {0};

		config_init(&c);
		if (config_read(&c, "t.ini", cases[i].text, strlen(cases[i].text), &e))
			fail_msg("taken: %s", cases[i].text);
		if (e.kind != ERR_CONFIG || strncmp(e.msg, "t.ini:", 6) != 0 || !strstr(e.msg, cases[i].says))
			fail_msg("%s says: %s", cases[i].text, e.msg);
		check_default(&c);
		config_release(&c);
	}
}

static void test_credentials_are_refused(void **state)
{
	static const char *const keys[] = {
		"token", "auth_token", "AuthToken", "secret", "api_secret", "password", "passphrase", "passwd", "auth",
		"sid",
		"account_sid", "AccountSid", "api_key", "apikey", "key", "key_sid", "credentials",
	};
	static const char *const sections[] = {"api", "vault", "twilio", ""};

	(void)state;
	for (size_t k = 0; k < ARRAY_LEN(keys); k++)
		for (size_t s = 0; s < ARRAY_LEN(sections); s++) {
			struct config c;
			struct err e = {0};
			char text[128];

			config_init(&c);
			if (*sections[s])
				snprintf(text, sizeof text, "[%s]\n%s = hunter2hunter2\n", sections[s], keys[k]);
			else
				snprintf(text, sizeof text, "%s = hunter2hunter2\n", keys[k]);
			assert_false(config_read(&c, "t.ini", text, strlen(text), &e));
			if (!strstr(e.msg, "numdesk profile add") || strstr(e.msg, "hunter2"))
				fail_msg("%s: %s", keys[k], e.msg);
			config_release(&c);
		}
}

static void test_set(void **state)
{
	struct config c;
	struct err e;

	(void)state;
	config_init(&c);
	assert_true(config_set(&c, OPTION_GUARD_MAX_PRICE, "", &e));
	assert_true(config_int(&c, OPTION_GUARD_MAX_PRICE) == MONEY_UNKNOWN);
	assert_true(config_set(&c, OPTION_GUARD_MAX_PRICE, "0", &e));
	assert_true(config_int(&c, OPTION_GUARD_MAX_PRICE) == 0);
	assert_false(config_set(&c, OPTION_GUARD_MAX_PRICE, "much", &e));
	assert_true(config_int(&c, OPTION_GUARD_MAX_PRICE) == 0);
	assert_int_equal(e.kind, ERR_CONFIG);
	assert_true(config_set(&c, OPTION_LOG_LEVEL, "DEBUG", &e));
	assert_int_equal(config_int(&c, OPTION_LOG_LEVEL), 3);
	config_release(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_defaults), cmocka_unit_test(test_example),
		cmocka_unit_test(test_example_file_is_current), cmocka_unit_test(test_read),
		cmocka_unit_test(test_bad_files), cmocka_unit_test(test_credentials_are_refused),
		cmocka_unit_test(test_set),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
