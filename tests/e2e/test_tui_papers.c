/* Addresses, bundles and verification on the screen, against the real sandbox. */
#include "cli.h"
#include "tty.h"

static int demo_up(void **state)
{
	(void)state;
	sandbox = sandbox_up(BUILD_DIR "/numdesk-sandbox", "demo", NULL);
	return 0;
}

/* A profile of this account, made by a script, then the screen unlocked. */
static struct pty *open_screen(const char *account, int rows, int cols)
{
	const char *argv[] = {PROGRAM, "--home", NULL, "--base-url", sandbox_base(sandbox), NULL};
	struct pty *p;

	numdesk_add(&nd, account, account);
	argv[2] = nd.home;
	p = pty_start(argv, NULL, rows, cols);
	assert_true(pty_expect(p, "Passphrase"));
	pty_send(p, ND_PASS "\r");
	assert_true(pty_expect(p, "fetched"));
	return p;
}

static void leave(struct pty *p)
{
	pty_send(p, "q");
	assert_int_equal(pty_wait(p), 0);
	pty_free(p);
}

/* A question is deaf for its first moments: wait until it can hear. */
static void answer(struct pty *p, const char *shows, const char *keys)
{
	assert_true(pty_expect(p, shows));
	pty_settle(p, 350);
	pty_send(p, keys);
}

/* UK mobile numbers, of which each needs an address and a bundle. */
static void find_uk_mobile(struct pty *p)
{
	pty_send(p, "\t");
	assert_true(pty_expect(p, "next field"));
	pty_send(p, "\033OA\033OA\177\177GB\033OB \r");     /* up to the country, down to the type, the next type */
	assert_true(pty_expect(p, "GB mobile: 1 of 1"));
}

static void papers_are_shown_and_can_be_changed(void **state)
{
	struct pty *p = open_screen("client-0", 40, 120);

	(void)state;
	find_uk_mobile(p);
	assert_true(pty_expect(p, "any       1.15"));    /* the price list comes after the numbers */
	pty_send(p, "b");
	assert_true(pty_expect(p, "address: London desk"));
	assert_true(pty_expect(p, "bundle: UK mobile, good until"));
	answer(p, "other address or bundle", "\020");
	assert_true(pty_expect(p, "Twilio wants an address"));
	pty_send(p, "\033");                            /* back to the question as it was */
	assert_true(pty_expect(p, "address: London desk"));
	answer(p, "other address or bundle", "\020");
	assert_true(pty_expect(p, "GB mobile: address"));
	pty_send(p, "\033OC\023");                      /* the next address, and on */
	assert_true(pty_expect(p, "address: Oakland warehouse"));
	answer(p, "Monthly total", "y");
	assert_true(pty_expect(p, "bought"));
	leave(p);
	assert_int_equal(sandbox_executions(sandbox, "buy", NULL), 1);
}

static void what_would_be_refused_says_so(void **state)
{
	struct pty *p = open_screen("client-1", 30, 100);

	(void)state;
	find_uk_mobile(p);
	pty_send(p, "b");
	assert_true(pty_expect(p, "blocked:"));
	assert_true(pty_expect(p, "'UK reminders' was rejected"));
	answer(p, "any key closes this", "y");
	assert_true(pty_expect_gone(p, "blocked:"));
	leave(p);
	assert_int_equal(sandbox_executions(sandbox, "buy", NULL), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(papers_are_shown_and_can_be_changed), TEST(what_would_be_refused_says_so),
	};

	return cmocka_run_group_tests(tests, demo_up, down);
}
