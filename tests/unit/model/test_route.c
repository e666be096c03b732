#include "test.h"

#include <stdlib.h>
#include <string.h>

#include "numdesk/model/route.h"
#include "numdesk/model/setting.h"
#include "numdesk/model/setting_check.h"
#include "numdesk/util/mem.h"

#define AP1 "AP00000000000000000000000000000001"
#define TK1 "TK00000000000000000000000000000001"
#define MG1 "MG00000000000000000000000000000001"
#define URL "https://a.example/x"

/* --- what answers ------------------------------------------------------------------------------------------------------ */
static void voice(void **state)
{
	static const struct { struct number n; enum route_kind kind; size_t idle; const char *words; } t[] = {
		{{.voice_url = NULL}, ROUTE_NOTHING, 0, "nothing is set"},
		{{.voice_url = ""}, ROUTE_NOTHING, 0, "nothing is set"},
		{{.voice_url = URL}, ROUTE_URL, 0, "POST " URL},
		{{.voice_url = URL, .voice_method = "GET", .voice_fallback_url = "https://b.example"}, ROUTE_URL, 0,
		 "GET " URL ", else https://b.example"},
		{{.voice_url = URL, .voice_application_sid = AP1}, ROUTE_APPLICATION, 1, "application " AP1},
		{{.voice_url = URL, .voice_fallback_url = URL, .voice_application_sid = AP1, .trunk_sid = TK1}, ROUTE_TRUNK, 3,
		 "trunk " TK1},
		{{.trunk_sid = TK1, .sms_url = URL}, ROUTE_TRUNK, 0, "trunk " TK1},
		{{.voice_fallback_url = URL}, ROUTE_NOTHING, 0, "nothing is set"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		const struct route r = route_voice(&t[i].n);
		char words[200];

		route_words(&r, NULL, words, sizeof words);
		if (r.kind != t[i].kind || r.n_idle != t[i].idle || strcmp(words, t[i].words) != 0)
			fail_msg("row %zu: kind %d, %zu idle, '%s'", i, r.kind, r.n_idle, words);
	}
}

static void messages(void **state)
{
	static const struct route_service svc = {MG1, "Support", false}, polite = {MG1, "Support", true}, unnamed = {MG1, NULL, false};
	static const struct {
		struct number n; const struct route_service *s; enum route_kind kind; size_t idle; const char *words;
	} t[] = {
		{{.sms_url = NULL}, NULL, ROUTE_NOTHING, 0, "nothing is set"},
		{{.sms_url = NULL}, &svc, ROUTE_SERVICE, 0, "messaging service Support"},
		{{.sms_url = NULL}, &unnamed, ROUTE_SERVICE, 0, "messaging service " MG1},
		{{.sms_url = URL, .sms_application_sid = AP1}, &svc, ROUTE_SERVICE, 2, "messaging service Support"},
		{{.sms_url = URL, .sms_application_sid = AP1}, &polite, ROUTE_APPLICATION, 1, "application " AP1},
		{{.sms_url = URL, .trunk_sid = TK1}, NULL, ROUTE_URL, 0, "POST " URL},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		const struct route r = route_messages(&t[i].n, t[i].s);
		char words[200];

		route_words(&r, NULL, words, sizeof words);
		if (r.kind != t[i].kind || r.n_idle != t[i].idle || strcmp(words, t[i].words) != 0)
			fail_msg("row %zu: kind %d, %zu idle, '%s'", i, r.kind, r.n_idle, words);
	}
}

static void named(void **state)
{
	const struct number n = {.trunk_sid = TK1};
	const struct route r = route_voice(&n);
	char words[60], tiny[8];

	(void)state;
	assert_string_equal(route_words(&r, "Office PBX", words, sizeof words), "trunk Office PBX");
	assert_string_equal(route_words(&r, "", words, sizeof words), "trunk " TK1);
	assert_string_equal(route_words(&r, "Office PBX", tiny, sizeof tiny), "trunk O");
	assert_string_equal(route_kind_name(r.kind), "trunk");
	assert_string_equal(route_kind_name((enum route_kind)99), "");
}

/* --- remarks ----------------------------------------------------------------------------------------------------------- */
#define BOTH .capabilities = CAP_VOICE | CAP_SMS, .country = "US"

static void one_state(void **state)
{
	static const struct { struct number n; const char *rules; } t[] = {
		{{BOTH}, ""}, {{BOTH, .voice_url = URL, .sms_url = URL}, ""},
		{{BOTH, .voice_url = "http://a.example"}, "plain_http "}, {{BOTH, .voice_url = "HTTP://localhost:80/x"}, "unreachable "},
		{{BOTH, .sms_url = "https://192.168.1.4/x"}, "unreachable "}, {{BOTH, .sms_url = "https://172.31.0.1"}, "unreachable "},
		{{BOTH, .sms_url = "https://172.32.0.1"}, ""}, {{BOTH, .sms_url = "https://10.example.com"}, ""},
		{{BOTH, .sms_url = "https://[::1]:8/x"}, "unreachable "}, {{BOTH, .sms_url = "https://box.local"}, "unreachable "},
		{{BOTH, .status_callback = "https://u:p@a.example"}, "password "}, {{BOTH, .sms_url = "https://u:p@127.0.0.1/"},
		 "unreachable password "},
		{{BOTH, .sms_url = "https://a.example/@127.0.0.1"}, ""},
		{{BOTH, .voice_url = "https://demo.twilio.com/welcome/voice/"}, "demo "},
		{{BOTH, .voice_url = "https://demo.twilio.com.example/"}, ""},
		{{BOTH, .voice_fallback_url = URL}, "fallback_alone "}, {{BOTH, .sms_fallback_url = URL}, "fallback_alone "},
		{{BOTH, .voice_fallback_url = URL, .voice_application_sid = AP1}, "overridden "},
		{{BOTH, .voice_url = URL, .voice_application_sid = AP1}, "overridden "},
		{{BOTH, .voice_url = URL, .voice_application_sid = AP1, .trunk_sid = TK1}, "overridden overridden "},
		{{.capabilities = CAP_VOICE, .sms_url = URL}, "no_sms "}, {{.capabilities = CAP_SMS, .voice_url = URL}, "no_voice "},
		{{.capabilities = CAP_VOICE, .voice_url = "http://a.example", .sms_url = URL}, "no_sms plain_http "},
		{{BOTH, .voice_caller_id_lookup = true}, "lookup "}, {{.country = "GB", .voice_caller_id_lookup = true}, "lookup "},
		{{BOTH, .emergency_status = "Active"}, "no_emergency_address "},
		{{BOTH, .emergency_status = "Active", .emergency_address_sid = "AD1"}, ""},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		struct setting_remark r[SETTING_REMARKS_MAX];
		const size_t n = setting_check(NULL, &t[i].n, NULL, r);
		char rules[200] = "";

		for (size_t k = 0; k < n; k++) {
			strcat(strcat(rules, setting_rule_name(r[k].rule)), " ");
			assert_true(*r[k].says);
			assert_int_equal(r[k].refused, r[k].rule == SETTING_FALLBACK_ALONE || r[k].rule == SETTING_NO_SMS);
		}
		if (strcmp(rules, t[i].rules) != 0)
			fail_msg("row %zu: '%s' instead of '%s'", i, rules, t[i].rules);
	}
}

/* Of a change, only what it touches is worth a word. */
static void a_change(void **state)
{
	const struct number was = {BOTH, .voice_url = "http://a.example", .sms_url = URL, .voice_fallback_url = URL};
	struct number is = was;
	struct setting_remark r[SETTING_REMARKS_MAX];

	(void)state;
	is.friendly_name = "Desk";
	assert_int_equal(setting_check(&was, &is, NULL, r), 0);
	is.voice_application_sid = AP1;                 /* makes the addresses idle */
	assert_int_equal(setting_check(&was, &is, NULL, r), 2);
	assert_int_equal(r[0].rule, SETTING_OVERRIDDEN);
	assert_non_null(strstr(r[0].says, "Voice application"));
	is = was;
	is.voice_url = NULL;                            /* leaves the fallback alone, and nobody answers */
	assert_int_equal(setting_check(&was, &is, NULL, r), 2);
	assert_int_equal(r[0].rule, SETTING_FALLBACK_ALONE);
	assert_true(r[0].refused);
	assert_int_equal(r[1].rule, SETTING_NO_ANSWER);
	assert_non_null(strstr(r[1].says, "calls"));
}

static void a_service_answers(void **state)
{
	static const struct route_service svc = {MG1, "Support", false};
	const struct number was = {BOTH, .sms_url = URL};
	struct number is = was;
	struct setting_remark r[SETTING_REMARKS_MAX];

	(void)state;
	is.sms_url = "https://b.example";
	assert_int_equal(setting_check(&was, &is, NULL, r), 0);
	assert_int_equal(setting_check(&was, &is, &svc, r), 1);
	assert_int_equal(r[0].rule, SETTING_OVERRIDDEN);
	assert_non_null(strstr(r[0].says, "Support"));
	is.sms_url = NULL;
	assert_int_equal(setting_check(&was, &is, &svc, r), 0);         /* the service answers as before */
}

/* More remarks than fit are left out, not written past the end. */
static void at_most_so_many(void **state)
{
	static const char bad[] = "http://user:password@127.0.0.1/";
	struct number n = {.voice_url = bad, .voice_fallback_url = bad, .sms_url = bad, .sms_fallback_url = bad, .status_callback = bad,
		.voice_application_sid = AP1, .trunk_sid = TK1, .sms_application_sid = AP1, .voice_caller_id_lookup = true,
		.emergency_status = "Active"};
	struct setting_remark r[SETTING_REMARKS_MAX + 1] = {0};

	(void)state;
	r[SETTING_REMARKS_MAX].says[0] = 'x';
	assert_true(setting_check(NULL, &n, NULL, r) <= SETTING_REMARKS_MAX);
	assert_int_equal(r[SETTING_REMARKS_MAX].says[0], 'x');
	assert_true(r[0].refused);
	assert_string_equal(setting_rule_name(SETTING_RULE_COUNT), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(voice), cmocka_unit_test(messages), cmocka_unit_test(named), cmocka_unit_test(one_state),
		cmocka_unit_test(a_change), cmocka_unit_test(a_service_answers), cmocka_unit_test(at_most_so_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
