#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "home.h"

#include "numdesk/core/guard.h"
#include "numdesk/core/papers.h"
#include "numdesk/core/plan.h"
#include "numdesk/util/json.h"
#include "numdesk/util/mem.h"

#define AD(n) "AD0000000000000000000000000000000" #n
#define BU(n) "BU0000000000000000000000000000000" #n
#define RN(n) "RN0000000000000000000000000000000" #n
#define ADDRESS(n, name, city, country) "{\"sid\":\"" AD(n) "\",\"account_sid\":\"" HOME_AC "\",\"friendly_name\":\"" name \
	"\",\"customer_name\":\"C\",\"street\":\"S\",\"city\":\"" city "\",\"region\":\"\",\"postal_code\":\"1\"," \
	"\"iso_country\":\"" country "\",\"validated\":true}"
#define BUNDLE(n, name, status, regulation, until) "{\"sid\":\"" BU(n) "\",\"regulation_sid\":\"" regulation "\"," \
	"\"friendly_name\":\"" name "\",\"status\":\"" status "\",\"valid_until\":" until "}"
#define REGULATION(n, country, type) "{\"sid\":\"" RN(n) "\",\"friendly_name\":\"R\",\"iso_country\":\"" country "\"," \
	"\"number_type\":\"" type "\",\"end_user_type\":\"business\"}"

static void get(struct home *h, const char *part, int status, const char *body)
{
	fake_http_on(h->http, HTTP_GET, part, &(struct fake_reply){.status = status, .body = body});
}

static void addresses(struct home *h, const char *rows)
{
	char *body = mem_printf("{\"addresses\":[%s],\"next_page_uri\":null}", rows);

	get(h, "/Addresses.json", 200, body);
	free(body);
}

static void list(struct home *h, const char *part, const char *rows)
{
	char *body = mem_printf("{\"results\":[%s],\"meta\":{\"next_page_url\":null}}", rows);

	get(h, part, 200, body);
	free(body);
}

static size_t asked(struct home *h, const char *part)
{
	return fake_http_count(h->http, HTTP_GET, part, NULL);
}

/* A number in each of the countries that the tests are about. */
static void add(struct home *h, struct plan *p, const char *country, enum number_type type, const char *need,
		const char *address, const char *bundle)
{
	struct offer o = {.type = type, .monthly_price = 1150000, .currency = "USD", .address_requirements = need,
			  .locality = "Berlin"};

	snprintf(o.phone_number, sizeof o.phone_number, "+49302312%04zu", p->n);
	memcpy(o.country, country, strlen(country) + 1);
	plan_add_buy(p, h->s, &o, &(struct buy_params){.friendly_name = "keep", .address_sid = address, .bundle_sid = bundle});
}

struct outcome { bool done; struct err err; };

static void take(void *ctx, const struct err *err)
{
	struct outcome *o = ctx;

	o->done = true;
	o->err = *err;
}

static struct err need(struct home *h, const struct plan *p)
{
	struct outcome o = {0};

	papers_need(h->s, p, take, &o);
	home_until(h, &o.done);
	return o.err;
}

/* What operation i would send under this name; "" for nothing. Borrowed until the next call. */
static const char *sends(const struct plan *p, size_t i, const char *name)
{
	static char text[64];
	struct json *doc = p->ops[i].want_json ? json_parse(p->ops[i].want_json, strlen(p->ops[i].want_json), 65536, NULL) :
						 NULL;
	const char *s = doc ? json_text(doc, name) : NULL;

	snprintf(text, sizeof text, "%s", s ? s : "");
	json_free(doc);
	return text;
}

/* The guard's one finding about papers: "" none. '!' before what blocks. */
static const char *verdict(struct home *h, const struct plan *p)
{
	static char text[300];
	struct verdict v;

	text[0] = '\0';
	guard_check(h->s, p, NULL, &v);
	for (size_t i = 0; i < v.n; i++)
		if (v.findings[i].rule == GUARD_ADDRESS || v.findings[i].rule == GUARD_BUNDLE)
			snprintf(text + strlen(text), sizeof text - strlen(text), "%s%s", v.findings[i].blocks ? "!" : "",
				 v.findings[i].says);
	verdict_release(&v);
	return text;
}

static void says(struct home *h, const struct plan *p, const char *words)
{
	const char *text = verdict(h, p);

	if (*words ? !strstr(text, words) : *text)
		fail_msg("not '%s': %s", words, text);
}

static void nothing_to_ask_for(void **state)
{
	struct home h;
	struct plan p;

	(void)state;
	home_ready(&h);
	plan_init(&p, "cli");
	assert_int_equal(need(&h, &p).kind, ERR_NONE);
	papers_fill(h.s, &p);
	assert_int_equal(fake_http_calls(h.http), 0);
	plan_release(&p);
	home_close(&h);
}

/* A type that needs nothing: asked about once, then not for a week. */
static void a_country_that_asks_for_nothing(void **state)
{
	struct home h;
	struct plan p;

	(void)state;
	home_ready(&h);
	list(&h, "Regulations?PageSize=50&IsoCountry=US&NumberType=local", "");
	plan_init(&p, "cli");
	add(&h, &p, "US", NUMBER_LOCAL, "none", NULL, NULL);
	add(&h, &p, "US", NUMBER_LOCAL, "none", NULL, NULL);
	says(&h, &p, "could not be learned");
	assert_int_equal(need(&h, &p).kind, ERR_NONE);
	assert_int_equal(need(&h, &p).kind, ERR_NONE);
	assert_int_equal(asked(&h, "Regulations"), 1);
	assert_int_equal(fake_http_calls(h.http), 1);
	papers_fill(h.s, &p);
	assert_string_equal(sends(&p, 0, "AddressSid"), "");
	assert_string_equal(sends(&p, 0, "FriendlyName"), "keep");
	says(&h, &p, "");
	clock_fake_advance(&h.clock, INT64_C(8) * 24 * 3600 * 1000);
	need(&h, &p);
	assert_int_equal(asked(&h, "Regulations"), 2);
	plan_release(&p);
	home_close(&h);
}

static void the_address_that_fits_best(void **state)
{
	static const struct { const char *country, *need, *sid; } rows[] = {
		{"DE", "any", AD(3)}, {"DE", "local", AD(3)}, {"DE", "foreign", AD(1)}, {"FR", "local", ""},
		{"FR", "any", AD(2)}, {"DE", "none", ""},
	};
	struct home h;
	struct plan p;

	(void)state;
	home_ready(&h);
	addresses(&h, ADDRESS(1, "a", "Reno", "US") "," ADDRESS(2, "b", "Berlin", "AT") "," ADDRESS(3, "c", "Berlin", "DE") ","
		  ADDRESS(4, "d", "Munich", "DE"));
	list(&h, "Regulations?", "");
	plan_init(&p, "cli");
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		add(&h, &p, rows[i].country, NUMBER_LOCAL, rows[i].need, NULL, NULL);
	assert_int_equal(need(&h, &p).kind, ERR_NONE);
	papers_fill(h.s, &p);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (strcmp(sends(&p, i, "AddressSid"), rows[i].sid) != 0 && strcmp(rows[i].need, "foreign") != 0)
			fail_msg("row %zu: %s", i, sends(&p, i, "AddressSid"));
	assert_string_not_equal(sends(&p, 2, "AddressSid"), AD(3));
	assert_string_not_equal(sends(&p, 2, "AddressSid"), "");
	says(&h, &p, "!+493023120003 needs an address in its country (FR), and this account has none: make one with 'numdesk "
	     "address add'");
	assert_int_equal(asked(&h, "/Addresses.json"), 1);
	plan_release(&p);
	home_close(&h);
}

static void an_address_that_was_given(void **state)
{
	struct home h;
	struct plan p;

	(void)state;
	home_ready(&h);
	addresses(&h, ADDRESS(1, "Reno", "Reno", "US"));
	list(&h, "Regulations?", "");
	plan_init(&p, "cli");
	add(&h, &p, "DE", NUMBER_LOCAL, "local", AD(1), NULL);
	need(&h, &p);
	papers_fill(h.s, &p);
	assert_string_equal(sends(&p, 0, "AddressSid"), AD(1));
	says(&h, &p, "!+493023120000 needs an address in its country (DE) and 'Reno' is in US");
	papers_set(&p, 0, AD(7), NULL);
	says(&h, &p, "!this account has no address " AD(7));
	need(&h, &p);                   /* it may have been made elsewhere a minute ago */
	assert_int_equal(asked(&h, "/Addresses.json"), 2);
	papers_set(&p, 0, "my office", "");
	says(&h, &p, "is not a SID");
	assert_string_equal(sends(&p, 0, "FriendlyName"), "keep");
	plan_release(&p);
	home_close(&h);
}

static void the_bundle_that_fits_best(void **state)
{
	struct home h;
	struct plan p;

	(void)state;
	home_ready(&h);
	list(&h, "Regulations?PageSize=50&IsoCountry=DE", REGULATION(1, "DE", "local"));
	list(&h, "Bundles", BUNDLE(1, "draft", "draft", RN(1), "null") "," BUNDLE(2, "soon", "twilio-approved", RN(1),
	     "\"2026-12-01T00:00:00Z\"") "," BUNDLE(3, "late", "twilio-approved", RN(1), "\"2027-12-01T00:00:00Z\"") ","
	     BUNDLE(4, "old", "twilio-approved", RN(2), "null"));
	get(&h, "Regulations/" RN(2), 200, REGULATION(2, "DE", "mobile"));
	plan_init(&p, "cli");
	add(&h, &p, "DE", NUMBER_LOCAL, "none", NULL, NULL);
	assert_int_equal(need(&h, &p).kind, ERR_NONE);
	papers_fill(h.s, &p);
	assert_string_equal(sends(&p, 0, "BundleSid"), BU(3));
	says(&h, &p, "");
	papers_set(&p, 0, NULL, NULL);
	says(&h, &p, "!+493023120000 needs a regulatory bundle: choose one");
	papers_set(&p, 0, NULL, BU(1));
	says(&h, &p, "!the bundle for +493023120000 cannot be used: 'draft' is a draft");
	papers_set(&p, 0, NULL, BU(4));
	says(&h, &p, "'old' is for DE mobile numbers");
	papers_set(&p, 0, NULL, BU(9));
	says(&h, &p, "!this account has no bundle " BU(9));
	assert_int_equal(asked(&h, "Regulations/"), 1);
	plan_release(&p);
	home_close(&h);
}

/* A candidate that takes the place of a number that is gone goes with the same papers. */
static void spares_go_with_them_too(void **state)
{
	struct json *doc;
	struct home h;
	struct plan p;

	(void)state;
	home_ready(&h);
	addresses(&h, ADDRESS(1, "a", "Reno", "US"));
	list(&h, "Regulations?", "");
	plan_init(&p, "cli");
	add(&h, &p, "FR", NUMBER_LOCAL, "any", NULL, NULL);
	add(&h, &p, "FR", NUMBER_LOCAL, "any", NULL, NULL);
	plan_spare(&p);
	need(&h, &p);
	papers_fill(h.s, &p);
	assert_int_equal(p.n_spares, 1);
	doc = json_parse(p.spares[0].want_json, strlen(p.spares[0].want_json), 65536, NULL);
	assert_string_equal(json_text(doc, "AddressSid"), AD(1));
	assert_string_equal(json_text(doc, "FriendlyName"), "keep");
	json_free(doc);
	plan_release(&p);
	home_close(&h);
}

static void no_bundle_fits(void **state)
{
	struct home h;
	struct plan p;

	(void)state;
	home_ready(&h);
	list(&h, "IsoCountry=DE", REGULATION(1, "DE", "local"));
	list(&h, "IsoCountry=GB", REGULATION(2, "GB", "mobile"));
	list(&h, "Bundles", BUNDLE(1, "B", "twilio-rejected", RN(1), "null"));
	plan_init(&p, "cli");
	add(&h, &p, "DE", NUMBER_LOCAL, "none", NULL, NULL);
	need(&h, &p);
	papers_fill(h.s, &p);
	says(&h, &p, "!+493023120000 needs an approved bundle for DE local numbers, and 'B' was rejected");
	plan_release(&p);
	plan_init(&p, "cli");
	add(&h, &p, "GB", NUMBER_MOBILE, "none", NULL, NULL);
	need(&h, &p);
	says(&h, &p, "and this account has none: make one in the Console, or 'numdesk bundle clone'");
	plan_release(&p);
	home_close(&h);
}

/* What cannot be learned is told and blocks nothing, but what is known to be missing still does. */
static void what_is_not_known(void **state)
{
	struct home h;
	struct plan p;

	(void)state;
	home_ready(&h);
	get(&h, "Regulations?", 403, "{\"code\":20006}");
	get(&h, "/Addresses.json", 403, "{\"code\":20006}");
	plan_init(&p, "cli");
	add(&h, &p, "DE", NUMBER_LOCAL, "local", NULL, NULL);
	assert_int_equal(need(&h, &p).kind, ERR_AUTH);
	papers_fill(h.s, &p);
	says(&h, &p, "!+493023120000 needs an address in its country (DE), and which ones this account has is not known");
	says(&h, &p, "whether DE local numbers need a regulatory bundle could not be learned");
	papers_set(&p, 0, AD(1), BU(1));
	says(&h, &p, "");
	session_lock(h.s);
	assert_int_equal(need(&h, &p).kind, ERR_LOCKED);
	plan_release(&p);
	home_close(&h);
}

static void collect(void *ctx, const char *text)
{
	char *all = ctx;

	snprintf(all + strlen(all), 900 - strlen(all), "%s|", text);
}

static void what_the_question_says(void **state)
{
	char all[900] = "";
	struct home h;
	struct plan p;

	(void)state;
	home_ready(&h);
	addresses(&h, ADDRESS(1, "Office", "Berlin", "DE"));
	list(&h, "Regulations?", REGULATION(1, "DE", "local"));
	list(&h, "Bundles", BUNDLE(1, "Papers", "twilio-approved", RN(1), "\"2027-12-01T00:00:00Z\""));
	plan_init(&p, "cli");
	add(&h, &p, "DE", NUMBER_LOCAL, "local", NULL, NULL);
	need(&h, &p);
	papers_lines(h.s, &p, collect, all);
	assert_string_equal(all, "");
	papers_fill(h.s, &p);
	papers_lines(h.s, &p, collect, all);
	assert_string_equal(all, "address: Office: C, S, 1 Berlin, DE|bundle: Papers, good until 2027-12-01|");
	add(&h, &p, "DE", NUMBER_LOCAL, "local", NULL, NULL);
	add(&h, &p, "DE", NUMBER_LOCAL, "none", NULL, BU(7));
	papers_fill(h.s, &p);
	all[0] = '\0';
	papers_lines(h.s, &p, collect, all);
	assert_string_equal(all, "2 numbers with address Office: C, S, 1 Berlin, DE, bundle Papers, good until 2027-12-01|"
			    "1 number with bundle " BU(7) "|");
	plan_release(&p);
	home_close(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_to_ask_for), cmocka_unit_test(a_country_that_asks_for_nothing),
		cmocka_unit_test(the_address_that_fits_best), cmocka_unit_test(an_address_that_was_given),
		cmocka_unit_test(the_bundle_that_fits_best), cmocka_unit_test(spares_go_with_them_too),
		cmocka_unit_test(no_bundle_fits),
		cmocka_unit_test(what_is_not_known), cmocka_unit_test(what_the_question_says),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
