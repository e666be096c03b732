#include "test.h"

#include <stdio.h>
#include <string.h>

#include "numdesk/model/dialplan.h"
#include "numdesk/model/phone.h"
#include "numdesk/util/mem.h"

static void test_lookup(void **state)
{
	static const struct { const char *e164, *country; enum number_type type; int code; } cases[] = {
		{"", "", NUMBER_TYPE_UNKNOWN, 0}, {"4155550137", "", NUMBER_TYPE_UNKNOWN, 0},
		{"+9990000000", "", NUMBER_TYPE_UNKNOWN, 0},
		/* the North American plan, with the exchange 555 everywhere */
		{"+14155550137", "US", NUMBER_LOCAL, 1}, {"+12125550100", "US", NUMBER_LOCAL, 1},
		{"+14165550100", "CA", NUMBER_LOCAL, 1}, {"+16045550100", "CA", NUMBER_LOCAL, 1},
		{"+18765550100", "JM", NUMBER_LOCAL, 1}, {"+16585550100", "JM", NUMBER_LOCAL, 1},
		{"+17875550100", "PR", NUMBER_LOCAL, 1}, {"+18095550100", "DO", NUMBER_LOCAL, 1},
		{"+12425550100", "BS", NUMBER_LOCAL, 1}, {"+16715550100", "GU", NUMBER_LOCAL, 1},
		{"+18005550100", "US", NUMBER_TOLLFREE, 1}, {"+18335550100", "US", NUMBER_TOLLFREE, 1},
		{"+18885550100", "US", NUMBER_TOLLFREE, 1}, {"+19005550100", "US", NUMBER_TYPE_UNKNOWN, 1},
		{"+15005550006", "US", NUMBER_TYPE_UNKNOWN, 1}, {"+16285550100", "US", NUMBER_LOCAL, 1},
		/* ranges for fiction: Ofcom, ACMA, ARCEP */
		{"+442079460018", "GB", NUMBER_LOCAL, 44}, {"+447700900123", "GB", NUMBER_MOBILE, 44},
		{"+441632960123", "GB", NUMBER_LOCAL, 44}, {"+448081570123", "GB", NUMBER_TOLLFREE, 44},
		{"+443069990123", "GB", NUMBER_NATIONAL, 44}, {"+61491570156", "AU", NUMBER_MOBILE, 61},
		{"+61255501234", "AU", NUMBER_LOCAL, 61}, {"+33199001234", "FR", NUMBER_LOCAL, 33},
		{"+33639981234", "FR", NUMBER_MOBILE, 33},
		/* one code, several countries */
		{"+441481960123", "GG", NUMBER_LOCAL, 44}, {"+447781123456", "GG", NUMBER_MOBILE, 44},
		{"+441624756123", "IM", NUMBER_LOCAL, 44}, {"+441534960123", "JE", NUMBER_LOCAL, 44},
		{"+77172123456", "KZ", NUMBER_LOCAL, 7}, {"+74951234567", "RU", NUMBER_LOCAL, 7},
		{"+390669812345", "VA", NUMBER_LOCAL, 39}, {"+390612345678", "IT", NUMBER_LOCAL, 39},
		{"+393123456789", "IT", NUMBER_MOBILE, 39},
		/* others that Twilio sells */
		{"+491711234567", "DE", NUMBER_MOBILE, 49}, {"+493012345678", "DE", NUMBER_LOCAL, 49},
		{"+498001234567", "DE", NUMBER_TOLLFREE, 49}, {"+33800123456", "FR", NUMBER_TOLLFREE, 33},
		{"+33912345678", "FR", NUMBER_VOIP, 33}, {"+46701740123", "SE", NUMBER_MOBILE, 46},
		{"+3225551234", "BE", NUMBER_LOCAL, 32},
		{"+5511987654321", "BR", NUMBER_MOBILE, 55}, {"+551133334444", "BR", NUMBER_LOCAL, 55},
		{"+819012345678", "JP", NUMBER_MOBILE, 81}, {"+81312345678", "JP", NUMBER_LOCAL, 81},
		{"+81120123456", "JP", NUMBER_TOLLFREE, 81}, {"+6591234567", "SG", NUMBER_MOBILE, 65},
		{"+85251234567", "HK", NUMBER_MOBILE, 852},
		{"+353851234567", "IE", NUMBER_MOBILE, 353},
		{"+80012345678", "", NUMBER_TOLLFREE, 800}, {"+870301234567", "", NUMBER_MOBILE, 870},
		/* Mexico does not tell fixed from mobile */
		{"+525555550123", "MX", NUMBER_TYPE_UNKNOWN, 52},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct dialplan_match m = dialplan_lookup(cases[i].e164);

		if (strcmp(m.country, cases[i].country) != 0 || m.calling_code != cases[i].code)
			fail_msg("%s: '%s' +%d", cases[i].e164, m.country, m.calling_code);
		if (m.type != cases[i].type)
			fail_msg("%s: type '%s'", cases[i].e164, number_type_name(m.type));
	}
}

/* Too long and too short numbers still have their country, and nothing is read past their end. */
static void test_every_length(void **state)
{
	char e164[E164_SIZE + 8];

	(void)state;
	for (unsigned lead = 100; lead < 1000; lead++)
		for (size_t len = 7; len <= 15; len++) {
			snprintf(e164, sizeof e164, "+%u%s", lead, "234567823456");
			e164[1 + len] = '\0';
			struct dialplan_match m = dialplan_lookup(e164);

			if (m.calling_code == 0 && *m.country)
				fail_msg("%s: a country without a calling code", e164);
			if (m.type >= NUMBER_TYPE_COUNT)
				fail_msg("%s: no such type", e164);
			if (*m.country && dialplan_calling_code(m.country) != m.calling_code)
				fail_msg("%s: %s is not +%d", e164, m.country, m.calling_code);
		}
	assert_string_equal(dialplan_lookup("+4420794600181").country, "GB");
	assert_string_equal(dialplan_lookup("+44207946").country, "GB");
}

static void test_countries(void **state)
{
	static const struct { const char *s, *code; } cases[] = {
		{NULL, NULL}, {"", NULL}, {"XX", NULL}, {"Atlantis", NULL}, {"US", "US"}, {"us", "US"},
		{"United States", "US"},
		{"united kingdom", "GB"}, {"UK", "GB"}, {"Germany", "DE"}, {"C\u00f4te d\u2019Ivoire", "CI"},
		{"Ivory Coast", "CI"},
		{"Hong Kong", "HK"}, {"Turkey", "TR"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const char *code = dialplan_country_code(cases[i].s);

		if ((code != NULL) != (cases[i].code != NULL) || (code && strcmp(code, cases[i].code) != 0))
			fail_msg("'%s' gave %s", cases[i].s ? cases[i].s : "(nothing)", code ? code : "nothing");
	}
	assert_string_equal(dialplan_country_name("GB"), "United Kingdom");
	assert_string_equal(dialplan_country_name("gb"), "United Kingdom");
	assert_string_equal(dialplan_country_name("XX"), "XX");
	assert_string_equal(dialplan_country_suggest("Germny"), "Germany");
	assert_null(dialplan_country_suggest(""));
	assert_null(dialplan_country_suggest("qqqqqqqq"));
	assert_int_equal(dialplan_calling_code("GB"), 44);
	assert_int_equal(dialplan_calling_code("CA"), 1);
	assert_int_equal(dialplan_calling_code("XX"), 0);
	assert_int_equal(dialplan_calling_code(NULL), 0);
}

static void test_area_codes(void **state)
{
	static const struct { int npa; const char *country, *region, *place; } cases[] = {
		{201, "US", "NJ", "Jersey City"}, {202, "US", "DC", "Washington"}, {212, "US", "NY", "New York"},
		{310, "US", "CA", "Los Angeles"}, {312, "US", "IL", "Chicago"}, {415, "US", "CA", "San Francisco"},
		{628, "US", "CA", "San Francisco"}, {917, "US", "NY", "New York"}, {737, "US", "TX", "Austin"},
		{416, "CA", "ON", "Toronto"}, {647, "CA", "ON", "Toronto"}, {514, "CA", "QC", "Montreal"},
		{604, "CA", "BC", "Vancouver"},
		{867, "CA", "YT", "Whitehorse"}, {876, "JM", "", "Jamaica"}, {907, "US", "AK", "Anchorage"},
		{808, "US", "HI", "Honolulu"},
	};
	static const int none[] = {0, -1, 100, 500, 555, 800, 833, 888, 900, 911, 999, 1000, 4155};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const struct dialplan_npa *n = dialplan_npa(cases[i].npa);

		if (!n || strcmp(n->country, cases[i].country) || strcmp(n->region, cases[i].region) ||
		    strcmp(n->place, cases[i].place))
			fail_msg("%d: %s", cases[i].npa, n ? n->place : "nothing");
	}
	for (size_t i = 0; i < ARRAY_LEN(none); i++)
		if (dialplan_npa(none[i]))
			fail_msg("%d is no area code", none[i]);
}

/* All of them: a place for each, a region for each of the US and Canada, and a region that leads back. */
static void test_every_area_code(void **state)
{
	int of[100], count = 0;

	(void)state;
	for (int npa = 200; npa < 1000; npa++) {
		const struct dialplan_npa *n = dialplan_npa(npa);
		bool main_country = n && (strcmp(n->country, "US") == 0 || strcmp(n->country, "CA") == 0),
		     found = false;

		if (!n)
			continue;
		count++;
		assert_int_equal(n->npa, npa);
		if (!*n->place || (main_country && strlen(n->region) != 2) || (!main_country && *n->region))
			fail_msg("%d: '%s' '%s' '%s'", npa, n->country, n->region, n->place);
		for (size_t i = dialplan_npas_of(n->country, n->region, of, ARRAY_LEN(of)); i-- > 0;)
			found = found || of[i] == npa;
		assert_true(found);
	}
	assert_true(count > 400);
	assert_int_equal(dialplan_npas_of("US", "ZZ", of, ARRAY_LEN(of)), 0);
	assert_int_equal(dialplan_npas_of("US", "CA", of, 3), 3);
	assert_int_equal(dialplan_npas_of("CA", "SK", of, ARRAY_LEN(of)), 3);
}

static void test_neighbours(void **state)
{
	static const struct { int npa; int first[3]; } cases[] = {
		{415, {628, 510, 341}}, {212, {332, 646, 917}}, {416, {437, 647, 942}}, {512, {737, 0, 0}},
		{213, {323, 738, 0}},
	};
	int near[100];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		size_t n = dialplan_npa_neighbours(cases[i].npa, near, ARRAY_LEN(near));

		for (size_t k = 0; k < 3 && cases[i].first[k]; k++)
			if (k >= n || near[k] != cases[i].first[k])
				fail_msg("%d: neighbour %zu is %d", cases[i].npa, k, k < n ? near[k] : 0);
		for (size_t k = 0; k < n; k++) {
			assert_int_not_equal(near[k], cases[i].npa);
			assert_string_equal(dialplan_npa(near[k])->region, dialplan_npa(cases[i].npa)->region);
		}
	}
	assert_int_equal(dialplan_npa_neighbours(555, near, ARRAY_LEN(near)), 0);
	assert_int_equal(dialplan_npa_neighbours(415, near, 2), 2);
	assert_int_equal(dialplan_npa_neighbours(415, near, 0), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lookup), cmocka_unit_test(test_every_length), cmocka_unit_test(test_countries),
		cmocka_unit_test(test_area_codes), cmocka_unit_test(test_every_area_code),
		cmocka_unit_test(test_neighbours),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
