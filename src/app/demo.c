/*
 * The demonstration: everything is real but the other end. The sandbox is a child whose standard input is a pipe held by
 * us, so it ends when we do, however that happens; the home is a directory under the temporary one, removed at the end.
 */
#include "demo.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "app.h"
#include "numdesk/cli/out.h"
#include "numdesk/cli/run.h"
#include "numdesk/core/profiles.h"
#include "numdesk/core/reactor.h"
#include "numdesk/util/err.h"
#include "numdesk/util/file.h"
#include "numdesk/util/json.h"
#include "numdesk/util/mem.h"
#include "numdesk/util/secret.h"

#define READY_MS 10000

struct demo {
	char sandbox[1024];             /* the program */
	char home[512], base_url[128];
	pid_t pid;
	int hold;                       /* our end of its standard input */
	struct secret *pass;
};

/* Beside this program (a build), in libexec next to its bin (an installation, wherever it was moved to), or where it was
 * configured to be installed. */
static bool find_sandbox(struct demo *d, struct err *e)
{
	static const char *const places[] = {"", "/../libexec/numdesk"};
	char self[900];
	ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);

	if (n > 0) {
		self[n] = '\0';
		*strrchr(self, '/') = '\0';
		for (size_t i = 0; i < ARRAY_LEN(places); i++) {
			snprintf(d->sandbox, sizeof d->sandbox, "%s%s/numdesk-sandbox", self, places[i]);
			if (access(d->sandbox, X_OK) == 0)
				return true;
		}
	}
	snprintf(d->sandbox, sizeof d->sandbox, "%s/numdesk-sandbox", NUMDESK_LIBEXECDIR);
	if (access(d->sandbox, X_OK) == 0)
		return true;
	return err_set(e, ERR_CONFIG, "the demo needs 'numdesk-sandbox' beside this program or in '%s'; run 'make' or 'make install'",
		       NUMDESK_LIBEXECDIR);
}

/* Start the sandbox with some arguments; *out reads what it prints. */
static bool spawn(struct demo *d, const char *const *argv, int *out, struct err *e)
{
	int in[2], back[2];
	pid_t pid;

	if (pipe2(in, O_CLOEXEC) != 0)
		return err_set(e, ERR_IO, "cannot start the sandbox: %s", strerror(errno));
	if (pipe2(back, O_CLOEXEC) != 0) {
		close(in[0]), close(in[1]);
		return err_set(e, ERR_IO, "cannot start the sandbox: %s", strerror(errno));
	}
	pid = fork();
	if (pid == 0) {
		char *args[10];
		size_t n = 0;

		for (; argv[n] && n < ARRAY_LEN(args) - 1; n++)
			args[n] = mem_dup(argv[n]);
		args[n] = NULL;
		dup2(in[0], 0);
		dup2(back[1], 1);
		dup2(open("/dev/null", O_WRONLY | O_CLOEXEC), 2);
		/* its own group: the terminal's ^C and ^Z are for us */
		setpgid(0, 0);
		execv(d->sandbox, args);
		_exit(127);
	}
	close(in[0]);
	close(back[1]);
	if (pid < 0) {
		close(in[1]), close(back[0]);
		return err_set(e, ERR_IO, "cannot start the sandbox: %s", strerror(errno));
	}
	d->pid = pid;
	d->hold = in[1];
	*out = back[0];
	return true;
}

static void stop(struct demo *d)
{
	if (d->hold >= 0)
		close(d->hold);
	d->hold = -1;
	if (d->pid > 0) {
		kill(d->pid, SIGTERM);
		waitpid(d->pid, NULL, 0);
	}
	d->pid = 0;
}

/* Everything a child prints, to its end or to the first newline. */
static bool read_child(int fd, bool line, struct buf *b)
{
	for (;;) {
		struct pollfd p = {.fd = fd, .events = POLLIN};
		char c[512];
		ssize_t n;

		if (poll(&p, 1, READY_MS) <= 0)
			return false;
		n = read(fd, c, line ? 1 : sizeof c);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return !line && n == 0;
		if (line && c[0] == '\n')
			return true;
		if (!buf_add(b, c, (size_t)n))
			return false;
	}
}

static bool credentials(struct demo *d, struct buf *b, struct err *e)
{
	const char *argv[] = {"numdesk-sandbox", "--seed", "demo", "--print-credentials", NULL};
	int out;
	bool ok;

	if (!spawn(d, argv, &out, e))
		return false;
	ok = read_child(out, false, b);
	close(out);
	stop(d);
	return ok || err_set(e, ERR_IO, "the sandbox did not start");
}

static bool serve(struct demo *d, struct err *e)
{
	const char *argv[] = {"numdesk-sandbox", "--seed", "demo", "--call-seconds", "12", "--quit-with-stdin", NULL};
	struct buf line;
	int out;
	bool ok;

	if (!spawn(d, argv, &out, e))
		return false;
	buf_init(&line, 200);
	ok = read_child(out, true, &line) && strncmp(buf_str(&line), "READY ", 6) == 0;
	close(out);
	if (ok)
		snprintf(d->base_url, sizeof d->base_url, "http://%.64s/{product}", line.s + 6);
	buf_release(&line);
	return ok || err_set(e, ERR_IO, "the sandbox did not start");
}

struct added { bool done; struct err err; };

static void on_added(void *ctx, const struct vault_entry *stored, const struct err *err)
{
	struct added *a = ctx;

	(void)stored;
	a->err = *err;
	a->done = true;
}

static bool add_profile(struct session *s, const struct json *row, const char *base, struct err *e)
{
	const char *name = json_text(row, "name"), *sid = json_text(row, "account_sid"), *token = json_text(row, "auth_token"),
		   *kind = json_text(row, "kind");
	struct profile_request r = {0};
	struct added a = {0};
	struct secret *secret;
	bool ok;

	/* only what a visitor should see; suspended and test accounts are for the tests */
	if (!name || !sid || !token || !kind || (strcmp(kind, "parent") != 0 && strcmp(kind, "subaccount") != 0))
		return true;
	for (size_t i = 0; name[i] && i < sizeof r.entry.profile.name - 1; i++)
		r.entry.profile.name[i] = name[i] == ' ' ? '-' : name[i] >= 'A' && name[i] <= 'Z' ? (char)(name[i] + 32) : name[i];
	snprintf(r.entry.profile.account_sid, SID_SIZE, "%s", sid);
	snprintf(r.entry.profile.account_name, sizeof r.entry.profile.account_name, "%.60s", name);
	snprintf(r.entry.base_url, sizeof r.entry.base_url, "%s", base);
	snprintf(r.entry.profile.label, sizeof r.entry.profile.label, "DEMO");
	snprintf(r.entry.profile.color, sizeof r.entry.profile.color, "magenta");
	secret = secret_from(token, strlen(token));
	r.secret = secret;
	ok = profile_add_start(s, &r, on_added, &a, e) && reactor_until(s->reactor, &a.done, e);
	if (ok && a.err.kind != ERR_NONE) {
		*e = a.err;
		ok = false;
	}
	secret_free(secret);
	return ok;
}

/* A vault with the sandbox's accounts; the one the demo opens is the first subaccount. */
static bool furnish(struct demo *d, const char *list, size_t n, struct err *e)
{
	struct session_options o = {.home = d->home, .base_url = d->base_url, .offline = true};
	static const char config[] = "[vault]\nkdf_memory = 64\n";
	struct json *doc = json_parse(list, n, 1 << 20, e);
	struct session *s = NULL;
	char path[600];
	bool ok = doc != NULL;

	d->pass = secret_from(DEMO_PASSPHRASE, strlen(DEMO_PASSPHRASE));
	ok = ok && file_join(path, sizeof path, d->home, "config.ini") && file_replace(path, config, sizeof config - 1, NULL, e) &&
	     session_open(&s, &o, e) && profile_create_vault(s, d->pass, e);
	for (const struct json *row = ok ? json_first(doc) : NULL; ok && row; row = json_next(row))
		ok = add_profile(s, row, d->base_url, e);
	if (ok)
		profile_make_default(s, "client-0", NULL);
	session_close(s);
	json_free(doc);
	return ok;
}

static int run(struct demo *d, struct args *a)
{
	int fds[2], status;

	a->home = d->home;
	a->config = a->base_url = NULL;
	if (a->command == COMMAND_COUNT) {
		struct secret *pass = d->pass;

		d->pass = NULL;
		return app_run(a, pass);
	}
	/* a command finds the passphrase where a script would put it */
	if (pipe2(fds, O_CLOEXEC) != 0)
		return 1;
	if (write(fds[1], secret_use(d->pass), secret_len(d->pass)) < 0)
		status = 1;
	secret_done(d->pass);
	close(fds[1]);
	a->passphrase_fd = fds[0];
	status = cli_run(a);
	close(fds[0]);
	return status;
}

int demo_run(struct args *a)
{
	struct demo d = {.hold = -1};
	const char *tmp = file_env("TMPDIR");
	struct err e = {0};
	struct buf list;
	int status = 0;

	buf_init(&list, 1 << 20);
	snprintf(d.home, sizeof d.home, "%.480s/numdesk-demo.XXXXXX", tmp && *tmp == '/' ? tmp : "/tmp");
	if (!mkdtemp(d.home)) {
		err_set(&e, ERR_IO, "cannot make a directory like '%s': %s", d.home, strerror(errno));
		d.home[0] = '\0';
	} else if (find_sandbox(&d, &e) && credentials(&d, &list, &e) && serve(&d, &e) && furnish(&d, list.s, list.len, &e)) {
		status = run(&d, a);
	}
	stop(&d);
	secret_free(d.pass);
	buf_release(&list);
	if (*d.home)
		file_remove_tree(d.home, NULL);
	if (e.kind != ERR_NONE) {
		out_complain(&e);
		return err_exit_status(e.kind);
	}
	return status;
}
