/*
 * A purchase, a release, what settles them and what lists them, killed at every step: SIGKILL before
 * a system call, or after half of its bytes, then the program is started again and somebody insists on his wish, and
 * the sandbox's ledger is asked what was really done.
 *
 * A run that is left alone is recorded first, and judged as well. Its calls from the plan's transaction to the end are
 * the points to kill at; the same point is found again by counting. Forked workers take turns at the points, each with
 * a sandbox and a home of its own.
 *
 *   NUMDESK_KILL   points per command and mode, spread evenly, or "all"; default: up to 24, as many as fit into 110 s
 *   NUMDESK_SEED   where among them to begin; a failing run prints its seed
 */
#include "test.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tracer.h"
#include "trial.h"

#include "numdesk/util/mem.h"
#include "numdesk/util/text.h"

#ifndef NUMDESK_TEST_BUILD
#error "the kill tests want VARIANT=test: a released program cannot be traced by everybody, and takes long to unlock"
#endif
#define PROGRAM BUILD_DIR "/numdesk"
#define SANDBOX BUILD_DIR "/numdesk-sandbox"

enum {
	WORKERS = 2,
	DEFAULT_POINTS = 24, LEAST_POINTS = 3,  /* of each mode, and below which no clock counts */
	THOROUGH_EACH = 8,                      /* how often the doctor is asked */
	STORIES_MAX = 10,
	CALLS = 512,                            /* above all numbers of system calls */
	CALLS_MAX = 20000                       /* of one run */
};

/* --- watching a run -------------------------------------------------------------------------------------------- */

/* The n-th call of its name in the window, counted from 1: threads mix the names, but hardly the calls of one. */
struct point { long call; size_t n; bool half; };
struct seen { long call; size_t journals; bool can_halve; };    /* a call, and the ledger's journals made until then */
/* From the transaction on that makes the ledger's journal for the from-th time, until the one that makes the to-th. */
struct window { size_t from, to; };

struct watch {
	bool begun;                     /* the ledger is open: nothing before that matters */
	size_t journals, count[CALLS];
	size_t at_write;                /* journals when the write left; 0: it has not */
	struct seen *record; size_t n;  /* CALLS_MAX of them; NULL: not recording */
	struct window window;
	struct point kill_at;           /* n 0: nowhere */
	bool kill_at_answer;            /* instead: when the write's answer is about to be read */
	pid_t halved;                   /* thread whose call got half of its bytes */
	bool killed;
};

static void look_at_path(struct watch *w, const struct trace_stop *s)
{
	if (s->call != SYS_openat)
		return;
	w->begun = w->begun || trace_path(s, s->arg[1], "/ledger.db");
	w->journals += trace_path(s, s->arg[1], "/ledger.db-journal");
}

static bool in_window(const struct window *v, size_t journals)
{
	return journals >= v->from && journals < v->to;
}

static bool sends_write(const struct trace_stop *s)
{
	char head[8];

	return s->call == SYS_sendto && trace_text(s, s->arg[1], head, sizeof head) &&
	       (strncmp(head, "POST ", 5) == 0 || strncmp(head, "DELETE ", 7) == 0);
}

static enum trace_act kill_it(struct watch *w)
{
	w->killed = true;
	return TRACE_KILL;
}

static enum trace_act at_point(struct watch *w, const struct trace_stop *s)
{
	if (!in_window(&w->window, w->journals) || s->call != w->kill_at.call || ++w->count[s->call] != w->kill_at.n)
		return TRACE_GO;
	if (!w->kill_at.half)
		return kill_it(w);
	w->halved = s->tid;
	return TRACE_HALVE;
}

static enum trace_act watch(void *ctx, const struct trace_stop *s)
{
	struct watch *w = ctx;

	if (w->killed || s->call < 0 || s->call >= CALLS)
		return TRACE_GO;
	if (!s->entry)
		return w->halved && s->tid == w->halved ? kill_it(w) : TRACE_GO;
	look_at_path(w, s);
	if (!w->begun)
		return TRACE_GO;
	if (!w->at_write && sends_write(s))
		w->at_write = w->journals;
	if (w->kill_at_answer && w->at_write && s->call == SYS_recvfrom)
		return kill_it(w);
	if (w->record && w->n < CALLS_MAX)
		w->record[w->n++] = (struct seen){s->call, w->journals, trace_writes(s->call) && s->arg[2] > 1};
	return w->kill_at.n ? at_point(w, s) : TRACE_GO;
}

/* --- what is killed -------------------------------------------------------------------------------------------- */

/* The command of the wish, before its plan is stored and from then on; or what comes after its crash. */
enum stage { STAGE_EARLY, STAGE_WRITE, STAGE_RESUME, STAGE_SYNC };

static bool is_later(enum stage stage)
{
	return stage == STAGE_RESUME || stage == STAGE_SYNC;
}

static const char *const *words_of(struct trial *t, enum stage stage)
{
	static const char *const resume[] = {"resume", "--json", NULL}, *const sync[] = {"sync", NULL};

	return !is_later(stage) ? trial_words(t) : stage == STAGE_RESUME ? resume : sync;
}

/* The world in which the command is started: for the later stages the write was done and its answer never read. */
static void prepare(struct trial *t, enum trial_kind kind, enum trial_mode mode, enum stage stage)
{
	struct watch w = {.kill_at_answer = true};

	trial_begin(t, kind, mode);
	if (is_later(stage))
		trial_run(t, trial_words(t), watch, &w);
}

/* marks: the points that have to do with the network or end a transaction, few among the many. */
struct recipe { struct window window; struct point *points; size_t n; size_t *marks; size_t n_marks; };

static void find_marks(struct recipe *r)
{
	static const char *const names[] = {"connect", "sendto", "recvfrom", "unlink", "unlinkat", "exit_group"};

	r->marks = mem_array(r->n + 1, sizeof *r->marks);
	for (size_t i = 0; i < r->n; i++)
		for (size_t k = 0; k < ARRAY_LEN(names); k++)
			if (strcmp(trace_name(r->points[i].call), names[k]) == 0)
				r->marks[r->n_marks++] = i;
}

static void add_points(struct recipe *r, const struct watch *w)
{
	size_t count[CALLS] = {0};

	r->points = mem_array(2 * w->n + 1, sizeof *r->points);
	for (size_t i = 0; i < w->n; i++) {
		const struct seen *c = &w->record[i];

		if (!in_window(&r->window, c->journals))
			continue;
		count[c->call]++;
		r->points[r->n++] = (struct point){c->call, count[c->call], false};
		if (c->can_halve)
			r->points[r->n++] = (struct point){c->call, count[c->call], true};
	}
}

/* The plan's transaction is the last but one before the write leaves: the last arms it. */
static struct window window_of(enum stage stage, size_t at_write)
{
	if (is_later(stage))
		return (struct window){0, SIZE_MAX};
	return stage == STAGE_EARLY ? (struct window){0, at_write - 1} : (struct window){at_write - 1, SIZE_MAX};
}

static bool make_recipe(struct trial *t, enum trial_kind kind, enum trial_mode mode, enum stage stage, struct recipe *r)
{
	struct watch w = {.record = mem_array(CALLS_MAX, sizeof *w.record)};

	prepare(t, kind, mode, stage);
	trial_run(t, words_of(t, stage), watch, &w);
	*r = (struct recipe){.window = window_of(stage, w.at_write)};
	if (is_later(stage) || w.at_write > 1) {
		add_points(r, &w);
		find_marks(r);
	}
	free(w.record);
	return r->n > 50 && trial_judge(t, true) == 0;
}

/* --- workers --------------------------------------------------------------------------------------------------- */

struct tally {                          /* shared by the workers */
	atomic_size_t killed, missed, breaches[TRIAL_BREACH_COUNT], by_call[CALLS], stories;
};
struct job {
	const char *name;
	enum trial_kind kind;
	enum stage stage;
	enum trial_mode modes;          /* so many of the modes, from the first */
	int budget_s;                   /* of the default */
};

static struct trial template;
static struct tally *tally;
static uint64_t seed;
static struct recipe recipes[TRIAL_MODE_COUNT];

static void tell(const struct trial *t, const char *what, const struct point *p)
{
	if (tally->stories++ >= STORIES_MAX)
		return;
	fprintf(stderr, "%s, %s, killed %s '%s' %zu of the window:\n%s", what, trial_mode_name[t->mode],
		p->half ? "in the middle of" : "before", trace_name(p->call), p->n, t->evidence);
}

static void one_point(struct trial *t, const struct job *j, enum trial_mode mode, const struct point *p, size_t serial)
{
	struct watch w = {.window = recipes[mode].window, .kill_at = *p};
	unsigned breaches;

	prepare(t, j->kind, mode, j->stage);
	trial_run(t, words_of(t, j->stage), watch, &w);
	if (w.killed)
		tally->by_call[p->call]++;
	*(w.killed ? &tally->killed : &tally->missed) += 1;
	t->insists_on_first = serial % 2;
	breaches = trial_judge(t, serial % THOROUGH_EACH == 0);
	for (size_t b = 0; b < TRIAL_BREACH_COUNT; b++)
		tally->breaches[b] += breaches >> b & 1;
	if (breaches)
		tell(t, j->name, p);
}

/* How many points of each mode; *all_the_time: however long it takes. */
static size_t points_wanted(bool *all_the_time)
{
	const char *text = getenv("NUMDESK_KILL");
	int64_t v = DEFAULT_POINTS;

	*all_the_time = text != NULL;
	if (text && strcmp(text, "all") == 0)
		return SIZE_MAX;
	return text && text_to_i64(text, 1, CALLS_MAX, &v) ? (size_t)v : DEFAULT_POINTS;
}

static bool coprime(size_t a, size_t b)
{
	while (b) {
		const size_t rest = a % b;

		a = b;
		b = rest;
	}
	return a == 1;
}

/* The i-th of n to visit: each once, and any first few of them spread evenly, which steps of the golden ratio do. */
static size_t spread(size_t i, size_t n)
{
	size_t step = (size_t)((double)n * 0.6180339887) + 1;

	while (!coprime(n, step))
		step++;
	return (size_t)((seed + (uint64_t)i * step) % n);
}

/* Of a sample every third is a mark, until they are used up. */
static const struct point *choose(const struct recipe *r, size_t i, bool sample)
{
	if (sample && i % 3 == 2 && i / 3 < r->n_marks)
		return &r->points[r->marks[spread(i / 3, r->n_marks)]];
	return &r->points[spread(i, r->n)];
}

/* A point of each mode in turn, so that a worker that has to stop has done as much of one as of the others. */
static void work(const struct job *j, size_t worker, time_t began)
{
	bool all_the_time;
	const size_t wanted = points_wanted(&all_the_time);
	size_t left = 1;
	struct trial t;

	trial_init(&t, &template, SANDBOX);
	for (size_t i = worker; left && i < wanted; i += WORKERS) {
		if (!all_the_time && i >= LEAST_POINTS && time(NULL) - began > j->budget_s)
			break;
		left = 0;
		for (enum trial_mode m = TRIAL_OK; m < j->modes; m++) {
			const struct recipe *r = &recipes[m];

			if (i < r->n)
				one_point(&t, j, m, choose(r, i, wanted < r->n), i / WORKERS + m);
			left += i < r->n;
		}
	}
	trial_release(&t);
}

static void report(const struct job *j, size_t possible, long seconds)
{
	size_t breaches = 0;

	print_message("%s: killed at %zu of %zu points, %zu not reached, in %ld s:", j->name, tally->killed, possible,
		      tally->missed, seconds);
	for (long call = 0; call < CALLS; call++)
		if (tally->by_call[call])
			print_message(" %s %zu", trace_name(call), tally->by_call[call]);
	print_message("\n");
	for (size_t b = 0; b < TRIAL_BREACH_COUNT; b++) {
		breaches += tally->breaches[b];
		if (tally->breaches[b])
			print_error("%s: %zu times: %s\n", j->name, tally->breaches[b], trial_breach_says[b]);
	}
	if (breaches)
		fail_msg("%s: again with NUMDESK_SEED=%llu", j->name, (unsigned long long)seed);
	if (tally->killed == 0)
		fail_msg("%s: nothing was killed", j->name);
}

/* What there is to kill, and that nothing is wrong when nothing is killed. Returns how many points. */
static size_t record_all(const struct job *j)
{
	size_t possible = 0;
	struct trial t;

	trial_init(&t, &template, SANDBOX);
	for (enum trial_mode m = TRIAL_OK; m < j->modes; m++) {
		if (!make_recipe(&t, j->kind, m, j->stage, &recipes[m]))
			fail_msg("%s left alone (%s): %zu points\n%s%s%s", j->name, trial_mode_name[m], recipes[m].n,
				 t.evidence, t.n.r.out, t.n.r.err);
		possible += recipes[m].n;
	}
	trial_release(&t);
	return possible;
}

static void kill_everywhere(const struct job *j)
{
	const time_t began = time(NULL);
	const size_t possible = record_all(j);
	bool whole = true;
	pid_t pid[WORKERS];

	memset(tally, 0, sizeof *tally);
	fflush(NULL);
	for (size_t i = 0; i < WORKERS; i++) {
		pid[i] = fork();
		if (pid[i] < 0)
			fail_msg("cannot fork");
		if (pid[i] == 0) {
			work(j, i, began);
			fflush(NULL);
			_exit(0);
		}
	}
	for (size_t i = 0; i < WORKERS; i++) {
		int status;

		whole = waitpid(pid[i], &status, 0) == pid[i] && status == 0 && whole;
	}
	for (size_t m = 0; m < TRIAL_MODE_COUNT; m++) {
		free(recipes[m].points);
		free(recipes[m].marks);
		recipes[m] = (struct recipe){0};
	}
	report(j, possible, (long)(time(NULL) - began));
	assert_true(whole);
}

/* --- the tests ------------------------------------------------------------------------------------------------- */

static void a_purchase_killed_before_its_plan(void **state)
{
	(void)state;
	kill_everywhere(&(struct job){"before the plan", TRIAL_BUY, STAGE_EARLY, TRIAL_OK + 1, 8});
}

static void a_purchase_killed(void **state)
{
	(void)state;
	kill_everywhere(&(struct job){"purchase", TRIAL_BUY, STAGE_WRITE, TRIAL_MODE_COUNT, 45});
}

/* Not the last mode: what is released is not listed late. */
static void a_release_killed(void **state)
{
	(void)state;
	kill_everywhere(&(struct job){"release", TRIAL_RELEASE, STAGE_WRITE, TRIAL_LAG, 30});
}

static void settling_a_purchase_killed(void **state)
{
	(void)state;
	kill_everywhere(&(struct job){"resume after a purchase", TRIAL_BUY, STAGE_RESUME, TRIAL_OK + 1, 8});
}

static void settling_a_release_killed(void **state)
{
	(void)state;
	kill_everywhere(&(struct job){"resume after a release", TRIAL_RELEASE, STAGE_RESUME, TRIAL_OK + 1, 8});
}

static void a_sync_after_a_purchase_killed(void **state)
{
	(void)state;
	kill_everywhere(&(struct job){"sync after a purchase", TRIAL_BUY, STAGE_SYNC, TRIAL_OK + 1, 8});
}

static void a_sync_after_a_release_killed(void **state)
{
	(void)state;
	kill_everywhere(&(struct job){"sync after a release", TRIAL_RELEASE, STAGE_SYNC, TRIAL_OK + 1, 8});
}

/* SIGKILL leaves the page cache as it is, so a disk would only cost time; test_sessions.c looks at what is synced. */
static void choose_memory(void)
{
	if (!getenv("TMPDIR") && access("/dev/shm", W_OK) == 0)
		setenv("TMPDIR", "/dev/shm", 1);
}

static int prepare_all(void **state)
{
	const char *text = getenv("NUMDESK_SEED");
	int64_t v;

	(void)state;
	choose_memory();
	tally = mmap(NULL, sizeof *tally, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (tally == MAP_FAILED)
		return -1;
	seed = text && text_to_i64(text, 0, INT64_MAX, &v) ? (uint64_t)v : (uint64_t)time(NULL) % 100000;
	print_message("seed %llu\n", (unsigned long long)seed);
	trial_template(&template, PROGRAM, SANDBOX);
	return 0;
}

static int finish_all(void **state)
{
	(void)state;
	numdesk_release(&template.n);
	return munmap(tally, sizeof *tally);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_purchase_killed_before_its_plan), cmocka_unit_test(a_purchase_killed),
		cmocka_unit_test(a_release_killed),
		cmocka_unit_test(settling_a_purchase_killed), cmocka_unit_test(settling_a_release_killed),
		cmocka_unit_test(a_sync_after_a_purchase_killed), cmocka_unit_test(a_sync_after_a_release_killed),
	};

	return cmocka_run_group_tests(tests, prepare_all, finish_all);
}
