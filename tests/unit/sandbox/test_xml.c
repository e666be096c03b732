#include "test.h"

#include <string.h>

#include "answer.h"
#include "xml.h"

#define HEAD "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<TwilioResponse>"
#define TAIL "</TwilioResponse>\n"

static void documents(void **state)
{
	static const struct { int status; const char *json, *xml; } rows[] = {
		{200, "", ""}, {200, "not json", "not json"}, {200, "{}", HEAD "<Resource></Resource>" TAIL},
		{400, "{\"code\":21422,\"more_info\":\"x\"}",
		 HEAD "<RestException><Code>21422</Code><MoreInfo>x</MoreInfo></RestException>" TAIL},
		{200, "{\"friendly_name\":\"a<b>&c\",\"beta\":false,\"trunk_sid\":null}",
		 HEAD "<Resource><FriendlyName>a&lt;b>&amp;c</FriendlyName><Beta>false</Beta><TrunkSid></TrunkSid>"
		 "</Resource>" TAIL},
		{200, "{\"keys\":[{\"sid\":\"x\"},{}]}",
		 HEAD "<Resource><Keys><Item><Sid>x</Sid></Item><Item></Item></Keys></Resource>" TAIL},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct answer a;

		answer_init(&a);
		a.status = rows[i].status;
		buf_adds(&a.body, rows[i].json);
		xml_from_json(&a);
		if (strcmp(buf_str(&a.body), rows[i].xml) != 0)
			fail_msg("'%s': %s", rows[i].json, buf_str(&a.body));
		answer_release(&a);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(documents)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
