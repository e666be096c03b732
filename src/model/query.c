#include "numdesk/model/query.h"

#include <stdio.h>
#include <string.h>

#include "numdesk/model/dialplan.h"
#include "numdesk/model/sid.h"
#include "numdesk/util/clock.h"
#include "numdesk/util/err.h"
#include "numdesk/util/mem.h"
#include "numdesk/util/text.h"

/*
 * A text is split into words (take_word), a word into an optional '-', a field, an operator and a value (split_word),
 * and the value is read by the type of its field (the table by_type). The first failure points at its word.
 */

static const char *const is_words[] = {
	[QUERY_IS_PRIMARY] = "primary", [QUERY_IS_LOCKED] = "locked", [QUERY_IS_STALE] = "stale",
	[QUERY_IS_GONE] = "gone", [QUERY_IS_INCOMPLETE] = "incomplete", [QUERY_IS_IDLE] = "idle",
	[QUERY_IS_INBOUND] = "inbound-only", [QUERY_IS_TRICKLE] = "trickle", [QUERY_IS_ACTIVE] = "active",
};

struct word {
	char field[48];         /* "" for a bare word */
	char op[3];             /* ":", "<", "<=", ">", ">=", "=" */
	char value[128];
	bool negated, quoted;
};

/* --- values ----------------------------------------------------------------------------------------------------- */

/* The digits of a text without letters, a leading '+' kept so that it means the start; "" when it has other signs. */
static void take_digits(const char *s, char *dst, size_t dst_size)
{
	size_t n = 0;
	bool any = false;

	dst[0] = '\0';
	for (; *s; s++) {
		if (strchr(" -.()", *s))
			continue;
		if ((!text_is_digit(*s) && (*s != '+' || n > 0)) || n + 1 >= dst_size) {
			dst[0] = '\0';
			return;
		}
		any = any || text_is_digit(*s);
		dst[n++] = *s;
	}
	dst[any ? n : 0] = '\0';
}

static bool set_anywhere(struct query_term *t, const struct word *w)
{
	t->op = QUERY_ANYWHERE;
	text_fold(t->text, sizeof t->text, w->value);
	take_digits(w->value, t->digits, sizeof t->digits);
	return true;
}

static bool set_is(struct query_term *t, const struct word *w, struct err *e)
{
	const char *value = w->value, *near;

	if (w->op[0] != ':')
		return err_set(e, ERR_USAGE, "'is' takes a colon; write is:%s", value);
	for (size_t i = 0; i < ARRAY_LEN(is_words); i++)
		if (text_ieq(value, is_words[i])) {
			t->op = QUERY_IS;
			t->is = (enum query_is)i;
			return true;
		}
	near = text_nearest(value, is_words, ARRAY_LEN(is_words));
	if (near)
		return err_set(e, ERR_USAGE, "there is no state '%s'; did you mean is:%s", value, near);
	return err_set(e, ERR_USAGE, "there is no state '%s'; is: takes primary, locked, stale, gone, incomplete, idle, "
		       "inbound-only, trickle or active", value);
}

static bool comparison(const char *op, enum query_op *out)
{
	static const struct { const char *sign; enum query_op op; } ops[] = {
		{"<", QUERY_LT}, {"<=", QUERY_LE}, {">", QUERY_GT}, {">=", QUERY_GE}, {"=", QUERY_EQ}, {":", QUERY_EQ},
	};

	for (size_t i = 0; i < ARRAY_LEN(ops); i++)
		if (strcmp(op, ops[i].sign) == 0) {
			*out = ops[i].op;
			return true;
		}
	return false;
}

static bool set_compared(struct query_term *t, const struct word *w, struct err *e)
{
	const char *name = columns[t->column].name;

	comparison(w->op, &t->op);
	if (columns[t->column].type == COLTYPE_COUNT)
		return text_to_i64(w->value, 0, INT32_MAX, &t->value) ||
		       err_set(e, ERR_USAGE, "'%s' is not a whole number; write %s%s30", w->value, w->field, w->op);
	if (columns[t->column].type == COLTYPE_MONEY) {
		const char *amount = w->value + (*w->value == '$');

		if (!money_parse(amount, &t->value))
			return err_set(e, ERR_USAGE, "'%s' is not an amount; write %s%s1.15", w->value, w->field,
				       w->op);
		return true;
	}
	/* whole days only: a time of day would compare with what the list does not show */
	if (strlen(w->value) != strlen("2026-01-31") || !clock_parse(w->value, &t->value))
		return err_set(e, ERR_USAGE, "'%s' is not a date; write %s%s2026-01-31", w->value,
			       *w->field ? w->field : name, w->op);
	return true;
}

static bool set_bool(struct query_term *t, const struct word *w, struct err *e)
{
	static const struct { enum column_id column; enum query_is is; } states[] = {
		{COL_IS_PRIMARY, QUERY_IS_PRIMARY}, {COL_IS_LOCKED, QUERY_IS_LOCKED}, {COL_IS_GONE, QUERY_IS_GONE},
		{COL_INCOMPLETE, QUERY_IS_INCOMPLETE},
	};
	bool wanted;

	if (!text_to_bool(w->value, &wanted))
		return err_set(e, ERR_USAGE, "'%s' is neither yes nor no; write %s:yes", w->value, w->field);
	t->op = QUERY_EQ;
	t->value = wanted;
	for (size_t i = 0; i < ARRAY_LEN(states); i++)
		if (states[i].column == t->column) {
			t->op = QUERY_IS;
			t->is = states[i].is;
			t->negated = t->negated != !wanted;
		}
	return true;
}

static bool set_capability(struct query_term *t, const struct word *w, struct err *e)
{
	t->op = QUERY_CAPABILITY;
	t->capability = capability_bit(w->value);
	if (!t->capability)
		return err_set(e, ERR_USAGE, "there is no capability '%s'; it is voice, sms, mms, fax or rcs",
			       w->value);
	return true;
}

static bool set_type(struct query_term *t, const struct word *w, struct err *e)
{
	enum number_type type = number_type_parse(w->value);

	t->op = QUERY_EQUALS;
	if (type == NUMBER_TYPE_UNKNOWN && *w->value)
		return err_set(e, ERR_USAGE,
			       "there is no type '%s'; it is local, mobile, tollfree, national, voip, sharedcost "
			       "or m2m",
			       w->value);
	snprintf(t->text, sizeof t->text, "%s", number_type_name(type));
	return true;
}

static bool set_country(struct query_term *t, const struct word *w, struct err *e)
{
	const char *code = *w->value ? dialplan_country_code(w->value) : "", *near;

	t->op = QUERY_EQUALS;
	if (!code) {
		near = dialplan_country_suggest(w->value);
		return err_set(e, ERR_USAGE, "there is no country '%s'; %s%s%s", w->value, near ? "did you mean '" : "",
			       near ? near : "write its two letters, as in country:GB", near ? "'" : "");
	}
	text_fold(t->text, sizeof t->text, code);
	return true;
}

static bool set_text(struct query_term *t, const struct word *w, struct err *e)
{
	bool whole = w->op[0] == '=' || t->column == COL_STATUS || t->column == COL_ACCOUNT_SID ||
		     t->column == COL_CURRENCY || t->column == COL_ACTIVITY || !*w->value;

	t->op = !whole ? QUERY_CONTAINS : t->column == COL_TAGS && *w->value ? QUERY_WORD : QUERY_EQUALS;
	text_fold(t->text, sizeof t->text, w->value);
	if (t->column == COL_PHONE_NUMBER) {
		take_digits(w->value, t->digits, sizeof t->digits);
		if (!*t->digits)
			return err_set(e, ERR_USAGE, "'%s' has no digits; write %s%s415", w->value, w->field, w->op);
		memcpy(t->text, t->digits, sizeof t->digits);
	}
	return true;
}

/* --- fields ----------------------------------------------------------------------------------------------------- */

static bool unknown_field(const char *field, struct err *e)
{
	const char *near = text_ieq(field, "calls") ? "calls_in" : text_ieq(field, "messages") ? "messages_in" :
			   column_suggest(field);

	if (near)
		return err_set(e, ERR_USAGE, "there is no field '%s'; did you mean '%s'", field, near);
	return err_set(e, ERR_USAGE,
		       "there is no field '%s'; try name, type, country, tag, cost, bought or is, or put the text "
		       "in double quotes",
		       field);
}

static bool set_field(struct query_term *t, const struct word *w, struct err *e)
{
	enum column_type type;

	if (text_ieq(w->field, "is"))
		return set_is(t, w, e);
	t->column = column_find(w->field);
	if (t->column == COLUMN_COUNT)
		return unknown_field(w->field, e);
	if (t->column == COL_ACCOUNT_NAME && sid_is(w->value, "AC"))
		t->column = COL_ACCOUNT_SID;            /* account:AC... */
	type = columns[t->column].type;
	if (!*w->value && !w->quoted)
		return err_set(e, ERR_USAGE, "nothing follows '%s%s'", w->field, w->op);
	if (type == COLTYPE_MONEY || type == COLTYPE_TIME || type == COLTYPE_COUNT)
		return set_compared(t, w, e);
	if (w->op[0] == '<' || w->op[0] == '>')
		return err_set(e, ERR_USAGE, "'%s' cannot be compared with %s; write %s:%s", w->field, w->op, w->field,
			       w->value);
	if (type == COLTYPE_BOOL)
		return set_bool(t, w, e);
	if (type == COLTYPE_CAPS)
		return set_capability(t, w, e);
	if (type == COLTYPE_NUMBER_TYPE)
		return set_type(t, w, e);
	return t->column == COL_COUNTRY ? set_country(t, w, e) : set_text(t, w, e);
}

static bool set_term(struct query_term *t, const struct word *w, struct err *e)
{
	unsigned capability = w->quoted ? 0 : capability_bit(w->value);

	*t = (struct query_term){.negated = w->negated, .column = COLUMN_COUNT};
	if (*w->field)
		return set_field(t, w, e);
	if (capability) {
		t->op = QUERY_CAPABILITY;
		t->capability = capability;
		return true;
	}
	if (!*w->value)
		return err_set(e, ERR_USAGE, "%s", w->negated ? "nothing follows '-'" : "the quotes are empty");
	return set_anywhere(t, w);
}

/* --- words ------------------------------------------------------------------------------------------------------ */

/* Bytes of the word that begins at s, quotes included; SIZE_MAX when a quote is not closed. */
static size_t word_length(const char *s)
{
	bool inside = false;
	size_t n = 0;

	for (; s[n] && (inside || (s[n] != ' ' && s[n] != '\t')); n++)
		if (s[n] == '"')
			inside = !inside;
	return inside ? SIZE_MAX : n;
}

/* Copy [s, s + n) without its double quotes; false when it does not fit. */
static bool copy_value(struct word *w, const char *s, size_t n)
{
	size_t len = 0;

	for (size_t i = 0; i < n; i++) {
		if (s[i] == '"') {
			w->quoted = true;
			continue;
		}
		if (len + 1 >= sizeof w->value)
			return false;
		w->value[len++] = s[i];
	}
	w->value[len] = '\0';
	return true;
}

/* A field is letters and '_' before an operator; anything else in front of one is plain text, such as 10:30. */
static bool split_word(struct word *w, const char *s, size_t n, struct err *e)
{
	size_t name = 0, op = 0;

	*w = (struct word){.negated = n > 0 && s[0] == '-'};
	if (w->negated)
		s++, n--;
	while (name < n && (text_is_alpha(s[name]) || s[name] == '_'))
		name++;
	if (name > 0 && name < n && strchr(":<>=", s[name])) {
		op = 1 + (s[name] != ':' && s[name] != '=' && name + 1 < n && s[name + 1] == '=');
		if (name >= sizeof w->field)
			return err_set(e, ERR_USAGE, "the field's name is too long");
		memcpy(w->field, s, name);
		memcpy(w->op, s + name, op);
		s += name + op;
		n -= name + op;
	}
	if (!copy_value(w, s, n))
		return err_set(e, ERR_USAGE, "it is too long; use at most %zu characters", sizeof w->value - 1);
	return true;
}

static int character_at(const char *text, const char *s)
{
	int n = 1;

	for (; text < s; text++)
		n += ((unsigned char)*text & 0xc0) != 0x80;
	return n;
}

bool query_parse(struct query *q, const char *text, int *at, struct err *e)
{
	struct query out = {0};
	const char *s = text ? text : "";
	struct err why = {0};
	struct word w;

	for (;;) {
		s += strspn(s, " \t");
		if (!*s)
			break;
		size_t n = word_length(s);
		bool ok = n != SIZE_MAX || err_set(&why, ERR_USAGE, "the double quote is not closed");

		ok = ok && (out.n < QUERY_MAX_TERMS ||
			    err_set(&why, ERR_USAGE, "at most %d terms are allowed", QUERY_MAX_TERMS));
		ok = ok && split_word(&w, s, n, &why) && set_term(&out.term[out.n], &w, &why);
		if (!ok) {
			if (at)
				*at = (int)(s - text);
			return err_set(e, ERR_USAGE, "cannot understand '%.*s' at character %d: %s",
				       n == SIZE_MAX || n > 60 ? 60 : (int)n, s, character_at(text, s), why.msg);
		}
		out.n++;
		s += n;
	}
	*q = out;
	return true;
}
