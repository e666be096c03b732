#ifndef NUMDESK_TESTS_STORE_LEDGER_FIXTURE_H
#define NUMDESK_TESTS_STORE_LEDGER_FIXTURE_H

#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fixture.h"
#include "ledger_priv.h"
#include "numdesk/util/clock.h"

#define NOON 1769860800000      /* 2026-01-31T12:00:00Z, the last day of a month */

/* A ledger in a directory of its own, with a clock that stands at NOON. */
struct desk {
	const char *dir;
	char path[512], sessions[512];
	struct clock_fake clock;
	struct ledger *l;
	struct err e;
};

static inline struct ledger *desk_open(struct desk *d, bool *read_only)
{
	struct ledger *l = NULL;

	err_clear(&d->e);
	return ledger_open(&l, d->path, d->sessions, &d->clock.base, read_only, &d->e) ? l : NULL;
}

static inline void desk_init(struct desk *d)
{
	bool read_only = false;

	memset(d, 0, sizeof *d);
	d->dir = test_dir();
	snprintf(d->path, sizeof d->path, "%s/ledger.db", d->dir);
	snprintf(d->sessions, sizeof d->sessions, "%s/sessions", d->dir);
	clock_fake_init(&d->clock, NOON);
	d->l = desk_open(d, &read_only);
	if (!d->l)
		fail_msg("%s", d->e.msg);
}

static inline void desk_reopen(struct desk *d)
{
	bool read_only = false;

	ledger_close(d->l);
	d->l = desk_open(d, &read_only);
	if (!d->l)
		fail_msg("%s", d->e.msg);
}

static inline void desk_release(struct desk *d)
{
	ledger_close(d->l);
	d->l = NULL;
}

/* Operation i: buys take number i, the other kinds its SID too. */
static inline struct operation sample_op(enum op_kind kind, uint64_t i)
{
	struct operation op = {.kind = kind, .price_micros = kind == OP_BUY ? 1150000 : 0, .type = NUMBER_LOCAL};

	snprintf(op.account_sid, sizeof op.account_sid, "%s", ACCOUNT_A);
	snprintf(op.currency, sizeof op.currency, "USD");
	snprintf(op.country, sizeof op.country, "US");
	sample_phone(op.phone_number, i);
	if (kind != OP_BUY) {
		sample_sid(op.phone_sid, "PN", i);
		op.before_json = "{\"friendly_name\":\"old\"}";
	}
	if (kind == OP_TRANSFER)
		snprintf(op.to_account, sizeof op.to_account, "%s", ACCOUNT_B);
	return op;
}

static inline int64_t planned(struct desk *d, enum op_kind kind, uint64_t i)
{
	struct operation op = sample_op(kind, i);

	if (!ledger_plan(d->l, &op, 1, "cli", NULL, &d->e))
		fail_msg("%s", d->e.msg);
	return op.id;
}

static inline int64_t armed(struct desk *d, enum op_kind kind, uint64_t i)
{
	int64_t id = planned(d, kind, i);

	if (!ledger_arm(d->l, id, &d->e))
		fail_msg("%s", d->e.msg);
	return id;
}

static inline bool settled(struct desk *d, int64_t id, enum op_state state)
{
	char sid[SID_SIZE];
	struct op_outcome o = {.state = state, .phone_sid = state == OP_DONE ? sid : NULL};

	sample_sid(sid, "PN", 1000000 + (uint64_t)id);
	return ledger_settle(d->l, id, &o, &d->e);
}

static inline void must_settle(struct desk *d, int64_t id, enum op_state state)
{
	if (!settled(d, id, state))
		fail_msg("%s", d->e.msg);
}

static inline enum op_state state_of(struct desk *d, int64_t id)
{
	struct operation op = {0};
	struct arena a = {0};

	if (!ledger_op(d->l, id, &op, &a, &d->e))
		fail_msg("%s", d->e.msg);
	arena_release(&a);
	return op.state;
}

/* SQL as another program would run it on the file; the result code. */
static inline int raw_sql(const char *path, const char *sql)
{
	sqlite3 *h = NULL;
	int rc;

	assert_int_equal(sqlite3_open_v2(path, &h, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
	rc = sqlite3_exec(h, sql, NULL, NULL, NULL);
	sqlite3_close(h);
	return rc & 0xff;
}

static inline int64_t raw_number(const char *path, const char *sql)
{
	sqlite3_stmt *q = NULL;
	sqlite3 *h = NULL;
	int64_t v = -1;

	assert_int_equal(sqlite3_open_v2(path, &h, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(h, sql, -1, &q, NULL), SQLITE_OK);
	if (sqlite3_step(q) == SQLITE_ROW)
		v = sqlite3_column_int64(q, 0);
	sqlite3_finalize(q);
	sqlite3_close(h);
	return v;
}

/* The result of `what` in a child process; it must not return into the test. */
static inline pid_t in_child(void (*what)(void *), void *ctx)
{
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		what(ctx);
		_exit(0);
	}
	return pid;
}

static inline int child_status(pid_t pid)
{
	int status = 0;

	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

#endif
