#ifndef NUMDESK_MODEL_LOOKUP_H
#define NUMDESK_MODEL_LOOKUP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "numdesk/model/phone.h"

/*
 * What Twilio's Lookup says of any number, anybody's: whether it is one at all (which costs nothing), and in packages
 * that are paid for by the number: what kind of line and whose network, whose name. It does not say who owns it.
 */
enum lookup_package { LOOKUP_LINE = 1 << 0, LOOKUP_NAME = 1 << 1 };

struct lookup {
	char phone_number[E164_SIZE], country[3], calling_code[8], national_format[40];
	bool valid;
	char faults[80];                /* of a number that is none: "TOO_SHORT", separated by spaces */
	unsigned packages;              /* which of the following were asked for */
	char line_type[24];             /* Twilio's word: "mobile", "nonFixedVoip"; "" when it does not know */
	char carrier[128], mobile_country_code[8], mobile_network_code[8];
	char caller_name[128], caller_type[24];         /* "BUSINESS", "CONSUMER" */
	int line_error, name_error;     /* a package's own error code, within an answer that is well; 0 none */
	int64_t fetched_at, line_at, name_at;           /* seconds UTC, 0 never */
};
/* What `newer` has, and of `older` the packages that it lacks: a look that costs nothing must not forget a paid one. */
void lookup_merge(struct lookup *newer, const struct lookup *older);
/* Plain words for Twilio's ("VoIP, not tied to a place"); an unknown word is given back as it is. Static or borrowed. */
const char *lookup_line_words(const char *line_type);
/* "line type and carrier, caller name", "format" for none. dst needs 64 bytes. */
char *lookup_packages_say(unsigned packages, char *dst, size_t dst_size);
/* One line for a person: "+1 415-555-0101 (US): mobile, Example Wireless; SAMPLE CLINIC". */
char *lookup_say(const struct lookup *l, char *dst, size_t dst_size);

#endif
