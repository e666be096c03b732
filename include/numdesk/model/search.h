#ifndef NUMDESK_MODEL_SEARCH_H
#define NUMDESK_MODEL_SEARCH_H

#include <stdbool.h>
#include <stddef.h>

#include "numdesk/model/number.h"
#include "numdesk/model/vanity.h"
struct err;

#define SEARCH_MORE_CODES 9

/* How results are ordered; AUTO: by score when there is a word, else as Twilio gave them. */
enum search_order { ORDER_AUTO, ORDER_FOUND, ORDER_SCORE, ORDER_PRICE, ORDER_NUMBER, ORDER_COUNT };

/* What to look for among the numbers for sale; "" and 0 mean "any". Field names follow AvailablePhoneNumbers. Region,
 * postal code, rate centre and LATA may be a number in E.164 form instead: "where this one is". */
struct search {
	char country[3];
	enum number_type type;          /* NUMBER_TYPE_UNKNOWN: every type the country sells */
	int area_code;                  /* 0 any; US and CA only */
	int more_codes[SEARCH_MORE_CODES];      /* further ones, 0 at the end; each is a request of its own */
	char contains[17];
	char vanity[VANITY_SIZE];       /* words, "CABS TAXI": asked for as patterns, so instead of contains */
	char region[E164_SIZE], locality[64], postal_code[E164_SIZE];
	char near_number[E164_SIZE];
	char near_place[32];            /* "37.79,-122.42": instead of a number to be near to */
	int distance;                   /* miles, 0 = Twilio's 25; 1..500, needs one of the two above */
	char rate_center[32];           /* needs lata */
	char lata[E164_SIZE];
	unsigned capabilities;          /* all must be there; CAP_RCS is not searchable */
	unsigned without;               /* none may be there */
	char exclude_address[8];        /* "", "any", "local", "foreign", "both": local and foreign */
	bool exclude_beta;
	enum search_order order;
	int limit;                      /* rows wanted, 1..1000; above what one request gives the search is split */
};
void search_init(struct search *s);     /* country US, type local, limit 30 */

/* The fields of the form, the options of the command line and the parameters of the API, one row each. */
enum search_field {
	SEARCH_COUNTRY, SEARCH_TYPE, SEARCH_AREA_CODE, SEARCH_CONTAINS, SEARCH_VANITY, SEARCH_REGION, SEARCH_LOCALITY,
	SEARCH_POSTAL_CODE, SEARCH_NEAR, SEARCH_DISTANCE, SEARCH_RATE_CENTER, SEARCH_LATA,
	SEARCH_VOICE, SEARCH_SMS, SEARCH_MMS, SEARCH_FAX, SEARCH_EXCLUDE_ADDRESS, SEARCH_EXCLUDE_BETA, SEARCH_ORDER,
	SEARCH_LIMIT, SEARCH_FIELD_COUNT
};
/* Stable name of a field, as saved searches and JSON have it: "area_code". */
const char *search_field_name(enum search_field f);
/* Set one field from text as typed; "" clears it. ERR_USAGE names the field, the value and what is allowed; the
 * search is unchanged then. For the four capabilities and beta the text is a boolean word, for a capability also
 * "without". */
bool search_set(struct search *s, enum search_field f, const char *text, struct err *e);
/* The field's value as text ("" when unset). */
char *search_get(const struct search *s, enum search_field f, char *dst, size_t dst_size);
/* What only the whole can tell: area code outside US/CA, rate centre without LATA, distance without a number,
 * US-and-CA-only filters elsewhere, a word besides a pattern. ERR_USAGE. *f names the field at fault. */
bool search_valid(const struct search *s, enum search_field *f, struct err *e);
/* "US local 415 sms": one line for messages and reports. */
char *search_describe(const struct search *s, char *dst, size_t dst_size);
/* A search as text that search_read takes: "name=value" lines of what differs from a fresh one. Caller frees. */
char *search_write(const struct search *s);
/* ERR_DAMAGED names the line: an unknown field, or a value it does not take. */
bool search_read(struct search *s, const char *text, struct err *e);
/* May a search be kept under this name? 1 to 40 letters, digits, '.', '_' and '-', and no country, which a command line
 * could not tell from one. ERR_USAGE. */
#define SEARCH_NAME_SIZE 41
bool search_name_valid(const char *name, struct err *e);
/* AUTO resolved. */
enum search_order search_order(const struct search *s);
const char *search_order_name(enum search_order o);     /* "score"; "" for AUTO */
/* Is it one of the search's area codes? */
bool search_has_code(const struct search *s, int npa);

/*
 * The requests a search is made of: one for each area code and, with words, for each of their patterns, those that stand
 * at the end of a number first. Each has one area code at most and no words. At least one when max is.
 */
size_t search_expand(const struct search *s, struct search *out, size_t max);

/* One way to widen a search that found nothing, as a sentence and the search it would be. */
struct search_relaxation { struct search search; char says[96]; };
/* Nearest relaxations first: the area codes around, region instead of area code, a pattern anywhere, without it, a word
 * without its last letter, without a capability, with address-required numbers, another type. Returns how many were
 * written. */
size_t search_relaxations(const struct search *s, struct search_relaxation *out, size_t max);
/*
 * Split one search into narrower ones that together cover no more than it does, at most max (20): by area code of the
 * region, else by a digit before or after the pattern, or the number's last digit when there is no pattern; each of
 * several area codes and patterns by itself. At least one; covers says what, e.g. "209, 213, 279" or "0$, 1$, 2$".
 */
size_t search_split(const struct search *s, struct search *out, size_t max, char *covers, size_t covers_size);
/* To go on around a search: its area codes and the neighbouring ones, nearest first; without an area code as
 * search_split. */
size_t search_widen(const struct search *s, struct search *out, size_t max, char *covers, size_t covers_size);

#endif
