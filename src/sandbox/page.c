#include "page.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "answer.h"
#include "ident.h"
#include "numdesk/util/text.h"
#include "out.h"
#include "request.h"

enum { SIZE_DEFAULT = 50, SIZE_MAX_ROWS = 1000 };

static bool is_paging(const char *name)
{
	return strcmp(name, "PageSize") == 0 || strcmp(name, "Page") == 0 || strcmp(name, "PageToken") == 0;
}

/* "/2010-04-01/Accounts/AC.../X.json?Filter=...&PageSize=50&Page=1": no product before it, filters kept. */
static void add_address(struct buf *b, const struct page *p, const struct request *q, int64_t number, bool token)
{
	char sep = '?';

	buf_adds(b, q->resource);
	for (size_t i = 0; i < q->query.n; i++) {
		if (is_paging(q->query.at[i].name))
			continue;
		buf_addc(b, sep), sep = '&';
		param_encode(b, q->query.at[i].name);
		buf_addc(b, '=');
		param_encode(b, q->query.at[i].value);
	}
	buf_addf(b, "%cPageSize=%" PRId64 "&Page=%" PRId64, sep, p->size, number);
	if (token)
		buf_addf(b, "&PageToken=PAPN%016" PRIx64 "%016" PRIx64, (uint64_t)p->last, p->filter);
}

static uint64_t filter_hash(const struct request *q)
{
	uint64_t h = ident_hash(q->resource, 3);

	for (size_t i = 0; i < q->query.n; i++)
		if (!is_paging(q->query.at[i].name))
			h = ident_hash(q->query.at[i].value, ident_hash(q->query.at[i].name, h));
	return h;
}

static bool read_token(struct page *p, const char *token)
{
	uint64_t last, filter;
	char end;

	if (strlen(token) != 36 || sscanf(token, "PAPN%16" SCNx64 "%16" SCNx64 "%c", &last, &filter, &end) != 2)
		return false;
	p->below = (int64_t)last;
	return filter == p->filter;
}

static bool read_number(const struct request *q, const char *name, int64_t fallback, int64_t *v)
{
	const char *text = param_get(&q->query, name);

	*v = fallback;
	return !text || !*text || text_to_i64(text, 0, INT64_MAX / 2000, v);
}

bool page_parse(struct page *p, const struct request *q, struct answer *a)
{
	const char *token = param_get(&q->query, "PageToken");

	*p = (struct page){.below = INT64_MAX, .filter = filter_hash(q)};
	if (!read_number(q, "PageSize", SIZE_DEFAULT, &p->size) || !read_number(q, "Page", 0, &p->number)) {
		answer_error(a, 400, 20001, "Parameter 'PageSize' or 'Page' is not a number");
		return false;
	}
	if (p->size > SIZE_MAX_ROWS) {
		answer_error(a, 400, 20007, "Page size must be between 1 and 1000");
		return false;
	}
	if (p->size == 0)
		p->size = SIZE_DEFAULT;
	if (token && *token && !read_token(p, token)) {
		answer_error(a, 400, 21481, "Invalid PageToken");
		return false;
	}
	if (!token || !*token)
		p->skip = p->number * p->size;
	return true;
}

void page_row(struct page *p, int64_t ord)
{
	p->rows++;
	p->last = ord;
}

static void out_address(struct buf *out, const char *name, const struct page *p, const struct request *q,
			const char *host, int64_t number, bool token)
{
	struct buf b;

	buf_init(&b, 16384);
	buf_adds(&b, host);
	add_address(&b, p, q, number, token);
	out_member(out, name, buf_str(&b));
	buf_release(&b);
}

void page_end(struct page *p, const struct request *q, struct buf *out)
{
	const int64_t start = p->number * p->size;

	out_close(out, ']');
	out_member_i64(out, "end", p->rows ? start + p->rows - 1 : start);
	out_address(out, "first_page_uri", p, q, "", 0, false);
	if (p->more)
		out_address(out, "next_page_uri", p, q, "", p->number + 1, true);
	else
		out_member(out, "next_page_uri", NULL);
	out_member_i64(out, "page", p->number);
	out_member_i64(out, "page_size", p->size);
	if (p->number > 0)
		out_address(out, "previous_page_uri", p, q, "", p->number - 1, false);
	else
		out_member(out, "previous_page_uri", NULL);
	out_member_i64(out, "start", start);
	out_address(out, "uri", p, q, "", p->number, false);
	out_close(out, '}');
}

void page_end_meta(struct page *p, const struct request *q, const char *host, const char *key, struct buf *out)
{
	out_close(out, ']');
	out_name(out, "meta");
	out_open(out, '{');
	out_member_i64(out, "page", p->number);
	out_member_i64(out, "page_size", p->size);
	out_address(out, "first_page_url", p, q, host, 0, false);
	if (p->number > 0)
		out_address(out, "previous_page_url", p, q, host, p->number - 1, false);
	else
		out_member(out, "previous_page_url", NULL);
	out_address(out, "url", p, q, host, p->number, false);
	if (p->more)
		out_address(out, "next_page_url", p, q, host, p->number + 1, true);
	else
		out_member(out, "next_page_url", NULL);
	out_member(out, "key", key);
	out_close(out, '}');
	out_close(out, '}');
}
