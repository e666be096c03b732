#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "numdesk/model/dialplan.h"
#include "numdesk/model/search.h"
#include "numdesk/util/mem.h"
#include "search_priv.h"

/* When nothing was found: what else could be tried. */

struct relaxations { struct search_relaxation *v; size_t n, max; };

static __attribute__((format(printf, 3, 4))) void offer(struct relaxations *r, const struct search *s, const char *fmt,
							...)
{
	va_list ap;

	if (r->n == r->max)
		return;
	r->v[r->n].search = *s;
	va_start(ap, fmt);
	vsnprintf(r->v[r->n].says, sizeof r->v[r->n].says, fmt, ap);
	va_end(ap);
	r->n++;
}

/* Everything around at once: "also area codes 628, 510 and 650". */
static void relax_around(struct relaxations *r, const struct search *s, const int *near, size_t n)
{
	char list[64] = "";
	struct search other = *s;
	size_t at = 0, used = 0, k = 0;

	while (at < SEARCH_MORE_CODES && other.more_codes[at])
		at++;
	for (; k < n && at < SEARCH_MORE_CODES; k++) {
		other.more_codes[at++] = near[k];
		used += (size_t)snprintf(list + used, sizeof list - used, "%s%d", k == 0 ? "" : k + 1 < n ? ", " : " and ", near[k]);
	}
	if (k > 1)
		offer(r, &other, "also area codes %s", list);
}

static void relax_area_code(struct relaxations *r, const struct search *s)
{
	const struct dialplan_npa *npa = dialplan_npa(s->area_code);
	struct search other = *s;
	int around[16], near[4];
	const size_t all = dialplan_npa_neighbours(s->area_code, around, ARRAY_LEN(around));
	size_t n = 0;

	for (size_t i = 0; i < all && n < ARRAY_LEN(near); i++)
		if (!search_has_code(s, around[i]))
			near[n++] = around[i];
	relax_around(r, s, near, n);
	memset(other.more_codes, 0, sizeof other.more_codes);
	if (n) {
		const struct dialplan_npa *there = dialplan_npa(near[0]);

		other.area_code = near[0];
		offer(r, &other, "area code %d%s%s instead of %d", near[0], there && *there->place ? ", " : "",
		      there ? there->place : "", s->area_code);
	}
	other.area_code = 0;
	if (npa && *npa->region && *s->region != '+') {
		snprintf(other.region, sizeof other.region, "%s", npa->region);
		offer(r, &other, "anywhere in %s instead of area code %d", npa->region, s->area_code);
	} else {
		offer(r, &other, "without area code %d", s->area_code);
	}
}

/* "37$" and "+137" as "37" anywhere. */
static void relax_anchor(struct relaxations *r, const struct search *s)
{
	struct search other = *s;
	size_t n = strlen(s->contains);
	const bool start = s->contains[0] == '+', end = n && s->contains[n - 1] == '$';

	if (!start && !end)
		return;
	n -= (size_t)start + (size_t)end;
	snprintf(other.contains, sizeof other.contains, "%.*s", (int)n, s->contains + start);
	if (phone_contains_valid(other.contains, NULL))
		offer(r, &other, "with '%s' anywhere in the number", other.contains);
}

static void relax_contains(struct relaxations *r, const struct search *s)
{
	struct search other = *s;

	if (*s->contains) {
		relax_anchor(r, s);
		other.contains[0] = '\0';
		offer(r, &other, "without the pattern '%s'", s->contains);
	}
	if (!*s->vanity)
		return;
	if (!strchr(s->vanity, ' ') && strlen(s->vanity) > 3) {        /* one word: a shorter one is still like it */
		snprintf(other.vanity, sizeof other.vanity, "%.*s", (int)strlen(s->vanity) - 1, s->vanity);
		offer(r, &other, "%s without its last letter, %s", s->vanity, other.vanity);
	}
	other.vanity[0] = '\0';
	offer(r, &other, "without the word%s %s", strchr(s->vanity, ' ') ? "s" : "", s->vanity);
}

static void relax_capabilities(struct relaxations *r, const struct search *s)
{
	struct search other = *s;

	for (unsigned i = CAP_COUNT; i-- > 0;)          /* what fewest numbers have, first */
		if (s->capabilities & (1u << i)) {
			other.capabilities = s->capabilities & ~(1u << i);
			offer(r, &other, "also without %s", capability_names[i]);
			other = *s;
		}
	for (unsigned i = 0; i < CAP_COUNT; i++)
		if (s->without & (1u << i)) {
			other.without = s->without & ~(1u << i);
			offer(r, &other, "also with %s", capability_names[i]);
			other = *s;
		}
}

static void relax_place(struct relaxations *r, const struct search *s)
{
	struct search other = *s;

	if ((*s->near_number || *s->near_place) && s->distance < 500) {
		int miles = (s->distance ? s->distance : 25) * 2;

		other.distance = miles > 500 ? 500 : miles;
		offer(r, &other, "within %d miles", other.distance);
		other = *s;
	}
	if (*s->rate_center) {
		other.rate_center[0] = '\0';
		offer(r, &other, "anywhere in LATA %s", s->lata);
		other = *s;
	}
	if (*s->postal_code) {
		other.postal_code[0] = '\0';
		offer(r, &other, "at any postal code");
		other = *s;
	}
	if (*s->locality) {
		other.locality[0] = '\0';
		offer(r, &other, "in any place%s%s", *s->region ? " of " : "", s->region);
		other = *s;
	}
	if (*s->region && !s->area_code) {
		other.region[0] = '\0';
		other.locality[0] = '\0';
		offer(r, &other, "anywhere in %s", dialplan_country_name(s->country));
	}
}

static void relax_type(struct relaxations *r, const struct search *s)
{
	static const enum number_type order[] = {NUMBER_LOCAL, NUMBER_MOBILE, NUMBER_NATIONAL, NUMBER_TOLLFREE};
	struct search other = *s;

	if (s->type == NUMBER_TYPE_UNKNOWN)
		return;
	for (size_t i = 0; i < ARRAY_LEN(order); i++) {
		if (order[i] == s->type ||
		    (search_is_nanp(s) && order[i] != NUMBER_LOCAL && order[i] != NUMBER_TOLLFREE))
			continue;
		other.type = order[i];
		if (order[i] == NUMBER_TOLLFREE || s->type == NUMBER_TOLLFREE) {   /* toll-free numbers lie nowhere */
			other.area_code = 0;
			memset(other.more_codes, 0, sizeof other.more_codes);
			other.region[0] = other.locality[0] = other.postal_code[0] = '\0';
			other.near_number[0] = other.near_place[0] = other.rate_center[0] = other.lata[0] = '\0';
			other.distance = 0;
		}
		offer(r, &other, "%s numbers instead of %s", number_type_name(order[i]), number_type_name(s->type));
		other = *s;
	}
}

size_t search_relaxations(const struct search *s, struct search_relaxation *out, size_t max)
{
	struct relaxations r = {.v = out, .max = max};
	struct search other = *s;

	if (s->area_code)
		relax_area_code(&r, s);
	relax_place(&r, s);
	relax_contains(&r, s);
	relax_capabilities(&r, s);
	if (*s->exclude_address) {
		other.exclude_address[0] = '\0';
		offer(&r, &other, "also numbers that need an address");
		other = *s;
	}
	if (s->exclude_beta) {
		other.exclude_beta = false;
		offer(&r, &other, "also numbers in beta");
	}
	relax_type(&r, s);
	return r.n;
}
