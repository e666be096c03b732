#include "test.h"

#include "fixture.h"

#define NUMBERS "/IncomingPhoneNumbers.json"

static const char *acme(void)
{
	return cred("AC", "acme");
}

/* The first number of a search, "%2B..." for a form. Borrowed until the next call. */
static const char *for_sale(const char *search)
{
	static char number[24];
	char path[160];
	struct reply r;

	snprintf(path, sizeof path, "/AvailablePhoneNumbers/%s", search);
	r = account_ask("GET", "acme", path, acme(), NULL);
	if (rows_of(&r, "available_phone_numbers") == 0)
		fail_msg("%s: nothing for sale: %s", search, r.body);
	snprintf(number, sizeof number, "%%2B%s",
		 json_text(json_first(json_get(r.json, "available_phone_numbers")), "phone_number") + 1);
	reply_free(&r);
	return number;
}

static struct reply buy(const char *account, const char *search, const char *more)
{
	char *form = mem_printf("PhoneNumber=%s%s", for_sale(search), more);
	struct reply r = account_ask("POST", account, NUMBERS, acme(), form);

	free(form);
	return r;
}

static void bought_number_is_listed_and_charged(void **state)
{
	struct reply r = buy("acme-east", "US/Local.json?AreaCode=415",
			     "&FriendlyName=Line+1&VoiceUrl=https%3A%2F%2Fv.example.com%2F&VoiceMethod=get&Unknown=1");
	char phone[20];
	char *path;

	(void)state;
	assert_int_equal(r.status, 201);
	assert_string_equal(text_of(&r, "friendly_name"), "Line 1");
	assert_string_equal(text_of(&r, "voice_url"), "https://v.example.com/");
	assert_string_equal(text_of(&r, "voice_method"), "GET");
	assert_string_equal(text_of(&r, "account_sid"), sid_of("AC", "acme-east"));
	assert_string_equal(text_of(&r, "type"), "local");
	snprintf(phone, sizeof phone, "%s", text_of(&r, "phone_number") + 1);
	reply_free(&r);
	path = mem_printf(NUMBERS "?PhoneNumber=%%2B%s", phone);
	r = account_ask("GET", "acme-east", path, acme(), NULL);
	assert_int_equal(rows_of(&r, "incoming_phone_numbers"), 1);
	reply_free(&r);
	free(path);
	r = account_ask("GET", "acme", "/Balance.json", acme(), NULL);
	assert_string_equal(text_of(&r, "balance"), "998.85");
	reply_free(&r);
	path = mem_printf("PhoneNumber=%%2B%s", phone);
	expect("the same again", account_ask("POST", "acme-east", NUMBERS, acme(), path), 400, 21422);
	free(path);
	assert_int_equal(ledger_count("executions"), 1);
}

static void refusals(void **state)
{
	static const struct { const char *what, *who, *account, *path, *form; int status, code; } rows[] = {
		{"nothing", "acme", "acme", NUMBERS, "", 400, 21421},
		{"empty", "acme", "acme", NUMBERS, "PhoneNumber=", 400, 21421},
		{"raw plus", "acme", "acme", NUMBERS, "PhoneNumber=+14155555305", 400, 21421},
		{"not a number", "acme", "acme", NUMBERS, "PhoneNumber=hello", 400, 21421},
		{"never there", "acme", "acme", NUMBERS, "PhoneNumber=%2B14155551234", 400, 21422},
		{"owned by us", "acme", "acme", NUMBERS, "PhoneNumber=%2B14155550101", 400, 21422},
		{"area 999", "acme", "acme", NUMBERS, "AreaCode=999", 400, 21451},
		{"area of two digits", "acme", "acme", NUMBERS, "AreaCode=41", 400, 21451},
		{"area of words", "acme", "acme", NUMBERS, "AreaCode=abc", 400, 21451},
		{"empty area", "acme", "acme", NUMBERS, "AreaCode=917", 400, 21452},
		{"area on a typed list", "acme", "acme", "/IncomingPhoneNumbers/Local.json", "AreaCode=415", 400,
		 21457},
		{"bad url", "acme", "acme", NUMBERS, "AreaCode=415&VoiceUrl=ftp%3A%2F%2Fx", 400, 21402},
		{"bad callback", "acme", "acme", NUMBERS, "AreaCode=415&StatusCallback=x", 400, 21402},
		{"bad method", "acme", "acme", NUMBERS, "AreaCode=415&VoiceMethod=PUT", 400, 21403},
		{"voice fallback alone", "acme", "acme", NUMBERS,
		 "AreaCode=415&VoiceFallbackUrl=https%3A%2F%2Fx.example.com", 400,
		 21405},
		{"sms fallback alone", "acme", "acme", NUMBERS,
		 "AreaCode=628&SmsFallbackUrl=https%3A%2F%2Fx.example.com", 400,
		 21406},
		{"long name", "acme", "acme", NUMBERS,
		 "AreaCode=415&FriendlyName=1234567890123456789012345678901234567890"
		 "1234567890123456789012345", 400, 20002},
		{"no such address", "acme", "acme", NUMBERS,
		 "AreaCode=415&AddressSid=AD00000000000000000000000000000000", 400, 21631},
		{"no such bundle", "acme", "acme", NUMBERS,
		 "AreaCode=415&BundleSid=BU00000000000000000000000000000000", 400, 21649},
		{"bad identity", "acme", "acme", NUMBERS, "AreaCode=415&IdentitySid=x", 400, 21650},
		{"bad application", "acme", "acme", NUMBERS, "AreaCode=415&VoiceApplicationSid=x", 400, 21218},
		{"trial", "trial", "trial", NUMBERS, "AreaCode=415", 400, 21404},
		{"trial subaccount", "trial", "trial-sub", NUMBERS, "AreaCode=415", 403, 10002},
		{"no money", "poor", "poor", NUMBERS, "AreaCode=415", 403, 20005},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		expect(rows[i].what, account_ask("POST", rows[i].account, rows[i].path, cred("AC", rows[i].who),
						 rows[i].form),
		       rows[i].status, rows[i].code);
	assert_int_equal(ledger_count("executions"), 0);
	assert_int_equal(ledger_count("arrivals"), ARRAY_LEN(rows));
}

static void area_code_picks_until_none_is_left(void **state)
{
	(void)state;
	expect("first of two", account_ask("POST", "acme", NUMBERS, acme(), "AreaCode=212"), 201, 0);
	expect("second", account_ask("POST", "acme", NUMBERS, acme(), "AreaCode=212"), 201, 0);
	expect("none", account_ask("POST", "acme", NUMBERS, acme(), "AreaCode=212"), 400, 21452);
}

/* What a country asks for: +address is `name` of the seed's address, +bundle of its bundle. */
static void regulations(void **state)
{
	static const struct { const char *search, *account, *address, *bundle; int status, code; } rows[] = {
		{"US/Local.json", "acme", NULL, NULL, 201, 0},
		{"FR/Mobile.json", "acme", NULL, NULL, 400, 21631},
		{"FR/Mobile.json", "acme", "acme-us", NULL, 201, 0},
		{"FR/Mobile.json", "acme-west", "acme-us", NULL, 400, 21631},
		{"IE/Local.json", "acme", NULL, NULL, 400, 21615},
		{"IE/Local.json", "acme", "acme-us", NULL, 400, 21615},
		{"NL/Mobile.json", "acme", NULL, NULL, 400, 21631},
		{"NL/Mobile.json", "acme", "acme-us", NULL, 201, 0},
		{"DE/Local.json", "acme", "acme-us", NULL, 400, 21615},
		{"DE/Local.json", "acme", "acme-de", NULL, 400, 21649},
		{"DE/Local.json", "acme", "acme-de", "acme-de-bundle", 201, 0},
		{"DE/Local.json", "acme-east", "acme-east-de", "acme-de-bundle", 400, 21649},
		{"GB/Mobile.json", "acme", "acme-gb", NULL, 400, 21649},
		{"GB/Mobile.json", "acme", "acme-gb", "acme-gb-mobile", 400, 21649},    /* a draft */
		{"DE/Mobile.json", "acme", "acme-de", "acme-de-bundle", 400, 21649},    /* for another type */
		{"DE/Mobile.json", "acme", "acme-de", "acme-de-mobile", 400, 21649},    /* rejected */
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char more[160] = "", what[160];
		size_t n = 0;

		if (rows[i].address)
			n = (size_t)snprintf(more, sizeof more, "&AddressSid=%s", sid_of("AD", rows[i].address));
		if (rows[i].bundle)
			snprintf(more + n, sizeof more - n, "&BundleSid=%s", sid_of("BU", rows[i].bundle));
		snprintf(what, sizeof what, "%s for %s with %s and %s", rows[i].search, rows[i].account,
			 rows[i].address ? rows[i].address : "none", rows[i].bundle ? rows[i].bundle : "none");
		expect(what, buy(rows[i].account, rows[i].search, more), rows[i].status, rows[i].code);
	}
}

/* "foreign" means an address outside the number's country. */
static void foreign_address_is_not_at_home(void **state)
{
	struct reply r = account_ask("POST", "acme", "/Addresses.json", acme(),
				     "CustomerName=C&Street=S&City=T&Region=R&PostalCode=1&"
				     "IsoCountry=NL");
	char more[80];

	(void)state;
	snprintf(more, sizeof more, "&AddressSid=%s", text_of(&r, "sid"));
	reply_free(&r);
	expect("at home", buy("acme", "NL/Mobile.json", more), 400, 21631);
}

static void typed_purchases(void **state)
{
	char *form = mem_printf("PhoneNumber=%s", for_sale("US/TollFree.json"));
	struct reply r;

	(void)state;
	expect("as local", account_ask("POST", "acme", "/IncomingPhoneNumbers/Local.json", acme(), form), 400, 21458);
	r = account_ask("POST", "acme", "/IncomingPhoneNumbers/TollFree.json", acme(), form);
	assert_int_equal(r.status, 201);
	assert_non_null(json_get(r.json, "sid"));
	assert_null(json_get(r.json, "type"));          /* the resources of one type do not name it */
	reply_free(&r);
	free(form);
}

static void no_sms_no_sms_fields(void **state)
{
	(void)state;
	expect("voice only", buy("acme", "US/Local.json?SmsEnabled=false", "&SmsUrl=https%3A%2F%2Fx.example.com"), 400,
	       21407);
	expect("with sms", buy("acme", "US/Local.json?SmsEnabled=true", "&SmsUrl=https%3A%2F%2Fx.example.com"), 201, 0);
}

static void test_credentials(void **state)
{
	static const struct { const char *form; int status, code; } rows[] = {
		{"PhoneNumber=%2B15005550000", 400, 21422}, {"PhoneNumber=%2B15005550001", 400, 21421},
		{"PhoneNumber=%2B15005550006", 201, 0}, {"PhoneNumber=%2B15005550006", 201, 0},
		{"AreaCode=533", 400, 21452},
		{"AreaCode=500", 201, 0}, {"PhoneNumber=%2B14155555305", 400, 21422}, {"AreaCode=415", 400, 21451},
		{"", 400, 21421},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		expect(rows[i].form, account_ask("POST", "test", NUMBERS, cred("AC", "test"), rows[i].form),
		       rows[i].status,
		       rows[i].code);
	assert_int_equal(ledger_count("executions"), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SERVER_TEST(refusals), SERVER_TEST(bought_number_is_listed_and_charged),
		SERVER_TEST(area_code_picks_until_none_is_left), SERVER_TEST(regulations),
		SERVER_TEST(foreign_address_is_not_at_home), SERVER_TEST(typed_purchases),
		SERVER_TEST(no_sms_no_sms_fields), SERVER_TEST(test_credentials),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
