#include "answer.h"

#include <stdarg.h>
#include <stdio.h>

#include "out.h"

void answer_init(struct answer *a)
{
	*a = (struct answer){.status = 200, .type = "application/json"};
	buf_init(&a->body, ANSWER_BODY_MAX);
}

void answer_release(struct answer *a)
{
	buf_release(&a->body);
}

void answer_error(struct answer *a, int status, int code, const char *fmt, ...)
{
	char message[1024];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(message, sizeof message, fmt, ap);
	va_end(ap);
	buf_clear(&a->body);
	a->status = status;
	out_open(&a->body, '{');
	out_member_i64(&a->body, "code", code);
	out_member(&a->body, "message", message);
	out_memberf(&a->body, "more_info", "https://www.twilio.com/docs/errors/%d", code);
	out_member_i64(&a->body, "status", status);
	out_close(&a->body, '}');
}

void answer_not_found(struct answer *a, const char *path)
{
	answer_error(a, 404, 20404, "The requested resource %s was not found", path);
}

void answer_unauthorized(struct answer *a)
{
	answer_error(a, 401, 20003, "Authenticate");
}

void answer_method(struct answer *a)
{
	answer_error(a, 405, 20004, "Method not allowed");
}
