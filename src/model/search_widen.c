#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "numdesk/model/dialplan.h"
#include "numdesk/model/search.h"
#include "numdesk/util/mem.h"
#include "search_priv.h"


/* From one search to the requests that it takes, that narrow it, and that go on around it. */

size_t search_expand(const struct search *s, struct search *out, size_t max)
{
	char patterns[2 * VANITY_WORDS][sizeof s->contains];
	const size_t n_patterns = vanity_patterns(s->vanity, patterns, ARRAY_LEN(patterns));
	size_t n = 0;

	for (size_t p = 0; p < (n_patterns ? n_patterns : 1); p++)
		for (size_t c = 0; n < max && c <= SEARCH_MORE_CODES && (c == 0 || s->more_codes[c - 1]); c++) {
			out[n] = *s;
			out[n].vanity[0] = '\0';
			memset(out[n].more_codes, 0, sizeof out[n].more_codes);
			if (c > 0)
				out[n].area_code = s->more_codes[c - 1];
			if (n_patterns)
				memcpy(out[n].contains, patterns[p], sizeof out[n].contains);
			n++;
		}
	return n;
}

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
		memset(out[k].more_codes, 0, sizeof out[k].more_codes);
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

/* Several area codes or patterns, each by its digits, each as far as there is room. */
static size_t split_each(const struct search *s, struct search *out, size_t max, struct buf *covers)
{
	struct search *whole = mem_array(max + 1, sizeof *whole);
	const size_t parts = search_expand(s, whole, max), room = parts ? max / parts : 0;
	size_t n = 0;

	for (size_t i = 0; room > 1 && i < parts; i++) {
		buf_adds(covers, i ? "; " : "");
		if (whole[i].area_code && parts > 1)
			buf_addf(covers, "%d: ", whole[i].area_code);
		n += split_digits(&whole[i], out + n, room, covers);
	}
	free(whole);
	return n;
}

size_t search_split(const struct search *s, struct search *out, size_t max, char *covers, size_t covers_size)
{
	struct buf b;
	int npa[100];
	size_t n = 0;

	buf_init(&b, 4096);
	if (s->type == NUMBER_LOCAL && *s->region && !s->area_code && !*s->vanity)
		n = split_codes(s, npa, dialplan_npas_of(s->country, s->region, npa, ARRAY_LEN(npa)), out, max, &b);
	if (n < 2) {
		buf_clear(&b);
		n = s->more_codes[0] || *s->vanity ? split_each(s, out, max, &b) : split_digits(s, out, max, &b);
	}
	if (n == 0 && max > 0) {
		search_expand(s, &out[n++], 1);
		buf_adds(&b, "this search only: its pattern cannot be narrowed");
	}
	say(covers, covers_size, &b);
	buf_release(&b);
	return n;
}

size_t search_widen(const struct search *s, struct search *out, size_t max, char *covers, size_t covers_size)
{
	int npa[100] = {s->area_code}, near[90];
	struct buf b;
	size_t n = 1, around;

	if (s->type != NUMBER_LOCAL || !s->area_code || *s->vanity)
		return search_split(s, out, max, covers, covers_size);
	while (n <= SEARCH_MORE_CODES && s->more_codes[n - 1]) {
		npa[n] = s->more_codes[n - 1];
		n++;
	}
	around = dialplan_npa_neighbours(s->area_code, near, ARRAY_LEN(near));
	for (size_t i = 0; i < around; i++)
		if (!search_has_code(s, near[i]))
			npa[n++] = near[i];
	if (n < 2)
		return search_split(s, out, max, covers, covers_size);
	buf_init(&b, 4096);
	n = split_codes(s, npa, n < max ? n : max, out, max, &b);
	say(covers, covers_size, &b);
	buf_release(&b);
	return n;
}
