#include "ledger.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "db.h"
#include "numdesk/util/err.h"
#include "out.h"
#include "request.h"
#include "state.h"

bool ledger_open(struct sandbox *s, const char *path, struct err *e)
{
	s->ledger_fd = -1;
	if (!path)
		return true;
	s->ledger_fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	if (s->ledger_fd < 0)
		return err_set(e, ERR_IO, "cannot open the ledger '%s': %s", path, strerror(errno));
	return true;
}

void ledger_close(struct sandbox *s)
{
	if (s->ledger_fd >= 0)
		close(s->ledger_fd);
	s->ledger_fd = -1;
}

/* One write per line: with O_APPEND lines of several threads cannot mix. */
static void write_line(struct sandbox *s, struct buf *line)
{
	static bool complained;

	buf_addc(line, '\n');
	if (s->ledger_fd >= 0 && write(s->ledger_fd, line->s, line->len) != (ssize_t)line->len && !complained) {
		complained = true;
		dprintf(STDERR_FILENO, "numdesk-sandbox: cannot write the ledger: %s\n", strerror(errno));
	}
}

static void arrival_json(struct buf *b, struct sqlite3_stmt *q, struct arena *a)
{
	out_open(b, '{');
	out_member(b, "kind", "arrival");
	out_member_i64(b, "seq", db_int(q, 0));
	out_member_i64(b, "at_ms", db_int(q, 1));
	out_member_i64(b, "connection", db_int(q, 2));
	out_member(b, "method", db_text(q, 3, a));
	out_member(b, "path", db_text(q, 4, a));
	out_member(b, "body", db_text(q, 5, a));
	out_member(b, "user", db_text(q, 6, a));
	out_member_bool(b, "authorization", db_int(q, 7) != 0);
	out_member_bool(b, "complete", db_int(q, 8) != 0);
	out_close(b, '}');
}

static void execution_json(struct buf *b, struct sqlite3_stmt *q, struct arena *a)
{
	out_open(b, '{');
	out_member(b, "kind", "execution");
	out_member_i64(b, "seq", db_int(q, 0));
	out_member_i64(b, "at_ms", db_int(q, 1));
	out_member_i64(b, "arrival", db_int(q, 2));
	out_member(b, "action", db_text(q, 3, a));
	out_member(b, "account_sid", db_text(q, 4, a));
	out_member(b, "phone_number", db_text(q, 5, a));
	out_member(b, "sid", db_text(q, 6, a));
	out_close(b, '}');
}

#define ARRIVAL "SELECT seq, at_ms, connection, method, target, body, user, has_auth, complete FROM arrival "
#define EXECUTION "SELECT seq, at_ms, arrival, action, account_sid, phone_number, sid FROM execution "

static void write_last(struct sandbox *s, bool is_arrival, int64_t seq)
{
	struct arena a = {0};
	struct buf line;
	struct sqlite3_stmt *q;

	if (s->ledger_fd < 0)
		return;
	buf_init(&line, 2 * REQUEST_BODY_MAX);
	q = db_query(s->db, is_arrival ? ARRIVAL "WHERE seq=?" : EXECUTION "WHERE seq=?", "i", seq);
	if (db_next(q))
		(is_arrival ? arrival_json : execution_json)(&line, q, &a);
	db_end(q);
	write_line(s, &line);
	buf_release(&line);
	arena_release(&a);
}

void ledger_arrival(struct sandbox *s, struct request *q, bool complete)
{
	q->seq = db_number(s->db, 0,
			   "INSERT INTO arrival (at_ms, connection, method, target, body, user, has_auth, complete) "
			   "VALUES (?,?,?,?,?,?,?,?) RETURNING seq", "iissssii", state_now_ms(), q->connection,
			   q->method, q->target, request_body_text(q), q->user, (int64_t)q->has_auth, (int64_t)complete);
	write_last(s, true, q->seq);
}

void ledger_execution(struct sandbox *s, const struct request *q, const char *kind, const char *account,
		      const char *phone, const char *sid)
{
	const int64_t seq = db_number(s->db, 0,
				      "INSERT INTO execution (at_ms, arrival, action, account_sid, phone_number, sid) "
				      "VALUES (?,?,?,?,?,?) RETURNING seq", "iissss", state_now_ms(), q->seq, kind,
				      account, phone, sid);

	write_last(s, false, seq);
}

static void add_all(struct sandbox *s, bool arrivals, struct buf *out)
{
	struct sqlite3_stmt *q = db_query(s->db, arrivals ? ARRIVAL "ORDER BY seq" : EXECUTION "ORDER BY seq", "");
	struct arena a = {0};

	while (db_next(q)) {
		(arrivals ? arrival_json : execution_json)(out, q, &a);
		arena_reset(&a);
	}
	db_end(q);
	arena_release(&a);
}

void ledger_json(struct sandbox *s, const char *kind, struct buf *out)
{
	out_open(out, '[');
	if (!kind || strcmp(kind, "arrivals") == 0)
		add_all(s, true, out);
	if (!kind || strcmp(kind, "executions") == 0)
		add_all(s, false, out);
	out_close(out, ']');
}
