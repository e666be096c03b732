#include <string.h>

#include "numdesk/model/meta.h"
#include "numdesk/model/query.h"
#include "numdesk/model/usage.h"
#include "numdesk/util/text.h"

#define DAY 86400

static const char *text_of(enum column_id c, const struct number *n)
{
	const void *field = column_field(c, n);
	const char *s;

	if (columns[c].type == COLTYPE_NUMBER_TYPE)
		return number_type_name(*(const enum number_type *)field);
	s = columns[c].type == COLTYPE_CHARS ? field : *(const char *const *)field;
	return s ? s : "";
}

static bool match_equals(const struct query_term *t, const struct number *n)
{
	char folded[512];

	text_fold(folded, sizeof folded, text_of(t->column, n));
	return strcmp(folded, t->text) == 0;
}

static bool match_is(const struct query_term *t, const struct number *n, int64_t stale_before)
{
	switch (t->is) {
	case QUERY_IS_PRIMARY:
		return n->is_primary;
	case QUERY_IS_LOCKED:
		return n->is_locked;
	case QUERY_IS_STALE:
		return n->seen_at < stale_before;
	case QUERY_IS_GONE:
		return n->is_gone;
	case QUERY_IS_INCOMPLETE:
		return n->incomplete;
	case QUERY_IS_IDLE:
		return n->usage_known && activity_parse(n->activity) == ACTIVITY_IDLE;
	case QUERY_IS_INBOUND:
		return n->usage_known && activity_parse(n->activity) == ACTIVITY_INBOUND;
	case QUERY_IS_TRICKLE:
		return n->usage_known && activity_parse(n->activity) == ACTIVITY_TRICKLE;
	case QUERY_IS_ACTIVE:
		return n->usage_known && activity_parse(n->activity) == ACTIVITY_ACTIVE;
	}
	return false;
}

/* A date names its whole day: '>' is after its end, '=' within it. Unset times, prices and counts hold for no comparison. */
static bool match_compared(const struct query_term *t, const struct number *n)
{
	const void *field = column_field(t->column, n);
	int64_t v, first = t->value, last = t->value;

	if (columns[t->column].type == COLTYPE_BOOL)
		return *(const bool *)field == (t->value != 0);
	v = *(const int64_t *)field;
	if (columns[t->column].type == COLTYPE_COUNT ? !n->usage_known :
	    v == (columns[t->column].type == COLTYPE_MONEY ? MONEY_UNKNOWN : 0))
		return false;
	if (columns[t->column].type == COLTYPE_TIME)
		last = first + DAY - 1;
	return (t->op == QUERY_LT && v < first) || (t->op == QUERY_LE && v <= last) ||
	       (t->op == QUERY_GT && v > last) || (t->op == QUERY_GE && v >= first) ||
	       (t->op == QUERY_EQ && v >= first && v <= last);
}

static bool match_term(const struct query_term *t, const struct number *n, int64_t stale_before)
{
	switch (t->op) {
	case QUERY_ANYWHERE:
		return (*t->digits && strstr(n->phone_number, t->digits)) ||
		       text_contains_folded(n->friendly_name ? n->friendly_name : "", t->text);
	case QUERY_CONTAINS:
		return text_contains_folded(text_of(t->column, n), t->text);
	case QUERY_EQUALS:
		return match_equals(t, n);
	case QUERY_WORD:
		return tags_have(text_of(t->column, n), t->text);
	case QUERY_LT:
	case QUERY_LE:
	case QUERY_GT:
	case QUERY_GE:
	case QUERY_EQ:
		return match_compared(t, n);
	case QUERY_CAPABILITY:
		return n->capabilities & t->capability;
	case QUERY_IS:
		return match_is(t, n, stale_before);
	}
	return false;
}

bool query_match(const struct query *q, const struct number *n, int64_t stale_before)
{
	for (int i = 0; i < q->n; i++)
		if (match_term(&q->term[i], n, stale_before) == q->term[i].negated)
			return false;
	return true;
}
