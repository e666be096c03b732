#include "numdesk/model/fault.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "numdesk/util/mem.h"
#include "numdesk/util/log.h"
#include "numdesk/util/text.h"

const struct fault faults[] = {
#define FAULT(number, ...) {.code = (number), __VA_ARGS__},
#include "numdesk/model/faults.def"
#undef FAULT
};
const int fault_count = ARRAY_LEN(faults);

const struct fault *fault_find(int code)
{
	int low = 0, high = fault_count;

	while (low < high) {
		int mid = low + (high - low) / 2;

		if (faults[mid].code < code)
			low = mid + 1;
		else
			high = mid;
	}
	return low < fault_count && faults[low].code == code ? &faults[low] : NULL;
}

/* What an HTTP status alone tells, for codes the table does not know; the first range that holds counts. */
static const struct status { int low, high; enum err_kind kind; const char *says, *next; } statuses[] = {
	{401, 401, ERR_AUTH, "Twilio refuses the credentials", "run 'numdesk profile check'"},
	{403, 403, ERR_AUTH, "these credentials have no permission for this", "use another key or the auth token"},
	{404, 404, ERR_NOT_FOUND, "Twilio finds no such thing in this account", "refresh the list"},
	{407, 407, ERR_NET, "the proxy wants credentials", "check [api] proxy in config.ini"},
	{408, 408, ERR_NET, "Twilio waited too long for the request", "try again"},
	{409, 409, ERR_API, "the request does not fit the present state of the resource", "refresh, then try again"},
	{429, 429, ERR_RATE, "too many requests at once", "wait a few seconds, then try again"},
	{300, 399, ERR_PROTO, "the answer points elsewhere, which is not followed", "check the base URL"},
	{400, 499, ERR_API, "Twilio refuses the request", "check what was asked for"},
	{500, 599, ERR_API, "Twilio has a fault of its own",
	 "try again in a minute; after a change, look first whether it happened"},
};

static const struct status *status_find(int http)
{
	static const struct status strange = {0, 0, ERR_PROTO, "the answer is not what the API promises",
					      "check the base URL, then try again"};

	for (size_t i = 0; i < ARRAY_LEN(statuses); i++)
		if (http >= statuses[i].low && http <= statuses[i].high)
			return &statuses[i];
	return &strange;
}

/* " (Twilio 21422)", " (HTTP 503)", or "" when there is neither. */
static const char *number_of(int http, int code, char dst[32])
{
	dst[0] = '\0';
	if (code)
		snprintf(dst, 32, " (Twilio %d)", code);
	else if (http)
		snprintf(dst, 32, " (HTTP %d)", http);
	return dst;
}

bool fault_err(struct err *e, int http, int code, const char *subject, const char *server_message)
{
	const struct fault *f = fault_find(code);
	const struct status *s = status_find(http);
	char head[80] = "", quote[200] = "", number[32];

	if (subject && *subject)
		snprintf(head, sizeof head, "'%.64s': ", subject);
	number_of(http, code, number);
	if (f) {
		err_set(e, f->kind, "%s%s: %s%s", head, f->says, f->next, number);
	} else if (server_message && *server_message) {
		char *safe = log_redacted(server_message);      /* a server that echoes the token must not get it printed */

		text_clean(quote, sizeof quote, safe, strlen(safe));
		free(safe);
		err_set(e, s->kind, "%s%s, saying \"%s\": %s%s", head, s->says, quote, s->next, number);
	} else {
		err_set(e, s->kind, "%s%s: %s%s", head, s->says, s->next, number);
	}
	if (e) {
		e->http = http;
		e->code = code;
	}
	return false;
}
