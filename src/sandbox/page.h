#ifndef NUMDESK_SANDBOX_PAGE_H
#define NUMDESK_SANDBOX_PAGE_H

#include <stdbool.h>
#include <stdint.h>

struct answer;
struct buf;
struct request;

/*
 * Paging of the 2010 API: the first request has no token; the answer's next_page_uri carries one that names the last
 * row seen, so that rows which come and go do not shift the pages. A token belongs to its list and filters.
 */
struct page {
	int64_t size;                   /* 1..1000 */
	int64_t number;                 /* Page */
	int64_t below;                  /* rows with a smaller ord; INT64_MAX at the start */
	int64_t skip;                   /* rows to pass over when Page came without a token */
	uint64_t filter;                /* what tokens are bound to */
	int64_t rows, last;             /* counted by page_row: rows on this page, ord of the last one */
	bool more;                      /* set it when another row follows */
};
/* Read PageSize, Page, PageToken. False with an answer: 20007, 21481, 20001. */
bool page_parse(struct page *p, const struct request *q, struct answer *a);
void page_row(struct page *p, int64_t ord);
/* Close a list: the paging members and the brace. */
void page_end(struct page *p, const struct request *q, struct buf *out);
/* The same in the envelope of the newer products: "meta", absolute addresses at https://{host}. */
void page_end_meta(struct page *p, const struct request *q, const char *host, const char *key, struct buf *out);

#endif
