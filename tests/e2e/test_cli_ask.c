/* Commands on a terminal: what they ask, what counts as an answer, and what never does. */
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli.h"
#include "tty.h"

/* numdesk with these words on a terminal; no --passphrase-fd. */
static struct pty *on_terminal(const char *const *words)
{
	const char *argv[32] = {PROGRAM, "--home", nd.home, "--base-url", sandbox_base(sandbox)};
	size_t n = 5;

	while (*words && n < 31)
		argv[n++] = *words++;
	argv[n] = NULL;
	return pty_start(argv, NULL, 30, 120);
}

#define TERMINAL(...) on_terminal((const char *const[]){__VA_ARGS__, NULL})

static void expect(struct pty *p, const char *text)
{
	if (!pty_expect(p, text))
		fail_msg("the terminal never showed '%s'", text);
}

/* Answer a question. pty_type waits until it was read: what is typed early is thrown away. */
static void answer(struct pty *p, const char *question, const char *keys)
{
	char line[128];

	expect(p, question);
	pty_settle(p, 50);
	snprintf(line, sizeof line, "%s\r", keys);
	pty_send(p, line);
}

static void unlock(struct pty *p)
{
	answer(p, "Passphrase:", ND_PASS);
}

static void expect_end(struct pty *p, int status)
{
	const int got = pty_wait(p);

	if (got != status)
		fail_msg("exit %d, not %d:\n%s", got, status, pty_screen(p));
	pty_free(p);
}

static bool was_shown(const struct pty *p, const char *text)
{
	size_t n;
	const char *raw = pty_raw(p, &n);

	return memmem(raw, n, text, strlen(text)) != NULL;
}

static void test_the_first_profile(void **state)
{
	struct sandbox_account a;
	struct pty *p;
	struct stat st;

	(void)state;
	sandbox_credentials(sandbox, "acme", &a);
	p = TERMINAL("profile", "add", "p", "--account-sid", a.account_sid);
	answer(p, "New passphrase:", "short");
	expect(p, "too short");
	answer(p, "New passphrase:", ND_PASS);
	answer(p, "The same again:", "something different");
	expect(p, "not the same");
	pty_settle(p, 100);
	pty_send(p, ND_PASS "\r");
	answer(p, "The same again:", ND_PASS);
	pty_settle(p, 100);
	answer(p, "Auth token:", a.auth_token);
	expect(p, "is stored");
	assert_false(was_shown(p, ND_PASS));
	assert_false(was_shown(p, a.auth_token));
	expect_end(p, 0);
	assert_int_equal(stat(test_path(nd.home, "vault"), &st), 0);
	NUMDESK(0, "sync");
}

static void test_a_passphrase_may_be_mistyped_twice(void **state)
{
	struct pty *p = TERMINAL("sync");

	(void)state;
	answer(p, "Passphrase:", "wrong");
	expect(p, "numdesk: ");
	pty_settle(p, 100);
	pty_send(p, "wrong again\r");
	pty_settle(p, 200);
	pty_send(p, ND_PASS "\r");
	expect(p, "COMPLETE");
	expect_end(p, 0);
	p = TERMINAL("sync");
	for (int i = 0; i < 3; i++) {
		expect(p, "Passphrase:");
		pty_settle(p, 200);
		pty_send(p, "wrong\r");
	}
	expect_end(p, 3);
}

static void test_only_y_buys(void **state)
{
	static const char *const no[] = {"", "n", "Y", "yes", "yy", " y"};
	char number[1][17];
	struct pty *p;

	(void)state;
	for_sale(number, 1);
	for (size_t i = 0; i < ARRAY_LEN(no); i++) {
		p = TERMINAL("buy", number[0]);
		unlock(p);
		expect(p, "$1.15/month");
		expect(p, "monthly total: $3.45 -> $4.60");
		expect(p, nd.account.account_sid);
		answer(p, "Type y to buy it:", no[i]);
		expect(p, "is not bought");
		expect_end(p, 5);
	}
	assert_int_equal(sandbox_arrivals(sandbox, "POST", NULL), 0);
	p = TERMINAL("buy", number[0]);
	unlock(p);
	answer(p, "Type y to buy it:", "y");
	expect(p, "bought");
	expect_end(p, 0);
	assert_int_equal(sandbox_executions(sandbox, "buy", number[0]), 1);
}

/* Several: the count, and nothing else. */
static void test_a_count_is_typed(void **state)
{
	struct pty *p = TERMINAL("buy", "--count", "2", "--area-code", "415");

	(void)state;
	unlock(p);
	answer(p, "Type 2 to buy these 2 numbers:", "y");
	expect_end(p, 5);
	p = TERMINAL("buy", "--count", "2", "--area-code", "415");
	unlock(p);
	answer(p, "Type 2 to buy these 2 numbers:", "2");
	expect(p, "bought");
	expect_end(p, 0);
	assert_int_equal(sandbox_executions(sandbox, "buy", NULL), 2);
}

static void test_release_wants_the_last_digits(void **state)
{
	static const char *const no[] = {"", "y", "0102", "101", "01010"};
	struct pty *p;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(no); i++) {
		p = TERMINAL("release", MAIN_LINE);
		unlock(p);
		expect(p, "https://voice.example.com/main");
		answer(p, "last four digits", no[i]);
		expect(p, "nothing is done");
		expect_end(p, 5);
	}
	assert_int_equal(sandbox_arrivals(sandbox, "DELETE", NULL), 0);
	/* the primary number: a word more */
	NUMDESK(0, "primary", MAIN_LINE);
	p = TERMINAL("release", MAIN_LINE);
	unlock(p);
	answer(p, "last four digits", "0101");
	answer(p, "Type 'primary' as well:", "primary");
	expect(p, "released");
	expect_end(p, 0);
	assert_int_equal(sandbox_executions(sandbox, "release", MAIN_LINE), 1);
}

/* What was typed before the question is no answer to it. */
static void test_typing_ahead_buys_nothing(void **state)
{
	char number[1][17];
	struct pty *p;

	(void)state;
	for_sale(number, 1);
	fault("GET", "AvailablePhoneNumbers", "delay-answer-ms", ONCE, "600");
	p = TERMINAL("buy", number[0]);
	unlock(p);
	for (int i = 0; i < 20; i++)
		pty_send(p, "y\r");
	answer(p, "Type y to buy it:", "n");
	expect_end(p, 5);
	assert_int_equal(sandbox_arrivals(sandbox, "POST", NULL), 0);
}

static void test_interrupting_a_question(void **state)
{
	char number[1][17];
	struct pty *p;

	(void)state;
	for_sale(number, 1);
	p = TERMINAL("buy", number[0]);
	expect(p, "Passphrase:");
	pty_settle(p, 50);
	pty_send(p, "\003");
	expect_end(p, 130);
	p = TERMINAL("buy", number[0]);
	unlock(p);
	expect(p, "Type y to buy it:");
	pty_send(p, "\003");
	expect_end(p, 130);
	p = TERMINAL("buy", number[0]);
	unlock(p);
	expect(p, "Type y to buy it:");
	pty_settle(p, 50);
	pty_send(p, "\004");            /* the end of input is no yes */
	expect_end(p, 130);
	assert_int_equal(sandbox_arrivals(sandbox, "POST", NULL), 0);
}

static void test_removing_a_profile(void **state)
{
	struct pty *p = TERMINAL("profile", "remove", "p");

	(void)state;
	unlock(p);
	answer(p, "Type 'p' to delete its credentials:", "y");
	expect_end(p, 5);
	p = TERMINAL("profile", "remove", "p");
	unlock(p);
	answer(p, "Type 'p' to delete its credentials:", "p");
	expect(p, "is removed");
	expect_end(p, 0);
}

/* A table is cut where the terminal ends, and nothing of what Twilio says moves the cursor. */
static void test_a_table_fits_the_terminal(void **state)
{
	const char *argv[] = {PROGRAM, "--home", nd.home, "list", NULL};
	struct pty *p;
	const char *screen;

	(void)state;
	numdesk_add(&nd, "p", "acme");
	fault("GET", "IncomingPhoneNumbers", "evil-text", ALWAYS, NULL);
	NUMDESK(0, "sync");
	p = pty_start(argv, NULL, 24, 40);
	expect(p, "NUMBER");
	pty_settle(p, 100);
	screen = pty_screen(p);
	for (const char *s = screen; *s; s += strcspn(s, "\n"), s += *s == '\n')
		if (strcspn(s, "\n") > 0 && s == screen)
			assert_int_equal(strncmp(s, "NUMBER", 6), 0);
	assert_false(was_shown(p, "\033]52"));
	assert_false(was_shown(p, "\033[2J"));
	expect_end(p, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_the_first_profile), READY(test_a_passphrase_may_be_mistyped_twice), READY(test_only_y_buys),
		READY(test_a_count_is_typed), READY(test_release_wants_the_last_digits),
		READY(test_typing_ahead_buys_nothing), READY(test_interrupting_a_question),
		READY(test_removing_a_profile), TEST(test_a_table_fits_the_terminal),
	};

	return cmocka_run_group_tests(tests, up, down);
}
