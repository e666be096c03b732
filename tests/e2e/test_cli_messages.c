/* Messages of a number and the account's messaging services, in a script. */
#include "test.h"

#include <string.h>

#include "cli.h"

static void test_messages(void **state)
{
	struct json *doc;

	(void)state;
	NUMDESK(0, "message", "list", MAIN_LINE, "--limit", "5", "--json");
	doc = numdesk_json(&nd);
	assert_int_equal(json_count(doc), 5);
	for (const struct json *m = json_first(doc); m; m = json_next(m)) {
		const bool in = strcmp(json_text(m, "direction"), "in") == 0;

		assert_string_equal(json_text(m, in ? "to" : "from"), MAIN_LINE);
		assert_non_null(json_text(m, "status"));
	}
	json_free(doc);
	NUMDESK(0, "message", "list", "+14155559999", "--json");
	doc = numdesk_json(&nd);
	assert_int_equal(json_count(doc), 0);
	json_free(doc);
	NUMDESK(2, "message", "list", "nonsense");
	NUMDESK(2, "message", "list", "--limit", "0");
}

static void test_services(void **state)
{
	struct json *doc;

	(void)state;
	NUMDESK(0, "service", "list", "--json");
	doc = numdesk_json(&nd);
	assert_int_equal(json_count(doc), 2);
	assert_string_equal(json_text(json_first(doc), "name"), "Acme main");
	assert_true(json_bool(json_first(doc), "a2p_registered", false));
	assert_false(json_bool(json_at(doc, 1), "a2p_registered", true));
	assert_string_equal(json_text(json_at(doc, 1), "inbound"), "dropped");
	json_free(doc);
}

int main(void)
{
	const struct CMUnitTest tests[] = {READY(test_messages), READY(test_services)};

	return cmocka_run_group_tests(tests, up, down);
}
