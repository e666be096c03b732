#include "fixture.h"

#include <unistd.h>

#include "fake_http.h"
#include "http_priv.h"

static void set(const char *name, const char *value)
{
	if (value)
		assert_int_equal(setenv(name, value, 1), 0);
	else
		assert_int_equal(unsetenv(name), 0);
}

static void forget_proxies(void)
{
	static const char *const names[] = {
		"http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY",
	};

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		set(names[i], NULL);
}

/* Runs first: the library is started once, and what is scrubbed must be gone by then. */
static void starting_scrubs_what_would_weaken_tls(void **state)
{
	static const char *const names[] = {
		"SSLKEYLOGFILE", "OPENSSL_CONF", "OPENSSL_MODULES", "OPENSSL_ENGINES", "SSL_CERT_FILE", "SSL_CERT_DIR",
		"CURL_CA_BUNDLE", "CURL_HOME", "NETRC",
	};
	const char *log = test_path(test_dir(), "keys");
	static const struct httpd_reply ok = {.status = 200};
	struct rig r;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		set(names[i], log);
	rig_open(&r, &ok, 1);
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (getenv(names[i]))
			fail_msg("%s is still set", names[i]);
	assert_int_equal(access(log, F_OK), -1);
	rig_close(&r);
}

static void which_proxy(void **state)
{
	static const struct {
		const char *name, *option, *https, *all, *none, *url, *want;
	} cases[] = {
		{"nothing set", "env", NULL, NULL, NULL, "https://api.twilio.com/x", ""},
		{"from the environment", "env", "http://proxy.example.com:3128", NULL, NULL,
		 "https://api.twilio.com/x", "http://proxy.example.com:3128"},
		{"for all protocols", "env", NULL, "socks5://proxy.example.com", NULL, "https://api.twilio.com/x",
		 "socks5://proxy.example.com"},
		{"the nearer one wins", "env", "http://a.example.com", "http://b.example.com", NULL,
		 "https://api.twilio.com/x", "http://a.example.com"},
		{"switched off", "none", "http://proxy.example.com", NULL, NULL, "https://api.twilio.com/x", ""},
		{"configured", "http://c.example.com", "http://proxy.example.com", NULL, "*",
		 "https://api.twilio.com/x", "http://c.example.com"},
		{"never to this machine", "http://c.example.com", NULL, NULL, NULL, "http://127.0.0.1:8080/x", ""},
		{"never to localhost", "env", "http://proxy.example.com", NULL, NULL, "https://LOCALHOST/x", ""},
		{"password not shown", "env", "http://user:p@ss@proxy.example.com:3128", NULL, NULL,
		 "https://api.twilio.com/x", "http://proxy.example.com:3128"},
		{"no scheme", "env", "user:pass@proxy.example.com", NULL, NULL, "https://api.twilio.com/x",
		 "proxy.example.com"},
		{"escape bytes", "env", "http://a\033[31m", NULL, NULL, "https://api.twilio.com/x",
		 "http://a<U+001B>[31m"},
		{"exempt", "env", "http://p.example.com", NULL, "example.org,twilio.com", "https://api.twilio.com/x",
		 ""},
		{"exempt with a dot", "env", "http://p.example.com", NULL, " .twilio.com", "https://api.twilio.com/x",
		 ""},
		{"all exempt", "env", "http://p.example.com", NULL, "*", "https://api.twilio.com/x", ""},
		{"half a name is not exempt", "env", "http://p.example.com", NULL, "lio.com",
		 "https://api.twilio.com/x", "http://p.example.com"},
		{"longer name is not exempt", "env", "http://p.example.com", NULL, "www.api.twilio.com",
		 "https://api.twilio.com/x", "http://p.example.com"},
		{"no URL", "env", "http://p.example.com", NULL, NULL, "", ""},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const struct http_options o = {.proxy = cases[i].option};
		struct http *h = http_new(&o, &clock_system, NULL);

		forget_proxies();
		set("https_proxy", cases[i].https);
		set("all_proxy", cases[i].all);
		set("no_proxy", cases[i].none);
		if (strcmp(http_proxy_for(h, cases[i].url), cases[i].want) != 0)
			fail_msg("%s: '%s'", cases[i].name, http_proxy_for(h, cases[i].url));
		h->free(h);
	}
	forget_proxies();
}

/* Plain http with credentials in it, to a proxy elsewhere: what http_proxy would do to a test server. */
static void loopback_is_reached_directly(void **state)
{
	static const struct httpd_reply ok = {.status = 200};
	struct outcome o = {0};
	struct rig r, proxy;
	char url[64];

	(void)state;
	rig_open(&proxy, &ok, 1);
	snprintf(url, sizeof url, "http://127.0.0.1:%d", httpd_port(proxy.d));
	set("http_proxy", url);
	set("all_proxy", url);
	rig_open(&r, &ok, 1);
	request(&r, HTTP_GET, &o, NULL);
	assert_int_equal(o.status, 200);
	assert_int_equal(httpd_requests(r.d), 1);
	assert_int_equal(httpd_connections(proxy.d), 0);
	forget_proxies();
	rig_close(&r);
	rig_close(&proxy);
}

/* A proxy that refuses: the request never leaves, and the proxy gets to see a name and no credentials. */
static void a_proxy_that_refuses_gets_nothing(void **state)
{
	static const struct httpd_reply no = {.status = 407, .headers = "Proxy-Authenticate: Basic realm=\"x\"\r\n"};
	struct outcome o = {0};
	struct rig r;
	char url[64];

	(void)state;
	rig_open(&r, &no, 1);
	r.h->free(r.h);
	snprintf(url, sizeof url, "http://127.0.0.1:%d", httpd_port(r.d));
	r.h = http_new(&(struct http_options){.proxy = url}, &clock_system, NULL);
	request(&r, HTTP_POST, &o, &(struct http_request){.url = "https://api.example.com/x"});
	assert_int_equal(o.asked, 0);
	assert_false(o.sent);
	assert_int_equal(o.status, 0);
	assert_int_equal(httpd_requests(r.d), 1);
	assert_int_equal(strncmp(httpd_request(r.d, 0), "CONNECT api.example.com:443 ", 28), 0);
	assert_null(strstr(httpd_request(r.d, 0), "uthorization"));
	rig_close(&r);
}

/* The header asks whatever transport the session has. */
static void another_transport_has_no_proxy(void **state)
{
	struct clock_fake clock;
	struct fake_http *f;
	struct http_curl before;

	(void)state;
	clock_fake_init(&clock, 0);
	f = fake_http_new(&clock);
	memcpy(&before, fake_http_seam(f), sizeof before);
	set("https_proxy", "http://proxy.example.com:3128");
	assert_string_equal(http_proxy_for(fake_http_seam(f), "https://api.twilio.com/x"), "");
	assert_memory_equal(&before, fake_http_seam(f), sizeof before);
	fake_http_seam(f)->free(fake_http_seam(f));
	forget_proxies();
}

static void the_library_has_what_is_needed(void **state)
{
	(void)state;
	assert_non_null(strstr(http_library(), "libcurl "));
	assert_non_null(strstr(http_library(), "threaded resolver"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(starting_scrubs_what_would_weaken_tls),
		cmocka_unit_test(which_proxy),
		cmocka_unit_test(loopback_is_reached_directly),
		cmocka_unit_test(a_proxy_that_refuses_gets_nothing),
		cmocka_unit_test(another_transport_has_no_proxy),
		cmocka_unit_test(the_library_has_what_is_needed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
