#include "request.h"

#include <stdlib.h>
#include <string.h>

#include "multipart.h"
#include "numdesk/util/json.h"
#include "numdesk/util/text.h"

static const char *const products[] = {
	"api", "pricing", "messaging", "numbers", "numbers-upload", "lookups", "verify", "trunking", "monitor",
	"accounts", "trusthub",
};

static int hex_value(char c)
{
	if (text_is_digit(c))
		return c - '0';
	c = text_lower(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Decode n bytes of a percent-encoded text; a stray '%' stays as it is, as most servers have it. */
static const char *decode(const char *s, size_t n, bool plus_is_space, struct arena *a, bool *malformed)
{
	char *out = arena_alloc(a, n + 1), *d = out;

	for (size_t i = 0; i < n; i++) {
		if (s[i] == '%' && i + 2 < n && hex_value(s[i + 1]) >= 0 && hex_value(s[i + 2]) >= 0) {
			*d++ = (char)(hex_value(s[i + 1]) * 16 + hex_value(s[i + 2]));
			i += 2;
		} else {
			*d++ = s[i] == '+' && plus_is_space ? ' ' : s[i];
		}
		if (d[-1] == '\0')
			*malformed = true;
	}
	return out;
}

void params_parse(struct params *p, const char *text, struct arena *a, bool *malformed)
{
	for (const char *s = text; *s; ) {
		const size_t n = strcspn(s, "&"), name = strcspn(s, "&=");

		if (n > 0 && p->n == REQUEST_PARAMS)
			*malformed = true;
		else if (n > 0)
			p->at[p->n++] = (struct param){
				decode(s, name, true, a, malformed),
				name < n ? decode(s + name + 1, n - name - 1, true, a, malformed) : "",
			};
		s += n + (s[n] == '&');
	}
}

const char *param_get(const struct params *p, const char *name)
{
	for (size_t i = p->n; i-- > 0; )
		if (strcmp(p->at[i].name, name) == 0)
			return p->at[i].value;
	return NULL;
}

const char *param_filter(const struct params *p, const char *name)
{
	const char *value = param_get(p, name);

	return value && *value ? value : NULL;
}

bool param_bool(const struct params *p, const char *name, bool fallback)
{
	const char *s = param_get(p, name);

	if (!s || (!text_ieq(s, "true") && !text_ieq(s, "false")))
		return fallback;
	return text_ieq(s, "true");
}

void param_encode(struct buf *out, const char *s)
{
	for (; *s; s++) {
		if (text_is_alnum(*s) || strchr("-._~", *s))
			buf_addc(out, *s);
		else
			buf_addf(out, "%%%02X", (unsigned char)*s);
	}
}

static bool is_product(const char *s)
{
	for (size_t i = 0; i < ARRAY_LEN(products); i++)
		if (strcmp(products[i], s) == 0)
			return true;
	return false;
}

static void split_path(struct request *q)
{
	for (const char *s = q->path; *s; ) {
		const size_t n = strcspn(s, "/");

		if (n > 0 && q->segments == REQUEST_SEGMENTS)
			q->malformed = true;
		else if (n > 0)
			q->segment[q->segments++] = decode(s, n, false, &q->arena, &q->malformed);
		s += n + (s[n] == '/');
	}
	q->product = "";
	q->resource = q->path;
	if (q->segments > 0 && is_product(q->segment[0])) {
		q->product = q->segment[0];
		q->resource += strspn(q->path, "/") + strlen(q->product);
		memmove(q->segment, q->segment + 1, --q->segments * sizeof q->segment[0]);
	}
}

static void cut_suffix(struct request *q)
{
	const char *last = q->segments ? q->segment[q->segments - 1] : "";
	const size_t n = strlen(last);

	if (n <= 5 || strcmp(last + n - 5, ".json") != 0)
		return;
	q->is_json = true;
	q->segment[q->segments - 1] = arena_dupn(&q->arena, last, n - 5);
}

struct request *request_new(const char *method, const char *target)
{
	struct request *q = mem_alloc(sizeof *q);
	const char *mark = strchr(target, '?');

	q->fd = -1;
	q->method = arena_dup(&q->arena, method);
	q->target = arena_dup(&q->arena, target);
	q->path = mark ? arena_dupn(&q->arena, target, (size_t)(mark - target)) : q->target;
	q->query_text = mark ? arena_dup(&q->arena, mark + 1) : "";
	q->user = q->password = q->content_type = "";
	buf_init(&q->body, REQUEST_BODY_MAX);
	split_path(q);
	cut_suffix(q);
	params_parse(&q->query, q->query_text, &q->arena, &q->malformed);
	return q;
}

void request_free(struct request *q)
{
	if (!q)
		return;
	buf_release(&q->body);
	json_free(q->json);
	arena_release(&q->arena);
	free(q);
}

struct request *request_copy(const struct request *q)
{
	struct request *r = request_new(q->method, q->target);

	r->seq = q->seq;
	r->connection = q->connection;
	r->has_auth = q->has_auth;
	r->user = arena_dup(&r->arena, q->user);
	r->password = arena_dup(&r->arena, q->password);
	r->list_lag_ms = q->list_lag_ms;
	request_content(r, q->content_type);
	buf_add(&r->body, buf_str(&q->body), q->body.len);
	request_parse_form(r);
	return r;
}

/* The six bits of a base64 digit, -1 for anything else. */
static int base64_value(char c)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const char *hit = c ? strchr(digits, c) : NULL;

	return hit ? (int)(hit - digits) : -1;
}

static char *base64_decode(const char *s, struct arena *a)
{
	char *out = arena_alloc(a, strlen(s) + 1), *d = out;
	uint32_t bits = 0;
	int n = 0;

	for (; base64_value(*s) >= 0; s++) {
		bits = bits << 6 | (uint32_t)base64_value(*s);
		if ((n += 6) >= 8)
			*d++ = (char)(bits >> (n -= 8));
	}
	return out;
}

void request_auth(struct request *q, const char *authorization)
{
	char *pair, *colon;

	q->has_auth = authorization != NULL;
	if (!authorization || !text_istarts(authorization, "Basic "))
		return;
	pair = base64_decode(authorization + 6 + strspn(authorization + 6, " "), &q->arena);
	colon = strchr(pair, ':');
	if (!colon)
		return;
	*colon = '\0';
	q->user = pair;
	q->password = colon + 1;
}

static bool is_multipart(const struct request *q)
{
	return text_istarts(q->content_type, "multipart/form-data");
}

void request_content(struct request *q, const char *value)
{
	q->content_type = value ? arena_dup(&q->arena, value) : "";
	if (is_multipart(q))
		q->body.max = REQUEST_UPLOAD_MAX;
}

void request_parse_form(struct request *q)
{
	q->form.n = 0;
	if (is_multipart(q)) {
		if (!multipart_parse(q))
			q->malformed = true;
		return;
	}
	if (strlen(buf_str(&q->body)) != q->body.len)
		q->malformed = true;
	if (text_istarts(q->content_type, "application/json")) {
		json_free(q->json);
		q->json = json_parse(buf_str(&q->body), q->body.len, REQUEST_BODY_MAX, NULL);
		return;
	}
	params_parse(&q->form, buf_str(&q->body), &q->arena, &q->malformed);
}

const char *request_body_text(struct request *q)
{
	struct buf b;
	const char *text;

	if (!is_multipart(q))
		return buf_str(&q->body);
	buf_init(&b, REQUEST_BODY_MAX);
	for (size_t i = 0; i < q->form.n; i++)
		buf_addf(&b, "%s=%s&", q->form.at[i].name, q->form.at[i].value);
	if (q->file.bytes)
		buf_addf(&b, "%s=@%s (%s, %zu bytes)", q->file.field, q->file.file_name, q->file.type, q->file.len);
	text = arena_dup(&q->arena, buf_str(&b));
	buf_release(&b);
	return text;
}

bool request_is(const struct request *q, const char *method)
{
	return strcmp(q->method, method) == 0;
}

bool request_is_list(const struct request *q)
{
	static const char *const lists[] = {
		"IncomingPhoneNumbers", "Local", "Mobile", "TollFree", "Accounts", "Addresses", "Keys", "Countries",
		"DependentPhoneNumbers", "Messages", "Calls",
		"Applications", "Trunks", "Records", "PortInRequests",
	};

	if (!request_is(q, "GET") || q->segments < 2 || strstr(q->path, "/AvailablePhoneNumbers/"))
		return false;
	for (size_t i = 0; i < ARRAY_LEN(lists); i++)
		if (strcmp(q->segment[q->segments - 1], lists[i]) == 0)
			return true;
	return false;
}
