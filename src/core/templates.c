#include "numdesk/core/templates.h"

#include <stdio.h>
#include <string.h>

#include "numdesk/core/session.h"
#include "numdesk/model/capability.h"
#include "numdesk/util/err.h"
#include "numdesk/util/json.h"
#include "numdesk/util/mem.h"
#include "numdesk/util/text.h"

/* {"account_sid": "AC...", "created_at": 1700000000, "settings": {"VoiceUrl": "..."}} under "template.NAME" */
#define PREFIX "template."
enum { STORED_MAX = 128 << 10 };

bool template_name_valid(const char *name, struct err *e)
{
	const size_t n = strlen(name);

	for (size_t i = 0; i < n; i++)
		if (!text_is_alnum(name[i]) && !strchr("._-", name[i]))
			return err_set(e, ERR_USAGE, "a template's name has letters, digits, '.', '_' and '-'; '%.40s' has others",
				       name);
	return (n > 0 && n < TEMPLATE_NAME_MAX) ||
	       err_set(e, ERR_USAGE, "a template's name has 1 to %d characters", TEMPLATE_NAME_MAX - 1);
}

static const char *key_of(const char *name, char dst[sizeof PREFIX + TEMPLATE_NAME_MAX])
{
	snprintf(dst, sizeof PREFIX + TEMPLATE_NAME_MAX, PREFIX "%s", name);
	return dst;
}

static bool names_things(const struct changes *c)
{
	for (size_t i = 0; i < c->n; i++)
		if (columns[c->v[i].column].setting == SETTING_SID && *c->v[i].value)
			return true;
	return false;
}

bool template_save(struct session *s, const char *name, const struct changes *c, struct err *e)
{
	char key[sizeof PREFIX + TEMPLATE_NAME_MAX];
	struct json_writer w;
	struct buf out;
	bool ok;

	if (!template_name_valid(name, e) || !changes_valid(c, e))
		return false;
	if (c->n == 0)
		return err_set(e, ERR_USAGE, "there is nothing to keep in template '%s'", name);
	buf_init(&out, STORED_MAX);
	json_w_init(&w, &out);
	json_w_object(&w);
	json_w_key(&w, "account_sid");
	json_w_text(&w, names_things(c) ? s->profile.account_sid : "");
	json_w_key(&w, "created_at");
	json_w_i64(&w, session_now(s));
	json_w_key(&w, "settings");
	changes_write(c, &w);
	json_w_end(&w);
	ok = !out.overflow ? ledger_fact_set(s->ledger, key_of(name, key), buf_str(&out), e) :
	     err_set(e, ERR_USAGE, "template '%s' would be too large", name);
	buf_release(&out);
	return ok;
}

static bool read_template(const char *key, const char *value, struct template *out, struct arena *a, struct err *e)
{
	struct json *doc = json_parse(value, strlen(value), STORED_MAX, e);
	const char *account;
	bool ok;

	*out = (struct template){0};
	if (!doc)
		return false;
	account = json_text(doc, "account_sid");
	ok = text_copy(out->name, sizeof out->name, key + strlen(PREFIX)) &&
	     text_copy(out->account_sid, sizeof out->account_sid, account ? account : "") &&
	     json_i64(doc, "created_at", &out->created_at) && changes_read(&out->changes, json_get(doc, "settings"), a, e);
	json_free(doc);
	return ok || err_set(e, ERR_DAMAGED, "template '%s' cannot be read", key + strlen(PREFIX));
}

struct walk { template_fn *fn; void *ctx; struct err *e; bool ok; };

static bool walk_row(void *ctx, const char *key, const char *value)
{
	struct walk *k = ctx;
	struct arena mem = {0};
	struct template t;
	bool more;

	k->ok = read_template(key, value, &t, &mem, k->e);
	more = k->ok && k->fn(k->ctx, &t);
	arena_release(&mem);
	return more;
}

bool templates_each(struct session *s, template_fn *fn, void *ctx, struct err *e)
{
	struct walk k = {fn, ctx, e, true};

	return ledger_facts_each(s->ledger, PREFIX, walk_row, &k, e) && k.ok;
}

struct search { const char *name; struct template *out; struct arena *a; bool found; };

static bool take_named(void *ctx, const struct template *t)
{
	struct search *x = ctx;

	if (!text_ieq(t->name, x->name))
		return true;
	x->found = true;
	*x->out = *t;
	for (size_t i = 0; i < t->changes.n; i++)
		x->out->changes.v[i].value = arena_dup(x->a, t->changes.v[i].value);
	return false;
}

static bool find(struct session *s, const char *name, struct template *out, struct arena *a, struct err *e)
{
	struct search x = {name, out, a, false};

	if (!templates_each(s, take_named, &x, e))
		return false;
	return x.found || err_set(e, ERR_NOT_FOUND, "there is no template '%.64s': 'numdesk template list' names them", name);
}

bool template_load(struct session *s, const char *name, struct template *out, struct arena *a, struct err *e)
{
	struct template t;

	if (!find(s, name, &t, a, e))
		return false;
	if (*t.account_sid && strcmp(t.account_sid, s->profile.account_sid) != 0)
		return err_set(e, ERR_GUARD, "template '%s' names things of account %s, which this one does not have", t.name,
			       t.account_sid);
	*out = t;
	return true;
}

bool template_remove(struct session *s, const char *name, struct err *e)
{
	char key[sizeof PREFIX + TEMPLATE_NAME_MAX];
	struct arena mem = {0};
	struct template t;
	bool ok = find(s, name, &t, &mem, e) && ledger_fact_set(s->ledger, key_of(t.name, key), NULL, e);

	arena_release(&mem);
	return ok;
}

void template_fit(struct changes *c, unsigned capabilities)
{
	for (size_t i = c->n; i > 0; i--)
		if (!(capabilities & CAP_SMS) && setting_is_sms(c->v[i - 1].column))
			changes_drop(c, c->v[i - 1].column);
}
