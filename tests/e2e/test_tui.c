/* The real program on a terminal, against the real sandbox: what a person sees and types. */
#include "test.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "proc.h"
#include "sandbox.h"
#include "tty.h"

#define NUMDESK BUILD_DIR "/numdesk"
#define SANDBOX BUILD_DIR "/numdesk-sandbox"
#define PASS "correct horse battery"

struct desk {
	struct sandbox_proc *sb;
	struct sandbox_account account;
	const char *home;
};

static void open_desk(struct desk *d)
{
	d->sb = sandbox_up(SANDBOX, "demo", NULL);
	d->home = test_dir();
	sandbox_credentials(d->sb, "client-0", &d->account);
}

static void close_desk(struct desk *d)
{
	sandbox_down(d->sb);
}

static struct pty *start(struct desk *d, int rows, int cols, const char *const *more)
{
	const char *argv[20] = {NUMDESK, "--home", d->home, "--base-url", sandbox_base(d->sb)};
	size_t n = 5;

	for (size_t i = 0; more && more[i]; i++)
		argv[n++] = more[i];
	return pty_start(argv, NULL, rows, cols);
}

static void quit(struct pty *p)
{
	pty_send(p, "q");
	assert_int_equal(pty_wait(p), 0);
	pty_free(p);
}

/* From nothing to an account on screen, by the wizard alone. */
static struct pty *first_run(struct desk *d, int rows, int cols)
{
	struct pty *p = start(d, rows, cols, NULL);

	assert_true(pty_expect(p, "Welcome to numdesk"));
	pty_send(p, PASS "\r" PASS "\r");
	assert_true(pty_expect(p, "Add your Twilio account"));
	pty_send(p, "support\r");
	pty_send(p, d->account.account_sid);
	pty_send(p, "\r\r");
	pty_send(p, d->account.auth_token);
	pty_send(p, "\rPROD\r");
	assert_true(pty_expect(p, "12 numbers fetched"));
	return p;
}

static struct pty *unlocked(struct desk *d, int rows, int cols)
{
	struct pty *p = start(d, rows, cols, NULL);

	assert_true(pty_expect(p, "Passphrase"));
	pty_send(p, PASS "\r");
	assert_true(pty_expect(p, "refreshed"));
	return p;
}

/* A question is deaf for its first moments: wait until it can hear. */
static void answer(struct pty *p, const char *title, const char *keys)
{
	assert_true(pty_expect(p, title));
	pty_settle(p, 350);
	pty_send(p, keys);
}

static void search_and_buy(struct pty *p, char number[20])
{
	const char *at;

	pty_send(p, "\t");
	assert_true(pty_expect(p, "next field"));
	pty_send(p, "415\r");
	assert_true(pty_expect(p, "30 found"));
	pty_send(p, "b");
	assert_true(pty_expect(p, "Monthly total: $13.80  ->  $14.95"));
	at = strstr(pty_screen(p), "+1415555");
	assert_non_null(at);
	snprintf(number, 20, "%.12s", at);
	answer(p, "y  yes", "y");
	assert_true(pty_expect(p, "bought"));
	assert_true(pty_expect(p, "13 numbers"));
}

static void whole_journey(void **state)
{
	struct desk d;
	struct pty *p;
	char number[20], last4[24], shown[20];

	(void)state;
	open_desk(&d);
	p = first_run(&d, 40, 120);
	assert_true(pty_expect(p, "TEST SERVER"));
	search_and_buy(p, number);
	assert_int_equal(sandbox_executions(d.sb, "buy", NULL), 1);
	quit(p);

	/* what was bought is there at the next start, before anything was asked */
	p = start(&d, 40, 120, (const char *const[]){"--offline", NULL});
	assert_true(pty_expect(p, "13 numbers"));
	assert_true(pty_expect(p, "OFFLINE"));
	pty_send(p, "r");
	assert_true(pty_expect(p, "offline"));
	quit(p);

	p = unlocked(&d, 24, 80);
	snprintf(shown, sizeof shown, "/%s\r", number + 2);
	pty_send(p, shown);
	assert_true(pty_expect(p, "1/13"));
	snprintf(last4, sizeof last4, "%s\r", number + 8);
	pty_send(p, "x");
	answer(p, "Type the last four digits", "0000\r");
	assert_true(pty_expect(p, "last four digits"));
	assert_int_equal(sandbox_executions(d.sb, "release", NULL), 0);
	pty_send(p, last4);
	assert_true(pty_expect(p, "released"));
	assert_true(pty_expect(p, "12 numbers"));
	assert_int_equal(sandbox_executions(d.sb, "release", NULL), 1);
	assert_int_equal(sandbox_executions(d.sb, "buy", NULL), 1);
	pty_send(p, "@");
	assert_true(pty_expect(p, "Journal"));
	assert_true(pty_expect(p, "release"));
	pty_send(p, "\x1b");
	assert_true(pty_expect_gone(p, "Journal"));
	quit(p);
	close_desk(&d);
}

static void filtering_sorting_details(void **state)
{
	struct desk d;
	struct pty *p;

	(void)state;
	open_desk(&d);
	p = first_run(&d, 24, 80);
	pty_send(p, "/country:GB");
	assert_true(pty_expect(p, "2/12"));
	pty_send(p, "\x1b");
	assert_true(pty_expect(p, "Numbers"));
	pty_send(p, "/colour:red");
	assert_true(pty_expect(p, "colour"));
	pty_send(p, "\x15name:supp\r");
	assert_true(pty_expect(p, "1/12"));
	pty_send(p, "p");
	assert_true(pty_expect(p, "primary number now"));
	pty_send(p, "\r");
	assert_true(pty_expect(p, "calls go to"));
	pty_send(p, "R");
	assert_true(pty_expect(p, "\"account_sid\""));
	pty_send(p, "q");
	pty_send(p, "/\x15\r");
	pty_send(p, "s");
	assert_true(pty_expect(p, "Sort by"));
	pty_send(p, "\x1b:");
	assert_true(pty_expect(p, "type to narrow"));
	pty_send(p, "messag\r");
	assert_true(pty_expect(p, "Messages"));
	pty_send(p, "q?");
	assert_true(pty_expect(p, "Help"));
	pty_send(p, "\x1b");
	assert_true(pty_expect_gone(p, "Help "));
	quit(p);
	close_desk(&d);
}

/* Keys typed ahead, pasted text, Enter: none of them buys. */
static void nothing_is_bought_by_accident(void **state)
{
	static const char *const accidents[] = {"b\r", "by", "byyyyyyyy", "\r\r\r\r", "b\x1b[200~y\x1b[201~"};
	struct desk d;
	struct pty *p;

	(void)state;
	open_desk(&d);
	p = first_run(&d, 40, 120);
	pty_send(p, "\t415\r");
	assert_true(pty_expect(p, "30 found"));
	for (size_t i = 0; i < sizeof accidents / sizeof accidents[0]; i++) {
		pty_type(p, accidents[i]);
		assert_true(pty_expect(p, "Monthly total"));
		pty_settle(p, 350);
		pty_send(p, "n");
		assert_true(pty_expect(p, "not bought"));
		pty_send(p, "jk");
		pty_settle(p, 50);
	}
	assert_int_equal(sandbox_arrivals(d.sb, "POST", NULL), 0);
	quit(p);
	close_desk(&d);
}

static void a_lost_answer_is_settled_by_looking(void **state)
{
	struct desk d;
	struct pty *p;

	(void)state;
	open_desk(&d);
	p = first_run(&d, 40, 120);
	sandbox_fault(d.sb, "{\"match\":{\"method\":\"POST\",\"path_contains\":\"IncomingPhoneNumbers\",\"nth\":1},"
			    "\"mode\":\"reset-after-exec\",\"times\":1}");
	pty_send(p, "\t415\r");
	assert_true(pty_expect(p, "30 found"));
	pty_send(p, "b");
	answer(p, "y  yes", "y");
	assert_true(pty_expect(p, "bought once"));
	assert_true(pty_expect(p, "13 numbers"));
	assert_int_equal(sandbox_executions(d.sb, "buy", NULL), 1);
	assert_int_equal(sandbox_arrivals(d.sb, "POST", NULL), 1);
	quit(p);
	close_desk(&d);
}

static void an_open_operation_is_shown_and_said(void **state)
{
	struct desk d;
	struct pty *p;

	(void)state;
	open_desk(&d);
	p = first_run(&d, 40, 120);
	sandbox_fault(d.sb, "{\"match\":{\"method\":\"POST\",\"path_contains\":\"IncomingPhoneNumbers\",\"nth\":1},"
			    "\"mode\":\"5xx-no-exec\",\"times\":1}");
	pty_send(p, "\t415\r");
	assert_true(pty_expect(p, "30 found"));
	pty_send(p, "b");
	answer(p, "y  yes", "y");
	assert_true(pty_expect(p, "1 open"));
	pty_send(p, "q");
	answer(p, "not settled", "y");
	assert_int_equal(pty_wait(p), 0);
	assert_non_null(strstr(pty_screen(p), "numdesk resume"));
	pty_free(p);
	/* the next start goes on looking and still holds the order */
	p = unlocked(&d, 40, 120);
	assert_true(pty_expect(p, "1 open"));
	pty_send(p, "q");
	answer(p, "not settled", "y");
	assert_int_equal(pty_wait(p), 0);
	pty_free(p);
	assert_int_equal(sandbox_executions(d.sb, "buy", NULL), 0);
	close_desk(&d);
}

static void every_size_and_back(void **state)
{
	static const int sizes[][2] = {{24, 80}, {60, 200}, {1, 1}, {2, 2}, {5, 30}, {8, 40}, {200, 500}, {40, 99}, {40, 100}};
	struct desk d;
	struct pty *p;

	(void)state;
	open_desk(&d);
	p = first_run(&d, 40, 120);
	for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
		pty_resize(p, sizes[i][0], sizes[i][1]);
		pty_settle(p, 30);
	}
	pty_resize(p, 7, 39);
	assert_true(pty_expect(p, "needs at least 40x8"));
	pty_resize(p, 24, 80);
	assert_true(pty_expect(p, "synced"));
	for (int i = 0; i < 300; i++)
		pty_resize(p, 10 + i % 30, 40 + i % 90);
	pty_resize(p, 24, 80);
	assert_true(pty_expect(p, "synced"));
	quit(p);
	close_desk(&d);
}

static void wrong_passphrase_then_reading_locked(void **state)
{
	struct desk d;
	struct pty *p;

	(void)state;
	open_desk(&d);
	p = first_run(&d, 24, 80);
	quit(p);
	p = start(&d, 24, 80, NULL);
	assert_true(pty_expect(p, "Passphrase"));
	pty_send(p, "wrong\r");
	assert_true(pty_expect(p, "wrong passphrase"));
	pty_send(p, "\x1b");
	assert_true(pty_expect_gone(p, "Passphrase"));
	assert_true(pty_expect(p, "LOCKED"));
	assert_true(pty_expect(p, "12 numbers"));
	pty_send(p, "r");                       /* what needs the vault asks for it, then goes on */
	assert_true(pty_expect(p, "Passphrase"));
	pty_send(p, PASS "\r");
	assert_true(pty_expect(p, "refreshed"));
	pty_send(p, "L");
	assert_true(pty_expect(p, "LOCKED"));
	quit(p);
	close_desk(&d);
}

/* The terminal is given back as it was, however the program ends. */
static void ends_cleanly(void **state)
{
	static const int signals[] = {SIGTERM, SIGHUP, SIGINT};
	struct desk d;
	struct pty *p;
	size_t n;

	(void)state;
	open_desk(&d);
	p = first_run(&d, 24, 80);
	quit(p);
	for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++) {
		const char *raw;

		p = unlocked(&d, 24, 80);
		kill(pty_pid(p), signals[i]);
		assert_int_equal(pty_wait(p), 130);
		raw = pty_raw(p, &n);
		assert_non_null(memmem(raw, n, "\033[?1049l", 8));
		assert_non_null(memmem(raw, n, "\033[?2004l", 8));
		pty_free(p);
	}
	p = unlocked(&d, 24, 80);
	pty_hangup(p);
	assert_int_equal(pty_wait(p), 130);
	pty_free(p);
	close_desk(&d);
}

static void suspend_and_resume(void **state)
{
	struct desk d;
	struct pty *p;

	(void)state;
	open_desk(&d);
	p = first_run(&d, 24, 80);
	pty_send(p, "\x1a");
	for (int i = 0; i < 500; i++) {         /* until the kernel says it is stopped */
		char path[64], stat[400] = "", *state_at;
		FILE *f;

		snprintf(path, sizeof path, "/proc/%d/stat", (int)pty_pid(p));
		f = fopen(path, "r");
		assert_non_null(f);
		if (!fgets(stat, sizeof stat, f))
			stat[0] = '\0';
		fclose(f);
		state_at = strrchr(stat, ')');
		if (state_at && state_at[2] == 'T')
			break;
		pty_settle(p, 10);
		if (i == 499)
			fail_msg("it did not stop");
	}
	kill(pty_pid(p), SIGCONT);
	pty_send(p, "?");
	assert_true(pty_expect(p, "Help"));
	pty_send(p, "\x1b");
	quit(p);
	close_desk(&d);
}

/* Only what curses and the program itself have reason to write: cursor movement, erasing, colours, modes, character sets. */
static void only_allowed_bytes(struct pty *p)
{
	size_t n;
	const unsigned char *b = (const unsigned char *)pty_raw(p, &n);

	for (size_t i = 0; i < n; i++) {
		if (b[i] == 0x1b) {
			size_t from = ++i;

			if (b[i] == '[') {
				while (++i < n && b[i] >= 0x20 && b[i] < 0x40)
					;
				if (!strchr("ABCDGHJKLMPSTXbdhlmrt@", b[i]))
					fail_msg("CSI ... %c is not allowed", b[i]);
			} else if (b[i] == '(' || b[i] == ')') {
				i++;
			} else if (!strchr("=>78M", b[i])) {
				fail_msg("ESC %c is not allowed", b[from]);
			}
		} else if (b[i] < 0x20 && !strchr("\a\b\t\n\r\016\017", b[i])) {
			fail_msg("control byte %#x", b[i]);
		} else if ((b[i] == 0xc2 && b[i + 1] < 0xa0) || memcmp(b + i, "\xe2\x80\xae", 3) == 0 ||
			   memcmp(b + i, "\xe2\x81\xa6", 3) == 0 || memcmp(b + i, "\xe2\x80\x8b", 3) == 0) {
			fail_msg("a control character of Unicode reached the terminal");
		}
	}
}

static void evil_text_stays_text(void **state)
{
	struct desk d;
	struct pty *p;

	(void)state;
	open_desk(&d);
	sandbox_fault(d.sb, "{\"match\":{\"method\":\"GET\",\"path_contains\":\"IncomingPhoneNumbers\"},\"mode\":\"evil-text\",\"times\":1000}");
	p = first_run(&d, 24, 80);
	assert_true(pty_expect(p, "12 numbers"));
	pty_send(p, "jjj\r");
	assert_true(pty_expect(p, "calls go to"));
	pty_send(p, "R");
	assert_true(pty_expect(p, "\"account_sid\""));
	pty_send(p, "GG");
	pty_settle(p, 50);
	pty_send(p, "q");
	pty_send(p, "q");
	assert_int_equal(pty_wait(p), 0);
	only_allowed_bytes(p);
	pty_free(p);
	close_desk(&d);
}

static void ascii_without_utf8(void **state)
{
	struct desk d;
	const char *argv[] = {NUMDESK, "--home", NULL, "--base-url", NULL, NULL};
	const char *env[] = {"LANG=C", "NO_COLOR=1", NULL};
	struct pty *p;
	const char *raw;
	size_t n;

	(void)state;
	open_desk(&d);
	p = first_run(&d, 24, 80);
	quit(p);
	argv[2] = d.home;
	argv[4] = sandbox_base(d.sb);
	p = pty_start(argv, env, 24, 80);
	assert_true(pty_expect(p, "Passphrase"));
	pty_send(p, PASS "\r");
	assert_true(pty_expect(p, "refreshed"));
	pty_send(p, "q");
	assert_int_equal(pty_wait(p), 0);
	raw = pty_raw(p, &n);
	for (size_t i = 0; i < n; i++)
		assert_true((unsigned char)raw[i] < 0x80);
	assert_null(memmem(raw, n, "\033[31m", 5));
	pty_free(p);
	close_desk(&d);
}

/* --- an answer that comes late ------------------------------------------------------------------------------------ */

static void slow_looks(struct desk *d, int ms)
{
	char rule[200];

	snprintf(rule, sizeof rule, "{\"match\":{\"method\":\"GET\",\"path_contains\":\"IncomingPhoneNumbers/PN\"},"
		 "\"mode\":\"delay-ms\",\"arg\":%d,\"times\":1000}", ms);
	sandbox_fault(d->sb, rule);
}

/* Locking or leaving while a number is looked at before its release: the answer finds nobody, and nothing is broken. */
static void leaving_while_a_number_is_looked_at(void **state)
{
	struct desk d;
	struct pty *p;

	(void)state;
	open_desk(&d);
	p = first_run(&d, 40, 120);
	slow_looks(&d, 1500);
	pty_send(p, "x");
	assert_true(pty_expect(p, "looking at the number"));
	pty_send(p, "L");
	assert_true(pty_expect(p, "LOCKED"));
	assert_true(pty_expect_gone(p, "looking at the number"));
	pty_send(p, "\x18");
	assert_true(pty_expect(p, "nothing is running"));
	quit(p);
	p = unlocked(&d, 40, 120);
	pty_send(p, "x");
	assert_true(pty_expect(p, "looking at the number"));
	quit(p);
	assert_int_equal(sandbox_arrivals(d.sb, "DELETE", NULL), 0);
	close_desk(&d);
}

/* Leaving in the middle of storing a profile: its answer comes while everything is being put away. */
static void leaving_while_a_profile_is_tried(void **state)
{
	struct sandbox_account other;
	struct desk d;
	struct pty *p;

	(void)state;
	open_desk(&d);
	sandbox_credentials(d.sb, "client-1", &other);
	p = first_run(&d, 40, 120);
	/* the probe passes, or what is asked after it is still under way */
	sandbox_fault(d.sb, "{\"match\":{\"method\":\"GET\",\"path_contains\":\"Accounts\",\"nth\":2},"
			    "\"mode\":\"delay-ms\",\"arg\":1500,\"times\":1000}");
	pty_send(p, "P");
	assert_true(pty_expect(p, "Profiles"));
	pty_send(p, "a");
	assert_true(pty_expect(p, "Add a profile"));
	pty_send(p, "later\r");
	pty_send(p, other.account_sid);
	pty_send(p, "\r\r");
	pty_send(p, other.auth_token);
	pty_send(p, "\r\r");
	assert_true(pty_expect(p, "asking Twilio"));
	pty_settle(p, 300);
	pty_send(p, "\x03");
	assert_int_equal(pty_wait(p), 0);
	pty_free(p);
	close_desk(&d);
}

/* What the release question does not name is not done by answering it. */
static void a_purchase_does_not_slip_into_a_release(void **state)
{
	struct desk d;
	struct pty *p;

	(void)state;
	open_desk(&d);
	p = first_run(&d, 40, 120);
	pty_send(p, "\t415\r");
	assert_true(pty_expect(p, "30 found"));
	slow_looks(&d, 1500);
	pty_send(p, "\tx");
	assert_true(pty_expect(p, "looking at the number"));
	pty_send(p, "\tb");
	assert_true(pty_expect(p, "wait for it"));
	assert_true(pty_expect(p, "Type the last four digits"));
	pty_settle(p, 350);
	pty_send(p, "2\r");
	assert_true(pty_expect(p, "the last four digits of"));
	pty_send(p, "\x1b");
	assert_true(pty_expect(p, "not released"));
	assert_int_equal(sandbox_arrivals(d.sb, "POST", NULL), 0);
	assert_int_equal(sandbox_arrivals(d.sb, "DELETE", NULL), 0);
	quit(p);
	close_desk(&d);
}

/* A late answer never takes the place of a question or a form: what is typed would meet something else. */
static void a_late_answer_takes_no_question_away(void **state)
{
	struct desk d;
	struct pty *p;

	(void)state;
	open_desk(&d);
	p = first_run(&d, 40, 120);
	pty_send(p, "\t415\r");
	assert_true(pty_expect(p, "30 found"));
	slow_looks(&d, 1500);
	pty_send(p, "\t\r");
	assert_true(pty_expect(p, "calls go to"));
	pty_send(p, "R");
	assert_true(pty_expect(p, "asking Twilio"));
	pty_send(p, "q\tb");
	assert_true(pty_expect(p, "y  yes"));
	assert_true(pty_expect(p, "the raw JSON is here"));
	assert_true(pty_expect(p, "y  yes"));
	pty_send(p, "n");
	assert_true(pty_expect(p, "not bought"));
	/* the same for a release and a form that is being filled in */
	pty_send(p, "\tx");
	assert_true(pty_expect(p, "looking at the number"));
	pty_send(p, "P");
	assert_true(pty_expect(p, "Profiles"));
	pty_send(p, "a");
	assert_true(pty_expect(p, "Add a profile"));
	pty_send(p, "half-typed");
	assert_true(pty_expect(p, "not released"));
	assert_true(pty_expect(p, "half-typed"));
	pty_send(p, "\x1b");
	assert_true(pty_expect_gone(p, "Add a profile"));
	quit(p);
	close_desk(&d);
}

/* A paste that a question interrupts: its end is still seen, and the keys work again. */
static void a_paste_into_a_new_question_ends(void **state)
{
	struct desk d;
	struct pty *p;

	(void)state;
	open_desk(&d);
	p = first_run(&d, 40, 120);
	slow_looks(&d, 700);
	pty_send(p, "x");
	assert_true(pty_expect(p, "looking at the number"));
	kill(pty_pid(p), SIGSTOP);              /* so that answer and paste are met in one turn */
	pty_settle(p, 1200);
	pty_send(p, "\x1b[200~yyyy\x1b[201~");
	pty_settle(p, 100);
	kill(pty_pid(p), SIGCONT);
	assert_true(pty_expect(p, "Type the last four digits"));
	pty_settle(p, 350);
	pty_send(p, "\x1b");
	assert_true(pty_expect(p, "not released"));
	quit(p);
	close_desk(&d);
}

/* A question that cannot be shown cannot be answered, only refused. */
static void a_question_too_large_for_the_window(void **state)
{
	static const int small[][2] = {{8, 40}, {9, 60}, {10, 40}};
	struct desk d;
	struct pty *p;

	(void)state;
	open_desk(&d);
	p = first_run(&d, 40, 120);
	pty_send(p, "\t415\r");
	assert_true(pty_expect(p, "30 found"));
	for (size_t i = 0; i < sizeof small / sizeof small[0]; i++) {
		pty_resize(p, small[i][0], small[i][1]);
		pty_settle(p, 100);
		pty_send(p, "b");
		assert_true(pty_expect(p, "enlarge"));
		pty_settle(p, 350);
		pty_send(p, "y");
		pty_settle(p, 100);
		pty_resize(p, 40, 120);
		assert_true(pty_expect(p, "y  yes"));
		pty_settle(p, 350);
		pty_send(p, "n");
		assert_true(pty_expect(p, "not bought"));
	}
	assert_int_equal(sandbox_arrivals(d.sb, "POST", NULL), 0);
	/* many numbers: which account and what it costs stay in sight */
	pty_send(p, "*");
	pty_resize(p, 24, 80);
	pty_settle(p, 100);
	pty_send(p, "b");
	assert_true(pty_expect(p, "Monthly total"));
	assert_true(pty_expect(p, "for support"));
	pty_send(p, "\x1b");
	pty_settle(p, 350);
	pty_send(p, "\x1b");
	assert_true(pty_expect_gone(p, "Monthly total"));
	pty_send(p, "\t*x");
	assert_true(pty_expect(p, "Monthly total"));
	assert_true(pty_expect(p, "from support"));
	assert_true(pty_expect(p, "Type 12"));
	pty_settle(p, 350);
	pty_send(p, "\x1b");
	assert_true(pty_expect(p, "not released"));
	quit(p);
	close_desk(&d);
}

/* With hide_when_locked nothing of the account is shown by any key. */
static void hidden_while_locked(void **state)
{
	static const char config[] = "[vault]\nhide_when_locked = yes\n";
	struct desk d;
	struct pty *p;
	char number[20];
	FILE *f;

	(void)state;
	open_desk(&d);
	f = fopen(test_path(d.home, "config.ini"), "w");
	assert_non_null(f);
	fputs(config, f);
	fclose(f);
	chmod(test_path(d.home, "config.ini"), 0600);
	p = first_run(&d, 40, 120);
	search_and_buy(p, number);
	pty_send(p, "L");
	assert_true(pty_expect(p, "hidden while locked"));
	pty_send(p, "@");
	pty_settle(p, 300);
	assert_null(strstr(pty_screen(p), number + 8));
	pty_send(p, "\x1b\x1b");
	pty_settle(p, 300);
	pty_send(p, "\x1b");
	pty_settle(p, 300);
	quit(p);
	close_desk(&d);
}

static void without_a_terminal(void **state)
{
	const char *argv[] = {NUMDESK, NULL};
	struct proc_result r;

	(void)state;
	proc_run(&(struct proc_spec){.argv = argv}, &r);
	assert_int_equal(r.status, 2);
	assert_string_equal(r.out, "");
	assert_non_null(strstr(r.err, "terminal"));
	proc_release(&r);
}

static void unknown_terminal_type(void **state)
{
	static const char *const types[] = {"TERM=no-such-terminal", "TERM=dumb", "TERM="};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		const char *argv[] = {NUMDESK, "--home", test_dir(), NULL};
		/* ncurses 6.4 itself forgets what it had made for a type that it does not find */
		const char *env[] = {types[i], "ASAN_OPTIONS=detect_leaks=0", NULL};
		struct pty *p = pty_start(argv, env, 24, 80);

		assert_int_equal(pty_wait(p), 2);
		assert_non_null(strstr(pty_screen(p), "TERM"));
		pty_free(p);
	}
}

static void demo_cleans_up(void **state)
{
	const char *tmp = test_dir();
	char env_tmp[1100];
	const char *argv[] = {NUMDESK, "--demo", NULL};
	const char *env[] = {env_tmp, NULL};
	struct pty *p;

	(void)state;
	snprintf(env_tmp, sizeof env_tmp, "TMPDIR=%s", tmp);
	p = pty_start(argv, env, 30, 100);
	assert_true(pty_expect(p, "12 numbers fetched"));
	assert_true(pty_expect(p, "DEMO"));
	quit(p);
	assert_int_equal(rmdir(tmp), 0);        /* nothing is left in it */
	mkdir(tmp, 0700);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whole_journey), cmocka_unit_test(filtering_sorting_details),
		cmocka_unit_test(nothing_is_bought_by_accident), cmocka_unit_test(a_lost_answer_is_settled_by_looking),
		cmocka_unit_test(an_open_operation_is_shown_and_said), cmocka_unit_test(every_size_and_back),
		cmocka_unit_test(wrong_passphrase_then_reading_locked), cmocka_unit_test(ends_cleanly),
		cmocka_unit_test(suspend_and_resume), cmocka_unit_test(evil_text_stays_text), cmocka_unit_test(ascii_without_utf8),
		cmocka_unit_test(leaving_while_a_number_is_looked_at), cmocka_unit_test(leaving_while_a_profile_is_tried), cmocka_unit_test(a_purchase_does_not_slip_into_a_release),
		cmocka_unit_test(a_late_answer_takes_no_question_away), cmocka_unit_test(a_paste_into_a_new_question_ends),
		cmocka_unit_test(a_question_too_large_for_the_window), cmocka_unit_test(hidden_while_locked),
		cmocka_unit_test(without_a_terminal), cmocka_unit_test(unknown_terminal_type), cmocka_unit_test(demo_cleans_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
