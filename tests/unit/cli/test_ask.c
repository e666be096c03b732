#include "test.h"

#include <fcntl.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "home.h"

#include "cli_priv.h"
#include "numdesk/cli/ask.h"
#include "numdesk/core/guard.h"
#include "numdesk/core/plan.h"
#include "numdesk/core/reactor.h"
#include "numdesk/util/crypto.h"
#include "numdesk/util/secret.h"

/* The tests themselves must not be asked anything, even when they are run by hand. */
static int no_terminal(void **state)
{
	int fd = open("/dev/null", O_RDWR | O_CLOEXEC);

	(void)state;
	dup2(fd, 0);
	close(fd);
	return crypto_init(NULL) ? 0 : -1;
}

/* A descriptor that holds text. */
static int source(const char *text)
{
	int ends[2];

	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	assert_int_equal(write(ends[1], text, strlen(text)), strlen(text));
	close(ends[1]);
	return ends[0];
}

/* --- nobody to ask ------------------------------------------------------------------------------------------------ */

static void test_nobody_to_ask(void **state)
{
	struct err e = {0};
	struct args a = {.passphrase_fd = -1};
	struct home h;

	(void)state;
	unsetenv("CREDENTIALS_DIRECTORY");
	assert_false(ask_can());
	assert_null(ask_secret(-1, "--secret-fd", "numdesk.secret", "Token: ", &e));
	assert_int_equal(e.kind, ERR_USAGE);
	assert_non_null(strstr(e.msg, "--secret-fd"));
	assert_null(ask_new_passphrase(-1, "--new-passphrase-fd", &e));
	assert_int_equal(e.kind, ERR_USAGE);
	home_ready(&h);
	session_lock(h.s);
	assert_false(ask_unlock(h.s, &a, &e));
	assert_int_equal(e.kind, ERR_LOCKED);
	assert_non_null(strstr(e.msg, "--passphrase-fd"));
	home_close(&h);
}

/* --- unlocking ---------------------------------------------------------------------------------------------------- */

static void test_unlock_from_a_descriptor(void **state)
{
	static const struct { const char *text; enum err_kind kind; } cases[] = {
		{"", ERR_USAGE}, {"\n", ERR_USAGE}, {"wrong horse\n", ERR_AUTH}, {HOME_PASS "\nmore\n", ERR_NONE},
		{HOME_PASS, ERR_NONE},
	};
	struct home h;

	(void)state;
	home_ready(&h);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct args a = {.passphrase_fd = source(cases[i].text)};
		struct err e = {0};
		bool ok;

		session_lock(h.s);
		ok = ask_unlock(h.s, &a, &e);
		close(a.passphrase_fd);
		if (ok != (cases[i].kind == ERR_NONE) || (!ok && e.kind != cases[i].kind) ||
		    session_unlocked(h.s) != ok)
			fail_msg("case %zu: %s", i, e.msg);
	}
	home_close(&h);
}

static void put_credential(const char *dir, const char *name, const char *text)
{
	FILE *f = fopen(test_path(dir, name), "w");

	fputs(text, f);
	fclose(f);
}

static void test_unlock_from_the_credentials_directory(void **state)
{
	const char *dir = test_dir();
	struct args a = {.passphrase_fd = -1};
	struct err e = {0};
	struct secret *s;
	struct home h;

	(void)state;
	home_ready(&h);
	session_lock(h.s);
	setenv("CREDENTIALS_DIRECTORY", dir, 1);
	assert_false(ask_unlock(h.s, &a, &e));
	assert_int_equal(e.kind, ERR_LOCKED);
	put_credential(dir, "numdesk.pass", "wrong horse\n");
	assert_false(ask_unlock(h.s, &a, &e));
	assert_int_equal(e.kind, ERR_AUTH);
	put_credential(dir, "numdesk.pass", HOME_PASS "\n");
	s = ask_unlock_with(h.s, &a, &e);
	assert_non_null(s);
	assert_int_equal(secret_len(s), strlen(HOME_PASS));
	secret_free(s);
	/* what cannot be read is told, not passed over */
	remove(test_path(dir, "numdesk.pass"));
	mkdir(test_path(dir, "numdesk.pass"), 0700);
	session_lock(h.s);
	assert_false(ask_unlock(h.s, &a, &e));
	assert_int_equal(e.kind, ERR_CONFIG);
	unsetenv("CREDENTIALS_DIRECTORY");
	home_close(&h);
}

static void test_a_new_passphrase_from_a_descriptor(void **state)
{
	static const struct { const char *text; bool ok; } cases[] = {
		{"", false}, {"seven77\n", false}, {"eight888\n", true}, {"\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9", true},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const int fd = source(cases[i].text);
		struct err e = {0};
		struct secret *s = ask_new_passphrase(fd, "--new-passphrase-fd", &e);

		if ((s != NULL) != cases[i].ok || (!s && e.kind != ERR_USAGE))
			fail_msg("case %zu: %s", i, e.msg);
		secret_free(s);
		close(fd);
	}
}

/* --- confirming from a script ------------------------------------------------------------------------------------- */

#define A "+14155550137"
#define B "+14155550138"

struct question { enum op_kind kind; size_t n; const char *also; };

static void make(const struct question *q, struct plan *p, struct verdict *v)
{
	static const char *const numbers[] = {A, B};

	plan_init(p, "cli");
	*v = (struct verdict){.adds_micros = MONEY_UNKNOWN, .total_before = MONEY_UNKNOWN};
	p->ops = mem_array(2, sizeof *p->ops);
	p->n = p->cap = q->n;
	for (size_t i = 0; i < q->n; i++) {
		p->ops[i] = (struct operation){.kind = q->kind, .price_micros = 1150000, .currency = "USD"};
		op_set_subject(&p->ops[i], numbers[i]);
	}
	v->by_yes = q->kind == OP_BUY;
	v->confirm = q->n > 1 ? CONFIRM_COUNT : q->kind == OP_BUY ? CONFIRM_YES : CONFIRM_LAST4;
	if (v->confirm != CONFIRM_YES)
		snprintf(v->expect, sizeof v->expect, "%s", q->n > 1 ? "2" : "0137");
	snprintf(v->also_type, sizeof v->also_type, "%s", q->also);
}

struct answer { bool yes; const char *confirm[3]; };

static bool confirm(const struct question *q, const struct answer *an, char typed[64], char also[80], struct err *e)
{
	struct args a = {.passphrase_fd = -1, .yes = an->yes};
	struct session s = {0};
	struct verdict v;
	struct plan p;
	bool ok;

	for (size_t i = 0; i < 3 && an->confirm[i]; i++) {
		a.options[a.n_options].name = "--confirm";
		a.options[a.n_options++].value = an->confirm[i];
	}
	make(q, &p, &v);
	*e = (struct err){0};
	ok = ask_confirm(&s, &a, &p, &v, typed, 64, also, 80, e);
	plan_release(&p);
	return ok;
}

static void test_scripted_answers(void **state)
{
	static const struct { struct question q; struct answer a; const char *typed, *also; } good[] = {
		{{OP_BUY, 1, ""}, {true, {0}}, "y", ""}, {{OP_BUY, 2, ""}, {true, {0}}, "2", ""},
		{{OP_BUY, 1, "acme"}, {true, {"acme"}}, "y", "acme"},
		{{OP_BUY, 2, "acme"}, {true, {"acme"}}, "2", "acme"}, {{OP_RELEASE, 1, ""}, {false, {A}}, A, ""},
		{{OP_RELEASE, 1, ""}, {false, {"(415) 555-0137"}}, A, ""},
		{{OP_RELEASE, 2, ""}, {false, {"2"}}, "2", ""}, {{OP_RELEASE, 1, "primary"}, {false, {A, "primary"}}, A,
								 "primary"},
		{{OP_RELEASE, 1, "acme primary"}, {false, {"acme", "primary", A}}, A, "acme primary"},
		{{OP_RELEASE, 1, "acme primary"}, {false, {"acme primary", A}}, A, "acme primary"},
		{{OP_RELEASE, 1, ""}, {true, {A}}, A, ""},
	};
	static const struct { struct question q; struct answer a; const char *says; } bad[] = {
		{{OP_BUY, 1, ""}, {false, {0}}, "--yes"}, {{OP_BUY, 1, ""}, {false, {A}}, "--yes"},
		{{OP_BUY, 2, ""}, {false, {"2"}}, "--yes"}, {{OP_BUY, 1, "acme"}, {true, {0}}, "--confirm 'acme'"},
		{{OP_BUY, 1, "acme"}, {true, {"ACME"}}, "--confirm 'acme'"},
		{{OP_RELEASE, 1, ""}, {false, {0}}, "--confirm " A}, {{OP_RELEASE, 1, ""}, {true, {0}}, "--confirm " A},
		{{OP_RELEASE, 1, ""}, {false, {"0137"}}, "--confirm " A},
		{{OP_RELEASE, 1, ""}, {false, {B}}, "--confirm " A},
		{{OP_RELEASE, 1, ""}, {false, {"1"}}, "--confirm " A},
		{{OP_RELEASE, 1, ""}, {false, {""}}, "--confirm " A}, {{OP_RELEASE, 2, ""}, {true, {0}}, "--confirm 2"},
		{{OP_RELEASE, 2, ""}, {false, {A, B}}, "--confirm 2"},
		{{OP_RELEASE, 2, ""}, {false, {"3"}}, "--confirm 2"},
		{{OP_RELEASE, 2, ""}, {false, {"02"}}, "--confirm 2"},
		{{OP_RELEASE, 1, "primary"}, {false, {A}}, "--confirm 'primary'"},
		{{OP_RELEASE, 1, "acme primary"}, {false, {A, "acme"}}, "--confirm 'acme primary'"},
		{{OP_RELEASE, 1, "acme primary"}, {false, {A, "primary"}}, "--confirm 'acme primary'"},
	};
	char typed[64], also[80];
	struct err e;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(good); i++)
		if (!confirm(&good[i].q, &good[i].a, typed, also, &e) || strcmp(typed, good[i].typed) != 0 ||
		    strcmp(also, good[i].also) != 0)
			fail_msg("good %zu: '%s' '%s' %s", i, typed, also, e.msg);
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		if (confirm(&bad[i].q, &bad[i].a, typed, also, &e) || e.kind != ERR_GUARD ||
		    !strstr(e.msg, bad[i].says))
			fail_msg("bad %zu: %s", i, e.msg);
}

/* --- a terminal --------------------------------------------------------------------------------------------------- */

typedef int asked_fn(void);     /* runs in a child on a terminal; its exit status */

struct terminal { int fd; pid_t pid; char *seen; size_t len, at; };

static void on_terminal(struct terminal *t, asked_fn *fn)
{
	*t = (struct terminal){.seen = calloc(1, 65536)};
	fflush(NULL);
	t->pid = forkpty(&t->fd, NULL, NULL, NULL);
	assert_true(t->pid >= 0);
	if (t->pid == 0)
		_exit(fn());
}

/* Read until text was seen, after what was seen before; false at the end of the terminal. */
static bool sees(struct terminal *t, const char *text)
{
	const char *found;

	while (!(found = strstr(t->seen + t->at, text))) {
		const ssize_t n = read(t->fd, t->seen + t->len, 65535 - t->len);

		if (n <= 0)
			return false;
		t->len += (size_t)n;
	}
	t->at = (size_t)(found - t->seen) + strlen(text);
	return true;
}

static void type(struct terminal *t, const char *keys)
{
	assert_int_equal(write(t->fd, keys, strlen(keys)), strlen(keys));
}

static int ends(struct terminal *t)
{
	int status;

	while (sees(t, "\001never\001"))
		;
	waitpid(t->pid, &status, 0);
	close(t->fd);
	free(t->seen);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static void on_signal(int sig)
{
	(void)sig;
	reactor_interrupt();
}

/* 0 "yes", 1 another answer, 10 + kind of a failure. */
static int ask_one(void)
{
	char line[8];
	struct err e = {0};

	signal(SIGINT, on_signal);
	if (!ask_line("Sure\033? ", line, sizeof line, &e))
		return 10 + (int)e.kind;
	return strcmp(line, "yes") == 0 ? 0 : 1;
}

static void test_one_line(void **state)
{
	static const struct { const char *keys; int status; } cases[] = {
		{"yes\r", 0}, {"\r", 1}, {"no\n", 1}, {"yes \r", 1}, {"noo\177\177\177yes\r", 0},
		{"a line too long\r", 10 + ERR_USAGE}, {"\004", 10 + ERR_STOPPED}, {"\003", 10 + ERR_STOPPED},
		{"ye\003", 10 + ERR_STOPPED},
	};
	struct terminal t;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		on_terminal(&t, ask_one);
		assert_true(sees(&t, "Sure<U+001B>? "));
		type(&t, cases[i].keys);
		const int status = ends(&t);

		if (status != cases[i].status)
			fail_msg("case %zu: %d", i, status);
	}
}

#define EARLY "yes\ryes\ryes\r"

static bool is_all_here(void *ctx)
{
	int n = 0;

	(void)ctx;
	return ioctl(0, FIONREAD, &n) == 0 && n >= (int)sizeof EARLY - 1;
}

/* The question comes when the lines typed before it are there to be read. */
static int ask_late(void)
{
	if (write(1, "ready", 5) != 5 || !test_wait(is_all_here, NULL, 5000))
		return 99;
	return ask_one();
}

static void test_what_was_typed_before_is_no_answer(void **state)
{
	struct terminal t;

	(void)state;
	on_terminal(&t, ask_late);
	assert_true(sees(&t, "ready"));
	type(&t, EARLY);
	assert_true(sees(&t, "? "));
	type(&t, "no\r");
	assert_int_equal(ends(&t), 1);
}

static int ask_nobody(void)
{
	char line[8];
	struct err e = {0};

	setsid();                       /* leaves the terminal behind */
	return ask_line("? ", line, sizeof line, &e) ? 0 : 10 + (int)e.kind;
}

static void test_no_terminal_at_all(void **state)
{
	pid_t pid = fork();
	int status;

	(void)state;
	if (pid == 0)
		_exit(ask_nobody());
	waitpid(pid, &status, 0);
	assert_int_equal(WEXITSTATUS(status), 10 + ERR_LOCKED);
}

static int choose(void)
{
	struct err e = {0};
	struct secret *s;

	if (!ask_can() || !crypto_init(NULL))
		return 99;
	s = ask_new_passphrase(-1, "--new-passphrase-fd", &e);
	if (!s)
		return 10 + (int)e.kind;
	return secret_len(s) == 10 ? 0 : 1;
}

static void test_choosing_a_passphrase(void **state)
{
	struct terminal t;

	(void)state;
	on_terminal(&t, choose);
	assert_true(sees(&t, "New passphrase: "));
	type(&t, "ten bytes!\r");
	assert_true(sees(&t, "again: "));
	type(&t, "ten bytes!\r");
	assert_int_equal(ends(&t), 0);
	on_terminal(&t, choose);
	for (int i = 0; i < 3; i++) {
		assert_true(sees(&t, "New passphrase: "));
		type(&t, "short\r");
	}
	assert_int_equal(ends(&t), 10 + ERR_USAGE);
}

/* --- the whole table is bound ------------------------------------------------------------------------------------- */

static void test_every_command_has_a_handler(void **state)
{
	(void)state;
	for (unsigned c = 0; c < COMMAND_COUNT; c++)
		if (commands[c].cli != (cli_command((enum command_id)c) != NULL))
			fail_msg("'%s' %s a command of the command line and has %s handler", commands[c].path,
				 commands[c].cli ? "is" : "is not", commands[c].cli ? "no" : "a");
	assert_null(cli_command(COMMAND_COUNT));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nobody_to_ask), cmocka_unit_test(test_unlock_from_a_descriptor),
		cmocka_unit_test(test_unlock_from_the_credentials_directory),
		cmocka_unit_test(test_a_new_passphrase_from_a_descriptor), cmocka_unit_test(test_scripted_answers),
		cmocka_unit_test(test_one_line), cmocka_unit_test(test_what_was_typed_before_is_no_answer),
		cmocka_unit_test(test_no_terminal_at_all), cmocka_unit_test(test_choosing_a_passphrase),
		cmocka_unit_test(test_every_command_has_a_handler),
	};

	return cmocka_run_group_tests(tests, no_terminal, NULL);
}
