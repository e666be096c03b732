#include "numdesk/model/config.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "numdesk/model/column.h"
#include "numdesk/model/dialplan.h"
#include "numdesk/model/money.h"
#include "numdesk/util/err.h"
#include "numdesk/util/ini.h"
#include "numdesk/util/mem.h"
#include "numdesk/util/text.h"

const struct option options[OPTION_COUNT] = {
#define OPTION(id, ...) [OPTION_##id] = {__VA_ARGS__},
#include "numdesk/model/options.def"
#undef OPTION
};

/* --- one value -------------------------------------------------------------------------------------------------- */

static bool parse_bool(const struct option *o, const char *text, int64_t *v, struct err *e)
{
	bool b;

	if (!text_to_bool(text, &b))
		return err_set(e, ERR_CONFIG, "%s must be yes or no, not '%.40s'", o->key, text);
	*v = b;
	return true;
}

static bool parse_int(const struct option *o, const char *text, int64_t *v, struct err *e)
{
	if (!text_to_i64(text, o->min, o->max, v))
		return err_set(e, ERR_CONFIG,
			       "%s must be a whole number from %" PRId64 " to %" PRId64 "%s%s, not '%.40s'", o->key,
			       o->min, o->max, o->unit ? " " : "", o->unit ? o->unit : "", text);
	return true;
}

static bool parse_choice(const struct option *o, const char *text, int64_t *v, struct err *e)
{
	size_t len = strlen(text);
	int64_t i = 0;

	for (const char *s = o->choices; *s; i++) {
		size_t n = strcspn(s, " ");

		if (n == len && strncasecmp(s, text, n) == 0) {
			*v = i;
			return true;
		}
		s += n;
		s += strspn(s, " ");
	}
	return err_set(e, ERR_CONFIG, "%s cannot be '%.40s': choose one of %s", o->key, text, o->choices);
}

static bool parse_money(const struct option *o, const char *text, int64_t *v, struct err *e)
{
	*v = MONEY_UNKNOWN;
	if (!*text)
		return true;
	if (!money_parse(text, v) || *v < 0)
		return err_set(e, ERR_CONFIG, "%s must be an amount such as 1.15, or empty, not '%.40s'", o->key, text);
	return true;
}

static bool parse_columns(const struct option *o, const char *text, struct err *e)
{
	enum column_id list[COLUMN_COUNT];

	if (column_list_parse(text, list, COLUMN_COUNT, e))
		return true;
	if (e)
		e->kind = ERR_CONFIG;
	return err_wrap(e, "%s", o->key);
}

static bool parse_text(enum option_id id, const char *text, struct err *e)
{
	const struct option *o = &options[id];

	if (strlen(text) > (size_t)o->max)
		return err_set(e, ERR_CONFIG, "%s is too long: at most %" PRId64 " bytes are allowed", o->key, o->max);
	if (id == OPTION_UI_SORT) {
		const char *name = text + (*text == '-'), *near = column_suggest(name);

		if (column_find(name) == COLUMN_COUNT)
			return err_set(e, ERR_CONFIG, "%s names no column: '%.40s'%s%s%s", o->key, name,
				       near ? "; did you mean '" : "", near ? near : "", near ? "'" : "");
	}
	if (id == OPTION_SEARCH_COUNTRY && !dialplan_country_code(text))
		return err_set(e, ERR_CONFIG, "%s must be a two-letter country code such as US, not '%s'", o->key,
			       text);
	if (id == OPTION_API_BASE_URL && !*text)
		return err_set(e, ERR_CONFIG, "%s is empty: leave the line out to use %s", o->key, o->fallback);
	return true;
}

static bool parse_value(enum option_id id, const char *text, int64_t *v, struct err *e)
{
	const struct option *o = &options[id];

	*v = 0;
	switch (o->type) {
	case OPT_BOOL:
		return parse_bool(o, text, v, e);
	case OPT_INT:
		return parse_int(o, text, v, e);
	case OPT_CHOICE:
		return parse_choice(o, text, v, e);
	case OPT_MONEY:
		return parse_money(o, text, v, e);
	case OPT_COLUMNS:
		return parse_columns(o, text, e);
	case OPT_TEXT:
		return parse_text(id, text, e);
	}
	return false;
}

bool config_set(struct config *c, enum option_id o, const char *text, struct err *e)
{
	int64_t v;
	char *copy;

	if (!parse_value(o, text, &v, e))
		return false;
	copy = mem_dup(text);
	free(c->text[o]);
	c->text[o] = copy;
	c->value[o] = v;
	c->given[o] = true;
	return true;
}

/* --- the whole -------------------------------------------------------------------------------------------------- */

void config_init(struct config *c)
{
	memset(c, 0, sizeof *c);
	for (unsigned o = 0; o < OPTION_COUNT; o++) {
		config_set(c, (enum option_id)o, options[o].fallback, NULL);
		c->given[o] = false;
	}
}

void config_release(struct config *c)
{
	for (unsigned o = 0; o < OPTION_COUNT; o++)
		free(c->text[o]);
	memset(c, 0, sizeof *c);
}

static void copy_config(struct config *dst, const struct config *src)
{
	*dst = *src;
	for (unsigned o = 0; o < OPTION_COUNT; o++)
		dst->text[o] = mem_dup(src->text[o]);
}

bool config_bool(const struct config *c, enum option_id o)
{
	return c->value[o] != 0;
}

int64_t config_int(const struct config *c, enum option_id o)
{
	return c->value[o];
}

const char *config_text(const struct config *c, enum option_id o)
{
	return c->text[o] ? c->text[o] : "";
}

/* --- the file --------------------------------------------------------------------------------------------------- */

/* A word that belongs to a secret or an account: such a key is never a setting, only a misplaced credential. */
static bool looks_like_credential(const char *key)
{
	static const char *const words[] = {
		"token", "secret", "passw", "passphrase", "auth", "sid", "credential", "apikey", "api_key", "key_",
	};

	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (text_contains_folded(key, words[i]))
			return true;
	return text_ieq(key, "key");
}

static bool is_section(const char *name)
{
	for (unsigned o = 0; o < OPTION_COUNT; o++)
		if (strcmp(options[o].section, name) == 0)
			return true;
	return false;
}

static bool unknown_section(const char *section, struct err *e)
{
	const char *names[OPTION_COUNT], *near;

	if (!*section)
		return err_set(e, ERR_CONFIG,
			       "a setting stands before the first section: begin with a line such as [ui]");
	for (unsigned o = 0; o < OPTION_COUNT; o++)
		names[o] = options[o].section;
	near = text_nearest(section, names, OPTION_COUNT);
	if (near)
		return err_set(e, ERR_CONFIG, "unknown section [%.40s]: did you mean [%s]", section, near);
	return err_set(e, ERR_CONFIG, "unknown section [%.40s]: 'man numdesk-config' lists them all", section);
}

static bool unknown_key(const struct ini_entry *entry, struct err *e)
{
	const char *names[OPTION_COUNT], *near;
	size_t n = 0;

	for (unsigned o = 0; o < OPTION_COUNT; o++) {
		if (strcmp(options[o].section, entry->section) == 0)
			names[n++] = options[o].key;
		else if (strcmp(options[o].key, entry->key) == 0)
			return err_set(e, ERR_CONFIG, "unknown key '%.40s' in [%s]: it belongs in [%s]", entry->key,
				       entry->section, options[o].section);
	}
	near = text_nearest(entry->key, names, n);
	if (near)
		return err_set(e, ERR_CONFIG, "unknown key '%.40s' in [%s]: did you mean '%s'", entry->key,
			       entry->section, near);
	return err_set(e, ERR_CONFIG, "unknown key '%.40s' in [%s]: 'man numdesk-config' lists them all", entry->key,
		       entry->section);
}

/* What the INI reader's callback works on. The reader can only point at values; a wrong key is pointed at from here. */
struct reading {
	struct config fresh;
	struct err wrong_key;
	int line, col;          /* of the wrong key; line 0: none */
};

static bool read_entry(void *ctx, const struct ini_entry *entry, struct err *e)
{
	struct reading *r = ctx;

	for (unsigned o = 0; o < OPTION_COUNT; o++)
		if (strcmp(options[o].section, entry->section) == 0 && strcmp(options[o].key, entry->key) == 0)
			return config_set(&r->fresh, (enum option_id)o, entry->value, e);
	if (looks_like_credential(entry->key))   /* before anything else is said; its value is never repeated */
		err_set(&r->wrong_key, ERR_CONFIG,
			"'%.40s' looks like a credential, which this file must not hold: delete the "
			"line, and store it with 'numdesk profile add'",
			entry->key);
	else if (is_section(entry->section))
		unknown_key(entry, &r->wrong_key);
	else
		unknown_section(entry->section, &r->wrong_key);
	r->line = entry->line;
	r->col = entry->key_col;
	return false;
}

bool config_read(struct config *c, const char *name, const char *text, size_t n, struct err *e)
{
	struct reading r = {0};

	copy_config(&r.fresh, c);
	if (!ini_parse(name, text, n, read_entry, &r, e)) {
		config_release(&r.fresh);
		return r.line ? err_set(e, ERR_CONFIG, "%s:%d:%d: %s", name, r.line, r.col, r.wrong_key.msg) : false;
	}
	config_release(c);
	*c = r.fresh;
	return true;
}
