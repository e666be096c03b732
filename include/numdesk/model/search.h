#ifndef NUMDESK_MODEL_SEARCH_H
#define NUMDESK_MODEL_SEARCH_H

#include <stdbool.h>
#include <stddef.h>

#include "numdesk/model/number.h"
struct err;

/* What to look for among the numbers for sale; "" and 0 mean "any". Field names follow AvailablePhoneNumbers. */
struct search {
	char country[3];
	enum number_type type;          /* NUMBER_TYPE_UNKNOWN: every type the country sells */
	int area_code;                  /* 0 any; US and CA only */
	char contains[17];
	char region[8], locality[64], postal_code[16];
	char near_number[E164_SIZE];
	int distance;                   /* miles, 0 = Twilio's 25; 1..500, needs near_number */
	char rate_center[32];           /* needs lata */
	char lata[8];
	unsigned capabilities;          /* all must be there; CAP_RCS is not searchable */
	char exclude_address[8];        /* "", "any", "local", "foreign" */
	bool exclude_beta;
	int limit;                      /* rows wanted, 1..1000; above what one request gives the search is split */
};
void search_init(struct search *s);     /* country US, type local, limit 30 */

/* The fields of the form, the options of the command line and the parameters of the API, one row each. */
enum search_field {
	SEARCH_COUNTRY, SEARCH_TYPE, SEARCH_AREA_CODE, SEARCH_CONTAINS, SEARCH_REGION, SEARCH_LOCALITY,
	SEARCH_POSTAL_CODE, SEARCH_NEAR, SEARCH_DISTANCE, SEARCH_RATE_CENTER, SEARCH_LATA,
	SEARCH_VOICE, SEARCH_SMS, SEARCH_MMS, SEARCH_FAX, SEARCH_EXCLUDE_ADDRESS, SEARCH_EXCLUDE_BETA, SEARCH_LIMIT,
	SEARCH_FIELD_COUNT
};
/* Set one field from text as typed; "" clears it. ERR_USAGE names the field, the value and what is allowed; the
 * search is unchanged then. For the four capabilities and beta the text is a boolean word. */
bool search_set(struct search *s, enum search_field f, const char *text, struct err *e);
/* The field's value as text ("" when unset). */
char *search_get(const struct search *s, enum search_field f, char *dst, size_t dst_size);
/* What only the whole can tell: area code outside US/CA, rate centre without LATA, distance without a number,
 * US-and-CA-only filters elsewhere. ERR_USAGE. *f names the field at fault. */
bool search_valid(const struct search *s, enum search_field *f, struct err *e);
/* "US local 415 sms": one line for messages and reports. */
char *search_describe(const struct search *s, char *dst, size_t dst_size);

/* One way to widen a search that found nothing, as a sentence and the search it would be. */
struct search_relaxation { struct search search; char says[96]; };
/* Nearest relaxations first: neighbouring area codes, region instead of area code, without contains, without a
 * capability, with address-required numbers, another type. Returns how many were written. */
size_t search_relaxations(const struct search *s, struct search_relaxation *out, size_t max);
/*
 * Split one search into narrower ones that together cover no more than it does, at most max (20): by area code of the
 * region, else by a digit before or after the pattern, or the number's last digit when there is no pattern. At least
 * one; covers says what, e.g. "209, 213, 279" or "0$, 1$, 2$".
 */
size_t search_split(const struct search *s, struct search *out, size_t max, char *covers, size_t covers_size);
/* To go on around a search: its area code and the neighbouring ones, nearest first; without an area code as
 * search_split. */
size_t search_widen(const struct search *s, struct search *out, size_t max, char *covers, size_t covers_size);

#endif
