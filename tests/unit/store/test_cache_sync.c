#include "test.h"

#include "cache_fixture.h"

/* --- helpers ----------------------------------------------------------------------------------------------------- */

static struct cache_sync begin(struct shelf *s, int64_t now, bool resume)
{
	struct cache_sync sync;

	if (!cache_sync_begin(s->c, ACCOUNT_A, now, resume, 3600, &sync, &s->e))
		fail_msg("%s", s->e.msg);
	return sync;
}

/* A page of the numbers first..last, both included. */
static void page(struct shelf *s, struct cache_sync *sync, uint64_t first, uint64_t last, int64_t now)
{
	struct number rows[64];
	size_t n = 0;

	for (uint64_t i = first; i <= last; i++)
		rows[n++] = sample_number(ACCOUNT_A, i, &s->a);
	if (!cache_sync_page(s->c, sync, rows, n, "/next", now, &s->e))
		fail_msg("%s", s->e.msg);
}

static struct cache_report finish(struct shelf *s, struct cache_sync *sync, bool complete, int64_t now)
{
	struct cache_report report;

	if (!cache_sync_end(s->c, sync, complete, now, &report, &s->e))
		fail_msg("%s", s->e.msg);
	return report;
}

static struct number stored(struct shelf *s, uint64_t i)
{
	struct number n = {0};
	char sid[SID_SIZE];

	sample_sid(sid, "PN", i);
	if (!cache_find_sid(s->c, ACCOUNT_A, sid, &n, &s->a, &s->e))
		fail_msg("number %d: %s", (int)i, s->e.msg);
	return n;
}

static bool is_there(struct shelf *s, uint64_t i)
{
	struct number n;
	char sid[SID_SIZE];

	sample_sid(sid, "PN", i);
	return cache_find_sid(s->c, ACCOUNT_A, sid, &n, &s->a, &s->e);
}

/* seen, came, went, changed, gone_removed */
static void check_report(struct cache_report r, int seen, int came, int went, int changed, int removed, int line)
{
	if (r.seen != seen || r.came != came || r.went != went || r.changed != changed || r.gone_removed != removed)
		fail_msg("line %d: seen %d came %d went %d changed %d removed %d", line, (int)r.seen, (int)r.came,
			 (int)r.went, (int)r.changed, (int)r.gone_removed);
}
#define REPORT(r, seen, came, went, changed, removed) check_report(r, seen, came, went, changed, removed, __LINE__)

static bool list_change(void *ctx, enum cache_change_kind kind, const char *phone_number, const char *phone_sid,
			const char *detail)
{
	(void)phone_sid;
	return buf_addf(ctx, "%d%s[%s]", kind, phone_number + 5, detail);
}

static const char *changes(struct shelf *s, int64_t sync_id, struct buf *b)
{
	buf_clear(b);
	if (!cache_changes(s->c, sync_id, 0, list_change, b, &s->e))
		fail_msg("%s", s->e.msg);
	return buf_str(b);
}

/* --- passes ------------------------------------------------------------------------------------------------------ */

static void account_without_numbers(void **state)
{
	struct account_facts facts;
	struct cache_report r, last;
	struct cache_sync sync;
	struct shelf s;

	(void)state;
	shelf_init(&s);
	sync = begin(&s, 1000, true);
	assert_false(sync.resumed);
	assert_string_equal(sync.next_page, "");
	assert_true(cache_sync_page(s.c, &sync, NULL, 0, "", 1001, &s.e));
	r = finish(&s, &sync, true, 1002);
	REPORT(r, 0, 0, 0, 0, 0);
	assert_true(r.complete && r.first);
	assert_int_equal(r.finished_at, 1002);
	assert_true(cache_last_report(s.c, ACCOUNT_A, &last));
	assert_int_equal(last.sync_id, r.sync_id);
	assert_true(last.complete && last.first && last.finished_at == 1002);
	assert_false(cache_last_report(s.c, ACCOUNT_B, &last));
	assert_true(cache_account(s.c, ACCOUNT_A, &facts));
	assert_int_equal(facts.synced_at, 1002);
	shelf_release(&s);
}

static void first_pass_stores_everything(void **state)
{
	struct cache_sync sync;
	struct cache_report r;
	struct number n, want;
	struct buf b;
	struct shelf s;

	(void)state;
	shelf_init(&s);
	buf_init(&b, 4096);
	sync = begin(&s, 1000, false);
	page(&s, &sync, 0, 49, 1001);
	assert_int_equal(sync.pages, 1);
	assert_int_equal(sync.rows, 50);
	assert_string_equal(sync.next_page, "/next");
	page(&s, &sync, 50, 99, 1002);
	r = finish(&s, &sync, true, 1003);
	REPORT(r, 100, 100, 0, 0, 0);
	assert_true(r.first);
	assert_string_equal(changes(&s, r.sync_id, &b), "");
	n = stored(&s, 77);
	want = sample_number(ACCOUNT_A, 77, &s.a);
	assert_string_equal(n.phone_number, want.phone_number);
	assert_string_equal(n.friendly_name, want.friendly_name);
	assert_int_equal(n.created_at, 1002);
	assert_int_equal(n.seen_at, 1002);
	assert_int_equal(number_hash(&n), number_hash(&want));
	buf_release(&b);
	shelf_release(&s);
}

/* Every column that Twilio fills comes back as it went in, whatever the columns table holds. */
static void every_column_survives(void **state)
{
	struct number in, out;
	struct cache_sync sync;
	struct shelf s;

	(void)state;
	shelf_init(&s);
	in = sample_number(ACCOUNT_A, 1, &s.a);
	for (unsigned c = 0; c < COLUMN_COUNT; c++)
		if (columns[c].source == SOURCE_TWILIO && columns[c].type == COLTYPE_TEXT)
			*(const char **)((char *)&in + columns[c].offset) =
				arena_printf(&s.a, "%s \xc3\xa9\xe2\x82\xac", columns[c].name);
		else if (columns[c].source == SOURCE_TWILIO && columns[c].type == COLTYPE_BOOL)
			*(bool *)((char *)&in + columns[c].offset) = true;
	in.incomplete = true;
	sync = begin(&s, 1000, false);
	assert_true(cache_sync_page(s.c, &sync, &in, 1, "", 1001, &s.e));
	out = stored(&s, 1);
	for (unsigned c = 0; c < COLUMN_COUNT; c++) {
		char a[512], b[512];

		if (columns[c].source != SOURCE_TWILIO && c != COL_COUNTRY && c != COL_INCOMPLETE)
			continue;
		column_machine((enum column_id)c, &in, a, sizeof a);
		column_machine((enum column_id)c, &out, b, sizeof b);
		if (strcmp(a, b) != 0)
			fail_msg("%s: '%s', not '%s'", columns[c].name, b, a);
	}
	assert_int_equal(number_hash(&in), number_hash(&out));
	assert_int_equal(out.monthly_price, MONEY_UNKNOWN);
	shelf_release(&s);
}

static void number_twice_in_a_pass_counts_once(void **state)
{
	struct cache_sync sync;
	struct cache_report r;
	struct shelf s;

	(void)state;
	shelf_init(&s);
	for (int round = 0; round < 2; round++) {       /* when new, and when known */
		sync = begin(&s, 1000 + round * 100, false);
		page(&s, &sync, 0, 9, 1001 + round * 100);
		page(&s, &sync, 5, 14, 1002 + round * 100);
		page(&s, &sync, 0, 14, 1003 + round * 100);
		assert_int_equal(sync.rows, 15);
		r = finish(&s, &sync, true, 1004 + round * 100);
		REPORT(r, 15, round ? 0 : 15, 0, 0, 0);
		assert_int_equal(count_ids(&s, ACCOUNT_A, true), 15);
	}
	shelf_release(&s);
}

/* One row that moved between two pages and was changed in between: the newer is kept. */
static void later_page_wins(void **state)
{
	struct cache_sync sync;
	struct number n;
	struct shelf s;

	(void)state;
	shelf_init(&s);
	sync = begin(&s, 1000, false);
	page(&s, &sync, 0, 3, 1001);
	n = sample_number(ACCOUNT_A, 2, &s.a);
	n.friendly_name = "renamed";
	assert_true(cache_sync_page(s.c, &sync, &n, 1, "", 1002, &s.e));
	REPORT(finish(&s, &sync, true, 1003), 4, 4, 0, 0, 0);
	assert_string_equal(stored(&s, 2).friendly_name, "renamed");
	shelf_release(&s);
}

static void changes_are_named(void **state)
{
	struct number rows[4];
	struct cache_sync sync;
	struct cache_report r;
	struct shelf s;
	struct buf b;

	(void)state;
	shelf_init(&s);
	buf_init(&b, 4096);
	whole_pass(&s, ACCOUNT_A, 0, 4, 1000);
	for (uint64_t i = 0; i < 4; i++)
		rows[i] = sample_number(ACCOUNT_A, i, &s.a);
	rows[0].friendly_name = "other";
	rows[0].sms_url = NULL;
	rows[1].capabilities ^= CAP_FAX;
	rows[2].incomplete = true;
	rows[3] = sample_number(ACCOUNT_A, 4, &s.a);
	sync = begin(&s, 2000, false);
	assert_true(cache_sync_page(s.c, &sync, rows, 4, "", 2001, &s.e));
	r = finish(&s, &sync, true, 2002);
	REPORT(r, 4, 1, 1, 3, 0);
	assert_false(r.first);
	assert_string_equal(changes(&s, r.sync_id, &b),
			    "00031676[]10023757[]20000000[friendly_name sms_url]20007919[capabilities]"
			    "20015838[incomplete]");
	assert_string_equal(stored(&s, 0).friendly_name, "other");
	assert_null(stored(&s, 0).sms_url);
	assert_int_equal(stored(&s, 0).created_at, 1001);
	assert_int_equal(stored(&s, 0).seen_at, 2001);
	assert_true(stored(&s, 2).incomplete);
	assert_true(cache_changes(s.c, r.sync_id, 1, list_change, (buf_clear(&b), &b), &s.e));
	assert_string_equal(buf_str(&b), "00031676[]");
	buf_release(&b);
	shelf_release(&s);
}

static void unchanged_rows_are_not_written(void **state)
{
	struct cache_sync sync;
	struct shelf s;

	(void)state;
	shelf_init(&s);
	whole_pass(&s, ACCOUNT_A, 0, 50, 1000);
	assert_int_equal(db_number(&s.c->db, "SELECT sum(seen_at)/count(*) FROM numbers", 0), 1001);
	sync = begin(&s, 2000, false);
	page(&s, &sync, 0, 49, 2001);
	REPORT(finish(&s, &sync, true, 2002), 50, 0, 0, 0, 0);
	assert_int_equal(db_number(&s.c->db, "SELECT max(seen_at) FROM numbers", 0), 1001);
	assert_int_equal(db_number(&s.c->db, "SELECT count(*) FROM seen", -1), 0);
	/* and yet it is known when they were seen */
	assert_int_equal(stored(&s, 3).seen_at, 2000);
	assert_int_equal(stored(&s, 3).created_at, 1001);
	shelf_release(&s);
}

static void missing_numbers_go_grey_and_then_away(void **state)
{
	struct cache_sync sync;
	struct cache_report r;
	struct shelf s;
	struct buf b;

	(void)state;
	shelf_init(&s);
	buf_init(&b, 4096);
	whole_pass(&s, ACCOUNT_A, 0, 10, 1000);
	r = whole_pass(&s, ACCOUNT_A, 0, 10, 1500);
	REPORT(r, 10, 0, 0, 0, 0);
	r = whole_pass(&s, ACCOUNT_A, 2, 8, 2000);
	REPORT(r, 8, 0, 2, 0, 0);
	assert_string_equal(changes(&s, r.sync_id, &b), "10000000[]10007919[]");
	assert_int_equal(count_ids(&s, ACCOUNT_A, false), 8);
	assert_int_equal(count_ids(&s, ACCOUNT_A, true), 10);
	assert_true(stored(&s, 0).is_gone);
	assert_int_equal(stored(&s, 0).seen_at, 1500);          /* the pass that saw it last */
	/* one of the two comes back, the other is removed by the next complete pass */
	r = whole_pass(&s, ACCOUNT_A, 1, 9, 3000);
	REPORT(r, 9, 1, 0, 0, 1);
	assert_false(stored(&s, 1).is_gone);
	assert_false(is_there(&s, 0));
	sync = begin(&s, 4000, false);
	REPORT(finish(&s, &sync, true, 4001), 0, 0, 9, 0, 0);
	sync = begin(&s, 5000, false);
	REPORT(finish(&s, &sync, true, 5001), 0, 0, 0, 0, 9);
	assert_int_equal(count_ids(&s, ACCOUNT_A, true), 0);
	buf_release(&b);
	shelf_release(&s);
}

static void incomplete_pass_removes_nothing(void **state)
{
	struct account_facts facts;
	struct cache_sync sync;
	struct cache_report r;
	struct shelf s;

	(void)state;
	shelf_init(&s);
	whole_pass(&s, ACCOUNT_A, 0, 10, 1000);
	whole_pass(&s, ACCOUNT_A, 1, 9, 2000);          /* 0 is grey */
	sync = begin(&s, 3000, false);
	page(&s, &sync, 1, 3, 3001);
	r = finish(&s, &sync, false, 3002);
	REPORT(r, 3, 0, 0, 0, 0);
	assert_false(r.complete);
	assert_int_equal(count_ids(&s, ACCOUNT_A, false), 9);
	assert_int_equal(count_ids(&s, ACCOUNT_A, true), 10);
	assert_true(cache_account(s.c, ACCOUNT_A, &facts));
	assert_int_equal(facts.synced_at, 2002);
	assert_true(cache_last_report(s.c, ACCOUNT_A, &r));
	assert_false(r.complete);
	shelf_release(&s);
}

/* --- stopping and going on --------------------------------------------------------------------------------------- */

static void stopped_pass_goes_on(void **state)
{
	struct cache_sync sync, again;
	struct cache_report r;
	struct shelf s;

	(void)state;
	shelf_init(&s);
	whole_pass(&s, ACCOUNT_A, 0, 20, 1000);
	for (int crash = 0; crash < 2; crash++) {       /* ended in order, or not at all */
		int64_t now = 10000 * (crash + 1);

		sync = begin(&s, now, true);
		assert_false(sync.resumed);
		page(&s, &sync, 0, 9, now + 1);
		if (!crash)
			finish(&s, &sync, false, now + 2);
		cache_close(s.c);
		shelf_open(&s, CACHE_WRITE);
		again = begin(&s, now + 100, true);
		assert_true(again.resumed);
		assert_int_equal(again.id, sync.id);
		assert_int_equal(again.pages, 1);
		assert_int_equal(again.rows, 10);
		assert_int_equal(again.started_at, now);
		assert_string_equal(again.next_page, "/next");
		page(&s, &again, 10, 19, now + 101);
		r = finish(&s, &again, true, now + 102);
		REPORT(r, 20, 0, 0, 0, 0);      /* the first page's numbers are not taken for gone */
	}
	shelf_release(&s);
}

static void first_pass_can_be_resumed_too(void **state)
{
	struct cache_sync sync;
	struct cache_report r;
	struct shelf s;

	(void)state;
	shelf_init(&s);
	sync = begin(&s, 1000, true);
	page(&s, &sync, 0, 9, 1001);
	cache_close(s.c);
	shelf_open(&s, CACHE_WRITE);
	assert_int_equal(count_ids(&s, ACCOUNT_A, false), 10);  /* without the indexes of the views */
	sync = begin(&s, 1100, true);
	assert_true(sync.resumed);
	page(&s, &sync, 5, 19, 1101);
	r = finish(&s, &sync, true, 1102);
	REPORT(r, 20, 20, 0, 0, 0);
	assert_true(r.first);
	assert_int_equal(db_number(&s.c->db,
				   "SELECT count(*) FROM sqlite_schema WHERE type='index' AND name LIKE 'numbers_%'",
				   0),
			 4);
	shelf_release(&s);
}

static void old_or_unwanted_pass_starts_over(void **state)
{
	static const struct { const char *name; int64_t later; bool resume, resumed; } cases[] = {
		{"in time", 3600, true, true}, {"too late", 3602, true, false}, {"not wanted", 10, false, false},
	};
	(void)state;

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct cache_sync sync, again;
		struct shelf s;

		shelf_init(&s);
		whole_pass(&s, ACCOUNT_A, 0, 20, 100);
		sync = begin(&s, 1000, false);
		page(&s, &sync, 0, 9, 1001);
		finish(&s, &sync, false, 1001);
		again = begin(&s, 1001 + cases[i].later, cases[i].resume);
		if (again.resumed != cases[i].resumed || (again.id == sync.id) != cases[i].resumed)
			fail_msg("%s: resumed %d", cases[i].name, again.resumed);
		assert_int_equal(again.rows, cases[i].resumed ? 10 : 0);
		/* nor can it go on: what it had seen is forgotten, and its end would take everything for gone */
		if (!cases[i].resumed)
			assert_false(cache_sync_page(s.c, &sync, NULL, 0, "", 5000, &s.e));
		/* what was met by the pass that was given up counts for nothing */
		page(&s, &again, 10, 19, 9001);
		REPORT(finish(&s, &again, true, 9002), cases[i].resumed ? 20 : 10, 0, cases[i].resumed ? 0 : 10, 0, 0);
		shelf_release(&s);
	}
}

/* No index watches over an empty table that is being filled: two sessions that do it must see each other's rows. */
static void two_sessions_fill_an_empty_table(void **state)
{
	struct cache *one, *two;
	struct cache_sync a, b;
	struct cache_report r;
	struct number n;
	struct shelf s;

	(void)state;
	shelf_init(&s);
	one = s.c;
	a = begin(&s, 1000, false);
	page(&s, &a, 0, 9, 1001);
	shelf_open(&s, CACHE_WRITE);
	two = s.c;
	page(&s, &a, 5, 14, 1002);              /* the same pass, gone on with by another session */
	n = sample_number(ACCOUNT_A, 16, &s.a);
	assert_true(cache_put(s.c, &n, 1003, &s.e));
	b = a;
	s.c = one;
	page(&s, &b, 10, 19, 1004);
	assert_true(cache_indexes_missing(&s.c->db));
	r = finish(&s, &b, true, 1005);
	assert_int_equal(r.seen, 20);
	assert_int_equal(count_ids(&s, ACCOUNT_A, true), 20);
	cache_close(two);
	shelf_release(&s);
}

static void put_while_filling(void **state)
{
	struct cache_sync sync;
	struct number n;
	struct shelf s;

	(void)state;
	shelf_init(&s);
	sync = begin(&s, 1000, false);
	page(&s, &sync, 0, 3, 1001);
	for (uint64_t i = 3; i < 6; i++) {
		n = sample_number(ACCOUNT_A, i, &s.a);
		assert_true(cache_put(s.c, &n, 1002, &s.e));
	}
	page(&s, &sync, 4, 7, 1003);
	REPORT(finish(&s, &sync, true, 1004), 8, 6, 0, 0, 0);
	assert_int_equal(count_ids(&s, ACCOUNT_A, true), 8);
	shelf_release(&s);
}

/* The pass that filled the table died; another account's must not look through it without an index. */
static void next_pass_makes_the_indexes(void **state)
{
	struct cache_sync sync;
	struct shelf s;

	(void)state;
	shelf_init(&s);
	sync = begin(&s, 1000, false);
	page(&s, &sync, 0, 9, 1001);
	assert_true(cache_indexes_missing(&s.c->db));
	assert_true(cache_sync_begin(s.c, ACCOUNT_B, 1002, false, 0, &sync, &s.e));
	assert_false(cache_indexes_missing(&s.c->db));
	shelf_release(&s);
}

static void complete_pass_is_not_resumed(void **state)
{
	struct cache_sync sync, again;
	struct shelf s;

	(void)state;
	shelf_init(&s);
	sync = begin(&s, 1000, true);
	page(&s, &sync, 0, 9, 1001);
	finish(&s, &sync, true, 1002);
	again = begin(&s, 1003, true);
	assert_false(again.resumed);
	assert_int_not_equal(again.id, sync.id);
	/* and cannot be written to */
	assert_false(cache_sync_page(s.c, &sync, NULL, 0, "", 1004, &s.e));
	assert_int_equal(s.e.kind, ERR_IO);
	shelf_release(&s);
}

static void overtaken_pass_harms_nothing(void **state)
{
	struct cache_sync slow, fast;
	struct cache_report r;
	struct shelf s;

	(void)state;
	shelf_init(&s);
	whole_pass(&s, ACCOUNT_A, 0, 10, 1000);
	slow = begin(&s, 2000, false);
	page(&s, &slow, 0, 4, 2001);
	fast = begin(&s, 2010, false);
	page(&s, &fast, 0, 12, 2011);
	REPORT(finish(&s, &fast, true, 2012), 13, 3, 0, 0, 0);
	assert_false(cache_sync_page(s.c, &slow, NULL, 0, "", 2013, &s.e));
	assert_non_null(strstr(s.e.msg, "overtaken"));
	assert_false(cache_sync_end(s.c, &slow, true, 2014, &r, &s.e));
	assert_int_equal(count_ids(&s, ACCOUNT_A, false), 13);
	shelf_release(&s);
}

/* The older pass ends first: numbers that only the newer has met are not gone. */
static void older_pass_spares_what_is_newer(void **state)
{
	struct cache_sync older, newer;
	struct shelf s;

	(void)state;
	shelf_init(&s);
	whole_pass(&s, ACCOUNT_A, 0, 10, 1000);
	older = begin(&s, 2000, false);
	newer = begin(&s, 2010, false);
	page(&s, &newer, 0, 11, 2011);
	page(&s, &older, 0, 9, 2012);
	REPORT(finish(&s, &older, true, 2013), 10, 0, 0, 0, 0);
	REPORT(finish(&s, &newer, true, 2014), 12, 2, 0, 0, 0);
	assert_int_equal(count_ids(&s, ACCOUNT_A, false), 12);
	shelf_release(&s);
}

/* The older pass missed a number that the newer has met: grey for a while, but not removed. */
static void what_a_pass_met_it_does_not_remove(void **state)
{
	struct cache_sync older, newer;
	struct shelf s;

	(void)state;
	shelf_init(&s);
	whole_pass(&s, ACCOUNT_A, 0, 10, 1000);
	older = begin(&s, 2000, false);
	newer = begin(&s, 2010, false);
	page(&s, &newer, 0, 9, 2011);
	page(&s, &older, 0, 8, 2012);
	REPORT(finish(&s, &older, true, 2013), 9, 0, 1, 0, 0);
	REPORT(finish(&s, &newer, true, 2014), 10, 0, 0, 0, 0);
	assert_true(is_there(&s, 9));
	REPORT(whole_pass(&s, ACCOUNT_A, 0, 10, 3000), 10, 1, 0, 0, 0);
	shelf_release(&s);
}

/* --- what happens meanwhile -------------------------------------------------------------------------------------- */

static void bought_during_a_pass_stays(void **state)
{
	struct cache_sync sync;
	struct number n;
	struct shelf s;

	(void)state;
	shelf_init(&s);
	whole_pass(&s, ACCOUNT_A, 0, 10, 1000);
	sync = begin(&s, 2000, false);
	page(&s, &sync, 0, 9, 2001);
	n = sample_number(ACCOUNT_A, 50, &s.a);
	assert_true(cache_put(s.c, &n, 2002, &s.e));
	n = sample_number(ACCOUNT_A, 51, &s.a);
	assert_true(cache_put(s.c, &n, 2002, &s.e));
	page(&s, &sync, 51, 51, 2003);          /* one of the two is in a later page */
	REPORT(finish(&s, &sync, true, 2004), 11, 0, 0, 0, 0);
	assert_int_equal(count_ids(&s, ACCOUNT_A, false), 12);
	/* the next pass that does not list it takes it for gone */
	REPORT(whole_pass(&s, ACCOUNT_A, 0, 10, 3000), 10, 0, 2, 0, 0);
	shelf_release(&s);
}

static void released_during_a_pass_stays_gone(void **state)
{
	char sid[SID_SIZE];
	struct cache_sync sync;
	struct cache_report r;
	struct shelf s;

	(void)state;
	shelf_init(&s);
	whole_pass(&s, ACCOUNT_A, 0, 10, 1000);
	sync = begin(&s, 2000, false);
	sample_sid(sid, "PN", 3);
	assert_true(cache_mark_gone(s.c, ACCOUNT_A, sid, 2001, &s.e));
	page(&s, &sync, 0, 9, 2002);            /* asked for before the release */
	r = finish(&s, &sync, true, 2003);
	REPORT(r, 10, 0, 0, 0, 0);
	assert_true(stored(&s, 3).is_gone);
	assert_int_equal(stored(&s, 3).seen_at, 2001);
	REPORT(whole_pass(&s, ACCOUNT_A, 4, 6, 3000), 6, 0, 3, 0, 1);
	assert_false(is_there(&s, 3));
	shelf_release(&s);
}

static void accounts_do_not_touch_each_other(void **state)
{
	struct number n;
	struct cache_sync sync;
	struct cache_report r;
	struct shelf s;

	(void)state;
	shelf_init(&s);
	whole_pass(&s, ACCOUNT_A, 0, 10, 1000);
	r = whole_pass(&s, ACCOUNT_B, 0, 5, 1000);      /* the same SIDs: a transfer leaves the old row for a while */
	REPORT(r, 5, 5, 0, 0, 0);
	assert_true(r.first);
	r = whole_pass(&s, ACCOUNT_B, 9, 0, 2000);
	REPORT(r, 0, 0, 5, 0, 0);
	assert_int_equal(count_ids(&s, ACCOUNT_A, false), 10);
	assert_int_equal(count_ids(&s, ACCOUNT_B, false), 0);
	sync = begin(&s, 3000, false);
	n = sample_number(ACCOUNT_B, 1, &s.a);
	assert_false(cache_sync_page(s.c, &sync, &n, 1, "", 3001, &s.e));
	assert_int_equal(s.e.kind, ERR_PROTO);
	snprintf(sync.account_sid, sizeof sync.account_sid, "%s", ACCOUNT_B);   /* a pass of A, used for B */
	assert_false(cache_sync_page(s.c, &sync, &n, 1, "", 3001, &s.e));
	assert_int_equal(sync.pages, 0);
	shelf_release(&s);
}

static void bad_pages_are_refused_whole(void **state)
{
	struct number rows[3];
	struct cache_sync sync;
	char *address;
	struct shelf s;

	(void)state;
	shelf_init(&s);
	for (uint64_t i = 0; i < 3; i++)
		rows[i] = sample_number(ACCOUNT_A, i, &s.a);
	sync = begin(&s, 1000, false);
	snprintf(rows[2].phone_sid, SID_SIZE, "PN123");
	assert_false(cache_sync_page(s.c, &sync, rows, 3, "", 1001, &s.e));
	assert_int_equal(s.e.kind, ERR_PROTO);
	address = arena_alloc(&s.a, 2000);
	memset(address, 'x', 1999);
	assert_false(cache_sync_page(s.c, &sync, rows, 2, address, 1001, &s.e));
	assert_int_equal(s.e.kind, ERR_PROTO);
	assert_int_equal(sync.pages, 0);
	assert_int_equal(count_ids(&s, ACCOUNT_A, true), 0);
	assert_false(cache_sync_begin(s.c, "AC1", 1000, false, 0, &sync, &s.e));
	shelf_release(&s);
}

static void only_the_last_passes_are_kept(void **state)
{
	struct shelf s;

	(void)state;
	shelf_init(&s);
	for (int i = 0; i < 25; i++)
		whole_pass(&s, ACCOUNT_A, i % 2, 3, 1000 + 10 * i);
	assert_int_equal(db_number(&s.c->db, "SELECT count(*) FROM sync", 0), 20);
	assert_int_equal(db_number(&s.c->db, "SELECT count(*) FROM change WHERE pass NOT IN (SELECT id FROM sync)", -1),
			 0);
	assert_int_equal(db_number(&s.c->db, "SELECT count(*) FROM seen", -1), 0);
	shelf_release(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(account_without_numbers),
		cmocka_unit_test(first_pass_stores_everything),
		cmocka_unit_test(every_column_survives),
		cmocka_unit_test(number_twice_in_a_pass_counts_once),
		cmocka_unit_test(later_page_wins),
		cmocka_unit_test(changes_are_named),
		cmocka_unit_test(unchanged_rows_are_not_written),
		cmocka_unit_test(missing_numbers_go_grey_and_then_away),
		cmocka_unit_test(incomplete_pass_removes_nothing),
		cmocka_unit_test(stopped_pass_goes_on),
		cmocka_unit_test(first_pass_can_be_resumed_too),
		cmocka_unit_test(old_or_unwanted_pass_starts_over),
		cmocka_unit_test(two_sessions_fill_an_empty_table),
		cmocka_unit_test(put_while_filling),
		cmocka_unit_test(next_pass_makes_the_indexes),
		cmocka_unit_test(complete_pass_is_not_resumed),
		cmocka_unit_test(overtaken_pass_harms_nothing),
		cmocka_unit_test(older_pass_spares_what_is_newer),
		cmocka_unit_test(what_a_pass_met_it_does_not_remove),
		cmocka_unit_test(bought_during_a_pass_stays),
		cmocka_unit_test(released_during_a_pass_stays_gone),
		cmocka_unit_test(accounts_do_not_touch_each_other),
		cmocka_unit_test(bad_pages_are_refused_whole),
		cmocka_unit_test(only_the_last_passes_are_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
