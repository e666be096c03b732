#include "test.h"

#include "porting_fixture.h"
#include "request.h"

static void what_becomes_of_a_file(void **state)
{
	static const struct {
		const char *name, *type, *bytes;
		size_t len;
		int status;
		const char *mime;
	} rows[] = {
		{"empty", "utility_bill", "", 0, 400, NULL}, {"no type", "", "%PDF-1", 6, 400, NULL},
		{"another type", "letter", "%PDF-1", 6, 400, NULL},
		{"pdf", "utility_bill", "%PDF-1\0x", 8, 201, "application/pdf"},
		{"png", "utility_bill", "\x89PNG\r\n\x1a\n\0", 9, 201, "image/png"},
		{"jpeg", "utility_bill", "\xff\xd8\xff\xe0", 4, 201, "image/jpeg"},
		{"text", "utility_bill", "hello", 5, 201, ""},
		{"with a password", "utility_bill", "%PDF-1.7 /Encrypt 5 0 R", 23, 201, ""},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct reply r = upload(rows[i].type, "bill.pdf", rows[i].bytes, rows[i].len);

		if (r.status != rows[i].status || (rows[i].mime && strcmp(text_of(&r, "mime_type"), rows[i].mime) != 0))
			fail_msg("%s: %d %s", rows[i].name, r.status, r.body);
		reply_free(&r);
	}
	assert_int_equal(ledger_count("executions"), 5);
}

static void ten_megabytes_and_no_more(void **state)
{
	const size_t most = (size_t)10 << 20;
	char *bytes = mem_alloc(most + 1);
	struct reply r;

	(void)state;
	memcpy(bytes, "%PDF-", 5);
	r = upload("utility_bill", "bill.pdf", bytes, most);
	assert_int_equal(r.status, 201);
	assert_string_equal(text_of(&r, "mime_type"), "application/pdf");
	reply_free(&r);
	expect("one too many", upload("utility_bill", "bill.pdf", bytes, most + 1), 400, 20001);
	free(bytes);
	r = ask("GET", "/_sandbox/ledger?kind=arrivals", NULL, NULL);    /* the books have what it was, not the bytes */
	assert_non_null(strstr(r.body, "document_type=utility_bill&File=@bill.pdf (application/pdf, 10485760 bytes)"));
	assert_true(r.len < 4096);
	reply_free(&r);
}

static void broken_bodies(void **state)
{
	static const char *const bodies[] = {
		"", "--xyz", "--xyz\r\n", "xyz\r\n--xyz--",
		"--xyz\r\nContent-Disposition: form-data; name=\"File\"\r\n\r\nx",
		"--xyz\r\nContent-Type: text/plain\r\n\r\nx\r\n--xyz--\r\n",
		"--xyz\r\nContent-Disposition: form-data; name=\"a\r\n\r\nx\r\n--xyz--\r\n",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bodies); i++)
		expect(bodies[i], ask_body("POST", "/numbers-upload/v1/Documents", cred("AC", "acme"),
					   "multipart/form-data; boundary=xyz", bodies[i], strlen(bodies[i])), 400, 20001);
	expect("no boundary", ask_body("POST", "/numbers-upload/v1/Documents", cred("AC", "acme"), "multipart/form-data",
				       "x", 1), 400, 20001);
	expect("no file", ask("POST", "/numbers-upload/v1/Documents", cred("AC", "acme"), "document_type=utility_bill"),
	       400, 20001);
}

static void parts_of_a_body(void **state)
{
	static const char body[] =
		"--a b\r\nContent-Disposition: form-data; name=\"x\"\r\n\r\n1\r\n--a\r\n"
		"\r\n--a b\r\nContent-Disposition: form-data; name=\"f\"; filename=\"q%22.png\"\r\n"
		"Content-Type: image/png; a=b\r\n\r\n"
		"\0--a b\r\n--a b--";
	struct request *q = request_new("POST", "/numbers-upload/v1/Documents"), *copy;

	(void)state;
	request_content(q, "multipart/form-data; boundary=\"a b\"");
	buf_add(&q->body, body, sizeof body - 1);
	request_parse_form(q);
	copy = request_copy(q);
	request_free(q);
	assert_false(copy->malformed);
	assert_string_equal(param_get(&copy->form, "x"), "1\r\n--a\r\n");
	assert_string_equal(copy->file.field, "f");
	assert_string_equal(copy->file.file_name, "q\".png");
	assert_string_equal(copy->file.type, "image/png");
	assert_int_equal(copy->file.len, 6);
	assert_memory_equal(copy->file.bytes, "\0--a b", 6);
	request_free(copy);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SERVER_TEST(what_becomes_of_a_file), SERVER_TEST(ten_megabytes_and_no_more), SERVER_TEST(broken_bodies),
		cmocka_unit_test(parts_of_a_body),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
