#include "usage.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "answer.h"
#include "auth.h"
#include "numdesk/model/period.h"
#include "numdesk/util/clock.h"
#include "numdesk/util/mem.h"
#include "numdesk/util/text.h"
#include "out.h"
#include "page.h"
#include "request.h"
#include "state.h"

enum { PERIODS_MAX = 4000 };

enum step { WHOLE, DAILY, MONTHLY, YEARLY };

/* What one request asks for. */
struct wish {
	const char *variant;            /* "" or "Daily" ... */
	enum step step;
	int64_t start, end;             /* days, both included */
	int64_t *first; size_t n;       /* periods, newest last; first[n] is behind the last day */
};

/* "2026-01-31", or so many days before or after today: "-30days". */
static bool read_date(const struct request *q, const char *name, int64_t today, int64_t *day, struct answer *a)
{
	const char *value = param_filter(&q->query, name);
	int64_t t, n;
	char digits[12] = "";

	if (!value)
		return true;
	if (strlen(value) == 10 && clock_parse(value, &t)) {
		*day = period_day(t);
		return true;
	}
	if ((*value == '-' || *value == '+') && sscanf(value + 1, "%9[0-9]", digits) == 1 &&
	    strncmp(value + 1 + strlen(digits), "day", 3) == 0 && text_to_i64(digits, 0, 100000, &n)) {
		*day = today + (*value == '-' ? -n : n);
		return true;
	}
	answer_error(a, 400, 20001, "Parameter '%s' is not a date: %s", name, value);
	return false;
}

static int64_t next_period(const struct wish *w, int64_t day)
{
	int year;

	switch (w->step) {
	case DAILY:
		return day + 1;
	case MONTHLY:
		return period_month_add(period_month(day), 1);
	case YEARLY:
		period_split(day, &year, NULL, NULL);
		return period_of(year + 1, 1, 1);
	case WHOLE:
		break;
	}
	return w->end + 1;
}

static void cut(struct wish *w)
{
	w->first = mem_array(PERIODS_MAX + 1, sizeof *w->first);
	for (int64_t day = w->start; day <= w->end && w->n < PERIODS_MAX; day = next_period(w, day))
		w->first[w->n++] = day;
	w->first[w->n] = w->end + 1;
}

/* False with an answer. Without dates a range begins with the account. */
static bool read_wish(const struct principal *p, const struct request *q, struct wish *w, struct answer *a)
{
	static const struct { const char *name; enum step step; int months; int days; } variants[] = {
		{"", WHOLE, -1, -1}, {"AllTime", WHOLE, -1, -1}, {"Daily", DAILY, -1, -1}, {"Monthly", MONTHLY, -1, -1},
		{"Yearly", YEARLY, -1, -1}, {"Today", WHOLE, -1, 0}, {"Yesterday", WHOLE, -1, 1},
		{"ThisMonth", WHOLE, 0, -1}, {"LastMonth", WHOLE, 1, -1},
	};
	const int64_t today = period_day(state_now());

	*w = (struct wish){.variant = q->segments > 5 ? q->segment[5] : "", .end = today};
	w->start = period_day(p->target.created);
	for (size_t i = 0; i < ARRAY_LEN(variants); i++) {
		if (strcmp(w->variant, variants[i].name) != 0)
			continue;
		w->step = variants[i].step;
		if (variants[i].days >= 0) {
			w->start = w->end = today - variants[i].days;
		} else if (variants[i].months >= 0) {
			w->start = period_month_add(period_month(today), -variants[i].months);
			w->end = variants[i].months ? period_month(today) - 1 : today;
		} else if (!read_date(q, "StartDate", today, &w->start, a) || !read_date(q, "EndDate", today, &w->end, a)) {
			return false;
		}
		cut(w);
		return true;
	}
	answer_not_found(a, q->resource);
	return false;
}

static void record_links(struct buf *b, const char *account, const char *category)
{
	static const char *const links[][2] = {
		{"all_time", "AllTime"}, {"daily", "Daily"}, {"last_month", "LastMonth"}, {"monthly", "Monthly"},
		{"this_month", "ThisMonth"}, {"today", "Today"}, {"yearly", "Yearly"}, {"yesterday", "Yesterday"},
	};

	out_name(b, "subresource_uris");
	out_open(b, '{');
	for (size_t i = 0; i < ARRAY_LEN(links); i++)
		out_memberf(b, links[i][0], "/2010-04-01/Accounts/%s/Usage/Records/%s.json?Category=%s", account,
			    links[i][1], category);
	out_close(b, '}');
}

/* The total is money and nothing else: it has no count, and its usage is its price. */
static void record_json(struct buf *b, const char *account, const struct wish *w, size_t period, size_t category,
			const struct usage_total *t)
{
	const struct usage_category *c = &usage_categories[category];
	char start[16], end[16], now[32];

	period_date(w->first[period], start, sizeof start);
	period_date(w->first[period + 1] - 1, end, sizeof end);
	clock_iso(state_now(), now, sizeof now);
	out_open(b, '{');
	out_member(b, "account_sid", account);
	out_member(b, "api_version", "2010-04-01");
	out_memberf(b, "as_of", "%.19s+00:00", now);
	out_member(b, "category", c->name);
	if (*c->count_unit)
		out_memberf(b, "count", "%lld", (long long)t->count);
	else
		out_member(b, "count", NULL);
	out_member(b, "count_unit", c->count_unit);
	out_member(b, "description", c->description);
	out_member(b, "end_date", end);
	out_member_price(b, "price", t->price);
	out_member(b, "price_unit", "usd");
	out_member(b, "start_date", start);
	record_links(b, account, c->name);
	out_memberf(b, "uri", "/2010-04-01/Accounts/%s/Usage/Records%s%s.json?Category=%s&StartDate=%s&EndDate=%s",
		    account, *w->variant ? "/" : "", w->variant, c->name, start, end);
	if (strcmp(c->usage_unit, "usd") == 0)
		out_member_price(b, "usage", t->usage);
	else
		out_memberf(b, "usage", "%lld", (long long)t->usage);
	out_member(b, "usage_unit", c->usage_unit);
	out_close(b, '}');
}

static bool wanted(const struct request *q, size_t category)
{
	const char *filter = param_filter(&q->query, "Category");

	return !filter || strcmp(filter, usage_categories[category].name) == 0;
}

static void rows_json(const struct principal *p, struct request *q, const struct wish *w,
		      const struct usage_total *totals, struct page *page, struct buf *b)
{
	const int64_t all = (int64_t)(w->n * usage_category_count), after = page->below == INT64_MAX ? -1 : page->below;

	/* the newest period first; ord is the place in that order */
	for (int64_t ord = after + 1; ord < all; ord++) {
		const size_t category = (size_t)ord % usage_category_count;
		const size_t period = w->n - 1 - (size_t)ord / usage_category_count;

		if (!wanted(q, category) || page->skip-- > 0)
			continue;
		if ((page->more = page->rows == page->size))
			break;
		record_json(b, p->target.sid, w, period, category, &totals[period * usage_category_count + category]);
		page_row(page, ord);
	}
}

void usage_records(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a)
{
	struct usage_total *totals;
	struct page page;
	struct wish w;

	if (!page_parse(&page, q, a) || !read_wish(p, q, &w, a))
		return;
	totals = mem_array(w.n * usage_category_count + 1, sizeof *totals);
	usage_sum(s, p->target.sid, param_bool(&q->query, "IncludeSubaccounts", true), w.first, w.n, totals);
	out_open(&a->body, '{');
	out_name(&a->body, "usage_records");
	out_open(&a->body, '[');
	rows_json(p, q, &w, totals, &page, &a->body);
	page_end(&page, q, &a->body);
	free(totals);
	free(w.first);
}
