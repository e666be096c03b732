/* Searches that are kept and repeated, and a basket over several of them, as scripts use them. */
#include "cli.h"

#define TAXI "+14155558294"
#define SHOP "+16285557467"
#define OFFER "phone_number,friendly_name,locality,region,postal_code,country,type,capabilities,address_requirements," \
	"beta,lata,rate_center,monthly_price,currency,score,why"

/* --- saved -------------------------------------------------------------------------------------------------------- */

static void test_saved(void **state)
{
	struct json *doc;
	int64_t found;

	(void)state;
	NUMDESK(0, "saved", "list", "--json");
	assert_string_equal(nd.r.out, "[]\n");
	NUMDESK(4, "saved", "run", "taxis");
	NUMDESK(0, "saved", "save", "taxis", "US", "--area-code", "415,628", "--vanity", "taxi", "--json");
	assert_string_equal(nd.r.out, "[]\n");
	NUMDESK(2, "saved", "save", "Taxis", "US");
	assert_true(numdesk_said(&nd, 1, "--replace"));
	NUMDESK(0, "saved", "run", "taxis", "--plain");
	assert_int_equal(lines(nd.r.out), 2);
	NUMDESK(0, "search", "--saved", "TAXIS", "--area-code", "415", "--json");
	doc = rows_with(1, OFFER);
	assert_string_equal(text_at(doc, 0, "phone_number"), TAXI);
	json_free(doc);
	NUMDESK(0, "saved", "list", "--json");
	doc = rows_with(1, "name,describes,search,created_at,run_at,found");
	assert_string_equal(text_at(doc, 0, "describes"), "US local 415/628 spelling TAXI");
	assert_string_equal(json_text(json_get(json_at(doc, 0), "search"), "area_code"), "415, 628");
	assert_null(json_text(json_get(json_at(doc, 0), "search"), "region"));
	assert_true(json_i64(json_at(doc, 0), "found", &found) && found == 1);
	json_free(doc);
	NUMDESK(0, "saved", "show", "taxis");
	assert_non_null(strstr(nd.r.out, "vanity"));
	NUMDESK(5, "--read-only", "saved", "remove", "taxis");
	NUMDESK(4, "saved", "remove", "taxs");
	assert_true(numdesk_said(&nd, 1, "did you mean 'taxis'"));
	NUMDESK(0, "saved", "remove", "taxis");
	NUMDESK(0, "saved", "list");
	assert_int_equal(nd.r.out_len, 0);
}

/* --- watch -------------------------------------------------------------------------------------------------------- */

static void test_watch(void **state)
{
	struct json *doc;

	(void)state;
	NUMDESK(0, "watch", "US", "--area-code", "415", "--vanity", "taxi", "--until-found", "--json");
	doc = rows_with(1, OFFER);
	assert_string_equal(text_at(doc, 0, "phone_number"), TAXI);
	json_free(doc);
	NUMDESK(4, "watch", "US", "--area-code", "917", "--for", "1s", "--json");
	assert_string_equal(nd.r.out, "[]\n");
	assert_non_null(strstr(nd.r.err, "nothing turned up in 1 look"));
	/* what is there already is no news */
	NUMDESK(4, "watch", "US", "--area-code", "415", "--vanity", "taxi", "--fresh", "--for", "1s");
	assert_int_equal(nd.r.out_len, 0);
	NUMDESK(0, "saved", "save", "taxis", "US", "--area-code", "415,628", "--vanity", "taxi");
	NUMDESK(0, "watch", "taxis", "--count", "2", "--plain");
	assert_int_equal(lines(nd.r.out), 2);
	NUMDESK(4, "watch", "nothing-like-it", "--until-found");
	assert_int_equal(sandbox_arrivals(sandbox, "POST", NULL), 0);
}

/* --- basket ------------------------------------------------------------------------------------------------------- */

static void test_basket_empty(void **state)
{
	(void)state;
	NUMDESK(0, "basket", "list", "--json");
	assert_string_equal(nd.r.out, "[]\n");
	NUMDESK(0, "basket", "check", "--json");
	assert_string_equal(nd.r.out, "[]\n");
	NUMDESK(0, "basket", "clear", "--json");
	NUMDESK(4, "--yes", "basket", "buy");
	NUMDESK(4, "basket", "remove", TAXI);
	NUMDESK(1, "basket", "add", "+14155550001");            /* not for sale */
	NUMDESK(5, "--read-only", "basket", "add", TAXI);
	NUMDESK(5, "basket", "add", MAIN_LINE);                 /* ours */
	NUMDESK(5, "basket", "buy");                            /* nobody can be asked */
	assert_int_equal(sandbox_executions(sandbox, "buy", NULL), 0);
}

static void test_basket(void **state)
{
	struct json *doc;

	(void)state;
	NUMDESK(0, "basket", "add", TAXI, SHOP, "--json");
	doc = rows_with(2, OFFER ",from,added_at,seen_at,gone_at");
	assert_true(has(doc, "phone_number", TAXI) && has(doc, "monthly_price", "1.15"));
	json_free(doc);
	NUMDESK(0, "basket", "list");
	assert_non_null(strstr(nd.r.err, "2 numbers for $2.30 per month"));
	NUMDESK(0, "basket", "remove", SHOP);
	NUMDESK(0, "basket", "add", SHOP);
	NUMDESK(0, "--dry-run", "basket", "buy", "--json");
	doc = numdesk_json(&nd);
	assert_int_equal(json_count(doc), 2);
	json_free(doc);
	assert_int_equal(sandbox_executions(sandbox, "buy", NULL), 0);
	NUMDESK(0, "--yes", "basket", "buy", "--json");
	doc = rows_with(2, OPERATION);
	assert_string_equal(text_at(doc, 0, "state"), "done");
	json_free(doc);
	assert_int_equal(sandbox_executions(sandbox, "buy", TAXI), 1);
	assert_int_equal(sandbox_executions(sandbox, "buy", SHOP), 1);
	NUMDESK(0, "basket", "list", "--json");                 /* what is bought is no candidate any more */
	assert_string_equal(nd.r.out, "[]\n");
}

/* One is gone: nothing is bought, unless the rest was asked for. */
static void test_basket_gone(void **state)
{
	struct numdesk other;
	struct json *doc;

	(void)state;
	NUMDESK(0, "basket", "add", TAXI, SHOP);
	numdesk_init(&other, PROGRAM, sandbox);
	numdesk_add(&other, "p", "acme");
	assert_int_equal(numdesk(&other, "--yes", "buy", TAXI, NULL), 0);
	numdesk_release(&other);
	NUMDESK(1, "--yes", "basket", "buy");
	assert_int_equal(sandbox_executions(sandbox, "buy", SHOP), 0);
	NUMDESK(0, "basket", "check", "--json");
	doc = numdesk_json(&nd);
	for (size_t i = 0; i < 2; i++)
		assert_int_equal(*text_at(doc, i, "gone_at") != '\0', strcmp(text_at(doc, i, "phone_number"), TAXI) == 0);
	json_free(doc);
	NUMDESK(0, "--yes", "basket", "buy", "--skip-gone");
	assert_int_equal(sandbox_executions(sandbox, "buy", SHOP), 1);
	NUMDESK(0, "basket", "clear");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		READY(test_saved), READY(test_watch), READY(test_basket_empty), READY(test_basket), READY(test_basket_gone),
	};

	return cmocka_run_group_tests(tests, up, down);
}
