#include "fixture.h"

#include "fake_http.h"

#include "numdesk/model/search.h"
#include "numdesk/twilio/available.h"

struct desk {
	struct clock_fake clock;
	struct fake_http *f;
	struct http *h;
	struct secret *secret;
	struct client c;
	int calls;
	size_t n;
	struct offer first;
	char locality[64];
	struct country countries[4];
	struct err err;
};

static void desk_open(struct desk *d, const char *part, const struct fake_reply *reply)
{
	memset(d, 0, sizeof *d);
	clock_fake_init(&d->clock, 1700000000000);
	d->f = fake_http_new(&d->clock);
	d->h = fake_http_seam(d->f);
	d->secret = secret_from(TOKEN, strlen(TOKEN));
	d->c = (struct client){.http = d->h,
			       .base_url = "http://127.0.0.1:1/{product}",
			       .account_sid = ACCOUNT,
			       .user = KEY,
			       .secret = d->secret};
	fake_http_on(d->f, HTTP_GET, part, reply);
}

static void desk_close(struct desk *d)
{
	d->h->free(d->h);
	secret_free(d->secret);
}

static void on_offers(void *ctx, const struct offer *v, size_t n, const struct err *err)
{
	struct desk *d = ctx;

	d->calls++;
	d->n = n;
	d->err = err ? *err : (struct err){0};
	if (n) {
		d->first = v[0];
		snprintf(d->locality, sizeof d->locality, "%s", v[0].locality ? v[0].locality : "");
	}
}

static const struct fake_reply none = {.status = 200, .body = "{\"available_phone_numbers\":[],\"uri\":\"x\"}"};

static void what_is_asked(void **state)
{
	static const struct {
		const char *name;
		struct search s;
		const char *want;
	} cases[] = {
		{"nothing but a type",
		 {.country = "US", .type = NUMBER_LOCAL, .limit = 50},
		 "/US/Local.json?PageSize=50"},
		{"few rows",
		 {.country = "GB", .type = NUMBER_M2M, .limit = 1},
		 "/GB/MachineToMachine.json?PageSize=50"},
		{"many rows",
		 {.country = "US", .type = NUMBER_TOLLFREE, .limit = 5000},
		 "/US/TollFree.json?PageSize=1000"},
		{"everything",
		 {.country = "US",
		  .type = NUMBER_LOCAL,
		  .area_code = 415,
		  .contains = "+1415*",
		  .region = "CA",
		  .locality = "San Francisco",
		  .postal_code = "94105",
		  .near_number = NUMBER,
		  .distance = 50,
		  .rate_center = "SNFC CNTRL",
		  .lata = "722",
		  .capabilities = CAP_VOICE | CAP_SMS | CAP_MMS | CAP_FAX,
		  .exclude_address = "foreign",
		  .exclude_beta = true,
		  .limit = 60},
		 "/US/Local.json?AreaCode=415&Contains=+1415*&InRegion=CA&InLocality=San Francisco"
		 "&InPostalCode=94105&NearNumber=" NUMBER "&Distance=50&InRateCenter=SNFC CNTRL&InLata=722"
		 "&VoiceEnabled=true&SmsEnabled=true&MmsEnabled=true&FaxEnabled=true"
		 "&ExcludeForeignAddressRequired=true&Beta=false&PageSize=60"},
		{"no address at all",
		 {.country = "US", .type = NUMBER_MOBILE, .exclude_address = "any"},
		 "/US/Mobile.json?ExcludeAllAddressRequired=true&PageSize=50"},
		{"neither kind of address, near a place, without fax",
		 {.country = "US",
		  .type = NUMBER_LOCAL,
		  .region = NUMBER,
		  .near_place = "37.79,-122.42",
		  .without = CAP_FAX,
		  .capabilities = CAP_SMS,
		  .exclude_address = "both"},
		 "/US/Local.json?InRegion=" NUMBER "&NearLatLong=37.79,-122.42&SmsEnabled=true&FaxEnabled=false"
		 "&ExcludeLocalAddressRequired=true&ExcludeForeignAddressRequired=true&PageSize=50"},
		{"no local address",
		 {.country = "US", .type = NUMBER_MOBILE, .exclude_address = "local"},
		 "/US/Mobile.json?ExcludeLocalAddressRequired=true&PageSize=50"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		char want[1024];
		struct desk d;

		desk_open(&d, "", &none);
		assert_true(available_search(&d.c, &cases[i].s, on_offers, &d, NULL));
		run_until(d.h, &d.calls, 1);
		snprintf(want, sizeof want,
			 "http://127.0.0.1:1/api/2010-04-01/Accounts/" ACCOUNT "/AvailablePhoneNumbers%s",
			 cases[i].want);
		if (strcmp(fake_http_call(d.f, 0)->url, want) != 0)
			fail_msg("%s: %s", cases[i].name, fake_http_call(d.f, 0)->url);
		assert_int_equal(d.err.kind, ERR_NONE);
		assert_int_equal(d.n, 0);
		desk_close(&d);
	}
}

static void what_is_for_sale(void **state)
{
	static const struct fake_reply some = {
		.status = 200,
		.body = "{\"available_phone_numbers\":[{\"phone_number\":\"nonsense\"},{\"phone_number\":\"" NUMBER
			"\",\"friendly_name\":\"(415) 555-0137\",\"locality\":\"San Francisco\",\"region\":\"CA\","
			"\"iso_country\":\"US\",\"address_requirements\":\"none\",\"beta\":false,"
			"\"capabilities\":{\"voice\":true,\"SMS\":true,\"MMS\":false}}]}",
	};
	struct search s;
	struct desk d;

	(void)state;
	search_init(&s);
	s.type = NUMBER_LOCAL;
	desk_open(&d, "", &some);
	assert_true(available_search(&d.c, &s, on_offers, &d, NULL));
	run_until(d.h, &d.calls, 1);
	assert_int_equal(d.n, 1);
	assert_string_equal(d.first.phone_number, NUMBER);
	assert_string_equal(d.first.country, "US");
	assert_string_equal(d.locality, "San Francisco");
	assert_int_equal(d.first.capabilities, CAP_VOICE | CAP_SMS);
	desk_close(&d);
}

static void errors_of_a_search(void **state)
{
	static const struct {
		const char *name;
		struct fake_reply reply;
		enum err_kind kind;
	} cases[] = {
		{"not sold", {.status = 404, .body = "{\"code\":20404,\"message\":\"not found\"}"}, ERR_NOT_FOUND},
		{"no list", {.status = 200, .body = "{}"}, ERR_PROTO},
		{"list is an object", {.status = 200, .body = "{\"available_phone_numbers\":{}}"}, ERR_PROTO},
		{"two lists",
		 {.status = 200, .body = "{\"available_phone_numbers\":[],\"available_phone_numbers\":[]}"},
		 ERR_PROTO},
		{"XML", {.status = 200, .body = "<?xml version='1.0'?>"}, ERR_PROTO},
		{"refused", {.status = 401, .body = ""}, ERR_AUTH},
	};
	struct search s;

	(void)state;
	search_init(&s);
	s.type = NUMBER_LOCAL;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct desk d;

		desk_open(&d, "", &cases[i].reply);
		assert_true(available_search(&d.c, &s, on_offers, &d, NULL));
		run_until(d.h, &d.calls, 1);
		if (d.err.kind != cases[i].kind)
			fail_msg("%s: %s \"%s\"", cases[i].name, err_kind_name(d.err.kind), d.err.msg);
		desk_close(&d);
	}
}

static void searches_that_cannot_be_asked(void **state)
{
	static const struct search cases[] = {
		{.country = "", .type = NUMBER_LOCAL},
		{.country = "U", .type = NUMBER_LOCAL},
		{.country = "us", .type = NUMBER_LOCAL},
		{.country = "..", .type = NUMBER_LOCAL},
		{.country = "US"},
	};
	struct err e = {0};
	struct desk d;

	(void)state;
	desk_open(&d, "", &none);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		if (available_search(&d.c, &cases[i], on_offers, &d, &e) || e.kind != ERR_USAGE)
			fail_msg("case %zu was started", i);
	desk_close(&d);
}

static void on_countries(void *ctx, const struct country *v, size_t n, const struct err *err)
{
	struct desk *d = ctx;

	d->calls++;
	d->n = n;
	d->err = err ? *err : (struct err){0};
	for (size_t i = 0; i < n && i < ARRAY_LEN(d->countries); i++)
		d->countries[i] = v[i];
}

static void countries(void **state)
{
	static const struct fake_reply two = {
		.status = 200,
		.body = "{\"countries\":[{\"country_code\":\"US\",\"country\":\"United "
			"\\u001bStates\",\"beta\":false,\"subresource_uris\":"
			"{\"local\":\"/x\",\"toll_free\":\"/y\",\"hologram\":\"/z\"}},{\"country_code\":\"usa\"},"
			"{\"country_code\":\"GB\",\"country\":null,\"beta\":true,\"subresource_uris\":{\"mobile\":\"/"
			"x\",\"machine_to_machine\":\"/y\"}}]}",
	};
	struct desk d;

	(void)state;
	desk_open(&d, "/AvailablePhoneNumbers.json", &two);
	assert_true(available_countries(&d.c, on_countries, &d, NULL));
	run_until(d.h, &d.calls, 1);
	assert_int_equal(d.n, 2);
	assert_string_equal(d.countries[0].code, "US");
	assert_string_equal(d.countries[0].name, "United <U+001B>States");
	assert_int_equal(d.countries[0].types, 1 << NUMBER_LOCAL | 1 << NUMBER_TOLLFREE);
	assert_string_equal(d.countries[1].code, "GB");
	assert_true(d.countries[1].beta);
	assert_int_equal(d.countries[1].types, 1 << NUMBER_MOBILE | 1 << NUMBER_M2M);
	fake_http_on(d.f, HTTP_GET, "", &(struct fake_reply){.status = 200, .body = "{\"countries\":null}"});
	assert_true(available_countries(&d.c, on_countries, &d, NULL));
	run_until(d.h, &d.calls, 2);
	assert_int_equal(d.err.kind, ERR_PROTO);
	desk_close(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_asked),
		cmocka_unit_test(what_is_for_sale),
		cmocka_unit_test(errors_of_a_search),
		cmocka_unit_test(searches_that_cannot_be_asked),
		cmocka_unit_test(countries),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
