#include "numdesk/model/lookup.h"

#include <stdio.h>
#include <string.h>

#include "numdesk/util/mem.h"

void lookup_merge(struct lookup *newer, const struct lookup *older)
{
	if (!(newer->packages & LOOKUP_LINE) && (older->packages & LOOKUP_LINE)) {
		memcpy(newer->line_type, older->line_type, sizeof newer->line_type);
		memcpy(newer->carrier, older->carrier, sizeof newer->carrier);
		memcpy(newer->mobile_country_code, older->mobile_country_code, sizeof newer->mobile_country_code);
		memcpy(newer->mobile_network_code, older->mobile_network_code, sizeof newer->mobile_network_code);
		newer->line_error = older->line_error;
		newer->line_at = older->line_at;
	}
	if (!(newer->packages & LOOKUP_NAME) && (older->packages & LOOKUP_NAME)) {
		memcpy(newer->caller_name, older->caller_name, sizeof newer->caller_name);
		memcpy(newer->caller_type, older->caller_type, sizeof newer->caller_type);
		newer->name_error = older->name_error;
		newer->name_at = older->name_at;
	}
	newer->packages |= older->packages;
}

const char *lookup_line_words(const char *line_type)
{
	static const struct { const char *twilio, *words; } rows[] = {
		{"landline", "landline"}, {"mobile", "mobile"}, {"fixedVoip", "VoIP at a fixed place"},
		{"nonFixedVoip", "VoIP, not tied to a place"}, {"personal", "personal number"},
		{"tollFree", "toll-free"}, {"premium", "premium rate"}, {"sharedCost", "shared cost"},
		{"uan", "universal access number"}, {"voicemail", "voicemail"}, {"pager", "pager"},
		{"unknown", "unknown kind of line"},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (strcmp(rows[i].twilio, line_type) == 0)
			return rows[i].words;
	return line_type;
}

char *lookup_packages_say(unsigned packages, char *dst, size_t dst_size)
{
	const bool line = packages & LOOKUP_LINE, name = packages & LOOKUP_NAME;

	snprintf(dst, dst_size, "%s%s%s", line ? "line type and carrier" : "", line && name ? ", " : "",
		 name ? "caller name" : line ? "" : "format");
	return dst;
}

static void add(struct buf *b, const char *joint, const char *text)
{
	if (*text)
		buf_addf(b, "%s%s", joint, text);
}

char *lookup_say(const struct lookup *l, char *dst, size_t dst_size)
{
	char number[32];
	struct buf b;

	buf_init(&b, 1024);
	buf_adds(&b, phone_format(l->phone_number, number, sizeof number));
	if (!l->valid) {
		buf_addf(&b, " is no telephone number%s%s%s", *l->faults ? " (" : "", l->faults, *l->faults ? ")" : "");
	} else {
		if (*l->country)
			buf_addf(&b, " (%s)", l->country);
		buf_adds(&b, l->packages ? ":" : ": a number by its form");
	}
	if (l->valid && (l->packages & LOOKUP_LINE)) {
		buf_addf(&b, " %s", *l->line_type ? lookup_line_words(l->line_type) : "kind of line not known");
		add(&b, ", ", l->carrier);
	}
	if (l->valid && (l->packages & LOOKUP_NAME))
		buf_addf(&b, "%s%s", l->packages & LOOKUP_LINE ? "; " : " ",
			 *l->caller_name ? l->caller_name : "no name known");
	snprintf(dst, dst_size, "%s", buf_str(&b));
	buf_release(&b);
	return dst;
}
