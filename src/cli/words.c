/* Words and options that several commands take, read the same way by each. */
#include <stdio.h>
#include <string.h>

#include "cli_priv.h"

#include "numdesk/model/money.h"
#include "numdesk/model/search.h"

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
	{"--contains", SEARCH_CONTAINS, false}, {"--region", SEARCH_REGION, false},
	{"--locality", SEARCH_LOCALITY, false}, {"--postal-code", SEARCH_POSTAL_CODE, false},
	{"--near", SEARCH_NEAR, false}, {"--distance", SEARCH_DISTANCE, false},
	{"--rate-center", SEARCH_RATE_CENTER, false}, {"--lata", SEARCH_LATA, false}, {"--voice", SEARCH_VOICE, true},
	{"--sms", SEARCH_SMS, true}, {"--mms", SEARCH_MMS, true}, {"--fax", SEARCH_FAX, true},
	{"--exclude-address", SEARCH_EXCLUDE_ADDRESS, false}, {"--no-beta", SEARCH_EXCLUDE_BETA, true},
	{"--limit", SEARCH_LIMIT, false},
};

bool cli_search_options(const struct args *a, const char *country, struct search *s, struct err *e)
{
	enum search_field wrong;

	search_init(s);
	if (args_has(a, "--beta") && args_has(a, "--no-beta"))
		return err_set(e, ERR_USAGE, "--beta and --no-beta exclude each other");
	if (!search_set(s, SEARCH_COUNTRY, country, e))
		return false;
	if (!*s->country)
		return err_set(e, ERR_USAGE, "the country is empty: write its two letters, such as US");
	for (size_t i = 0; i < ARRAY_LEN(fields); i++) {
		const char *text = args_value(a, fields[i].option);

		if (!text)
			continue;
		if (!fields[i].flag && text[strspn(text, " \t")] == '\0')
			return err_set(e, ERR_USAGE, "option '%s' needs a value", fields[i].option);
		if (!search_set(s, fields[i].field, fields[i].flag ? "yes" : text, e))
			return false;
	}
	return search_valid(s, &wrong, e);
}
