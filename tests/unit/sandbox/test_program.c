#include "test.h"

#include <signal.h>
#include <sys/wait.h>

#include "fixture.h"

/* The program itself, in a child: what it prints, and that it never outlives who started it. */
int sandbox_main(int argc, char **argv);
#define main sandbox_main
#include "main.c"
#undef main

struct child { pid_t pid; int in, out; };

static struct child spawn(const char *a, const char *b, const char *c)
{
	char *argv[5] = {mem_dup("numdesk-sandbox"), mem_dup(a), mem_dup(b), mem_dup(c), NULL};
	struct child child;
	int in[2], out[2], argc = 1;

	assert_int_equal(pipe(in), 0);
	assert_int_equal(pipe(out), 0);
	fflush(NULL);
	child = (struct child){fork(), in[1], out[0]};
	if (child.pid == 0) {
		dup2(in[0], 0);
		dup2(out[1], 1);
		close(2);
		close(in[1]);
		close(out[0]);
		while (argv[argc])
			argc++;
		argc = sandbox_main(argc, argv);
		fflush(stdout);
		_exit(argc);            /* the child's copy of this test is no leak of the program */
	}
	close(in[0]);
	close(out[1]);
	for (int i = 0; i < 4; i++)
		free(argv[i]);
	return child;
}

/* All of its output up to n bytes or a newline. */
static void read_line(int fd, char *dst, size_t size)
{
	size_t n = 0;

	while (n < size - 1) {
		struct pollfd p = {.fd = fd, .events = POLLIN};

		if (poll(&p, 1, REPLY_MS) <= 0 || read(fd, dst + n, 1) <= 0 || dst[n++] == '\n')
			break;
	}
	dst[n] = '\0';
}

static int finish(struct child *c)
{
	int status = 0;

	assert_int_equal(waitpid(c->pid, &status, 0), c->pid);
	close(c->out);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static void ready_line_then_end_of_stdin(void **state)
{
	struct child c = spawn("--quit-with-stdin", "--seed", "demo");
	char line[100], again[100];

	(void)state;
	read_line(c.out, line, sizeof line);
	assert_int_equal(sscanf(line, "READY 127.0.0.1:%d", &port), 1);
	snprintf(again, sizeof again, "READY 127.0.0.1:%d\n", port);
	assert_string_equal(line, again);
	expect("it answers", account_ask("GET", "client-0", "/IncomingPhoneNumbers.json", cred("AC", "client-0"),
					 NULL), 200, 0);
	close(c.in);
	assert_int_equal(finish(&c), 0);
}

static void signals_end_it(void **state)
{
	static const int rows[] = {SIGTERM, SIGINT};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct child c = spawn("--seed", "empty", NULL);
		char line[100];

		read_line(c.out, line, sizeof line);
		assert_int_equal(strncmp(line, "READY ", 6), 0);
		kill(c.pid, rows[i]);
		assert_int_equal(finish(&c), 0);
		close(c.in);
	}
}

static void credentials_are_json(void **state)
{
	struct child c = spawn("--seed", "basic", "--print-credentials");
	char line[8192];
	struct json *doc;

	(void)state;
	read_line(c.out, line, sizeof line);
	assert_int_equal(finish(&c), 0);
	close(c.in);
	doc = json_parse(line, strlen(line), sizeof line, NULL);
	assert_int_equal(json_count(doc), 11);
	assert_string_equal(json_text(json_first(doc), "name"), "acme");
	assert_string_equal(json_text(json_first(doc), "account_sid"), sid_of("AC", "acme"));
	json_free(doc);
}

static void wrong_usage(void **state)
{
	struct child c = spawn("--bind", "0.0.0.0", NULL);

	(void)state;
	assert_int_equal(finish(&c), 2);
	close(c.in);
	c = spawn("--seed", "x", NULL);
	assert_int_equal(finish(&c), 2);
	close(c.in);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ready_line_then_end_of_stdin), cmocka_unit_test(signals_end_it),
		cmocka_unit_test(credentials_are_json), cmocka_unit_test(wrong_usage),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
