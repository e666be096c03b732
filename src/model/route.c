#include "numdesk/model/route.h"

#include <stdio.h>

#include "numdesk/util/mem.h"

static bool is_set(const char *s)
{
	return s && *s;
}

static void answer(struct route *r, enum route_kind kind, enum column_id by, const char *value)
{
	if (!is_set(value))
		return;
	if (r->kind == ROUTE_NOTHING) {
		r->kind = kind;
		r->by = by;
		r->target = value;
	} else if (r->n_idle < ARRAY_LEN(r->idle)) {
		r->idle[r->n_idle++] = by;
	}
}

struct route route_voice(const struct number *n)
{
	struct route r = {.by = COLUMN_COUNT};

	answer(&r, ROUTE_TRUNK, COL_TRUNK_SID, n->trunk_sid);
	answer(&r, ROUTE_APPLICATION, COL_VOICE_APPLICATION_SID, n->voice_application_sid);
	answer(&r, ROUTE_URL, COL_VOICE_URL, n->voice_url);
	if (r.kind == ROUTE_URL) {
		r.method = is_set(n->voice_method) ? n->voice_method : "POST";
		r.fallback = is_set(n->voice_fallback_url) ? n->voice_fallback_url : NULL;
	} else if (r.kind != ROUTE_NOTHING) {
		answer(&r, ROUTE_URL, COL_VOICE_FALLBACK_URL, n->voice_fallback_url);
	}
	return r;
}

struct route route_messages(const struct number *n, const struct route_service *service)
{
	struct route r = {.by = COLUMN_COUNT};

	if (service && !service->uses_number)
		answer(&r, ROUTE_SERVICE, COLUMN_COUNT, service->sid);
	if (r.kind == ROUTE_SERVICE)
		r.name = service->name;
	answer(&r, ROUTE_APPLICATION, COL_SMS_APPLICATION_SID, n->sms_application_sid);
	answer(&r, ROUTE_URL, COL_SMS_URL, n->sms_url);
	if (r.kind == ROUTE_URL) {
		r.method = is_set(n->sms_method) ? n->sms_method : "POST";
		r.fallback = is_set(n->sms_fallback_url) ? n->sms_fallback_url : NULL;
	} else if (r.kind != ROUTE_NOTHING) {
		answer(&r, ROUTE_URL, COL_SMS_FALLBACK_URL, n->sms_fallback_url);
	}
	return r;
}

const char *route_kind_name(enum route_kind k)
{
	static const char *const names[] = {
		[ROUTE_NOTHING] = "", [ROUTE_URL] = "url", [ROUTE_APPLICATION] = "application", [ROUTE_TRUNK] = "trunk",
		[ROUTE_SERVICE] = "service",
	};

	return (unsigned)k < ARRAY_LEN(names) ? names[k] : "";
}

char *route_words(const struct route *r, const char *name, char *dst, size_t dst_size)
{
	if (!is_set(name))
		name = is_set(r->name) ? r->name : r->target;
	switch (r->kind) {
	case ROUTE_NOTHING:
		snprintf(dst, dst_size, "nothing is set");
		break;
	case ROUTE_URL:
		snprintf(dst, dst_size, "%s %s%s%s", r->method, r->target, r->fallback ? ", else " : "",
			 r->fallback ? r->fallback : "");
		break;
	case ROUTE_APPLICATION: case ROUTE_TRUNK:
		snprintf(dst, dst_size, "%s %s", route_kind_name(r->kind), name);
		break;
	case ROUTE_SERVICE:
		snprintf(dst, dst_size, "messaging service %s", name);
		break;
	}
	return dst;
}
