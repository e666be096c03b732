/*
 * Sessions that meet while a write is under way, or are told to stop during one, and what
 * is on the disk when its first byte leaves.
 */
#include "test.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "tracer.h"
#include "trial.h"

#include "numdesk/util/err.h"
#include "numdesk/util/json.h"
#include "numdesk/util/mem.h"

#ifndef NUMDESK_TEST_BUILD
#error "the kill tests want VARIANT=test: a released program cannot be traced by everybody, and takes long to unlock"
#endif
#define PROGRAM BUILD_DIR "/numdesk"
#define SANDBOX BUILD_DIR "/numdesk-sandbox"

enum { ARRIVES_MS = 20000 };

static struct trial template, t;

static int up(void **state)
{
	(void)state;
	trial_template(&template, PROGRAM, SANDBOX);
	trial_init(&t, &template, SANDBOX);
	return 0;
}

static int down(void **state)
{
	(void)state;
	trial_release(&t);
	numdesk_release(&template.n);
	return 0;
}

static const struct { enum trial_kind kind; const char *name; } kinds[] = {
	{TRIAL_BUY, "buy"}, {TRIAL_RELEASE, "release"},
};

/* The newest row of the journal: its state, borrowed until the next call; "" when there is none. */
static const char *newest_state(void)
{
	static char state[16];
	struct json *rows;

	if (numdesk(&t.n, "journal", "--json", NULL) != 0)
		fail_msg("journal: %s", t.n.r.err);
	rows = numdesk_json(&t.n);
	snprintf(state, sizeof state, "%s", json_first(rows) ? json_text(json_first(rows), "state") : "");
	json_free(rows);
	return state;
}

static void expect_clean(const char *name)
{
	if (trial_judge(&t, true))
		fail_msg("%s:\n%s", name, t.evidence);
}

/* --- a session that is under way ------------------------------------------------------------------------------- */

static bool has_arrived(void *ctx)
{
	(void)ctx;
	return sandbox_arrivals(t.n.sandbox, t.kind == TRIAL_BUY ? "POST" : "DELETE", NULL) > 0;
}

/* The command of the wish, started, its request arrived, and not worked on for so long. */
static struct proc *under_way(enum trial_kind kind, int ms)
{
	const struct proc_spec spec = {.in = NULL};
	char rule[200];
	struct proc *p;

	trial_begin(&t, kind, TRIAL_OK);
	snprintf(rule, sizeof rule, "{\"match\": {\"method\": \"%s\"}, \"mode\": \"delay-ms\", \"arg\": %d}",
		 kind == TRIAL_BUY ? "POST" : "DELETE", ms);
	sandbox_fault(t.n.sandbox, rule);
	p = numdesk_start(&t.n, &spec, trial_words(&t));
	assert_true(test_wait(has_arrived, NULL, ARRIVES_MS));
	return p;
}

static void ends_with(struct proc *p, int status, const char *name)
{
	struct proc_result r;

	proc_end(p, &r);
	if (r.status != status)
		fail_msg("%s: exit %d, not %d: %s", name, r.status, status, r.err);
	proc_release(&r);
}

/* Another session may look, but neither decide nor send; a stopped one is alive (K13, K16). */
static void another_session_keeps_its_hands_off(void **state)
{
	(void)state;
	for (size_t i = 0; i < 2 * ARRAY_LEN(kinds); i++) {
		const bool stopped = i % 2;
		const char *name = kinds[i / 2].name;
		struct proc *p = under_way(kinds[i / 2].kind, 1500);
		int status;

		if (stopped)
			kill(proc_pid(p), SIGSTOP);
		(void)numdesk(&t.n, "resume", NULL);
		if (strcmp(newest_state(), "armed") != 0)
			fail_msg("%s: resume of another session made it '%s'", name, newest_state());
		status = numdesk_v(&t.n, trial_words(&t));
		if (status != 5)
			fail_msg("%s again, of another session: exit %d: %s", name, status, t.n.r.err);
		kill(proc_pid(p), SIGCONT);
		ends_with(p, 0, name);
		assert_string_equal(newest_state(), "done");
		expect_clean(name);
	}
}

/* K15 */
static void a_signal_waits_for_the_outcome(void **state)
{
	static const int signals[] = {SIGTERM, SIGHUP, SIGINT};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(signals) * ARRAY_LEN(kinds); i++) {
		const char *name = kinds[i % 2].name;
		struct proc *p = under_way(kinds[i % 2].kind, 300);

		kill(proc_pid(p), signals[i / 2]);
		ends_with(p, 130, name);
		assert_string_equal(newest_state(), "done");
		expect_clean(name);
	}
}

/* --- sessions that begin together ------------------------------------------------------------------------------ */

static struct proc *start_buy(const char *phone)
{
	const struct proc_spec spec = {.in = NULL};

	return numdesk_start(&t.n, &spec, (const char *[]){"buy", phone, "--yes", NULL});
}

static int ended(struct proc *p)
{
	struct proc_result r;
	int status;

	proc_end(p, &r);
	status = r.status;
	proc_release(&r);
	return status;
}

static void one_of_two(const char *what, const char *first, const char *second)
{
	struct proc *a = start_buy(first), *b = start_buy(second);
	const int status_a = ended(a), status_b = ended(b);

	if ((status_a == 0) == (status_b == 0) || sandbox_executions(t.n.sandbox, "buy", NULL) != 1)
		fail_msg("%s: exit %d and %d, %zu bought", what, status_a, status_b,
			 sandbox_executions(t.n.sandbox, "buy", NULL));
	expect_clean(what);
}

static void one_number_is_bought_by_one_session(void **state)
{
	(void)state;
	trial_begin(&t, TRIAL_BUY, TRIAL_OK);
	one_of_two("the same number", t.offers[0], t.offers[0]);
}

static void a_cap_is_shared_by_the_sessions(void **state)
{
	FILE *config;

	(void)state;
	trial_begin(&t, TRIAL_BUY, TRIAL_OK);
	config = fopen(test_path(t.n.home, "config.ini"), "wex");
	assert_non_null(config);
	fputs("[guard]\nmax_per_day = 1\n", config);
	assert_int_equal(fclose(config), 0);
	assert_int_equal(chmod(test_path(t.n.home, "config.ini"), 0600), 0);
	one_of_two("one a day", t.offers[0], t.offers[1]);
}

static void two_of_one_plan_travel_apart(void **state)
{
	(void)state;
	trial_begin(&t, TRIAL_BUY, TRIAL_OK);
	if (numdesk(&t.n, "buy", t.offers[0], t.offers[1], "--yes", NULL) != 0)
		fail_msg("%s", t.n.r.err);
	assert_int_equal(sandbox_executions(t.n.sandbox, "buy", NULL), 2);
	assert_int_equal(trial_judge(&t, true), 1u << TRIAL_DOUBLE);    /* two were wished for: else nothing */
}

/* --- on the disk ----------------------------------------------------------------------------------------------- */

/* How far the last transaction has come: each step counts only after the one before it. */
enum disk { DISK_OPEN, DISK_JOURNAL, DISK_LEDGER, DISK_UNLINKED, DISK_SAFE };
struct disk_watch {
	const char *home;
	enum disk disk;
	size_t transactions;
	bool left;                      /* the write did */
	enum disk at_write, at_end;
};

/* A rollback journal that is gone in memory alone comes back after a power loss, and takes the transaction with it. */
static void step(struct disk_watch *w, enum disk from, enum disk to)
{
	if (w->disk == from)
		w->disk = to;
}

static void on_exit_of(struct disk_watch *w, const struct trace_stop *s)
{
	char file[4096];
	const char *name;

	if (strncmp(trace_name(s->call), "unlink", 6) == 0) {
		if (trace_path(s, s->arg[s->call == SYS_unlinkat], "/ledger.db-journal"))
			step(w, DISK_LEDGER, DISK_UNLINKED);
		return;
	}
	if ((s->call != SYS_fdatasync && s->call != SYS_fsync) || !trace_fd(s, s->arg[0], file, sizeof file) ||
	    strncmp(file, w->home, strlen(w->home)) != 0)
		return;
	name = file + strlen(w->home);
	if (strcmp(name, "/ledger.db-journal") == 0)
		step(w, DISK_OPEN, DISK_JOURNAL);
	else if (strcmp(name, "/ledger.db") == 0)
		step(w, DISK_JOURNAL, DISK_LEDGER);
	else if (!*name)
		step(w, DISK_UNLINKED, DISK_SAFE);
}

static void on_entry_of(struct disk_watch *w, const struct trace_stop *s)
{
	char head[8];

	if (s->call == SYS_openat && trace_path(s, s->arg[1], "/ledger.db-journal")) {
		w->disk = DISK_OPEN;
		w->transactions++;
	} else if (s->call == SYS_sendto && !w->left && trace_text(s, s->arg[1], head, sizeof head) &&
		   (strncmp(head, "POST ", 5) == 0 || strncmp(head, "DELETE ", 7) == 0)) {
		w->left = true;
		w->at_write = w->disk;
	} else if (s->call == SYS_exit_group) {
		w->at_end = w->disk;
	}
}

static enum trace_act watch_disk(void *ctx, const struct trace_stop *s)
{
	(s->entry ? on_entry_of : on_exit_of)(ctx, s);
	return TRACE_GO;
}

/* K14: a power loss cannot take back the mark once the first byte has left, nor the outcome once the program ended. */
static void the_mark_is_on_the_disk_first(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		struct disk_watch w = {.disk = DISK_OPEN};

		trial_begin(&t, kinds[i].kind, TRIAL_OK);
		w.home = realpath(t.n.home, NULL);
		assert_non_null(w.home);
		assert_int_equal(trial_run(&t, trial_words(&t), watch_disk, &w), 0);
		if (!w.left || w.transactions < 3 || w.at_write != DISK_SAFE || w.at_end != DISK_SAFE)
			fail_msg("%s: %zu transactions, step %d of %d when it left, %d at the end", kinds[i].name,
				 w.transactions, w.at_write, DISK_SAFE, w.at_end);
		free((void *)(uintptr_t)w.home);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_mark_is_on_the_disk_first), cmocka_unit_test(two_of_one_plan_travel_apart),
		cmocka_unit_test(one_number_is_bought_by_one_session),
		cmocka_unit_test(a_cap_is_shared_by_the_sessions),
		cmocka_unit_test(another_session_keeps_its_hands_off), cmocka_unit_test(a_signal_waits_for_the_outcome),
	};

	return cmocka_run_group_tests(tests, up, down);
}
