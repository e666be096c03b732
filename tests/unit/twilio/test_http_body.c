#include "fixture.h"

#include <curl/curl.h>

#include "http_priv.h"

/* What a POST carries: JSON and files, under the rules of every write. */

static const struct httpd_reply accepted = {.status = 202, .body = "{}"};

static const char *body_of(struct rig *r, size_t i)
{
	const char *end = strstr(httpd_request(r->d, i), "\r\n\r\n");

	assert_non_null(end);
	return end + 4;
}

static void json_goes_as_json(void **state)
{
	static const char json[] = "{\"name\":\"caf\xc3\xa9 +&=\",\"pin\":\"0042\"}";
	char wire[64];
	struct outcome o = {0};
	struct rig r;

	(void)state;
	rig_open(&r, &accepted, 1);
	request(&r, HTTP_POST, &o, &(struct http_request){.json = json});
	assert_int_equal(o.status, 202);
	assert_int_equal(o.asked, 1);
	assert_int_equal(o.bytes_when_asked, 0);
	assert_non_null(strstr(httpd_request(r.d, 0), "\r\nContent-Type: application/json\r\n"));
	assert_null(strstr(httpd_request(r.d, 0), "urlencoded"));
	assert_null(strstr(httpd_request(r.d, 0), "Expect:"));
	snprintf(wire, sizeof wire, "\r\nContent-Length: %zu\r\n", strlen(json));
	assert_non_null(strstr(httpd_request(r.d, 0), wire));
	assert_string_equal(body_of(&r, 0), json);
	request(&r, HTTP_POST, &o, NULL);               /* what follows is a form again */
	assert_null(strstr(httpd_request(r.d, 1), "Content-Type: application/json"));
	assert_non_null(strstr(httpd_request(r.d, 1), "urlencoded"));
	rig_close(&r);
}

static void a_file_goes_as_multipart(void **state)
{
	static const char bytes[] = "%PDF-1.7\0\r\n--binary\xff";
	static const struct http_file file = {
		.field = "File", .file_name = "bill \"1\".pdf", .mime_type = "application/pdf", .bytes = bytes,
		.len = sizeof bytes - 1};
	static const struct http_param form[] = {{"document_type", "utility_bill"}, {"friendly_name", "caf\xc3\xa9 +"}};
	struct outcome o = {0};
	struct rig r;
	const char *got;

	(void)state;
	rig_open(&r, &accepted, 1);
	request(&r, HTTP_POST, &o, &(struct http_request){.form = form, .n_form = 2, .file = &file});
	got = httpd_request(r.d, 0);
	assert_int_equal(o.status, 202);
	assert_int_equal(o.asked, 1);
	assert_int_equal(o.bytes_when_asked, 0);
	assert_non_null(strstr(got, "\r\nContent-Type: multipart/form-data; boundary="));
	assert_null(strstr(got, "Expect:"));
	assert_null(strstr(got, "Transfer-Encoding"));
	assert_non_null(strstr(got, "name=\"document_type\"\r\n\r\nutility_bill\r\n"));
	assert_non_null(strstr(got, "name=\"friendly_name\"\r\n\r\ncaf\xc3\xa9 +\r\n"));
	assert_non_null(strstr(got, "name=\"File\"; filename=\"bill %221%22.pdf\"\r\nContent-Type: application/pdf"));
	assert_non_null(memmem(got, httpd_request_len(r.d, 0), bytes, sizeof bytes - 1));
	rig_close(&r);
}

static void a_file_has_a_ceiling(void **state)
{
	char *bytes = malloc(HTTP_FILE_MAX + 1);
	struct http_file file = {.field = "File", .file_name = "b", .mime_type = "image/png", .bytes = bytes};
	static const struct { size_t len; bool fits; } cases[] = {
		{0, false}, {1, true}, {HTTP_FILE_MAX, true}, {HTTP_FILE_MAX + 1, false},
	};

	(void)state;
	memset(bytes, 'x', HTTP_FILE_MAX + 1);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct outcome o = {0};
		struct rig r;

		file.len = cases[i].len;
		rig_open(&r, &accepted, 1);
		request(&r, HTTP_POST, &o, &(struct http_request){.file = &file});
		assert_int_equal(o.status, cases[i].fits ? 202 : 0);
		assert_int_equal(o.asked, cases[i].fits);
		assert_int_equal(o.sent, cases[i].fits);
		if (cases[i].fits)
			assert_true(httpd_request_len(r.d, 0) > cases[i].len);
		else
			assert_string_equal(o.error, "refused to send a body that is empty, too large or of two kinds");
		rig_close(&r);
	}
	free(bytes);
}

static void a_body_of_two_kinds_is_refused(void **state)
{
	static const struct http_file file = {
		.field = "File", .file_name = "b", .mime_type = "image/png", .bytes = "x", .len = 1};
	static const struct http_param form = {"a", "b"};
	char *long_json = malloc((1 << 20) + 2);
	const struct {
		const char *name;
		enum http_method method;
		struct http_request q;
	} cases[] = {
		{"json and form", HTTP_POST, {.json = "{}", .form = &form, .n_form = 1}},
		{"json and file", HTTP_POST, {.json = "{}", .file = &file}},
		{"json of a read", HTTP_GET, {.json = "{}"}},
		{"file of a deletion", HTTP_DELETE, {.file = &file}},
		{"form of a deletion", HTTP_DELETE, {.form = &form, .n_form = 1}},
		{"too long", HTTP_POST, {.json = long_json}},
	};
	struct rig r;

	(void)state;
	memset(long_json, ' ', (1 << 20) + 1);
	long_json[(1 << 20) + 1] = '\0';
	rig_open(&r, &accepted, 1);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct outcome o = {0};

		request(&r, cases[i].method, &o, &cases[i].q);
		if (o.status || o.sent || o.asked || o.curl_code != CURLE_BAD_FUNCTION_ARGUMENT)
			fail_msg("%s: status %d, libcurl %d, asked %d", cases[i].name, o.status, o.curl_code, o.asked);
	}
	assert_int_equal(httpd_connections(r.d), 0);
	rig_close(&r);
	free(long_json);
}

/* Cut off, answered with trouble, refused by the journal: a body goes out at most once. */
static void a_body_is_never_sent_twice(void **state)
{
	static const struct http_file file = {
		.field = "File", .file_name = "b", .mime_type = "image/png", .bytes = "xyz", .len = 3};
	static const struct httpd_reply replies[] = {
		{.raw = "", .end = HTTPD_RESET}, {.raw = "", .end = HTTPD_CLOSE}, {.status = 503, .body = "{}"},
		{.status = 429, .headers = "Retry-After: 0\r\n"}, {.status = 307, .headers = "Location: /x\r\n"},
		{.status = 401, .headers = "WWW-Authenticate: Digest realm=\"x\", nonce=\"y\"\r\n"},
	};
	static const struct http_request bodies[] = {{.file = &file}, {.json = "{\"pin\":\"0042\"}"}};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(replies); i++)
		for (size_t k = 0; k < ARRAY_LEN(bodies); k++) {
			struct outcome o = {0};
			struct rig r;

			rig_open(&r, &replies[i], 1);
			request(&r, HTTP_POST, &o, &bodies[k]);
			run_for(r.h, 5);
			if (httpd_requests(r.d) != 1 || o.asked != 1 || !o.sent || o.tries != 1)
				fail_msg("answer %zu, body %zu: %zu requests, asked %d, %d tries", i, k,
					 httpd_requests(r.d), o.asked, o.tries);
			rig_close(&r);
		}
}

static void a_refused_body_stays_here(void **state)
{
	static const struct http_file file = {
		.field = "File", .file_name = "b", .mime_type = "image/png", .bytes = "xyz", .len = 3};
	static const struct http_request bodies[] = {{.file = &file}, {.json = "{}"}};

	(void)state;
	for (size_t k = 0; k < ARRAY_LEN(bodies); k++) {
		struct outcome o = {.refuse = true};
		struct rig r;

		rig_open(&r, &accepted, 1);
		request(&r, HTTP_POST, &o, &bodies[k]);
		assert_int_equal(o.asked, 1);
		assert_false(o.sent);
		run_for(r.h, 10);
		assert_int_equal(httpd_bytes(r.d), 0);
		rig_close(&r);
	}
}

/*
 * The fresh connection taken away: libcurl finds the reused one dead and would begin again. The guard refuses, and a
 * file could not even be read a second time.
 */
static void a_second_sending_of_a_file_is_refused(void **state)
{
	struct outcome reads = {0}, o = {0};
	struct rig r;
	struct transfer t;
	CURLMsg *m = NULL;
	char url[64];
	int left;

	(void)state;
	rig_open(&r, &accepted, 1);
	request(&r, HTTP_GET, &reads, NULL);
	httpd_on_reuse(r.d, HTTPD_RESET);
	snprintf(url, sizeof url, "http://127.0.0.1:%d/x", httpd_port(r.d));
	t = (struct transfer){.h = (struct http_curl *)r.h, .method = HTTP_POST, .url = url, .user = (char[]){KEY},
			      .secret = r.secret, .timeout_ms = 5000, .before_send = ask, .before_send_ctx = &o,
			      .body.max = 1000};
	t.upload = (struct upload){.bytes = (char[]){"xyz"}, .len = 3, .field = (char[]){"File"},
				   .file_name = (char[]){"b"}, .mime_type = (char[]){"image/png"}};
	assert_true(transfer_prepare(&t));
	curl_easy_setopt(t.easy, CURLOPT_FRESH_CONNECT, 0L);
	curl_multi_add_handle(t.h->multi, t.easy);
	for (int i = 0; i < 1000 && !m; i++) {
		curl_multi_perform(t.h->multi, &left);
		m = curl_multi_info_read(t.h->multi, &left);
		if (!m)
			curl_multi_poll(t.h->multi, NULL, 0, 10, NULL);
	}
	assert_non_null(m);
	assert_int_not_equal(m->data.result, CURLE_OK);
	curl_multi_remove_handle(t.h->multi, t.easy);
	transfer_forget_easy(&t);
	body_release(&t.body);
	assert_int_equal(o.asked, 1);
	assert_int_equal(count_requests(&r, "POST"), 1);
	rig_close(&r);
}

static void a_large_file_has_longer(void **state)
{
	struct http_curl h = {.clock = &clock_system, .read_timeout_ms = 30000, .write_timeout_ms = 60000};
	static char bytes[1 << 20];
	const struct http_file file = {
		.field = "File", .file_name = "b", .mime_type = "image/png", .bytes = bytes, .len = sizeof bytes};
	const struct { int asked, want; bool file; } cases[] = {{0, 60000, false}, {0, 76000, true}, {5000, 5000, true}};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct transfer *t = mem_alloc(sizeof *t);

		t->h = &h;
		assert_int_equal(transfer_fill(t, &(struct http_request){.method = HTTP_POST, .url = "https://x.test/",
									 .file = cases[i].file ? &file : NULL,
									 .timeout_ms = cases[i].asked}),
				 CURLE_OK);
		assert_int_equal(t->timeout_ms, cases[i].want);
		transfer_free(t);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(json_goes_as_json),
		cmocka_unit_test(a_file_goes_as_multipart),
		cmocka_unit_test(a_file_has_a_ceiling),
		cmocka_unit_test(a_body_of_two_kinds_is_refused),
		cmocka_unit_test(a_body_is_never_sent_twice),
		cmocka_unit_test(a_refused_body_stays_here),
		cmocka_unit_test(a_second_sending_of_a_file_is_refused),
		cmocka_unit_test(a_large_file_has_longer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
