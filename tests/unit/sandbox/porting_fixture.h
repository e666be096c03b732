#ifndef NUMDESK_TESTS_SANDBOX_PORTING_FIXTURE_H
#define NUMDESK_TESTS_SANDBOX_PORTING_FIXTURE_H

#include "fixture.h"

/* Requests of numbers.twilio.com as the account "acme" makes them: bodies of any type, binary ones too. */

static inline struct reply ask_body(const char *method, const char *target, const char *who, const char *type,
				    const void *body, size_t len)
{
	char token[160];
	const int fd = dial();
	struct reply r;
	char *head;

	base64(token, who);
	head = mem_printf("%s %s HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Basic %s\r\nContent-Type: %s\r\n"
			  "Content-Length: %zu\r\n\r\n", method, target, token, type, len);
	assert_int_equal(send(fd, head, strlen(head), MSG_NOSIGNAL), (ssize_t)strlen(head));
	for (size_t done = 0; done < len; ) {
		const ssize_t n = send(fd, (const char *)body + done, len - done, MSG_NOSIGNAL);

		assert_true(n > 0);
		done += (size_t)n;
	}
	r = read_reply(fd);
	close(fd);
	free(head);
	return r;
}

static inline struct reply post_json(const char *target, const char *json)
{
	return ask_body("POST", target, cred("AC", "acme"), "application/json", json, strlen(json));
}

/* One file and one document_type. */
static inline struct reply upload(const char *type, const char *file_name, const void *bytes, size_t len)
{
	struct buf b;
	struct reply r;

	buf_init(&b, (size_t)13 << 20);
	buf_addf(&b, "--xyz\r\nContent-Disposition: form-data; name=\"document_type\"\r\n\r\n%s\r\n", type);
	buf_addf(&b, "--xyz\r\nContent-Disposition: form-data; name=\"File\"; filename=\"%s\"\r\n"
		 "Content-Type: application/pdf\r\n\r\n", file_name);
	buf_add(&b, bytes, len);
	buf_adds(&b, "\r\n--xyz--\r\n");
	r = ask_body("POST", "/numbers-upload/v1/Documents", cred("AC", "acme"), "multipart/form-data; boundary=xyz", b.s,
		     b.len);
	buf_release(&b);
	return r;
}

static inline void upload_bill(char sid[SID_SIZE])
{
	struct reply r = upload("utility_bill", "bill.pdf", "%PDF-1.7 x", 10);

	assert_int_equal(r.status, 201);
	assert_true(text_copy(sid, SID_SIZE, text_of(&r, "sid")));
	reply_free(&r);
}

#define CARRIER "\"customer_type\":\"Business\",\"customer_name\":\"Acme\",\"authorized_representative\":\"R. Example\"," \
	"\"authorized_representative_email\":\"signer@example.com\""
#define ADDRESS "\"address\":{\"street\":\"1 Market Street\",\"city\":\"San Francisco\",\"state\":\"CA\",\"zip\":" \
	"\"94105\",\"country\":\"USA\"}"

/* A request of these numbers (a JSON array's inside); carrier is the inside of its object, NULL for a good one. */
static inline struct reply create_port(const char *bill, const char *numbers, const char *carrier, const char *more)
{
	char *json = mem_printf("{\"account_sid\":\"%s\",\"documents\":[\"%s\"],\"phone_numbers\":[%s],"
				"\"losing_carrier_information\":{%s}%s}", sid_of("AC", "acme"), bill, numbers,
				carrier ? carrier : CARRIER "," ADDRESS, more ? more : "");
	struct reply r = post_json("/numbers/v1/Porting/PortIn", json);

	free(json);
	return r;
}

#endif
