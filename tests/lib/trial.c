#include "test.h"

#include "trial.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
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
enum { RESTARTS = 3, EXECUTED_MS = 5000, LEDGER_MAX = 16 << 20 };

const char *const trial_breach_says[TRIAL_BREACH_COUNT] = {
#define X(id, text) text,
	TRIAL_BREACHES(X)
#undef X
};

const char *const trial_mode_name[TRIAL_MODE_COUNT] = {
	"ok", "reset-after-exec", "5xx-after-exec", "5xx-no-exec", "late-exec", "list-lag",
};

/* --- homes ------------------------------------------------------------------------------------------------------------ */

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

/* --- setting up ------------------------------------------------------------------------------------------------------- */

static struct json *output(struct trial *t)
{
	struct err e = {0};

	return json_parse(t->n.r.out, t->n.r.out_len, LEDGER_MAX, &e);
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
	doc = output(t);
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
	doc = output(t);
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

void trial_release(struct trial *t)
{
	sandbox_down(t->n.sandbox);
	numdesk_release(&t->n);
}

/* --- one trial -------------------------------------------------------------------------------------------------------- */

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

/* --- what is seen ----------------------------------------------------------------------------------------------------- */

static void breach(struct trial *t, enum trial_breach b, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
static void breach(struct trial *t, enum trial_breach b, const char *fmt, ...)
{
	const size_t n = strlen(t->evidence);
	char text[512];
	va_list ap;

	t->breaches |= 1u << b;
	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	snprintf(t->evidence + n, sizeof t->evidence - n, "\t%s: %s\n", trial_breach_says[b], text);
}

/* A command that may be refused, but not end in any other way than the documented ones. */
static int command(struct trial *t, const char *const *words)
{
	const int status = numdesk_v(&t->n, words);
	const bool proper = status >= 0 && status <= 9 && status != 2;

	if (!proper)
		breach(t, TRIAL_BROKEN, "'%s' ended with %d: %.300s", words[0], status, t->n.r.err);
	return status;
}

static struct json *must_print(struct trial *t, const char *const *words)
{
	const int status = command(t, words);
	struct json *doc = status == 0 ? output(t) : NULL;

	if (!doc)
		breach(t, TRIAL_BROKEN, "'%s' ended with %d and no list: %.300s", words[0], status, t->n.r.err);
	return doc;
}

static struct json *journal(struct trial *t)
{
	return must_print(t, (const char *[]){"journal", "--json", NULL});
}

static bool is(const struct json *row, const char *name, const char *value)
{
	const char *text = json_text(row, name);

	return text && strcmp(text, value) == 0;
}

static bool in(const struct json *row, const char *name, const char *const *values)
{
	for (; *values; values++)
		if (is(row, name, *values))
			return true;
	return false;
}

static bool is_open(const struct json *row)
{
	return in(row, "state", (const char *[]){"planned", "armed", "unknown", "absent", "conflict", NULL});
}

static bool was_sent(const struct json *row)
{
	return !in(row, "state", (const char *[]){"planned", "cancelled", NULL});
}

static const struct json *find(const struct json *doc, const char *name, const char *value)
{
	for (const struct json *row = json_first(doc); row; row = json_next(row))
		if (is(row, name, value))
			return row;
	return NULL;
}

static const char *action(const struct trial *t)
{
	return t->kind == TRIAL_BUY ? "buy" : "release";
}

static bool any_open(const struct json *rows)
{
	for (const struct json *row = json_first(rows); row; row = json_next(row))
		if (is_open(row))
			return true;
	return false;
}

static struct json *sandbox_list(struct trial *t, const char *path)
{
	return sandbox_ask(t->n.sandbox, "GET", path, NULL);
}

/* Every row of the account's that the program shows is owned. */
static struct json *check_shown(struct trial *t)
{
	struct json *shown = must_print(t, (const char *[]){"list", "--json", NULL});
	struct json *owned = sandbox_list(t, "/_sandbox/owned");

	for (const struct json *row = json_first(shown); row; row = json_next(row)) {
		const char *sid = json_text(row, "phone_sid");

		if (!sid || !find(owned, "sid", sid))
			breach(t, TRIAL_SHOWN, "%s", json_text(row, "phone_number"));
	}
	json_free(owned);
	return shown;
}

/* --- the person ------------------------------------------------------------------------------------------------------- */

/* What the journal says after it was settled as far as it could be. */
static void settle(struct trial *t, bool *done, bool *open)
{
	*done = *open = false;
	for (int i = 0; i < RESTARTS; i++) {
		struct json *rows;

		command(t, (const char *[]){"resume", NULL});
		rows = journal(t);
		*done = find(rows, "state", "done") != NULL;
		*open = any_open(rows);
		json_free(rows);
		if (*done || !*open)
			return;
	}
}

static bool carried_out(struct trial *t)
{
	struct json *rows = journal(t);
	const bool done = find(rows, "state", "done") != NULL;

	json_free(rows);
	return done;
}

/* He wants one number, and asks for the next as long as he is not told that he has it. The program has to refuse. */
static void insist(struct trial *t)
{
	bool done, open;

	settle(t, &done, &open);
	if (done)
		return;
	if (t->kind == TRIAL_RELEASE || t->insists_on_first) {
		command(t, trial_words(t));
		done = carried_out(t);
	}
	if (!done && t->kind == TRIAL_BUY)
		command(t, (const char *[]){"buy", t->offers[1], "--yes", NULL});
}

/* --- the judge -------------------------------------------------------------------------------------------------------- */

struct facts {
	struct json *arrivals, *executions, *rows;
	size_t writes, whole, done;     /* writes that arrived, of these with all their bytes, executions of the wish */
};

static bool is_write(const struct json *arrival)
{
	return !is(arrival, "method", "GET") && !is(arrival, "method", "HEAD");
}

static void read_ledger(struct trial *t, struct facts *f)
{
	json_free(f->arrivals);
	json_free(f->executions);
	*f = (struct facts){.arrivals = sandbox_list(t, "/_sandbox/ledger?kind=arrivals"),
			    .executions = sandbox_list(t, "/_sandbox/ledger?kind=executions"), .rows = f->rows};
	for (const struct json *a = json_first(f->arrivals); a; a = json_next(a)) {
		f->writes += is_write(a);
		f->whole += is_write(a) && json_bool(a, "complete", false);
	}
	for (const struct json *x = json_first(f->executions); x; x = json_next(x))
		f->done += is(x, "action", action(t));
}

struct waiting { struct trial *t; struct facts *f; size_t want; };

static bool all_executed(void *ctx)
{
	struct waiting *w = ctx;

	read_ledger(w->t, w->f);
	return w->f->done >= w->want;
}

static bool listed(void *ctx)
{
	struct waiting *w = ctx;
	struct json *shown = NULL;
	bool ok = true;

	if (numdesk(&w->t->n, "sync", NULL) == 0 && numdesk(&w->t->n, "list", "--json", NULL) == 0)
		shown = output(w->t);
	for (const struct json *x = json_first(w->f->executions); x; x = json_next(x))
		ok = ok && (!is(x, "action", "buy") || find(shown, "phone_number", json_text(x, "phone_number")));
	json_free(shown);
	return ok;
}

/* What the server has taken in it will do, some of it late, and show, some of it later: only then can be judged. */
static void let_the_server_finish(struct trial *t, struct facts *f)
{
	struct waiting w = {.t = t, .f = f};

	read_ledger(t, f);
	w.want = f->whole > (t->mode == TRIAL_5XX_NO_EXEC) ? f->whole - (t->mode == TRIAL_5XX_NO_EXEC) : 0;
	if (w.want > 1)
		w.want = 1;             /* a second write may have been refused, and be a breach anyway */
	(void)test_wait(all_executed, &w, EXECUTED_MS);
	if (t->mode == TRIAL_LAG)
		(void)test_wait(listed, &w, EXECUTED_MS);
}

static void judge_execution(struct trial *t, const struct facts *f, const struct json *x)
{
	const char *phone = json_text(x, "phone_number");
	bool known = false, done = false;

	for (const struct json *row = json_first(f->rows); row; row = json_next(row)) {
		if (!is(row, "phone_number", phone) || !is(row, "kind", action(t)))
			continue;
		known = known || is_open(row) || is(row, "state", "done");
		done = done || is(row, "state", "done");
	}
	if (!known)
		breach(t, TRIAL_FORGOTTEN, "%s", phone);
	else if (!done)
		breach(t, TRIAL_UNSETTLED, "%s", phone);
}

/* done means owned once, or gone. */
static void judge_row(struct trial *t, const struct facts *f, const struct json *row)
{
	const char *phone = json_text(row, "phone_number");
	bool happened = false;

	for (const struct json *x = json_first(f->executions); x; x = json_next(x))
		happened = happened || (is(x, "action", action(t)) && is(x, "phone_number", phone));
	if (is(row, "state", "done") && !happened)
		breach(t, TRIAL_INVENTED, "%s", phone);
}

static void judge_connections(struct trial *t, const struct facts *f)
{
	for (const struct json *w = json_first(f->arrivals); w; w = json_next(w)) {
		int64_t mine, other;

		if (!is_write(w) || !json_i64(w, "connection", &mine))
			continue;
		for (const struct json *a = json_first(f->arrivals); a; a = json_next(a))
			if (a != w && json_i64(a, "connection", &other) && other == mine)
				breach(t, TRIAL_SHARED, "%s with %s", json_text(w, "method"), json_text(a, "path"));
	}
}

static void judge_list(struct trial *t, const struct json *shown)
{
	struct json *owned = sandbox_list(t, "/_sandbox/owned");

	for (const struct json *row = json_first(owned); row; row = json_next(row))
		if (is(row, "account_sid", t->n.account.account_sid) && !find(shown, "sid", json_text(row, "sid")) &&
		    !find(shown, "phone_sid", json_text(row, "sid")))
			breach(t, TRIAL_HIDDEN, "%s", json_text(row, "phone_number"));
	json_free(owned);
}

static void judge_counts(struct trial *t, const struct facts *f)
{
	size_t sent = 0;

	for (const struct json *row = json_first(f->rows); row; row = json_next(row))
		sent += was_sent(row);
	if (f->done > 1)
		breach(t, TRIAL_DOUBLE, "%zu times", f->done);
	if (f->writes > sent)
		breach(t, TRIAL_UNMARKED, "%zu arrived, %zu are marked", f->writes, sent);
}

static void ask_the_doctor(struct trial *t)
{
	struct json *lines;

	if (command(t, (const char *[]){"doctor", "--json", NULL}) == 0)
		return;
	lines = output(t);
	breach(t, TRIAL_BROKEN, "the doctor finds: %s: %s", json_text(find(lines, "grade", "bad"), "check"),
	       json_text(find(lines, "grade", "bad"), "message"));
	json_free(lines);
}

unsigned trial_judge(struct trial *t, bool thorough)
{
	struct facts f = {0};
	struct json *shown;

	if (thorough && t->kind == TRIAL_BUY)
		json_free(check_shown(t));      /* as it is found, before anybody was asked */
	insist(t);
	let_the_server_finish(t, &f);
	command(t, (const char *[]){"resume", NULL});
	json_free(check_shown(t));              /* nothing that is known to be released */
	if (command(t, (const char *[]){"sync", NULL}) != 0)
		breach(t, TRIAL_BROKEN, "no sync: %.300s", t->n.r.err);
	shown = check_shown(t);
	if (thorough)
		ask_the_doctor(t);
	f.rows = journal(t);
	read_ledger(t, &f);
	judge_counts(t, &f);
	judge_connections(t, &f);
	judge_list(t, shown);
	for (const struct json *x = json_first(f.executions); x; x = json_next(x))
		judge_execution(t, &f, x);
	for (const struct json *row = json_first(f.rows); row; row = json_next(row))
		judge_row(t, &f, row);
	json_free(shown);
	json_free(f.arrivals);
	json_free(f.executions);
	json_free(f.rows);
	return t->breaches;
}
