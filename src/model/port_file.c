/* Request files: reading both forms, and one to fill in. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "numdesk/model/port_draft.h"
#include "numdesk/util/clock.h"
#include "numdesk/util/err.h"
#include "numdesk/util/ini.h"
#include "numdesk/util/json.h"
#include "numdesk/util/mem.h"
#include "numdesk/util/text.h"

enum { JSON_BYTES = 1 << 20, DAY_S = 86400 };

static size_t find(const char *name)
{
	size_t f = 0;

	while (f < PORT_FIELD_COUNT && strcmp(port_fields[f].name, name) != 0)
		f++;
	return f;
}

static bool unknown(const char *name, struct err *e)
{
	const char *names[PORT_FIELD_COUNT], *near;

	for (size_t f = 0; f < PORT_FIELD_COUNT; f++)
		names[f] = port_fields[f].name;
	near = text_nearest(name, names, PORT_FIELD_COUNT);
	return err_set(e, ERR_USAGE, "'%.60s' is no field of a request%s%s%s", name, near ? ": did you mean '" : "",
		       near ? near : "", near ? "'" : "");
}

static bool set(struct port_draft *d, const char *name, const char *value, struct err *e)
{
	const size_t f = find(name);

	return f < PORT_FIELD_COUNT ? port_draft_set(d, (enum port_field)f, value, e) : unknown(name, e);
}

/* --- INI ---------------------------------------------------------------------------------------------------------- */

static bool take_entry(void *ctx, const struct ini_entry *x, struct err *e)
{
	struct port_draft *d = ctx;

	if (strcmp(x->section, "numbers") == 0)
		return port_draft_add(d, x->key, x->value, e);
	if (strcmp(x->section, "request") == 0)
		return set(d, x->key, x->value, e);
	return err_set(e, ERR_USAGE, "section [%.40s] is unknown: use [request] and [numbers]", x->section);
}

/* --- JSON --------------------------------------------------------------------------------------------------------- */

static bool take_list(struct port_draft *d, const struct json *v, struct err *e)
{
	struct buf b;
	bool ok = true;

	buf_init(&b, 4096);
	for (const struct json *x = json_first(v); x && ok; x = json_next(x)) {
		ok = json_string(x) != NULL || err_set(e, ERR_USAGE, "'%s' holds something else than texts", json_name(v));
		buf_addf(&b, "%s%s", b.len ? ", " : "", ok ? json_string(x) : "");
	}
	ok = ok && set(d, json_name(v), buf_str(&b), e);
	buf_release(&b);
	return ok;
}

static bool take_number(struct port_draft *d, const struct json *x, struct err *e)
{
	const char *phone = json_text(x, "phone_number");

	if (!phone)
		return err_set(e, ERR_USAGE, "phone_numbers holds something without a phone_number");
	if (!json_is_null_or_absent(x, "pin") && !json_text(x, "pin"))
		return err_set(e, ERR_USAGE, "the pin of %.20s is not a text: put it in quotes, or its leading zeros are lost",
			       phone);
	return port_draft_add(d, phone, json_text(x, "pin"), e);
}

static bool take_members(struct port_draft *d, const struct json *object, struct err *e);

static bool take_member(struct port_draft *d, const struct json *v, struct err *e)
{
	const char *name = json_name(v);
	bool ok = true;

	if (json_is_null(v))
		return true;
	if (strcmp(name, "losing_carrier_information") == 0 || strcmp(name, "address") == 0)
		return json_is_object(v) ? take_members(d, v, e) : err_set(e, ERR_USAGE, "'%s' is not an object", name);
	if (strcmp(name, "account_sid") == 0)
		return (json_string(v) && sid_is(json_string(v), "AC") &&
			text_copy(d->account_sid, sizeof d->account_sid, json_string(v))) ||
		       err_set(e, ERR_USAGE, "account_sid is not the SID of an account");
	if (strcmp(name, "phone_numbers") == 0) {
		for (const struct json *x = json_first(v); x && ok; x = json_next(x))
			ok = take_number(d, x, e);
		return ok;
	}
	if (json_is_array(v))
		return take_list(d, v, e);
	return json_string(v) ? set(d, name, json_string(v), e) :
				err_set(e, ERR_USAGE, "'%.60s' is not a text", name);
}

/* As deep as the JSON door lets a document be, no deeper. */
static bool take_members(struct port_draft *d, const struct json *object, struct err *e)
{
	for (const struct json *v = json_first(object); v; v = json_next(v))
		if (!take_member(d, v, e))
			return false;
	return true;
}

static bool read_json(struct port_draft *d, const char *name, const char *text, size_t n, struct err *e)
{
	struct json *doc = json_parse(text, n, JSON_BYTES, e);
	bool ok;

	if (!doc)
		return err_set(e, ERR_USAGE, "%s: is not JSON", name);
	ok = json_is_object(doc) ? take_members(d, doc, e) : err_set(e, ERR_USAGE, "is not an object");
	json_free(doc);
	return ok || err_wrap(e, "%s", name);
}

bool port_draft_read(struct port_draft *d, const char *name, const char *text, size_t n, struct err *e)
{
	size_t i = 0;

	while (i < n && strchr(" \t\r\n", text[i]))
		i++;
	if (i < n && (text[i] == '{' || (text[i] == '[' && i + 1 < n && strchr("{]\"", text[i + 1]))))
		return read_json(d, name, text, n, e);
	if (ini_parse(name, text, n, take_entry, d, e))
		return true;
	if (e && e->kind == ERR_CONFIG)         /* a file for one command, not our configuration */
		e->kind = ERR_USAGE;
	return false;
}

/* --- one to fill in ------------------------------------------------------------------------------------------------- */

char *port_draft_template(int64_t now)
{
	static const char *const examples[PORT_FIELD_COUNT] = {
		[PORT_F_CUSTOMER_TYPE] = "Business", [PORT_F_COUNTRY] = "USA",
	};
	char date[16];
	struct buf b;

	buf_init(&b, 16384);
	buf_adds(&b, "# A request to bring numbers to Twilio: fill it in, then\n"
		     "#     numdesk port create --file THIS --bill BILL.pdf --dry-run\n"
		     "# and the same without --dry-run. The bill is the losing carrier's last one, not older than 30 days,\n"
		     "# with account, name and address on it: PDF or image, at most 10 MB, without a password.\n"
		     "# This file holds PINs: keep it to yourself, and delete it when the numbers have arrived.\n\n[request]\n");
	for (size_t f = 0; f < PORT_FIELD_COUNT; f++) {
		const struct port_field_info *i = &port_fields[f];

		buf_addf(&b, "# %s%s\n%s%s =%s%s\n", i->help, i->flags & PORT_NEEDED ? " (needed)" : "",
			 i->flags & PORT_NEEDED || examples[f] ? "" : "#", i->name, examples[f] ? " " : "",
			 examples[f] ? examples[f] : "");
	}
	buf_addf(&b, "# The first date that can be wished today: %s\n\n[numbers]\n"
		 "# One number a line, all of one country; mobile numbers with their PIN behind the =, leading zeros included.\n"
		 "#+14155550110 =\n#+14155550111 = 0042\n",
		 clock_date((now / DAY_S + 7) * DAY_S, date, sizeof date));
	return buf_take(&b);
}
