/* Addresses made (once by name) and removed, and bundles cloned into another account (once by name and regulation). */
#include <stdio.h>
#include <string.h>

#include "kind.h"

#include "numdesk/core/session.h"
#include "numdesk/core/things.h"
#include "numdesk/twilio/resource.h"
#include "numdesk/util/json.h"
#include "numdesk/util/text.h"

enum { FORM_MAX_FIELDS = 12 };

/* Some of the wanted parameters as form fields; false: none can be read. */
static size_t form_of(const struct json *want, const char *const *names, size_t n, struct http_param *out)
{
	size_t used = 0;

	for (size_t i = 0; want && i < n; i++) {
		const char *value = json_text(want, names[i]);

		if (value)
			out[used++] = (struct http_param){names[i], value};
	}
	return used;
}

static bool same(const struct json *row, const char *member, const struct operation *op, const char *param, struct arena *mem)
{
	const char *theirs = json_text(row, member), *ours = kind_want_text(op, param, mem);

	return theirs && ours && strcmp(theirs, ours) == 0;
}

static void unreadable(const struct operation *op, struct err *e)
{
	err_set(e, ERR_USAGE, "what is wanted of '%.80s' cannot be read", op->subject);
}

/* --- a new address ---------------------------------------------------------------------------------------------- */

/* Twilio may correct a street, so that the name, the customer and the country have to do. */
static bool address_row(void *ctx, const struct json *row)
{
	struct inquiry *q = ctx;
	const char *sid = json_text(row, "sid");

	if (!sid || !sid_is(sid, "AD")) {
		q->doubtful = true;
		return true;
	}
	if (!same(row, "friendly_name", &q->op, "FriendlyName", &q->mem))
		return true;
	if (same(row, "customer_name", &q->op, "CustomerName", &q->mem) &&
	    same(row, "iso_country", &q->op, "IsoCountry", &q->mem)) {
		q->seen = true;
		q->found.sid = arena_dup(&q->mem, sid);
	} else {
		q->count++;
	}
	return true;
}

static void address_listed(void *ctx, bool complete, const struct err *err)
{
	struct inquiry *q = ctx;
	struct finding f = {.is = EVIDENCE_NOT};

	q->walk = NULL;
	if (q->seen) {
		f = (struct finding){.is = EVIDENCE_DONE, .sid = q->found.sid};
		snprintf(f.says, sizeof f.says, "address '%.80s' is there (%s); made once", q->op.subject, f.sid);
	} else if (q->count) {
		f.is = EVIDENCE_OTHER;
		snprintf(f.says, sizeof f.says, "another address is named '%.80s'", q->op.subject);
	} else if (err || !complete || q->doubtful) {
		inquiry_fail(q, err);
		return;
	} else {
		snprintf(f.says, sizeof f.says, "there is no address '%.80s'", q->op.subject);
	}
	inquiry_answer(q, &f);
}

static bool address_look(struct inquiry *q, struct err *e)
{
	const struct http_param query[] = {{"FriendlyName", kind_want_text(&q->op, "FriendlyName", &q->mem)}};
	const struct resource_list list = {.product = "api", .path = "/Addresses", .key = "addresses", .query = query,
					   .n_query = 1, .page_size = 1000};

	if (!query[0].value)
		unreadable(&q->op, e);
	else
		q->walk = resource_each(&q->client, &list, address_row, address_listed, q, e);
	return q->walk != NULL;
}

static uint32_t address_send(struct session *s, const struct operation *op, http_before_send_fn *before, write_fn *done,
			     void *ctx, struct err *e)
{
	static const char *const names[] = {
		"CustomerName", "Street", "StreetSecondary", "City", "Region", "PostalCode", "IsoCountry", "FriendlyName",
		"EmergencyEnabled",
	};
	struct http_param form[FORM_MAX_FIELDS];
	struct json *want = kind_want(op);
	const size_t n = form_of(want, names, ARRAY_LEN(names), form);
	const struct resource_write w = {.method = HTTP_POST, .product = "api", .path = "/Addresses", .form = form, .n_form = n,
					 .expect = 201, .sid_prefix = "AD", .subject = op->subject};
	uint32_t id = 0;

	if (n)
		id = resource_write(&s->client, &w, before, ctx, done, ctx, e);
	else
		unreadable(op, e);
	json_free(want);
	return id;
}

static bool address_accept(const struct operation *op, const struct write_reply *r, struct finding *f)
{
	struct arena mem = {0};
	const bool ok = same(r->doc, "friendly_name", op, "FriendlyName", &mem) &&
			same(r->doc, "iso_country", op, "IsoCountry", &mem);

	arena_release(&mem);
	f->sid = json_text(r->doc, "sid");
	if (!ok)
		snprintf(f->says, sizeof f->says, "Twilio answered with another address (%s)", f->sid);
	return ok;
}

/* The list is read again: what was made may have been corrected, and a look knows its SID alone. */
static void addresses_anew(struct session *s, const struct operation *op, const struct finding *f)
{
	(void)op, (void)f;
	things_need(s, THING_ADDRESS, NULL, true, NULL, NULL, NULL);
}

const struct kind kind_address = {
	.look = address_look, .send = address_send, .accept = address_accept, .mirror = addresses_anew, .look_first = true,
	.patient = true, .already = "exists already",
};

/* --- one goes --------------------------------------------------------------------------------------------------- */

static void removal_looked(void *ctx, const struct json *doc, const struct http_reply *r, const struct err *err)
{
	struct inquiry *q = ctx;
	struct finding f = {.is = EVIDENCE_NOT};
	struct arena mem = {0};

	(void)r;
	q->request = 0;
	if (err && err->kind == ERR_NOT_FOUND) {
		f.is = EVIDENCE_DONE;
		snprintf(f.says, sizeof f.says, "'%.80s' is no longer there", q->op.subject);
	} else if (err || !same(doc, "sid", &q->op, "Sid", &mem)) {
		arena_release(&mem);
		inquiry_fail(q, err);
		return;
	} else {
		snprintf(f.says, sizeof f.says, "'%.80s' is still there", q->op.subject);
	}
	arena_release(&mem);
	inquiry_answer(q, &f);
}

static bool sid_path(const struct operation *op, const char *before, const char *prefix, const char *after, char *path,
		     size_t size, struct err *e)
{
	struct arena mem = {0};
	const char *sid = kind_want_text(op, "Sid", &mem);
	const bool ok = sid && sid_is(sid, prefix);

	if (ok)
		snprintf(path, size, "%s%s%s", before, sid, after);
	else
		unreadable(op, e);
	arena_release(&mem);
	return ok;
}

static bool removal_look(struct inquiry *q, struct err *e)
{
	char path[96];

	if (sid_path(&q->op, "/Addresses/", "AD", "", path, sizeof path, e))
		q->request = resource_get(&q->client, "api", path, NULL, 0, q->op.subject, removal_looked, q, e);
	return q->request != 0;
}

static uint32_t removal_send(struct session *s, const struct operation *op, http_before_send_fn *before, write_fn *done,
			     void *ctx, struct err *e)
{
	char path[96];
	const struct resource_write w = {.method = HTTP_DELETE, .product = "api", .path = path, .expect = 204,
					 .subject = op->subject};

	return sid_path(op, "/Addresses/", "AD", "", path, sizeof path, e) ?
	       resource_write(&s->client, &w, before, ctx, done, ctx, e) : 0;
}

static void removal_mirror(struct session *s, const struct operation *op, const struct finding *f)
{
	struct arena mem = {0};
	const char *sid = kind_want_text(op, "Sid", &mem);

	(void)f;
	if (sid)
		things_drop(s, op->account_sid, THING_ADDRESS, NULL, sid);
	arena_release(&mem);
}

const struct kind kind_address_remove = {
	.look = removal_look, .send = removal_send, .mirror = removal_mirror, .look_first = true,
	.already = "was already gone",
};

/* --- a clone: asked for by the owner of the bundle, found in the account it went to ------------------------------- */

static bool clone_row(void *ctx, const struct json *row)
{
	struct inquiry *q = ctx;
	const char *sid = json_text(row, "sid");

	if (!sid || !sid_is(sid, "BU"))
		q->doubtful = true;
	else if (same(row, "friendly_name", &q->op, "FriendlyName", &q->mem) &&
		 same(row, "regulation_sid", &q->op, "RegulationSid", &q->mem)) {
		q->seen = true;
		q->found.sid = arena_dup(&q->mem, sid);
	}
	return true;
}

static void clone_listed(void *ctx, bool complete, const struct err *err)
{
	struct inquiry *q = ctx;
	struct finding f = {.is = EVIDENCE_NOT};

	q->walk = NULL;
	if (q->seen) {
		f = (struct finding){.is = EVIDENCE_DONE, .sid = q->found.sid};
		snprintf(f.says, sizeof f.says, "%.120s: %s is there; cloned once", q->op.subject, f.sid);
	} else if (err || !complete || q->doubtful) {
		inquiry_fail(q, err);
		return;
	} else {
		snprintf(f.says, sizeof f.says, "account %s has no such bundle", q->op.to_account);
	}
	inquiry_answer(q, &f);
}

static bool clone_look(struct inquiry *q, struct err *e)
{
	const struct resource_list list = {.product = "numbers", .path = "/v2/RegulatoryCompliance/Bundles", .key = "results"};

	if (session_client_for(q->s, q->op.to_account, CLIENT_OWN, &q->client, e))
		q->walk = resource_each(&q->client, &list, clone_row, clone_listed, q, e);
	return q->walk != NULL;
}

static uint32_t clone_send(struct session *s, const struct operation *op, http_before_send_fn *before, write_fn *done,
			   void *ctx, struct err *e)
{
	struct arena mem = {0};
	const struct http_param form[] = {
		{"TargetAccountSid", op->to_account}, {"FriendlyName", kind_want_text(op, "FriendlyName", &mem)},
	};
	struct client client = s->client;
	char path[128];
	const struct resource_write w = {.method = HTTP_POST, .product = "numbers", .path = path, .form = form,
					 .n_form = form[1].value ? 2 : 1, .expect = 201, .sid_prefix = "BU",
					 .sid_member = "bundle_sid", .subject = op->subject};
	uint32_t id = 0;

	/* the answer names the account that has the clone; the path does not depend on it */
	text_copy(client.account_sid, sizeof client.account_sid, op->to_account);
	if (sid_path(op, "/v2/RegulatoryCompliance/Bundles/", "BU", "/Clones", path, sizeof path, e))
		id = resource_write(&client, &w, before, ctx, done, ctx, e);
	arena_release(&mem);
	return id;
}

static bool clone_accept(const struct operation *op, const struct write_reply *r, struct finding *f)
{
	struct arena mem = {0};
	const bool ok = same(r->doc, "regulation_sid", op, "RegulationSid", &mem);

	arena_release(&mem);
	f->sid = json_text(r->doc, "bundle_sid");
	if (!ok)
		snprintf(f->says, sizeof f->says, "Twilio answered with bundle %s of another regulation", f->sid);
	return ok;
}

static void clone_mirror(struct session *s, const struct operation *op, const struct finding *f)
{
	struct client client;

	(void)f;
	if (session_client_for(s, op->to_account, CLIENT_OWN, &client, NULL))
		things_need(s, THING_BUNDLE, NULL, true, &client, NULL, NULL);
}

const struct kind kind_bundle_clone = {
	.look = clone_look, .send = clone_send, .accept = clone_accept, .mirror = clone_mirror, .look_first = true,
	.patient = true, .already = "is there already",
};
