#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "numdesk/model/dialplan.h"
#include "numdesk/model/search.h"
#include "numdesk/util/mem.h"
#include "search_priv.h"

/* --- when nothing was found ------------------------------------------------------------------------------------- */

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

static void relax_area_code(struct relaxations *r, const struct search *s)
{
	const struct dialplan_npa *npa = dialplan_npa(s->area_code);
	struct search other = *s;
	int near[2];
	size_t n = dialplan_npa_neighbours(s->area_code, near, ARRAY_LEN(near));

	for (size_t i = 0; i < n; i++) {
		const struct dialplan_npa *there = dialplan_npa(near[i]);

		other.area_code = near[i];
		offer(r, &other, "area code %d%s%s instead of %d", near[i], there && *there->place ? ", " : "",
		      there ? there->place : "", s->area_code);
	}
	other.area_code = 0;
	if (npa && *npa->region) {
		snprintf(other.region, sizeof other.region, "%s", npa->region);
		offer(r, &other, "anywhere in %s instead of area code %d", npa->region, s->area_code);
	} else {
		offer(r, &other, "without area code %d", s->area_code);
	}
}

static void relax_place(struct relaxations *r, const struct search *s)
{
	struct search other = *s;

	if (*s->near_number && s->distance < 500) {
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
			other.region[0] = other.locality[0] = other.postal_code[0] = '\0';
			other.near_number[0] = other.rate_center[0] = other.lata[0] = '\0';
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
	if (*s->contains) {
		other.contains[0] = '\0';
		offer(&r, &other, "without the pattern '%s'", s->contains);
		other = *s;
	}
	for (unsigned i = CAP_COUNT; i-- > 0;)          /* what fewest numbers have, first */
		if (s->capabilities & (1u << i)) {
			other.capabilities = s->capabilities & ~(1u << i);
			offer(&r, &other, "also without %s", capability_names[i]);
			other = *s;
		}
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

/* --- more than one request gives -------------------------------------------------------------------------------- */

static void say(char *dst, size_t dst_size, const struct buf *b)
{
	if (dst_size)
		snprintf(dst, dst_size, "%s", buf_str(b));
}

/* Searches for each of the n area codes, or as many as fit. */
static size_t split_codes(const struct search *s, const int *npa, size_t n, struct search *out, size_t max,
			  struct buf *covers)
{
	size_t k = 0;

	for (; k < n && k < max; k++) {
		out[k] = *s;
		out[k].area_code = npa[k];
		buf_addf(covers, "%s%d", k ? ", " : "", npa[k]);
	}
	if (k < n)
		buf_addf(covers, ": %zu of %zu area codes of %s", k, n, s->region);
	return k;
}

/*
 * Ten searches that differ in one digit: before or after the pattern, or, without one, the number's last. Every number
 * has a digit before a pattern (its country code at least) but not always one after it, so "before" is tried first.
 */
static size_t split_digits(const struct search *s, struct search *out, size_t max, struct buf *covers)
{
	size_t n = strlen(s->contains), k = 0;
	char first = s->contains[0], last = n ? s->contains[n - 1] : '\0';
	bool before = n && n < sizeof s->contains - 1 && first != '+' && first != '*' && first != '%';
	bool after = n && n < sizeof s->contains - 1 && last != '$' && last != '*' && last != '%';

	if (n && !before && !after)
		return 0;
	for (; k < 10 && k < max; k++) {
		char digit = (char)('0' + k);

		out[k] = *s;
		if (n == 0)
			snprintf(out[k].contains, sizeof out[k].contains, "%c$", digit);
		else if (before)
			snprintf(out[k].contains, sizeof out[k].contains, "%c%.15s", digit, s->contains);
		else
			snprintf(out[k].contains, sizeof out[k].contains, "%.15s%c", s->contains, digit);
		buf_addf(covers, "%s%s", k ? ", " : "", out[k].contains);
	}
	return k;
}

size_t search_split(const struct search *s, struct search *out, size_t max, char *covers, size_t covers_size)
{
	struct buf b;
	int npa[100];
	size_t n = 0;

	buf_init(&b, 4096);
	if (s->type == NUMBER_LOCAL && *s->region && !s->area_code)
		n = split_codes(s, npa, dialplan_npas_of(s->country, s->region, npa, ARRAY_LEN(npa)), out, max, &b);
	if (n < 2) {
		buf_clear(&b);
		n = split_digits(s, out, max, &b);
	}
	if (n == 0 && max > 0) {
		out[n++] = *s;
		buf_adds(&b, "this search only: its pattern cannot be narrowed");
	}
	say(covers, covers_size, &b);
	buf_release(&b);
	return n;
}

size_t search_widen(const struct search *s, struct search *out, size_t max, char *covers, size_t covers_size)
{
	int npa[100] = {s->area_code};
	struct buf b;
	size_t n;

	if (s->type != NUMBER_LOCAL || !s->area_code)
		return search_split(s, out, max, covers, covers_size);
	n = 1 + dialplan_npa_neighbours(s->area_code, npa + 1, ARRAY_LEN(npa) - 1);
	if (n < 2)
		return search_split(s, out, max, covers, covers_size);
	buf_init(&b, 4096);
	n = split_codes(s, npa, n < max ? n : max, out, max, &b);
	say(covers, covers_size, &b);
	buf_release(&b);
	return n;
}
