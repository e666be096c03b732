#include "test.h"

#include "ledger_fixture.h"

/* The constraints, each met by raw SQL as a mistake in our own code would send it. */

#define INSERT_OP                                                                                                      \
	"INSERT INTO operation(plan_id,seq,uid,kind,want_uid,account_sid,to_account,subject,phone_sid,type,country,"   \
	"price_micros,currency,owner,created_at,updated_at) VALUES(1,0,randomblob(16),"
#define ACCOUNT "'" ACCOUNT_A "',"
#define PN "'PN00000000000000000000000000000001',"
#define END "'local','US',1150000,'USD','me',1,1)"

static void prepare(struct desk *d)
{
	desk_init(d);
	planned(d, OP_BUY, 1);          /* plan 1, operation 1, subject of number 1 */
	ledger_close(d->l);
	d->l = NULL;
}

static void inserts_are_refused(void **state)
{
	static const struct { const char *name, *sql; int rc; } cases[] = {
		{"a good row", INSERT_OP "'buy',randomblob(16)," ACCOUNT "NULL,'+15550000000',NULL," END, SQLITE_OK},
		{"same number, open", INSERT_OP "'buy',randomblob(16)," ACCOUNT "NULL,'+15550007919',NULL," END, SQLITE_CONSTRAINT},
		{"same number, another kind and account", INSERT_OP "'release',randomblob(16),'" ACCOUNT_B "',NULL,'+15550007919',"
		 PN END, SQLITE_CONSTRAINT},
		{"same want, another number", INSERT_OP "'buy',(SELECT want_uid FROM operation WHERE id=1)," ACCOUNT
		 "NULL,'+15550000001',NULL," END, SQLITE_CONSTRAINT},
		{"same uid", "INSERT INTO operation(plan_id,seq,uid,kind,want_uid,account_sid,subject,type,country,currency,owner,"
		 "created_at,updated_at) SELECT 1,0,uid,'buy',randomblob(16),account_sid,'+15550000002','','','USD','me',1,1"
		 " FROM operation WHERE id=1", SQLITE_CONSTRAINT},
		{"unknown kind", INSERT_OP "'rent',randomblob(16)," ACCOUNT "NULL,'+15550000003',NULL," END, SQLITE_CONSTRAINT},
		{"short want", INSERT_OP "'buy',x'00'," ACCOUNT "NULL,'+15550000003',NULL," END, SQLITE_CONSTRAINT},
		{"account of another shape", INSERT_OP "'buy',randomblob(16),'AC1',NULL,'+15550000003',NULL," END, SQLITE_CONSTRAINT},
		{"number without plus", INSERT_OP "'buy',randomblob(16)," ACCOUNT "NULL,'15550000003',NULL," END, SQLITE_CONSTRAINT},
		{"number with a letter", INSERT_OP "'buy',randomblob(16)," ACCOUNT "NULL,'+1555000000a',NULL," END, SQLITE_CONSTRAINT},
		{"number too long", INSERT_OP "'buy',randomblob(16)," ACCOUNT "NULL,'+1555000000012345',NULL," END, SQLITE_CONSTRAINT},
		{"release without SID", INSERT_OP "'release',randomblob(16)," ACCOUNT "NULL,'+15550000003',NULL," END,
		 SQLITE_CONSTRAINT},
		{"transfer to nobody", INSERT_OP "'transfer',randomblob(16)," ACCOUNT "NULL,'+15550000003'," PN END,
		 SQLITE_CONSTRAINT},
		{"negative price", INSERT_OP "'buy',randomblob(16)," ACCOUNT "NULL,'+15550000003',NULL,'local','US',-1,'USD','me',1,1)",
		 SQLITE_CONSTRAINT},
		{"text as a price", INSERT_OP "'buy',randomblob(16)," ACCOUNT
		 "NULL,'+15550000003',NULL,'local','US','1.15','USD','me',1,1)", SQLITE_CONSTRAINT},
		{"no such plan", "PRAGMA foreign_keys=ON; INSERT INTO operation(plan_id,seq,uid,kind,want_uid,account_sid,subject,type,"
		 "country,currency,owner,created_at,updated_at) VALUES(99,0,randomblob(16),'buy',randomblob(16)," ACCOUNT
		 "'+15550000004','','','USD','me',1,1)", SQLITE_CONSTRAINT},
		{"born armed", "INSERT INTO operation(plan_id,seq,uid,kind,want_uid,account_sid,subject,type,country,currency,owner,"
		 "created_at,updated_at,state,sends) VALUES(1,0,randomblob(16),'buy',randomblob(16)," ACCOUNT
		 "'+15550000005','','','USD','me',1,1,'armed',1)", SQLITE_CONSTRAINT},
		{"event out of order", "INSERT INTO event VALUES(9,1,1,NULL,'planned','me',NULL,zeroblob(32))", SQLITE_CONSTRAINT},
		{"event with half a hash", "INSERT INTO event VALUES(2,1,1,NULL,'planned','me',NULL,zeroblob(16))", SQLITE_CONSTRAINT},
		{"second primary", "INSERT INTO number_meta(account_sid,phone_number,is_primary) VALUES('a','1',1),('a','2',1)",
		 SQLITE_CONSTRAINT},
		{"second primary for messages", "INSERT INTO number_meta(account_sid,phone_number,for_messages) VALUES('a','1',1),"
		 "('a','2',1)", SQLITE_CONSTRAINT},
		{"primary for messages, and for voice", "INSERT INTO number_meta(account_sid,phone_number,is_primary,for_messages,"
		 "for_voice) VALUES('b','1',1,0,0),('b','2',0,1,0),('b','3',0,0,1)", SQLITE_OK},
		{"primary in between", "INSERT INTO number_meta(account_sid,phone_number,for_voice) VALUES('c','1',2)",
		 SQLITE_CONSTRAINT},
	};
	struct desk d;

	(void)state;
	prepare(&d);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		int rc = raw_sql(d.path, cases[i].sql);

		if (rc != cases[i].rc)
			fail_msg("%s: code %d, not %d", cases[i].name, rc, cases[i].rc);
	}
}

static void updates_and_deletes_are_refused(void **state)
{
	static const struct { const char *name, *sql; int rc; } cases[] = {
		{"a legal move", "UPDATE operation SET state='armed',sends=1 WHERE id=1", SQLITE_OK},
		{"illegal: back to planned", "UPDATE operation SET state='planned' WHERE id=1", SQLITE_CONSTRAINT},
		{"illegal: cancelled once armed", "UPDATE operation SET state='cancelled' WHERE id=1", SQLITE_CONSTRAINT},
		{"no such state", "UPDATE operation SET state='paid' WHERE id=1", SQLITE_CONSTRAINT},
		{"a second send", "UPDATE operation SET sends=2 WHERE id=1", SQLITE_CONSTRAINT},
		{"a send taken back", "UPDATE operation SET sends=0 WHERE id=1", SQLITE_CONSTRAINT},
		{"done without SID", "UPDATE operation SET state='done' WHERE id=1", SQLITE_CONSTRAINT},
		{"uid", "UPDATE operation SET uid=randomblob(16)", SQLITE_CONSTRAINT},
		{"kind", "UPDATE operation SET kind='release'", SQLITE_CONSTRAINT},
		{"want", "UPDATE operation SET want_uid=randomblob(16)", SQLITE_CONSTRAINT},
		{"account", "UPDATE operation SET account_sid='" ACCOUNT_B "'", SQLITE_CONSTRAINT},
		{"gaining account", "UPDATE operation SET to_account='" ACCOUNT_B "'", SQLITE_CONSTRAINT},
		{"number", "UPDATE operation SET subject='+15550000009'", SQLITE_CONSTRAINT},
		{"price", "UPDATE operation SET price_micros=0", SQLITE_CONSTRAINT},
		{"currency", "UPDATE operation SET currency='EUR'", SQLITE_CONSTRAINT},
		{"parameters", "UPDATE operation SET want_json='{}'", SQLITE_CONSTRAINT},
		{"snapshot", "UPDATE operation SET before_json='{}'", SQLITE_CONSTRAINT},
		{"creation time", "UPDATE operation SET created_at=0", SQLITE_CONSTRAINT},
		{"plan of an operation", "UPDATE operation SET plan_id=2", SQLITE_CONSTRAINT},
		{"deleted operation", "DELETE FROM operation", SQLITE_CONSTRAINT},
		{"replaced operation", "REPLACE INTO operation SELECT * FROM operation WHERE id=1", SQLITE_CONSTRAINT},
		{"plan", "UPDATE plan SET source='x'", SQLITE_CONSTRAINT},
		{"deleted plan", "DELETE FROM plan", SQLITE_CONSTRAINT},
		{"event", "UPDATE event SET detail='x'", SQLITE_CONSTRAINT},
		{"deleted event", "DELETE FROM event", SQLITE_CONSTRAINT},
	};
	struct desk d;

	(void)state;
	prepare(&d);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		int rc = raw_sql(d.path, cases[i].sql);

		if (rc != cases[i].rc)
			fail_msg("%s: code %d, not %d", cases[i].name, rc, cases[i].rc);
	}
}

/* OR REPLACE would delete the row in its way without a word; on our connections the trigger speaks up. */
static void nothing_is_replaced(void **state)
{
	static const char *const sql[] = {
		"REPLACE INTO operation SELECT * FROM operation WHERE id=1",
		"INSERT OR REPLACE INTO operation(plan_id,seq,uid,kind,want_uid,account_sid,subject,type,country,currency,owner,created_at,"
		"updated_at) SELECT plan_id,seq,randomblob(16),kind,randomblob(16),account_sid,subject,'','','USD','me',1,1 FROM operation",
		"REPLACE INTO event SELECT * FROM event",
	};
	struct desk d;

	(void)state;
	desk_init(&d);
	planned(&d, OP_BUY, 1);
	for (size_t i = 0; i < ARRAY_LEN(sql); i++)
		if (db_exec(&d.l->db, sql[i], &d.e))
			fail_msg("%s", sql[i]);
	assert_true(ledger_verify(d.l, 0, NULL, &d.e));
	desk_release(&d);
}

static void sid_of_a_release_is_frozen(void **state)
{
	struct desk d;

	(void)state;
	desk_init(&d);
	planned(&d, OP_RELEASE, 1);
	planned(&d, OP_BUY, 2);
	desk_release(&d);
	assert_int_equal(
		raw_sql(d.path, "UPDATE operation SET phone_sid='PN00000000000000000000000000000009' WHERE id=1"),
		SQLITE_CONSTRAINT);
	assert_int_equal(
		raw_sql(d.path, "UPDATE operation SET phone_sid='PN00000000000000000000000000000009' WHERE id=2"),
		SQLITE_OK);
	assert_int_equal(raw_sql(d.path, "UPDATE operation SET phone_sid='PN9' WHERE id=2"), SQLITE_CONSTRAINT);
}

/* A number is free again, and a want too, only in the states that say so. */
static void unique_indexes_follow_the_states(void **state)
{
	static const struct { const char *sql; bool open, wanted; } cases[] = {
		{"UPDATE operation SET state='planned'", true, true},
		{"UPDATE operation SET state='armed',sends=1", true, true},
		{"UPDATE operation SET state='unknown'", true, true},
		{"UPDATE operation SET state='absent'", true, true},
		{"UPDATE operation SET state='unknown'", true, true},
		{"UPDATE operation SET state='conflict'", true, true},
		{"UPDATE operation SET state='done',phone_sid='PN00000000000000000000000000000009'", false, true},
	};
	struct desk d;

	(void)state;
	prepare(&d);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		assert_int_equal(raw_sql(d.path, cases[i].sql), SQLITE_OK);
		if ((raw_sql(d.path, "SAVEPOINT s; " INSERT_OP "'release',randomblob(16)," ACCOUNT
				     "NULL,'+15550007919'," PN END "; ROLLBACK TO s") != SQLITE_OK) != cases[i].open)
			fail_msg("%s: the number", cases[i].sql);
		if ((raw_sql(d.path,
			     "SAVEPOINT s; " INSERT_OP "'buy',(SELECT want_uid FROM operation WHERE id=1)," ACCOUNT
			     "NULL,'+15550000001',NULL," END "; ROLLBACK TO s") != SQLITE_OK) != cases[i].wanted)
			fail_msg("%s: the want", cases[i].sql);
	}
}

static void legal_table_is_the_models(void **state)
{
	struct desk d;
	char sql[256];

	(void)state;
	prepare(&d);
	for (int k = 0; k < OP_KIND_COUNT; k++)
		for (int f = 0; f < OP_STATE_COUNT; f++)
			for (int t = 0; t < OP_STATE_COUNT; t++) {
				snprintf(sql, sizeof sql,
					 "SELECT count(*) FROM legal WHERE kind='%s' AND f='%s' AND t='%s'",
					 op_kind_name(k), op_state_name(f), op_state_name(t));
				if (raw_number(d.path, sql) != op_may_move(k, f, t))
					fail_msg("%s", sql);
			}
}

static void altered_legal_table_is_mended_at_open(void **state)
{
	struct desk d;

	(void)state;
	prepare(&d);
	assert_int_equal(raw_sql(d.path, "INSERT INTO legal VALUES('buy','done','planned')"), SQLITE_OK);
	assert_int_equal(raw_sql(d.path, "DELETE FROM legal WHERE kind='release' AND f='planned'"), SQLITE_OK);
	desk_reopen(&d);
	desk_release(&d);
	assert_int_equal(raw_number(d.path, "SELECT count(*) FROM legal WHERE f='done'"), 0);
	assert_int_equal(raw_number(d.path, "SELECT count(*) FROM legal WHERE kind='release' AND f='planned'"), 2);
}

/* The lists of states in SQL and the functions of the model are two spellings of one thing. */
static void open_states_are_the_models(void **state)
{
	char quoted[32];

	(void)state;
	for (int s = 0; s < OP_STATE_COUNT; s++) {
		snprintf(quoted, sizeof quoted, "'%s'", op_state_name(s));
		if (!!strstr(OPEN_STATES, quoted) != op_is_open(s))
			fail_msg("open: %s", quoted);
		if (!!strstr(GIVEN_UP_STATES, quoted) != (!op_is_open(s) && s != OP_DONE))
			fail_msg("given up: %s", quoted);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(inserts_are_refused),
		cmocka_unit_test(updates_and_deletes_are_refused),
		cmocka_unit_test(nothing_is_replaced),
		cmocka_unit_test(sid_of_a_release_is_frozen),
		cmocka_unit_test(unique_indexes_follow_the_states),
		cmocka_unit_test(legal_table_is_the_models),
		cmocka_unit_test(altered_legal_table_is_mended_at_open),
		cmocka_unit_test(open_states_are_the_models),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
