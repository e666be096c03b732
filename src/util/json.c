/*
 * The parsed side of the JSON door. json_scan.c looks at the bytes, cJSON builds the tree, the getters below are the
 * only ones that read it; json_write.c writes, json_each.c walks pages that are too large to hold as a tree.
 */
#include "numdesk/util/json.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "json_priv.h"

#include "numdesk/util/err.h"
#include "numdesk/util/mem.h"
#include "numdesk/util/text.h"

/* struct json is a cJSON under another name: nobody else may include its header. */
static const cJSON *node(const struct json *v)
{
	return (const void *)v;
}

static const struct json *value(const cJSON *c)
{
	return (const void *)c;
}

struct json *json_parse_scanned(const char *s, size_t n, struct err *e)
{
	const char *end = s;
	cJSON *doc = cJSON_ParseWithLengthOpts(s, n + 1, &end, true);

	if (!doc)
		err_set(e, ERR_PROTO, "not valid JSON at byte %zu", end ? (size_t)(end - s) : 0);
	return (struct json *)doc;
}

struct json *json_parse(const char *s, size_t n, size_t max, struct err *e)
{
	struct json_scan seen;
	struct json *doc;
	char *copy;

	if (n > max) {
		err_set(e, ERR_PROTO, "JSON text is larger than %zu bytes", max);
		return NULL;
	}
	if (!json_scan(s, n, &seen, e))
		return NULL;
	copy = mem_dupn(s, n);          /* cJSON wants the NUL, and it may need mending */
	if (seen.lone_surrogates)
		json_mend_surrogates(copy, n);
	doc = json_parse_scanned(copy, n, e);
	free(copy);
	return doc;
}

void json_free(struct json *doc)
{
	cJSON_Delete((cJSON *)doc);
}

/* The only member of that name; NULL when there is none or more than one. */
static const cJSON *find(const struct json *obj, const char *name, bool *twice)
{
	const cJSON *found = NULL;

	*twice = false;
	if (!json_is_object(obj))
		return NULL;
	for (const cJSON *c = node(obj)->child; c; c = c->next) {
		if (strcmp(c->string, name) != 0)
			continue;
		if (found) {
			*twice = true;
			return NULL;
		}
		found = c;
	}
	return found;
}

const struct json *json_get(const struct json *obj, const char *name)
{
	bool twice;
	const cJSON *c = find(obj, name, &twice);

	return c && !cJSON_IsNull(c) ? value(c) : NULL;
}

bool json_has_duplicate(const struct json *obj, const char *name)
{
	bool twice;

	find(obj, name, &twice);
	return twice;
}

bool json_is_object(const struct json *v)
{
	return cJSON_IsObject(node(v));
}

bool json_is_array(const struct json *v)
{
	return cJSON_IsArray(node(v));
}

bool json_is_null(const struct json *v)
{
	return cJSON_IsNull(node(v));
}

bool json_is_bool(const struct json *v)
{
	return cJSON_IsBool(node(v));
}

bool json_is_null_or_absent(const struct json *obj, const char *name)
{
	return !json_get(obj, name);
}

const char *json_text(const struct json *obj, const char *name)
{
	return json_string(json_get(obj, name));
}

bool json_number_text(double v, char *dst, size_t dst_size)
{
	const double exact_max = 9007199254740992.0;    /* 2^53: above it a double skips whole numbers */
	char s[64];
	size_t n;

	if (!isfinite(v))
		return false;
	if (v == floor(v)) {
		if (fabs(v) > exact_max)
			return false;
		snprintf(s, sizeof s, "%.0f", v == 0 ? 0.0 : v);
		return text_copy(dst, dst_size, s);
	}
	snprintf(s, sizeof s, "%.15g", v);
	if (strchr(s, 'e')) {                           /* below 0.0001: written out, as prices are */
		snprintf(s, sizeof s, "%.20f", v);
		for (n = strlen(s); s[n - 1] == '0'; n--)
			s[n - 1] = '\0';
		if (fabs(strtod(s, NULL) - v) > fabs(v) * 1e-14)
			return false;
	}
	return text_copy(dst, dst_size, s);
}

bool json_text_or_number(const struct json *obj, const char *name, char *dst, size_t dst_size)
{
	const struct json *v = json_get(obj, name);
	const char *s = json_string(v);

	if (dst_size > 0)
		dst[0] = '\0';
	if (s)
		return text_copy(dst, dst_size, s);
	return cJSON_IsNumber(node(v)) && json_number_text(node(v)->valuedouble, dst, dst_size);
}

bool json_bool(const struct json *obj, const char *name, bool fallback)
{
	const cJSON *c = node(json_get(obj, name));

	return cJSON_IsBool(c) ? cJSON_IsTrue(c) : fallback;
}

bool json_i64(const struct json *obj, const char *name, int64_t *out)
{
	const struct json *v = json_get(obj, name);
	char digits[32];

	if (json_string(v))
		return text_to_i64(json_string(v), INT64_MIN, INT64_MAX, out);
	return cJSON_IsNumber(node(v)) && json_number_text(node(v)->valuedouble, digits, sizeof digits) &&
	       text_to_i64(digits, INT64_MIN, INT64_MAX, out);
}

size_t json_count(const struct json *array_or_object)
{
	size_t n = 0;

	for (const struct json *v = json_first(array_or_object); v; v = json_next(v))
		n++;
	return n;
}

const struct json *json_at(const struct json *array, size_t i)
{
	const struct json *v = json_first(array);

	for (; v && i > 0; i--)
		v = json_next(v);
	return v;
}

const struct json *json_first(const struct json *v)
{
	return json_is_array(v) || json_is_object(v) ? value(node(v)->child) : NULL;
}

const struct json *json_next(const struct json *v)
{
	return v ? value(node(v)->next) : NULL;
}

const char *json_name(const struct json *member)
{
	return member ? node(member)->string : NULL;
}

const char *json_string(const struct json *v)
{
	return cJSON_IsString(node(v)) ? node(v)->valuestring : NULL;
}

bool json_true(const struct json *v)
{
	return cJSON_IsTrue(node(v));
}

static void print_scalar(struct json_writer *w, const cJSON *c)
{
	char digits[64];

	if (cJSON_IsString(c)) {
		json_w_text(w, c->valuestring);
	} else if (cJSON_IsBool(c)) {
		json_w_bool(w, cJSON_IsTrue(c));
	} else if (cJSON_IsNumber(c)) {
		if (!json_number_text(c->valuedouble, digits, sizeof digits))
			snprintf(digits, sizeof digits, "%.17g", c->valuedouble);
		json_w_raw(w, digits);
	} else {
		json_w_null(w);
	}
}

/* A walk with its own stack: depth was bounded when the text came in. */
char *json_print(const struct json *v)
{
	const cJSON *parents[JSON_DEPTH_MAX + 1], *c = node(v);
	struct json_writer w;
	struct buf out;
	int depth = 0;

	buf_init(&out, SIZE_MAX);
	json_w_init(&w, &out);
	while (c) {
		if (depth > 0 && cJSON_IsObject(parents[depth - 1]))
			json_w_key(&w, c->string);
		if (cJSON_IsObject(c) || cJSON_IsArray(c)) {
			if (cJSON_IsObject(c))
				json_w_object(&w);
			else
				json_w_array(&w);
			parents[depth++] = c;
			c = c->child;
		} else {
			print_scalar(&w, c);
			c = depth > 0 ? c->next : NULL;
		}
		while (!c && depth > 0) {
			json_w_end(&w);
			c = parents[--depth];
			c = depth > 0 ? c->next : NULL;
		}
	}
	return buf_take(&out);
}
