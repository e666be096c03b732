#include "test.h"

#include "ledger_fixture.h"

/* A journal of ten events over four operations; the ledger is closed again. */
static void write_journal(struct desk *d)
{
	int64_t id;

	desk_init(d);
	id = armed(d, OP_BUY, 1);
	must_settle(d, id, OP_DONE);
	id = armed(d, OP_RELEASE, 2);
	must_settle(d, id, OP_UNKNOWN);
	must_settle(d, id, OP_DONE);
	planned(d, OP_CONFIGURE, 3);
	id = planned(d, OP_BUY, 4);
	must_settle(d, id, OP_CANCELLED);
	desk_release(d);
}

static bool verify(struct desk *d, int64_t seq, const uint8_t hash[32])
{
	bool read_only = false, ok;

	d->l = desk_open(d, &read_only);
	if (!d->l)
		fail_msg("%s", d->e.msg);
	ok = ledger_verify(d->l, seq, hash, &d->e);
	desk_release(d);
	return ok;
}

static void whole_chain_verifies(void **state)
{
	struct desk d;

	(void)state;
	write_journal(&d);
	assert_int_equal(raw_number(d.path, "SELECT count(*) FROM event"), 10);
	if (!verify(&d, 0, NULL))
		fail_msg("%s", d.e.msg);
}

/* Somebody who can write the file can also drop our triggers. */
#define NO_TRIGGERS                                                                                                    \
	"DROP TRIGGER IF EXISTS event_frozen; DROP TRIGGER IF EXISTS event_kept; DROP TRIGGER IF EXISTS frozen;"       \
	"DROP TRIGGER IF EXISTS frozen_sid; DROP TRIGGER IF EXISTS legal_move; DROP TRIGGER IF EXISTS operation_kept;" \
	"DROP TRIGGER IF EXISTS event_next; DROP TRIGGER IF EXISTS plan_frozen; DROP TRIGGER IF EXISTS plan_kept;"     \
	"PRAGMA foreign_keys=OFF; PRAGMA ignore_check_constraints=ON;"

static void alterations_are_found(void **state)
{
	static const struct { const char *name, *sql, *says; } cases[] = {
		{"detail of an event", "UPDATE event SET detail='nothing' WHERE seq=3", "event 3 "},
		{"time of an event", "UPDATE event SET at=at+1 WHERE seq=5", "event 5 "},
		{"author of an event", "UPDATE event SET who='somebody' WHERE seq=1", "event 1 "},
		{"outcome of an event", "UPDATE event SET t='rejected' WHERE seq=3", "event 3 "},
		{"where an event came from", "UPDATE event SET f='planned' WHERE seq=3", "event 3 "},
		{"event of another operation", "UPDATE event SET op_id=2 WHERE seq=2", "event 2 "},
		{"stored hash", "UPDATE event SET hash=zeroblob(32) WHERE seq=4", "event 4 "},
		{"deleted event", "DELETE FROM event WHERE seq=6", "event 6 is missing"},
		{"deleted first event", "DELETE FROM event WHERE seq=1", "event 1 is missing"},
		{"deleted and closed up", "DELETE FROM event WHERE seq=6; UPDATE event SET seq=seq-1 WHERE seq>6", "event 6 "},
		{"reordered", "UPDATE event SET seq=100 WHERE seq=2; UPDATE event SET seq=2 WHERE seq=3;"
		 "UPDATE event SET seq=3 WHERE seq=100", "event 2 "},
		{"null becomes empty", "UPDATE event SET detail='' WHERE seq=1", "event 1 "},
		{"price", "UPDATE operation SET price_micros=1 WHERE id=1", "event 1 "},
		{"number", "UPDATE operation SET subject='+15550000009' WHERE id=2", "event 4 "},
		{"account", "UPDATE operation SET account_sid='" ACCOUNT_B "' WHERE id=1", "event 1 "},
		{"released SID", "UPDATE operation SET before_json=NULL WHERE id=2", "event 4 "},
		{"plan's source", "UPDATE plan SET source='cron' WHERE id=3", "event 8 "},
		{"hidden purchase", "UPDATE operation SET state='rejected' WHERE id=1", "operation 1 is 'rejected'"},
		{"deleted operation", "DELETE FROM operation WHERE id=4", "event 9 "},
		{"operation from nowhere", "INSERT INTO operation(plan_id,seq,uid,kind,want_uid,account_sid,subject,type,country,currency,"
		 "owner,created_at,updated_at) VALUES(1,0,randomblob(16),'buy',randomblob(16),'" ACCOUNT_A
		 "','+15550000123','','','','me',1,1)", "operation 5"},
		{"last event cut off", "DELETE FROM event WHERE seq=10", "operation 4 is 'cancelled'"},
	};
	(void)state;

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		char sql[1024];
		struct desk d;

		write_journal(&d);
		snprintf(sql, sizeof sql, NO_TRIGGERS "%s", cases[i].sql);
		assert_int_equal(raw_sql(d.path, sql), SQLITE_OK);
		if (verify(&d, 0, NULL) || d.e.kind != ERR_DAMAGED || !strstr(d.e.msg, cases[i].says))
			fail_msg("%s: %s", cases[i].name, d.e.msg);
	}
}

/* The chain has no key: only the head kept elsewhere shows a history that was cut or written anew. */
static void sealed_head_shows_what_the_chain_cannot(void **state)
{
	uint8_t head[32], other[32] = {1};
	struct desk d;
	int64_t seq = 0;

	(void)state;
	write_journal(&d);
	desk_reopen(&d);
	assert_true(ledger_head(d.l, &seq, head, &d.e));
	desk_release(&d);
	assert_int_equal(seq, 10);
	assert_true(verify(&d, seq, head));
	assert_false(verify(&d, seq, other));
	assert_non_null(strstr(d.e.msg, "event 10 is not the one sealed"));
	assert_false(verify(&d, seq + 1, head));
	assert_non_null(strstr(d.e.msg, "event 11 was sealed in the vault and is missing"));
	/* an honest continuation keeps the old head */
	desk_reopen(&d);
	planned(&d, OP_BUY, 77);
	desk_release(&d);
	assert_true(verify(&d, seq, head));
	/* cut with its operation: the chain alone is content */
	assert_int_equal(
		raw_sql(d.path, NO_TRIGGERS "DELETE FROM event WHERE seq>8; DELETE FROM operation WHERE id>3;"),
		SQLITE_OK);
	assert_true(verify(&d, 0, NULL));
	assert_false(verify(&d, seq, head));
}

static bool append(void *ctx, const struct ledger_event *ev)
{
	struct buf *b = ctx;

	return buf_addf(b, "%s>%s %s;", ev->from, ev->to, ev->detail ? ev->detail : "-");
}

static void events_of_one_operation(void **state)
{
	struct op_outcome o = {.state = OP_UNKNOWN, .http_status = 502, .twilio_code = 20500, .curl_code = 56, .request_id = "RQ1",
			       .message = "no answer"};
	struct desk d;
	struct buf b;
	int64_t id;

	(void)state;
	desk_init(&d);
	buf_init(&b, 4096);
	id = armed(&d, OP_BUY, 1);
	planned(&d, OP_BUY, 2);
	assert_true(ledger_settle(d.l, id, &o, &d.e));
	must_settle(&d, id, OP_ABSENT);
	assert_true(ledger_events(d.l, id, append, &b, &d.e));
	assert_string_equal(buf_str(&b), ">planned -;planned>armed -;"
			    "armed>unknown http 502 code 20500 curl 56 request RQ1 no answer;unknown>absent -;");
	buf_clear(&b);
	assert_true(ledger_events(d.l, 99, append, &b, &d.e));
	assert_string_equal(buf_str(&b), "");
	buf_release(&b);
	desk_release(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whole_chain_verifies),
		cmocka_unit_test(alterations_are_found),
		cmocka_unit_test(sealed_head_shows_what_the_chain_cannot),
		cmocka_unit_test(events_of_one_operation),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
