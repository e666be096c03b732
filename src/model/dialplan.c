#include "numdesk/model/dialplan.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dialplan_priv.h"
#include "numdesk/util/mem.h"
#include "numdesk/util/text.h"

/*
 * dialplan_data.h holds, per calling code and length of the national number, rows of leading digits; the longest that
 * fits tells country and type. A length without rows borrows those of the nearest length, so that a number the data
 * calls invalid (a range for fiction, one digit too many) still resolves. +1 is apart: its area code tells the country.
 */

struct type_row { char prefix[6], country[3]; unsigned char type; };
struct group_row { char prefix[4]; char groups[12]; };
struct directory { uint16_t code; uint8_t length; uint16_t first, n; };
struct code_row { uint16_t code; char country[3]; };
struct country_row { char code[3]; const char *name; uint16_t calling_code; };

/* The data's letters for types. */
enum {
	U = NUMBER_TYPE_UNKNOWN, L = NUMBER_LOCAL, M = NUMBER_MOBILE, T = NUMBER_TOLLFREE, N = NUMBER_NATIONAL,
	V = NUMBER_VOIP, S = NUMBER_SHAREDCOST
};

#include "dialplan_data.h"

#define NANP 1

/* --- calling codes ---------------------------------------------------------------------------------------------- */

/* The calling code an E.164 number begins with; codes are prefix-free, so the first that is known is the one. */
static const struct code_row *code_of(const char *digits)
{
	int code = 0;

	for (int i = 0; i < 3 && text_is_digit(digits[i]); i++) {
		size_t low = 0, high = ARRAY_LEN(code_rows);

		code = code * 10 + (digits[i] - '0');
		while (low < high) {
			size_t mid = low + (high - low) / 2;

			if (code_rows[mid].code < code)
				low = mid + 1;
			else
				high = mid;
		}
		if (low < ARRAY_LEN(code_rows) && code_rows[low].code == code)
			return &code_rows[low];
	}
	return NULL;
}

static size_t code_length(int code)
{
	return code > 99 ? 3 : code > 9 ? 2 : 1;
}

/* The directory entry for a code and the length nearest to the one asked for; NULL when the code has none. */
static const struct directory *find_rows(const struct directory *d, size_t n, int code, size_t length)
{
	const struct directory *best = NULL;
	size_t low = 0, high = n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (d[mid].code < code)
			low = mid + 1;
		else
			high = mid;
	}
	for (; low < n && d[low].code == code; low++)
		if (!best || labs((long)d[low].length - (long)length) < labs((long)best->length - (long)length))
			best = &d[low];
	return best;
}

static bool starts(const char *s, const char *prefix)
{
	return strncmp(s, prefix, strlen(prefix)) == 0;
}

/* Rows are sorted, so a longer prefix follows the shorter one it begins with: the last that fits is the longest. */
static const struct type_row *longest_type(const struct directory *d, const char *national)
{
	size_t low = 0, high = d->n;
	const struct type_row *rows = type_rows + d->first;

	while (low < high) {                    /* the first row that sorts after the number */
		size_t mid = low + (high - low) / 2;

		if (strcmp(rows[mid].prefix, national) <= 0)
			low = mid + 1;
		else
			high = mid;
	}
	while (low-- > 0)
		if (starts(national, rows[low].prefix))
			return &rows[low];
	return NULL;
}

/* --- the North American plan ------------------------------------------------------------------------------------ */

const struct npa_row *dialplan_npa_row(int npa)
{
	size_t low = 0, high = ARRAY_LEN(npa_rows);

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (npa_rows[mid].npa.npa < npa)
			low = mid + 1;
		else
			high = mid;
	}
	return low < ARRAY_LEN(npa_rows) && npa_rows[low].npa.npa == npa ? &npa_rows[low] : NULL;
}

const struct npa_row *dialplan_npa_rows(size_t *n)
{
	*n = ARRAY_LEN(npa_rows);
	return npa_rows;
}

static bool is_tollfree(int npa)
{
	return npa == 800 || npa == 822 || npa == 833 || npa == 844 || npa == 855 || npa == 866 || npa == 877 ||
	       npa == 888;
}

/* 500, 521-529, 533 ... are personal, 600 and 622 Canadian services, 700 carriers', 900 premium: not sold here. */
static bool is_special(int npa)
{
	return npa % 100 == 0 || (npa >= 520 && npa <= 529) || (npa / 100 == 5 && npa / 10 % 10 == npa % 10) ||
	       npa == 622 || npa == 710;
}

static struct dialplan_match lookup_nanp(const char *national)
{
	struct dialplan_match m = {.country = "US", .calling_code = NANP};
	const struct npa_row *row;
	int npa = 0;

	if (strlen(national) < 3)
		return m;
	for (int i = 0; i < 3; i++)
		npa = npa * 10 + (national[i] - '0');
	row = dialplan_npa_row(npa);
	if (row)
		memcpy(m.country, row->npa.country, sizeof m.country);
	if (is_tollfree(npa))
		m.type = NUMBER_TOLLFREE;
	else if (row || !is_special(npa))       /* a code newer than the data is most likely a local one in the US */
		m.type = NUMBER_LOCAL;
	return m;
}

struct dialplan_match dialplan_lookup(const char *e164)
{
	struct dialplan_match m = {0};
	const struct code_row *code;
	const struct directory *d;
	const struct type_row *row;
	const char *national;

	if (!phone_is_e164(e164))
		return m;
	code = code_of(e164 + 1);
	if (!code)
		return m;
	national = e164 + 1 + code_length(code->code);
	if (code->code == NANP)
		return lookup_nanp(national);
	m.calling_code = code->code;
	memcpy(m.country, code->country, sizeof m.country);
	d = find_rows(type_directory, ARRAY_LEN(type_directory), code->code, strlen(national));
	row = d ? longest_type(d, national) : NULL;
	if (row) {
		memcpy(m.country, row->country, sizeof m.country);
		m.type = (enum number_type)row->type;
	}
	return m;
}

const char *dialplan_groups(const char *e164, size_t *code_digits)
{
	const struct code_row *code = code_of(e164 + 1);
	const char *national;
	const struct directory *d;

	if (!code)
		return NULL;
	*code_digits = code_length(code->code);
	national = e164 + 1 + *code_digits;
	if (code->code == NANP)
		return strlen(national) == 10 ? "3-3-4" : NULL;
	d = find_rows(group_directory, ARRAY_LEN(group_directory), code->code, strlen(national));
	if (!d || d->length != strlen(national))
		return NULL;
	for (size_t i = d->n; i-- > 0;)         /* a few rows; the longest prefix comes last */
		if (starts(national, group_rows[d->first + i].prefix))
			return group_rows[d->first + i].groups;
	return NULL;
}

/* --- countries -------------------------------------------------------------------------------------------------- */

static const struct country_row *country_of(const char *iso)
{
	for (size_t i = 0; iso && i < ARRAY_LEN(country_rows); i++)
		if (text_ieq(iso, country_rows[i].code))
			return &country_rows[i];
	return NULL;
}

const char *dialplan_country_name(const char *iso)
{
	const struct country_row *c = country_of(iso);

	return c ? c->name : iso ? iso : "";
}

/* Words people use that are neither the code nor CLDR's name. */
static const struct { const char *name, *code; } other_names[] = {
	{"UK", "GB"}, {"Great Britain", "GB"}, {"England", "GB"}, {"Scotland", "GB"}, {"Wales", "GB"}, {"USA", "US"},
	{"United States of America", "US"}, {"America", "US"}, {"Holland", "NL"}, {"Czech Republic", "CZ"},
	{"Hong Kong", "HK"},
	{"Macau", "MO"}, {"Turkey", "TR"}, {"Ivory Coast", "CI"}, {"Burma", "MM"}, {"Korea", "KR"}, {"Bosnia", "BA"},
	{"Palestine", "PS"}, {"Macedonia", "MK"}, {"UAE", "AE"},
};

const char *dialplan_country_code(const char *name_or_code)
{
	const struct country_row *c = country_of(name_or_code);

	if (c)
		return c->code;
	for (size_t i = 0; name_or_code && i < ARRAY_LEN(country_rows); i++)
		if (text_ieq(name_or_code, country_rows[i].name))
			return country_rows[i].code;
	for (size_t i = 0; name_or_code && i < ARRAY_LEN(other_names); i++)
		if (text_ieq(name_or_code, other_names[i].name))
			return other_names[i].code;
	return NULL;
}

const char *dialplan_country_suggest(const char *s)
{
	const char *names[ARRAY_LEN(country_rows) + ARRAY_LEN(other_names)], *near;
	size_t n = 0;

	for (size_t i = 0; i < ARRAY_LEN(country_rows); i++)
		names[n++] = country_rows[i].name;
	for (size_t i = 0; i < ARRAY_LEN(other_names); i++)
		names[n++] = other_names[i].name;
	near = s && *s ? text_nearest(s, names, n) : NULL;
	return near;
}

int dialplan_calling_code(const char *iso)
{
	const struct country_row *c = country_of(iso);

	return c ? c->calling_code : 0;
}
