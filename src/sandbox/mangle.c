#include "mangle.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "answer.h"
#include "faults.h"
#include "ident.h"
#include "out.h"
#include "request.h"

/* Writes what replaces the value `old` (with its quotes, when it has them) of the i-th member of that name. */
typedef void replace_fn(struct buf *out, const char *old, size_t n, size_t i, const void *ctx);

static size_t string_length(const char *s)
{
	size_t n = 1;

	while (s[n] && s[n] != '"')
		n += s[n] == '\\' && s[n + 1] ? 2 : 1;
	return n + (s[n] == '"');
}

/* Length of one JSON value of a document that this server wrote. */
static size_t value_length(const char *s)
{
	size_t n = 0;
	int depth = 0;

	for (; s[n]; n++) {
		if (s[n] == '"')
			n += string_length(s + n) - 1;
		else if (s[n] == '{' || s[n] == '[')
			depth++;
		else if ((s[n] == '}' || s[n] == ']') && --depth < 0)
			return n;
		else if (s[n] == ',' && depth == 0)
			return n;
		if (depth == 0 && strchr("\"}]", s[n]))
			return n + 1;
	}
	return n;
}

/* A quote inside a text is escaped, so that `"name":` is found where it is a name and nowhere else. */
static void replace_values(struct buf *body, const char *name, replace_fn *fn, const void *ctx)
{
	char key[80];
	struct buf out;
	const char *s = buf_str(body), *hit;
	size_t i = 0;

	snprintf(key, sizeof key, "\"%s\":", name);
	buf_init(&out, body->max);
	while ((hit = strstr(s, key))) {
		const char *value = hit + strlen(key);
		const size_t n = value_length(value);

		buf_add(&out, s, (size_t)(value - s));
		fn(&out, value, n, i++, ctx);
		s = value + n;
	}
	buf_adds(&out, s);
	buf_release(body);
	*body = out;
}

static void put_raw(struct buf *out, const char *old, size_t n, size_t i, const void *ctx)
{
	(void)old, (void)n, (void)i;
	buf_adds(out, ctx);
}

/* The same with its last digit turned: still a well-formed number or SID, and another. */
static void put_turned(struct buf *out, const char *old, size_t n, size_t i, const void *ctx)
{
	char last;

	(void)i, (void)ctx;
	if (n < 4 || *old != '"') {
		buf_add(out, old, n);
		return;
	}
	last = old[n - 2];
	buf_add(out, old, n - 2);
	buf_addc(out, last == '9' || last == 'f' ? '0' : (char)(last + 1));
	buf_addc(out, '"');
}

/* "sid":X becomes "sid":X,"sid":Y */
static void put_twice(struct buf *out, const char *old, size_t n, size_t i, const void *ctx)
{
	buf_add(out, old, n);
	buf_adds(out, ",\"sid\":");
	put_turned(out, old, n, i, ctx);
}

static void put_evil(struct buf *out, const char *old, size_t n, size_t i, const void *ctx)
{
	static const char *const texts[] = {
		"\x1b[2J\x1b[31mred\x1b]0;title\x07",
		"\x1b]52;c;c2FuZGJveA==\x07 clipboard",
		"invoice\xe2\x80\xae" "gnp.exe\xe2\x81\xa6 bidi",
		"zero\xe2\x80\x8bwidth\xef\xbb\xbf and\xe2\x81\xa0 joiner",
		"C1 \xc2\x9b" "31m and \xc2\x90 DCS \xc2\x9c",
		"line\r\n+1 415-555-0199  forged row\tand tab\b\b",
		"tags \xf3\xa0\x81\x81\xf3\xa0\x81\x82 private \xee\x80\x80 filler \xe3\x85\xa4",
		"\x1bPq#0;2;0;0;0\x1b\\ sixel \x1b[6n report",
		"=HYPERLINK(\"https://example.com\")",
	};
	const size_t kinds = ARRAY_LEN(texts) + 2;

	(void)old, (void)n, (void)ctx;
	if (i % kinds < ARRAY_LEN(texts)) {
		out_text(out, texts[i % kinds]);
		return;
	}
	buf_addc(out, '"');                     /* 10 kB of one letter, or of marks on one letter */
	buf_addc(out, 'e');
	for (int k = 0; k < 5000; k++)
		buf_adds(out, i % kinds == ARRAY_LEN(texts) ? "ee" : "\xcc\x81");
	buf_addc(out, '"');
}

static void set_body(struct answer *a, int status, const char *type, const char *text)
{
	buf_clear(&a->body);
	buf_adds(&a->body, text);
	a->status = status;
	a->type = type;
}

static void set_status(struct answer *a, int status, int code)
{
	static const struct { int status, code; const char *message; } known[] = {
		{429, 20429, "Too Many Requests"}, {500, 20500, "Internal Server Error"},
		{502, 20502, "Bad Gateway"}, {503, 20503, "Service Unavailable"}, {504, 20504, "Gateway Timeout"},
		{401, 20003, "Authenticate"}, {403, 20006, "Access Denied"}, {404, 20404, "Not Found"},
		{400, 20001, "Bad Request"},
	};
	const char *message = "An error has occurred";

	for (size_t i = 0; i < ARRAY_LEN(known); i++)
		if (known[i].status == status) {
			message = known[i].message;
			code = code ? code : known[i].code;
		}
	answer_error(a, status, code ? code : 20001, "%s", message);
}

static int status_of(const struct fault *f, int fallback)
{
	return f->status > 0 ? f->status : f->number > 0 ? (int)f->number : fallback;
}

static void too_many(struct request *q, struct answer *a, const struct fault *f)
{
	char text[32];

	set_status(a, 429, 20429);
	snprintf(text, sizeof text, "%" PRId64, f->number);
	if (f->text || f->number >= 0)
		a->retry_after = f->text ? f->text : arena_dup(&q->arena, text);
}

static void not_available(const struct request *q, struct answer *a)
{
	const char *phone = param_get(&q->form, "PhoneNumber");

	answer_error(a, 400, 21422, "%s is not available", phone ? phone : "The number");
}

static void next_page(struct answer *a, const char *address)
{
	struct buf text;

	buf_init(&text, 16384);
	out_text(&text, address);
	replace_values(&a->body, "next_page_uri", put_raw, buf_str(&text));
	replace_values(&a->body, "next_page_url", put_raw, buf_str(&text));
	buf_release(&text);
}

void mangle(struct request *q, struct answer *a, const struct fault *f)
{
	const char *own = q->target + (q->resource - q->path);

	switch (f->mode) {
	case FAULT_STATUS_AFTER_EXEC:
	case FAULT_STATUS_NO_EXEC:
	case FAULT_LIST_PAGE_ERROR:
	case FAULT_STATUS: set_status(a, status_of(f, 500), f->code); break;
	case FAULT_LATE_EXEC: set_status(a, f->status > 0 ? f->status : 504, f->code); break;
	case FAULT_NOT_AVAILABLE: not_available(q, a); break;
	case FAULT_TOO_MANY: too_many(q, a, f); break;
	case FAULT_HTML:
		set_body(a, 200, "text/html", "<!DOCTYPE html><html><title>Sign in</title><body>Welcome to our "
			 "network</body></html>\n");
		break;
	case FAULT_BAD_JSON:
		if (a->body.len)
			a->body.s[a->body.len - 1] = ']';
		break;
	case FAULT_TRAILING: buf_adds(&a->body, "\n{\"second\":\"document\"} and text"); break;
	case FAULT_EMPTY_BODY: buf_clear(&a->body); break;
	case FAULT_DUP_KEYS: replace_values(&a->body, "sid", put_twice, NULL); break;
	case FAULT_WRONG_PHONE: replace_values(&a->body, "phone_number", put_turned, NULL); break;
	case FAULT_WRONG_ACCOUNT: replace_values(&a->body, "account_sid", put_turned, NULL); break;
	case FAULT_EVIL_TEXT: replace_values(&a->body, "friendly_name", put_evil, NULL); break;
	case FAULT_BAD_UTF8: replace_values(&a->body, "friendly_name", put_raw, "\"cut \xe2\x82\""); break;
	case FAULT_SET_FIELD:
		replace_values(&a->body, f->name ? f->name : "", put_raw, f->raw ? f->raw : "null");
		break;
	case FAULT_BODY: set_body(a, f->status > 0 ? f->status : a->status, a->type, f->text ? f->text : ""); break;
	case FAULT_REDIRECT:
		set_body(a, f->status > 0 ? f->status : 302, "text/html", "moved\n");
		a->location = f->text ? f->text : "https://api.example.com/";
		break;
	case FAULT_PAGE_LOOP: next_page(a, own); break;
	case FAULT_FOREIGN_PAGE: next_page(a, f->text ? f->text : "https://api.example.com/2010-04-01/next"); break;
	case FAULT_OK: case FAULT_RESET_AFTER_EXEC: case FAULT_RESET_BEFORE_EXEC: case FAULT_CLOSE_BEFORE_EXEC:
	case FAULT_CLOSE_AFTER_EXEC: case FAULT_HALF_CLOSE: case FAULT_TRUNCATED: case FAULT_HANG:
	case FAULT_HANG_AFTER_EXEC: case FAULT_DELAY: case FAULT_DELAY_ANSWER: case FAULT_LIST_LAG: case FAULT_RAW:
	case FAULT_RAW_NO_EXEC: case FAULT_HUGE_BODY: case FAULT_GZIP_BOMB: case FAULT_SLOW_BODY:
	case FAULT_MANY_HEADERS: case FAULT_LONG_HEADER: case FAULT_MODE_COUNT:
		break;          /* deliver.c or serve.c see to these */
	}
}
