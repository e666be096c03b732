#include "test.h"

#include "cache_fixture.h"

/* --- single numbers ---------------------------------------------------------------------------------------------- */

static void put_adds_and_replaces(void **state)
{
	struct number n, got;
	struct shelf s;
	uint32_t id = 0, again = 0;

	(void)state;
	shelf_init(&s);
	n = sample_number(ACCOUNT_A, 1, &s.a);
	if (!cache_put(s.c, &n, 1000, &s.e))
		fail_msg("%s", s.e.msg);
	n.friendly_name = "renamed";
	n.is_gone = true;               /* what is put is there */
	n.created_at = 7;
	assert_true(cache_find(s.c, ACCOUNT_A, n.phone_number, &got, &id, &s.a, &s.e));
	assert_true(cache_put(s.c, &n, 2000, &s.e));
	assert_true(cache_find(s.c, ACCOUNT_A, n.phone_number, &got, &again, &s.a, &s.e));
	assert_int_equal(again, id);
	assert_string_equal(got.friendly_name, "renamed");
	assert_int_equal(got.created_at, 1000);
	assert_int_equal(got.seen_at, 2000);
	assert_false(got.is_gone);
	assert_true(cache_mark_gone(s.c, ACCOUNT_A, n.phone_sid, 3000, &s.e));
	assert_true(cache_find_sid(s.c, ACCOUNT_A, n.phone_sid, &got, &s.a, &s.e));
	assert_true(got.is_gone);
	assert_int_equal(got.seen_at, 3000);
	assert_true(cache_put(s.c, &n, 4000, &s.e));
	assert_int_equal(count_ids(&s, ACCOUNT_A, false), 1);
	shelf_release(&s);
}

static void put_refuses_what_has_no_identity(void **state)
{
	struct number n, bad;
	struct shelf s;

	(void)state;
	shelf_init(&s);
	n = sample_number(ACCOUNT_A, 1, &s.a);
	bad = n;
	bad.phone_sid[0] = '\0';
	assert_false(cache_put(s.c, &bad, 1, &s.e));
	assert_int_equal(s.e.kind, ERR_PROTO);
	bad = n;
	bad.account_sid[0] = '\0';
	assert_false(cache_put(s.c, &bad, 1, &s.e));
	assert_int_equal(count_ids(&s, NULL, true), 0);
	shelf_release(&s);
}

static void gone_is_marked_in_its_account_only(void **state)
{
	struct shelf s;
	char sid[SID_SIZE];

	(void)state;
	shelf_init(&s);
	whole_pass(&s, ACCOUNT_A, 0, 3, 1000);
	whole_pass(&s, ACCOUNT_B, 0, 3, 1000);
	sample_sid(sid, "PN", 1);
	assert_true(cache_mark_gone(s.c, ACCOUNT_A, sid, 2000, &s.e));
	assert_int_equal(count_ids(&s, ACCOUNT_A, false), 2);
	assert_int_equal(count_ids(&s, ACCOUNT_B, false), 3);
	assert_true(cache_mark_gone(s.c, ACCOUNT_A, "PN00000000000000000000000000000000", 2000, &s.e));
	shelf_release(&s);
}

/* Released and bought again: the living one is found. */
static void find_prefers_what_is_there(void **state)
{
	struct number n, got;
	struct shelf s;

	(void)state;
	shelf_init(&s);
	n = sample_number(ACCOUNT_A, 1, &s.a);
	assert_true(cache_put(s.c, &n, 1000, &s.e));
	assert_true(cache_mark_gone(s.c, ACCOUNT_A, n.phone_sid, 1001, &s.e));
	assert_true(cache_find(s.c, ACCOUNT_A, n.phone_number, &got, NULL, &s.a, &s.e));
	assert_true(got.is_gone);
	sample_sid(n.phone_sid, "PN", 77);
	assert_true(cache_put(s.c, &n, 1002, &s.e));
	assert_true(cache_find(s.c, ACCOUNT_A, n.phone_number, &got, NULL, &s.a, &s.e));
	assert_string_equal(got.phone_sid, n.phone_sid);
	assert_false(got.is_gone);
	shelf_release(&s);
}

/* --- rows -------------------------------------------------------------------------------------------------------- */

static void rows_in_the_order_asked_for(void **state)
{
	struct number out[5];
	uint32_t ids[5] = {0};
	struct shelf s;

	(void)state;
	shelf_init(&s);
	whole_pass(&s, ACCOUNT_A, 0, 3, 1000);
	whole_pass(&s, ACCOUNT_B, 10, 1, 1000);
	for (uint64_t i = 0; i < 3; i++) {
		char phone[E164_SIZE];

		sample_phone(phone, 2 - i);
		assert_true(cache_find(s.c, NULL, phone, &out[0], &ids[i], &s.a, &s.e));
	}
	assert_true(cache_find(s.c, ACCOUNT_B, "+15550079190", &out[0], &ids[3], &s.a, &s.e));
	ids[4] = 999999;
	assert_true(cache_rows(s.c, ACCOUNT_A, ids, 0, NULL, &s.a, &s.e));
	if (!cache_rows(s.c, ACCOUNT_A, ids, 5, out, &s.a, &s.e))
		fail_msg("%s", s.e.msg);
	assert_string_equal(out[0].phone_number, "+15550015838");
	assert_string_equal(out[2].phone_number, "+15550000000");
	assert_string_equal(out[3].phone_number, "");           /* another account's */
	assert_string_equal(out[4].phone_number, "");           /* nobody's */
	assert_true(cache_rows(s.c, NULL, ids, 5, out, &s.a, &s.e));
	assert_string_equal(out[3].phone_number, "+15550079190");
	shelf_release(&s);
}

static void ids_are_never_used_again(void **state)
{
	struct number n, out;
	struct shelf s;
	uint32_t old, new;

	(void)state;
	shelf_init(&s);
	n = sample_number(ACCOUNT_A, 1, &s.a);
	assert_true(cache_put(s.c, &n, 1000, &s.e));
	assert_true(cache_find(s.c, ACCOUNT_A, n.phone_number, &out, &old, &s.a, &s.e));
	assert_true(cache_forget_account(s.c, ACCOUNT_A, &s.e));
	n = sample_number(ACCOUNT_A, 2, &s.a);
	assert_true(cache_put(s.c, &n, 1000, &s.e));
	assert_true(cache_find(s.c, ACCOUNT_A, n.phone_number, &out, &new, &s.a, &s.e));
	assert_int_not_equal(old, new);
	assert_true(cache_rows(s.c, ACCOUNT_A, &old, 1, &out, &s.a, &s.e));
	assert_string_equal(out.phone_number, "");
	shelf_release(&s);
}

static void an_account_sees_its_own(void **state)
{
	struct number n;
	char phone[E164_SIZE], sid[SID_SIZE];
	struct shelf s;

	(void)state;
	shelf_init(&s);
	whole_pass(&s, ACCOUNT_A, 0, 3, 1000);
	whole_pass(&s, ACCOUNT_B, 10, 3, 1000);
	sample_phone(phone, 10);
	sample_sid(sid, "PN", 10);
	assert_false(cache_find(s.c, ACCOUNT_A, phone, &n, NULL, &s.a, &s.e));
	assert_int_equal(s.e.kind, ERR_NOT_FOUND);
	assert_false(cache_find_sid(s.c, ACCOUNT_A, sid, &n, &s.a, &s.e));
	assert_true(cache_find(s.c, ACCOUNT_B, phone, &n, NULL, &s.a, &s.e));
	assert_true(cache_find(s.c, NULL, phone, &n, NULL, &s.a, &s.e));
	assert_true(cache_find_sid(s.c, NULL, sid, &n, &s.a, &s.e));
	assert_string_equal(n.account_sid, ACCOUNT_B);
	shelf_release(&s);
}

/* --- metadata, prices, sums -------------------------------------------------------------------------------------- */

static void metadata_is_joined_and_replaced(void **state)
{
	struct number_meta m[2] = {{.is_primary = true, .tags = "billing"},
				   {.is_locked = true, .note = "n", .owner = "o", .customer_ref = "c"}};
	struct number n;
	struct shelf s;

	(void)state;
	shelf_init(&s);
	whole_pass(&s, ACCOUNT_A, 0, 2, 1000);
	whole_pass(&s, ACCOUNT_B, 0, 2, 1000);
	for (uint64_t i = 0; i < 2; i++) {
		snprintf(m[i].account_sid, SID_SIZE, "%s", ACCOUNT_A);
		sample_phone(m[i].phone_number, i);
	}
	assert_true(cache_meta_set(s.c, ACCOUNT_A, m, 2, &s.e));
	assert_true(cache_find(s.c, ACCOUNT_A, m[0].phone_number, &n, NULL, &s.a, &s.e));
	assert_true(n.is_primary && !n.is_locked);
	assert_string_equal(n.tags, "billing");
	assert_null(n.note);
	assert_true(cache_find(s.c, ACCOUNT_A, m[1].phone_number, &n, NULL, &s.a, &s.e));
	assert_true(!n.is_primary && n.is_locked && n.note && n.owner && n.customer_ref);
	assert_true(cache_find(s.c, ACCOUNT_B, m[1].phone_number, &n, NULL, &s.a, &s.e));
	assert_true(!n.is_locked && !n.note);
	/* rows of another account in the list are left out */
	assert_true(cache_meta_set(s.c, ACCOUNT_B, m, 2, &s.e));
	assert_true(cache_find(s.c, ACCOUNT_B, m[1].phone_number, &n, NULL, &s.a, &s.e));
	assert_false(n.is_locked);
	assert_true(cache_meta_set(s.c, ACCOUNT_A, &m[1], 1, &s.e));
	assert_true(cache_find(s.c, ACCOUNT_A, m[0].phone_number, &n, NULL, &s.a, &s.e));
	assert_true(!n.is_primary && !n.tags);
	shelf_release(&s);
}

static struct price price_of(const char *country, enum number_type type, int64_t micros, const char *currency)
{
	struct price p = {.type = type, .micros = micros};

	snprintf(p.country, sizeof p.country, "%s", country);
	snprintf(p.currency, sizeof p.currency, "%s", currency);
	return p;
}

static void put_of(struct shelf *s, uint64_t i, const char *country, enum number_type type)
{
	struct number n = sample_number(ACCOUNT_A, i, &s->a);

	snprintf(n.country, sizeof n.country, "%s", country);
	n.type = type;
	if (!cache_put(s->c, &n, 1000, &s->e))
		fail_msg("%s", s->e.msg);
}

static void prices_and_sums(void **state)
{
	struct price us[] = {price_of("US", NUMBER_LOCAL, 1150000, "USD"),
			     price_of("US", NUMBER_TOLLFREE, MONEY_UNKNOWN, "USD"),
			     price_of("CA", NUMBER_LOCAL, 1, "USD")},
		     gb = price_of("GB", NUMBER_MOBILE, 900000, "GBP"), p;
	struct cache_summary sum;
	char countries[4][3];
	struct number n;
	struct shelf s;

	(void)state;
	shelf_init(&s);
	put_of(&s, 1, "US", NUMBER_LOCAL);
	put_of(&s, 2, "US", NUMBER_LOCAL);
	put_of(&s, 3, "US", NUMBER_TOLLFREE);
	put_of(&s, 4, "", NUMBER_TYPE_UNKNOWN);
	assert_false(cache_price(s.c, ACCOUNT_A, "US", NUMBER_LOCAL, &p));
	assert_true(cache_prices_set(s.c, ACCOUNT_A, "US", us, 3, 500, &s.e));
	assert_true(cache_price(s.c, ACCOUNT_A, "US", NUMBER_LOCAL, &p));
	assert_int_equal(p.micros, 1150000);
	assert_int_equal(p.fetched_at, 500);
	assert_string_equal(p.currency, "USD");
	assert_string_equal(p.country, "US");
	assert_true(cache_price(s.c, ACCOUNT_A, "US", NUMBER_TOLLFREE, &p));
	assert_int_equal(p.micros, MONEY_UNKNOWN);
	assert_false(cache_price(s.c, ACCOUNT_A, "CA", NUMBER_LOCAL, &p));      /* not of the country that was set */
	assert_false(cache_price(s.c, ACCOUNT_B, "US", NUMBER_LOCAL, &p));
	assert_true(cache_summary(s.c, ACCOUNT_A, &sum, &s.e));
	assert_int_equal(sum.numbers, 4);
	assert_int_equal(sum.unpriced, 2);
	assert_int_equal(sum.monthly, 2300000);
	assert_string_equal(sum.currency, "USD");
	assert_false(sum.mixed_currencies);
	assert_int_equal(cache_countries_used(s.c, ACCOUNT_A, countries, 4), 1);
	put_of(&s, 5, "GB", NUMBER_MOBILE);
	assert_true(cache_prices_set(s.c, ACCOUNT_A, "GB", &gb, 1, 500, &s.e));
	assert_true(cache_summary(s.c, ACCOUNT_A, &sum, &s.e));
	assert_true(sum.mixed_currencies);
	assert_int_equal(sum.monthly, MONEY_UNKNOWN);
	assert_int_equal(cache_countries_used(s.c, ACCOUNT_A, countries, 4), 2);
	assert_string_equal(countries[0], "GB");
	/* gone numbers cost nothing */
	n = sample_number(ACCOUNT_A, 5, &s.a);
	assert_true(cache_mark_gone(s.c, ACCOUNT_A, n.phone_sid, 1001, &s.e));
	assert_true(cache_summary(s.c, ACCOUNT_A, &sum, &s.e));
	assert_false(sum.mixed_currencies);
	assert_int_equal(sum.monthly, 2300000);
	assert_int_equal(sum.gone, 1);
	assert_int_equal(sum.numbers, 4);
	assert_true(cache_summary(s.c, ACCOUNT_B, &sum, &s.e));
	assert_int_equal(sum.numbers, 0);
	assert_true(cache_summary(s.c, NULL, &sum, &s.e));
	assert_int_equal(sum.numbers, 4);
	/* a country that has no prices any more */
	assert_true(cache_prices_set(s.c, ACCOUNT_A, "US", NULL, 0, 600, &s.e));
	assert_false(cache_price(s.c, ACCOUNT_A, "US", NUMBER_LOCAL, &p));
	shelf_release(&s);
}

static void countries_are_kept(void **state)
{
	struct country v[] = {{"US", "United States", 1 << NUMBER_LOCAL | 1 << NUMBER_TOLLFREE, false},
			      {"EE", "Estonia", 1 << NUMBER_MOBILE, true}}, got[4];
	int64_t at = 7;
	struct shelf s;

	(void)state;
	shelf_init(&s);
	assert_int_equal(cache_countries(s.c, ACCOUNT_A, got, 4, &at), 0);
	assert_int_equal(at, 0);
	assert_true(cache_countries_set(s.c, ACCOUNT_A, v, 2, 900, &s.e));
	assert_int_equal(cache_countries(s.c, ACCOUNT_A, got, 4, &at), 2);
	assert_int_equal(at, 900);
	assert_string_equal(got[0].code, "EE");
	assert_string_equal(got[0].name, "Estonia");
	assert_true(got[0].beta && !got[1].beta);
	assert_int_equal(got[1].types, v[0].types);
	assert_int_equal(cache_countries(s.c, ACCOUNT_A, got, 1, NULL), 1);
	assert_int_equal(cache_countries(s.c, ACCOUNT_B, got, 4, NULL), 0);
	assert_true(cache_countries_set(s.c, ACCOUNT_A, v, 1, 901, &s.e));
	assert_int_equal(cache_countries(s.c, ACCOUNT_A, got, 4, NULL), 1);
	shelf_release(&s);
}

static void account_facts_leave_the_sync_alone(void **state)
{
	struct account_facts a = {.account_sid = ACCOUNT_A,
				  .owner_account_sid = ACCOUNT_B,
				  .name = "Example",
				  .status = "active",
				  .type = "Full",
				  .balance = MONEY_UNKNOWN,
				  .fetched_at = 5,
				  .balance_at = 6,
				  .synced_at = 999},
			     got;
	struct shelf s;

	(void)state;
	shelf_init(&s);
	assert_false(cache_account(s.c, ACCOUNT_A, &got));
	whole_pass(&s, ACCOUNT_A, 0, 1, 1000);
	if (!cache_account_set(s.c, &a, &s.e))
		fail_msg("%s", s.e.msg);
	assert_true(cache_account(s.c, ACCOUNT_A, &got));
	assert_int_equal(got.synced_at, 1002);
	assert_int_equal(got.balance, MONEY_UNKNOWN);
	assert_string_equal(got.name, "Example");
	assert_string_equal(got.owner_account_sid, ACCOUNT_B);
	assert_string_equal(got.status, "active");
	assert_string_equal(got.type, "Full");
	assert_int_equal(got.fetched_at, 5);
	a.balance = -42170000;
	snprintf(a.balance_currency, sizeof a.balance_currency, "USD");
	assert_true(cache_account_set(s.c, &a, &s.e));
	assert_true(cache_account(s.c, ACCOUNT_A, &got));
	assert_int_equal(got.balance, -42170000);
	assert_string_equal(got.balance_currency, "USD");
	assert_int_equal(got.balance_at, 6);
	shelf_release(&s);
}

static struct account_facts listed(unsigned n, const char *name, const char *status)
{
	struct account_facts a = {.balance = MONEY_UNKNOWN, .type = "Full", .fetched_at = 70, .created_at = 7};

	sample_sid(a.account_sid, "AC", n);
	memcpy(a.owner_account_sid, ACCOUNT_A, sizeof a.owner_account_sid);
	snprintf(a.name, sizeof a.name, "%s", name);
	snprintf(a.status, sizeof a.status, "%s", status);
	return a;
}

static void accounts_of_a_parent(void **state)
{
	struct account_facts v[4], got[8], one;
	struct shelf s;

	(void)state;
	shelf_init(&s);
	assert_int_equal(cache_accounts(s.c, ACCOUNT_A, got, 8), 0);
	assert_true(cache_accounts_set(s.c, NULL, 0, &s.e));
	v[0] = listed(1, "north", "active");
	v[1] = listed(2, "Abandoned", "closed");
	v[2] = listed(3, "East", "suspended");
	v[3] = listed(4, "Acme", "active");
	memcpy(v[3].account_sid, ACCOUNT_A, SID_SIZE);
	one = v[3];
	one.balance = 5000000;
	assert_true(cache_account_set(s.c, &one, &s.e));
	assert_true(cache_accounts_set(s.c, v, 4, &s.e));
	whole_pass(&s, ACCOUNT_B, 0, 1, 1000);                  /* somebody else's */
	assert_int_equal(cache_accounts(s.c, ACCOUNT_A, got, 8), 4);
	assert_string_equal(got[0].name, "Acme");
	assert_int_equal(got[0].balance, 5000000);
	assert_string_equal(got[1].name, "East");
	assert_string_equal(got[1].status, "suspended");
	assert_int_equal(got[1].created_at, 7);
	assert_string_equal(got[2].name, "north");
	assert_string_equal(got[3].name, "Abandoned");
	assert_int_equal(cache_accounts(s.c, ACCOUNT_A, got, 2), 2);
	shelf_release(&s);
}

static void numbers_know_the_name_of_their_account(void **state)
{
	struct account_facts v = listed(0, "Acme", "active");
	struct number n;
	struct shelf s;

	(void)state;
	shelf_init(&s);
	memcpy(v.account_sid, ACCOUNT_A, SID_SIZE);
	whole_pass(&s, ACCOUNT_A, 0, 2, 1000);
	assert_true(cache_find(s.c, ACCOUNT_A, sample_number(ACCOUNT_A, 1, &s.a).phone_number, &n, NULL, &s.a, &s.e));
	assert_null(n.account_name);
	assert_true(cache_accounts_set(s.c, &v, 1, &s.e));
	assert_true(cache_find(s.c, ACCOUNT_A, sample_number(ACCOUNT_A, 1, &s.a).phone_number, &n, NULL, &s.a, &s.e));
	assert_string_equal(n.account_name, "Acme");
	whole_pass(&s, ACCOUNT_B, 0, 3, 1000);
	assert_int_equal(count_ids(&s, NULL, false), 5);        /* the view of all accounts */
	assert_true(cache_mark_all_gone(s.c, ACCOUNT_B, 2000, &s.e));
	assert_int_equal(count_ids(&s, ACCOUNT_B, false), 0);
	assert_int_equal(count_ids(&s, NULL, false), 2);
	shelf_release(&s);
}

static void forgotten_account_leaves_nothing(void **state)
{
	static const char *const tables[] = {"account", "numbers", "price", "country", "meta", "sync", "seen", "change"};
	struct price p = price_of("US", NUMBER_LOCAL, 1, "USD");
	struct country v = {"US", "United States", 2, false};
	struct number_meta m = {.account_sid = ACCOUNT_A, .phone_number = "+15550000001"};
	struct cache_sync sync;
	struct number n;
	struct shelf s;

	(void)state;
	shelf_init(&s);
	whole_pass(&s, ACCOUNT_A, 0, 5, 1000);
	whole_pass(&s, ACCOUNT_A, 1, 5, 2000);
	assert_true(cache_sync_begin(s.c, ACCOUNT_A, 3000, false, 0, &sync, &s.e));
	n = sample_number(ACCOUNT_A, 2, &s.a);
	assert_true(cache_sync_page(s.c, &sync, &n, 1, "/next", 3001, &s.e));
	assert_true(cache_prices_set(s.c, ACCOUNT_A, "US", &p, 1, 1, &s.e));
	assert_true(cache_countries_set(s.c, ACCOUNT_A, &v, 1, 1, &s.e));
	assert_true(cache_meta_set(s.c, ACCOUNT_A, &m, 1, &s.e));
	assert_true(cache_forget_account(s.c, ACCOUNT_A, &s.e));
	for (size_t i = 0; i < ARRAY_LEN(tables); i++) {
		char *sql = mem_printf("SELECT count(*) FROM %s", tables[i]);
		sqlite3_stmt *q = db_prepare(&s.c->db, sql, &s.e);

		free(sql);
		assert_non_null(q);
		assert_int_equal(db_next(&s.c->db, q, &s.e), DB_ROW);
		if (sqlite3_column_int(q, 0) != 0)
			fail_msg("%s", tables[i]);
		sqlite3_finalize(q);
	}
	assert_false(cache_sync_page(s.c, &sync, &n, 1, "/next", 3001, &s.e));
	shelf_release(&s);
}

static void look_ups_are_kept_and_merged(void **state)
{
	const struct lookup line = {
		.phone_number = "+14155550137", .country = "US", .calling_code = "1", .national_format = "(415) 555-0137",
		.valid = true, .packages = LOOKUP_LINE, .line_type = "mobile", .carrier = "C", .mobile_country_code = "310",
		.mobile_network_code = "999", .line_error = 7, .fetched_at = 100, .line_at = 100,
	};
	struct lookup plain = {.phone_number = "+14155550137", .faults = "TOO_SHORT", .fetched_at = 200}, got;
	struct shelf s;

	(void)state;
	shelf_init(&s);
	assert_false(cache_lookup(s.c, ACCOUNT_A, line.phone_number, &got));
	if (!cache_lookup_put(s.c, ACCOUNT_A, &line, &s.e))
		fail_msg("%s", s.e.msg);
	assert_true(cache_lookup(s.c, ACCOUNT_A, line.phone_number, &got));
	assert_memory_equal(&got, &line, sizeof got);
	assert_true(cache_lookup_put(s.c, ACCOUNT_A, &plain, &s.e));
	assert_true(cache_lookup(s.c, ACCOUNT_A, line.phone_number, &got));
	assert_string_equal(got.faults, "TOO_SHORT");
	assert_string_equal(got.line_type, "mobile");
	assert_int_equal(got.line_at, 100);
	assert_int_equal(got.fetched_at, 200);
	assert_false(cache_lookup(s.c, ACCOUNT_B, line.phone_number, &got));
	assert_true(cache_forget_account(s.c, ACCOUNT_A, &s.e));
	assert_false(cache_lookup(s.c, ACCOUNT_A, line.phone_number, &got));
	shelf_release(&s);
}

static void regulations_belong_to_nobody(void **state)
{
	const struct regulation de = {.sid = "RN00000000000000000000000000000001", .country = "DE", .type = NUMBER_LOCAL,
				      .end_user = "business", .name = "Germany: Local - Business", .fetched_at = 100};
	struct regulation got;
	struct shelf s;
	int64_t at = 5;

	(void)state;
	shelf_init(&s);
	assert_int_equal(cache_regulated(s.c, "DE", NUMBER_LOCAL, &at), -1);
	assert_int_equal(at, 0);
	assert_false(cache_regulation(s.c, de.sid, &got));
	if (!cache_regulations_set(s.c, "DE", NUMBER_LOCAL, &de, 1, 100, &s.e))
		fail_msg("%s", s.e.msg);
	assert_int_equal(cache_regulated(s.c, "DE", NUMBER_LOCAL, &at), 1);
	assert_int_equal(at, 100);
	assert_true(cache_regulation(s.c, de.sid, &got));
	assert_string_equal(got.sid, de.sid);
	assert_string_equal(got.country, "DE");
	assert_int_equal(got.type, NUMBER_LOCAL);
	assert_string_equal(got.end_user, "business");
	assert_string_equal(got.name, de.name);
	assert_int_equal(got.fetched_at, 100);
	assert_true(cache_regulations_set(s.c, "DE", NUMBER_LOCAL, NULL, 0, 200, &s.e));
	assert_int_equal(cache_regulated(s.c, "DE", NUMBER_LOCAL, &at), 0);
	assert_true(cache_regulation(s.c, de.sid, &got));
	assert_int_equal(cache_regulated(s.c, "DE", NUMBER_MOBILE, &at), -1);
	shelf_release(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(put_adds_and_replaces),
		cmocka_unit_test(put_refuses_what_has_no_identity),
		cmocka_unit_test(gone_is_marked_in_its_account_only),
		cmocka_unit_test(find_prefers_what_is_there),
		cmocka_unit_test(rows_in_the_order_asked_for),
		cmocka_unit_test(ids_are_never_used_again),
		cmocka_unit_test(an_account_sees_its_own),
		cmocka_unit_test(metadata_is_joined_and_replaced),
		cmocka_unit_test(prices_and_sums),
		cmocka_unit_test(countries_are_kept),
		cmocka_unit_test(account_facts_leave_the_sync_alone),
		cmocka_unit_test(accounts_of_a_parent),
		cmocka_unit_test(numbers_know_the_name_of_their_account),
		cmocka_unit_test(forgotten_account_leaves_nothing),
		cmocka_unit_test(look_ups_are_kept_and_merged),
		cmocka_unit_test(regulations_belong_to_nobody),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
