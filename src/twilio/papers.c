#include "numdesk/twilio/papers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client_priv.h"

#include "numdesk/twilio/resource.h"
#include "numdesk/util/clock.h"
#include "numdesk/util/json.h"
#include "numdesk/util/mem.h"
#include "numdesk/util/text.h"

#define PATH "/v2/RegulatoryCompliance/Regulations"

enum { TEXT_MAX_BYTES = 256 };

static bool read_sid(const struct json *v, const char *name, const char *prefix, char out[SID_SIZE])
{
	const char *sid = json_text(v, name);

	return text_copy(out, SID_SIZE, sid && sid_is(sid, prefix) ? sid : "") && *out;
}

static const char *prose(const struct json *v, const char *name, struct arena *a)
{
	return text_decode_prose(v, name, TEXT_MAX_BYTES, a);
}

bool address_decode(const struct json *v, struct address *out, struct arena *a)
{
	const char *country = json_text(v, "iso_country");

	*out = (struct address){
		.friendly_name = prose(v, "friendly_name", a), .customer_name = prose(v, "customer_name", a),
		.street = prose(v, "street", a), .city = prose(v, "city", a), .region = prose(v, "region", a),
		.postal_code = prose(v, "postal_code", a), .validated = json_bool(v, "validated", false),
	};
	text_copy(out->country, sizeof out->country, country ? country : "");
	return read_sid(v, "sid", "AD", out->sid);
}

static int64_t date(const struct json *v, const char *name)
{
	const char *text = json_text(v, name);
	int64_t t;

	return text && clock_parse(text, &t) ? t : 0;
}

bool bundle_decode(const struct json *v, struct bundle *out, struct arena *a)
{
	const char *name = prose(v, "friendly_name", a), *status = prose(v, "status", a), *email = prose(v, "email", a);

	*out = (struct bundle){
		.name = name ? name : "", .status = status ? status : "", .email = email ? email : "",
		.valid_until = date(v, "valid_until"), .updated_at = date(v, "date_updated"),
	};
	read_sid(v, "regulation_sid", "RN", out->regulation_sid);
	return read_sid(v, "sid", "BU", out->sid);
}

bool regulation_decode(const struct json *v, struct regulation *out)
{
	const char *country = json_text(v, "iso_country"), *type = json_text(v, "number_type");
	const char *end_user = json_text(v, "end_user_type");
	struct arena a = {0};
	const char *name = text_decode_prose(v, "friendly_name", sizeof out->name - 1, &a);

	*out = (struct regulation){.type = type ? number_type_parse(type) : NUMBER_TYPE_UNKNOWN};
	text_copy(out->country, sizeof out->country, country ? country : "");
	text_copy(out->end_user, sizeof out->end_user, end_user ? end_user : "");
	text_copy(out->name, sizeof out->name, name ? name : "");
	arena_release(&a);
	return read_sid(v, "sid", "RN", out->sid);
}

/* --- asking for regulations ------------------------------------------------------------------------------------- */

struct regulations_call {
	struct regulation *v; size_t n, cap;
	char sid[SID_SIZE];             /* asked for by this; "" for a list */
	bool unreadable;
	regulations_fn *done;
	void *ctx;
};

static void finish(struct regulations_call *call, const struct err *err)
{
	call->done(call->ctx, err ? NULL : call->v, err ? 0 : call->n, err);
	free(call->v);
	free(call);
}

static bool take(struct regulations_call *call, const struct json *row)
{
	if (call->n == call->cap) {
		call->cap = call->cap ? call->cap * 2 : 4;
		call->v = mem_grow(call->v, call->cap, sizeof *call->v);
	}
	if (!regulation_decode(row, &call->v[call->n]))
		return false;
	call->n++;
	return true;
}

static bool take_row(void *ctx, const struct json *row)
{
	struct regulations_call *call = ctx;

	call->unreadable = !take(call, row) || call->unreadable;
	return true;
}

/* "Nothing is asked" must be what Twilio said, not what was left after rows that could not be read. */
static void list_ended(void *ctx, bool complete, const struct err *err)
{
	struct regulations_call *call = ctx;
	struct err e = {0};

	(void)complete;
	if (!err && call->unreadable) {
		err_set(&e, ERR_PROTO, "a regulation has no usable SID");
		err = &e;
	}
	finish(call, err);
}

bool regulations_list(struct client *c, const char *country, enum number_type type, regulations_fn *done, void *ctx,
		      struct err *e)
{
	char number_type[32];
	const struct http_param query[] = {
		{"IsoCountry", country}, {"NumberType", regulation_type(type, number_type, sizeof number_type)},
	};
	const struct resource_list l = {.product = "numbers", .path = PATH, .key = "results", .query = query,
					.n_query = ARRAY_LEN(query)};
	struct regulations_call *call = mem_alloc(sizeof *call);

	*call = (struct regulations_call){.done = done, .ctx = ctx};
	if (resource_each(c, &l, take_row, list_ended, call, e))
		return true;
	free(call);
	return false;
}

static void fetched(void *ctx, const struct json *doc, const struct http_reply *r, const struct err *err)
{
	struct regulations_call *call = ctx;
	struct err e = {0};

	(void)r;
	if (!err && (!take(call, doc) || strcmp(call->v[0].sid, call->sid) != 0)) {
		err_set(&e, ERR_PROTO, "the answer about regulation %s is not about it", call->sid);
		err = &e;
	}
	finish(call, err);
}

uint32_t regulation_fetch(struct client *c, const char *sid, regulations_fn *done, void *ctx, struct err *e)
{
	struct regulations_call *call;
	char path[128];
	uint32_t id;

	if (!sid_is(sid, "RN")) {
		err_set(e, ERR_USAGE, "'%.40s' is not the SID of a regulation", sid);
		return 0;
	}
	call = mem_alloc(sizeof *call);
	*call = (struct regulations_call){.done = done, .ctx = ctx};
	text_copy(call->sid, sizeof call->sid, sid);
	snprintf(path, sizeof path, PATH "/%s", sid);
	id = resource_get(c, "numbers", path, NULL, 0, sid, fetched, call, e);
	if (!id)
		free(call);
	return id;
}
