#ifndef NUMDESK_SANDBOX_SEARCH_FILTER_H
#define NUMDESK_SANDBOX_SEARCH_FILTER_H

#include <stdbool.h>

#include "stock.h"
struct answer;
struct request;

/* The parameters of a search, read and checked. Texts are borrowed from the request. */
struct search_filter {
	int area_code;
	const char *contains;
	unsigned capabilities;          /* all must be there */
	unsigned without;               /* none may be there: SmsEnabled=false */
	bool no_any, no_local, no_foreign, no_beta;
	bool near;
	double latitude, longitude, distance;   /* miles */
	const char *postal_code, *region, *rate_center, *lata, *locality;
};
bool search_filter_read(struct search_filter *f, const struct request *q, struct answer *a);
bool search_filter_range(const struct search_filter *f, const struct stock_range *r);
bool search_filter_number(const struct search_filter *f, const struct stock_number *n);

#endif
