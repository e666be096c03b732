#ifndef NUMDESK_MODEL_PAPERS_H
#define NUMDESK_MODEL_PAPERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "numdesk/model/catalog.h"
#include "numdesk/model/number.h"
struct arena;

/* What a country asks of who buys a number there: an address, and for some types a regulatory bundle. */
enum address_need { ADDRESS_UNKNOWN, ADDRESS_NONE, ADDRESS_ANY, ADDRESS_LOCAL, ADDRESS_FOREIGN };
/* Twilio's word; ADDRESS_UNKNOWN for NULL, "" and words that are not known. */
enum address_need address_need_parse(const char *s);
/* "an address", "an address in its country (DE)", "an address outside its country (DE)". dst needs 64 bytes. */
char *address_need_say(enum address_need need, const char *number_country, char *dst, size_t dst_size);
bool address_fits(enum address_need need, const char *number_country, const char *address_country);
/* Which of several that fit is the better one: in the country, in the place, in the region; 0 and up. */
int address_score(const struct address *a, const char *country, const char *locality, const char *region);
/* "Berlin: Client 1, Hauptstrasse 1, 10115 Berlin, DE"; not cleaned. */
char *address_say(const struct address *a, char *dst, size_t dst_size);

/* One end-user type of one type of number of one country that wants a bundle. */
struct regulation {
	char sid[SID_SIZE], country[3];
	enum number_type type;
	char end_user[16];          /* "business", "individual" */
	char name[128];             /* as Twilio has it: "Germany: Local - Business" */
	int64_t fetched_at;         /* seconds UTC */
};
/* Texts are borrowed. Country and type are the regulation's: "" and UNKNOWN until it is known. */
struct bundle {
	char sid[SID_SIZE], regulation_sid[SID_SIZE], country[3];
	enum number_type type;
	char end_user[16];
	const char *name, *status, *email;      /* never NULL; raw */
	int64_t valid_until, updated_at;        /* seconds UTC, 0 for ever or unknown */
};
/* Twilio's spelling of a type in this product: "toll-free". dst needs 32 bytes. */
char *regulation_type(enum number_type type, char *dst, size_t dst_size);
/* Approved and not expired? */
bool bundle_is_valid(const struct bundle *b, int64_t now);
/* Valid, and for that country and type? */
bool bundle_fits(const struct bundle *b, const char *country, enum number_type type, int64_t now);
/* Why not: "'Germany local' is a draft", "... is for GB mobile numbers", "... has expired". Cleaned. */
char *bundle_why_not(const struct bundle *b, const char *country, enum number_type type, int64_t now, char *dst,
		     size_t dst_size);

#endif
