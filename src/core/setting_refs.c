#include "numdesk/core/setting_refs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "numdesk/core/session.h"
#include "numdesk/core/things.h"
#include "numdesk/util/err.h"
#include "numdesk/util/mem.h"
#include "numdesk/util/text.h"

/* Prefixes of SIDs tell the kinds that settings refer to apart. */
bool setting_thing(enum column_id c, enum thing_kind *kind)
{
	static const enum thing_kind referred[] = {THING_APPLICATION, THING_TRUNK, THING_ADDRESS, THING_BUNDLE};

	for (size_t i = 0; columns[c].setting == SETTING_SID && i < ARRAY_LEN(referred); i++)
		if (strcmp(things[referred[i]].prefix, columns[c].takes) == 0) {
			*kind = referred[i];
			return true;
		}
	return false;
}

unsigned setting_needs(enum column_id c)
{
	enum thing_kind kind;

	return setting_thing(c, &kind) ? 1u << kind : 0;
}

/* --- fetching --------------------------------------------------------------------------------------------------------- */
struct wait { size_t left; struct err first; catalog_fn *done; void *ctx; };

static void one_came(void *ctx, const struct err *err)
{
	struct wait *w = ctx;

	if (err && err->kind != ERR_NONE && w->first.kind == ERR_NONE)
		w->first = *err;
	if (--w->left > 0)
		return;
	if (w->done)
		w->done(w->ctx, &w->first);
	free(w);
}

void setting_refs_need(struct session *s, unsigned kinds, bool fresh, catalog_fn *done, void *ctx)
{
	struct wait *w = mem_alloc(sizeof *w);
	unsigned known = 0;

	for (unsigned c = 0; c < COLUMN_COUNT; c++)
		known |= setting_needs((enum column_id)c);
	kinds &= known;
	*w = (struct wait){.left = 1, .done = done, .ctx = ctx};        /* held until all are asked for */
	for (unsigned k = 0; k < THING_COUNT; k++)
		w->left += kinds >> k & 1;
	for (unsigned k = 0; k < THING_COUNT; k++)
		if (kinds >> k & 1)
			things_need(s, (enum thing_kind)k, NULL, fresh, NULL, one_came, w);
	one_came(w, NULL);
}

/* --- names ------------------------------------------------------------------------------------------------------------ */
bool setting_resolve(struct session *s, enum column_id c, const char *text, struct arena *a, const char **value, struct err *e)
{
	char parsed[SETTING_VALUE_MAX], word[40];
	enum thing_kind kind;
	struct thing t;

	if (setting_thing(c, &kind) && *text && !sid_is(text, columns[c].takes)) {
		if (!thing_find(s, kind, text, &t, a, e))
			return err_wrap(e, "%s", setting_word(c, word, sizeof word));
		text = t.sid;
	}
	if (!setting_parse(c, text, parsed, e))
		return false;
	*value = arena_dup(a, parsed);
	return true;
}

char *setting_show(struct session *s, enum column_id c, const char *value, char *dst, size_t dst_size)
{
	enum thing_kind kind;

	if (!*value)
		snprintf(dst, dst_size, "nothing");
	else if (s && setting_thing(c, &kind))
		thing_name(s, kind, value, dst, dst_size);
	else
		text_clean(dst, dst_size, value, strlen(value));
	return dst;
}
