#include "numbers.h"

#include <string.h>

#include "answer.h"
#include "auth.h"
#include "ledger.h"
#include "numdesk/model/number.h"
#include "out.h"
#include "owned.h"
#include "page.h"
#include "request.h"
#include "state.h"

const char *numbers_type(const struct request *q)
{
	static const enum number_type typed[] = {NUMBER_LOCAL, NUMBER_MOBILE, NUMBER_TOLLFREE};

	for (size_t i = 0; q->segments > 4 && i < ARRAY_LEN(typed); i++)
		if (strcmp(q->segment[4], number_type_path(typed[i])) == 0)
			return number_type_name(typed[i]);
	return NULL;
}

/* NULL for an empty value, which filters nothing. */
static const char *filter_of(const struct request *q, const char *name)
{
	const char *value = param_get(&q->query, name);

	return value && *value ? value : NULL;
}

void numbers_list(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a)
{
	struct owned_filter f = {
		.account = p->target.sid, .phone = filter_of(q, "PhoneNumber"), .name = filter_of(q, "FriendlyName"),
		.type = numbers_type(q), .origin = filter_of(q, "Origin"), .now_ms = state_now_ms(),
		.no_beta = !param_bool(&q->query, "Beta", true),
	};
	struct owned_cursor *c;
	struct owned n;
	struct page page;

	if (!page_parse(&page, q, a))
		return;
	c = owned_list(s, &f, page.below);
	owned_list_skip(c, page.skip);
	out_open(&a->body, '{');
	out_name(&a->body, "incoming_phone_numbers");
	out_open(&a->body, '[');
	while (owned_list_next(c, &n)) {
		if ((page.more = page.rows == page.size))
			break;
		owned_json(&a->body, &n, !f.type);
		page_row(&page, n.ord);
	}
	owned_list_end(c);
	page_end(&page, q, &a->body);
}

void numbers_fetch(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a)
{
	struct owned n;

	if (owned_by_sid(s, p->target.sid, q->segment[4], &n, &q->arena))
		owned_json(&a->body, &n, true);
	else
		answer_not_found(a, q->resource);
}

void numbers_release(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a)
{
	struct owned n;

	if (!owned_by_sid(s, p->target.sid, q->segment[4], &n, &q->arena)) {
		answer_not_found(a, q->resource);
		return;
	}
	if (strcmp(n.text[OWNED_emergency_status], "Active") == 0 && n.text[OWNED_trunk_sid]) {
		answer_error(a, 400, 21634, "Phone number is used for emergency calls by a trunk");
		return;
	}
	owned_remove(s, &n);
	ledger_execution(s, q, "release", p->target.sid, n.text[OWNED_phone_number], n.text[OWNED_sid]);
	a->status = 204;
}
