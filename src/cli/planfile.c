/*
 * A plan as a document: what --dry-run --json prints is what `apply FILE` takes. The members of every changed row come
 * first; behind them stands what is needed to carry it out later.
 */
#include "trade_priv.h"

#include <stdlib.h>
#include <string.h>

#include "numdesk/model/money.h"
#include "numdesk/model/sid.h"
#include "numdesk/util/json.h"
#include "numdesk/util/text.h"

void planfile_row(struct json_writer *w, const struct operation *op)
{
	char price[32];

	json_w_object(w);
	json_w_key(w, "operation");
	json_w_null(w);
	json_w_key(w, "kind");
	json_w_text(w, op_kind_name(op->kind));
	json_w_key(w, "phone_number");
	json_w_text(w, *op->phone_number ? op->phone_number : NULL);
	json_w_key(w, "phone_sid");
	json_w_text(w, *op->phone_sid ? op->phone_sid : NULL);
	json_w_key(w, "state");
	json_w_text(w, op_state_name(op->state));
	json_w_key(w, "code");
	json_w_null(w);
	json_w_key(w, "message");
	json_w_text(w, op->message);
	json_w_key(w, "subject");
	json_w_text(w, op->subject);
	json_w_key(w, "sid");
	json_w_null(w);
	json_w_key(w, "account_sid");
	json_w_text(w, op->account_sid);
	json_w_key(w, "to_account");
	json_w_text(w, *op->to_account ? op->to_account : NULL);
	json_w_key(w, "monthly_price");
	json_w_text(w, op->price_micros == MONEY_UNKNOWN ? NULL : money_decimal(op->price_micros, price, sizeof price));
	json_w_key(w, "currency");
	json_w_text(w, *op->currency ? op->currency : NULL);
	json_w_key(w, "params");
	if (op->want_json && op_has(op->kind, OPF_FILE))
		json_w_raw(w, op->want_json);
	else
		json_w_null(w);
	json_w_end(w);
}

/* --- reading ---------------------------------------------------------------------------------------------------- */

static const char *text_of(const struct json *o, const char *name)
{
	const char *s = json_text(o, name);

	return s ? s : "";
}

static bool take_sid(const struct json *o, const char *name, const char *prefix, char out[SID_SIZE], size_t row,
		     struct err *e)
{
	const char *s = text_of(o, name);

	out[0] = '\0';
	if (!*s)
		return true;
	return (sid_is(s, prefix) && text_copy(out, SID_SIZE, s)) ||
	       err_set(e, ERR_USAGE, "row %zu: '%s' is no SID: it begins with %s", row, name, prefix);
}

/* Parameters are form fields: texts, by name. They are stored and sent as they stand. */
static bool take_params(const struct json *o, struct operation *op, struct arena *mem, size_t row, struct err *e)
{
	const struct json *params = json_get(o, "params");
	char *printed;

	if (!params)
		return true;
	if (!json_is_object(params))
		return err_set(e, ERR_USAGE, "row %zu: 'params' is not an object", row);
	for (const struct json *v = json_first(params); v; v = json_next(v))
		if (!json_string(v) || json_has_duplicate(params, json_name(v)))
			return err_set(e, ERR_USAGE, "row %zu: parameter '%.40s' is not one text", row, json_name(v));
	printed = json_print(params);
	op->want_json = arena_dup(mem, printed);
	free(printed);
	return true;
}

static bool take_price(const struct json *o, struct operation *op, size_t row, struct err *e)
{
	const char *price = text_of(o, "monthly_price"), *currency = text_of(o, "currency");

	op->price_micros = MONEY_UNKNOWN;
	if (*price && (!money_parse(price, &op->price_micros) || op->price_micros < 0))
		return err_set(e, ERR_USAGE, "row %zu: 'monthly_price' is '%.20s': write it like \"1.15\"", row, price);
	if (*currency && (strlen(currency) != 3 || !text_copy(op->currency, sizeof op->currency, currency)))
		return err_set(e, ERR_USAGE, "row %zu: 'currency' is '%.20s': write it like USD", row, currency);
	return true;
}

static bool take_row(const struct json *o, struct operation *op, struct arena *mem, size_t row, struct err *e)
{
	const char *subject = text_of(o, "phone_number");

	*op = (struct operation){.seq = (int)row - 1};
	if (!*subject)
		subject = text_of(o, "subject");
	if (!json_is_object(o) || !op_kind_parse(json_text(o, "kind"), &op->kind))
		return err_set(e, ERR_USAGE, "row %zu: 'kind' is no kind of change that numdesk knows", row);
	if (!op_has(op->kind, OPF_FILE))
		return err_set(e, ERR_USAGE, "row %zu: a '%s' cannot come from a file: give its command", row,
			       op_kind_name(op->kind));
	op_set_subject(op, subject);
	if (!*op->subject || (op_has(op->kind, OPF_NUMBER) && !*op->phone_number))
		return err_set(e, ERR_USAGE, "row %zu: '%.40s' is not %s", row, subject,
			       op_has(op->kind, OPF_NUMBER) ? "a number in E.164 form" : "a subject");
	return take_sid(o, "account_sid", "AC", op->account_sid, row, e) &&
	       take_sid(o, "to_account", "AC", op->to_account, row, e) &&
	       take_sid(o, "phone_sid", "PN", op->phone_sid, row, e) && take_price(o, op, row, e) &&
	       take_params(o, op, mem, row, e);
}

bool planfile_read(const char *text, size_t len, struct operation **out, size_t *n, struct arena *mem, struct err *e)
{
	struct json *doc = json_parse(text, len, PLANFILE_MAX, e);
	struct operation *v;
	size_t row = 0;
	bool ok;

	if (!doc)
		return false;
	ok = json_is_array(doc) && json_count(doc) > 0 && json_count(doc) <= PLAN_MAX;
	if (!ok)
		err_set(e, ERR_USAGE, "a plan is an array of 1 to %d rows, as --dry-run --json prints it", PLAN_MAX);
	v = arena_alloc(mem, (json_count(doc) + 1) * sizeof *v);
	for (const struct json *o = ok ? json_first(doc) : NULL; ok && o; o = json_next(o), row++)
		ok = take_row(o, &v[row], mem, row + 1, e);
	json_free(doc);
	if (ok) {
		*out = v;
		*n = row;
	}
	return ok;
}
