/* Which address and which bundle purchases go with: picked from a form over the question, then asked about again. */
#include <stdio.h>
#include <string.h>

#include "app.h"
#include "numdesk/core/papers.h"
#include "numdesk/util/json.h"
#include "numdesk/util/mem.h"
#include "numdesk/util/text.h"

/* Purchases of one country, type and need go with the same papers. */
struct paper_group {
	size_t first, n;                /* the plan's operation that stands for it; how many it has */
	bool address, bundle;           /* what can be chosen */
};
enum { GROUPS_MAX = FORM_MAX / 2 };

static enum address_need need_of(const struct plan *p, size_t i)
{
	return address_need_parse(p->needs_address[i]);
}

static bool same_group(const struct plan *p, size_t i, size_t k)
{
	return strcmp(p->ops[i].country, p->ops[k].country) == 0 && p->ops[i].type == p->ops[k].type &&
	       need_of(p, i) == need_of(p, k);
}

/* The value that an operation sends under a name; "" for nothing. */
static void sent(const struct operation *op, const char *name, char out[SID_SIZE])
{
	struct json *doc = op->want_json ? json_parse(op->want_json, strlen(op->want_json), 256 << 10, NULL) : NULL;
	const char *s = doc ? json_text(doc, name) : NULL;

	text_copy(out, SID_SIZE, s ? s : "");
	json_free(doc);
}

static size_t groups_of(struct app *a, struct paper_group *out)
{
	const struct plan *p = &a->plan;
	size_t n = 0;

	for (size_t i = 0; i < p->n; i++) {
		const struct operation *op = &p->ops[i];
		char address[SID_SIZE], bundle[SID_SIZE];
		struct paper_group g = {.first = i, .n = 1};
		size_t k = 0;

		if (op->kind != OP_BUY)
			continue;
		while (k < n && !same_group(p, out[k].first, i))
			k++;
		if (k < n) {
			out[k].n++;
			continue;
		}
		sent(op, "AddressSid", address);
		sent(op, "BundleSid", bundle);
		g.address = *address || need_of(p, i) > ADDRESS_NONE;
		g.bundle = *bundle || papers_bundle_need(a->s, op->country, op->type) > 0;
		if ((g.address || g.bundle) && n < GROUPS_MAX)
			out[n++] = g;
	}
	return n;
}

bool app_papers_matter(struct app *a)
{
	struct paper_group groups[GROUPS_MAX];

	return groups_of(a, groups) > 0;
}

static void address_field(struct formbox *f, const struct papers *x, const struct plan *p, const struct paper_group *g,
			  const char *what)
{
	const enum address_need need = need_of(p, g->first);
	const char *country = p->ops[g->first].country;
	char label[40], help[100], words[64], now[SID_SIZE], text[200];

	snprintf(label, sizeof label, "%.28s: address", what);
	snprintf(help, sizeof help, "Twilio wants %s", need > ADDRESS_NONE ?
		 address_need_say(need, country, words, sizeof words) : "none");
	sent(&p->ops[g->first], "AddressSid", now);
	formbox_pick(f, label, help, now);
	for (size_t i = 0; i < x->n_addresses; i++) {
		const struct address *a = &x->addresses[i];

		if (!address_fits(need, country, a->country))
			continue;
		formbox_option(f, a->sid, a->friendly_name ? a->friendly_name : a->customer_name ? a->customer_name : a->sid,
			       address_say(a, text, sizeof text));
	}
	formbox_option(f, "", "none", NULL);
}

static void bundle_field(struct formbox *f, const struct papers *x, const struct plan *p, const struct paper_group *g,
			 const char *what)
{
	const struct operation *op = &p->ops[g->first];
	char label[40], now[SID_SIZE], why[200];

	snprintf(label, sizeof label, "%.28s: bundle", what);
	sent(op, "BundleSid", now);
	formbox_pick(f, label, "only an approved bundle for this country and type will do", now);
	for (size_t i = 0; i < x->n_bundles; i++) {
		const struct bundle *b = &x->bundles[i];

		if (bundle_fits(b, op->country, op->type, x->now))
			formbox_option(f, b->sid, *b->name ? b->name : b->sid,
				       bundle_why_not(b, op->country, op->type, x->now, why, sizeof why));
	}
	formbox_option(f, "", "none", NULL);
}

/* What the question begins with, for asking it again. */
static void keep_head(struct app *a)
{
	const struct question *q = &a->ui.question;

	question_release(&a->asking);
	question_init(&a->asking, q->title, QUESTION_YES, ASK_PLAN);
	for (size_t i = 0; i < q->keep && i < q->n; i++)
		question_line(&a->asking, q->roles[i], "%s", q->lines[i]);
}

void app_papers_pick(struct app *a)
{
	struct paper_group groups[GROUPS_MAX];
	const size_t n = groups_of(a, groups);
	struct papers x;
	struct formbox f;

	if (n == 0)
		return;
	keep_head(a);
	papers_open(a->s, NULL, &x);
	formbox_init(&f, "Address and bundle", UI_FORM_PAPERS);
	for (size_t i = 0; i < n; i++) {
		const struct operation *op = &a->plan.ops[groups[i].first];
		char what[32];

		snprintf(what, sizeof what, "%s %s", op->country, number_type_name(op->type));
		if (groups[i].address)
			address_field(&f, &x, &a->plan, &groups[i], what);
		if (groups[i].bundle)
			bundle_field(&f, &x, &a->plan, &groups[i], what);
	}
	papers_release(&x);
	app_open_form(a, &f);
}

void submit_papers(struct app *a)
{
	struct paper_group groups[GROUPS_MAX];
	const size_t n = groups_of(a, groups);
	size_t field = 0;

	for (size_t k = 0; k < n; k++) {
		char address[SID_SIZE], bundle[SID_SIZE];

		sent(&a->plan.ops[groups[k].first], "AddressSid", address);
		sent(&a->plan.ops[groups[k].first], "BundleSid", bundle);
		if (groups[k].address)
			text_copy(address, sizeof address, a->ui.form.fields[field++].edit.text);
		if (groups[k].bundle)
			text_copy(bundle, sizeof bundle, a->ui.form.fields[field++].edit.text);
		for (size_t i = 0; i < a->plan.n; i++)
			if (a->plan.ops[i].kind == OP_BUY && same_group(&a->plan, groups[k].first, i))
				papers_set(&a->plan, i, address, bundle);
	}
	app_review_again(a);
}
