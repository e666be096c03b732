#ifndef NUMDESK_SANDBOX_STOCK_H
#define NUMDESK_SANDBOX_STOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "numdesk/model/number.h"
struct sandbox;

/* What is for sale: ranges of numbers, of which a hash picks some, less what was bought or released here. */
struct stock_country { const char *code, *name; bool beta; };
struct stock_price { const char *country; enum number_type type; const char *base, *current; };
struct stock_range {
	const char *country;
	enum number_type type;
	const char *prefix;             /* "+1415555" */
	int digits, first, last;        /* what follows it: 4 digits, 5000 to 9999 */
	int for_sale;                   /* how many of them, about; exact below 10 */
	unsigned capabilities;
	const char *address_requirements;
	const char *locality, *region, *rate_center, *lata, *postal_code, *latitude, *longitude;
	int area_code;                  /* 0 outside the North American plan */
};
extern const struct stock_country stock_countries[];
extern const struct stock_price stock_prices[];
extern const struct stock_range stock_ranges[];
extern const int stock_country_count, stock_price_count, stock_range_count;

struct stock_number {
	char phone[E164_SIZE];
	const struct stock_range *range;
	unsigned capabilities;
	bool beta;
};

const struct stock_country *stock_country(const char *code);            /* NULL when nothing is sold there */
const struct stock_price *stock_price(const char *country, enum number_type type);
bool stock_sells(const char *country, enum number_type type);
const struct stock_range *stock_area(int area_code);                    /* of a North American code, NULL */
/* The three digits after "+1". */
int stock_prefix(const char *phone);
/* The range a number would be in, for sale or not; NULL when it is in none. */
const struct stock_range *stock_range_of(const char *phone);
/* Is the k-th number of the range (0: first) for sale now? Fills n. */
bool stock_at(struct sandbox *s, const struct stock_range *r, int k, struct stock_number *n);
bool stock_find(struct sandbox *s, const char *phone, struct stock_number *n);  /* for sale now */
/* True where a purchase needs a regulatory bundle, which a search does not tell. */
bool stock_needs_bundle(const struct stock_range *r);
/* "(415) 555-5305" in the North American plan, else as it is; dst needs 32 bytes. */
char *stock_friendly(const char *phone, char *dst);

#endif
