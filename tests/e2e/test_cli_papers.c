/* Addresses and bundles, as scripts see them: what a purchase needs, what it is given, what is refused before it is sent. */
#include "cli.h"

static bool said(const char *words)
{
	return strstr(nd.r.err, words) != NULL;
}

/* The answer was lost; whether the look in the background was faster than the end of the program is chance. */
#define UNSURE(...) \
	do { \
		const int status = numdesk(&nd, __VA_ARGS__, NULL); \
		if (status != 6 && status != 0) \
			fail_msg("line %d: exit %d\n%s%s", __LINE__, status, nd.r.out, nd.r.err); \
	} while (0)

/* The first number for sale that a search finds. */
static const char *offer(const char *country, const char *type)
{
	static char number[17];
	struct json *doc;

	NUMDESK(0, "search", country, "--type", type, "--limit", "1", "--json");
	doc = numdesk_json(&nd);
	assert_int_equal(json_count(doc), 1);
	snprintf(number, sizeof number, "%s", text_at(doc, 0, "phone_number"));
	json_free(doc);
	return number;
}

static void nothing_is_asked_for(void **state)
{
	(void)state;
	NUMDESK(0, "--yes", "buy", offer("US", "local"));
	assert_int_equal(sandbox_arrivals(sandbox, "POST", NULL), 1);
	assert_int_equal(sandbox_arrivals(sandbox, "GET", "Regulations?"), 1);
	assert_int_equal(sandbox_arrivals(sandbox, "GET", "/Bundles"), 0);
	assert_false(said("address:"));
	NUMDESK(0, "--yes", "buy", offer("US", "local"));
	assert_int_equal(sandbox_arrivals(sandbox, "GET", "Regulations?"), 1);
}

static void what_fits_is_taken(void **state)
{
	(void)state;
	NUMDESK(0, "--yes", "buy", offer("DE", "local"));
	assert_true(said("address: Berlin: Acme Communications, Hauptstrasse 1"));
	assert_true(said("bundle: Germany local"));
	NUMDESK(0, "--yes", "buy", "--country", "DE", "--count", "2");
	assert_true(said("2 numbers with address Berlin"));
}

static void what_would_be_refused_is_not_sent(void **state)
{
	static const struct { const char *country, *type, *says; } rows[] = {
		{"IE", "local", "this account has none: make one with 'numdesk address add'"},
		{"GB", "mobile", "'UK mobile' is a draft"},
		{"DE", "mobile", "'Germany mobile' was rejected"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		NUMDESK(5, "--yes", "buy", offer(rows[i].country, rows[i].type));
		if (!said(rows[i].says))
			fail_msg("%s: %s", rows[i].country, nd.r.err);
	}
	NUMDESK(5, "buy", offer("IE", "local"), "--dry-run");
	NUMDESK(4, "--yes", "buy", "--country", "IE", "--count", "1");
	assert_true(said("with the addresses of this account"));
	assert_int_equal(sandbox_arrivals(sandbox, "POST", NULL), 0);
}

static void by_name(void **state)
{
	const char *number = offer("FR", "mobile");

	(void)state;
	NUMDESK(4, "--yes", "buy", number, "--address-sid", "Lisbon");
	NUMDESK(4, "--yes", "buy", number, "--bundle-sid", "Lisbon");
	NUMDESK(5, "--yes", "buy", number, "--bundle-sid", "UK mobile");
	assert_true(said("is a draft"));
	NUMDESK(5, "--yes", "buy", number, "--bundle-sid", "Germany local");
	assert_true(said("is for DE local numbers"));
	NUMDESK(5, "--yes", "buy", number, "--address-sid", "AD00000000000000000000000000000000");
	assert_true(said("this account has no address"));
	assert_int_equal(sandbox_arrivals(sandbox, "POST", NULL), 0);
	NUMDESK(0, "--yes", "buy", number, "--address-sid", "london");
	assert_true(said("address: London: Acme Communications, 1 Station Road"));
	NUMDESK(5, "--yes", "buy", offer("DE", "local"), "--address-sid", "London");
	assert_true(said("'London' is in GB"));
}

static void what_cannot_be_learned_does_not_block(void **state)
{
	(void)state;
	fault("GET", "Regulations", "status", ALWAYS, "{\"status\":403,\"code\":20006}");
	NUMDESK(0, "--yes", "buy", offer("US", "local"));
	assert_true(said("could not all be looked at"));
	assert_true(said("whether US local numbers need a regulatory bundle could not be learned"));
}

/* --- addresses ---------------------------------------------------------------------------------------------------- */

#define ADDRESS "friendly_name,customer_name,street,street_secondary,city,region,postal_code,country,address_sid," \
	"emergency_enabled,validated,created_at"
#define CUSTOMER "--customer", "Example Ltd", "--street", "1 Quay", "--city", "Dublin", "--region", "Dublin", \
	"--postal-code", "D01", "--country", "IE"

static void addresses_are_listed(void **state)
{
	struct json *doc;

	(void)state;
	NUMDESK(0, "address", "list", "--json");
	doc = rows_with(3, ADDRESS);
	assert_true(has(doc, "friendly_name", "Berlin"));
	assert_true(has(doc, "country", "GB"));
	json_free(doc);
	NUMDESK(0, "--offline", "address", "list", "--country", "de", "--csv");
	assert_int_equal(lines(nd.r.out), 2);
	NUMDESK(0, "address", "list", "--country", "FR", "--json");
	json_free(rows_with(0, ""));
	assert_int_equal(sandbox_arrivals(sandbox, "GET", "/Addresses.json"), 1);
	NUMDESK(0, "address", "list", "--refresh");
	assert_int_equal(sandbox_arrivals(sandbox, "GET", "/Addresses.json"), 2);
	NUMDESK(0, "address", "show", "berlin", "--json");
	doc = rows_with(1, ADDRESS ",dependents");
	assert_int_equal(json_count(json_get(json_at(doc, 0), "dependents")), 0);
	json_free(doc);
	NUMDESK(4, "address", "show", "Atlantis");
}

static void an_address_lives(void **state)
{
	struct json *doc;

	(void)state;
	NUMDESK(5, "address", "add", CUSTOMER);
	NUMDESK(0, "address", "add", CUSTOMER, "--dry-run");
	assert_int_equal(sandbox_arrivals(sandbox, "POST", NULL), 0);
	NUMDESK(0, "--yes", "address", "add", CUSTOMER, "--name", "Dublin", "--json");
	doc = numdesk_json(&nd);
	assert_string_equal(text_at(doc, 0, "kind"), "address");
	assert_string_equal(text_at(doc, 0, "state"), "done");
	assert_string_equal(text_at(doc, 0, "subject"), "Dublin");
	assert_int_equal(strncmp(text_at(doc, 0, "sid"), "AD", 2), 0);
	json_free(doc);
	NUMDESK(0, "--yes", "address", "add", CUSTOMER, "--name", "Dublin");     /* once by its name */
	assert_int_equal(sandbox_arrivals(sandbox, "POST", "/Addresses"), 1);
	NUMDESK(0, "address", "list", "--country", "IE", "--json");
	json_free(rows_with(1, ADDRESS));
	NUMDESK(0, "--yes", "buy", offer("IE", "local"));                       /* what was refused before goes now */
	assert_true(said("address: Dublin: Example Ltd"));
	NUMDESK(5, "address", "remove", "Dublin", "--confirm", "Dublin");
	assert_true(said("is the address of 1 number ("));
	assert_int_equal(sandbox_arrivals(sandbox, "DELETE", NULL), 0);
	NUMDESK(5, "--yes", "address", "remove", "London");
	NUMDESK(0, "address", "remove", "London", "--confirm", "London");
	assert_int_equal(sandbox_arrivals(sandbox, "DELETE", "/Addresses/"), 1);
	NUMDESK(4, "address", "remove", "London", "--confirm", "London");
}

static void an_answer_that_was_lost_makes_no_second_one(void **state)
{
	struct json *doc;

	(void)state;
	fault("POST", "/Addresses", "5xx-after-exec", ONCE, "500");
	UNSURE("--yes", "address", "add", CUSTOMER, "--name", "Dublin");
	NUMDESK(0, "resume");
	NUMDESK(0, "journal", "--json");
	doc = numdesk_json(&nd);
	assert_string_equal(text_at(doc, 0, "state"), "done");
	json_free(doc);
	NUMDESK(0, "address", "list", "--country", "IE", "--refresh", "--json");
	json_free(rows_with(1, ADDRESS));
	fault("DELETE", "/Addresses", "5xx-after-exec", ONCE, "500");
	UNSURE("address", "remove", "Dublin", "--confirm", "Dublin");
	NUMDESK(0, "resume");
	NUMDESK(0, "address", "list", "--country", "IE", "--refresh", "--json");
	json_free(rows_with(0, ""));
}

/* --- bundles -------------------------------------------------------------------------------------------------------- */

#define BUNDLE "friendly_name,status,country,type,end_user,usable,valid_until,bundle_sid,regulation_sid,email,updated_at"

static void bundles_are_listed(void **state)
{
	struct json *doc;

	(void)state;
	NUMDESK(0, "bundle", "list", "--json");
	doc = rows_with(3, BUNDLE);
	assert_true(has(doc, "type", "local"));
	assert_true(has(doc, "status", "draft"));
	json_free(doc);
	NUMDESK(0, "--offline", "bundle", "list", "--usable", "--json");
	doc = rows_with(1, BUNDLE);
	assert_string_equal(text_at(doc, 0, "country"), "DE");
	assert_string_equal(text_at(doc, 0, "end_user"), "business");
	json_free(doc);
	NUMDESK(0, "bundle", "list", "--country", "GB", "--type", "mobile", "--plain");
	assert_int_equal(lines(nd.r.out), 1);
	NUMDESK(0, "bundle", "show", "germany local", "--json");
	json_free(rows_with(1, BUNDLE));
	NUMDESK(4, "bundle", "show", "nothing");
}

static void a_bundle_is_cloned_once(void **state)
{
	struct json *doc;

	(void)state;
	NUMDESK(4, "--yes", "bundle", "clone", "Germany local", "--to", "nobody");
	NUMDESK(5, "--yes", "bundle", "clone", "Germany local", "--to", nd.account.account_sid);
	assert_true(said("name another account"));
	numdesk_add(&nd, "east", "acme-east");
	NUMDESK(5, "--profile", "p", "--yes", "bundle", "clone", "UK mobile", "--to", "east");
	assert_true(said("only an approved bundle can be cloned"));
	assert_int_equal(sandbox_arrivals(sandbox, "POST", "/Clones"), 0);
	fault("POST", "/Clones", "5xx-after-exec", ONCE, "500");
	UNSURE("--profile", "p", "--yes", "bundle", "clone", "Germany local", "--to", "east", "--json");
	NUMDESK(0, "--profile", "p", "resume");
	NUMDESK(0, "--profile", "p", "journal", "--json");
	doc = numdesk_json(&nd);
	assert_string_equal(text_at(doc, 0, "kind"), "bundle-clone");
	assert_string_equal(text_at(doc, 0, "state"), "done");
	json_free(doc);
	NUMDESK(0, "--profile", "p", "--yes", "bundle", "clone", "Germany local", "--to", "east");
	assert_int_equal(sandbox_arrivals(sandbox, "POST", "/Clones"), 1);
	NUMDESK(0, "--profile", "p", "--yes", "bundle", "clone", "Germany local", "--to", "east", "--name", "Second");
	NUMDESK(0, "--profile", "east", "bundle", "list", "--refresh", "--json");
	doc = rows_with(2, BUNDLE);
	assert_true(has(doc, "friendly_name", "Second"));
	json_free(doc);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		READY(nothing_is_asked_for), READY(what_fits_is_taken), READY(what_would_be_refused_is_not_sent),
		READY(addresses_are_listed), READY(an_address_lives),
		READY(an_answer_that_was_lost_makes_no_second_one), READY(bundles_are_listed), READY(a_bundle_is_cloned_once),
		READY(by_name), READY(what_cannot_be_learned_does_not_block),
	};

	return cmocka_run_group_tests(tests, up, down);
}
