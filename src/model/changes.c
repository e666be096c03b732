/* Sets of changes to the settings of a number, and the state they lead to. */
#include <stdio.h>
#include <string.h>

#include "numdesk/model/setting.h"
#include "numdesk/util/err.h"
#include "numdesk/util/json.h"
#include "numdesk/util/mem.h"

void changes_set(struct changes *c, enum column_id column, const char *value)
{
	size_t at = 0;

	while (at < c->n && c->v[at].column < column)
		at++;
	if (at == c->n || c->v[at].column != column) {
		if (c->n == SETTING_MAX)
			return;
		memmove(&c->v[at + 1], &c->v[at], (c->n++ - at) * sizeof c->v[0]);
	}
	c->v[at] = (struct change){column, value};
}

const char *changes_get(const struct changes *c, enum column_id column)
{
	for (size_t i = 0; i < c->n; i++)
		if (c->v[i].column == column)
			return c->v[i].value;
	return NULL;
}

void changes_drop(struct changes *c, enum column_id column)
{
	for (size_t i = 0; i < c->n; i++)
		if (c->v[i].column == column) {
			memmove(&c->v[i], &c->v[i + 1], (--c->n - i) * sizeof c->v[0]);
			return;
		}
}

void changes_drop_same(struct changes *c, const struct number *now)
{
	size_t kept = 0;

	for (size_t i = 0; i < c->n; i++)
		if (!setting_same(c->v[i].column, c->v[i].value, setting_value(c->v[i].column, now)))
			c->v[kept++] = c->v[i];
	c->n = kept;
}

void changes_routing(struct changes *c, const struct number *n)
{
	for (unsigned i = 0; i < COLUMN_COUNT; i++)
		if (setting_is_routing((enum column_id)i))
			changes_set(c, (enum column_id)i, setting_value((enum column_id)i, n));
}

void changes_between(struct changes *c, const struct number *now, const struct number *want)
{
	enum column_id differ[SETTING_MAX];
	const size_t n = setting_diff(now, want, differ);

	for (size_t i = 0; i < n; i++)
		if (differ[i] != COL_FRIENDLY_NAME || *setting_value(differ[i], want))
			changes_set(c, differ[i], setting_value(differ[i], want));
	/* naming one of the two clears the other by itself, in an order that is not ours */
	if (changes_get(c, COL_TRUNK_SID) && *changes_get(c, COL_TRUNK_SID))
		changes_drop(c, COL_VOICE_APPLICATION_SID);
	else if (changes_get(c, COL_VOICE_APPLICATION_SID) && *changes_get(c, COL_VOICE_APPLICATION_SID))
		changes_drop(c, COL_TRUNK_SID);
}

bool changes_valid(const struct changes *c, struct err *e)
{
	const char *trunk = changes_get(c, COL_TRUNK_SID), *app = changes_get(c, COL_VOICE_APPLICATION_SID);

	if (trunk && *trunk && app && *app)
		return err_set(e, ERR_USAGE, "a trunk and an application cannot both answer calls: set one of them");
	return true;
}

static void put(struct number *n, enum column_id c, const char *value)
{
	void *field = (char *)n + columns[c].offset;

	if (columns[c].type == COLTYPE_BOOL)
		*(bool *)field = strcmp(value, "true") == 0;
	else
		*(const char **)field = *value ? value : NULL;
}

void changes_apply(const struct changes *c, struct number *n)
{
	const char *trunk = changes_get(c, COL_TRUNK_SID), *app = changes_get(c, COL_VOICE_APPLICATION_SID);

	for (size_t i = 0; i < c->n; i++)
		put(n, c->v[i].column, c->v[i].value);
	if (trunk && *trunk)
		n->voice_application_sid = NULL;
	else if (app && *app)
		n->trunk_sid = NULL;
}

size_t setting_diff(const struct number *before, const struct number *after, enum column_id out[SETTING_MAX])
{
	size_t n = 0;

	for (unsigned i = 0; i < COLUMN_COUNT && n < SETTING_MAX; i++) {
		const enum column_id c = (enum column_id)i;

		if (setting_is(c) && !setting_same(c, setting_value(c, before), setting_value(c, after)))
			out[n++] = c;
	}
	return n;
}

void changes_write(const struct changes *c, struct json_writer *w)
{
	json_w_object(w);
	for (size_t i = 0; i < c->n; i++) {
		json_w_key(w, columns[c->v[i].column].form);
		json_w_text(w, c->v[i].value);
	}
	json_w_end(w);
}

static enum column_id by_form(const char *form)
{
	for (unsigned c = 0; c < COLUMN_COUNT; c++)
		if (columns[c].form && strcmp(columns[c].form, form) == 0)
			return (enum column_id)c;
	return COLUMN_COUNT;
}

bool changes_read(struct changes *c, const struct json *object, struct arena *a, struct err *e)
{
	*c = (struct changes){0};
	if (!json_is_object(object))
		return err_set(e, ERR_PROTO, "the settings are not a JSON object");
	for (const struct json *m = json_first(object); m; m = json_next(m)) {
		const enum column_id column = by_form(json_name(m));

		if (column == COLUMN_COUNT)
			return err_set(e, ERR_PROTO, "there is no setting '%.40s'", json_name(m));
		if (!json_string(m))
			return err_set(e, ERR_PROTO, "the setting '%.40s' is no text", json_name(m));
		changes_set(c, column, arena_dup(a, json_string(m)));
	}
	return true;
}
