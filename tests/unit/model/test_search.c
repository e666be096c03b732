#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "numdesk/model/search.h"
#include "numdesk/util/err.h"
#include "numdesk/util/mem.h"

static void test_init(void **state)
{
	struct search s;
	char text[64];

	(void)state;
	memset(&s, 0xff, sizeof s);
	search_init(&s);
	assert_string_equal(s.country, "US");
	assert_int_equal(s.type, NUMBER_LOCAL);
	assert_int_equal(s.limit, 30);
	assert_true(search_valid(&s, NULL, NULL));
	assert_string_equal(search_describe(&s, text, sizeof text), "US local");
}

/* What one may type, and how it reads back; NULL: refused, with the search left alone. */
static void test_set(void **state)
{
	static const struct { enum search_field f; const char *typed, *back, *says;
	} cases[] = {
		{SEARCH_COUNTRY, "", "", NULL},
		{SEARCH_COUNTRY, " gb ", "GB", NULL},
		{SEARCH_COUNTRY, "united kingdom", "GB", NULL},
		{SEARCH_COUNTRY, "XX", NULL, "two letters"},
		{SEARCH_COUNTRY, "Germny", NULL, "did you mean 'Germany'"},
		{SEARCH_TYPE, "", "all", NULL},
		{SEARCH_TYPE, "all", "all", NULL},
		{SEARCH_TYPE, "Toll-Free", "tollfree", NULL},
		{SEARCH_TYPE, "cell", NULL, "choose local, mobile"},
		{SEARCH_AREA_CODE, "", "", NULL},
		{SEARCH_AREA_CODE, "415", "415", NULL},
		{SEARCH_AREA_CODE, "41", NULL, "three digits"},
		{SEARCH_AREA_CODE, "4155", NULL, "three digits"},
		{SEARCH_AREA_CODE, "115", NULL, "200 to 999"},
		{SEARCH_AREA_CODE, "4a5", NULL, "three digits"},
		{SEARCH_AREA_CODE, "+41", NULL, "three digits"},
		{SEARCH_AREA_CODE, " 415, 628 510,", "415, 628, 510", NULL},
		{SEARCH_AREA_CODE, "415,415", "415", NULL},
		{SEARCH_AREA_CODE, "415,62", NULL, "'62'"},
		{SEARCH_AREA_CODE, "201,202,203,205,206,208,210,212,213,214",
		 "201, 202, 203, 205, 206, 208, 210, 212, 213, 214", NULL},
		{SEARCH_AREA_CODE, "201,202,203,205,206,208,210,212,213,214,215", NULL, "at most 10"},
		{SEARCH_CONTAINS, "", "", NULL},
		{SEARCH_CONTAINS, "555-0137", "5550137", NULL},
		{SEARCH_CONTAINS, "TAXI", "TAXI", NULL},
		{SEARCH_CONTAINS, "4", NULL, "2 to 16"},
		{SEARCH_CONTAINS, "4*5", NULL, "character 2"},
		{SEARCH_CONTAINS, "12345678901234567890123456789012345678901234567890", NULL, "2 to 16"},
		{SEARCH_VANITY, "", "", NULL},
		{SEARCH_VANITY, "cabs,taxi", "CABS TAXI", NULL},
		{SEARCH_VANITY, "cab!", NULL, "letters and digits"},
		{SEARCH_REGION, "", "", NULL},
		{SEARCH_REGION, "+1 415-555-0137", "+14155550137", NULL},
		{SEARCH_REGION, "+1", NULL, "region: "},
		{SEARCH_REGION, "ca", "CA", NULL},
		{SEARCH_REGION, "California", NULL, "two letters"},
		{SEARCH_REGION, "C4", NULL, "two letters"},
		{SEARCH_REGION, "C", NULL, "two letters"},
		{SEARCH_LOCALITY, "", "", NULL},
		{SEARCH_LOCALITY, " San Francisco ", "San Francisco", NULL},
		{SEARCH_LOCALITY, "Montr\u00e9al", "Montr\u00e9al", NULL},
		{SEARCH_LOCALITY, "a\x1b[2J", NULL, "cannot be shown"},
		{SEARCH_LOCALITY, "1234567890123456789012345678901234567890123456789012345678901234", NULL,
		 "at most 63"},
		{SEARCH_POSTAL_CODE, "94105", "94105", NULL},
		{SEARCH_POSTAL_CODE, "K1A 0B1", "K1A 0B1", NULL},
		{SEARCH_POSTAL_CODE, "9410;", NULL, "letters and digits"},
		{SEARCH_POSTAL_CODE, "12345678901234567", NULL, "at most 16"},
		{SEARCH_POSTAL_CODE, "+14155550137", "+14155550137", NULL},
		{SEARCH_NEAR, "", "", NULL},
		{SEARCH_NEAR, "37.79,-122.42", "37.79,-122.42", NULL},
		{SEARCH_NEAR, "+37.790, -122.420", "37.790,-122.420", NULL},
		{SEARCH_NEAR, "90,180", "90,180", NULL},
		{SEARCH_NEAR, "91,0", NULL, "latitude and longitude"},
		{SEARCH_NEAR, "0,-181", NULL, "latitude and longitude"},
		{SEARCH_NEAR, "37.79", NULL, "near: "},
		{SEARCH_NEAR, "37.79,", NULL, "latitude and longitude"},
		{SEARCH_NEAR, "37,79,1", NULL, "latitude and longitude"},
		{SEARCH_NEAR, "0x10,1e1", NULL, "latitude and longitude"},
		{SEARCH_NEAR, "1e1,1", NULL, "latitude and longitude"},
		{SEARCH_NEAR, "inf,nan", NULL, "latitude and longitude"},
		{SEARCH_NEAR, "37.7900000000000000,-122.42", NULL, "latitude and longitude"},
		{SEARCH_NEAR, "(415) 555-0137", "+14155550137", NULL},
		{SEARCH_NEAR, "home", NULL, "near: "},
		{SEARCH_DISTANCE, "", "", NULL},
		{SEARCH_DISTANCE, "50", "50", NULL},
		{SEARCH_DISTANCE, "0", NULL, "1 to 500"},
		{SEARCH_DISTANCE, "501", NULL, "1 to 500"},
		{SEARCH_DISTANCE, "5.5", NULL, "1 to 500"},
		{SEARCH_RATE_CENTER, "SNFC CNTRL", "SNFC CNTRL", NULL},
		{SEARCH_RATE_CENTER, "12345678901234567890123456789012", NULL, "at most 31"},
		{SEARCH_LATA, "722", "722", NULL},
		{SEARCH_LATA, "+14155550137", "+14155550137", NULL},
		{SEARCH_LATA, "72", NULL, "three to five"},
		{SEARCH_LATA, "72x", NULL, "three to five"},
		{SEARCH_VOICE, "yes", "yes", NULL},
		{SEARCH_SMS, "on", "yes", NULL},
		{SEARCH_MMS, "no", "", NULL},
		{SEARCH_FAX, "", "", NULL},
		{SEARCH_SMS, "perhaps", NULL, "neither yes nor no"},
		{SEARCH_SMS, "Without", "without", NULL},
		{SEARCH_EXCLUDE_ADDRESS, "", "", NULL},
		{SEARCH_EXCLUDE_ADDRESS, "none", "", NULL},
		{SEARCH_EXCLUDE_ADDRESS, "ANY", "any", NULL},
		{SEARCH_EXCLUDE_ADDRESS, "foreign", "foreign", NULL},
		{SEARCH_EXCLUDE_ADDRESS, "all", NULL, "any, local, foreign or both"},
		{SEARCH_EXCLUDE_ADDRESS, "both", "both", NULL},
		{SEARCH_EXCLUDE_BETA, "yes", "yes", NULL},
		{SEARCH_EXCLUDE_BETA, "maybe", NULL, "no beta"},
		{SEARCH_ORDER, "", "", NULL},
		{SEARCH_ORDER, "Score", "score", NULL},
		{SEARCH_ORDER, "found", "found", NULL},
		{SEARCH_ORDER, "beauty", NULL, "score, price, number or found"},
		{SEARCH_LIMIT, "", "30", NULL},
		{SEARCH_LIMIT, "1000", "1000", NULL},
		{SEARCH_LIMIT, "0", NULL, "1 to 1000"},
		{SEARCH_LIMIT, "1001", NULL, "1 to 1000"},
		{SEARCH_LIMIT, "-5", NULL, "1 to 1000"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct search s, before;
		struct err e = {0};
		char back[80];
		bool ok;

		search_init(&s);
		before = s;
		ok = search_set(&s, cases[i].f, cases[i].typed, &e);
		if (ok != (cases[i].back != NULL))
			fail_msg("field %u, '%s': %s", cases[i].f, cases[i].typed, ok ? "taken" : e.msg);
		if (ok) {
			assert_string_equal(search_get(&s, cases[i].f, back, sizeof back), cases[i].back);
			continue;
		}
		assert_memory_equal(&s, &before, sizeof s);
		if (e.kind != ERR_USAGE || !strstr(e.msg, cases[i].says))
			fail_msg("field %u, '%s' says: %s", cases[i].f, cases[i].typed, e.msg);
	}
}

/* Typing nothing clears every field. */
static void test_clear(void **state)
{
	static const char *const typed[SEARCH_FIELD_COUNT] = {
		"CA", "tollfree", "416, 905", "TAXI", "CABS", "ON", "Toronto", "M5V", "+14165550100", "10", "TORONTO", "888", "yes",
		"yes", "yes",
		"without", "any", "yes", "price", "10",
	};
	char text[80];

	(void)state;
	for (unsigned f = 0; f < SEARCH_FIELD_COUNT; f++) {
		struct search s, empty;

		search_init(&s);
		search_init(&empty);
		search_set(&empty, (enum search_field)f, "", NULL);
		search_set(&s, (enum search_field)f, typed[f], NULL);
		assert_true(search_set(&s, (enum search_field)f, "  ", NULL));
		if (f == SEARCH_AREA_CODE)
			assert_int_equal(s.more_codes[0], 0);
		search_get(&empty, (enum search_field)f, text, sizeof text);
		assert_string_equal(search_get(&s, (enum search_field)f, (char[80]){0}, 80), text);
	}
}

struct setting { enum search_field f; const char *text; };

static struct search make(const struct setting *set)
{
	struct search s;
	struct err e;

	search_init(&s);
	for (size_t i = 0; i < 6 && set[i].text; i++)
		if (!search_set(&s, set[i].f, set[i].text, &e))
			fail_msg("%s", e.msg);
	return s;
}

static void test_valid(void **state)
{
	static const struct { struct setting set[6]; enum search_field at; const char *says; } cases[] = {
		{{{SEARCH_AREA_CODE, "415"}, {SEARCH_REGION, "CA"}}, 0, NULL},
		{{{SEARCH_TYPE, "all"}, {SEARCH_AREA_CODE, "800"}}, 0, NULL},
		{{{SEARCH_TYPE, "tollfree"}, {SEARCH_AREA_CODE, "833"}}, 0, NULL},
		{{{SEARCH_AREA_CODE, "500"}}, 0, NULL},
		{{{SEARCH_COUNTRY, "GB"}, {SEARCH_LOCALITY, "Leeds"}, {SEARCH_CONTAINS, "+44113"}}, 0, NULL},
		{{{SEARCH_RATE_CENTER, "SNFC"}, {SEARCH_LATA, "722"}}, 0, NULL},
		{{{SEARCH_NEAR, "+14155550137"}, {SEARCH_DISTANCE, "10"}}, 0, NULL},
		{{{SEARCH_COUNTRY, ""}}, SEARCH_COUNTRY, "country is missing"},
		{{{SEARCH_COUNTRY, "GB"}, {SEARCH_AREA_CODE, "415"}}, SEARCH_AREA_CODE, "US and Canada only"},
		{{{SEARCH_COUNTRY, "DE"}, {SEARCH_REGION, "CA"}}, SEARCH_REGION, "search Germany"},
		{{{SEARCH_COUNTRY, "GB"}, {SEARCH_POSTAL_CODE, "LS1"}}, SEARCH_POSTAL_CODE, "postal code"},
		{{{SEARCH_COUNTRY, "GB"}, {SEARCH_NEAR, "+442079460018"}}, SEARCH_NEAR, "near"},
		{{{SEARCH_COUNTRY, "GB"}, {SEARCH_DISTANCE, "10"}}, SEARCH_DISTANCE, "distance"},
		{{{SEARCH_COUNTRY, "GB"}, {SEARCH_RATE_CENTER, "X"}}, SEARCH_RATE_CENTER, "rate centre"},
		{{{SEARCH_COUNTRY, "GB"}, {SEARCH_LATA, "722"}}, SEARCH_LATA, "LATA"},
		{{{SEARCH_RATE_CENTER, "SNFC"}}, SEARCH_LATA, "needs its LATA"},
		{{{SEARCH_DISTANCE, "10"}}, SEARCH_NEAR, "to be near to"},
		{{{SEARCH_NEAR, "37.79,-122.42"}, {SEARCH_DISTANCE, "10"}}, 0, NULL},
		{{{SEARCH_COUNTRY, "GB"}, {SEARCH_NEAR, "51.5,-0.1"}}, SEARCH_NEAR, "near"},
		{{{SEARCH_AREA_CODE, "415,628"}, {SEARCH_REGION, "+14155550137"}}, 0, NULL},
		{{{SEARCH_AREA_CODE, "415,416"}}, SEARCH_AREA_CODE, "416 is in Canada"},
		{{{SEARCH_AREA_CODE, "415,800"}}, SEARCH_AREA_CODE, "toll-free one"},
		{{{SEARCH_AREA_CODE, "415,212"}, {SEARCH_REGION, "CA"}}, SEARCH_AREA_CODE, "212 is in NY"},
		{{{SEARCH_VANITY, "CABS"}, {SEARCH_CONTAINS, "415"}}, SEARCH_VANITY, "not both"},
		{{{SEARCH_VANITY, "1800FLOWERS"}}, 0, NULL},
		{{{SEARCH_VANITY, "1800FLOWERSX"}}, SEARCH_VANITY, "longer than"},
		{{{SEARCH_AREA_CODE, "416"}}, SEARCH_AREA_CODE, "is in Canada: set the country to CA"},
		{{{SEARCH_COUNTRY, "CA"}, {SEARCH_AREA_CODE, "415"}}, SEARCH_AREA_CODE, "is in United States"},
		{{{SEARCH_AREA_CODE, "800"}}, SEARCH_AREA_CODE, "toll-free one"},
		{{{SEARCH_TYPE, "tollfree"}, {SEARCH_AREA_CODE, "415"}}, SEARCH_AREA_CODE, "not a toll-free one"},
		{{{SEARCH_AREA_CODE, "415"}, {SEARCH_REGION, "NY"}}, SEARCH_AREA_CODE, "is in CA, not in NY"},
	};
	struct search s;
	struct err e;
	enum search_field at;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		bool ok;

		s = make(cases[i].set);
		err_clear(&e);
		at = SEARCH_FIELD_COUNT;
		ok = search_valid(&s, &at, &e);
		if (ok != (cases[i].says == NULL) ||
		    (!ok && (at != cases[i].at || !strstr(e.msg, cases[i].says) || e.kind != ERR_USAGE)))
			fail_msg("case %zu: field %u, %s", i, at, e.msg);
	}
	search_init(&s);
	s.capabilities = CAP_RCS;
	assert_false(search_valid(&s, NULL, &e));
	search_init(&s);
	s.limit = 0;
	assert_false(search_valid(&s, &at, &e));
	assert_int_equal(at, SEARCH_LIMIT);
}

static void test_describe(void **state)
{
	static const struct { struct setting set[6]; const char *says;
	} cases[] = {
		{{{SEARCH_AREA_CODE, "415"}, {SEARCH_SMS, "yes"}}, "US local 415 sms"},
		{{{SEARCH_TYPE, "all"}, {SEARCH_LOCALITY, "Kent"}, {SEARCH_REGION, "WA"}}, "US all types in Kent, WA"},
		{{{SEARCH_REGION, "WA"}, {SEARCH_CONTAINS, "TAXI"}}, "US local 'TAXI' in WA"},
		{{{SEARCH_NEAR, "+14155550137"}, {SEARCH_EXCLUDE_ADDRESS, "any"}, {SEARCH_EXCLUDE_BETA, "yes"}},
		 "US local within 25 miles of +1 415-555-0137 without address without beta"},
		{{{SEARCH_POSTAL_CODE, "94105"},
		  {SEARCH_RATE_CENTER, "X"},
		  {SEARCH_LATA, "722"},
		  {SEARCH_EXCLUDE_ADDRESS, "local"}},
		 "US local at 94105 rate centre X LATA 722 without local address"},
		{{{SEARCH_COUNTRY, ""}}, "? local"},
		{{{SEARCH_AREA_CODE, "415,628"}, {SEARCH_VANITY, "cabs taxi"}, {SEARCH_FAX, "without"}},
		 "US local 415/628 spelling CABS or TAXI not fax"},
		{{{SEARCH_NEAR, "37.79,-122.42"}, {SEARCH_DISTANCE, "5"}, {SEARCH_EXCLUDE_ADDRESS, "both"}},
		 "US local within 5 miles of 37.79,-122.42 without local or foreign address"},
	};
	char text[200];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct search s = make(cases[i].set);

		assert_string_equal(search_describe(&s, text, sizeof text), cases[i].says);
		search_describe(&s, text, 6);
		assert_int_equal(strlen(text), 5);
	}
}

/* In their order; each must be a search that can be made, and another one than it began with. */
static void test_relaxations(void **state)
{
	static const struct { struct setting set[6]; const char *says[12];
	} cases[] = {
		{{{SEARCH_COUNTRY, "US"}}, {"tollfree numbers instead of local"}},
		{{{SEARCH_AREA_CODE, "415"},
		  {SEARCH_CONTAINS, "TAXI"},
		  {SEARCH_SMS, "yes"},
		  {SEARCH_MMS, "yes"},
		  {SEARCH_EXCLUDE_ADDRESS, "any"}},
		 {"also area codes 628, 510, 341 and 650", "area code 628, San Francisco instead of 415",
		  "anywhere in CA instead of area code 415", "without the pattern 'TAXI'", "also without mms",
		  "also without sms", "also numbers that need an address", "tollfree numbers instead of local"}},
		{{{SEARCH_LOCALITY, "Kent"}, {SEARCH_REGION, "WA"}, {SEARCH_EXCLUDE_BETA, "yes"}},
		 {"in any place of WA", "anywhere in United States", "also numbers in beta",
		  "tollfree numbers instead of local"}},
		{{{SEARCH_AREA_CODE, "415,628,510"}, {SEARCH_VANITY, "CABS"}},
		 {"also area codes 341, 650, 925 and 408", "area code 341, Oakland instead of 415", "anywhere in CA instead of area code 415",
		  "CABS without its last letter, CAB", "without the word CABS", "tollfree numbers instead of local"}},
		{{{SEARCH_COUNTRY, "GB"}, {SEARCH_CONTAINS, "+44113$"}, {SEARCH_FAX, "without"}},
		 {"with '44113' anywhere in the number", "without the pattern '+44113$'", "also with fax",
		  "mobile numbers instead of local", "national numbers instead of local",
		  "tollfree numbers instead of local"}},
		{{{SEARCH_VANITY, "CABS TAXI"}}, {"without the words CABS TAXI", "tollfree numbers instead of local"}},
		{{{SEARCH_NEAR, "+14155550137"}}, {"within 50 miles", "tollfree numbers instead of local"}},
		{{{SEARCH_COUNTRY, "GB"}, {SEARCH_TYPE, "mobile"}},
		 {"local numbers instead of mobile", "national numbers instead of mobile",
		  "tollfree numbers instead of mobile"}},
		{{{SEARCH_TYPE, "all"}}, {NULL}},
		{{{SEARCH_TYPE, "tollfree"}, {SEARCH_AREA_CODE, "833"}},
		 {"without area code 833", "local numbers instead of tollfree"}},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct search_relaxation r[12];
		struct search s = make(cases[i].set);
		size_t n = search_relaxations(&s, r, ARRAY_LEN(r));

		for (size_t k = 0; k < 12; k++) {
			const char *says = k < n ? r[k].says : NULL;

			if ((says != NULL) != (cases[i].says[k] != NULL) ||
			    (says && strcmp(says, cases[i].says[k]) != 0))
				fail_msg("case %zu, relaxation %zu: %s", i, k, says ? says : "none");
			if (k < n &&
			    (!search_valid(&r[k].search, NULL, NULL) || memcmp(&r[k].search, &s, sizeof s) == 0))
				fail_msg("case %zu: '%s' is no other search", i, says);
		}
		assert_int_equal(search_relaxations(&s, r, n ? 1 : 0), n ? 1 : 0);
	}
}

static void test_split(void **state)
{
	static const struct { struct setting set[6]; size_t n; const char *first, *covers; } cases[] = {
		{{{SEARCH_COUNTRY, "US"}}, 10, "US local '0$'", "0$, 1$, 2$, 3$, 4$, 5$, 6$, 7$, 8$, 9$"},
		{{{SEARCH_AREA_CODE, "415"}}, 10, "US local 415 '0$'", "0$, 1$"},
		{{{SEARCH_CONTAINS, "555"}}, 10, "US local '0555'", "0555, 1555"},
		{{{SEARCH_CONTAINS, "+1415"}}, 10, "US local '+14150'", "+14150, +14151"},
		{{{SEARCH_CONTAINS, "37$"}}, 10, "US local '037$'", "037$"},
		{{{SEARCH_CONTAINS, "55*"}}, 10, "US local '055*'", "055*"},
		{{{SEARCH_CONTAINS, "*55"}}, 10, "US local '*550'", "*550"},
		{{{SEARCH_CONTAINS, "*55*"}}, 1, "US local '*55*'", "cannot be narrowed"},
		{{{SEARCH_CONTAINS, "+14155550137$"}}, 1, "US local '+14155550137$'", "cannot be narrowed"},
		{{{SEARCH_CONTAINS, "1234567890123456"}}, 1, "US local '1234567890123456'", "cannot be narrowed"},
		{{{SEARCH_REGION, "WA"}}, 6, "US local 206 in WA", "206, 253, 360, 425, 509, 564"},
		{{{SEARCH_REGION, "CA"}}, 20, "US local 209 in CA", ": 20 of "},
		{{{SEARCH_REGION, "ME"}}, 10, "US local '0$' in ME", "0$"}, /* one area code: nothing gained by it */
		{{{SEARCH_REGION, "CA"}, {SEARCH_TYPE, "tollfree"}}, 10, "US tollfree '0$' in CA", "0$"},
		{{{SEARCH_AREA_CODE, "415,628"}}, 20, "US local 415 '0$'", "415: 0$, 1$"},
		{{{SEARCH_AREA_CODE, "415,628,510"}}, 18, "US local 415 '0$'", "; 510: 0$"},
		{{{SEARCH_VANITY, "CABS"}, {SEARCH_REGION, "CA"}}, 20, "US local '02227$' in CA", "02227$"},
		{{{SEARCH_VANITY, "a2 b3 c4 d5 e6"}, {SEARCH_AREA_CODE, "415,628,510"}}, 1, "US local 415 '22$'", "only"},
		{{{SEARCH_COUNTRY, "GB"}, {SEARCH_CONTAINS, "20"}}, 10, "GB local '020'", "020"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct search s = make(cases[i].set), out[20];
		char covers[200], text[80];
		size_t n = search_split(&s, out, ARRAY_LEN(out), covers, sizeof covers);

		if (n != cases[i].n || strcmp(search_describe(&out[0], text, sizeof text), cases[i].first) != 0 ||
		    !strstr(covers, cases[i].covers))
			fail_msg("case %zu: %zu searches, '%s', %s", i, n, text, covers);
		for (size_t k = 0; k < n; k++) {
			struct err e;

			if (!search_valid(&out[k], NULL, &e) ||
			    (*out[k].contains && !phone_contains_valid(out[k].contains, &e)))
				fail_msg("case %zu, %zu: %s", i, k, e.msg);
			for (size_t j = 0; j < k; j++)
				assert_memory_not_equal(&out[k], &out[j], sizeof out[k]);
		}
		assert_int_equal(search_split(&s, out, 1, covers, 4), 1);
		assert_int_equal(search_split(&s, out, 0, NULL, 0), 0);
	}
}

/* Every number that holds the pattern is found by at least one of the split searches. */
static void test_split_loses_nothing(void **state)
{
	static const char *const patterns[] = {"", "55", "+1415", "37$", "55*", "137"};
	char e164[E164_SIZE];
	struct search s, out[20];

	(void)state;
	for (size_t p = 0; p < ARRAY_LEN(patterns); p++) {
		search_init(&s);
		assert_true(search_set(&s, SEARCH_CONTAINS, patterns[p], NULL));
		size_t n = search_split(&s, out, ARRAY_LEN(out), NULL, 0);

		for (unsigned i = 0; i < 10000; i++) {
			bool found = false;

			snprintf(e164, sizeof e164, "+1415555%04u", i);
			if (*s.contains && !phone_contains_match(s.contains, e164))
				continue;
			for (size_t k = 0; k < n && !found; k++)
				found = phone_contains_match(out[k].contains, e164);
			if (!found)
				fail_msg("'%s' split loses %s", patterns[p], e164);
		}
	}
}

static void test_widen(void **state)
{
	struct search s, out[20];
	char covers[200];

	(void)state;
	search_init(&s);
	s.area_code = 415;
	assert_int_equal(search_widen(&s, out, 20, covers, sizeof covers), 20);
	assert_int_equal(out[0].area_code, 415);
	assert_int_equal(out[1].area_code, 628);
	assert_int_equal(strncmp(covers, "415, 628, 510", 13), 0);
	assert_int_equal(search_widen(&s, out, 3, covers, sizeof covers), 3);
	assert_string_equal(covers, "415, 628, 510");
	s.more_codes[0] = 510;
	assert_int_equal(search_widen(&s, out, 4, covers, sizeof covers), 4);
	assert_string_equal(covers, "415, 510, 628, 341");
	assert_int_equal(out[1].more_codes[0], 0);
	s.more_codes[0] = 0;
	s.area_code = 207;                              /* Maine has one: there is nothing around it */
	assert_int_equal(search_widen(&s, out, 20, covers, sizeof covers), 10);
	assert_string_equal(out[3].contains, "3$");
	search_init(&s);
	assert_int_equal(search_widen(&s, out, 20, covers, sizeof covers), 10);
}

/* Every area code with every pattern, those at the end of a number first; never more than there is room for. */
static void test_expand(void **state)
{
	static const struct { struct setting set[6]; size_t n; const char *says[4]; } cases[] = {
		{{{SEARCH_COUNTRY, "US"}}, 1, {"US local"}},
		{{{SEARCH_AREA_CODE, "415"}, {SEARCH_CONTAINS, "99"}}, 1, {"US local 415 '99'"}},
		{{{SEARCH_AREA_CODE, "415,628"}, {SEARCH_SMS, "yes"}}, 2, {"US local 415 sms", "US local 628 sms"}},
		{{{SEARCH_VANITY, "CABS"}}, 2, {"US local '2227$'", "US local '2227'"}},
		{{{SEARCH_AREA_CODE, "415,628"}, {SEARCH_VANITY, "CABS"}}, 4,
		 {"US local 415 '2227$'", "US local 628 '2227$'", "US local 415 '2227'", "US local 628 '2227'"}},
	};
	struct search out[20];
	char text[80];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct search s = make(cases[i].set);

		assert_int_equal(search_expand(&s, out, 20), cases[i].n);
		for (size_t k = 0; k < cases[i].n; k++) {
			assert_string_equal(search_describe(&out[k], text, sizeof text), cases[i].says[k]);
			assert_true(search_valid(&out[k], NULL, NULL));
		}
		assert_int_equal(search_expand(&s, out, 1), 1);
		assert_int_equal(search_expand(&s, out, 0), 0);
	}
}

/* What was written is read again as it was; the usual is not written, but for country and type. */
static void test_file(void **state)
{
	static const char *const typed[SEARCH_FIELD_COUNT] = {
		"CA", "tollfree", "866, 833", "", "CABS TAXI", "ON", "Toronto = north", "M5V", "43.65,-79.38", "10", "TORONTO",
		"888", "yes", "without", "yes", "", "both", "yes", "price", "100",
	};
	static const struct { const char *text, *says; } damaged[] = {
		{"country", "'country'"}, {"country=XX", "two letters"}, {"colour=red", "'colour=red'"},
		{"country=US\nlimit=0\n", "from 1 to 1000"}, {"=", "'='"},
	};
	struct search s, back;
	struct err e = {0};
	char *text;

	(void)state;
	search_init(&s);
	text = search_write(&s);
	assert_string_equal(text, "country=US\ntype=local\n");
	assert_true(search_read(&back, text, &e));
	assert_memory_equal(&back, &s, sizeof s);
	free(text);
	for (unsigned f = 0; f < SEARCH_FIELD_COUNT; f++)
		assert_true(search_set(&s, (enum search_field)f, typed[f], &e));
	text = search_write(&s);
	assert_true(search_read(&back, text, &e));
	assert_memory_equal(&back, &s, sizeof s);
	free(text);
	assert_true(search_read(&back, "", &e));
	for (size_t i = 0; i < ARRAY_LEN(damaged); i++) {
		back = s;
		if (search_read(&back, damaged[i].text, &e) || e.kind != ERR_DAMAGED || !strstr(e.msg, damaged[i].says))
			fail_msg("'%s': %s", damaged[i].text, e.msg);
		assert_memory_equal(&back, &s, sizeof s);
	}
}

static void test_order(void **state)
{
	struct search s;

	(void)state;
	search_init(&s);
	assert_int_equal(search_order(&s), ORDER_FOUND);
	search_set(&s, SEARCH_VANITY, "CABS", NULL);
	assert_int_equal(search_order(&s), ORDER_SCORE);
	search_set(&s, SEARCH_ORDER, "price", NULL);
	assert_int_equal(search_order(&s), ORDER_PRICE);
	for (unsigned f = 0; f < SEARCH_FIELD_COUNT; f++)
		for (unsigned g = 0; g < f; g++)
			assert_string_not_equal(search_field_name((enum search_field)f), search_field_name((enum search_field)g));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_init), cmocka_unit_test(test_set), cmocka_unit_test(test_clear),
		cmocka_unit_test(test_valid),
		cmocka_unit_test(test_describe), cmocka_unit_test(test_relaxations), cmocka_unit_test(test_split),
		cmocka_unit_test(test_split_loses_nothing), cmocka_unit_test(test_widen),
		cmocka_unit_test(test_expand), cmocka_unit_test(test_file), cmocka_unit_test(test_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
