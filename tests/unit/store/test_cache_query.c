#include "test.h"

#include "cache_fixture.h"
#include "numdesk/store/usage.h"
#include "numdesk/util/clock.h"
#include "numdesk/util/text.h"

/* The views: which rows (against query_match), in which order, and by which plan. */

enum { ROWS = 300, STALE_BEFORE = 5000 };

static uint64_t seed;

static uint64_t pick(uint64_t n)
{
	return mixed(seed++) % n;
}

/* A number with holes and odd values in it; texts that fold, repeat, and hold what SQL might stumble over. */
static struct number odd_number(uint64_t i, struct arena *a)
{
	static const char *const texts[] = {
		NULL, NULL, "Support", "SUPPORT desk", "\xc3\x84rger", "\xc3\xa4rger", "100%", "a_b", "it's",
		"\"quoted\"", "415", "x", "\xff\xfe", "billing"
	};
	struct number n = sample_number(ACCOUNT_A, i, a);

	for (unsigned c = 0; c < COLUMN_COUNT; c++)
		if (columns[c].type == COLTYPE_TEXT && columns[c].source == SOURCE_TWILIO)
			*(const char **)((char *)&n + columns[c].offset) = texts[pick(ARRAY_LEN(texts))];
	if (pick(4) == 0)
		n.country[0] = '\0';
	n.type = (enum number_type)pick(NUMBER_TYPE_COUNT);
	n.capabilities = (unsigned)pick(32);
	/* around the days the queries name, at their first and last seconds too */
	n.purchased_at = pick(3) == 0 ? 0 : 1609459200 + 86400 * (int64_t)pick(3) - (int64_t)pick(2);
	n.updated_at = (int64_t)pick(2) * 1609545599;
	n.beta = pick(2);
	n.voice_caller_id_lookup = pick(2);
	n.incomplete = pick(3) == 0;
	return n;
}

static void add_prices(struct shelf *s)
{
	static const char *const countries[] = {"US", "CA", "GB"};
	struct price p[4];

	for (size_t c = 0; c < ARRAY_LEN(countries); c++) {
		for (size_t t = 0; t < ARRAY_LEN(p); t++) {
			p[t] = (struct price){.type = (enum number_type)(1 + t),
					      .micros = t == 3 ? MONEY_UNKNOWN : 500000 * (int64_t)(t + c + 1)};
			snprintf(p[t].country, sizeof p[t].country, "%s", countries[c]);
			snprintf(p[t].currency, sizeof p[t].currency, "%s", c == 2 ? "GBP" : "USD");
		}
		assert_true(cache_prices_set(s->c, ACCOUNT_A, countries[c], p, ARRAY_LEN(p), 1, &s->e));
	}
}

static void add_meta(struct shelf *s)
{
	static const char *const tags[] = {NULL, "billing", "billing support", "x"};
	struct number_meta m[ROWS / 3];

	memset(m, 0, sizeof m);
	for (size_t i = 0; i < ARRAY_LEN(m); i++) {
		snprintf(m[i].account_sid, SID_SIZE, "%s", ACCOUNT_A);
		sample_phone(m[i].phone_number, i * 3);
		m[i].is_primary = i == 7;
		m[i].is_locked = pick(2);
		m[i].tags = tags[pick(4)];
		m[i].note = tags[pick(4)];
		m[i].owner = tags[pick(4)];
		m[i].customer_ref = tags[pick(4)];
	}
	assert_true(cache_meta_set(s->c, ACCOUNT_A, m, ARRAY_LEN(m), &s->e));
}

#define NOW INT64_C(1795608000)         /* 2026-11-25T12:00:00Z */

/* Messages and calls of every third number on some days; numbers without are idle. */
static void add_usage(struct shelf *s)
{
	const int64_t today = NOW / 86400;
	const struct usage_window w = {.first_day = today - 40, .today = today, .now = NOW};

	for (int kind = 0; kind < USAGE_KINDS; kind++) {
		struct usage_walk walk;
		bool any;

		assert_true(cache_usage_begin(s->c, ACCOUNT_A, (enum usage_kind)kind, &w, &walk, &any, &s->e));
		for (uint64_t i = 0; i < ROWS; i += 3) {
			struct usage_tally t = {.day = today - (int64_t)pick(41), .in = (int64_t)pick(4), .out = (int64_t)pick(9)};

			t.out = i % 2 ? t.out : 0;
			t.last_at = t.day * 86400 + 60;
			sample_phone(t.phone_number, i);
			assert_true(cache_usage_page(s->c, &walk, &t, 1, 1, "", NOW, &s->e));
		}
		assert_true(cache_usage_end(s->c, ACCOUNT_A, &walk, &s->e));
	}
	assert_true(cache_usage_sums(s->c, ACCOUNT_A, NOW, &s->e));
}

/* Rows of all kinds: priced or not, marked, gone, stale, incomplete, and those of another account. */
static void fill(struct shelf *s)
{
	static struct clock_fake clock;
	struct cache_sync sync;
	struct cache_report report;
	struct number n;

	seed = 1;
	shelf_init(s);
	clock_fake_init(&clock, NOW * 1000);
	cache_use_clock(s->c, &clock.base);
	assert_true(cache_sync_begin(s->c, ACCOUNT_A, 1000, false, 0, &sync, &s->e));
	for (uint64_t i = 0; i < ROWS; i++) {
		n = odd_number(i, &s->a);
		if (!cache_sync_page(s->c, &sync, &n, 1, "/next", i % 2 ? 4000 : 6000, &s->e))
			fail_msg("%s", s->e.msg);
	}
	assert_true(cache_sync_end(s->c, &sync, true, 6001, &report, &s->e));
	for (uint64_t i = 0; i < ROWS; i += 10) {
		n = odd_number(i, &s->a);
		assert_true(cache_mark_gone(s->c, ACCOUNT_A, n.phone_sid, i % 20 ? 4500 : 6500, &s->e));
	}
	whole_pass(s, ACCOUNT_B, 5000, 30, 1000);
	assert_true(cache_account_set(s->c, &(struct account_facts){.account_sid = ACCOUNT_A, .name = "Acme"}, &s->e));
	add_prices(s);
	add_meta(s);
	add_usage(s);
}

static void random_term(struct buf *b)
{
	static const char *const terms[] = {
		"support", "415", "+1555", "1-555", "7919", "x", "it's", "100%", "a_b", "\xc3\xa4rg", "name:support",
		"name=support", "name:a_b", "name:\"\"", "status:support", "type:tollfree", "type:local", "type:\"\"",
		"country:GB", "country:US", "country:\"\"", "sms", "mms", "voice", "fax", "caps:rcs", "cost>1.00",
		"cost<1", "cost=1.5", "cost>=1.5", "cost<=1.00", "cost:2", "bought<2021-01-01", "bought<=2021-01-01",
		"bought>2021-01-01", "bought>=2021-01-02", "bought=2021-01-02", "updated=2021-01-01", "is:primary",
		"is:locked", "is:stale", "is:gone", "is:incomplete", "beta:yes", "beta:no", "gone:no", "locked:no",
		"tag:billing", "tag=billing", "tag=support", "tag=bill", "-tag=x", "tag=\"\"", "note:support", "owner:x", "customer:\"\"", "voice_url:415",
		"trunk_sid:x", "currency:usd", "currency=GBP", "number:7919", "number=+15550007919",
		"account:" ACCOUNT_A, "account:" ACCOUNT_B, "account:acme", "-account:acme", "account_name:\"\"", "seen<1970-01-01", "seen=1970-01-01",
		"idle>30", "idle<5", "idle=0", "is:idle", "is:inbound-only", "is:trickle", "is:active", "messages_in>0",
		"messages_out=0", "calls_in>=3", "calls_out<=1", "used>2026-11-20", "activity:active", "renews<2026-12-10",
		"renews>=2026-12-10", "usage:1", "created_at>=1970-01-01", "voice_caller_id_lookup:yes", "sid:PN"
	};

	buf_addf(b, "%s%s%s", b->len ? " " : "", pick(3) == 0 ? "-" : "", terms[pick(ARRAY_LEN(terms))]);
}

/* The rows of the account that a query holds for, by its meaning. */
static size_t expected(const struct query *q, const struct number *all, const uint32_t *ids, size_t n, bool with_gone,
		       uint32_t *out)
{
	size_t found = 0;

	for (size_t i = 0; i < n; i++)
		if ((with_gone || !all[i].is_gone) && query_match(q, &all[i], STALE_BEFORE))
			out[found++] = ids[i];
	return found;
}

static void queries_mean_what_query_match_says(void **state)
{
	struct cache_view v = {
		.account_sid = ACCOUNT_A, .sort = COL_PHONE_NUMBER, .with_gone = true, .stale_before = STALE_BEFORE};
	static struct id_list all, got;
	static struct number rows[ROWS];
	size_t n_none = 0, n_all = 0;
	uint32_t want[ROWS];
	struct shelf s;
	struct buf b;

	(void)state;
	fill(&s);
	memset(&all, 0, sizeof all);
	assert_true(cache_ids(s.c, &v, take_ids, &all, &s.e));
	assert_int_equal(all.n, ROWS);
	assert_true(cache_rows(s.c, ACCOUNT_A, all.id, all.n, rows, &s.a, &s.e));
	buf_init(&b, 4096);
	for (int round = 0; round < 1500; round++) {
		struct query q;
		size_t n;

		buf_clear(&b);
		for (uint64_t t = pick(3) + 1; t > 0; t--)
			random_term(&b);
		if (!query_parse(&q, buf_str(&b), NULL, &s.e))
			fail_msg("%s", s.e.msg);
		v.query = &q;
		v.with_gone = pick(2);
		n = expected(&q, rows, all.id, all.n, v.with_gone, want);
		memset(&got, 0, sizeof got);
		if (!cache_ids(s.c, &v, take_ids, &got, &s.e))
			fail_msg("%s: %s", buf_str(&b), s.e.msg);
		if (got.n != n || memcmp(got.id, want, n * sizeof *want) != 0)
			fail_msg("%s%s: %zu rows, not %zu", buf_str(&b), v.with_gone ? " with gone" : "", got.n, n);
		n_none += n == 0;
		n_all += n == ROWS;
	}
	/* a test that only ever found nothing would prove nothing */
	assert_true(n_none < 900 && n_all < 900);
	buf_release(&b);
	shelf_release(&s);
}

static void longest_query_works(void **state)
{
	struct cache_view v = {.account_sid = ACCOUNT_A, .sort = COL_SEEN_AT, .stale_before = 1};
	static struct id_list got;
	struct query q;
	struct shelf s;
	struct buf b;

	(void)state;
	fill(&s);
	buf_init(&b, 8192);
	for (int i = 0; i < QUERY_MAX_TERMS; i++)
		buf_addf(&b, "%s415", i ? " -" : "-");
	if (!query_parse(&q, buf_str(&b), NULL, &s.e))
		fail_msg("%s", s.e.msg);
	v.query = &q;
	memset(&got, 0, sizeof got);
	if (!cache_ids(s.c, &v, take_ids, &got, &s.e))
		fail_msg("%s", s.e.msg);
	assert_true(got.n > 0);
	buf_release(&b);
	shelf_release(&s);
}

/* --- order ------------------------------------------------------------------------------------------------------- */

static int compare_text(const char *a, const char *b)
{
	int d;

	if (!a || !b)
		return (a != NULL) - (b != NULL);       /* what is not set comes first */
	for (; *a && text_lower(*a) == text_lower(*b); a++, b++)
		;
	d = (unsigned char)text_lower(*a) - (unsigned char)text_lower(*b);
	return d;
}

static int compare(enum column_id c, const struct number *a, const struct number *b)
{
	const void *x = column_field(c, a), *y = column_field(c, b);
	int64_t v, w;

	if (c == COL_USAGE) {
		v = a->messages_in + a->messages_out + a->calls_in + a->calls_out;
		w = b->messages_in + b->messages_out + b->calls_in + b->calls_out;
		return (v > w) - (v < w);
	}
	switch (columns[c].type) {
	case COLTYPE_CHARS:
		return compare_text(c == COL_CURRENCY && !*(const char *)x ? NULL : x,
				    c == COL_CURRENCY && !*(const char *)y ? NULL : y);
	case COLTYPE_TEXT:
		return compare_text(*(const char *const *)x, *(const char *const *)y);
	case COLTYPE_NUMBER_TYPE:
		return compare_text(number_type_name(*(const enum number_type *)x),
				    number_type_name(*(const enum number_type *)y));
	case COLTYPE_TIME:
	case COLTYPE_MONEY:
	case COLTYPE_COUNT:
		v = *(const int64_t *)x, w = *(const int64_t *)y;
		break;
	case COLTYPE_BOOL:
		v = *(const bool *)x, w = *(const bool *)y;
		break;
	case COLTYPE_CAPS:
		v = *(const unsigned *)x, w = *(const unsigned *)y;
		break;
	default:
		return 0;
	}
	return (v > w) - (v < w);
}

/* A number without local data sorts before one whose data says no: neither is primary or locked. */
static bool is_local_flag(enum column_id c)
{
	return columns[c].source == SOURCE_LOCAL && columns[c].type == COLTYPE_BOOL;
}

static void every_column_sorts(void **state)
{
	static struct id_list got;
	static struct number rows[ROWS];
	struct shelf s;

	(void)state;
	fill(&s);
	for (unsigned c = 0; c < COLUMN_COUNT; c++)
		for (int down = 0; down < 2; down++) {
			struct cache_view v = {.account_sid = ACCOUNT_A,
					       .sort = (enum column_id)c,
					       .descending = down,
					       .with_gone = true};

			memset(&got, 0, sizeof got);
			if (!cache_ids(s.c, &v, take_ids, &got, &s.e))
				fail_msg("%s: %s", columns[c].name, s.e.msg);
			assert_int_equal(got.n, ROWS);
			assert_true(cache_rows(s.c, ACCOUNT_A, got.id, got.n, rows, &s.a, &s.e));
			for (size_t i = 1; i < got.n; i++) {
				int d = compare((enum column_id)c, &rows[i - 1], &rows[i]);

				if (d == 0 && !is_local_flag((enum column_id)c))
					d = strcmp(rows[i - 1].phone_number, rows[i].phone_number);
				if (down ? d < 0 : d > 0)
					fail_msg("%s%s: '%s' before '%s'", down ? "-" : "", columns[c].name,
						 rows[i - 1].phone_number, rows[i].phone_number);
			}
		}
	shelf_release(&s);
}

static void chunks_begin_small(void **state)
{
	struct cache_view v = {.account_sid = ACCOUNT_A, .sort = COL_PHONE_NUMBER, .with_gone = true};
	static struct id_list got;
	struct shelf s;

	(void)state;
	fill(&s);
	memset(&got, 0, sizeof got);
	assert_true(cache_ids(s.c, &v, take_ids, &got, &s.e));
	assert_int_equal(got.first, 256);
	assert_int_equal(got.chunks, 2);
	shelf_release(&s);
}

static void all_accounts_only_when_asked(void **state)
{
	static const struct { const char *account; size_t with_gone, without; } cases[] = {
		{ACCOUNT_A, ROWS, ROWS - ROWS / 10}, {ACCOUNT_B, 30, 30}, {NULL, ROWS + 30, ROWS - ROWS / 10 + 30},
		{"AC00000000000000000000000000000000", 0, 0}, {"", 0, 0},
	};
	struct shelf s;

	(void)state;
	fill(&s);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		if (count_ids(&s, cases[i].account, true) != cases[i].with_gone ||
		    count_ids(&s, cases[i].account, false) != cases[i].without)
			fail_msg("%s", cases[i].account ? cases[i].account : "all");
	}
	shelf_release(&s);
}

/* --- plans ------------------------------------------------------------------------------------------------------- */

/* The plan of a view as one line. */
static const char *plan_of(struct shelf *s, const struct cache_view *v, struct buf *b)
{
	struct bindings bind;
	sqlite3_stmt *q = cache_ids_stmt(s->c, v, &bind, &s->e), *explain;
	char *sql;

	assert_non_null(q);
	sql = mem_printf("EXPLAIN QUERY PLAN %s", sqlite3_sql(q));
	sqlite3_finalize(q);
	explain = db_prepare(&s->c->db, sql, &s->e);
	free(sql);
	assert_non_null(explain);
	buf_clear(b);
	while (db_next(&s->c->db, explain, &s->e) == DB_ROW)
		buf_addf(b, "%s; ", db_text(explain, 3));
	sqlite3_finalize(explain);
	return buf_str(b);
}

static void default_sorts_need_no_scan_and_no_sort(void **state)
{
	static const enum column_id sorts[] = {COL_PHONE_NUMBER, COL_FRIENDLY_NAME};
	struct shelf s;
	struct buf b;

	(void)state;
	fill(&s);
	buf_init(&b, 4096);
	for (size_t i = 0; i < ARRAY_LEN(sorts); i++)
		for (int down = 0; down < 2; down++)
			for (int gone = 0; gone < 2; gone++) {
				struct cache_view v = {.account_sid = ACCOUNT_A,
						       .sort = sorts[i],
						       .descending = down,
						       .with_gone = gone};
				const char *plan = plan_of(&s, &v, &b);

				if (!strstr(plan, "SEARCH n USING COVERING INDEX") || strstr(plan, "SCAN n") ||
				    strstr(plan, "TEMP B-TREE"))
					fail_msg("%s: %s", columns[sorts[i]].name, plan);
			}
	buf_release(&b);
	shelf_release(&s);
}

/* A first chunk in number order under a filter: rows are looked up as they come, none is sorted. */
static void filters_do_not_sort(void **state)
{
	static const char *const queries[] = {"support", "415 sms", "cost>1", "is:locked", "name:x -mms", "is:stale"};
	struct shelf s;
	struct buf b;

	(void)state;
	fill(&s);
	buf_init(&b, 4096);
	for (size_t i = 0; i < ARRAY_LEN(queries); i++) {
		struct query q;
		struct cache_view v = {.account_sid = ACCOUNT_A, .sort = COL_PHONE_NUMBER, .query = &q};
		const char *plan;

		assert_true(query_parse(&q, queries[i], NULL, &s.e));
		plan = plan_of(&s, &v, &b);
		if (!strstr(plan, "INDEX numbers_number (account=?)") || strstr(plan, "SCAN n") ||
		    strstr(plan, "TEMP B-TREE"))
			fail_msg("%s: %s", queries[i], plan);
	}
	buf_release(&b);
	shelf_release(&s);
}

/* No view of one account reads the rows of others. */
static void no_sort_reads_the_whole_table(void **state)
{
	struct shelf s;
	struct buf b;

	(void)state;
	fill(&s);
	buf_init(&b, 4096);
	for (unsigned c = 0; c < COLUMN_COUNT; c++) {
		struct cache_view v = {.account_sid = ACCOUNT_A, .sort = (enum column_id)c};
		const char *plan = plan_of(&s, &v, &b);

		if (strstr(plan, "SCAN n") || !strstr(plan, "(account=?"))
			fail_msg("%s: %s", columns[c].name, plan);
	}
	buf_release(&b);
	shelf_release(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(queries_mean_what_query_match_says),
		cmocka_unit_test(longest_query_works),
		cmocka_unit_test(every_column_sorts),
		cmocka_unit_test(chunks_begin_small),
		cmocka_unit_test(all_accounts_only_when_asked),
		cmocka_unit_test(default_sorts_need_no_scan_and_no_sort),
		cmocka_unit_test(filters_do_not_sort),
		cmocka_unit_test(no_sort_reads_the_whole_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
