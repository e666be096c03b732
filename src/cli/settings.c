/* What the commands about settings share: FIELD=VALUE words, names to SIDs, numbers as they are now, the difference. */
#include <stdlib.h>
#include <string.h>

#include "trade_priv.h"

#include "numdesk/cli/out.h"
#include "numdesk/core/configure.h"
#include "numdesk/core/gather.h"
#include "numdesk/core/session.h"
#include "numdesk/core/setting_refs.h"
#include "numdesk/util/text.h"

/* --- words ------------------------------------------------------------------------------------------------------------ */
bool cli_settings_words(const struct args *a, size_t *n_words, struct changes *out, struct arena *mem, struct err *e)
{
	*out = (struct changes){0};
	for (*n_words = 0; *n_words < a->n_words && !strchr(a->words[*n_words], '='); ++*n_words)
		;
	for (size_t i = *n_words; i < a->n_words; i++) {
		const char *equals = strchr(a->words[i], '=');
		enum column_id c;
		char *name;

		if (!equals)
			return err_set(e, ERR_USAGE, "'%.40s' stands behind a FIELD=VALUE: numbers come first", a->words[i]);
		name = arena_dupn(mem, a->words[i], (size_t)(equals - a->words[i]));
		c = setting_find(name, e);
		if (c == COLUMN_COUNT)
			return false;
		if (changes_get(out, c))
			return err_set(e, ERR_USAGE, "'%.40s' is given twice", name);
		changes_set(out, c, arena_dup(mem, equals + 1));
	}
	return true;
}

static bool is_name(enum column_id c, const char *value)
{
	return setting_needs(c) && *value && !sid_is(value, columns[c].takes);
}

bool cli_settings_resolve(struct cli *c, struct changes *v, struct err *e)
{
	struct cli_answer *x = cli_answer(c);
	unsigned kinds = 0;
	bool named = false;

	for (size_t i = 0; i < v->n; i++) {
		kinds |= setting_needs(v->v[i].column);
		named |= is_name(v->v[i].column, v->v[i].value);
	}
	setting_refs_need(c->s, kinds, false, cli_answered, x);
	if (!cli_wait(c, &x->done, e))
		return false;
	if (named && x->err.kind != ERR_NONE) {
		*e = x->err;
		return err_wrap(e, "names cannot be looked up; give SIDs instead");
	}
	for (size_t i = 0; i < v->n; i++) {
		const char *value;

		if (!setting_resolve(c->s, v->v[i].column, v->v[i].value, &c->mem, &value, e))
			return false;
		v->v[i].value = value;
	}
	return changes_valid(v, e);
}

/* --- numbers ---------------------------------------------------------------------------------------------------------- */
struct gathering { struct cli *c; struct cli_live *v; bool done; struct err err; };

static void on_live(void *ctx, size_t i, const struct number *n, const char *json, const struct err *err)
{
	struct gathering *g = ctx;

	if (!n) {
		if (g->err.kind == ERR_NONE)
			g->err = *err;
		return;
	}
	number_copy(&g->v[i].number, n, &g->c->mem);
	g->v[i].json = arena_dup(&g->c->mem, json);
}

static void on_live_end(void *ctx, const struct err *err)
{
	struct gathering *g = ctx;

	if (err->kind != ERR_NONE)
		g->err = *err;
	g->done = true;
}

bool cli_live_all(struct cli *c, const char *const *sids, size_t n, struct cli_live **out, struct err *e)
{
	struct gathering *g = arena_alloc(&c->mem, sizeof *g);

	*g = (struct gathering){.c = c, .v = arena_alloc(&c->mem, (n + 1) * sizeof *g->v)};
	if (!gather_start(c->s, sids, n, on_live, on_live_end, g, e) || !cli_wait(c, &g->done, e))
		return false;
	*out = g->v;
	if (g->err.kind == ERR_NONE)
		return true;
	*e = g->err;
	return err_wrap(e, "the numbers could not be looked at first");
}

/* --- the difference --------------------------------------------------------------------------------------------------- */
static void diff_one(struct session *s, FILE *to, const struct operation *op)
{
	struct arena mem = {0};
	size_t n;
	const struct configure_line *l = configure_lines(s, op, &mem, &n);

	fprintf(to, "%s\n", op->subject);
	for (size_t i = 0; i < n; i++) {
		fprintf(to, "  - %s: %s\n", l[i].word, l[i].before);
		fprintf(to, "  + %s: %s%s\n", l[i].word, l[i].after, l[i].implied ? "   (Twilio does this by itself)" : "");
	}
	arena_release(&mem);
}

void cli_diff(struct session *s, FILE *to, const struct plan *p, size_t most)
{
	size_t shown = 0, n = 0;

	for (size_t i = 0; i < p->n; i++) {
		if (p->ops[i].kind != OP_CONFIGURE)
			continue;
		n++;
		if (most && shown == most)
			continue;
		shown++;
		diff_one(s, to, &p->ops[i]);
	}
	if (n > shown)
		fprintf(to, "... and %zu more numbers\n", n - shown);
}
