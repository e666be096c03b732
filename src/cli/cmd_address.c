/* address list, show, add, remove. Lists come from the cache; what depends on an address is asked live. */
#include <stdio.h>
#include <string.h>

#include "trade_priv.h"

#include "numdesk/cli/ask.h"
#include "numdesk/cli/out.h"
#include "numdesk/core/papers.h"
#include "numdesk/core/session.h"
#include "numdesk/core/things.h"
#include "numdesk/util/clock.h"
#include "numdesk/util/json.h"
#include "numdesk/util/text.h"

bool cli_list_ready(struct cli *c, enum thing_kind kind, struct err *e)
{
	if (!args_has(c->a, "--refresh") && (things_at(c->s, kind, NULL) || c->s->offline || !cli_may_unlock(c)))
		return true;
	return cli_unlock(c, e) && cli_things(c, kind, NULL, args_has(c->a, "--refresh"), e);
}

/* --- printing ----------------------------------------------------------------------------------------------------- */

enum { NAME, CUSTOMER, STREET, STREET_TOO, CITY, REGION, POSTAL, COUNTRY, ADDRESS_SID, EMERGENCY, VALIDATED, CREATED, DEPENDENTS,
       N_FIELDS };

static const struct out_field fields[N_FIELDS] = {
	{"friendly_name", "NAME", OUT_TEXT, false}, {"customer_name", "CUSTOMER", OUT_TEXT, false},
	{"street", "STREET", OUT_TEXT, false}, {"street_secondary", "STREET 2", OUT_TEXT, true},
	{"city", "CITY", OUT_TEXT, false}, {"region", "REGION", OUT_TEXT, true}, {"postal_code", "POSTAL", OUT_TEXT, false},
	{"country", "CC", OUT_TEXT, false}, {"address_sid", "ADDRESS", OUT_TEXT, false},
	{"emergency_enabled", "EMERGENCY", OUT_BOOL, true}, {"validated", "VALIDATED", OUT_BOOL, true},
	{"created_at", "CREATED", OUT_TEXT, true}, {"dependents", "USED BY", OUT_NUMBER, true},
};

struct listing { struct out *out; const char *country; };

static const char *truth(const struct json *doc, const char *name)
{
	return json_is_bool(json_get(doc, name)) ? json_bool(doc, name, false) ? "true" : "false" : "";
}

/* The members of one address, as Twilio sent them; borrowed from doc and created. */
static void values_of(const struct json *doc, char created[24], const char *v[N_FIELDS])
{
	static const char *const members[] = {
		[NAME] = "friendly_name", [CUSTOMER] = "customer_name", [STREET] = "street",
		[STREET_TOO] = "street_secondary", [CITY] = "city", [REGION] = "region", [POSTAL] = "postal_code",
		[COUNTRY] = "iso_country", [ADDRESS_SID] = "sid",
	};
	const char *date = json_text(doc, "date_created");
	int64_t t;

	for (size_t i = 0; i < ARRAY_LEN(members); i++)
		v[i] = json_text(doc, members[i]);
	v[EMERGENCY] = truth(doc, "emergency_enabled");
	v[VALIDATED] = truth(doc, "validated");
	created[0] = '\0';
	if (date && clock_parse(date, &t))
		clock_iso(t, created, 24);
	v[CREATED] = created;
	v[DEPENDENTS] = NULL;
}

static bool print_one(void *ctx, const struct thing *t)
{
	struct listing *l = ctx;
	struct json *doc = json_parse(t->json, strlen(t->json), 256 << 10, NULL);
	const char *v[N_FIELDS];
	char created[24];

	if (!doc)
		return true;
	values_of(doc, created, v);
	if (!l->country || (v[COUNTRY] && text_ieq(v[COUNTRY], l->country)))
		out_record(l->out, v);
	json_free(doc);
	return !out_broken(l->out);
}

bool check_address_list(const struct args *a, struct err *e)
{
	const char *country = args_value(a, "--country");

	return !country || strlen(country) == 2 ||
	       err_set(e, ERR_USAGE, "country '%.40s' is unknown: give its two letters, such as DE", country);
}

bool run_address_list(struct cli *c, struct err *e)
{
	struct listing l = {.country = args_value(c->a, "--country")};

	if (!cli_list_ready(c, THING_ADDRESS, e))
		return false;
	l.out = out_records(c->a->format, fields, N_FIELDS - 1);
	things_each(c->s, NULL, THING_ADDRESS, NULL, print_one, &l);
	return out_end(l.out, e);
}

/* --- one of them, and what depends on it ---------------------------------------------------------------------------- */

struct depending { struct cli *c; bool done; struct err err; const char **v; size_t n; };

static void on_dependents(void *ctx, const char *const *numbers, size_t n, const struct err *err)
{
	struct depending *x = ctx;

	x->done = true;
	if (err)
		x->err = *err;
	x->n = err ? 0 : n;
	x->v = arena_alloc(&x->c->mem, (n + 1) * sizeof *x->v);
	for (size_t i = 0; i < x->n; i++)
		x->v[i] = arena_dup(&x->c->mem, numbers[i]);
}

static struct depending *dependents(struct cli *c, const char *sid, struct err *e)
{
	struct depending *x = arena_alloc(&c->mem, sizeof *x);

	x->c = c;
	if (!papers_dependents(c->s, sid, on_dependents, x, e) || !cli_wait(c, &x->done, e))
		return NULL;
	if (x->err.kind == ERR_NONE)
		return x;
	*e = x->err;
	return NULL;
}

static char *dependents_text(struct cli *c, const struct depending *x)
{
	const bool json = c->a->format == FORMAT_JSON;
	struct json_writer w;
	struct buf b;
	char *text;

	buf_init(&b, 1 << 20);
	json_w_init(&w, &b);
	if (json)
		json_w_array(&w);
	for (size_t i = 0; i < x->n; i++)
		if (json)
			json_w_text(&w, x->v[i]);
		else
			buf_addf(&b, "%s%s", i ? " " : "", x->v[i]);
	if (json)
		json_w_end(&w);
	text = arena_dup(&c->mem, buf_str(&b));
	buf_release(&b);
	return text;
}

bool run_address_show(struct cli *c, struct err *e)
{
	static const struct out_column lines[] = {{"field", "FIELD", false}, {"value", "VALUE", false}};
	const enum cli_format f = c->a->format;
	const struct depending *x;
	const char *v[N_FIELDS];
	struct json *doc;
	struct thing t;
	char created[24];
	struct out *o;
	bool ok;

	if (!cli_thing(c, THING_ADDRESS, c->a->words[0], &t, e) || !(x = dependents(c, t.sid, e)))
		return false;
	doc = json_parse(t.json, strlen(t.json), 256 << 10, e);
	if (!doc)
		return false;
	values_of(doc, created, v);
	v[DEPENDENTS] = dependents_text(c, x);
	o = f == FORMAT_TABLE || f == FORMAT_PLAIN ? out_new(f, lines, ARRAY_LEN(lines)) : out_records(f, fields, N_FIELDS);
	if (f == FORMAT_TABLE || f == FORMAT_PLAIN) {
		for (size_t i = 0; i < N_FIELDS; i++)
			if (f == FORMAT_PLAIN || (v[i] && *v[i]))
				out_row(o, (const char *[]){fields[i].name, v[i] ? v[i] : ""});
	} else {
		out_record(o, v);
	}
	ok = out_end(o, e);
	json_free(doc);
	return ok;
}

/* --- changes -------------------------------------------------------------------------------------------------------- */

static const struct guard_options no_options = {.max_price = MONEY_UNKNOWN};

static struct address_fields fields_of(const struct args *a)
{
	return (struct address_fields){
		.customer = args_value(a, "--customer"), .street = args_value(a, "--street"),
		.street_secondary = args_value(a, "--street-secondary"), .city = args_value(a, "--city"),
		.region = args_value(a, "--region"), .postal_code = args_value(a, "--postal-code"),
		.country = args_value(a, "--country"), .name = args_value(a, "--name"),
		.emergency = args_has(a, "--emergency"),
	};
}

bool check_address_add(const struct args *a, struct err *e)
{
	const struct address_fields f = fields_of(a);

	if (!address_fields_valid(&f, e))
		return false;
	return a->yes || a->dry_run || ask_can() ||
	       err_set(e, ERR_GUARD, "no address is added: nobody can be asked; give --yes");
}

bool run_address_add(struct cli *c, struct err *e)
{
	const struct address_fields f = fields_of(c->a);
	struct plan p;

	plan_init(&p, "cli");
	if (plan_add_address(&p, c->s, &f, e))
		return trade(c, &p, &no_options, e);
	plan_release(&p);
	return false;
}

bool run_address_remove(struct cli *c, struct err *e)
{
	const struct depending *x;
	struct thing t;
	struct plan p;

	if (!cli_thing(c, THING_ADDRESS, c->a->words[0], &t, e) || !(x = dependents(c, t.sid, e)))
		return false;
	plan_init(&p, "cli");
	plan_add_address_remove(&p, c->s, t.sid, t.name, x->v, x->n);
	return trade(c, &p, &no_options, e);
}
