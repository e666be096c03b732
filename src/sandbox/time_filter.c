#include "time_filter.h"

#include <stdio.h>

#include "answer.h"
#include "numdesk/model/period.h"
#include "numdesk/util/clock.h"
#include "request.h"

static bool read_one(const struct request *q, const char *name, const char *operator, int64_t *t, bool *given,
		     struct answer *a)
{
	char whole[32];
	const char *value;

	snprintf(whole, sizeof whole, "%s%s", name, operator);
	value = param_filter(&q->query, whole);
	*given = value != NULL;
	if (!*given || clock_parse(value, t))
		return true;
	answer_error(a, 400, 20001, "Parameter '%s' is not a date: %s", whole, value);
	return false;
}

bool time_filter_parse(struct time_filter *f, const struct request *q, const char *name, struct answer *a)
{
	int64_t day = 0, before = 0, after = 0;
	bool on, below, above;

	*f = (struct time_filter){0, INT64_MAX};
	if (!read_one(q, name, "", &day, &on, a) || !read_one(q, name, "<", &before, &below, a) ||
	    !read_one(q, name, ">", &after, &above, a))
		return false;
	if (on || below || above)
		f->from = 1;            /* what has no such time is not found by it */
	if (above && after > f->from)
		f->from = after;
	if (below)
		f->to = before;
	if (on) {
		const int64_t first = period_day(day) * PERIOD_DAY_S;

		f->from = first > f->from ? first : f->from;
		f->to = first + PERIOD_DAY_S - 1 < f->to ? first + PERIOD_DAY_S - 1 : f->to;
	}
	return true;
}
