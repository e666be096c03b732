#include "numdesk/core/papers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kind.h"

#include "numdesk/core/plan.h"
#include "numdesk/core/session.h"
#include "numdesk/core/things.h"
#include "numdesk/twilio/papers.h"
#include "numdesk/util/clock.h"
#include "numdesk/util/json.h"
#include "numdesk/util/text.h"

enum { WANT_MAX = 256 << 10 };

/* --- what an account has ---------------------------------------------------------------------------------------- */

struct loading { struct session *s; struct papers *x; size_t cap_addresses, cap_bundles; };

static struct json *parsed(const struct thing *t)
{
	return json_parse(t->json, strlen(t->json), WANT_MAX, NULL);
}

static bool load_address(void *ctx, const struct thing *t)
{
	struct loading *l = ctx;
	struct papers *x = l->x;
	struct json *doc = parsed(t);

	if (x->n_addresses == l->cap_addresses) {
		l->cap_addresses = l->cap_addresses ? l->cap_addresses * 2 : 16;
		x->addresses = mem_grow(x->addresses, l->cap_addresses, sizeof *x->addresses);
	}
	if (doc && address_decode(doc, &x->addresses[x->n_addresses], &x->mem))
		x->n_addresses++;
	json_free(doc);
	return true;
}

static bool load_bundle(void *ctx, const struct thing *t)
{
	struct loading *l = ctx;
	struct papers *x = l->x;
	struct json *doc = parsed(t);
	struct regulation r;
	struct bundle *b;

	if (x->n_bundles == l->cap_bundles) {
		l->cap_bundles = l->cap_bundles ? l->cap_bundles * 2 : 16;
		x->bundles = mem_grow(x->bundles, l->cap_bundles, sizeof *x->bundles);
	}
	b = &x->bundles[x->n_bundles];
	if (doc && bundle_decode(doc, b, &x->mem)) {
		x->n_bundles++;
		if (cache_regulation(l->s->cache, b->regulation_sid, &r)) {
			memcpy(b->country, r.country, sizeof b->country);
			memcpy(b->end_user, r.end_user, sizeof b->end_user);
			b->type = r.type;
		}
	}
	json_free(doc);
	return true;
}

void papers_open(struct session *s, const char *account_sid, struct papers *out)
{
	const char *account = account_sid ? account_sid : s->profile.account_sid;
	struct loading l = {.s = s, .x = out};

	*out = (struct papers){
		.addresses_known = cache_things_at(s->cache, account, THING_ADDRESS, NULL) > 0,
		.bundles_known = cache_things_at(s->cache, account, THING_BUNDLE, NULL) > 0, .now = session_now(s),
	};
	things_each(s, account, THING_ADDRESS, NULL, load_address, &l);
	things_each(s, account, THING_BUNDLE, NULL, load_bundle, &l);
}

void papers_release(struct papers *x)
{
	arena_release(&x->mem);
	free(x->addresses);
	free(x->bundles);
	*x = (struct papers){0};
}

const struct address *papers_address(const struct papers *x, const char *sid)
{
	for (size_t i = 0; i < x->n_addresses; i++)
		if (text_ieq(x->addresses[i].sid, sid))
			return &x->addresses[i];
	return NULL;
}

const struct bundle *papers_bundle(const struct papers *x, const char *sid)
{
	for (size_t i = 0; i < x->n_bundles; i++)
		if (text_ieq(x->bundles[i].sid, sid))
			return &x->bundles[i];
	return NULL;
}

const struct address *papers_best_address(const struct papers *x, enum address_need need, const char *country,
					  const char *locality, const char *region)
{
	const struct address *best = NULL;
	int most = -1;

	for (size_t i = 0; i < x->n_addresses; i++) {
		const struct address *a = &x->addresses[i];
		const int score = address_score(a, country, locality, region);

		if (!address_fits(need, country, a->country) || score <= most)
			continue;
		best = a;
		most = score;
	}
	return best;
}

/* The one that is good for longest: 0 is for ever. */
const struct bundle *papers_best_bundle(const struct papers *x, const char *country, enum number_type type)
{
	const struct bundle *best = NULL;

	for (size_t i = 0; i < x->n_bundles; i++) {
		const struct bundle *b = &x->bundles[i];

		if (bundle_fits(b, country, type, x->now) &&
		    (!best || (best->valid_until && (!b->valid_until || b->valid_until > best->valid_until))))
			best = b;
	}
	return best;
}

int papers_bundle_need(struct session *s, const char *country, enum number_type type)
{
	int64_t at;
	const int64_t n = cache_regulated(s->cache, country, type, &at);

	return n < 0 ? -1 : n > 0;
}

/* --- choosing for a plan ---------------------------------------------------------------------------------------- */

static bool is_set(const char *s)
{
	return s && *s;
}

/* The wanted parameters with two of them replaced; NULL when nothing is left. */
static const char *want_with(struct arena *mem, const struct json *want, const char *address, const char *bundle)
{
	struct json_writer w;
	struct buf out;
	const char *text;
	size_t n = 0;

	buf_init(&out, WANT_MAX);
	json_w_init(&w, &out);
	json_w_object(&w);
	for (const struct json *v = want ? json_first(want) : NULL; v; v = json_next(v)) {
		if (strcmp(json_name(v), "AddressSid") == 0 || strcmp(json_name(v), "BundleSid") == 0)
			continue;
		json_w_key(&w, json_name(v));
		json_w_text(&w, json_string(v));
		n++;
	}
	if (is_set(address))
		json_w_key(&w, "AddressSid"), json_w_text(&w, address), n++;
	if (is_set(bundle))
		json_w_key(&w, "BundleSid"), json_w_text(&w, bundle), n++;
	json_w_end(&w);
	text = n ? arena_dup(mem, buf_str(&out)) : NULL;
	buf_release(&out);
	return text;
}

static void set_papers(struct arena *mem, struct operation *op, const char *address_sid, const char *bundle_sid)
{
	struct json *want = kind_want(op);

	if (want || !op->want_json)     /* what cannot be read is the guard's to refuse */
		op->want_json = want_with(mem, want, address_sid, bundle_sid);
	json_free(want);
}

/* A candidate that may take a number's place goes with the papers of the plan's own numbers of its country and type. */
static void set_spares(struct plan *p, const struct operation *like, const char *address_sid, const char *bundle_sid)
{
	for (size_t k = 0; k < p->n_spares; k++) {
		struct operation *spare = &p->spares[k];

		if (spare->type == like->type && strcmp(spare->country, like->country) == 0)
			set_papers(&p->mem, spare, address_sid, bundle_sid);
	}
}

void papers_set(struct plan *p, size_t i, const char *address_sid, const char *bundle_sid)
{
	set_papers(&p->mem, &p->ops[i], address_sid, bundle_sid);
	set_spares(p, &p->ops[i], address_sid, bundle_sid);
}

static void fill_one(struct session *s, const struct papers *x, struct plan *p, size_t i)
{
	const struct operation *op = &p->ops[i];
	const enum address_need need = address_need_parse(p->needs_address[i]);
	struct arena mem = {0};
	const char *address = kind_want_text(op, "AddressSid", &mem), *bundle = kind_want_text(op, "BundleSid", &mem);
	const bool had_address = is_set(address), had_bundle = is_set(bundle);
	const struct address *a = NULL;
	const struct bundle *b = NULL;

	if (!had_address && need > ADDRESS_NONE)
		a = papers_best_address(x, need, op->country, p->places[i].locality, p->places[i].region);
	if (!had_bundle && papers_bundle_need(s, op->country, op->type) > 0)
		b = papers_best_bundle(x, op->country, op->type);
	if (a || b)
		papers_set(p, i, a ? a->sid : address, b ? b->sid : bundle);
	arena_release(&mem);
}

void papers_fill(struct session *s, struct plan *p)
{
	struct papers x;

	papers_open(s, NULL, &x);
	for (size_t i = 0; i < p->n; i++)
		if (p->ops[i].kind == OP_BUY)
			fill_one(s, &x, p, i);
	papers_release(&x);
}

/* --- saying it -------------------------------------------------------------------------------------------------- */

static void add_address(const struct papers *x, const char *sid, struct buf *b)
{
	const struct address *a = papers_address(x, sid);
	char text[300];

	buf_adds(b, a ? address_say(a, text, sizeof text) : sid);
}

static void add_bundle(const struct papers *x, const char *sid, struct buf *out)
{
	const struct bundle *b = papers_bundle(x, sid);
	char until[24];

	buf_adds(out, b && *b->name ? b->name : sid);
	if (b && b->valid_until)
		buf_addf(out, ", good until %s", clock_date(b->valid_until, until, sizeof until));
}

static void one_line(const struct papers *x, const char *address, const char *bundle, size_t n, bool single,
		     paper_line_fn *fn, void *ctx)
{
	struct buf b;

	buf_init(&b, 2048);
	if (!single)
		buf_addf(&b, "%zu number%s with ", n, n == 1 ? "" : "s");
	if (*address) {
		buf_adds(&b, single ? "address: " : "address ");
		add_address(x, address, &b);
	}
	if (*address && *bundle && single) {
		fn(ctx, buf_str(&b));
		buf_clear(&b);
	}
	if (*bundle) {
		buf_addf(&b, "%s%s", *address && !single ? ", " : "", single ? "bundle: " : "bundle ");
		add_bundle(x, bundle, &b);
	}
	fn(ctx, buf_str(&b));
	buf_release(&b);
}

struct pair { char address[SID_SIZE], bundle[SID_SIZE]; size_t n; };

static void count_pair(struct pair *pairs, size_t *n, size_t max, const char *address, const char *bundle)
{
	size_t k = 0;

	while (k < *n && (strcmp(pairs[k].address, address) != 0 || strcmp(pairs[k].bundle, bundle) != 0))
		k++;
	if (k == max)
		return;
	if (k == *n) {
		pairs[(*n)++] = (struct pair){.n = 0};
		text_copy(pairs[k].address, sizeof pairs[k].address, address);
		text_copy(pairs[k].bundle, sizeof pairs[k].bundle, bundle);
	}
	pairs[k].n++;
}

void papers_lines(struct session *s, const struct plan *p, paper_line_fn *fn, void *ctx)
{
	struct pair pairs[8];
	struct papers x;
	size_t n = 0;

	for (size_t i = 0; i < p->n; i++) {
		struct arena mem = {0};
		const char *address, *bundle;

		if (p->ops[i].kind != OP_BUY || !p->ops[i].want_json)
			continue;
		address = kind_want_text(&p->ops[i], "AddressSid", &mem);
		bundle = kind_want_text(&p->ops[i], "BundleSid", &mem);
		if (is_set(address) || is_set(bundle))
			count_pair(pairs, &n, ARRAY_LEN(pairs), address ? address : "", bundle ? bundle : "");
		arena_release(&mem);
	}
	if (n == 0)
		return;
	papers_open(s, NULL, &x);
	for (size_t k = 0; k < n; k++)
		one_line(&x, pairs[k].address, pairs[k].bundle, pairs[k].n, p->n == 1, fn, ctx);
	papers_release(&x);
}
