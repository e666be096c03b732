/*
 * After the interruption: the program is started again, somebody insists, the server finishes what it has taken in, and
 * then everything that the program says is held against the sandbox's ledger.
 *
 * Nothing here may end in cmocka's longjmp: see trial.c.
 */
#include "test.h"

#include "trial.h"

#include <stdio.h>
#include <string.h>

#include "numdesk/util/json.h"

enum { RESTARTS = 3, SERVER_MS = 5000 };

const char *const trial_breach_says[TRIAL_BREACH_COUNT] = {
#define X(id, text) text,
	TRIAL_BREACHES(X)
#undef X
};

/* --- what is seen ---------------------------------------------------------------------------------------------- */

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
	struct json *doc = status == 0 ? trial_output(t) : NULL;

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

/* --- the person ------------------------------------------------------------------------------------------------ */

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

/* --- the judge ------------------------------------------------------------------------------------------------- */

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
		shown = trial_output(w->t);
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
	(void)test_wait(all_executed, &w, SERVER_MS);
	if (t->mode == TRIAL_LAG)
		(void)test_wait(listed, &w, SERVER_MS);
}

/* A release sent again takes the place of the one that was not found done; when that one happens after all before the
 * second is sent, the journal says so in the second row. */
static bool says_already_gone(const struct json *row)
{
	const char *message = json_text(row, "message");

	return is(row, "kind", "release") && is(row, "state", "cancelled") && message && strstr(message, "already gone");
}

static void judge_execution(struct trial *t, const struct facts *f, const struct json *x)
{
	const char *phone = json_text(x, "phone_number");
	bool known = false, done = false, replaced = false, gone = false;

	for (const struct json *row = json_first(f->rows); row; row = json_next(row)) {
		if (!is(row, "phone_number", phone) || !is(row, "kind", action(t)))
			continue;
		known = known || is_open(row) || is(row, "state", "done");
		done = done || is(row, "state", "done");
		replaced = replaced || is(row, "state", "abandoned");
		gone = gone || says_already_gone(row);
	}
	if (replaced && gone)
		return;
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
	lines = trial_output(t);
	breach(t, TRIAL_BROKEN, "the doctor finds: %s: %s", json_text(find(lines, "grade", "bad"), "check"),
	       json_text(find(lines, "grade", "bad"), "message"));
	json_free(lines);
}

/* For whoever has to find out why. */
static void add_journal(struct trial *t, const struct json *rows)
{
	for (const struct json *row = json_first(rows); row; row = json_next(row)) {
		const size_t n = strlen(t->evidence);
		const char *message = json_text(row, "message");

		snprintf(t->evidence + n, sizeof t->evidence - n, "\t\t%s %s: %s, %s\n", json_text(row, "kind"),
			 json_text(row, "phone_number"), json_text(row, "state"), message ? message : "");
	}
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
	if (t->breaches)
		add_journal(t, f.rows);
	json_free(shown);
	json_free(f.arrivals);
	json_free(f.executions);
	json_free(f.rows);
	return t->breaches;
}
