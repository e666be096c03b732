/* Addresses made and removed, bundles cloned: from what a person says to operations. */
#include "numdesk/core/papers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "numdesk/core/plan.h"
#include "numdesk/core/session.h"
#include "numdesk/model/dialplan.h"
#include "numdesk/twilio/resource.h"
#include "numdesk/util/json.h"
#include "numdesk/util/text.h"

enum { WANT_MAX = 16384, TEXT_MAX_BYTES = 500, EMERGENCY_NAME_MAX = 32 };

struct want { struct buf out; struct json_writer w; };

static void want_begin(struct want *x)
{
	buf_init(&x->out, WANT_MAX);
	json_w_init(&x->w, &x->out);
	json_w_object(&x->w);
}

static void want_text(struct want *x, const char *name, const char *value)
{
	if (!value || !*value)
		return;
	json_w_key(&x->w, name);
	json_w_text(&x->w, value);
}

static const char *want_end(struct want *x, struct plan *p)
{
	const char *text;

	json_w_end(&x->w);
	text = arena_dup(&p->mem, buf_str(&x->out));
	buf_release(&x->out);
	return text;
}

/* --- a new address ---------------------------------------------------------------------------------------------- */

static size_t characters(const char *s)
{
	size_t n = 0;

	for (; *s; s++)
		n += ((unsigned char)*s & 0xc0) != 0x80;
	return n;
}

static bool field_valid(const char *what, const char *value, bool required, struct err *e)
{
	if (!value || !value[strspn(value, " ")])
		return !required || err_set(e, ERR_USAGE, "the %s is missing: Twilio wants it of every address", what);
	if (strlen(value) > TEXT_MAX_BYTES || !text_is_clean(value, strlen(value)))
		return err_set(e, ERR_USAGE, "the %s cannot be given: it is too long or not printable", what);
	return true;
}

bool paper_name_valid(const char *name, size_t max, struct err *e)
{
	if (!field_valid("name", name, true, e))
		return false;
	return characters(name) <= max || err_set(e, ERR_USAGE, "the name has more than %zu characters", max);
}

bool address_fields_valid(const struct address_fields *f, struct err *e)
{
	if (!field_valid("customer's name", f->customer, true, e) || !field_valid("street", f->street, true, e) ||
	    !field_valid("second line of the street", f->street_secondary, false, e) ||
	    !field_valid("city", f->city, true, e) || !field_valid("region", f->region, true, e) ||
	    !field_valid("postal code", f->postal_code, true, e) || !field_valid("country", f->country, true, e))
		return false;
	if (!dialplan_country_code(f->country))
		return err_set(e, ERR_USAGE, "country '%.40s' is unknown: give its two letters, such as DE", f->country);
	return !f->name || !*f->name || paper_name_valid(f->name, f->emergency ? EMERGENCY_NAME_MAX : ADDRESS_NAME_MAX, e);
}

/* A name is what the address is found again by when an answer is lost, so each has one. */
static void name_of(const struct address_fields *f, char *dst, size_t dst_size)
{
	char whole[1200];
	size_t used = 0, n = 0;

	if (f->name && *f->name)
		snprintf(whole, sizeof whole, "%s", f->name);
	else
		snprintf(whole, sizeof whole, "%s, %s", f->customer, f->city);
	while (whole[used] && n < ADDRESS_NAME_MAX) {   /* cut between characters */
		uint32_t cp;

		used += text_decode(whole + used, strlen(whole + used), &cp);
		n++;
	}
	snprintf(dst, dst_size, "%.*s", (int)used, whole);
}

bool plan_add_address(struct plan *p, struct session *s, const struct address_fields *f, struct err *e)
{
	const char *country;
	char name[ADDRESS_NAME_MAX * 4 + 1];
	struct operation *op;
	struct want x;

	if (!address_fields_valid(f, e))
		return false;
	country = dialplan_country_code(f->country);
	name_of(f, name, sizeof name);
	op = plan_add(p, s, OP_ADDRESS);
	op_set_subject(op, name);
	text_copy(op->country, sizeof op->country, country);
	want_begin(&x);
	want_text(&x, "CustomerName", f->customer);
	want_text(&x, "Street", f->street);
	want_text(&x, "StreetSecondary", f->street_secondary);
	want_text(&x, "City", f->city);
	want_text(&x, "Region", f->region);
	want_text(&x, "PostalCode", f->postal_code);
	want_text(&x, "IsoCountry", country);
	want_text(&x, "FriendlyName", name);
	want_text(&x, "EmergencyEnabled", f->emergency ? "true" : "");
	op->want_json = want_end(&x, p);
	return true;
}

/* --- one goes --------------------------------------------------------------------------------------------------- */

void plan_add_address_remove(struct plan *p, struct session *s, const char *sid, const char *name,
			     const char *const *numbers, size_t n)
{
	struct operation *op = plan_add(p, s, OP_ADDRESS_REMOVE);
	char count[24] = "";
	struct want x;

	op_set_subject(op, name && *name ? name : sid);
	if (n)
		snprintf(count, sizeof count, "%zu", n);
	want_begin(&x);
	want_text(&x, "Sid", sid);
	want_text(&x, "Dependents", count);
	want_text(&x, "FirstDependent", n ? numbers[0] : NULL);
	op->want_json = want_end(&x, p);
}

/* --- a clone ---------------------------------------------------------------------------------------------------- */

void plan_add_bundle_clone(struct plan *p, struct session *s, const struct bundle *b, const char *to_account,
			   const char *account_name, const char *name)
{
	struct operation *op = plan_add(p, s, OP_BUNDLE_CLONE);
	char subject[400];
	struct want x;

	snprintf(subject, sizeof subject, "%.60s to %.40s%s(%s)", name && *name ? name : b->name,
		 account_name ? account_name : "", account_name && *account_name ? " " : "", to_account);
	op_set_subject(op, subject);
	text_copy(op->to_account, sizeof op->to_account, to_account);
	text_copy(op->country, sizeof op->country, b->country);
	want_begin(&x);
	want_text(&x, "Sid", b->sid);
	want_text(&x, "RegulationSid", b->regulation_sid);
	want_text(&x, "FriendlyName", name && *name ? name : b->name);
	op->want_json = want_end(&x, p);
}

/* --- what depends on an address ---------------------------------------------------------------------------------- */

struct dependents {
	struct client client;
	struct arena mem;
	const char **v; size_t n;
	dependents_fn *done;
	void *ctx;
};

static bool take(void *ctx, const struct json *row)
{
	struct dependents *d = ctx;
	const char *number = json_text(row, "phone_number");

	d->v = mem_grow(d->v, d->n + 1, sizeof *d->v);
	d->v[d->n++] = arena_dup(&d->mem, number ? number : "?");
	return true;
}

static void ended(void *ctx, bool complete, const struct err *err)
{
	struct dependents *d = ctx;

	(void)complete;
	d->done(d->ctx, d->v, d->n, err);
	arena_release(&d->mem);
	free(d->v);
	free(d);
}

bool papers_dependents(struct session *s, const char *address_sid, dependents_fn *done, void *ctx, struct err *e)
{
	struct dependents *d;
	char path[96];
	const struct resource_list l = {.product = "api", .path = path, .key = "dependent_phone_numbers"};

	if (!session_ready(s, e))
		return false;
	if (!sid_is(address_sid, "AD"))
		return err_set(e, ERR_USAGE, "'%.40s' is not the SID of an address", address_sid);
	snprintf(path, sizeof path, "/Addresses/%s/DependentPhoneNumbers", address_sid);
	d = mem_alloc(sizeof *d);
	*d = (struct dependents){.client = s->client, .done = done, .ctx = ctx};
	if (resource_each(&d->client, &l, take, ended, d, e))
		return true;
	free(d);
	return false;
}
