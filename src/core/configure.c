#include "numdesk/core/configure.h"

#include <stdio.h>
#include <string.h>

#include "numdesk/core/session.h"
#include "numdesk/core/setting_refs.h"
#include "numdesk/twilio/numbers.h"
#include "numdesk/util/json.h"
#include "numdesk/util/text.h"

enum { STORED_MAX = 256 << 10 };

/* --- into the plan ---------------------------------------------------------------------------------------------------- */
static const char *as_json(struct arena *mem, const struct changes *c)
{
	struct json_writer w;
	struct buf out;
	const char *text;

	buf_init(&out, STORED_MAX);
	json_w_init(&w, &out);
	changes_write(c, &w);
	text = arena_dup(mem, buf_str(&out));
	buf_release(&out);
	return text;
}

bool plan_add_configure(struct plan *p, struct session *s, const struct number *live, const char *json,
			const struct changes *wanted)
{
	struct changes c = *wanted;
	struct operation *op;

	changes_drop_same(&c, live);
	if (c.n == 0)
		return false;
	op = plan_add(p, s, OP_CONFIGURE);
	/* The number's own account, so that the guard sees when it is not the one in use. */
	text_copy(op->account_sid, sizeof op->account_sid, live->account_sid);
	op_set_subject(op, live->phone_number);
	text_copy(op->phone_sid, sizeof op->phone_sid, live->phone_sid);
	text_copy(op->country, sizeof op->country, live->country);
	op->type = live->type;
	op->price_micros = 0;
	op->before_json = arena_dup(&p->mem, json);
	op->want_json = as_json(&p->mem, &c);
	return true;
}

/* --- back from the journal -------------------------------------------------------------------------------------------- */
static bool damaged(const struct operation *op, const char *what, struct err *e)
{
	return err_set(e, ERR_DAMAGED, "the %s of operation %lld cannot be read", what, (long long)op->id);
}

static bool read_before(const struct operation *op, struct number *out, struct arena *a)
{
	struct json *doc = op->before_json ? json_parse(op->before_json, strlen(op->before_json), STORED_MAX, NULL) : NULL;
	const bool ok = doc && number_decode(doc, out, a);

	json_free(doc);
	return ok;
}

bool configure_read(const struct operation *op, struct configure_state *out, struct arena *a, struct err *e)
{
	struct json *want;
	struct err why = {0};
	bool ok;

	*out = (struct configure_state){0};
	if (op->kind != OP_CONFIGURE)
		return err_set(e, ERR_USAGE, "operation %lld is no change of settings but a %s", (long long)op->id,
			       op_kind_name(op->kind));
	want = op->want_json ? json_parse(op->want_json, strlen(op->want_json), STORED_MAX, NULL) : NULL;
	ok = want && changes_read(&out->changes, want, a, &why);
	json_free(want);
	if (!ok)
		return damaged(op, "change", e);
	if (!read_before(op, &out->before, a))
		return damaged(op, "earlier state", e);
	out->after = out->before;
	changes_apply(&out->changes, &out->after);
	return true;
}

/* --- for people ------------------------------------------------------------------------------------------------------- */
struct configure_line *configure_lines(struct session *s, const struct operation *op, struct arena *a, size_t *n)
{
	struct configure_line *lines;
	enum column_id differ[SETTING_MAX];
	struct configure_state *state = arena_alloc(a, sizeof *state);

	*n = 0;
	if (!configure_read(op, state, a, NULL))
		return NULL;
	*n = setting_diff(&state->before, &state->after, differ);
	lines = arena_alloc(a, (*n + 1) * sizeof *lines);
	for (size_t i = 0; i < *n; i++) {
		char word[40], before[SETTING_VALUE_MAX], after[SETTING_VALUE_MAX];

		setting_show(s, differ[i], setting_value(differ[i], &state->before), before, sizeof before);
		setting_show(s, differ[i], setting_value(differ[i], &state->after), after, sizeof after);
		lines[i] = (struct configure_line){
			.column = differ[i], .word = arena_dup(a, setting_word(differ[i], word, sizeof word)),
			.before = arena_dup(a, before), .after = arena_dup(a, after),
			.implied = !changes_get(&state->changes, differ[i]),
		};
	}
	return lines;
}

const char *configure_describe(struct session *s, const struct operation *op, struct arena *a)
{
	struct buf out;
	const char *text;
	size_t n;
	const struct configure_line *l = configure_lines(s, op, a, &n);

	if (!l)
		return NULL;
	buf_init(&out, STORED_MAX);
	for (size_t i = 0; i < n; i++)
		buf_addf(&out, "%s%s: %s -> %s", i ? "; " : "", l[i].word, l[i].before, l[i].after);
	text = arena_dup(a, buf_str(&out));
	buf_release(&out);
	return text;
}

/* --- undo ------------------------------------------------------------------------------------------------------------- */
static bool changed_since(const struct configure_state *was, const struct number *live, enum column_id c, struct err *e)
{
	const char *now = setting_value(c, live), *then = setting_value(c, &was->after);
	char word[40];

	return err_set(e, ERR_GUARD, "%s of %s was changed since: it is '%.60s' now, and '%.60s' was set then", 
		       setting_word(c, word, sizeof word), live->phone_number, *now ? now : "nothing", *then ? then : "nothing");
}

bool undo_changes(const struct configure_state *was, const struct number *live, enum undo_how how, struct changes *out,
		  struct err *e)
{
	enum column_id differ[SETTING_MAX];
	struct number target = *live;
	struct changes back = {0};
	size_t n;

	*out = (struct changes){0};
	if (how == UNDO_WHOLE) {
		changes_between(out, live, &was->before);
		return true;
	}
	n = setting_diff(&was->before, &was->after, differ);
	for (size_t i = 0; i < n; i++) {
		const enum column_id c = differ[i];
		const char *now = setting_value(c, live);

		if (how == UNDO_CHANGES && !setting_same(c, now, setting_value(c, &was->after)) &&
		    !setting_same(c, now, setting_value(c, &was->before)))
			return changed_since(was, live, c, e);
		changes_set(&back, c, setting_value(c, &was->before));
	}
	changes_apply(&back, &target);
	changes_between(out, live, &target);
	return true;
}
