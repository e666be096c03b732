#include "stock.h"

#include "numdesk/util/mem.h"

/* The tables of nanp.def and stock.def as arrays. */
#define V CAP_VOICE
#define S CAP_SMS
#define VF (CAP_VOICE | CAP_FAX)
#define VS (CAP_VOICE | CAP_SMS)
#define VSM (CAP_VOICE | CAP_SMS | CAP_MMS)

const struct stock_country stock_countries[] = {
#define COUNTRY(code, name, beta) {#code, name, beta},
#define PRICE(...)
#define RANGE(...)
#include "stock.def"
#undef COUNTRY
#undef PRICE
#undef RANGE
};

const struct stock_price stock_prices[] = {
#define COUNTRY(...)
#define PRICE(country, type, base, current) {#country, NUMBER_##type, base, current},
#define RANGE(...)
#include "stock.def"
#undef COUNTRY
#undef PRICE
#undef RANGE
};

const struct stock_range stock_ranges[] = {
#define NPA(code, country, region, locality, center, lata, postal, lat, lon, n) \
	{#country, NUMBER_LOCAL, "+1" #code "555", 4, 5000, 9999, n, VSM, "none", locality, #region, center, lata, \
	 postal, lat, lon, code},
#include "nanp.def"
#undef NPA
#define COUNTRY(...)
#define PRICE(...)
#define RANGE(country, type, prefix, digits, first, last, n, caps, address, locality, region) \
	{#country, NUMBER_##type, prefix, digits, first, last, n, caps, address, locality, region, NULL, NULL, NULL, \
	 NULL, NULL, 0},
#include "stock.def"
#undef COUNTRY
#undef PRICE
#undef RANGE
};

const int stock_country_count = ARRAY_LEN(stock_countries), stock_price_count = ARRAY_LEN(stock_prices),
	  stock_range_count = ARRAY_LEN(stock_ranges);
