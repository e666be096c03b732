#include "test.h"

#include <string.h>

#include "request.h"

static void targets(void **state)
{
	static const struct {
		const char *target, *product, *resource, *first, *last;
		size_t segments;
		bool json, malformed;
	} rows[] = {
		{"", "", "", NULL, NULL, 0, false, false},
		{"/", "", "/", NULL, NULL, 0, false, false},
		{"/api", "api", "", NULL, NULL, 0, false, false},
		{"/2010-04-01/Accounts.json", "", "/2010-04-01/Accounts.json", "2010-04-01", "Accounts", 2, true,
		 false},
		{"/api/2010-04-01/Accounts.json?Page=0", "api", "/2010-04-01/Accounts.json", "2010-04-01", "Accounts",
		 2, true,
		 false},
		{"/pricing/v1/PhoneNumbers/Countries/US", "pricing", "/v1/PhoneNumbers/Countries/US", "v1", "US", 4,
		 false,
		 false},
		{"/numbers-upload/v1/Documents", "numbers-upload", "/v1/Documents", "v1", "Documents", 2, false, false},
		{"/lookups/v2/PhoneNumbers/+14155550100", "lookups", "/v2/PhoneNumbers/+14155550100", "v2",
		 "+14155550100", 3,
		 false, false},
		{"/lookups/v2/PhoneNumbers/%2B14155550100", "lookups", "/v2/PhoneNumbers/%2B14155550100", "v2",
		 "+14155550100", 3, false, false},
		{"/a/%00b", "", "/a/%00b", "a", "", 2, false, true},
		{"/1/2/3/4/5/6/7/8/9/10/11/12/13", "", "/1/2/3/4/5/6/7/8/9/10/11/12/13", "1", "12", 12, false, true},
		{"/x/.json", "", "/x/.json", "x", ".json", 2, false, false},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct request *q = request_new("GET", rows[i].target);
		const bool ok = strcmp(q->product, rows[i].product) == 0 &&
				strcmp(q->resource, rows[i].resource) == 0 &&
				q->segments == rows[i].segments && q->is_json == rows[i].json &&
				q->malformed == rows[i].malformed &&
				(!rows[i].first || strcmp(q->segment[0], rows[i].first) == 0) &&
				(!rows[i].last || strcmp(q->segment[q->segments - 1], rows[i].last) == 0);

		if (!ok)
			fail_msg("'%s': product '%s', resource '%s', %zu segments, json %d, malformed %d",
				 rows[i].target,
				 q->product, q->resource, q->segments, q->is_json, q->malformed);
		request_free(q);
	}
}

static void parameters(void **state)
{
	static const struct { const char *query, *name, *value; } rows[] = {
		{"", "A", NULL}, {"A", "A", ""}, {"A=", "A", ""}, {"A=1", "A", "1"}, {"A=1&A=2", "A", "2"},
		{"a=1", "A", NULL},
		{"B=2&A=1", "A", "1"}, {"A=%2B1", "A", "+1"}, {"A=+1", "A", " 1"}, {"A=%2", "A", "%2"},
		{"A=%zz", "A", "%zz"},
		{"A=b%20c", "A", "b c"}, {"A%3E=1", "A>", "1"}, {"&&A=1&&", "A", "1"}, {"A=x=y", "A", "x=y"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct arena a = {0};
		struct params p = {.n = 0};
		bool malformed = false;
		const char *value;

		params_parse(&p, rows[i].query, &a, &malformed);
		value = param_get(&p, rows[i].name);
		if ((value == NULL) != (rows[i].value == NULL) || (value && strcmp(value, rows[i].value) != 0))
			fail_msg("'%s': %s", rows[i].query, value ? value : "absent");
		arena_release(&a);
	}
}

static void credentials(void **state)
{
	static const struct { const char *header; bool has; const char *user, *password; } rows[] = {
		{NULL, false, "", ""}, {"", true, "", ""}, {"Bearer x", true, "", ""}, {"Basic", true, "", ""},
		{"Basic !!!", true, "", ""}, {"Basic QQ==", true, "", ""}, {"Basic QTpi", true, "A", "b"},
		{"basic QTpi", true, "A", "b"}, {"Basic   QTpi", true, "A", "b"}, {"Basic QTpiOmM=", true, "A", "b:c"},
		{"Basic Og==", true, "", ""},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct request *q = request_new("GET", "/");

		request_auth(q, rows[i].header);
		if (q->has_auth != rows[i].has || strcmp(q->user, rows[i].user) != 0 ||
		    strcmp(q->password, rows[i].password) != 0)
			fail_msg("'%s': '%s' '%s'", rows[i].header ? rows[i].header : "none", q->user, q->password);
		request_free(q);
	}
}

static void too_many_parameters_are_malformed(void **state)
{
	struct request *q;
	struct buf b;

	(void)state;
	buf_init(&b, 1 << 20);
	buf_adds(&b, "/x?");
	for (int i = 0; i <= REQUEST_PARAMS; i++)
		buf_adds(&b, "a=1&");
	q = request_new("GET", buf_str(&b));
	assert_true(q->malformed);
	assert_int_equal(q->query.n, REQUEST_PARAMS);
	request_free(q);
	buf_release(&b);
}

static void copies_stand_alone(void **state)
{
	struct request *q = request_new("POST", "/api/2010-04-01/Accounts.json?x=1"), *r;

	(void)state;
	buf_adds(&q->body, "FriendlyName=a+b");
	request_auth(q, "Basic QTpi");
	r = request_copy(q);
	request_free(q);
	assert_string_equal(r->user, "A");
	assert_string_equal(param_get(&r->form, "FriendlyName"), "a b");
	assert_string_equal(param_get(&r->query, "x"), "1");
	assert_true(request_is(r, "POST"));
	request_free(r);
}

static void lists_are_known(void **state)
{
	static const struct { const char *method, *target; bool list; } rows[] = {
		{"GET", "/", false}, {"GET", "/2010-04-01/Accounts.json", true},
		{"POST", "/2010-04-01/Accounts.json", false},
		{"GET", "/2010-04-01/Accounts/AC/IncomingPhoneNumbers.json", true},
		{"GET", "/2010-04-01/Accounts/AC/IncomingPhoneNumbers/Local.json", true},
		{"GET", "/2010-04-01/Accounts/AC/AvailablePhoneNumbers/US/Local.json", false},
		{"GET", "/pricing/v1/PhoneNumbers/Countries", true},
		{"GET", "/pricing/v1/PhoneNumbers/Countries/US", false},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct request *q = request_new(rows[i].method, rows[i].target);

		if (request_is_list(q) != rows[i].list)
			fail_msg("%s %s", rows[i].method, rows[i].target);
		request_free(q);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(targets), cmocka_unit_test(parameters), cmocka_unit_test(credentials),
		cmocka_unit_test(too_many_parameters_are_malformed), cmocka_unit_test(copies_stand_alone),
		cmocka_unit_test(lists_are_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
