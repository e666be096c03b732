/* Words and options that several commands take, read the same way by each. */
#include <stdio.h>
#include <string.h>

#include "cli_priv.h"

#include "numdesk/core/session.h"
#include "numdesk/model/money.h"
#include "numdesk/model/search.h"
#include "numdesk/store/saved.h"
#include "numdesk/util/text.h"

enum { FD_MAX = 1 << 20 };

bool cli_number_word(const struct args *a, char out[E164_SIZE], struct err *e)
{
	out[0] = '\0';
	return a->n_words == 0 || phone_parse(a->words[0], out, e);
}

bool cli_number_option(const struct args *a, const char *option, char out[E164_SIZE], struct err *e)
{
	const char *text = args_value(a, option);

	out[0] = '\0';
	if (!text || phone_parse(text, out, e))
		return true;
	return err_wrap(e, "%s", option);
}

bool cli_price_option(const struct args *a, const char *option, int64_t *micros, struct err *e)
{
	const char *text = args_value(a, option);

	*micros = MONEY_UNKNOWN;
	if (!text || (money_parse(text, micros) && *micros >= 0))
		return true;
	return err_set(e, ERR_USAGE, "'%s %.40s' is not a price: write it as 1.15", option, text);
}

bool cli_fd_option(const struct args *a, const char *option, int *fd, struct err *e)
{
	long long v;

	if (!args_int(a, option, 0, FD_MAX, -1, &v, e))
		return false;
	*fd = (int)v;
	return v < 0 || args_fd_open(option, *fd, e);
}

/* --- what to search for ------------------------------------------------------------------------------------------- */

static const struct { const char *option; enum search_field field; bool flag; } fields[] = {
	{"--type", SEARCH_TYPE, false}, {"--area-code", SEARCH_AREA_CODE, false},
	{"--contains", SEARCH_CONTAINS, false}, {"--vanity", SEARCH_VANITY, false}, {"--region", SEARCH_REGION, false},
	{"--locality", SEARCH_LOCALITY, false}, {"--postal-code", SEARCH_POSTAL_CODE, false},
	{"--near", SEARCH_NEAR, false}, {"--distance", SEARCH_DISTANCE, false},
	{"--rate-center", SEARCH_RATE_CENTER, false}, {"--lata", SEARCH_LATA, false}, {"--voice", SEARCH_VOICE, true},
	{"--sms", SEARCH_SMS, true}, {"--mms", SEARCH_MMS, true}, {"--fax", SEARCH_FAX, true},
	{"--exclude-address", SEARCH_EXCLUDE_ADDRESS, false}, {"--no-beta", SEARCH_EXCLUDE_BETA, true},
	{"--sort", SEARCH_ORDER, false}, {"--limit", SEARCH_LIMIT, false},
};

static const char *option_of(enum search_field f)
{
	size_t i = 0;

	while (fields[i].field != f)
		i++;
	return fields[i].option;
}

static bool read_without(const struct args *a, struct search *s, struct err *e)
{
	static const struct { const char *word; enum search_field field; } caps[] = {
		{"voice", SEARCH_VOICE}, {"sms", SEARCH_SMS}, {"mms", SEARCH_MMS}, {"fax", SEARCH_FAX},
	};
	const char *given[8];
	const size_t n = args_values(a, "--without", given, ARRAY_LEN(given));

	for (size_t i = 0; i < n; i++) {
		size_t k = 0;

		while (k < ARRAY_LEN(caps) && !text_ieq(given[i], caps[k].word))
			k++;
		if (k == ARRAY_LEN(caps))
			return err_set(e, ERR_USAGE, "'--without %.20s': choose voice, sms, mms or fax", given[i]);
		if (args_has(a, option_of(caps[k].field)))
			return err_set(e, ERR_USAGE, "%s and '--without %s' exclude each other", option_of(caps[k].field),
				       caps[k].word);
		if (!search_set(s, caps[k].field, "without", e))
			return false;
	}
	return true;
}

bool cli_search_change(const struct args *a, struct search *s, struct err *e)
{
	if (args_has(a, "--beta") && args_has(a, "--no-beta"))
		return err_set(e, ERR_USAGE, "--beta and --no-beta exclude each other");
	for (size_t i = 0; i < ARRAY_LEN(fields); i++) {
		const char *text = args_value(a, fields[i].option);

		if (!text)
			continue;
		if (!fields[i].flag && text[strspn(text, " \t")] == '\0')
			return err_set(e, ERR_USAGE, "option '%s' needs a value", fields[i].option);
		if (!search_set(s, fields[i].field, fields[i].flag ? "yes" : text, e))
			return false;
	}
	return (!args_has(a, "--beta") || search_set(s, SEARCH_EXCLUDE_BETA, "no", e)) && read_without(a, s, e);
}

bool cli_search_options(const struct args *a, const char *country, struct search *s, struct err *e)
{
	enum search_field wrong;

	search_init(s);
	if (!search_set(s, SEARCH_COUNTRY, country, e))
		return false;
	if (!*s->country)
		return err_set(e, ERR_USAGE, "the country is empty: write its two letters, such as US");
	return cli_search_change(a, s, e) && search_valid(s, &wrong, e);
}

/* --- a country, or a search that is kept -------------------------------------------------------------------------- */

bool cli_wanted_check(const struct args *a, const char *country, const char *saved, struct err *e)
{
	struct search s;

	if (country)
		return cli_search_options(a, country, &s, e);
	search_init(&s);
	return search_name_valid(saved, e) && cli_search_change(a, &s, e);
}

bool cli_wanted(struct cli *c, const char *country, const char *saved, struct cli_wanted *out, struct err *e)
{
	struct saved_search kept;
	enum search_field wrong;

	*out = (struct cli_wanted){.saved = ""};
	if (country) {
		if (!cli_search_options(c->a, country, &out->search, e))
			return false;
		if (!args_has(c->a, "--limit"))
			out->search.limit = (int)config_int(&c->s->config, OPTION_SEARCH_LIMIT);
		return true;
	}
	if (!saved_find(c->s->ledger, saved, &kept, e))
		return false;
	out->search = kept.search;
	memcpy(out->saved, kept.name, sizeof out->saved);
	return cli_search_change(c->a, &out->search, e) && search_valid(&out->search, &wrong, e);
}
