#include "numdesk/model/papers.h"

#include <stdio.h>
#include <string.h>

#include "numdesk/util/mem.h"
#include "numdesk/util/text.h"

#define APPROVED "twilio-approved"

enum address_need address_need_parse(const char *s)
{
	static const struct { const char *word; enum address_need need; } rows[] = {
		{"none", ADDRESS_NONE}, {"any", ADDRESS_ANY}, {"local", ADDRESS_LOCAL}, {"foreign", ADDRESS_FOREIGN},
	};

	for (size_t i = 0; s && i < ARRAY_LEN(rows); i++)
		if (text_ieq(rows[i].word, s))
			return rows[i].need;
	return ADDRESS_UNKNOWN;
}

char *address_need_say(enum address_need need, const char *number_country, char *dst, size_t dst_size)
{
	const char *words = need == ADDRESS_LOCAL ? "an address in its country" :
			    need == ADDRESS_FOREIGN ? "an address outside its country" : "an address";

	snprintf(dst, dst_size, need > ADDRESS_ANY && *number_country ? "%s (%s)" : "%s", words, number_country);
	return dst;
}

bool address_fits(enum address_need need, const char *number_country, const char *address_country)
{
	const bool same = text_ieq(number_country, address_country);

	switch (need) {
	case ADDRESS_UNKNOWN: case ADDRESS_NONE: case ADDRESS_ANY:
		return true;
	case ADDRESS_LOCAL:
		return same;
	case ADDRESS_FOREIGN:
		return !same && *address_country;
	}
	return false;
}

static bool same_text(const char *a, const char *b)
{
	return a && b && *a && text_ieq(a, b);
}

int address_score(const struct address *a, const char *country, const char *locality, const char *region)
{
	return (text_ieq(a->country, country) ? 4 : 0) + (same_text(a->city, locality) ? 2 : 0) +
	       (same_text(a->region, region) ? 1 : 0);
}

static const char *or_empty(const char *s)
{
	return s ? s : "";
}

char *address_say(const struct address *a, char *dst, size_t dst_size)
{
	const char *postal = or_empty(a->postal_code), *city = or_empty(a->city);
	const char *parts[] = {a->customer_name, a->street};
	struct buf b;

	buf_init(&b, 4096);
	if (a->friendly_name && *a->friendly_name)
		buf_addf(&b, "%s: ", a->friendly_name);
	for (size_t i = 0; i < ARRAY_LEN(parts); i++)
		if (parts[i] && *parts[i])
			buf_addf(&b, "%s, ", parts[i]);
	if (*postal || *city)
		buf_addf(&b, "%s%s%s, ", postal, *postal && *city ? " " : "", city);
	buf_adds(&b, a->country);
	snprintf(dst, dst_size, "%s", buf_str(&b));
	buf_release(&b);
	return dst;
}

/* --- bundles ---------------------------------------------------------------------------------------------------- */

char *regulation_type(enum number_type type, char *dst, size_t dst_size)
{
	snprintf(dst, dst_size, "%s", number_type_key(type));
	for (char *c = dst; *c; c++)
		if (*c == '_')
			*c = '-';
	return dst;
}

static bool is_expired(const struct bundle *b, int64_t now)
{
	return b->valid_until > 0 && b->valid_until <= now;
}

bool bundle_is_valid(const struct bundle *b, int64_t now)
{
	return strcmp(b->status, APPROVED) == 0 && !is_expired(b, now);
}

bool bundle_fits(const struct bundle *b, const char *country, enum number_type type, int64_t now)
{
	return bundle_is_valid(b, now) && text_ieq(b->country, country) && b->type == type;
}

char *bundle_why_not(const struct bundle *b, const char *country, enum number_type type, int64_t now, char *dst,
		     size_t dst_size)
{
	static const struct { const char *status, *words; } rows[] = {
		{"draft", "is a draft"}, {"pending-review", "waits for its review"}, {"in-review", "is under review"},
		{"twilio-rejected", "was rejected"}, {"provisionally-approved", "is approved provisionally only"},
	};
	char raw[400], words[80] = "";

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (strcmp(rows[i].status, b->status) == 0)
			snprintf(words, sizeof words, "%s", rows[i].words);
	if (*words)
		;
	else if (strcmp(b->status, APPROVED) != 0)
		snprintf(words, sizeof words, "is '%.40s'", b->status);
	else if (is_expired(b, now))
		snprintf(words, sizeof words, "has expired");
	else if (!*b->country)
		snprintf(words, sizeof words, "is for an unknown kind of number");
	else if (!text_ieq(b->country, country) || b->type != type)
		snprintf(words, sizeof words, "is for %s %s numbers", b->country, number_type_name(b->type));
	else
		snprintf(words, sizeof words, "fits");
	snprintf(raw, sizeof raw, "'%.200s' %s", *b->name ? b->name : b->sid, words);
	text_clean(dst, dst_size, raw, strlen(raw));
	return dst;
}
