#include "test.h"

#include "trial.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "numdesk/util/err.h"
#include "numdesk/util/json.h"
#include "numdesk/util/mem.h"

/*
 * Nothing here may end in cmocka's longjmp after trial_init: trials run in forked children, where that would go on with
 * the parent's next test. What goes wrong is a breach, or the end of the child.
 */
enum { OUTPUT_MAX = 16 << 20 };

const char *const trial_mode_name[TRIAL_MODE_COUNT] = {
	"ok", "reset-after-exec", "5xx-after-exec", "5xx-no-exec", "late-exec", "list-lag",
};

/* --- homes ----------------------------------------------------------------------------------------------------- */

static void die(const char *what)
{
	perror(what);
	abort();
}

static void copy_file(const char *from, const char *to)
{
	const int in = open(from, O_RDONLY | O_CLOEXEC), out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	char piece[65536];
	ssize_t n;

	if (in < 0 || out < 0)
		die(to);
	while ((n = read(in, piece, sizeof piece)) > 0)
		if (write(out, piece, (size_t)n) != n)
			die(to);
	close(in);
	close(out);
}

/* A home: files, and the directory of sessions, whose files are of processes that have ended. */
static void clear_home(const char *home)
{
	DIR *dir = opendir(home);
	char path[4096];

	for (struct dirent *f; dir && (f = readdir(dir));) {
		if (strcmp(f->d_name, ".") == 0 || strcmp(f->d_name, "..") == 0)
			continue;
		snprintf(path, sizeof path, "%s/%s", home, f->d_name);
		if (unlink(path) != 0 && errno == EISDIR) {
			clear_home(path);
			rmdir(path);
		}
	}
	if (dir)
		closedir(dir);
}

static void copy_home(const char *from, const char *to)
{
	DIR *dir = opendir(from);
	char source[4096], target[4096];
	struct stat st;

	if (!dir || (mkdir(to, 0700) != 0 && errno != EEXIST))
		die(to);
	for (struct dirent *f; (f = readdir(dir));) {
		snprintf(source, sizeof source, "%s/%s", from, f->d_name);
		snprintf(target, sizeof target, "%s/%s", to, f->d_name);
		if (lstat(source, &st) == 0 && S_ISREG(st.st_mode))
			copy_file(source, target);
	}
	closedir(dir);
}

/* --- setting up ------------------------------------------------------------------------------------------------ */

struct json *trial_output(const struct trial *t)
{
	struct err e = {0};

	return json_parse(t->n.r.out, t->n.r.out_len, OUTPUT_MAX, &e);
}

static void expect(struct trial *t, int status)
{
	if (status != 0)
		fail_msg("exit %d: %s%s", status, t->n.r.out, t->n.r.err);
}

/* Toll-free: there are few of them, so that asking the sandbox for one is quick. */
static void find_offers(struct trial *t)
{
	struct json *doc;

	expect(t, numdesk(&t->n, "search", "US", "--type", "tollfree", "--limit", "2", "--json", NULL));
	doc = trial_output(t);
	for (size_t i = 0; i < 2; i++) {
		const char *phone = json_text(json_at(doc, i), "phone_number");

		if (!phone)
			fail_msg("nothing is for sale: %s", t->n.r.out);
		snprintf(t->offers[i], sizeof t->offers[i], "%s", phone);
	}
	json_free(doc);
}

static void find_owned(struct trial *t)
{
	struct json *doc;
	const char *phone;

	expect(t, numdesk(&t->n, "list", "--json", NULL));
	doc = trial_output(t);
	phone = json_text(json_at(doc, 1), "phone_number");
	if (!phone)
		fail_msg("nothing is owned: %s", t->n.r.out);
	snprintf(t->owned, sizeof t->owned, "%s", phone);
	json_free(doc);
}

void trial_template(struct trial *t, const char *program, const char *sandbox_program)
{
	*t = (struct trial){.kind = TRIAL_BUY};
	numdesk_init(&t->n, program, sandbox_up(sandbox_program, "basic", NULL));
	numdesk_add(&t->n, "acme", "acme");
	expect(t, numdesk(&t->n, "sync", NULL));
	find_offers(t);
	find_owned(t);
	expect(t, numdesk(&t->n, "buy", t->offers[0], "--dry-run", NULL));      /* what it learns is learnt */
	t->template = t->n.home;
	sandbox_down(t->n.sandbox);
	t->n.sandbox = NULL;
}

void trial_init(struct trial *t, const struct trial *from, const char *sandbox_program)
{
	*t = *from;
	numdesk_init(&t->n, from->n.program, sandbox_up(sandbox_program, "basic", NULL));
	t->n.account = from->n.account;
}

/* The home is removed here and not at exit: a forked child removes nothing then. */
void trial_release(struct trial *t)
{
	char *home = strdup(t->n.home);

	sandbox_down(t->n.sandbox);
	clear_home(home);
	rmdir(home);
	rmdir(dirname(home));
	free(home);
	numdesk_release(&t->n);
}

/* --- one trial ------------------------------------------------------------------------------------------------- */

static void set_fault(struct trial *t)
{
	static const char *const rules[TRIAL_MODE_COUNT] = {
		[TRIAL_RESET] = "\"reset-after-exec\"", [TRIAL_5XX] = "\"5xx-after-exec\", \"arg\": 502",
		[TRIAL_5XX_NO_EXEC] = "\"5xx-no-exec\", \"arg\": 503", [TRIAL_LATE] = "\"late-exec\", \"arg\": 250",
		[TRIAL_LAG] = "\"list-lag-ms\", \"arg\": 250",
	};
	char rule[256];

	if (!rules[t->mode])
		return;
	snprintf(rule, sizeof rule, "{\"match\": {\"method\": \"%s\", \"path_contains\": \"IncomingPhoneNumbers\"}, "
		 "\"mode\": %s}", t->kind == TRIAL_BUY ? "POST" : "DELETE", rules[t->mode]);
	sandbox_fault(t->n.sandbox, rule);
}

void trial_begin(struct trial *t, enum trial_kind kind, enum trial_mode mode)
{
	t->kind = kind;
	t->mode = mode;
	t->breaches = 0;
	t->evidence[0] = '\0';
	sandbox_reset(t->n.sandbox);
	clear_home(t->n.home);
	copy_home(t->template, t->n.home);
	set_fault(t);
}

const char *const *trial_words(struct trial *t)
{
	static const char *words[6];

	if (t->kind == TRIAL_BUY)
		memcpy(words, ((const char *[]){"buy", t->offers[0], "--yes", "--json", NULL}), 5 * sizeof *words);
	else
		memcpy(words, ((const char *[]){"release", t->owned, "--confirm", t->owned, "--json", NULL}),
		       6 * sizeof *words);
	return words;
}

int trial_run(struct trial *t, const char *const *words, trace_fn *fn, void *ctx)
{
	const char *argv[32] = {t->n.program, "--home", t->n.home, "--base-url", sandbox_base(t->n.sandbox),
				"--passphrase-fd", "3"};
	struct proc_spec spec = {.argv = argv, .fds = {{3, ND_PASS}}, .n_fds = 1};

	for (size_t i = 0; words[i] && i + 8 < ARRAY_LEN(argv); i++)
		argv[i + 7] = words[i];
	proc_release(&t->n.r);
	if (!trace_run(&spec, fn, ctx, &t->n.r))
		die("tracing");
	return t->n.r.status;
}
