#include "numdesk/model/port.h"

#include <stdio.h>
#include <string.h>

#include "numdesk/model/fault.h"
#include "numdesk/util/mem.h"
#include "numdesk/util/text.h"

static const struct { const char *name, *words; enum port_mood mood; bool over; } states[] = {
	[PORT_OTHER] = {"other", "other", PORT_MOOD_WAITS, false},
	[PORT_IN_REVIEW] = {"in-review", "in review", PORT_MOOD_WAITS, false},
	[PORT_SIGNATURE] = {"waiting-for-signature", "waiting for signature", PORT_MOOD_ACT, false},
	[PORT_ACTION] = {"action-required", "action required", PORT_MOOD_ACT, false},
	[PORT_IN_PROGRESS] = {"in-progress", "in progress", PORT_MOOD_WAITS, false},
	[PORT_SCHEDULED] = {"scheduled", "scheduled", PORT_MOOD_WAITS, false},
	[PORT_COMPLETED] = {"completed", "completed", PORT_MOOD_DONE, true},
	[PORT_REJECTED] = {"rejected", "rejected", PORT_MOOD_ACT, false},
	[PORT_CANCELLING] = {"cancelling", "being cancelled", PORT_MOOD_OVER, false},
	[PORT_CANCELLED] = {"cancelled", "cancelled", PORT_MOOD_OVER, true},
	[PORT_EXPIRED] = {"expired", "expired", PORT_MOOD_OVER, true},
};
_Static_assert(ARRAY_LEN(states) == PORT_STATE_COUNT, "one row per state");

/* Letters only, in lower case: what all spellings have in common. */
static const struct { const char *letters; enum port_state state; } spellings[] = {
	{"pending", PORT_IN_REVIEW}, {"inreview", PORT_IN_REVIEW}, {"waitingforsignature", PORT_SIGNATURE},
	{"actionrequired", PORT_ACTION}, {"inprogress", PORT_IN_PROGRESS}, {"portsubmitted", PORT_IN_PROGRESS},
	{"submitted", PORT_IN_PROGRESS}, {"portpending", PORT_SCHEDULED}, {"scheduled", PORT_SCHEDULED},
	{"completed", PORT_COMPLETED}, {"portcompleted", PORT_COMPLETED}, {"portrejected", PORT_REJECTED},
	{"rejected", PORT_REJECTED}, {"canceling", PORT_CANCELLING}, {"cancelling", PORT_CANCELLING},
	{"canceled", PORT_CANCELLED}, {"cancelled", PORT_CANCELLED}, {"expired", PORT_EXPIRED},
};

static enum port_state by_letters(const char *s)
{
	char letters[40];
	size_t n = 0;

	for (; s && *s; s++) {
		if (*s == ' ' || *s == '-' || *s == '_')
			continue;
		if (!text_is_alpha(*s) || n + 1 == sizeof letters)
			return PORT_OTHER;
		letters[n++] = text_lower(*s);
	}
	letters[n] = '\0';
	for (size_t i = 0; i < ARRAY_LEN(spellings); i++)
		if (strcmp(spellings[i].letters, letters) == 0)
			return spellings[i].state;
	return PORT_OTHER;
}

enum port_state port_state_parse(const char *twilio)
{
	return by_letters(twilio);
}

const char *port_state_name(enum port_state s)
{
	return (unsigned)s < PORT_STATE_COUNT ? states[s].name : "other";
}

const char *port_state_words(enum port_state s)
{
	return (unsigned)s < PORT_STATE_COUNT ? states[s].words : "other";
}

bool port_state_named(const char *name, enum port_state *out)
{
	const enum port_state s = by_letters(name);

	if (s == PORT_OTHER && !text_ieq(name, "other"))
		return false;
	*out = s;
	return true;
}

bool port_state_is_over(enum port_state s)
{
	return (unsigned)s < PORT_STATE_COUNT && states[s].over;
}

enum port_mood port_state_mood(enum port_state s)
{
	return (unsigned)s < PORT_STATE_COUNT ? states[s].mood : PORT_MOOD_WAITS;
}

int64_t port_date(const struct port *p)
{
	int64_t first = 0;

	for (size_t i = 0; i < p->n; i++)
		if (p->numbers[i].port_date && (!first || p->numbers[i].port_date < first))
			first = p->numbers[i].port_date;
	return first;
}

char *port_numbers_say(const struct port *p, char *dst, size_t dst_size)
{
	char number[32];

	if (p->n == 0)
		dst[0] = '\0';
	else if (p->n == 1)
		snprintf(dst, dst_size, "%s", phone_format(p->numbers[0].phone_number, number, sizeof number));
	else
		snprintf(dst, dst_size, "%s and %zu more", phone_format(p->numbers[0].phone_number, number, sizeof number),
			 p->n - 1);
	return dst;
}

/* "INVALID_PIN" -> "invalid pin"; prose is left as it is, but for what a screen must not show. */
static char *readable(const char *word, char *dst, size_t dst_size)
{
	const bool shouts = !strpbrk(word, "abcdefghijklmnopqrstuvwxyz");

	text_clean(dst, dst_size, word, strlen(word));
	for (char *s = dst; shouts && *s; s++)
		*s = *s == '_' ? ' ' : text_lower(*s);
	return dst;
}

char *port_reason_say(int code, const char *reason, char *dst, size_t dst_size)
{
	const struct fault *f = code ? fault_find(code) : NULL;
	char word[160];

	if (f)
		snprintf(dst, dst_size, "%s", f->says);
	else if (reason && *reason)
		snprintf(dst, dst_size, "%s", readable(reason, word, sizeof word));
	else
		snprintf(dst, dst_size, "%s", "Twilio does not say why");
	return dst;
}

char *port_rejection_say(const char *rejection, char *dst, size_t dst_size)
{
	static const struct { const char *word, *says; } known[] = {
		{"CONTACT_SUPPORT_REQUIRED", "Twilio's support has to be asked"},
		{"PHONE_NUMBER_WITH_CARRIER_RESTRICTION", "the losing carrier does not let the number go"},
		{"PHONE_NUMBER_INACTIVE_OR_DISCONNECTED", "the number is not in service at the losing carrier"},
		{"INVALID_END_USER_NAME", "the name is not the one the losing carrier has"},
		{"INVALID_ADDRESS", "the address is not the one the losing carrier has"},
		{"INVALID_PIN", "the PIN is wrong"},
		{"INVALID_ACCOUNT_NUMBER", "the account number is wrong"},
	};
	char word[160];

	for (size_t i = 0; i < ARRAY_LEN(known); i++)
		if (text_ieq(known[i].word, rejection)) {
			snprintf(dst, dst_size, "%s", known[i].says);
			return dst;
		}
	snprintf(dst, dst_size, "%s", readable(rejection, word, sizeof word));
	return dst;
}
