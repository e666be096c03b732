/* Addresses and bundles, as scripts see them: what a purchase needs, what it is given, what is refused before it is sent. */
#include "cli.h"

static bool said(const char *words)
{
	return strstr(nd.r.err, words) != NULL;
}

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		READY(nothing_is_asked_for), READY(what_fits_is_taken), READY(what_would_be_refused_is_not_sent),
		READY(by_name), READY(what_cannot_be_learned_does_not_block),
	};

	return cmocka_run_group_tests(tests, up, down);
}
