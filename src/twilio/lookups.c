#include "numdesk/twilio/lookups.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client_priv.h"

#include "numdesk/twilio/resource.h"
#include "numdesk/util/json.h"
#include "numdesk/util/mem.h"
#include "numdesk/util/text.h"

struct lookup_call {
	char phone_number[E164_SIZE];
	unsigned packages;
	lookup_fetch_fn *done;
	void *ctx;
};

static void prose(const struct json *from, const char *name, char *dst, size_t dst_size)
{
	struct arena a = {0};
	const char *text = from ? text_decode_prose(from, name, dst_size - 1, &a) : NULL;

	text_copy(dst, dst_size, text ? text : "");
	arena_release(&a);
}

static int error_code(const struct json *package)
{
	int64_t code = 0;

	return package && json_i64(package, "error_code", &code) ? (int)code : 0;
}

static void read_faults(const struct json *doc, struct lookup *l)
{
	size_t used = 0;

	for (const struct json *v = json_first(json_get(doc, "validation_errors")); v; v = json_next(v)) {
		const char *word = json_string(v);
		const size_t left = sizeof l->faults - used;

		if (word && strlen(word) + 2 < left)
			used += (size_t)snprintf(l->faults + used, left, "%s%s", used ? " " : "", word);
	}
}

/* A package that was not asked for is null, and so is one of a number that is none. */
static void read_packages(const struct json *doc, unsigned packages, struct lookup *l)
{
	const struct json *line = json_get(doc, "line_type_intelligence"), *name = json_get(doc, "caller_name");

	l->packages = packages;
	if (packages & LOOKUP_LINE) {
		prose(line, "type", l->line_type, sizeof l->line_type);
		prose(line, "carrier_name", l->carrier, sizeof l->carrier);
		prose(line, "mobile_country_code", l->mobile_country_code, sizeof l->mobile_country_code);
		prose(line, "mobile_network_code", l->mobile_network_code, sizeof l->mobile_network_code);
		l->line_error = error_code(line);
	}
	if (packages & LOOKUP_NAME) {
		prose(name, "caller_name", l->caller_name, sizeof l->caller_name);
		prose(name, "caller_type", l->caller_type, sizeof l->caller_type);
		l->name_error = error_code(name);
	}
}

static bool decode(const struct lookup_call *call, const struct json *doc, struct lookup *l, struct err *e)
{
	const char *number = json_text(doc, "phone_number"), *country = json_text(doc, "country_code");

	*l = (struct lookup){.valid = json_bool(doc, "valid", false)};
	if (!number || strcmp(number, call->phone_number) != 0)
		return err_set(e, ERR_PROTO, "the look-up of %s answered about another number", call->phone_number);
	if (!json_is_bool(json_get(doc, "valid")))
		return err_set(e, ERR_PROTO, "the look-up of %s does not say whether it is a number",
			       call->phone_number);
	text_copy(l->phone_number, sizeof l->phone_number, number);
	text_copy(l->country, sizeof l->country, country ? country : "");
	prose(doc, "calling_country_code", l->calling_code, sizeof l->calling_code);
	prose(doc, "national_format", l->national_format, sizeof l->national_format);
	read_faults(doc, l);
	read_packages(doc, call->packages, l);
	return true;
}

static void got(void *ctx, const struct json *doc, const struct http_reply *r, const struct err *err)
{
	struct lookup_call *call = ctx;
	struct err e = {0};
	struct lookup l;

	(void)r;
	if (!err && !decode(call, doc, &l, &e))
		err = &e;
	call->done(call->ctx, err ? NULL : &l, err);
	free(call);
}

uint32_t lookup_fetch(struct client *c, const char *phone_number, unsigned packages, lookup_fetch_fn *done, void *ctx,
		      struct err *e)
{
	char path[64], fields[64];
	const struct http_param query[] = {{"Fields", fields}};
	struct lookup_call *call;
	uint32_t id;

	if (!phone_is_e164(phone_number)) {
		err_set(e, ERR_USAGE, "'%.40s' cannot be looked up: write it like +14155550137", phone_number);
		return 0;
	}
	snprintf(path, sizeof path, "/v2/PhoneNumbers/%s", phone_number);
	snprintf(fields, sizeof fields, "%s%s%s", packages & LOOKUP_LINE ? "line_type_intelligence" : "",
		 (packages & LOOKUP_LINE) && (packages & LOOKUP_NAME) ? "," : "",
		 packages & LOOKUP_NAME ? "caller_name" : "");
	call = mem_alloc(sizeof *call);
	*call = (struct lookup_call){.packages = packages, .done = done, .ctx = ctx};
	text_copy(call->phone_number, sizeof call->phone_number, phone_number);
	id = resource_get(c, "lookups", path, query, packages ? 1 : 0, phone_number, got, call, e);
	if (!id)
		free(call);
	return id;
}
